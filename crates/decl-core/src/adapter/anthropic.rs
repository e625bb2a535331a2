//! Messages, as Anthropic documents them: `POST /v1/messages`, with its betas.
//!
//! The version of the API and the betas are headers: give the one as the version, the others as the member `betas`,
//! as the SDKs take them.

use super::table::{
    Adapter,
    Each::{self, All},
    Form, Mapping, Member, Object,
    Reads::{
        Base64, Bool, Choice, Data, Either, External, Groups, Inside, InsideBy, Json, List, Name, Parts,
        Quote, Said, Says, Text, Texts, Turns, Value,
    },
    SCHEMAS, by, called, elsewhere, external, need, own, put, secret, silence, tool, transport,
};

pub(super) static ANTHROPIC: Adapter = Adapter {
    name: "anthropic",
    version: 1,
    api: "anthropic.com/messages",
    reference: "https://docs.anthropic.com/en/api/messages",
    mapping: Mapping::Plain,
    body: BODY,
};

const BODY: Object = Object {
    base: silence!(
        authority "anthropic.com", api "anthropic.com/messages", format "text", modalities r#"["text"]"#
    ),
    rest: "/parameters/set",
    members: &[
        need("model", "/model/name", Name),
        // Consecutive messages of one role are merged by the server; here they stay as they are sent.
        need("messages", "/input", Turns { each: &MESSAGES, leading: &[], first: "/instructions" }),
        put("system", "/instructions", Said("system", &TEXTS)),
        // sampling
        own("max_tokens", Value),
        own("temperature", Value),
        own("top_p", Value),
        own("top_k", Value),
        own("thinking", Inside(&THINKING_CONFIG)),
        own("speed", Value),
        own("betas", Texts { alone: false }),
        own("anthropic_beta", Texts { alone: false }),
        put("anthropic_version", "/environment/api/version", Name),
        put("fallbacks", "/model/fallbacks", Either(&DEFAULT_FALLBACKS, &Groups(&FALLBACK))),
        // output
        own("output_config", Inside(&OUTPUT_CONFIG)),
        own("output_format", Inside(&OUTPUT_FORMAT)),
        put("stop_sequences", "/constraints/output/stop", Texts { alone: false }),
        put("inference_geo", "/constraints/region", Name),
        // history
        own("context_management", Inside(&CONTEXT_MANAGEMENT)),
        own("compaction", Inside(&COMPACTION_CONFIG)),
        // tools
        put("tools", "/tools", List(&TOOLS)),
        put("tool_choice", "/constraints/tool-choice", Inside(&TOOL_CHOICE)),
        put("mcp_servers", "/tools", List(&All(&MCP_SERVER))),
        own("container", Either(&External(FRESH_CONTAINER), &Inside(&CONTAINER))),
        external("thread", "send the messages of the thread"),
        // transport and account
        transport("stream"),
        transport("metadata"),
        transport("service_tier"),
        transport("cache_control"),
        transport("diagnostics"),
        transport("user_profile_id"),
        transport("workspace_id"),
        transport("billing_policy"),
        secret("fallback_credit_token"),
    ],
};

const CACHED: Member = transport("cache_control");

// ---- messages -------------------------------------------------------------------------------------------

const MESSAGES: Each =
    by("role", &[("user", All(&USER)), ("assistant", All(&ASSISTANT)), ("system", All(&SYSTEM))]);

