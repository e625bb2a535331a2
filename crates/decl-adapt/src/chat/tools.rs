//! Tools, and how they are chosen.

use super::super::caches::CACHE_CONTROL;
use super::super::table::{
    Each::{self, All},
    Field, Object,
    Reads::{Inside, Json, List, Name, Text, Value},
    called, need, own, put, secret, secret_of, tool, transport, transport_of,
};

macro_rules! hosted {
    ($type:literal, $data:literal, $members:expr) => {
        (
            $type,
            All(&Object {
                base: tool!("hosted", $type, $data, concat!(r#"{"type": ""#, $type, r#""}"#)),
                rest: "/config",
                members: $members,
            }),
        )
    };
}

pub(super) const TOOLS: Each = Each::By {
    tag: "type",
    untagged: Some(&All(&UNTAGGED_FUNCTION)),
    kinds: &[
        ("function", All(&FUNCTION)),
        ("custom", All(&CUSTOM)),
        // Moonshot
        ("builtin_function", All(&BUILTIN_FUNCTION)),
        // Mistral, Groq
        hosted!("web_search", "open", CONFIGURED),
        hosted!("web_search_premium", "open", CONFIGURED),
        hosted!("browser_search", "open", &[]),
        hosted!("code_interpreter", "closed", CONFIGURED),
        hosted!("image_generation", "closed", CONFIGURED),
        hosted!("document_library", "open", DOCUMENT_LIBRARY),
        hosted!("connector", "open", CONNECTOR),
        // OpenRouter
        hosted!("openrouter:web_search", "open", ROUTED_SEARCH),
        hosted!("openrouter:web_fetch", "open", ROUTED_FETCH),
        hosted!("openrouter:datetime", "open", ROUTED_DATETIME),
    ],
};

const FUNCTION: Object =
    Object { base: tool!("function", "closed", "{}"), rest: "/config", members: FUNCTION_MEMBERS };

// Mistral and others need no type.
const UNTAGGED_FUNCTION: Object = Object {
    base: tool!("function", "closed", r#"{"type": {"absent": "none"}}"#),
    rest: "/config",
    members: FUNCTION_MEMBERS,
};

const BUILTIN_FUNCTION: Object = Object {
    base: tool!("hosted", "open", r#"{"type": "builtin_function"}"#),
    rest: "/config",
    members: FUNCTION_MEMBERS,
};

const FUNCTION_MEMBERS: &[Field] = &[
    need(
        "function",
        "",
        Inside(&Object {
            base: "",
            rest: "/config",
            members: &[
                need("name", "/name", Name),
                put("description", "/description", Text("text/plain")),
                put("parameters", "/schema", Json),
                own("strict", Value),
                called("function.defer_loading", own("defer_loading", Value)),
            ],
        }),
    ),
    own("type", Value),
    own("defer_loading", Value), // vLLM
    transport_of("cache_control", &CACHE_CONTROL),
];

const CUSTOM: Object = Object {
    base: tool!("custom", "closed", "{}"),
    rest: "/config",
    members: &[need(
        "custom",
        "",
        Inside(&Object {
            base: "",
            rest: "/config",
            members: &[
                need("name", "/name", Name),
                put("description", "/description", Text("text/plain")),
                own("format", Inside(&CUSTOM_FORMAT)),
            ],
        }),
    )],
};

const CUSTOM_FORMAT: Object = Object {
    base: "",
    rest: "/config/format",
    members: &[
        own("type", Value),
        own(
            "grammar",
            Inside(&Object {
                base: "",
                rest: "/config/format/grammar",
                members: &[own("syntax", Value), put("definition", "/schema", Text("text/plain"))],
            }),
        ),
    ],
};

pub(super) const LEGACY_FUNCTION: Object = Object {
    base: tool!("function", "closed", r#"{"member": "functions"}"#),
    rest: "/config",
    members: &[
        need("name", "/name", Name),
        put("description", "/description", Text("text/plain")),
        put("parameters", "/schema", Json),
    ],
};

// ---- hosted tools ---------------------------------------------------------------------------------------

const CONFIGURED: &[Field] = &[CONFIGURATION];

const CONFIGURATION: Field = own(
    "tool_configuration",
    Inside(&Object {
        base: "",
        rest: "/config/tool_configuration",
        members: &[own("include", Value), own("exclude", Value), own("requires_confirmation", Value)],
    }),
);

const DOCUMENT_LIBRARY: &[Field] = &[own("library_ids", Value), CONFIGURATION];

const CONNECTOR: &[Field] =
    &[own("connector_id", Value), CONFIGURATION, secret_of("authorization", &CONNECTOR_AUTHORIZATION)];

const CONNECTOR_AUTHORIZATION: Object =
    Object { base: "", rest: "", members: &[transport("type"), secret("value")] };

const ROUTED_SEARCH: &[Field] = &[own(
    "parameters",
    Inside(&Object {
        base: "",
        rest: "/config/parameters",
        members: &[
            own("engine", Value),
            own("mode", Value),
            own("max_results", Value),
            own("max_total_results", Value),
            own("max_characters", Value),
            own("max_uses", Value),
            own("search_context_size", Value),
            own("allowed_domains", Value),
            own("excluded_domains", Value),
            own("user_location", Value),
        ],
    }),
)];

const ROUTED_FETCH: &[Field] = &[own(
    "parameters",
    Inside(&Object {
        base: "",
        rest: "/config/parameters",
        members: &[
            own("engine", Value),
            own("max_uses", Value),
            own("max_content_tokens", Value),
            own("allowed_domains", Value),
            own("blocked_domains", Value),
        ],
    }),
)];

const ROUTED_DATETIME: &[Field] = &[own(
    "parameters",
    Inside(&Object { base: "", rest: "/config/parameters", members: &[own("timezone", Value)] }),
)];

// What the search finds is not in the body: the tool reads open data.
pub(super) const WEB_SEARCH: Object = Object {
    base: tool!("hosted", "web_search", "open", "{}"),
    rest: "/config",
    members: &[
        own("search_context_size", Value),
        own(
            "user_location",
            Inside(&Object {
                base: "",
                rest: "/config/user_location",
                members: &[
                    own("type", Value),
                    own(
                        "approximate",
                        Inside(&Object {
                            base: "",
                            rest: "/config/user_location/approximate",
                            members: &[
                                own("city", Value),
                                own("country", Value),
                                own("region", Value),
                                own("timezone", Value),
                            ],
                        }),
                    ),
                ],
            }),
        ),
    ],
};

// ---- choices --------------------------------------------------------------------------------------------

pub(super) const TOOL_CHOICE: Object = Object {
    base: "",
    rest: "/constraints/tool-choice",
    members: &[
        own("type", Value),
        own(
            "function",
            Inside(&Object {
                base: "",
                rest: "/constraints/tool-choice/function",
                members: &[own("name", Value)],
            }),
        ),
        own(
            "custom",
            Inside(&Object {
                base: "",
                rest: "/constraints/tool-choice/custom",
                members: &[own("name", Value)],
            }),
        ),
        own(
            "allowed_tools",
            Inside(&Object {
                base: "",
                rest: "/constraints/tool-choice/allowed_tools",
                members: &[own("mode", Value), own("tools", List(&ALLOWED_TOOLS))],
            }),
        ),
    ],
};

const ALLOWED_TOOLS: Each = All(&Object {
    base: "{}",
    rest: "",
    members: &[
        own("type", Value),
        own("function", Inside(&Object { base: "", rest: "/function", members: &[own("name", Value)] })),
        own("custom", Inside(&Object { base: "", rest: "/custom", members: &[own("name", Value)] })),
    ],
});

pub(super) const LEGACY_CHOICE: Object =
    Object { base: "", rest: "/parameters/set/function_call", members: &[own("name", Value)] };
