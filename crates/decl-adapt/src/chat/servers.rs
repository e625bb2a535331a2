//! Objects that other servers of the API accept; `mod.rs` names the reference of each at its member.

use super::super::stored::PRESETS;
use super::super::table::{
    Each::{self, All},
    Field, Form, Object,
    Reads::{Inside, Pattern, Quote, Stored, Text, Value},
    by, own, put, secret, tool, transport,
};

// ---- vLLM -----------------------------------------------------------------------------------------------

pub(super) const STRUCTURED_OUTPUTS: Object = Object {
    base: "",
    rest: "/parameters/set/structured_outputs",
    members: &[
        own("json", Quote(Form::Json)),
        own("regex", Pattern),
        own("choice", Pattern),
        own("grammar", Quote(Form::Text)),
        own("json_object", Value),
        own("structural_tag", Quote(Form::Json)),
        own("disable_any_whitespace", Value),
        own("disable_additional_properties", Value),
        own("whitespace_pattern", Pattern),
    ],
};

// ---- reasoning ------------------------------------------------------------------------------------------

pub(super) const REASONING: Object = Object {
    base: "",
    rest: "/parameters/set/reasoning",
    members: &[
        own("effort", Value),
        own("max_tokens", Value),
        own("enabled", Value),
        own("exclude", Value),
        own("summary", Value),
    ],
};

pub(super) const THINKING: Object = Object {
    base: "",
    rest: "/parameters/set/thinking",
    members: &[
        own("type", Value),
        own("budget_tokens", Value),
        own("clear_thinking", Value),
        own("keep", Value),
    ],
};

// ---- searches: what they find is not in the body --------------------------------------------------------

pub(super) const LIVE_SEARCH: Object = Object {
    base: tool!("hosted", "search_parameters", "open", "{}"),
    rest: "/config",
    members: &[
        own("mode", Value),
        own("sources", Value),
        own("from_date", Value),
        own("to_date", Value),
        own("max_search_results", Value),
        own("return_citations", Value),
    ],
};

pub(super) const SEARCH_SETTINGS: Object = Object {
    base: tool!("hosted", "search_settings", "open", "{}"),
    rest: "/config",
    members: &[
        own("country", Value),
        own("include_domains", Value),
        own("exclude_domains", Value),
        own("include_images", Value),
    ],
};

// ---- Groq -----------------------------------------------------------------------------------------------

pub(super) const COMPOUND: Object = Object {
    base: "",
    rest: "/parameters/set/compound_custom",
    members: &[
        own(
            "models",
            Inside(&Object {
                base: "",
                rest: "/parameters/set/compound_custom/models",
                members: &[
                    own("answering_model", Stored(PRESETS, &Value)),
                    own("reasoning_model", Stored(PRESETS, &Value)),
                ],
            }),
        ),
        own(
            "tools",
            Inside(&Object {
                base: "",
                rest: "/parameters/set/compound_custom/tools",
                members: &[
                    own("enabled_tools", Value),
                    own(
                        "wolfram_settings",
                        Inside(&Object {
                            base: "",
                            rest: "/parameters/set/compound_custom/tools/wolfram_settings",
                            members: &[secret("authorization")],
                        }),
                    ),
                ],
            }),
        ),
    ],
};

// ---- OpenRouter -----------------------------------------------------------------------------------------

// The names of prices are also those of figures of a run.
pub(super) const PROVIDER: Object = Object {
    base: "",
    rest: "/parameters/set/provider",
    members: &[
        own("order", Value),
        own("only", Value),
        own("ignore", Value),
        own("allow_fallbacks", Value),
        own("require_parameters", Value),
        own("data_collection", Value),
        own("enforce_distillable_text", Value),
        own("zdr", Value),
        own("quantizations", Value),
        own("sort", Value),
        own("max_price", Quote(Form::Data(&[]))),
        own("preferred_max_latency", Value),
        own("preferred_min_throughput", Value),
    ],
};

pub(super) const USAGE: Object = Object { base: "", rest: "", members: &[transport("include")] };

pub(super) const DEBUG: Object = Object { base: "", rest: "", members: &[transport("echo_upstream_body")] };

macro_rules! plugin {
    ($id:literal, $data:literal, $members:expr) => {
        (
            $id,
            All(&Object {
                base: tool!("hosted", $id, $data, r#"{"member": "plugins"}"#),
                rest: "/config",
                members: $members,
            }),
        )
    };
}

pub(super) const PLUGINS: Each = by(
    "id",
    &[
        plugin!("web", "open", WEB),
        plugin!("web-fetch", "open", WEB_FETCH),
        plugin!("file-parser", "closed", FILE_PARSER),
        plugin!("context-compression", "closed", &[ENABLED, own("engine", Value)]),
        plugin!("response-healing", "closed", &[ENABLED]),
        plugin!("moderation", "closed", &[ENABLED]),
        plugin!("auto-router", "closed", AUTO_ROUTER),
        plugin!("pareto-router", "closed", PARETO_ROUTER),
    ],
);

const ENABLED: Field = own("enabled", Value);

const WEB: &[Field] = &[
    ENABLED,
    own("engine", Value),
    own("mode", Value),
    own("max_results", Value),
    own("max_uses", Value),
    put("search_prompt", "/description", Text("text/plain")),
    own("include_domains", Value),
    own("exclude_domains", Value),
    own("user_location", Value),
];

const WEB_FETCH: &[Field] = &[
    own("max_uses", Value),
    own("max_content_tokens", Value),
    own("allowed_domains", Value),
    own("blocked_domains", Value),
];

const FILE_PARSER: &[Field] = &[
    ENABLED,
    own("pdf", Inside(&Object { base: "", rest: "/config/pdf", members: &[own("engine", Value)] })),
];

const AUTO_ROUTER: &[Field] = &[
    ENABLED,
    own("allowed_models", Stored(PRESETS, &Value)),
    own("excluded_models", Stored(PRESETS, &Value)),
    own("pin_model", Stored(PRESETS, &Value)),
    own("cost_tier", Value),
    own("cost_quality_tradeoff", Value),
];

const PARETO_ROUTER: &[Field] =
    &[ENABLED, own("max_price", Value), own("min_coding_score", Value), own("price_source", Value)];
