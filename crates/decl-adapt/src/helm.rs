//! Run descriptions of HELM, the Holistic Evaluation of Language Models: a `RunSpec`, as `helm-run` writes it into
//! `run_spec.json`.
//!
//! Read from `crfm-helm` 0.5.16: `benchmark/run_spec.py`, `benchmark/adaptation/adapter_spec.py`,
//! `benchmark/augmentations/data_augmenter.py`.

use super::table::{
    Adapter, Each, Form, Mapping, Object,
    Reads::{self, Inside, Integer, Like, List, Name, Picks, Searched, Texts, Value, Within},
    evaluation, need, own, pick, put,
};

pub(super) static HELM: Adapter = Adapter {
    name: "helm",
    version: 1,
    api: "crfm.stanford.edu/helm",
    reference: "https://github.com/stanford-crfm/helm/blob/v0.5.16/src/helm/benchmark/run_spec.py",
    mapping: Mapping::Plain,
    body: BODY,
};

/// The definition of the task: what of the description is neither the model nor how it decodes.
macro_rules! definition {
    ($place:literal) => {
        concat!("/evaluation/tasks/0/definition/json/", $place)
    };
}

/// A part of the definition. The order of members says nothing: they are arguments of constructors.
macro_rules! part {
    ($inside:literal, $name:literal) => {
        put($name, concat!("/evaluation/tasks/0/definition/json/", $inside, "/", $name), PART)
    };
}

const PART: Reads = Within(Form::Data(&[]));

// The names of models are HELM's own. It evaluates on the splits `valid` and `test` unless told otherwise.
const BODY: Object = Object {
    base: evaluation!(
        api "crfm.stanford.edu/helm", harness "helm", executor "hosted", authority r#""crfm.stanford.edu""#,
        tasks r#"[{
            "version": {"absent": "undisclosed"}, "definition": {"json": {}},
            "dataset": {
                "name": {"absent": "undisclosed"}, "revision": {"absent": "default"},
                "config": {"absent": "default"}, "split": "valid+test", "digest": {"absent": "default"}
            },
            "samples": "all", "fewshot": {}, "repeats": 1
        }]"#
    ),
    rest: "/environment/settings",
    members: &[
        need("name", "/evaluation/tasks/0/name", Name),
        need("scenario_spec", "", Inside(&SCENARIO)),
        need("adapter_spec", "", Inside(&ADAPTER)),
        put("metric_specs", "/evaluation/metrics", List(&METRICS)),
        own("data_augmenter_spec", Inside(&AUGMENTER)),
        put("annotators", definition!("annotators"), PART),
        own("groups", Value),
    ],
};

const SCENARIO: Object = Object {
    base: "",
    rest: definition!("scenario_spec"),
    members: &[
        need(
            "class_name",
            definition!("scenario_spec/class_name"),
            Picks(&PART, &[pick(&[""], "/evaluation/tasks/0/dataset/name", Name)]),
        ),
        put("args", definition!("scenario_spec/args"), Searched(&PART)),
    ],
};

const ADAPTER: Object = Object {
    base: "",
    rest: "/environment/settings/adapter_spec",
    members: &[
        // the model and how it decodes
        put("model", "/model/name", Name),
        put("model_deployment", "/environment/settings/model_deployment", Like(DEPLOYMENTS, &Value)),
        put("temperature", "/parameters/set/temperature", Value),
        put("max_tokens", "/parameters/set/max_tokens", Value),
        put("num_outputs", "/parameters/set/num_outputs", Value),
        put("random", "/parameters/set/random", Value),
        put("image_generation_parameters", "/parameters/set/image_generation_parameters", Value),
        put("stop_sequences", "/constraints/output/stop", Texts { alone: false }),
        // which instances, how often
        put("max_eval_instances", "/evaluation/tasks/0/samples", Integer),
        put("num_trials", "/evaluation/tasks/0/repeats", Integer),
        put("max_train_instances", "/evaluation/tasks/0/fewshot/max_train_instances", Value),
        put("num_train_trials", "/evaluation/tasks/0/fewshot/num_train_trials", Value),
        put("sample_train", "/evaluation/tasks/0/fewshot/sample_train", Value),
        put(
            "eval_splits",
            definition!("adapter_spec/eval_splits"),
            Picks(&PART, &[pick(&[""], "/evaluation/tasks/0/dataset/split", Name)]),
        ),
        // the prompt
        part!("adapter_spec", "method"),
        part!("adapter_spec", "global_prefix"),
        part!("adapter_spec", "global_suffix"),
        part!("adapter_spec", "instructions"),
        part!("adapter_spec", "input_prefix"),
        part!("adapter_spec", "input_suffix"),
        part!("adapter_spec", "reference_prefix"),
        part!("adapter_spec", "reference_prefix_characters"),
        part!("adapter_spec", "reference_suffix"),
        part!("adapter_spec", "chain_of_thought_prefix"),
        part!("adapter_spec", "chain_of_thought_suffix"),
        part!("adapter_spec", "output_prefix"),
        part!("adapter_spec", "output_suffix"),
        part!("adapter_spec", "instance_prefix"),
        part!("adapter_spec", "substitutions"),
        // scoring
        part!("adapter_spec", "multi_label"),
        part!("adapter_spec", "output_mapping_pattern"),
        part!("adapter_spec", "reeval_parameters"),
    ],
};

/// HELM's own client loads these and runs them where HELM runs.
const DEPLOYMENTS: &[(&str, &str)] = &[("huggingface/*", r#"{"environment": {"executor": "local"}}"#)];

const METRICS: Each = Each::All(&Object {
    base: r#"{"definition": {"absent": "undisclosed"}, "params": {}}"#,
    rest: "/params",
    members: &[need("class_name", "/name", Name), own("args", Value)],
});

const AUGMENTER: Object = Object {
    base: "",
    rest: definition!("data_augmenter_spec"),
    members: &[
        part!("data_augmenter_spec", "perturbation_specs"),
        part!("data_augmenter_spec", "should_augment_train_instances"),
        part!("data_augmenter_spec", "should_include_original_train"),
        part!("data_augmenter_spec", "should_skip_unchanged_train"),
        part!("data_augmenter_spec", "should_augment_eval_instances"),
        part!("data_augmenter_spec", "should_include_original_eval"),
        part!("data_augmenter_spec", "should_skip_unchanged_eval"),
        part!("data_augmenter_spec", "seeds_per_instance"),
    ],
};
