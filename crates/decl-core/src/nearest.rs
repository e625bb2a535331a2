//! Suggests the known name that a misspelt one most likely means.

use alloc::{string::String, vec::Vec};

/// Returns the known name that is most like this one: at most three edits away, a third of its length, ignoring case
/// and separators. Returns `None` if none is.
pub fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    const LONGEST: usize = 64;
    if !(3..=LONGEST).contains(&name.len()) {
        return None;
    }
    let name = folded(name);
    let most = (name.len() / 3).min(3);
    known
        .filter(|known| known.len().abs_diff(name.len()) <= LONGEST)
        .map(|known| (distance(&name, &folded(known)), known))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Folds a name: `maxTokens`, `max-tokens` and `max_tokens` are one name.
fn folded(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Returns the Damerau-Levenshtein distance (optimal string alignment): how many bytes are inserted, removed, replaced
/// or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i);
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut changes = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                changes = changes.min(before[j - 2] + 1);
            }
            row.push(changes);
        }
        before = core::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_were_meant() {
        let known = ["temperature", "max_tokens", "top_p", "tools", "tool_choice", "stop"];
        for (name, want) in [
            ("temprature", Some("temperature")),
            ("tempreature", Some("temperature")),
            ("maxTokens", Some("max_tokens")),
            ("max_token", Some("max_tokens")),
            ("tool", Some("tools")),
            ("top_k", Some("top_p")),
            ("stpo", Some("stop")),
            ("temperament", None),
            ("seed", None),
            ("to", None),
            ("", None),
        ] {
            assert_eq!(nearest(name, known.into_iter()), want, "{name}");
        }
        assert_eq!(nearest(&"x".repeat(1 << 20), known.into_iter()), None);
    }
}
