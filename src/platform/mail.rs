//! Mail: a message is an outbox row; it leaves by SMTP, into a folder of `.eml` files, or into memory.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use lettre::{
    Message,
    message::{Mailbox, header::ContentType},
};
use serde::{Deserialize, Serialize};

use super::{
    config::{Config, MailRoute},
    gate::Gate,
    jobs::{Failure, Job},
    smtp::Smtp,
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
    Smtp(Smtp),
    Memory(Arc<Mutex<Vec<Mail>>>),
}

/// Why mail cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum BadMail {
    /// The sender is not an address.
    #[error("mail_from is not an address such as Attest <attest@example.no>")]
    From,
    /// The URL of the mail server cannot be read.
    #[error(
        "smtp_url cannot be read; write it as smtp://user:password@host:587?tls=required, signs such as @ in a name as %40"
    )]
    Url,
    /// The folder cannot be made.
    #[error("the folder for mail cannot be made: {0}")]
    Folder(#[from] std::io::Error),
}

/// How many messages one process sends at once.
pub const AT_ONCE: usize = 8;

impl Mailer {
    /// The mailer of a configuration. It shuts the gate when the mail server lets nobody in, and opens it again.
    ///
    /// # Errors
    /// `BadMail`.
    pub fn new(config: &Config, gate: Arc<Gate>) -> Result<Self, BadMail> {
        let from: Mailbox = config.mail_from.parse().map_err(|_| BadMail::From)?;
        let route = match &config.mail {
            MailRoute::Folder(folder) => {
                std::fs::create_dir_all(folder)?;
                Route::Folder(folder.clone())
            }
            MailRoute::Smtp(url) => Route::Smtp(Smtp::at(url, gate).ok_or(BadMail::Url)?),
            MailRoute::Memory => Route::Memory(Arc::default()),
        };
        Ok(Self { host: from.email.domain().to_owned(), from, route })
    }

    /// Sends one message. Every attempt carries the same Message-ID, so that a receiver can tell a repetition.
    ///
    /// # Errors
    /// `Stuck` when the address can never work, `Closed` when no message can leave now, `Later` otherwise.
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
            Route::Smtp(server) => server.send(&message).await,
        }
    }

    /// Ends what is kept open for further messages.
    pub async fn close(&self) {
        if let Route::Smtp(server) = &self.route {
            server.hang_up().await;
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
