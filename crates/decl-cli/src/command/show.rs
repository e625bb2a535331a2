//! `decl show`

use crate::args::{Global, Show};
use crate::command::supplements;
use crate::exit;
use crate::failure::Failure;
use crate::keys::{Held, Keys};
use crate::open::Openness;
use crate::page::{Page, Shown};
use crate::store;
use crate::ui::{Ui, count};
use decl_core::{Identity, Record, RecordKind, Reference, Value, hex};
use decl_log::Entry;
use decl_store::time::Utc;
use decl_store::{Absence, Match, Reader};
use std::cell::RefCell;
use std::collections::HashSet;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Show) -> Result<u8, Failure> {
    let reader = store::reader(ui, global)?;
    let identity = store::find(&reader, &args.id)?;
    if args.leaf {
        return leaf(ui, &reader, &identity);
    }
    if args.supplements {
        declaration(&reader, &identity)?;
        supplements::list(ui, &reader, &identity, args.from, args.limit)?;
        return Ok(exit::DONE);
    }
    let found = found(&reader, &identity)?;
    let record = &found.record;
    let keys = Keys::new(global, &reader);
    if args.cbor {
        ui.binary(record.as_bytes())?;
        return Ok(exit::DONE);
    }
    if args.content || !ui.is_json() {
        keys.open_for(record.references())?;
    }
    if args.content {
        let (mut references, mut shown) = (record.references().iter(), Ok(()));
        record.places(&mut |at| {
            let Some(reference) = references.next() else { return false };
            shown = content(ui, &keys, at, reference);
            shown.is_ok() && !ui.stdout_is_closed()
        });
        shown?;
    } else if ui.is_json() {
        let document = record.value();
        let open = (record.kind() == RecordKind::Declaration).then(|| Openness::of(&document));
        let mut members = vec![("identity", Value::text(identity.to_string()))];
        members.push((record.kind().as_str(), document.clone()));
        members.extend(open.iter().flat_map(Openness::members));
        members.extend(supplements::state(&reader, &found)?.map(|state| ("state", Value::text(state))));
        members.push(("absent", absences(&reader, record)?));
        ui.object(&Value::map(members))?;
    } else {
        people(ui, &reader, &keys, &found)?;
    }
    Ok(exit::DONE)
}

/// Prints a record for people.
fn people(ui: &Ui, reader: &Reader, keys: &Keys<'_>, found: &Match) -> Result<(), Failure> {
    let identity = found.record.identity();
    let size = reader.tree()?.size;
    ui.line(&format!("identity  {identity}"))?;
    ui.line(&format!("entry     {} of {}, in a tree of {size}", found.index, reader.origin()))?;
    ui.line(&format!("sealed    {} by {}", Utc(found.sealed_at), found.by))?;
    let text = |digest: &Identity, len| text(reader, keys, digest, len);
    let page = Page { line: &|line| Ok(ui.line(line)?), text: &text, seen: RefCell::default() };
    if found.record.kind() == RecordKind::Declaration {
        let document = found.record.value();
        page.print(&document)?;
        ui.line("")?;
        Openness::of(&document).lines(&document).iter().try_for_each(|line| ui.line(line))?;
    } else {
        supplements::page(ui, reader, &page, found)?;
    }
    let absent = absent(reader, found.record.references())?;
    if !absent.is_empty() {
        ui.line("")?;
        ui.line(&format!("absent: {} of content", count(absent.len() as u64, "piece", "pieces")))?;
    }
    let line = |of: &Reference, absence| ui.line(&format!("  {}:{}  {absence}", form(of), of.digest.hex()));
    Ok(absent.iter().try_for_each(|(of, absence)| line(of, absence))?)
}

/// Returns the content among these references that the store states to be absent, each piece once.
pub(crate) fn absent<'r>(
    reader: &Reader,
    references: &'r [Reference],
) -> Result<Vec<(&'r Reference, Absence)>, Failure> {
    let (mut absent, mut seen) = (Vec::new(), HashSet::new());
    for reference in references {
        if seen.insert(reference.digest)
            && let Some(absence) = reader.absence(&reference.digest)?
        {
            absent.push((reference, absence));
        }
    }
    Ok(absent)
}

/// Returns the name of a digest's form.
fn form(reference: &Reference) -> &'static str {
    if reference.keyed.is_some() { "kb3" } else { "b3" }
}

