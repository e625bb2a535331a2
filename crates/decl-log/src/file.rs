//! Recognizes the kind of a file by its beginning, so that a message can name a file that was given in the wrong
//! place.

use crate::{key::PRIVATE, proof::HEADER};
use std::fmt;

/// A kind of file that people hand to a verifier, or mistake for one.
///
/// Recognizing a file does not validate it; its parser does.
///
/// ```
/// use decl_log::{FileKind, ProofFile};
/// let swapped = b"{\"v\": \"ai-run-declaration/1\"}";
/// let refusal = ProofFile::parse(std::str::from_utf8(swapped)?).unwrap_err();
/// assert_eq!(FileKind::Proof.mismatch(swapped, &refusal), "not a proof file but JSON");
/// # Ok::<(), std::str::Utf8Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// No bytes, or only white space.
    Empty,
    /// A `.tlog-proof` file.
    Proof,
    /// A signed checkpoint, or another signed note.
    Checkpoint,
    /// The text of a verifier key.
    VerifierKey,
    /// The text of a private key.
    PrivateKey,
    /// A JSON object or list.
    Json,
    /// A CBOR map, as a declaration is in its canonical bytes.
    Cbor,
    /// Any other text.
    Text,
    /// Any other bytes.
    Binary,
}

impl FileKind {
    /// Returns the kind of a file. It is also recognized if its line ends were changed in transit.
    pub fn of(file: &[u8]) -> Self {
        if file.trim_ascii().is_empty() {
            return Self::Empty;
        }
        if let [0xa0..=0xbf, ..] = file {
            return Self::Cbor;
        }
        let Ok(text) = str::from_utf8(file) else { return Self::Binary };
        let text = text.trim_start();
        let first = text.lines().next().unwrap_or_default();
        // A vkey is one line: a name, eight hex digits, base64.
        let is_key = |text: &str| {
            text.trim_end().lines().count() == 1
                && text
                    .split('+')
                    .nth(1)
                    .is_some_and(|id| id.len() == 8 && id.bytes().all(|b| b.is_ascii_hexdigit()))
        };
        if first.starts_with(PRIVATE) {
            Self::PrivateKey
        } else if first.starts_with(HEADER.split('@').next().unwrap_or(HEADER)) {
            Self::Proof
        } else if text.starts_with(['{', '[']) {
            Self::Json
        } else if text.lines().any(|line| line.starts_with("— ")) {
            Self::Checkpoint
        } else if is_key(text) {
            Self::VerifierKey
        } else {
            Self::Text
        }
    }

    /// Returns why the parser of this kind refused a file: what it is instead, how it was changed in transit, or else
    /// the parser's own message.
    pub fn mismatch(self, file: &[u8], refusal: &impl fmt::Display) -> String {
        match Self::of(file) {
            Self::Empty => "the file is empty".to_owned(),
            found if found == self && file.windows(2).any(|pair| pair == b"\r\n") => {
                format!(
                    "{self} whose lines end in CR LF: it was changed on its way, so its signature cannot hold"
                )
            }
            found if found == self || matches!(found, Self::Text | Self::Binary) && !is_utf16(file) => {
                format!("not {self}: {refusal}")
            }
            Self::Binary => format!("not {self} but text in UTF-16, as some shells redirect it"),
            found => format!("not {self} but {found}"),
        }
    }
}

/// Writes the kind of the file with its article.
impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "an empty file",
            Self::Proof => "a proof file",
            Self::Checkpoint => "a checkpoint",
            Self::VerifierKey => "a verifier key",
            Self::PrivateKey => "a private key",
            Self::Json => "JSON",
            Self::Cbor => "CBOR",
            Self::Text => "text",
            Self::Binary => "binary data",
        })
    }
}

/// Returns whether the file begins with the byte-order mark of UTF-16.
fn is_utf16(file: &[u8]) -> bool {
    file.starts_with(&[0xff, 0xfe]) || file.starts_with(&[0xfe, 0xff])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checkpoint::Checkpoint, hash::leaf_hash, key::SigningKey, proof::ProofFile, refusal::Refusal,
        tree::Tree,
    };

    /// One file of each kind.
    fn files() -> Vec<(FileKind, Vec<u8>)> {
        let key = SigningKey::from_seed("log.example.org/runs", [7; 32]).unwrap();
        let tree = Tree { size: 1, root: leaf_hash(b"") };
        let checkpoint = Checkpoint { origin: key.name().to_owned(), tree }.sign(&key).unwrap();
        let proof = ProofFile { extra: None, index: 0, path: Vec::new(), checkpoint: checkpoint.clone() };
        vec![
            (FileKind::Empty, Vec::new()),
            (FileKind::Proof, proof.to_string().into_bytes()),
            (FileKind::Checkpoint, checkpoint.into_bytes()),
            (FileKind::VerifierKey, format!("{}\n", key.verifier_key()).into_bytes()),
            (FileKind::PrivateKey, key.to_text().as_bytes().to_vec()),
            (FileKind::Json, b"{}".to_vec()),
            (FileKind::Cbor, b"\xa0".to_vec()),
            (FileKind::Text, b"Dear sir".to_vec()),
            (FileKind::Binary, b"\xff\xd8".to_vec()),
        ]
    }

    #[test]
    fn every_kind_is_recognized_also_with_other_line_ends() {
        for (kind, file) in files() {
            assert_eq!(FileKind::of(&file), kind);
            if let Ok(text) = str::from_utf8(&file) {
                assert_eq!(FileKind::of(text.replace('\n', "\r\n").as_bytes()), kind);
            }
        }
    }

    #[test]
    fn a_file_in_the_place_of_another_is_called_by_its_name() {
        let refusal = Refusal::Malformed("the parser's words");
        for wanted in [FileKind::Proof, FileKind::Checkpoint, FileKind::VerifierKey] {
            for (kind, file) in files() {
                let said = wanted.mismatch(&file, &refusal);
                match kind {
                    FileKind::Empty => assert_eq!(said, "the file is empty"),
                    FileKind::Text | FileKind::Binary => {
                        assert_eq!(said, format!("not {wanted}: the parser's words"));
                    }
                    kind if kind == wanted => assert_eq!(said, format!("not {wanted}: the parser's words")),
                    kind => assert_eq!(said, format!("not {wanted} but {kind}")),
                }
                if let (true, Ok(text)) = (kind == wanted, str::from_utf8(&file)) {
                    let said = wanted.mismatch(text.replace('\n', "\r\n").as_bytes(), &refusal);
                    assert!(said.starts_with(&format!("{wanted} whose lines end in CR LF")), "{said}");
                }
            }
            let utf16: Vec<u8> = "\u{feff}log".encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert!(wanted.mismatch(&utf16, &refusal).contains("UTF-16"));
        }
    }
}
