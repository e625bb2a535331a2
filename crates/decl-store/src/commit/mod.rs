//! One commit in the making: what a batch of works comes to, before a byte of it is written.

pub(crate) mod budget;
pub(crate) mod prepare;
pub(crate) mod receipt;
pub(crate) mod sequencer;

pub(crate) use prepare::checkable;

use crate::{
    Error,
    rocks::Db,
    rows::tile_key,
    tables::{Batch, Table},
};
use decl_core::{Fault, Identity};
use decl_log::{Edge, Entry, RecordKind, leaf_hash};
use prepare::{Known, Prepared, PreparedContent, Unresolved, stored_len, unresolved, wrong_len};
use std::{collections::HashMap, mem};

/// What a caller wants written.
pub(crate) enum Work {
    Seal(Prepared),
    Keep(PreparedContent),
}

impl Work {
    /// Bytes that wait in memory for the sequencer.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Seal(prepared) => prepared.bytes(),
            Self::Keep(content) => content.packed.len(),
        }
    }
}

/// What a work came to.
pub(crate) enum Outcome {
    /// The record has this entry.
    Sealed { index: u64, entry: Vec<u8>, new: bool },
    /// The content is kept.
    Kept { new: bool },
    /// Nothing of it was written.
    Refused(Fault),
}

/// Works are added in order, and each sees those before it as if they were sealed.
pub(crate) struct Commit<'a> {
    db: &'a Db,
    known: &'a Known,
    planned: Planned,
    sealed: HashMap<Identity, (u64, Vec<u8>)>,
}

/// A batch, and what is true once it is written.
pub(crate) struct Planned {
    pub(crate) batch: Batch,
    pub(crate) edge: Edge,
    pub(crate) at: u64,
    pub(crate) contents: HashMap<Identity, u64>,
}

impl<'a> Commit<'a> {
    /// A commit on top of a tree, at a time.
    pub(crate) fn begin(db: &'a Db, known: &'a Known, edge: Edge, at: u64) -> Self {
        let planned = Planned { batch: Batch::default(), edge, at, contents: HashMap::new() };
        Self { db, known, planned, sealed: HashMap::new() }
    }

    pub(crate) fn finish(self) -> Planned {
        self.planned
    }

    /// Adds a work.
    pub(crate) fn add(&mut self, work: Work) -> Result<Outcome, Error> {
        match work {
            Work::Seal(prepared) => self.seal(prepared),
            Work::Keep(content) => self.keep(content).map(|new| Outcome::Kept { new }),
        }
    }

    fn seal(&mut self, mut prepared: Prepared) -> Result<Outcome, Error> {
        let mut withheld = false;
        if let Some(Unresolved { declaration, numbers }) = prepared.unresolved.as_deref() {
            for &number in numbers {
                let fault = match self.len_of(&declaration.references()[number].digest)? {
                    Some(len) => wrong_len(declaration, number, len),
                    None if prepared.detached => {
                        withheld = true;
                        None
                    }
                    None => Some(unresolved(declaration, number)),
                };
                if let Some(fault) = fault {
                    return Ok(Outcome::Refused(fault));
                }
            }
        }
        if let Some(fault) = prepared.fault {
            return Ok(Outcome::Refused(fault));
        }
        for content in mem::take(&mut prepared.contents) {
            self.keep(content)?;
        }
        if let Some((index, entry)) = self.sealed_as(&prepared.id)? {
            // Once all of its content is here, a declaration is no longer detached.
            if !withheld && self.db.has(Table::Detached, prepared.id.as_bytes())? {
                self.planned.batch.delete(Table::Detached, prepared.id.as_bytes());
            }
            return Ok(Outcome::Sealed { index, entry, new: false });
        }
        let (index, entry) = self.append(prepared, withheld)?;
        Ok(Outcome::Sealed { index, entry, new: true })
    }

    /// The next entry of the log.
    fn append(&mut self, prepared: Prepared, withheld: bool) -> Result<(u64, Vec<u8>), Error> {
        let Prepared { id, sha256, by, declaration, .. } = prepared;
        let entry =
            Entry::Record { kind: RecordKind::Declaration, id, sha256, at: self.planned.at, by }.encode()?;
        let index = self.planned.edge.size();
        let Planned { batch, edge, .. } = &mut self.planned;
        batch.put(Table::Declarations, id.as_bytes(), declaration);
        batch.put(Table::IndexOf, id.as_bytes(), index.to_be_bytes().to_vec());
        batch.put(Table::Entries, &index.to_be_bytes(), entry.clone());
        if withheld {
            batch.put(Table::Detached, id.as_bytes(), Vec::new());
        }
        for tile in edge.push(leaf_hash(&entry)) {
            batch.put(Table::Tiles, &tile_key(tile.id), tile.to_bytes());
        }
        self.sealed.insert(id, (index, entry.clone()));
        Ok((index, entry))
    }

    /// Keeps content, unless it is kept already.
    fn keep(&mut self, content: PreparedContent) -> Result<bool, Error> {
        if self.len_of(&content.digest)?.is_some() {
            return Ok(false);
        }
        self.planned.batch.put(Table::Contents, content.digest.as_bytes(), content.packed);
        self.planned.contents.insert(content.digest, content.len);
        Ok(true)
    }

    /// The length of content that is stored, or will be with this commit.
    fn len_of(&self, digest: &Identity) -> Result<Option<u64>, Error> {
        match self.planned.contents.get(digest) {
            Some(len) => Ok(Some(*len)),
            None => stored_len(digest, self.db, self.known),
        }
    }

    /// The entry that a record has already.
    fn sealed_as(&self, id: &Identity) -> Result<Option<(u64, Vec<u8>)>, Error> {
        if let Some(sealed) = self.sealed.get(id) {
            return Ok(Some(sealed.clone()));
        }
        let Some(index) = self.db.get(Table::IndexOf, id.as_bytes())? else { return Ok(None) };
        let entry = self.db.get(Table::Entries, &index)?;
        let damaged = || Error::corrupt(format!("the stored entry of {id} is missing"));
        let index = <[u8; 8]>::try_from(index).map_err(|_| damaged())?;
        Ok(Some((u64::from_be_bytes(index), entry.ok_or_else(damaged)?)))
    }
}
