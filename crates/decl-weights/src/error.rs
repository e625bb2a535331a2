//! Why a folder or a file gives no weights.

use decl_core::Fault;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a folder or a file gives no weights.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There are none. This is an answer, not a failure.
    #[error("{}: no weights, neither safetensors nor GGUF", .0.display())]
    NoWeights(PathBuf),
    /// A file's bytes do not have the digest in its name.
    #[error("{0}")]
    Refused(Fault),
    /// A file could not be read, or its header is invalid.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The error of the system or of the header's parser.
        source: io::Error,
    },
    /// The files are not one complete model.
    #[error("{message}")]
    Unusable {
        /// What is wrong with which file.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
}

impl Error {
    pub(crate) fn file(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }

    pub(crate) fn unusable(message: impl fmt::Display) -> Self {
        Self::Unusable { message: message.to_string(), hint: None }
    }

    /// Returns the same error with what to do about it.
    pub(crate) fn hint(mut self, text: impl Into<String>) -> Self {
        if let Self::Unusable { hint, .. } = &mut self {
            *hint = Some(text.into());
        }
        self
    }
}
