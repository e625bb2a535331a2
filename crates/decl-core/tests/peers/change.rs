//! Declarations that are well, and what is done to them.

use crate::{
    invent::{self, CHOICES, Words},
    random::Random,
    tree::Node,
};
use std::collections::BTreeMap;

/// Declarations of one form, and everything that stands at some place of any of them.
pub(crate) struct Corpus {
    declarations: Vec<Node>,
    places: BTreeMap<String, Vec<Node>>,
}

impl Corpus {
    pub(crate) fn new(mut declarations: Vec<Node>) -> Self {
        declarations.sort_by_key(Node::weight);
        let mut places: BTreeMap<String, Vec<Node>> = BTreeMap::new();
        for declaration in &declarations {
            for (path, pointer) in declaration.places() {
                let known = places.entry(pointer).or_default();
                let node = declaration.get(&path);
                if known.len() < 64 && !known.contains(node) {
                    known.push(node.clone());
                }
            }
        }
        Self { declarations, places }
    }

    /// A declaration that may be one no more.
    pub(crate) fn declaration(&self, random: &mut Random, words: &Words) -> Node {
        // short ones more often: what the long ones have gets into them, too
        let most = 1 + random.below(self.declarations.len());
        let mut node = random.pick(&self.declarations[..most]);
        for _ in 0..random.below(4) {
            self.vary(&mut node, random, words);
        }
        if random.percent(50) {
            spoil(&mut node, random, words);
        }
        node
    }

    /// A change after which the declaration is most often still one.
    fn vary(&self, root: &mut Node, random: &mut Random, words: &Words) {
        let places = root.places();
        let (path, pointer) = random.pick(&places);
        match random.below(8) {
            0..3 => {
                if let Some(known) = self.places.get(&pointer).filter(|_| !path.is_empty()) {
                    *root.at(&path) = random.pick(known);
                }
            }
            3..6 => open(root, random, words),
            6 => {
                let is_content = |node: &Node| match node {
                    Node::Map(members) => {
                        members.iter().any(|(key, _)| matches!(&**key, "text" | "json" | "b3"))
                    }
                    _ => false,
                };
                if let Some((path, _)) = around(random, &places).find(|(path, _)| is_content(root.get(path)))
                {
                    *root.at(path) = words.content(random);
                }
            }
            _ => {
                let found = around(random, &places).find(|(_, pointer)| pointer.ends_with("/name"));
                if let Some((path, _)) = found {
                    *root.at(path) = Node::Text(invent::text(random));
                }
            }
        }
    }
}

/// The places, from a random one on and around to it.
fn around<'p, T>(random: &mut Random, places: &'p [T]) -> impl Iterator<Item = &'p T> + use<'p, T> {
    let start = random.below(places.len());
    places[start..].iter().chain(&places[..start])
}

/// Adds to an open position.
fn open(root: &mut Node, random: &mut Random, words: &Words) {
    let is_open = |token| OPEN.split_ascii_whitespace().any(|name| name == token);
    let places = root.places();
    let found = around(random, &places).find(|(_, pointer)| pointer.split('/').any(is_open));
    let Some((path, pointer)) = found else { return };
    let nested = random.percent(5).then(|| nest(path.len(), random));
    match (root.at(path), nested) {
        (Node::Map(members), None) if pointer == "/ext" => words.grow(members, random, 2, invent::extension),
        (Node::Map(members), None) => words.grow(members, random, 2, Words::name),
        (Node::Map(members), Some(nested)) => members.push(("nested".to_owned(), nested)),
        (Node::List(items), nested) => items.push(nested.unwrap_or_else(|| words.value(random, 2))),
        (other, nested) => *other = nested.unwrap_or_else(|| words.value(random, 3)),
    }
}

const OPEN: &str = "
    attrs params config set return limits safety settings hardware fewshot seeds hyperparameters tool-choice ext
";

/// Containers inside each other, about as many as may stand below `above` others.
fn nest(above: usize, random: &mut Random) -> Node {
    let levels = (66 - random.below(5)).saturating_sub(above);
    (0..levels).fold(Node::token("1"), |inner, _| {
        if random.percent(50) { Node::List(vec![inner]) } else { Node::map([("a", inner)]) }
    })
}

