//! Audits what the log says of erased content against the rows of `absent`.

use super::{Damage, DamageKind, Report};
use crate::{absent::Absence, erase::Statement, rocks::View, tables::Table};
use decl_core::Identity;
use std::collections::HashMap;

/// A walk over the erasures and the restores of a log, in order.
#[derive(Default)]
pub(super) struct Erasures {
    /// Erased by this entry, and no row says so: that is right only if it was restored later.
    open: HashMap<Identity, u64>,
    /// Pieces of content that are erased.
    pub(super) erased: u64,
}

impl Erasures {
    /// Takes what the record of an entry states.
    pub(super) fn enter(&mut self, view: &View<'_>, index: u64, statement: Statement, report: &mut Report) {
        let (Statement::Erased(content) | Statement::Restored(content)) = statement;
        let row = match view.get(Table::Absent, content.as_bytes()) {
            Ok(row) => row.as_deref().and_then(Absence::from_row),
            Err(error) => return report.add([Damage::unreadable(Table::Absent, content, &error)]),
        };
        let erased_by = match row {
            Some(Absence::Erased { entry }) => Some(entry),
            _ => None,
        };
        match statement {
            // A later erasure of the same content has its own turn.
            Statement::Erased(_) if erased_by.is_some_and(|entry| entry > index) => {}
            Statement::Erased(_) if erased_by == Some(index) => {
                self.erased += 1;
                if !matches!(view.get(Table::Contents, content.as_bytes()), Ok(None)) {
                    let what = format!("the content was erased by entry {index}, and is there");
                    report.add([damaged(&content, what)]);
                }
            }
            Statement::Erased(_) => drop(self.open.insert(content, index)),
            Statement::Restored(_) => {
                self.open.remove(&content);
                if let Some(entry) = erased_by.filter(|entry| *entry < index) {
                    let what = format!(
                        "the content was restored by entry {index}, and erased by entry {entry} before"
                    );
                    report.add([damaged(&content, what)]);
                }
            }
        }
    }

    /// Reports the erasures that nothing explains.
    pub(super) fn finish(&self, report: &mut Report) {
        let mut open: Vec<_> = self.open.iter().map(|(content, entry)| (*entry, content)).collect();
        open.sort_unstable();
        let what = |entry| format!("the content was erased by entry {entry}, and no row says so");
        report.add(open.into_iter().map(|(entry, content)| damaged(content, what(entry))));
    }
}

fn damaged(content: &Identity, what: String) -> Damage {
    Damage::new(DamageKind::Absent, content.to_string(), what)
}
