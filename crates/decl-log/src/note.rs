//! Signed notes, a text with its signatures, as defined by [signed-note](https://c2sp.org/signed-note).

use crate::{
    key::{KeyId, SigningKey, VerifierKey},
    refusal::Refusal,
    text,
};
use decl_core::{base64, unbase64};
use std::fmt;

/// The largest note in bytes.
pub const MAX_NOTE: usize = 1 << 20;

/// The largest number of signature lines of a note.
pub const MAX_SIGNATURES: usize = 64;

/// A text that ends in a newline, and its signatures. It prints as the bytes it was parsed from:
///
/// ```text
/// This is an example message.
///
/// — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
/// ```
///
/// Parsing a note does not authenticate its text; [`verify`](Self::verify) does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<SignatureLine>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct SignatureLine {
    name: String,
    id: KeyId,
    signature: Vec<u8>,
}

impl SignedNote {
    /// Signs a text. Refuses one that no note can have.
    pub fn sign(text: &str, key: &SigningKey) -> Result<Self, Refusal> {
        if !text.ends_with('\n') {
            return Err(Refusal::Malformed("the text of a note ends in a newline"));
        }
        check_characters(text)?;
        let name = key.name().to_owned();
        let line = SignatureLine { name, id: key.verifier_key().id(), signature: key.sign(text) };
        Ok(Self { text: text.to_owned(), signatures: vec![line] })
    }

    /// Parses a note: the text up to the last empty line, then at least one signature line.
    pub fn parse(note: &str) -> Result<Self, Refusal> {
        check_characters(note)?;
        let end =
            note.rfind("\n\n").ok_or(Refusal::Malformed("a note has an empty line before its signatures"))?
                + 1;
        let (text, lines) = (&note[..end], &note[end + 1..]);
        let lines =
            lines.strip_suffix('\n').ok_or(Refusal::Malformed("a note ends with a signature line"))?;
        let mut signatures = Vec::new();
        for (line, at) in lines.split('\n').zip(text.matches('\n').count() + 2..) {
            if signatures.len() == MAX_SIGNATURES {
                return Err(Refusal::MalformedLine {
                    line: at,
                    what: "a note has at most 64 signature lines",
                });
            }
            let what = "a signature line is an em dash, a key name, and the key id and signature in base64";
            signatures.push(SignatureLine::parse(line).ok_or(Refusal::MalformedLine { line: at, what })?);
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// Checks that at least one of the keys signed, and that every signature line of these keys verifies. Lines of
    /// other keys are ignored, because anyone can add one.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<(), Refusal> {
        let mut known = false;
        for key in keys {
            let mut lines =
                self.signatures.iter().filter(|line| line.id == key.id() && line.name == key.name());
            let Some(line) = lines.next() else { continue };
            if lines.next().is_some() {
                return Err(Refusal::Malformed("two signature lines by one key"));
            }
            key.verify(&self.text, &line.signature)?;
            known = true;
        }
        if known { Ok(()) } else { Err(Refusal::UnknownKey) }
    }

    /// Returns the text with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl SignatureLine {
    fn parse(line: &str) -> Option<Self> {
        let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
        text::check_name(name).ok()?;
        let bytes = unbase64(signature)?;
        let (id, signature) = bytes.split_first_chunk().filter(|(_, signature)| !signature.is_empty())?;
        Some(Self { name: name.to_owned(), id: *id, signature: signature.to_vec() })
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| {
            writeln!(f, "— {} {}", line.name, base64(&[&line.id[..], &line.signature].concat()))
        })
    }
}

fn check_characters(note: &str) -> Result<(), Refusal> {
    if note.len() > MAX_NOTE {
        return Err(Refusal::Malformed("a note is at most 1 MiB"));
    }
    if note.bytes().any(|byte| byte < b' ' && byte != b'\n') {
        return Err(Refusal::Malformed("a note has no control characters"));
    }
    Ok(())
}
