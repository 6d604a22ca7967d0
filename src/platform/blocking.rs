//! Work that takes a thread for longer than a moment: drawing, encrypting, waiting for a disk. The loop that answers
//! everybody must not stand still meanwhile.

/// The work panicked, or the program is stopping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the work broke off")]
pub struct BrokeOff;

/// Does the work on a thread of its own kind.
///
/// # Errors
/// `BrokeOff` if it did not come to its end.
pub async fn off_the_loop<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, BrokeOff> {
    tokio::task::spawn_blocking(work).await.map_err(|_| BrokeOff)
}
