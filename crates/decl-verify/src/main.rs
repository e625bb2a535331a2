//! `decl-verify RECORD PROOF VKEY` exits with 0 if the record is in the log, `decl-verify DIRECTORY VKEY` if the period
//! of the log is complete; 1 if not, 2 if it could not tell.
//!
//! RECORD is a file of the canonical bytes of a declaration, a supplement or an event, PROOF a `.tlog-proof` file,
//! DIRECTORY what `decl log --proof` or `decl export` wrote; VKEY is the text of the key, or `@` and a file that holds
//! it. A file of another kind, or one that was cut, is named and exits with 2: only evidence that is whole can fail to
//! hold.

use decl_core::{cbor, is_misleading, limits::DECLARATION_BYTES};
use decl_log::{FileKind, MAX_NOTE, VerifierKey};
use decl_verify::period::{self, Asked};
use decl_verify::{Verified, verify};
use std::ffi::OsStr;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fmt, fs, fs::File, process::ExitCode};

/// Set by `stdout.c`, which sees a closed standard output before Rust's runtime hides it.
const STDOUT_CLOSED: &str = "DECL_STDOUT_CLOSED";

const USAGE: &str = "usage: decl-verify RECORD PROOF VKEY|@FILE, or decl-verify DIRECTORY VKEY|@FILE";

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let answer = match arguments.as_slice() {
        _ if env::var_os(STDOUT_CLOSED).is_some() => {
            Err("standard output is closed: nothing was done".to_owned())
        }
        [record, proof, key] => sealed(Path::new(record), Path::new(proof), key),
        [directory, key] => complete(Path::new(directory), key),
        _ => Err(USAGE.to_owned()),
    };
    let (line, code) = match answer {
        Ok(Ok(what)) => (format!("holds: {what}"), 0),
        Ok(Err(why)) => (format!("does not hold: {why}"), 1),
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

/// What holds, or why it does not; an error if nobody can tell.
type Answer = Result<Result<String, String>, String>;

/// Answers whether a record is in a log.
fn sealed(record: &Path, proof: &Path, key: &OsStr) -> Answer {
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
        Ok(Verified { kind, identity, index, tree, origin, .. }) => {
            let (kind, size) = (kind.as_str(), tree.size);
            Ok(Ok(format!("{kind} {identity} is entry {index} of {origin}, in a tree of {size}")))
        }
        Err(refusal) if refusal.is_unreadable() => {
            not(proof, &FileKind::Proof.mismatch(&evidence, &refusal.reason))
        }
        Err(refusal) => Ok(Err(refusal.to_string())),
    }
}

/// Answers whether a directory has all entries of a log between two checkpoints.
fn complete(directory: &Path, key: &OsStr) -> Answer {
    let key = verifier_key(key)?;
    match period::verify(&key, &Asked::default(), |path, most| part(&directory.join(path), most)) {
        Ok(period::Verified { entries, tree, origin, .. }) => {
            let (from, count) = (entries.start, entries.end - entries.start);
            Ok(Ok(format!("all entries of {origin} from {from} on, {count} of a tree of {}", tree.size)))
        }
        Err(period::Error::Refused(refusal)) if refusal.is_unreadable() => {
            Err(format!("{}: not a period of a log: {refusal}", directory.display()))
        }
        Err(period::Error::Refused(refusal)) => Ok(Err(refusal.to_string())),
        Err(period::Error::Read(message)) => Err(message),
    }
}

/// Reads a file of a directory that anybody may have made, up to a byte more than `most`. Returns `None` if it is not
/// there, or not a regular file: opening a pipe would wait for its writer.
fn part(path: &Path, most: usize) -> Result<Option<Vec<u8>>, String> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => {}
        Ok(_) => return Ok(None),
        Err(why) if matches!(why.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(why) => return Err(format!("{}: {why}", path.display())),
    }
    beginning(path, most).map(Some)
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
    let bytes = beginning(path, most)?;
    if bytes.len() > most { Err(format!("{}: more than {most} bytes", path.display())) } else { Ok(bytes) }
}

/// Reads a file up to a byte more than `most`, which shows that it is longer.
fn beginning(path: &Path, most: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(most as u64 + 1).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|why| format!("{}: {why}", path.display()))
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
