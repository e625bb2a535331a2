//! A parsed document as one list of nodes, in the order of the text.

use super::number::number;
use crate::{code::Code, value::Value};
use alloc::{borrow::Cow, string::String, vec::Vec};
use core::{mem, ops::Range};

/// The nodes of a document. A container comes before its contents; the members of a map are keys and values in turn.
/// Only text with escapes is copied from the document, and nothing else is allocated.
#[derive(Debug)]
pub struct Tape<'a> {
    document: &'a str,
    /// The decoded text of all strings with escapes, concatenated.
    pub(super) unescaped: String,
    pub(super) nodes: Vec<Node>,
}

/// A node of a tape. `start` and `end` of text and numbers are byte offsets; `end` of a container is the number of the
/// node after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "JSON's own terms; the offsets are documented above")]
pub enum Node {
    Null,
    Bool(bool),
    /// A token of the grammar of JSON, or an integer of more digits.
    Number {
        start: u32,
        end: u32,
    },
    /// Text without escapes, in the document.
    Text {
        start: u32,
        end: u32,
    },
    /// Decoded text, in the buffer of the tape.
    Escaped {
        start: u32,
        end: u32,
    },
    Array {
        items: u32,
        end: u32,
    },
    Map {
        members: u32,
        end: u32,
    },
}

impl Node {
    pub(super) fn number(start: usize, end: usize) -> Self {
        Self::Number { start: short(start), end: short(end) }
    }

    /// Returns whether the node is text.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Text { .. } | Self::Escaped { .. })
    }

    pub(super) fn text(start: usize, end: usize) -> Self {
        Self::Text { start: short(start), end: short(end) }
    }

    pub(super) fn escaped(start: usize, end: usize) -> Self {
        Self::Escaped { start: short(start), end: short(end) }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a document has at most 64 MiB, and no node without a byte"
)]
fn short(n: usize) -> u32 {
    n as u32
}

impl<'a> Tape<'a> {
    pub(super) fn new(document: &'a str) -> Self {
        Self { document, unescaped: String::new(), nodes: Vec::new() }
    }

    /// Reserves the node of a container and returns its number.
    pub(super) fn open(&mut self) -> usize {
        self.nodes.push(Node::Null);
        self.nodes.len() - 1
    }

    pub(super) fn close(&mut self, place: usize, node: impl FnOnce(u32) -> Node) {
        self.nodes[place] = node(short(self.nodes.len()));
    }

    /// Returns node `i`. Node 0 is the document.
    pub fn node(&self, i: usize) -> Node {
        self.nodes[i]
    }

    /// Returns the number of the node after this value.
    pub fn after(&self, i: usize) -> usize {
        match self.nodes[i] {
            Node::Array { end, .. } | Node::Map { end, .. } => end as usize,
            _ => i + 1,
        }
    }

    /// Returns the node numbers of the items of this list.
    pub fn items(&self, list: usize) -> impl Iterator<Item = usize> {
        self.entries(list + 1, self.after(list), 0)
    }

    /// Returns the node numbers of the keys of this map; a value is the node after its key.
    pub fn keys(&self, map: usize) -> impl Iterator<Item = usize> {
        self.entries(map + 1, self.after(map), 1)
    }

    /// Returns the node numbers of the entries between `next` and `end`; the value of an entry is `before` nodes after
    /// it.
    pub(super) fn entries(&self, mut next: usize, end: usize, before: usize) -> impl Iterator<Item = usize> {
        core::iter::from_fn(move || {
            let this = next;
            (this < end).then(|| {
                next = self.after(this + before);
                this
            })
        })
    }

    /// Returns the decoded text, or a number as it is written; for other nodes it is empty.
    pub fn text(&self, node: Node) -> &str {
        let (text, place) = self.place(node);
        &text[place]
    }

    /// Returns the bytes of [`text`](Self::text).
    pub fn bytes(&self, node: Node) -> &[u8] {
        let (text, place) = self.place(node);
        &text.as_bytes()[place]
    }

    fn place(&self, node: Node) -> (&str, Range<usize>) {
        match node {
            Node::Number { start, end } | Node::Text { start, end } => {
                (self.document, start as usize..end as usize)
            }
            Node::Escaped { start, end } => (&self.unescaped, start as usize..end as usize),
            _ => ("", 0..0),
        }
    }

    /// Returns the same text, borrowed from the document where possible.
    pub fn text_of(&self, node: Node) -> Cow<'a, str> {
        match node {
            Node::Text { start, end } => Cow::Borrowed(&self.document[start as usize..end as usize]),
            node => Cow::Owned(self.text(node).into()),
        }
    }

    /// Returns the document as a tree. The nodes are given back part by part while the tree grows: the memory that this
    /// takes is that of the tree, not that of both.
    pub fn into_tree(mut self) -> Value<'a> {
        let parts = parts(mem::take(&mut self.nodes));
        self.build(&mut parts.into_iter().rev().flatten())
    }

    /// Returns the value at node `i` as a tree.
    pub fn value(&self, i: usize) -> Value<'a> {
        self.build(&mut self.nodes[i..].iter().copied())
    }

    /// Returns the value that these nodes begin with as a tree, each container allocated once, at its size.
    fn build(&self, nodes: &mut impl Iterator<Item = Node>) -> Value<'a> {
        match nodes.next().unwrap_or(Node::Null) {
            Node::Null => Value::Null,
            Node::Bool(b) => Value::Bool(b),
            // What the parser took although it is out of range is an integer.
            node @ Node::Number { start, end } => number(self.text(node)).unwrap_or_else(|_| {
                Value::BigInt(Cow::Borrowed(&self.document[start as usize..end as usize]))
            }),
            node @ (Node::Text { .. } | Node::Escaped { .. }) => Value::Text(self.text_of(node)),
            Node::Array { items, .. } => {
                let mut list = Vec::with_capacity(items as usize);
                list.extend((0..items).map(|_| self.build(nodes)));
                Value::Array(list)
            }
            Node::Map { members, .. } => {
                let mut map = Vec::with_capacity(members as usize);
                map.extend((0..members).map(|_| {
                    let key = nodes.next().unwrap_or(Node::Null);
                    (self.text_of(key), self.build(nodes))
                }));
                Value::Map(map)
            }
        }
    }
}

