//! Parts and tools of a kind that no table knows.

use super::{at, translate};
use decl_adapt::{Options, Unknown};
use decl_core::{Source, Value, json};
use std::collections::BTreeSet;

fn extended(adapter: &str, body: &str) -> Result<Source, String> {
    let options = Options { unknown: Unknown::Extend, ..Options::default() };
    translate(adapter, &json::parse_body(body.as_bytes()).unwrap(), &options)
}

const CHAT: &str = r#"{"model": "m", "messages": [{"role": "user", "content": [PART]}], "tools": [TOOL]}"#;
const FUNCTION: &str = r#"{"type": "function", "function": {"name": "f"}}"#;

fn chat(part: &str, tool: &str) -> String {
    CHAT.replace("PART", part).replace("TOOL", tool)
}

#[test]
fn what_is_new_stands_at_its_place_and_defines_the_run() {
    let text = r#"{"type": "text", "text": "a"}"#;
    let new = r#"{"type": "scene", "scene": {"a": 1, "b": [2]}}"#;
    let source =
        extended("chat", &chat(&format!("{text}, {new}"), r#"{"type": "dream", "depth": 3}"#)).unwrap();
    let declaration = source.declaration.to_json();
    let declaration = json::parse(declaration.as_bytes()).unwrap();
    let text_at = |pointer| at(&declaration, pointer).and_then(Value::as_str);
    assert_eq!(text_at("/input/0/parts/1/t"), Some("opaque"));
    assert_eq!(text_at("/input/0/parts/1/attrs/extension"), Some("scene"));
    assert_eq!(text_at("/tools/0/t"), Some("hosted"));
    assert_eq!(text_at("/tools/0/name"), Some("dream"));
    assert_eq!(text_at("/tools/0/data"), Some("open"));
    assert!(
        source.contents.iter().any(|content| content.bytes == br#"{"type":"scene","scene":{"a":1,"b":[2]}}"#)
    );

    let mut identities = BTreeSet::new();
    let bodies = [
        chat(new, FUNCTION),
        chat(r#"{"type": "scene", "scene": {"a": 2, "b": [2]}}"#, FUNCTION),
        chat(r#"{"type": "scenes", "scene": {"a": 1, "b": [2]}}"#, FUNCTION),
        chat(text, r#"{"type": "dream", "depth": 3}"#),
        chat(text, r#"{"type": "dream", "depth": 3, "name": "dream"}"#),
        chat(text, r#"{"type": "dream", "depth": null}"#),
        chat(text, r#"{"type": "dream"}"#),
    ];
    for body in &bodies {
        assert!(identities.insert(extended("chat", body).unwrap().declaration.identity()), "{body}");
    }
    let turned = chat(r#"{"scene": {"b": [2], "a": 1}, "type": "scene"}"#, FUNCTION);
    assert!(
        !identities.insert(extended("chat", &turned).unwrap().declaration.identity()),
        "order says nothing"
    );
}

#[test]
fn a_part_of_gemini_is_told_by_its_member() {
    let body =
        |part: &str| format!(r#"{{"model": "m", "contents": [{{"role": "user", "parts": [{part}]}}]}}"#);
    let identity = |part: &str| extended("gemini", &body(part)).map(|source| source.declaration.identity());
    let camel = identity(r#"{"sceneData": {"someBytes": "aGk="}}"#);
    assert!(camel.is_ok(), "{camel:?}");
    assert_eq!(identity(r#"{"scene_data": {"some_bytes": "aGk="}}"#), camel);
    assert_ne!(identity(r#"{"sceneData": {"someBytes": "aGo="}}"#), camel);
    assert_eq!(identity(r#"{"text": null, "sceneData": {"someBytes": "aGk="}, "thought": null}"#), camel);
    assert_ne!(identity(r#"{"sceneData": {"someBytes": "aGk="}, "sound": null}"#), camel);
}

#[test]
fn it_is_refused_with_what_is_refused_elsewhere() {
    let refusal = |part: &str, tool: &str| extended("chat", &chat(part, tool)).map(|_| ()).unwrap_err();
    let part = r#"{"type": "scene", "scene": {"api_key": "k"}}"#;
    assert_eq!(refusal(part, FUNCTION), "E-SECRET at /messages/0/content/0/scene/api_key");
    let part = r#"{"type": "scene", "file_id": "f"}"#;
    assert_eq!(refusal(part, FUNCTION), "E-UNRESOLVED at /messages/0/content/0/file_id");
    let tool = r#"{"type": "dream", "headers": {"authorization": "x"}}"#;
    assert!(refusal(r#"{"type": "text", "text": "a"}"#, tool).ends_with(" at /tools/0/headers"), "{tool}");

    let body = chat(r#"{"type": "scene"}"#, FUNCTION);
    let plain = translate("chat", &json::parse(body.as_bytes()).unwrap(), &Options::default());
    assert_eq!(plain.map(|_| ()).unwrap_err(), "E-RANGE at /messages/0/content/0/type", "only if asked for");
}

/// The schema in a tool of a new kind is part of its definition, and no content of its own.
#[test]
fn what_is_new_brings_no_content_but_its_definition() {
    let tool = r#"{"type": "dream", "name": "f", "parameters": {"type": "object", "properties": {}}}"#;
    let source = extended("chat", &chat(r#"{"type": "text", "text": "a"}"#, tool)).unwrap();
    let mut contents: Vec<_> = source.contents.iter().map(|content| content.digest).collect();
    let mut references: Vec<_> = source.declaration.references().iter().map(|one| one.digest).collect();
    contents.sort_unstable();
    references.sort_unstable();
    assert_eq!(contents, references);
}

#[test]
fn a_new_part_holds_no_url_of_what_a_known_one_holds_as_bytes() {
    let verdict = |part: &str| extended("chat", &chat(part, FUNCTION)).map(|_| ());
    for (part, at) in [
        (r#"{"type": "video_url", "video_url": {"url": "https://example.org/v.mp4"}}"#, "video_url/url"),
        (r#"{"type": "input_video", "video_url": {"url": "https://example.org/v.mp4"}}"#, "video_url/url"),
        (r#"{"type": "input_video", "video_url": "HTTP://example.org/v.mp4"}"#, "video_url"),
        (r#"{"type": "scene", "frames": [{"image": "gs://bucket/a.png"}]}"#, "frames/0/image"),
        (r#"{"type": "scene", "parameters": {"a": "file:///a.png"}}"#, "parameters/a"),
    ] {
        assert_eq!(verdict(part), Err(format!("E-UNRESOLVED at /messages/0/content/0/{at}")), "{part}");
    }
    for part in [
        r#"{"type": "input_video", "video_url": {"url": "data:video/mp4;base64,aGk="}}"#,
        r#"{"type": "scene", "text": "https://example.org/ is a page", "clock": "a:b", "id": "urn:a"}"#,
        r#"{"type": "scene", "schema": {"$schema": "https://json-schema.org/draft/2020-12/schema"}}"#,
    ] {
        assert_eq!(verdict(part), Ok(()), "{part}");
    }
    let body = r#"{"model": "m", "contents": [{"parts": [{"sceneData": {"uri": "gs://bucket/a"}}]}]}"#;
    let at = "/contents/0/parts/0/sceneData/uri";
    assert_eq!(extended("gemini", body).map(|_| ()), Err(format!("E-UNRESOLVED at {at}")));
    let tool = r#"{"type": "dream", "server": "https://example.org/"}"#;
    assert_eq!(extended("chat", &chat(r#"{"type": "text", "text": "a"}"#, tool)).map(|_| ()), Ok(()));
}

/// All of it is content, so it may have any names, and integers of any length.
#[test]
fn what_is_new_may_have_the_names_of_what_a_run_produces() {
    let big = "1".repeat(1_024);
    let new = |kind: &str, rest: &str| format!(r#"{{"type": "{kind}", {rest}}}"#);
    for rest in [
        r#""result": "a""#.to_owned(),
        r#""output": {"usage": 1, "time": [{"score": 2}]}, "status": null"#.to_owned(),
        r#""absent": "none", "b3": {"kb3": 1}"#.to_owned(),
        format!(r#""id": {big}, "a": [-{big}]"#),
    ] {
        let text = r#"{"type": "text", "text": "a"}"#;
        for body in [chat(&new("scene", &rest), FUNCTION), chat(text, &new("dream", &rest))] {
            assert_eq!(extended("chat", &body).map(|_| ()), Ok(()), "{body}");
        }
    }
    let more = chat(&new("scene", &format!(r#""id": 1{big}"#)), FUNCTION);
    assert!(json::parse_body(more.as_bytes()).is_err());
    let one = |n: &str| extended("chat", &chat(&new("scene", &format!(r#""id": {n}"#)), FUNCTION));
    let identity = |n: &str| one(n).unwrap().declaration.identity();
    assert_ne!(identity("10000000000000000000000"), identity("10000000000000000000001"));
}

/// Tools that come on the way are carried as those of the request, and every list of items has new kinds.
#[test]
fn a_new_kind_is_carried_wherever_tools_and_items_stand() {
    let options = [
        ("responses", r#"{"model": "m", "tools": [HERE]}"#, "/tools/0"),
        (
            "responses",
            r#"{"model": "m", "input": [{"type": "additional_tools", "role": "developer", "tools": [HERE]}]}"#,
            "/input/0/tools/0",
        ),
        (
            "responses",
            r#"{"model": "m", "input": [{"type": "tool_search_output", "tools": [HERE]}]}"#,
            "/input/0/tools/0",
        ),
        (
            "responses",
            r#"{"model": "m", "tools": [{"type": "namespace", "name": "n", "tools": [HERE]}]}"#,
            "/tools/0/tools/0",
        ),
        ("responses", r#"{"model": "m", "input": [HERE]}"#, "/input/0"),
        (
            "anthropic",
            r#"{"model": "m", "messages": [{"role": "system", "content": [{"type": "tool_addition", "tool":
                {"type": "tool_definition", "definition": HERE}}]}]}"#,
            "/messages/0/content/0/tool/definition",
        ),
        ("anthropic", r#"{"model": "m", "messages": [], "tools": [HERE]}"#, "/tools/0"),
    ];
    for (name, body, at) in options {
        let of = |item: &str| extended(name, &body.replace("HERE", item));
        let mut identities = BTreeSet::new();
        for item in [
            r#"{"type": "dream", "depth": 1}"#,
            r#"{"type": "dream", "depth": 2}"#,
            r#"{"type": "dream", "depth": 123456789012345678901234567890}"#,
            r#"{"type": "dream", "result": {"usage": 1}}"#,
            r#"{"type": "nap", "depth": 1}"#,
        ] {
            let source = of(item).unwrap_or_else(|fault| panic!("{body}: {item}: {fault}"));
            assert!(identities.insert(source.declaration.identity()), "{body}: {item}");
        }
        let turned = of(r#"{"depth": 1, "type": "dream"}"#).unwrap().declaration.identity();
        assert!(identities.contains(&turned), "{body}: order says nothing");
        for (item, code, place) in [
            (r#"{"type": "dream", "api_key": "x"}"#, "E-SECRET", "/api_key"),
            (r#"{"type": "dream", "a": {"file_id": "f"}}"#, "E-UNRESOLVED", "/a/file_id"),
            (r#"{"type": "dream", "a": ["Bearer  abcdefghijklmnopqrst"]}"#, "E-SECRET", "/a/0"),
        ] {
            assert_eq!(of(item).map(|_| ()), Err(format!("{code} at {at}{place}")), "{body}");
        }
        let plain = translate(
            name,
            &json::parse(body.replace("HERE", r#"{"type": "dream"}"#).as_bytes()).unwrap(),
            &Options::default(),
        );
        assert_eq!(plain.map(|_| ()), Err(format!("E-RANGE at {at}/type")), "{body}");
    }
}

#[test]
fn an_item_of_a_new_kind_is_a_message_of_its_role_or_of_the_user() {
    for (item, place, role) in [
        (r#"{"type": "dream_call", "role": "assistant"}"#, "/input/0", "assistant"),
        (r#"{"type": "dream_call", "role": "system"}"#, "/instructions/0", "system"),
        (r#"{"type": "dream_call", "role": "critic"}"#, "/input/0", "user"),
        (r#"{"type": "dream_call"}"#, "/input/0", "user"),
    ] {
        let source = extended("responses", &format!(r#"{{"model": "m", "input": [{item}]}}"#)).unwrap();
        let declaration = source.declaration.to_json();
        let declaration = json::parse(declaration.as_bytes()).unwrap();
        let text_at = |below: &str| at(&declaration, &format!("{place}{below}")).and_then(Value::as_str);
        assert_eq!(text_at("/role"), Some(role), "{item}");
        assert_eq!(text_at("/parts/0/attrs/extension"), Some("dream_call"), "{item}");
    }
}
