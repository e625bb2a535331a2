//! The files of one model, and their digests.

use crate::cache::Cache;
use crate::discover::discover;
use crate::error::Error;
use crate::file_state::FileState;
use crate::hash::{self, Digest};
use crate::header::{self, Header, Role};
use crate::one_model::one_model;
use decl_core::{Code, Fault, Value, hex, unhex};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The files of one model, and their headers.
#[derive(Debug)]
pub struct Model {
    files: Vec<Part>,
    format: &'static str,
    quantization: String,
    /// Files of the directory that do not belong to the model.
    pub left_out: Vec<String>,
    /// The time of opening, before any file was read.
    opened: SystemTime,
}

/// One file of the model.
#[derive(Debug)]
struct Part {
    name: String,
    path: PathBuf,
    /// The path after all links are resolved.
    real: PathBuf,
    state: FileState,
    header: Option<Header>,
}

impl Model {
    /// Opens the model in a directory, or in one file. Reads headers only.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let opened = SystemTime::now();
        let found = discover(path)?;
        let (mut files, mut left_out) = (Vec::new(), found.left_out);
        for (name, candidate) in found.files {
            let part = Part::open(name, candidate.path, candidate.tensors)?;
            match &part.header {
                // Adapters have their own place in a declaration. A file that was named is what was asked for.
                Some(Header { role: Role::Other(role), .. }) if part.path != path => {
                    left_out.push(format!("{} ({role})", part.name));
                }
                _ => files.push(part),
            }
        }
        let headers: Vec<_> = files.iter().map(|part| (part.name.as_str(), part.header.as_ref())).collect();
        let (format, quantization) = one_model(path, &headers)?;
        if format == "gguf" {
            // A GGUF file is complete: no engine reads a configuration beside it.
            left_out.extend(files.extract_if(.., |part| part.header.is_none()).map(|part| part.name));
        }
        left_out.sort_unstable();
        Ok(Self { files, format, quantization, left_out, opened })
    }

    /// Hashes the files that are not cached, or every file if `fresh`. `progress` gets the bytes hashed so far and
    /// their total.
    pub fn hash(
        &self,
        cache: &Cache,
        fresh: bool,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Hashed<'_>, Error> {
        let known: Vec<_> = self.files.iter().map(|part| cache.get(&part.real, &part.state)).collect();
        let wanted: Vec<usize> = (0..known.len()).filter(|&i| fresh || known[i].is_none()).collect();
        let read: Vec<_> =
            wanted.iter().map(|&i| (self.files[i].path.as_path(), self.files[i].state.len)).collect();
        let all = read.iter().fold(0, |all: u64, (_, len)| all.saturating_add(*len));

        let mut digests = known.clone();
        let mut on_digest = |i: usize, digest| {
            let part = &self.files[wanted[i]];
            part.check_unchanged()?;
            if part.state.shows_writes_after(self.opened) {
                cache.put(&part.real, &part.state, &digest);
            }
            digests[wanted[i]] = Some(digest);
            Ok(())
        };
        hash::sha256(&read, &mut on_digest, &mut |done| progress(done, all))?;

        let mut hashed = Hashed { model: self, digests: Vec::new(), silently_changed: Vec::new() };
        for ((part, known), digest) in self.files.iter().zip(known).zip(digests.into_iter().flatten()) {
            part.check_unchanged()?;
            part.check_name(&digest, hashed.digests.len())?;
            if known.is_some_and(|known| known != digest) {
                hashed.silently_changed.push(&part.name);
            }
            hashed.digests.push(digest);
        }
        Ok(hashed)
    }
}

/// A model with the digest of every file.
#[derive(Debug)]
pub struct Hashed<'a> {
    model: &'a Model,
    /// In the order of the files.
    digests: Vec<Digest>,
    /// Files whose bytes changed although their state did not.
    pub silently_changed: Vec<&'a str>,
}

impl Hashed<'_> {
    /// Returns an overlay with the section `weights` of a declaration.
    pub fn overlay(&self) -> Value<'_> {
        let files = self.model.files.iter().zip(&self.digests).map(|(part, digest)| {
            Value::map([
                ("path", Value::text(part.name.as_str())),
                ("len", Value::Uint(part.state.len)),
                ("digest", Value::map([("alg", Value::text("sha256")), ("value", Value::text(hex(digest)))])),
            ])
        });
        let weights = Value::map([
            ("format", Value::text(self.model.format)),
            ("quantization", Value::text(self.model.quantization.as_str())),
            ("files", Value::Array(files.collect())),
        ]);
        Value::map([("model", Value::map([("weights", weights)]))])
    }
}

impl Part {
    fn open(name: String, path: PathBuf, tensors: bool) -> Result<Self, Error> {
        let fail = |error| Error::file(&path, error);
        let state = FileState::of(&path).map_err(fail)?;
        if !state.regular {
            return Err(Error::unusable(format_args!("{}: not a regular file", path.display())));
        }
        let real = fs::canonicalize(&path).map_err(fail)?;
        let header = if tensors {
            let file = File::open(&path).map_err(fail)?;
            Some(header::read(file, state.len).map_err(fail)?)
        } else {
            None
        };
        Ok(Self { name, path, real, state, header })
    }

    fn check_unchanged(&self) -> Result<(), Error> {
        if FileState::of(&self.path).map_err(|error| Error::file(&self.path, error))? == self.state {
            return Ok(());
        }
        Err(Error::unusable(format_args!("{}: changed while it was read", self.path.display())))
    }

    /// Compares the digest with the file's name: the caches of Hugging Face and Ollama name a file by its published
    /// digest.
    fn check_name(&self, digest: &Digest, i: usize) -> Result<(), Error> {
        let in_blobs = self.real.parent().and_then(Path::file_name).is_some_and(|dir| dir == "blobs");
        let name = self.real.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let published: Option<Digest> = unhex(name.strip_prefix("sha256-").unwrap_or(name));
        if !in_blobs || published.is_none_or(|published| published == *digest) {
            return Ok(());
        }
        let why = format!("{}: its bytes have the digest {}", self.real.display(), hex(digest));
        Err(Error::Refused(
            Fault::pointer(Code::DigestMismatch, format!("/model/weights/files/{i}/digest"), why)
                .with_hint("the hub published the digest in its name: the file is damaged, fetch it again"),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    /// The smallest file: one tensor without a byte.
    const SMALLEST: &[u8] = b"\x2e\0\0\0\0\0\0\0{\"t\":{\"dtype\":\"F32\",\"data_offsets\":[0,0]}}    ";

    #[test]
    fn a_file_that_changes_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let changes: [fn(&Path); 3] = [
            |path| File::options().append(true).open(path).unwrap().write_all(b"x").unwrap(),
            |path| fs::remove_file(path).unwrap(),
            |path| {
                fs::write(path.with_extension("new"), SMALLEST).unwrap();
                fs::rename(path.with_extension("new"), path).unwrap();
            },
        ];
        for change in changes {
            let path = dir.path().join("m.safetensors");
            fs::write(&path, SMALLEST).unwrap();
            let model = Model::open(dir.path()).unwrap();
            assert!(model.hash(&Cache::none(), false, &mut |_, _| {}).is_ok());
            change(&path);
            let told = model.hash(&Cache::none(), false, &mut |_, _| {}).unwrap_err().to_string();
            assert!(told.ends_with("changed while it was read") || told.contains("No such file"), "{told}");
        }
    }
}
