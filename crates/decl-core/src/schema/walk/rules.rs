//! The rules over several members of a body.

use crate::{
    code::Code,
    fault::{Faults, Place},
    schema::shape::Rule,
    value::Value,
};
use alloc::{format, string::String};

/// Adds a fault for every rule that a record breaks whose members are well-formed one by one.
pub(super) fn apply(rules: &[Rule], record: &Value<'_>, faults: &mut Faults) {
    let Some(body) = record.get("body") else { return };
    let top = Place::default();
    let here = top.inside("body");
    for rule in rules {
        if let Some((member, code, message, hint)) = broken(rule, record, body) {
            let inside = member.map(|member| here.inside(member));
            if let Some(fault) = faults.add(code, inside.as_ref().unwrap_or(&here), message) {
                fault.hint = Some(hint.into());
            }
        }
    }
}

/// Returns the member of the body that breaks the rule, or `None` in its place for the whole body, with the code, the
/// message and the hint.
fn broken(
    rule: &Rule,
    record: &Value<'_>,
    body: &Value<'_>,
) -> Option<(Option<&'static str>, Code, String, String)> {
    let number = |name| match body.get(name) {
        Some(Value::Uint(n)) => Some(*n),
        _ => None,
    };
    Some(match *rule {
        Rule::Any(names) if names.iter().all(|name| body.get(name).is_none()) => {
            let names = names.join(" or ");
            (
                None,
                Code::Missing,
                format!("neither {}", names.replace(" or ", " nor ")),
                format!("write {names}"),
            )
        }
        Rule::NotEmpty(at) if matches!(body.get(at), Some(Value::Map(members)) if members.is_empty()) => {
            (Some(at), Code::Missing, "nothing is in it".into(), "write at least one of its members".into())
        }
        Rule::One(at, names) => {
            let inside = body.get(at)?;
            let (code, found) = match names.iter().filter(|name| inside.get(name).is_some()).count() {
                0 => (Code::Missing, "none of its members is there"),
                1 => return None,
                _ => (Code::Range, "several members, where one is expected"),
            };
            (Some(at), code, found.into(), format!("write one of {}", names.join(", ")))
        }
        Rule::Ordered(first, second) if number(first)? > number(second)? => {
            let found = format!("{second} is below {first}");
            (Some(second), Code::Range, found, format!("{second} is at least {first}"))
        }
        Rule::AtMost(at, most) if number(at)? > most => {
            (Some(at), Code::Range, format!("more than {most}"), format!("write a number from 0 to {most}"))
        }
        Rule::NotSubject(at) if body.get(at) == record.get("subject") => {
            let hint = "name another declaration; an occurrence of the same one needs no link";
            (Some(at), Code::Range, "the subject itself".into(), hint.into())
        }
        _ => return None,
    })
}
