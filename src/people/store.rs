//! Persons and cards.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Card, actions::*, claims::store::known_with, routes::*, source};
use crate::{
    access::Permit,
    platform::{
        audit,
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{card_emails, cards, invitations, persons},
        },
        http::{Listed, Page},
        input::Email,
        problem::Problem,
    },
    words::*,
};

#[derive(Insertable)]
#[diesel(table_name = persons, treat_none_as_default_value = false)]
struct NewPerson {
    id: PersonId,
    same_as: PersonId,
    created_at: Instant,
}

#[derive(Insertable)]
#[diesel(table_name = cards, treat_none_as_default_value = false)]
struct NewRow {
    id: CardId,
    person: PersonId,
    holder: Option<OrganisationId>,
    external_reference: Option<String>,
    name: Option<String>,
    birth_date: Option<Day>,
    mobile: Option<String>,
    position: Option<String>,
    source: &'static str,
    created_at: Instant,
    version: i64,
}

#[derive(Insertable)]
#[diesel(table_name = card_emails, treat_none_as_default_value = false)]
struct NewEmail {
    card: CardId,
    email_key: String,
    email: String,
}

#[derive(Queryable)]
struct Row {
    id: CardId,
    person: PersonId,
    external_reference: Option<String>,
    name: Option<String>,
    birth_date: Option<Day>,
    mobile: Option<String>,
    position: Option<String>,
    source: String,
    version: i64,
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        cards::id,
        cards::person,
        cards::external_reference,
        cards::name,
        cards::birth_date,
        cards::mobile,
        cards::position,
        cards::source,
        cards::version,
    )
}

/// What a new card says.
#[derive(Clone, Debug, Default)]
pub struct CardContent {
    /// The holder's own reference.
    pub external_reference: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// E-mail addresses.
    pub emails: Vec<Email>,
    /// The day of birth.
    pub birth_date: Option<Day>,
    /// Mobile number.
    pub mobile: Option<String>,
    /// Position.
    pub position: Option<String>,
}

/// Persons, cards and addresses to be inserted together.
#[derive(Default)]
pub struct Arrivals {
    persons: Vec<NewPerson>,
    cards: Vec<NewRow>,
    emails: Vec<NewEmail>,
}

impl Arrivals {
    /// A new person.
    pub fn person(&mut self, tx: &Tx<'_>) -> PersonId {
        let id = tx.new_id();
        self.persons.push(NewPerson { id, same_as: id, created_at: tx.now() });
        id
    }

    /// A new card; without a holder it is the person's own.
    pub fn card(
        &mut self,
        tx: &Tx<'_>,
        person: PersonId,
        holder: Option<OrganisationId>,
        source: &'static str,
        content: CardContent,
    ) -> CardId {
        let id = tx.new_id();
        let emails: BTreeMap<_, _> =
            content.emails.iter().map(|email| (email.key().to_owned(), email.as_str().to_owned())).collect();
        self.emails.extend(emails.into_iter().map(|(email_key, email)| NewEmail { card: id, email_key, email }));
        self.cards.push(NewRow {
            id,
            person,
            holder,
            external_reference: content.external_reference,
            name: content.name,
            birth_date: content.birth_date,
            mobile: content.mobile,
            position: content.position,
            source,
            created_at: tx.now(),
            version: 1,
        });
        id
    }

    /// Inserts everything.
    ///
    /// # Errors
    /// `Taken` when a reference is in use.
    pub fn insert(self, tx: &mut Tx<'_>) -> Result<(), Error> {
        crate::insert_many!(tx, persons::table, self.persons)?;
        crate::insert_many!(tx, cards::table, self.cards)?;
        crate::insert_many!(tx, card_emails::table, self.emails)?;
        Ok(())
    }
}

/// Makes a person with the person's own card, for a new account.
///
/// # Errors
/// The database's.
pub fn create_own(tx: &mut Tx<'_>, content: CardContent) -> Result<PersonId, Error> {
    let mut arrivals = Arrivals::default();
    let person = arrivals.person(tx);
    arrivals.card(tx, person, None, source::ACCOUNT, content);
    arrivals.insert(tx)?;
    Ok(person)
}

