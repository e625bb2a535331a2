//! `decl man`

use crate::args::{Args, Man};
use crate::exit;
use crate::failure::Failure;
use crate::ui::Ui;
use clap::CommandFactory as _;
use std::fs;

pub(crate) fn run(ui: &Ui, args: &Man) -> Result<u8, Failure> {
    let write = || {
        fs::create_dir_all(&args.dir)?;
        clap_mangen::generate_to(Args::command().disable_help_subcommand(true), &args.dir)
    };
    write().map_err(|error| Failure::file(&args.dir, &error))?;
    ui.say(&format!("wrote the manual pages to {}", args.dir.display()));
    Ok(exit::DONE)
}
