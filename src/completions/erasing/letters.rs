//! The letter to an organisation that was shown what is erased or reduced. It goes to an address that is nobody's in particular,
//! so it stands in both languages, and it names no person and nothing of what the records said.

use std::collections::BTreeSet;

use super::telling::News;
use crate::{platform::mail::Mail, words::*};

/// So many ids stand in a letter. The rest is in the list it names.
const NAMED: usize = 5;

/// The letter about everything one act erased and reduced.
pub(super) fn to_recipient(to: String, organisation: OrganisationId, news: &News) -> Mail {
    let (nb, en) = (body(organisation, news, Lang::Nb), body(organisation, news, Lang::En));
    let text = format!("{nb}\n\n----\n\n{en}\n");
    let subject = "Slett det dere har skrevet av / Erase what you have copied".to_owned();
    Mail { to, subject, text, lang: Lang::Nb.code().to_owned() }
}

fn body(organisation: OrganisationId, news: &News, lang: Lang) -> String {
    let (erased, reduced) = (erased(&news.erased, lang), reduced(&news.reduced, lang));
    let list = format!("GET /v1/organisations/{organisation}/erasure-notices");
    let (hello, rest) = match lang {
        Lang::Nb => (
            "Hei,",
            format!(
                "Det dere selv har hos oss på eget grunnlag, er ikke berørt; slett bare kopier av det dere fikk se. Hva det \
                 gjelder, står i listen som også systemene deres kan lese: {list}. Vi sier fra fordi loven krever det \
                 (personvernforordningen artikkel 19)."
            ),
        ),
        Lang::En => (
            "Hello,",
            format!(
                "What you keep with us on grounds of your own is not affected; erase only copies of what you were shown. What \
                 it is about stands in the list that your systems can read, too: {list}. We tell you because the law asks for \
                 it (GDPR article 19)."
            ),
        ),
    };
    let parts: Vec<String> = [Some(hello.to_owned()), erased, reduced, Some(rest)].into_iter().flatten().collect();
    parts.join("\n\n")
}

fn erased(ids: &BTreeSet<RecordId>, lang: Lang) -> Option<String> {
    let (n, which) = (ids.len(), named(ids, lang)?);
    Some(match lang {
        Lang::Nb if n == 1 => format!(
            "en registrering dere har fått se, er slettet hos den som hadde den. Slett det dere har skrevet av den: {which}."
        ),
        Lang::Nb => format!(
            "{n} registreringer dere har fått se, er slettet hos dem som hadde dem. Slett det dere har skrevet av dem: {which}."
        ),
        Lang::En if n == 1 => format!(
            "a record you were shown has been erased by whoever kept it. Erase what you have copied from it: {which}."
        ),
        Lang::En => format!(
            "{n} records you were shown have been erased by those who kept them. Erase what you have copied from them: {which}."
        ),
    })
}

fn reduced(ids: &BTreeSet<RecordId>, lang: Lang) -> Option<String> {
    let (n, which) = (ids.len(), named(ids, lang)?);
    Some(match lang {
        Lang::Nb if n == 1 => format!(
            "Av en registrering dere har fått se, er bare at det har vært, igjen. Slett resten av det dere har skrevet av \
             den: {which}."
        ),
        Lang::Nb => format!(
            "Av {n} registreringer dere har fått se, er bare at det har vært, igjen. Slett resten av det dere har skrevet av \
             dem: {which}."
        ),
        Lang::En if n == 1 => format!(
            "Of a record you were shown only the fact that it was is left. Erase the rest of what you have copied from it: \
             {which}."
        ),
        Lang::En => format!(
            "Of {n} records you were shown only the fact that they were is left. Erase the rest of what you have copied from \
             them: {which}."
        ),
    })
}

/// The first of them; nothing of none.
fn named(ids: &BTreeSet<RecordId>, lang: Lang) -> Option<String> {
    let some: Vec<String> = ids.iter().take(NAMED).map(ToString::to_string).collect();
    let more = ids.len().saturating_sub(NAMED);
    let some = Some(some.join(", ")).filter(|some| !some.is_empty())?;
    Some(match (more, lang) {
        (0, _) => some,
        (more, Lang::Nb) => format!("{some} og {more} til"),
        (more, Lang::En) => format!("{some} and {more} more"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_names_some_records_and_how_many_more_there_are() {
        let id = |n: u128| RecordId::from_uuid(uuid::Uuid::from_u128(n));
        let many = News { erased: (1..=7).map(id).collect(), reduced: BTreeSet::from([id(9)]) };
        let letter = to_recipient("a@example.no".into(), OPERATOR, &many);
        assert!(letter.text.contains("7 registreringer") && letter.text.contains("7 records"), "{}", letter.text);
        assert!(letter.text.contains(&format!("{} og 2 til", id(5))) && !letter.text.contains(&id(6).to_string()));
        assert!(letter.text.contains("Av en registrering") && letter.text.contains("Of a record"), "{}", letter.text);
        let one = to_recipient("a@example.no".into(), OPERATOR, &News { erased: [id(1)].into(), ..News::default() });
        assert!(!one.text.contains("bare at det har vært"), "{}", one.text);
    }
}
