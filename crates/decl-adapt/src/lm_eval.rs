//! Run descriptions of the Language Model Evaluation Harness: what `lm_eval` writes of a run into `results_*.json`,
//! without what the run added.
//!
//! Read from `lm_eval` 0.4.13: `evaluator.py`, `result_schema.py`, `config/task.py`, `loggers/`.

use super::table::{
    Adapter, Definition, Each, Form, Mapping, Object,
    Reads::{
        Arguments, Definitions, FirstMessage, Inside, Integer, Like, Name, NamedDefinitions, Quote, Text,
        Value,
    },
    artefact, by, evaluation, external, need, own, pick, put, transport,
};

pub(super) static LM_EVAL: Adapter = Adapter {
    name: "lm-eval",
    version: 1,
    api: "eleuther.ai/lm-evaluation-harness",
    reference: "https://github.com/EleutherAI/lm-evaluation-harness/blob/v0.4.13/lm_eval/result_schema.py",
    mapping: Mapping::Plain,
    body: BODY,
};

/// What came out of the run.
const OUTPUT: &str = "take it out: it came out of the run";
/// What the harness found out on the way.
const FOUND: &str = "take it out; what you know of it before the run goes into an overlay";

const BODY: Object = Object {
    base: evaluation!(
        api "eleuther.ai/lm-evaluation-harness", harness "lm-evaluation-harness", executor "local",
        authority r#"{"absent": "undisclosed"}"#, tasks "[]"
    ),
    rest: "/environment/settings",
    members: &[
        need("config", "", Inside(&CONFIG)),
        need("configs", "/evaluation/tasks", NamedDefinitions(&TASK)),
        // by task and by group: keys that an open map could take for something else
        own("versions", Quote(Form::Data(&[]))),
        own("n-shot", Quote(Form::Data(&[]))),
        own("group_subtasks", Quote(Form::Data(&[]))),
        own("higher_is_better", Quote(Form::Data(&[]))),
        put("lm_eval_version", "/evaluation/harness/version", Name),
        // prompts
        put("system_instruction", "/instructions", FirstMessage("system", &NO_PARTS)),
        own("system_instruction_sha", Value),
        put("chat_template", "/model/template", Text("text/x-jinja")),
        own("chat_template_sha", Value),
        own("fewshot_as_multiturn", Value),
        // said again
        own("model_source", Value),
        own("model_name", Value),
        transport("model_name_sanitized"), // names a directory
        // what came out of the run
        artefact("results", OUTPUT),
        artefact("groups", OUTPUT),
        artefact("samples", OUTPUT),
        artefact("n-samples", OUTPUT),
        artefact("task_hashes", OUTPUT),
        artefact("date", OUTPUT),
        artefact("start_time", OUTPUT),
        artefact("end_time", OUTPUT),
        artefact("total_evaluation_time_seconds", OUTPUT),
        // what it found out
        artefact("git_hash", FOUND),
        artefact("upper_git_hash", FOUND),
        artefact("pretty_env_info", FOUND),
        artefact("transformers_version", FOUND),
        artefact("tokenizer_pad_token", FOUND),
        artefact("tokenizer_eos_token", FOUND),
        artefact("tokenizer_bos_token", FOUND),
        artefact("eot_token_id", FOUND),
        artefact("max_length", FOUND),
    ],
};

const NO_PARTS: Each = by("type", &[]);

// ---- the run --------------------------------------------------------------------------------------------

