//! Overlays: what only the caller knows, merged into the declaration of a request body.
//!
//! A body names a model but not its pinned revision, carries passages but not the index they came from, offers a tool
//! but not the digest of its code. An overlay is a part of a declaration, in source form, that fills such gaps. It
//! never removes or hides anything that the body states.

use crate::place::is_absent;
use decl_core::{At, Code, Document, Fault, Value, inside, key_order};
use std::{borrow::Cow, collections::BTreeMap};

/// Places that no body states, so that an empty value is a gap and not a statement: whole sections ...
const SECTIONS: &[&str] = &["/model/", "/context/", "/environment/"];
/// ... and single members. `*` stands for a number.
const MEMBERS: &[&str] = &[
    "/ext",
    "/constraints/limits",
    "/constraints/policies",
    "/constraints/region",
    "/constraints/safety",
    "/evaluation/criteria",
    "/evaluation/harness/code",
    "/evaluation/harness/version",
    "/evaluation/metrics/*/definition",
    "/evaluation/tasks/*/dataset/config",
    "/evaluation/tasks/*/dataset/digest",
    "/evaluation/tasks/*/dataset/name",
    "/evaluation/tasks/*/dataset/revision",
    "/evaluation/tasks/*/dataset/split",
    "/evaluation/tasks/*/samples",
    "/evaluation/tasks/*/version",
    "/tools/*/implementation",
    "/tools/*/server",
    "/tools/*/server/listing",
    "/tools/*/server/protocol",
];

/// The place of what the description of a run states, absences included.
const STATED: &str = "/environment/settings/";

/// What the tables presume because no body can state it, and where: that the vendor of the API serves the model. Any
/// other text at these places was stated.
const PRESUMED: &[(&str, &[&str])] = &[
    ("/kind", &["generate"]),
    ("/model/authority", &["openai.com", "anthropic.com", "google.com"]),
    ("/parameters/unset", &["executor-default"]),
    ("/environment/executor", &["hosted"]),
    (
        "/environment/api/name",
        &[
            "openai.com/chat.completions",
            "openai.com/responses",
            "anthropic.com/messages",
            "google.com/generateContent",
        ],
    ),
    ("/tools/*/data", &["closed"]),
];

/// Those that a harness's description states through the name of its backend.
const SAID_BY_BACKEND: &[&str] = &["/model/authority", "/environment/executor"];
const NAMES_ITS_BACKEND: &str = "eleuther.ai/lm-evaluation-harness";

/// Maps that accept further members. The top accepts the section of a kind.
const ADDS: &[&str] = &[
    "",
    "/ext",
    "/constraints/limits",
    "/constraints/safety",
    "/environment/hardware",
    "/environment/settings",
];

/// Fills the gaps of `base` from `overlay`.
///
/// A gap is an absence, an empty list or an empty map where a body never speaks: in `model`, `context` and
/// `environment` (but for its `settings`), in `ext`, in the limits, safety, policies and region of `constraints`, in
/// the implementation and server of a tool, and of an evaluation in the criteria, the version and code of the harness,
/// the version, samples and data set of a task and the definition of a metric. Members may be added to `ext`,
/// `limits`, `safety`, `hardware` and `settings`. What no body can say the tables presume, and an overlay may say
/// otherwise: the kind (with its section), the authority of the model, the executor, the name of its API, what holds
/// for parameters that are not set, and that a tool reads open data; but a description of `lm_eval` says authority and
/// executor by the name of its backend. Maps are merged member by member, lists of equal
/// length item by item (so `{}` skips one). Saying the same again is no fault; anything else is refused at its pointer
/// into the overlay, members in canonical order.
///
/// ```
/// use decl_adapt::overlay;
/// use decl_core::json;
/// let base = json::parse(br#"{"model": {"name": "m", "revision": {"absent": "undisclosed"}}}"#)?;
/// let pinned = json::parse(br#"{"model": {"revision": "m-2026-02-11"}}"#)?;
/// let merged = overlay::merge(base, pinned)?;
/// assert_eq!(json::minimal(&merged), r#"{"model":{"name":"m","revision":"m-2026-02-11"}}"#);
/// let other = json::parse(br#"{"model": {"name": "another"}}"#)?;
/// assert_eq!(overlay::merge(merged, other).unwrap_err().to_string(),
///     "E-RANGE at /model/name of the overlay: the body already states another value");
/// # Ok::<(), decl_core::Fault>(())
/// ```
pub fn merge<'a>(mut base: Value<'a>, overlay: Value<'a>) -> Result<Value<'a>, Fault> {
    let api = base.get("environment").and_then(|environment| environment.get("api")?.get("name")?.as_str());
    let backend = api == Some(NAMES_ITS_BACKEND);
    check_object(&overlay)?;
    lay(&mut base, overlay, &mut String::new(), Under::Body { backend })?;
    Ok(base)
}

