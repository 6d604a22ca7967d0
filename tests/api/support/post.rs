//! A mail server for tests: it signs in who knows the password, takes letters, and does wrong on purpose.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    time::{sleep, timeout},
};

/// The server. What it does wrong can be changed while it runs.
#[derive(Clone)]
pub struct Post {
    port: u16,
    state: Arc<Mutex<State>>,
    held: watch::Sender<bool>,
}

struct State {
    password: &'static str,
    greeting: &'static str,
    /// What the first words of an address, such as `perm@`, are answered; nothing is a connection that drops.
    answers: BTreeMap<&'static str, &'static str>,
    seats: usize,
    connections: usize,
    sign_ins: usize,
    open: usize,
    most_open: usize,
    letters: Vec<Letter>,
}

/// A letter that was taken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Letter {
    pub id: String,
    pub to: String,
}

impl State {
    fn greeting(&self) -> &'static str {
        if self.connections > self.seats { "421 too many connections" } else { self.greeting }
    }
}

const WELCOME: &str = "220 post.example.no";

impl Post {
    /// Opens on a free port; what is held is not answered until it is let go.
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let state = State {
            password: "right",
            greeting: WELCOME,
            answers: BTreeMap::new(),
            seats: usize::MAX,
            connections: 0,
            sign_ins: 0,
            open: 0,
            most_open: 0,
            letters: Vec::new(),
        };
        let post = Self { port, state: Arc::new(Mutex::new(state)), held: watch::Sender::new(false) };
        let serving = post.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let post = serving.clone();
                tokio::spawn(async move {
                    post.state().connections += 1;
                    post.attend(stream).await;
                    post.state().connections -= 1;
                });
            }
        });
        post
    }

    /// How it is reached by those whose password was once right.
    pub fn url(&self) -> String {
        format!("smtp://app%40example.no:right@127.0.0.1:{}", self.port)
    }

    /// From now on another password is right.
    pub fn password(&self, password: &'static str) {
        self.state().password = password;
    }

    /// From now on everybody is greeted so; with nothing, the connection drops.
    pub fn greeting(&self, greeting: &'static str) {
        self.state().greeting = greeting;
    }

    /// From now on everybody is welcome.
    pub fn welcoming(&self) {
        self.greeting(WELCOME);
    }

    /// From now on an address that begins so is answered so.
    pub fn answer(&self, address: &'static str, answer: &'static str) {
        self.state().answers.insert(address, answer);
    }

    /// From now on nothing is wrong with any address.
    pub fn take_all(&self) {
        self.state().answers.clear();
    }

    /// So many connections at once and no more.
    pub fn seats(&self, seats: usize) {
        self.state().seats = seats;
    }

    /// Letters are taken in, and not answered until they are let go.
    pub fn hold(&self) {
        self.held.send_replace(true);
    }

    /// Answers what was held, and holds nothing any more.
    pub fn let_go(&self) {
        self.held.send_replace(false);
    }

    /// How often somebody signed in, or tried to.
    pub fn sign_ins(&self) -> usize {
        self.state().sign_ins
    }

    /// The most letters that were being taken in at one time.
    pub fn most_open(&self) -> usize {
        self.state().most_open
    }

    /// Waits until so many letters are being taken in.
    pub async fn until_open(&self, count: usize) {
        let wait = async {
            while self.state().open < count {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(30), wait).await.unwrap_or_else(|_| panic!("{count} letters never came at once"));
    }

    /// The letters taken, in the order of their ids.
    pub fn letters(&self) -> Vec<Letter> {
        let mut letters = self.state().letters.clone();
        letters.sort();
        letters
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panicked")
    }

    async fn attend(&self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let greeting = self.state().greeting();
        if !say(&mut write, greeting).await || !greeting.starts_with("220") {
            return;
        }
        let mut to = String::new();
        while let Ok(Some(line)) = lines.next_line().await {
            let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let answer = match word.to_ascii_uppercase().as_str() {
                "EHLO" => "250-post.example.no\r\n250 AUTH PLAIN",
                "AUTH" => self.sign_in(rest),
                "RCPT" => {
                    to = rest.trim_start_matches("TO:<").split('>').next().unwrap_or_default().to_owned();
                    self.about(&to)
                }
                "DATA" => {
                    if !self.take(&mut lines, &mut write, &to).await {
                        return;
                    }
                    continue;
                }
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            if !say(&mut write, answer).await || word == "QUIT" {
                return;
            }
        }
    }

    fn sign_in(&self, rest: &str) -> &'static str {
        let mut state = self.state();
        state.sign_ins += 1;
        let said = STANDARD.decode(rest.trim_start_matches("PLAIN ")).unwrap_or_default();
        let right = format!("\0app@example.no\0{}", state.password);
        if said == right.as_bytes() { "235 welcome" } else { "535 5.7.8 who is app@example.no?" }
    }

    fn about(&self, to: &str) -> &'static str {
        let state = self.state();
        state.answers.iter().find(|(begin, _)| to.starts_with(**begin)).map_or("250 ok", |(_, answer)| answer)
    }

    async fn take(
        &self,
        lines: &mut tokio::io::Lines<BufReader<OwnedReadHalf>>,
        write: &mut OwnedWriteHalf,
        to: &str,
    ) -> bool {
        if !say(write, "354 go on").await {
            return false;
        }
        let mut id = String::new();
        loop {
            match lines.next_line().await {
                Ok(Some(line)) if line == "." => break,
                Ok(Some(line)) => id = line.strip_prefix("Message-ID: ").map_or(id, str::to_owned),
                _ => return false,
            }
        }
        self.opened();
        let mut held = self.held.subscribe();
        let let_go = held.wait_for(|held| !held).await.is_ok();
        self.taken(Letter { id, to: to.to_owned() });
        let_go && say(write, "250 taken").await
    }

    fn opened(&self) {
        let mut state = self.state();
        state.open += 1;
        state.most_open = state.most_open.max(state.open);
    }

    fn taken(&self, letter: Letter) {
        let mut state = self.state();
        state.open -= 1;
        state.letters.push(letter);
    }
}

/// Nothing to say is a connection that drops.
async fn say(write: &mut OwnedWriteHalf, line: &str) -> bool {
    !line.is_empty() && write.write_all(format!("{line}\r\n").as_bytes()).await.is_ok()
}
