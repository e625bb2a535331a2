//! A model of the store: computes what it must answer.

use super::{
    Fate,
    items::{How, Item, occurrence, source},
};
use crate::{
    absent::Absence, commit::receipt::Receipt, head::begins_hour, occurrences::Progress, read::Reader,
    tables::Table,
};
use decl_core::Identity;
use decl_log::{Checkpoint, Edge, Entry, Hash, Tree, VerifierKey, check_inclusion, leaf_hash};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The answer that a caller must get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Sealed { index: u64, new: bool },
    Refused,
}

/// What a commit adds.
#[derive(Clone, Debug, Default)]
pub(super) struct Commit {
    pub(super) records: Vec<Identity>,
    pub(super) contents: Vec<Identity>,
    /// Absent content, with the first entry that states it.
    pub(super) absent: Vec<(Identity, u64)>,
    /// Runs whose occurrence changed, and what it is then.
    pub(super) occurrences: Vec<(u64, Progress)>,
}

/// The store as its processes see it, and how much of it is on the disk.
#[derive(Default)]
pub(super) struct Model {
    commits: Vec<Commit>,
    durable: usize,
    /// The last crash took commits that had been acknowledged.
    lost: bool,
    /// The size in the head record, as processes see it and as it is on the disk.
    recorded: Option<u64>,
    recorded_on_disk: Option<u64>,
    index: HashMap<Identity, u64>,
    contents: HashSet<Identity>,
    absent: HashMap<Identity, u64>,
    occurrences: BTreeMap<u64, Progress>,
    /// The entries that were seen.
    entries: Vec<Vec<u8>>,
    edge: Edge,
    /// The root of every size for which a checkpoint was published.
    published: BTreeMap<u64, Hash>,
}

impl Model {
    pub(super) fn size(&self) -> u64 {
        1 + self.index.len() as u64
    }

    pub(super) fn has_lost(&self) -> bool {
        self.lost
    }

    pub(super) fn recorded(&self) -> Option<u64> {
        self.recorded
    }

    /// Plans a batch in order.
    pub(super) fn plan(&self, items: &[Item]) -> (Commit, Vec<Answer>) {
        let mut commit = Commit::default();
        let answers = items.iter().map(|item| self.answer(*item, &mut commit)).collect();
        (commit, answers)
    }

    fn answer(&self, item: Item, commit: &mut Commit) -> Answer {
        let (submission, id) = item.submission();
        let (Item::Run(run, _) | Item::Begin(run) | Item::End(run, _)) = item;
        let content = source(run).contents[0].digest;
        let held = self.contents.contains(&content) || commit.contents.contains(&content);
        if item == Item::Run(run, How::Bare) && !held {
            return Answer::Refused;
        }
        if !submission.contents.is_empty() && !held {
            commit.contents.push(content);
        }
        let planned = commit.records.iter().position(|planned| *planned == id);
        let index = |planned| self.size() + planned as u64;
        if let Some(index) = self.index.get(&id).copied().or(planned.map(index)) {
            return Answer::Sealed { index, new: false };
        }
        let index = index(commit.records.len());
        let newest = commit.occurrences.iter().rev().find(|(of, _)| *of == run).map(|(_, progress)| progress);
        let before = newest.or(self.occurrences.get(&run)).copied();
        let subject = source(run).declaration.identity();
        let (sealed, begun) = (self.index.contains_key(&subject), commit.records.contains(&subject));
        match (item, before) {
            (Item::Run(_, How::Detached), _) if !held && !self.absent.contains_key(&content) => {
                commit.absent.push((content, index));
            }
            (Item::Run(..), _) => {}
            (Item::Begin(_), None) if sealed || begun => {
                commit.occurrences.push((run, Progress { subject, start: Some(index), execution: None }));
            }
            (Item::End(..), None) if sealed => {
                commit.occurrences.push((run, Progress { subject, start: None, execution: Some(index) }));
            }
            (Item::End(..), Some(open)) if sealed && open.is_open() => {
                commit.occurrences.push((run, Progress { execution: Some(index), ..open }));
            }
            (Item::Begin(_) | Item::End(..), _) => return Answer::Refused,
        }
        commit.records.push(id);
        Answer::Sealed { index, new: true }
    }

