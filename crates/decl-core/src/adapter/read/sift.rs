//! Definitions that come as content: read by a table all the same, so that nothing stays in them that it leaves out.

use super::{
    super::table::{Class, Each, Form, Object, Reads},
    Members, Reader,
    bytes::sorted,
    is_nothing,
};
use crate::{Value, key_order};
use alloc::vec::Vec;

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
                    Some(Class::Transport | Class::Secret) => None,
                    Some(Class::Defines(target)) => Some(reader.sift_value(&target.reads, value)),
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
        kept.sort_by(|a, b| key_order(&a.0, &b.0));
        Value::Map(kept)
    }

    fn sift_value(&mut self, reads: &Reads, value: Value<'a>) -> Value<'a> {
        match (reads, value) {
            (Reads::Either(text, _), value @ Value::Text(_)) => self.sift_value(text, value),
            (Reads::Either(_, other), value) => self.sift_value(other, value),
            (Reads::Says(_, reads), value) => self.sift_value(reads, value),
            (Reads::External(hint), value) if value != Value::Null => {
                self.external("the state that this names is not in the body", hint);
                Value::Null
            }
            (Reads::Inside(object) | Reads::Item(object), Value::Map(members)) => {
                self.sift_members(object, members, Vec::new())
            }
            (Reads::InsideBy(each), value @ Value::Map(_))
            | (Reads::List(each) | Reads::Parts(each) | Reads::Sifted(each), value @ Value::Array(_)) => {
                self.sift(each, value)
            }
            // What has another form than the table says could hold anything.
            (Reads::Inside(_) | Reads::Item(_) | Reads::InsideBy(_), value) if value != Value::Null => {
                self.mismatch(&value, "an object").unwrap_or(Value::Null)
            }
            (Reads::List(_) | Reads::Sifted(_), value) if value != Value::Null => {
                self.mismatch(&value, "a list").unwrap_or(Value::Null)
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
