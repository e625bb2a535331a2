//! The arguments of `decl erase`, `hold`, `release` and `retention`.

use clap::{ArgGroup, Args, Subcommand};
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Erase {
    /// The BLAKE3 of the content, plain or keyed
    #[arg(value_name = "B3")]
    pub(crate) digest: String,
    /// Why it has to go; this stays in the log for ever
    #[arg(long, value_name = "TEXT", required_unless_present = "dry_run")]
    pub(crate) basis: Option<String>,
    /// Who decided it; this stays in the log for ever
    #[arg(long, value_name = "TEXT", required_unless_present = "dry_run")]
    pub(crate) authority: Option<String>,
    /// The request that asked for it; this stays in the log for ever
    #[arg(long, value_name = "ID")]
    pub(crate) request: Option<String>,
    /// List the records that name the content and say whether it could be erased; change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args)]
#[command(group = ArgGroup::new("scope").required(true))]
pub(crate) struct Hold {
    /// The name of the hold: lower-case letters, digits and ._-:/
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Hold a piece of content
    #[arg(long, value_name = "B3", group = "scope")]
    pub(crate) content: Option<String>,
    /// Hold what a record refers to, and the supplements about it: an identity, or 8 or more of its first digits
    #[arg(long, value_name = "ID", group = "scope")]
    pub(crate) subject: Option<String>,
    /// Hold what the records refer to that match now or later, such as model=gpt-5.2&kind=generate&since=2026-03-01
    #[arg(long, value_name = "FILTERS", group = "scope")]
    pub(crate) query: Option<String>,
    /// Why; this stays in the log for ever
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

#[derive(Args)]
pub(crate) struct Release {
    /// The name of the hold
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Why; this stays in the log for ever
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,
}

#[derive(Subcommand)]
pub(crate) enum Retention {
    /// List what a policy no longer keeps, and what keeps the rest of it; change nothing
    Plan {
        /// The policy (TOML)
        #[arg(value_name = "POLICY")]
        policy: PathBuf,
        /// As of this time [default: now]
        #[arg(long, value_name = "T", value_parser = decl_store::time::parse)]
        at: Option<u64>,
    },
    /// Erase what a policy no longer keeps
    Apply {
        /// The policy (TOML)
        #[arg(value_name = "POLICY")]
        policy: PathBuf,
    },
}

/// What is said of content at sealing, for the time after.
#[derive(Args, Clone)]
pub(crate) struct Keeping {
    /// A tag, by which a policy of retention knows the declaration
    #[arg(long, value_name = "NAME")]
    pub(crate) tag: Option<String>,
    /// Bring back content that was erased; this reason stays in the log for ever
    #[arg(long, value_name = "REASON")]
    pub(crate) restore: Option<String>,
}