/// Joins two overlays into one that states what either states. If both state a place they must agree, or the second is
/// refused there.
///
/// ```
/// use decl_adapt::overlay;
/// use decl_core::json;
/// let weights = json::parse(br#"{"model": {"weights": {"format": "gguf"}}}"#)?;
/// let server = json::parse(br#"{"model": {"authority": "local"}, "environment": {"executor": "local"}}"#)?;
/// let both = overlay::join(weights, server)?;
/// assert_eq!(json::minimal(&both),
///     r#"{"model":{"weights":{"format":"gguf"},"authority":"local"},"environment":{"executor":"local"}}"#);
/// # Ok::<(), decl_core::Fault>(())
/// ```
pub fn join<'a>(mut first: Value<'a>, second: Value<'a>) -> Result<Value<'a>, Fault> {
    check_object(&second)?;
    lay(&mut first, second, &mut String::new(), Under::Overlay)?;
    Ok(first)
}

/// Refuses an overlay that is not an object: it states no member of a declaration.
pub(crate) fn check_object(overlay: &Value<'_>) -> Result<(), Fault> {
    match overlay {
        Value::Map(_) => Ok(()),
        other => {
            let found = format!("{} where an object is expected", other.type_name());
            Err(Fault::pointer(Code::Type, "", found).of(Document::Overlay))
        }
    }
}

fn lay<'a>(
    base: &mut Value<'a>,
    overlay: Value<'a>,
    pointer: &mut String,
    under: Under,
) -> Result<(), Fault> {
    let separate = under.keeps_separate(base, &overlay);
    let gap = under.leaves_open(base, pointer);
    match (base, overlay) {
        (base, overlay) if gap => *base = overlay,
        (Value::Map(members), Value::Map(mut added)) if !separate => {
            added.sort_by(|a, b| key_order(&a.0, &b.0));
            let known: BTreeMap<String, usize> =
                members.iter().enumerate().map(|(i, (key, _))| (key.to_string(), i)).collect();
            for (key, value) in added {
                let may_add = under.takes(pointer, &key);
                inside(pointer, &key.clone(), |pointer| {
                    match known.get(&*key).and_then(|i| members.get_mut(*i)) {
                        Some((_, base)) => lay(base, value, pointer, under),
                        None if may_add => {
                            members.push((key, value));
                            Ok(())
                        }
                        None => Err(under.refusal(
                            Code::UnknownMember,
                            pointer,
                            "the declaration that the body gives has no such member",
                        )),
                    }
                })?;
            }
        }
        (Value::Array(items), Value::Array(added)) if items.len() == added.len() => {
            for (i, (item, value)) in items.iter_mut().zip(added).enumerate() {
                inside(pointer, &format!("{i}"), |pointer| lay(item, value, pointer, under))?;
            }
        }
        (Value::Array(_), Value::Array(_)) => {
            return Err(under.refusal(Code::Range, pointer, "the body states a list of another length"));
        }
        (base, overlay) if *base == overlay => {}
        _ => return Err(under.refusal(Code::Range, pointer, "the body already states another value")),
    }
    Ok(())
}

/// The base that an overlay is merged into.
#[derive(Clone, Copy)]
enum Under {
    /// The declaration of a body; `backend` if it names what serves the model.
    Body { backend: bool },
    /// Another overlay, which holds only statements: it has no gaps, and accepts every further statement.
    Overlay,
}

