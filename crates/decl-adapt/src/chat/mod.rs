//! Chat completions, as `OpenAI` documents them: `POST /v1/chat/completions`; and what other servers of the same API
//! document beside them (`servers.rs`).

mod formats;
mod parts;
mod servers;
mod tools;

use super::caches::{CACHE_CONTROL, PROMPT_CACHE_OPTIONS};
use super::stored::{MODEL, PRESET, PRESETS};
use super::table::{
    Adapter,
    Each::{self, All},
    Field, Form, Mapping, Object,
    Reads::{
        self, Choice, Either, Identifier, Implies, Inside, Integer, Item, List, Part, Parts, Pattern, Quote,
        Searched, Stored, Texts, Turns, Value,
    },
    by, called, declaration, external, free, need, own, put, transport, transport_of,
};
use formats::{AUDIO_OUT, PREDICTION, RESPONSE_FORMAT};
use parts::{ANSWERED_IMAGES, CALLS, LEGACY_CALL, PARTS};
use servers::{
    COMPOUND, DEBUG, LIVE_SEARCH, PLUGINS, PROVIDER, REASONING, SEARCH_SETTINGS, STRUCTURED_OUTPUTS,
    THINKING, USAGE,
};
use tools::{LEGACY_CHOICE, LEGACY_FUNCTION, TOOL_CHOICE, TOOLS, WEB_SEARCH};

pub(super) static CHAT: Adapter = Adapter {
    name: "chat",
    version: 1,
    api: "openai.com/chat.completions",
    reference: "https://platform.openai.com/docs/api-reference/chat/create",
    mapping: Mapping::Plain,
    body: BODY,
};

