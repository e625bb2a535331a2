//! One writer at a time.

use super::durable;
use crate::{Error, ErrorKind};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{FileExt as _, OpenOptionsExt as _},
    path::Path,
};

/// Keeps a file from everyone else who asks for it, until it is dropped or the process ends.
///
/// RocksDB has a lock of its own, but moves its files about before it asks for it, and two clones of a store have two
/// of them.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock, or says at once that `what` is open elsewhere.
    pub(crate) fn take(path: &Path, what: &str) -> Result<Self, Error> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(0o600);
        let file = durable::open_to_write(path, &mut options);
        let file = file.map_err(|source| Error::io("open", path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(Self::taken(what)),
            Err(TryLockError::Error(source)) => Err(Error::io("lock", path, source)),
        }
    }

    /// The error of who comes second.
    pub(crate) fn taken(what: &str) -> Error {
        Error::new(ErrorKind::Locked, format!("another process has {what} open for writing"))
            .with_hint("reading works beside it")
    }

    /// Leaves a note in the file for who opens it next. It is not synced.
    pub(crate) fn note(&self, text: &str) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.write_all_at(text.as_bytes(), 0)
    }
}
