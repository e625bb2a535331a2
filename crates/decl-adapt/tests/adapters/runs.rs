//! The tables of descriptions of runs that are no requests: `lm-eval` and `helm`.

use super::{ABSENT, Case, at, check, check_refusals, content, data, identity::Api, read, text, translate};
use decl_adapt::{Options, Unknown};
use decl_core::{Value, json};

const UNDISCLOSED: &str = r#"{"absent": "undisclosed"}"#;

pub(super) const RUNS: [Api; 2] = [
    Api {
        name: "lm-eval",
        left_out: &[
            "batch_sizes",
            "date",
            "delta_sha",
            "end_time",
            "eot_token_id",
            "git_hash",
            "groups",
            "max_length",
            "model_dtype",
            "model_name_sanitized",
            "model_num_parameters",
            "model_revision",
            "model_sha",
            "n-samples",
            "peft_sha",
            "pretty_env_info",
            "results",
            "samples",
            "start_time",
            "task_hashes",
            "tokenizer_bos_token",
            "tokenizer_eos_token",
            "tokenizer_pad_token",
            "total_evaluation_time_seconds",
            "transformers_version",
            "upper_git_hash",
        ],
        known: &[],
        kept: &["arc", "arcx", "gsm", "gsmx"],
        bodies: &[r#"{"group_subtasks": {"arc": [], "both": ["gsm", "arc"]}, "configs": {
                "gsm": {"task": "gsm", "dataset_path": "gsm8k", "dataset_name": "main", "training_split": "train",
                    "test_split": "test", "validation_split": "valid", "fewshot_split": "train",
                    "dataset_kwargs": {"revision": "e53f048", "data_files": {"test": "t.csv", "train": "u.csv"}},
                    "doc_to_text": "Q: {{question}}\nA:", "doc_to_target": "def target(doc):\n    return doc['a']\n",
                    "process_docs": "functools.partial(<function process at 0x7f98a7716b60>, subject='law')",
                    "doc_to_choice": {"no": "b", "yes": "a"}, "description": "", "target_delimiter": " ",
                    "fewshot_config": {"sampler": "first_n", "samples": [{"q": "1", "a": "2"}], "process_docs": null},
                    "num_fewshot": 5, "repeats": 2, "output_type": "generate_until", "should_decontaminate": false,
                    "generation_kwargs": {"until": ["\n", "Q:"], "do_sample": false, "temperature": 0.0},
                    "filter_list": [{"name": "strict", "filter": [{"function": "regex", "regex_pattern": "a"}]}],
                    "metric_list": [{"metric": "exact_match", "aggregation": "mean", "higher_is_better": true},
                        {"metric": "def f1(items):\n    return 1\n", "k": [1, 5]}],
                    "metadata": {"version": 3.0, "config_source": "lm_eval/tasks/gsm.yaml"}},
                "arc": {"task": "arc", "dataset_path": "ai2_arc", "validation_split": "validation", "num_fewshot": 0,
                    "metric_list": [{"metric": "acc"}], "metadata": {"version": "1"}}},
             "versions": {"gsm": 3.0, "arc": "1"}, "n-shot": {"gsm": 5, "arc": 0},
             "higher_is_better": {"gsm": {"exact_match": true}, "arc": {"acc": true}},
             "config": {"model": "hf", "model_args": "pretrained=EleutherAI/pythia-160m,revision=step3,dtype=\"float\"",
                "batch_size": "auto:4", "batch_sizes": [], "device": "cuda:0", "use_cache": null, "limit": 10,
                "bootstrap_iters": 100000, "gen_kwargs": {"temperature": 0.7, "until": ["a", "b"]},
                "random_seed": 0, "numpy_seed": null, "torch_seed": 1234, "fewshot_seed": 1234},
             "lm_eval_version": "0.4.13", "system_instruction": "be brief", "system_instruction_sha": "ab",
             "fewshot_as_multiturn": true, "chat_template": "{{ messages }}", "chat_template_sha": "cd",
             "model_source": "hf", "model_name": "EleutherAI/pythia-160m", "model_name_sanitized": "x"}"#],
        small: &[
            r#"{"configs": {"arc": {"dataset_path": "a", "test_split": "a"}},
                "config": {"model": "hf", "model_args": "pretrained=a"}, "lm_eval_version": "1"}"#,
            r#"{"configs": {"arc": {"dataset_path": "a", "test_split": "a", "metric_list": [{"metric": "a"}]}},
                "config": {"model": "hf", "model_args": {"pretrained": "a"}, "limit": 1}, "lm_eval_version": "1"}"#,
            r#"{"configs": {"arc": {"dataset_path": "a", "test_split": "a"}}, "system_instruction": "a",
                "config": {"model": "openai-a", "model_args": {"model": "a"}, "gen_kwargs": "a"}, "lm_eval_version": "1"}"#,
        ],
    },
    Api {
        name: "helm",
        left_out: &[],
        known: &[],
        kept: &[],
        bodies: &[
            r#"{"name": "boolq:model=m", "groups": ["boolq", "qa"], "annotators": [{"class_name": "a.B", "args": {}}],
                "scenario_spec": {"class_name": "helm.BoolQ", "args": {"only_contrast": false, "b": {"y": 1, "x": null}}},
                "adapter_spec": {"method": "generation", "global_prefix": "", "global_suffix": "x",
                    "instructions": "Answer.", "input_prefix": "P: ", "input_suffix": "\n", "reference_prefix": "A. ",
                    "reference_prefix_characters": ["A", "B"], "reference_suffix": "\n", "chain_of_thought_prefix": "",
                    "chain_of_thought_suffix": "\n", "output_prefix": "Answer: ", "output_suffix": "\n",
                    "instance_prefix": "\n", "substitutions": [{"source": "a", "target": "b"}],
                    "max_train_instances": 5, "max_eval_instances": 100, "num_outputs": 1, "num_train_trials": 1,
                    "num_trials": 2, "sample_train": true, "model_deployment": "huggingface/gpt2",
                    "model": "openai/gpt2", "temperature": 0.0, "max_tokens": 5, "stop_sequences": ["\n"],
                    "random": "1", "multi_label": false, "image_generation_parameters": {"guidance_scale": 7.5},
                    "reeval_parameters": {"model_ability": 0.5}, "eval_splits": ["valid", "test"],
                    "output_mapping_pattern": "(A|B)"},
                "metric_specs": [{"class_name": "helm.Basic", "args": {"names": ["exact_match", "f1"]}},
                    {"class_name": "helm.Bias", "args": {"mode": null}}],
                "data_augmenter_spec": {"perturbation_specs": [{"class_name": "p.Q", "args": {"prob": 1.0}}],
                    "should_augment_train_instances": false, "should_include_original_train": true,
                    "should_skip_unchanged_train": true, "should_augment_eval_instances": true,
                    "should_include_original_eval": true, "should_skip_unchanged_eval": true, "seeds_per_instance": 1}}"#,
        ],
        small: &[
            r#"{"name": "a", "scenario_spec": {"class_name": "a"}, "adapter_spec": {"model": "a"}}"#,
            r#"{"name": "a", "scenario_spec": {"class_name": "a", "args": {}}, "adapter_spec": {"model": "a"},
                "metric_specs": [{"class_name": "a", "args": {}}]}"#,
            r#"{"name": "a", "scenario_spec": {"class_name": "a"}, "data_augmenter_spec": {"seeds_per_instance": 1},
                "adapter_spec": {"model": "a", "eval_splits": ["a"], "num_trials": 1}}"#,
            r#"{"name": "a", "scenario_spec": {"class_name": "a"},
                "adapter_spec": {"model": "a", "max_eval_instances": 1, "stop_sequences": ["a"], "random": "a"}}"#,
        ],
    },
];

