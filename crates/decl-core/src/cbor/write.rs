//! The encoding, into as much room as there is. Who finds none, or meets what has no encoding, does not say why.

#![expect(clippy::inline_always, reason = "most items are short: inside their container they cost no call")]

use super::{
    ARRAY, BYTES, EIGHT_BYTES, F16, F32, F64, FALSE, FOUR_BYTES, MAP, MESSAGE, NINT, ONE_BYTE, REFERENCE,
    TEXT, TEXT_PART, TRUE, TWO_BYTES, UINT,
    float::{f32_to_f16, width_of},
};
use crate::{Value, limits, value::key_order};
use alloc::{borrow::Cow, vec::Vec};

/// Where bytes go. Each writer takes it, and gives what is left behind the bytes written; nothing if they do not fit.
///
/// Handed on by value, the place of the next byte stays in a register: no writer waits until the one before has stored
/// a length.
pub(super) trait Room: Sized {
    /// So many bytes, each of which `write` sets.
    fn fill<const N: usize>(self, write: impl FnOnce(&mut [u8; N])) -> Option<Self>;
    fn slice(self, bytes: &[u8]) -> Option<Self>;

    #[inline(always)]
    fn array<const N: usize>(self, bytes: [u8; N]) -> Option<Self> {
        self.fill(|room| *room = bytes)
    }
}

impl Room for &mut [u8] {
    #[inline(always)]
    fn fill<const N: usize>(self, write: impl FnOnce(&mut [u8; N])) -> Option<Self> {
        let (room, rest) = self.split_first_chunk_mut()?;
        write(room);
        Some(rest)
    }

    #[inline(always)]
    fn slice(self, bytes: &[u8]) -> Option<Self> {
        let (room, rest) = self.split_at_mut_checked(bytes.len())?;
        room.copy_from_slice(bytes);
        Some(rest)
    }
}

/// There is always room.
impl Room for &mut Vec<u8> {
    #[inline(always)]
    fn fill<const N: usize>(self, write: impl FnOnce(&mut [u8; N])) -> Option<Self> {
        let mut bytes = [0; N];
        write(&mut bytes);
        self.extend_from_slice(&bytes);
        Some(self)
    }

    #[inline(always)]
    fn slice(self, bytes: &[u8]) -> Option<Self> {
        self.extend_from_slice(bytes);
        Some(self)
    }
}

pub(super) type Member<'a> = (Cow<'a, str>, Value<'a>);

/// A value, whole. Nothing if it does not fit or has no encoding; what was written before that is left in the room.
#[inline(always)]
pub(super) fn item<'r>(room: &'r mut [u8], value: &Value<'_>, depth: usize) -> Option<&'r mut [u8]> {
    match value {
        Value::Text(text) => string(room, TEXT, text.as_bytes()),
        Value::Map(_) | Value::Array(_) if depth == limits::DEPTH => None,
        Value::Map(members) => match &members[..] {
            [] => head(room, MAP, 0),
            [(role, Value::Text(name)), (parts, Value::Array(items))]
                if role == "role" && parts == "parts" && depth < limits::DEPTH - 1 =>
            {
                let room = string(room.array(*MESSAGE.0)?, TEXT, name.as_bytes())?;
                list(room.array(*MESSAGE.1)?, items, depth + 1)
            }
            [(t, Value::Text(kind)), (attrs, Value::Map(none)), (content, Value::Map(members))]
                if t == "t"
                    && kind == "text"
                    && attrs == "attrs"
                    && content == "content"
                    && none.is_empty()
                    && depth < limits::DEPTH - 1
                    && let Some((digest, len, media)) = as_reference(members) =>
            {
                reference(room.array(*TEXT_PART)?, digest, len, media)
            }
            members => match as_reference(members) {
                Some((digest, len, media)) => reference(room, digest, len, media),
                None => map(room, members, depth),
            },
        },
        Value::Array(items) => list(room, items, depth),
        _ => scalar(room, value),
    }
}

