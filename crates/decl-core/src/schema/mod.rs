//! What a declaration may say: the tables of version 1 and the one walk that reads them.

mod home;
mod shape;
mod tables;
mod takes;
mod text;
mod walk;

pub use shape::{Guard, Member, Presence, Shape};
pub use tables::{DECLARATION, KINDS, MESSAGE, PART, PLACE, names};
pub use text::media;
pub use walk::fragment;
pub(crate) use walk::{Form, Walk};
