//! Aligns the items of two lists.

use decl_core::{Identity, Value, cbor};
use std::collections::BTreeMap;
use std::ops::Range;

/// An item of the first list, an item of the second, or two items that correspond.
pub(crate) type Pair = (Option<usize>, Option<usize>);

/// Returns every item of both lists once, in the order of both. Equal items correspond; between them, items with equal
/// labels (the name of a tool, the role of a message), so that inserting a message before others does not look like a
/// change of all of them. It takes O(n log n) steps for any two lists.
pub(crate) fn align(a: &[Value<'_>], b: &[Value<'_>]) -> Vec<Pair> {
    let mut out = Vec::with_capacity(a.len().max(b.len()));
    between(&common(&encoded(a), &encoded(b)), 0..a.len(), 0..b.len(), |a_gap, b_gap, same| {
        let (a_labels, b_labels) = (labels(&a[a_gap.clone()]), labels(&b[b_gap.clone()]));
        let related = common(&a_labels, &b_labels);
        let related: Vec<_> = related.iter().map(|(i, j)| (a_gap.start + i, b_gap.start + j)).collect();
        between(&related, a_gap, b_gap, |removed, added, related| {
            out.extend(removed.map(|i| (Some(i), None)));
            out.extend(added.map(|j| (None, Some(j))));
            out.extend(related.map(|(i, j)| (Some(i), Some(j))));
        });
        out.extend(same.map(|(i, j)| (Some(i), Some(j))));
    });
    out
}

/// Calls `f` with the gap before each pair and the pair, then with the gap after the last.
fn between(
    pairs: &[(usize, usize)],
    a: Range<usize>,
    b: Range<usize>,
    mut f: impl FnMut(Range<usize>, Range<usize>, Option<(usize, usize)>),
) {
    let mut from = (a.start, b.start);
    for &(i, j) in pairs {
        f(from.0..i, from.1..j, Some((i, j)));
        from = (i + 1, j + 1);
    }
    f(from.0..a.end, from.1..b.end, None);
}

/// Returns pairs of equal items, in the order of both lists: the common prefix and suffix; between them, the items
/// unique in each list, as many as occur in one order (a patience diff); and the equal items next to those.
fn common<K: Ord>(a: &[K], b: &[K]) -> Vec<(usize, usize)> {
    let (head, tail) = ends(a, b);
    let (a_end, b_end) = (a.len() - tail, b.len() - tail);
    let anchors: Vec<_> = longest_increasing(&unique(&a[head..a_end], &b[head..b_end]));
    let anchors: Vec<_> = anchors.iter().map(|(i, j)| (head + i, head + j)).collect();
    let mut out: Vec<_> = (0..head).map(|i| (i, i)).collect();
    between(&anchors, head..a_end, head..b_end, |a_gap, b_gap, anchor| {
        let (head, tail) = ends(&a[a_gap.clone()], &b[b_gap.clone()]);
        out.extend((0..head).map(|n| (a_gap.start + n, b_gap.start + n)));
        out.extend((0..tail).rev().map(|n| (a_gap.end - 1 - n, b_gap.end - 1 - n)));
        out.extend(anchor);
    });
    out.extend((0..tail).map(|n| (a_end + n, b_end + n)));
    out
}

/// Returns the length of the common prefix, and that of the common suffix of the rest.
fn ends<K: PartialEq>(a: &[K], b: &[K]) -> (usize, usize) {
    let head = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    (head, tail)
}

/// Returns the positions of the items that both lists have exactly once, in the order of the first.
fn unique<K: Ord>(a: &[K], b: &[K]) -> Vec<(usize, usize)> {
    let mut seen: BTreeMap<&K, [Vec<usize>; 2]> = BTreeMap::new();
    for (side, list) in [a, b].into_iter().enumerate() {
        for (i, key) in list.iter().enumerate() {
            seen.entry(key).or_default()[side].push(i);
        }
    }
    let mut pairs: Vec<_> = seen
        .values()
        .filter_map(|places| match [&places[0][..], &places[1][..]] {
            [[i], [j]] => Some((*i, *j)),
            _ => None,
        })
        .collect();
    pairs.sort_unstable();
    pairs
}

/// Returns the longest subsequence of pairs, ordered by their first half, whose second halves increase too.
fn longest_increasing(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let (mut tops, mut before): (Vec<usize>, Vec<Option<usize>>) = (vec![], vec![]);
    for (n, (_, j)) in pairs.iter().enumerate() {
        let pile = tops.partition_point(|&top| pairs[top].1 < *j);
        before.push(pile.checked_sub(1).map(|left| tops[left]));
        match tops.get_mut(pile) {
            Some(top) => *top = n,
            None => tops.push(n),
        }
    }
    let mut out = Vec::with_capacity(tops.len());
    let mut next = tops.last().copied();
    while let Some(n) = next {
        out.push(pairs[n]);
        next = before[n];
    }
    out.reverse();
    out
}

