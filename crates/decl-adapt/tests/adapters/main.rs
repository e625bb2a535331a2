//! The tables of `responses`, `anthropic`, `gemini`, `lm-eval` and `helm`: where every member goes, what is refused,
//! and that no two bodies that differ in what defines a run give the same declaration (`identity.rs`). `table.rs` reads
//! all tables, and `pairs.rs` tries every pair of members of every object of them.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, its helpers too; the counts are worth reading"
)]

mod additions;
mod anthropic;
#[path = "../chat/both.rs"]
mod both;
mod bytes;
#[path = "../chat/changes.rs"]
mod changes;
mod extension;
mod gemini;
mod identity;
mod pairs;
mod responses;
mod runs;
mod secrets;
mod table;
mod values;

use decl_adapt::Options;
use decl_core::{Identity, NoFiles, Source, Value, json, key_order};

fn translate(adapter: &str, body: &Value<'_>, options: &Options<'_>) -> Result<Source, String> {
    let mut faults = Vec::new();
    let adapter = decl_adapt::named(adapter).unwrap();
    let straight = both::both_ways(adapter, &json::minimal(body), options);
    let Some(translated) = adapter.translate(body.clone(), options, &mut faults) else {
        return Err(format!("{} at {}", faults[0].code, faults[0].at));
    };
    let mut source =
        Source::from_value(translated.source, &mut NoFiles).map_err(|fault| format!("later: {fault}"))?;
    source.contents.extend(translated.contents);
    assert_eq!(straight.unwrap().declaration, source.declaration);
    Ok(source)
}

fn read(adapter: &str, body: &str) -> Result<Source, String> {
    translate(adapter, &json::parse(body.as_bytes()).unwrap(), &stated(adapter))
}

/// What no body of the API states.
fn stated(adapter: &str) -> Options<'static> {
    Options { api_version: (adapter == "helm").then_some("0.5.16"), ..Options::default() }
}

/// What stands at a pointer, where a token may hold `.` but no `/`.
fn at<'v>(value: &'v Value<'v>, pointer: &str) -> Option<&'v Value<'v>> {
    pointer.split('/').skip(1).try_fold(value, |value, token| match value {
        Value::Array(items) => items.get(token.parse::<usize>().unwrap()),
        _ => value.get(token),
    })
}

/// The reference to content, as the declaration holds it.
fn content(bytes: &str, media: &str) -> String {
    let digest = Identity::of(bytes.as_bytes()).hex();
    format!(r#"{{"b3": "{digest}", "len": {}, "type": "{media}"}}"#, bytes.len())
}

fn text(text: &str) -> String {
    content(text, "text/plain")
}

/// JSON that is content, as it was written.
fn data(text: &str) -> String {
    content(text, "application/json")
}

/// A body, a pointer into the declaration, what stands there.
type Case = (String, &'static str, String);

fn check(adapter: &str, cases: &[Case]) {
    for (body, pointer, want) in cases {
        let source = read(adapter, body).unwrap_or_else(|fault| panic!("{body}: {fault}"));
        let declaration = source.declaration.to_json();
        let got = json::parse(declaration.as_bytes()).unwrap();
        let want = json::parse(want.as_bytes()).unwrap_or_else(|fault| panic!("{want}: {fault}"));
        assert_eq!(at(&got, pointer).map(sorted), Some(sorted(&want)), "{body} at {pointer}");
        for reference in source.declaration.references() {
            let held = source.contents.iter().any(|content| content.digest == reference.digest);
            assert!(held, "{body}: content that is referred to is not at hand");
        }
    }
}

fn check_refusals(adapter: &str, cases: &[(String, &str)]) {
    for (body, want) in cases {
        match read(adapter, body) {
            Ok(_) => panic!("{body}: accepted, wanted {want}"),
            Err(fault) => assert_eq!(&fault, want, "{body}"),
        }
    }
}

/// The same tree with members in canonical order.
fn sorted<'a>(value: &Value<'a>) -> Value<'a> {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Map(members) => {
            let mut members: Vec<_> =
                members.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            members.sort_by(|a, b| key_order(&a.0, &b.0));
            Value::Map(members)
        }
        other => other.clone(),
    }
}

const ABSENT: &str = r#"{"absent": "default"}"#;
