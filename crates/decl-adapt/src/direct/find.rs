//! What an object of a body states, and where it goes; nothing is written yet.

use super::{
    super::{read::open::secret_in_url, table::is_like},
    plan::{Act, Define, FIRST, Kinds, Place, Plan, Table, Way},
    writer::{Found, Span, Sure, Tags, What, Writer},
};
use decl_core::{
    Value,
    json::{Node, Tape},
    names::{secret_name, secret_value},
};

/// Returns true if the member with this key is a secret.
pub(super) fn is_secret_member(tape: &Tape<'_>, key: usize) -> bool {
    !matches!(tape.node(key + 1), Node::Bool(_) | Node::Number { .. })
        && secret_name(tape.text(tape.node(key)))
}

const NO_TAGS: Tags = [None; 2];

impl<'p> Writer<'p, '_, '_> {
    /// Finds what the members of an object state. Returns true if any of them defines the run.
    pub(super) fn read(&mut self, plan: &'p Plan, table: &'p Table, map: usize, tags: Tags) -> Sure<bool> {
        let tape = self.tape;
        let (mut needed, mut defines) = (table.needed, false);
        for key in tape.keys(map) {
            let name = tape.bytes(tape.node(key));
            if tags.iter().flatten().any(|tag| tag.as_bytes() == name) {
                continue;
            }
            let field = table.field(name)?;
            needed -= usize::from(field.needed);
            match &field.act {
                Act::Skip => {}
                Act::Members(table) if matches!(tape.node(key + 1), Node::Map { .. }) => {
                    defines |= self.read(plan, table, key + 1, NO_TAGS)?;
                }
                Act::Scalars | Act::Members(_) => self.scalars(key + 1)?,
                Act::Define(define) => {
                    self.define(plan, field.rank, define, key + 1)?;
                    defines = true;
                }
                Act::Unsure => return None,
            }
        }
        (needed == 0).then_some(defines)
    }

    /// Succeeds if the value has no object in it.
    fn scalars(&self, node: usize) -> Sure {
        let mut nodes = node..self.tape.after(node);
        (!nodes.any(|node| matches!(self.tape.node(node), Node::Map { .. }))).then_some(())
    }

    fn define(&mut self, plan: &'p Plan, rank: usize, define: &'p Define, node: usize) -> Sure {
        let value = self.tape.node(node);
        let mut way = &define.way;
        loop {
            way = match way {
                Way::Either(text, other) => {
                    if value.is_text() {
                        text
                    } else {
                        other
                    }
                }
                Way::Stored(stored, way) => {
                    self.not_stored(stored, node)?;
                    way
                }
                Way::Searched(way) => {
                    self.no_secret_inside(node)?;
                    way
                }
                _ => break,
            };
        }
        if let (Way::Inside(table), Node::Map { .. }) = (way, value) {
            return self.read(plan, table, node, NO_TAGS)?.then_some(());
        }
        let items = |from, to| What::Items(way, node, Span { from, to });
        match (way, value) {
            (_, Node::Null) => self.state(rank, define.null, What::Default),
            (Way::Parts(_) | Way::List(_), Node::Array { items: 0, .. }) => {
                self.state(rank, define.own, What::Empty)
            }
            (Way::Parts(_), Node::Array { items: 1, .. }) => {
                self.state(rank, define.own, What::Word("list"))?;
                self.state(rank, define.to, items(0, 1))
            }
            (Way::Parts(_) | Way::List(_), Node::Array { items: all, .. }) => {
                self.state(rank, define.to, items(0, all))
            }
            (Way::Turns { .. }, Node::Array { items: 0, .. }) if define.silent => {
                self.state(rank, define.own, What::Empty)
            }
            (Way::Turns { kinds, leading, first }, Node::Array { items: all, .. }) => {
                let others = self.leading(kinds, leading, node)?;
                self.state(rank, Some(Place::Slot(*first)), items(0, others))?;
                self.state(rank, define.to, items(others, all))
            }
            (Way::Item(_), Node::Map { .. }) | (Way::Part(..), _) => self.state(rank, define.to, items(0, 1)),
            (Way::Parts(_), _) if value.is_text() => self.state(rank, define.to, items(0, 1)),
            (Way::External, Node::Array { items: 0, .. }) => self.state(rank, define.own, What::Empty),
            (Way::Said { .. }, Node::Array { items: 1.., .. }) => self.state(FIRST, define.to, items(0, 1)),
            (Way::Said { .. }, _) if value.is_text() => self.state(FIRST, define.to, items(0, 1)),
            (Way::Form(..) | Way::Quote(_), _) => self.state(rank, define.to, What::Read(way, node)),
            (Way::Content(_) | Way::Texts { alone: true, .. }, _) if value.is_text() => {
                self.state(rank, define.to, What::Read(way, node))
            }
            (Way::Value, _)
            | (Way::Pattern, Node::Array { .. })
            | (Way::Bool, Node::Bool(_))
            | (Way::Integer, Node::Number { .. })
            | (Way::Texts { .. }, Node::Array { .. }) => {
                self.state(rank, self.stated(plan, define, node), What::Read(way, node))
            }
            (Way::Text(_) | Way::Pattern, _) if value.is_text() => {
                self.state(rank, self.stated(plan, define, node), What::Read(way, node))
            }
            _ => None,
        }
    }

