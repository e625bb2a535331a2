//! What the properties know of an API: written from the vendors' pages, not from the tables.

use crate::{
    bodies::of_corpora,
    support::{member, root},
};
use decl_core::{Value, json, key_order};
use std::{borrow::Cow, fs};

/// One API.
pub(super) struct Api {
    /// The adapter.
    pub(super) name: &'static str,
    /// What the corpora call its bodies, and which of them hold some.
    kinds: &'static [&'static str],
    corpora: &'static [&'static str],
    /// Members of the body that move, bill, store or label the request.
    pub(super) transport: &'static [&'static str],
    /// The same, and secrets, at any depth.
    left_out: &'static [&'static str],
    /// What a run adds: refused, or left out where it is nothing.
    added: &'static [&'static str],
    /// Inside these the order of members can reach the model; `a/*`: inside every member of the object at `a`.
    kept: &'static [&'static str],
    /// How often each body is edited.
    pub(super) edits: u32,
    /// Is the body read by the JSON mapping of protocol buffers?
    proto: bool,
}

/// The corpora of requests.
const REQUESTS: &[&str] = &["cassettes", "bfcl", "openai-evals", "agents"];

pub(super) const APIS: [Api; 6] = [
    Api {
        name: "chat",
        kinds: &["openai.chat"],
        corpora: REQUESTS,
        transport: &[
            "stream",
            "stream_options",
            "store",
            "metadata",
            "user",
            "safety_identifier",
            "service_tier",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
        ],
        left_out: &[],
        added: &[],
        kept: &["parameters", "schema"],
        edits: 16,
        proto: false,
    },
    Api {
        name: "responses",
        kinds: &["openai.responses"],
        corpora: REQUESTS,
        transport: &[
            "stream",
            "stream_options",
            "store",
            "background",
            "background_options",
            "metadata",
            "user",
            "safety_identifier",
            "service_tier",
            "prompt_cache_key",
            "prompt_cache_options",
            "prompt_cache_retention",
        ],
        left_out: &["prompt_cache_breakpoint", "authorization"],
        added: &[],
        kept: &["parameters", "schema", "output_schema", "response", "input_schema"],
        edits: 16,
        proto: false,
    },
    Api {
        name: "anthropic",
        kinds: &["anthropic.messages"],
        corpora: REQUESTS,
        transport: &[
            "stream",
            "metadata",
            "service_tier",
            "cache_control",
            "diagnostics",
            "user_profile_id",
            "workspace_id",
            "billing_policy",
            "fallback_credit_token",
        ],
        left_out: &["cache_control", "authorization_token", "caching"],
        added: &[],
        kept: &["input_schema", "schema", "input", "input_examples"],
        edits: 16,
        proto: false,
    },
    Api {
        name: "gemini",
        kinds: &["gemini.generateContent"],
        corpora: REQUESTS,
        transport: &["labels", "store", "serviceTier"],
        left_out: &[],
        added: &[],
        kept: &[
            "parameters",
            "parametersJsonSchema",
            "response",
            "responseJsonSchema",
            "responseSchema",
            "args",
        ],
        edits: 16,
        proto: true,
    },
    Api {
        name: "lm-eval",
        kinds: &["lm_eval.task", "lm_eval.group"],
        corpora: &["lm-eval-runs"],
        transport: &["model_name_sanitized"],
        left_out: &[],
        added: &[
            "batch_sizes",
            "date",
            "delta_sha",
            "end_time",
            "eot_token_id",
            "git_hash",
            "groups",
            "max_length",
            "model_dtype",
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
        kept: &["configs/*"],
        edits: 4,
        proto: false,
    },
    Api {
        name: "helm",
        kinds: &["helm.run_spec"],
        corpora: &["helm-runspecs"],
        transport: &[],
        left_out: &[],
        added: &[],
        kept: &[],
        edits: 4,
        proto: false,
    },
];

impl Api {
    /// The bodies that the project ships, each with what would be known of a real one.
    pub(super) fn shipped(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let name = match self.name {
            "chat" => "bodies.ndjson".to_owned(),
            "lm-eval" | "helm" => return vec![(self.example(), b"{}".to_vec())],
            name => format!("bodies-{name}.ndjson"),
        };
        let lines = fs::read(root().join("examples").join(name)).unwrap();
        let lines = lines.split(|b| *b == b'\n').filter(|line| !line.is_empty());
        lines
            .map(|line| {
                (line.to_vec(), br#"{"url_path": "/v1beta/models/some-model:generateContent"}"#.to_vec())
            })
            .collect()
    }

    fn example(&self) -> Vec<u8> {
        fs::read(root().join(format!("examples/{}-run.json", self.name))).unwrap()
    }

    /// Those of the corpora, where they are.
    pub(super) fn real(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.kinds.iter().flat_map(|kind| of_corpora(self.corpora, kind)).collect()
    }

    /// The model, where the URL names it: `/v1beta/models/MODEL:generateContent`.
    pub(super) fn model(&self, meta: &[u8]) -> Option<String> {
        if !self.proto {
            return None;
        }
        let meta = json::parse(meta).unwrap();
        let url = member(&meta, "url_path");
        url.split("/models/").nth(1).and_then(|rest| rest.split(':').next()).map(str::to_owned)
    }

    /// The table's name of a member as it may be written.
    pub(super) fn name<'k>(&self, key: &'k str) -> Cow<'k, str> {
        if !self.proto || !key.contains('_') {
            return Cow::Borrowed(key);
        }
        let mut name = String::new();
        let mut upper = false;
        for c in key.chars() {
            match c {
                '_' => upper = true,
                c if upper => {
                    name.push(c.to_ascii_uppercase());
                    upper = false;
                }
                c => name.push(c),
            }
        }
        Cow::Owned(name)
    }

    /// Can the order of members inside this member, of the object at `around`, reach the model?
    pub(super) fn keeps_order(&self, around: &str, key: &str) -> bool {
        let key = self.name(key);
        self.kept.iter().any(|kept| match kept.strip_suffix("/*") {
            Some(object) => object == around,
            None => *kept == key,
        })
    }

    /// The run that a body describes, in one way: what does not define it left out, members in one order where the
    /// order says nothing, documented equivalences resolved. `model` is the one that the URL names; a body may repeat
    /// it.
    pub(super) fn run(&self, body: &Value<'_>, model: Option<&str>) -> String {
        let Value::Map(mut members) = self.defining(body, "", self.proto) else { return json::minimal(body) };
        let bare = |name: &str| name.strip_prefix("models/").unwrap_or(name).to_owned();
        members.retain_mut(|(key, value)| {
            let named = key == "model" && model.is_some() && value.as_str().map(bare) == model.map(bare);
            let is_moved = self.transport.contains(&&**key);
            !named && (!is_moved || rest_of(key, value).map(|rest| *value = rest).is_some())
        });
        for (key, value) in &mut members {
            if self.name == "chat" && key == "stop" && matches!(value, Value::Text(_)) {
                *value = Value::Array(vec![value.clone()]); // one text is the list of it
            }
        }
        format!("{model:?} {}", json::minimal(&Value::Map(members)))
    }

    fn defining<'a>(&self, value: &Value<'a>, around: &str, is_message: bool) -> Value<'a> {
        match value {
            Value::Map(members) => {
                let mut members: Vec<_> = members
                    .iter()
                    .filter(|(key, value)| !(self.added.contains(&&*self.name(key)) && is_nothing(value)))
                    .filter_map(|(key, value)| {
                        let name = self.name(key);
                        let value = match value {
                            // Null is an absent member there, unless any value may stand in its place. Nobody knows what
                            // may stand in that of a member that an edit made up.
                            Value::Null if is_message && !name.ends_with("JsonSchema") && !is_new(&name) => {
                                return None;
                            }
                            value if self.left_out.contains(&&*name) => rest_of(&name, value)?,
                            Value::Map(headers) if name == "headers" => choosing(headers)?,
                            value if is_message && is_schema(around, &name) => set_fields(value),
                            value if self.keeps_order(around, key) => value.clone(),
                            value => self.defining(value, &name, is_message && !is_new(&name)),
                        };
                        Some((Cow::Owned(name.into_owned()), value))
                    })
                    .collect();
                members.sort_by(|a, b| key_order(&a.0, &b.0));
                Value::Map(members)
            }
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.defining(item, "", is_message)).collect())
            }
            other => other.clone(),
        }
    }
}

