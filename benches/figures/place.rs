//! Where is measured: a SQLite file in a folder of its own, or a schema of its own in a PostgreSQL.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, LazyLock},
};

use attest::{
    app::App,
    platform::{
        clock::Clock,
        config::{Config, MailRoute},
        db::{Db, Location, connection::Purpose, migrate},
        files,
        ids::Mint,
        telemetry::LogFormat,
        vault::{Key, Vault},
    },
    words::Instant,
};
use diesel::connection::SimpleConnection;

use crate::Failure;

/// As many as a server has when nobody says.
const CONNECTIONS: u32 = 8;

/// One key for everything that is measured, so that a server started beside this program can open what this one sealed.
static KEY: LazyLock<Key> = LazyLock::new(|| Key::parse(KEY_TEXT).expect("32 bytes in base64"));
pub const KEY_TEXT: &str = "bm90IGEgc2VjcmV0OiBvbmx5IGZvciBtZWFzdXJpbmc";

/// A file that stands where a world has been filled to its end.
const FULL: &str = "full";

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgresql,
}

/// A migrated database and the folder beside it. Dropping removes both.
pub struct Place {
    pub kind: Kind,
    pub location: Location,
    pub url: String,
    pub folder: PathBuf,
    schema: Option<(String, String)>,
    keep: bool,
}

impl Place {
    /// A database on a server, or in a file if there is none: empty, unless a full one was kept.
    pub fn new(server: Option<&Server>, name: &str, keep: bool) -> Result<Self, Failure> {
        let kind = if server.is_some() { "postgresql" } else { "sqlite" };
        let folder = workshop().join(kind).join(name);
        let kept = keep && folder.join(FULL).exists();
        if !kept {
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder)?;
        }
        let place = match server {
            None => Self {
                kind: Kind::Sqlite,
                location: Location::Sqlite(folder.join("attest.db").display().to_string()),
                url: format!("sqlite://{}/attest.db", folder.display()),
                folder,
                schema: None,
                keep,
            },
            Some(server) => {
                if !kept {
                    execute(&server.url, &format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}"))?;
                }
                let joint = if server.url.contains('?') { '&' } else { '?' };
                let url = format!("{}{joint}options=-csearch_path%3D{name}", server.url);
                let location = url.parse()?;
                let schema = Some((server.url.clone(), name.into()));
                Self { kind: Kind::Postgresql, location, url, folder, schema, keep }
            }
        };
        migrate(&place.location)?;
        Ok(place)
    }

    /// Is a world in it, whole?
    pub fn is_full(&self) -> bool {
        self.folder.join(FULL).exists()
    }

    /// Says that a world is in it, whole.
    pub fn is_full_now(&self) -> Result<(), Failure> {
        Ok(std::fs::write(self.folder.join(FULL), "")?)
    }

    /// What to call it in a table.
    pub fn name(&self) -> &'static str {
        match self.kind {
            Kind::Sqlite => "SQLite",
            Kind::Postgresql => "PostgreSQL",
        }
    }

    /// The database, with a clock that stands and ids that count: what is made here is the same every time.
    pub fn open(&self, at: Instant) -> Result<Db, Failure> {
        database(&self.location, Clock::standing_at(at), Mint::counting())
    }

    /// The whole product over this database, as it is when it serves: without a limit on requests, because all of them
    /// come from here.
    pub fn app(&self) -> Result<App, Failure> {
        let db = database(&self.location, Clock::of_the_machine(), Mint::random())?;
        Ok(App::over(db, self.config())?)
    }

    fn config(&self) -> Config {
        Config {
            data: self.folder.clone(),
            documents: files::Place::Folder(self.folder.join("documents")),
            database: self.location.clone(),
            listen: ([127, 0, 0, 1], 0).into(),
            public_url: "http://127.0.0.1".into(),
            master_key: KEY.clone(),
            former_master_key: None,
            ledger_key: KEY.clone(),
            mail: MailRoute::Memory,
            mail_from: "Attest <attest@example.no>".into(),
            min_age: 15,
            schedule: None,
            log_format: LogFormat::Text,
            log: "off".into(),
            connections: CONNECTIONS,
            requests_per_minute: 0,
            import_bytes: u64::MAX,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        let _ = std::fs::remove_dir_all(&self.folder);
        if let Some((url, name)) = &self.schema {
            let _ = execute(url, &format!("DROP SCHEMA {name} CASCADE"));
        }
    }
}

/// A database as the product opens it.
pub fn database(location: &Location, clock: Clock, mint: Mint) -> Result<Db, Failure> {
    Ok(Db::open(location, clock, mint, Arc::new(Vault::new(&KEY, &KEY)), CONNECTIONS)?)
}

fn execute(url: &str, statements: &str) -> Result<(), Failure> {
    let location: Location = url.parse()?;
    location.open(Purpose::Write)?.batch_execute(statements)?;
    Ok(())
}

/// On the disk the program was built on: a folder in memory would make every sync free.
fn workshop() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("figures")
}

/// A PostgreSQL to measure on: the one `BENCH_DATABASE_URL` names, or one of our own that syncs as a real one does.
pub struct Server {
    url: String,
    own: Option<PathBuf>,
}

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/postgres-for-tests.sh");

impl Server {
    /// Finds or starts one; none if PostgreSQL is not installed.
    pub fn find() -> Option<Self> {
        if let Ok(url) = std::env::var("BENCH_DATABASE_URL") {
            return Some(Self { url, own: None });
        }
        let folder = std::env::temp_dir().join(format!("attest-figures-{}", std::process::id()));
        let started = Command::new(SCRIPT).arg("start").arg(&folder).arg("durable").output().ok()?;
        let url = String::from_utf8(started.stdout).ok()?.trim().to_owned();
        started.status.success().then_some(Self { url, own: Some(folder) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(folder) = &self.own {
            let _ = Command::new(SCRIPT).arg("stop").arg(folder).status();
        }
    }
}
