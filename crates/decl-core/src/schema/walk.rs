//! One ordered walk: resolves the source form, writes the encoding of what is read from JSON, and finds every fault.
//! Maps are visited in canonical order, whatever order the document has, so that a declaration has one verdict.

use super::{
    names::{artefact, secret_name, secret_value},
    shape::{Guard, Member, Presence, Shape},
    tables::{ABSENT, DECLARATION, DIGEST, KEYED_REFERENCE, PLACE, PLAIN_REFERENCE, SOURCES},
};
use crate::{
    Code, Content, Fault, Files, Identity, Reference, Value, cbor,
    declaration::too_large,
    fault::{Faults, Place, Step, quoted},
    identity::unhex,
    json, key_order, limits, source,
};
use alloc::{borrow::Cow, collections::BTreeMap, format, string::String, vec::Vec};
use core::ops::RangeInclusive;

/// Which of the two forms the tree was read from.
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
    /// How many parts each message has: of `input`, of `instructions`. For `placed`.
    parts: [Vec<usize>; 2],
    kind: String,
    /// A better hint for all of them.
    hint: Option<&'static str>,
    /// The length that the algorithm of the digest at hand gives.
    digest_bytes: RangeInclusive<usize>,
    faults: Faults,
    /// The first value without an encoding: the verdict, if there is no fault.
    unencodable: Option<Fault>,
    found: Found,
}

/// What a declaration came to.
#[derive(Default)]
pub(crate) struct Found {
    /// The canonical encoding of what was read from JSON.
    pub(crate) bytes: Vec<u8>,
    pub(crate) references: Vec<Reference>,
    pub(crate) contents: BTreeMap<Identity, Content>,
}

impl<'f> Walk<'f> {
    /// Walks a whole declaration: what it came to, or every fault, the verdict first.
    pub(crate) fn declaration(
        value: &mut Value<'_>,
        form: Form,
        files: &'f mut dyn Files,
    ) -> Result<Found, Vec<Fault>> {
        let mut walk = Self {
            form,
            files,
            parts: [count_parts(value.get("input")), count_parts(value.get("instructions"))],
            kind: value.get("kind").and_then(Value::as_str).unwrap_or_default().into(),
            hint: None,
            digest_bytes: 20..=64,
            faults: Faults::default(),
            unencodable: None,
            found: Found::default(),
        };
        let writes = form == Form::Json;
        if writes {
            walk.found.bytes.reserve(4096); // most declarations fit
        }
        Visit { walk: &mut walk, at: Place::default(), containers: 0, depth: 0, writes }
            .visit(value, &DECLARATION);
        if value.get("v").is_none() && value.get("messages").or(value.get("contents")).is_some() {
            walk.hint = Some("this looks like a request body: name its API with --from");
        }
        walk.finish()
    }

