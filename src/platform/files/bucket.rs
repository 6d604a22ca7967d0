//! A bucket of files in storage that speaks S3. What goes wrong is told by its kind: an address, a name in the bucket and
//! the storage's own words stay out of the log.

use std::{error::Error as _, sync::Arc, time::Duration};

use futures_util::TryStreamExt;
use object_store::{
    BackoffConfig, ClientOptions, Error, ObjectStore, ObjectStoreExt, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
    client::{HttpError, HttpErrorKind},
    path::Path,
};

use super::{BadPlace, NotStored, S3, id_of, path_of};
use crate::words::DocumentId;

/// Somebody waits for an answer: what takes longer than this is away.
const LIMIT: Duration = Duration::from_secs(20);
const CONNECTING: Duration = Duration::from_secs(3);
/// One attempt; there is time for another within the limit.
const ATTEMPT: Duration = Duration::from_secs(12);
const RETRIES: usize = 2;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(super) struct Bucket {
    store: Arc<AmazonS3>,
    prefix: Arc<str>,
}

impl Bucket {
    pub(super) fn new(s3: &S3) -> Result<Self, BadPlace> {
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&s3.bucket)
            .with_region(&s3.region)
            .with_access_key_id(&s3.access_key_id)
            .with_secret_access_key(&s3.secret_access_key.0)
            .with_virtual_hosted_style_request(!s3.bucket_in_path)
            // Not everything that speaks S3 knows how to delete many at once, and there are never many.
            .with_disable_bulk_delete(true)
            .with_retry(patience())
            .with_client_options(options(s3));
        if let Some(endpoint) = endpoint(s3) {
            builder = builder.with_endpoint(endpoint);
        }
        let store = builder.build().map_err(|error| BadPlace::Client(error.to_string()))?;
        Ok(Self { store: Arc::new(store), prefix: s3.prefix.as_str().into() })
    }

    pub(super) async fn write(&self, id: DocumentId, bytes: Vec<u8>) -> Result<(), NotStored> {
        let (path, payload) = (self.path(&path_of(id)), bytes.into());
        match in_time(self.store.put(&path, payload)).await {
            Ok(_) => Ok(()),
            Err(NotStored::Absent) => Err(NotStored::Away("there is no such bucket".into())),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn read(&self, id: DocumentId) -> Result<Vec<u8>, NotStored> {
        let path = self.path(&path_of(id));
        Ok(in_time(async { self.store.get(&path).await?.bytes().await }).await?.into())
    }

    pub(super) async fn remove(&self, id: DocumentId) -> Result<(), NotStored> {
        let path = self.path(&path_of(id));
        match in_time(self.store.delete(&path)).await {
            Ok(()) | Err(NotStored::Absent) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A page of a thousand names at a time; each has the time that one request has.
    pub(super) async fn list(&self, part: u8) -> Result<Vec<DocumentId>, NotStored> {
        let mut listed = self.store.list(Some(&self.path(&[format!("{part:02x}")])));
        let mut found = Vec::new();
        while let Some(file) = in_time(listed.try_next()).await? {
            found.extend(file.location.filename().and_then(|name| id_of(part, name)));
        }
        Ok(found)
    }

    fn path(&self, steps: &[String]) -> Path {
        let prefix = self.prefix.split('/').filter(|step| !step.is_empty());
        Path::from_iter(prefix.chain(steps.iter().map(String::as_str)))
    }
}

fn patience() -> RetryConfig {
    let backoff = BackoffConfig { init_backoff: FIRST_PAUSE, max_backoff: LONGEST_PAUSE, base: 2.0 };
    RetryConfig { backoff, max_retries: RETRIES, retry_timeout: LIMIT }
}

fn options(s3: &S3) -> ClientOptions {
    let plain = s3.endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http://"));
    ClientOptions::new()
        .with_connect_timeout(CONNECTING)
        .with_timeout(ATTEMPT)
        .with_allow_http(plain)
        // Nothing is certified there, so a machine without certificates will do.
        .with_no_system_certificates(plain)
}

/// With the bucket in the host's name, if it is to be there: the client leaves that to whoever names an endpoint.
fn endpoint(s3: &S3) -> Option<String> {
    let endpoint = s3.endpoint.as_ref()?;
    match endpoint.split_once("://") {
        Some((scheme, host)) if !s3.bucket_in_path => Some(format!("{scheme}://{}.{host}", s3.bucket)),
        _ => Some(endpoint.clone()),
    }
}

async fn in_time<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, NotStored> {
    match tokio::time::timeout(LIMIT, work).await {
        Ok(outcome) => outcome.map_err(not_stored),
        Err(_) => Err(NotStored::Away("no answer in time".into())),
    }
}

fn not_stored(error: Error) -> NotStored {
    let away = |why: &str| NotStored::Away(why.to_owned());
    match &error {
        Error::NotFound { .. } => NotStored::Absent,
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => away("the keys are refused"),
        _ => match (transport(&error), status(&error).as_deref()) {
            (Some(HttpErrorKind::Connect), _) => away("it cannot be reached"),
            (Some(HttpErrorKind::Timeout), _) => away("no answer in time"),
            (Some(_), _) => away("the connection broke"),
            (None, Some("507")) => NotStored::Full,
            (None, Some(status)) => NotStored::Away(format!("it answered {status}")),
            (None, None) => away("it answered what cannot be read; is it the right region?"),
        },
    }
}

fn transport(error: &Error) -> Option<HttpErrorKind> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<HttpError>() {
            return Some(error.kind());
        }
        cause = error.source();
    }
    None
}

/// The client tells it in words only. Nothing but the number is taken from them.
fn status(error: &Error) -> Option<String> {
    let text = error.to_string();
    let (_, after) = text.split_once("status code: ")?;
    Some(after.chars().take_while(char::is_ascii_digit).collect())
}
