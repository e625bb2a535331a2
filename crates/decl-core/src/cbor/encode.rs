//! Value to canonical bytes.

use super::{
    ARRAY, MAP, TEXT,
    write::{self, Member},
};
use crate::{Code, Fault, Value, fault::push_token, limits};
use alloc::{
    boxed::Box,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

/// The one encoding of a value.
///
/// Refuses what has none, with the place as a JSON pointer: null (`E-NULL`), NaN and infinities (`E-NUM-NAN`),
/// a float that is an integer or an integer in the wrong variant (`E-TYPE`), a key twice (`E-DUP-KEY`), more than
/// [`limits::DEPTH`] containers (`E-DEPTH`).
pub fn encode(value: &Value<'_>) -> Result<Vec<u8>, Fault> {
    let mut encoder = Encoder::new();
    encoder.pieces(value, 0).map_err(|refused| refused.into_fault())?;
    encoder.flush();
    Ok(encoder.out)
}

/// Where there is room for an item, it is [written](write) without a way to say why it cannot be. An item that is not
/// written so is met again piece by piece: either there was no room, or a piece has no encoding and has a place now.
struct Encoder {
    out: Vec<u8>,
    /// What comes next behind `out`. Its first bytes are used.
    window: [u8; WINDOW],
    used: usize,
    /// How much was written, at most, of what did not fit.
    vain: usize,
}

const WINDOW: usize = 4096;
/// With less room than this, nothing is tried: a short message fits.
const LEAST: usize = 512;
/// A longer list is met item by item at once.
const SHORT_LIST: usize = 16;

impl Encoder {
    fn new() -> Self {
        let out = Vec::with_capacity(4096); // most declarations fit
        Self { out, window: [0; WINDOW], used: 0, vain: 0 }
    }

    fn item(&mut self, value: &Value<'_>, depth: usize) -> Result<(), Refused> {
        if self.used > WINDOW - LEAST {
            self.flush();
        }
        if self.tries(value) {
            if self.fits(|room| write::item(room, value, depth)) {
                return Ok(());
            }
            self.vain += WINDOW - self.used;
        }
        self.pieces(value, depth)
    }

    /// May the whole of it be written in vain? Of containers inside each other, each could be: what that costs stays
    /// below what is written for good.
    fn tries(&self, value: &Value<'_>) -> bool {
        match value {
            Value::Array(items) if items.len() > SHORT_LIST => false,
            Value::Array(_) | Value::Map(_) => self.vain <= self.out.len() + WINDOW,
            _ => true,
        }
    }

    fn pieces(&mut self, value: &Value<'_>, depth: usize) -> Result<(), Refused> {
        self.flush();
        match value {
            Value::Array(items) => {
                let depth = deeper(depth)?;
                head(&mut self.out, ARRAY, items.len() as u64);
                for (i, item) in items.iter().enumerate() {
                    self.item(item, depth).map_err(inside(|| format!("{i}")))?;
                }
            }
            Value::Map(members) => {
                let depth = deeper(depth)?;
                head(&mut self.out, MAP, members.len() as u64);
                if write::ascending(members) {
                    return members.iter().try_for_each(|member| self.member(member, depth));
                }
                match write::sorted(members) {
                    Ok(sorted) => sorted.into_iter().try_for_each(|member| self.member(member, depth))?,
                    Err(twice) => {
                        return refuse(Code::DupKey, "the key stands twice")
                            .map_err(inside(|| twice.to_string()));
                    }
                }
            }
            _ => return scalar(&mut self.out, value).or_else(|(code, message)| refuse(code, message)),
        }
        Ok(())
    }

    fn member(&mut self, (key, value): &Member<'_>, depth: usize) -> Result<(), Refused> {
        if !self.fits(|room| write::string(room, TEXT, key.as_bytes())) {
            self.flush();
            string(&mut self.out, TEXT, key.as_bytes());
        }
        self.item(value, depth).map_err(inside(|| key.to_string()))
    }

    /// Was there room?
    fn fits(&mut self, write: impl FnOnce(&mut [u8]) -> Option<&mut [u8]>) -> bool {
        let Some(rest) = write(&mut self.window[self.used..]) else { return false };
        self.used = WINDOW - rest.len();
        true
    }

    fn flush(&mut self) {
        self.out.extend_from_slice(&self.window[..self.used]);
        self.used = 0;
    }
}

fn deeper(depth: usize) -> Result<usize, Refused> {
    if depth == limits::DEPTH {
        return refuse(Code::Depth, "too many containers inside each other");
    }
    Ok(depth + 1)
}

type Refused = Box<Unencodable>;

/// Built from the inside out, so that the path costs nothing when all is well. In a box, so that results stay small.
struct Unencodable {
    code: Code,
    message: &'static str,
    path: Vec<String>,
}

impl Unencodable {
    fn into_fault(self) -> Fault {
        let mut pointer = String::new();
        for token in self.path.iter().rev() {
            push_token(&mut pointer, token);
        }
        Fault::pointer(self.code, pointer, self.message)
    }
}

#[cold]
fn refuse<T>(code: Code, message: &'static str) -> Result<T, Refused> {
    Err(Box::new(Unencodable { code, message, path: Vec::new() }))
}

fn inside(token: impl FnOnce() -> String) -> impl FnOnce(Refused) -> Refused {
    |mut refused| {
        refused.path.push(token());
        refused
    }
}

// The same writers, where there is always room.

/// Appends a value that is no container, or says why it has no encoding.
pub(crate) fn scalar(out: &mut Vec<u8>, value: &Value<'_>) -> Result<(), (Code, &'static str)> {
    if write::scalar(out, value).is_some() {
        return Ok(());
    }
    Err(match value {
        Value::Null => (Code::Null, "null has no encoding"),
        Value::Nint(_) => (Code::Type, "a negative integer that is not negative"),
        Value::Float(x) if x.is_finite() => (Code::Type, "a float that is an integer"),
        Value::Float(_) => (Code::NumNan, "not a finite number"),
        _ => (Code::Depth, "too many containers inside each other"),
    })
}

/// Appends a [reference to content](write::reference).
pub(crate) fn reference(out: &mut Vec<u8>, digest: &[u8; 32], len: u64, media: &str) {
    write::reference(out, digest, len, media);
}

/// Appends [text or bytes](write::string).
#[expect(clippy::inline_always, reason = "most are a few bytes, and cost no call")]
#[inline(always)]
pub(crate) fn string(out: &mut Vec<u8>, major: u8, bytes: &[u8]) {
    write::string(out, major, bytes);
}

/// Appends a [head](write::head).
#[expect(clippy::inline_always, reason = "most are a few bytes, and cost no call")]
#[inline(always)]
pub(crate) fn head(out: &mut Vec<u8>, major: u8, n: u64) {
    write::head(out, major, n);
}

#[cfg(test)]
mod tests {
    use super::{super::decode, *};
    use crate::key_order;
    use alloc::{string::String, vec};

    fn reference() -> Value<'static> {
        Value::map([
            ("b3", Value::Bytes(vec![7; 32].into())),
            ("len", Value::Uint(200)),
            ("type", Value::text("text/plain")),
        ])
    }

    fn message() -> Value<'static> {
        let part = Value::map([
            ("t", Value::text("text")),
            ("attrs", Value::Map(Vec::new())),
            ("content", reference()),
        ]);
        Value::map([("role", Value::text("user")), ("parts", Value::Array(vec![part]))])
    }

    /// What differs from it in one place: a value, a key, a member more or less, the order of two.
    fn others(value: &Value<'static>) -> Vec<Value<'static>> {
        match value {
            Value::Map(members) => {
                let mut others = Vec::new();
                let mut with = |change: &dyn Fn(&mut Vec<Member<'static>>)| {
                    let mut members = members.clone();
                    change(&mut members);
                    others.push(Value::Map(members));
                };
                for at in 0..=members.len() {
                    with(&|members| members.insert(at, ("more".into(), Value::Uint(0))));
                }
                for (at, (key, value)) in members.iter().enumerate() {
                    with(&|members| drop(members.remove(at)));
                    with(&|members| members.swap(0, at));
                    for name in ["", "~", &format!("{key}~"), &format!("{}~", &key[1..]), "role", "t", "b3"] {
                        with(&|members| members[at].0 = String::from(name).into());
                    }
                    for other in self::others(value) {
                        with(&|members| members[at].1 = other.clone());
                    }
                }
                others
            }
            Value::Array(items) => {
                let mut others = vec![Value::Array(Vec::new()), Value::Array([&items[..], items].concat())];
                for (at, item) in items.iter().enumerate() {
                    others.extend(self::others(item).into_iter().map(|other| {
                        let mut items = items.clone();
                        items[at] = other;
                        Value::Array(items)
                    }));
                }
                others
            }
            _ => vec![
                Value::Bool(true),
                Value::Uint(24),
                Value::Nint(-1),
                Value::Float(0.5),
                Value::text("texu"),
                Value::text("a text of more than 24 bytes"),
                Value::Bytes(vec![7; 31].into()),
                Value::Bytes(vec![7; 33].into()),
                Value::Array(Vec::new()),
                Value::Map(Vec::new()),
            ],
        }
    }

    /// In the order of the encoding; nothing if a key stands twice.
    fn in_order(value: &Value<'static>) -> Option<Value<'static>> {
        Some(match value {
            Value::Map(members) => {
                let mut members = members
                    .iter()
                    .map(|(k, v)| Some((k.clone(), in_order(v)?)))
                    .collect::<Option<Vec<_>>>()?;
                members.sort_by(|(a, _), (b, _)| key_order(a, b));
                if members.windows(2).any(|pair| pair[0].0 == pair[1].0) {
                    return None;
                }
                Value::Map(members)
            }
            Value::Array(items) => Value::Array(items.iter().map(in_order).collect::<Option<_>>()?),
            _ => value.clone(),
        })
    }

    #[track_caller]
    fn comes_back(value: &Value<'static>) {
        match (encode(value), in_order(value)) {
            (Ok(bytes), Some(value)) => assert_eq!(decode(&bytes).as_ref(), Ok(&value)),
            (Err(fault), None) => assert_eq!(fault.code, Code::DupKey, "{value:?}"),
            (encoded, _) => panic!("{encoded:?} of {value:?}"),
        }
    }

    #[test]
    fn what_is_only_like_a_message_is_written_as_it_is() {
        let others = others(&message());
        assert!(others.len() > 100, "{}", others.len());
        for value in others.into_iter().chain(self::others(&reference())).chain([message()]) {
            comes_back(&value);
            // Tried in the window, too, with something behind.
            comes_back(&Value::Array(vec![value, Value::text("more")]));
        }
    }

    #[test]
    fn wherever_the_window_ends_nothing_is_lost() {
        for before in (0..64).chain(WINDOW - LEAST - 300..WINDOW + 300) {
            let text = Value::Text("x".repeat(before).into());
            // Each of these may meet the end: a message, members out of order, a key, bytes; a list longer than is tried.
            let map = Value::map([("zz", message()), ("b", Value::Uint(1 << 40)), ("a", message())]);
            let key = [("k".repeat(before), Value::Nint(-300)), ("l".repeat(40), message())];
            let items =
                vec![text, message(), map, Value::map(key), Value::Bytes(vec![1; before].into()), message()];
            let long = Value::Array(vec![Value::Array(items.clone()); SHORT_LIST + 1]);
            comes_back(&Value::map([("short", Value::Array(items)), ("long", long)]));
        }
        let many = (0..WINDOW).rev().map(|i| (format!("{i}"), Value::Bool(false)));
        comes_back(&Value::Array(vec![Value::map(many)]));
    }

    #[test]
    fn what_has_no_encoding_has_its_place() {
        let spoilt = |message: &mut Value<'static>, bad: Value<'static>| {
            let Value::Map(members) = message else { return };
            members[1].1 = Value::Array(vec![reference(), Value::map([("content", bad)])]);
        };
        let twice = Value::map([("a", Value::Uint(0)), ("b", Value::Uint(0)), ("a", Value::Uint(1))]);
        for (bad, code, place) in [
            (Value::Null, Code::Null, ""),
            (Value::Float(f64::NAN), Code::NumNan, ""),
            (Value::Float(2.0), Code::Type, ""),
            (Value::Nint(0), Code::Type, ""),
            (twice, Code::DupKey, "/a"),
        ] {
            for at in [0, 1, 99] {
                let mut messages = vec![message(); 100];
                spoilt(&mut messages[at], bad.clone());
                let fault = encode(&Value::map([("input", Value::Array(messages))])).unwrap_err();
                let pointer = format!("/input/{at}/parts/1/content{place}");
                assert_eq!((fault.code, fault.to_string().contains(&pointer)), (code, true), "{fault}");
            }
        }
    }

    #[test]
    fn little_is_written_in_vain() {
        let list = |of: Value<'static>| Value::Array(vec![of; SHORT_LIST]);
        let lists = list(list(list(Value::Uint(0)))); // a little longer than the window
        let shuffled = Value::map((0..2_000).map(|i| (format!("{}", i * 7 % 2_000), Value::Uint(0))));
        for inner in [lists, shuffled] {
            let nest = (0..60).fold(inner, |value, _| Value::Array(vec![value]));
            let nests = Value::Array(vec![nest; 30]);
            comes_back(&nests);
            let mut encoder = Encoder::new();
            assert!(encoder.pieces(&nests, 0).is_ok());
            assert!(encoder.vain > 0 && encoder.vain <= encoder.out.len() + 2 * WINDOW, "{}", encoder.vain);
        }
    }

    #[test]
    fn containers_inside_each_other_are_counted() {
        fn containers(value: &Value<'_>) -> usize {
            match value {
                Value::Map(members) => 1 + members.iter().map(|(_, v)| containers(v)).max().unwrap_or(0),
                Value::Array(items) => 1 + items.iter().map(containers).max().unwrap_or(0),
                _ => 0,
            }
        }
        let part = |message: Value<'static>| message.get("parts").cloned();
        for inner in [
            message(),
            part(message()).unwrap(),
            reference(),
            Value::Map(Vec::new()),
            Value::Array(Vec::new()),
        ] {
            for around in limits::DEPTH - 5..=limits::DEPTH {
                let value = (0..around).fold(inner.clone(), |value, _| Value::Array(vec![value]));
                if containers(&value) <= limits::DEPTH {
                    comes_back(&value);
                } else {
                    assert_eq!(encode(&value).unwrap_err().code, Code::Depth);
                }
            }
        }
    }
}
