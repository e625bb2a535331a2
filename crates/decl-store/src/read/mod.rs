//! Reads a store: alone, while another process writes, or as the read side of a writer.

mod keyed;
mod lookup;
mod nodes;
mod occurrences;
mod query;
mod streams;
mod words;

pub use keyed::Unlocked;
pub use lookup::Found;
pub(crate) use query::parse;
pub use query::{Filter, Match, Matches, Page};
pub use streams::Order;

use crate::{
    error::{Error, ErrorKind},
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

/// Expanded tiles that are cached: 16 KiB each, so 64 to 128 MiB for the proofs of the last million leaves requested.
const TILES: usize = 4096;

/// The read side of a store. It can be used from many threads.
///
/// Opened alone, it needs no private key, writes nothing, and shows the store as of the moment of opening. Everything
/// that it returns was checked: bytes against their digest, proofs against the signed checkpoint.
pub struct Reader {
    layout: Layout,
    db: Db,
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

    /// Opens a store for reading and compares it with a head record, if there is one. A store that lost entries of the
    /// record can still be read, but it can no longer state that something is absent.
    pub fn open_recorded(dir: &Path, record: Option<&Path>) -> Result<Self, Error> {
        let layout = Layout::find(dir)?;
        // The record is read first, because it may only fall behind the store meanwhile.
        let record = match record {
            Some(path) => HeadRecord::new(path).read(&layout.verifier_key()?)?.map(|tree| (path, tree)),
            None => None,
        };
        let db = Db::open_read_only(&layout.db(), || layout.note())?;
        let mut reader = Self::over(layout, db)?;
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

    /// Opens a store for an audit, also if its write-ahead log is damaged; it shows what can be read.
    pub fn open_damaged(dir: &Path) -> Result<Self, Error> {
        let layout = Layout::find(dir)?;
        let db = Db::open_damaged(&layout.db())?;
        Self::over(layout, db)
    }

    pub(crate) fn over(layout: Layout, db: Db) -> Result<Self, Error> {
        let origin = layout.verifier_key().map(|key| key.name().to_owned()).or_else(|error| {
            // Only an audit continues without the key, and reports what is wrong with it.
            let note = checkpoint_text(db.get(Table::Meta, CHECKPOINT)?)?;
            note.lines().next().map(str::to_owned).ok_or(error)
        })?;
        Ok(Self { layout, db, origin, tiles: Tiles::new(TILES), head: Mutex::new(None), incomplete: None })
    }

    /// Checks that the entries that are only in the logs are complete: if a log between others were lost, the head
    /// would not show it. A damaged head is reported where it is used.
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

    /// Returns why the store may lack what its log once had: its own loss, or one that a head record reveals.
    pub fn incomplete(&self) -> Option<&Error> {
        self.incomplete.as_ref()
    }

    /// Returns the name of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the public key of this log from the store's own `vkey` file. A caller that distrusts the store compares
    /// it with the key known from elsewhere.
    pub fn verifier_key(&self) -> Result<VerifierKey, Error> {
        self.layout.verifier_key()
    }

    /// Returns the newest signed checkpoint, verbatim.
    pub fn checkpoint(&self) -> Result<String, Error> {
        self.complete()?;
        Ok(self.head()?.note().to_owned())
    }

    /// Returns the tree of the newest checkpoint.
    pub fn tree(&self) -> Result<Tree, Error> {
        Ok(self.head()?.tree())
    }

    /// Returns a proof that a record is in the log, or `None` if it is not.
    pub fn prove(&self, id: &Identity) -> Result<Option<ProofFile>, Error> {
        let Some((index, entry)) = self.sealed(id)? else { return Ok(None) };
        // The head is read after the index, so that it covers the entry.
        self.prove_at(&*self.head()?, index, entry).map(Some)
    }

    /// Returns the proof of an entry under a head, after checking it.
    pub(crate) fn prove_at(&self, head: &Head, index: u64, entry: Vec<u8>) -> Result<ProofFile, Error> {
        let tree = head.tree();
        let path = prove_inclusion(tree.size, index, &self.nodes(head))?;
        check_inclusion(&path, &tree, index, leaf_hash(&entry))?;
        Ok(ProofFile { extra: Some(entry), index, path, checkpoint: head.note().to_owned() })
    }

    /// Returns a proof that the log of `new` entries begins with the log of `old` entries.
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

    /// Returns the root of the first `size` entries.
    pub fn root_at(&self, size: u64) -> Result<Hash, Error> {
        let head = self.head_of(size)?;
        tree_root(size, &self.nodes(&head))
    }

    /// Returns whether the log has or once had this tree.
    pub(crate) fn had(&self, tree: &Tree) -> Result<bool, Error> {
        let head = self.head()?;
        Ok(tree.size <= head.tree().size && tree_root(tree.size, &self.nodes(&head))? == tree.root)
    }

    /// Returns what the tree of a head record proves against this store.
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
        // The root of every size that the log once had is computed from stored hashes: it is the signed one, or the
        // log was forked.
        if self.root_at(record.size)? == record.root {
            return Ok(None);
        }
        let message =
            format!("the store and the head record {path} disagree on the first {} entries", record.size);
        Ok(Some(Error::new(ErrorKind::Forked, message).with_hint("keep both as evidence")))
    }

    /// Returns the newest head.
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

    /// Caches a head that was just committed, so that it need not be read back.
    pub(crate) fn hold_head(&self, head: &Arc<Head>) {
        *self.held_head() = Some(Arc::clone(head));
    }

    fn held_head(&self) -> std::sync::MutexGuard<'_, Option<Arc<Head>>> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    pub(crate) fn db_mut(&mut self) -> &mut Db {
        &mut self.db
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(crate) fn nodes<'a>(&'a self, head: &'a Head) -> Nodes<'a> {
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
