//! What the tables leave out stays out: it is in no declaration and in no content.

use super::{read, translate};
use decl_core::json;

/// A body of each API with a secret at every place that takes one, and one more wherever a table reads what is content.
const BODIES: [(&str, &str); 4] = [
    (
        "chat",
        r#"{"model": "m", "messages": [],
            "tools": [{"type": "connector", "connector_id": "c", "authorization": {"type": "api-key", "value": "hunter2"}}],
            "compound_custom": {"tools": {"wolfram_settings": {"authorization": "hunter2"}}}}"#,
    ),
    (
        "responses",
        r#"{"model": "m", "tools": [
            {"type": "mcp", "server_label": "s", "authorization": "hunter2", "headers": {"X-Key": "hunter2"}},
            {"type": "code_interpreter", "container": {"type": "auto", "network_policy":
                {"type": "allowlist", "domain_secrets": [{"domain": "d", "name": "n", "value": "hunter2"}]}}}],
            "input": [
                {"type": "additional_tools", "role": "developer", "tools": [
                    {"type": "mcp", "server_label": "s", "authorization": "hunter2", "headers": {"X-Key": "hunter2"}},
                    {"type": "shell", "environment": {"type": "container_auto", "network_policy":
                        {"domain_secrets": [{"domain": "d", "name": "n", "value": "hunter2"}]}}}]},
                {"type": "tool_search_output", "tools": [
                    {"type": "mcp", "server_label": "s", "authorization": "hunter2", "headers": {"X-Key": "hunter2"}}]}]}"#,
    ),
    (
        "anthropic",
        r#"{"model": "m", "messages": [], "fallback_credit_token": {"token": "hunter2"},
            "mcp_servers": [{"type": "url", "name": "s", "url": "https://example.org", "authorization_token": "hunter2"}]}"#,
    ),
    (
        "gemini",
        r#"{"model": "m", "contents": [], "tools": [{
            "googleMaps": {"authConfig": {"apiKey": "hunter2", "httpBasicAuthConfig": {"credentialSecret": "hunter2"},
                "apiKeyConfig": {"apiKeySecret": "hunter2", "apiKeySecretVersion": "hunter2", "apiKeyString": "hunter2"},
                "oauthConfig": {"accessToken": "hunter2"}, "oidcConfig": {"idToken": "hunter2"}}},
            "exaAiSearch": {"apiKey": "hunter2"},
            "parallel_ai_search": {"api_key": "hunter2"},
            "retrieval": {"externalApi": {"apiAuth": {"apiKeyConfig": {"apiKeyString": "hunter2"}}, "auth_config": {"apiKey": "hunter2"}}},
            "mcpServers": [{"name": "s", "streamableHttpTransport": {"headers": {"X-Key": "hunter2"}}}]}]}"#,
    ),
];

#[test]
fn a_secret_at_its_place_is_kept_nowhere() {
    for (name, body) in BODIES {
        let source = read(name, body).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert!(!source.declaration.to_json().contains("hunter2"), "{name}: in the declaration");
        for content in source.contents {
            let text = String::from_utf8_lossy(&content.bytes);
            assert!(!text.contains("hunter2"), "{name}: in content: {text}");
        }
        let table = decl_adapt::named(name).unwrap().to_string();
        for secret in table.lines().filter_map(|line| line.strip_suffix(" S")).map(str::trim) {
            let snake: String = secret
                .chars()
                .flat_map(|c| [c.is_ascii_uppercase().then_some('_'), Some(c.to_ascii_lowercase())])
                .flatten()
                .collect();
            assert!(
                body.contains(&format!("\"{secret}\"")) || body.contains(&format!("\"{snake}\"")),
                "{name}: {secret} is not in the test's body"
            );
        }
    }
}

