//! Mints ids: UUIDv7, which begin with the time, so that rows made together lie together.

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use uuid::{Builder, Uuid};

use crate::{platform::vault::fill_random, words::Instant};

/// What is random about an id.
type Tail = [u8; 10];
/// Tails that are drawn together: drawing ten bytes costs hardly less than drawing several hundred, and every request has an id.
const TOGETHER: usize = 64;

thread_local! {
    static DRAWN: RefCell<Vec<Tail>> = const { RefCell::new(Vec::new()) };
}

fn drawn() -> Tail {
    DRAWN.with_borrow_mut(|drawn| {
        if drawn.is_empty() {
            let mut tails = [Tail::default(); TOGETHER];
            fill_random(tails.as_flattened_mut());
            drawn.extend_from_slice(&tails);
        }
        drawn.pop().unwrap_or_default()
    })
}

/// Where ids come from.
#[derive(Clone, Debug, Default)]
pub struct Mint {
    /// Counts up instead of drawing, so that a test sees the same ids every time.
    counter: Option<Arc<AtomicU64>>,
}

impl Mint {
    /// Ids nobody can guess.
    pub fn random() -> Self {
        Self::default()
    }

    /// Ids that count up from one.
    pub fn counting() -> Self {
        Self { counter: Some(Arc::new(AtomicU64::new(1))) }
    }

    /// A new id for an instant.
    pub fn uuid(&self, at: Instant) -> Uuid {
        let mut tail = Tail::default();
        match &self.counter {
            Some(counter) => {
                tail[2..].copy_from_slice(&counter.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            }
            None => tail = drawn(),
        }
        let millis = u64::try_from(at.utc().timestamp_millis()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_id_is_minted_twice_however_many_are_drawn_together() {
        let (mint, at) = (Mint::random(), Instant::parse("2026-03-02T11:00:00Z").expect("an instant"));
        let of_a_thread = || (0..500).map(|_| mint.uuid(at)).collect::<Vec<_>>();
        let ids: BTreeSet<Uuid> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(of_a_thread)).collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("minted")).collect()
        });
        assert_eq!(ids.len(), 2000);
    }
}
