//! Tools, how they are chosen, and the safety settings.

use super::super::table::{
    Each::All,
    Form, Object,
    Reads::{
        Headers, Identifier, Implies, Inside, Item, Json, List, Name, Quote, Searched, Spelled, Text, Value,
    },
    Spelling::{Any, Schema},
    called, need, own, put, secret, secret_of, tool, transport,
};

use super::NUMBER;

pub(super) const TOOL: Object = Object {
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

// A function has one of the two forms of a schema.
const FUNCTION: Object = Object {
    base: tool!("function", "closed", "{}"),
    rest: "/config",
    members: &[
        need("name", "/name", Name),
        put("description", "/description", Text("text/plain")),
        put("parameters", "/schema", Spelled(Schema, &Json)),
        put(
            "parametersJsonSchema",
            "/schema",
            Implies(r#"{"config": {"schema": "parametersJsonSchema"}}"#, &Spelled(Any, &Json)),
        ),
        called("response_schema", own("response", Spelled(Schema, &Quote(Form::Json)))),
        own("responseJsonSchema", Spelled(Any, &Quote(Form::Json))),
        own("behavior", Value),
    ],
};

const CODE_EXECUTION: Object =
    Object { base: tool!("hosted", "codeExecution", "closed", "{}"), rest: "/config", members: &[] };

const COMPUTER_USE: Object = Object {
    base: tool!("hosted", "computerUse", "open", "{}"),
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
        own(
            "searchTypes",
            Inside(&Object {
                base: "",
                rest: "/config/searchTypes",
                members: &[own("webSearch", Value), own("imageSearch", Value)],
            }),
        ),
        own(
            "timeRangeFilter",
            Inside(&Object {
                base: "",
                rest: "/config/timeRangeFilter",
                members: &[own("startTime", Value), own("endTime", Value)],
            }),
        ),
        own("excludeDomains", Value),
        own("blockingConfidence", Value),
    ],
};

const GOOGLE_SEARCH_RETRIEVAL: Object = Object {
    base: tool!("hosted", "googleSearchRetrieval", "open", "{}"),
    rest: "/config",
    members: &[own(
        "dynamicRetrievalConfig",
        Inside(&Object {
            base: "",
            rest: "/config/dynamicRetrievalConfig",
            members: &[own("mode", Value), own("dynamicThreshold", NUMBER)],
        }),
    )],
};

const ENTERPRISE_WEB_SEARCH: Object = Object {
    base: tool!("hosted", "enterpriseWebSearch", "open", "{}"),
    rest: "/config",
    members: &[own("excludeDomains", Value), own("blockingConfidence", Value)],
};

const GOOGLE_MAPS: Object = Object {
    base: tool!("hosted", "googleMaps", "open", "{}"),
    rest: "/config",
    members: &[
        own("enableWidget", Value),
        own(
            "groundingTypes",
            Inside(&Object {
                base: "",
                rest: "/config/groundingTypes",
                members: &[own("places", Value), own("routing", Value)],
            }),
        ),
        secret_of("authConfig", &MAPS_AUTH),
    ],
};

const URL_CONTEXT: Object =
    Object { base: tool!("hosted", "urlContext", "open", "{}"), rest: "/config", members: &[] };

const FILE_SEARCH: Object = Object {
    base: tool!("hosted", "fileSearch", "open", "{}"),
    rest: "/config",
    members: &[own("fileSearchStoreNames", Value), own("topK", NUMBER), own("metadataFilter", Value)],
};

// How a tool authenticates, without its credentials.
macro_rules! auth {
    ($rest:literal) => {
        Object {
            base: "",
            rest: $rest,
            members: &[
                secret("apiKey"),
                secret_of(
                    "apiKeyConfig",
                    &Object {
                        base: "",
                        rest: concat!($rest, "/apiKeyConfig"),
                        members: &[
                            own("name", Value),
                            own("httpElementLocation", Value),
                            secret("apiKeySecret"),
                            secret("apiKeySecretVersion"),
                            secret("apiKeyString"),
                        ],
                    },
                ),
                own("authType", Value),
                secret_of(
                    "googleServiceAccountConfig",
                    &Object {
                        base: "",
                        rest: concat!($rest, "/googleServiceAccountConfig"),
                        members: &[own("serviceAccount", Value)],
                    },
                ),
                secret_of(
                    "httpBasicAuthConfig",
                    &Object { base: "", rest: "", members: &[secret("credentialSecret")] },
                ),
                secret_of(
                    "oauthConfig",
                    &Object {
                        base: "",
                        rest: concat!($rest, "/oauthConfig"),
                        members: &[secret("accessToken"), own("serviceAccount", Value)],
                    },
                ),
                secret_of(
                    "oidcConfig",
                    &Object {
                        base: "",
                        rest: concat!($rest, "/oidcConfig"),
                        members: &[secret("idToken"), own("serviceAccount", Value)],
                    },
                ),
            ],
        }
    };
}

const MAPS_AUTH: Object = auth!("/config/authConfig");
const API_AUTH: Object = auth!("/config/externalApi/apiAuth");
const EXTERNAL_AUTH: Object = auth!("/config/externalApi/authConfig");

const EXA_AI_SEARCH: Object = Object {
    base: tool!("hosted", "exaAiSearch", "open", "{}"),
    rest: "/config",
    members: &[own("customConfigs", Searched(&Quote(Form::Data(&[])))), secret("apiKey")],
};

const PARALLEL_AI_SEARCH: Object = Object {
    base: tool!("hosted", "parallelAiSearch", "open", "{}"),
    rest: "/config",
    members: &[
        own("customConfigs", Searched(&Quote(Form::Data(&[])))),
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
        own("vertexAiSearch", Inside(&VERTEX_AI_SEARCH)),
        own("vertexRagStore", Inside(&VERTEX_RAG_STORE)),
        own(
            "externalApi",
            Inside(&Object {
                base: "",
                rest: "/config/externalApi",
                members: &[
                    own("apiSpec", Value),
                    own("endpoint", Value),
                    own(
                        "elasticSearchParams",
                        Inside(&Object {
                            base: "",
                            rest: "/config/externalApi/elasticSearchParams",
                            members: &[
                                own("index", Value),
                                own("numHits", NUMBER),
                                own("searchTemplate", Value),
                            ],
                        }),
                    ),
                    own("simpleSearchParams", Value),
                    secret_of("apiAuth", &API_AUTH),
                    secret_of("authConfig", &EXTERNAL_AUTH),
                ],
            }),
        ),
    ],
};

const VERTEX_AI_SEARCH: Object = Object {
    base: "",
    rest: "/config/vertexAiSearch",
    members: &[
        own("datastore", Value),
        own("engine", Value),
        own("filter", Value),
        own("maxResults", NUMBER),
        own(
            "dataStoreSpecs",
            List(&All(&Object {
                base: "{}",
                rest: "",
                members: &[own("dataStore", Value), own("filter", Value)],
            })),
        ),
    ],
};

const VERTEX_RAG_STORE: Object = Object {
    base: "",
    rest: "/config/vertexRagStore",
    members: &[
        own("ragCorpora", Value),
        own(
            "ragResources",
            List(&All(&Object {
                base: "{}",
                rest: "",
                members: &[own("ragCorpus", Value), own("ragFileIds", Value)],
            })),
        ),
        own("similarityTopK", NUMBER),
        own("vectorDistanceThreshold", NUMBER),
        own("storeContext", Value),
        own("ragRetrievalConfig", Inside(&RAG_RETRIEVAL_CONFIG)),
    ],
};

const RAG_RETRIEVAL_CONFIG: Object = Object {
    base: "",
    rest: "/config/vertexRagStore/ragRetrievalConfig",
    members: &[
        own("topK", NUMBER),
        own(
            "filter",
            Inside(&Object {
                base: "",
                rest: "/config/vertexRagStore/ragRetrievalConfig/filter",
                members: &[
                    own("metadataFilter", Value),
                    own("vectorDistanceThreshold", NUMBER),
                    own("vectorSimilarityThreshold", NUMBER),
                ],
            }),
        ),
        own(
            "hybridSearch",
            Inside(&Object {
                base: "",
                rest: "/config/vertexRagStore/ragRetrievalConfig/hybridSearch",
                members: &[own("alpha", NUMBER)],
            }),
        ),
        own(
            "ranking",
            Inside(&Object {
                base: "",
                rest: "/config/vertexRagStore/ragRetrievalConfig/ranking",
                members: &[
                    own(
                        "llmRanker",
                        Inside(&Object {
                            base: "",
                            rest: "/config/vertexRagStore/ragRetrievalConfig/ranking/llmRanker",
                            members: &[own("modelName", Value)],
                        }),
                    ),
                    own(
                        "rankService",
                        Inside(&Object {
                            base: "",
                            rest: "/config/vertexRagStore/ragRetrievalConfig/ranking/rankService",
                            members: &[own("modelName", Value)],
                        }),
                    ),
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
                    put("url", "/server/url", Identifier),
                    own("headers", Headers),
                    transport("timeout"),
                    transport("sseReadTimeout"),
                    transport("terminateOnClose"),
                ],
            }),
        ),
    ],
};

pub(super) const TOOL_CONFIG: Object = Object {
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
                members: &[
                    own(
                        "latLng",
                        Inside(&Object {
                            base: "",
                            rest: "/constraints/tool-choice/retrievalConfig/latLng",
                            members: &[own("latitude", NUMBER), own("longitude", NUMBER)],
                        }),
                    ),
                    own("languageCode", Value),
                ],
            }),
        ),
        own("includeServerSideToolInvocations", Value),
    ],
};

pub(super) const SAFETY_SETTING: Object = Object {
    base: "{}",
    rest: "",
    members: &[own("category", Value), own("threshold", Value), own("method", Value)],
};

pub(super) const MODEL_ARMOR: Object = Object {
    base: "",
    rest: "/constraints/safety/modelArmorConfig",
    members: &[own("promptTemplateName", Value), own("responseTemplateName", Value)],
};
