//! Stores in the state that a session is about.

use crate::World;
use decl_core::Identity;
use decl_store::{Options, Store};
use rocksdb::DB;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

/// Makes what the session of this name needs. What is returned must live while the session runs.
pub(crate) fn make(world: &World, session: &str, dir: &Path) -> Option<Store> {
    let init = |store: &str| {
        crate::run(world.decl(dir).args(["init", "--origin", "log.example.org/runs", "--store", store]));
    };
    match session {
        "prefixes" => {
            init("store");
            // Two declarations whose identities begin alike: the seeds were searched for.
            for seed in ["151543", "223550"] {
                let llama = fs::read_to_string(dir.join("local-llama.json")).unwrap();
                fs::write(
                    dir.join("twin.json"),
                    llama.replace(r#""seed": 42"#, &format!(r#""seed": {seed}"#)),
                )
                .unwrap();
                crate::run(world.decl(dir).args(["seal", "twin.json", "--content", "content.json"]));
            }
        }
        "content-keys" => {
            init("store");
            key_files(dir);
        }
        "store-errors" => {
            for store in ["newer", "keyless", "readable-key", "other-key", "locked"] {
                init(store);
            }
            fs::write(dir.join("newer/decl.store"), "decl-store 2\n").unwrap();
            fs::copy(dir.join("keyless/key"), dir.join("other-key/key")).unwrap();
            fs::remove_file(dir.join("keyless/key")).unwrap();
            fs::set_permissions(dir.join("readable-key/key"), Permissions::from_mode(0o644)).unwrap();
            fs::create_dir(dir.join("not-a-store")).unwrap();
            fs::write(dir.join("not-a-store/file"), "x").unwrap();
            return Some(Store::open(&dir.join("locked"), &Options::default()).unwrap());
        }
        "verify" => {
            init("store");
            init("other");
            let seal = |store: &str, file: &str, receipt: &str| {
                let arguments =
                    ["seal", file, "--content", "content.json", "--receipt", receipt, "--store", store];
                crate::run(world.decl(dir).args(arguments));
            };
            seal("store", "hello.json", "hello.tlog-proof");
            seal("store", "local-llama.json", "llama.tlog-proof");
            seal("other", "hello.json", "other.tlog-proof");
            fs::copy(dir.join("store/vkey"), dir.join("vkey")).unwrap();
            let proof = fs::read_to_string(dir.join("hello.tlog-proof")).unwrap();
            fs::write(dir.join("trailing.tlog-proof"), format!("{proof}\n")).unwrap();
            fs::write(dir.join("spoiled.tlog-proof"), proof.replace("index 1\n", "index 0\n")).unwrap();
            fs::write(dir.join("cut.tlog-proof"), &proof[..proof.len() - 1]).unwrap();
            fs::write(dir.join("resized.tlog-proof"), proof.replace("\n2\n", "\n3\n")).unwrap();
            fs::write(dir.join("crlf.tlog-proof"), proof.replace('\n', "\r\n")).unwrap();
            fs::write(dir.join("long.tlog-proof"), "x".repeat((1 << 20) + 1)).unwrap();
            fs::write(dir.join("empty"), "").unwrap();
            let note = crate::run(world.decl(dir).arg("checkpoint"));
            fs::write(dir.join("checkpoint"), note).unwrap();
            let other = ["init", "--store", "elsewhere", "--origin", "log.example.org/other"];
            fs::write(dir.join("other.vkey"), crate::run(world.decl(dir).args(other))).unwrap();
            fs::write(dir.join("latin-1.tlog-proof"), [proof.as_bytes(), b"\xe9"].concat()).unwrap();
        }
        "consistency" => consistency(world, dir),
        "audit" => {
            init("store");
            heads(world, dir);
            init("unreadable");
            fs::write(dir.join("unreadable/db/CURRENT"), "x").unwrap();
            init("other-vkey");
            fs::write(dir.join("other-vkey/vkey"), "not a key").unwrap();
            init("rolled-back");
            roll_back(world, dir);
        }
        "reindex" => {
            ["store", "damaged", "interrupted"].into_iter().for_each(init);
            index(world, dir);
        }
        "damaged" => {
            init("store");
            init("image"); // made with a machine, and started on another one
            damaged(world, dir);
        }
        "period" => periods(world, dir),
        "refused" | "offline" | "init" => {}
        _ => init("store"),
    }
    None
}

/// Checkpoints of one log and of others.
fn consistency(world: &World, dir: &Path) {
    for store in ["store", "other"] {
        crate::run(world.decl(dir).args(["init", "--origin", "log.example.org/runs", "--store", store]));
    }
    let keep = |store: &str, name: &str| {
        let note = crate::run(world.decl(dir).args(["checkpoint", "--store", store]));
        fs::write(dir.join(name), note).unwrap();
    };
    keep("store", "old.checkpoint");
    keep("other", "other.checkpoint");
    crate::run(world.decl(dir).args(["seal", "hello.json"]));
    crate::run(world.decl(dir).args(["seal", "local-llama.json", "--content", "content.json"]));
    keep("store", "new.checkpoint");
    let note = fs::read_to_string(dir.join("new.checkpoint")).unwrap();
    spoil(dir, &note);
    crate::run(world.decl(dir).args(["prove", "1b0be8fa", "-o", "hello.tlog-proof"]));
    crate::run(world.decl(dir).args(["init", "--store", "elsewhere", "--origin", "log.example.org/other"]));
    keep("elsewhere", "elsewhere.checkpoint");
}

/// A log of three entries; its period after the second; and what can become of one on its way.
fn periods(world: &World, dir: &Path) {
    let run = |arguments: &[&str]| crate::run(world.decl(dir).args(arguments));
    run(&["init", "--origin", "log.example.org/runs"]);
    let other = run(&["init", "--store", "elsewhere", "--origin", "log.example.org/other"]);
    fs::write(dir.join("other.vkey"), other).unwrap();
    fs::copy(dir.join("store/vkey"), dir.join("vkey")).unwrap();
    run(&["seal", "hello.json"]);
    let before = run(&["checkpoint"]);
    run(&["seal", "local-llama.json", "--content", "content.json"]);
    run(&["log", "--proof", "part"]);
    fs::write(dir.join("part/checkpoint.before"), before).unwrap();
    let copy_as = |name: &str| {
        copy(&dir.join("part"), &dir.join(name));
        dir.join(name)
    };
    let cut = copy_as("cut").join("tile/entries/000.p/3");
    fs::write(&cut, &fs::read(&cut).unwrap()[..200]).unwrap();
    fs::remove_file(copy_as("missing").join("tile/0/000.p/3")).unwrap();
    let pipe = copy_as("pipe").join("tile/0/000.p/3");
    fs::remove_file(&pipe).unwrap();
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let swapped = copy_as("swapped");
    fs::copy(dir.join("part/checkpoint"), swapped.join("checkpoint.before")).unwrap();
    fs::copy(dir.join("part/checkpoint.before"), swapped.join("checkpoint")).unwrap();
}

/// A head record, one that begins like JSON because it was garbled, and what is none.
fn heads(world: &World, dir: &Path) {
    crate::run(world.decl(dir).args(["seal", "hello.json", "--head", "head", "--adopt"]));
    assert!(Command::new("mkfifo").arg(dir.join("fifo")).status().unwrap().success());
    let note = fs::read_to_string(dir.join("head")).unwrap();
    fs::write(dir.join("garbled"), note.replacen('l', "{", 1)).unwrap();
}

/// What can become of a checkpoint on its way.
fn spoil(dir: &Path, note: &str) {
    fs::write(dir.join("forged.checkpoint"), note.replace("\n3\n", "\n2\n")).unwrap();
    fs::write(dir.join("crlf.checkpoint"), note.replace('\n', "\r\n")).unwrap();
    fs::write(dir.join("cut.checkpoint"), &note[..note.len() / 2]).unwrap();
    fs::write(dir.join("empty"), "").unwrap();
    let utf16: Vec<u8> = format!("\u{feff}{note}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    fs::write(dir.join("utf-16.checkpoint"), utf16).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Stores whose index is damaged, and is not rebuilt to its end.
fn index(world: &World, dir: &Path) {
    for store in ["store", "damaged", "interrupted"] {
        for file in ["hello.json", "local-llama.json"] {
            let arguments = ["seal", file, "--content", "content.json", "--store", store];
            crate::run(world.decl(dir).args(arguments));
        }
    }
    let model = Identity::of(b"some-model");
    let row = [&[1, 2], &model.as_bytes()[..16], &1_u64.to_be_bytes()].concat();
    put(&dir.join("damaged"), "index", &row, &[0]);
    put(&dir.join("interrupted"), "meta", b"reindex", &[0; 16]);
}

/// Writes a row into a closed store.
fn put(store: &Path, table: &str, key: &[u8], value: &[u8]) {
    let (options, path) = (rocksdb::Options::default(), store.join("db"));
    let db = DB::open_cf(&options, &path, DB::list_cf(&options, &path).unwrap()).unwrap();
    db.put_cf(db.cf_handle(table).unwrap(), key, value).unwrap();
}

/// Copies of a store that lost something, and names that somebody else took.
fn damaged(world: &World, dir: &Path) {
    crate::run(world.decl(dir).args(["seal", "hello.json"]));
    let note = crate::run(world.decl(dir).args(["checkpoint"]));
    fs::write(dir.join("old.checkpoint"), note).unwrap();
    copy(&dir.join("store"), &dir.join("older"));
    crate::run(world.decl(dir).args(["seal", "local-llama.json", "--content", "content.json"]));
    for store in ["flipped", "cut", "taken"] {
        copy(&dir.join("store"), &dir.join(store));
    }
    let newest = |store: &str| {
        let logs = fs::read_dir(dir.join(store).join("db")).unwrap().map(|file| file.unwrap().path());
        logs.filter(|path| path.extension().is_some_and(|ext| ext == "log")).max().unwrap()
    };
    let mut bytes = fs::read(newest("flipped")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(newest("flipped"), bytes).unwrap();
    let bytes = fs::read(newest("cut")).unwrap();
    fs::write(newest("cut"), &bytes[..middle]).unwrap();
    fs::remove_file(newest("taken")).unwrap();
    fs::create_dir(dir.join("open")).unwrap();
    fs::set_permissions(dir.join("open"), Permissions::from_mode(0o755)).unwrap();
    fs::write(dir.join("victim"), "precious").unwrap();
    symlink("victim", dir.join("shared.new")).unwrap();
}

/// The same log as it was: a restored backup, with a head record that knows better.
fn roll_back(world: &World, dir: &Path) {
    copy(&dir.join("rolled-back"), &dir.join("backup"));
    crate::run(world.decl(dir).args(["seal", "hello.json", "--store", "rolled-back"]));
    fs::remove_dir_all(dir.join("rolled-back")).unwrap();
    fs::rename(dir.join("backup"), dir.join("rolled-back")).unwrap();
}

/// Files of content keys, most of them wrong.
fn key_files(dir: &Path) {
    let log = fs::read_to_string(dir.join("store/vkey")).unwrap();
    let other = "log.example.org/other+15845329+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n";
    // The key that a command left which was killed before its event: so the session knows its digests.
    let keys = |log: &str| format!("decl content keys 1\n{log}customer-4411 {}\n", "07".repeat(32));
    for (name, text, mode) in [
        ("content.keys", keys(&log), 0o600),
        ("readable.keys", keys(&log), 0o644),
        ("other.keys", keys(other), 0o600),
        ("garbled.keys", keys(&log).replace("0707\n", "07\n"), 0o600),
        ("no.keys", format!("decl content keys 1\n{log}"), 0o600),
        ("copy.keys", keys(&log), 0o600),
    ] {
        fs::write(dir.join(name), text).unwrap();
        fs::set_permissions(dir.join(name), Permissions::from_mode(mode)).unwrap();
    }
    symlink("content.keys", dir.join("link.keys")).unwrap();
}
