//! What an audit and a reader make of damage; `damages.rs` has each table and column alone.

use crate::{
    Place, damage, flip_newest_log, forget_closing, in_parts, seal_all, seal_one, source, submission,
};
use decl_log::Entry;
use decl_store::{AuditOptions, Damage, DamageKind, Reader, Submission};
use std::{fs, thread};

/// A closed store of 600 entries.
fn sealed() -> Place {
    let place = Place::new();
    let store = place.create();
    seal_all(&store, 0..599);
    place
}

fn audit(place: &Place) -> Vec<Damage> {
    let options = AuditOptions { second_opinion: true, ..AuditOptions::default() };
    let mut seen = Vec::new();
    let report = Reader::open_damaged(&place.dir())
        .unwrap()
        .audit(&options, &mut |done, of| seen.push((done, of)))
        .unwrap();
    assert!(
        seen.iter().all(|(done, of)| done <= of)
            && seen.last().is_some_and(|(done, _)| *done == report.entries)
    );
    assert_eq!(report.unlisted, 0);
    report.damage
}

#[track_caller]
fn found(place: &Place, expected: &[(DamageKind, &str)]) {
    let damage = audit(place);
    let found: Vec<_> = damage.iter().map(|damage| (damage.kind, damage.where_.as_str())).collect();
    assert_eq!(found, expected, "{damage:#?}");
}

fn id(n: usize) -> decl_core::Identity {
    source(&format!("run {n}")).declaration.identity()
}

#[test]
fn a_sound_store_has_no_damage() {
    let place = sealed();
    found(&place, &[]);
    let report = Reader::open(&place.dir()).unwrap().audit(&AuditOptions::default(), &mut |_, _| ()).unwrap();
    assert_eq!((report.entries, report.absent), (600, 0));
    let store = place.open();
    let bare = Submission { detached: true, contents: Vec::new(), ..submission("elsewhere") };
    seal_one(&store, bare).unwrap();
    store.put_content(crate::foreign_content().bytes).unwrap();
    // Also while a writer has it open.
    found(&place, &[]);
    drop(store);
    found(&place, &[]);
}

#[test]
fn declarations() {
    let place = sealed();
    damage(&place, |raw| raw.delete("records", id(5).as_bytes()));
    found(&place, &[(DamageKind::Record, &id(5).to_string())]);
    assert!(Reader::open(&place.dir()).unwrap().record(&id(5)).is_err());

    let place = sealed();
    damage(&place, |raw| {
        let other = raw.get("records", id(7).as_bytes());
        raw.put("records", id(6).as_bytes(), &other);
        raw.put("records", id(8).as_bytes(), &[9, 9, 9]);
        raw.put("records", id(9).as_bytes(), &[1, 9, 9]);
        raw.put("records", id(10).as_bytes(), &[0, 0xa0]);
        raw.put("records", id(11).as_bytes(), &[]);
    });
    assert!(audit(&place)[0].what.contains("another identity"));
    let ids = [6, 8, 9, 10, 11].map(|n| id(n).to_string());
    found(&place, &ids.each_ref().map(|id| (DamageKind::Record, id.as_str())));
    let reader = Reader::open(&place.dir()).unwrap();
    for n in [6, 8, 9, 10, 11] {
        assert!(reader.record(&id(n)).is_err(), "wrong bytes are never handed out");
    }
}

#[test]
fn contents() {
    let place = sealed();
    let digest = |n: usize| source(&format!("run {n}")).contents[0].digest;
    damage(&place, |raw| {
        raw.flip("contents", digest(3).as_bytes());
        raw.delete("contents", digest(4).as_bytes());
        raw.put("contents", digest(5).as_bytes(), &[0xff]);
        raw.put("contents", b"no digest", b"\0\0");
    });
    let damage = audit(&place);
    assert!(damage.iter().all(|damage| damage.kind == DamageKind::Content), "{damage:#?}");
    let mut places: Vec<_> = damage.into_iter().map(|damage| damage.where_).collect();
    places.sort();
    let at = |n| format!("{} at /input/0/parts/0/content", id(n));
    let mut expected = vec![
        digest(3).to_string(),
        digest(5).to_string(),
        format!("b3:{}", decl_core::hex(b"no digest")),
        at(4),
        at(5),
    ];
    expected.sort();
    assert_eq!(places, expected);
    let reader = Reader::open(&place.dir()).unwrap();
    assert!(reader.content(&digest(3)).is_err() && reader.content(&digest(5)).is_err());
}

