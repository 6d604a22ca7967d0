//! Verification of a file over HTTP.

use std::sync::Arc;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::{FileVerification, Known, Sent, answer, examine};
use crate::{
    certificates::verify::{look, lookups::Lookups},
    platform::{
        blocking::off_the_loop,
        http::{Anyone, CertificateSent, House, Query, Shown},
        problem::Problem,
    },
    query,
    words::*,
};

/// How many files are in memory at a time, whoever sends them and through whatever proxy.
static PLACES: Semaphore = Semaphore::const_new(32);
/// How many files are read and compared at a time.
static TURNS: Semaphore = Semaphore::const_new(2);

query! {
    /// Which code stands on the file.
    pub struct OnIt {
        /// The code, if there is no credential in the file.
        pub code: Option<VerificationCode>,
    }
}

/// `POST /v1/verify/file`
pub async fn verify_file(
    house: House,
    _anyone: Anyone,
    lookups: Arc<Lookups>,
    query: Query<OnIt>,
    file: CertificateSent,
) -> Result<Shown<FileVerification>, Problem> {
    let _place = place()?;
    Ok(Shown::plain(verified(&house, &lookups, file.bytes().await?, query.0.code).await?))
}

/// A place for a file in memory, to be held from before it is received until it is answered.
///
/// # Errors
/// 429 if so many are taken.
pub fn place() -> Result<SemaphorePermit<'static>, Problem> {
    PLACES.try_acquire().map_err(|_| Problem::too_many(5))
}

/// What a file is, and what the certificate it belongs to is worth today; somebody has looked at it.
///
/// # Errors
/// `NotACertificate`, `EncryptedFile`; the database's.
pub async fn verified(
    house: &House,
    lookups: &Lookups,
    bytes: Vec<u8>,
    code: Option<VerificationCode>,
) -> Result<FileVerification, Problem> {
    // Reading and comparing is work, so no more than a few files are at it whoever sends how many; the database is only asked in
    // between, and waits for none of it.
    let _turn = TURNS.acquire().await.map_err(Problem::internal)?;
    let sent = off_the_loop(move || Sent::read(&bytes)).await.map_err(Problem::internal)??;
    let url = house.config.public_url.clone();
    let read = house.db.read(move |tx| {
        let known = Known::read(tx, &sent, code, &url)?;
        Ok::<_, Problem>((sent, known))
    });
    let (sent, known) = read.await?;
    let examined = off_the_loop(move || examine(&sent, &known)).await.map_err(Problem::internal)??;
    let verification = match examined.code {
        Some(code) => look(&house.db, lookups, vec![code], None).await?.pop(),
        None => None,
    };
    Ok(answer(examined, verification))
}
