//! The headers of files of weights, which come from any hub.

use decl_weights::{Header, Role, read_header};
use serde_json::Value;
use std::{collections::BTreeSet, io::Read};

/// A header means the same however its bytes arrive, and whatever is accepted says what `serde_json` reads in it.
pub fn safetensors(input: &[u8]) {
    let Some(header) = read(input) else { return };
    if header.format != "safetensors" {
        return;
    }
    let longer = [input, b"\0"].concat();
    assert!(read(&longer).is_none(), "a byte that belongs to no tensor");
    let size = input[0] as usize | (input[1] as usize) << 8 | (input[2] as usize) << 16;
    let text = input.get(8..8 + size).expect("a header that is there");
    let Ok(Value::Object(members)) = serde_json::from_slice(text) else { panic!("not JSON to serde_json") };
    let types = members.iter().filter(|(name, _)| *name != "__metadata__");
    let types: BTreeSet<_> =
        types.map(|(_, tensor)| tensor["dtype"].as_str().expect("a type").to_owned()).collect();
    assert_eq!(header.tensor_types, types);
}

/// A header means the same however its bytes arrive, and what comes after it does not matter.
pub fn gguf(input: &[u8]) {
    let Some(header) = read(input) else { return };
    if header.format != "gguf" {
        return;
    }
    assert_ne!(header.role, Role::Other("model".to_owned()));
    let longer = [input, b"tensors"].concat();
    assert_eq!(read(&longer).as_ref(), Some(&header));
}

/// Reads a header from the whole bytes and from a byte at a time.
fn read(input: &[u8]) -> Option<Header> {
    let len = input.len() as u64;
    let whole = read_header(input, len);
    let slowly = read_header(OneByte(input), len);
    match (whole, slowly) {
        (Ok(whole), Ok(slowly)) => {
            assert_eq!(whole, slowly);
            Some(whole)
        }
        (Err(whole), Err(slowly)) => {
            assert_eq!(whole.to_string(), slowly.to_string());
            None
        }
        (whole, slowly) => panic!("{whole:?} at once, {slowly:?} slowly"),
    }
}

struct OneByte<'a>(&'a [u8]);

impl Read for OneByte<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let len = into.len().min(1);
        self.0.read(&mut into[..len])
    }
}
