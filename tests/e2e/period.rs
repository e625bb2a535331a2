//! Periods of logs, verified by the binary and by verifiers that share no code with it.

use crate::support::{Store, decl, ok, small, text, tool};
use decl_core::{Identity, json, sha256};
use decl_log::{Checkpoint, Edge, Entry, Mirror, Period, RecordKind, SigningKey, Tree, leaf_hash};
use decl_store::time::Utc;
use decl_verify::period::Asked;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// A log that was not sealed here: its key, and its entries at the index that they have.
struct Log {
    key: SigningKey,
    entries: Vec<Vec<u8>>,
}

/// The clock of an entry. There are ten a second.
fn at(index: u64) -> u64 {
    1_780_000_000_000 + 100 * index
}

fn id(n: u64) -> Identity {
    Identity::of(&n.to_be_bytes())
}

impl Log {
    fn of(size: u64) -> Self {
        let key = SigningKey::from_seed("log.example.org/runs", [7; 32]).unwrap();
        let entry = |n: u64| {
            let entry = match n {
                0 => Entry::Genesis { origin: key.name().to_owned(), at: at(0) },
                n => Entry::Record {
                    kind: RecordKind::ALL[usize::try_from(n % 3).unwrap()],
                    id: id(n),
                    sha256: sha256(&n.to_be_bytes()),
                    at: at(n),
                    by: "local".to_owned(),
                },
            };
            entry.encode().unwrap()
        };
        Self { entries: (0..size).map(entry).collect(), key }
    }

    fn signed(&self, edge: &Edge) -> String {
        let tree = Tree { size: edge.size(), root: edge.root() };
        Checkpoint { origin: self.key.name().to_owned(), tree }.sign(&self.key).unwrap()
    }

    /// Writes the period of the log from an entry on.
    fn write(&self, dir: &Path, before: usize) {
        let start = before.saturating_sub(1) / 256 * 256;
        let mut edge = Edge::new();
        let write = |path: &str, bytes: &[u8]| {
            let path = dir.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        };
        for entry in &self.entries[..start] {
            edge.push(leaf_hash(entry));
        }
        let mut mirror = Mirror::new(edge).unwrap();
        for index in start..=self.entries.len() {
            if index == before && before > 0 {
                write(Period::BEFORE, self.signed(mirror.edge()).as_bytes());
            }
            if let Some(entry) = self.entries.get(index) {
                mirror.push(entry).unwrap().into_iter().for_each(|(path, bytes)| write(&path, &bytes));
            }
        }
        write(Period::CHECKPOINT, self.signed(mirror.edge()).as_bytes());
        mirror.finish().for_each(|(path, bytes)| write(&path, &bytes));
    }
}

/// The verifiers: ours, and the references where the test command installed them.
struct Verifiers {
    home: TempDir,
    vkey: String,
    references: Vec<Vec<PathBuf>>,
}

impl Verifiers {
    fn new(vkey: String) -> Self {
        let reference = |name: &str| crate::support::root().join("reference").join(name);
        let python = tool("DECL_TEST_PYTHON").map(|python| vec![python, reference("verify.py")]);
        let node = tool("DECL_TEST_NODE").map(|node| vec![node, reference("verify.mjs")]);
        Self {
            home: tempfile::tempdir().unwrap(),
            vkey,
            references: python.into_iter().chain(node).collect(),
        }
    }

    /// Asks all of them. They give one exit code, and the same entries.
    fn ask(&self, dir: &Path, vkey: &str, asked: &Asked) -> (Option<i32>, String) {
        let question = |time: &dyn Fn(u64) -> String| {
            let bound = |name: &str, bound: Option<u64>| bound.map(|bound| [name.to_owned(), time(bound)]);
            let absent = asked.absent.iter().map(|id| ["--absent".to_owned(), id.to_string()]);
            let bounds = [bound("--since", asked.since), bound("--until", asked.until)];
            bounds.into_iter().flatten().chain(absent).flatten().collect::<Vec<_>>()
        };
        let mut ours = decl(self.home.path());
        let ours = ours.arg("verify-period").arg(dir).args(["--vkey", vkey, "--json"]);
        let output = ours.args(question(&|time| Utc(time).to_string())).output().unwrap();
        let said = text(&output.stdout) + &text(&output.stderr);
        let range = json::parse(&output.stdout).ok().map(|verdict| {
            format!(
                "[{},{}]",
                json::minimal(verdict.get("from").unwrap()),
                json::minimal(verdict.get("to").unwrap())
            )
        });
        for reference in &self.references {
            let mut theirs = Command::new(&reference[0]);
            let theirs = theirs.arg(&reference[1]).arg("period").arg(dir).args(["--vkey", vkey]);
            let other = theirs.args(question(&|time| time.to_string())).output().unwrap();
            let heard = text(&other.stdout) + &text(&other.stderr);
            assert_eq!(other.status.code(), output.status.code(), "{}: {said}\n{heard}", dir.display());
            if other.status.success() {
                let verdict = json::parse(&other.stdout).unwrap();
                assert_eq!(Some(json::minimal(verdict.get("entries").unwrap())), range, "{}", dir.display());
            }
        }
        (output.status.code(), said)
    }
}