/// Makes a person known to one holder.
///
/// # Errors
/// `Taken` at `/external_reference`.
pub fn create(tx: &mut Tx<'_>, permit: &Permit<WriteCards>, new: NewCard) -> Result<PersonId, Problem> {
    let mut arrivals = Arrivals::default();
    let person = arrivals.person(tx);
    arrivals.card(tx, person, Some(permit.action().organisation), source::MEMBER, new.into_content());
    arrivals.insert(tx).map_err(reference_taken)?;
    audit::note(tx, permit, Some(person.uuid()), None)?;
    Ok(person)
}

fn reference_taken(error: Error) -> Problem {
    Problem::from(error).if_taken(Problem::at("/external_reference", Fault::Taken))
}

/// One of the holder's cards.
///
/// # Errors
/// 404 if the holder has no card of this person.
pub fn read(tx: &mut Tx<'_>, holder: OrganisationId, person: PersonId) -> Result<Card, Error> {
    let row: Row = cards::table
        .filter(cards::holder.eq(holder))
        .filter(cards::person.eq(person))
        .select(columns())
        .first(tx.conn())?;
    only(tx, row)
}

/// The holder's card of a person, if it has this address.
///
/// # Errors
/// 404 without such a card, `Unknown` at `/email` for an address it does not have.
pub fn card_with_email(
    tx: &mut Tx<'_>,
    holder: OrganisationId,
    person: PersonId,
    email: &Email,
) -> Result<CardId, Problem> {
    let card: CardId = cards::table
        .filter(cards::holder.eq(holder))
        .filter(cards::person.eq(person))
        .select(cards::id)
        .first(tx.conn())
        .map_err(Error::from)?;
    let known: i64 = card_emails::table
        .filter(card_emails::card.eq(card))
        .filter(card_emails::email_key.eq(email.key()))
        .count()
        .get_result(tx.conn())
        .map_err(Error::from)?;
    if known == 0 { Err(Problem::at("/email", Fault::Unknown)) } else { Ok(card) }
}

/// The person's own card.
///
/// # Errors
/// 404 if the account has gone.
pub fn read_own(tx: &mut Tx<'_>, person: PersonId) -> Result<Card, Error> {
    let row: Row = cards::table
        .filter(cards::holder.is_null())
        .filter(cards::person.eq(person))
        .select(columns())
        .first(tx.conn())?;
    only(tx, row)
}

fn only(tx: &mut Tx<'_>, row: Row) -> Result<Card, Error> {
    with_emails(tx, vec![row])?.pop().ok_or(Error::NoRow)
}

fn with_emails(tx: &mut Tx<'_>, rows: Vec<Row>) -> Result<Vec<Card>, Error> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut emails: HashMap<CardId, Vec<String>> = HashMap::new();
    let found = card_emails::table
        .filter(card_emails::card.among(&ids))
        .order((card_emails::card, card_emails::email_key))
        .select((card_emails::card, card_emails::email))
        .load::<(CardId, String)>(tx.conn())?;
    for (card, email) in found {
        emails.entry(card).or_default().push(email);
    }
    Ok(rows
        .into_iter()
        .map(|row| Card {
            person: row.person,
            external_reference: row.external_reference,
            name: row.name,
            emails: emails.remove(&row.id).unwrap_or_default(),
            birth_date: row.birth_date,
            mobile: row.mobile,
            position: row.position,
            source: row.source,
            version: row.version,
        })
        .collect())
}

/// A page of the holder's cards.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>, permit: &Permit<ReadCards>, page: &Page<CardId>) -> Result<Listed<Card>, Problem> {
    let after = page.after.unwrap_or(CardId::nil());
    let rows: Vec<Row> = cards::table
        .filter(cards::holder.eq(permit.action().organisation))
        .filter(cards::id.gt(after))
        .order(cards::id)
        .limit(page.fetch())
        .select(columns())
        .load(tx.conn())
        .map_err(Error::from)?;
    let Listed { items, next } = page.listed(rows, |row| row.id);
    Ok(Listed { items: with_emails(tx, items)?, next })
}

/// The holder's cards with a reference or an e-mail; at most fifty.
///
/// # Errors
/// The database's.
pub fn search(tx: &mut Tx<'_>, permit: &Permit<ReadCards>, search: &CardSearch) -> Result<Vec<Card>, Problem> {
    let holder = permit.action().organisation;
    let rows: Vec<Row> = match (&search.external_reference, &search.email) {
        (Some(reference), _) => cards::table
            .filter(cards::holder.eq(holder))
            .filter(cards::external_reference.eq(reference.as_str()))
            .select(columns())
            .load(tx.conn()),
        (None, Some(email)) => cards::table
            .inner_join(card_emails::table.on(card_emails::card.eq(cards::id)))
            .filter(card_emails::email_key.eq(email.key()))
            .filter(cards::holder.eq(holder))
            .limit(50)
            .select(columns())
            .load(tx.conn()),
        (None, None) => Ok(Vec::new()),
    }
    .map_err(Error::from)?;
    Ok(with_emails(tx, rows)?)
}

