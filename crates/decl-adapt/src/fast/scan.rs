//! Scans an object of a body into statements: what its members state and where that goes. It writes nothing.

use super::{
    super::{secrets::secret_in_url, table::is_stored},
    plan::{Action, Define, Encoding, FIRST, Kinds, Place, Plan, Table},
    statement::{Output, Span, Statement, Tags, Writer},
};
use decl_core::{
    Value,
    json::{Node, Tape},
    names::{can_be_secret, secret_name, secret_value},
};

/// Returns true if the member with this key holds a secret, or is one by its name.
pub(super) fn is_secret_member(tape: &Tape<'_>, key: usize) -> bool {
    let name = tape.text(tape.node(key));
    secret_value(name) || secret_in_url(name) || secret_name(name) && can_be_secret(&tape.value(key + 1))
}

const NO_TAGS: Tags = [None; 2];

impl<'p> Writer<'p, '_, '_> {
    /// Scans the members of an object. Returns true if any of them defines the run, and `None` if the fast path is
    /// unsure.
    pub(super) fn read(&mut self, plan: &'p Plan, table: &'p Table, map: usize, tags: Tags) -> Option<bool> {
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
                Action::Skip => {}
                Action::Members(table) if matches!(tape.node(key + 1), Node::Map { .. }) => {
                    defines |= self.read(plan, table, key + 1, NO_TAGS)?;
                }
                Action::Members(_) if matches!(tape.node(key + 1), Node::Null) => {}
                Action::Scalars => self.scalars(key + 1)?,
                Action::Define(define) => {
                    self.define(plan, field.rank, define, key + 1)?;
                    defines = true;
                }
                Action::Members(_) | Action::Fallback => return None,
            }
        }
        (needed == 0).then_some(defines)
    }

    /// Succeeds if the value has no object in it.
    fn scalars(&self, node: usize) -> Option<()> {
        let mut nodes = node..self.tape.after(node);
        (!nodes.any(|node| matches!(self.tape.node(node), Node::Map { .. }))).then_some(())
    }

    fn define(&mut self, plan: &'p Plan, rank: usize, define: &'p Define, node: usize) -> Option<()> {
        let value = self.tape.node(node);
        let mut encoding = &define.encoding;
        loop {
            encoding = match encoding {
                Encoding::Either(text, other) => {
                    if value.is_text() {
                        text
                    } else {
                        other
                    }
                }
                Encoding::Stored(stored, encoding) => {
                    self.not_stored(stored, node)?;
                    encoding
                }
                Encoding::Searched(encoding) => {
                    self.no_secret_inside(node)?;
                    encoding
                }
                _ => break,
            };
        }
        if let (Encoding::Inside(table), Node::Map { .. }) = (encoding, value) {
            return self.read(plan, table, node, NO_TAGS)?.then_some(());
        }
        let items = |from, to| Output::Items(encoding, node, Span { from, to });
        match (encoding, value) {
            (_, Node::Null) => self.state(rank, define.null, Output::Default),
            (Encoding::Parts(_) | Encoding::List(_), Node::Array { items: 0, .. }) => {
                self.state(rank, define.own, Output::Empty)
            }
            (Encoding::Parts(_), Node::Array { items: 1, .. }) => {
                self.state(rank, define.own, Output::Word("list"))?;
                self.state(rank, define.to, items(0, 1))
            }
            (Encoding::Parts(_) | Encoding::List(_), Node::Array { items: all, .. }) => {
                self.state(rank, define.to, items(0, all))
            }
            (Encoding::Turns { .. }, Node::Array { items: 0, .. }) if define.optional => {
                self.state(rank, define.own, Output::Empty)
            }
            (Encoding::Turns { kinds, leading, first }, Node::Array { items: all, .. }) => {
                let others = self.leading(kinds, leading, node)?;
                self.state(rank, Some(Place::Slot(*first)), items(0, others))?;
                self.state(rank, define.to, items(others, all))
            }
            (Encoding::Item(_), Node::Map { .. }) | (Encoding::Part(..), _) => {
                self.state(rank, define.to, items(0, 1))
            }
            (Encoding::Parts(_), _) if value.is_text() => self.state(rank, define.to, items(0, 1)),
            (Encoding::External, Node::Array { items: 0, .. }) => self.state(rank, define.own, Output::Empty),
            (Encoding::FirstMessage { .. }, Node::Array { items: 1.., .. }) => {
                self.state(FIRST, define.to, items(0, 1))
            }
            (Encoding::FirstMessage { .. }, _) if value.is_text() => {
                self.state(FIRST, define.to, items(0, 1))
            }
            (Encoding::Form(..) | Encoding::Quote(_), _) => {
                self.state(rank, define.to, Output::Read(encoding, node))
            }
            (Encoding::Content(_) | Encoding::Texts { alone: true, .. }, _) if value.is_text() => {
                self.state(rank, define.to, Output::Read(encoding, node))
            }
            (Encoding::Value, _)
            | (Encoding::Pattern, Node::Array { .. })
            | (Encoding::Bool, Node::Bool(_))
            | (Encoding::Integer, Node::Number { .. })
            | (Encoding::Texts { .. }, Node::Array { .. }) => {
                self.state(rank, self.stated(plan, define, node), Output::Read(encoding, node))
            }
            (Encoding::Text(_) | Encoding::Pattern, _) if value.is_text() => {
                self.state(rank, self.stated(plan, define, node), Output::Read(encoding, node))
            }
            _ => None,
        }
    }

    /// Succeeds if neither the text nor any text of the list matches one of these patterns.
    fn not_stored(&self, stored: &[(&str, &'static str)], node: usize) -> Option<()> {
        let is_stored = |node: usize| {
            let node = self.tape.node(node);
            node.is_text() && is_stored(stored, self.tape.text(node)).is_some()
        };
        (!(node..self.tape.after(node)).any(is_stored)).then_some(())
    }

    /// Succeeds if the value has no secret in it.
    fn no_secret_inside(&self, node: usize) -> Option<()> {
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

    pub(super) fn state(&mut self, rank: usize, place: Option<Place>, output: Output<'p>) -> Option<()> {
        self.statements.push(Statement { rank, place: place?, output });
        Some(())
    }

    /// Returns the place of a value. If the same value is there by default, the statement goes to the member's own
    /// place.
    fn stated(&self, plan: &Plan, define: &Define, node: usize) -> Option<Place> {
        let Place::Slot(slot) = define.to? else { return define.to };
        let slot = &plan.slots[slot];
        // No value of a body is an absence.
        let same =
            |default: &Value<'_>| !matches!(default, Value::Map(_)) && *default == self.tape.value(node);
        match slot.default.as_ref().is_some_and(same) {
            false => define.to,
            // Another member may have stated something else before.
            true if slot.members > 1 => None,
            true => define.own,
        }
    }

    /// Returns how many of these messages come before any other role.
    fn leading(&self, kinds: &'p Kinds, leading: &[&str], list: usize) -> Option<u32> {
        let mut count = 0;
        for item in self.tape.items(list) {
            if !leading.contains(&self.resolve(kinds, item)?.0.role?) {
                break;
            }
            count += 1;
        }
        Some(count)
    }

    /// Returns the plan of an object's kind, and the tags that determine it.
    pub(super) fn resolve(&self, kinds: &'p Kinds, map: usize) -> Option<(&'p Plan, Tags)> {
        matches!(self.tape.node(map), Node::Map { .. }).then_some(())?;
        match kinds {
            Kinds::All(..) => Some((kinds.plan()?, NO_TAGS)),
            Kinds::By(tag, named, untagged) => {
                let value = self.member(map, tag);
                let Some(value) = value.filter(|value| self.tape.node(*value) != Node::Null) else {
                    return self.resolve(untagged.as_ref()?, map);
                };
                let value = self.tape.node(value);
                value.is_text().then_some(())?;
                let text = self.tape.bytes(value);
                let (_, kinds) = named.iter().find(|(name, _)| name.as_bytes() == text)?;
                match self.resolve(kinds, map)? {
                    (plan, [None, none]) => Some((plan, [Some(tag), none])),
                    (plan, [some, None]) => Some((plan, [some, Some(tag)])),
                    _ => None,
                }
            }
            Kinds::Having(named) => {
                for (name, kinds) in named {
                    if self.member(map, name).is_some_and(|value| self.tape.node(value) != Node::Null) {
                        return self.resolve(kinds, map);
                    }
                }
                None
            }
        }
    }

    /// Returns the value of a member.
    fn member(&self, map: usize, name: &str) -> Option<usize> {
        let mut keys = self.tape.keys(map);
        keys.find(|key| self.tape.bytes(self.tape.node(*key)) == name.as_bytes()).map(|key| key + 1)
    }
}
