//! Detects whether a file changed since it was read.

use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The state of a file. Two states are equal only if nothing was written in between, unless the clock was turned back
/// or stood still (see `shows_writes_after`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileState {
    /// Whether it is a regular file, not a device, a pipe or a directory.
    pub regular: bool,
    /// Its length in bytes.
    pub len: u64,
    device: u64,
    inode: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
    /// The change time. Nobody can set it, so it also reveals a write whose `modified` was reset.
    changed: (i64, i64),
}

/// The coarsest time step of any file system in use.
const STEP_SECONDS: u64 = 2;

impl FileState {
    /// Returns the state of the file that a path leads to.
    pub fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        Ok(Self {
            regular: metadata.is_file(),
            len: metadata.len(),
            device: metadata.dev(),
            inode: metadata.ino(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        })
    }

    /// Returns whether a write after `now` would change the state: a file written just before `now` can be written
    /// again within the same step of the file system's clock.
    pub(crate) fn shows_writes_after(&self, now: SystemTime) -> bool {
        let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        i64::try_from(seconds.saturating_sub(STEP_SECONDS)).is_ok_and(|past| self.modified.0 < past)
    }
}

/// Writes everything that is compared on one line.
impl fmt::Display for FileState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { regular: _, len, device, inode, modified, changed } = self;
        write!(f, "{len} {device}:{inode} {}.{:09} {}.{:09}", modified.0, modified.1, changed.0, changed.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_write_of_a_moment_ago_may_hide_the_next() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let written = UNIX_EPOCH + Duration::from_millis(1_000_000_000_999);
        file.as_file().set_modified(written).unwrap();
        let state = FileState::of(file.path()).unwrap();
        assert!(!state.shows_writes_after(written - Duration::from_hours(1)), "the clock was turned back");
        assert!(!state.shows_writes_after(written));
        assert!(!state.shows_writes_after(written + Duration::from_secs(STEP_SECONDS)));
        assert!(state.shows_writes_after(written + Duration::from_secs(STEP_SECONDS + 1)));
    }
}
