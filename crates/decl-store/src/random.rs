//! Randomness from the operating system.

use crate::error::{Error, ErrorKind};

/// Fills bytes that nobody can guess.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), Error> {
    getrandom::fill(bytes)
        .map_err(|source| Error::new(ErrorKind::Io, format!("the system gives no randomness: {source}")))
}
