//! Periods of a log in memory: every small one, then each of them changed in every way.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod world;

use decl_core::Identity;
use decl_log::{Period, SigningKey, Tree, leaf_hash};
use decl_verify::period::{self, Asked, Error, Refusal, Verified};
use std::{cell::RefCell, collections::BTreeSet, convert::Infallible, ops::Range};
use world::{Files, ORIGIN, at, files, genesis, id, key, log, record, sign, signed};

fn ask(files: &Files, asked: &Asked) -> Result<Verified, Refusal> {
    let read = |path: &str, most: usize| {
        let file = files.get(path).map(|file| file[..file.len().min(most + 1)].to_vec());
        Ok::<_, Infallible>(file)
    };
    period::verify(key().verifier_key(), asked, read).map_err(|error| match error {
        Error::Refused(refusal) => refusal,
        Error::Read(never) => match never {},
    })
}

fn verify(files: &Files) -> Result<Verified, Refusal> {
    ask(files, &Asked::default())
}

/// What is refused, where and why.
fn refused(files: &Files) -> (String, &'static str) {
    let refusal = verify(files).unwrap_err();
    (refusal.place.clone(), refusal.code())
}

fn both(file: &str, code: &'static str) -> (String, &'static str) {
    (file.to_owned(), code)
}

#[test]
fn every_small_period_holds_and_each_of_its_files_is_needed() {
    let edges = [1, 2, 3, 5, 255, 256, 257, 300, 511, 512, 513, 600];
    let mut periods: Vec<_> =
        (1..=20).flat_map(|size| (0..=size).map(move |before| (before, size))).collect();
    periods.extend(edges.iter().flat_map(|size| edges.map(|before| (before, *size))).filter(|(a, b)| a <= b));
    periods.extend([
        (65_535, 65_537),
        (65_536, 65_537),
        (65_537, 65_800),
        (65_600, 65_792),
        (66_048, 66_049),
    ]);
    let entries = log(66_049);
    for (before, size) in periods {
        let files = files(&entries[..usize::try_from(size).unwrap()], before);
        let asked = RefCell::new(BTreeSet::new());
        let read = |path: &str, most: usize| {
            asked.borrow_mut().insert(path.to_owned());
            let file = files.get(path).cloned();
            assert!(file.as_ref().is_none_or(|file| file.len() <= most), "{path}");
            Ok::<_, Infallible>(file)
        };
        let verified = period::verify(key().verifier_key(), &Asked::default(), read).unwrap();
        assert_eq!(verified.origin, ORIGIN);
        assert_eq!((verified.before, verified.tree.size), (before, size));
        assert_eq!(verified.entries, before..size);
        assert_eq!(verified.times, (before < size).then(|| (at(before), at(size - 1))));
        // Every file is read, and no other is asked for but the older checkpoint.
        asked.borrow_mut().remove(Period::BEFORE);
        let there: BTreeSet<_> = files.keys().filter(|path| *path != Period::BEFORE).cloned().collect();
        assert_eq!(asked.into_inner(), there, "{before} to {size}");
        for path in there {
            let mut less = files.clone();
            less.remove(&path);
            assert_eq!(refused(&less), both(&path, "missing"), "{before} to {size}");
        }
    }
}

#[test]
fn periods_that_meet_are_one_when_they_are_copied_together() {
    let entries = log(66_100);
    for [before, middle, size] in
        [[0, 1, 2], [0, 255, 256], [3, 256, 257], [257, 300, 600], [511, 513, 514], [65_500, 65_537, 66_100]]
    {
        let mut merged = files(&entries[..usize::try_from(middle).unwrap()], before);
        let older = merged.get(Period::BEFORE).cloned();
        merged.extend(files(&entries[..usize::try_from(size).unwrap()], middle));
        match older {
            Some(older) => drop(merged.insert(Period::BEFORE.to_owned(), older)),
            None => drop(merged.remove(Period::BEFORE)),
        }
        assert_eq!(verify(&merged).unwrap().entries, before..size, "{middle}");
    }
}

