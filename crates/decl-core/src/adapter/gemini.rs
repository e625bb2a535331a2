//! Gemini, as Google documents it: `POST /{version}/models/{model}:generateContent`, at either host.
//!
//! Model and version stand in the path: give them as options. Streaming is another method, not a member.

use super::table::{
    Adapter,
    Each::{self, All},
    Form, Mapping, Member, Object,
    Reads::{
        Base64, Groups, Inside, Integer, Item, Json, List, Media, Message, Name, Part, Quote, Says, Text,
        Texts, Turns, Value,
    },
    called, external, need, own, put, secret, silence, tool, transport,
};

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
        transport("labels"),
        transport("store"),
        transport("serviceTier"),
    ],
};

// ---- contents -------------------------------------------------------------------------------------------

const CONTENTS: Each = Each::By {
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

const SYSTEM_INSTRUCTION: Object = Object {
    base: r#"{"role": "system", "parts": [], "attrs": {}}"#,
    rest: "/attrs",
    members: &[own("role", Value), PARTS_MEMBER],
};

// A part can have parts of its own: what the message says of its list is called otherwise.
const PARTS_MEMBER: Member = called("message", put("parts", "/parts", List(&PARTS)));

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

// Whatever a part is, it can be a thought, and its signature defines: it is sent.
const THOUGHT: Member = own("thought", Value);
const SIGNED: Member = own("thoughtSignature", Quote(Form::Text));
const METADATA: Member = own("partMetadata", Quote(Form::Data(&[])));

const TEXT: Object = Object {
    base: r#"{"t": "text", "attrs": {}}"#,
    rest: "/attrs",
    members: &[need("text", "/content", Text("text/plain")), THOUGHT, SIGNED, METADATA],
};

const SIGNATURE: Object = Object {
    base: r#"{"t": "opaque", "authority": "google.com", "attrs": {}}"#,
    rest: "/attrs",
    members: &[need("thoughtSignature", "/content", Text("text/plain")), THOUGHT, METADATA],
};

const INLINE_DATA: Object = Object {
    base: r#"{"attrs": {}}"#,
    rest: "/attrs",
    members: &[
        need("inlineData", "", Inside(&BLOB)),
        own("videoMetadata", Inside(&VIDEO_METADATA)),
        own("mediaResolution", Inside(&MEDIA_RESOLUTION)),
        own("mediaProcessing", Quote(Form::Data(&[]))),
        own("documentMetadata", Quote(Form::Data(&[]))),
        own("spreadsheetMetadata", Quote(Form::Data(&[]))),
        own("audioMetadata", Quote(Form::Data(&[]))),
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
        need("mimeType", "/content/type", Media),
        own("displayName", Value),
    ],
};

const VIDEO_METADATA: Object = Object {
    base: "",
    rest: "/attrs/videoMetadata",
    members: &[
        own("startOffset", Value),
        own("endOffset", Value),
        own("fps", Value),
        own("contentLayers", Value),
    ],
};

const MEDIA_RESOLUTION: Object = Object {
    base: "",
    rest: "/attrs/mediaResolution",
    members: &[own("level", Value), own("numTokens", Value)],
};

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

// A call without arguments is not one with none.
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
                    put("id", "/id", Name),
                    put("args", "/args", Json),
                    own("partialArgs", Quote(Form::Json)),
                    own("willContinue", Value),
                ],
            }),
        ),
        THOUGHT,
        SIGNED,
        METADATA,
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
                    put("id", "/id", Name),
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

// No output is not an empty one.
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
                    put("id", "/id", Name),
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
                    put("id", "/id", Name),
                    called("body", put("response", "/parts", Part(Form::Json))),
                ],
            }),
        ),
        THOUGHT,
        SIGNED,
        METADATA,
    ],
};

// ---- tools ----------------------------------------------------------------------------------------------

const TOOL: Object = Object {
    base: r#"{"items": []}"#,
    rest: "",
    members: &[
        put("functionDeclarations", "/items", List(&All(&FUNCTION))),
        put("codeExecution", "/items", Item(&CODE_EXECUTION)),
        put("computerUse", "/items", Item(&COMPUTER_USE)),
        put("googleSearch", "/items", Item(&GOOGLE_SEARCH)),
        put("googleSearchRetrieval", "/items", Item(&GOOGLE_SEARCH_RETRIEVAL)),
        put("enterpriseWebSearch", "/items", Item(&ENTERPRISE_WEB_SEARCH)),
        put("googleMaps", "/items", Item(&GOOGLE_MAPS)),
        put("urlContext", "/items", Item(&URL_CONTEXT)),
        put("fileSearch", "/items", Item(&FILE_SEARCH)),
        put("exaAiSearch", "/items", Item(&EXA_AI_SEARCH)),
        put("parallelAiSearch", "/items", Item(&PARALLEL_AI_SEARCH)),
        put("retrieval", "/items", Item(&RETRIEVAL)),
        put("mcpServers", "/items", List(&All(&MCP_SERVER))),
    ],
};

