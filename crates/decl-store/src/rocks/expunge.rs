//! Takes deleted rows out of the files of a database.
//!
//! RocksDB deletes a row by writing that it is gone. The bytes of its value stay where they are: in a write-ahead log
//! until every table has been flushed, in a table file until a compaction rewrites it, and in a blob file until a
//! compaction with garbage collection has copied everything else out of it. So all of that is forced here, and then the
//! directory is read: only if every file that could have the bytes is gone, they are.

use super::{Db, MERGE_MICROSECONDS, failed, logs::Logs, names, settle};
use crate::{
    error::Error,
    tables::{Batch, Span, Table},
};
use rocksdb::{BottommostLevelCompaction, CompactOptions, ErrorKind, FlushOptions, WaitForCompactOptions};
use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
    fs,
    path::Path,
};

/// The options by which a compaction copies all values into new blob files, and those of every other compaction.
const COLLECT: [(&str, &str); 2] =
    [("enable_blob_garbage_collection", "true"), ("blob_garbage_collection_age_cutoff", "1.0")];
const KEEP: [(&str, &str); 1] = [("enable_blob_garbage_collection", "false")];

impl Db {
    /// Rewrites every file that may have the bytes of rows that were deleted from these spans before the write of
    /// number `deleted`. Returns whether all of them are gone from the directory: those that somebody in this process
    /// still reads are not, and neither is the part of a blob file that a killed process left, which RocksDB takes for one
    /// that is being written.
    pub(crate) fn expunge(&self, spans: &[Span], deleted: u64) -> Result<bool, Error> {
        Ok(self.rewrite_all(spans, deleted)?.is_some_and(|left| left.is_empty()))
    }

    /// Does the same while nobody else uses the database, so that what is left of blob files can be removed too.
    pub(crate) fn expunge_alone(&self, spans: &[Span]) -> Result<bool, Error> {
        let Some(left) = self.rewrite_all(spans, 0)? else { return Ok(false) };
        // Every table was rewritten, so nothing refers to a blob file that was there before.
        if !left.iter().all(|name| is_blob(name)) {
            return Ok(false);
        }
        for name in &left {
            let path = self.path.join(name);
            fs::remove_file(&path).map_err(|source| Error::io("remove", &path, source))?;
        }
        settle(&self.path)?;
        Ok(true)
    }

    /// Returns those of the files that are still there, or `None` if a view shows what was deleted.
    fn rewrite_all(&self, spans: &[Span], deleted: u64) -> Result<Option<BTreeSet<OsString>>, Error> {
        self.mark(spans)?;
        let logs = Logs::read(&self.path, &names(&self.path)?);
        let logs = logs.map_err(|source| Error::io("read the logs of", &self.path, source))?;
        let mut before = logs.used().collect::<BTreeSet<_>>();
        self.flush()?;
        if self.oldest_view()?.is_some_and(|oldest| oldest < deleted) {
            return Ok(None); // a compaction would keep what that view can see
        }
        before.extend(self.files_with(spans)?);
        for span in spans {
            self.rewrite(span)?;
        }
        self.wait_for_removals()?;
        self.remove_leftovers()?;
        settle(&self.path)?;
        let there = names(&self.path)?;
        before.retain(|name| there.contains(name));
        Ok(Some(before))
    }

    /// Waits for the threads that compacted: each removes obsolete files after it has said that it is done.
    fn wait_for_removals(&self) -> Result<(), Error> {
        let mut patience = WaitForCompactOptions::default();
        patience.set_timeout(MERGE_MICROSECONDS); // while others write, there is always something to compact
        match self.inner.wait_for_compact(&patience) {
            Err(source) if source.kind() != ErrorKind::TimedOut => Err(failed(&self.path, source)),
            _ => Ok(()),
        }
    }

    /// Has RocksDB look for files that belong to nothing, as a process leaves them that is killed while it compacts.
    /// Otherwise they stay until the database is closed.
    fn remove_leftovers(&self) -> Result<(), Error> {
        let looked = self.inner.disable_file_deletions().and_then(|()| self.inner.enable_file_deletions());
        looked.map_err(|source| failed(&self.path, source))
    }

    /// Returns the number of the last write.
    pub(crate) fn last_write(&self) -> u64 {
        self.inner.latest_sequence_number()
    }

    /// Deletes a key in each span that is none of its table's. RocksDB leaves out files that have no key in the span, as
    /// those which a process that was killed had rewritten already; now it rewrites each file that could have one, and
    /// the directory can tell.
    fn mark(&self, spans: &[Span]) -> Result<(), Error> {
        let mut batch = Batch::default();
        for Span { table, first, .. } in spans {
            batch.delete(*table, &[&first[..], &[0]].concat());
        }
        self.write(batch)
    }

