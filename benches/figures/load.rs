//! The load: connections that stay open, each with one request in flight, answered one after the other.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

/// What many connections saw.
#[derive(Default)]
pub struct Seen {
    latencies: Vec<Duration>,
    seconds: f64,
}

impl Seen {
    pub fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.seconds.max(f64::EPSILON)
    }

    /// The latency that so many of a thousand did not exceed.
    pub fn quantile(&self, per_mille: usize) -> Duration {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        sorted.get((sorted.len() * per_mille / 1000).min(last)).copied().unwrap_or_default()
    }

    /// Two rounds as one.
    pub fn and(mut self, other: Self) -> Self {
        self.latencies.extend(other.latencies);
        self.seconds += other.seconds;
        self
    }

    /// What one connection saw, one answer after the other.
    pub fn of_latencies(latencies: Vec<Duration>) -> Self {
        let seconds = latencies.iter().sum::<Duration>().as_secs_f64();
        Self { latencies, seconds }
    }

    /// What something that is not a server saw: calls `work` for so long, one call after the other.
    pub fn of_calls(lasting: Duration, mut work: impl FnMut(usize)) -> Self {
        let began = Instant::now();
        let mut latencies = Vec::new();
        while began.elapsed() < lasting {
            let asked = Instant::now();
            work(latencies.len());
            latencies.push(asked.elapsed());
        }
        Self { latencies, seconds: began.elapsed().as_secs_f64() }
    }
}

/// Asks for so long over so many connections; the n-th request of a connection is one of `requests`, and no two
/// connections go through them at the same place.
pub fn drive(address: SocketAddr, connections: usize, lasting: Duration, requests: &[Vec<u8>]) -> io::Result<Seen> {
    let began = Instant::now();
    let seen = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..connections)
            .map(|place| {
                let first = place * requests.len() / connections;
                scope.spawn(move || ask_on(address, lasting, requests.iter().cycle().skip(first)))
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("asking does not panic")).collect::<io::Result<Vec<_>>>()
    })?;
    let latencies = seen.into_iter().flatten().collect();
    Ok(Seen { latencies, seconds: began.elapsed().as_secs_f64() })
}

fn ask_on<'a>(
    address: SocketAddr,
    lasting: Duration,
    requests: impl Iterator<Item = &'a Vec<u8>>,
) -> io::Result<Vec<Duration>> {
    let mut line = Line::open(address)?;
    let began = Instant::now();
    let mut latencies = Vec::new();
    for request in requests {
        if began.elapsed() >= lasting {
            break;
        }
        let asked = Instant::now();
        line.ask(request)?;
        latencies.push(asked.elapsed());
    }
    Ok(latencies)
}

/// One connection.
pub struct Line {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Line {
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Asks and reads the whole answer; its body. Anything but success is an error.
    pub fn ask(&mut self, request: &[u8]) -> io::Result<&[u8]> {
        self.stream.write_all(request)?;
        self.buffer.clear();
        let (mut chunk, mut whole) = ([0; 32 * 1024], None);
        while whole.is_none_or(|(_, end)| self.buffer.len() < end) {
            let read = self.stream.read(&mut chunk)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.buffer.extend_from_slice(&chunk[..read]);
            whole = whole.or_else(|| extent(&self.buffer));
        }
        let is_success = self.buffer.get(9) == Some(&b'2');
        if !is_success {
            return Err(io::Error::other(String::from_utf8_lossy(&self.buffer).into_owned()));
        }
        let begin = whole.map_or(0, |(begin, _)| begin);
        Ok(&self.buffer[begin..])
    }
}

/// Where the body of an answer begins and ends, once its head is there.
fn extent(answer: &[u8]) -> Option<(usize, usize)> {
    let begin = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&answer[..begin]).ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    Some((begin, begin + length.unwrap_or(0)))
}

/// A GET with a token.
pub fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n\r\n").into_bytes()
}

/// A POST of JSON with a token.
pub fn post(path: &str, token: &str, body: &serde_json::Value) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
