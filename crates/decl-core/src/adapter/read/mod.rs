//! The one reader of all tables.

mod bytes;
mod nodes;

use super::{
    Adapter, Member, Options, Unknown,
    place::{Spot, at, is_absent, lay, put},
    table::{Class, Mapping, Missing, Object, Reads, Target},
};
use crate::{
    Code, Content, Fault, Value,
    fault::{Faults, Place, Step, quoted},
    json, key_order, limits, overlay,
    schema::{artefact, secret_name},
};
use alloc::{
    borrow::{Cow, ToOwned},
    format,
    string::{String, ToString as _},
    vec::Vec,
};

type Members<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

/// A body in the words of the declaration.
#[derive(Clone, Debug, PartialEq)]
pub struct Translated<'a> {
    /// The declaration in source form, for [`Source::from_value`](crate::Source::from_value).
    pub source: Value<'a>,
    /// Content that `source` names by reference only, because it stands in an open map.
    pub contents: Vec<Content>,
}

impl Adapter {
    /// Turns a body into a declaration in source form, or adds every fault to `faults`, the verdict first, with
    /// pointers into the body (those of an overlay, into the overlay).
    ///
    /// The tree may hold null, as [`json::parse`] gives it. Members are visited in canonical order, so that neither
    /// the declaration nor the verdict depends on the order in which an SDK writes them.
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
        let source = Reader { shared: &mut shared, at: Place::default() }.declaration(body, options);
        let translated = source.filter(|_| shared.faults.found() == 0);
        faults.extend(shared.faults.into_list());
        Some(Translated { source: translated?, contents: shared.contents })
    }
}

/// The reader at one place of the body.
struct Reader<'r, 't, 'a> {
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