/// Changes one of the holder's cards.
///
/// # Errors
/// 404, `Taken` at `/external_reference`.
pub fn change(
    tx: &mut Tx<'_>,
    permit: &Permit<WriteCards>,
    person: PersonId,
    expected: impl FnOnce(i64) -> Result<(), Problem>,
    change: CardChange,
) -> Result<Card, Problem> {
    let holder = permit.action().organisation;
    tx.lock_persons(&[person])?;
    let before: Row = cards::table
        .filter(cards::holder.eq(holder))
        .filter(cards::person.eq(person))
        .select(columns())
        .first(tx.conn())
        .map_err(Error::from)?;
    expected(before.version)?;
    let reference = change.external_reference.map(|text| text.into_string()).after(before.external_reference);
    let name = change.name.map(|text| text.into_string()).after(before.name);
    if reference.is_none() && name.is_none() {
        return Err(Problem::at("/name", Fault::OneOf { fields: "name, external_reference" }));
    }
    let birth_date = change.birth_date.map(|date| date.day()).after(before.birth_date);
    let mobile = change.mobile.map(|mobile| mobile.as_str().to_owned()).after(before.mobile);
    let position = change.position.map(|text| text.into_string()).after(before.position);
    diesel::update(cards::table.filter(cards::id.eq(before.id)))
        .set((
            cards::external_reference.eq(reference),
            cards::name.eq(name),
            cards::birth_date.eq(birth_date),
            cards::mobile.eq(mobile),
            cards::position.eq(position),
            cards::version.eq(before.version + 1),
        ))
        .execute(tx.conn())
        .map_err(|error| reference_taken(error.into()))?;
    if let Some(emails) = change.emails {
        replace_emails(tx, before.id, &emails.0)?;
    }
    // A changed card has held values that nobody may want kept: what was there goes from the files too.
    tx.erased();
    audit::note(tx, permit, Some(person.uuid()), None)?;
    Ok(read(tx, holder, person)?)
}

/// What a row of a holder's file says about a person: what it leaves out stays.
#[derive(Clone, Debug, Default)]
pub struct CardUpdate {
    /// The name.
    pub name: Option<String>,
    /// E-mail addresses, besides those that are known.
    pub emails: Vec<Email>,
    /// The day of birth.
    pub birth_date: Option<Day>,
    /// Mobile number.
    pub mobile: Option<String>,
    /// Position.
    pub position: Option<String>,
}

/// Brings the holder's card of a person up to date; true if it said something else before.
///
/// # Errors
/// 404 if the holder has no card of this person.
pub fn bring_up_to_date(
    tx: &mut Tx<'_>,
    permit: &Permit<WriteCards>,
    person: PersonId,
    says: &CardUpdate,
) -> Result<bool, Error> {
    let before: Row = cards::table
        .filter(cards::holder.eq(permit.action().organisation))
        .filter(cards::person.eq(person))
        .select(columns())
        .first(tx.conn())?;
    let known: Vec<String> =
        card_emails::table.filter(card_emails::card.eq(before.id)).select(card_emails::email_key).load(tx.conn())?;
    let new: BTreeMap<_, _> = says.emails.iter().map(|email| (email.key(), email.as_str())).collect();
    let new: Vec<NewEmail> = new
        .into_iter()
        .filter(|(key, _)| !known.iter().any(|known| known == key))
        .map(|(key, email)| NewEmail { card: before.id, email_key: key.to_owned(), email: email.to_owned() })
        .collect();
    let after = (
        says.name.clone().or_else(|| before.name.clone()),
        says.birth_date.or(before.birth_date),
        says.mobile.clone().or_else(|| before.mobile.clone()),
        says.position.clone().or_else(|| before.position.clone()),
    );
    let same = after == (before.name, before.birth_date, before.mobile, before.position);
    if same && new.is_empty() {
        return Ok(false);
    }
    let (name, birth_date, mobile, position) = after;
    diesel::update(cards::table.filter(cards::id.eq(before.id)))
        .set((
            cards::name.eq(name),
            cards::birth_date.eq(birth_date),
            cards::mobile.eq(mobile),
            cards::position.eq(position),
            cards::version.eq(before.version + 1),
        ))
        .execute(tx.conn())?;
    crate::insert_many!(tx, card_emails::table, new)?;
    tx.erased();
    Ok(true)
}

