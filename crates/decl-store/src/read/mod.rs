//! Reading a store: alone, beside a writer, or as the read side of one.

mod nodes;

use crate::{
    Error, ErrorKind,
    absent::Absence,
    content,
    files::layout::Layout,
    head::{Head, checkpoint_text},
    rocks::Db,
    rows::{CHECKPOINT, declaration_from, index_from, is_of},
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

/// Digits of an identity below which a prefix is not looked up.
const PREFIX_DIGITS: usize = 8;

/// Identities that an ambiguous prefix is answered with.
const CANDIDATES: usize = 10;

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
}

/// What a prefix of an identity names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Exactly one record.
    One(Identity),
    /// No record.
    None,
    /// Several; the first ten.
    Ambiguous(Vec<Identity>),
    /// Fewer than eight digits.
    TooShort,
}

/// How a record and a store stand to each other.
pub(crate) enum Standing {
    /// The store is at the record or extends it.
    Extends,
    /// The record has entries that the store has not.
    Ahead {
        /// Leaves the record knows of.
        record: u64,
    },
    /// They disagree on the past.
    Forked {
        /// Leaves the record knows of.
        record: u64,
    },
}

impl Reader {
    /// Opens a store for reading, also while another process writes to it.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let layout = Layout::find(dir)?;
        let db = Db::open_read_only(&layout.db())?;
        Self::over(layout, Arc::new(db))
    }

    pub(crate) fn over(layout: Layout, db: Arc<Db>) -> Result<Self, Error> {
        let origin = layout.verifier_key().map(|key| key.name().to_owned()).or_else(|error| {
            // For an audit, which says what is wrong with the key; nothing else is answered without it.
            let note = checkpoint_text(db.get(Table::Meta, CHECKPOINT)?)?;
            note.lines().next().map(str::to_owned).ok_or(error)
        })?;
        Ok(Self { layout, db, origin, tiles: Tiles::new(TILES), head: Mutex::new(None) })
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
        Ok(self.head()?.note().to_owned())
    }

    /// The tree of the newest checkpoint.
    pub fn tree(&self) -> Result<Tree, Error> {
        Ok(self.head()?.tree())
    }

    /// The record that a prefix of eight or more hex digits names, with or without `b3:`.
    pub fn find(&self, prefix: &str) -> Result<Found, Error> {
        let digits = prefix.strip_prefix("b3:").unwrap_or(prefix);
        if digits.len() < PREFIX_DIGITS {
            return Ok(Found::TooShort);
        }
        let Some(first) = decl_core::unhex::<32>(&format!("{digits:0<64}")) else { return Ok(Found::None) };
        let mut found = Vec::new();
        for row in self.db.rows(Table::IndexOf, &first) {
            let (id, _) = row?;
            let Ok(id) = <[u8; 32]>::try_from(&*id).map(Identity::from_bytes) else { continue };
            if !id.hex().starts_with(digits) || found.len() == CANDIDATES {
                break;
            }
            found.push(id);
        }
        Ok(match *found {
            [] => Found::None,
            [id] => Found::One(id),
            _ => Found::Ambiguous(found),
        })
    }

    /// The canonical bytes of a declaration.
    pub fn declaration(&self, id: &Identity) -> Result<Option<Vec<u8>>, Error> {
        let Some(packed) = self.db.get(Table::Declarations, id.as_bytes())? else { return Ok(None) };
        declaration_from(id, &packed).map(Some)
    }

    /// The bytes of a piece of content.
    pub fn content(&self, digest: &Identity) -> Result<Option<Vec<u8>>, Error> {
        content::read(digest, &self.db.view())
    }

    /// Why content that a sealed declaration names is not in the store, for all the store knows.
    pub fn absence(&self, digest: &Identity) -> Result<Option<Absence>, Error> {
        Absence::of(digest, &self.db.view())
    }

    /// The index of a record's entry.
    pub fn index_of(&self, id: &Identity) -> Result<Option<u64>, Error> {
        Ok(self.sealed(id)?.map(|(index, _)| index))
    }

    /// The leaf entry at an index.
    pub fn entry(&self, index: u64) -> Result<Option<Vec<u8>>, Error> {
        self.db.get(Table::Entries, &index.to_be_bytes())
    }

    /// The entries from an index on, as of now.
    pub fn entries(&self, from: u64) -> impl Iterator<Item = Result<(u64, Vec<u8>), Error>> + '_ {
        let rows = self.db.rows(Table::Entries, &from.to_be_bytes());
        rows.map(|row| row.and_then(|(index, entry)| Ok((index_from(&index)?, entry.into()))))
    }

    /// A proof that a record stands in the log; `None` if it does not.
    pub fn prove(&self, id: &Identity) -> Result<Option<ProofFile>, Error> {
        let Some((index, entry)) = self.sealed(id)? else { return Ok(None) };
        // The head is read after the index, so that it covers it.
        self.prove_at(&*self.head()?, index, entry).map(Some)
    }

    /// The entry of a record, and its index. The index is believed only if it leads to an entry of that record.
    fn sealed(&self, id: &Identity) -> Result<Option<(u64, Vec<u8>)>, Error> {
        let Some(index) = self.db.get(Table::IndexOf, id.as_bytes())? else { return Ok(None) };
        let index =
            index.try_into().map_err(|_| Error::corrupt(format!("the stored index of {id} is damaged")))?;
        let index = u64::from_be_bytes(index);
        let entry = self
            .entry(index)?
            .ok_or_else(|| Error::corrupt(format!("the stored entry {index} is missing")))?;
        if is_of(&entry, id.as_bytes()) {
            Ok(Some((index, entry)))
        } else {
            Err(Error::corrupt(format!("the stored entry {index} is not that of {id}")))
        }
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

    /// Compares the log with what a head record says of it.
    pub(crate) fn standing(&self, record: &Tree) -> Result<Standing, Error> {
        if record.size > self.tree()?.size {
            return Ok(Standing::Ahead { record: record.size });
        }
        // The root of any size the log once had is computed from stored hashes; it is the one we signed or it is not.
        Ok(if self.root_at(record.size)? == record.root {
            Standing::Extends
        } else {
            Standing::Forked { record: record.size }
        })
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
            let message = format!("the log has {} entries, not {size}", head.tree().size);
            return Err(Error::new(ErrorKind::Argument, message));
        }
        Ok(head)
    }
}
