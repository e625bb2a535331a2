//! Is this canonical? Without a tree, and without saying why not.

#![expect(clippy::inline_always, reason = "most items are short: inside their container they cost no call")]

use super::{
    ARRAY, BYTES, EIGHT_BYTES, F16, F32, F64, FALSE, FOUR_BYTES, MAP, MESSAGE, NINT, ONE_BYTE, REFERENCE,
    TEXT, TEXT_PART, TRUE, TWO_BYTES, UINT,
    float::{f16_to_f64, width_of},
};
use crate::limits;

/// Is this what [`decode`](super::decode) accepts?
pub(super) fn is_canonical(bytes: &[u8]) -> bool {
    item(bytes, 0).is_some_and(<[u8]>::is_empty)
}

// Each of these reads one thing from the front of the bytes and gives the rest; nothing if it is not canonical.

#[inline(always)]
fn item(bytes: &[u8], depth: usize) -> Option<&[u8]> {
    const MAP_0: u8 = MAP << 5;
    const MAP_23: u8 = MAP_0 + 23;
    const TEXT_0: u8 = TEXT << 5;
    const TEXT_31: u8 = TEXT_0 + 31;
    const ARRAY_0: u8 = ARRAY << 5;
    const ARRAY_23: u8 = ARRAY_0 + 23;
    if let Some((_, rest)) = short_text(bytes) {
        return Some(rest);
    }
    let (&initial, rest) = bytes.split_first()?;
    match initial {
        MAP_0 if depth < limits::DEPTH => Some(rest),
        MAP_0..=MAP_23 if depth < limits::DEPTH => {
            if let Some(role) = bytes.strip_prefix(MESSAGE.0) {
                return message(role, depth);
            }
            text_part(bytes, depth)
                .or_else(|| reference(bytes))
                .or_else(|| map(rest, u64::from(initial - MAP_0), depth))
        }
        ARRAY_0..=ARRAY_23 => list(rest, u64::from(initial - ARRAY_0), depth),
        TEXT_0..=TEXT_31 => text(initial, rest),
        _ => rare(initial, rest, depth),
    }
}

fn rare(initial: u8, rest: &[u8], depth: usize) -> Option<&[u8]> {
    match initial >> 5 {
        BYTES => string(initial, rest).map(|(_, rest)| rest),
        UINT => argument(initial, rest).map(|(_, rest)| rest),
        NINT => argument(initial, rest).filter(|(n, _)| i64::try_from(*n).is_ok()).map(|(_, rest)| rest),
        MAP => argument(initial, rest).and_then(|(members, rest)| map(rest, members, depth)),
        ARRAY => argument(initial, rest).and_then(|(items, rest)| list(rest, items, depth)),
        _ => simple(initial, rest),
    }
}

fn list(mut rest: &[u8], items: u64, depth: usize) -> Option<&[u8]> {
    if depth == limits::DEPTH {
        return None;
    }
    for _ in 0..items {
        rest = item(rest, depth + 1)?;
    }
    Some(rest)
}

fn map(rest: &[u8], members: u64, depth: usize) -> Option<&[u8]> {
    if depth == limits::DEPTH {
        return None;
    }
    more_members(&rest[..0], 0, rest, members, depth + 1)
}

/// The members of a map from one of them on. Before that, the last key as it is encoded, and its number: zero before the
/// first key; the greatest after a key that is not short, so that the next one is compared as it is encoded.
fn more_members<'b>(
    mut last: &'b [u8],
    mut number: u64,
    mut rest: &'b [u8],
    members: u64,
    depth: usize,
) -> Option<&'b [u8]> {
    for _ in 0..members {
        let key = rest;
        match short_text(key) {
            Some((greater, behind)) if greater > number => (number, rest) = (greater, behind),
            _ => {
                let (initial, behind) = of_type(TEXT, key)?;
                rest = text(initial, behind)?;
                // RFC 8949, 4.2.1: the bytewise order of encoded keys.
                if last >= &key[..key.len() - rest.len()] {
                    return None;
                }
                number = u64::MAX;
            }
        }
        last = &key[..key.len() - rest.len()];
        rest = item(rest, depth)?;
    }
    Some(rest)
}

// A long declaration is mostly what follows. Bytes that never change are compared at once, and what stands behind them is
// where it always is: the next head need not wait for the one before.

/// What begins like a message, from its role on.
fn message(role: &[u8], depth: usize) -> Option<&[u8]> {
    const ROLE: u64 = u64::from_be_bytes(*b"\0\0\0\0role");
    let rest = item(role, depth + 1)?;
    match rest.strip_prefix(MESSAGE.1) {
        Some(parts) => item(parts, depth + 1),
        None => more_members(&MESSAGE.0[1..], ROLE, rest, 1, depth + 1),
    }
}

