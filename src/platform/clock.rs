//! The only place that reads the time. Everything else takes `now` or `today`.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Utc};

use crate::words::Instant;

/// The time: the machine's, or one that a test moves.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Microseconds since 1970, if the time stands still.
    standing: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's time.
    pub fn of_the_machine() -> Self {
        Self::default()
    }

    /// A time that stands still until it is moved.
    pub fn standing_at(at: Instant) -> Self {
        Self { standing: Some(Arc::new(AtomicI64::new(at.utc().timestamp_micros()))) }
    }

    /// Moves a standing clock; a running one stays as it is.
    pub fn move_to(&self, at: Instant) {
        if let Some(standing) = &self.standing {
            standing.store(at.utc().timestamp_micros(), Ordering::SeqCst);
        }
    }

    /// What time it is.
    pub fn now(&self) -> Instant {
        let utc = match &self.standing {
            Some(standing) => DateTime::from_timestamp_micros(standing.load(Ordering::SeqCst)).unwrap_or_default(),
            #[allow(clippy::disallowed_methods, reason = "this is the place")]
            None => Utc::now(),
        };
        Instant::new(utc)
    }
}
