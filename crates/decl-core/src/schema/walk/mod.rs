//! One ordered walk that resolves the source form, encodes what is read from JSON, and finds every fault. It visits
//! maps in canonical order, whatever order the document has, so that a declaration has one verdict.

mod encoding;
mod rules;

use super::{
    expected::{Expected, MemberNames, kind_of, kinds},
    home::home,
    lists::RecordKind,
    records::{EVENT, SUPPLEMENT},
    shape::{Case, Guard, Kind, Member, Presence, Rule, Shape},
    tables::{ABSENT, DECLARATION, DIGEST, KEYED_REFERENCE, PLACE, PLAIN_REFERENCE, SOURCES},
    text::{dns, extension_name, from_hex, is_handle, media},
};
use crate::{
    cbor,
    code::Code,
    content::{self, Content, Files, NoFiles, Reference},
    fault::{Fault, Faults, Place, Step, quoted, too_large},
    identity::Identity,
    json, limits,
    names::{RESERVED, artefact, secret_member, secret_name, secret_value},
    nearest::nearest,
    occurrence::Occurrence,
    text::is_base64,
    value::{Value, key_order},
};
use alloc::{
    borrow::Cow,
    collections::BTreeSet,
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::{fmt, ops::RangeInclusive};

/// The form that the tree was read from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Digests are hex; content may stand by value.
    Json,
    /// Digests are bytes; everything is resolved.
    Cbor,
}

pub(crate) struct Walk<'f> {
    form: Form,
    files: &'f mut dyn Files,
    /// How many parts each message of `input` and of `instructions` has, to check `placed`.
    parts: [Vec<usize>; 2],
    /// What is walked, and its member `kind`.
    record: RecordKind,
    kind: String,
    /// What the members of the body owe to each other.
    rules: &'static [Rule],
    /// A better hint for all faults.
    hint: Option<&'static str>,
    /// The length that the algorithm of the current digest gives.
    digest_bytes: RangeInclusive<usize>,
    faults: Faults,
    /// The first value without an encoding: the verdict if there is no fault.
    unencodable: Option<Fault>,
    /// Identities of the files that are in `contents`: a short document can name a large file many times.
    read: BTreeSet<Identity>,
    found: Found,
}

/// The result of a walk.
#[derive(Default)]
pub(crate) struct Found {
    /// The canonical encoding; empty if a declaration was read from CBOR, whose encoding is the input.
    pub(crate) bytes: Vec<u8>,
    pub(crate) references: Vec<Reference>,
    /// In the order of the walk.
    pub(crate) contents: Vec<Content>,
}

impl<'f> Walk<'f> {
    /// Walks a whole record. Returns every fault, the verdict first, if there is any.
    pub(crate) fn record(
        record: RecordKind,
        value: &mut Value<'_>,
        form: Form,
        files: &'f mut dyn Files,
    ) -> Result<Found, Vec<Fault>> {
        let kind = value.get("kind").and_then(Value::as_str).unwrap_or_default();
        let mut walk = Self::new(record, form, files, kind);
        match record {
            RecordKind::Declaration => walk.declaration(value),
            RecordKind::Supplement => walk.stated(value, &SUPPLEMENT),
            RecordKind::Event => walk.stated(value, &EVENT),
        }
        walk.finish()
    }

    fn declaration(&mut self, value: &mut Value<'_>) {
        self.parts = [count_parts(value.get("input")), count_parts(value.get("instructions"))];
        if self.form == Form::Json {
            self.found.bytes.reserve(4096); // most declarations fit
            let messages = self.parts.iter().map(Vec::len).sum();
            self.found.references.reserve(messages);
            self.found.contents.reserve(messages);
        }
        self.root(value, &DECLARATION, self.form == Form::Json);
        if value.get("v").is_none() && is_body(value) {
            self.hint = Some(
                "this looks like a request body: name its API, --from chat, responses, anthropic or gemini",
            );
        }
    }

