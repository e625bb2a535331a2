//! What defines the run changes its identity, whatever it is; what does not, never.

use super::{changes::changes, read, translate, with};
use decl_core::{
    Identity, Value,
    adapter::{Options, Unknown},
    json, key_order,
};
use std::collections::{BTreeMap, BTreeSet};

const TRANSPORT: [&str; 10] = [
    "stream",
    "stream_options",
    "store",
    "metadata",
    "user",
    "safety_identifier",
    "service_tier",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
];

#[test]
fn transport_never_changes_the_identity() {
    let plain = read(&with("")).unwrap().declaration.identity();
    for name in TRANSPORT {
        for value in ["null", "true", "1", r#""x""#, r#"{"a": {"b": null}}"#, "[]"] {
            let source = read(&with(&format!(r#""{name}": {value}"#))).unwrap();
            assert_eq!(source.declaration.identity(), plain, "{name}: {value}");
        }
    }
}

/// Bodies that between them use every member of the table.
const BODIES: [&str; 6] = [
    r#"{"model": "m", "messages": [
        {"role": "system", "content": "a", "name": "s"},
        {"role": "developer", "content": [{"type": "text", "text": "b"}]},
        {"role": "user", "content": "c"},
        {"role": "assistant", "content": null, "refusal": "r", "tool_calls": [
            {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}},
            {"id": "2", "type": "custom", "custom": {"name": "g", "input": "{}"}}]},
        {"role": "tool", "tool_call_id": "1", "content": "d"},
        {"role": "tool", "tool_call_id": "2", "content": [{"type": "text", "text": "d"}], "name": "g"}]}"#,
    r#"{"model": "m", "messages": [
        {"role": "user", "content": [
            {"type": "text", "text": "a"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk=", "detail": "low"}},
            {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}},
            {"type": "file", "file": {"file_data": "data:application/pdf;base64,aGk=", "filename": "a.pdf"}}]},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "r"}], "audio": null},
        {"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}, "name": "x"},
        {"role": "assistant", "content": "r", "reasoning": "r", "reasoning_content": "r", "prefix": true,
            "reasoning_details": [{"type": "reasoning.text", "text": "r"}], "annotations": [{"type": "url_citation"}],
            "tool_calls": [{"index": 0, "id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
        {"role": "function", "name": "f", "content": "d"}]}"#,
    r#"{"model": "m", "messages": [], "tools": [
        {"type": "function", "function": {"name": "f", "description": "d", "strict": true,
            "parameters": {"type": "object", "properties": {"b": {}, "a": {}}}}},
        {"type": "custom", "custom": {"name": "g", "description": "d", "format":
            {"type": "grammar", "grammar": {"syntax": "lark", "definition": "x"}}}}],
        "functions": [{"name": "f", "description": "d", "parameters": {}}],
        "web_search_options": {"search_context_size": "low", "user_location":
            {"type": "approximate", "approximate": {"city": "a", "country": "b", "region": "c", "timezone": "d"}}}}"#,
    r#"{"model": "m", "messages": [], "tool_choice": {"type": "allowed_tools", "function": {"name": "f"},
        "custom": {"name": "g"}, "allowed_tools": {"mode": "auto", "tools":
            [{"type": "function", "function": {"name": "f"}}, {"type": "custom", "custom": {"name": "g"}}]}},
        "function_call": {"name": "f"}, "parallel_tool_calls": true}"#,
    r#"{"model": "m", "messages": [], "response_format": {"type": "json_schema", "json_schema":
            {"name": "n", "description": "d", "strict": true, "schema": {"b": 1, "a": null}}},
        "stop": ["a", "b"], "modalities": ["text"], "logprobs": true, "top_logprobs": 2,
        "audio": {"format": "wav", "voice": "alloy"}, "moderation": {"policy": {"output": "x"}}}"#,
    r#"{"model": "m", "messages": [], "temperature": 1, "top_p": 0.5, "n": 1, "max_tokens": 1,
        "max_completion_tokens": 1, "frequency_penalty": 0, "presence_penalty": 0, "logit_bias": {"1": 2, "3": 4},
        "reasoning_effort": "low", "verbosity": "low", "seed": 1,
        "prediction": {"type": "content", "content": [{"type": "text", "text": "a"}]}}"#,
];