fn list<'r>(room: &'r mut [u8], items: &[Value<'_>], depth: usize) -> Option<&'r mut [u8]> {
    let mut room = head(room, ARRAY, items.len() as u64)?;
    for value in items {
        room = item(room, value, depth + 1)?;
    }
    Some(room)
}

fn map<'r>(room: &'r mut [u8], members: &[Member<'_>], depth: usize) -> Option<&'r mut [u8]> {
    let mut room = head(room, MAP, members.len() as u64)?;
    // What cannot fit is not compared, and not sorted.
    if members.len() > room.len() / 2 {
        return None;
    }
    if ascending(members) {
        for member in members {
            room = entry(room, member, depth)?;
        }
    } else if members.iter().map(|(key, _)| key.len() + 2).sum::<usize>() > room.len() {
        return None;
    } else {
        for member in sorted(members).ok()? {
            room = entry(room, member, depth)?;
        }
    }
    Some(room)
}

#[inline(always)]
fn entry<'r>(room: &'r mut [u8], (key, value): &Member<'_>, depth: usize) -> Option<&'r mut [u8]> {
    item(string(room, TEXT, key.as_bytes())?, value, depth + 1)
}

pub(super) fn ascending(members: &[Member<'_>]) -> bool {
    members.windows(2).all(|pair| key_order(&pair[0].0, &pair[1].0).is_lt())
}

/// In the order of their keys; if one stands twice, that one.
pub(super) fn sorted<'v, 'a>(members: &'v [Member<'a>]) -> Result<Vec<&'v Member<'a>>, &'v str> {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_by(|a, b| key_order(&a.0, &b.0));
    match sorted.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(pair) => Err(&pair[1].0),
        None => Ok(sorted),
    }
}

/// Digest, length and media type, if these are the members of a reference to content, in their order.
#[inline(always)]
fn as_reference<'v>(members: &'v [Member<'_>]) -> Option<(&'v [u8; 32], u64, &'v str)> {
    match members {
        [(b3, Value::Bytes(digest)), (len, Value::Uint(n)), (media, Value::Text(text))]
            if b3 == "b3" && len == "len" && media == "type" =>
        {
            Some(((&**digest).try_into().ok()?, *n, text))
        }
        _ => None,
    }
}

/// What a declaration says of content: `{"b3", "len", "type"}`.
#[inline(always)]
pub(super) fn reference<R: Room>(room: R, digest: &[u8; 32], len: u64, media: &str) -> Option<R> {
    let room = room.array(*REFERENCE.0)?.array(*digest)?.array(*REFERENCE.1)?;
    string(head(room, UINT, len)?.array(*REFERENCE.2)?, TEXT, media.as_bytes())
}

/// A value that is no container.
pub(super) fn scalar<R: Room>(room: R, value: &Value<'_>) -> Option<R> {
    match value {
        Value::Bool(b) => room.array([if *b { TRUE } else { FALSE }]),
        Value::Uint(n) => head(room, UINT, *n),
        Value::Nint(n) if *n < 0 => head(room, NINT, !n.cast_unsigned()),
        Value::Float(x) => float(room, *x),
        Value::Text(text) => string(room, TEXT, text.as_bytes()),
        Value::Bytes(bytes) => string(room, BYTES, bytes),
        Value::Null | Value::Nint(_) | Value::Array(_) | Value::Map(_) => None,
    }
}

/// Text or bytes with their head.
#[inline(always)]
pub(super) fn string<R: Room>(room: R, major: u8, bytes: &[u8]) -> Option<R> {
    // Nearly all of them are keys or words of the format: of a known length, they are copied without a call.
    macro_rules! known {
        ($($n:literal)*) => {
            match bytes.len() {
                $($n => room.fill::<{ 1 + $n }>(|room| {
                    room[0] = major << 5 | $n;
                    room[1..].copy_from_slice(bytes);
                }),)*
                n => head(room, major, n as u64)?.slice(bytes),
            }
        };
    }
    known!(1 2 3 4 5 6 7 8 9 10)
}

/// Major type and argument in the fewest bytes.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the range fits")]
pub(super) fn head<R: Room>(room: R, major: u8, n: u64) -> Option<R> {
    match n {
        0..=23 => room.array([major << 5 | n as u8]),
        _ => long_head(room, major << 5, n),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "each arm's range fits")]
fn long_head<R: Room>(room: R, major: u8, n: u64) -> Option<R> {
    match n {
        0..=0xff => room.array([major | ONE_BYTE, n as u8]),
        0x100..=0xffff => room.array([major | TWO_BYTES])?.array((n as u16).to_be_bytes()),
        0x1_0000..=0xffff_ffff => room.array([major | FOUR_BYTES])?.array((n as u32).to_be_bytes()),
        _ => room.array([major | EIGHT_BYTES])?.array(n.to_be_bytes()),
    }
}

/// The shortest of the three widths that loses nothing.
#[expect(clippy::cast_possible_truncation, reason = "the width says that it is exact")]
fn float<R: Room>(room: R, x: f64) -> Option<R> {
    match width_of(x)? {
        2 => room.array([F16])?.array(f32_to_f16(x as f32)?.to_be_bytes()),
        4 => room.array([F32])?.array((x as f32).to_be_bytes()),
        _ => room.array([F64])?.array(x.to_be_bytes()),
    }
}
