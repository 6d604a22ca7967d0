//! The worker: takes turns between what is to be certified by itself and each batch, some at a time, so that a small one
//! does not wait for a big one. Several instances may do this at once.

use std::{collections::BTreeMap, time::Duration};

use futures_util::{StreamExt, stream};
use tokio::sync::watch;

use super::{
    Obstacle,
    store::{self, Claimed, Open},
};
use crate::{
    access::{Actor, Permit},
    certificates::{
        Asked,
        actions::IssueCertificates,
        issue::{Begun, begin, finish, store as issued},
    },
    completions::{certify::draft, facts::certified_again, store::people_of},
    platform::{
        db::{Error, Tx},
        http::House,
        problem::{Kind, Problem},
    },
    words::*,
};

/// How many completions are looked at in one step.
const LOOKED_AT: i64 = 500;
/// How many are given numbers in one transaction: whoever else issues for the same issuer waits so long.
const TOGETHER: i64 = 20;
/// While documents cannot be stored, no more numbers of a batch are given than this.
const MOST_ON_THEIR_WAY: i64 = 2 * TOGETHER;
/// How many documents are drawn and stored at once.
const AT_ONCE: usize = 8;

/// Works until told to stop; what was begun is finished before.
pub async fn work(house: House, stop: watch::Receiver<bool>) {
    let mut stop = stop;
    let mut commits = house.db.commits();
    loop {
        while !*stop.borrow() {
            match do_some(&house).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(problem) => {
                    tracing::warn!(kind = problem.kind.slug(), cause = problem.cause, "certificates wait");
                    break;
                }
            }
        }
        tokio::select! {
            _ = commits.changed() => {}
            () = tokio::time::sleep(Duration::from_secs(2)) => {}
            _ = stop.changed() => return,
        }
    }
}

/// Does some of everything that waits; how many steps that were, 0 if nothing waits.
///
/// # Errors
/// The database's, the folder's.
pub async fn do_some(house: &House) -> Result<usize, Problem> {
    let (alone, open) =
        house.db.read(|tx| Ok::<_, Error>((store::waiting(tx, None, TOGETHER)?, store::open(tx)?))).await?;
    let mut steps = 0;
    let mut by_issuer = BTreeMap::<OrganisationId, Vec<RecordId>>::new();
    alone.into_iter().for_each(|(issuer, completion)| by_issuer.entry(issuer).or_default().push(completion));
    for (issuer, completions) in by_issuer {
        issue(house, Actor::Job, issuer, completions, None).await?;
        steps += 1;
    }
    for batch in open {
        steps += usize::from(step(house, batch).await?);
    }
    Ok(steps)
}

/// A step of a batch; false if it has none to make now.
async fn step(house: &House, batch: Open) -> Result<bool, Problem> {
    let organisation = batch.issuer;
    let permitted = house.db.read(move |tx| {
        tx.permit(&batch.actor, IssueCertificates { organisation })?;
        Ok::<_, Problem>(())
    });
    match permitted.await {
        Ok(()) => {}
        Err(problem) if is_about_rights(&problem) => {
            return Ok(house.db.write(move |tx| store::end(tx, batch.id, CertificateBatchState::Stopped)).await?);
        }
        Err(problem) => return Err(problem),
    }
    if batch.state == CertificateBatchState::Gathering {
        return gather(house, batch).await;
    }
    let found = house.db.read(move |tx| {
        Ok::<_, Error>((store::waiting(tx, Some(batch.id), TOGETHER)?, issued::on_their_way(tx, batch.id)?))
    });
    let (waiting, on_their_way) = found.await?;
    if on_their_way > MOST_ON_THEIR_WAY {
        return Ok(false);
    }
    if waiting.is_empty() {
        let ended = house.db.write(move |tx| {
            // What another instance draws is not issued yet.
            if issued::on_their_way(tx, batch.id)? > 0 {
                return Ok(false);
            }
            store::end(tx, batch.id, CertificateBatchState::Finished)
        });
        return Ok(ended.await?);
    }
    let completions = waiting.into_iter().map(|(_, completion)| completion).collect();
    issue(house, batch.actor, organisation, completions, Some(batch.id)).await?;
    Ok(true)
}

