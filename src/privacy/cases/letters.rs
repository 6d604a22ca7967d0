//! The letters of cases: to the person when the controller has answered or needs more time, to the controller when a case
//! arrives. They name the controller and the day and nothing of what it is about, because mail is read by others too.

use super::{PrivacyCase, store};
use crate::{
    identity::{accounts::store::reached_at, letters::write_to},
    organisations::store::privacy_contacts,
    platform::{
        db::{Error, Tx},
        jobs,
        mail::Mail,
        problem::Problem,
    },
    records::Party,
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

/// Where a person is written to about a case.
pub(super) struct Reader {
    to: String,
    lang: Lang,
    /// Can they sign in to read the answer? Whoever has left gets it from the controller.
    has_account: bool,
}

/// Where the person of a case is written to: at the account, or at what was kept when it went.
///
/// # Errors
/// The database's.
pub(super) fn reader(tx: &mut Tx<'_>, case: &PrivacyCase) -> Result<Option<Reader>, Problem> {
    let person = store::asked_by(tx, case.id)?;
    if let Some((to, lang)) = reached_at(tx, person)? {
        return Ok(Some(Reader { to, lang, has_account: true }));
    }
    let left = store::reply_address(tx, case.id)?;
    Ok(left.map(|(to, lang)| Reader { to, lang, has_account: false }))
}

/// Writes to the person that something came of their case.
///
/// # Errors
/// The database's.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    reader: Option<Reader>,
    controller: &Party,
    news: News,
    public_url: &str,
) -> Result<(), Error> {
    let Some(Reader { to, lang, has_account }) = reader else { return Ok(()) };
    let name = &controller.name;
    let (subject, text) = match news {
        _ if !has_account => {
            let contact = privacy_contacts(tx, &[controller.id])?.into_iter().find_map(|(.., contact)| contact);
            after_leaving(name, contact.as_deref(), news, lang)
        }
        News::Decided => decided(name, public_url, lang),
        News::Extended(until) => extended(name, until, public_url, lang),
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
        write_to(tx, member, |lang| arrived(controller, due, public_url, lang))?;
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

/// Who has left has nowhere to sign in: the controller itself says what it answers.
fn after_leaving(x: &str, contact: Option<&str>, news: News, lang: Lang) -> (String, String) {
    let at = contact.map_or_else(|| x.to_owned(), |contact| format!("{x}: {contact}"));
    let (subject, came) = match (news, lang) {
        (News::Decided, Lang::Nb) => (format!("{x} har svart deg"), format!("{x} har avgjort den")),
        (News::Decided, Lang::En) => (format!("{x} has answered you"), format!("{x} has decided it")),
        (News::Extended(until), Lang::Nb) => {
            (format!("{x} trenger mer tid"), format!("{x} trenger mer tid og svarer senest {}", until.written(lang)))
        }
        (News::Extended(until), Lang::En) => {
            (format!("{x} needs more time"), format!("{x} needs more time and answers by {}", until.written(lang)))
        }
    };
    let text = match lang {
        Lang::Nb => format!(
            "Hei,\n\nda du slettet kontoen din, hadde du en sak hos {x}. {came}. Hva de svarer, og hvorfor, får du av dem: \
             {at}. Adressen din er beholdt bare for dette, og slettes når saken er avgjort.\n"
        ),
        Lang::En => format!(
            "Hello,\n\nwhen you erased your account you had a case with {x}. {came}. What they answer, and why, you get from \
             them: {at}. Your address is kept for this only, and is erased when the case is decided.\n"
        ),
    };
    (subject, text)
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
