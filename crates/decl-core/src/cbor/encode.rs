//! Value to canonical bytes.

#![expect(
    clippy::inline_always,
    reason = "most values are scalars: inside their container they cost no call"
)]

use super::{
    ARRAY, BYTES, EIGHT_BYTES, F16, F32, F64, FALSE, FOUR_BYTES, MAP, NINT, ONE_BYTE, REFERENCE, TEXT, TRUE,
    TWO_BYTES, UINT, float::f32_to_f16,
};
use crate::{Code, Fault, Value, fault::push_token, limits, value::key_order};
use alloc::{
    borrow::Cow,
    boxed::Box,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

/// The one encoding of a value.
///
/// Refuses what has none, with the place as a JSON pointer: null (`E-NULL`), NaN and infinities (`E-NUM-NAN`),
/// a float that is an integer or an integer in the wrong variant (`E-TYPE`), a key twice (`E-DUP-KEY`), more than
/// [`limits::DEPTH`] containers (`E-DEPTH`).
pub fn encode(value: &Value<'_>) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::with_capacity(4096); // most declarations fit
    put(&mut out, value, 0).map_err(|refused| refused.into_fault())?;
    Ok(out)
}

type Refused = Box<Unencodable>;

/// Built from the inside out, so that the path costs nothing when all is well. In a box, so that results stay small.
struct Unencodable {
    code: Code,
    message: &'static str,
    path: Vec<String>,
}

impl Unencodable {
    fn into_fault(self) -> Fault {
        let mut pointer = String::new();
        for token in self.path.iter().rev() {
            push_token(&mut pointer, token);
        }
        Fault::pointer(self.code, pointer, self.message)
    }
}

#[cold]
fn refuse<T>(code: Code, message: &'static str) -> Result<T, Refused> {
    Err(Box::new(Unencodable { code, message, path: Vec::new() }))
}

fn inside(token: impl FnOnce() -> String) -> impl FnOnce(Refused) -> Refused {
    |mut refused| {
        refused.path.push(token());
        refused
    }
}

/// Writes a value that is no container, or says why it has no encoding.
pub(crate) fn scalar(out: &mut Vec<u8>, value: &Value<'_>) -> Result<(), (Code, &'static str)> {
    put(out, value, limits::DEPTH).map_err(|refused| (refused.code, refused.message))
}

#[inline(always)]
fn put(out: &mut Vec<u8>, value: &Value<'_>, depth: usize) -> Result<(), Refused> {
    // Most values are text or maps, and what comes next is mostly what came the time before.
    if let Value::Text(text) = value {
        string(out, TEXT, text.as_bytes());
        return Ok(());
    }
    if let Value::Map(members) = value {
        let depth = deeper(depth)?;
        if members.is_empty() {
            head(out, MAP, 0);
            return Ok(());
        }
        if let [(b3, Value::Bytes(digest)), (len, Value::Uint(n)), (media, Value::Text(text))] = &members[..]
            && (&**b3, &**len, &**media) == ("b3", "len", "type")
            && let Ok(digest) = (&**digest).try_into()
        {
            reference(out, digest, *n, text);
            return Ok(());
        }
        return map(out, members, depth);
    }
    match value {
        Value::Null => return refuse(Code::Null, "null has no encoding"),
        Value::Bool(b) => out.push(if *b { TRUE } else { FALSE }),
        Value::Uint(n) => head(out, UINT, *n),
        Value::Nint(n) if *n < 0 => head(out, NINT, !n.cast_unsigned()),
        Value::Nint(_) => {
            return refuse(Code::Type, "a negative integer that is not negative");
        }
        Value::Float(x) => return float(out, *x),
        Value::Bytes(bytes) => string(out, BYTES, bytes),
        Value::Array(items) => return list(out, items, deeper(depth)?),
        Value::Text(_) | Value::Map(_) => {} // above
    }
    Ok(())
}

fn list(out: &mut Vec<u8>, items: &[Value<'_>], depth: usize) -> Result<(), Refused> {
    head(out, ARRAY, items.len() as u64);
    for (i, item) in items.iter().enumerate() {
        put(out, item, depth).map_err(inside(|| format!("{i}")))?;
    }
    Ok(())
}

type Member<'a> = (Cow<'a, str>, Value<'a>);

fn map(out: &mut Vec<u8>, members: &[Member<'_>], depth: usize) -> Result<(), Refused> {
    head(out, MAP, members.len() as u64);
    if members.windows(2).all(|pair| key_order(&pair[0].0, &pair[1].0).is_lt()) {
        for member in members {
            entry(out, member, depth)?;
        }
        return Ok(());
    }
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_by(|a, b| key_order(&a.0, &b.0));
    if let Some(pair) = sorted.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return refuse(Code::DupKey, "the key stands twice").map_err(inside(|| pair[1].0.to_string()));
    }
    for member in sorted {
        entry(out, member, depth)?;
    }
    Ok(())
}

#[inline(always)]
fn entry(out: &mut Vec<u8>, (key, value): &Member<'_>, depth: usize) -> Result<(), Refused> {
    string(out, TEXT, key.as_bytes());
    put(out, value, depth).map_err(inside(|| key.to_string()))
}

fn deeper(depth: usize) -> Result<usize, Refused> {
    if depth == limits::DEPTH {
        return refuse(Code::Depth, "too many containers inside each other");
    }
    Ok(depth + 1)
}

/// What a declaration says of content: `{"b3", "len", "type"}`.
pub(crate) fn reference(out: &mut Vec<u8>, digest: &[u8; 32], len: u64, media: &str) {
    let [before_digest, before_len, before_media] = REFERENCE;
    out.extend_from_slice(before_digest);
    out.extend_from_slice(digest);
    out.extend_from_slice(before_len);
    head(out, UINT, len);
    out.extend_from_slice(before_media);
    string(out, TEXT, media.as_bytes());
}

/// Text or bytes with their head.
#[inline(always)]
pub(crate) fn string(out: &mut Vec<u8>, major: u8, bytes: &[u8]) {
    // Nearly all of them are keys or words of the format: of a known length, they are copied without a call.
    macro_rules! known {
        ($($n:literal)*) => {
            match bytes.len() {
                $($n => {
                    let mut all = [0; 1 + $n];
                    all[0] = major << 5 | $n;
                    all[1..].copy_from_slice(bytes);
                    out.extend_from_slice(&all);
                })*
                n => {
                    head(out, major, n as u64);
                    out.extend_from_slice(bytes);
                }
            }
        };
    }
    known!(1 2 3 4 5 6 7 8 9 10);
}

/// Major type and argument in the fewest bytes.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the range fits")]
pub(crate) fn head(out: &mut Vec<u8>, major: u8, n: u64) {
    match n {
        0..=23 => out.push(major << 5 | n as u8),
        _ => long_head(out, major << 5, n),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "each arm's range fits")]
fn long_head(out: &mut Vec<u8>, major: u8, n: u64) {
    match n {
        0..=0xff => out.extend_from_slice(&[major | ONE_BYTE, n as u8]),
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
fn float(out: &mut Vec<u8>, x: f64) -> Result<(), Refused> {
    if !x.is_finite() {
        return refuse(Code::NumNan, "not a finite number");
    }
    if !matches!(Value::from_f64(x), Value::Float(_)) {
        return refuse(Code::Type, "a float that is an integer");
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

#[cfg(test)]
mod tests {
    use super::{super::decode, *};
    use alloc::vec;

    fn like_a_reference(names: [&'static str; 3], digest: usize) -> Value<'static> {
        let [b3, len, media] = names;
        Value::map([
            (b3, Value::Bytes(vec![7; digest].into())),
            (len, Value::Uint(5)),
            (media, Value::text("text/plain")),
        ])
    }

    #[test]
    fn what_is_only_like_a_reference_is_written_as_it_is() {
        for names in
            [["b3", "len", "type"], ["b4", "len", "type"], ["b3", "lem", "type"], ["b3", "len", "typf"]]
        {
            for digest in 31..=33 {
                let value = like_a_reference(names, digest);
                assert_eq!(decode(&encode(&value).unwrap()).unwrap(), value);
            }
        }
    }

    #[test]
    fn empty_containers_and_references_are_counted() {
        let reference = like_a_reference(["b3", "len", "type"], 32);
        for inner in [Value::Map(Vec::new()), Value::Array(Vec::new()), reference] {
            let within = |n| encode(&(0..n).fold(inner.clone(), |value, _| Value::Array(vec![value])));
            assert!(within(limits::DEPTH - 1).is_ok());
            assert_eq!(within(limits::DEPTH).unwrap_err().code, Code::Depth);
        }
    }
}