#[test]
fn a_period_of_seventy_thousand_entries_holds() {
    let entries = log(70_000);
    for before in [0, 1, 65_536, 69_999] {
        let files = files(&entries, before);
        assert_eq!(verify(&files).unwrap().entries, before..70_000);
        if before == 0 {
            let bytes: usize = files.values().map(Vec::len).sum();
            let entry = entries[1].len();
            assert!(bytes < 70_000 * (entry + 35), "{} bytes for an entry of {entry}", bytes / 70_000);
        }
    }
}

#[test]
fn no_bit_can_be_flipped_and_no_file_cut_or_extended() {
    let entries = log(300);
    for (before, size, step) in [(0, 1, 1), (2, 5, 1), (0, 2, 1), (258, 300, 997)] {
        let files = files(&entries[..size], before);
        for (path, bytes) in &files {
            let mut changed = files.clone();
            let mut holds = |bytes: Vec<u8>| {
                changed.insert(path.clone(), bytes);
                verify(&changed).is_ok()
            };
            for bit in (0..8 * bytes.len()).step_by(step) {
                let mut flipped = bytes.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                assert!(!holds(flipped), "bit {bit} of {path}");
            }
            for len in (0..bytes.len()).step_by(step) {
                assert!(!holds(bytes[..len].to_vec()), "{len} bytes of {path}");
            }
            for more in [&b"\0"[..], &bytes[..]] {
                assert!(!holds([bytes, more].concat()), "{path} and more");
            }
            assert!(holds(bytes.clone()), "{path}");
        }
    }
}

/// A log that its own key signed, and that breaks the rules of entries.
#[test]
fn a_signed_log_that_is_none_is_refused_at_its_entry() {
    let sound = log(300);
    let with = |index: usize, entry: Vec<u8>| {
        let mut entries = sound.clone();
        entries[index] = entry;
        entries
    };
    let earlier = at(269) - 1;
    for (before, entries, place, code) in [
        (260, with(270, genesis(ORIGIN, at(270))), "entry 270", "genesis"),
        (0, with(0, record(0, at(0))), "entry 0", "genesis"),
        (1, with(0, genesis("log.example.org/other", at(0))), "entry 0", "genesis"),
        (260, with(270, record(270, earlier)), "entry 270", "clock"),
        (290, with(270, record(270, earlier)), "entry 270", "clock"),
        (260, with(270, record(262, at(270))), "entry 270", "repeated"),
        (290, with(270, record(262, at(270))), "entry 270", "repeated"),
        (260, with(270, b"\xa0".to_vec()), "entry 270", "malformed"),
        (260, with(270, Vec::new()), "entry 270", "malformed"),
        (260, with(270, vec![0; 65_535]), "entry 270", "malformed"),
    ] {
        assert_eq!(refused(&files(&entries, before)), both(place, code));
    }
    // What is before the files cannot be seen in them.
    assert!(verify(&files(&with(10, record(9, at(10))), 270)).is_ok());
}

