//! Checkpoints, the signed statements of a log, as defined by [tlog-checkpoint](https://c2sp.org/tlog-checkpoint).

use crate::{
    hash::{Hash, empty_root},
    key::{SigningKey, VerifierKey},
    note::SignedNote,
    refusal::Refusal,
    text,
    tree::{MAX_SIZE, Tree},
};
use std::fmt;

/// A log's statement that its first `tree.size` entries have that root. It has no extension lines and no time:
///
/// ```text
/// example.com/log
/// 20852163
/// CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log and of its key.
    pub origin: String,
    /// The size and the root.
    pub tree: Tree,
}

impl Checkpoint {
    /// Signs the checkpoint as a note. Refuses a checkpoint that nobody could open: a key whose name is not the
    /// origin, or an impossible tree.
    ///
    /// This crate does not remember what was signed before. A log must not sign a tree that does not extend its last
    /// one.
    pub fn sign(&self, key: &SigningKey) -> Result<String, Refusal> {
        let text = self.to_string();
        if Self::parse(&text)?.origin != key.name() {
            return Err(Refusal::WrongOrigin);
        }
        Ok(SignedNote::sign(&text, key)?.to_string())
    }

    /// Parses a signed checkpoint, checks the key's signature, and checks that the origin is the key's name.
    ///
    /// Success does not prove that the log shows everyone the same tree; that takes witnesses or a comparison.
    pub fn open(note: &str, key: &VerifierKey) -> Result<Self, Refusal> {
        let note = SignedNote::parse(note)?;
        note.verify(std::slice::from_ref(key))?;
        let checkpoint = Self::parse(note.text())?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(Refusal::WrongOrigin) }
    }

    /// Parses the three lines without a signature. They prove nothing until their signature is checked.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let malformed = |line, what| Refusal::MalformedLine { line, what };
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root), Some(""), None) =
            (lines.next(), lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(Refusal::Malformed("a checkpoint is three lines: origin, size, root"));
        };
        text::check_name(origin)
            .map_err(|_| malformed(1, "an origin is one word of at most 255 bytes without '+'"))?;
        let size = text::decimal(size).ok_or(malformed(2, "the size is not a decimal number"))?;
        let root: Hash = root.parse().map_err(|_| malformed(3, "the root is not 32 bytes in base64"))?;
        if size > MAX_SIZE {
            return Err(Refusal::TooLarge { size });
        }
        if size == 0 && root != empty_root() {
            return Err(Refusal::WrongRoot);
        }
        Ok(Self { origin: origin.to_owned(), tree: Tree { size, root } })
    }
}

/// Writes the three lines that are signed.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.tree.size, self.tree.root)
    }
}
