//! Writes the parts of an encoding: heads, strings, numbers, references.

use super::{
    BYTES, EIGHT_BYTES, F16, F32, F64, FALSE, FOUR_BYTES, NINT, ONE_BYTE, TEXT, TRUE, TWO_BYTES, UINT,
    float::{f32_to_f16, width_of},
};
use crate::{code::Code, value::Value};
use alloc::vec::Vec;

/// Appends a head: the major type and its argument, in the fewest bytes.
#[expect(clippy::cast_possible_truncation, reason = "the range of each arm fits")]
#[inline]
pub fn head(out: &mut Vec<u8>, major: u8, n: u64) {
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

/// Appends text or bytes with their head; `major` is [`TEXT`] or [`BYTES`].
#[inline]
pub fn string(out: &mut Vec<u8>, major: u8, bytes: &[u8]) {
    head(out, major, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends a value that is not a container. If it has no encoding, appends nothing and returns the code and the
/// reason.
pub fn scalar(out: &mut Vec<u8>, value: &Value<'_>) -> Result<(), (Code, &'static str)> {
    match value {
        Value::Bool(b) => out.push(if *b { TRUE } else { FALSE }),
        Value::Uint(n) => head(out, UINT, *n),
        Value::Nint(n) if *n < 0 => head(out, NINT, !n.cast_unsigned()),
        Value::Float(x) => float(out, *x)?,
        Value::Text(text) => string(out, TEXT, text.as_bytes()),
        Value::Bytes(bytes) => string(out, BYTES, bytes),
        Value::BigInt(_) => return Err((Code::NumRange, "an integer outside -2^63 ..= 2^64-1")),
        Value::Null => return Err((Code::Null, "null has no encoding")),
        Value::Nint(_) => return Err((Code::Type, "a negative integer that is not negative")),
        Value::Array(_) | Value::Map(_) => return Err((Code::Type, "a container")),
    }
    Ok(())
}

/// Appends a float in the shortest of the three widths that holds it exactly.
#[expect(clippy::cast_possible_truncation, reason = "the width says that it is exact")]
fn float(out: &mut Vec<u8>, x: f64) -> Result<(), (Code, &'static str)> {
    match width_of(x) {
        None if x.is_finite() => return Err((Code::Type, "a float that is an integer")),
        None => return Err((Code::NumNan, "not a finite number")),
        Some(2) => {
            out.push(F16);
            out.extend_from_slice(&f32_to_f16(x as f32).unwrap_or_default().to_be_bytes());
        }
        Some(4) => {
            out.push(F32);
            out.extend_from_slice(&(x as f32).to_be_bytes());
        }
        Some(_) => {
            out.push(F64);
            out.extend_from_slice(&x.to_be_bytes());
        }
    }
    Ok(())
}

/// Appends a reference to content, as a declaration has it: `{"b3": digest, "len": len, "type": media}`.
pub fn reference(out: &mut Vec<u8>, digest: &[u8; 32], len: u64, media: &str) {
    out.extend_from_slice(b"\xa3\x62b3\x58\x20");
    out.extend_from_slice(digest);
    out.extend_from_slice(b"\x63len");
    head(out, UINT, len);
    out.extend_from_slice(b"\x64type");
    string(out, TEXT, media.as_bytes());
}
