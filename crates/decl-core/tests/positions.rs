//! Positions against a writer that notes where it puts everything, and of every fault of the golden vectors.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use decl_core::{At, Code, Document, Fault, NoFiles, check, locate, push_token};
use serde_json::Value;
use std::{fs, path::PathBuf};

/// Writes JSON one entry a line, and where each entry begins.
#[derive(Default)]
struct Writer {
    text: String,
    places: Vec<(String, u32, u32)>,
}

impl Writer {
    fn write(&mut self, value: &Value, at: &str) {
        let entries: Vec<(String, Option<&String>, &Value)> = match value {
            Value::Array(items) => {
                items.iter().enumerate().map(|(i, item)| (i.to_string(), None, item)).collect()
            }
            Value::Object(members) => {
                members.iter().map(|(key, item)| (key.clone(), Some(key), item)).collect()
            }
            scalar => return self.text += &scalar.to_string(),
        };
        self.text.push(if value.is_array() { '[' } else { '{' });
        for (i, (token, key, item)) in entries.into_iter().enumerate() {
            self.text += if i == 0 { "" } else { " ," };
            self.text += ["\n\t", "\r\n  ", " ", ""][i % 4];
            let mut pointer = at.to_owned();
            push_token(&mut pointer, &token);
            let line = self.text.rsplit('\n').next().unwrap();
            let place = (self.text.matches('\n').count() + 1, line.chars().count() + 1);
            let number = |n: usize| u32::try_from(n).unwrap();
            self.places.push((pointer.clone(), number(place.0), number(place.1)));
            if let Some(key) = key {
                self.text += &Value::from(key.as_str()).to_string();
                self.text += " :\n";
            }
            self.write(item, &pointer);
        }
        self.text.push(if value.is_array() { ']' } else { '}' });
    }
}

fn files(directory: &str) -> Vec<Vec<u8>> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(directory);
    let paths = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .map(|path| fs::read(path).unwrap())
        .collect()
}

#[test]
fn everything_is_found_where_it_was_written() {
    let mut documents = files("examples");
    documents
        .push(r#"{"é漢😀": [[], {}, {"a/b": {"~1": "\n\"\\"}}], "": {"0": [1.5, null, true, "x"]}}"#.into());
    let mut count = 0;
    for document in documents {
        let mut writer = Writer::default();
        writer.write(&serde_json::from_slice(&document).unwrap(), "");
        let fault = |(pointer, ..): &(String, u32, u32)| Fault::pointer(Code::Type, pointer.as_str(), "");
        let mut faults: Vec<Fault> = writer.places.iter().map(fault).collect();
        locate(writer.text.as_bytes(), Document::Input, &mut faults);
        for ((pointer, line, column), fault) in writer.places.iter().zip(faults) {
            let found = fault.position.map(|position| (position.line, position.column));
            assert_eq!(found, Some((*line, *column)), "{pointer} in\n{}", writer.text);
            count += 1;
        }
    }
    assert!(count > 300, "{count} places");
}

#[test]
fn every_fault_of_a_text_has_a_position() {
    let mut count = 0;
    for file in files("vectors/declaration").into_iter().chain(files("vectors/json")) {
        let case: Value = serde_json::from_slice(&file).unwrap();
        let Some(text) = case["json"].as_str() else { continue };
        let mut faults = check(text.as_bytes(), &mut NoFiles);
        locate(text.as_bytes(), Document::Input, &mut faults);
        for fault in faults {
            let whole = fault.at == At::Pointer(String::new());
            assert_eq!(fault.position.is_none(), whole, "{fault}\n{text}");
            count += 1;
        }
    }
    assert!(count > 300, "{count} faults");
}
