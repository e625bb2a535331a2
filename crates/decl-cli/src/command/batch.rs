//! `decl seal --batch FILE`: every line, in order, at the speed of the disk.

use crate::args::{Global, Seal};
use crate::command::seal;
use crate::exit;
use crate::failure::{Failure, chain};
use crate::input;
use crate::source::Format;
use crate::store;
use crate::ui::{self, Ui};
use decl_core::{Document, Fault, Value, json, limits};
use decl_store::{ErrorKind, Receipt, SealError, Store, Submission};
use rayon::prelude::*;
use std::fs;
use std::io::{self, BufRead, BufReader, Read as _};
use std::iter;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Instant;
use std::vec;

/// Lines that are read and sealed together, their bytes, and those of their content: what bounds memory, and the
/// longest wait for an answer.
const CHUNK_LINES: usize = 4096;
const CHUNK_BYTES: usize = 32 << 20;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Seal, file: &Path) -> Result<u8, Failure> {
    let format = Format::new(&args.source, file)?;
    let contents = seal::contents(args.content.as_deref())?;
    let input = input::open(file).map_err(|error| Failure::file(file, &error))?;
    let lines = Lines { input: BufReader::with_capacity(1 << 20, input), number: 0, bytes: 0 };
    let len = fs::metadata(file).map_or(0, |metadata| metadata.len());
    let store = store::writer(global)?;
    let (begun, before) = (Instant::now(), store.stats());

    // One chunk is parsed while the one before it is sealed; the channel holds no third.
    let (send, receive) = sync_channel(0);
    let detached = args.detached;
    let reader = thread::spawn(move || {
        read_all(lines, &send, |number, line| {
            let line = line.ok_or_else(input::too_large)?;
            let submission =
                format.parse(&line).and_then(|source| seal::submission(source, &contents, detached));
            submission.map_err(|fault| in_batch(format.located(&line, fault), number))
        });
    });
    let progress = ui.progress("bytes");
    let chunks = receive.into_iter().map(|chunk| chunk.map_err(|error| Failure::file(file, &error)));
    // A failure does not wait for the reader, which may be waiting for a line that never comes.
    let tally = seal_all(&store, chunks, |answers, bytes| {
        progress.set(bytes, len);
        progress.suspend(|| ui.text(answers)).map_err(|error| {
            Failure::from(error)
                .hint("more is sealed than was answered; the same batch again gives every receipt")
        })
    })?;
    drop(progress);
    if let Err(panic) = reader.join() {
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

/// A line with its number; of one that is too large, nothing.
type Line = (u64, Option<Vec<u8>>);

/// What a line declares, with its number.
type Parsed = (u64, Result<Submission, Fault>);

/// What is sealed together, and how much of the file is then answered.
type Chunk = (Vec<Parsed>, u64);

/// Reads and parses to the end of the file, or until the sealing side gives up: then nothing can be sent.
fn read_all(
    mut lines: Lines<impl BufRead>,
    chunks: &SyncSender<io::Result<Chunk>>,
    submission: impl Fn(u64, Option<Vec<u8>>) -> Result<Submission, Fault> + Sync,
) {
    loop {
        let mut chunk = match lines.chunk() {
            Ok(chunk) if chunk.is_empty() => return,
            Ok(chunk) => chunk.into_iter(),
            Err(error) => {
                let _ = chunks.send(Err(error));
                return;
            }
        };
        while chunk.len() > 0 {
            let parsed = parse(&mut chunk, &submission);
            if chunks.send(Ok((parsed, lines.bytes))).is_err() {
                return;
            }
        }
    }
}

/// What the next lines declare, on all cores, until their content is as much as a chunk may hold. Each core begins no
/// line after that, so what is held beyond is one line's content for each.
fn parse(
    lines: &mut vec::IntoIter<Line>,
    submission: impl Fn(u64, Option<Vec<u8>>) -> Result<Submission, Fault> + Sync,
) -> Vec<Parsed> {
    let held = AtomicUsize::new(0);
    let next = iter::from_fn(|| if held.load(Relaxed) < CHUNK_BYTES { lines.next() } else { None });
    let parse = |(number, line)| {
        let parsed = submission(number, line);
        let contents = parsed.iter().flat_map(|submission| &submission.contents);
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
    /// Lines that the store could not answer.
    failed: u64,
    /// Why not, of the first of them.
    failure: Option<Failure>,
}

/// Seals chunk by chunk; `say` gets the answers of each, and how much of the file they answer.
fn seal_all(
    store: &Store,
    chunks: impl Iterator<Item = Result<Chunk, Failure>>,
    say: impl Fn(&str, u64) -> Result<(), Failure>,
) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    for chunk in chunks {
        let (chunk, bytes) = chunk?;
        let (mut answers, mut batch) = (Vec::with_capacity(chunk.len()), Vec::new());
        for (line, parsed) in chunk {
            answers.push((line, parsed.map(|submission| batch.push(submission))));
        }
        let mut sealed = store.seal(batch).into_iter();
        let mut out = String::new();
        let mut stopped = false;
        for (line, parsed) in answers {
            let result = match parsed {
                Err(fault) => Err(SealError::Refused(fault)),
                Ok(()) => sealed.next().ok_or_else(|| Failure::unknown("the store gave no answer"))?,
            };
            out.push_str(&json::minimal(&answer(line, &result)));
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

/// The document of a line is all of it, so the fault is in the same line of the file.
fn in_batch(mut fault: Fault, number: u64) -> Fault {
    if fault.document == Document::Given
        && let Some(position) = &mut fault.position
    {
        position.line = u32::try_from(number).unwrap_or(u32::MAX);
    }
    fault
}

fn answer(line: u64, result: &Result<Receipt, SealError>) -> Value<'static> {
    let mut members = vec![("line", Value::Uint(line))];
    match result {
        Ok(receipt) => members.extend(seal::members(receipt)),
        Err(SealError::Refused(fault)) => members.push(("refused", ui::refusal(fault))),
        Err(SealError::Store(error)) => members.push(("failed", Value::text(chain(error)))),
    }
    Value::map(members)
}

/// The lines of a file with their numbers from 1; blank ones are passed over, and of one that is too large nothing is
/// kept.
struct Lines<R> {
    input: R,
    number: u64,
    bytes: u64,
}

impl<R: BufRead> Lines<R> {
    /// The next lines; none at the end of the file.
    fn chunk(&mut self) -> io::Result<Vec<Line>> {
        let (mut chunk, mut bytes) = (Vec::new(), 0);
        while chunk.len() < CHUNK_LINES && bytes < CHUNK_BYTES {
            let mut line = Vec::new();
            let most = limits::SOURCE_BYTES as u64 + 2; // the newline, and one byte that is too many
            if self.input.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            self.number += 1;
            self.bytes += line.len() as u64;
            let ended = line.pop_if(|byte| *byte == b'\n').is_some();
            if line.len() > limits::SOURCE_BYTES {
                if !ended {
                    self.bytes += self.input.skip_until(b'\n')? as u64;
                }
                chunk.push((self.number, None));
            } else if !line.trim_ascii().is_empty() {
                bytes += line.len();
                chunk.push((self.number, Some(line)));
            }
        }
        Ok(chunk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use decl_core::{Content, NoFiles, Source};
    use decl_explain::template;

    fn lines(text: &[u8]) -> Vec<(u64, Option<usize>)> {
        let mut lines = Lines { input: text, number: 0, bytes: 0 };
        let mut out = Vec::new();
        loop {
            let chunk = lines.chunk().unwrap();
            if chunk.is_empty() {
                assert_eq!(lines.bytes, text.len() as u64);
                return out;
            }
            out.extend(chunk.into_iter().map(|(number, line)| (number, line.map(|line| line.len()))));
        }
    }

    #[test]
    fn lines_keep_their_numbers() {
        assert_eq!(lines(b"a\n\n \r\nbb\nccc"), [(1, Some(1)), (4, Some(2)), (5, Some(3))]);
        assert_eq!(lines(b""), []);
        assert_eq!(lines(b"\n\n"), []);
    }

    #[test]
    fn more_than_a_chunk_is_read_on() {
        let text = b"x\n".repeat(2 * CHUNK_LINES + 1);
        assert_eq!(lines(&text).len(), 2 * CHUNK_LINES + 1);
    }

    #[test]
    fn content_fills_a_chunk_too() {
        let mut template = template("generate").unwrap();
        for (member, text) in [("authority", "example.com"), ("name", "some-model")] {
            let Value::Map(members) = &mut template else { panic!() };
            let (_, Value::Map(model)) = members.iter_mut().find(|(key, _)| key == "model").unwrap() else {
                panic!()
            };
            model.iter_mut().find(|(key, _)| key == member).unwrap().1 = Value::text(text);
        }
        let declaration = Source::from_value(template, &mut NoFiles).unwrap().declaration;
        let submission = |_, _| {
            let contents = vec![Content::new("text/plain", vec![0; CHUNK_BYTES / 4])];
            Ok(Submission { declaration: declaration.clone(), contents, detached: false, by: String::new() })
        };
        let lines: Vec<Line> = (1..=50).map(|number| (number, None)).collect();
        let (mut lines, mut numbers) = (lines.into_iter(), Vec::new());
        while lines.len() > 0 {
            let parsed = parse(&mut lines, submission);
            assert!((4..4 + rayon::current_num_threads()).contains(&parsed.len()) || lines.len() == 0);
            numbers.extend(parsed.into_iter().map(|(number, _)| number));
        }
        assert_eq!(numbers, (1..=50).collect::<Vec<_>>());
    }

    #[test]
    fn a_line_may_be_as_long_as_its_limit_and_no_longer() {
        let most = limits::SOURCE_BYTES;
        for (len, want) in [(most, Some(most)), (most + 1, None), (most + 2, None)] {
            let mut text = vec![b'x'; len];
            text.extend(b"\ny\n");
            assert_eq!(lines(&text), [(1, want), (2, Some(1))]);
        }
    }
}