/// Is this Gemini's message for a schema, and not a value of the caller?
fn is_schema(around: &str, name: &str) -> bool {
    let is_result = ["functionResponse", "toolResponse"].contains(&around);
    ["parameters", "responseSchema"].contains(&name) || name == "response" && !is_result
}

/// The schema without its fields that are null, in the order given. The names of properties are the caller's own.
fn set_fields<'a>(schema: &Value<'a>) -> Value<'a> {
    const FIELDS: [&str; 15] = [
        "anyOf",
        "description",
        "enum",
        "format",
        "items",
        "maximum",
        "maxItems",
        "minimum",
        "minItems",
        "nullable",
        "pattern",
        "properties",
        "required",
        "title",
        "type",
    ];
    let each = |members: &[(Cow<'a, str>, Value<'a>)], f: &dyn Fn(&str, &Value<'a>) -> Value<'a>| {
        Value::Map(members.iter().map(|(name, value)| (name.clone(), f(name, value))).collect())
    };
    match schema {
        Value::Array(items) => Value::Array(items.iter().map(set_fields).collect()),
        Value::Map(members) => {
            let is_set = |(name, value): &&(Cow<'a, str>, Value<'a>)| {
                *value != Value::Null || !FIELDS.contains(&&**name)
            };
            let set: Vec<_> = members.iter().filter(is_set).cloned().collect();
            each(&set, &|name, value| match (name, value) {
                ("properties", Value::Map(properties)) => each(properties, &|_, schema| set_fields(schema)),
                ("items" | "anyOf" | "additionalProperties", schema) => set_fields(schema),
                (_, value) => value.clone(),
            })
        }
        value => value.clone(),
    }
}

