//! The only file that prints. Results go to stdout, diagnostics to stderr.

use crate::exit;
use crate::failure::Failure;
use decl_core::{At, Document, Fault, Value, is_misleading, json};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::{Cell, OnceCell};
use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The output of results and diagnostics, and its format.
pub(crate) struct Ui {
    json: bool,
    stdout: io::Stdout,
    /// Whether stdout is a closed pipe.
    stdout_closed: Cell<bool>,
    /// Why the store may lack what its log once had.
    incomplete: OnceCell<String>,
    incomplete_said: Cell<bool>,
    stderr: io::Stderr,
    color: bool,
}

impl Ui {
    pub(crate) fn new(json: bool) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty())
            || std::env::var_os("TERM").is_some_and(|v| v == "dumb");
        let (stdout, stderr) = (io::stdout(), io::stderr());
        let color = stderr.is_terminal() && !plain;
        Self {
            json,
            stdout,
            stdout_closed: Cell::new(false),
            incomplete: OnceCell::new(),
            incomplete_said: Cell::new(false),
            stderr,
            color,
        }
    }

    /// Returns whether results are printed as JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Prints a line of the result for people. Untrusted text cannot move the cursor or end the line.
    pub(crate) fn line(&self, text: &str) -> io::Result<()> {
        self.bytes((printable(text, Escape::Rust) + "\n").as_bytes())
    }

    /// Prints an object of the result on its own line.
    pub(crate) fn object(&self, value: &Value<'_>) -> io::Result<()> {
        let line = match (self.incomplete.get(), value) {
            (Some(why), Value::Map(members)) => {
                let mut members = members.clone();
                members.push(("incomplete".into(), Value::text(why.as_str())));
                json::line(&Value::Map(members))
            }
            _ => json::line(value),
        };
        self.text(&(line + "\n"))
    }

    /// Notes that the store may lack what its log once had. It is said before the first result, and stands in results as
    /// JSON.
    pub(crate) fn incomplete(&self, why: &dyn fmt::Display) {
        let _ = self.incomplete.set(why.to_string()); // a command reads one store
    }

    /// Prints text that is the result: byte for byte into a pipe or file; on a terminal, JSON stays the same JSON, with
    /// characters that could move the cursor escaped.
    pub(crate) fn text(&self, text: &str) -> io::Result<()> {
        if !self.stdout.is_terminal() {
            return self.bytes(text.as_bytes());
        }
        let lines: Vec<_> = text.split('\n').map(|line| printable(line, Escape::Json)).collect();
        self.bytes(lines.join("\n").as_bytes())
    }

    /// Prints a row of comma-separated values (RFC 4180). On a terminal, what could move the cursor is escaped.
    pub(crate) fn row<'v>(&self, values: impl IntoIterator<Item = &'v str>) -> io::Result<()> {
        let terminal = self.stdout.is_terminal();
        let value = |value: &str| {
            let quoted = value.contains(['"', ',', '\r', '\n']);
            let value = if quoted { format!("\"{}\"", value.replace('"', "\"\"")) } else { value.to_owned() };
            if terminal { printable(&value, Escape::Rust) } else { value }
        };
        let row: Vec<_> = values.into_iter().map(value).collect();
        self.bytes((row.join(",") + "\r\n").as_bytes())
    }

    /// Writes bytes of the result. A closed pipe is neither an error nor a reason to stop: the exit code still tells
    /// the result.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> io::Result<()> {
        if let Some(why) = self.incomplete.get()
            && !self.incomplete_said.replace(true)
        {
            self.warn(why);
        }
        if self.stdout_closed.get() {
            return Ok(());
        }
        let mut out = self.stdout.lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.stdout_closed.set(true);
                Ok(())
            }
            written => written,
        }
    }

    /// Returns whether stdout is a closed pipe: a command that only lists may stop.
    pub(crate) fn stdout_is_closed(&self) -> bool {
        self.stdout_closed.get()
    }

    /// Prints bytes that are not text. Refuses a terminal, and where the answer is to be JSON.
    pub(crate) fn binary(&self, bytes: &[u8]) -> Result<(), Failure> {
        if self.json {
            return Err(Failure::unknown("these bytes are no answer in JSON").hint("leave out --json"));
        }
        if self.stdout.is_terminal() {
            return Err(Failure::unknown("these bytes are not text").hint("redirect them: decl ... > FILE"));
        }
        Ok(self.bytes(bytes)?)
    }

    /// Prints a line of diagnostics.
    pub(crate) fn say(&self, text: &str) {
        // stderr may be closed; the result and the exit code are enough.
        let _ = writeln!(self.stderr.lock(), "{}", printable(text, Escape::Rust));
    }

    /// Prints something on stderr that is no reason to stop.
    pub(crate) fn warn(&self, text: &str) {
        self.head("warning", text);
    }

    /// Reports why a command has no result, and returns its exit code.
    pub(crate) fn failure(&self, failure: &Failure) -> u8 {
        match failure {
            Failure::Refused(fault) => self.refused(fault),
            Failure::Other { code, message, hint } => {
                let head = match *code {
                    exit::NO => "not found",
                    exit::DAMAGED => "damaged",
                    _ => "error",
                };
                self.head(head, message);
                if let Some(hint) = hint {
                    self.head("hint", hint);
                }
                *code
            }
        }
    }

    fn refused(&self, fault: &Fault) -> u8 {
        if self.json {
            if let Err(error) = self.object(&Value::map([("refused", fault.to_value())])) {
                return self.failure(&error.into());
            }
        } else {
            self.head("refused", &format!("{} at {}", fault.code, place(fault)));
            self.say(&format!("  {}{}", position(fault), fault.message));
            self.head("hint", fault.hint());
        }
        exit::NO
    }

    fn head(&self, head: &str, text: &str) {
        let text = printable(text, Escape::Rust);
        let colour = match head {
            "hint" => "36",
            "warning" => "1;33",
            _ => "1;31",
        };
        let _ = if self.color {
            writeln!(self.stderr.lock(), "\x1b[{colour}m{head}:\x1b[0m {text}")
        } else {
            writeln!(self.stderr.lock(), "{head}: {text}")
        };
    }

    /// Starts a progress bar, which shows after a second and only on a terminal.
    pub(crate) fn progress(&self, unit: &str) -> Progress {
        let target = if self.stderr.is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let counted = match unit {
            "bytes" => "{bytes}/{total_bytes}, {bytes_per_sec}".to_owned(),
            unit => format!("{{human_pos}}/{{human_len}} {unit}"),
        };
        let style = format!("{{wide_bar}} {counted}, {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&style) {
            bar.set_style(style);
        }
        Progress { bar, started: Instant::now() }
    }
}

