//! The smallest document on which the implementations still disagree.

use crate::tree::Node;

/// Makes a tree smaller, one removal or replacement at a time, for as long as it stays `wrong`.
pub(crate) fn tree(mut root: Node, wrong: &mut dyn FnMut(&Node) -> bool) -> Node {
    loop {
        let before = root.clone();
        let mut place = 0;
        // the number of places falls while the loop runs
        while let Some((path, _)) = root.places().get(place).cloned() {
            for child in (0..root.at(&path).len()).rev() {
                attempt(&mut root, wrong, |root| root.at(&path).remove(child));
            }
            let absent = Node::map([("absent", Node::text("none"))]);
            let empty = [Node::Map(vec![]), Node::List(vec![])];
            for simple in empty.into_iter().chain([Node::token("0"), Node::text(""), Node::text("a"), absent])
            {
                if root.get(&path).weight() > simple.weight() {
                    attempt(&mut root, wrong, |root| *root.at(&path) = simple);
                }
            }
            if let Node::Text(text) = root.get(&path).clone() {
                for (at, c) in text.char_indices().rev() {
                    attempt(&mut root, wrong, |root| root.at(&path).cut(at, c.len_utf8()));
                }
            }
            place += 1;
        }
        if root == before {
            return root;
        }
    }
}

fn attempt(root: &mut Node, wrong: &mut dyn FnMut(&Node) -> bool, change: impl FnOnce(&mut Node)) {
    let mut changed = root.clone();
    change(&mut changed);
    if wrong(&changed) {
        *root = changed;
    }
}

/// Makes bytes fewer: first all that comes before some item, then whatever can go.
pub(crate) fn bytes(mut bytes: Vec<u8>, wrong: &mut dyn FnMut(&[u8]) -> bool) -> Vec<u8> {
    let head: &[u8] = if matches!(bytes.first(), Some(0xa0..=0xbf)) { b"\xa1\x61a" } else { b"" };
    for start in (head.len() + 1..bytes.len()).rev() {
        let end = [head, &bytes[start..]].concat();
        if wrong(&end) {
            bytes = end;
            break;
        }
    }
    let mut size = bytes.len();
    while size > 0 {
        let before = bytes.len();
        let mut start = 0;
        while start < bytes.len() {
            let rest = [&bytes[..start], &bytes[bytes.len().min(start + size)..]].concat();
            if wrong(&rest) { bytes = rest } else { start += size }
        }
        // what was let go may allow what could not go before
        if size == 1 && bytes.len() < before {
            continue;
        }
        size /= 2;
    }
    bytes
}
