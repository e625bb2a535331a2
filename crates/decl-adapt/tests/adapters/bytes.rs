//! Bytes that are elsewhere or malformed are refused at their place in the body, whatever the API.

use super::read;

/// What is refused for the bytes, the URL or the media type in place of `DATA`, `URL` or `TYPE`.
#[test]
fn malformed_and_missing_bytes_have_the_pointer_of_the_body() {
    let responses =
        |part: &str| format!(r#"{{"model": "m", "input": [{{"role": "user", "content": [{part}]}}]}}"#);
    let anthropic =
        |block: &str| format!(r#"{{"model": "m", "messages": [{{"role": "user", "content": [{block}]}}]}}"#);
    let gemini =
        |part: &str| format!(r#"{{"model": "m", "contents": [{{"role": "user", "parts": [{part}]}}]}}"#);
    for (api, body, at) in [
        (
            "responses",
            responses(r#"{"type": "input_image", "image_url": "URL"}"#),
            "/input/0/content/0/image_url",
        ),
        (
            "responses",
            responses(r#"{"type": "input_file", "file_data": "URL", "filename": "a"}"#),
            "/input/0/content/0/file_data",
        ),
        (
            "responses",
            r#"{"model": "m", "tools": [{"type": "image_generation", "input_image_mask": {"image_url": "URL"}}]}"#
                .to_owned(),
            "/tools/0/input_image_mask/image_url",
        ),
        (
            "responses",
            r#"{"model": "m", "input": [{"type": "computer_call_output", "call_id": "1",
                "output": {"type": "computer_screenshot", "image_url": "URL"}}]}"#
                .to_owned(),
            "/input/0/output/image_url",
        ),
    ] {
        let with = |url: &str| read(api, &body.replace("URL", url)).map(|_| ());
        assert_eq!(with("data:image/png;base64,aGk="), Ok(()), "{body}");
        assert_eq!(with("https://example.org/a"), Err(format!("E-UNRESOLVED at {at}")), "{body}");
        for bare in ["aGk=", "/9j/4AAQ", "data:image/png,aGk=", "data:image/png;base64,aGk"] {
            assert_eq!(with(bare), Err(format!("E-TYPE at {at}")), "{body}: {bare}");
        }
        assert_eq!(with("data:IMAGE/x y;base64,aGk="), Err(format!("E-RANGE at {at}")), "{body}");
    }
    for (api, body, data, media) in [
        (
            "responses",
            responses(r#"{"type": "input_audio", "input_audio": {"data": "DATA", "format": "TYPE"}}"#),
            "/input/0/content/0/input_audio/data",
            "/input/0/content/0/input_audio/format",
        ),
        (
            "anthropic",
            anthropic(
                r#"{"type": "image", "source": {"type": "base64", "data": "DATA", "media_type": "TYPE"}}"#,
            ),
            "/messages/0/content/0/source/data",
            "/messages/0/content/0/source/media_type",
        ),
        (
            "gemini",
            gemini(r#"{"inlineData": {"data": "DATA", "mimeType": "TYPE"}}"#),
            "/contents/0/parts/0/inlineData/data",
            "/contents/0/parts/0/inlineData/mimeType",
        ),
    ] {
        let good = if api == "responses" { "png" } else { "image/png" };
        let with = |bytes: &str, kind: &str| {
            read(api, &body.replace("DATA", bytes).replace("TYPE", kind)).map(|_| ())
        };
        assert_eq!(with("aGk=", good), Ok(()), "{body}");
        assert_eq!(with("gs://bucket/a", good), Err(format!("E-UNRESOLVED at {data}")), "{body}");
        assert_eq!(with("data:image/png;base64,aGk=", good), Err(format!("E-TYPE at {data}")), "{body}");
        assert_eq!(with("a k=", good), Err(format!("E-TYPE at {data}")), "{body}");
        for kind in ["IMAGE", "image/x y", ""] {
            assert_eq!(with("aGk=", kind), Err(format!("E-RANGE at {media}")), "{body}: {kind}");
        }
    }
}
