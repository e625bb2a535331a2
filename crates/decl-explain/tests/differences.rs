//! Are the differences all there is? Apply them to the first document, and it must be the second.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails")]

use decl_core::{NoFiles, Source, Value, cbor, json};
use decl_explain::{diff, template};
use std::{borrow::Cow, fs, path::PathBuf};

/// Pointer and value of a side.
type Side = Option<(String, Value<'static>)>;

fn differences(a: &Value<'_>, b: &Value<'_>) -> Vec<(Side, Side)> {
    let mut out = Vec::new();
    diff(a, b, &mut |found| {
        let side = |side: Option<decl_explain::Side<'_>>| {
            side.map(|side| (side.at.to_owned(), side.value.clone().into_owned()))
        };
        out.push((side(found.a), side(found.b)));
        true
    });
    out
}

/// The first document, with the differences applied as the documentation of `diff` says.
fn apply(a: &Value<'static>, differences: &[(Side, Side)]) -> Value<'static> {
    let mut tree = a.clone();
    for found in differences.iter().rev() {
        if let (Some((at, value)), None) = found {
            assert_eq!(take(&mut tree, at), *value, "{at} is there");
        }
    }
    for found in differences {
        if let (None, Some((at, value))) = found {
            put(&mut tree, at, value.clone());
        }
    }
    for found in differences {
        if let (Some((_, old)), Some((at, new))) = found {
            let place = place(&mut tree, at);
            assert_eq!(place, old, "{at}");
            *place = new.clone();
        }
    }
    tree
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

fn place<'t>(mut tree: &'t mut Value<'static>, at: &str) -> &'t mut Value<'static> {
    for token in at.split('/').skip(1).map(unescape) {
        tree = match tree {
            Value::Map(members) => &mut members.iter_mut().find(|(key, _)| *key == token).unwrap().1,
            Value::Array(items) => &mut items[token.parse::<usize>().unwrap()],
            _ => panic!("{at} leads into a scalar"),
        };
    }
    tree
}

fn take(tree: &mut Value<'static>, at: &str) -> Value<'static> {
    let (outer, token) = at.rsplit_once('/').unwrap();
    let token = unescape(token);
    match place(tree, outer) {
        Value::Map(members) => {
            let i = members.iter().position(|(key, _)| *key == token).unwrap();
            members.remove(i).1
        }
        Value::Array(items) => items.remove(token.parse().unwrap()),
        _ => panic!("{at} leads into a scalar"),
    }
}

fn put(tree: &mut Value<'static>, at: &str, value: Value<'static>) {
    let (outer, token) = at.rsplit_once('/').unwrap();
    let token = unescape(token);
    match place(tree, outer) {
        Value::Map(members) => {
            assert!(members.iter().all(|(key, _)| *key != token), "{at} is new");
            members.push((Cow::Owned(token), value));
        }
        Value::Array(items) => items.insert(token.parse().unwrap(), value),
        _ => panic!("{at} leads into a scalar"),
    }
}

/// Both ways. Canonical bytes, because the order of members in a map is nobody's business.
fn is_complete(a: &Value<'static>, b: &Value<'static>) {
    for (a, b) in [(a, b), (b, a)] {
        let found = differences(a, b);
        let (got, want) = (cbor::encode(&apply(a, &found)).unwrap(), cbor::encode(b).unwrap());
        assert_eq!(got, want, "{}\n{}\n{found:?}", json::minimal(a), json::minimal(b));
        assert_eq!(found.is_empty(), cbor::encode(a).unwrap() == want);
    }
}

/// Every pair out of all the trees with few leaves.
#[test]
fn small_worlds_whole() {
    let leaves = [Value::Uint(1), Value::text("x"), Value::absent("none")];
    let mut worlds: Vec<Value<'static>> = leaves.to_vec();
    for a in &leaves {
        worlds.push(Value::Array(vec![a.clone()]));
        worlds.push(Value::map([("k", a.clone())]));
        for b in &leaves {
            worlds.push(Value::Array(vec![a.clone(), b.clone()]));
            worlds.push(Value::map([("k", a.clone()), ("a/b~", b.clone())]));
            worlds.push(Value::map([("l", Value::Array(vec![a.clone(), b.clone(), a.clone()]))]));
            let named =
                |name, v: &Value<'static>| Value::map([("name", Value::text(name)), ("v", v.clone())]);
            worlds.push(Value::map([("l", Value::Array(vec![named("p", a), named("q", b)]))]));
            worlds.push(Value::map([("l", Value::Array(vec![named("q", a), named("r", a), named("p", b)]))]));
        }
    }
    for a in &worlds {
        for b in &worlds {
            is_complete(a, b);
        }
    }
}

/// Trees that grew at random, and what a few random changes made of them.
#[test]
fn random_trees() {
    let mut dice = Dice(1);
    let (mut changed, mut listed) = (0, 0);
    for _ in 0..3_000 {
        let a = tree(&mut dice, 0);
        let mut b = a.clone();
        for _ in 0..dice.below(4) {
            change(&mut dice, &mut b);
        }
        is_complete(&a, &b);
        let other = tree(&mut dice, 0);
        is_complete(&a, &other);
        let found = differences(&a, &b);
        changed += usize::from(!found.is_empty());
        listed +=
            usize::from(found.iter().any(|(a, b)| a.as_ref().map(|a| &a.0) != b.as_ref().map(|b| &b.0)));
    }
    assert!(changed > 1_000 && listed > 500, "{changed} pairs differ, {listed} in the places of a list");
}

/// xorshift64*: the same trees on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n
    }
}

