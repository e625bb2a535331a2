//! How keys and values are written down. Identity does not care: what comes back are the exact bytes.
//!
//! ```text
//! declaration   00 bytes                            as they are
//!               01 zstd frame                       with the dictionary of format 1
//! content       u16 length, media type, bytes
//! ```
//!
//! A declaration is small and almost all of it is the same from run to run, so it is compressed against a dictionary
//! before it reaches the write-ahead log: bytes written are what a commit costs.

use crate::Error;
use decl_core::{Identity, limits};
use decl_log::{Entry, TileId};
use std::{cell::RefCell, io, sync::LazyLock};
use zstd::{
    bulk::{Compressor, Decompressor},
    dict::{DecoderDictionary, EncoderDictionary},
    zstd_safe,
};

/// Keys of the table `meta`.
pub(crate) const ORIGIN: &[u8] = b"origin";
pub(crate) const CHECKPOINT: &[u8] = b"checkpoint";
pub(crate) const EDGE: &[u8] = b"edge";

const RAW: u8 = 0;
const ZSTD: u8 = 1;

/// Part of the store's format: another dictionary is another format. Trained (`zstd --train`, 16 KiB) on 4,000 generated
/// declarations of every kind with random digests, so that it holds the format's words and nobody's data.
static DICTIONARY: &[u8] = include_bytes!("declarations-1.zdict");

static ENCODER: LazyLock<EncoderDictionary<'static>> =
    LazyLock::new(|| EncoderDictionary::copy(DICTIONARY, 1));
static DECODER: LazyLock<DecoderDictionary<'static>> = LazyLock::new(|| DecoderDictionary::copy(DICTIONARY));

thread_local! {
    // A context costs more to make than a declaration to compress.
    static COMPRESSOR: RefCell<io::Result<Compressor<'static>>> = RefCell::new(compressor());
    static DECOMPRESSOR: RefCell<io::Result<Decompressor<'static>>> =
        RefCell::new(Decompressor::with_prepared_dictionary(&DECODER));
}

fn compressor() -> io::Result<Compressor<'static>> {
    let mut compressor = Compressor::with_prepared_dictionary(&ENCODER)?;
    compressor.include_dictid(false)?; // the first byte says it
    compressor.include_checksum(false)?; // the identity says more
    Ok(compressor)
}

/// The stored form of a declaration.
pub(crate) fn pack_declaration(bytes: &[u8]) -> Vec<u8> {
    let mut packed = vec![RAW; 1 + zstd_safe::compress_bound(bytes.len())];
    // Compression is an economy, never a condition.
    let (form, len) = match compress(bytes, &mut packed[1..]) {
        Ok(len) if len < bytes.len() => (ZSTD, len),
        _ => {
            packed[1..=bytes.len()].copy_from_slice(bytes);
            (RAW, bytes.len())
        }
    };
    packed[0] = form;
    packed[..=len].to_vec()
}

