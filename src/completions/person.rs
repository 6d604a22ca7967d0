//! Finds the person a new completion is about: among the recorder's own cards and those of the orderer it names, by
//! external reference first, then by e-mail and birth date. What is ambiguous is reported, never guessed; a match
//! elsewhere is neither made nor revealed.

use std::collections::HashMap;

use crate::{
    people::{
        source,
        store::{Arrivals, CardContent, Known, by_email_and_birth_date, by_person, by_references, learn_reference},
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
    /// Those introduced in this batch by e-mail and birth date, and by whom they are.
    addressed: HashMap<String, Vec<Known>>,
    introduced: HashMap<PersonId, (Known, Option<String>)>,
    theirs: HashMap<(OrganisationId, String), Known>,
    arrivals: Arrivals,
}

impl Finder {
    /// Looks up all references of a batch at once. Only one transaction at a time makes people known to a recorder: two
    /// that did not see each other's would make one human twice, so the second waits and looks again.
    ///
    /// # Errors
    /// The database's.
    pub fn new(tx: &mut Tx<'_>, recorder: OrganisationId, batch: &[&Who]) -> Result<Self, Error> {
        let references: Vec<&str> = batch.iter().filter_map(|who| who.reference.as_deref()).collect();
        let mut own = by_references(tx, recorder, &references)?;
        let knows = |who: &&Who| who.reference.as_ref().is_some_and(|reference| own.contains_key(reference));
        if !tx.writes_alone() && !batch.iter().all(knows) {
            tx.lead(&format!("people of {recorder}"))?;
            own = by_references(tx, recorder, &references)?;
        }
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
        Ok(Self {
            recorder,
            own,
            addressed: HashMap::new(),
            introduced: HashMap::new(),
            theirs,
            arrivals: Arrivals::default(),
        })
    }

    /// The person, known or made now.
    ///
    /// # Errors
    /// The database's; the inner error says what must be corrected.
    pub fn find(&mut self, tx: &mut Tx<'_>, who: &Who) -> Result<Result<Found, Findings>, Error> {
        let by_reference = who.reference.as_ref().and_then(|reference| self.own.get(reference).cloned());
        let is_by_address = by_reference.is_none();
        let own = match by_reference {
            Some(known) => Some(known),
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
            (Some(own), _) if is_by_address => return self.met_before(tx, &own, who, "/person_reference"),
            (Some(own), _) => Ok(Found { person: own.person, birth_date: own.birth_date.or(who.birth_date) }),
            (None, Some(theirs)) => return self.met_before(tx, &theirs, who, "/orderer_reference"),
            (None, None) => {
                let person = self.arrivals.person(tx);
                self.introduce(tx, person, person, who);
                Ok(Found { person, birth_date: who.birth_date })
            }
        })
    }

    /// An address or the orderer leads to the person; the recorder may have met the same human under another reference, or
    /// none. A card without a reference learns the new one; two references are reported at what led here.
    fn met_before(
        &mut self,
        tx: &mut Tx<'_>,
        theirs: &Known,
        who: &Who,
        led_here: &str,
    ) -> Result<Result<Found, Findings>, Error> {
        let met = match self.introduced.get(&theirs.same_as) {
            Some(met) => Some(met.clone()),
            None => by_person(tx, self.recorder, theirs.same_as)?,
        };
        let Some((known, reference)) = met else {
            self.introduce(tx, theirs.person, theirs.same_as, who);
            return Ok(Ok(Found { person: theirs.person, birth_date: who.birth_date }));
        };
        match (&reference, &who.reference) {
            (Some(_), Some(_)) => return Ok(Err(Findings::one(led_here, Fault::Ambiguous))),
            (None, Some(new)) if !self.introduced.contains_key(&theirs.same_as) => {
                learn_reference(tx, self.recorder, known.person, new)?;
                self.own.insert(new.clone(), known.clone());
            }
            _ => {}
        }
        Ok(Ok(Found { person: known.person, birth_date: known.birth_date.or(who.birth_date) }))
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
        let has_reference = who.reference.is_some();
        let known = Known { person, same_as, birth_date: who.birth_date, has_reference };
        if let Some(reference) = &who.reference {
            self.own.insert(reference.clone(), known.clone());
        }
        if let (Some(email), Some(born)) = (&who.email, who.birth_date) {
            self.addressed.entry(email_key(email, born)).or_default().push(known.clone());
        }
        self.introduced.insert(same_as, (known, who.reference.clone()));
    }

    fn by_email(
        &self,
        tx: &mut Tx<'_>,
        holder: OrganisationId,
        who: &Who,
    ) -> Result<Result<Option<Known>, Findings>, Error> {
        let (Some(email), Some(born)) = (&who.email, who.birth_date) else { return Ok(Ok(None)) };
        let mut found = by_email_and_birth_date(tx, holder, email, born)?;
        if holder == self.recorder {
            found.extend(self.addressed.get(&email_key(email, born)).into_iter().flatten().cloned());
            // By its own references the recorder says who is who: another reference is another person, also where two
            // share an address and were born on one day.
            found.retain(|known| who.reference.is_none() || !known.has_reference);
        }
        found.sort_by_key(|known| known.same_as);
        found.dedup_by_key(|known| known.same_as);
        Ok(match found.len() {
            0 | 1 => Ok(found.pop()),
            _ => Err(Findings::one("/email", Fault::Ambiguous)),
        })
    }
}

fn email_key(email: &Email, born: Day) -> String {
    format!("{} {born}", email.key())
}
