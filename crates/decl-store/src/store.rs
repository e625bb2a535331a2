//! The writer: one per store.

mod alone;

use crate::{
    commit::{
        Outcome, Work,
        budget::{Budget, Permit},
        parts::{Plan, too_large, unreadable},
        prepare::{Prepared, PreparedContent, prepare},
        receipt::{Kept, Receipt, Stats, Submission},
        sequencer::{COMMIT_BYTES, COMMIT_WORKS, Done, Job, Sequencer},
    },
    content::{CHUNK, Known},
    error::{Error, ErrorKind, SealError},
    files::{layout::Layout, record::HeldRecord},
    head::Head,
    read::Reader,
    rules,
    tables::Table,
};
use decl_core::{Identity, limits};
use decl_log::{Entry, SigningKey, Tree, VerifierKey};
use rayon::prelude::*;
use std::{
    collections::VecDeque,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::AtomicU64,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{self, JoinHandle},
};

/// The most jobs that wait for the sequencer.
const QUEUE_JOBS: usize = 8192;

/// The most bytes that wait for the sequencer; one larger job may wait alone.
const QUEUE_BYTES: usize = 64 << 20;

/// The most jobs of one call in flight: one is prepared or proved while another is synced.
const PIPELINE: usize = 2;

/// How many lengths of content are cached.
const KNOWN: usize = 1 << 16;

/// The fewest submissions that are prepared in parallel.
const PARALLEL: usize = 16;

/// Something about a store that is not an error, and that its opener should know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// Others could read the directory in which the store was created. Its mode is 0700 now.
    Tightened,
    /// There was no head record, so a loss of entries cannot be detected.
    Adopted {
        /// The number of entries in the store.
        entries: u64,
        /// The clock of the newest one, in milliseconds since 1970.
        newest: u64,
        /// A copy of the log whose last write was torn by a crash, if there was one.
        torn: Option<PathBuf>,
    },
    /// Erased bytes may still be in the files of the store: to take them out failed.
    Unpurged {
        /// Why, in one line.
        why: String,
    },
    /// The machine's clock is behind the newest entry. New entries are given its time.
    ClockBehind {
        /// The clock of the newest entry, in milliseconds since 1970.
        newest: u64,
        /// The machine's clock.
        now: u64,
    },
}

/// The writer of a store. It can be used from many threads; concurrent submissions share a sync.
///
/// Anybody who can write to the directory can replace the log, and anybody who can read `key` can sign for it. They
/// cannot change the head record, witnesses, or proofs that have left.
pub struct Store {
    reader: Arc<Reader>,
    known: Arc<Known>,
    vkey: VerifierKey,
    budget: Arc<Budget>,
    stats: Arc<Mutex<Stats>>,
    /// Held while the file of content keys is read and written.
    key_file: Mutex<()>,
    jobs: Option<SyncSender<Job>>,
    sequencer: Option<JoinHandle<()>>,
    notices: Vec<Notice>,
    /// The number of a write that is not before the last erasure of this process.
    erased_at: AtomicU64,
}

