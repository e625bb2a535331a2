//! Checks the write-ahead logs of a database together.

use super::log::{Log, check, crc32c};
use crate::error::Error;
use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

/// All logs by number. RocksDB writes only to the last one.
pub(super) struct Logs {
    path: PathBuf,
    logs: Vec<(u64, Log)>,
}

impl Logs {
    /// Reads the logs among these files to their ends.
    pub(super) fn read(path: &Path, names: &BTreeSet<OsString>) -> io::Result<Self> {
        let mut logs = names
            .iter()
            .filter_map(|name| log_number(name))
            .map(|number| check(&file(path, number)).map(|log| (number, log)))
            .collect::<io::Result<Vec<_>>>()?;
        logs.sort_unstable_by_key(|(number, _)| *number);
        Ok(Self { path: path.to_owned(), logs })
    }

    pub(super) fn len(&self) -> usize {
        self.logs.len()
    }

    /// Returns the names of the logs in which anything was written.
    pub(super) fn used(&self) -> impl Iterator<Item = OsString> {
        let used = |log: &Log| log.writes > 0 || log.torn.is_some() || log.damaged.is_some();
        self.logs.iter().filter(move |(_, log)| used(log)).map(|(number, _)| name(*number).into())
    }

    /// Returns the log with an incomplete write at its end, which was never acknowledged.
    pub(super) fn torn(&self) -> Option<PathBuf> {
        let torn = self.logs.iter().find(|(_, log)| log.torn.is_some());
        torn.map(|(number, _)| file(&self.path, *number))
    }

    /// Returns the logs that no note records as closed.
    pub(super) fn unsettled(&self, closed: &Closed) -> impl Iterator<Item = PathBuf> {
        let noted = |number, log: &Log| closed.logs.contains(&(number, log.len));
        self.logs
            .iter()
            .filter(move |(number, log)| !noted(*number, log))
            .map(|(number, _)| file(&self.path, *number))
    }

    /// Returns whether RocksDB could read them for ever.
    pub(super) fn foreign(&self) -> bool {
        self.logs.iter().any(|(_, log)| log.foreign)
    }

    /// Returns whether they are as the last writer left them.
    pub(super) fn is_closed(&self, closed: &Closed) -> bool {
        self.logs.last().map(|(number, _)| *number) == closed.newest() && self.damage(closed).is_none()
    }

    /// Returns the first damage in them that no crash explains.
    pub(super) fn damage(&self, closed: &Closed) -> Option<Error> {
        let of = |number: &u64, what: &str| {
            Some(Error::corrupt(format!("{} {what}", file(&self.path, *number).display())))
        };
        let Some((newest, _)) = self.logs.last() else {
            let path = self.path.display();
            return Some(Error::corrupt(format!("the write-ahead log of the database {path} is missing")));
        };
        let mut torn = None;
        for (number, log) in &self.logs {
            if let Some(at) = log.damaged {
                return of(number, &format!("is damaged at byte {at}"));
            }
            // A torn write is the last of its process. The next process opens with a new log, and writes to it only
            // after the torn one is gone.
            if log.writes > 0
                && let Some(torn) = torn
            {
                return of(torn, "is damaged at its end");
            }
            if log.torn.is_some() {
                torn = Some(number);
            }
        }
        for (number, len) in &closed.logs {
            let Some((_, log)) = self.logs.iter().find(|(there, _)| there == number) else {
                if closed.newest() >= Some(*newest) {
                    return of(number, "is missing");
                }
                continue; // a later writer may have moved it into tables
            };
            if log.len != *len {
                return of(number, &format!("has {} bytes, and had {len} when it was closed", log.len));
            }
            if log.torn.is_some() {
                return of(number, "is damaged at its end");
            }
        }
        None
    }
}

/// What the last writer noted about the logs when it closed the database. It had synced them, so no later crash
/// explains a difference. Without a note nothing is known.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Closed {
    logs: Vec<(u64, u64)>, // number, bytes
}

impl Closed {
    /// Returns the note about the logs of a database that was closed.
    pub(super) fn now(path: &Path) -> Result<Self, Error> {
        let numbers = super::names(path)?.iter().filter_map(|name| log_number(name)).collect::<BTreeSet<_>>();
        let len = |number| {
            let log = file(path, number);
            fs::metadata(&log)
                .map(|metadata| (number, metadata.len()))
                .map_err(|source| Error::io("read", &log, source))
        };
        Ok(Self { logs: numbers.into_iter().map(len).collect::<Result<_, _>>()? })
    }

