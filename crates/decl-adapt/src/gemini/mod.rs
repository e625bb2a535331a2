//! Gemini, as Google documents it: `POST /{version}/models/{model}:generateContent`, at either host.
//!
//! Model and version stand in the path: give them as options. Streaming is another method, not a member.

mod contents;
mod tools;

use super::table::{
    Adapter,
    Each::All,
    Form, Mapping, Object,
    Reads::{Groups, Inside, Integer, Json, List, Message, Name, Quote, Says, Texts, Turns, Value},
    called, external, free, need, own, put, silence, transport,
};
use contents::{CONTENTS, SYSTEM_INSTRUCTION};
use tools::{MODEL_ARMOR, SAFETY_SETTING, TOOL, TOOL_CONFIG};

pub(super) static GEMINI: Adapter = Adapter {
    name: "gemini",
    version: 1,
    api: "google.com/generateContent",
    reference: "https://ai.google.dev/api/generate-content",
    mapping: Mapping::Proto,
    body: BODY,
};

const BODY: Object = Object {
    base: silence!(
        authority "google.com", api "google.com/generateContent", format "text/plain", modalities r#"["TEXT"]"#
    ),
    rest: "/parameters/set",
    members: &[
        need("model", "/model/name", Name),
        need("contents", "/input", Turns { each: &CONTENTS, leading: &[], first: "/instructions" }),
        put("systemInstruction", "/instructions", Message(&SYSTEM_INSTRUCTION)),
        own("generationConfig", Inside(&GENERATION_CONFIG)),
        put("tools", "/tools", Groups(&TOOL)),
        put("toolConfig", "/constraints/tool-choice", Inside(&TOOL_CONFIG)),
        put("safetySettings", "/constraints/safety/safetySettings", List(&All(&SAFETY_SETTING))),
        own("modelArmorConfig", Inside(&MODEL_ARMOR)),
        external("cachedContent", "send the cached contents, instruction and tools themselves"),
        external("continuationToken", "send the contents of the earlier turns"),
        // transport and account
        free("labels"),
        transport("store"),
        transport("serviceTier"),
    ],
};

// ---- generationConfig ---------------------------------------------------------------------------------

const GENERATION_CONFIG: Object = Object {
    base: "",
    rest: "/parameters/set",
    members: &[
        // sampling
        called("generationConfig.temperature", own("temperature", Value)),
        called("generationConfig.topP", own("topP", Value)),
        called("generationConfig.topK", own("topK", Value)),
        called("generationConfig.candidateCount", own("candidateCount", Value)),
        called("generationConfig.maxOutputTokens", own("maxOutputTokens", Value)),
        called("generationConfig.presencePenalty", own("presencePenalty", Value)),
        called("generationConfig.frequencyPenalty", own("frequencyPenalty", Value)),
        called("generationConfig.seed", put("seed", "/parameters/seed", Integer)),
        called("generationConfig.thinkingConfig", own("thinkingConfig", Inside(&THINKING_CONFIG))),
        called("generationConfig.routingConfig", own("routingConfig", Value)),
        called("generationConfig.modelSelectionConfig", own("modelSelectionConfig", Value)),
        // output
        called(
            "generationConfig.stopSequences",
            put("stopSequences", "/constraints/output/stop", Texts { alone: false }),
        ),
        called(
            "generationConfig.responseMimeType",
            put("responseMimeType", "/constraints/output/format", Name),
        ),
        called(
            "generationConfig.responseSchema",
            put("responseSchema", "/constraints/output/schema", Says(OPEN_API_SCHEMA, &Json)),
        ),
        called(
            "generationConfig.responseJsonSchema",
            put("responseJsonSchema", "/constraints/output/schema", Says(JSON_SCHEMA, &Json)),
        ),
        called("generationConfig.responseFormat", own("responseFormat", Quote(Form::Json))),
        called(
            "generationConfig.responseModalities",
            put("responseModalities", "/constraints/output/modalities", Texts { alone: false }),
        ),
        put("responseLogprobs", "/constraints/output/return/responseLogprobs", Value),
        put("logprobs", "/constraints/output/return/logprobs", Value),
        // media
        called("generationConfig.speechConfig", own("speechConfig", Inside(&SPEECH_CONFIG))),
        called("generationConfig.imageConfig", own("imageConfig", Value)),
        called("generationConfig.mediaResolution", own("mediaResolution", Value)),
        called("generationConfig.audioTimestamp", own("audioTimestamp", Value)),
        called(
            "generationConfig.audioTranscriptionConfig",
            own("audioTranscriptionConfig", Quote(Form::Data(&[]))),
        ),
        called("generationConfig.translationConfig", own("translationConfig", Value)),
        called("generationConfig.enableEnhancedCivicAnswers", own("enableEnhancedCivicAnswers", Value)),
        called("generationConfig.enableAffectiveDialog", own("enableAffectiveDialog", Value)),
    ],
};

const OPEN_API_SCHEMA: &str = r#"{"constraints": {"output": {"return": {"schema": "responseSchema"}}}}"#;
const JSON_SCHEMA: &str = r#"{"constraints": {"output": {"return": {"schema": "responseJsonSchema"}}}}"#;

const THINKING_CONFIG: Object = Object {
    base: "",
    rest: "/parameters/set/generationConfig.thinkingConfig",
    members: &[own("includeThoughts", Value), own("thinkingBudget", Value), own("thinkingLevel", Value)],
};

const SPEECH_CONFIG: Object = Object {
    base: "",
    rest: "/parameters/set/generationConfig.speechConfig",
    members: &[
        own("languageCode", Value),
        own(
            "voiceConfig",
            Inside(&Object {
                base: "",
                rest: "/parameters/set/generationConfig.speechConfig/voiceConfig",
                members: &[
                    own("prebuiltVoiceConfig", Value),
                    // with samples of a voice
                    own("replicatedVoiceConfig", Quote(Form::Data(&[]))),
                    own("voice", Value),
                ],
            }),
        ),
        own("multiSpeakerVoiceConfig", Quote(Form::Data(&[]))),
    ],
};
