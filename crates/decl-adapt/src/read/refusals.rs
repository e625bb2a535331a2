//! What is refused, and what is said about it: every fault that the reader finds, with its hint.

use super::{Translator, is_nothing, open::Open};
use crate::{
    members::KeptOut,
    options::Unknown,
    secrets::secret_in_url,
    table::{Object, is_stored},
};
use decl_core::{
    Code, Value,
    names::{artefact, can_be_secret, secret_member, secret_value},
    nearest, quoted,
};
use std::{borrow::Cow, fmt};

impl<'a> Translator<'_, '_, 'a> {
    pub(super) fn unknown(&mut self, name: &str, object: &Object, value: Value<'a>) {
        if artefact(name) {
            self.fault(Code::Artefact, "a run produces this; it cannot define the run");
        } else if secret_member(name, &value) {
            self.fault(Code::Secret, "a member of this name holds a secret");
        } else if self.shared.unknown == Unknown::Extend {
            if self.is_kept_out(name, &value) {
                return;
            }
            // The key has one spelling, or the same request would be another run.
            let pointer = self.at.pointer();
            let tokens = pointer.split('/').map(|token| self.name(token).map_or(token.into(), Cow::Owned));
            let key =
                format!("{}#{}", self.shared.adapter.api, tokens.collect::<Vec<Cow<'_, str>>>().join("/"));
            let spelled = self.name(name).map_or(name.into(), Cow::Owned);
            let value = self.names_inside(&spelled, value);
            let value = self.open(name, value, Open::Unknown);
            self.shared.extensions.push((Cow::Owned(key), value));
        } else {
            let message = format_args!("{} has no such member here", self.shared.adapter.api);
            if let Some(fault) = self.shared.faults.add(Code::UnknownMember, &self.at, message) {
                let table = self.shared.adapter.name;
                // The SDKs of OpenAI take members of other servers in an argument of this name, and send them without it.
                if name == "extra_body" {
                    fault.hint =
                        Some("its members belong one level up: the SDK sends them beside the others".into());
                    return;
                }
                let meant = nearest(name, object.members.iter().map(|member| member.name));
                fault.hint = Some(match (self.shared.adapter.home(name), meant) {
                    (Some(home), _) => format!("it belongs at {home}").into(),
                    (None, Some(meant)) => format!("did you mean \"{meant}\"?").into(),
                    (None, None) => format!(
                        "take it out, or keep it as an extension: --unknown extend; `decl adapters show {table}` lists the members"
                    )
                    .into(),
                });
            }
        }
    }

    /// Refuses a name that never enters `ext`, at any depth of what is carried there. Returns whether it was refused.
    pub(super) fn is_kept_out(&mut self, name: &str, value: &Value<'_>) -> bool {
        match self.shared.adapter.kept_out(name) {
            Some(KeptOut::Secret) if !can_be_secret(value) => return false,
            Some(KeptOut::Secret) => {
                self.fault(Code::Secret, "where a table has a member of this name, it holds a secret");
            }
            Some(KeptOut::State(hint)) => {
                self.external("where a table has a member of this name, it is state kept elsewhere", hint);
            }
            None => return false,
        }
        true
    }

    /// Refuses text that matches one of these patterns, alone or in a list: it names state that lives elsewhere.
    pub(super) fn no_stored(&mut self, stored: &[(&str, &'static str)], value: &Value<'_>) {
        match value {
            Value::Text(text) => {
                if let Some(hint) = is_stored(stored, text) {
                    self.external("the state that this names is not in the body", hint);
                }
            }
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.inside(i, |translator| translator.no_stored(stored, item));
                }
            }
            _ => {}
        }
    }

    pub(super) fn elsewhere(&mut self, hint: &'static str) {
        self.external("what this would hold is kept elsewhere", hint);
    }

    pub(super) fn external(&mut self, message: &str, hint: &'static str) {
        self.fault_hint(Code::Unresolved, message, hint);
    }

    pub(super) fn none_of<'n>(&mut self, text: &str, names: impl Iterator<Item = &'n str>) {
        let names: Vec<&str> = names.collect();
        self.fault(Code::Range, format_args!("{} is none of: {}", quoted(text), names.join(", ")));
    }

