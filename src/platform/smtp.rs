//! One mail server, over a few connections that are kept for the next message.
//!
//! lettre speaks SMTP and TLS; its own pool is not used. It takes back a connection whose sending was broken off in the
//! middle, and then each answer is taken for that of the message after it. And it does not tell a sign-in that was refused
//! from a message that was.

use std::{
    error::Error as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use futures_util::future::join_all;
use lettre::{
    Message,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Tls, TlsParameters},
        extension::ClientId,
    },
};
use percent_encoding::percent_decode_str;
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use super::{gate::Gate, jobs::Failure};

const SMTP_PORT: u16 = 25;
const SUBMISSION_PORT: u16 = 587;
const SUBMISSIONS_PORT: u16 = 465;

/// How long to wait for the server. Waiting for one's turn to connect, connecting and sending fit into
/// [`jobs::JOB_SECONDS`](super::jobs::JOB_SECONDS) together.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// Connecting, TLS and signing in.
    connecting: Duration,
    /// Whether a connection that was kept still answers.
    asking: Duration,
    /// The whole of a message, not only each answer: a server that answers slowly must not hold a worker for ever.
    sending: Duration,
}

const PATIENCE: Patience =
    Patience { connecting: Duration::from_secs(15), asking: Duration::from_secs(5), sending: Duration::from_secs(60) };

/// How long a connection is kept for the next message.
const KEPT: Duration = Duration::from_secs(15);

/// A mail server. Cheap to clone.
#[derive(Clone)]
pub struct Smtp(Arc<Inner>);

struct Inner {
    place: Place,
    gate: Arc<Gate>,
    patience: Patience,
    lines: Mutex<Lines>,
    /// One connects after the other: a refused sign-in is not repeated by all who wait for one, and a server that allows
    /// few connections says so to somebody who can see that there are some.
    connecting: tokio::sync::Mutex<()>,
}

/// Where the server is, and who we are there.
struct Place {
    host: String,
    port: u16,
    tls: Tls,
    hello: ClientId,
    credentials: Option<Credentials>,
}

#[derive(Default)]
struct Lines {
    kept: Vec<Kept>,
    /// Connections that carry a message now.
    busy: usize,
    swept: bool,
}

struct Kept {
    connection: AsyncSmtpConnection,
    times_shut: u64,
    since: Instant,
}

/// A connection that carries a message. Dropped in the middle of one, it is closed, never kept.
struct Line<'a> {
    connection: AsyncSmtpConnection,
    /// How often the gate had been shut when it was opened.
    times_shut: u64,
    counted: Counted<'a>,
}

struct Counted<'a>(&'a Inner);

impl Smtp {
    /// The server of a URL, if it can be read; nothing is tried yet.
    pub fn at(url: &str, gate: Arc<Gate>) -> Option<Self> {
        let place = Place::of(url)?;
        Some(Self(Arc::new(Inner {
            place,
            gate,
            patience: PATIENCE,
            lines: Mutex::default(),
            connecting: tokio::sync::Mutex::default(),
        })))
    }

    /// Sends one message, and tells the gate what there is to learn from it.
    ///
    /// # Errors
    /// `Closed` when it is not about this message: no connection, or a refused sign-in. `Stuck` when the server refuses the
    /// message for good, `Later` otherwise.
    pub async fn send(&self, message: &Message) -> Result<(), Failure> {
        let inner = &self.0;
        let mut line = inner.line().await?;
        let text = message.formatted();
        let sending = line.connection.send(message.envelope(), &text);
        let Ok(outcome) = timeout(inner.patience.sending, sending).await else {
            return Err(Failure::Later("mail: no answer in time".into()));
        };
        if outcome.as_ref().map_or_else(is_about_a_message, |_| true) {
            inner.gate.opened(line.times_shut);
        }
        outcome.map_err(|error| inner.judge(&error))?;
        self.keep(line);
        Ok(())
    }

    /// Takes leave of the server on all connections that are kept.
    pub async fn hang_up(&self) {
        let kept = std::mem::take(&mut self.0.lines().kept);
        take_leave(kept, self.0.patience.asking).await;
    }

