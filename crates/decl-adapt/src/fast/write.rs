//! Writes the bytes of a body by a plan.

use super::{
    super::{read::bytes::sorted, secrets::secret_in_url, table::Form},
    plan::{Encoding, FIRST, Kinds, OpenMap, Piece, Place, Plan, Texts},
    scan::is_secret_member,
    statement::{MapEntries, Output, Span, Statement, Tags, Writer},
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

/// The encoding of a body.
pub(crate) struct Written {
    pub(crate) bytes: Vec<u8>,
    /// In canonical order.
    pub(crate) references: Vec<Reference>,
    /// In the same order, without those in open maps.
    pub(crate) contents: Vec<Content>,
    /// The contents in open maps.
    pub(crate) quoted: Vec<Content>,
}

/// The deepest nesting in one value of an open map: half of what the format allows. No place of a table is as deep as
/// the other half.
const DEPTH: usize = limits::DEPTH / 2;

/// `{"absent": "default"}`
const DEFAULT: &[u8] = b"\xa1\x66absent\x67default";

pub(super) fn declaration(kinds: &Kinds, tape: &Tape<'_>) -> Option<Written> {
    // Typical sizes.
    const BYTES_OF_A_NODE: usize = 20;
    const NODES_OF_A_CONTENT: usize = 8;
    const STATEMENTS: usize = 32;
    const MOST: usize = limits::DECLARATION_BYTES;
    const BYTES_OF_A_REFERENCE: usize = 64;
    let contents = (tape.after(0) / NODES_OF_A_CONTENT).min(MOST / BYTES_OF_A_REFERENCE);
    let mut writer = Writer {
        tape,
        bytes: Vec::with_capacity((tape.after(0) * BYTES_OF_A_NODE).clamp(4096, MOST)),
        references: Vec::with_capacity(contents),
        contents: Vec::with_capacity(contents),
        quoted: Vec::new(),
        statements: Vec::with_capacity(STATEMENTS),
        entries: Vec::with_capacity(STATEMENTS),
    };
    let (plan, tags) = writer.resolve(kinds, 0)?;
    writer.node(plan, 0, tags, None)?;
    let Writer { bytes, references, contents, quoted, .. } = writer;
    Some(Written { bytes, references, contents, quoted })
}

impl<'p> Writer<'p, '_, '_> {
    /// Writes the node of an object.
    fn node(&mut self, plan: &'p Plan, map: usize, tags: Tags, around: Option<MapEntries<'p>>) -> Option<()> {
        let from = self.statements.len();
        self.read(plan, &plan.table, map, tags)?;
        self.statements[from..].sort_by_key(|found| found.rank);
        let to = self.statements.len();
        let entries_of = |map| MapEntries { from, to, map, plan: Some(plan) };
        // The attributes of a message go into its first part.
        let mut of_message = plan.of_first_part.map(entries_of).filter(|entries| self.has_entries(*entries));
        for piece in &plan.pieces {
            match piece {
                Piece::Bytes(bytes) => self.bytes.extend_from_slice(bytes),
                Piece::Slot(slot) => self.slot(plan, *slot, from..to, &mut of_message)?,
                Piece::Map(map) => {
                    let start = self.entries.len();
                    self.push_entries(entries_of(*map));
                    if let Some(entries) = around.filter(|_| plan.attributes == Some(*map)) {
                        self.push_entries(entries);
                    }
                    self.map(start)?;
                }
            }
        }
        self.statements.truncate(from);
        // Without a part, nothing carries the attributes of a message; and not every part has attributes.
        let carried = of_message.is_none() && (around.is_none() || plan.attributes.is_some());
        (carried && self.bytes.len() <= limits::DECLARATION_BYTES).then_some(())
    }

    /// Fills a slot.
    fn slot(
        &mut self,
        plan: &'p Plan,
        slot: usize,
        found: Range<usize>,
        of_message: &mut Option<MapEntries<'p>>,
    ) -> Option<()> {
        let place = Place::Slot(slot);
        let mut stated = found.clone().filter(|i| self.statements[*i].place == place);
        let inner = plan.slots[slot].map.map(|map| MapEntries {
            from: found.start,
            to: found.end,
            map,
            plan: Some(plan),
        });
        let inner = inner.filter(|inner| self.has_entries(*inner));
        let Some(first) = stated.next() else {
            match (inner, &plan.slots[slot].bytes) {
                (Some(inner), _) => self.output(Output::Map(inner))?,
                (None, bytes) => self.bytes.extend_from_slice(bytes.as_ref()?),
            }
            return Some(());
        };
        if inner.is_some() {
            return None; // of two statements, the tree knows which replaces the other
        }
        let second = stated.next();
        if second.is_some_and(|i| self.statements[i].rank == FIRST) {
            return None; // of two that go before everything, the tree knows the order
        }
        let output = self.statements[first].output;
        let Output::Items(..) = output else {
            // If another member states this too, the tree decides.
            return if second.is_some() { None } else { self.output(output) };
        };
        let mut count = 0;
        for found in self.statements[first..found.end].iter().filter(|found| found.place == place) {
            let Output::Items(_, _, items) = found.output else { return None };
            count += items.to - items.from;
        }
        cbor::head(&mut self.bytes, cbor::ARRAY, u64::from(count));
        for i in first..found.end {
            if let Statement { output: Output::Items(encoding, node, items), .. } = self.statements[i]
                && self.statements[i].place == place
            {
                self.items(encoding, node, items, of_message)?;
            }
        }
        Some(())
    }

    /// Writes items of a list; the first takes the attributes of the message around it.
    fn items(
        &mut self,
        encoding: &'p Encoding,
        node: usize,
        items: Span,
        entries: &mut Option<MapEntries<'p>>,
    ) -> Option<()> {
        let tape = self.tape;
        match encoding {
            Encoding::Part(form, name) => self.part(*form, node, Some(name), entries.take()),
            Encoding::Parts(_) if tape.node(node).is_text() => {
                self.part(Form::Text, node, None, entries.take())
            }
            Encoding::Item(kinds) => self.item(kinds, node, entries.take()),
            Encoding::FirstMessage { role, name, parts } => self.message(role, name, parts, node),
            Encoding::Parts(kinds) | Encoding::List(kinds) | Encoding::Turns { kinds, .. } => {
                let (first, count) = (items.from as usize, (items.to - items.from) as usize);
                let mut items = tape.items(node).skip(first).take(count);
                items.try_for_each(|item| self.item(kinds, item, entries.take()))
            }
            _ => None,
        }
    }

    /// Writes a message that exists only because of the member `name`, which its first part states.
    fn message(&mut self, role: &str, name: &'static str, parts: &'p Encoding, node: usize) -> Option<()> {
        let from = self.statements.len();
        let place = |name| Some(Place::Entry(0, name));
        self.state(FIRST, place("member"), Output::Word(name))?;
        let items = match self.tape.node(node) {
            Node::Array { items, .. } => items,
            _ => 1,
        };
        if items == 1 && !self.tape.node(node).is_text() {
            self.state(FIRST, place("content"), Output::Word("list"))?;
        }
        self.bytes.extend_from_slice(b"\xa2\x64role");
        cbor::string(&mut self.bytes, cbor::TEXT, role.as_bytes());
        self.bytes.extend_from_slice(b"\x65parts");
        cbor::head(&mut self.bytes, cbor::ARRAY, u64::from(items));
        let entries = MapEntries { from, to: self.statements.len(), map: 0, plan: None };
        self.items(parts, node, Span { from: 0, to: items }, &mut Some(entries))?;
        self.statements.truncate(from);
        Some(())
    }

    fn item(&mut self, kinds: &'p Kinds, map: usize, entries: Option<MapEntries<'p>>) -> Option<()> {
        let (plan, tags) = self.resolve(kinds, map)?;
        self.node(plan, map, tags, entries)
    }

    /// Writes a part that is this content; `mark` is the member that it exists because of, if any.
    fn part(
        &mut self,
        form: Form,
        node: usize,
        mark: Option<&'static str>,
        entries: Option<MapEntries<'p>>,
    ) -> Option<()> {
        self.bytes.extend_from_slice(b"\xa3\x61t\x64text\x65attrs");
        let start = self.entries.len();
        self.entries.extend(mark.map(|member| ("member", Output::Word(member))));
        if let Some(entries) = entries {
            self.push_entries(entries);
        }
        self.map(start)?;
        self.bytes.extend_from_slice(b"\x67content");
        self.form(form, node, "application/json")
    }

    /// Returns true if the map has any member.
    fn has_entries(&self, entries: MapEntries<'p>) -> bool {
        let here = |found: &Statement<'_>| matches!(found.place, Place::Entry(map, _) if map == entries.map);
        let inside = |map: &OpenMap| {
            let mut inner = map.inner.iter();
            !map.entries.is_empty()
                || inner.any(|(_, map)| self.has_entries(MapEntries { map: *map, ..entries }))
        };
        self.statements[entries.from..entries.to].iter().any(here) || entries.open_map().is_some_and(inside)
    }

    /// Pushes the entries of this map.
    fn push_entries(&mut self, entries: MapEntries<'p>) {
        self.entries.extend(self.statements[entries.from..entries.to].iter().filter_map(|found| {
            match found.place {
                Place::Entry(map, key) if map == entries.map => Some((key, found.output)),
                _ => None,
            }
        }));
        let Some(map) = entries.open_map() else { return };
        self.entries.extend(map.entries.iter().map(|(key, bytes)| (*key, Output::Bytes(bytes))));
        for (key, map) in &map.inner {
            let inner = MapEntries { map: *map, ..entries };
            if self.has_entries(inner) {
                self.entries.push((key, Output::Map(inner)));
            }
        }
    }

    /// Writes an open map of the entries from `start` on.
    fn map(&mut self, start: usize) -> Option<()> {
        let end = self.entries.len();
        let entries = &mut self.entries[start..];
        entries.sort_by(|(a, _), (b, _)| key_order(a, b));
        if entries.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return None; // the one replaces the other
        }
        cbor::head(&mut self.bytes, cbor::MAP, (end - start) as u64);
        for i in start..end {
            let (key, output) = self.entries[i];
            cbor::string(&mut self.bytes, cbor::TEXT, key.as_bytes());
            self.output(output)?;
        }
        self.entries.truncate(start);
        Some(())
    }

    fn output(&mut self, output: Output<'p>) -> Option<()> {
        match output {
            Output::Read(encoding, node) => self.value(encoding, node)?,
            Output::Items(..) => return None,
            Output::Default => self.bytes.extend_from_slice(DEFAULT),
            Output::Empty => cbor::head(&mut self.bytes, cbor::ARRAY, 0),
            Output::Word(word) => cbor::string(&mut self.bytes, cbor::TEXT, word.as_bytes()),
            Output::Bytes(bytes) => self.bytes.extend_from_slice(bytes),
            Output::Map(entries) => {
                let start = self.entries.len();
                self.push_entries(entries);
                self.map(start)?;
            }
        }
        Some(())
    }

    fn value(&mut self, encoding: &Encoding, node: usize) -> Option<()> {
        let tape = self.tape;
        match (encoding, tape.node(node)) {
            (Encoding::Value, _) => self.open(node, 0),
            (Encoding::Pattern, Node::Array { items, .. }) => {
                cbor::head(&mut self.bytes, cbor::ARRAY, u64::from(items));
                tape.items(node).try_for_each(|item| self.pattern(item))
            }
            (Encoding::Pattern, _) => self.pattern(node),
            (Encoding::Text(texts), _) => self.plain_text(node, *texts),
            (Encoding::Bool, Node::Bool(_)) => self.scalar(node),
            (Encoding::Integer, Node::Number { .. }) => {
                matches!(tape.value(node), Value::Uint(_) | Value::Nint(_)).then_some(())?;
                self.scalar(node)
            }
            (Encoding::Texts { each, .. }, Node::Array { items, .. }) => {
                cbor::head(&mut self.bytes, cbor::ARRAY, u64::from(items));
                tape.items(node).try_for_each(|item| self.plain_text(item, *each))
            }
            (Encoding::Texts { alone: true, each }, _) => {
                cbor::head(&mut self.bytes, cbor::ARRAY, 1);
                self.plain_text(node, *each)
            }
            (Encoding::Content(media), _) => self.text(node, media),
            (Encoding::Form(form, media), _) => self.form(*form, node, media),
            (Encoding::Quote(form), _) => {
                self.form(*form, node, "application/json")?;
                self.quoted.extend(self.contents.pop());
                Some(())
            }
            _ => None,
        }
    }

    /// Writes text that stays text.
    fn plain_text(&mut self, node: usize, texts: Texts) -> Option<()> {
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

    /// Writes text that stays text and is not a URL.
    fn pattern(&mut self, node: usize) -> Option<()> {
        let node = self.tape.node(node);
        let text = self.tape.text(node);
        (node.is_text() && !secret_value(text))
            .then(|| cbor::string(&mut self.bytes, cbor::TEXT, text.as_bytes()))
    }

    fn scalar(&mut self, node: usize) -> Option<()> {
        cbor::scalar(&mut self.bytes, &self.tape.value(node)).ok()
    }

    /// Writes any value of an open map.
    fn open(&mut self, node: usize, depth: usize) -> Option<()> {
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

    /// Writes content in this form; JSON has this media type.
    fn form(&mut self, form: Form, node: usize, media: &'static str) -> Option<()> {
        let tape = self.tape;
        match form {
            Form::Text => self.text(node, "text/plain"),
            Form::Json => self.content(tape.minimal(node).into_bytes(), media),
            Form::Data(kept) => {
                let value = sorted(tape.value(node), kept);
                self.content(json::minimal(&value).into_bytes(), media)
            }
            Form::Filtered(_) => None,
            Form::DataUrl => {
                let url = tape.text(tape.node(node)).strip_prefix("data:")?;
                let (media, bytes) = url.split_once(";base64,").filter(|(media, _)| is_media(media))?;
                self.content(decl_core::unbase64(bytes)?, media.to_owned())
            }
        }
    }

    /// Writes text that is content.
    fn text(&mut self, node: usize, media: &'static str) -> Option<()> {
        let node = self.tape.node(node);
        node.is_text().then_some(())?;
        self.content(self.tape.bytes(node).into(), media)
    }

    /// Adds content and writes its reference.
    fn content(&mut self, bytes: Vec<u8>, media: impl Into<Cow<'static, str>>) -> Option<()> {
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
