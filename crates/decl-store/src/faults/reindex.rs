//! Rebuilding the derived tables on a faulty disk: queries are right or refused, and the next rebuilding comes to its end.

use super::{
    Fate, FaultyDisk,
    items::{How::Whole, Item, occurrence},
};
use crate::{
    audit::AuditOptions,
    error::{Error, ErrorKind, SealError},
    index::{Field, Term},
    opening::Options,
    read::{Filter, Page, Reader},
    store::Store,
};
use std::path::Path;

fn seal(store: &Store, items: &[Item]) {
    let items = items.iter().map(|item| item.submission().0).collect();
    assert!(store.seal(items).iter().all(Result::is_ok));
}

/// Asks for the runs, for their starts by the model of the run, and for what is open. Returns whether there was an answer;
/// it must be right.
fn ask(dir: &Path, items: &[Item]) -> bool {
    let reader = Reader::open(dir).unwrap();
    let find = |terms: &[Term]| {
        let filter = Filter { terms: terms.to_vec(), ..Filter::default() };
        reader.query(&filter, &Page::default())?.collect::<Result<Vec<_>, _>>()
    };
    let model = Term::text(Field::Model, "some-model");
    let found = [find(&[model]), find(&[model, Term::text(Field::Supplement, "start")])];
    let open: Result<Vec<_>, Error> = reader.open_occurrences(0).collect();
    let refused = |error: &Error| assert_eq!(error.kind(), ErrorKind::Reindexing, "{error:?}");
    found.iter().filter_map(|found| found.as_ref().err()).chain(open.as_ref().err()).for_each(refused);
    let [Ok(runs), Ok(starts)] = found else {
        assert!(open.is_err());
        return false;
    };
    let entries = |is: fn(&Item) -> bool| (1..).zip(items).filter(move |(_, item)| is(item));
    let expected = |is| entries(is).map(|(index, _)| index).collect::<Vec<_>>();
    assert_eq!(runs, expected(|item| matches!(item, Item::Run(..))));
    assert_eq!(starts, expected(|item| matches!(item, Item::Begin(_))));
    let ended = |run| items.contains(&Item::End(run, 0));
    let expected: Vec<_> = (1..)
        .zip(items)
        .filter_map(|(index, item)| match item {
            Item::Begin(run) if !ended(*run) => Some((index, occurrence(*run))),
            _ => None,
        })
        .collect();
    assert_eq!(open.unwrap(), expected);
    true
}

#[test]
fn a_rebuilding_that_ends_early_gives_no_wrong_answer() {
    let mut items: Vec<_> = (0..12).flat_map(|run| [Item::Run(run, Whole), Item::Begin(run)]).collect();
    items.extend((0..8).map(|run| Item::End(run, 0)));
    let sealed = items.len();
    items.extend([Item::Run(12, Whole), Item::Run(13, Whole)]);
    let later = items.len();
    items.extend([Item::Begin(12), Item::End(8, 0)]);
    let (mut refused, mut answered) = (0, 0);
    for before in 0..7 {
        for fate in Fate::ALL {
            for crash in [false, true] {
                let disk = FaultyDisk::new();
                let (dir, options) = (disk.path("store"), Options::default());
                let store = Store::create(&dir, "example.com/runs", &options).unwrap();
                seal(&store, &items[..20]);
                seal(&store, &items[20..sealed]);
                drop(store);
                let mut fates = vec![Fate::SOUND; before];
                fates.push(fate);
                disk.plan(&fates, &[]);
                let rebuilt = Store::reindex(&dir, &options, &mut |_, _| ());
                if crash {
                    disk.crash(&dir);
                }
                let failed = rebuilt.is_err();
                drop(rebuilt);
                disk.plan(&[], &[]);
                if crash {
                    disk.restart();
                    // After a power cut there is no note of how the store was closed.
                    std::fs::write(dir.join("lock"), "").unwrap();
                }
                let at = format!("{fate:?} after {before} batches, crash: {crash}");
                let complete = ask(&dir, &items[..sealed]);
                assert!(complete || failed || !fate.kept, "{at}");
                (refused, answered) = (refused + u32::from(!complete), answered + u32::from(complete));

                // Sealing goes on where queries are refused, but for what would need the tables.
                let store = Store::open(&dir, &options).unwrap();
                seal(&store, &items[sealed..later]);
                if !complete {
                    match store.seal(vec![items[later].submission().0]).remove(0) {
                        Err(SealError::Store(error)) => assert_eq!(error.kind(), ErrorKind::Reindexing),
                        sealed => panic!("{at}: {sealed:?}"),
                    }
                }
                drop(store);
                assert_eq!(ask(&dir, &items[..later]), complete, "{at}");
                seal(&Store::reindex(&dir, &options, &mut |_, _| ()).unwrap(), &items[later..]);
                assert!(ask(&dir, &items), "{at}");
                let report = Reader::open(&dir).unwrap().audit(&AuditOptions::default(), &mut |_, _| ());
                assert_eq!(report.unwrap().damage, [], "{at}");
            }
        }
    }
    assert!(refused > 10 && answered > 10, "{refused} refused, {answered} answered");
}
