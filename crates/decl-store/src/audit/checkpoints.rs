//! Audits the signed checkpoints: the newest one, and those that were kept at the beginning of each hour.

use super::{Damage, DamageKind, Report};
use crate::{
    error::Error,
    head::{begins_hour, checkpoint_text},
    rocks::View,
    rows::CHECKPOINT,
    tables::{Row, Table},
};
use decl_core::hex;
use decl_log::{Checkpoint, Edge, SignedNote, Tree, VerifierKey};
use std::iter::Peekable;

/// Returns the newest checkpoint, or `None` if it does not hold.
pub(super) fn newest(view: &View<'_>, key: Option<&VerifierKey>, report: &mut Report) -> Option<Checkpoint> {
    let opened = open(view.get(Table::Meta, CHECKPOINT), key);
    opened.map_err(|what| report.add([Damage::new(DamageKind::Checkpoint, "meta", what)])).ok()
}

/// Returns a stored checkpoint, or what is wrong with it. Without a key its text is taken as it is, so that everything
/// else can be compared with it.
fn open(stored: Result<Option<Vec<u8>>, Error>, key: Option<&VerifierKey>) -> Result<Checkpoint, String> {
    let note = stored.and_then(checkpoint_text).map_err(|error| error.to_string())?;
    let opened = match key {
        Some(key) => Checkpoint::open(&note, key),
        None => SignedNote::parse(&note).and_then(|note| Checkpoint::parse(note.text())),
    };
    opened.map_err(|refusal| refusal.to_string())
}

/// The kept checkpoints, beside the tree as it is rebuilt.
pub(super) struct Kept<'a> {
    rows: Peekable<Box<dyn Iterator<Item = Row> + 'a>>,
    key: Option<&'a VerifierKey>,
    /// The last entry and its clock.
    last: Option<(u64, u64)>,
    /// What is damage only if the entries are those of the log: else it follows from theirs.
    found: Report,
}

impl<'a> Kept<'a> {
    pub(super) fn new(view: &'a View<'a>, key: Option<&'a VerifierKey>) -> Self {
        let rows: Box<dyn Iterator<Item = Row>> = Box::new(view.rows(Table::Checkpoints, &[]));
        Self { rows: rows.peekable(), key, last: None, found: Report::default() }
    }

    /// Checks what was kept before an entry, of the tree whose edge this is. Entries come in order; some may be missing,
    /// and some have no clock.
    pub(super) fn check(&mut self, index: u64, at: Option<u64>, edge: Option<&Edge>, report: &mut Report) {
        let due = match (self.last, at) {
            _ if index == 0 => Some(false),
            (Some((last, last_at)), Some(at)) if last.checked_add(1) == Some(index) => {
                Some(begins_hour(at, last_at))
            }
            _ => None,
        };
        self.last = at.map(|at| (index, at));
        let mut kept = None;
        while let Some(row) = self.rows.next_if(|row| is_up_to(row, index)) {
            kept = self.read(row, report).filter(|(size, _)| *size == index);
        }
        let edge = edge.filter(|edge| edge.size() == index);
        let what = match (kept, due) {
            (None, Some(true)) => (DamageKind::Checkpoint, "missing, and an hour begins after it"),
            (Some((_, Some(_))), Some(false)) => (DamageKind::Stray, "no hour begins after it"),
            (Some((_, Some(tree))), _) if edge.is_some_and(|edge| edge.root() != tree.root) => {
                (DamageKind::Checkpoint, "the entries have another root")
            }
            _ => return,
        };
        self.found.add([Damage::new(what.0, format!("checkpoints {index}"), what.1)]);
    }

    /// Checks the rows after the last entry.
    pub(super) fn finish(mut self, report: &mut Report) {
        while let Some(row) = self.rows.next() {
            if let Some((size, Some(_))) = self.read(row, report) {
                let what = "no entry follows it";
                self.found.add([Damage::new(DamageKind::Stray, format!("checkpoints {size}"), what)]);
            }
        }
        let of_entries = [DamageKind::Entry, DamageKind::Clock, DamageKind::Tile, DamageKind::Root];
        let sound =
            report.unlisted == 0 && !report.damage.iter().any(|damage| of_entries.contains(&damage.kind));
        if sound {
            report.unlisted += self.found.unlisted;
            report.add(self.found.damage);
        }
    }

    /// Returns the size in the key of a row, and the tree of its checkpoint if that holds.
    fn read(&mut self, row: Row, report: &mut Report) -> Option<(u64, Option<Tree>)> {
        let (key, note) = match row {
            Ok(row) => row,
            Err(error) => {
                report.add([Damage::unreadable(Table::Checkpoints, "a row", &error)]);
                return None;
            }
        };
        let Ok(size) = key.as_ref().try_into().map(u64::from_be_bytes) else {
            let place = format!("checkpoints {}", hex(&key));
            report.add([Damage::new(DamageKind::Stray, place, "the key is not a size")]);
            return None;
        };
        let what = match open(Ok(Some(note.into())), self.key) {
            Ok(checkpoint) if checkpoint.tree.size == size => return Some((size, Some(checkpoint.tree))),
            Ok(checkpoint) => format!("it is of {} entries", checkpoint.tree.size),
            Err(what) => what,
        };
        report.add([Damage::new(DamageKind::Checkpoint, format!("checkpoints {size}"), what)]);
        Some((size, None))
    }
}

fn is_up_to(row: &Row, size: u64) -> bool {
    row.as_ref().map_or(true, |(key, _)| key[..] <= size.to_be_bytes()[..])
}
