//! The letter that more of what a person asked for has gone. It says nothing of what, because mail is read by others too.

use crate::{
    identity::letters::write_to,
    platform::db::{Error, Tx},
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
    write_to(tx, person, |lang| further(receipt, public_url, lang))
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
