//! Members that other servers of the API take.

use super::{at, content, read, saying, sorted, translate, with};
use decl_adapt::{Options, Unknown};
use decl_core::{NoFiles, json};

/// A body, a pointer into the declaration, what stands there.
fn check(body: &str, pointer: &str, want: &str) {
    let source = read(body).unwrap_or_else(|fault| panic!("{body}: {fault}"));
    let declaration = source.declaration.to_json();
    let got = json::parse(declaration.as_bytes()).unwrap();
    let want = json::parse(want.as_bytes()).unwrap_or_else(|fault| panic!("{want}: {fault}"));
    assert_eq!(at(&got, pointer).map(sorted), Some(sorted(&want)), "{body} at {pointer}");
}

/// JSON that is content, as it was written.
fn data(text: &str) -> String {
    content(text, "application/json")
}

#[test]
fn parameters_stand_under_their_own_names() {
    for name in [
        "top_k",
        "min_p",
        "repetition_penalty",
        "stop_token_ids",
        "ignore_eos",
        "include_reasoning",
        "add_generation_prompt",
        "guided_regex",
        "guided_choice",
        "n_predict",
        "samplers",
        "mirostat_tau",
        "dry_sequence_breakers",
        "xtc_threshold",
        "dynatemp_range",
        "repeat_last_n",
        "lora",
        "reasoning_format",
        "reasoning_budget",
        "thinking_forced_open",
        "parse_tool_calls",
        "think",
        "options",
        "prompt_mode",
        "enable_thinking",
        "clear_thinking",
        "route",
        "transforms",
        "regex",
        "lora_path",
        "separate_reasoning",
        "search_domain_filter",
        "disable_search",
    ] {
        for value in ["1", "null", r#"["b", "a"]"#, r#"{"b": 1, "a": null}"#] {
            let want = value.replace("null", r#"{"absent": "default"}"#);
            check(&with(&format!(r#""{name}": {value}"#)), &format!("/parameters/set/{name}"), &want);
        }
    }
}

#[test]
fn text_for_the_model_and_schemas_are_content_in_the_order_given() {
    let (ordered, text) = (data(r#"{"b":1,"a":null}"#), content("{{ x }}", "text/plain"));
    for name in ["chat_template_kwargs", "guided_json", "json_schema", "structural_tag", "documents"] {
        let body = with(&format!(r#""{name}": {{"b": 1.0, "a": null}}"#));
        check(&body, &format!("/parameters/set/{name}"), &ordered);
    }
    for name in ["chat_template", "guided_grammar", "grammar", "ebnf", "generation_prompt"] {
        let body = with(&format!(r#""{name}": "{{{{ x }}}}""#));
        check(&body, &format!("/parameters/set/{name}"), &text);
    }
    check(
        &with(
            r#""structured_outputs": {"json": {"b": 1, "a": null}, "grammar": "{{ x }}", "choice": ["b"]}"#,
        ),
        "/parameters/set/structured_outputs",
        &format!(r#"{{"json": {ordered}, "grammar": {text}, "choice": ["b"]}}"#),
    );
    check(
        &with(r#""response_format": {"type": "json_object", "schema": {"b": 1, "a": null}}"#),
        "/constraints/output/return",
        &format!(r#"{{"response_format.schema": {ordered}}}"#),
    );
    check(
        &with(
            r#""response_format": {"type": "structural_tag", "triggers": ["t"],
                "structures": [{"end": "e", "begin": "b", "schema": {"b": 1, "a": null}}]}"#,
        ),
        "/constraints/output/return",
        &format!(
            r#"{{"triggers": ["t"], "structures": {}}}"#,
            data(r#"[{"end":"e","begin":"b","schema":{"b":1,"a":null}}]"#)
        ),
    );
}

#[test]
fn other_members_have_the_place_of_what_they_are() {
    for (members, pointer, want) in [
        (r#""prompt_logprobs": 1"#, "/constraints/output/return/prompt_logprobs", "1"),
        (r#""return_hidden_states": true"#, "/constraints/output/return/return_hidden_states", "true"),
        (r#""return_images": true"#, "/constraints/output/return/return_images", "true"),
        (r#""echo": true"#, "/constraints/output/return/echo", "true"),
        (r#""n_probs": 2"#, "/constraints/output/return/n_probs", "2"),
        (r#""safe_prompt": true"#, "/constraints/safety/safe_prompt", "true"),
        (r#""safety_model": "s""#, "/constraints/safety/safety_model", r#""s""#),
        (r#""random_seed": 7"#, "/parameters/seed", "7"),
        (r#""random_seed": 7"#, "/parameters/set", r#"{"random_seed": "seed"}"#),
        (r#""max_tool_calls": 3"#, "/constraints/limits", r#"{"max_tool_calls": 3}"#),
        (r#""models": ["b", "a"]"#, "/model/fallbacks", r#"["b", "a"]"#),
        (r#""reasoning": {"effort": "low"}"#, "/parameters/set/reasoning", r#"{"effort": "low"}"#),
        (r#""thinking": {"type": "disabled"}"#, "/parameters/set/thinking", r#"{"type": "disabled"}"#),
        (r#""tools": [{"function": {"name": "f"}}]"#, "/tools/0/config", r#"{"type": {"absent": "none"}}"#),
        (
            r#""tools": [{"function": {"name": "f"}, "type": null}]"#,
            "/tools/0/config",
            r#"{"type": {"absent": "default"}}"#,
        ),
        (r#""tools": [{"type": "openrouter:web_search"}]"#, "/tools/0/data", r#""open""#),
        (r#""search_parameters": {"mode": "on"}"#, "/tools/0/data", r#""open""#),
        (r#""search_settings": {"country": "ch"}"#, "/tools/0/config", r#"{"country": "ch"}"#),
        (r#""plugins": [{"id": "web"}]"#, "/tools/0/data", r#""open""#),
        (r#""plugins": [{"id": "file-parser"}]"#, "/tools/0/config", r#"{"member": "plugins"}"#),
    ] {
        check(&with(members), pointer, want);
    }
    check(
        &with(r#""provider": {"order": ["b", "a"], "max_price": {"prompt": 1, "completion": 2}}"#),
        "/parameters/set/provider",
        &format!(r#"{{"order": ["b", "a"], "max_price": {}}}"#, data(r#"{"prompt":1,"completion":2}"#)),
    );
}

#[test]
fn parts_of_other_servers_keep_what_they_say() {
    let hi = |media: &str| content("hi", media);
    let octets = hi("application/octet-stream");
    let part = |t: &str, attrs: &str, content: &str| {
        format!(r#"{{"t": "{t}", "attrs": {attrs}, "content": {content}}}"#)
    };
    let opaque = |attrs: &str, content: &str| {
        format!(r#"{{"t": "opaque", "authority": "mistral.ai", "attrs": {attrs}, "content": {content}}}"#)
    };
    for (second, want) in [
        (
            r#"{"type": "image_url", "image_url": "data:image/png;base64,aGk=", "text": null}"#,
            part("image", r#"{"image_url": "text", "text": {"absent": "default"}}"#, &hi("image/png")),
        ),
        (
            r#"{"type": "video_url", "video_url": {"url": "data:video/mp4;base64,aGk="}}"#,
            part("video", "{}", &hi("video/mp4")),
        ),
        (
            r#"{"type": "audio_url", "audio_url": {"url": "data:audio/wav;base64,aGk="}}"#,
            part("audio", r#"{"type": "audio_url"}"#, &hi("audio/wav")),
        ),
        (
            r#"{"type": "input_audio", "input_audio": "aGk="}"#,
            part("audio", r#"{"input_audio": "text"}"#, &octets),
        ),
        (
            r#"{"type": "document_url", "document_url": "data:application/pdf;base64,aGk=", "document_name": "a"}"#,
            part("file", r#"{"type": "document_url", "document_name": "a"}"#, &hi("application/pdf")),
        ),
        (
            r#"{"type": "file_url", "file_url": {"url": "aGk="}, "file_name": "a"}"#,
            part("file", r#"{"type": "file_url", "file_name": "a"}"#, &octets),
        ),
        (r#"{"type": "thinking", "thinking": "hi"}"#, opaque(r#"{"type": "thinking"}"#, &hi("text/plain"))),
        (
            r#"{"type": "thinking", "thinking": [{"type": "text", "text": "x"}]}"#,
            opaque(r#"{"type": "thinking"}"#, &data(r#"[{"text":"x","type":"text"}]"#)),
        ),
        (
            r#"{"type": "reference", "reference_ids": [1, "b"]}"#,
            opaque(r#"{"type": "reference"}"#, &data(r#"[1,"b"]"#)),
        ),
        (
            r#"{"type": "text", "text": "hi", "cache_control": {"type": "ephemeral"}, "prompt_cache_breakpoint": {}}"#,
            part("text", "{}", &hi("text/plain")),
        ),
    ] {
        let message =
            format!(r#"{{"role": "user", "content": [{{"type": "text", "text": "a"}}, {second}]}}"#);
        check(&saying(&message), "/input/0/parts/1", &want);
    }
    check(
        &saying(
            r#"{"role": "assistant", "content": "a", "reasoning": [{"type": "text", "text": "x"}],
                "images": [{"image_url": {"url": "data:image/png;base64,aGk="}}]}"#,
        ),
        "/input/0/parts",
        &format!(
            "[{}, {}, {}]",
            part("image", r#"{"member": "images"}"#, &hi("image/png")),
            part("text", "{}", &content("a", "text/plain")),
            part("text", r#"{"member": "reasoning"}"#, &data(r#"[{"text":"x","type":"text"}]"#)),
        ),
    );
    check(
        &saying(
            r#"{"role": "assistant", "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": {"b": 1, "a": 2}}}]}"#,
        ),
        "/input/0/parts/0",
        &format!(
            r#"{{"t": "call", "id": "1", "name": "f", "args": {}, "attrs": {{"type": {{"absent": "none"}}, "arguments": "json"}}}}"#,
            data(r#"{"b":1,"a":2}"#)
        ),
    );
}

/// The verdict on a body, with its hint.
fn verdict(body: &str) -> String {
    let mut faults = Vec::new();
    let chat = decl_adapt::named("chat").unwrap();
    let translated = chat.translate(json::parse(body.as_bytes()).unwrap(), &Options::default(), &mut faults);
    assert!(translated.is_none(), "{body}: accepted");
    format!("{} at {} [{}]", faults[0].code, faults[0].at, faults[0].hint.as_deref().unwrap_or_default())
}

#[test]
fn bytes_that_are_elsewhere_or_malformed_are_refused_at_their_place_in_the_body() {
    const TYPED: &str = "[put the type in front: data:application/pdf;base64,...]";
    let user = |part: &str| saying(&format!(r#"{{"role": "user", "content": [{part}]}}"#));
    let image = |url: &str| user(&format!(r#"{{"type": "image_url", "image_url": {{"url": "{url}"}}}}"#));
    let file = |data: &str| user(&format!(r#"{{"type": "file", "file": {{"file_data": "{data}"}}}}"#));
    let audio = |data: &str, format: &str| {
        user(&format!(
            r#"{{"type": "input_audio", "input_audio": {{"data": "{data}", "format": "{format}"}}}}"#
        ))
    };
    for (bodies, at, want) in [
        (
            vec![file("JVBERi0="), file("data:application/pdf,x"), file("//example.org/a.pdf")],
            "/file/file_data",
            ("E-TYPE", TYPED),
        ),
        (
            vec![file("https://example.org/a.pdf")],
            "/file/file_data",
            ("E-UNRESOLVED", "[send the bytes: data:"),
        ),
        (
            vec![image("/9j/4AAQ"), image("DATA:image/png;base64,aGk="), image("")],
            "/image_url/url",
            ("E-TYPE", TYPED),
        ),
        (vec![image("gs://bucket/a.png")], "/image_url/url", ("E-UNRESOLVED", "[send the bytes: data:")),
        (
            vec![
                image("data:IMAGE/x y;base64,aGk="),
                image("data:;base64,aGk="),
                image("data:png;base64,aGk="),
            ],
            "/image_url/url",
            ("E-RANGE", ""),
        ),
        (vec![audio("aGk=", "WAV 2"), audio("aGk=", "")], "/input_audio/format", ("E-RANGE", "")),
        (
            vec![audio("https://example.org/a.wav", "wav")],
            "/input_audio/data",
            ("E-UNRESOLVED", "[send the bytes: base64"),
        ),
        (
            vec![audio("data:audio/wav;base64,aGk=", "wav")],
            "/input_audio/data",
            ("E-TYPE", "[send base64 alone"),
        ),
    ] {
        let (code, hint) = want;
        for body in bodies {
            let got = verdict(&body);
            let place = format!("{code} at /messages/0/content/0{at} ");
            assert!(got.starts_with(&place) && got.contains(hint), "{body}: {got}");
        }
    }
    for (members, want) in [
        (r#""audio": {"voice": {"id": "v"}}"#, "E-UNRESOLVED at /audio/voice/id [name one of the voices"),
        (r#""audio": {"voice": {}}"#, "E-UNRESOLVED at /audio/voice/id [name one of the voices"),
        (r#""session_params": {"id": "s"}"#, "E-UNRESOLVED at /session_params [send the messages"),
        (r#""kv_transfer_params": {"a": 1}"#, "E-UNRESOLVED at /kv_transfer_params [send the whole prompt"),
        (
            r#""data_sources": [{"parameters": {"key": "k"}}]"#,
            "E-UNRESOLVED at /data_sources [search yourself",
        ),
        (r#""seed": 1, "random_seed": 1"#, "E-RANGE at /random_seed ["),
    ] {
        let got = verdict(&with(members));
        assert!(got.starts_with(want), "{members}: {got}");
    }
}

#[test]
fn secrets_are_left_out_and_kept_nowhere() {
    let body = with(
        r#""tools": [{"type": "connector", "connector_id": "c", "authorization": {"type": "api-key", "value": "hunter2"}}],
            "compound_custom": {"tools": {"wolfram_settings": {"authorization": "hunter2"}}}"#,
    );
    let source = read(&body).unwrap();
    assert!(!source.declaration.to_json().contains("hunter2"));
    assert!(source.contents.iter().all(|content| !content.bytes.windows(7).any(|part| part == b"hunter2")));
}

#[test]
fn an_unknown_member_keeps_the_order_of_the_schemas_in_it() {
    let extend = Options { unknown: Unknown::Extend, ..Options::default() };
    let ext = |members: &str| {
        let chat = decl_adapt::named("chat").unwrap();
        let source = chat.declare(with(members).as_bytes(), &extend, &mut NoFiles).unwrap();
        for reference in source.declaration.references() {
            assert!(source.contents.iter().any(|content| content.digest == reference.digest));
        }
        json::minimal(source.declaration.value().get("ext").unwrap())
    };
    let turned =
        [r#""mood": {"b": 1, "a": [{"d": 1, "c": 2}]}"#, r#""mood": {"a": [{"c": 2, "d": 1}], "b": 1}"#];
    assert_eq!(ext(turned[0]), ext(turned[1]));
    for name in ["parameters", "schema", "inputSchema", "output_schema"] {
        let stated = |schema: &str| ext(&format!(r#""mood": [{{"x": 1, "{name}": {schema}}}]"#));
        assert_ne!(stated(r#"{"b": 1, "a": 2}"#), stated(r#"{"a": 2, "b": 1}"#), "{name}");
        assert_eq!(stated(r#"{"b": 1.0, "a": 2}"#), stated(r#"{ "b": 1, "a": 2 }"#), "{name}");
        assert_ne!(stated("true"), stated("false"), "{name}");
    }
    assert_ne!(ext(r#""my_schema": {"b": 1, "a": 2}"#), ext(r#""my_schema": {"a": 2, "b": 1}"#));

    let got = ext(r#""mood": {"schema": {"b": 1, "a": null}, "b": null}"#);
    let want = format!(
        r#"{{"openai.com/chat.completions#/mood": {{"b": {{"absent": "default"}}, "schema": {}}}}}"#,
        content(r#"{"b":1,"a":null}"#, "application/schema+json")
    );
    let parsed = |text: &str| sorted(&json::parse(text.as_bytes()).unwrap().into_owned());
    assert_eq!(parsed(&got), parsed(&want));

    let secret = with(r#""mood": {"schema": {"properties": {"password": {}}}, "password": "x"}"#);
    let fault = translate(&json::parse(secret.as_bytes()).unwrap(), &extend).unwrap_err();
    assert_eq!(fault, "E-SECRET at /mood/password");
}
