//! The list of all adapters.

use crate::{anthropic, chat, gemini, helm, lm_eval, responses, table::Adapter};

/// The names that [`named`] knows.
pub const NAMES: &[&str] = &["chat", "responses", "anthropic", "gemini", "lm-eval", "helm"];

/// Returns the adapter of an API, or `None` if there is none of this name.
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
