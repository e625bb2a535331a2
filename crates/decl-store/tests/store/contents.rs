//! Content of every length, held in memory or written while it is read.

use crate::{Place, chunk_key, damage, detached, seal_one, submission};
use decl_core::Identity;
use decl_store::{AuditOptions, ErrorKind, Kept, Reader};
use std::io::{self, Cursor, Read, Seek, SeekFrom};

const INLINE: usize = 32 << 10;
const CHUNK: usize = 1 << 20;

/// More than is held of content at a time.
fn long() -> Vec<u8> {
    (0..=250_u8).cycle().take(20 * CHUNK + 7).collect()
}

fn sound(place: &Place) {
    let reader = Reader::open(&place.dir()).unwrap();
    let report = reader.audit(&AuditOptions::default(), &mut |_, _| ()).unwrap();
    assert_eq!((report.damage, report.absent), (Vec::new(), 0));
}

/// Calls `again` before the second reading.
struct Twice<F: FnMut(&mut Vec<u8>)> {
    bytes: Cursor<Vec<u8>>,
    again: F,
}

impl<F: FnMut(&mut Vec<u8>)> Read for Twice<F> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.bytes.read(into)
    }
}

impl<F: FnMut(&mut Vec<u8>)> Seek for Twice<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        (self.again)(self.bytes.get_mut());
        self.bytes.seek(to)
    }
}

#[test]
fn content_of_any_length_comes_back_whole() {
    let place = Place::new();
    let store = place.create();
    let lengths = [0, 1, INLINE - 1, INLINE, INLINE + 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 9 * CHUNK];
    let contents = lengths.map(|len| (0..=250_u8).cycle().take(len).collect::<Vec<_>>());
    for (number, bytes) in contents.iter().enumerate() {
        let kept = Kept { digest: Identity::of(bytes), len: bytes.len() as u64, new: true };
        // Held in memory, or read as it is written.
        let put = |whole: bool| {
            if whole {
                store.put_content(bytes.clone()).unwrap()
            } else {
                store.put_content_from(&mut Cursor::new(bytes)).unwrap()
            }
        };
        assert_eq!(put(number % 2 == 0), kept);
        assert_eq!(put(true), Kept { new: false, ..kept });
        assert_eq!(put(false), Kept { new: false, ..kept });
    }
    drop(store);
    let (store, alone) = (place.open(), Reader::open(&place.dir()).unwrap());
    for bytes in contents {
        let digest = Identity::of(&bytes);
        assert_eq!(store.reader().content(&digest).unwrap().as_ref(), Some(&bytes));
        assert_eq!(alone.content(&digest).unwrap().as_ref(), Some(&bytes));
        assert!(!store.put_content_from(&mut Cursor::new(&bytes)).unwrap().new, "after opening again too");
    }
}

#[test]
fn content_that_changes_while_it_is_read_is_not_kept() {
    let place = Place::new();
    let store = place.create();
    let digest = Identity::of(&long());
    let changes: [fn(&mut Vec<u8>); 4] = [
        |bytes| bytes[0] ^= 1,
        |bytes| bytes[12 * CHUNK] ^= 1,
        |bytes| *bytes.last_mut().unwrap() ^= 1,
        |bytes| bytes.truncate(20 * CHUNK),
    ];
    for again in changes {
        let mut input = Twice { bytes: Cursor::new(long()), again };
        let error = store.put_content_from(&mut input).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert_eq!(store.reader().content(&digest).unwrap(), None);
        sound(&place);
    }
    // What was written of it is in nobody's way.
    assert!(store.put_content_from(&mut Cursor::new(long())).unwrap().new);
    assert_eq!(store.reader().content(&digest).unwrap(), Some(long()));
    drop(store);
    sound(&place);
}

#[test]
fn a_writer_that_died_leaves_content_that_is_not_there() {
    let place = Place::new();
    drop(place.create());
    let digest = Identity::of(&long());
    damage(&place, |raw| {
        raw.put("contents", digest.as_bytes(), &[0xff; 8]);
        raw.put("chunks", &chunk_key(&digest, 0), &long()[..CHUNK]);
        raw.put("chunks", &chunk_key(&digest, 1), b"of an older version");
    });
    sound(&place);
    let store = place.open();
    assert_eq!(store.reader().content(&digest).unwrap(), None);
    assert!(store.put_content_from(&mut Cursor::new(long())).unwrap().new);
    assert_eq!(store.reader().content(&digest).unwrap(), Some(long()));
    drop(store);
    sound(&place);
}

#[test]
fn the_same_content_may_be_sealed_meanwhile() {
    let text = "long ".repeat(CHUNK * 2);
    let place = Place::new();
    let store = place.create();
    let (whole, bare) = (submission(&text), detached(submission(&text)));
    let digest = whole.contents[0].digest;
    seal_one(&store, bare).unwrap();
    assert!(store.reader().absence(&digest).unwrap().is_some());
    let again = |_: &mut Vec<u8>| assert!(!seal_one(&store, whole.clone()).unwrap().new);
    let mut input = Twice { bytes: Cursor::new(text.clone().into_bytes()), again };
    let kept = store.put_content_from(&mut input).unwrap();
    assert_eq!((kept.digest, kept.new), (digest, false));
    assert_eq!(store.reader().content(&digest).unwrap(), Some(text.into_bytes()));
    drop(store);
    sound(&place);
}

#[test]
fn content_that_was_absent_is_brought_while_it_is_read() {
    let text = "long ".repeat(CHUNK * 2);
    let place = Place::new();
    let store = place.create();
    let bare = detached(submission(&text));
    let digest = bare.record.references()[0].digest;
    seal_one(&store, bare).unwrap();
    assert!(store.put_content_from(&mut Cursor::new(text.into_bytes())).unwrap().new);
    assert_eq!(store.reader().absence(&digest).unwrap(), None);
    drop(store);
    sound(&place);
}
