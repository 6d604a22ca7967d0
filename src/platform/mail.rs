//! Mail: a message is an outbox row; it leaves by SMTP, into a folder of `.eml` files, or into memory.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use serde::{Deserialize, Serialize};

use super::{
    config::{Config, MailRoute},
    jobs::{Failure, Job},
};
use crate::words::JobId;

/// A message to one person. Plain text: readable everywhere, nothing to track.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mail {
    /// The address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The language of the text.
    pub lang: String,
}

impl Job for Mail {
    const KIND: &'static str = "mail";
}

/// How mail leaves.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    host: String,
    route: Route,
}

#[derive(Clone)]
enum Route {
    Folder(PathBuf),
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Memory(Arc<Mutex<Vec<Mail>>>),
}

/// Why mail cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum BadMail {
    /// The sender is not an address.
    #[error("mail_from is not an address such as Attest <attest@example.no>")]
    From,
    /// The URL of the mail server cannot be read.
    #[error("smtp_url cannot be read; write it as smtp://user:password@host:587?tls=required")]
    Url,
    /// The folder cannot be made.
    #[error("the folder for mail cannot be made: {0}")]
    Folder(#[from] std::io::Error),
}

/// The whole sending, not only the connecting: a server that answers slowly must not hold a worker for ever.
const SENDING: Duration = Duration::from_secs(60);

impl Mailer {
    /// The mailer of a configuration.
    ///
    /// # Errors
    /// `BadMail`.
    pub fn new(config: &Config) -> Result<Self, BadMail> {
        let from: Mailbox = config.mail_from.parse().map_err(|_| BadMail::From)?;
        let route = match &config.mail {
            MailRoute::Folder(folder) => {
                std::fs::create_dir_all(folder)?;
                Route::Folder(folder.clone())
            }
            MailRoute::Smtp(url) => {
                let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| BadMail::Url)?;
                Route::Smtp(transport.timeout(Some(Duration::from_secs(20))).build())
            }
            MailRoute::Memory => Route::Memory(Arc::default()),
        };
        Ok(Self { host: from.email.domain().to_owned(), from, route })
    }

    /// Sends one message. Every attempt carries the same Message-ID, so that a receiver can tell a repetition.
    ///
    /// # Errors
    /// `Stuck` when the address can never work, `Later` otherwise.
    pub async fn send(&self, id: JobId, mail: Mail) -> Result<(), Failure> {
        let message = self.message(id, &mail)?;
        match &self.route {
            Route::Memory(kept) => {
                kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(mail);
                Ok(())
            }
            Route::Folder(folder) => {
                let path = folder.join(format!("{id}.eml"));
                tokio::fs::write(path, message.formatted()).await.map_err(|error| Failure::Later(error.to_string()))
            }
            Route::Smtp(transport) => match tokio::time::timeout(SENDING, transport.send(message)).await {
                Ok(Ok(_)) => Ok(()),
                // 5xx to RCPT or DATA is about this message; a refused sign-in (530, 535, 538) is about our settings.
                Ok(Err(error)) if error.is_permanent() && !is_about_sign_in(&error) => {
                    Err(Failure::Stuck(format!("the server refused the message: {}", code(&error))))
                }
                Ok(Err(error)) => Err(Failure::Later(format!("mail: {}", code(&error)))),
                Err(_) => Err(Failure::Later("mail: no answer in time".into())),
            },
        }
    }

    fn message(&self, id: JobId, mail: &Mail) -> Result<Message, Failure> {
        let to: Mailbox = mail.to.parse().map_err(|_| Failure::Stuck("not an address".into()))?;
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(mail.subject.clone())
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|_| Failure::Stuck("the message cannot be made".into()))
    }

    /// Takes what was kept in memory, for tests.
    pub fn take(&self) -> Vec<Mail> {
        match &self.route {
            Route::Memory(kept) => std::mem::take(&mut *kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner)),
            _ => Vec::new(),
        }
    }
}

fn is_about_sign_in(error: &lettre::transport::smtp::Error) -> bool {
    error.status().is_some_and(|status| matches!(status.to_string().as_str(), "530" | "535" | "538"))
}

/// The status alone: a server's sentence repeats the address.
fn code(error: &lettre::transport::smtp::Error) -> String {
    error.status().map_or_else(|| "no connection".to_owned(), |status| status.to_string())
}
