//! The newest checkpoint and the right edge of the tree: everything in it that still changes.

use crate::{
    error::Error,
    rocks::View,
    rows::{CHECKPOINT, EDGE},
    tables::{Batch, Table},
};
use decl_log::{Checkpoint, Edge, ExpandedTile, SigningKey, TILE_WIDTH, Tree, VerifierKey};

/// A signed checkpoint with the right edge of its tree. With the full tiles it can prove everything up to its size.
pub(crate) struct Head {
    note: String,
    tree: Tree,
    edge: Edge,
    partial: Vec<ExpandedTile>, // by tile level
}

impl Head {
    /// Signs the tree of an edge. It must extend the last one signed, which the sequencer ensures.
    pub(crate) fn sign(edge: Edge, key: &SigningKey) -> Result<Self, Error> {
        let tree = Tree { size: edge.size(), root: edge.root() };
        let note = Checkpoint { origin: key.name().to_owned(), tree }.sign(key)?;
        Ok(Self::new(note, tree, edge))
    }

    /// Reads the head under a view and checks it: the log's key signed the checkpoint, and the edge has its root.
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

    /// Adds the head to the batch that it covers.
    pub(crate) fn write(&self, batch: &mut Batch) {
        batch.put(Table::Meta, CHECKPOINT, self.note.as_bytes().to_vec());
        batch.put(Table::Meta, EDGE, self.edge.to_bytes());
    }

    /// Adds the head to the batch that goes beyond it, so that its checkpoint is kept.
    pub(crate) fn keep(&self, batch: &mut Batch) {
        batch.put(Table::Checkpoints, &self.tree.size.to_be_bytes(), self.note.as_bytes().to_vec());
    }

    /// Returns the signed checkpoint, verbatim.
    pub(crate) fn note(&self) -> &str {
        &self.note
    }

    pub(crate) fn tree(&self) -> Tree {
        self.tree
    }

    pub(crate) fn edge(&self) -> &Edge {
        &self.edge
    }

    /// Returns the partial tile of a level.
    pub(crate) fn partial(&self, level: u8) -> Option<&ExpandedTile> {
        self.partial.get(usize::from(level))
    }
}

/// An hour in milliseconds. A test with injected faults does not wait for one.
const HOUR: u64 = if cfg!(test) { 1 } else { 3_600_000 };

/// Returns whether an entry is the first of an hour (UTC), so that the checkpoint before it is kept: a period of the log
/// has an end of its own wherever an hour begins.
pub(crate) fn begins_hour(at: u64, last_at: u64) -> bool {
    at / HOUR > last_at / HOUR
}

/// Returns the text of the stored checkpoint.
pub(crate) fn checkpoint_text(stored: Option<Vec<u8>>) -> Result<String, Error> {
    let stored = stored.ok_or_else(|| Error::corrupt("the stored checkpoint is missing"))?;
    String::from_utf8(stored)
        .map_err(|source| Error::corrupt("the stored checkpoint is not text").because(source))
}
