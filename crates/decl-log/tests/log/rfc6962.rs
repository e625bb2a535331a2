//! RFC 6962 section 2.1, word for word: slow, and obviously right.

use decl_log::{Hash, empty_root, node_hash};

/// MTH(D[n]) of section 2.1.
pub(crate) fn mth(d: &[Hash]) -> Hash {
    match d {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = d.split_at(k(d.len()));
            node_hash(&mth(left), &mth(right))
        }
    }
}

/// PATH(m, D[n]) of section 2.1.1.
pub(crate) fn path(m: usize, d: &[Hash]) -> Vec<Hash> {
    if d.len() == 1 {
        return vec![];
    }
    let (left, right) = d.split_at(k(d.len()));
    let (mut path, sibling) =
        if m < left.len() { (path(m, left), mth(right)) } else { (path(m - left.len(), right), mth(left)) };
    path.push(sibling);
    path
}

/// PROOF(m, D[n]) of section 2.1.2.
pub(crate) fn proof(m: usize, d: &[Hash]) -> Vec<Hash> {
    subproof(m, d, true)
}

fn subproof(m: usize, d: &[Hash], b: bool) -> Vec<Hash> {
    if m == d.len() {
        return if b { vec![] } else { vec![mth(d)] };
    }
    let (left, right) = d.split_at(k(d.len()));
    let (mut proof, sibling) = if m <= left.len() {
        (subproof(m, left, b), mth(right))
    } else {
        (subproof(m - left.len(), right, false), mth(left))
    };
    proof.push(sibling);
    proof
}

/// The largest power of two smaller than n.
fn k(n: usize) -> usize {
    n.next_power_of_two() / 2
}
