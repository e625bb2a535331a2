//! A log in memory that reads hashes as a store does: tile by tile.

use decl_log::{
    Edge, ExpandedTile, Hash, HashReader, Refusal, Tile, TileId, Tree, leaf_hash, locate, tree_root,
};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

#[derive(Default)]
pub(crate) struct Log {
    pub(crate) edge: Edge,
    pub(crate) leaves: Vec<Hash>,
    pub(crate) full: HashMap<(u8, u64), ExpandedTile>,
    partial: RefCell<HashMap<TileId, ExpandedTile>>,
    pub(crate) reads: Cell<usize>,
}

impl Log {
    pub(crate) fn of(size: u64) -> Self {
        let mut log = Self::default();
        log.grow_to(size);
        log
    }

    pub(crate) fn grow_to(&mut self, size: u64) {
        for index in self.edge.size()..size {
            self.push(leaf_hash(&entry(index)));
        }
    }

    pub(crate) fn push(&mut self, leaf: Hash) {
        self.leaves.push(leaf);
        for tile in self.edge.push(leaf) {
            let TileId { level, number, width: 256 } = tile.id else { panic!("{:?} is not full", tile.id) };
            assert!(self.full.insert((level, number), ExpandedTile::new(&tile.hashes)).is_none());
        }
    }

    /// Every tile, by its coordinates.
    pub(crate) fn tiles(&self) -> HashMap<TileId, Tile> {
        let full = self.full.iter().map(|((level, number), tile)| {
            let hashes = (0..256).map(|offset| tile.get(0, offset).unwrap()).collect();
            Tile { id: TileId { level: *level, number: *number, width: 256 }, hashes }
        });
        full.chain(self.edge.partials()).map(|tile| (tile.id, tile)).collect()
    }

    /// The tree that the log was when it had `size` leaves.
    pub(crate) fn tree(&self, size: u64) -> Tree {
        Tree { size, root: tree_root(size, self).unwrap() }
    }
}

/// The entry at an index: all different.
pub(crate) fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

impl HashReader for Log {
    type Error = Refusal;

    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Refusal> {
        self.reads.set(self.reads.get() + 1);
        let read = |&index: &u64| {
            let (tile, sub_level, offset) = locate(index, self.edge.size())?;
            if tile.width == 256 {
                return self.full.get(&(tile.level, tile.number))?.get(sub_level, offset);
            }
            let hashes = self.edge.partial(tile.level);
            assert_eq!(hashes.len(), usize::from(tile.width));
            // A partial tile never changes either: it makes way for a wider one.
            let mut partial = self.partial.borrow_mut();
            partial.entry(tile).or_insert_with(|| ExpandedTile::new(hashes)).get(sub_level, offset)
        };
        indexes.iter().map(read).collect::<Option<_>>().ok_or(Refusal::Malformed("no such hash"))
    }
}
