//! Tiles, the tree cut into pieces of 256 hashes, as defined by [tlog-tiles](https://c2sp.org/tlog-tiles).

use crate::{
    hash::{Hash, node_hash},
    refusal::Refusal,
    text::decimal,
    tree::{MAX_SIZE, split_stored_index},
};

/// The number of hashes in a full tile, and of entries in a full bundle.
pub const TILE_WIDTH: u16 = 256;

/// Tree levels from the bottom of one tile to the bottom of the tile above it.
const TILE_HEIGHT: u8 = 8;

/// The coordinates of a tile: `number` from the left at tile level `level`, with its first `width` hashes. A tile of a
/// growing tree is partial (1 to 255 hashes) until it is full; a partial tile is a prefix of the full one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// The tile level; a tile of level L begins at tree level 8 x L.
    pub level: u8,
    /// Its number from the left, from 0.
    pub number: u64,
    /// The number of its hashes, [`TILE_WIDTH`] if it is full.
    pub width: u16,
}

impl TileId {
    /// Returns the tile with these coordinates in a tree of `size` leaves: the last one of a level is partial.
    pub(crate) fn of_tree(size: u64, level: u8, number: u64) -> Self {
        let hashes = (size >> (level * TILE_HEIGHT)).saturating_sub(number * u64::from(TILE_WIDTH));
        #[expect(clippy::cast_possible_truncation, reason = "at most 256")]
        let width = hashes.min(TILE_WIDTH.into()) as u16;
        Self { level, number, width }
    }

    /// Returns the path: `tile/0/x001/x234/067` for a full tile, `tile/0/x001/x234/067.p/8` for a partial one.
    pub fn path(&self) -> String {
        format!("tile/{}/{}", self.level, tail(self.number, self.width))
    }

    /// Parses a [path](Self::path). Refuses every other spelling.
    pub fn parse(path: &str) -> Result<Self, Refusal> {
        Self::from_path(path).ok_or(Refusal::Malformed("a tile path is tile/<level>/<number>[.p/<width>]"))
    }

    fn from_path(path: &str) -> Option<Self> {
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let level = decimal(level)?.try_into().ok().filter(|level| *level <= 63)?;
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => {
                (number, decimal(width)?.try_into().ok().filter(|width| (1..TILE_WIDTH).contains(width))?)
            }
            None => (rest, TILE_WIDTH),
        };
        Some(Self { level, number: number_from(number)?, width })
    }
}

/// Returns the path of the entry bundle below a tile: `tile/entries/x001/x234/067[.p/8]`.
pub fn entries_path(number: u64, width: u16) -> String {
    format!("tile/entries/{}", tail(number, width))
}

/// Returns the number in groups of three digits, so that no directory has more than about a thousand names, then the
/// width of a partial tile.
fn tail(number: u64, width: u16) -> String {
    let mut tail = format!("{:03}", number % 1000);
    let mut rest = number / 1000;
    while rest > 0 {
        tail = format!("x{:03}/{tail}", rest % 1000);
        rest /= 1000;
    }
    if width == TILE_WIDTH { tail } else { format!("{tail}.p/{width}") }
}

fn number_from(text: &str) -> Option<u64> {
    let mut number = 0_u64;
    let mut groups = text.split('/').peekable();
    while let Some(group) = groups.next() {
        let last = groups.peek().is_none();
        let digits = if last { group } else { group.strip_prefix('x')? };
        let leading_zeros = number == 0 && !last && digits == "000";
        if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) || leading_zeros {
            return None;
        }
        number = number.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
    }
    (number < MAX_SIZE / u64::from(TILE_WIDTH)).then_some(number)
}

/// The hashes of one tile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The coordinates.
    pub id: TileId,
    /// Its `id.width` hashes, from the left.
    pub hashes: Vec<Hash>,
}

