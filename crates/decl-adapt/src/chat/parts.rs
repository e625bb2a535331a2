//! Parts of messages, and the calls of tools.

use super::super::caches::{self, CACHE_CONTROL};
use super::super::table::{
    Each::{self, All},
    Field, Form, Object,
    Reads::{
        self, Base64, Choice, Data, DataUrl, Either, Identifier, Implies, Inside, Json, Name, Quote, Subtype,
        Text, Value,
    },
    by, external, need, own, put, transport_of,
};

// ---- parts ----------------------------------------------------------------------------------------------

pub(super) const PARTS: Each = by(
    "type",
    &[
        ("text", All(&TEXT)),
        ("refusal", All(&REFUSAL)),
        ("image_url", All(&IMAGE)),
        ("input_audio", All(&AUDIO)),
        ("file", All(&FILE)),
        // vLLM, OpenRouter, Together
        // vLLM
        ("image_embeds", All(&IMAGE_EMBEDS)),
        ("video_url", All(&VIDEO_URL)),
        ("audio_url", All(&AUDIO_URL)),
        // Mistral
        ("document_url", All(&DOCUMENT_URL)),
        ("thinking", All(&THINKING)),
        ("reference", All(&REFERENCE)),
        // Perplexity
        ("file_url", All(&FILE_URL)),
    ],
);

// OpenAI's cache mark, and Anthropic's, which some servers pass on.
pub(super) const BREAKPOINT: Field = transport_of("prompt_cache_breakpoint", &caches::BREAKPOINT);
const CACHED: Field = transport_of("cache_control", &CACHE_CONTROL);
// Some clients state for every part that it is not of the other kind.
const NO_TEXT: Field = own("text", Choice(&[]));
const NO_IMAGE: Field = own("image_url", Choice(&[]));

const TEXT: Object = Object {
    base: r#"{"t": "text", "attrs": {}}"#,
    rest: "/attrs",
    members: &[need("text", "/content", Text("text/plain")), NO_IMAGE, BREAKPOINT, CACHED],
};

const REFUSAL: Object = Object {
    base: r#"{"t": "text", "attrs": {"type": "refusal"}}"#,
    rest: "/attrs",
    members: &[need("refusal", "/content", Text("text/plain"))],
};

