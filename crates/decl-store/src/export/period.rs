//! Exports a period of the log with its proof, as `docs/spec/period.md` defines.

use super::directory::{Directory, Written, stored};
use crate::{
    error::Error,
    head::{Head, checkpoint_text},
    read::Reader,
    rocks::View,
    tables::Table,
};
use decl_log::{
    Checkpoint, Edge, Entry, HashReader as _, Period, TILE_WIDTH, Tile, TileId, Tree, VerifierKey,
    stored_index,
};
use std::{ops::Range, path::Path};

/// A period that was exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedPeriod {
    /// The entries that the files prove, from one checkpoint to a later one.
    pub proved: Range<u64>,
    /// Those of them that were sealed in the time that was given.
    pub entries: Range<u64>,
    /// The clock of the log at the first of these and at the last, in milliseconds since 1970.
    pub times: Option<(u64, u64)>,
    /// Whether an entry shows that the time was over. If not, more of it may follow.
    pub closed: bool,
    /// The files, including the checkpoints.
    pub files: u64,
    /// The bytes of the files.
    pub bytes: u64,
}

/// A checkpoint that the log signed.
struct Signed {
    note: String,
    tree: Tree,
}

impl Reader {
    /// Writes the entries that were sealed in a time, from `since` until before `until`, into a new or empty directory,
    /// with the proof that they are all. The period begins with the newest checkpoint that was kept before the time,
    /// and ends with the oldest after it, or with the head. `progress` gets the number of entries done and their total.
    pub fn export_period(
        &self,
        dir: &Path,
        since: Option<u64>,
        until: Option<u64>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<ExportedPeriod, Error> {
        self.complete()?;
        let (view, key) = (self.db().view(), self.verifier_key()?);
        let head = Head::load(&view, &key)?;
        let size = head.tree().size;
        let from = since.map_or(Ok(0), |since| self.first_since(since))?.min(size);
        let to = until.map_or(Ok(size), |until| self.first_since(until))?.clamp(from, size);
        let before = newest_up_to(&view, from, &key)?;
        let newest = Signed { note: head.note().to_owned(), tree: head.tree() };
        let after = oldest_above(&view, to, &key)?.filter(|kept| kept.tree.size < size).unwrap_or(newest);

        let period =
            Period { before: before.as_ref().map_or(0, |before| before.tree.size), size: after.tree.size };
        let nodes = self.nodes(&head);
        let edge = period.edge(|id: TileId| {
            let first = id.number * u64::from(TILE_WIDTH);
            let indexes: Vec<_> =
                (first..first + u64::from(id.width)).map(|n| stored_index(8 * id.level, n)).collect();
            Ok::<_, Error>(Tile { id, hashes: nodes.read_hashes(&indexes)? })
        })?;
        let start = edge.size();
        let (mut out, mut times) = (Directory::begin(dir, edge)?, None);
        for entry in stored(&view, start, period.size) {
            let (index, entry) = entry?;
            before.as_ref().map_or(Ok(()), |before| before.check(out.edge()))?;
            if (from..to).contains(&index) {
                let (Entry::Genesis { at, .. } | Entry::Record { at, .. }) = Entry::parse(&entry)?;
                times = Some((times.map_or(at, |(first, _)| first), at));
            }
            out.push(&entry)?;
            progress(index + 1 - start, period.size - start);
        }
        after.check(out.edge())?;
        if let Some(before) = before {
            out.write(Period::BEFORE, before.note.as_bytes())?;
        }
        let Written { files, bytes } = out.finish(&after.note)?;
        let closed = until.is_none() || to < period.size;
        Ok(ExportedPeriod {
            proved: period.before..period.size,
            entries: from..to,
            times,
            closed,
            files,
            bytes,
        })
    }
}

/// Returns the newest kept checkpoint of at most so many entries.
fn newest_up_to(view: &View<'_>, size: u64, key: &VerifierKey) -> Result<Option<Signed>, Error> {
    let row = view.last_row(Table::Checkpoints, &size.to_be_bytes()).transpose()?;
    row.map(|row| Signed::open(&row, key)).transpose()
}

/// Returns the oldest kept checkpoint of more than so many entries.
fn oldest_above(view: &View<'_>, size: u64, key: &VerifierKey) -> Result<Option<Signed>, Error> {
    let row = view.rows(Table::Checkpoints, &size.saturating_add(1).to_be_bytes()).next().transpose()?;
    row.map(|row| Signed::open(&row, key)).transpose()
}

impl Signed {
    fn open((size, note): &(Box<[u8]>, Box<[u8]>), key: &VerifierKey) -> Result<Self, Error> {
        let damaged = || Error::corrupt("a kept checkpoint does not hold");
        let note = checkpoint_text(Some(note.to_vec()))?;
        let tree = Checkpoint::open(&note, key).map_err(|refusal| damaged().because(refusal))?.tree;
        if **size == tree.size.to_be_bytes() { Ok(Self { note, tree }) } else { Err(damaged()) }
    }

    /// Checks that this is the checkpoint of an edge, if it is of its size.
    fn check(&self, edge: &Edge) -> Result<(), Error> {
        if edge.size() == self.tree.size && edge.root() != self.tree.root {
            let size = self.tree.size;
            return Err(Error::corrupt(format!(
                "the stored entries are not those of the checkpoint of {size}"
            )));
        }
        Ok(())
    }
}
