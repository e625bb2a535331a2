//! `--batch FILE`: what every line asks for, in order, at the speed of the disk.

use crate::args::Global;
use crate::command::lines::{CHUNK_BYTES, Line, Lines};
use crate::exit;
use crate::failure::{Failure, chain, reason};
use crate::input;
use crate::store;
use crate::ui::Ui;
use decl_core::{Document, Fault, Identity, Value, json};
use decl_store::{ErrorKind, Receipt, SealError, Store, Submission};
use rayon::prelude::*;
use std::fs;
use std::io::{self, BufReader};
use std::iter;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Instant;
use std::vec;

/// What a line asks for: a record to seal, and what the answer says besides its receipt.
pub(super) struct Request {
    pub(super) submission: Submission,
    pub(super) members: Vec<(&'static str, Value<'static>)>,
}

/// Seals what the lines of a file ask for, and prints one line of JSON for each. `opened` gets the
/// store before anything is sealed.
pub(super) fn run(
    ui: &Ui,
    global: &Global,
    file: &Path,
    opened: impl FnOnce(&Store) -> Result<(), Failure>,
    request: impl Fn(&[u8]) -> Result<Request, Fault> + Send + Sync + 'static,
) -> Result<u8, Failure> {
    let input = input::open(file).map_err(|error| Failure::file(file, &error))?;
    // A file has all of its lines. Of a pipe, the lines that have arrived are sealed while the next one is missing.
    let metadata = fs::metadata(file).ok().filter(|metadata| !input::is_stdin(file) && metadata.is_file());
    let len = metadata.as_ref().map_or(0, fs::Metadata::len);
    let input = BufReader::with_capacity(1 << 20, input);
    let lines = Lines::read(input, metadata.is_some()).map_err(|error| Failure::file(file, &error))?;
    let store = store::writer(ui, global)?;
    opened(&store)?;
    let (begun, before) = (Instant::now(), store.stats());

    // One chunk is parsed while the one before it is sealed; the channel holds no third.
    let (send, receive) = sync_channel(0);
    let parser = thread::Builder::new().name("parser".to_owned()).spawn(move || {
        parse_all(&lines, &send, |number, line| {
            let line = line.ok_or_else(input::too_large)?;
            request(&line).map_err(|fault| in_batch(fault, number))
        });
    });
    let parser =
        parser.map_err(|error| Failure::unknown(format_args!("no thread to parse: {}", reason(&error))))?;
    let progress = ui.progress("bytes");
    let chunks = receive.into_iter().map(|chunk| chunk.map_err(|error| Failure::file(file, &error)));
    // A failure does not wait for the parser, which may be waiting for a line that never comes.
    let tally = seal_all(
        |batch| store.seal(batch),
        chunks,
        |answers, bytes| {
            progress.set(bytes, len);
            progress.suspend(|| ui.text(answers)).map_err(|error| {
                Failure::from(error)
                    .hint("more is sealed than was answered; the same batch again gives every receipt")
            })
        },
    )?;
    drop(progress);
    if let Err(panic) = parser.join() {
        resume_unwind(panic);
    }

    let after = store.stats();
    let failed = match tally.failed {
        0 => String::new(),
        n => format!(", failed {n}"),
    };
    ui.say(&format!(
        "sealed {}, refused {}{failed}, {} commits, {} syncs, {:.1} s",
        tally.sealed,
        tally.refused,
        after.commits - before.commits,
        after.syncs - before.syncs,
        begun.elapsed().as_secs_f64()
    ));
    match tally.failure {
        Some(failure) => Err(failure),
        None => Ok(if tally.refused == 0 { exit::DONE } else { exit::NO }),
    }
}

/// What a line asks for, with its number.
type Parsed = (u64, Result<Request, Fault>);

/// The identity of what was submitted, and what the answer adds.
type Said = (Identity, Vec<(&'static str, Value<'static>)>);

/// Lines that are sealed together, and how much of the file is then answered.
type Chunk = (Vec<Parsed>, u64);

