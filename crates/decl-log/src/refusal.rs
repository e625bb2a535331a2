//! Why something does not hold.

/// A refusal is an answer: the input was read, and this is what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Not of its format. Nothing in it was believed.
    #[error("{0}")]
    Malformed(&'static str),
    /// A text not of its format, and the line (from 1) where that shows.
    #[error("line {line}: {what}")]
    MalformedLine {
        /// Counted from 1.
        line: usize,
        /// The rule that the line breaks.
        what: &'static str,
    },
    /// A line of a key we know does not verify. The whole note is worthless then, whatever its other lines say.
    #[error("the signature of a known key does not verify")]
    BadSignature,
    /// Nobody we know signed.
    #[error("no signature line is by a known key")]
    UnknownKey,
    /// A checkpoint of another log than its key's.
    #[error("the checkpoint names another origin than its key")]
    WrongOrigin,
    /// The hashes do not lead to the root.
    #[error("the hashes do not lead to the root")]
    WrongRoot,
    /// No such leaf in a tree of that size.
    #[error("index {index} is outside a tree of {size} leaves")]
    IndexOutOfRange {
        /// The leaf asked for.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// A proof has exactly as many hashes as its sizes and index demand.
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
    /// More than [`MAX_SIZE`](crate::MAX_SIZE) leaves.
    #[error("{size} leaves are more than 2^62")]
    TooLarge {
        /// Leaves claimed.
        size: u64,
    },
}

impl Refusal {
    /// The name of the refusal for programs. Stable: other people's tools compare it.
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
