//! The filters of `decl log`.

use clap::Args;
use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser};
use decl_core::{EventKind, Identity, NotAName, Occurrence, RecordKind, Status, SupplementKind, schema};
use decl_explain::Condition;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What records have. All of it must hold.
#[derive(Args)]
#[command(next_help_heading = "Filters")]
pub(crate) struct Filters {
    /// Records of this type [default: those that the other filters are about]
    #[arg(long = "type", value_name = "TYPE", value_parser = names::<RecordKind>(RecordKind::NAMES))]
    pub(crate) of: Option<RecordKind>,
    /// Runs of this model
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// Runs of a model of this authority
    #[arg(long, value_name = "DNS-NAME")]
    pub(crate) authority: Option<String>,
    /// Runs of this revision of a model
    #[arg(long, value_name = "NAME")]
    pub(crate) revision: Option<String>,
    /// Runs over this API
    #[arg(long, value_name = "NAME")]
    pub(crate) api: Option<String>,
    /// Runs of this kind, or events of this kind
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    pub(crate) kind: Option<String>,
    /// Runs with this tool; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(crate) tool: Vec<String>,
    /// Runs with this content among their instructions: a file, or a BLAKE3; may be given several times
    #[arg(long, value_name = "FILE-OR-B3", value_parser = digest())]
    pub(crate) instructions: Vec<Digest>,
    /// Records of any type that refer to this content: a file, or a BLAKE3; may be given several times
    #[arg(long, value_name = "FILE-OR-B3", value_parser = digest())]
    pub(crate) refers_to: Vec<Digest>,
    /// Sealed by this submitter
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    /// Supplements of this kind
    #[arg(long, value_name = "KIND", value_parser = names::<SupplementKind>(SupplementKind::NAMES))]
    pub(crate) supplement: Option<SupplementKind>,
    /// Executions with this status
    #[arg(long, value_name = "STATUS", value_parser = names::<Status>(Status::NAMES))]
    pub(crate) status: Option<Status>,
    /// Supplements about this occurrence
    #[arg(long, value_name = "UUID")]
    pub(crate) occurrence: Option<Occurrence>,
    /// Supplements of this declaration: an identity, or 8 or more of its first digits
    #[arg(long, value_name = "ID")]
    pub(crate) subject: Option<String>,
    /// Sealed at this time or later: 2026-11, 2026-11-22 or 2026-11-22T07:00:00Z
    #[arg(long, value_name = "T", value_parser = decl_store::time::parse)]
    pub(crate) since: Option<u64>,
    /// Sealed before this time
    #[arg(long, value_name = "T", value_parser = decl_store::time::parse)]
    pub(crate) until: Option<u64>,
    /// Runs that leave this place open, or one below it; reads every record that the other filters find
    #[arg(long, value_name = "POINTER", value_parser = Condition::open)]
    pub(crate) open_at: Vec<Condition>,
    /// Records with this value at this place; reads every record that the other filters find
    #[arg(long = "where", value_name = "POINTER=JSON", value_parser = Condition::value)]
    pub(crate) at: Vec<Condition>,
}

/// A piece of content.
#[derive(Clone)]
pub(crate) enum Digest {
    Of(Identity),
    File(PathBuf),
}

impl Digest {
    fn new(argument: OsString) -> Self {
        match argument.to_str().and_then(|text| text.parse().ok()) {
            Some(digest) => Self::Of(digest),
            None => Self::File(argument.into()),
        }
    }

    /// Returns the path of the file, if it is one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Of(_) => None,
            Self::File(path) => Some(path),
        }
    }
}

fn digest() -> impl TypedValueParser<Value = Digest> {
    OsStringValueParser::new().map(Digest::new)
}

/// Reads one of these names, and lists them if it is another.
pub(super) fn names<T>(names: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = NotAName> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names).try_map(|name| name.parse::<T>())
}

fn kinds() -> PossibleValuesParser {
    PossibleValuesParser::new(schema::KINDS.iter().chain(EventKind::NAMES))
}
