//! `tx.permit`: the only place that loads ties, by table, and hands them to the pure rule in `access`. Authorising inside
//! the transaction keeps the check and the use together.

use std::collections::BTreeSet;

use super::{
    Error, Tx,
    restricted::contested,
    run::prelude::*,
    schema::{
        accounts, api_clients, capacities, competences, completions, custodies, employments, memberships,
        organisations, persons, records, sign_ins,
    },
};
use crate::{
    access::{Action, Actor, Caller, Demand, Denied, Holding, Membership, Permit, Ties, Whom, Work, stamp},
    words::*,
};

/// No permit: refused, or the question could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum NoPermit {
    /// Refused.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] Error),
}

impl From<diesel::result::Error> for NoPermit {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

impl Tx<'_> {
    /// Asks whether the actor may do this, here and now.
    ///
    /// # Errors
    /// `Denied`, or the database's error.
    pub fn permit<A: Action>(&mut self, actor: &Actor, action: A) -> Result<Permit<A>, NoPermit> {
        let ties = self.ties(actor, action.demand())?;
        Ok(stamp(*actor, &ties, action)?)
    }

    /// Holds everything about these persons until the transaction ends. Every write that touches a person's records,
    /// custodies, holds or relations calls it first; the order keeps two such writes from waiting for each other.
    ///
    /// # Errors
    /// The database's.
    pub fn lock_persons(&mut self, persons: &[PersonId]) -> Result<(), Error> {
        let mut sorted = persons.to_vec();
        sorted.sort();
        sorted.dedup();
        crate::lock!(self, persons::table.filter(persons::id.eq_any(&sorted)).order(persons::id).select(persons::id))
    }

    fn ties(&mut self, actor: &Actor, demand: Demand) -> Result<Ties, NoPermit> {
        let mut ties = Ties::none(self.caller(actor)?);
        let organisation = match demand {
            Demand::Nothing | Demand::Oneself => return Ok(ties),
            Demand::Operator => None,
            Demand::Member { of: Whom::Named(named), .. } => Some(named),
            Demand::Member { of: Whom::Acting(named), .. } => named,
            Demand::View { organisation, .. } => Some(organisation),
        };
        if let Caller::Person(person) = ties.caller {
            ties.memberships = self.memberships(person)?;
        }
        let acting = match ties.organisations().iter().collect::<Vec<_>>()[..] {
            [only] => Some(*only),
            _ => None,
        };
        if let Some(organisation) = organisation.or(acting) {
            ties.capacities = self.capacities(organisation)?;
        }
        if let Demand::View { organisation, record: Some(record), .. } = demand {
            ties.holdings = self.holdings(organisation, record)?;
            ties.work = self.work(organisation, record)?;
        }
        Ok(ties)
    }

    fn caller(&mut self, actor: &Actor) -> Result<Caller, Error> {
        let found = match *actor {
            Actor::Anyone => return Ok(Caller::Nobody),
            Actor::Console | Actor::Job => return Ok(Caller::House),
            Actor::Account { account, sign_in } => accounts::table
                .inner_join(sign_ins::table.on(sign_ins::account.eq(accounts::id)))
                .filter(accounts::id.eq(account))
                .filter(sign_ins::id.eq(sign_in))
                .filter(accounts::closed_at.is_null())
                .filter(sign_ins::ended_at.is_null())
                .select(accounts::person)
                .first::<PersonId>(self.conn())
                .optional()?
                .map(Caller::Person),
            Actor::Delegate(account) => accounts::table
                .filter(accounts::id.eq(account))
                .filter(accounts::closed_at.is_null())
                .select(accounts::person)
                .first::<PersonId>(self.conn())
                .optional()?
                .map(Caller::Person),
            Actor::Client(client) => api_clients::table
                .filter(api_clients::id.eq(client))
                .filter(api_clients::revoked_at.is_null())
                .select((api_clients::organisation, api_clients::scopes))
                .first::<(OrganisationId, String)>(self.conn())
                .optional()?
                .map(|(organisation, scopes)| Caller::Client {
                    organisation,
                    scopes: Scopes::parse(&scopes).unwrap_or_default(),
                }),
        };
        Ok(found.unwrap_or(Caller::Closed))
    }

    fn memberships(&mut self, person: PersonId) -> Result<Vec<Membership>, Error> {
        let rows = memberships::table
            .filter(memberships::person.eq(person))
            .filter(memberships::ended_at.is_null())
            .select((memberships::organisation, memberships::role, memberships::team))
            .load::<(OrganisationId, Role, Option<TeamId>)>(self.conn())?;
        Ok(rows.into_iter().map(|(organisation, role, team)| Membership { organisation, role, team }).collect())
    }

    fn capacities(&mut self, organisation: OrganisationId) -> Result<Option<BTreeSet<Capacity>>, Error> {
        let today = self.today();
        let rows = organisations::table
            .left_join(
                capacities::table.on(capacities::organisation
                    .eq(organisations::id)
                    .and(capacities::from_day.le(today))
                    .and(capacities::to_day.is_null().or(capacities::to_day.ge(today)))),
            )
            .filter(organisations::id.eq(organisation))
            .select(capacities::capacity.nullable())
            .load::<Option<Capacity>>(self.conn())?;
        Ok(if rows.is_empty() { None } else { Some(rows.into_iter().flatten().collect()) })
    }

    fn holdings(&mut self, organisation: OrganisationId, record: RecordId) -> Result<Vec<Holding>, Error> {
        let grounds = custodies::table
            .left_join(completions::table.on(completions::record.eq(custodies::record)))
            .left_join(competences::table.on(completions::competence.eq(competences::id.nullable())))
            .filter(custodies::record.eq(record))
            .filter(custodies::controller.eq(organisation))
            .select((custodies::ground, contested(), competences::class.nullable()))
            .load::<(Ground, bool, Option<Class>)>(self.conn())?;
        let holding = |(ground, contested, class): (Ground, bool, Option<Class>)| {
            let statutory = class.is_some_and(|class| Class::SHOWN_BY_EMPLOYERS.contains(&class));
            Holding { controller: organisation, ground, contested, statutory }
        };
        Ok(grounds.into_iter().map(holding).collect())
    }

    /// Employments of the record's person, under any id the person has claimed.
    fn work(&mut self, organisation: OrganisationId, record: RecordId) -> Result<Vec<Work>, Error> {
        let today = self.today();
        let (held, staff) = diesel::alias!(persons as held, persons as staff);
        let teams = records::table
            .inner_join(held.on(held.field(persons::id).eq(records::person)))
            .inner_join(staff.on(staff.field(persons::same_as).eq(held.field(persons::same_as))))
            .inner_join(employments::table.on(employments::person.eq(staff.field(persons::id))))
            .filter(records::id.eq(record))
            .filter(employments::organisation.eq(organisation))
            .filter(employments::from_day.le(today))
            .filter(employments::to_day.is_null().or(employments::to_day.ge(today)))
            .select(employments::team)
            .load::<Option<TeamId>>(self.conn())?;
        Ok(teams.into_iter().map(|team| Work { employer: organisation, team }).collect())
    }
}
