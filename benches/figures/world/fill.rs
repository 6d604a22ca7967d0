//! Writes a world into a database. Indexes are made afterwards, and foreign keys are not asked row by row: on SQLite all of
//! them are asked once at the end, and PostgreSQL gets the very same rows.

use attest::{
    catalogue,
    platform::{
        db::{
            Connection,
            connection::Purpose,
            run::prelude::*,
            schema::{competences, schemes},
        },
        vault::Vault,
    },
    words::*,
};
use diesel::{connection::SimpleConnection, sql_query, sql_types::Text};
use indicatif::{ProgressBar, ProgressStyle};

use super::{
    Taught, World, begins,
    certificates::write_certificate,
    rows::{Acts, Organisation, Trays},
    write::{Memory, client, company, write_done},
};
use crate::{Failure, place::Place};

/// So many rows go into the database together; memory stays as it is however many there are.
const TOGETHER: usize = 20_000;
/// Above so many completions the foreign keys are not asked: the smaller worlds are made of the same rows.
const ASKED_UP_TO: u64 = 1_000_000;

impl World {
    /// Fills an empty, migrated database; one that was kept full stays as it is.
    pub fn fill(place: &Place, completions: u64, certificates: u64) -> Result<Self, Failure> {
        if place.is_full() {
            let catalogue = catalogue_of(&mut place.location.open(Purpose::Read)?)?;
            return Ok(World { completions, certificates, catalogue });
        }
        let db = place.open(begins())?;
        db.write_here(catalogue::load).map_err(|problem| format!("{problem:?}"))?;
        let mut conn = place.location.open(Purpose::Write)?;
        let world = World { completions, certificates, catalogue: found_schemes(&mut conn)? };
        let indexes = without_brakes(&mut conn)?;
        let bar = ProgressBar::new(completions).with_style(ProgressStyle::with_template(
            "{msg} {bar:30} {human_pos} of {human_len} completions, {elapsed}",
        )?);
        bar.set_message(place.name());
        world.write(&mut conn, db.vault(), &bar)?;
        bar.finish_and_clear();
        for index in indexes {
            conn.batch_execute(&index)?;
        }
        settle(&mut conn, completions <= ASKED_UP_TO)?;
        place.is_full_now()?;
        Ok(world)
    }

    /// How many completions there are in it.
    pub fn size(&self) -> u64 {
        self.completions
    }

    fn write(&self, conn: &mut Connection, vault: &Vault, bar: &ProgressBar) -> Result<(), Failure> {
        begin(conn)?;
        let mut trays = Trays::default();
        self.write_organisations(&mut trays);
        for n in 0..self.people() {
            self.write_human(n, &mut trays);
            flush(&mut trays, conn, TOGETHER)?;
        }
        let mut memory = Memory::default();
        for n in 0..self.completions {
            let done = self.done(n);
            write_done(n, &done, &mut memory, &mut trays);
            if n < self.certificates {
                write_certificate(n, &done, vault, &mut trays);
            }
            if flush(&mut trays, conn, TOGETHER)? {
                bar.set_position(n);
            }
        }
        flush(&mut trays, conn, 1)?;
        conn.batch_execute("COMMIT")?;
        Ok(())
    }
}

fn flush(trays: &mut Trays, conn: &mut Connection, at_least: usize) -> QueryResult<bool> {
    let is_full = trays.len() >= at_least;
    if is_full {
        trays.write(conn)?;
    }
    Ok(is_full)
}

/// Gives each scheme of the starter catalogue a body; the catalogue, the most popular competence first.
fn found_schemes(conn: &mut Connection) -> Result<Vec<Taught>, Failure> {
    let all: Vec<SchemeId> = schemes::table.order(schemes::code).select(schemes::id).load(conn)?;
    let mut trays = Trays::default();
    for (place, scheme) in (super::PROVIDERS + super::EMPLOYERS..).zip(all) {
        let body = company(place);
        trays.capacities.push(Acts {
            organisation: body.id,
            capacity: Capacity::CertifyingBody,
            from_day: super::day(begins()),
        });
        trays.api_clients.push(client(place, body.id, vec![Scope::SchemeRead]));
        trays.organisations.push(Organisation {
            id: body.id,
            number: body.number,
            name: format!("Ordning {place}"),
            employer_view: EmployerView::Record,
            created_at: begins(),
            version: 1,
        });
        trays.write(conn)?;
        diesel::update(schemes::table.filter(schemes::id.eq(scheme)))
            .set(schemes::body.eq(Some(body.id)))
            .execute(conn)?;
    }
    catalogue_of(conn)
}

fn catalogue_of(conn: &mut Connection) -> Result<Vec<Taught>, Failure> {
    let rows = competences::table
        .left_join(schemes::table.on(competences::scheme.eq(schemes::id.nullable())))
        .order(competences::code)
        .select((competences::id, competences::class, competences::scheme, schemes::body.nullable()))
        .load::<(CompetenceId, Class, Option<SchemeId>, Option<OrganisationId>)>(conn)?;
    Ok(rows.into_iter().map(|(competence, class, scheme, body)| Taught { competence, class, scheme, body }).collect())
}

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// Drops every index that no constraint needs, and lets nothing be checked or synced meanwhile; what makes the indexes
/// again.
fn without_brakes(conn: &mut Connection) -> Result<Vec<String>, Failure> {
    let (brakes, indexes) = match conn {
        Connection::Sqlite(_) => (
            "PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF; PRAGMA secure_delete=OFF; PRAGMA cache_size=-262144;
             CREATE TEMP TABLE told AS SELECT * FROM sqlite_stat1",
            "SELECT name, sql AS definition FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        ),
        Connection::Postgres(_) => (
            "SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '256MB'",
            "SELECT indexname::text AS name, indexdef::text AS definition FROM pg_indexes WHERE schemaname = current_schema()
             AND indexname NOT IN (SELECT conname FROM pg_constraint)",
        ),
    };
    conn.batch_execute(brakes)?;
    let indexes: Vec<Index> = sql_query(indexes).load(conn)?;
    for index in &indexes {
        conn.batch_execute(&format!("DROP INDEX {}", index.name))?;
    }
    Ok(indexes.into_iter().map(|index| index.definition).collect())
}

fn begin(conn: &mut Connection) -> QueryResult<()> {
    conn.batch_execute(match conn {
        Connection::Sqlite(_) => "BEGIN IMMEDIATE",
        Connection::Postgres(_) => "BEGIN",
    })
}

/// Leaves the database as one that has been in use for a while: PostgreSQL knows its statistics, as autovacuum would see
/// to; SQLite believes what the migrations tell it.
fn settle(conn: &mut Connection, ask_foreign_keys: bool) -> Result<(), Failure> {
    match conn {
        Connection::Postgres(_) => {
            conn.batch_execute("SET session_replication_role = origin")?;
            conn.batch_execute("VACUUM ANALYZE")?;
        }
        Connection::Sqlite(_) => {
            // With an index goes what the migrations said about it.
            conn.batch_execute("DELETE FROM sqlite_stat1; INSERT INTO sqlite_stat1 SELECT * FROM told")?;
            conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?;
            if ask_foreign_keys {
                dangling(conn)?;
            }
        }
    }
    Ok(())
}

fn dangling(conn: &mut Connection) -> Result<(), Failure> {
    #[derive(QueryableByName)]
    struct Dangling {
        #[diesel(sql_type = Text)]
        table: String,
    }
    let found: Vec<Dangling> = sql_query("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check").load(conn)?;
    match found.first() {
        None => Ok(()),
        Some(first) => Err(format!("{} refers to what does not exist", first.table).into()),
    }
}
