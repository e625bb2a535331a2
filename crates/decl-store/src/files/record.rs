//! The head record: what this log last said to the world, kept where no restore of the store reaches.

use super::{durable, lock::Lock};
use crate::{Error, ErrorKind};
use decl_log::{Checkpoint, MAX_NOTE, Tree, VerifierKey};
use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// A file outside the store with the last checkpoint that left the process.
///
/// RocksDB recovers a damaged log by dropping its end, and a restored backup is a sound store: neither looks wrong
/// from inside. A log that then went on would sign two trees for one size.
pub(crate) struct HeadRecord {
    path: PathBuf,
}

impl HeadRecord {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// The checkpoint in the record; `None` if there is no record.
    pub(crate) fn read(&self, key: &VerifierKey) -> Result<Option<Tree>, Error> {
        self.bytes()?.map(|note| self.tree(note, key)).transpose()
    }

    /// Whether a log may be made here: the record of another must not be written over.
    pub(crate) fn check_absent(&self) -> Result<(), Error> {
        match fs::symlink_metadata(&self.path) {
            Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(source) => Err(Error::io("read the head record", &self.path, source)),
            Ok(_) => Err(Error::new(
                ErrorKind::AlreadyExists,
                format!("{} is already the head record of a log", self.path.display()),
            )
            .with_hint("name another file with --head; move this one away only if its log is gone for good")),
        }
    }

    /// Removes the record of a log that was never completed, if that is what it is.
    pub(crate) fn remove_unused(&self, key: &VerifierKey) -> Result<(), Error> {
        match self.read(key) {
            Ok(Some(tree)) if tree.size <= 1 => {
                fs::remove_file(&self.path).map_err(|source| Error::io("remove", &self.path, source))
            }
            _ => Ok(()), // of another log, or none
        }
    }

    /// What is in the file, or enough of it to see that it is no note.
    fn bytes(&self) -> Result<Option<Vec<u8>>, Error> {
        let mut note = Vec::new();
        let read = durable::open_file(&self.path)
            .and_then(|file| file.take(MAX_NOTE as u64 + 1).read_to_end(&mut note));
        match read {
            Ok(_) => Ok(Some(note)),
            Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::io("read the head record", &self.path, source)),
        }
    }

    fn tree(&self, note: Vec<u8>, key: &VerifierKey) -> Result<Tree, Error> {
        let garbled = || {
            Error::new(
                ErrorKind::Corrupt,
                format!("the head record {} is not a checkpoint of this log", self.path.display()),
            )
            .with_hint("if it is lost for good, move it away and adopt the store as it is")
        };
        let note = String::from_utf8(note).map_err(|source| garbled().because(source))?;
        let checkpoint = Checkpoint::open(&note, key).map_err(|refusal| garbled().because(refusal))?;
        Ok(checkpoint.tree)
    }
}

/// The record in the hands of the one writer that may replace it.
///
/// The lock of a store does not go with it when it is cloned; the record is the same one for every clone, so its own
/// lock keeps two of them from signing at the same time.
pub(crate) struct HeldRecord {
    record: HeadRecord,
    /// What is in the file, unless somebody went around the lock.
    note: Option<Vec<u8>>,
    _lock: Lock,
}

impl HeldRecord {
    /// Takes hold of a record, or of the place where one will be.
    pub(crate) fn take(path: &Path) -> Result<Self, Error> {
        if let Some(parent) = path.parent() {
            durable::make_dir(parent, 0o700)?;
        }
        let mut lock = path.as_os_str().to_owned();
        lock.push(".lock");
        let lock = Lock::take(Path::new(&lock), &format!("the log of the head record {}", path.display()))?;
        let record = HeadRecord::new(path);
        let note = record.bytes()?;
        Ok(Self { record, note, _lock: lock })
    }

    /// Takes hold of the place of a record that is not there yet.
    pub(crate) fn take_new(path: &Path) -> Result<Self, Error> {
        let held = Self::take(path)?;
        held.record.check_absent()?;
        Ok(held)
    }

    /// Where the record is.
    pub(crate) fn path(&self) -> &Path {
        &self.record.path
    }

    pub(crate) fn is_there(&self) -> bool {
        self.note.is_some()
    }

    /// The checkpoint in the record; `None` if there is no record.
    pub(crate) fn tree(&self, key: &VerifierKey) -> Result<Option<Tree>, Error> {
        self.note.clone().map(|note| self.record.tree(note, key)).transpose()
    }

    /// Replaces the record. Durable when it returns.
    pub(crate) fn write(&mut self, note: &str) -> Result<(), Error> {
        let path = &self.record.path;
        if self.record.bytes()? != self.note {
            return Err(Error::new(
                ErrorKind::Forked,
                format!(
                    "the head record {} is not as this store left it: somebody else signs for the log",
                    path.display()
                ),
            )
            .with_hint("keep both as evidence"));
        }
        if self.note.as_deref() == Some(note.as_bytes()) {
            return Ok(());
        }
        durable::replace(path, note.as_bytes())?;
        self.note = Some(note.as_bytes().to_vec());
        Ok(())
    }
}
