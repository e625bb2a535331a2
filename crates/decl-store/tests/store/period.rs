//! Periods of a log over many hours, exported and verified by their files alone.

use crate::{HOUR, Place, Raw, age, damage, note, seal_all, signing_key};
use decl_core::Identity;
use decl_log::{Edge, Entry};
use decl_store::{ErrorKind, ExportedPeriod, Reader};
use decl_verify::period::{self, Asked, Error, Verified};
use std::{
    cell::RefCell,
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    thread,
};

type Spoil<'a> = &'a dyn Fn(&Raw);

/// Seals runs and lets hours pass, in turn. Returns how many runs were sealed.
fn hours(place: &Place, runs: &[usize]) -> usize {
    drop(place.create());
    let mut sealed = 0;
    for (hour, runs) in runs.iter().enumerate() {
        age(place, HOUR * (1 + hour as u64 % 2)); // every other hour is quiet
        seal_all(&place.open(), sealed..sealed + runs);
        sealed += runs;
    }
    sealed
}

fn export(
    reader: &Reader,
    dir: &Path,
    since: Option<u64>,
    until: Option<u64>,
) -> Result<ExportedPeriod, decl_store::Error> {
    reader.export_period(dir, since, until, &mut |_, _| ())
}

/// What a stranger finds in a directory. Every file in it must be needed.
fn verify(reader: &Reader, dir: &Path, asked: &Asked) -> Result<Verified, &'static str> {
    let needed = RefCell::new(BTreeSet::new());
    let read = |path: &str, _: usize| {
        let file = fs::read(dir.join(path)).ok();
        needed.borrow_mut().extend(file.is_some().then(|| dir.join(path)));
        Ok::<_, ()>(file)
    };
    match period::verify(&reader.verifier_key().unwrap(), asked, read) {
        Ok(verified) => {
            assert_eq!(files(dir), needed.into_inner());
            Ok(verified)
        }
        Err(Error::Refused(refusal)) => Err(refusal.code()),
        Err(Error::Read(())) => unreachable!(),
    }
}

fn files(dir: &Path) -> BTreeSet<PathBuf> {
    let files = fs::read_dir(dir).unwrap().map(|file| file.unwrap().path());
    files.flat_map(|path| if path.is_dir() { self::files(&path) } else { BTreeSet::from([path]) }).collect()
}

fn clocks(reader: &Reader) -> Vec<u64> {
    let clock = |entry: Result<(u64, Vec<u8>), _>| {
        let (Entry::Genesis { at, .. } | Entry::Record { at, .. }) = Entry::parse(&entry.unwrap().1).unwrap();
        at
    };
    reader.entries(0).map(clock).collect()
}

#[test]
fn any_time_of_a_log_is_exported_between_the_nearest_checkpoints_and_holds() {
    let place = Place::in_memory();
    hours(&place, &[3, 300, 2, 513, 1, 40]);
    let mut kept = Vec::new();
    damage(&place, |raw| {
        let size = |[size, _]: &[Box<[u8]>; 2]| u64::from_be_bytes(size.as_ref().try_into().unwrap());
        kept = raw.rows("checkpoints").iter().map(size).collect();
    });
    let reader = Reader::open(&place.dir()).unwrap();
    let (size, clocks) = (reader.tree().unwrap().size, clocks(&reader));
    let index = |time: u64| clocks.iter().position(|at| *at >= time).map_or(size, |index| index as u64);
    let mut times: BTreeSet<_> = clocks.iter().flat_map(|at| [*at, at + 1, at / HOUR * HOUR]).collect();
    times.extend([0, u64::MAX]);
    let times: Vec<_> = times.into_iter().map(Some).chain([None]).collect();
    let mut tried = BTreeSet::new();
    for since in &times {
        for until in times.iter().filter(|until| until.is_none_or(|until| until >= since.unwrap_or(0))) {
            let (from, to) = (since.map_or(0, index), until.map_or(size, index));
            let before = kept.iter().rfind(|size| **size <= from).copied().unwrap_or(0);
            let after = kept.iter().find(|size| **size > to).copied().unwrap_or(size);
            let dir = place.home.path().join("period");
            let exported = export(&reader, &dir, *since, *until).unwrap();
            assert_eq!((&exported.proved, &exported.entries), (&(before..after), &(from..to)));
            assert_eq!(exported.closed, until.is_none() || to < after);
            let at = |index: u64| clocks[usize::try_from(index).unwrap()];
            assert_eq!(exported.times, (from < to).then(|| (at(from), at(to - 1))));
            let found = files(&dir);
            let bytes: u64 = found.iter().map(|path| path.metadata().unwrap().len()).sum();
            assert_eq!((exported.files, exported.bytes), (found.len() as u64, bytes));

            let mut asked = Asked { since: *since, until: *until, absent: vec![Identity::of(b"absent")] };
            let answer = verify(&reader, &dir, &asked);
            if exported.closed {
                let verified = answer.unwrap();
                assert_eq!((verified.entries, verified.times), (from..to, exported.times));
            } else {
                assert_eq!(answer, Err("open_end"));
                asked.until = None;
                assert_eq!(verify(&reader, &dir, &asked).unwrap().entries, from..size);
            }
            tried.insert((before, after));
            fs::remove_dir_all(&dir).unwrap();
        }
    }
    assert!(tried.len() > 15, "{tried:?}");
}

