//! Takes back what a batch wrote: what it recorded is erased, what it changed says again what it said before.
//!
//! It is the trigger `untrue` for one's own batch (GDPR art. 5(1)(d), 16): what never happened need not be kept, so no
//! minimum applies. What something else builds on stays, and is reported: a correction made since, another import, the
//! portfolio of the person, a hand-over.

use std::collections::BTreeSet;

use super::{
    RowError, RowResult, Undoing,
    actions::ImportRows,
    completions,
    run::{Order, Stopped, permitted},
    staff, store,
};
use crate::{
    access::Permit,
    certificates,
    completions::{
        actions::RecordCompletions,
        erasing::{Because, erase},
        facts::hold_again,
        hand_overs::store::is_handed_over,
        store::{self as records, Written},
    },
    law::decision::of_untrue,
    organisations::staff::store as employments,
    people::store::Cards,
    platform::{
        audit,
        db::{Db, Error, Tx},
    },
    records::ending::store::{all_held, forget_cards, under_hold, unheld_by},
    words::*,
};

/// How many are taken back in one transaction.
const TOGETHER: i64 = 100;

/// Takes back from where it is. `go_on` is asked between transactions.
///
/// # Errors
/// The actor may not, or the database fails; what was taken back before is durable.
pub fn undo(db: &Db, order: &Order, go_on: impl Fn() -> bool) -> Result<(), Stopped> {
    loop {
        let order = order.clone();
        if !db.write_here(move |tx| some(tx, &order))? {
            return Ok(());
        }
        if !go_on() {
            return Err(Stopped::Interrupted);
        }
    }
}

/// Takes some back; true if there may be more.
fn some(tx: &mut Tx<'_>, order: &Order) -> Result<bool, Stopped> {
    let permit = permitted(tx, order)?;
    let (after, mut counts) = store::undoing(tx, order.batch)?;
    let number = counts.undone + counts.restored + counts.kept;
    let results = match order.rows.subject {
        ImportSubject::Completions => some_completions(tx, &permit, order, after)?,
        ImportSubject::Staff => some_employments(tx, order, after)?,
    };
    let Some(last) = results.last().and_then(|one| one.id) else {
        store::end_undoing(tx, order.batch)?;
        audit::note(tx, &permit, Some(order.batch.uuid()), Some(serde_json::json!(counts)))?;
        return Ok(false);
    };
    results.iter().for_each(|one| count(&mut counts, one.outcome));
    store::results(tx, order.batch, ImportStep::Undo, number, &results)?;
    store::undone(tx, order.batch, last, counts)?;
    Ok(true)
}

fn count(counts: &mut Undoing, outcome: RowOutcome) {
    match outcome {
        RowOutcome::Undone => counts.undone += 1,
        RowOutcome::Restored => counts.restored += 1,
        _ => counts.kept += 1,
    }
}

fn some_completions(
    tx: &mut Tx<'_>,
    permit: &Permit<ImportRows>,
    order: &Order,
    after: Option<AnyId>,
) -> Result<Vec<RowResult>, Stopped> {
    let permit = permit.implies(RecordCompletions { organisation: order.rows.organisation });
    let after = after.map(|id| RecordId::from_uuid(id.uuid()));
    let written = records::written_by(tx, order.batch, after, TOGETHER)?;
    let ids: Vec<RecordId> = written.iter().map(|one| one.completion).collect();
    let people = records::people_of(tx, &ids)?;
    tx.lock_persons(&people)?;
    let held = held(tx, &ids)?;
    let mut gone = Vec::new();
    let mut results = Vec::with_capacity(written.len());
    for one in written {
        let line = completions::line_of(tx, one.completion)?;
        let id = Some(one.completion.any());
        let (outcome, errors) = match kept_because(tx, order, one, &held)? {
            Some(why) => (RowOutcome::Kept, vec![why.said(order.lang)]),
            None if one.first == 1 => {
                gone.push(one.completion);
                (RowOutcome::Undone, Vec::new())
            }
            None => {
                restore(tx, &permit, order.lang, one)?;
                (RowOutcome::Restored, Vec::new())
            }
        };
        results.push(RowResult { line, outcome, id, errors });
    }
    // What was certified is kept, so there is hardly a file; what there is, is swept.
    erase(tx, &gone, Because::PutRight)?;
    Ok(results)
}

/// Why something stays although the batch that wrote it is undone.
#[derive(Clone, Copy)]
enum Why {
    /// Corrected by hand, or by another import.
    ChangedSince,
    /// The person has accepted it into the portfolio.
    InAPortfolio,
    /// The person has handed it over to an employer.
    HandedOver,
    /// A certificate was issued for it.
    Certified,
    /// Somebody who holds it must keep it while a case is open.
    Held,
    /// The organisation has let go of it; others hold it.
    LetGo,
}

