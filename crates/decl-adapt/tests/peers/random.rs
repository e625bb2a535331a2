//! Numbers that look random and are the same on every machine.

/// `SplitMix64`. The seed and the number of a document give all of the document, so each can be made alone.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64, document: u64) -> Self {
        let mut seeded = Self(seed);
        Self(seeded.next() ^ document)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to `n - 1`; 0 if there is no such number.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n.max(1) as u64).unwrap_or(0)
    }

    /// True so many times of a hundred.
    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// One of the words of a text.
    pub(crate) fn word(&mut self, of: &'static str) -> &'static str {
        let words: Vec<_> = of.split_ascii_whitespace().collect();
        self.pick(&words)
    }
}
