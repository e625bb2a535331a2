//! The directory that an export writes.

use crate::{error::Error, files::durable, rocks::View, rows::index_from, tables::Table};
use decl_log::{Edge, Mirror, Period};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A directory of static files (tlog-tiles), derived from entries. Until its checkpoint is there, it is nothing.
pub(super) struct Directory {
    root: PathBuf,
    mirror: Mirror,
    written: Written,
}

/// How much was written.
#[derive(Clone, Copy, Default)]
pub(super) struct Written {
    pub(super) files: u64,
    pub(super) bytes: u64,
}

impl Directory {
    /// Takes a new or an empty directory, for the entries after an edge.
    pub(super) fn begin(root: &Path, edge: Edge) -> Result<Self, Error> {
        let mirror = Mirror::new(edge)?;
        durable::take_dir(root, 0o777)?;
        Ok(Self { root: root.to_owned(), mirror, written: Written::default() })
    }

    /// Adds the next entry.
    pub(super) fn push(&mut self, entry: &[u8]) -> Result<(), Error> {
        self.mirror.push(entry)?.into_iter().try_for_each(|(path, bytes)| self.write(&path, &bytes))
    }

    /// Returns the edge of the tree so far.
    pub(super) fn edge(&self) -> &Edge {
        self.mirror.edge()
    }

    /// Writes another file.
    pub(super) fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        self.written.write(&self.root, path, bytes)
    }

    /// Writes what is partial, and the checkpoint when everything else is on disk: a directory with a checkpoint is
    /// complete.
    pub(super) fn finish(self, checkpoint: &str) -> Result<Written, Error> {
        let Self { root, mirror, mut written } = self;
        mirror.finish().try_for_each(|(path, bytes)| written.write(&root, &path, &bytes))?;
        durable::sync_tree(&root)?;
        durable::replace(&root.join(Period::CHECKPOINT), checkpoint.as_bytes())?;
        written.count(checkpoint.as_bytes());
        Ok(written)
    }
}

impl Written {
    fn write(&mut self, root: &Path, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = root.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|source| Error::io("create", parent, source))?;
        }
        fs::write(&path, bytes).map_err(|source| Error::io("write", &path, source))?;
        self.count(bytes);
        Ok(())
    }

    fn count(&mut self, file: &[u8]) {
        self.files += 1;
        self.bytes += file.len() as u64;
    }
}

/// Returns the stored entries of a stretch of the log, all of them or an error.
pub(super) fn stored(
    view: &View<'_>,
    start: u64,
    size: u64,
) -> impl Iterator<Item = Result<(u64, Box<[u8]>), Error>> {
    let mut rows = view.rows(Table::Entries, &start.to_be_bytes());
    (start..size).map(move |index| match rows.next().transpose()? {
        Some((key, entry)) if index_from(&key)? == index => Ok((index, entry)),
        _ => Err(Error::corrupt(format!("the stored entry {index} is missing"))),
    })
}
