//! Sealing beside a bare RocksDB loop that writes the same records with the same number of syncs.
//!
//! Not a criterion bench: what counts is a whole batch with its syncs, alternated with its peer, medians of a few rounds.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "prints rates for people")]

use decl_benches::declaration;
use decl_core::{Content, Declaration};
use decl_store::{Options, Store, Submission};
use rocksdb::{DB, DBCompressionType, WriteBatch, WriteOptions};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const RECORDS: usize = 50_000;
const BATCH: usize = 4_096;
const TURNS: usize = 20;
const ALONE: usize = 300;
const ROUNDS: usize = 3;

type Record = (Declaration, Vec<Content>);

fn main() {
    // `cargo test --benches` and friends pass flags that ask for no measurement.
    if std::env::args().any(|argument| argument == "--test" || argument == "--list") {
        return;
    }
    let records: Vec<Record> = (0..RECORDS).map(own_content).collect();
    let bytes: usize = records.iter().map(|(declaration, _)| declaration.as_bytes().len()).sum();
    println!("{RECORDS} declarations of {} bytes, content shared but for one message each", bytes / RECORDS);

    let (mut batch, mut alone) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let ours = sealed(&records, BATCH);
        batch.push((ours, bare(&records, BATCH, ours.1)));
        let few = &records[..ALONE];
        let ours = sealed(few, 1);
        alone.push((ours, bare(few, 1, ours.1)));
    }
    report(&format!("one batch, {BATCH} records a call"), RECORDS, batch);
    report("one client, one seal at a time", ALONE, alone);
}

/// Time, and syncs.
type Run = (Duration, u64);

fn report(what: &str, records: usize, mut runs: Vec<(Run, Run)>) {
    let ratio = |(ours, peer): &(Run, Run)| peer.0.as_secs_f64() / ours.0.as_secs_f64();
    runs.sort_by(|a, b| ratio(a).total_cmp(&ratio(b)));
    let median = &runs[runs.len() / 2];
    let per_second = |run: &Run| records as f64 / run.0.as_secs_f64();
    println!(
        "{what}: decl {:.0}/s with {} syncs, bare RocksDB {:.0}/s with {} syncs: {:.2} x (of {} rounds {:.2} to {:.2})",
        per_second(&median.0),
        median.0.1,
        per_second(&median.1),
        median.1.1,
        ratio(median),
        runs.len(),
        ratio(&runs[0]),
        ratio(&runs[runs.len() - 1]),
    );
}

/// The first record brings the shared content, each one its own message.
fn own_content(run: usize) -> Record {
    let source = declaration(run, TURNS);
    // The last message comes right before the one of the instructions, which sort behind the input.
    let own = source.declaration.references().iter().nth_back(1).map(|reference| reference.digest);
    let keep = |content: &Content| run == 0 || Some(content.digest) == own;
    let contents = source.contents.into_iter().filter(keep).collect();
    (source.declaration, contents)
}

fn sealed(records: &[Record], each: usize) -> Run {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let store = Store::create(&dir.path().join("store"), "bench.example/log", &Options::default())
        .expect("a new store");
    let submit = |(declaration, contents): &Record| Submission::local(declaration.clone(), contents.clone());
    let batches: Vec<Vec<Submission>> =
        records.chunks(each).map(|chunk| chunk.iter().map(submit).collect()).collect();
    let before = store.stats().syncs;
    let begun = Instant::now();
    for batch in batches {
        assert!(store.seal(batch).iter().all(Result::is_ok), "everything seals");
    }
    (begun.elapsed(), store.stats().syncs - before)
}

/// The canonical bytes under their index and the content under its digest, as they are, with so many syncs.
fn bare(records: &[Record], each: usize, syncs: u64) -> Run {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let db = open(dir.path());
    let mut synced = WriteOptions::default();
    synced.set_sync(true);
    let mut plain = WriteOptions::default();
    plain.set_sync(false);
    let commits = records.len().div_ceil(each) as u64;
    let (mut done, begun) = (0, Instant::now());
    for (number, chunk) in records.chunks(each).enumerate() {
        let mut batch = WriteBatch::default();
        for (at, (declaration, contents)) in chunk.iter().enumerate() {
            batch.put(((number * each + at) as u64).to_be_bytes(), declaration.as_bytes());
            for content in contents {
                batch.put(content.digest.as_bytes(), &content.bytes);
            }
        }
        // As many syncs as decl made, evenly spread, the last one at the end.
        let sync = (number as u64 + 1) * syncs / commits > done;
        done += u64::from(sync);
        db.write_opt(batch, if sync { &synced } else { &plain }).expect("a write");
    }
    (begun.elapsed(), done)
}

fn open(dir: &Path) -> DB {
    let mut options = rocksdb::Options::default();
    options.create_if_missing(true);
    options.set_compression_type(DBCompressionType::None);
    DB::open(&options, dir.join("db")).expect("a new database")
}
