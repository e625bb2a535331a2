//! Creates and opens a store for writing.

use crate::{
    commit::sequencer::clock,
    error::{Error, ErrorKind},
    files::{
        layout::Layout,
        record::{HeadRecord, HeldRecord},
    },
    head::Head,
    purge::Purge,
    random,
    read::Reader,
    reindex,
    rocks::Db,
    store::{Notice, Store},
    tables::{Batch, Table},
};
use decl_log::{Edge, Entry, SigningKey, VerifierKey, leaf_hash};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};
use zeroize::Zeroizing;

/// How to open a store.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The head record, a file outside the store; without one, a rollback of the store goes unnoticed.
    pub head: Option<PathBuf>,
    /// Whether to take the store as it is if there is no head record.
    pub adopt: bool,
}

/// How far the machine's clock may be behind the log before that is reported, in milliseconds.
const CLOCK_TOLERANCE: u64 = 60_000;

impl Store {
    /// Makes a key for a log of this origin.
    pub fn new_key(origin: &str) -> Result<SigningKey, Error> {
        let mut seed = Zeroizing::new([0; 32]);
        random::fill(seed.as_mut_slice())?;
        SigningKey::from_seed(origin, *seed).map_err(|refusal| {
            Error::new(ErrorKind::Argument, format!("{origin:?} cannot be the name of a log"))
                .because(refusal)
        })
    }

    /// Creates a store and its key in a new or empty directory. A crash leaves a store or none; the next call removes
    /// the remains of an incomplete one.
    pub fn create(dir: &Path, origin: &str, options: &Options) -> Result<Self, Error> {
        Self::create_with(dir, Self::new_key(origin)?, |_| options.head.clone())
    }

    /// Does the same for a key that was [made before](Self::new_key). `head` returns where the head record of a log is
    /// kept, also that of an incomplete one, which is removed with it.
    pub fn create_with(
        dir: &Path,
        key: SigningKey,
        head: impl Fn(&VerifierKey) -> Option<PathBuf>,
    ) -> Result<Self, Error> {
        Self::create_at(dir, key, head, clock(SystemTime::now(), 0))
    }

    fn create_at(
        dir: &Path,
        key: SigningKey,
        head: impl Fn(&VerifierKey) -> Option<PathBuf>,
        at: u64,
    ) -> Result<Self, Error> {
        let layout = Layout::new(dir);
        let path = head(key.verifier_key());
        if let Some(path) = &path {
            layout.check_outside(path, "the head record")?;
            if !layout.is_unfinished() {
                HeadRecord::new(path).check_absent()?; // before anything is made
            }
        }
        let notices = if layout.begin()? { vec![Notice::Tightened] } else { Vec::new() };
        let lock = layout.lock()?;
        if let Ok(left) = layout.verifier_key()
            && let Some(path) = head(&left)
        {
            HeadRecord::new(&path).remove_unused(&left)?;
        }
        layout.start_over()?;
        let mut record = path.as_deref().map(HeldRecord::take_new).transpose()?;
        layout.write_key(&key)?;
        let db = Db::create(&layout.db(), lock)?;
        let head = genesis(&db, &key, at)?;
        if let Some(record) = &mut record {
            record.write(head.note())?;
        }
        layout.finish()?;
        let reader = Arc::new(Reader::over(layout, db)?);
        Self::start(reader, key, record, Arc::new(head), at, notices)
    }

    /// Opens a store for writing. One process at a time can; any number can [read](Reader::open) beside it.
    pub fn open(dir: &Path, options: &Options) -> Result<Self, Error> {
        Opened::new(dir, options, &[])?.start()
    }

    /// Does the same, after building its index anew from the records. Nothing is changed unless every record can be
    /// read. `progress` gets how much is done, and of how much. If the process dies on the way, queries are refused until
    /// this is called again.
    pub fn reindex(dir: &Path, options: &Options, progress: &mut dyn FnMut(u64, u64)) -> Result<Self, Error> {
        let mut opened = Opened::new(dir, options, &Table::DERIVED)?;
        reindex::rebuild(&mut opened.reader, progress)?;
        Table::DERIVED.into_iter().try_for_each(|table| opened.reader.db().release(table))?;
        opened.start()
    }
}

/// A store that is open for writing, before its sequencer starts.
struct Opened {
    reader: Reader,
    key: SigningKey,
    record: Option<HeldRecord>,
    head: Arc<Head>,
    /// The clock of the newest entry.
    newest: u64,
    notices: Vec<Notice>,
}

