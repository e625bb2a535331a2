//! The storage engine: only this file, and `cursor.rs` and `expunge.rs` below it, name RocksDB.

mod cursor;
mod expunge;
mod log;
mod logs;

use crate::{
    error::{Error, ErrorKind},
    files::{durable, lock::Lock},
    tables::{Batch, Row, Table, Write},
};
pub(crate) use cursor::{Cursor, Here};
use logs::{Closed, Logs};
use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamily, ColumnFamilyDescriptor, DB, DBCompactionStyle, DBCompressionType,
    DBIterator, DBRecoveryMode, Direction, IteratorMode, Options, ReadOptions, Snapshot,
    WaitForCompactOptions, WriteBatch, WriteOptions,
    statistics::{StatsLevel, Ticker},
};
use rustix::process::{Resource, getrlimit};
use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// An open database.
///
/// It can be used from many threads. A write is atomic over all tables and durable when it returns; RocksDB checks the
/// checksum of every block it reads, and of every record of its write-ahead log when it opens.
pub(crate) struct Db {
    inner: DB,
    options: Options,
    path: PathBuf,
    /// Whether derived tables were missing when it was opened.
    lacked_tables: bool,
    /// The table and blob files that a reader found. A writer beside it may remove them.
    found: BTreeSet<OsString>,
    /// Dropped after the database; readers have none.
    closing: Option<Closing>,
}

/// Notes in the lock of a writer how it left the logs, unless a write failed.
struct Closing {
    lock: Lock,
    path: PathBuf,
    failed: AtomicBool,
}

impl Drop for Closing {
    fn drop(&mut self) {
        if !self.failed.load(Ordering::Relaxed)
            && let Ok(closed) = Closed::now(&self.path)
        {
            // Without the note the next opening takes more time, and knows less of the logs.
            let _ = self.lock.note(&closed.text());
        }
    }
}

impl Db {
    /// Creates a database with every table. Fails if there is one.
    pub(crate) fn create(path: &Path, lock: Lock) -> Result<Self, Error> {
        let mut options = options(Flush::Always)?;
        options.create_if_missing(true);
        options.create_missing_column_families(true);
        options.set_error_if_exists(true);
        Self::writable(options, path, lock, &[])
    }

    /// Opens the database for writing; one process at a time can. `note` is what is in the file of the lock. The tables
    /// in `resting` are not compacted until they are [released](Self::release): RocksDB takes no more writes once a
    /// compaction has met a damaged file.
    pub(crate) fn open(path: &Path, lock: Lock, note: &str, resting: &[Table]) -> Result<Self, Error> {
        let names = names(path)?; // or RocksDB would make the directory
        let closed = Closed::parse(note);
        let logs = Logs::read(path, &names).map_err(|source| Error::io("read the logs of", path, source))?;
        if let Some(damage) = logs.damage(&closed) {
            return Err(damage);
        }
        settle_logs(path, &logs, &closed)?;
        // What was read back after a crash may be in memory only, however often it is synced: it is written anew. What
        // was closed is on disk, and stays in its log: to write a table for each opening would fill the store with
        // small tables.
        let flush = !logs.is_closed(&closed) || logs.len() >= LOGS;
        let mut options = options(if flush { Flush::Always } else { Flush::Never })?;
        judge_strictly(&mut options, &logs);
        let db = Self::writable(options, path, lock, resting)?;
        if flush {
            // The torn log is gone for good before anything is written behind it.
            settle(path)?;
            // A process that opens and closes leaves no time to merge in the background.
            let mut patience = WaitForCompactOptions::default();
            patience.set_timeout(MERGE_MICROSECONDS);
            let _ = db.inner.wait_for_compact(&patience);
        }
        Ok(db)
    }

    fn writable(mut options: Options, path: &Path, lock: Lock, resting: &[Table]) -> Result<Self, Error> {
        options.set_max_open_files(open_files(None));
        check_threads()?;
        let mut inner = DB::open_cf_descriptors(&options, path, tables(&Table::ALL, resting));
        let lacked_tables = inner.is_err() && present(&options, path).is_some();
        if lacked_tables {
            options.create_missing_column_families(true);
            inner = DB::open_cf_descriptors(&options, path, tables(&Table::ALL, resting));
        }
        let inner = inner.map_err(|source| failed(path, source))?;
        let closing = Some(Closing { lock, path: path.to_owned(), failed: AtomicBool::new(false) });
        let found = BTreeSet::new();
        Ok(Self { inner, options, path: path.to_owned(), lacked_tables, found, closing })
    }

