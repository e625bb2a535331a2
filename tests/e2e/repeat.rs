//! One declaration, one identity: whatever the clock, the language, the user, the threads and the order of members.

use crate::support::{decl, example, member, text, with_input};
use decl_core::{Value, json};
use std::fs;

const REPETITIONS: usize = 1_000;

#[test]
fn a_thousand_repetitions_in_other_surroundings_print_the_same() {
    let home = tempfile::tempdir().unwrap();
    // Where any user may run it.
    let binary = home.path().join("decl");
    fs::copy(env!("CARGO_BIN_EXE_decl"), &binary).unwrap();
    open_to_all(home.path());

    let identities = example("identities.json");
    let identities = json::parse(&identities).unwrap();
    for i in 0..REPETITIONS {
        let name = ["chat-tools", "rag", "local-llama"][i % 3];
        let input = match i % 4 {
            0 => example(&format!("{name}.cbor")),
            n => {
                let bytes = example(&format!("{name}.json"));
                let mut value = json::parse(&bytes).unwrap().into_owned();
                shuffle(&mut value, i);
                if n == 1 { json::minimal(&value) } else { json::pretty(&value) }.into_bytes()
            }
        };
        let mut command = decl(home.path());
        command = {
            let mut other = std::process::Command::new(&binary);
            other.envs(
                command.get_envs().filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned()))),
            );
            other
        };
        command
            .args(["--json", "id", "-"])
            .current_dir("/")
            .env("TZ", ["UTC", "Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham"][i % 4])
            .env("LANG", ["C", "de_DE.UTF-8", "tr_TR.UTF-8", "ar_EG.UTF-8", "ja_JP.eucJP"][i % 5])
            .env("LC_ALL", ["C", "tr_TR.UTF-8"][i % 2])
            .env("RAYON_NUM_THREADS", ["1", "2", "7"][i % 3])
            .env("USER", ["alice", "bob"][i % 2]);
        another_user(&mut command, i);
        let out = with_input(&mut command, &input);
        assert!(out.status.success(), "{}", text(&out.stderr));
        let answer = json::parse(&out.stdout).unwrap();
        let want = identities.get(name).unwrap();
        assert_eq!(member(&answer, "identity"), member(want, "identity"), "repetition {i}");
        assert_eq!(member(&answer, "sha256"), member(want, "sha256"), "repetition {i}");
    }
    println!("{REPETITIONS} repetitions, one identity each");
}

/// Rotates the members of every map.
fn shuffle(value: &mut Value<'_>, by: usize) {
    match value {
        Value::Map(members) if !members.is_empty() => {
            let by = by % members.len();
            members.rotate_left(by);
            for (_, value) in members {
                shuffle(value, by + 1);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| shuffle(item, by + 1)),
        _ => {}
    }
}

#[cfg(unix)]
fn open_to_all(dir: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).unwrap();
}

/// As root, every other repetition runs as somebody else.
#[cfg(unix)]
fn another_user(command: &mut std::process::Command, i: usize) {
    use std::os::unix::{fs::MetadataExt as _, process::CommandExt as _};
    let root = fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
    if root && i % 2 == 1 {
        command.uid(65_534).gid(65_534);
    }
}
