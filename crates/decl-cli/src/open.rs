//! Lists what a declaration leaves open, and what it gives away to whoever guesses.

use crate::ui;
use decl_core::Value;
use decl_explain::{GUESSABLE, Open, words};

/// The most bytes of pointers in a list: a pointer can be as long as the declaration, and there can be many.
const POINTER_BYTES: usize = 1 << 20;

/// The open places of a declaration, in canonical order.
pub(crate) struct Openness {
    count: u64,
    /// The first of them, with their pointers.
    places: Vec<(String, Open)>,
}

impl Openness {
    pub(crate) fn of(document: &Value<'_>) -> Self {
        let mut openness = Self { count: 0, places: Vec::new() };
        let mut bytes = 0;
        decl_explain::openness(document, &mut |at, open| {
            openness.count += 1;
            bytes += at.len();
            if bytes <= POINTER_BYTES {
                openness.places.push((at.to_owned(), open));
            }
            true
        });
        openness
    }

    /// Returns the members of the result in JSON.
    pub(crate) fn members(&self) -> [(&'static str, Value<'_>); 2] {
        let place = |(at, open): &(String, Open)| {
            Value::map([("at", Value::text(at.clone())), ("what", Value::text(open.as_str()))])
        };
        let list = self.places.iter().map(place).collect();
        [("open_count", Value::Uint(self.count)), ("open", Value::Array(list))]
    }

    /// Returns the lines of the list for people.
    pub(crate) fn lines(&self, document: &Value<'_>) -> Vec<String> {
        if self.count == 0 {
            return vec!["open: nothing".to_owned()];
        }
        let mut lines = vec![format!(
            "open: {} that the declaration does not pin",
            ui::count(self.count, "place", "places")
        )];
        lines.extend(self.places.iter().map(|(at, open)| format!("  {at}  {}", open.sentence(document, at))));
        if self.count > self.places.len() as u64 {
            lines.push(format!("  and {} more", self.count - self.places.len() as u64));
        }
        lines
    }
}

/// Content that can be confirmed by a guess once it is erased, in canonical order.
pub(crate) struct Guessable {
    count: u64,
    /// The first places, with the lengths of their content.
    places: Vec<(String, u64)>,
}

impl Guessable {
    pub(crate) fn of(document: &Value<'_>) -> Self {
        let mut guessable = Self { count: 0, places: Vec::new() };
        let mut bytes = 0;
        decl_explain::guessable(document, &mut |at, len| {
            guessable.count += 1;
            bytes += at.len();
            if bytes <= POINTER_BYTES {
                guessable.places.push((at.to_owned(), len));
            }
            true
        });
        guessable
    }

    /// Returns the members of the result in JSON.
    pub(crate) fn members(&self) -> [(&'static str, Value<'_>); 2] {
        let place = |(at, len): &(String, u64)| {
            Value::map([("at", Value::text(at.clone())), ("len", Value::Uint(*len))])
        };
        let list = self.places.iter().map(place).collect();
        [("guessable_count", Value::Uint(self.count)), ("guessable", Value::Array(list))]
    }

    /// Returns the lines of the list for people; none if there is nothing to guess.
    pub(crate) fn lines(&self, document: &Value<'_>) -> Vec<String> {
        if self.count == 0 {
            return Vec::new();
        }
        let pieces = ui::count(self.count, "place", "places");
        let mut lines = vec![format!(
            "guessable after erasure: {pieces} with fewer than {GUESSABLE} bytes of content and no key (--keyed)"
        )];
        lines.extend(
            self.places.iter().map(|(at, len)| format!("  {at}  {len} bytes: {}", words(document, at))),
        );
        if self.count > self.places.len() as u64 {
            lines.push(format!("  and {} more", self.count - self.places.len() as u64));
        }
        lines
    }
}
