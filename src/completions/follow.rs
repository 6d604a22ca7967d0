//! Follows facts that arrive late: a requirement, an employment, a class, a scheme, a capacity, a certification, a
//! claim. Each leaves a job; here the completions it bears on are held again, some at a time, so that no transaction grows
//! with the history.

use super::{facts::hold_again, store};
use crate::{
    catalogue::{CompetenceChanged, SchemeChanged},
    organisations::{OrganisationChanged, staff::EmploymentChanged},
    people::ClaimChanged,
    platform::{
        db::{Db, Error, Tx},
        jobs::{Failure, Workers},
    },
    requirements::RequirementChanged,
    words::RecordId,
};

/// How many completions are held again in one transaction.
const TOGETHER: i64 = 200;

/// Says who follows which fact.
#[must_use]
pub fn workers(workers: Workers, db: &Db) -> Workers {
    let (a, b, c, d, e, f) = (db.clone(), db.clone(), db.clone(), db.clone(), db.clone(), db.clone());
    workers
        .on(move |_, job: RequirementChanged| {
            follow(a.clone(), move |tx, after| store::ordered(tx, job.organisation, job.competence, after, TOGETHER))
        })
        .on(move |_, job: EmploymentChanged| {
            follow(b.clone(), move |tx, after| store::ordered_for(tx, job.employer, job.person, after, TOGETHER))
        })
        .on(move |_, job: CompetenceChanged| {
            follow(c.clone(), move |tx, after| store::about(tx, job.competence, after, TOGETHER))
        })
        .on(move |_, job: SchemeChanged| {
            follow(d.clone(), move |tx, after| store::in_scheme(tx, job.scheme, after, TOGETHER))
        })
        .on(move |_, job: OrganisationChanged| {
            let (db, organisation) = (e.clone(), job.organisation);
            async move {
                follow(db.clone(), move |tx, after| store::recorded_by(tx, organisation, after, TOGETHER)).await?;
                follow(db, move |tx, after| store::ordered_by(tx, organisation, after, TOGETHER)).await
            }
        })
        .on(move |_, job: ClaimChanged| {
            let db = f.clone();
            async move {
                let ClaimChanged { person, claimed } = job;
                follow(db.clone(), move |tx, after| store::ordered_about(tx, person, after, TOGETHER)).await?;
                // After a claim was undone the two are no longer found together.
                follow(db, move |tx, after| store::ordered_about(tx, claimed, after, TOGETHER)).await
            }
        })
}

async fn follow<F>(db: Db, some: F) -> Result<(), Failure>
where
    F: Fn(&mut Tx<'_>, Option<RecordId>) -> Result<Vec<RecordId>, Error> + Clone + Send + 'static,
{
    let mut after = None;
    loop {
        let some = some.clone();
        let last = db
            .write(move |tx| {
                let ids = some(tx, after)?;
                hold_again(tx, &ids)?;
                Ok::<_, Error>(ids.last().copied())
            })
            .await?;
        match last {
            Some(last) => after = Some(last),
            None => return Ok(()),
        }
    }
}
