//! What `decl show` prints of supplements and events, and of what is attached to a declaration.

use crate::brief::{brief, cut};
use crate::command::TIMES;
use crate::failure::Failure;
use crate::page::Page;
use crate::ui::Ui;
use decl_core::{Identity, RecordKind, Supplement, SupplementKind, Value};
use decl_store::time::Utc;
use decl_store::{Field, Filter, Match, Page as Entries, Progress, Reader, Term};

/// Prints a supplement or an event for people.
pub(super) fn page(ui: &Ui, reader: &Reader, page: &Page<'_>, found: &Match) -> Result<(), Failure> {
    let document = found.record.value();
    let kind = document.get("kind").and_then(Value::as_str).unwrap_or_default();
    ui.line(&format!("kind      {kind}"))?;
    let supplement = Supplement::try_from(found.record.clone()).ok();
    if let Some(supplement) = &supplement {
        ui.line(&format!("subject   {}", supplement.subject()))?;
    }
    ui.line("")?;
    page.print_body(&readable(document.get("body").cloned().unwrap_or(Value::Null)))?;
    if let Some(progress) =
        supplement.as_ref().map(|supplement| progress(reader, supplement)).transpose()?.flatten()
    {
        ui.line("")?;
        ui.line(&match (progress.start, progress.execution) {
            (_, Some(execution)) => format!("the occurrence is closed, by entry {execution}"),
            (Some(start), None) => format!("the occurrence is open, since entry {start}"),
            (None, None) => String::new(),
        })?;
    }
    Ok(())
}

/// Returns what the log says now about the occurrence that a supplement names.
fn progress(reader: &Reader, supplement: &Supplement) -> Result<Option<Progress>, Failure> {
    let Some(occurrence) = supplement.occurrence() else { return Ok(None) };
    Ok(reader.occurrence(&occurrence)?)
}

/// Returns whether the occurrence of a start is open, or whether an execution is what the log says now; `None` for other
/// records.
pub(super) fn state(reader: &Reader, found: &Match) -> Result<Option<&'static str>, Failure> {
    let Ok(supplement) = Supplement::try_from(found.record.clone()) else { return Ok(None) };
    let execution = match supplement.kind() {
        SupplementKind::Start => false,
        SupplementKind::Execution => true,
        _ => return Ok(None),
    };
    Ok(progress(reader, &supplement)?.map(|progress| match (execution, progress.execution) {
        (false, None) => "open",
        (false, Some(_)) => "closed",
        (true, newest) if newest == Some(found.index) => "current",
        (true, _) => "amended",
    }))
}

/// Prints the supplements of a declaration in the order of the log, one at a time.
pub(super) fn list(
    ui: &Ui,
    reader: &Reader,
    subject: &Identity,
    from: Option<u64>,
    limit: Option<usize>,
) -> Result<(), Failure> {
    let terms = vec![Term::digest(Field::Subject, subject)];
    let filter = Filter { kind: Some(RecordKind::Supplement), terms, ..Filter::default() };
    let page = Entries { from: from.unwrap_or(0), ..Entries::default() };
    for found in reader.query(&filter, &page)?.records().take(limit.unwrap_or(usize::MAX)) {
        if ui.stdout_is_closed() {
            break;
        }
        let found = found?;
        let supplement = Supplement::try_from(found.record.clone())?;
        let state = state(reader, &found)?;
        if ui.is_json() {
            object(ui, &found, &supplement, state)?;
        } else {
            line(ui, &found, &supplement, state)?;
        }
    }
    Ok(())
}

fn object(
    ui: &Ui,
    found: &Match,
    supplement: &Supplement,
    state: Option<&'static str>,
) -> Result<(), Failure> {
    let members = [
        ("index", Value::Uint(found.index)),
        ("identity", Value::text(supplement.identity().to_string())),
        ("sealed_at", Value::text(Utc(found.sealed_at).to_string())),
        ("by", Value::text(found.by.as_str())),
        ("kind", Value::text(supplement.kind().as_str())),
        ("body", supplement.body()),
    ];
    let state = state.map(|state| ("state", Value::text(state)));
    Ok(ui.object(&Value::map(members.into_iter().chain(state)))?)
}

/// What a line says of a body, in this order.
const SAID: [&str; 13] = [
    "occurrence",
    "status",
    "exit",
    "finish",
    "tokens",
    "metric",
    "value",
    "severity",
    "verdict",
    "reviewer",
    "rel",
    "target",
    "content",
];

fn line(ui: &Ui, found: &Match, supplement: &Supplement, state: Option<&'static str>) -> Result<(), Failure> {
    let body = readable(supplement.body());
    let said = SAID.iter().filter_map(|name| body.get(name));
    let mut said: Vec<_> =
        said.map(|value| value.as_str().map_or_else(|| brief(value), str::to_owned)).collect();
    said.extend(body.get("late").map(|_| "late".to_owned()));
    said.extend(state.map(|state| format!("({state})")));
    let (index, id, at) = (found.index, &supplement.identity().hex()[..12], Utc(found.sealed_at));
    let kind = supplement.kind().as_str();
    Ok(ui.line(&format!("{index:>8}  {id}  {at}  {kind:15}  {}", cut(&said.join(" "), 0)))?)
}

/// Members of bodies that are identities.
const IDENTITIES: [&str; 4] = ["amends", "about", "target", "hold"];

/// Returns a body with times and identities as people write them.
fn readable(mut body: Value<'_>) -> Value<'_> {
    let Value::Map(members) = &mut body else { return body };
    for (name, value) in members {
        match value {
            Value::Uint(millis) if TIMES.contains(&&**name) => *value = Value::text(Utc(*millis).to_string()),
            Value::Bytes(bytes) if IDENTITIES.contains(&&**name) => {
                *value = Value::text(format!("b3:{}", decl_core::hex(bytes)));
            }
            _ => {}
        }
    }
    body
}
