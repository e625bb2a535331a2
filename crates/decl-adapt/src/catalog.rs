//! Every adapter there is.

use crate::{anthropic, chat, gemini, helm, lm_eval, responses, table::Adapter};

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
