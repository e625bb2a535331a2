//! `docs/reference/refusals.md` says what the code says and what `decl` prints: this makes the page and compares.

use crate::{World, inputs};
use decl_adapt::Adapter;
use decl_core::{Code, Fault, Identity, NoFiles, Supplement, json};
use decl_log::Refusal;
use decl_verify::Reason;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;

const INTRODUCTION: &str = "\
# Refusals

What `decl` says when it says no. This page is made from the code: `TRYCMD=overwrite cargo test --release -p decl-cli
--test cli` writes it anew.

```text
refused: E-MISSING at /model/revision               the verdict: a code and a place
  line 4, column 12: the member is missing          where that is in the text, and what was found
hint: write text of 1 to 256 bytes, or ...          what to do
```

The code and the place are the same on every implementation ([the rules](../spec/declaration.md#refusals)). All else is
help, and may get better.

- The **place** is a JSON pointer (RFC 6901), or a byte of a document that could not be read. Bytes count from 0.
- **Line and column** count from 1, a column for each Unicode scalar value; a tab is one. A member is where its key
  begins. A missing member is where the map begins that should have it. CBOR has no lines.
- A place is in the document that you gave, unless the second line names another: the **overlay**, the **content**
  that `--content` names, or the **declaration made of the body**, where what is wrong is not wrong in the request.
- With `--json`, a refusal is `{\"refused\": {\"code\", \"at\", \"message\", \"hint\"}}`, with `line` and `column` where they are
  known and `document` (`overlay`, `content`, `declaration`) where it is another.
- `decl check` lists every fault, the verdict first; the other commands stop at the verdict. In a batch, each line that
  is refused is answered in its place; `line` is its line in the file.
- A refused document leaves nothing behind, and the exit code is 1.

Below, each code with what it means, what to do where the place knows no better, and an example.
";

#[test]
fn the_page_of_refusals_says_what_decl_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/refusals.md");
    let page = page();
    if std::env::var_os("TRYCMD").is_some_and(|mode| mode == "overwrite") {
        fs::write(&path, &page).unwrap();
    }
    let published = fs::read_to_string(&path).unwrap_or_default();
    for (published, made) in published.lines().zip(page.lines()) {
        assert_eq!(published, made, "TRYCMD=overwrite writes the page anew");
    }
    assert_eq!(published.len(), page.len(), "TRYCMD=overwrite writes the page anew");
}

fn page() -> String {
    let world = World::new();
    let dir = world.root().join("refusals");
    fs::create_dir(&dir).unwrap();
    inputs(&dir);
    crate::run(world.decl(&dir).args(["init", "--origin", "log.example.org/runs"]));

    let mut page = INTRODUCTION.to_owned();
    let examples = examples(&dir);
    for code in Code::ALL {
        let example = examples.iter().find(|example| example.code == code).unwrap();
        let _ = write!(page, "\n## {code}\n\n{}.\n\n", sentence(code.meaning()));
        let _ = write!(page, "What to do: {}.\n\n", code.hint());
        page += &example.shown(&world, &dir);
    }
    page += "\n## State kept elsewhere\n\n\
        A declaration brings its state along. What of a request names state that lives elsewhere is `E-UNRESOLVED`, with \
        these ways\nto bring it in; `*` is any item of a list. `decl adapters show NAME` prints the whole table.\n";
    for name in decl_adapt::NAMES {
        external(&mut page, decl_adapt::named(name).unwrap());
    }
    page += "\n## Supplements and events\n\n\
        What is sealed after a declaration has a closed body for each kind ([records](../spec/records.md)). Some that are\n\
        refused, with their verdict and what to do:\n\n| kind | body | verdict | hint |\n| --- | --- | --- | --- |\n";
    for (kind, body) in BODIES {
        let value = json::parse(body.as_bytes()).unwrap();
        let subject = Identity::of(b"a declaration");
        let made = Supplement::new(kind.parse().unwrap(), subject, value, "local", &mut NoFiles);
        let fault = made.unwrap_err();
        let (verdict, hint) = (fault.to_string().replace('|', "\\|"), fault.hint().replace('|', "\\|"));
        let _ = writeln!(page, "| `{kind}` | `{body}` | {verdict} | {hint} |");
    }
    page += "\n## What does not hold\n\n\
        `decl verify` and `decl-verify` answer with a reason where a record does not stand in a log; `decl \
        consistency` where\na log did not only grow. A record that is refused is a reason too, with its code.\n\n\
        | reason | as in |\n| --- | --- |\n";
    for (code, words) in reasons() {
        let _ = writeln!(page, "| `{code}` | {words} |");
    }
    let help = crate::run(world.decl(&dir).arg("--help"));
    let (_, codes) = help.split_once("Exit codes:\n").unwrap();
    page += "\n## Exit codes\n\n```text\n";
    page += codes.trim_end();
    page += "\n```\n";
    page
}

/// Bodies of supplements that are refused, for one rule each.
const BODIES: &[(&str, &str)] = &[
    ("start", r#"{"occurrence": "1"}"#),
    (
        "execution",
        r#"{"occurrence": "019e7044-8cd2-7cc3-98c4-dc0c0c07398f", "started": 2, "ended": 1, "status": "ok"}"#,
    ),
    (
        "execution",
        r#"{"occurrence": "019e7044-8cd2-7cc3-98c4-dc0c0c07398f", "started": null, "status": "ok"}"#,
    ),
    (
        "execution",
        r#"{"occurrence": "019e7044-8cd2-7cc3-98c4-dc0c0c07398f", "started": 2, "status": "ok", "late": true}"#,
    ),
    ("output", r#"{"occurrence": "019e7044-8cd2-7cc3-98c4-dc0c0c07398f", "text": "It is late."}"#),
    (
        "usage",
        r#"{"occurrence": "019e7044-8cd2-7cc3-98c4-dc0c0c07398f", "tokens": {"input": 7, "cost": 0.2}}"#,
    ),
    ("usage", r#"{"occurrence": "019e7044-8cd2-7cc3-98c4-dc0c0c07398f", "tokens": {"input": 7.5}}"#),
    ("score", r#"{"metric": "exact-match", "value": 0.5}"#),
    ("review", r#"{"reviewer": "Ada Lovelace", "verdict": "accepted"}"#),
    ("erasure", "{}"),
];

/// A document that is refused with a code.
struct Example {
    code: Code,
    /// What the page shows of it.
    shown: String,
    /// `decl` and what follows.
    command: &'static str,
}

impl Example {
    fn shown(&self, world: &World, dir: &Path) -> String {
        let arguments = self.command.split(' ').skip(1);
        let output = world.decl(dir).args(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{}: {said}", self.command);
        assert!(said.starts_with(&format!("refused: {} at ", self.code)), "{}: {said}", self.command);
        format!("{}```console\n$ {}\n{said}```\n", self.shown, self.command)
    }
}

/// One for each code.
fn examples(dir: &Path) -> Vec<Example> {
    let mut examples = Vec::new();
    let mut add = |code: Code, command: &'static str, file: &str, bytes: &[u8], shown: &str| {
        fs::write(dir.join(file), bytes).unwrap();
        examples.push(Example { code, shown: shown.to_owned(), command });
    };
    let mut text = |code: Code, command: &'static str, text: &str| {
        let file = command.split(' ').rfind(|word| word.contains(".json")).unwrap();
        add(code, command, file, text.as_bytes(), &format!("```text\n{text}\n```\n"));
    };
    text(Code::Utf8, "decl id half.json", r#"{"v": "\ud83d"}"#);
    text(Code::Syntax, "decl id comma.json", "{\n  \"v\": \"ai-run-declaration/1\",\n}");
    text(Code::DupKey, "decl id twice.json", "{\"kind\": \"generate\",\n \"kind\": \"embed\"}");
    text(Code::NumRange, "decl id range.json", r#"{"seed": 18446744073709551616}"#);
    text(Code::NumPrecision, "decl id precise.json", r#"{"temperature": 0.1234567890123456789}"#);
    text(Code::NumNan, "decl id nan.json", r#"{"temperature": NaN}"#);
    text(
        Code::Null,
        "decl id null.json",
        "{\n  \"v\": \"ai-run-declaration/1\",\n  \"ext\": {},\n  \"kind\": null\n}",
    );
    text(Code::Type, "decl id type.json", "{\n  \"v\": \"ai-run-declaration/1\",\n  \"ext\": []\n}");
    text(Code::Depth, "decl id deep.json", &"[".repeat(65));
    text(Code::Version, "decl id version.json", r#"{"v": "ai-run-declaration/2"}"#);
    text(Code::Missing, "decl id missing.json", r#"{"v": "ai-run-declaration/1", "ext": {}}"#);
    text(
        Code::UnknownMember,
        "decl id unknown.json --from chat",
        "{\"model\": \"gpt-5.2\",\n \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}],\n \"temprature\": 0}",
    );
    text(Code::Range, "decl id kind.json", r#"{"v": "ai-run-declaration/1", "ext": {}, "kind": "chat"}"#);
    text(
        Code::Artefact,
        "decl id usage.json --from chat",
        "{\"model\": \"gpt-5.2\", \"messages\": [],\n \"usage\": {\"total_tokens\": 12}}",
    );
    text(
        Code::Secret,
        "decl id secret.json --from chat",
        "{\"model\": \"gpt-5.2\", \"messages\": [],\n \"api_key\": \"the message never quotes this\"}",
    );
    text(
        Code::Unresolved,
        "decl id follows.json --from responses",
        "{\"model\": \"gpt-5.2\", \"input\": \"And in French?\",\n \"previous_response_id\": \"resp_68e1\"}",
    );
    text(
        Code::DigestMismatch,
        "decl seal hello.json --content other.json",
        &format!(
            r#"{{"{}": {{"type": "text/plain", "text": "another"}}}}"#,
            Identity::of(b"some text").hex()
        ),
    );
    text(Code::ExtKey, "decl id ext.json", r#"{"v": "ai-run-declaration/1", "ext": {"top_k": 40}}"#);

    let hello = fs::read_to_string(dir.join("hello.json")).unwrap();
    let prompt = "Answer in one word.";
    let digest = Identity::of(prompt.as_bytes()).hex();
    let content = format!(r#"{{"{digest}": {{"type": "text/plain", "text": "{prompt}"}}}}"#);
    fs::write(dir.join("prompt.json"), content).unwrap();
    let carried = format!(r#"{{"text": "{prompt}"}}"#);
    let wrong = format!(r#"{{"b3": "{digest}", "len": 20, "type": "text/plain"}}"#);
    add(
        Code::LenMismatch,
        "decl seal length.json --content prompt.json",
        "length.json",
        hello.replace(&carried, &wrong).as_bytes(),
        &format!("```text\n... \"content\": {wrong} ...\n```\n"),
    );
    add(
        Code::NonCanonical,
        "decl id long-head.cbor",
        "long-head.cbor",
        b"\xa1\x61v\x18\x01",
        "```text\na1 61 76 18 01     the integer 1 in two bytes\n```\n",
    );
    add(Code::Size, "decl id large.json", "large.json", b"", "A document of 64 MiB and one byte.\n\n");
    File::create(dir.join("large.json")).unwrap().set_len((64 << 20) + 1).unwrap();
    examples
}

/// What of an API lives elsewhere, and how to bring it in.
fn external(page: &mut String, adapter: &Adapter) {
    let mut rows = BTreeSet::new();
    adapter.members(&mut |at, member| {
        rows.extend(member.external().into_iter().map(|hint| (at.to_owned(), hint)));
    });
    let _ = write!(
        page,
        "\n### {}\n\n`{}`.\n\n| member | what to do |\n| --- | --- |\n",
        adapter.name, adapter.api
    );
    for (at, hint) in rows {
        let _ = writeln!(page, "| `{at}` | {} |", hint.replace('|', "\\|"));
    }
}

/// Every reason that a verifier gives, in its own words.
fn reasons() -> Vec<(&'static str, String)> {
    let reason = |reason: Reason| (reason.code(), reason.to_string());
    let (proof, record) = (Identity::of(b"another"), Identity::of(b"this"));
    let mut reasons = vec![
        reason(Reason::OtherRecord { proof, record }),
        reason(Reason::OtherSha256),
        reason(Reason::NoEntry),
        reason(Reason::Genesis),
        reason(Reason::OtherSubmitter { record: "local".to_owned(), entry: "gateway".to_owned() }),
        reason(Reason::Record(Fault::pointer(Code::Missing, "/model/revision", "the member is missing"))),
    ];
    reasons.extend(
        [
            Refusal::Malformed("a proof file is UTF-8"),
            Refusal::MalformedLine { line: 2, what: "the size is not a decimal number" },
            Refusal::BadSignature,
            Refusal::UnknownKey,
            Refusal::WrongOrigin,
            Refusal::WrongRoot,
            Refusal::IndexOutOfRange { index: 7, size: 7 },
            Refusal::PathLength { got: 2, want: 3 },
            Refusal::Shrunk { old: 8, new: 7 },
            Refusal::TooLarge { size: u64::MAX },
        ]
        .map(|refusal| reason(Reason::Log(refusal))),
    );
    reasons
}

/// With a capital.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
