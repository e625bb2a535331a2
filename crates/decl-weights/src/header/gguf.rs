//! Parses the header of a GGUF file: typed key-value pairs, then the tensors.

use super::{Header, Role, malformed};
use std::collections::BTreeSet;
use std::io::{self, Read};

pub(super) fn read(input: impl Read) -> io::Result<Header> {
    let mut input = Input { bytes: input, big_endian: false };
    input.skip(4)?; // "GGUF"
    let mut version = input.number::<4>()?;
    if version > 0xffff {
        input.big_endian = true;
        version = version >> 24 | version >> 8 & 0xff00;
    }
    if !(2..=3).contains(&version) {
        return Err(malformed(format!("version {version} of GGUF is not known")));
    }
    let tensors = input.number::<8>()?;
    let pairs = input.number::<8>()?;

    let mut metadata = Metadata::default();
    for _ in 0..pairs {
        let key = input.text()?;
        let kind = input.number::<4>()?;
        match key.as_str() {
            "general.file_type" => once(&key, &mut metadata.file_type, input.count(&key, kind)?)?,
            "split.count" => once(&key, &mut metadata.parts, input.count(&key, kind)?)?,
            "split.no" => once(&key, &mut metadata.split, input.count(&key, kind)?)?,
            "general.type" if kind == TEXT => once(&key, &mut metadata.general_type, input.text()?)?,
            "general.architecture" if kind == TEXT => once(&key, &mut metadata.architecture, input.text()?)?,
            _ => input.skip_value(kind)?,
        }
    }
    let mut tensor_types = BTreeSet::new();
    for _ in 0..tensors {
        input.skip_text()?;
        let dimensions = input.number::<4>()?;
        input.skip(dimensions * 8)?;
        tensor_types.insert(name(TENSOR_TYPES, input.number::<4>()?, "type"));
        input.skip(8)?; // where it is
    }
    let file_type = metadata.file_type.map(|n| name(FILE_TYPES, n, "file_type"));
    Ok(Header { format: "gguf", parts: metadata.parts, role: metadata.role(), file_type, tensor_types })
}

/// The pairs that are used.
#[derive(Default)]
struct Metadata {
    file_type: Option<u64>,
    general_type: Option<String>,
    architecture: Option<String>,
    /// How many parts a split model has.
    parts: Option<u64>,
    /// Its number among the parts, from 0.
    split: Option<u64>,
}

impl Metadata {
    fn role(self) -> Role {
        match (self.general_type.as_deref(), self.architecture.as_deref(), self.split) {
            (Some("mmproj"), ..) | (None | Some("model"), Some("clip"), _) => Role::Part,
            (None | Some("model"), _, None | Some(0)) => Role::Model,
            (None | Some("model"), ..) => Role::Part,
            (Some(other), ..) => Role::Other(other.to_owned()),
        }
    }
}

fn once<T>(key: &str, place: &mut Option<T>, value: T) -> io::Result<()> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(malformed(format!("{key} stands twice in the header"))),
    }
}

const TEXT: u64 = 8;
const LIST: u64 = 9;

/// Bytes of a value by its kind; 0 for text and lists, which have their own length.
const SIZES: [u64; 13] = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];

/// The format's limit for keys.
const KEY_BYTES: u64 = 65_535;

struct Input<R> {
    bytes: R,
    big_endian: bool,
}

impl<R: Read> Input<R> {
    fn number<const N: usize>(&mut self) -> io::Result<u64> {
        let mut bytes = [0; N];
        self.bytes.read_exact(&mut bytes)?;
        if !self.big_endian {
            bytes.reverse();
        }
        Ok(bytes.iter().fold(0, |n, &byte| n << 8 | u64::from(byte)))
    }

    fn count(&mut self, key: &str, kind: u64) -> io::Result<u64> {
        match kind {
            0 => self.number::<1>(),
            2 => self.number::<2>(),
            4 => self.number::<4>(),
            10 => self.number::<8>(),
            _ => Err(malformed(format!("{key} is not a count"))),
        }
    }

    fn text(&mut self) -> io::Result<String> {
        let len = self.number::<8>()?;
        if len > KEY_BYTES {
            return Err(malformed(format!("a key or a word of {len} bytes")));
        }
        let mut bytes = Vec::new();
        self.bytes.by_ref().take(len).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        String::from_utf8(bytes).map_err(|_| malformed("a key or a word that is not UTF-8"))
    }

