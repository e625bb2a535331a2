//! `decl run -- COMMAND`

use crate::args::{Global, Run};
use crate::command::seal;
use crate::exit;
use crate::failure::{Failure, reason};
use crate::source;
use crate::store;
use crate::ui::Ui;
use std::process::{Command, ExitStatus};

pub(crate) fn run(ui: &Ui, global: &Global, args: &Run) -> Result<u8, Failure> {
    let source = source::read(&args.declaration, &args.source)?;
    let contents = seal::contents(args.content.as_deref())?;
    let submission = seal::submission(source, &contents, args.detached)?;
    // The store is closed before the command begins, so that the command may open it.
    let receipt = seal::one(&store::writer(global)?, submission)?;
    ui.say(&format!("sealed {} as entry {}", receipt.identity, receipt.index));

    let [program, arguments @ ..] = args.command.as_slice() else {
        return Err(Failure::unknown("no COMMAND"));
    };
    let status = Command::new(program)
        .args(arguments)
        .env("DECL_IDENTITY", receipt.identity.to_string())
        .env("DECL_INDEX", receipt.index.to_string())
        .status()
        .map_err(|error| {
            Failure::unknown(format_args!("{}: {}", program.to_string_lossy(), reason(&error)))
                .hint("the declaration is sealed, the command did not run")
        })?;
    Ok(code(status))
}

/// The command's own exit code; as a shell has it, 128 + n for one that a signal ended.
fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return u8::try_from(128 + signal).unwrap_or(exit::UNKNOWN);
    }
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(exit::UNKNOWN)
}
