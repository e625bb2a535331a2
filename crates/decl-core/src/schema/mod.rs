//! The schema of every record: the tables of version 1 and the walk that applies them.

mod expected;
mod home;
mod lists;
mod records;
mod shape;
mod tables;
mod text;
mod walk;

pub use lists::{NotAName, RecordKind, Status};
pub use records::{EVENT, EVENTS, EventKind, SUPPLEMENT, SUPPLEMENTS, SupplementKind};
pub use shape::{Case, Guard, Kind, Member, Presence, Rule, Shape};
pub use tables::{DECLARATION, KINDS, MESSAGE, PART, PLACE, maps};
pub use text::{is_handle, media};
pub use walk::fragment;
pub(crate) use walk::{Form, Walk};