#[test]
fn every_verifier_accepts_periods_of_any_length() {
    for size in [1, 2, 256, 257, 600, 65_537, 70_000] {
        let log = Log::of(size);
        let verifiers = Verifiers::new(log.key.verifier_key().to_string());
        let size = log.entries.len();
        let befores = BTreeSet::from([0, 1, 255, 256, 257, 512, 65_536, 69_500, size - 1, size]);
        let short =
            |before: usize| before <= size && (size - before < 1_000 || size == 70_000 && before == 0);
        for before in befores.into_iter().filter(|before| short(*before)) {
            let dir = verifiers.home.path().join(format!("{before}-{size}"));
            log.write(&dir, before);
            let (code, said) = verifiers.ask(&dir, &verifiers.vkey, &Asked::default());
            assert_eq!(code, Some(0), "{said}");
            assert!(said.contains(&format!(r#""from":{before},"to":{size}"#)), "{said}");
            if let Some(go) = tool("DECL_TEST_GO") {
                let said = text(&ok(Command::new(go).arg(&dir).arg(&verifiers.vkey)).stdout);
                println!("golang.org/x/mod, from entry {before}: {}", said.trim());
            }
        }
    }
}

#[test]
fn every_verifier_gives_one_answer_to_each_question() {
    let log = Log::of(600);
    let verifiers = Verifiers::new(log.key.verifier_key().to_string());
    let dir = verifiers.home.path().join("period");
    log.write(&dir, 300);
    // Entry 299 is before the period, and 599 its last.
    for (code, since, until, absent) in [
        (0, None, None, vec![]),
        (0, Some(at(300)), None, vec![]),
        (0, Some(at(299) + 1), Some(at(599)), vec![]),
        (0, Some(at(400)), Some(at(400)), vec![]),
        (0, Some(at(600)), None, vec![]),
        (1, Some(at(299)), None, vec![]),
        (1, None, Some(at(600)), vec![]),
        (0, None, None, vec![299, 600]),
        (1, None, None, vec![600, 300]),
        (1, None, None, vec![599]),
        (0, Some(at(400)), Some(at(500)), vec![399, 500]),
        (1, Some(at(400)), Some(at(500)), vec![399, 400]),
    ] {
        let asked = Asked { since, until, absent: absent.into_iter().map(id).collect() };
        let (found, said) = verifiers.ask(&dir, &verifiers.vkey, &asked);
        assert_eq!(found, Some(code), "{asked:?}: {said}");
    }
}

/// What somebody does to a period that he hands out.
type Change = (&'static str, i32, fn(&Path));

#[test]
fn every_verifier_refuses_what_is_no_period_or_does_not_hold() {
    const TILE: &str = "tile/0/001.p/44";
    const BUNDLE: &str = "tile/entries/001.p/44";
    fn remove(dir: &Path, path: &str) {
        fs::remove_file(dir.join(path)).unwrap();
    }
    fn edit(dir: &Path, path: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut bytes = fs::read(dir.join(path)).unwrap();
        change(&mut bytes);
        fs::write(dir.join(path), bytes).unwrap();
    }
    fn fifo(dir: &Path, path: &str) {
        remove(dir, path);
        ok(Command::new("mkfifo").arg(dir.join(path)));
    }
    let changes: [Change; 20] = [
        ("nothing", 0, |_| ()),
        ("other files", 0, |dir| fs::write(dir.join("tile/0/000"), "other").unwrap()),
        ("a tile by a link", 0, |dir| {
            fs::rename(dir.join(TILE), dir.join("elsewhere")).unwrap();
            symlink("../../../elsewhere", dir.join(TILE)).unwrap();
        }),
        ("no checkpoint", 2, |dir| remove(dir, "checkpoint")),
        ("a checkpoint that is none", 2, |dir| fs::write(dir.join("checkpoint"), "hello").unwrap()),
        ("a pipe as checkpoint", 2, |dir| fifo(dir, "checkpoint")),
        ("a long checkpoint", 2, |dir| edit(dir, "checkpoint", |note| note.resize(2 << 20, b'x'))),
        ("an older checkpoint that is none", 1, |dir| fs::write(dir.join("checkpoint.before"), "x").unwrap()),
        ("no older checkpoint", 1, |dir| remove(dir, "checkpoint.before")),
        ("the newer checkpoint alone", 1, |dir| {
            fs::copy(dir.join("checkpoint.before"), dir.join("checkpoint")).unwrap();
        }),
        ("no tile", 1, |dir| remove(dir, TILE)),
        ("a pipe as tile", 1, |dir| fifo(dir, TILE)),
        ("a directory as tile", 1, |dir| {
            remove(dir, TILE);
            fs::create_dir(dir.join(TILE)).unwrap();
        }),
        ("a link to a device", 1, |dir| {
            remove(dir, BUNDLE);
            symlink("/dev/zero", dir.join(BUNDLE)).unwrap();
        }),
        ("a link to nothing", 1, |dir| {
            remove(dir, BUNDLE);
            symlink("nothing", dir.join(BUNDLE)).unwrap();
        }),
        ("a tile of another width", 1, |dir| {
            fs::rename(dir.join(TILE), dir.join("tile/0/001.p/43")).unwrap();
        }),
        ("a huge tile", 1, |dir| {
            fs::File::options().write(true).open(dir.join(TILE)).unwrap().set_len(1 << 40).unwrap();
        }),
        ("a huge bundle", 1, |dir| {
            fs::File::options().write(true).open(dir.join(BUNDLE)).unwrap().set_len(1 << 40).unwrap();
        }),
        ("a bundle that is cut", 1, |dir| edit(dir, BUNDLE, |bundle| bundle.truncate(1_000))),
        ("a flipped bit", 1, |dir| edit(dir, BUNDLE, |bundle| bundle[1_000] ^= 1)),
    ];
    let log = Log::of(300);
    let verifiers = Verifiers::new(log.key.verifier_key().to_string());
    for (what, code, change) in changes {
        let dir = verifiers.home.path().join(what);
        log.write(&dir, 258);
        change(&dir);
        let (found, said) = verifiers.ask(&dir, &verifiers.vkey, &Asked::default());
        assert_eq!(found, Some(code), "{what}: {said}");
    }
    let other = SigningKey::from_seed("log.example.org/other", [7; 32]).unwrap().verifier_key().to_string();
    let (found, said) = verifiers.ask(&verifiers.home.path().join("nothing"), &other, &Asked::default());
    assert_eq!(found, Some(1), "{said}");
    assert!(said.contains("the checkpoint is of the log log.example.org/runs"), "{said}");
}

/// What a store writes is what an export of its whole log has, without the key.
#[test]
fn a_store_proves_what_it_sealed() {
    let store = Store::new();
    let lines = store.path("lines.ndjson");
    fs::write(&lines, (1..600).map(|run| small(run) + "\n").collect::<String>()).unwrap();
    store.seal(&lines, &[]);
    let (log, export) = (store.path("log"), store.export("export", &[]));
    ok(store.decl().args(["log", "--proof"]).arg(&log));
    fs::remove_file(export.join("vkey")).unwrap();
    assert_eq!(files(&log), files(&export));
    let verifiers = Verifiers::new(store.vkey.clone());
    let (code, said) = verifiers.ask(&log, &store.vkey, &Asked::default());
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(r#""from":0,"to":600"#), "{said}");
    // All of today, and so far.
    let today = store.path("today");
    let out =
        ok(store.decl().args(["log", "--since", "2026", "--until", "2999", "--json", "--proof"]).arg(&today));
    assert!(text(&out.stdout).contains(r#""closed":false"#), "{}", text(&out.stdout));
    assert_eq!(files(&today), files(&log));
    let until = Asked { until: Some(32_472_144_000_000), ..Asked::default() };
    let (code, said) = verifiers.ask(&today, &store.vkey, &until);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("open_end"), "{said}");
}

/// Every file below a directory, by its path in it.
fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut dirs = vec![root.to_owned()];
    while let Some(dir) = dirs.pop() {
        for path in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                dirs.push(path);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}
