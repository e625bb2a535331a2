//! The one thread that writes. It gives every record its index, and nothing is acknowledged before it is on disk.

use super::{Commit, Outcome, Planned, Work, budget::Permit, receipt::Stats};
use crate::{
    content::Known,
    error::{Error, ErrorKind},
    files::record::HeldRecord,
    head::{Head, begins_hour},
    read::Reader,
};
use decl_log::SigningKey;
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, SyncSender},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// A commit with so many works takes no more.
pub(crate) const COMMIT_WORKS: usize = 4096;

/// A commit with so many bytes takes no more.
pub(crate) const COMMIT_BYTES: usize = 32 << 20;

/// The head record is written after this time without a request ...
const RECORD_IDLE: Duration = Duration::from_millis(50);

/// ... or this long after it fell behind: a crash leaves it no older. Tests with injected faults do not wait for a
/// clock.
const RECORD_DELAY: Duration = if cfg!(test) { Duration::ZERO } else { Duration::from_secs(1) };

/// Works that are done in one commit.
pub(crate) struct Job {
    /// The prepared works, and the errors of the others.
    pub(crate) works: Vec<Result<Work, Error>>,
    pub(crate) bytes: usize,
    pub(crate) permit: Permit,
    pub(crate) reply: SyncSender<Result<Done, Error>>,
}

impl Job {
    fn is_alone(&self) -> bool {
        self.works.iter().any(|work| matches!(work, Ok(Work::Alone(_))))
    }
}

/// The result of a job that is on disk.
pub(crate) struct Done {
    /// The head that covers it.
    pub(crate) head: Arc<Head>,
    /// One outcome for each work, in order. An error belongs to that work alone, which left nothing behind.
    pub(crate) outcomes: Vec<Result<Outcome, Error>>,
}

/// The state that only the sequencer uses.
pub(crate) struct Sequencer {
    pub(crate) reader: Arc<Reader>,
    pub(crate) known: Arc<Known>,
    pub(crate) key: SigningKey,
    pub(crate) record: Option<HeldRecord>,
    pub(crate) stats: Arc<Mutex<Stats>>,
    pub(crate) head: Arc<Head>,
    /// The clock of the newest entry.
    pub(crate) last_at: u64,
    /// The database's number of syncs before the first commit.
    pub(crate) syncs_before: u64,
    /// The time since which the head record is behind.
    pub(crate) unrecorded: Option<Instant>,
}

impl Sequencer {
    /// Serves jobs until every sender is dropped. The next commit takes all jobs that arrived during the last sync, so
    /// the group grows with the load and nobody waits for a timer.
    pub(crate) fn run(mut self, jobs: &Receiver<Job>) {
        let mut next = None;
        let stopped = loop {
            let first = match (next.take(), self.unrecorded) {
                (Some(job), _) => Ok(job),
                (None, None) => jobs.recv().map_err(|_| RecvTimeoutError::Disconnected),
                (None, Some(_)) => jobs.recv_timeout(RECORD_IDLE),
            };
            let served = match first {
                Ok(first) => {
                    let together;
                    (together, next) = drain(first, jobs);
                    self.serve(together).and_then(|()| self.record_if_late())
                }
                Err(RecvTimeoutError::Timeout) => self.record(),
                Err(RecvTimeoutError::Disconnected) => {
                    // No caller is left to tell. The next opening finds the record behind the store and continues.
                    let _ = self.record();
                    return;
                }
            };
            if let Err(error) = served {
                break error;
            }
        };
        // After a failed write, the content of the disk is unknown. Writing on could sign a second tree of one size.
        for job in next.into_iter().chain(jobs) {
            let error = Error::new(ErrorKind::Stopped, "the store stopped writing after an error")
                .with_hint("open it again; sealing again what was not acknowledged is safe")
                .because(stopped.clone());
            let _ = job.reply.send(Err(error));
        }
    }

    /// Commits some jobs and replies to them. An error is permanent.
    fn serve(&mut self, jobs: Vec<Job>) -> Result<(), Error> {
        let (works, waiting): (Vec<_>, Vec<_>) =
            jobs.into_iter().map(|Job { works, permit, reply, .. }| (works, (reply, permit))).unzip();
        let mut commit = Commit::begin(
            self.reader.db(),
            &self.known,
            self.head.edge().clone(),
            clock(SystemTime::now(), self.last_at),
        );
        let mut outcome = |work: Result<Work, _>| work.and_then(|work| commit.add(work));
        let outcomes: Vec<Vec<_>> =
            works.into_iter().map(|works| works.into_iter().map(&mut outcome).collect()).collect();
        // A failed write fails every job.
        let written = commit.finish().and_then(|planned| self.write(planned));
        for ((reply, _permit), outcomes) in waiting.into_iter().zip(outcomes) {
            let done = Done { head: Arc::clone(&self.head), outcomes };
            let _ = reply.send(written.clone().map(|()| done));
        }
        written
    }

