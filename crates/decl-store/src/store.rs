//! The writer: one per store.

use crate::{
    Error, ErrorKind, SealError,
    commit::{
        Outcome, Work,
        budget::Budget,
        prepare::{Known, PreparedContent, prepare},
        receipt::{Receipt, Stats, Submission},
        sequencer::{COMMIT_BYTES, COMMIT_WORKS, Done, Job, Sequencer},
    },
    files::{layout::Layout, lock::Lock, record::HeldRecord},
    head::Head,
    read::Reader,
    rows,
};
use crossbeam_channel::{Receiver, Sender, bounded};
use decl_core::{Content, Identity, limits};
use decl_log::{Entry, SigningKey, VerifierKey};
use rayon::prelude::*;
use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

/// Jobs that may wait for the sequencer.
const QUEUE_JOBS: usize = 8192;

/// Bytes that may wait for the sequencer; one larger job may wait alone.
const QUEUE_BYTES: usize = 64 << 20;

/// Jobs of one call that are under way at a time: one is being prepared or proved while another syncs.
const PIPELINE: usize = 2;

/// Digests of content whose length is remembered.
const KNOWN: usize = 1 << 16;

/// Fewer submissions than this are not worth waking other threads for.
const PARALLEL: usize = 16;

/// The writer of a store. Callable from many threads; what they submit at the same time shares a sync.
///
/// Whoever can write to the directory can replace the log, and whoever reads `key` can sign for it: the head record,
/// witnesses and proofs that have left are what they cannot change.
pub struct Store {
    reader: Arc<Reader>,
    known: Arc<Known>,
    vkey: VerifierKey,
    budget: Arc<Budget>,
    stats: Arc<Mutex<Stats>>,
    jobs: Option<Sender<Job>>,
    sequencer: Option<JoinHandle<()>>,
    /// The last to go: the database is closed before another writer may come.
    _lock: Lock,
}

impl Store {
    /// Starts the sequencer over an open database.
    pub(crate) fn start(
        reader: Arc<Reader>,
        key: SigningKey,
        record: Option<HeldRecord>,
        lock: Lock,
        head: Arc<Head>,
        last_at: u64,
    ) -> Result<Self, Error> {
        let (sender, jobs) = bounded(QUEUE_JOBS);
        let (known, stats) = (Arc::new(Known::new(KNOWN)), Arc::default());
        let vkey = key.verifier_key().clone();
        let sequencer = Sequencer {
            syncs_before: reader.db().syncs(),
            reader: Arc::clone(&reader),
            known: Arc::clone(&known),
            key,
            record,
            stats: Arc::clone(&stats),
            head,
            last_at,
            unrecorded: None,
        };
        let thread = thread::Builder::new().name("sequencer".to_owned()).spawn(move || sequencer.run(&jobs));
        let thread =
            thread.map_err(|source| Error::new(ErrorKind::Io, "cannot start a thread").because(source))?;
        let budget = Budget::new(QUEUE_BYTES);
        Ok(Self {
            reader,
            known,
            vkey,
            budget,
            stats,
            jobs: Some(sender),
            sequencer: Some(thread),
            _lock: lock,
        })
    }

    /// Seals declarations: answers in the same order, each once it is on disk and its proof was checked. What is
    /// refused leaves nothing behind and holds up nothing. Waits when too much is under way already.
    pub fn seal(&self, batch: Vec<Submission>) -> Vec<Result<Receipt, SealError>> {
        let mut results = Vec::with_capacity(batch.len());
        let mut waiting = VecDeque::new();
        let mut rest = batch.into_iter();
        loop {
            if waiting.len() < PIPELINE && !rest.as_slice().is_empty() {
                let len = job_len(rest.as_slice());
                waiting.push_back(self.submit(rest.by_ref().take(len).collect()));
            } else if let Some(job) = waiting.pop_front() {
                results.extend(self.receive(job));
            } else {
                return results;
            }
        }
    }

    /// Keeps a piece of content, so that declarations can refer to it. Answers whether it is new.
    pub fn put_content(&self, content: &Content) -> Result<bool, Error> {
        let refused = |message| Err(Error::new(ErrorKind::Argument, message));
        if content.bytes.len() > limits::CONTENT_BYTES {
            return refused("content has at most 256 MiB");
        }
        if content.media.len() > limits::NAME_BYTES {
            return refused("a media type has at most 256 bytes");
        }
        if Identity::of(&content.bytes) != content.digest {
            return refused("the content has another digest");
        }
        let (digest, len) = (content.digest, content.bytes.len() as u64);
        let packed = rows::pack_content(&content.media, &content.bytes);
        let done = self.send(vec![Work::Keep(PreparedContent { digest, len, packed })]).receive()?;
        Ok(done.outcomes.iter().any(|outcome| matches!(outcome, Outcome::Kept { new: true })))
    }

