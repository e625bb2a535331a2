//! `decl log`

use crate::args::{Global, Log};
use crate::command::{period, show};
use crate::exit;
use crate::failure::Failure;
use crate::search::Search;
use crate::store;
use crate::ui::Ui;
use decl_core::{Identity, RecordKind, Supplement, Value, hex};
use decl_store::time::Utc;
use decl_store::{Match, Matches, Order, Page, Reader};

/// How many records people see by default.
const SHOWN: usize = 20;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Log) -> Result<u8, Failure> {
    let reader = store::reader(ui, global)?;
    if let Some(dir) = &args.proof {
        return period::write(ui, &reader, dir, args.filters.since, args.filters.until);
    }
    let search = Search::new(&reader, &args.filters)?;
    let pages = &args.pages;
    let whole = args.count || args.csv || ui.is_json() || pages.from.is_some();
    let limit = pages.limit.or((!whole).then_some(SHOWN));
    // People read the newest last, next to their prompt.
    let newest_last = limit.is_some() && pages.from.is_none() && !pages.oldest && !pages.newest;
    let order = if pages.newest || newest_last { Order::Newest } else { Order::Oldest };
    let page = Page { order, from: pages.from.unwrap_or(0), before: pages.before.unwrap_or(u64::MAX) };
    let matches = reader.query(&search.filter, &page)?;
    if args.count {
        count(ui, &reader, &search, matches)?;
        return Ok(exit::DONE);
    }
    let form = if args.csv {
        Form::Csv
    } else if ui.is_json() {
        Form::Json
    } else {
        Form::People
    };
    if args.csv {
        ui.row(COLUMNS)?;
    }
    let rows = admitted(&reader, &search, matches).map(|found| Row::of(&reader, found?));
    let rows = rows.take(limit.unwrap_or(usize::MAX));
    let (mut shown, mut last) = (0, None);
    let mut print = |row: &Row| {
        (shown, last) = (shown + 1, Some(row.index));
        row.print(ui, form)
    };
    if newest_last {
        let rows: Vec<_> = rows.collect::<Result<_, _>>()?;
        rows.iter().rev().try_for_each(&mut print)?;
        last = rows.last().map(|row| row.index);
    } else {
        for row in rows {
            print(&row?)?;
            if ui.stdout_is_closed() {
                break;
            }
        }
    }
    if let (Form::People, Some(last), true) = (form, last, Some(shown) == limit) {
        next_page(ui, order, last, reader.tree()?.size);
    }
    Ok(exit::DONE)
}

/// Tells people where the next page begins, unless there is none.
fn next_page(ui: &Ui, order: Order, last: u64, size: u64) {
    match order {
        Order::Newest if last > 1 => ui.say(&format!("older: --before {last}")),
        Order::Oldest if last + 1 < size => ui.say(&format!("newer: --from {}", last + 1)),
        _ => {}
    }
}

/// Returns the records that the index found and that meet the conditions.
fn admitted<'a>(
    reader: &'a Reader,
    search: &'a Search,
    matches: Matches<'a>,
) -> impl Iterator<Item = Result<Match, Failure>> + 'a {
    matches.records().filter_map(|found| match found {
        Ok(found) => match search.admits(reader, &found) {
            Ok(admitted) => admitted.then_some(Ok(found)),
            Err(failure) => Some(Err(failure)),
        },
        Err(error) => Some(Err(error.into())),
    })
}

