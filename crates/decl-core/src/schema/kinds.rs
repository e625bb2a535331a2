//! The closed lists of names that decide what a record says.

use super::{
    records::{EVENT, EVENTS, SUPPLEMENT, SUPPLEMENTS},
    shape::{Kind, Rule, Shape},
    tables::DECLARATION,
};
use core::{fmt, str::FromStr};

/// The text is none of the names of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAName(pub &'static [&'static str]);

impl fmt::Display for NotAName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not one of {}", self.0.join(", "))
    }
}

impl core::error::Error for NotAName {}

/// Defines an enum whose every variant has a name.
macro_rules! names {
    ($(#[$doc:meta])* $enum:ident { $($(#[$what:meta])* $variant:ident $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $enum {
            $($(#[$what])* $variant,)*
        }

        impl $enum {
            /// All of them, in the order of the spec.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// Their names, in the same order.
            pub const NAMES: &'static [&'static str] = &[$($name),*];

            /// Returns the name, which is stable.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }

        impl FromStr for $enum {
            type Err = NotAName;

            fn from_str(name: &str) -> Result<Self, NotAName> {
                let at = Self::NAMES.iter().position(|known| *known == name);
                at.and_then(|at| Self::ALL.get(at)).copied().ok_or(NotAName(Self::NAMES))
            }
        }
    };
}

names! {
    /// The kind of a record.
    RecordKind {
        /// A declaration of a run.
        Declaration "declaration",
        /// A statement about a declaration.
        Supplement "supplement",
        /// A statement about the log.
        Event "event",
    }
}

impl RecordKind {
    /// Returns the schema.
    pub(crate) fn shape(self) -> &'static Shape {
        match self {
            Self::Declaration => &DECLARATION,
            Self::Supplement => &SUPPLEMENT,
            Self::Event => &EVENT,
        }
    }

    /// Returns what a body can be; a declaration has none.
    pub(crate) fn bodies(self) -> &'static [Kind] {
        match self {
            Self::Declaration => &[],
            Self::Supplement => SUPPLEMENTS,
            Self::Event => EVENTS,
        }
    }
}

names! {
    /// What a supplement states about its subject.
    SupplementKind {
        /// An occurrence is about to begin.
        Start "start",
        /// An occurrence ended.
        Execution "execution",
        /// What an occurrence produced.
        Output "output",
        /// The tokens that an occurrence took.
        Usage "usage",
        /// What was recorded of an occurrence, here or elsewhere.
        Trace "trace",
        /// A metric and its value.
        Score "score",
        /// Something that went wrong.
        Incident "incident",
        /// A verdict of a reviewer.
        Review "review",
        /// A relation to another declaration.
        Link "link",
        /// Content that the declaration names was erased.
        Erasure "erasure",
        /// A time-stamp over the declaration's bytes.
        Timestamp "timestamp",
        /// A statement that somebody else signed.
        Attestation "attestation",
        /// What the provider's own export says.
        ProviderReport "provider-report",
    }
}

impl SupplementKind {
    /// Returns whether only the store writes it.
    pub fn by_store_only(self) -> bool {
        by_store_only(SUPPLEMENTS, self.as_str())
    }
}

names! {
    /// What an event states about the log.
    EventKind {
        /// Content must not be erased.
        Hold "hold",
        /// A hold ended.
        Release "release",
        /// A key for content was made or destroyed.
        Key "key",
        /// A policy of retention was set or applied, or declarations were tagged for it.
        Policy "policy",
        /// A time-stamp over a checkpoint.
        Timestamp "timestamp",
        /// Something left the store.
        Export "export",
        /// A checkpoint was deposited elsewhere.
        Anchor "anchor",
        /// The root of the index at a size.
        Index "index",
        /// Content that no declaration names was erased.
        Erasure "erasure",
        /// Erased content was sealed again on purpose.
        Restore "restore",
    }
}

impl EventKind {
    /// Returns whether only the store writes it.
    pub fn by_store_only(self) -> bool {
        by_store_only(EVENTS, self.as_str())
    }
}

fn by_store_only(kinds: &[Kind], name: &str) -> bool {
    kinds.iter().any(|kind| kind.name == name && kind.rules.contains(&Rule::ByStore))
}

names! {
    /// How an occurrence ended.
    Status {
        /// As it should.
        Ok "ok",
        /// It failed.
        Error "error",
        /// It was stopped.
        Cancelled "cancelled",
        /// Nobody knows.
        Unknown "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_its_body() {
        let bodies = |kinds: &'static [Kind]| kinds.iter().map(|kind| kind.name);
        assert!(bodies(SUPPLEMENTS).eq(SupplementKind::NAMES.iter().copied()));
        assert!(bodies(EVENTS).eq(EventKind::NAMES.iter().copied()));
        assert!(SupplementKind::ALL.iter().all(|kind| kind.as_str().parse() == Ok(*kind)));
        assert!("Start".parse::<SupplementKind>().is_err());
        assert!(SupplementKind::Erasure.by_store_only() && !SupplementKind::Start.by_store_only());
        assert!(EventKind::Restore.by_store_only() && EventKind::Erasure.by_store_only());
    }
}
