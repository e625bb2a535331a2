//! Occurrences: every short history of one, in one commit and in many.

use crate::{Place, execution, occurrence, seal_one, submission, supplement};
use decl_core::{At, Code, Identity, SupplementKind};
use decl_store::{AuditOptions, Progress, SealError, Store, Submission};

/// What a supplement wants of an occurrence. The others are of another declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Begin,
    End,
    AmendNewest,
    AmendOldest,
    Mention,
    OtherBegin,
    OtherEnd,
    OtherMention,
}

const STEPS: [Step; 8] = [
    Step::Begin,
    Step::End,
    Step::AmendNewest,
    Step::AmendOldest,
    Step::Mention,
    Step::OtherBegin,
    Step::OtherEnd,
    Step::OtherMention,
];

const LENGTH: usize = 4;

/// What is sealed of an occurrence: whose it is, whether it began, and its executions.
#[derive(Clone, Default)]
struct Model {
    of: Option<Identity>,
    began: bool,
    executions: Vec<Identity>,
}

impl Model {
    /// Takes the step of a supplement, or says why it is refused.
    fn take(&mut self, step: Step, subject: Identity, id: Identity) -> Result<(), (Code, &'static str)> {
        const OCCURRENCE: &str = "/body/occurrence";
        let known = self.of.is_some();
        if self.of.is_some_and(|of| of != subject) {
            return Err((Code::Range, OCCURRENCE));
        }
        match step {
            Step::Begin | Step::OtherBegin if known => return Err((Code::Range, OCCURRENCE)),
            Step::Begin | Step::OtherBegin => self.began = true,
            Step::End | Step::OtherEnd if !self.executions.is_empty() => {
                return Err((Code::Range, OCCURRENCE));
            }
            Step::AmendNewest | Step::AmendOldest if self.executions.is_empty() => {
                return Err((Code::Unresolved, "/body/amends"));
            }
            Step::AmendOldest if self.executions.len() > 1 => return Err((Code::Range, "/body/amends")),
            Step::End | Step::OtherEnd | Step::AmendNewest | Step::AmendOldest => self.executions.push(id),
            Step::Mention | Step::OtherMention if !known => return Err((Code::Unresolved, OCCURRENCE)),
            Step::Mention | Step::OtherMention => {}
        }
        self.of = Some(subject);
        Ok(())
    }
}

/// Declarations that are run, and when the second one was sealed.
struct Runs {
    subjects: [Identity; 2],
    at: u64,
}

impl Runs {
    fn new(store: &Store) -> Self {
        let [a, b] = ["a run", "another run"].map(|text| seal_one(store, submission(text)).unwrap());
        Self { subjects: [a.identity, b.identity], at: b.sealed_at }
    }

    fn subject(&self, step: Step) -> Identity {
        self.subjects[usize::from(matches!(step, Step::OtherBegin | Step::OtherEnd | Step::OtherMention))]
    }

    /// The supplement of step `nth` of a history.
    fn submission(&self, step: Step, n: u64, nth: usize, model: &Model) -> Submission {
        let subject = self.subject(step);
        let began =
            |more: &str| execution(subject, n, &format!(r#", "started": {}, "exit": {nth}{more}"#, self.at));
        let none = Identity::of(b"no execution");
        match step {
            Step::Begin | Step::OtherBegin => {
                let refs = format!(r#""refs": [{{"system": "step", "id": "{nth}"}}]"#);
                let body = format!(r#"{{"occurrence": "{}", {refs}}}"#, occurrence(n));
                supplement(SupplementKind::Start, subject, &body)
            }
            Step::End | Step::OtherEnd => began(""),
            Step::AmendNewest => {
                began(&format!(r#", "amends": "{}""#, model.executions.last().unwrap_or(&none).hex()))
            }
            Step::AmendOldest => {
                began(&format!(r#", "amends": "{}""#, model.executions.first().unwrap_or(&none).hex()))
            }
            Step::Mention | Step::OtherMention => {
                let body = format!(r#"{{"occurrence": "{}", "tokens": {{"input": {nth}}}}}"#, occurrence(n));
                supplement(SupplementKind::Usage, subject, &body)
            }
        }
    }
}

/// Every history of so many steps.
fn histories() -> Vec<Vec<Step>> {
    (0..LENGTH).fold(vec![Vec::new()], |shorter, _| {
        shorter.iter().flat_map(|history| STEPS.map(|step| [&history[..], &[step]].concat())).collect()
    })
}

/// Seals every history: each in one commit, or step by step.
fn seal_histories(together: bool) {
    let place = Place::in_memory();
    let store = place.create();
    let runs = Runs::new(&store);
    let mut models = Vec::new();
    let mut expected = Vec::new();
    let mut steps: Vec<Vec<Submission>> = vec![Vec::new(); LENGTH];
    for (n, history) in (1..).zip(histories()) {
        let mut model = Model::default();
        for (nth, step) in history.into_iter().enumerate() {
            let submission = runs.submission(step, n, nth, &model);
            let verdict = model.take(step, runs.subject(step), submission.record.identity());
            expected.push((n, nth, step, verdict));
            steps[nth].push(submission);
        }
        models.push((n, model));
    }
    let histories = models.len();
    let mut results = Vec::new();
    if together {
        // A job has 4,096 works, so every history is in one.
        let batch = (0..histories).flat_map(|n| steps.iter().map(move |step| step[n].clone()));
        results = store.seal(batch.collect());
    } else {
        let by_step: Vec<_> = steps.into_iter().map(|batch| store.seal(batch)).collect();
        for n in 0..histories {
            results.extend(by_step.iter().map(|results| results[n].clone()));
        }
    }
    for ((n, nth, step, expected), result) in expected.into_iter().zip(results) {
        let found = match result {
            Ok(receipt) => {
                assert!(receipt.new);
                Ok(())
            }
            Err(SealError::Refused(fault)) => Err((fault.code, fault.at)),
            Err(SealError::Store(error)) => panic!("{error}"),
        };
        let expected = expected.map_err(|(code, at)| (code, At::Pointer(at.to_owned())));
        assert_eq!(found, expected, "history {n}, step {nth}: {step:?}");
    }
    for reader in [store.reader(), &decl_store::Reader::open(&place.dir()).unwrap()] {
        let mut open = Vec::new();
        for (n, model) in &models {
            let occurrence = occurrence(*n).parse().unwrap();
            let progress = reader.occurrence(&occurrence).unwrap();
            assert_eq!(progress.map(|progress| progress.subject), model.of);
            let Some(Progress { start, execution, .. }) = progress else { continue };
            assert_eq!(start.is_some(), model.began);
            let newest = model.executions.last().map(|id| reader.index_of(id).unwrap().unwrap());
            assert_eq!(execution, newest);
            open.extend(start.filter(|_| newest.is_none()).map(|start| (start, occurrence)));
        }
        open.sort_unstable();
        assert!(open.len() > 100);
        let listed: Vec<_> = reader.open_occurrences(0).map(Result::unwrap).collect();
        assert_eq!(listed, open);
        let from = open[open.len() / 2].0;
        assert_eq!(reader.open_occurrences(from).count(), open.len() - open.len() / 2);
        let report = reader.audit(&AuditOptions::default(), &mut |_, _| ()).unwrap();
        assert_eq!(report.damage, []);
    }
}

#[test]
fn every_history_in_one_commit() {
    seal_histories(true);
}

#[test]
fn every_history_step_by_step() {
    seal_histories(false);
}
