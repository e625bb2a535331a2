//! `decl completions`

use crate::args::{Args, Completions};
use crate::exit;
use crate::failure::Failure;
use crate::ui::Ui;
use clap::CommandFactory as _;

pub(crate) fn run(ui: &Ui, args: &Completions) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "decl", &mut script);
    ui.bytes(&script)?;
    Ok(exit::DONE)
}
