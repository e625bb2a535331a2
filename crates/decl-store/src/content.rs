//! Reads and writes content in the store.

use crate::{
    cache::Cache,
    error::{Error, ErrorKind},
    rocks::{Db, View},
    rows::{self, ContentRow, Held, chunk_key},
    tables::{Batch, Table},
};
use decl_core::Identity;
use decl_keyed::{KeyedContent, OVERHEAD};

/// Bytes of a row of `chunks`; the last one of a piece of content has the rest.
pub(crate) const CHUNK: usize = 1 << 20;

/// A cache of facts about stored content: 90% of a declaration's content is that of the one before.
pub(crate) type Known = Cache<Identity, Stored>;

/// What is known of a row of content.
#[derive(Clone, Copy)]
pub(crate) struct Stored {
    /// The length of plain content; `None` for a box.
    pub(crate) len: Option<u64>,
    /// Whether its bytes were written by this process or compared with the right ones.
    pub(crate) sound: bool,
}

/// Returns what is known of the content of a digest without reading its bytes, or `None` if it is not stored.
pub(crate) fn stored(digest: &Identity, db: &Db, known: &Known) -> Result<Option<Stored>, Error> {
    if let Some(stored) = known.get(digest) {
        return Ok(Some(stored));
    }
    let era = known.era();
    let Some(row) = db.get(Table::Contents, digest.as_bytes())? else { return Ok(None) };
    let len = match rows::read_content_row(&row).ok_or_else(|| damaged(digest))? {
        ContentRow::Plain(held) => Some(held.len()),
        ContentRow::Boxed(..) => None,
        ContentRow::Unfinished => return Ok(None),
    };
    let stored = Stored { len, sound: false };
    known.insert_of(era, *digest, stored);
    Ok(Some(stored))
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
    let era = known.era();
    let Some(row) = read_damaged(db, Table::Contents, digest.as_bytes())? else { return Ok(false) };
    match rows::read_content_row(&row) {
        Some(ContentRow::Plain(held)) if held.len() == len => match held {
            Held::Inline(bytes) if is(0, bytes) => {}
            Held::Inline(_) => return Ok(false),
            Held::Chunks(len) => {
                for number in 0..chunk_count(len) {
                    let chunk = read_damaged(db, Table::Chunks, &chunk_key(digest, number))?;
                    if !chunk.is_some_and(|chunk| is(number, &chunk)) {
                        return Ok(false);
                    }
                }
            }
        },
        _ => return Ok(false),
    }
    known.insert_of(era, *digest, Stored { len: Some(len), sound: true });
    Ok(true)
}

/// Returns true if the store has this content in a box that the key opens. A damaged box is not stored.
pub(crate) fn is_boxed(content: &KeyedContent, db: &Db, known: &Known) -> Result<bool, Error> {
    let digest = content.digest();
    if known.get(&digest).is_some_and(|stored| stored.sound) {
        return Ok(true);
    }
    let found = match read_box(&digest, &db.view()) {
        Err(error) if error.kind() == ErrorKind::Corrupt => None,
        found => found?,
    };
    // The box holds this content if it opens: that is what its digest is for.
    let sound = found.is_some_and(|(key, bytes)| {
        key == content.key().name() && content.key().decrypt(&digest, &bytes).is_some()
    });
    if sound {
        known.insert(digest, Stored { len: None, sound });
    }
    Ok(sound)
}

/// Reads a row that may be damaged, in which case it is as good as missing.
fn read_damaged(db: &Db, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    match db.get(table, key) {
        Err(error) if error.kind() == ErrorKind::Corrupt => Ok(None),
        read => read,
    }
}

/// Adds the rows of content, or of a box under the key of this name, to a batch.
pub(crate) fn write(digest: &Identity, bytes: &[u8], key: Option<&str>, batch: &mut Batch) {
    if bytes.len() > rows::INLINE {
        for (number, chunk) in (0..).zip(bytes.chunks(CHUNK)) {
            batch.put(Table::Chunks, &chunk_key(digest, number), chunk.to_vec());
        }
    }
    batch.put(Table::Contents, digest.as_bytes(), rows::content_row(bytes, key));
}

/// Reads plain content under a view. Returns `None` if it is not stored; bytes with another digest are an error.
pub(crate) fn read(digest: &Identity, view: &View<'_>) -> Result<Option<Vec<u8>>, Error> {
    let Some(row) = view.get(Table::Contents, digest.as_bytes())? else { return Ok(None) };
    let bytes = match rows::read_content_row(&row).ok_or_else(|| damaged(digest))? {
        ContentRow::Plain(held) => bytes_of(digest, held, view)?,
        ContentRow::Boxed(..) | ContentRow::Unfinished => return Ok(None),
    };
    if Identity::of(&bytes) == *digest { Ok(Some(bytes)) } else { Err(damaged(digest)) }
}

/// Reads a box under a view. Returns the name of its key and its bytes, or `None` if no box is stored under this digest.
pub(crate) fn read_box(digest: &Identity, view: &View<'_>) -> Result<Option<(String, Vec<u8>)>, Error> {
    let Some(row) = view.get(Table::Contents, digest.as_bytes())? else { return Ok(None) };
    match rows::read_content_row(&row).ok_or_else(|| damaged(digest))? {
        ContentRow::Boxed(key, held) => Ok(Some((key.to_owned(), bytes_of(digest, held, view)?))),
        ContentRow::Plain(_) | ContentRow::Unfinished => Ok(None),
    }
}

/// Returns the name of the key of the box that is stored under a digest, and the length of its content. Returns `None`
/// if no box is.
pub(crate) fn box_of(digest: &Identity, view: &View<'_>) -> Result<Option<(String, u64)>, Error> {
    let Some(row) = view.get(Table::Contents, digest.as_bytes())? else { return Ok(None) };
    match rows::read_content_row(&row).ok_or_else(|| damaged(digest))? {
        ContentRow::Boxed(key, held) => {
            Ok(Some((key.to_owned(), held.len().saturating_sub(OVERHEAD as u64))))
        }
        ContentRow::Plain(_) | ContentRow::Unfinished => Ok(None),
    }
}

/// Returns the bytes of a row.
fn bytes_of(digest: &Identity, held: Held<'_>, view: &View<'_>) -> Result<Vec<u8>, Error> {
    match held {
        Held::Inline(bytes) => Ok(bytes.to_vec()),
        Held::Chunks(len) => {
            let mut bytes = Vec::new();
            for number in 0..chunk_count(len) {
                let chunk = view.get(Table::Chunks, &chunk_key(digest, number))?;
                bytes.extend(chunk.ok_or_else(|| damaged(digest))?);
            }
            Ok(bytes)
        }
    }
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

pub(crate) fn damaged_box(digest: &Identity) -> Error {
    Error::corrupt(format!("the stored content kb3:{} is damaged: its key does not open it", digest.hex()))
        .with_hint(
            "to seal its declaration again with its content (`--keyed`) mends it; `decl audit` says what else is damaged",
        )
}
