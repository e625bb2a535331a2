//! Strict JSON: a document has one reading, or it is refused.
//!
//! ```
//! use decl_core::{json, Code, Value};
//! assert_eq!(json::parse(b"[1.0, 1e0, -0]")?, json::parse(b"[1,1,0]")?);
//! assert_eq!(json::parse(br#"{"a":1,"\u0061":2}"#).unwrap_err().code, Code::DupKey);
//! assert_eq!(json::parse(b"12345678901234567890123").unwrap_err().code, Code::NumRange);
//! # Ok::<(), decl_core::Fault>(())
//! ```

mod number;
mod parse;
mod pointer;
mod tape;
mod write;

pub use parse::{body_tape, parse, parse_body, tape};
pub(crate) use pointer::offsets;
pub use tape::{Node, Tape};
pub use write::is_json;
pub use write::{line, minimal, pretty};