const BODY: Object = Object {
    base: declaration!(
        authority "openai.com", api "openai.com/chat.completions", format "text", modalities r#"["text"]"#
    ),
    rest: "/parameters/set",
    members: &[
        MODEL,
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
        own("logit_bias", Quote(Form::Data(&[]))), // its names are tokens: any text
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
        transport_of("stream_options", &STREAM_OPTIONS),
        transport("store"),
        free("metadata"),
        transport("user"),
        transport("safety_identifier"),
        transport("service_tier"),
        transport("prompt_cache_key"),
        transport_of("prompt_cache_options", &PROMPT_CACHE_OPTIONS),
        transport("prompt_cache_retention"),
        // Azure: the search runs over an index elsewhere, and the settings hold its keys
        external("data_sources", "search yourself, and send what was found in the messages"),
        // vLLM, entrypoints/openai/chat_completion/protocol.py; llama.cpp, OpenRouter and Together have some of them
        own("top_k", Value),
        own("min_p", Value),
        own("repetition_penalty", Value),
        own("length_penalty", Value),
        own("use_beam_search", Value),
        own("best_of", Value),
        own("min_tokens", Value),
        own("stop_token_ids", Value),
        own("ignore_eos", Value),
        own("bad_words", Pattern),
        own("allowed_token_ids", Value),
        own("skip_special_tokens", Value),
        own("spaces_between_special_tokens", Value),
        own("truncate_prompt_tokens", Value),
        own("truncation_side", Value),
        own("thinking_token_budget", Value),
        own("watermarking", Value),
        own("repetition_detection", Value),
        own("vllm_xargs", Searched(&Quote(Form::Data(&[])))), // arguments of plug-ins: any names
        own("include_reasoning", Value),
        // how the template renders the messages: it can write whatever it is given, in the order given
        own("chat_template", Quote(Form::Text)),
        own("chat_template_kwargs", Searched(&Quote(Form::Json))),
        own("documents", Quote(Form::Json)),
        own("add_generation_prompt", Value),
        own("continue_final_message", Value),
        own("add_special_tokens", Value),
        // arguments of the code that reads images and the like: any names
        own("media_io_kwargs", Searched(&Quote(Form::Data(&[])))),
        own("mm_processor_kwargs", Searched(&Quote(Form::Data(&[])))),
        // the same constraint on the answer, by its present and by its former names
        own("structured_outputs", Inside(&STRUCTURED_OUTPUTS)),
        own("guided_json", Quote(Form::Json)),
        own("guided_regex", Pattern),
        own("guided_choice", Pattern),
        own("guided_grammar", Quote(Form::Text)),
        own("guided_decoding_backend", Value),
        own("guided_whitespace_pattern", Pattern),
        own("structural_tag", Quote(Form::Json)),
        put("include_stop_str_in_output", "/constraints/output/return/include_stop_str_in_output", Value),
        put("echo", "/constraints/output/return/echo", Value),
        put("prompt_logprobs", "/constraints/output/return/prompt_logprobs", Value),
        put("logprob_token_ids", "/constraints/output/return/logprob_token_ids", Value),
        put("return_tokens_as_token_ids", "/constraints/output/return/return_tokens_as_token_ids", Value),
        put("return_token_ids", "/constraints/output/return/return_token_ids", Value),
        put("return_prompt_text", "/constraints/output/return/return_prompt_text", Value),
        put("routed_experts_prompt_start", "/constraints/output/return/routed_experts_prompt_start", Value),
        external("kv_transfer_params", "send the whole prompt, without a transferred cache"),
        external("ec_transfer_params", "send the whole prompt, without a transferred cache"),
        transport("priority"),
        transport("request_id"),
        transport("session_id"), // OpenRouter too
        transport("cache_salt"),
        transport("stream_interval"),
        // SGLang, entrypoints/openai/protocol.py
        own("regex", Pattern),
        own("ebnf", Quote(Form::Text)),
        own("stop_regex", Pattern),
        own("no_stop_trim", Value),
        own("lora_path", Value),
        own("separate_reasoning", Value),
        own("task", Value),
        own("input_ids", Quote(Form::Json)),
        own("custom_logit_processor", Quote(Form::Json)),
        own("custom_params", Searched(&Quote(Form::Data(&[])))),
        own("images_config", Value),
        own("max_dynamic_patch", Value),
        own("min_dynamic_patch", Value),
        own("use_audio_in_video", Value),
        own("ngram_corpus_id", Value),
        put("return_hidden_states", "/constraints/output/return/return_hidden_states", Value),
        put("return_routed_experts", "/constraints/output/return/return_routed_experts", Value),
        put("routed_experts_start_len", "/constraints/output/return/routed_experts_start_len", Value),
        put("return_prompt_token_ids", "/constraints/output/return/return_prompt_token_ids", Value),
        external("session_params", "send the messages of the session"),
        external("bootstrap_host", "send the whole prompt to one server"),
        external("bootstrap_port", "send the whole prompt to one server"),
        external("bootstrap_room", "send the whole prompt to one server"),
        transport("return_meta_info"),
        transport("return_cached_tokens_details"),
        transport("stream_reasoning"),
        transport("rid"),
        transport("extra_key"),
        transport("routed_dp_rank"),
        transport("disagg_prefill_dp_rank"),
        transport("data_parallel_rank"),
        // llama.cpp, tools/server: server-schema.cpp and README.md
        own("n_predict", Value),
        own("n_cmpl", Value),
        own("n_indent", Value),
        own("n_keep", Value),
        own("n_discard", Value),
        own("t_max_predict_ms", Value),
        own("typical_p", Value),
        own("top_n_sigma", Value),
        own("xtc_probability", Value),
        own("xtc_threshold", Value),
        own("dynatemp_range", Value),
        own("dynatemp_exponent", Value),
        own("repeat_last_n", Value),
        own("repeat_penalty", Value),
        own("dry_multiplier", Value),
        own("dry_base", Value),
        own("dry_allowed_length", Value),
        own("dry_penalty_last_n", Value),
        own("dry_sequence_breakers", Value),
        own("mirostat", Value),
        own("mirostat_tau", Value),
        own("mirostat_eta", Value),
        own("adaptive_target", Value),
        own("adaptive_decay", Value),
        own("min_keep", Value),
        own("samplers", Value),
        own("backend_sampling", Value),
        own("lora", Value),
        own("speculative.n_max", Value),
        own("speculative.n_min", Value),
        own("speculative.p_min", Value),
        own("json_schema", Quote(Form::Json)),
        own("grammar", Quote(Form::Text)),
        own("grammar_type", Value),
        own("grammar_lazy", Value),
        own("grammar_triggers", Value),
        own("preserved_tokens", Value),
        own("chat_format", Value),
        own("chat_parser", Quote(Form::Text)),
        own("generation_prompt", Quote(Form::Text)),
        own("parse_tool_calls", Value),
        own("reasoning_format", Value), // Groq and Cerebras too
        own("reasoning_control", Value),
        own("reasoning_budget", Value),
        own("reasoning_budget_tokens", Value),
        own("reasoning_budget_start_tag", Value),
        own("reasoning_budget_end_tag", Value),
        own("reasoning_budget_end_tags", Value),
        own("reasoning_budget_message", Quote(Form::Text)),
        own("thinking_forced_open", Value),
        put("n_probs", "/constraints/output/return/n_probs", Value),
        put("post_sampling_probs", "/constraints/output/return/post_sampling_probs", Value),
        put("return_tokens", "/constraints/output/return/return_tokens", Value),
        transport("cache_prompt"),
        transport("n_cache_reuse"), // needs `cache_prompt`: both say what may be reused, not what the prompt is
        transport("id_slot"),
        transport("timings_per_token"),
        transport("return_progress"),
        transport("sse_ping_interval"),
        transport("response_fields"),
        transport("verbose"),
        // Ollama, openai/openai.go and docs/api.md
        own("reasoning", Inside(&REASONING)), // OpenRouter and Together too
        own("think", Value),
        own("options", Value),
        transport("keep_alive"),
        // Mistral, client-python: chatcompletionrequest.py
        put("random_seed", "/parameters/seed", Implies(RANDOM_SEED, &Integer)),
        own("prompt_mode", Value),
        put("safe_prompt", "/constraints/safety/safe_prompt", Value),
        put("guardrails", "/constraints/safety/guardrails", Value),
        // Groq, groq-python: completion_create_params.py
        own("citation_options", Value),
        own("compound_custom", Inside(&COMPOUND)),
        own("disable_tool_validation", Value),
        own("exclude_domains", Value),
        own("include_domains", Value),
        put("search_settings", "/tools", Item(&SEARCH_SETTINGS)),
        // Cerebras, cerebras-cloud-sdk-python: completion_create_params.py
        own("clear_thinking", Value),
        own("disable_reasoning", Value),
        own("min_completion_tokens", Value),
        // DeepSeek, Z.ai, Moonshot; Qwen and what serves it
        own("thinking", Inside(&THINKING)),
        own("enable_thinking", Value),
        own("thinking_budget", Value),
        // Together, together-python: chat_completions.py
        put("safety_model", "/constraints/safety/safety_model", Stored(PRESETS, &Value)),
        own("context_length_exceeded_behavior", Value),
        // xAI, docs.x.ai: chat completions
        put("search_parameters", "/tools", Item(&LIVE_SEARCH)),
        transport("deferred"),
        // Perplexity, docs.perplexity.ai: chat completions
        own("search_mode", Value),
        own("search_domain_filter", Value),
        own("search_recency_filter", Value),
        own("search_after_date_filter", Value),
        own("search_before_date_filter", Value),
        own("last_updated_after_filter", Value),
        own("last_updated_before_filter", Value),
        own("disable_search", Value),
        own("enable_search_classifier", Value),
        put("return_images", "/constraints/output/return/return_images", Value),
        put("return_related_questions", "/constraints/output/return/return_related_questions", Value),
        // OpenRouter, typescript-sdk: ChatRequest
        put("models", "/model/fallbacks", Stored(PRESETS, &Texts { alone: false })),
        external("preset", PRESET),
        own("provider", Inside(&PROVIDER)),
        own("route", Value),
        own("transforms", Value),
        own("top_a", Value),
        own("image_config", Value),
        put("plugins", "/tools", List(&PLUGINS)),
        put("max_tool_calls", "/constraints/limits/max_tool_calls", Value),
        own("stop_server_tools_when", Quote(Form::Data(&[]))),
        transport_of("cache_control", &CACHE_CONTROL),
        transport_of("usage", &USAGE), // asks for figures of the run, and is none
        free("trace"),
        transport_of("debug", &DEBUG),
    ],
};

