use crate::{
    Place, batch, damage, foreign_content, in_parts, root_of_entries, seal_all, seal_one, source, submission,
    verify,
};
use decl_core::{At, Code, Content, Identity};
use decl_log::{Tree, check_consistency};
use decl_store::{Found, Kept, Reader, SealError, Submission};
use std::{collections::BTreeSet, thread};

#[test]
fn a_receipt_verifies_and_what_was_sealed_can_be_read_again() {
    let place = Place::new();
    let store = place.create();
    let source = source("hello");
    let receipt = seal_one(&store, submission("hello")).unwrap();
    verify(&receipt, &source.declaration, store.verifier_key());
    assert_eq!((receipt.index, receipt.size, receipt.new), (1, 2, true));

    let (reader, id) = (store.reader(), source.declaration.identity());
    assert_eq!(reader.record(&id).unwrap().as_deref(), Some(source.declaration.as_bytes()));
    assert_eq!(reader.content(&source.contents[0].digest).unwrap().as_ref(), Some(&source.contents[0].bytes));
    assert_eq!(reader.index_of(&id).unwrap(), Some(1));
    assert_eq!(reader.entry(1).unwrap(), receipt.proof.extra);
    assert_eq!(reader.prove(&id).unwrap().as_ref(), Some(&receipt.proof));
    assert_eq!(reader.tree().unwrap(), Tree { size: 2, root: receipt.root });
    assert_eq!(reader.absence(&source.contents[0].digest).unwrap(), None);

    let absent = crate::source("absent").declaration.identity();
    assert_eq!(reader.record(&absent).unwrap(), None);
    assert_eq!(reader.prove(&absent).unwrap(), None);
    assert_eq!(reader.entry(2).unwrap(), None);
}

#[test]
fn sealing_again_answers_with_the_first_seal_under_the_newest_checkpoint() {
    let place = Place::new();
    let store = place.create();
    let first = seal_one(&store, submission("once")).unwrap();
    seal_all(&store, 0..5);
    let again = seal_one(&store, submission("once")).unwrap();
    assert_eq!((again.index, again.sealed_at, again.new), (first.index, first.sealed_at, false));
    assert_eq!((first.size, again.size), (2, 7));
    verify(&again, &source("once").declaration, store.verifier_key());

    // The same inside one batch, and nothing is written for what is there already.
    let twice = store.seal(vec![submission("twice"), submission("once"), submission("twice")]);
    let twice: Vec<_> = twice.into_iter().map(Result::unwrap).collect();
    assert_eq!(twice.iter().map(|receipt| receipt.index).collect::<Vec<_>>(), [7, 1, 7]);
    assert_eq!(twice.iter().map(|receipt| receipt.new).collect::<Vec<_>>(), [true, false, false]);
    let before = store.stats();
    seal_one(&store, submission("twice")).unwrap();
    assert_eq!(store.stats(), before);
}

#[test]
fn a_refusal_in_the_middle_holds_up_nothing_and_leaves_nothing() {
    let place = Place::new();
    let store = place.create();
    let mut refused = submission("refused");
    let content = refused.contents.remove(0);
    let mut lying = submission("lying");
    lying.contents[0].bytes = b"something else".to_vec();
    let mut nameless = submission("nameless");
    nameless.by = String::new();
    let results = store.seal(vec![submission("a"), refused.clone(), lying, nameless, submission("b")]);
    let faults: Vec<_> = results.iter().filter_map(|result| result.as_ref().err()).map(fault).collect();
    let at = At::Pointer("/input/0/parts/0/content".to_owned());
    assert_eq!(
        faults,
        [
            (Code::Unresolved, at.clone()),
            (Code::DigestMismatch, at),
            (Code::Range, At::Pointer(String::new())),
        ]
    );
    assert_eq!([&results[0], &results[4]].map(|result| result.as_ref().unwrap().index), [1, 2]);

    let reader = store.reader();
    let id = refused.record.identity();
    assert_eq!(reader.tree().unwrap().size, 3);
    assert_eq!(reader.record(&id).unwrap(), None);
    assert_eq!(reader.index_of(&id).unwrap(), None);
    assert_eq!(reader.content(&source("lying").contents[0].digest).unwrap(), None);

    // With the content at hand it is sealed.
    let kept = Kept { digest: content.digest, len: content.bytes.len() as u64, new: true };
    assert_eq!(store.put_content(content.bytes.clone()).unwrap(), kept);
    assert_eq!(store.put_content(content.bytes).unwrap(), Kept { new: false, ..kept });
    assert_eq!(seal_one(&store, refused).unwrap().index, 3);
}

