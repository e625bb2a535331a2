//! The canonical encoding: a profile of RFC 8949 section 4.2.1 in which every value has exactly one encoding.
//!
//! ```
//! use decl_core::{cbor, Value};
//! let value = Value::map([("b", Value::Uint(1)), ("a", Value::from_f64(1.5))]);
//! let bytes = cbor::encode(&value)?;
//! assert_eq!(bytes, [0xa2, 0x61, b'a', 0xf9, 0x3e, 0x00, 0x61, b'b', 0x01]);
//! assert_eq!(cbor::encode(&cbor::decode(&bytes)?)?, bytes);
//! assert!(cbor::decode(&[0x18, 0x01]).is_err(), "one has a shorter form");
//! # Ok::<(), decl_core::Fault>(())
//! ```

mod decode;
mod encode;
mod float;
mod head;
mod item;

pub use decode::{check_whole, decode};
pub use encode::encode;
pub use head::{head, reference, scalar, string};
pub use item::Item;

/// Returns whether the input begins with the head of a map, as a declaration in CBOR does. No JSON text does.
pub fn starts_map(input: &[u8]) -> bool {
    matches!(input.first(), Some(0xa0..=0xbf))
}

/// Major type 0: an unsigned integer.
pub(crate) const UINT: u8 = 0;
const NINT: u8 = 1;
/// Major type 2: bytes.
pub const BYTES: u8 = 2;
/// Major type 3: text.
pub const TEXT: u8 = 3;
/// Major type 4: a list.
pub const ARRAY: u8 = 4;
/// Major type 5: a map.
pub const MAP: u8 = 5;
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
