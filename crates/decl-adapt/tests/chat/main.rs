//! The `chat` table: where every member goes, what is refused, and that no two bodies that differ in what defines a
//! run give the same declaration (`identity.rs`).
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

mod both;
mod changes;
mod identity;
mod servers;

use decl_adapt::{Options, Unknown};
use decl_core::{Identity, NoFiles, Source, Value, cbor, json};
use std::collections::BTreeSet;

fn translate(body: &Value<'_>, options: &Options<'_>) -> Result<Source, String> {
    let mut faults = Vec::new();
    let chat = decl_adapt::named("chat").unwrap();
    let straight = both::both_ways(chat, &json::minimal(body), options);
    let Some(translated) = chat.translate(body.clone(), options, &mut faults) else {
        return Err(format!("{} at {}", faults[0].code, faults[0].at));
    };
    let source =
        Source::from_value(translated.source, &mut NoFiles).map_err(|fault| format!("later: {fault}"))?;
    assert_eq!(straight.unwrap().declaration, source.declaration);
    Ok(source)
}

fn read(body: &str) -> Result<Source, String> {
    translate(&json::parse(body.as_bytes()).unwrap(), &Options::default())
}

/// A body with these members beside a model and a message.
fn with(members: &str) -> String {
    let comma = if members.is_empty() { "" } else { "," };
    format!(r#"{{"model": "m", "messages": [{{"role": "user", "content": "hi"}}]{comma}{members}}}"#)
}

/// A body with this one message.
fn saying(message: &str) -> String {
    format!(r#"{{"model": "m", "messages": [{message}]}}"#)
}

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

#[test]
fn the_worked_example_comes_out_byte_for_byte() {
    let body = br#"{
        "model": "gpt-5.2-2026-02-11",
        "messages": [
            {"role": "system", "content": "You are the refund desk of Northwind. Follow policy R-12."},
            {"role": "user", "content": "My kettle (order 5512) arrived broken."},
            {"role": "assistant", "tool_calls": [
                {"id": "call_a1", "type": "function", "function": {"name": "get_order", "arguments": "{\"order_id\": 5512}"}}
            ]},
            {"role": "tool", "tool_call_id": "call_a1", "content": "{\"status\":\"delivered\",\"total\":39.90}"}
        ],
        "tools": [
            {"type": "function", "function": {"name": "get_order", "description": "Read one order.", "parameters":
                {"type": "object", "properties": {"order_id": {"type": "integer"}}, "required": ["order_id"],
                 "additionalProperties": false}, "strict": true}},
            {"type": "function", "function": {"name": "refund", "description": "Refund an order.", "parameters":
                {"type": "object", "properties": {"order_id": {"type": "integer"}, "amount": {"type": "number"}},
                 "required": ["order_id", "amount"], "additionalProperties": false}, "strict": true}}
        ],
        "tool_choice": "auto",
        "temperature": 0.2, "top_p": 1.0, "max_completion_tokens": 600, "parallel_tool_calls": false, "seed": 7,
        "stream": true, "user": "u-77"
    }"#;
    let overlay = json::parse(br#"{"model": {"revision": "gpt-5.2-2026-02-11"}}"#).unwrap();
    let options = Options { overlay: Some(&overlay), ..Options::default() };
    let source = translate(&json::parse(body).unwrap(), &options).unwrap();
    let want = include_bytes!("../../../../examples/chat-tools.cbor");
    assert_eq!(source.declaration.to_json(), json::pretty(&cbor::decode(want).unwrap()));
    assert_eq!(source.declaration.as_bytes(), want);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
fn every_member_goes_where_the_table_says() {
    let absent = r#"{"absent": "default"}"#;
    let text = |t: &str| content(t, "text/plain");
    let schema = |t: &str| content(t, "application/schema+json");
    let bias = content(r#"{"50256":-100}"#, "application/json");
    let cases: &[(&str, &str, &str)] = &[
        // silence
        ("", "/parameters", r#"{"set": {}, "seed": {"absent": "default"}, "unset": "executor-default"}"#),
        ("", "/constraints/output/modalities", r#"["text"]"#),
        ("", "/constraints/tool-choice", absent),
        // sampling
        (r#""temperature": 1.0"#, "/parameters/set/temperature", "1"),
        (r#""top_p": 0.5"#, "/parameters/set/top_p", "0.5"),
        (r#""n": 2"#, "/parameters/set/n", "2"),
        (r#""max_tokens": 5"#, "/parameters/set/max_tokens", "5"),
        (r#""max_completion_tokens": 5"#, "/parameters/set/max_completion_tokens", "5"),
        (r#""frequency_penalty": -2"#, "/parameters/set/frequency_penalty", "-2"),
        (r#""presence_penalty": 0"#, "/parameters/set/presence_penalty", "0"),
        (r#""logit_bias": {"50256": -100}"#, "/parameters/set/logit_bias", &bias),
        (r#""reasoning_effort": "low""#, "/parameters/set/reasoning_effort", r#""low""#),
        (r#""verbosity": "low""#, "/parameters/set/verbosity", r#""low""#),
        (
            r#""prediction": {"type": "content", "content": "fn main"}"#,
            "/parameters/set/prediction",
            &format!(r#"{{"type": "content", "content": {}}}"#, text("fn main")),
        ),
        (
            r#""prediction": {"content": [{"type": "text", "text": "fn"}]}"#,
            "/parameters/set/prediction/content/0",
            &format!(r#"{{"text": {}, "type": "text"}}"#, text("fn")),
        ),
        (r#""seed": -7"#, "/parameters/seed", "-7"),
        // output
        (r#""response_format": {"type": "json_object"}"#, "/constraints/output/format", r#""json_object""#),
        (r#""response_format": {"type": "text"}"#, "/constraints/output/return", r#"{"type": "text"}"#),
        (
            r#""response_format": {"type": "json_schema", "json_schema": {"schema": {"b": 1, "a": null}}}"#,
            "/constraints/output/schema",
            &schema(r#"{"b":1,"a":null}"#),
        ),
        (
            r#""response_format": {"type": "json_schema", "json_schema": {"name": "x", "strict": true, "description": "d"}}"#,
            "/constraints/output/return",
            &format!(r#"{{"name": "x", "strict": true, "description": {}}}"#, text("d")),
        ),
        (r#""stop": ["a", "b"]"#, "/constraints/output/stop", r#"["a", "b"]"#),
        (r#""stop": "a""#, "/constraints/output/stop", r#"["a"]"#),
        (r#""modalities": ["text", "audio"]"#, "/constraints/output/modalities", r#"["text", "audio"]"#),
        (r#""modalities": ["text"]"#, "/parameters/set/modalities", r#"["text"]"#),
        (r#""logprobs": true"#, "/constraints/output/return/logprobs", "true"),
        (r#""top_logprobs": 3"#, "/constraints/output/return/top_logprobs", "3"),
        (r#""audio": {"voice": "alloy"}"#, "/parameters/set/audio", r#"{"voice": "alloy"}"#),
        (
            r#""moderation": {"policy": {"output": "strict"}}"#,
            "/constraints/safety/moderation",
            r#"{"policy": {"output": "strict"}}"#,
        ),
        // tools
        (r#""tool_choice": "required""#, "/constraints/tool-choice", r#""required""#),
        (
            r#""tool_choice": {"type": "function", "function": {"name": "f"}}"#,
            "/constraints/tool-choice",
            r#"{"type": "function", "function": {"name": "f"}}"#,
        ),
        (
            r#""tool_choice": {"allowed_tools": {"mode": "auto", "tools": [{"function": {"name": "f"}}]}}"#,
            "/constraints/tool-choice/allowed_tools",
            r#"{"mode": "auto", "tools": [{"function": {"name": "f"}}]}"#,
        ),
        (r#""parallel_tool_calls": true"#, "/parameters/set/parallel_tool_calls", "true"),
        (r#""function_call": {"name": "f"}"#, "/parameters/set/function_call", r#"{"name": "f"}"#),
        (
            r#""functions": [{"name": "f", "description": "d", "parameters": {}}]"#,
            "/tools/0",
            &format!(
                r#"{{"t": "function", "data": "closed", "name": "f", "config": {{"member": "functions"}}, "schema": {},
                    "server": {{"absent": "none"}}, "description": {}, "implementation": {{"absent": "undisclosed"}}}}"#,
                schema("{}"),
                text("d")
            ),
        ),
        (
            r#""tools": [{"type": "custom", "custom": {"name": "sum", "format":
                {"type": "grammar", "grammar": {"syntax": "lark", "definition": "start: NUMBER"}}}}]"#,
            "/tools/0",
            &format!(
                r#"{{"t": "custom", "data": "closed", "name": "sum", "config":
                    {{"format": {{"type": "grammar", "grammar": {{"syntax": "lark"}}}}}}, "schema": {},
                    "server": {{"absent": "none"}}, "description": {{"absent": "none"}},
                    "implementation": {{"absent": "undisclosed"}}}}"#,
                text("start: NUMBER")
            ),
        ),
        (
            r#""web_search_options": {"search_context_size": "low", "user_location":
                {"type": "approximate", "approximate": {"city": "Bern"}}}"#,
            "/tools/0/config",
            r#"{"search_context_size": "low", "user_location":
                {"type": "approximate", "approximate": {"city": "Bern"}}}"#,
        ),
        (r#""web_search_options": {}"#, "/tools/0/data", r#""open""#),
        // null where there is an absence, and where there is none
        (r#""temperature": null"#, "/parameters/set/temperature", absent),
        (r#""seed": null"#, "/parameters/set/seed", absent),
        (r#""stop": null"#, "/parameters/set/stop", absent),
        (r#""tools": null"#, "/parameters/set/tools", absent),
        (r#""tools": []"#, "/parameters/set/tools", "[]"),
        (r#""tool_choice": null"#, "/parameters/set/tool_choice", absent),
        (r#""response_format": null"#, "/parameters/set/response_format", absent),
        (
            r#""tools": [{"type": "function", "function": {"name": "f", "description": null}}]"#,
            "/tools/0/description",
            absent,
        ),
    ];
    for (members, pointer, want) in cases {
        let body = with(members);
        let source = read(&body).unwrap_or_else(|fault| panic!("{members}: {fault}"));
        let declaration = source.declaration.to_json();
        let got = json::parse(declaration.as_bytes()).unwrap();
        let want = json::parse(want.as_bytes()).unwrap();
        assert_eq!(at(&got, pointer).map(sorted), Some(sorted(&want)), "{members} at {pointer}");
    }
}

/// The same tree with members in canonical order.
fn sorted<'a>(value: &Value<'a>) -> Value<'a> {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Map(members) => {
            let mut members: Vec<_> =
                members.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            members.sort_by(|a, b| decl_core::key_order(&a.0, &b.0));
            Value::Map(members)
        }
        other => other.clone(),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
fn every_form_of_a_message_keeps_what_it_says() {
    let text = |t: &str, attrs: &str| {
        format!(r#"{{"t": "text", "attrs": {attrs}, "content": {}}}"#, content(t, "text/plain"))
    };
    let call = |name: &str, args: &str, id: &str, attrs: &str| {
        format!(r#"{{"t": "call", "id": {id}, "args": {args}, "name": "{name}", "attrs": {attrs}}}"#)
    };
    let result = |id: &str, attrs: &str, parts: &str| {
        format!(r#"{{"t": "result", "id": {id}, "attrs": {attrs}, "error": false, "parts": [{parts}]}}"#)
    };
    let none = r#"{"absent": "none"}"#;
    // What carries the attributes of a message without parts.
    let carrier = |said: &str| {
        let empty = content("", "text/plain");
        let attrs = format!(r#"{{"parts": {none}, {said}}}"#);
        format!(r#"{{"t": "opaque", "attrs": {attrs}, "content": {empty}, "authority": "openai.com"}}"#)
    };
    let json = |t: &str| content(t, "application/json");
    let hi = content("hi", "text/plain");
    let cases: &[(&str, &str, String)] = &[
        (r#"{"role": "user", "content": "hi"}"#, "user", text("hi", "{}")),
        (r#"{"role": "user", "content": "hi", "name": "Ann"}"#, "user", text("hi", r#"{"name": "Ann"}"#)),
        (
            r#"{"role": "user", "content": [{"type": "text", "text": "hi"}]}"#,
            "user",
            text("hi", r#"{"content": "list"}"#),
        ),
        (
            r#"{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}"#,
            "user",
            text("a", "{}") + "," + &text("b", "{}"),
        ),
        (r#"{"role": "user", "content": []}"#, "user", carrier(r#""content": []"#)),
        (
            r#"{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk=", "detail": "low"}}, {"type": "text", "text": "b"}]}"#,
            "user",
            format!(
                r#"{{"t": "image", "attrs": {{"detail": "low"}}, "content": {}}},"#,
                hi.replace("text/plain", "image/png")
            ) + &text("b", "{}"),
        ),
        (
            r#"{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "aGk=", "format": "mp3"}}]}"#,
            "user",
            format!(
                r#"{{"t": "audio", "attrs": {{"content": "list"}}, "content": {}}}"#,
                hi.replace("text/plain", "audio/mp3")
            ),
        ),
        (
            r#"{"role": "user", "content": [{"type": "file", "file": {"file_data": "data:application/pdf;base64,aGk=", "filename": "a.pdf"}}]}"#,
            "user",
            format!(
                r#"{{"t": "file", "attrs": {{"content": "list", "filename": "a.pdf"}}, "content": {}}}"#,
                hi.replace("text/plain", "application/pdf")
            ),
        ),
        (r#"{"role": "assistant"}"#, "assistant", String::new()),
        (
            r#"{"role": "assistant", "content": null}"#,
            "assistant",
            carrier(r#""content": {"absent": "default"}"#),
        ),
        (r#"{"role": "assistant", "content": ""}"#, "assistant", text("", "{}")),
        (r#"{"role": "assistant", "refusal": "no"}"#, "assistant", text("no", r#"{"member": "refusal"}"#)),
        (
            r#"{"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]}"#,
            "assistant",
            text("no", r#"{"type": "refusal", "content": "list"}"#),
        ),
        (
            r#"{"role": "assistant", "content": null, "refusal": null, "audio": null, "function_call": null, "tool_calls":
                [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{ \"a\":1 }"}}]}"#,
            "assistant",
            call(
                "f",
                &json(r#"{ "a":1 }"#),
                r#""c""#,
                r#"{"audio": {"absent": "default"}, "content": {"absent": "default"}, "refusal": {"absent": "default"},
                    "function_call": {"absent": "default"}}"#,
            ),
        ),
        (
            r#"{"role": "assistant", "content": "so", "tool_calls": [{"type": "custom", "custom": {"name": "f", "input": "1+1"}}]}"#,
            "assistant",
            text("so", "{}") + "," + &call("f", &content("1+1", "text/plain"), none, r#"{"type": "custom"}"#),
        ),
        (
            r#"{"role": "assistant", "content": "a", "reasoning": "r", "reasoning_content": "r", "reasoning_details": [{"b": 1, "a": null}]}"#,
            "assistant",
            [
                text("a", "{}"),
                text("r", r#"{"member": "reasoning"}"#),
                text("r", r#"{"member": "reasoning_content"}"#),
                text(r#"[{"a":null,"b":1}]"#, r#"{"member": "reasoning_details"}"#)
                    .replace("text/plain", "application/json"),
            ]
            .join(","),
        ),
        (
            r#"{"role": "user", "content": "hi", "tool_calls": null}"#,
            "user",
            text("hi", r#"{"tool_calls": {"absent": "default"}}"#),
        ),
        (
            r#"{"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}}"#,
            "assistant",
            call("f", &json("{}"), none, r#"{"member": "function_call"}"#),
        ),
        (
            r#"{"role": "tool", "tool_call_id": "c", "content": "42", "name": "f"}"#,
            "tool",
            result(r#""c""#, r#"{"name": "f"}"#, &text("42", "{}")),
        ),
        (
            r#"{"role": "tool", "tool_call_id": "c", "content": [{"type": "text", "text": "42"}]}"#,
            "tool",
            result(r#""c""#, r#"{"content": "list"}"#, &text("42", "{}")),
        ),
        (
            r#"{"role": "function", "name": "f", "content": null}"#,
            "tool",
            result(none, r#"{"name": "f", "role": "function", "content": {"absent": "default"}}"#, ""),
        ),
    ];
    for (message, role, parts) in cases {
        let source = read(&saying(message)).unwrap_or_else(|fault| panic!("{message}: {fault}"));
        let declaration = source.declaration.to_json();
        let got = json::parse(declaration.as_bytes()).unwrap();
        let want = format!(r#"[{{"role": "{role}", "parts": [{parts}]}}]"#);
        let want = json::parse(want.as_bytes()).unwrap_or_else(|fault| panic!("{want}: {fault}"));
        assert_eq!(at(&got, "/input").map(sorted), Some(sorted(&want)), "{message}");
    }
}

#[test]
fn leading_instructions_are_told_from_later_ones() {
    let body = r#"{"model": "m", "messages": [
        {"role": "system", "content": "a"}, {"role": "developer", "content": "b"},
        {"role": "user", "content": "c"}, {"role": "system", "content": "d"}]}"#;
    let source = read(body).unwrap();
    let value = source.declaration.value();
    let roles = |section: &str| -> Vec<String> {
        let Some(Value::Array(messages)) = value.get(section) else { panic!("{section}") };
        messages.iter().map(|m| m.get("role").unwrap().as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(roles("instructions"), ["system", "developer"]);
    assert_eq!(roles("input"), ["user", "system"]);
}

#[test]
fn refusals_name_the_place_in_the_body() {
    let user = |part: &str| saying(&format!(r#"{{"role": "user", "content": [{part}]}}"#));
    let cases: &[(String, &str)] = &[
        ("[]".to_owned(), "E-TYPE at "),
        ("{}".to_owned(), "E-MISSING at /model"),
        (r#"{"model": "m"}"#.to_owned(), "E-MISSING at /messages"),
        (r#"{"model": null, "messages": []}"#.to_owned(), "E-NULL at /model"),
        (r#"{"model": "", "messages": []}"#.to_owned(), "E-RANGE at /model"),
        (r#"{"model": "m", "messages": {}}"#.to_owned(), "E-TYPE at /messages"),
        (saying("1"), "E-TYPE at /messages/0"),
        (saying("null"), "E-NULL at /messages/0"),
        (saying("{}"), "E-MISSING at /messages/0/role"),
        (saying(r#"{"role": "critic", "content": "x"}"#), "E-RANGE at /messages/0/role"),
        (saying(r#"{"role": 1}"#), "E-TYPE at /messages/0/role"),
        (saying(r#"{"role": "user"}"#), "E-MISSING at /messages/0/content"),
        (saying(r#"{"role": "user", "content": null}"#), "E-NULL at /messages/0/content"),
        (saying(r#"{"role": "user", "content": {}}"#), "E-TYPE at /messages/0/content"),
        (saying(r#"{"role": "tool", "content": "x"}"#), "E-MISSING at /messages/0/tool_call_id"),
        (saying(r#"{"role": "assistant", "audio": {"id": "a"}}"#), "E-UNRESOLVED at /messages/0/audio"),
        (
            saying(r#"{"role": "user", "content": "x", "mood": "sad"}"#),
            "E-UNKNOWN-MEMBER at /messages/0/mood",
        ),
        (user(r#"{"type": "hologram"}"#), "E-RANGE at /messages/0/content/0/type"),
        (user(r#"{"type": "text", "text": null}"#), "E-NULL at /messages/0/content/0/text"),
        (
            user(r#"{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}"#),
            "E-UNRESOLVED at /messages/0/content/0/image_url/url",
        ),
        (
            user(r#"{"type": "image_url", "image_url": {"url": "data:image/png,abc"}}"#),
            "E-TYPE at /messages/0/content/0/image_url/url",
        ),
        (
            user(r#"{"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk"}}"#),
            "E-TYPE at /messages/0/content/0/image_url/url",
        ),
        (
            user(r#"{"type": "file", "file": {"file_id": "file-1"}}"#),
            "E-UNRESOLVED at /messages/0/content/0/file/file_id",
        ),
        (
            user(r#"{"type": "input_audio", "input_audio": {"data": "aGl=", "format": "mp3"}}"#),
            "E-TYPE at /messages/0/content/0/input_audio/data",
        ),
        (saying(r#"{"role": "user", "content": "x", "tool_calls": []}"#), "E-TYPE at /messages/0/tool_calls"),
        (with(r#""tools": [{"name": "f"}]"#), "E-UNKNOWN-MEMBER at /tools/0/name"),
        (with(r#""seed": 1.5"#), "E-TYPE at /seed"),
        (with(r#""stop": [1]"#), "E-TYPE at /stop/0"),
        (with(r#""stop": [null]"#), "E-NULL at /stop/0"),
        (with(r#""modalities": "text""#), "E-TYPE at /modalities"),
        (with(r#""tools": [{}]"#), "E-MISSING at /tools/0/function"),
        (with(r#""tools": [{"type": "function", "function": {}}]"#), "E-MISSING at /tools/0/function/name"),
        (with(r#""options": {"1": {"absent": "none"}}"#), "E-RANGE at /options/1/absent"),
        (with(r#""moderation": {"kb3": 1, "b3": {"absent": 0}}"#), "E-RANGE at /moderation/b3"),
        (with(r#""": 1"#), "E-UNKNOWN-MEMBER at /"),
        (
            with(r#""tools": [{"type": "function", "function": {"name": "f", "": 1}}]"#),
            "E-UNKNOWN-MEMBER at /tools/0/function/",
        ),
        (with(r#""moderation": {"kb3": 1}"#), "E-RANGE at /moderation/kb3"),
        (with(r#""usage": {"total_tokens": 3}"#), "E-ARTEFACT at /usage/total_tokens"),
        (with(r#""score": 3"#), "E-ARTEFACT at /score"),
        (with(r#""options": {"a": [{"time": 3}]}"#), "E-ARTEFACT at /options/a/0/time"),
        (with(r#""options": {"password": "x"}"#), "E-SECRET at /options/password"),
        (with(r#""vllm_xargs": ["sk-abcdefghijklmnopqrstuvwx"]"#), "E-SECRET at /vllm_xargs/0"),
        (with(r#""moderation": {"policy": {"api_key": "x"}}"#), "E-SECRET at /moderation/policy/api_key"),
        (with(r#""api_key": "x""#), "E-SECRET at /api_key"),
        (with(r#""top_q": 1, "a/b": 1"#), "E-UNKNOWN-MEMBER at /a~1b"),
    ];
    for (body, want) in cases {
        match read(body) {
            Ok(_) => panic!("{body}: accepted, wanted {want}"),
            Err(fault) => assert_eq!(&fault, want, "{body}"),
        }
    }
}

#[test]
fn every_fault_is_listed_and_the_first_in_canonical_order_is_the_verdict() {
    let body = r#"{"zzz": 1, "messages": [{"role": "critic"}, {"role": "user"}], "top_q": 1}"#;
    let mut faults = Vec::new();
    let chat = decl_adapt::named("chat").unwrap();
    assert!(
        chat.translate(json::parse(body.as_bytes()).unwrap(), &Options::default(), &mut faults).is_none()
    );
    let places: Vec<String> = faults.iter().map(|fault| fault.at.to_string()).collect();
    assert_eq!(places, ["/zzz", "/model", "/top_q", "/messages/0/role", "/messages/1/content"]);
}

#[test]
fn unknown_members_become_extensions_on_request() {
    let extend = Options { unknown: Unknown::Extend, ..Options::default() };
    let body = r#"{"model": "m", "messages": [{"role": "user", "content": "x", "a/b": null}], "top_q": 5}"#;
    let source = translate(&json::parse(body.as_bytes()).unwrap(), &extend).unwrap();
    assert_eq!(
        json::minimal(source.declaration.value().get("ext").unwrap()),
        r#"{"openai.com/chat.completions#/top_q":5,"openai.com/chat.completions#/messages/0/a~1b":{"absent":"default"}}"#
    );
    for (members, want) in [
        (r#""usage": {"score": 1}"#, "E-ARTEFACT at /usage/score"),
        (r#""api_key": "k""#, "E-SECRET at /api_key"),
        (r#""top_q": {"absent": "none"}"#, "E-RANGE at /top_q/absent"),
    ] {
        let body = with(members);
        assert_eq!(translate(&json::parse(body.as_bytes()).unwrap(), &extend).unwrap_err(), want);
    }
}

#[test]
fn the_caller_may_name_the_model_that_the_url_names() {
    let named = Options { model: Some("m"), ..Options::default() };
    let with_model = json::parse(br#"{"model": "m", "messages": []}"#).unwrap();
    let without = json::parse(br#"{"messages": []}"#).unwrap();
    let want = translate(&with_model, &Options::default()).unwrap().declaration;
    assert_eq!(translate(&without, &named).unwrap().declaration, want);
    assert_eq!(translate(&with_model, &named).unwrap().declaration, want);
    let null = json::parse(br#"{"model": null, "messages": []}"#).unwrap();
    let stated = translate(&null, &named).unwrap().declaration.to_json();
    let stated = json::parse(stated.as_bytes()).unwrap();
    assert_eq!(at(&stated, "/model/name").and_then(Value::as_str), Some("m"));
    assert_eq!(at(&stated, "/parameters/set/model"), Some(&Value::absent("default")));
    let other = json::parse(br#"{"model": "n", "messages": []}"#).unwrap();
    assert_eq!(translate(&other, &named).unwrap_err(), "E-RANGE at /model");
}

#[test]
fn quoted_content_is_handed_over_with_the_declaration() {
    let body = with(r#""prediction": {"type": "content", "content": "the old text"}"#);
    let chat = decl_adapt::named("chat").unwrap();
    let translated =
        chat.translate(json::parse(body.as_bytes()).unwrap(), &Options::default(), &mut Vec::new()).unwrap();
    assert_eq!(translated.contents.len(), 1);
    assert_eq!(translated.contents[0].bytes, b"the old text");
    let source = Source::from_value(translated.source, &mut NoFiles).unwrap();
    assert!(source.declaration.references().iter().any(|r| r.digest == translated.contents[0].digest));
}

#[test]
fn the_example_bodies_are_what_their_readme_says() {
    let lines = include_str!("../../../../examples/bodies.ndjson").lines();
    let (mut identities, mut accepted, mut refused) = (BTreeSet::new(), 0, Vec::new());
    for (i, line) in lines.enumerate() {
        let source = json::parse(line.as_bytes())
            .map_err(|fault| format!("{} at {}", fault.code, fault.at))
            .and_then(|body| translate(&body, &Options::default()));
        match source {
            Ok(source) => {
                accepted += 1;
                identities.insert(source.declaration.identity());
            }
            Err(fault) => refused.push(format!("{} {fault}", i + 1)),
        }
    }
    assert_eq!((accepted, identities.len()), (300, 279));
    assert_eq!(
        refused,
        [
            "51 E-UNRESOLVED at /messages/0/content/0/file/file_id",
            "102 E-UNRESOLVED at /messages/0/content/0/image_url/url",
            "153 E-UNKNOWN-MEMBER at /temprature",
            "204 E-NULL at /messages/1",
            "255 E-ARTEFACT at /usage/prompt_tokens",
            "306 E-DUP-KEY at byte 43",
        ]
    );
}

/// Limits, and content that is there twice: what the short way of a body has to know of the long one.
#[test]
fn both_ways_have_the_same_limits_and_keep_the_same_content() {
    let chat = decl_adapt::named("chat").unwrap();
    let both = |body: &str| both::both_ways(chat, body, &Options::default());
    for depth in 25..65 {
        let nested = |open: &str, close: &str| open.repeat(depth) + "1" + &close.repeat(depth);
        let accepted = both(&with(&format!(r#""options": {}"#, nested("[", "]")))).is_ok();
        assert_eq!(accepted, both(&with(&format!(r#""options": {}"#, nested(r#"{"a":"#, "}")))).is_ok());
    }
    for length in [0, 1, 255, 256, 257] {
        let named = format!(r#"{{"model": "{}", "messages": []}}"#, "m".repeat(length));
        assert_eq!(both(&named).is_ok(), (1..=256).contains(&length), "{length}");
    }
    for (count, accepted) in [(41_000, true), (43_000, false)] {
        let messages = vec![r#"{"role":"user","content":"hi"}"#; count].join(",");
        let body = format!(r#"{{"model":"m","messages":[{messages}]}}"#);
        assert_eq!(both(&body).is_ok(), accepted, "{count} messages");
    }

    // The arguments are JSON, the parameters a schema, the text is text; and a quote may hold the same.
    for (members, media) in [
        (r#""messages": [CALL], "tools": [TOOL]"#, "application/json"),
        (r#""messages": [{"role": "user", "content": "{}"}], "tools": [TOOL]"#, "text/plain"),
        (r#""messages": [], "tools": [TOOL]"#, "application/schema+json"),
        (r#""messages": [], "tools": [TOOL], "guided_json": {}"#, "application/json"),
        (r#""messages": [], "guided_json": {}, "grammar": "{}""#, "text/plain"),
    ] {
        let call = r#"{"role": "assistant", "tool_calls": [
            {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}"#;
        let tool = r#"{"type": "function", "function": {"name": "f", "parameters": {}}}"#;
        let body = format!(r#"{{"model": "m", {members}}}"#).replace("CALL", call).replace("TOOL", tool);
        let source = both(&body).unwrap();
        let held = source.contents.iter().find(|content| content.bytes == b"{}").unwrap();
        assert_eq!(held.media, media, "{members}");
    }
}