/// Parses all lines, or until the sealing side stops receiving.
fn parse_all(
    lines: &Lines,
    chunks: &SyncSender<io::Result<Chunk>>,
    request: impl Fn(u64, Option<Vec<u8>>) -> Result<Request, Fault> + Sync,
) {
    loop {
        let (mut chunk, read) = match lines.take() {
            Ok(None) => return,
            Ok(Some((chunk, read))) => (chunk.into_iter(), read),
            Err(error) => {
                let _ = chunks.send(Err(error));
                return;
            }
        };
        while chunk.len() > 0 {
            let parsed = parse(&mut chunk, &request);
            if chunks.send(Ok((parsed, read))).is_err() {
                return;
            }
        }
    }
}

/// Parses the next lines on all cores, until their content fills a chunk. No core starts another line after that, so
/// the excess is one line's content per core.
fn parse(
    lines: &mut vec::IntoIter<Line>,
    request: impl Fn(u64, Option<Vec<u8>>) -> Result<Request, Fault> + Sync,
) -> Vec<Parsed> {
    let held = AtomicUsize::new(0);
    let next = iter::from_fn(|| if held.load(Relaxed) < CHUNK_BYTES { lines.next() } else { None });
    let parse = |(number, line)| {
        let parsed = request(number, line);
        let contents = parsed.iter().flat_map(|request| &request.submission.contents);
        held.fetch_add(contents.map(|content| content.bytes.len()).sum(), Relaxed);
        (number, parsed)
    };
    let mut parsed: Vec<_> = next.par_bridge().map(parse).collect();
    parsed.par_sort_unstable_by_key(|(number, _)| *number);
    parsed
}

#[derive(Default)]
struct Tally {
    sealed: u64,
    refused: u64,
    /// How many lines the store could not answer.
    failed: u64,
    /// The failure of the first of them.
    failure: Option<Failure>,
}

/// Seals chunk by chunk. `say` gets the answers of each chunk, and how much of the file they answer.
fn seal_all(
    seal: impl Fn(Vec<Submission>) -> Vec<Result<Receipt, SealError>>,
    chunks: impl Iterator<Item = Result<Chunk, Failure>>,
    say: impl Fn(&str, u64) -> Result<(), Failure>,
) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    for chunk in chunks {
        let (chunk, bytes) = chunk?;
        let (mut answers, mut batch) = (Vec::with_capacity(chunk.len()), Vec::new());
        for (line, parsed) in chunk {
            answers.push((
                line,
                parsed.map(|Request { submission, members }| {
                    let submitted = submission.record.identity();
                    batch.push(submission);
                    (submitted, members)
                }),
            ));
        }
        let mut sealed = seal(batch).into_iter();
        let mut out = String::new();
        let mut stopped = false;
        for (line, parsed) in answers {
            let (result, said) = match parsed {
                Err(fault) => (Err(SealError::Refused(fault)), None),
                Ok(said) => {
                    (sealed.next().ok_or_else(|| Failure::unknown("the store gave no answer"))?, Some(said))
                }
            };
            out.push_str(&json::minimal(&answer(line, &result, said)));
            out.push('\n');
            match result {
                Ok(_) => tally.sealed += 1,
                Err(SealError::Refused(_)) => tally.refused += 1,
                Err(SealError::Store(error)) => {
                    tally.failed += 1;
                    stopped |= matches!(error.kind(), ErrorKind::Stopped | ErrorKind::Full);
                    tally.failure.get_or_insert_with(|| error.into());
                }
            }
        }
        say(&out, bytes)?;
        if stopped && let Some(failure) = tally.failure {
            return Err(failure);
        }
    }
    Ok(tally)
}

/// Moves a fault to its line of the file; the document is the whole line.
fn in_batch(mut fault: Fault, number: u64) -> Fault {
    if fault.document == Document::Input
        && let Some(position) = &mut fault.position
    {
        position.line = u32::try_from(number).unwrap_or(u32::MAX);
    }
    fault
}

