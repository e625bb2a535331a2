//! What defines the run changes its identity, whatever it is; what does not, never.

use super::{changes::changes, read, runs::RUNS, sorted, stated, translate};
use decl_adapt::{Class, Holds, Options, Unknown};
use decl_core::{Identity, Value, json, key_order};
use std::collections::BTreeMap;

/// What the tests know of an API without its table.
pub(super) struct Api {
    pub(super) name: &'static str,
    /// Transport and secrets, wherever they stand.
    pub(super) left_out: &'static [&'static str],
    /// What these hold that is left out with them. Another member in them is not.
    pub(super) known: &'static [&'static str],
    /// Inside these the order of members counts.
    pub(super) kept: &'static [&'static str],
    /// Bodies that between them use most of the table.
    pub(super) bodies: &'static [&'static str],
    /// Small ones, of which every pair of changes is tried.
    pub(super) small: &'static [&'static str],
}

const APIS: [Api; 3] = [
    Api {
        name: "responses",
        left_out: &[
            "stream",
            "stream_options",
            "store",
            "background",
            "background_options",
            "client_metadata",
            "metadata",
            "user",
            "safety_identifier",
            "service_tier",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
            "prompt_cache_breakpoint",
            "authorization",
        ],
        known: &["mode"],
        kept: &["parameters", "schema", "output_schema", "response", "input_schema"],
        bodies: &[
            r#"{"model": "m", "instructions": "i", "input": [
                {"role": "system", "content": "a"},
                {"role": "user", "content": [{"type": "input_text", "text": "a", "prompt_cache_breakpoint": {"mode": "explicit"}},
                    {"type": "input_image", "image_url": "data:image/png;base64,aGk=", "detail": "low"},
                    {"type": "input_file", "file_data": "data:application/pdf;base64,aGk=", "filename": "a.pdf"},
                    {"type": "input_audio", "input_audio": {"data": "aGk=", "format": "wav"}}]},
                {"type": "message", "role": "assistant", "id": "1", "status": "completed", "phase": "x", "content":
                    [{"type": "output_text", "text": "b", "annotations": [{"type": "url_citation", "url": "u"}], "logprobs": []},
                     {"type": "refusal", "refusal": "r"}]}]}"#,
            r#"{"model": "m", "input": [
                {"type": "reasoning", "id": "r", "summary": [{"type": "summary_text", "text": "t"}], "encrypted_content": "e", "status": "x"},
                {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "t"}]},
                {"type": "function_call", "call_id": "1", "name": "f", "arguments": "{}", "id": "i", "namespace": "n", "status": "x",
                    "caller": {"type": "program", "caller_id": "p"}},
                {"type": "function_call_output", "call_id": "1", "output": [{"type": "input_text", "text": "x"}]},
                {"type": "custom_tool_call", "call_id": "1", "name": "f", "input": "{}"},
                {"type": "custom_tool_call_output", "call_id": "1", "output": "x"}]}"#,
            r#"{"model": "m", "input": [
                {"type": "mcp_call", "id": "1", "name": "f", "arguments": "{}", "server_label": "s", "output": "x", "error": {"a": 1}},
                {"type": "mcp_list_tools", "id": "1", "server_label": "s", "tools": [{"name": "f", "input_schema": {"b": 1, "a": 2}}]},
                {"type": "mcp_approval_request", "id": "1", "name": "f", "arguments": "{}", "server_label": "s"},
                {"type": "mcp_approval_response", "approval_request_id": "1", "approve": true, "reason": "r"},
                {"type": "web_search_call", "id": "w", "status": "x", "action": {"type": "search", "query": "q"}},
                {"type": "file_search_call", "id": "f", "queries": ["q"], "results": [{"text": "t"}]},
                {"type": "image_generation_call", "id": "i", "result": "aGk=", "revised_prompt": "p", "size": "s"}]}"#,
            r#"{"model": "m", "input": [
                {"type": "computer_call", "call_id": "1", "action": {"type": "click", "x": 1}, "pending_safety_checks": []},
                {"type": "computer_call_output", "call_id": "1", "output": {"type": "computer_screenshot", "image_url": "data:image/png;base64,aGk="}},
                {"type": "local_shell_call", "call_id": "1", "action": {"command": ["ls"]}},
                {"type": "local_shell_call_output", "id": "1", "output": "x"},
                {"type": "shell_call", "call_id": "1", "action": {"commands": ["ls"]}, "environment": {"type": "local", "skills": []}},
                {"type": "shell_call_output", "call_id": "1", "output": [{"stdout": "x"}]},
                {"type": "apply_patch_call", "call_id": "1", "operation": {"type": "delete_file"}},
                {"type": "apply_patch_call_output", "call_id": "1", "status": "failed", "output": "x"}]}"#,
            r#"{"model": "m", "input": [
                {"type": "tool_search_call", "call_id": "1", "arguments": {"b": 1}, "execution": "client"},
                {"type": "tool_search_output", "call_id": "1", "tools": [{"type": "function", "parameters": {"b": 1, "a": 2}}]},
                {"type": "additional_tools", "role": "developer", "tools": [{"type": "custom", "name": "f"}]},
                {"type": "configuration_update", "reasoning": {"effort": "low"}, "text": {"format": {"type": "text"}}},
                {"type": "compaction", "encrypted_content": "e", "id": "c"},
                {"type": "compaction_trigger"},
                {"type": "program", "code": "c", "call_id": "1", "fingerprint": "f"},
                {"type": "program_output", "call_id": "1", "result": "x", "status": "completed"}]}"#,
            r#"{"model": "m", "temperature": 1, "top_p": 0.5, "max_output_tokens": 1, "max_tool_calls": 1,
                "reasoning": {"effort": "low", "summary": "auto", "context": "x", "mode": "y", "generate_summary": "z"},
                "image": {"context_compression": "auto"}, "include": ["a", "b"], "top_logprobs": 1,
                "moderation": {"model": "m"}, "access_programs": {"cyber": "standard"}, "truncation": "auto",
                "text": {"verbosity": "low", "format": {"type": "json_schema", "name": "n", "description": "d", "strict": true, "schema": {"b": 1, "a": null}}},
                "context_management": [{"type": "compaction", "compact_threshold": 1}], "parallel_tool_calls": true,
                "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "f"}]}}"#,
            r#"{"model": "m", "tools": [
                {"type": "function", "name": "f", "description": "d", "parameters": {"b": 1, "a": 2}, "strict": true, "defer_loading": true,
                    "output_schema": {"b": 1, "a": 2}, "response": {"b": 1, "a": 2}},
                {"type": "custom", "name": "f", "description": "d", "format": {"type": "grammar", "syntax": "lark", "definition": "x"}},
                {"type": "namespace", "name": "n", "description": "d", "tools": [{"type": "function", "name": "f", "parameters": {"b": 1, "a": 2}}]},
                {"type": "mcp", "server_label": "s", "server_url": "u", "server_description": "d", "authorization": "x", "headers": {"a": "b"},
                    "allowed_tools": ["a"], "require_approval": {"always": {"tool_names": ["t"]}}},
                {"type": "web_search", "search_context_size": "low", "user_location": {"type": "approximate", "city": "c"}, "filters": {"allowed_domains": ["d"]}}]}"#,
            r#"{"model": "m", "tools": [
                {"type": "file_search", "vector_store_ids": ["v"], "max_num_results": 1},
                {"type": "code_interpreter", "container": {"type": "auto", "memory_limit": "1g"}},
                {"type": "image_generation", "size": "s", "quality": "q", "input_image_mask": {"image_url": "data:image/png;base64,aGk="}},
                {"type": "computer_use_preview", "display_height": 1, "display_width": 1, "environment": "linux"},
                {"type": "shell", "environment": {"type": "container_auto", "network_policy": {"type": "disabled"}}},
                {"type": "shell", "environment": {"type": "local", "skills": [{"name": "n"}]}},
                {"type": "tool_search", "description": "d", "parameters": {"b": 1, "a": 2}, "execution": "client"},
                {"type": "local_shell"}, {"type": "apply_patch"}, {"type": "computer"}]}"#,
        ],
        small: &[
            r#"{"model": "m", "context_management": []}"#,
            r#"{"model": "m", "input": "a"}"#,
            r#"{"model": "m", "instructions": "a", "input": [{"role": "system", "content": "a"}]}"#,
            r#"{"model": "m", "input": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "a"}]}]}"#,
            r#"{"model": "m", "input": [{"type": "mcp_call", "name": "f", "arguments": "a", "output": "a"}]}"#,
            r#"{"model": "m", "truncation": "auto", "context_management": [{"type": "a"}]}"#,
            r#"{"model": "m", "tools": [{"type": "mcp", "server_label": "a", "server_url": "a"}]}"#,
            r#"{"model": "m", "text": {"verbosity": "a", "format": {"type": "text", "schema": {}}}}"#,
            r#"{"model": "m", "input": [{"type": "shell_call", "action": {}, "environment": {"type": "local", "skills": []}}]}"#,
        ],
    },
    Api {
        name: "anthropic",
        left_out: &[
            "stream",
            "metadata",
            "service_tier",
            "cache_control",
            "diagnostics",
            "user_profile_id",
            "workspace_id",
            "billing_policy",
            "fallback_credit_token",
            "authorization_token",
            "caching",
        ],
        known: &["type"],
        kept: &["input_schema", "schema", "input", "input_examples"],
        bodies: &[
            r#"{"model": "m", "system": [{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}, {"type": "text", "text": "b"}], "messages": [
                {"role": "user", "content": "a"},
                {"role": "system", "content": [{"type": "tool_addition", "tool": {"type": "tool_reference", "name": "f"}},
                    {"type": "tool_removal", "tool": {"type": "tool_reference", "name": "f"}}]},
                {"role": "assistant", "content": [{"type": "thinking", "thinking": "t", "signature": "s"},
                    {"type": "redacted_thinking", "data": "d"},
                    {"type": "text", "text": "b", "citations": [{"type": "char_location", "cited_text": "c"}]},
                    {"type": "tool_use", "id": "1", "name": "f", "input": {"b": 1, "a": 2}, "caller": {"type": "direct"}}]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "is_error": true, "content":
                    [{"type": "text", "text": "x"}]}]}]}"#,
            r#"{"model": "m", "messages": [{"role": "user", "content": [
                {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aGk="}},
                {"type": "document", "title": "t", "context": "c", "citations": {"enabled": true},
                    "source": {"type": "base64", "media_type": "application/pdf", "data": "aGk="}},
                {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "aGk="}},
                {"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": "a"}]}},
                {"type": "search_result", "source": "s", "title": "t", "content": [{"type": "text", "text": "a"}], "citations": {"enabled": true}}]}]}"#,
            r#"{"model": "m", "messages": [{"role": "assistant", "content": [
                {"type": "server_tool_use", "id": "1", "name": "f", "input": {"b": 1, "a": 2}},
                {"type": "web_search_tool_result", "tool_use_id": "1", "content": [{"type": "web_search_result", "url": "u"}]},
                {"type": "code_execution_tool_result", "tool_use_id": "1", "content": {"stdout": "x"}, "caller": {"type": "direct"}},
                {"type": "mcp_tool_use", "id": "1", "name": "f", "server_name": "s", "input": {}},
                {"type": "mcp_tool_result", "tool_use_id": "1", "is_error": false, "content": [{"type": "text", "text": "x"}]},
                {"type": "mcp_tool_listing", "mcp_server_name": "s", "tools": [{"name": "f", "input_schema": {"b": 1, "a": 2}}]},
                {"type": "compaction", "content": "c", "signature": "s"},
                {"type": "fallback", "to": {"model": "n"}, "trigger": {"type": "x"}}]},
                {"role": "user", "content": [{"type": "mid_conv_system", "cache_control": null, "content": [
                    {"type": "text", "text": "s"}, {"type": "tool_removal", "tool": {"type": "tool_reference", "name": "f"}}]}]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "content":
                    [{"type": "tool_reference", "tool_name": "f"}, {"type": "browser_state", "tabs": [{"id": 1}]}]}]}]}"#,
            r#"{"model": "m", "messages": [], "max_tokens": 1, "temperature": 1, "top_p": 0.5, "top_k": 1, "speed": "fast",
                "betas": ["a"], "anthropic_beta": ["b"], "anthropic_version": "v", "stop_sequences": ["a", "b"], "inference_geo": "us",
                "thinking": {"type": "enabled", "budget_tokens": 1, "display": "x", "block_binding": {"prefix_mismatch_behavior": "x"}},
                "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": {"b": 1, "a": 2}},
                    "task_budget": {"type": "tokens", "total": 1, "remaining": 1}},
                "output_format": {"type": "json_schema", "schema": {"b": 1, "a": 2}},
                "fallbacks": [{"model": "n", "max_tokens": 1, "output_config": {"effort": "x"}}, {"model": "o"}],
                "tool_choice": {"type": "tool", "name": "f", "disable_parallel_tool_use": true},
                "container": {"skills": [{"type": "custom", "skill_id": "s", "version": "1"}]},
                "compaction": {"type": "summarize", "instructions": "i"},
                "context_management": {"edits": [{"type": "compact_20260112", "instructions": "i", "trigger": {"type": "input_tokens", "value": 1}},
                    {"type": "clear_thinking_20251015", "keep": "all"}, {"type": "clear_tool_uses_20250919", "exclude_tools": ["f"]}]}}"#,
            r#"{"model": "m", "messages": [], "tools": [
                {"name": "f", "description": "d", "input_schema": {"b": 1, "a": 2}, "strict": true, "input_examples": [{"b": 1, "date": 2}]},
                {"type": "custom", "name": "f", "input_schema": {}, "defer_loading": true, "cache_control": null},
                {"type": "bash_20250124", "name": "bash", "input_examples": []},
                {"type": "computer_20251124", "name": "computer", "display_width_px": 1, "display_height_px": 1},
                {"type": "web_search_20250305", "name": "web_search", "max_uses": 1, "allowed_domains": ["d"],
                    "user_location": {"type": "approximate", "city": "c"}},
                {"type": "web_fetch_20250910", "name": "web_fetch", "citations": {"enabled": true}},
                {"type": "mcp_toolset", "mcp_server_name": "s", "configs": {"f": {"enabled": true}}, "default_config": {"enabled": false}},
                {"type": "computer_toolset_20260801", "configs": {"key": {"enabled": true}}}],
                "mcp_servers": [{"type": "url", "name": "s", "url": "u", "authorization_token": "t",
                    "tool_configuration": {"enabled": true, "allowed_tools": ["f"]}}]}"#,
        ],
        small: &[
            r#"{"model": "m", "messages": [], "context_management": {}}"#,
            r#"{"model": "m", "messages": [], "compaction": {}}"#,
            r#"{"model": "m", "messages": [{"role": "user", "content": [{"type": "text", "text": "a"}]}]}"#,
            r#"{"model": "m", "messages": [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "a", "content": [{"type": "text", "text": "a"}]}]}]}"#,
            r#"{"model": "m", "messages": [{"role": "user", "content": [{"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "a"}}]}]}"#,
            r#"{"model": "m", "messages": [{"role": "user", "content": [{"type": "document", "source": {"type": "content", "content": "a"}}]}]}"#,
            r#"{"model": "m", "messages": [], "system": [{"type": "text", "text": "a"}]}"#,
            r#"{"model": "m", "messages": [], "fallbacks": [{"model": "default"}]}"#,
            r#"{"model": "m", "messages": [], "tools": [{"type": "custom", "name": "a", "input_schema": {}}]}"#,
            r#"{"model": "m", "messages": [], "output_config": {"format": {"type": "json_schema", "schema": {}}}, "output_format": {"type": "json_schema", "schema": {}}}"#,
            r#"{"model": "m", "messages": [], "mcp_servers": [{"name": "a", "url": "a"}]}"#,
        ],
    },
    Api {
        name: "gemini",
        left_out: &["labels", "store", "serviceTier", "timeout", "authConfig"],
        known: &["apiKey"],
        kept: &[
            "parameters",
            "parametersJsonSchema",
            "response",
            "responseJsonSchema",
            "responseSchema",
            "args",
        ],
        bodies: &[
            r#"{"model": "m", "systemInstruction": {"role": "user", "parts": [{"text": "a"}]}, "contents": [
                {"role": "user", "parts": [{"text": "a"}, {"inlineData": {"mimeType": "video/mp4", "data": "aGk=", "displayName": "d"},
                    "videoMetadata": {"fps": 1, "startOffset": "1s"}, "mediaResolution": {"level": "x"}}]},
                {"parts": [{"text": "b"}]},
                {"role": "model", "parts": [{"text": "t", "thought": true, "thoughtSignature": "c2ln"}, {"thoughtSignature": "c2ln"},
                    {"functionCall": {"id": "1", "name": "f", "args": {"b": 1, "a": 2}}, "thoughtSignature": "c2ln"},
                    {"executableCode": {"language": "PYTHON", "code": "c", "id": "1"}},
                    {"codeExecutionResult": {"outcome": "x", "output": "o", "id": "1"}},
                    {"toolCall": {"id": "1", "toolType": "x", "args": {"b": 1, "a": 2}}},
                    {"toolResponse": {"id": "1", "toolType": "x", "response": {"b": 1, "a": 2}}}]},
                {"role": "function", "parts": [{"functionResponse": {"id": "1", "name": "f", "response": {"b": 1, "a": 2},
                    "parts": [{"inlineData": {"mimeType": "image/png", "data": "aGk="}}]}}]}]}"#,
            r#"{"model": "m", "contents": [], "labels": {"a": "b"}, "safetySettings": [{"category": 1, "threshold": 2, "method": 3}],
                "modelArmorConfig": {"promptTemplateName": "p"}, "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]},
                    "retrievalConfig": {"latLng": {"latitude": 1}}, "includeServerSideToolInvocations": true},
                "generationConfig": {"temperature": 1, "topP": 0.5, "topK": 1, "candidateCount": 1, "maxOutputTokens": 1, "seed": 1,
                    "stopSequences": ["a"], "responseMimeType": "application/json", "responseSchema": {"b": 1, "a": 2},
                    "responseModalities": ["IMAGE"], "responseLogprobs": true, "logprobs": 1,
                    "thinkingConfig": {"thinkingBudget": 1, "includeThoughts": true}, "speechConfig": {"voiceConfig": {"voice": "v"}},
                    "imageConfig": {"aspectRatio": "1:1"}}}"#,
            r#"{"model": "m", "contents": [], "tools": [
                {"functionDeclarations": [{"name": "f", "description": "d", "parameters": {"b": 1, "a": 2}, "response": {"b": 1, "a": 2}},
                    {"name": "g", "parametersJsonSchema": {"b": 1, "a": 2}, "behavior": "BLOCKING"}], "codeExecution": {}},
                {"googleSearch": {"excludeDomains": ["d"]}, "urlContext": {}},
                {"fileSearch": {"fileSearchStoreNames": ["s"], "topK": 1}}, {"googleMaps": {"enableWidget": true, "authConfig": {"apiKey": "a", "authType": "b"}}},
                {"retrieval": {"vertexAiSearch": {"datastore": "d"}, "externalApi": {"endpoint": "e"}}},
                {"mcpServers": [{"name": "s", "streamableHttpTransport": {"url": "u", "headers": {"a": "b"}, "timeout": "1s"}}]}]}"#,
        ],
        small: &[
            r#"{"model": "m", "contents": [], "generationConfig": {"responseSchema": null, "responseJsonSchema": {}}}"#,
            r#"{"model": "m", "contents": [], "tools": [{"functionDeclarations": [{"name": "a", "parameters": null, "parametersJsonSchema": {}}]}]}"#,
            r#"{"model": "m", "contents": [{"role": "user", "parts": [{"text": "a", "thought": true}]}]}"#,
            r#"{"model": "m", "contents": [{"parts": [{"text": "a"}]}]}"#,
            r#"{"model": "m", "contents": [{"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]}]}"#,
            r#"{"model": "m", "contents": [{"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {}, "parts": []}}]}]}"#,
            r#"{"model": "m", "contents": [], "tools": [{"functionDeclarations": [{"name": "f"}]}, {"googleSearch": {}}]}"#,
            r#"{"model": "m", "contents": [], "generationConfig": {"responseMimeType": "text/plain", "responseSchema": {}, "seed": 1}}"#,
            r#"{"model": "m", "contents": [], "systemInstruction": {"role": "user", "parts": [{"text": "a"}]}}"#,
        ],
    },
];

