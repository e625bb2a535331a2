//! The commands, one file each.

mod adapters;
mod attach;
mod audit;
mod batch;
mod check;
mod checkpoint;
mod completions;
mod consistency;
mod content;
mod content_key;
mod diff;
mod erase;
mod export;
mod hash_model;
mod hold;
mod id;
mod init;
mod lines;
mod log;
mod man;
mod open;
mod period;
mod prove;
mod reindex;
mod retention;
mod run;
mod seal;
mod show;
mod supplements;
mod template;
mod verify;

use crate::args::{Command, Global};
use crate::failure::Failure;
use crate::files;
use crate::ui::Ui;
use decl_core::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// Runs a command and returns its [exit code](crate::exit).
pub(crate) fn run(ui: &Ui, global: &Global, command: &Command) -> Result<u8, Failure> {
    files::check(global, command)?;
    match command {
        Command::Init(args) => init::run(ui, global, args),
        Command::Template(args) => template::run(ui, args),
        Command::Id(args) => id::run(ui, global, args),
        Command::Check(args) => check::run(ui, global, args),
        Command::Seal(args) => seal::run(ui, global, args),
        Command::Run(args) => run::run(ui, global, args),
        Command::Attach(args) => attach::run(ui, global, args),
        Command::Open(args) => open::run(ui, global, args),
        Command::Show(args) => show::run(ui, global, args),
        Command::Content(args) => content::run(ui, global, args),
        Command::ContentKey(args) => content_key::run(ui, global, args),
        Command::Erase(args) => erase::run(ui, global, args),
        Command::Hold(args) => hold::hold(ui, global, args),
        Command::Release(args) => hold::release(ui, global, args),
        Command::Holds => hold::list(ui, global),
        Command::Retention(args) => retention::run(ui, global, args),
        Command::Log(args) => log::run(ui, global, args),
        Command::Prove(args) => prove::run(ui, global, args),
        Command::Verify(args) => verify::run(ui, args),
        Command::VerifyPeriod(args) => period::verify(ui, args),
        Command::Checkpoint => checkpoint::run(ui, global),
        Command::Consistency(args) => consistency::run(ui, global, args),
        Command::Diff(args) => diff::run(ui, global, args),
        Command::Audit(args) => audit::run(ui, global, args),
        Command::Reindex => reindex::run(ui, global),
        Command::Export(args) => export::run(ui, global, args),
        Command::Adapters(args) => adapters::run(ui, args),
        Command::HashModel(args) => hash_model::run(ui, args),
        Command::Completions(args) => completions::run(ui, args),
        Command::Man(args) => man::run(ui, args),
    }
}

/// Members of the bodies of supplements that are times.
const TIMES: [&str; 3] = ["started", "ended", "at"];

/// Returns the milliseconds since 1970.
fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

/// Returns a scalar for people.
fn shown(value: &Value<'_>) -> String {
    value.as_str().map_or_else(|| json::minimal(value), str::to_owned)
}

/// Returns content as a JSON member: `text` if it is text, else `base64`.
fn by_value(bytes: &[u8]) -> (&'static str, Value<'_>) {
    match str::from_utf8(bytes) {
        Ok(text) => ("text", Value::text(text)),
        Err(_) => ("base64", Value::text(decl_core::base64(bytes))),
    }
}
