//! Brings a database to the schema of this program. The steps have the same names for both databases.

use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Connection, Error, Location, connection::Purpose};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRESQL: EmbeddedMigrations = embed_migrations!("migrations/postgresql");

/// Any number that no other program uses for the same database will do.
const MIGRATION_LOCK: &str = "SELECT pg_advisory_lock(7224166581)";
const MIGRATION_UNLOCK: &str = "SELECT pg_advisory_unlock(7224166581)";

/// Runs the steps that are missing, under a lock, so that several instances can start at once.
///
/// # Errors
/// `Unavailable` when the database cannot be reached, `Other` when a step fails.
pub fn migrate(location: &Location) -> Result<(), Error> {
    let mut conn = location.open(Purpose::Write)?;
    match &mut conn {
        Connection::Sqlite(conn) => run(conn, SQLITE),
        Connection::Postgres(conn) => {
            conn.batch_execute(MIGRATION_LOCK)?;
            let ran = run(conn, POSTGRESQL);
            conn.batch_execute(MIGRATION_UNLOCK)?;
            ran
        }
    }
}

fn run<DB, C>(conn: &mut C, steps: EmbeddedMigrations) -> Result<(), Error>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
{
    // The message of a failed step names the step and the statement: no row, no value.
    conn.run_pending_migrations(steps).map(drop).map_err(|error| Error::Other(format!("migration: {error}")))
}
