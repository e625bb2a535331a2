//! Normalizes what the JSON mapping of protocol buffers allows in several spellings.

use super::{
    super::table::{Adapter, Class, Mapping, Spelling},
    Members, Translator,
};
use decl_core::{Code, Value, json};
use std::borrow::Cow;

/// Rewrites a member.
type Respell<'f, 'a> =
    &'f mut dyn FnMut(&mut Translator<'_, '_, 'a>, Cow<'a, str>, Value<'a>) -> (Cow<'a, str>, Value<'a>);

impl<'a> Translator<'_, '_, 'a> {
    /// Returns the table's name of a member if it differs from `key`: `key` is the one of the message, in snake case.
    pub(super) fn name(&self, key: &str) -> Option<String> {
        if self.shared.adapter.mapping == Mapping::Plain || !key.contains('_') {
            return None;
        }
        // Servers know no third name, such as `top__P`.
        let is_word = |word: &str| word.starts_with(|c: char| c.is_ascii_lowercase());
        if !key.split('_').all(is_word) || key.contains(|c: char| c.is_ascii_uppercase()) {
            return None;
        }
        let mut name = String::with_capacity(key.len());
        let mut words = key.split('_');
        name.push_str(words.next()?);
        for word in words {
            let mut letters = word.chars();
            name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
            name.push_str(letters.as_str());
        }
        Some(name)
    }

    /// Returns true if this value of a member of this class says that the member is absent.
    pub(super) fn is_unset(&self, class: &Class, value: &Value<'_>) -> bool {
        *value == Value::Null
            && self.shared.adapter.mapping == Mapping::Proto
            && !matches!(class, Class::Defines(target) if target.reads.takes_any())
    }

    /// Returns the value in its one spelling, or `None` if it was refused.
    pub(super) fn respelled(&mut self, spelling: Spelling, value: Value<'a>) -> Option<Value<'a>> {
        match (spelling, value) {
            (_, value) if self.shared.adapter.mapping == Mapping::Plain => Some(value),
            (Spelling::Number, value @ (Value::Uint(_) | Value::Nint(_) | Value::Float(_))) => Some(value),
            (Spelling::Number, Value::Text(text)) => match number(&text) {
                Some(number) => Some(number),
                None => self.mismatch(&Value::Text(text), "a number"),
            },
            (Spelling::Number, other) => self.mismatch(&other, "a number"),
            (Spelling::Bytes, Value::Text(text)) => self.base64(text).map(Value::Text),
            (Spelling::Names, value) => Some(without_null(self.names(value))),
            (Spelling::Schema, value) => Some(self.schema(value)),
            (Spelling::Bytes | Spelling::Any, value) => Some(value),
        }
    }

    /// Returns the same value with the names of all members in camel case, except where the caller chose them.
    pub(super) fn names(&mut self, value: Value<'a>) -> Value<'a> {
        self.each(value, &mut |translator, key, value| {
            let name = translator.name(&key).map_or(key, Cow::Owned);
            let value = translator.names_inside(&name, value);
            (name, value)
        })
    }

    /// Does the same to the value of a member of this name, unless the caller chose the names in it.
    pub(super) fn names_inside(&mut self, name: &str, value: Value<'a>) -> Value<'a> {
        if self.shared.adapter.mapping == Mapping::Plain || Adapter::holds_own_names(name) {
            return value;
        }
        self.names(value)
    }

    /// Returns the same schema with its fields in camel case, its numbers as numbers, and none that is null.
    fn schema(&mut self, value: Value<'a>) -> Value<'a> {
        const LIMITS: [&str; 8] = [
            "maxItems",
            "minItems",
            "maxLength",
            "minLength",
            "maxProperties",
            "minProperties",
            "maximum",
            "minimum",
        ];
        const FIELDS: [&str; 3] = ["anyOf", "propertyOrdering", "additionalProperties"];
        // The others that may be null are `google.protobuf.Value`: `default`, `example`, `additionalProperties`.
        const UNSET: [&str; 13] = [
            "anyOf",
            "defs",
            "description",
            "enum",
            "format",
            "items",
            "nullable",
            "pattern",
            "properties",
            "propertyOrdering",
            "required",
            "title",
            "type",
        ];
        let schema = self.each(value, &mut |translator, key, value| {
            let name = translator.name(&key);
            let name = name.filter(|name| LIMITS.iter().chain(&FIELDS).any(|field| field == name));
            let name = name.map_or(key, Cow::Owned);
            let value = match (&*name, value) {
                (limit, Value::Text(text)) if LIMITS.contains(&limit) => {
                    number(&text).unwrap_or(Value::Text(text))
                }
                ("items" | "anyOf" | "additionalProperties", value) => translator.schema(value),
                ("properties" | "defs" | "$defs", value @ Value::Map(_)) => {
                    translator.each(value, &mut |translator, key, value| (key, translator.schema(value)))
                }
                (_, value) => value,
            };
            (name, value)
        });
        retained(schema, &|name, value| {
            *value != Value::Null || !LIMITS.iter().chain(&UNSET).any(|field| *field == name)
        })
    }

    /// Rewrites every member of a map, or of the maps in a list.
    fn each(&mut self, value: Value<'a>, respell: Respell<'_, 'a>) -> Value<'a> {
        match value {
            Value::Array(items) => Value::Array(
                items
                    .into_iter()
                    .enumerate()
                    .map(|(i, item)| self.inside(i, |translator| translator.each(item, respell)))
                    .collect(),
            ),
            Value::Map(members) => {
                let respelled = |(key, value): (Cow<'a, str>, Value<'a>)| {
                    let place = key.to_string();
                    self.inside(&*place, |translator| respell(translator, key, value))
                };
                let members: Members<'a> = members.into_iter().map(respelled).collect();
                self.refuse_duplicates(&members);
                Value::Map(members)
            }
            value => value,
        }
    }

    /// Refuses two members of a map that are one in another spelling.
    fn refuse_duplicates(&mut self, members: &Members<'a>) {
        let mut names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            self.inside(pair[0], |translator| {
                translator.fault(Code::DupKey, "this member stands here in another spelling too");
            });
        }
    }
}

/// Returns the value without the members that are null, at every depth, except where the caller chose their names.
fn without_null(value: Value<'_>) -> Value<'_> {
    let set = retained(value, &|name, value| *value != Value::Null || Adapter::holds_own_names(name));
    match set {
        Value::Array(items) => Value::Array(items.into_iter().map(without_null).collect()),
        Value::Map(members) => Value::Map(
            members
                .into_iter()
                .map(|(name, value)| {
                    let value = if Adapter::holds_own_names(&name) { value } else { without_null(value) };
                    (name, value)
                })
                .collect(),
        ),
        value => value,
    }
}

/// Returns the map, or each map of the list, with these members alone.
pub(super) fn retained<'a>(value: Value<'a>, keep: &dyn Fn(&str, &Value<'a>) -> bool) -> Value<'a> {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(|item| retained(item, keep)).collect()),
        Value::Map(mut members) => {
            members.retain(|(name, value)| keep(name, value));
            Value::Map(members)
        }
        value => value,
    }
}

/// Parses a number in the grammar of JSON. Returns `None` for any other text.
fn number(text: &str) -> Option<Value<'static>> {
    let ends = [text.bytes().next()?, text.bytes().next_back()?];
    let is_number = (ends[0] == b'-' || ends[0].is_ascii_digit()) && ends[1].is_ascii_digit();
    json::parse(text.as_bytes()).ok().filter(|_| is_number).map(Value::into_owned)
}