    fn keep(&self, line: Line<'_>) {
        let Line { connection, times_shut, counted } = line;
        drop(counted);
        // One that was opened with the password of yesterday must not outlive it.
        if times_shut != self.0.gate.times_shut() {
            return;
        }
        let mut lines = self.0.lines();
        lines.kept.push(Kept { connection, times_shut, since: Instant::now() });
        if !lines.swept {
            lines.swept = true;
            tokio::spawn(sweep(Arc::downgrade(&self.0)));
        }
    }
}

/// Closes what was not needed for a while, until nothing is kept any more.
async fn sweep(of: Weak<Inner>) {
    loop {
        sleep(KEPT).await;
        let Some(inner) = of.upgrade() else { return };
        let (old, done) = inner.lines().take_old();
        take_leave(old, inner.patience.asking).await;
        if done {
            return;
        }
    }
}

async fn take_leave(kept: Vec<Kept>, patience: Duration) {
    let leaving = kept.into_iter().map(|mut one| async move {
        // Closed in any case.
        let _ = timeout(patience, one.connection.quit()).await;
    });
    join_all(leaving).await;
}

impl Lines {
    fn open(&self) -> usize {
        self.busy + self.kept.len()
    }

    fn take_old(&mut self) -> (Vec<Kept>, bool) {
        let (old, young) = std::mem::take(&mut self.kept).into_iter().partition(|one| one.since.elapsed() >= KEPT);
        self.kept = young;
        self.swept = !self.kept.is_empty();
        (old, !self.swept)
    }
}

impl Inner {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that was kept and still answers, or a new one.
    async fn line(&self) -> Result<Line<'_>, Failure> {
        if let Some(line) = self.kept().await {
            return Ok(line);
        }
        let Ok(_turn) = timeout(self.patience.connecting, self.connecting.lock()).await else {
            return Err(Failure::Closed("others are still connecting".into()));
        };
        if let Some(line) = self.kept().await {
            return Ok(line);
        }
        if self.gate.room() == 0 {
            return Err(Failure::Closed("it was shut meanwhile".into()));
        }
        let times_shut = self.gate.times_shut();
        match timeout(self.patience.connecting, self.place.connect(self.patience.connecting)).await {
            Ok(Ok(connection)) => Ok(self.carrying(connection, times_shut)),
            Ok(Err(unreached)) => Err(self.unreached(&unreached)),
            Err(_) => Err(self.unreached(&Unreached { reason: "no answer in time".into(), for_now: false })),
        }
    }

    async fn kept(&self) -> Option<Line<'_>> {
        let Kept { mut connection, times_shut, .. } = self.take_kept()?;
        if matches!(timeout(self.patience.asking, connection.test_connected()).await, Ok(true)) {
            return Some(self.carrying(connection, times_shut));
        }
        // If one is gone the others are too, as after a restart of the server.
        self.lines().kept.clear();
        None
    }

    fn take_kept(&self) -> Option<Kept> {
        self.lines().kept.pop()
    }

    fn carrying(&self, connection: AsyncSmtpConnection, times_shut: u64) -> Line<'_> {
        self.lines().busy += 1;
        Line { connection, times_shut, counted: Counted(self) }
    }

    fn unreached(&self, unreached: &Unreached) -> Failure {
        let open = self.lines().open();
        if unreached.for_now && open > 0 {
            // Many servers allow so many connections and no more.
            self.gate.narrow(open);
        } else {
            self.stop(&unreached.reason);
        }
        Failure::Closed(unreached.reason.clone())
    }

    fn stop(&self, reason: &str) {
        self.gate.shut(reason);
        self.lines().kept.clear();
    }

    /// What an error in the middle of a message means for it.
    fn judge(&self, error: &Error) -> Failure {
        match error.status().map(|status| status.to_string()) {
            Some(status) if is_about_sign_in(&status) => {
                let reason = format!("the server wants another sign-in: {status}");
                self.stop(&reason);
                Failure::Closed(reason)
            }
            Some(status) if error.is_permanent() => Failure::Stuck(format!("the server refused the message: {status}")),
            Some(status) => Failure::Later(format!("mail: {status}")),
            // lettre itself: an address in letters that this server does not know.
            None if error.is_client() => Failure::Stuck("the server cannot take such a message".into()),
            None => Failure::Later("mail: the connection was lost".into()),
        }
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.lines().busy -= 1;
    }
}

