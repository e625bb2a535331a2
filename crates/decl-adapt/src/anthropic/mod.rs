//! Messages, as Anthropic documents them: `POST /v1/messages`, with its betas.
//!
//! The version of the API and the betas are headers: give the one as the version, the others as the member `betas`, as
//! the SDKs take them.

mod blocks;
mod tools;

use super::caches::CACHE_CONTROL;
use super::stored::{MODEL, PRESETS};
use super::table::{
    Adapter,
    Each::{self, All},
    Field, Form, Mapping, Object,
    Reads::{
        self, Choice, Either, External, FirstMessage, Groups, Implies, Inside, InsideBy, Json, List, Name,
        Parts, Quote, Stored, Texts, Turns, Value,
    },
    SCHEMAS, by, called, declaration, free, need, own, put, secret, secret_of, transport, transport_of,
};
use blocks::{BLOCKS, TEXTS};
use tools::{CONTAINER, FRESH_CONTAINER, MCP_SERVER, TOOL_CHOICE, TOOLS};

pub(super) static ANTHROPIC: Adapter = Adapter {
    name: "anthropic",
    version: 1,
    api: "anthropic.com/messages",
    reference: "https://docs.anthropic.com/en/api/messages",
    mapping: Mapping::Plain,
    body: BODY,
};

const BODY: Object = Object {
    base: declaration!(
        authority "anthropic.com", api "anthropic.com/messages", format "text", modalities r#"["text"]"#
    ),
    rest: "/parameters/set",
    members: &[
        MODEL,
        // Consecutive messages of one role are merged by the server; here they stay as they are sent.
        need("messages", "/input", Turns { each: &MESSAGES, leading: &[], first: "/instructions" }),
        put("system", "/instructions", FirstMessage("system", &TEXTS)),
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
        own("thread", InsideBy(&THREAD)),
        // transport and account
        transport("stream"),
        free("metadata"),
        transport("service_tier"),
        CACHED,
        transport_of("diagnostics", &DIAGNOSTICS),
        transport("user_profile_id"),
        transport("workspace_id"),
        transport_of("billing_policy", &BILLING_POLICY),
        secret_of("fallback_credit_token", &CREDIT),
    ],
};

const CACHED: Field = transport_of("cache_control", &CACHE_CONTROL);

const DIAGNOSTICS: Object = Object { base: "", rest: "", members: &[transport("previous_message_id")] };

const BILLING_POLICY: Object =
    Object { base: "", rest: "", members: &[transport("type"), transport("bill_to")] };

const CREDIT: Object = Object { base: "", rest: "", members: &[secret("token"), transport("mode")] };

// ---- messages ------------------------------------------------------------------------------------------

const MESSAGES: Each =
    by("role", &[("user", All(&USER)), ("assistant", All(&ASSISTANT)), ("system", All(&SYSTEM))]);

const USER: Object =
    Object { base: r#"{"role": "user", "parts": [], "attrs": {}}"#, rest: "/attrs", members: &[CONTENT] };

const ASSISTANT: Object = Object {
    base: r#"{"role": "assistant", "parts": [], "attrs": {}}"#,
    rest: "/attrs",
    members: &[CONTENT],
};

// A system message may only set the effort from here on and have no text.
const SYSTEM: Object = Object {
    base: r#"{"role": "system", "parts": [], "attrs": {}}"#,
    rest: "/attrs",
    members: &[
        called("message", put("content", "/parts", Parts(&BLOCKS))),
        own(
            "output_config",
            Inside(&Object { base: "", rest: "/attrs/output_config", members: &[own("effort", Value)] }),
        ),
    ],
};

// A thread that begins needs no state.
const THREAD: Each = by(
    "type",
    &[
        (
            "create",
            All(&Object {
                base: r#"{"parameters": {"set": {"thread": {"type": "create"}}}}"#,
                rest: "/parameters/set/thread",
                members: &[],
            }),
        ),
        ("continue", Each::External("send the messages of the thread")),
    ],
);

// A block can have its own content, so the message's statement about its list has another name.
const CONTENT: Field = called("message", need("content", "/parts", Parts(&BLOCKS)));

// ---- parameters ----------------------------------------------------------------------------------------

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

const DEFAULT_FALLBACKS: Reads = Implies(
    r#"{"parameters": {"set": {"fallbacks": "default"}}}"#,
    &Choice(&[("default", Texts { alone: true })]),
);

const FALLBACK: Object = Object {
    base: r#"{"items": []}"#,
    rest: "",
    members: &[
        need("model", "/items", Stored(PRESETS, &Either(&Texts { alone: true }, &Choice(&[])))),
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
