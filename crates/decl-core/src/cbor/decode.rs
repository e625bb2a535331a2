//! Bytes to value, refusing every encoding but the canonical one.

use super::{
    ARRAY, BYTES, EIGHT_BYTES, F16, F32, F64, FALSE, FOUR_BYTES, MAP, NINT, ONE_BYTE, TAG, TEXT, TRUE,
    TWO_BYTES, UINT, float,
};
use crate::{Code, Fault, Value, limits};
use alloc::{borrow::Cow, boxed::Box, vec::Vec};

/// Reads one canonical item that is the whole input. Text and bytes borrow from it.
pub fn decode(bytes: &[u8]) -> Result<Value<'_>, Fault> {
    whole::<Tree>(bytes)
}

/// The verdict of [`decode`] without building anything: no allocation, one pass.
pub fn check(bytes: &[u8]) -> Result<(), Fault> {
    whole::<Nothing>(bytes).map(|Nothing| ())
}

fn whole<'a, B: Build<'a>>(bytes: &'a [u8]) -> Result<B, Fault> {
    let mut reader = Reader { bytes, at: 0 };
    let item = reader.item(0).map_err(|fault| *fault)?;
    match reader.bytes.len() - reader.at {
        0 => Ok(item),
        _ => Err(Fault::byte(Code::Syntax, reader.at, "more bytes after the item")),
    }
}

/// In a box, so that the results of items stay small.
#[cold]
fn refuse<T>(code: Code, at: usize, message: &'static str) -> Result<T, Box<Fault>> {
    Err(Box::new(Fault::byte(code, at, message)))
}

