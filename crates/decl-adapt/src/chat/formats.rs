//! The format of the answer.

use super::super::table::{
    Each::{self, All},
    Form, Object,
    Reads::{Either, Inside, Json, List, Name, Pattern, Quote, Value},
    SCHEMAS, called, elsewhere, need, own, put,
};
use super::parts::BREAKPOINT;

pub(super) const RESPONSE_FORMAT: Object = Object {
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
        // llama.cpp and Together have the schema here, Together a regular expression, OpenRouter a grammar
        called("response_format.schema", own("schema", Quote(Form::Json))),
        own("pattern", Pattern),
        own("grammar", Quote(Form::Text)),
        // vLLM's structural tags, in both forms
        own("structures", Quote(Form::Data(SCHEMAS))),
        own("triggers", Value),
        called("response_format.format", own("format", Quote(Form::Json))),
    ],
};

pub(super) const AUDIO_OUT: Object = Object {
    base: "",
    rest: "/parameters/set/audio",
    members: &[own("format", Value), own("voice", Either(&Value, &Inside(&OWN_VOICE)))],
};

const OWN_VOICE: Object = Object {
    base: "",
    rest: "/parameters/set/audio/voice",
    members: &[elsewhere("id", "name one of the voices that the vendor publishes")],
};

pub(super) const PREDICTION: Object = Object {
    base: "",
    rest: "/parameters/set/prediction",
    members: &[own("type", Value), own("content", Either(&Quote(Form::Text), &List(&PREDICTED)))],
};

const PREDICTED: Each = All(&Object {
    base: "{}",
    rest: "",
    members: &[own("type", Value), own("text", Quote(Form::Text)), BREAKPOINT],
});
