//! The one reader of all tables.

use super::{
    Adapter, Options, Unknown,
    place::{at, is_absent, push, put},
    table::{Class, Each, Object, Reads, Target},
};
use crate::{
    Code, Content, Fault, Value,
    fault::{Faults, push_token, quoted},
    json, key_order, limits, overlay,
    schema::{artefact, secret_name},
};
use alloc::{
    borrow::{Cow, ToOwned},
    format,
    string::String,
    vec::Vec,
};
use base64ct::{Base64, Encoding as _};

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
            faults: Faults::default(),
            contents: Vec::new(),
            extensions: Vec::new(),
        };
        let source = reader.declaration(body, options);
        let translated = source.filter(|_| reader.faults.found() == 0);
        faults.extend(reader.faults.into_list());
        Some(Translated { source: translated?, contents: reader.contents })
    }
}

struct Reader<'t, 'a> {
    adapter: &'t Adapter,
    unknown: Unknown,
    pointer: String,
    faults: Faults,
    contents: Vec<Content>,
    extensions: Members<'a>,
}

impl<'a> Reader<'_, 'a> {
    fn declaration(&mut self, body: Value<'a>, options: &Options<'_>) -> Option<Value<'a>> {
        let Value::Map(mut members) = body else { return self.mismatch(&body, "a request body") };
        if let Some(model) = options.model {
            match members.iter().find(|(key, _)| key == "model") {
                None => members.push(("model".into(), Value::text(model.to_owned()))),
                Some((_, stated)) if stated.as_str() == Some(model) => {}
                Some(_) => self.inside("model", |reader| {
                    reader.fault(Code::Range, format!("the body names another model than {}", quoted(model)));
                }),
            }
        }
        let mut node = base(&self.adapter.body);
        self.object(&mut node, &self.adapter.body, members, None);
        put(&mut node, "/ext", Value::Map(core::mem::take(&mut self.extensions)));
        let Some(overlay) = options.overlay else { return Some(node) };
        overlay::merge(node, overlay.clone().into_owned()).map_err(|fault| self.faults.push(fault)).ok()
    }

    /// Reads the members of an object into a node. `tag` told the object's kind and is done with. Is anything of the
    /// object part of the run?
    fn object(
        &mut self,
        node: &mut Value<'a>,
        object: &Object,
        members: Members<'a>,
        tag: Option<&str>,
    ) -> bool {
        let required = object.members.iter().filter(|member| match &member.class {
            Class::Defines(target) => target.required && !members.iter().any(|(key, _)| key == member.name),
            _ => false,
        });
        let missing = required.map(|member| (Cow::Borrowed(member.name), None));
        let mut all: Vec<(Cow<'a, str>, Option<Value<'a>>)> = missing.collect();
        all.extend(
            members.into_iter().filter(|(key, _)| Some(&**key) != tag).map(|(key, value)| (key, Some(value))),
        );
        all.sort_by(|a, b| key_order(&a.0, &b.0));

        let mut defines = false;
        for (key, value) in all {
            let Some(value) = value else {
                self.inside(&key, |reader| reader.missing(&key));
                continue;
            };
            self.inside(&key, |reader| match object.members.iter().find(|member| member.name == key) {
                None => reader.unknown(&key, value),
                Some(member) => {
                    let own = format!("{}/{}", object.rest, member.name);
                    match &member.class {
                        Class::Transport | Class::Secret => return,
                        Class::Defines(target) => reader.define(node, target, &own, value),
                        Class::External(_) if value == Value::Null => {
                            put(node, &own, Value::absent("default"));
                        }
                        Class::External(hint) => {
                            reader.external("the state that this names is not in the body", hint);
                        }
                    }
                    defines = true;
                }
            });
        }
        defines
    }

    /// Reads one member that defines the run. `own` is its place in the open map of its object.
    fn define(&mut self, node: &mut Value<'a>, target: &Target, own: &str, value: Value<'a>) {
        if value != Value::Null {
            let to = if target.to.is_empty() { own } else { target.to };
            self.read(node, &target.reads, to, own, value);
        } else if target.required {
            self.fault(Code::Null, "null where a value is needed");
        } else {
            let may_be_absent = at(node, target.to).is_some_and(is_absent);
            let to = if may_be_absent { target.to } else { own };
            state(node, to, own, Value::absent("default"));
        }
    }

    fn read(&mut self, node: &mut Value<'a>, reads: &Reads, to: &str, own: &str, value: Value<'a>) {
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
            (Reads::Quote, Value::Text(text)) => {
                let content = Content::new("text/plain", text.into_owned().into_bytes());
                put(node, to, reference(&content));
                self.contents.push(content);
            }
            (Reads::Json, value) => put(node, to, Value::map([("json", value)])),
            (Reads::DataUrl, Value::Text(url)) => {
                if let Some(content) = self.data_url(&url) {
                    put(node, to, content);
                }
            }
            (Reads::Base64, Value::Text(text)) => {
                self.base64(&text);
                put(node, to, Value::Text(text));
            }
            (Reads::Subtype(kind), Value::Text(subtype)) => {
                put(node, to, Value::text(format!("{kind}/{subtype}")));
            }
            (Reads::Part, Value::Text(text)) => {
                let name = own.rsplit('/').next().unwrap_or_default().to_owned();
                push(node, to, text_part(text, Value::map([("member", Value::text(name))])));
            }
            (Reads::Parts(_), Value::Text(text)) => push(node, to, text_part(text, Value::Map(Vec::new()))),
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
            (Reads::Inside(object), Value::Map(members)) => {
                if !self.object(node, object, members, None) {
                    put(node, own, Value::Map(Vec::new()));
                }
            }
            (Reads::Item(object), Value::Map(members)) => {
                let mut item = base(object);
                self.object(&mut item, object, members, None);
                push(node, to, item);
            }
            (Reads::Either(text, _), value @ Value::Text(_)) => self.read(node, text, to, own, value),
            (Reads::Either(_, other), value) => self.read(node, other, to, own, value),
            (reads, value) => self.expected(&value, describe(reads)),
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
        let (object, tag) = match each {
            Each::All(object) => (*object, None),
            Each::By(tag, kinds) => (self.kind(&item, tag, kinds)?, Some(*tag)),
        };
        let Value::Map(members) = item else { return self.mismatch(&item, "an object") };
        let mut node = base(object);
        self.object(&mut node, object, members, tag);
        Some(node)
    }

    /// Which object it is, by the text of its tag.
    fn kind<'k>(&mut self, item: &Value<'a>, tag: &str, kinds: &[(&str, &'k Object)]) -> Option<&'k Object> {
        if !matches!(item, Value::Map(_)) {
            return self.mismatch(item, "an object");
        }
        self.inside(tag, |reader| match item.get(tag) {
            None => {
                reader.missing(tag);
                None
            }
            Some(Value::Text(text)) => {
                let found = kinds.iter().find(|(name, _)| name == text);
                if found.is_none() {
                    let names: Vec<&str> = kinds.iter().map(|(name, _)| *name).collect();
                    reader.fault(Code::Range, format!("{} is none of: {}", quoted(text), names.join(", ")));
                }
                found.map(|(_, object)| *object)
            }
            Some(other) => reader.mismatch(other, "text"),
        })
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
        self.base64(bytes);
        let (media, bytes) = (media.to_owned(), bytes.to_owned());
        Some(Value::map([("base64", Value::text(bytes)), ("type", Value::text(media))]))
    }

    /// Several base64 texts can stand for the same bytes; only the canonical one can be told from its bytes.
    fn base64(&mut self, text: &str) {
        if Base64::decode_vec(text).is_err() {
            self.fault(Code::Type, "not padded, canonical base64 (RFC 4648 section 4)");
        }
    }

    fn external(&mut self, message: &str, hint: &'static str) {
        self.fault_hint(Code::Unresolved, message, hint);
    }

    fn missing(&mut self, name: &str) {
        if self.pointer == "/model" {
            self.fault_hint(
                Code::Missing,
                "the member is missing",
                "if the URL names the model, give it with --model",
            );
        } else {
            self.fault(Code::Missing, format!("{name} is missing"));
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
        self.faults.add(code, &self.pointer, message, None);
    }

    fn fault_hint(&mut self, code: Code, message: impl Into<String>, hint: &'static str) {
        self.faults.add(code, &self.pointer, message, Some(hint));
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
    json::parse(object.base.as_bytes()).unwrap_or(Value::Null) // a test reads every base
}

fn content<'a>(text: Cow<'a, str>, media: &'static str) -> Value<'a> {
    let text = ("text", Value::Text(text));
    if media == "text/plain" { Value::map([text]) } else { Value::map([text, ("type", Value::text(media))]) }
}

fn text_part<'a>(text: Cow<'a, str>, attrs: Value<'a>) -> Value<'a> {
    Value::map([("t", Value::text("text")), ("content", content(text, "text/plain")), ("attrs", attrs)])
}

/// The JSON projection of a reference.
fn reference(content: &Content) -> Value<'static> {
    Value::map([
        ("b3", Value::text(content.digest.hex())),
        ("len", Value::Uint(content.bytes.len() as u64)),
        ("type", Value::text(content.media.clone())),
    ])
}

/// What a place takes, for people.
fn describe(reads: &Reads) -> &'static str {
    match reads {
        Reads::Name | Reads::Text(_) | Reads::Quote | Reads::Part | Reads::Subtype(_) => "text",
        Reads::DataUrl => "a data: URL",
        Reads::Base64 => "base64 text",
        Reads::Integer => "an integer",
        Reads::Texts { alone: true } => "text or a list of text",
        Reads::Texts { alone: false } => "a list of text",
        Reads::Parts(_) => "text or a list of parts",
        Reads::Inside(_) | Reads::Item(_) => "an object",
        Reads::List(_) | Reads::Turns { .. } => "a list",
        Reads::Either(_, other) => describe(other),
        Reads::Value | Reads::Json => "a value",
    }
}