    /// Writes everything that is in the logs alone into tables.
    fn flush(&self) -> Result<(), Error> {
        let handles = Table::ALL.into_iter().map(|table| self.handle(table));
        let handles = handles.collect::<Result<Vec<_>, _>>()?;
        let mut options = FlushOptions::default();
        options.set_wait(true);
        let flushed = self.inner.flush_cfs_opt(&handles.iter().collect::<Vec<_>>(), &options);
        flushed.map_err(|source| failed(&self.path, source))
    }

    /// Returns the number of the last write that the oldest view shows, or `None` if there is no view.
    fn oldest_view(&self) -> Result<Option<u64>, Error> {
        let oldest = self.inner.property_int_value("rocksdb.oldest-snapshot-sequence");
        let oldest = oldest.map_err(|source| failed(&self.path, source))?;
        Ok(oldest.filter(|oldest| *oldest > 0))
    }

    /// Returns the names of the table files whose keys overlap one of the spans, and of the blob files of their tables.
    fn files_with(&self, spans: &[Span]) -> Result<Vec<OsString>, Error> {
        let mut files = Vec::new();
        for file in self.inner.live_files().map_err(|source| failed(&self.path, source))? {
            let (first, last) = (file.start_key.unwrap_or_default(), file.end_key.unwrap_or_default());
            let overlaps = |span: &&Span| {
                let same = span.table.name() == file.column_family_name;
                same && (span.table.has_blobs() || (first <= span.last && span.first <= last))
            };
            if spans.iter().any(|span| overlaps(&span)) {
                files.push(file.name.trim_start_matches('/').into());
            }
        }
        if spans.iter().any(|span| span.table.has_blobs()) {
            files.extend(names(&self.path)?.into_iter().filter(|name| is_blob(name)));
        }
        Ok(files)
    }

    /// Compacts the files that overlap a span down to the lowest level. Values outside of the table files may share a
    /// blob file with any others of their table, so there everything is copied.
    fn rewrite(&self, span: &Span) -> Result<(), Error> {
        let handle = self.handle(span.table)?;
        let mut options = CompactOptions::default();
        options.set_exclusive_manual_compaction(true);
        options.set_bottommost_level_compaction(BottommostLevelCompaction::Force);
        if !span.table.has_blobs() {
            self.inner.compact_range_cf_opt(handle, Some(&span.first), Some(&span.last), &options);
            return Ok(());
        }
        let set = |options: &[_]| {
            self.inner.set_options_cf(handle, options).map_err(|source| failed(&self.path, source))
        };
        set(&COLLECT)?;
        self.inner.compact_range_cf_opt(handle, None::<&[u8]>, None::<&[u8]>, &options);
        set(&KEEP)
    }
}

