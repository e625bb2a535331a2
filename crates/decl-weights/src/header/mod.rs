//! Parses the headers of weight files.
//!
//! Parsing is a pure function of untrusted bytes: nothing is allocated by a declared length, every loop consumes
//! input, and at most [`HEADER_BYTES`] are read.

mod gguf;
mod safetensors;

use std::collections::BTreeSet;
use std::io::{self, BufReader, Read};

/// The largest header in bytes. The largest vocabularies in use take a quarter of it.
pub const HEADER_BYTES: u64 = 64 << 20;

/// What a header states, in its own terms.
#[derive(Debug, PartialEq, Eq)]
pub struct Header {
    /// `safetensors` or `gguf`.
    pub format: &'static str,
    /// The role of the file in a model.
    pub role: Role,
    /// How many files the model was split into, if the header states it.
    pub parts: Option<u64>,
    /// The file's own name of its quantization.
    pub file_type: Option<String>,
    /// The types of its tensors.
    pub tensor_types: BTreeSet<String>,
}

/// The role of a file in a model.
#[derive(Debug, PartialEq, Eq)]
pub enum Role {
    /// A model, or the first part of one.
    Model,
    /// Another part of a model, such as a projector for images.
    Part,
    /// A file that no engine loads as weights, by the header's own name: `adapter`, `imatrix`.
    Other(String),
}

/// Parses the header of a file that has `len` bytes.
pub fn read(mut input: impl Read, len: u64) -> io::Result<Header> {
    let mut first = Vec::new();
    input.by_ref().take(9).read_to_end(&mut first)?;
    let whole = BufReader::new(first.as_slice().chain(input)).take(HEADER_BYTES);
    let header = if first.starts_with(b"GGUF") {
        gguf::read(whole)
    } else if first.starts_with(b"version h") {
        Err(malformed("a pointer of Git LFS in place of the file; fetch it with git lfs pull"))
    } else if first.get(8) == Some(&b'{') {
        safetensors::read(whole, len)
    } else {
        Err(malformed("neither safetensors nor GGUF"))
    };
    header.map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => malformed("the header is cut off, or larger than 64 MiB"),
        _ => error,
    })
}

fn malformed(why: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_header_is_named() {
        for (bytes, want) in [
            (&b""[..], "neither safetensors nor GGUF"),
            (b"PK\x03\x04 a pickle", "neither safetensors nor GGUF"),
            (
                b"version https://git-lfs.github.com/spec/v1\n",
                "a pointer of Git LFS in place of the file; fetch it with git lfs pull",
            ),
            (b"GGUF", "the header is cut off, or larger than 64 MiB"),
        ] {
            assert_eq!(read(bytes, bytes.len() as u64).unwrap_err().to_string(), want);
        }
    }
}