    /// Walks a supplement or an event. It is written again also from CBOR, to know the size of its body.
    fn stated(&mut self, value: &mut Value<'_>, shape: &Shape) {
        self.root(value, shape, true);
        if self.faults.found() == 0 && self.unencodable.is_none() {
            rules::apply(self.rules, value, &mut self.faults);
        }
    }

    fn new(record: RecordKind, form: Form, files: &'f mut dyn Files, kind: &str) -> Self {
        Self {
            record,
            form,
            files,
            parts: [Vec::new(), Vec::new()],
            kind: kind.into(),
            rules: &[],
            hint: None,
            digest_bytes: 20..=64,
            faults: Faults::default(),
            unencodable: None,
            read: BTreeSet::new(),
            found: Found::default(),
        }
    }

    fn root(&mut self, value: &mut Value<'_>, shape: &Shape, writes: bool) {
        Visit { walk: self, at: Place::default(), containers: 0, depth: 0, writes }.visit(value, shape);
    }

    fn finish(self) -> Result<Found, Vec<Fault>> {
        let mut faults = self.faults.into_list();
        if let Some(hint) = self.hint {
            for fault in &mut faults {
                fault.hint = Some(hint.into());
            }
        }
        if faults.is_empty() {
            faults.extend(self.unencodable);
        }
        if faults.is_empty() && self.found.bytes.len() > limits::DECLARATION_BYTES {
            faults.push(too_large());
        }
        if faults.is_empty() { Ok(self.found) } else { Err(faults) }
    }
}

/// Encodes a value of this shape in a declaration of this kind. Returns `None` if the value does not have the shape,
/// or if it holds content.
pub fn fragment(mut value: Value<'_>, shape: &Shape, kind: &str) -> Option<Vec<u8>> {
    let mut files = NoFiles;
    let mut walk = Walk::new(RecordKind::Declaration, Form::Json, &mut files, kind);
    walk.root(&mut value, shape, true);
    walk.finish().ok().filter(|found| found.references.is_empty()).map(|found| found.bytes)
}

/// The walk at one place.
struct Visit<'w, 'f> {
    walk: &'w mut Walk<'f>,
    at: Place<'w>,
    /// Containers around this place.
    containers: usize,
    /// Values of open maps around this place.
    depth: usize,
    /// Whether the value at this place becomes part of the encoding as it is.
    writes: bool,
}

