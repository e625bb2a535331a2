//! Proof files, an inclusion proof with its checkpoint, as defined by [tlog-proof](https://c2sp.org/tlog-proof).

use crate::{bundle::MAX_ENTRY, hash::Hash, note::MAX_NOTE, refusal::Refusal, text, tree::MAX_SIZE};
use decl_core::{base64, unbase64};
use std::fmt;

/// The largest number of hashes in an audit path.
pub const MAX_PATH: usize = 64;

/// The largest `extra` in bytes: it holds a leaf entry.
pub const MAX_EXTRA: usize = MAX_ENTRY;

pub(crate) const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// The text of a `.tlog-proof` file. It prints as the bytes it was parsed from:
///
/// ```text
/// c2sp.org/tlog-proof@v1
/// extra oWF2bWFpLXJ1bi1sZWFmLzE=
/// index 1
/// CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
///
/// example.com/log
/// 2
/// ...
/// ```
///
/// Parsing it proves nothing, and no signature covers `extra`: hash the leaf entry, [open](crate::Checkpoint::open)
/// the checkpoint, then [check the audit path](crate::check_inclusion) from one to the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofFile {
    /// The leaf entry.
    pub extra: Option<Vec<u8>>,
    /// Its index in the log.
    pub index: u64,
    /// The audit path, from the leaf's sibling up.
    pub path: Vec<Hash>,
    /// The signed note, verbatim.
    pub checkpoint: String,
}

impl ProofFile {
    /// Parses a proof file.
    pub fn parse(file: &str) -> Result<Self, Refusal> {
        if file.len() > MAX_NOTE {
            return Err(Refusal::Malformed("a proof file is at most 1 MiB"));
        }
        let malformed = |line, what| Refusal::MalformedLine { line, what };
        let (head, checkpoint) =
            file.split_once("\n\n").ok_or(Refusal::Malformed("no checkpoint after the path"))?;
        let mut lines = (1..).zip(head.split('\n')).peekable();
        if lines.next().is_none_or(|(_, line)| line != HEADER) {
            return Err(malformed(1, "a proof file begins with c2sp.org/tlog-proof@v1"));
        }
        let extra = match lines.next_if(|(_, line)| line.starts_with("extra ")) {
            Some((at, line)) => Some(
                unbase64(&line["extra ".len()..])
                    .filter(|extra| extra.len() <= MAX_EXTRA)
                    .ok_or(malformed(at, "extra is not at most 65535 bytes in base64"))?,
            ),
            None => None,
        };
        let index = lines
            .next()
            .and_then(|(_, line)| text::decimal(line.strip_prefix("index ")?))
            .filter(|index| *index < MAX_SIZE);
        let index =
            index.ok_or(malformed(2 + usize::from(extra.is_some()), "no index below 2^62 in decimal"))?;
        let mut path = Vec::new();
        for (at, line) in lines {
            if path.len() == MAX_PATH {
                return Err(malformed(at, "a path has at most 64 hashes"));
            }
            path.push(line.parse().map_err(|_| malformed(at, "not a hash of 32 bytes in base64"))?);
        }
        Ok(Self { extra, index, path, checkpoint: checkpoint.to_owned() })
    }
}

impl fmt::Display for ProofFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", base64(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
