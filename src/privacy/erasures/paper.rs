//! A receipt on paper: drawn from what is sealed and nothing else, so that the same receipt is the same bytes.

use super::{Gone, Receipt, Stays, Unconfirmed, Waits, routes::Erased};
use crate::{
    law::calendar::oslo_day,
    platform::{
        paper::{
            ACCENT, About,
            letters::Weight,
            page::drawn,
            pictures::Pictures,
            sheet::{FACT, Ink, Laid, SPACINGS, Sheet, Style},
        },
        problem::Problem,
    },
    privacy::said,
    words::*,
};

const TITLE: Style = Style { size: 26.0, weight: Weight::Bold, ink: Ink::Accent };
const SECTION: Style = Style { size: 14.0, weight: Weight::Bold, ink: Ink::Black };
const NAME: Style = Style { size: 10.5, weight: Weight::Bold, ..FACT };
const LINE: Style = Style { size: 9.5, ..FACT };
const SMALL: Style = Style { size: 8.5, ink: Ink::Grey, ..FACT };

/// What must stand below a heading on its page, so that it says something there.
const BELOW_HEADING: f32 = 80.0;
/// What must stand below the name of a record.
const BELOW_NAME: f32 = 44.0;
/// Where the first line stands.
const FIRST_LINE: f32 = 84.0;

/// The document of a receipt.
///
/// # Errors
/// What the standards do not allow; tests keep it from happening.
pub fn pdf(erased: &Erased, lang: Lang) -> Result<Vec<u8>, Problem> {
    let about =
        About { author: "Attest", id: erased.id.to_string(), on: oslo_day(erased.erased_at), lang, accent: ACCENT };
    drawn(&about, &Pictures::default(), &laid_out(erased, lang), &[])
}

fn laid_out(erased: &Erased, lang: Lang) -> Laid {
    let receipt = &erased.receipt;
    let mut page = Page { sheet: Sheet::filled_to(FIRST_LINE, SPACINGS[0]), lang };
    let title = lang.pick("Kvittering for sletting", "Receipt for erasure");
    page.sheet.heading(1, title, TITLE);
    page.head(erased);
    page.section(lang.pick("Slettet", "Erased"), &receipt.gone, Page::gone);
    page.section(
        lang.pick("Redusert til at det har vært", "Reduced to the fact that it was"),
        &receipt.reduced,
        Page::gone,
    );
    page.section(lang.pick("Venter", "Waiting"), &receipt.waits, Page::waits);
    page.section(lang.pick("Blir", "Stays"), &receipt.stays, Page::stays);
    page.section(lang.pick("Bevis", "Certificates"), &receipt.certificates, Page::certificate);
    page.told(receipt);
    page.closing(receipt);
    let says = |page, pages| {
        lang.pick(format!("{} – side {page} av {pages}", erased.id), format!("{} – page {page} of {pages}", erased.id))
    };
    page.sheet.finished(format!("{title} {}", erased.id), says)
}

/// The pages of a receipt while they are filled.
struct Page {
    sheet: Sheet,
    lang: Lang,
}

impl Page {
    fn say(&mut self, text: &str, style: Style) {
        self.sheet.paragraph(text, style);
    }

    /// When it was, which it is, and when it is gone everywhere.
    fn head(&mut self, erased: &Erased) {
        let (lang, receipt) = (self.lang, &erased.receipt);
        self.sheet.space(6.0);
        self.say(receipt.says.lang(lang), LINE);
        self.sheet.space(6.0);
        let [on, live, backups] =
            [oslo_day(erased.erased_at), receipt.gone_on, receipt.gone_from_backups_by].map(|day| day.written(lang));
        let number = erased.id;
        self.say(&lang.pick(format!("Kvittering {number}, {on}"), format!("Receipt {number}, {on}")), SMALL);
        if let Some(first) = receipt.follows {
            self.say(&lang.pick(format!("Følger kvittering {first}"), format!("Follows receipt {first}")), SMALL);
        }
        if !receipt.gone.is_empty() || !receipt.reduced.is_empty() {
            let nb = format!("Borte fra tjenesten {live}, og fra sikkerhetskopier senest {backups}");
            let en = format!("Gone from the service on {live}, and from backups by {backups}");
            self.say(&lang.pick(nb, en), SMALL);
        }
    }

