//! Erased content is gone from every answer and every file, and everything else is as before.

use crate::{
    Place, cousin, damage, detached, forget_closing, in_parts, large, renamed, seal_all, seal_one,
    submission, verify, verify_proof,
};
use decl_core::{Identity, Supplement};
use decl_store::{
    Absence, AuditOptions, DamageKind, Erase, Erased, Error, ErrorKind, NotErased, Page, Reader, Report,
    SealError, Store, Submission,
};
use std::{
    collections::BTreeSet,
    fs,
    io::{self, Cursor, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    thread,
};

pub(crate) fn erase_of(content: Identity) -> Erase {
    Erase { content, basis: "GDPR Art. 17".to_owned(), authority: "dpo".to_owned(), request: None }
}

#[track_caller]
pub(crate) fn erase(store: &Store, content: Identity) -> Erased {
    store.erase(vec![erase_of(content)]).remove(0).unwrap()
}

/// Returns why content is not erased, after checking that this changed nothing.
#[track_caller]
pub(crate) fn refused(store: &Store, erase: &Erase) -> NotErased {
    let reader = store.reader();
    let state = || {
        let content = reader.content(&erase.content).unwrap();
        let absence = reader.absence(&erase.content).unwrap();
        (reader.tree().unwrap(), content, absence, reader.purge_is_due().unwrap())
    };
    let before = state();
    let error = store.erase(vec![erase.clone()]).remove(0).unwrap_err();
    assert!(state() == before, "{error}");
    error
}

fn audit(place: &Place) -> Report {
    Reader::open(&place.dir()).unwrap().audit(&AuditOptions::default(), &mut |_, _| ()).unwrap()
}

#[track_caller]
pub(crate) fn sound(place: &Place, erased: u64) {
    let report = audit(place);
    assert_eq!((report.damage, report.erased, report.purge_is_due), (Vec::new(), erased, false));
}

/// Bytes that do not compress, so that a file has them as they are.
fn noise(seed: usize, len: usize) -> Vec<u8> {
    let blocks = (0_u32..).flat_map(|n| *Identity::of(format!("{seed} {n}").as_bytes()).as_bytes());
    blocks.take(len).collect()
}

/// Returns the kinds of the files of a store in which a part of the bytes stands.
fn found(dir: &Path, bytes: &[u8]) -> BTreeSet<String> {
    let parts = [0, bytes.len() / 2, bytes.len() - 24].map(|at| &bytes[at..at + 24]);
    let mut found = BTreeSet::new();
    for file in fs::read_dir(dir).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            found.extend(self::found(&path, bytes));
            continue;
        }
        let Ok(held) = fs::read(&path) else { continue }; // RocksDB removed it since
        if held.windows(24).any(|window| parts.contains(&window)) {
            found.insert(path.extension().unwrap_or_default().to_string_lossy().into_owned());
        }
    }
    found
}

#[test]
fn what_is_erased_is_gone_and_every_proof_holds() {
    for submission in [submission("short"), large('a')] {
        let place = Place::new();
        let store = place.create();
        let receipts = seal_all(&store, 0..300);
        let receipt = seal_one(&store, submission.clone()).unwrap();
        let content = submission.contents[0].digest;
        let before = store.reader().record(&receipt.identity).unwrap();

        let erased = erase(&store, content);
        assert_eq!((erased.content, erased.index, erased.affected), (content, 302, 1));
        assert!(store.purge().unwrap());
        let absent = Absence::Erased { entry: erased.index };
        for reader in [store.reader(), &Reader::open(&place.dir()).unwrap()] {
            assert_eq!(reader.content(&content).unwrap(), None);
            assert_eq!(reader.absence(&content).unwrap(), Some(absent));
            assert_eq!(reader.record(&receipt.identity).unwrap(), before);
            let proof = reader.prove(&receipt.identity).unwrap().unwrap();
            verify_proof(&proof, &submission.record, store.verifier_key());
        }
        verify(&receipt, &submission.record, store.verifier_key());
        for old in receipts {
            let proof = store.reader().prove(&old.identity).unwrap().unwrap();
            assert_eq!((proof.index, proof.extra), (old.index, old.proof.extra));
        }
        let record = store.reader().sealed_at(erased.index).unwrap().unwrap().record;
        assert_eq!(record.identity(), erased.id);
        assert_eq!(record.value().get("body").unwrap().get("basis").unwrap().as_str(), Some("GDPR Art. 17"));
        drop(store);
        sound(&place, 1);
        seal_all(&place.open(), 400..401);
        sound(&place, 1);
    }
}

