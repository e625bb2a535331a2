//! Copies values through unchanged where the declaration has no place for what is in them.

use super::{
    super::{place::Spot, secrets::secret_in_url, table::schema_name},
    Members, Translator,
    bytes::reference,
};
use decl_core::{
    Code, Content, Value, json, key_order,
    names::{artefact, reserved_name, secret_member, secret_value},
};
use std::borrow::Cow;

/// What a value is read as. A declaration refuses the same names at the same places; here the fault has the place in
/// the body.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Open {
    /// A request for results: the names of what a run produces belong there.
    Asked,
    /// A parameter: the names of what a run produces are refused.
    Parameter,
    /// The same, and no text in it is a URL.
    Pattern,
    /// An unknown member: the same as a parameter, and a schema in it is content, because its order can reach the
    /// model.
    Unknown,
    /// What becomes content as a whole, but was read by no table: it may have any names. Secrets and state elsewhere are
    /// refused.
    Content,
}

impl Open {
    /// Returns what values are read as at this place of a declaration.
    pub(super) fn at(place: Spot) -> Self {
        const ASKED: [&str; 3] =
            ["/constraints/output/return", "/constraints/tool-choice", "/constraints/safety"];
        let asked = |asked: &&str| {
            place.pointer.starts_with(asked)
                || place.name.is_some_and(|name| {
                    asked.rsplit_once('/').is_some_and(|place_of| place_of == (place.pointer, name))
                })
        };
        if ASKED.iter().any(asked) { Self::Asked } else { Self::Parameter }
    }
}

impl<'a> Translator<'_, '_, 'a> {
    /// Returns the value of a member of this name. Null becomes a stated default, so nothing else may look like a
    /// stated absence or a reference.
    pub(super) fn open(&mut self, name: &str, value: Value<'a>, how: Open) -> Value<'a> {
        match value {
            Value::Array(_) | Value::Map(_) if how == Open::Unknown && schema_name(name) => {
                self.no_secret_in_schema(&value);
                let content = Content::new("application/schema+json", json::minimal(&value).into_bytes());
                let reference = reference(&content);
                self.shared.contents.push(content);
                reference
            }
            Value::Array(_) | Value::Map(_) if how == Open::Content && schema_name(name) => {
                self.no_secret_in_schema(&value);
                value
            }
            Value::BigInt(_) if how == Open::Content => value,
            Value::Null => Value::absent("default"),
            Value::BigInt(_) => {
                self.expected(&value, "a value");
                Value::Null
            }
            Value::Array(items) => Value::Array(
                items
                    .into_iter()
                    .enumerate()
                    .map(|(i, item)| self.inside(i, |translator| translator.open("", item, how)))
                    .collect(),
            ),
            Value::Map(members) => Value::Map(self.open_members(members, how)),
            value => {
                if let Value::Text(text) = &value {
                    match how {
                        Open::Pattern => self.no_secret_value(text),
                        _ => self.no_secret(text),
                    }
                }
                value
            }
        }
    }

    /// Refuses a secret in text that is kept.
    pub(super) fn no_secret(&mut self, text: &str) {
        self.no_secret_value(text);
        if secret_in_url(text) && !secret_value(text) {
            self.fault(Code::Secret, "this URL holds a secret");
        }
    }

    /// Refuses a secret in text that is no URL.
    pub(super) fn no_secret_value(&mut self, text: &str) {
        if secret_value(text) {
            self.fault(Code::Secret, "the text has the shape of a secret");
        }
    }

    /// Refuses every secret in JSON that becomes content.
    pub(super) fn no_secret_inside(&mut self, value: &Value<'_>) {
        match value {
            Value::Text(text) => self.no_secret(text),
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.inside(i, |translator| translator.no_secret_inside(item));
                }
            }
            Value::Map(members) => {
                for (name, value) in members {
                    if self.is_secret_name(name) {
                        continue;
                    }
                    self.inside(&**name, |translator| {
                        if secret_member(name, value) {
                            translator.fault(Code::Secret, "a member of this name holds a secret");
                        } else {
                            translator.no_secret_inside(value);
                        }
                    });
                }
            }
            _ => {}
        }
    }

    /// Refuses secrets and state elsewhere in a schema that is carried along as content. What a schema describes has
    /// names of its author, so a name of a secret there says only that a tool takes one.
    fn no_secret_in_schema(&mut self, value: &Value<'_>) {
        match value {
            Value::Text(text) => self.no_secret(text),
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.inside(i, |translator| translator.no_secret_in_schema(item));
                }
            }
            Value::Map(members) => {
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by(|a, b| key_order(&a.0, &b.0));
                for (key, value) in members {
                    if self.is_secret_name(key) {
                        continue;
                    }
                    self.inside(&**key, |translator| match value {
                        Value::Map(described) if DESCRIBED.contains(&&**key) => {
                            translator.no_secret_in_described(described);
                        }
                        Value::Text(pattern) if key == "pattern" => translator.no_secret_value(pattern),
                        _ if secret_member(key, value) => {
                            translator.fault(Code::Secret, "a member of this name holds a secret");
                        }
                        _ if translator.is_kept_out(key, value) => {}
                        _ => translator.no_secret_in_schema(value),
                    });
                }
            }
            _ => {}
        }
    }

    fn no_secret_in_described(&mut self, described: &[(Cow<'_, str>, Value<'_>)]) {
        let mut described: Vec<_> = described.iter().collect();
        described.sort_by(|a, b| key_order(&a.0, &b.0));
        for (name, schema) in described {
            if self.is_secret_name(name) {
                continue;
            }
            self.inside(&**name, |translator| match schema {
                Value::Map(_) | Value::Bool(_) => translator.no_secret_in_schema(schema),
                // This is no schema, so the member is one like any other.
                _ if secret_member(name, schema) => {
                    translator.fault(Code::Secret, "a member of this name holds a secret");
                }
                _ if translator.is_kept_out(name, schema) => {}
                _ => translator.no_secret_in_schema(schema),
            });
        }
    }

    fn open_members(&mut self, mut members: Members<'a>, how: Open) -> Members<'a> {
        members.sort_by(|a, b| key_order(&a.0, &b.0));
        let read = |(key, value): (Cow<'a, str>, Value<'a>)| {
            if self.is_secret_name(&key) {
                return None;
            }
            let value = self.inside(&*key, |translator| {
                let is_content = how == Open::Content;
                if reserved_name(&key) && !is_content {
                    translator.reserved();
                } else if how != Open::Asked && artefact(&key) && !is_content {
                    translator.fault(Code::Artefact, "a run produces this; it cannot define the run");
                } else if secret_member(&key, &value) {
                    translator.fault(Code::Secret, "a member of this name holds a secret");
                } else if how == Open::Unknown || is_content {
                    translator.is_kept_out(&key, &value);
                }
                translator.open(&key, value, how)
            });
            Some((key, value))
        };
        members.into_iter().filter_map(read).collect()
    }
}

/// Keywords of a schema whose value is a map of schemas, with names of their author.
const DESCRIBED: [&str; 5] = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];