    /// A part of the receipt; nothing if there is nothing to say in it.
    fn section<T>(&mut self, called: &str, items: &[T], say: impl Fn(&mut Self, &T)) {
        if items.is_empty() {
            return;
        }
        self.sheet.space(16.0);
        self.sheet.keep_together(BELOW_HEADING);
        self.sheet.heading(2, called, SECTION);
        for item in items {
            self.sheet.space(8.0);
            self.sheet.keep_together(BELOW_NAME);
            say(self, item);
        }
    }

    /// What a record is called, and who kept it on which ground.
    fn record(&mut self, title: &Said, controller: &str, ground: Ground) {
        self.sheet.paragraph(title.lang(self.lang), NAME);
        let why = crate::records::said::ground(ground);
        self.say(&format!("{controller}: {}", why.lang(self.lang)), LINE);
    }

    fn gone(&mut self, one: &Gone) {
        let lang = self.lang;
        self.record(&one.title, &one.controller.name, one.ground);
        if let Some(day) = one.gone_on {
            let day = day.written(lang);
            self.say(&lang.pick(format!("Slettet {day}"), format!("Erased on {day}")), SMALL);
        }
        if one.with_everybody {
            self.say(
                lang.pick("Nå er ingenting igjen av dette hos noen.", "Now nothing of this is left with anybody."),
                SMALL,
            );
        }
    }

    fn waits(&mut self, one: &Waits) {
        self.record(&one.title, &one.controller.name, one.ground);
        self.say(one.says.lang(self.lang), LINE);
        if one.taken_back {
            self.say(self.lang.pick("Du har tatt dette tilbake.", "You have taken this back."), SMALL);
        }
        self.since(one.gone_since);
    }

    fn stays(&mut self, one: &Stays) {
        let lang = self.lang;
        self.record(&one.title, &one.controller.name, one.ground);
        self.say(one.says.lang(lang), LINE);
        if let Some(provision) = &one.decision.provision {
            self.say(&lang.pick(format!("Hjemmel: {provision}"), format!("Provision: {provision}")), SMALL);
        }
        if let Some(until) = one.decision.until {
            let until = until.written(lang);
            self.say(&lang.pick(format!("Siste dag: {until}"), format!("Last day: {until}")), SMALL);
        }
        if let Some(case) = &one.case {
            let (x, due) = (&one.controller.name, case.due_on.written(lang));
            self.say(&lang.pick(format!("{x} bestemmer innen {due}"), format!("{x} decides by {due}")), SMALL);
        }
        self.since(one.gone_since);
    }

    /// What has become of it since the receipt was written.
    fn since(&mut self, gone: Option<Day>) {
        if let Some(day) = gone {
            let day = day.written(self.lang);
            self.say(&self.lang.pick(format!("Borte siden {day}"), format!("Gone since {day}")), SMALL);
        }
    }

    fn certificate(&mut self, one: &Unconfirmed) {
        let id = one.certificate;
        let (nb, en) = if one.is_gone {
            (format!("Beviset {id} er slettet."), format!("The certificate {id} has been erased."))
        } else {
            (
                format!("Utstederen bekrefter ikke lenger beviset {id}; en annen beholder opplæringen og dokumentet."),
                format!(
                    "Its issuer confirms the certificate {id} no longer; somebody else keeps the training and the document."
                ),
            )
        };
        self.say(&self.lang.pick(nb, en), LINE);
    }

    fn told(&mut self, receipt: &Receipt) {
        let called = self
            .lang
            .pick("Har fått beskjed om å slette det de har skrevet av", "Have been told to erase what they copied");
        self.section(called, &receipt.told, |page, one| page.say(&one.name, LINE));
    }