#[test]
fn what_a_table_leaves_out_of_content_changes_nothing_and_what_it_refuses_there_is_refused() {
    let identity = |name: &str, body: &str| read(name, body).unwrap().declaration.identity();
    let tools = |tool: &str| {
        format!(r#"{{"model": "m", "input": [{{"type": "tool_search_output", "tools": [{tool}]}}]}}"#)
    };
    let function = |schema: &str| {
        tools(&format!(r#"{{"type": "function", "name": "f", "strict": null, "parameters": {schema}}}"#))
    };
    assert_eq!(
        identity("responses", &tools(r#"{"type": "mcp", "server_label": "s", "headers": {"A-Key": "b"}}"#)),
        identity("responses", &tools(r#"{"server_label": "s", "type": "mcp"}"#))
    );
    assert_ne!(
        identity("responses", &function(r#"{"b": 1, "a": 2}"#)),
        identity("responses", &function(r#"{"a": 2, "b": 1}"#))
    );
    for (tool, want) in [
        (r#"{"type": "code_interpreter", "container": "c"}"#, "E-UNRESOLVED at /input/0/tools/0/container"),
        (r#"{"type": "mcp", "server_label": "s", "mood": 1}"#, "E-UNKNOWN-MEMBER at /input/0/tools/0/mood"),
        (r#"{"type": "mcp", "server_label": "s", "api_key": "x"}"#, "E-SECRET at /input/0/tools/0/api_key"),
        (
            r#"{"type": "code_interpreter", "container": [{"network_policy": {"domain_secrets": 1}}]}"#,
            "E-TYPE at /input/0/tools/0/container",
        ),
        (
            r#"{"type": "mcp", "server_label": "s", "server_url": "https://a:b@example.org"}"#,
            "E-SECRET at /input/0/tools/0/server_url",
        ),
        (
            r#"{"type": "namespace", "name": "n", "tools": [{"type": "mcp", "headers": {"a": "b"}}]}"#,
            "E-RANGE at /input/0/tools/0/tools/0/type",
        ),
        (
            r#"{"type": "image_generation", "input_image_mask": {"image_url": "https://example.org/a.png"}}"#,
            "E-UNRESOLVED at /input/0/tools/0/input_image_mask/image_url",
        ),
        (r#"{"type": "dream"}"#, "E-RANGE at /input/0/tools/0/type"),
        ("1", "E-TYPE at /input/0/tools/0"),
    ] {
        assert_eq!(read("responses", &tools(tool)).unwrap_err(), want, "{tool}");
    }

    let block = |content: &str| {
        format!(r#"{{"model": "m", "messages": [{{"role": "assistant", "content": [{content}]}}]}}"#)
    };
    for (plain, cached) in [
        (
            r#"{"type": "web_fetch_tool_result", "tool_use_id": "1", "content": {"type": "web_fetch_result", "url": "u",
                "content": {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "x"}}}}"#,
            r#"{"type": "web_fetch_tool_result", "tool_use_id": "1", "content": {"type": "web_fetch_result", "url": "u",
                "content": {"type": "document", "cache_control": {"type": "ephemeral"},
                    "source": {"type": "text", "media_type": "text/plain", "data": "x"}}}}"#,
        ),
        (
            r#"{"type": "tool_search_tool_result", "tool_use_id": "1", "content": {"type": "tool_search_tool_search_result",
                "tool_references": [{"type": "tool_reference", "tool_name": "f"}]}}"#,
            r#"{"type": "tool_search_tool_result", "tool_use_id": "1", "content": {"type": "tool_search_tool_search_result",
                "tool_references": [{"type": "tool_reference", "tool_name": "f", "cache_control": null}]}}"#,
        ),
    ] {
        assert_eq!(identity("anthropic", &block(plain)), identity("anthropic", &block(cached)));
        assert_ne!(
            identity("anthropic", &block(plain)),
            identity("anthropic", &block(&plain.replace("\"x\"", "\"y\"").replace("\"f\"", "\"g\"")))
        );
    }
}

#[test]
fn a_secret_in_a_url_is_refused_where_it_stands() {
    let body = |url: &str| {
        format!(
            r#"{{"model": "m", "tools": [{{"type": "mcp", "server_label": "s", "server_url": "{url}"}}]}}"#
        )
    };
    for url in [
        "https://example.org/mcp",
        "https://example.org:8443/mcp?profile=key&page=1#top",
        "https://example.org/?key=",
        "https://example.org/mcp?use_cookie=true",
    ] {
        assert_eq!(read("responses", &body(url)).map(|_| ()), Ok(()), "{url}");
    }
    for url in [
        "https://user:hunter2@example.org/",
        "https://hunter2@example.org/",
        "https://example.org/mcp?api%5fkey=hunter2",
        "https://example.org/mcp;token=hunter2",
        "https://proxy.example.org/https://user:hunter2@example.org/",
        "https://example.org/mcp?api_key=hunter2",
        "https://example.org/mcp?a=b&Access-Token=hunter2",
        "https://example.org?key=hunter2",
        "https://example.org/mcp#token=hunter2",
        "https://example.org/mcp?x=sk-abcdefghijklmnopqrstuvwxyz",
        "sk-abcdefghijklmnopqrstuvwxyz",
    ] {
        assert_eq!(read("responses", &body(url)).unwrap_err(), "E-SECRET at /tools/0/server_url", "{url}");
    }
    for arguments in ["pretrained=m, token=hunter2", "model=m,base_url=https://a:b@example.org/v1"] {
        let body =
            format!(r#"{{"config": {{"model": "hf", "model_args": "{arguments}"}}, "configs": {{}}}}"#);
        assert_eq!(read("lm-eval", &body).unwrap_err(), "E-SECRET at /config/model_args", "{arguments}");
    }
}

#[test]
fn what_is_kept_out_where_the_table_has_it_is_kept_out_everywhere() {
    let options =
        decl_adapt::Options { unknown: decl_adapt::Unknown::Extend, ..decl_adapt::Options::default() };
    for (name, body, want) in [
        (
            "responses",
            r#"{"model": "m", "tools": [{"type": "function", "name": "f", "headers": {"X-Key": "hunter2"}}]}"#,
            "E-SECRET at /tools/0/headers",
        ),
        (
            "gemini",
            r#"{"model": "m", "contents": [{"parts": [{"text": "a", "file_data": {"fileUri": "https://example.org"}}]}]}"#,
            "E-UNRESOLVED at /contents/0/parts/0/file_data",
        ),
        (
            "chat",
            r#"{"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "a", "file_id": "f"}]}]}"#,
            "E-UNRESOLVED at /messages/0/content/0/file_id",
        ),
    ] {
        let body = json::parse(body.as_bytes()).unwrap();
        assert_eq!(translate(name, &body, &options).unwrap_err(), want);
    }
}

/// A header of such a name would look like a stated absence or like content.
#[test]
fn a_header_with_a_name_that_the_format_keeps_for_itself_is_refused_at_its_place() {
    for (name, body, want) in [
        (
            "responses",
            r#"{"model": "m", "tools": [{"type": "mcp", "server_label": "s", "headers": {"b3": "x"}}]}"#,
            "E-RANGE at /tools/0/headers/b3",
        ),
        (
            "responses",
            r#"{"model": "m", "input": [{"type": "additional_tools", "role": "developer", "tools": [
                {"type": "mcp", "server_label": "s", "headers": {"Absent": "default"}}]}]}"#,
            "E-RANGE at /input/0/tools/0/headers/Absent",
        ),
        (
            "gemini",
            r#"{"model": "m", "contents": [], "tools": [
                {"mcpServers": [{"name": "s", "streamableHttpTransport": {"headers": {"absent": "default"}}}]}]}"#,
            "E-RANGE at /tools/0/mcpServers/0/streamableHttpTransport/headers/absent",
        ),
    ] {
        assert_eq!(read(name, body).unwrap_err(), want);
    }
}

#[test]
fn what_is_carried_along_is_looked_through() {
    let options =
        decl_adapt::Options { unknown: decl_adapt::Unknown::Extend, ..decl_adapt::Options::default() };
    let carried = |value: &str| {
        let body = format!(r#"{{"model": "m", "messages": [], "vendor": [{{"a": {value}}}]}}"#);
        translate("chat", &json::parse(body.as_bytes()).unwrap(), &options).map(|_| ())
    };
    for (value, want) in [
        (r#"{"cached_content": "c"}"#, "E-UNRESOLVED at /vendor/0/a/cached_content"),
        (r#"{"cachedContent": "c"}"#, "E-UNRESOLVED at /vendor/0/a/cachedContent"),
        (r#"[{"previous-response-id": "r"}]"#, "E-UNRESOLVED at /vendor/0/a/0/previous-response-id"),
        (r#"{"headers": {"X-Own": "x"}}"#, "E-SECRET at /vendor/0/a/headers"),
        (r#"{"extra_headers": {"X-Own": "x"}}"#, "E-SECRET at /vendor/0/a/extra_headers"),
        (r#"{"auth_config": "x"}"#, "E-SECRET at /vendor/0/a/auth_config"),
        (r#"{"tavilyApiKey": "x"}"#, "E-SECRET at /vendor/0/a/tavilyApiKey"),
    ] {
        assert_eq!(carried(value).unwrap_err(), want);
    }
    for value in [
        r#"{"token": 151657, "max_headers": 5, "auth_config": true}"#,
        // Some table has these for something else.
        r#"{"id": "x", "url": "x", "value": "x", "container": "x", "session_id2": "x"}"#,
    ] {
        assert_eq!(carried(value), Ok(()), "{value}");
    }
}

#[test]
fn a_schema_that_is_carried_along_is_looked_through() {
    let options =
        decl_adapt::Options { unknown: decl_adapt::Unknown::Extend, ..decl_adapt::Options::default() };
    let names = ["parameters", "schema", "input_schema", "outputSchema", "vendor_Schema"];
    for name in names {
        let carried = |value: &str| {
            let body = format!(r#"{{"model": "m", "messages": [], "vendor": {{"{name}": {value}}}}}"#);
            translate("chat", &json::parse(body.as_bytes()).unwrap(), &options).map(|_| ())
        };
        let secret = "sk-abcdefghijklmnopqrstuvwxyz0123";
        for (value, want) in [
            (r#"{"api_key": "x"}"#, "E-SECRET", "/api_key"),
            (
                r#"[{"properties": {"a": {"default": {"api_key": "x"}}}}]"#,
                "E-SECRET",
                "/0/properties/a/default/api_key",
            ),
            (r#"{"file_id": "f", "api_key": "x"}"#, "E-SECRET", "/api_key"),
            (r#"{"cachedContent": "c"}"#, "E-UNRESOLVED", "/cachedContent"),
            (r#"{"headers": {"X-Own": "x"}}"#, "E-SECRET", "/headers"),
            (r#"{"properties": {"api_key": "x"}}"#, "E-SECRET", "/properties/api_key"),
            (r#"{"properties": {"file_id": "x"}}"#, "E-UNRESOLVED", "/properties/file_id"),
            (
                r#"{"properties": {"properties": {"api_key": "x"}}}"#,
                "E-SECRET",
                "/properties/properties/api_key",
            ),
            (
                r#"{"properties": {"a": {"default": "https://u:p@example.org/"}}}"#,
                "E-SECRET",
                "/properties/a/default",
            ),
            (r#"{"enum": ["a", "SECRET"]}"#, "E-SECRET", "/enum/1"),
            (r#"{"pattern": "SECRET"}"#, "E-SECRET", "/pattern"),
            (r#"{"$defs": {"a": {"const": "SECRET"}}}"#, "E-SECRET", "/$defs/a/const"),
        ]
        .map(|(value, code, place)| {
            (value.replace("SECRET", secret), format!("{code} at /vendor/{name}{place}"))
        }) {
            assert_eq!(carried(&value).unwrap_err(), want);
        }
        for value in [
            r#"{"type": "object", "properties": {"api_key": {"type": "string"}, "file_id": true}, "required": ["api_key"]}"#,
            r#"{"definitions": {"Token": {"type": "object"}}, "$defs": {"Secret": {"properties": {"token": {}}}}}"#,
            r#"{"pattern": "https://user:[a-z]+@example", "time": 1, "absent": null}"#,
        ] {
            assert_eq!(carried(value), Ok(()), "{value}");
        }
    }
}

#[test]
fn headers_choose_the_tools_and_carry_credentials() {
    let mcp = |headers: &str| {
        format!(
            r#"{{"model": "m", "tools": [{{"type": "mcp", "server_label": "s", "server_url": "u", "headers": {headers}}}]}}"#
        )
    };
    let identity = |headers: &str| read("responses", &mcp(headers)).unwrap().declaration.identity();
    let none = read(
        "responses",
        r#"{"model": "m", "tools": [{"type": "mcp", "server_label": "s", "server_url": "u"}]}"#,
    )
    .unwrap()
    .declaration
    .identity();
    for carries in [
        "Authorization",
        "authorization",
        "Proxy-Authorization",
        "Cookie",
        "X-API-Key",
        "X-Own-Key",
        "X-Auth",
        "X-Auth-Token",
        "Token",
        "X-Goog-Signature",
        "X-Client-Secret",
        "Ocp-Apim-Subscription-Key",
        "Bearer",
        "X-Session",
        "X-Pat",
        "X-Api-Keys",
        "Idempotency-Key",
    ] {
        assert_eq!(identity(&format!(r#"{{"{carries}": "hunter2"}}"#)), none, "{carries}");
    }
    assert_eq!(identity("{}"), none);
    let readonly = identity(r#"{"X-MCP-Readonly": "true", "Authorization": "Bearer hunter2"}"#);
    assert_eq!(identity(r#"{"x-mcp-readonly": "true"}"#), readonly);
    for other in [
        r#"{"X-Dataset-Key": "a"}"#,
        r#"{"X-Partition-Key": "a"}"#,
        r#"{"X-MCP-Readonly": "false"}"#,
        r#"{"X-MCP-Toolsets": "true"}"#,
        r#"{"X-MCP-Readonly": ""}"#,
    ] {
        assert!(![none, readonly].contains(&identity(other)), "{other}");
    }
    for (headers, want) in [
        (r#"{"X-A": 1}"#, "E-TYPE at /tools/0/headers/X-A"),
        (r#"{"Authorization": {"a": 1}}"#, "E-TYPE at /tools/0/headers/Authorization"),
        (r#"{"X-A": "Bearer  abcdefghijklmnopqrst"}"#, "E-SECRET at /tools/0/headers/X-A"),
        (r#"{"X-A": " Basic eDp4eA"}"#, "E-SECRET at /tools/0/headers/X-A"),
        (r#"{"sk-abcdefghijklmnopqrstuvwxyz": "1"}"#, "E-SECRET at /tools/0/headers"),
        (r#"{"X-A": "1", "x-a": "1"}"#, "E-DUP-KEY at /tools/0/headers/x-a"),
        (r#"{"X-A": "Bearer abcdefghijklmnopqrst"}"#, "E-SECRET at /tools/0/headers/X-A"),
        (r#"{"X-A": "https://a:b@example.org"}"#, "E-SECRET at /tools/0/headers/X-A"),
        (r#"{"traceparent": "1"}"#, "E-ARTEFACT at /tools/0/headers/traceparent"),
        (r#""x""#, "E-TYPE at /tools/0/headers"),
    ] {
        assert_eq!(read("responses", &mcp(headers)).unwrap_err(), want, "{headers}");
    }
}

#[test]
fn maps_of_the_callers_own_that_become_content_are_searched() {
    for (name, body, want) in [
        ("chat", r#"{"model": "m", "messages": [], "vllm_xargs": HERE}"#, "/vllm_xargs"),
        ("chat", r#"{"model": "m", "messages": [], "custom_params": HERE}"#, "/custom_params"),
        ("chat", r#"{"model": "m", "messages": [], "chat_template_kwargs": HERE}"#, "/chat_template_kwargs"),
        (
            "gemini",
            r#"{"model": "m", "contents": [], "tools": [{"exaAiSearch": {"customConfigs": HERE}}]}"#,
            "/tools/0/exaAiSearch/customConfigs",
        ),
        (
            "gemini",
            r#"{"model": "m", "contents": [{"parts": [{"text": "a", "partMetadata": HERE}]}]}"#,
            "/contents/0/parts/0/partMetadata",
        ),
        (
            "lm-eval",
            r#"{"lm_eval_version": "0.4.13", "config": {"model": "hf", "model_args": "pretrained=p"}, "configs": {"t": {"dataset_path": "p", "test_split": "t", "metadata": {"version": 1}, "dataset_kwargs": HERE}}}"#,
            "/configs/t/dataset_kwargs",
        ),
        (
            "helm",
            r#"{"name": "n", "scenario_spec": {"class_name": "c", "args": HERE}, "adapter_spec": {"model": "m"}}"#,
            "/scenario_spec/args",
        ),
    ] {
        read(name, &body.replace("HERE", r#"{"time": 3, "score": [{"token": 4}]}"#)).unwrap();
        for (inside, below) in [
            (r#"{"time": [{"apiKey": "hunter2"}]}"#, "/time/0/apiKey"),
            (r#"{"a": {"b": "gsk_abcdefghijklmnopqrst"}}"#, "/a/b"),
            (r#"["https://example.org/?token=hunter2"]"#, "/0"),
        ] {
            let fault = read(name, &body.replace("HERE", inside)).unwrap_err();
            assert_eq!(fault, format!("E-SECRET at {want}{below}"), "{name}");
        }
    }
}

#[test]
fn a_pattern_is_no_url_and_an_unknown_text_may_be_one() {
    for member in [
        r#""regex": HERE"#,
        r#""guided_regex": HERE"#,
        r#""stop_regex": HERE"#,
        r#""bad_words": [HERE]"#,
        r#""structured_outputs": {"regex": HERE}"#,
        r#""response_format": {"type": "t", "pattern": HERE}"#,
    ] {
        let body =
            |text: &str| format!(r#"{{"model": "m", "messages": [], {}}}"#, member.replace("HERE", text));
        read("chat", &body(r#""https://user:[a-z]+@example\\.com""#)).unwrap();
        assert!(
            read("chat", &body(r#""sk-abcdefghijklmnopqrstuvwxyz""#)).unwrap_err().starts_with("E-SECRET")
        );
    }
}

#[test]
fn a_tool_that_comes_on_the_way_is_read_as_any_other() {
    let change = |block: &str| {
        format!(r#"{{"model": "m", "messages": [{{"role": "system", "content": [{block}]}}]}}"#)
    };
    let addition = |definition: &str| {
        change(&format!(
            r#"{{"type": "tool_addition", "tool": {{"type": "tool_definition", "definition": {definition}}}}}"#
        ))
    };
    let identity = |body: &str| read("anthropic", body).unwrap().declaration.identity();
    let plain = identity(&addition(r#"{"name": "f", "input_schema": {"b": 1, "a": 2}}"#));
    assert_eq!(
        identity(&addition(
            r#"{"cache_control": {"type": "ephemeral"}, "name": "f", "input_schema": {"b": 1, "a": 2}}"#
        )),
        plain
    );
    assert_ne!(identity(&addition(r#"{"name": "f", "input_schema": {"a": 2, "b": 1}}"#)), plain);
    for (definition, want) in [
        (r#"{"name": "f", "mood": 1}"#, "E-UNKNOWN-MEMBER at /messages/0/content/0/tool/definition/mood"),
        (r#"{"name": "f", "api_key": "x"}"#, "E-SECRET at /messages/0/content/0/tool/definition/api_key"),
        (r#"{"type": "dream"}"#, "E-RANGE at /messages/0/content/0/tool/definition/type"),
        ("1", "E-TYPE at /messages/0/content/0/tool/definition"),
    ] {
        assert_eq!(read("anthropic", &addition(definition)).unwrap_err(), want);
    }
    let compaction = change(
        r#"{"type": "compaction", "content": "c", "tool_changes": [{"type": "tool_removal", "cache_control": {"mood": 1},
            "tool": {"type": "tool_reference", "name": "f"}}]}"#,
    );
    assert_eq!(
        read("anthropic", &compaction).unwrap_err(),
        "E-UNKNOWN-MEMBER at /messages/0/content/0/tool_changes/0/cache_control/mood"
    );
}

#[test]
fn a_skill_is_known_only_by_one_of_its_versions() {
    let bodies = [
        (
            "anthropic",
            r#"{"model": "m", "messages": [], "container": {"skills": [{"type": "custom", "skill_id": "s"HERE}]}}"#,
            "/container/skills/0/version",
        ),
        (
            "responses",
            r#"{"model": "m", "tools": [{"type": "shell", "environment": {"type": "container_auto", "skills":
                [{"type": "skill_reference", "skill_id": "s"HERE}]}}]}"#,
            "/tools/0/environment/skills/0/version",
        ),
    ];
    for (name, body, at) in bodies {
        let with = |version: &str| body.replace("HERE", version);
        read(name, &with(r#", "version": "3""#)).unwrap();
        for version in ["", r#", "version": "latest""#, r#", "version": "Latest""#, r#", "version": null"#] {
            assert_eq!(read(name, &with(version)).unwrap_err(), format!("E-UNRESOLVED at {at}"), "{version}");
        }
    }
}

#[test]
fn a_preset_is_kept_by_who_routes_the_request() {
    for (name, rest) in
        [("chat", r#""messages": []"#), ("responses", r#""input": "a""#), ("anthropic", r#""messages": []"#)]
    {
        for model in ["@preset/x", "a/b@preset/x", "@Preset/x"] {
            let fault = read(name, &format!(r#"{{"model": "{model}", {rest}}}"#)).unwrap_err();
            assert_eq!(fault, "E-UNRESOLVED at /model", "{name}: {model}");
        }
        read(name, &format!(r#"{{"model": "a/preset@b", {rest}}}"#)).unwrap();
    }
    let fallbacks = r#"{"model": "a", "messages": [], "models": ["b", "@preset/x"]}"#;
    assert_eq!(read("chat", fallbacks).unwrap_err(), "E-UNRESOLVED at /models/1");
}

#[test]
fn every_place_that_names_a_model_refuses_a_preset() {
    let fallback =
        r#"{"model": "a", "messages": [], "max_tokens": 1, "fallbacks": [{"model": "@preset/x"}]}"#;
    assert_eq!(read("anthropic", fallback).unwrap_err(), "E-UNRESOLVED at /fallbacks/0/model");
    let hints = |member: &decl_adapt::Field| member.external().iter().any(|hint| hint.contains("preset's"));
    let mut places = 0;
    for name in ["chat", "responses", "anthropic"] {
        decl_adapt::named(name).unwrap().members(&mut |at, member| {
            let names_models = ["model", "models"].iter().any(|end| {
                member.name.strip_suffix(end).is_some_and(|start| start.is_empty() || start.ends_with('_'))
            });
            // Groq's is an object with models, which have places of their own; the last is who gave an earlier answer.
            let is_none = ["/compound_custom/models", "/messages/*/model"].contains(&at);
            if names_models && !is_none && matches!(member.class, decl_adapt::Class::Defines(_)) {
                places += 1;
                assert!(hints(member), "{name}: {at}");
            }
        });
    }
    assert!(places >= 10, "{places}");
}

#[test]
fn an_argument_of_lm_eval_is_read_as_lm_eval_reads_it() {
    let verdict = |arguments: &str| {
        let arguments = decl_core::Value::text(arguments.to_owned());
        let body = format!(
            r#"{{"lm_eval_version": "0.4.13", "config": {{"model": "hf", "model_args": {}}},
                "configs": {{"t": {{"dataset_path": "p", "test_split": "t", "metadata": {{"version": 1}}}}}}}}"#,
            json::minimal(&arguments)
        );
        read("lm-eval", &body).map(|_| ())
    };
    for secret in [
        "header={'Authorization': 'Bearer abcdefghijklmnopqrstuv'}",
        "header={'X-A': 'a', 'Authorization': 'hunter2'}",
        r#"header={"X-A": "a", "api_key" : "hunter2"}"#,
        "header={'X-A': 'Bearer abcdefghijklmnopqrstuv'}",
        "header={'X-A': 'a', 'X-B': 'sk-abcdefghijklmnopqrstuvwxyz0123'}",
        "urls=['https://a:b@example.org/']",
        "token=hunter2",
        "token='True'",
        "use_auth_token=hf",
    ] {
        let arguments = format!("pretrained=p,{secret}");
        assert_eq!(verdict(&arguments).unwrap_err(), "E-SECRET at /config/model_args", "{secret}");
    }
    for none in [
        "use_auth_token=True",
        "token=True",
        "token=false",
        "token=None",
        "token= none",
        "header={'X-A': 'a'}",
        "chat_template='the password: it's a token'",
    ] {
        assert_eq!(verdict(&format!("pretrained=p,{none}")), Ok(()), "{none}");
    }
}

const KEY: &str = "sk-abcdefghijklmnopqrstuvwxyz";

/// A name that is a secret itself is refused at its map, because its own place would repeat it.
#[test]
fn a_name_that_is_a_secret_is_refused_in_every_map() {
    let options =
        decl_adapt::Options { unknown: decl_adapt::Unknown::Extend, ..decl_adapt::Options::default() };
    for (name, body, at) in [
        ("chat", r#"{"model": "m", "messages": [], "options": HERE}"#, "/options"),
        ("chat", r#"{"model": "m", "messages": [], "vllm_xargs": {"a": [HERE]}}"#, "/vllm_xargs/a/0"),
        ("chat", r#"{"model": "m", "messages": [], "moderation": HERE}"#, "/moderation"),
        ("chat", r#"{"model": "m", "messages": [], "vendor": HERE}"#, "/vendor"),
        ("chat", r#"{"model": "m", "messages": [], "vendor": {"schema": HERE}}"#, "/vendor/schema"),
        (
            "chat",
            r#"{"model": "m", "messages": [], "vendor": {"schema": {"properties": HERE}}}"#,
            "/vendor/schema/properties",
        ),
        (
            "responses",
            r#"{"model": "m", "tools": [{"type": "mcp", "server_label": "s", "headers": HERE}]}"#,
            "/tools/0/headers",
        ),
        ("responses", r#"{"model": "m", "text": HERE}"#, "/text"),
        (
            "responses",
            r#"{"model": "m", "input": [{"type": "tool_search_output", "tools": [HERE]}]}"#,
            "/input/0/tools/0",
        ),
        ("gemini", r#"{"model": "m", "contents": [], "generationConfig": HERE}"#, "/generationConfig"),
    ] {
        for key in [KEY, "https://u:p@example.org", "Bearer abcdefghijklmnopqrst"] {
            let inner = format!(r#"{{"type": "function", "{key}": "1"}}"#);
            let inner = if name == "responses" && at.ends_with("headers") {
                format!(r#"{{"{key}": "1"}}"#)
            } else {
                inner
            };
            let body = body.replace("HERE", &inner);
            let body = json::parse(body.as_bytes()).unwrap();
            let fault = translate(name, &body, &options).unwrap_err();
            assert_eq!(fault, format!("E-SECRET at {at}"), "{name}: {key}");
        }
    }
}

#[test]
fn a_text_in_a_list_and_what_the_caller_adds_are_searched() {
    for (name, body, at) in [
        ("chat", r#"{"model": "m", "messages": [], "models": ["KEY"]}"#, "/models/0"),
        ("chat", r#"{"model": "m", "messages": [], "stop": ["a", "KEY"]}"#, "/stop/1"),
        ("chat", r#"{"model": "m", "messages": [], "stop": "KEY"}"#, "/stop"),
        ("responses", r#"{"model": "m", "include": ["KEY"]}"#, "/include/0"),
        ("anthropic", r#"{"model": "m", "messages": [], "betas": ["KEY"]}"#, "/betas/0"),
        (
            "gemini",
            r#"{"model": "m", "contents": [], "generationConfig": {"responseModalities": ["KEY"]}}"#,
            "/generationConfig/responseModalities/0",
        ),
        ("chat", r#"{"model": "KEY", "messages": []}"#, "/model"),
    ] {
        assert_eq!(read(name, &body.replace("KEY", KEY)).unwrap_err(), format!("E-SECRET at {at}"), "{name}");
    }
    for (name, body) in [
        ("chat", r#"{"model": "m", "messages": []}"#),
        ("anthropic", r#"{"model": "m", "messages": []}"#),
        ("helm", r#"{"name": "n", "scenario_spec": {"class_name": "c"}, "adapter_spec": {"model": "m"}}"#),
    ] {
        let body = json::parse(body.as_bytes()).unwrap();
        let options = decl_adapt::Options { api_version: Some(KEY), ..decl_adapt::Options::default() };
        assert_eq!(translate(name, &body, &options).unwrap_err(), "E-SECRET at ", "{name}");
    }
}

/// Null, what is empty, numbers and switches are no secrets, whatever the name.
#[test]
fn what_holds_no_text_holds_no_secret() {
    let options =
        decl_adapt::Options { unknown: decl_adapt::Unknown::Extend, ..decl_adapt::Options::default() };
    for value in ["null", "\"\"", "[]", "{}", "1", "true", "[null, \"\", [], 1]"] {
        for body in [
            r#"{"model": "m", "messages": [], "options": {"api_key": HERE}}"#,
            r#"{"model": "m", "messages": [], "api_keys": HERE}"#,
            r#"{"model": "m", "messages": [], "vendor": {"auth_config": HERE, "password": HERE}}"#,
            r#"{"model": "m", "messages": [], "vllm_xargs": {"password": HERE}}"#,
        ] {
            let body = body.replace("HERE", value);
            let tree = json::parse(body.as_bytes()).unwrap();
            assert_eq!(translate("chat", &tree, &options).map(|_| ()), Ok(()), "{body}");
        }
    }
}

/// The names are tokens or arguments of somebody's code; the values of a choice are words.
#[test]
fn maps_and_words_of_others_may_have_any_names() {
    for (name, members) in [
        ("chat", r#""logit_bias": {"answer": 5, "usage": -1, "absent": 1}"#),
        ("chat", r#""mm_processor_kwargs": {"time": 1, "score": {"date": 2}}"#),
        ("chat", r#""media_io_kwargs": {"video": {"duration": 2}}"#),
        ("chat", r#""guided_choice": ["https://a:b@c", "https://example.org?token=a"]"#),
        ("chat", r#""structured_outputs": {"choice": ["https://a:b@c"]}"#),
        ("chat", r#""options": {"url": "https://example.org/?use_cookie=true"}"#),
    ] {
        let body = format!(r#"{{"model": "m", "messages": [], {members}}}"#);
        assert_eq!(read(name, &body).map(|_| ()), Ok(()), "{members}");
    }
    let secret = r#"{"model": "m", "messages": [], "mm_processor_kwargs": {"a": {"api_key": "x"}}}"#;
    assert_eq!(read("chat", secret).unwrap_err(), "E-SECRET at /mm_processor_kwargs/a/api_key");
}
