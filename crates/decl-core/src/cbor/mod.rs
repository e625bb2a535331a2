//! The canonical encoding: a profile of RFC 8949 section 4.2.1 in which every value has exactly one encoding.
//!
//! ```
//! use decl_core::{cbor, Value};
//! let value = Value::map([("b", Value::Uint(1)), ("a", Value::from_f64(1.5))]);
//! let bytes = cbor::encode(&value)?;
//! assert_eq!(bytes, [0xa2, 0x61, b'a', 0xf9, 0x3e, 0x00, 0x61, b'b', 0x01]);
//! assert_eq!(cbor::encode(&cbor::decode(&bytes)?)?, bytes);
//! assert!(cbor::check(&[0x18, 0x01]).is_err(), "one has a shorter form");
//! # Ok::<(), decl_core::Fault>(())
//! ```

mod canonical;
mod decode;
mod encode;
mod float;
mod write;

pub use decode::{check, decode};
pub use encode::encode;
pub(crate) use encode::{head, reference, scalar, string};

pub(crate) const UINT: u8 = 0;
const NINT: u8 = 1;
pub(crate) const BYTES: u8 = 2;
pub(crate) const TEXT: u8 = 3;
pub(crate) const ARRAY: u8 = 4;
pub(crate) const MAP: u8 = 5;
const TAG: u8 = 6;

// How many bytes of argument follow the initial byte.
const ONE_BYTE: u8 = 24;
const TWO_BYTES: u8 = 25;
const FOUR_BYTES: u8 = 26;
const EIGHT_BYTES: u8 = 27;

const FALSE: u8 = 0xf4;
const TRUE: u8 = 0xf5;
const F16: u8 = 0xf9;
const F32: u8 = 0xfa;
const F64: u8 = 0xfb;

// What a declaration has again and again, without what differs. Keys have one order, so these bytes never change.

/// A reference to content: the digest stands behind the first, the length behind the second, the media type behind the
/// third.
const REFERENCE: (&[u8; 6], &[u8; 4], &[u8; 5]) = (b"\xa3\x62b3\x58\x20", b"\x63len", b"\x64type");
/// A part that is text: the reference stands behind.
const TEXT_PART: &[u8; 23] = b"\xa3\x61t\x64text\x65attrs\xa0\x67content";
/// A message: the role stands behind the first, the list of parts behind the second.
pub(crate) const MESSAGE: (&[u8; 6], &[u8; 6]) = (b"\xa2\x64role", b"\x65parts");