    /// Refuses a second statement: two members of an API can mean one thing, and a body states one of them.
    pub(super) fn again(&mut self) {
        self.fault_hint(Code::Range, "another member states this too", "keep one of the two");
    }

    /// Refuses what a run adds, unless it is empty.
    pub(super) fn added(&mut self, value: &Value<'_>, hint: &'static str) {
        if !is_nothing(value) && *value != Value::Map(Vec::new()) {
            self.fault_hint(Code::Artefact, "a run adds this; it cannot define the run", hint);
        }
    }

    /// Refuses the name of a member here that is a secret itself. Its own place would repeat it. Returns whether it was
    /// refused.
    pub(super) fn is_secret_name(&mut self, name: &str) -> bool {
        let is_secret = secret_value(name) || secret_in_url(name);
        if is_secret {
            self.fault(Code::Secret, "a name here has the shape of a secret");
        }
        is_secret
    }

    /// Refuses a name that would be read as a stated absence or as content in a declaration.
    pub(super) fn reserved(&mut self) {
        self.fault_hint(
            Code::Range,
            "in a declaration this name states an absence or names content",
            "the format keeps absent, b3 and kb3 for itself; give it another name",
        );
    }

    /// Refuses what is no object.
    pub(super) fn no_body<T>(&mut self, found: &Value<'_>) -> Option<T> {
        let message = format_args!("{} where a request body is expected", found.type_name());
        match found {
            Value::Text(_) => self.fault_hint(
                Code::Type,
                message,
                "it was encoded twice: give the JSON that is in the text",
            ),
            Value::Array(_) => self.fault_hint(
                Code::Type,
                message,
                "give one body; many, one a line, go to `decl seal --batch`",
            ),
            other => self.expected(other, "a request body"),
        }
        None
    }

    pub(super) fn another_model(&mut self, model: &str) {
        let found = format_args!("the body names another model than {}", quoted(model));
        self.fault_hint(Code::Range, found, "give --model the name in the body, or leave one out");
    }

    pub(super) fn another_version(&mut self, version: &str) {
        let found = format_args!("the body states another version than {}", quoted(version));
        self.fault_hint(Code::Range, found, "give --api-version what the body states, or leave one out");
    }

    pub(super) fn missing(&mut self) {
        self.needed(Code::Missing, "the member is missing");
    }

    pub(super) fn needed(&mut self, code: Code, message: impl fmt::Display) {
        if self.at.pointer() == "/model" {
            self.fault_hint(code, message, "if the URL names the model, give it with --model");
        } else {
            self.fault(code, message);
        }
    }

    pub(super) fn expected(&mut self, found: &Value<'_>, expected: &str) {
        let code = match found {
            Value::Null => Code::Null,
            Value::BigInt(_) => Code::NumRange,
            _ => Code::Type,
        };
        let message = format_args!("{} where {expected} is expected", found.type_name());
        match found {
            Value::Map(_) if expected == "a list" || expected.ends_with(" a list of parts") => {
                self.fault_hint(code, message, "a list of one is a list too: put it in brackets, [{...}]");
            }
            _ => self.fault(code, message),
        }
    }

    pub(super) fn mismatch<T>(&mut self, found: &Value<'_>, expected: &str) -> Option<T> {
        self.expected(found, expected);
        None
    }

    /// Adds a fault with a hint for bodies; the code's own hint is for declarations.
    pub(super) fn fault(&mut self, code: Code, message: impl fmt::Display) {
        if let Some(fault) = self.shared.faults.add(code, &self.at, message) {
            let table = self.shared.adapter.name;
            fault.hint = match code {
                Code::Missing => Some("the API asks for it, so the body has to say it".into()),
                Code::Null | Code::Type | Code::Range => {
                    Some(format!("`decl adapters show {table}` lists what every member takes").into())
                }
                _ => None,
            };
        }
    }

    pub(super) fn fault_hint(&mut self, code: Code, message: impl fmt::Display, hint: &'static str) {
        if let Some(fault) = self.shared.faults.add(code, &self.at, message) {
            fault.hint = Some(hint.into());
        }
    }
}