impl Store {
    /// Starts the sequencer over an open database.
    pub(crate) fn start(
        reader: Arc<Reader>,
        key: SigningKey,
        record: Option<HeldRecord>,
        head: Arc<Head>,
        last_at: u64,
        notices: Vec<Notice>,
    ) -> Result<Self, Error> {
        let (sender, jobs) = sync_channel(QUEUE_JOBS);
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
            key_file: Mutex::new(()),
            jobs: Some(sender),
            sequencer: Some(thread),
            notices,
            erased_at: AtomicU64::new(0),
        })
    }

    /// Seals declarations. Returns the receipts in the same order, each after it is on disk and its proof was checked.
    /// A refused declaration leaves nothing behind and does not stop the others. Blocks while too much is in flight.
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

    /// Stores a piece of content, so that declarations can refer to it. Returns its digest, and whether anything was
    /// written: content that is damaged in the store is written again. What was erased is refused.
    pub fn put_content(&self, bytes: Vec<u8>) -> Result<Kept, Error> {
        self.put(bytes, None).map_err(not_refused)
    }

    /// Does the same, also with what was erased: it is there again, and an event gives the reason.
    pub fn restore_content(&self, bytes: Vec<u8>, reason: &str) -> Result<Kept, SealError> {
        self.put(bytes, Some(reason.to_owned()))
    }

    fn put(&self, bytes: Vec<u8>, restore: Option<String>) -> Result<Kept, SealError> {
        if bytes.len() > limits::CONTENT_BYTES {
            return Err(too_large().into());
        }
        let permit = self.budget.take(bytes.len());
        let (digest, len) = (Identity::of(&bytes), bytes.len() as u64);
        let new = match PreparedContent::of(digest, bytes, self.reader.db(), &self.known)? {
            None => false,
            Some(content) => self.keep(&digest, Work::Keep(content, restore), permit)?,
        };
        Ok(Kept { digest, len, new })
    }

    /// Stores a piece of content of any length in little memory: reads it twice, to compute its digest and to write
    /// it. It is stored when this returns, or not at all.
    pub fn put_content_from(&self, input: &mut (impl Read + Seek)) -> Result<Kept, Error> {
        let plan = Plan::read(input)?;
        let Plan { digest, len, .. } = plan;
        if len <= CHUNK as u64 {
            let mut bytes = Vec::new();
            input.seek(SeekFrom::Start(0)).map_err(unreadable)?;
            input.take(CHUNK as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
            return self.put_content(bytes);
        }
        let db = self.reader.db();
        if plan.is_stored(db, &self.known)? {
            return Ok(Kept { digest, len, new: false });
        }
        let mends = db.has(Table::Contents, digest.as_bytes())?;
        let new = plan.write(input, mends, |part| {
            let permit = self.budget.take(part.bytes());
            self.keep(&digest, Work::KeepPart(part), permit).map_err(not_refused)
        })?;
        Ok(Kept { digest, len, new })
    }

    /// Sends content to the sequencer. Returns whether it was written.
    fn keep(&self, digest: &Identity, work: Work, permit: Permit) -> Result<bool, SealError> {
        let done = self.send(vec![Ok(work)], permit).receive()?;
        match done.outcomes.into_iter().next().unwrap_or_else(|| Err(lost_order()))? {
            Outcome::Kept { new } => Ok(new),
            Outcome::Erased { entry } => {
                let message = format!("the content {digest} was erased by entry {entry}");
                let erased = Error::new(ErrorKind::Erased, message);
                Err(erased.with_hint("it comes back only with a reason: --restore REASON").into())
            }
            Outcome::Refused(fault) => Err(fault.into()),
            Outcome::Sealed { .. } | Outcome::Done => Err(lost_order().into()),
        }
    }

    /// Returns the public key of the store in a directory without opening its database.
    pub fn key_at(dir: &Path) -> Result<VerifierKey, Error> {
        Layout::find(dir)?.verifier_key()
    }

    /// Returns the read side, which sees every acknowledged seal.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Returns the public key of the log.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.vkey
    }

    pub(crate) fn hold_key_file(&self) -> MutexGuard<'_, ()> {
        self.key_file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what the opener of the store should know.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Returns the counters since the store was opened.
    pub fn stats(&self) -> Stats {
        *self.stats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prepares a job and sends it to the sequencer as soon as the budget allows.
    fn submit(&self, batch: Vec<Submission>) -> Submitted {
        let permit = self.budget.take(batch.iter().map(weight).sum());
        let count = batch.len();
        let prepare = |submission: Submission| {
            let mut refused = rules::check_shares_a_commit(&submission.record).err();
            if let Some(tree) = rules::tree_of(&submission.record)
                && !self.reader.had(&tree)?
            {
                refused = Some(rules::no_such_tree(&tree));
            }
            let prepared = prepare(submission, self.reader.db(), &self.known)?;
            Ok(Work::Seal(Prepared { fault: refused.or(prepared.fault), ..prepared }))
        };
        let works: Vec<_> = if batch.len() < PARALLEL {
            batch.into_iter().map(prepare).collect()
        } else {
            batch.into_par_iter().map(prepare).collect()
        };
        Submitted { count, reply: self.send(works, permit) }
    }

    fn send(&self, works: Vec<Result<Work, Error>>, mut permit: Permit) -> Reply {
        let (reply, answer) = sync_channel(1);
        let bytes = works.iter().flatten().map(Work::bytes).sum();
        permit.shrink(bytes);
        if let Some(jobs) = &self.jobs {
            // If the sequencer is gone, the reply channel is closed, and waiting for it reports that.
            let _ = jobs.send(Job { works, bytes, permit, reply });
        }
        Reply(answer)
    }

    /// Waits for a job and proves its results.
    fn receive(&self, job: Submitted) -> Vec<Result<Receipt, SealError>> {
        let Submitted { count, reply } = job;
        let done = match reply.receive() {
            Ok(done) => done,
            Err(error) => return vec![Err(error.into()); count],
        };
        let receipt = |outcome| self.receipt(&done.head, outcome);
        if count < PARALLEL {
            done.outcomes.into_iter().map(receipt).collect()
        } else {
            done.outcomes.into_par_iter().map(receipt).collect()
        }
    }

    fn receipt(&self, head: &Head, outcome: Result<Outcome, Error>) -> Result<Receipt, SealError> {
        let (identity, index, entry, new, erased) = match outcome? {
            Outcome::Sealed { id, index, entry, new, erased } => (id, index, entry, new, erased),
            Outcome::Refused(fault) => return Err(fault.into()),
            Outcome::Kept { .. } | Outcome::Erased { .. } | Outcome::Done => return Err(lost_order().into()),
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
        let Tree { size, root } = head.tree();
        Ok(Receipt { identity, index, size, root, new, sealed_at, erased, proof })
    }
}

impl Drop for Store {
    /// Finishes what was submitted and updates the head record.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(sequencer) = self.sequencer.take() {
            let _ = sequencer.join();
        }
    }
}

