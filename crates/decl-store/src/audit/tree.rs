//! Rebuilds the tree from the entries alone.

use super::{Damage, DamageKind, Report, second};
use crate::{
    error::Error,
    rocks::View,
    rows::{index_from, tile_key},
    tables::{Row, Table},
};
use decl_log::{Edge, Hash, TILE_WIDTH, Tile, TileId, Tree};

/// The longest run of missing entries that is bridged with stored hashes.
const BRIDGED: u64 = 1 << 16;

/// A walk over the entries that rebuilds the tree and compares every tile on the way.
pub(super) struct Rebuilt<'a> {
    view: &'a View<'a>,
    rows: Box<dyn Iterator<Item = Row> + 'a>,
    /// The next entry to read.
    next: u64,
    /// The signed size.
    size: Option<u64>,
    /// `None` after entries are missing whose hashes are unknown too.
    edge: Option<Edge>,
    stored: Option<&'a Edge>,
    second_opinion: bool,
    record: Option<Tree>,
    root_of_record: Option<Hash>,
}

impl<'a> Rebuilt<'a> {
    pub(super) fn new(
        view: &'a View<'a>,
        stored: Option<&'a Edge>,
        size: Option<u64>,
        second_opinion: bool,
    ) -> Self {
        let edge = Some(Edge::new());
        let rows = rows_from(view, 0);
        Self { view, rows, next: 0, size, edge, stored, second_opinion, record: None, root_of_record: None }
    }

    /// Remembers the root that the log had at the size of a head record.
    pub(super) fn watch(&mut self, record: Option<Tree>) {
        self.record = record;
    }

    pub(super) fn root_of_record(&self) -> Option<Hash> {
        self.root_of_record
    }

    /// Returns the size that was signed; without a checkpoint, the end of the last entry.
    pub(super) fn size(&self) -> u64 {
        self.size.unwrap_or(self.next)
    }

    /// Returns the next entries, or `None` after the last.
    pub(super) fn next_group(&mut self, len: usize, report: &mut Report) -> Option<Vec<(u64, Box<[u8]>)>> {
        let mut group = Vec::with_capacity(len);
        while group.len() < len {
            match self.rows.next() {
                None => break,
                Some(Ok((key, entry))) => match index_from(&key) {
                    Ok(index) if self.size.is_some_and(|size| index >= size) => {
                        let what = "the entry was never signed";
                        report.add([Damage::new(DamageKind::Entry, format!("entry {index}"), what)]);
                    }
                    Ok(index) => {
                        self.next = index.saturating_add(1);
                        group.push((index, entry));
                    }
                    Err(error) => {
                        let place = format!("b3:{}", decl_core::hex(&key));
                        report.add([Damage::new(DamageKind::Entry, place, error.to_string())]);
                    }
                },
                Some(Err(error)) => self.skip(&error, report),
            }
        }
        (!group.is_empty()).then_some(group)
    }

    /// Continues after what cannot be read, with strides that double: it passes a damaged block in a few steps.
    fn skip(&mut self, error: &Error, report: &mut Report) {
        report.add([Damage::unreadable(Table::Entries, format!("entry {}", self.next), error)]);
        let mut stride = 1_u64;
        loop {
            let Some(next) =
                self.next.checked_add(stride).filter(|next| self.size.is_some_and(|size| *next < size))
            else {
                self.rows = Box::new(std::iter::empty());
                return;
            };
            let mut rows = rows_from(self.view, next).peekable();
            if rows.peek().is_none_or(Result::is_ok) {
                self.rows = Box::new(rows);
                return;
            }
            stride = stride.saturating_mul(2);
        }
    }

    /// Returns the edge of the tree so far, unless too many entries are missing.
    pub(super) fn edge(&self) -> Option<&Edge> {
        self.edge.as_ref()
    }

