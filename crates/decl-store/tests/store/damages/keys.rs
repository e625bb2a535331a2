//! Damage to content keys, and to the boxes under them.

use super::{Case, Changed, Write, add, edit, rename, stray, swap};
use crate::damages::Op::{Added, Gone, Swapped};
use crate::keyed::{event, keyed};
use DamageKind::{Content, ContentKey as Key};
use decl_core::Identity;
use decl_keyed::{ContentKey, KeyFile};
use decl_store::{DamageKind, Submission};

fn key() -> ContentKey {
    ContentKey::new("a", &[1; 32])
}

/// The keys at hand: `a`.
pub(super) fn at_hand() -> KeyFile {
    let mut keys = KeyFile::default();
    keys.insert(key());
    keys
}

/// Five entries: the keys `a` and `b` are made, content comes under `a`, and `b` is destroyed.
pub(super) fn sealed() -> [Submission; 5] {
    let other = ContentKey::new("b", &[2; 32]).fingerprint();
    [
        event("new", "a", key().fingerprint()),
        event("new", "b", other),
        keyed("one", &key()),
        keyed("two", &key()),
        event("destroy", "b", other),
    ]
}

fn digest(text: &str) -> Identity {
    key().digest(text.as_bytes())
}

fn boxed(text: &str) -> (DamageKind, String) {
    (Content, format!("kb3:{}", digest(text).hex()))
}

/// The rows of `keys`.
pub(super) fn rows(cases: &mut Vec<Case>) {
    const T: &str = "keys";
    let (a, b) = (|| b"a".to_vec(), || b"b".to_vec());
    let of = |name: &str| (Key, name.to_owned());
    add(cases, T, Gone, Box::new(|raw| raw.delete(T, b"b")), &[of("b")]);
    // Without the row of a key nobody can say that the boxes under it are right.
    let orphans = [of("a"), boxed("one"), boxed("two")];
    add(cases, T, Gone, Box::new(|raw| raw.delete(T, b"a")), &orphans);
    for row in [[0; 48], [0xff; 48]] {
        add(cases, T, Added, Box::new(move |raw| raw.put(T, b"c", &row)), &[of("c")]);
    }
    let copy: Write = Box::new(|raw| raw.put(T, b"c", &raw.get(T, b"b")));
    add(cases, T, Added, copy, &[of("c")]);
    add(cases, T, Added, Box::new(|raw| raw.put(T, b"c", b"odd")), &[of("c")]);
    add(cases, T, Swapped, swap(T, a(), b()), &[of("a"), of("b")]);
    add(cases, T, Changed("name"), rename(T, b(), b"c".to_vec()), &[of("b"), of("c")]);
    add(cases, T, Changed("fingerprint"), edit(T, b(), |row| row[0] ^= 1), &[of("b")]);
    add(cases, T, Changed("new"), edit(T, b(), |row| row[39] ^= 1), &[of("b")]);
    for end in [[0xff; 8], 3_u64.to_be_bytes()] {
        let changed = edit(T, b(), move |row| row[40..].copy_from_slice(&end));
        add(cases, T, Changed("destroyed"), changed, &[of("b")]);
    }
    add(cases, T, Changed("destroyed"), edit(T, b(), |row| row.truncate(40)), &[of("b")]);
}

/// The boxes in `contents`.
pub(super) fn boxes(cases: &mut Vec<Case>) {
    const T: &str = "contents";
    let row = |text: &str| digest(text).as_bytes().to_vec();
    let missing = (Content, super::at(&keyed("one", &key()).record.identity()));
    let unreadable = [(Content, digest("one").to_string()), missing.clone()];
    add(cases, T, Gone, Box::new(move |raw| raw.delete(T, &row("one"))), std::slice::from_ref(&missing));
    let moved = rename(T, row("one"), stray().as_bytes().to_vec());
    add(cases, T, Changed("digest"), moved, &[missing, (Content, format!("kb3:{}", stray().hex()))]);
    add(cases, T, Swapped, swap(T, row("one"), row("two")), &[boxed("one"), boxed("two")]);
    add(cases, T, Changed("form"), edit(T, row("one"), |row| row[0] = 0), &unreadable);
    add(cases, T, Changed("form"), edit(T, row("one"), |row| row[0] = 2), &unreadable);
    add(cases, T, Changed("length"), edit(T, row("one"), |row| row[7] ^= 1), &unreadable);
    add(cases, T, Changed("key"), edit(T, row("one"), |row| row[9] = b'c'), &[boxed("one")]);
    add(cases, T, Changed("key"), edit(T, row("one"), |row| row[9] = 0xff), &unreadable);
    add(cases, T, Changed("key"), edit(T, row("one"), |row| row[8] = 0xff), &unreadable);
    for byte in [10, 40, 60] {
        let changed = edit(T, row("one"), move |row| {
            let at = byte.min(row.len() - 1);
            row[at] ^= 1;
        });
        add(cases, T, Changed("bytes"), changed, &[boxed("one")]);
    }
}
