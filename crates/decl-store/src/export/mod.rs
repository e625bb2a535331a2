//! Exports the log as static files in the layout of [tlog-tiles](https://c2sp.org/tlog-tiles).

mod directory;
mod period;

pub use period::ExportedPeriod;

use crate::{error::Error, head::Head, read::Reader, rocks::View, rows::stored_record};
use decl_core::Identity;
use decl_log::{Edge, Entry, RecordKind};
use directory::{Directory, stored};
use std::path::Path;

/// What was exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// The entries of the log.
    pub entries: u64,
    /// The sealed records, if they were requested.
    pub records: u64,
    /// The files, including the checkpoint and the key.
    pub files: u64,
}

impl Reader {
    /// Writes the log as static files (tlog-tiles) into a new or empty directory, for other tools. `records` adds the
    /// sealed bytes of every record. `progress` gets the number of entries done and their total.
    pub fn export(
        &self,
        dir: &Path,
        records: bool,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Exported, Error> {
        self.complete()?;
        let (view, key) = (self.db().view(), self.verifier_key()?);
        let head = Head::load(&view, &key)?;
        let size = head.tree().size;
        let (mut out, mut written) = (Directory::begin(dir, Edge::new())?, 0);
        for entry in stored(&view, 0, size) {
            let (index, entry) = entry?;
            if let (true, Entry::Record { kind, id, .. }) = (records, Entry::parse(&entry)?) {
                record(&mut out, &view, kind, &id)?;
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
        Ok(Exported { entries: size, records: written, files })
    }
}

/// Writes the canonical bytes of a record.
fn record(out: &mut Directory, view: &View<'_>, kind: RecordKind, id: &Identity) -> Result<(), Error> {
    let (bytes, hex) = (stored_record(id, view)?, id.hex());
    out.write(&format!("{}s/{}/{hex}.cbor", kind.as_str(), &hex[..2]), &bytes)
}