/// The bytes of a stored declaration. They are its declaration only if they have its identity.
pub(crate) fn unpack_declaration(packed: &[u8]) -> io::Result<Vec<u8>> {
    match packed.split_first() {
        Some((&RAW, bytes)) => Ok(bytes.to_vec()),
        Some((&ZSTD, frame)) => decompress(frame),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// The stored form of content.
pub(crate) fn pack_content(media: &str, bytes: &[u8]) -> Vec<u8> {
    #[expect(clippy::cast_possible_truncation, reason = "checked against NAME_BYTES on the way in")]
    let len = media.len() as u16;
    [&len.to_be_bytes(), media.as_bytes(), bytes].concat()
}

/// The media type and the bytes of stored content.
pub(crate) fn split_content(packed: &[u8]) -> Option<(&str, &[u8])> {
    let (len, rest) = packed.split_first_chunk()?;
    let (media, bytes) = rest.split_at_checked(u16::from_be_bytes(*len).into())?;
    Some((std::str::from_utf8(media).ok()?, bytes))
}

/// The canonical bytes of a stored declaration: those of its identity, or an error.
pub(crate) fn declaration_from(id: &Identity, packed: &[u8]) -> Result<Vec<u8>, Error> {
    let damaged = || Error::corrupt(format!("the stored declaration {id} is damaged"));
    let bytes = unpack_declaration(packed).map_err(|source| damaged().because(source))?;
    if Identity::of(&bytes) == *id { Ok(bytes) } else { Err(damaged()) }
}

/// Whether an entry is of the record with this identity.
pub(crate) fn is_of(entry: &[u8], id: &[u8]) -> bool {
    matches!(Entry::parse(entry), Ok(Entry::Record { id: of, .. }) if of.as_bytes() == id)
}

/// The index in the key of an entry.
pub(crate) fn index_from(key: &[u8]) -> Result<u64, Error> {
    let key = key.try_into().map_err(|_| Error::corrupt("a key of the table entries is not an index"))?;
    Ok(u64::from_be_bytes(key))
}

/// The key of a full tile: by level, then from the left.
pub(crate) fn tile_key(id: TileId) -> [u8; 9] {
    let mut key = [id.level; 9];
    key[1..].copy_from_slice(&id.number.to_be_bytes());
    key
}

fn compress(bytes: &[u8], into: &mut [u8]) -> io::Result<usize> {
    COMPRESSOR.with_borrow_mut(|compressor| match compressor {
        Ok(compressor) => compressor.compress_to_buffer(bytes, into),
        Err(_) => Err(io::ErrorKind::OutOfMemory.into()),
    })
}

fn decompress(frame: &[u8]) -> io::Result<Vec<u8>> {
    let len =
        zstd_safe::get_frame_content_size(frame).ok().flatten().and_then(|len| usize::try_from(len).ok());
    let len = len.filter(|len| *len <= limits::DECLARATION_BYTES).ok_or(io::ErrorKind::InvalidData)?;
    DECOMPRESSOR.with_borrow_mut(|decompressor| match decompressor {
        Ok(decompressor) => decompressor.decompress(frame, len),
        Err(_) => Err(io::ErrorKind::OutOfMemory.into()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_come_back_exactly() {
        let words = b"\x67contexta3eitems\x80gabsentdnone".repeat(9);
        let noise: Vec<u8> = (0..200_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect();
        let packed = [&words[..], &noise, b"", b"x"].map(|bytes| {
            let packed = pack_declaration(bytes);
            assert_eq!(unpack_declaration(&packed).unwrap(), bytes);
            packed
        });
        assert_eq!((packed[0][0], packed[1][0]), (ZSTD, RAW), "only where it helps");
        assert!(packed[0].len() * 4 < words.len());
        assert_eq!(packed[1].len(), noise.len() + 1);
    }

    #[test]
    fn the_dictionary_is_that_of_the_format() {
        assert_eq!(
            Identity::of(DICTIONARY).hex(),
            "ff6b5d8f14bbe0b94dda1d8019e0b4efa1b20f1dd242a25b30ed23f6e68a26f5",
        );
    }

    #[test]
    fn damaged_declarations_are_errors_and_allocate_no_declared_length() {
        for packed in [&[][..], &[2], &[ZSTD], &[ZSTD, 0x28, 0xb5, 0x2f, 0xfd]] {
            assert!(unpack_declaration(packed).is_err(), "{packed:?}");
        }
        // A frame that declares four gigabytes.
        assert!(unpack_declaration(&[ZSTD, 0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0xff, 1, 0, 0]).is_err());
        let packed = pack_declaration(&b"declaration ".repeat(100));
        for len in 0..packed.len() {
            assert!(unpack_declaration(&packed[..len]).is_err(), "{len}");
        }
    }

    #[test]
    fn content_comes_back_with_its_type() {
        let packed = pack_content("text/plain", b"hello");
        assert_eq!(split_content(&packed), Some(("text/plain", &b"hello"[..])));
        assert_eq!(split_content(&pack_content("", b"")), Some(("", &b""[..])));
        for packed in [&[][..], &[0], &[0, 9, b'x'], &[0, 1, 0xff]] {
            assert_eq!(split_content(packed), None, "{packed:?}");
        }
    }
}