/// Whoever hands the files out has no key, and may change anything else, all of it consistently.
#[test]
fn whoever_has_no_key_can_neither_drop_nor_add_nor_move_an_entry() {
    let sound = log(600);
    let genuine = files(&sound, 290);
    let mut dropped = sound.clone();
    dropped.remove(400);
    let mut swapped = sound.clone();
    swapped.swap(399, 400); // of one time
    let mut added = sound.clone();
    added.insert(400, record(9_999, at(400)));
    let mut rewritten = sound.clone();
    rewritten[400] = record(9_999, at(400));
    for entries in [&dropped, &swapped, &added, &rewritten] {
        let mut forged = files(entries, 290);
        for name in [Period::CHECKPOINT, Period::BEFORE] {
            forged.insert(name.to_owned(), genuine[name].clone());
        }
        let (place, code) = refused(&forged);
        assert!(
            ["checkpoint", "tile/0/002.p/88", "tile/entries/002.p/88"].contains(&place.as_str()),
            "{place}"
        );
        assert!(["wrong_root", "missing", "malformed"].contains(&code), "{code}");
        // Then only the bundles are another's.
        for (path, bytes) in forged.iter().filter(|(path, _)| path.starts_with("tile/entries/")) {
            let mut files = genuine.clone();
            if files.get(path) != Some(bytes) && files.insert(path.clone(), bytes.clone()).is_some() {
                let (place, code) = refused(&files);
                assert!(["other_leaf", "malformed", "clock"].contains(&code), "{place}: {code}");
            }
        }
    }
    let mut moved = genuine.clone();
    let both_entries = 2 * (2 + sound[256].len());
    moved.get_mut("tile/entries/001").unwrap()[..both_entries].rotate_left(both_entries / 2);
    assert_eq!(refused(&moved), both("entry 256", "other_leaf"));
    let other = leaf_hash(b"other");
    for (path, at, place, code) in [
        ("tile/0/001", 44, "entry 300", "other_leaf"),
        ("tile/1/000.p/2", 1, "tile/1/000.p/2", "other_node"),
        ("tile/1/000.p/2", 0, "checkpoint.before", "wrong_root"),
    ] {
        let mut files = genuine.clone();
        files.get_mut(path).unwrap()[32 * at..][..32].copy_from_slice(other.as_bytes());
        assert_eq!(refused(&files), both(place, code), "{path}");
    }
}

#[test]
fn checkpoints_are_of_the_key_and_in_order() {
    let entries = log(300);
    let genuine = files(&entries, 260);
    let with = |name: &str, note: Vec<u8>| {
        let mut files = genuine.clone();
        files.insert(name.to_owned(), note);
        files
    };
    let stranger = SigningKey::from_seed(ORIGIN, [8; 32]).unwrap();
    let elsewhere = SigningKey::from_seed("log.example.org/other", [7; 32]).unwrap();
    let other_origin = {
        // Signed by the key under its name, with another origin on the first line.
        let text = String::from_utf8(genuine[Period::CHECKPOINT].clone()).unwrap().replacen(
            ORIGIN,
            "log.example.org/x",
            1,
        );
        let text = text.split_once("\n\n").unwrap().0.to_owned() + "\n";
        decl_log::SignedNote::sign(&text, &key()).unwrap().to_string().into_bytes()
    };
    let forged = Tree { size: 300, root: leaf_hash(b"another") };
    let huge = Tree { size: 1 << 62, root: leaf_hash(b"another") };
    for name in [Period::CHECKPOINT, Period::BEFORE] {
        for (note, code) in [
            (sign(280, &entries, &stranger), "unknown_key"),
            (sign(280, &entries, &elsewhere), "unknown_key"),
            (other_origin.clone(), "wrong_origin"),
            (b"not a note".to_vec(), "not_a_checkpoint"),
            (Vec::new(), "not_a_checkpoint"),
            (b"\xff".to_vec(), "not_a_checkpoint"),
            (vec![b'x'; decl_log::MAX_NOTE + 1], "not_a_checkpoint"),
        ] {
            let refusal = verify(&with(name, note)).unwrap_err();
            assert_eq!((refusal.place.as_str(), refusal.code()), (name, code));
            assert_eq!(refusal.is_unreadable(), name == Period::CHECKPOINT && code == "not_a_checkpoint");
        }
    }
    assert_eq!(
        refused(&with(Period::CHECKPOINT, signed(forged, &key()))),
        both(Period::CHECKPOINT, "wrong_root")
    );
    assert_eq!(
        refused(&with(Period::BEFORE, signed(Tree { size: 260, ..forged }, &key()))),
        both(Period::BEFORE, "wrong_root")
    );
    assert_eq!(
        refused(&with(Period::CHECKPOINT, sign(259, &entries, &key()))),
        both(Period::BEFORE, "shrunk")
    );
    // A size that nothing stands behind costs nothing.
    assert_eq!(refused(&with(Period::CHECKPOINT, signed(huge, &key()))).1, "missing");
    assert!(verify(&Files::new()).unwrap_err().is_unreadable());
    let refusal = verify(&with(Period::BEFORE, sign(260, &entries, &elsewhere))).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "checkpoint.before: the checkpoint is of the log log.example.org/other, the key is of log.example.org/runs"
    );
    // The tree of nothing is before every period.
    let mut whole = files(&entries, 0);
    whole.insert(Period::BEFORE.to_owned(), sign(0, &entries, &key()));
    assert_eq!(verify(&whole).unwrap().entries, 0..300);
}

