//! Keys, signed notes and checkpoints.

use decl_log::{
    Checkpoint, MAX_NOTE, MAX_SIZE, Refusal, SignedNote, SigningKey, Tree, VerifierKey, empty_root, leaf_hash,
};

const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const NOTE: &str = "This is an example message.\n\n\
    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

fn key(name: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(name, [seed; 32]).unwrap()
}

fn verify(note: &str, keys: &[&VerifierKey]) -> Result<(), Refusal> {
    SignedNote::parse(note)?.verify(&keys.iter().map(|key| (*key).clone()).collect::<Vec<_>>())
}

/// The signature lines of a note.
fn lines(note: &str) -> &str {
    &note[note.rfind("\n\n").unwrap() + 2..]
}

#[test]
fn the_vector_of_the_standard_verifies() {
    let vkey: VerifierKey = VKEY.parse().unwrap();
    assert_eq!(vkey.to_string(), VKEY);
    assert_eq!(vkey.name(), "example.com/foo");
    let note = SignedNote::parse(NOTE).unwrap();
    assert_eq!(note.text(), "This is an example message.\n");
    assert_eq!(note.to_string(), NOTE);
    assert_eq!(verify(NOTE, &[&vkey]), Ok(()));
    assert_eq!(verify(&NOTE.replace("an example", "no example"), &[&vkey]), Err(Refusal::BadSignature));
}

/// The signature satisfies the equation of Ed25519, and many verifiers accept it: its point is of small order.
#[test]
fn a_signature_of_small_order_is_refused() {
    const FORGED: &str =
        "cC88cAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA+NDheCWBadyvtHXioUe2v11QicBYKgiYJby+/bG8VgM=";
    let key = key("example.com/log", 7);
    let note = format!("This is an example message.\n\n\u{2014} example.com/log {FORGED}\n");
    assert_eq!(verify(&note, &[key.verifier_key()]), Err(Refusal::BadSignature));
}

#[test]
fn keys_round_trip() {
    let key = key("example.com/log", 7);
    let text = key.to_text();
    assert!(text.starts_with("PRIVATE+KEY+example.com/log+"));
    let read = SigningKey::parse(&text).unwrap();
    assert_eq!(read.to_text(), text);
    assert_eq!(read.verifier_key(), key.verifier_key());
    assert_eq!(key.verifier_key().to_string().parse().as_ref(), Ok(key.verifier_key()));
}

#[test]
fn debug_output_has_nothing_of_the_seed() {
    let key = key("example.com/log", 7);
    let shown = format!("{key:?}");
    assert_eq!(shown, format!("SigningKey(example.com/log+{})", key.to_text().split('+').nth(3).unwrap()));
}

#[test]
fn every_changed_character_of_a_key_is_refused() {
    let private = key("example.com/log", 7).to_text();
    for text in [VKEY, &private] {
        for (at, c) in text.char_indices() {
            for other in "Aa0+/= \n\0é".chars().filter(|other| *other != c) {
                let changed = format!("{}{other}{}", &text[..at], &text[at + c.len_utf8()..]);
                assert!(changed.parse::<VerifierKey>().is_err(), "{changed:?}");
                assert!(SigningKey::parse(&changed).is_err(), "{changed:?}");
            }
        }
        for len in 0..text.len() {
            assert!(text[..len].parse::<VerifierKey>().is_err(), "{len}");
            assert!(SigningKey::parse(&text[..len]).is_err(), "{len}");
        }
    }
    assert!(VKEY.to_uppercase().parse::<VerifierKey>().is_err());
    assert!(VKEY.replace("530d903a", "530D903A").parse::<VerifierKey>().is_err());
    for name in ["", "a b", "a+b", "a\u{2028}b", "a\nb", &"n".repeat(256)] {
        assert!(SigningKey::from_seed(name, [7; 32]).is_err(), "{name:?}");
    }
}

