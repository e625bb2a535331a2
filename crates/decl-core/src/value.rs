//! One tree for JSON and CBOR.

use alloc::{borrow::Cow, vec::Vec};
use core::cmp::Ordering;

/// A document as a tree that borrows its text from the input.
///
/// Maps keep the order of the input, because the order of members inside a tool schema can reach the model;
/// the canonical order exists only in the [encoding](crate::cbor::encode). The tree can hold what has no
/// encoding (`Null`, a float that should be an integer), so that the refusal can name its place.
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
    /// A finite number that is no integer of that range; see [`Value::from_f64`].
    Float(f64),
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
    /// Numeric reduction: an integral float of the integer range becomes the integer (1.0 is 1, -0.0 is 0).
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

    /// A member of a map; `None` if this is no map or has no such member.
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        match self {
            Self::Map(members) => members.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The text, if this is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What this is, for a message.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Uint(_) | Self::Nint(_) => "an integer",
            Self::Float(_) => "a number with a fraction",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Array(_) => "a list",
            Self::Map(_) => "a map",
        }
    }

    /// The same tree without a borrow.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(b) => Value::Bool(b),
            Self::Uint(n) => Value::Uint(n),
            Self::Nint(n) => Value::Nint(n),
            Self::Float(x) => Value::Float(x),
            Self::Text(t) => Value::Text(Cow::Owned(t.into_owned())),
            Self::Bytes(b) => Value::Bytes(Cow::Owned(b.into_owned())),
            Self::Array(items) => Value::Array(items.into_iter().map(Value::into_owned).collect()),
            Self::Map(members) => Value::Map(
                members.into_iter().map(|(k, v)| (Cow::Owned(k.into_owned()), v.into_owned())).collect(),
            ),
        }
    }

    /// Text that borrows.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// A map of the given members.
    pub fn map<K: Into<Cow<'a, str>>>(members: impl IntoIterator<Item = (K, Value<'a>)>) -> Self {
        Self::Map(members.into_iter().map(|(k, v)| (k.into(), v)).collect())
    }

    /// `{"absent": why}`: `none`, `default` or `undisclosed`.
    pub fn absent(why: &'static str) -> Self {
        Self::map([("absent", Self::text(why))])
    }
}

/// The order of map keys: bytewise by encoded key, which for text is shorter first, then bytewise.
#[inline]
pub fn key_order(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    // Of keys as long as each other, few begin alike.
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