#[test]
fn what_is_not_part_of_a_period_is_not_read() {
    let mut files = files(&log(300), 260);
    for path in
        ["vkey", "tile/0/000", "tile/entries/000", "tile/entries/001.p/4", "tile/entries/777", "letter"]
    {
        files.insert(path.to_owned(), b"whatever".to_vec());
    }
    assert_eq!(verify(&files).unwrap().entries, 260..300);
}

#[test]
fn a_time_is_answered_only_if_neighbours_or_ends_show_that_it_is_complete() {
    let all = log(40);
    let times: Vec<_> = (at(0) - 5..at(39) + 15).step_by(5).collect();
    for before in [0, 1, 3, 10, 25, 40] {
        let files = files(&all, before);
        let open_start = |since: u64| before > 0 && at(before - 1) >= since;
        let open_end = |until: u64| at(39) < until;
        let wanted = |since: u64, until: u64| -> Range<u64> {
            let from = (before..40).find(|index| at(*index) >= since).unwrap_or(40);
            let to = (from..40).find(|index| at(*index) >= until).unwrap_or(40);
            from..to
        };
        for since in times.iter().map(|time| Some(*time)).chain([None]) {
            for until in times.iter().map(|time| Some(*time)).chain([None]) {
                let answer = ask(&files, &Asked { since, until, absent: Vec::new() });
                let code = answer.as_ref().err().map(Refusal::code);
                if since.is_some_and(open_start) {
                    assert_eq!(code, Some("open_start"));
                } else if until.is_some_and(open_end) {
                    assert_eq!(code, Some("open_end"));
                } else {
                    let verified = answer.unwrap();
                    let wanted = wanted(since.unwrap_or(0), until.unwrap_or(u64::MAX));
                    let times = wanted.clone().next().map(|first| (at(first), at(wanted.end - 1)));
                    assert_eq!((verified.entries, verified.times), (wanted, times), "{since:?} to {until:?}");
                }
            }
        }
    }
}

#[test]
fn an_identity_is_absent_if_no_entry_that_was_asked_for_has_it() {
    let files = files(&log(40), 10);
    let absent = |since, until, ids: &[u64]| {
        let absent = ids.iter().copied().map(id).collect();
        ask(&files, &Asked { since, until, absent })
            .map_err(|refusal| (refusal.place.clone(), refusal.code()))
    };
    // Record 5 is before the period, 20 in it, 30 after the time.
    let (since, until) = (Some(at(15)), Some(at(30)));
    assert!(absent(None, None, &[5, 777]).is_ok());
    assert!(absent(since, until, &[5, 12, 14, 30, 777]).is_ok());
    for (index, since, until) in [(10, None, None), (39, None, None), (15, since, until), (29, since, until)]
    {
        assert_eq!(absent(since, until, &[777, index]), Err(both(&format!("entry {index}"), "present")));
    }
}

