use super::{ABSENT, Case, check, check_refusals, content, data, read, text, translate};
use decl_adapt::{Options, Unknown, named};
use decl_core::{Value, json};

fn with(members: &str) -> String {
    let comma = if members.is_empty() { "" } else { "," };
    format!(r#"{{"model": "m", "contents": []{comma}{members}}}"#)
}

fn part(part: &str) -> String {
    format!(r#"{{"model": "m", "contents": [{{"role": "user", "parts": [{part}]}}]}}"#)
}

const PART: &str = "/input/0/parts/0";

#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
fn every_member_goes_where_the_table_says() {
    let schema = |t: &str| content(t, "application/schema+json");
    let of = |members: &str, pointer: &'static str, want: &str| -> Case {
        (with(members), pointer, want.to_owned())
    };
    let config = |members: &str, pointer: &'static str, want: &str| -> Case {
        (with(&format!(r#""generationConfig": {{{members}}}"#)), pointer, want.to_owned())
    };
    let one = |t: &str, pointer: &'static str, want: String| -> Case { (part(t), pointer, want) };
    check(
        "gemini",
        &[
            of(
                "",
                "/constraints/output",
                r#"{"format": "text/plain", "schema": {"absent": "none"}, "modalities": ["TEXT"], "stop": [], "return": {}}"#,
            ),
            config("", "/parameters/set", r#"{"generationConfig": {}}"#),
            config(r#""temperature": 0.5"#, "/parameters/set", r#"{"generationConfig.temperature": 0.5}"#),
            config(r#""topK": null"#, "/parameters/set", r#"{"generationConfig": {}}"#),
            config(r#""seed": 7"#, "/parameters/seed", "7"),
            config(r#""seed": null"#, "/parameters/seed", ABSENT),
            config(
                r#""responseJsonSchema": null"#,
                "/parameters/set",
                r#"{"generationConfig.responseJsonSchema": {"absent": "default"}}"#,
            ),
            config(
                r#""thinkingConfig": {"thinkingBudget": 0}"#,
                "/parameters/set",
                r#"{"generationConfig.thinkingConfig": {"thinkingBudget": 0}}"#,
            ),
            config(
                r#""thinking_config": {"include_thoughts": true}"#,
                "/parameters/set",
                r#"{"generationConfig.thinkingConfig": {"includeThoughts": true}}"#,
            ),
            config(r#""stopSequences": ["a"]"#, "/constraints/output/stop", r#"["a"]"#),
            config(
                r#""responseMimeType": "application/json""#,
                "/constraints/output/format",
                r#""application/json""#,
            ),
            config(
                r#""responseMimeType": "text/plain""#,
                "/parameters/set",
                r#"{"generationConfig.responseMimeType": "text/plain"}"#,
            ),
            config(
                r#""responseSchema": {"b": 1, "a": 2}"#,
                "/constraints/output/schema",
                &schema(r#"{"b":1,"a":2}"#),
            ),
            config(
                r#""responseSchema": {}"#,
                "/constraints/output/return",
                r#"{"schema": "responseSchema"}"#,
            ),
            config(
                r#""responseJsonSchema": {}"#,
                "/constraints/output/return",
                r#"{"schema": "responseJsonSchema"}"#,
            ),
            config(r#""responseModalities": ["IMAGE"]"#, "/constraints/output/modalities", r#"["IMAGE"]"#),
            config(
                r#""responseLogprobs": true, "logprobs": 2"#,
                "/constraints/output/return",
                r#"{"responseLogprobs": true, "logprobs": 2}"#,
            ),
            of(
                r#""systemInstruction": {"parts": [{"text": "a"}]}"#,
                "/instructions",
                &format!(
                    r#"[{{"role": "system", "parts": [{{"t": "text", "content": {}, "attrs": {{}}}}]}}]"#,
                    text("a")
                ),
            ),
            of(
                r#""systemInstruction": {"role": "user", "parts": [{"text": "a"}]}"#,
                "/instructions/0/parts/0/attrs",
                r#"{"role": "user"}"#,
            ),
            of(
                r#""toolConfig": {"functionCallingConfig": {"mode": "ANY"}}"#,
                "/constraints/tool-choice",
                r#"{"functionCallingConfig": {"mode": "ANY"}}"#,
            ),
            of(
                r#""safetySettings": [{"category": 10, "threshold": 3}]"#,
                "/constraints/safety",
                r#"{"safetySettings": [{"category": 10, "threshold": 3}]}"#,
            ),
            of(r#""cachedContent": null"#, "/parameters/set", "{}"),
            // tools
            of(
                r#""tools": [{"functionDeclarations": [{"name": "f", "description": "d", "parametersJsonSchema": {"b": 1, "a": 2}}]}]"#,
                "/tools",
                &format!(
                    r#"[{{"t": "function", "name": "f", "description": {}, "schema": {}, "server": {{"absent": "none"}}, "implementation": {{"absent": "undisclosed"}}, "data": "closed", "config": {{"schema": "parametersJsonSchema"}}}}]"#,
                    text("d"),
                    schema(r#"{"b":1,"a":2}"#)
                ),
            ),
            of(r#""tools": [{"functionDeclarations": [{"name": "f"}]}]"#, "/parameters/set", "{}"),
            of(
                r#""tools": [{"functionDeclarations": [{"name": "f"}]}, {"googleSearch": {}}]"#,
                "/parameters/set/tools",
                r#"[{"items": 1}, {"items": 1}]"#,
            ),
            of(r#""tools": [{"googleSearch": {}}]"#, "/tools/0/data", r#""open""#),
            of(r#""tools": [{"code_execution": {}}]"#, "/tools/0/name", r#""codeExecution""#),
            of(r#""tools": [{}]"#, "/parameters/set/tools", r#"[{"items": 0}]"#),
            of(
                r#""tools": [{"functionDeclarations": []}]"#,
                "/parameters/set/tools",
                r#"[{"items": 0, "functionDeclarations": []}]"#,
            ),
            of(r#""tools": []"#, "/parameters/set/tools", "[]"),
            of(
                r#""tools": [{"functionDeclarations": [{"name": "f", "response": {"date": 1}}]}]"#,
                "/tools/0/config",
                &format!(r#"{{"response_schema": {}}}"#, data(r#"{"date":1}"#)),
            ),
            // parts
            one(
                r#"{"text": "hi"}"#,
                "/input",
                format!(
                    r#"[{{"role": "user", "parts": [{{"t": "text", "content": {}, "attrs": {{}}}}]}}]"#,
                    text("hi")
                ),
            ),
            one(
                r#"{"text": "hi", "thought": true, "thoughtSignature": "c2ln"}"#,
                PART,
                format!(
                    r#"{{"t": "text", "content": {}, "attrs": {{"thought": true, "thoughtSignature": {}}}}}"#,
                    text("hi"),
                    text("c2ln")
                ),
            ),
            one(
                r#"{"thought": true, "thoughtSignature": "c2ln"}"#,
                PART,
                format!(
                    r#"{{"t": "opaque", "authority": "google.com", "content": {}, "attrs": {{"thought": true}}}}"#,
                    text("c2ln")
                ),
            ),
            one(
                r#"{"inlineData": {"mimeType": "image/png", "data": "aGk="}}"#,
                PART,
                format!(r#"{{"t": "image", "content": {}, "attrs": {{}}}}"#, content("hi", "image/png")),
            ),
            one(
                r#"{"inline_data": {"mime_type": "application/pdf", "data": "aGk"}}"#,
                PART,
                format!(r#"{{"t": "file", "content": {}, "attrs": {{}}}}"#, content("hi", "application/pdf")),
            ),
            one(
                r#"{"functionCall": {"name": "f", "args": {"b": 1, "a": 2}}}"#,
                PART,
                format!(
                    r#"{{"t": "call", "id": {{"absent": "none"}}, "name": "f", "args": {}, "attrs": {{}}}}"#,
                    data(r#"{"b":1,"a":2}"#)
                ),
            ),
            one(r#"{"functionCall": {"name": "f"}}"#, "/input/0/parts/0/args", data("")),
            one(
                r#"{"functionResponse": {"id": "1", "name": "f", "response": {"date": 1}}}"#,
                PART,
                format!(
                    r#"{{"t": "result", "id": "1", "error": false, "attrs": {{"name": "f"}}, "parts": [{{"t": "text", "content": {}, "attrs": {{"member": "body"}}}}]}}"#,
                    data(r#"{"date":1}"#)
                ),
            ),
            one(
                r#"{"executableCode": {"language": "PYTHON", "code": "1"}}"#,
                PART,
                format!(
                    r#"{{"t": "opaque", "authority": "google.com", "content": {}, "attrs": {{"member": "executableCode", "language": "PYTHON"}}}}"#,
                    text("1")
                ),
            ),
            one(
                r#"{"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": ""}}"#,
                "/input/0/parts/0/content",
                text(""),
            ),
            one(
                r#"{"codeExecutionResult": {"outcome": "OUTCOME_OK"}}"#,
                "/input/0/parts/0/content",
                data(""),
            ),
            (
                r#"{"model": "m", "contents": [{"parts": [{"text": "a"}]}]}"#.to_owned(),
                "/input/0/parts/0/attrs",
                r#"{"role": {"absent": "none"}}"#.to_owned(),
            ),
            (
                r#"{"model": "m", "contents": [{"role": null, "parts": []}]}"#.to_owned(),
                "/input/0/parts/0/attrs",
                r#"{"role": {"absent": "none"}, "parts": {"absent": "none"}, "message": []}"#.to_owned(),
            ),
            (
                r#"{"model": "m", "contents": [{"role": "model", "parts": [{"text": "a"}]}]}"#.to_owned(),
                "/input/0/role",
                r#""assistant""#.to_owned(),
            ),
        ],
    );
}

#[test]
fn refusals_name_the_place_in_the_body() {
    check_refusals(
        "gemini",
        &[
            (r#"{"contents": []}"#.to_owned(), "E-MISSING at /model"),
            (r#"{"model": "m", "contents": [{"role": "critic"}]}"#.to_owned(), "E-RANGE at /contents/0/role"),
            (part("{}"), "E-MISSING at /contents/0/parts/0"),
            (
                part(r#"{"text": "a", "inlineData": {}}"#),
                "E-UNKNOWN-MEMBER at /contents/0/parts/0/inlineData",
            ),
            (
                part(r#"{"file_data": {"file_uri": "gs://x"}}"#),
                "E-UNRESOLVED at /contents/0/parts/0/file_data",
            ),
            (
                part(r#"{"inlineData": {"mimeType": "image/png", "data": "a b="}}"#),
                "E-TYPE at /contents/0/parts/0/inlineData/data",
            ),
            (
                part(r#"{"inlineData": {"mimeType": "image/png", "data": "aGl"}}"#),
                "E-TYPE at /contents/0/parts/0/inlineData/data",
            ),
            (
                part(r#"{"functionCall": {"name": "f", "mood": 1}}"#),
                "E-UNKNOWN-MEMBER at /contents/0/parts/0/functionCall/mood",
            ),
            (with(r#""tool_config": {}, "toolConfig": {}"#), "E-DUP-KEY at /tool_config"),
            (with(r#""cachedContent": "cachedContents/1""#), "E-UNRESOLVED at /cachedContent"),
            (
                with(r#""generationConfig": {"responseSchema": {}, "responseJsonSchema": {}}"#),
                "E-RANGE at /generationConfig/responseJsonSchema",
            ),
            (
                with(
                    r#""tools": [{"functionDeclarations": [{"name": "f", "parameters": {}, "parametersJsonSchema": {}}]}]"#,
                ),
                "E-RANGE at /tools/0/functionDeclarations/0/parametersJsonSchema",
            ),
            (with(r#""batch": {}"#), "E-UNKNOWN-MEMBER at /batch"),
        ],
    );
}

#[test]
fn a_member_in_snake_case_and_base64_of_either_alphabet_are_the_same() {
    let identity = |body: &str| read("gemini", body).unwrap().declaration.identity();
    let camel = identity(
        r#"{"model": "m", "contents": [{"role": "user", "parts": [{"inlineData": {"mimeType": "image/png", "data": "+/+/8A=="}}]}],
            "systemInstruction": {"parts": []}, "tools": [{"functionDeclarations": [], "googleSearch": {}, "codeExecution": {}}]}"#,
    );
    let snake = identity(
        r#"{"model": "m", "contents": [{"role": "user", "parts": [{"inline_data": {"mime_type": "image/png", "data": "-_-_8A"}}]}],
            "system_instruction": {"parts": []}, "tools": [{"function_declarations": [], "google_search": {}, "code_execution": {}}]}"#,
    );
    assert_eq!(camel, snake);
}

#[test]
fn an_extension_has_one_key_however_the_way_to_it_is_spelled() {
    let extend = Options { unknown: Unknown::Extend, ..Options::default() };
    let identity = |body: &str| {
        let body = json::parse(body.as_bytes()).unwrap();
        translate("gemini", &body, &extend).unwrap().declaration.identity()
    };
    assert_eq!(
        identity(r#"{"model": "m", "contents": [], "generation_config": {"new_member": 1}}"#),
        identity(r#"{"model": "m", "contents": [], "generationConfig": {"newMember": 1}}"#)
    );
}

#[test]
fn the_url_names_the_model_and_the_version() {
    let body = json::parse(br#"{"contents": []}"#).unwrap();
    let options =
        Options { model: Some("gemini-2.5-pro"), api_version: Some("v1beta"), ..Options::default() };
    let declaration = translate("gemini", &body, &options).unwrap().declaration;
    let value = declaration.value();
    assert_eq!(super::at(&value, "/model/name").unwrap().as_str(), Some("gemini-2.5-pro"));
    assert_eq!(super::at(&value, "/environment/api/version").unwrap().as_str(), Some("v1beta"));
    let resource = json::parse(br#"{"contents": [], "model": "models/gemini-2.5-pro"}"#).unwrap();
    assert_eq!(translate("gemini", &resource, &options).unwrap().declaration, declaration);
    let url = Options { model: Some("models/gemini-2.5-pro"), ..options };
    assert_eq!(translate("gemini", &body, &url).unwrap().declaration, declaration);
    for other in ["models/xgemini-2.5-pro", "tunedModels/gemini-2.5-pro", "models/models/gemini-2.5-pro"] {
        let other = Value::map([("contents", Value::Array(Vec::new())), ("model", Value::text(other))]);
        assert_eq!(translate("gemini", &other, &options).unwrap_err(), "E-RANGE at /model");
    }
}

/// What the JSON mapping of protocol buffers takes in several spellings is one run, and what the caller named is kept.
#[test]
fn names_below_what_the_table_does_not_know_have_one_spelling_too() {
    let extended = |body: &str| {
        let options = Options { unknown: Unknown::Extend, ..Options::default() };
        translate("gemini", &json::parse(body.as_bytes()).unwrap(), &options)
            .map(|source| source.declaration.identity())
    };
    let with = |member: &str| format!(r#"{{"model": "m", "contents": [], {member}}}"#);
    let camel = extended(&with(r#""newThing": {"someField": [{"aB": 1}]}"#)).unwrap();
    assert_eq!(extended(&with(r#""new_thing": {"some_field": [{"a_b": 1}]}"#)), Ok(camel));
    let own = extended(&with(r#""newThing": {"args": {"aB": 1}}"#)).unwrap();
    assert_ne!(extended(&with(r#""newThing": {"args": {"a_b": 1}}"#)), Ok(own), "the caller's own names");
    assert_eq!(
        extended(&with(r#""newThing": {"someField": 1, "some_field": 1}"#)),
        Err("E-DUP-KEY at /newThing/someField".to_owned())
    );
}

/// The vendor's messages have two spellings. Below a schema, or a map of any names, the caller chose them.
#[test]
fn names_that_the_caller_chose_are_left_as_they_are() {
    let identity = |body: &str, options: &Options<'_>| {
        translate("gemini", &json::parse(body.as_bytes()).unwrap(), options)
            .unwrap_or_else(|fault| panic!("{body}: {fault}"))
            .declaration
            .identity()
    };
    let extend = Options { unknown: Unknown::Extend, ..Options::default() };
    let mut tried = 0;
    for place in [
        r#""newThing": {"NAME": {"USER": 1}}"#,
        r#""newThing": [{"a": {"NAME": [{"a": {"USER": 1}}]}}]"#,
        r#""NAME": {"USER": 1}"#,
        r#""tools": [{"newDecl": [{"NAME": {"USER": {}}}]}]"#,
        r#""tools": [{"NAME": {"USER": {}}}]"#,
        r#""contents": [{"parts": [{"newPart": {"NAME": {"USER": {}}}}]}]"#,
    ] {
        for name in [
            "parameters",
            "properties",
            "schema",
            "responseSchema",
            "response_schema",
            "inputSchema",
            "args",
            "metadata",
            "partMetadata",
            "data",
            "labels",
        ] {
            let with = |user: &str| {
                let contents = if place.contains("contents") { "" } else { r#""contents": [], "# };
                let place = place.replace("NAME", name).replace("USER", user);
                format!(r#"{{"model": "m", {contents}{place}}}"#)
            };
            // The table has it at the top of a body, and leaves it out.
            if name == "labels" && place.starts_with("\"NAME") {
                continue;
            }
            assert_ne!(
                identity(&with("user_id"), &extend),
                identity(&with("userId"), &extend),
                "{}",
                with("user_id")
            );
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried}");
    let format = |value: &str| {
        identity(
            &format!(
                r#"{{"model": "m", "contents": [], "generationConfig": {{"responseFormat": {value}}}}}"#
            ),
            &Options::default(),
        )
    };
    for value in [
        r#"{"schema": {"properties": {"USER": {}}}}"#,
        r#"{"text": {"schema": {"type": "object", "properties": {"USER": {}}}}}"#,
    ] {
        let [snake, camel] = ["user_id", "userId"].map(|user| format(&value.replace("USER", user)));
        assert_ne!(snake, camel, "{value}");
    }
}

#[test]
fn a_text_of_the_table_is_no_map_of_the_callers_names() {
    let format = |value: &str| {
        let body =
            format!(r#"{{"model": "m", "contents": [], "generationConfig": {{"responseFormat": {value}}}}}"#);
        read("gemini", &body).unwrap().declaration.identity()
    };
    assert_eq!(
        format(r#"{"text": {"mime_type": "text/plain"}}"#),
        format(r#"{"text": {"mimeType": "text/plain"}}"#)
    );
    assert_eq!(
        format(r#"{"signature": [{"some_field": 1}]}"#),
        format(r#"{"signature": [{"someField": 1}]}"#)
    );
}

/// A member has two names, that of the message and that of its JSON, and no third.
#[test]
fn a_name_that_is_nearly_that_of_a_member_is_unknown() {
    let adapter = named("gemini").unwrap();
    for member in adapter.body.members {
        let snake: String = member
            .name
            .chars()
            .map(|c| if c.is_ascii_uppercase() { format!("_{}", c.to_ascii_lowercase()) } else { c.into() })
            .collect();
        let mut names = vec![
            format!("{}_", member.name),
            format!("_{}", member.name),
            format!("{snake}_"),
            format!("_{snake}"),
            format!("{}__{}", &snake[..1], &snake[1..]),
        ];
        if snake != member.name {
            names.push(snake.replace('_', "__"));
            names.extend(
                snake
                    .split_once('_')
                    .map(|(head, tail)| format!("{head}_{}{}", tail[..1].to_ascii_uppercase(), &tail[1..])),
            );
        }
        for name in names {
            let body = format!(r#"{{"model": "m", "contents": [], "{name}": null}}"#);
            assert_eq!(read("gemini", &body).unwrap_err(), format!("E-UNKNOWN-MEMBER at /{name}"));
        }
    }
    for name in ["top__P", "top__p", "top_P", "topP_", "max_output_Tokens", "maxOutput_tokens"] {
        let body = format!(r#"{{"model": "m", "contents": [], "generationConfig": {{"{name}": 1}}}}"#);
        let want = format!("E-UNKNOWN-MEMBER at /generationConfig/{name}");
        assert_eq!(read("gemini", &body).unwrap_err(), want);
    }
}

#[test]
fn an_object_in_place_of_a_list_is_told_what_to_do() {
    for (body, at) in [
        (r#"{"model": "m", "contents": {"parts": [{"text": "a"}]}}"#, "/contents"),
        (r#"{"model": "m", "contents": [{"parts": {"text": "a"}}]}"#, "/contents/0/parts"),
        (r#"{"model": "m", "contents": [], "safety_settings": {"category": "a"}}"#, "/safety_settings"),
        (r#"{"model": "m", "contents": [], "tools": {"googleSearch": {}}}"#, "/tools"),
    ] {
        let mut faults = Vec::new();
        let body = json::parse(body.as_bytes()).unwrap();
        named("gemini").unwrap().translate(body, &Options::default(), &mut faults);
        assert_eq!(faults[0].to_string(), format!("E-TYPE at {at}: a map where a list is expected"));
        assert!(faults[0].hint.as_ref().unwrap().contains("in brackets"), "{:?}", faults[0].hint);
    }
}
