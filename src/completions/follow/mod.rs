//! Follows facts that arrive late: a requirement, an employment, a class, a scheme, a capacity, a certification, a
//! claim. Each leaves a job; here the completions it bears on are held again, some at a time, so that no transaction grows
//! with the history.

mod store;

use store::Portion;

use super::facts::hold_again;
use crate::{
    catalogue::{CompetenceChanged, SchemeChanged},
    organisations::{OrganisationChanged, staff::EmploymentChanged},
    people::ClaimChanged,
    platform::{
        db::{Db, Error, Tx},
        jobs::{Failure, Workers},
    },
    requirements::RequirementChanged,
    words::{Identifier, RecordId},
};

/// How many completions are held again in one transaction.
const TOGETHER: i64 = 200;

/// Says who follows which fact.
#[must_use]
pub fn workers(workers: Workers, db: &Db) -> Workers {
    let (a, b, c, d, e, f) = (db.clone(), db.clone(), db.clone(), db.clone(), db.clone(), db.clone());
    workers
        .on(move |_, job: RequirementChanged| {
            follow(a.clone(), move |tx, some| store::ordered(tx, job.organisation, job.competence, some))
        })
        .on(move |_, job: EmploymentChanged| {
            follow(b.clone(), move |tx, some| store::ordered_for(tx, job.employer, job.person, some))
        })
        .on(move |_, job: CompetenceChanged| follow(c.clone(), move |tx, some| store::about(tx, job.competence, some)))
        .on(move |_, job: SchemeChanged| follow(d.clone(), move |tx, some| store::in_scheme(tx, job.scheme, some)))
        .on(move |_, job: OrganisationChanged| {
            let (db, organisation) = (e.clone(), job.organisation);
            async move {
                follow(db.clone(), move |tx, some| store::recorded_by(tx, organisation, some)).await?;
                follow(db, move |tx, some| store::ordered_by(tx, organisation, some)).await
            }
        })
        .on(move |_, job: ClaimChanged| {
            let db = f.clone();
            async move {
                let ClaimChanged { person, claimed } = job;
                follow(db.clone(), move |tx, some| store::ordered_about(tx, person, some)).await?;
                // After a claim was undone the two are no longer found together.
                follow(db, move |tx, some| store::ordered_about(tx, claimed, some)).await
            }
        })
}

async fn follow<F>(db: Db, find: F) -> Result<(), Failure>
where
    F: Fn(&mut Tx<'_>, Portion) -> Result<Vec<RecordId>, Error> + Clone + Send + 'static,
{
    let mut next = Some(Portion { after: RecordId::nil(), at_most: TOGETHER });
    while let Some(portion) = next {
        let find = find.clone();
        let last = db
            .write(move |tx| {
                let ids = find(tx, portion)?;
                hold_again(tx, &ids)?;
                Ok::<_, Error>(ids.last().copied())
            })
            .await?;
        next = last.map(|after| Portion { after, ..portion });
    }
    Ok(())
}