#[test]
fn contents_of_one_declaration() {
    let at = |part| format!("{} at /input/0/parts/{part}/content", in_parts().record.identity());
    for missing in [&[0][..], &[1], &[2], &[0, 2], &[1, 2], &[0, 1, 2]] {
        let place = Place::new();
        seal_one(&place.create(), in_parts()).unwrap();
        damage(&place, |raw| {
            let references = in_parts().record;
            for &part in missing {
                raw.delete("contents", references.references()[part].digest.as_bytes());
            }
        });
        let places: Vec<_> = missing.iter().map(at).collect();
        let expected: Vec<_> = places.iter().map(|place| (DamageKind::Content, place.as_str())).collect();
        found(&place, &expected);
    }
}

#[test]
fn the_index() {
    let place = sealed();
    let stray = decl_core::Identity::of(b"stray");
    damage(&place, |raw| {
        raw.delete("index_of", id(20).as_bytes());
        raw.put("index_of", id(21).as_bytes(), &1_u64.to_be_bytes());
        raw.put("index_of", stray.as_bytes(), &1_u64.to_be_bytes());
        raw.put("index_of", &[0; 32], &1_u64.to_be_bytes());
    });
    let reader = Reader::open(&place.dir()).unwrap();
    assert!(reader.index_of(&id(21)).is_err(), "an index that leads to another record is not handed out");
    assert!(reader.prove(&id(21)).is_err());
    assert!(reader.prove(&stray).is_err());
    assert!(reader.prove(&id(22)).unwrap().is_some());
    // What is wrong from the side of the entries, then from the side of the index.
    let damage = audit(&place);
    assert!(damage.iter().all(|damage| damage.kind == DamageKind::Index), "{damage:#?}");
    let places: Vec<_> = damage.iter().map(|damage| damage.where_.clone()).collect();
    assert_eq!(places[..2], [20, 21].map(|n| id(n).to_string()));
    let mut strays = [decl_core::Identity::from_bytes([0; 32]), stray, id(21)];
    strays.sort();
    assert_eq!(places[2..], strays.map(|id| id.to_string()));
}

#[test]
fn entries() {
    // Missing ones: the damage stays where it is, because their hashes are in the tiles and in the edge.
    let place = sealed();
    damage(&place, |raw| {
        for index in [10_u64, 300, 301, 599] {
            raw.delete("entries", &index.to_be_bytes());
        }
    });
    let damage_found = audit(&place);
    let entries: Vec<_> =
        damage_found.iter().filter(|d| d.kind == DamageKind::Entry).map(|d| d.where_.as_str()).collect();
    assert_eq!(entries, ["entry 10", "entries 300 to 301", "entry 599"]);
    assert!(
        damage_found
            .iter()
            .all(|d| matches!(d.kind, DamageKind::Entry | DamageKind::Index | DamageKind::Record))
    );
}

#[test]
fn the_tree() {
    let tile = |level: u8, number: u64| [&[level][..], &number.to_be_bytes()].concat();
    let place = sealed();
    damage(&place, |raw| raw.flip("tiles", &tile(0, 1)));
    found(&place, &[(DamageKind::Tile, "tile/0/001")]);
    let reader = Reader::open(&place.dir()).unwrap();
    assert!(reader.prove(&id(300)).is_err(), "a proof is checked before it is handed out");

    let place = sealed();
    damage(&place, |raw| {
        raw.delete("tiles", &tile(0, 0));
        raw.put("tiles", &tile(0, 2), b"");
        raw.put("tiles", &tile(1, 0), b"");
        raw.put("tiles", b"odd", b"");
    });
    found(
        &place,
        &[
            (DamageKind::Tile, "tile/0/000"),
            (DamageKind::Tile, "tiles 000000000000000002"),
            (DamageKind::Tile, "tiles 010000000000000000"),
            (DamageKind::Tile, "tiles 6f6464"),
        ],
    );

    let place = sealed();
    damage(&place, |raw| raw.flip("meta", b"edge"));
    found(&place, &[(DamageKind::Edge, "meta")]);
    assert!(Reader::open(&place.dir()).unwrap().tree().is_err());

    let place = sealed();
    damage(&place, |raw| raw.put("meta", b"edge", b"short"));
    found(&place, &[(DamageKind::Edge, "meta")]);

    let place = sealed();
    damage(&place, |raw| raw.delete("tiles", &tile(0, 1)));
    let reader = Reader::open(&place.dir()).unwrap();
    assert!(reader.prove(&id(300)).is_err());
    assert!(reader.prove(&id(550)).is_ok(), "proofs that do not need the tile still hold");
}