/// Prints what clap returns: help and version are results, the rest is a usage error.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    let printed = error.print().and_then(|()| io::stdout().flush());
    ExitCode::from(match printed {
        _ if error.use_stderr() => exit::UNKNOWN,
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Ui::new(false).failure(&error.into()),
        _ => exit::DONE,
    })
}

/// Names the document and the position in its text, as the beginning of a message.
fn position(fault: &Fault) -> String {
    let document = match fault.document {
        Document::Input => "",
        Document::Declaration => "in the declaration made of the body",
        Document::Overlay => "in the overlay",
        Document::Content => "in the content",
    };
    match fault.position {
        None if document.is_empty() => String::new(),
        None => format!("{document}: "),
        Some(position) if document.is_empty() => format!("{position}: "),
        Some(position) => format!("{document}, {position}: "),
    }
}

/// Names the place of a fault, for people.
fn place(fault: &Fault) -> String {
    match &fault.at {
        At::Pointer(pointer) if pointer.is_empty() => "the top".to_owned(),
        at => at.brief(),
    }
}

/// Returns a count with its noun, for people.
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A progress bar, cleared when dropped.
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
}

impl Progress {
    pub(crate) fn set(&self, done: u64, of: u64) {
        if self.started.elapsed() > Duration::from_secs(1) {
            self.bar.set_length(of);
            self.bar.set_position(done);
        }
    }

    /// Hides the bar while something else is printed.
    pub(crate) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// How a character that must not reach a terminal is escaped.
#[derive(Clone, Copy)]
enum Escape {
    /// `\u{9b}`
    Rust,
    /// `\u009b`; a tab stays.
    Json,
}

/// Escapes control characters and those that change the direction of text.
fn printable(text: &str, escape: Escape) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // Writing to a string cannot fail.
        let _ = match escape {
            _ if !is_misleading(c) => out.write_char(c),
            Escape::Json if c == '\t' => out.write_char(c),
            Escape::Json => write!(out, "\\u{:04x}", u32::from(c)),
            Escape::Rust => write!(out, "{}", c.escape_default()),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_moves_the_cursor() {
        let hostile = "a\x1b[2Jb\rc\nd\u{9b}e\u{202e}f\u{2066}g é 漢 😀";
        assert_eq!(printable(hostile, Escape::Rust), r"a\u{1b}[2Jb\rc\nd\u{9b}e\u{202e}f\u{2066}g é 漢 😀");
        assert_eq!(printable("\"\u{9b}\t\u{7f}\"", Escape::Json), "\"\\u009b\t\\u007f\"");
    }
}