    pub(super) fn holds(&self, content: &Identity) -> bool {
        self.contents.contains(content)
    }

    /// Applies a batch that was written with this fate.
    pub(super) fn commit(&mut self, commit: Commit, fate: Fate) {
        if fate.kept || fate.reported_done {
            self.take(&commit);
            self.commits.push(commit);
        }
        if fate.kept {
            self.durable = self.commits.len();
        }
    }

    /// Applies a write of the head record at the current size with this fate.
    pub(super) fn record(&mut self, fate: Fate) {
        if fate.kept || fate.reported_done {
            self.recorded = Some(self.size());
        }
        if fate.kept {
            self.recorded_on_disk = self.recorded;
        }
    }

    /// Applies a power cut. What was only reported as written is lost.
    pub(super) fn crash(&mut self) {
        self.lost = self.durable < self.commits.len();
        self.commits.truncate(self.durable);
        self.index.clear();
        self.contents.clear();
        self.absent.clear();
        self.occurrences.clear();
        for commit in std::mem::take(&mut self.commits) {
            self.take(&commit);
            self.commits.push(commit);
        }
        let size = self.size();
        self.published.retain(|published, _| *published <= size);
        self.entries.truncate(usize::try_from(size).unwrap());
        self.edge = Edge::new();
        for entry in &self.entries {
            self.edge.push(leaf_hash(entry));
        }
        self.recorded = self.recorded_on_disk;
    }

    fn take(&mut self, commit: &Commit) {
        for id in &commit.records {
            self.index.insert(*id, self.size());
        }
        self.absent.extend(commit.absent.iter().copied());
        self.occurrences.extend(commit.occurrences.iter().copied());
        for content in &commit.contents {
            self.contents.insert(*content);
            self.absent.remove(content);
        }
    }

    /// Records an entry that was shown to somebody.
    fn see(&mut self, index: u64, entry: &[u8]) {
        let at = usize::try_from(index).unwrap();
        if let Some(seen) = self.entries.get(at) {
            assert_eq!(seen, entry, "entry {index} is another than before");
            return;
        }
        assert_eq!(at, self.entries.len(), "entries are seen in order");
        match Entry::parse(entry).unwrap() {
            Entry::Genesis { .. } => assert_eq!(index, 0),
            Entry::Record { id, .. } => assert_eq!(self.index.get(&id), Some(&index), "{id}"),
        }
        if let Some(last) = self.entries.last() {
            assert!(clock(last) <= clock(entry), "the clock goes back at entry {index}");
        }
        self.entries.push(entry.to_vec());
        self.edge.push(leaf_hash(entry));
    }

    /// Records a published checkpoint: a size has one root.
    fn publish(&mut self, note: &str, key: &VerifierKey) {
        let tree = Checkpoint::open(note, key).unwrap().tree;
        let root = *self.published.entry(tree.size).or_insert(tree.root);
        assert_eq!(root, tree.root, "two roots for size {}", tree.size);
        if tree.size == self.edge.size() {
            assert_eq!(tree.root, self.edge.root(), "not the root of the entries, at size {}", tree.size);
        }
    }

    /// Whether a receipt, just given, is the answer to `id`, proves it, and says nothing that the log did not say.
    pub(super) fn receive(&mut self, receipt: &Receipt, id: &Identity, answer: Answer, key: &VerifierKey) {
        assert_eq!(Answer::Sealed { index: receipt.index, new: receipt.new }, answer, "{id}");
        assert_eq!((receipt.identity, receipt.size), (*id, self.size()));
        let entry = receipt.proof.extra.as_deref().unwrap();
        let tree = Checkpoint::open(&receipt.proof.checkpoint, key).unwrap().tree;
        assert_eq!((tree.size, tree.root), (receipt.size, receipt.root));
        check_inclusion(&receipt.proof.path, &tree, receipt.index, leaf_hash(entry)).unwrap();
        self.see(receipt.index, entry);
        self.publish(&receipt.proof.checkpoint, key);
    }

