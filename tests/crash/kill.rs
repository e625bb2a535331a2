//! `kill -9` at every sync, write and rename.

use crate::{
    Random,
    ledger::Ledger,
    number,
    place::{self, Place, answered},
    strace::{self, Point},
};
use std::{fs, ops::Range, os::unix::process::ExitStatusExt as _};

/// Kills of a test. A long run has a thousand.
fn kills() -> u64 {
    number("DECL_CRASH_KILLS", 24)
}

/// A store that was used and closed, to be copied for every try.
struct Base {
    place: Place,
    ledger: Ledger,
    home: tempfile::TempDir,
}

impl Base {
    fn new() -> Self {
        let home = place::temporary();
        let place = Place(home.path().join("base"));
        fs::create_dir(&place.0).unwrap();
        let mut ledger = Ledger::new(&place.init());
        ledger.seal_all(&place, &(0..5));
        ledger.seal_all(&place, &(5..10));
        Self { place, ledger, home }
    }

    /// Always the same place, so that a point of one try is a point of the next.
    fn copy(&self) -> Place {
        self.place.copy_to(&self.home.path().join("copy"))
    }

    /// Every call of a seal of these runs.
    fn points(&self, runs: &Range<u64>) -> Vec<Point> {
        let place = self.copy();
        strace::points(&place, &strace::trace(&place, |strace| place.talk(strace, runs.clone())))
    }
}

#[test]
fn a_seal_killed_anywhere() {
    if !strace::works() {
        return;
    }
    let base = Base::new();
    let runs = 8..12;
    let points = base.points(&runs);
    let all = points.len();
    let (mut killed, mut acknowledged) = (0, 0);
    let points = Random::new("a seal killed anywhere").some(points, kills());
    for (n, point) in points.into_iter().enumerate() {
        let place = base.copy();
        let mut ledger = base.ledger.clone();
        let out = place.talk(&mut point.inject("signal=KILL"), runs.clone());
        answered(&out, &point);
        killed += u32::from(out.status.signal() == Some(9));
        ledger.answers(&runs, &out.stdout);
        acknowledged += ledger.acknowledged() - base.ledger.acknowledged();
        ledger.check(&place, &runs);
        if n % 4 == 0 {
            ledger.check_all(&place);
        }
    }
    println!("killed at {killed} of {all} points; {acknowledged} records had been acknowledged by then");
    assert!(killed > 0);
}

#[test]
fn a_store_made_under_kills_is_whole_or_can_be_made_again() {
    if !strace::works() {
        return;
    }
    let home = place::temporary();
    let place = Place(home.path().join("store"));
    let new = || {
        let _ = fs::remove_dir_all(&place.0);
        fs::create_dir(&place.0).unwrap();
    };
    new();
    let init = ["init", "--origin", "test.example/log"];
    let points = strace::points(&place, &strace::trace(&place, |strace| place.output(strace.args(init))));
    let all = points.len();
    let mut whole = 0;
    for point in Random::new("a store made under kills").some(points, kills()) {
        new();
        let out = place.output(point.inject("signal=KILL").args(init));
        answered(&out, &point);
        let vkey = fs::read_to_string(place.0.join("store/vkey")).unwrap_or_default();
        if place.run(&["checkpoint"]).status.success() {
            whole += 1;
            Ledger::new(vkey.trim()).seal_all(&place, &(0..2));
        } else {
            made_again(&place, &point);
        }
    }
    println!("{all} points; {whole} stores were whole when their maker was killed");
}

/// The way out that the refusal names, and then a store.
fn made_again(place: &Place, point: &Point) {
    let out = place.run(&["init", "--origin", "test.example/log"]);
    assert!(out.status.success(), "{point:?}: {out:?}");
    Ledger::new(str::from_utf8(&out.stdout).unwrap().trim()).seal_all(place, &(0..2));
}

/// One store through all kills: what one leaves behind, the next recovers from, and is killed at that.
#[test]
fn a_recovery_killed_and_run_again() {
    if !strace::works() {
        return;
    }
    let base = Base::new();
    let (place, mut ledger) = (base.copy(), base.ledger.clone());
    let mut random = Random::new("a recovery killed and run again");
    let calls = base.points(&(8..12));
    let (mut killed, mut tries) = (0, 0);
    let mut next = 10;
    while killed < kills() {
        tries += 1;
        assert!(tries < 20 * kills() + 100, "{killed} of {tries} were killed");
        // Without a path: files have other names each time.
        let point = &calls[usize::try_from(random.below(calls.len() as u64)).unwrap()];
        let runs = next - 2..next + 1 + random.below(4);
        let mut strace =
            strace::inject(&point.call, None, &format!("signal=KILL:when={}", 1 + random.below(30)));
        let out = place.talk(&mut strace, runs.clone());
        answered(&out, point);
        killed += u64::from(out.status.signal() == Some(9));
        ledger.answers(&runs, &out.stdout);
        if random.below(3) == 0 {
            ledger.check(&place, &runs);
            next = runs.end;
        }
    }
    ledger.check_all(&place);
    println!("{killed} kills in {tries} tries, {} records", ledger.acknowledged());
}

/// What the index answers, or that it does not.
fn runs_of_the_model(place: &Place) -> Option<u64> {
    let out = place.run(&["log", "--model", "some-model", "--count"]);
    let said = String::from_utf8_lossy(if out.status.success() { &out.stdout } else { &out.stderr });
    if !out.status.success() {
        assert!(said.contains("`decl reindex`"), "{out:?}");
        return None;
    }
    Some(said.trim().parse().unwrap())
}

#[test]
fn an_index_rebuilt_under_kills_is_right_or_not_asked() {
    if !strace::works() {
        return;
    }
    let base = Base::new();
    let place = base.copy();
    let trace = strace::trace(&place, |strace| place.output(strace.arg("reindex")));
    let points = strace::points(&place, &trace);
    let (all, mut killed, mut refused) = (points.len(), 0, 0);
    for point in Random::new("an index rebuilt under kills").some(points, kills()) {
        let place = base.copy();
        let out = place.output(point.inject("signal=KILL").arg("reindex"));
        answered(&out, &point);
        killed += u32::from(out.status.signal() == Some(9));
        let answer = runs_of_the_model(&place);
        assert!(answer.is_none_or(|runs| runs == 10), "{point:?}: {answer:?}");
        refused += u32::from(answer.is_none());
        // Sealing goes on, and the next rebuilding ends it.
        let mut ledger = base.ledger.clone();
        ledger.seal_all(&place, &(10..12));
        place.ok(&["reindex"]);
        assert_eq!(runs_of_the_model(&place), Some(12), "{point:?}");
        ledger.check_all(&place);
    }
    println!("killed at {killed} of {all} points; {refused} times the index was not asked");
    assert!(killed > 0 && refused > 0);
}
