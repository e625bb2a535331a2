//! The document tree of JSON and CBOR.

use alloc::{borrow::Cow, vec::Vec};
use core::cmp::Ordering;

/// A document as a tree that borrows its text from the input.
///
/// Maps keep the order of the input, because the order of members inside a tool schema can reach the model; only the
/// [encoding](crate::cbor::encode) is in canonical order. The tree can hold values that have no encoding (`Null`, a
/// float that should be an integer), so that the refusal can name their place.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// JSON null. Refused everywhere but inside JSON that is kept as text.
    Null,
    /// false or true.
    Bool(bool),
    /// An integer from 0 to 2^64-1.
    Uint(u64),
    /// An integer from -2^63 to -1. A value that is not negative is refused by the encoder.
    Nint(i64),
    /// A finite number that is not an integer of that range; see [`Value::from_f64`].
    Float(f64),
    /// An integer beyond the range, digit by digit. It has no encoding: it may only stand inside JSON that becomes text,
    /// and only [`json::parse_body`](crate::json::parse_body) reads it.
    BigInt(Cow<'a, str>),
    /// UTF-8, byte for byte.
    Text(Cow<'a, str>),
    /// Bytes; JSON has none, its projection shows them as lowercase hex.
    Bytes(Cow<'a, [u8]>),
    /// A list.
    Array(Vec<Value<'a>>),
    /// Members in the order given. The readers guarantee that keys are unique.
    Map(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// Reduces a number: an integral float in the integer range becomes the integer (1.0 is 1, -0.0 is 0).
    pub fn from_f64(x: f64) -> Self {
        // Both bounds are exact powers of two, so these comparisons are exact.
        const UINT_END: f64 = 18_446_744_073_709_551_616.0;
        const INT_MIN: f64 = -9_223_372_036_854_775_808.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "range checked; equality checked"
        )]
        #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "the question is exact equality")]
        if (0.0..UINT_END).contains(&x) && (x as u64) as f64 == x {
            Self::Uint(x as u64)
        } else if (INT_MIN..0.0).contains(&x) && (x as i64) as f64 == x {
            Self::Nint(x as i64)
        } else {
            Self::Float(x)
        }
    }

    /// Returns a member of a map, or `None` if this is not a map or has no such member.
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        match self {
            Self::Map(members) => members.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// Takes a member out of a map. Returns `None` if this is not a map or has no such member.
    pub fn remove(&mut self, key: &str) -> Option<Value<'a>> {
        match self {
            Self::Map(members) => {
                members.iter().position(|(k, _)| k == key).map(|at| members.swap_remove(at).1)
            }
            _ => None,
        }
    }

    /// Returns the text, or `None` if this is not text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the type in words, for a message.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Uint(_) => "an integer",
            Self::Nint(_) => "a negative integer",
            Self::Float(_) => "a number with a fraction",
            Self::BigInt(_) => "an integer outside -2^63 ..= 2^64-1",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Array(_) => "a list",
            Self::Map(_) => "a map",
        }
    }

    /// Returns the same tree without borrowed data.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(b) => Value::Bool(b),
            Self::Uint(n) => Value::Uint(n),
            Self::Nint(n) => Value::Nint(n),
            Self::Float(x) => Value::Float(x),
            Self::BigInt(digits) => Value::BigInt(Cow::Owned(digits.into_owned())),
            Self::Text(t) => Value::Text(Cow::Owned(t.into_owned())),
            Self::Bytes(b) => Value::Bytes(Cow::Owned(b.into_owned())),
            Self::Array(items) => Value::Array(items.into_iter().map(Value::into_owned).collect()),
            Self::Map(members) => Value::Map(
                members.into_iter().map(|(k, v)| (Cow::Owned(k.into_owned()), v.into_owned())).collect(),
            ),
        }
    }

    /// Returns a text value.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// Returns a map of these members.
    pub fn map<K: Into<Cow<'a, str>>>(members: impl IntoIterator<Item = (K, Value<'a>)>) -> Self {
        Self::Map(members.into_iter().map(|(k, v)| (k.into(), v)).collect())
    }

    /// Returns `{"absent": why}`; `why` is `none`, `default` or `undisclosed`.
    pub fn absent(why: &'static str) -> Self {
        Self::map([("absent", Self::text(why))])
    }
}

/// Compares map keys in canonical order: bytewise by encoded key, which for text is shorter first, then bytewise.
#[inline]
pub fn key_order(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    // Few keys of equal length share their first byte.
    a.len().cmp(&b.len()).then_with(|| a.first().cmp(&b.first())).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integral_floats_are_integers_exactly_in_range() {
        for (x, want) in [
            (1.0, Value::Uint(1)),
            (-0.0, Value::Uint(0)),
            (-1.0, Value::Nint(-1)),
            (9_007_199_254_740_993.0, Value::Uint(9_007_199_254_740_992)),
            (18_446_744_073_709_549_568.0, Value::Uint(18_446_744_073_709_549_568)),
            (18_446_744_073_709_551_616.0, Value::Float(18_446_744_073_709_551_616.0)),
            (-9_223_372_036_854_775_808.0, Value::Nint(i64::MIN)),
            (-9_223_372_036_854_777_856.0, Value::Float(-9_223_372_036_854_777_856.0)),
            (0.5, Value::Float(0.5)),
            (1e22, Value::Float(1e22)),
        ] {
            assert_eq!(Value::from_f64(x), want, "{x}");
        }
    }

    #[test]
    fn shorter_keys_come_first() {
        let mut keys = ["b", "aa", "a", "", "\u{ffff}", "\u{1f600}"];
        keys.sort_by(|a, b| key_order(a, b));
        assert_eq!(keys, ["", "a", "b", "aa", "\u{ffff}", "\u{1f600}"]);
    }
}