    /// Whether a store, just opened, is this model: every entry, every root that ever left, the proofs of `sample`
    /// records, what is held and what is not.
    pub(super) fn check(&mut self, reader: &Reader, sample: impl Fn(u64) -> bool) {
        let key = reader.verifier_key().unwrap();
        let size = self.size();
        assert_eq!(reader.tree().unwrap().size, size, "what was acknowledged, and no more");
        let mut edge = Edge::new();
        let kept = reader.db().rows(Table::Checkpoints, &[]).map(Result::unwrap);
        let mut kept: BTreeMap<_, _> = kept.collect();
        let mut last_at = u64::MAX;
        for (expected, row) in (0..).zip(reader.entries(0)) {
            let (index, entry) = row.unwrap();
            assert_eq!(index, expected);
            self.see(index, &entry);
            let note = kept.remove(&index.to_be_bytes()[..]);
            assert_eq!(
                note.is_some(),
                begins_hour(clock(&entry), last_at),
                "the checkpoint of {index} entries"
            );
            if let Some(note) = note {
                let tree = Checkpoint::open(str::from_utf8(&note).unwrap(), &key).unwrap().tree;
                assert_eq!(tree, Tree { size: index, root: edge.root() });
            }
            last_at = clock(&entry);
            edge.push(leaf_hash(&entry));
            if let Some(root) = self.published.get(&edge.size()) {
                assert_eq!(*root, edge.root(), "the tree of size {} was another", edge.size());
            }
        }
        assert_eq!((edge.size(), edge.root()), (size, reader.tree().unwrap().root));
        assert!(kept.is_empty(), "no checkpoint is kept before an hour begins: {kept:?}");
        self.publish(&reader.checkpoint().unwrap(), &key);
        for published in self.published.keys().rev().take(4) {
            assert_eq!(reader.root_at(*published).unwrap(), self.published[published]);
        }
        for (id, index) in self.index.iter().filter(|(_, index)| sample(**index)) {
            assert_eq!(reader.index_of(id).unwrap(), Some(*index));
            assert_eq!(Identity::of(&reader.record(id).unwrap().unwrap()), *id);
            let proof = reader.prove(id).unwrap().unwrap();
            let tree = Checkpoint::open(&proof.checkpoint, &key).unwrap().tree;
            let leaf = leaf_hash(&self.entries[usize::try_from(*index).unwrap()]);
            check_inclusion(&proof.path, &tree, proof.index, leaf).unwrap();
            assert_eq!((proof.index, tree.size), (*index, size));
        }
        for content in &self.contents {
            assert!(reader.content(content).unwrap().is_some(), "{content} was kept");
            assert_eq!(reader.absence(content).unwrap(), None);
        }
        for (content, entry) in &self.absent {
            assert_eq!(reader.content(content).unwrap(), None);
            assert_eq!(reader.absence(content).unwrap(), Some(Absence::Detached { entry: *entry }));
        }
        let mut open = Vec::new();
        for (run, progress) in &self.occurrences {
            assert_eq!(reader.occurrence(&occurrence(*run)).unwrap(), Some(*progress), "of run {run}");
            open.extend(progress.start.filter(|_| progress.is_open()).map(|start| (start, occurrence(*run))));
        }
        open.sort_unstable();
        assert_eq!(reader.open_occurrences(0).map(Result::unwrap).collect::<Vec<_>>(), open);
    }
}

fn clock(entry: &[u8]) -> u64 {
    match Entry::parse(entry).unwrap() {
        Entry::Genesis { at, .. } | Entry::Record { at, .. } => at,
    }
}
