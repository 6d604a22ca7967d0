//! A provider imports a file. The floor is a loop of prepared inserts of the same rows, committed in batches as large: it
//! reads no file, looks for nobody and knows what will follow. The import runs in a process of its own, so that what it
//! takes of memory is its own.

use std::{
    io::{self, Read},
    process,
    time::{Duration, Instant as Moment},
};

use attest::{
    access::Actor,
    imports::{
        actions::ImportRows,
        reading::mapping::Mapping,
        work::{Command, run_here},
    },
    platform::{
        clock::Clock,
        db::{Connection, Db, connection::Purpose},
        ids::Mint,
    },
    words::*,
};
use diesel::connection::SimpleConnection;

use super::{memory_of, own_page, ratio_of, staff_page::Pages};
use crate::{
    Failure,
    load::{Seen, drive},
    machine::own_memory,
    options::Options,
    place::{Kind, Place, database},
    report::{Figure, Goal},
    serving,
    world::{
        EMPLOYERS, LARGEST, PROVIDERS, World, company, employer, newcomer, one_more, provider, remembered, rows::Trays,
    },
};

/// A provider nobody else asks in this bench.
const PROVIDED: u64 = PROVIDERS - 1;
const TOGETHER: u64 = 50;
/// Rows of one person.
const EACH: u64 = 3;
const FEW: u64 = 20_000;
const MANY: u64 = 60_000;
const VERY_MANY: u64 = 1_000_000;
/// Long enough for the others to meet many batches of it.
const MEANWHILE: u64 = 20_000;
const MEMORY_MIB: f64 = 32.0;
const ROUNDS: u64 = 2;
/// How long a write may wait behind an import.
const ONE_BATCH: Duration = Duration::from_millis(50);

const MAPPING: &str = r#"
source = "measured"
key = "{row}"
[fields]
person_reference = "person"
name = "name"
email = "email"
birth_date = "born"
course = "course"
outcome = "outcome"
on = "on"
ordered_by = "orderer"
"#;

pub fn measure(place: &Place, world: &World, options: &Options) -> Result<Vec<Figure>, Failure> {
    let mut bare = place.location.open(Purpose::Write)?;
    let (mut ours, mut floor) = (0.0_f64, 0.0_f64);
    let mut few = 0.0_f64;
    for round in 0..ROUNDS {
        let child = imported_by_child(place, round + 1, FEW)?;
        ours += child.per_second / ROUNDS as f64;
        few = few.max(child.mebibytes);
        floor += inserted(&mut bare, round, FEW)? / ROUNDS as f64;
    }
    let rows = if options.full { VERY_MANY } else { MANY };
    let many = imported_by_child(place, 100, rows)?;
    let mut figures = vec![
        Figure {
            what: "import over bare prepared inserts".into(),
            database: place.name(),
            ours: format!("{ours:.0} rows/s"),
            floor: format!("{floor:.0} rows/s"),
            ratio: Some(ours / floor),
            goal: Goal::AtLeast(0.4),
        },
        memory_of(
            &format!("memory an import of {rows} rows takes more than one of {FEW}"),
            place,
            (many.mebibytes - few).max(0.0),
            MEMORY_MIB,
        ),
    ];
    figures.extend(meanwhile(place, world)?);
    Ok(figures)
}

/// What others see while an import runs: readers who leave no trace, and readers whose pages are disclosed.
fn meanwhile(place: &Place, world: &World) -> Result<Vec<Figure>, Failure> {
    let app = place.app()?;
    let product = serving::product(&app)?;
    let own = own_page::requests(&app, &own_page::readers(world))?;
    let pages = Pages::walk(&app, product.address, world, employer(LARGEST))?;
    let second = Duration::from_secs(1);
    let alone = drive(product.address, 1, second, &own)?;
    let importing = std::thread::scope(|scope| {
        let db = &app.house.db;
        let import = scope.spawn(move || import(db, 200, MEANWHILE));
        let (mut reads, mut disclosed) = (Seen::default(), Seen::default());
        while !import.is_finished() {
            reads = reads.and(drive(product.address, 1, second, &own)?);
            disclosed = disclosed.and(drive(product.address, 1, second, &pages.requests)?);
        }
        import.join().map_err(|_| "the import broke off")??;
        Ok::<_, Failure>((reads, disclosed))
    });
    let (reads, disclosed) = importing?;
    let blocked = if place.kind == Kind::Sqlite { Goal::AtMost(1.0) } else { Goal::None };
    Ok(vec![
        ratio_of(
            "own completions during an import, 99 of 100 within",
            place,
            reads.quantile(990),
            alone.quantile(990),
            Goal::None,
        ),
        ratio_of(
            "a disclosed page during an import, 99 of 100 within",
            place,
            disclosed.quantile(990),
            ONE_BATCH,
            blocked,
        ),
    ])
}

