//! The head record: what this log last said to the world, kept where no restore of the store reaches.

use crate::{Error, ErrorKind, durable, reader::Reader};
use decl_log::{Checkpoint, Tree, VerifierKey};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A file outside the store with the last checkpoint that left the process.
///
/// RocksDB recovers a damaged log by dropping its end, and a restored backup is a sound store: neither looks wrong
/// from inside. A log that then went on would sign two trees for one size.
pub(crate) struct HeadRecord {
    path: PathBuf,
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

impl HeadRecord {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// The checkpoint in the record; `None` if there is no record.
    pub(crate) fn read(&self, key: &VerifierKey) -> Result<Option<Tree>, Error> {
        let note = match fs::read(&self.path) {
            Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|source| Error::io("read the head record", &self.path, source))?,
        };
        let garbled = || {
            Error::new(
                ErrorKind::Corrupt,
                format!("the head record {} is not a checkpoint of this log", self.path.display()),
            )
            .with_hint("if it is lost for good, move it away and adopt the store as it is")
        };
        let note = String::from_utf8(note).map_err(|source| garbled().because(source))?;
        let checkpoint = Checkpoint::open(&note, key).map_err(|refusal| garbled().because(refusal))?;
        Ok(Some(checkpoint.tree))
    }

    /// Replaces the record. Durable when it returns.
    pub(crate) fn write(&self, note: &str) -> Result<(), Error> {
        if let Some(parent) = self.path.parent() {
            fs::create_dir_all(parent).map_err(|source| Error::io("create", parent, source))?;
        }
        durable::replace(&self.path, note.as_bytes())
    }

    /// Whether a log may be made here: the record of another must not be written over.
    pub(crate) fn check_absent(&self) -> Result<(), Error> {
        match fs::symlink_metadata(&self.path) {
            Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(source) => Err(Error::io("read the head record", &self.path, source)),
            Ok(_) => Err(Error::new(
                ErrorKind::AlreadyExists,
                format!("{} is already the head record of a log", self.path.display()),
            )),
        }
    }

    /// Whether the store may go on from here.
    pub(crate) fn guard(&self, reader: &Reader, adopt: bool) -> Result<(), Error> {
        let path = self.path.display();
        let size = reader.tree()?.size;
        let Some(record) = self.read(&reader.verifier_key()?)? else {
            return if adopt || size <= 1 {
                Ok(())
            } else {
                Err(Error::new(
                    ErrorKind::Unrecorded,
                    format!("the store has {size} entries and no head record at {path}: a rollback could not be seen"),
                )
                .with_hint("`--adopt` takes the store as it is"))
            };
        };
        match standing(&record, reader)? {
            Standing::Extends => Ok(()),
            Standing::Ahead { record } => Err(Error::new(
                ErrorKind::RolledBack,
                format!("the store was rolled back: it has {size} entries, the head record {path} knows of {record}"),
            )
            .with_hint("restore a newer backup; if there is none, move the record away as evidence and adopt the store")),
            Standing::Forked { record } => Err(Error::new(
                ErrorKind::Forked,
                format!("the store and the head record {path} disagree on the first {record} entries"),
            )
            .with_hint("keep both as evidence")),
        }
    }
}

/// Compares a record with a store.
pub(crate) fn standing(record: &Tree, reader: &Reader) -> Result<Standing, Error> {
    if record.size > reader.tree()?.size {
        return Ok(Standing::Ahead { record: record.size });
    }
    // The root of any size the log once had is computed from stored hashes; it is the one we signed or it is not.
    Ok(if reader.root_at(record.size)? == record.root {
        Standing::Extends
    } else {
        Standing::Forked { record: record.size }
    })
}