    /// Opens the database as it is now, also while another process writes or on a read-only disk. Writes nothing.
    pub(crate) fn open_read_only(path: &Path, note: impl Fn() -> String) -> Result<Self, Error> {
        Self::readable(path, |logs, closed| logs.damage(closed).map_or(Ok(()), Err), note)
    }

    /// The same, with what can be read of damaged logs, for an audit.
    pub(crate) fn open_damaged(path: &Path) -> Result<Self, Error> {
        let readable = |logs: &Logs, closed: &Closed| match logs.damage(closed) {
            Some(damage) if logs.foreign() => Err(damage),
            _ => Ok(()),
        };
        Self::readable(path, readable, String::new)
    }

    fn readable(
        path: &Path,
        judge: impl Fn(&Logs, &Closed) -> Result<(), Error>,
        note: impl Fn() -> String,
    ) -> Result<Self, Error> {
        // A writer that flushes during the opening can delete a log before it is read, and RocksDB would not notice.
        // So the logs that existed before must still exist after.
        const ATTEMPTS: usize = 20;
        check_threads()?;
        let mut failure = None;
        for _ in 0..ATTEMPTS {
            let closed = Closed::parse(&note()); // before the names, as it is older than they are
            let before = names(path)?;
            let opened = Self::attempt(path, &before, &closed, &judge);
            let after = names(path)?;
            match opened {
                Ok(db) if logs_of(&before).eq(logs_of(&after)) => return Ok(db),
                Ok(_) => {}
                Err(error) if before == after => return Err(error),
                Err(error) => failure = Some(error),
            }
        }
        Err(failure.unwrap_or_else(|| {
            Error::new(ErrorKind::Locked, format!("{} changes faster than it can be read", path.display()))
                .with_hint("try again")
        }))
    }

    fn attempt(
        path: &Path,
        names: &BTreeSet<OsString>,
        closed: &Closed,
        judge: impl Fn(&Logs, &Closed) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let logs = Logs::read(path, names).map_err(|source| Error::io("read the logs of", path, source))?;
        judge(&logs, closed)?;
        let mut options = options(Flush::Never)?;
        options.set_max_open_files(open_files(Some(names.len())));
        if logs.damage(closed).is_none() {
            judge_strictly(&mut options, &logs);
        }
        let open =
            |some: &[Table]| DB::open_cf_descriptors_read_only(&options, path, tables(some, &[]), false);
        let mut inner = open(&Table::ALL);
        let present = if inner.is_err() { present(&options, path) } else { None };
        if let Some(present) = &present {
            inner = open(present);
        }
        let inner = inner.map_err(|source| failed(path, source))?;
        // What a writer has written but not synced was read too. If a proof of it were handed out and a power cut then
        // took the entry, the log would sign another tree of that size.
        settle_logs(path, &logs, closed)?;
        let (lacked_tables, path) = (present.is_some(), path.to_owned());
        let found = names.iter().filter(|name| has_rows(name)).cloned().collect();
        Ok(Self { inner, options, path, lacked_tables, found, closing: None })
    }

    /// Returns whether derived tables were missing when the database was opened. A writer has made them, empty.
    pub(crate) fn lacked_tables(&self) -> bool {
        self.lacked_tables
    }

    /// Has a table compacted again.
    pub(crate) fn release(&self, table: Table) -> Result<(), Error> {
        let released =
            self.inner.set_options_cf(self.handle(table)?, &[("disable_auto_compactions", "false")]);
        released.map_err(|source| failed(&self.path, source))
    }

    /// Replaces a table by an empty one, without reading what it has.
    pub(crate) fn remake(&mut self, table: Table) -> Result<(), Error> {
        let options = options_of(table, &Cache::new_lru_cache(CACHE));
        let made =
            self.inner.drop_cf(table.name()).and_then(|()| self.inner.create_cf(table.name(), &options));
        made.map_err(|source| failed(&self.path, source))
    }

    /// What no crash explains in the logs of a database. `note` is what is in the file of its lock.
    pub(crate) fn damage_of_logs(path: &Path, note: &str) -> Result<Option<Error>, Error> {
        let logs = Logs::read(path, &names(path)?);
        let logs = logs.map_err(|source| Error::io("read the logs of", path, source))?;
        Ok(logs.damage(&Closed::parse(note)))
    }

