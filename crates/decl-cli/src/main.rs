//! `decl`: declare an AI run before it happens, keep the declaration, and prove it.

mod args;
mod atomic;
mod command;
mod contents;
mod exit;
mod failure;
mod files;
mod input;
mod open;
mod source;
mod store;
mod time;
mod ui;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => return ui::usage(&error),
    };
    let ui = ui::Ui::new(args.global.json);
    let code = command::run(&ui, &args.global, &args.command).unwrap_or_else(|failure| ui.failure(&failure));
    ExitCode::from(code)
}