impl Why {
    fn said(self, lang: Lang) -> RowError {
        let (code, nb, en) = match self {
            Why::ChangedSince => (
                "changed_since",
                "Dette er rettet siden, for hånd eller av en annen import. Se over det og rett det enkeltvis.",
                "This was corrected since, by hand or by another import. Look at it and correct it by itself.",
            ),
            Why::InAPortfolio => (
                "in_a_portfolio",
                "Personen har tatt dette inn i mappen sin. Rett det med en ny versjon, så personen ser hvorfor.",
                "The person has accepted this into the portfolio. Correct it by a new version, so that the person sees why.",
            ),
            Why::HandedOver => (
                "handed_over",
                "Personen har gitt dette videre til en arbeidsgiver. Rett det med en ny versjon, så begge ser hvorfor.",
                "The person has handed this over to an employer. Correct it by a new version, so that both see why.",
            ),
            Why::Certified => (
                "certified",
                "Det er utstedt bevis for dette. Rett det med en ny versjon, og trekk tilbake eller rett beviset.",
                "A certificate was issued for this. Correct it by a new version, and revoke or correct the certificate.",
            ),
            Why::Held => (
                "under_hold",
                "Dette må bli liggende mens en sak er åpen. Rett det med en ny versjon.",
                "This has to stay while a case is open. Correct it by a new version.",
            ),
            Why::LetGo => (
                "let_go",
                "Dere har gitt slipp på dette, og andre oppbevarer det. Be dem rette det.",
                "You have let go of this, and others keep it. Ask them to correct it.",
            ),
        };
        RowError { column: String::new(), code: code.into(), detail: lang.pick(nb, en).into() }
    }
}

/// Which of these records lie under a hold, whoever's.
fn held(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<BTreeSet<RecordId>, Error> {
    let kept = all_held(tx, &ids.iter().copied().collect())?;
    let kept: Vec<_> = kept.iter().map(|one| (one.record, one.person, one.controller)).collect();
    Ok(under_hold(tx, &kept)?.into_iter().map(|(record, _)| record).collect())
}

fn kept_because(tx: &mut Tx<'_>, order: &Order, one: Written, held: &BTreeSet<RecordId>) -> Result<Option<Why>, Error> {
    let current = match records::recorded(tx, order.rows.organisation, one.completion) {
        Err(Error::NoRow) => return Ok(Some(Why::LetGo)),
        found => found?,
    };
    if current.version != one.last {
        return Ok(Some(Why::ChangedSince));
    }
    if one.first > 1 {
        return Ok(None);
    }
    let built = if records::is_in_a_portfolio(tx, one.completion)? {
        Some(Why::InAPortfolio)
    } else if is_handed_over(tx, one.completion)? {
        Some(Why::HandedOver)
    } else {
        certificates::issue::store::is_certified(tx, one.completion)?.then_some(Why::Certified)
    };
    match of_untrue(built.is_some(), held.contains(&one.completion)) {
        DecisionAction::Report => Ok(Some(built.unwrap_or(Why::Held))),
        _ => Ok(None),
    }
}

/// What the batch changed says again what it said before, in a new version; the row counts as changed the next time.
fn restore(tx: &mut Tx<'_>, permit: &Permit<RecordCompletions>, lang: Lang, one: Written) -> Result<(), Error> {
    let before = records::said_in(tx, one.completion, one.first - 1)?;
    let reason = lang.pick("Importen er angret", "The import was undone");
    records::append(tx, permit, one.completion, one.last + 1, &before, Some(reason), None)?;
    completions::said_differently(tx, one.completion)?;
    hold_again(tx, &[one.completion])?;
    records::publish_change(tx, one.completion)
}

fn some_employments(tx: &mut Tx<'_>, order: &Order, after: Option<AnyId>) -> Result<Vec<RowResult>, Stopped> {
    let employer = order.rows.organisation;
    let written = staff::written_by(tx, order.batch, after, TOGETHER)?;
    let mut results = Vec::with_capacity(written.len());
    for one in written {
        let now = employments::employment(tx, employer, one.employment)?;
        tx.lock_persons(&[now.person])?;
        let (outcome, errors) = match one.before {
            _ if now.version != one.version => (RowOutcome::Kept, vec![Why::ChangedSince.said(order.lang)]),
            Some(before) => {
                staff::forget_rows(tx, one.employment)?;
                employments::set_terms(tx, employer, &now, before)?;
                staff::says_again(tx, &one, now.version + 1)?;
                (RowOutcome::Restored, Vec::new())
            }
            None => {
                staff::forget_rows(tx, one.employment)?;
                staff::forget_changes(tx, one.employment)?;
                employments::annul(tx, employer, &now)?;
                let unheld = unheld_by(tx, employer, &[now.person].into())?;
                forget_cards(tx, employer, &unheld, Cards::PassedOn)?;
                (RowOutcome::Undone, Vec::new())
            }
        };
        results.push(RowResult { line: one.line, outcome, id: Some(one.employment.any()), errors });
    }
    Ok(results)
}
