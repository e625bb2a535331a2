//! Which files of a log prove a period of it, as `docs/spec/period.md` defines.

use crate::{
    edge::Edge,
    tile::{TILE_WIDTH, Tile, TileId},
};

const WIDTH: u64 = TILE_WIDTH as u64;

/// The entries between two trees of a log: what the newer one has, and the older one has not. Its files are those of
/// the newer tree, from the bundle of the last entry before the period on.
///
/// ```text
///            before                      size
///              v                          v
/// ...  |     n.|..........|..........|....         entries, in bundles of 256; n is the neighbour
///      ^
///    start
/// ```
///
/// The neighbour is there because only its clock shows that the entries before the period are too old to belong in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The number of entries before the period, the size of the older tree.
    pub before: u64,
    /// The size of the newer tree.
    pub size: u64,
}

impl Period {
    /// The file of the signed checkpoint at the end of a period.
    pub const CHECKPOINT: &str = "checkpoint";

    /// The file of the signed checkpoint before a period; there is none if it begins with entry 0.
    pub const BEFORE: &str = "checkpoint.before";

    /// Returns the index of the first entry in the files.
    pub fn start(&self) -> u64 {
        self.before.saturating_sub(1) / WIDTH * WIDTH
    }

    /// Returns the number and the width of each entry bundle, from the left.
    pub fn bundles(&self) -> impl Iterator<Item = (u64, u16)> + use<> {
        let Self { size, .. } = *self;
        (self.start() / WIDTH..size.div_ceil(WIDTH))
            .map(move |number| (number, TileId::of_tree(size, 0, number).width))
    }

    /// Returns the edge of the tree of [`start`](Self::start) entries, from the tiles that hold it. Their hashes are not
    /// checked: compare the root of the tree that the entries lead to.
    pub fn edge<E>(&self, mut read: impl FnMut(TileId) -> Result<Tile, E>) -> Result<Edge, E> {
        let mut tiles = Vec::new();
        let mut hashes = self.start();
        while hashes > 0 {
            #[expect(clippy::cast_possible_truncation, reason = "a tree has at most eight levels of tiles")]
            let level = tiles.len() as u8;
            let (number, count) = (hashes / WIDTH, hashes % WIDTH);
            let mut tile = Vec::new();
            if count > 0 {
                tile = read(TileId::of_tree(self.size, level, number))?.hashes;
                #[expect(clippy::cast_possible_truncation, reason = "a remainder of 256")]
                tile.truncate(count as usize);
            }
            tiles.push(tile);
            hashes = number;
        }
        Ok(Edge::of_tiles(self.start(), tiles))
    }
}
