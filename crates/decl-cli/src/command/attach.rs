//! `decl attach`

use crate::args::{Attach, Body, Global};
use crate::command::batch::{self, Request};
use crate::command::run::new_occurrence;
use crate::command::{TIMES, seal};
use crate::exit;
use crate::failure::Failure;
use crate::input::{self, RelativeFiles};
use crate::store;
use crate::ui::Ui;
use decl_core::{
    At, Code, Fault, Files, Identity, Supplement, SupplementKind, Value, json, limits, push_token,
};
use decl_store::{Receipt, SealError, Store, Submission, time};
use std::path::Path;

pub(crate) fn run(ui: &Ui, global: &Global, args: &Attach) -> Result<u8, Failure> {
    let (id, kind) = match (&args.batch, &args.id, args.kind) {
        (Some(file), ..) => return batch(ui, global, args, file),
        (None, Some(id), Some(kind)) => (id, kind),
        _ => return Err(Failure::unknown("no ID, or no --kind")),
    };
    let text = args.file.as_deref().map(input::document).transpose()?;
    let text = text.as_deref();
    let body = match text {
        Some(text) => json::parse(text).map_err(|fault| input::located(text, fault))?,
        None => Value::Map(Vec::new()),
    };
    let body = with_options(body, &args.body)?;
    let content = args.body.content.as_deref().map(content).transpose()?;
    let store = store::writer(ui, global)?;
    let subject = id.parse().or_else(|_| store::find(store.reader(), id))?;
    let beside = args.file.as_deref().unwrap_or(Path::new(""));
    let mut files = Given { content, others: RelativeFiles::to_document(beside) };
    let request = request(kind, subject, body, args.detached, &mut files);
    let request = request.map_err(|fault| in_body(fault, text))?;
    let (submitted, members) = (request.submission.record.identity(), request.members);
    let receipt = match store.seal(vec![request.submission]).pop() {
        Some(Err(SealError::Refused(fault))) => return Err(in_body(fault, text).into()),
        Some(sealed) => sealed?,
        None => return Err(Failure::unknown("the store gave no answer")),
    };
    tell(ui, &store, &receipt, submitted, members).map_err(|failure| {
        failure.hint(format!("it is sealed; decl prove {} gives the receipt again", receipt.identity))
    })?;
    Ok(exit::DONE)
}

fn tell(
    ui: &Ui,
    store: &Store,
    receipt: &Receipt,
    submitted: Identity,
    members: Vec<(&'static str, Value<'static>)>,
) -> Result<(), Failure> {
    if ui.is_json() {
        return Ok(ui.object(&Value::map(batch::sealed(receipt, submitted, members)))?);
    }
    seal::people(ui, receipt, store.reader().origin(), None)?;
    for (name, value) in &members {
        ui.line(&format!("{name}  {}", super::shown(value)))?;
    }
    if receipt.identity != submitted {
        ui.line("late      it began before its declaration was sealed")?;
    }
    Ok(())
}

/// Attaches what the lines of a file say.
fn batch(ui: &Ui, global: &Global, args: &Attach, file: &Path) -> Result<u8, Failure> {
    let files = RelativeFiles::to_document(file);
    let detached = args.detached;
    batch::run(
        ui,
        global,
        file,
        |_| Ok(()),
        move |line| {
            let request = json::parse(line).and_then(|line| {
                let (kind, subject, body) = members(line)?;
                request(kind, subject, body, detached, &mut &files)
            });
            request.map_err(|fault| input::located(line, fault))
        },
    )
}

