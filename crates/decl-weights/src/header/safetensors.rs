//! Parses the header of a safetensors file: eight bytes of length, then JSON that describes every tensor.

use super::{HEADER_BYTES, Header, Role, malformed};
use decl_core::{Value, json};
use std::collections::BTreeSet;
use std::io::{self, Read};

/// The member for metadata of the writer.
const METADATA: &str = "__metadata__";

pub(super) fn read(mut input: impl Read, len: u64) -> io::Result<Header> {
    let mut size = [0; 8];
    input.read_exact(&mut size)?;
    let size = size.iter().rev().fold(0, |n, &byte| n << 8 | u64::from(byte));
    if size > HEADER_BYTES - 8 {
        return Err(malformed("the header is larger than 64 MiB"));
    }
    let mut text = Vec::new();
    input.take(size).read_to_end(&mut text)?;
    if text.len() as u64 != size {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let header = json::parse(&text).map_err(|fault| malformed(format!("the header is not JSON: {fault}")))?;
    let Value::Map(members) = header else { return Err(malformed("the header is no map")) };

    let mut tensor_types = BTreeSet::new();
    let mut data = 0;
    for (name, tensor) in members.iter().filter(|(name, _)| name != METADATA) {
        let (dtype, end) = described(tensor)
            .ok_or_else(|| malformed(format!("the tensor {name} has no type or no place")))?;
        if !tensor_types.contains(dtype) {
            tensor_types.insert(dtype.to_owned());
        }
        data = data.max(end);
    }
    match data.checked_add(8 + size) {
        Some(whole) if whole == len => {
            Ok(Header { format: "safetensors", role: Role::Part, parts: None, file_type: None, tensor_types })
        }
        whole => {
            let whole = whole.map_or_else(|| "more than 2^64".to_owned(), |whole| whole.to_string());
            Err(malformed(format!("it has {len} bytes, and by its header {whole}")))
        }
    }
}

/// Returns the type of a tensor and the offset of its end, or `None` if its description is invalid.
fn described<'v>(tensor: &'v Value<'_>) -> Option<(&'v str, u64)> {
    let dtype = tensor.get("dtype")?.as_str()?;
    let word =
        (1..=32).contains(&dtype.len()) && dtype.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    match tensor.get("data_offsets")? {
        Value::Array(offsets) => match offsets[..] {
            [Value::Uint(begin), Value::Uint(end)] if word && begin <= end => Some((dtype, end)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;

    const HEADER: &str = r#"{"__metadata__": {"format": "pt"},
        "a": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]},
        "b": {"dtype": "BF16", "shape": [1, 2], "data_offsets": [0, 4]}}  "#;

    fn file(header: &str, data: usize) -> Vec<u8> {
        let mut bytes: Vec<u8> =
            (0..8).map(|i| u8::try_from(header.len() >> (8 * i) & 0xff).unwrap()).collect();
        bytes.extend(header.bytes());
        bytes.resize(bytes.len() + data, 0);
        bytes
    }

    fn fails(bytes: &[u8]) -> String {
        read(bytes, bytes.len() as u64).unwrap_err().to_string()
    }

    #[test]
    fn types_come_from_the_tensors() {
        let bytes = file(HEADER, 12);
        let header = read(&bytes[..], bytes.len() as u64).unwrap();
        assert_eq!((header.format, header.file_type), ("safetensors", None));
        assert_eq!(header.tensor_types.into_iter().collect::<Vec<_>>(), ["BF16", "F32"]);
    }

    #[test]
    fn a_file_of_another_length_is_cut_off() {
        let bytes = file(HEADER, 12);
        for len in 0..bytes.len() {
            read(&bytes[..len], len as u64).unwrap_err();
        }
        let head = bytes.len() - 12;
        let told = |len| format!("it has {len} bytes, and by its header {}", bytes.len());
        assert_eq!(fails(&bytes[..head]), told(head));
        assert_eq!(fails(&file(HEADER, 13)), told(bytes.len() + 1));
    }

    #[test]
    fn hostile_headers_are_refused() {
        let tensor = |text: &str| file(&format!(r#"{{"a": {text}}}"#), 0);
        let no_place = "the tensor a has no type or no place";
        for (bytes, want) in [
            (file("{\"a\": ", 0), fails(&file("{\"a\": ", 0))),
            (tensor("1"), no_place.to_owned()),
            (tensor(r#"{"dtype": "F32"}"#), no_place.to_owned()),
            (tensor(r#"{"dtype": "F 32", "data_offsets": [0, 0]}"#), no_place.to_owned()),
            (tensor(r#"{"dtype": "", "data_offsets": [0, 0]}"#), no_place.to_owned()),
            (tensor(r#"{"dtype": "F32", "data_offsets": [1, 0]}"#), no_place.to_owned()),
            (tensor(r#"{"dtype": "F32", "data_offsets": [0, -1]}"#), no_place.to_owned()),
            (tensor(r#"{"dtype": "F32", "data_offsets": [0, 1, 2]}"#), no_place.to_owned()),
            (
                tensor(r#"{"dtype": "F32", "data_offsets": [0, 18446744073709551615]}"#),
                "it has 74 bytes, and by its header more than 2^64".to_owned(),
            ),
            (b"\xff\xff\xff\xff\xff\xff\xff\xff{".to_vec(), "the header is larger than 64 MiB".to_owned()),
            (b"\0\0\0\x03\0\0\0\0{".to_vec(), "the header is cut off, or larger than 64 MiB".to_owned()),
        ] {
            assert_eq!(fails(&bytes), want);
        }
        assert!(fails(&file("{\"a\": ", 0)).starts_with("the header is not JSON: E-SYNTAX at byte 6"));
        let twice = r#"{"a": {"dtype": "F32", "data_offsets": [0, 0]}, "a": 1}"#;
        assert!(fails(&file(twice, 0)).starts_with("the header is not JSON: E-DUP-KEY"));
    }
}
