//! Value to canonical bytes.

use super::{
    ARRAY, BYTES, EIGHT_BYTES, F16, F32, F64, FALSE, FOUR_BYTES, MAP, NINT, ONE_BYTE, TEXT, TRUE, TWO_BYTES,
    UINT, float::f32_to_f16,
};
use crate::{Code, Fault, Value, fault::push_token, limits, value::key_order};
use alloc::{borrow::Cow, format, string::String, vec::Vec};

/// The one encoding of a value.
///
/// Refuses what has none, with the place as a JSON pointer: null (`E-NULL`), NaN and infinities (`E-NUM-NAN`),
/// a float that is an integer or an integer in the wrong variant (`E-TYPE`), a key twice (`E-DUP-KEY`), more than
/// [`limits::DEPTH`] containers (`E-DEPTH`).
pub fn encode(value: &Value<'_>) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::with_capacity(256);
    put(&mut out, value, 0).map_err(Unencodable::into_fault)?;
    Ok(out)
}

/// Built from the inside out, so that the path costs nothing when all is well.
struct Unencodable {
    code: Code,
    message: &'static str,
    path: Vec<String>,
}

impl Unencodable {
    fn new(code: Code, message: &'static str) -> Self {
        Self { code, message, path: Vec::new() }
    }

    fn inside(mut self, token: impl Into<String>) -> Self {
        self.path.push(token.into());
        self
    }

    fn into_fault(self) -> Fault {
        let mut pointer = String::new();
        for token in self.path.iter().rev() {
            push_token(&mut pointer, token);
        }
        Fault::pointer(self.code, pointer, self.message)
    }
}

fn put(out: &mut Vec<u8>, value: &Value<'_>, depth: usize) -> Result<(), Unencodable> {
    match value {
        Value::Null => return Err(Unencodable::new(Code::Null, "null has no encoding")),
        Value::Bool(b) => out.push(if *b { TRUE } else { FALSE }),
        Value::Uint(n) => head(out, UINT, *n),
        Value::Nint(n) if *n < 0 => head(out, NINT, !n.cast_unsigned()),
        Value::Nint(_) => {
            return Err(Unencodable::new(Code::Type, "a negative integer that is not negative"));
        }
        Value::Float(x) => float(out, *x)?,
        Value::Text(text) => {
            head(out, TEXT, text.len() as u64);
            out.extend_from_slice(text.as_bytes());
        }
        Value::Bytes(bytes) => {
            head(out, BYTES, bytes.len() as u64);
            out.extend_from_slice(bytes);
        }
        Value::Array(items) => {
            let depth = deeper(depth)?;
            head(out, ARRAY, items.len() as u64);
            for (i, item) in items.iter().enumerate() {
                put(out, item, depth).map_err(|e| e.inside(format!("{i}")))?;
            }
        }
        Value::Map(members) => {
            let depth = deeper(depth)?;
            head(out, MAP, members.len() as u64);
            let in_order = members.windows(2).all(|pair| key_order(&pair[0].0, &pair[1].0).is_lt());
            if in_order {
                members.iter().try_for_each(|member| entry(out, member, depth))?;
            } else {
                let mut sorted: Vec<_> = members.iter().collect();
                sorted.sort_by(|a, b| key_order(&a.0, &b.0));
                if let Some(pair) = sorted.windows(2).find(|pair| pair[0].0 == pair[1].0) {
                    return Err(Unencodable::new(Code::DupKey, "the key stands twice").inside(&*pair[1].0));
                }
                sorted.into_iter().try_for_each(|member| entry(out, member, depth))?;
            }
        }
    }
    Ok(())
}

fn entry(
    out: &mut Vec<u8>,
    (key, value): &(Cow<'_, str>, Value<'_>),
    depth: usize,
) -> Result<(), Unencodable> {
    head(out, TEXT, key.len() as u64);
    out.extend_from_slice(key.as_bytes());
    put(out, value, depth).map_err(|e| e.inside(&**key))
}

fn deeper(depth: usize) -> Result<usize, Unencodable> {
    if depth == limits::DEPTH {
        return Err(Unencodable::new(Code::Depth, "too many containers inside each other"));
    }
    Ok(depth + 1)
}

/// Major type and argument in the fewest bytes.
#[expect(clippy::cast_possible_truncation, reason = "each arm's range fits")]
fn head(out: &mut Vec<u8>, major: u8, n: u64) {
    let major = major << 5;
    match n {
        0..=23 => out.push(major | n as u8),
        24..=0xff => out.extend_from_slice(&[major | ONE_BYTE, n as u8]),
        0x100..=0xffff => {
            out.push(major | TWO_BYTES);
            out.extend_from_slice(&(n as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | FOUR_BYTES);
            out.extend_from_slice(&(n as u32).to_be_bytes());
        }
        _ => {
            out.push(major | EIGHT_BYTES);
            out.extend_from_slice(&n.to_be_bytes());
        }
    }
}

/// The shortest of the three widths that loses nothing.
#[expect(clippy::cast_possible_truncation, clippy::float_cmp, reason = "the question is whether it is exact")]
fn float(out: &mut Vec<u8>, x: f64) -> Result<(), Unencodable> {
    if !x.is_finite() {
        return Err(Unencodable::new(Code::NumNan, "not a finite number"));
    }
    if !matches!(Value::from_f64(x), Value::Float(_)) {
        return Err(Unencodable::new(Code::Type, "a float that is an integer"));
    }
    let narrow = x as f32;
    if f64::from(narrow) != x {
        out.push(F64);
        out.extend_from_slice(&x.to_be_bytes());
    } else if let Some(half) = f32_to_f16(narrow) {
        out.push(F16);
        out.extend_from_slice(&half.to_be_bytes());
    } else {
        out.push(F32);
        out.extend_from_slice(&narrow.to_be_bytes());
    }
    Ok(())
}
