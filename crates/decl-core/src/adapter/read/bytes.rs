//! Values that become content, and values that stay as they are.

use super::{
    super::{
        place::{Spot, at, push, put},
        table::{Form, Mapping, Reads},
    },
    Reader,
};
use crate::{Code, Content, Value, json, key_order};
use alloc::{
    borrow::{Cow, ToOwned as _},
    format,
    string::String,
    vec::Vec,
};
use base64ct::{Base64, Encoding as _};

/// Kinds of parts that a media type names.
const MEDIA: [&str; 3] = ["image", "audio", "video"];

impl<'a> Reader<'_, '_, 'a> {
    /// Reads a value that becomes content, or gives it back.
    pub(super) fn bytes(
        &mut self,
        node: &mut Value<'a>,
        reads: &Reads,
        to: Spot<'_>,
        own: Spot<'_>,
        value: Value<'a>,
    ) -> Option<Value<'a>> {
        match (reads, value) {
            (Reads::Text(media), Value::Text(text)) => put(node, to, content(text, media)),
            (Reads::Json, value) => self.json(node, to, value),
            (Reads::Data(kept), value) => put(node, to, Value::map([("json", sorted(value, kept))])),
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
            (_, value) => return Some(value),
        }
        None
    }

    /// A value as it is. Null is a stated default; so nothing else may look like a stated absence or a reference.
    pub(super) fn open(&mut self, value: Value<'a>) -> Value<'a> {
        match value {
            Value::Null => Value::absent("default"),
            Value::Array(items) => Value::Array(
                items
                    .into_iter()
                    .enumerate()
                    .map(|(i, item)| self.inside(i, |reader| reader.open(item)))
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
        let value = self.inside(&*key, |reader| {
            if matches!(&*key, "absent" | "b3" | "kb3") {
                reader.fault(Code::Range, "in a declaration this name states an absence or names content");
            }
            reader.open(value)
        });
        (key, value)
    }

    /// `data:TYPE;base64,BYTES`: the type and the base64.
    fn data_url(&mut self, url: &str) -> Option<(String, Cow<'a, str>)> {
        let Some(rest) = url.strip_prefix("data:") else {
            self.external("what this URL points to can change", "send the bytes: data:image/png;base64,...");
            return None;
        };
        let Some((media, bytes)) = rest.split_once(";base64,") else {
            self.fault(Code::Type, "a data: URL without ;base64, where bytes are expected");
            return None;
        };
        let bytes = self.base64(bytes.to_owned().into())?;
        Some((media.to_owned(), bytes))
    }

    /// Several base64 texts can stand for the same bytes; only the canonical one can be told from its bytes. Where
    /// the vendor documents them as the same, it stands for all.
    fn base64(&mut self, text: Cow<'a, str>) -> Option<Cow<'a, str>> {
        let text = if self.shared.adapter.mapping == Mapping::Proto {
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
    fn json(&mut self, node: &mut Value<'a>, to: Spot<'_>, value: Value<'a>) {
        if at(node, to).is_some_and(|stated| stated.get("json").is_some()) {
            self.fault(Code::Range, "another member states this too");
        }
        put(node, to, Value::map([("json", value)]));
    }

    /// Content in source form.
    fn content(&mut self, form: Form, value: Value<'a>) -> Option<Value<'a>> {
        match (form, value) {
            (Form::Json, value) => Some(Value::map([("json", value)])),
            (Form::Data(kept), value) => Some(Value::map([("json", sorted(value, kept))])),
            (Form::Text, Value::Text(text)) => Some(content(text, "text/plain")),
            (Form::DataUrl, Value::Text(url)) => {
                let (media, bytes) = self.data_url(&url)?;
                Some(Value::map([("base64", Value::Text(bytes)), ("type", Value::text(media))]))
            }
            (Form::Text | Form::DataUrl, other) => self.mismatch(&other, "text"),
        }
    }

    /// Content, for a place that takes only a reference.
    fn quote(&mut self, form: Form, value: Value<'a>) -> Option<Content> {
        let json = |value| Content::new("application/json", json::minimal(&value).into_bytes());
        match (form, value) {
            (Form::Json, value) => Some(json(value)),
            (Form::Data(kept), value) => Some(json(sorted(value, kept))),
            (Form::Text, Value::Text(text)) => {
                Some(Content::new("text/plain", text.into_owned().into_bytes()))
            }
            (Form::DataUrl, Value::Text(url)) => {
                let (media, bytes) = self.data_url(&url)?;
                Some(Content::new(media, Base64::decode_vec(&bytes).ok()?))
            }
            (Form::Text | Form::DataUrl, other) => self.mismatch(&other, "text"),
        }
    }
}

/// The same JSON with the members of every object in canonical order, but inside members of these names.
pub(super) fn sorted<'a>(value: Value<'a>, kept: &[&str]) -> Value<'a> {
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
pub(super) fn mark<'a>(own: Spot<'_>) -> Value<'a> {
    Value::map([("member", Value::text(own.last().to_owned()))])
}

pub(super) fn content<'a>(text: Cow<'a, str>, media: &'static str) -> Value<'a> {
    let text = ("text", Value::Text(text));
    if media == "text/plain" { Value::map([text]) } else { Value::map([text, ("type", Value::text(media))]) }
}

pub(super) fn text_part<'a>(content: Value<'a>, attrs: Value<'a>) -> Value<'a> {
    Value::map([("t", Value::text("text")), ("attrs", attrs), ("content", content)])
}

/// The JSON projection of a reference.
fn reference(content: &Content) -> Value<'static> {
    Value::map([
        ("b3", Value::text(content.digest.hex())),
        ("len", Value::Uint(content.bytes.len() as u64)),
        ("type", Value::text(content.media.clone())),
    ])
}