#[test]
fn a_refusal_names_the_place_of_the_reference() {
    let place = Place::new();
    let store = place.create();
    for part in 0..3 {
        let digest = in_parts().record.references()[part].digest;
        let at = At::Pointer(format!("/input/0/parts/{part}/content"));
        let mut without = in_parts();
        without.contents.retain(|content| content.digest != digest);
        assert_eq!(fault(&seal_one(&store, without).unwrap_err()), (Code::Unresolved, at.clone()));
        let mut other = in_parts();
        let content = other.contents.iter_mut().find(|content| content.digest == digest).unwrap();
        content.bytes.push(b'!');
        assert_eq!(fault(&seal_one(&store, other).unwrap_err()), (Code::DigestMismatch, at));
    }
    seal_one(&store, in_parts()).unwrap();
}

fn fault(error: &SealError) -> (Code, At) {
    match error {
        SealError::Refused(fault) => (fault.code, fault.at.clone()),
        SealError::Store(error) => panic!("{error}"),
    }
}

#[test]
fn content_of_a_refused_submission_is_not_kept() {
    let place = Place::new();
    let store = place.create();
    // One declaration refers to two pieces of content; only one of them comes along.
    let text = source("one").declaration.to_json();
    let second = Content::new("text/plain", b"two".to_vec());
    let reference = format!(
        r#""input": [{{"role": "user", "parts": [{{"t": "text", "content": {{"b3": "{}", "len": 3, "type": "text/plain"}}, "attrs": {{}}}}]}}, "#,
        second.digest.hex()
    );
    let start = text.find(r#""input": ["#).unwrap();
    let text = format!("{}{reference}{}", &text[..start], &text[start + r#""input": ["#.len()..]);
    let declaration = decl_core::Source::parse(text.as_bytes(), &mut decl_core::NoFiles).unwrap().declaration;
    assert_eq!(declaration.references().len(), 2);
    let first = source("one").contents.remove(0);
    let results =
        store.seal(vec![Submission::local(declaration.clone(), vec![first.clone(), foreign_content()])]);
    assert_eq!(fault(results[0].as_ref().unwrap_err()).0, Code::Unresolved);
    assert_eq!(store.reader().content(&first.digest).unwrap(), None);

    // What is ahead in the same batch counts as there, what is behind does not; what nobody refers to is not kept.
    let whole =
        Submission::local(declaration.clone(), vec![first.clone(), second.clone(), foreign_content()]);
    let half = |contents| Submission::local(declaration.clone(), contents);
    let results = store.seal(vec![half(vec![first.clone()]), whole, half(Vec::new())]);
    assert_eq!(fault(results[0].as_ref().unwrap_err()).0, Code::Unresolved);
    assert!(results[1].as_ref().unwrap().new);
    assert!(!results[2].as_ref().unwrap().new);
    assert_eq!(store.reader().content(&second.digest).unwrap(), Some(second.bytes));
    assert_eq!(store.reader().content(&foreign_content().digest).unwrap(), None);
}

#[test]
fn a_length_that_is_not_the_contents_is_refused() {
    let place = Place::new();
    let store = place.create();
    let text = source("four").declaration.to_json().replace(r#""len": 4"#, r#""len": 5"#);
    let declaration = decl_core::Source::parse(text.as_bytes(), &mut decl_core::NoFiles).unwrap().declaration;
    let contents = source("four").contents;
    let with = seal_one(&store, Submission::local(declaration.clone(), contents.clone())).unwrap_err();
    store.put_content(contents[0].bytes.clone()).unwrap();
    let without = seal_one(&store, Submission::local(declaration.clone(), Vec::new())).unwrap_err();
    let detached = Submission { detached: true, ..Submission::local(declaration, Vec::new()) };
    let detached = seal_one(&store, detached).unwrap_err();
    for error in [with, without, detached] {
        assert_eq!(fault(&error), (Code::LenMismatch, At::Pointer("/input/0/parts/0/content".to_owned())));
    }
}

#[test]
fn every_size_around_a_tile_has_the_root_of_its_entries() {
    let place = Place::new();
    let store = place.create();
    let mut older: Vec<Tree> = Vec::new();
    for size in [1, 2, 3, 255, 256, 257, 511, 512, 513] {
        let from = store.reader().tree().unwrap().size;
        seal_all(&store, usize::try_from(from).unwrap()..size);
        let size = size as u64;
        let tree = store.reader().tree().unwrap();
        assert_eq!(tree, Tree { size, root: root_of_entries(store.reader(), size) });
        // Every record proves, and the log extends every tree it ever was.
        for entry in 1..size {
            let entry = store.reader().entry(entry).unwrap().unwrap();
            let decl_log::Entry::Record { id, .. } = decl_log::Entry::parse(&entry).unwrap() else {
                panic!()
            };
            assert_eq!(store.reader().prove(&id).unwrap().unwrap().extra, Some(entry));
        }
        older.push(tree);
        for old in &older {
            assert_eq!(store.reader().root_at(old.size).unwrap(), old.root);
            let proof = store.reader().consistency(old.size, size).unwrap();
            check_consistency(&proof, old, &tree).unwrap();
        }
        // And alone, from the disk.
        let reader = Reader::open(&place.dir()).unwrap();
        assert_eq!(reader.tree().unwrap(), tree);
        assert_eq!(reader.root_at(size).unwrap(), tree.root);
    }
    assert!(store.reader().root_at(514).is_err());
    assert!(store.reader().consistency(514, 514).is_err());
    assert!(store.reader().consistency(3, 2).is_err());
}

#[test]
fn many_threads_make_one_log_without_gaps() {
    const THREADS: usize = 8;
    const EACH: usize = 60;
    let place = Place::new();
    let store = place.create();
    let receipts: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let store = &store;
                // Neighbours share half of their declarations.
                let range = thread * EACH / 2..thread * EACH / 2 + EACH;
                scope.spawn(move || {
                    let seal = |n| (n, seal_one(store, submission(&format!("run {n}"))).unwrap());
                    range.map(seal).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let distinct = (THREADS + 1) * EACH / 2;
    for (n, receipt) in &receipts {
        verify(receipt, &source(&format!("run {n}")).declaration, store.verifier_key());
    }
    let new: BTreeSet<_> =
        receipts.iter().filter(|(_, receipt)| receipt.new).map(|(_, receipt)| receipt.index).collect();
    assert_eq!(new, (1..=distinct as u64).collect());
    let stats = store.stats();
    assert_eq!(stats.records, distinct as u64);
    assert!(stats.commits <= stats.records, "{stats:?}");
    let clocks: Vec<_> = store.reader().entries(1).map(|entry| at(&entry.unwrap().1)).collect();
    assert!(clocks.is_sorted());
}

fn at(entry: &[u8]) -> u64 {
    match decl_log::Entry::parse(entry).unwrap() {
        decl_log::Entry::Record { at, .. } | decl_log::Entry::Genesis { at, .. } => at,
    }
}

#[test]
fn a_batch_costs_one_sync_for_a_thousand_records() {
    let place = Place::new();
    let store = place.create();
    let before = store.stats();
    assert_eq!((before.syncs, before.records), (0, 0), "what was done while opening is not counted");
    let receipts = seal_all(&store, 0..5000);
    let stats = store.stats();
    assert_eq!(stats.records, 5000);
    assert!(stats.syncs <= 5, "{stats:?}");
    assert_eq!(stats.syncs, stats.commits, "one sync for each commit, and none besides");
    for (n, receipt) in receipts.iter().enumerate() {
        assert_eq!(receipt.index, n as u64 + 1);
        verify(receipt, &source(&format!("run {n}")).declaration, store.verifier_key());
    }
    // One at a time, each costs its own.
    seal_all(&store, 5000..5001);
    seal_all(&store, 5001..5002);
    assert_eq!(store.stats().syncs, stats.syncs + 2);
}

#[test]
fn a_prefix_finds_its_record() {
    let place = Place::new();
    let store = place.create();
    let ids: Vec<_> = seal_all(&store, 0..50).into_iter().map(|receipt| receipt.identity).collect();
    let reader = store.reader();
    for id in &ids {
        for digits in [8, 9, 32, 63, 64] {
            assert_eq!(reader.find(&id.hex()[..digits]).unwrap(), Found::One(*id));
            assert_eq!(reader.find(&format!("b3:{}", &id.hex()[..digits])).unwrap(), Found::One(*id));
        }
        assert_eq!(reader.find(&id.hex()[..7]).unwrap(), Found::TooShort);
        assert_eq!(reader.find(&id.hex().to_uppercase()).unwrap(), Found::None);
        assert_eq!(reader.find(&format!("{}0", id.hex())).unwrap(), Found::None);
    }
    for none in ["00000000", "ffffffffffff", "not hexadecimal"] {
        assert_eq!(reader.find(none).unwrap(), Found::None, "{none}");
    }
}

#[test]
fn an_ambiguous_prefix_names_at_most_ten() {
    let place = Place::new();
    let id = seal_all(&place.create(), 0..1)[0].identity;
    // Nobody can seal two declarations that share 32 bits of their identities in a test.
    let neighbour = |n: u8| {
        let mut bytes = *id.as_bytes();
        bytes[31] = bytes[31].wrapping_add(n);
        Identity::from_bytes(bytes)
    };
    let prefix = &id.hex()[..62];
    for (neighbours, expected) in [(1..2, 2), (2..9, 9), (9..30, 10)] {
        damage(&place, |raw| {
            neighbours.for_each(|n| {
                raw.put("index_of", neighbour(n).as_bytes(), &1_u64.to_be_bytes());
                raw.put("records", neighbour(n).as_bytes(), b"");
            });
        });
        let reader = Reader::open(&place.dir()).unwrap();
        let Found::Ambiguous(some) = reader.find(prefix).unwrap() else { panic!("{expected}") };
        assert_eq!(some.len(), expected);
        assert!(some.is_sorted() && some.iter().all(|id| id.hex().starts_with(prefix)));
        assert_eq!(reader.find(&id.hex()).unwrap(), Found::One(id));
    }
}

#[test]
fn a_batch_of_any_length_is_answered_in_order() {
    let place = Place::new();
    let store = place.create();
    assert!(store.seal(Vec::new()).is_empty());
    let mut submissions = batch(0..20);
    submissions.extend(batch(0..20).into_iter().rev());
    let ids: Vec<_> = submissions.iter().map(|submission| submission.record.identity()).collect();
    let receipts: Vec<_> = store.seal(submissions).into_iter().map(Result::unwrap).collect();
    assert_eq!(receipts.iter().map(|receipt| receipt.identity).collect::<Vec<_>>(), ids);
    assert!(
        receipts[20..]
            .iter()
            .rev()
            .zip(&receipts)
            .all(|(again, first)| again.index == first.index && !again.new)
    );
}
