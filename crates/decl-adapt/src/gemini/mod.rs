//! Gemini, as Google documents it: `POST /{version}/models/{model}:generateContent`, at either host.
//!
//! The model and the version are in the path: give them as options. Streaming is another method, not a member.

mod contents;
mod tools;

use super::table::{
    Adapter,
    Each::All,
    Form, Mapping, Object,
    Reads::{
        self, Groups, Implies, Inside, Integer, Json, List, Message, Name, Quote, Spelled, Texts, Turns,
        Value,
    },
    Spelling::{Any, Bytes, Names, Number, Schema},
    called, declaration, external, free, need, own, put, transport,
};
use contents::{CONTENTS, SYSTEM_INSTRUCTION};
use tools::{MODEL_ARMOR, SAFETY_SETTING, TOOL, TOOL_CONFIG};

/// A voice, at this place of its node.
macro_rules! voice {
    ($rest:literal) => {
        &Object {
            base: "",
            rest: $rest,
            members: &[
                own(
                    "prebuiltVoiceConfig",
                    Inside(&Object {
                        base: "",
                        rest: concat!($rest, "/prebuiltVoiceConfig"),
                        members: &[own("voiceName", Value)],
                    }),
                ),
                own(
                    "replicatedVoiceConfig",
                    Inside(&Object {
                        base: "",
                        rest: concat!($rest, "/replicatedVoiceConfig"),
                        members: &[
                            own("mimeType", Value),
                            // samples of a voice
                            own("voiceSampleAudio", Spelled(Bytes, &Quote(Form::Text))),
                            own("consentAudio", Spelled(Bytes, &Quote(Form::Text))),
                            own(
                                "voiceConsentSignature",
                                Inside(&Object {
                                    base: "",
                                    rest: concat!($rest, "/replicatedVoiceConfig/voiceConsentSignature"),
                                    members: &[own("signature", Quote(Form::Text))],
                                }),
                            ),
                        ],
                    }),
                ),
                own("voice", Value),
            ],
        }
    };
}

pub(super) static GEMINI: Adapter = Adapter {
    name: "gemini",
    version: 1,
    api: "google.com/generateContent",
    reference: "https://ai.google.dev/api/generate-content",
    mapping: Mapping::Proto,
    body: BODY,
};

