//! Tools that come on the way, which become content, get the verdict of those of the request.

use super::read;

/// A body with a tool among its own; one with the tool on the way, and the place of that.
const WAYS: [(&str, &str, &str, &str); 3] = [
    (
        "responses",
        r#"{"model": "m", "tools": [HERE]}"#,
        r#"{"model": "m", "input": [{"type": "additional_tools", "role": "developer", "tools": [HERE]}]}"#,
        "/input/0/tools/0",
    ),
    (
        "responses",
        r#"{"model": "m", "tools": [HERE]}"#,
        r#"{"model": "m", "input": [{"type": "tool_search_output", "tools": [HERE]}]}"#,
        "/input/0/tools/0",
    ),
    (
        "anthropic",
        r#"{"model": "m", "messages": [], "tools": [HERE]}"#,
        r#"{"model": "m", "messages": [{"role": "system", "content": [{"type": "tool_addition", "tool":
            {"type": "tool_definition", "definition": HERE}}]}]}"#,
        "/messages/0/content/0/tool/definition",
    ),
];

const VALUES: [&str; 13] = [
    r#""a""#,
    r#""""#,
    r#""sk-abcdefghijklmnopqrstuvwxyz0123""#,
    r#""https://u:p@example.org/""#,
    r#"["https://u:p@example.org/"]"#,
    r#"["a"]"#,
    r#"{"api_key": "sk-abcdefghijklmnopqrstuvwxyz0123"}"#,
    r#"{"a": [{"apiKey": "x"}]}"#,
    r#"{"a": 1}"#,
    "1",
    "true",
    "null",
    r#"[{"token": 1, "a": null}]"#,
];

const RESPONSES: [&str; 21] = [
    r#"{"type": "file_search", "vector_store_ids": VALUE}"#,
    r#"{"type": "file_search", "filters": VALUE}"#,
    r#"{"type": "function", "name": VALUE}"#,
    r#"{"type": "function", "name": "f", "description": VALUE}"#,
    r#"{"type": "function", "name": "f", "strict": VALUE}"#,
    r#"{"type": "function", "name": "f", "parameters": VALUE}"#,
    r#"{"type": "function", "name": "f", "output_schema": VALUE}"#,
    r#"{"type": "custom", "name": "f", "format": {"definition": VALUE}}"#,
    r#"{"type": "web_search", "user_location": {"city": VALUE}}"#,
    r#"{"type": "web_search", "user_location": VALUE}"#,
    r#"{"type": "mcp", "server_label": "s", "server_url": VALUE}"#,
    r#"{"type": "mcp", "server_label": VALUE}"#,
    r#"{"type": "mcp", "server_label": "s", "headers": VALUE}"#,
    r#"{"type": "mcp", "server_label": "s", "headers": {"X-A": VALUE}}"#,
    r#"{"type": "mcp", "server_label": "s", "authorization": VALUE}"#,
    r#"{"type": "namespace", "name": "n", "tools": [{"type": "function", "name": "f", "strict": VALUE}]}"#,
    r#"{"type": "namespace", "name": "n", "tools": VALUE}"#,
    r#"{"type": "code_interpreter", "container": VALUE}"#,
    r#"{"type": "image_generation", "input_image_mask": {"image_url": VALUE}}"#,
    r#"{"type": "shell", "environment": {"type": "container_auto", "skills": VALUE}}"#,
    r#"{"type": "shell", "environment": {"type": "container_auto", "skills": [{"type": "inline", "name": VALUE}]}}"#,
];

const ANTHROPIC: [&str; 10] = [
    r#"{"name": VALUE, "input_schema": {}}"#,
    r#"{"name": "f", "description": VALUE}"#,
    r#"{"name": "f", "input_schema": VALUE}"#,
    r#"{"name": "f", "strict": VALUE}"#,
    r#"{"name": "f", "input_examples": VALUE}"#,
    r#"{"type": "web_search_20250305", "name": "web_search", "allowed_domains": VALUE}"#,
    r#"{"type": "web_search_20250305", "name": "web_search", "user_location": {"city": VALUE}}"#,
    r#"{"type": "web_search_20250305", "name": "web_search", "cache_control": VALUE}"#,
    r#"{"type": "mcp_toolset", "mcp_server_name": VALUE}"#,
    r#"{"type": "mcp_toolset", "tools": [{"name": VALUE}]}"#,
];

#[test]
fn a_value_of_a_tool_that_comes_on_the_way_is_judged_as_any_other() {
    for (name, own, way, at) in WAYS {
        let tools: &[&str] = if name == "responses" { &RESPONSES } else { &ANTHROPIC };
        for tool in tools {
            for value in VALUES {
                let tool = tool.replace("VALUE", value);
                let verdict = |body: &str, at: &str| {
                    let verdict = read(name, &body.replace("HERE", &tool)).map(|_| ());
                    verdict.map_err(|fault| fault.replacen(at, "", 1))
                };
                assert_eq!(verdict(way, at), verdict(own, "/tools/0"), "{way}: {tool}");
            }
        }
    }
}
