//! The store from outside. One binary, because each that links RocksDB is large.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod absent;
mod audit;
mod checkpoints;
mod contents;
mod damages;
mod erase;
mod export;
mod holds;
mod keyed;
mod logs;
mod lookup;
mod making;
mod neighbours;
mod occurrences;
mod opening;
mod openings;
mod period;
mod query;
mod record;
mod reindex;
mod retention;
mod sealing;
mod supplements;

use decl_core::{Content, Identity, NoFiles, Record, Source, Supplement, SupplementKind, json};
use decl_explain::template;
use decl_log::{
    Checkpoint, Edge, Entry, Hash, ProofFile, SigningKey, Tree, VerifierKey, check_inclusion, leaf_hash,
};
use decl_store::{Options, Reader, Receipt, SealError, Store, Submission};
use rocksdb::DB;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const ORIGIN: &str = "example.com/runs";

/// A directory for a test, with the places of a store and of its head record.
struct Place {
    home: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    /// Where a sync costs nothing, if there is such a place.
    fn in_memory() -> Self {
        let home = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        Self { home }
    }

    fn dir(&self) -> PathBuf {
        self.home.path().join("store")
    }

    fn home(&self) -> &Path {
        self.home.path()
    }

    fn record(&self) -> PathBuf {
        self.home.path().join("state").join("head.checkpoint")
    }

    fn create(&self) -> Store {
        Store::create(&self.dir(), ORIGIN, &Options::default()).unwrap()
    }

    fn open(&self) -> Store {
        Store::open(&self.dir(), &Options::default()).unwrap()
    }

    fn guarded(&self, adopt: bool) -> Options {
        Options { head: Some(self.record()), adopt }
    }
}

