//! Logs that a sound store does not write: an audit finds every rule that sealing would have enforced.

use super::{AuditOptions, DamageKind};
use crate::{
    commit::{
        Work,
        prepare::{Claim, Prepared},
        receipt::{Receipt, Submission},
    },
    index,
    occurrences::Step,
    opening::Options,
    rows,
    store::Store,
};
use decl_core::{
    Event, EventKind, Identity, NoFiles, Occurrence, Record, Source, Supplement, SupplementKind, hex, json,
};
use decl_explain::template;
use decl_log::Tree;

fn declaration(model: &str) -> Record {
    let text = json::pretty(&template("generate").unwrap())
        .replace(r#""authority": """#, r#""authority": "example.com""#)
        .replace(r#""name": """#, &format!(r#""name": "{model}""#));
    Source::parse(text.as_bytes(), &mut NoFiles).unwrap().declaration.into()
}

fn supplement(kind: SupplementKind, subject: Identity, body: &str) -> Supplement {
    let body = json::parse(body.as_bytes()).unwrap();
    Supplement::new(kind, subject, body, "local", &mut NoFiles).unwrap().0
}

/// Seals a record without asking anything about it; `step` is what is claimed that it does to an occurrence.
fn forge(store: &Store, record: &Record, by: &str, step: Option<(Occurrence, Step)>) {
    let subject = Supplement::try_from(record.clone()).map(|supplement| supplement.subject());
    let claim = subject.map(|subject| Claim { subject, is_sealed: true, started: None, step });
    let prepared = Prepared {
        kind: record.kind(),
        id: record.identity(),
        sha256: record.sha256(),
        by: by.to_owned(),
        packed: rows::pack_record(record.as_bytes()),
        terms: index::stored_terms(record, by, &store.reader().db().view()).unwrap_or_default(),
        mends: false,
        contents: Vec::new(),
        detached: true,
        keys: None,
        asked: None,
        claim: claim.ok().map(Box::new),
        unresolved: None,
        fault: None,
    };
    store.alone(|commit, _| commit.add(Work::Seal(prepared))).unwrap();
}

/// A log with two runs and three occurrences of the first: 1 is closed, and amended; 2 and 3 are open.
struct Log {
    store: Store,
    run: Receipt,
    other: Receipt,
    executions: [Receipt; 2],
    _home: tempfile::TempDir,
}

fn name(n: u64) -> Occurrence {
    format!("01977c5e-6b3f-7cc3-98c4-{n:012x}").parse().unwrap()
}

fn start(subject: Identity, n: u64, more: &str) -> Supplement {
    supplement(SupplementKind::Start, subject, &format!(r#"{{"occurrence": "{}"{more}}}"#, name(n)))
}

impl Log {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let store =
            Store::create(&home.path().join("store"), "example.com/runs", &Options::default()).unwrap();
        let seal =
            |record: Record| store.seal(vec![Submission::local(record, Vec::new())]).remove(0).unwrap();
        let (run, other) = (seal(declaration("a")), seal(declaration("b")));
        for n in [1, 2, 3] {
            seal(start(run.identity, n, "").into());
        }
        let executed = |more: &str| execution(run.identity, 1, run.sealed_at, more);
        let first = seal(executed("").into());
        let second = seal(executed(&amends(&first)).into());
        Self { run, other, executions: [first, second], store, _home: home }
    }

    fn seal(&self, record: Record) -> Receipt {
        self.store.seal(vec![Submission::local(record, Vec::new())]).remove(0).unwrap()
    }

    /// An execution of the run that is not late.
    fn execution(&self, n: u64, more: &str) -> Supplement {
        execution(self.run.identity, n, self.run.sealed_at, more)
    }

    fn damage(&self) -> Vec<(DamageKind, String)> {
        let report = self.store.reader().audit(&AuditOptions::default(), &mut |_, _| ()).unwrap();
        report.damage.into_iter().map(|damage| (damage.kind, damage.where_)).collect()
    }
}

fn execution(subject: Identity, n: u64, started: u64, more: &str) -> Supplement {
    let body = format!(r#"{{"occurrence": "{}", "started": {started}, "status": "ok"{more}}}"#, name(n));
    supplement(SupplementKind::Execution, subject, &body)
}

fn amends(receipt: &Receipt) -> String {
    format!(r#", "exit": 1, "amends": "{}""#, receipt.identity.hex())
}

/// Forges one record, and says what an audit finds.
fn found(
    forged: impl FnOnce(&Log) -> (Supplement, Option<(u64, Step)>),
) -> (Vec<(DamageKind, String)>, String) {
    let log = Log::new();
    assert_eq!(log.damage(), []);
    let (supplement, step) = forged(&log);
    let id = supplement.identity().to_string();
    forge(&log.store, &supplement, "local", step.map(|(n, step)| (name(n), step)));
    (log.damage(), id)
}

const END: Step = Step::End { amends: None };

#[test]
fn what_a_supplement_owes_to_the_log_is_audited() {
    type Forged = fn(&Log) -> (Supplement, Option<(u64, Step)>);
    let cases: [(&str, Forged); 9] = [
        ("late, and not marked", |log| (execution(log.run.identity, 2, 1, ""), Some((2, END)))),
        ("marked as late, and not late", |log| (log.execution(2, "").marked_late().unwrap(), Some((2, END)))),
        ("begun after it was sealed", |log| (execution(log.run.identity, 2, u64::MAX, ""), Some((2, END)))),
        ("no subject", |_| (start(Identity::of(b"stray"), 9, ""), Some((9, Step::Begin)))),
        ("a supplement as subject", |log| (start(log.executions[0].identity, 9, ""), Some((9, Step::Begin)))),
        ("another's imprint", |log| {
            log.store.put_content(b"token".to_vec()).unwrap();
            let sha256 = hex(&declaration("b").sha256());
            let body = format!(
                r#"{{"imprint": {{"alg": "sha256", "value": "{sha256}"}}, "content": {{"text": "token"}}}}"#
            );
            (supplement(SupplementKind::Timestamp, log.run.identity, &body), None)
        }),
        ("no target", |log| {
            let body = format!(r#"{{"rel": "plan", "target": "{}"}}"#, Identity::of(b"stray").hex());
            (supplement(SupplementKind::Link, log.run.identity, &body), None)
        }),
        ("a target that is no declaration", |log| {
            let body = format!(r#"{{"rel": "plan", "target": "{}"}}"#, log.executions[0].identity.hex());
            (supplement(SupplementKind::Link, log.run.identity, &body), None)
        }),
        ("a review of another run's supplement", |log| {
            let about = log.executions[0].identity.hex();
            let body = format!(r#"{{"reviewer": "a", "verdict": "accepted", "about": "{about}"}}"#);
            (supplement(SupplementKind::Review, log.other.identity, &body), None)
        }),
    ];
    for (what, forged) in cases {
        let (damage, id) = found(forged);
        assert_eq!(damage, [(DamageKind::Record, id)], "{what}");
    }
    let log = Log::new();
    let (event, _) =
        Event::new(EventKind::Export, json::parse(br#"{"what": "log"}"#).unwrap(), "local", &mut NoFiles)
            .unwrap();
    let id = event.identity().to_string();
    forge(&log.store, &event, "another", None);
    assert_eq!(log.damage(), [(DamageKind::Record, id)], "another submitter");
}

#[test]
fn a_tree_that_the_log_never_had_is_found() {
    let log = Log::new();
    let Tree { size, root } = log.store.reader().tree().unwrap();
    let anchor = |size: u64, root: [u8; 32]| {
        let body = format!(r#"{{"where": "elsewhere", "size": {size}, "root": "{}"}}"#, hex(&root));
        let body = json::parse(body.as_bytes()).unwrap();
        let (event, _) = Event::new(EventKind::Anchor, body, "local", &mut NoFiles).unwrap();
        forge(&log.store, &event, "local", None);
    };
    anchor(size, *root.as_bytes());
    assert_eq!(log.damage(), []);
    anchor(size, [7; 32]);
    anchor(size + 9, *root.as_bytes());
    let found = |entry: u64| (DamageKind::Record, format!("entry {entry}"));
    assert_eq!(log.damage(), [found(size + 1), found(size + 2)]);
}

#[test]
fn what_occurrences_owe_to_the_log_is_audited() {
    type Forged = fn(&Log) -> (Supplement, Option<(u64, Step)>);
    let of = |n| name(n).to_string();
    let cases: [(&str, Forged, String); 8] = [
        ("closed twice", |log| (log.execution(1, r#", "exit": 2"#), None), of(1)),
        (
            "closed twice, and the row says so",
            |log| (log.execution(1, r#", "exit": 2"#), Some((1, newest_of(log)))),
            "occurrences".to_owned(),
        ),
        (
            "amended twice",
            |log| {
                let again = format!(r#"{}, "ended": {}"#, amends(&log.executions[0]), u64::MAX);
                (log.execution(1, &again), Some((1, newest_of(log))))
            },
            "occurrences".to_owned(),
        ),
        (
            "amends another occurrence",
            |log| (log.execution(2, &amends(&log.executions[1])), Some((2, END))),
            of(2),
        ),
        ("begun twice", |log| (start(log.run.identity, 2, REFS), Some((2, Step::Mention))), of(2)),
        ("begun, and not in the tables", |log| (start(log.run.identity, 9, ""), None), of(9)),
        ("of two runs", |log| (execution(log.other.identity, 2, log.other.sealed_at, ""), None), of(2)),
        (
            "mentioned, and never begun",
            |log| {
                let body = format!(r#"{{"occurrence": "{}", "tokens": {{"input": 1}}}}"#, name(9));
                (supplement(SupplementKind::Usage, log.run.identity, &body), None)
            },
            of(9),
        ),
    ];
    for (what, forged, place) in cases {
        let (damage, _) = found(forged);
        assert_eq!(damage, [(DamageKind::Occurrence, place)], "{what}");
    }
}

#[test]
fn what_comes_before_its_occurrence_is_audited() {
    type Order = fn(&Log);
    fn usage(log: &Log) -> Record {
        let body = format!(r#"{{"occurrence": "{}", "tokens": {{"input": 1}}}}"#, name(9));
        supplement(SupplementKind::Usage, log.run.identity, &body).into()
    }
    let cases: [(&str, Order, bool); 5] = [
        (
            "a count before the start",
            |log| {
                forge(&log.store, &usage(log), "local", None);
                log.seal(start(log.run.identity, 9, "").into());
            },
            true,
        ),
        (
            "a count before the execution of what nothing started",
            |log| {
                forge(&log.store, &usage(log), "local", None);
                log.seal(log.execution(9, "").into());
            },
            true,
        ),
        (
            "an execution before the start",
            |log| {
                let first = log.execution(9, "");
                forge(&log.store, &first, "local", None);
                log.seal(start(log.run.identity, 9, "").into());
                let amends = format!(r#", "amends": "{}""#, first.identity().hex());
                forge(&log.store, &log.execution(9, &amends), "local", Some((name(9), END)));
            },
            true,
        ),
        (
            "a count after the start",
            |log| {
                log.seal(start(log.run.identity, 9, "").into());
                log.seal(usage(log));
            },
            false,
        ),
        (
            "a count between two executions of what nothing started",
            |log| {
                let first = log.seal(log.execution(9, "").into());
                log.seal(usage(log));
                log.seal(log.execution(9, &amends(&first)).into());
            },
            false,
        ),
    ];
    for (what, order, is_damage) in cases {
        let log = Log::new();
        order(&log);
        let expected = is_damage.then(|| (DamageKind::Occurrence, name(9).to_string()));
        assert_eq!(log.damage(), Vec::from_iter(expected), "{what}");
    }
}

const REFS: &str = r#", "refs": [{"system": "s", "id": "i"}]"#;

fn newest_of(log: &Log) -> Step {
    Step::End { amends: Some(log.executions[1].identity) }
}
