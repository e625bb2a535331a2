//! Compiles tables into plans. A node is split as far as its members reach into it.

use super::{
    super::{
        place::{is_absent, take},
        read::{parsed, shares},
        table::{Class, Each, Field, Form, Holds, Missing, Object, Reads, Target},
    },
    plan::{
        Action, Define, Encoding, FIRST, Kinds, OpenMap, Piece, Place, Plan, PlanField, Slot, Table, Texts,
    },
};
use decl_core::{
    Value, cbor, key_order,
    names::{artefact, reserved_name, secret_name},
    schema::{self, Guard, MESSAGE, PART, Presence, Shape, fragment},
};
use std::borrow::Cow;

impl Plan {
    /// Compiles the plan of nodes of this kind, which have this shape in the format. Returns `None` if it is beyond
    /// the fast path.
    pub(super) fn new(object: &'static Object, shape: &'static Shape) -> Option<Self> {
        let mut base = parsed(object.base);
        let is_message = is_message(shape);
        let mut compiler = Compiler {
            kind: base.get("kind").and_then(Value::as_str).unwrap_or_default().to_string(),
            pieces: Vec::new(),
            slots: Vec::new(),
            maps: Vec::new(),
            ranks: FIRST,
            of_first_part: None,
            has_part: false,
        };
        if is_message {
            compiler.has_part = matches!(base.get("parts"), Some(Value::Array(parts)) if !parts.is_empty());
            let attrs = take(&mut base, "attrs");
            match attrs {
                Some(Value::Map(attrs)) if !compiler.has_part => {
                    compiler.fragment(Value::Map(attrs.clone()), &Shape::Open(Guard::Artefacts))?;
                    compiler.of_first_part = Some(0);
                    compiler.open(attrs)?;
                }
                None => {}
                Some(Value::Map(attrs)) if attrs.is_empty() => {}
                Some(_) => return None,
            }
        }
        let role = match base.get("role") {
            Some(Value::Text(Cow::Borrowed(role))) => Some(*role),
            _ => None,
        };
        let mut root = Draft::Value(Some(base), shape);
        compiler.expand(&mut root)?;
        let table = compiler.table(&mut root, object);
        let attributes = if is_message { None } else { compiler.map(&mut root, "/attrs") };
        let Draft::Members(members) = &root else { return None };
        let says = |(key, draft): &(&str, Draft)| *key == "role" && matches!(draft, Draft::Value(..));
        let role = role.filter(|_| members.iter().any(says));
        compiler.write(root)?;
        Some(Self {
            pieces: compiler.pieces,
            slots: compiler.slots,
            maps: compiler.maps,
            table,
            role,
            attributes,
            of_first_part: compiler.of_first_part,
        })
    }
}

