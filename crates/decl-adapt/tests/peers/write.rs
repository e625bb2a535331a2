//! A tree as JSON or CBOR: well written, or with all the liberties that JSON gives and one that CBOR does not.

use crate::{random::Random, tree::Node};
use decl_core::{Value, cbor, hex, json, key_order};

/// JSON without white space; with `random`, with white space and escapes wherever JSON allows them.
pub(crate) fn to_json(node: &Node, random: Option<Random>) -> Vec<u8> {
    let mut writer = Json { out: Vec::new(), random };
    writer.space();
    writer.node(node);
    writer.space();
    writer.out
}

/// CBOR, canonical as far as the tree allows it, but for one twist: at the head of this number.
pub(crate) fn to_cbor(node: &Node, twist: Option<(usize, Twist)>) -> Vec<u8> {
    let mut writer = Cbor { out: Vec::new(), twist, heads: 0 };
    writer.node(node);
    writer.out
}

struct Json {
    out: Vec<u8>,
    random: Option<Random>,
}

impl Json {
    fn space(&mut self) {
        if let Some(random) = &mut self.random {
            while random.percent(30) {
                self.out.push(random.pick(b" \t\n\r"));
            }
        }
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Token(token) => self.out.extend_from_slice(token.as_bytes()),
            Node::Text(text) => self.text(text),
            Node::Bytes(bytes) => self.text(&hex(bytes)),
            Node::List(items) => self.container(*b"[]", items.iter().map(|item| (None, item))),
            Node::Map(members) => {
                self.container(*b"{}", members.iter().map(|(key, value)| (Some(key), value)));
            }
        }
    }

    fn container<'n>(
        &mut self,
        brackets: [u8; 2],
        items: impl Iterator<Item = (Option<&'n String>, &'n Node)>,
    ) {
        self.out.push(brackets[0]);
        for (i, (key, value)) in items.enumerate() {
            if i > 0 {
                self.out.push(b',');
            }
            self.space();
            if let Some(key) = key {
                self.text(key);
                self.space();
                self.out.push(b':');
                self.space();
            }
            self.node(value);
            self.space();
        }
        self.space();
        self.out.push(brackets[1]);
    }

    fn text(&mut self, text: &str) {
        if self.random.is_none() {
            self.out.extend_from_slice(json::minimal(&Value::text(text)).as_bytes());
            return;
        }
        self.out.push(b'"');
        for c in text.chars() {
            self.character(c);
        }
        self.out.push(b'"');
    }

    fn character(&mut self, c: char) {
        let Some(random) = &mut self.random else { return };
        let plain = c >= ' ' && c != '"' && c != '\\';
        let short = "\u{8}\u{c}\n\r\t\"\\/".find(c).and_then(|i| "bfnrt\"\\/".chars().nth(i));
        match short {
            Some(letter) if random.percent(if plain { 20 } else { 80 }) => {
                self.out.extend_from_slice(format!("\\{letter}").as_bytes());
            }
            _ if plain && random.percent(90) => {
                self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let digits =
                        if random.percent(50) { format!("{unit:04x}") } else { format!("{unit:04X}") };
                    self.out.extend_from_slice(format!("\\u{digits}").as_bytes());
                }
            }
        }
    }
}

/// One departure from canonical CBOR.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Twist {
    /// A head of eight bytes of argument where fewer do.
    Wide,
    /// The head of an indefinite length.
    Indefinite,
    /// A length, or an integer, that is one too large.
    Longer,
    /// These bytes before the item.
    Before(&'static [u8]),
    /// The members of every map as they come.
    Unsorted,
}

struct Cbor {
    out: Vec<u8>,
    twist: Option<(usize, Twist)>,
    heads: usize,
}

impl Cbor {
    /// The twist, if it is for the head that comes now.
    fn next(&mut self) -> Option<Twist> {
        let twist = self.twist.filter(|(at, _)| *at == self.heads).map(|(_, twist)| twist);
        self.heads += 1;
        if let Some(Twist::Before(bytes)) = twist {
            self.out.extend_from_slice(bytes);
        }
        twist
    }

    fn head(&mut self, major: u8, argument: usize) {
        let twist = self.next();
        let argument = argument as u64 + u64::from(matches!(twist, Some(Twist::Longer)));
        let (info, width) = match (twist, argument) {
            (Some(Twist::Wide), _) => (27, 8),
            (Some(Twist::Indefinite), _) => (31, 0),
            (_, 0..24) => (u8::try_from(argument).unwrap(), 0),
            (_, 24..0x100) => (24, 1),
            (_, 0x100..0x1_0000) => (25, 2),
            (_, 0x1_0000..0x1_0000_0000) => (26, 4),
            _ => (27, 8),
        };
        self.out.push(major << 5 | info);
        self.out.extend_from_slice(&argument.to_be_bytes()[8 - width..]);
    }

    fn text(&mut self, text: &str) {
        self.head(3, text.len());
        self.out.extend_from_slice(text.as_bytes());
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Token(token) => self.token(token),
            Node::Text(text) => self.text(text),
            Node::Bytes(bytes) => {
                self.head(2, bytes.len());
                self.out.extend_from_slice(bytes);
            }
            Node::List(items) => {
                self.head(4, items.len());
                for item in items {
                    self.node(item);
                }
            }
            Node::Map(members) => {
                self.head(5, members.len());
                let mut members: Vec<_> = members.iter().collect();
                if !matches!(self.twist, Some((_, Twist::Unsorted))) {
                    members.sort_by(|(a, _), (b, _)| key_order(a, b));
                }
                for (key, value) in members {
                    self.text(key);
                    self.node(value);
                }
            }
        }
    }

    /// What a token says in CBOR. What none of its types can hold is an integer below the range, or null.
    fn token(&mut self, token: &str) {
        let number = json::parse(token.as_bytes()).and_then(|value| cbor::encode(&value));
        let bytes = number.unwrap_or_else(|_| match token {
            "NaN" => vec![0xf9, 0x7e, 0x00],
            "Infinity" => vec![0xfa, 0x7f, 0x80, 0x00, 0x00],
            "-Infinity" => vec![0xfb, 0xff, 0xf0, 0, 0, 0, 0, 0, 0],
            _ if token.starts_with('-') => [&[0x3b][..], &[0xff; 8]].concat(),
            _ => vec![0xf6],
        });
        match (self.next(), bytes[0]) {
            (Some(Twist::Wide), short @ (0x00..0x18 | 0x20..0x38)) => {
                self.out.extend_from_slice(&[short & 0xe0 | 0x18, short & 0x1f]);
            }
            (Some(Twist::Wide), 0xf9 | 0xfa) => {
                self.out.push(0xfb);
                self.out.extend_from_slice(&token.parse().unwrap_or(f64::NAN).to_be_bytes());
            }
            _ => self.out.extend(bytes),
        }
    }
}
