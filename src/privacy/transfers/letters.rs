//! The letter to a person whose records have come to a successor. It names both and nothing of what it is about, because mail is
//! read by others too.

use super::Transfer;
use crate::words::Lang;

/// Subject and text.
pub(super) fn taken_over(transfer: &Transfer, url: &str, lang: Lang) -> (String, String) {
    let (from, to) = (&transfer.from.name, &transfer.to.name);
    let custodies = format!("GET {url}/v1/me/custodies");
    match lang {
        Lang::Nb => (
            format!("{to} har overtatt fra {from}"),
            format!(
                "Hei,\n\n{to} har overtatt det {from} hadde registrert om deg, eller noe av det. Det loven krever, er som før, \
                 og det du har bedt om, gjelder fortsatt. Hva det gjelder, hvor lenge {to} beholder det, og hva du kan be \
                 om, leser du når du logger inn: {custodies}.\n\n{url}/docs\n"
            ),
        ),
        Lang::En => (
            format!("{to} has taken over from {from}"),
            format!(
                "Hello,\n\n{to} has taken over what {from} had recorded about you, or some of it. What the law demands is as \
                 before, and what you asked for still holds. What it is about, how long {to} keeps it, and what you can ask \
                 for, you read when you sign in: {custodies}.\n\n{url}/docs\n"
            ),
        ),
    }
}
