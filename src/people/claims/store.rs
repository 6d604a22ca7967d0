//! Claims: links between the ids one human is known by.

use crate::{
    people::{Claim, ClaimChanged},
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{account_emails, accounts, card_emails, cards, claims, organisations, persons},
        },
        jobs,
    },
    words::*,
};

/// Unclaimed persons, with the card that fits, whose e-mail the account has verified and whose birth date is the own.
///
/// # Errors
/// The database's.
pub fn claimable(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<(PersonId, CardId)>, Error> {
    let own = cards::table
        .filter(cards::holder.is_null())
        .filter(cards::person.eq(person))
        .select(cards::birth_date)
        .first::<Option<Day>>(tx.conn())
        .optional()?;
    let Some(born) = own.flatten() else { return Ok(Vec::new()) };
    // Who claimed it and has no account any more was most likely the same human.
    let claimants = diesel::alias!(accounts as claimants);
    let claimants = claimants.filter(claimants.field(accounts::person).eq(persons::same_as));
    Ok(accounts::table
        .inner_join(account_emails::table.on(account_emails::account.eq(accounts::id)))
        .inner_join(card_emails::table.on(card_emails::email_key.eq(account_emails::email_key)))
        .inner_join(cards::table.on(cards::id.eq(card_emails::card)))
        .inner_join(persons::table.on(persons::id.eq(cards::person)))
        .filter(accounts::person.eq(person))
        .filter(cards::birth_date.eq(born))
        .filter(cards::holder.is_not_null())
        .filter(persons::same_as.eq(persons::id).or(diesel::dsl::not(diesel::dsl::exists(claimants))))
        .filter(persons::same_as.ne(person))
        .filter(persons::id.ne(person))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            claims::table.filter(claims::person.eq(person)).filter(claims::claimed.eq(persons::id)),
        )))
        .order(cards::id)
        .limit(200)
        .select((persons::id, cards::id))
        .load(tx.conn())?)
}

/// The person a card is about.
///
/// # Errors
/// 404 if the card has gone.
pub fn person_of(tx: &mut Tx<'_>, card: CardId) -> Result<PersonId, Error> {
    Ok(cards::table.filter(cards::id.eq(card)).select(cards::person).first(tx.conn())?)
}

/// Links two persons by a card, unless one has an account of its own or is linked already. True if the link stands.
///
/// # Errors
/// The database's.
pub fn link(
    tx: &mut Tx<'_>,
    person: PersonId,
    claimed: PersonId,
    card: CardId,
    claimed_by: ClaimedBy,
) -> Result<bool, Error> {
    let linked: PersonId = persons::table.filter(persons::id.eq(claimed)).select(persons::same_as).first(tx.conn())?;
    if linked == person {
        return Ok(true);
    }
    if has_account(tx, claimed)? || has_account(tx, linked)? {
        return Ok(false);
    }
    if linked != claimed && claimed_by == ClaimedBy::Invitation {
        // An invitation says who reads a letter, and not that it is whoever had claimed all of these before.
        return Ok(false);
    }
    // Who were one stay one: a hold on one of them lies on all, and an employment of one ends what others are kept for.
    diesel::update(persons::table.filter(persons::same_as.eq(linked)))
        .set(persons::same_as.eq(person))
        .execute(tx.conn())?;
    let holder: Option<OrganisationId> =
        cards::table.filter(cards::id.eq(card)).select(cards::holder).first(tx.conn())?;
    let (id, now): (ClaimId, _) = (tx.new_id(), tx.now());
    diesel::insert_into(claims::table)
        .values((
            claims::id.eq(id),
            claims::person.eq(person),
            claims::holder.eq(holder),
            claims::claimed.eq(claimed),
            claims::claimed_by.eq(claimed_by),
            claims::made_at.eq(now),
        ))
        .execute(tx.conn())?;
    jobs::enqueue(tx, &ClaimChanged { person, claimed })?;
    Ok(true)
}

/// Everyone these persons are known as.
///
/// # Errors
/// The database's.
pub fn known_with(tx: &mut Tx<'_>, people: &[PersonId]) -> Result<Vec<PersonId>, Error> {
    let (known, same) = diesel::alias!(persons as known, persons as same);
    Ok(known
        .inner_join(same.on(same.field(persons::same_as).eq(known.field(persons::same_as))))
        .filter(known.field(persons::id).among(people))
        .order(same.field(persons::id))
        .select(same.field(persons::id))
        .distinct()
        .load(tx.conn())?)
}

fn has_account(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, Error> {
    let found = accounts::table.filter(accounts::person.eq(person)).select(accounts::id);
    Ok(found.first::<AccountId>(tx.conn()).optional()?.is_some())
}

/// Forgets what a person has claimed, and how. Which ids are one is not undone by it.
///
/// # Errors
/// The database's.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Error> {
    diesel::delete(claims::table.filter(claims::person.eq(person))).execute(tx.conn())?;
    Ok(())
}

/// Undoes a claim; the person that was claimed, or nobody if it was undone before.
///
/// # Errors
/// 404 if the person has no such claim.
pub fn undo(tx: &mut Tx<'_>, person: PersonId, claim: ClaimId) -> Result<Option<PersonId>, Error> {
    let row = claims::table.filter(claims::id.eq(claim)).filter(claims::person.eq(person));
    let (claimed, undone_at): (PersonId, Option<Instant>) =
        row.select((claims::claimed, claims::undone_at)).first(tx.conn())?;
    if undone_at.is_some() {
        return Ok(None);
    }
    tx.lock_persons(&[person, claimed])?;
    let now = tx.now();
    diesel::update(row).set(claims::undone_at.eq(Some(now))).execute(tx.conn())?;
    diesel::update(persons::table.filter(persons::id.eq(claimed)))
        .set(persons::same_as.eq(claimed))
        .execute(tx.conn())?;
    jobs::enqueue(tx, &ClaimChanged { person, claimed })?;
    Ok(Some(claimed))
}

/// The person's claims, newest first.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Claim>, Error> {
    let rows = claims::table
        .left_join(organisations::table.on(claims::holder.eq(organisations::id.nullable())))
        .filter(claims::person.eq(person))
        .order(claims::id.desc())
        .limit(500)
        .select((
            claims::id,
            claims::claimed,
            organisations::name.nullable(),
            claims::claimed_by,
            claims::made_at,
            claims::undone_at,
        ))
        .load::<(ClaimId, PersonId, Option<String>, ClaimedBy, Instant, Option<Instant>)>(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(id, claimed, holder, claimed_by, made_at, undone_at)| Claim {
            id,
            claimed,
            holder,
            claimed_by,
            made_at,
            undone_at,
        })
        .collect())
}