// Mistral and others accept the URL itself instead of the object that holds it.
const IMAGE: Object = Object {
    base: r#"{"t": "image", "attrs": {}}"#,
    rest: "/attrs",
    members: &[
        need(
            "image_url",
            "/content",
            Either(&Implies(r#"{"attrs": {"image_url": "text"}}"#, &DataUrl), &Inside(&URL)),
        ),
        NO_TEXT,
        BREAKPOINT,
        CACHED,
    ],
};

const URL: Object =
    Object { base: "", rest: "/attrs", members: &[need("url", "/content", DataUrl), own("detail", Value)] };

const ANSWERED_IMAGE: Object = Object {
    base: r#"{"t": "image", "attrs": {"member": "images"}}"#,
    rest: "/attrs",
    members: &[need("image_url", "", Inside(&URL)), own("type", Value), own("index", Value)],
};

pub(super) const ANSWERED_IMAGES: Each = All(&ANSWERED_IMAGE);

// The model's encoding of an image.
const IMAGE_EMBEDS: Object = Object {
    base: r#"{"t": "image", "content": {"type": "application/octet-stream"}, "attrs": {"type": "image_embeds"}}"#,
    rest: "/attrs",
    members: &[need(
        "image_embeds",
        "/content/base64",
        Either(&Base64, &Implies(r#"{"attrs": {"form": "tensors"}}"#, &Inside(&TENSORS))),
    )],
};

// Some models take what belongs to the encoding beside it.
const TENSORS: Object = Object {
    base: "",
    rest: "/attrs",
    members: &[
        need("image_embeds", "/content/base64", Base64),
        own("image_grid_thw", Quote(Form::Text)),
        own("image_sizes", Quote(Form::Text)),
    ],
};

const VIDEO_URL: Object = Object {
    base: r#"{"t": "video", "attrs": {}}"#,
    rest: "/attrs",
    members: &[need("video_url", "", Inside(&URL)), CACHED],
};

// Servers differ in how they read the URL and the bytes.
const AUDIO_URL: Object = Object {
    base: r#"{"t": "audio", "attrs": {"type": "audio_url"}}"#,
    rest: "/attrs",
    members: &[need("audio_url", "", Inside(&URL)), CACHED],
};

// Mistral accepts the bytes instead of the object that holds them.
const AUDIO: Object = Object {
    base: r#"{"t": "audio", "attrs": {}}"#,
    rest: "/attrs",
    members: &[
        need("input_audio", "/content/base64", Either(&Implies(BARE_AUDIO, &Base64), &Inside(&AUDIO_BYTES))),
        BREAKPOINT,
    ],
};

const BARE_AUDIO: &str =
    r#"{"attrs": {"input_audio": "text"}, "content": {"type": "application/octet-stream"}}"#;

const AUDIO_BYTES: Object = Object {
    base: "",
    rest: "/attrs",
    members: &[need("data", "/content/base64", Base64), need("format", "/content/type", Subtype("audio"))],
};

const FILE: Object = Object {
    base: r#"{"t": "file", "attrs": {}}"#,
    rest: "/attrs",
    members: &[
        need(
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
        ),
        BREAKPOINT,
    ],
};

const DOCUMENT_URL: Object = Object {
    base: r#"{"t": "file", "attrs": {"type": "document_url"}}"#,
    rest: "/attrs",
    members: &[need("document_url", "/content", DataUrl), own("document_name", Value)],
};

// Base64 without a type prefix; the name may tell the type.
const FILE_URL: Object = Object {
    base: r#"{"t": "file", "content": {"type": "application/octet-stream"}, "attrs": {"type": "file_url"}}"#,
    rest: "/attrs",
    members: &[
        need(
            "file_url",
            "",
            Inside(&Object { base: "", rest: "/attrs", members: &[need("url", "/content/base64", Base64)] }),
        ),
        own("file_name", Value),
    ],
};

const THINKING: Object = Object {
    base: r#"{"t": "opaque", "authority": "mistral.ai", "attrs": {"type": "thinking"}}"#,
    rest: "/attrs",
    members: &[
        need("thinking", "/content", Either(&Text("text/plain"), &Data(&[]))),
        own("signature", Quote(Form::Text)),
        own("closed", Value),
    ],
};

const REFERENCE: Object = Object {
    base: r#"{"t": "opaque", "authority": "mistral.ai", "attrs": {"type": "reference"}}"#,
    rest: "/attrs",
    members: &[need("reference_ids", "/content", Data(&[]))],
};

// ---- calls ----------------------------------------------------------------------------------------------

pub(super) const CALLS: Each = Each::By {
    tag: "type",
    untagged: Some(&All(&UNTAGGED_CALL)),
    kinds: &[("function", All(&FUNCTION_CALL)), ("custom", All(&CUSTOM_CALL))],
};

const FUNCTION_CALL: Object = Object {
    base: r#"{"t": "call", "id": {"absent": "none"}, "attrs": {}}"#,
    rest: "/attrs",
    members: FUNCTION_CALL_MEMBERS,
};

// Mistral and others need no type.
const UNTAGGED_CALL: Object = Object {
    base: r#"{"t": "call", "id": {"absent": "none"}, "attrs": {"type": {"absent": "none"}}}"#,
    rest: "/attrs",
    members: FUNCTION_CALL_MEMBERS,
};

const FUNCTION_CALL_MEMBERS: &[Field] = &[
    put("id", "/id", Identifier),
    own("type", Value),
    own("index", Value),
    need(
        "function",
        "",
        Inside(&Object {
            base: "",
            rest: "/attrs",
            members: &[need("name", "/name", Name), need("arguments", "/args", ARGUMENTS)],
        }),
    ),
    // Gemini keeps the signature of a thought here
    own("extra_content", Quote(Form::Data(&[]))),
];

// The text that the model wrote, whether it is JSON or not; Mistral accepts the JSON itself too.
const ARGUMENTS: Reads =
    Either(&Text("application/json"), &Implies(r#"{"attrs": {"arguments": "json"}}"#, &Json));

const CUSTOM_CALL: Object = Object {
    base: r#"{"t": "call", "id": {"absent": "none"}, "attrs": {"type": "custom"}}"#,
    rest: "/attrs",
    members: &[
        put("id", "/id", Identifier),
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

pub(super) const LEGACY_CALL: Object = Object {
    base: r#"{"t": "call", "id": {"absent": "none"}, "attrs": {"member": "function_call"}}"#,
    rest: "/attrs",
    members: &[need("name", "/name", Name), need("arguments", "/args", Text("application/json"))],
};