const CONFIG: Object = Object {
    base: "",
    rest: "/environment/settings",
    members: &[
        need("model", "", Like(MODELS, &Value)),
        own(
            "model_args",
            Arguments(&[
                pick(
                    &["/pretrained", "/model", "/model_id", "/path", "/engine"],
                    "/model/name",
                    Like(PATHS, &Name),
                ),
                pick(&["/revision"], "/model/revision", Name),
            ]),
        ),
        put("gen_kwargs", "/parameters/set/gen_kwargs", Arguments(&[])),
        own("batch_size", Value),
        own("device", Value),
        own("limit", Value),
        put("random_seed", "/evaluation/seeds/random_seed", Value),
        put("numpy_seed", "/evaluation/seeds/numpy_seed", Value),
        put("torch_seed", "/evaluation/seeds/torch_seed", Value),
        put("fewshot_seed", "/evaluation/seeds/fewshot_seed", Value),
        put("bootstrap_iters", "/evaluation/seeds/bootstrap_iters", Value),
        external("use_cache", "run without a cache: the answers in it are not in the description"),
        artefact("batch_sizes", FOUND),
        artefact("model_num_parameters", FOUND),
        artefact("model_dtype", FOUND),
        artefact("model_revision", FOUND),
        artefact("model_sha", FOUND),
        artefact("peft_sha", FOUND),
        artefact("delta_sha", FOUND),
    ],
};

/// The publisher or server of a backend's models, as far as its name tells (`lm_eval/models/__init__.py`).
const MODELS: &[(&str, &str)] = &[
    ("openai-*", r#"{"model": {"authority": "openai.com"}, "environment": {"executor": "hosted"}}"#),
    ("anthropic-*", r#"{"model": {"authority": "anthropic.com"}, "environment": {"executor": "hosted"}}"#),
    ("textsynth", r#"{"model": {"authority": "textsynth.com"}, "environment": {"executor": "hosted"}}"#),
    ("watsonx_llm", r#"{"model": {"authority": "ibm.com"}, "environment": {"executor": "hosted"}}"#),
    ("litellm*", r#"{"environment": {"executor": "hosted"}}"#),
    ("local-*", LOCAL),
    ("hf", HUB),
    ("hf-*", HUB),
    ("huggingface", HUB),
    ("steered", HUB),
    ("vllm*", HUB),
    ("sglang*", HUB),
    ("mamba_ssm", HUB),
    ("ipex", HUB),
    ("openvino", HUB),
    ("habana", HUB),
    ("neuronx", HUB),
    ("onnxruntime*", HUB),
    ("trtllm", HUB),
];

const HUB: &str = r#"{"model": {"authority": "huggingface.co"}}"#;
const LOCAL: &str = r#"{"model": {"authority": "local"}}"#;

/// A model that is named by its place in a file system.
const PATHS: &[(&str, &str)] = &[("/*", LOCAL), ("./*", LOCAL), ("../*", LOCAL), ("~*", LOCAL)];

// ---- tasks ----------------------------------------------------------------------------------------------

// A task config is open (metrics, filters and data sets take any argument) and made of templates and code, whose
// text and order reach the model: all of it is content.
const TASK: Definition = Definition {
    base: r#"{
        "version": {"absent": "undisclosed"},
        "dataset": {
            "name": {"absent": "undisclosed"}, "revision": {"absent": "default"}, "config": {"absent": "default"},
            "split": {"absent": "undisclosed"}, "digest": {"absent": "default"}
        },
        "samples": "all", "fewshot": {}, "repeats": 1
    }"#,
    picks: &[
        pick(&["/metadata/version"], "/version", Name),
        pick(&["/dataset_path"], "/dataset/name", Name),
        pick(&["/dataset_name"], "/dataset/config", Name),
        pick(&["/dataset_kwargs/revision"], "/dataset/revision", Name),
        pick(&["/test_split", "/validation_split"], "/dataset/split", Name),
        pick(&["/num_fewshot"], "/fewshot/num_fewshot", Value),
        pick(&["/fewshot_split"], "/fewshot/fewshot_split", Value),
        pick(&["/repeats"], "/repeats", Integer),
        pick(&["/metric_list"], "/metrics", Definitions(&METRIC)),
    ],
    searched: &["/dataset_kwargs", "/metadata"],
    raises: Some(("metrics", "/evaluation/metrics")),
    takes: Some(("/environment/settings/limit", "/samples")),
};

// A metric that is code has no name.
const METRIC: Definition = Definition {
    base: r#"{"name": "callable", "params": {}}"#,
    picks: &[pick(&["/metric"], "/name", Name)],
    searched: &[],
    raises: None,
    takes: None,
};
