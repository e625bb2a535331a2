//! The one reader of all tables, which translates a body into a declaration.

pub(super) mod bytes;
mod definitions;
mod extension;
mod filter;
mod headers;
mod nodes;
mod open;
mod refusals;
mod spelling;

use crate::{
    options::{Options, Unknown},
    overlay,
    place::{Spot, at, is_absent, lay, put},
    table::{Adapter, Class, Field, Holds, Mapping, Missing, Object, Reads, Target},
};
use decl_core::{Code, Content, Fault, Faults, Place, Step, Value, json, key_order, limits};
use open::Open;
use std::{borrow::Cow, cell::RefCell, collections::BTreeMap};

type Members<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

/// A body translated into a declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Translated<'a> {
    /// The declaration in source form, for [`Source::from_value`](decl_core::Source::with_contents).
    pub source: Value<'a>,
    /// Content that `source` refers to only by reference, because it is in an open map.
    pub contents: Vec<Content>,
}

impl Adapter {
    /// Turns a body into a declaration in source form. Otherwise returns `None` and adds every fault to `faults`, the
    /// verdict first, with pointers into the body (those of an overlay, into the overlay).
    ///
    /// The tree may hold null, as [`json::parse`] returns it. Members are visited in canonical order, so neither the
    /// declaration nor the verdict depends on the order in which an SDK writes them.
    pub fn translate<'a>(
        &self,
        body: Value<'a>,
        options: &Options<'_>,
        faults: &mut Vec<Fault>,
    ) -> Option<Translated<'a>> {
        let mut shared = Shared {
            adapter: self,
            unknown: options.unknown,
            faults: Faults::default(),
            contents: Vec::new(),
            extensions: Vec::new(),
        };
        let source = Translator { shared: &mut shared, at: Place::default() }.declaration(body, options);
        let translated = source.filter(|_| shared.faults.found() == 0);
        faults.extend(shared.faults.into_list());
        Some(Translated { source: translated?, contents: shared.contents })
    }
}

/// The reader at one place of the body.
struct Translator<'r, 't, 'a> {
    shared: &'r mut Shared<'t, 'a>,
    at: Place<'r>,
}

struct Shared<'t, 'a> {
    adapter: &'t Adapter,
    unknown: Unknown,
    faults: Faults,
    contents: Vec<Content>,
    extensions: Members<'a>,
}