#[test]
fn unsound_public_keys_are_refused() {
    let vkey = |public: &[u8; 32]| {
        let tagged = [&[1], &public[..]].concat();
        let id = &decl_core::hex(&decl_core::sha256(&[b"k\n", &tagged[..]].concat()))[..8];
        format!("k+{id}+{}", decl_core::base64(&tagged)).parse::<VerifierKey>()
    };
    let sound: [u8; 32] =
        decl_core::unhex("e932791ae6e7a840a46164c904786426d5e7821dd8b29a00d61cae72afdd4da4").unwrap();
    assert!(vkey(&sound).is_ok(), "the helper makes good vkeys of good keys");
    let mut points: Vec<[u8; 32]> = [
        "0100000000000000000000000000000000000000000000000000000000000000", // orders 1, 4, 8, 8, 2
        "0000000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]
    .iter()
    .map(|point| decl_core::unhex(point).unwrap())
    .collect();
    for sign in [0x7f, 0xff] {
        for low in 0xed..=0xff {
            // 2^255 - 19 and above: a second spelling of a coordinate below 19.
            let mut point = [0xff; 32];
            (point[0], point[31]) = (low, sign);
            points.push(point);
        }
    }
    for point in points {
        let refusal = Refusal::Malformed("not a sound Ed25519 public key");
        assert_eq!(vkey(&point), Err(refusal), "{}", decl_core::hex(&point));
    }
}

#[test]
fn only_known_keys_count_and_all_of_theirs_must_hold() {
    let (log, other) = (key("example.com/log", 1), key("example.com/log", 2));
    let (vkey, other_vkey) = (log.verifier_key(), other.verifier_key());
    let text = "text\n";
    let by_log = SignedNote::sign(text, &log).unwrap().to_string();
    let by_other = SignedNote::sign(text, &other).unwrap().to_string();
    let by_both = by_log.clone() + lines(&by_other);
    assert_eq!(SignedNote::parse(&by_both).unwrap().to_string(), by_both);

    assert_eq!(verify(&by_log, &[vkey]), Ok(()));
    assert_eq!(verify(&by_both, &[vkey]), Ok(()), "an unknown key is ignored");
    assert_eq!(verify(&by_both, &[vkey, other_vkey]), Ok(()));
    assert_eq!(verify(&by_log, &[vkey, other_vkey]), Ok(()), "one known key is enough");
    assert_eq!(verify(&by_other, &[vkey]), Err(Refusal::UnknownKey));
    assert_eq!(verify(&by_log, &[]), Err(Refusal::UnknownKey));

    let elsewhere = SignedNote::sign("another text\n", &other).unwrap().to_string();
    let one_fails = by_log.clone() + lines(&elsewhere);
    assert_eq!(verify(&one_fails, &[vkey]), Ok(()), "a line by an unknown key may be anything");
    assert_eq!(verify(&one_fails, &[vkey, other_vkey]), Err(Refusal::BadSignature));
    assert_eq!(verify(&one_fails, &[other_vkey, vkey]), Err(Refusal::BadSignature));

    let twice = by_log.clone() + lines(&by_log);
    assert_eq!(verify(&twice, &[vkey]), Err(Refusal::Malformed("two signature lines by one key")));
    let unknown_twice = by_both + lines(&by_other);
    assert_eq!(verify(&unknown_twice, &[vkey]), Ok(()));
}

#[test]
fn a_known_key_with_another_kind_of_signature_is_refused() {
    let note = "text\n\n— example.com/foo Uw2QOgA=\n";
    let vkey = VKEY.parse().unwrap();
    assert!(SignedNote::parse(note).is_ok());
    assert_eq!(verify(note, &[&vkey]), Err(Refusal::BadSignature));
}

#[test]
fn malformed_notes() {
    let line = &NOTE[NOTE.find('—').unwrap()..];
    let wrong = |text: &str| SignedNote::parse(text).unwrap_err();
    for note in [
        "",
        "\n",
        "\n\n",
        "text\n",
        "text\n\n",
        "text\n\n\n",
        "text\n\n— ",
        "text\n\ntext\n",
        &NOTE[..NOTE.len() - 1],
        &NOTE.replace("\n\n", "\n"),
        &NOTE.replace('\n', "\r\n"),
        &NOTE.replace("— ", "- "),
        &NOTE.replace("— ", "—"),
        &NOTE.replace("— ", "—  "),
        &NOTE.replace("/foo ", "/foo  "),
        &NOTE.replace("/foo", "+foo"),
        &NOTE.replace("aQM=\n", "aQM=\n\n"),
        &NOTE.replace("aQM=", "aQM"),
        &NOTE.replace("aQM=", "aQN="),
        &NOTE.replace("aQM=", "aQM= "),
        &NOTE.replace("example m", "example\tm"),
        &NOTE.replace("example m", "example\0m"),
        &NOTE.replace("Uw2QOkn8", "_w2QOkn8"),
        &(NOTE.to_owned() + "— a Uw2QOg==\n"),
        &(NOTE.to_owned() + "x"),
        &(NOTE.to_owned() + "\n"),
    ] {
        assert!(SignedNote::parse(note).is_err(), "{note:?}");
    }
    let what = "a signature line is an em dash, a key name, and the key id and signature in base64";
    assert_eq!(wrong(&(NOTE.to_owned() + "?\n")), Refusal::MalformedLine { line: 4, what });

    let many = |n| "text\n\n".to_owned() + &line.repeat(n);
    assert!(SignedNote::parse(&many(64)).is_ok());
    let what = "a note has at most 64 signature lines";
    assert_eq!(wrong(&many(65)), Refusal::MalformedLine { line: 67, what });
    let long = |len| "x".repeat(len - NOTE.len()) + NOTE;
    assert!(SignedNote::parse(&long(MAX_NOTE)).is_ok());
    assert_eq!(wrong(&long(MAX_NOTE + 1)), Refusal::Malformed("a note is at most 1 MiB"));

    let key = key("k", 1);
    for text in ["", "no newline", "tab\t\n", "\r\n", &"x\n".repeat(MAX_NOTE)] {
        assert!(SignedNote::sign(text, &key).is_err());
    }
}

#[test]
fn a_text_may_have_empty_lines() {
    let key = key("k", 1);
    for text in ["\n", "\n\n", "a\n\nb\n", "a\n\n", "— k AAAAAAA=\n"] {
        let note = SignedNote::sign(text, &key).unwrap().to_string();
        assert_eq!(SignedNote::parse(&note).unwrap().text(), text);
        assert_eq!(verify(&note, &[key.verifier_key()]), Ok(()));
    }
}

fn checkpoint() -> Checkpoint {
    Checkpoint { origin: "example.com/log".into(), tree: Tree { size: 3, root: leaf_hash(b"") } }
}

#[test]
fn checkpoints_round_trip() {
    let key = key("example.com/log", 1);
    for size in [1, 3, 10, MAX_SIZE] {
        let checkpoint = Checkpoint { tree: Tree { size, root: leaf_hash(b"") }, ..checkpoint() };
        let note = checkpoint.sign(&key).unwrap();
        assert_eq!(Checkpoint::open(&note, key.verifier_key()), Ok(checkpoint));
    }
    assert_eq!(
        checkpoint().to_string(),
        "example.com/log\n3\nbjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n"
    );
}

#[test]
fn a_checkpoint_is_opened_with_its_logs_key_only() {
    let key = key("example.com/log", 1);
    let stranger = self::key("example.com/log", 2);
    let elsewhere = self::key("example.org/log", 1);
    let note = checkpoint().sign(&key).unwrap();
    assert_eq!(Checkpoint::open(&note, stranger.verifier_key()), Err(Refusal::UnknownKey));
    assert_eq!(Checkpoint::open(&note, elsewhere.verifier_key()), Err(Refusal::UnknownKey));
    // A key that signs for an origin other than its name: for us there is no such checkpoint, either way.
    assert_eq!(checkpoint().sign(&elsewhere), Err(Refusal::WrongOrigin));
    let note = SignedNote::sign(&checkpoint().to_string(), &elsewhere).unwrap().to_string();
    assert_eq!(Checkpoint::open(&note, elsewhere.verifier_key()), Err(Refusal::WrongOrigin));
    let note = SignedNote::sign("not a checkpoint\n", &key).unwrap().to_string();
    assert!(matches!(Checkpoint::open(&note, key.verifier_key()), Err(Refusal::Malformed(_))));
}

#[test]
fn malformed_checkpoints() {
    let text = checkpoint().to_string();
    assert_eq!(Checkpoint::parse(&text), Ok(checkpoint()));
    for wrong in [
        "",
        "\n",
        "\n\n\n",
        &text[..text.len() - 1],
        &(text.clone() + "extension\n"),
        &(text.clone() + "\n"),
        &text.replace('\n', "\r\n"),
        &text.replace("example", "\0"),
        &text.replace("/log", " log"),
        &text.replace('/', "+"),
        &text.replace("\n3\n", "\n03\n"),
        &text.replace("\n3\n", "\n+3\n"),
        &text.replace("\n3\n", "\n\n"),
        &text.replace("\n3\n", "\n3 \n"),
        &text.replace("\n3\n", "\n18446744073709551616\n"),
        &text.replace("oB0=", "oB1="),
        &text.replace("oB0=", "oB0"),
        &text.replace("oB0=", "oA=="),
        &text.replace("example.com/log\n", "\n"),
        &text.replace("example.com/log\n", &format!("{}\n", "n".repeat(256))),
    ] {
        assert!(Checkpoint::parse(wrong).is_err(), "{wrong:?}");
    }
    let sized = |size: u64| Checkpoint::parse(&text.replace("\n3\n", &format!("\n{size}\n")));
    assert_eq!(sized(MAX_SIZE + 1), Err(Refusal::TooLarge { size: MAX_SIZE + 1 }));
    assert_eq!(sized(0), Err(Refusal::WrongRoot), "the empty tree has one root");
    assert!(Checkpoint::parse(&format!("log\n0\n{}\n", empty_root())).is_ok());
    let what = "the size is not a decimal number";
    assert_eq!(
        Checkpoint::parse(&text.replace("\n3\n", "\n3.0\n")),
        Err(Refusal::MalformedLine { line: 2, what })
    );
}

#[test]
fn every_cut_and_every_flipped_bit_of_a_signed_checkpoint_is_refused() {
    let key = key("example.com/log", 1);
    let note = checkpoint().sign(&key).unwrap();
    for len in (0..note.len()).filter(|len| note.is_char_boundary(*len)) {
        assert!(Checkpoint::open(&note[..len], key.verifier_key()).is_err(), "{len}");
    }
    for bit in 0..note.len() * 8 {
        let mut bytes = note.clone().into_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(flipped) = std::str::from_utf8(&bytes) {
            assert!(Checkpoint::open(flipped, key.verifier_key()).is_err(), "{flipped:?}");
        }
    }
}
