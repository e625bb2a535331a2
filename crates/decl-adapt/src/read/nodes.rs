//! Reads values that become nodes: objects, lists, messages.

use super::{
    super::{
        place::{Spot, at, extend, insert, lay, push, put, put_member},
        table::{Each, Mapping, Object, Reads},
    },
    Members, Translator, base,
    bytes::{content, mark, text_part},
    extension::Of,
};
use decl_core::{Code, Value};
use std::borrow::Cow;

impl<'a> Translator<'_, '_, 'a> {
    /// Reads a value into nodes. Returns the value if this function does not handle it.
    pub(super) fn nodes(
        &mut self,
        node: &mut Value<'a>,
        reads: &Reads,
        to: Spot,
        own: Spot,
        value: Value<'a>,
    ) -> Option<Value<'a>> {
        match (reads, value) {
            (Reads::Parts(_), Value::Text(text)) => {
                push(node, to, text_part(content(text, "text/plain"), Value::Map(Vec::new())));
            }
            (Reads::Parts(each), Value::Array(items)) => {
                if items.len() == 1 {
                    put(node, own, Value::text("list"));
                }
                self.list(node, each, to, own, items);
            }
            (Reads::List(each), Value::Array(items)) => self.list(node, each, to, own, items),
            (Reads::Turns { each, leading, first }, Value::Array(items)) => {
                self.turns(node, each, [(*first).into(), to], leading, items);
            }
            (Reads::FirstMessage(role, each), value @ (Value::Text(_) | Value::Array(_))) => {
                let mut message = Value::map([
                    ("role", Value::text(*role)),
                    ("parts", Value::Array(Vec::new())),
                    ("attrs", mark(own)),
                ]);
                self.read(&mut message, &Reads::Parts(each), "/parts".into(), "/attrs/content".into(), value);
                insert(node, to, self.attrs_to_first_part(message));
            }
            (Reads::Inside(object), Value::Map(members)) => self.around(node, object, members, false, own),
            (Reads::InsideBy(each), value @ Value::Map(_)) => {
                if let Some((object, tagged, members)) = self.kind(each, value) {
                    self.around(node, object, members, tagged, own);
                }
            }
            (Reads::Item(object), value @ Value::Map(_)) => {
                if let Some(item) = self.item(&Each::All(object), value) {
                    push(node, to, item);
                }
            }
            (Reads::Message(object), value @ Value::Map(_)) => {
                if let Some(message) = self.item(&Each::All(object), value) {
                    push(node, to, self.attrs_to_first_part(message));
                }
            }
            (Reads::Groups(object), Value::Array(groups)) => self.groups(node, object, to, own, groups),
            (_, value) => return Some(value),
        }
        None
    }

    /// Reads an object whose members belong to the node around it.
    fn around(
        &mut self,
        node: &mut Value<'a>,
        object: &Object,
        members: Members<'a>,
        tagged: bool,
        own: Spot,
    ) {
        if !object.base.is_empty() {
            lay(node, base(object));
        }
        if !self.object(node, object, members) && !tagged {
            put(node, own, Value::Map(Vec::new()));
        }
    }

    fn groups(
        &mut self,
        node: &mut Value<'a>,
        object: &'static Object,
        to: Spot,
        own: Spot,
        groups: Vec<Value<'a>>,
    ) {
        let mut said = Vec::new();
        for (i, group) in groups.into_iter().enumerate() {
            let group = self.inside(i, |translator| translator.item(&Each::All(object), group));
            let Some(Value::Map(mut group)) = group else { continue };
            let items = group.iter().position(|(key, _)| key == "items").map(|i| group.swap_remove(i).1);
            let Some(Value::Array(items)) = items else { continue };
            group.push(("items".into(), Value::Uint(items.len() as u64)));
            for item in items {
                push(node, to, item);
            }
            said.push(Value::Map(group));
        }
        let plain = matches!(said.as_slice(), [Value::Map(group)]
            if matches!(group.as_slice(), [(_, Value::Uint(count))] if *count > 0));
        if !plain {
            put(node, own, Value::Array(said));
        }
    }

    fn list(&mut self, node: &mut Value<'a>, each: &Each, to: Spot, own: Spot, items: Vec<Value<'a>>) {
        if items.is_empty() {
            put(node, own, Value::Array(items));
            return;
        }
        let of = Of::at(to);
        let read = |(i, item)| self.inside(i, |translator| translator.item_of(of, each, item));
        extend(node, to, items.into_iter().enumerate().filter_map(read).collect());
    }

    fn turns(
        &mut self,
        node: &mut Value<'a>,
        each: &Each,
        [first, rest]: [Spot; 2],
        leading: &[&str],
        items: Vec<Value<'a>>,
    ) {
        let of = Of::items(each);
        let read = |(i, item)| {
            let message = self.inside(i, |translator| translator.item_of(of, each, item))?;
            Some(self.attrs_to_first_part(message))
        };
        let mut turns: Vec<Value<'a>> = items.into_iter().enumerate().filter_map(read).collect();
        let instructs = |message: &Value<'_>| {
            message.get("role").and_then(Value::as_str).is_some_and(|role| leading.contains(&role))
        };
        let others = turns.iter().position(|message| !instructs(message)).unwrap_or(turns.len());
        let others = turns.split_off(others);
        extend(node, first, turns);
        extend(node, rest, others);
    }

    /// Moves the attributes of a message into those of its first part. If it has no part, an empty opaque part of the
    /// vendor carries them and states that the message has no parts, because a body can have an empty part too.
    fn attrs_to_first_part(&self, mut message: Value<'a>) -> Value<'a> {
        let Value::Map(members) = &mut message else { return message };
        let Some(i) = members.iter().position(|(key, _)| key == "attrs") else { return message };
        let Value::Map(said) = members.remove(i).1 else { return message };
        if said.is_empty() {
            return message;
        }
        if at(&message, "/parts/0").is_none() {
            let carrier = [
                ("t", Value::text("opaque")),
                ("authority", Value::text(self.shared.adapter.authority().to_owned())),
                ("content", content("".into(), "text/plain")),
                ("attrs", Value::map([("parts", Value::absent("none"))])),
            ];
            push(&mut message, "/parts", Value::map(carrier));
        }
        for (name, value) in said {
            put_member(&mut message, "/parts/0/attrs", name, value);
        }
        message
    }

    /// Returns the node of an item of this list, also if it is of a kind that is carried along.
    fn item_of(&mut self, of: Option<Of>, each: &Each, item: Value<'a>) -> Option<Value<'a>> {
        match (of, self.new_kind(each, &item)) {
            (Some(of), Some(kind)) => Some(self.extension(of, kind, item)),
            _ => self.item(each, item),
        }
    }

    fn item(&mut self, each: &Each, item: Value<'a>) -> Option<Value<'a>> {
        let (object, _, members) = self.kind(each, item)?;
        let mut node = base(object);
        self.object(&mut node, object, members);
        Some(node)
    }

    /// Returns the object's kind, whether tags determine it, and its members without them. Returns `None` if it was
    /// refused.
    fn kind(&mut self, each: &Each, item: Value<'a>) -> Option<(&'static Object, bool, Members<'a>)> {
        match item {
            Value::Map(members) => self.resolve(each, members, &mut drop),
            other => self.mismatch(&other, "an object"),
        }
    }

    /// Does the same; every tag that determines the kind goes to `tags`.
    pub(super) fn resolve(
        &mut self,
        each: &Each,
        mut members: Members<'a>,
        tags: &mut dyn FnMut((Cow<'a, str>, Value<'a>)),
    ) -> Option<(&'static Object, bool, Members<'a>)> {
        match each {
            Each::All(object) => Some((object, false, members)),
            Each::External(hint) => {
                self.external("the state that this names is not in the body", hint);
                None
            }
            Each::By { tag, kinds, untagged } => match (self.find(&members, tag), untagged) {
                (None | Some(Value::Null), Some(untagged)) => self.resolve(untagged, members, tags),
                (None, None) => self.inside(*tag, |translator| {
                    translator.missing();
                    None
                }),
                (Some(Value::Text(text)), _) => {
                    let Some((_, kind)) = kinds.iter().find(|(name, _)| name == text) else {
                        let names = kinds.iter().map(|(name, _)| *name);
                        self.inside(*tag, |translator| translator.none_of(text, names));
                        return None;
                    };
                    let (object, _, mut members) = self.resolve(kind, members, tags)?;
                    if let Some(i) = members.iter().position(|(key, _)| self.is_called(key, tag)) {
                        tags(members.remove(i));
                    }
                    Some((object, true, members))
                }
                (Some(other), _) => self.inside(*tag, |translator| translator.mismatch(other, "text")),
            },
            Each::Having(kinds) => {
                // Another kind that is null is an absent member there.
                if self.shared.adapter.mapping == Mapping::Proto {
                    members.retain(|(key, value)| {
                        *value != Value::Null || !kinds.iter().any(|(name, _)| self.is_called(key, name))
                    });
                }
                let there = |name: &str| self.find(&members, name).is_some_and(|value| *value != Value::Null);
                let Some((_, kind)) = kinds.iter().find(|(name, _)| there(name)) else {
                    let names: Vec<&str> = kinds.iter().map(|(name, _)| *name).collect();
                    self.fault(Code::Missing, format_args!("this has none of: {}", names.join(", ")));
                    return None;
                };
                self.resolve(kind, members, tags)
            }
        }
    }

    pub(super) fn has(&self, members: &Members<'a>, name: &str) -> bool {
        self.find(members, name).is_some()
    }

    pub(super) fn find<'m>(&self, members: &'m Members<'a>, name: &str) -> Option<&'m Value<'a>> {
        members.iter().find(|(key, _)| self.is_called(key, name)).map(|(_, value)| value)
    }

    fn is_called(&self, key: &str, name: &str) -> bool {
        self.name(key).as_deref().unwrap_or(key) == name
    }
}