#[test]
fn the_checkpoint_and_the_keys() {
    for damaged in [None, Some(b"not a note".to_vec()), Some(vec![0xff])] {
        let place = sealed();
        damage(&place, |raw| match damaged {
            None => raw.delete("meta", b"checkpoint"),
            Some(value) => raw.put("meta", b"checkpoint", &value),
        });
        found(&place, &[(DamageKind::Checkpoint, "meta")]);
        assert!(Reader::open(&place.dir()).unwrap().prove(&id(1)).is_err());
    }

    // An older checkpoint of the same log: signed, and yet not the head.
    let place = Place::new();
    let store = place.create();
    seal_all(&store, 0..9);
    let older = store.reader().checkpoint().unwrap();
    seal_all(&store, 9..20);
    drop(store);
    damage(&place, |raw| raw.put("meta", b"checkpoint", older.as_bytes()));
    assert!(audit(&place).iter().any(|d| d.kind == DamageKind::Entry && d.what.contains("never signed")));

    let place = sealed();
    let other = Place::new();
    drop(other.create());
    fs::copy(other.dir().join("vkey"), place.dir().join("vkey")).unwrap();
    found(&place, &[(DamageKind::Checkpoint, "meta")]);

    // Without a key the signature is unknown, and all the rest is looked at all the same.
    for vkey in [None, Some("not a key")] {
        let place = sealed();
        match vkey {
            None => fs::remove_file(place.dir().join("vkey")).unwrap(),
            Some(text) => fs::write(place.dir().join("vkey"), text).unwrap(),
        }
        found(&place, &[(DamageKind::Key, "vkey")]);
        damage(&place, |raw| {
            raw.delete("records", id(5).as_bytes());
            let genesis = Entry::Genesis { origin: "example.com/other".into(), at: 1 }.encode().unwrap();
            raw.put("entries", &600_u64.to_be_bytes(), &genesis);
        });
        let id = id(5).to_string();
        let rest = [(DamageKind::Entry, "entry 600"), (DamageKind::Record, id.as_str())];
        found(&place, &[&[(DamageKind::Key, "vkey")], &rest[..]].concat());
    }
}

/// Flips one bit in the middle of every table file and of every log: right bytes or an error, never wrong bytes.
#[test]
fn a_flipped_bit_in_a_file_is_never_handed_out() {
    let place = sealed();
    forget_closing(&place);
    drop(place.open()); // writes what is in the log into table files
    let expected: Vec<_> =
        (0..599).map(|n| (id(n), source(&format!("run {n}")).declaration.into_bytes())).collect();
    let mut tried = 0;
    for file in fs::read_dir(place.dir().join("db")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "sst") {
            continue;
        }
        let sound = fs::read(&path).unwrap();
        for at in [sound.len() / 4, sound.len() / 2] {
            tried += 1;
            let mut flipped = sound.clone();
            flipped[at] ^= 1;
            fs::write(&path, flipped).unwrap();
            let Ok(reader) = Reader::open(&place.dir()) else { continue };
            let report = reader.audit(&AuditOptions::default(), &mut |_, _| ()).unwrap();
            assert!(!report.damage.is_empty(), "{} byte {at}", path.display());
            for (id, bytes) in &expected {
                if let Ok(Some(read)) = reader.record(id) {
                    assert_eq!(&read, bytes);
                }
                if let Ok(Some(proof)) = reader.prove(id) {
                    assert_eq!(Some(proof.index), reader.index_of(id).unwrap());
                }
            }
        }
        fs::write(&path, sound).unwrap();
    }
    assert!(tried >= 8, "{tried}");
    found(&place, &[]);
}

#[test]
fn beside_a_busy_writer_all_is_sound() {
    let place = Place::new();
    let store = place.create();
    thread::scope(|scope| {
        let writer = scope.spawn(|| (0..100).for_each(|n| drop(seal_all(&store, n * 20..(n + 1) * 20))));
        while !writer.is_finished() {
            found(&place, &[]);
        }
    });
}

#[test]
fn the_write_ahead_log() {
    let place = Place::new();
    drop(place.create());
    (0..8).for_each(|n| drop(seal_all(&place.open(), n..n + 1)));
    flip_newest_log(&place);
    found(&place, &[(DamageKind::Table, "the write-ahead log")]);

    let place = Place::new();
    let store = place.create();
    (0..8).for_each(|n| drop(seal_all(&store, n..n + 1)));
    drop(store);
    flip_newest_log(&place);
    found(&place, &[(DamageKind::Table, "the write-ahead log")]);
}
