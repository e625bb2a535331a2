//! What the tests seal: runs, each with one piece of content of its own and one occurrence of its own.

use crate::commit::receipt::Submission;
use decl_core::{Identity, NoFiles, Occurrence, Source, Supplement, SupplementKind, json};
use decl_explain::template;

/// How a declaration is submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// With its content.
    Whole,
    /// Without its content, on purpose.
    Detached,
    /// Without its content: refused unless the store has it.
    Bare,
}

/// A record of a run that is submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// The declaration.
    Run(u64, How),
    /// The start of its occurrence.
    Begin(u64),
    /// An execution of its occurrence, one of several that differ.
    End(u64, u8),
}

impl Item {
    /// Returns the submission, and the identity under which it is sealed.
    pub(super) fn submission(self) -> (Submission, Identity) {
        let (mut submission, id) = match self {
            Self::Run(run, _) => {
                let Source { declaration, contents } = source(run);
                let id = declaration.identity();
                (Submission::local(declaration, contents), id)
            }
            Self::Begin(run) => {
                let start = supplement(SupplementKind::Start, run, "");
                let id = start.identity();
                (Submission::local(start, Vec::new()), id)
            }
            Self::End(run, exit) => {
                // It began before everything, so the store marks it as late.
                let more = format!(r#", "started": 0, "status": "ok", "exit": {exit}"#);
                let execution = supplement(SupplementKind::Execution, run, &more);
                let id = execution.clone().marked_late().unwrap().identity();
                (Submission::local(execution, Vec::new()), id)
            }
        };
        if let Self::Run(_, how) = self
            && how != How::Whole
        {
            submission.contents.clear();
            submission.detached = how == How::Detached;
        }
        (submission, id)
    }
}

/// Returns the name of a run's occurrence.
pub(super) fn occurrence(run: u64) -> Occurrence {
    Occurrence::at(run, [0; 10])
}

/// Returns the declaration of a run with its content.
pub(super) fn source(run: u64) -> Source {
    let input = format!(
        r#""input": [{{"role": "user", "parts": [{{"t": "text", "content": {{"text": "run {run}"}}, "attrs": {{}}}}]}}]"#
    );
    let declaration = json::pretty(&template("generate").unwrap())
        .replace(r#""authority": """#, r#""authority": "example.com""#)
        .replace(r#""name": """#, r#""name": "some-model""#)
        .replace(r#""input": []"#, &input);
    Source::parse(declaration.as_bytes(), &mut NoFiles).unwrap()
}

fn supplement(kind: SupplementKind, run: u64, more: &str) -> Supplement {
    let subject = source(run).declaration.identity();
    let body = format!(r#"{{"occurrence": "{}"{more}}}"#, occurrence(run));
    let body = json::parse(body.as_bytes()).unwrap();
    Supplement::new(kind, subject, body, "local", &mut NoFiles).unwrap().0
}