/// Which cards go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cards {
    /// All of them.
    Every,
    /// All but those a member wrote: these came with records, and go with them.
    PassedOn,
}

/// Removes the holder's cards of these persons, with the invitations to claim them; whose went. Whoever calls knows that the
/// holder has nothing else about these persons. What was claimed by a card stays claimed.
///
/// # Errors
/// The database's.
pub fn forget(
    tx: &mut Tx<'_>,
    holder: OrganisationId,
    persons: &[PersonId],
    which: Cards,
) -> Result<Vec<PersonId>, Error> {
    let mut rows = cards::table
        .filter(cards::holder.eq(holder))
        .filter(cards::person.among(persons))
        .order(cards::person)
        .select((cards::id, cards::person, cards::source))
        .load::<(CardId, PersonId, String)>(tx.conn())?;
    rows.retain(|(.., from)| which == Cards::Every || [source::IMPORT, source::CUSTODY].contains(&from.as_str()));
    let ids: Vec<CardId> = rows.iter().map(|(id, ..)| *id).collect();
    diesel::delete(invitations::table.filter(invitations::card.assume_not_null().among(&ids))).execute(tx.conn())?;
    diesel::delete(card_emails::table.filter(card_emails::card.among(&ids))).execute(tx.conn())?;
    diesel::delete(cards::table.filter(cards::id.among(&ids))).execute(tx.conn())?;
    tx.erased();
    Ok(rows.into_iter().map(|(_, person, _)| person).collect())
}

