//! Audits the rows of content keys.

use super::{Damage, DamageKind, Report};
use crate::{
    keys::state::{Action, KeyEvent, KeyState},
    rocks::View,
    rows,
    tables::Table,
};
use decl_core::Record;
use decl_log::Entry;

/// Counts the events that the rows state. If the log has another number, each row is checked against its entries.
pub(super) fn check(view: &View<'_>, events: u64, report: &mut Report) {
    let mut stated = 0;
    super::each_row(view, Table::Keys, report, |name, row| match KeyState::from_row(row) {
        Some(state) => {
            stated += 1 + u64::from(state.destroyed.is_some());
            None
        }
        None => Some(damaged(name, "the row cannot be read")),
    });
    if stated == events && report.damage.is_empty() {
        return;
    }
    // What an event says and its row does not was reported with the event.
    let reported: Vec<String> = report
        .damage
        .iter()
        .filter(|damage| damage.kind == DamageKind::ContentKey)
        .map(|damage| damage.where_.clone())
        .collect();
    super::each_row(view, Table::Keys, report, |name, row| {
        let KeyState { new, destroyed, .. } = KeyState::from_row(row)?;
        let at = String::from_utf8_lossy(name);
        let right = [(Action::New, Some(new)), (Action::Destroy, destroyed)]
            .into_iter()
            .filter_map(|(action, entry)| Some((action, entry?)))
            .all(|(action, entry)| states(view, entry, &at, action));
        (!right && !reported.iter().any(|name| *name == *at))
            .then(|| damaged(name, "no entry of the log states that"))
    });
}

/// Returns whether an entry is this event of the key. Damage elsewhere that it depends on is reported elsewhere.
fn states(view: &View<'_>, entry: u64, name: &str, action: Action) -> bool {
    let event = || {
        let entry = view.get(Table::Entries, &entry.to_be_bytes()).ok()??;
        let Ok(Entry::Record { kind, id, .. }) = Entry::parse(&entry) else { return None };
        let packed = view.get(Table::Records, id.as_bytes()).ok()??;
        KeyEvent::of(&Record::from_cbor(kind, rows::unpack_record(&packed).ok()?).ok()?)
    };
    event().is_some_and(|event| event.name == name && event.action == action)
}

fn damaged(name: &[u8], what: &str) -> Damage {
    Damage::new(DamageKind::ContentKey, String::from_utf8_lossy(name), what)
}