/// Returns the reason why content is absent, for programs.
fn members(absence: Absence) -> [(&'static str, Value<'static>); 2] {
    [("reason", Value::text(absence.as_str())), ("entry", Value::Uint(absence.entry()))]
}

/// Returns the canonical bytes of a sealed declaration.
pub(crate) fn declaration(reader: &Reader, identity: &Identity) -> Result<Vec<u8>, Failure> {
    let found = found(reader, identity)?;
    match found.record.kind() {
        RecordKind::Declaration => Ok(found.record.into_bytes()),
        kind => {
            Err(Failure::no(format_args!("{identity} is of the kind {}, not a declaration", kind.as_str())))
        }
    }
}

/// Returns a sealed record with what its entry says.
fn found(reader: &Reader, identity: &Identity) -> Result<Match, Failure> {
    let missing = || Failure::no(format_args!("{identity} is not in the log"));
    let index = reader.index_of(identity)?.ok_or_else(missing)?;
    reader.sealed_at(index)?.ok_or_else(missing)
}

/// Returns the content of a record that the store states to be absent, for programs.
fn absences(reader: &Reader, record: &Record) -> Result<Value<'static>, Failure> {
    let absent = absent(reader, record.references())?;
    let absent = absent.iter().map(|(of, absence)| {
        Value::map([(form(of), Value::text(of.digest.hex()))].into_iter().chain(members(*absence)))
    });
    Ok(Value::Array(absent.collect()))
}

/// The largest content that is read for a preview, in bytes.
const PREVIEWED: u64 = 1 << 20;

/// Returns the text of content; without a length, that of keyed content.
fn text(reader: &Reader, keys: &Keys<'_>, digest: &Identity, len: Option<u64>) -> Result<Shown, Failure> {
    let stored = match len {
        Some(len) => len,
        None => reader.box_of(digest)?.map_or(0, |(_, len)| len),
    };
    if stored > PREVIEWED {
        return Ok(Err(format!("long: decl content get {}", digest.hex())));
    }
    Ok(match keys.read(digest, len.is_none())? {
        Held::Bytes(bytes) => String::from_utf8(bytes).map_err(|_| "not text".to_owned()),
        held => Err(held.why_not().unwrap_or_default()),
    })
}

fn leaf(ui: &Ui, reader: &Reader, identity: &Identity) -> Result<u8, Failure> {
    let missing = || Failure::no(format_args!("{identity} is not in the log"));
    let index = reader.index_of(identity)?.ok_or_else(missing)?;
    let bytes = reader.entry(index)?.ok_or_else(missing)?;
    let Entry::Record { kind, id, sha256, at, by } = Entry::parse(&bytes).map_err(Failure::unknown)? else {
        return Err(missing());
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
fn content(ui: &Ui, keys: &Keys<'_>, at: &str, reference: &Reference) -> Result<(), Failure> {
    let held = keys.read(&reference.digest, reference.keyed.is_some())?;
    if ui.is_json() {
        let mut members =
            vec![("at", Value::text(at)), (form(reference), Value::text(reference.digest.hex()))];
        members.extend(reference.keyed.as_deref().map(|key| ("key", Value::text(key))));
        members.extend(reference.len.map(|len| ("len", Value::Uint(len))));
        members.push(("type", Value::text(reference.media.clone())));
        members.push(("held", Value::Bool(matches!(held, Held::Bytes(_)))));
        match &held {
            Held::Bytes(bytes) => members.push(super::by_value(bytes)),
            Held::Absent(absence) => members.push(("absent", Value::map(self::members(*absence)))),
            Held::Locked(lock) => members.push(("locked", Value::map(lock.members()))),
            Held::Nothing => {}
        }
        ui.object(&Value::map(members))?;
        return Ok(());
    }
    let len = reference.len.map_or_else(|| "keyed".to_owned(), |len| format!("{len} bytes"));
    let (form, digest) = (form(reference), reference.digest.hex());
    ui.line(&format!("{at}  {}, {len}, {form}:{digest}", reference.media))?;
    match &held {
        Held::Bytes(bytes) => match str::from_utf8(bytes) {
            Ok(text) => text.lines().try_for_each(|line| ui.line(&format!("    {line}")))?,
            Err(_) => ui.line("    (not text)")?,
        },
        held => ui.line(&format!("    ({})", held.why_not().unwrap_or_default()))?,
    }
    Ok(())
}
