//! Reading a store: alone, beside a writer, or as the read side of one.

mod lookup;
mod nodes;

pub use lookup::Found;

use crate::{
    Error, ErrorKind,
    files::{layout::Layout, record::HeadRecord},
    head::{Head, checkpoint_text},
    rocks::Db,
    rows::{CHECKPOINT, index_from},
    tables::Table,
};
use decl_core::Identity;
use decl_log::{
    Hash, ProofFile, Tree, VerifierKey, check_consistency, check_inclusion, leaf_hash, prove_consistency,
    prove_inclusion, tree_root,
};
use nodes::{Nodes, Tiles};
use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

/// Expanded tiles that are kept: 16 KiB each, so 64 to 128 MiB for the proofs of the last million leaves asked for.
const TILES: usize = 4096;

/// The read side of a store. Callable from many threads.
///
/// Opened alone it needs no private key and writes nothing, and everything is as of the moment of opening. What it
/// hands out was checked: bytes against their digest, proofs against the signed checkpoint.
pub struct Reader {
    layout: Layout,
    db: Arc<Db>,
    origin: String,
    tiles: Tiles,
    head: Mutex<Option<Arc<Head>>>,
    incomplete: Option<Error>,
}

impl Reader {
    /// Opens a store for reading, also while another process writes to it.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        Self::open_recorded(dir, None)
    }

    /// Opens a store for reading and compares it with a head record, if there is one. A store that lost entries which
    /// the record knows of is still read; but that something is not there, it can no longer say.
    pub fn open_recorded(dir: &Path, record: Option<&Path>) -> Result<Self, Error> {
        let layout = Layout::find(dir)?;
        // The record is read first: it may only fall behind the store meanwhile.
        let record = match record {
            Some(path) => HeadRecord::new(path).read(&layout.verifier_key()?)?.map(|tree| (path, tree)),
            None => None,
        };
        let db = Db::open_read_only(&layout.db(), || layout.note())?;
        let mut reader = Self::over(layout, Arc::new(db))?;
        reader.incomplete = reader.unbroken().err();
        if let Some((path, tree)) = record {
            match reader.standing(&tree, path)? {
                Some(error) if error.kind() == ErrorKind::RolledBack => reader.incomplete = Some(error),
                Some(error) => return Err(error),
                None => {}
            }
        }
        Ok(reader)
    }

    /// Opens a store to audit it, also if its write-ahead log is damaged: what can be read of it is read.
    pub fn open_damaged(dir: &Path) -> Result<Self, Error> {
        let layout = Layout::find(dir)?;
        let db = Db::open_damaged(&layout.db())?;
        Self::over(layout, Arc::new(db))
    }

    pub(crate) fn over(layout: Layout, db: Arc<Db>) -> Result<Self, Error> {
        let origin = layout.verifier_key().map(|key| key.name().to_owned()).or_else(|error| {
            // For an audit, which says what is wrong with the key; nothing else is answered without it.
            let note = checkpoint_text(db.get(Table::Meta, CHECKPOINT)?)?;
            note.lines().next().map(str::to_owned).ok_or(error)
        })?;
        Ok(Self { layout, db, origin, tiles: Tiles::new(TILES), head: Mutex::new(None), incomplete: None })
    }

    /// Looks whether the entries that are in the logs alone are all there: were a log lost from between others, the head
    /// would not show it. A head that is damaged itself is for whoever asks for it.
    fn unbroken(&self) -> Result<(), Error> {
        let Ok(head) = self.head() else { return Ok(()) };
        let size = head.tree().size;
        let mut next = match self.db.last_filed(Table::Entries)? {
            Some(key) => index_from(&key)?,
            None => 0,
        };
        for row in self.db.rows(Table::Entries, &next.to_be_bytes()) {
            if index_from(&row?.0)? != next {
                break;
            }
            next += 1;
        }
        if next >= size {
            return Ok(());
        }
        Err(Error::corrupt(format!("the stored entry {next} is missing, of {size} that were signed")))
    }

    /// Why the store may lack what its log once had: something that it lost itself, or that a head record knows of.
    pub fn incomplete(&self) -> Option<&Error> {
        self.incomplete.as_ref()
    }

    /// The name of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The key that checks this log's signatures, from the store's own `vkey` file. Who distrusts the store compares
    /// it with the key known from elsewhere.
    pub fn verifier_key(&self) -> Result<VerifierKey, Error> {
        self.layout.verifier_key()
    }

    /// The newest signed checkpoint, verbatim.
    pub fn checkpoint(&self) -> Result<String, Error> {
        self.complete()?;
        Ok(self.head()?.note().to_owned())
    }

    /// The tree of the newest checkpoint.
    pub fn tree(&self) -> Result<Tree, Error> {
        Ok(self.head()?.tree())
    }

    /// A proof that a record stands in the log; `None` if it does not.
    pub fn prove(&self, id: &Identity) -> Result<Option<ProofFile>, Error> {
        let Some((index, entry)) = self.sealed(id)? else { return Ok(None) };
        // The head is read after the index, so that it covers it.
        self.prove_at(&*self.head()?, index, entry).map(Some)
    }

    /// The proof of an entry under a head, checked.
    pub(crate) fn prove_at(&self, head: &Head, index: u64, entry: Vec<u8>) -> Result<ProofFile, Error> {
        let tree = head.tree();
        let path = prove_inclusion(tree.size, index, &self.nodes(head))?;
        check_inclusion(&path, &tree, index, leaf_hash(&entry))?;
        Ok(ProofFile { extra: Some(entry), index, path, checkpoint: head.note().to_owned() })
    }

    /// A proof that the log of `new` entries begins with the log of `old`.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, Error> {
        if old > new {
            return Err(Error::new(
                ErrorKind::Argument,
                format!("the newer tree has {new} entries, the older {old}"),
            ));
        }
        let head = self.head_of(new)?;
        let nodes = self.nodes(&head);
        let proof = prove_consistency(old, new, &nodes)?;
        let tree = |size| tree_root(size, &nodes).map(|root| Tree { size, root });
        check_consistency(&proof, &tree(old)?, &tree(new)?)?;
        Ok(proof)
    }

    /// The root of the first `size` entries.
    pub fn root_at(&self, size: u64) -> Result<Hash, Error> {
        let head = self.head_of(size)?;
        tree_root(size, &self.nodes(&head))
    }

    /// What the tree of a head record says against this store.
    pub(crate) fn standing(&self, record: &Tree, path: &Path) -> Result<Option<Error>, Error> {
        let (size, path) = (self.head()?.tree().size, path.display());
        if record.size > size {
            let log = self.db.newest_log()?;
            let message = format!(
                "the store has {size} entries and the head record {path} knows of {}: the store was rolled back, or the end of {} is lost",
                record.size,
                log.display(),
            );
            return Ok(Some(Error::new(ErrorKind::RolledBack, message).with_hint(
                "restore a newer backup; if there is none, move the record away as evidence and adopt the store",
            )));
        }
        // The root of any size the log once had is computed from stored hashes; it is the one we signed or it is not.
        if self.root_at(record.size)? == record.root {
            return Ok(None);
        }
        let message =
            format!("the store and the head record {path} disagree on the first {} entries", record.size);
        Ok(Some(Error::new(ErrorKind::Forked, message).with_hint("keep both as evidence")))
    }

    /// The newest head.
    pub(crate) fn head(&self) -> Result<Arc<Head>, Error> {
        let stored = self.db.get(Table::Meta, CHECKPOINT)?;
        if let Some(head) = &*self.held_head()
            && stored.is_some_and(|note| note == head.note().as_bytes())
        {
            return Ok(Arc::clone(head));
        }
        let head = Arc::new(Head::load(&self.db.view(), &self.verifier_key()?)?);
        self.hold_head(&head);
        Ok(head)
    }

    /// Takes a head that was just committed, so that it need not be read back.
    pub(crate) fn hold_head(&self, head: &Arc<Head>) {
        *self.held_head() = Some(Arc::clone(head));
    }

    fn held_head(&self) -> std::sync::MutexGuard<'_, Option<Arc<Head>>> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    fn nodes<'a>(&'a self, head: &'a Head) -> Nodes<'a> {
        Nodes { head, db: &self.db, tiles: &self.tiles }
    }

    fn head_of(&self, size: u64) -> Result<Arc<Head>, Error> {
        let head = self.head()?;
        if size > head.tree().size {
            self.complete()?;
            let message = format!("the log has {} entries, not {size}", head.tree().size);
            return Err(Error::new(ErrorKind::Argument, message));
        }
        Ok(head)
    }
}
