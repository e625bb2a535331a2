//! Content by value, for people: the first step of sealing turns it into references.

use crate::{Code, Identity, Value, cbor, json, limits};
use alloc::{
    borrow::{Cow, ToOwned},
    format,
    string::String,
    vec::Vec,
};
use base64ct::{Base64, Encoding as _};
use core::mem;

/// Reads the files that a source form names. This crate does no I/O of its own.
pub trait Files {
    /// The whole file, or the refusal: `E-UNRESOLVED` if it is not there or changes while read, `E-SIZE` if it has
    /// more than [`limits::CONTENT_BYTES`].
    fn read(&mut self, path: &str) -> Result<Vec<u8>, (Code, String)>;
}

/// Refuses every file: for input that must stand on its own.
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
    /// Media type, as declared where it was first met.
    pub media: Cow<'static, str>,
    /// The bytes, exactly.
    pub bytes: Vec<u8>,
}

impl Content {
    /// Content of these bytes.
    pub fn new(media: impl Into<Cow<'static, str>>, bytes: Vec<u8>) -> Self {
        Self { digest: Identity::of(&bytes), media: media.into(), bytes }
    }

    /// Appends what a declaration says of it, as canonical CBOR.
    pub(crate) fn write_reference(&self, out: &mut Vec<u8>) {
        cbor::reference(out, self.digest.as_bytes(), self.bytes.len() as u64, &self.media);
    }

    /// What a declaration says of it: `{"b3", "len", "type"}`.
    pub fn reference(&self) -> Value<'static> {
        Value::map([
            ("b3", Value::Bytes(self.digest.as_bytes().to_vec().into())),
            ("len", Value::Uint(self.bytes.len() as u64)),
            ("type", Value::text(self.media.clone())),
        ])
    }
}

/// Takes the content that stands at `key` of a map by value out of the map, which was checked.
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
        ("base64", Value::Text(text)) => ("", base64(&text).unwrap_or_default()),
        (_, json) => (json_media, json::minimal(&json).into_bytes()),
    };
    if bytes.len() > limits::CONTENT_BYTES {
        return Err((Code::Size, "the content is larger than 256 MiB".to_owned()));
    }
    Ok(Content::new(stated.unwrap_or(Cow::Borrowed(media)), bytes))
}

/// Is this padded, canonical base64? Without decoding it.
pub(crate) fn is_base64(text: &str) -> bool {
    let plain = text.strip_suffix("==").or(text.strip_suffix('=')).unwrap_or(text).as_bytes();
    // Bits that no byte needs are zero.
    let last: &[u8] = match text.len() - plain.len() {
        0 => ALPHABET,
        1 => b"AEIMQUYcgkosw048",
        _ => b"AQgw",
    };
    let other = |c: u8| u8::from(!matches!(c, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/'));
    text.len().is_multiple_of(4)
        && plain.iter().fold(0, |any, c| any | other(*c)) == 0
        && plain.last().is_none_or(|c| last.contains(c))
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Decodes padded, canonical base64.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok()
}

/// The media type of a file by its ending; the list is part of the format.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_what_the_decoder_takes() {
        let mut taken = 0;
        let mut texts = alloc::vec![String::new()];
        for _ in 0..6 {
            let longer =
                |text: &String| ["A", "Q", "E", "/", "=", "-", "\n", "\u{e9}"].map(|c| text.clone() + c);
            texts = texts.iter().flat_map(longer).chain([String::new()]).collect();
            for text in &texts {
                assert_eq!(is_base64(text), base64(text).is_some(), "{text:?}");
                taken += usize::from(is_base64(text));
            }
        }
        assert!(taken > 500, "{taken}");
        for last in 0..=127 {
            let text = |tail: &str| format!("abcd{}{tail}", char::from(last));
            for text in [
                text("==").replacen("abcd", "abcda", 1),
                text("=").replacen("abcd", "abcdab", 1),
                text("abc"),
            ] {
                assert_eq!(is_base64(&text), base64(&text).is_some(), "{text:?}");
            }
        }
    }
}
