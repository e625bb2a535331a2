//! Chat completions, as `OpenAI` documents them: `POST /v1/chat/completions`.

use super::table::{
    Adapter,
    Each::{self, All},
    Form, Mapping, Member, Object,
    Reads::{
        Base64, Choice, DataUrl, Either, Inside, Integer, Item, Json, List, Name, Part, Parts, Quote,
        Subtype, Text, Texts, Turns, Value,
    },
    by, external, need, own, put, silence, tool, transport,
};

pub(super) static CHAT: Adapter = Adapter {
    name: "chat",
    version: 1,
    api: "openai.com/chat.completions",
    reference: "https://platform.openai.com/docs/api-reference/chat/create",
    mapping: Mapping::Plain,
    body: BODY,
};

const BODY: Object = Object {
    base: silence!(
        authority "openai.com", api "openai.com/chat.completions", format "text", modalities r#"["text"]"#
    ),
    rest: "/parameters/set",
    members: &[
        need("model", "/model/name", Name),
        need(
            "messages",
            "/input",
            Turns { each: &MESSAGES, leading: &["system", "developer"], first: "/instructions" },
        ),
        // sampling
        own("temperature", Value),
        own("top_p", Value),
        own("n", Value),
        own("max_tokens", Value),
        own("max_completion_tokens", Value),
        own("frequency_penalty", Value),
        own("presence_penalty", Value),
        own("logit_bias", Value),
        own("reasoning_effort", Value),
        own("verbosity", Value),
        own("prediction", Inside(&PREDICTION)),
        put("seed", "/parameters/seed", Integer),
        // output
        own("response_format", Inside(&RESPONSE_FORMAT)),
        put("stop", "/constraints/output/stop", Texts { alone: true }),
        put("modalities", "/constraints/output/modalities", Texts { alone: false }),
        put("logprobs", "/constraints/output/return/logprobs", Value),
        put("top_logprobs", "/constraints/output/return/top_logprobs", Value),
        own("audio", Inside(&AUDIO_OUT)),
        put("moderation", "/constraints/safety/moderation", Value),
        // tools
        put("tools", "/tools", List(&TOOLS)),
        put("tool_choice", "/constraints/tool-choice", Either(&Value, &Inside(&TOOL_CHOICE))),
        own("parallel_tool_calls", Value),
        put("functions", "/tools", List(&All(&LEGACY_FUNCTION))),
        own("function_call", Either(&Value, &Inside(&LEGACY_CHOICE))),
        put("web_search_options", "/tools", Item(&WEB_SEARCH)),
        // transport and account
        transport("stream"),
        transport("stream_options"),
        transport("store"),
        transport("metadata"),
        transport("user"),
        transport("safety_identifier"),
        transport("service_tier"),
        transport("prompt_cache_key"),
        transport("prompt_cache_options"),
        transport("prompt_cache_retention"),
    ],
};

// ---- messages -------------------------------------------------------------------------------------------

// A message has no open map: what it says of itself goes into the attributes of its first part.
const MESSAGES: Each = by(
    "role",
    &[
        ("system", All(&SYSTEM)),
        ("developer", All(&DEVELOPER)),
        ("user", All(&USER)),
        ("assistant", All(&ASSISTANT)),
        ("tool", All(&TOOL_RESULT)),
        ("function", All(&FUNCTION_RESULT)),
    ],
);

// Some clients state for every message that it calls no tool.
const NO_CALLS: Member = own("tool_calls", Choice(&[]));

const SYSTEM: Object = Object {
    base: r#"{"role": "system", "parts": [], "attrs": {}}"#,
    rest: "/attrs",
    members: &[need("content", "/parts", Parts(&PARTS)), own("name", Value), NO_CALLS],
};

const DEVELOPER: Object = Object {
    base: r#"{"role": "developer", "parts": [], "attrs": {}}"#,
    rest: "/attrs",
    members: &[need("content", "/parts", Parts(&PARTS)), own("name", Value), NO_CALLS],
};

const USER: Object = Object {
    base: r#"{"role": "user", "parts": [], "attrs": {}}"#,
    rest: "/attrs",
    members: &[need("content", "/parts", Parts(&PARTS)), own("name", Value), NO_CALLS],
};

const ASSISTANT: Object = Object {
    base: r#"{"role": "assistant", "parts": [], "attrs": {}}"#,
    rest: "/attrs",
    members: &[
        put("content", "/parts", Parts(&PARTS)),
        put("refusal", "/parts", Part(Form::Text)),
        // what OpenAI-compatible servers return and take back
        put("reasoning", "/parts", Part(Form::Text)),
        put("reasoning_content", "/parts", Part(Form::Text)),
        put("reasoning_details", "/parts", Part(Form::Data(&[]))),
        put("tool_calls", "/parts", List(&CALLS)),
        put("function_call", "/parts", Item(&LEGACY_CALL)),
        own("name", Value),
        own("prefix", Value),
        own("annotations", Quote(Form::Data(&[]))),
        external("audio", "send the transcript of the earlier answer as text content"),
    ],
};

const TOOL_RESULT: Object = Object {
    base: r#"{
        "role": "tool",
        "parts": [{"t": "result", "id": {"absent": "none"}, "parts": [], "error": false, "attrs": {}}],
        "attrs": {}
    }"#,
    rest: "/attrs",
    members: &[
        need("content", "/parts/0/parts", Parts(&PARTS)),
        need("tool_call_id", "/parts/0/id", Name),
        own("name", Value),
    ],
};