/// Returns nodes in parts that are allocated one by one, the last part first.
fn parts(mut nodes: Vec<Node>) -> Vec<Vec<Node>> {
    const PART: usize = 1 << 16;
    let mut parts = Vec::new();
    while nodes.len() > PART {
        parts.push(nodes.split_off((nodes.len() - 1) / PART * PART));
        nodes.shrink_to_fit();
    }
    parts.push(nodes);
    parts
}

/// Decodes the escape whose backslash is at byte `at`. Returns the character and the offset after it, or the code, the
/// offset and the reason of a refusal.
pub(super) fn escape(text: &str, at: usize) -> Result<(char, usize), (Code, usize, &'static str)> {
    let c = match text.as_bytes().get(at + 1) {
        Some(c @ (b'"' | b'\\' | b'/')) => char::from(*c),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(text, at + 2).map_err(|(code, message)| (code, at, message)),
        Some(_) => return Err((Code::Syntax, at, "an escape that JSON does not have")),
        None => return Err((Code::Syntax, at + 1, "the document ends inside text")),
    };
    Ok((c, at + 2))
}

/// Decodes the four hex digits at byte `at`, or a surrogate pair.
fn unicode(text: &str, at: usize) -> Result<(char, usize), (Code, &'static str)> {
    let lone = (Code::Utf8, "a lone surrogate");
    let high = hex4(text, at)?;
    if !(0xd800..0xe000).contains(&high) {
        return Ok((char::from_u32(high).ok_or(lone)?, at + 4));
    }
    if high >= 0xdc00 || text.as_bytes().get(at + 4..at + 6) != Some(b"\\u") {
        return Err(lone);
    }
    let low = hex4(text, at + 6)?;
    if !(0xdc00..0xe000).contains(&low) {
        return Err(lone);
    }
    Ok((char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).ok_or(lone)?, at + 10))
}

fn hex4(text: &str, at: usize) -> Result<u32, (Code, &'static str)> {
    let digits: Option<&[u8; 4]> = text.as_bytes().get(at..).and_then(<[u8]>::first_chunk);
    let digit = |n: u32, c: &u8| char::from(*c).to_digit(16).map(|digit| n * 16 + digit);
    let n = digits.and_then(|digits| digits.iter().try_fold(0, digit));
    n.ok_or((Code::Syntax, "\\u takes four hex digits"))
}

/// Returns the offset of the first byte that ends plain text: a quote, a backslash or a control character.
#[inline]
pub(super) fn special(text: &[u8]) -> Option<usize> {
    // Most text ends within a lane or two. For longer text, a branch-free block compiles to a few vector instructions.
    const LANES: usize = 2;
    const BLOCK: usize = 32;
    let mut at = 0;
    for lane in text.as_chunks().0.iter().take(LANES) {
        if let Some(found) = first_end(*lane) {
            return Some(at + found);
        }
        at += lane.len();
    }
    let end = |c: u8| u8::from(c == b'"') | u8::from(c == b'\\') | u8::from(c < 0x20);
    let plain = |block: &&[u8; BLOCK]| block.iter().fold(0, |any, &c| any | end(c)) == 0;
    at += BLOCK * text[at..].as_chunks().0.iter().take_while(plain).count();
    let (lanes, rest) = text[at..].as_chunks();
    for lane in lanes {
        if let Some(found) = first_end(*lane) {
            return Some(at + found);
        }
        at += lane.len();
    }
    rest.iter().position(|&c| end(c) != 0).map(|found| at + found)
}

/// Returns the same for eight bytes. A match can borrow from the bytes after it and give false matches there, so only
/// the first is right.
#[inline]
#[expect(clippy::little_endian_bytes, reason = "no format: the first byte has to be the lowest")]
fn first_end(lane: [u8; 8]) -> Option<usize> {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let lane = u64::from_le_bytes(lane);
    let below = |n: u64, lane: u64| lane.wrapping_sub(n * EACH) & !lane;
    let is = |c: u8| below(1, lane ^ (u64::from(c) * EACH));
    let ends = (is(b'"') | is(b'\\') | below(0x20, lane)) & (0x80 * EACH);
    (ends != 0).then(|| ends.trailing_zeros() as usize / 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn the_parts_of_nodes_are_all_of_them_in_order() {
        for len in [0, 1, 1 << 16, (1 << 16) + 1, 3 << 16] {
            let nodes: Vec<_> = (0..len).map(|n| Node::number(n, n + 1)).collect();
            let found: Vec<_> = parts(nodes.clone()).into_iter().rev().flatten().collect();
            assert!(found == nodes, "{len}");
        }
    }

    #[test]
    fn plain_text_ends_where_it_ends_at_every_offset() {
        for at in 0..70 {
            for end in ['"', '\\', '\u{1f}', '\0'] {
                let text = "é~\u{7f} ".repeat(20).chars().take(at).collect::<String>();
                let whole = format!("{text}{end}\"\\{text}");
                assert_eq!(special(whole.as_bytes()), Some(text.len()), "{end:?} after {at}");
                assert_eq!(special(text.as_bytes()), None);
            }
        }
    }
}
