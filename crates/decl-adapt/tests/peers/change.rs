//! Declarations that are well, and what is done to them.

use crate::{
    invent::{self, CHOICES, Words},
    random::Random,
    tree::{Node, Path},
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
                if let Some(path) = find(root, &places, random, is_content) {
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

/// The path to some node that fits.
fn find<'p>(
    root: &Node,
    places: &'p [(Path, String)],
    random: &mut Random,
    fits: impl Fn(&Node) -> bool,
) -> Option<&'p Path> {
    around(random, places).map(|(path, _)| path).find(|path| fits(root.get(path)))
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
    let fits = |node: &Node| match node {
        Node::Map(_) | Node::List(_) => kind > 6 || kind < 4 && node.len() > 0,
        Node::Text(_) | Node::Bytes(_) => kind >= 4,
        Node::Token(_) => kind >= 6,
    };
    let Some(path) = find(root, &places, random, fits) else { return };
    match (kind, root.at(path)) {
        (0..4, Node::Map(members)) => spoil_map(members, random, words),
        (0..4, Node::List(items)) => spoil_list(items, random),
        (4..6, Node::Text(text)) => spoil_text(text, random),
        (4..6, Node::Bytes(bytes)) => spoil_bytes(bytes, random),
        (_, node) => {
            *node = match random.below(5) {
                0 => Node::token("null"),
                1 => Node::Token(invent::number(random)),
                2 => Node::text(random.word(CHOICES)),
                3 => words.content(random),
                _ => words.value(random, 2),
            }
        }
    }
}

fn spoil_map(members: &mut Vec<(String, Node)>, random: &mut Random, words: &Words) {
    let i = random.below(members.len());
    match random.below(4) {
        0 => drop(members.remove(i)),
        1 => members.insert(random.below(members.len() + 1), members[i].clone()),
        2 => members[i].0 = words.name(random),
        _ => members.push((words.name(random), words.value(random, 1))),
    }
}

fn spoil_list(items: &mut Vec<Node>, random: &mut Random) {
    let i = random.below(items.len());
    match random.below(4) {
        0 => drop(items.remove(i)),
        1 => items.insert(random.below(items.len() + 1), items[i].clone()),
        2 => items.reverse(),
        _ => items.clear(),
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

fn spoil_bytes(bytes: &mut Vec<u8>, random: &mut Random) {
    match random.below(3) {
        0 => drop(bytes.pop()),
        1 => bytes.push(0),
        _ => bytes.clear(),
    }
}

/// Damage to the bytes, after which a reader has to say where.
pub(crate) fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    let is_text = random.percent(50);
    let piece = if is_text { random.word(TEXTS).as_bytes().to_vec() } else { unhex(random.word(HEX)) };
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
        4 => drop(bytes.splice(at..end, piece)),
        5 => bytes.extend(piece),
        _ => drop(bytes.splice(at..at, piece)),
    }
}

const TEXTS: &str = r#"
    \ud800 \udc00 \ud800\udc00 \ud83d\u0041 \u12 \x \u0000 \ " , : { } [ ] null NaN -Infinity 0 1e5 - . /**/
"#;

/// Control characters, what is no UTF-8, and heads of CBOR.
const HEX: &str = "
    00 01 0b 7f c3a9 efbbbf ff c080 e282 eda080 f4908080 f08fbfbf f6 f7 f814 f8ff f97e00 f93c00 fb3ff8000000000000
    1bffffffffffffffff 3b8000000000000000 1817 5f 9f bf c2
";

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}