fn tree(dice: &mut Dice, depth: usize) -> Value<'static> {
    const KEYS: [&str; 6] = ["name", "role", "set", "input", "x/y", "~"];
    match if depth < 4 { dice.below(7) } else { dice.below(4) } {
        0 => Value::Uint(dice.below(3) as u64),
        1 => Value::text(["user", "tool", "x"][dice.below(3)]),
        2 => Value::absent(["none", "default"][dice.below(2)]),
        3 => Value::Bool(dice.below(2) == 0),
        4 => Value::map(
            KEYS.into_iter()
                .filter(|_| dice.below(2) == 0)
                .collect::<Vec<_>>()
                .into_iter()
                .map(|key| (key, tree(dice, depth + 1))),
        ),
        _ => Value::Array((0..dice.below(6)).map(|_| tree(dice, depth + 1)).collect()),
    }
}

/// One change somewhere.
fn change(dice: &mut Dice, value: &mut Value<'static>) {
    match value {
        Value::Array(items) if !items.is_empty() => {
            let i = dice.below(items.len());
            match dice.below(4) {
                0 => drop(items.remove(i)),
                1 => items.insert(i, tree(dice, 3)),
                _ => change(dice, &mut items[i]),
            }
        }
        Value::Map(members) if !members.is_empty() => {
            let i = dice.below(members.len());
            if dice.below(4) == 0 {
                members.remove(i);
            } else {
                change(dice, &mut members[i].1);
            }
        }
        other => *other = tree(dice, 3),
    }
}

#[test]
fn the_examples_and_the_templates() {
    let mut documents: Vec<Value<'static>> =
        ["generate", "embed", "agent-step", "evaluate", "train"].map(|kind| template(kind).unwrap()).to_vec();
    for name in ["rag", "chat-tools", "local-llama"] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../../examples/{name}.json"));
        let declaration = Source::parse(&fs::read(path).unwrap(), &mut NoFiles).unwrap().declaration;
        documents.push(declaration.value().into_owned());
    }
    for a in &documents {
        for b in &documents {
            is_complete(a, b);
        }
    }
}

/// Lists that no alignment fits, as long as a declaration can hold them: cost follows their length.
#[test]
fn long_lists_are_compared() {
    let list = |items: &mut dyn Iterator<Item = u64>| {
        Value::map([("input", Value::Array(items.map(Value::Uint).collect()))])
    };
    let n = 200_000;
    let (up, down) = (list(&mut (0..n)), list(&mut (0..n).rev()));
    assert_eq!(differences(&up, &down).len() as u64, 2 * (n - 1), "one item stays");
    let (ones, twos) = (list(&mut (0..n).map(|_| 1)), list(&mut (0..n).map(|i| i % 2)));
    assert!(differences(&ones, &twos).len() as u64 >= n / 2);
    let inserted = list(&mut [n].into_iter().chain(0..n));
    assert_eq!(differences(&up, &inserted).len(), 1);
}
