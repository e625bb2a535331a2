//! State that a vendor keeps and a value of the body names, in APIs of several vendors.

use super::table::{
    Member,
    Reads::{Name, Stored, Value},
    need, or_external, own,
};

pub(super) const PRESET: &str =
    "name the model itself, and send the preset's messages and parameters in the body";

/// The names of models that are presets: `OpenRouter` takes them in the APIs of all vendors.
pub(super) const PRESETS: &[(&str, &str)] = &[("*@preset/*", PRESET)];

/// The model of a request.
pub(super) const MODEL: Member = need("model", "/model/name", Stored(PRESETS, &Name));

/// The version of a skill: what the skill says is known only by a version that never changes.
pub(super) const SKILL_VERSION: Member =
    or_external(own("version", Stored(&[("latest", PINNED)], &Value)), PINNED);

const PINNED: &str = "name one version of the skill, or send what it says in the messages";