/// A job that was sent to the sequencer.
struct Submitted {
    count: usize,
    reply: Reply,
}

struct Reply(Receiver<Result<Done, Error>>);

impl Reply {
    fn receive(&self) -> Result<Done, Error> {
        self.0.recv().unwrap_or_else(|_| Err(Error::new(ErrorKind::Stopped, "the sequencer is gone")))
    }
}

/// Returns the error of content that came without a reason to refuse.
fn not_refused(error: SealError) -> Error {
    match error {
        SealError::Store(error) => error,
        SealError::Refused(_) => lost_order(),
    }
}

fn lost_order() -> Error {
    Error::new(ErrorKind::Stopped, "the sequencer lost its order")
}

/// Returns how many of these submissions go into one job.
fn job_len(batch: &[Submission]) -> usize {
    let mut bytes = 0_usize;
    let full = batch.iter().take(COMMIT_WORKS).position(|submission| {
        bytes = bytes.saturating_add(weight(submission));
        bytes > COMMIT_BYTES
    });
    full.map_or(batch.len().min(COMMIT_WORKS), |full| full.max(1))
}

/// Returns the bytes of a submission before it is packed.
fn weight(submission: &Submission) -> usize {
    let contents = submission.contents.iter().map(|content| content.bytes.len());
    let keyed = submission.keyed.iter().map(|content| content.bytes().len());
    contents.chain(keyed).fold(submission.record.as_bytes().len(), usize::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{audit::AuditOptions, opening::Options};
    use decl_core::{Code, Content, NoFiles, Source, Supplement, SupplementKind, json};
    use decl_explain::template;

    fn submission(text: &str) -> Submission {
        let content = Content::new("text/plain", text.as_bytes().to_vec());
        let part = format!(
            r#""input": [{{"role": "user", "parts": [{{"t": "text", "content": {}, "attrs": {{}}}}]}}]"#,
            json::minimal(&content.reference())
        );
        let declaration = json::pretty(&template("generate").unwrap())
            .replace(r#""authority": """#, r#""authority": "example.com""#)
            .replace(r#""name": """#, r#""name": "some-model""#)
            .replace(r#""input": []"#, &part);
        let declaration = Source::parse(declaration.as_bytes(), &mut NoFiles).unwrap().declaration;
        Submission::local(declaration, vec![content])
    }

    #[test]
    fn what_waits_for_the_sequencer_is_in_the_budget() {
        let home = tempfile::tempdir().unwrap();
        let mut store =
            Store::create(&home.path().join("store"), "example.com/runs", &Options::default()).unwrap();
        // The test replaces the sequencer, which ends with its queue.
        let (sender, jobs) = sync_channel(QUEUE_JOBS);
        store.jobs = Some(sender);
        let [short, long] = ["short", &"long ".repeat(10_000)].map(submission);
        assert_eq!(weight(&long), long.record.as_bytes().len() + 50_000);
        let _first = store.submit(vec![short.clone(), long]);
        let first = jobs.recv().unwrap();
        assert_eq!(store.budget.held(), first.bytes);
        assert!(first.bytes > 50_000);
        let _second = store.submit(vec![short]);
        let second = jobs.recv().unwrap();
        assert_eq!(store.budget.held(), first.bytes + second.bytes);
        drop(first);
        assert_eq!(store.budget.held(), second.bytes);
        drop(second);
        assert_eq!(store.budget.held(), 0);
        thread::scope(|scope| {
            scope.spawn(|| store.put_content(vec![7; 1_000]));
            let job = jobs.recv().unwrap();
            assert_eq!((store.budget.held(), job.bytes), (1_000, 1_000));
        });
        assert_eq!(store.budget.held(), 0, "what nobody answers is given back");
    }

    #[test]
    fn what_goes_alone_has_a_commit_of_its_own() {
        let home = tempfile::tempdir().unwrap();
        let store =
            Store::create(&home.path().join("store"), "example.com/runs", &Options::default()).unwrap();
        let prepared = prepare(submission("alone"), store.reader.db(), &store.known).unwrap();
        let (head, outcome) = store.alone(|commit, _| commit.add(Work::Seal(prepared))).unwrap();
        assert_eq!(head.tree().size, 2);
        assert!(matches!(outcome, Outcome::Sealed { index: 1, new: true, .. }));
        let failing = store.alone(|_, _| Err::<(), _>(Error::new(ErrorKind::Argument, "no")));
        assert!(matches!(failing, Err(error) if error.kind() == ErrorKind::Argument));
        assert_eq!(store.seal(vec![submission("next")]).remove(0).unwrap().index, 2);
        assert_eq!(store.stats().commits, 2);
    }

    #[test]
    fn a_start_may_be_prepared_before_its_declaration_is_sealed() {
        let home = tempfile::tempdir().unwrap();
        let store =
            Store::create(&home.path().join("store"), "example.com/runs", &Options::default()).unwrap();
        let run = submission("run");
        let body = json::parse(br#"{"occurrence": "01977c5e-6b3f-7cc3-98c4-dc0c0c07398f"}"#).unwrap();
        let subject = run.record.identity();
        let (start, _) =
            Supplement::new(SupplementKind::Start, subject, body, "local", &mut NoFiles).unwrap();
        let prepared = || {
            let submission = Submission::local(start.clone(), Vec::new());
            prepare(submission, store.reader.db(), &store.known).unwrap()
        };
        let (refused, sealed) = (prepared(), prepared());
        let (_, refused) = store.alone(|commit, _| commit.add(Work::Seal(refused))).unwrap();
        assert!(matches!(refused, Outcome::Refused(fault) if fault.code == Code::Unresolved));
        store.seal(vec![run]).remove(0).unwrap();
        store.alone(|commit, _| commit.add(Work::Seal(sealed))).unwrap();
        // The index has it under the model of its declaration.
        let report = store.reader.audit(&AuditOptions::default(), &mut |_, _| ()).unwrap();
        assert_eq!(report.damage, []);
    }

    #[test]
    fn a_job_holds_what_a_commit_takes() {
        let some = |len: usize| submission(&"x".repeat(len));
        assert_eq!(job_len(&[some(1), some(1), some(1)]), 3);
        assert_eq!(job_len(&[some(COMMIT_BYTES), some(1)]), 1);
        assert_eq!(job_len(&[some(COMMIT_BYTES / 2), some(1), some(COMMIT_BYTES / 2)]), 2);
        let one = some(1);
        assert_eq!(job_len(&vec![one; COMMIT_WORKS + 1]), COMMIT_WORKS);
    }
}
