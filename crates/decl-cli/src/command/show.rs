//! `decl show`

use crate::args::{Global, Show};
use crate::exit;
use crate::failure::Failure;
use crate::open::Openness;
use crate::page::{Page, Shown};
use crate::store;
use crate::ui::{Ui, count};
use decl_core::{Declaration, Identity, Reference, Value, hex};
use decl_log::Entry;
use decl_store::time::Utc;
use decl_store::{Absence, Reader};
use std::cell::RefCell;
use std::collections::HashSet;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Show) -> Result<u8, Failure> {
    let reader = store::reader(ui, global)?;
    let identity = store::find(&reader, &args.id)?;
    if args.leaf {
        return leaf(ui, &reader, &identity);
    }
    let bytes = declaration(&reader, &identity)?;
    if args.cbor {
        ui.binary(&bytes)?;
        return Ok(exit::DONE);
    }
    let declaration = Declaration::from_cbor(bytes)?;
    if args.content {
        let (mut references, mut shown) = (declaration.references().iter(), Ok(()));
        declaration.places(&mut |at| {
            let Some(reference) = references.next() else { return false };
            shown = content(ui, &reader, at, reference);
            shown.is_ok() && !ui.stdout_is_closed()
        });
        shown?;
        return Ok(exit::DONE);
    }
    let document = declaration.value();
    let open = Openness::of(&document);
    let absent = absent(&reader, declaration.references())?;
    if ui.is_json() {
        let head = [("identity", Value::text(identity.to_string())), ("declaration", document.clone())];
        let absent = absent.iter().map(|(digest, absence)| {
            Value::map([("b3", Value::text(digest.hex()))].into_iter().chain(members(*absence)))
        });
        let absent = [("absent", Value::Array(absent.collect()))];
        ui.object(&Value::map(head.into_iter().chain(open.members()).chain(absent)))?;
    } else {
        place(ui, &reader, &identity)?;
        let text = |digest: &Identity, len| text(&reader, digest, len);
        Page { line: &|line| Ok(ui.line(line)?), text: &text, seen: RefCell::default() }.print(&document)?;
        ui.line("")?;
        open.lines(&document).iter().try_for_each(|line| ui.line(line))?;
        if !absent.is_empty() {
            ui.line("")?;
            ui.line(&format!("absent: {} of content", count(absent.len() as u64, "piece", "pieces")))?;
        }
        absent.iter().try_for_each(|(digest, absence)| ui.line(&format!("  {digest}  {absence}")))?;
    }
    Ok(exit::DONE)
}

/// Returns the content among these references that the store states to be absent, each piece once.
pub(crate) fn absent(reader: &Reader, references: &[Reference]) -> Result<Vec<(Identity, Absence)>, Failure> {
    let (mut absent, mut seen) = (Vec::new(), HashSet::new());
    for Reference { digest, keyed, .. } in references {
        if keyed.is_none()
            && seen.insert(*digest)
            && let Some(absence) = reader.absence(digest)?
        {
            absent.push((*digest, absence));
        }
    }
    Ok(absent)
}

/// Returns the reason why content is absent, for programs.
fn members(absence: Absence) -> [(&'static str, Value<'static>); 2] {
    [("reason", Value::text(absence.as_str())), ("entry", Value::Uint(absence.entry()))]
}

/// Returns the canonical bytes of a sealed declaration.
pub(crate) fn declaration(reader: &Reader, identity: &Identity) -> Result<Vec<u8>, Failure> {
    reader.record(identity)?.ok_or_else(|| Failure::no(format_args!("{identity} is not a declaration")))
}

/// Returns the entry of a record in the log: its index, its bytes and its parsed form.
fn entry(reader: &Reader, identity: &Identity) -> Result<(u64, Vec<u8>, Entry), Failure> {
    let missing = || Failure::no(format_args!("{identity} is not in the log"));
    let index = reader.index_of(identity)?.ok_or_else(missing)?;
    let bytes = reader.entry(index)?.ok_or_else(missing)?;
    let entry = Entry::parse(&bytes).map_err(Failure::unknown)?;
    Ok((index, bytes, entry))
}

