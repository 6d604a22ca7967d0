//! A database per test: a copy of one migrated SQLite file, or with `TEST_DATABASE_URL` a PostgreSQL schema.

use std::{
    path::PathBuf,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use attest::{
    identity::tokens::store::make_first,
    platform::{
        clock::Clock,
        config::{Config, MailRoute},
        db::{Db, Location, connection::Purpose, migrate},
        files::Place,
        ids::Mint,
        telemetry::LogFormat,
        vault::{Key, Vault},
    },
    words::Instant,
};
use diesel::connection::SimpleConnection;

pub const NOW: &str = "2026-03-02T09:00:00Z";

pub fn at(text: &str) -> Instant {
    Instant::parse(text).expect("an instant")
}

/// A database of one test, and the folder it lies in. Dropping removes both.
pub struct Database {
    pub location: Location,
    pub folder: PathBuf,
    server: Option<(String, String)>,
}

impl Database {
    pub fn new() -> Self {
        let folder = folder();
        match std::env::var("TEST_DATABASE_URL") {
            Ok(url) => Self::schema(url, folder),
            Err(_) => Self::copy(folder),
        }
    }

    fn copy(folder: PathBuf) -> Self {
        let file = folder.join("attest.db");
        std::fs::write(&file, template()).expect("the temporary folder can be written");
        Self { location: Location::Sqlite(file.display().to_string()), folder, server: None }
    }

    fn schema(url: String, folder: PathBuf) -> Self {
        let name = folder.file_name().expect("named").to_string_lossy().replace('-', "_");
        execute(&url, &format!("CREATE SCHEMA {name}"));
        let joint = if url.contains('?') { '&' } else { '?' };
        let own = format!("{url}{joint}options=-csearch_path%3D{name}");
        let location: Location = own.parse().expect("TEST_DATABASE_URL is a PostgreSQL URL");
        migrate(&location).expect("migrated");
        Self { location, folder, server: Some((url, name)) }
    }

    pub fn config(&self) -> Config {
        config(self.location.clone(), self.folder.clone())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        if let Some((url, name)) = &self.server {
            execute(url, &format!("DROP SCHEMA {name} CASCADE"));
        }
    }
}

fn execute(url: &str, statement: &str) {
    let location: Location = url.parse().expect("TEST_DATABASE_URL is a PostgreSQL URL");
    location.open(Purpose::Write).expect("the server answers").batch_execute(statement).expect("allowed");
}

fn folder() -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::SeqCst);
    let folder = std::env::temp_dir().join(format!("attest-test-{}-{count}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder can be written");
    folder
}

pub fn config(database: Location, data: PathBuf) -> Config {
    let key = "dGhpcyBrZXkgaXMgZm9yIHRlc3RzIGFuZCBubyBtb3I".parse_key();
    Config {
        documents: Place::Folder(data.join("documents")),
        data,
        database,
        listen: "127.0.0.1:0".parse().expect("an address"),
        public_url: "https://attest.example.no".into(),
        master_key: key.clone(),
        former_master_key: None,
        ledger_key: key,
        mail: MailRoute::Memory,
        mail_from: "Attest <attest@example.no>".into(),
        min_age: 15,
        schedule: None,
        log_format: LogFormat::Text,
        log: "off".into(),
        requests_per_minute: 0,
        import_bytes: 16 * 1024 * 1024,
        connections: 4,
    }
}

trait ParseKey {
    fn parse_key(&self) -> Key;
}

impl ParseKey for str {
    fn parse_key(&self) -> Key {
        Key::parse(self).expect("32 bytes in base64")
    }
}

/// Migrated once per process and kept in memory; the signing key is in it too. `VACUUM INTO` makes one file without a log
/// beside it.
fn template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = folder();
        let location = Location::Sqlite(folder.join("made.db").display().to_string());
        let config = config(location.clone(), folder.clone());
        migrate(&location).expect("migrated");
        let vault = Arc::new(Vault::new(&config.master_key, &config.ledger_key));
        let db = Db::open(&location, Clock::standing_at(at(NOW)), Mint::counting(), vault, 1).expect("opened");
        db.write_here(make_first).expect("a key");
        let template = folder.join("template.db");
        let mut conn = location.open(Purpose::Write).expect("opened");
        conn.batch_execute(&format!("VACUUM INTO '{}'", template.display())).expect("copied");
        let bytes = std::fs::read(template).expect("just made");
        let _ = std::fs::remove_dir_all(folder);
        bytes
    })
}
