//! Checks that the files are one complete model, and summarizes their headers.

use crate::error::Error;
use crate::header::{Header, Role};
use decl_core::limits;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Returns the format and the quantization of the model. Some of its files may have no header.
pub(crate) fn one_model(
    path: &Path,
    files: &[(&str, Option<&Header>)],
) -> Result<(&'static str, String), Error> {
    let headers: Vec<_> = files.iter().filter_map(|(name, header)| Some((*name, (*header)?))).collect();
    let Some((first, Header { format, .. })) = headers.first() else {
        return Err(Error::NoWeights(path.to_owned()));
    };
    if let Some((other, _)) = headers.iter().find(|(_, header)| header.format != *format) {
        return Err(two("weights in two formats", first, other));
    }
    let mut models = headers.iter().filter(|(_, header)| header.role == Role::Model);
    if let (Some((one, _)), Some((other, _))) = (models.next(), models.next()) {
        return Err(two("two models", one, other));
    }
    no_part_is_missing(files.iter().map(|(name, _)| *name))?;
    // The names may not reveal a missing part.
    for (name, parts) in headers.iter().filter_map(|(name, header)| Some((name, header.parts?))) {
        let there = headers.iter().filter(|(_, header)| header.parts == Some(parts)).count() as u64;
        if there < parts {
            return Err(Error::unusable(format_args!(
                "{name}: its header says that it is one of {parts} parts, and {there} of them {} there",
                if there == 1 { "is" } else { "are" }
            ))
            .hint("fetch the others, or let the engine make one file of them"));
        }
    }

    let types: BTreeSet<&str> =
        headers.iter().flat_map(|(_, header)| &header.tensor_types).map(String::as_str).collect();
    if types.is_empty() {
        return Err(Error::unusable("the weights hold no tensors"));
    }
    let file_types: BTreeSet<&str> =
        headers.iter().filter_map(|(_, header)| header.file_type.as_deref()).collect();
    let stated = if file_types.is_empty() { types } else { file_types };
    let quantization = stated.into_iter().collect::<Vec<_>>().join("+");
    if quantization.len() > limits::NAME_BYTES {
        return Err(Error::unusable("the tensors are of more types than a declaration can name"));
    }
    Ok((format, quantization))
}

fn two(what: &str, one: &str, other: &str) -> Error {
    Error::unusable(format_args!("{what}: {one} and {other}")).hint("name the file that the engine loads")
}

/// Refuses weights in parts if one is missing.
fn no_part_is_missing<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), Error> {
    let mut parts: BTreeMap<_, BTreeSet<u32>> = BTreeMap::new();
    for part in names.filter_map(Part::of) {
        parts.entry((part.before, part.of, part.after)).or_default().insert(part.number);
    }
    for ((before, of, after), numbers) in parts {
        if let Some(missing) = (1..=of).find(|number| !numbers.contains(number)) {
            let missing = format!("{before}-{missing:05}-of-{of:05}.{after}");
            return Err(Error::unusable(format_args!(
                "{missing} is missing: {} of {of} parts are there",
                numbers.len()
            ))
            .hint("name the folder that holds all parts"));
        }
    }
    Ok(())
}

/// The name of a part: `model-00002-of-00004.safetensors`.
struct Part<'a> {
    before: &'a str,
    number: u32,
    of: u32,
    after: &'a str,
}