/// Returns the members of a receipt, whether the store marked what was submitted as late, and what the caller adds.
pub(super) fn sealed(
    receipt: &Receipt,
    submitted: Identity,
    more: Vec<(&'static str, Value<'static>)>,
) -> Vec<(&'static str, Value<'static>)> {
    let late = (receipt.identity != submitted).then_some(("late", Value::Bool(true)));
    receipt.members().into_iter().chain(more).chain(late).collect()
}

fn answer(line: u64, result: &Result<Receipt, SealError>, said: Option<Said>) -> Value<'static> {
    let mut members = vec![("line", Value::Uint(line))];
    match result {
        Ok(receipt) => {
            let (submitted, more) = said.unwrap_or((receipt.identity, Vec::new()));
            members.extend(sealed(receipt, submitted, more));
        }
        Err(SealError::Refused(fault)) => members.push(("refused", fault.to_value())),
        Err(SealError::Store(error)) => members.push(("failed", Value::text(chain(error)))),
    }
    Value::map(members)
}

#[cfg(test)]
mod tests {
    use super::*;
    use decl_core::{Code, Content, Declaration, NoFiles, Source};
    use decl_explain::template;
    use decl_store::Reader;
    use std::cell::RefCell;

    fn declaration() -> Declaration {
        let mut template = template("generate").unwrap();
        for (member, text) in [("authority", "example.com"), ("name", "some-model")] {
            let Value::Map(members) = &mut template else { panic!() };
            let (_, Value::Map(model)) = members.iter_mut().find(|(key, _)| key == "model").unwrap() else {
                panic!()
            };
            model.iter_mut().find(|(key, _)| key == member).unwrap().1 = Value::text(text);
        }
        Source::from_value(template, &mut NoFiles).unwrap().declaration
    }

    #[test]
    fn a_line_that_the_store_cannot_answer_takes_no_other_along() {
        let request =
            || Request { submission: Submission::local(declaration(), Vec::new()), members: Vec::new() };
        let refused = || Fault::pointer(Code::Range, "", "is refused");
        let chunks = [
            vec![(1, Ok(request())), (2, Err(refused())), (3, Ok(request()))],
            vec![(4, Ok(request())), (5, Ok(request()))],
        ];
        let chunks = chunks.into_iter().zip(1..).map(Ok);
        // Any error of the store will do; this one is easily had.
        let seal = |batch: Vec<Submission>| {
            let failed = || Reader::open(Path::new("none")).err().map(SealError::Store).unwrap();
            batch
                .iter()
                .enumerate()
                .map(|(n, _)| Err(if n == 0 { failed() } else { refused().into() }))
                .collect()
        };
        let said = RefCell::new(Vec::new());
        let say = |answers: &str, read| {
            said.borrow_mut().push((answers.to_owned(), read));
            Ok(())
        };
        let tally = seal_all(seal, chunks, say).unwrap();
        assert_eq!((tally.sealed, tally.refused, tally.failed), (0, 3, 2));
        assert!(tally.failure.is_some());
        let failed = |line| format!("{{\"line\":{line},\"failed\":\"there is no store at none\"}}\n");
        let refused = |line| json::minimal(&answer(line, &Err(refused().into()), None)) + "\n";
        let expected = [(failed(1) + &refused(2) + &refused(3), 1), (failed(4) + &refused(5), 2)];
        assert_eq!(said.into_inner(), expected);
    }

    #[test]
    fn content_fills_a_chunk_too() {
        let declaration = declaration();
        let request = |_, _| {
            let contents = vec![Content::new("text/plain", vec![0; CHUNK_BYTES / 4])];
            Ok(Request { submission: Submission::local(declaration.clone(), contents), members: Vec::new() })
        };
        let lines: Vec<Line> = (1..=50).map(|number| (number, None)).collect();
        let (mut lines, mut numbers) = (lines.into_iter(), Vec::new());
        while lines.len() > 0 {
            let parsed = parse(&mut lines, request);
            assert!((4..4 + rayon::current_num_threads()).contains(&parsed.len()) || lines.len() == 0);
            numbers.extend(parsed.into_iter().map(|(number, _)| number));
        }
        assert_eq!(numbers, (1..=50).collect::<Vec<_>>());
    }
}
