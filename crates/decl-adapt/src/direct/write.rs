//! From a body that was read to the bytes, by a plan.

use super::{
    super::{
        read::{bytes::sorted, open::secret_in_url},
        table::Form,
    },
    find::is_secret_member,
    plan::{FIRST, Kinds, OpenMap, Piece, Place, Plan, Texts, Way},
    writer::{Found, Said, Span, Sure, Tags, What, Writer},
};
use decl_core::{
    Content, Reference, Value, cbor,
    json::{self, Node, Tape},
    key_order, limits,
    names::{artefact, reserved_name, secret_value},
    schema::media as is_media,
};
use std::borrow::Cow;
use std::ops::Range;

/// What a body came to.
pub(crate) struct Written {
    pub(crate) bytes: Vec<u8>,
    /// In canonical order.
    pub(crate) references: Vec<Reference>,
    /// In the same order, but for those that stand in open maps.
    pub(crate) contents: Vec<Content>,
    /// Those.
    pub(crate) quoted: Vec<Content>,
}

/// Containers inside each other in one value of an open map: half of what the format allows. No place of a table is as
/// deep as the other half.
const DEPTH: usize = limits::DEPTH / 2;

/// `{"absent": "default"}`
const DEFAULT: &[u8] = b"\xa1\x66absent\x67default";

pub(super) fn declaration(kinds: &Kinds, tape: &Tape<'_>) -> Sure<Written> {
    // What is usual.
    const BYTES_OF_A_NODE: usize = 20;
    const NODES_OF_A_CONTENT: usize = 8;
    const FOUND: usize = 32;
    const MOST: usize = limits::DECLARATION_BYTES;
    const BYTES_OF_A_REFERENCE: usize = 64;
    let contents = (tape.after(0) / NODES_OF_A_CONTENT).min(MOST / BYTES_OF_A_REFERENCE);
    let mut writer = Writer {
        tape,
        bytes: Vec::with_capacity((tape.after(0) * BYTES_OF_A_NODE).clamp(4096, MOST)),
        references: Vec::with_capacity(contents),
        contents: Vec::with_capacity(contents),
        quoted: Vec::new(),
        found: Vec::with_capacity(FOUND),
        entries: Vec::with_capacity(FOUND),
    };
    let (plan, tags) = writer.told(kinds, 0)?;
    writer.node(plan, 0, tags, None)?;
    let Writer { bytes, references, contents, quoted, .. } = writer;
    Some(Written { bytes, references, contents, quoted })
}

impl<'p> Writer<'p, '_, '_> {
    /// Writes the node of an object.
    fn node(&mut self, plan: &'p Plan, map: usize, tags: Tags, around: Option<Said<'p>>) -> Sure {
        let from = self.found.len();
        self.read(plan, &plan.table, map, tags)?;
        self.found[from..].sort_by_key(|found| found.rank);
        let to = self.found.len();
        let said = |map| Said { from, to, map, plan: Some(plan) };
        // What a message says of itself, its first part will carry.
        let mut of_message = plan.of_first_part.map(said).filter(|said| self.speaks(*said));
        for piece in &plan.pieces {
            match piece {
                Piece::Bytes(bytes) => self.bytes.extend_from_slice(bytes),
                Piece::Slot(slot) => self.slot(plan, *slot, from..to, &mut of_message)?,
                Piece::Map(map) => {
                    let start = self.entries.len();
                    self.note(said(*map));
                    if let Some(said) = around.filter(|_| plan.attributes == Some(*map)) {
                        self.note(said);
                    }
                    self.map(start)?;
                }
            }
        }
        self.found.truncate(from);
        // Without a part, nothing carries what a message says; and not every part has attributes.
        let carried = of_message.is_none() && (around.is_none() || plan.attributes.is_some());
        (carried && self.bytes.len() <= limits::DECLARATION_BYTES).then_some(())
    }

