//! Damage to what the store says of erased content.

use super::{Absent, Case, Changed, Content, SIZE, Write, add, at, digest, edit, rename, stray, swap};
use crate::{
    damages::Op::{Added, Gone, Swapped},
    erase::erase,
    seal_one, submission,
};
use decl_core::Identity;
use decl_store::{DamageKind, Store};

/// The entries that [`seal`] adds: two runs, the erasures of their content, and a restore of the second one's.
pub(super) const ENTRIES: u64 = 5;

/// The erasures.
const A: u64 = SIZE - 3;
const B: u64 = SIZE - 2;

fn content(text: &str) -> Identity {
    submission(text).contents[0].digest
}

pub(super) fn seal(store: &Store) {
    for text in ["erased", "restored"] {
        seal_one(store, submission(text)).unwrap();
    }
    assert_eq!(["erased", "restored"].map(|text| erase(store, content(text)).index), [A, B]);
    assert!(store.purge().unwrap());
    store.restore_content(b"restored".to_vec(), "a mistake").unwrap();
}

/// The rows of `absent` with this reason.
pub(super) fn rows(cases: &mut Vec<Case>) {
    const T: &str = "absent";
    let (a, b, away) = (content("erased"), content("restored"), content("away a"));
    let of = |digest: Identity| (Absent, digest.to_string());
    let missing = (Content, at(&submission("erased").record.identity()));
    let by = |reason: u8, entry: u64| [&[reason][..], &entry.to_be_bytes()].concat();
    let key = |digest: Identity| digest.as_bytes().to_vec();
    let put =
        |digest: Identity, row: Vec<u8>| -> Write { Box::new(move |raw| raw.put(T, &key(digest), &row)) };
    add(cases, T, Gone, Box::new(move |raw| raw.delete(T, a.as_bytes())), &[of(a), missing.clone()]);
    for entry in [0, 5, A, B, 9_999] {
        add(cases, T, Added, put(stray(), by(1, entry)), &[of(stray())]);
        // Neither what was never erased is erased, nor what was restored.
        add(cases, T, Added, put(digest(4), by(1, entry)), &[of(digest(4))]);
        add(cases, T, Added, put(b, by(1, entry)), &[of(b)]);
    }
    let back: Write = Box::new(move |raw| raw.put("contents", a.as_bytes(), b"\0\0\0\0\0\0\0\x06erased"));
    add(cases, T, Added, back, &[of(a)]);
    add(cases, T, Swapped, swap(T, key(a), key(away)), &[of(a), of(away)]);
    add(cases, T, Changed("digest"), rename(T, key(a), key(stray())), &[of(a), of(stray()), missing.clone()]);
    add(cases, T, Changed("reason"), edit(T, key(a), |row| row[0] = 0), &[of(a), missing.clone()]);
    add(cases, T, Changed("reason"), edit(T, key(a), |row| row[0] = 2), &[of(a), missing]);
    for entry in [0, 600, A - 1, B, 9_999] {
        add(cases, T, Changed("entry"), edit(T, key(a), move |row| *row = by(1, entry)), &[of(a)]);
    }
    // Taken away again, with a row that names the erasure before the restore.
    let again: Write = Box::new(move |raw| {
        raw.delete("contents", b.as_bytes());
        raw.put(T, b.as_bytes(), &by(1, B));
    });
    add(cases, T, Added, again, &[of(b)]);
}

/// The mark of erasures that are not finished, in `meta`.
pub(super) fn marks(cases: &mut Vec<Case>) {
    let odd = (DamageKind::Stray, "meta purge".to_owned());
    for row in [&[][..], &[0; 64], &[2; 65], &[0; 66]] {
        add(
            cases,
            "meta",
            Added,
            Box::new(move |raw| raw.put("meta", b"purge", row)),
            std::slice::from_ref(&odd),
        );
    }
    add(cases, "meta", Added, Box::new(|raw| raw.put("meta", b"purge", &[0; 65])), &[]);
}
