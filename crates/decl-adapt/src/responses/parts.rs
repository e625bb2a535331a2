//! Parts of a message or a result.

use super::super::caches;
use super::super::table::{
    Each::{self, All},
    Field, Form, Object,
    Reads::{self, Base64, DataUrl, Inside, Quote, Text, Value},
    by, external, need, or_external, own, put, transport_of,
};

pub(super) const PARTS: Each = by(
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

const BREAKPOINT: Field = transport_of("prompt_cache_breakpoint", &caches::BREAKPOINT);

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

pub(super) const BY_BYTES: &str = "send the bytes: a data: URL";

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