    fn newest(&self) -> Option<u64> {
        self.logs.last().map(|(number, _)| *number)
    }

    /// Parses a note. An incomplete one is ignored: it is written while others read it, and it is not synced.
    pub(super) fn parse(text: &str) -> Self {
        let read = || {
            let (lines, end) = text.strip_prefix("closed\n")?.rsplit_once("end ")?;
            (end == checksum(lines)).then_some(())?;
            let log = |line: &str| {
                let (number, len) = line.split_once(".log ")?;
                Some((number.parse().ok()?, len.parse().ok()?))
            };
            lines.lines().map(log).collect::<Option<Vec<_>>>()
        };
        Self { logs: read().unwrap_or_default() }
    }

    pub(super) fn text(&self) -> String {
        let mut lines = String::new();
        for (number, len) in &self.logs {
            let _ = writeln!(lines, "{number:06}.log {len}"); // a String takes everything
        }
        format!("closed\n{lines}end {}", checksum(&lines))
    }
}

fn checksum(lines: &str) -> String {
    format!("{:08x}\n", crc32c(0, lines.as_bytes()))
}

fn file(path: &Path, number: u64) -> PathBuf {
    path.join(name(number))
}

fn name(number: u64) -> String {
    format!("{number:06}.log")
}

fn log_number(name: &OsStr) -> Option<u64> {
    name.to_str()?.strip_suffix(".log")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn logs(logs: &[(u64, u64, u64, bool)]) -> Logs {
        let log = |&(number, len, writes, torn): &(u64, u64, u64, bool)| {
            (number, Log { len, writes, torn: torn.then_some(len / 2), ..Log::default() })
        };
        Logs { path: PathBuf::from("db"), logs: logs.iter().map(log).collect() }
    }

    #[test]
    fn a_note_comes_back_and_a_part_of_it_says_nothing() {
        let closed = Closed { logs: vec![(4, 0), (12, 345_678)] };
        let text = closed.text();
        assert!(text.starts_with("closed\n000004.log 0\n000012.log 345678\nend "), "{text}");
        assert_eq!(Closed::parse(&text), closed);
        for len in 0..text.len() {
            assert_eq!(Closed::parse(&text[..len]), Closed::default(), "{len}");
            let mut flipped = text.clone().into_bytes();
            flipped[len] ^= 1;
            assert_eq!(Closed::parse(str::from_utf8(&flipped).unwrap()), Closed::default(), "{len}");
        }
    }

    #[test]
    fn what_a_crash_explains_is_no_damage_and_the_rest_is() {
        let unknown = Closed::default();
        let closed = Closed { logs: vec![(4, 100), (6, 200)] };
        let sound: [(&[_], &Closed); 5] = [
            (&[(4, 100, 3, false), (6, 200, 1, true)], &unknown),
            (&[(4, 100, 3, true), (6, 8, 0, false)], &unknown), // killed before the torn one was taken away
            (&[(4, 100, 3, false), (6, 200, 1, false)], &closed),
            (&[(4, 100, 3, false), (6, 200, 1, false), (9, 50, 2, true)], &closed),
            (&[(9, 50, 2, true)], &closed),
        ];
        for (there, closed) in sound {
            assert!(logs(there).damage(closed).is_none(), "{there:?}");
        }
        let damaged: [(&[_], &Closed, &str); 8] = [
            (&[], &unknown, "the write-ahead log of the database db is missing"),
            (&[(4, 100, 3, true), (6, 200, 1, false)], &unknown, "db/000004.log is damaged at its end"),
            (&[(4, 100, 3, false), (6, 200, 1, true)], &closed, "db/000006.log is damaged at its end"),
            (
                &[(4, 100, 3, false), (6, 199, 1, false)],
                &closed,
                "db/000006.log has 199 bytes, and had 200 when it was closed",
            ),
            (
                &[(4, 0, 0, false), (6, 200, 1, false), (9, 50, 2, false)],
                &closed,
                "db/000004.log has 0 bytes, and had 100 when it was closed",
            ),
            (&[(4, 100, 3, false)], &closed, "db/000006.log is missing"),
            (&[(6, 200, 1, false)], &closed, "db/000004.log is missing"),
            (&[(2, 100, 3, false)], &closed, "db/000004.log is missing"),
        ];
        for (there, closed, what) in damaged {
            let error = logs(there).damage(closed).unwrap();
            assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Corrupt, what));
        }
    }
}
