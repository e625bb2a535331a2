//! Reads the inputs of a verification: keys, proofs, checkpoints, records. A file of another kind is an error
//! that names the file and its kind; only evidence that could be parsed can fail to hold.

use crate::args::Key;
use crate::failure::Failure;
use crate::input;
use decl_core::{Fault, RecordKind, Value, json};
use decl_log::{Checkpoint, FileKind, MAX_NOTE, Refusal, VerifierKey};
use std::fmt;
use std::path::Path;

/// Returns the key in an argument or in the file that it names.
pub(crate) fn key(argument: &Key) -> Result<VerifierKey, Failure> {
    let parse = |bytes: &[u8]| text(bytes).and_then(|text| text.trim_end().parse());
    match argument {
        Key::File(path) => {
            let bytes = read(path, FileKind::VerifierKey)?;
            parse(&bytes).map_err(|refusal| mismatch(path, FileKind::VerifierKey, &bytes, &refusal))
        }
        Key::Text(text) => parse(text.as_encoded_bytes()).map_err(|refusal| {
            let path = Path::new(text);
            let hint = if path.is_file() {
                format!("to read it from the file, write @{}", path.display())
            } else {
                hint(FileKind::VerifierKey).to_owned()
            };
            Failure::unknown(format_args!("the verifier key: {refusal}")).hint(hint)
        }),
    }
}

/// Returns the bytes of a proof file, which only the verification parses.
pub(crate) fn proof(path: &Path) -> Result<Vec<u8>, Failure> {
    read(path, FileKind::Proof)
}

/// Returns the failure of a file that is of another kind than expected.
pub(crate) fn mismatch(path: &Path, wanted: FileKind, bytes: &[u8], refusal: &impl fmt::Display) -> Failure {
    failure(path, wanted, &wanted.mismatch(bytes, refusal))
}

/// Returns the bytes of a record, in either of its forms.
pub(crate) fn record(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = input::document(path)?;
    match FileKind::of(&bytes) {
        // The parser decides what text and other bytes are.
        FileKind::Cbor | FileKind::Json | FileKind::Text | FileKind::Binary => Ok(bytes),
        FileKind::Empty => Err(Failure::unknown(format_args!("{}: the file is empty", path.display()))),
        found => Err(Failure::unknown(format_args!("{}: not a record but {found}", path.display()))
            .hint("the record comes first, then its proof")),
    }
}

/// Returns the kind of record that JSON says that it is, of whatever version.
pub(crate) fn format(document: &[u8]) -> Option<RecordKind> {
    RecordKind::of_format(json::parse(document).ok()?.get("v").and_then(Value::as_str)?)
}

/// Returns the failure of a file that is neither canonical bytes nor a record in JSON.
pub(crate) fn no_record(path: &Path, fault: &Fault) -> Failure {
    Failure::unknown(format_args!("{}: not a record: {fault}", path.display()))
        .hint("a record is its canonical bytes, as `decl show --cbor` writes them, or its JSON")
}

/// Opens the checkpoint in a file. A checkpoint that does not hold is returned as its refusal and a message.
pub(crate) fn checkpoint(
    path: &Path,
    key: &VerifierKey,
) -> Result<Result<Checkpoint, (Refusal, String)>, Failure> {
    let bytes = read(path, FileKind::Checkpoint)?;
    let opened = text(&bytes).and_then(|note| Checkpoint::open(note, key));
    let refusal = match opened {
        Ok(checkpoint) => return Ok(Ok(checkpoint)),
        Err(refusal @ (Refusal::Malformed(_) | Refusal::MalformedLine { .. })) => {
            return Err(mismatch(path, FileKind::Checkpoint, &bytes, &refusal));
        }
        Err(refusal) => refusal,
    };
    let origin = String::from_utf8_lossy(&bytes).lines().next().unwrap_or_default().to_owned();
    let words = match refusal {
        Refusal::UnknownKey if origin != key.name() => {
            format!("the checkpoint is of the log {origin}, the key is of {}", key.name())
        }
        refusal => refusal.to_string(),
    };
    Ok(Err((refusal, format!("{}: {words}", path.display()))))
}

/// Reads a whole file. Refuses another kind, and a size beyond the limit of its kind.
fn read(path: &Path, wanted: FileKind) -> Result<Vec<u8>, Failure> {
    let bytes = input::limited(path, MAX_NOTE)?;
    let bytes = bytes.ok_or_else(|| failure(path, wanted, &format!("not {wanted}: larger than 1 MiB")))?;
    match FileKind::of(&bytes) {
        // The parser reports what is wrong with text and other bytes.
        found if found == wanted || matches!(found, FileKind::Text | FileKind::Binary) => Ok(bytes),
        _ => Err(mismatch(path, wanted, &bytes, &"")),
    }
}

fn text(bytes: &[u8]) -> Result<&str, Refusal> {
    str::from_utf8(bytes).map_err(|_| Refusal::Malformed("not UTF-8"))
}

fn failure(path: &Path, wanted: FileKind, why: &str) -> Failure {
    Failure::unknown(format_args!("{}: {why}", path.display())).hint(hint(wanted))
}

/// Returns a hint where to get a file of this kind.
fn hint(wanted: FileKind) -> &'static str {
    match wanted {
        FileKind::Proof => "a proof is what `decl seal --receipt` or `decl prove` wrote, byte for byte",
        FileKind::Checkpoint => "a checkpoint is what `decl checkpoint` printed, byte for byte",
        _ => "the line that `decl init` printed, or @ and the file that holds it",
    }
}
