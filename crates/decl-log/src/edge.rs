//! The right edge of a growing tree: all the state that appending needs.

use crate::{
    hash::{Hash, node_hash},
    refusal::Refusal,
    tile::{ExpandedTile, TILE_WIDTH, Tile, TileId},
    tree::{MAX_SIZE, fold},
};

/// The partial tile of every tile level, and the roots of the complete subtrees that make up the tree.
///
/// Appending costs one hash per leaf on average, the root one hash per subtree; neither reads storage. The full tiles
/// that [`push`](Self::push) returns and the edge together are the whole tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    tiles: Vec<Vec<Hash>>, // by tile level, each shorter than a full tile
    peaks: Vec<Hash>,      // one for each bit of the size, largest subtree first
}

impl Edge {
    /// Returns the edge of the empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the root of the tree.
    pub fn root(&self) -> Hash {
        fold(&self.peaks)
    }

    /// Appends a leaf. Returns the tiles that it completes, lowest first: none for 255 leaves of 256.
    pub fn push(&mut self, leaf: Hash) -> Vec<Tile> {
        let mut full = Vec::new();
        let mut node = leaf;
        full.extend(self.add(0, leaf));
        // As in binary addition, every trailing one bit of the size carries: two subtrees become a larger one.
        let mut level = 0;
        while self.size >> level & 1 == 1
            && let Some(left) = self.peaks.pop()
        {
            node = node_hash(&left, &node);
            level += 1;
            if level % 8 == 0 {
                full.extend(self.add(level / 8, node));
            }
        }
        self.peaks.push(node);
        self.size += 1;
        full
    }

    /// Returns the hashes of the partial tile at a tile level; it is empty if the last tile there is full.
    pub fn partial(&self, level: u8) -> &[Hash] {
        self.tiles.get(usize::from(level)).map_or(&[], Vec::as_slice)
    }

    /// Returns the partial tiles, lowest first: what a published tree has besides its full tiles.
    pub fn partials(&self) -> impl Iterator<Item = Tile> {
        (0..).zip(&self.tiles).filter(|(_, hashes)| !hashes.is_empty()).map(|(level, hashes)| {
            #[expect(clippy::cast_possible_truncation, reason = "less than 256")]
            let width = hashes.len() as u16;
            Tile { id: self.last_tile(level, width), hashes: hashes.clone() }
        })
    }

    /// Encodes the edge: the size in eight bytes, big-endian, then the hashes of the partial tiles, lowest first. The
    /// size determines how many hashes each level has, so no length is stored that could be wrong.
    pub fn to_bytes(&self) -> Vec<u8> {
        let hashes = self.tiles.iter().flatten().flat_map(Hash::as_bytes);
        self.size.to_be_bytes().iter().chain(hashes).copied().collect()
    }

    /// Decodes [`to_bytes`](Self::to_bytes). The hashes are not checked: compare the [`root`](Self::root) with a
    /// checkpoint.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Refusal> {
        let (size, hashes) =
            bytes.split_first_chunk().ok_or(Refusal::Malformed("an edge begins with its size"))?;
        let size = u64::from_be_bytes(*size);
        if size > MAX_SIZE {
            return Err(Refusal::TooLarge { size });
        }
        let hashes = Hash::all_from(hashes).ok_or(HASHES)?;
        let mut rest = hashes.as_slice();
        let mut tiles = Vec::new();
        let mut above = size;
        while above > 0 {
            #[expect(clippy::cast_possible_truncation, reason = "a remainder of 256")]
            let (tile, after) =
                rest.split_at_checked((above % u64::from(TILE_WIDTH)) as usize).ok_or(HASHES)?;
            tiles.push(tile.to_vec());
            rest = after;
            above /= u64::from(TILE_WIDTH);
        }
        if !rest.is_empty() {
            return Err(HASHES);
        }
        Ok(Self::of_tiles(size, tiles))
    }

    /// Returns the edge with these partial tiles, one for each level of the size.
    pub(crate) fn of_tiles(size: u64, tiles: Vec<Vec<Hash>>) -> Self {
        let peaks = tiles.iter().rev().flat_map(|tile| peaks(tile)).collect();
        Self { size, tiles, peaks }
    }

    fn add(&mut self, level: u8, hash: Hash) -> Option<Tile> {
        let at = usize::from(level);
        if at == self.tiles.len() {
            self.tiles.push(Vec::new());
        }
        self.tiles[at].push(hash);
        if self.tiles[at].len() < TILE_WIDTH.into() {
            return None;
        }
        let id = self.last_tile(level, TILE_WIDTH);
        Some(Tile { id, hashes: std::mem::take(&mut self.tiles[at]) })
    }

    fn last_tile(&self, level: u8, width: u16) -> TileId {
        TileId { level, number: (self.size >> (8 * level)) / u64::from(TILE_WIDTH), width }
    }
}

const HASHES: Refusal = Refusal::Malformed("an edge has the hashes that its size demands and no others");

/// Returns the roots of the complete subtrees that make up a partial tile, largest first.
fn peaks(tile: &[Hash]) -> impl Iterator<Item = Hash> + use<> {
    let (width, nodes) = (tile.len(), ExpandedTile::new(tile));
    (0..8).rev().filter(move |sub_level| width >> sub_level & 1 == 1).filter_map(move |sub_level| {
        // The last node of this sub-level is to the right of all larger subtrees.
        nodes.get(sub_level, u16::try_from((width >> sub_level) - 1).ok()?)
    })
}
