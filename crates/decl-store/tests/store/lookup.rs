//! That something is not there is said only when no table knows better.

use crate::{Place, damage, detached, large, seal_all, seal_one, source, submission};
use decl_core::Identity;
use decl_store::{Absence, ErrorKind, Found, Reader};

fn id(n: usize) -> Identity {
    source(&format!("run {n}")).declaration.identity()
}

#[test]
fn a_row_lost_in_one_table_is_damage_and_not_an_absence() {
    for table in ["records", "index_of", "entries"] {
        let place = Place::new();
        seal_all(&place.create(), 0..5);
        let lost = id(2);
        damage(&place, |raw| match table {
            "entries" => raw.delete(table, &3_u64.to_be_bytes()),
            table => raw.delete(table, lost.as_bytes()),
        });
        let reader = Reader::open(&place.dir()).unwrap();
        let corrupt = |error: Option<decl_store::Error>| {
            assert_eq!(error.map(|error| error.kind()), Some(ErrorKind::Corrupt), "{table}");
        };
        match table {
            "records" => {
                corrupt(reader.record(&lost).err());
                assert!(reader.prove(&lost).unwrap().is_some(), "the log has it");
            }
            "index_of" => {
                corrupt(reader.prove(&lost).err());
                corrupt(reader.index_of(&lost).err());
                assert!(reader.record(&lost).unwrap().is_some());
            }
            _ => {
                corrupt(reader.prove(&lost).err());
                corrupt(reader.entry(3).err());
                corrupt(reader.entries(0).find_map(Result::err));
                assert_eq!(reader.entries(0).count(), 4, "three entries, then the error, and no more");
            }
        }
        if table != "entries" {
            corrupt(reader.find(&lost.hex()[..16]).err());
        }
        // The neighbours are as they were, and what was never sealed is not there.
        for n in [0, 1, 3, 4] {
            assert_eq!(reader.find(&id(n).hex()[..16]).unwrap(), Found::One(id(n)));
            assert!(reader.prove(&id(n)).unwrap().is_some() && reader.record(&id(n)).unwrap().is_some());
        }
        let never = id(99);
        assert_eq!(reader.find(&never.hex()).unwrap(), Found::None);
        assert_eq!(reader.record(&never).unwrap(), None);
        assert_eq!(reader.prove(&never).unwrap(), None);
        assert_eq!(reader.entry(6).unwrap(), None);
    }
}

#[test]
fn the_newest_entry_lost_is_missed() {
    let place = Place::new();
    seal_all(&place.create(), 0..5);
    damage(&place, |raw| raw.delete("entries", &5_u64.to_be_bytes()));
    let reader = Reader::open(&place.dir()).unwrap();
    assert!(reader.entries(0).any(|entry| entry.is_err()));
    assert_eq!(reader.checkpoint().unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn content_that_a_record_refers_to_is_there_or_stated_to_be_absent() {
    let place = Place::new();
    let store = place.create();
    let (here, away, large) = (submission("here"), submission("away"), large('l'));
    let digest = |run: &decl_store::Submission| run.contents[0].digest;
    for run in [here.clone(), detached(away.clone()), large.clone()] {
        seal_one(&store, run).unwrap();
    }
    let found = |run| store.reader().referenced(&digest(run)).unwrap();
    assert_eq!(found(&here), Ok(here.contents[0].bytes.clone()));
    assert_eq!(found(&large), Ok(large.contents[0].bytes.clone()));
    assert_eq!(found(&away), Err(Absence::Detached { entry: 2 }));
    drop(store);
    damage(&place, |raw| {
        raw.delete("contents", digest(&here).as_bytes());
        raw.put("contents", digest(&large).as_bytes(), &[0xff; 8]); // whose chunks are not all there
        raw.delete("absent", digest(&away).as_bytes());
    });
    let reader = Reader::open(&place.dir()).unwrap();
    for run in [here, away, large] {
        let error = reader.referenced(&digest(&run)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        assert!(error.to_string().contains(&digest(&run).to_string()), "{error}");
    }
}
