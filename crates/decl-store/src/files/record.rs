//! The head record: the last checkpoint of this log, kept where no restore of the store reaches.

use super::{durable, lock::Lock};
use crate::error::{Error, ErrorKind};
use decl_log::{Checkpoint, FileKind, MAX_NOTE, Refusal, Tree, VerifierKey};
use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// A file outside the store with the last checkpoint that left the process.
///
/// RocksDB recovers a damaged write-ahead log by dropping its end, and a restored backup is a sound store: neither
/// looks wrong from inside. If such a log continued, it would sign two trees of one size.
pub(crate) struct HeadRecord {
    path: PathBuf,
}

impl HeadRecord {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Returns the checkpoint in the record, or `None` if there is no record.
    pub(crate) fn read(&self, key: &VerifierKey) -> Result<Option<Tree>, Error> {
        self.bytes()?.map(|note| self.tree(&note, key)).transpose()
    }

    /// Refuses if there is a record already: that of another log must not be overwritten.
    pub(crate) fn check_absent(&self) -> Result<(), Error> {
        match fs::symlink_metadata(&self.path) {
            Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(source) => Err(Error::io("read the head record", &self.path, source)),
            Ok(_) => {
                let path = self.path.display();
                let error = |message| Err(Error::new(ErrorKind::AlreadyExists, message));
                match self.bytes()?.map(|found| FileKind::of(&found)) {
                    None | Some(FileKind::Checkpoint) => {
                        error(format!("{path} is already the head record of a log")).map_err(|error| {
                            error.with_hint(
                                "name another file with --head; move this one away only if its log is gone for good",
                            )
                        })
                    }
                    Some(found) => error(format!("{path} is there already: not a head record but {found}")),
                }
            }
        }
    }

    /// Removes the record if it is that of a log that was never completed.
    pub(crate) fn remove_unused(&self, key: &VerifierKey) -> Result<(), Error> {
        match self.read(key) {
            Ok(Some(tree)) if tree.size <= 1 => {
                fs::remove_file(&self.path).map_err(|source| Error::io("remove", &self.path, source))
            }
            _ => Ok(()), // of another log, or none
        }
    }

    /// Returns the bytes of the file, or enough of them to see that they are not a note; `None` if there is no file.
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

    fn tree(&self, note: &[u8], key: &VerifierKey) -> Result<Tree, Error> {
        let opened = str::from_utf8(note)
            .map_err(|_| Refusal::Malformed("a checkpoint is UTF-8"))
            .and_then(|text| Checkpoint::open(text, key));
        opened.map(|checkpoint| checkpoint.tree).map_err(|refusal| {
            let (path, why) = (self.path.display(), FileKind::Checkpoint.mismatch(note, &refusal));
            // It is evidence from outside of the store, which may be sound.
            Error::new(ErrorKind::Unrecorded, format!("{path} is no head record of this log: {why}"))
                .with_hint("name the right file with --head; if that is lost for good, move this one away and adopt the store")
        })
    }
}

/// The record, locked by the one writer that may replace it.
///
/// The lock of a store does not follow its clones, but all clones share the record, so its own lock keeps two of them
/// from signing at the same time.
pub(crate) struct HeldRecord {
    record: HeadRecord,
    /// The bytes of the file, unless somebody bypassed the lock.
    note: Option<Vec<u8>>,
    _lock: Lock,
}

impl HeldRecord {
    /// Locks a record, or its path if there is none yet.
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

    /// Locks the path of a record that must not exist yet.
    pub(crate) fn take_new(path: &Path) -> Result<Self, Error> {
        let held = Self::take(path)?;
        held.record.check_absent()?;
        Ok(held)
    }

    /// Returns the path of the record.
    pub(crate) fn path(&self) -> &Path {
        &self.record.path
    }

    pub(crate) fn is_there(&self) -> bool {
        self.note.is_some()
    }

    /// Returns the checkpoint in the record, or `None` if there is no record.
    pub(crate) fn tree(&self, key: &VerifierKey) -> Result<Option<Tree>, Error> {
        self.note.as_deref().map(|note| self.record.tree(note, key)).transpose()
    }

    /// Replaces the record. It is durable when this returns.
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
