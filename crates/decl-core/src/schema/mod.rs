//! What a declaration may say: the tables of version 1 and the one walk that reads them.

mod home;
mod names;
mod shape;
mod tables;
mod takes;
mod template;
mod text;
mod walk;
mod words;

pub(crate) use names::{artefact, folded_ends_with, reserved_name, secret_member, secret_name, secret_value};
#[cfg(feature = "std")]
pub(crate) use shape::{Guard, Member, Presence, Shape};
#[cfg(feature = "std")]
pub(crate) use tables::{DECLARATION, MESSAGE, PART};
pub use template::template;
pub(crate) use text::media;
pub(crate) use walk::{Form, Walk};
pub use words::{SECTIONS, words};
