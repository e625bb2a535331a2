//! `decl`: declare an AI run before it happens, keep the declaration, and prove it.

mod args;
mod atomic;
mod brief;
mod child;
mod command;
mod contents;
mod evidence;
mod exit;
mod failure;
mod files;
mod input;
mod keys;
mod open;
mod page;
mod search;
mod source;
mod store;
mod ui;

use clap::Parser as _;
use failure::Failure;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// Set by `stdout.c`, which sees a closed standard output before Rust's runtime hides it.
const STDOUT_CLOSED: &str = "DECL_STDOUT_CLOSED";

fn main() -> ExitCode {
    if std::env::var_os(STDOUT_CLOSED).is_some() {
        let failure = Failure::unknown("standard output is closed: nothing was done");
        return ExitCode::from(ui::Ui::new(false).failure(&failure));
    }
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => return ui::usage(&error),
    };
    let ui = ui::Ui::new(args.global.json);
    // A panic has printed its message. Some libraries panic if the system cannot start a thread.
    let done = catch_unwind(AssertUnwindSafe(|| command::run(&ui, &args.global, &args.command)));
    let done = done.unwrap_or_else(|_| Err(Failure::unknown("decl could not go on (see above)")));
    ExitCode::from(done.unwrap_or_else(|failure| ui.failure(&failure)))
}
