//! Ends custodies, and does everything that follows: what nobody holds any more is erased, what others still hold is narrowed
//! to what they hold, certificates follow their completions, cards and photos their holders' last custody. Whether a custody
//! may end is not asked here: whoever calls has had it decided.
//!
//! Everything is one transaction, and what it returns is what really happened. Files cannot join it: their keys go with their
//! rows, so what is left of them is noise, and whoever calls discards it after the commit (`documents::discard`). Who was shown
//! what goes is told (`telling`), and asked for first, because the log goes by the records.

mod letters;
mod store;
pub mod telling;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::certify::batches;
pub use crate::records::{Ended, Ending};
use crate::{
    certificates::erasing::{self as certificates, Settled},
    law::erasing::{issues, left},
    people::store::{Cards, known_by},
    platform::{
        db::{Error, Tx},
        jobs::{self, Job},
    },
    records::{Party, disclosures::store::recipients, ending::store as ending, ledger, store as records},
    words::*,
};
pub use store::forget_persons;
pub(super) use store::forget_what_was_to_come;

/// Why custodies end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// It was decided: asked for, let go of, or its time had come.
    Decided,
    /// It never should have been: the wrong person, a duplicate, a test, a forgery (GDPR art. 5(1)(d), 16). No mark of a code
    /// stays, and the ledger binds nobody.
    Untrue,
    /// The batch that recorded it is undone, or a correction says otherwise: as untrue, and a card that a member wrote by hand
    /// did not come with it.
    PutRight,
}

impl Because {
    fn is_untrue(self) -> bool {
        self != Because::Decided
    }

    fn cards(self) -> Cards {
        if self == Because::PutRight { Cards::PassedOn } else { Cards::Every }
    }
}

/// What is left of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// Which.
    pub record: RecordId,
    /// The parts that somebody still holds; nothing if it is gone.
    pub content: Content,
}

impl Left {
    /// Is nothing left of it?
    pub fn is_gone(&self) -> bool {
        self.content == Content::NOTHING
    }
}

/// What really happened.
#[derive(Clone, Debug, Default)]
pub struct Erasure {
    /// The custodies that ended. Those that had ended before are not among them.
    pub custodies: Vec<Ended>,
    /// What is left of their records.
    pub records: Vec<Left>,
    /// What became of the certificates about them.
    pub certificates: Vec<Settled>,
    /// Whose cards of whom went.
    pub cards: Vec<(OrganisationId, PersonId)>,
    /// The persons nothing refers to any more, who are gone.
    pub persons: Vec<PersonId>,
    /// Who was shown any of it, and has been told.
    pub told: Vec<Party>,
    /// The files to be discarded once this is committed.
    pub files: Vec<DocumentId>,
}

/// Ends custodies, and does everything that follows. Whoever calls holds the persons (`tx.lock_persons`).
///
/// # Errors
/// The database's.
pub fn end_custodies(tx: &mut Tx<'_>, endings: &[Ending], because: Because) -> Result<Erasure, Error> {
    end_and_reduce(tx, endings, (&[], Content::NOTHING), because)
}

/// Ends custodies, reduces others, which go on, and does everything that follows: one act, of which each who was shown any of it
/// is told once. Whoever calls holds the persons.
///
/// # Errors
/// The database's.
pub fn end_and_reduce(
    tx: &mut Tx<'_>,
    endings: &[Ending],
    (less, to): (&[Ending], Content),
    because: Because,
) -> Result<Erasure, Error> {
    let shown = recipients(tx, &endings.iter().chain(less).map(|one| one.record).collect())?;
    let mut done = end(tx, endings, because)?;
    let (reduced, left) = reduce(tx, less, to)?;
    done.certificates.extend(left.certificates);
    done.files.extend(left.files);
    let news = if because.is_untrue() {
        telling::to_tell_all(&shown, &done.custodies.iter().map(|one| one.record).collect())
    } else {
        let ended: Vec<Ending> = done.custodies.iter().map(Ending::from).collect();
        let gone = done.records.iter().filter(|one| one.is_gone()).map(|one| one.record).collect();
        telling::to_tell(&shown, &ended, &reduced, &gone)
    };
    done.told = telling::tell(tx, &news)?;
    Ok(done)
}

