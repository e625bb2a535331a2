//! `decl seal`

use crate::args::{Global, Keeping, Seal, SourceArgs};
use crate::atomic::AtomicFile;
use crate::command::batch::{self, Request};
use crate::command::erase;
use crate::contents::Contents;
use crate::exit;
use crate::failure::Failure;
use crate::input;
use crate::keys;
use crate::source::{Format, SourceFile};
use crate::store;
use crate::ui::Ui;
use decl_core::{Fault, Source, Value};
use decl_keyed::Keyed;
use decl_store::time::Utc;
use decl_store::{Receipt, SealError, Store, Submission};
use std::path::Path;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Seal) -> Result<u8, Failure> {
    if let Some(file) = &args.batch {
        return batch(ui, global, args, file);
    }
    let Some(file) = &args.file else { return Err(Failure::unknown("no FILE")) };
    let contents = contents(global, args.content.as_deref(), &args.source)?;
    let (given, submission) = read(file, &args.source, &contents, args.detached)?;
    let submission = keeping(submission, &args.keeping);
    let receipt_to_stdout = args.receipt.as_deref().is_some_and(input::is_stdin);
    let out = args.receipt.as_deref().filter(|_| !receipt_to_stdout).map(AtomicFile::create).transpose()?;

    let store = store::writer(ui, global)?;
    keys::settle(&store, global, &args.source.keyed)?;
    let receipt = one(&store, submission, &given)?;
    erase::tell(ui, &receipt.erased);
    let answer = || {
        if let Some(out) = out {
            out.commit(receipt.proof.to_string().as_bytes())?;
        }
        if ui.is_json() {
            ui.object(&Value::map(receipt.members()))?;
        } else if receipt_to_stdout {
            ui.text(&receipt.proof.to_string())?;
        } else {
            people(ui, &receipt, store.reader().origin(), args.receipt.as_deref())?;
        }
        Ok(exit::DONE)
    };
    answer().map_err(|failure: Failure| {
        failure.hint(format!("it is sealed; decl prove {} gives the receipt again", receipt.identity))
    })
}

/// Seals every line of a file.
fn batch(ui: &Ui, global: &Global, args: &Seal, file: &Path) -> Result<u8, Failure> {
    let format = Format::new(&args.source, file)?;
    let contents = contents(global, args.content.as_deref(), &args.source)?;
    let (detached, kept) = (args.detached, args.keeping.clone());
    let settle = |store: &Store| keys::settle(store, global, &args.source.keyed);
    batch::run(ui, global, file, settle, move |line| {
        let submission = format.parse(line).and_then(|source| submission(source, &contents, detached));
        let submission = submission.map_err(|fault| format.located(line, fault))?;
        Ok(Request { submission: keeping(submission, &kept), members: Vec::new() })
    })
}

/// Returns the submission with what the arguments say of its content.
pub(super) fn keeping(submission: Submission, args: &Keeping) -> Submission {
    let Keeping { tag, restore } = args.clone();
    Submission { tag, restore, ..submission }
}

/// Returns the submission that the arguments name.
pub(crate) fn read(
    file: &Path,
    source: &SourceArgs,
    contents: &Contents,
    detached: bool,
) -> Result<(SourceFile, Submission), Failure> {
    let given = SourceFile::open(file, source)?;
    let source = given.parse()?;
    let submission = submission(source, contents, detached).map_err(|fault| given.located(fault))?;
    Ok((given, submission))
}

/// Seals one declaration.
pub(crate) fn one(store: &Store, submission: Submission, given: &SourceFile) -> Result<Receipt, Failure> {
    match store.seal(vec![submission]).pop() {
        Some(Ok(receipt)) => Ok(receipt),
        Some(Err(SealError::Refused(fault))) => Err(given.located(fault).into()),
        Some(Err(error)) => Err(error.into()),
        None => Err(Failure::unknown("the store gave no answer")),
    }
}

/// Opens the content that `--content` names, and the key that some content goes under.
pub(crate) fn contents(
    global: &Global,
    path: Option<&Path>,
    source: &SourceArgs,
) -> Result<Contents, Failure> {
    let contents = path.map_or_else(|| Ok(Contents::none()), Contents::open)?;
    Ok(contents.under(keys::keying(global, &source.keyed)?))
}

/// Returns the submission to the store: the declaration, and the content that it refers to and we have.
pub(crate) fn submission(source: Source, contents: &Contents, detached: bool) -> Result<Submission, Fault> {
    let Keyed { declaration, contents, keyed } = contents.complete(source)?;
    Ok(Submission { keyed, detached, ..Submission::local(declaration, contents) })
}

/// Prints the receipt for people.
pub(super) fn people(ui: &Ui, receipt: &Receipt, origin: &str, out: Option<&Path>) -> Result<(), Failure> {
    let note = if receipt.new { "" } else { " (it was sealed before)" };
    ui.line(&format!("identity  {}", receipt.identity))?;
    ui.line(&format!("entry     {} of {origin}, in a tree of {}{note}", receipt.index, receipt.size))?;
    ui.line(&format!("sealed    {}", Utc(receipt.sealed_at)))?;
    match out {
        Some(path) => ui.line(&format!("receipt   {}", path.display()))?,
        None => ui.say(&format!("the receipt: decl prove {}", &receipt.identity.hex()[..12])),
    }
    Ok(())
}
