//! Supplements and events: every kind, whole and with as little as it may have, and what each refuses.

use decl_core::{
    Code, Erasure, Event, EventKind, Fault, Identity, NoFiles, Record, RecordKind, Supplement,
    SupplementKind, Value, cbor, json,
    schema::{EVENTS, Kind, Member, Presence, SUPPLEMENTS, Shape},
};

const OCCURRENCE: &str = "01977c5e-6b3f-7cc3-98c4-dc0c0c07398f";

fn subject() -> Identity {
    Identity::of(b"a declaration")
}

/// Returns a value of this shape in the source form, with every member or only with those that must be there.
fn sample(shape: &Shape, whole: bool) -> Value<'static> {
    match shape {
        Shape::Choice(choices) => Value::text(choices[0]),
        Shape::Handle => Value::text("qa-1"),
        Shape::Occurrence => Value::text(OCCURRENCE),
        Shape::Name | Shape::Identifier | Shape::Query | Shape::Text => Value::text("text"),
        Shape::Bytes32 => Value::text(Identity::of(b"something").hex()),
        Shape::True => Value::Bool(true),
        Shape::Uint | Shape::Millis | Shape::Num => Value::Uint(7),
        Shape::Content(_) => Value::map([("text", Value::text("what was said"))]),
        Shape::List(_, item) => Value::Array(vec![sample(item, whole)]),
        Shape::Map(members) => map(members, whole),
        Shape::Cases(name, [(texts, members), ..]) => {
            let mut value = map(members, whole);
            value.remove(name);
            let Value::Map(members) = &mut value else { panic!() };
            members.push(((*name).into(), Value::text(texts[0])));
            value
        }
        other => panic!("{other:?}"),
    }
}

fn map(members: &[Member], whole: bool) -> Value<'static> {
    let taken = |member: &&Member| whole || matches!(member.presence, Presence::Mandatory);
    Value::map(members.iter().filter(taken).map(|member| (member.name, sample(&member.shape, whole))))
}

/// Returns a body of this kind that keeps the rules.
fn body(kind: &Kind, whole: bool) -> Value<'static> {
    let mut body = sample(&kind.body, whole);
    let mut set = |name: &'static str, value| {
        body.remove(name);
        let Value::Map(members) = &mut body else { panic!() };
        members.push((name.into(), value));
    };
    match kind.name {
        "usage" if !whole => set("tokens", Value::map([("input", Value::Uint(1))])),
        "trace" if !whole => set("content", sample(&Shape::Content(""), false)),
        "score" if !whole => set("task", Value::text("t")),
        "hold" => set("scope", Value::map([("query", Value::text("--model m"))])),
        _ => {}
    }
    body
}

fn record(kind: RecordKind, name: &str, body: Value<'static>) -> Result<Record, Fault> {
    let mut members = vec![
        ("v", Value::text(format!("ai-run-{}/1", kind.as_str()))),
        ("by", Value::text("local")),
        ("body", body),
        ("kind", Value::text(name.to_owned())),
    ];
    if kind == RecordKind::Supplement {
        members.push(("subject", Value::text(subject().hex())));
    }
    let text = json::minimal(&Value::map(members));
    Record::parse(kind, text.as_bytes(), &mut NoFiles).map(|(record, _)| record)
}

fn all() -> impl Iterator<Item = (RecordKind, &'static Kind)> {
    let supplements = SUPPLEMENTS.iter().map(|kind| (RecordKind::Supplement, kind));
    supplements.chain(EVENTS.iter().map(|kind| (RecordKind::Event, kind)))
}

#[test]
fn every_kind_is_the_same_in_every_form() {
    for (of, kind) in all() {
        for whole in [false, true] {
            let record = record(of, kind.name, body(kind, whole)).unwrap();
            let bytes = record.as_bytes().to_vec();
            assert_eq!(cbor::encode(&record.value()).unwrap(), bytes, "{}", kind.name);
            assert_eq!(Record::from_cbor(of, bytes).as_ref(), Ok(&record), "{}", kind.name);
            let (projected, contents) = Record::parse(of, record.to_json().as_bytes(), &mut NoFiles).unwrap();
            assert_eq!((projected, contents.len()), (record.clone(), 0), "{}", kind.name);
            for other in RecordKind::ALL.iter().filter(|other| **other != of) {
                let fault = Record::from_cbor(*other, record.as_bytes().to_vec()).unwrap_err();
                let version = matches!(fault.code, Code::Version | Code::Missing | Code::UnknownMember);
                assert!(version, "{fault}");
            }
            let places = record.references().len();
            assert_eq!(places, usize::from(kind_has_content(&kind.body, whole)), "{}", kind.name);
        }
    }
}

fn kind_has_content(shape: &Shape, whole: bool) -> bool {
    let (Shape::Map(members) | Shape::Cases(_, [(_, members), ..])) = shape else { return false };
    let has = members.iter().any(|member| {
        matches!(member.shape, Shape::Content(_)) && (whole || matches!(member.presence, Presence::Mandatory))
    });
    has || !whole
        && members.iter().any(|member| member.name == "refs")
        && members.len() == 3
        && members.iter().any(|member| member.name == "content")
}

