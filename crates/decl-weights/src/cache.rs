//! A cache of the digests of files.
//!
//! The cache has one small file for each file of weights, named by the path of the weights, so that two runs never
//! overwrite each other's entries. An entry is valid only for the exact [`FileState`] that it was made for. It saves
//! time and decides nothing: a damaged entry is ignored, and so is a failed write. Anybody who can write here can lie,
//! but so can anybody who can write the weights.

use crate::file_state::FileState;
use crate::hash::Digest;
use decl_core::{Identity, hex, sha256, unhex};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// A directory of cached digests.
#[derive(Debug)]
pub struct Cache(Option<PathBuf>);

/// The largest entry in bytes: five numbers and two digests.
const ENTRY_BYTES: u64 = 1024;

impl Cache {
    /// Returns the cache in this directory, which need not exist.
    pub fn at(dir: PathBuf) -> Self {
        Self(Some(dir))
    }

    /// Returns a cache that is always empty.
    pub fn none() -> Self {
        Self(None)
    }

    /// Returns the digest of the file at this real path, or `None` if it was not hashed in this state.
    pub(crate) fn get(&self, path: &Path, state: &FileState) -> Option<Digest> {
        let mut entry = String::new();
        File::open(self.entry(path)?).ok()?.take(ENTRY_BYTES).read_to_string(&mut entry).ok()?;
        let digest = entry.strip_prefix(&format!("{state} "))?.split(' ').next()?;
        let digest = unhex(digest)?;
        (entry == written(state, &digest)).then_some(digest)
    }

    pub(crate) fn put(&self, path: &Path, state: &FileState, digest: &Digest) {
        let Some(entry) = self.entry(path) else { return };
        let write = || -> io::Result<()> {
            let dir = entry.parent().ok_or(io::ErrorKind::NotFound)?;
            fs::create_dir_all(dir)?;
            let mut file = tempfile::NamedTempFile::new_in(dir)?;
            file.write_all(written(state, digest).as_bytes())?;
            file.persist(&entry)?;
            Ok(())
        };
        // Without an entry, the file is hashed again next time.
        let _ = write();
    }

    fn entry(&self, path: &Path) -> Option<PathBuf> {
        let entry = self.0.as_ref()?.join(hex(&sha256(path.as_os_str().as_bytes())));
        // Opening a pipe would wait for its other end.
        (entry.is_file() || !entry.exists()).then_some(entry)
    }
}

/// Returns the text of an entry; its own digest at the end reveals damage.
fn written(state: &FileState, digest: &Digest) -> String {
    let line = format!("{state} {}", hex(digest));
    format!("{line} {}\n", Identity::of(line.as_bytes()))
}
