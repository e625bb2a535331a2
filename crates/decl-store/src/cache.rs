//! A bounded cache.

use std::{
    collections::HashMap,
    hash::Hash,
    mem,
    sync::{Mutex, PoisonError},
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
}

impl<K: Hash + Eq, V: Clone> Cache<K, V> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { generations: Mutex::new(Generations { young: HashMap::new(), old: HashMap::new() }), capacity }
    }

    pub(crate) fn get(&self, key: &K) -> Option<V> {
        let mut held = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = held.young.get(key) {
            return Some(value.clone());
        }
        let (key, value) = held.old.remove_entry(key)?;
        held.insert(self.capacity, key, value.clone());
        Some(value)
    }

    pub(crate) fn insert(&self, key: K, value: V) {
        self.generations.lock().unwrap_or_else(PoisonError::into_inner).insert(self.capacity, key, value);
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
}
