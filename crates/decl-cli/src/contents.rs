//! `--content`: the content that declarations refer to, by digest.

use crate::failure::Failure;
use crate::input;
use decl_core::{
    Code, Content, Declaration, Document, Fault, Identity, Source, Value, json, limits, push_token, unbase64,
};
use decl_keyed::{Keyed, Keying};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Content by digest. A directory is hashed once, and its files are read again when a declaration needs them, so that
/// it may be larger than memory.
pub(crate) struct Contents {
    held: HashMap<Identity, Held>,
    /// What goes under a key.
    keying: Option<Keying>,
}

enum Held {
    Here(Content),
    File(PathBuf),
}

impl Contents {
    pub(crate) fn none() -> Self {
        Self::of(HashMap::new())
    }

    fn of(held: HashMap<Identity, Held>) -> Self {
        Self { held, keying: None }
    }

    /// Returns the same content, some of which goes under a key.
    pub(crate) fn under(self, keying: Option<Keying>) -> Self {
        Self { keying, ..self }
    }

    /// Adds the content that a declaration refers to and we have, and puts some of it under a key.
    pub(crate) fn complete(&self, source: Source) -> Result<Keyed, Fault> {
        let Source { declaration, contents: mut carried } = source;
        let wanted = self.wanted(&declaration)?;
        let new = |new: &Content| !carried.iter().any(|old| old.digest == new.digest);
        let new: Vec<_> = wanted.into_iter().filter(new).collect();
        carried.extend(new);
        match &self.keying {
            Some(keying) => keying.apply(Source { declaration, contents: carried }),
            None => Ok(Keyed { declaration, contents: carried, keyed: Vec::new() }),
        }
    }

    /// Opens a directory of files, or JSON: `{HEX: {"type", "text" | "base64"}}`.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        if path.is_dir() {
            return Self::directory(path);
        }
        let text = input::limited(path, limits::SOURCE_BYTES)?;
        let text = text.ok_or_else(|| input::too_large().of(Document::Content))?;
        let held = from_json(&text).map_err(|fault| input::in_file(path, input::located(&text, fault)))?;
        Ok(Self::of(held))
    }

    fn directory(path: &Path) -> Result<Self, Failure> {
        let mut held = HashMap::new();
        let fail = |error| Failure::file(path, &error);
        for entry in fs::read_dir(path).map_err(fail)? {
            let file = entry.map_err(fail)?.path();
            if !file.is_file() {
                continue;
            }
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let bytes = input::content_file(&file)
                .map_err(|(code, why)| fault(code, &pointer(&name), format!("{}: {why}", file.display())))?;
            let digest = Identity::of(&bytes);
            if name.parse::<Identity>().is_ok_and(|named| named != digest) {
                return Err(mismatch(&name, &digest).into());
            }
            held.insert(digest, Held::File(file));
        }
        Ok(Self::of(held))
    }

    /// Returns the content that this declaration refers to, each piece once.
    fn wanted(&self, declaration: &Declaration) -> Result<Vec<Content>, Fault> {
        let (mut out, mut seen) = (Vec::new(), HashSet::new());
        for (number, reference) in declaration.references().iter().enumerate() {
            if reference.keyed.is_some() || !seen.insert(reference.digest) {
                continue;
            }
            match self.held.get(&reference.digest) {
                Some(Held::Here(content)) => out.push(content.clone()),
                Some(Held::File(path)) => {
                    let bytes = input::content_file(path).map_err(|(code, why)| {
                        let why = format!("{}: {why}", path.display());
                        Fault::pointer(code, declaration.place(number), why).of(Document::Declaration)
                    })?;
                    let content = Content::new(reference.media.clone(), bytes);
                    if content.digest != reference.digest {
                        let why = format!("{}: changed since it was hashed", path.display());
                        return Err(Fault::pointer(Code::DigestMismatch, declaration.place(number), why)
                            .of(Document::Declaration));
                    }
                    out.push(content);
                }
                None => {}
            }
        }
        Ok(out)
    }
}

/// What `--content` accepts besides a directory.
const FORM: &str =
    r#"content by digest is {HEX: {"type": MEDIA, "text": TEXT}} or {HEX: {"type": MEDIA, "base64": BYTES}}"#;

/// Reads content from JSON, by its digest.
fn from_json(text: &[u8]) -> Result<HashMap<Identity, Held>, Fault> {
    let value = json::parse(text).map_err(|fault| fault.of(Document::Content))?;
    let Value::Map(members) = &value else {
        let message = format!("{} where a map is expected", value.type_name());
        return Err(fault(Code::Type, "", message).with_hint(FORM));
    };
    let mut held = HashMap::new();
    for (name, value) in members {
        let content = from_member(name, value)?;
        held.insert(content.digest, Held::Here(content));
    }
    Ok(held)
}

fn from_member(name: &str, value: &Value<'_>) -> Result<Content, Fault> {
    let named: Identity = name.parse().map_err(|_| {
        fault(Code::Range, &pointer(name), "a name that is no BLAKE3 (64 lowercase hex digits)")
            .with_hint(FORM)
    })?;
    let text = |member| value.get(member).and_then(Value::as_str);
    let malformed = || fault(Code::Type, &pointer(name), "not content with its type").with_hint(FORM);
    let media = text("type").ok_or_else(malformed)?;
    let bytes = match (text("text"), text("base64")) {
        (Some(text), None) => text.as_bytes().to_vec(),
        (None, Some(base64)) => unbase64(base64).ok_or_else(malformed)?,
        _ => return Err(malformed()),
    };
    let content = Content::new(media.to_owned(), bytes);
    if content.digest == named { Ok(content) } else { Err(mismatch(name, &content.digest)) }
}

fn mismatch(name: &str, found: &Identity) -> Fault {
    fault(Code::DigestMismatch, &pointer(name), format!("the bytes have the digest {found}"))
        .with_hint("name content by the BLAKE3 of its bytes, or bring the bytes of that name")
}

/// Returns a fault in the content itself.
fn fault(code: Code, at: &str, message: impl Into<String>) -> Fault {
    Fault::pointer(code, at, message).of(Document::Content)
}

fn pointer(token: &str) -> String {
    let mut pointer = String::new();
    push_token(&mut pointer, token);
    pointer
}
