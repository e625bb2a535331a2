//! Bodies come from elsewhere: wherever `{"file": PATH}` stands in one, no file is read.

use decl_adapt::{Options, Unknown};
use decl_core::{Code, Files, Value, json};

const BODIES: [(&str, &str); 6] = [
    (
        "chat",
        r#"{"model": "m", "n": 1, "stop": ["x"], "metadata": {"a": "b"}, "x-vendor": {"y": 1},
            "response_format": {"type": "json_schema",
                "json_schema": {"name": "s", "schema": {"type": "object"}}},
            "tools": [{"type": "function", "function": {"name": "f", "description": "d",
                "parameters": {"type": "object", "properties": {}}}}],
            "tool_choice": {"type": "function", "function": {"name": "f"}},
            "messages": [
                {"role": "system", "content": "s"},
                {"role": "user", "content": [
                    {"type": "text", "text": "t"},
                    {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
                    {"type": "file", "file": {"filename": "n", "file_data": "data:text/plain;base64,AAAA"}}]},
                {"role": "assistant", "content": null, "tool_calls": [
                    {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
                {"role": "tool", "tool_call_id": "1", "content": "r"}]}"#,
    ),
    (
        "responses",
        r#"{"model": "m", "instructions": "i", "metadata": {"a": "b"}, "x-vendor": {"y": 1},
            "text": {"format": {"type": "json_schema", "name": "s", "schema": {"type": "object"}}},
            "tools": [{"type": "function", "name": "f", "description": "d", "strict": true,
                "parameters": {"type": "object"}}],
            "input": [
                {"type": "message", "role": "user", "content": [
                    {"type": "input_text", "text": "t"},
                    {"type": "input_image", "image_url": "data:image/png;base64,AAAA"},
                    {"type": "input_file", "filename": "n", "file_data": "data:text/plain;base64,AAAA"}]},
                {"type": "function_call", "call_id": "1", "name": "f", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "1", "output": "r"}]}"#,
    ),
    (
        "anthropic",
        r#"{"model": "m", "max_tokens": 5, "system": [{"type": "text", "text": "s"}], "x-vendor": {"y": 1},
            "tools": [{"name": "f", "description": "d", "input_schema": {"type": "object"}}],
            "messages": [
                {"role": "user", "content": [
                    {"type": "text", "text": "t"},
                    {"type": "image",
                        "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}]},
                {"role": "assistant", "content": [
                    {"type": "tool_use", "id": "1", "name": "f", "input": {"a": 1}}]},
                {"role": "user", "content": [
                    {"type": "tool_result", "tool_use_id": "1", "content": "r"}]}]}"#,
    ),
    (
        "gemini",
        r#"{"systemInstruction": {"parts": [{"text": "s"}]}, "x-vendor": {"y": 1},
            "generationConfig": {"responseMimeType": "application/json", "responseSchema": {"type": "OBJECT"}},
            "tools": [{"functionDeclarations": [
                {"name": "f", "description": "d", "parameters": {"type": "OBJECT"}}]}],
            "contents": [
                {"role": "user", "parts": [
                    {"text": "t"},
                    {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]},
                {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {"a": 1}}}]},
                {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"a": 1}}}]}]}"#,
    ),
    (
        "lm-eval",
        r#"{"lm_eval_version": "0.4.13", "system_instruction": "s", "chat_template": "t", "x-vendor": {"y": 1},
            "config": {"model": "hf", "model_args": {"pretrained": "m"}, "gen_kwargs": {"a": 1}},
            "n-shot": {"t": 0}, "configs": {"t": {"dataset_path": "d", "test_split": "s", "doc_to_text": "q",
                "metric_list": [{"metric": "acc", "k": [1]}]}}}"#,
    ),
    (
        "helm",
        r#"{"name": "n", "scenario_spec": {"class_name": "c", "args": {"a": 1}}, "x-vendor": {"y": 1},
            "adapter_spec": {"model": "m", "input_prefix": "i", "stop_sequences": ["s"]},
            "metric_specs": [{"class_name": "b", "args": {"names": ["acc"]}}], "annotators": [{"class_name": "a"}]}"#,
    ),
];

#[test]
fn no_body_reads_a_file() {
    assert_eq!(BODIES.map(|(name, _)| name), decl_adapt::NAMES);
    for (name, body) in BODIES {
        let adapter = decl_adapt::named(name).unwrap();
        let model = (name == "gemini").then_some("m"); // it stands in the URL
        let api_version = (name == "helm").then_some("0.5.16");
        let options = Options { unknown: Unknown::Extend, model, api_version, ..Options::default() };
        let read = |body: &Value<'_>| adapter.declare(json::minimal(body).as_bytes(), &options, &mut Nowhere);
        let body = json::parse(body.as_bytes()).unwrap();
        read(&body).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let mut sealed = 0;
        spoil(&body, &mut |spoiled| sealed += u32::from(read(&spoiled).is_ok()));
        assert!(sealed > 5, "{name}: of the many that are read, some are taken");
    }
}

/// Hands over the value with each of its nodes exchanged for a file, and with a file added to each of its maps.
fn spoil(value: &Value<'_>, f: &mut dyn FnMut(Value<'static>)) {
    let file = || Value::text("secret");
    f(Value::map([("file", file())]));
    match value {
        Value::Map(members) => {
            for (i, (_, member)) in members.iter().enumerate() {
                spoil(member, &mut |spoiled| {
                    let mut members = members.clone();
                    members[i].1 = spoiled;
                    f(Value::Map(members).into_owned());
                });
            }
            let mut members = members.clone();
            members.retain(|(key, _)| key != "file");
            members.push(("file".into(), file()));
            f(Value::Map(members).into_owned());
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                spoil(item, &mut |spoiled| {
                    let mut items = items.clone();
                    items[i] = spoiled;
                    f(Value::Array(items).into_owned());
                });
            }
        }
        _ => {}
    }
}

struct Nowhere;

impl Files for Nowhere {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, (Code, String)> {
        panic!("a body asked for the file {path}")
    }
}