fn count(ui: &Ui, reader: &Reader, search: &Search, matches: Matches<'_>) -> Result<(), Failure> {
    let count = if search.conditions.is_empty() {
        matches.total()?
    } else {
        admitted(reader, search, matches).try_fold(0, |count, found| found.map(|_| count + 1))?
    };
    if ui.is_json() {
        ui.object(&Value::map([("count", Value::Uint(count))]))?;
    } else {
        ui.line(&count.to_string())?;
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    People,
    Json,
    Csv,
}

/// The names of the columns. They are stable.
const COLUMNS: [&str; 11] = [
    "index",
    "identity",
    "sha256",
    "sealed_at",
    "by",
    "type",
    "kind",
    "model",
    "subject",
    "status",
    "absent",
];

/// A record in a list.
struct Row {
    index: u64,
    identity: Identity,
    sha256: [u8; 32],
    at: u64,
    by: String,
    of: RecordKind,
    kind: String,
    /// The model of a declaration.
    model: Option<String>,
    /// The subject of a supplement.
    subject: Option<Identity>,
    /// The status of an execution.
    status: Option<String>,
    /// How many pieces of its content are stated to be absent.
    absent: u64,
}

impl Row {
    fn of(reader: &Reader, found: Match) -> Result<Self, Failure> {
        let Match { index, sealed_at: at, by, sha256, record } = found;
        let value = record.value();
        let text = |value: Option<&Value<'_>>| value.and_then(Value::as_str).map(str::to_owned);
        let kind = text(value.get("kind")).unwrap_or_default();
        let model = text(value.get("model").and_then(|model| model.get("name")));
        let status = text(value.get("body").and_then(|body| body.get("status")));
        let absent = show::absent(reader, record.references())?.len() as u64;
        let (identity, of) = (record.identity(), record.kind());
        let subject = match of {
            RecordKind::Supplement => Some(Supplement::try_from(record)?.subject()),
            RecordKind::Declaration | RecordKind::Event => None,
        };
        Ok(Self { index, identity, sha256, at, by, of, kind, model, subject, status, absent })
    }

    fn print(&self, ui: &Ui, form: Form) -> Result<(), Failure> {
        match form {
            Form::People => self.line(ui),
            Form::Json => self.object(ui),
            Form::Csv => self.values(ui),
        }
    }

    fn line(&self, ui: &Ui) -> Result<(), Failure> {
        let short = |identity: &Identity| identity.hex()[..12].to_owned();
        let mut what: Vec<String> = self.model.iter().chain(&self.status).cloned().collect();
        what.extend(self.subject.iter().map(|subject| format!("of {}", short(subject))));
        what.extend((self.absent > 0).then(|| format!(" ({} absent)", self.absent)));
        let (index, id, at, kind) = (self.index, short(&self.identity), Utc(self.at).to_string(), &self.kind);
        let line = format!("{index:>8}  {id}  {at}  {kind:10}  {}", what.join(" "));
        Ok(ui.line(line.trim_end())?)
    }

    fn object(&self, ui: &Ui) -> Result<(), Failure> {
        let mut members = vec![
            ("index", Value::Uint(self.index)),
            ("identity", Value::text(self.identity.to_string())),
            ("sha256", Value::text(hex(&self.sha256))),
            ("sealed_at", Value::text(Utc(self.at).to_string())),
            ("by", Value::text(self.by.as_str())),
            ("type", Value::text(self.of.as_str())),
            ("kind", Value::text(self.kind.as_str())),
        ];
        members.extend(self.model.as_deref().map(|model| ("model", Value::text(model))));
        members.extend(self.subject.map(|subject| ("subject", Value::text(subject.to_string()))));
        members.extend(self.status.as_deref().map(|status| ("status", Value::text(status))));
        members.push(("absent", Value::Uint(self.absent)));
        Ok(ui.object(&Value::map(members))?)
    }

    fn values(&self, ui: &Ui) -> Result<(), Failure> {
        let subject = self.subject.map(|subject| subject.to_string()).unwrap_or_default();
        let values: [&str; COLUMNS.len()] = [
            &self.index.to_string(),
            &self.identity.to_string(),
            &hex(&self.sha256),
            &Utc(self.at).to_string(),
            &self.by,
            self.of.as_str(),
            &self.kind,
            self.model.as_deref().unwrap_or_default(),
            &subject,
            self.status.as_deref().unwrap_or_default(),
            &self.absent.to_string(),
        ];
        Ok(ui.row(values)?)
    }
}
