//! What was acknowledged and what was published: what a store must never take back.

use crate::place::{Place, source};
use decl_core::{Value, json};
use decl_log::{Checkpoint, Hash, VerifierKey};
use std::{collections::BTreeMap, fs, ops::Range};

#[derive(Clone)]
pub(crate) struct Ledger {
    key: VerifierKey,
    /// The index of every run that was acknowledged.
    acknowledged: BTreeMap<u64, u64>,
    /// The root of every size that a checkpoint was seen of.
    roots: BTreeMap<u64, Hash>,
    newest: Option<String>,
}

impl Ledger {
    pub(crate) fn new(vkey: &str) -> Self {
        let key = vkey.parse().unwrap();
        Self { key, acknowledged: BTreeMap::new(), roots: BTreeMap::new(), newest: None }
    }

    pub(crate) fn acknowledged(&self) -> usize {
        self.acknowledged.len()
    }

    /// Takes note of the answers to a batch of runs, as far as they came.
    pub(crate) fn answers(&mut self, runs: &Range<u64>, stdout: &[u8]) {
        let whole = stdout.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        for line in stdout[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let answer = json::parse(line).unwrap();
            let run = runs.start + uint(&answer, "line") - 1;
            match answer.get("proof").and_then(Value::as_str) {
                Some(proof) => self.proved(run, proof),
                None => assert!(answer.get("failed").is_some(), "{answer:?}"),
            }
        }
    }

    /// Takes note of a proof that has left: it holds, it gives the run the place that it always had, and its
    /// checkpoint contradicts no other.
    pub(crate) fn proved(&mut self, run: u64, proof: &str) {
        let verified = decl_verify::verify(source(run).declaration.as_bytes(), proof, &self.key).unwrap();
        let index = *self.acknowledged.entry(run).or_insert(verified.index);
        assert_eq!(index, verified.index, "run {run} had another place");
        let checkpoint = decl_log::ProofFile::parse(proof).unwrap().checkpoint;
        self.published(&checkpoint);
    }

    /// Takes note of a checkpoint that has left: there is one root for a size.
    pub(crate) fn published(&mut self, note: &str) {
        let tree = Checkpoint::open(note, &self.key).unwrap().tree;
        let root = *self.roots.entry(tree.size).or_insert(tree.root);
        assert_eq!(root, tree.root, "two roots for size {}", tree.size);
        if self.roots.keys().next_back() == Some(&tree.size) {
            self.newest = Some(note.to_owned());
        }
    }

    /// Holds a store against the ledger: it extends what was published, and proves what of these runs was acknowledged.
    /// Then seals them all, which is safe and makes the log go on.
    pub(crate) fn check(&mut self, place: &Place, runs: &Range<u64>) {
        for record in place.records() {
            self.published(&fs::read_to_string(record).unwrap());
        }
        self.check_extended(place);
        for run in runs.clone().filter(|run| self.acknowledged.contains_key(run)).collect::<Vec<_>>() {
            let proof = place.ok(&["prove", &source(run).declaration.identity().hex()]);
            self.proved(run, str::from_utf8(&proof.stdout).unwrap());
        }
        self.seal_all(place, runs);
    }

    fn check_extended(&mut self, place: &Place) {
        if let Some(newest) = &self.newest {
            let file = place.0.join("newest.checkpoint");
            fs::write(&file, newest).unwrap();
            place.ok(&["consistency", file.to_str().unwrap()]);
        }
        let note = place.ok(&["checkpoint"]);
        self.published(str::from_utf8(&note.stdout).unwrap());
    }

    /// Seals runs, of which some may be sealed already.
    pub(crate) fn seal_all(&mut self, place: &Place, runs: &Range<u64>) {
        let out = place.ok(&["seal", "--batch", &place.lines(runs.clone())]);
        self.answers(runs, &out.stdout);
        assert!(runs.clone().all(|run| self.acknowledged.contains_key(&run)), "an answer is missing");
    }

    /// Holds everything that was ever acknowledged against the store, which is derived again from its bytes.
    pub(crate) fn check_all(&mut self, place: &Place) {
        self.check_extended(place);
        let Some((&last, _)) = self.acknowledged.last_key_value() else { return };
        let before = self.acknowledged.clone();
        self.seal_all(place, &(0..last + 1));
        assert!(before.iter().all(|(run, index)| self.acknowledged[run] == *index));
        place.ok(&["audit"]);
    }
}

pub(crate) fn uint(value: &Value<'_>, name: &str) -> u64 {
    match value.get(name) {
        Some(Value::Uint(number)) => *number,
        _ => panic!("no {name} in {value:?}"),
    }
}
