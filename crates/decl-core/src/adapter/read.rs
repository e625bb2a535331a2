//! The one reader of all tables.

use super::{
    Adapter, Member, Options, Unknown,
    place::{at, insert, is_absent, lay, push, put},
    table::{Class, Each, Form, Mapping, Missing, Object, Reads, Target},
};
use crate::{
    Code, Content, Fault, Value,
    fault::{push_token, quoted},
    json, key_order, limits, overlay,
    schema::{artefact, secret_name},
};
use alloc::{
    borrow::{Cow, ToOwned},
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use base64ct::{Base64, Encoding as _};

/// Kinds of parts that a media type names.
const MEDIA: [&str; 3] = ["image", "audio", "video"];

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
        let mut reader = Reader {
            adapter: self,
            unknown: options.unknown,
            pointer: String::new(),
            faults: Vec::new(),
            contents: Vec::new(),
            extensions: Vec::new(),
        };
        let source = reader.declaration(body, options);
        let translated = source.filter(|_| reader.faults.is_empty());
        faults.append(&mut reader.faults);
        Some(Translated { source: translated?, contents: reader.contents })
    }
}

struct Reader<'t, 'a> {
    adapter: &'t Adapter,
    unknown: Unknown,
    pointer: String,
    faults: Vec<Fault>,
    contents: Vec<Content>,
    extensions: Members<'a>,
}

