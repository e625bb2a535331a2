//! The lock that lets one writer in at a time.

use super::durable;
use crate::error::{Error, ErrorKind};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{FileExt as _, OpenOptionsExt as _},
    path::Path,
};

/// An exclusive lock on a file, held until it is dropped or the process ends.
///
/// RocksDB has its own lock, but it moves files before it takes it, and two clones of a store have two such locks.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock. Fails at once if another process has `what` open.
    pub(crate) fn take(path: &Path, what: &str) -> Result<Self, Error> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        let file = durable::open_named(path, &mut options);
        let file = file.map_err(|source| Error::io("open", path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(Self::taken(what)),
            Err(TryLockError::Error(source)) => Err(Error::io("lock", path, source)),
        }
    }

    /// Returns the error of a process that finds the lock taken.
    pub(crate) fn taken(what: &str) -> Error {
        Error::new(ErrorKind::Locked, format!("another process has {what} open for writing"))
            .with_hint("reading works beside it")
    }

    /// Leaves a note in the file for the next writer. It is not synced.
    pub(crate) fn note(&self, text: &str) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.write_all_at(text.as_bytes(), 0)
    }
}
