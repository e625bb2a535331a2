//! Bytes to value, refusing every encoding but the canonical one.

use super::{
    ARRAY, BYTES, EIGHT_BYTES, F16, F32, F64, FALSE, FOUR_BYTES, MAP, NINT, ONE_BYTE, TAG, TEXT, TRUE,
    TWO_BYTES, UINT, float,
};
use crate::{Code, Fault, Value, limits, value::key_order};
use alloc::{borrow::Cow, vec::Vec};

/// Reads one canonical item that is the whole input. Text and bytes borrow from it.
pub fn decode(bytes: &[u8]) -> Result<Value<'_>, Fault> {
    let mut reader = Reader { bytes, at: 0 };
    let value = reader.item::<Tree>(0)?;
    reader.end()?;
    Ok(value)
}

/// The verdict of [`decode`] without building anything: no allocation, one pass.
pub fn check(bytes: &[u8]) -> Result<(), Fault> {
    let mut reader = Reader { bytes, at: 0 };
    reader.item::<Nothing>(0)?;
    reader.end()
}

/// What the reader makes of what it reads: a tree, or nothing. One reader, so that the two verdicts cannot differ.
trait Build<'a>: Sized {
    type List;
    type Members;
    fn scalar(value: Value<'a>) -> Self;
    /// A container to be filled with so many entries; the number is the input's.
    fn list(n: u64) -> Self::List;
    fn members(n: u64) -> Self::Members;
    fn push(array: &mut Self::List, item: Self);
    fn insert(map: &mut Self::Members, key: &'a str, item: Self);
    fn array(array: Self::List) -> Self;
    fn map(map: Self::Members) -> Self;
}

type Tree<'a> = Value<'a>;

impl<'a> Build<'a> for Tree<'a> {
    type List = Vec<Value<'a>>;
    type Members = Vec<(Cow<'a, str>, Value<'a>)>;
    fn scalar(value: Value<'a>) -> Self {
        value
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
    type List = ();
    type Members = ();
    fn scalar(_: Value<'a>) -> Self {
        Self
    }
    fn list(_: u64) {}
    fn members(_: u64) {}
    fn push((): &mut (), _: Self) {}
    fn insert((): &mut (), _: &'a str, _: Self) {}
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
    fn item<B: Build<'a>>(&mut self, depth: usize) -> Result<B, Fault> {
        let start = self.at;
        let initial = self.take(1, start)?[0];
        let major = initial >> 5;
        if major == 7 {
            return self.simple(initial, start).map(B::scalar);
        }
        if major == TAG {
            return Err(Fault::byte(Code::Type, start, "tags are not part of the profile"));
        }
        let n = self.argument(initial, start)?;
        match major {
            UINT => Ok(B::scalar(Value::Uint(n))),
            NINT => match i64::try_from(n) {
                Ok(n) => Ok(B::scalar(Value::Nint(!n))),
                Err(_) => Err(Fault::byte(Code::NumRange, start, "an integer below -2^63")),
            },
            BYTES => Ok(B::scalar(Value::Bytes(Cow::Borrowed(self.string(n, start)?)))),
            TEXT => Ok(B::scalar(Value::Text(Cow::Borrowed(self.text(n, start)?)))),
            ARRAY => {
                let depth = self.open(n, 1, depth, start)?;
                let mut array = B::list(n);
                for _ in 0..n {
                    B::push(&mut array, self.item(depth)?);
                }
                Ok(B::array(array))
            }
            MAP => {
                let depth = self.open(n, 2, depth, start)?;
                let mut map = B::members(n);
                let mut last: Option<&str> = None;
                for _ in 0..n {
                    let key = self.key(last)?;
                    last = Some(key);
                    let item = self.item(depth)?;
                    B::insert(&mut map, key, item);
                }
                Ok(B::map(map))
            }
            _ => unreachable!("a major type has three bits; 6 and 7 are handled above"),
        }
    }

    /// Entering a container of `n` entries of at least `each` bytes: nothing is allocated by a declared length,
    /// and a length that the rest of the input cannot hold is refused before the first entry is read.
    fn open(&self, n: u64, each: u64, depth: usize, start: usize) -> Result<usize, Fault> {
        if depth == limits::DEPTH {
            return Err(Fault::byte(Code::Depth, start, "more than 64 containers inside each other"));
        }
        if n > (self.bytes.len() - self.at) as u64 / each {
            return Err(Fault::byte(Code::Syntax, start, "the input ends inside this item"));
        }
        Ok(depth + 1)
    }

    fn key(&mut self, last: Option<&str>) -> Result<&'a str, Fault> {
        let start = self.at;
        let initial = self.take(1, start)?[0];
        if initial >> 5 != TEXT {
            return Err(Fault::byte(Code::Type, start, "a map key that is not text"));
        }
        let n = self.argument(initial, start)?;
        let key = self.text(n, start)?;
        match last.map(|last| key_order(last, key)) {
            Some(core::cmp::Ordering::Equal) => Err(Fault::byte(Code::DupKey, start, "the key stands twice")),
            Some(core::cmp::Ordering::Greater) => {
                Err(Fault::byte(Code::NonCanonical, start, "map keys are not in ascending order"))
            }
            _ => Ok(key),
        }
    }

    fn simple(&mut self, initial: u8, start: usize) -> Result<Value<'a>, Fault> {
        let (width, value) = match initial {
            FALSE => return Ok(Value::Bool(false)),
            TRUE => return Ok(Value::Bool(true)),
            0xf6 => return Err(Fault::byte(Code::Null, start, "null")),
            F16 => (2, float::f16_to_f64(u16::from_be_bytes(self.array(start)?))),
            F32 => (4, f64::from(f32::from_be_bytes(self.array(start)?))),
            F64 => (8, f64::from_be_bytes(self.array(start)?)),
            0xf8 => {
                let [value] = self.array(start)?;
                return Err(if value < 32 {
                    Fault::byte(Code::Syntax, start, "a simple value in an ill-formed encoding")
                } else {
                    Fault::byte(Code::Type, start, "a simple value other than false and true")
                });
            }
            0xe0..=0xf7 => {
                return Err(Fault::byte(Code::Type, start, "a simple value other than false and true"));
            }
            0xff => {
                return Err(Fault::byte(Code::Syntax, start, "a break without an indefinite-length item"));
            }
            _ => return Err(Fault::byte(Code::Syntax, start, "a reserved initial byte")),
        };
        if !value.is_finite() {
            return Err(Fault::byte(Code::NumNan, start, "not a finite number"));
        }
        if !matches!(Value::from_f64(value), Value::Float(_)) {
            return Err(Fault::byte(Code::NonCanonical, start, "a float that is an integer"));
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
            Err(Fault::byte(Code::NonCanonical, start, "a float that has a shorter form"))
        }
    }

    /// The argument of a head, in the fewest bytes that hold it.
    fn argument(&mut self, initial: u8, start: usize) -> Result<u64, Fault> {
        let (n, least) = match initial & 31 {
            n @ 0..=23 => return Ok(u64::from(n)),
            ONE_BYTE => (u64::from(u8::from_be_bytes(self.array(start)?)), 24),
            TWO_BYTES => (u64::from(u16::from_be_bytes(self.array(start)?)), 1 << 8),
            FOUR_BYTES => (u64::from(u32::from_be_bytes(self.array(start)?)), 1 << 16),
            EIGHT_BYTES => (u64::from_be_bytes(self.array(start)?), 1 << 32),
            31 if initial >> 5 >= BYTES => {
                return Err(Fault::byte(Code::NonCanonical, start, "an indefinite length"));
            }
            _ => return Err(Fault::byte(Code::Syntax, start, "a reserved initial byte")),
        };
        if n < least {
            return Err(Fault::byte(Code::NonCanonical, start, "a head that has a shorter form"));
        }
        Ok(n)
    }

    fn text(&mut self, n: u64, start: usize) -> Result<&'a str, Fault> {
        let bytes = self.string(n, start)?;
        simdutf8::basic::from_utf8(bytes)
            .map_err(|_| Fault::byte(Code::Utf8, start, "text that is not well-formed UTF-8"))
    }

    fn string(&mut self, n: u64, start: usize) -> Result<&'a [u8], Fault> {
        let n = usize::try_from(n)
            .map_err(|_| Fault::byte(Code::Syntax, start, "the input ends inside this item"))?;
        self.take(n, start)
    }

    fn array<const N: usize>(&mut self, start: usize) -> Result<[u8; N], Fault> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N, start)?);
        Ok(out)
    }

    fn take(&mut self, n: usize, start: usize) -> Result<&'a [u8], Fault> {
        let rest = &self.bytes[self.at..];
        if n > rest.len() {
            return Err(Fault::byte(Code::Syntax, start, "the input ends inside this item"));
        }
        self.at += n;
        Ok(&rest[..n])
    }

    fn end(&self) -> Result<(), Fault> {
        if self.at == self.bytes.len() {
            return Ok(());
        }
        Err(Fault::byte(Code::Syntax, self.at, "more bytes after the item"))
    }
}