    fn finish(self) -> Result<Found, Vec<Fault>> {
        let mut faults = self.faults.into_list();
        for fault in &mut faults {
            fault.hint = self.hint.or(fault.hint);
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

/// The walk at one place.
struct Visit<'w, 'f> {
    walk: &'w mut Walk<'f>,
    at: Place<'w>,
    /// Containers around this place.
    containers: usize,
    /// Values of open maps around this place.
    depth: usize,
    /// Does what stands here become part of the encoding as it is?
    writes: bool,
}

impl<'f> Visit<'_, 'f> {
    fn fault(&mut self, code: Code, message: impl Into<String>) {
        self.walk.faults.add(code, &self.at, message, None);
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

    /// The first value without an encoding is one verdict for all.
    fn unencodable(&mut self, code: Code, message: &'static str) {
        let at = &self.at;
        self.walk.unencodable.get_or_insert_with(|| Fault::pointer(code, at.pointer(), message));
    }

    fn writes(&self) -> bool {
        self.writes && self.walk.faults.found() == 0
    }

    #[inline]
    fn scalar(&mut self, value: &Value<'_>) {
        if self.writes()
            && let Err((code, message)) = cbor::scalar(&mut self.walk.found.bytes, value)
        {
            self.unencodable(code, message);
        }
    }

    #[inline]
    fn key(&mut self, key: &str) {
        if self.writes() {
            cbor::string(&mut self.walk.found.bytes, cbor::TEXT, key.as_bytes());
        }
    }

    #[inline]
    fn container(&mut self, major: u8, entries: usize) {
        if self.writes() {
            cbor::head(&mut self.walk.found.bytes, major, entries as u64);
            if self.containers == limits::DEPTH {
                self.unencodable(Code::Depth, "too many containers inside each other");
            }
        }
    }

    fn visit(&mut self, value: &mut Value<'_>, shape: &Shape) {
        if matches!(value, Value::Null) && !matches!(shape, Shape::Json) {
            return self.fault(Code::Null, "null");
        }
        if matches!(shape, Shape::Open(_)) && reserved(value) {
            return self.mismatch(value, shape);
        }
        match (shape, &mut *value) {
            (Shape::Version(version), Value::Text(text)) => {
                if text != version {
                    self.fault(Code::Version, format!("{} is not {}", quoted(text), quoted(version)));
                }
            }
            (Shape::Choice(choices), Value::Text(text)) => {
                if !choices.contains(&&**text) {
                    self.fault(Code::Range, format!("{} is none of: {}", quoted(text), choices.join(", ")));
                }
            }
            (Shape::Name, Value::Text(text)) => {
                if text.is_empty() || text.len() > limits::NAME_BYTES {
                    self.fault(Code::Range, format!("a name has 1 to 256 bytes, this one {}", text.len()));
                }
            }
            (Shape::Dns, Value::Text(text)) => {
                if !dns(text) {
                    self.fault(Code::Range, format!("{} is not a DNS name in lower case", quoted(text)));
                }
            }
            (Shape::Media, Value::Text(text)) => {
                if !media(text) {
                    self.fault(Code::Range, format!("{} is not a media type", quoted(text)));
                }
            }
            (Shape::Base64, Value::Text(text)) => {
                if source::base64(text).is_none() {
                    self.fault(Code::Range, "not padded, canonical base64 (RFC 4648 section 4)");
                }
            }
            (Shape::Json, json) => {
                if !json::is_json(json) {
                    self.fault(Code::Type, "no JSON text stands for this");
                }
                return;
            }
            (Shape::Text, Value::Text(_))
            | (Shape::Bool, Value::Bool(_))
            | (Shape::Uint, Value::Uint(_))
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
            (Shape::Cases(cases), Value::Map(_)) => self.cases(value, cases),
            (Shape::List(least, shape), Value::Array(items)) => {
                if items.len() < *least {
                    self.fault(Code::Range, "the list needs at least one item");
                }
                self.container(cbor::ARRAY, items.len());
                for (i, item) in items.iter_mut().enumerate() {
                    self.inside(i, |walk| walk.visit(item, shape));
                }
            }
            (Shape::Tuple(shapes), Value::Array(items)) => {
                if items.len() != shapes.len() {
                    return self.fault(Code::Range, format!("the list has exactly {} items", shapes.len()));
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
                    self.fault(Code::Range, "there is no such part");
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

    fn mismatch(&mut self, value: &Value<'_>, shape: &Shape) {
        self.fault(Code::Type, format!("{} where {} is expected", value.type_name(), describe(shape)));
    }

    /// Which alternative is meant, by type and by the member that only it has.
    fn looks_like(&self, value: &Value<'_>, shape: &Shape) -> bool {
        let has = |key| value.get(key).is_some();
        let absent = || has("absent");
        let content = || {
            has("b3") || has("kb3") || self.walk.form == Form::Json && SOURCES.iter().any(|(key, _)| has(key))
        };
        match (shape, value) {
            (Shape::Name | Shape::Text | Shape::Choice(_), Value::Text(_))
            | (Shape::Uint | Shape::Int, Value::Uint(_))
            | (Shape::Int, Value::Nint(_))
            | (Shape::List(..) | Shape::Tuple(_) | Shape::Placed, Value::Array(_)) => true,
            (Shape::Absent, Value::Map(_)) => absent(),
            (Shape::Content(_), Value::Map(_)) => content() && !absent(),
            (Shape::Digest, Value::Map(_)) => has("alg") && !content() && !absent(),
            (Shape::Map(_) | Shape::Open(_), Value::Map(_)) => !absent(),
            _ => false,
        }
    }

    /// A closed map: required and present members together, in canonical order.
    fn map(&mut self, value: &mut Value<'_>, shapes: &[Member]) {
        let Value::Map(members) = value else { return };
        members.sort_by(|a, b| key_order(&a.0, &b.0));
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
                        walk.fault(Code::UnknownMember, format!("only declarations of kind {kind} have it"));
                    });
                }
                Some(shape) => self.inside(key, |walk| walk.visit(item, &shape.shape)),
                None => self.inside(key, |walk| walk.unknown(key)),
            }
        }
        for shape in shapes {
            self.missing(shape);
        }
    }

    fn missing(&mut self, member: &Member) {
        if member.required(&self.walk.kind) {
            self.inside(member.name, |walk| walk.fault(Code::Missing, "the member is missing"));
        }
    }

    fn unknown(&mut self, key: &str) {
        let hint = artefact(key).then(|| Code::Artefact.hint());
        self.walk.faults.add(Code::UnknownMember, &self.at, "the format has no such member here", hint);
    }

    fn cases(&mut self, value: &mut Value<'_>, cases: &[(&[&str], &[Member])]) {
        let case = match value.get("t") {
            None => return self.inside("t", |walk| walk.fault(Code::Missing, "the member is missing")),
            Some(Value::Text(t)) => cases.iter().find(|(names, _)| names.contains(&&**t)),
            Some(Value::Null) => return self.inside("t", |walk| walk.fault(Code::Null, "null")),
            Some(other) => {
                let found = other.type_name();
                return self
                    .inside("t", |walk| walk.fault(Code::Type, format!("{found} where text is expected")));
            }
        };
        if let Some((_, members)) = case {
            return self.map(value, members);
        }
        let names: Vec<&str> = cases.iter().flat_map(|(names, _)| *names).copied().collect();
        self.inside("t", |walk| walk.fault(Code::Range, format!("none of: {}", names.join(", "))));
    }

    /// Bytes, which are lowercase hex in JSON.
    fn bytes(&mut self, value: &Value<'_>, length: RangeInclusive<usize>) {
        match (self.walk.form, value) {
            (Form::Cbor, Value::Bytes(bytes)) if !length.contains(&bytes.len()) => {
                self.fault(
                    Code::Range,
                    format!("{} bytes, where {} are expected", bytes.len(), length.end()),
                );
            }
            (Form::Cbor, Value::Bytes(_)) => {}
            (Form::Json, Value::Text(text)) => match from_hex(text) {
                Some(bytes) if length.contains(&bytes.len()) => self.scalar(&Value::Bytes(bytes.into())),
                _ => self.fault(Code::Range, format!("not {} lowercase hex digits", length.end() * 2)),
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

    /// Content by reference or, where `media` is given and the form allows it, by value.
    fn content(&mut self, value: &mut Value<'_>, media: Option<&str>) {
        let faults = self.walk.faults.found();
        if value.get("b3").is_some() {
            self.map(value, PLAIN_REFERENCE);
        } else if value.get("kb3").is_some() {
            self.map(value, KEYED_REFERENCE);
        } else if let (Form::Json, Some(media)) = (self.walk.form, media) {
            return self.by_value(value, media);
        } else {
            return self.mismatch(value, &Shape::Content(""));
        }
        if self.walk.faults.found() == faults {
            self.walk.found.references.extend(Reference::of(value));
        }
    }

    /// Content by value: takes it in and leaves the reference in its place.
    fn by_value(&mut self, value: &mut Value<'_>, media: &str) {
        let Some((key, members)) = SOURCES.iter().find(|(key, _)| value.get(key).is_some()) else {
            return self.mismatch(value, &Shape::Content(""));
        };
        let faults = self.walk.faults.found();
        let writes = core::mem::take(&mut self.writes);
        self.map(value, members);
        self.writes = writes;
        if self.walk.faults.found() > faults {
            return;
        }
        match source::resolve(value, key, media, self.walk.files) {
            Ok(content) => {
                let reference = Reference {
                    digest: content.digest,
                    len: Some(content.bytes.len() as u64),
                    media: content.media.clone(),
                    keyed: None,
                };
                self.container(cbor::MAP, PLAIN_REFERENCE.len());
                self.key("b3");
                self.scalar(&Value::Bytes(content.digest.as_bytes().as_slice().into()));
                self.key("len");
                self.scalar(&Value::Uint(content.bytes.len() as u64));
                self.key("type");
                self.scalar(&Value::text(&*content.media));
                self.walk.found.references.push(reference);
                self.walk.found.contents.entry(content.digest).or_insert(content);
            }
            Err((code, message)) => self.fault(code, message),
        }
    }

    /// Is there a part at this place?
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
            self.inside(key, |walk| {
                let name = extension_name(key);
                match &name {
                    None => walk.fault(Code::ExtKey, "not authority/api#/json/pointer"),
                    Some(name) if !walk.allowed(name, Guard::Artefacts) => {}
                    Some(_) => walk.open_value(value, Guard::Artefacts),
                }
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
            self.inside(key, |walk| {
                if walk.allowed(key, guard) {
                    walk.open_value(value, below);
                }
            });
        }
    }

    /// Enters a map that may have any members, but each of them once.
    fn any_members(&mut self, members: &mut [(Cow<'_, str>, Value<'_>)]) {
        members.sort_by(|a, b| key_order(&a.0, &b.0));
        self.container(cbor::MAP, members.len());
        if let Some(pair) = members.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            self.inside(&*pair[1].0, |walk| walk.unencodable(Code::DupKey, "the key stands twice"));
        }
    }

    fn allowed(&mut self, name: &str, guard: Guard) -> bool {
        if guard != Guard::Nothing && artefact(name) {
            self.fault(Code::Artefact, "a run produces this; it cannot define the run");
        } else if secret_name(name) {
            self.fault(Code::Secret, "a member of this name holds a secret");
        } else {
            return true;
        }
        false
    }

    fn open_value(&mut self, value: &mut Value<'_>, guard: Guard) {
        // Trees that were read are no deeper than this; trees that a caller built may be.
        if self.depth == limits::DEPTH {
            return self.fault(Code::Depth, "more than 64 containers inside each other");
        }
        self.depth += 1;
        match value {
            Value::Null => self.fault(Code::Null, "null"),
            Value::Text(text) if secret_value(text) => {
                self.fault(Code::Secret, "the text has the shape of a secret");
            }
            Value::Bool(_) | Value::Uint(_) | Value::Nint(_) | Value::Float(_) | Value::Text(_) => {
                self.scalar(value);
            }
            Value::Bytes(_) => self.fault(Code::Type, "bytes where a parameter is expected"),
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

/// Does an open map claim to be an absence or content?
fn reserved(value: &Value<'_>) -> bool {
    ["absent", "b3", "kb3"].iter().any(|key| value.get(key).is_some())
}

fn count_parts(messages: Option<&Value<'_>>) -> Vec<usize> {
    let Some(Value::Array(messages)) = messages else { return Vec::new() };
    let parts = |message: &Value<'_>| match message.get("parts") {
        Some(Value::Array(parts)) => parts.len(),
        _ => 0,
    };
    messages.iter().map(parts).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if text.len() > 128 || !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes()
        .chunks(2)
        .map(|pair| core::str::from_utf8(pair).ok().and_then(unhex::<1>).map(|[b]| b))
        .collect()
}

fn label(c: u8) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-'
}

/// `[a-z0-9-]+([.][a-z0-9-]+)*`
fn dns(text: &str) -> bool {
    text.split('.').all(|part| !part.is_empty() && part.bytes().all(label))
}

/// `[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*(;[a-z0-9=_-]+)?`
fn media(text: &str) -> bool {
    let start = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    let name = |part: &str| {
        part.bytes().next().is_some_and(start) && part.bytes().all(|c| start(c) || b"!#$&^_.+-".contains(&c))
    };
    let (essence, parameter) = text.split_once(';').map_or((text, None), |(a, b)| (a, Some(b)));
    let parameter_is_well = |p: &str| !p.is_empty() && p.bytes().all(|c| start(c) || b"=_-".contains(&c));
    text.len() <= limits::NAME_BYTES
        && essence.split_once('/').is_some_and(|(a, b)| name(a) && name(b))
        && parameter.is_none_or(parameter_is_well)
}

/// The last reference token of `[a-z0-9-]+([.][a-z0-9-]+)+/[A-Za-z0-9._-]+#(/[^/]*)+`, unescaped.
fn extension_name(key: &str) -> Option<String> {
    let (authority, rest) = key.split_once('/')?;
    let (api, pointer) = rest.split_once('#')?;
    let api_is_well =
        !api.is_empty() && api.bytes().all(|c| c.is_ascii_alphanumeric() || b"._-".contains(&c));
    let token = pointer.strip_prefix('/')?.rsplit('/').next()?;
    (authority.contains('.') && dns(authority) && api_is_well)
        .then(|| token.replace("~1", "/").replace("~0", "~"))
}

/// What a place takes, for people.
fn describe(shape: &Shape) -> &'static str {
    match shape {
        Shape::Version(_)
        | Shape::Choice(_)
        | Shape::Name
        | Shape::Text
        | Shape::Dns
        | Shape::Media
        | Shape::Base64 => "text",
        Shape::Json => "JSON",
        Shape::Bool => "true or false",
        Shape::Uint => "an integer from 0",
        Shape::Int => "an integer",
        Shape::Num => "a number",
        Shape::Bytes32 | Shape::DigestValue => "a digest",
        Shape::Digest => "{\"alg\", \"value\"}",
        Shape::Content(_) => "content ({\"b3\", \"len\", \"type\"})",
        Shape::Absent => "{\"absent\": ...}",
        Shape::Open(_) | Shape::Ext | Shape::Map(_) | Shape::Cases(_) => "a map",
        Shape::List(..) | Shape::Tuple(_) | Shape::Placed => "a list",
        Shape::Either([first, ..]) => match first {
            Shape::Absent => "a map",
            _ => match describe(first) {
                "text" => "text (or a stated absence)",
                "a map" => "a map (or a stated absence)",
                "an integer" => "an integer (or a stated absence)",
                "a list" => "a list (or a stated absence)",
                other => other,
            },
        },
        Shape::Either([]) => "nothing",
    }
}
