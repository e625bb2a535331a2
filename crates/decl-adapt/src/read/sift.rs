//! Definitions that come as content: read by a table all the same, so that nothing stays in them that it leaves out.

use super::{
    super::table::{Class, Each, Form, Holds, Missing, Object, Reads, Target},
    Members, Reader,
    bytes::sorted,
    is_nothing,
};
use decl_core::{Value, key_order};

impl<'a> Reader<'_, '_, 'a> {
    /// The objects of a list without their transport and secrets, members in canonical order but inside schemas.
    pub(super) fn sift(&mut self, each: &Each, value: Value<'a>) -> Value<'a> {
        match value {
            Value::Array(items) => Value::Array(
                items
                    .into_iter()
                    .enumerate()
                    .map(|(i, item)| self.inside(i, |reader| reader.sift(each, item)))
                    .collect(),
            ),
            Value::Map(members) => {
                let mut tags = Vec::new();
                match self.told(each, members, &mut |tag| tags.push(tag)) {
                    Some((object, _, members)) => self.sift_members(object, members, tags),
                    None => Value::Null, // refused
                }
            }
            other => self.mismatch(&other, "an object").unwrap_or(Value::Null),
        }
    }

    fn sift_members(&mut self, object: &Object, mut members: Members<'a>, tags: Members<'a>) -> Value<'a> {
        members.sort_by(|a, b| key_order(&a.0, &b.0));
        let mut kept = tags;
        for (key, value) in members {
            let name = self.name(&key);
            let name = name.as_deref().unwrap_or(&key);
            let value = self.inside(&*key, |reader| {
                match object.members.iter().find(|member| member.name == name).map(|member| &member.class) {
                    Some(Class::Transport(holds) | Class::Secret(holds)) => {
                        reader.sift_left_out(*holds, value)
                    }
                    Some(Class::Defines(target)) => reader.sift_defined(target, value),
                    Some(Class::External(_)) if is_nothing(&value) => Some(value),
                    Some(Class::External(hint)) => {
                        reader.external("the state that this names is not in the body", hint);
                        None
                    }
                    Some(Class::Artefact(hint)) => {
                        reader.added(&value, hint);
                        None
                    }
                    None => {
                        reader.unknown(&key, object, value);
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
                self.inside(member.name, |reader| reader.elsewhere(hint));
            }
        }
        kept.sort_by(|a, b| key_order(&a.0, &b.0));
        Value::Map(kept)
    }

    /// What is kept of a member that defines the run.
    fn sift_defined(&mut self, target: &Target, value: Value<'a>) -> Option<Value<'a>> {
        match (&target.reads, value) {
            (Reads::Headers, Value::Map(members)) => self.headers(members),
            (_, Value::Null) if matches!(target.missing, Missing::External(_)) => None,
            (reads, value) => Some(self.sift_value(reads, value)),
        }
    }

    /// What is left of a member that is left out: those of its members that define the run.
    fn sift_left_out(&mut self, holds: Holds, value: Value<'a>) -> Option<Value<'a>> {
        match (holds, value) {
            (Holds::Members(object), Value::Map(members)) => {
                let kept = self.sift_members(object, members, Vec::new());
                Some(kept).filter(|kept| *kept != Value::Map(Vec::new()))
            }
            (Holds::Free, _) => None,
            (Holds::Scalars | Holds::Members(_), value) => {
                self.scalars(&value);
                None
            }
        }
    }

    fn sift_value(&mut self, reads: &Reads, value: Value<'a>) -> Value<'a> {
        match (reads, value) {
            (Reads::Either(text, _), value @ Value::Text(_)) => self.sift_value(text, value),
            (Reads::Either(_, other), value) => self.sift_value(other, value),
            (Reads::Says(_, reads), value) => self.sift_value(reads, value),
            (Reads::Stored(stored, reads), value) => {
                self.no_stored(stored, &value);
                self.sift_value(reads, value)
            }
            (Reads::Searched(reads), value) => {
                self.no_secret_inside(&value);
                self.sift_value(reads, value)
            }
            (Reads::Spelled(spelling, reads), value) => match self.respelled(*spelling, value) {
                Some(value) => self.sift_value(reads, value),
                None => Value::Null, // refused
            },
            (Reads::External(hint), value) if value != Value::Null => {
                self.external("the state that this names is not in the body", hint);
                Value::Null
            }
            (Reads::Inside(object) | Reads::Item(object), Value::Map(members)) => {
                self.sift_members(object, members, Vec::new())
            }
            (Reads::InsideBy(each), value @ Value::Map(_))
            | (Reads::List(each) | Reads::Parts(each), value @ Value::Array(_))
            | (
                Reads::Sifted(each) | Reads::Quote(Form::Sifted(each)),
                value @ (Value::Array(_) | Value::Map(_)),
            ) => self.sift(each, value),
            // What has another form than the table says could hold anything.
            (Reads::Inside(_) | Reads::Item(_) | Reads::InsideBy(_) | Reads::Headers, value)
                if value != Value::Null =>
            {
                self.mismatch(&value, "an object").unwrap_or(Value::Null)
            }
            (reads @ (Reads::List(_) | Reads::Sifted(_) | Reads::Quote(Form::Sifted(_))), value)
                if value != Value::Null =>
            {
                self.mismatch(&value, &reads.to_string()).unwrap_or(Value::Null)
            }
            (Reads::Name | Reads::Identifier, Value::Text(text)) => {
                self.no_secret(&text);
                Value::Text(text)
            }
            (Reads::DataUrl | Reads::Quote(Form::DataUrl), Value::Text(url)) => {
                self.data_url(&url); // what points elsewhere is refused in content, too
                Value::Text(url)
            }
            (Reads::Json | Reads::Quote(Form::Json), value) => value,
            (Reads::Data(kept) | Reads::Quote(Form::Data(kept)), value) => sorted(value, kept),
            (_, value) => sorted(value, &[]),
        }
    }
}
