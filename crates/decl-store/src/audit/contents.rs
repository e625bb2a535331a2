//! Audits every piece of content against its digest.

use super::{Damage, DamageKind, Report};
use crate::{
    cache::Cache,
    content::{CHUNK, chunk_count},
    rocks::View,
    rows::{self, ContentRow, chunk_key},
    tables::{Row, Table},
};
use decl_core::{Identity, IdentityHasher, hex};
use rayon::prelude::*;
use std::iter::Peekable;

/// Bytes of small content that are checked at a time, on all cores.
const GROUP: usize = 32 << 20;

/// Checks all content under a view, and caches lengths for the references to it.
pub(super) fn check(view: &View<'_>, lengths: &Cache<Identity, Option<u64>>, report: &mut Report) {
    let mut chunks = Chunks::begin(view);
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
        match rows::read_content_row(&row) {
            None => {
                report.add(damaged("cannot be read"));
                chunks.strays(Some(&digest), report);
                chunks.skip(&digest);
            }
            Some(ContentRow::Unfinished) => {
                chunks.strays(Some(&digest), report);
                chunks.skip(&digest);
            }
            Some(ContentRow::Chunks(len)) => {
                lengths.insert(digest, Some(len));
                chunks.check(&digest, len, report);
            }
            Some(ContentRow::Inline(inline)) => {
                lengths.insert(digest, Some(inline.len() as u64));
                bytes += row.len();
                group.push((digest, row));
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
}

fn check_small(group: &mut Vec<(Identity, Box<[u8]>)>, report: &mut Report) {
    let check = |(digest, row): &(Identity, Box<[u8]>)| {
        let right = matches!(rows::read_content_row(row), Some(ContentRow::Inline(bytes)) if Identity::of(bytes) == *digest);
        (!right).then(|| other_digest(digest))
    };
    report.add(group.par_iter().filter_map(check).collect::<Vec<_>>());
    group.clear();
}

fn other_digest(digest: &Identity) -> Damage {
    Damage::new(DamageKind::Content, digest.to_string(), "the bytes have another digest")
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

    /// Checks the chunks of one piece of content.
    fn check(&mut self, digest: &Identity, len: u64, report: &mut Report) {
        self.strays(Some(digest), report);
        let mut hasher = IdentityHasher::default();
        let mut left = len;
        for number in 0..chunk_count(len) {
            let key = chunk_key(digest, number);
            let ours = |row: &Row| row.as_ref().map_or(true, |(found, _)| **found == key);
            let what = match self.rows.next_if(ours) {
                Some(Ok((_, chunk))) if chunk.len() as u64 == left.min(CHUNK as u64) => {
                    hasher.update(&chunk);
                    left -= chunk.len() as u64;
                    continue;
                }
                Some(Ok(_)) => format!("part {number} has another length"),
                Some(Err(error)) => {
                    report.add([Damage::unreadable(Table::Chunks, digest, &error)]);
                    return self.skip(digest);
                }
                None => format!("part {number} is missing"),
            };
            report.add([Damage::new(DamageKind::Content, digest.to_string(), what)]);
            return self.skip(digest);
        }
        if hasher.finish() != *digest {
            report.add([other_digest(digest)]);
        }
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
