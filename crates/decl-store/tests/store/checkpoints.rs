//! The checkpoints that are kept: one before each hour in which something was sealed.

use crate::{HOUR, Place, age, damage, note, seal_all, signing_key};
use decl_log::{Edge, Entry, leaf_hash};
use decl_store::{AuditOptions, DamageKind, Reader};

/// What an audit finds.
fn audit(place: &Place) -> Vec<(DamageKind, String)> {
    let report = Reader::open(&place.dir()).unwrap().audit(&AuditOptions::default(), &mut |_, _| ()).unwrap();
    report.damage.into_iter().map(|damage| (damage.kind, damage.where_)).collect()
}

/// The sizes of the kept checkpoints.
fn kept(place: &Place) -> Vec<u64> {
    let mut sizes = Vec::new();
    damage(place, |raw| {
        sizes.extend(
            raw.rows("checkpoints")
                .iter()
                .map(|[size, _]| u64::from_be_bytes(size.as_ref().try_into().unwrap())),
        );
    });
    sizes
}

fn clocks(place: &Place) -> Vec<u64> {
    let entries = Reader::open(&place.dir()).unwrap();
    let clock = |entry: Vec<u8>| {
        let (Entry::Genesis { at, .. } | Entry::Record { at, .. }) = Entry::parse(&entry).unwrap();
        at
    };
    entries.entries(0).map(|entry| clock(entry.unwrap().1)).collect()
}

#[test]
fn a_checkpoint_stands_where_an_hour_begins_and_nowhere_else() {
    let place = Place::new();
    drop(place.create());
    let mut sealed = 0;
    // Of the log's own hours, some are quiet; entries of one hour may come in many commits.
    for (hours, commits) in [(1, 2), (0, 1), (5, 3), (24, 1)] {
        age(&place, hours * HOUR);
        let store = place.open();
        for _ in 0..commits {
            seal_all(&store, sealed..sealed + 3);
            sealed += 3;
        }
        drop(store);
        let clocks = clocks(&place);
        let begins = |index: &usize| clocks[*index] / HOUR > clocks[index - 1] / HOUR;
        let due: Vec<_> = (1..clocks.len()).filter(begins).map(|index| index as u64).collect();
        assert_eq!(kept(&place), due);
        assert_eq!(audit(&place), []);
    }
    assert!(kept(&place).len() >= 3);
}

/// The key signs whatever it is given: a checkpoint that it signed for another log of the same size is found.
#[test]
fn a_kept_checkpoint_is_of_the_entries_before_it() {
    let place = Place::new();
    drop(place.create());
    age(&place, HOUR);
    seal_all(&place.open(), 0..5);
    let key = signing_key(&place);
    let mut edge = Edge::new();
    edge.push(leaf_hash(b"another beginning"));
    damage(&place, |raw| raw.put("checkpoints", &1_u64.to_be_bytes(), &note(&edge, &key)));
    assert_eq!(audit(&place), [(DamageKind::Checkpoint, "checkpoints 1".to_owned())]);
    // Of the tree of its size, but no hour begins after it.
    let mut edge = Edge::new();
    damage(&place, |raw| {
        let entries = raw.rows("entries");
        edge.push(leaf_hash(&entries[0][1]));
        raw.put("checkpoints", &1_u64.to_be_bytes(), &note(&edge, &key));
        edge.push(leaf_hash(&entries[1][1]));
        raw.put("checkpoints", &2_u64.to_be_bytes(), &note(&edge, &key));
        raw.put("checkpoints", &0_u64.to_be_bytes(), &note(&Edge::new(), &key));
    });
    let stray = |size: u64| (DamageKind::Stray, format!("checkpoints {size}"));
    assert_eq!(audit(&place), [stray(0), stray(2)]);
}

/// A store behind its record is adopted: what was kept is of the past that both share.
#[test]
fn what_was_kept_outlives_a_rollback() {
    let place = Place::new();
    drop(place.create());
    age(&place, HOUR);
    seal_all(&place.open(), 0..5);
    let back = Place::new();
    crate::copy(&place.dir(), &back.dir());
    age(&place, 2 * HOUR);
    seal_all(&place.open(), 5..10);
    seal_all(&back.open(), 10..20);
    age(&back, 2 * HOUR);
    seal_all(&back.open(), 20..30);
    for (place, sizes) in [(&place, [1, 6]), (&back, [1, 16])] {
        assert_eq!(kept(place), sizes);
        assert_eq!(audit(place), []);
    }
}
