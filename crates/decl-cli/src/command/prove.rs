//! `decl prove`

use crate::args::{Global, Prove};
use crate::atomic::AtomicFile;
use crate::exit;
use crate::failure::Failure;
use crate::input;
use crate::store;
use crate::ui::Ui;
use decl_core::Value;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Prove) -> Result<u8, Failure> {
    let reader = store::reader(ui, global)?;
    let identity = store::find(&reader, &args.id)?;
    let proof =
        reader.prove(&identity)?.ok_or_else(|| Failure::no(format_args!("{identity} is not in the log")))?;
    let text = proof.to_string();
    let file = args.output.as_deref().filter(|path| !input::is_stdin(path));
    if let Some(path) = file {
        AtomicFile::create(path)?.commit(text.as_bytes())?;
    }
    if ui.is_json() {
        ui.object(&Value::map([
            ("identity", Value::text(identity.to_string())),
            ("index", Value::Uint(proof.index)),
            ("proof", Value::text(text)),
        ]))?;
    } else if let Some(path) = file {
        ui.say(&format!("proof: {}", path.display()));
    } else {
        ui.text(&text)?;
    }
    Ok(exit::DONE)
}