impl<'a> Part<'a> {
    fn of(name: &'a str) -> Option<Self> {
        let (stem, after) = name.rsplit_once('.')?;
        let (stem, of) = stem.rsplit_once("-of-")?;
        let (before, number) = stem.rsplit_once('-')?;
        let count = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?;
        Some(Self { before, number: count(number)?, of: count(of)?, after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(format: &'static str, role: Role, file_type: Option<&str>, types: &[&str]) -> Header {
        Header {
            parts: None,
            format,
            role,
            file_type: file_type.map(str::to_owned),
            tensor_types: types.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    fn told(files: &[(&str, Option<Header>)]) -> String {
        let files: Vec<_> = files.iter().map(|(name, header)| (*name, header.as_ref())).collect();
        match one_model(Path::new("here"), &files) {
            Ok((format, quantization)) => format!("{format} {quantization}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn headers_agree_or_the_files_are_no_model() {
        assert_eq!(told(&[("config.json", None)]), "here: no weights, neither safetensors nor GGUF");
        let safe = |types: &[&str]| Some(header("safetensors", Role::Part, None, types));
        let split = |parts| {
            let header = header("gguf", Role::Part, Some("Q8_0"), &["F32"]);
            Some(Header { parts: Some(parts), ..header })
        };
        let gguf = |role, file_type, types: &[&str]| Some(header("gguf", role, file_type, types));
        for (files, want) in [
            (vec![("config.json", None), ("m", safe(&["F16"]))], "safetensors F16"),
            (vec![("a", safe(&["F32"])), ("b", safe(&["BF16", "F32"]))], "safetensors BF16+F32"),
            (vec![("m", gguf(Role::Model, Some("Q4_K_M"), &["F32", "Q4_K"]))], "gguf Q4_K_M"),
            (vec![("m", gguf(Role::Model, None, &["F32", "Q4_K"]))], "gguf F32+Q4_K"),
            (
                vec![
                    ("m", gguf(Role::Model, Some("Q8_0"), &["F32"])),
                    ("p", gguf(Role::Part, Some("F16"), &[])),
                ],
                "gguf F16+Q8_0",
            ),
            (
                vec![
                    ("a", gguf(Role::Model, Some("Q8_0"), &["F32"])),
                    ("b", gguf(Role::Model, Some("Q8_0"), &["F32"])),
                ],
                "two models: a and b",
            ),
            (
                vec![("a", safe(&["F16"])), ("b", gguf(Role::Model, None, &[]))],
                "weights in two formats: a and b",
            ),
            (
                vec![("d/m-00001-of-00002.x", safe(&["F16"])), ("d/m-00002-of-00002.x", safe(&["F16"]))],
                "safetensors F16",
            ),
            (
                vec![("m-00001-of-00003.x", safe(&["F16"])), ("m-00003-of-00003.x", safe(&["F16"]))],
                "m-00002-of-00003.x is missing: 2 of 3 parts are there",
            ),
            (vec![("m", gguf(Role::Model, Some("Q8_0"), &[]))], "the weights hold no tensors"),
            (
                vec![
                    ("m-00001-of-00002.x", gguf(Role::Model, Some("Q8_0"), &[])),
                    ("m-00002-of-00002.x", gguf(Role::Part, None, &["F32"])),
                ],
                "gguf Q8_0",
            ),
            (vec![("m", split(2)), ("n", split(2))], "gguf Q8_0"),
            (
                vec![("m", split(3)), ("n", split(3))],
                "m: its header says that it is one of 3 parts, and 2 of them are there",
            ),
            (vec![("m", split(1))], "gguf Q8_0"),
            (
                vec![("m", split(u64::MAX))],
                "m: its header says that it is one of 18446744073709551615 parts, and 1 of them is there",
            ),
            (vec![("m", safe(&["A".repeat(250).as_str(), "BBBBB"]))], "safetensors {}"),
            (
                vec![("m", safe(&["A".repeat(250).as_str(), "BBBBBB"]))],
                "the tensors are of more types than a declaration can name",
            ),
            (
                vec![("m-00001-of-4294967295.x", safe(&["F16"]))],
                "m-00002-of-4294967295.x is missing: 1 of 4294967295 parts are there",
            ),
            (vec![("out-of-this.x", safe(&["F16"])), ("-1-of-x.y", safe(&["F16"]))], "safetensors F16"),
        ] {
            let want = want.replace("{}", &format!("{}+BBBBB", "A".repeat(250)));
            assert_eq!(told(&files), want);
        }
    }
}
