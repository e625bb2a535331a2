//! `decl erase`

use crate::args::{Erase as Args, Global};
use crate::exit;
use crate::failure::Failure;
use crate::store;
use crate::ui::{Ui, count};
use decl_core::{Code, Fault, Identity, Value};
use decl_store::time::Utc;
use decl_store::{Absence, Erase, NotErased, Page, Reader, Store};

pub(crate) fn run(ui: &Ui, global: &Global, args: &Args) -> Result<u8, Failure> {
    let content = digest(&args.digest)?;
    let (Some(basis), Some(authority), false) = (&args.basis, &args.authority, args.dry_run) else {
        return dry_run(ui, global, &content);
    };
    let store = store::writer(ui, global)?;
    store.reader().check_erase(&content)?;
    list(ui, store.reader(), &content)?;
    let erase =
        Erase { content, basis: basis.clone(), authority: authority.clone(), request: args.request.clone() };
    let erased = store.erase(vec![erase]).pop();
    let erased = erased.ok_or_else(|| Failure::unknown("the store gave no answer"))??;
    let purged = purge(ui, &store)?;
    if ui.is_json() {
        ui.object(&Value::map([
            ("content", Value::text(content.to_string())),
            ("erasure", Value::text(erased.id.to_string())),
            ("index", Value::Uint(erased.index)),
            ("affected", Value::Uint(erased.affected)),
            ("purged", Value::Bool(purged)),
        ]))?;
    } else {
        ui.line(&format!("erased    {content}, named by {}", records(erased.affected)))?;
        ui.line(&format!("entry     {} ({})", erased.index, erased.id))?;
        ui.say("backups, exports and copies that were made before still have it");
    }
    Ok(exit::DONE)
}

/// Lists the records that name content, and fails if it could not be erased.
fn dry_run(ui: &Ui, global: &Global, content: &Identity) -> Result<u8, Failure> {
    let reader = store::reader(ui, global)?;
    list(ui, &reader, content)?;
    let affected = reader.check_erase(content)?;
    if !ui.is_json() {
        ui.say(&format!("{content} can be erased; it is named by {}", records(affected)));
    }
    Ok(exit::DONE)
}

/// Prints the records that name content, as they are read.
fn list(ui: &Ui, reader: &Reader, content: &Identity) -> Result<(), Failure> {
    for found in reader.naming(content, &Page::default())? {
        let found = found?;
        let (identity, kind) = (found.record.identity(), found.record.kind().as_str());
        if ui.is_json() {
            ui.object(&Value::map([
                ("index", Value::Uint(found.index)),
                ("identity", Value::text(identity.to_string())),
                ("type", Value::text(kind)),
                ("sealed_at", Value::text(Utc(found.sealed_at).to_string())),
            ]))?;
        } else {
            let (index, sealed) = (found.index, Utc(found.sealed_at));
            ui.line(&format!("{index:>8}  {}  {sealed}  {kind}", &identity.hex()[..12]))?;
        }
    }
    Ok(())
}

/// Takes what was erased out of the files of the store. Returns whether it is gone.
pub(super) fn purge(ui: &Ui, store: &Store) -> Result<bool, Failure> {
    let purged = store.purge().map_err(|error| {
        let hint = "it is erased; the next command that seals takes its bytes out of the files";
        Failure::from(error).hint(hint)
    })?;
    if !purged {
        ui.warn("the bytes are still in the files; the next command that seals takes them out");
    }
    Ok(purged)
}

/// Returns the failure to read content that is absent for this reason.
pub(super) fn absent(reader: &Reader, content: &Identity, why: Absence) -> Result<Failure, Failure> {
    let Absence::Erased { entry } = why else {
        return Ok(Failure::no(format_args!("no content is {content}")).hint(format!("it is absent: {why}")));
    };
    let Some(erasure) = reader.sealed_at(entry)? else {
        return Ok(Failure::no(format_args!("the content {content} was erased by entry {entry}")));
    };
    let value = erasure.record.value();
    let word = |name| value.get("body").and_then(|body| body.get(name)).and_then(Value::as_str).unwrap_or("");
    Ok(Failure::no(format_args!("the content {content} was erased by entry {entry}: {}", word("basis")))
        .hint(format!(
            "{} decided it; decl show {}",
            word("authority"),
            &erasure.record.identity().hex()[..12]
        )))
}

/// Tells which content of a record stays erased.
pub(super) fn tell(ui: &Ui, erased: &[Identity]) {
    for digest in erased {
        ui.warn(&format!("the content {digest} was erased and stays so; --restore REASON brings it back"));
    }
}

/// Reads the digest of content, plain or keyed.
pub(super) fn digest(text: &str) -> Result<Identity, Failure> {
    text.strip_prefix("kb3:").unwrap_or(text).parse().map_err(Failure::unknown)
}

fn records(n: u64) -> String {
    count(n, "record", "records")
}

impl From<NotErased> for Failure {
    fn from(error: NotErased) -> Self {
        let refused = |why: &NotErased, hint: &'static str| {
            Self::Refused(Fault::pointer(Code::Range, "/body/content", why.to_string()).with_hint(hint))
        };
        match error {
            NotErased::Refused(fault) => fault.into(),
            NotErased::Store(error) => error.into(),
            NotErased::Unknown(_) => Self::no(&error),
            NotErased::Held { .. } => refused(&error, "nothing was erased; decl holds says why"),
            NotErased::Already { .. } => refused(&error, "decl content get says by which record"),
            NotErased::Said { .. } => refused(&error, "say in other words why it has to go again"),
        }
    }
}
