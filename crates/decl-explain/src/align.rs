//! Which items of two lists belong together.

use decl_core::{Identity, Value, cbor};
use std::collections::BTreeMap;
use std::ops::Range;

/// An item of the first list, an item of the second, or both where they belong together.
pub(crate) type Pair = (Option<usize>, Option<usize>);

/// Every item of both lists once, in the order of both. Equal items belong together; between them, items of one label
/// (the name of a tool, the role of a message), so that a message that was put before others does not look like a
/// change of all of them. Takes n log n steps however the lists differ.
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

/// What stands before each pair and after the last, with the pair.
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

/// Pairs of equal items, in the order of both lists: where the lists begin and end alike; between that, items that
/// each list has once, as many as stand in one order (a patience diff); and what agrees next to those.
fn common<K: Ord>(a: &[K], b: &[K]) -> Vec<(usize, usize)> {
    let (head, tail) = ends(a, b);
    let (a_end, b_end) = (a.len() - tail, b.len() - tail);
    let anchors: Vec<_> = rising(&unique(&a[head..a_end], &b[head..b_end]));
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

/// How many items the lists begin with alike, and how many of the others they end with alike.
fn ends<K: PartialEq>(a: &[K], b: &[K]) -> (usize, usize) {
    let head = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    (head, tail)
}

/// Where each list has the items that both have exactly once, in the order of the first.
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

/// The longest choice of pairs, ordered by their first half, in which the second half rises too.
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
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

/// What equal items have in common. What has no encoding is in no declaration, and equals nothing here.
fn encoded(items: &[Value<'_>]) -> Vec<Result<Identity, usize>> {
    let key = |(n, item)| cbor::encode(item).map_or(Err(n), |bytes| Ok(Identity::of(&bytes)));
    items.iter().enumerate().map(key).collect()
}

/// What items have in common that stand for the same thing. Items without a label are told by their order alone.
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
        // One was changed: it stands between the same neighbours.
        assert_eq!(pairs("[1,2,3]", "[1,7,3]"), [both(0, 0), both(1, 1), both(2, 2)]);
        // Of two that changed places, one moved.
        assert_eq!(pairs("[1,2]", "[2,1]").len(), 3);
        assert_eq!(pairs("[]", "[]"), []);
        // Next to what stands once, what agrees belongs together, however often it stands.
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

    /// Every pair of lists of up to five items out of three: each item stands once and in order, and a list that the
    /// other begins or ends with is kept whole.
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
