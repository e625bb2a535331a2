//! The arguments of `decl attach` and `decl open`.

use super::names;
use clap::{ArgGroup, Args};
use decl_core::{Occurrence, Status, SupplementKind};
use std::path::PathBuf;

#[derive(Args)]
#[command(group = ArgGroup::new("subject").required(true))]
pub(crate) struct Attach {
    /// The declaration: an identity, or 8 or more of its first digits
    #[arg(value_name = "ID", group = "subject")]
    pub(crate) id: Option<String>,
    /// The body in JSON, `-` for standard input; times may be written as 2026-11-22T07:00:00Z
    #[arg(value_name = "FILE", conflicts_with = "batch")]
    pub(crate) file: Option<PathBuf>,
    /// What the supplement states
    #[arg(long, value_name = "KIND", required_unless_present = "batch", conflicts_with = "batch",
        value_parser = names::<SupplementKind>(SupplementKind::NAMES))]
    pub(crate) kind: Option<SupplementKind>,
    /// Attach what every line of a file says, {"subject": ID, "kind": KIND, "body": {}}; one JSON line is printed for
    /// each, in order
    #[arg(long, value_name = "FILE", group = "subject")]
    pub(crate) batch: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) body: Body,
    /// Seal the digest alone, for content that must stay elsewhere
    #[arg(long)]
    pub(crate) detached: bool,
}

/// Members of the body, beside those in FILE or without one.
#[derive(Args)]
#[command(next_help_heading = "Members of the body")]
pub(crate) struct Body {
    /// The occurrence [default for a start: a new one]
    #[arg(long, value_name = "UUID", conflicts_with = "batch")]
    pub(crate) occurrence: Option<Occurrence>,
    /// The content: a file, `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "batch")]
    pub(crate) content: Option<PathBuf>,
    /// The media type of the content [default: by the name of the file]
    #[arg(long = "type", value_name = "TYPE", requires = "content")]
    pub(crate) media: Option<String>,
    /// How an execution ended
    #[arg(long, value_name = "STATUS", conflicts_with = "batch",
        value_parser = names::<Status>(Status::NAMES))]
    pub(crate) status: Option<Status>,
    /// When an execution began
    #[arg(long, value_name = "T", conflicts_with = "batch", value_parser = decl_store::time::parse)]
    pub(crate) started: Option<u64>,
    /// When an execution ended
    #[arg(long, value_name = "T", conflicts_with = "batch", value_parser = decl_store::time::parse)]
    pub(crate) ended: Option<u64>,
}

#[derive(Args)]
pub(crate) struct Open {
    /// Only occurrences whose start was sealed so long ago: 90s, 30m, 1h, 2d
    #[arg(long, value_name = "AGE", value_parser = decl_store::time::parse_age)]
    pub(crate) older_than: Option<u64>,
}
