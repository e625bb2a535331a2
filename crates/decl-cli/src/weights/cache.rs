//! Digests of files that were read before.
//!
//! One small file for each file of weights, named by the path that it was read at, so that two runs never write over
//! what the other one learned. An entry counts only for the very [`State`] that it was made for. It saves time and
//! decides nothing: one that is damaged or cannot be written is as if it were not there. Whoever can write here can
//! lie, as whoever can write the weights can.

use super::hash::Digest;
use crate::atomic::AtomicFile;
use crate::failure::Failure;
use crate::input;
use crate::state::State;
use crate::store;
use decl_core::{Identity, hex, sha256, unhex};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

pub(crate) struct Cache(Option<PathBuf>);

/// Bytes of an entry: five numbers and two digests.
const ENTRY_BYTES: usize = 1024;

impl Cache {
    pub(crate) fn open() -> Self {
        Self(store::cache().map(|dir| dir.join("weights")))
    }

    /// Knows nothing and keeps nothing.
    #[cfg(test)]
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// The digest of the file at this real path, if it was read in this state.
    pub(crate) fn get(&self, path: &Path, state: &State) -> Option<Digest> {
        let entry = input::text(&self.entry(path)?, ENTRY_BYTES).ok()?;
        let digest = entry.strip_prefix(&format!("{state} "))?.split(' ').next()?;
        let digest = unhex(digest)?;
        (entry == written(state, &digest)).then_some(digest)
    }

    pub(crate) fn put(&self, path: &Path, state: &State, digest: &Digest) {
        let Some(entry) = self.entry(path) else { return };
        let write = || {
            if let Some(dir) = entry.parent() {
                fs::create_dir_all(dir).map_err(|error| Failure::file(dir, &error))?;
            }
            AtomicFile::create(&entry)?.commit(written(state, digest).as_bytes())
        };
        // Next time it is read again.
        let _ = write();
    }

    fn entry(&self, path: &Path) -> Option<PathBuf> {
        let entry = self.0.as_ref()?.join(hex(&sha256(path.as_os_str().as_bytes())));
        // A pipe would be waited for.
        (entry.is_file() || !entry.exists()).then_some(entry)
    }
}

/// An entry; its own digest at the end shows damage.
fn written(state: &State, digest: &Digest) -> String {
    let line = format!("{state} {}", hex(digest));
    format!("{line} {}\n", Identity::of(line.as_bytes()))
}
