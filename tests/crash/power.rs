//! The power goes: what was not synced is lost.
//!
//! ```text
//! outer.img   XFS, which can copy a file in an instant     (loop device)
//!   disk.img    ext4, with the store                         (loop device)
//!   cut.img     a copy of disk.img, made while the store is written to
//! ```
//!
//! A copy holds what was given to the disk and nothing that was only in memory. It is mounted, recovered and held
//! against the ledger, and the log goes on from it.

use crate::{
    Random,
    ledger::Ledger,
    mounts::{Mount, tool},
    number,
    place::{self, DECL, Place},
    strace,
};
use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
    process::Command,
    sync::{Condvar, Mutex},
    thread,
};

/// The disk under a store, and the larger one that it is a file of.
struct Disk {
    mount: Option<Mount>,
    _outer: Mount,
    home: tempfile::TempDir,
}

impl Disk {
    /// A disk, unless this user or this machine cannot have one.
    fn new() -> Option<Self> {
        let home = place::temporary();
        let outer = home.path().join("outer.img");
        fs::File::create(&outer).unwrap().set_len(1 << 30).unwrap();
        let made = tool(Command::new("mkfs.xfs").args(["-q", "-m", "reflink=1"]).arg(&outer));
        let outer = made.then(|| Mount::new(&["-o", "loop"], &outer, &home.path().join("outer"))).flatten();
        let mut disk = outer.map(|outer| Self { mount: None, _outer: outer, home });
        let made = disk.as_ref().is_some_and(|disk| {
            fs::File::create(disk.image()).unwrap().set_len(256 << 20).unwrap();
            tool(Command::new("mkfs.ext4").args(["-q", "-F"]).arg(disk.image()))
        });
        if made && disk.as_mut().is_some_and(Disk::mount) {
            return disk;
        }
        println!(
            "left out: power cuts, because mkfs.xfs or mkfs.ext4 is not installed, or this user may not mount"
        );
        None
    }

    fn image(&self) -> PathBuf {
        self.home.path().join("outer/disk.img")
    }

    /// Only a sync brings anything to the disk: the file system is not to do it by itself.
    fn mount(&mut self) -> bool {
        let options = ["-o", "loop,commit=600,noauto_da_alloc"];
        self.mount = Mount::new(&options, &self.image(), &self.home.path().join("disk"));
        self.mount.is_some()
    }

    fn place(&self) -> Place {
        Place(self.home.path().join("disk/home"))
    }

    /// Takes a copy of the disk as it is at this instant.
    fn copy(&self, to: &Path) {
        assert!(tool(Command::new("cp").arg("--reflink=always").arg(self.image()).arg(to)));
    }

    /// Puts the copy in the place of the disk, as after a power cut.
    fn cut(&mut self) {
        let cut = self.home.path().join("outer/cut.img");
        self.mount = None;
        fs::rename(cut, self.image()).unwrap();
        assert!(self.mount());
    }
}

/// Seals runs, three at a time, until told to stop, while a copy of the disk is taken after `after` of them were
/// acknowledged. Answers with what was acknowledged before the copy, and the next run.
fn seal_and_cut(
    disk: &mut Disk,
    ledger: Ledger,
    next: u64,
    after: u64,
    seal: impl Fn(&Place, &Range<u64>) -> Vec<u8> + Sync,
) -> (Ledger, u64) {
    struct Shared {
        ledger: Ledger,
        next: u64,
        done: bool,
    }
    let enough = ledger.acknowledged() as u64 + after;
    let shared = Mutex::new(Shared { ledger, next, done: false });
    let progress = Condvar::new();
    let place = disk.place();
    let before = thread::scope(|scope| {
        scope.spawn(|| {
            loop {
                let next = {
                    let mut shared = shared.lock().unwrap();
                    if shared.done {
                        return;
                    }
                    shared.next += 3;
                    shared.next
                };
                let runs = next - 3..next;
                let answers = seal(&place, &runs);
                shared.lock().unwrap().ledger.answers(&runs, &answers);
                progress.notify_all();
            }
        });
        let waiting = |shared: &mut Shared| (shared.ledger.acknowledged() as u64) < enough;
        let shared_now = progress.wait_while(shared.lock().unwrap(), waiting).unwrap();
        let before = shared_now.ledger.clone();
        drop(shared_now);
        disk.copy(&disk.home.path().join("outer/cut.img"));
        shared.lock().unwrap().done = true;
        before
    });
    disk.cut();
    (before, shared.into_inner().unwrap().next)
}

#[test]
fn a_power_cut_loses_nothing_that_was_acknowledged() {
    let Some(mut disk) = Disk::new() else { return };
    let place = disk.place();
    fs::create_dir(&place.0).unwrap();
    let mut ledger = Ledger::new(&place.init());
    let mut random = Random::new("a power cut");
    let cuts = number("DECL_CRASH_CUTS", 6);
    let mut next = 0;
    for _ in 0..cuts {
        let after = random.below(10);
        let sound = |place: &Place, runs: &Range<u64>| {
            let out = place.talk(&mut Command::new(DECL), runs.clone());
            assert!(out.status.success(), "{out:?}");
            out.stdout
        };
        (ledger, next) = seal_and_cut(&mut disk, ledger, next, after, sound);
        ledger.check(&place, &(next..next + 1));
        next += 1;
        ledger.check_all(&place);
    }
    println!("{cuts} power cuts, {} records", ledger.acknowledged());
}

/// The control: without syncs the same cut must lose something, or the test above shows nothing.
#[test]
fn a_power_cut_without_syncs_loses_what_was_acknowledged() {
    if !strace::works() {
        return;
    }
    let Some(mut disk) = Disk::new() else { return };
    let place = disk.place();
    fs::create_dir(&place.0).unwrap();
    let mut ledger = Ledger::new(&place.init());
    ledger.seal_all(&place, &(0..3));
    let unsynced = |place: &Place, runs: &Range<u64>| {
        let mut strace = strace::inject("fsync,fdatasync,sync_file_range,syncfs", None, "retval=0");
        let out = place.talk(&mut strace, runs.clone());
        assert!(out.status.success(), "{out:?}");
        out.stdout
    };
    let (ledger, _) = seal_and_cut(&mut disk, ledger, 3, 9, unsynced);
    let held =
        |run: &u64| place.run(&["prove", &place::source(*run).declaration.identity().hex()]).status.success();
    let lost = (0..12).filter(|run| !held(run)).count();
    println!("without syncs {lost} of {} records were lost", ledger.acknowledged());
    assert!(lost > 0, "{DECL} loses nothing when nothing is synced: the cut is none");
}
