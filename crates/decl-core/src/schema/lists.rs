//! Closed lists of names.

use core::fmt;

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

        impl core::str::FromStr for $enum {
            type Err = $crate::schema::NotAName;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                let at = Self::NAMES.iter().position(|known| *known == name);
                at.and_then(|at| Self::ALL.get(at)).copied().ok_or($crate::schema::NotAName(Self::NAMES))
            }
        }
    };
}
pub(super) use names;

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
    /// Returns the kind of record whose member `v` has this text, of whatever version.
    pub fn of_format(v: &str) -> Option<Self> {
        v.strip_prefix("ai-run-")?.split_once('/')?.0.parse().ok()
    }
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
