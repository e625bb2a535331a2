//! `decl content put`, `decl content get`

use crate::args::{Content as Args, Global};
use crate::exit;
use crate::failure::Failure;
use crate::input;
use crate::store;
use crate::ui::Ui;
use decl_core::{Code, Content, Fault, Identity, Value, limits};
use std::path::Path;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Args) -> Result<u8, Failure> {
    match args {
        Args::Put { file, media } => put(ui, global, file, media),
        Args::Get { digest } => get(ui, global, digest),
    }
}

fn put(ui: &Ui, global: &Global, file: &Path, media: &str) -> Result<u8, Failure> {
    let bytes = input::limited(file, limits::CONTENT_BYTES)?
        .ok_or_else(|| Fault::pointer(Code::Size, "", "the content is larger than 256 MiB"))?;
    let content = Content::new(media.to_owned(), bytes);
    let (digest, len) = (content.digest, content.bytes.len() as u64);
    let new = store::writer(global)?.put_content(&content)?;
    if ui.is_json() {
        ui.object(&Value::map([
            ("b3", Value::text(digest.hex())),
            ("len", Value::Uint(len)),
            ("type", Value::text(media)),
            ("new", Value::Bool(new)),
        ]))?;
    } else {
        ui.line(&digest.to_string())?;
    }
    Ok(exit::DONE)
}

fn get(ui: &Ui, global: &Global, digest: &str) -> Result<u8, Failure> {
    let digest: Identity = digest.parse().map_err(Failure::unknown)?;
    let reader = store::reader(global)?;
    let content =
        reader.content(&digest)?.ok_or_else(|| Failure::no(format_args!("no content is {digest}")))?;
    if ui.is_json() {
        ui.object(&Value::map([
            ("b3", Value::text(digest.hex())),
            ("len", Value::Uint(content.bytes.len() as u64)),
            ("type", Value::text(content.media)),
            super::by_value(&content.bytes),
        ]))?;
    } else {
        match str::from_utf8(&content.bytes) {
            Ok(text) => ui.text(text)?,
            Err(_) => ui.binary(&content.bytes)?,
        }
    }
    Ok(exit::DONE)
}
