//! `decl-verify DECLARATION PROOF VKEY`: exit 0 if it holds, 1 if not, 2 if that could not be told.
//!
//! DECLARATION is the canonical bytes, PROOF the `.tlog-proof`, both of them files; VKEY is the text of the key, or
//! `@` and a file that holds it.

use decl_core::{limits::DECLARATION_BYTES, misleads};
use decl_log::{MAX_NOTE, VerifierKey};
use decl_verify::{Refusal, Verified, verify};
use std::io::{self, Read as _, Write as _};
use std::{env, fmt, fs::File, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let answer = match arguments.as_slice() {
        [declaration, proof, key] => ask(Path::new(declaration), Path::new(proof), &key.to_string_lossy()),
        _ => Err("usage: decl-verify DECLARATION PROOF VKEY|@FILE".to_owned()),
    };
    let (line, code) = match answer {
        Ok(Ok(Verified { identity, index, tree, origin, .. })) => {
            (format!("holds: {identity} is entry {index} of {origin}, in a tree of {}", tree.size), 0)
        }
        Ok(Err(refusal)) => (format!("does not hold: {refusal}"), 1),
        Err(message) => {
            let _ = writeln!(io::stderr(), "{}", printable(&message));
            return ExitCode::from(2);
        }
    };
    // An answer that reached nobody is no answer.
    if writeln!(io::stdout(), "{}", printable(&line)).is_err() {
        ExitCode::from(2)
    } else {
        ExitCode::from(code)
    }
}

/// Returns the result, or why there is none.
fn ask(declaration: &Path, proof: &Path, key: &str) -> Result<Result<Verified, Refusal>, String> {
    let key = match key.strip_prefix('@') {
        Some(file) => {
            String::from_utf8(read(Path::new(file), MAX_NOTE)?).map_err(|_| format!("{file}: not UTF-8"))?
        }
        None => key.to_owned(),
    };
    let key: VerifierKey = key.trim_end().parse().map_err(|why| format!("VKEY: {why}"))?;
    Ok(verify(&read(declaration, DECLARATION_BYTES)?, read(proof, MAX_NOTE)?, &key))
}

/// A file of at most `most` bytes. A longer one is not read, so that it does not pass for its beginning.
fn read(path: &Path, most: usize) -> Result<Vec<u8>, String> {
    let error = |why: &dyn fmt::Display| format!("{}: {why}", path.display());
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|why| error(&why))?;
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|why| error(&why))?;
    if bytes.len() > most { Err(error(&format_args!("more than {most} bytes"))) } else { Ok(bytes) }
}

/// Keeps a message on one line: a key of a hostile declaration may hold line feeds and terminal sequences.
fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if misleads(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}
