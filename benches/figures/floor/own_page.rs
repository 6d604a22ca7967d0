//! One person's completions as a bare handler reads them: the statements of the product, less those of the permit.

use std::collections::{BTreeSet, HashMap};

use actix_web::{HttpResponse, web};
use attest::{
    completions::{CompetenceShown, CourseShown, OwnCompletion},
    platform::{
        db::{Db, Error, Tx, run::prelude::*, schema::*},
        http::Listed,
    },
    records::{OwnCustody, Party, said, schedule},
    words::*,
};

/// What a page shows, and one row more to know whether there is a next.
const FETCHED: i64 = 51;

/// `GET /{person}`
pub async fn answer(db: web::Data<Db>, person: web::Path<uuid::Uuid>) -> HttpResponse {
    let person = PersonId::from_uuid(*person);
    match db.read(move |tx| page(tx, person)).await {
        Ok(items) => HttpResponse::Ok().json(Listed { items, next: None }),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

type Row = (
    (RecordId, Option<CompetenceId>, Option<CourseId>, Option<EventId>, i64),
    (Outcome, Option<Day>, Option<f64>, Option<String>, Option<String>, bool, Option<OrganisationId>),
    Instant,
    (OrganisationId, String),
);

fn page(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<OwnCompletion>, Error> {
    let rows = rows(tx, person)?;
    let ids: Vec<RecordId> = rows.iter().map(|row| row.0.0).collect();
    let mut custodies = custodies_of(tx, &ids)?;
    let competences = competences_of(tx, rows.iter().filter_map(|row| row.0.1).collect())?;
    let courses = courses_of(tx, rows.iter().filter_map(|row| row.0.2).collect())?;
    let orderers = parties_of(tx, rows.iter().filter_map(|row| row.1.6).collect())?;
    let render = |((id, competence, course, event_id, version), said, recorded_at, (recorder, name)): Row| {
        let (outcome, on, hours, result, run, ordered_by_me, by) = said;
        OwnCompletion {
            id,
            competence: competence.and_then(|id| competences.get(&id).cloned()),
            course: course.and_then(|id| courses.get(&id).cloned()),
            outcome,
            on,
            hours,
            result,
            run,
            event_id,
            recorder: Party { id: recorder, name },
            ordered_by_me,
            ordered_by: by.and_then(|id| orderers.get(&id).cloned()),
            recorded_at,
            version,
            custodies: custodies.remove(&id).unwrap_or_default(),
        }
    };
    Ok(rows.into_iter().map(render).collect())
}

fn rows(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Row>, Error> {
    let current = completion_versions::table.on(completion_versions::completion
        .eq(completions::record)
        .and(completion_versions::version.eq(completions::version)));
    Ok(persons::table
        .inner_join(records::table.on(records::person.eq(persons::id)))
        .inner_join(completions::table.on(completions::record.eq(records::id)))
        .inner_join(current)
        .inner_join(organisations::table.on(organisations::id.eq(completions::recorder)))
        .filter(persons::same_as.eq(person))
        .filter(records::id.gt(RecordId::nil()))
        .order(records::id)
        .limit(FETCHED)
        .select((
            (records::id, completions::competence, completions::course, completions::event, completions::version),
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
        ))
        .load(tx.conn())?)
}

fn custodies_of(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<HashMap<RecordId, Vec<OwnCustody>>, Error> {
    let restricted = restricted_custodies::table.filter(
        restricted_custodies::record
            .eq(custodies::record)
            .and(restricted_custodies::controller.eq(custodies::controller))
            .and(restricted_custodies::ground.eq(custodies::ground)),
    );
    let rows = custodies::table
        .inner_join(organisations::table.on(organisations::id.eq(custodies::controller)))
        .filter(custodies::record.eq_any(ids))
        .order((custodies::record, custodies::since, custodies::controller, custodies::ground))
        .select((
            custodies::record,
            (organisations::id, organisations::name),
            custodies::ground,
            custodies::content,
            custodies::category,
            custodies::schedule_version,
            custodies::since,
            diesel::dsl::exists(restricted),
        ))
        .load::<(RecordId, (OrganisationId, String), Ground, Content, String, String, Instant, bool)>(tx.conn())?;
    let mut found: HashMap<RecordId, Vec<OwnCustody>> = HashMap::new();
    for (record, (id, name), ground, content, category, schedule_version, since, restricted) in rows {
        found.entry(record).or_default().push(OwnCustody {
            controller: Party { id, name },
            capacity: ground.capacity(),
            ground,
            why: said::ground(ground),
            content,
            purpose: schedule().purpose(&category).cloned(),
            category,
            schedule_version,
            since,
            came_from: None,
            restricted,
        });
    }
    Ok(found)
}

fn competences_of(
    tx: &mut Tx<'_>,
    ids: BTreeSet<CompetenceId>,
) -> Result<HashMap<CompetenceId, CompetenceShown>, Error> {
    let rows = competences::table
        .left_join(schemes::table.on(competences::scheme.eq(schemes::id.nullable())))
        .filter(competences::id.eq_any(ids))
        .select((competences::id, competences::code, competences::name_nb, competences::name_en))
        .load::<(CompetenceId, String, String, String)>(tx.conn())?;
    let shown = |(id, code, nb, en)| (id, CompetenceShown { id, code, name: Said { nb, en } });
    Ok(rows.into_iter().map(shown).collect())
}

fn courses_of(tx: &mut Tx<'_>, ids: BTreeSet<CourseId>) -> Result<HashMap<CourseId, CourseShown>, Error> {
    let rows = courses::table
        .filter(courses::id.eq_any(ids))
        .select((courses::id, courses::code, courses::title_nb, courses::title_en))
        .load::<(CourseId, String, String, Option<String>)>(tx.conn())?;
    let shown = |(id, code, nb, en): (_, _, String, Option<String>)| {
        let en = en.unwrap_or_else(|| nb.clone());
        (id, CourseShown { id, code, title: Said { nb, en } })
    };
    Ok(rows.into_iter().map(shown).collect())
}

fn parties_of(tx: &mut Tx<'_>, ids: BTreeSet<OrganisationId>) -> Result<HashMap<OrganisationId, Party>, Error> {
    let rows = organisations::table
        .filter(organisations::id.eq_any(ids))
        .select((organisations::id, organisations::name))
        .load::<(OrganisationId, String)>(tx.conn())?;
    Ok(rows.into_iter().map(|(id, name)| (id, Party { id, name })).collect())
}
