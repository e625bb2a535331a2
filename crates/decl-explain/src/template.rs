//! Templates: declarations to fill in.

use decl_core::{
    Value,
    schema::{DECLARATION, KINDS, Member, Shape},
};

/// Returns a declaration of this kind with every absence stated, or `None` if there is no such kind.
///
/// Names to fill in are empty, which is refused: a template that nobody filled in has no identity.
pub fn template(kind: &str) -> Option<Value<'static>> {
    let kind = KINDS.iter().find(|known| **known == kind)?;
    Some(fill(&DECLARATION, "", kind))
}

fn fill(shape: &Shape, pointer: &str, kind: &'static str) -> Value<'static> {
    match shape {
        Shape::Version(text) => Value::text(*text),
        Shape::Choice(_) if pointer == "/kind" => Value::text(kind),
        Shape::Choice([first, ..]) => Value::text(*first),
        Shape::Name if pointer == "/constraints/output/format" => Value::text("text"),
        Shape::Bool => Value::Bool(false),
        Shape::Uint | Shape::Millis | Shape::Int | Shape::Num => Value::Uint(0),
        Shape::Digest => Value::map([("alg", Value::text("sha256")), ("value", Value::text(""))]),
        Shape::Content(_) => Value::map([("text", Value::text(""))]),
        Shape::Absent => Value::absent(absence(pointer)),
        Shape::Open(_) | Shape::Ext => Value::Map([].into()),
        Shape::Map(members) | Shape::Cases(_, [(_, members), ..]) => map(members, pointer, kind),
        Shape::List(0, _) => Value::Array([].into()),
        Shape::List(_, item) => Value::Array([fill(item, &format!("{pointer}/0"), kind)].into()),
        Shape::Either(shapes) => {
            match shapes.iter().find(|shape| matches!(shape, Shape::Absent)).or(shapes.first()) {
                Some(shape) => fill(shape, pointer, kind),
                None => Value::Null,
            }
        }
        Shape::Name
        | Shape::Identifier
        | Shape::Text
        | Shape::Dns
        | Shape::Media
        | Shape::Base64
        | Shape::Json
        | Shape::Query
        | Shape::Handle
        | Shape::Occurrence
        | Shape::True
        | Shape::Body(_)
        | Shape::Bytes32
        | Shape::DigestValue
        | Shape::Choice([])
        | Shape::Cases(_, [])
        | Shape::Tuple(_)
        | Shape::Placed => Value::text(""),
    }
}

fn map(members: &[Member], pointer: &str, kind: &'static str) -> Value<'static> {
    let present = members.iter().filter(|member| member.required(kind));
    Value::map(present.map(|member| {
        let inner: String = format!("{pointer}/{}", member.name);
        (String::from(member.name), fill(&member.shape, &inner, kind))
    }))
}

/// Returns the absence that most declarations state at this place.
fn absence(pointer: &str) -> &'static str {
    if pointer.starts_with("/model/") || pointer.starts_with("/environment/") {
        "undisclosed"
    } else if pointer.starts_with("/parameters/")
        || pointer.starts_with("/constraints/region")
        || pointer.ends_with("tool-choice")
    {
        "default"
    } else {
        "none"
    }
}