/// No record names these bytes, so they need not be text.
#[test]
fn the_bytes_are_in_no_file_whatever_happens_in_between() {
    for len in [2_000, 40_000, 3 << 20] {
        for killed in [false, true] {
            let place = Place::new();
            let store = place.create();
            seal_all(&store, 0..20);
            let secret = noise(1, len);
            let [content, other] = [1, 2].map(|seed| store.put_content(noise(seed, len)).unwrap().digest);
            assert!(found(&place.dir(), &secret).contains("log"), "{len}: the control");
            drop(store);
            let store = place.open();
            let beside = Reader::open(&place.dir()).unwrap();

            assert_eq!(erase(&store, content).affected, 0);
            assert!(!found(&place.dir(), &secret).is_empty(), "{len}: the control");
            assert!(store.reader().purge_is_due().unwrap());
            let store = if killed {
                drop(store);
                forget_closing(&place);
                assert!(!found(&place.dir(), &secret).is_empty(), "{len}: the control");
                let report = audit(&place);
                assert_eq!((report.damage, report.erased, report.purge_is_due), (Vec::new(), 1, true));
                place.open()
            } else {
                assert!(store.purge().unwrap());
                store
            };
            assert!(store.notices().is_empty());
            assert_eq!(found(&place.dir(), &secret), BTreeSet::new(), "{len}, killed: {killed}");
            assert!(!store.reader().purge_is_due().unwrap());
            assert!(store.purge().unwrap(), "there is nothing left to do");

            // Who reads beside it sees what there was when it began, or says why not.
            match beside.content(&content) {
                Ok(bytes) => assert!(bytes.as_ref() == Some(&secret)),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Locked, "{error}"),
            }
            assert!(store.reader().content(&other).unwrap() == Some(noise(2, len)));
            seal_all(&store, 20..40);
            drop((store, beside));
            assert_eq!(found(&place.dir(), &secret), BTreeSet::new(), "{len}, killed: {killed}");
            sound(&place, 1);
        }
    }
}

