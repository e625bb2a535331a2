//! `decl audit`

use crate::args::{Audit, Global};
use crate::exit;
use crate::failure::Failure;
use crate::store;
use crate::ui::{Ui, count};
use decl_store::{AuditOptions, Damage, DamageKind, Reader, Report, read_content_keys};

pub(crate) fn run(ui: &Ui, global: &Global, args: &Audit) -> Result<u8, Failure> {
    let (name, report) = match audit(ui, global, args) {
        // A store that is too damaged to open has the same answer.
        Err(Failure::Other { code: exit::DAMAGED, message: what, .. }) => unreadable(global, what)?,
        audited => audited?,
    };
    let ok = report.damage.is_empty();
    if ui.is_json() {
        ui.object(&report.to_value())?;
    } else {
        for Damage { kind, what, where_ } in &report.damage {
            ui.line(&format!("{kind}: {what} ({where_})"))?;
        }
        if report.unlisted > 0 {
            ui.line(&format!("and {} more", count(report.unlisted, "place", "places")))?;
        }
        ui.line(&format!("{}: {} of {name}", verdict(&report), count(report.entries, "entry", "entries")))?;
        if report.absent > 0 {
            let (pieces, are) =
                (count(report.absent, "piece", "pieces"), if report.absent == 1 { "is" } else { "are" });
            ui.line(&format!("{pieces} of content {are} absent, which the log does not vouch for"))?;
        }
        if report.erased > 0 {
            let pieces = count(report.erased, "piece", "pieces");
            ui.line(&format!("erased, as the log states: {pieces} of content"))?;
        }
        if report.purge_is_due {
            ui.line(
                "an erasure is not finished: its bytes may be in files until the next command that seals",
            )?;
        }
        if report.unchecked > 0 {
            let pieces = count(report.unchecked, "piece", "pieces");
            ui.line(&format!("not checked: {pieces} of keyed content whose keys are not here"))?;
        }
        if report.uncheckable > 0 {
            let pieces = count(report.uncheckable, "piece", "pieces");
            ui.line(&format!("not checkable any more: {pieces} of keyed content whose keys were destroyed"))?;
        }
        let derived = |damage: &Damage| {
            matches!(damage.kind, DamageKind::Posting | DamageKind::Occurrence | DamageKind::ContentKey)
        };
        if report.damage.iter().any(derived) {
            ui.say("hint: `decl reindex` builds the index, the occurrences and the rows of content keys anew from the records");
        }
    }
    Ok(if ok { exit::DONE } else { exit::DAMAGED })
}

/// Returns the verdict. If a rollback would have gone unnoticed, the verdict says so.
fn verdict(report: &Report) -> String {
    if report.damage.is_empty() {
        let unseen = if report.recorded {
            ""
        } else {
            " as far as it goes (no head record: a rollback would not show)"
        };
        return format!("sound{unseen}");
    }
    let places = report.damage.len() as u64 + report.unlisted;
    format!("damaged in {}", count(places, "place", "places"))
}

/// Returns the name of the log and the report.
fn audit(ui: &Ui, global: &Global, args: &Audit) -> Result<(String, Report), Failure> {
    let reader = Reader::open_damaged(&store::dir(global)?)?;
    // With a damaged key, this log's head record is unknown; the audit reports that and continues.
    let head = store::record(global, reader.verifier_key().ok().as_ref());
    let keys = match reader.verifier_key() {
        Ok(log) => read_content_keys(&store::content_keys(global, Some(&log))?, Some(&log))?,
        Err(_) => None, // nor is it known whose content keys these would be
    };
    let options = AuditOptions { second_opinion: args.second_opinion, head, keys: keys.unwrap_or_default() };
    let progress = ui.progress("entries");
    let report = reader.audit(&options, &mut |done, of| progress.set(done, of))?;
    Ok((reader.origin().to_owned(), report))
}

fn unreadable(global: &Global, what: String) -> Result<(String, Report), Failure> {
    let dir = store::shown(&store::dir(global)?);
    let damage = Damage { kind: DamageKind::Table, what, where_: dir.clone() };
    Ok((dir, Report { damage: vec![damage], ..Report::default() }))
}
