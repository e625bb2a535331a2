//! Lists what a declaration leaves open.

use crate::ui;
use decl_core::Value;
use decl_explain::Open;

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
