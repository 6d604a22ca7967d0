//! How often a certificate is looked up: counted for its holder, by day and never by whom. Counted here and written down
//! together now and then, because a write for each look would cost more than the look; what a killed server has not written
//! down is lost, and nobody is harmed by that.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::store;
use crate::{
    platform::db::{Db, Error},
    words::{CertificateId, Day},
};

/// Looks that are not written down yet.
#[derive(Debug, Default)]
pub struct Lookups(Mutex<HashMap<(CertificateId, Day), i64>>);

impl Lookups {
    /// Counts a look.
    pub fn count(&self, certificate: CertificateId, day: Day) {
        *self.waiting().entry((certificate, day)).or_default() += 1;
    }

    /// Writes down what waits. What cannot be written waits on.
    ///
    /// # Errors
    /// The database's.
    pub async fn write_down(&self, db: &Db) -> Result<(), Error> {
        let waiting = std::mem::take(&mut *self.waiting());
        if waiting.is_empty() {
            return Ok(());
        }
        let counts = waiting.clone();
        let written = db.write(move |tx| store::count_lookups(tx, &counts)).await;
        if written.is_err() {
            let mut since = self.waiting();
            waiting.into_iter().for_each(|(key, count)| *since.entry(key).or_default() += count);
        }
        written
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, HashMap<(CertificateId, Day), i64>> {
        // A thread that panicked has left a whole number of looks behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
