//! Items, the elements of `input`.

use super::super::table::{
    Each::{self, All},
    Field, Form, Object,
    Reads::{
        Base64, Choice, Data, DataUrl, Filtered, Identifier, Inside, InsideBy, Json, Name, Part, Parts,
        Quote, Searched, Text, Value,
    },
    SCHEMAS, by, called, elsewhere, external, need, or_external, own, put, transport, transport_of,
};
use super::parts::{BY_BYTES, PARTS};
use super::tools::{CONTAINER_REFERENCE, LOCAL_SKILLS, TOOLS};

// ---- items ---------------------------------------------------------------------------------------------

pub(super) const ITEMS: Each = Each::By {
    tag: "type",
    untagged: Some(&Each::Having(&[("role", by("role", UNTYPED)), ("id", All(&REFERENCE))])),
    kinds: &[
        ("message", by("role", TYPED)),
        (
            "reasoning",
            Each::Having(&[
                ("encrypted_content", All(&SEALED_REASONING)),
                ("content", All(&OPEN_REASONING)),
                ("type", All(&SEALED_REASONING)),
            ]),
        ),
        ("function_call", All(&FUNCTION_CALL)),
        ("function_call_output", All(&FUNCTION_CALL_OUTPUT)),
        ("custom_tool_call", All(&CUSTOM_TOOL_CALL)),
        ("custom_tool_call_output", All(&CUSTOM_TOOL_CALL_OUTPUT)),
        ("mcp_call", All(&MCP_CALL)),
        ("mcp_list_tools", All(&MCP_LIST_TOOLS)),
        ("mcp_approval_request", All(&MCP_APPROVAL_REQUEST)),
        ("mcp_approval_response", All(&MCP_APPROVAL_RESPONSE)),
        ("web_search_call", All(&WEB_SEARCH_CALL)),
        ("file_search_call", All(&FILE_SEARCH_CALL)),
        ("code_interpreter_call", All(&CODE_INTERPRETER_CALL)),
        ("image_generation_call", All(&IMAGE_GENERATION_CALL)),
        ("computer_call", All(&COMPUTER_CALL)),
        ("computer_call_output", All(&COMPUTER_CALL_OUTPUT)),
        ("local_shell_call", All(&LOCAL_SHELL_CALL)),
        ("local_shell_call_output", All(&LOCAL_SHELL_CALL_OUTPUT)),
        ("shell_call", All(&SHELL_CALL)),
        ("shell_call_output", All(&SHELL_CALL_OUTPUT)),
        ("apply_patch_call", All(&APPLY_PATCH_CALL)),
        ("apply_patch_call_output", All(&APPLY_PATCH_CALL_OUTPUT)),
        ("tool_search_call", All(&TOOL_SEARCH_CALL)),
        ("tool_search_output", All(&TOOL_SEARCH_OUTPUT)),
        ("additional_tools", All(&ADDITIONAL_TOOLS)),
        ("configuration_update", All(&CONFIGURATION_UPDATE)),
        ("compaction", All(&COMPACTION)),
        ("compaction_trigger", All(&COMPACTION_TRIGGER)),
        ("program", All(&PROGRAM)),
        ("program_output", All(&PROGRAM_OUTPUT)),
        ("item_reference", All(&REFERENCE)),
    ],
};

const REFERENCE: Object =
    Object { base: "{}", rest: "", members: &[elsewhere("id", "send the item itself")] };