    /// The log whose end was torn by a crash, in a database that nobody has open.
    pub(crate) fn torn_log(path: &Path) -> Result<Option<PathBuf>, Error> {
        let logs = Logs::read(path, &names(path)?);
        Ok(logs.map_err(|source| Error::io("read the logs of", path, source))?.torn())
    }

    /// The value of a key.
    pub(crate) fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        self.inner.get_cf(self.handle(table)?, key).map_err(|source| self.unread(table, source))
    }

    /// Returns whether the key has a value. This is cheap if it has none.
    pub(crate) fn has(&self, table: Table, key: &[u8]) -> Result<bool, Error> {
        let found = self.inner.get_pinned_cf(self.handle(table)?, key);
        found.map(|value| value.is_some()).map_err(|source| self.unread(table, source))
    }

    /// Returns the rows from a key on, in the order of the keys, as of now.
    pub(crate) fn rows<'a>(&'a self, table: Table, from: &[u8]) -> impl Iterator<Item = Row> + use<'a> {
        let rows =
            self.handle(table).map(|handle| self.inner.iterator_cf_opt(handle, scan(), from_key(from)));
        self.scanned(table, rows)
    }

    /// Returns a view of everything as of now, unaffected by later writes.
    pub(crate) fn view(&self) -> View<'_> {
        View { db: self, snapshot: self.inner.snapshot() }
    }

    /// Writes a batch atomically; it is on disk when this returns. After an error, only opening the database again
    /// tells whether it was written.
    pub(crate) fn write(&self, batch: Batch) -> Result<(), Error> {
        let mut durable = WriteOptions::default();
        durable.set_sync(true);
        let batch = self.write_batch(batch)?;
        let write = || self.inner.write_opt(batch, &durable).map_err(|source| failed(&self.path, source));
        #[cfg(test)]
        let write = || crate::faults::around(crate::faults::Site::Batch, &self.path, write);
        write().inspect_err(|_| {
            if let Some(closing) = &self.closing {
                closing.failed.store(true, Ordering::Relaxed);
            }
        })
    }

    /// The log that is written to.
    pub(crate) fn newest_log(&self) -> Result<PathBuf, Error> {
        let newest = names(&self.path)?.into_iter().rfind(|name| is_log(name));
        Ok(newest.map_or_else(|| self.path.clone(), |log| self.path.join(log)))
    }

    /// The last key of a table that is in a table file already, and not in the logs alone.
    pub(crate) fn last_filed(&self, table: Table) -> Result<Option<Vec<u8>>, Error> {
        let files = self.inner.live_files().map_err(|source| failed(&self.path, source))?;
        let files = files.into_iter().filter(|file| file.column_family_name == table.name());
        Ok(files.filter_map(|file| file.end_key).max())
    }

    /// Returns how often the write-ahead log was synced, as RocksDB counts.
    pub(crate) fn syncs(&self) -> u64 {
        self.options.get_ticker_count(Ticker::WalFileSynced)
    }

    fn write_batch(&self, batch: Batch) -> Result<WriteBatch, Error> {
        const ROW: usize = 16; // more than RocksDB adds to a row
        let bytes = batch.bytes();
        let writes = batch.into_writes();
        let mut batch = WriteBatch::with_capacity_bytes(bytes + ROW * writes.len());
        for rows in writes.chunk_by(|a, b| a.table == b.table) {
            let handle = self.handle(rows[0].table)?;
            for Write { key, value, .. } in rows {
                match value {
                    Some(value) => batch.put_cf(handle, key, value),
                    None => batch.delete_cf(handle, key),
                }
            }
        }
        Ok(batch)
    }

    /// Returns the names of tables that do not belong to the store. RocksDB's own `default` counts if it has a row.
    pub(crate) fn foreign_tables(&self) -> Result<Vec<String>, Error> {
        let list = || DB::list_cf(&self.options, &self.path);
        // A writer that opens the database may replace the list while it is read.
        let mut names = list().or_else(|_| list()).map_err(|source| failed(&self.path, source))?;
        let empty = self.inner.iterator(IteratorMode::Start).next().is_none();
        names.retain(|name| match name.as_str() {
            "default" => !empty,
            name => Table::ALL.iter().all(|table| table.name() != name),
        });
        Ok(names)
    }

    fn handle(&self, table: Table) -> Result<&ColumnFamily, Error> {
        self.inner
            .cf_handle(table.name())
            .ok_or_else(|| Error::corrupt(format!("the table {} is missing", table.name())))
    }

    fn scanned<'a>(
        &'a self,
        table: Table,
        rows: Result<DBIterator<'a>, Error>,
    ) -> impl Iterator<Item = Row> + use<'a> {
        let (rows, failed) = match rows {
            Ok(rows) => (Some(rows), None),
            Err(error) => (None, Some(Err(error))),
        };
        let rows = rows.into_iter().flatten();
        rows.map(move |row| row.map_err(|source| self.unread(table, source))).chain(failed)
    }

    /// Returns the error of a reader that misses a file which a writer beside it has rewritten since, or `None`.
    pub(crate) fn rewritten(&self) -> Option<Error> {
        let there = names(&self.path).ok()?;
        (!self.found.is_subset(&there)).then(|| {
            let message = format!("the database {} was rewritten while it was read", self.path.display());
            Error::new(ErrorKind::Locked, message).with_hint("try again")
        })
    }

    fn unread(&self, table: Table, source: rocksdb::Error) -> Error {
        if is_missing_file(source.as_ref())
            && let Some(rewritten) = self.rewritten()
        {
            return rewritten.because(source);
        }
        let message = format!("cannot read the table {} of {}", table.name(), self.path.display());
        let error = match kind_of(&source) {
            ErrorKind::Corrupt => Error::corrupt(message),
            kind => Error::new(kind, message),
        };
        error.because(source)
    }
}

