//! What defines the run changes its identity, whatever it is; what does not, never.

use super::{changes::changes, read, translate, with};
use decl_adapt::{Options, Unknown};
use decl_core::{Identity, Value, json, key_order};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

const TRANSPORT: [&str; 36] = [
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
    "priority",
    "request_id",
    "session_id",
    "cache_salt",
    "stream_interval",
    "return_meta_info",
    "return_cached_tokens_details",
    "stream_reasoning",
    "rid",
    "extra_key",
    "routed_dp_rank",
    "disagg_prefill_dp_rank",
    "data_parallel_rank",
    "cache_prompt",
    "n_cache_reuse",
    "id_slot",
    "timings_per_token",
    "return_progress",
    "sse_ping_interval",
    "response_fields",
    "verbose",
    "keep_alive",
    "deferred",
    "trace",
    "debug",
    "usage",
];

/// Of these, the ones that take an object.
const HAVE_TABLES: [&str; 5] = ["stream_options", "prompt_cache_options", "cache_control", "usage", "debug"];

/// The same, and secrets, inside of what defines the run.
const LEFT_OUT: [&str; 3] = ["cache_control", "prompt_cache_breakpoint", "authorization"];

/// What these hold. Another member in them is not left out.
const KNOWN: [&str; 4] = ["type", "ttl", "mode", "value"];

/// Inside these the order of members counts.
const KEPT: [&str; 8] = [
    "parameters",
    "schema",
    "guided_json",
    "chat_template_kwargs",
    "documents",
    "structural_tag",
    "json",
    "arguments",
];