/// Every member of every body: absent if it must be there, null, of a wrong type, and one that does not exist.
#[test]
fn every_member_is_held_to_its_table() {
    for (of, kind) in all() {
        let whole = body(kind, true);
        let Value::Map(members) = &whole else { panic!() };
        let refused = |value: Value<'static>, code: Code, at: &str| {
            let fault = record(of, kind.name, value).unwrap_err();
            assert_eq!((fault.code, fault.at.to_string().as_str()), (code, at), "{}: {fault}", kind.name);
            assert!(!fault.hint().is_empty());
        };
        for (name, _) in members {
            let at = format!("/body/{name}");
            let with = |value: Value<'static>| {
                let mut changed = whole.clone();
                let Value::Map(members) = &mut changed else { panic!() };
                members.iter_mut().find(|(key, _)| key == name).unwrap().1 = value;
                changed
            };
            refused(with(Value::Null), Code::Null, &at);
            let wrong = if name == "late" || name == "external" { Value::Uint(1) } else { Value::Bool(true) };
            let named = if matches!(kind.body, Shape::Cases(..)) { "action" } else { "" };
            refused(with(wrong), Code::Type, &at);
            if name != named {
                let mut without = whole.clone();
                without.remove(name);
                match record(of, kind.name, without) {
                    Ok(_) => {}
                    Err(fault) => assert_eq!(fault.code, Code::Missing, "{fault}"),
                }
            }
        }
        let mut more = whole.clone();
        let Value::Map(members) = &mut more else { panic!() };
        members.push(("zzzzzzzzzzzzzzzzzzzzzzzzz".into(), Value::Uint(1)));
        refused(more, Code::UnknownMember, "/body/zzzzzzzzzzzzzzzzzzzzzzzzz");
    }
}

#[test]
fn nobody_submits_what_only_the_store_writes() {
    for kind in SupplementKind::ALL {
        let table = SUPPLEMENTS.iter().find(|table| table.name == kind.as_str()).unwrap();
        let made = Supplement::new(*kind, subject(), body(table, true), "local", &mut NoFiles);
        let refused = made.err().map(|fault| (fault.code, fault.at.to_string()));
        let expected = match kind {
            SupplementKind::Erasure => Some((Code::Range, "/kind".to_owned())),
            SupplementKind::Execution => Some((Code::Range, "/body/late".to_owned())),
            _ => None,
        };
        assert_eq!(refused, expected);
    }
    for kind in EventKind::ALL {
        let table = EVENTS.iter().find(|table| table.name == kind.as_str()).unwrap();
        let made = Event::new(*kind, body(table, true), "local", &mut NoFiles);
        assert_eq!(made.is_err(), kind.by_store_only(), "{kind:?}");
    }
    let erasure =
        Erasure { content: subject(), basis: "GDPR 17(1)(b)", authority: "dpo", affected: 3, request: None };
    let supplement = Supplement::erasure(subject(), &erasure, "local").unwrap();
    assert_eq!((supplement.kind(), supplement.subject()), (SupplementKind::Erasure, subject()));
    assert!(supplement.references().is_empty(), "the digest of what is gone is no reference");
    assert_eq!(Event::erasure(&erasure, "local").unwrap().body(), supplement.body());
    assert_eq!(Event::restore(subject(), "", "local").unwrap_err().at.to_string(), "/body/reason");
}

#[test]
fn an_execution_is_marked_once() {
    let text = format!(r#"{{"occurrence": "{OCCURRENCE}", "started": 5, "status": "cancelled", "exit": 2}}"#);
    let body = json::parse(text.as_bytes()).unwrap();
    let (supplement, _) =
        Supplement::new(SupplementKind::Execution, subject(), body, "local", &mut NoFiles).unwrap();
    let execution = supplement.execution().unwrap();
    assert_eq!(supplement.occurrence(), Some(execution.occurrence));
    assert_eq!((execution.started, execution.ended, execution.late), (5, None, false));
    let late = supplement.clone().marked_late().unwrap();
    assert_eq!(late.execution(), Some(decl_core::Execution { late: true, ..execution }));
    assert_ne!(late.identity(), supplement.identity());
    assert_eq!(late.clone().marked_late(), Ok(late));
}

/// A body of exactly the limit, and of one byte more.
#[test]
fn a_body_has_at_most_16_kib() {
    for (more, fits) in [(0, true), (1, false)] {
        let id = |n: usize| Value::map([("id", Value::text("x".repeat(n))), ("system", Value::text("s"))]);
        let body = |n| {
            let refs = Value::Array(vec![id(n)]);
            Value::map([("refs", refs), ("occurrence", Value::text(OCCURRENCE))])
        };
        let around = cbor::encode(&body(16_000)).unwrap().len() - 16_000;
        let made = record(RecordKind::Supplement, "start", body((16 << 10) - around + more));
        match made {
            Ok(record) => {
                assert!(fits);
                let found = record.value().remove("body").unwrap();
                assert_eq!(cbor::encode(&found).unwrap().len(), 16 << 10);
            }
            Err(fault) => {
                assert!(!fits);
                assert_eq!((fault.code, fault.at.to_string()), (Code::Size, "/body".to_owned()));
            }
        }
    }
}