/// A part that is text, with a reference to the text.
#[inline(always)]
fn text_part(bytes: &[u8], depth: usize) -> Option<&[u8]> {
    let content = bytes.strip_prefix(TEXT_PART)?;
    if depth + 1 < limits::DEPTH { reference(content) } else { None }
}

/// A reference to content.
#[inline(always)]
fn reference(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(REFERENCE.0)?.get(32..)?.strip_prefix(REFERENCE.1)?;
    let (initial, rest) = of_type(UINT, rest)?;
    let (_, rest) = argument(initial, rest)?;
    let (initial, rest) = of_type(TEXT, rest.strip_prefix(REFERENCE.2)?)?;
    text(initial, rest)
}

/// The initial byte if it is of this major type, and what is behind it.
#[inline(always)]
fn of_type(major: u8, bytes: &[u8]) -> Option<(u8, &[u8])> {
    let (&initial, rest) = bytes.split_first()?;
    (initial >> 5 == major).then_some((initial, rest))
}

/// Text of one to eight ASCII characters of which the first is not NUL, with its number: in the order of keys, these
/// texts are in the order of their numbers. Nothing if the text is another, or too near to the end.
#[inline(always)]
fn short_text(bytes: &[u8]) -> Option<(u64, &[u8])> {
    const TEXT_1: u8 = TEXT << 5 | 1;
    // What stands behind short text is at hand nearly always: read with it, and shifted away, it spares a loop.
    let [initial, text @ ..] = bytes.first_chunk::<9>()?;
    let more = initial.wrapping_sub(TEXT_1);
    if more >= 8 || text[0] == 0 {
        return None;
    }
    let number = u64::from_be_bytes(*text) >> (8 * (7 - more));
    (number & NOT_ASCII == 0).then(|| (number, &bytes[2 + usize::from(more)..]))
}

const NOT_ASCII: u64 = 0x8080_8080_8080_8080;

fn text(initial: u8, rest: &[u8]) -> Option<&[u8]> {
    let (text, rest) = string(initial, rest)?;
    let is_ascii = match (text.first_chunk(), text.last_chunk()) {
        // Two numbers that overlap, or lie side by side.
        (Some(first), Some(last)) if text.len() <= 16 => {
            (u64::from_be_bytes(*first) | u64::from_be_bytes(*last)) & NOT_ASCII == 0
        }
        _ => text.is_ascii(),
    };
    (is_ascii || simdutf8::basic::from_utf8(text).is_ok()).then_some(rest)
}

/// Text or bytes, and what is behind them.
fn string(initial: u8, rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let (n, rest) = argument(initial, rest)?;
    rest.split_at_checked(usize::try_from(n).ok()?)
}

fn simple(initial: u8, rest: &[u8]) -> Option<&[u8]> {
    let (value, width) = match initial {
        FALSE | TRUE => return Some(rest),
        F16 => (f16_to_f64(u16::from_be_bytes(*rest.first_chunk()?)), 2),
        F32 => (f64::from(f32::from_be_bytes(*rest.first_chunk()?)), 4),
        F64 => (f64::from_be_bytes(*rest.first_chunk()?), 8),
        _ => return None,
    };
    (width_of(value) == Some(width)).then(|| &rest[width..])
}

/// The argument of a head in the fewest bytes that hold it, and what is behind it.
#[inline(always)]
fn argument(initial: u8, rest: &[u8]) -> Option<(u64, &[u8])> {
    match initial & 31 {
        n @ 0..=23 => Some((u64::from(n), rest)),
        n => long_argument(n, rest),
    }
}

fn long_argument(n: u8, rest: &[u8]) -> Option<(u64, &[u8])> {
    let (n, least, width) = match n {
        ONE_BYTE => (u64::from(u8::from_be_bytes(*rest.first_chunk()?)), 24, 1),
        TWO_BYTES => (u64::from(u16::from_be_bytes(*rest.first_chunk()?)), 1 << 8, 2),
        FOUR_BYTES => (u64::from(u32::from_be_bytes(*rest.first_chunk()?)), 1 << 16, 4),
        EIGHT_BYTES => (u64::from_be_bytes(*rest.first_chunk()?), 1 << 32, 8),
        _ => return None,
    };
    (n >= least).then(|| (n, &rest[width..]))
}

#[cfg(test)]
mod tests {
    use super::{
        super::{decode, encode},
        *,
    };
    use crate::{Value, template};
    use alloc::{string::String, vec, vec::Vec};

    #[track_caller]
    fn agrees(bytes: &[u8]) -> bool {
        let accepted = decode(bytes).is_ok();
        assert_eq!(is_canonical(bytes), accepted, "{bytes:02x?}");
        accepted
    }

    #[test]
    fn every_three_bytes_have_the_verdict_of_the_decoder() {
        let mut accepted = 0;
        agrees(&[]);
        for a in 0..=255 {
            accepted += usize::from(agrees(&[a]));
            for b in 0..=255 {
                accepted += usize::from(agrees(&[a, b]));
                for c in 0..=255 {
                    accepted += usize::from(agrees(&[a, b, c]));
                }
            }
        }
        assert!(accepted > 100_000, "{accepted}");
    }