/// Nothing is left of what stayed when a person asked for its erasure, or was taken back: there is a further receipt to write.
#[derive(Debug, Serialize, Deserialize)]
pub struct RestLapsed {
    /// The erasure.
    pub erasure: ErasureId,
}

impl Job for RestLapsed {
    const KIND: &'static str = "rest_lapsed";
}

/// Writes down on receipts that what they said would stay or go later is gone.
fn no_longer_awaited(tx: &mut Tx<'_>, ended: &[Ended]) -> Result<(), Error> {
    for erasure in store::no_longer_awaited(tx, ended)? {
        jobs::enqueue(tx, &RestLapsed { erasure })?;
    }
    Ok(())
}

fn end(tx: &mut Tx<'_>, endings: &[Ending], because: Because) -> Result<Erasure, Error> {
    let ended = ending::end(tx, endings)?;
    if ended.is_empty() {
        return Ok(Erasure::default());
    }
    no_longer_awaited(tx, &ended)?;
    // First, because it is written from what is about to go.
    write_down(tx, &ended, None, because)?;
    let kept = ended.iter().filter(|one| one.ground == Ground::Portfolio);
    let kept: Vec<RecordId> = kept.map(|one| one.record).collect();
    if !kept.is_empty() {
        store::take_out_of_portfolios(tx, &kept)?;
    }
    for (controller, ids) in by_controller(ended.iter().filter(|one| issues(one.ground)), |one| one.record) {
        store::forget_what_was_to_come(tx, controller, &ids)?;
    }
    let ids: BTreeSet<RecordId> = ended.iter().map(|one| one.record).collect();
    let Erasure { records: left, certificates, mut files, .. } = settle(tx, &ids, because)?;
    let gone: BTreeSet<RecordId> = left.iter().filter(|one| one.is_gone()).map(|one| one.record).collect();
    ending::let_go(tx, &ended.iter().filter(|one| !gone.contains(&one.record)).collect::<Vec<_>>())?;
    let (cards, mut photos) = forget_the_unheld(tx, &ended, because)?;
    files.append(&mut photos);
    let people = ended.iter().map(|one| one.person).collect();
    let persons = store::forget_persons(tx, &people)?;
    tx.erased();
    Ok(Erasure { custodies: ended, records: left, certificates, cards, persons, files, ..Erasure::default() })
}

/// Ends every custody of these records: nothing of them is left.
///
/// # Errors
/// The database's.
pub fn erase(tx: &mut Tx<'_>, ids: &[RecordId], because: Because) -> Result<Erasure, Error> {
    let held = ending::all_held(tx, &ids.iter().copied().collect())?;
    end_custodies(tx, &held.iter().map(Ending::from).collect::<Vec<_>>(), because)
}

/// Settles what is left of records of which custodies have ended, by the custodies there are: the records and the
/// certificates about them.
///
/// # Errors
/// The database's.
pub fn settle(tx: &mut Tx<'_>, ids: &BTreeSet<RecordId>, because: Because) -> Result<Erasure, Error> {
    let held = records::stored(tx, &ids.iter().copied().collect::<Vec<_>>())?;
    let records: Vec<Left> = ids.iter().map(|id| Left { record: *id, content: left(held.of(*id)) }).collect();
    let gone: BTreeSet<RecordId> = records.iter().filter(|one| one.is_gone()).map(|one| one.record).collect();
    let (certificates, files) = certificates::settle(tx, ids, &gone, because.is_untrue())?;
    narrow(tx, &records)?;
    if !gone.is_empty() {
        let gone: Vec<RecordId> = gone.into_iter().collect();
        batches::settled(tx, &gone)?;
        store::erase(tx, &gone)?;
        ending::erase(tx, &gone)?;
    }
    Ok(Erasure { records, certificates, files, ..Erasure::default() })
}

/// Reduces custodies, which go on, and settles what is left of the records and of the certificates about them. Those that were
/// reduced.
fn reduce(tx: &mut Tx<'_>, of: &[Ending], to: Content) -> Result<(Vec<Ending>, Erasure), Error> {
    if of.is_empty() {
        return Ok(Default::default());
    }
    let reduced = ending::reduce(tx, of, to)?;
    if reduced.is_empty() {
        return Ok((Vec::new(), Erasure::default()));
    }
    write_down(tx, &reduced, Some(to), Because::Decided)?;
    let left = settle(tx, &reduced.iter().map(|one| one.record).collect(), Because::Decided)?;
    Ok((reduced.iter().map(Ending::from).collect(), left))
}