/// A change after which the declaration is most often none.
fn spoil(root: &mut Node, random: &mut Random, words: &Words) {
    let places = root.places();
    // shallow places are few, so they are given a chance of their own
    let shallow = places.iter().filter(|(path, _)| path.len() < 3).cloned().collect::<Vec<_>>();
    let places = if random.percent(30) { shallow } else { places };
    let kind = random.below(9);
    let fits = |node: &Node| match kind {
        0..4 => node.len() > 0,
        4..7 => matches!(node, Node::Text(_) | Node::Bytes(_) | Node::Token(_)),
        _ => true,
    };
    let Some((path, _)) = around(random, &places).find(|(path, _)| fits(root.get(path))) else {
        return;
    };
    match root.at(path) {
        Node::Map(members) if kind < 4 => spoil_map(members, kind, random, words),
        Node::List(items) if kind < 4 => {
            let i = random.below(items.len());
            match kind {
                0 => drop(items.remove(i)),
                1 => items.insert(i, items[random.below(items.len())].clone()),
                2 => items.reverse(),
                _ => items[i] = Node::token("null"),
            }
        }
        Node::Text(text) if kind < 6 => spoil_text(text, random),
        Node::Bytes(bytes) if kind < 6 => match random.below(3) {
            0 => drop(bytes.pop()),
            1 => bytes.push(0),
            _ => bytes.clear(),
        },
        other if kind < 7 => {
            *other = if random.percent(50) {
                Node::text(random.word(CHOICES))
            } else {
                Node::Token(invent::number(random))
            };
        }
        other => {
            *other = match random.below(4) {
                0 => Node::token("null"),
                1 => Node::Token(invent::number(random)),
                2 => words.content(random),
                _ => words.value(random, 2),
            }
        }
    }
}

fn spoil_map(members: &mut Vec<(String, Node)>, kind: usize, random: &mut Random, words: &Words) {
    let i = random.below(members.len());
    let (key, value) = members[i].clone();
    match kind {
        0 => drop(members.remove(i)),
        1 => members.insert(random.below(members.len() + 1), (key, value)),
        2 => members[i].0 = words.name(random),
        _ => members.push((words.name(random), words.value(random, 1))),
    }
}

fn spoil_text(text: &mut String, random: &mut Random) {
    match random.below(6) {
        0 => drop(text.pop()),
        1 => text.push_str(random.pick(&["0", "\n", "a", " ", "é"])),
        2 => *text = text.to_uppercase(),
        3 => *text = text.repeat(9),
        4 => random.word(CHOICES).clone_into(text),
        _ => *text = invent::secret(random),
    }
}

/// Damage to the bytes, after which a reader has to say where.
pub(crate) fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    const PIECES: &[&[u8]] = &[
        b"\\ud800",
        b"\\udc00",
        b"\\ud800\\udc00",
        b"\\ud83d\\u0041",
        b"\\u12",
        b"\\x",
        b"\\u0000",
        b"\\",
        b"\"",
        b",",
        b":",
        b"{",
        b"}",
        b"[",
        b"]",
        b"null",
        b"NaN",
        b"-Infinity",
        b"0",
        b"1e5",
        b"-",
        b".",
        b"/**/",
        b"\x01",
        b"\x00",
        b"\x7f",
        b"\x0b",
        b"\xef\xbb\xbf",
        b"\xff",
        b"\xc0\x80",
        b"\xe2\x82",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\xf0\x8f\xbf\xbf",
        b"\xc3\xa9",
        b"\xf6",
        b"\xf7",
        b"\xf8\x14",
        b"\xf8\xff",
        b"\xf9\x7e\x00",
        b"\xf9\x3c\x00",
        b"\xfb\x3f\xf8\x00\x00\x00\x00\x00\x00",
        b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x3b\x80\x00\x00\x00\x00\x00\x00\x00",
        b"\x5f",
        b"\x9f",
        b"\xbf",
        b"\x18\x17",
        b"\xc2",
    ];
    let at = random.below(bytes.len());
    let end = bytes.len().min(at + 1 + random.below(12));
    match random.below(7) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..end)),
        2 => {
            let again = bytes[at..end].to_vec();
            drop(bytes.splice(at..at, again));
        }
        3 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
        4 => drop(bytes.splice(at..end, random.pick(PIECES).iter().copied())),
        5 => bytes.extend_from_slice(random.pick(PIECES)),
        _ => drop(bytes.splice(at..at, random.pick(PIECES).iter().copied())),
    }
}
