//! Turns request bodies and run descriptions (what an application is about to send, or a harness about to do) into
//! declarations.
//!
//! An adapter is a table, not code. For every member at every depth it states whether the member defines the run,
//! moves the request, is a secret, refers to state elsewhere or was added by the run, and where it goes. One reader
//! serves all tables. What a table does not name is refused, or kept as an extension; nothing is ever dropped
//! silently.
//!
//! ```
//! use decl_adapt::{Options, named};
//! use decl_core::NoFiles;
//! let chat = named("chat").unwrap();
//! let body = br#"{"model": "gpt-5.2", "messages": [{"role": "user", "content": "hi"}], "stream": true}"#;
//! let source = chat.declare(body, &Options::default(), &mut NoFiles)?;
//! assert_eq!(source.contents[0].bytes, b"hi");
//!
//! // stream is transport; temprature is not a member of this API
//! let body = br#"{"model": "gpt-5.2", "messages": [], "stream": true, "temprature": 1}"#;
//! let fault = chat.declare(body, &Options::default(), &mut NoFiles).unwrap_err();
//! assert_eq!(fault.to_string(), "E-UNKNOWN-MEMBER at /temprature: openai.com/chat.completions has no such member here");
//! # Ok::<(), decl_core::Fault>(())
//! ```
//!
//! It reads no file, no clock and no network, and it decides nothing about a declaration: its output goes through the
//! walk of `decl-core` or, on the fast path, equals what the walk would have made.

mod anthropic;
mod caches;
mod catalog;
mod chat;
mod fast;
mod gemini;
mod helm;
mod intake;
mod lm_eval;
mod members;
mod options;
pub mod overlay;
mod place;
mod read;
mod reading;
mod responses;
mod secrets;
mod show;
mod stored;
mod table;

pub use catalog::{NAMES, named};
pub use options::{Options, Unknown};
pub use read::Translated;
pub use reading::Reading;
pub use table::{
    Adapter, Child, Class, Definition, Each, Field, Form, Holds, Mapping, Missing, Object, Pick, Reads,
    Spelling, Target,
};
