//! The files of a store besides its database.

pub(crate) mod durable;
pub(crate) mod layout;
pub(crate) mod lock;
pub(crate) mod record;