#[test]
fn no_two_bodies_one_change_apart_share_an_identity() {
    for options in [Options::default(), Options { unknown: Unknown::Extend, ..Options::default() }] {
        for body in BODIES {
            let body = json::parse(body.as_bytes()).unwrap();
            translate(&body, &options).unwrap_or_else(|fault| panic!("{fault}"));
            distinct(changes(&body).into_iter().chain([body]), &options);
        }
    }
}

#[test]
fn no_two_small_bodies_two_changes_apart_share_an_identity() {
    let extend = Options { unknown: Unknown::Extend, ..Options::default() };
    for body in [
        r#"{"model": "m", "messages": [{"role": "user", "content": "a"}]}"#,
        r#"{"model": "m", "messages": [{"role": "assistant", "content": "a", "refusal": "a"}]}"#,
        r#"{"model": "m", "messages": [{"role": "tool", "tool_call_id": "a", "content": [{"type": "text", "text": "a"}]}]}"#,
        r#"{"model": "m", "messages": [], "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}]}"#,
        r#"{"model": "m", "messages": [], "response_format": {"type": "text", "json_schema": {"schema": {}}}}"#,
        r#"{"model": "m", "messages": [], "seed": 1, "stop": ["a"], "modalities": ["text"]}"#,
        r#"{"model": "m", "messages": [], "tool_choice": {"function": {"name": "f"}}}"#,
    ] {
        let body = json::parse(body.as_bytes()).unwrap();
        distinct(changes(&body).iter().flat_map(changes), &extend);
    }
}

/// Every one of the bodies that translates has an identity of its own.
fn distinct<'a>(bodies: impl Iterator<Item = Value<'a>>, options: &Options<'_>) {
    let mut seen: BTreeMap<Identity, String> = BTreeMap::new();
    let mut accepted = BTreeSet::new();
    for body in bodies {
        let Ok(source) = translate(&body, options) else { continue };
        let text = json::minimal(&defining(&body));
        accepted.insert(text.clone());
        if let Some(other) = seen.insert(source.declaration.identity(), text.clone()) {
            assert_eq!(text, other, "one identity for two runs");
        }
    }
    assert_eq!(seen.len(), accepted.len(), "one run with two identities");
    assert!(accepted.len() > 40, "only {} changed bodies were accepted", accepted.len());
}

/// The body as far as it defines the run, by rules that are independent of the table: without transport, with the
/// one documented equivalence (a `stop` text is the list of it), members outside schemas in canonical order.
fn defining<'a>(body: &Value<'a>) -> Value<'a> {
    fn order<'a>(value: &Value<'a>) -> Value<'a> {
        match value {
            Value::Map(members) => {
                let mut members: Vec<_> = members
                    .iter()
                    .map(|(key, value)| {
                        let opaque = key == "parameters" || key == "schema";
                        (key.clone(), if opaque { value.clone() } else { order(value) })
                    })
                    .collect();
                members.sort_by(|a, b| key_order(&a.0, &b.0));
                Value::Map(members)
            }
            Value::Array(items) => Value::Array(items.iter().map(order).collect()),
            other => other.clone(),
        }
    }
    let Value::Map(members) = order(body) else { return order(body) };
    Value::Map(
        members
            .into_iter()
            .filter(|(key, _)| !TRANSPORT.contains(&&**key))
            .map(|(key, value)| match value {
                text @ Value::Text(_) if key == "stop" => (key, Value::Array(vec![text])),
                value => (key, value),
            })
            .collect(),
    )
}

#[test]
fn member_order_counts_only_inside_schemas() {
    let identity = |body: &Value<'_>| translate(body, &Options::default()).unwrap().declaration.identity();
    for body in BODIES {
        let body = json::parse(body.as_bytes()).unwrap();
        assert_eq!(identity(&defining(&body)), identity(&body));
    }
    let schema = |text: &str| {
        let function =
            format!(r#"{{"type": "function", "function": {{"name": "f", "parameters": {text}}}}}"#);
        read(&with(&format!(r#""tools": [{function}]"#))).unwrap().declaration.identity()
    };
    assert_eq!(schema(r#"{"a": 1.0, "b": "\u0041"}"#), schema(r#"{"a":1,"b":"A"}"#));
    assert_ne!(schema(r#"{"a": 1, "b": 2}"#), schema(r#"{"b": 2, "a": 1}"#));
}