    /// Fills a place.
    fn slot(
        &mut self,
        plan: &'p Plan,
        slot: usize,
        found: Range<usize>,
        of_message: &mut Option<Said<'p>>,
    ) -> Sure {
        let place = Place::Slot(slot);
        let mut stated = found.clone().filter(|i| self.found[*i].place == place);
        let inner =
            plan.slots[slot].map.map(|map| Said { from: found.start, to: found.end, map, plan: Some(plan) });
        let inner = inner.filter(|inner| self.speaks(*inner));
        let Some(first) = stated.next() else {
            match (inner, &plan.slots[slot].bytes) {
                (Some(inner), _) => self.what(What::Map(inner))?,
                (None, bytes) => self.bytes.extend_from_slice(bytes.as_ref()?),
            }
            return Some(());
        };
        if inner.is_some() {
            return None; // of two statements, the tree knows which replaces the other
        }
        let second = stated.next();
        if second.is_some_and(|i| self.found[i].rank == FIRST) {
            return None; // of two that go before everything, the tree knows the order
        }
        let what = self.found[first].what;
        let What::Items(..) = what else {
            // Another member stating this too is for the tree to judge.
            return if second.is_some() { None } else { self.what(what) };
        };
        let mut count = 0;
        for found in self.found[first..found.end].iter().filter(|found| found.place == place) {
            let What::Items(_, _, items) = found.what else { return None };
            count += items.to - items.from;
        }
        cbor::head(&mut self.bytes, cbor::ARRAY, u64::from(count));
        for i in first..found.end {
            if let Found { what: What::Items(way, node, items), .. } = self.found[i]
                && self.found[i].place == place
            {
                self.items(way, node, items, of_message)?;
            }
        }
        Some(())
    }

    /// Writes items of a list; the first takes what the message around it says.
    fn items(&mut self, way: &'p Way, node: usize, items: Span, said: &mut Option<Said<'p>>) -> Sure {
        let tape = self.tape;
        match way {
            Way::Part(form, name) => self.part(*form, node, Some(name), said.take()),
            Way::Parts(_) if tape.node(node).is_text() => self.part(Form::Text, node, None, said.take()),
            Way::Item(kinds) => self.item(kinds, node, said.take()),
            Way::Said { role, name, parts } => self.message(role, name, parts, node),
            Way::Parts(kinds) | Way::List(kinds) | Way::Turns { kinds, .. } => {
                let (first, count) = (items.from as usize, (items.to - items.from) as usize);
                let mut items = tape.items(node).skip(first).take(count);
                items.try_for_each(|item| self.item(kinds, item, said.take()))
            }
            _ => None,
        }
    }

    /// A message that stands in its list only because of the member of this name, which its first part says.
    fn message(&mut self, role: &str, name: &'static str, parts: &'p Way, node: usize) -> Sure {
        let from = self.found.len();
        let place = |name| Some(Place::Entry(0, name));
        self.state(FIRST, place("member"), What::Word(name))?;
        let items = match self.tape.node(node) {
            Node::Array { items, .. } => items,
            _ => 1,
        };
        if items == 1 && !self.tape.node(node).is_text() {
            self.state(FIRST, place("content"), What::Word("list"))?;
        }
        self.bytes.extend_from_slice(b"\xa2\x64role");
        cbor::string(&mut self.bytes, cbor::TEXT, role.as_bytes());
        self.bytes.extend_from_slice(b"\x65parts");
        cbor::head(&mut self.bytes, cbor::ARRAY, u64::from(items));
        let said = Said { from, to: self.found.len(), map: 0, plan: None };
        self.items(parts, node, Span { from: 0, to: items }, &mut Some(said))?;
        self.found.truncate(from);
        Some(())
    }

    fn item(&mut self, kinds: &'p Kinds, map: usize, said: Option<Said<'p>>) -> Sure {
        let (plan, tags) = self.told(kinds, map)?;
        self.node(plan, map, tags, said)
    }

    /// A part that is this content; `mark` is the member that it was, if it stands here only because of that.
    fn part(&mut self, form: Form, node: usize, mark: Option<&'static str>, said: Option<Said<'p>>) -> Sure {
        self.bytes.extend_from_slice(b"\xa3\x61t\x64text\x65attrs");
        let start = self.entries.len();
        self.entries.extend(mark.map(|member| ("member", What::Word(member))));
        if let Some(said) = said {
            self.note(said);
        }
        self.map(start)?;
        self.bytes.extend_from_slice(b"\x67content");
        self.form(form, node, "application/json")
    }