/// Prints the identity and the place in the log, for people.
fn place(ui: &Ui, reader: &Reader, identity: &Identity) -> Result<(), Failure> {
    ui.line(&format!("identity  {identity}"))?;
    let (index, _, entry) = entry(reader, identity)?;
    let size = reader.tree()?.size;
    ui.line(&format!("entry     {index} of {}, in a tree of {size}", reader.origin()))?;
    if let Entry::Record { at, by, .. } = entry {
        ui.line(&format!("sealed    {} by {by}", Utc(at)))?;
    }
    Ok(())
}

/// The largest content that is read for a preview, in bytes.
const PREVIEWED: u64 = 1 << 20;

fn text(reader: &Reader, digest: &Identity, len: u64) -> Result<Shown, Failure> {
    if len > PREVIEWED {
        return Ok(Err(format!("long: decl content get {digest}")));
    }
    Ok(match reader.referenced(digest)? {
        Err(absence) => Err(format!("absent: {absence}")),
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| "not text".to_owned()),
    })
}

fn leaf(ui: &Ui, reader: &Reader, identity: &Identity) -> Result<u8, Failure> {
    let (index, bytes, entry) = entry(reader, identity)?;
    let Entry::Record { kind, id, sha256, at, by } = entry else {
        return Err(Failure::no(format_args!("{identity} is not in the log")));
    };
    let members = [
        ("index", Value::Uint(index)),
        ("kind", Value::text(kind.as_str())),
        ("identity", Value::text(id.to_string())),
        ("sha256", Value::text(hex(&sha256))),
        ("sealed_at", Value::text(Utc(at).to_string())),
        ("by", Value::text(by)),
        ("leaf", Value::text(decl_log::leaf_hash(&bytes).to_string())),
    ];
    if ui.is_json() {
        ui.object(&Value::map(members))?;
    } else {
        for (name, value) in members {
            ui.line(&format!("{name:9} {}", super::shown(&value)))?;
        }
    }
    Ok(exit::DONE)
}

/// Prints one piece of content, as far as this store has it.
fn content(ui: &Ui, reader: &Reader, at: &str, reference: &Reference) -> Result<(), Failure> {
    // Content under a key is not in the store.
    let held = match reference.keyed {
        None => Some(reader.referenced(&reference.digest)?),
        Some(_) => None,
    };
    let (bytes, absence) = match &held {
        Some(Ok(bytes)) => (Some(bytes.as_slice()), None),
        Some(Err(absence)) => (None, Some(*absence)),
        None => (None, None),
    };
    let text = bytes.and_then(|bytes| str::from_utf8(bytes).ok());
    if ui.is_json() {
        let digest = if reference.keyed.is_some() { "kb3" } else { "b3" };
        let mut members = vec![("at", Value::text(at)), (digest, Value::text(reference.digest.hex()))];
        members.extend(reference.len.map(|len| ("len", Value::Uint(len))));
        members.push(("type", Value::text(reference.media.clone())));
        members.push(("held", Value::Bool(bytes.is_some())));
        members.extend(absence.map(|absence| ("absent", Value::map(self::members(absence)))));
        members.extend(bytes.map(super::by_value));
        ui.object(&Value::map(members))?;
        return Ok(());
    }
    let len = reference.len.map_or_else(|| "keyed".to_owned(), |len| format!("{len} bytes"));
    ui.line(&format!("{at}  {}, {len}, {}", reference.media, reference.digest))?;
    match (text, bytes) {
        (Some(text), _) => text.lines().try_for_each(|line| ui.line(&format!("    {line}")))?,
        (None, Some(_)) => ui.line("    (not text)")?,
        (None, None) => match absence {
            Some(absence) => ui.line(&format!("    (absent: {absence})"))?,
            None => ui.line("    (not in this store)")?,
        },
    }
    Ok(())
}
