//! Exports the log as static files in the layout of [tlog-tiles](https://c2sp.org/tlog-tiles).

use crate::{
    error::Error,
    files::{durable, layout::Layout},
    head::Head,
    read::Reader,
    rocks::View,
    rows::{index_from, record_from},
    tables::Table,
};
use decl_log::{Edge, Entry, RecordKind, TILE_WIDTH, encode_bundle, entries_path, leaf_hash};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What was exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// The entries of the log.
    pub entries: u64,
    /// The sealed declarations, if they were requested.
    pub declarations: u64,
    /// The files, including the checkpoint and the key.
    pub files: u64,
}

impl Reader {
    /// Writes the log as static files (tlog-tiles) into a new or empty directory, for other tools. `declarations` adds
    /// the sealed bytes. `progress` gets the number of entries done and their total.
    pub fn export(
        &self,
        dir: &Path,
        declarations: bool,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Exported, Error> {
        self.complete()?;
        export(&self.db().view(), self.layout(), dir, declarations, progress)
    }
}

/// Writes the log under a view. Tiles are derived from the entries, and the root is compared before the checkpoint is
/// written, which comes last: a directory with a checkpoint is complete.
fn export(
    view: &View<'_>,
    layout: &Layout,
    dir: &Path,
    declarations: bool,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Exported, Error> {
    let key = layout.verifier_key()?;
    let head = Head::load(view, &key)?;
    let size = head.tree().size;
    let mut out = Directory::begin(dir)?;
    let mut edge = Edge::new();
    let mut bundle = Vec::with_capacity(TILE_WIDTH.into());
    for row in view.rows(Table::Entries, &[]) {
        let (index, entry) = row?;
        let index = index_from(&index)?;
        if index >= size {
            break;
        }
        if index != edge.size() {
            return Err(Error::corrupt(format!("the stored entry {} is missing", edge.size())));
        }
        for tile in edge.push(leaf_hash(&entry)) {
            out.write(&tile.id.path(), &tile.to_bytes())?;
        }
        if declarations {
            out.declaration(view, &entry)?;
        }
        bundle.push(entry);
        if bundle.len() == usize::from(TILE_WIDTH) || edge.size() == size {
            #[expect(clippy::cast_possible_truncation, reason = "at most 256")]
            let path = entries_path(index / u64::from(TILE_WIDTH), bundle.len() as u16);
            out.write(&path, &encode_bundle(bundle.drain(..))?)?;
            progress(edge.size(), size);
        }
    }
    for tile in edge.partials() {
        out.write(&tile.id.path(), &tile.to_bytes())?;
    }
    if edge != *head.edge() {
        return Err(Error::corrupt("the stored entries are not those of the checkpoint"));
    }
    out.write("vkey", format!("{key}\n").as_bytes())?;
    durable::sync_tree(dir)?;
    durable::replace(&dir.join("checkpoint"), head.note().as_bytes())?;
    Ok(Exported { entries: size, files: out.exported.files + 1, ..out.exported })
}

/// The directory that is being written.
struct Directory {
    root: PathBuf,
    exported: Exported,
}

impl Directory {
    /// Takes a new or an empty directory.
    fn begin(root: &Path) -> Result<Self, Error> {
        durable::take_dir(root, 0o777)?;
        Ok(Self { root: root.to_owned(), exported: Exported::default() })
    }

    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.root.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|source| Error::io("create", parent, source))?;
        }
        fs::write(&path, bytes).map_err(|source| Error::io("write", &path, source))?;
        self.exported.files += 1;
        Ok(())
    }

    /// Writes the declaration of an entry, if its record is one.
    fn declaration(&mut self, view: &View<'_>, entry: &[u8]) -> Result<(), Error> {
        let Entry::Record { kind: RecordKind::Declaration, id, .. } = Entry::parse(entry)? else {
            return Ok(());
        };
        let packed = view.get(Table::Records, id.as_bytes())?;
        let packed = packed.ok_or_else(|| Error::corrupt(format!("the stored record {id} is missing")))?;
        let hex = id.hex();
        self.write(&format!("declarations/{}/{hex}.cbor", &hex[..2]), &record_from(&id, &packed)?)?;
        self.exported.declarations += 1;
        Ok(())
    }
}