    /// Who is told no, or not yet, can take it further.
    fn closing(&mut self, receipt: &Receipt) {
        if !receipt.stays.is_empty() {
            self.sheet.space(16.0);
            self.say(said::complaint().lang(self.lang), LINE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{law::decision::Decided, platform::paper::sheet::BOTTOM, records::Party};

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn id<I: Identifier>(n: u128) -> I {
        I::from_uuid(uuid::Uuid::from_u128(n))
    }

    fn both(nb: &str, en: &str) -> Said {
        Said { nb: nb.into(), en: en.into() }
    }

    fn party(name: &str) -> Party {
        Party { id: id(7), name: name.into() }
    }

    fn gone(n: u128) -> Gone {
        Gone {
            record: id(n),
            title: both("Hydraulikk og slanger, trinn to", "Hydraulics and hoses, step two"),
            controller: party("Nord-Norsk Opplæringsregister AS"),
            ground: Ground::Delivered,
            with_everybody: n.is_multiple_of(2),
            gone_on: None,
        }
    }

    fn stays(n: u128) -> Stays {
        Stays {
            record: id(n),
            title: both(
                "Motvektstruck og andre trucker med førerplass",
                "Counterbalance trucks and others with a seat",
            ),
            controller: party("Bergen Kran AS"),
            ground: Ground::OrderedRequired,
            decision: Decided {
                action: DecisionAction::Keep,
                layer: DecisionLayer::Law,
                rule: "RS10".into(),
                schedule_version: "2026-11-22".into(),
                provision: Some("forskrift om utførelse av arbeid § 10-2".into()),
                until: Some(day("2029-12-31")),
                waits_for: None,
            },
            says: both(
                "Bergen Kran AS må kunne vise denne opplæringen. Du kan klage til Datatilsynet.",
                "Bergen Kran AS must be able to show this training. You can complain to Datatilsynet.",
            ),
            case: None,
            erase_on: None,
            gone_since: Some(day("2027-01-01")).filter(|_| n.is_multiple_of(3)),
        }
    }

    fn waits(n: u128) -> Waits {
        let Gone { record, title, controller, ground, .. } = gone(n);
        let says = both("Dette slettes 9. mars 2026.", "This is erased on 9 March 2026.");
        Waits {
            record,
            title,
            controller,
            ground,
            goes_on: day("2026-03-09"),
            says,
            gone_since: None,
            taken_back: n == 1,
        }
    }

    /// A receipt about so many records of each kind.
    fn erased(records: u128) -> Erased {
        let receipt = Receipt {
            gone: (0..records).map(gone).collect(),
            reduced: (0..records.min(2)).map(gone).collect(),
            stays: (0..records).map(stays).collect(),
            waits: (0..records.min(3)).map(waits).collect(),
            certificates: (0..records.min(2)).map(|n| Unconfirmed { certificate: id(n), is_gone: n == 0 }).collect(),
            told: vec![party("Nordlys Bygg AS")],
            follows: Some(id(3)),
            says: both("Det meste er slettet.", "Most of it has been erased."),
            ..Receipt::of_nothing(day("2026-03-02"), day("2026-04-01"))
        };
        Erased { id: id(1), erased_at: crate::law::calendar::begins(day("2026-03-02")), receipt }
    }

    #[test]
    fn a_receipt_keeps_to_the_standards_however_much_it_says() {
        for (records, lang) in [(0, Lang::Nb), (1, Lang::En), (3, Lang::Nb), (100, Lang::Nb), (100, Lang::En)] {
            let receipt = erased(records);
            assert_eq!(pdf(&receipt, lang).expect("drawn"), pdf(&receipt, lang).expect("drawn"), "{records}");
            let laid = laid_out(&receipt, lang);
            assert_eq!(laid.pages > 5, records == 100, "{} pages", laid.pages);
            assert!(laid.texts().iter().all(|line| line.y <= BOTTOM + 20.0 && line.page < laid.pages));
        }
    }

    #[test]
    fn a_receipt_says_what_stays_why_and_until_when_in_both_languages() {
        for (lang, expected) in [
            (
                Lang::Nb,
                ["Siste dag: 31. desember 2029", "Borte siden 1. januar 2027", "Følger kvittering", "Nordlys Bygg AS"],
            ),
            (
                Lang::En,
                ["Last day: 31 December 2029", "Gone since 1 January 2027", "Follows receipt", "Nordlys Bygg AS"],
            ),
        ] {
            let laid = laid_out(&erased(2), lang);
            let said: String = laid.texts().iter().map(|line| line.text.as_str()).collect();
            for text in expected {
                assert!(said.contains(text), "{text} is not in {said}");
            }
        }
    }
}