fn is_about_rights(problem: &Problem) -> bool {
    matches!(problem.kind, Kind::Unauthenticated | Kind::Forbidden | Kind::NotFound | Kind::LacksCapacity)
}

/// Looks for more of what a batch is for.
async fn gather(house: &House, batch: Open) -> Result<bool, Problem> {
    let looked_at = house.db.read(move |tx| {
        let recorded = store::held_after(tx, (batch.issuer, batch.new.capacity.capacity()), batch.position, LOOKED_AT)?;
        let last = recorded.last().map(|found| found.id);
        let fitting: Vec<RecordId> =
            recorded.iter().filter(|found| batch.new.fitting.holds(found)).map(|found| found.id).collect();
        let certified = issued::certified(tx, batch.issuer, &fitting)?;
        Ok::<_, Error>((fitting, certified, last))
    });
    let (mut fitting, certified, last) = looked_at.await?;
    fitting.retain(|id| !certified.contains(id));
    let gathered = house.db.write(move |tx| store::gathered(tx, &batch, &fitting, certified.len(), last));
    Ok(gathered.await?)
}

/// Issues some certificates of one issuer. Of one, because who holds the number of one must not wait for another's persons.
async fn issue(
    house: &House,
    actor: Actor,
    organisation: OrganisationId,
    waiting: Vec<RecordId>,
    batch: Option<CertificateBatchId>,
) -> Result<(), Problem> {
    let begun = house.db.write(move |tx| {
        let permit = tx.permit(&actor, IssueCertificates { organisation })?;
        begin_some(tx, &permit, &waiting, batch)
    });
    finish_all(house, begun.await?).await
}

/// Begins some certificates, each of one completion. What cannot be certified as it is stays with what keeps it from it.
fn begin_some(
    tx: &mut Tx<'_>,
    permit: &Permit<IssueCertificates>,
    waiting: &[RecordId],
    batch: Option<CertificateBatchId>,
) -> Result<Vec<Begun>, Problem> {
    // All of them before the first number is taken: who holds a number waits for nobody.
    let persons = people_of(tx, waiting)?;
    tx.lock_persons(&persons)?;
    let claimed = store::claim(tx, waiting)?;
    let ids: Vec<RecordId> = claimed.iter().map(|one| one.completion).collect();
    let certified = issued::certified(tx, permit.action().organisation, &ids)?;
    let (mut begun, mut settled, mut refused) = (Vec::new(), Vec::new(), 0);
    for Claimed { completion, language, letter } in claimed {
        if !certified.contains(&completion) {
            match begin_one(tx, permit, completion, language, Asked { batch, letter, corrects: None }) {
                Ok(one) => begun.push(one),
                Err(problem) if problem.kind == Kind::Invalid => {
                    let obstacles: Vec<Obstacle> = problem.findings.iter().map(Obstacle::from).collect();
                    store::refused(tx, completion, &obstacles)?;
                    refused += 1;
                    continue;
                }
                Err(problem) => return Err(problem),
            }
        }
        settled.push(completion);
    }
    store::settled(tx, &settled)?;
    certified_again(tx, &settled)?;
    if let Some(batch) = batch {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        store::count(tx, batch, count(begun.len()), count(certified.len()), refused)?;
    }
    Ok(begun)
}

fn begin_one(
    tx: &mut Tx<'_>,
    permit: &Permit<IssueCertificates>,
    completion: RecordId,
    language: Lang,
    asked: Asked,
) -> Result<Begun, Problem> {
    let draft = draft(tx, permit, &[completion], language, asked)?;
    begin(tx, permit, &draft)
}

/// Finishes all of these, some at once. One that fails is tried again with what was broken off, and the others go on.
async fn finish_all(house: &House, begun: Vec<Begun>) -> Result<(), Problem> {
    let finished: Vec<Result<(), Problem>> =
        stream::iter(begun.into_iter().map(|one| finish(house, one))).buffer_unordered(AT_ONCE).collect().await;
    finished.into_iter().collect()
}