impl Tile {
    /// Returns the bytes that are stored and served: the concatenated hashes, 8,192 bytes for a full tile.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.hashes.iter().flat_map(Hash::as_bytes).copied().collect()
    }

    /// Parses the bytes of the tile `id`. Refuses any other number of hashes than its width.
    pub fn from_bytes(id: TileId, bytes: &[u8]) -> Result<Self, Refusal> {
        match Hash::all_from(bytes) {
            Some(hashes) if hashes.len() == usize::from(id.width) => Ok(Self { id, hashes }),
            _ => Err(Refusal::Malformed("a tile is 32 bytes for each hash of its width")),
        }
    }
}

/// A tile with every complete node above its hashes. It is computed once; reading a node then needs no hashing.
#[derive(Clone, Debug)]
pub struct ExpandedTile {
    nodes: Vec<Hash>, // sub-level after sub-level, each half as long as the one before
    width: usize,
}

impl ExpandedTile {
    /// Computes the nodes above these hashes of a tile.
    pub fn new(hashes: &[Hash]) -> Self {
        let mut nodes = Vec::with_capacity(2 * hashes.len());
        nodes.extend_from_slice(hashes);
        let (mut start, mut len) = (0, hashes.len());
        while len > 1 {
            for left in (start..start + len - 1).step_by(2) {
                nodes.push(node_hash(&nodes[left], &nodes[left + 1]));
            }
            start += len;
            len /= 2;
        }
        Self { nodes, width: hashes.len() }
    }

    /// Returns the node `sub_level` levels above the tile's hashes, `offset` from its left, or `None` if it is not
    /// complete in this tile.
    pub fn get(&self, sub_level: u8, offset: u16) -> Option<Hash> {
        if sub_level > TILE_HEIGHT || usize::from(offset) >= self.width >> sub_level {
            return None;
        }
        let start: usize = (0..sub_level).map(|below| self.width >> below).sum();
        self.nodes.get(start + usize::from(offset)).copied()
    }
}

