//! The letters of cases: to the person when the controller has answered or needs more time, to the controller when a case
//! arrives. They name the controller and the day and nothing of what it is about, because mail is read by others too.

use super::store;
use crate::{
    identity::accounts::store::reached_at,
    platform::{
        db::{Error, Tx},
        jobs,
        mail::Mail,
    },
    words::*,
};

/// What the person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// The controller has decided.
    Decided,
    /// The controller needs until that day.
    Extended(Day),
}

/// Writes to the person that something came of their case.
///
/// # Errors
/// The database's.
pub(super) fn tell_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    controller: &str,
    news: News,
    public_url: &str,
) -> Result<(), Error> {
    let Some((to, lang)) = reached_at(tx, person)? else { return Ok(()) };
    let (subject, text) = match news {
        News::Decided => decided(controller, public_url, lang),
        News::Extended(until) => extended(controller, until, public_url, lang),
    };
    jobs::enqueue(tx, &Mail { to, subject, text, lang: lang.code().to_owned() })
}

/// Writes to those who answer the persons that a case has arrived; where nobody has that role, to those who can give it to
/// somebody.
///
/// # Errors
/// The database's.
pub(super) fn tell_controller(
    tx: &mut Tx<'_>,
    controller: OrganisationId,
    due: Day,
    public_url: &str,
) -> Result<(), Error> {
    for member in store::who_answers(tx, controller)? {
        let Some((to, lang)) = reached_at(tx, member)? else { continue };
        let (subject, text) = arrived(controller, due, public_url, lang);
        jobs::enqueue(tx, &Mail { to, subject, text, lang: lang.code().to_owned() })?;
    }
    Ok(())
}

fn decided(x: &str, url: &str, lang: Lang) -> (String, String) {
    match lang {
        Lang::Nb => (
            format!("{x} har svart deg"),
            format!(
                "Hei,\n\n{x} har avgjort saken din. Logg inn for å lese svaret: GET {url}/v1/me/cases.\n\n{url}/docs\n"
            ),
        ),
        Lang::En => (
            format!("{x} has answered you"),
            format!(
                "Hello,\n\n{x} has decided your case. Sign in to read the answer: GET {url}/v1/me/cases.\n\n{url}/docs\n"
            ),
        ),
    }
}

fn extended(x: &str, until: Day, url: &str, lang: Lang) -> (String, String) {
    let until = until.written(lang);
    match lang {
        Lang::Nb => (
            format!("{x} trenger mer tid"),
            format!(
                "Hei,\n\n{x} trenger mer tid til saken din og svarer senest {until}. Hvorfor, leser du når du logger inn: GET \
                 {url}/v1/me/cases.\n\n{url}/docs\n"
            ),
        ),
        Lang::En => (
            format!("{x} needs more time"),
            format!(
                "Hello,\n\n{x} needs more time for your case and answers by {until}. You read why when you sign in: GET \
                 {url}/v1/me/cases.\n\n{url}/docs\n"
            ),
        ),
    }
}

fn arrived(controller: OrganisationId, due: Day, url: &str, lang: Lang) -> (String, String) {
    let due = due.written(lang);
    let place = format!("{url}/v1/organisations/{controller}/privacy-cases");
    match lang {
        Lang::Nb => (
            format!("En personvernsak må avgjøres senest {due}"),
            format!(
                "Hei,\n\nnoen har bedt virksomheten din om å vurdere det den har registrert. Et menneske med personvernrollen \
                 må svare senest {due}. Logg inn for å lese saken: GET {place}.\n\n{url}/docs\n"
            ),
        ),
        Lang::En => (
            format!("A privacy case must be decided by {due}"),
            format!(
                "Hello,\n\nsomebody has asked your organisation to consider what it keeps. A human with the privacy role must \
                 answer by {due}. Sign in to read the case: GET {place}.\n\n{url}/docs\n"
            ),
        ),
    }
}
