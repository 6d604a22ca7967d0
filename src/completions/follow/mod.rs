//! Follows facts that arrive late: a requirement, an employment, a class, a scheme, a capacity, a certification, a claim, a
//! certificate's end, a hold that was lifted, another retention schedule, an organisation's pack. Each leaves a job; here the completions it bears on are held again, some at a time, so that no transaction grows
//! with the history.

mod store;

use super::{
    facts::{certified_again, hold_again},
    hand_overs,
};
use crate::{
    catalogue::{CompetenceChanged, SchemeChanged},
    certificates::{self, CertificateEnded},
    organisations::{OrganisationChanged, OrganisationDissolved, staff::EmploymentChanged},
    people::ClaimChanged,
    platform::{
        db::{Db, Error, Tx},
        jobs::{Failure, Workers},
    },
    records::{
        self, HoldLifted, ScheduleChanged,
        packs::{self, PackChanged},
    },
    requirements::RequirementChanged,
    words::{Capacity, Identifier, RecordId, Word},
};

/// Says who follows which fact.
#[must_use]
pub fn workers(workers: Workers, db: &Db) -> Workers {
    let [a, b, c, d, e, f, g, h, i, j, k] = std::array::from_fn(|_| db.clone());
    workers
        .on(move |_, job: RequirementChanged| {
            follow(a.clone(), move |tx, after| store::ordered(tx, job.organisation, job.competence, after))
        })
        .on(move |_, job: EmploymentChanged| {
            follow(b.clone(), move |tx, after| store::held_as_employer(tx, job.employer, job.person, after))
        })
        .on(move |_, job: CompetenceChanged| {
            follow(c.clone(), move |tx, after| store::about(tx, job.competence, after))
        })
        .on(move |_, job: SchemeChanged| follow(d.clone(), move |tx, after| store::in_scheme(tx, job.scheme, after)))
        .on(move |_, job: OrganisationChanged| {
            let (db, organisation) = (e.clone(), job.organisation);
            async move {
                follow(db.clone(), move |tx, after| store::recorded_by(tx, organisation, after)).await?;
                follow(db, move |tx, after| store::ordered_by(tx, organisation, after)).await
            }
        })
        .on(move |_, job: OrganisationDissolved| {
            let (db, organisation) = (k.clone(), job.organisation);
            async move {
                follow(db.clone(), move |tx, after| store::held_by(tx, organisation, after)).await?;
                follow(db, move |tx, after| store::taken_over_from(tx, organisation, after)).await
            }
        })
        .on(move |_, job: CertificateEnded| {
            let db = g.clone();
            async move {
                let followed = db.write(move |tx| {
                    let completions = certificates::store::completions(tx, job.certificate)?;
                    certified_again(tx, &completions)
                });
                Ok(followed.await?)
            }
        })
        .on(move |_, ScheduleChanged {}| follow(h.clone(), records::store::kept_by_another_schedule))
        .on(move |_, job: HoldLifted| follow(i.clone(), move |tx, after| store::of(tx, job.person, after)))
        .on(move |_, PackChanged { organisation, rules }| {
            let db = j.clone();
            async move {
                for capacity in Capacity::ALL {
                    let rules = rules.clone();
                    let held = move |tx: &mut Tx<'_>, after| {
                        packs::store::held_under(tx, (organisation, *capacity), &rules, after)
                    };
                    follow(db.clone(), held).await?;
                }
                Ok(())
            }
        })
        .on(move |_, job: ClaimChanged| {
            let db = f.clone();
            async move {
                let ClaimChanged { person, claimed } = job;
                db.write(move |tx| hand_overs::after_claim(tx, person, claimed)).await?;
                follow(db.clone(), move |tx, after| store::held_by_others(tx, person, after)).await?;
                // After a claim was undone the two are no longer found together.
                follow(db, move |tx, after| store::held_by_others(tx, claimed, after)).await
            }
        })
}

async fn follow<F>(db: Db, find: F) -> Result<(), Failure>
where
    F: Fn(&mut Tx<'_>, RecordId) -> Result<Vec<RecordId>, Error> + Clone + Send + 'static,
{
    let mut next = Some(RecordId::nil());
    while let Some(after) = next {
        let find = find.clone();
        next = db
            .write(move |tx| {
                let ids = find(tx, after)?;
                hold_again(tx, &ids)?;
                Ok::<_, Error>(ids.last().copied())
            })
            .await?;
    }
    Ok(())
}
