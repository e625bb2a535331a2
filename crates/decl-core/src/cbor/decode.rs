//! Decodes canonical CBOR and refuses every other encoding.

use super::{
    ARRAY, BYTES, EIGHT_BYTES, F16, F32, F64, FALSE, FOUR_BYTES, MAP, NINT, ONE_BYTE, TAG, TEXT, TRUE,
    TWO_BYTES, UINT, float, starts_map,
};
use crate::{
    code::Code,
    fault::Fault,
    limits,
    value::{Value, key_order},
};
use alloc::{borrow::Cow, boxed::Box, vec::Vec};

/// Decodes one canonical item that is the whole input. Text and bytes borrow from it.
pub fn decode(bytes: &[u8]) -> Result<Value<'_>, Fault> {
    let mut decoder = Decoder { bytes, at: 0 };
    let item = decoder.item(0).map_err(|fault| *fault)?;
    match decoder.bytes.len() - decoder.at {
        0 => Ok(item),
        _ => Err(Fault::byte(Code::Syntax, decoder.at, "more bytes after the item")),
    }
}

/// Refuses input that is no record in CBOR at all, sound or not: it does not begin with a map, ends inside it, or goes
/// on after it. What passes may still be refused by [`decode`], for any other reason.
pub fn check_whole(bytes: &[u8]) -> Result<(), Fault> {
    if !starts_map(bytes) {
        return Err(Fault::byte(Code::Syntax, 0, "no map of CBOR"));
    }
    match decode(bytes) {
        Err(fault) if fault.code == Code::Syntax => Err(fault),
        _ => Ok(()),
    }
}

/// The fault is boxed to keep `Result` small.
#[cold]
fn refuse<T>(code: Code, at: usize, message: &'static str) -> Result<T, Box<Fault>> {
    Err(Box::new(Fault::byte(code, at, message)))
}

/// Returns how many entries to allocate for a container of `n`: exactly `n` for a small one, so that a list of one
/// does not take the room of four, and never more than a page, because `n` is untrusted.
fn capacity(n: u64) -> usize {
    const MOST: u64 = 64;
    usize::try_from(n.min(MOST)).unwrap_or_default()
}