    fn skip_value(&mut self, kind: u64) -> io::Result<()> {
        match kind {
            TEXT => self.skip_text(),
            LIST => {
                let kind = self.number::<4>()?;
                let len = self.number::<8>()?;
                if kind == TEXT {
                    return (0..len).try_for_each(|_| self.skip_text());
                }
                self.skip(len.checked_mul(size(kind)?).ok_or(io::ErrorKind::UnexpectedEof)?)
            }
            kind => self.skip(size(kind)?),
        }
    }

    fn skip_text(&mut self) -> io::Result<()> {
        let len = self.number::<8>()?;
        self.skip(len)
    }

    fn skip(&mut self, len: u64) -> io::Result<()> {
        match io::copy(&mut self.bytes.by_ref().take(len), &mut io::sink())? {
            skipped if skipped == len => Ok(()),
            _ => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

fn size(kind: u64) -> io::Result<u64> {
    match usize::try_from(kind).ok().and_then(|kind| SIZES.get(kind)) {
        Some(&size) if size > 0 => Ok(size),
        _ => Err(malformed(format!("a value of the unknown kind {kind}"))),
    }
}

/// Returns the name of a number, or text with the number itself if it has no name here.
fn name(names: &[&str], n: u64, what: &str) -> String {
    match usize::try_from(n).ok().and_then(|n| names.get(n)) {
        Some(name) if !name.is_empty() => (*name).to_owned(),
        _ => format!("{what} {n}"),
    }
}

/// The values of `general.file_type`, as llama.cpp's `llama-quantize` names them.
#[rustfmt::skip]
const FILE_TYPES: &[&str] = &[
    "F32", "F16", "Q4_0", "Q4_1", "Q4_1_SOME_F16", "", "", "Q8_0", "Q5_0", "Q5_1",
    "Q2_K", "Q3_K_S", "Q3_K_M", "Q3_K_L", "Q4_K_S", "Q4_K_M", "Q5_K_S", "Q5_K_M", "Q6_K", "IQ2_XXS",
    "IQ2_XS", "Q2_K_S", "IQ3_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S", "IQ3_M", "IQ2_S", "IQ2_M",
    "IQ4_XS", "IQ1_M", "BF16", "Q4_0_4_4", "Q4_0_4_8", "Q4_0_8_8", "TQ1_0", "TQ2_0", "MXFP4_MOE", "NVFP4",
    "Q1_0", "Q2_0",
];

/// The types of tensors, as ggml names them.
#[rustfmt::skip]
const TENSOR_TYPES: &[&str] = &[
    "F32", "F16", "Q4_0", "Q4_1", "", "", "Q5_0", "Q5_1", "Q8_0", "Q8_1",
    "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q8_K", "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S",
    "IQ4_NL", "IQ3_S", "IQ2_S", "IQ4_XS", "I8", "I16", "I32", "I64", "F64", "IQ1_M",
    "BF16", "Q4_0_4_4", "Q4_0_4_8", "Q4_0_8_8", "TQ1_0", "TQ2_0", "", "", "", "MXFP4",
    "NVFP4", "Q1_0",
];

#[cfg(test)]
mod tests {
    use super::super::read as read_header;
    use super::*;

    /// Writes files of either byte order.
    struct Writer {
        bytes: Vec<u8>,
        big_endian: bool,
    }

    impl Writer {
        fn new(version: u64, tensors: u64, pairs: u64, big_endian: bool) -> Self {
            let writer = Self { bytes: b"GGUF".to_vec(), big_endian };
            writer.number(4, version).number(8, tensors).number(8, pairs)
        }

        fn number(mut self, len: usize, n: u64) -> Self {
            let mut bytes: Vec<u8> = (0..len).map(|i| u8::try_from(n >> (8 * i) & 0xff).unwrap()).collect();
            if self.big_endian {
                bytes.reverse();
            }
            self.bytes.extend(bytes);
            self
        }

        fn text(self, text: &str) -> Self {
            let mut writer = self.number(8, text.len() as u64);
            writer.bytes.extend(text.bytes());
            writer
        }

        fn word(self, key: &str, value: &str) -> Self {
            self.text(key).number(4, TEXT).text(value)
        }

        fn count(self, key: &str, value: u64) -> Self {
            self.text(key).number(4, 4).number(4, value)
        }

        fn tensor(self, kind: u64) -> Self {
            self.text("blk.0.attn_q.weight")
                .number(4, 2)
                .number(8, 4)
                .number(8, 2)
                .number(4, kind)
                .number(8, 0)
        }

        fn read(&self) -> io::Result<Header> {
            read_header(&self.bytes[..], self.bytes.len() as u64)
        }
    }

    fn model(big_endian: bool) -> Writer {
        Writer::new(3, 2, 5, big_endian)
            .word("general.architecture", "llama")
            .text("tokenizer.ggml.tokens")
            .number(4, LIST)
            .number(4, TEXT)
            .number(8, 2)
            .text("a")
            .text("")
            .text("tokenizer.ggml.scores")
            .number(4, LIST)
            .number(4, 6)
            .number(8, 2)
            .number(8, 0)
            .text("llama.rope.freq_base")
            .number(4, 12)
            .number(8, 7)
            .count("general.file_type", 15)
            .tensor(12)
            .tensor(0)
    }

    #[test]
    fn both_byte_orders_say_the_same() {
        for big_endian in [false, true] {
            let header = model(big_endian).read().unwrap();
            assert_eq!((header.format, header.role), ("gguf", Role::Model));
            assert_eq!(header.file_type.as_deref(), Some("Q4_K_M"));
            assert_eq!(header.tensor_types.into_iter().collect::<Vec<_>>(), ["F32", "Q4_K"]);
        }
    }

    #[test]
    fn a_header_that_breaks_off_is_refused_wherever_it_does() {
        let bytes = model(false).bytes;
        for len in 0..bytes.len() {
            read_header(&bytes[..len], len as u64).unwrap_err();
        }
    }

    #[test]
    fn the_role_is_what_the_file_says() {
        let role = |writer: Writer| writer.read().unwrap().role;
        let new = |pairs| Writer::new(2, 0, pairs, false);
        let other = |word: &str| Role::Other(word.to_owned());
        assert_eq!(role(new(0)), Role::Model);
        assert_eq!(role(new(1).word("general.type", "model")), Role::Model);
        assert_eq!(role(new(1).word("general.type", "adapter")), other("adapter"));
        assert_eq!(role(new(1).word("general.type", "mmproj")), Role::Part);
        assert_eq!(role(new(1).word("general.architecture", "clip")), Role::Part);
        assert_eq!(new(1).count("split.count", 3).read().unwrap().parts, Some(3));
        for (part, want) in [(0, Role::Model), (1, Role::Part)] {
            let split = new(1).text("split.no").number(4, 2).number(2, part);
            assert_eq!(role(split), want);
        }
    }

    #[test]
    fn numbers_without_a_name_stand_for_themselves() {
        let header = Writer::new(3, 1, 1, false).count("general.file_type", 5).tensor(99).read().unwrap();
        assert_eq!(header.file_type.as_deref(), Some("file_type 5"));
        assert!(header.tensor_types.contains("type 99"));
    }

    #[test]
    fn hostile_headers_are_refused() {
        let new = || Writer::new(3, 0, 1, false);
        let list = |kind, len| new().text("k").number(4, LIST).number(4, kind).number(8, len);
        let cut = "the header is cut off, or larger than 64 MiB";
        for (writer, want) in [
            (Writer::new(1, 0, 0, false), "version 1 of GGUF is not known"),
            (Writer::new(4, 0, 0, true), "version 4 of GGUF is not known"),
            (Writer::new(3, u64::MAX, 0, false), cut),
            (Writer::new(3, 0, u64::MAX, false), cut),
            (new().number(8, u64::MAX), "a key or a word of 18446744073709551615 bytes"),
            (new().number(8, 65_535), cut),
            (new().text("k").number(4, TEXT).number(8, u64::MAX), cut),
            (new().text("k").number(4, 13), "a value of the unknown kind 13"),
            (list(0, u64::MAX), cut),
            (list(10, u64::MAX), cut),
            (list(TEXT, u64::MAX), cut),
            (list(LIST, 1), "a value of the unknown kind 9"),
            (new().text("general.file_type").number(4, 6), "general.file_type is not a count"),
            (
                Writer::new(3, 0, 2, false).count("split.no", 0).count("split.no", 0),
                "split.no stands twice in the header",
            ),
            (Writer::new(3, 1, 0, false).text("t").number(4, 0xffff_ffff), cut),
        ] {
            assert_eq!(writer.read().unwrap_err().to_string(), want);
        }
        let mut latin = new().text("k").bytes;
        *latin.last_mut().unwrap() = 0xe9;
        let told = read_header(&latin[..], latin.len() as u64).unwrap_err().to_string();
        assert_eq!(told, "a key or a word that is not UTF-8");
    }
}
