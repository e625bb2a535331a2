//! Options of the caller for a body.

use decl_core::Value;

/// What the caller adds to a body.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'o> {
    /// What to do with members that the table does not name.
    pub unknown: Unknown,
    /// The model, if the API has it in the URL or a description leaves it open. A body that names another one is
    /// refused.
    pub model: Option<&'o str>,
    /// The version of the API if the URL or a header states it, or of an evaluation harness if its description does
    /// not. A body that states another one is refused.
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
    /// elsewhere is still refused.
    Extend,
}
