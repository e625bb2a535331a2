//! Content that is written while it is read, so that nobody has to hold it.

use crate::{
    content::{CHUNK, Known, is_stored},
    error::{Error, ErrorKind},
    rocks::Db,
};
use decl_core::{Identity, IdentityHasher, limits};
use std::io::{self, Read, Seek, SeekFrom};

/// Chunks that are held at a time.
const PART: usize = 8;

/// What the first reading of content found.
pub(crate) struct Plan {
    pub(crate) digest: Identity,
    pub(crate) len: u64,
    /// The digest of each chunk: what comes at the second reading is written only if it is the same.
    chunks: Vec<Identity>,
}

/// Some chunks of content.
pub(crate) struct Part {
    pub(crate) digest: Identity,
    /// Of the whole.
    pub(crate) len: u64,
    /// The number of the first chunk.
    pub(crate) first: u32,
    pub(crate) chunks: Vec<Vec<u8>>,
    /// There is a row, and it is damaged: it is to be written over.
    pub(crate) mends: bool,
    pub(crate) is_last: bool,
}

impl Part {
    /// Bytes that wait in memory for the sequencer.
    pub(crate) fn bytes(&self) -> usize {
        self.chunks.iter().map(Vec::len).sum()
    }
}

impl Plan {
    /// Reads content from its beginning to its end.
    pub(crate) fn read(input: &mut impl Read) -> Result<Self, Error> {
        let mut hasher = IdentityHasher::default();
        let (mut len, mut chunks) = (0, Vec::new());
        loop {
            let chunk = next_chunk(input)?;
            if chunk.is_empty() {
                return Ok(Self { digest: hasher.finish(), len, chunks });
            }
            len += chunk.len() as u64;
            if len > limits::CONTENT_BYTES as u64 {
                return Err(too_large());
            }
            hasher.update(&chunk);
            chunks.push(Identity::of(&chunk));
        }
    }

    /// Returns true if the store has this content, and what it has is right.
    pub(crate) fn is_stored(&self, db: &Db, known: &Known) -> Result<bool, Error> {
        let is = |number: u32, stored: &[u8]| {
            self.chunks.get(number as usize).is_some_and(|chunk| Identity::of(stored) == *chunk)
        };
        is_stored(&self.digest, self.len, is, db, known)
    }

    /// Reads the content again and gives its parts to `keep`, until that answers that nothing more is wanted. Returns
    /// whether everything was.
    pub(crate) fn write(
        &self,
        input: &mut (impl Read + Seek),
        mends: bool,
        mut keep: impl FnMut(Part) -> Result<bool, Error>,
    ) -> Result<bool, Error> {
        input.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        for (digests, first) in self.chunks.chunks(PART).zip((0..).step_by(PART)) {
            let mut chunks = Vec::with_capacity(digests.len());
            for digest in digests {
                let chunk = next_chunk(input)?;
                if Identity::of(&chunk) != *digest {
                    return Err(Error::new(ErrorKind::Argument, "the content changed while it was read"));
                }
                chunks.push(chunk);
            }
            let is_last = first as usize + digests.len() == self.chunks.len();
            let Self { digest, len, .. } = *self;
            if !keep(Part { digest, len, first, chunks, mends, is_last })? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The refusal of content beyond its limit.
pub(crate) fn too_large() -> Error {
    Error::new(ErrorKind::Argument, "content has at most 256 MiB")
}

fn next_chunk(input: &mut impl Read) -> Result<Vec<u8>, Error> {
    let mut chunk = Vec::new();
    input.take(CHUNK as u64).read_to_end(&mut chunk).map_err(unreadable)?;
    Ok(chunk)
}

pub(crate) fn unreadable(source: io::Error) -> Error {
    Error::new(ErrorKind::Io, "cannot read the content").because(source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn no_part_holds_more_than_its_chunks() {
        for (len, expected) in [
            (1, vec![(0, 1)]),
            (CHUNK, vec![(0, CHUNK)]),
            (PART * CHUNK, vec![(0, PART * CHUNK)]),
            (PART * CHUNK + 1, vec![(0, PART * CHUNK), (8, 1)]),
            (20 * CHUNK, vec![(0, PART * CHUNK), (8, PART * CHUNK), (16, 4 * CHUNK)]),
        ] {
            let mut input = Cursor::new(vec![7; len]);
            let plan = Plan::read(&mut input).unwrap();
            assert_eq!((plan.digest, plan.len), (Identity::of(input.get_ref()), len as u64));
            let mut parts = Vec::new();
            let keep = |part: Part| {
                parts.push((part.first, part.bytes(), part.is_last));
                Ok(true)
            };
            assert!(plan.write(&mut input, false, keep).unwrap());
            let last = parts.pop().unwrap();
            assert!(last.2 && parts.iter().all(|(_, _, is_last)| !is_last));
            parts.push(last);
            let parts: Vec<_> = parts.into_iter().map(|(first, bytes, _)| (first, bytes)).collect();
            assert_eq!(parts, expected);
        }
    }

    #[test]
    fn what_is_larger_than_content_may_be_is_refused_where_that_shows() {
        let error = Plan::read(&mut io::repeat(7)).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Argument);
    }
}
