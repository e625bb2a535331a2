//! Responses, as `OpenAI` documents them: `POST /v1/responses`.

mod items;
mod parts;
mod tools;

use super::caches::PROMPT_CACHE_OPTIONS;
use super::stored::MODEL;
use super::table::{
    Adapter,
    Each::All,
    Form, Mapping, Object,
    Reads::{
        self, Choice, Either, FirstMessage, Implies, Inside, Json, List, Name, Quote, Texts, Turns, Value,
    },
    called, declaration, external, free, need, own, put, transport, transport_of,
};
use items::ITEMS;
use parts::PARTS;
use tools::TOOLS;

pub(super) static RESPONSES: Adapter = Adapter {
    name: "responses",
    version: 1,
    api: "openai.com/responses",
    reference: "https://platform.openai.com/docs/api-reference/responses/create",
    mapping: Mapping::Plain,
    body: BODY,
};

const BODY: Object = Object {
    base: declaration!(
        authority "openai.com", api "openai.com/responses", format "text", modalities r#"["text"]"#
    ),
    rest: "/parameters/set",
    members: &[
        MODEL,
        put(
            "input",
            "/input",
            Either(
                &FirstMessage("user", &PARTS),
                &Turns { each: &ITEMS, leading: &["system", "developer"], first: "/instructions" },
            ),
        ),
        put("instructions", "/instructions", Either(&FirstMessage("system", &PARTS), &Choice(&[]))),
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
        transport_of("stream_options", &STREAM_OPTIONS),
        transport("store"),
        transport("background"),
        transport_of("background_options", &BACKGROUND_OPTIONS),
        free("metadata"),
        free("client_metadata"), // Codex
        transport("user"),
        transport("safety_identifier"),
        transport("service_tier"),
        transport("prompt_cache_key"),
        transport_of("prompt_cache_options", &PROMPT_CACHE_OPTIONS),
        transport("prompt_cache_retention"),
    ],
};

const STREAM_OPTIONS: Object = Object { base: "", rest: "", members: &[transport("include_obfuscation")] };

const BACKGROUND_OPTIONS: Object =
    Object { base: "", rest: "", members: &[transport("completion_window"), transport("continuation_id")] };

const TRUNCATIONS: &[(&str, Reads)] = &[
    ("auto", Implies(r#"{"context": {"history": {"policy": "window", "params": {}}}}"#, &Value)),
    ("disabled", Implies(r#"{"context": {"history": {"policy": "full", "params": {}}}}"#, &Value)),
];

const COMPACTING: Reads = Implies(
    r#"{"context": {"history": {"policy": "compaction", "params": {}}}}"#,
    &List(&All(&Object {
        base: "{}",
        rest: "",
        members: &[own("type", Value), own("compact_threshold", Value)],
    })),
);

// ---- choices and formats -------------------------------------------------------------------------------

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