const FUNCTION_RESULT: Object = Object {
    base: r#"{
        "role": "tool",
        "parts": [
            {"t": "result", "id": {"absent": "none"}, "parts": [], "error": false, "attrs": {"role": "function"}}
        ],
        "attrs": {}
    }"#,
    rest: "/attrs",
    members: &[put("content", "/parts/0/parts", Parts(&PARTS)), need("name", "/attrs/name", Value)],
};

// ---- parts ----------------------------------------------------------------------------------------------

const PARTS: Each = by(
    "type",
    &[
        ("text", All(&TEXT)),
        ("refusal", All(&REFUSAL)),
        ("image_url", All(&IMAGE)),
        ("input_audio", All(&AUDIO)),
        ("file", All(&FILE)),
    ],
);

const TEXT: Object = Object {
    base: r#"{"t": "text", "attrs": {}}"#,
    rest: "/attrs",
    members: &[need("text", "/content", Text("text/plain"))],
};

const REFUSAL: Object = Object {
    base: r#"{"t": "text", "attrs": {"type": "refusal"}}"#,
    rest: "/attrs",
    members: &[need("refusal", "/content", Text("text/plain"))],
};

const IMAGE: Object = Object {
    base: r#"{"t": "image", "attrs": {}}"#,
    rest: "/attrs",
    members: &[need(
        "image_url",
        "",
        Inside(&Object {
            base: "",
            rest: "/attrs",
            members: &[need("url", "/content", DataUrl), own("detail", Value)],
        }),
    )],
};

const AUDIO: Object = Object {
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
                need("format", "/content/type", Subtype("audio")),
            ],
        }),
    )],
};

const FILE: Object = Object {
    base: r#"{"t": "file", "attrs": {}}"#,
    rest: "/attrs",
    members: &[need(
        "file",
        "",
        Inside(&Object {
            base: "",
            rest: "/attrs",
            members: &[
                external("file_id", "send the bytes: file_data with a data: URL"),
                need("file_data", "/content", DataUrl),
                own("filename", Value),
            ],
        }),
    )],
};

// ---- calls ----------------------------------------------------------------------------------------------

const CALLS: Each = by("type", &[("function", All(&FUNCTION_CALL)), ("custom", All(&CUSTOM_CALL))]);

// The arguments are the text that the model wrote, whether it is JSON or not.
const FUNCTION_CALL: Object = Object {
    base: r#"{"t": "call", "id": {"absent": "none"}, "attrs": {}}"#,
    rest: "/attrs",
    members: &[
        put("id", "/id", Name),
        own("index", Value),
        need(
            "function",
            "",
            Inside(&Object {
                base: "",
                rest: "/attrs",
                members: &[need("name", "/name", Name), need("arguments", "/args", Text("application/json"))],
            }),
        ),
    ],
};

const CUSTOM_CALL: Object = Object {
    base: r#"{"t": "call", "id": {"absent": "none"}, "attrs": {"type": "custom"}}"#,
    rest: "/attrs",
    members: &[
        put("id", "/id", Name),
        need(
            "custom",
            "",
            Inside(&Object {
                base: "",
                rest: "/attrs",
                members: &[need("name", "/name", Name), need("input", "/args", Text("text/plain"))],
            }),
        ),
    ],
};

const LEGACY_CALL: Object = Object {
    base: r#"{"t": "call", "id": {"absent": "none"}, "attrs": {"member": "function_call"}}"#,
    rest: "/attrs",
    members: &[need("name", "/name", Name), need("arguments", "/args", Text("application/json"))],
};

// ---- tools ----------------------------------------------------------------------------------------------

const TOOLS: Each = by("type", &[("function", All(&FUNCTION)), ("custom", All(&CUSTOM))]);

const FUNCTION: Object = Object {
    base: tool!("function", "closed", "{}"),
    rest: "/config",
    members: &[need(
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
            ],
        }),
    )],
};

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

const LEGACY_FUNCTION: Object = Object {
    base: tool!("function", "closed", r#"{"member": "functions"}"#),
    rest: "/config",
    members: &[
        need("name", "/name", Name),
        put("description", "/description", Text("text/plain")),
        put("parameters", "/schema", Json),
    ],
};

// What the search finds is not in the body: the tool reads open data.
const WEB_SEARCH: Object = Object {
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

// ---- choices and formats --------------------------------------------------------------------------------

const TOOL_CHOICE: Object = Object {
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

const LEGACY_CHOICE: Object =
    Object { base: "", rest: "/parameters/set/function_call", members: &[own("name", Value)] };

const RESPONSE_FORMAT: Object = Object {
    base: "",
    rest: "/constraints/output/return",
    members: &[
        need("type", "/constraints/output/format", Name),
        own(
            "json_schema",
            Inside(&Object {
                base: "",
                rest: "/constraints/output/return",
                members: &[
                    own("name", Value),
                    own("description", Quote(Form::Text)),
                    put("schema", "/constraints/output/schema", Json),
                    own("strict", Value),
                ],
            }),
        ),
    ],
};

const AUDIO_OUT: Object =
    Object { base: "", rest: "/parameters/set/audio", members: &[own("format", Value), own("voice", Value)] };

const PREDICTION: Object = Object {
    base: "",
    rest: "/parameters/set/prediction",
    members: &[own("type", Value), own("content", Either(&Quote(Form::Text), &List(&PREDICTED)))],
};

const PREDICTED: Each =
    All(&Object { base: "{}", rest: "", members: &[own("type", Value), own("text", Quote(Form::Text))] });