    /// Writes one batch with its head, and syncs once.
    fn write(&mut self, planned: Planned) -> Result<(), Error> {
        let Planned { mut batch, edge, at, contents, erased } = planned;
        if batch.is_empty() {
            return Ok(());
        }
        let records = edge.size() - self.head.tree().size;
        let head = if records > 0 { Arc::new(Head::sign(edge, &self.key)?) } else { Arc::clone(&self.head) };
        if records > 0 {
            if begins_hour(at, self.last_at) {
                self.head.keep(&mut batch);
            }
            head.write(&mut batch);
        }
        let bytes = batch.bytes() as u64;
        self.reader.db().write(batch)?;
        self.known.forget(&erased);
        for (digest, stored) in contents {
            self.known.insert(digest, stored);
        }
        if records > 0 {
            self.last_at = at;
            self.reader.hold_head(&head);
            self.head = head;
            self.unrecorded.get_or_insert_with(Instant::now);
        }
        let mut stats = self.stats.lock().unwrap_or_else(PoisonError::into_inner);
        *stats = Stats {
            commits: stats.commits + 1,
            records: stats.records + records,
            bytes: stats.bytes + bytes,
            syncs: self.reader.db().syncs() - self.syncs_before,
        };
        Ok(())
    }

    fn record_if_late(&mut self) -> Result<(), Error> {
        let late = self.unrecorded.is_some_and(|since| since.elapsed() >= RECORD_DELAY);
        if late { self.record() } else { Ok(()) }
    }

    /// Writes the last acknowledged head to the head record. This never precedes an acknowledgement, so no caller
    /// waits for a second sync.
    fn record(&mut self) -> Result<(), Error> {
        if self.unrecorded.take().is_some()
            && let Some(record) = &mut self.record
        {
            record.write(self.head.note())?;
        }
        Ok(())
    }
}

/// Returns the milliseconds since 1970, or `last` if the machine's clock went back.
pub(crate) fn clock(now: SystemTime, last: u64) -> u64 {
    let now = now.duration_since(UNIX_EPOCH).map_or(0, |now| now.as_millis());
    last.max(u64::try_from(now).unwrap_or(0))
}

/// Returns the jobs of the next commit, and a job that was taken from the queue and belongs to the one after it. A commit
/// takes what has arrived, up to its bounds and up to a job that has to be alone.
fn drain(first: Job, jobs: &Receiver<Job>) -> (Vec<Job>, Option<Job>) {
    let (mut works, mut bytes) = (first.works.len(), first.bytes);
    let alone = first.is_alone();
    let mut drained = vec![first];
    while !alone
        && works < COMMIT_WORKS
        && bytes < COMMIT_BYTES
        && let Ok(job) = jobs.try_recv()
    {
        if job.is_alone() {
            return (drained, Some(job));
        }
        works += job.works.len();
        bytes += job.bytes;
        drained.push(job);
    }
    (drained, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commit::{Alone, budget::Budget};
    use std::sync::mpsc::sync_channel;

    #[test]
    fn the_clock_never_goes_back() {
        let at = |ms| UNIX_EPOCH + Duration::from_millis(ms);
        assert_eq!(clock(at(1_000), 0), 1_000);
        assert_eq!(clock(at(1_000), 999), 1_000);
        assert_eq!(clock(at(1_000), 5_000), 5_000);
        assert_eq!(clock(UNIX_EPOCH - Duration::from_secs(1), 7), 7);
    }

    fn job(works: Vec<Result<Work, Error>>, bytes: usize) -> Job {
        let (reply, _) = sync_channel(1);
        Job { works, bytes, permit: Budget::new(usize::MAX).take(bytes), reply }
    }

    #[test]
    fn what_goes_alone_ends_a_commit_and_shares_none() {
        let (sender, jobs) = sync_channel(16);
        for alone in [false, true, true, false, false, true] {
            let work: Alone = Box::new(|_| unreachable!());
            let works = if alone { vec![Ok(Work::Alone(work))] } else { Vec::new() };
            sender.send(job(works, 1)).unwrap();
        }
        let (mut next, mut commits) = (None, Vec::new());
        while let Some(first) = next.take().or_else(|| jobs.try_recv().ok()) {
            let together;
            (together, next) = drain(first, &jobs);
            commits.push(together.iter().map(Job::is_alone).collect::<Vec<_>>());
        }
        assert_eq!(commits, [vec![false], vec![true], vec![true], vec![false; 2], vec![true]]);
    }

    #[test]
    fn a_commit_takes_what_fits() {
        let (sender, jobs) = sync_channel(16);
        let job = |works, bytes| {
            let failed = || Err(Error::new(ErrorKind::Argument, "a work"));
            job(std::iter::repeat_with(failed).take(works).collect(), bytes)
        };
        let drained = |sizes: &[(usize, usize)]| {
            sizes[1..].iter().for_each(|(works, bytes)| sender.send(job(*works, *bytes)).unwrap());
            let taken = drain(job(sizes[0].0, sizes[0].1), &jobs).0.len();
            while jobs.try_recv().is_ok() {}
            taken
        };
        // The job that reaches a bound is included, and none after it.
        assert_eq!(drained(&[(1, 1); 10]), 10);
        assert_eq!(drained(&[(1, COMMIT_BYTES), (1, 1)]), 1);
        assert_eq!(drained(&[(1, COMMIT_BYTES - 1), (1, 1), (1, 1)]), 2);
        assert_eq!(drained(&[(1, COMMIT_BYTES / 4); 10]), 4);
        assert_eq!(drained(&[(COMMIT_WORKS, 1), (1, 1)]), 1);
        assert_eq!(drained(&[(COMMIT_WORKS / 4, 1); 10]), 4);
    }
}
