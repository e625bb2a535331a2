//! Reads values that are kept unchanged and also read: parts of content, arguments, objects that are content as a
//! whole.

use super::{
    super::{
        place::{Spot, at, is_absent, lay, push, put, take},
        secrets::secret_in_literal,
        table::{Definition, Form, Pick, Reads, is_like},
    },
    Translator,
    bytes::sorted,
    parsed,
};
use decl_core::{Code, Step, Value, json, key_order, limits, names::secret_member};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

impl<'a> Translator<'_, '_, 'a> {
    /// Reads a value that is kept unchanged. Returns the value if this function does not handle it.
    pub(super) fn definitions(
        &mut self,
        node: &mut Value<'a>,
        reads: &Reads,
        to: Spot,
        own: Spot,
        value: Value<'a>,
    ) -> Option<Value<'a>> {
        match (reads, value) {
            (Reads::Within(Form::Data(kept)), value) => put(node, to, sorted(value, kept)),
            (Reads::Within(_), value) => put(node, to, value),
            (Reads::Like(known, reads), value) => {
                let text = value.as_str().unwrap_or_default();
                if let Some((_, said)) = known.iter().find(|(pattern, _)| is_like(pattern, text)) {
                    lay(node, parsed(said));
                }
                self.read(node, reads, to, own, value);
            }
            (Reads::Picks(reads, picks), value) => {
                self.picks(node, picks, &value);
                self.read(node, reads, to, own, value);
            }
            (Reads::Arguments(picks), value @ (Value::Text(_) | Value::Map(_))) => {
                if value.as_str().is_some_and(|text| text.trim_start().starts_with('{')) {
                    self.fault(Code::Type, "an object inside text: write the object itself");
                }
                let split = value.as_str().map(arguments);
                let arguments = split.as_ref().unwrap_or(&value);
                self.no_secrets(arguments);
                self.picks(node, picks, arguments);
                self.read(node, &Reads::Value, to, own, value);
            }
            (Reads::NamedDefinitions(definition), Value::Map(mut members)) => {
                members.sort_by(|a, b| key_order(&a.0, &b.0));
                let mut raised = BTreeSet::new();
                for (name, value) in members {
                    let item = self.inside(&*name, |translator| {
                        let mut item = translator.definition(node, definition, value, &mut raised)?;
                        let place = Spot::from("/name");
                        translator.read(&mut item, &Reads::Name, place, place, Value::Text(name.clone()));
                        Some(item)
                    });
                    if let Some(item) = item {
                        push(node, to, item);
                    }
                }
            }
            (Reads::Definitions(definition), Value::Array(items)) => {
                for (i, item) in items.into_iter().enumerate() {
                    let item = self.inside(i, |translator| {
                        translator.definition(node, definition, item, &mut BTreeSet::new())
                    });
                    if let Some(item) = item {
                        push(node, to, item);
                    }
                }
            }
            (_, value) => return Some(value),
        }
        None
    }

    /// Reads an object that is content as a whole. `around` is the node of its list, `raised` what earlier objects
    /// added to it.
    fn definition(
        &mut self,
        around: &mut Value<'a>,
        definition: &Definition,
        value: Value<'a>,
        raised: &mut BTreeSet<String>,
    ) -> Option<Value<'a>> {
        if !matches!(value, Value::Map(_)) {
            return self.mismatch(&value, "an object");
        }
        let mut item = parsed(definition.base);
        if let Some((from, to)) = definition.takes {
            match at(around, from) {
                Some(Value::Uint(number)) => put(&mut item, to, Value::Uint(*number)),
                None => {}
                Some(absent) if is_absent(absent) => {}
                Some(_) => put(&mut item, to, Value::absent("undisclosed")),
            }
        }
        for of in definition.searched {
            if let Some(own) = at(&value, *of) {
                self.inside(Step::Below(of), |translator| translator.no_secret_inside(own));
            }
        }
        self.picks(&mut item, definition.picks, &value);
        if let Some((from, to)) = definition.raises
            && let Some(Value::Array(items)) = take(&mut item, from)
        {
            for item in items {
                if raised.insert(json::minimal(&item)) {
                    push(around, to, item);
                }
            }
        }
        put(&mut item, "/definition", Value::map([("json", value)]));
        Some(item)
    }

    /// Reads the values that also have their own place.
    fn picks(&mut self, node: &mut Value<'a>, picks: &[Pick], value: &Value<'a>) {
        for pick in picks {
            let there = pick.of.iter().filter_map(|of| Some((*of, at(value, *of)?)));
            let Some((of, found)) = there.into_iter().find(|(_, found)| **found != Value::Null) else {
                continue;
            };
            let value = match pick.reads {
                Reads::Name | Reads::Like(_, Reads::Name) => match name(found) {
                    Some(name) => Value::Text(name),
                    None => continue,
                },
                _ => found.clone(),
            };
            let to = Spot::from(pick.to);
            self.inside(Step::Below(of), |translator| translator.read(node, &pick.reads, to, to, value));
        }
    }

    fn no_secrets(&mut self, arguments: &Value<'_>) {
        let Value::Map(arguments) = arguments else { return };
        let is_secret = |(name, value): &(Cow<'_, str>, Value<'_>)| {
            secret_member(name.trim(), value)
                || secret_in_literal(name)
                || value.as_str().is_some_and(secret_in_literal)
        };
        if arguments.iter().any(is_secret) {
            self.fault(Code::Secret, "an argument here holds a secret");
        }
    }
}

/// Parses the arguments in a text as `lm_eval` does (`simple_parse_args_string`): it splits at commas, and each
/// argument at its first `=`; the last of a name counts. Spaces around a value and one pair of quotes are removed;
/// `True` and `False` are switches, `None` is no value.
fn arguments(text: &str) -> Value<'static> {
    let mut arguments = BTreeMap::new();
    for argument in text.trim().split(',').filter(|argument| !argument.is_empty()) {
        let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
        let value = value.trim();
        let quoted = ["'", "\""].iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
        let value = match quoted {
            None if value.eq_ignore_ascii_case("none") => Value::Null,
            None if value.eq_ignore_ascii_case("true") => Value::Bool(true),
            None if value.eq_ignore_ascii_case("false") => Value::Bool(false),
            _ => Value::text(quoted.unwrap_or(value).to_owned()),
        };
        arguments.insert(name.to_owned(), value);
    }
    Value::map(arguments)
}

/// Returns the name in a value (a line of 1 to 256 bytes, the digits of a number, names joined with `+`), or `None` if
/// it has none.
fn name<'a>(value: &Value<'a>) -> Option<Cow<'a, str>> {
    let text = match value {
        Value::Text(text) => text.clone(),
        Value::Uint(_) | Value::Nint(_) | Value::Float(_) => json::minimal(value).into(),
        Value::Array(names) => names.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?.join("+").into(),
        _ => return None,
    };
    let fits = (1..=limits::NAME_BYTES).contains(&text.len()) && !text.contains(char::is_control);
    fits.then_some(text)
}
