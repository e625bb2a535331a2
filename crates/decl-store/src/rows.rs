//! The encoding of keys and values. It does not affect identity: reading returns the exact bytes.
//!
//! ```text
//! records        00, bytes            as they are
//!                01, zstd frame       with the dictionary of format 1
//! contents       00, u56 length, bytes              content of at most 32 KiB
//!                00, u56 length                     larger content; its bytes are in `chunks`, 1 MiB each, the last
//!                                                   one shorter
//!                01, u56 length, u8 n, name, bytes  the box of keyed content, and the name of its key, n bytes
//!                01, u56 length, u8 n, name         a larger box, likewise
//!                ff ff ff ff ff ff ff ff            chunks of content that is not there yet
//! ```
//!
//! A record is small and almost all of it is the same from run to run, so it is compressed with a dictionary before it
//! reaches the write-ahead log: the cost of a commit is the bytes written.
//!
//! A row of `contents` has the length, so that nobody reads 256 MiB to learn it. It does not have the media type: two
//! declarations may give the same bytes different types, and a declaration's statement is sealed.
use crate::{error::Error, rocks::View, tables::Table};
use decl_core::{Identity, Occurrence, limits};
use decl_keyed::OVERHEAD;
use decl_log::{Entry, TileId};
use std::{cell::RefCell, io, sync::LazyLock};
use zstd::{
    bulk::{Compressor, Decompressor},
    dict::{DecoderDictionary, EncoderDictionary},
    zstd_safe,
};

/// Keys of the table `meta`.
pub(crate) const CHECKPOINT: &[u8] = b"checkpoint";
pub(crate) const EDGE: &[u8] = b"edge";

const RAW: u8 = 0;
const ZSTD: u8 = 1;

/// What the length of a box has in front.
const BOXED: u64 = 1 << 56;

/// The row of content whose chunks are not all there.
pub(crate) const UNFINISHED: [u8; 8] = [0xff; 8];

/// The largest content that is stored in its row, in bytes.
pub(crate) const INLINE: usize = 32 << 10;

/// The dictionary, which is part of the store's format: another dictionary is another format. It was trained (`zstd
/// --train`, 16 KiB) on 4,000 generated declarations of every kind with random digests, so it holds the format's words
/// and nobody's data.
static DICTIONARY: &[u8] = include_bytes!("declarations-1.zdict");

static ENCODER: LazyLock<EncoderDictionary<'static>> =
    LazyLock::new(|| EncoderDictionary::copy(DICTIONARY, 1));
static DECODER: LazyLock<DecoderDictionary<'static>> = LazyLock::new(|| DecoderDictionary::copy(DICTIONARY));

thread_local! {
    // Creating a context costs more than compressing a record.
    static COMPRESSOR: RefCell<io::Result<Compressor<'static>>> = RefCell::new(compressor());
    static DECOMPRESSOR: RefCell<io::Result<Decompressor<'static>>> =
        RefCell::new(Decompressor::with_prepared_dictionary(&DECODER));
}

fn compressor() -> io::Result<Compressor<'static>> {
    let mut compressor = Compressor::with_prepared_dictionary(&ENCODER)?;
    compressor.include_dictid(false)?; // the first byte tells the dictionary
    compressor.include_checksum(false)?; // the identity is a stronger check
    Ok(compressor)
}

/// Packs a record for storage.
pub(crate) fn pack_record(bytes: &[u8]) -> Vec<u8> {
    let mut packed = vec![RAW; 1 + zstd_safe::compress_bound(bytes.len())];
    // Compression saves space; a failure of it is no error.
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

/// Unpacks a stored record. The caller checks that the bytes have its identity.
pub(crate) fn unpack_record(packed: &[u8]) -> io::Result<Vec<u8>> {
    match packed.split_first() {
        Some((&RAW, bytes)) => Ok(bytes.to_vec()),
        Some((&ZSTD, frame)) => decompress(frame),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}

/// Encodes the row of content in `contents`; of a box, with the name of its key.
pub(crate) fn content_row(bytes: &[u8], key: Option<&str>) -> Vec<u8> {
    let inline = if bytes.len() <= INLINE { bytes } else { &[] };
    let len = bytes.len() as u64;
    match key {
        None => [&len.to_be_bytes(), inline].concat(),
        Some(name) => {
            #[expect(clippy::cast_possible_truncation, reason = "a name of a key has at most 64 bytes")]
            let of_name = [name.len() as u8];
            [&(len | BOXED).to_be_bytes(), &of_name[..], name.as_bytes(), inline].concat()
        }
    }
}

/// What a row of `contents` says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ContentRow<'a> {
    /// Content under its plain digest.
    Plain(Held<'a>),
    /// A box under a keyed digest, which only the key of this name opens.
    Boxed(&'a str, Held<'a>),
    /// Chunks are being written, or a writer did not come to their end: the content is not there yet.
    Unfinished,
}

/// The bytes of content or of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held<'a> {
    /// The bytes.
    Inline(&'a [u8]),
    /// How many there are in `chunks`.
    Chunks(u64),
}

impl Held<'_> {
    pub(crate) fn len(self) -> u64 {
        match self {
            Self::Inline(bytes) => bytes.len() as u64,
            Self::Chunks(len) => len,
        }
    }
}

/// Reads a row of `contents`.
pub(crate) fn read_content_row(row: &[u8]) -> Option<ContentRow<'_>> {
    if row == UNFINISHED {
        return Some(ContentRow::Unfinished);
    }
    let (len, rest) = row.split_first_chunk()?;
    let len = u64::from_be_bytes(*len);
    if len & BOXED == 0 {
        return held(len, rest, limits::CONTENT_BYTES).map(ContentRow::Plain);
    }
    let (of_name, rest) = rest.split_first()?;
    let (name, rest) = rest.split_at_checked((*of_name).into())?;
    let held = held(len ^ BOXED, rest, limits::CONTENT_BYTES + OVERHEAD)?;
    Some(ContentRow::Boxed(str::from_utf8(name).ok()?, held))
}