/// A run of `lm_eval`: members of `config`, of the one task, and others.
fn eval(config: &str, task: &str, more: &str) -> String {
    format!(
        r#"{{"config": {{"model": "hf", "model_args": "pretrained=m"{config}}}, "lm_eval_version": "0.4.13",
            "configs": {{"t": {{"dataset_path": "d", "test_split": "s"{task}}}}}{more}}}"#
    )
}

/// A run of HELM: members of `adapter_spec`, and others.
fn helm(adapter: &str, more: &str) -> String {
    format!(
        r#"{{"name": "n", "scenario_spec": {{"class_name": "c"}}, "adapter_spec": {{"model": "m"{adapter}}}{more}}}"#
    )
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
fn every_member_of_lm_eval_goes_where_the_table_says() {
    let run = |config: &str, pointer: &'static str, want: &str| -> Case {
        (eval(config, "", ""), pointer, want.to_owned())
    };
    let task = |task: &str, pointer: &'static str, want: &str| -> Case {
        (eval("", task, ""), pointer, want.to_owned())
    };
    let more =
        |more: &str, pointer: &'static str, want: String| -> Case { (eval("", "", more), pointer, want) };
    let model = |model: &str, args: &str, pointer: &'static str, want: &str| -> Case {
        let body = eval("", "", "").replace(r#""hf""#, model).replace(r#""pretrained=m""#, args);
        (body, pointer, want.to_owned())
    };
    let settings = |name: &str| -> &'static str { format!("/environment/settings/{name}").leak() };
    check(
        "lm-eval",
        &[
            run("", "/kind", r#""evaluate""#),
            run("", "/evaluation/harness/version", r#""0.4.13""#),
            run("", "/model/name", r#""m""#),
            run("", "/model/authority", r#""huggingface.co""#),
            run("", "/environment/executor", r#""local""#),
            run("", settings("model"), r#""hf""#),
            run("", settings("model_args"), r#""pretrained=m""#),
            run(r#", "batch_size": "auto""#, settings("batch_size"), r#""auto""#),
            run(r#", "device": null"#, settings("device"), ABSENT),
            run(r#", "use_cache": null"#, settings("use_cache"), ABSENT),
            run(r#", "random_seed": 0"#, "/evaluation/seeds/random_seed", "0"),
            run(r#", "numpy_seed": 1"#, "/evaluation/seeds/numpy_seed", "1"),
            run(r#", "torch_seed": 2"#, "/evaluation/seeds/torch_seed", "2"),
            run(r#", "fewshot_seed": 3"#, "/evaluation/seeds/fewshot_seed", "3"),
            run(r#", "bootstrap_iters": 4"#, "/evaluation/seeds/bootstrap_iters", "4"),
            run(r#", "gen_kwargs": "a=1,b=2""#, "/parameters/set/gen_kwargs", r#""a=1,b=2""#),
            run(r#", "gen_kwargs": {"a": 1}"#, "/parameters/set/gen_kwargs", r#"{"a": 1}"#),
            // how many documents of every task
            run("", "/evaluation/tasks/0/samples", r#""all""#),
            run(r#", "limit": null"#, "/evaluation/tasks/0/samples", r#""all""#),
            run(r#", "limit": 10.0"#, "/evaluation/tasks/0/samples", "10"),
            run(r#", "limit": 10.0"#, settings("limit"), "10"),
            // the model, as its backend and its arguments name it
            model(r#""vllm""#, r#""pretrained=o/m,revision=r""#, "/model/revision", r#""r""#),
            model(r#""hf""#, r#""pretrained=o/m,revision='None'""#, "/model/revision", r#""None""#),
            model(r#""hf""#, r#""pretrained=m,revision= None ""#, "/model/revision", ABSENT),
            model(r#""hf""#, r#"" ,a,pretrained=x,pretrained=\"b=c\",""#, "/model/name", r#""b=c""#),
            model(r#""hf""#, r#"{"pretrained": "m", "revision": 7}"#, "/model/revision", r#""7""#),
            model(
                r#""hf""#,
                r#"{"b": 1, "pretrained": "m"}"#,
                settings("model_args"),
                r#"{"b": 1, "pretrained": "m"}"#,
            ),
            model(r#""hf""#, r#""pretrained=./m""#, "/model/authority", r#""local""#),
            model(r#""hf-multimodal""#, r#""pretrained=/m""#, "/model/authority", r#""local""#),
            model(r#""openai-completions""#, r#""model=davinci""#, "/model/authority", r#""openai.com""#),
            model(r#""openai-completions""#, r#""model=davinci""#, "/environment/executor", r#""hosted""#),
            model(
                r#""local-completions""#,
                r#""model=m,base_url=http://h/v1""#,
                "/model/authority",
                r#""local""#,
            ),
            model(r#""watsonx_llm""#, r#""model_id=m""#, "/model/name", r#""m""#),
            // the task, whole and in parts
            task("", "/evaluation/tasks/0/name", r#""t""#),
            task(
                r#", "b": [null, 1.0], "a": "x""#,
                "/evaluation/tasks/0/definition",
                &data(r#"{"dataset_path":"d","test_split":"s","b":[null,1],"a":"x"}"#),
            ),
            task(r#", "metadata": {"version": 2.5}"#, "/evaluation/tasks/0/version", r#""2.5""#),
            task(r#", "metadata": {}"#, "/evaluation/tasks/0/version", UNDISCLOSED),
            task("", "/evaluation/tasks/0/dataset/name", r#""d""#),
            task("", "/evaluation/tasks/0/dataset/split", r#""s""#),
            task(r#", "validation_split": "v""#, "/evaluation/tasks/0/dataset/split", r#""s""#),
            task(r#", "dataset_name": "c""#, "/evaluation/tasks/0/dataset/config", r#""c""#),
            task(r#", "dataset_name": null"#, "/evaluation/tasks/0/dataset/config", ABSENT),
            task(
                r#", "dataset_kwargs": {"revision": "r"}"#,
                "/evaluation/tasks/0/dataset/revision",
                r#""r""#,
            ),
            task(
                r#", "num_fewshot": 5, "fewshot_split": "v""#,
                "/evaluation/tasks/0/fewshot",
                r#"{"num_fewshot": 5, "fewshot_split": "v"}"#,
            ),
            task(r#", "repeats": 3"#, "/evaluation/tasks/0/repeats", "3"),
            task(r#", "metric_list": [{"metric": "acc", "k": 1}]"#, "/evaluation/metrics/0/name", r#""acc""#),
            task(
                r#", "metric_list": [{"metric": "acc", "k": 1}]"#,
                "/evaluation/metrics/0/definition",
                &data(r#"{"metric":"acc","k":1}"#),
            ),
            task(
                r#", "metric_list": [{"metric": "def f():\n  1"}]"#,
                "/evaluation/metrics/0/name",
                r#""callable""#,
            ),
            // beside the tasks
            more(r#", "versions": {"u": 1, "t": 2}"#, settings("versions"), data(r#"{"t":2,"u":1}"#)),
            more(r#", "n-shot": {"t": 0}"#, settings("n-shot"), data(r#"{"t":0}"#)),
            more(r#", "group_subtasks": {"g": ["t"]}"#, settings("group_subtasks"), data(r#"{"g":["t"]}"#)),
            more(r#", "higher_is_better": {"t": {}}"#, settings("higher_is_better"), data(r#"{"t":{}}"#)),
            more(r#", "chat_template": "{{m}}""#, "/model/template", content("{{m}}", "text/x-jinja")),
            more(r#", "system_instruction": "hi""#, "/instructions/0/parts/0/content", text("hi")),
            more(r#", "fewshot_as_multiturn": true"#, settings("fewshot_as_multiturn"), "true".into()),
            more(r#", "results": {}, "date": null"#, "/ext", "{}".into()),
        ],
    );
}

#[test]
fn metrics_that_tasks_share_stand_once() {
    let task =
        r#"{"dataset_path": "d", "test_split": "s", "metric_list": [{"metric": "acc"}, {"metric": "f1"}]}"#;
    let other =
        r#"{"dataset_path": "d", "test_split": "s", "metric_list": [{"metric": "acc"}, {"metric": "ter"}]}"#;
    let body =
        eval("", "", "").replace(r#""configs": {"#, &format!(r#""configs": {{"a": {task}, "bb": {other}, "#));
    let names = |list: &str, member: &str| -> Vec<String> {
        let declared = read("lm-eval", &body).unwrap().declaration;
        let declared = declared.value();
        let Some(Value::Array(items)) = at(&declared, list) else { panic!("{list}") };
        items.iter().map(|item| item.get(member).and_then(Value::as_str).unwrap().to_owned()).collect()
    };
    assert_eq!(names("/evaluation/metrics", "name"), ["acc", "f1", "ter"]);
    assert_eq!(names("/evaluation/tasks", "name"), ["a", "t", "bb"], "canonical order");
}

#[test]
fn every_member_of_helm_goes_where_the_table_says() {
    let run = |adapter: &str, pointer: &'static str, want: &str| -> Case {
        (helm(adapter, ""), pointer, want.to_owned())
    };
    let more = |more: &str, pointer: &'static str, want: &str| -> Case {
        (helm("", more), pointer, want.to_owned())
    };
    let defined = |json: &str| data(&json.replace('@', r#""scenario_spec":{"class_name":"c"}"#));
    check(
        "helm",
        &[
            run("", "/kind", r#""evaluate""#),
            run("", "/evaluation/harness/version", r#""0.5.16""#),
            run("", "/environment/api/version", r#""0.5.16""#),
            run("", "/evaluation/tasks/0/name", r#""n""#),
            run("", "/evaluation/tasks/0/dataset/name", r#""c""#),
            run("", "/evaluation/tasks/0/dataset/split", r#""valid+test""#),
            run(
                r#", "eval_splits": ["train", "test"]"#,
                "/evaluation/tasks/0/dataset/split",
                r#""train+test""#,
            ),
            run(r#", "eval_splits": null"#, "/evaluation/tasks/0/dataset/split", r#""valid+test""#),
            run(
                r#", "eval_splits": ["test"]"#,
                "/evaluation/tasks/0/definition",
                &defined(r#"{"adapter_spec":{"eval_splits":["test"]},@}"#),
            ),
            run("", "/model/name", r#""m""#),
            run("", "/model/authority", r#""crfm.stanford.edu""#),
            run(r#", "model_deployment": "together/m""#, "/environment/executor", r#""hosted""#),
            run(r#", "model_deployment": "huggingface/m""#, "/environment/executor", r#""local""#),
            run(r#", "model_deployment": "h/m""#, "/environment/settings/model_deployment", r#""h/m""#),
            run(r#", "temperature": 1.0"#, "/parameters/set/temperature", "1"),
            run(r#", "max_tokens": 5"#, "/parameters/set/max_tokens", "5"),
            run(r#", "num_outputs": 1"#, "/parameters/set/num_outputs", "1"),
            run(r#", "random": "r""#, "/parameters/set/random", r#""r""#),
            run(r#", "stop_sequences": ["a", "b"]"#, "/constraints/output/stop", r#"["a", "b"]"#),
            run(r#", "max_eval_instances": 7"#, "/evaluation/tasks/0/samples", "7"),
            run(r#", "num_trials": 3"#, "/evaluation/tasks/0/repeats", "3"),
            run(
                r#", "max_train_instances": 5, "sample_train": true, "num_train_trials": 1"#,
                "/evaluation/tasks/0/fewshot",
                r#"{"max_train_instances": 5, "sample_train": true, "num_train_trials": 1}"#,
            ),
            run(
                r#", "instructions": "i", "substitutions": [{"target": 1, "source": null}]"#,
                "/evaluation/tasks/0/definition",
                &defined(
                    r#"{"adapter_spec":{"instructions":"i","substitutions":[{"source":null,"target":1}]},@}"#,
                ),
            ),
            run(
                r#", "instance_prefix": null"#,
                "/evaluation/tasks/0/definition",
                &defined(r#"{"adapter_spec":{"instance_prefix":null},@}"#),
            ),
            more(
                r#", "data_augmenter_spec": {"seeds_per_instance": 1}"#,
                "/evaluation/tasks/0/definition",
                &defined(r#"{@,"data_augmenter_spec":{"seeds_per_instance":1}}"#),
            ),
            more(
                r#", "annotators": [{"class_name": "a", "args": {}}]"#,
                "/evaluation/tasks/0/definition",
                &defined(r#"{"annotators":[{"args":{},"class_name":"a"}],@}"#),
            ),
            more(r#", "groups": ["g"]"#, "/environment/settings/groups", r#"["g"]"#),
            more(
                r#", "metric_specs": [{"class_name": "a", "args": {"names": ["b"]}}]"#,
                "/evaluation/metrics",
                r#"[{"name": "a", "definition": {"absent": "undisclosed"}, "params": {"args": {"names": ["b"]}}}]"#,
            ),
        ],
    );
}

#[test]
fn what_a_run_added_is_refused_by_name_and_all_at_once() {
    let outputs = [
        "results",
        "groups",
        "samples",
        "n-samples",
        "task_hashes",
        "date",
        "start_time",
        "end_time",
        "total_evaluation_time_seconds",
        "git_hash",
        "upper_git_hash",
        "pretty_env_info",
        "transformers_version",
        "tokenizer_pad_token",
        "tokenizer_eos_token",
        "tokenizer_bos_token",
        "eot_token_id",
        "max_length",
    ];
    let of_model = [
        "batch_sizes",
        "model_num_parameters",
        "model_dtype",
        "model_revision",
        "model_sha",
        "peft_sha",
        "delta_sha",
    ];
    let with = |names: &[&str], value: &str| -> String {
        names.iter().flat_map(|name| [", \"", *name, "\": ", value]).collect()
    };
    let body = |value: &str| eval(&with(&of_model, value), "", &with(&outputs, value));
    let plain = read("lm-eval", &eval("", "", "")).unwrap().declaration;
    for nothing in ["null", "[]", "{}"] {
        assert_eq!(read("lm-eval", &body(nothing)).unwrap().declaration, plain, "{nothing} is nothing");
    }
    for options in [Options::default(), Options { unknown: Unknown::Extend, ..Options::default() }] {
        for value in [r#"{"t": 1}"#, "0", r#""x""#, "[0]", "false"] {
            let body = body(value);
            let mut faults = Vec::new();
            let adapter = decl_adapt::named("lm-eval").unwrap();
            assert!(
                adapter.translate(json::parse(body.as_bytes()).unwrap(), &options, &mut faults).is_none()
            );
            let mut refused: Vec<String> =
                faults.iter().map(|fault| format!("{} {}", fault.code, fault.at)).collect();
            let mut all: Vec<String> = outputs.iter().map(|name| format!("E-ARTEFACT /{name}")).collect();
            all.extend(of_model.iter().map(|name| format!("E-ARTEFACT /config/{name}")));
            refused.sort();
            all.sort();
            assert_eq!(refused, all);
        }
    }
}

#[test]
fn what_is_not_the_whole_run_is_refused() {
    let of = |body: String, want: &'static str| (body, want);
    let secret = "hf_".to_owned() + &"x".repeat(34);
    check_refusals(
        "lm-eval",
        &[
            of("{}".into(), "E-MISSING at /config"),
            of(eval("", "", r#", "cfg": 1"#), "E-UNKNOWN-MEMBER at /cfg"),
            of(eval(r#", "seed": 1"#, "", ""), "E-UNKNOWN-MEMBER at /config/seed"),
            of(eval(r#", "use_cache": "cache.db""#, "", ""), "E-UNRESOLVED at /config/use_cache"),
            of(eval("", r#", "repeats": "x""#, ""), "E-TYPE at /configs/t/repeats"),
            of(eval("", r#", "metric_list": [1]"#, ""), "E-TYPE at /configs/t/metric_list/0"),
            of(
                eval("", "", "").replace(r#"{"dataset_path": "d", "test_split": "s"}"#, "[]"),
                "E-TYPE at /configs/t",
            ),
            of(
                eval("", "", "").replace("pretrained=m", "pretrained=m,token=x"),
                "E-SECRET at /config/model_args",
            ),
            of(
                eval("", "", "").replace("pretrained=m", &format!("pretrained=m,a={secret}")),
                "E-SECRET at /config/model_args",
            ),
            of(
                eval("", "", "").replace(r#""pretrained=m""#, r#"{"api_key": "x"}"#),
                "E-SECRET at /config/model_args",
            ),
            of(
                eval("", "", "").replace(r#""pretrained=m""#, r#""{\"pretrained\": 1}""#),
                "E-TYPE at /config/model_args",
            ),
            of(eval("", "", "").replace(r#""pretrained=m""#, "[]"), "E-TYPE at /config/model_args"),
        ],
    );
    check_refusals(
        "helm",
        &[
            of("{}".into(), "E-MISSING at /name"),
            of(helm(r#", "top_k": 1"#, ""), "E-UNKNOWN-MEMBER at /adapter_spec/top_k"),
            of(helm("", r#", "stats": 1"#), "E-UNKNOWN-MEMBER at /stats"),
            of(helm("", r#", "metric_specs": [{"args": {}}]"#), "E-MISSING at /metric_specs/0/class_name"),
            of(helm(r#", "max_eval_instances": 0.5"#, ""), "E-TYPE at /adapter_spec/max_eval_instances"),
        ],
    );
}

#[test]
fn a_model_that_the_description_leaves_open_may_come_from_the_caller() {
    let of = |body: &str| {
        let options = Options { model: Some("m"), ..Options::default() };
        let source = translate("lm-eval", &json::parse(body.as_bytes()).unwrap(), &options);
        source.map(|source| source.declaration.identity())
    };
    let named = read("lm-eval", &eval("", "", "")).unwrap().declaration.identity();
    assert_eq!(of(&eval("", "", "")), Ok(named));
    assert!(of(&eval("", "", "").replace("pretrained=m", "")).is_ok());
    assert_eq!(of(&eval("", "", "").replace("pretrained=m", "pretrained=n")), Err("E-RANGE at ".into()));
}

/// The declaration of a description under an overlay.
fn laid(body: &str, overlay: &str) -> Result<String, String> {
    let overlay = json::parse(overlay.as_bytes()).unwrap();
    let options = Options { overlay: Some(&overlay), ..Options::default() };
    translate("lm-eval", &json::parse(body.as_bytes()).unwrap(), &options)
        .map(|source| source.declaration.to_json())
}

/// What a declaration must say and a description does not.
#[test]
fn an_overlay_says_what_the_description_leaves_open() {
    let digest = format!(r#"{{"alg": "sha256", "value": "{}"}}"#, "ab".repeat(32));
    for (body, open, overlay) in [
        (
            eval("", "", "").replace(r#""hf""#, r#""mine""#),
            "later: E-TYPE at /model/authority",
            r#"{"model": {"authority": "example.org"}}"#,
        ),
        (
            eval("", "", "").replace(r#""hf""#, r#""hfs""#),
            "later: E-TYPE at /model/authority",
            r#"{"model": {"authority": "example.org"}}"#,
        ),
        (
            eval("", "", "").replace("pretrained=m", ""),
            "later: E-TYPE at /model/name",
            r#"{"model": {"name": "m"}}"#,
        ),
        (
            eval("", "", "").replace(r#""lm_eval_version": "0.4.13","#, ""),
            "later: E-TYPE at /evaluation/harness/version",
            r#"{"evaluation": {"harness": {"version": "0.4.3"}}}"#,
        ),
        (
            eval("", "", "")
                .replace(r#""dataset_path": "d", "test_split": "s""#, r#""custom_dataset": "def f(): 1""#),
            "later: E-TYPE at /evaluation/tasks/0/dataset/name",
            r#"{"evaluation": {"tasks": [{"dataset": {"name": "d", "split": "s"}}]}}"#,
        ),
        (
            eval(r#", "limit": 0.1"#, "", ""),
            "later: E-TYPE at /evaluation/tasks/0/samples",
            r#"{"evaluation": {"tasks": [{"samples": 13}]}}"#,
        ),
    ] {
        let fault = laid(&body, "{}").unwrap_err();
        assert!(fault.starts_with(&format!("{open}: a map where ")), "{fault}");
        laid(&body, overlay).unwrap_or_else(|fault| panic!("{overlay}: {fault}"));
    }
    // What the backend is called says who serves the model.
    let hosted = eval("", "", "").replace(r#""hf""#, r#""openai-completions""#);
    assert!(
        laid(&hosted, r#"{"model": {"authority": "openai.com"}, "environment": {"executor": "hosted"}}"#)
            .is_ok()
    );
    for (overlay, want) in [
        (r#"{"model": {"authority": "example.org"}}"#, "E-RANGE at /model/authority"),
        (r#"{"environment": {"executor": "local"}}"#, "E-RANGE at /environment/executor"),
    ] {
        assert_eq!(laid(&hosted, overlay).unwrap_err(), want);
    }
    let file = format!(r#"{{"path": "model.safetensors", "len": 5, "digest": {digest}}}"#);
    let pinned = format!(
        r#"{{"model": {{"revision": "r", "tokenizer": {digest},
                "weights": {{"format": "safetensors", "quantization": {{"absent": "none"}}, "files": [{file}]}}}},
            "environment": {{"hardware": {{"gpu": "h100"}}, "settings": {{"cluster": "a"}}}},
            "evaluation": {{
                "harness": {{"code": {{"repo": "example.org/lm-eval",
                    "commit": {{"alg": "sha1-git", "value": "{}"}}}}}},
                "tasks": [{{"version": "1", "dataset": {{"config": "c", "revision": "r", "digest": {digest}}}}}],
                "criteria": [{{"metric": "acc", "comparator": ">=", "threshold": 0.5}}]}}}}"#,
        "cd".repeat(20)
    );
    let declared = laid(&eval("", "", ""), &pinned).unwrap();
    let declared = json::parse(declared.as_bytes()).unwrap();
    for (pointer, want) in [
        ("/model/weights/files/0/path", "model.safetensors"),
        ("/evaluation/tasks/0/dataset/revision", "r"),
        ("/evaluation/tasks/0/version", "1"),
        ("/evaluation/criteria/0/metric", "acc"),
        ("/evaluation/harness/code/repo", "example.org/lm-eval"),
        ("/environment/settings/cluster", "a"),
    ] {
        assert_eq!(at(&declared, pointer).and_then(Value::as_str), Some(want), "{pointer}");
    }
}

#[test]
fn an_overlay_never_says_what_the_description_says() {
    for (body, overlay, want) in [
        (eval("", "", ""), r#"{"model": {"name": "n"}}"#, "E-RANGE at /model/name"),
        (
            eval(r#", "limit": 5"#, "", ""),
            r#"{"evaluation": {"tasks": [{"samples": 6}]}}"#,
            "E-RANGE at /evaluation/tasks/0/samples",
        ),
        (
            eval("", "", ""),
            r#"{"evaluation": {"tasks": [{"samples": 6}]}}"#,
            "E-RANGE at /evaluation/tasks/0/samples",
        ),
        (
            eval("", "", ""),
            r#"{"evaluation": {"tasks": [{"definition": {"json": 1}}]}}"#,
            "E-RANGE at /evaluation/tasks/0/definition/json",
        ),
        (
            eval(r#", "device": null"#, "", ""),
            r#"{"environment": {"settings": {"device": "cpu"}}}"#,
            "E-RANGE at /environment/settings/device",
        ),
        (
            eval("", "", ""),
            r#"{"evaluation": {"metrics": [{"name": "acc"}]}}"#,
            "E-RANGE at /evaluation/metrics",
        ),
    ] {
        assert_eq!(laid(&body, overlay).unwrap_err(), want, "{overlay}");
    }
}
