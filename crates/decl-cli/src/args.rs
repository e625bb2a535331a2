//! The command line, as clap reads it. Names here are promises.

mod attach;
mod erase;
mod filter;
mod keyed;
mod log;

pub(crate) use attach::{Attach, Body, Open};
pub(crate) use erase::{Erase, Hold, Keeping, Release, Retention};
use filter::names;
pub(crate) use filter::{Digest, Filters};
pub(crate) use keyed::{ContentKey, Keyed};
pub(crate) use log::Log;

use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{ArgGroup, Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use decl_core::{Identity, Occurrence};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

const EXIT_CODES: &str = "\
Exit codes:
  0  done, or it holds
  1  a negative result: refused, not found, does not hold, differs
  2  no result: wrong usage, an I/O error, a file of another kind, a locked store
  3  the store is damaged";

/// Seals the declaration of an AI run before it happens, and proves it to anyone
#[derive(Parser)]
#[command(name = "decl", version, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(ClapArgs)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The store [env: `DECL_STORE`] [default: the platform's data directory]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
    /// Where the last checkpoint that left this machine is kept [default: the platform's state directory]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) head: Option<PathBuf>,
    /// The file of content keys [env: `DECL_CONTENT_KEYS`] [default: in the platform's state directory]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) content_keys: Option<PathBuf>,
    /// Seal into a store that this machine has no head record of, and start one
    #[arg(long, global = true)]
    pub(crate) adopt: bool,
    /// How long to wait while another process seals
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 10,
        value_parser = clap::value_parser!(u64).range(0..=86_400))]
    pub(crate) wait: u64,
    /// Answer in JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a store and its key, and print the key's public half
    Init(Init),
    /// Print a declaration with every absence stated, to fill in
    Template(Template),
    /// Print the identity of a declaration; needs no store
    Id(Id),
    /// List every fault of a declaration, or what it leaves open; needs no store
    Check(Check),
    /// Seal declarations: durable and proved when the command returns
    Seal(Seal),
    /// Seal a declaration, then run a command, and seal how it ended; not sealed, not run
    Run(Run),
    /// Seal what is known about a run after it was declared
    Attach(Attach),
    /// List the occurrences that began and did not end
    Open(Open),
    /// Show a sealed record; what a declaration leaves open, or what is attached to it
    Show(Show),
    /// Put or get content
    #[command(subcommand)]
    Content(Content),
    /// Make, list or destroy the keys of content that may have to be forgotten
    #[command(subcommand)]
    ContentKey(ContentKey),
    /// Erase content: its bytes go, the records that name it stay, and one more says why
    Erase(Erase),
    /// Forbid to erase content, until the hold is released
    Hold(Hold),
    /// Release a hold
    Release(Release),
    /// List the holds that are in force
    Holds,
    /// Erase what a policy of retention no longer keeps
    #[command(subcommand)]
    Retention(Retention),
    /// Find what was sealed, or list the newest
    Log(Box<Log>),
    /// Print the proof that a record was sealed
    Prove(Prove),
    /// Check that a record stands in a log; needs no store and no network
    Verify(Verify),
    /// Check that a part of a log is all of it; needs no store and no network
    VerifyPeriod(VerifyPeriod),
    /// Print the signed checkpoint
    Checkpoint,
    /// Check that the log only grew
    Consistency(Consistency),
    /// Explain in words where two declarations differ
    Diff(Diff),
    /// Derive everything in the store again from its bytes
    Audit(Audit),
    /// Build the index anew from the records
    Reindex,
    /// Write the log as tlog-tiles, for other people's tools
    Export(Export),
    /// Print how request bodies and run descriptions become declarations
    #[command(subcommand)]
    Adapters(Adapters),
    /// Print the weights of a local model by content, as an overlay; needs no store
    HashModel(HashModel),
    /// Print the completions of a shell
    Completions(Completions),
    /// Write the manual pages
    Man(Man),
}

