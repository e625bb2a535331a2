//! Records of every kind, and what is refused of them.

use crate::{
    Place, Raw, TABLES, execution, occurrence, raw, seal_one, source, start, submission, supplement, verify,
};
use decl_core::{
    At, Code, Content, Erasure, Event, EventKind, Identity, NoFiles, Record, Supplement, SupplementKind,
    base64, hex, json,
};
use decl_store::{AuditOptions, Reader, Receipt, SealError, Store, Submission};
use std::collections::BTreeMap;

/// A run that is sealed, and a supplement of every kind that is attached to it, in an order in which they can be.
fn every_kind(run: &Receipt) -> Vec<Submission> {
    let subject = run.identity;
    let at = run.sealed_at;
    let o = occurrence(1);
    let sha256 = hex(&source("run").declaration.sha256());
    let statement = format!(
        r#"{{"_type": "https://in-toto.io/Statement/v1", "subject": [{{"digest": {{"sha256": "{sha256}"}}}}]}}"#
    );
    let text = |name: &str| format!(r#""content": {{"text": "{name}"}}"#);
    let executed = execution(subject, 1, &format!(r#", "started": {at}, "ended": {at}"#));
    let bodies = [
        (SupplementKind::Output, format!(r#"{{"occurrence": "{o}", {}}}"#, text("an output"))),
        (SupplementKind::Usage, format!(r#"{{"occurrence": "{o}", "tokens": {{"input": 3}}}}"#)),
        (SupplementKind::Trace, format!(r#"{{"occurrence": "{o}", {}}}"#, text("a trace"))),
        (SupplementKind::Score, format!(r#"{{"occurrence": "{o}", "metric": "f1", "value": 0.5}}"#)),
        (SupplementKind::Incident, format!(r#"{{"at": {at}, "severity": "low", {}}}"#, text("an incident"))),
        (
            SupplementKind::Review,
            format!(
                r#"{{"reviewer": "team-a", "verdict": "accepted", "about": "{}"}}"#,
                executed.record.identity().hex()
            ),
        ),
        (
            SupplementKind::Link,
            format!(
                r#"{{"rel": "parent", "target": "{}", "external": true}}"#,
                Identity::of(b"elsewhere").hex()
            ),
        ),
        (
            SupplementKind::Timestamp,
            format!(r#"{{"imprint": {{"alg": "sha256", "value": "{sha256}"}}, {}}}"#, text("a token")),
        ),
        (
            SupplementKind::Attestation,
            format!(
                r#"{{"content": {{"text": {}, "type": "application/vnd.in-toto+json"}}}}"#,
                quoted(&statement)
            ),
        ),
        (
            SupplementKind::ProviderReport,
            format!(r#"{{"source": {{"kind": "bedrock", "sha256": "{sha256}"}}, "occurrence": "{o}"}}"#),
        ),
    ];
    let mut all = vec![start(subject, 1), executed];
    all.extend(bodies.iter().map(|(kind, body)| supplement(*kind, subject, body)));
    all
}

fn quoted(text: &str) -> String {
    json::minimal(&decl_core::Value::text(text))
}

fn event(kind: EventKind, body: &str) -> Submission {
    let body = json::parse(body.as_bytes()).unwrap();
    let (event, contents) = Event::new(kind, body, "local", &mut NoFiles).unwrap();
    Submission::local(event, contents)
}

fn kind_of(record: &Record) -> String {
    record.value().get("kind").unwrap().as_str().unwrap().to_owned()
}

fn sound(reader: &Reader) {
    assert_eq!(reader.audit(&AuditOptions::default(), &mut |_, _| ()).unwrap().damage, []);
}

#[test]
fn records_of_every_kind_are_sealed_and_proved_and_found_again() {
    let place = Place::new();
    let store = place.create();
    let run = seal_one(&store, submission("run")).unwrap();
    let mut submissions = every_kind(&run);
    let mut kinds: Vec<_> = submissions.iter().map(|submission| kind_of(&submission.record)).collect();
    kinds.push(SupplementKind::Erasure.as_str().to_owned()); // the store's own
    kinds.sort();
    let mut all: Vec<_> = SupplementKind::NAMES.to_vec();
    all.sort_unstable();
    assert_eq!(kinds, all);
    let export = r#"{"what": "log", "records": 3}"#;
    submissions.push(event(EventKind::Export, export));

    for submission in &submissions {
        let receipt = seal_one(&store, submission.clone()).unwrap();
        verify(&receipt, &submission.record, store.verifier_key());
        assert!(receipt.new, "{}", kind_of(&submission.record));
    }
    let size = store.reader().tree().unwrap().size;
    for (index, submission) in (2..).zip(&submissions) {
        // Sealing it again is answered with the first receipt, whatever happened since.
        let again = seal_one(&store, submission.clone()).unwrap();
        assert_eq!((again.index, again.new), (index, false), "{}", kind_of(&submission.record));
        let record = &submission.record;
        assert_eq!(store.reader().record(&record.identity()).unwrap().as_deref(), Some(record.as_bytes()));
        for content in &submission.contents {
            assert_eq!(store.reader().content(&content.digest).unwrap().as_ref(), Some(&content.bytes));
        }
    }
    assert_eq!(store.reader().tree().unwrap().size, size);
    sound(store.reader());
    drop(store);
    sound(place.open().reader());
}

/// A table and a key.
type RowKey = (&'static str, Box<[u8]>);

/// Every row of every table.
fn rows(raw: &Raw) -> BTreeMap<RowKey, Box<[u8]>> {
    let rows = |table| raw.rows(table).into_iter().map(move |[key, row]| ((table, key), row));
    TABLES.into_iter().flat_map(rows).collect()
}

#[test]
fn attaching_changes_no_byte_of_what_is_stored() {
    let place = Place::new();
    let store = place.create();
    let declaration = source("run").declaration;
    let run = seal_one(&store, submission("run")).unwrap();
    // The tree has full tiles, so that one could be written again.
    store
        .seal((0..300).map(|n| submission(&format!("run {n}"))).collect::<Vec<_>>())
        .into_iter()
        .for_each(|sealed| drop(sealed.unwrap()));
    let key = store.verifier_key().clone();
    drop(store);
    let before = raw(&place, rows);

    let store = place.open();
    for submission in every_kind(&run) {
        seal_one(&store, submission).unwrap();
    }
    let new_proof = store.reader().prove(&run.identity).unwrap().unwrap();
    drop(store);
    let after = raw(&place, rows);
    let changed: Vec<_> =
        before.iter().filter(|(at, row)| after.get(at) != Some(row)).map(|(at, _)| at.clone()).collect();
    // The newest checkpoint and the right edge of the tree are the two rows that ever change.
    assert_eq!(changed, [("meta", b"checkpoint"[..].into()), ("meta", b"edge"[..].into())]);
    let mut added: BTreeMap<_, usize> = BTreeMap::new();
    after
        .keys()
        .filter(|at| !before.contains_key(at))
        .for_each(|(table, _)| *added.entry(*table).or_default() += 1);
    added.remove("index"); // as many as the records have fields
    let expected = [("contents", 5), ("entries", 12), ("index_of", 12), ("occurrences", 1), ("records", 12)];
    assert_eq!(added.into_iter().collect::<Vec<_>>(), expected);
    verify(&run, &declaration, &key);
    assert_eq!((&new_proof.extra, new_proof.index), (&run.proof.extra, run.index));
}

#[test]
fn a_start_may_come_with_its_declaration_and_nothing_else_may() {
    let place = Place::new();
    let store = place.create();
    let (a, b, c) = (submission("a"), submission("b"), submission("c"));
    let [id_a, id_b, id_c] = [&a, &b, &c].map(|submission| submission.record.identity());
    let early = execution(id_b, 2, r#", "started": 5"#);
    let results = store.seal(vec![a, start(id_a, 1), b, early.clone(), start(id_c, 3), c]);
    let (code, at) = (Code::Unresolved, At::Pointer("/subject".to_owned()));
    let found: Vec<_> =
        results.iter().map(|result| result.as_ref().map(|receipt| receipt.index).map_err(fault)).collect();
    let refused = || Err((code, at.clone()));
    assert_eq!(found, [Ok(1), Ok(2), Ok(3), refused(), refused(), Ok(4)], "works are done in their order");
    assert_eq!(store.stats().commits, 1);
    assert_eq!(seal_one(&store, early).unwrap().index, 5);
    sound(store.reader());
}

#[test]
fn an_execution_that_began_before_its_declaration_was_sealed_is_marked_by_the_store() {
    let place = Place::new();
    let store = place.create();
    let run = seal_one(&store, submission("run")).unwrap();
    for (n, started, late) in [(1, 0, true), (2, run.sealed_at - 1, true), (3, run.sealed_at, false)] {
        let given = execution(run.identity, n, &format!(r#", "started": {started}"#));
        let receipt = seal_one(&store, given.clone()).unwrap();
        let sealed =
            Supplement::from_cbor(store.reader().record(&receipt.identity).unwrap().unwrap()).unwrap();
        assert_eq!(sealed.execution().unwrap().late, late);
        assert_eq!(receipt.identity == given.record.identity(), !late);
        verify(&receipt, &sealed, store.verifier_key());
        // What the caller gave, and what was sealed, are the same record to the store.
        for again in [given.record.clone(), sealed.into()] {
            let again = seal_one(&store, Submission::local(again, Vec::new())).unwrap();
            assert_eq!((again.identity, again.index, again.new), (receipt.identity, receipt.index, false));
        }
    }
    sound(store.reader());
}

fn fault(error: &SealError) -> (Code, At) {
    match error {
        SealError::Refused(fault) => (fault.code, fault.at.clone()),
        SealError::Store(error) => panic!("{error}"),
    }
}

/// A log with a run, another run, and a supplement of each.
struct Log {
    _place: Place,
    store: Store,
    run: Receipt,
    other: Receipt,
    supplements: [Receipt; 2],
}

impl Log {
    fn new() -> Self {
        let place = Place::new();
        let store = place.create();
        let run = seal_one(&store, submission("run")).unwrap();
        let other = seal_one(&store, submission("other")).unwrap();
        let supplements =
            [(&run, 1), (&other, 2)].map(|(of, n)| seal_one(&store, start(of.identity, n)).unwrap());
        Self { _place: place, store, run, other, supplements }
    }

    fn attestation(&self, media: &str, content: &str) -> Submission {
        let body = format!(r#"{{"content": {{"text": {}, "type": "{media}"}}}}"#, quoted(content));
        supplement(SupplementKind::Attestation, self.run.identity, &body)
    }
}

const IN_TOTO: &str = "application/vnd.in-toto+json";
const DSSE: &str = "application/vnd.dsse.envelope.v1+json";
const SIGSTORE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// A statement about several things, of which one has this SHA-256. (Its base64 differs in the two alphabets.)
fn statement(sha256: &str) -> String {
    let subjects = format!(
        r#"[{{"name": "~~??", "digest": {{"sha1": "00"}}}}, {{"digest": {{"sha256": "{sha256}"}}}}]"#
    );
    format!(r#"{{"_type": "https://in-toto.io/Statement/v1", "subject": {subjects}}}"#)
}

fn envelope(payload: &str) -> String {
    format!(
        r#"{{"payloadType": "application/vnd.in-toto+json", "payload": "{}", "signatures": []}}"#,
        base64(payload.as_bytes())
    )
}

/// Makes an attestation about the bytes with this SHA-256.
type Form<'a> = &'a dyn Fn(&[u8; 32]) -> String;

#[test]
fn an_attestation_of_another_declaration_is_refused_in_every_form() {
    let log = Log::new();
    let (right, wrong) = (source("run").declaration.sha256(), source("other").declaration.sha256());
    let signed = |sha256: &[u8; 32]| {
        format!(
            r#"{{"messageSignature": {{"messageDigest": {{"algorithm": "SHA2_256", "digest": "{}"}}}}}}"#,
            base64(sha256)
        )
    };
    let bundle =
        |sha256: &str| format!(r#"{{"mediaType": "x", "dsseEnvelope": {}}}"#, envelope(&statement(sha256)));
    let url_safe = |sha256: &str| {
        let payload = base64(statement(sha256).as_bytes());
        let other = payload.replace('+', "-").replace('/', "_");
        assert_ne!(payload, other);
        envelope(&statement(sha256)).replace(&payload, &other)
    };
    let forms: [(&str, Form<'_>); 6] = [
        (IN_TOTO, &|sha256| statement(&hex(sha256))),
        (IN_TOTO, &|sha256| statement(&hex(sha256).to_uppercase())),
        (DSSE, &|sha256| envelope(&statement(&hex(sha256)))),
        (DSSE, &|sha256| url_safe(&hex(sha256))),
        (SIGSTORE, &|sha256| bundle(&hex(sha256))),
        (SIGSTORE, &|sha256| signed(sha256)),
    ];
    for (media, form) in forms {
        // The form tells what it is, whatever the media type says.
        for media in [media, "application/json"] {
            let result = seal_one(&log.store, log.attestation(media, &form(&wrong)));
            assert_eq!(
                fault(&result.unwrap_err()),
                (Code::Range, At::Pointer("/body/content".to_owned())),
                "{media}"
            );
            seal_one(&log.store, log.attestation(media, &form(&right))).unwrap();
        }
    }
    for (media, content, refused) in [
        (IN_TOTO, "not JSON", true),
        (IN_TOTO, "{}", true),
        (IN_TOTO, r#"{"_type": "https://in-toto.io/Statement/v1"}"#, true),
        (IN_TOTO, r#"{"_type": "https://in-toto.io/Statement/v1", "subject": []}"#, true),
        (DSSE, r#"{"payloadType": "x", "payload": "!"}"#, true),
        (DSSE, &"[".repeat(100_000), true),
        ("application/json", r#"{"payloadType": "x", "payload": "AAAA"}"#, false),
        ("application/octet-stream", "a quote of an enclave", false),
    ] {
        let result = seal_one(&log.store, log.attestation(media, content));
        assert_eq!(result.is_err(), refused, "{media}: {content:.40}");
    }
    // It is read before it is sealed, so it has to be there, whatever the media type says that it is.
    let away = |media: &str, sha256: &[u8; 32]| {
        let mut away = log.attestation(media, &statement(&hex(sha256)).replace("~~", "!!"));
        away.detached = true;
        (away.contents.pop().unwrap(), away)
    };
    for media in [IN_TOTO, "application/json", "application/octet-stream"] {
        for (sha256, code) in [(&right, None), (&wrong, Some(Code::Range))] {
            let (brought, away) = away(media, sha256);
            if log.store.reader().content(&brought.digest).unwrap().is_none() {
                let at = At::Pointer("/body/content".to_owned());
                assert_eq!(fault(&seal_one(&log.store, away.clone()).unwrap_err()), (Code::Unresolved, at));
                log.store.put_content(brought.bytes).unwrap();
            }
            let sealed = seal_one(&log.store, away);
            assert_eq!(sealed.as_ref().err().map(|error| fault(error).0), code, "{media}");
        }
    }
    sound(log.store.reader());
}

#[test]
fn what_does_not_fit_the_log_is_refused_and_leaves_nothing() {
    let log = Log::new();
    let (run, [mine, others]) = (log.run.identity, &log.supplements);
    let sha256 = hex(&source("other").declaration.sha256());
    let stray = Identity::of(b"stray");
    let review = |about: Identity| {
        let body = format!(r#"{{"reviewer": "a", "verdict": "accepted", "about": "{}"}}"#, about.hex());
        supplement(SupplementKind::Review, run, &body)
    };
    let link = |target: Identity| {
        supplement(SupplementKind::Link, run, &format!(r#"{{"rel": "plan", "target": "{}"}}"#, target.hex()))
    };
    let tree = log.store.reader().tree().unwrap();
    let root = *tree.root.as_bytes();
    let anchor = |size: u64, root: [u8; 32]| {
        let body = format!(r#"{{"where": "elsewhere", "size": {size}, "root": "{}"}}"#, hex(&root));
        event(EventKind::Anchor, &body)
    };
    let imprint =
        format!(r#"{{"imprint": {{"alg": "sha256", "value": "{sha256}"}}, "content": {{"text": "token"}}}}"#);
    let future = execution(run, 9, &format!(r#", "started": {}"#, u64::MAX));
    let late = execution(run, 9, r#", "started": 1"#);
    let late = Supplement::try_from(late.record).unwrap().marked_late().unwrap();
    let erasure = Erasure { content: stray, basis: "b", authority: "a", affected: 1, request: None };
    let by_another = |mut submission: Submission| {
        submission.by = "another".to_owned();
        submission
    };
    let an_event = || event(EventKind::Export, r#"{"what": "log"}"#);
    let sealed_event = seal_one(&log.store, an_event()).unwrap();
    let mut bare = supplement(
        SupplementKind::Incident,
        run,
        r#"{"at": 1, "severity": "low", "content": {"text": "what"}}"#,
    );
    bare.contents.clear();
    let cases = [
        ("an unknown subject", start(stray, 9), Code::Unresolved, "/subject"),
        ("a supplement as subject", start(mine.identity, 9), Code::Range, "/subject"),
        ("an event as subject", start(sealed_event.identity, 9), Code::Range, "/subject"),
        ("a start later than now", future, Code::Range, "/body/started"),
        ("late, given by the caller", Submission::local(late, Vec::new()), Code::Range, "/body/late"),
        (
            "an erasure by the caller",
            Submission::local(Supplement::erasure(run, &erasure, "local").unwrap(), Vec::new()),
            Code::Range,
            "/kind",
        ),
        (
            "an erasure event by the caller",
            Submission::local(Event::erasure(&erasure, "local").unwrap(), Vec::new()),
            Code::Range,
            "/kind",
        ),
        ("another submitter", by_another(start(run, 9)), Code::Range, "/by"),
        (
            "another submitter of an event",
            by_another(event(EventKind::Export, r#"{"what": "period"}"#)),
            Code::Range,
            "/by",
        ),
        (
            "the imprint of another run",
            supplement(SupplementKind::Timestamp, run, &imprint),
            Code::Range,
            "/body/imprint/value",
        ),
        ("a target that is not sealed", link(stray), Code::Unresolved, "/body/target"),
        ("a target that is a supplement", link(mine.identity), Code::Range, "/body/target"),
        ("a review of what is not sealed", review(stray), Code::Unresolved, "/body/about"),
        ("a review of a declaration", review(run), Code::Range, "/body/about"),
        ("a review of another run's supplement", review(others.identity), Code::Range, "/body/about"),
        ("content that is not at hand", bare, Code::Unresolved, "/body/content"),
    ];
    let cases = cases.into_iter().chain([
        ("a root of another log", anchor(tree.size, [7; 32]), Code::Range, "/body/root"),
        ("a tree of this log that is not there yet", anchor(tree.size + 1, root), Code::Range, "/body/root"),
        ("the root of another size", anchor(tree.size - 1, root), Code::Range, "/body/root"),
    ]);
    let before = log.store.stats();
    for (what, submission, code, at) in cases {
        let id = submission.record.identity();
        let error = seal_one(&log.store, submission).map(|_| what).unwrap_err();
        assert_eq!(fault(&error), (code, At::Pointer(at.to_owned())), "{what}: {error}");
        assert_eq!(log.store.reader().record(&id).unwrap(), None, "{what}");
    }
    assert_eq!(log.store.stats(), before);
    for right in [link(log.other.identity), review(mine.identity), anchor(tree.size, root)] {
        seal_one(&log.store, right).unwrap();
    }
    sound(log.store.reader());
}

#[test]
fn a_supplement_may_come_without_its_content_if_that_is_said() {
    let log = Log::new();
    let mut output = supplement(
        SupplementKind::Output,
        log.run.identity,
        &format!(r#"{{"occurrence": "{}", "content": {{"text": "an answer"}}}}"#, occurrence(1)),
    );
    let Content { digest, bytes, .. } = output.contents.pop().unwrap();
    output.detached = true;
    let receipt = seal_one(&log.store, output).unwrap();
    assert_eq!(log.store.reader().absence(&digest).unwrap().unwrap().entry(), receipt.index);
    sound(log.store.reader());
    log.store.put_content(bytes).unwrap();
    assert_eq!(log.store.reader().absence(&digest).unwrap(), None);
    sound(log.store.reader());
}
