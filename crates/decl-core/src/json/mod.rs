//! JSON in and out, strictly: one reading of every document or none.
//!
//! ```
//! use decl_core::{json, Code, Value};
//! assert_eq!(json::parse(b"[1.0, 1e0, -0]")?, json::parse(b"[1,1,0]")?);
//! assert_eq!(json::parse(br#"{"a":1,"\u0061":2}"#).unwrap_err().code, Code::DupKey);
//! assert_eq!(json::parse(b"12345678901234567890123").unwrap_err().code, Code::NumRange);
//! # Ok::<(), decl_core::Fault>(())
//! ```

mod find;
mod number;
mod read;
mod tape;
mod write;

pub(crate) use find::find;
pub use read::{parse, tape};
pub use tape::{Node, Tape};
pub use write::is_json;
pub use write::{line, minimal, pretty};
