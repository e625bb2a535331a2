//! Content keys, and what goes under one.

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use decl_explain::SECTIONS;

/// Which content goes under a content key.
#[derive(Args)]
pub(crate) struct Keyed {
    /// Declare content by digests under this content key, and store it encrypted. The identity then depends on the key
    #[arg(long, value_name = "NAME", help_heading = "Keyed content")]
    pub(crate) keyed: Option<String>,
    /// The sections of the declaration whose content goes under the key
    #[arg(long, value_name = "SECTION,...", help_heading = "Keyed content", value_delimiter = ',', requires = "keyed",
        default_values = ["input", "context"], hide_possible_values = true,
        value_parser = PossibleValuesParser::new(&SECTIONS[2..]))] // those before them have no content
    pub(crate) keyed_sections: Vec<String>,
}

#[derive(Subcommand)]
pub(crate) enum ContentKey {
    /// Make a key and seal that it was made
    New {
        /// 1 to 64 of a-z 0-9 . _ - : / that begin with a letter or a digit; no person's name or address
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// List the keys of the log, and whether they are here
    List,
    /// Seal that a key is destroyed and remove it: nobody can read the content under it any more, in any copy
    Destroy {
        /// The name of the key
        #[arg(value_name = "NAME")]
        name: String,
    },
}