impl<'f> Visit<'_, 'f> {
    #[cold]
    fn fault(&mut self, code: Code, message: impl fmt::Display) {
        self.walk.faults.add(code, &self.at, message);
    }

    /// Adds a fault with a hint.
    #[cold]
    fn fault_hint(&mut self, code: Code, message: impl fmt::Display, hint: impl fmt::Display) {
        if let Some(fault) = self.walk.faults.add(code, &self.at, message) {
            fault.hint = Some(hint.to_string().into());
        }
    }

    /// Adds a fault for a value that this place does not accept.
    #[cold]
    fn refuse(&mut self, code: Code, message: impl fmt::Display, shape: &Shape) {
        let more = match shape {
            Shape::Map(_) if self.walk.record == RecordKind::Declaration => {
                "; `decl template KIND` prints one"
            }
            _ => "",
        };
        self.fault_hint(code, message, format_args!("write {}{more}", Expected(shape)));
    }

    /// Visits a member or an item of the container at this place.
    fn inside<'s>(&'s mut self, step: impl Into<Step<'s>>, visit: impl FnOnce(&mut Visit<'_, 'f>)) {
        visit(&mut Visit {
            walk: &mut *self.walk,
            at: self.at.inside(step),
            containers: self.containers + 1,
            depth: self.depth,
            writes: self.writes,
        });
    }

    fn visit(&mut self, value: &mut Value<'_>, shape: &Shape) {
        if let Shape::Body(kinds) = shape {
            return self.body(value, kinds);
        }
        if matches!(value, Value::Null) && !matches!(shape, Shape::Json) {
            return self.null(shape);
        }
        if matches!(shape, Shape::Open(_)) && reserved(value) {
            let found = "a stated absence or content, not a map of your own names";
            return self.refuse(Code::Type, found, shape);
        }
        match (shape, &mut *value) {
            (shape, Value::Text(text)) if shape.is_text() => self.text(text, shape),
            (Shape::True, Value::Bool(mark)) => {
                if !*mark {
                    self.fault_hint(Code::Range, "false is not said", "leave it out, or write true");
                }
            }
            (Shape::Json, json) => {
                if !json::is_json(json) {
                    self.fault(Code::Type, "no JSON text stands for this");
                }
                return;
            }
            (Shape::Bool, Value::Bool(_))
            | (Shape::Uint | Shape::Millis, Value::Uint(_))
            | (Shape::Int, Value::Uint(_) | Value::Nint(_))
            | (Shape::Num, Value::Uint(_) | Value::Nint(_) | Value::Float(_)) => {}
            (Shape::Bytes32, _) => return self.bytes(value, 32..=32),
            (Shape::DigestValue, _) => return self.bytes(value, self.walk.digest_bytes.clone()),
            (Shape::Digest, Value::Map(_)) => self.digest(value),
            (Shape::Content(media), Value::Map(_)) => return self.content(value, Some(media)),
            (Shape::Absent, Value::Map(_)) => self.map(value, ABSENT),
            (Shape::Open(guard), Value::Map(_)) => self.open(value, *guard),
            (Shape::Ext, Value::Map(members)) => self.ext(members),
            (Shape::Map(members), Value::Map(_)) => self.map(value, members),
            (Shape::Cases(name, cases), Value::Map(_)) => self.cases(value, name, cases),
            (Shape::List(least, item_shape), Value::Array(items)) => {
                if items.len() < *least {
                    self.refuse(Code::Range, "an empty list", shape);
                }
                self.container(cbor::ARRAY, items.len());
                for (i, item) in items.iter_mut().enumerate() {
                    self.inside(i, |walk| walk.visit(item, item_shape));
                }
            }
            (Shape::Tuple(shapes), Value::Array(items)) => {
                if items.len() != shapes.len() {
                    let found = format_args!("a list of {}, not of {} items", items.len(), shapes.len());
                    return self.refuse(Code::Range, found, shape);
                }
                self.container(cbor::ARRAY, items.len());
                for (i, (item, shape)) in items.iter_mut().zip(*shapes).enumerate() {
                    self.inside(i, |walk| walk.visit(item, shape));
                }
            }
            (Shape::Placed, Value::Array(_)) => {
                let faults = self.walk.faults.found();
                self.visit(value, &PLACE);
                if self.walk.faults.found() == faults && !self.exists(value) {
                    self.refuse(Code::Range, "there is no such part", shape);
                }
            }
            (Shape::Either(shapes), _) => {
                return match shapes.iter().find(|shape| self.looks_like(value, shape)) {
                    Some(shape) => self.visit(value, shape),
                    None => self.mismatch(value, shape),
                };
            }
            _ => return self.mismatch(value, shape),
        }
        if !matches!(value, Value::Array(_) | Value::Map(_)) {
            self.scalar(value);
        }
    }

    fn text(&mut self, text: &str, shape: &Shape) {
        let bytes = |range: RangeInclusive<usize>| range.contains(&text.len());
        let chosen = matches!(shape, Shape::Name | Shape::Identifier | Shape::Query | Shape::Handle);
        if chosen && self.walk.record != RecordKind::Declaration && secret_value(text) {
            return self.fault(Code::Secret, "the text has the shape of a secret");
        }
        let (fits, what) = match shape {
            Shape::Version(version) => {
                if text != *version {
                    let found = format_args!("{} is not {}", quoted(text), quoted(version));
                    self.fault_hint(Code::Version, found, format_args!("this decl reads \"{version}\""));
                }
                return;
            }
            Shape::Base64 => (is_base64(text), "text that is not padded, canonical base64"),
            Shape::Name => (bytes(1..=limits::NAME_BYTES), ""),
            Shape::Query => (bytes(1..=limits::QUERY_BYTES), ""),
            Shape::Identifier => (bytes(0..=limits::IDENTIFIER_BYTES), ""),
            Shape::Choice(choices) => (choices.contains(&text), "a choice here"),
            Shape::Dns => (dns(text), "a DNS name in lower case"),
            Shape::Media => (media(text), "a media type"),
            Shape::Handle => (is_handle(text), "a handle"),
            Shape::Occurrence => (text.parse::<Occurrence>().is_ok(), "a UUID in lower case"),
            _ => (true, ""),
        };
        match (fits, shape) {
            (true, _) => {}
            (_, Shape::Base64) => self.refuse(Code::Range, what, shape),
            (_, _) if what.is_empty() => {
                self.refuse(Code::Range, format_args!("text of {} bytes", text.len()), shape);
            }
            _ => self.refuse(Code::Range, format_args!("{} is not {what}", quoted(text)), shape),
        }
    }

    fn mismatch(&mut self, value: &Value<'_>, shape: &Shape) {
        let message = format!("{} where {} is expected", value.type_name(), kind_of(shape));
        if value.get("absent").is_none() || self.walk.record != RecordKind::Declaration {
            return self.refuse(Code::Type, message, shape);
        }
        let overlay = "what a body leaves open, --overlay states (the version of a harness: --api-version)";
        self.fault_hint(Code::Type, message, format_args!("write {}; {overlay}", Expected(shape)));
    }

    fn null(&mut self, shape: &Shape) {
        self.refuse(Code::Null, format_args!("null where {} is expected", kind_of(shape)), shape);
    }

    /// Returns whether the value matches this alternative, by its type and by the member that only it has.
    fn looks_like(&self, value: &Value<'_>, shape: &Shape) -> bool {
        let has = |key| value.get(key).is_some();
        let absent = || has("absent");
        let content = || {
            has("b3") || has("kb3") || self.walk.form == Form::Json && SOURCES.iter().any(|(key, _)| has(key))
        };
        match (shape, value) {
            (shape, Value::Text(_)) if shape.is_text() => true,
            (Shape::Uint | Shape::Int, Value::Uint(_))
            | (Shape::Int, Value::Nint(_))
            | (Shape::List(..) | Shape::Tuple(_) | Shape::Placed, Value::Array(_)) => true,
            (Shape::Absent, Value::Map(_)) => absent(),
            (Shape::Content(_), Value::Map(_)) => content() && !absent(),
            (Shape::Digest, Value::Map(_)) => has("alg") && !content() && !absent(),
            (Shape::Map(_) | Shape::Open(_), Value::Map(_)) => !absent(),
            _ => false,
        }
    }

    /// Visits a closed map: required and present members together, in canonical order.
    fn map(&mut self, value: &mut Value<'_>, shapes: &[Member]) {
        let Value::Map(members) = value else { return };
        members.sort_by(|a, b| key_order(&a.0, &b.0));
        let here = shapes;
        self.container(cbor::MAP, members.len());
        let mut shapes = shapes.iter().peekable();
        for (key, item) in members {
            let key = &**key;
            self.key(key);
            while let Some(shape) = shapes.next_if(|shape| key_order(shape.name, key).is_lt()) {
                self.missing(shape);
            }
            match shapes.next_if(|shape| shape.name == key) {
                Some(Member { presence: Presence::OfKind(kind), .. }) if *kind != self.walk.kind => {
                    self.inside(key, |walk| {
                        walk.fault_hint(
                            Code::UnknownMember,
                            format_args!("only declarations of kind {kind} have it"),
                            format_args!("take it out, or write \"kind\": \"{kind}\""),
                        );
                    });
                }
                Some(Member { presence: Presence::Optional, shape, .. }) if matches!(item, Value::Null) => {
                    self.inside(key, |walk| {
                        let hint = format_args!("leave it out, or write {}", Expected(shape));
                        walk.fault_hint(Code::Null, "null says nothing", hint);
                    });
                }
                Some(shape) => self.inside(key, |walk| walk.visit(item, &shape.shape)),
                None => self.inside(key, |walk| walk.unknown(key, here)),
            }
        }
        for shape in shapes {
            self.missing(shape);
        }
    }

    fn missing(&mut self, member: &Member) {
        if member.required(&self.walk.kind) {
            self.inside(member.name, |walk| {
                walk.refuse(Code::Missing, "the member is missing", &member.shape);
            });
        }
    }

    fn unknown(&mut self, key: &str, here: &[Member]) {
        let message = "the format has no such member here";
        let declares = self.walk.record == RecordKind::Declaration;
        let Some(fault) = self.walk.faults.add(Code::UnknownMember, &self.at, message) else { return };
        fault.hint = Some(if !declares && MONEY.iter().any(|name| key.contains(name)) {
            "a record holds no money: what tokens cost follows from a list of prices".into()
        } else if declares && artefact(key) {
            Code::Artefact.hint().into()
        } else if secret_name(key) {
            Code::Secret.hint().into()
        } else if let Some(home) = home(key).filter(|_| declares) {
            format!("it belongs at {home}").into()
        } else if let Some(name) = nearest(key, here.iter().map(|member| member.name)) {
            format!("did you mean \"{name}\"?").into()
        } else {
            MemberNames(here).to_string().into()
        });
    }

    fn cases(&mut self, value: &mut Value<'_>, name: &str, cases: &[Case]) {
        let case = match value.get(name) {
            Some(Value::Text(t)) => cases.iter().find(|(names, _)| names.contains(&&**t)),
            _ => None,
        };
        if let Some((_, members)) = case {
            return self.map(value, members);
        }
        let (code, found) = match value.get(name) {
            None => (Code::Missing, "the member is missing".into()),
            Some(Value::Null) => (Code::Null, "null where text is expected".into()),
            Some(Value::Text(t)) => (Code::Range, format!("{} is not a choice here", quoted(t))),
            Some(other) => (Code::Type, format!("{} where text is expected", other.type_name())),
        };
        let names: Vec<_> = kinds(cases).collect();
        self.inside(name, |walk| {
            walk.fault_hint(code, found, format_args!("write one of: {}", names.join(", ")));
        });
    }

    /// Visits the body of a record. If there is no such kind, that is the fault, and nothing is known about the body.
    fn body(&mut self, value: &mut Value<'_>, kinds: &[Kind]) {
        let Some(kind) = kinds.iter().find(|kind| kind.name == self.walk.kind) else { return };
        self.walk.rules = kind.rules;
        let before = self.walk.found.bytes.len();
        self.visit(value, &kind.body);
        if self.walk.found.bytes.len() - before > limits::BODY_BYTES {
            let fault = Fault::pointer(Code::Size, self.at.pointer(), "the body takes more than 16 KiB");
            let fault = fault.with_hint("text and lists that are large enter by reference, as content");
            self.walk.unencodable.get_or_insert(fault);
        }
    }

    /// Visits bytes, which are lowercase hex in JSON.
    fn bytes(&mut self, value: &Value<'_>, length: RangeInclusive<usize>) {
        match (self.walk.form, value) {
            (Form::Cbor, Value::Bytes(bytes)) if !length.contains(&bytes.len()) => {
                let found = format_args!("{} bytes, where {} are expected", bytes.len(), length.end());
                self.fault_hint(Code::Range, found, "write the whole digest");
            }
            (Form::Cbor, Value::Bytes(_)) => self.scalar(value),
            (Form::Json, Value::Text(text)) => match from_hex(text) {
                Some(bytes) if length.contains(&bytes.len()) => self.scalar(&Value::Bytes(bytes.into())),
                _ => {
                    let wanted = format_args!("not {} lowercase hex digits", length.end() * 2);
                    self.fault_hint(
                        Code::Range,
                        wanted,
                        "write the whole digest in lowercase hex, without a prefix",
                    );
                }
            },
            _ => self.mismatch(value, &Shape::Bytes32),
        }
    }

    fn digest(&mut self, value: &mut Value<'_>) {
        self.walk.digest_bytes = match value.get("alg").and_then(Value::as_str) {
            Some("sha256" | "sha256-git" | "blake3") => 32..=32,
            Some("sha1-git") => 20..=20,
            Some("sha512") => 64..=64,
            _ => 20..=64,
        };
        self.map(value, DIGEST);
    }

    /// Visits content by reference or, where `media` is given and the form allows it, by value.
    fn content(&mut self, value: &mut Value<'_>, media: Option<&'static str>) {
        let faults = self.walk.faults.found();
        if value.get("b3").is_some() {
            self.map(value, PLAIN_REFERENCE);
        } else if value.get("kb3").is_some() {
            self.map(value, KEYED_REFERENCE);
        } else if let (Form::Json, Some(media)) = (self.walk.form, media) {
            return self.by_value(value, media);
        } else {
            return self.mismatch(value, &Shape::Content(Shape::REFERENCE));
        }
        if self.walk.faults.found() == faults {
            self.walk.found.references.extend(Reference::of(value));
        }
    }

    /// Moves content by value to the result and writes its reference instead.
    fn by_value(&mut self, value: &mut Value<'_>, media: &'static str) {
        let Some((key, members)) = SOURCES.iter().find(|(key, _)| value.get(key).is_some()) else {
            return self.mismatch(value, &Shape::Content("application/json"));
        };
        let faults = self.walk.faults.found();
        let writes = core::mem::take(&mut self.writes);
        self.map(value, members);
        self.writes = writes;
        if self.walk.faults.found() > faults {
            return;
        }
        match content::resolve(value, key, media, self.walk.files) {
            Ok(content) => {
                self.reference(&content);
                self.walk.found.references.push(Reference::from(&content));
                if *key != "file" || self.walk.read.insert(content.digest) {
                    self.walk.found.contents.push(content);
                }
            }
            Err((Code::Unresolved, message)) => {
                self.fault_hint(
                    Code::Unresolved,
                    message,
                    "give a regular file; its path counts from the directory of the document",
                );
            }
            Err((code, message)) => self.fault(code, message),
        }
    }

    /// Returns whether there is a part at this place.
    fn exists(&self, place: &Value<'_>) -> bool {
        let Value::Array(items) = place else { return false };
        let [Value::Text(section), Value::Uint(message), Value::Uint(part)] = &items[..] else {
            return false;
        };
        let messages = if section == "input" { &self.walk.parts[0] } else { &self.walk.parts[1] };
        let parts = usize::try_from(*message).ok().and_then(|i| messages.get(i));
        parts.is_some_and(|parts| *part < *parts as u64)
    }

    fn ext(&mut self, members: &mut [(Cow<'_, str>, Value<'_>)]) {
        self.any_members(members);
        for (key, value) in members {
            let key = &**key;
            self.key(key);
            let name = extension_name(key);
            if name.as_deref().is_some_and(secret_value) {
                self.secret_key();
                continue;
            }
            self.inside(key, |walk| match &name {
                None => walk.fault(Code::ExtKey, "not authority/api#/json/pointer"),
                Some(name) if !walk.allowed(name, value, Guard::Artefacts) => {}
                Some(_) => walk.open_value(value, Guard::Artefacts),
            });
        }
    }

    fn open(&mut self, value: &mut Value<'_>, guard: Guard) {
        let Value::Map(members) = value else { return };
        self.any_members(members);
        let below = if guard == Guard::ArtefactsOnTop { Guard::Nothing } else { guard };
        for (key, value) in members {
            let key = &**key;
            self.key(key);
            if secret_value(key) {
                self.secret_key();
                continue;
            }
            self.inside(key, |walk| {
                if walk.allowed(key, value, guard) {
                    walk.open_value(value, below);
                }
            });
        }
    }

    /// Enters a map that may have any members, each of them once.
    fn any_members(&mut self, members: &mut [(Cow<'_, str>, Value<'_>)]) {
        members.sort_by(|a, b| key_order(&a.0, &b.0));
        self.container(cbor::MAP, members.len());
        if let Some(pair) = members.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            self.inside(&*pair[1].0, |walk| walk.unencodable(Code::DupKey, "the key stands twice"));
        }
    }

    /// Refuses a name that is a secret itself, at the map: a place would repeat it.
    fn secret_key(&mut self) {
        self.fault(Code::Secret, "a name here has the shape of a secret");
    }

    fn allowed(&mut self, name: &str, value: &Value<'_>, guard: Guard) -> bool {
        if guard != Guard::Nothing && artefact(name) {
            self.fault(Code::Artefact, "a run produces this; it cannot define the run");
        } else if secret_member(name, value) {
            self.fault(Code::Secret, "a member of this name holds a secret");
        } else {
            return true;
        }
        false
    }

    fn open_value(&mut self, value: &mut Value<'_>, guard: Guard) {
        // Trees that were parsed are no deeper than this; trees that a caller built may be.
        if self.depth == limits::DEPTH {
            return self.fault(Code::Depth, "more than 64 containers inside each other");
        }
        self.depth += 1;
        match value {
            Value::Null => self.fault(Code::Null, "null where a value or a stated absence is expected"),
            Value::Text(text) if secret_value(text) => {
                self.fault(Code::Secret, "the text has the shape of a secret");
            }
            Value::Bool(_)
            | Value::Uint(_)
            | Value::Nint(_)
            | Value::Float(_)
            | Value::BigInt(_)
            | Value::Text(_) => {
                self.scalar(value);
            }
            Value::Bytes(_) => {
                self.refuse(Code::Type, "bytes where a value is expected", &Shape::Content(Shape::REFERENCE));
            }
            Value::Array(items) => {
                self.container(cbor::ARRAY, items.len());
                for (i, item) in items.iter_mut().enumerate() {
                    self.inside(i, |walk| walk.open_value(item, guard));
                }
            }
            Value::Map(_) if value.get("absent").is_some() => self.map(value, ABSENT),
            Value::Map(_) if value.get("b3").or(value.get("kb3")).is_some() => self.content(value, None),
            Value::Map(_) => self.open(value, guard),
        }
    }
}

/// What the names of members that hold money have in common, for the hint.
const MONEY: &[&str] = &["cost", "price", "usd", "eur", "amount", "currency", "charge", "spend"];

/// Returns whether the value has members that request bodies have.
fn is_body(value: &Value<'_>) -> bool {
    let text = |name| matches!(value.get(name), Some(Value::Text(_)));
    value.get("messages").or(value.get("contents")).is_some() || text("model") || text("input")
}

/// Returns whether a map has a key that marks a stated absence or content.
fn reserved(value: &Value<'_>) -> bool {
    RESERVED.iter().any(|key| value.get(key).is_some())
}

fn count_parts(messages: Option<&Value<'_>>) -> Vec<usize> {
    let Some(Value::Array(messages)) = messages else { return Vec::new() };
    let parts = |message: &Value<'_>| match message.get("parts") {
        Some(Value::Array(parts)) => parts.len(),
        _ => 0,
    };
    messages.iter().map(parts).collect()
}
