use super::{ABSENT, Case, check, check_refusals, content, data, text, translate};
use decl_adapt::Options;
use decl_core::json;

fn with(members: &str) -> String {
    let comma = if members.is_empty() { "" } else { "," };
    format!(r#"{{"model": "m", "max_tokens": 9, "messages": []{comma}{members}}}"#)
}

fn saying(message: &str) -> String {
    format!(r#"{{"model": "m", "messages": [{message}]}}"#)
}

/// A user message with this one block after another one.
fn block(block: &str) -> String {
    saying(&format!(r#"{{"role": "user", "content": [{{"type": "text", "text": ""}}, {block}]}}"#))
}

const BLOCK: &str = "/input/0/parts/1";

#[test]
fn every_member_goes_where_the_table_says() {
    let schema = |t: &str| content(t, "application/schema+json");
    let of = |members: &str, pointer: &'static str, want: &str| -> Case {
        (with(members), pointer, want.to_owned())
    };
    check(
        "anthropic",
        &[
            of("", "/parameters", r#"{"set": {"max_tokens": 9}, "seed": {"absent": "default"}, "unset": "executor-default"}"#),
            of("", "/instructions", "[]"),
            of(r#""temperature": 1.0"#, "/parameters/set/temperature", "1"),
            of(r#""top_k": null"#, "/parameters/set/top_k", ABSENT),
            of(r#""thinking": {"type": "enabled", "budget_tokens": 1024}"#, "/parameters/set/thinking", r#"{"type": "enabled", "budget_tokens": 1024}"#),
            of(r#""betas": ["a", "b"]"#, "/parameters/set/betas", r#"["a", "b"]"#),
            of(r#""anthropic_version": "2023-06-01""#, "/environment/api/version", r#""2023-06-01""#),
            of(r#""fallbacks": [{"model": "n"}]"#, "/model/fallbacks", r#"["n"]"#),
            of(r#""fallbacks": [{"model": "n", "max_tokens": 1}, {"model": "o"}]"#, "/parameters/set/fallbacks", r#"[{"items": 1, "max_tokens": 1}, {"items": 1}]"#),
            of(r#""fallbacks": "default""#, "/model/fallbacks", r#"["default"]"#),
            of(r#""system": "be brief""#, "/instructions", &format!(r#"[{{"role": "system", "parts": [{{"t": "text", "content": {}, "attrs": {{"member": "system"}}}}]}}]"#, text("be brief"))),
            of(r#""system": [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}]"#, "/instructions/0/parts/0", &format!(r#"{{"t": "text", "content": {}, "attrs": {{"member": "system", "content": "list"}}}}"#, text("a"))),
            of(r#""system": null"#, "/parameters/set/system", ABSENT),
            of(r#""output_config": {"effort": "low", "format": {"type": "json_schema", "schema": {"b": 1, "a": 2}}}"#, "/constraints/output/schema", &schema(r#"{"b":1,"a":2}"#)),
            of(r#""output_config": {"effort": "low"}"#, "/parameters/set", r#"{"max_tokens": 9, "output_config.effort": "low"}"#),
            of(r#""output_config": {"task_budget": {"type": "tokens", "total": 5}}"#, "/constraints/limits", r#"{"task_budget": {"type": "tokens", "total": 5}}"#),
            of(r#""output_format": {"type": "json_schema", "schema": {"b": 1, "a": 2}}"#, "/constraints/output/return", &format!(r#"{{"output_format": {{"type": "json_schema", "schema": {}}}}}"#, data(r#"{"b":1,"a":2}"#))),
            of(r#""stop_sequences": ["a"]"#, "/constraints/output/stop", r#"["a"]"#),
            of(r#""stop_sequences": []"#, "/parameters/set/stop_sequences", "[]"),
            of(r#""inference_geo": "us""#, "/constraints/region", r#""us""#),
            of(r#""inference_geo": null"#, "/parameters/set/inference_geo", ABSENT),
            of(r#""context_management": {"edits": [{"type": "compact_20260112", "instructions": "short"}]}"#, "/context/history", &format!(r#"{{"policy": "compaction", "params": {{"context_management": {{"edits": [{{"type": "compact_20260112", "instructions": {}}}]}}}}}}"#, text("short"))),
            of(r#""tool_choice": {"type": "any", "disable_parallel_tool_use": true}"#, "/constraints/tool-choice", r#"{"type": "any", "disable_parallel_tool_use": true}"#),
            of(r#""container": {"skills": [{"type": "custom", "skill_id": "s", "version": "1"}]}"#, "/parameters/set/container", r#"{"skills": [{"type": "custom", "skill_id": "s", "version": "1"}]}"#),
            // tools
            of(
                r#""tools": [{"name": "f", "description": "d", "input_schema": {"type": "object", "a": 1}, "strict": true,
                    "input_examples": [{"date": 1, "token": "x"}], "cache_control": {"type": "ephemeral"}}]"#,
                "/tools/0",
                &format!(
                    r#"{{"t": "function", "name": "f", "data": "closed", "server": {{"absent": "none"}}, "description": {},
                        "schema": {}, "implementation": {{"absent": "undisclosed"}}, "config": {{"strict": true, "input_examples": {}}}}}"#,
                    text("d"), schema(r#"{"type":"object","a":1}"#), data(r#"[{"date":1,"token":"x"}]"#)
                ),
            ),
            of(r#""tools": [{"type": "custom", "name": "f"}]"#, "/tools/0/config", r#"{"type": "custom"}"#),
            of(r#""tools": [{"type": null, "name": "f"}]"#, "/tools/0/config", r#"{"type": {"absent": "default"}}"#),
            of(r#""tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": null}]"#, "/tools/0", r#"{"t": "hosted", "name": "web_search", "data": "open", "server": {"absent": "none"}, "schema": {"absent": "none"}, "description": {"absent": "none"}, "implementation": {"absent": "undisclosed"}, "config": {"type": "web_search_20250305", "max_uses": {"absent": "default"}}}"#),
            of(r#""tools": [{"type": "bash_20250124", "name": "bash"}]"#, "/tools/0/data", r#""open""#),
            of(r#""tools": [{"type": "mcp_toolset", "mcp_server_name": "s", "configs": {"date": {"enabled": true}}}]"#, "/tools/0/config", &format!(r#"{{"type": "mcp_toolset", "mcp_server_name": "s", "configs": {}}}"#, data(r#"{"date":{"enabled":true}}"#))),
            of(r#""mcp_servers": [{"type": "url", "name": "s", "url": "https://x", "authorization_token": "t"}]"#, "/tools/0/server", r#"{"url": "https://x", "label": "s", "listing": {"absent": "undisclosed"}, "protocol": {"absent": "undisclosed"}}"#),
            // messages
            (saying(r#"{"role": "user", "content": "hi"}"#), "/input/0/parts/0", format!(r#"{{"t": "text", "content": {}, "attrs": {{}}}}"#, text("hi"))),
            (saying(r#"{"role": "user", "content": [{"type": "text", "text": "hi"}]}"#), "/input/0/parts/0/attrs", r#"{"message": "list"}"#.to_owned()),
            (
                saying(r#"{"role": "user", "content": []}"#),
                "/input/0/parts/0/attrs",
                r#"{"parts": {"absent": "none"}, "message": []}"#.to_owned(),
            ),
            (saying(r#"{"role": "system", "content": "x"}"#), "/input/0/role", r#""system""#.to_owned()),
            (block(r#"{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}}"#), BLOCK, format!(r#"{{"t": "image", "content": {}, "attrs": {{}}}}"#, content("hi", "image/png"))),
            (block(r#"{"type": "document", "title": "t", "context": "c", "citations": {"enabled": true}, "source": {"type": "text", "media_type": "text/plain", "data": "hi"}}"#), BLOCK, format!(r#"{{"t": "file", "content": {}, "attrs": {{"title": {}, "source": "text", "context": {}, "citations": {{"enabled": true}}}}}}"#, text("hi"), text("t"), text("c"))),
            (block(r#"{"type": "document", "title": "t", "source": {"type": "content", "content": "hi"}}"#), BLOCK, format!(r#"{{"t": "result", "id": {{"absent": "none"}}, "error": false, "parts": [{{"t": "text", "content": {}, "attrs": {{}}}}], "attrs": {{"title": {}, "source": "content"}}}}"#, text("hi"), text("t"))),
            (block(r#"{"type": "tool_use", "id": "1", "name": "f", "input": {"b": null, "a": 1.0}}"#), BLOCK, format!(r#"{{"t": "call", "id": "1", "name": "f", "args": {}, "attrs": {{}}}}"#, data(r#"{"b":null,"a":1}"#))),
            (block(r#"{"type": "tool_result", "tool_use_id": "1"}"#), BLOCK, r#"{"t": "result", "id": "1", "parts": [], "error": false, "attrs": {}}"#.to_owned()),
            (block(r#"{"type": "tool_result", "tool_use_id": "1", "content": null, "is_error": false}"#), BLOCK, r#"{"t": "result", "id": "1", "parts": [], "error": false, "attrs": {"is_error": false, "content": {"absent": "default"}}}"#.to_owned()),
            (block(r#"{"type": "tool_result", "tool_use_id": "1", "content": "x", "is_error": true}"#), BLOCK, format!(r#"{{"t": "result", "id": "1", "parts": [{{"t": "text", "content": {}, "attrs": {{}}}}], "error": true, "attrs": {{}}}}"#, text("x"))),
            (block(r#"{"type": "thinking", "thinking": "h", "signature": "s"}"#), BLOCK, format!(r#"{{"t": "opaque", "authority": "anthropic.com", "content": {}, "attrs": {{"type": "thinking", "signature": {}}}}}"#, text("h"), text("s"))),
            (block(r#"{"type": "web_search_tool_result", "tool_use_id": "1", "content": [{"url": "u", "title": "t"}]}"#), BLOCK, format!(r#"{{"t": "result", "id": "1", "error": false, "attrs": {{"type": "web_search_tool_result"}}, "parts": [{{"t": "opaque", "authority": "anthropic.com", "attrs": {{}}, "content": {}}}]}}"#, data(r#"[{"url":"u","title":"t"}]"#))),
            (block(r#"{"type": "tool_addition", "tool": {"type": "tool_definition", "definition": {"input_schema": {"b": 1, "a": 1}}}}"#), "/input/0/parts/1/content", data(r#"{"type":"tool_definition","definition":{"input_schema":{"b":1,"a":1}}}"#)),
            (block(r#"{"type": "search_result", "source": "u", "title": "t", "content": [{"type": "text", "text": "x"}]}"#), "/input/0/parts/1/attrs", format!(r#"{{"type": "search_result", "source": {}, "title": {}}}"#, text("u"), text("t"))),
            (block(r#"{"type": "compaction", "content": null}"#), "/input/0/parts/1/attrs", r#"{"type": "compaction", "content": {"absent": "default"}}"#.to_owned()),
        ],
    );
}

#[test]
fn refusals_name_the_place_in_the_body() {
    check_refusals(
        "anthropic",
        &[
            ("{}".to_owned(), "E-MISSING at /model"),
            (saying(r#""Invalid content""#), "E-TYPE at /messages/0"),
            (saying(r#"{"role": "tool", "content": "x"}"#), "E-RANGE at /messages/0/role"),
            (saying(r#"{"role": "user", "content": null}"#), "E-NULL at /messages/0/content"),
            (block(r#"{"type": "hologram"}"#), "E-RANGE at /messages/0/content/1/type"),
            (
                block(r#"{"type": "image", "source": {"type": "url", "url": "https://x"}}"#),
                "E-UNRESOLVED at /messages/0/content/1/source/url",
            ),
            (
                block(r#"{"type": "image", "source": {"type": "url"}}"#),
                "E-UNRESOLVED at /messages/0/content/1/source/url",
            ),
            (
                block(r#"{"type": "document", "source": {"type": "file", "file_id": "f"}}"#),
                "E-UNRESOLVED at /messages/0/content/1/source/file_id",
            ),
            (
                block(r#"{"type": "container_upload", "file_id": "f"}"#),
                "E-UNRESOLVED at /messages/0/content/1/file_id",
            ),
            (
                block(
                    r#"{"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "_-8"}}"#,
                ),
                "E-TYPE at /messages/0/content/1/source/data",
            ),
            (
                block(r#"{"type": "tool_use", "id": "1", "name": "f"}"#),
                "E-MISSING at /messages/0/content/1/input",
            ),
            (
                block(r#"{"type": "tool_result", "tool_use_id": "1", "is_error": "no"}"#),
                "E-TYPE at /messages/0/content/1/is_error",
            ),
            (
                block(r#"{"type": "text", "text": "x", "mood": 1}"#),
                "E-UNKNOWN-MEMBER at /messages/0/content/1/mood",
            ),
            (with(r#""container": "c""#), "E-UNRESOLVED at /container"),
            (with(r#""container": {"id": "c"}"#), "E-UNRESOLVED at /container/id"),
            (
                with(r#""thread": {"type": "continue", "previous_message_id": "m"}"#),
                "E-UNRESOLVED at /thread",
            ),
            (with(r#""thread": {"id": "t"}"#), "E-MISSING at /thread/type"),
            (with(r#""tools": [{"type": "web_search_20990101", "name": "x"}]"#), "E-RANGE at /tools/0/type"),
            (with(r#""fallbacks": "best""#), "E-RANGE at /fallbacks"),
            (with(r#""usage": {}"#), "E-ARTEFACT at /usage"),
            (with(r#""api_key": "x""#), "E-SECRET at /api_key"),
        ],
    );
}

#[test]
fn the_version_of_the_api_may_come_from_a_header() {
    let body = json::parse(br#"{"model": "m", "messages": []}"#).unwrap();
    let options = Options { api_version: Some("2023-06-01"), ..Options::default() };
    let stated =
        json::parse(br#"{"model": "m", "messages": [], "anthropic_version": "2023-06-01"}"#).unwrap();
    let by_header = translate("anthropic", &body, &options).unwrap().declaration;
    assert_eq!(by_header, translate("anthropic", &stated, &Options::default()).unwrap().declaration);
    assert_ne!(by_header, translate("anthropic", &body, &Options::default()).unwrap().declaration);
    assert_eq!(by_header, translate("anthropic", &stated, &options).unwrap().declaration);
    let other = Options { api_version: Some("2024-01-01"), ..options };
    assert_eq!(translate("anthropic", &stated, &other).unwrap_err(), "E-RANGE at /anthropic_version");
}
