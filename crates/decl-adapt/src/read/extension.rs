//! Carries along parts and tools of unknown kinds, if the caller asks for it.

use super::{
    super::{
        members::REMOTE_URL,
        options::Unknown,
        place::Spot,
        table::{Each, Mapping, SCHEMAS},
    },
    Translator, base,
    bytes::{CHANGES, has_scheme, reference, sorted},
    open::Open,
    spelling::retained,
};
use decl_core::{Content, Value, json, limits};
use std::borrow::Cow;

/// The list that an item of unknown kind belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// A part of a message or of a result.
    Parts,
    /// A tool.
    Tools,
    /// An item of a conversation whose kind does not say who speaks.
    Items,
}

impl Of {
    /// Returns what the items are of the list at this place, or `None` if they have no unknown kinds.
    pub(super) fn at(place: Spot) -> Option<Self> {
        match place.last() {
            "parts" => Some(Self::Parts),
            "tools" => Some(Self::Tools),
            _ => None,
        }
    }

    /// Returns `Tools` if these are tools, or `None`. Each kind of tool says what implements it.
    pub(super) fn tools(each: &Each) -> Option<Self> {
        match each {
            Each::All(object) => base(object).get("implementation").map(|_| Self::Tools),
            Each::By { kinds, .. } => kinds.first().and_then(|(_, each)| Self::tools(each)),
            _ => None,
        }
    }

    /// Returns `Items` if their kinds do not say who speaks, or `None`.
    pub(super) fn items(each: &Each) -> Option<Self> {
        matches!(each, Each::By { tag: "type", .. }).then_some(Self::Items)
    }
}

impl<'a> Translator<'_, '_, 'a> {
    /// Returns the kind of an item if it is to be carried along: the table has no such kind, and the caller asks for
    /// extensions. Returns `None` otherwise.
    pub(super) fn new_kind(&self, each: &Each, item: &Value<'a>) -> Option<Cow<'a, str>> {
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
        (1..=limits::NAME_BYTES).contains(&kind.len()).then_some(kind)
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
        let content = self.carried(of, item);
        let text = |name: &str| content.get(name).and_then(Value::as_str);
        match of {
            Of::Parts => self.opaque(kind, content),
            Of::Items => {
                let role = text("role").and_then(|role| ROLES.iter().find(|known| **known == role));
                Value::map([
                    ("role", Value::text(role.copied().unwrap_or("user"))),
                    ("parts", Value::Array(vec![self.opaque(kind, content)])),
                ])
            }
            Of::Tools => {
                let name = text("name").filter(|name| (1..=limits::NAME_BYTES).contains(&name.len()));
                let name =
                    name.map_or_else(|| Value::Text(kind.clone()), |name| Value::text(name.to_owned()));
                let definition = Content::new("application/json", json::minimal(&content).into_bytes());
                let config = [("extension", Value::Text(kind)), ("definition", reference(&definition))];
                self.shared.contents.push(definition);
                Value::map([
                    ("t", Value::text("hosted")),
                    ("name", name),
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

    /// Returns such an item as content, searched for secrets and state elsewhere.
    pub(super) fn carried(&mut self, of: Of, item: Value<'a>) -> Value<'a> {
        let item = match self.shared.adapter.mapping {
            Mapping::Plain => item,
            Mapping::Proto => retained(self.names(item), &|name, value| !self.is_unset_name(name, value)),
        };
        self.open("", item.clone(), Open::Content);
        if of != Of::Tools {
            self.no_remote_url(&item);
        }
        sorted(item, SCHEMAS)
    }

    fn opaque(&self, kind: Cow<'a, str>, content: Value<'a>) -> Value<'a> {
        Value::map([
            ("t", Value::text("opaque")),
            ("authority", Value::text(self.shared.adapter.authority().to_owned())),
            ("content", Value::map([("json", content)])),
            ("attrs", Value::map([("extension", Value::Text(kind))])),
        ])
    }
}

/// The roles that a message can have.
const ROLES: [&str; 5] = ["assistant", "developer", "system", "tool", "user"];

/// Returns true if all of the text is a URL with a host or a path. Prose has spaces.
fn is_remote_url(text: &str) -> bool {
    has_scheme(text) && text.contains("://") && !text.contains(char::is_whitespace)
}