fn is_blob(name: &OsStr) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "blob")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::lock::Lock;
    use decl_core::Identity;
    use std::path::PathBuf;
    use tempfile::TempDir;

    struct Place(TempDir);

    impl Place {
        fn path(&self) -> PathBuf {
            self.0.path().join("db")
        }

        fn lock(&self) -> Lock {
            Lock::take(&self.0.path().join("lock"), "it").unwrap()
        }

        /// Opens the database as the next process would, which leaves the rows of a closed one in their logs.
        fn reopened(&self, db: Db) -> Db {
            drop(db);
            let note = fs::read_to_string(self.0.path().join("lock")).unwrap();
            Db::open(&self.path(), self.lock(), &note, &[]).unwrap()
        }

        /// Returns the kinds of the files in which a part of a value stands.
        fn found(&self, value: &[u8]) -> BTreeSet<String> {
            // One of them may lie across the end of a block.
            let parts = [0, value.len() / 2, value.len() - 24].map(|at| &value[at..at + 24]);
            let has = |name: &OsString| {
                let bytes = fs::read(self.path().join(name)).unwrap();
                bytes.windows(24).any(|window| parts.contains(&window))
            };
            let names = names(&self.path()).unwrap().into_iter().filter(has);
            names.map(|name| Path::new(&name).extension().unwrap().to_string_lossy().into_owned()).collect()
        }
    }

    /// Bytes that do not compress, so that a file has them as they are.
    fn noise(len: usize, seed: usize) -> Vec<u8> {
        let blocks = (0_u32..).flat_map(|n| *Identity::of(format!("{seed} {n}").as_bytes()).as_bytes());
        blocks.take(len).collect()
    }

    fn key(n: usize) -> Vec<u8> {
        Identity::of(&n.to_be_bytes()).as_bytes().to_vec()
    }

    fn write(db: &Db, table: Table, rows: impl IntoIterator<Item = (Vec<u8>, Option<Vec<u8>>)>) {
        let mut batch = Batch::default();
        batch.put(Table::Meta, b"head", vec![7]); // as in every commit: another table keeps the log, too
        for (key, value) in rows {
            match value {
                Some(value) => batch.put(table, &key, value),
                None => batch.delete(table, &key),
            }
        }
        db.write(batch).unwrap();
    }

    fn span(table: Table, key: &[u8]) -> Span {
        Span { table, first: key.to_vec(), last: [key, &[0xff; 4]].concat() }
    }

    /// Where the bytes of a row can be.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Where {
        /// In the log of this process.
        Log,
        /// In the log of a process before.
        OldLog,
        /// In the newest table.
        Table,
        /// In tables of every level, which share blob files.
        Levels,
        /// In a table, and the row that deletes it too.
        Deleted,
    }

    fn put(place: &Place, db: Db, table: Table, rows: &[(Vec<u8>, Vec<u8>)], at: Where) -> Db {
        let all = || rows.iter().map(|(key, value)| (key.clone(), Some(value.clone())));
        let small = [("target_file_size_base", "4096"), ("max_bytes_for_level_base", "16384")];
        match at {
            Where::Log => write(&db, table, all()),
            Where::OldLog => {
                write(&db, table, all());
                return place.reopened(db);
            }
            Where::Table | Where::Deleted => {
                write(&db, table, all());
                db.flush().unwrap();
            }
            Where::Levels => {
                db.inner.set_options_cf(db.handle(table).unwrap(), &small).unwrap();
                for _ in 0..3 {
                    for part in rows.chunks(rows.len() / 5) {
                        write(&db, table, part.iter().map(|(key, value)| (key.clone(), Some(value.clone()))));
                        db.flush().unwrap();
                    }
                    let handle = db.handle(table).unwrap();
                    db.inner.compact_range_cf(handle, None::<&[u8]>, None::<&[u8]>);
                }
            }
        }
        db
    }

    #[test]
    fn what_was_deleted_is_in_no_file_wherever_it_was() {
        use Where::{Deleted, Levels, Log, OldLog, Table as InTable};
        for (table, len) in [(Table::Contents, 200), (Table::Chunks, 5_000), (Table::Chunks, 70_000)] {
            for at in [Log, OldLog, InTable, Levels, Deleted] {
                let place = Place(tempfile::tempdir().unwrap());
                let db = Db::create(&place.path(), place.lock()).unwrap();
                let rows: Vec<_> = (0..60).map(|n| (key(n), noise(len, n))).collect();
                let db = put(&place, db, table, &rows, at);
                let (gone, secret) = &rows[30];
                let before = place.found(secret);
                let kind = match at {
                    Log | OldLog => "log",
                    _ if len > 32 << 10 => "blob",
                    _ => "sst",
                };
                assert!(before.contains(kind), "{table:?} of {len}, {at:?}: {before:?}");
                write(&db, table, [(gone.clone(), None)]);
                if at == Deleted {
                    db.flush().unwrap();
                }
                assert!(!place.found(secret).is_empty(), "{table:?} of {len}, {at:?}: the control");

                assert!(
                    db.expunge(&[span(table, gone)], db.last_write()).unwrap(),
                    "{table:?} of {len}, {at:?}"
                );
                assert_eq!(place.found(secret), BTreeSet::new(), "{table:?} of {len}, {at:?}");
                let again = db.expunge(&[span(table, gone)], db.last_write()).unwrap();
                assert!(again, "{table:?} of {len}, {at:?}: as after a kill");
                let db = place.reopened(db);
                assert_eq!(place.found(secret), BTreeSet::new(), "{table:?} of {len}, {at:?}");
                for (key, value) in &rows {
                    let stored = db.get(table, key).unwrap();
                    assert_eq!(stored.as_ref(), (key != gone).then_some(value), "{table:?} of {len}, {at:?}");
                }
            }
        }
    }

    #[test]
    fn what_somebody_still_sees_is_not_said_to_be_gone() {
        for len in [200, 70_000] {
            let place = Place(tempfile::tempdir().unwrap());
            let db = Db::create(&place.path(), place.lock()).unwrap();
            let rows: Vec<_> = (0..9).map(|n| (key(n), noise(len, n))).collect();
            let db = put(&place, db, Table::Chunks, &rows, Where::Table);
            let (gone, secret) = &rows[4];
            let spans = [span(Table::Chunks, gone)];

            let view = db.view();
            write(&db, Table::Chunks, [(gone.clone(), None)]);
            let deleted = db.last_write();
            assert!(!db.expunge(&spans, deleted).unwrap());
            assert_eq!(view.get(Table::Chunks, gone).unwrap().as_ref(), Some(secret));
            assert!(!place.found(secret).is_empty());
            drop(view);

            let mut rows = db.rows(Table::Chunks, &[]);
            assert!(rows.next().is_some());
            assert!(!db.expunge(&spans, deleted).unwrap());
            assert!(!place.found(secret).is_empty());
            drop(rows);

            let after = db.view(); // it does not see it
            assert!(db.expunge(&spans, deleted).unwrap());
            assert_eq!(after.get(Table::Chunks, gone).unwrap(), None);
            assert_eq!(place.found(secret), BTreeSet::new());
        }
    }
}
