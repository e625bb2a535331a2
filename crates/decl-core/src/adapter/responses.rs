//! Responses, as `OpenAI` documents them: `POST /v1/responses`.

use super::table::{
    Adapter,
    Each::{self, All},
    Form, Mapping, Member, Object,
    Reads::{
        self, Base64, Choice, Data, DataUrl, Either, External, Inside, InsideBy, Json, List, Name, Part,
        Parts, Quote, Said, Says, Text, Texts, Turns, Value,
    },
    SCHEMAS, by, called, elsewhere, external, need, or_external, own, put, secret, silence, tool, transport,
};

pub(super) static RESPONSES: Adapter = Adapter {
    name: "responses",
    version: 1,
    api: "openai.com/responses",
    reference: "https://platform.openai.com/docs/api-reference/responses/create",
    mapping: Mapping::Plain,
    body: BODY,
};

const BODY: Object = Object {
    base: silence!(
        authority "openai.com", api "openai.com/responses", format "text", modalities r#"["text"]"#
    ),
    rest: "/parameters/set",
    members: &[
        need("model", "/model/name", Name),
        put(
            "input",
            "/input",
            Either(
                &Said("user", &PARTS),
                &Turns { each: &ITEMS, leading: &["system", "developer"], first: "/instructions" },
            ),
        ),
        put("instructions", "/instructions", Either(&Said("system", &PARTS), &Choice(&[]))),
        // state that the vendor keeps
        external("previous_response_id", "send the items of the earlier responses as input"),
        external("conversation", "send the items of the conversation as input"),
        external("prompt", "send the text of the stored prompt as instructions and input"),
        // sampling
        own("temperature", Value),
        own("top_p", Value),
        own("max_output_tokens", Value),
        own("reasoning", Inside(&REASONING_CONFIG)),
        own("image", Inside(&IMAGE_CONFIG)),
        put("max_tool_calls", "/constraints/limits/max_tool_calls", Value),
        // output
        own("text", Inside(&TEXT_CONFIG)),
        put("include", "/constraints/output/return/include", Texts { alone: false }),
        put("top_logprobs", "/constraints/output/return/top_logprobs", Value),
        put("moderation", "/constraints/safety/moderation", Value),
        put("access_programs", "/constraints/safety/access_programs", Value),
        // history
        put("truncation", "/context/history/params/truncation", Choice(TRUNCATIONS)),
        put("context_management", "/context/history/params/context_management", COMPACTING),
        // tools
        put("tools", "/tools", List(&TOOLS)),
        put("tool_choice", "/constraints/tool-choice", Either(&Value, &Inside(&TOOL_CHOICE))),
        own("parallel_tool_calls", Value),
        // transport and account
        transport("stream"),
        transport("stream_options"),
        transport("store"),
        transport("background"),
        transport("background_options"),
        transport("metadata"),
        transport("user"),
        transport("safety_identifier"),
        transport("service_tier"),
        transport("prompt_cache_key"),
        transport("prompt_cache_options"),
        transport("prompt_cache_retention"),
    ],
};

