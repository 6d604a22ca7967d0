//! The letter that more of what a person asked for has gone. It says nothing of what, because mail is read by others too.

use crate::{
    identity::accounts::store::reached_at,
    platform::{
        db::{Error, Tx},
        jobs,
        mail::Mail,
    },
    words::*,
};

/// Writes to the person that there is a further receipt, if there still is an account to write to.
///
/// # Errors
/// The database's.
pub(super) fn tell_of_receipt(
    tx: &mut Tx<'_>,
    person: PersonId,
    receipt: ErasureId,
    public_url: &str,
) -> Result<(), Error> {
    let Some((to, lang)) = reached_at(tx, person)? else { return Ok(()) };
    let (subject, text) = further(receipt, public_url, lang);
    jobs::enqueue(tx, &Mail { to, subject, text, lang: lang.code().to_owned() })
}

fn further(receipt: ErasureId, url: &str, lang: Lang) -> (String, String) {
    let place = format!("{url}/v1/me/erasures/{receipt}");
    match lang {
        Lang::Nb => (
            "En ny kvittering for sletting".to_owned(),
            format!(
                "Hei,\n\ndet er kommet en ny kvittering for noe du har bedt om å få slettet. Logg inn for å lese den: GET \
                 {place}.\n\n{url}/docs\n"
            ),
        ),
        Lang::En => (
            "Another receipt for erasure".to_owned(),
            format!(
                "Hello,\n\nthere is another receipt for something you asked to have erased. Sign in to read it: GET \
                 {place}.\n\n{url}/docs\n"
            ),
        ),
    }
}
