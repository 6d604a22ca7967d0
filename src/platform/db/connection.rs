//! A connection to SQLite or PostgreSQL, and how each is opened.

use std::{fmt, str::FromStr};

use diesel::{
    Connection as _, QueryResult,
    connection::{Instrumentation, SimpleConnection},
    pg::PgConnection,
    r2d2::R2D2Connection as _,
    sqlite::SqliteConnection,
};

use super::error::Error;

/// One connection to one of the two databases. [`Run`](super::run::Run) gives it statements.
pub enum Connection {
    /// PostgreSQL.
    Postgres(PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

impl Connection {
    /// Does the database still answer?
    pub(super) fn ping(&mut self) -> QueryResult<()> {
        match self {
            Self::Postgres(conn) => conn.ping(),
            Self::Sqlite(conn) => conn.ping(),
        }
    }

    /// Is it of no further use?
    pub(super) fn is_broken(&mut self) -> bool {
        match self {
            Self::Postgres(conn) => conn.is_broken(),
            Self::Sqlite(conn) => conn.is_broken(),
        }
    }

    /// Lets somebody listen to the statements that are run.
    pub fn set_instrumentation(&mut self, listener: impl Instrumentation) {
        match self {
            Self::Postgres(conn) => conn.set_instrumentation(listener),
            Self::Sqlite(conn) => conn.set_instrumentation(listener),
        }
    }
}

impl SimpleConnection for Connection {
    fn batch_execute(&mut self, statements: &str) -> QueryResult<()> {
        match self {
            Self::Postgres(conn) => conn.batch_execute(statements),
            Self::Sqlite(conn) => conn.batch_execute(statements),
        }
    }
}

/// Where the database is, parsed from `DATABASE_URL`.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file: `sqlite://data/attest.db`.
    Sqlite(String),
    /// A server: `postgres://…`.
    Postgres(String),
}

/// Why a `DATABASE_URL` is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLocation {
    /// Another scheme.
    #[error("DATABASE_URL must begin with sqlite:// or postgres://")]
    Scheme,
    /// libpq without TLS would fall back to plain text in silence.
    #[error(
        "this build has no TLS to PostgreSQL: use a unix socket or loopback, add sslmode=disable to say that plain text \
         is meant, or build with --features postgres-tls"
    )]
    PlainText,
}

impl FromStr for Location {
    type Err = BadLocation;

    fn from_str(url: &str) -> Result<Self, BadLocation> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return Ok(Self::Sqlite(path.to_owned()));
        }
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(BadLocation::Scheme);
        }
        if !cfg!(feature = "postgres-tls") && !is_local(url) && !url.contains("sslmode=disable") {
            return Err(BadLocation::PlainText);
        }
        Ok(Self::Postgres(url.to_owned()))
    }
}

/// A unix socket (no host, or a folder as `host=`) or loopback.
fn is_local(url: &str) -> bool {
    let after_scheme = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let name = if host.starts_with('[') { host } else { host.split(':').next().unwrap_or_default() };
    let named_by_parameter = url.split(['?', '&']).filter_map(|p| p.strip_prefix("host=")).next_back();
    match named_by_parameter {
        Some(folder) => folder.starts_with('/') || folder.starts_with("%2F") || folder == "localhost",
        None => matches!(name, "" | "localhost" | "127.0.0.1") || name.starts_with("[::1]"),
    }
}

/// The location without what could be a secret.
impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{path}"),
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Reading only.
    Read,
    /// Reading and writing.
    Write,
}

impl Location {
    /// Opens a connection.
    ///
    /// # Errors
    /// `Unavailable` when the file or server cannot be reached.
    pub fn open(&self, purpose: Purpose) -> Result<Connection, Error> {
        match self {
            Self::Sqlite(path) => {
                let mut conn =
                    SqliteConnection::establish(path).map_err(|_| Error::Unavailable("the file cannot be opened"))?;
                conn.batch_execute(pragmas(purpose))?;
                Ok(Connection::Sqlite(conn))
            }
            Self::Postgres(url) => {
                let mut conn =
                    PgConnection::establish(url).map_err(|_| Error::Unavailable("the server cannot be reached"))?;
                conn.batch_execute(SETTINGS)?;
                Ok(Connection::Postgres(conn))
            }
        }
    }
}

/// `force_generic_plan`: a statement is planned once on a connection and not again for each value, which took longer than
/// carrying it out; the plan that was looked at in tests and benches is the one that runs.
const SETTINGS: &str = "SET timezone = 'UTC'; SET client_min_messages = warning; SET lock_timeout = '30s';
    SET plan_cache_mode = force_generic_plan";

/// `synchronous=FULL`: an acknowledged write survives a power cut. `secure_delete`: erased means gone, also from the
/// pages nobody uses any more. Readers see the file through a memory map, all of it up to 64 GiB: that doubles what they read
/// a second, and a map of the first gigabyte only would make a larger file slower than none. The writer does without:
/// the file grows under it, and each growth would unmap what it has just touched.
fn pragmas(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Read => {
            "PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA query_only=ON;
             PRAGMA cache_size=-16384; PRAGMA mmap_size=68719476736; PRAGMA temp_store=MEMORY"
        }
        Purpose::Write => {
            "PRAGMA busy_timeout=10000; PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL;
             PRAGMA secure_delete=ON; PRAGMA cache_size=-65536; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_server_without_tls_is_refused_unless_the_url_says_plain_text_is_meant() {
        for (url, expected) in [
            ("sqlite://data/attest.db", Ok(())),
            ("postgres://postgres@/postgres?host=/tmp/pg&port=5433", Ok(())),
            ("postgres://attest:secret@localhost/attest", Ok(())),
            ("postgresql://127.0.0.1:5432/attest", Ok(())),
            ("postgres://[::1]/attest", Ok(())),
            ("postgres://db.example.no/attest?sslmode=disable", Ok(())),
            ("mysql://db/attest", Err(BadLocation::Scheme)),
            ("attest.db", Err(BadLocation::Scheme)),
        ] {
            assert_eq!(url.parse::<Location>().map(|_| ()), expected, "{url}");
        }
        if !cfg!(feature = "postgres-tls") {
            for url in ["postgres://db.example.no/attest", "postgres://a@/x?host=db.example.no"] {
                assert_eq!(url.parse::<Location>(), Err(BadLocation::PlainText), "{url}");
            }
        }
    }

    #[test]
    fn the_url_is_never_printed() {
        let location: Location = "postgres://attest:secret@localhost/attest".parse().expect("local");
        assert!(!format!("{location:?}").contains("secret"));
    }
}