const BODY: Object = Object {
    base: declaration!(
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

/// A number, or its text.
const NUMBER: Reads = Spelled(Number, &Value);

// ---- generationConfig ---------------------------------------------------------------------------------

const GENERATION_CONFIG: Object = Object {
    base: "",
    rest: "/parameters/set",
    members: &[
        // sampling
        called("generationConfig.temperature", own("temperature", NUMBER)),
        called("generationConfig.topP", own("topP", NUMBER)),
        called("generationConfig.topK", own("topK", NUMBER)),
        called("generationConfig.candidateCount", own("candidateCount", NUMBER)),
        called("generationConfig.maxOutputTokens", own("maxOutputTokens", NUMBER)),
        called("generationConfig.presencePenalty", own("presencePenalty", NUMBER)),
        called("generationConfig.frequencyPenalty", own("frequencyPenalty", NUMBER)),
        called("generationConfig.seed", put("seed", "/parameters/seed", Spelled(Number, &Integer))),
        called("generationConfig.thinkingConfig", own("thinkingConfig", Inside(&THINKING_CONFIG))),
        called("generationConfig.routingConfig", own("routingConfig", Inside(&ROUTING_CONFIG))),
        called(
            "generationConfig.modelSelectionConfig",
            own("modelSelectionConfig", Inside(&MODEL_SELECTION_CONFIG)),
        ),
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
            put(
                "responseSchema",
                "/constraints/output/schema",
                Implies(OPEN_API_SCHEMA, &Spelled(Schema, &Json)),
            ),
        ),
        called(
            "generationConfig.responseJsonSchema",
            put(
                "responseJsonSchema",
                "/constraints/output/schema",
                Implies(JSON_SCHEMA, &Spelled(Any, &Json)),
            ),
        ),
        called("generationConfig.responseFormat", own("responseFormat", Spelled(Names, &Quote(Form::Json)))),
        called(
            "generationConfig.responseModalities",
            put("responseModalities", "/constraints/output/modalities", Texts { alone: false }),
        ),
        put("responseLogprobs", "/constraints/output/return/responseLogprobs", Value),
        put("logprobs", "/constraints/output/return/logprobs", NUMBER),
        // media
        called("generationConfig.speechConfig", own("speechConfig", Inside(&SPEECH_CONFIG))),
        called("generationConfig.imageConfig", own("imageConfig", Inside(&IMAGE_CONFIG))),
        called("generationConfig.mediaResolution", own("mediaResolution", Value)),
        called("generationConfig.audioTimestamp", own("audioTimestamp", Value)),
        called(
            "generationConfig.audioTranscriptionConfig",
            own("audioTranscriptionConfig", Inside(&TRANSCRIPTION_CONFIG)),
        ),
        called("generationConfig.translationConfig", own("translationConfig", Inside(&TRANSLATION_CONFIG))),
        called("generationConfig.enableEnhancedCivicAnswers", own("enableEnhancedCivicAnswers", Value)),
        called("generationConfig.enableAffectiveDialog", own("enableAffectiveDialog", Value)),
    ],
};

const OPEN_API_SCHEMA: &str = r#"{"constraints": {"output": {"return": {"schema": "responseSchema"}}}}"#;
const JSON_SCHEMA: &str = r#"{"constraints": {"output": {"return": {"schema": "responseJsonSchema"}}}}"#;

const THINKING_CONFIG: Object = Object {
    base: "",
    rest: "/parameters/set/generationConfig.thinkingConfig",
    members: &[own("includeThoughts", Value), own("thinkingBudget", NUMBER), own("thinkingLevel", Value)],
};

const ROUTING_CONFIG: Object = Object {
    base: "",
    rest: "/parameters/set/generationConfig.routingConfig",
    members: &[
        own(
            "autoMode",
            Inside(&Object {
                base: "",
                rest: "/parameters/set/generationConfig.routingConfig/autoMode",
                members: &[own("modelRoutingPreference", Value)],
            }),
        ),
        own(
            "manualMode",
            Inside(&Object {
                base: "",
                rest: "/parameters/set/generationConfig.routingConfig/manualMode",
                members: &[own("modelName", Value)],
            }),
        ),
    ],
};

const MODEL_SELECTION_CONFIG: Object = Object {
    base: "",
    rest: "/parameters/set/generationConfig.modelSelectionConfig",
    members: &[own("featureSelectionPreference", Value)],
};

const IMAGE_CONFIG: Object = Object {
    base: "",
    rest: "/parameters/set/generationConfig.imageConfig",
    members: &[
        own("aspectRatio", Value),
        own("imageSize", Value),
        own("personGeneration", Value),
        own("prominentPeople", Value),
        own("outputMimeType", Value),
        own("outputCompressionQuality", NUMBER),
        own(
            "imageOutputOptions",
            Inside(&Object {
                base: "",
                rest: "/parameters/set/generationConfig.imageConfig/imageOutputOptions",
                members: &[own("mimeType", Value), own("compressionQuality", NUMBER)],
            }),
        ),
    ],
};

const TRANSCRIPTION_CONFIG: Object = Object {
    base: "",
    rest: "/parameters/set/generationConfig.audioTranscriptionConfig",
    members: &[
        own("languageCodes", Value),
        own("languageAuto", Value),
        own(
            "languageHints",
            Inside(&Object {
                base: "",
                rest: "/parameters/set/generationConfig.audioTranscriptionConfig/languageHints",
                members: &[own("languageCodes", Value)],
            }),
        ),
        own("customVocabulary", Value),
        own("adaptationPhrases", Value),
        own("wordTimestamp", Value),
        own("diarization", Value),
        own("mode", Value),
        own("sourceText", Quote(Form::Text)),
    ],
};

const TRANSLATION_CONFIG: Object = Object {
    base: "",
    rest: "/parameters/set/generationConfig.translationConfig",
    members: &[own("echoTargetLanguage", Value), own("targetLanguageCode", Value)],
};

const SPEECH_CONFIG: Object = Object {
    base: "",
    rest: "/parameters/set/generationConfig.speechConfig",
    members: &[
        own("languageCode", Value),
        own("voiceConfig", Inside(voice!("/parameters/set/generationConfig.speechConfig/voiceConfig"))),
        own(
            "multiSpeakerVoiceConfig",
            Inside(&Object {
                base: "",
                rest: "/parameters/set/generationConfig.speechConfig/multiSpeakerVoiceConfig",
                members: &[own(
                    "speakerVoiceConfigs",
                    List(&All(&Object {
                        base: "{}",
                        rest: "",
                        members: &[own("speaker", Value), own("voiceConfig", Inside(voice!("/voiceConfig")))],
                    })),
                )],
            }),
        ),
    ],
};
