//! Audits the rows of absent content.

use super::{Damage, DamageKind, Report};
use crate::{absent::Absence, erase::Statement, rocks::View, rows, tables::Table};
use decl_core::{Identity, Record, hex};
use decl_log::Entry;

/// Counts the rows under a view. If the entries state another number, each row is checked against its entry.
pub(super) fn check(view: &View<'_>, stated: u64, report: &mut Report) {
    let mut rows = 0;
    super::each_row(view, Table::Absent, report, |_, _| {
        rows += 1;
        None
    });
    if rows == stated && report.damage.is_empty() {
        return;
    }
    super::each_row(view, Table::Absent, report, |key, row| {
        let what = wrong(view, key, row)?;
        Some(Damage::new(DamageKind::Absent, format!("b3:{}", hex(key)), what))
    });
}

/// Returns what is wrong with a row, or `None`. Damage elsewhere that it depends on is reported elsewhere.
fn wrong(view: &View<'_>, key: &[u8], row: &[u8]) -> Option<&'static str> {
    let Ok(digest) = <[u8; 32]>::try_from(key).map(Identity::from_bytes) else {
        return Some("the key is not a digest");
    };
    let Some(absence) = Absence::from_row(row) else { return Some("the reason cannot be read") };
    match view.get(Table::Contents, key) {
        Ok(None) => {}
        Ok(Some(_)) => return Some("the content is not absent"),
        Err(_) => return None,
    }
    let entry = view.get(Table::Entries, &absence.entry().to_be_bytes()).ok()?;
    let Some(Ok(Entry::Record { kind, id, .. })) = entry.as_deref().map(Entry::parse) else {
        return Some("no entry states that");
    };
    let packed = view.get(Table::Records, id.as_bytes()).ok()??;
    let record = Record::from_cbor(kind, rows::unpack_record(&packed).ok()?).ok()?;
    match absence {
        Absence::Detached { .. } => {
            let named = record.references().iter().any(|of| of.digest == digest);
            (!named).then_some("the entry does not name this content")
        }
        Absence::Erased { .. } => {
            let erased = Statement::of(&record) == Some(Statement::Erased(digest));
            (!erased).then_some("the entry is no erasure of this content")
        }
    }
}
