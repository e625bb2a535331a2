//! Why a command ends without a result.

use crate::exit;
use decl_core::Fault;
use decl_store::{ErrorKind, SealError};
use std::{error::Error, fmt, io, path::Path};

/// Why a command ends without its result.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input is refused, which is a result too.
    Refused(Fault),
    /// Anything else, with what to do about it.
    Other {
        /// One of the [exit codes](exit).
        code: u8,
        /// What happened, then each cause.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
}

impl Failure {
    /// Returns the failure to answer the question.
    pub(crate) fn unknown(message: impl fmt::Display) -> Self {
        Self::Other { code: exit::UNKNOWN, message: message.to_string(), hint: None }
    }

    /// Returns the answer no.
    pub(crate) fn no(message: impl fmt::Display) -> Self {
        Self::Other { code: exit::NO, message: message.to_string(), hint: None }
    }

    /// Returns the failure to read or write a file.
    pub(crate) fn file(path: &Path, error: &io::Error) -> Self {
        Self::unknown(format_args!("{}: {}", path.display(), reason(error)))
    }

    /// Returns the same failure with what to do about it.
    pub(crate) fn hint(mut self, text: impl Into<String>) -> Self {
        if let Self::Other { hint, .. } = &mut self {
            *hint = Some(text.into());
        }
        self
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Refused(fault)
    }
}

impl From<decl_store::Error> for Failure {
    fn from(error: decl_store::Error) -> Self {
        let code = match error.kind() {
            ErrorKind::Corrupt | ErrorKind::Forked | ErrorKind::RolledBack => exit::DAMAGED,
            ErrorKind::Erased => exit::NO,
            _ => exit::UNKNOWN,
        };
        Self::Other { code, message: chain(&error), hint: error.hint().map(str::to_owned) }
    }
}

impl From<decl_weights::Error> for Failure {
    fn from(error: decl_weights::Error) -> Self {
        use decl_weights::Error as E;
        match error {
            E::NoWeights(_) => Self::no(error),
            E::Refused(fault) => fault.into(),
            E::File { path, source } => Self::file(&path, &source),
            E::Unusable { message, hint } => Self::Other { code: exit::UNKNOWN, message, hint },
        }
    }
}

impl From<SealError> for Failure {
    fn from(error: SealError) -> Self {
        match error {
            SealError::Refused(fault) => fault.into(),
            SealError::Store(error) => error.into(),
        }
    }
}

/// An error of stdout; all other I/O errors name their file.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::unknown(format_args!("standard output: {}", reason(&error)))
    }
}

/// Returns the operating system's message without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error") {
        Some((words, _)) => words.to_lowercase(),
        None => text,
    }
}

/// Returns an error and its causes on one line, without repeating a cause that the line already contains.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.downcast_ref().map_or_else(|| error.to_string(), reason);
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = error.source();
    }
    text
}