/// The period of `docs/spec/period.md`, and each change that the page lists.
#[test]
fn the_example_of_the_specification_holds_and_each_of_its_changes_does_not() {
    let page = include_str!("../../../docs/spec/period.md");
    let block = |of: &str| {
        let (_, rest) = page.split_once(&format!("\n`{of}`")).unwrap();
        rest.split_once("```text\n").unwrap().1.split_once("```").unwrap().0
    };
    let hex = |of: &str| {
        let digits: String = block(of).split_whitespace().collect();
        (0..digits.len() / 2)
            .map(|i| u8::from_str_radix(&digits[2 * i..][..2], 16).unwrap())
            .collect::<Vec<_>>()
    };
    let (tile, bundle) = ("tile/0/000.p/2", "tile/entries/000.p/2");
    let mut files = Files::new();
    for name in [Period::CHECKPOINT, Period::BEFORE] {
        files.insert(name.to_owned(), block(name).as_bytes().to_vec());
    }
    for name in [tile, bundle] {
        files.insert(name.to_owned(), hex(name));
    }
    let key = "log.example.org/decl+15845329+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4".parse().unwrap();
    let id = "b3:15b142b8452041cd17e08301f5564e3d13cdcf1e51ecaedcaea9bc9e69c0c161".parse().unwrap();
    let ask = |files: &Files, since, until, absent: &[Identity]| {
        let read = |path: &str, _: usize| Ok::<_, Infallible>(files.get(path).cloned());
        match period::verify(&key, &Asked { since, until, absent: absent.to_vec() }, read) {
            Ok(verified) => Ok(verified.entries),
            Err(Error::Refused(refusal)) => Err(refusal.code()),
        }
    };
    let holds = |files: &Files| ask(files, None, None, &[]);
    assert_eq!(holds(&files), Ok(1..2));
    let without = |name: &str| files.clone().into_iter().filter(|(path, _)| path != name).collect::<Files>();
    assert_eq!(holds(&without(Period::BEFORE)), Ok(0..2));
    let with = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut files = files.clone();
        change(files.get_mut(name).unwrap());
        files
    };
    let mut places = files.clone();
    places.insert(Period::CHECKPOINT.to_owned(), files[Period::BEFORE].clone());
    places.insert(Period::BEFORE.to_owned(), files[Period::CHECKPOINT].clone());
    let last = |bytes: &mut Vec<u8>| *bytes.last_mut().unwrap() ^= 1;
    let mut changed = with(bundle, &last);
    let leaf = leaf_hash(&changed[bundle][2 + 0x43 + 2..]);
    changed.get_mut(tile).unwrap()[32..].copy_from_slice(leaf.as_bytes());
    for (files, code) in [
        (without(Period::CHECKPOINT), "missing"),
        (with(Period::BEFORE, &|note| note.truncate(20)), "not_a_checkpoint"),
        (with(Period::CHECKPOINT, &|note| note[130] ^= 1), "bad_signature"),
        (with(Period::BEFORE, &|note| note[130] ^= 1), "bad_signature"),
        (places, "shrunk"),
        (without(bundle), "missing"),
        (with(bundle, &|bundle| bundle.truncate(200)), "malformed"),
        (with(bundle, &|bundle| bundle.push(0)), "malformed"),
        (with(bundle, &|bundle| bundle.rotate_left(2 + 0x43)), "genesis"),
        (with(bundle, &last), "other_leaf"),
        (without(tile), "missing"),
        (with(tile, &|tile| tile.truncate(63)), "malformed"),
        (with(tile, &|tile| tile.push(0)), "malformed"),
        (changed, "wrong_root"),
    ] {
        assert_eq!(holds(&files), Err(code));
    }
    for (since, until, absent, answer) in [
        (Some(1_780_000_000_000), None, &[][..], Err("open_start")),
        (None, Some(1_780_000_000_124), &[], Err("open_end")),
        (None, None, &[id], Err("present")),
        (Some(1_780_000_000_001), Some(1_780_000_000_123), &[id], Ok(1..1)),
    ] {
        assert_eq!(ask(&files, since, until, absent), answer, "{since:?} to {until:?}");
    }
}
