//! `decl log --proof` and `decl verify-period`: all that a log has of a time, and the proof of that.

use crate::args::VerifyPeriod;
use crate::evidence;
use crate::exit;
use crate::failure::Failure;
use crate::input;
use crate::store;
use crate::ui::{Ui, count};
use decl_core::Value;
use decl_store::Reader;
use decl_store::time::Utc;
use decl_verify::period::{self, Asked, Refusal, Verified};
use std::ops::Range;
use std::path::Path;

/// Writes the entries of a time with their proof.
pub(crate) fn write(
    ui: &Ui,
    reader: &Reader,
    dir: &Path,
    since: Option<u64>,
    until: Option<u64>,
) -> Result<u8, Failure> {
    check(since, until)?;
    let progress = ui.progress("entries");
    let exported = reader.export_period(dir, since, until, &mut |done, of| progress.set(done, of))?;
    drop(progress);
    if !exported.closed {
        ui.warn("the log has no entry after that time yet: that nothing more of it follows cannot be proved");
    }
    if ui.is_json() {
        ui.object(&Value::map([
            ("dir", Value::text(store::shown(dir))),
            ("origin", Value::text(reader.origin())),
            ("before", Value::Uint(exported.proved.start)),
            ("size", Value::Uint(exported.proved.end)),
            ("from", Value::Uint(exported.entries.start)),
            ("to", Value::Uint(exported.entries.end)),
            ("first_at", time(exported.times.map(|(first, _)| first))),
            ("last_at", time(exported.times.map(|(_, last)| last))),
            ("closed", Value::Bool(exported.closed)),
            ("files", Value::Uint(exported.files)),
            ("bytes", Value::Uint(exported.bytes)),
        ]))?;
    } else {
        let statement = statement(reader.origin(), &exported.entries, (since, until), &exported.proved);
        let so_far = if exported.closed { "" } else { " so far" };
        ui.say(&format!("wrote to {}: {statement}{so_far}", dir.display()));
        if let Some((first, last)) = exported.times {
            ui.say(&format!("sealed from {} to {}", Utc(first), Utc(last)));
        }
        let (files, bytes) = (count(exported.files, "file", "files"), exported.bytes);
        ui.say(&format!("{files}, {bytes} bytes, {}", checkpoints(&exported.proved)));
    }
    Ok(exit::DONE)
}

/// Checks that a directory has all entries of a time.
pub(crate) fn verify(ui: &Ui, args: &VerifyPeriod) -> Result<u8, Failure> {
    let VerifyPeriod { dir, vkey, since, until, absent } = args;
    check(*since, *until)?;
    let key = evidence::key(vkey)?;
    let asked = Asked { since: *since, until: *until, absent: absent.clone() };
    let verdict = match period::verify(&key, &asked, |path, most| input::part(&dir.join(path), most)) {
        Ok(verified) => Ok(verified),
        Err(period::Error::Refused(refusal)) if refusal.is_unreadable() => {
            let why = format_args!("{}: not a period of a log: {refusal}", dir.display());
            return Err(Failure::unknown(why)
                .hint("a period is the directory that `decl log --proof` or `decl export` wrote"));
        }
        Err(period::Error::Refused(refusal)) => Err(refusal),
        Err(period::Error::Read(failure)) => return Err(failure),
    };
    if ui.is_json() {
        object(ui, &asked, verdict.as_ref())?;
    } else {
        lines(ui, &asked, verdict.as_ref())?;
    }
    Ok(if verdict.is_ok() { exit::DONE } else { exit::NO })
}

fn lines(ui: &Ui, asked: &Asked, verdict: Result<&Verified, &Refusal>) -> Result<(), Failure> {
    let Verified { origin, before, tree, entries, times } = match verdict {
        Ok(verified) => verified,
        Err(refusal) => return Ok(ui.line(&format!("does not hold: {refusal}"))?),
    };
    if let Some((first, last)) = times {
        ui.line(&format!("  sealed  from {} to {}", Utc(*first), Utc(*last)))?;
    }
    for id in &asked.absent {
        ui.line(&format!("  absent  {id}"))?;
    }
    let statement = statement(origin, entries, (asked.since, asked.until), &(*before..tree.size));
    Ok(ui.line(&format!("holds: {statement}"))?)
}

fn object(ui: &Ui, asked: &Asked, verdict: Result<&Verified, &Refusal>) -> Result<(), Failure> {
    let (verified, refusal) = (verdict.ok(), verdict.err());
    let uint = |value: Option<u64>| value.map_or(Value::Null, Value::Uint);
    let times = verified.and_then(|verified| verified.times);
    let absent = verified.map_or(&[][..], |_| &asked.absent);
    Ok(ui.object(&Value::map([
        ("holds", Value::Bool(refusal.is_none())),
        ("origin", verified.map_or(Value::Null, |verified| Value::text(verified.origin.as_str()))),
        ("before", uint(verified.map(|verified| verified.before))),
        ("size", uint(verified.map(|verified| verified.tree.size))),
        ("from", uint(verified.map(|verified| verified.entries.start))),
        ("to", uint(verified.map(|verified| verified.entries.end))),
        ("first_at", time(times.map(|(first, _)| first))),
        ("last_at", time(times.map(|(_, last)| last))),
        ("absent", Value::Array(absent.iter().map(|id| Value::text(id.to_string())).collect())),
        ("where", refusal.map_or(Value::Null, |refusal| Value::text(refusal.place.as_str()))),
        ("reason", refusal.map_or(Value::Null, |refusal| Value::text(refusal.code()))),
        ("message", refusal.map_or(Value::Null, |refusal| Value::text(refusal.to_string()))),
    ]))?)
}

/// Refuses a time that ends before it begins.
fn check(since: Option<u64>, until: Option<u64>) -> Result<(), Failure> {
    match since.zip(until) {
        Some((since, until)) if since > until => {
            Err(Failure::unknown(format_args!("{} is before {}: no time is between", Utc(until), Utc(since))))
        }
        _ => Ok(()),
    }
}

/// Says that these entries are all of a time.
fn statement(
    origin: &str,
    entries: &Range<u64>,
    (since, until): (Option<u64>, Option<u64>),
    proved: &Range<u64>,
) -> String {
    let bounds = match (since, until) {
        (None, None) => checkpoints(proved),
        (Some(since), None) => format!("since {} {}", Utc(since), checkpoints(&(0..proved.end))),
        (None, Some(until)) => format!("before {}", Utc(until)),
        (Some(since), Some(until)) => format!("since {} and before {}", Utc(since), Utc(until)),
    };
    let Range { start, end } = entries;
    let entries = match end - start {
        0 => return format!("{origin} sealed nothing {bounds}"),
        1 => format!("entry {start}"),
        n => format!("{n} entries ({start} to {})", end - 1),
    };
    format!("{entries}, all that {origin} sealed {bounds}")
}

/// Names the part of a log between two checkpoints.
fn checkpoints(proved: &Range<u64>) -> String {
    match proved.start {
        0 => format!("up to its checkpoint of {}", count(proved.end, "entry", "entries")),
        before => {
            format!("from its checkpoint of {before} to that of {}", count(proved.end, "entry", "entries"))
        }
    }
}

fn time(at: Option<u64>) -> Value<'static> {
    at.map_or(Value::Null, |at| Value::text(Utc(at).to_string()))
}
