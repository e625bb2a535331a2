//! Audits every piece of content against its digest.

use super::{Damage, DamageKind, Report};
use crate::{
    cache::Cache,
    content::{CHUNK, chunk_count},
    error::{Error, ErrorKind},
    keys::usable::Usable,
    rocks::View,
    rows::{self, ContentRow, Held, chunk_key},
    tables::{Row, Table},
};
use decl_core::{Identity, IdentityHasher, hex};
use decl_keyed::{ContentKey, KeyFile};
use rayon::prelude::*;
use std::{collections::HashMap, iter::Peekable};

/// Bytes of small content that are checked at a time, on all cores.
const GROUP: usize = 32 << 20;

/// What the row of a digest is, as far as references to it care.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Plain content of this length.
    Plain(u64),
    /// The box of keyed content.
    Boxed,
    Missing,
}

impl Found {
    /// Returns what a row is; one that cannot be read is reported elsewhere, and as good as missing.
    pub(super) fn of(row: Option<&[u8]>) -> Self {
        match row.and_then(rows::read_content_row) {
            Some(ContentRow::Plain(held)) => Self::Plain(held.len()),
            Some(ContentRow::Boxed(..)) => Self::Boxed,
            Some(ContentRow::Unfinished) | None => Self::Missing,
        }
    }
}

/// Checks all content under a view; keyed content as far as these keys do that. Caches what was found, for the
/// references to it. Fails only if a key at hand is not the one of the log.
pub(super) fn check(
    view: &View<'_>,
    keys: &KeyFile,
    found: &Cache<Identity, Found>,
    report: &mut Report,
) -> Result<(), Error> {
    let mut chunks = Chunks::begin(view);
    let mut locks = Locks { view, keys, usable: HashMap::new() };
    let (mut group, mut bytes) = (Vec::new(), 0);
    let mut last = String::from("the start");
    let mut whole = true;
    for row in view.rows(Table::Contents, &[]) {
        let (key, row) = match row {
            Ok(row) => row,
            Err(error) => {
                report.add([Damage::unreadable(Table::Contents, format!("after {last}"), &error)]);
                whole = false;
                continue;
            }
        };
        last = format!("b3:{}", hex(&key));
        let damaged = |what: &str| [Damage::new(DamageKind::Content, format!("b3:{}", hex(&key)), what)];
        let Ok(digest) = <[u8; 32]>::try_from(&*key).map(Identity::from_bytes) else {
            report.add(damaged("the key is not a digest"));
            continue;
        };
        found.insert(digest, Found::of(Some(&row)));
        let (held, check) = match rows::read_content_row(&row) {
            None => {
                report.add(damaged("cannot be read"));
                chunks.strays(Some(&digest), report);
                chunks.skip(&digest);
                continue;
            }
            Some(ContentRow::Unfinished) => {
                chunks.strays(Some(&digest), report);
                chunks.skip(&digest);
                continue;
            }
            Some(ContentRow::Plain(held)) => (held, Check::Plain),
            Some(ContentRow::Boxed(name, held)) => (held, locks.check(name, &digest, report)?),
        };
        match held {
            Held::Inline(_) => {
                bytes += row.len();
                group.push((digest, check, row));
            }
            Held::Chunks(len) => {
                let mut large = Large::new(check);
                if chunks.check(&digest, len, &mut large, report) {
                    report.add(large.wrong(&digest));
                }
            }
        }
        if bytes > GROUP {
            check_small(&mut group, report);
            bytes = 0;
        }
    }
    check_small(&mut group, report);
    if whole {
        chunks.strays(None, report);
    }
    Ok(())
}

/// How the bytes of a row are checked.
enum Check {
    Plain,
    Key(ContentKey),
    /// Nobody here can.
    No,
}

impl Check {
    /// Returns the damage if these are not the bytes of this digest.
    fn wrong(&self, digest: &Identity, bytes: &[u8]) -> Option<Damage> {
        match self {
            Self::Plain => (Identity::of(bytes) != *digest).then(|| other_digest(digest)),
            Self::Key(key) => key.decrypt(digest, bytes).is_none().then(|| no_box(digest)),
            Self::No => None,
        }
    }
}

/// Which keys may be used.
struct Locks<'a> {
    view: &'a View<'a>,
    keys: &'a KeyFile,
    usable: HashMap<String, Usable>,
}

impl Locks<'_> {
    /// Returns how a box under the key of this name is checked, and counts it if it is not. A key at hand that is not the
    /// log's is an error.
    fn check(&mut self, name: &str, digest: &Identity, report: &mut Report) -> Result<Check, Error> {
        let usable = match self.usable.get(name) {
            Some(usable) => usable.clone(),
            None => match Usable::of(name, self.keys, self.view) {
                Err(error) if error.kind() == ErrorKind::Corrupt => {
                    let place = format!("kb3:{}", digest.hex());
                    report.add([Damage::new(DamageKind::Content, place, error.to_string())]);
                    return Ok(Check::No);
                }
                usable => self.usable.entry(name.to_owned()).or_insert(usable?).clone(),
            },
        };
        match usable {
            Usable::Key(key) => return Ok(Check::Key(key)),
            Usable::NotHere => report.unchecked += 1,
            Usable::Destroyed(_) => report.uncheckable += 1,
        }
        Ok(Check::No)
    }
}

