//! Tools.

use super::super::stored::{PRESETS, SKILL_VERSION};
use super::super::table::{
    Each::{self, All},
    Field, Form, Object,
    Reads::{
        Either, External, Filtered, Headers, Identifier, Inside, InsideBy, Json, List, Name, Quote, Stored,
        Text, Value,
    },
    by, called, elsewhere, external, need, own, put, secret, tool,
};
use super::parts::BY_BYTES;

macro_rules! hosted {
    ($type:literal, $data:literal, $members:expr) => {
        (
            $type,
            All(&Object { base: tool!("hosted", $type, $data, "{}"), rest: "/config", members: $members }),
        )
    };
}

pub(super) const TOOLS: Each = by(
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
        own("async", Value),
        own("output_schema", Quote(Form::Json)),
        // not in the reference, but clients send it: the schema of the function's result
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
        own("async", Value),
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
        need("tools", "/schema", Filtered(&NAMESPACED)),
    ],
};

// Read by the table although they are content, because other kinds could hold secrets.
const NAMESPACED: Each = by("type", &[("function", All(&FUNCTION)), ("custom", All(&CUSTOM))]);

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
        put("server_url", "/server/url", Identifier),
        put("server_description", "/description", Text("text/plain")),
        own("connector_id", Value),
        own("tunnel_id", Value),
        own("allowed_tools", Value),
        own("require_approval", Value),
        own("defer_loading", Value),
        own("allowed_callers", Value),
        secret("authorization"),
        own("headers", Headers),
    ],
};

const WEB_SEARCH: &[Field] = &[
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

const FILE_SEARCH: &[Field] = &[
    own("vector_store_ids", Value),
    own("filters", Value),
    own("max_num_results", Value),
    own("ranking_options", Value),
];

const UPLOADED: &str = "send the files in the messages";

const CODE_INTERPRETER: &[Field] = &[
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
    members: &[
        own("type", Value),
        own("allowed_domains", Value),
        called("secret_domains", own("domain_secrets", List(&All(&DOMAIN_SECRET)))),
    ],
};

// The names of the container's variables and their domains define the run; the values do not.
const DOMAIN_SECRET: Object =
    Object { base: "{}", rest: "", members: &[own("domain", Value), own("name", Value), secret("value")] };

const IMAGE_GENERATION: &[Field] = &[
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
            members: &[external("file_id", BY_BYTES), own("image_url", Quote(Form::DataUrl))],
        }),
    ),
    own("model", Stored(PRESETS, &Value)),
    own("moderation", Value),
    own("output_compression", Value),
    own("output_format", Value),
    own("partial_images", Value),
    own("quality", Value),
    own("size", Value),
    own("svg", Value),
];

const COMPUTER_USE: &[Field] =
    &[own("display_height", Value), own("display_width", Value), own("environment", Value)];

const SHELL: &[Field] = &[
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
        own("skills", Quote(Form::Filtered(&SKILLS))),
        external("file_ids", UPLOADED),
    ],
};

const LOCAL: Object = Object {
    base: r#"{"config": {"environment": {"type": "local"}}}"#,
    rest: "/config/environment",
    members: &[own("skills", Quote(Form::Filtered(&LOCAL_SKILLS)))],
};

const SKILLS: Each =
    by("type", &[("skill_reference", All(&SKILL_REFERENCE)), ("inline", All(&INLINE_SKILL))]);

const SKILL_REFERENCE: Object =
    Object { base: "{}", rest: "", members: &[own("skill_id", Value), SKILL_VERSION] };

const INLINE_SKILL: Object = Object {
    base: "{}",
    rest: "",
    members: &[
        own("name", Value),
        own("description", Text("text/plain")),
        own(
            "source",
            Inside(&Object {
                base: "",
                rest: "/source",
                members: &[own("type", Value), own("media_type", Value), own("data", Value)],
            }),
        ),
    ],
};

pub(super) const LOCAL_SKILLS: Each = All(&Object {
    base: "{}",
    rest: "",
    members: &[own("name", Value), own("description", Text("text/plain")), own("path", Value)],
});

pub(super) const CONTAINER_REFERENCE: Object = Object {
    base: "",
    rest: "/config/environment",
    members: &[elsewhere("container_id", "let the tool start a container of its own")],
};

const TOOL_SEARCH: &[Field] = &[
    put("description", "/description", Text("text/plain")),
    put("parameters", "/schema", Json),
    own("execution", Value),
];