/// The database as it was at one instant.
pub(crate) struct View<'db> {
    db: &'db Db,
    snapshot: Snapshot<'db>,
}

impl View<'_> {
    /// The value of a key.
    pub(crate) fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        self.snapshot.get_cf(self.db.handle(table)?, key).map_err(|source| self.db.unread(table, source))
    }

    /// Returns the database of the view.
    pub(crate) fn db(&self) -> &Db {
        self.db
    }

    /// Returns the rows from a key on, in the order of the keys.
    pub(crate) fn rows<'a>(&'a self, table: Table, from: &[u8]) -> impl Iterator<Item = Row> + use<'a> {
        let db: &'a Db = self.db;
        let rows =
            db.handle(table).map(|handle| self.snapshot.iterator_cf_opt(handle, scan(), from_key(from)));
        db.scanned(table, rows)
    }

    /// Returns the last row whose key is at most this one.
    pub(crate) fn last_row(&self, table: Table, key: &[u8]) -> Option<Row> {
        let back = IteratorMode::From(key, Direction::Reverse);
        let rows = self.db.handle(table).map(|handle| self.snapshot.iterator_cf_opt(handle, scan(), back));
        self.db.scanned(table, rows).next()
    }
}

/// Returns the options of a table.
fn options_of(table: Table, cache: &Cache) -> Options {
    let mut blocks = BlockBasedOptions::default();
    blocks.set_block_cache(cache);
    blocks.set_format_version(6);
    let mut options = Options::default();
    options.set_write_buffer_size(16 << 20);
    // The values are compressed already, or hashes, which do not compress.
    options.set_compression_type(DBCompressionType::None);
    match table {
        Table::IndexOf => {
            // Deduplication mostly looks up keys that do not exist.
            blocks.set_bloom_filter(10.0, false);
            options.set_memtable_prefix_bloom_ratio(0.05);
            options.set_memtable_whole_key_filtering(true);
        }
        Table::Records | Table::Absent | Table::Occurrences => {
            blocks.set_bloom_filter(10.0, false);
            options.set_memtable_prefix_bloom_ratio(0.02);
            options.set_memtable_whole_key_filtering(true);
        }
        Table::Contents => {
            blocks.set_bloom_filter(10.0, false);
            options.set_memtable_prefix_bloom_ratio(0.05);
            options.set_memtable_whole_key_filtering(true);
            blocks.set_block_size(16 << 10);
            options.set_compression_type(DBCompressionType::Zstd);
        }
        Table::Entries => {
            options.set_compaction_style(DBCompactionStyle::Universal);
            blocks.set_block_size(16 << 10);
            options.set_compression_type(DBCompressionType::Zstd);
        }
        Table::Chunks | Table::Index => options.set_compression_type(DBCompressionType::Zstd),
        Table::Tiles => options.set_compaction_style(DBCompactionStyle::Universal),
        Table::Keys | Table::Checkpoints | Table::Open | Table::Meta => {}
    }
    if table.has_blobs() {
        // Large values are kept outside of the tree, so that compaction does not copy them, unless one has to go.
        options.set_enable_blob_files(true);
        options.set_min_blob_size(32 << 10);
        options.set_blob_compression_type(DBCompressionType::Zstd);
    }
    options.set_block_based_table_factory(&blocks);
    options
}

