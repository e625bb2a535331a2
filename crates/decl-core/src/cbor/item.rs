//! Looks up members of canonical bytes without a tree.

use super::{ARRAY, BYTES, EIGHT_BYTES, FOUR_BYTES, MAP, ONE_BYTE, TAG, TEXT, TWO_BYTES};

/// An item of bytes that were [decoded](super::decode) or checked before. Passing over an item costs a step for each
/// head inside it and no allocation. In other bytes, what cannot be read is not found.
///
/// ```
/// use decl_core::cbor::Item;
/// let bytes = [0xa2, 0x61, b'a', 0x82, 0x01, 0x61, b'x', 0x61, b'b', 0x41, 0x07];
/// let item = Item::new(&bytes);
/// let texts: Vec<_> = item.get("a").unwrap().items().map(Item::text).collect();
/// assert_eq!(texts, [None, Some("x")]);
/// assert_eq!(item.get("b").and_then(Item::bytes), Some(&[7][..]));
/// assert!(item.get("c").is_none());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// The item is at the beginning; others may follow.
    bytes: &'a [u8],
}

impl<'a> Item<'a> {
    /// Returns the first item of these bytes.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Returns the text, or `None` if this is not text.
    pub fn text(self) -> Option<&'a str> {
        core::str::from_utf8(self.string(TEXT)?).ok()
    }

    /// Returns the bytes, or `None` if this is not a byte string.
    pub fn bytes(self) -> Option<&'a [u8]> {
        self.string(BYTES)
    }

    /// Returns a member of a map, or `None` if this is not a map or has no such member.
    pub fn get(self, key: &str) -> Option<Self> {
        self.members().find(|(name, _)| *name == key).map(|(_, item)| item)
    }

    /// Returns the members of a map; none if this is not a map.
    pub fn members(self) -> impl Iterator<Item = (&'a str, Self)> {
        let mut entries = self.entries(MAP, 2);
        core::iter::from_fn(move || {
            let key = entries.next()?.text()?;
            Some((key, entries.next()?))
        })
    }

    /// Returns the items of a list; none if this is not a list.
    pub fn items(self) -> impl Iterator<Item = Self> {
        self.entries(ARRAY, 1)
    }

    /// Returns the items inside a container of this major type, `each` for every entry.
    fn entries(self, container: u8, each: u64) -> impl Iterator<Item = Self> {
        let head = head(self.bytes).filter(|(major, ..)| *major == container);
        let (mut left, mut rest) = head.map_or((0, &[][..]), |(_, n, rest)| (n.saturating_mul(each), rest));
        core::iter::from_fn(move || {
            left = left.checked_sub(1)?;
            let item = Self { bytes: rest };
            rest = after(rest)?;
            Some(item)
        })
    }

    fn string(self, kind: u8) -> Option<&'a [u8]> {
        let (major, n, rest) = head(self.bytes)?;
        if major == kind { rest.get(..usize::try_from(n).ok()?) } else { None }
    }
}

/// Splits off a head: the major type, the argument, the rest.
#[inline]
fn head(bytes: &[u8]) -> Option<(u8, u64, &[u8])> {
    let (initial, rest) = bytes.split_first()?;
    let long = |n| {
        let (argument, rest) = rest.split_at_checked(n)?;
        Some((argument.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)), rest))
    };
    let (n, rest) = match initial & 31 {
        n @ 0..=23 => (u64::from(n), rest),
        ONE_BYTE => long(1)?,
        TWO_BYTES => long(2)?,
        FOUR_BYTES => long(4)?,
        EIGHT_BYTES => long(8)?,
        _ => return None,
    };
    Some((initial >> 5, n, rest))
}

/// Returns what follows the first item.
fn after(mut bytes: &[u8]) -> Option<&[u8]> {
    // Every item takes at least one byte, so the loop ends, whatever lengths are declared.
    let mut items = 1_u64;
    while items > 0 {
        let (major, n, rest) = head(bytes)?;
        let inside = match major {
            ARRAY => n,
            MAP => n.checked_mul(2)?,
            TAG => 1,
            _ => 0,
        };
        items = (items - 1).checked_add(inside)?;
        bytes = match major {
            BYTES | TEXT => rest.get(usize::try_from(n).ok()?..)?,
            _ => rest,
        };
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{cbor, value::Value};
    use alloc::{string::String, vec::Vec};

    /// The tree of an item, by its own iterators.
    fn agrees(item: Item<'_>, value: &Value<'_>) -> bool {
        match value {
            Value::Text(text) => item.text() == Some(text),
            Value::Bytes(bytes) => item.bytes() == Some(bytes),
            Value::Array(values) => {
                let items: Vec<_> = item.items().collect();
                items.len() == values.len()
                    && items.iter().zip(values).all(|(item, value)| agrees(*item, value))
            }
            Value::Map(members) => {
                let found: Vec<_> = item.members().collect();
                found.len() == members.len()
                    && found
                        .iter()
                        .zip(members)
                        .all(|(found, (key, value))| found.0 == key && agrees(found.1, value))
                    && members
                        .iter()
                        .all(|(key, value)| item.get(key).is_some_and(|item| agrees(item, value)))
            }
            _ => item.text().is_none() && item.bytes().is_none() && item.items().next().is_none(),
        }
    }

    fn sample() -> Vec<u8> {
        let numbers = [0, 23, 24, 255, 256, 65_535, 65_536, u64::MAX].map(Value::Uint);
        let long = |n| Value::Text("x".repeat(n).into());
        cbor::encode(&Value::map([
            ("numbers", Value::Array(numbers.into())),
            (
                "others",
                Value::Array(
                    [Value::Nint(-1), Value::from_f64(0.5), Value::from_f64(1e300), Value::Bool(true)].into(),
                ),
            ),
            (
                "strings",
                Value::Array(
                    [long(0), long(23), long(24), long(300), Value::Bytes(Vec::from([7; 32]).into())].into(),
                ),
            ),
            ("empty", Value::map::<String>([])),
            (
                "",
                Value::map([(
                    "deep",
                    Value::Array([Value::Array([Value::map([("x", long(70_000))])].into())].into()),
                )]),
            ),
        ]))
        .unwrap()
    }

    #[test]
    fn finds_what_the_tree_has() {
        let bytes = sample();
        assert!(agrees(Item::new(&bytes), &cbor::decode(&bytes).unwrap()));
        assert_eq!(after(&bytes), Some(&[][..]));
    }

    #[test]
    fn what_cannot_be_read_is_not_found_and_ends() {
        let bytes = sample();
        for len in (0..bytes.len()).step_by(7) {
            let item = Item::new(&bytes[..len]);
            assert!(after(&bytes[..len]).is_none() && item.get("missing").is_none(), "{len}");
        }
        // Containers that declare 2^64 - 1 entries, and initial bytes that are reserved.
        for initial in [0x9b, 0xbb, 0x5b, 0x7b, 0x1c, 0xfc, 0xff] {
            let hostile = [&[initial][..], &[0xff; 40]].concat();
            let item = Item::new(&hostile);
            assert!(after(&hostile).is_none(), "{initial:x}");
            assert!(item.text().is_none() && item.bytes().is_none() && item.members().next().is_none());
            assert!(item.items().count() <= hostile.len());
        }
        let nested = alloc::vec![0x81; 100_000];
        assert!(after(&nested).is_none(), "no recursion");
    }
}
