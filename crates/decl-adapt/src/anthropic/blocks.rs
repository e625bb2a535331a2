//! Blocks, the parts of a message.

use super::super::table::{
    Each::{self, All},
    Field, Form, Object,
    Reads::{
        Base64, Bool, Data, Filtered, Identifier, Inside, InsideBy, Json, List, Media, Name, Parts, Quote,
        Text, Value,
    },
    by, elsewhere, need, own, put,
};
use super::CACHED;
use super::tools::{LISTED_TOOLS, TOOLS};

// ---- blocks --------------------------------------------------------------------------------------------

macro_rules! served {
    ($type:literal) => {
        served!($type, SERVED)
    };
    ($type:literal, $members:ident) => {
        (
            $type,
            All(&Object {
                base: concat!(
                    r#"{"t": "result", "error": false, "attrs": {"type": ""#,
                    $type,
                    r#""}, "parts": [{"t": "opaque", "authority": "anthropic.com", "attrs": {}}]}"#
                ),
                rest: "/attrs",
                members: $members,
            }),
        )
    };
}

pub(super) const BLOCKS: Each = by(
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
        served!("web_fetch_tool_result", FETCHED),
        served!("code_execution_tool_result"),
        served!("bash_code_execution_tool_result"),
        served!("text_editor_code_execution_tool_result"),
        served!("tool_search_tool_result", FOUND_TOOLS),
        served!("advisor_tool_result"),
        ("mcp_tool_use", All(&MCP_TOOL_USE)),
        ("mcp_tool_result", All(&MCP_TOOL_RESULT)),
        ("mcp_tool_listing", All(&MCP_TOOL_LISTING)),
        ("container_upload", All(&CONTAINER_UPLOAD)),
        ("compaction", All(&COMPACTION)),
        ("mid_conv_system", All(&MID_SYSTEM)),
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

pub(super) const TEXTS: Each = by("type", &[("text", All(&TEXT))]);

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

const CITATIONS: Field = own(
    "citations",
    Inside(&Object { base: "", rest: "/attrs/citations", members: &[own("enabled", Value)] }),
);

const BASE64_SOURCE: Object = Object {
    base: "",
    rest: "/attrs/source",
    members: &[need("data", "/content/base64", Base64), need("media_type", "/content/type", Media)],
};

const TEXT_SOURCE: Object = Object {
    base: r#"{"attrs": {"source": "text"}}"#,
    rest: "/attrs/source",
    members: &[need("data", "/content", Text("text/plain")), need("media_type", "/content/type", Media)],
};

// A document made of blocks has no bytes of its own, so it is read as a result without a call.
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

// The signature is sent, so it defines the run.
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
        own("tool_changes", Quote(Form::Filtered(&TOOL_CHANGES))),
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
    members: &[need("tool", "/content", Filtered(&CHANGED_TOOL)), CACHED],
};

const TOOL_REMOVAL: Object = Object {
    base: r#"{"t": "opaque", "authority": "anthropic.com", "attrs": {"type": "tool_removal"}}"#,
    rest: "/attrs",
    members: &[need("tool", "/content", Filtered(&CHANGED_TOOL)), CACHED],
};

const TOOL_CHANGES: Each =
    by("type", &[("tool_addition", All(&TOOL_ADDITION)), ("tool_removal", All(&TOOL_REMOVAL))]);

const CHANGED_TOOL: Each = by(
    "type",
    &[
        ("tool_reference", All(&Object { base: "{}", rest: "", members: &[own("name", Value)] })),
        (
            "mcp_tool_reference",
            All(&Object { base: "{}", rest: "", members: &[own("name", Value), own("server_name", Value)] }),
        ),
        (
            "mcp_toolset_reference",
            All(&Object { base: "{}", rest: "", members: &[own("server_name", Value)] }),
        ),
        (
            "tool_definition",
            All(&Object { base: "{}", rest: "", members: &[own("definition", Filtered(&TOOLS))] }),
        ),
    ],
);

// Instructions that apply from here on; they are a group of parts, as a result is.
const MID_SYSTEM: Object = Object {
    base: r#"{
        "t": "result", "id": {"absent": "none"}, "parts": [], "error": false, "attrs": {"type": "mid_conv_system"}
    }"#,
    rest: "/attrs",
    members: &[need("content", "/parts", List(&INSTRUCTING)), CACHED],
};

const INSTRUCTING: Each = by(
    "type",
    &[("text", All(&TEXT)), ("tool_addition", All(&TOOL_ADDITION)), ("tool_removal", All(&TOOL_REMOVAL))],
);

const FALLBACK_BLOCK: Object = Object {
    base: r#"{"t": "opaque", "authority": "anthropic.com", "attrs": {"type": "fallback"}}"#,
    rest: "/attrs",
    members: &[
        own("from", Quote(Form::Data(&[]))),
        need("to", "/content", Data(&[])),
        own("trigger", Quote(Form::Data(&[]))),
    ],
};

// ---- calls and results ---------------------------------------------------------------------------------

const CALLER: Field = own(
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
        need("id", "/id", Identifier),
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
        need("id", "/id", Identifier),
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
        need("id", "/id", Identifier),
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
        need("tool_use_id", "/id", Identifier),
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
        need("tool_use_id", "/id", Identifier),
        put("content", "/parts", Parts(&TEXTS)),
        put("is_error", "/error", Bool),
        CACHED,
    ],
};

// The results of a server's own tools, in the vendor's structures.
const SERVED: &[Field] =
    &[need("tool_use_id", "/id", Identifier), need("content", "/parts/0/content", Data(&[])), CALLER, CACHED];

// Results that have cache marks too.
const FETCHED: &[Field] = &[
    need("tool_use_id", "/id", Identifier),
    need("content", "/parts/0/content", Filtered(&FETCHES)),
    CALLER,
    CACHED,
];

const FETCHES: Each =
    by("type", &[("web_fetch_result", All(&FETCH)), ("web_fetch_tool_result_error", All(&FETCH_ERROR))]);

const FETCH: Object = Object {
    base: "{}",
    rest: "",
    members: &[
        own("content", InsideBy(&by("type", &[("document", All(&DOCUMENT))]))),
        own("url", Value),
        own("retrieved_at", Value),
    ],
};

const FETCH_ERROR: Object = Object { base: "{}", rest: "", members: &[own("error_code", Value)] };

const FOUND_TOOLS: &[Field] = &[
    need("tool_use_id", "/id", Identifier),
    need("content", "/parts/0/content", Filtered(&TOOL_SEARCHES)),
    CALLER,
    CACHED,
];

const TOOL_SEARCHES: Each = by(
    "type",
    &[
        ("tool_search_tool_search_result", All(&TOOL_SEARCH)),
        ("tool_search_tool_result_error", All(&TOOL_SEARCH_ERROR)),
    ],
);

const TOOL_SEARCH: Object = Object {
    base: "{}",
    rest: "",
    members: &[own("tool_references", List(&by("type", &[("tool_reference", All(&TOOL_REFERENCE))])))],
};

const TOOL_SEARCH_ERROR: Object = Object {
    base: "{}",
    rest: "",
    members: &[own("error_code", Value), own("error_message", Text("text/plain"))],
};

const MCP_TOOL_LISTING: Object = Object {
    base: r#"{"t": "opaque", "authority": "anthropic.com", "attrs": {"type": "mcp_tool_listing"}}"#,
    rest: "/attrs",
    members: &[own("mcp_server_name", Value), need("tools", "/content", Filtered(&LISTED_TOOLS))],
};
