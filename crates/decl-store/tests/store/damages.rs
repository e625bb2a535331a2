//! Every table and every column: a row that is gone, added, swapped with another or changed has its verdict.

mod erased;
mod keys;

use crate::{
    HOUR, Place, Raw, TABLES, age, chunk_key, copy, damage, detached, execution, large, occurrence, seal_all,
    seal_one, source, start, submission,
};
use DamageKind::{
    Absent, Checkpoint, Clock, Content, Edge, Entry, Index, Occurrence, Posting, Record, Root, Stray, Tile,
};
use Op::{Added, Changed, Gone, Swapped};
use decl_core::{Identity, hex};
use decl_log::{Entry as Leaf, RecordKind};
use decl_store::{AuditOptions, DamageKind, Options, Reader, Store};
use rocksdb::DB;
use std::collections::BTreeSet;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Op {
    /// A row is taken out.
    Gone,
    /// A row is put in.
    Added,
    /// Two rows have each other's value.
    Swapped,
    /// A column of a row has another value.
    Changed(&'static str),
}

/// The columns of every table. A table that is missing here fails the test.
const COLUMNS: [(&str, &[&str]); 13] = [
    ("records", &["identity", "bytes"]),
    ("contents", &["digest", "form", "key", "length", "bytes"]),
    ("chunks", &["digest", "number", "bytes"]),
    ("absent", &["digest", "reason", "entry"]),
    ("entries", &["index", "kind", "id", "sha256", "at", "by", "origin"]),
    ("index_of", &["identity", "index"]),
    ("index", &["leaf type", "field", "digest", "entry", "further"]),
    ("keys", &["name", "fingerprint", "new", "destroyed"]),
    ("tiles", &["level", "number", "hashes"]),
    ("checkpoints", &["size", "note"]),
    ("occurrences", &["occurrence", "subject", "start", "execution"]),
    ("open", &["start", "occurrence"]),
    ("meta", &["name", "value"]),
];

/// The number of entries.
const SIZE: u64 = 615 + erased::ENTRIES;

/// A damage, and all that the audit has to say of it.
struct Case {
    table: &'static str,
    op: Op,
    write: Box<dyn Fn(&Raw)>,
    expected: Vec<(DamageKind, String)>,
}

/// 599 runs, two detached ones as entries 600 and 601, and two with long content; then occurrences of runs 0 and 1:
///
/// ```text
/// 604  start 1        606  start 2 (of run 1)    608  execution 4 (of run 1)
/// 605  execution 1    607  start 3               609  another execution 1, which amends the first
/// ```
///
/// Then five entries of content keys and five of erasures: two full tiles and 108 leaves. An hour begins with entry 1, and one with entry 600.
fn sealed() -> Place {
    let place = Place::new();
    drop(place.create());
    age(&place, HOUR);
    seal_all(&place.open(), 0..599);
    age(&place, HOUR);
    let store = place.open();
    for run in [detached(submission("away a")), detached(submission("away b")), large('a'), large('b')] {
        seal_one(&store, run).unwrap();
    }
    let at = seal_one(&store, start(id(0), 1)).unwrap().sealed_at;
    let executed = |n: usize, of, more: &str| execution(id(n), of, &format!(r#", "started": {at}{more}"#));
    let first = seal_one(&store, executed(0, 1, "")).unwrap().identity.hex();
    let amending = executed(0, 1, &format!(r#", "amends": "{first}""#));
    for supplement in [start(id(1), 2), start(id(0), 3), executed(1, 4, ""), amending] {
        seal_one(&store, supplement).unwrap();
    }
    for one in keys::sealed() {
        seal_one(&store, one).unwrap();
    }
    erased::seal(&store);
    place
}

fn id(n: usize) -> Identity {
    source(&format!("run {n}")).declaration.identity()
}

fn digest(n: usize) -> Identity {
    source(&format!("run {n}")).contents[0].digest
}

fn stray() -> Identity {
    Identity::of(b"stray")
}

fn tile(level: u8, number: u64) -> Vec<u8> {
    [&[level][..], &number.to_be_bytes()].concat()
}

fn index(n: u64) -> Vec<u8> {
    n.to_be_bytes().to_vec()
}

fn at(id: &Identity) -> String {
    format!("{id} at /input/0/parts/0/content")
}

fn swap(table: &'static str, a: Vec<u8>, b: Vec<u8>) -> Box<dyn Fn(&Raw)> {
    Box::new(move |raw| {
        let (first, second) = (raw.get(table, &a), raw.get(table, &b));
        assert_ne!(first, second);
        raw.put(table, &a, &second);
        raw.put(table, &b, &first);
    })
}

fn rename(table: &'static str, from: Vec<u8>, to: Vec<u8>) -> Box<dyn Fn(&Raw)> {
    Box::new(move |raw| {
        let value = raw.get(table, &from);
        raw.delete(table, &from);
        raw.put(table, &to, &value);
    })
}

fn edit(table: &'static str, key: Vec<u8>, change: impl Fn(&mut Vec<u8>) + 'static) -> Box<dyn Fn(&Raw)> {
    Box::new(move |raw| {
        let mut value = raw.get(table, &key);
        let before = value.clone();
        change(&mut value);
        assert_ne!(value, before);
        raw.put(table, &key, &value);
    })
}

/// Entry 10 is of run 9.
fn edit_entry(
    change: impl Fn(&mut RecordKind, &mut Identity, &mut [u8; 32], &mut u64, &mut String) + 'static,
) -> Box<dyn Fn(&Raw)> {
    edit("entries", index(10), move |entry| {
        let Leaf::Record { mut kind, mut id, mut sha256, mut at, mut by } = Leaf::parse(entry).unwrap()
        else {
            panic!("not of a record")
        };
        change(&mut kind, &mut id, &mut sha256, &mut at, &mut by);
        *entry = Leaf::Record { kind, id, sha256, at, by }.encode().unwrap();
    })
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    declarations(&mut cases);
    contents(&mut cases);
    keys::boxes(&mut cases);
    chunks(&mut cases);
    absent(&mut cases);
    entries(&mut cases);
    index_of(&mut cases);
    postings(&mut cases);
    keys::rows(&mut cases);
    tiles(&mut cases);
    checkpoints(&mut cases);
    occurrences(&mut cases);
    open(&mut cases);
    meta(&mut cases);
    cases
}

type Write = Box<dyn Fn(&Raw)>;

fn add(cases: &mut Vec<Case>, table: &'static str, op: Op, write: Write, expected: &[(DamageKind, String)]) {
    cases.push(Case { table, op, write, expected: expected.to_vec() });
}

fn declarations(cases: &mut Vec<Case>) {
    const T: &str = "records";
    let key = |id: Identity| id.as_bytes().to_vec();
    let of = |id: Identity| (Record, id.to_string());
    add(cases, T, Gone, Box::new(|raw| raw.delete(T, id(5).as_bytes())), &[of(id(5))]);
    add(cases, T, Added, Box::new(|raw| raw.put(T, stray().as_bytes(), &[0, 0xa0])), &[of(stray())]);
    add(cases, T, Swapped, swap(T, key(id(6)), key(id(7))), &[of(id(6)), of(id(7))]);
    add(cases, T, Changed("identity"), rename(T, key(id(5)), key(stray())), &[of(id(5)), of(stray())]);
    add(cases, T, Changed("bytes"), Box::new(|raw| raw.flip(T, id(5).as_bytes())), &[of(id(5))]);
}

fn contents(cases: &mut Vec<Case>) {
    const T: &str = "contents";
    let key = |n| digest(n).as_bytes().to_vec();
    let of = |digest: Identity| (Content, digest.to_string());
    let missing = |n| (Content, at(&id(n)));
    let wrong: [u8; 9] = [0, 0, 0, 0, 0, 0, 0, 1, b'x'];
    add(cases, T, Gone, Box::new(|raw| raw.delete(T, digest(5).as_bytes())), &[missing(5)]);
    add(cases, T, Added, Box::new(move |raw| raw.put(T, stray().as_bytes(), &wrong)), &[of(stray())]);
    add(
        cases,
        T,
        Added,
        Box::new(move |raw| raw.put(T, b"odd", &wrong)),
        &[(Content, "b3:6f6464".to_owned())],
    );
    add(cases, T, Swapped, swap(T, key(6), key(7)), &[of(digest(6)), of(digest(7))]);
    let moved = rename(T, key(5), stray().as_bytes().to_vec());
    add(cases, T, Changed("digest"), moved, &[missing(5), of(stray())]);
    add(cases, T, Changed("length"), edit(T, key(5), |row| row[7] ^= 1), &[of(digest(5)), missing(5)]);
    let a = large('a').contents[0].digest;
    let lost = (Content, at(&large('a').record.identity()));
    // Longer and shorter by a byte than the chunks that are there.
    for by in [1, 255] {
        let changed = edit(T, a.as_bytes().to_vec(), move |row| row[7] = row[7].wrapping_add(by));
        add(cases, T, Changed("length"), changed, &[of(a), lost.clone()]);
    }
    let unfinished = edit(T, key(5), |row| *row = vec![0xff; 8]);
    add(cases, T, Changed("length"), unfinished, &[missing(5)]);
    add(cases, T, Changed("bytes"), Box::new(|raw| raw.flip(T, digest(5).as_bytes())), &[of(digest(5))]);
}

fn chunks(cases: &mut Vec<Case>) {
    const T: &str = "chunks";
    let (a, b) = (large('a').contents[0].digest, large('b').contents[0].digest);
    let of = |digest: Identity| (Content, digest.to_string());
    let no_ones = |key: &[u8]| (Content, format!("chunks {}", hex(key)));
    let (first, second, third) = (chunk_key(&a, 0), chunk_key(&a, 1), chunk_key(&a, 2));
    add(cases, T, Gone, Box::new(move |raw| raw.delete(T, &second)), &[of(a)]);
    let expected = [no_ones(&third)];
    add(cases, T, Added, Box::new(move |raw| raw.put(T, &third, b"more")), &expected);
    let small = chunk_key(&digest(5), 0);
    let expected = [no_ones(&small)];
    add(cases, T, Added, Box::new(move |raw| raw.put(T, &small, b"more")), &expected);
    add(cases, T, Swapped, swap(T, first.clone(), chunk_key(&b, 0)), &[of(a), of(b)]);
    let elsewhere = chunk_key(&stray(), 0);
    let expected = [of(a), no_ones(&elsewhere)];
    add(cases, T, Changed("digest"), rename(T, first, elsewhere), &expected);
    add(cases, T, Changed("number"), rename(T, chunk_key(&a, 1), chunk_key(&a, 2)), &[of(a)]);
    add(cases, T, Changed("bytes"), Box::new(move |raw| raw.flip(T, &chunk_key(&a, 1))), &[of(a)]);
}

fn absent(cases: &mut Vec<Case>) {
    const T: &str = "absent";
    let (a, b) = (submission("away a"), submission("away b"));
    let missing = (Content, at(&a.record.identity()));
    let (a, b) = (a.contents[0].digest, b.contents[0].digest);
    let of = |digest: Identity| (Absent, digest.to_string());
    let by = |entry: u64| [&[0][..], &entry.to_be_bytes()].concat();
    let key = |digest: Identity| digest.as_bytes().to_vec();
    add(cases, T, Gone, Box::new(move |raw| raw.delete(T, a.as_bytes())), std::slice::from_ref(&missing));
    for entry in [0, 5, 600, 9_999] {
        let put: Write = Box::new(move |raw| raw.put(T, stray().as_bytes(), &by(entry)));
        add(cases, T, Added, put, &[of(stray())]);
        // Content that is there is not absent.
        let put: Write = Box::new(move |raw| raw.put(T, digest(4).as_bytes(), &by(entry)));
        add(cases, T, Added, put, &[of(digest(4))]);
    }
    add(
        cases,
        T,
        Added,
        Box::new(move |raw| raw.put(T, b"odd", &by(5))),
        &[(Absent, "b3:6f6464".to_owned())],
    );
    add(cases, T, Swapped, swap(T, key(a), key(b)), &[missing.clone(), of(a), of(b)]);
    let moved = rename(T, key(a), key(stray()));
    add(cases, T, Changed("digest"), moved, &[missing.clone(), of(stray())]);
    // An erasure would excuse it, but that entry is none.
    add(cases, T, Changed("reason"), edit(T, key(a), |row| row[0] = 1), &[of(a)]);
    let changed = edit(T, key(a), |row| row[0] = 2);
    add(cases, T, Changed("reason"), changed, &[missing.clone(), of(a)]);
    let changed = edit(T, key(a), |row| row.truncate(8));
    add(cases, T, Changed("reason"), changed, &[missing.clone(), of(a)]);
    let later = edit(T, key(a), move |row| *row = by(601));
    add(cases, T, Changed("entry"), later, &[missing, of(a)]);
    for entry in [0, 599] {
        let earlier = edit(T, key(a), move |row| *row = by(entry));
        add(cases, T, Changed("entry"), earlier, &[of(a)]);
    }
    erased::rows(cases);
}

fn entries(cases: &mut Vec<Case>) {
    const T: &str = "entries";
    let entry = |n: u64| (Entry, format!("entry {n}"));
    let lost = |n| (Index, id(n).to_string());
    let other_leaf =
        [(Tile, "tile/0/000".to_owned()), (Edge, "meta".to_owned()), (Root, "checkpoint".to_owned())];
    let and = |some: &[(DamageKind, String)]| [some, &other_leaf].concat();
    add(cases, T, Gone, Box::new(|raw| raw.delete(T, &index(10))), &[entry(10), lost(9)]);
    let again: Write = Box::new(|raw| {
        let first = raw.get(T, &index(0));
        raw.put(T, &index(SIZE), &first);
    });
    add(cases, T, Added, again, &[entry(SIZE)]);
    add(cases, T, Added, Box::new(|raw| raw.put(T, b"odd", b"")), &[(Entry, "b3:6f6464".to_owned())]);
    add(cases, T, Swapped, swap(T, index(10), index(11)), &and(&[lost(9), lost(10)]));
    let moved = rename(T, index(10), index(SIZE));
    add(cases, T, Changed("index"), moved, &[entry(10), entry(SIZE), lost(9)]);
    let changed = edit_entry(|kind, _, _, _, _| *kind = RecordKind::Supplement);
    add(cases, T, Changed("kind"), changed, &and(&[(Record, id(9).to_string())]));
    let changed = edit_entry(|_, id, _, _, _| *id = stray());
    let of_stray = [(Index, stray().to_string()), (Record, stray().to_string()), lost(9)];
    add(cases, T, Changed("id"), changed, &and(&of_stray));
    let changed = edit_entry(|_, _, sha256, _, _| sha256[0] ^= 1);
    add(cases, T, Changed("sha256"), changed, &and(&[(Record, id(9).to_string())]));
    let changed = edit_entry(|_, _, _, at, _| *at -= 1);
    add(cases, T, Changed("at"), changed, &and(&[(Clock, "entry 10".to_owned())]));
    let changed = edit_entry(|_, _, _, at, _| *at = u64::MAX);
    add(cases, T, Changed("at"), changed, &and(&[(Clock, "entry 11".to_owned())]));
    let changed = edit_entry(|_, _, _, _, by| by.push('x'));
    let lists = ["local", "localx"].map(|by| in_list(&list(9, &of_text(by))));
    add(cases, T, Changed("by"), changed, &and(&lists));
    let changed = edit(T, index(0), |entry| {
        let Leaf::Genesis { at, .. } = Leaf::parse(entry).unwrap() else { panic!("not the first") };
        *entry = Leaf::Genesis { origin: "example.com/other".to_owned(), at }.encode().unwrap();
    });
    add(cases, T, Changed("origin"), changed, &and(&[entry(0)]));
}

fn index_of(cases: &mut Vec<Case>) {
    const T: &str = "index_of";
    let key = |id: Identity| id.as_bytes().to_vec();
    let of = |id: Identity| (Index, id.to_string());
    add(cases, T, Gone, Box::new(|raw| raw.delete(T, id(20).as_bytes())), &[of(id(20))]);
    add(cases, T, Added, Box::new(|raw| raw.put(T, stray().as_bytes(), &index(1))), &[of(stray())]);
    add(cases, T, Swapped, swap(T, key(id(20)), key(id(21))), &[of(id(20)), of(id(21))]);
    let moved = rename(T, key(id(20)), key(stray()));
    add(cases, T, Changed("identity"), moved, &[of(id(20)), of(stray())]);
    let changed = edit(T, key(id(20)), |row| *row = index(1));
    add(cases, T, Changed("index"), changed, &[of(id(20))]);
}

/// A list of the index: of declarations, with a field by its number.
fn list(field: u8, value: &Identity) -> Vec<u8> {
    [&[1, field], &value.as_bytes()[..16]].concat()
}

fn of_text(text: &str) -> Identity {
    Identity::of(text.as_bytes())
}

fn row(list: &[u8], first: u64) -> Vec<u8> {
    [list, &first.to_be_bytes()].concat()
}

/// A damage in a list.
fn in_list(list: &[u8]) -> (DamageKind, String) {
    let kind = ["0", "declaration", "supplement"][usize::from(list[0])];
    let field = match list[1] {
        2 => "model",
        7 => "content",
        8 => "tool",
        9 => "by",
        _ => "200",
    };
    (Posting, format!("index {kind} {field} {}", hex(&list[2..])))
}

fn postings(cases: &mut Vec<Case>) {
    const T: &str = "index";
    let model = list(2, &of_text("some-model"));
    let other = list(2, &of_text("other"));
    let no_row = |key: &[u8]| (Posting, format!("index {}", hex(key)));
    // Entries 1 to 599 came in one commit, the others one by one.
    let (first, second) = (row(&model, 1), row(&model, 600));
    for key in [first.clone(), second.clone()] {
        add(cases, T, Gone, Box::new(move |raw| raw.delete(T, &key)), &[in_list(&model)]);
    }
    for (list, entry) in
        [(&other, 5), (&other, 0), (&list(200, &stray()), 5), (&model, SIZE), (&model, u64::MAX)]
    {
        let key = row(list, entry);
        add(cases, T, Added, Box::new(move |raw| raw.put(T, &key, b"")), &[in_list(list)]);
    }
    for key in [b"odd".to_vec(), row(&model, 5)[1..].to_vec()] {
        let expected = [no_row(&key)];
        add(cases, T, Added, Box::new(move |raw| raw.put(T, &key, b"")), &expected);
    }
    // An entry a second time, between the entries of a row and behind them.
    for entry in [5, 599] {
        let key = row(&model, entry);
        add(cases, T, Added, Box::new(move |raw| raw.put(T, &key, b"")), &[in_list(&model)]);
    }
    let content = list(7, &digest(4));
    let swapped = swap(T, first.clone(), row(&content, 5));
    add(cases, T, Swapped, swapped, &[in_list(&model), in_list(&content)]);
    for (at, value, column) in [(0, 2, "leaf type"), (1, 8, "field"), (2, 0xff, "digest")] {
        let (mut key, mut moved) = (second.clone(), model.clone());
        (key[at], moved[at]) = (value, value);
        add(cases, T, Changed(column), rename(T, second.clone(), key), &[in_list(&model), in_list(&moved)]);
    }
    for entry in [599, 601, 700] {
        add(cases, T, Changed("entry"), rename(T, second.clone(), row(&model, entry)), &[in_list(&model)]);
    }
    let changes: [fn(&mut Vec<u8>); 4] = [
        |row| row[0] = 2,
        |row| row.push(1),
        |row| row.truncate(597),
        |row| row.extend([0x80, 0x80, 0x80, 0x10]),
    ];
    for change in changes {
        add(cases, T, Changed("further"), edit(T, first.clone(), change), &[in_list(&model)]);
    }
    let unreadable: [fn(&mut Vec<u8>); 2] = [|row| row[0] = 0, |row| row.push(0x80)];
    for change in unreadable {
        let expected = [no_row(&first), in_list(&model)];
        add(cases, T, Changed("further"), edit(T, first.clone(), change), &expected);
    }
}

fn tiles(cases: &mut Vec<Case>) {
    const T: &str = "tiles";
    let of = |number: u64| (Tile, format!("tile/0/00{number}"));
    let none = |key: &[u8]| (Tile, format!("tiles {}", hex(key)));
    add(cases, T, Gone, Box::new(|raw| raw.delete(T, &tile(0, 0))), &[of(0)]);
    add(cases, T, Added, Box::new(|raw| raw.put(T, &tile(0, 2), b"")), &[none(&tile(0, 2))]);
    add(cases, T, Added, Box::new(|raw| raw.put(T, b"odd", b"")), &[none(b"odd")]);
    add(cases, T, Swapped, swap(T, tile(0, 0), tile(0, 1)), &[of(0), of(1)]);
    let moved = rename(T, tile(0, 1), tile(1, 0));
    add(cases, T, Changed("level"), moved, &[of(1), none(&tile(1, 0))]);
    let moved = rename(T, tile(0, 1), tile(0, 2));
    add(cases, T, Changed("number"), moved, &[of(1), none(&tile(0, 2))]);
    add(cases, T, Changed("hashes"), Box::new(|raw| raw.flip(T, &tile(0, 1))), &[of(1)]);
}

fn checkpoints(cases: &mut Vec<Case>) {
    const T: &str = "checkpoints";
    let of = |size: u64| (Checkpoint, format!("checkpoints {size}"));
    let odd = |name: &str| (Stray, format!("checkpoints {name}"));
    add(cases, T, Gone, Box::new(|raw| raw.delete(T, &index(600))), &[of(600)]);
    add(cases, T, Added, Box::new(|raw| raw.put(T, b"odd", b"")), &[odd("6f6464")]);
    add(cases, T, Added, Box::new(|raw| raw.put(T, &index(5), b"not a note")), &[of(5)]);
    add(cases, T, Added, Box::new(|raw| raw.put(T, &index(9_999), b"not a note")), &[of(9_999)]);
    // The newest checkpoint holds, and has nothing after it.
    let newest: Write = Box::new(|raw| {
        let note = raw.get("meta", b"checkpoint");
        raw.put(T, &index(SIZE), &note);
    });
    add(cases, T, Added, newest, &[odd(&SIZE.to_string())]);
    add(cases, T, Swapped, swap(T, index(1), index(600)), &[of(1), of(600)]);
    add(cases, T, Changed("size"), rename(T, index(600), index(601)), &[of(600), of(601)]);
    let last = |note: &mut Vec<u8>| {
        let last = note.len() - 10;
        note[last] = if note[last] == b'A' { b'B' } else { b'A' };
    };
    add(cases, T, Changed("note"), edit(T, index(1), last), &[of(1)]);
    add(cases, T, Changed("note"), Box::new(|raw| raw.put(T, &index(1), &[0xff])), &[of(1)]);
}

/// The name of an occurrence, as it is stored and as it is told.
fn name(n: u64) -> (Vec<u8>, String) {
    let occurrence: decl_core::Occurrence = occurrence(n).parse().unwrap();
    (occurrence.as_bytes().to_vec(), occurrence.to_string())
}

fn occurrences(cases: &mut Vec<Case>) {
    const T: &str = "occurrences";
    let key = |n| name(n).0;
    let of = |n| (Occurrence, name(n).1);
    let row = |subject: Identity, start: u64, execution: u64| {
        [&subject.as_bytes()[..], &index(start), &index(execution)].concat()
    };
    for n in [1, 2, 3, 4] {
        add(cases, T, Gone, Box::new(move |raw| raw.delete(T, &name(n).0)), &[of(n)]);
    }
    for (start, execution) in [(606, u64::MAX), (5, u64::MAX), (u64::MAX, 605), (9_999, 9_999)] {
        let added: Write = Box::new(move |raw| raw.put(T, &name(9).0, &row(id(0), start, execution)));
        add(cases, T, Added, added, &[of(9)]);
    }
    for value in [&b""[..], &row(id(0), u64::MAX, u64::MAX), &[0; 47], &[0; 49]] {
        let value = value.to_vec();
        add(cases, T, Added, Box::new(move |raw| raw.put(T, &name(9).0, &value)), &[of(9)]);
    }
    let odd: Write = Box::new(move |raw| raw.put(T, b"odd", &row(id(0), 604, 605)));
    add(cases, T, Added, odd, &[(Occurrence, "6f6464".to_owned())]);
    for (a, b) in [(1, 3), (2, 3), (1, 4)] {
        add(cases, T, Swapped, swap(T, key(a), key(b)), &[of(a), of(b)]);
    }
    add(cases, T, Changed("occurrence"), rename(T, key(2), key(9)), &[of(2), of(9)]);
    for (n, start, execution) in [(1, 604, 609), (2, 606, u64::MAX), (4, u64::MAX, 608)] {
        let changed = edit(T, key(n), move |old| *old = row(id(7), start, execution));
        add(cases, T, Changed("subject"), changed, &[of(n)]);
    }
    for (n, start) in [(1, 607), (1, u64::MAX), (2, 607), (2, 9_999), (4, 604)] {
        let changed = edit(T, key(n), move |row| row[32..40].copy_from_slice(&index(start)));
        add(cases, T, Changed("start"), changed, &[of(n)]);
    }
    for (n, execution) in [(1, 605), (1, 608), (1, 9_999), (1, u64::MAX), (2, 605), (3, 9_999), (4, 609)] {
        let changed = edit(T, key(n), move |row| row[40..].copy_from_slice(&index(execution)));
        add(cases, T, Changed("execution"), changed, &[of(n)]);
    }
}

fn open(cases: &mut Vec<Case>) {
    const T: &str = "open";
    let of = |n| (Occurrence, name(n).1);
    add(cases, T, Gone, Box::new(|raw| raw.delete(T, &index(606))), &[of(2)]);
    for (start, n) in [(604, 1), (605, 1), (5, 2), (SIZE, 3), (606 << 32, 9)] {
        add(cases, T, Added, Box::new(move |raw| raw.put(T, &index(start), &name(n).0)), &[of(n)]);
    }
    let odd = |key: &[u8]| (Occurrence, format!("open {}", hex(key)));
    let put: Write = Box::new(|raw| raw.put(T, b"odd", &name(2).0));
    add(cases, T, Added, put, &[odd(b"odd")]);
    let put: Write = Box::new(|raw| raw.put(T, &index(604), b"odd"));
    add(cases, T, Added, put, &[odd(&index(604))]);
    add(cases, T, Swapped, swap(T, index(606), index(607)), &[of(2), of(3)]);
    add(cases, T, Changed("start"), rename(T, index(606), index(605)), &[of(2)]);
    let changed = edit(T, index(606), |row| *row = name(9).0);
    add(cases, T, Changed("occurrence"), changed, &[of(2), of(9)]);
}

fn meta(cases: &mut Vec<Case>) {
    const T: &str = "meta";
    let checkpoint = || (Checkpoint, "meta".to_owned());
    let edge = || (Edge, "meta".to_owned());
    let odd = |name: &str| (Stray, format!("meta {name}"));
    add(cases, T, Gone, Box::new(|raw| raw.delete(T, b"checkpoint")), &[checkpoint()]);
    add(cases, T, Gone, Box::new(|raw| raw.delete(T, b"edge")), &[edge()]);
    add(cases, T, Added, Box::new(|raw| raw.put(T, b"odd", b"")), &[odd("odd")]);
    // The index is being rebuilt, whatever the row says of how far that came.
    for row in [&[0; 16][..], b""] {
        let begun: Write = Box::new(move |raw| raw.put(T, b"reindex", row));
        add(cases, T, Added, begun, &[(Posting, "meta".to_owned())]);
    }
    add(cases, T, Swapped, swap(T, b"checkpoint".to_vec(), b"edge".to_vec()), &[checkpoint(), edge()]);
    let moved = rename(T, b"checkpoint".to_vec(), b"Checkpoint".to_vec());
    add(cases, T, Changed("name"), moved, &[checkpoint(), odd("Checkpoint")]);
    for value in [&b"not a note"[..], &[0xff]] {
        let put: Write = Box::new(move |raw| raw.put(T, b"checkpoint", value));
        add(cases, T, Changed("value"), put, &[checkpoint()]);
    }
    let signature = edit(T, b"checkpoint".to_vec(), |note| {
        let last = note.len() - 10;
        note[last] = if note[last] == b'A' { b'B' } else { b'A' };
    });
    add(cases, T, Changed("value"), signature, &[checkpoint()]);
    add(cases, T, Changed("value"), Box::new(|raw| raw.flip(T, b"edge")), &[edge()]);
    add(cases, T, Changed("value"), Box::new(|raw| raw.put(T, b"edge", b"short")), &[edge()]);
    erased::marks(cases);
}

#[test]
fn each_has_its_verdict() {
    let sound = sealed();
    let options = AuditOptions { second_opinion: true, keys: keys::at_hand(), ..AuditOptions::default() };
    let audit = |place: &Place| {
        let report = Reader::open(&place.dir()).unwrap().audit(&options, &mut |_, _| ()).unwrap();
        assert_eq!((report.unlisted, report.recorded), (0, false));
        report
    };
    let report = audit(&sound);
    assert_eq!((report.damage, report.entries, report.absent, report.erased), (Vec::new(), SIZE, 2, 1));
    for Case { table, op, write, expected } in cases() {
        let place = Place::new();
        copy(&sound.dir(), &place.dir());
        damage(&place, |raw| write(raw));
        let report = audit(&place);
        let found: BTreeSet<_> =
            report.damage.iter().map(|damage| (damage.kind.as_str(), damage.where_.clone())).collect();
        let expected: BTreeSet<_> =
            expected.into_iter().map(|(kind, place)| (kind.as_str(), place)).collect();
        assert_eq!(found, expected, "{table}, {op:?}: {:#?}", report.damage);
    }
}

#[test]
fn damaged_tables_that_are_derived_are_built_anew() {
    let sound = sealed();
    let derived = |case: &Case| ["index", "occurrences", "open"].contains(&case.table);
    let derived = cases().into_iter().filter(derived);
    let interrupted: [&[u8]; 3] = [&[0; 16], b"", b"what is it"];
    let interrupted = interrupted.into_iter().map(|row| {
        let write: Write = Box::new(move |raw| raw.put("meta", b"reindex", row));
        Case { table: "meta", op: Added, write, expected: vec![(Posting, "meta".to_owned())] }
    });
    for Case { table, op, write, .. } in derived.chain(interrupted) {
        let place = Place::new();
        copy(&sound.dir(), &place.dir());
        damage(&place, |raw| write(raw));
        let mut done = Vec::new();
        let mut progress = |so_far, of| done.push((so_far, of));
        drop(Store::reindex(&place.dir(), &Options::default(), &mut progress).unwrap());
        assert!(done.is_sorted() && done.last().is_some_and(|(so_far, of)| so_far == of), "{done:?}");
        let report =
            Reader::open(&place.dir()).unwrap().audit(&AuditOptions::default(), &mut |_, _| ()).unwrap();
        assert_eq!(report.damage, [], "{table}, {op:?}");
    }
}

#[test]
fn each_table_and_each_column_is_damaged_in_every_way() {
    let place = Place::new();
    drop(place.create());
    let tables = DB::list_cf(&rocksdb::Options::default(), place.dir().join("db")).unwrap();
    let tables: BTreeSet<_> = tables.iter().map(String::as_str).filter(|name| *name != "default").collect();
    assert_eq!(tables, TABLES.into_iter().collect(), "the tables of a store");
    let tried: BTreeSet<_> = cases().iter().map(|case| (case.table, case.op)).collect();
    let mut due = BTreeSet::new();
    for table in tables {
        let (_, columns) = COLUMNS.iter().find(|(name, _)| *name == table).expect("the table has columns");
        due.extend([Gone, Added, Swapped].map(|op| (table, op)));
        due.extend(columns.iter().map(|column| (table, Changed(column))));
    }
    assert_eq!(tried, due);
}

#[test]
fn a_table_of_somebody_else() {
    let place = sealed();
    let options = rocksdb::Options::default();
    let mut raw = DB::open_cf(&options, place.dir().join("db"), TABLES).unwrap();
    raw.create_cf("theirs", &options).unwrap();
    raw.put(b"a row", b"outside of every table").unwrap();
    drop(raw);
    let report = Reader::open(&place.dir()).unwrap().audit(&AuditOptions::default(), &mut |_, _| ()).unwrap();
    let found: Vec<_> = report.damage.iter().map(|damage| (damage.kind, damage.where_.as_str())).collect();
    assert_eq!(found, [(Stray, "table default"), (Stray, "table theirs")]);
}

#[test]
fn what_is_not_listed_is_counted() {
    let place = sealed();
    damage(&place, |raw| {
        for n in 0..1_100_u32 {
            raw.put("index_of", Identity::of(&n.to_be_bytes()).as_bytes(), &index(1));
        }
    });
    let report = Reader::open(&place.dir()).unwrap().audit(&AuditOptions::default(), &mut |_, _| ()).unwrap();
    assert_eq!((report.damage.len(), report.unlisted), (1_000, 100));
}