// A message has no open map: its attributes go into those of its first part.
macro_rules! message {
    ($role:literal, $attrs:literal) => {
        (
            $role,
            All(&Object {
                base: concat!(r#"{"role": ""#, $role, r#"", "parts": [], "attrs": "#, $attrs, "}"),
                rest: "/attrs",
                members: MESSAGE,
            }),
        )
    };
}

const UNTYPED: &[(&str, Each)] = &[
    message!("user", "{}"),
    message!("assistant", "{}"),
    message!("system", "{}"),
    message!("developer", "{}"),
];

const TYPED: &[(&str, Each)] = &[
    message!("user", r#"{"type": "message"}"#),
    message!("assistant", r#"{"type": "message"}"#),
    message!("system", r#"{"type": "message"}"#),
    message!("developer", r#"{"type": "message"}"#),
];

const MESSAGE: &[Field] =
    &[need("content", "/parts", Parts(&PARTS)), ID, STATE, own("phase", Value), own("type", Value)];

// `status` is the name of something that a run produces; of an earlier item it is input.
const STATE: Field = called("state", own("status", Value));
const ID: Field = own("id", Value);
const CALLER: Field = own(
    "caller",
    Inside(&Object {
        base: "",
        rest: "/parts/0/attrs/caller",
        members: &[own("type", Value), own("caller_id", Value)],
    }),
);

macro_rules! opaque {
    ($role:literal, $type:literal) => {
        opaque!($role, $type, "")
    };
    ($role:literal, $type:literal, $content:literal) => {
        concat!(
            r#"{"role": ""#,
            $role,
            r#"", "parts": [{"t": "opaque", "authority": "openai.com", "#,
            $content,
            r#""attrs": {"type": ""#,
            $type,
            r#""}}]}"#
        )
    };
}

macro_rules! result {
    ($attrs:literal) => {
        result!($attrs, "")
    };
    ($attrs:literal, $parts:literal) => {
        concat!(
            r#"{"role": "tool", "parts": [{"t": "result", "id": {"absent": "none"}, "error": false, "parts": ["#,
            $parts,
            r#"], "attrs": "#,
            $attrs,
            "}]}"
        )
    };
}

macro_rules! call {
    ($attrs:literal) => {
        concat!(
            r#"{"role": "assistant", "parts": [{"t": "call", "id": {"absent": "none"}, "attrs": "#,
            $attrs,
            "}]}"
        )
    };
}

// ---- reasoning -----------------------------------------------------------------------------------------

const SEALED_REASONING: Object = Object {
    base: opaque!("assistant", "reasoning"),
    rest: "/parts/0/attrs",
    members: &[
        or_external(
            put("encrypted_content", "/parts/0/content", Text("text/plain")),
            "ask for it with include: reasoning.encrypted_content",
        ),
        own("content", Quote(Form::Data(&[]))),
        own("summary", Quote(Form::Data(&[]))),
        ID,
        STATE,
    ],
};

// Open models return their reasoning in plain text.
const OPEN_REASONING: Object = Object {
    base: opaque!("assistant", "reasoning"),
    rest: "/parts/0/attrs",
    members: &[
        need("content", "/parts/0/content", Data(&[])),
        own("encrypted_content", Choice(&[])),
        own("summary", Quote(Form::Data(&[]))),
        ID,
        STATE,
    ],
};

const COMPACTION: Object = Object {
    base: opaque!("assistant", "compaction"),
    rest: "/parts/0/attrs",
    members: &[
        need("encrypted_content", "/parts/0/content", Text("text/plain")),
        own("created_by", Value),
        ID,
    ],
};

const COMPACTION_TRIGGER: Object = Object {
    base: opaque!("user", "compaction_trigger", r#""content": {"text": ""}, "#),
    rest: "/parts/0/attrs",
    members: &[ID],
};

const CONFIGURATION_UPDATE: Object = Object {
    base: opaque!("developer", "configuration_update", r#""content": {"text": ""}, "#),
    rest: "/parts/0/attrs",
    members: &[own("reasoning", Quote(Form::Data(&[]))), own("text", Quote(Form::Data(SCHEMAS))), ID],
};

// ---- calls and results ---------------------------------------------------------------------------------

const FUNCTION_CALL: Object = Object {
    base: call!("{}"),
    rest: "/parts/0/attrs",
    members: &[
        need("call_id", "/parts/0/id", Identifier),
        need("name", "/parts/0/name", Name),
        need("arguments", "/parts/0/args", Text("application/json")),
        own("namespace", Value),
        own("async", Value),
        CALLER,
        ID,
        STATE,
    ],
};

const FUNCTION_CALL_OUTPUT: Object = Object {
    base: result!("{}"),
    rest: "/parts/0/attrs",
    members: &[
        put("call_id", "/parts/0/id", Identifier),
        called("content", need("output", "/parts/0/parts", Parts(&PARTS))),
        own("name", Value),
        own("namespace", Value),
        CALLER,
        ID,
        STATE,
    ],
};

const CUSTOM_TOOL_CALL: Object = Object {
    base: call!(r#"{"type": "custom"}"#),
    rest: "/parts/0/attrs",
    members: &[
        need("call_id", "/parts/0/id", Identifier),
        need("name", "/parts/0/name", Name),
        need("input", "/parts/0/args", Text("text/plain")),
        own("namespace", Value),
        own("async", Value),
        CALLER,
        ID,
        STATE,
    ],
};

const CUSTOM_TOOL_CALL_OUTPUT: Object = Object {
    base: result!(r#"{"type": "custom"}"#),
    rest: "/parts/0/attrs",
    members: &[
        need("call_id", "/parts/0/id", Identifier),
        called("content", need("output", "/parts/0/parts", Parts(&PARTS))),
        CALLER,
        ID,
        STATE,
    ],
};

// The call of a server's tool and, if it came back, its result.
const MCP_CALL: Object = Object {
    base: call!(r#"{"type": "mcp"}"#),
    rest: "/parts/0/attrs",
    members: &[
        put("id", "/parts/0/id", Identifier),
        need("name", "/parts/0/name", Name),
        need("arguments", "/parts/0/args", Text("application/json")),
        own("server_label", Value),
        own("approval_request_id", Value),
        called("content", put("output", "/parts", Part(Form::Text))),
        called("failure", own("error", Quote(Form::Data(&[])))),
        STATE,
    ],
};

const MCP_APPROVAL_REQUEST: Object = Object {
    base: call!(r#"{"type": "mcp_approval_request"}"#),
    rest: "/parts/0/attrs",
    members: &[
        put("id", "/parts/0/id", Identifier),
        need("name", "/parts/0/name", Name),
        need("arguments", "/parts/0/args", Text("application/json")),
        own("server_label", Value),
    ],
};

const MCP_APPROVAL_RESPONSE: Object = Object {
    base: opaque!("user", "mcp_approval_response"),
    rest: "/parts/0/attrs",
    members: &[
        need("approval_request_id", "/parts/0/content", Text("text/plain")),
        own("approve", Value),
        own("reason", Quote(Form::Text)),
        ID,
    ],
};

const MCP_LIST_TOOLS: Object = Object {
    base: opaque!("assistant", "mcp_list_tools"),
    rest: "/parts/0/attrs",
    members: &[
        need("tools", "/parts/0/content", Filtered(&LISTED_TOOLS)),
        own("server_label", Value),
        called("failure", own("error", Quote(Form::Data(&[])))),
        ID,
    ],
};

const LISTED_TOOLS: Each = All(&Object {
    base: "{}",
    rest: "",
    members: &[
        own("name", Value),
        own("description", Text("text/plain")),
        own("input_schema", Json),
        own("annotations", Searched(&Data(&[]))), // names of the server that has the tool
    ],
});

const WEB_SEARCH_CALL: Object = Object {
    base: opaque!("assistant", "web_search_call", r#""content": {"text": ""}, "#),
    rest: "/parts/0/attrs",
    members: &[put("action", "/parts/0/content", Data(&[])), ID, STATE],
};

const FILE_SEARCH_CALL: Object = Object {
    base: opaque!("assistant", "file_search_call"),
    rest: "/parts/0/attrs",
    members: &[
        need("queries", "/parts/0/content", Data(&[])),
        called("found", own("results", Quote(Form::Data(&[])))),
        ID,
        STATE,
    ],
};

// The next call continues in the container of this one.
const CODE_INTERPRETER_CALL: Object = Object {
    base: opaque!("assistant", "code_interpreter_call", r#""content": {"json": null}, "#),
    rest: "/parts/0/attrs",
    members: &[
        put("code", "/parts/0/content", Text("text/plain")),
        called("found", own("outputs", Quote(Form::Data(&[])))),
        external("container_id", "send the code and what it printed as messages"),
        ID,
        STATE,
    ],
};

// The usage of an earlier run, sent back with its image.
const SVG_USAGE: Object = Object {
    base: "",
    rest: "",
    members: &[
        transport("input_tokens"),
        transport("model"),
        transport("output_tokens"),
        transport("reasoning_tokens"),
        transport("total_tokens"),
    ],
};

const IMAGE_GENERATION_CALL: Object = Object {
    base: r#"{"role": "assistant", "parts": [{
        "t": "image", "content": {"type": "application/octet-stream"}, "attrs": {"type": "image_generation_call"}
    }]}"#,
    rest: "/parts/0/attrs",
    members: &[
        or_external(
            called("content", put("result", "/parts/0/content/base64", Base64)),
            "send the image itself: the member result",
        ),
        own("revised_prompt", Quote(Form::Text)),
        transport_of("svg_usage", &SVG_USAGE),
        own("action", Value),
        own("background", Value),
        own("output_format", Value),
        own("quality", Value),
        own("size", Value),
        called("failure", own("error", Quote(Form::Data(&[])))),
        ID,
        STATE,
    ],
};

const COMPUTER_CALL: Object = Object {
    base: opaque!("assistant", "computer_call", r#""content": {"text": ""}, "#),
    rest: "/parts/0/attrs",
    members: &[
        put("action", "/parts/0/content", Data(&[])),
        own("actions", Quote(Form::Data(&[]))),
        own("call_id", Value),
        own("pending_safety_checks", Quote(Form::Data(&[]))),
        ID,
        STATE,
    ],
};

const COMPUTER_CALL_OUTPUT: Object = Object {
    base: result!(r#"{"type": "computer"}"#, r#"{"t": "image", "attrs": {}}"#),
    rest: "/parts/0/attrs",
    members: &[
        need("call_id", "/parts/0/id", Identifier),
        called(
            "screenshot",
            need("output", "", InsideBy(&by("type", &[("computer_screenshot", All(&SCREENSHOT))]))),
        ),
        own("acknowledged_safety_checks", Quote(Form::Data(&[]))),
        ID,
        STATE,
    ],
};

const SCREENSHOT: Object = Object {
    base: "",
    rest: "/parts/0/parts/0/attrs",
    members: &[
        external("file_id", BY_BYTES),
        or_external(put("image_url", "/parts/0/parts/0/content", DataUrl), BY_BYTES),
    ],
};

const LOCAL_SHELL_CALL: Object = Object {
    base: opaque!("assistant", "local_shell_call"),
    rest: "/parts/0/attrs",
    members: &[need("action", "/parts/0/content", Data(&[])), own("call_id", Value), ID, STATE],
};

const LOCAL_SHELL_CALL_OUTPUT: Object = Object {
    base: result!(r#"{"type": "local_shell"}"#),
    rest: "/parts/0/attrs",
    members: &[
        need("id", "/parts/0/id", Identifier),
        called("content", need("output", "/parts/0/parts", Part(Form::Text))),
        STATE,
    ],
};

const SHELL_CALL: Object = Object {
    base: opaque!("assistant", "shell_call"),
    rest: "/parts/0/attrs",
    members: &[
        need("action", "/parts/0/content", Data(&[])),
        own("call_id", Value),
        own(
            "environment",
            InsideBy(&by(
                "type",
                &[("local", All(&LOCAL_CALL)), ("container_reference", All(&CONTAINER_REFERENCE))],
            )),
        ),
        CALLER,
        ID,
        STATE,
    ],
};

const LOCAL_CALL: Object = Object {
    base: r#"{"parts": {"0": {"attrs": {"environment": {"type": "local"}}}}}"#,
    rest: "/parts/0/attrs/environment",
    members: &[own("skills", Quote(Form::Filtered(&LOCAL_SKILLS)))],
};

const SHELL_CALL_OUTPUT: Object = Object {
    base: result!(r#"{"type": "shell"}"#, r#"{"t": "opaque", "authority": "openai.com", "attrs": {}}"#),
    rest: "/parts/0/attrs",
    members: &[
        need("call_id", "/parts/0/id", Identifier),
        called("content", need("output", "/parts/0/parts/0/content", Data(&[]))),
        own("max_output_length", Value),
        CALLER,
        ID,
        STATE,
    ],
};

const APPLY_PATCH_CALL: Object = Object {
    base: opaque!("assistant", "apply_patch_call"),
    rest: "/parts/0/attrs",
    members: &[need("operation", "/parts/0/content", Data(&[])), own("call_id", Value), CALLER, ID, STATE],
};

const APPLY_PATCH_CALL_OUTPUT: Object = Object {
    base: result!(r#"{"type": "apply_patch"}"#),
    rest: "/parts/0/attrs",
    members: &[
        need("call_id", "/parts/0/id", Identifier),
        called("content", put("output", "/parts/0/parts", Part(Form::Text))),
        CALLER,
        ID,
        STATE,
    ],
};

const TOOL_SEARCH_CALL: Object = Object {
    base: r#"{"role": "assistant", "parts": [{
        "t": "call", "id": {"absent": "none"}, "name": "tool_search", "attrs": {"type": "tool_search"}
    }]}"#,
    rest: "/parts/0/attrs",
    members: &[
        put("call_id", "/parts/0/id", Identifier),
        need("arguments", "/parts/0/args", Json),
        own("execution", Value),
        ID,
        STATE,
    ],
};

// Tools that are added during the conversation.
const TOOL_SEARCH_OUTPUT: Object = Object {
    base: result!(r#"{"type": "tool_search"}"#, r#"{"t": "opaque", "authority": "openai.com", "attrs": {}}"#),
    rest: "/parts/0/attrs",
    members: &[
        put("call_id", "/parts/0/id", Identifier),
        need("tools", "/parts/0/parts/0/content", Filtered(&TOOLS)),
        own("execution", Value),
        ID,
        STATE,
    ],
};

const ADDITIONAL_TOOLS: Object = Object {
    base: opaque!("developer", "additional_tools"),
    rest: "/parts/0/attrs",
    members: &[own("role", Value), need("tools", "/parts/0/content", Filtered(&TOOLS)), ID],
};

const PROGRAM: Object = Object {
    base: opaque!("assistant", "program"),
    rest: "/parts/0/attrs",
    members: &[
        need("code", "/parts/0/content", Text("text/plain")),
        own("call_id", Value),
        own("fingerprint", Value),
        ID,
    ],
};

const PROGRAM_OUTPUT: Object = Object {
    base: result!(r#"{"type": "program"}"#),
    rest: "/parts/0/attrs",
    members: &[
        need("call_id", "/parts/0/id", Identifier),
        called("content", need("result", "/parts/0/parts", Part(Form::Text))),
        ID,
        STATE,
    ],
};
