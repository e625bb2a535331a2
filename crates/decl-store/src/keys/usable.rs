//! Whether a content key may be used.

use super::state::KeyState;
use crate::{
    error::{Error, ErrorKind},
    rocks::View,
};
use decl_keyed::{ContentKey, KeyFile};

/// A key as far as it may be used.
#[derive(Clone)]
pub(crate) enum Usable {
    Key(ContentKey),
    NotHere,
    Destroyed(u64),
}

impl Usable {
    /// Returns whether the key of this name may be used.
    pub(crate) fn of(name: &str, keys: &KeyFile, view: &View<'_>) -> Result<Self, Error> {
        let Some(state) = KeyState::of(name, view)? else {
            return Err(Error::corrupt(format!(
                "the log has no content key {name}, and the store has content under it"
            )));
        };
        match (state.destroyed, keys.get(name)) {
            (Some(entry), _) => Ok(Self::Destroyed(entry)),
            (None, None) => Ok(Self::NotHere),
            (None, Some(key)) if key.fingerprint() == state.fingerprint => Ok(Self::Key(key.clone())),
            (None, Some(_)) => Err(wrong_key(name, &state)),
        }
    }
}

pub(crate) fn wrong_key(name: &str, state: &KeyState) -> Error {
    let message =
        format!("the content key {name} at hand is another key than the one of entry {}", state.new);
    Error::new(ErrorKind::Key, message).with_hint("take the file of content keys that belongs to this store")
}
