//! Who was shown what is erased or reduced is told (GDPR art. 19): an event by the record's id for connected systems, and one
//! letter for the people there. Both are written in the transaction that erases, so nobody is told of what did not happen, and
//! a repetition of it, which finds nothing to end, tells nobody twice.

use std::collections::{BTreeMap, BTreeSet};

use super::{Ended, letters};
use crate::{
    law::erasing::is_told,
    organisations::store::privacy_contacts,
    platform::{
        db::{Error, Tx},
        feed::{self, Happened},
        jobs,
    },
    records::{Ending, Party, disclosures::store::Recipients},
    words::*,
};

/// What one organisation hears of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// What somebody has erased.
    pub erased: BTreeSet<RecordId>,
    /// What somebody has reduced to the fact that it was.
    pub reduced: BTreeSet<RecordId>,
}

/// What is told, by whom it is told to.
pub type ToTell = BTreeMap<OrganisationId, News>;

/// What those who were shown something hear, when these holds end and these are reduced, and these records are gone. Of what is
/// erased by one and reduced by another they hear the more.
pub fn to_tell(shown: &Recipients, ended: &[Ending], reduced: &[Ending], gone: &BTreeSet<RecordId>) -> ToTell {
    let mut all = ToTell::new();
    for (record, recipients) in shown {
        let is_gone = gone.contains(record);
        let done_by = |of: &[Ending]| -> Vec<(OrganisationId, Ground)> {
            of.iter().filter(|one| one.record == *record).map(|one| (one.controller, one.ground)).collect()
        };
        let (erased_by, reduced_by) = (done_by(ended), done_by(reduced));
        for recipient in recipients {
            if is_told(*recipient, erased_by.iter().copied(), is_gone) {
                all.entry(*recipient).or_default().erased.insert(*record);
            } else if is_told(*recipient, reduced_by.iter().copied(), is_gone) {
                all.entry(*recipient).or_default().reduced.insert(*record);
            }
        }
    }
    all
}

/// What those hear who were shown something that never should have been: all of them, for it was nobody's of them to put right.
pub(super) fn to_tell_all(shown: &Recipients, ids: &BTreeSet<RecordId>) -> ToTell {
    let mut all = ToTell::new();
    for (record, recipients) in shown.iter().filter(|(record, _)| ids.contains(record)) {
        for recipient in recipients {
            all.entry(*recipient).or_default().erased.insert(*record);
        }
    }
    all
}

/// What those hear who hold something no longer since the facts were put right, and had been shown it. A body hears it in the
/// feed of its scheme.
pub(super) fn to_tell_losers(shown: &Recipients, lost: &[Ended]) -> ToTell {
    let mut all = ToTell::new();
    for one in lost.iter().filter(|one| one.ground != Ground::Scheme) {
        if shown.get(&one.record).is_some_and(|recipients| recipients.contains(&one.controller)) {
            all.entry(one.controller).or_default().erased.insert(one.record);
        }
    }
    all
}

/// Tells them. To whom it was told.
///
/// # Errors
/// The database's.
pub(super) fn tell(tx: &mut Tx<'_>, news: &ToTell) -> Result<Vec<Party>, Error> {
    if news.is_empty() {
        return Ok(Vec::new());
    }
    let events: Vec<Happened<'_>> = news.iter().flat_map(|(audience, news)| events(*audience, news)).collect();
    feed::publish_all(tx, &events)?;
    let mut told = Vec::with_capacity(news.len());
    for (id, name, contact) in privacy_contacts(tx, &news.keys().copied().collect::<Vec<_>>())? {
        if let (Some(to), Some(news)) = (contact, news.get(&id)) {
            jobs::enqueue(tx, &letters::to_recipient(to, id, news))?;
        }
        told.push(Party { id, name });
    }
    Ok(told)
}

fn events(audience: OrganisationId, news: &News) -> impl Iterator<Item = Happened<'static>> {
    let of = move |kind: NoticeKind, ids: &BTreeSet<RecordId>| -> Vec<Happened<'static>> {
        ids.iter().map(|record| Happened { kind: kind.code(), audience, scheme: None, record: *record }).collect()
    };
    of(NoticeKind::Erased, &news.erased).into_iter().chain(of(NoticeKind::Reduced, &news.reduced))
}
