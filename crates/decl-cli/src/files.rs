//! Checks on the files that a command line names, before any of them is read or written.

use crate::args::{Command, Content, Digest, Global, Key, Retention, SourceArgs};
use crate::failure::Failure;
use crate::input;
use crate::store;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Refuses a command line that would read standard input twice, or write over what it reads.
pub(crate) fn check(global: &Global, command: &Command) -> Result<(), Failure> {
    let (mut inputs, output) = named(command);
    let keys = store::named_content_keys(global);
    inputs.extend(keys.as_deref());
    if inputs.iter().filter(|path| input::is_stdin(path)).count() > 1 {
        return Err(Failure::unknown("standard input can be read only once"));
    }
    match output {
        Some(output) if inputs.iter().any(|input| overwrites(output, input)) => {
            let why = format_args!("{}: this command reads it, and would write over it", output.display());
            Err(Failure::unknown(why).hint("name another file for the output"))
        }
        _ => Ok(()),
    }
}

/// Returns what a command reads, and the file that it writes. An identity counts as a path that does not exist.
fn named(command: &Command) -> (Vec<&Path>, Option<&Path>) {
    match command {
        Command::Id(args) => {
            let mut inputs = source(&args.file, &args.source);
            inputs.extend(args.content.as_deref());
            (inputs, args.cbor.as_deref())
        }
        Command::Check(args) => {
            let mut inputs = source(&args.file, &args.source);
            inputs.extend(args.content.as_deref());
            (inputs, None)
        }
        Command::Seal(args) => {
            let file = args.file.as_deref().or(args.batch.as_deref());
            let inputs = file.into_iter().chain(overlays(&args.source)).chain(args.content.as_deref());
            (inputs.collect(), args.receipt.as_deref())
        }
        Command::Run(args) => {
            let mut inputs = source(&args.declaration, &args.source);
            inputs.extend(args.content.as_deref());
            (inputs, None)
        }
        Command::Attach(args) => {
            let files = [&args.file, &args.batch, &args.body.content];
            (files.into_iter().flatten().map(PathBuf::as_path).collect(), None)
        }
        Command::Content(Content::Put { file, .. }) => (vec![file], None),
        Command::Retention(Retention::Plan { policy, .. } | Retention::Apply { policy }) => {
            (vec![policy], None)
        }
        Command::Log(args) => {
            let contents = args.filters.instructions.iter().chain(&args.filters.refers_to);
            (contents.filter_map(Digest::file).collect(), None)
        }
        Command::Verify(args) => {
            let files = [args.record.as_path(), &args.proof];
            (files.into_iter().chain(args.vkey.file()).collect(), None)
        }
        Command::VerifyPeriod(args) => (args.vkey.file().into_iter().collect(), None),
        Command::Consistency(args) => {
            let checkpoints = [Some(&args.old), args.new.as_ref()].into_iter().flatten().map(Path::new);
            (checkpoints.chain(args.vkey.as_ref().and_then(Key::file)).collect(), None)
        }
        Command::Diff(args) => (vec![Path::new(&args.a), Path::new(&args.b)], None),
        _ => (Vec::new(), None),
    }
}

fn source<'a>(file: &'a Path, args: &'a SourceArgs) -> Vec<&'a Path> {
    [file].into_iter().chain(overlays(args)).collect()
}

fn overlays(args: &SourceArgs) -> impl Iterator<Item = &Path> {
    args.overlay.iter().map(PathBuf::as_path)
}

/// Returns whether the output is this input under any name, or a file in this directory. Devices and pipes have
/// nothing to lose.
fn overwrites(output: &Path, input: &Path) -> bool {
    let Ok(output) = fs::canonicalize(output) else { return false };
    let input = if input::is_stdin(input) { Path::new("/dev/stdin") } else { input };
    let (Ok(written), Ok(read)) = (fs::metadata(&output), fs::metadata(input)) else { return false };
    let inside =
        || output.parent().and_then(|dir| fs::metadata(dir).ok()).is_some_and(|dir| same(&dir, &read));
    written.is_file() && (same(&written, &read) || inside())
}

fn same(a: &Metadata, b: &Metadata) -> bool {
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}
