//! What the properties know of an API: written from the vendors' pages, not from the tables.

use crate::support::{member, root};
use decl_core::{Value, json, key_order};
use std::{borrow::Cow, fs};

/// One API.
pub(super) struct Api {
    /// The adapter.
    pub(super) name: &'static str,
    /// What the corpora call its bodies.
    pub(super) kind: &'static str,
    /// Members of the body that move, bill, store or label the request.
    pub(super) transport: &'static [&'static str],
    /// The same, and secrets, at any depth.
    left_out: &'static [&'static str],
    /// Inside these the order of members can reach the model.
    kept: &'static [&'static str],
    /// Is the body read by the JSON mapping of protocol buffers?
    proto: bool,
}

pub(super) const APIS: [Api; 4] = [
    Api {
        name: "chat",
        kind: "openai.chat",
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
        kept: &["parameters", "schema"],
        proto: false,
    },
    Api {
        name: "responses",
        kind: "openai.responses",
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
        left_out: &["prompt_cache_breakpoint", "authorization", "headers", "domain_secrets"],
        kept: &["parameters", "schema", "output_schema", "response", "input_schema"],
        proto: false,
    },
    Api {
        name: "anthropic",
        kind: "anthropic.messages",
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
        kept: &["input_schema", "schema", "input", "input_examples"],
        proto: false,
    },
    Api {
        name: "gemini",
        kind: "gemini.generateContent",
        transport: &["labels", "store", "serviceTier"],
        left_out: &[],
        kept: &[
            "parameters",
            "parametersJsonSchema",
            "response",
            "responseJsonSchema",
            "responseSchema",
            "args",
        ],
        proto: true,
    },
];

impl Api {
    /// The bodies that the project ships, each with what would be known of a real one.
    pub(super) fn shipped(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let name = if self.name == "chat" {
            "bodies.ndjson".to_owned()
        } else {
            format!("bodies-{}.ndjson", self.name)
        };
        let lines = fs::read(root().join("examples").join(name)).unwrap();
        let lines = lines.split(|b| *b == b'\n').filter(|line| !line.is_empty());
        lines
            .map(|line| {
                (line.to_vec(), br#"{"url_path": "/v1beta/models/some-model:generateContent"}"#.to_vec())
            })
            .collect()
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

    /// Can the order of members inside this member reach the model?
    pub(super) fn keeps_order(&self, key: &str) -> bool {
        self.kept.contains(&&*self.name(key))
    }

    /// The run that a body describes, in one way: what does not define it left out, members in one order where the
    /// order says nothing, documented equivalences resolved. `model` is the one that the URL names; a body may repeat
    /// it.
    pub(super) fn run(&self, body: &Value<'_>, model: Option<&str>) -> String {
        let Value::Map(mut members) = self.defining(body) else { return json::minimal(body) };
        let bare = |name: &str| name.strip_prefix("models/").unwrap_or(name).to_owned();
        members.retain(|(key, value)| {
            let named = key == "model" && model.is_some() && value.as_str().map(bare) == model.map(bare);
            !(named || self.transport.contains(&&**key))
        });
        for (key, value) in &mut members {
            if self.name == "chat" && key == "stop" && matches!(value, Value::Text(_)) {
                *value = Value::Array(vec![value.clone()]); // one text is the list of it
            }
        }
        format!("{model:?} {}", json::minimal(&Value::Map(members)))
    }

    fn defining<'a>(&self, value: &Value<'a>) -> Value<'a> {
        match value {
            Value::Map(members) => {
                let mut members: Vec<_> = members
                    .iter()
                    .filter(|(key, _)| !self.left_out.contains(&&*self.name(key)))
                    .map(|(key, value)| {
                        let value = if self.keeps_order(key) { value.clone() } else { self.defining(value) };
                        (Cow::Owned(self.name(key).into_owned()), value)
                    })
                    .collect();
                members.sort_by(|a, b| key_order(&a.0, &b.0));
                Value::Map(members)
            }
            Value::Array(items) => Value::Array(items.iter().map(|item| self.defining(item)).collect()),
            other => other.clone(),
        }
    }
}