#[test]
fn a_reader_whose_files_were_rewritten_is_no_witness_of_damage() {
    let place = Place::new();
    let store = place.create();
    let contents: Vec<_> =
        (0..4).map(|seed| store.put_content(noise(seed, 200_000)).unwrap().digest).collect();
    drop(store);
    forget_closing(&place); // so that opening writes tables
    let store = place.open();
    let beside = Reader::open(&place.dir()).unwrap();
    erase(&store, contents[0]);
    assert!(store.purge().unwrap());
    let error = beside.content(&contents[1]).unwrap_err();
    assert_eq!((error.kind(), error.hint()), (ErrorKind::Locked, Some("try again")), "{error}");
    let error = beside.audit(&AuditOptions::default(), &mut |_, _| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked);
    sound(&place, 1);

    // For whoever comes after that, a file that is lost is damage.
    drop(store);
    let mut files = fs::read_dir(place.dir().join("db")).unwrap().map(|file| file.unwrap().path());
    let is_blob = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "blob");
    fs::remove_file(files.find(is_blob).unwrap()).unwrap();
    let report = audit(&place);
    assert!(!report.damage.is_empty());
    assert!(report.damage.iter().all(|damage| damage.kind == DamageKind::Table), "{:?}", report.damage);
    let error = Reader::open(&place.dir()).unwrap().content(&contents[1]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

/// RocksDB keeps the beginning of a blob file whose writer was killed, for ever.
#[test]
fn what_a_killed_process_left_of_a_blob_file_goes_too() {
    let place = Place::new();
    let store = place.create();
    let secret = noise(6, 100_000);
    let [content, other] = [6, 7].map(|seed| store.put_content(noise(seed, 100_000)).unwrap().digest);
    drop(store);
    let left = place.dir().join("db/000003.blob");
    fs::write(&left, &secret[..60_000]).unwrap();
    let store = place.open();
    erase(&store, content);
    assert!(!store.purge().unwrap(), "it is not said to be gone");
    assert!(left.exists() && store.reader().purge_is_due().unwrap());
    drop(store);
    let store = place.open();
    assert!(store.notices().is_empty() && !store.reader().purge_is_due().unwrap());
    assert_eq!(found(&place.dir(), &secret[..60_000]), BTreeSet::new());
    assert!(!left.exists());
    assert!(store.reader().content(&other).unwrap().is_some());
    drop(store);
    sound(&place, 1);
}

#[test]
fn copies_of_torn_logs_go_too() {
    let place = Place::new();
    let store = place.create();
    let secret = noise(3, 2_000);
    let content = store.put_content(secret.clone()).unwrap().digest;
    drop(store);
    let kept = place.dir().join("kept");
    fs::create_dir(&kept).unwrap();
    fs::write(kept.join("000004.log"), &secret).unwrap();
    let store = place.open();
    erase(&store, content);
    assert!(store.purge().unwrap());
    assert!(!kept.exists());
    assert_eq!(found(&place.dir(), &secret), BTreeSet::new());
}

#[test]
fn the_same_bytes_come_back_only_with_a_reason() {
    let place = Place::new();
    let store = place.create();
    let whole = in_parts();
    let receipt = seal_one(&store, whole.clone()).unwrap();
    let contents: Vec<_> = whole.contents.iter().map(|content| content.digest).collect();
    assert_eq!(erase(&store, contents[1]).index, 2);
    let gone = |store: &Store| {
        assert_eq!(store.reader().content(&contents[1]).unwrap(), None);
        assert_eq!(store.reader().absence(&contents[1]).unwrap(), Some(Absence::Erased { entry: 2 }));
    };

    // Neither with the same declaration, nor with another, nor by itself.
    let again = seal_one(&store, whole.clone()).unwrap();
    assert_eq!((again.index, again.new, again.erased), (receipt.index, false, vec![contents[1]]));
    let another = seal_one(&store, cousin(&whole)).unwrap();
    assert_eq!((another.index, another.new, another.erased), (3, true, vec![contents[1]]));
    gone(&store);
    let bare = Submission { contents: Vec::new(), ..whole.clone() };
    assert_eq!(seal_one(&store, bare).unwrap().erased, [contents[1]]);
    assert_eq!(seal_one(&store, detached(whole.clone())).unwrap().erased, [contents[1]]);
    gone(&store);
    let bytes = whole.contents[1].bytes.clone();
    let said = |error: Error| (error.kind(), error.to_string());
    let message = format!("the content {} was erased by entry 2", contents[1]);
    assert_eq!(said(store.put_content(bytes.clone()).unwrap_err()), (ErrorKind::Erased, message));
    gone(&store);
    let long = noise(4, 3 << 20);
    let digest = store.put_content_from(&mut Cursor::new(&long)).unwrap().digest;
    let entry = erase(&store, digest).index;
    let message = format!("the content {digest} was erased by entry {entry}");
    assert_eq!(
        said(store.put_content_from(&mut Cursor::new(&long)).unwrap_err()),
        (ErrorKind::Erased, message)
    );
    drop(store);
    drop(place.open());
    sound(&place, 2);

    let store = place.open();
    let size = || store.reader().tree().unwrap().size;
    let before = size();
    let restored = Submission { restore: Some("a mistake".to_owned()), ..whole.clone() };
    let again = seal_one(&store, restored.clone()).unwrap();
    assert_eq!((again.index, again.new, again.erased), (receipt.index, false, Vec::new()));
    assert_eq!((store.reader().content(&contents[1]).unwrap(), size()), (Some(bytes), before + 1));
    let event = store.reader().sealed_at(before).unwrap().unwrap().record;
    assert_eq!(event.value().get("kind").unwrap().as_str(), Some("restore"));
    assert_eq!(seal_one(&store, restored).unwrap().erased, []);
    assert_eq!(size(), before + 1, "what is there is not restored");
    assert_eq!(store.restore_content(long.clone(), "needed").unwrap().digest, digest);
    assert!(store.reader().content(&digest).unwrap().is_some_and(|bytes| bytes == long));
    sound(&place, 0);

    // What was erased, restored and erased again, is erased by the last word. Each needs words of its own.
    let error = refused(&store, &erase_of(digest));
    assert!(matches!(error, NotErased::Said { entry: said, .. } if said == entry), "{error}");
    let other_words = Erase { request: Some("request 2".to_owned()), ..erase_of(digest) };
    let erased = store.erase(vec![other_words]).remove(0).unwrap();
    assert_eq!(store.reader().absence(&digest).unwrap(), Some(Absence::Erased { entry: erased.index }));
    assert!(store.purge().unwrap());
    let before = size();
    let Err(SealError::Refused(fault)) = store.restore_content(long.clone(), "needed") else { panic!() };
    assert_eq!((fault.at.brief().as_str(), size()), ("/body/reason", before));
    assert_eq!(found(&place.dir(), &long), BTreeSet::new());
    sound(&place, 1);
    store.restore_content(long, "needed again").unwrap();
    drop(store);
    sound(&place, 0);
}

#[test]
fn what_cannot_be_erased_says_why_and_changes_nothing() {
    let place = Place::new();
    let store = place.create();
    let sealed = submission("sealed");
    seal_one(&store, sealed.clone()).unwrap();
    let digest = sealed.contents[0].digest;
    let unknown = Identity::of(b"unknown");
    let error = refused(&store, &erase_of(unknown));
    assert!(matches!(error, NotErased::Unknown(content) if content == unknown));
    for erase in [
        Erase { basis: String::new(), ..erase_of(digest) },
        Erase { authority: "x".repeat(257), ..erase_of(digest) },
        Erase { basis: format!("sk-{}", "a".repeat(40)), ..erase_of(digest) },
    ] {
        assert!(matches!(refused(&store, &erase), NotErased::Refused(_)));
    }
    assert_eq!(store.reader().check_erase(&digest).unwrap(), 1);

    // One that is refused does not keep another from being erased.
    let results = store.erase(vec![erase_of(unknown), erase_of(digest), erase_of(digest)]);
    let entries: Vec<_> =
        results.iter().map(|result| result.as_ref().ok().map(|erased| erased.index)).collect();
    assert_eq!(entries, [None, Some(2), None]);
    assert!(matches!(results[2], Err(NotErased::Already { entry: 2, .. })));
    assert!(matches!(refused(&store, &erase_of(digest)), NotErased::Already { entry: 2, .. }));
    assert!(matches!(store.reader().check_erase(&digest), Err(NotErased::Already { entry: 2, .. })));
    assert!(store.purge().unwrap());
    drop(store);
    sound(&place, 1);
}

#[test]
fn what_is_not_there_is_erased_so_that_it_never_comes() {
    let place = Place::new();
    let store = place.create();
    let whole = submission("elsewhere");
    let digest = whole.contents[0].digest;
    seal_one(&store, detached(whole.clone())).unwrap();
    let erased = erase(&store, digest);
    assert_eq!(erased.affected, 1);
    assert_eq!(store.reader().absence(&digest).unwrap(), Some(Absence::Erased { entry: 2 }));
    assert_eq!(seal_one(&store, whole).unwrap().erased, [digest]);
    assert!(store.put_content(b"elsewhere".to_vec()).is_err());
    // Half of it came, and then its writer died.
    let long = noise(5, 20 << 20);
    store.put_content_from(&mut Fails { bytes: Cursor::new(long.clone()), left: 30 << 20 }).unwrap_err();
    assert!(!found(&place.dir(), &long[..1 << 20]).is_empty(), "the control");
    assert_eq!(erase(&store, Identity::of(&long)).affected, 0);
    assert!(store.purge().unwrap());
    assert_eq!(found(&place.dir(), &long[..1 << 20]), BTreeSet::new());
    drop(store);
    sound(&place, 2);
}

/// Input that cannot be read to its end the second time.
struct Fails {
    bytes: Cursor<Vec<u8>>,
    left: usize,
}

impl Read for Fails {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buf)?;
        self.left = self.left.checked_sub(read).ok_or_else(|| io::Error::other("gone"))?;
        Ok(read)
    }
}

