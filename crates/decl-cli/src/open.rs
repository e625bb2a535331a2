//! What a declaration leaves open, as the commands list it.

use crate::ui::{self, Ui};
use decl_core::Value;
use decl_explain::Open;

/// Bytes of pointers that a list holds: a pointer can be as long as the declaration, and there can be many.
const POINTER_BYTES: usize = 1 << 20;

/// The open places of a declaration, in canonical order.
pub(crate) struct Openness {
    count: u64,
    /// The first of them.
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

    /// Prints them for people, to stderr.
    pub(crate) fn tell(&self, ui: &Ui, document: &Value<'_>) {
        if self.count == 0 {
            return ui.say("open: nothing");
        }
        ui.say(&format!(
            "open: {} that the declaration does not pin",
            ui::count(self.count, "place", "places")
        ));
        for (at, open) in &self.places {
            ui.say(&format!("  {at}  {}", open.sentence(document, at)));
        }
        if self.count > self.places.len() as u64 {
            ui.say(&format!("  and {} more", self.count - self.places.len() as u64));
        }
    }
}