impl Opened {
    /// Opens a store. The tables in `resting` are not compacted.
    fn new(dir: &Path, options: &Options, resting: &[Table]) -> Result<Self, Error> {
        let layout = Layout::find(dir)?;
        let key = layout.signing_key()?;
        if let Some(path) = &options.head {
            layout.check_outside(path, "the head record")?;
            HeadRecord::new(path).read(key.verifier_key())?; // before a lock is made beside another kind of file
        }
        let lock = layout.lock()?;
        let mut record = options.head.as_deref().map(HeldRecord::take).transpose()?;
        // Opening for writing repairs: RocksDB drops the torn end of its log, and moves the rest into tables, where a
        // gap between logs is invisible. So the store is checked while the evidence still exists.
        let before = Reader::open(dir)?;
        before.complete()?;
        if let Some(record) = &record {
            guard(record, &before, options.adopt)?;
        }
        drop(before);
        let adopts = record.as_ref().is_some_and(|record| !record.is_there());
        let torn = if adopts { Db::torn_log(&layout.db())? } else { None };
        let torn = torn.map(|log| layout.keep(&log)).transpose()?;
        let db = Db::open(&layout.db(), lock, &layout.note(), resting)?;
        let (db, unpurged) = finish_purge(db, &layout, resting)?;
        let reader = Reader::over(layout, db)?;
        let head = reader.head()?;
        if let Some(record) = &mut record {
            guard(record, &reader, options.adopt)?;
            record.write(head.note())?;
        }
        let entries = head.tree().size;
        if reader.db().lacked_tables() {
            reindex::begin(reader.db(), entries)?;
        }
        let last = reader.entry(entries.saturating_sub(1))?;
        let newest = match Entry::parse(&last.unwrap_or_default()) {
            Ok(Entry::Genesis { at, .. } | Entry::Record { at, .. }) => at,
            Err(refusal) => return Err(Error::corrupt("the newest entry is damaged").because(refusal)),
        };
        let now = clock(SystemTime::now(), 0);
        let adopted = adopts.then_some(Notice::Adopted { entries, newest, torn });
        let behind = newest.saturating_sub(now) > CLOCK_TOLERANCE;
        let behind = behind.then_some(Notice::ClockBehind { newest, now });
        let notices = adopted.into_iter().chain(behind).chain(unpurged).collect();
        Ok(Self { reader, key, record, head, newest, notices })
    }

    fn start(self) -> Result<Store, Error> {
        let Self { reader, key, record, head, newest, notices } = self;
        Store::start(Arc::new(reader), key, record, head, newest, notices)
    }
}

/// Finishes an erasure that an earlier process did not: its rows are gone, and its bytes may be in files. A damaged table
/// must not keep anybody from sealing, so if that fails, the database is opened once more, as it is.
fn finish_purge(db: Db, layout: &Layout, resting: &[Table]) -> Result<(Db, Option<Notice>), Error> {
    let finish = || match Purge::read(&db)? {
        None => Ok(()),
        Some(purge) => purge.finish(&db, layout),
    };
    let Err(error) = finish() else { return Ok((db, None)) };
    drop(db);
    let db = Db::open(&layout.db(), layout.lock()?, &layout.note(), resting)?;
    Ok((db, Some(Notice::Unpurged { why: error.to_string() })))
}

/// Checks that the store may continue from this head.
fn guard(record: &HeldRecord, reader: &Reader, adopt: bool) -> Result<(), Error> {
    match record.tree(&reader.verifier_key()?)? {
        Some(tree) => match reader.standing(&tree, record.path())? {
            Some(behind) => Err(behind),
            None => Ok(()),
        },
        None if adopt => Ok(()),
        None => {
            let (size, path) = (reader.tree()?.size, record.path().display());
            let message = format!(
                "there is no head record at {path} for this store of {size} entries: a rollback could not be seen"
            );
            Err(Error::new(ErrorKind::Unrecorded, message).with_hint(
                "`--adopt` takes the store as it is; not while it is in use elsewhere, or the log has two futures",
            ))
        }
    }
}

/// Writes entry 0, which puts the origin inside the tree and gives the first record a sibling.
fn genesis(db: &Db, key: &SigningKey, at: u64) -> Result<Head, Error> {
    let entry = Entry::Genesis { origin: key.name().to_owned(), at }.encode()?;
    let mut edge = Edge::new();
    edge.push(leaf_hash(&entry));
    let head = Head::sign(edge, key)?;
    let mut batch = Batch::default();
    batch.put(Table::Entries, &0_u64.to_be_bytes(), entry);
    head.write(&mut batch);
    db.write(batch)?;
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commit::receipt::Submission;
    use decl_core::{NoFiles, Source, json};
    use decl_explain::template;

    /// A log whose clock was once far ahead.
    #[test]
    fn the_clock_of_a_log_does_not_go_back_over_an_opening_and_that_is_said() {
        const IN_2106: u64 = 4_300_000_000_000;
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("store");
        let key = Store::new_key("example.com/runs").unwrap();
        drop(Store::create_at(&dir, key, |_| None, IN_2106).unwrap());
        let store = Store::open(&dir, &Options::default()).unwrap();
        let [Notice::ClockBehind { newest: IN_2106, now }] = store.notices() else {
            panic!("{:?}", store.notices())
        };
        assert!(*now < IN_2106);
        let text = json::pretty(&template("generate").unwrap())
            .replace(r#""authority": """#, r#""authority": "example.com""#)
            .replace(r#""name": """#, r#""name": "some-model""#);
        let Source { declaration, contents } = Source::parse(text.as_bytes(), &mut NoFiles).unwrap();
        let receipt = store.seal(vec![Submission::local(declaration, contents)]).remove(0).unwrap();
        assert_eq!(receipt.sealed_at, IN_2106);
        drop(store);

        let dir = home.path().join("another");
        drop(Store::create(&dir, "example.com/runs", &Options::default()).unwrap());
        assert!(Store::open(&dir, &Options::default()).unwrap().notices().is_empty());
    }
}
