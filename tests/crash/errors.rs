//! Writes, syncs and renames that fail.

use crate::{
    Random,
    ledger::Ledger,
    number,
    place::{self, Place, answered},
    strace,
};
use std::fs;

/// One call fails, or all from there on. Either way the caller is told so or the seal is whole, and once the disk works
/// again nothing is lost.
#[test]
fn an_error_anywhere_is_said_and_loses_nothing() {
    if !strace::works() {
        return;
    }
    let home = place::temporary();
    let base = Place(home.path().join("base"));
    fs::create_dir(&base.0).unwrap();
    let mut sound = Ledger::new(&base.init());
    sound.seal_all(&base, &(0..5));
    sound.seal_all(&base, &(5..10));
    let copy = || base.copy_to(&home.path().join("copy"));
    let runs = 8..12;
    let place = copy();
    let points = strace::points(&place, &strace::trace(&place, |strace| place.talk(strace, runs.clone())));
    let mut random = Random::new("an error anywhere");
    let (mut tried, mut failed) = (0, 0);
    for point in random.some(points, number("DECL_CRASH_ERRORS", 8)) {
        for error in ["EIO", "ENOSPC"] {
            for from_then_on in ["", "+"] {
                let place = copy();
                let mut ledger = sound.clone();
                let fault = format!("error={error}:when={}{from_then_on}", point.nth);
                let mut strace = strace::inject(&point.call, Some(&point.path), &fault);
                let out = place.talk(&mut strace, runs.clone());
                let at = format!("{fault} at {point:?}");
                answered(&out, &at);
                // A disk that fails says nothing about the bytes on it, and is no answer.
                assert!(matches!(out.status.code(), Some(0 | 2)), "{at}: {out:?}");
                tried += 1;
                failed += u32::from(!out.status.success());
                ledger.answers(&runs, &out.stdout);
                ledger.check(&place, &runs);
                if tried % 8 == 0 {
                    ledger.check_all(&place);
                }
            }
        }
    }
    println!("{tried} errors, of which {failed} made the seal fail");
    assert!(failed > 0);
}