#[test]
fn transport_never_changes_the_identity() {
    let plain = read(&with("")).unwrap().declaration.identity();
    for name in TRANSPORT {
        let has_table = HAVE_TABLES.contains(&name);
        for value in ["null", "true", "1", r#""x""#, "[]"] {
            let source = read(&with(&format!(r#""{name}": {value}"#)));
            if has_table && value != "null" {
                assert_eq!(source.unwrap_err(), format!("E-TYPE at /{name}"), "{value}");
                continue;
            }
            let source = source.unwrap();
            assert_eq!(source.declaration.identity(), plain, "{name}: {value}");
        }
    }
}

/// Bodies that between them use every member of the table.
const BODIES: [&str; 12] = [
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
    // other servers: parts and messages
    r#"{"model": "m", "messages": [
        {"role": "user", "content": [
            {"type": "text", "text": "a", "image_url": null, "cache_control": {"type": "ephemeral"}},
            {"type": "image_url", "image_url": "data:image/png;base64,aGk=", "text": null},
            {"type": "input_audio", "input_audio": "aGk="},
            {"type": "video_url", "video_url": {"url": "data:video/mp4;base64,aGk="}},
            {"type": "audio_url", "audio_url": {"url": "data:audio/wav;base64,aGk="}},
            {"type": "document_url", "document_url": "data:application/pdf;base64,aGk=", "document_name": "a"},
            {"type": "file_url", "file_url": {"url": "aGk="}, "file_name": "a"}]},
        {"role": "assistant", "content": [
            {"type": "thinking", "thinking": [{"type": "text", "text": "t"}], "closed": true, "signature": "s"},
            {"type": "reference", "reference_ids": [1]}], "partial": true, "model": "m"},
        {"role": "assistant", "content": "a", "reasoning": [{"type": "text", "text": "t"}], "thinking": "t",
            "images": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}],
            "tool_calls": [{"function": {"name": "f", "arguments": {"b": 1, "a": 2}}, "extra_content": {"google": {"x": "y"}}}]}]}"#,
    // vLLM
    r#"{"model": "m", "messages": [], "top_k": 1, "min_p": 0.5, "stop_token_ids": [1, 2], "bad_words": ["a"],
        "prompt_logprobs": 1, "echo": true, "chat_template": "{{ a }}", "chat_template_kwargs": {"b": 1, "a": {"d": 1, "c": 2}},
        "documents": [{"title": "t", "text": "x"}], "mm_processor_kwargs": {"b": 1, "a": 2}, "vllm_xargs": {"b": 1, "a": 2},
        "guided_json": {"b": 1, "a": 2}, "guided_grammar": "g", "guided_choice": ["a", "b"], "ebnf": "e", "input_ids": [1, 2], "search_mode": "web"}"#,
    r#"{"model": "m", "messages": [], "structured_outputs": {"json": {"b": 1, "a": 2}, "grammar": "g", "choice": ["a", "b"]},
        "structural_tag": {"b": 1, "a": 2}, "repetition_detection": {"b": 1, "a": 2},
        "tools": [{"function": {"name": "f", "parameters": {"b": 1, "a": 2}, "defer_loading": true}, "defer_loading": true}],
        "response_format": {"type": "structural_tag", "triggers": ["a"], "format": {"b": 1},
            "structures": [{"begin": "b", "end": "e", "schema": {"b": 1, "a": 2}}]}}"#,
    // llama.cpp, Ollama
    r#"{"model": "m", "messages": [], "n_predict": 1, "samplers": ["top_k", "min_p"], "mirostat": 2, "n_probs": 1,
        "lora": [{"id": 0, "scale": 0.5}], "logit_bias": [[1, false], ["a", 2]], "json_schema": {"b": 1}, "grammar": "g",
        "generation_prompt": "p", "reasoning_budget_message": "p", "speculative.n_max": 1, "reasoning": {"effort": "low", "exclude": true},
        "think": true, "options": {"num_ctx": 1, "a": {"b": 1}},
        "response_format": {"type": "json_object", "schema": {"b": 1, "a": 2}, "pattern": "p", "grammar": "g"}}"#,
    // hosted ones
    r#"{"model": "m", "messages": [], "random_seed": 1, "safe_prompt": true, "guardrails": [{"block_on_error": true}],
        "thinking": {"type": "enabled", "keep": "all"}, "enable_thinking": false, "clear_thinking": false, "search_settings": {"country": "ch"},
        "compound_custom": {"models": {"answering_model": "a"}, "tools": {"enabled_tools": ["a"], "wolfram_settings": {"authorization": "k"}}},
        "search_parameters": {"mode": "on", "sources": [{"type": "web", "country": "ch"}]}, "audio": {"format": "wav"}}"#,
    r#"{"model": "m", "messages": [], "models": ["a", "b"], "provider": {"order": ["a", "b"], "max_price": {"prompt": 1, "completion": 2}},
        "plugins": [{"id": "web", "max_results": 3, "search_prompt": "p"}, {"id": "file-parser", "pdf": {"engine": "a"}}],
        "tools": [{"type": "openrouter:web_search", "parameters": {"engine": "a"}}, {"type": "web_search"},
            {"type": "connector", "connector_id": "c", "authorization": {"type": "api-key", "value": "k"}},
            {"type": "builtin_function", "function": {"name": "f"}}, {"type": "document_library", "library_ids": ["l"]}],
        "web_search_options": {}, "stop_server_tools_when": [{"type": "max_cost", "cost": 1}]}"#,
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
        r#"{"model": "m", "messages": [], "seed": 1, "random_seed": 1, "stop": ["a"]}"#,
        r#"{"model": "m", "messages": [], "random_seed": 1, "models": ["a"]}"#,
        r#"{"model": "m", "messages": [], "response_format": {"type": "text", "schema": {}, "json_schema": {"schema": {}}}}"#,
        r#"{"model": "m", "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "data:image/png;base64,aGk="}]}]}"#,
        r#"{"model": "m", "messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": {}}}]}]}"#,
        r#"{"model": "m", "messages": [], "tools": [{"type": "web_search"}], "web_search_options": {}, "search_settings": {}}"#,
        r#"{"model": "m", "messages": [], "models": ["a"], "plugins": [{"id": "web"}]}"#,
        r#"{"model": "m", "messages": [], "mood": {"schema": {"b": 1, "a": 2}, "b": 1, "a": [{"d": 1, "c": 2}]}}"#,
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
    assert!(accepted.len() > 30, "only {} changed bodies were accepted", accepted.len());
}

/// The body as far as it defines the run, by rules that are independent of the table: without transport, with the
/// one documented equivalence (a `stop` text is the list of it), members outside schemas in canonical order.
fn defining<'a>(body: &Value<'a>) -> Value<'a> {
    fn others<'a>(members: &[(Cow<'a, str>, Value<'a>)]) -> Option<Value<'a>> {
        let others: Vec<_> = members.iter().filter(|(key, _)| !KNOWN.contains(&&**key)).cloned().collect();
        (!others.is_empty()).then_some(Value::Map(others))
    }
    fn order<'a>(value: &Value<'a>) -> Value<'a> {
        match value {
            Value::Map(members) => {
                let mut members: Vec<_> = members
                    .iter()
                    .filter_map(|(key, value)| {
                        let kept = match (LEFT_OUT.contains(&&**key), value) {
                            (true, Value::Map(members)) => Some(others(members)?),
                            (true, _) => None,
                            (false, value) if KEPT.contains(&&**key) => Some(value.clone()),
                            (false, value) => Some(order(value)),
                        };
                        Some((key.clone(), kept?))
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