/// Did an edit make this member up?
fn is_new(name: &str) -> bool {
    name.ends_with('x') || name == "a"
}

/// Members that are left out whatever they hold: the names in them are the caller's own.
const FREE: [&str; 2] = ["labels", "metadata"];

/// Those that are objects, with the members that are left out with them. Every other one is a scalar.
const OBJECTS: [(&str, &[&str]); 9] = [
    ("background_options", &["completion_window", "continuation_id"]),
    ("billing_policy", &["type", "bill_to"]),
    ("cache_control", &["type", "ttl"]),
    ("caching", &["type", "ttl"]),
    ("diagnostics", &["previous_message_id"]),
    ("fallback_credit_token", &["token", "mode"]),
    ("prompt_cache_breakpoint", &["mode", "ttl"]),
    ("prompt_cache_options", &["mode", "ttl"]),
    ("stream_options", &["include_usage", "include_obfuscation"]),
];

/// What of a member that is left out defines the run, or has it refused.
fn rest_of<'a>(name: &str, value: &Value<'a>) -> Option<Value<'a>> {
    if FREE.contains(&name) {
        return None;
    }
    let object = OBJECTS.iter().find(|(object, _)| *object == name);
    let (members, known) = match (value, object) {
        (Value::Map(members), Some((_, known))) => (members, known),
        (Value::Map(_), None) => return Some(value.clone()),
        (Value::Null, _) | (_, None) => return None,
        (Value::Text(_), _) if name == "fallback_credit_token" => return None,
        (_, Some(_)) => return Some(value.clone()),
    };
    let is_known = |key: &str, value: &Value<'_>| known.contains(&key) && !matches!(value, Value::Map(_));
    let others: Vec<_> = members.iter().filter(|(key, value)| !is_known(key, value)).cloned().collect();
    (!others.is_empty()).then_some(Value::Map(others))
}

/// The headers that define the run. Names have no case, and those that carry credentials are left out.
fn choosing<'a>(headers: &[(Cow<'a, str>, Value<'a>)]) -> Option<Value<'a>> {
    let carries = |name: &str| name.ends_with("key") || name.ends_with("authorization");
    let mut others: Vec<_> = headers
        .iter()
        .map(|(name, value)| (Cow::Owned(name.to_ascii_lowercase()), value.clone()))
        .filter(|(name, value)| !(carries(name) && matches!(value, Value::Text(_))))
        .collect();
    others.sort_by(|a, b| key_order(&a.0, &b.0));
    (!others.is_empty()).then_some(Value::Map(others))
}

fn is_nothing(value: &Value<'_>) -> bool {
    *value == Value::Null || *value == Value::Array(Vec::new()) || *value == Value::Map(Vec::new())
}
