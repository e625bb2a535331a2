//! The walk over the entries of a period, which rebuilds the tree above them.

use super::{
    question::Answer,
    refusal::{Error, Reason, Refusal, entry_at},
};
use decl_core::Identity;
use decl_log::{Edge, Entry, Hash, MAX_ENTRY, Period, Tile, TileId, entries_path, leaf_hash, parse_bundle};
use std::collections::HashMap;

pub(super) struct Walk<'a, R> {
    pub(super) period: Period,
    pub(super) origin: &'a str,
    pub(super) read: R,
    /// The entry of each record.
    pub(super) entry_of: HashMap<Identity, u64>,
    pub(super) answer: Answer<'a>,
}

impl<R, E> Walk<'_, R>
where
    R: FnMut(&str, usize) -> Result<Option<Vec<u8>>, E>,
{
    /// Walks over all entries and compares every tile. The hashes of the entries before the files come from tiles, and
    /// are as good as the root that they lead to.
    pub(super) fn run(&mut self, root: Hash, before: Option<Hash>) -> Result<(), Error<E>> {
        let period = self.period;
        let mut edge = period.edge(|id| self.tile(id))?;
        let check_before = |edge: &Edge| match before {
            Some(before) if edge.size() == period.before && edge.root() != before => {
                Err(Refusal::at(Period::BEFORE, decl_log::Refusal::WrongRoot))
            }
            _ => Ok(()),
        };
        for (number, width) in period.bundles() {
            let path = entries_path(number, width);
            let bundle = self.file(&path, usize::from(width) * (2 + MAX_ENTRY))?;
            let entries = parse_bundle(&bundle, width).map_err(|refusal| Refusal::at(path, refusal))?;
            let leaves = self.tile(TileId { level: 0, number, width })?;
            for (entry, stored) in entries.into_iter().zip(&leaves.hashes) {
                check_before(&edge)?;
                let (index, leaf) = (edge.size(), leaf_hash(entry));
                self.entry(index, entry).map_err(|reason| Refusal::at(entry_at(index), reason))?;
                if leaf != *stored {
                    return Err(Refusal::at(entry_at(index), Reason::OtherLeaf(leaves.id.path())).into());
                }
                for tile in edge.push(leaf) {
                    self.compare(&tile)?;
                }
            }
        }
        check_before(&edge)?;
        for tile in edge.partials() {
            self.compare(&tile)?;
        }
        if edge.root() == root {
            Ok(())
        } else {
            Err(Refusal::at(Period::CHECKPOINT, decl_log::Refusal::WrongRoot).into())
        }
    }

    /// Checks an entry by the rules of a log, as far as the entries before it are known.
    fn entry(&mut self, index: u64, bytes: &[u8]) -> Result<(), Reason> {
        let at = match Entry::parse(bytes)? {
            Entry::Genesis { .. } if index > 0 => return Err(Reason::Genesis("a second beginning")),
            Entry::Genesis { origin, .. } if origin != self.origin => {
                return Err(Reason::Genesis("the log begins with another origin"));
            }
            Entry::Genesis { at, .. } => at,
            Entry::Record { .. } if index == 0 => {
                return Err(Reason::Genesis("the log begins with no origin"));
            }
            Entry::Record { id, at, .. } => match self.entry_of.insert(id, index) {
                Some(first) => return Err(Reason::Repeated(first)),
                None => at,
            },
        };
        self.answer.take(index, at)
    }

    /// Compares a tile that the entries lead to with its file. Those of level 0 were compared leaf by leaf.
    fn compare(&mut self, tile: &Tile) -> Result<(), Error<E>> {
        if tile.id.level == 0 {
            return Ok(());
        }
        let stored = self.tile(tile.id)?;
        match stored.hashes.iter().zip(&tile.hashes).position(|(stored, hash)| stored != hash) {
            Some(other) => Err(Refusal::at(tile.id.path(), Reason::OtherNode(other)).into()),
            None => Ok(()),
        }
    }

    fn tile(&mut self, id: TileId) -> Result<Tile, Error<E>> {
        let path = id.path();
        let bytes = self.file(&path, usize::from(id.width) * 32)?;
        Ok(Tile::from_bytes(id, &bytes).map_err(|refusal| Refusal::at(path, refusal))?)
    }

    fn file(&mut self, path: &str, most: usize) -> Result<Vec<u8>, Error<E>> {
        let bytes = (self.read)(path, most).map_err(Error::Read)?;
        Ok(bytes.ok_or_else(|| Refusal::at(path, Reason::Missing))?)
    }
}
