//! Computes the SHA-256 of large files, several at once.

use crate::error::Error;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::Duration;

pub(crate) type Digest = [u8; 32];

/// Bytes of one read, few enough that they are still in the core's cache when they are hashed.
const CHUNK: usize = 512 << 10;

/// How many reads of a file may be ahead of its hash.
const AHEAD: usize = 4;

/// How often progress is reported.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// Hashes files, given with their lengths. The largest come first, so that no core ends with a long one alone.
/// `on_digest` gets each digest when it is ready; after its first error, or that of a read, no more files are started.
/// `progress` gets the bytes hashed so far.
pub(crate) fn sha256(
    files: &[(&Path, u64)],
    on_digest: &mut dyn FnMut(usize, Digest) -> Result<(), Error>,
    progress: &mut dyn FnMut(u64),
) -> Result<(), Error> {
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(files[i].1));
    let next = AtomicUsize::new(0);
    let work = Work { done: AtomicU64::new(0), stop: AtomicBool::new(false) };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (ready, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..cores.min(files.len()) {
            let ready = ready.clone();
            let (order, next, work) = (&order, &next, &work);
            scope.spawn(move || {
                while let Some(&i) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // The receiver lives until every worker has finished.
                    let _ = ready.send((i, work.file(files[i])));
                }
            });
        }
        drop(ready);
        let mut outcome = Ok(());
        loop {
            match results.recv_timeout(PROGRESS_INTERVAL) {
                Ok((i, digest)) if outcome.is_ok() => {
                    outcome = digest
                        .map_err(|error| Error::file(files[i].0, error))
                        .and_then(|digest| on_digest(i, digest));
                    if outcome.is_err() {
                        work.stop.store(true, Ordering::Relaxed);
                    }
                }
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => progress(work.done.load(Ordering::Relaxed)),
                Err(RecvTimeoutError::Disconnected) => return outcome,
            }
        }
    })
}

struct Work {
    done: AtomicU64,
    stop: AtomicBool,
}

impl Work {
    /// Reads in one thread and hashes in another, so that the disk and the core work at the same time.
    fn file(&self, (path, len): (&Path, u64)) -> io::Result<Digest> {
        // One more byte reveals that the file grew, and a file that never ends is not read for ever.
        let mut file = File::open(path)?.take(len.saturating_add(1));
        let (full, chunks) = mpsc::sync_channel(AHEAD);
        let (used, empty) = mpsc::channel();
        for _ in 0..AHEAD {
            let _ = used.send(vec![0; CHUNK]);
        }
        // This closure owns the channels: when it returns early they close, which ends the reader.
        thread::scope(move |scope| {
            scope.spawn(move || {
                for buffer in empty {
                    if !send_next(&mut file, buffer, &full) {
                        break;
                    }
                }
            });
            let mut hash = Sha256::new();
            for chunk in chunks {
                let (buffer, len) = chunk?;
                if self.stop.load(Ordering::Relaxed) {
                    return Err(io::ErrorKind::Interrupted.into());
                }
                hash.update(&buffer[..len]);
                self.done.fetch_add(len as u64, Ordering::Relaxed);
                // The reader may be done.
                let _ = used.send(buffer);
            }
            Ok(hash.finalize().into())
        })
    }
}

/// What the reader sends: a buffer, and how many of its bytes are valid.
type Chunk = io::Result<(Vec<u8>, usize)>;

/// Sends the next bytes to the hasher. Returns false at the end, after an error, and when the hasher has stopped.
fn send_next(file: &mut impl Read, mut buffer: Vec<u8>, full: &SyncSender<Chunk>) -> bool {
    loop {
        match file.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) => return false,
            Ok(len) => return full.send(Ok((buffer, len))).is_ok(),
            Err(error) => {
                let _ = full.send(Err(error));
                return false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn every_file_has_the_digest_of_its_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let lens = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, CHUNK * (AHEAD + 2) + 7, 64, 65];
        let mut paths = Vec::new();
        for (i, len) in lens.into_iter().enumerate() {
            paths.push(dir.path().join(format!("{i}")));
            let bytes: Vec<u8> = (0..len).map(|n| u8::try_from(n * 31 % 251).unwrap()).collect();
            fs::write(&paths[i], bytes).unwrap();
        }
        let files: Vec<_> = paths.iter().zip(lens).map(|(path, len)| (path.as_path(), len as u64)).collect();
        let mut got = vec![None; files.len()];
        let mut each = |i: usize, digest| {
            assert_eq!(got[i].replace(digest), None, "once");
            Ok(())
        };
        sha256(&files, &mut each, &mut |_| {}).unwrap();
        for (path, digest) in paths.iter().zip(got) {
            assert_eq!(digest, Some(decl_core::sha256(&fs::read(path).unwrap())), "{}", path.display());
        }
    }

    #[test]
    fn a_file_without_an_end_is_not_read_for_ever() {
        let mut got = None;
        let mut each = |_, digest| {
            got = Some(digest);
            Ok(())
        };
        sha256(&[(Path::new("/dev/zero"), 3)], &mut each, &mut |_| {}).unwrap();
        assert_eq!(got, Some(decl_core::sha256(&[0; 4])), "one byte more than it should have");
    }

    #[test]
    fn one_failure_ends_it() {
        let dir = tempfile::tempdir().unwrap();
        let (there, missing) = (dir.path().join("there"), dir.path().join("missing"));
        fs::write(&there, vec![7; CHUNK * AHEAD * 3]).unwrap();
        let failed = |files: &[(&Path, u64)], answer: fn() -> Result<(), Error>| {
            sha256(files, &mut |_, _| answer(), &mut |_| {}).unwrap_err().to_string()
        };
        let told = failed(&[(&there, 2), (&missing, 1), (&there, 3)], || Ok(()));
        assert!(told.starts_with(&format!("{}: No such file or directory", missing.display())), "{told}");
        assert_eq!(failed(&[(there.as_path(), 1); 9], || Err(Error::unusable("enough"))), "enough");
    }
}
