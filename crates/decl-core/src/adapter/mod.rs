//! Request bodies and run descriptions in: from what an application is about to send, or a harness is about to do, to
//! the declaration of the run.
//!
//! An adapter is a table, not code: of every member at every depth it says whether it defines the run, moves the
//! request, is a secret, points at state elsewhere or was added by the run, and where it goes. One reader serves all
//! tables. What a table does not name is refused, or kept as an extension; nothing is ever dropped in silence.
//!
//! ```
//! use decl_core::{adapter, json, Source, NoFiles};
//! let chat = adapter::named("chat").unwrap();
//! let body = br#"{"model": "gpt-5.2", "messages": [{"role": "user", "content": "hi"}], "stream": true}"#;
//! let mut faults = Vec::new();
//! let translated = chat.translate(json::parse(body)?, &adapter::Options::default(), &mut faults).unwrap();
//! let source = Source::from_value(translated.source, &mut NoFiles)?;
//! assert_eq!(source.contents[0].bytes, b"hi");
//!
//! // stream is transport; temprature is not a member of this API
//! let body = br#"{"model": "gpt-5.2", "messages": [], "stream": true, "temprature": 1}"#;
//! assert!(chat.translate(json::parse(body)?, &adapter::Options::default(), &mut faults).is_none());
//! assert_eq!(faults[0].to_string(), "E-UNKNOWN-MEMBER at /temprature: openai.com/chat.completions has no such member here");
//! # Ok::<(), decl_core::Fault>(())
//! ```

mod anthropic;
mod caches;
mod chat;
#[cfg(feature = "std")]
pub(crate) mod direct;
mod gemini;
mod helm;
mod lm_eval;
mod members;
mod place;
mod read;
mod responses;
mod show;
mod table;

pub use read::Translated;
pub use table::{
    Adapter, Class, Each, Form, Holds, Mapping, Member, Missing, Object, Pick, Reads, Target, Whole,
};

pub(crate) use place::is_absent;

use crate::Value;

/// The names that [`named`] knows.
pub const NAMES: &[&str] = &["chat", "responses", "anthropic", "gemini", "lm-eval", "helm"];

/// The adapter of an API.
pub fn named(name: &str) -> Option<&'static Adapter> {
    [
        &chat::CHAT,
        &responses::RESPONSES,
        &anthropic::ANTHROPIC,
        &gemini::GEMINI,
        &lm_eval::LM_EVAL,
        &helm::HELM,
    ]
    .into_iter()
    .find(|adapter| adapter.name == name)
}

/// What the caller adds to a body.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'o> {
    /// What to do with members that the table does not name.
    pub unknown: Unknown,
    /// The model, where the API has it in the URL or a description leaves it open. A body that names another one is
    /// refused.
    pub model: Option<&'o str>,
    /// The version of the API, where the URL or a header states it; of an evaluation harness, where its description
    /// does not. A body that states another one is refused.
    pub api_version: Option<&'o str>,
    /// Facts that only the caller knows; see [`overlay::merge`](crate::overlay::merge).
    pub overlay: Option<&'o Value<'o>>,
}

/// What to do with members that the table does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unknown {
    /// Refuse the body.
    #[default]
    Refuse,
    /// Keep them in `ext`, under `authority/api#/json/pointer`. What the table knows only as a secret or as state
    /// elsewhere is refused all the same.
    Extend,
}