/// An answer to what was sent, whatever it says; not a connection that broke.
fn is_about_a_message(error: &Error) -> bool {
    error.status().is_some_and(|status| !is_about_sign_in(&status.to_string()))
}

/// 5xx to MAIL that is about our settings, not about the message.
fn is_about_sign_in(status: &str) -> bool {
    ["530", "534", "535", "538"].contains(&status)
}

/// Why there is no connection on which a message could be sent.
struct Unreached {
    reason: String,
    /// The server itself says that it may be otherwise soon.
    for_now: bool,
}

impl Unreached {
    /// A status alone, because a server's sentence may repeat who signs in; or what the machine says of the connection.
    fn at(step: &str, error: &Error) -> Self {
        let said = error.status().map(|status| status.to_string()).or_else(|| cause(error));
        let reason = said.map_or_else(|| step.to_owned(), |said| format!("{step}: {said}"));
        Self { reason, for_now: error.is_transient() }
    }
}

fn cause(error: &Error) -> Option<String> {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(machine) = inner.downcast_ref::<std::io::Error>() {
            return Some(machine.to_string());
        }
        source = inner.source();
    }
    error.is_client().then(|| "the server offers no TLS or no way to sign in".to_owned())
}

impl Place {
    /// Reads `smtp://user:password@host:587?tls=required`, `smtps://…`, or `smtp://host`; a path is the name to greet with.
    fn of(url: &str) -> Option<Self> {
        let url = Url::parse(url).ok()?;
        let host = url.host_str().filter(|host| !host.is_empty())?.trim_matches(['[', ']']).to_owned();
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let parameters = || TlsParameters::new(host.clone()).ok();
        let (port, tls) = match (url.scheme(), tls.as_deref()) {
            ("smtp", None) => (SMTP_PORT, Tls::None),
            ("smtp", Some("required")) => (SUBMISSION_PORT, Tls::Required(parameters()?)),
            ("smtp", Some("opportunistic")) => (SUBMISSION_PORT, Tls::Opportunistic(parameters()?)),
            ("smtps", _) => (SUBMISSIONS_PORT, Tls::Wrapper(parameters()?)),
            _ => return None,
        };
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(decoded(url.username())?, decoded(password)?)),
            None => None,
        };
        let name = url.path().trim_matches('/');
        let hello = if name.is_empty() { ClientId::default() } else { ClientId::Domain(name.to_owned()) };
        Some(Self { port: url.port().unwrap_or(port), host, tls, hello, credentials })
    }

    /// Connects, encrypts and signs in, as far as the URL says so.
    async fn connect(&self, patience: Duration) -> Result<AsyncSmtpConnection, Unreached> {
        let wrapper = if let Tls::Wrapper(parameters) = &self.tls { Some(parameters.clone()) } else { None };
        let server = (self.host.as_str(), self.port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, Some(patience), &self.hello, wrapper, None)
            .await
            .map_err(|error| Unreached::at("no connection", &error))?;
        if let Some(parameters) = self.starttls(&connection) {
            let encrypted = connection.starttls(parameters, &self.hello).await;
            encrypted.map_err(|error| Unreached::at("no TLS", &error))?;
        }
        if let Some(credentials) = &self.credentials {
            let signed_in = connection.auth(DEFAULT_MECHANISMS, credentials).await;
            signed_in.map_err(|error| Unreached::at("the sign-in was refused", &error))?;
        }
        Ok(connection)
    }

    fn starttls(&self, connection: &AsyncSmtpConnection) -> Option<TlsParameters> {
        match &self.tls {
            Tls::Required(parameters) => Some(parameters.clone()),
            Tls::Opportunistic(parameters) if connection.can_starttls() => Some(parameters.clone()),
            _ => None,
        }
    }
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use prometheus_client::metrics::gauge::Gauge;
    use tokio::{
        io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
        net::{TcpListener, TcpStream},
    };

    use super::*;
    use crate::platform::clock::Clock;

    #[test]
    fn a_url_says_where_the_server_is_and_who_signs_in() {
        let place = |url: &str| {
            let place = Place::of(url)?;
            let tls = match place.tls {
                Tls::None => "none",
                Tls::Opportunistic(_) => "opportunistic",
                Tls::Required(_) => "required",
                Tls::Wrapper(_) => "wrapper",
            };
            let who = place.credentials.map(|who| who == Credentials::new("app@x.no".into(), "a:b/c%".into()));
            Some((place.host, place.port, tls, who))
        };
        let at = |host: &str, port, tls, who| Some((host.to_owned(), port, tls, who));
        assert_eq!(place("smtp://localhost"), at("localhost", 25, "none", None));
        assert_eq!(place("smtp://[::1]:2525"), at("::1", 2525, "none", None));
        let all = "smtp://app%40x.no:a%3Ab%2Fc%25@post.x.no?tls=required";
        assert_eq!(place(all), at("post.x.no", 587, "required", Some(true)));
        assert_eq!(place("smtp://x.no?tls=opportunistic"), at("x.no", 587, "opportunistic", None));
        assert_eq!(place("smtps://x.no"), at("x.no", 465, "wrapper", None));
        for wrong in ["", "x.no:587", "http://x.no", "smtp://", "smtp://x.no?tls=maybe", "smtp://a:%ff@x.no"] {
            assert!(place(wrong).is_none(), "{wrong}");
        }
    }

    /// The server is put together before anything runs.
    #[test]
    fn a_mailer_is_made_without_a_runtime() {
        let gate = Arc::new(Gate::new("mail", 8, Clock::of_the_machine(), Gauge::default()));
        assert!(Smtp::at("smtp://app:secret@localhost?tls=required", gate).is_some());
    }

    fn message(to: &str) -> Message {
        let from = "attest@example.no".parse().expect("an address");
        let message = Message::builder().from(from).to(to.parse().expect("an address"));
        message.body("Hei.\n".to_owned()).expect("a message")
    }

    /// Takes mail, and answers a message to `slow@` late. Counts the messages it took.
    async fn attend(stream: TcpStream, taken: Arc<AtomicUsize>) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let (mut is_slow, mut in_text) = (false, false);
        write.write_all(b"220 x\r\n").await?;
        while let Some(line) = lines.next_line().await? {
            let answer = match line.as_str() {
                "." if is_slow => {
                    sleep(Duration::from_millis(300)).await;
                    "250 late"
                }
                "." => {
                    taken.fetch_add(1, Ordering::SeqCst);
                    "250 taken"
                }
                _ if in_text => continue,
                "DATA" => "354 go on",
                _ => "250 ok",
            };
            in_text = line == "DATA" || (in_text && line != ".");
            is_slow = line.contains("slow@") || (is_slow && !line.contains("RCPT"));
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn the_late_answer_to_a_message_that_was_given_up_is_not_taken_for_that_of_the_next() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let taken = Arc::new(AtomicUsize::new(0));
        let counting = taken.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(attend(stream, counting.clone()));
            }
        });
        let gate = Arc::new(Gate::new("mail", 8, Clock::of_the_machine(), Gauge::default()));
        let place = Place::of(&format!("smtp://127.0.0.1:{port}")).expect("a place");
        let patience = Patience { sending: Duration::from_millis(100), ..PATIENCE };
        let (lines, connecting) = Default::default();
        let smtp = Smtp(Arc::new(Inner { place, gate, patience, lines, connecting }));
        smtp.send(&message("anna@example.no")).await.expect("taken");
        let given_up = smtp.send(&message("slow@example.no")).await;
        assert!(matches!(given_up, Err(Failure::Later(_))), "{given_up:?}");
        sleep(Duration::from_millis(300)).await;
        assert!(smtp.0.lines().kept.is_empty());
        smtp.send(&message("kari@example.no")).await.expect("taken");
        assert_eq!((taken.load(Ordering::SeqCst), smtp.0.lines().open()), (2, 1));
        smtp.hang_up().await;
        assert_eq!(smtp.0.lines().open(), 0);
    }
}
