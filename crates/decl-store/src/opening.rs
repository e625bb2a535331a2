//! How a writer makes a store and how it opens one.

use crate::{
    Error, ErrorKind, Store,
    commit::sequencer::clock,
    files::{
        layout::Layout,
        record::{HeadRecord, HeldRecord},
    },
    head::Head,
    read::{Reader, Standing},
    rocks::Db,
    tables::{Batch, Table},
};
use decl_log::{Edge, Entry, SigningKey, leaf_hash};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};
use zeroize::Zeroizing;

/// How to open a store.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The head record, a file outside the store; without one a rollback of the store cannot be seen.
    pub head: Option<PathBuf>,
    /// Take the store as it is where there is no head record.
    pub adopt: bool,
}

impl Store {
    /// Makes a store and its key in a new or empty directory. A crash leaves a store or none.
    pub fn create(dir: &Path, origin: &str, options: &Options) -> Result<Self, Error> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut_slice())
            .map_err(|source| Error::new(ErrorKind::Io, format!("no randomness for a key: {source}")))?;
        let key = SigningKey::from_seed(origin, *seed).map_err(|refusal| {
            Error::new(ErrorKind::Argument, format!("{origin:?} cannot be the name of a log"))
                .because(refusal)
        })?;
        // Before anything is made; and again once nobody else can make one.
        options.head.as_deref().map_or(Ok(()), |path| HeadRecord::new(path).check_absent())?;
        let layout = Layout::begin(dir)?;
        let lock = layout.lock()?;
        let mut record = options.head.as_deref().map(HeldRecord::take_new).transpose()?;
        layout.write_key(&key)?;
        let db = Db::create(&layout.db())?;
        let (head, at) = genesis(&db, &key)?;
        if let Some(record) = &mut record {
            record.write(head.note())?;
        }
        layout.finish()?;
        let reader = Arc::new(Reader::over(layout, Arc::new(db))?);
        Self::start(reader, key, record, lock, Arc::new(head), at)
    }

    /// Opens a store for writing. One process at a time can; any number can [read](Reader::open) beside it.
    pub fn open(dir: &Path, options: &Options) -> Result<Self, Error> {
        let layout = Layout::find(dir)?;
        let key = layout.signing_key()?;
        let lock = layout.lock()?;
        let mut record = options.head.as_deref().map(HeldRecord::take).transpose()?;
        if let Some(record) = &record {
            // To open for writing is to repair: RocksDB drops the damaged end of its log for good. What the record
            // proves is looked at while the evidence is still there.
            guard(record, &Reader::open(dir)?, options.adopt)?;
        }
        let db = Db::open(&layout.db())?;
        let reader = Arc::new(Reader::over(layout, Arc::new(db))?);
        let head = reader.head()?;
        if let Some(record) = &mut record {
            guard(record, &reader, options.adopt)?;
            record.write(head.note())?;
        }
        let last = reader.entry(head.tree().size.saturating_sub(1))?;
        let at = match Entry::parse(&last.unwrap_or_default()) {
            Ok(Entry::Genesis { at, .. } | Entry::Record { at, .. }) => at,
            Err(refusal) => return Err(Error::corrupt("the newest entry is damaged").because(refusal)),
        };
        Self::start(reader, key, record, lock, head, at)
    }
}

/// Checks that the store may continue from this head.
fn guard(record: &HeldRecord, reader: &Reader, adopt: bool) -> Result<(), Error> {
    let path = record.path().display();
    let size = reader.tree()?.size;
    let Some(record) = record.tree(&reader.verifier_key()?)? else {
        return if adopt || size <= 1 {
            Ok(())
        } else {
            Err(Error::new(
                ErrorKind::Unrecorded,
                format!(
                    "the store has {size} entries and no head record at {path}: a rollback could not be seen"
                ),
            )
            .with_hint("`--adopt` takes the store as it is"))
        };
    };
    match reader.standing(&record)? {
        Standing::Extends => Ok(()),
        Standing::Ahead { record } => Err(Error::new(
            ErrorKind::RolledBack,
            format!(
                "the store was rolled back: it has {size} entries, the head record {path} knows of {record}"
            ),
        )
        .with_hint(
            "restore a newer backup; if there is none, move the record away as evidence and adopt the store",
        )),
        Standing::Forked { record } => Err(Error::new(
            ErrorKind::Forked,
            format!("the store and the head record {path} disagree on the first {record} entries"),
        )
        .with_hint("keep both as evidence")),
    }
}

/// Writes entry 0: the origin inside the tree, and a sibling beside the first record.
fn genesis(db: &Db, key: &SigningKey) -> Result<(Head, u64), Error> {
    let at = clock(SystemTime::now(), 0);
    let entry = Entry::Genesis { origin: key.name().to_owned(), at }.encode()?;
    let mut edge = Edge::new();
    edge.push(leaf_hash(&entry));
    let head = Head::sign(edge, key)?;
    let mut batch = Batch::default();
    batch.put(Table::Entries, &0_u64.to_be_bytes(), entry);
    head.write(&mut batch);
    db.write(batch)?;
    Ok((head, at))
}
