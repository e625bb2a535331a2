//! A declaration: canonical bytes that passed every check, and the ways in.

#[cfg(feature = "std")]
use crate::adapter::direct;
use crate::{
    Code, Content, Document, Fault, Files, Identity, Value,
    adapter::{Adapter, Options},
    cbor,
    fault::inside,
    identity::unhex,
    json, limits, overlay,
    schema::{Form, Walk},
    sha256,
    source::NoFiles,
};
use alloc::{
    borrow::{Cow, ToOwned},
    format,
    string::String,
    vec::Vec,
};

/// Canonical bytes of a valid declaration. There is no way in but the check, and the bytes are kept: nothing
/// re-encodes a declaration to compare it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    bytes: Vec<u8>,
    identity: Identity,
    references: Vec<Reference>,
}

/// One reference to content inside a declaration. Where it stands, [`Declaration::places`] says: a pointer can be as
/// long as the document, so none is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// BLAKE3 of the content; with a key (see `keyed`), BLAKE3 in keyed mode.
    pub digest: Identity,
    /// Bytes of the content; a keyed reference does not tell.
    pub len: Option<u64>,
    /// Media type.
    pub media: Cow<'static, str>,
    /// Name of the key, if the reference is keyed. Then only who holds the key can check the content.
    pub keyed: Option<String>,
}

impl From<&Content> for Reference {
    fn from(content: &Content) -> Self {
        Self {
            digest: content.digest,
            len: Some(content.bytes.len() as u64),
            media: content.media.clone(),
            keyed: None,
        }
    }
}

impl Reference {
    /// Reads a reference that the walk found well-formed.
    pub(crate) fn of(value: &Value<'_>) -> Option<Self> {
        let digest = match value.get("b3").or(value.get("kb3"))? {
            Value::Text(hex) => unhex(hex)?,
            Value::Bytes(bytes) => bytes.as_ref().try_into().ok()?,
            _ => return None,
        };
        Some(Self {
            digest: Identity::from_bytes(digest),
            len: match value.get("len") {
                Some(Value::Uint(n)) => Some(*n),
                _ => None,
            },
            media: value.get("type")?.as_str()?.to_owned().into(),
            keyed: value.get("key").and_then(Value::as_str).map(ToOwned::to_owned),
        })
    }
}

impl Declaration {
    /// Takes canonical bytes for a declaration, or says why they are none.
    pub fn from_cbor(bytes: Vec<u8>) -> Result<Self, Fault> {
        let mut value = read_cbor(&bytes)?;
        let found = Walk::declaration(&mut value, Form::Cbor, &mut NoFiles).map_err(first)?;
        Ok(Self::checked(bytes, found.references))
    }

    fn checked(bytes: Vec<u8>, references: Vec<Reference>) -> Self {
        Self { identity: Identity::of(&bytes), bytes, references }
    }

    /// The canonical bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The canonical bytes, without the rest.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// BLAKE3 of the canonical bytes.
    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// SHA-256 of the canonical bytes, computed here: an identity is made without it.
    pub fn sha256(&self) -> [u8; 32] {
        sha256(&self.bytes)
    }

    /// Every reference to content, in canonical order.
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// The JSON pointers of the references, in the same order: calls `f` until it answers `false`.
    pub fn places(&self, f: &mut dyn FnMut(&str) -> bool) {
        places(&self.value(), &mut String::new(), f);
    }

    /// The JSON pointer of the reference of this number.
    pub fn place(&self, number: usize) -> String {
        let (mut next, mut found) = (0, String::new());
        self.places(&mut |at| {
            if next == number {
                at.clone_into(&mut found);
            }
            next += 1;
            next <= number
        });
        found
    }

    /// The declaration as a tree.
    pub fn value(&self) -> Value<'_> {
        cbor::decode(&self.bytes).unwrap_or(Value::Null) // the bytes were checked on the way in
    }

    /// The JSON projection, for people: digests as hex, one member a line.
    pub fn to_json(&self) -> String {
        json::pretty(&self.value())
    }
}

/// A declaration with the content that its source form carried by value.
#[derive(Clone, Debug)]
pub struct Source {
    /// The declaration; content stands in it by reference only.
    pub declaration: Declaration,
    /// The content, each piece once.
    pub contents: Vec<Content>,
}

impl Source {
    /// Reads a declaration in any form: canonical CBOR, the JSON projection, or JSON with content by value.
    pub fn parse(input: &[u8], files: &mut dyn Files) -> Result<Self, Fault> {
        if is_cbor(input) {
            return Declaration::from_cbor(input.to_vec())
                .map(|declaration| Self { declaration, contents: Vec::new() });
        }
        Self::from_value(json::parse(input)?, files)
    }

    /// Turns the request body that an application is about to send into its declaration. Faults are in the body as
    /// long as the adapter reads it, then in the overlay or in the declaration that it made.
    pub fn from_body(
        adapter: &Adapter,
        body: &[u8],
        options: &Options<'_>,
        files: &mut dyn Files,
    ) -> Result<Self, Fault> {
        let body = json::tape(body)?;
        #[cfg(feature = "std")]
        if let Some(source) = Self::directly(adapter, &body, options) {
            return Ok(source);
        }
        let tree = body.tree();
        drop(body);
        let mut faults = Vec::new();
        let Some(translated) = adapter.translate(tree, options, &mut faults) else {
            return Err(first(faults));
        };
        Self::with_contents(translated.source, translated.contents, files)
            .map_err(|fault| of_body(fault, options.overlay))
    }