    /// Succeeds if neither the text nor any text of the list matches one of these patterns.
    fn not_stored(&self, stored: &[(&str, &str)], node: usize) -> Sure {
        let is_stored = |node: usize| {
            let node = self.tape.node(node);
            node.is_text() && stored.iter().any(|(pattern, _)| is_like(pattern, self.tape.text(node)))
        };
        (!(node..self.tape.after(node)).any(is_stored)).then_some(())
    }

    /// Succeeds if the value has no secret in it.
    fn no_secret_inside(&self, node: usize) -> Sure {
        let tape = self.tape;
        match tape.node(node) {
            Node::Array { .. } => tape.items(node).try_for_each(|item| self.no_secret_inside(item)),
            Node::Map { .. } => tape.keys(node).try_for_each(|key| {
                self.no_secret_inside(key + 1)?;
                (!is_secret_member(tape, key)).then_some(())
            }),
            value => {
                let text = tape.text(value);
                let is_secret = value.is_text() && (secret_value(text) || secret_in_url(text));
                (!is_secret).then_some(())
            }
        }
    }

    pub(super) fn state(&mut self, rank: usize, place: Option<Place>, what: What<'p>) -> Sure {
        self.found.push(Found { rank, place: place?, what });
        Some(())
    }

    /// Where a value goes: if the very same stands there without any statement, the statement has its own place.
    fn stated(&self, plan: &Plan, define: &Define, node: usize) -> Option<Place> {
        let Place::Slot(slot) = define.to? else { return define.to };
        let slot = &plan.slots[slot];
        // No value of a body is an absence.
        let same = |silent: &Value<'_>| !matches!(silent, Value::Map(_)) && *silent == self.tape.value(node);
        match slot.silent.as_ref().is_some_and(same) {
            false => define.to,
            // Another member can have said something else before.
            true if slot.members > 1 => None,
            true => define.own,
        }
    }

    /// How many of these messages stand before any other role.
    fn leading(&self, kinds: &'p Kinds, leading: &[&str], list: usize) -> Sure<u32> {
        let mut count = 0;
        for item in self.tape.items(list) {
            if !leading.contains(&self.told(kinds, item)?.0.role?) {
                break;
            }
            count += 1;
        }
        Some(count)
    }

    /// Of what kind an object is.
    pub(super) fn told(&self, kinds: &'p Kinds, map: usize) -> Sure<(&'p Plan, Tags)> {
        matches!(self.tape.node(map), Node::Map { .. }).then_some(())?;
        match kinds {
            Kinds::All(..) => Some((kinds.plan()?, NO_TAGS)),
            Kinds::By(tag, named, untagged) => {
                let value = self.member(map, tag);
                let Some(value) = value.filter(|value| self.tape.node(*value) != Node::Null) else {
                    return self.told(untagged.as_ref()?, map);
                };
                let value = self.tape.node(value);
                value.is_text().then_some(())?;
                let text = self.tape.bytes(value);
                let (_, kinds) = named.iter().find(|(name, _)| name.as_bytes() == text)?;
                match self.told(kinds, map)? {
                    (plan, [None, none]) => Some((plan, [Some(tag), none])),
                    (plan, [some, None]) => Some((plan, [some, Some(tag)])),
                    _ => None,
                }
            }
            Kinds::Having(named) => {
                for (name, kinds) in named {
                    if self.member(map, name).is_some_and(|value| self.tape.node(value) != Node::Null) {
                        return self.told(kinds, map);
                    }
                }
                None
            }
        }
    }

    /// The value of a member.
    fn member(&self, map: usize, name: &str) -> Option<usize> {
        let mut keys = self.tape.keys(map);
        keys.find(|key| self.tape.bytes(self.tape.node(*key)) == name.as_bytes()).map(|key| key + 1)
    }
}