impl<'a> Translator<'_, '_, 'a> {
    fn declaration(&mut self, body: Value<'a>, options: &Options<'_>) -> Option<Value<'a>> {
        let Value::Map(mut members) = body else { return self.no_body(&body) };
        let mut node = base(&self.shared.adapter.body);
        let in_body = self.shared.adapter.body.members.iter().any(|member| member.name == "model");
        if let Some(model) = options.model.filter(|_| in_body) {
            let named = Value::text(model.to_owned());
            match members.iter_mut().find(|(key, _)| key == "model") {
                None => members.push(("model".into(), named)),
                Some((_, stated @ Value::Null)) if self.shared.adapter.mapping == Mapping::Proto => {
                    *stated = named;
                }
                Some((_, stated @ Value::Null)) => {
                    *stated = named;
                    let own = Spot { pointer: self.shared.adapter.body.rest, name: Some("model") };
                    put(&mut node, own, Value::absent("default"));
                }
                Some((_, stated)) if self.bare(stated) == self.bare(&named) => {}
                Some(_) => self.inside("model", |translator| translator.another_model(model)),
            }
        }
        for (_, model) in members.iter_mut().filter(|(key, _)| key == "model") {
            if let Some(name) = self.bare(model) {
                *model = Value::text(name.to_owned());
            }
        }
        self.object(&mut node, &self.shared.adapter.body, members);
        for given in [options.api_version, options.model.filter(|_| !in_body)].into_iter().flatten() {
            self.no_secret(given);
        }
        if let Some(version) = options.api_version {
            for place in ["/evaluation/harness/version", "/environment/api/version"] {
                match at(&node, place) {
                    Some(Value::Text(stated)) if stated == version => break,
                    Some(Value::Text(_)) => {
                        let states =
                            |member: &&Field| matches!(member.class, Class::Defines(of) if of.to == place);
                        match self.shared.adapter.body.members.iter().find(states) {
                            Some(member) => {
                                self.inside(member.name, |translator| translator.another_version(version));
                            }
                            None => self.another_version(version),
                        }
                    }
                    Some(_) => put(&mut node, place, Value::text(version.to_owned())),
                    None => {}
                }
            }
        }
        if let Some(model) = options.model.filter(|_| !in_body) {
            match at(&node, "/model/name") {
                Some(Value::Text(stated)) if stated == model => {}
                Some(Value::Text(_)) => self.another_model(model),
                _ => put(&mut node, "/model/name", Value::text(model.to_owned())),
            }
        }
        put(&mut node, "/ext", Value::Map(std::mem::take(&mut self.shared.extensions)));
        let Some(overlay) = options.overlay else { return Some(node) };
        overlay::merge(node, overlay.clone().into_owned())
            .map_err(|fault| self.shared.faults.push(fault))
            .ok()
    }

    /// Returns the name of a model without the prefix of a resource name, `models/m`: the vendor's own libraries write
    /// either. Returns `None` if it is not text.
    fn bare<'v>(&self, model: &'v Value<'_>) -> Option<&'v str> {
        let name = model.as_str()?;
        let resource =
            if self.shared.adapter.mapping == Mapping::Proto { name.strip_prefix("models/") } else { None };
        Some(resource.unwrap_or(name))
    }

    /// Reads the members of an object into a node. Returns true if any member of the object defines the run.
    fn object(&mut self, node: &mut Value<'a>, object: &Object, mut members: Members<'a>) -> bool {
        let mut missing: Vec<&Field> = object
            .members
            .iter()
            .filter(|member| member.needed() && !self.has(&members, member.name))
            .collect();
        missing.sort_by(|a, b| key_order(a.name, b.name));
        let mut missing = missing.into_iter().peekable();
        match self.shared.adapter.mapping {
            Mapping::Plain => members.sort_by(|a, b| key_order(&a.0, &b.0)),
            Mapping::Proto if members.iter().all(|(key, _)| self.name(key).is_none()) => {
                members.sort_by(|a, b| key_order(&a.0, &b.0));
            }
            Mapping::Proto => members.sort_by_cached_key(|(key, _)| {
                let name = self.name(key).unwrap_or_else(|| key.to_string());
                (name.len(), name, key.len(), key.clone())
            }),
        }

        let mut defines = false;
        let mut last: Option<Cow<'a, str>> = None;
        for (key, value) in members {
            let name = self.name(&key).map_or_else(|| key.clone(), Cow::Owned);
            while let Some(member) = missing.next_if(|member| key_order(member.name, &name).is_lt()) {
                defines |=
                    self.inside(member.name, |translator| translator.member(node, object, member, None));
            }
            let again = last.as_ref() == Some(&name);
            if self.is_secret_name(&key) {
                defines = true;
                continue;
            }
            self.inside(&*key, |translator| {
                if again {
                    translator.fault(Code::DupKey, "this member stands here in another spelling too");
                    return;
                }
                let Some(member) = object.members.iter().find(|member| member.name == name) else {
                    translator.unknown(&key, object, value);
                    defines = true;
                    return;
                };
                let value = Some(value).filter(|value| !translator.is_unset(&member.class, value));
                if value.is_some() || member.needed() {
                    defines |= translator.member(node, object, member, value);
                }
            });
            last = Some(name);
        }
        for member in missing {
            defines |= self.inside(member.name, |translator| translator.member(node, object, member, None));
        }
        defines
    }

    /// Reads one member, or its absence. Returns whether it is part of the run.
    fn member(
        &mut self,
        node: &mut Value<'a>,
        object: &Object,
        member: &Field,
        value: Option<Value<'a>>,
    ) -> bool {
        let rest = object.rest;
        match (&member.class, value) {
            (Class::Artefact(hint), Some(value)) => {
                self.added(&value, hint);
                return false;
            }
            // A credential may stand in place of the object that holds it.
            (Class::Secret(Holds::Members(_)), Some(Value::Text(_)))
            | (Class::Transport(_) | Class::Secret(_) | Class::Artefact(_), None) => return false,
            (Class::Transport(holds) | Class::Secret(holds), Some(value)) => {
                return self.left_out(node, *holds, value);
            }
            (Class::Defines(Target { reads: Reads::Headers, .. }), Some(Value::Map(headers))) => {
                let Some(headers) = self.headers(headers) else { return false };
                put(node, Spot { pointer: rest, name: Some(member.name) }, headers);
            }
            (Class::Defines(target), value) => {
                let name = if target.called.is_empty() { member.name } else { target.called };
                let own = Spot { pointer: rest, name: Some(name) };
                if value == Some(Value::Null) && shares(object, member.name, target) {
                    put(node, own, Value::absent("default")); // the place is the other member's to fill
                } else {
                    self.define(node, target, own, value);
                }
            }
            (Class::External(_), Some(nothing)) if is_nothing(&nothing) => {
                let nothing = if nothing == Value::Null { Value::absent("default") } else { nothing };
                put(node, Spot { pointer: rest, name: Some(member.name) }, nothing);
            }
            (Class::External(hint), _) => {
                self.external("the state that this names is not in the body", hint);
            }
        }
        true
    }

    /// Reads a member that is left out. Returns whether anything in it is part of the run all the same.
    fn left_out(&mut self, node: &mut Value<'a>, holds: Holds, value: Value<'a>) -> bool {
        match (holds, value) {
            (Holds::Members(object), Value::Map(members)) => self.object(node, object, members),
            (Holds::Free, _) | (Holds::Members(_), Value::Null) => false,
            (Holds::Members(_), value) => {
                self.expected(&value, "an object");
                false
            }
            (Holds::Scalars, value) => {
                self.scalars(&value);
                false
            }
        }
    }

    /// Refuses every object in a value, because no table names its members.
    fn scalars(&mut self, value: &Value<'_>) {
        match value {
            Value::Map(_) => self.expected(value, "text, a number, true or false"),
            Value::Array(items) => {
                for (i, item) in items.iter().enumerate() {
                    self.inside(i, |translator| translator.scalars(item));
                }
            }
            _ => {}
        }
    }

    /// Reads one member that defines the run. `own` is its place in the open map of its object.
    fn define(&mut self, node: &mut Value<'a>, target: &Target, own: Spot, value: Option<Value<'a>>) {
        let to = if target.to.is_empty() { own } else { target.to.into() };
        match (value, target.missing) {
            (Some(Value::Null), Missing::Allowed) if !target.reads.keeps_null() => {
                let to = if at(node, to).is_some_and(is_absent) { to } else { own };
                state(node, to, own, Value::absent("default"));
            }
            (Some(value), Missing::Allowed)
                if is_nothing(&value) && at(node, to) == Some(&value) && !target.reads.makes_part() =>
            {
                put(node, own, value);
            }
            (Some(value), _) if value != Value::Null || target.reads.keeps_null() => {
                self.read(node, &target.reads, to, own, value);
            }
            // A client that was given no id for its call can only state that.
            (Some(Value::Null), Missing::Refused)
                if matches!(target.reads, Reads::Identifier) && at(node, to).is_some_and(is_absent) =>
            {
                put(node, to, Value::absent("default"));
            }
            (_, Missing::External(hint)) => self.elsewhere(hint),
            (None, _) => self.missing(),
            (Some(_), _) => {
                self.needed(Code::Null, format_args!("null where {} is expected", target.reads));
            }
        }
    }

    /// Reads a value that is there.
    fn read(&mut self, node: &mut Value<'a>, reads: &Reads, to: Spot, own: Spot, value: Value<'a>) {
        match (reads, value) {
            (Reads::Value, value) => {
                let value = self.open("", value, Open::at(to));
                state(node, to, own, value);
            }
            (Reads::Pattern, value) => {
                let value = self.open("", value, Open::Pattern);
                state(node, to, own, value);
            }
            (Reads::Stored(stored, reads), value) => {
                self.no_stored(stored, &value);
                self.read(node, reads, to, own, value);
            }
            (Reads::Searched(reads), value) => {
                self.no_secret_inside(&value);
                self.read(node, reads, to, own, value);
            }
            (Reads::Name, Value::Text(text)) => {
                if text.is_empty() || text.len() > limits::NAME_BYTES {
                    let found = format_args!("a name has 1 to 256 bytes, this one {}", text.len());
                    self.fault(Code::Range, found);
                }
                self.no_secret(&text);
                state(node, to, own, Value::Text(text));
            }
            (Reads::Identifier, Value::Text(text)) => {
                if text.len() > limits::IDENTIFIER_BYTES {
                    let found =
                        format_args!("an identifier has at most 64 KiB, this one {} bytes", text.len());
                    self.fault_hint(
                        Code::Range,
                        found,
                        "what a gateway packs into an id belongs into a member of its own",
                    );
                }
                self.no_secret(&text);
                state(node, to, own, Value::Text(text));
            }
            (Reads::Bool, value @ Value::Bool(_)) => state(node, to, own, value),
            (Reads::Integer, value @ (Value::Uint(_) | Value::Nint(_))) => {
                // If the table leaves a place open, its value here was stated by another member.
                let open = || at(&base(&self.shared.adapter.body), to).is_some_and(is_absent);
                if at(node, to).is_some_and(|stated| !is_absent(stated)) && open() {
                    self.again();
                }
                state(node, to, own, value);
            }
            (Reads::Texts { alone: true }, Value::Text(text)) => {
                self.no_secret_value(&text);
                put(node, to, Value::Array([Value::Text(text)].into()));
            }
            (Reads::Texts { .. }, Value::Array(items)) => {
                for (i, item) in items.iter().enumerate() {
                    self.inside(i, |translator| match item {
                        Value::Text(text) => translator.no_secret_value(text),
                        _ => translator.expected(item, "text"),
                    });
                }
                state(node, to, own, Value::Array(items));
            }
            (Reads::Either(text, _), value @ Value::Text(_)) => self.read(node, text, to, own, value),
            (Reads::Either(_, other), value) => self.read(node, other, to, own, value),
            (Reads::Choice(ways), Value::Text(text)) => match ways.iter().find(|(name, _)| *name == text) {
                Some((_, way)) => self.read(node, way, to, own, Value::Text(text)),
                None => self.none_of(&text, ways.iter().map(|(name, _)| *name)),
            },
            (Reads::Implies(said, reads), value) => {
                lay(node, parsed(said));
                self.read(node, reads, to, own, value);
            }
            (Reads::Spelled(spelling, reads), value) => {
                if let Some(value) = self.respelled(*spelling, value) {
                    self.read(node, reads, to, own, value);
                }
            }
            (Reads::External(hint), _) => {
                self.external("the state that this names is not in the body", hint);
            }
            (reads, value) => {
                if let Some(value) = self.bytes(node, reads, to, own, value)
                    && let Some(value) = self.nodes(node, reads, to, own, value)
                    && let Some(value) = self.definitions(node, reads, to, own, value)
                {
                    self.expected(&value, &reads.to_string());
                }
            }
        }
    }

    fn inside<'s, T>(
        &'s mut self,
        step: impl Into<Step<'s>>,
        read: impl FnOnce(&mut Translator<'_, '_, 'a>) -> T,
    ) -> T {
        read(&mut Translator { shared: &mut *self.shared, at: self.at.inside(step) })
    }
}