/// A declaration, or the body of a request or the description of a run that becomes one.
#[derive(ClapArgs)]
#[command(next_help_heading = "What FILE holds")]
pub(crate) struct SourceArgs {
    /// A declaration (JSON or CBOR, told apart by content), a request body (chat, responses, anthropic, gemini) or the
    /// description of an evaluation (lm-eval, helm)
    #[arg(long, value_name = "FORMAT", default_value = "declaration")]
    pub(crate) from: String,
    /// What to do with members of a body that no adapter knows: refuse it, or carry them in `ext`
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    pub(crate) unknown: Unknown,
    /// What only the caller knows: a document of declaration members that joins a body; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) overlay: Vec<PathBuf>,
    /// The model, where the body does not name it
    #[arg(long, value_name = "NAME")]
    pub(crate) model: Option<String>,
    /// The version of the API or the harness, where the body does not state it
    #[arg(long, value_name = "VERSION")]
    pub(crate) api_version: Option<String>,
    #[command(flatten)]
    pub(crate) keyed: Keyed,
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(crate) enum Unknown {
    #[default]
    Refuse,
    Extend,
}

#[derive(ClapArgs)]
pub(crate) struct Init {
    /// The log's name, in every checkpoint [default: a random one]
    #[arg(long, value_name = "NAME")]
    pub(crate) origin: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Template {
    /// generate, embed, agent-step, evaluate or train
    #[arg(value_name = "KIND")]
    pub(crate) kind: String,
}

#[derive(ClapArgs)]
pub(crate) struct Id {
    /// The declaration, `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Content that goes under the key: a directory, or JSON by digest
    #[arg(long, value_name = "DIR-OR-JSON", requires = "keyed")]
    pub(crate) content: Option<PathBuf>,
    /// Write the canonical bytes
    #[arg(long, value_name = "OUT")]
    pub(crate) cbor: Option<PathBuf>,
    /// Print the `CIDv1` form
    #[arg(long)]
    pub(crate) cid: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Check {
    /// The declaration, `-` for standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Content that goes under the key: a directory, or JSON by digest
    #[arg(long, value_name = "DIR-OR-JSON", requires = "keyed")]
    pub(crate) content: Option<PathBuf>,
}

#[derive(ClapArgs)]
#[command(group = ArgGroup::new("input").required(true))]
pub(crate) struct Seal {
    /// The declaration, `-` for standard input
    #[arg(value_name = "FILE", group = "input")]
    pub(crate) file: Option<PathBuf>,
    /// Seal every line of a file; one JSON line is printed for each, in order
    #[arg(long, value_name = "FILE", group = "input", conflicts_with = "receipt")]
    pub(crate) batch: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Write the receipt (a .tlog-proof)
    #[arg(long, value_name = "OUT")]
    pub(crate) receipt: Option<PathBuf>,
    /// Content that the declaration refers to: a directory, or JSON by digest
    #[arg(long, value_name = "DIR-OR-JSON")]
    pub(crate) content: Option<PathBuf>,
    /// Seal digests alone, for content that must stay elsewhere
    #[arg(long)]
    pub(crate) detached: bool,
    #[command(flatten)]
    pub(crate) keeping: Keeping,
}

#[derive(ClapArgs)]
pub(crate) struct Run {
    /// The declaration to seal first, `-` for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) declaration: PathBuf,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    /// Content that the declaration refers to: a directory, or JSON by digest
    #[arg(long, value_name = "DIR-OR-JSON")]
    pub(crate) content: Option<PathBuf>,
    /// Seal digests alone, for content that must stay elsewhere
    #[arg(long)]
    pub(crate) detached: bool,
    #[command(flatten)]
    pub(crate) keeping: Keeping,
    /// The occurrence [default: a new one]
    #[arg(long, value_name = "UUID")]
    pub(crate) occurrence: Option<Occurrence>,
    /// Have the command take the place of decl, and leave it to the command to seal how it ended
    #[arg(long)]
    pub(crate) exec: bool,
    /// Runs with `DECL_IDENTITY`, `DECL_INDEX` and `DECL_OCCURRENCE` set; its exit code is that of decl, which is 126 or
    /// 127 if it cannot be started
    #[arg(value_name = "COMMAND", required = true, last = true)]
    pub(crate) command: Vec<OsString>,
}

#[derive(ClapArgs)]
#[command(group = ArgGroup::new("form"))]
#[expect(clippy::struct_excessive_bools, reason = "a flag is a bool")]
pub(crate) struct Show {
    /// An identity, or 8 or more of its first digits
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// The canonical bytes
    #[arg(long, group = "form")]
    pub(crate) cbor: bool,
    /// What the record refers to, piece by piece
    #[arg(long, group = "form")]
    pub(crate) content: bool,
    /// The entry of the log
    #[arg(long, group = "form")]
    pub(crate) leaf: bool,
    /// What is attached to the declaration, in the order of the log
    #[arg(long, group = "form")]
    pub(crate) supplements: bool,
    /// With --supplements: start at this entry
    #[arg(long, value_name = "N", requires = "supplements")]
    pub(crate) from: Option<u64>,
    /// With --supplements: at most this many
    #[arg(long, value_name = "N", requires = "supplements")]
    pub(crate) limit: Option<usize>,
}

#[derive(Subcommand)]
pub(crate) enum Content {
    /// Keep content, so that declarations can refer to it
    Put {
        /// The content, `-` for standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The media type in the reference that --json prints; the store keeps bytes alone
        #[arg(long = "type", value_name = "TYPE")]
        media: Option<String>,
        /// Bring it back if it was erased; this reason stays in the log for ever
        #[arg(long, value_name = "REASON")]
        restore: Option<String>,
    },
    /// Print content, byte for byte
    Get {
        /// The BLAKE3 of the content, plain or keyed
        #[arg(value_name = "B3")]
        digest: String,
    },
}

#[derive(ClapArgs)]
pub(crate) struct Prove {
    /// An identity, or 8 or more of its first digits
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Write the proof to a file
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct Verify {
    /// The record: its canonical bytes, or JSON that has them
    #[arg(value_name = "RECORD")]
    pub(crate) record: PathBuf,
    /// The .tlog-proof
    #[arg(value_name = "PROOF")]
    pub(crate) proof: PathBuf,
    /// The log's public key: the text, or @FILE
    #[arg(long, value_name = "VKEY", value_parser = OsStringValueParser::new().map(Key::new))]
    pub(crate) vkey: Key,
}

#[derive(ClapArgs)]
pub(crate) struct VerifyPeriod {
    /// What `decl log --proof` or `decl export` wrote
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// The log's public key: the text, or @FILE
    #[arg(long, value_name = "VKEY", value_parser = OsStringValueParser::new().map(Key::new))]
    pub(crate) vkey: Key,
    /// All that was sealed at this time or later: 2026-11, 2026-11-22 or 2026-11-22T07:00:00Z
    #[arg(long, value_name = "T", value_parser = decl_store::time::parse)]
    pub(crate) since: Option<u64>,
    /// All that was sealed before this time
    #[arg(long, value_name = "T", value_parser = decl_store::time::parse)]
    pub(crate) until: Option<u64>,
    /// That this record is not among them: an identity, with all of its digits; may be given several times
    #[arg(long, value_name = "ID")]
    pub(crate) absent: Vec<Identity>,
}

/// A verifier key: its text, or the file that holds it.
#[derive(Clone)]
pub(crate) enum Key {
    Text(OsString),
    File(PathBuf),
}

impl Key {
    /// Paths are bytes, so the `@` is taken off before anything is read as text.
    fn new(argument: OsString) -> Self {
        match argument.as_bytes().strip_prefix(b"@") {
            Some(path) => Self::File(OsStr::from_bytes(path).into()),
            None => Self::Text(argument),
        }
    }