const STREAM_OPTIONS: Object = Object {
    base: "",
    rest: "",
    members: &[
        transport("include_usage"),
        transport("include_obfuscation"),
        transport("continuous_usage_stats"), // vLLM
    ],
};

const RANDOM_SEED: &str = r#"{"parameters": {"set": {"random_seed": "seed"}}}"#;

// ---- messages -------------------------------------------------------------------------------------------

// A message has no open map: its attributes go into those of its first part.
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
const NO_CALLS: Field = own("tool_calls", Choice(&[]));

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
        put("reasoning", "/parts", REASONED),
        put("reasoning_content", "/parts", REASONED),
        put("reasoning_details", "/parts", Part(Form::Data(&[]))),
        put("thinking", "/parts", Part(Form::Text)),
        put("images", "/parts", List(&ANSWERED_IMAGES)),
        put("tool_calls", "/parts", List(&CALLS)),
        put("function_call", "/parts", Item(&LEGACY_CALL)),
        own("name", Value),
        own("model", Value),
        own("prefix", Value),
        own("partial", Value),
        own("annotations", Quote(Form::Data(&[]))),
        // a call, which can be the first part, has a member of this name too
        called("message.extra_content", own("extra_content", Quote(Form::Data(&[])))),
        external("audio", "send the transcript of the earlier answer as text content"),
    ],
};

// Text, or at Cerebras a list of texts.
const REASONED: Reads = Either(&Part(Form::Text), &Part(Form::Data(&[])));

const TOOL_RESULT: Object = Object {
    base: r#"{
        "role": "tool",
        "parts": [{"t": "result", "id": {"absent": "none"}, "parts": [], "error": false, "attrs": {}}],
        "attrs": {}
    }"#,
    rest: "/attrs",
    members: &[
        need("content", "/parts/0/parts", Parts(&PARTS)),
        need("tool_call_id", "/parts/0/id", Identifier),
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
