//! Rebuilding the index where more than rows is damaged, and where it cannot be done.

use crate::{Place, Raw, TABLES, damage, keyed::event, seal_all, seal_one, source, submission};
use decl_store::{
    AuditOptions, DamageKind, Error, ErrorKind, Field, Filter, Options, Page, Reader, Store, Term,
};
use rocksdb::DB;
use std::fs;

fn models(place: &Place) -> Result<u64, Error> {
    let filter = Filter { terms: vec![Term::text(Field::Model, "some-model")], ..Filter::default() };
    Reader::open(&place.dir())?.query(&filter, &Page::default())?.total()
}

fn reindex(place: &Place) -> Result<(), Error> {
    Store::reindex(&place.dir(), &Options::default(), &mut |_, _| ()).map(drop)
}

fn damages(place: &Place) -> Vec<(DamageKind, String)> {
    let report = Reader::open_damaged(&place.dir()).unwrap().audit(&AuditOptions::default(), &mut |_, _| ());
    report.unwrap().damage.into_iter().map(|damage| (damage.kind, damage.where_)).collect()
}

fn sealed(runs: usize) -> Place {
    let place = Place::new();
    seal_all(&place.create(), 0..runs);
    place
}

/// The index is said to be damaged, and how to mend it.
fn is_named(place: &Place) {
    let error = models(place).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.hint().unwrap().contains("decl reindex"), "{error:?}");
}

#[test]
fn a_table_file_that_cannot_be_read_is_replaced() {
    let place = sealed(300);
    let mut files = Vec::new();
    damage(&place, |raw| {
        let index = raw.0.cf_handle("index").unwrap();
        raw.0.set_options_cf(index, &[("disable_auto_compactions", "true")]).unwrap();
        // So many files that overlap are compacted as soon as the database is open, if nothing holds that back.
        for row in 0..8 {
            for first in [0, u8::MAX] {
                raw.0.put_cf(index, [first, row], vec![row; 100_000]).unwrap();
            }
            raw.0.flush_cf(index).unwrap();
        }
        let live = raw.0.live_files().unwrap().into_iter();
        files.extend(live.filter(|file| file.column_family_name == "index").map(|file| file.name));
    });
    assert!(!files.is_empty());
    for file in files {
        let path = place.dir().join("db").join(file.trim_start_matches('/'));
        let mut bytes = fs::read(&path).unwrap();
        for byte in bytes.iter_mut().step_by(100) {
            *byte ^= 1;
        }
        // Its end stays: RocksDB opens the database.
        let end = bytes.len() - 2_000;
        bytes[end..].copy_from_slice(&fs::read(&path).unwrap()[end..]);
        fs::write(path, bytes).unwrap();
    }
    is_named(&place);
    assert!(!damages(&place).is_empty());
    reindex(&place).unwrap();
    assert_eq!((models(&place).unwrap(), damages(&place)), (300, Vec::new()));
    seal_one(&place.open(), submission("after")).unwrap();
    assert_eq!((models(&place).unwrap(), damages(&place)), (301, Vec::new()));
}

#[test]
fn a_table_that_is_gone_is_made_again() {
    let lose = |place: &Place, table: &str| {
        let mut raw = DB::open_cf(&rocksdb::Options::default(), place.dir().join("db"), TABLES).unwrap();
        raw.drop_cf(table).unwrap();
    };
    let place = sealed(5);
    lose(&place, "index");
    is_named(&place);
    assert_eq!(Reader::open(&place.dir()).unwrap().entries(0).count(), 6, "the rest can be read");
    assert!(!damages(&place).is_empty());
    // Sealing makes the table, and does not take it for complete.
    seal_one(&place.open(), submission("one more")).unwrap();
    assert_eq!(models(&place).unwrap_err().kind(), ErrorKind::Reindexing);
    assert_eq!(damages(&place), [(DamageKind::Posting, "meta".to_owned())]);
    reindex(&place).unwrap();
    assert_eq!((models(&place).unwrap(), damages(&place)), (6, Vec::new()));
    // No other table can be built anew.
    lose(&place, "records");
    assert_eq!(models(&place).unwrap_err().kind(), ErrorKind::Corrupt);
    assert_eq!(reindex(&place).unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn with_a_damaged_record_nothing_is_changed() {
    let place = sealed(5);
    let lost = source("run 3");
    damage(&place, |raw| raw.flip("records", lost.declaration.identity().as_bytes()));
    let error = reindex(&place).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains(&lost.declaration.identity().to_string()), "{error}");
    assert_eq!(models(&place).unwrap(), 5, "the index is as it was");
    // To seal it again mends it.
    seal_one(&place.open(), submission("run 3")).unwrap();
    reindex(&place).unwrap();
    assert_eq!((models(&place).unwrap(), damages(&place)), (5, Vec::new()));
}

#[test]
fn the_store_is_written_by_one_process_at_a_time() {
    let place = sealed(5);
    let store = place.open();
    assert_eq!(reindex(&place).unwrap_err().kind(), ErrorKind::Locked);
    drop(store);
    reindex(&place).unwrap();
}

#[test]
fn the_rows_of_content_keys_are_made_right() {
    let place = Place::new();
    let store = place.create();
    let [a, b] = [[1; 32], [2; 32]];
    for one in [event("new", "a", a), event("new", "b", b), event("destroy", "b", b)] {
        seal_one(&store, one).unwrap();
    }
    seal_all(&store, 0..3);
    let states = store.reader().content_keys().unwrap();
    drop(store);
    let damages_of_keys: [fn(&Raw); 5] = [
        |raw| raw.delete("keys", b"b"),
        |raw| raw.put("keys", b"c", &[0; 48]),
        |raw| raw.put("keys", &[0xff], b"odd"),
        |raw| raw.put("keys", b"b", b"odd"),
        |raw| raw.put("keys", b"b", &raw.get("keys", b"a")),
    ];
    for damages_keys in damages_of_keys {
        damage(&place, damages_keys);
        assert!(damages(&place).iter().all(|(kind, _)| *kind == DamageKind::ContentKey));
        assert!(!damages(&place).is_empty());
        reindex(&place).unwrap();
        assert_eq!(damages(&place), []);
        assert_eq!(Reader::open(&place.dir()).unwrap().content_keys().unwrap(), states);
    }
}
