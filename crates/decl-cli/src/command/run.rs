//! `decl run -- COMMAND`

use crate::args::{Global, Run};
use crate::child;
use crate::command::{erase, now, seal};
use crate::exit;
use crate::failure::{Failure, reason};
use crate::keys;
use crate::source::SourceFile;
use crate::store;
use crate::ui::Ui;
use decl_core::{Code, Fault, Identity, NoFiles, Occurrence, Status, Supplement, SupplementKind, Value};
use decl_store::time::Utc;
use decl_store::{Receipt, SealError, Submission};
use std::io;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

pub(crate) fn run(ui: &Ui, global: &Global, args: &Run) -> Result<u8, Failure> {
    let [program, arguments @ ..] = args.command.as_slice() else {
        return Err(Failure::unknown("no COMMAND"));
    };
    let contents = seal::contents(global, args.content.as_deref(), &args.source)?;
    let (given, submission) = seal::read(&args.declaration, &args.source, &contents, args.detached)?;
    let submission = seal::keeping(submission, &args.keeping);
    let occurrence = match args.occurrence {
        Some(occurrence) => occurrence,
        None => new_occurrence()?,
    };
    let run = begin(ui, global, args, submission, &given, occurrence)?;
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("DECL_IDENTITY", run.declaration.identity.to_string())
        .env("DECL_INDEX", run.declaration.index.to_string())
        .env("DECL_OCCURRENCE", occurrence.to_string());
    let not_started = |error: &io::Error| {
        let code = match error.kind() {
            io::ErrorKind::NotFound => exit::NO_COMMAND,
            _ => exit::NOT_EXECUTABLE,
        };
        let message = format!("{}: {}", program.to_string_lossy(), reason(error));
        let hint =
            format!("the declaration is sealed as {}; the command did not run", run.declaration.identity);
        (code, Failure::Other { code, message, hint: Some(hint) })
    };
    if args.exec {
        return Err(not_started(&command.exec()).1);
    }
    let begun = Instant::now();
    // The log's clock may be ahead of this machine's; the command began after the start was sealed, by either.
    let started = now().max(run.started_at);
    let status = match child::run(&mut command) {
        Ok(status) => status,
        Err(error) => {
            let (code, failure) = not_started(&error);
            run.end(ui, global, started, Duration::ZERO, Status::Cancelled, Some(code));
            return Err(failure);
        }
    };
    let elapsed = begun.elapsed();
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    run.end(ui, global, started, elapsed, status_of(status), code);
    if let Some(signal) = status.signal() {
        child::end_by(signal);
    }
    Ok(code.unwrap_or(exit::UNKNOWN))
}

/// An occurrence that began.
struct Begun {
    declaration: Receipt,
    occurrence: Occurrence,
    /// When its start was sealed.
    started_at: u64,
}

/// Seals the declaration and the start of the occurrence in one commit. The store is closed again, so that the command
/// can open it.
fn begin(
    ui: &Ui,
    global: &Global,
    args: &Run,
    submission: Submission,
    given: &SourceFile,
    occurrence: Occurrence,
) -> Result<Begun, Failure> {
    let body = Value::map([("occurrence", Value::text(occurrence.to_string()))]);
    let start = supplement(SupplementKind::Start, submission.record.identity(), body)?;
    let store = store::writer(ui, global)?;
    keys::settle(&store, global, &args.source.keyed)?;
    let mut receipts = store.seal(vec![submission, start]).into_iter();
    let (Some(declaration), Some(start)) = (receipts.next(), receipts.next()) else {
        return Err(Failure::unknown("the store gave no answer"));
    };
    let declaration = declaration.map_err(|error| match error {
        SealError::Refused(fault) => given.located(fault).into(),
        SealError::Store(error) => Failure::from(error),
    })?;
    ui.say(&format!("sealed {} as entry {}", declaration.identity, declaration.index));
    erase::tell(ui, &declaration.erased);
    let start = start?;
    if !start.new {
        let message = format!("the occurrence {occurrence} began already, with entry {}", start.index);
        let fault = Fault::pointer(Code::Range, "/body/occurrence", message);
        let hint = "nothing was run; leave out --occurrence: each run is an occurrence of its own";
        return Err(fault.with_hint(hint).into());
    }
    ui.say(&format!("occurrence {occurrence} begins at entry {}", start.index));
    Ok(Begun { declaration, occurrence, started_at: start.sealed_at })
}

impl Begun {
    /// Seals how the occurrence ended. If that fails the command has run all the same, so that is only said.
    fn end(
        &self,
        ui: &Ui,
        global: &Global,
        started: u64,
        elapsed: Duration,
        status: Status,
        code: Option<u8>,
    ) {
        // This machine's clock may have been put back meanwhile; the log takes no execution that began later than now.
        let started = started.min(now().max(self.started_at));
        let ended = started.saturating_add(u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
        let mut members = vec![
            ("occurrence", Value::text(self.occurrence.to_string())),
            ("started", Value::Uint(started)),
            ("ended", Value::Uint(ended)),
            ("status", Value::text(status.as_str())),
        ];
        members.extend(code.map(|code| ("exit", Value::Uint(code.into()))));
        let sealed = || {
            let execution = supplement(SupplementKind::Execution, self.identity(), Value::map(members))?;
            let receipt = store::writer(ui, global)?.seal(vec![execution]).pop();
            receipt.ok_or_else(|| Failure::unknown("the store gave no answer"))?.map_err(Failure::from)
        };
        match sealed() {
            Ok(receipt) => ui.say(&format!("it ended ({}): entry {}", status.as_str(), receipt.index)),
            Err(failure) => {
                ui.failure(&failure);
                let (occurrence, subject) = (self.occurrence, &self.identity().hex()[..12]);
                let (status, started, ended) = (status.as_str(), Utc(started), Utc(ended));
                ui.warn(&format!(
                    "occurrence {occurrence} stays open; decl attach {subject} --kind execution --occurrence {occurrence} --status {status} --started {started} --ended {ended} closes it"
                ));
            }
        }
    }

    fn identity(&self) -> Identity {
        self.declaration.identity
    }
}

/// Returns the submission of a supplement that this process makes.
fn supplement(kind: SupplementKind, subject: Identity, body: Value<'_>) -> Result<Submission, Failure> {
    let (supplement, contents) = Supplement::new(kind, subject, body, "local", &mut NoFiles)?;
    Ok(Submission::local(supplement, contents))
}

/// Returns how an occurrence ended whose command ended like this.
fn status_of(status: ExitStatus) -> Status {
    match status.code() {
        Some(0) => Status::Ok,
        None if child::cancelled_by(status).is_some() => Status::Cancelled,
        _ => Status::Error,
    }
}

/// Returns an occurrence that nobody else has.
pub(super) fn new_occurrence() -> Result<Occurrence, Failure> {
    let mut random = [0; 10];
    getrandom::fill(&mut random)
        .map_err(|error| Failure::unknown(format_args!("cannot get random bytes: {error}")))?;
    Ok(Occurrence::at(now(), random))
}