/// Returns bytes of this length, which are what is left of their row, or in `chunks`.
fn held(len: u64, rest: &[u8], most: usize) -> Option<Held<'_>> {
    let size = usize::try_from(len).ok()?;
    match rest {
        [] if size > INLINE && size <= most => Some(Held::Chunks(len)),
        inline if size <= INLINE && inline.len() == size => Some(Held::Inline(inline)),
        _ => None,
    }
}

/// Returns the canonical bytes of a stored record. Bytes with another identity are an error.
pub(crate) fn record_from(id: &Identity, packed: &[u8]) -> Result<Vec<u8>, Error> {
    let damaged = || Error::corrupt(format!("the stored record {id} is damaged"));
    let bytes = unpack_record(packed).map_err(|source| damaged().because(source))?;
    if Identity::of(&bytes) == *id { Ok(bytes) } else { Err(damaged()) }
}

/// Reads the canonical bytes of a sealed record under a view.
pub(crate) fn stored_record(id: &Identity, view: &View<'_>) -> Result<Vec<u8>, Error> {
    let packed = view.get(Table::Records, id.as_bytes())?;
    record_from(id, &packed.ok_or_else(|| Error::corrupt(format!("the stored record {id} is missing")))?)
}

/// Returns whether an entry is that of the record with this identity.
pub(crate) fn is_of(entry: &[u8], id: &[u8]) -> bool {
    matches!(Entry::parse(entry), Ok(Entry::Record { id: of, .. }) if of.as_bytes() == id)
}

/// Decodes the index in the key of an entry.
pub(crate) fn index_from(key: &[u8]) -> Result<u64, Error> {
    let key = key.try_into().map_err(|_| Error::corrupt("a key of the table entries is not an index"))?;
    Ok(u64::from_be_bytes(key))
}

/// Decodes an occurrence in a row of `open`.
pub(crate) fn occurrence_from(row: &[u8]) -> Result<Occurrence, Error> {
    let occurrence = row.try_into().ok().and_then(Occurrence::from_bytes);
    occurrence.ok_or_else(|| Error::corrupt("a row of the table open is not an occurrence"))
}

/// Returns the key of a full tile: by level, then from the left.
pub(crate) fn tile_key(id: TileId) -> [u8; 9] {
    let mut key = [id.level; 9];
    key[1..].copy_from_slice(&id.number.to_be_bytes());
    key
}

/// Returns the key of a chunk; those of one piece of content are adjacent and in order.
pub(crate) fn chunk_key(digest: &Identity, number: u32) -> [u8; 36] {
    let mut key = [0; 36];
    key[..32].copy_from_slice(digest.as_bytes());
    key[32..].copy_from_slice(&number.to_be_bytes());
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
    fn records_come_back_exactly() {
        let words = b"\x67contexta3eitems\x80gabsentdnone".repeat(9);
        let noise: Vec<u8> = (0..200_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect();
        let packed = [&words[..], &noise, b"", b"x"].map(|bytes| {
            let packed = pack_record(bytes);
            assert_eq!(unpack_record(&packed).unwrap(), bytes);
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
    fn damaged_records_are_errors_and_allocate_no_declared_length() {
        for packed in [&[][..], &[2], &[ZSTD], &[ZSTD, 0x28, 0xb5, 0x2f, 0xfd]] {
            assert!(unpack_record(packed).is_err(), "{packed:?}");
        }
        // A frame that declares four gigabytes.
        assert!(unpack_record(&[ZSTD, 0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0xff, 1, 0, 0]).is_err());
        let packed = pack_record(&b"declaration ".repeat(100));
        for len in 0..packed.len() {
            assert!(unpack_record(&packed[..len]).is_err(), "{len}");
        }
    }

    #[test]
    fn a_content_row_has_the_bytes_or_only_their_length() {
        for (len, inline) in [(0, true), (1, true), (INLINE, true), (INLINE + 1, false), (3 << 20, false)] {
            let bytes = vec![7; len];
            let held = if inline { Held::Inline(&bytes) } else { Held::Chunks(len as u64) };
            for (key, expected) in [
                (None, ContentRow::Plain(held)),
                (Some("k"), ContentRow::Boxed("k", held)),
                (Some(&*"k".repeat(64)), ContentRow::Boxed(&"k".repeat(64), held)),
            ] {
                let row = content_row(&bytes, key);
                assert_eq!(read_content_row(&row), Some(expected), "{len}, {key:?}");
                assert_eq!(read_content_row(&row[..row.len() - 1]), None, "{len}, {key:?}: short");
                assert_eq!(read_content_row(&[&row[..], &[0]].concat()), None, "{len}, {key:?}: long");
            }
        }
        let most = limits::CONTENT_BYTES as u64;
        let of_len = |len: u64| read_content_row(&len.to_be_bytes()).is_some();
        assert_eq!([most, most + 1, u64::MAX - 1].map(of_len), [true, false, false]);
        let most = (most + OVERHEAD as u64) | BOXED;
        let of_len = |len: u64| read_content_row(&[&len.to_be_bytes()[..], &[1, b'k']].concat()).is_some();
        assert_eq!([most, most + 1, most | (BOXED << 1)].map(of_len), [true, false, false]);
        assert_eq!(read_content_row(&UNFINISHED), Some(ContentRow::Unfinished));
    }
}
