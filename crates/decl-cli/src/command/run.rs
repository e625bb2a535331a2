//! `decl run -- COMMAND`

use crate::args::{Global, Run};
use crate::command::seal;
use crate::exit;
use crate::failure::{Failure, reason};
use crate::store;
use crate::ui::Ui;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Run) -> Result<u8, Failure> {
    let content = args.content.as_deref();
    let (given, submission) = seal::read(&args.declaration, &args.source, content, args.detached)?;
    // The store is closed before the command starts, so that the command can open it.
    let receipt = seal::one(&store::writer(ui, global)?, submission, &given)?;
    ui.say(&format!("sealed {} as entry {}", receipt.identity, receipt.index));

    let [program, arguments @ ..] = args.command.as_slice() else {
        return Err(Failure::unknown("no COMMAND"));
    };
    // The command replaces this process, so that signals to this process reach it and its exit is ours.
    let error = Command::new(program)
        .args(arguments)
        .env("DECL_IDENTITY", receipt.identity.to_string())
        .env("DECL_INDEX", receipt.index.to_string())
        .exec();
    let code = match error.kind() {
        io::ErrorKind::NotFound => exit::NO_COMMAND,
        _ => exit::NOT_EXECUTABLE,
    };
    let message = format!("{}: {}", program.to_string_lossy(), reason(&error));
    let hint = format!("the declaration is sealed as {}; the command did not run", receipt.identity);
    Err(Failure::Other { code, message, hint: Some(hint) })
}
