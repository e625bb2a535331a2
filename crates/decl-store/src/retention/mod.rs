//! Retention: content goes when no record keeps it any longer, by classes that a policy defines.

mod apply;
mod plan;
mod policy;

pub use apply::Applied;
pub use plan::{Ended, Fate, Planned};
pub use policy::{Policy, PolicyError};