/// Returns a key for each item that is the same for equal items only. A value without an encoding occurs in no
/// declaration and equals no other.
fn encoded(items: &[Value<'_>]) -> Vec<Result<Identity, usize>> {
    let key = |(n, item)| cbor::encode(item).map_or(Err(n), |bytes| Ok(Identity::of(&bytes)));
    items.iter().enumerate().map(key).collect()
}

/// Returns a label for each item that is the same for items that mean the same thing. Items without a label correspond
/// by their order alone.
fn labels<'v>(items: &'v [Value<'_>]) -> Vec<Option<&'v str>> {
    const LABELS: [&str; 6] = ["name", "path", "role", "kind", "t", "metric"];
    let label = |item: &'v Value<'_>| LABELS.iter().find_map(|name| item.get(name)?.as_str());
    items.iter().map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use decl_core::json::parse;

    fn pairs(a: &str, b: &str) -> Vec<Pair> {
        let list = |text: &str| match parse(text.as_bytes()).unwrap().into_owned() {
            Value::Array(items) => items,
            _ => panic!("a list"),
        };
        align(&list(a), &list(b))
    }

    #[test]
    fn what_was_put_in_or_taken_out_does_not_move_the_rest() {
        let (both, gone, new) = (|i, j| (Some(i), Some(j)), |i| (Some(i), None), |j| (None, Some(j)));
        assert_eq!(pairs("[1,2,3]", "[0,1,2,3]"), [new(0), both(0, 1), both(1, 2), both(2, 3)]);
        assert_eq!(pairs("[1,2,3]", "[1,3]"), [both(0, 0), gone(1), both(2, 1)]);
        assert_eq!(pairs("[1,1,1]", "[1,1]"), [both(0, 0), both(1, 1), gone(2)]);
        // One was changed; its neighbours are the same.
        assert_eq!(pairs("[1,2,3]", "[1,7,3]"), [both(0, 0), both(1, 1), both(2, 2)]);
        // Of two that swapped places, one moved.
        assert_eq!(pairs("[1,2]", "[2,1]").len(), 3);
        assert_eq!(pairs("[]", "[]"), []);
        // Equal items next to a unique one correspond, however often they occur.
        assert_eq!(
            pairs("[8,5,5,1,5,9]", "[7,5,1,5,5,6]"),
            [both(0, 0), gone(1), both(2, 1), both(3, 2), both(4, 3), both(5, 4), new(5)]
        );
    }

    #[test]
    fn items_of_one_label_belong_together() {
        let (a, b) =
            (r#"[{"name":"x","v":1},{"name":"y","v":1}]"#, r#"[{"name":"z","v":1},{"name":"y","v":2}]"#);
        assert_eq!(pairs(a, b), [(Some(0), None), (None, Some(0)), (Some(1), Some(1))]);
        let (a, b) = (r#"[{"role":"user","v":1}]"#, r#"[{"role":"system"},{"role":"user","v":2}]"#);
        assert_eq!(pairs(a, b), [(None, Some(0)), (Some(0), Some(1))]);
    }

    /// Tries every pair of lists of up to five items out of three: each item occurs once and in order, and if one list
    /// is a prefix or a suffix of the other, all of it is kept.
    #[test]
    fn small_lists_are_aligned_whole() {
        let mut lists = vec![vec![]];
        for n in 0..5 {
            let longer: Vec<Vec<u64>> = lists.iter().filter(|list| list.len() == n).cloned().collect();
            lists.extend(longer.iter().flat_map(|list| (0..3).map(|x| [&list[..], &[x]].concat())));
        }
        assert_eq!(lists.len(), 364);
        let values = |list: &[u64]| list.iter().map(|n| Value::Uint(*n)).collect::<Vec<_>>();
        for a in &lists {
            for b in &lists {
                let pairs = align(&values(a), &values(b));
                let left: Vec<usize> = pairs.iter().filter_map(|pair| pair.0).collect();
                let right: Vec<usize> = pairs.iter().filter_map(|pair| pair.1).collect();
                assert_eq!(left, (0..a.len()).collect::<Vec<_>>(), "{a:?} {b:?}");
                assert_eq!(right, (0..b.len()).collect::<Vec<_>>(), "{a:?} {b:?}");
                if b.starts_with(a) || b.ends_with(a) {
                    let kept = |pair: &Pair| matches!(pair, (Some(i), Some(j)) if a[*i] == b[*j]);
                    assert_eq!(pairs.iter().filter(|pair| kept(pair)).count(), a.len(), "{a:?} {b:?}");
                }
            }
        }
    }
}
