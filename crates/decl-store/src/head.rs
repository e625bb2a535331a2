//! The newest checkpoint and what stands right of the full tiles: all of the tree that still changes.

use crate::{
    Error,
    cache::Cache,
    db::{Batch, Db, Table, View},
};
use decl_log::{
    Checkpoint, Edge, ExpandedTile, Hash, HashReader, Refusal, SigningKey, TILE_WIDTH, Tile, TileId, Tree,
    VerifierKey, locate,
};
use std::sync::Arc;

pub(crate) const ORIGIN: &[u8] = b"origin";
pub(crate) const CHECKPOINT: &[u8] = b"checkpoint";
pub(crate) const EDGE: &[u8] = b"edge";

/// A signed checkpoint with the right edge of its tree. With the full tiles it can prove everything up to its size.
pub(crate) struct Head {
    note: String,
    tree: Tree,
    edge: Edge,
    partial: Vec<ExpandedTile>, // by tile level
}

impl Head {
    /// Signs the tree that an edge has grown to. It must extend the last one signed; the sequencer sees to that.
    pub(crate) fn sign(edge: Edge, key: &SigningKey) -> Result<Self, Error> {
        let tree = Tree { size: edge.size(), root: edge.root() };
        let note = Checkpoint { origin: key.name().to_owned(), tree }.sign(key)?;
        Ok(Self::new(note, tree, edge))
    }

    /// Reads the head under a view and believes nothing of it: the signature is the log's, the edge has the root.
    pub(crate) fn load(view: &View<'_>, key: &VerifierKey) -> Result<Self, Error> {
        let note = checkpoint_text(view.get(Table::Meta, CHECKPOINT)?)?;
        let checkpoint = Checkpoint::open(&note, key)
            .map_err(|refusal| Error::corrupt("the stored checkpoint does not hold").because(refusal))?;
        let edge = view.get(Table::Meta, EDGE)?.unwrap_or_default();
        let edge = Edge::from_bytes(&edge)
            .map_err(|refusal| Error::corrupt("the stored right edge does not hold").because(refusal))?;
        if edge.size() != checkpoint.tree.size || edge.root() != checkpoint.tree.root {
            return Err(Error::corrupt("the stored right edge is not that of the checkpoint"));
        }
        Ok(Self::new(note, checkpoint.tree, edge))
    }

    fn new(note: String, tree: Tree, edge: Edge) -> Self {
        let mut above = tree.size;
        let mut partial = Vec::new();
        while above > 0 {
            #[expect(clippy::cast_possible_truncation, reason = "a tree has at most eight levels of tiles")]
            partial.push(ExpandedTile::new(edge.partial(partial.len() as u8)));
            above /= u64::from(TILE_WIDTH);
        }
        Self { note, tree, edge, partial }
    }

    /// Adds the head to the writes that make it true.
    pub(crate) fn write(&self, batch: &mut Batch) {
        batch.put(Table::Meta, CHECKPOINT, self.note.as_bytes().to_vec());
        batch.put(Table::Meta, EDGE, self.edge.to_bytes());
    }

    /// The signed checkpoint, verbatim.
    pub(crate) fn note(&self) -> &str {
        &self.note
    }

    pub(crate) fn tree(&self) -> Tree {
        self.tree
    }

    pub(crate) fn edge(&self) -> &Edge {
        &self.edge
    }
}

/// The text of the stored checkpoint.
pub(crate) fn checkpoint_text(stored: Option<Vec<u8>>) -> Result<String, Error> {
    let stored = stored.ok_or_else(|| Error::corrupt("the stored checkpoint is missing"))?;
    String::from_utf8(stored)
        .map_err(|source| Error::corrupt("the stored checkpoint is not text").because(source))
}

/// Full tiles with the nodes above their hashes.
pub(crate) type Tiles = Cache<(u8, u64), Arc<ExpandedTile>>;

/// The hashes of the tree of a head: full tiles from the table or the cache, the rest from the head itself.
///
/// No view is needed: full tiles never change, and those of a head were written with it or before.
pub(crate) struct Nodes<'a> {
    pub(crate) head: &'a Head,
    pub(crate) db: &'a Db,
    pub(crate) tiles: &'a Tiles,
}

impl HashReader for Nodes<'_> {
    type Error = Error;

    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let mut last: Option<(TileId, Arc<ExpandedTile>)> = None; // most neighbours in a proof share a tile
        let mut read = |index: &u64| {
            let absent = Refusal::Malformed("a hash outside the tree");
            let (id, sub_level, offset) = locate(*index, self.head.tree.size).ok_or(absent)?;
            let hash = if id.width < TILE_WIDTH {
                self.head.partial.get(usize::from(id.level)).and_then(|tile| tile.get(sub_level, offset))
            } else {
                let tile = match last.take() {
                    Some((held, tile)) if held == id => tile,
                    _ => self.full(id)?,
                };
                let hash = tile.get(sub_level, offset);
                last = Some((id, tile));
                hash
            };
            hash.ok_or(Error::from(absent))
        };
        indexes.iter().map(&mut read).collect()
    }
}

impl Nodes<'_> {
    fn full(&self, id: TileId) -> Result<Arc<ExpandedTile>, Error> {
        let key = (id.level, id.number);
        if let Some(tile) = self.tiles.get(&key) {
            return Ok(tile);
        }
        let stored = self.db.get(Table::Tiles, &tile_key(id))?;
        let stored = stored.ok_or_else(|| Error::corrupt(format!("the stored {} is missing", id.path())))?;
        let tile = Arc::new(ExpandedTile::new(&Tile::from_bytes(id, &stored)?.hashes));
        self.tiles.insert(key, Arc::clone(&tile));
        Ok(tile)
    }
}

/// The key of a full tile: by level, then from the left.
pub(crate) fn tile_key(id: TileId) -> [u8; 9] {
    let mut key = [id.level; 9];
    key[1..].copy_from_slice(&id.number.to_be_bytes());
    key
}
