//! `decl audit`

use crate::args::{Audit, Global};
use crate::exit;
use crate::failure::Failure;
use crate::store;
use crate::ui::{Ui, count};
use decl_core::Value;
use decl_store::{AuditOptions, Damage, DamageKind, Report};

pub(crate) fn run(ui: &Ui, global: &Global, args: &Audit) -> Result<u8, Failure> {
    let (name, report) = match audit(ui, global, args) {
        // A store too damaged to be opened is the same answer.
        Err(Failure::Other { code: exit::DAMAGED, message: what, .. }) => unreadable(global, what)?,
        audited => audited?,
    };
    let ok = report.damage.is_empty();
    if ui.is_json() {
        ui.object(&Value::map([
            ("ok", Value::Bool(ok)),
            ("entries", Value::Uint(report.entries)),
            ("head_record", Value::Bool(report.recorded)),
            ("damage", Value::Array(report.damage.iter().map(damage).collect())),
        ]))?;
    } else {
        for Damage { kind, what, where_ } in &report.damage {
            ui.line(&format!("{kind}: {what} ({where_})"))?;
        }
        let places = report.damage.len() as u64 + report.unlisted;
        let verdict =
            if ok { "sound".to_owned() } else { format!("damaged in {}", count(places, "place", "places")) };
        let unseen = if ok && !report.recorded { "; no head record to compare with" } else { "" };
        ui.line(&format!("{verdict}: {} of {name}{unseen}", count(report.entries, "entry", "entries")))?;
    }
    Ok(if ok { exit::DONE } else { exit::DAMAGED })
}

/// The report, and what it is about.
fn audit(ui: &Ui, global: &Global, args: &Audit) -> Result<(String, Report), Failure> {
    let reader = store::reader(global)?;
    let head = store::head(global, &reader.verifier_key()?).ok();
    let options = AuditOptions { second_opinion: args.second_opinion, head };
    let progress = ui.progress("entries");
    let report = reader.audit(&options, &mut |done, of| progress.set(done, of))?;
    Ok((reader.origin().to_owned(), report))
}

fn unreadable(global: &Global, what: String) -> Result<(String, Report), Failure> {
    let dir = store::shown(&store::dir(global)?);
    let damage = Damage { kind: DamageKind::Table, what, where_: dir.clone() };
    Ok((dir, Report { damage: vec![damage], ..Report::default() }))
}

fn damage(damage: &Damage) -> Value<'static> {
    Value::map([
        ("kind", Value::text(damage.kind.as_str())),
        ("what", Value::text(damage.what.clone())),
        ("where", Value::text(damage.where_.clone())),
    ])
}