impl<'a> Reader<'_, 'a> {
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
        let mut node = base(&self.adapter.body);
        if let Some(version) = options.api_version {
            put(&mut node, "/environment/api/version", Value::text(version.to_owned()));
        }
        self.object(&mut node, &self.adapter.body, members, &[]);
        put(&mut node, "/ext", Value::Map(core::mem::take(&mut self.extensions)));
        let Some(overlay) = options.overlay else { return Some(node) };
        overlay::merge(node, overlay.clone().into_owned()).map_err(|fault| self.faults.push(fault)).ok()
    }

    /// Reads the members of an object into a node. `tags` told the object's kind and are done with. Is anything of
    /// the object part of the run?
    fn object(&mut self, node: &mut Value<'a>, object: &Object, members: Members<'a>, tags: &[&str]) -> bool {
        let mut all: Vec<(Cow<'a, str>, Cow<'a, str>, Option<Value<'a>>)> = members
            .into_iter()
            .map(|(key, value)| (self.name(&key).map_or_else(|| key.clone(), Cow::Owned), key, Some(value)))
            .filter(|(name, ..)| !tags.contains(&&**name))
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
            self.inside(&key, |reader| {
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
                self.define(node, target, &format!("{rest}/{name}"), value);
            }
            (Class::External(_), Some(nothing)) if is_nothing(&nothing) => {
                let nothing = if nothing == Value::Null { Value::absent("default") } else { nothing };
                put(node, &format!("{rest}/{}", member.name), nothing);
            }
            (Class::External(hint), _) => {
                self.external("the state that this names is not in the body", hint);
            }
        }
        true
    }

    /// Reads one member that defines the run. `own` is its place in the open map of its object.
    fn define(&mut self, node: &mut Value<'a>, target: &Target, own: &str, value: Option<Value<'a>>) {
        let to = if target.to.is_empty() { own } else { target.to };
        match (value, target.missing) {
            (Some(value), Missing::Silent) if value == Value::Null => {
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
            (None, _) => self.missing().unwrap_or_default(),
            (Some(_), _) => self.fault(Code::Null, "null where a value is needed"),
        }
    }

    fn read(&mut self, node: &mut Value<'a>, reads: &Reads, to: &str, own: &str, value: Value<'a>) {
        match (reads, value) {
            (Reads::Value, value) => {
                let value = self.open(value);
                state(node, to, own, value);
            }
            (Reads::Bool, value @ Value::Bool(_)) => state(node, to, own, value),
            (Reads::Name, Value::Text(text)) => {
                if text.is_empty() || text.len() > limits::NAME_BYTES {
                    self.fault(Code::Range, format!("a name has 1 to 256 bytes, this one {}", text.len()));
                }
                state(node, to, own, Value::Text(text));
            }
            (Reads::Integer, value @ (Value::Uint(_) | Value::Nint(_))) => state(node, to, own, value),
            (Reads::Texts { alone: true }, text @ Value::Text(_)) => {
                put(node, to, Value::Array([text].into()));
            }
            (Reads::Texts { .. }, Value::Array(items)) => {
                for (i, item) in items.iter().enumerate() {
                    if !matches!(item, Value::Text(_)) {
                        self.inside(&format!("{i}"), |reader| reader.expected(item, "text"));
                    }
                }
                state(node, to, own, Value::Array(items));
            }
            (Reads::Text(media), Value::Text(text)) => put(node, to, content(text, media)),
            (Reads::Json, value) => self.json(node, to, value),
            (Reads::Data(kept), value) => put(node, to, Value::map([("json", sorted(value, kept))])),
            (Reads::Quote(form), value) => {
                if let Some(content) = self.quote(*form, value) {
                    put(node, to, reference(&content));
                    self.contents.push(content);
                }
            }
            (Reads::Part(form), value) => {
                if let Some(content) = self.content(*form, value) {
                    push(node, to, text_part(content, mark(own)));
                }
            }
            (Reads::DataUrl, Value::Text(url)) => {
                if let Some(content) = self.data_url(&url) {
                    put(node, to, content);
                }
            }
            (Reads::Base64, Value::Text(text)) => {
                if let Some(text) = self.base64(text) {
                    put(node, to, Value::Text(text));
                }
            }
            (Reads::Subtype(kind), Value::Text(subtype)) => {
                put(node, to, Value::text(format!("{kind}/{subtype}")));
            }
            (Reads::Media, Value::Text(media)) => {
                let kind = media.split('/').next().filter(|kind| MEDIA.contains(kind)).unwrap_or("file");
                put(node, "/t", Value::text(kind.to_owned()));
                put(node, to, Value::Text(media));
            }
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
                self.turns(node, each, [first, to], leading, items);
            }
            (Reads::Said(role, each), value @ (Value::Text(_) | Value::Array(_))) => {
                let mut message = Value::map([
                    ("role", Value::text((*role).to_owned())),
                    ("parts", Value::Array(Vec::new())),
                    ("attrs", mark(own)),
                ]);
                self.read(&mut message, &Reads::Parts(each), "/parts", "/attrs/content", value);
                insert(node, to, self.settled(message));
            }
            (Reads::Inside(object), Value::Map(members)) => {
                self.around(node, object, members, &[], own);
            }
            (Reads::InsideBy(each), value @ Value::Map(_)) => {
                if let Some((object, tags, members)) = self.kind(each, value) {
                    self.around(node, object, members, &tags, own);
                }
            }
            (Reads::Item(object), value @ Value::Map(_)) => {
                if let Some(item) = self.item(&Each::All(object), value) {
                    push(node, to, item);
                }
            }
            (Reads::Message(object), value @ Value::Map(_)) => {
                if let Some(message) = self.item(&Each::All(object), value) {
                    push(node, to, self.settled(message));
                }
            }
            (Reads::Groups(object), Value::Array(groups)) => self.groups(node, object, to, own, groups),
            (Reads::Either(text, _), value @ Value::Text(_)) => self.read(node, text, to, own, value),
            (Reads::Either(_, other), value) => self.read(node, other, to, own, value),
            (Reads::Choice(ways), Value::Text(text)) => match ways.iter().find(|(name, _)| *name == text) {
                Some((_, way)) => self.read(node, way, to, own, Value::Text(text)),
                None => self.none_of(&text, ways.iter().map(|(name, _)| *name)).unwrap_or_default(),
            },
            (Reads::Says(said, reads), value) => {
                lay(node, parsed(said));
                self.read(node, reads, to, own, value);
            }
            (Reads::External(hint), _) => {
                self.external("the state that this names is not in the body", hint);
            }
            (reads, value) => self.expected(&value, &reads.to_string()),
        }
    }

    /// Reads an object whose members belong to the node around it.
    fn around(
        &mut self,
        node: &mut Value<'a>,
        object: &Object,
        members: Members<'a>,
        tags: &[&str],
        own: &str,
    ) {
        if !object.base.is_empty() {
            lay(node, base(object));
        }
        if !self.object(node, object, members, tags) && tags.is_empty() {
            put(node, own, Value::Map(Vec::new()));
        }
    }

    fn groups(
        &mut self,
        node: &mut Value<'a>,
        object: &'static Object,
        to: &str,
        own: &str,
        groups: Vec<Value<'a>>,
    ) {
        let mut said = Vec::new();
        for (i, group) in groups.into_iter().enumerate() {
            let group = self.inside(&format!("{i}"), |reader| reader.item(&Each::All(object), group));
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

    fn list(&mut self, node: &mut Value<'a>, each: &Each, to: &str, own: &str, items: Vec<Value<'a>>) {
        if items.is_empty() {
            put(node, own, Value::Array(items));
            return;
        }
        for (i, item) in items.into_iter().enumerate() {
            if let Some(item) = self.inside(&format!("{i}"), |reader| reader.item(each, item)) {
                push(node, to, item);
            }
        }
    }

    fn turns(
        &mut self,
        node: &mut Value<'a>,
        each: &Each,
        [first, rest]: [&str; 2],
        leading: &[&str],
        items: Vec<Value<'a>>,
    ) {
        let mut instructs = true;
        for (i, item) in items.into_iter().enumerate() {
            if let Some(message) = self.inside(&format!("{i}"), |reader| reader.item(each, item)) {
                instructs &=
                    message.get("role").and_then(Value::as_str).is_some_and(|role| leading.contains(&role));
                push(node, if instructs { first } else { rest }, self.settled(message));
            }
        }
    }

    /// Moves what a message says of itself into the attributes of its first part. If it has none, an empty opaque
    /// part of the vendor carries them.
    fn settled(&self, mut message: Value<'a>) -> Value<'a> {
        let Value::Map(members) = &mut message else { return message };
        let Some(i) = members.iter().position(|(key, _)| key == "attrs") else { return message };
        let Value::Map(said) = members.remove(i).1 else { return message };
        if said.is_empty() {
            return message;
        }
        if at(&message, "/parts/0").is_none() {
            let carrier = [
                ("t", Value::text("opaque")),
                ("authority", Value::text(self.adapter.authority().to_owned())),
                ("content", content("".into(), "text/plain")),
                ("attrs", Value::Map(Vec::new())),
            ];
            push(&mut message, "/parts", Value::map(carrier));
        }
        for (name, value) in said {
            put(&mut message, &format!("/parts/0/attrs/{name}"), value);
        }
        message
    }

    fn item(&mut self, each: &Each, item: Value<'a>) -> Option<Value<'a>> {
        let (object, tags, members) = self.kind(each, item)?;
        let mut node = base(object);
        self.object(&mut node, object, members, &tags);
        Some(node)
    }

    /// Which object it is, the tags that told, and its members.
    #[expect(clippy::type_complexity, reason = "three things that one look at the object gives")]
    fn kind(
        &mut self,
        each: &Each,
        item: Value<'a>,
    ) -> Option<(&'static Object, Vec<&'static str>, Members<'a>)> {
        let Value::Map(members) = item else { return self.mismatch(&item, "an object") };
        let find = |reader: &Self, name: &str| {
            members
                .iter()
                .find(|(key, _)| reader.name(key).as_deref().unwrap_or(key) == name)
                .map(|(_, value)| value)
        };
        let (mut each, mut tags) = (*each, Vec::new());
        loop {
            match each {
                Each::All(object) => return Some((object, tags, members)),
                Each::By { tag, kinds, untagged } => match (find(self, tag), untagged) {
                    (None | Some(Value::Null), Some(untagged)) => each = *untagged,
                    (None, None) => return self.inside(tag, |reader| reader.missing()),
                    (Some(Value::Text(text)), _) => {
                        let Some((_, kind)) = kinds.iter().find(|(name, _)| name == text) else {
                            let names = kinds.iter().map(|(name, _)| *name);
                            return self.inside(tag, |reader| reader.none_of(text, names));
                        };
                        tags.push(tag);
                        each = *kind;
                    }
                    (Some(other), _) => return self.inside(tag, |reader| reader.mismatch(other, "text")),
                },
                Each::Having(kinds) => {
                    let there = |name: &str| find(self, name).is_some_and(|value| *value != Value::Null);
                    let Some((_, kind)) = kinds.iter().find(|(name, _)| there(name)) else {
                        let names: Vec<&str> = kinds.iter().map(|(name, _)| *name).collect();
                        self.fault(Code::Missing, format!("none of: {}", names.join(", ")));
                        return None;
                    };
                    each = *kind;
                }
            }
        }
    }

    /// The table's name of a member, if the vendor lets it be written otherwise.
    fn name(&self, key: &str) -> Option<String> {
        if self.adapter.mapping == Mapping::Plain || !key.contains('_') {
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

    /// A value as it is. Null is a stated default; so nothing else may look like a stated absence or a reference.
    fn open(&mut self, value: Value<'a>) -> Value<'a> {
        match value {
            Value::Null => Value::absent("default"),
            Value::Array(items) => Value::Array(
                items
                    .into_iter()
                    .enumerate()
                    .map(|(i, item)| self.inside(&format!("{i}"), |reader| reader.open(item)))
                    .collect(),
            ),
            Value::Map(mut members) => {
                members.sort_by(|a, b| key_order(&a.0, &b.0));
                Value::Map(members.into_iter().map(|(key, value)| self.open_member(key, value)).collect())
            }
            value => value,
        }
    }

    fn open_member(&mut self, key: Cow<'a, str>, value: Value<'a>) -> (Cow<'a, str>, Value<'a>) {
        let value = self.inside(&key, |reader| {
            if matches!(&*key, "absent" | "b3" | "kb3") {
                reader.fault(Code::Range, "in a declaration this name states an absence or names content");
            }
            reader.open(value)
        });
        (key, value)
    }

    fn unknown(&mut self, name: &str, value: Value<'a>) {
        if artefact(name) {
            self.fault(Code::Artefact, "a run produces this; it cannot define the run");
        } else if secret_name(name) {
            self.fault(Code::Secret, "a member of this name holds a secret");
        } else if self.unknown == Unknown::Extend {
            let key = format!("{}#{}", self.adapter.api, self.pointer);
            let value = self.open(value);
            self.extensions.push((Cow::Owned(key), value));
        } else {
            let message = format!("{} has no such member here", self.adapter.api);
            self.fault_hint(
                Code::UnknownMember,
                message,
                "take it out, or keep it as an extension with --unknown extend",
            );
        }
    }

    /// `data:TYPE;base64,BYTES`
    fn data_url(&mut self, url: &str) -> Option<Value<'a>> {
        let Some(rest) = url.strip_prefix("data:") else {
            self.external("what this URL points to can change", "send the bytes: data:image/png;base64,...");
            return None;
        };
        let Some((media, bytes)) = rest.split_once(";base64,") else {
            self.fault(Code::Type, "a data: URL without ;base64, where bytes are expected");
            return None;
        };
        let bytes = self.base64(bytes.to_owned().into())?;
        let media = Value::text(media.to_owned());
        Some(Value::map([("base64", Value::Text(bytes)), ("type", media)]))
    }

    /// Several base64 texts can stand for the same bytes; only the canonical one can be told from its bytes. Where
    /// the vendor documents them as the same, it stands for all.
    fn base64(&mut self, text: Cow<'a, str>) -> Option<Cow<'a, str>> {
        let text = if self.adapter.mapping == Mapping::Proto {
            let mut text = text.trim_end_matches('=').replace('-', "+").replace('_', "/");
            text.extend(core::iter::repeat_n('=', text.len().wrapping_neg() % 4));
            Cow::Owned(text)
        } else {
            text
        };
        if Base64::decode_vec(&text).is_err() {
            self.fault(Code::Type, "not padded, canonical base64 (RFC 4648 section 4)");
            return None;
        }
        Some(text)
    }

    /// JSON in the order given. Two members of an API can stand for one schema; a body states one of them.
    fn json(&mut self, node: &mut Value<'a>, to: &str, value: Value<'a>) {
        if at(node, to).is_some_and(|stated| stated.get("json").is_some()) {
            self.fault(Code::Range, "another member states this too");
        }
        put(node, to, Value::map([("json", value)]));
    }

    /// Content in source form.
    fn content(&mut self, form: Form, value: Value<'a>) -> Option<Value<'a>> {
        match (form, value) {
            (Form::Text, Value::Text(text)) => Some(content(text, "text/plain")),
            (Form::Text, other) => self.mismatch(&other, "text"),
            (Form::Json, value) => Some(Value::map([("json", value)])),
            (Form::Data(kept), value) => Some(Value::map([("json", sorted(value, kept))])),
        }
    }

    /// Content, for a place that takes only a reference.
    fn quote(&mut self, form: Form, value: Value<'a>) -> Option<Content> {
        match (form, value) {
            (Form::Text, Value::Text(text)) => {
                Some(Content::new("text/plain", text.into_owned().into_bytes()))
            }
            (Form::Text, other) => self.mismatch(&other, "text"),
            (Form::Json, value) => Some(Content::new("application/json", json::minimal(&value).into_bytes())),
            (Form::Data(kept), value) => {
                Some(Content::new("application/json", json::minimal(&sorted(value, kept)).into_bytes()))
            }
        }
    }

    fn external(&mut self, message: &str, hint: &'static str) {
        self.fault_hint(Code::Unresolved, message, hint);
    }

    fn none_of<'n, T>(&mut self, text: &str, names: impl Iterator<Item = &'n str>) -> Option<T> {
        let names: Vec<&str> = names.collect();
        self.fault(Code::Range, format!("{} is none of: {}", quoted(text), names.join(", ")));
        None
    }

    fn missing<T>(&mut self) -> Option<T> {
        if self.pointer == "/model" {
            self.fault_hint(
                Code::Missing,
                "the member is missing",
                "if the URL names the model, give it with --model",
            );
        } else {
            self.fault(Code::Missing, "the member is missing");
        }
        None
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
        if self.faults.len() < limits::FAULTS {
            self.faults.push(Fault::pointer(code, self.pointer.clone(), message));
        }
    }

    fn fault_hint(&mut self, code: Code, message: impl Into<String>, hint: &'static str) {
        if self.faults.len() < limits::FAULTS {
            self.faults.push(Fault::pointer(code, self.pointer.clone(), message).with_hint(hint));
        }
    }

    fn inside<T>(&mut self, token: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let len = self.pointer.len();
        push_token(&mut self.pointer, token);
        let out = read(self);
        self.pointer.truncate(len);
        out
    }
}

/// Writes a value; if the very same stands there without any statement, the statement goes to its own place.
fn state<'a>(node: &mut Value<'a>, to: &str, own: &str, value: Value<'a>) {
    let silent = at(node, to) == Some(&value);
    put(node, if silent { own } else { to }, value);
}

fn base(object: &Object) -> Value<'static> {
    parsed(object.base)
}

fn parsed(said: &str) -> Value<'static> {
    json::parse(said.as_bytes()).map_or(Value::Null, Value::into_owned) // a test reads all of them
}

/// Does the API take the two for one model? Some bodies hold the name of the resource, `models/m`.
fn same_model(stated: &str, model: &str) -> bool {
    stated.strip_suffix(model).is_some_and(|head| head.is_empty() || head.ends_with('/'))
}

fn is_nothing(value: &Value<'_>) -> bool {
    matches!(value, Value::Null) || matches!(value, Value::Array(items) if items.is_empty())
}

/// The same JSON with the members of every object in canonical order, but inside members of these names.
fn sorted<'a>(value: Value<'a>, kept: &[&str]) -> Value<'a> {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(|item| sorted(item, kept)).collect()),
        Value::Map(members) => {
            let inside = |(key, value): (Cow<'a, str>, Value<'a>)| {
                let value = if kept.contains(&&*key) { value } else { sorted(value, kept) };
                (key, value)
            };
            let mut members: Vec<_> = members.into_iter().map(inside).collect();
            members.sort_by(|a, b| key_order(&a.0, &b.0));
            Value::Map(members)
        }
        value => value,
    }
}

/// The attributes of what stands in a message only because of the member at `own`.
fn mark<'a>(own: &str) -> Value<'a> {
    let name = own.rsplit('/').next().unwrap_or_default().to_owned();
    Value::map([("member", Value::text(name))])
}

fn content<'a>(text: Cow<'a, str>, media: &'static str) -> Value<'a> {
    let text = ("text", Value::Text(text));
    if media == "text/plain" { Value::map([text]) } else { Value::map([text, ("type", Value::text(media))]) }
}

fn text_part<'a>(content: Value<'a>, attrs: Value<'a>) -> Value<'a> {
    Value::map([("t", Value::text("text")), ("content", content), ("attrs", attrs)])
}

/// The JSON projection of a reference.
fn reference(content: &Content) -> Value<'static> {
    Value::map([
        ("b3", Value::text(content.digest.hex())),
        ("len", Value::Uint(content.bytes.len() as u64)),
        ("type", Value::text(content.media.clone())),
    ])
}