// Of the two ways to write a schema, a declaration takes one.
const FUNCTION: Object = Object {
    base: tool!("function", "closed", "{}"),
    rest: "/config",
    members: &[
        need("name", "/name", Name),
        put("description", "/description", Text("text/plain")),
        put("parameters", "/schema", Json),
        put(
            "parametersJsonSchema",
            "/schema",
            Says(r#"{"config": {"schema": "parametersJsonSchema"}}"#, &Json),
        ),
        called("response_schema", own("response", Quote(Form::Json))),
        own("responseJsonSchema", Quote(Form::Json)),
        own("behavior", Value),
    ],
};

const CODE_EXECUTION: Object =
    Object { base: tool!("hosted", "codeExecution", "closed", "{}"), rest: "/config", members: &[] };

const COMPUTER_USE: Object = Object {
    base: tool!("hosted", "computerUse", "closed", "{}"),
    rest: "/config",
    members: &[
        own("environment", Value),
        own("excludedPredefinedFunctions", Value),
        own("enablePromptInjectionDetection", Value),
        own("disabledSafetyPolicies", Value),
    ],
};

const GOOGLE_SEARCH: Object = Object {
    base: tool!("hosted", "googleSearch", "open", "{}"),
    rest: "/config",
    members: &[
        own("searchTypes", Value),
        own("timeRangeFilter", Value),
        own("excludeDomains", Value),
        own("blockingConfidence", Value),
    ],
};

const GOOGLE_SEARCH_RETRIEVAL: Object = Object {
    base: tool!("hosted", "googleSearchRetrieval", "open", "{}"),
    rest: "/config",
    members: &[own("dynamicRetrievalConfig", Value)],
};

const ENTERPRISE_WEB_SEARCH: Object = Object {
    base: tool!("hosted", "enterpriseWebSearch", "open", "{}"),
    rest: "/config",
    members: &[own("excludeDomains", Value), own("blockingConfidence", Value)],
};

const GOOGLE_MAPS: Object = Object {
    base: tool!("hosted", "googleMaps", "open", "{}"),
    rest: "/config",
    members: &[own("enableWidget", Value), own("groundingTypes", Value), secret("authConfig")],
};

const URL_CONTEXT: Object =
    Object { base: tool!("hosted", "urlContext", "open", "{}"), rest: "/config", members: &[] };

const FILE_SEARCH: Object = Object {
    base: tool!("hosted", "fileSearch", "open", "{}"),
    rest: "/config",
    members: &[own("fileSearchStoreNames", Value), own("topK", Value), own("metadataFilter", Value)],
};

const EXA_AI_SEARCH: Object = Object {
    base: tool!("hosted", "exaAiSearch", "open", "{}"),
    rest: "/config",
    members: &[own("customConfigs", Quote(Form::Data(&[]))), secret("apiKey")],
};

const PARALLEL_AI_SEARCH: Object = Object {
    base: tool!("hosted", "parallelAiSearch", "open", "{}"),
    rest: "/config",
    members: &[
        own("customConfigs", Quote(Form::Data(&[]))),
        transport("enableDataRetention"),
        transport("enableZeroDataRetention"),
        secret("apiKey"),
    ],
};

const RETRIEVAL: Object = Object {
    base: tool!("hosted", "retrieval", "open", "{}"),
    rest: "/config",
    members: &[
        own("disableAttribution", Value),
        own("vertexAiSearch", Value),
        own("vertexRagStore", Value),
        own(
            "externalApi",
            Inside(&Object {
                base: "",
                rest: "/config/externalApi",
                members: &[
                    own("apiSpec", Value),
                    own("endpoint", Value),
                    own("elasticSearchParams", Value),
                    own("simpleSearchParams", Value),
                    secret("apiAuth"),
                    secret("authConfig"),
                ],
            }),
        ),
    ],
};

const MCP_SERVER: Object = Object {
    base: r#"{
        "t": "mcp",
        "name": "mcp",
        "description": {"absent": "none"},
        "schema": {"absent": "none"},
        "server": {
            "url": {"absent": "none"}, "listing": {"absent": "undisclosed"}, "protocol": {"absent": "undisclosed"}
        },
        "implementation": {"absent": "undisclosed"},
        "data": "open",
        "config": {}
    }"#,
    rest: "/config",
    members: &[
        need("name", "/server/label", Name),
        own(
            "streamableHttpTransport",
            Inside(&Object {
                base: "",
                rest: "/config/streamableHttpTransport",
                members: &[
                    put("url", "/server/url", Name),
                    secret("headers"),
                    transport("timeout"),
                    transport("sseReadTimeout"),
                    transport("terminateOnClose"),
                ],
            }),
        ),
    ],
};

const TOOL_CONFIG: Object = Object {
    base: "",
    rest: "/constraints/tool-choice",
    members: &[
        own(
            "functionCallingConfig",
            Inside(&Object {
                base: "",
                rest: "/constraints/tool-choice/functionCallingConfig",
                members: &[
                    own("mode", Value),
                    own("allowedFunctionNames", Value),
                    own("streamFunctionCallArguments", Value),
                ],
            }),
        ),
        own(
            "retrievalConfig",
            Inside(&Object {
                base: "",
                rest: "/constraints/tool-choice/retrievalConfig",
                members: &[own("latLng", Value), own("languageCode", Value)],
            }),
        ),
        own("includeServerSideToolInvocations", Value),
    ],
};

const SAFETY_SETTING: Object = Object {
    base: "{}",
    rest: "",
    members: &[own("category", Value), own("threshold", Value), own("method", Value)],
};

const MODEL_ARMOR: Object = Object {
    base: "",
    rest: "/constraints/safety/modelArmorConfig",
    members: &[own("promptTemplateName", Value), own("responseTemplateName", Value)],
};

// ---- generationConfig -----------------------------------------------------------------------------------

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
