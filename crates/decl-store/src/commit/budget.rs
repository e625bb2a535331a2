//! The bytes that may be in flight.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Bounds the bytes in flight between callers and the sequencer; callers block when it is exhausted.
pub(crate) struct Budget {
    held: Mutex<usize>,
    freed: Condvar,
    limit: usize,
}

impl Budget {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { held: Mutex::new(0), freed: Condvar::new(), limit })
    }

    /// Returns the bytes that are taken.
    #[cfg(test)]
    pub(crate) fn held(&self) -> usize {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes `bytes`, blocking until they are free. A request larger than the whole budget waits until nothing else is
    /// taken.
    pub(crate) fn take(self: &Arc<Self>, bytes: usize) -> Permit {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let full = |held: &mut usize| *held > 0 && held.saturating_add(bytes) > self.limit;
        let mut held = self.freed.wait_while(held, full).unwrap_or_else(PoisonError::into_inner);
        *held = held.saturating_add(bytes);
        Permit { budget: Arc::clone(self), bytes }
    }
}

/// Bytes taken from a budget; they are returned on drop.
pub(crate) struct Permit {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Permit {
    /// Returns everything above `bytes` to the budget.
    pub(crate) fn shrink(&mut self, bytes: usize) {
        let kept = self.bytes.min(bytes);
        let mut held = self.budget.held.lock().unwrap_or_else(PoisonError::into_inner);
        *held = held.saturating_sub(self.bytes - kept);
        drop(held);
        self.bytes = kept;
        self.budget.freed.notify_all();
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.shrink(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::mpsc, thread};

    #[test]
    fn who_would_exceed_it_waits_and_the_largest_goes_alone() {
        let budget = Budget::new(10);
        let first = budget.take(4);
        let second = budget.take(6);
        let (sender, receiver) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(|| {
                let _alone = budget.take(100);
                sender.send(budget.held()).unwrap();
            });
            assert_eq!(budget.held(), 10);
            drop(first);
            drop(second);
        });
        assert_eq!(receiver.recv(), Ok(100));
        assert_eq!(budget.held(), 0);
    }

    #[test]
    fn a_permit_shrinks_and_never_grows() {
        let budget = Budget::new(10);
        let mut permit = budget.take(8);
        for (to, held) in [(9, 8), (8, 8), (3, 3), (5, 3), (0, 0)] {
            permit.shrink(to);
            assert_eq!(budget.held(), held);
        }
        drop(permit);
        assert_eq!(budget.held(), 0);
    }
}
