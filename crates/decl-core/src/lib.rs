//! Canonical form, schema and identity of AI run declarations.
//!
//! A run declares itself before inference: model, instructions, input, context, tools, parameters, constraints,
//! environment. This crate turns such a declaration into the one sequence of bytes that stands for it, and the
//! BLAKE3 of those bytes is its identity, the same everywhere and for ever.
//!
//! ```
//! use decl_core::{NoFiles, Source, Value, json, template};
//!
//! // A source form: content may stand by value, absence is stated.
//! let mut text = json::pretty(&template("generate").unwrap());
//! text = text.replace(r#""authority": """#, r#""authority": "example.com""#);
//! text = text.replace(r#""name": """#, r#""name": "some-model""#);
//! text = text.replace(
//!     r#""input": []"#,
//!     r#""input": [{"role": "user", "parts": [{"t": "text", "content": {"text": "hello"}, "attrs": {}}]}]"#,
//! );
//!
//! let source = Source::parse(text.as_bytes(), &mut NoFiles)?;
//! let declaration = &source.declaration;
//! assert_eq!(source.contents[0].bytes, b"hello");
//!
//! // The bytes are the identity: both forms of the same declaration give the same.
//! let again = Source::parse(declaration.to_json().as_bytes(), &mut NoFiles)?;
//! assert_eq!(again.declaration.as_bytes(), declaration.as_bytes());
//! assert_eq!(declaration.identity(), decl_core::Identity::of(declaration.as_bytes()));
//!
//! // A partial declaration has none.
//! let fault = Source::parse(br#"{"v": "ai-run-declaration/1"}"#, &mut NoFiles).unwrap_err();
//! assert_eq!(fault.to_string(), "E-MISSING at /ext: the member is missing");
//! # Ok::<(), decl_core::Fault>(())
//! ```
//!
//! What it is not: it reads no file, no clock and no network, keeps nothing, signs nothing. `decl-log` proves when a
//! declaration was made, `decl-store` keeps it.
#![no_std]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod adapter;
mod align;
pub mod cbor;
mod code;
mod declaration;
mod diff;
mod fault;
#[cfg(feature = "serde")]
mod front;
mod identity;
pub mod json;
pub mod limits;
mod nearest;
mod openness;
pub mod overlay;
mod position;
mod schema;
mod source;
mod value;

pub use code::Code;
pub use declaration::{Declaration, Reference, Source, check, check_body};
pub use diff::{Difference, Side, diff};
pub use fault::{At, Document, Fault, misleads, push_token};
#[cfg(feature = "serde")]
pub use front::to_value;
pub use identity::{Identity, IdentityHasher, NotAnIdentity, hex, sha256, unhex};
pub use openness::{Open, openness};
pub use position::{Position, locate};
pub use schema::{SECTIONS, template, words};
pub use source::{Content, Files, NoFiles};
pub use value::{Value, key_order};
