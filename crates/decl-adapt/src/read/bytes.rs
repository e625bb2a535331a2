//! Reads values that become content.

use super::{
    super::{
        members::REMOTE_URL,
        place::{Spot, at, push, put},
        table::{Form, Mapping, Reads},
    },
    Translator,
};
use decl_core::{Code, Content, Value, is_base64, json, key_order, quoted, schema::media, unbase64};
use std::borrow::Cow;

/// Kinds of parts that a media type names.
const MEDIA: [&str; 3] = ["image", "audio", "video"];

pub(super) const CHANGES: &str = "what this URL points to can change";

impl<'a> Translator<'_, '_, 'a> {
    /// Reads a value into content. Returns the value if it is not content.
    pub(super) fn bytes(
        &mut self,
        node: &mut Value<'a>,
        reads: &Reads,
        to: Spot,
        own: Spot,
        value: Value<'a>,
    ) -> Option<Value<'a>> {
        match (reads, value) {
            (Reads::Text(media), Value::Text(text)) => put(node, to, content(text, media)),
            (Reads::Json, value) => self.json(node, to, value),
            (Reads::Data(kept), value) => put(node, to, Value::map([("json", sorted(value, kept))])),
            (Reads::Filtered(each), value @ (Value::Array(_) | Value::Map(_))) => {
                let value = self.filter(each, value);
                put(node, to, Value::map([("json", value)]));
            }
            (Reads::Quote(form), value) => {
                if let Some(content) = self.quote(*form, value) {
                    put(node, to, reference(&content));
                    self.shared.contents.push(content);
                }
            }
            (Reads::Part(form), value) => {
                if let Some(content) = self.content(*form, value) {
                    push(node, to, text_part(content, mark(own)));
                }
            }
            (Reads::DataUrl, value) => {
                if let Some(content) = self.content(Form::DataUrl, value) {
                    put(node, to, content);
                }
            }
            (Reads::Base64, Value::Text(text)) => {
                if has_scheme(&text) {
                    self.external(CHANGES, "send the bytes: base64 alone");
                } else if text.starts_with("data:") {
                    self.fault_hint(
                        Code::Type,
                        "a data: URL",
                        "send base64 alone, what stands behind the comma",
                    );
                } else if let Some(text) = self.base64(text) {
                    put(node, to, Value::Text(text));
                }
            }
            (Reads::Subtype(kind), Value::Text(subtype)) => {
                let media = format!("{kind}/{subtype}");
                self.media(&media);
                put(node, to, Value::text(media));
            }
            (Reads::Media, Value::Text(media)) => {
                self.media(&media);
                put(node, to, Value::Text(media));
            }
            (Reads::PartOfMedia, Value::Text(media)) => {
                self.media(&media);
                let kind = media.split('/').next().filter(|kind| MEDIA.contains(kind)).unwrap_or("file");
                put(node, "/t", Value::text(kind.to_owned()));
                put(node, to, Value::Text(media));
            }
            (_, value) => return Some(value),
        }
        None
    }

    /// Splits `data:TYPE;base64,BYTES` into the type and the base64. Returns `None` if it was refused.
    pub(super) fn data_url(&mut self, url: &str) -> Option<(String, Cow<'a, str>)> {
        const BYTES: &str = "put the type in front: data:application/pdf;base64,...";
        let Some(rest) = url.strip_prefix("data:") else {
            if has_scheme(url) {
                self.external(CHANGES, REMOTE_URL);
            } else {
                self.fault_hint(Code::Type, "no URL", BYTES);
            }
            return None;
        };
        let Some((media, bytes)) = rest.split_once(";base64,") else {
            self.fault_hint(Code::Type, "a data: URL without ;base64, where bytes are expected", BYTES);
            return None;
        };
        self.media(media);
        let bytes = self.base64(bytes.to_owned().into())?;
        Some((media.to_owned(), bytes))
    }

    fn media(&mut self, text: &str) {
        if !media(text) {
            self.fault(Code::Range, format!("{} is not a media type", quoted(text)));
        }
    }

    /// Returns canonical base64, or `None` if the text was refused. Only canonical base64 can be reconstructed from
    /// its bytes; where the vendor documents other spellings as equal, they are normalized.
    pub(super) fn base64(&mut self, text: Cow<'a, str>) -> Option<Cow<'a, str>> {
        if is_base64(&text) {
            return Some(text);
        }
        if self.shared.adapter.mapping == Mapping::Proto {
            let mut text = text.trim_end_matches('=').replace('-', "+").replace('_', "/");
            text.extend(std::iter::repeat_n('=', text.len().wrapping_neg() % 4));
            if is_base64(&text) {
                return Some(Cow::Owned(text));
            }
        }
        self.fault_hint(
            Code::Type,
            "text that is not padded, canonical base64",
            "encode the bytes as RFC 4648 section 4 has it, with padding and without line breaks",
        );
        None
    }

    /// Writes JSON in the order given.
    fn json(&mut self, node: &mut Value<'a>, to: Spot, value: Value<'a>) {
        if at(node, to).is_some_and(|stated| stated.get("json").is_some()) {
            self.again();
        }
        put(node, to, Value::map([("json", value)]));
    }

    /// Returns content in source form, or `None` if it was refused.
    fn content(&mut self, form: Form, value: Value<'a>) -> Option<Value<'a>> {
        match (form, value) {
            (Form::Json, value) => Some(Value::map([("json", value)])),
            (Form::Data(kept), value) => Some(Value::map([("json", sorted(value, kept))])),
            (Form::Filtered(each), value @ (Value::Array(_) | Value::Map(_))) => {
                Some(Value::map([("json", self.filter(each, value))]))
            }
            (Form::Filtered(_), other) => self.mismatch(&other, "an object or a list"),
            (Form::Text, Value::Text(text)) => Some(content(text, "text/plain")),
            (Form::DataUrl, Value::Text(url)) => {
                let (media, bytes) = self.data_url(&url)?;
                Some(Value::map([("base64", Value::Text(bytes)), ("type", Value::text(media))]))
            }
            (Form::Text | Form::DataUrl, other) => self.mismatch(&other, "text"),
        }
    }

    /// Returns content for a place that takes only a reference, or `None` if it was refused.
    fn quote(&mut self, form: Form, value: Value<'a>) -> Option<Content> {
        let json = |value| Content::new("application/json", json::minimal(&value).into_bytes());
        match (form, value) {
            (Form::Json, value) => Some(json(value)),
            (Form::Data(kept), value) => Some(json(sorted(value, kept))),
            (Form::Filtered(each), value @ (Value::Array(_) | Value::Map(_))) => {
                Some(json(self.filter(each, value)))
            }
            (Form::Filtered(_), other) => self.mismatch(&other, "an object or a list"),
            (Form::Text, Value::Text(text)) => {
                Some(Content::new("text/plain", text.into_owned().into_bytes()))
            }
            (Form::DataUrl, Value::Text(url)) => {
                let (media, bytes) = self.data_url(&url)?;
                Some(Content::new(media, unbase64(&bytes)?))
            }
            (Form::Text | Form::DataUrl, other) => self.mismatch(&other, "text"),
        }
    }
}

/// Returns true if the text starts like a URL (RFC 3986 section 3.1). Base64 has no colon.
pub(super) fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.eq_ignore_ascii_case("data")
            && scheme.bytes().next().is_some_and(|c| c.is_ascii_alphabetic())
            && scheme.bytes().all(|c| c.is_ascii_alphanumeric() || b"+-.".contains(&c))
    })
}

/// Returns the same JSON with the members of every object in canonical order, except inside members of these names.
pub(crate) fn sorted<'a>(value: Value<'a>, kept: &[&str]) -> Value<'a> {
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

/// Returns the attributes of a part or message that exists only because of the member at `own`.
pub(super) fn mark<'a>(own: Spot) -> Value<'a> {
    Value::map([("member", Value::text(own.last()))])
}

pub(super) fn content<'a>(text: Cow<'a, str>, media: &'static str) -> Value<'a> {
    let text = ("text", Value::Text(text));
    if media == "text/plain" { Value::map([text]) } else { Value::map([text, ("type", Value::text(media))]) }
}

pub(super) fn text_part<'a>(content: Value<'a>, attrs: Value<'a>) -> Value<'a> {
    Value::map([("t", Value::text("text")), ("attrs", attrs), ("content", content)])
}

/// Returns the JSON projection of a reference.
pub(super) fn reference(content: &Content) -> Value<'static> {
    Value::map([
        ("b3", Value::text(content.digest.hex())),
        ("len", Value::Uint(content.bytes.len() as u64)),
        ("type", Value::text(content.media.clone())),
    ])
}
