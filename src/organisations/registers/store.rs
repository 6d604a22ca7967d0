//! The registers providers have chosen.

use super::RegisterChoice;
use crate::{
    access::Permit,
    organisations::{
        OrganisationChanged,
        actions::ChooseRegister,
        store::{legal_entity_by_number, read},
    },
    platform::{
        audit,
        db::{Error, Tx, run::prelude::*, schema::provider_registers},
        jobs,
        problem::Problem,
    },
    words::*,
};

/// What a provider has chosen, from the first day to the last.
///
/// # Errors
/// The database's.
pub fn registers_of(tx: &mut Tx<'_>, provider: OrganisationId) -> Result<Vec<RegisterChoice>, Error> {
    let rows = provider_registers::table
        .filter(provider_registers::provider.eq(provider))
        .order(provider_registers::from_day)
        .select((provider_registers::from_day, provider_registers::register))
        .load::<(Day, Option<OrganisationId>)>(tx.conn())?;
    Ok(rows.into_iter().map(|(from, register)| RegisterChoice { from, register }).collect())
}

/// Chooses a register from a day on, or none; a choice from the same day is replaced. Who holds the provider's completions is
/// worked out again.
///
/// # Errors
/// `Unknown` for a number nobody here has, `LacksCapacity` for who is no register, `NotIndependent` for the provider itself.
pub fn choose(
    tx: &mut Tx<'_>,
    permit: &Permit<ChooseRegister>,
    from: Day,
    number: Option<&str>,
) -> Result<Vec<RegisterChoice>, Problem> {
    let provider = permit.action().organisation;
    let register = number.map(|number| register(tx, provider, number)).transpose()?;
    diesel::insert_into(provider_registers::table)
        .values((
            provider_registers::provider.eq(provider),
            provider_registers::from_day.eq(from),
            provider_registers::register.eq(register),
        ))
        .on_conflict((provider_registers::provider, provider_registers::from_day))
        .do_update()
        .set(provider_registers::register.eq(register))
        .execute(tx.conn())
        .map_err(Error::from)?;
    jobs::enqueue(tx, &OrganisationChanged { organisation: provider })?;
    audit::note(tx, permit, Some(provider.uuid()), Some(serde_json::json!({ "register": register, "from": from })))?;
    Ok(registers_of(tx, provider)?)
}

fn register(tx: &mut Tx<'_>, provider: OrganisationId, number: &str) -> Result<OrganisationId, Problem> {
    let found = legal_entity_by_number(tx, number)?.ok_or(Problem::at("/register", Fault::Unknown))?;
    if found == provider {
        return Err(Problem::at("/register", Fault::NotIndependent));
    }
    if !read(tx, found)?.capacities.contains(&Capacity::Register) {
        return Err(Problem::at("/register", Fault::LacksCapacity));
    }
    Ok(found)
}
