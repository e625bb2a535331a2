//! The storage engine: the only file that names RocksDB.

use crate::{
    Error, ErrorKind,
    files::lock::Lock,
    tables::{Batch, Row, Table, Write},
};
use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamily, ColumnFamilyDescriptor, DB, DBCompressionType, DBIterator,
    DBRecoveryMode, Direction, IteratorMode, Options, ReadOptions, Snapshot, WriteBatch, WriteOptions,
    statistics::{StatsLevel, Ticker},
};
use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
};

/// An open database.
///
/// Callable from many threads. A write is atomic over all tables and durable when it returns; RocksDB checks the
/// checksum of every block it reads, and of every record of its log when it opens.
pub(crate) struct Db {
    inner: DB,
    options: Options,
    path: PathBuf,
}

impl Db {
    /// Makes a database where there is none, with every table.
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        let mut options = options();
        options.create_if_missing(true);
        options.create_missing_column_families(true);
        options.set_error_if_exists(true);
        Self::writable(options, path)
    }

    /// Opens the database for writing; one process at a time can.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        names(path)?; // or RocksDB would make the directory
        Self::writable(options(), path)
    }

    fn writable(options: Options, path: &Path) -> Result<Self, Error> {
        check_threads()?;
        let inner =
            DB::open_cf_descriptors(&options, path, tables()).map_err(|source| failed(path, source))?;
        Ok(Self { inner, options, path: path.to_owned() })
    }

    /// Opens the database as it is now, also beside a writer or on a read-only disk. Writes nothing.
    pub(crate) fn open_read_only(path: &Path) -> Result<Self, Error> {
        Self::readable(path, DBRecoveryMode::PointInTime)
    }

    /// The same, but a damaged record of the log is an error, unless it is the torn end of the log.
    pub(crate) fn open_strict(path: &Path) -> Result<Self, Error> {
        Self::readable(path, DBRecoveryMode::TolerateCorruptedTailRecords)
    }

    fn readable(path: &Path, recovery: DBRecoveryMode) -> Result<Self, Error> {
        // A writer that flushes while we open can delete a log before we have read it, and RocksDB would not miss it.
        // So the logs that were there before must still be there after.
        const ATTEMPTS: usize = 20;
        check_threads()?;
        let mut failure = None;
        for _ in 0..ATTEMPTS {
            let before = names(path)?;
            let mut options = options();
            options.set_wal_recovery_mode(recovery);
            let opened = DB::open_cf_descriptors_read_only(&options, path, tables(), false);
            let after = names(path)?;
            match opened {
                Ok(inner) if before.iter().all(|name| after.contains(name) || !is_log(name)) => {
                    // What a writer has written and not yet synced was read too. A proof of it would leave, a power
                    // cut would take the entry, and the log would sign another tree of that size.
                    after.iter().filter(|name| is_log(name)).try_for_each(|log| settle(&path.join(log)))?;
                    settle(path)?;
                    return Ok(Self { inner, options, path: path.to_owned() });
                }
                Ok(_) => {}
                Err(source) if before == after => return Err(failed(path, source)),
                Err(source) => failure = Some(failed(path, source)),
            }
        }
        Err(failure.unwrap_or_else(|| {
            Error::new(ErrorKind::Locked, format!("{} changes faster than it can be read", path.display()))
                .with_hint("try again")
        }))
    }

    /// The value of a key.
    pub(crate) fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        self.inner.get_cf(self.handle(table)?, key).map_err(|source| self.unread(table, source))
    }

    /// Whether the key has a value. Cheap if it has none.
    pub(crate) fn has(&self, table: Table, key: &[u8]) -> Result<bool, Error> {
        let found = self.inner.get_pinned_cf(self.handle(table)?, key);
        found.map(|value| value.is_some()).map_err(|source| self.unread(table, source))
    }

    /// The rows from a key on, in the order of the keys, as of now.
    pub(crate) fn rows<'a>(&'a self, table: Table, from: &[u8]) -> impl Iterator<Item = Row> + use<'a> {
        let rows =
            self.handle(table).map(|handle| self.inner.iterator_cf_opt(handle, scan(), from_key(from)));
        self.scanned(table, rows)
    }

    /// Everything as of now, whatever is written later.
    pub(crate) fn view(&self) -> View<'_> {
        View { db: self, snapshot: self.inner.snapshot() }
    }

    /// Writes a batch: all of it or nothing, on disk when this returns. After an error nobody knows which, until the
    /// database is opened again.
    pub(crate) fn write(&self, batch: Batch) -> Result<(), Error> {
        let mut durable = WriteOptions::default();
        durable.set_sync(true);
        let batch = self.write_batch(batch)?;
        let write = || self.inner.write_opt(batch, &durable).map_err(|source| failed(&self.path, source));
        #[cfg(test)]
        let write = || crate::faults::around(crate::faults::Site::Batch, &self.path, write);
        write()
    }

    /// Syncs of the write-ahead log, as RocksDB counts them.
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

    /// Returns the names of tables that are none of the store's. RocksDB's own `default` is one if it has a row.
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

    fn unread(&self, table: Table, source: rocksdb::Error) -> Error {
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

    /// The database of the view.
    pub(crate) fn db(&self) -> &Db {
        self.db
    }

    /// The rows from a key on, in the order of the keys.
    pub(crate) fn rows<'a>(&'a self, table: Table, from: &[u8]) -> impl Iterator<Item = Row> + use<'a> {
        let db: &'a Db = self.db;
        let rows =
            db.handle(table).map(|handle| self.snapshot.iterator_cf_opt(handle, scan(), from_key(from)));
        db.scanned(table, rows)
    }
}