    /// Returns true if the map has any member.
    fn speaks(&self, said: Said<'p>) -> bool {
        let here = |found: &Found<'_>| matches!(found.place, Place::Entry(map, _) if map == said.map);
        let inside = |map: &OpenMap| {
            let mut inner = map.inner.iter();
            !map.entries.is_empty() || inner.any(|(_, map)| self.speaks(Said { map: *map, ..said }))
        };
        self.found[said.from..said.to].iter().any(here) || said.open_map().is_some_and(inside)
    }

    /// Notes the entries of this map.
    fn note(&mut self, said: Said<'p>) {
        self.entries.extend(self.found[said.from..said.to].iter().filter_map(|found| match found.place {
            Place::Entry(map, key) if map == said.map => Some((key, found.what)),
            _ => None,
        }));
        let Some(map) = said.open_map() else { return };
        self.entries.extend(map.entries.iter().map(|(key, bytes)| (*key, What::Bytes(bytes))));
        for (key, map) in &map.inner {
            let inner = Said { map: *map, ..said };
            if self.speaks(inner) {
                self.entries.push((key, What::Map(inner)));
            }
        }
    }

    /// Writes an open map of the entries from this one on.
    fn map(&mut self, start: usize) -> Sure {
        let end = self.entries.len();
        let entries = &mut self.entries[start..];
        entries.sort_by(|(a, _), (b, _)| key_order(a, b));
        if entries.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return None; // the one replaces the other
        }
        cbor::head(&mut self.bytes, cbor::MAP, (end - start) as u64);
        for i in start..end {
            let (key, what) = self.entries[i];
            cbor::string(&mut self.bytes, cbor::TEXT, key.as_bytes());
            self.what(what)?;
        }
        self.entries.truncate(start);
        Some(())
    }

    fn what(&mut self, what: What<'p>) -> Sure {
        match what {
            What::Read(way, node) => self.value(way, node)?,
            What::Items(..) => return None,
            What::Default => self.bytes.extend_from_slice(DEFAULT),
            What::Empty => cbor::head(&mut self.bytes, cbor::ARRAY, 0),
            What::Word(word) => cbor::string(&mut self.bytes, cbor::TEXT, word.as_bytes()),
            What::Bytes(bytes) => self.bytes.extend_from_slice(bytes),
            What::Map(said) => {
                let start = self.entries.len();
                self.note(said);
                self.map(start)?;
            }
        }
        Some(())
    }

    fn value(&mut self, way: &Way, node: usize) -> Sure {
        let tape = self.tape;
        match (way, tape.node(node)) {
            (Way::Value, _) => self.open(node, 0),
            (Way::Pattern, Node::Array { items, .. }) => {
                cbor::head(&mut self.bytes, cbor::ARRAY, u64::from(items));
                tape.items(node).try_for_each(|item| self.pattern(item))
            }
            (Way::Pattern, _) => self.pattern(node),
            (Way::Text(texts), _) => self.plain_text(node, *texts),
            (Way::Bool, Node::Bool(_)) => self.scalar(node),
            (Way::Integer, Node::Number { .. }) => {
                matches!(tape.value(node), Value::Uint(_) | Value::Nint(_)).then_some(())?;
                self.scalar(node)
            }
            (Way::Texts { each, .. }, Node::Array { items, .. }) => {
                cbor::head(&mut self.bytes, cbor::ARRAY, u64::from(items));
                tape.items(node).try_for_each(|item| self.plain_text(item, *each))
            }
            (Way::Texts { alone: true, each }, _) => {
                cbor::head(&mut self.bytes, cbor::ARRAY, 1);
                self.plain_text(node, *each)
            }
            (Way::Content(media), _) => self.text(node, media),
            (Way::Form(form, media), _) => self.form(*form, node, media),
            (Way::Quote(form), _) => {
                self.form(*form, node, "application/json")?;
                self.quoted.extend(self.contents.pop());
                Some(())
            }
            _ => None,
        }
    }

    /// Text that stays text.
    fn plain_text(&mut self, node: usize, texts: Texts) -> Sure {
        let node = self.tape.node(node);
        node.is_text().then_some(())?;
        let text = self.tape.text(node);
        let fits = match texts {
            Texts::Any => true,
            Texts::Names => (1..=limits::NAME_BYTES).contains(&text.len()),
            Texts::Identifiers => text.len() <= limits::IDENTIFIER_BYTES,
        };
        if !fits || secret_value(text) || secret_in_url(text) {
            return None;
        }
        cbor::string(&mut self.bytes, cbor::TEXT, text.as_bytes());
        Some(())
    }

    /// Text that stays text, and is no URL.
    fn pattern(&mut self, node: usize) -> Sure {
        let node = self.tape.node(node);
        let text = self.tape.text(node);
        (node.is_text() && !secret_value(text))
            .then(|| cbor::string(&mut self.bytes, cbor::TEXT, text.as_bytes()))
    }

    fn scalar(&mut self, node: usize) -> Sure {
        cbor::scalar(&mut self.bytes, &self.tape.value(node)).ok()
    }

    /// Any value of an open map.
    fn open(&mut self, node: usize, depth: usize) -> Sure {
        let tape = self.tape;
        match tape.node(node) {
            Node::Null => self.bytes.extend_from_slice(DEFAULT),
            Node::Bool(_) | Node::Number { .. } => self.scalar(node)?,
            Node::Text { .. } | Node::Escaped { .. } => self.plain_text(node, Texts::Any)?,
            _ if depth == DEPTH => return None,
            Node::Array { items, .. } => {
                cbor::head(&mut self.bytes, cbor::ARRAY, u64::from(items));
                tape.items(node).try_for_each(|item| self.open(item, depth + 1))?;
            }
            Node::Map { members, .. } => {
                let mut keys: Vec<(&str, usize)> =
                    tape.keys(node).map(|key| (tape.text(tape.node(key)), key)).collect();
                keys.sort_unstable_by(|(a, _), (b, _)| key_order(a, b));
                cbor::head(&mut self.bytes, cbor::MAP, u64::from(members));
                for (name, key) in keys {
                    if artefact(name) || reserved_name(name) || is_secret_member(tape, key) {
                        return None;
                    }
                    cbor::string(&mut self.bytes, cbor::TEXT, name.as_bytes());
                    self.open(key + 1, depth + 1)?;
                }
            }
        }
        Some(())
    }

    /// Content in this form; JSON has this media type.
    fn form(&mut self, form: Form, node: usize, media: &'static str) -> Sure {
        let tape = self.tape;
        match form {
            Form::Text => self.text(node, "text/plain"),
            Form::Json => self.content(tape.minimal(node).into_bytes(), media),
            Form::Data(kept) => {
                let value = sorted(tape.value(node), kept);
                self.content(json::minimal(&value).into_bytes(), media)
            }
            Form::Sifted(_) => None,
            Form::DataUrl => {
                let url = tape.text(tape.node(node)).strip_prefix("data:")?;
                let (media, bytes) = url.split_once(";base64,").filter(|(media, _)| is_media(media))?;
                self.content(decl_core::unbase64(bytes)?, media.to_owned())
            }
        }
    }

    /// Text that is content.
    fn text(&mut self, node: usize, media: &'static str) -> Sure {
        let node = self.tape.node(node);
        node.is_text().then_some(())?;
        self.content(self.tape.bytes(node).into(), media)
    }

    /// Takes content in, and writes the reference.
    fn content(&mut self, bytes: Vec<u8>, media: impl Into<Cow<'static, str>>) -> Sure {
        if bytes.len() > limits::CONTENT_BYTES {
            return None;
        }
        let content = Content::new(media, bytes);
        content.write_reference(&mut self.bytes);
        self.references.push(Reference::from(&content));
        self.contents.push(content);
        Some(())
    }
}