/// A valid declaration whose input says `text`, with that content.
fn source(text: &str) -> Source {
    source_of(&format!(r#"{{"text": "{text}"}}"#))
}

/// A valid declaration with this content as input, in its source form or by reference.
fn source_of(content: &str) -> Source {
    let input = format!(
        r#""input": [{{"role": "user", "parts": [{{"t": "text", "content": {content}, "attrs": {{}}}}]}}]"#
    );
    let declaration = json::pretty(&template("generate").unwrap())
        .replace(r#""authority": """#, r#""authority": "example.com""#)
        .replace(r#""name": """#, r#""name": "some-model""#)
        .replace(r#""input": []"#, &input);
    Source::parse(declaration.as_bytes(), &mut NoFiles).unwrap()
}

fn submission(text: &str) -> Submission {
    let Source { declaration, contents } = source(text);
    Submission::local(declaration, contents)
}

/// A supplement of a declaration, from its body in JSON.
fn supplement(kind: SupplementKind, subject: Identity, body: &str) -> Submission {
    let body = json::parse(body.as_bytes()).unwrap();
    let (supplement, contents) = Supplement::new(kind, subject, body, "local", &mut NoFiles).unwrap();
    Submission::local(supplement, contents)
}

/// The name of an occurrence.
fn occurrence(n: u64) -> String {
    format!("01977c5e-6b3f-7cc3-98c4-{n:012x}")
}

fn start(subject: Identity, n: u64) -> Submission {
    supplement(SupplementKind::Start, subject, &format!(r#"{{"occurrence": "{}"}}"#, occurrence(n)))
}

/// An execution that began long after every declaration was sealed that these tests seal.
fn execution(subject: Identity, n: u64, more: &str) -> Submission {
    let body = format!(r#"{{"occurrence": "{}", "status": "ok"{more}}}"#, occurrence(n));
    supplement(SupplementKind::Execution, subject, &body)
}

/// The same run of another model.
fn renamed(submission: &Submission, model: &str) -> Submission {
    let text = submission.record.to_json().replace("some-model", model);
    let declaration = Source::parse(text.as_bytes(), &mut NoFiles).unwrap().declaration;
    assert_eq!(declaration.references(), submission.record.references());
    Submission { record: declaration.into(), ..submission.clone() }
}

/// Another declaration with the same content.
fn cousin(submission: &Submission) -> Submission {
    renamed(submission, "other-model")
}

/// Three parts with three pieces of content, in one declaration.
fn in_parts() -> Submission {
    let next = r#""}, "attrs": {}}, {"t": "text", "content": {"text": ""#;
    submission(&["one", "two", "three"].join(next))
}

fn batch(range: std::ops::Range<usize>) -> Vec<Submission> {
    range.map(|n| submission(&format!("run {n}"))).collect()
}

fn seal_one(store: &Store, submission: Submission) -> Result<Receipt, SealError> {
    let mut results = store.seal(vec![submission]);
    assert_eq!(results.len(), 1);
    results.remove(0)
}

fn seal_all(store: &Store, range: std::ops::Range<usize>) -> Vec<Receipt> {
    store.seal(batch(range)).into_iter().map(Result::unwrap).collect()
}

/// What someone with the verifier key alone can check of a receipt.
fn verify(receipt: &Receipt, declaration: &Record, key: &VerifierKey) {
    verify_proof(&receipt.proof, declaration, key);
    let checkpoint = Checkpoint::open(&receipt.proof.checkpoint, key).unwrap();
    assert_eq!(receipt.identity, declaration.identity());
    assert_eq!(receipt.index, receipt.proof.index);
    assert_eq!((receipt.size, receipt.root), (checkpoint.tree.size, checkpoint.tree.root));
}

fn verify_proof(proof: &ProofFile, declaration: &Record, key: &VerifierKey) {
    let proof = ProofFile::parse(&proof.to_string()).unwrap();
    let entry = proof.extra.unwrap();
    let Entry::Record { id, sha256, by, .. } = Entry::parse(&entry).unwrap() else {
        panic!("not of a record")
    };
    assert_eq!((id, sha256, by.as_str()), (declaration.identity(), declaration.sha256(), "local"));
    let checkpoint = Checkpoint::open(&proof.checkpoint, key).unwrap();
    assert_eq!(checkpoint.origin, ORIGIN);
    check_inclusion(&proof.path, &checkpoint.tree, proof.index, leaf_hash(&entry)).unwrap();
}

/// The root of the entries themselves.
fn root_of_entries(reader: &Reader, size: u64) -> Hash {
    let mut edge = Edge::new();
    for (expected, entry) in (0..size).zip(reader.entries(0)) {
        let (index, entry) = entry.unwrap();
        assert_eq!(index, expected);
        edge.push(leaf_hash(&entry));
    }
    assert_eq!(edge.size(), size);
    edge.root()
}

/// A copy of a closed store, file by file.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let target = to.join(file.file_name());
        if file.file_type().unwrap().is_dir() {
            copy(&file.path(), &target);
        } else {
            std::fs::copy(file.path(), target).unwrap();
        }
    }
}

/// The write-ahead logs of a store, from the oldest on.
fn logs(place: &Place) -> Vec<PathBuf> {
    let files = std::fs::read_dir(place.dir().join("db")).unwrap().map(|file| file.unwrap().path());
    let mut logs: Vec<_> =
        files.filter(|path| path.extension().is_some_and(|extension| extension == "log")).collect();
    logs.sort();
    logs
}

/// Makes a closed store look as if its writer had been killed.
fn forget_closing(place: &Place) {
    std::fs::write(place.dir().join("lock"), "").unwrap();
}

/// Flips a bit in the middle of the newest write-ahead log of a closed store; answers with what was there.
fn flip_newest_log(place: &Place) -> (PathBuf, Vec<u8>) {
    let log = logs(place).pop().unwrap();
    let sound = std::fs::read(&log).unwrap();
    let mut flipped = sound.clone();
    flipped[sound.len() / 2] ^= 1;
    std::fs::write(&log, flipped).unwrap();
    (log, sound)
}

const TABLES: [&str; 13] = [
    "records",
    "contents",
    "chunks",
    "absent",
    "entries",
    "index_of",
    "index",
    "keys",
    "tiles",
    "checkpoints",
    "occurrences",
    "open",
    "meta",
];

/// Writes damage into a closed store, past everything that would prevent it.
fn damage(place: &Place, write: impl FnOnce(&Raw)) {
    let raw = Raw(DB::open_cf(&rocksdb::Options::default(), place.dir().join("db"), TABLES).unwrap());
    write(&raw);
}

/// An hour in milliseconds.
const HOUR: u64 = 3_600_000;

/// Makes a closed store so much older: the clock of every entry, and all that follows from it.
fn age(place: &Place, ms: u64) {
    let key = signing_key(place);
    damage(place, |raw| {
        let kept: Vec<_> = raw.rows("checkpoints").into_iter().map(|[size, _]| size).collect();
        let mut edge = Edge::new();
        for [index, entry] in raw.rows("entries") {
            if kept.contains(&index) {
                raw.put("checkpoints", &index, &note(&edge, &key));
            }
            let mut entry = Entry::parse(&entry).unwrap();
            let (Entry::Genesis { at, .. } | Entry::Record { at, .. }) = &mut entry;
            *at -= ms;
            let entry = entry.encode().unwrap();
            raw.put("entries", &index, &entry);
            for tile in edge.push(leaf_hash(&entry)) {
                let key = [&[tile.id.level][..], &tile.id.number.to_be_bytes()].concat();
                raw.put("tiles", &key, &tile.to_bytes());
            }
        }
        raw.put("meta", b"checkpoint", &note(&edge, &key));
        raw.put("meta", b"edge", &edge.to_bytes());
    });
}

fn signing_key(place: &Place) -> SigningKey {
    SigningKey::parse(std::fs::read_to_string(place.dir().join("key")).unwrap().trim_end()).unwrap()
}

/// The signed checkpoint of the tree with this edge.
fn note(edge: &Edge, key: &SigningKey) -> Vec<u8> {
    let tree = Tree { size: edge.size(), root: edge.root() };
    Checkpoint { origin: ORIGIN.to_owned(), tree }.sign(key).unwrap().into_bytes()
}

/// Reads the tables of a closed store.
fn raw<T>(place: &Place, read: impl FnOnce(&Raw) -> T) -> T {
    let db = DB::open_cf_for_read_only(&rocksdb::Options::default(), place.dir().join("db"), TABLES, false);
    read(&Raw(db.unwrap()))
}

struct Raw(DB);

impl Raw {
    fn rows(&self, table: &str) -> Vec<[Box<[u8]>; 2]> {
        let rows = self.0.iterator_cf(self.0.cf_handle(table).unwrap(), rocksdb::IteratorMode::Start);
        rows.map(Result::unwrap).map(|(key, value)| [key, value]).collect()
    }

    fn get(&self, table: &str, key: &[u8]) -> Vec<u8> {
        self.0.get_cf(self.0.cf_handle(table).unwrap(), key).unwrap().unwrap()
    }

    fn put(&self, table: &str, key: &[u8], value: &[u8]) {
        self.0.put_cf(self.0.cf_handle(table).unwrap(), key, value).unwrap();
    }

    fn delete(&self, table: &str, key: &[u8]) {
        self.get(table, key);
        self.0.delete_cf(self.0.cf_handle(table).unwrap(), key).unwrap();
    }

    fn flip(&self, table: &str, key: &[u8]) {
        let mut value = self.get(table, key);
        *value.last_mut().unwrap() ^= 1;
        self.put(table, key, &value);
    }
}

fn foreign_content() -> Content {
    Content::new("text/plain", b"of another run".to_vec())
}

/// A declaration whose content is so long that it is stored in two chunks.
fn large(letter: char) -> Submission {
    submission(&letter.to_string().repeat((1 << 20) + 100_000))
}

/// The same declaration without its content.
fn detached(whole: Submission) -> Submission {
    Submission { detached: true, contents: Vec::new(), ..whole }
}

fn chunk_key(digest: &Identity, number: u32) -> Vec<u8> {
    [&digest.as_bytes()[..], &number.to_be_bytes()].concat()
}