impl Under {
    /// Returns whether the value here is a gap that anything may fill.
    fn leaves_open(self, base: &Value<'_>, pointer: &str) -> bool {
        let Self::Body { backend } = self else { return false };
        match base {
            Value::Array(items) => items.is_empty() && silent(pointer),
            Value::Map(members) => (members.is_empty() || is_absent(base)) && silent(pointer),
            Value::Text(_) if backend && SAID_BY_BACKEND.contains(&pointer) => false,
            Value::Text(text) => presumed(pointer, text),
            _ => false,
        }
    }

    /// Returns true if the two maps must not be merged: an absence is a statement of its own.
    fn keeps_separate(self, base: &Value<'_>, overlay: &Value<'_>) -> bool {
        is_absent(base) || matches!(self, Self::Overlay) && is_absent(overlay)
    }

    /// Returns true if the map at this place may get another member.
    fn takes(self, pointer: &str, key: &str) -> bool {
        match self {
            // A map that states something cannot be absent too.
            Self::Body { .. } => ADDS.contains(&pointer) && key != "absent",
            Self::Overlay => true,
        }
    }

    /// Returns the refusal; `found` is the message for a body.
    fn refusal(self, code: Code, pointer: &str, found: &str) -> Fault {
        let (found, hint) = match self {
            Self::Body { .. } => (found, "an overlay only fills gaps: take this out, or change the body"),
            Self::Overlay => ("another overlay states another value", "take it out of one of the two"),
        };
        Fault::pointer(code, pointer, found).of(Document::Overlay).with_hint(hint)
    }
}

/// Returns true if the fault is about something that the overlay states. A missing member is a fault of its map.
pub fn says(overlay: &Value<'_>, fault: &Fault) -> bool {
    let pointer = match &fault.at {
        At::Pointer(pointer) if fault.code == Code::Missing => pointer.rsplit_once('/').map(|(map, _)| map),
        At::Pointer(pointer) if !pointer.is_empty() => Some(pointer.as_str()),
        _ => None,
    };
    let Some(pointer) = pointer else { return false };
    let mut tokens = pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"));
    let found = tokens.try_fold(overlay, |value, token| match value {
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        value => value.get(&token),
    });
    found.is_some()
}

/// Returns true if no body states anything at this place.
fn silent(pointer: &str) -> bool {
    SECTIONS.iter().any(|section| pointer.starts_with(section)) && !pointer.starts_with(STATED)
        || MEMBERS.contains(&&*general(pointer))
}

/// Returns true if this is the value that the tables presume at this place.
fn presumed(pointer: &str, text: &str) -> bool {
    let pointer = general(pointer);
    PRESUMED.iter().any(|(place, texts)| *place == pointer && texts.contains(&text))
}