    /// The file, if the key is in one.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Text(_) => None,
            Self::File(path) => Some(path),
        }
    }
}

#[derive(ClapArgs)]
pub(crate) struct Consistency {
    /// A checkpoint file or a size
    #[arg(value_name = "OLD")]
    pub(crate) old: OsString,
    /// A checkpoint file or a size [default: the store's checkpoint]
    #[arg(value_name = "NEW")]
    pub(crate) new: Option<OsString>,
    /// The key that the checkpoint files are signed with: the text, or @FILE [default: the store's]
    #[arg(long, value_name = "VKEY", value_parser = OsStringValueParser::new().map(Key::new))]
    pub(crate) vkey: Option<Key>,
}

#[derive(ClapArgs)]
pub(crate) struct Diff {
    /// An identity, or a file
    #[arg(value_name = "A")]
    pub(crate) a: OsString,
    /// An identity, or a file
    #[arg(value_name = "B")]
    pub(crate) b: OsString,
}

#[derive(ClapArgs)]
pub(crate) struct Audit {
    /// Also build every tile with an independent implementation
    #[arg(long)]
    pub(crate) second_opinion: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Export {
    /// A new or empty directory
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Add the sealed bytes of every record
    #[arg(long, alias = "declarations")] // the name before there were other records
    pub(crate) records: bool,
}

#[derive(Subcommand)]
pub(crate) enum Adapters {
    /// Print the table of one format: every member, what it is to the run, and where it goes
    Show {
        /// chat, responses, anthropic, gemini, lm-eval or helm
        #[arg(value_name = "NAME")]
        name: String,
    },
}

#[derive(ClapArgs)]
pub(crate) struct HashModel {
    /// The folder of one model (safetensors or GGUF), or one file
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Read every file again, also those that did not change since they were last read
    #[arg(long)]
    pub(crate) fresh: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

#[derive(ClapArgs)]
pub(crate) struct Man {
    /// Where the pages go
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
}
