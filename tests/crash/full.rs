//! A disk that is full.

use crate::{
    Random,
    ledger::Ledger,
    mounts::Mount,
    number,
    place::{self, Place},
};
use std::{fs, path::Path};

#[test]
fn a_full_disk_is_said_and_once_there_is_room_nothing_is_lost() {
    let home = place::temporary();
    let Some(disk) =
        Mount::new(&["-t", "tmpfs", "-o", "size=48m"], Path::new("tmpfs"), &home.path().join("disk"))
    else {
        println!("left out: a full disk, because this user may not mount a tmpfs");
        return;
    };
    let place = Place(disk.0.join("home"));
    fs::create_dir(&place.0).unwrap();
    let mut ledger = Ledger::new(&place.init());
    let mut random = Random::new("a full disk");
    let (mut full, mut next) = (0, 0);
    for _ in 0..number("DECL_CRASH_FULL", 6) {
        let runs = next..next + 500;
        let lines = place.lines(runs.clone());
        // Room for a part of what a seal writes.
        let ballast = disk.0.join("ballast");
        let room = usize::try_from(random.below(96)).unwrap() << 10;
        fill(&ballast, room);
        let out = place.run(&["seal", "--batch", &lines]);
        ledger.answers(&runs, &out.stdout);
        if !out.status.success() {
            assert_eq!(out.status.code(), Some(2), "{out:?}");
            let said = String::from_utf8(out.stderr).unwrap();
            // The database, or a file beside it.
            full += u32::from(said.contains("is full"));
            assert!(said.contains("is full") || said.contains("no space left on device"), "{said}");
        }
        // What is full can be read.
        place.ok(&["checkpoint"]);
        fs::remove_file(ballast).unwrap();
        ledger.check(&place, &(runs.start..runs.start + 3));
        ledger.seal_all(&place, &runs);
        next = runs.end;
    }
    ledger.check_all(&place);
    println!("{full} seals met a full disk");
    assert!(full > 0);
}

/// Fills the disk until there is this much room.
fn fill(ballast: &Path, room: usize) {
    use std::io::Write as _;
    let mut file = fs::File::create(ballast).unwrap();
    let block = [1; 4096];
    let mut blocks = 0;
    while file.write_all(&block).is_ok() {
        blocks += 1;
    }
    file.set_len((blocks * block.len()).saturating_sub(room) as u64).unwrap();
}
