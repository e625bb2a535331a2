//! Reads the hashes of a stored tree.

use crate::{cache::Cache, error::Error, head::Head, rocks::Db, rows::tile_key, tables::Table};
use decl_log::{ExpandedTile, Hash, HashReader, Refusal, TILE_WIDTH, Tile, TileId, locate};
use std::sync::Arc;

/// Full tiles with the nodes above their hashes.
pub(crate) type Tiles = Cache<(u8, u64), Arc<ExpandedTile>>;

/// The hashes of a head's tree: full tiles from the table or the cache, the rest from the head itself.
///
/// It needs no view: full tiles never change, and those of a head were written with it or before.
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
            let (id, sub_level, offset) = locate(*index, self.head.tree().size).ok_or(absent)?;
            let hash = if id.width < TILE_WIDTH {
                self.head.partial(id.level).and_then(|tile| tile.get(sub_level, offset))
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
