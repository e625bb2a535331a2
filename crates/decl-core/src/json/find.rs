//! From JSON pointers to the bytes of a text where they lead: all of them in one pass, without a tree.

use super::read::Reader;
use crate::limits;
use alloc::{
    collections::BTreeMap,
    string::{String, ToString as _},
    vec,
    vec::Vec,
};

/// Where what each pointer names begins: the key of a member, an item itself; of what is not there, the innermost
/// value on the way. For a text that could be read once; of another one, as far as it goes.
pub(crate) fn find(text: &[u8], pointers: &[&str]) -> Vec<Option<usize>> {
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
        let mut finder = Finder { reader: Reader::new(text), found: &mut found };
        finder.reader.space();
        let start = finder.reader.at;
        finder.value(Some(&wanted), start, 0);
    }
    found
}

/// What is looked for at a place and below it.
#[derive(Default)]
struct Wanted {
    /// Numbers of the pointers that lead here.
    here: Vec<usize>,
    below: BTreeMap<String, Wanted>,
}

impl Wanted {
    /// Calls `f` with the number of every pointer that leads here or further.
    fn each(&self, f: &mut impl FnMut(usize)) {
        self.here.iter().copied().for_each(&mut *f);
        self.below.values().for_each(|wanted| wanted.each(f));
    }
}

struct Finder<'t, 'f> {
    reader: Reader<'t>,
    found: &'f mut [Option<usize>],
}

impl Finder<'_, '_> {
    /// Passes over a value. `start` is where it begins, or its key. Nothing if the text breaks off.
    fn value(&mut self, wanted: Option<&Wanted>, start: usize, depth: usize) -> Option<()> {
        if let Some(wanted) = wanted {
            let at = self.reader.at;
            wanted.each(&mut |number| self.found[number] = Some(at));
            wanted.here.iter().for_each(|number| self.found[*number] = Some(start));
        }
        match self.reader.peek() {
            Some(b'{') => self.map(wanted, depth),
            Some(b'[') => self.array(wanted, depth),
            _ => self.reader.skip(depth).ok(),
        }
    }

    fn map(&mut self, wanted: Option<&Wanted>, depth: usize) -> Option<()> {
        let depth = self.reader.open(depth).ok()?;
        self.reader.space();
        while !self.reader.eat(b'}') {
            let start = self.reader.at;
            if self.reader.peek() != Some(b'"') {
                return None;
            }
            self.reader.string().ok()?;
            let key = self.reader.last_text();
            self.reader.space();
            if !self.reader.eat(b':') {
                return None;
            }
            self.reader.space();
            self.value(wanted.and_then(|wanted| wanted.below.get(&*key)), start, depth)?;
            self.next()?;
        }
        Some(())
    }

    fn array(&mut self, wanted: Option<&Wanted>, depth: usize) -> Option<()> {
        let depth = self.reader.open(depth).ok()?;
        let below = wanted.into_iter().flat_map(|wanted| &wanted.below);
        let mut below: Vec<(usize, &Wanted)> = below
            .filter_map(|(token, wanted)| {
                let index: usize = token.parse().ok()?;
                (index.to_string() == *token).then_some((index, wanted))
            })
            .collect();
        below.sort_unstable_by_key(|(index, _)| *index);
        let mut below = below.into_iter().peekable();
        self.reader.space();
        let mut index = 0;
        while !self.reader.eat(b']') {
            let wanted = below.next_if(|(wanted, _)| *wanted == index).map(|(_, wanted)| wanted);
            self.value(wanted, self.reader.at, depth)?;
            self.next()?;
            index += 1;
        }
        Some(())
    }

    /// To the next entry, or to the end of the container.
    fn next(&mut self) -> Option<()> {
        self.reader.space();
        if self.reader.eat(b',') {
            self.reader.space();
            return Some(());
        }
        matches!(self.reader.peek(), Some(b'}' | b']')).then_some(())
    }
}
