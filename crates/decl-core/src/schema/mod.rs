//! The schema of a declaration: the tables of version 1 and the walk that applies them.

mod expected;
mod home;
mod shape;
mod tables;
mod text;
mod walk;

pub use shape::{Guard, Member, Presence, Shape};
pub use tables::{DECLARATION, KINDS, MESSAGE, PART, PLACE, names};
pub use text::media;
pub use walk::fragment;
pub(crate) use walk::{Form, Walk};
