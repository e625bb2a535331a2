//! State that a vendor keeps and that a value of the body names, in APIs of several vendors.

use super::table::{
    Field,
    Reads::{Name, Stored, Value},
    need, or_external, own,
};

pub(super) const PRESET: &str =
    "name the model itself, and send the preset's messages and parameters in the body";

/// Patterns of model names that are presets: `OpenRouter` accepts them in the APIs of all vendors.
pub(super) const PRESETS: &[(&str, &str)] = &[("*@preset/*", PRESET)];

/// The model of a request.
pub(super) const MODEL: Field = need("model", "/model/name", Stored(PRESETS, &Name));

/// The version of a skill. Only a version that never changes determines what the skill contains.
pub(super) const SKILL_VERSION: Field =
    or_external(own("version", Stored(&[("latest", PINNED)], &Value)), PINNED);

const PINNED: &str = "name one version of the skill, or send what it says in the messages";