    /// The public key of the store in a directory, without opening its database.
    pub fn key_at(dir: &Path) -> Result<VerifierKey, Error> {
        Layout::find(dir)?.verifier_key()
    }

    /// The read side, which sees every seal that was acknowledged.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The public key of the log.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.vkey
    }

    /// What was done since the store was opened.
    pub fn stats(&self) -> Stats {
        *self.stats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prepares a job and hands it over.
    fn submit(&self, batch: Vec<Submission>) -> Submitted {
        let ids = batch.iter().map(|submission| submission.declaration.identity()).collect();
        let prepare =
            |submission: Submission| prepare(submission, self.reader.db(), &self.known).map(Work::Seal);
        let works: Result<Vec<_>, _> = if batch.len() < PARALLEL {
            batch.into_iter().map(prepare).collect()
        } else {
            batch.into_par_iter().map(prepare).collect()
        };
        Submitted { ids, reply: works.map(|works| self.send(works)) }
    }

    fn send(&self, works: Vec<Work>) -> Reply {
        let (reply, answer) = bounded(1);
        let bytes = works.iter().map(Work::bytes).sum();
        let permit = self.budget.take(bytes);
        if let Some(jobs) = &self.jobs {
            // If the sequencer is gone, so is the other end of the reply, and waiting for it says so.
            let _ = jobs.send(Job { works, bytes, permit, reply });
        }
        Reply(answer)
    }

    /// Waits for a job and proves what came of it.
    fn receive(&self, job: Submitted) -> Vec<Result<Receipt, SealError>> {
        let Submitted { ids, reply } = job;
        let count = ids.len();
        let done = match reply.and_then(|reply| reply.receive()) {
            Ok(done) => done,
            Err(error) => return vec![Err(error.into()); count],
        };
        let receipt = |(id, outcome)| self.receipt(&done.head, id, outcome);
        if count < PARALLEL {
            ids.into_iter().zip(done.outcomes).map(receipt).collect()
        } else {
            ids.into_par_iter().zip(done.outcomes).map(receipt).collect()
        }
    }

    fn receipt(&self, head: &Head, identity: Identity, outcome: Outcome) -> Result<Receipt, SealError> {
        let (index, entry, new) = match outcome {
            Outcome::Sealed { index, entry, new } => (index, entry, new),
            Outcome::Refused(fault) => return Err(fault.into()),
            Outcome::Kept { .. } => {
                return Err(Error::new(ErrorKind::Stopped, "the sequencer lost its order").into());
            }
        };
        let sealed_at = match Entry::parse(&entry).map_err(Error::from)? {
            Entry::Record { id, at, .. } if id == identity => at,
            _ => {
                return Err(
                    Error::corrupt(format!("the stored entry {index} is not that of {identity}")).into()
                );
            }
        };
        let proof = self.reader.prove_at(head, index, entry)?;
        let tree = head.tree();
        Ok(Receipt { identity, index, size: tree.size, root: tree.root, new, sealed_at, proof })
    }
}

impl Drop for Store {
    /// Finishes what was submitted and brings the head record up to date.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(sequencer) = self.sequencer.take() {
            let _ = sequencer.join();
        }
    }
}

/// A job that was handed over.
struct Submitted {
    ids: Vec<Identity>,
    reply: Result<Reply, Error>,
}

struct Reply(Receiver<Result<Done, Error>>);

impl Reply {
    fn receive(&self) -> Result<Done, Error> {
        self.0.recv().unwrap_or_else(|_| Err(Error::new(ErrorKind::Stopped, "the sequencer is gone")))
    }
}

/// How many of these submissions go into one job.
fn job_len(batch: &[Submission]) -> usize {
    let mut bytes = 0_usize;
    let full = batch.iter().take(COMMIT_WORKS).position(|submission| {
        let contents = submission.contents.iter().map(|content| content.bytes.len()).sum::<usize>();
        bytes = bytes.saturating_add(submission.declaration.as_bytes().len()).saturating_add(contents);
        bytes > COMMIT_BYTES
    });
    full.map_or(batch.len().min(COMMIT_WORKS), |full| full.max(1))
}