/// The top members of each API that are transport or secret, by the vendors' pages.
const TRANSPORT: [(&str, &str, &[&str]); 3] = [
    (
        "responses",
        r#"{"model": "m", "input": "a""#,
        &[
            "stream",
            "stream_options",
            "store",
            "background",
            "background_options",
            "client_metadata",
            "metadata",
            "user",
            "safety_identifier",
            "service_tier",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
        ],
    ),
    (
        "anthropic",
        r#"{"model": "m", "messages": []"#,
        &[
            "stream",
            "metadata",
            "service_tier",
            "cache_control",
            "diagnostics",
            "user_profile_id",
            "workspace_id",
            "billing_policy",
            "fallback_credit_token",
        ],
    ),
    ("gemini", r#"{"model": "m", "contents": []"#, &["labels", "store", "serviceTier"]),
];

#[test]
fn transport_and_secrets_never_change_the_identity() {
    for (adapter, body, names) in TRANSPORT {
        let plain = read(adapter, &format!("{body}}}")).unwrap().declaration;
        let table = decl_adapt::named(adapter).unwrap().body.members;
        for name in names {
            let class = table.iter().find(|member| member.name == *name).map(|member| member.class);
            let has_table =
                matches!(class, Some(Class::Transport(Holds::Members(_)) | Class::Secret(Holds::Members(_))));
            for value in ["null", "true", "1", r#""sk-x""#, "[]"] {
                let source = read(adapter, &format!(r#"{body}, "{name}": {value}}}"#));
                let credential = matches!(class, Some(Class::Secret(_))) && value.starts_with('"');
                if has_table && value != "null" && !credential {
                    assert_eq!(source.unwrap_err(), format!("E-TYPE at /{name}"), "{adapter}: {value}");
                    continue;
                }
                let source = source.unwrap();
                assert_eq!(source.declaration, plain, "{adapter} {name}: {value}");
                assert!(source.contents.iter().all(|content| !content.bytes.starts_with(b"sk-")));
            }
        }
        let left_out =
            table.iter().filter(|member| matches!(member.class, Class::Transport(_) | Class::Secret(_)));
        assert_eq!(left_out.count(), names.len(), "{adapter}");
    }
}

#[test]
fn an_object_that_is_left_out_has_a_table_or_is_refused() {
    let bodies = TRANSPORT.map(|(adapter, body, _)| (adapter, body));
    for (adapter, body) in bodies.into_iter().chain([("chat", r#"{"model": "m", "messages": []"#)]) {
        let plain = read(adapter, &format!("{body}}}")).unwrap().declaration;
        for member in decl_adapt::named(adapter).unwrap().body.members {
            let (Class::Transport(holds) | Class::Secret(holds)) = member.class else { continue };
            let name = member.name;
            let object = read(adapter, &format!(r#"{body}, "{name}": {{"a": {{"b": null}}}}}}"#));
            let inside = read(adapter, &format!(r#"{body}, "{name}": [[{{"a": 1}}]]}}"#));
            match holds {
                Holds::Free => {
                    assert_eq!(object.unwrap().declaration, plain, "{adapter} {name}");
                    assert_eq!(inside.unwrap().declaration, plain, "{adapter} {name}");
                    continue;
                }
                Holds::Scalars => assert_eq!(object.unwrap_err(), format!("E-TYPE at /{name}"), "{adapter}"),
                Holds::Members(_) => {
                    assert_eq!(object.unwrap_err(), format!("E-UNKNOWN-MEMBER at /{name}/a"), "{adapter}");
                    assert_eq!(inside.unwrap_err(), format!("E-TYPE at /{name}"), "{adapter}");
                    continue;
                }
            }
            assert_eq!(inside.unwrap_err(), format!("E-TYPE at /{name}/0/0"), "{adapter}");
        }
    }
}

#[test]
fn no_two_bodies_one_change_apart_share_an_identity() {
    for api in APIS.iter().chain(&RUNS) {
        for options in [stated(api.name), extend(api)] {
            for body in api.bodies {
                let body = json::parse(body.as_bytes()).unwrap();
                translate(api.name, &body, &options).unwrap_or_else(|fault| panic!("{}: {fault}", api.name));
                distinct(api, changes(&body).into_iter().chain([body]), &options);
            }
        }
    }
}

#[test]
fn no_two_small_bodies_two_changes_apart_share_an_identity() {
    for api in APIS.iter().chain(&RUNS) {
        for body in api.small {
            let body = json::parse(body.as_bytes()).unwrap();
            translate(api.name, &body, &extend(api)).unwrap_or_else(|fault| panic!("{}: {fault}", api.name));
            distinct(api, changes(&body).iter().flat_map(changes), &extend(api));
        }
    }
}

#[test]
fn member_order_counts_only_where_it_can_reach_the_model() {
    for api in APIS.iter().chain(&RUNS) {
        for body in api.bodies {
            let body = json::parse(body.as_bytes()).unwrap();
            let identity = |body: &Value<'_>| {
                translate(api.name, body, &stated(api.name)).unwrap().declaration.identity()
            };
            assert_eq!(identity(&defining(api, &body)), identity(&body), "{}", api.name);
            let all = sorted(&body);
            if json::minimal(&all) != json::minimal(&defining(api, &all))
                && json::minimal(&defining(api, &all)) != json::minimal(&defining(api, &body))
            {
                assert_ne!(identity(&all), identity(&body), "{}", api.name);
            }
        }
    }
}

fn extend(api: &Api) -> Options<'static> {
    Options { unknown: Unknown::Extend, ..stated(api.name) }
}

/// Every one of the bodies that translates has an identity of its own.
fn distinct<'a>(api: &Api, bodies: impl Iterator<Item = Value<'a>>, options: &Options<'_>) {
    let mut seen: BTreeMap<Identity, String> = BTreeMap::new();
    let mut accepted: BTreeMap<String, Identity> = BTreeMap::new();
    for body in bodies {
        let Ok(source) = translate(api.name, &body, options) else { continue };
        let text = json::minimal(&defining(api, &body));
        let identity = source.declaration.identity();
        let first = *accepted.entry(text.clone()).or_insert(identity);
        assert_eq!(first, identity, "{}: one run with two identities: {text}", api.name);
        if let Some(other) = seen.insert(identity, text.clone()) {
            assert_eq!(text, other, "{}: one identity for two runs", api.name);
        }
    }
    assert!(accepted.len() > 20, "{}: only {} changed bodies were accepted", api.name, accepted.len());
}

/// The body as far as it defines the run, by rules that are independent of the table: without transport and secrets,
/// members in canonical order where order says nothing.
fn defining<'a>(api: &Api, body: &Value<'a>) -> Value<'a> {
    defining_in(api, body, api.name == "gemini")
}

/// The same; `is_message` if the JSON mapping of protocol buffers has null for an absent member here.
fn defining_in<'a>(api: &Api, body: &Value<'a>, is_message: bool) -> Value<'a> {
    match body {
        Value::Map(members) => {
            let mut members: Vec<_> = members
                .iter()
                .filter_map(|(key, value)| {
                    let kept = match (api.left_out.contains(&&**key), value) {
                        // Nobody reads what is in these.
                        (true, Value::Map(members)) if !["labels", "metadata"].contains(&&**key) => {
                            let is_known = |key: &str| api.known.contains(&key);
                            let others: Vec<_> =
                                members.iter().filter(|(key, _)| !is_known(key)).cloned().collect();
                            let others = defining_in(api, &Value::Map(others), is_message);
                            Some(others).filter(|others| *others != Value::Map(Vec::new()))
                        }
                        (true, _) => None,
                        // Some members take any value, and nobody knows what one that was made up takes.
                        (false, Value::Null)
                            if is_message && !key.ends_with("JsonSchema") && !is_new(key) =>
                        {
                            None
                        }
                        // A request with none of them is the request without any.
                        (false, Value::Map(headers)) if key == "headers" && headers.is_empty() => None,
                        (false, value) if api.kept.contains(&&**key) => Some(value.clone()),
                        (false, value) => Some(defining_in(api, value, is_message && !is_new(key))),
                    };
                    Some((key.clone(), kept?))
                })
                .collect();
            members.sort_by(|a, b| key_order(&a.0, &b.0));
            Value::Map(members)
        }
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| defining_in(api, item, is_message)).collect())
        }
        other => other.clone(),
    }
}

/// Was this member made up by `changes`?
fn is_new(name: &str) -> bool {
    name.ends_with('x')
}