const USER: Object =
    Object { base: r#"{"role": "user", "parts": [], "attrs": {}}"#, rest: "/attrs", members: &[CONTENT] };

const ASSISTANT: Object = Object {
    base: r#"{"role": "assistant", "parts": [], "attrs": {}}"#,
    rest: "/attrs",
    members: &[CONTENT],
};

const SYSTEM: Object =
    Object { base: r#"{"role": "system", "parts": [], "attrs": {}}"#, rest: "/attrs", members: &[CONTENT] };

// A block can have content of its own: what the message says of its list is called otherwise.
const CONTENT: Member = called("message", need("content", "/parts", Parts(&BLOCKS)));

// ---- blocks ---------------------------------------------------------------------------------------------

macro_rules! served {
    ($type:literal) => {
        (
            $type,
            All(&Object {
                base: concat!(
                    r#"{"t": "result", "error": false, "attrs": {"type": ""#,
                    $type,
                    r#""}, "parts": [{"t": "opaque", "authority": "anthropic.com", "attrs": {}}]}"#
                ),
                rest: "/attrs",
                members: SERVED,
            }),
        )
    };
}

const BLOCKS: Each = by(
    "type",
    &[
        ("text", All(&TEXT)),
        ("image", All(&IMAGE)),
        ("document", All(&DOCUMENT)),
        ("search_result", All(&SEARCH_RESULT)),
        ("thinking", All(&THINKING)),
        ("redacted_thinking", All(&REDACTED_THINKING)),
        ("tool_use", All(&TOOL_USE)),
        ("tool_result", All(&TOOL_RESULT)),
        ("server_tool_use", All(&SERVER_TOOL_USE)),
        served!("web_search_tool_result"),
        served!("web_fetch_tool_result"),
        served!("code_execution_tool_result"),
        served!("bash_code_execution_tool_result"),
        served!("text_editor_code_execution_tool_result"),
        served!("tool_search_tool_result"),
        served!("advisor_tool_result"),
        ("mcp_tool_use", All(&MCP_TOOL_USE)),
        ("mcp_tool_result", All(&MCP_TOOL_RESULT)),
        ("mcp_tool_listing", All(&MCP_TOOL_LISTING)),
        ("container_upload", All(&CONTAINER_UPLOAD)),
        ("compaction", All(&COMPACTION)),
        ("tool_addition", All(&TOOL_ADDITION)),
        ("tool_removal", All(&TOOL_REMOVAL)),
        ("fallback", All(&FALLBACK_BLOCK)),
    ],
);

const RESULTS: Each = by(
    "type",
    &[
        ("text", All(&TEXT)),
        ("image", All(&IMAGE)),
        ("document", All(&DOCUMENT)),
        ("search_result", All(&SEARCH_RESULT)),
        ("tool_reference", All(&TOOL_REFERENCE)),
        ("browser_state", All(&BROWSER_STATE)),
    ],
);

const TEXTS: Each = by("type", &[("text", All(&TEXT))]);

const PICTURED: Each = by("type", &[("text", All(&TEXT)), ("image", All(&IMAGE))]);

const TEXT: Object = Object {
    base: r#"{"t": "text", "attrs": {}}"#,
    rest: "/attrs",
    members: &[
        need("text", "/content", Text("text/plain")),
        own("citations", Quote(Form::Data(&[]))),
        CACHED,
    ],
};

const IMAGE: Object = Object {
    base: r#"{"t": "image", "attrs": {}}"#,
    rest: "/attrs",
    members: &[
        need(
            "source",
            "",
            InsideBy(&by(
                "type",
                &[("base64", All(&BASE64_SOURCE)), ("url", All(&URL_SOURCE)), ("file", All(&FILE_SOURCE))],
            )),
        ),
        own("transformations", Quote(Form::Data(&[]))),
        CACHED,
    ],
};

const DOCUMENT: Object = Object {
    base: r#"{"t": "file", "attrs": {}}"#,
    rest: "/attrs",
    members: &[
        need(
            "source",
            "",
            InsideBy(&by(
                "type",
                &[
                    ("base64", All(&BASE64_SOURCE)),
                    ("text", All(&TEXT_SOURCE)),
                    ("content", All(&CONTENT_SOURCE)),
                    ("url", All(&URL_SOURCE)),
                    ("file", All(&FILE_SOURCE)),
                ],
            )),
        ),
        own("title", Quote(Form::Text)),
        own("context", Quote(Form::Text)),
        CITATIONS,
        CACHED,
    ],
};

const CITATIONS: Member = own(
    "citations",
    Inside(&Object { base: "", rest: "/attrs/citations", members: &[own("enabled", Value)] }),
);

const BASE64_SOURCE: Object = Object {
    base: "",
    rest: "/attrs/source",
    members: &[need("data", "/content/base64", Base64), need("media_type", "/content/type", Name)],
};

const TEXT_SOURCE: Object = Object {
    base: r#"{"attrs": {"source": "text"}}"#,
    rest: "/attrs/source",
    members: &[need("data", "/content", Text("text/plain")), need("media_type", "/content/type", Name)],
};

// A document made of blocks has no bytes of its own: it is a result that nobody called for.
const CONTENT_SOURCE: Object = Object {
    base: r#"{"t": "result", "id": {"absent": "none"}, "parts": [], "error": false, "attrs": {"source": "content"}}"#,
    rest: "/attrs",
    members: &[need("content", "/parts", Parts(&PICTURED))],
};

const URL_SOURCE: Object = Object {
    base: "",
    rest: "/attrs/source",
    members: &[elsewhere("url", "send the bytes: a source of type base64")],
};

const FILE_SOURCE: Object = Object {
    base: "",
    rest: "/attrs/source",
    members: &[elsewhere("file_id", "send the bytes: a source of type base64")],
};

const SEARCH_RESULT: Object = Object {
    base: r#"{"t": "result", "id": {"absent": "none"}, "parts": [], "error": false, "attrs": {"type": "search_result"}}"#,
    rest: "/attrs",
    members: &[
        need("content", "/parts", List(&TEXTS)),
        own("source", Quote(Form::Text)),
        own("title", Quote(Form::Text)),
        CITATIONS,
        CACHED,
    ],
};

// The signature is sent, so it defines.
const THINKING: Object = Object {
    base: r#"{"t": "opaque", "authority": "anthropic.com", "attrs": {"type": "thinking"}}"#,
    rest: "/attrs",
    members: &[need("thinking", "/content", Text("text/plain")), own("signature", Quote(Form::Text)), CACHED],
};

const REDACTED_THINKING: Object = Object {
    base: r#"{"t": "opaque", "authority": "anthropic.com", "attrs": {"type": "redacted_thinking"}}"#,
    rest: "/attrs",
    members: &[need("data", "/content", Text("text/plain")), CACHED],
};

const COMPACTION: Object = Object {
    base: r#"{
        "t": "opaque", "authority": "anthropic.com", "content": {"text": "", "type": "application/json"},
        "attrs": {"type": "compaction"}
    }"#,
    rest: "/attrs",
    members: &[
        put("content", "/content", Text("text/plain")),
        own("encrypted_content", Quote(Form::Text)),
        own("signature", Quote(Form::Text)),
        own("tool_changes", Quote(Form::Data(SCHEMAS))),
        CACHED,
    ],
};

const TOOL_REFERENCE: Object = Object {
    base: r#"{"t": "opaque", "authority": "anthropic.com", "attrs": {"type": "tool_reference"}}"#,
    rest: "/attrs",
    members: &[need("tool_name", "/content", Text("text/plain")), CACHED],
};

const BROWSER_STATE: Object = Object {
    base: r#"{"t": "opaque", "authority": "anthropic.com", "attrs": {"type": "browser_state"}}"#,
    rest: "/attrs",
    members: &[need("tabs", "/content", Data(&[])), own("state_changes", Quote(Form::Data(&[]))), CACHED],
};

const CONTAINER_UPLOAD: Object = Object {
    base: r#"{"t": "opaque", "authority": "anthropic.com", "attrs": {"type": "container_upload"}}"#,
    rest: "/attrs",
    members: &[elsewhere("file_id", "send the file as a document or text block"), CACHED],
};

const TOOL_ADDITION: Object = Object {
    base: r#"{"t": "opaque", "authority": "anthropic.com", "attrs": {"type": "tool_addition"}}"#,
    rest: "/attrs",
    members: &[need("tool", "/content", Data(SCHEMAS)), CACHED],
};

const TOOL_REMOVAL: Object = Object {
    base: r#"{"t": "opaque", "authority": "anthropic.com", "attrs": {"type": "tool_removal"}}"#,
    rest: "/attrs",
    members: &[need("tool", "/content", Data(&[])), CACHED],
};

const FALLBACK_BLOCK: Object = Object {
    base: r#"{"t": "opaque", "authority": "anthropic.com", "attrs": {"type": "fallback"}}"#,
    rest: "/attrs",
    members: &[need("to", "/content", Data(&[])), own("trigger", Quote(Form::Data(&[])))],
};

// ---- calls and results ----------------------------------------------------------------------------------

const CALLER: Member = own(
    "caller",
    Inside(&Object {
        base: "",
        rest: "/attrs/caller",
        members: &[own("type", Value), own("tool_id", Value)],
    }),
);

const TOOL_USE: Object = Object {
    base: r#"{"t": "call", "attrs": {}}"#,
    rest: "/attrs",
    members: &[
        need("id", "/id", Name),
        need("name", "/name", Name),
        need("input", "/args", Json),
        own("toolset_name", Value),
        CALLER,
        CACHED,
    ],
};

const SERVER_TOOL_USE: Object = Object {
    base: r#"{"t": "call", "attrs": {"type": "server_tool_use"}}"#,
    rest: "/attrs",
    members: &[
        need("id", "/id", Name),
        need("name", "/name", Name),
        need("input", "/args", Json),
        CALLER,
        CACHED,
    ],
};

const MCP_TOOL_USE: Object = Object {
    base: r#"{"t": "call", "attrs": {"type": "mcp_tool_use"}}"#,
    rest: "/attrs",
    members: &[
        need("id", "/id", Name),
        need("name", "/name", Name),
        need("input", "/args", Json),
        own("server_name", Value),
        CACHED,
    ],
};

const TOOL_RESULT: Object = Object {
    base: r#"{"t": "result", "parts": [], "error": false, "attrs": {}}"#,
    rest: "/attrs",
    members: &[
        need("tool_use_id", "/id", Name),
        put("content", "/parts", Parts(&RESULTS)),
        put("is_error", "/error", Bool),
        own("toolset_name", Value),
        CACHED,
    ],
};

const MCP_TOOL_RESULT: Object = Object {
    base: r#"{"t": "result", "parts": [], "error": false, "attrs": {"type": "mcp_tool_result"}}"#,
    rest: "/attrs",
    members: &[
        need("tool_use_id", "/id", Name),
        put("content", "/parts", Parts(&TEXTS)),
        put("is_error", "/error", Bool),
        CACHED,
    ],
};

// What a server's own tool gave back, in the vendor's structures.
const SERVED: &[Member] =
    &[need("tool_use_id", "/id", Name), need("content", "/parts/0/content", Data(&[])), CALLER, CACHED];

const MCP_TOOL_LISTING: Object = Object {
    base: r#"{"t": "opaque", "authority": "anthropic.com", "attrs": {"type": "mcp_tool_listing"}}"#,
    rest: "/attrs",
    members: &[own("mcp_server_name", Value), need("tools", "/content", Data(SCHEMAS))],
};

// ---- tools ----------------------------------------------------------------------------------------------

macro_rules! hosted {
    ($type:literal, $data:literal, $members:ident) => {
        (
            $type,
            All(&Object {
                base: tool!("hosted", $data, concat!(r#"{"type": ""#, $type, r#""}"#)),
                rest: "/config",
                members: $members,
            }),
        )
    };
    ($type:literal, $data:literal, $members:ident, named $name:literal) => {
        (
            $type,
            All(&Object {
                base: tool!("hosted", $name, $data, concat!(r#"{"type": ""#, $type, r#""}"#)),
                rest: "/config",
                members: $members,
            }),
        )
    };
}

const TOOLS: Each = Each::By {
    tag: "type",
    untagged: Some(&All(&CUSTOM)),
    kinds: &[
        ("custom", All(&TAGGED_CUSTOM)),
        // run by the client, on what the vendor defines
        hosted!("bash_20241022", "closed", CLIENT),
        hosted!("bash_20250124", "closed", CLIENT),
        hosted!("text_editor_20241022", "closed", CLIENT),
        hosted!("text_editor_20250124", "closed", CLIENT),
        hosted!("text_editor_20250429", "closed", CLIENT),
        hosted!("text_editor_20250728", "closed", CLIENT),
        hosted!("computer_20241022", "closed", CLIENT),
        hosted!("computer_20250124", "closed", CLIENT),
        hosted!("computer_20251124", "closed", CLIENT),
        hosted!("memory_20250818", "closed", CLIENT),
        hosted!("browser_toolset_20260801", "closed", TOOLSET, named "browser"),
        hosted!("computer_toolset_20260801", "closed", TOOLSET, named "computer"),
        // run by the vendor
        hosted!("code_execution_20250522", "closed", SERVER),
        hosted!("code_execution_20250825", "closed", SERVER),
        hosted!("code_execution_20260120", "closed", SERVER),
        hosted!("code_execution_20260521", "closed", SERVER),
        hosted!("tool_search_tool_bm25", "closed", SERVER),
        hosted!("tool_search_tool_bm25_20251119", "closed", SERVER),
        hosted!("tool_search_tool_regex", "closed", SERVER),
        hosted!("tool_search_tool_regex_20251119", "closed", SERVER),
        hosted!("advisor_20260301", "open", SERVER),
        hosted!("web_search_20250305", "open", SERVER),
        hosted!("web_search_20260209", "open", SERVER),
        hosted!("web_search_20260318", "open", SERVER),
        hosted!("web_fetch_20250910", "open", SERVER),
        hosted!("web_fetch_20260209", "open", SERVER),
        hosted!("web_fetch_20260309", "open", SERVER),
        hosted!("web_fetch_20260318", "open", SERVER),
        ("mcp_toolset", All(&MCP_TOOLSET)),
    ],
};

// An example of a tool's input has the member names of the tool: content.
const EXAMPLES: Member = own("input_examples", Quote(Form::Json));

const CUSTOM_MEMBERS: &[Member] = &[
    own("type", Value),
    need("name", "/name", Name),
    put("description", "/description", Text("text/plain")),
    put("input_schema", "/schema", Json),
    own("strict", Value),
    own("defer_loading", Value),
    own("allowed_callers", Value),
    own("eager_input_streaming", Value),
    EXAMPLES,
    CACHED,
];

const CUSTOM: Object =
    Object { base: tool!("function", "closed", "{}"), rest: "/config", members: CUSTOM_MEMBERS };

const TAGGED_CUSTOM: Object = Object {
    base: tool!("function", "closed", r#"{"type": "custom"}"#),
    rest: "/config",
    members: CUSTOM_MEMBERS,
};

const CLIENT: &[Member] = &[
    need("name", "/name", Name),
    own("display_width_px", Value),
    own("display_height_px", Value),
    own("display_number", Value),
    own("enable_zoom", Value),
    own("max_characters", Value),
    own("strict", Value),
    own("defer_loading", Value),
    own("allowed_callers", Value),
    EXAMPLES,
    CACHED,
];

const TOOLSET: &[Member] = &[own("configs", Quote(Form::Data(&[]))), CACHED];

const SERVER: &[Member] = &[
    need("name", "/name", Name),
    own("model", Value),
    own("max_tokens", Value),
    own("max_uses", Value),
    own("max_content_tokens", Value),
    own("allowed_domains", Value),
    own("blocked_domains", Value),
    own("user_location", Inside(&USER_LOCATION)),
    own(
        "citations",
        Inside(&Object { base: "", rest: "/config/citations", members: &[own("enabled", Value)] }),
    ),
    own("url_sources", Quote(Form::Data(&[]))),
    own("use_cache", Value),
    own("response_inclusion", Value),
    own("strict", Value),
    own("defer_loading", Value),
    own("allowed_callers", Value),
    transport("caching"),
    CACHED,
];

const USER_LOCATION: Object = Object {
    base: "",
    rest: "/config/user_location",
    members: &[
        own("type", Value),
        own("city", Value),
        own("country", Value),
        own("region", Value),
        own("timezone", Value),
    ],
};

// The members of `configs` are the names of tools.
const MCP_TOOLSET: Object = Object {
    base: tool!("mcp", "mcp_toolset", "open", r#"{"type": "mcp_toolset"}"#),
    rest: "/config",
    members: &[
        own("mcp_server_name", Value),
        own(
            "default_config",
            Inside(&Object {
                base: "",
                rest: "/config/default_config",
                members: &[own("enabled", Value), own("defer_loading", Value)],
            }),
        ),
        own("configs", Quote(Form::Data(&[]))),
        own("tools", Quote(Form::Data(SCHEMAS))),
        CACHED,
    ],
};

const MCP_SERVER: Object = Object {
    base: r#"{
        "t": "mcp",
        "name": "mcp",
        "description": {"absent": "none"},
        "schema": {"absent": "none"},
        "server": {
            "url": {"absent": "none"}, "listing": {"absent": "undisclosed"}, "protocol": {"absent": "undisclosed"}
        },
        "implementation": {"absent": "undisclosed"},
        "data": "open",
        "config": {}
    }"#,
    rest: "/config",
    members: &[
        own("type", Value),
        need("name", "/server/label", Name),
        put("url", "/server/url", Name),
        own(
            "tool_configuration",
            Inside(&Object {
                base: "",
                rest: "/config/tool_configuration",
                members: &[own("enabled", Value), own("allowed_tools", Value)],
            }),
        ),
        secret("authorization_token"),
    ],
};

const TOOL_CHOICE: Object = Object {
    base: "",
    rest: "/constraints/tool-choice",
    members: &[own("type", Value), own("name", Value), own("disable_parallel_tool_use", Value)],
};

const FRESH_CONTAINER: &str = "start without a container and send its files in the messages";

const CONTAINER: Object = Object {
    base: "",
    rest: "/parameters/set/container",
    members: &[external("id", FRESH_CONTAINER), own("skills", List(&All(&SKILL)))],
};

const SKILL: Object = Object {
    base: "{}",
    rest: "",
    members: &[own("type", Value), own("skill_id", Value), own("version", Value)],
};

// ---- parameters -----------------------------------------------------------------------------------------

const THINKING_CONFIG: Object = Object {
    base: "",
    rest: "/parameters/set/thinking",
    members: &[
        own("type", Value),
        own("budget_tokens", Value),
        own("display", Value),
        own(
            "block_binding",
            Inside(&Object {
                base: "",
                rest: "/parameters/set/thinking/block_binding",
                members: &[own("prefix_mismatch_behavior", Value)],
            }),
        ),
    ],
};

const OUTPUT_CONFIG: Object = Object {
    base: "",
    rest: "/parameters/set",
    members: &[
        called("output_config.effort", own("effort", Value)),
        called("output_config.format", own("format", Inside(&FORMAT))),
        called("output_config.task_budget", own("task_budget", Inside(&TASK_BUDGET))),
    ],
};

const FORMAT: Object = Object {
    base: "",
    rest: "/constraints/output/return",
    members: &[
        need("type", "/constraints/output/format", Choice(&[("json_schema", Name)])),
        need("schema", "/constraints/output/schema", Json),
    ],
};

const TASK_BUDGET: Object = Object {
    base: "",
    rest: "/constraints/limits/task_budget",
    members: &[own("type", Value), own("total", Value), own("remaining", Value)],
};

// The older name of `output_config.format`. A body may hold both, so its schema has a place of its own.
const OUTPUT_FORMAT: Object = Object {
    base: r#"{"constraints": {"output": {"format": "json_schema"}}}"#,
    rest: "/constraints/output/return/output_format",
    members: &[own("type", Value), own("schema", Quote(Form::Json))],
};

const DEFAULT_FALLBACKS: super::table::Reads = Says(
    r#"{"parameters": {"set": {"fallbacks": "default"}}}"#,
    &Choice(&[("default", Texts { alone: true })]),
);

const FALLBACK: Object = Object {
    base: r#"{"items": []}"#,
    rest: "",
    members: &[
        need("model", "/items", Either(&Texts { alone: true }, &Choice(&[]))),
        own("max_tokens", Value),
        own("speed", Value),
        own("thinking", Value),
        own("output_config", Quote(Form::Data(SCHEMAS))),
    ],
};

const CONTEXT_MANAGEMENT: Object = Object {
    base: r#"{"context": {"history": {"policy": "compaction", "params": {}}}}"#,
    rest: "/context/history/params/context_management",
    members: &[own(
        "edits",
        List(&by(
            "type",
            &[
                ("clear_tool_uses_20250919", All(&CLEAR_TOOL_USES)),
                ("clear_thinking_20251015", All(&CLEAR_THINKING)),
                ("compact_20260112", All(&COMPACT)),
            ],
        )),
    )],
};

const CLEAR_TOOL_USES: Object = Object {
    base: r#"{"type": "clear_tool_uses_20250919"}"#,
    rest: "",
    members: &[
        own("trigger", Value),
        own("keep", Value),
        own("clear_at_least", Value),
        own("clear_tool_inputs", Value),
        own("exclude_tools", Value),
    ],
};

const CLEAR_THINKING: Object =
    Object { base: r#"{"type": "clear_thinking_20251015"}"#, rest: "", members: &[own("keep", Value)] };

const COMPACT: Object = Object {
    base: r#"{"type": "compact_20260112"}"#,
    rest: "",
    members: &[
        own("trigger", Value),
        own("pause_after_compaction", Value),
        own("instructions", Quote(Form::Text)),
    ],
};

const COMPACTION_CONFIG: Object = Object {
    base: r#"{"context": {"history": {"policy": "compaction", "params": {}}}}"#,
    rest: "/context/history/params/compaction",
    members: &[own("type", Value), own("instructions", Quote(Form::Text))],
};