/// How a table is kept.
fn options_of(table: Table, cache: &Cache) -> Options {
    let mut blocks = BlockBasedOptions::default();
    blocks.set_block_cache(cache);
    blocks.set_format_version(6);
    let mut options = Options::default();
    options.set_write_buffer_size(16 << 20);
    // Compressed already, or hashes, which do not compress.
    options.set_compression_type(DBCompressionType::None);
    match table {
        Table::IndexOf => {
            // Deduplication mostly asks for what is not there.
            blocks.set_bloom_filter(10.0, false);
            options.set_memtable_prefix_bloom_ratio(0.05);
            options.set_memtable_whole_key_filtering(true);
        }
        Table::Declarations | Table::Absent => {
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
        Table::Chunks => {
            options.set_compression_type(DBCompressionType::Zstd);
            // Out of the tree: compaction never copies a large value.
            options.set_enable_blob_files(true);
            options.set_min_blob_size(32 << 10);
            options.set_blob_compression_type(DBCompressionType::Zstd);
            options.set_enable_blob_gc(true);
        }
        Table::Entries => {
            blocks.set_block_size(16 << 10);
            options.set_compression_type(DBCompressionType::Zstd);
        }
        Table::Tiles | Table::Meta => {}
    }
    options.set_block_based_table_factory(&blocks);
    options
}

fn options() -> Options {
    let mut options = Options::default();
    options.enable_statistics(); // the counters cost nothing that can be measured, and the syncs are counted there
    options.set_statistics_level(StatsLevel::ExceptHistogramOrTimers);
    options.set_wal_compression_type(DBCompressionType::Zstd);
    // What is in the log must be read again at the next open; 64 MiB take well under a second.
    options.set_max_total_wal_size(64 << 20);
    options.set_db_write_buffer_size(96 << 20);
    options.set_max_background_jobs(2);
    options.set_bytes_per_sync(1 << 20);
    options.set_skip_stats_update_on_db_open(true);
    options.set_keep_log_file_num(4);
    options
}

fn tables() -> Vec<ColumnFamilyDescriptor> {
    let cache = Cache::new_lru_cache(64 << 20);
    let table = |table: Table| ColumnFamilyDescriptor::new(table.name(), options_of(table, &cache));
    Table::ALL.into_iter().map(table).collect()
}

/// A scan must not push out of the cache what point reads want.
fn scan() -> ReadOptions {
    let mut options = ReadOptions::default();
    options.fill_cache(false);
    options.set_readahead_size(1 << 20);
    options
}

fn from_key(key: &[u8]) -> IteratorMode<'_> {
    IteratorMode::From(key, Direction::Forward)
}

/// The names of the files of a database.
fn names(path: &Path) -> Result<BTreeSet<OsString>, Error> {
    let names =
        fs::read_dir(path).and_then(|files| files.map(|file| file.map(|file| file.file_name())).collect());
    names.map_err(|source| match source.kind() {
        io::ErrorKind::NotFound => Error::corrupt(format!("the database {} is missing", path.display())),
        _ => Error::io("list", path, source),
    })
}

fn is_log(name: &OsString) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "log")
}

/// Brings to disk what was read. A log that is gone was moved into tables, which are synced; a medium that cannot be
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

/// What an error of RocksDB means to the caller. Its own kinds do not tell all of it apart.
fn kind_of(source: &rocksdb::Error) -> ErrorKind {
    use rocksdb::ErrorKind::{Corruption, InvalidArgument, NotFound, NotSupported};
    let says = |part| source.as_ref().contains(part);
    if says("lock hold by current process") || says("While lock file") {
        ErrorKind::Locked
    } else if says("No space left on device") {
        ErrorKind::Full
    } else if says("No such file or directory")
        // A file, a table or an option that the database was made with is not there.
        || matches!(source.kind(), Corruption | InvalidArgument | NotFound | NotSupported)
    {
        ErrorKind::Corrupt
    } else {
        ErrorKind::Io
    }
}

/// Checks that RocksDB will get its threads. It aborts where it does not, or waits for itself for ever.
fn check_threads() -> Result<(), Error> {
    // One to flush, one to compact, a timer; and one more is ours.
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
