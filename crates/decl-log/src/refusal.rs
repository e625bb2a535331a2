//! Why evidence is refused.

/// Why evidence is refused. The input was read, so this is an answer about it, not an error of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It does not follow its format. Nothing in it was used.
    #[error("{0}")]
    Malformed(&'static str),
    /// The text does not follow its format at this line.
    #[error("line {line}: {what}")]
    MalformedLine {
        /// Counted from 1.
        line: usize,
        /// The rule that the line breaks.
        what: &'static str,
    },
    /// A signature line of a known key does not verify. The whole note is then worthless, whatever its other lines
    /// are.
    #[error("the signature of a known key does not verify")]
    BadSignature,
    /// No known key signed.
    #[error("no signature line is by a known key")]
    UnknownKey,
    /// The checkpoint's origin is not the name of its key.
    #[error("the checkpoint names another origin than its key")]
    WrongOrigin,
    /// The hashes do not lead to the root.
    #[error("the hashes do not lead to the root")]
    WrongRoot,
    /// A tree of that size has no such leaf.
    #[error("index {index} is outside a tree of {size} leaves")]
    IndexOutOfRange {
        /// The leaf asked for.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// The sizes and the index determine how many hashes a proof has; this one has another number.
    #[error("{got} hashes where the sizes demand {want}")]
    PathLength {
        /// Hashes found.
        got: usize,
        /// Hashes demanded.
        want: usize,
    },
    /// The newer tree has fewer leaves than the older.
    #[error("the newer tree has {new} leaves, the older {old}")]
    Shrunk {
        /// Leaves in the older tree.
        old: u64,
        /// Leaves in the newer tree.
        new: u64,
    },
    /// The tree has more than [`MAX_SIZE`](crate::MAX_SIZE) leaves.
    #[error("{size} leaves are more than 2^62")]
    TooLarge {
        /// Leaves claimed.
        size: u64,
    },
}

impl Refusal {
    /// Returns the name of the refusal for programs. It is stable, because other tools compare it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) | Self::MalformedLine { .. } => "malformed",
            Self::BadSignature => "bad_signature",
            Self::UnknownKey => "unknown_key",
            Self::WrongOrigin => "wrong_origin",
            Self::WrongRoot => "wrong_root",
            Self::IndexOutOfRange { .. } => "index_out_of_range",
            Self::PathLength { .. } => "path_length",
            Self::Shrunk { .. } => "shrunk",
            Self::TooLarge { .. } => "too_large",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_messages() {
        let what = "the size is not a decimal number";
        for (refusal, code, message) in [
            (
                Refusal::Malformed("a note has no control characters"),
                "malformed",
                "a note has no control characters",
            ),
            (
                Refusal::MalformedLine { line: 2, what },
                "malformed",
                "line 2: the size is not a decimal number",
            ),
            (Refusal::BadSignature, "bad_signature", "the signature of a known key does not verify"),
            (Refusal::UnknownKey, "unknown_key", "no signature line is by a known key"),
            (Refusal::WrongOrigin, "wrong_origin", "the checkpoint names another origin than its key"),
            (Refusal::WrongRoot, "wrong_root", "the hashes do not lead to the root"),
            (
                Refusal::IndexOutOfRange { index: 7, size: 7 },
                "index_out_of_range",
                "index 7 is outside a tree of 7 leaves",
            ),
            (Refusal::PathLength { got: 2, want: 3 }, "path_length", "2 hashes where the sizes demand 3"),
            (Refusal::Shrunk { old: 2, new: 1 }, "shrunk", "the newer tree has 1 leaves, the older 2"),
            (
                Refusal::TooLarge { size: u64::MAX },
                "too_large",
                "18446744073709551615 leaves are more than 2^62",
            ),
        ] {
            assert_eq!((refusal.code(), refusal.to_string().as_str()), (code, message));
        }
    }
}
