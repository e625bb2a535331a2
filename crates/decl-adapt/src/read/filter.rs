//! Filters definitions that become content by their table, so that nothing remains in them that it leaves out.

use super::{
    super::table::{Class, Each, Form, Holds, Missing, Object, Reads, Target},
    Members, Translator,
    bytes::sorted,
    extension::Of,
    is_nothing,
};
use decl_core::{Value, key_order};

impl<'a> Translator<'_, '_, 'a> {
    /// Returns the objects of a list without their transport and secrets, members in canonical order except inside
    /// schemas.
    pub(super) fn filter(&mut self, each: &Each, value: Value<'a>) -> Value<'a> {
        match value {
            Value::Array(items) => Value::Array(
                items
                    .into_iter()
                    .enumerate()
                    .map(|(i, item)| self.inside(i, |translator| translator.filter(each, item)))
                    .collect(),
            ),
            value @ Value::Map(_) if Of::tools(each).is_some() && self.new_kind(each, &value).is_some() => {
                self.carried(Of::Tools, value)
            }
            Value::Map(members) => {
                let mut tags = Vec::new();
                match self.resolve(each, members, &mut |tag| tags.push(tag)) {
                    Some((object, _, members)) => self.filter_members(object, members, tags),
                    None => Value::Null, // refused
                }
            }
            other => self.mismatch(&other, "an object").unwrap_or(Value::Null),
        }
    }

    fn filter_members(&mut self, object: &Object, mut members: Members<'a>, tags: Members<'a>) -> Value<'a> {
        members.sort_by(|a, b| key_order(&a.0, &b.0));
        let mut kept = tags;
        for (key, value) in members {
            if self.is_secret_name(&key) {
                continue;
            }
            let name = self.name(&key);
            let name = name.as_deref().unwrap_or(&key);
            let value = self.inside(&*key, |translator| {
                match object.members.iter().find(|member| member.name == name).map(|member| &member.class) {
                    Some(Class::Secret(Holds::Members(_))) if value.as_str().is_some() => None,
                    Some(Class::Transport(holds) | Class::Secret(holds)) => {
                        translator.filter_left_out(*holds, value)
                    }
                    Some(Class::Defines(target)) => translator.filter_defined(target, value),
                    Some(Class::External(_)) if is_nothing(&value) => Some(value),
                    Some(Class::External(hint)) => {
                        translator.external("the state that this names is not in the body", hint);
                        None
                    }
                    Some(Class::Artefact(hint)) => {
                        translator.added(&value, hint);
                        None
                    }
                    None => {
                        translator.unknown(&key, object, value);
                        None
                    }
                }
            });
            kept.extend(value.map(|value| (key, value)));
        }
        for member in object.members {
            if let Class::Defines(Target { missing: Missing::External(hint), .. }) = member.class
                && !self.has(&kept, member.name)
            {
                self.inside(member.name, |translator| translator.elsewhere(hint));
            }
        }
        kept.sort_by(|a, b| key_order(&a.0, &b.0));
        Value::Map(kept)
    }

    /// Returns what is kept of a member that defines the run.
    fn filter_defined(&mut self, target: &Target, value: Value<'a>) -> Option<Value<'a>> {
        match (&target.reads, value) {
            (Reads::Headers, Value::Map(members)) => self.headers(members),
            (reads, Value::Null) if !reads.keeps_null() => match target.missing {
                Missing::External(_) => None,
                Missing::Refused if !matches!(reads, Reads::Identifier) => {
                    self.mismatch(&Value::Null, &reads.to_string())
                }
                Missing::Allowed | Missing::Refused => Some(Value::Null),
            },
            (reads, value) => Some(self.filter_value(reads, value)),
        }
    }

    /// Returns the members that define the run inside a member that is left out, or `None` if there are none.
    fn filter_left_out(&mut self, holds: Holds, value: Value<'a>) -> Option<Value<'a>> {
        match (holds, value) {
            (Holds::Members(object), Value::Map(members)) => {
                let kept = self.filter_members(object, members, Vec::new());
                Some(kept).filter(|kept| *kept != Value::Map(Vec::new()))
            }
            (Holds::Free, _) | (Holds::Members(_), Value::Null) => None,
            (Holds::Members(_), value) => self.mismatch(&value, "an object"),
            (Holds::Scalars, value) => {
                self.scalars(&value);
                None
            }
        }
    }

    fn filter_value(&mut self, reads: &Reads, value: Value<'a>) -> Value<'a> {
        match (reads, value) {
            (Reads::Either(text, _), value @ Value::Text(_)) => self.filter_value(text, value),
            (Reads::Either(_, other), value) => self.filter_value(other, value),
            (Reads::Implies(_, reads), value) => self.filter_value(reads, value),
            (Reads::Stored(stored, reads), value) => {
                self.no_stored(stored, &value);
                self.filter_value(reads, value)
            }
            (Reads::Searched(reads), value) => {
                self.no_secret_inside(&value);
                self.filter_value(reads, value)
            }
            (Reads::Spelled(spelling, reads), value) => match self.respelled(*spelling, value) {
                Some(value) => self.filter_value(reads, value),
                None => Value::Null, // refused
            },
            (Reads::Inside(object) | Reads::Item(object), Value::Map(members)) => {
                self.filter_members(object, members, Vec::new())
            }
            (Reads::InsideBy(each), value @ Value::Map(_))
            | (Reads::List(each) | Reads::Parts(each), value @ Value::Array(_))
            | (
                Reads::Filtered(each) | Reads::Quote(Form::Filtered(each)),
                value @ (Value::Array(_) | Value::Map(_)),
            ) => self.filter(each, value),
            (reads, value) => {
                self.judge(reads, &value);
                match reads {
                    Reads::Json | Reads::Quote(Form::Json) => value,
                    Reads::Data(kept) | Reads::Quote(Form::Data(kept)) => sorted(value, kept),
                    _ => sorted(value, &[]),
                }
            }
        }
    }

    /// Refuses what the table refuses where the value does not become content: it is read into a node that nobody
    /// keeps.
    fn judge(&mut self, reads: &Reads, value: &Value<'a>) {
        let contents = self.shared.contents.len();
        let mut node = Value::Map(Vec::new());
        self.read(&mut node, reads, "/value".into(), "/value".into(), value.clone());
        self.shared.contents.truncate(contents);
    }
}
