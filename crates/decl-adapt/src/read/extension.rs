//! Carries along parts and tools of unknown kinds, if the caller asks for it.

use super::{
    super::{
        members::REMOTE_URL,
        options::Unknown,
        place::Spot,
        table::{Each, Mapping, SCHEMAS},
    },
    Translator,
    bytes::{CHANGES, has_scheme, reference, sorted},
    open::Open,
    spelling::retained,
};
use decl_core::{Content, Value, json, limits};
use std::borrow::Cow;

/// The list that an item of unknown kind belongs to.
#[derive(Clone, Copy)]
pub(super) enum Of {
    /// A part of a message or of a result.
    Parts,
    /// A tool.
    Tools,
}

impl<'a> Translator<'_, '_, 'a> {
    /// Returns the list and the kind of an item if it is to be carried along: the table has no such kind, and the
    /// caller asks for extensions. Returns `None` otherwise.
    pub(super) fn new_kind(&self, each: &Each, to: Spot, item: &Value<'a>) -> Option<(Of, Cow<'a, str>)> {
        let of = match to.last() {
            "parts" => Of::Parts,
            "tools" => Of::Tools,
            _ => return None,
        };
        let Value::Map(members) = item else { return None };
        if self.shared.unknown != Unknown::Extend {
            return None;
        }
        let kind = match each {
            Each::By { tag, kinds, .. } => match self.find(members, tag)? {
                Value::Text(text) if kinds.iter().all(|(name, _)| name != text) => text.clone(),
                _ => return None,
            },
            Each::Having(kinds)
                if kinds.iter().all(|(name, _)| {
                    self.find(members, name).is_none_or(|value| self.is_unset_name(name, value))
                }) =>
            {
                let set = members.iter().filter(|(name, value)| !self.is_unset_name(name, value));
                let (name, _) = set.min_by(|(a, _), (b, _)| decl_core::key_order(a, b))?;
                self.name(name).map_or_else(|| name.clone(), Cow::Owned)
            }
            _ => return None,
        };
        (1..=limits::NAME_BYTES).contains(&kind.len()).then_some((of, kind))
    }

    /// Returns true if a member says that it is absent: it is null, and the table knows its name.
    fn is_unset_name(&self, name: &str, value: &Value<'_>) -> bool {
        let adapter = self.shared.adapter;
        let mut known = false;
        if *value == Value::Null && adapter.mapping == Mapping::Proto {
            let respelled = self.name(name);
            let name = respelled.as_deref().unwrap_or(name);
            adapter.members(&mut |_, member| known |= member.name == name);
        }
        known
    }

    /// Refuses every text that is a URL: a part that is known holds bytes where one of unknown kind has the URL.
    fn no_remote_url(&mut self, value: &Value<'_>) {
        match value {
            Value::Text(text) if is_remote_url(text) => self.external(CHANGES, REMOTE_URL),
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.inside(i, |translator| translator.no_remote_url(item));
                }
            }
            Value::Map(members) => {
                for (name, value) in members.iter().filter(|(name, _)| name != "$schema") {
                    self.inside(&**name, |translator| translator.no_remote_url(value));
                }
            }
            _ => {}
        }
    }

    /// Returns the node of such an item: all of it is content, under the name of its kind.
    pub(super) fn extension(&mut self, of: Of, kind: Cow<'a, str>, item: Value<'a>) -> Value<'a> {
        let item = match self.shared.adapter.mapping {
            Mapping::Plain => item,
            Mapping::Proto => retained(self.names(item), &|name, value| !self.is_unset_name(name, value)),
        };
        // Nothing is carried along that could not be kept in `ext`. The schemas in it are no content of their own here.
        let contents = self.shared.contents.len();
        self.open("", item.clone(), Open::Unknown);
        self.shared.contents.truncate(contents);
        if matches!(of, Of::Parts) {
            self.no_remote_url(&item);
        }
        let name = item.get("name").and_then(Value::as_str);
        let name = name.filter(|name| (1..=limits::NAME_BYTES).contains(&name.len())).map(str::to_owned);
        let content = sorted(item, SCHEMAS);
        match of {
            Of::Parts => Value::map([
                ("t", Value::text("opaque")),
                ("authority", Value::text(self.shared.adapter.authority().to_owned())),
                ("content", Value::map([("json", content)])),
                ("attrs", Value::map([("extension", Value::Text(kind))])),
            ]),
            Of::Tools => {
                let definition = Content::new("application/json", json::minimal(&content).into_bytes());
                let config =
                    [("extension", Value::Text(kind.clone())), ("definition", reference(&definition))];
                self.shared.contents.push(definition);
                Value::map([
                    ("t", Value::text("hosted")),
                    ("name", name.map_or(Value::Text(kind), Value::text)),
                    ("description", Value::absent("none")),
                    ("schema", Value::absent("none")),
                    ("server", Value::absent("none")),
                    ("implementation", Value::absent("undisclosed")),
                    ("data", Value::text("open")),
                    ("config", Value::map(config)),
                ])
            }
        }
    }
}

/// Returns true if all of the text is a URL with a host or a path. Prose has spaces.
fn is_remote_url(text: &str) -> bool {
    has_scheme(text) && text.contains("://") && !text.contains(char::is_whitespace)
}
