//! The golden vectors of keyed content, which libsodium and BLAKE3's own package made.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use decl_core::{Identity, unhex};
use decl_keyed::ContentKey;
use serde_json::{Map, Value};
use std::{fs, path::Path};

fn bytes(case: &Map<String, Value>, member: &str) -> Vec<u8> {
    let text = case[member].as_str().unwrap();
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

fn array<const N: usize>(case: &Map<String, Value>, member: &str) -> [u8; N] {
    unhex(case[member].as_str().unwrap()).unwrap()
}

#[test]
fn keys_digest_encrypt_and_decrypt_as_the_vectors_say() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/keyed");
    let (mut whole, mut refused) = (0, 0);
    for file in fs::read_dir(directory).unwrap() {
        let file = file.unwrap().path();
        let case: Map<String, Value> = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let mut members: Vec<&str> = case.keys().map(String::as_str).collect();
        members.sort_unstable();
        let name = file.display();
        let key = ContentKey::new("k", &array(&case, "key"));
        let (digest, stored) = (Identity::from_bytes(array(&case, "kb3")), bytes(&case, "box"));
        if case.contains_key("opens") {
            assert_eq!(members, ["box", "kb3", "key", "opens", "shows"], "{name}");
            assert_eq!(
                (case["opens"].as_bool(), key.decrypt(&digest, &stored)),
                (Some(false), None),
                "{name}"
            );
            refused += 1;
            continue;
        }
        assert_eq!(members, ["box", "content", "fingerprint", "kb3", "key", "nonce", "shows"], "{name}");
        let content = key.content(bytes(&case, "content"));
        assert_eq!(key.fingerprint(), array(&case, "fingerprint"), "{name}");
        assert_eq!(content.digest(), digest, "{name}");
        assert_eq!(content.encrypt(&array(&case, "nonce")).as_deref(), Some(&*stored), "{name}");
        assert_eq!(key.decrypt(&digest, &stored).as_deref(), Some(content.bytes()), "{name}");
        whole += 1;
    }
    assert_eq!((whole, refused), (10, 13));
}
