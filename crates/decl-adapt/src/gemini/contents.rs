//! Contents and their parts.

use super::super::table::{
    Each::{self, All},
    Field, Form, Object,
    Reads::{
        Base64, Identifier, Inside, Json, List, Name, Part, PartOfMedia, Quote, Searched, Spelled, Text,
        Value,
    },
    Spelling::{Any, Bytes},
    called, external, need, own, put,
};

use super::NUMBER;

pub(super) const CONTENTS: Each = Each::By {
    tag: "role",
    untagged: Some(&All(&Object {
        base: r#"{"role": "user", "parts": [], "attrs": {"role": {"absent": "none"}}}"#,
        rest: "/attrs",
        members: &[own("role", Value), PARTS_MEMBER],
    })),
    kinds: &[
        (
            "user",
            All(&Object {
                base: r#"{"role": "user", "parts": [], "attrs": {}}"#,
                rest: "/attrs",
                members: &[PARTS_MEMBER],
            }),
        ),
        (
            "model",
            All(&Object {
                base: r#"{"role": "assistant", "parts": [], "attrs": {}}"#,
                rest: "/attrs",
                members: &[PARTS_MEMBER],
            }),
        ),
        (
            "function",
            All(&Object {
                base: r#"{"role": "tool", "parts": [], "attrs": {}}"#,
                rest: "/attrs",
                members: &[PARTS_MEMBER],
            }),
        ),
    ],
};

pub(super) const SYSTEM_INSTRUCTION: Object = Object {
    base: r#"{"role": "system", "parts": [], "attrs": {}}"#,
    rest: "/attrs",
    members: &[own("role", Value), PARTS_MEMBER],
};

// A part can have its own parts, so the message's statement about its list has another name.
const PARTS_MEMBER: Field = called("message", put("parts", "/parts", List(&PARTS)));

const PARTS: Each = Each::Having(&[
    ("text", All(&TEXT)),
    ("inlineData", All(&INLINE_DATA)),
    ("fileData", All(&FILE_DATA)),
    ("functionCall", All(&FUNCTION_CALL)),
    ("functionResponse", All(&FUNCTION_RESPONSE)),
    ("executableCode", All(&EXECUTABLE_CODE)),
    ("codeExecutionResult", All(&CODE_EXECUTION_RESULT)),
    ("toolCall", All(&TOOL_CALL)),
    ("toolResponse", All(&TOOL_RESPONSE)),
    ("thoughtSignature", All(&SIGNATURE)),
]);

// Any part can be a thought. Its signature is sent, so it defines the run.
const THOUGHT: Field = own("thought", Value);
const SIGNED: Field = own("thoughtSignature", Spelled(Bytes, &Quote(Form::Text)));
const METADATA: Field = own("partMetadata", Searched(&Quote(Form::Data(&[]))));

const TEXT: Object = Object {
    base: r#"{"t": "text", "attrs": {}}"#,
    rest: "/attrs",
    members: &[need("text", "/content", Text("text/plain")), THOUGHT, SIGNED, METADATA, SPEECH_METADATA],
};

const SIGNATURE: Object = Object {
    base: r#"{"t": "opaque", "authority": "google.com", "attrs": {}}"#,
    rest: "/attrs",
    members: &[need("thoughtSignature", "/content", Spelled(Bytes, &Text("text/plain"))), THOUGHT, METADATA],
};

const INLINE_DATA: Object = Object {
    base: r#"{"attrs": {}}"#,
    rest: "/attrs",
    members: &[
        need("inlineData", "", Inside(&BLOB)),
        own("videoMetadata", Inside(&VIDEO_METADATA)),
        own("mediaResolution", Inside(&MEDIA_RESOLUTION)),
        own("mediaProcessing", Quote(Form::Data(&[]))),
        own("documentMetadata", Inside(&DOCUMENT_METADATA)),
        own("spreadsheetMetadata", Inside(&SPREADSHEET_METADATA)),
        own("audioMetadata", Inside(&AUDIO_METADATA)),
        own("audioTranscription", Inside(&TRANSCRIPTION)),
        SPEECH_METADATA,
        THOUGHT,
        SIGNED,
        METADATA,
    ],
};

const BLOB: Object = Object {
    base: "",
    rest: "/attrs",
    members: &[
        need("data", "/content/base64", Base64),
        need("mimeType", "/content/type", PartOfMedia),
        own("displayName", Value),
    ],
};

const VIDEO_METADATA: Object = Object {
    base: "",
    rest: "/attrs/videoMetadata",
    members: &[
        own("startOffset", Value),
        own("endOffset", Value),
        own("fps", NUMBER),
        own("contentLayers", Value),
    ],
};

const MEDIA_RESOLUTION: Object = Object {
    base: "",
    rest: "/attrs/mediaResolution",
    members: &[own("level", Value), own("numTokens", NUMBER)],
};

const DOCUMENT_METADATA: Object = Object {
    base: "",
    rest: "/attrs/documentMetadata",
    members: &[own("startPage", NUMBER), own("endPage", NUMBER), own("contentLayers", Value)],
};

const SPREADSHEET_METADATA: Object = Object {
    base: "",
    rest: "/attrs/spreadsheetMetadata",
    members: &[own("visibleCells", Value), own("sheetIndex", NUMBER), own("contentLayers", Value)],
};

const AUDIO_METADATA: Object = Object {
    base: "",
    rest: "/attrs/audioMetadata",
    members: &[own("startOffset", Value), own("endOffset", Value)],
};

