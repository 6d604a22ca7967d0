//! Carries out what was decided about holds, whoever asked: the person, the controller, or a human who answered a case. The law
//! is asked once more, in the transaction that does it.

use std::collections::BTreeSet;

use super::decisions::Open;
use crate::{
    certificates::erasing::Settled,
    completions::erasing::{Because, Erasure, end_and_reduce},
    platform::{
        db::Tx,
        problem::{Findings, Kind, Problem},
    },
    records::Ending,
    words::*,
};

/// What was done.
#[derive(Debug)]
pub struct Done {
    /// What goes on being held, as the fact that it was.
    pub reduced: BTreeSet<Ending>,
    /// What really happened.
    pub erasure: Erasure,
}

impl Done {
    /// The certificates its issuers no longer confirm, or that are gone.
    pub fn certificates(&self) -> &[Settled] {
        &self.erasure.certificates
    }
}

/// What becomes of a hold when what is decided is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Would {
    /// It ends.
    End,
    /// It goes on, as the fact that it was.
    BeReduced,
    /// It stays as it is.
    Stay,
}

/// What would become of a hold.
pub fn would(one: &Open, trigger: Trigger, today: Day) -> Would {
    match one.decide(trigger, today).action {
        DecisionAction::Reduce => Would::BeReduced,
        // Somebody must take it over first.
        DecisionAction::Archive | DecisionAction::HandOver => Would::Stay,
        action if action.erases() => Would::End,
        _ => Would::Stay,
    }
}

/// Carries out what is decided today about these holds: some end, some are narrowed, the others stay. Whoever calls holds the
/// persons.
///
/// # Errors
/// The database's.
pub fn carry_out<'a>(
    tx: &mut Tx<'_>,
    open: impl IntoIterator<Item = &'a Open>,
    trigger: Trigger,
) -> Result<Done, Problem> {
    let (mut ending, mut reduced) = (Vec::new(), BTreeSet::new());
    for one in open {
        match would(one, trigger, tx.today()) {
            Would::BeReduced => drop(reduced.insert(one.ending())),
            Would::End => ending.push(one.ending()),
            Would::Stay => {}
        }
    }
    end_or_reduce(tx, &ending, reduced)
}

/// Ends some holds, and narrows others to the fact that it was. Whoever calls has decided it, and holds the persons.
///
/// # Errors
/// The database's.
pub fn end_or_reduce(tx: &mut Tx<'_>, ending: &[Ending], reduced: BTreeSet<Ending>) -> Result<Done, Problem> {
    let less: Vec<Ending> = reduced.iter().copied().collect();
    let erasure = end_and_reduce(tx, ending, (&less, Content::of(&[Part::Fact])), Because::Decided)?;
    Ok(Done { reduced, erasure })
}

/// Refuses, if any of these is refused: nothing is done by halves. Each comes with where it was named.
///
/// # Errors
/// `MustStay`, with what keeps each and until when.
pub fn must_be_free<'a>(refused: impl IntoIterator<Item = (&'a String, Option<Fault>)>) -> Result<(), Problem> {
    let mut findings = Findings::default();
    for (pointer, fault) in refused {
        if let Some(fault) = fault {
            findings.add(pointer, fault);
        }
    }
    if findings.is_empty() { Ok(()) } else { Err(Problem { findings: findings.into_vec(), ..Kind::MustStay.into() }) }
}
