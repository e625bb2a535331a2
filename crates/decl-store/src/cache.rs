//! A bounded cache.
//!
//! What is cached of a store may be erased while somebody looks it up. So a look-up begins with the [`Era`] of the
//! cache, and what it found is kept only if nothing was forgotten since.

use std::{
    collections::HashMap,
    hash::Hash,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Keeps at least the last `capacity` values that were used, at most twice as many.
///
/// It keeps two generations instead of a list of uses: a hit in the old one moves to the young one, and when the young
/// one is full it replaces the old one.
pub(crate) struct Cache<K, V> {
    generations: Mutex<Generations<K, V>>,
    capacity: usize,
}

struct Generations<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    era: Era,
}

/// The time between two calls of [`Cache::forget`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Era(u64);

impl<K: Hash + Eq, V: Clone> Cache<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        let generations = Generations { young: HashMap::new(), old: HashMap::new(), era: Era::default() };
        Self { generations: Mutex::new(generations), capacity }
    }

    pub(crate) fn get(&self, key: &K) -> Option<V> {
        let mut held = self.held();
        if let Some(value) = held.young.get(key) {
            return Some(value.clone());
        }
        let (key, value) = held.old.remove_entry(key)?;
        held.insert(self.capacity, key, value.clone());
        Some(value)
    }

    pub(crate) fn insert(&self, key: K, value: V) {
        self.held().insert(self.capacity, key, value);
    }

    /// Returns the era, to be taken before a value is looked up elsewhere.
    pub(crate) fn era(&self) -> Era {
        self.held().era
    }

    /// Inserts what was looked up in an era, unless that is over.
    pub(crate) fn insert_of(&self, era: Era, key: K, value: V) {
        let mut held = self.held();
        if held.era == era {
            held.insert(self.capacity, key, value);
        }
    }

    /// Removes values and ends the era.
    pub(crate) fn forget<'k>(&self, keys: impl IntoIterator<Item = &'k K>)
    where
        K: 'k,
    {
        let mut held = self.held();
        held.era.0 += 1;
        for key in keys {
            held.young.remove(key);
            held.old.remove(key);
        }
    }

    fn held(&self) -> MutexGuard<'_, Generations<K, V>> {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq, V> Generations<K, V> {
    fn insert(&mut self, capacity: usize, key: K, value: V) {
        if self.young.len() >= capacity {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let cache = Cache::new(4);
        for key in 0..100 {
            cache.insert(key, key);
            assert_eq!(cache.get(&0), Some(0), "in use at {key}");
        }
        assert_eq!(cache.get(&50), None);
        let held = cache.generations.lock().unwrap();
        assert!(held.young.len() + held.old.len() <= 8);
    }
    #[test]
    fn what_was_looked_up_before_it_was_forgotten_does_not_come_back() {
        let cache = Cache::new(4);
        (0..6).for_each(|key| cache.insert(key, "old"));
        let era = cache.era();
        cache.forget(&[0, 5]);
        assert_eq!([0, 4, 5].map(|key| cache.get(&key)), [None, Some("old"), None]);
        cache.insert_of(era, 5, "late");
        assert_eq!(cache.get(&5), None);
        cache.insert_of(cache.era(), 5, "new");
        assert_eq!(cache.get(&5), Some("new"));
    }
}
