//! A disk that fails on demand. It is compiled into this crate's own tests and nowhere else.
//!
//! A commit stands on two writes: the batch, and the files that [`durable`](crate::files::durable) puts in place, of which the
//! head record is one. Both pass through [`around`]. For a path below the home of a [`FaultyDisk`] it decides what
//! becomes of the write, and what the writer is told:
//!
//! ```text
//!                  reported done                            reported failed
//! kept             a sound write                            the error came after the bytes had reached the disk
//! lost             a lie: seen by every process, until      the error came before
//!                  the power goes
//! ```

mod items;
mod keys;
mod model;
mod reindex;
mod run;
mod steps;

use crate::error::{Error, ErrorKind};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tempfile::TempDir;

/// What becomes of a write, and what the writer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    kept: bool,
    reported_done: bool,
}

impl Fate {
    const SOUND: Self = Self { kept: true, reported_done: true };
    const ALL: [Self; 4] = [
        Self::SOUND,
        Self { kept: true, reported_done: false },
        Self { kept: false, reported_done: true },
        Self { kept: false, reported_done: false },
    ];
}

/// The kind of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Site {
    /// A batch of the database at the path.
    Batch,
    /// The file at the path.
    File,
}

/// The faulty disks of the running tests: the store's threads find theirs by the path.
static DISKS: Mutex<Vec<State>> = Mutex::new(Vec::new());
static WRITTEN: Condvar = Condvar::new();

struct State {
    home: PathBuf,
    fates: BTreeMap<Site, VecDeque<Fate>>,
    writes: Vec<(Site, PathBuf, Fate)>,
    /// What a path holds after a power cut: a copy from before the first lie about it, or nothing.
    lies: BTreeMap<PathBuf, Option<PathBuf>>,
    crashed: bool,
}

/// Does a write, or what the faulty disk of its path plans instead.
pub(crate) fn around(
    site: Site,
    path: &Path,
    write: impl FnOnce() -> Result<(), Error>,
) -> Result<(), Error> {
    let Some(fate) = of(&mut lock(), path).map(|disk| disk.fate(site, path)) else { return write() };
    if fate.kept || fate.reported_done {
        write()?;
    }
    if let Some(disk) = of(&mut lock(), path) {
        if fate.kept {
            // An honest sync brings everything to the disk that an earlier one only claimed to have brought.
            disk.lies.remove(path);
        }
        disk.writes.push((site, path.to_owned(), fate));
    }
    WRITTEN.notify_all();
    if fate.reported_done {
        Ok(())
    } else {
        Err(Error::new(ErrorKind::Io, format!("an injected fault at {}", path.display())))
    }
}

fn lock() -> MutexGuard<'static, Vec<State>> {
    DISKS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn of<'a>(disks: &'a mut [State], path: &Path) -> Option<&'a mut State> {
    disks.iter_mut().find(|disk| path.starts_with(&disk.home))
}

impl State {
    fn fate(&mut self, site: Site, path: &Path) -> Fate {
        if self.crashed {
            return Fate { kept: false, reported_done: false };
        }
        let fate = self.fates.get_mut(&site).and_then(VecDeque::pop_front).unwrap_or(Fate::SOUND);
        if !fate.kept && fate.reported_done && !self.lies.contains_key(path) {
            self.keep(path);
        }
        fate
    }

    /// Makes what is at the path now what will be there once the power has gone.
    fn keep(&mut self, path: &Path) {
        let mut before = self.home.join("before-").into_os_string();
        before.push(path.file_name().unwrap_or_default());
        let before = path.exists().then_some(PathBuf::from(before));
        if let Some(before) = &before {
            remove(before);
            copy(path, before);
        }
        self.lies.insert(path.to_owned(), before);
    }
}

/// A directory on a faulty disk; every write to it is sound unless a fault was planned.
pub(crate) struct FaultyDisk {
    home: TempDir,
}

impl FaultyDisk {
    pub(crate) fn new() -> Self {
        // The faults are simulated, so the disk need not be real.
        let memory = Path::new("/dev/shm");
        let home = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
        lock().push(State {
            home: home.path().to_owned(),
            fates: BTreeMap::new(),
            writes: Vec::new(),
            lies: BTreeMap::new(),
            crashed: false,
        });
        Self { home }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Plans the fates of the next batches and files, instead of the earlier plan. Later ones are sound.
    pub(crate) fn plan(&self, batches: &[Fate], files: &[Fate]) {
        self.state(|disk| {
            disk.writes.clear();
            disk.fates.insert(Site::Batch, batches.iter().copied().collect());
            disk.fates.insert(Site::File, files.iter().copied().collect());
        });
    }

    /// Returns what was written since the plan was made, in order.
    pub(crate) fn writes(&self) -> Vec<(Site, PathBuf, Fate)> {
        self.state(|disk| disk.writes.clone())
    }

    /// Waits until the file at this path was written, or reported as written.
    pub(crate) fn wait_for(&self, path: &Path) {
        let awaited = |disks: &mut Vec<State>| {
            let disk = of(disks, self.home.path()).unwrap();
            !disk.writes.iter().any(|(_, written, _)| written == path)
        };
        let waited = WRITTEN.wait_timeout_while(lock(), Duration::from_mins(1), awaited).unwrap();
        assert!(!waited.1.timed_out(), "{} was never written", path.display());
    }

    /// From now on nothing reaches the disk, neither by the seam nor past it into the files of the store.
    pub(crate) fn crash(&self, store: &Path) {
        self.state(|disk| {
            disk.crashed = true;
            for file in fs::read_dir(store).unwrap() {
                let path = file.unwrap().path();
                if !disk.lies.contains_key(&path) {
                    disk.keep(&path);
                }
            }
        });
    }

    /// Restarts after a crash and the end of the process: what never reached the disk is gone, and the disk works
    /// again.
    pub(crate) fn restart(&self) {
        self.state(|disk| {
            for (path, before) in std::mem::take(&mut disk.lies) {
                remove(&path);
                if let Some(before) = before {
                    fs::rename(before, path).unwrap();
                }
            }
            disk.fates.clear();
            disk.writes.clear();
            disk.crashed = false;
        });
    }

    fn state<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(of(&mut lock(), self.home.path()).unwrap())
    }
}

impl Drop for FaultyDisk {
    fn drop(&mut self) {
        lock().retain(|disk| disk.home != self.home.path());
    }
}

fn remove(path: &Path) {
    let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
}

/// Copies a file, or the files of a database.
fn copy(from: &Path, to: &Path) {
    if from.is_file() {
        fs::copy(from, to).unwrap();
        return;
    }
    // RocksDB creates and deletes files at any time. A disk has an instant; a copy has one if no file appeared or
    // vanished.
    loop {
        let names = names(from);
        fs::create_dir(to).unwrap();
        let copied = names.iter().try_for_each(|name| fs::copy(from.join(name), to.join(name)).map(drop));
        if copied.is_ok() && self::names(from) == names {
            return;
        }
        remove(to);
    }
}

fn names(dir: &Path) -> BTreeSet<OsString> {
    fs::read_dir(dir).unwrap().map(|file| file.unwrap().file_name()).collect()
}