impl<'a> Reader<'_, '_, 'a> {
    fn declaration(&mut self, body: Value<'a>, options: &Options<'_>) -> Option<Value<'a>> {
        let Value::Map(mut members) = body else { return self.mismatch(&body, "a request body") };
        if let Some(model) = options.model {
            match members.iter().find(|(key, _)| key == "model") {
                None => members.push(("model".into(), Value::text(model.to_owned()))),
                Some((_, stated)) if stated.as_str().is_some_and(|stated| same_model(stated, model)) => {}
                Some(_) => self.inside("model", |reader| {
                    reader.fault(Code::Range, format!("the body names another model than {}", quoted(model)));
                }),
            }
        }
        let mut node = base(&self.shared.adapter.body);
        if let Some(version) = options.api_version {
            put(&mut node, "/environment/api/version", Value::text(version.to_owned()));
        }
        self.object(&mut node, &self.shared.adapter.body, members);
        put(&mut node, "/ext", Value::Map(core::mem::take(&mut self.shared.extensions)));
        let Some(overlay) = options.overlay else { return Some(node) };
        overlay::merge(node, overlay.clone().into_owned())
            .map_err(|fault| self.shared.faults.push(fault))
            .ok()
    }

    /// Reads the members of an object into a node. Is anything of the object part of the run?
    fn object(&mut self, node: &mut Value<'a>, object: &Object, members: Members<'a>) -> bool {
        let mut all: Vec<(Cow<'a, str>, Cow<'a, str>, Option<Value<'a>>)> = members
            .into_iter()
            .map(|(key, value)| (self.name(&key).map_or_else(|| key.clone(), Cow::Owned), key, Some(value)))
            .collect();
        for member in object.members {
            let Class::Defines(Target { missing: Missing::Refused | Missing::External(_), .. }) =
                member.class
            else {
                continue;
            };
            if all.iter().all(|(name, ..)| name != member.name) {
                all.push((Cow::Borrowed(member.name), Cow::Borrowed(member.name), None));
            }
        }
        all.sort_by(|a, b| key_order(&a.0, &b.0).then_with(|| key_order(&a.1, &b.1)));

        let mut defines = false;
        let mut last: Option<Cow<'a, str>> = None;
        for (name, key, value) in all {
            let again = last.as_ref() == Some(&name);
            self.inside(&*key, |reader| {
                if again {
                    reader.fault(Code::DupKey, "the same member in another spelling");
                    return;
                }
                let Some(member) = object.members.iter().find(|member| member.name == name) else {
                    reader.unknown(&key, value.unwrap_or(Value::Null));
                    defines = true;
                    return;
                };
                defines |= reader.member(node, object.rest, member, value);
            });
            last = Some(name);
        }
        defines
    }

    /// Reads one member, or that it is missing. Is it part of the run?
    fn member(
        &mut self,
        node: &mut Value<'a>,
        rest: &str,
        member: &Member,
        value: Option<Value<'a>>,
    ) -> bool {
        match (&member.class, value) {
            (Class::Transport | Class::Secret, _) => return false,
            (Class::Defines(target), value) => {
                let name = if target.called.is_empty() { member.name } else { target.called };
                self.define(node, target, Spot { pointer: rest, name: Some(name) }, value);
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

    /// Reads one member that defines the run. `own` is its place in the open map of its object.
    fn define(&mut self, node: &mut Value<'a>, target: &Target, own: Spot<'_>, value: Option<Value<'a>>) {
        let to = if target.to.is_empty() { own } else { target.to.into() };
        match (value, target.missing) {
            (Some(Value::Null), Missing::Silent) => {
                let to = if at(node, to).is_some_and(is_absent) { to } else { own };
                state(node, to, own, Value::absent("default"));
            }
            (Some(value), Missing::Silent) if is_nothing(&value) && at(node, to) == Some(&value) => {
                put(node, own, value);
            }
            (Some(value), _) if value != Value::Null => self.read(node, &target.reads, to, own, value),
            (_, Missing::External(hint)) => {
                self.external("what this would hold is kept elsewhere", hint);
            }
            (None, _) => self.missing(),
            (Some(_), _) => self.fault(Code::Null, "null where a value is needed"),
        }
    }

    /// Reads a value that is there.
    fn read(&mut self, node: &mut Value<'a>, reads: &Reads, to: Spot<'_>, own: Spot<'_>, value: Value<'a>) {
        match (reads, value) {
            (Reads::Value, value) => {
                let value = self.open(value);
                state(node, to, own, value);
            }
            (Reads::Name, Value::Text(text)) => {
                if text.is_empty() || text.len() > limits::NAME_BYTES {
                    self.fault(Code::Range, format!("a name has 1 to 256 bytes, this one {}", text.len()));
                }
                state(node, to, own, Value::Text(text));
            }
            (Reads::Bool, value @ Value::Bool(_))
            | (Reads::Integer, value @ (Value::Uint(_) | Value::Nint(_))) => state(node, to, own, value),
            (Reads::Texts { alone: true }, text @ Value::Text(_)) => {
                put(node, to, Value::Array([text].into()));
            }
            (Reads::Texts { .. }, Value::Array(items)) => {
                for (i, item) in items.iter().enumerate() {
                    if !matches!(item, Value::Text(_)) {
                        self.inside(i, |reader| reader.expected(item, "text"));
                    }
                }
                state(node, to, own, Value::Array(items));
            }
            (Reads::Either(text, _), value @ Value::Text(_)) => self.read(node, text, to, own, value),
            (Reads::Either(_, other), value) => self.read(node, other, to, own, value),
            (Reads::Choice(ways), Value::Text(text)) => match ways.iter().find(|(name, _)| *name == text) {
                Some((_, way)) => self.read(node, way, to, own, Value::Text(text)),
                None => self.none_of(&text, ways.iter().map(|(name, _)| *name)),
            },
            (Reads::Says(said, reads), value) => {
                lay(node, parsed(said));
                self.read(node, reads, to, own, value);
            }
            (Reads::External(hint), _) => {
                self.external("the state that this names is not in the body", hint);
            }
            (reads, value) => {
                if let Some(value) = self.bytes(node, reads, to, own, value)
                    && let Some(value) = self.nodes(node, reads, to, own, value)
                {
                    self.expected(&value, &reads.to_string());
                }
            }
        }
    }

    /// The table's name of a member, if the vendor lets it be written otherwise.
    fn name(&self, key: &str) -> Option<String> {
        if self.shared.adapter.mapping == Mapping::Plain || !key.contains('_') {
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

    fn unknown(&mut self, name: &str, value: Value<'a>) {
        if artefact(name) {
            self.fault(Code::Artefact, "a run produces this; it cannot define the run");
        } else if secret_name(name) {
            self.fault(Code::Secret, "a member of this name holds a secret");
        } else if self.shared.unknown == Unknown::Extend {
            let key = format!("{}#{}", self.shared.adapter.api, self.at.pointer());
            let value = self.open(value);
            self.shared.extensions.push((Cow::Owned(key), value));
        } else {
            let message = format!("{} has no such member here", self.shared.adapter.api);
            self.fault_hint(
                Code::UnknownMember,
                message,
                "take it out, or keep it as an extension with --unknown extend",
            );
        }
    }

    fn external(&mut self, message: &str, hint: &'static str) {
        self.fault_hint(Code::Unresolved, message, hint);
    }

    fn none_of<'n>(&mut self, text: &str, names: impl Iterator<Item = &'n str>) {
        let names: Vec<&str> = names.collect();
        self.fault(Code::Range, format!("{} is none of: {}", quoted(text), names.join(", ")));
    }

    fn missing(&mut self) {
        if self.at.pointer() == "/model" {
            self.fault_hint(
                Code::Missing,
                "the member is missing",
                "if the URL names the model, give it with --model",
            );
        } else {
            self.fault(Code::Missing, "the member is missing");
        }
    }

    fn expected(&mut self, found: &Value<'_>, expected: &str) {
        let code = if *found == Value::Null { Code::Null } else { Code::Type };
        self.fault(code, format!("{} where {expected} is expected", found.type_name()));
    }

    fn mismatch<T>(&mut self, found: &Value<'_>, expected: &str) -> Option<T> {
        self.expected(found, expected);
        None
    }

    fn fault(&mut self, code: Code, message: impl Into<String>) {
        self.shared.faults.add(code, &self.at, message, None);
    }

    fn fault_hint(&mut self, code: Code, message: impl Into<String>, hint: &'static str) {
        self.shared.faults.add(code, &self.at, message, Some(hint));
    }

    fn inside<'s, T>(
        &'s mut self,
        step: impl Into<Step<'s>>,
        read: impl FnOnce(&mut Reader<'_, '_, 'a>) -> T,
    ) -> T {
        read(&mut Reader { shared: &mut *self.shared, at: self.at.inside(step) })
    }
}

/// Writes a value; if the very same stands there without any statement, the statement goes to its own place.
fn state<'a>(node: &mut Value<'a>, to: Spot<'_>, own: Spot<'_>, value: Value<'a>) {
    let silent = at(node, to) == Some(&value);
    put(node, if silent { own } else { to }, value);
}

/// What a table says, as JSON with its members in canonical order.
fn parsed(said: &'static str) -> Value<'static> {
    json::parse(said.as_bytes()).map_or(Value::Null, |value| bytes::sorted(value, &[])) // a test reads all of them
}

/// The node of an object before any member is read. Tables are constants, so each thread reads each of them once.
fn base(object: &Object) -> Value<'static> {
    #[cfg(feature = "std")]
    {
        use alloc::collections::BTreeMap;
        use core::cell::RefCell;
        std::thread_local! {
            /// By address, which for a constant is as good as the text.
            static BASES: RefCell<BTreeMap<(usize, usize), Value<'static>>> =
                const { RefCell::new(BTreeMap::new()) };
        }
        let address = (object.base.as_ptr().addr(), object.base.len());
        BASES.with_borrow_mut(|bases| bases.entry(address).or_insert_with(|| parsed(object.base)).clone())
    }
    #[cfg(not(feature = "std"))]
    parsed(object.base)
}

/// Does the API take the two for one model? Some bodies hold the name of the resource, `models/m`.
fn same_model(stated: &str, model: &str) -> bool {
    stated.strip_suffix(model).is_some_and(|head| head.is_empty() || head.ends_with('/'))
}

fn is_nothing(value: &Value<'_>) -> bool {
    matches!(value, Value::Null) || matches!(value, Value::Array(items) if items.is_empty())
}
