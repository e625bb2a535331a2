//! `decl-verify RECORD PROOF VKEY` exits with 0 if the record is in the log, 1 if not, 2 if it could not tell.
//!
//! RECORD is a file of the canonical bytes of a declaration, a supplement or an event, PROOF a `.tlog-proof` file; VKEY is the text of the key, or `@` and a
//! file that holds it. A file of another kind, or one that was cut, is named and exits with 2: only evidence that is
//! whole can fail to hold.

use decl_core::{cbor, is_misleading, limits::DECLARATION_BYTES};
use decl_log::{FileKind, MAX_NOTE, VerifierKey};
use decl_verify::{Refusal, Verified, verify};
use std::ffi::OsStr;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fmt, fs::File, process::ExitCode};

/// Set by `stdout.c`, which sees a closed standard output before Rust's runtime hides it.
const STDOUT_CLOSED: &str = "DECL_STDOUT_CLOSED";

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let answer = match arguments.as_slice() {
        _ if env::var_os(STDOUT_CLOSED).is_some() => {
            Err("standard output is closed: nothing was done".to_owned())
        }
        [record, proof, key] => ask(Path::new(record), Path::new(proof), key),
        _ => Err("usage: decl-verify RECORD PROOF VKEY|@FILE".to_owned()),
    };
    let (line, code) = match answer {
        Ok(Ok(Verified { kind, identity, index, tree, origin, .. })) => {
            let (kind, size) = (kind.as_str(), tree.size);
            (format!("holds: {kind} {identity} is entry {index} of {origin}, in a tree of {size}"), 0)
        }
        Ok(Err(refusal)) => (format!("does not hold: {refusal}"), 1),
        Err(message) => {
            let _ = writeln!(io::stderr(), "{}", printable(&message));
            return ExitCode::from(2);
        }
    };
    // An answer that could not be written is no answer.
    if writeln!(io::stdout(), "{}", printable(&line)).is_err() {
        ExitCode::from(2)
    } else {
        ExitCode::from(code)
    }
}

/// Returns the result of the verification, or why it could not be done.
fn ask(record: &Path, proof: &Path, key: &OsStr) -> Result<Result<Verified, Refusal>, String> {
    let key = verifier_key(key)?;
    let (bytes, evidence) = (read(record, DECLARATION_BYTES)?, read(proof, MAX_NOTE)?);
    let not = |path: &Path, why: &dyn fmt::Display| Err(format!("{}: {why}", path.display()));
    match FileKind::of(&bytes) {
        FileKind::Cbor => {
            if let Err(fault) = cbor::check_whole(&bytes) {
                return not(record, &format_args!("not a record: {fault}"));
            }
        }
        FileKind::Empty => return not(record, &"the file is empty"),
        FileKind::Json => {
            return not(record, &"JSON: give the canonical bytes (decl show ID --cbor)");
        }
        found => return not(record, &format_args!("not a record but {found}")),
    }
    match verify(&bytes, &evidence, &key) {
        Err(refusal) if refusal.is_unreadable() => {
            not(proof, &FileKind::Proof.mismatch(&evidence, &refusal.reason))
        }
        answer => Ok(answer),
    }
}

/// Reads the key: the text, or `@` and the file that holds it, which may have any name.
fn verifier_key(argument: &OsStr) -> Result<VerifierKey, String> {
    let (text, from) = match file_of(argument) {
        Some(file) => (read(&file, MAX_NOTE)?, file.display().to_string()),
        None => (argument.as_encoded_bytes().to_vec(), "VKEY".to_owned()),
    };
    let parsed = str::from_utf8(&text).map_err(|_| decl_log::Refusal::Malformed("a key is UTF-8"));
    let parsed = parsed.and_then(|text| text.trim_end().parse());
    parsed.map_err(|refusal| format!("{from}: {}", FileKind::VerifierKey.mismatch(&text, &refusal)))
}

/// Returns the path after an `@`, or `None` without one.
fn file_of(argument: &OsStr) -> Option<PathBuf> {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        Some(Path::new(OsStr::from_bytes(argument.as_bytes().strip_prefix(b"@")?)).to_owned())
    }
    #[cfg(not(unix))]
    Some(PathBuf::from(argument.to_str()?.strip_prefix('@')?))
}

/// Reads a file of at most `most` bytes. A longer one is refused, so that its beginning is not taken for the whole.
fn read(path: &Path, most: usize) -> Result<Vec<u8>, String> {
    let error = |why: &dyn fmt::Display| format!("{}: {why}", path.display());
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|why| error(&why))?;
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|why| error(&why))?;
    if bytes.len() > most { Err(error(&format_args!("more than {most} bytes"))) } else { Ok(bytes) }
}

/// Escapes a message so that it stays on one line: a key of a hostile record may hold line feeds and terminal
/// sequences.
fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_misleading(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}