/// What the reader makes of what it reads: a tree, or nothing. One reader, so that the two verdicts cannot differ.
trait Build<'a>: Sized {
    type Text;
    type List;
    type Members;
    fn scalar(value: impl FnOnce() -> Value<'a>) -> Self;
    /// Text, if these bytes are UTF-8.
    fn text(bytes: &'a [u8]) -> Option<Self::Text>;
    fn string(text: Self::Text) -> Self;
    /// A container to be filled with so many entries; the number is the input's.
    fn list(n: u64) -> Self::List;
    fn members(n: u64) -> Self::Members;
    fn push(array: &mut Self::List, item: Self);
    fn insert(map: &mut Self::Members, key: Self::Text, item: Self);
    fn array(array: Self::List) -> Self;
    fn map(map: Self::Members) -> Self;
}

type Tree<'a> = Value<'a>;

impl<'a> Build<'a> for Tree<'a> {
    type Text = &'a str;
    type List = Vec<Value<'a>>;
    type Members = Vec<(Cow<'a, str>, Value<'a>)>;
    fn scalar(value: impl FnOnce() -> Value<'a>) -> Self {
        value()
    }
    fn text(bytes: &'a [u8]) -> Option<&'a str> {
        simdutf8::basic::from_utf8(bytes).ok()
    }
    fn string(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
    fn list(n: u64) -> Self::List {
        Vec::with_capacity(room(n))
    }
    fn members(n: u64) -> Self::Members {
        Vec::with_capacity(room(n))
    }
    fn push(array: &mut Self::List, item: Self) {
        array.push(item);
    }
    fn insert(map: &mut Self::Members, key: &'a str, item: Self) {
        map.push((Cow::Borrowed(key), item));
    }
    fn array(array: Self::List) -> Self {
        Value::Array(array)
    }
    fn map(map: Self::Members) -> Self {
        Value::Map(map)
    }
}

/// Exactly as many entries as a small container has, so that a list of one does not take the room of four; no more than
/// a page by a declared length.
fn room(n: u64) -> usize {
    const MOST: u64 = 64;
    usize::try_from(n.min(MOST)).unwrap_or_default()
}

struct Nothing;

impl<'a> Build<'a> for Nothing {
    type Text = ();
    type List = ();
    type Members = ();
    fn scalar(_: impl FnOnce() -> Value<'a>) -> Self {
        Self
    }
    fn text(bytes: &'a [u8]) -> Option<()> {
        (bytes.is_ascii() || simdutf8::basic::from_utf8(bytes).is_ok()).then_some(())
    }
    fn string((): ()) -> Self {
        Self
    }
    fn list(_: u64) {}
    fn members(_: u64) {}
    fn push((): &mut (), _: Self) {}
    fn insert((): &mut (), (): (), _: Self) {}
    fn array((): ()) -> Self {
        Self
    }
    fn map((): ()) -> Self {
        Self
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    #[expect(
        clippy::inline_always,
        reason = "most items are scalars: inside their container they cost no call"
    )]
    #[inline(always)]
    fn item<B: Build<'a>>(&mut self, depth: usize) -> Result<B, Box<Fault>> {
        let start = self.at;
        let initial = self.take(1, start)?[0];
        match initial >> 5 {
            UINT => {
                let n = self.argument(initial, start)?;
                Ok(B::scalar(|| Value::Uint(n)))
            }
            NINT => match i64::try_from(self.argument(initial, start)?) {
                Ok(n) => Ok(B::scalar(|| Value::Nint(!n))),
                Err(_) => refuse(Code::NumRange, start, "an integer below -2^63"),
            },
            BYTES => {
                let bytes = self.string(initial, start)?;
                Ok(B::scalar(|| Value::Bytes(Cow::Borrowed(bytes))))
            }
            TEXT => Ok(B::string(self.text::<B>(initial, start)?.1)),
            ARRAY => self.list(initial, depth, start),
            MAP => self.map(initial, depth, start),
            TAG => refuse(Code::Type, start, "tags are not part of the profile"),
            _ => {
                let value = self.simple(initial, start)?;
                Ok(B::scalar(|| value))
            }
        }
    }

    fn list<B: Build<'a>>(&mut self, initial: u8, depth: usize, start: usize) -> Result<B, Box<Fault>> {
        let n = self.argument(initial, start)?;
        let depth = self.open(n, 1, depth, start)?;
        let mut array = B::list(n);
        for _ in 0..n {
            B::push(&mut array, self.item(depth)?);
        }
        Ok(B::array(array))
    }

    fn map<B: Build<'a>>(&mut self, initial: u8, depth: usize, start: usize) -> Result<B, Box<Fault>> {
        let n = self.argument(initial, start)?;
        let depth = self.open(n, 2, depth, start)?;
        let mut map = B::members(n);
        let mut last: Option<&[u8]> = None;
        for _ in 0..n {
            let start = self.at;
            let initial = self.take(1, start)?[0];
            if initial >> 5 != TEXT {
                return refuse(Code::Type, start, "a map key that is not text");
            }
            let (key, text) = self.text::<B>(initial, start)?;
            if let Some(last) = last
                && (last.len(), last) >= (key.len(), key)
            {
                return if last == key {
                    refuse(Code::DupKey, start, "the key stands twice")
                } else {
                    refuse(Code::NonCanonical, start, "map keys are not in ascending order")
                };
            }
            last = Some(key);
            let item = self.item(depth)?;
            B::insert(&mut map, text, item);
        }
        Ok(B::map(map))
    }

    /// Entering a container of `n` entries of at least `each` bytes: nothing is allocated by a declared length,
    /// and a length that the rest of the input cannot hold is refused before the first entry is read.
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
        if !matches!(Value::from_f64(value), Value::Float(_)) {
            return refuse(Code::NonCanonical, start, "a float that is an integer");
        }
        #[expect(clippy::cast_possible_truncation, clippy::float_cmp, reason = "is the conversion exact?")]
        let shortest = match value as f32 {
            narrow if f64::from(narrow) != value => 8,
            narrow if float::f32_to_f16(narrow).is_none() => 4,
            _ => 2,
        };
        if width == shortest {
            Ok(Value::Float(value))
        } else {
            refuse(Code::NonCanonical, start, "a float that has a shorter form")
        }
    }

    /// The argument of a head, in the fewest bytes that hold it.
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
    fn text<B: Build<'a>>(&mut self, initial: u8, start: usize) -> Result<(&'a [u8], B::Text), Box<Fault>> {
        let bytes = self.string(initial, start)?;
        match B::text(bytes) {
            Some(text) => Ok((bytes, text)),
            None => refuse(Code::Utf8, start, "text that is not well-formed UTF-8"),
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