impl Seek for Fails {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

#[test]
fn damaged_content_can_be_erased() {
    for change in ["length", "digest", "chunk"] {
        let place = Place::new();
        let sealed = if change == "chunk" { large('x') } else { submission("damaged") };
        let digest = sealed.contents[0].digest;
        seal_one(&place.create(), sealed).unwrap();
        damage(&place, |raw| match change {
            "length" => raw.put("contents", digest.as_bytes(), &[1]),
            "digest" => raw.flip("contents", digest.as_bytes()),
            _ => raw.delete("chunks", &crate::chunk_key(&digest, 0)),
        });
        let store = place.open();
        erase(&store, digest);
        assert!(store.purge().unwrap());
        drop(store);
        sound(&place, 1);
    }
}

#[test]
fn content_of_ten_thousand_records_is_erased_by_one() {
    const RECORDS: usize = 10_000;
    let place = Place::in_memory();
    let store = place.create();
    let shared = submission("shared");
    let digest = shared.contents[0].digest;
    let versions = (0..RECORDS).map(|n| renamed(&shared, &format!("model {n}")));
    let receipts: Vec<_> = store.seal(versions.collect()).into_iter().map(Result::unwrap).collect();
    let erased = erase(&store, digest);
    assert_eq!(erased.affected, RECORDS as u64);
    let record = store.reader().sealed_at(erased.index).unwrap().unwrap().record;
    assert_eq!(Supplement::try_from(record).unwrap().subject(), receipts[0].identity);
    assert_eq!(store.reader().naming(&digest, &Page::default()).unwrap().count(), RECORDS);
    assert!(store.purge().unwrap());
    drop(store);
    sound(&place, 1);
}

/// Whichever comes first, the content is erased at the end, or was not there to be.
#[test]
fn an_erasure_and_a_seal_of_the_same_bytes_at_once() {
    let place = Place::in_memory();
    let store = place.create();
    let mut gone = 0;
    for round in 0..60 {
        let sealed = submission(&format!("round {round}"));
        let digest = sealed.contents[0].digest;
        let known = round % 2 == 0;
        if known {
            seal_one(&store, sealed.clone()).unwrap();
        }
        let (erased, receipts) = thread::scope(|scope| {
            let seals = (0..3).map(|n| renamed(&sealed, &format!("model {n}")));
            let seals: Vec<_> =
                seals.map(|sealed| scope.spawn(|| seal_one(&store, sealed).unwrap())).collect();
            let erased = scope.spawn(|| store.erase(vec![erase_of(digest)]).remove(0));
            let receipts = seals.into_iter().map(|seal| seal.join().unwrap()).collect::<Vec<_>>();
            (erased.join().unwrap(), receipts)
        });
        let entry = match erased {
            Ok(erased) => {
                let before = receipts.iter().filter(|receipt| receipt.index < erased.index).count() as u64;
                assert_eq!(erased.affected, before + u64::from(known));
                erased.index
            }
            Err(NotErased::Unknown(_)) if !known => {
                assert!(store.reader().content(&digest).unwrap().is_some());
                continue;
            }
            Err(error) => panic!("{error}"),
        };
        gone += 1;
        assert_eq!(store.reader().content(&digest).unwrap(), None, "round {round}");
        assert_eq!(store.reader().absence(&digest).unwrap(), Some(Absence::Erased { entry }));
        assert_eq!(seal_one(&store, sealed).unwrap().erased, [digest]);
    }
    assert!(store.purge().unwrap());
    drop(store);
    sound(&place, gone);
}