/// Returns the pointer with `*` for the number of a tool, a task or a metric.
fn general(pointer: &str) -> Cow<'_, str> {
    let lists = ["/tools/", "/evaluation/tasks/", "/evaluation/metrics/"];
    let item = lists.iter().find_map(|list| Some((list, pointer.strip_prefix(list)?.split_once('/')?.1)));
    match item {
        Some((list, member)) => Cow::Owned(format!("{list}*/{member}")),
        None => Cow::Borrowed(pointer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate as adapter;
    use decl_core::json;

    /// A body that states everything that an overlay could try to hide.
    const BODY: &str = r#"{"model": "m", "messages": [{"role": "assistant", "content": null}], "seed": null,
        "temperature": null, "moderation": {}, "top_q": null, "tools": [
            {"type": "function", "function": {"name": "f", "description": null, "strict": null}},
            {"type": "function", "function": {"name": "g", "parameters": {"properties": {"server": {}}}}}]}"#;

    #[test]
    fn overlays_join_in_any_order_or_not_at_all() {
        let read = |text: &'static str| json::parse(text.as_bytes()).unwrap();
        for (first, second, want) in [
            (r#"{"a": 1}"#, r#"{"b": 2}"#, Ok(r#"{"a":1,"b":2}"#)),
            (r#"{"a": {"b": 1}}"#, r#"{"a": {"c": [1], "b": 1}}"#, Ok(r#"{"a":{"b":1,"c":[1]}}"#)),
            (r#"{"a": [{}, {"b": 1}]}"#, r#"{"a": [{"c": 2}, {}]}"#, Ok(r#"{"a":[{"c":2},{"b":1}]}"#)),
            (
                r#"{"a": {"absent": "none"}}"#,
                r#"{"a": {"absent": "none"}}"#,
                Ok(r#"{"a":{"absent":"none"}}"#),
            ),
            (r#"{"a": {"absent": "none"}}"#, r#"{"a": {"b": 1}}"#, Err("E-RANGE at /a")),
            (r#"{"a": {"b": 1}}"#, r#"{"a": {"b": 2}}"#, Err("E-RANGE at /a/b")),
            (r#"{"a": {"b": 1}}"#, r#"{"a": {"b": null}}"#, Err("E-RANGE at /a/b")),
            (r#"{"a": [1]}"#, r#"{"a": []}"#, Err("E-RANGE at /a")),
            (r#"{"a": [1, 2]}"#, r#"{"a": [1, 3]}"#, Err("E-RANGE at /a/1")),
        ] {
            for [one, other] in [[first, second], [second, first]] {
                let joined = join(read(one), read(other));
                let text = joined.map(|joined| json::minimal(&in_order(joined)));
                match want {
                    Ok(want) => assert_eq!(text.as_deref(), Ok(want), "{one} {other}"),
                    Err(want) => {
                        let fault = text.unwrap_err();
                        assert_eq!(format!("{} at {}", fault.code, fault.at), want, "{one} {other}");
                    }
                }
            }
        }
    }

    fn in_order(value: Value<'_>) -> Value<'_> {
        match value {
            Value::Array(items) => Value::Array(items.into_iter().map(in_order).collect()),
            Value::Map(members) => {
                let mut members: Vec<_> =
                    members.into_iter().map(|(key, value)| (key, in_order(value))).collect();
                members.sort_by(|a, b| key_order(&a.0, &b.0));
                Value::Map(members)
            }
            value => value,
        }
    }

    fn laid(overlay: &str) -> Result<Value<'static>, Fault> {
        let overlay = json::parse(overlay.as_bytes()).unwrap();
        let options = adapter::Options {
            unknown: adapter::Unknown::Extend,
            overlay: Some(&overlay),
            ..adapter::Options::default()
        };
        let mut faults = Vec::new();
        let chat = adapter::named("chat").unwrap();
        let translated = chat.translate(json::parse(BODY.as_bytes()).unwrap(), &options, &mut faults);
        translated.map(|translated| translated.source.into_owned()).ok_or_else(|| faults.remove(0))
    }

    #[test]
    fn an_overlay_fills_what_a_body_never_says() {
        for overlay in [
            "{}",
            r#"{"model": {"name": "m", "revision": "m-1", "fallbacks": ["n"], "weights": {"absent": "none"}}}"#,
            r#"{"context": {"items": [{"kind": "memory"}], "history": {"policy": "full", "params": {}}}}"#,
            r#"{"environment": {"settings": {"zone": "eu"}, "hardware": {"gpu": "h100"}, "api": {"version": "2"}}}"#,
            r#"{"constraints": {"region": "eu", "limits": {"spend": 1}, "safety": {"level": 2}, "policies": [{}]}}"#,
            r#"{"tools": [{"implementation": {"alg": "sha256"}}, {"server": {"label": "s"}}]}"#,
            r#"{"ext": {"example.com/a#/b": 1}}"#,
            r#"{"kind": "agent-step", "agent": {"name": "a"}}"#,
            r#"{"model": {"authority": "example.org"}, "parameters": {"unset": {"text": "{}"}}}"#,
            r#"{"environment": {"executor": "local", "api": {"name": "vllm.ai/chat.completions", "version": "0.11"}}}"#,
            r#"{"tools": [{"data": "open"}, {"data": "closed"}]}"#,
        ] {
            assert_eq!(laid(overlay).map(|_| ()), Ok(()), "{overlay}");
        }
    }

    #[test]
    fn what_the_tables_presume_can_be_said_once() {
        for name in adapter::NAMES {
            let base = json::parse(adapter::named(name).unwrap().body.base.as_bytes()).unwrap();
            if base.get("kind").and_then(Value::as_str) == Some("evaluate") {
                continue; // a description states its kind
            }
            let said = r#"{"kind": "evaluate", "model": {"authority": "example.org"}, "parameters": {"unset": "exhaustive"},
                "environment": {"executor": "local", "api": {"name": "example.org/a"}}}"#;
            let merged = merge(base, json::parse(said.as_bytes()).unwrap()).unwrap();
            for (other, at) in [
                (r#"{"kind": "generate"}"#, "/kind"),
                (r#"{"model": {"authority": "openai.com"}}"#, "/model/authority"),
                (r#"{"parameters": {"unset": "executor-default"}}"#, "/parameters/unset"),
                (r#"{"environment": {"executor": "hosted"}}"#, "/environment/executor"),
                (r#"{"environment": {"api": {"name": "b"}}}"#, "/environment/api/name"),
            ] {
                let fault = merge(merged.clone(), json::parse(other.as_bytes()).unwrap()).unwrap_err();
                assert_eq!((fault.code, &*fault.at.to_string()), (Code::Range, at), "{name}");
            }
        }
    }

    #[test]
    fn an_overlay_never_hides_what_the_body_says() {
        for (overlay, want) in [
            (r#"{"model": {"name": "n"}}"#, "E-RANGE at /model/name"),
            (r#"{"model": {"size": 1}}"#, "E-UNKNOWN-MEMBER at /model/size"),
            (r#"{"kind": "generate", "parameters": {"seed": 1}}"#, "E-RANGE at /parameters/seed"),
            (r#"{"parameters": {"set": {"temperature": 1}}}"#, "E-RANGE at /parameters/set/temperature"),
            (r#"{"parameters": {"set": {"top_p": 1}}}"#, "E-UNKNOWN-MEMBER at /parameters/set/top_p"),
            (
                r#"{"constraints": {"safety": {"moderation": {"a": 1}}}}"#,
                "E-UNKNOWN-MEMBER at /constraints/safety/moderation/a",
            ),
            (
                r#"{"ext": {"openai.com/chat.completions#/top_q": 1}}"#,
                "E-RANGE at /ext/openai.com~1chat.completions#~1top_q",
            ),
            (r#"{"ext": {"absent": "none"}}"#, "E-UNKNOWN-MEMBER at /ext/absent"),
            (r#"{"tools": [{"description": {"text": "d"}}, {}]}"#, "E-RANGE at /tools/0/description"),
            (
                r#"{"tools": [{}, {"schema": {"json": {"properties": {"server": {"type": "string"}}}}}]}"#,
                "E-UNKNOWN-MEMBER at /tools/1/schema/json/properties/server/type",
            ),
            (
                r#"{"environment": {"api": {"absent": "none"}}}"#,
                "E-UNKNOWN-MEMBER at /environment/api/absent",
            ),
            (r#"{"tools": [{}, {"t": "hosted"}]}"#, "E-RANGE at /tools/1/t"),
            (r#"{"tools": [{}]}"#, "E-RANGE at /tools"),
            (r#"{"tools": []}"#, "E-RANGE at /tools"),
            (
                r#"{"input": [{"parts": [{"attrs": {"content": 1}}]}]}"#,
                "E-RANGE at /input/0/parts/0/attrs/content",
            ),
            (r#"{"instructions": [{}]}"#, "E-RANGE at /instructions"),
            (r#"{"tools": null}"#, "E-RANGE at /tools"),
            ("[]", "E-TYPE at "),
            ("null", "E-TYPE at "),
            ("5", "E-TYPE at "),
            (r#""x""#, "E-TYPE at "),
        ] {
            let fault = laid(overlay).unwrap_err();
            let got = std::format!("{} at {}", fault.code, fault.at);
            assert_eq!(got, want, "{overlay}");
        }
    }
}
