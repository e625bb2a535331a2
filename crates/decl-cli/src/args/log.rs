//! `decl log`

use super::filter::Filters;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Log {
    #[command(flatten)]
    pub(crate) filters: Filters,
    #[command(flatten)]
    pub(crate) pages: Pages,
    /// Print how many there are
    #[arg(long, conflicts_with_all = ["csv", "limit", "oldest", "newest"])]
    pub(crate) count: bool,
    /// Print comma-separated values (RFC 4180), under a row of names
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
    /// Write every entry of the time (with no --since and --until, of the log) to a new or empty directory, with the
    /// proof that these are all; no other filter has a proof
    #[arg(long, value_name = "DIR", conflicts_with_all = UNPROVED)]
    pub(crate) proof: Option<PathBuf>,
}

/// What of `decl log` has no proof.
const UNPROVED: [&str; 23] = [
    "of",
    "model",
    "authority",
    "revision",
    "api",
    "kind",
    "tool",
    "instructions",
    "refers_to",
    "by",
    "supplement",
    "status",
    "occurrence",
    "subject",
    "open_at",
    "at",
    "oldest",
    "newest",
    "from",
    "before",
    "limit",
    "count",
    "csv",
];

/// What of the answer is printed.
#[derive(Args)]
#[command(next_help_heading = "Pages")]
pub(crate) struct Pages {
    /// Oldest first, from the beginning
    #[arg(long, conflicts_with = "newest")]
    pub(crate) oldest: bool,
    /// Newest first [default: the newest, but the oldest of them first; with --from, --json or --csv, oldest first]
    #[arg(long)]
    pub(crate) newest: bool,
    /// At this index or above
    #[arg(long, value_name = "N")]
    pub(crate) from: Option<u64>,
    /// Below this index
    #[arg(long, value_name = "N")]
    pub(crate) before: Option<u64>,
    /// At most this many [default: 20; with --from, --json or --csv, all]
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<usize>,
}

#[cfg(test)]
mod tests {
    use super::Log;
    use clap::{Args as _, Command};

    #[test]
    fn a_proof_is_of_a_time_and_goes_with_no_other_filter() {
        let mut log = Log::augment_args(Command::new("log"));
        log.build();
        let proof = log.get_arguments().find(|arg| arg.get_id() == "proof").unwrap();
        let conflicts = log.get_arg_conflicts_with(proof);
        let others = ["proof", "since", "until", "help"];
        for arg in log.get_arguments() {
            let id = arg.get_id();
            assert_ne!(
                conflicts.iter().any(|other| other.get_id() == id),
                others.contains(&id.as_str()),
                "{id}"
            );
        }
    }
}
