//! Reads the lines of a batch as they arrive.

use decl_core::limits;
use std::io::{self, BufRead, Read as _};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::{mem, thread};

/// The most lines, and their most bytes, that are sealed together. They bound memory.
const CHUNK_LINES: usize = 4096;
pub(super) const CHUNK_BYTES: usize = 32 << 20;

/// A line with its number, counted from 1; `None` for a line that is too large.
pub(super) type Line = (u64, Option<Vec<u8>>);

/// Lines that were read and not yet taken. A thread reads them, so that the sealing thread can take what has arrived
/// while the input blocks: groups grow with the load, and nobody waits for a timer.
pub(super) struct Lines {
    /// Whether every chunk is filled, because a file has all of its lines already.
    full: bool,
    arrived: Mutex<Arrived>,
    changed: Condvar,
}

#[derive(Default)]
struct Arrived {
    lines: Vec<Line>,
    /// Bytes of `lines`.
    held: usize,
    /// How many bytes of the input were read.
    read: u64,
    ended: bool,
    error: Option<io::Error>,
}

impl Arrived {
    fn is_full(&self) -> bool {
        self.lines.len() >= CHUNK_LINES || self.held >= CHUNK_BYTES
    }
}

impl Lines {
    /// Starts the reading thread. It is never joined, because it may wait for a line that never comes.
    pub(super) fn read(input: impl BufRead + Send + 'static, full: bool) -> io::Result<Arc<Self>> {
        let lines = Arc::new(Self { full, arrived: Mutex::default(), changed: Condvar::new() });
        let reader = Arc::clone(&lines);
        thread::Builder::new().name("lines".to_owned()).spawn(move || {
            let error = reader.read_all(input).err();
            let mut arrived = reader.arrived();
            (arrived.ended, arrived.error) = (true, error);
            reader.changed.notify_all();
        })?;
        Ok(lines)
    }

    /// Takes the lines that have arrived, at least one, and returns how much of the input was then read. Returns
    /// `None` at the end of the input, or its error after everything before it was taken.
    pub(super) fn take(&self) -> io::Result<Option<(Vec<Line>, u64)>> {
        let waits = |arrived: &mut Arrived| {
            !arrived.ended && if self.full { !arrived.is_full() } else { arrived.lines.is_empty() }
        };
        let mut arrived =
            self.changed.wait_while(self.arrived(), waits).unwrap_or_else(PoisonError::into_inner);
        if arrived.lines.is_empty() {
            return arrived.error.take().map_or(Ok(None), Err);
        }
        arrived.held = 0;
        let taken = (mem::take(&mut arrived.lines), arrived.read);
        self.changed.notify_all();
        Ok(Some(taken))
    }

    /// Reads to the end of the input, and waits while a chunk is full. Skips blank lines.
    fn read_all(&self, mut input: impl BufRead) -> io::Result<()> {
        let mut number = 0;
        loop {
            let mut line = Vec::new();
            let most = limits::SOURCE_BYTES as u64 + 2; // the newline, and one byte that is too many
            let mut read = input.by_ref().take(most).read_until(b'\n', &mut line)?;
            if read == 0 {
                return Ok(());
            }
            number += 1;
            let ended = line.pop_if(|byte| *byte == b'\n').is_some();
            let too_large = line.len() > limits::SOURCE_BYTES;
            if too_large && !ended {
                read += input.skip_until(b'\n')?;
            }
            let blank = !too_large && line.trim_ascii().is_empty();
            let full = |arrived: &mut Arrived| arrived.is_full();
            let mut arrived =
                self.changed.wait_while(self.arrived(), full).unwrap_or_else(PoisonError::into_inner);
            arrived.read += read as u64;
            if !blank {
                arrived.held += if too_large { 0 } else { line.len() };
                arrived.lines.push((number, (!too_large).then_some(line)));
                self.changed.notify_all();
            }
        }
    }

    fn arrived(&self) -> MutexGuard<'_, Arrived> {
        self.arrived.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Cursor, Write as _};

    /// Returns the chunks of a text, each line with its length.
    fn chunks(text: &[u8], full: bool) -> Vec<Vec<(u64, Option<usize>)>> {
        let lines = Lines::read(Cursor::new(text.to_vec()), full).unwrap();
        let (mut chunks, mut read) = (Vec::new(), 0);
        while let Some((chunk, upto)) = lines.take().unwrap() {
            chunks.push(
                chunk.into_iter().map(|(number, line)| (number, line.map(|line| line.len()))).collect(),
            );
            read = upto;
        }
        assert!(read <= text.len() as u64);
        chunks
    }

    #[test]
    fn lines_keep_their_numbers() {
        for full in [false, true] {
            let lines = |text: &[u8]| chunks(text, full).concat();
            assert_eq!(lines(b"a\n\n \r\nbb\nccc"), [(1, Some(1)), (4, Some(2)), (5, Some(3))]);
            assert_eq!(lines(b""), []);
            assert_eq!(lines(b"\n\n"), []);
        }
    }

    #[test]
    fn the_chunks_of_a_file_are_full() {
        let text = b"x\n".repeat(2 * CHUNK_LINES + 1);
        let sizes: Vec<_> = chunks(&text, true).iter().map(Vec::len).collect();
        assert_eq!(sizes, [CHUNK_LINES, CHUNK_LINES, 1]);
        let piped = chunks(&text, false);
        assert!(piped.iter().all(|chunk| (1..=CHUNK_LINES).contains(&chunk.len())));
        assert_eq!(piped.concat().len(), 2 * CHUNK_LINES + 1);
    }

    #[test]
    fn a_line_is_taken_while_the_next_is_not_there() {
        let (reader, mut writer) = io::pipe().unwrap();
        let lines = Lines::read(BufReader::new(reader), false).unwrap();
        for number in 1..=3 {
            writer.write_all(b"line\n").unwrap();
            assert_eq!(lines.take().unwrap(), Some((vec![(number, Some(b"line".to_vec()))], 5 * number)));
        }
        drop(writer);
        assert_eq!(lines.take().unwrap(), None);
    }

    #[test]
    fn what_was_read_before_a_failure_is_taken_before_it_is_told() {
        struct Fails;
        impl io::Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        }
        let lines = Lines::read(BufReader::new(Cursor::new(b"a\nb\n").chain(Fails)), true).unwrap();
        assert_eq!(lines.take().unwrap().unwrap().0.len(), 2);
        assert_eq!(lines.take().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(lines.take().unwrap(), None);
    }

    #[test]
    fn a_line_may_be_as_long_as_its_limit_and_no_longer() {
        let most = limits::SOURCE_BYTES;
        for (len, want) in [(most, Some(most)), (most + 1, None), (most + 2, None)] {
            let mut text = vec![b'x'; len];
            text.extend(b"\ny\n");
            assert_eq!(chunks(&text, true).concat(), [(1, want), (2, Some(1))]);
        }
    }
}
