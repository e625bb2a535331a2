//! Content: by value in a source form, by reference in a declaration.

use crate::{
    cbor,
    code::Code,
    identity::Identity,
    json, limits,
    text::{unbase64, unhex},
    value::Value,
};
use alloc::{
    borrow::{Cow, ToOwned},
    format,
    string::String,
    vec::Vec,
};
use core::mem;

/// Reads the files that a source form names. This crate does no I/O of its own.
pub trait Files {
    /// Returns the whole file. Fails with `E-UNRESOLVED` if it does not exist or changes while it is read, with
    /// `E-SIZE` if it is larger than [`limits::CONTENT_BYTES`].
    fn read(&mut self, path: &str) -> Result<Vec<u8>, (Code, String)>;
}

/// Refuses every file: for input that must be complete in itself.
#[derive(Clone, Copy, Debug)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, (Code, String)> {
        Err((Code::Unresolved, format!("the file {path:?} cannot be read from here")))
    }
}

/// One piece of content with its digest and media type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// BLAKE3 of the bytes.
    pub digest: Identity,
    /// Media type, as declared at its first occurrence.
    pub media: Cow<'static, str>,
    /// The bytes, exactly.
    pub bytes: Vec<u8>,
}

impl Content {
    /// Hashes these bytes.
    pub fn new(media: impl Into<Cow<'static, str>>, bytes: Vec<u8>) -> Self {
        Self { digest: Identity::of(&bytes), media: media.into(), bytes }
    }

    /// Appends the reference of a declaration to this content, as canonical CBOR.
    pub fn write_reference(&self, out: &mut Vec<u8>) {
        cbor::reference(out, self.digest.as_bytes(), self.bytes.len() as u64, &self.media);
    }

    /// Returns the reference of a declaration to this content: `{"b3", "len", "type"}`.
    pub fn reference(&self) -> Value<'static> {
        Value::map([
            ("b3", Value::Bytes(self.digest.as_bytes().to_vec().into())),
            ("len", Value::Uint(self.bytes.len() as u64)),
            ("type", Value::text(self.media.clone())),
        ])
    }
}

/// One reference to content inside a declaration. It does not hold its place, because a pointer can be as long as the
/// document; [`Record::places`](crate::Record::places) returns the places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// BLAKE3 of the content, in keyed mode if `keyed` names a key.
    pub digest: Identity,
    /// Length of the content in bytes; `None` in a keyed reference, which does not disclose it.
    pub len: Option<u64>,
    /// Media type.
    pub media: Cow<'static, str>,
    /// Name of the key, if the reference is keyed. Only a holder of the key can check the content.
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
    /// Returns the reference in this map, which the walk found well-formed. Returns `None` if there is none.
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

/// Sorts the contents by digest and removes duplicates; the first of equal contents is kept.
pub fn dedup_contents(contents: &mut Vec<Content>) {
    contents.sort_by_cached_key(|content| content.digest);
    contents.dedup_by_key(|content| content.digest);
}

/// Moves the content given by value at `key` out of a map that was checked, and leaves null in its place.
pub(crate) fn resolve(
    value: &mut Value<'_>,
    key: &str,
    json_media: &'static str,
    files: &mut dyn Files,
) -> Result<Content, (Code, String)> {
    let Value::Map(members) = mem::replace(value, Value::Null) else {
        return Err((Code::Type, "no map".to_owned()));
    };
    let (mut stated, mut by_value) = (None, Value::Null);
    for (name, value) in members {
        match (&*name, value) {
            ("type", Value::Text(media)) => stated = Some(Cow::Owned(media.into_owned())),
            (name, value) if name == key => by_value = value,
            _ => {}
        }
    }
    let (media, bytes) = match (key, by_value) {
        ("file", Value::Text(path)) => (media_of(&path), files.read(&path)?),
        ("text", Value::Text(text)) => ("text/plain", text.into_owned().into_bytes()),
        ("base64", Value::Text(text)) => ("", unbase64(&text).unwrap_or_default()),
        (_, json) => (json_media, json::minimal(&json).into_bytes()),
    };
    if bytes.len() > limits::CONTENT_BYTES {
        return Err((Code::Size, "the content is larger than 256 MiB".to_owned()));
    }
    Ok(Content::new(stated.unwrap_or(Cow::Borrowed(media)), bytes))
}

/// Returns the media type of a file by its extension; the list is part of the format.
fn media_of(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default() {
        "txt" => "text/plain",
        "md" => "text/markdown",
        "json" => "application/json",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "wav" => "audio/wav",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}
