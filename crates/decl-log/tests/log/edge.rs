//! The growing edge, at the sizes where a tile fills or a level begins.

use crate::{memory::Log, rfc6962};
use decl_log::{Edge, MAX_SIZE, Refusal, Tile, TileId, empty_root, tree_root};

const SIZES: [u64; 11] = [0, 1, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537];
const LAST: u64 = 70_000;

#[test]
fn root_and_tiles_at_the_boundaries() {
    let mut log = Log::default();
    for size in SIZES.into_iter().chain([LAST]) {
        log.grow_to(size);
        assert_eq!(log.edge.size(), size);
        let root = rfc6962::mth(&log.leaves);
        assert_eq!(log.edge.root(), root, "{size}");
        assert_eq!(tree_root(size, &log), Ok(root), "{size}");
        for level in 0..3 {
            let full = log.full.keys().filter(|(at, _)| *at == level).count();
            assert_eq!(full as u64, size >> (8 * (level + 1)), "full tiles of level {level} at {size}");
            assert_eq!(log.edge.partial(level).len() as u64, size >> (8 * level) & 255, "partial at {size}");
        }
        assert_eq!(log.edge.partial(3), []);
        assert_eq!(log.edge.partial(255), []);
    }
    let partials = log.edge.partials().map(|tile| tile.id).collect::<Vec<_>>();
    let id = |level, number, width| TileId { level, number, width };
    assert_eq!(partials, [id(0, 273, 112), id(1, 1, 17), id(2, 0, 1)], "the worked example of tlog-tiles");
    assert_eq!(log.full.len(), 273 + 1);
}

#[test]
fn every_small_edge_has_the_root_of_its_leaves() {
    let mut log = Log::default();
    for size in 0..=600 {
        log.grow_to(size);
        assert_eq!(log.edge.root(), rfc6962::mth(&log.leaves), "{size}");
        assert_eq!(Edge::from_bytes(&log.edge.to_bytes()), Ok(log.edge.clone()), "{size}");
    }
}

#[test]
fn an_edge_read_back_goes_on_as_the_one_written() {
    let mut edge = Edge::new();
    let log = Log::of(LAST + 600);
    let mut leaves = log.leaves.iter().copied();
    for size in SIZES.into_iter().chain([LAST]) {
        while edge.size() < size {
            edge.push(leaves.next().unwrap());
        }
        let mut read = Edge::from_bytes(&edge.to_bytes()).unwrap();
        assert_eq!(read, edge);
        assert_eq!(read.root(), edge.root());
        let mut written = edge.clone();
        for leaf in leaves.clone().take(600) {
            assert_eq!(read.push(leaf), written.push(leaf));
            assert_eq!(read.root(), written.root());
        }
        assert_eq!(read, written);
    }
}

#[test]
fn an_edge_has_one_spelling() {
    let bytes = Log::of(513 + 7).edge.to_bytes();
    assert_eq!(bytes.len(), 8 + 32 * (8 + 2));
    for len in 0..bytes.len() {
        assert!(Edge::from_bytes(&bytes[..len]).is_err(), "{len}");
    }
    for more in [1, 31, 32, 64] {
        assert!(Edge::from_bytes(&[bytes.as_slice(), &vec![0; more]].concat()).is_err(), "{more}");
    }
    assert_eq!(Edge::from_bytes(&[0; 8]), Ok(Edge::new()));
    assert_eq!(Edge::new().root(), empty_root());
    for size in [MAX_SIZE + 1, u64::MAX] {
        assert_eq!(Edge::from_bytes(&size.to_be_bytes()), Err(Refusal::TooLarge { size }));
    }
    let largest = [&MAX_SIZE.to_be_bytes()[..], &[7; 64 * 32]].concat();
    let largest = Edge::from_bytes(&largest).unwrap();
    assert_eq!(largest.size(), MAX_SIZE);
    assert_eq!(largest.partials().count(), 1);
}

#[test]
fn partial_tiles_are_served_as_prefixes() {
    let small = Log::of(300);
    let large = Log::of(600);
    let partials: Vec<Tile> = small.edge.partials().collect();
    assert_eq!(partials.len(), 2);
    for (offset, hash) in (0..).zip(&partials[0].hashes) {
        assert_eq!(large.full[&(0, 1)].get(0, offset), Some(*hash));
    }
    assert_eq!(partials[1].hashes, large.edge.partial(1)[..1]);
}
