use crate::{Place, damage, seal_all, start, submission};
use decl_core::{Event, EventKind, NoFiles, Record, Value};
use decl_log::{
    Checkpoint, Edge, TILE_WIDTH, Tile, TileId, VerifierKey, entries_path, leaf_hash, parse_bundle,
};
use decl_store::{ErrorKind, Reader, Submission};
use std::{collections::BTreeMap, fs, path::Path};

/// Every file below a directory, by its path in it.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, dir: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for file in fs::read_dir(dir).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                walk(root, &path, files);
            } else {
                files
                    .insert(path.strip_prefix(root).unwrap().display().to_string(), fs::read(&path).unwrap());
            }
        }
    }
    let mut files_found = BTreeMap::new();
    walk(root, root, &mut files_found);
    files_found
}

/// Reads an exported directory as a stranger would: the files, the formats, and the key.
fn read_back(mut files: BTreeMap<String, Vec<u8>>) -> u64 {
    let mut text = |name: &str| String::from_utf8(files.remove(name).unwrap()).unwrap();
    let key: VerifierKey = text("vkey").trim_end().parse().unwrap();
    let checkpoint = Checkpoint::open(&text("checkpoint"), &key).unwrap();
    let size = checkpoint.tree.size;
    let mut edge = Edge::new();
    while edge.size() < size {
        let number = edge.size() / u64::from(TILE_WIDTH);
        let width = u16::try_from((size - edge.size()).min(TILE_WIDTH.into())).unwrap();
        let bundle = files.remove(&entries_path(number, width)).unwrap();
        for entry in parse_bundle(&bundle, width).unwrap() {
            for tile in edge.push(leaf_hash(entry)) {
                assert_eq!(files.remove(&tile.id.path()), Some(tile.to_bytes()));
            }
        }
    }
    assert_eq!(edge.root(), checkpoint.tree.root);
    for tile in edge.partials() {
        let TileId { level, number, width } = tile.id;
        let stored = files.remove(&TileId { level, number, width }.path()).unwrap();
        assert_eq!(Tile::from_bytes(tile.id, &stored).unwrap(), tile);
    }
    assert!(files.is_empty(), "nothing else: {:?}", files.keys());
    size
}

#[test]
fn an_export_is_the_whole_log_and_nothing_else() {
    let place = Place::new();
    let store = place.create();
    for size in [1, 2, 256, 257, 513] {
        let from = store.reader().tree().unwrap().size;
        seal_all(&store, usize::try_from(from).unwrap()..size);
        let out = place.home.path().join(format!("export {size}"));
        let mut seen = Vec::new();
        let exported = store.reader().export(&out, false, &mut |done, of| seen.push((done, of))).unwrap();
        let found = files(&out);
        assert_eq!((exported.entries, exported.files), (size as u64, found.len() as u64));
        assert_eq!(seen.last(), Some(&(size as u64, size as u64)));
        assert_eq!(read_back(found.clone()), size as u64);

        // The same bytes again, from a reader of its own.
        let again = place.home.path().join(format!("again {size}"));
        Reader::open(&place.dir()).unwrap().export(&again, false, &mut |_, _| ()).unwrap();
        assert_eq!(files(&again), found);
    }
}

#[test]
fn the_records_of_every_kind_are_exported_beside_the_log() {
    let place = Place::new();
    let store = place.create();
    let receipts = seal_all(&store, 0..30);
    let mut submissions: Vec<_> = (0..30).map(|n| submission(&format!("run {n}"))).collect();
    submissions.extend((0..).zip(&receipts).map(|(n, receipt)| start(receipt.identity, n)));
    let root = Value::text("00".repeat(32));
    let body = Value::map([("root", root), ("size", Value::Uint(1))]);
    let event = Event::new(EventKind::Index, body, "local", &mut NoFiles).unwrap().0;
    submissions.push(Submission::local(event, Vec::new()));
    let sealed: Vec<Record> = submissions.iter().map(|submission| submission.record.clone()).collect();
    store.seal(submissions).into_iter().for_each(|sealed| drop(sealed.unwrap()));

    let out = place.home.path().join("out");
    let exported = store.reader().export(&out, true, &mut |_, _| ()).unwrap();
    assert_eq!(exported.records, 61);
    let (mut records, log): (BTreeMap<_, _>, _) =
        files(&out).into_iter().partition(|(path, _)| path.contains('/') && !path.starts_with("tile/"));
    for record in &sealed {
        let (folder, hex) = (format!("{}s", record.kind().as_str()), record.identity().hex());
        let bytes = records.remove(&format!("{folder}/{}/{hex}.cbor", &hex[..2]));
        assert_eq!(bytes.unwrap(), record.as_bytes());
    }
    assert!(records.is_empty(), "nothing else: {:?}", records.keys());
    assert_eq!(read_back(log), 62);
}

#[test]
fn nothing_is_exported_over_something() {
    let place = Place::new();
    let store = place.create();
    let out = place.home.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("letter"), "dear").unwrap();
    let error = store.reader().export(&out, false, &mut |_, _| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert_eq!(files(&out).len(), 1);
}

#[test]
fn a_damaged_log_is_not_exported() {
    let spoilt: [fn(&crate::Raw); 3] = [
        |raw| raw.delete("entries", &7_u64.to_be_bytes()),
        |raw| raw.flip("entries", &7_u64.to_be_bytes()),
        |raw| raw.delete("entries", &20_u64.to_be_bytes()),
    ];
    for (n, spoil) in spoilt.into_iter().enumerate() {
        let place = Place::new();
        seal_all(&place.create(), 0..20);
        damage(&place, spoil);
        let out = place.home.path().join("out");
        let error = Reader::open(&place.dir()).unwrap().export(&out, false, &mut |_, _| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{n}");
        assert_eq!(error.to_string().contains("entry 7 is missing"), n == 0, "{error}");
        assert!(!out.join("checkpoint").exists());
    }
}
