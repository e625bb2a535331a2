//! A store on a faulty disk beside its model.

use super::{
    Fate, FaultyDisk, Site,
    items::{Item, source},
    model::{Answer, Commit, Model},
};
use crate::{
    audit::{AuditOptions, DamageKind},
    commit::receipt::Kept,
    error::{ErrorKind, SealError},
    opening::Options,
    read::Reader,
    store::Store,
};
use std::path::PathBuf;

/// The store, the model that it is held against, and what both were asked.
pub(super) struct Run {
    disk: FaultyDisk,
    pub(super) model: Model,
    store: Option<Store>,
    stopped: bool,
}

impl Run {
    pub(super) fn new() -> Self {
        let mut run = Self { disk: FaultyDisk::new(), model: Model::default(), store: None, stopped: false };
        run.store = Some(Store::create(&run.dir(), "example.com/runs", &run.options(false)).unwrap());
        run.model.commit(Commit::default(), Fate::SOUND);
        run.model.record(Fate::SOUND);
        run.check();
        run
    }

    fn dir(&self) -> PathBuf {
        self.disk.path("store")
    }

    fn record(&self) -> PathBuf {
        self.disk.path("state").join("head.checkpoint")
    }

    fn options(&self, adopt: bool) -> Options {
        Options { head: Some(self.record()), adopt }
    }

    /// Seals a batch in one commit, whose batch and head record have these fates.
    pub(super) fn seal(&mut self, items: &[Item], batch: Fate, record: Fate) {
        let (submissions, ids): (Vec<_>, Vec<_>) = items.iter().map(|item| item.submission()).unzip();
        self.disk.plan(&[batch], &[record]);
        let store = self.store.as_ref().unwrap();
        let results = store.seal(submissions);
        let (commit, answers) = self.model.plan(items);
        assert_eq!(results.len(), answers.len());
        let failed = self.written(commit);
        let key = self.store.as_ref().unwrap().verifier_key().clone();
        for ((id, answer), result) in ids.iter().zip(answers).zip(results) {
            match (result, answer, failed) {
                (Ok(receipt), Answer::Sealed { .. }, None) => {
                    self.model.receive(&receipt, id, answer, &key);
                }
                (Err(SealError::Refused(_)), Answer::Refused, _) => {}
                (Err(SealError::Store(error)), _, Some(kind)) if error.kind() == kind => {}
                (result, ..) => panic!("{result:?}, not {answer:?} or {failed:?}"),
            }
        }
    }

    /// Keeps the content of a run.
    pub(super) fn keep(&mut self, run: u64, batch: Fate) {
        let content = source(run).contents.remove(0);
        self.disk.plan(&[batch], &[]);
        let kept = self.store.as_ref().unwrap().put_content(content.bytes);
        let new = !self.model.holds(&content.digest);
        let contents = if new { vec![content.digest] } else { Vec::new() };
        let failed = self.written(Commit { contents, ..Commit::default() });
        match (kept, failed) {
            (Ok(kept), None) => assert_eq!((kept.digest, kept.new), (content.digest, new)),
            // What is there can be seen without the sequencer.
            (Ok(Kept { new: false, .. }), Some(ErrorKind::Stopped)) if !new => {}
            (Err(error), Some(kind)) if error.kind() == kind => {}
            (kept, _) => panic!("{kept:?}, not {failed:?}"),
        }
    }

    /// Records the result of a commit. Returns the kind of error that its callers get, if any.
    fn written(&mut self, commit: Commit) -> Option<ErrorKind> {
        if self.stopped {
            assert!(self.disk.writes().is_empty(), "after an error nothing is written");
            return Some(ErrorKind::Stopped);
        }
        let Some(fate) = self.disk.writes().first().map(|(site, _, fate)| {
            assert_eq!(*site, Site::Batch, "the head record is not written before the batch");
            *fate
        }) else {
            assert!(commit.records.is_empty() && commit.contents.is_empty(), "{commit:?} was not written");
            return None;
        };
        let grows = !commit.records.is_empty();
        self.model.commit(commit, fate);
        if !fate.reported_done {
            self.stopped = true;
            return Some(ErrorKind::Io);
        }
        if grows {
            self.disk.wait_for(&self.record());
            self.recorded();
        }
        None
    }

    /// Records the result of writing the head record.
    fn recorded(&mut self) {
        for (_, path, fate) in self.disk.writes() {
            if path == self.record() {
                self.model.record(fate);
                self.stopped |= !fate.reported_done;
            }
        }
    }

    /// Whether the store writes no more, after an error.
    pub(super) fn has_stopped(&self) -> bool {
        self.stopped
    }

    /// Ends the process: it closes the store, or the power goes.
    pub(super) fn end(&mut self, crash: bool) {
        if crash {
            self.disk.crash(&self.dir());
        }
        self.store = None;
        self.stopped = false;
        if crash {
            // After a power cut there is no note of how the store was closed.
            std::fs::write(self.dir().join("lock"), "").unwrap();
            self.disk.restart();
            self.model.crash();
        }
    }

    /// Opens the store again, with these fates for the files that opening writes; once more if that fails. Answers
    /// whether the log may go on: a store behind its head record may not.
    pub(super) fn open(&mut self, files: &[Fate]) -> bool {
        self.disk.plan(&[], files);
        let opened = Store::open(&self.dir(), &self.options(false));
        self.recorded();
        let failed = std::mem::take(&mut self.stopped);
        let size = self.model.size();
        match opened {
            Ok(store) => {
                assert!(!failed, "a head record that could not be written was taken for written");
                assert!(self.model.recorded() <= Some(size), "a rollback was not noticed");
                self.store = Some(store);
                self.check();
                true
            }
            Err(error) if failed => {
                assert_eq!(error.kind(), ErrorKind::Io);
                self.open(&[])
            }
            // Shorter than the last writer left it: that is seen without the head record.
            Err(error) if error.kind() == ErrorKind::Corrupt => {
                assert!(self.model.has_lost(), "{error:?}");
                assert_eq!(Reader::open(&self.dir()).map(drop).unwrap_err().kind(), ErrorKind::Corrupt);
                false
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::RolledBack, "{error:?}");
                assert!(self.model.recorded() > Some(size), "{error}");
                self.model.check(&Reader::open(&self.dir()).unwrap(), |_| true);
                assert_eq!(self.audit(), [DamageKind::HeadRecord]);
                false
            }
        }
    }

    /// Holds the store, and what another process reads, against the model. Spares most proofs of a large store.
    pub(super) fn check(&mut self) {
        let size = self.model.size();
        let sample = |index| size - index <= 8 || index % (1 + size / 16) == 0;
        self.model.check(self.store.as_ref().unwrap().reader(), sample);
    }

    /// Holds what another process reads, beside the writer, against the model.
    pub(super) fn look(&mut self) {
        self.model.check(&Reader::open(&self.dir()).unwrap(), |index| index % 7 == 0);
    }

    /// The kinds of damage that an audit finds.
    pub(super) fn audit(&self) -> Vec<DamageKind> {
        let options = AuditOptions { head: Some(self.record()), ..AuditOptions::default() };
        let report = Reader::open(&self.dir()).unwrap().audit(&options, &mut |_, _| ()).unwrap();
        report.damage.into_iter().map(|damage| damage.kind).collect()
    }
}