/// Returns the tile of a tree of `size` leaves that holds the node at a stored index, with the sub-level and offset to
/// [read it there](ExpandedTile::get). Returns `None` if the node is not complete in that tree.
pub fn locate(stored_index: u64, size: u64) -> Option<(TileId, u8, u16)> {
    let (level, node) = split_stored_index(stored_index);
    if node >= size >> level {
        return None;
    }
    let (tile_level, sub_level) = (level / TILE_HEIGHT, level % TILE_HEIGHT);
    let across = TILE_HEIGHT - sub_level; // the tile is 2^across such nodes wide
    let number = node >> across;
    #[expect(clippy::cast_possible_truncation, reason = "below 256")]
    let offset = (node - (number << across)) as u16;
    Some((TileId::of_tree(size, tile_level, number), sub_level, offset))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{hash::leaf_hash, tree::stored_index};

    #[test]
    fn paths_of_the_standard() {
        let id = |level, number, width| TileId { level, number, width };
        for (id, path) in [
            (id(0, 1_234_067, 256), "tile/0/x001/x234/067"),
            (id(0, 0, 256), "tile/0/000"),
            (id(1, 0, 1), "tile/1/000.p/1"),
            (id(0, 273, 112), "tile/0/273.p/112"),
            (id(63, 999, 255), "tile/63/999.p/255"),
            (id(2, 1000, 256), "tile/2/x001/000"),
            (id(0, (MAX_SIZE >> 8) - 1, 256), "tile/0/x018/x014/x398/x509/x481/983"),
        ] {
            assert_eq!(id.path(), path);
            assert_eq!(TileId::parse(path), Ok(id));
        }
        assert_eq!(entries_path(1_234_067, 256), "tile/entries/x001/x234/067");
        assert_eq!(entries_path(0, 7), "tile/entries/000.p/7");
    }

    #[test]
    fn paths_round_trip() {
        for power in 0..54 {
            for number in [(1 << power) - 1, 1 << power, (1 << power) + 1] {
                for (level, width) in [(0, 256), (9, 1), (10, 255), (63, 128)] {
                    let id = TileId { level, number, width };
                    assert_eq!(TileId::parse(&id.path()), Ok(id));
                }
            }
        }
    }

    #[test]
    fn hostile_paths_are_refused() {
        for path in [
            "",
            "/",
            "tile",
            "tile/",
            "tile/0",
            "tile/0/",
            "/tile/0/000",
            "tile/0/000/",
            "tile/00/000",
            "tile/64/000",
            "tile/256/000",
            "tile/-1/000",
            "tile/+1/000",
            "tile/x/000",
            "tile/8/0/000",
            "tile/entries/000",
            "tile/0/0",
            "tile/0/00",
            "tile/0/0000",
            "tile/0/x000",
            "tile/0/x000/001",
            "tile/0/x000/x001/000",
            "tile/0/001/002",
            "tile/0/X001/000",
            "tile/0/x01/000",
            "tile/0/+01",
            "tile/0/x+01/000",
            "tile/0/..",
            "tile/0/../000",
            "tile/0//000",
            "tile/0/١٢٣",
            "tile/0/é",
            "tile/0/000.p",
            "tile/0/000.p/",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/01",
            "tile/0/000.p/1/",
            "tile/0/000.p/1.p/1",
            "tile/0/000.P/1",
            "tile/0/000.p/65537",
            "tile/0/x018/x014/x398/x509/x481/984",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
            "tile/0/000\0",
            "tile/0/000 ",
            "tile/0/000\n",
        ] {
            assert!(TileId::parse(path).is_err(), "{path:?}");
        }
        assert!(TileId::parse(&format!("tile/0/{}000", "x999/".repeat(100_000))).is_err());
    }

    #[test]
    fn an_expanded_tile_has_every_complete_node_and_no_other() {
        let leaves: Vec<_> = (0..256_u16).map(|leaf| leaf_hash(&leaf.to_be_bytes())).collect();
        for width in 0..=256_u16 {
            let tile = ExpandedTile::new(&leaves[..usize::from(width)]);
            let mut row = leaves[..usize::from(width)].to_vec();
            for sub_level in 0..=8 {
                for (offset, node) in (0..).zip(&row) {
                    assert_eq!(tile.get(sub_level, offset), Some(*node));
                }
                assert_eq!(tile.get(sub_level, u16::try_from(row.len()).unwrap()), None);
                assert_eq!(tile.get(sub_level, u16::MAX), None);
                row = row.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
            }
            assert_eq!(tile.get(9, 0), None);
            assert_eq!(tile.get(255, 0), None);
        }
    }

    #[test]
    fn nodes_are_located_in_the_lowest_tile_that_starts_at_or_below_them() {
        let id = |level, number, width| TileId { level, number, width };
        for (node, size, want) in [
            ((0, 0), 1, Some((id(0, 0, 1), 0, 0))),
            ((0, 1), 1, None),
            ((1, 0), 1, None),
            ((7, 1), 256, Some((id(0, 0, 256), 7, 1))),
            ((8, 0), 256, Some((id(1, 0, 1), 0, 0))),
            ((8, 272), 70_000, Some((id(1, 1, 17), 0, 16))),
            ((8, 273), 70_000, None),
            ((0, 69_999), 70_000, Some((id(0, 273, 112), 0, 111))),
            ((16, 0), 70_000, Some((id(2, 0, 1), 0, 0))),
            ((62, 0), MAX_SIZE, Some((id(7, 0, 64), 6, 0))),
        ] {
            assert_eq!(locate(stored_index(node.0, node.1), size), want, "{node:?} of {size}");
        }
        assert_eq!(locate(u64::MAX, MAX_SIZE), None);
        assert_eq!(locate(u64::MAX, 0), None);
    }

    #[test]
    fn tile_bytes_are_exact() {
        let id = TileId { level: 0, number: 0, width: 2 };
        let tile = Tile { id, hashes: vec![leaf_hash(b"a"), leaf_hash(b"b")] };
        let bytes = tile.to_bytes();
        assert_eq!(Tile::from_bytes(id, &bytes), Ok(tile));
        for wrong in [&bytes[..63], &bytes[..32], &[bytes.as_slice(), &bytes[..32]].concat(), &[]] {
            assert!(Tile::from_bytes(id, wrong).is_err());
        }
    }
}
