//! Resolves JSON pointers to byte offsets in a text: all of them in one pass, without a tree.

use super::parse::Parser;
use crate::limits;
use alloc::{
    collections::BTreeMap,
    string::{String, ToString as _},
    vec,
    vec::Vec,
};

/// Returns the offset of each pointer's target: the key of a member, or the item itself. If the target does not exist,
/// it is the innermost value on the way. The text was parsed before; in any other text, the search ends where parsing
/// fails.
pub(crate) fn offsets(text: &[u8], pointers: &[&str]) -> Vec<Option<usize>> {
    let mut wanted = Wanted::default();
    for (number, pointer) in pointers.iter().enumerate() {
        // No document has more levels.
        let tokens = pointer.split('/').skip(1).take(limits::DEPTH);
        let place = tokens.fold(&mut wanted, |place, token| {
            place.below.entry(token.replace("~1", "/").replace("~0", "~")).or_default()
        });
        place.here.push(number);
    }
    let mut found = vec![None; pointers.len()];
    if let Ok(text) = core::str::from_utf8(text)
        && text.len() <= limits::SOURCE_BYTES
    {
        let mut resolver = Resolver { parser: Parser::new(text, limits::INTEGER_DIGITS), found: &mut found };
        resolver.parser.space();
        let start = resolver.parser.at;
        resolver.value(Some(&wanted), start, 0);
    }
    found
}

/// The pointers that lead to a place or below it.
#[derive(Default)]
struct Wanted {
    /// Numbers of the pointers that lead here.
    here: Vec<usize>,
    below: BTreeMap<String, Wanted>,
}

impl Wanted {
    /// Calls `f` with the number of every pointer that leads here or below.
    fn each(&self, f: &mut impl FnMut(usize)) {
        self.here.iter().copied().for_each(&mut *f);
        self.below.values().for_each(|wanted| wanted.each(f));
    }
}

struct Resolver<'t, 'f> {
    parser: Parser<'t>,
    found: &'f mut [Option<usize>],
}

impl Resolver<'_, '_> {
    /// Passes over a value. `start` is the offset of its key, or its own. Returns `None` if the text cannot be parsed.
    fn value(&mut self, wanted: Option<&Wanted>, start: usize, depth: usize) -> Option<()> {
        if let Some(wanted) = wanted {
            let at = self.parser.at;
            wanted.each(&mut |number| self.found[number] = Some(at));
            wanted.here.iter().for_each(|number| self.found[*number] = Some(start));
        }
        match self.parser.peek() {
            Some(b'{') => self.map(wanted, depth),
            Some(b'[') => self.array(wanted, depth),
            _ => self.parser.skip(depth).ok(),
        }
    }

    fn map(&mut self, wanted: Option<&Wanted>, depth: usize) -> Option<()> {
        let depth = self.parser.open(depth).ok()?;
        self.parser.space();
        while !self.parser.eat(b'}') {
            let start = self.parser.at;
            if self.parser.peek() != Some(b'"') {
                return None;
            }
            self.parser.string().ok()?;
            let key = self.parser.last_text();
            self.parser.space();
            if !self.parser.eat(b':') {
                return None;
            }
            self.parser.space();
            self.value(wanted.and_then(|wanted| wanted.below.get(&*key)), start, depth)?;
            self.next()?;
        }
        Some(())
    }

    fn array(&mut self, wanted: Option<&Wanted>, depth: usize) -> Option<()> {
        let depth = self.parser.open(depth).ok()?;
        let below = wanted.into_iter().flat_map(|wanted| &wanted.below);
        let mut below: Vec<(usize, &Wanted)> = below
            .filter_map(|(token, wanted)| {
                let index: usize = token.parse().ok()?;
                (index.to_string() == *token).then_some((index, wanted))
            })
            .collect();
        below.sort_unstable_by_key(|(index, _)| *index);
        let mut below = below.into_iter().peekable();
        self.parser.space();
        let mut index = 0;
        while !self.parser.eat(b']') {
            let wanted = below.next_if(|(wanted, _)| *wanted == index).map(|(_, wanted)| wanted);
            self.value(wanted, self.parser.at, depth)?;
            self.next()?;
            index += 1;
        }
        Some(())
    }

    /// Moves to the next entry or to the end of the container. Returns `None` if there is neither.
    fn next(&mut self) -> Option<()> {
        self.parser.space();
        if self.parser.eat(b',') {
            self.parser.space();
            return Some(());
        }
        matches!(self.parser.peek(), Some(b'}' | b']')).then_some(())
    }
}
