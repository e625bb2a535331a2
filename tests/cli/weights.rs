//! Models small enough to be made here, and what a session file cannot say about their digests.

use crate::World;
use decl_core::{Declaration, Identity, Value, cbor, hex, json, sha256};
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

/// Writes the models of the session `hash-model.trycmd`.
pub(crate) fn make(dir: &Path) {
    let write = |name: &str, bytes: &[u8]| {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    for part in 1..=2 {
        let name = format!("claims-7b/model-{part:05}-of-00002.safetensors");
        write(&name, &safetensors(&["BF16", "F32"][..part], part));
    }
    write("claims-7b/model.safetensors.index.json", b"{}");
    write("claims-7b/config.json", br#"{"rope_scaling": null}"#);
    write("claims-7b/pooling/config.json", b"{}");
    for other in ["README.md", "pytorch_model.bin", "tokenizer.json", ".git/config.json"] {
        write(&format!("claims-7b/{other}"), b"x");
    }
    let model = gguf(&[("general.file_type", 15)], "model");
    write("claims-gguf/claims-q4_k_m.gguf", &model);
    write("claims-gguf/config.json", b"{}");
    write("claims-gguf/lora.gguf", &gguf(&[], "adapter"));
    write("two/a.gguf/a.gguf", &model);
    write("two/b.gguf", &model);
    write("mixed/a.gguf", &model);
    write("mixed/b.safetensors", &safetensors(&["F16"], 0));
    write("one-part/model-00002-of-00003.safetensors", &safetensors(&["F16"], 0));
    write("cut/model.safetensors", &safetensors(&["F16"], 9)[..60]);
    write(
        "pointer/model.safetensors",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
    );
    write("pickle/pytorch_model.bin", b"PK\x03\x04");
    write("long/x", b"");
    write(&format!("long/{}/{}/model.gguf", "x".repeat(200), "y".repeat(60)), &model);
    write("hub/blobs/0000000000000000000000000000000000000000000000000000000000000000", &model);
    fs::create_dir_all(dir.join("hub/snapshots/main")).unwrap();
    symlink(
        "../../blobs/0000000000000000000000000000000000000000000000000000000000000000",
        dir.join("hub/snapshots/main/m.gguf"),
    )
    .unwrap();
    fs::create_dir_all(dir.join("circle/inner")).unwrap();
    symlink("..", dir.join("circle/inner/outer")).unwrap();
    fs::create_dir(dir.join("dangling")).unwrap();
    symlink("nowhere", dir.join("dangling/m.gguf")).unwrap();
    fs::create_dir(dir.join("device")).unwrap();
    symlink("/dev/zero", dir.join("device/m.gguf")).unwrap();
}

/// A file of tensors of these types; the first has some data.
fn safetensors(types: &[&str], data: usize) -> Vec<u8> {
    let tensor = |(i, name): (usize, &&str)| {
        let offsets = if i == 0 { [0, data as u64] } else { [0, 0] };
        let offsets = Value::Array(offsets.map(Value::Uint).to_vec());
        let members = [("dtype", Value::text(name.to_string())), ("data_offsets", offsets)];
        (format!("tensor.{i}"), Value::map(members))
    };
    let header = json::minimal(&Value::map(types.iter().enumerate().map(tensor)));
    [&little(8, header.len() as u64), header.as_bytes(), &vec![7; data]].concat()
}

/// A file of one tensor that says these numbers, and what it is.
fn gguf(numbers: &[(&str, u64)], what: &str) -> Vec<u8> {
    let text = |text: &str| [&little(8, text.len() as u64), text.as_bytes()].concat();
    let mut bytes =
        [b"GGUF", &little(4, 3)[..], &little(8, 1), &little(8, numbers.len() as u64 + 1)].concat();
    bytes.extend([text("general.type"), little(4, 8), text(what)].concat());
    for (key, number) in numbers {
        bytes.extend([text(key), little(4, 4), little(4, *number)].concat());
    }
    let scalar_of_f32 = [little(4, 0), little(4, 0), little(8, 0)].concat();
    [bytes, text("tensor"), scalar_of_f32, vec![7; 4]].concat()
}

fn little(len: usize, n: u64) -> Vec<u8> {
    (0..len).map(|i| u8::try_from(n >> (8 * i) & 0xff).unwrap()).collect()
}

/// A home, and in it a model of one file with some bytes that was last written an hour ago.
fn model(bytes: &[u8]) -> (World, PathBuf) {
    let world = World::new();
    let dir = world.root().join("model");
    fs::create_dir(&dir).unwrap();
    write(&dir.join("m.safetensors"), bytes, SystemTime::now() - Duration::from_hours(1));
    (world, dir)
}

fn write(path: &Path, bytes: &[u8], modified: SystemTime) {
    fs::write(path, bytes).unwrap();
    File::options().append(true).open(path).unwrap().set_modified(modified).unwrap();
}

/// Of the last write, and of the last change.
fn times(path: &Path) -> (SystemTime, (i64, i64)) {
    let metadata = fs::metadata(path).unwrap();
    (metadata.modified().unwrap(), (metadata.ctime(), metadata.ctime_nsec()))
}

fn hash(world: &World, dir: &Path, arguments: &[&str]) -> Output {
    world.decl(dir).args(["hash-model", "."]).args(arguments).output().unwrap()
}

/// The digest of the one file, and what was said.
fn digest(output: &Output) -> (String, String) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer = json::parse(&output.stdout).unwrap();
    let Some(Value::Array(files)) =
        ["model", "weights", "files"].iter().try_fold(&answer, |value, key| value.get(key))
    else {
        panic!("no files: {answer:?}")
    };
    let value = files[0].get("digest").and_then(|digest| digest.get("value")).and_then(Value::as_str);
    (value.unwrap().to_owned(), String::from_utf8(output.stderr.clone()).unwrap())
}

fn entries(world: &World) -> Vec<PathBuf> {
    match fs::read_dir(world.root().join("cache/decl/weights")) {
        Ok(entries) => entries.map(|entry| entry.unwrap().path()).collect(),
        Err(_) => Vec::new(),
    }
}

#[test]
fn the_cache_is_believed_until_fresh() {
    let bytes = safetensors(&["F16"], 1 << 20);
    let (world, dir) = model(&bytes);
    let truth = (hex(&sha256(&bytes)), String::new());
    assert_eq!(digest(&hash(&world, &dir, &[])), truth);
    let [entry] = &entries(&world)[..] else { panic!("one file, one entry") };

    // Nothing but the cache can say this: no byte of the file was read.
    let line = fs::read_to_string(entry).unwrap();
    let (line, _) = line.rsplit_once(' ').unwrap();
    let wrong = "00".repeat(32);
    let line = line.replace(&truth.0, &wrong);
    fs::write(entry, format!("{line} {}\n", Identity::of(line.as_bytes()))).unwrap();
    assert_eq!(digest(&hash(&world, &dir, &[])), (wrong, String::new()));

    let (fresh, said) = digest(&hash(&world, &dir, &["--fresh"]));
    assert_eq!(fresh, truth.0);
    assert_eq!(
        said,
        "warning: m.safetensors: its bytes changed, and its length, times and inode did not; \
         the digest is of the bytes now\n"
    );
    assert_eq!(digest(&hash(&world, &dir, &[])), truth, "the entry is right again");
}

#[test]
fn a_damaged_cache_is_no_cache() {
    let bytes = safetensors(&["F16"], 1);
    let (world, dir) = model(&bytes);
    let truth = (hex(&sha256(&bytes)), String::new());
    assert_eq!(digest(&hash(&world, &dir, &[])), truth);
    let [entry] = &entries(&world)[..] else { panic!("one file, one entry") };
    let line = fs::read(entry).unwrap();
    for i in 0..line.len() {
        // The answer is the same, whichever byte of the entry is damaged; it is then written anew.
        let mut damaged = line.clone();
        damaged[i] ^= 1;
        fs::write(entry, damaged).unwrap();
        if i % 16 == 0 || i + 1 == line.len() {
            assert_eq!(digest(&hash(&world, &dir, &[])), truth, "{i}");
            assert_eq!(fs::read(entry).unwrap(), line, "{i}");
        }
    }
    for damage in [&b""[..], &[b'x'; 4096]] {
        fs::write(entry, damage).unwrap();
        assert_eq!(digest(&hash(&world, &dir, &[])), truth);
    }
    fs::remove_file(entry).unwrap();
    crate::run(Command::new("mkfifo").arg(entry));
    assert_eq!(digest(&hash(&world, &dir, &[])), truth, "a pipe that nobody writes to");
    fs::write(world.root().join("a file"), "").unwrap();
    let nowhere = world
        .decl(&dir)
        .args(["hash-model", "."])
        .env("XDG_CACHE_HOME", world.root().join("a file"))
        .output();
    assert_eq!(digest(&nowhere.unwrap()), truth, "a cache that cannot be written");
}

#[test]
fn what_was_just_written_is_not_remembered() {
    let bytes = safetensors(&["F16"], 1);
    let (world, dir) = model(&bytes);
    let path = dir.join("m.safetensors");
    // As if it were written while it is read, however long that takes.
    write(&path, &bytes, SystemTime::now() + Duration::from_hours(1));
    assert_eq!(digest(&hash(&world, &dir, &[])).0, hex(&sha256(&bytes)));
    assert_eq!(entries(&world), [] as [PathBuf; 0]);
}

#[test]
fn a_change_that_hides_itself_is_seen() {
    let (before, mut after) = (safetensors(&["F16"], 8), safetensors(&["F16"], 8));
    *after.last_mut().unwrap() = 0;
    let (world, dir) = model(&before);
    let path = dir.join("m.safetensors");
    assert_eq!(digest(&hash(&world, &dir, &[])).0, hex(&sha256(&before)));
    assert_eq!(entries(&world).len(), 1);
    // Same length, same inode, same time of the last write: only the time of the change is another, as soon as the
    // file system's clock has moved on.
    let (modified, changed) = times(&path);
    while times(&path).1 == changed {
        write(&path, &after, modified);
    }
    assert_eq!(times(&path).0, modified);
    assert_eq!(digest(&hash(&world, &dir, &[])), (hex(&sha256(&after)), String::new()));
}

#[test]
fn a_model_is_the_same_wherever_it_is() {
    let world = World::new();
    let (one, two) = (world.root().join("one"), world.root().join("two"));
    for dir in [&one, &two] {
        fs::create_dir(dir).unwrap();
    }
    make(&one);
    // As a hub's cache has it: files elsewhere, a folder of links.
    fs::create_dir_all(two.join("snapshot/pooling")).unwrap();
    for (i, name) in [
        "model-00002-of-00002.safetensors",
        "pooling/config.json",
        "config.json",
        "model.safetensors.index.json",
        "model-00001-of-00002.safetensors",
    ]
    .into_iter()
    .enumerate()
    {
        let blob = two.join(format!("{i}"));
        fs::copy(one.join("claims-7b").join(name), &blob).unwrap();
        symlink(blob, two.join("snapshot").join(name)).unwrap();
    }
    let a = hash(&world, &one.join("claims-7b"), &[]);
    let b = hash(&world, &two.join("snapshot"), &[]);
    assert!(a.status.success());
    assert_eq!(a.stdout, b.stdout);
    symlink("snapshot", two.join("link")).unwrap();
    let by_link = crate::run(world.decl(&two).args(["hash-model", "link"]));
    assert_eq!(by_link.as_bytes(), b.stdout);
}

#[test]
fn what_is_printed_is_an_overlay() {
    let world = World::new();
    let dir = world.root().join("dir");
    fs::create_dir(&dir).unwrap();
    crate::inputs(&dir);
    make(&dir);
    for model in ["claims-7b", "claims-gguf"] {
        let printed = crate::run(world.decl(&dir).args(["hash-model", model]));
        fs::write(dir.join("weights.json"), &printed).unwrap();
        let id = ["id", "chat.json", "--from", "chat", "--overlay", "weights.json", "--cbor", "run.cbor"];
        crate::run(world.decl(&dir).args(id));
        let declaration = Declaration::from_cbor(fs::read(dir.join("run.cbor")).unwrap()).unwrap();
        let declaration = declaration.to_json();
        let declaration = json::parse(declaration.as_bytes()).unwrap();
        let printed = json::parse(printed.as_bytes()).unwrap();
        let weights =
            |value: &Value<'static>| value.get("model").and_then(|model| model.get("weights")).cloned();
        let (sealed, printed) = (weights(&declaration.into_owned()), weights(&printed.into_owned()));
        assert_eq!(cbor::encode(&sealed.unwrap()), cbor::encode(&printed.unwrap()));
    }
}
