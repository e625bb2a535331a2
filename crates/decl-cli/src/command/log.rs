//! `decl log`

use crate::args::{Global, Log};
use crate::command::show;
use crate::exit;
use crate::failure::Failure;
use crate::store;
use crate::ui::Ui;
use decl_core::{Declaration, Identity, Value, hex};
use decl_log::{Entry, RecordKind};
use decl_store::Reader;
use decl_store::time::Utc;
use std::collections::VecDeque;

/// How many entries people see by default.
const NEWEST: usize = 20;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Log) -> Result<u8, Failure> {
    let reader = store::reader(ui, global)?;
    let size = reader.tree()?.size;
    let mut from = args.from.unwrap_or(0);
    if let Some(since) = args.since {
        from = from.max(first_since(&reader, size, since)?);
    }
    let limit = args.limit.or((args.from.is_none() && !ui.is_json()).then_some(NEWEST));
    let newest = args.from.is_none();
    if let (true, None, Some(limit)) = (newest, &args.model, limit) {
        from = from.max(size.saturating_sub(limit as u64)).max(1); // entry 0 is the log's own
    }
    let rows = Rows { reader: &reader, model: args.model.as_deref() };
    let rows = reader.entries(from).filter_map(|entry| match entry {
        Ok((index, bytes)) => rows.row(index, &bytes).transpose(),
        Err(error) => Some(Err(error.into())),
    });
    match limit {
        Some(limit) if newest => {
            let mut last = VecDeque::new();
            for row in rows {
                if last.len() == limit {
                    last.pop_front();
                }
                last.push_back(row?);
            }
            last.iter().skip(last.len().saturating_sub(limit)).try_for_each(|row| row.print(ui))?;
        }
        limit => rows
            .take(limit.unwrap_or(usize::MAX))
            .take_while(|_| !ui.stdout_is_closed())
            .try_for_each(|row| row?.print(ui))?,
    }
    Ok(exit::DONE)
}

/// Returns the first entry at or after a time. Times never decrease along a log.
fn first_since(reader: &Reader, size: u64, since: u64) -> Result<u64, Failure> {
    let (mut low, mut high) = (0, size);
    while low < high {
        let middle = low + (high - low) / 2;
        let entry = reader.entry(middle)?;
        let Some(Ok(Entry::Genesis { at, .. } | Entry::Record { at, .. })) =
            entry.as_deref().map(Entry::parse)
        else {
            return Err(damaged(middle));
        };
        if at < since { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}

struct Rows<'r> {
    reader: &'r Reader,
    model: Option<&'r str>,
}

impl Rows<'_> {
    /// Returns the row of an entry, or `None` if it is filtered out.
    fn row(&self, index: u64, bytes: &[u8]) -> Result<Option<Row>, Failure> {
        let Entry::Record { kind, id, sha256, at, by } = Entry::parse(bytes).map_err(|_| damaged(index))?
        else {
            return Ok(None);
        };
        let (kind, model, absent) = match kind {
            RecordKind::Supplement | RecordKind::Event => (kind.as_str().to_owned(), String::new(), 0),
            RecordKind::Declaration => {
                let bytes = self.reader.record(&id)?.ok_or_else(|| damaged(index))?;
                let declaration = Declaration::from_cbor(bytes).map_err(|_| damaged(index))?;
                let value = declaration.value();
                let text =
                    |value: Option<&Value<'_>>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
                let absent = show::absent(self.reader, &declaration)?.len();
                (
                    text(value.get("kind")),
                    text(value.get("model").and_then(|model| model.get("name"))),
                    absent,
                )
            }
        };
        let wanted = self.model.is_none_or(|wanted| wanted == model);
        Ok(wanted.then_some(Row { index, identity: id, sha256, at, by, kind, model, absent: absent as u64 }))
    }
}

struct Row {
    index: u64,
    identity: Identity,
    sha256: [u8; 32],
    at: u64,
    by: String,
    kind: String,
    model: String,
    /// How many pieces of its content are stated to be absent.
    absent: u64,
}

impl Row {
    fn print(&self, ui: &Ui) -> Result<(), Failure> {
        let at = Utc(self.at).to_string();
        if ui.is_json() {
            ui.object(&Value::map([
                ("index", Value::Uint(self.index)),
                ("identity", Value::text(self.identity.to_string())),
                ("sha256", Value::text(hex(&self.sha256))),
                ("sealed_at", Value::text(at)),
                ("by", Value::text(self.by.as_str())),
                ("kind", Value::text(self.kind.as_str())),
                ("model", Value::text(self.model.as_str())),
                ("absent", Value::Uint(self.absent)),
            ]))?;
        } else {
            let id = &self.identity.hex()[..12];
            let Self { index, kind, model, .. } = self;
            let absent = match self.absent {
                0 => String::new(),
                n => format!("  ({n} absent)"),
            };
            ui.line(&format!("{index:>8}  {id}  {at}  {kind:10}  {model}{absent}"))?;
        }
        Ok(())
    }
}

fn damaged(index: u64) -> Failure {
    Failure::Other {
        code: exit::DAMAGED,
        message: format!("entry {index} cannot be read"),
        hint: Some("decl audit says what else is damaged".to_owned()),
    }
}
