//! Is this canonical? Without a tree, and without saying why not.

use super::{
    ARRAY, BYTES, EIGHT_BYTES, F16, F32, F64, FALSE, FOUR_BYTES, MAP, NINT, ONE_BYTE, TEXT, TRUE, TWO_BYTES,
    UINT,
    float::{f16_to_f64, width_of},
};
use crate::limits;

/// Is this what [`decode`](super::decode) accepts?
pub(super) fn is_canonical(bytes: &[u8]) -> bool {
    item(bytes, 0, 0) == Some(bytes.len())
}

// Each of these gives the byte after what begins at a byte; nothing if that is not canonical.

#[expect(clippy::inline_always, reason = "most items are scalars: inside their container they cost no call")]
#[inline(always)]
fn item(bytes: &[u8], at: usize, depth: usize) -> Option<usize> {
    let initial = *bytes.get(at)?;
    match initial >> 5 {
        TEXT => text(bytes, at, initial).map(|text| text.end),
        MAP => {
            let (members, at) = argument(bytes, at, initial)?;
            map(bytes, at, members, depth)
        }
        BYTES => {
            let (n, at) = argument(bytes, at, initial)?;
            Some(at + bytes[at..].get(..usize::try_from(n).ok()?)?.len())
        }
        ARRAY => {
            let (items, at) = argument(bytes, at, initial)?;
            list(bytes, at, items, depth)
        }
        UINT => argument(bytes, at, initial).map(|(_, at)| at),
        NINT => argument(bytes, at, initial).filter(|(n, _)| i64::try_from(*n).is_ok()).map(|(_, at)| at),
        _ => simple(bytes, at, initial),
    }
}

fn list(bytes: &[u8], mut at: usize, items: u64, depth: usize) -> Option<usize> {
    if depth == limits::DEPTH {
        return None;
    }
    for _ in 0..items {
        at = item(bytes, at, depth + 1)?;
    }
    Some(at)
}

fn map(bytes: &[u8], mut at: usize, members: u64, depth: usize) -> Option<usize> {
    if depth == limits::DEPTH {
        return None;
    }
    let mut last: Option<Text> = None;
    for _ in 0..members {
        let initial = *bytes.get(at).filter(|initial| **initial >> 5 == TEXT)?;
        let key = text(bytes, at, initial)?;
        let text = |key: &Text| &bytes[key.start..key.end];
        if let Some(last) = last
            && (last.len(), last.number) >= (key.len(), key.number)
            && ((last.len(), last.number) > (key.len(), key.number) || text(&last) >= text(&key))
        {
            return None;
        }
        at = item(bytes, key.end, depth + 1)?;
        last = Some(key);
    }
    Some(at)
}

/// Where text is.
#[derive(Clone, Copy)]
struct Text {
    start: usize,
    end: usize,
    /// All of it as a number if it is short, else zero. Of two texts as long as each other that both are short or both
    /// are long, the one with the greater number is the greater.
    number: u64,
}

impl Text {
    fn len(&self) -> usize {
        self.end - self.start
    }
}

#[inline(always)]
fn text(bytes: &[u8], at: usize, initial: u8) -> Option<Text> {
    const SHORT: usize = 8;
    const NOT_ASCII: u64 = 0x8080_8080_8080_8080;
    let (start, n) = (at + 1, usize::from(initial & 31));
    // What stands behind short text is at hand nearly always: read with it, and shifted away, it spares a loop.
    match bytes[start..].first_chunk::<SHORT>() {
        Some(chunk) if (1..=SHORT).contains(&n) => {
            let number = u64::from_be_bytes(*chunk) >> (8 * (SHORT - n));
            (number & NOT_ASCII == 0).then_some(Text { start, end: start + n, number })
        }
        _ => long_text(bytes, at, initial),
    }
}

fn long_text(bytes: &[u8], at: usize, initial: u8) -> Option<Text> {
    let (n, start) = argument(bytes, at, initial)?;
    let text = bytes[start..].get(..usize::try_from(n).ok()?)?;
    let is_text = text.is_ascii() || simdutf8::basic::from_utf8(text).is_ok();
    is_text.then_some(Text { start, end: start + text.len(), number: 0 })
}

fn simple(bytes: &[u8], at: usize, initial: u8) -> Option<usize> {
    let rest = &bytes[at + 1..];
    let (value, width) = match initial {
        FALSE | TRUE => return Some(at + 1),
        F16 => (f16_to_f64(u16::from_be_bytes(*rest.first_chunk()?)), 2),
        F32 => (f64::from(f32::from_be_bytes(*rest.first_chunk()?)), 4),
        F64 => (f64::from_be_bytes(*rest.first_chunk()?), 8),
        _ => return None,
    };
    (width_of(value) == Some(width)).then_some(at + 1 + width)
}

/// The argument of a head in the fewest bytes that hold it, and the byte after it.
#[expect(clippy::inline_always, reason = "most arguments are part of the initial byte")]
#[inline(always)]
fn argument(bytes: &[u8], at: usize, initial: u8) -> Option<(u64, usize)> {
    match initial & 31 {
        n @ 0..=23 => Some((u64::from(n), at + 1)),
        n => long_argument(bytes, at + 1, n),
    }
}

fn long_argument(bytes: &[u8], at: usize, n: u8) -> Option<(u64, usize)> {
    let rest = &bytes[at..];
    let (n, least, width) = match n {
        ONE_BYTE => (u64::from(u8::from_be_bytes(*rest.first_chunk()?)), 24, 1),
        TWO_BYTES => (u64::from(u16::from_be_bytes(*rest.first_chunk()?)), 1 << 8, 2),
        FOUR_BYTES => (u64::from(u32::from_be_bytes(*rest.first_chunk()?)), 1 << 16, 4),
        EIGHT_BYTES => (u64::from_be_bytes(*rest.first_chunk()?), 1 << 32, 8),
        _ => return None,
    };
    (n >= least).then_some((n, at + width))
}

#[cfg(test)]
mod tests {
    use super::{
        super::{decode, encode},
        *,
    };
    use crate::template;
    use alloc::vec::Vec;

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
    fn every_change_of_a_byte_and_every_cut_has_the_verdict_of_the_decoder() {
        // Keys longer than a number, keys as long as each other; text that is not ASCII; every width of a head.
        let whole: [Vec<u8>; 5] = [
            encode(&template("train").unwrap()).unwrap(),
            b"\xa3\x69aaaaaaaaa\x01\x69aaaaaaaab\xf9\x38\x00\x78\x1eaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xfa\x3f\x80\x00\x01".into(),
            b"\x85\x64caf\xc3\x19\x01\x00\x1a\x00\x01\x00\x00\x1b\x00\x00\x00\x01\x00\x00\x00\x00\x3b\x80\x00\x00\x00\x00\x00\x00\x00\x00".into(),
            b"\x82\xa2\x61\x00\x00\x61\x01\x00\xa2\x60\xf4\x61a\x65caf\xc3\xa9".into(),
            b"\xfb\x3f\xb9\x99\x99\x99\x99\x99\x9a".into(),
        ];
        let mut accepted = 0;
        for bytes in whole {
            for at in 0..bytes.len() {
                agrees(&bytes[..at]);
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
