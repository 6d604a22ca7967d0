//! A page of what an employer holds of its staff as bare SQL: the page, the names on it, and what was disclosed as bare
//! inserts in a transaction of their own.

use std::collections::BTreeSet;

use attest::{
    platform::db::{Connection, run::prelude::*, schema::*},
    words::*,
};
use diesel::connection::SimpleConnection;

/// What a page shows, and one row more to know whether there is a next.
const FETCHED: i64 = 51;
const SHOWN: usize = 50;

type Row = (
    (RecordId, PersonId, Option<CompetenceId>, Option<CourseId>, Option<EventId>, i64),
    (Outcome, Option<Day>, Option<f64>, Option<String>, Option<String>, bool, Option<OrganisationId>),
    Instant,
    (OrganisationId, String),
    (Option<String>, Option<String>),
    (Ground, Content, bool),
);

/// Reads a page and writes down that it was shown; the records on it.
pub fn shown(
    reads: &mut Connection,
    writes: &mut Connection,
    employer: OrganisationId,
    after: RecordId,
    now: Instant,
) -> QueryResult<Vec<RecordId>> {
    let day = Day::new(now.utc().date_naive());
    reads.batch_execute("BEGIN")?;
    let mut rows = page(reads, employer, after, day)?;
    rows.truncate(SHOWN);
    names(reads, &rows)?;
    reads.batch_execute("COMMIT")?;
    let begin = if matches!(writes, Connection::Sqlite(_)) { "BEGIN IMMEDIATE" } else { "BEGIN" };
    writes.batch_execute(begin)?;
    disclose(writes, employer, &rows, day, now)?;
    writes.batch_execute("COMMIT")?;
    Ok(rows.into_iter().map(|row| row.0.0).collect())
}

fn page(conn: &mut Connection, employer: OrganisationId, after: RecordId, today: Day) -> QueryResult<Vec<Row>> {
    let current = completion_versions::table.on(completion_versions::completion
        .eq(completions::record)
        .and(completion_versions::version.eq(completions::version)));
    let staff = diesel::alias!(persons as staff);
    let known_as = staff.filter(staff.field(persons::same_as).eq(persons::same_as)).select(staff.field(persons::id));
    let works_here = employments::table
        .filter(employments::person.eq_any(known_as))
        .filter(employments::organisation.eq(employer))
        .filter(employments::from_day.le(today))
        .filter(employments::to_day.is_null().or(employments::to_day.ge(today)));
    let restricted = restricted_custodies::table.filter(
        restricted_custodies::record
            .eq(custodies::record)
            .and(restricted_custodies::controller.eq(custodies::controller))
            .and(restricted_custodies::ground.eq(custodies::ground)),
    );
    custodies::table
        .inner_join(records::table.on(records::id.eq(custodies::record)))
        .inner_join(persons::table.on(persons::id.eq(records::person)))
        .inner_join(completions::table.on(completions::record.eq(custodies::record)))
        .inner_join(current)
        .inner_join(organisations::table.on(organisations::id.eq(completions::recorder)))
        .left_join(cards::table.on(cards::person.eq(records::person).and(cards::holder.eq(employer))))
        .filter(custodies::controller.eq(employer))
        .filter(custodies::capacity.eq(Capacity::Employer))
        // In the shape the product asks it in: bare, PostgreSQL would make a join of it that takes ten times as long.
        .filter(false.into_sql::<diesel::sql_types::Bool>().or(diesel::dsl::exists(works_here)))
        .filter(false.into_sql::<diesel::sql_types::Bool>().or(diesel::dsl::not(diesel::dsl::exists(restricted))))
        .filter(custodies::record.gt(after))
        .order((custodies::record, custodies::ground))
        .limit(FETCHED)
        .select((
            (
                custodies::record,
                records::person,
                completions::competence,
                completions::course,
                completions::event,
                completions::version,
            ),
            (
                completion_versions::outcome,
                completion_versions::on_day,
                completion_versions::hours,
                completion_versions::result,
                completion_versions::run,
                completion_versions::ordered_by_person,
                completion_versions::ordered_by,
            ),
            completion_versions::recorded_at,
            (organisations::id, organisations::name),
            (cards::name.nullable(), cards::external_reference.nullable()),
            (custodies::ground, custodies::content, diesel::dsl::exists(restricted)),
        ))
        .load(conn)
}

fn names(conn: &mut Connection, rows: &[Row]) -> QueryResult<()> {
    let of_competences: BTreeSet<_> = rows.iter().filter_map(|row| row.0.2).collect();
    let of_courses: BTreeSet<_> = rows.iter().filter_map(|row| row.0.3).collect();
    competences::table
        .filter(competences::id.eq_any(of_competences))
        .select((competences::id, competences::code, competences::name_nb, competences::name_en))
        .load::<(CompetenceId, String, String, String)>(conn)?;
    courses::table
        .filter(courses::id.eq_any(of_courses))
        .select((courses::id, courses::code, courses::title_nb, courses::title_en))
        .load::<(CourseId, String, String, Option<String>)>(conn)?;
    Ok(())
}

fn disclose(
    conn: &mut Connection,
    organisation: OrganisationId,
    rows: &[Row],
    day: Day,
    now: Instant,
) -> QueryResult<()> {
    let shown: BTreeSet<(PersonId, Ground)> = rows.iter().map(|row| (row.0.1, row.5.0)).collect();
    for (person, ground) in shown {
        use disclosures as log;
        let key = (log::person, log::organisation, log::ground, log::day);
        let row = (
            (log::person.eq(person), log::organisation.eq(organisation), log::ground.eq(ground), log::day.eq(day)),
            (log::count.eq(1_i64), log::first_at.eq(now), log::last_at.eq(now)),
        );
        let again = (log::count.eq(log::count + 1), log::last_at.eq(now));
        diesel::insert_into(log::table).values(row).on_conflict(key).do_update().set(again).execute(conn)?;
    }
    for row in rows {
        use disclosure_records as log;
        let row = (
            (log::person.eq(row.0.1), log::organisation.eq(organisation), log::ground.eq(row.5.0)),
            (log::day.eq(day), log::record.eq(row.0.0)),
        );
        diesel::insert_into(log::table).values(row).on_conflict_do_nothing().execute(conn)?;
    }
    Ok(())
}
