//! Finds the person a new completion is about: among the recorder's own cards and those of the orderer it names, by
//! external reference first, then by e-mail and birth date. What is ambiguous is reported, never guessed; a match
//! elsewhere is neither made nor revealed.

use std::collections::{HashMap, HashSet};

use crate::{
    people::{
        source,
        store::{Arrivals, CardContent, Known, by_email_and_birth_date, by_references, has_cards},
    },
    platform::{
        db::{Error, Tx},
        input::Email,
        problem::Findings,
    },
    words::*,
};

/// What is said about the person.
#[derive(Clone, Debug, Default)]
pub struct Who {
    /// The recorder's own reference.
    pub reference: Option<String>,
    /// The orderer, by whose cards the person may be known.
    pub orderer: Option<OrganisationId>,
    /// The orderer's reference.
    pub orderer_reference: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// An e-mail address.
    pub email: Option<Email>,
    /// The day of birth.
    pub birth_date: Option<Day>,
}

/// Who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The person.
    pub person: PersonId,
    /// The day of birth, as far as a card knows it.
    pub birth_date: Option<Day>,
}

/// Finds the persons of a batch, and makes those nobody knows.
pub struct Finder {
    recorder: OrganisationId,
    own: HashMap<String, Known>,
    theirs: HashMap<(OrganisationId, String), Known>,
    introduced: HashSet<PersonId>,
    arrivals: Arrivals,
}

impl Finder {
    /// Looks up all references of a batch at once.
    ///
    /// # Errors
    /// The database's.
    pub fn new(tx: &mut Tx<'_>, recorder: OrganisationId, batch: &[&Who]) -> Result<Self, Error> {
        let references: Vec<&str> = batch.iter().filter_map(|who| who.reference.as_deref()).collect();
        let own = by_references(tx, recorder, &references)?;
        let mut asked: HashMap<OrganisationId, Vec<&str>> = HashMap::new();
        for who in batch {
            if let (Some(orderer), Some(reference)) = (who.orderer, who.orderer_reference.as_deref()) {
                asked.entry(orderer).or_default().push(reference);
            }
        }
        let mut theirs = HashMap::new();
        for (orderer, references) in asked {
            let known = by_references(tx, orderer, &references)?;
            theirs.extend(known.into_iter().map(|(reference, known)| ((orderer, reference), known)));
        }
        Ok(Self { recorder, own, theirs, introduced: HashSet::new(), arrivals: Arrivals::default() })
    }

    /// The person, known or made now.
    ///
    /// # Errors
    /// The database's; the inner error says what must be corrected.
    pub fn find(&mut self, tx: &mut Tx<'_>, who: &Who) -> Result<Result<Found, Findings>, Error> {
        let own = match who.reference.as_ref() {
            Some(reference) => self.own.get(reference).cloned(),
            None => match self.by_email(tx, self.recorder, who)? {
                Ok(found) => found,
                Err(findings) => return Ok(Err(findings)),
            },
        };
        let theirs = match (who.orderer, &who.orderer_reference) {
            (Some(orderer), Some(reference)) => self.theirs.get(&(orderer, reference.clone())).cloned(),
            (Some(orderer), None) if own.is_none() => match self.by_email(tx, orderer, who)? {
                Ok(found) => found,
                Err(findings) => return Ok(Err(findings)),
            },
            _ => None,
        };
        Ok(match (own, theirs) {
            (Some(own), Some(theirs)) if own.same_as != theirs.same_as => {
                Err(Findings::one("/orderer_reference", Fault::Ambiguous))
            }
            (Some(own), _) => Ok(Found { person: own.person, birth_date: own.birth_date.or(who.birth_date) }),
            (None, Some(theirs)) => {
                // The recorder may have a card of the same person already, under another reference or none.
                let is_known = self.introduced.contains(&theirs.person)
                    || !has_cards(tx, self.recorder, &[theirs.person])?.is_empty();
                if !is_known {
                    self.introduce(tx, theirs.person, theirs.same_as, who);
                }
                Ok(Found { person: theirs.person, birth_date: who.birth_date })
            }
            (None, None) => {
                let person = self.arrivals.person(tx);
                self.introduce(tx, person, person, who);
                Ok(Found { person, birth_date: who.birth_date })
            }
        })
    }

    /// Inserts the persons and cards that were made.
    ///
    /// # Errors
    /// The database's.
    pub fn insert(self, tx: &mut Tx<'_>) -> Result<(), Error> {
        self.arrivals.insert(tx)
    }

    /// The recorder gets a card of somebody it did not know; the next row with the same reference finds it.
    fn introduce(&mut self, tx: &Tx<'_>, person: PersonId, same_as: PersonId, who: &Who) {
        let content = CardContent {
            external_reference: who.reference.clone(),
            name: who.name.clone(),
            emails: who.email.iter().cloned().collect(),
            birth_date: who.birth_date,
            ..CardContent::default()
        };
        self.arrivals.card(tx, person, Some(self.recorder), source::IMPORT, content);
        self.introduced.insert(person);
        let known = Known { person, same_as, birth_date: who.birth_date };
        if let Some(reference) = &who.reference {
            self.own.insert(reference.clone(), known.clone());
        }
        if let (None, Some(email), Some(born)) = (&who.reference, &who.email, who.birth_date) {
            self.own.insert(email_key(email, born), known);
        }
    }

    fn by_email(
        &self,
        tx: &mut Tx<'_>,
        holder: OrganisationId,
        who: &Who,
    ) -> Result<Result<Option<Known>, Findings>, Error> {
        let (Some(email), Some(born)) = (&who.email, who.birth_date) else { return Ok(Ok(None)) };
        if holder == self.recorder
            && let Some(known) = self.own.get(&email_key(email, born))
        {
            return Ok(Ok(Some(known.clone())));
        }
        let mut found = by_email_and_birth_date(tx, holder, email, born)?;
        found.dedup_by_key(|known| known.same_as);
        Ok(match found.len() {
            0 | 1 => Ok(found.pop()),
            _ => Err(Findings::one("/email", Fault::Ambiguous)),
        })
    }
}

/// A key no external reference can have: references are clean text and hold no control character.
fn email_key(email: &Email, born: Day) -> String {
    format!("\u{1}{}\u{1}{born}", email.key())
}