/// Holds a human: everyone a person is known as, also those somebody found to be the same while this waited.
///
/// # Errors
/// The database's.
pub fn lock_human(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<PersonId>, Error> {
    lock_humans(tx, &[person])
}

/// Holds several humans at once, each under every id; whoever held one after the other might wait for each other.
///
/// # Errors
/// The database's.
pub fn lock_humans(tx: &mut Tx<'_>, people: &[PersonId]) -> Result<Vec<PersonId>, Error> {
    let mut held = known_with(tx, people)?;
    loop {
        tx.lock_persons(&held)?;
        let now = known_with(tx, people)?;
        if now.iter().all(|one| held.contains(one)) {
            return Ok(held);
        }
        held = now;
    }
}

/// Removes the person's own card.
///
/// # Errors
/// The database's.
pub fn forget_own(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Error> {
    let own = cards::table.filter(cards::holder.is_null()).filter(cards::person.eq(person)).select(cards::id);
    let own: Vec<CardId> = own.load(tx.conn())?;
    diesel::delete(card_emails::table.filter(card_emails::card.among(&own))).execute(tx.conn())?;
    diesel::delete(cards::table.filter(cards::id.among(&own))).execute(tx.conn())?;
    tx.erased();
    Ok(())
}

/// By what a holder would know a person again.
#[derive(Clone, Debug, Default)]
pub struct KnownBy {
    /// The holder's own reference.
    pub external_reference: Option<String>,
    /// The day of birth.
    pub birth_date: Option<Day>,
    /// The keys of the e-mail addresses.
    pub email_keys: Vec<String>,
}

/// By what a holder would know these persons again.
///
/// # Errors
/// The database's.
pub fn known_by(
    tx: &mut Tx<'_>,
    holder: OrganisationId,
    people: &BTreeSet<PersonId>,
) -> Result<HashMap<PersonId, KnownBy>, Error> {
    type Row = (PersonId, Option<String>, Option<Day>, Option<String>);
    let rows = cards::table
        .left_join(card_emails::table.on(card_emails::card.eq(cards::id)))
        .filter(cards::holder.eq(holder))
        .filter(cards::person.among(people))
        .select((cards::person, cards::external_reference, cards::birth_date, card_emails::email_key.nullable()))
        .load::<Row>(tx.conn())?;
    let mut known = HashMap::<PersonId, KnownBy>::new();
    for (person, external_reference, birth_date, email_key) in rows {
        let one = known.entry(person).or_default();
        one.external_reference = external_reference;
        one.birth_date = birth_date;
        one.email_keys.extend(email_key);
    }
    Ok(known)
}

fn replace_emails(tx: &mut Tx<'_>, card: CardId, emails: &[Email]) -> Result<(), Error> {
    diesel::delete(card_emails::table.filter(card_emails::card.eq(card))).execute(tx.conn())?;
    let unique: BTreeMap<_, _> = emails.iter().map(|email| (email.key(), email.as_str())).collect();
    let rows: Vec<NewEmail> = unique
        .into_iter()
        .map(|(key, email)| NewEmail { card, email_key: key.to_owned(), email: email.to_owned() })
        .collect();
    crate::insert_many!(tx, card_emails::table, rows)?;
    Ok(())
}

/// Changes the person's own card.
///
/// # Errors
/// 404 if the account has gone.
pub fn change_own(
    tx: &mut Tx<'_>,
    permit: &Permit<ChangeOwnCard>,
    expected: impl FnOnce(i64) -> Result<(), Problem>,
    change: OwnCardChange,
) -> Result<Card, Problem> {
    let person = permit.person()?;
    tx.lock_persons(&[person])?;
    let before = read_own(tx, person)?;
    expected(before.version)?;
    let name = change.name.map(|text| text.into_string()).or(before.name);
    let mobile = change.mobile.map(|mobile| mobile.as_str().to_owned()).or(before.mobile);
    diesel::update(cards::table.filter(cards::holder.is_null()).filter(cards::person.eq(person)))
        .set((cards::name.eq(name), cards::mobile.eq(mobile), cards::version.eq(before.version + 1)))
        .execute(tx.conn())
        .map_err(Error::from)?;
    tx.erased();
    audit::note(tx, permit, Some(person.uuid()), None)?;
    Ok(read_own(tx, person)?)
}

/// Removes the mobile number from every card of the person, whoever holds it: it rests on consent alone, and the
/// withdrawal ends it everywhere at once (art. 7(3), 17(1)(b)).
///
/// # Errors
/// The database's.
pub fn remove_mobile(tx: &mut Tx<'_>, permit: &Permit<RemoveMobile>) -> Result<(), Problem> {
    let person = permit.person()?;
    let known_as = known_as(tx, person)?;
    tx.lock_persons(&known_as)?;
    diesel::update(cards::table.filter(cards::person.among(&known_as)).filter(cards::mobile.is_not_null()))
        .set((cards::mobile.eq(None::<String>), cards::version.eq(cards::version + 1)))
        .execute(tx.conn())
        .map_err(Error::from)?;
    tx.erased();
    audit::note(tx, permit, Some(person.uuid()), None)?;
    Ok(())
}

/// Every id of somebody the holder has this card of; without a card, the one id that was asked for.
///
/// # Errors
/// The database's.
pub fn known_to(tx: &mut Tx<'_>, holder: OrganisationId, person: PersonId) -> Result<Vec<PersonId>, Error> {
    let same_as: Option<PersonId> = cards::table
        .inner_join(persons::table.on(persons::id.eq(cards::person)))
        .filter(cards::holder.eq(holder))
        .filter(cards::person.eq(person))
        .select(persons::same_as)
        .first(tx.conn())
        .optional()?;
    same_as.map_or_else(|| Ok(vec![person]), |same_as| known_as(tx, same_as))
}

/// Every id a person is known under.
///
/// # Errors
/// The database's.
pub fn known_as(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<PersonId>, Error> {
    Ok(persons::table.filter(persons::same_as.eq(person)).order(persons::id).select(persons::id).load(tx.conn())?)
}

/// A card as matching sees it.
#[derive(Clone, Debug)]
pub struct Known {
    /// The person.
    pub person: PersonId,
    /// The id the person is known under together with others.
    pub same_as: PersonId,
    /// The day of birth the card has.
    pub birth_date: Option<Day>,
    /// Does the card have the holder's own reference?
    pub has_reference: bool,
}

/// The holder's cards with these references.
///
/// # Errors
/// The database's.
pub fn by_references(
    tx: &mut Tx<'_>,
    holder: OrganisationId,
    references: &[&str],
) -> Result<HashMap<String, Known>, Error> {
    let rows = cards::table
        .inner_join(persons::table.on(persons::id.eq(cards::person)))
        .filter(cards::holder.eq(holder))
        .filter(cards::external_reference.assume_not_null().among_texts(references.iter().copied()))
        .select((cards::external_reference.assume_not_null(), cards::person, persons::same_as, cards::birth_date))
        .load::<(String, PersonId, PersonId, Option<Day>)>(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(reference, person, same_as, birth_date)| {
            (reference, Known { person, same_as, birth_date, has_reference: true })
        })
        .collect())
}

/// The holder's card of a person, under whichever of the claimed ids, with its reference.
///
/// # Errors
/// The database's.
pub fn by_person(
    tx: &mut Tx<'_>,
    holder: OrganisationId,
    same_as: PersonId,
) -> Result<Option<(Known, Option<String>)>, Error> {
    let found = cards::table
        .inner_join(persons::table.on(persons::id.eq(cards::person)))
        .filter(persons::same_as.eq(same_as))
        .filter(cards::holder.eq(holder))
        .order((cards::external_reference.is_null(), cards::id))
        .select((cards::person, cards::birth_date, cards::external_reference))
        .first::<(PersonId, Option<Day>, Option<String>)>(tx.conn())
        .optional()?;
    Ok(found.map(|(person, birth_date, reference)| {
        (Known { person, same_as, birth_date, has_reference: reference.is_some() }, reference)
    }))
}

/// Gives a card that has none the holder's reference.
///
/// # Errors
/// The database's.
pub fn learn_reference(
    tx: &mut Tx<'_>,
    holder: OrganisationId,
    person: PersonId,
    reference: &str,
) -> Result<(), Error> {
    diesel::update(
        cards::table
            .filter(cards::holder.eq(holder))
            .filter(cards::person.eq(person))
            .filter(cards::external_reference.is_null()),
    )
    .set((cards::external_reference.eq(Some(reference)), cards::version.eq(cards::version + 1)))
    .execute(tx.conn())?;
    Ok(())
}

/// The holder's cards with this e-mail and birth date.
///
/// # Errors
/// The database's.
pub fn by_email_and_birth_date(
    tx: &mut Tx<'_>,
    holder: OrganisationId,
    email: &Email,
    birth_date: Day,
) -> Result<Vec<Known>, Error> {
    let rows = cards::table
        .inner_join(card_emails::table.on(card_emails::card.eq(cards::id)))
        .inner_join(persons::table.on(persons::id.eq(cards::person)))
        .filter(card_emails::email_key.eq(email.key()))
        .filter(cards::holder.eq(holder))
        .filter(cards::birth_date.eq(birth_date))
        .order(cards::id)
        .limit(50)
        .select((cards::person, persons::same_as, cards::birth_date, cards::external_reference.is_not_null()))
        .load::<(PersonId, PersonId, Option<Day>, bool)>(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(person, same_as, birth_date, has_reference)| Known { person, same_as, birth_date, has_reference })
        .collect())
}

/// What the recorder's cards say about these persons, so that another holder's card can be made with a record.
///
/// # Errors
/// The database's.
pub fn contents(
    tx: &mut Tx<'_>,
    holder: OrganisationId,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Card>, Error> {
    let rows: Vec<Row> = cards::table
        .filter(cards::holder.eq(holder))
        .filter(cards::person.among(people))
        .select(columns())
        .load(tx.conn())?;
    Ok(with_emails(tx, rows)?.into_iter().map(|card| (card.person, card)).collect())
}

/// The days of birth on these holders' cards, as far as they are known.
///
/// # Errors
/// The database's.
pub fn birth_dates(
    tx: &mut Tx<'_>,
    of: &BTreeSet<(PersonId, OrganisationId)>,
) -> Result<HashMap<(PersonId, OrganisationId), Day>, Error> {
    let mut born = HashMap::new();
    let holders: BTreeSet<OrganisationId> = of.iter().map(|(_, holder)| *holder).collect();
    for holder in holders {
        let people: Vec<PersonId> =
            of.iter().filter(|(_, known)| *known == holder).map(|(person, _)| *person).collect();
        let found = cards::table
            .filter(cards::holder.eq(holder))
            .filter(cards::person.among(&people))
            .filter(cards::birth_date.is_not_null())
            .select((cards::person, cards::birth_date.assume_not_null()))
            .load::<(PersonId, Day)>(tx.conn())?;
        born.extend(found.into_iter().map(|(person, day)| ((person, holder), day)));
    }
    Ok(born)
}

/// Which of these persons the holder has a card of.
///
/// # Errors
/// The database's.
pub fn has_cards(tx: &mut Tx<'_>, holder: OrganisationId, people: &[PersonId]) -> Result<Vec<PersonId>, Error> {
    Ok(cards::table
        .filter(cards::holder.eq(holder))
        .filter(cards::person.among(people))
        .select(cards::person)
        .load(tx.conn())?)
}