const TRANSCRIPTION: Object = Object {
    base: "",
    rest: "/attrs/audioTranscription",
    members: &[
        own("text", Quote(Form::Text)),
        own("finished", Value),
        own("languageCode", Value),
        own("speakerLabel", Value),
        own(
            "words",
            List(&All(&Object {
                base: "{}",
                rest: "",
                members: &[
                    own("word", Quote(Form::Text)),
                    own("startOffset", Value),
                    own("endOffset", Value),
                ],
            })),
        ),
        own("startOffset", Value),
        own("endOffset", Value),
    ],
};

// How a text is to be spoken.
const SPEECH_METADATA: Field = own(
    "speechMetadata",
    Inside(&Object {
        base: "",
        rest: "/attrs/speechMetadata",
        members: &[own("speaker", Value), own("style", Value)],
    }),
);

const FILE_DATA: Object = Object {
    base: r#"{"t": "file", "attrs": {}}"#,
    rest: "/attrs",
    members: &[
        external("fileData", "send the bytes as inlineData"),
        own("videoMetadata", Inside(&VIDEO_METADATA)),
        own("mediaResolution", Inside(&MEDIA_RESOLUTION)),
        THOUGHT,
        SIGNED,
        METADATA,
    ],
};

// A call without `args` differs from one with empty `args`.
const FUNCTION_CALL: Object = Object {
    base: r#"{
        "t": "call", "id": {"absent": "none"}, "args": {"text": "", "type": "application/json"}, "attrs": {}
    }"#,
    rest: "/attrs",
    members: &[
        need(
            "functionCall",
            "",
            Inside(&Object {
                base: "",
                rest: "/attrs",
                members: &[
                    need("name", "/name", Name),
                    put("id", "/id", Identifier),
                    put("args", "/args", Json),
                    own("partialArgs", List(&All(&PARTIAL_ARGUMENT))),
                    own("willContinue", Value),
                ],
            }),
        ),
        THOUGHT,
        SIGNED,
        METADATA,
    ],
};

const PARTIAL_ARGUMENT: Object = Object {
    base: "{}",
    rest: "",
    members: &[
        own("jsonPath", Value),
        own("stringValue", Quote(Form::Text)),
        own("numberValue", NUMBER),
        own("boolValue", Value),
        own("nullValue", Spelled(Any, &Value)),
        own("willContinue", Value),
    ],
};

const FUNCTION_RESPONSE: Object = Object {
    base: r#"{"t": "result", "id": {"absent": "none"}, "parts": [], "error": false, "attrs": {}}"#,
    rest: "/attrs",
    members: &[
        need(
            "functionResponse",
            "",
            Inside(&Object {
                base: "",
                rest: "/attrs",
                members: &[
                    own("name", Value),
                    put("id", "/id", Identifier),
                    called("body", put("response", "/parts", Part(Form::Json))),
                    put("parts", "/parts", List(&RESPONSE_PARTS)),
                    own("willContinue", Value),
                    own("scheduling", Value),
                ],
            }),
        ),
        THOUGHT,
        SIGNED,
        METADATA,
    ],
};

const RESPONSE_PARTS: Each =
    Each::Having(&[("inlineData", All(&INLINE_DATA)), ("fileData", All(&FILE_DATA))]);

const EXECUTABLE_CODE: Object = Object {
    base: r#"{"t": "opaque", "authority": "google.com", "attrs": {"member": "executableCode"}}"#,
    rest: "/attrs",
    members: &[
        need(
            "executableCode",
            "",
            Inside(&Object {
                base: "",
                rest: "/attrs",
                members: &[
                    need("code", "/content", Text("text/plain")),
                    own("language", Value),
                    own("id", Value),
                ],
            }),
        ),
        THOUGHT,
        SIGNED,
        METADATA,
    ],
};

// A missing output differs from an empty one.
const CODE_EXECUTION_RESULT: Object = Object {
    base: r#"{
        "t": "opaque", "authority": "google.com", "content": {"text": "", "type": "application/json"},
        "attrs": {"member": "codeExecutionResult"}
    }"#,
    rest: "/attrs",
    members: &[
        need(
            "codeExecutionResult",
            "",
            Inside(&Object {
                base: "",
                rest: "/attrs",
                members: &[
                    called("printed", put("output", "/content", Text("text/plain"))),
                    own("outcome", Value),
                    own("id", Value),
                ],
            }),
        ),
        THOUGHT,
        SIGNED,
        METADATA,
    ],
};

const TOOL_CALL: Object = Object {
    base: r#"{
        "t": "call", "id": {"absent": "none"}, "args": {"text": "", "type": "application/json"},
        "attrs": {"member": "toolCall"}
    }"#,
    rest: "/attrs",
    members: &[
        need(
            "toolCall",
            "",
            Inside(&Object {
                base: "",
                rest: "/attrs",
                members: &[
                    need("toolType", "/name", Name),
                    put("id", "/id", Identifier),
                    put("args", "/args", Json),
                ],
            }),
        ),
        THOUGHT,
        SIGNED,
        METADATA,
    ],
};

const TOOL_RESPONSE: Object = Object {
    base: r#"{
        "t": "result", "id": {"absent": "none"}, "parts": [], "error": false, "attrs": {"member": "toolResponse"}
    }"#,
    rest: "/attrs",
    members: &[
        need(
            "toolResponse",
            "",
            Inside(&Object {
                base: "",
                rest: "/attrs",
                members: &[
                    own("toolType", Value),
                    put("id", "/id", Identifier),
                    called("body", put("response", "/parts", Part(Form::Json))),
                ],
            }),
        ),
        THOUGHT,
        SIGNED,
        METADATA,
    ],
};
