//! Writes files that appear complete or not at all.

use crate::failure::Failure;
use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile};

/// A file that replaces another when it is complete. It is created before the work, so that no work is done whose
/// result cannot be written. If it is dropped without [`commit`](Self::commit), it leaves nothing behind.
pub(crate) struct AtomicFile {
    path: PathBuf,
    output: Output,
}

enum Output {
    /// A temporary file, renamed to the path when it is complete.
    Temporary(NamedTempFile),
    /// A device or a pipe, which is written directly.
    Device(File),
}

impl AtomicFile {
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        let fail = |error: io::Error| Failure::file(path, &error);
        let target = match fs::canonicalize(path) {
            Ok(target) if target.is_file() => target,
            Ok(target) => {
                let file = File::options().write(true).open(&target).map_err(fail)?;
                return Ok(Self { path: target, output: Output::Device(file) });
            }
            Err(_) if path.file_name().is_none() => return Err(fail(io::ErrorKind::IsADirectory.into())),
            Err(_) => path.to_owned(),
        };
        let beside = target.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = Builder::new()
            .prefix(".decl-")
            .permissions(Permissions::from_mode(0o666)) // less the umask, as for any file
            .tempfile_in(beside)
            .map_err(fail)?;
        Ok(Self { path: target, output: Output::Temporary(file) })
    }

    /// Writes the bytes; unless it is a device, syncs and renames.
    pub(crate) fn commit(self, bytes: &[u8]) -> Result<(), Failure> {
        let Self { path, output } = self;
        let write = || match output {
            Output::Device(mut device) => device.write_all(bytes),
            Output::Temporary(mut file) => {
                file.as_file_mut().write_all(bytes)?;
                file.as_file().sync_all()?;
                file.persist(&path)?;
                Ok(())
            }
        };
        write().map_err(|error| Failure::file(&path, &error))
    }
}
