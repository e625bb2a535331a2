//! Canonical form, schema and identity of AI run declarations.
//!
//! A run declares itself before inference: model, instructions, input, context, tools, parameters, constraints,
//! environment. This crate encodes such a declaration as canonical bytes, and the BLAKE3 of those bytes is its
//! identity, the same everywhere and for ever.
//!
//! ```
//! use decl_core::{Declaration, Identity, NoFiles, Source};
//!
//! // A source form: content may be given by value, absence is stated.
//! let text = std::fs::read_to_string("../../examples/chat-tools.json").unwrap();
//! let reference = r#"{
//!       "b3": "f446b4dc4466fa260713b4af877634266fffc71b62d26f1318a1a2dd3d74b643",
//!       "len": 38,
//!       "type": "text/plain"
//!      }"#;
//! let text = text.replace(reference, r#"{"text": "Where is my order 4411? It was late."}"#);
//!
//! let source = Source::parse(text.as_bytes(), &mut NoFiles)?;
//! assert_eq!(source.contents[0].bytes, b"Where is my order 4411? It was late.");
//!
//! // Every form of one declaration gives the same bytes and the same identity.
//! let declaration = source.declaration;
//! let projection = Source::parse(declaration.to_json().as_bytes(), &mut NoFiles)?.declaration;
//! let canonical = Declaration::from_cbor(declaration.as_bytes().to_vec())?;
//! assert!(projection == declaration && canonical == declaration);
//! assert_eq!(declaration.identity(), Identity::of(declaration.as_bytes()));
//!
//! // A partial declaration has no identity.
//! let fault = Source::parse(br#"{"v": "ai-run-declaration/1"}"#, &mut NoFiles).unwrap_err();
//! assert_eq!(fault.to_string(), "E-MISSING at /ext: the member is missing");
//! # Ok::<(), decl_core::Fault>(())
//! ```
//!
//! It reads no file, no clock and no network, stores nothing and signs nothing. `decl-log` proves when a declaration
//! was made, `decl-store` keeps it.
#![no_std]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod cbor;
mod code;
mod content;
mod declaration;
mod event;
mod fault;
mod identity;
pub mod json;
pub mod limits;
pub mod names;
mod nearest;
mod occurrence;
mod position;
mod record;
pub mod schema;
mod source;
mod supplement;
mod text;
#[cfg(feature = "serde")]
mod to_value;
mod value;

pub use code::Code;
pub use content::{Content, Files, NoFiles, Reference, dedup_contents};
pub use declaration::Declaration;
pub use event::Event;
pub use fault::{
    At, Document, Fault, Faults, Place, Position, Step, inside, is_misleading, push_token, quoted, verdict,
};
pub use identity::{Identity, IdentityHasher, NotAnIdentity, sha256};
pub use nearest::nearest;
pub use occurrence::{NotAnOccurrence, Occurrence};
pub use position::locate;
pub use record::Record;
pub use schema::{EventKind, NotAName, RecordKind, Status, SupplementKind};
pub use source::{Source, check, check_source};
pub use supplement::{Erasure, Execution, Supplement};
pub use text::{base64, hex, is_base64, unbase64, unbase64_into, unhex};
#[cfg(feature = "serde")]
pub use to_value::to_value;
pub use value::{Value, key_order};