const TRUNCATIONS: &[(&str, Reads)] = &[
    ("auto", Says(r#"{"context": {"history": {"policy": "window", "params": {}}}}"#, &Value)),
    ("disabled", Says(r#"{"context": {"history": {"policy": "full", "params": {}}}}"#, &Value)),
];

const COMPACTING: Reads = Says(
    r#"{"context": {"history": {"policy": "compaction", "params": {}}}}"#,
    &List(&All(&Object {
        base: "{}",
        rest: "",
        members: &[own("type", Value), own("compact_threshold", Value)],
    })),
);

// ---- items ----------------------------------------------------------------------------------------------

const ITEMS: Each = Each::By {
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

// A message has no open map: what it says of itself goes into the attributes of its first part.
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

const MESSAGE: &[Member] =
    &[need("content", "/parts", Parts(&PARTS)), ID, STATE, own("phase", Value), own("type", Value)];

// `status` is the name of something that a run produced; of an earlier item it is input.
const STATE: Member = called("state", own("status", Value));
const ID: Member = own("id", Value);
const CALLER: Member = own(
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

// ---- parts ----------------------------------------------------------------------------------------------

const PARTS: Each = by(
    "type",
    &[
        ("input_text", All(&INPUT_TEXT)),
        ("input_image", All(&INPUT_IMAGE)),
        ("input_file", All(&INPUT_FILE)),
        ("input_audio", All(&INPUT_AUDIO)),
        ("output_text", All(&OUTPUT_TEXT)),
        ("refusal", All(&REFUSAL)),
    ],
);

const BREAKPOINT: Member = transport("prompt_cache_breakpoint");

const INPUT_TEXT: Object = Object {
    base: r#"{"t": "text", "attrs": {}}"#,
    rest: "/attrs",
    members: &[need("text", "/content", Text("text/plain")), BREAKPOINT],
};

const OUTPUT_TEXT: Object = Object {
    base: r#"{"t": "text", "attrs": {"part": "output_text"}}"#,
    rest: "/attrs",
    members: &[
        need("text", "/content", Text("text/plain")),
        own("annotations", Quote(Form::Data(&[]))),
        own("logprobs", Quote(Form::Data(&[]))),
    ],
};

const REFUSAL: Object = Object {
    base: r#"{"t": "text", "attrs": {"part": "refusal"}}"#,
    rest: "/attrs",
    members: &[need("refusal", "/content", Text("text/plain"))],
};

const BY_BYTES: &str = "send the bytes: a data: URL";

const INPUT_IMAGE: Object = Object {
    base: r#"{"t": "image", "attrs": {}}"#,
    rest: "/attrs",
    members: &[
        external("file_id", BY_BYTES),
        or_external(put("image_url", "/content", DataUrl), BY_BYTES),
        own("detail", Value),
        BREAKPOINT,
    ],
};

const INPUT_FILE: Object = Object {
    base: r#"{"t": "file", "attrs": {}}"#,
    rest: "/attrs",
    members: &[
        external("file_id", BY_BYTES),
        external("file_url", BY_BYTES),
        or_external(put("file_data", "/content", DataUrl), BY_BYTES),
        own("filename", Value),
        own("detail", Value),
        BREAKPOINT,
    ],
};

const INPUT_AUDIO: Object = Object {
    base: r#"{"t": "audio", "attrs": {}}"#,
    rest: "/attrs",
    members: &[need(
        "input_audio",
        "",
        Inside(&Object {
            base: "",
            rest: "/attrs",
            members: &[
                need("data", "/content/base64", Base64),
                need("format", "/content/type", Reads::Subtype("audio")),
            ],
        }),
    )],
};

// ---- reasoning ------------------------------------------------------------------------------------------

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

// Open models give their reasoning in the clear.
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

// ---- calls and results ----------------------------------------------------------------------------------

const FUNCTION_CALL: Object = Object {
    base: call!("{}"),
    rest: "/parts/0/attrs",
    members: &[
        need("call_id", "/parts/0/id", Name),
        need("name", "/parts/0/name", Name),
        need("arguments", "/parts/0/args", Text("application/json")),
        own("namespace", Value),
        CALLER,
        ID,
        STATE,
    ],
};

const FUNCTION_CALL_OUTPUT: Object = Object {
    base: result!("{}"),
    rest: "/parts/0/attrs",
    members: &[
        put("call_id", "/parts/0/id", Name),
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
        need("call_id", "/parts/0/id", Name),
        need("name", "/parts/0/name", Name),
        need("input", "/parts/0/args", Text("text/plain")),
        own("namespace", Value),
        CALLER,
        ID,
        STATE,
    ],
};

const CUSTOM_TOOL_CALL_OUTPUT: Object = Object {
    base: result!(r#"{"type": "custom"}"#),
    rest: "/parts/0/attrs",
    members: &[
        need("call_id", "/parts/0/id", Name),
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
        put("id", "/parts/0/id", Name),
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
        put("id", "/parts/0/id", Name),
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
        need("tools", "/parts/0/content", Data(SCHEMAS)),
        own("server_label", Value),
        called("failure", own("error", Quote(Form::Data(&[])))),
        ID,
    ],
};

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

// The next call goes on in the container of this one.
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
        need("call_id", "/parts/0/id", Name),
        need("output", "", InsideBy(&by("type", &[("computer_screenshot", All(&SCREENSHOT))]))),
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
        need("id", "/parts/0/id", Name),
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
    members: &[own("skills", Quote(Form::Data(&[])))],
};

const SHELL_CALL_OUTPUT: Object = Object {
    base: result!(r#"{"type": "shell"}"#, r#"{"t": "opaque", "authority": "openai.com", "attrs": {}}"#),
    rest: "/parts/0/attrs",
    members: &[
        need("call_id", "/parts/0/id", Name),
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
        need("call_id", "/parts/0/id", Name),
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
        put("call_id", "/parts/0/id", Name),
        need("arguments", "/parts/0/args", Json),
        own("execution", Value),
        ID,
        STATE,
    ],
};

// Tools that come in on the way.
const TOOL_SEARCH_OUTPUT: Object = Object {
    base: result!(r#"{"type": "tool_search"}"#, r#"{"t": "opaque", "authority": "openai.com", "attrs": {}}"#),
    rest: "/parts/0/attrs",
    members: &[
        put("call_id", "/parts/0/id", Name),
        need("tools", "/parts/0/parts/0/content", Data(SCHEMAS)),
        own("execution", Value),
        ID,
        STATE,
    ],
};

const ADDITIONAL_TOOLS: Object = Object {
    base: opaque!("developer", "additional_tools"),
    rest: "/parts/0/attrs",
    members: &[own("role", Value), need("tools", "/parts/0/content", Data(SCHEMAS)), ID],
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
        need("call_id", "/parts/0/id", Name),
        called("content", need("result", "/parts/0/parts", Part(Form::Text))),
        ID,
        STATE,
    ],
};

// ---- tools ----------------------------------------------------------------------------------------------

macro_rules! hosted {
    ($type:literal, $data:literal, $members:expr) => {
        (
            $type,
            All(&Object { base: tool!("hosted", $type, $data, "{}"), rest: "/config", members: $members }),
        )
    };
}

const TOOLS: Each = by(
    "type",
    &[
        ("function", All(&FUNCTION)),
        ("custom", All(&CUSTOM)),
        ("namespace", All(&NAMESPACE)),
        ("mcp", All(&MCP)),
        hosted!("web_search", "open", WEB_SEARCH),
        hosted!("web_search_2025_08_26", "open", WEB_SEARCH),
        hosted!("web_search_preview", "open", WEB_SEARCH),
        hosted!("web_search_preview_2025_03_11", "open", WEB_SEARCH),
        hosted!("file_search", "open", FILE_SEARCH),
        hosted!("code_interpreter", "closed", CODE_INTERPRETER),
        hosted!("image_generation", "closed", IMAGE_GENERATION),
        hosted!("computer", "open", &[]),
        hosted!("computer_use_preview", "open", COMPUTER_USE),
        hosted!("local_shell", "open", &[]),
        hosted!("shell", "open", SHELL),
        hosted!("apply_patch", "closed", &[own("allowed_callers", Value)]),
        hosted!("tool_search", "closed", TOOL_SEARCH),
        hosted!("programmatic_tool_calling", "closed", &[]),
    ],
);

const FUNCTION: Object = Object {
    base: tool!("function", "closed", "{}"),
    rest: "/config",
    members: &[
        need("name", "/name", Name),
        put("description", "/description", Text("text/plain")),
        put("parameters", "/schema", Json),
        own("strict", Value),
        own("defer_loading", Value),
        own("allowed_callers", Value),
        own("output_schema", Quote(Form::Json)),
        // not in the reference, but clients send it: what the function gives back
        called("response_schema", own("response", Quote(Form::Json))),
    ],
};

const CUSTOM: Object = Object {
    base: tool!("custom", "closed", "{}"),
    rest: "/config",
    members: &[
        need("name", "/name", Name),
        put("description", "/description", Text("text/plain")),
        own("defer_loading", Value),
        own("allowed_callers", Value),
        own(
            "format",
            Inside(&Object {
                base: "",
                rest: "/config/format",
                members: &[
                    own("type", Value),
                    own("syntax", Value),
                    put("definition", "/schema", Text("text/plain")),
                ],
            }),
        ),
    ],
};

const NAMESPACE: Object = Object {
    base: tool!("custom", "closed", r#"{"type": "namespace"}"#),
    rest: "/config",
    members: &[
        need("name", "/name", Name),
        put("description", "/description", Text("text/plain")),
        need("tools", "/schema", Data(SCHEMAS)),
    ],
};

const MCP: Object = Object {
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
        need("server_label", "/server/label", Name),
        put("server_url", "/server/url", Name),
        put("server_description", "/description", Text("text/plain")),
        own("connector_id", Value),
        own("tunnel_id", Value),
        own("allowed_tools", Value),
        own("require_approval", Value),
        own("defer_loading", Value),
        own("allowed_callers", Value),
        secret("authorization"),
        secret("headers"),
    ],
};

const WEB_SEARCH: &[Member] = &[
    own("search_context_size", Value),
    own("search_content_types", Value),
    own("external_web_access", Value),
    own("filters", Value),
    own(
        "user_location",
        Inside(&Object {
            base: "",
            rest: "/config/user_location",
            members: &[
                own("type", Value),
                own("city", Value),
                own("country", Value),
                own("region", Value),
                own("timezone", Value),
            ],
        }),
    ),
];

const FILE_SEARCH: &[Member] = &[
    own("vector_store_ids", Value),
    own("filters", Value),
    own("max_num_results", Value),
    own("ranking_options", Value),
];

const UPLOADED: &str = "send the files in the messages";

const CODE_INTERPRETER: &[Member] = &[
    own(
        "container",
        Either(
            &External("let the tool start a container of its own: {\"type\": \"auto\"}"),
            &Inside(&Object {
                base: "",
                rest: "/config/container",
                members: &[
                    own("type", Value),
                    own("memory_limit", Value),
                    own("network_policy", Inside(&NETWORK_POLICY)),
                    external("file_ids", UPLOADED),
                ],
            }),
        ),
    ),
    own("allowed_callers", Value),
];

const NETWORK_POLICY: Object = Object {
    base: "",
    rest: "/config/network_policy",
    members: &[own("type", Value), own("allowed_domains", Value), secret("domain_secrets")],
};

const IMAGE_GENERATION: &[Member] = &[
    own("action", Value),
    own("background", Value),
    own("complexity", Value),
    own("frame_count", Value),
    own("frame_duration_ms", Value),
    own("input_fidelity", Value),
    own(
        "input_image_mask",
        Inside(&Object {
            base: "",
            rest: "/config/input_image_mask",
            members: &[external("file_id", BY_BYTES), own("image_url", Quote(Form::Text))],
        }),
    ),
    own("model", Value),
    own("moderation", Value),
    own("output_compression", Value),
    own("output_format", Value),
    own("partial_images", Value),
    own("quality", Value),
    own("size", Value),
    own("svg", Value),
];

const COMPUTER_USE: &[Member] =
    &[own("display_height", Value), own("display_width", Value), own("environment", Value)];

const SHELL: &[Member] = &[
    own(
        "environment",
        InsideBy(&by(
            "type",
            &[
                ("container_auto", All(&CONTAINER_AUTO)),
                ("local", All(&LOCAL)),
                ("container_reference", All(&CONTAINER_REFERENCE)),
            ],
        )),
    ),
    own("allowed_callers", Value),
];

const CONTAINER_AUTO: Object = Object {
    base: r#"{"config": {"environment": {"type": "container_auto"}}}"#,
    rest: "/config/environment",
    members: &[
        own("memory_limit", Value),
        own("network_policy", Inside(&NETWORK_POLICY)),
        own("skills", Quote(Form::Data(&[]))),
        external("file_ids", UPLOADED),
    ],
};

const LOCAL: Object = Object {
    base: r#"{"config": {"environment": {"type": "local"}}}"#,
    rest: "/config/environment",
    members: &[own("skills", Quote(Form::Data(&[])))],
};

const CONTAINER_REFERENCE: Object = Object {
    base: "",
    rest: "/config/environment",
    members: &[elsewhere("container_id", "let the tool start a container of its own")],
};

const TOOL_SEARCH: &[Member] = &[
    put("description", "/description", Text("text/plain")),
    put("parameters", "/schema", Json),
    own("execution", Value),
];

// ---- choices and formats --------------------------------------------------------------------------------

const TOOL_CHOICE: Object = Object {
    base: "",
    rest: "/constraints/tool-choice",
    members: &[
        own("type", Value),
        own("name", Value),
        own("mode", Value),
        own("server_label", Value),
        own(
            "tools",
            List(&All(&Object {
                base: "{}",
                rest: "",
                members: &[own("type", Value), own("name", Value), own("server_label", Value)],
            })),
        ),
    ],
};

const REASONING_CONFIG: Object = Object {
    base: "",
    rest: "/parameters/set/reasoning",
    members: &[
        own("effort", Value),
        own("summary", Value),
        own("generate_summary", Value),
        own("mode", Value),
        own("context", Value),
    ],
};

const IMAGE_CONFIG: Object =
    Object { base: "", rest: "/parameters/set/image", members: &[own("context_compression", Value)] };

const TEXT_CONFIG: Object = Object {
    base: "",
    rest: "/parameters/set",
    members: &[
        called("text.verbosity", own("verbosity", Value)),
        called("text.format", own("format", Inside(&FORMAT))),
    ],
};

const FORMAT: Object = Object {
    base: "",
    rest: "/constraints/output/return",
    members: &[
        need("type", "/constraints/output/format", Name),
        own("name", Value),
        own("description", Quote(Form::Text)),
        put("schema", "/constraints/output/schema", Json),
        own("strict", Value),
    ],
};
