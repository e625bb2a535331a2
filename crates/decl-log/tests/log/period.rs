//! The files of a mirror and of a period, in every small world and around every edge.

use crate::memory::{Log, entry};
use decl_log::{
    Edge, Mirror, Period, Refusal, Tile, TileId, encode_bundle, entries_path, leaf_hash, parse_bundle,
};
use std::collections::BTreeMap;

const SIZES: [u64; 18] =
    [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 768, 65_279, 65_280, 65_535, 65_536, 65_537, 65_792, 66_049];

fn edge_of(size: u64) -> Edge {
    Log::of(size).edge
}

#[test]
fn a_mirror_has_the_tiles_of_the_tree_and_the_entries_below_them() {
    for size in SIZES {
        let (mut mirror, mut files) = (Mirror::new(Edge::new()).unwrap(), BTreeMap::new());
        let mut log = Log::default();
        for index in 0..size {
            log.grow_to(index + 1);
            assert_eq!(mirror.edge().size(), index);
            let full = mirror.push(&entry(index)).unwrap();
            assert_eq!(full.is_empty(), !(index + 1).is_multiple_of(256), "{index}");
            files.extend(full);
        }
        assert_eq!(*mirror.edge(), log.edge);
        files.extend(mirror.finish());
        for (id, tile) in log.tiles() {
            assert_eq!(files.remove(&id.path()), Some(tile.to_bytes()), "{}", id.path());
        }
        for number in 0..size.div_ceil(256) {
            let range = number * 256..size.min(number * 256 + 256);
            let width = u16::try_from(range.end - range.start).unwrap();
            let bundle = files.remove(&entries_path(number, width)).unwrap();
            assert_eq!(bundle, encode_bundle(range.map(entry)).unwrap());
            assert_eq!(parse_bundle(&bundle, width).unwrap().len(), usize::from(width));
        }
        assert!(files.is_empty(), "{:?}", files.keys());
    }
}

#[test]
fn a_mirror_begins_between_two_bundles_and_takes_entries_that_a_bundle_can_hold() {
    for size in [1, 255, 257] {
        assert!(Mirror::new(edge_of(size)).is_err(), "{size}");
    }
    let mut mirror = Mirror::new(edge_of(512)).unwrap();
    assert!(matches!(mirror.push(&vec![0; 65_536]), Err(Refusal::Malformed(_))));
    let files: Vec<_> = (512..768).flat_map(|index| mirror.push(&entry(index)).unwrap()).collect();
    let paths: Vec<_> = files.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["tile/0/002", "tile/entries/002"]);
    assert_eq!(mirror.edge().root(), Log::of(768).edge.root());
}

#[test]
fn a_period_begins_with_the_bundle_of_the_entry_before_it() {
    for (before, size, start, bundles) in [
        (0, 0, 0, vec![]),
        (0, 1, 0, vec![(0, 1)]),
        (1, 1, 0, vec![(0, 1)]),
        (256, 256, 0, vec![(0, 256)]),
        (256, 257, 0, vec![(0, 256), (1, 1)]),
        (257, 257, 256, vec![(1, 1)]),
        (513, 1_000, 512, vec![(2, 256), (3, 232)]),
        (1, 0, 0, vec![]),
        (1 << 62, 1 << 62, (1 << 62) - 256, vec![((1 << 54) - 1, 256)]),
    ] {
        let period = Period { before, size };
        assert_eq!(period.start(), start, "{before} to {size}");
        assert_eq!(period.bundles().collect::<Vec<_>>(), bundles, "{before} to {size}");
    }
}

/// From the tiles of the newer tree alone.
#[test]
fn the_edge_before_a_period_comes_from_its_tiles() {
    for size in SIZES {
        let log = Log::of(size);
        let tiles = log.tiles();
        for before in SIZES.into_iter().filter(|before| *before <= size) {
            let period = Period { before, size };
            let mut reads = 0;
            let edge = period.edge(|id| {
                reads += 1;
                tiles.get(&id).cloned().ok_or(id)
            });
            assert_eq!(edge.as_ref(), Ok(&edge_of(period.start())), "{before} to {size}");
            assert!(reads <= 8);
        }
    }
    let failed = Period { before: 300, size: 400 }.edge(Err::<Tile, TileId>);
    assert_eq!(failed, Err(TileId { level: 1, number: 0, width: 1 }));
    // Fewer hashes than there should be are not those of the tree.
    let tile = |id| Ok::<_, ()>(Tile { id, hashes: vec![leaf_hash(b"")] });
    assert_ne!(Period { before: 1_000, size: 1_000 }.edge(tile).unwrap().root(), edge_of(768).root());
}
