//! The letters a holder gets: that a certificate was issued, that one was revoked. They name the issuer and the number and
//! nothing of what it proves, because mail is read by others too; the holder signs in to see it.

use super::Facts;
use crate::{
    identity::accounts::store::reached_at,
    people,
    platform::{
        db::{Error, Tx},
        jobs,
        mail::Mail,
    },
    words::*,
};

/// What the holder is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It was issued, or issued anew.
    Issued,
    /// It was revoked.
    Revoked,
}

/// Writes to the holder, at the account or else at the address the issuer knows; nothing to somebody nobody has an address
/// of.
///
/// # Errors
/// The database's.
pub fn tell(tx: &mut Tx<'_>, person: PersonId, facts: &Facts, news: News, public_url: &str) -> Result<(), Error> {
    let reached = match reached_at(tx, person)? {
        Some(reached) => Some(reached),
        None => {
            let card = people::store::contents(tx, facts.issuer.id, &[person])?.remove(&person);
            card.and_then(|card| card.emails.into_iter().next()).map(|email| (email, facts.language))
        }
    };
    let Some((to, lang)) = reached else { return Ok(()) };
    let (subject, text) = match news {
        News::Issued => issued(facts, public_url, lang),
        News::Revoked => revoked(facts, public_url, lang),
    };
    jobs::enqueue(tx, &Mail { to, subject, text, lang: lang.code().to_owned() })
}

fn issued(facts: &Facts, url: &str, lang: Lang) -> (String, String) {
    let (issuer, number) = (&facts.issuer.name, &facts.number);
    match lang {
        Lang::Nb => (
            format!("{issuer} har utstedt et bevis til deg"),
            format!(
                "Hei,\n\n{issuer} har utstedt et bevis til deg. Nummeret er {number}.\n\nLogg inn for å se det, laste det ned \
                 og se hvor ofte det er kontrollert: GET {url}/v1/me/certificates. Har du ikke konto, kan du opprette en med \
                 denne adressen.\n\n{url}/docs\n"
            ),
        ),
        Lang::En => (
            format!("{issuer} has issued a certificate to you"),
            format!(
                "Hello,\n\n{issuer} has issued a certificate to you. Its number is {number}.\n\nSign in to see it, to download \
                 it and to see how often it was verified: GET {url}/v1/me/certificates. If you have no account, you can open \
                 one with this address.\n\n{url}/docs\n"
            ),
        ),
    }
}

fn revoked(facts: &Facts, url: &str, lang: Lang) -> (String, String) {
    let (issuer, number) = (&facts.issuer.name, &facts.number);
    match lang {
        Lang::Nb => (
            format!("{issuer} har trukket tilbake et bevis"),
            format!(
                "Hei,\n\n{issuer} har trukket tilbake beviset ditt med nummer {number}. Det gjelder ikke lenger. Hvorfor ser du \
                 når du logger inn: GET {url}/v1/me/certificates; andre får ikke vite det. Er du uenig, så skriv til \
                 utstederen.\n\n{url}/docs\n"
            ),
        ),
        Lang::En => (
            format!("{issuer} has revoked a certificate"),
            format!(
                "Hello,\n\n{issuer} has revoked your certificate with the number {number}. It is no longer valid. You see why \
                 when you sign in: GET {url}/v1/me/certificates; nobody else is told. If you disagree, write to the \
                 issuer.\n\n{url}/docs\n"
            ),
        ),
    }
}
