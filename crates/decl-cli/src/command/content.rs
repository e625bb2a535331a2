//! `decl content put`, `decl content get`

use crate::args::{Content as Args, Global};
use crate::command::erase;
use crate::exit;
use crate::failure::Failure;
use crate::input;
use crate::keys::{Held, Keys};
use crate::store;
use crate::ui::Ui;
use decl_core::schema::media as is_media;
use decl_core::{Code, Fault, Identity, Value, limits};
use decl_store::{Kept, Reader};
use std::io::Read as _;
use std::path::Path;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Args) -> Result<u8, Failure> {
    match args {
        Args::Put { file, media, restore } => put(ui, global, file, media.as_deref(), restore.as_deref()),
        Args::Get { digest } => get(ui, global, digest),
    }
}

fn put(
    ui: &Ui,
    global: &Global,
    file: &Path,
    media: Option<&str>,
    restore: Option<&str>,
) -> Result<u8, Failure> {
    if let Some(text) = media.filter(|text| !is_media(text)) {
        return Err(Failure::unknown(format_args!("{text:?} is not a media type")).hint("such as text/plain"));
    }
    let mut input = input::seekable(file, limits::CONTENT_BYTES)?
        .ok_or_else(|| Fault::pointer(Code::Size, "", "the content is larger than 256 MiB"))?;
    let store = store::writer(ui, global)?;
    let Kept { digest, len, new } = match restore {
        None => store.put_content_from(&mut input)?,
        Some(reason) => {
            let mut bytes = Vec::new();
            input.read_to_end(&mut bytes).map_err(|error| Failure::file(file, &error))?;
            store.restore_content(bytes, reason)?
        }
    };
    if ui.is_json() {
        let mut members = vec![("b3", Value::text(digest.hex())), ("len", Value::Uint(len))];
        members.extend(media.map(|media| ("type", Value::text(media.to_owned()))));
        members.push(("new", Value::Bool(new)));
        ui.object(&Value::map(members))?;
    } else {
        ui.line(&digest.to_string())?;
    }
    Ok(exit::DONE)
}

fn get(ui: &Ui, global: &Global, digest: &str) -> Result<u8, Failure> {
    let digest = erase::digest(digest)?;
    let reader = store::reader(ui, global)?;
    let (form, bytes) = match reader.content(&digest)? {
        Some(bytes) => ("b3", bytes),
        None => ("kb3", keyed(global, &reader, &digest)?),
    };
    if ui.is_json() {
        ui.object(&Value::map([
            (form, Value::text(digest.hex())),
            ("len", Value::Uint(bytes.len() as u64)),
            super::by_value(&bytes),
        ]))?;
    } else {
        match str::from_utf8(&bytes) {
            Ok(text) => ui.text(text)?,
            Err(_) => ui.binary(&bytes)?,
        }
    }
    Ok(exit::DONE)
}

/// Returns keyed content. If it cannot be read, says why, and if there is none, why not.
fn keyed(global: &Global, reader: &Reader, digest: &Identity) -> Result<Vec<u8>, Failure> {
    let missing = || Failure::no(format_args!("no content is {digest}"));
    match Keys::new(global, reader).read(digest, true)? {
        Held::Bytes(bytes) => Ok(bytes),
        Held::Locked(lock) => Err(Failure::no(format_args!("kb3:{} is {lock}", digest.hex()))),
        Held::Absent(why) => Err(erase::absent(reader, digest, why)?),
        Held::Nothing => Err(missing()),
    }
}