struct Imported {
    per_second: f64,
    mebibytes: f64,
}

fn imported_by_child(place: &Place, round: u64, rows: u64) -> Result<Imported, Failure> {
    let output = process::Command::new(std::env::current_exe()?)
        .args(["--import", &place.url, &round.to_string(), &rows.to_string()])
        .output()?;
    let said = String::from_utf8(output.stdout)?;
    let mut numbers = said.split_whitespace().map(str::parse);
    match (output.status.success(), numbers.next(), numbers.next()) {
        (true, Some(per_second), Some(mebibytes)) => Ok(Imported { per_second: per_second?, mebibytes: mebibytes? }),
        _ => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}

/// Imports and prints rows a second and MiB.
pub fn as_child(order: &[String]) -> Result<(), Failure> {
    let [url, round, rows] = order else { return Err("--import URL ROUND ROWS".into()) };
    let db = database(&url.parse()?, Clock::of_the_machine(), Mint::random())?;
    let rows = rows.parse()?;
    let began = Moment::now();
    import(&db, round.parse()?, rows)?;
    let seconds = began.elapsed().as_secs_f64();
    println!("{} {}", rows as f64 / seconds, own_memory("self") as f64 / 1024.0);
    Ok(())
}

/// Imports a file; each round has people and rows of its own.
pub fn import(db: &Db, round: u64, rows: u64) -> Result<(), Failure> {
    let subject = ImportSubject::Completions;
    let mapping = Mapping::parse(subject, MAPPING).map_err(|fault| format!("{fault:?}"))?;
    let command = Command {
        actor: Actor::Console,
        rows: ImportRows { organisation: provider(PROVIDED), subject },
        file_hash: String::new(),
        size: 0,
        dry_run: false,
        lang: Lang::En,
    };
    let file = File { round, next: 0, rows, line: HEADER.to_vec(), at: 0 };
    let summary = run_here(db, &command, &mapping, file, |_, _| {}).map_err(|stopped| format!("{stopped:?}"))?;
    let recorded = u64::try_from(summary.recorded).unwrap_or(0);
    if recorded == rows { Ok(()) } else { Err(format!("of {rows} rows {recorded} were recorded").into()) }
}

const HEADER: &[u8] = b"row,person,name,email,born,course,outcome,on,orderer\n";

/// A file that is made while it is read.
struct File {
    round: u64,
    next: u64,
    rows: u64,
    line: Vec<u8>,
    at: usize,
}

impl Read for File {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.line.len() && self.next < self.rows {
            self.line = line(self.round, self.next).into_bytes();
            (self.at, self.next) = (0, self.next + 1);
        }
        let some = buffer.len().min(self.line.len() - self.at);
        buffer[..some].copy_from_slice(&self.line[self.at..self.at + some]);
        self.at += some;
        Ok(some)
    }
}

fn line(round: u64, n: u64) -> String {
    let (person, orderer) = (n / EACH, &company(PROVIDERS + n / EACH % EMPLOYERS).number);
    let (month, day) = (1 + n % 12, 1 + n % 28);
    format!(
        "{round}-{n},{round}-{person},Kari Bakke,kari{round}-{person}@example.no,1980-{month:02}-{day:02},K0{},passed,2025-{month:02}-{day:02},{orderer}\n",
        n % EACH
    )
}

/// The same rows, bare; rows a second.
fn inserted(conn: &mut Connection, round: u64, rows: u64) -> Result<f64, Failure> {
    let begin = if matches!(conn, Connection::Sqlite(_)) { "BEGIN IMMEDIATE" } else { "BEGIN" };
    let began = Moment::now();
    let mut trays = Trays::default();
    for batch in 0..rows / TOGETHER {
        let at = Clock::of_the_machine().now();
        conn.batch_execute(begin)?;
        let mut human = None;
        for row in batch * TOGETHER..(batch + 1) * TOGETHER {
            let n = ((round + 2) << 40) + row;
            let employed = row / EACH % EMPLOYERS;
            let known =
                human.filter(|_| row % EACH != 0).unwrap_or_else(|| newcomer(n, PROVIDED, employed, at, &mut trays));
            human = Some(known);
            let id = one_more(n, &known, employed, at, &mut trays);
            remembered(n, PROVIDED, id, &mut trays);
            trays.insert(conn)?;
        }
        conn.batch_execute("COMMIT")?;
    }
    Ok(rows as f64 / began.elapsed().as_secs_f64())
}
