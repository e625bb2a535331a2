//! Reading a store: alone, beside a writer, or as the read side of one.

use crate::{
    Error, ErrorKind,
    audit::{self, AuditOptions, Report},
    db::{Db, Table},
    export::{self, Exported},
    head::{CHECKPOINT, Head, Nodes, ORIGIN, Tiles},
    layout::Layout,
    pack,
};
use decl_core::{Content, Identity};
use decl_log::{
    Entry, Hash, ProofFile, Tree, VerifierKey, check_consistency, check_inclusion, leaf_hash,
    prove_consistency, prove_inclusion, tree_root,
};
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

impl Reader {
    /// Opens a store for reading, also while another process writes to it.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let layout = Layout::find(dir)?;
        let db = Db::open_read_only(&layout.db())?;
        Self::over(layout, Arc::new(db))
    }

    pub(crate) fn over(layout: Layout, db: Arc<Db>) -> Result<Self, Error> {
        let origin = db.get(Table::Meta, ORIGIN)?.and_then(|origin| String::from_utf8(origin).ok());
        let origin = origin.ok_or_else(|| Error::corrupt("the stored origin is missing"))?;
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

    /// A piece of content.
    pub fn content(&self, digest: &Identity) -> Result<Option<Content>, Error> {
        let Some(packed) = self.db.get(Table::Contents, digest.as_bytes())? else { return Ok(None) };
        let (media, bytes) = pack::split_content(&packed)
            .filter(|(_, bytes)| Identity::of(bytes) == *digest)
            .ok_or_else(|| Error::corrupt(format!("the stored content {digest} is damaged")))?;
        Ok(Some(Content { digest: *digest, media: media.to_owned().into(), bytes: bytes.to_vec() }))
    }

    /// Whether the declaration was sealed while some of its content stayed elsewhere, and still does for all the
    /// store knows.
    pub fn is_detached(&self, id: &Identity) -> Result<bool, Error> {
        self.db.has(Table::Detached, id.as_bytes())
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

    /// Re-derives everything from bytes and says what is not as it was written. Works on one view of the store, also
    /// while it grows. `progress` is told how many entries are done, of how many.
    pub fn audit(&self, options: &AuditOptions, progress: &mut dyn FnMut(u64, u64)) -> Result<Report, Error> {
        audit::audit(&self.db.view(), &self.layout, options, progress)
    }

    /// Writes the log as a directory of static files (tlog-tiles) into a new or empty directory, for the tools of
    /// others. `declarations` adds the sealed bytes. `progress` is told how many entries are done, of how many.
    pub fn export(
        &self,
        dir: &Path,
        declarations: bool,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Exported, Error> {
        export::export(&self.db.view(), &self.layout, dir, declarations, progress)
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

/// The canonical bytes of a stored declaration: those of its identity, or an error.
pub(crate) fn declaration_from(id: &Identity, packed: &[u8]) -> Result<Vec<u8>, Error> {
    let damaged = || Error::corrupt(format!("the stored declaration {id} is damaged"));
    let bytes = pack::unpack_declaration(packed).map_err(|source| damaged().because(source))?;
    if Identity::of(&bytes) == *id { Ok(bytes) } else { Err(damaged()) }
}

/// Whether an entry is of the record with this identity.
pub(crate) fn is_of(entry: &[u8], id: &[u8]) -> bool {
    matches!(Entry::parse(entry), Ok(Entry::Record { id: of, .. }) if of.as_bytes() == id)
}

/// The index in the key of an entry.
pub(crate) fn index_from(key: &[u8]) -> Result<u64, Error> {
    let key = key.try_into().map_err(|_| Error::corrupt("a key of the table entries is not an index"))?;
    Ok(u64::from_be_bytes(key))
}
