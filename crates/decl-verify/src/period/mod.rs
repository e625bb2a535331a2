//! Verifies a period of a log: these entries, and no others, were sealed between two of its checkpoints.
//!
//! The format is that of `docs/spec/period.md`: the part of a mirror that holds these entries. An export of a whole log
//! is a period, too. The files come from the caller, so that they may be in a directory, an archive or on a server.
//!
//! ```
//! use decl_core::{Identity, sha256};
//! use decl_log::{Checkpoint, Edge, Entry, Mirror, RecordKind, SigningKey, Tree};
//! use decl_verify::period::{self, Asked};
//! use std::collections::HashMap;
//!
//! // A log of two entries, and its files.
//! let origin = "log.example.org/runs".to_owned();
//! let key = SigningKey::from_seed(&origin, [7; 32])?;
//! let (id, sha256) = (Identity::of(b"a run"), sha256(b"a run"));
//! let genesis = Entry::Genesis { origin: origin.clone(), at: 1_000 };
//! let record = Entry::Record { kind: RecordKind::Declaration, id, sha256, at: 2_000, by: "local".into() };
//! let mut mirror = Mirror::new(Edge::new())?;
//! mirror.push(&genesis.encode()?)?;
//! mirror.push(&record.encode()?)?;
//! let tree = Tree { size: mirror.edge().size(), root: mirror.edge().root() };
//! let mut files: HashMap<_, _> = mirror.finish().collect();
//! files.insert("checkpoint".into(), Checkpoint { origin, tree }.sign(&key)?.into_bytes());
//! let mut read = |path: &str, _most: usize| Ok::<_, std::io::Error>(files.get(path).cloned());
//!
//! // What was sealed in the first second: the genesis entry, and nothing else.
//! let mut asked = Asked { until: Some(2_000), absent: vec![id], ..Asked::default() };
//! let verified = period::verify(key.verifier_key(), &asked, &mut read)?;
//! assert_eq!(verified.entries, 0..1);
//!
//! // In the next, the run. That nothing follows within it, only a later entry could show.
//! (asked.since, asked.until) = (Some(2_000), Some(3_000));
//! let Err(period::Error::Refused(refusal)) = period::verify(key.verifier_key(), &asked, &mut read) else { panic!() };
//! assert_eq!(refusal.code(), "open_end");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod question;
mod refusal;
mod walk;

pub use question::Asked;
pub use refusal::{Error, Reason, Refusal};

use decl_log::{Checkpoint, FileKind, MAX_NOTE, Period, SignedNote, Tree, VerifierKey};
use question::Answer;
use std::{collections::HashMap, ops::Range};
use walk::Walk;

/// A period that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The name of the log.
    pub origin: String,
    /// The number of entries before the period.
    pub before: u64,
    /// The tree at its end.
    pub tree: Tree,
    /// The entries that were asked for: all that the log has of them.
    pub entries: Range<u64>,
    /// The log's clock at the first of them and at the last, in milliseconds since 1970. Only the log says so.
    pub times: Option<(u64, u64)>,
}

/// Checks that a log of this key has exactly these entries between two of its checkpoints, and answers what is asked.
///
/// `read` returns a file by its path, or `None` if there is no such regular file. Of one with more than so many bytes,
/// the first so many and one more are enough. Only the key is trusted. The identities are held in memory, about a
/// hundred bytes an entry; the rest is read a bundle at a time.
pub fn verify<E>(
    key: &VerifierKey,
    asked: &Asked,
    mut read: impl FnMut(&str, usize) -> Result<Option<Vec<u8>>, E>,
) -> Result<Verified, Error<E>> {
    let note = read(Period::CHECKPOINT, MAX_NOTE).map_err(Error::Read)?.ok_or(Reason::Missing);
    let opened = note.and_then(|note| open(&note, key));
    let Checkpoint { origin, tree } = opened.map_err(|reason| Refusal::at(Period::CHECKPOINT, reason))?;
    let older = read(Period::BEFORE, MAX_NOTE).map_err(Error::Read)?.map(|note| open(&note, key)).transpose();
    let older = older.map_err(|reason| Refusal::at(Period::BEFORE, reason))?.map(|older| older.tree);
    let period = Period { before: older.map_or(0, |older| older.size), size: tree.size };
    if period.before > period.size {
        let shrunk = decl_log::Refusal::Shrunk { old: period.before, new: period.size };
        return Err(Refusal::at(Period::BEFORE, shrunk).into());
    }
    let answer = Answer::new(asked, period);
    let mut walk = Walk { period, origin: &origin, read, entry_of: HashMap::new(), answer };
    walk.run(tree.root, older.map(|older| older.root))?;
    walk.answer.check(&walk.entry_of)?;
    let Answer { entries, times, .. } = walk.answer;
    Ok(Verified { origin, before: period.before, tree, entries, times })
}

/// Opens a signed checkpoint of the key's log.
fn open(note: &[u8], key: &VerifierKey) -> Result<Checkpoint, Reason> {
    let parse = || {
        let text = str::from_utf8(note).map_err(|_| decl_log::Refusal::Malformed("a note is UTF-8"))?;
        let note = SignedNote::parse(text)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        Ok((note, checkpoint))
    };
    let (note, checkpoint) = parse().map_err(|refusal: decl_log::Refusal| {
        Reason::NotACheckpoint(FileKind::Checkpoint.mismatch(note, &refusal))
    })?;
    match note.verify(std::slice::from_ref(key)) {
        Err(decl_log::Refusal::UnknownKey) if checkpoint.origin != key.name() => {
            Err(Reason::OtherLog { checkpoint: checkpoint.origin, key: key.name().to_owned() })
        }
        Err(refusal) => Err(refusal.into()),
        Ok(()) if checkpoint.origin == key.name() => Ok(checkpoint),
        Ok(()) => Err(decl_log::Refusal::WrongOrigin.into()),
    }
}