/// Sees to what follows for those who hold records no longer since the facts were put right: who was shown one hears of it, a
/// card that came with a record goes, and a restored backup gives nothing back.
///
/// # Errors
/// The database's.
pub fn put_right(tx: &mut Tx<'_>, lost: &[Ended]) -> Result<(), Error> {
    let shown = recipients(tx, &lost.iter().map(|one| one.record).collect())?;
    write_down(tx, lost, None, Because::PutRight)?;
    telling::tell(tx, &telling::to_tell_losers(&shown, lost))?;
    no_longer_awaited(tx, lost)?;
    // Files that nobody names any more are swept.
    forget_the_unheld(tx, lost, Because::PutRight)?;
    Ok(())
}

fn write_down(tx: &mut Tx<'_>, ended: &[Ended], reduced_to: Option<Content>, because: Because) -> Result<(), Error> {
    let untrue = because.is_untrue();
    let (mut known, mut happenings) = (HashMap::new(), HashMap::new());
    if !untrue {
        for (controller, people) in by_controller(ended, |one| one.person) {
            known.insert(controller, known_by(tx, controller, &people)?);
        }
    }
    if known.values().flat_map(HashMap::values).any(|known| known.birth_date.is_some()) {
        happenings = store::happenings(tx, &ended.iter().map(|one| one.record).collect())?;
    }
    let vault = tx.vault();
    let found_by = |one: &Ended| {
        let known = known.get(&one.controller).and_then(|known| known.get(&one.person));
        known.map_or_else(Vec::new, |known| ledger::found_by(vault, one.controller, known, happenings.get(&one.record)))
    };
    let entries = ledger::entries(vault, ended, reduced_to, found_by);
    ledger::store::write(tx, entries, untrue)
}

/// Takes from records what nobody holds any more, out of all their versions.
fn narrow(tx: &mut Tx<'_>, records: &[Left]) -> Result<(), Error> {
    for part in [Part::Result, Part::Hours, Part::Evidence] {
        let without = records.iter().filter(|one| !one.is_gone() && !one.content.holds(part));
        let without: Vec<RecordId> = without.map(|one| one.record).collect();
        if !without.is_empty() {
            store::narrow(tx, &without, part)?;
        }
    }
    Ok(())
}

type CardsAndFiles = (Vec<(OrganisationId, PersonId)>, Vec<DocumentId>);

/// What a holder has of a person goes with its last custody: the photo that waits, and the card.
fn forget_the_unheld(tx: &mut Tx<'_>, ended: &[Ended], because: Because) -> Result<CardsAndFiles, Error> {
    forget_of(tx, by_controller(ended, |one| one.person), because)
}

/// What an organisation has of people of whom it holds nothing any more, because a successor took it over.
///
/// # Errors
/// The database's.
pub(super) fn forget_cards_of(
    tx: &mut Tx<'_>,
    controller: OrganisationId,
    people: &BTreeSet<PersonId>,
) -> Result<(), Error> {
    forget_of(tx, [(controller, people.clone())].into(), Because::Decided).map(drop)
}

fn forget_of(
    tx: &mut Tx<'_>,
    people: BTreeMap<OrganisationId, BTreeSet<PersonId>>,
    because: Because,
) -> Result<CardsAndFiles, Error> {
    let (mut cards, mut unheld) = (Vec::new(), BTreeMap::new());
    for (controller, people) in people {
        let people = ending::unheld_by(tx, controller, &people)?;
        let whose = ending::forget_cards(tx, controller, &people, because.cards())?;
        cards.extend(whose.into_iter().map(|person| (controller, person)));
        unheld.insert(controller, people);
    }
    Ok((cards, certificates::forget_photos(tx, &unheld)?))
}

/// What custodies were about, by whose they were.
fn by_controller<'a, T: Ord>(
    ended: impl IntoIterator<Item = &'a Ended>,
    about: impl Fn(&Ended) -> T,
) -> BTreeMap<OrganisationId, BTreeSet<T>> {
    let mut all = BTreeMap::<_, BTreeSet<_>>::new();
    for one in ended {
        all.entry(one.controller).or_default().insert(about(one));
    }
    all
}