/// Logs that may gather before an opening moves their rows into tables.
const LOGS: usize = 32;

/// How long an opening that wrote tables waits for them to be merged.
const MERGE_MICROSECONDS: u64 = 10_000_000;

/// Whether an opening writes what is in the logs into tables.
#[derive(Clone, Copy)]
enum Flush {
    Always,
    /// Unless it is more than memory should hold.
    Never,
}

/// Has RocksDB fail on what it cannot read in sound logs, instead of leaving out the rest of them. A torn write is the one
/// thing that it may leave out.
fn judge_strictly(options: &mut Options, logs: &Logs) {
    if logs.torn().is_none() {
        options.set_wal_recovery_mode(DBRecoveryMode::TolerateCorruptedTailRecords);
    }
}

/// Files that RocksDB may hold open: all of so many, if there is room for them, or half of what the process may open.
/// A reader that holds all of its files does not miss those that a writer deletes meanwhile.
fn open_files(of: Option<usize>) -> i32 {
    const SPARE: u64 = 64;
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    match of {
        Some(files) if (files as u64).saturating_add(SPARE) <= limit => -1,
        _ => i32::try_from((limit / 2).min(1 << 16)).unwrap_or(i32::MAX),
    }
}

fn options(flush: Flush) -> Result<Options, Error> {
    let text = match flush {
        Flush::Always => "avoid_flush_during_recovery=false",
        Flush::Never => "avoid_flush_during_recovery=true", // the crate has no setter
    };
    let mut options = Options::default()
        .get_options_from_string(text)
        .map_err(|source| Error::new(ErrorKind::Io, "RocksDB does not know its options").because(source))?;
    options.enable_statistics(); // the counters cost nothing that can be measured, and the syncs are counted there
    options.set_statistics_level(StatsLevel::ExceptHistogramOrTimers);
    options.set_wal_compression_type(DBCompressionType::Zstd);
    // The log is read again at the next open; 64 MiB take well under a second.
    options.set_max_total_wal_size(64 << 20);
    options.set_db_write_buffer_size(96 << 20);
    options.set_max_background_jobs(2);
    options.set_bytes_per_sync(1 << 20);
    options.set_skip_stats_update_on_db_open(true);
    options.set_keep_log_file_num(4);
    options.set_max_file_opening_threads(1); // of sixteen, each table would start as many, for a handful of files
    Ok(options)
}

/// Bytes of the cache that the tables share.
const CACHE: usize = 64 << 20;

fn tables(some: &[Table], resting: &[Table]) -> Vec<ColumnFamilyDescriptor> {
    let cache = Cache::new_lru_cache(CACHE);
    let table = |table: &Table| {
        let mut options = options_of(*table, &cache);
        options.set_disable_auto_compactions(resting.contains(table));
        ColumnFamilyDescriptor::new(table.name(), options)
    };
    some.iter().map(table).collect()
}

/// Returns the tables that are there, or `None` unless exactly derived ones are missing.
fn present(options: &Options, path: &Path) -> Option<Vec<Table>> {
    let names = DB::list_cf(options, path).ok()?;
    let is_there = |table: &Table| names.iter().any(|name| name == table.name());
    let (present, missing): (Vec<_>, Vec<_>) = Table::ALL.into_iter().partition(is_there);
    let derived = missing.iter().all(|table| Table::DERIVED.contains(table));
    (derived && !missing.is_empty()).then_some(present)
}

/// Returns options for a scan, which must not evict from the cache what point reads need.
fn scan() -> ReadOptions {
    let mut options = ReadOptions::default();
    options.fill_cache(false);
    options.set_readahead_size(1 << 20);
    options
}

fn from_key(key: &[u8]) -> IteratorMode<'_> {
    IteratorMode::From(key, Direction::Forward)
}

/// Returns the names of the files of a database.
fn names(path: &Path) -> Result<BTreeSet<OsString>, Error> {
    let list = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => Error::corrupt(format!("the database {} is missing", path.display())),
        _ => Error::io("list", path, source),
    };
    let mut names = BTreeSet::new();
    for file in fs::read_dir(path).map_err(list)? {
        let file = file.map_err(list)?;
        if !file.file_type().map_err(list)?.is_file() {
            return Err(Error::io("open", &file.path(), durable::not_regular()));
        }
        names.insert(file.file_name());
    }
    Ok(names)
}