/// Takes a line of a batch apart.
fn members(line: Value<'_>) -> Result<(SupplementKind, Identity, Value<'_>), Fault> {
    let fault = |code, at: &str, message: String| {
        Fault::pointer(code, at, message).with_hint(r#"write {"subject": ID, "kind": KIND, "body": {...}}"#)
    };
    let Value::Map(members) = line else {
        return Err(fault(Code::Type, "", format!("{} where a map is expected", line.type_name())));
    };
    let (mut subject, mut kind, mut body) = (None, None, None);
    for (name, value) in members {
        match &*name {
            "subject" => {
                let id = value.as_str().and_then(|id| id.parse().ok());
                let no_identity = || fault(Code::Range, "/subject", "not an identity".to_owned());
                subject = Some(id.ok_or_else(no_identity)?);
            }
            "kind" => {
                let known = value.as_str().unwrap_or_default().parse::<SupplementKind>();
                kind = Some(known.map_err(|error| fault(Code::Range, "/kind", error.to_string()))?);
            }
            "body" => body = Some(value),
            name => {
                let mut at = String::new();
                push_token(&mut at, name);
                return Err(fault(Code::UnknownMember, &at, "the line has no such member".to_owned()));
            }
        }
    }
    let missing = |name: &str| fault(Code::Missing, &format!("/{name}"), "the member is missing".to_owned());
    Ok((
        kind.ok_or_else(|| missing("kind"))?,
        subject.ok_or_else(|| missing("subject"))?,
        body.ok_or_else(|| missing("body"))?,
    ))
}

/// Returns what is to be sealed, and how the answer names its occurrence.
fn request(
    kind: SupplementKind,
    subject: Identity,
    mut body: Value<'_>,
    detached: bool,
    files: &mut dyn Files,
) -> Result<Request, Fault> {
    if let Value::Map(members) = &mut body {
        for (name, value) in members.iter_mut().filter(|(name, _)| TIMES.contains(&&**name)) {
            if let Value::Text(text) = value {
                let fault = |message| Fault::pointer(Code::Range, format!("/body/{name}"), message);
                *value = Value::Uint(time::parse(text).map_err(fault)?);
            }
        }
        if kind == SupplementKind::Start && members.iter().all(|(name, _)| name != "occurrence") {
            // Without randomness there is none, and the supplement is refused.
            members
                .extend(new_occurrence().ok().map(|new| ("occurrence".into(), Value::text(new.to_string()))));
        }
    }
    let (supplement, contents) = Supplement::new(kind, subject, body, "local", files)?;
    let occurrence = supplement.occurrence();
    let members = occurrence.map(|occurrence| ("occurrence", Value::text(occurrence.to_string())));
    let submission = Submission { detached, ..Submission::local(supplement, contents) };
    Ok(Request { submission, members: members.into_iter().collect() })
}

/// Adds the members that the options give.
fn with_options<'v>(body: Value<'v>, options: &Body) -> Result<Value<'v>, Failure> {
    let Body { occurrence, content, media, status, started, ended } = options;
    let content = content.as_deref().map(|path| {
        let file = ("file", Value::text(path.to_string_lossy().into_owned()));
        let media = media.clone().map(|media| ("type", Value::text(media)));
        Value::map([file].into_iter().chain(media))
    });
    let given = [
        ("occurrence", occurrence.map(|occurrence| Value::text(occurrence.to_string()))),
        ("content", content),
        ("status", status.map(|status| Value::text(status.as_str()))),
        ("started", started.map(Value::Uint)),
        ("ended", ended.map(Value::Uint)),
    ];
    let Value::Map(mut members) = body else { return Ok(body) };
    for (name, value) in given {
        let Some(value) = value else { continue };
        if members.iter().any(|(member, _)| member == name) {
            return Err(Failure::unknown(format_args!("--{name}: the body in FILE has {name} already")));
        }
        members.push((name.into(), value));
    }
    Ok(Value::Map(members))
}

/// Reads the content that `--content` names.
fn content(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = input::limited(path, limits::CONTENT_BYTES)?;
    let too_large = || Fault::pointer(Code::Size, "/body/content", "the content is larger than 256 MiB");
    Ok(bytes.ok_or_else(too_large)?)
}

/// The content that `--content` names; without it, the files that a body names.
struct Given {
    content: Option<Vec<u8>>,
    others: RelativeFiles,
}

impl Files for Given {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, (Code, String)> {
        match self.content.take() {
            Some(content) => Ok(content),
            None => (&self.others).read(path),
        }
    }
}

/// Returns a fault of the record in the coordinates of FILE, which is its body.
fn in_body(mut fault: Fault, text: Option<&[u8]>) -> Fault {
    if let (At::Pointer(at), Some(text)) = (&mut fault.at, text)
        && let Some(inside) = at.strip_prefix("/body")
    {
        *at = inside.to_owned();
        return input::located(text, fault);
    }
    fault
}
