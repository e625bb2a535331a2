//! Mutations of JSON documents: bytes alone seldom make another document of one.

use crate::corpus::words;
use decl_core::{Value, json};
use std::sync::OnceLock;

type Tree = Value<'static>;

/// Changes one of the documents in `data[..size]` (a NUL stands between two) at up to three nodes, with the names and
/// texts of the target's seeds. Returns the new size; `None` if the bytes are better changed as bytes.
pub fn mutate(target: &str, data: &mut [u8], size: usize, max_size: usize, seed: u32) -> Option<usize> {
    static WORDS: OnceLock<Vec<String>> = OnceLock::new();
    let words = WORDS.get_or_init(|| words(target).into_iter().collect());
    let mut rng = Rng { state: u64::from(seed), words };
    if rng.below(4) == 0 {
        return None;
    }
    let input = &data[..size];
    let start = match input.iter().position(|byte| *byte == 0) {
        Some(middle) if rng.below(2) == 0 => middle + 1,
        _ => 0,
    };
    let end = input[start..].iter().position(|byte| *byte == 0).map_or(size, |len| start + len);
    let mut tree = json::parse(&input[start..end]).ok()?.into_owned();
    for _ in 0..=rng.below(3) {
        rng.change(&mut tree);
    }
    let output = [&input[..start], json::minimal(&tree).as_bytes(), &input[end..]].concat();
    if output.len() > max_size {
        return None;
    }
    data[..output.len()].copy_from_slice(&output);
    Some(output.len())
}

struct Rng<'w> {
    state: u64,
    words: &'w [String],
}

impl Rng<'_> {
    /// `SplitMix64`, so that a seed of the fuzzer gives one mutation.
    fn below(&mut self, n: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ z >> 31) % n.max(1) as u64).unwrap_or_default()
    }

    fn change(&mut self, tree: &mut Tree) {
        let (from, to) = (self.below(count(tree)), self.below(count(tree)));
        let other = nth(tree, &mut { from }).map_or(Value::Null, |node| node.clone());
        let Some(node) = nth(tree, &mut { to }) else { return };
        match node {
            Value::Map(members) if self.below(5) > 0 => {
                let at = self.below(members.len());
                let key = self.word();
                let taken = members.iter().any(|(name, _)| *name == key);
                match self.below(4) {
                    0 if !members.is_empty() => drop(members.remove(at)),
                    1 if !members.is_empty() && !taken => members[at].0 = key.into(),
                    2 if !taken => members.push((key.into(), other)),
                    _ if !taken => members.push((key.into(), self.value())),
                    _ => {}
                }
            }
            Value::Array(items) if self.below(5) > 0 => {
                let at = self.below(items.len());
                match self.below(4) {
                    0 if !items.is_empty() => drop(items.remove(at)),
                    1 if !items.is_empty() => items.push(items[at].clone()),
                    2 => items.insert(at, other),
                    _ => items.insert(at, self.value()),
                }
            }
            node if self.below(3) == 0 => *node = other,
            node => *node = self.value(),
        }
    }

    fn word(&mut self) -> String {
        let at = self.below(self.words.len());
        self.words.get(at).cloned().unwrap_or_default()
    }

    fn value(&mut self) -> Tree {
        match self.below(12) {
            0 => Value::Null,
            1 => Value::Bool(true),
            2 => Value::Uint(self.below(3) as u64),
            3 => Value::Float(0.5),
            4 => Value::Nint(i64::MIN),
            5 => Value::Array(Vec::new()),
            6 => Value::Map(Vec::new()),
            7 => Value::absent("default"),
            8 => Value::map([(self.word(), Value::text(self.word()))]),
            _ => Value::text(self.word()),
        }
    }
}

fn count(tree: &Tree) -> usize {
    1 + match tree {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Map(members) => members.iter().map(|(_, value)| count(value)).sum(),
        _ => 0,
    }
}

/// The n-th node in reading order.
fn nth<'v>(tree: &'v mut Tree, n: &mut usize) -> Option<&'v mut Tree> {
    if *n == 0 {
        return Some(tree);
    }
    *n -= 1;
    match tree {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, n)),
        Value::Map(members) => members.iter_mut().find_map(|(_, value)| nth(value, n)),
        _ => None,
    }
}