    /// Replaces missing entries before the next one by their stored hashes, so that the damage stays local.
    pub(super) fn bridge(&mut self, to: u64, report: &mut Report) {
        let Some(from) = self.edge.as_ref().map(Edge::size).filter(|from| *from < to) else { return };
        let place =
            if to - from == 1 { format!("entry {from}") } else { format!("entries {from} to {}", to - 1) };
        report.add([Damage::new(DamageKind::Entry, place, "missing")]);
        for index in from..to {
            match self.stored_leaf(index).filter(|_| to - from <= BRIDGED) {
                Some(leaf) => self.push(leaf, report),
                None => return self.edge = None,
            }
        }
    }

    /// Adds the leaf of an entry.
    pub(super) fn push(&mut self, leaf: Hash, report: &mut Report) {
        let Some(edge) = &mut self.edge else { return };
        let full = edge.push(leaf);
        if self.record.is_some_and(|record| record.size == edge.size()) {
            self.root_of_record = Some(edge.root());
        }
        for tile in full {
            self.compare(&tile, report);
        }
    }

    fn compare(&self, tile: &Tile, report: &mut Report) {
        let damaged = |what: &str| [Damage::new(DamageKind::Tile, tile.id.path(), what)];
        match self.view.get(Table::Tiles, &tile_key(tile.id)) {
            Ok(Some(stored)) if stored == tile.to_bytes() => {}
            Ok(Some(_)) => report.add(damaged("the stored hashes are not those of the entries")),
            Ok(None) => report.add(damaged("missing")),
            Err(error) => report.add([Damage::unreadable(Table::Tiles, tile.id.path(), &error)]),
        }
        if self.second_opinion && !second::agrees(&tile.hashes) {
            report.add(damaged("an independent implementation computes another root"));
        }
    }

    fn stored_leaf(&self, index: u64) -> Option<Hash> {
        let (number, offset) =
            (index / u64::from(TILE_WIDTH), usize::try_from(index % u64::from(TILE_WIDTH)).ok()?);
        let id = TileId { level: 0, number, width: TILE_WIDTH };
        if let Ok(Some(bytes)) = self.view.get(Table::Tiles, &tile_key(id)) {
            return Tile::from_bytes(id, &bytes).ok()?.hashes.get(offset).copied();
        }
        let stored = self.stored.filter(|edge| edge.size() / u64::from(TILE_WIDTH) == number)?;
        stored.partial(0).get(offset).copied()
    }

    /// Compares what has no full tile: the end of the log, the right edge, the root.
    pub(super) fn finish(&mut self, signed: Option<Tree>, stored: Option<&Edge>, report: &mut Report) {
        if let Some(tree) = signed {
            self.bridge(tree.size, report);
        }
        let Some(edge) = &self.edge else { return };
        if stored.is_some_and(|stored| stored != edge) {
            let what = "the stored right edge is not that of the entries";
            report.add([Damage::new(DamageKind::Edge, "meta", what)]);
        }
        if let Some(tree) = signed.filter(|tree| tree.root != edge.root()) {
            let what = format!("the entries have the root {}, not the signed {}", edge.root(), tree.root);
            report.add([Damage::new(DamageKind::Root, "checkpoint", what)]);
        }
        for tile in edge.partials().filter(|tile| self.second_opinion && !second::agrees(&tile.hashes)) {
            let what = "an independent implementation computes another root";
            report.add([Damage::new(DamageKind::Tile, tile.id.path(), what)]);
        }
        let size = edge.size();
        super::each_row(self.view, Table::Tiles, report, |key, _| {
            let tile = key.split_first().and_then(|(level, number)| Some((*level, number.try_into().ok()?)));
            let ours = tile.is_some_and(|(level, number)| {
                let full = size.checked_shr(8 * (u32::from(level) + 1)).unwrap_or(0);
                u64::from_be_bytes(number) < full
            });
            (!ours).then(|| {
                Damage::new(
                    DamageKind::Tile,
                    format!("tiles {}", decl_core::hex(key)),
                    "no such tile in this tree",
                )
            })
        });
    }
}

fn rows_from<'a>(view: &'a View<'a>, index: u64) -> Box<dyn Iterator<Item = Row> + 'a> {
    Box::new(view.rows(Table::Entries, &index.to_be_bytes()))
}
