//! Reads and writes content in the store.

use crate::{
    cache::Cache,
    error::{Error, ErrorKind},
    rocks::{Db, View},
    rows::{self, ContentRow, chunk_key},
    tables::{Batch, Table},
};
use decl_core::Identity;

/// Bytes of a row of `chunks`; the last one of a piece of content has the rest.
pub(crate) const CHUNK: usize = 1 << 20;

/// A cache of facts about stored content: 90% of a declaration's content is that of the one before.
pub(crate) type Known = Cache<Identity, Stored>;

/// A piece of content that has a row.
#[derive(Clone, Copy)]
pub(crate) struct Stored {
    pub(crate) len: u64,
    /// Whether its bytes were written by this process or compared with the right ones.
    pub(crate) sound: bool,
}

/// Returns the length of stored content without reading its bytes, or `None` if it is not stored.
pub(crate) fn stored_len(digest: &Identity, db: &Db, known: &Known) -> Result<Option<u64>, Error> {
    if let Some(stored) = known.get(digest) {
        return Ok(Some(stored.len));
    }
    let Some(row) = db.get(Table::Contents, digest.as_bytes())? else { return Ok(None) };
    let len = rows::read_content_row(&row).ok_or_else(|| damaged(digest))?.len();
    if let Some(len) = len {
        known.insert(*digest, Stored { len, sound: false });
    }
    Ok(len)
}

/// Returns true if the store has the content of this digest, and `is` says so of each of its chunks. What is damaged is
/// not stored: it can be written again.
pub(crate) fn is_stored(
    digest: &Identity,
    len: u64,
    is: impl Fn(u32, &[u8]) -> bool,
    db: &Db,
    known: &Known,
) -> Result<bool, Error> {
    if known.get(digest).is_some_and(|stored| stored.sound) {
        return Ok(true);
    }
    let read = |table, key: &[u8]| match db.get(table, key) {
        Err(error) if error.kind() == ErrorKind::Corrupt => Ok(None),
        read => read,
    };
    let Some(row) = read(Table::Contents, digest.as_bytes())? else { return Ok(false) };
    let row = rows::read_content_row(&row).filter(|row| row.len() == Some(len));
    match row {
        Some(ContentRow::Inline(bytes)) if is(0, bytes) => {}
        Some(ContentRow::Chunks(len)) => {
            for number in 0..chunk_count(len) {
                let chunk = read(Table::Chunks, &chunk_key(digest, number))?;
                if !chunk.is_some_and(|chunk| is(number, &chunk)) {
                    return Ok(false);
                }
            }
        }
        _ => return Ok(false),
    }
    known.insert(*digest, Stored { len, sound: true });
    Ok(true)
}

/// Adds the rows of content to a batch.
pub(crate) fn write(digest: &Identity, bytes: &[u8], batch: &mut Batch) {
    if bytes.len() > rows::INLINE {
        for (number, chunk) in (0..).zip(bytes.chunks(CHUNK)) {
            batch.put(Table::Chunks, &chunk_key(digest, number), chunk.to_vec());
        }
    }
    batch.put(Table::Contents, digest.as_bytes(), rows::content_row(bytes));
}

/// Reads content under a view. Returns `None` if it is not stored; bytes with another digest are an error.
pub(crate) fn read(digest: &Identity, view: &View<'_>) -> Result<Option<Vec<u8>>, Error> {
    let Some(row) = view.get(Table::Contents, digest.as_bytes())? else { return Ok(None) };
    let bytes = match rows::read_content_row(&row).ok_or_else(|| damaged(digest))? {
        ContentRow::Unfinished => return Ok(None),
        ContentRow::Inline(bytes) => bytes.to_vec(),
        ContentRow::Chunks(len) => {
            let mut bytes = Vec::new();
            for number in 0..chunk_count(len) {
                let chunk = view.get(Table::Chunks, &chunk_key(digest, number))?;
                bytes.extend(chunk.ok_or_else(|| damaged(digest))?);
            }
            bytes
        }
    };
    if Identity::of(&bytes) == *digest { Ok(Some(bytes)) } else { Err(damaged(digest)) }
}

/// Returns how many chunks content of this length has.
pub(crate) fn chunk_count(len: u64) -> u32 {
    u32::try_from(len.div_ceil(CHUNK as u64)).unwrap_or(u32::MAX)
}

fn damaged(digest: &Identity) -> Error {
    Error::corrupt(format!("the stored content {digest} is damaged")).with_hint(
        "to bring its bytes again (`decl content put`) mends it; `decl audit` says what else is damaged",
    )
}