/// Returns whether a file has rows that are no longer in the logs alone.
fn has_rows(name: &OsStr) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "sst" || extension == "blob")
}

fn logs_of(names: &BTreeSet<OsString>) -> impl Iterator<Item = &OsString> {
    names.iter().filter(|name| is_log(name))
}

fn is_log(name: &OsStr) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "log")
}

/// Brings the logs to disk, and their names. Those that are as they were when the database was closed are there already.
fn settle_logs(path: &Path, logs: &Logs, closed: &Closed) -> Result<(), Error> {
    let mut unsettled = logs.unsettled(closed).peekable();
    if unsettled.peek().is_none() {
        return Ok(());
    }
    unsettled.try_for_each(|log| settle(&log))?;
    settle(path)
}

/// Syncs a file that was read. A log that is gone was moved into tables, which are synced; a medium that cannot be
/// written has nothing to sync.
fn settle(path: &Path) -> Result<(), Error> {
    use io::ErrorKind::{InvalidInput, NotFound, ReadOnlyFilesystem};
    match File::open(path).and_then(|file| file.sync_data()) {
        Err(source) if !matches!(source.kind(), NotFound | InvalidInput | ReadOnlyFilesystem) => {
            Err(Error::io("sync", path, source))
        }
        _ => Ok(()),
    }
}

fn failed(path: &Path, source: rocksdb::Error) -> Error {
    let shown = path.display();
    match kind_of(&source) {
        ErrorKind::Locked => Lock::taken(&format!("the database {shown}")),
        ErrorKind::Full => Error::new(ErrorKind::Full, format!("the disk of {shown} is full"))
            .with_hint("free space, then open the store again")
            .because(source),
        ErrorKind::Corrupt => Error::corrupt(format!("the database {shown} is damaged")).because(source),
        kind => Error::new(kind, format!("the database {shown} failed")).because(source),
    }
}

/// Returns what an error of RocksDB means to the caller. RocksDB's own kinds do not distinguish all cases.
fn kind_of(source: &rocksdb::Error) -> ErrorKind {
    use rocksdb::ErrorKind::{Corruption, InvalidArgument, NotFound, NotSupported};
    let says = |part| source.as_ref().contains(part);
    if says("lock hold by current process") || says("While lock file") {
        ErrorKind::Locked
    } else if says("No space left on device") {
        ErrorKind::Full
    } else if is_missing_file(source.as_ref())
        // A file, a table or an option of the database is missing.
        || matches!(source.kind(), Corruption | InvalidArgument | NotFound | NotSupported)
    {
        ErrorKind::Corrupt
    } else {
        ErrorKind::Io
    }
}

/// Returns whether RocksDB says that a file does not exist.
pub(crate) fn is_missing_file(message: &str) -> bool {
    message.contains("No such file or directory")
}

/// Checks that RocksDB can start its threads. If it cannot, it aborts or deadlocks.
fn check_threads() -> Result<(), Error> {
    // RocksDB needs one to flush, one to compact and a timer; the fourth is ours.
    const THREADS: usize = 4;
    let gate = Mutex::new(());
    let closed = gate.lock();
    let started = thread::scope(|scope| {
        let wait = || drop(gate.lock());
        let started =
            (0..THREADS).try_for_each(|_| thread::Builder::new().spawn_scoped(scope, wait).map(drop));
        drop(closed);
        started
    });
    started.map_err(|source| {
        Error::new(ErrorKind::Io, "cannot start the threads of the database")
            .with_hint("see `ulimit -u`, and the limits of the container")
            .because(source)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A write whose checksum is right and that is no batch: in sound logs nothing may be left out.
    #[test]
    fn what_rocksdb_cannot_read_in_a_sound_log_is_an_error() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("db");
        let lock = || Lock::take(&home.path().join("lock"), "it").unwrap();
        let db = Db::create(&path, lock()).unwrap();
        let log = db.newest_log().unwrap();
        drop(db);
        let mut bytes = fs::read(&log).unwrap();
        bytes.extend(log::write_of(&zstd::bulk::compress(&[0xff; 40], 1).unwrap()));
        fs::write(&log, bytes).unwrap();
        assert!(Db::damage_of_logs(&path, "").unwrap().is_none());
        let read = Db::open_read_only(&path, String::new).err().unwrap();
        let written = Db::open(&path, lock(), "", &[]).err().unwrap();
        assert_eq!((read.kind(), written.kind()), (ErrorKind::Corrupt, ErrorKind::Corrupt));
    }
}