    /// The same without a tree, where nothing is added to the body and nothing about it is unusual.
    #[cfg(feature = "std")]
    fn directly(adapter: &Adapter, body: &json::Tape<'_>, options: &Options<'_>) -> Option<Self> {
        if options.model.or(options.api_version).is_some() || options.overlay.is_some() {
            return None;
        }
        let direct::Written { bytes, references, mut contents, quoted } = direct::write(adapter, body)?;
        // Of two media types of the same bytes, the one that is met first is kept. What the body quotes is met before
        // the rest, in an order that the tree knows.
        each_once(&mut contents);
        if !quoted.is_empty() {
            contents.extend(quoted);
            contents.sort_by_cached_key(|content| content.digest);
            let differ =
                |pair: &[Content]| pair[0].digest == pair[1].digest && pair[0].media != pair[1].media;
            if contents.windows(2).any(differ) {
                return None;
            }
            each_once(&mut contents);
        }
        Some(Self { declaration: Declaration::checked(bytes, references), contents })
    }

    /// Resolves and checks a declaration that was read from JSON or built by an adapter.
    pub fn from_value(value: Value<'_>, files: &mut dyn Files) -> Result<Self, Fault> {
        Self::with_contents(value, Vec::new(), files)
    }

    /// The same of a declaration that also names this content, by reference.
    fn with_contents(
        mut value: Value<'_>,
        mut contents: Vec<Content>,
        files: &mut dyn Files,
    ) -> Result<Self, Fault> {
        let found = Walk::declaration(&mut value, Form::Json, files).map_err(first)?;
        contents.extend(found.contents);
        each_once(&mut contents);
        Ok(Self { declaration: Declaration::checked(found.bytes, found.references), contents })
    }
}

/// Sorted by digest; of those that are the same bytes, the first.
fn each_once(contents: &mut Vec<Content>) {
    contents.sort_by_cached_key(|content| content.digest);
    contents.dedup_by_key(|content| content.digest);
}

/// In a valid declaration a map has bytes at `b3` or `kb3` exactly if it is a reference.
fn places(value: &Value<'_>, at: &mut String, f: &mut dyn FnMut(&str) -> bool) -> bool {
    match value {
        Value::Map(_) if matches!(value.get("b3").or(value.get("kb3")), Some(Value::Bytes(_))) => f(at),
        Value::Map(members) => members.iter().all(|(key, value)| inside(at, key, |at| places(value, at, f))),
        Value::Array(items) => {
            items.iter().enumerate().all(|(i, item)| inside(at, &format!("{i}"), |at| places(item, at, f)))
        }
        _ => true,
    }
}

/// Every fault of a declaration in any form, the verdict first; none if it is one.
pub fn check(input: &[u8], files: &mut dyn Files) -> Vec<Fault> {
    let read = if is_cbor(input) {
        read_cbor(input).map(|value| (value, Form::Cbor))
    } else {
        json::parse(input).map(|value| (value, Form::Json))
    };
    match read {
        Ok((mut value, form)) => Walk::declaration(&mut value, form, files).err().unwrap_or_default(),
        Err(fault) => alloc::vec![fault],
    }
}

/// Every fault of a request body, the verdict first; none if it has a declaration.
pub fn check_body(
    adapter: &Adapter,
    body: &[u8],
    options: &Options<'_>,
    files: &mut dyn Files,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    match json::parse(body) {
        Err(fault) => faults.push(fault),
        Ok(body) => {
            if let Some(mut translated) = adapter.translate(body, options, &mut faults) {
                let found = Walk::declaration(&mut translated.source, Form::Json, files);
                let found = found.err().unwrap_or_default();
                faults = found.into_iter().map(|fault| of_body(fault, options.overlay)).collect();
            }
        }
    }
    faults
}

/// A fault of the declaration that a body gave; it is the overlay's if that says something there, or should.
fn of_body(fault: Fault, overlay: Option<&Value<'_>>) -> Fault {
    let says = overlay.is_some_and(|overlay| overlay::says(overlay, &fault));
    let document = if says { Document::Overlay } else { Document::Declaration };
    fault.of(document)
}

/// The verdict of a list that is not empty.
fn first(faults: Vec<Fault>) -> Fault {
    let mut faults = faults.into_iter();
    faults.next().unwrap_or_else(|| Fault::pointer(Code::Syntax, "", "nothing that could be read"))
}

/// A declaration in CBOR starts with the head of a map; no JSON text starts with such a byte.
pub(crate) fn is_cbor(input: &[u8]) -> bool {
    matches!(input.first(), Some(0xa0..=0xbf))
}

fn read_cbor(bytes: &[u8]) -> Result<Value<'_>, Fault> {
    if bytes.len() > limits::DECLARATION_BYTES {
        return Err(too_large());
    }
    cbor::decode(bytes).map_err(|fault| match fault.code {
        Code::Syntax => fault.with_hint("the bytes were cut or changed; take those that decl wrote"),
        _ => fault.with_hint(Code::NonCanonical.hint()),
    })
}

pub(crate) fn too_large() -> Fault {
    Fault::pointer(Code::Size, "", "the canonical declaration is larger than 4 MiB")
}
