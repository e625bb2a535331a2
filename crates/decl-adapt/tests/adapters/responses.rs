use super::{ABSENT, Case, check, check_refusals, content, data, read, text};

fn with(members: &str) -> String {
    let comma = if members.is_empty() { "" } else { "," };
    format!(r#"{{"model": "m"{comma}{members}}}"#)
}

fn item(item: &str) -> String {
    with(&format!(r#""input": [{item}]"#))
}

fn say(part: &str) -> String {
    item(&format!(r#"{{"role": "user", "content": [{{"type": "input_text", "text": ""}}, {part}]}}"#))
}

const ITEM: &str = "/input/0";

#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
fn every_member_goes_where_the_table_says() {
    let schema = |t: &str| content(t, "application/schema+json");
    let of = |members: &str, pointer: &'static str, want: &str| -> Case {
        (with(members), pointer, want.to_owned())
    };
    let one = |t: &str, pointer: &'static str, want: String| -> Case { (item(t), pointer, want) };
    let opaque = |content: &str, attrs: &str| {
        format!(
            r#"{{"role": "assistant", "parts": [{{"t": "opaque", "authority": "openai.com", "content": {content}, "attrs": {attrs}}}]}}"#
        )
    };
    check(
        "responses",
        &[
            of("", "/parameters/set", "{}"),
            of("", "/context/history", r#"{"absent": "none"}"#),
            of(r#""temperature": 1.0"#, "/parameters/set/temperature", "1"),
            of(
                r#""reasoning": {"effort": null}"#,
                "/parameters/set/reasoning",
                r#"{"effort": {"absent": "default"}}"#,
            ),
            of(r#""reasoning": {}"#, "/parameters/set/reasoning", "{}"),
            of(r#""max_tool_calls": 3"#, "/constraints/limits", r#"{"max_tool_calls": 3}"#),
            of(r#""text": {"verbosity": "low"}"#, "/parameters/set", r#"{"text.verbosity": "low"}"#),
            of(
                r#""text": {"format": {"type": "json_schema", "name": "n", "description": "d", "strict": true, "schema": {"b": 1, "a": 2}}}"#,
                "/constraints/output",
                &format!(
                    r#"{{"format": "json_schema", "schema": {}, "modalities": ["text"], "stop": [], "return": {{"name": "n", "strict": true, "description": {}}}}}"#,
                    schema(r#"{"b":1,"a":2}"#),
                    text("d")
                ),
            ),
            of(
                r#""text": {"format": {"type": "text"}}"#,
                "/constraints/output/return",
                r#"{"type": "text"}"#,
            ),
            of(r#""include": []"#, "/constraints/output/return", r#"{"include": []}"#),
            of(
                r#""include": ["reasoning.encrypted_content"]"#,
                "/constraints/output/return",
                r#"{"include": ["reasoning.encrypted_content"]}"#,
            ),
            of(
                r#""moderation": {"model": "omni"}"#,
                "/constraints/safety",
                r#"{"moderation": {"model": "omni"}}"#,
            ),
            of(
                r#""truncation": "auto""#,
                "/context/history",
                r#"{"policy": "window", "params": {"truncation": "auto"}}"#,
            ),
            of(
                r#""truncation": "disabled""#,
                "/context/history",
                r#"{"policy": "full", "params": {"truncation": "disabled"}}"#,
            ),
            of(
                r#""truncation": "auto", "context_management": [{"type": "compaction", "compact_threshold": 9}]"#,
                "/context/history",
                r#"{"policy": "compaction", "params": {"truncation": "auto", "context_management": [{"type": "compaction", "compact_threshold": 9}]}}"#,
            ),
            of(r#""previous_response_id": null"#, "/parameters/set/previous_response_id", ABSENT),
            of(r#""instructions": null"#, "/parameters/set/instructions", ABSENT),
            of(r#""tool_choice": "required""#, "/constraints/tool-choice", r#""required""#),
            of(
                r#""tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]}"#,
                "/constraints/tool-choice",
                r#"{"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]}"#,
            ),
            // tools
            of(
                r#""tools": [{"type": "function", "name": "f", "description": null, "parameters": {"b": 1, "a": 2}, "strict": true, "response": {"date": 1}}]"#,
                "/tools/0",
                &format!(
                    r#"{{"t": "function", "name": "f", "description": {{"absent": "default"}}, "schema": {}, "server": {{"absent": "none"}}, "implementation": {{"absent": "undisclosed"}}, "data": "closed", "config": {{"strict": true, "response_schema": {}}}}}"#,
                    schema(r#"{"b":1,"a":2}"#),
                    data(r#"{"date":1}"#)
                ),
            ),
            of(
                r#""tools": [{"type": "custom", "name": "f", "format": {"type": "grammar", "syntax": "lark", "definition": "x"}}]"#,
                "/tools/0/schema",
                &text("x"),
            ),
            of(
                r#""tools": [{"type": "mcp", "server_label": "s", "server_url": "https://x", "authorization": "t", "headers": {"A": "b", "Authorization": "c"}, "require_approval": "never"}]"#,
                "/tools/0",
                r#"{"t": "mcp", "name": "mcp", "description": {"absent": "none"}, "schema": {"absent": "none"}, "server": {"url": "https://x", "label": "s", "listing": {"absent": "undisclosed"}, "protocol": {"absent": "undisclosed"}}, "implementation": {"absent": "undisclosed"}, "data": "open", "config": {"headers": {"a": "b"}, "require_approval": "never"}}"#,
            ),
            of(
                r#""tools": [{"type": "file_search", "vector_store_ids": ["vs"]}]"#,
                "/tools/0/config",
                r#"{"vector_store_ids": ["vs"]}"#,
            ),
            of(
                r#""tools": [{"type": "image_generation", "input_image_mask": {"image_url": "data:image/png;base64,aGk="}}]"#,
                "/tools/0/config/input_image_mask/image_url",
                &content("hi", "image/png"),
            ),
            of(r#""tools": [{"type": "web_search"}]"#, "/tools/0/data", r#""open""#),
            of(
                r#""tools": [{"type": "code_interpreter", "container": {"type": "auto", "file_ids": []}}]"#,
                "/tools/0/config",
                r#"{"container": {"type": "auto", "file_ids": []}}"#,
            ),
            of(
                r#""tools": [{"type": "namespace", "name": "n", "description": "d", "tools": [{"type": "function", "name": "f", "parameters": {"b": 1, "a": 2}}]}]"#,
                "/tools/0/schema",
                &schema(r#"[{"name":"f","type":"function","parameters":{"b":1,"a":2}}]"#),
            ),
            of(
                r#""tools": [{"type": "shell", "environment": {"type": "local"}}]"#,
                "/tools/0/config",
                r#"{"environment": {"type": "local"}}"#,
            ),
            // instructions and messages
            of(
                r#""instructions": "be brief", "input": "hi""#,
                "/instructions/0/parts/0",
                &format!(
                    r#"{{"t": "text", "content": {}, "attrs": {{"member": "instructions"}}}}"#,
                    text("be brief")
                ),
            ),
            of(
                r#""instructions": "be brief", "input": "hi""#,
                "/input/0/parts/0",
                &format!(r#"{{"t": "text", "content": {}, "attrs": {{"member": "input"}}}}"#, text("hi")),
            ),
            of(
                r#""instructions": "first", "input": [{"role": "system", "content": "second"}]"#,
                "/instructions/0/parts/0/content",
                &text("first"),
            ),
            of(
                r#""instructions": "first", "input": [{"role": "system", "content": "second"}]"#,
                "/instructions/1/parts/0/content",
                &text("second"),
            ),
            one(
                r#"{"role": "user", "content": "hi"}"#,
                ITEM,
                format!(
                    r#"{{"role": "user", "parts": [{{"t": "text", "content": {}, "attrs": {{}}}}]}}"#,
                    text("hi")
                ),
            ),
            one(
                r#"{"type": "message", "id": "m1", "status": "completed", "role": "assistant", "content": [{"type": "output_text", "text": "hi", "annotations": []}]}"#,
                ITEM,
                format!(
                    r#"{{"role": "assistant", "parts": [{{"t": "text", "content": {}, "attrs": {{"part": "output_text", "type": "message", "id": "m1", "state": "completed", "content": "list", "annotations": {}}}}}]}}"#,
                    text("hi"),
                    data("[]")
                ),
            ),
            (
                say(
                    r#"{"type": "input_image", "image_url": "data:image/png;base64,aGk=", "detail": "auto"}"#,
                ),
                "/input/0/parts/1",
                format!(
                    r#"{{"t": "image", "content": {}, "attrs": {{"detail": "auto"}}}}"#,
                    content("hi", "image/png")
                ),
            ),
            (
                say(
                    r#"{"type": "input_file", "file_data": "data:application/pdf;base64,aGk=", "filename": "a.pdf", "file_id": null}"#,
                ),
                "/input/0/parts/1/attrs",
                r#"{"filename": "a.pdf", "file_id": {"absent": "default"}}"#.to_owned(),
            ),
            // items
            one(
                r#"{"type": "function_call", "call_id": "1", "name": "f", "arguments": "{ }", "status": null}"#,
                ITEM,
                format!(
                    r#"{{"role": "assistant", "parts": [{{"t": "call", "id": "1", "name": "f", "args": {}, "attrs": {{"state": {{"absent": "default"}}}}}}]}}"#,
                    data("{ }")
                ),
            ),
            one(
                r#"{"type": "function_call_output", "call_id": "1", "output": "x"}"#,
                ITEM,
                format!(
                    r#"{{"role": "tool", "parts": [{{"t": "result", "id": "1", "error": false, "attrs": {{}}, "parts": [{{"t": "text", "content": {}, "attrs": {{}}}}]}}]}}"#,
                    text("x")
                ),
            ),
            one(
                r#"{"type": "function_call_output", "call_id": "1", "output": [{"type": "input_text", "text": "x"}]}"#,
                "/input/0/parts/0/attrs",
                r#"{"content": "list"}"#.to_owned(),
            ),
            one(
                r#"{"type": "custom_tool_call", "call_id": "1", "name": "f", "input": "1+1"}"#,
                "/input/0/parts/0/args",
                text("1+1"),
            ),
            one(
                r#"{"type": "reasoning", "id": "r", "summary": [], "encrypted_content": "e"}"#,
                ITEM,
                opaque(
                    &text("e"),
                    &format!(r#"{{"type": "reasoning", "id": "r", "summary": {}}}"#, data("[]")),
                ),
            ),
            one(
                r#"{"type": "reasoning", "summary": [], "encrypted_content": null, "content": [{"type": "reasoning_text", "text": "t"}]}"#,
                ITEM,
                opaque(
                    &data(r#"[{"text":"t","type":"reasoning_text"}]"#),
                    &format!(
                        r#"{{"type": "reasoning", "summary": {}, "encrypted_content": {{"absent": "default"}}}}"#,
                        data("[]")
                    ),
                ),
            ),
            one(
                r#"{"type": "mcp_call", "id": "1", "name": "f", "arguments": "{}", "server_label": "s", "output": "x", "error": null}"#,
                ITEM,
                format!(
                    r#"{{"role": "assistant", "parts": [{{"t": "call", "id": "1", "name": "f", "args": {}, "attrs": {{"type": "mcp", "server_label": "s", "failure": {{"absent": "default"}}}}}}, {{"t": "text", "content": {}, "attrs": {{"member": "content"}}}}]}}"#,
                    data("{}"),
                    text("x")
                ),
            ),
            one(
                r#"{"type": "web_search_call", "id": "w", "status": "completed", "action": {"type": "search", "query": "q"}}"#,
                ITEM,
                opaque(
                    &data(r#"{"type":"search","query":"q"}"#),
                    r#"{"type": "web_search_call", "id": "w", "state": "completed"}"#,
                ),
            ),
            one(
                r#"{"type": "image_generation_call", "id": "i", "result": "aGk="}"#,
                "/input/0/parts/0/content",
                content("hi", "application/octet-stream"),
            ),
            one(
                r#"{"type": "computer_call_output", "call_id": "1", "output": {"type": "computer_screenshot", "image_url": "data:image/png;base64,aGk="}}"#,
                "/input/0/parts/0/parts/0/content",
                content("hi", "image/png"),
            ),
            one(
                r#"{"type": "tool_search_output", "call_id": null, "tools": [{"type": "function", "parameters": {"b": 1, "a": 2}}]}"#,
                "/input/0/parts/0/parts/0/content",
                data(r#"[{"type":"function","parameters":{"b":1,"a":2}}]"#),
            ),
            one(
                r#"{"type": "shell_call", "call_id": "1", "action": {"commands": ["ls"]}, "environment": {"type": "local"}}"#,
                "/input/0/parts/0/attrs",
                r#"{"type": "shell_call", "call_id": "1", "environment": {"type": "local"}}"#.to_owned(),
            ),
            one(
                r#"{"type": "compaction", "encrypted_content": "e"}"#,
                ITEM,
                opaque(&text("e"), r#"{"type": "compaction"}"#),
            ),
            one(
                r#"{"type": "configuration_update", "reasoning": {"effort": "high"}}"#,
                "/instructions/0/parts/0/attrs",
                format!(
                    r#"{{"type": "configuration_update", "reasoning": {}}}"#,
                    data(r#"{"effort":"high"}"#)
                ),
            ),
        ],
    );
}

#[test]
fn refusals_name_the_place_in_the_body() {
    check_refusals(
        "responses",
        &[
            ("{}".to_owned(), "E-MISSING at /model"),
            (with(r#""previous_response_id": "resp_1""#), "E-UNRESOLVED at /previous_response_id"),
            (with(r#""conversation": {"id": "c"}"#), "E-UNRESOLVED at /conversation"),
            (with(r#""prompt": {"id": "p"}"#), "E-UNRESOLVED at /prompt"),
            (with(r#""instructions": ["x"]"#), "E-TYPE at /instructions"),
            (with(r#""input": null, "truncation": "most""#), "E-RANGE at /truncation"),
            (item(r#"{"id": "msg_1"}"#), "E-UNRESOLVED at /input/0/id"),
            (item(r#"{"type": "item_reference", "id": "msg_1"}"#), "E-UNRESOLVED at /input/0/id"),
            (item(r#"{"type": "item_reference"}"#), "E-UNRESOLVED at /input/0/id"),
            (item("{}"), "E-MISSING at /input/0"),
            (item(r#"{"type": "dream"}"#), "E-RANGE at /input/0/type"),
            (
                item(r#"{"type": "reasoning", "id": "r", "summary": []}"#),
                "E-UNRESOLVED at /input/0/encrypted_content",
            ),
            (item(r#"{"type": "image_generation_call", "id": "i"}"#), "E-UNRESOLVED at /input/0/result"),
            (
                item(r#"{"type": "code_interpreter_call", "code": "1", "container_id": "c"}"#),
                "E-UNRESOLVED at /input/0/container_id",
            ),
            (
                item(
                    r#"{"type": "shell_call", "action": {}, "environment": {"type": "container_reference"}}"#,
                ),
                "E-UNRESOLVED at /input/0/environment/container_id",
            ),
            (say(r#"{"type": "input_image", "file_id": "f"}"#), "E-UNRESOLVED at /input/0/content/1/file_id"),
            (
                say(r#"{"type": "input_image", "image_url": "https://x"}"#),
                "E-UNRESOLVED at /input/0/content/1/image_url",
            ),
            (
                say(r#"{"type": "input_file", "file_url": "https://x"}"#),
                "E-UNRESOLVED at /input/0/content/1/file_url",
            ),
            (
                say(r#"{"type": "input_text", "text": "x", "mood": 1}"#),
                "E-UNKNOWN-MEMBER at /input/0/content/1/mood",
            ),
            (
                with(r#""tools": [{"type": "code_interpreter", "container": "c"}]"#),
                "E-UNRESOLVED at /tools/0/container",
            ),
            (
                with(
                    r#""tools": [{"type": "code_interpreter", "container": {"type": "auto", "file_ids": ["f"]}}]"#,
                ),
                "E-UNRESOLVED at /tools/0/container/file_ids",
            ),
            (with(r#""tools": [{"name": "f"}]"#), "E-MISSING at /tools/0/type"),
            (with(r#""top_k": 1"#), "E-UNKNOWN-MEMBER at /top_k"),
            (with(r#""output": []"#), "E-ARTEFACT at /output"),
        ],
    );
}

#[test]
fn a_text_and_the_message_of_it_are_two_requests() {
    let identity = |body: &str| read("responses", body).unwrap().declaration.identity();
    let forms = [
        identity(&with(r#""input": "hi""#)),
        identity(&with(r#""input": [{"role": "user", "content": "hi"}]"#)),
        identity(&with(r#""input": [{"role": "user", "content": [{"type": "input_text", "text": "hi"}]}]"#)),
        identity(&with(r#""input": [{"type": "message", "role": "user", "content": "hi"}]"#)),
        identity(&with(r#""instructions": "hi""#)),
        identity(&with(r#""input": [{"role": "system", "content": "hi"}]"#)),
    ];
    for (i, form) in forms.iter().enumerate() {
        assert!(!forms[..i].contains(form), "form {i}");
    }
}