#[test]
fn a_period_is_exported_while_others_seal() {
    let place = Place::in_memory();
    let sealed = hours(&place, &[300, 5]);
    let store = place.open();
    thread::scope(|scope| {
        scope.spawn(|| (0..40).for_each(|n| drop(seal_all(&store, sealed + 10 * n..sealed + 10 * n + 10))));
        for n in 0..20 {
            let dir = place.home.path().join(format!("period {n}"));
            let since = n % 2 == 0;
            let since = since.then(|| clocks(store.reader())[301]);
            let exported = export(store.reader(), &dir, since, None).unwrap();
            let asked = Asked { since, ..Asked::default() };
            let verified = verify(store.reader(), &dir, &asked).unwrap();
            assert_eq!(verified.entries, exported.entries);
            assert_eq!(verified.entries.end, verified.tree.size);
        }
    });
}

#[test]
fn nothing_is_written_over_and_a_damaged_log_has_no_period() {
    let place = Place::new();
    hours(&place, &[300, 300, 5]);
    let reader = Reader::open(&place.dir()).unwrap();
    // The beginning of the second hour: all of it is needed to show that.
    let (since, until) = (Some(clocks(&reader)[301]), Some(clocks(&reader)[301]));
    let out = place.home.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("letter"), "dear").unwrap();
    assert_eq!(export(&reader, &out, since, until).unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(files(&out).len(), 1);
    drop(reader);

    let index = |n: u64| n.to_be_bytes();
    let key = signing_key(&place);
    let empty = note(&Edge::new(), &key);
    let spoilt: [(Spoil<'_>, &str); 6] = [
        (&|raw| raw.delete("entries", &index(400)), "the stored entry 400 is missing"),
        (
            &|raw| raw.flip("entries", &index(400)),
            "the stored entries are not those of the checkpoint of 601",
        ),
        (&|raw| raw.delete("entries", &index(600)), "the stored entry 600 is missing"),
        (&|raw| raw.flip("checkpoints", &index(301)), "a kept checkpoint does not hold"),
        (&|raw| raw.put("checkpoints", &index(301), &empty), "a kept checkpoint does not hold"),
        (
            &|raw| raw.put("checkpoints", &index(601), &raw.get("checkpoints", &index(301))),
            "a kept checkpoint",
        ),
    ];
    for (n, (spoil, what)) in spoilt.into_iter().enumerate() {
        let damaged = Place::new();
        crate::copy(&place.dir(), &damaged.dir());
        damage(&damaged, spoil);
        let out = damaged.home.path().join("out");
        let error = export(&Reader::open(&damaged.dir()).unwrap(), &out, since, until);
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{n}");
        assert!(error.to_string().starts_with(what), "{n}: {error}");
        assert!(!out.join("checkpoint").exists());
    }
}
