//! Tools.

use super::super::caches::CACHE_CONTROL;
use super::super::stored::{PRESETS, SKILL_VERSION};
use super::super::table::{
    Each::{self, All},
    Field, Form, Object,
    Reads::{Identifier, Inside, Json, List, Name, Quote, Stored, Text, Value},
    external, need, own, put, secret, tool, transport_of,
};
use super::CACHED;

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

pub(super) const TOOLS: Each = Each::By {
    tag: "type",
    untagged: Some(&All(&CUSTOM)),
    kinds: &[
        ("custom", All(&TAGGED_CUSTOM)),
        // run by the client, defined by the vendor: what the model gets to see of a screen, a shell, files or a memory
        // is in no body
        hosted!("bash_20241022", "open", CLIENT),
        hosted!("bash_20250124", "open", CLIENT),
        hosted!("text_editor_20241022", "open", CLIENT),
        hosted!("text_editor_20250124", "open", CLIENT),
        hosted!("text_editor_20250429", "open", CLIENT),
        hosted!("text_editor_20250728", "open", CLIENT),
        hosted!("computer_20241022", "open", CLIENT),
        hosted!("computer_20250124", "open", CLIENT),
        hosted!("computer_20251124", "open", CLIENT),
        hosted!("memory_20250818", "open", CLIENT),
        hosted!("browser_toolset_20260801", "open", TOOLSET, named "browser"),
        hosted!("computer_toolset_20260801", "open", TOOLSET, named "computer"),
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

// An example of a tool's input has the member names of the tool, so it is content.
const EXAMPLES: Field = own("input_examples", Quote(Form::Json));

const CUSTOM_MEMBERS: &[Field] = &[
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

const CLIENT: &[Field] = &[
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

const TOOLSET: &[Field] = &[own("configs", Quote(Form::Data(&[]))), CACHED];

const SERVER: &[Field] = &[
    need("name", "/name", Name),
    own("model", Stored(PRESETS, &Value)),
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
    transport_of("caching", &CACHE_CONTROL),
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
        own("tools", Quote(Form::Filtered(&LISTED_TOOLS))),
        CACHED,
    ],
};

pub(super) const LISTED_TOOLS: Each = All(&Object {
    base: "{}",
    rest: "",
    members: &[own("name", Value), own("description", Text("text/plain")), own("input_schema", Json)],
});

pub(super) const MCP_SERVER: Object = Object {
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
        put("url", "/server/url", Identifier),
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

pub(super) const TOOL_CHOICE: Object = Object {
    base: "",
    rest: "/constraints/tool-choice",
    members: &[own("type", Value), own("name", Value), own("disable_parallel_tool_use", Value)],
};

pub(super) const FRESH_CONTAINER: &str = "start without a container and send its files in the messages";

pub(super) const CONTAINER: Object = Object {
    base: "",
    rest: "/parameters/set/container",
    members: &[external("id", FRESH_CONTAINER), own("skills", List(&All(&SKILL)))],
};

const SKILL: Object =
    Object { base: "{}", rest: "", members: &[own("type", Value), own("skill_id", Value), SKILL_VERSION] };