    #[test]
    fn every_three_keys_have_the_verdict_of_the_decoder() {
        // Shorter and longer than a number, and what a number does not tell: NUL first, text that is not ASCII.
        let mut keys = Vec::new();
        for n in 0..=9 {
            for end in ["", "\0", "b", "\u{7f}", "\u{e9}"] {
                keys.extend(["a".repeat(n) + end, String::from(end) + &"a".repeat(n)]);
            }
        }
        let mut accepted = 0;
        let mut map = Vec::new();
        for first in &keys {
            for second in &keys {
                for third in &keys {
                    map.clear();
                    map.extend_from_slice(b"\x82\xa3");
                    for key in [first, second, third] {
                        map.push(0x60 | u8::try_from(key.len()).unwrap());
                        map.extend_from_slice(key.as_bytes());
                        map.push(0);
                    }
                    // So that the last key, too, has bytes behind it.
                    map.extend_from_slice(b"\x69aaaaaaaaa");
                    accepted += usize::from(agrees(&map));
                }
            }
        }
        assert!(accepted > 10_000, "{accepted}");
    }

    #[test]
    fn every_change_of_a_byte_and_every_cut_has_the_verdict_of_the_decoder() {
        let reference = |digest: usize, len: &[u8]| {
            [b"\xa3\x62b3\x58\x20", &vec![0; digest][..], b"\x63len", len, b"\x64type\x6atext/plain"].concat()
        };
        let message = |content: &[u8]| {
            [b"\xa2\x64role\x64user\x65parts\x81\xa3\x61t\x64text\x65attrs\xa0\x67content", content].concat()
        };
        let mut whole: Vec<Vec<u8>> = vec![
            encode(&template("train").unwrap()).unwrap(),
            // A reference with something behind; and what is none.
            [b"\x82", &reference(32, b"\x18\xc8")[..], b"\x64more"].concat(),
            [b"\x82", &message(&reference(32, b"\x18\xc8"))[..], b"\x64more"].concat(),
            message(b"\x65other"),
            [&[0x81; limits::DEPTH - 1], &b"\xa2\x64role\x80\x65parts\x80"[..]].concat(),
            [&[0x81; limits::DEPTH - 2], &b"\xa2\x64role\x80\x65parts\x80"[..]].concat(),
            b"\x82\xa2\x64role\x01\x65party\x02\xa2\x64role\xa0\x64rolf\x69aaaaaaaaa".into(),
            reference(31, b"\x00"),
            reference(32, b"\x3b\xff\xff\xff\xff\xff\xff\xff\xff"),
            // Keys longer than a number, keys as long as each other.
            b"\xa3\x69aaaaaaaaa\x01\x69aaaaaaaab\xf9\x38\x00\x78\x1eaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xfa\x3f\x80\x00\x01".into(),
            b"\xa2\x78\x18aaaaaaaaaaaaaaaaaaaaaaaa\x01\x78\x18aaaaaaaaaaaaaaaaaaaaaaab\x02".into(),
            // Text that is not ASCII, text of two numbers and of a byte more; every width of a head.
            b"\x85\x64caf\xc3\x19\x01\x00\x1a\x00\x01\x00\x00\x1b\x00\x00\x00\x01\x00\x00\x00\x00\x3b\x80\x00\x00\x00\x00\x00\x00\x00\x00".into(),
            b"\x82\xa2\x61\x00\x00\x61\x01\x00\xa2\x60\xf4\x61a\x65caf\xc3\xa9".into(),
            b"\x82\x70aaaaaaaaaaaaaaaa\x71aaaaaaaaaaaaaaaaa".into(),
            b"\xfb\x3f\xb9\x99\x99\x99\x99\x99\x9a".into(),
        ];
        // As deep as containers go, and deeper.
        let list = Value::Array(vec![Value::Uint(0); 25]);
        let map = Value::map(('a'..='y').map(|key| (String::from(key), Value::Uint(0))));
        let message = message(&reference(32, b"\x00"));
        for inner in [reference(32, b"\x00"), message, encode(&list).unwrap(), encode(&map).unwrap()] {
            for around in limits::DEPTH - 4..=limits::DEPTH {
                whole.push([&vec![0x81; around][..], &inner[..]].concat());
            }
        }
        let mut accepted = 0;
        for bytes in whole {
            for at in 0..bytes.len() {
                agrees(&bytes[..at]);
                agrees(&[&bytes[..at], &bytes[at + 1..]].concat());
                let mut changed: Vec<u8> = bytes.clone();
                for byte in 0..=255 {
                    changed[at] = byte;
                    accepted += usize::from(agrees(&changed));
                }
            }
        }
        assert!(accepted > 5_000, "{accepted}");
    }
}
