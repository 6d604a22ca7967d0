//! The real program, started on a database that is there: how soon it is ready, and what it takes while nobody asks.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    Failure,
    load::{Line, get},
    machine::own_memory,
    options::Options,
    place::{KEY_TEXT, Place},
    report::{Figure, Goal},
    world::World,
};

const STARTS: usize = 5;
const READY_WITHIN: Duration = Duration::from_millis(200);
const MEMORY_MIB: f64 = 40.0;
const PATIENCE: Duration = Duration::from_secs(30);
/// Long enough for everything that happens after the start.
const A_WHILE: Duration = Duration::from_secs(2);

pub fn measure(place: &Place, _: &World, _: &Options) -> Result<Vec<Figure>, Failure> {
    let mut times = Vec::new();
    let mut memory = 0.0_f64;
    for start in 0..STARTS {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let began = Instant::now();
        let server = Started(serve(place, address)?);
        until_ready(address, began)?;
        times.push(began.elapsed());
        if start == 0 {
            std::thread::sleep(A_WHILE);
            memory = own_memory(&server.0.id().to_string()) as f64 / 1024.0;
        }
    }
    times.sort();
    let ready = times[STARTS / 2];
    Ok(vec![
        super::ratio_of("ready after the start", place, ready, READY_WITHIN, Goal::AtMost(1.0)),
        super::memory_of("memory of an idle server", place, memory, MEMORY_MIB),
    ])
}

/// A program that ends when it is dropped.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(place: &Place, address: SocketAddr) -> io::Result<Child> {
    Command::new(env!("CARGO_BIN_EXE_attest"))
        .args(["serve", "--listen", &address.to_string()])
        .env("ATTEST_DATA", &place.folder)
        .env("DATABASE_URL", &place.url)
        .env("ATTEST_MASTER_KEY", KEY_TEXT)
        .env("ATTEST_LEDGER_KEY", KEY_TEXT)
        .stderr(Stdio::null())
        .spawn()
}

fn until_ready(address: SocketAddr, began: Instant) -> Result<(), Failure> {
    let request = get("/readyz", "nobody");
    while began.elapsed() < PATIENCE {
        let answered = Line::open(address).and_then(|mut line| line.ask(&request).map(drop));
        if answered.is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Err("the server did not become ready".into())
}
