//! The letter to a person of whom something was recorded that never should have been. It names the organisation and nothing of
//! what it was about, because mail is read by others too.

use crate::words::Lang;

/// Subject and text.
pub(super) fn annulled(by: &str, url: &str, lang: Lang) -> (String, String) {
    let left = format!("GET {url}/v1/me/completions");
    match lang {
        Lang::Nb => (
            format!("{by} har fjernet noe som var feil"),
            format!(
                "Hei,\n\n{by} hadde registrert noe på deg som aldri skulle ha stått der. To personer hos {by} har sett på det, \
                 og nå er det fjernet overalt. De som har fått se det, får beskjed. Hva som er registrert på deg, leser du \
                 når du logger inn: {left}. Mener du at det var riktig, ta kontakt med {by}.\n\n{url}/docs\n"
            ),
        ),
        Lang::En => (
            format!("{by} has removed something that was wrong"),
            format!(
                "Hello,\n\n{by} had recorded something about you that never should have been there. Two people at {by} have \
                 looked at it, and now it is removed everywhere. Those who were shown it are told. What is recorded about \
                 you, you read when you sign in: {left}. If you think it was right, ask {by}.\n\n{url}/docs\n"
            ),
        ),
    }
}