struct Decoder<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Decoder<'a> {
    #[expect(
        clippy::inline_always,
        reason = "most items are scalars: inside their container they cost no call"
    )]
    #[inline(always)]
    fn item(&mut self, depth: usize) -> Result<Value<'a>, Box<Fault>> {
        let start = self.at;
        let initial = self.take(1, start)?[0];
        match initial >> 5 {
            UINT => {
                let n = self.argument(initial, start)?;
                Ok(Value::Uint(n))
            }
            NINT => match i64::try_from(self.argument(initial, start)?) {
                Ok(n) => Ok(Value::Nint(!n)),
                Err(_) => refuse(Code::NumRange, start, "an integer below -2^63"),
            },
            BYTES => {
                let bytes = self.string(initial, start)?;
                Ok(Value::Bytes(Cow::Borrowed(bytes)))
            }
            TEXT => Ok(Value::Text(Cow::Borrowed(self.text(initial, start)?))),
            ARRAY => self.list(initial, depth, start),
            MAP => self.map(initial, depth, start),
            TAG => refuse(Code::Type, start, "tags are not part of the profile"),
            _ => self.simple(initial, start),
        }
    }

    fn list(&mut self, initial: u8, depth: usize, start: usize) -> Result<Value<'a>, Box<Fault>> {
        let n = self.argument(initial, start)?;
        let depth = self.open(n, 1, depth, start)?;
        let mut items = Vec::with_capacity(capacity(n));
        for _ in 0..n {
            items.push(self.item(depth)?);
        }
        Ok(Value::Array(items))
    }

    fn map(&mut self, initial: u8, depth: usize, start: usize) -> Result<Value<'a>, Box<Fault>> {
        let n = self.argument(initial, start)?;
        let depth = self.open(n, 2, depth, start)?;
        let mut members: Vec<(Cow<'a, str>, Value<'a>)> = Vec::with_capacity(capacity(n));
        for _ in 0..n {
            let start = self.at;
            let initial = self.take(1, start)?[0];
            if initial >> 5 != TEXT {
                return refuse(Code::Type, start, "a map key that is not text");
            }
            let key = self.text(initial, start)?;
            if let Some((last, _)) = members.last()
                && key_order(last, key).is_ge()
            {
                return if last == key {
                    refuse(Code::DupKey, start, "the key stands twice")
                } else {
                    refuse(Code::NonCanonical, start, "map keys are not in ascending order")
                };
            }
            let item = self.item(depth)?;
            members.push((Cow::Borrowed(key), item));
        }
        Ok(Value::Map(members))
    }

    /// Enters a container of `n` entries of at least `each` bytes and returns its depth. Refuses a length that the
    /// rest of the input cannot hold before the first entry is read, so that nothing is allocated by a declared
    /// length.
    fn open(&self, n: u64, each: u64, depth: usize, start: usize) -> Result<usize, Box<Fault>> {
        if depth == limits::DEPTH {
            return refuse(Code::Depth, start, "more than 64 containers inside each other");
        }
        if n > (self.bytes.len() - self.at) as u64 / each {
            return refuse(Code::Syntax, start, "the input ends inside this item");
        }
        Ok(depth + 1)
    }

    fn simple(&mut self, initial: u8, start: usize) -> Result<Value<'a>, Box<Fault>> {
        let (width, value) = match initial {
            FALSE => return Ok(Value::Bool(false)),
            TRUE => return Ok(Value::Bool(true)),
            0xf6 => return refuse(Code::Null, start, "null"),
            F16 => (2, float::f16_to_f64(u16::from_be_bytes(self.array(start)?))),
            F32 => (4, f64::from(f32::from_be_bytes(self.array(start)?))),
            F64 => (8, f64::from_be_bytes(self.array(start)?)),
            0xf8 => {
                let [value] = self.array(start)?;
                return if value < 32 {
                    refuse(Code::Syntax, start, "a simple value in an ill-formed encoding")
                } else {
                    refuse(Code::Type, start, "a simple value other than false and true")
                };
            }
            0xe0..=0xf7 => {
                return refuse(Code::Type, start, "a simple value other than false and true");
            }
            0xff => {
                return refuse(Code::Syntax, start, "a break without an indefinite-length item");
            }
            _ => return refuse(Code::Syntax, start, "a reserved initial byte"),
        };
        if !value.is_finite() {
            return refuse(Code::NumNan, start, "not a finite number");
        }
        match float::width_of(value) {
            None => refuse(Code::NonCanonical, start, "a float that is an integer"),
            Some(shortest) if shortest < width => {
                refuse(Code::NonCanonical, start, "a float that has a shorter form")
            }
            Some(_) => Ok(Value::Float(value)),
        }
    }

    /// Reads the argument of a head. Refuses one that has a shorter form.
    #[inline]
    fn argument(&mut self, initial: u8, start: usize) -> Result<u64, Box<Fault>> {
        match initial & 31 {
            n @ 0..=23 => Ok(u64::from(n)),
            n => self.long_argument(n, initial, start),
        }
    }

    fn long_argument(&mut self, n: u8, initial: u8, start: usize) -> Result<u64, Box<Fault>> {
        let (n, least) = match n {
            ONE_BYTE => (u64::from(u8::from_be_bytes(self.array(start)?)), 24),
            TWO_BYTES => (u64::from(u16::from_be_bytes(self.array(start)?)), 1 << 8),
            FOUR_BYTES => (u64::from(u32::from_be_bytes(self.array(start)?)), 1 << 16),
            EIGHT_BYTES => (u64::from_be_bytes(self.array(start)?), 1 << 32),
            31 if initial >> 5 >= BYTES => {
                return refuse(Code::NonCanonical, start, "an indefinite length");
            }
            _ => return refuse(Code::Syntax, start, "a reserved initial byte"),
        };
        if n < least {
            return refuse(Code::NonCanonical, start, "a head that has a shorter form");
        }
        Ok(n)
    }

    #[inline]
    fn text(&mut self, initial: u8, start: usize) -> Result<&'a str, Box<Fault>> {
        let bytes = self.string(initial, start)?;
        match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => Ok(text),
            Err(_) => refuse(Code::Utf8, start, "text that is not well-formed UTF-8"),
        }
    }

    #[inline]
    fn string(&mut self, initial: u8, start: usize) -> Result<&'a [u8], Box<Fault>> {
        let n = usize::try_from(self.argument(initial, start)?).unwrap_or(usize::MAX);
        self.take(n, start)
    }

    fn array<const N: usize>(&mut self, start: usize) -> Result<[u8; N], Box<Fault>> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N, start)?);
        Ok(out)
    }

    #[inline]
    fn take(&mut self, n: usize, start: usize) -> Result<&'a [u8], Box<Fault>> {
        let rest = &self.bytes[self.at..];
        if n > rest.len() {
            return refuse(Code::Syntax, start, "the input ends inside this item");
        }
        self.at += n;
        Ok(&rest[..n])
    }
}