/// Returns whether another member of the object can fill the same place.
pub(super) fn shares(object: &Object, name: &str, target: &Target) -> bool {
    matches!(target.missing, Missing::Allowed)
        && !target.to.is_empty()
        && object.members.iter().any(|other| {
            matches!(other.class, Class::Defines(of) if of.to == target.to) && other.name != name
        })
}

/// Writes a value. If the same value is there by default, it goes to the member's own place.
fn state<'a>(node: &mut Value<'a>, to: Spot, own: Spot, value: Value<'a>) {
    let silent = at(node, to) == Some(&value);
    put(node, if silent { own } else { to }, value);
}

/// Parses the JSON of a table and puts its members in canonical order.
pub(super) fn parsed(said: &'static str) -> Value<'static> {
    json::parse(said.as_bytes()).map_or(Value::Null, |value| bytes::sorted(value, &[])) // a test reads all of them
}

/// Returns the node of an object before any member is read. Tables are constants, so each thread parses each base
/// once.
fn base(object: &Object) -> Value<'static> {
    thread_local! {
        /// By address, which identifies a constant as well as its text.
        static BASES: RefCell<BTreeMap<(usize, usize), Value<'static>>> = const { RefCell::new(BTreeMap::new()) };
    }
    let address = (object.base.as_ptr().addr(), object.base.len());
    BASES.with_borrow_mut(|bases| bases.entry(address).or_insert_with(|| parsed(object.base)).clone())
}

fn is_nothing(value: &Value<'_>) -> bool {
    matches!(value, Value::Null) || matches!(value, Value::Array(items) if items.is_empty())
}
