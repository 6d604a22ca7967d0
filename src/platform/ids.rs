//! Mints ids: UUIDv7, which begin with the time, so that rows made together lie together.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use uuid::{Builder, Uuid};

use crate::words::Instant;

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
        let mut tail = [0_u8; 10];
        match &self.counter {
            Some(counter) => {
                tail[2..].copy_from_slice(&counter.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            }
            None => crate::platform::vault::fill_random(&mut tail),
        }
        let millis = u64::try_from(at.utc().timestamp_millis()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }
}
