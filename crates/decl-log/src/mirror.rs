//! The static files of a log, made from its entries.

use crate::{
    bundle::encode_bundle,
    edge::Edge,
    hash::leaf_hash,
    refusal::Refusal,
    tile::{TILE_WIDTH, Tile, entries_path},
};

/// Makes the files of a mirror ([tlog-tiles](https://c2sp.org/tlog-tiles)), each when its last entry comes. It holds
/// the edge of the tree and one bundle, however long the log is.
#[derive(Debug)]
pub struct Mirror {
    edge: Edge,
    bundle: Vec<u8>,
}

impl Mirror {
    /// Begins after the entries of a tree. Refuses one that ends inside a bundle.
    pub fn new(edge: Edge) -> Result<Self, Refusal> {
        if edge.size().is_multiple_of(TILE_WIDTH.into()) {
            Ok(Self { edge, bundle: Vec::new() })
        } else {
            Err(Refusal::Malformed("a mirror begins between two bundles"))
        }
    }

    /// Appends an entry. Returns the files that it completes, by path: none for 255 entries of 256.
    pub fn push(&mut self, entry: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Refusal> {
        self.bundle.extend(encode_bundle([entry])?);
        let full = self.edge.push(leaf_hash(entry));
        let mut files: Vec<_> = full.iter().map(file).collect();
        if !full.is_empty() {
            let number = self.edge.size() / u64::from(TILE_WIDTH) - 1;
            files.push((entries_path(number, TILE_WIDTH), std::mem::take(&mut self.bundle)));
        }
        Ok(files)
    }

    /// Returns the edge of the tree so far.
    pub fn edge(&self) -> &Edge {
        &self.edge
    }

    /// Returns the partial tiles and the partial bundle of the tree so far, by path.
    pub fn finish(self) -> impl Iterator<Item = (String, Vec<u8>)> {
        let Self { edge, bundle } = self;
        let number = edge.size() / u64::from(TILE_WIDTH);
        #[expect(clippy::cast_possible_truncation, reason = "a remainder of 256")]
        let width = (edge.size() % u64::from(TILE_WIDTH)) as u16;
        let tiles: Vec<_> = edge.partials().map(|tile| file(&tile)).collect();
        tiles.into_iter().chain((width > 0).then(|| (entries_path(number, width), bundle)))
    }
}

fn file(tile: &Tile) -> (String, Vec<u8>) {
    (tile.id.path(), tile.to_bytes())
}