/// A node while it is not yet known what fills it.
enum Draft {
    /// Nothing fills it so far; `None` if the table leaves it to a member.
    Value(Option<Value<'static>>, &'static Shape),
    Members(Vec<(&'static str, Draft)>),
    Items(Vec<Draft>),
    Map(usize),
    Slot(usize),
}

struct Compiler {
    /// The kind of the declaration.
    kind: String,
    pieces: Vec<Piece>,
    slots: Vec<Slot>,
    maps: Vec<OpenMap>,
    ranks: usize,
    of_first_part: Option<usize>,
    has_part: bool,
}

impl Compiler {
    fn table(&mut self, root: &mut Draft, object: &'static Object) -> Table {
        let mut members: Vec<&'static Field> = object.members.iter().collect();
        members.sort_by(|a, b| key_order(a.name, b.name));
        let fields = members.into_iter().map(|member| {
            self.ranks += 1;
            let rank = self.ranks;
            let act = match &member.class {
                Class::Transport(holds) | Class::Secret(holds) => match holds {
                    Holds::Scalars => Action::Scalars,
                    Holds::Members(object) => Action::Members(self.table(root, object)),
                    Holds::Free => Action::Skip,
                },
                Class::External(_) => {
                    let own = self.map(root, object.rest).and_then(|map| self.entry(map, member.name));
                    Action::Define(Define {
                        to: None,
                        own,
                        null: own,
                        optional: true,
                        encoding: Encoding::External,
                    })
                }
                Class::Artefact(_) => Action::Fallback,
                Class::Defines(target) => self.define(root, object, member, target),
            };
            PlanField { name: member.name, rank, needed: member.needed(), act }
        });
        Table::new(fields.collect())
    }

    fn define(
        &mut self,
        root: &mut Draft,
        object: &'static Object,
        member: &Field,
        target: &'static Target,
    ) -> Action {
        let name = if target.called.is_empty() { member.name } else { target.called };
        let own = self.map(root, object.rest).and_then(|map| self.entry(map, name));
        let to = if target.to.is_empty() { own } else { self.place(root, target.to) };
        if let Some(Place::Slot(slot)) = to {
            self.slots[slot].members += 1;
        }
        let shared = shares(object, member.name, target);
        let null = match (target.missing, to) {
            (Missing::Refused | Missing::External(_), _) => None,
            _ if target.reads.keeps_null() => None,
            (_, None) if !shared => None,
            (_, Some(Place::Slot(slot))) if !shared => match &self.slots[slot].default {
                Some(default) if is_absent(default) && *default != Value::absent("default") => {
                    to.filter(|_| self.slots[slot].bytes.is_some()) // or the format takes no absence there
                }
                _ => own,
            },
            _ => own,
        };
        let optional = matches!(target.missing, Missing::Allowed);
        let encoding = match to {
            Some(to) => self.encoding(root, &target.reads, to, name),
            None => match &target.reads {
                Reads::Inside(object) => self.inside(root, object),
                _ => Encoding::Fallback,
            },
        };
        match encoding {
            Encoding::Fallback if null.is_none() => Action::Fallback,
            encoding => Action::Define(Define { to, own, null, optional, encoding }),
        }
    }

    fn encoding(
        &mut self,
        root: &mut Draft,
        reads: &'static Reads,
        to: Place,
        name: &'static str,
    ) -> Encoding {
        let slot = match to {
            Place::Slot(slot) => Some(&self.slots[slot]),
            Place::Entry(..) => None,
        };
        let shape = slot.map(|slot| slot.shape);
        let content = shape.and_then(content);
        let items = slot.filter(|slot| slot.default == Some(Value::Array(Vec::new()))).and_then(|slot| {
            match slot.shape {
                Shape::List(0, item) => Some(*item),
                _ => None,
            }
        });
        let parts = items.filter(|item| std::ptr::eq(*item, &raw const PART));
        match (reads, shape) {
            (Reads::Value, None) => Encoding::Value,
            (Reads::Pattern, None) => Encoding::Pattern,
            (Reads::Stored(stored, reads), _) => {
                Encoding::Stored(stored, Box::new(self.encoding(root, reads, to, name)))
            }
            (Reads::Searched(reads), _) => Encoding::Searched(Box::new(self.encoding(root, reads, to, name))),
            (Reads::Value, Some(shape)) => texts(shape).map_or(Encoding::Fallback, Encoding::Text),
            (Reads::Name, None) => Encoding::Text(Texts::Names),
            (Reads::Name, Some(shape)) if texts(shape).is_some() => Encoding::Text(Texts::Names),
            (Reads::Identifier, None) => Encoding::Text(Texts::Identifiers),
            (Reads::Identifier, Some(shape)) if texts(shape).is_some() => Encoding::Text(Texts::Identifiers),
            (Reads::Bool, None | Some(Shape::Bool)) => Encoding::Bool,
            (Reads::Integer, None) => Encoding::Integer,
            (Reads::Integer, Some(Shape::Either(shapes)))
                if shapes.iter().any(|shape| matches!(shape, Shape::Int)) =>
            {
                Encoding::Integer
            }
            (Reads::Texts { alone }, None) => Encoding::Texts { alone: *alone, each: Texts::Any },
            (Reads::Texts { alone }, Some(Shape::List(0, item))) => {
                texts(item).map_or(Encoding::Fallback, |each| Encoding::Texts { alone: *alone, each })
            }
            (Reads::Text(media), _) if content.is_some() => Encoding::Content(media),
            (Reads::Json, _) => form(Form::Json, content),
            (Reads::Data(kept), _) => form(Form::Data(kept), content),
            (Reads::DataUrl, _) => form(Form::DataUrl, content),
            (Reads::Quote(how), None) => Encoding::Quote(*how),
            (Reads::Part(how), _) if parts.is_some() => Encoding::Part(*how, name),
            (Reads::Parts(each), _) => {
                parts.map_or(Encoding::Fallback, |part| Encoding::Parts(Kinds::new(each, part)))
            }
            (Reads::List(each), _) => {
                items.map_or(Encoding::Fallback, |item| Encoding::List(Kinds::new(each, item)))
            }
            (Reads::Item(object), _) => {
                items.map_or(Encoding::Fallback, |item| Encoding::Item(Kinds::new(&Each::All(object), item)))
            }
            (Reads::Turns { each, leading, first }, _) => match (items, self.place(root, first)) {
                (Some(item), Some(Place::Slot(first))) => {
                    Encoding::Turns { kinds: Kinds::new(each, item), leading, first }
                }
                _ => Encoding::Fallback,
            },
            (Reads::FirstMessage(role, each), _) => match items {
                Some(item) if is_message(item) => Encoding::FirstMessage {
                    role,
                    name,
                    parts: Box::new(Encoding::Parts(Kinds::new(each, &PART))),
                },
                _ => Encoding::Fallback,
            },
            (Reads::Inside(object), _) => self.inside(root, object),
            (Reads::Either(text, other), _) => {
                let text = self.encoding(root, text, to, name);
                Encoding::Either(Box::new(text), Box::new(self.encoding(root, other, to, name)))
            }
            _ => Encoding::Fallback,
        }
    }

    fn inside(&mut self, root: &mut Draft, object: &'static Object) -> Encoding {
        if object.base.is_empty() { Encoding::Inside(self.table(root, object)) } else { Encoding::Fallback }
    }

    /// Returns the place that a pointer of the table leads to.
    fn place(&mut self, root: &mut Draft, pointer: &'static str) -> Option<Place> {
        let tokens = self.tokens(pointer);
        if let Some((name, around)) = tokens.split_last()
            && let Some(map) = self.open_map(root, around)
        {
            return self.entry(map, name);
        }
        match self.reach(root, &tokens)? {
            draft @ Draft::Value(..) => Some(Place::Slot(self.slot(draft)?)),
            Draft::Slot(slot) => Some(Place::Slot(*slot)),
            _ => None,
        }
    }

    /// Returns the open map that a pointer of the table leads to.
    fn map(&mut self, root: &mut Draft, pointer: &'static str) -> Option<usize> {
        let tokens = self.tokens(pointer);
        self.open_map(root, &tokens)
    }

    /// Returns the open map that these tokens lead to, creating it if possible.
    fn open_map(&mut self, root: &mut Draft, tokens: &[&'static str]) -> Option<usize> {
        if let (Some(map), ["attrs"]) = (self.of_first_part, tokens) {
            return Some(map);
        }
        if let Some((name, around)) = tokens.split_last()
            && let Some(map) = self.open_map(root, around)
        {
            self.entry(map, name)?;
            if let Some((_, inner)) = self.maps[map].inner.iter().find(|(known, _)| known == name) {
                return Some(*inner);
            }
            let inner = self.open(Vec::new())?;
            self.maps[map].inner.push((name, inner));
            return Some(inner);
        }
        let draft = self.reach(root, tokens)?;
        match draft {
            Draft::Value(Some(_), Shape::Open(_)) => self.expand(draft)?,
            Draft::Value(Some(default), Shape::Either(shapes)) if is_absent(default) && opens(shapes) => {
                self.slot(draft)?;
            }
            _ => {}
        }
        match draft {
            Draft::Map(map) => Some(*map),
            Draft::Slot(slot) => {
                let place = &self.slots[*slot];
                let Shape::Either(shapes) = place.shape else { return None };
                (opens(shapes) && place.default.as_ref().is_some_and(is_absent)).then_some(())?;
                if place.map.is_none() {
                    self.slots[*slot].map = self.open(Vec::new());
                }
                self.slots[*slot].map
            }
            _ => None,
        }
    }

    /// Turns a value into a slot.
    fn slot(&mut self, draft: &mut Draft) -> Option<usize> {
        let place = self.slots.len();
        let Draft::Value(default, shape) = std::mem::replace(draft, Draft::Slot(place)) else { return None };
        let bytes = default.clone().and_then(|default| self.fragment(default, shape));
        self.slots.push(Slot { shape, default, bytes, members: 0, map: None });
        Some(place)
    }

    fn tokens(&self, pointer: &'static str) -> Vec<&'static str> {
        let mut tokens: Vec<&'static str> = pointer.split('/').skip(1).collect();
        if self.has_part && tokens.first() == Some(&"attrs") {
            tokens.splice(0..0, ["parts", "0"]);
        }
        tokens
    }

    /// Returns the draft that these tokens lead to, outside of open maps.
    fn reach<'d>(&mut self, draft: &'d mut Draft, tokens: &[&'static str]) -> Option<&'d mut Draft> {
        let Some((token, rest)) = tokens.split_first() else { return Some(draft) };
        if matches!(draft, Draft::Value(..)) {
            self.expand(draft)?;
        }
        let below = match draft {
            Draft::Members(members) => {
                members.iter_mut().find(|(key, _)| key == token).map(|(_, below)| below)
            }
            Draft::Items(items) => token.parse().ok().and_then(|i: usize| items.get_mut(i)),
            Draft::Map(_) | Draft::Value(..) | Draft::Slot(_) => None,
        };
        self.reach(below?, rest)
    }

    /// Returns an entry of an open map, or `None` if the format could refuse its name.
    fn entry(&self, map: usize, name: &'static str) -> Option<Place> {
        let stands = self.maps[map].entries.iter().any(|(key, _)| *key == name);
        let refused = artefact(name) || secret_name(name) || reserved_name(name);
        (!stands && !refused).then_some(Place::Entry(map, name))
    }

    /// Splits a value whose members or items are filled one by one.
    fn expand(&mut self, draft: &mut Draft) -> Option<()> {
        let Draft::Value(Some(value), shape) = draft else { return None };
        let (value, mut shape) = (value.clone(), *shape);
        if let Shape::Either(shapes) = shape {
            if is_absent(&value) {
                return None;
            }
            shape = shapes.iter().find(|shape| matches!(shape, Shape::Map(_) | Shape::Open(_)))?;
        }
        *draft = match (value, shape) {
            (Value::Map(members), Shape::Map(shapes)) => self.members(members, shapes)?,
            (Value::Map(members), Shape::Cases(name, cases)) => {
                let t = members.iter().find(|(key, _)| key == name).and_then(|(_, t)| t.as_str())?;
                let (_, shapes) = cases.iter().find(|(names, _)| names.contains(&t))?;
                self.members(members, shapes)?
            }
            (Value::Map(members), Shape::Open(_)) => {
                self.fragment(Value::Map(members.clone()), shape)?;
                Draft::Map(self.open(members)?)
            }
            (Value::Array(items), Shape::List(_, item)) => {
                Draft::Items(items.into_iter().map(|value| Draft::Value(Some(value), item)).collect())
            }
            _ => return None,
        };
        Some(())
    }

    /// Creates an open map that always has these entries.
    fn open(&mut self, entries: Vec<(Cow<'static, str>, Value<'static>)>) -> Option<usize> {
        let encoded = |(key, value)| match key {
            Cow::Borrowed(key) => Some((key, cbor::encode(&value).ok()?)),
            Cow::Owned(_) => None,
        };
        let entries = entries.into_iter().map(encoded).collect::<Option<_>>()?;
        self.maps.push(OpenMap { entries, inner: Vec::new() });
        Some(self.maps.len() - 1)
    }

    fn members(
        &self,
        mut members: Vec<(Cow<'static, str>, Value<'static>)>,
        shapes: &'static [schema::Member],
    ) -> Option<Draft> {
        let mut drafts = Vec::new();
        for shape in shapes {
            let i = members.iter().position(|(key, _)| key == shape.name);
            let value = i.map(|i| members.swap_remove(i).1);
            let wanted = match shape.presence {
                Presence::Mandatory => true,
                Presence::OfKind(kind) => kind == self.kind,
                Presence::Optional => false,
            };
            if wanted || value.is_some() {
                drafts.push((shape.name, Draft::Value(value, &shape.shape)));
            }
        }
        members.is_empty().then_some(Draft::Members(drafts))
    }

    fn fragment(&self, value: Value<'static>, shape: &'static Shape) -> Option<Vec<u8>> {
        fragment(value, shape, &self.kind)
    }

    /// Appends the pieces of a draft.
    fn write(&mut self, draft: Draft) -> Option<()> {
        match draft {
            Draft::Value(value, shape) => {
                let bytes = self.fragment(value?, shape)?;
                self.bytes().extend(bytes);
            }
            Draft::Members(members) => {
                cbor::head(self.bytes(), cbor::MAP, members.len() as u64);
                for (key, below) in members {
                    cbor::string(self.bytes(), cbor::TEXT, key.as_bytes());
                    self.write(below)?;
                }
            }
            Draft::Items(items) => {
                cbor::head(self.bytes(), cbor::ARRAY, items.len() as u64);
                items.into_iter().try_for_each(|item| self.write(item))?;
            }
            Draft::Map(map) => self.pieces.push(Piece::Map(map)),
            Draft::Slot(slot) => self.pieces.push(Piece::Slot(slot)),
        }
        Some(())
    }

    fn bytes(&mut self) -> &mut Vec<u8> {
        if !matches!(self.pieces.last(), Some(Piece::Bytes(_))) {
            self.pieces.push(Piece::Bytes(Vec::new()));
        }
        match self.pieces.last_mut() {
            Some(Piece::Bytes(bytes)) => bytes,
            _ => unreachable!("it was pushed"),
        }
    }
}

/// Returns whether this is the shape of messages; the tables have one.
fn is_message(shape: &'static Shape) -> bool {
    std::ptr::eq(shape, &raw const MESSAGE)
}

/// Returns the text that this shape accepts, or `None` if it accepts none.
fn texts(shape: &Shape) -> Option<Texts> {
    match shape {
        Shape::Text => Some(Texts::Any),
        Shape::Name => Some(Texts::Names),
        Shape::Identifier => Some(Texts::Identifiers),
        Shape::Either(shapes) => shapes.iter().find_map(|shape| match shape {
            Shape::Choice(_) => Some(None),
            shape => texts(shape).map(Some),
        })?,
        _ => None,
    }
}

/// Returns true if one of these accepts any map.
fn opens(shapes: &[Shape]) -> bool {
    shapes.iter().any(|shape| matches!(shape, Shape::Open(_)))
}

/// Returns the encoding of a form of content, if the place takes content.
fn form(form: Form, media: Option<&'static str>) -> Encoding {
    media.map_or(Encoding::Fallback, |media| Encoding::Form(form, media))
}

/// Returns the media type of JSON if this shape takes content.
fn content(shape: &Shape) -> Option<&'static str> {
    match shape {
        Shape::Content(Shape::REFERENCE) => None,
        Shape::Content(media) => Some(media),
        Shape::Either(shapes) => shapes.iter().find_map(content),
        _ => None,
    }
}
