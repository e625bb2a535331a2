//! `decl id`

use crate::args::{Global, Id};
use crate::atomic::AtomicFile;
use crate::command::seal;
use crate::exit;
use crate::failure::Failure;
use crate::input;
use crate::source::SourceFile;
use crate::ui::Ui;
use decl_core::{Value, hex};

pub(crate) fn run(ui: &Ui, global: &Global, args: &Id) -> Result<u8, Failure> {
    let contents = seal::contents(global, args.content.as_deref(), &args.source)?;
    let given = SourceFile::open(&args.file, &args.source)?;
    let keyed = contents.complete(given.parse()?).map_err(|fault| given.located(fault))?;
    let declaration = keyed.declaration;
    let identity = declaration.identity();
    match &args.cbor {
        Some(out) if input::is_stdin(out) => {
            ui.binary(declaration.as_bytes())?;
            ui.say(&identity.to_string());
            return Ok(exit::DONE);
        }
        Some(out) => AtomicFile::create(out)?.commit(declaration.as_bytes())?,
        None => {}
    }
    if ui.is_json() {
        ui.object(&Value::map([
            ("identity", Value::text(identity.to_string())),
            ("sha256", Value::text(hex(&declaration.sha256()))),
            ("cid", Value::text(identity.cid())),
            ("bytes", Value::Uint(declaration.as_bytes().len() as u64)),
        ]))?;
    } else {
        ui.line(&if args.cid { identity.cid() } else { identity.to_string() })?;
    }
    Ok(exit::DONE)
}
