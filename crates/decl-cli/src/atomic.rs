//! Files that are there whole or not at all.

use crate::failure::Failure;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A file that will replace `path` once it is complete. Made before the work, so that the work is not done when its
/// result could not be written. Dropped without [`commit`](Self::commit), it leaves nothing.
pub(crate) struct AtomicFile {
    path: PathBuf,
    file: File,
    /// `None` for a device or a pipe, which is written as it is.
    temporary: Option<PathBuf>,
}

impl AtomicFile {
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        let fail = |error: io::Error| Failure::file(path, &error);
        let target = match fs::canonicalize(path) {
            Ok(target) if target.is_file() => target,
            Ok(target) => {
                let file = File::options().write(true).open(&target).map_err(fail)?;
                return Ok(Self { path: target, file, temporary: None });
            }
            Err(_) => path.to_owned(),
        };
        let mut name = OsString::from(".");
        name.push(target.file_name().ok_or_else(|| fail(io::ErrorKind::IsADirectory.into()))?);
        name.push(format!(".{}", std::process::id()));
        let temporary = target.with_file_name(name);
        let file = File::create_new(&temporary).map_err(fail)?;
        Ok(Self { path: target, file, temporary: Some(temporary) })
    }

    /// Writes; unless it is a device, syncs and renames.
    pub(crate) fn commit(mut self, bytes: &[u8]) -> Result<(), Failure> {
        let write = || {
            (&self.file).write_all(bytes)?;
            if let Some(temporary) = &self.temporary {
                self.file.sync_all()?;
                fs::rename(temporary, &self.path)?;
            }
            Ok(())
        };
        write().map_err(|error| Failure::file(&self.path, &error))?;
        self.temporary = None;
        Ok(())
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            // Nothing more can be done about a file that does not want to go.
            let _ = fs::remove_file(temporary);
        }
    }
}
