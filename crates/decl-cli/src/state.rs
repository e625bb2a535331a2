//! What tells that a file is still the one that was read.

use std::fmt;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Of two equal states no write lies between, unless the clock was turned back or stood still (see
/// [`settled`](Self::settled)).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) regular: bool,
    pub(crate) len: u64,
    device: u64,
    inode: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
    /// Nobody can set it, so it also shows a write whose `modified` was put back.
    changed: (i64, i64),
}

/// No file system in use counts time in larger steps.
const STEP_SECONDS: u64 = 2;

impl State {
    /// Of the file that a path leads to.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
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

    /// Was the last write so long before `now` that a write after `now` shows in the state? A file that was written a
    /// moment ago can be written again within the same step of the file system's clock.
    pub(crate) fn settled(&self, now: SystemTime) -> bool {
        let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        i64::try_from(seconds.saturating_sub(STEP_SECONDS)).is_ok_and(|past| self.modified.0 < past)
    }
}

/// Everything that is compared, on one line.
impl fmt::Display for State {
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
    fn a_write_of_a_moment_ago_is_not_settled() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let written = UNIX_EPOCH + Duration::from_millis(1_000_000_000_999);
        file.as_file().set_modified(written).unwrap();
        let state = State::of(file.path()).unwrap();
        assert!(!state.settled(written - Duration::from_secs(3600)), "the clock was turned back");
        assert!(!state.settled(written));
        assert!(!state.settled(written + Duration::from_secs(STEP_SECONDS)));
        assert!(state.settled(written + Duration::from_secs(STEP_SECONDS + 1)));
    }
}
