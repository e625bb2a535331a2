//! Exports the log as static files in the layout of [tlog-tiles](https://c2sp.org/tlog-tiles).

mod directory;
mod period;

pub use period::ExportedPeriod;

use crate::{error::Error, head::Head, read::Reader, rocks::View, rows::record_from, tables::Table};
use decl_core::Identity;
use decl_log::{Edge, Entry, RecordKind};
use directory::{Directory, stored};
use std::path::Path;

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
        let (view, key) = (self.db().view(), self.verifier_key()?);
        let head = Head::load(&view, &key)?;
        let size = head.tree().size;
        let (mut out, mut written) = (Directory::begin(dir, Edge::new())?, 0);
        for entry in stored(&view, 0, size) {
            let (index, entry) = entry?;
            if let (true, Entry::Record { kind: RecordKind::Declaration, id, .. }) =
                (declarations, Entry::parse(&entry)?)
            {
                declaration(&mut out, &view, &id)?;
                written += 1;
            }
            out.push(&entry)?;
            progress(index + 1, size);
        }
        if out.edge() != head.edge() {
            return Err(Error::corrupt("the stored entries are not those of the checkpoint"));
        }
        out.write("vkey", format!("{key}\n").as_bytes())?;
        let files = out.finish(head.note())?.files;
        Ok(Exported { entries: size, declarations: written, files })
    }
}

/// Writes the canonical bytes of a declaration.
fn declaration(out: &mut Directory, view: &View<'_>, id: &Identity) -> Result<(), Error> {
    let packed = view.get(Table::Records, id.as_bytes())?;
    let packed = packed.ok_or_else(|| Error::corrupt(format!("the stored record {id} is missing")))?;
    let hex = id.hex();
    out.write(&format!("declarations/{}/{hex}.cbor", &hex[..2]), &record_from(id, &packed)?)
}
