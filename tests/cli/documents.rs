//! Documents that are refused, each made from `hello.json` by the one change that its name says.

use decl_core::Source;
use std::fs::{self, File};
use std::path::Path;

/// Writes `bad/` beside the inputs.
pub(crate) fn make(dir: &Path) {
    bodies(dir);
    let hello = fs::read_to_string(dir.join("hello.json")).unwrap();
    let bad = dir.join("bad");
    fs::create_dir(&bad).unwrap();
    fs::copy(dir.join("question.txt"), bad.join("question.txt")).unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(bad.join(name), bytes).unwrap();
    let with = |name: &str, from: &str, to: &str| {
        assert_eq!(hello.matches(from).count(), 1, "{name}: {from}");
        write(name, hello.replace(from, to).as_bytes());
    };

    with("malformed.json", r#""tools": [],"#, r#""tools": [,"#);
    with("two-names.json", r#""kind": "generate","#, r#""kind": "generate", "kind": "embed","#);
    with("no-revision.json", r#"    "revision": "2026-01-15","#, "");
    with("null.json", r#""revision": "2026-01-15""#, r#""revision": null"#);
    with("unknown-member.json", r#""tools": [],"#, r#""tools": [], "notes": "x","#);
    with("usage.json", r#""temperature": 0.5"#, r#""temperature": 0.5, "usage": {"total_tokens": 12}"#);
    with("secret.json", r#""temperature": 0.5"#, r#""api_key": "hunter2""#);
    with("no-file.json", "question.txt", "answer.txt");
    with("a-directory.json", "question.txt", ".");
    with("too-precise.json", "0.5", "0.1234567890123456789");
    with("version-2.json", "ai-run-declaration/1", "ai-run-declaration/2");
    with("64-levels.json", r#""settings": {}"#, &nested(62));
    with("65-levels.json", r#""settings": {}"#, &nested(63));
    with("escapes.json", r#""revision": "2026-01-15""#, r#""revision": "2026", "\u001b[2J\u202e": 1"#);
    with("elsewhere.json", r#"{"text": "Answer in one word."}"#, &reference(19));
    with("wrong-length.json", r#"{"text": "Answer in one word."}"#, &reference(20));
    write(
        "latin-1.json",
        &hello.replace("some-model", "mod\u{e8}le").chars().map(|c| c as u8).collect::<Vec<_>>(),
    );
    with("tolls.json", r#""tools": [],"#, r#""tolls": [],"#);
    with("moved.json", r#""tools": [],"#, r#""tools": [], "seed": 7,"#);
    write(
        "crlf.json",
        hello.replace("    \"revision\": \"2026-01-15\",\n", "").replace('\n', "\r\n").as_bytes(),
    );
    write("body.json", b"{\n  \"model\": \"gpt-5.2\",\n  \"messages\": [],\n  \"temprature\": 0\n}\n");
    write(
        "follows.json",
        b"{\"model\": \"gpt-5.2\", \"input\": \"\xc3\xa9\", \"previous_response_id\": \"resp_1\"}\n",
    );
    let user = format!("sk-{}", "x".repeat(20));
    write(
        "body-secret.json",
        format!(r#"{{"model": "m", "messages": [], "user_key": "{user}", "temperature": "{user}"}}"#)
            .as_bytes(),
    );
    write("overlay-null.json", b"{\"model\":\n  {\"revision\": null}}\n");
    write("overlay-list.json", b"[]\n");
    write("overlay-text.json", b"\n  \"x\"\n");
    write("overlay-part.json", b"{\"context\":\n  {\"items\": [{\"kind\": \"memory\"}]}}\n");
    write("empty.json", b"");
    write("bom.json", format!("\u{feff}{hello}").as_bytes());
    write("content.json", br#"{"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff": {"type": "text/plain", "text": "x"}}"#);
    let misnamed = bad.join("misnamed");
    fs::create_dir(&misnamed).unwrap();
    fs::write(misnamed.join("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"), "x")
        .unwrap();
    // Takes no room on the disk: all of it is a hole.
    File::create(bad.join("1-GiB.json")).unwrap().set_len(1 << 30).unwrap();

    let question = fs::read(dir.join("question.txt")).unwrap();
    let mut files = OneFile(question);
    let bytes = Source::parse(hello.as_bytes(), &mut files).unwrap().declaration.into_bytes();
    fs::write(dir.join("hello.cbor"), &bytes).unwrap();
    write("truncated.cbor", &bytes[..bytes.len() - 1]);
    write("trailing.cbor", &[&bytes[..], b"\0"].concat());
    // The head of the outermost map, in a longer form than it needs.
    write("long-head.cbor", &[&[0xb8, bytes[0] & 0x1f], &bytes[1..]].concat());
    write("a-gibibyte-of-text.cbor", b"\xa1\x61v\x7a\x40\x00\x00\x00");

    agents(dir);
    let pinned = [("executor-default", "exhaustive"), ("undisclosed", "none"), (r#""default""#, r#""none""#)];
    let pinned = pinned.iter().fold(hello.clone(), |text, (from, to)| text.replace(from, to));
    fs::write(dir.join("pinned.json"), pinned).unwrap();

    let (first, blank, broken) = (hello.replace('\n', " "), "  ", r#"{"v": "ai-run-declaration/1"}"#);
    let second = first.replace("0.5", "0.7");
    fs::write(dir.join("good.ndjson"), format!("{first}\n{blank}\n{second}")).unwrap();
    let llama = fs::read_to_string(dir.join("local-llama.json")).unwrap().replace('\n', " ");
    fs::write(dir.join("elsewhere.ndjson"), llama).unwrap();
    fs::write(
        dir.join("bodies.ndjson"),
        format!(
            "{}\n{}\n",
            r#"{"model": "m", "messages": [], "top_p": null}"#,
            r#"{"model": "m", "messages": [], "temprature": 1}"#
        ),
    )
    .unwrap();
    fs::write(dir.join("batch.ndjson"), format!("{first}\n{blank}\n{broken}\n{second}\n{first}\n")).unwrap();
}

/// Other versions of `agent.json`: one with a message in front of the others, one changed in every section.
fn agents(dir: &Path) {
    const KEYED: &str = r#"{"kb3": "4b0b1c8a7b0d3f6a5f9d9c2f5c3f8d5e6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d", "key": "KEY", "type": "text/plain"}"#;
    let agent = fs::read_to_string(dir.join("agent.json")).unwrap();
    let with = |name: &str, changes: &[(&str, &str)]| {
        let change = |text: String, (from, to): &(&str, &str)| {
            assert_eq!(text.matches(from).count(), 1, "{name}: {from}");
            text.replace(from, to)
        };
        fs::write(dir.join(name), changes.iter().fold(agent.clone(), change)).unwrap();
    };
    let message = r#""input": [
        {"role": "user", "parts": [{"t": "text", "content": {"text": "Good morning."}, "attrs": {}}]},"#;
    with(
        "agent-greeted.json",
        &[
            (r#""input": ["#, message),
            (r#"["input", 2, 0]"#, r#"["input", 3, 0]"#),
            ("seepage.\"}, \"attrs\"", "leaks.\"}, \"attrs\""),
        ],
    );
    with(
        "agent-2.json",
        &[
            (r#""revision": {"absent": "undisclosed"}"#, r#""revision": "m-2026-02-11""#),
            (r#""fallbacks": ["small-model"]"#, r#""fallbacks": []"#),
            ("Answer claims.", "Answer claims politely."),
            ("Is a slow leak covered?", "Is a slow leak covered?\\n"),
            ("[100, 128]", "[101, 129]"),
            (r#""Search the policy""#, r#""Search the policies""#),
            (r#""name": "total", "data": "closed""#, r#""name": "sum", "data": "closed""#),
            (r#""temperature": 0, "max_tokens": 512"#, r#""temperature": 0.7, "top_k": 40"#),
            (r#""seed": 7"#, r#""seed": {"absent": "default"}"#),
            (r#"["</answer>"]"#, r#"["</answer>", "\u001b[2J"]"#),
            (r#""region": "eu""#, r#""region": {"absent": "none"}"#),
            (r#""handoffs": []"#, r#""handoffs": ["billing"]"#),
            (
                r#""digest": {"absent": "undisclosed"}},
    "image""#,
                r#""digest": {"alg": "sha256", "value": "68684283533133eafba897ea2669a2386b2f4a01d8da348f09a62549c71606b3"}},
    "image""#,
            ),
            (r#""accelerator": "none""#, r#""accelerator": "H100""#),
            (r#""ext": {}"#, r#""ext": {"example.com/v1#/reasoning/effort": "high"}"#),
        ],
    );
    for (name, key) in [("keyed-1.json", "patient 1"), ("keyed-2.json", "patient 2")] {
        with(name, &[(r#"{"text": "Is a slow leak covered?"}"#, &KEYED.replace("KEY", key))]);
    }
}

/// Settings of so many maps inside each other; they stand in `environment`, which stands in the declaration.
fn nested(levels: usize) -> String {
    format!(r#""settings": {{"deep": {}1{}}}"#, r#"{"deeper": "#.repeat(levels - 1), "}".repeat(levels - 1))
}

/// The system prompt by reference, with a length that may be wrong.
fn reference(len: usize) -> String {
    let digest = decl_core::Identity::of(b"Answer in one word.").hex();
    format!(r#"{{"b3": "{digest}", "len": {len}, "type": "text/plain"}}"#)
}

struct OneFile(Vec<u8>);

impl decl_core::Files for OneFile {
    fn read(&mut self, _: &str) -> Result<Vec<u8>, (decl_core::Code, String)> {
        Ok(self.0.clone())
    }
}

/// Bodies of supplements, and lines that attach some.
fn bodies(dir: &Path) {
    let o = r#""occurrence": "019e7044-8cd2-7cc3-98c4-dc0c0c07398f""#;
    let refs = |id: &str| format!("{{{o}, \"refs\": [{{\"system\": \"otel\", \"id\": \"{id}\"}}]}}");
    let token = ["sk-", "abcdefghijklmnopqrst"].concat();
    for (name, body) in [
        ("usage.json", format!("{{{o},\n \"tokens\": {{\"input\": 12, \"output\": 5}}}}")),
        ("money.json", format!("{{{o},\n \"tokens\": {{\"input\": 12, \"cost\": 0.25}}}}")),
        ("late.json", format!("{{{o}, \"status\": \"ok\", \"started\": 1, \"late\": true}}")),
        ("person.json", r#"{"verdict": "accepted", "reviewer": "jane.doe@example.org"}"#.to_owned()),
        ("secret.json", refs(&token)),
        ("long.json", refs(&"x".repeat(17 << 10))),
    ] {
        fs::write(dir.join(name), body).unwrap();
    }
    let line = |subject: &str, kind: &str, body: &str| {
        format!("{{\"subject\": \"{subject}\", \"kind\": \"{kind}\", \"body\": {{{body}}}}}\n")
    };
    let subject = "1b0be8fa98482fa88d24620e7466086fdff231418e06888cd2166ad41acf83d9";
    let lines = [
        line(
            subject,
            "score",
            r#""metric": "f1", "value": 0.5, "task": "qa", "content": {"file": "question.txt"}"#,
        ),
        line(
            subject,
            "incident",
            r#""at": "2026-05-29T08:00:00+02:00", "severity": "low", "content": {"text": "late"}"#,
        ),
        line(subject, "incident", r#""at": "yesterday", "severity": "low", "content": {"text": "late"}"#),
        line("1b0be8fa", "start", ""),
        line(subject, "begin", ""),
        "{\"kind\": \"start\", \"body\": {}}\n".to_owned(),
        "{\"subject\": 1}\n[]\nnot JSON\n".to_owned(),
        line(subject, "start", r#""occurrence": "019e7044-8cd3-7000-8000-000000000003""#),
        line(
            subject,
            "usage",
            r#""occurrence": "019e7044-8cd3-7000-8000-000000000003", "tokens": {"input": 1}"#,
        ),
        line(
            subject,
            "usage",
            r#""occurrence": "019e7044-8cd3-7000-8000-000000000004", "tokens": {"input": 1}"#,
        ),
    ];
    fs::write(dir.join("lines.ndjson"), lines.concat()).unwrap();
}