fn check_small(group: &mut Vec<(Identity, Check, Box<[u8]>)>, report: &mut Report) {
    let check = |(digest, check, row): &(Identity, Check, Box<[u8]>)| {
        match rows::read_content_row(row)? {
            ContentRow::Plain(Held::Inline(bytes)) | ContentRow::Boxed(_, Held::Inline(bytes)) => {
                check.wrong(digest, bytes)
            }
            _ => None, // only what is inline is in the group
        }
    };
    report.add(group.par_iter().filter_map(check).collect::<Vec<_>>());
    group.clear();
}

fn other_digest(digest: &Identity) -> Damage {
    Damage::new(DamageKind::Content, digest.to_string(), "the bytes have another digest")
}

fn no_box(digest: &Identity) -> Damage {
    let what = "its key does not open the box, or finds other content in it";
    Damage::new(DamageKind::Content, format!("kb3:{}", digest.hex()), what)
}

/// The chunks of content that is checked as a whole.
enum Large {
    Plain(Box<IdentityHasher>),
    Box(ContentKey, Vec<u8>),
    No,
}

impl Large {
    fn new(check: Check) -> Self {
        match check {
            Check::Plain => Self::Plain(Box::default()),
            Check::Key(key) => Self::Box(key, Vec::new()),
            Check::No => Self::No,
        }
    }

    fn add(&mut self, chunk: &[u8]) {
        match self {
            Self::Plain(hasher) => {
                hasher.update(chunk);
            }
            Self::Box(_, bytes) => bytes.extend_from_slice(chunk),
            Self::No => {}
        }
    }

    /// Returns the damage if the chunks are not the bytes of this digest.
    fn wrong(self, digest: &Identity) -> Option<Damage> {
        match self {
            Self::Plain(hasher) => (hasher.finish() != *digest).then(|| other_digest(digest)),
            Self::Box(key, bytes) => Check::Key(key).wrong(digest, &bytes),
            Self::No => None,
        }
    }
}

/// A walk over the chunks in step with the walk over their content: both are ordered by digest.
struct Chunks<'a> {
    view: &'a View<'a>,
    rows: Peekable<Box<dyn Iterator<Item = Row> + 'a>>,
}

impl<'a> Chunks<'a> {
    fn begin(view: &'a View<'a>) -> Self {
        Self { view, rows: rows_from(view, &[]) }
    }

    /// Gives the chunks of one piece of content to `large`. Returns whether they are all there.
    fn check(&mut self, digest: &Identity, len: u64, large: &mut Large, report: &mut Report) -> bool {
        self.strays(Some(digest), report);
        let mut left = len;
        for number in 0..chunk_count(len) {
            let key = chunk_key(digest, number);
            let ours = |row: &Row| row.as_ref().map_or(true, |(found, _)| **found == key);
            let what = match self.rows.next_if(ours) {
                Some(Ok((_, chunk))) if chunk.len() as u64 == left.min(CHUNK as u64) => {
                    large.add(&chunk);
                    left -= chunk.len() as u64;
                    continue;
                }
                Some(Ok(_)) => format!("part {number} has another length"),
                Some(Err(error)) => {
                    report.add([Damage::unreadable(Table::Chunks, digest, &error)]);
                    self.skip(digest);
                    return false;
                }
                None => format!("part {number} is missing"),
            };
            report.add([Damage::new(DamageKind::Content, digest.to_string(), what)]);
            self.skip(digest);
            return false;
        }
        true
    }

    /// Continues after the chunks of a digest.
    fn skip(&mut self, digest: &Identity) {
        self.rows = rows_from(self.view, &[&digest.as_bytes()[..], &[0xff; 5]].concat());
    }

    /// Reports chunks that belong to no content, up to those of `to`.
    fn strays(&mut self, to: Option<&Identity>, report: &mut Report) {
        let before = |row: &Row| match (row, to) {
            (Ok((key, _)), Some(to)) => **key < to.as_bytes()[..],
            (Ok(_), None) => true,
            (Err(_), _) => to.is_none(),
        };
        while let Some(row) = self.rows.next_if(before) {
            report.add([match row {
                Ok((key, _)) => {
                    let what = "a part of content that is not there";
                    Damage::new(DamageKind::Content, format!("chunks {}", hex(&key)), what)
                }
                Err(error) => Damage::unreadable(Table::Chunks, "a row", &error),
            }]);
        }
    }
}

fn rows_from<'a>(view: &'a View<'a>, key: &[u8]) -> Peekable<Box<dyn Iterator<Item = Row> + 'a>> {
    let rows: Box<dyn Iterator<Item = Row> + 'a> = Box::new(view.rows(Table::Chunks, key));
    rows.peekable()
}
