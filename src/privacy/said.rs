//! Decisions as sentences people read, in bokmål and English. What the law orders is never mixed with what somebody wants, and
//! every refusal says where to complain.

use crate::{
    law::{
        decision::Decision,
        periods::{Periods, Until},
        schedule::Rule,
    },
    records::Party,
    words::*,
};

/// Who is told no, or not yet, can take it further (GDPR art. 12(4), 77, 79).
const COMPLAINT: (&str, &str) = (
    " Du kan klage til Datatilsynet og bringe saken inn for domstolene.",
    " You can complain to Datatilsynet and take the matter to court.",
);

/// Where who is told no, or not yet, can take it.
pub fn complaint() -> Said {
    both(COMPLAINT.0.trim_start().into(), COMPLAINT.1.trim_start().into())
}

/// What would follow if the person asked, said by the controller's name.
pub fn decision(decision: &Decision<'_>, controller: &str, rule: &Rule, periods: &Periods) -> Said {
    use DecisionAction::*;
    let x = controller;
    let said = match decision.action {
        Keep if decision.layer == DecisionLayer::Hold => both(
            format!("Det er en åpen sak om dette hos {x}. Så lenge den er åpen, slettes ingenting."),
            format!("There is an open case about this at {x}. As long as it is open nothing is erased."),
        ),
        Keep => by_law(decision, x, rule),
        Undecided => undecided(x, periods),
        Restrict => by_wish(decision.until, x),
        Refer => both(
            format!(
                "{x} bestemmer over dette. Ber du om sletting, får {x} en sak om det: et menneske der vurderer den og svarer \
                 innen en måned."
            ),
            format!(
                "{x} decides about this. If you ask for erasure {x} gets a case about it: a human there considers it and \
                 answers within a month."
            ),
        ),
        Report => both(
            format!("Noe annet bygger på dette. {x} må se på det først."),
            format!("Something else builds on this. {x} must look at it first."),
        ),
        EraseAfterWarning => both(
            format!("Dette slettes når du bekrefter det. Da kan {x} ikke lenger bekrefte det for deg eller andre."),
            format!("This is erased when you confirm it. Then {x} can no longer confirm it to you or to others."),
        ),
        Reduce => both(
            "Ber du om sletting, blir bare at det har vært, igjen, og resten slettes.".into(),
            "If you ask for erasure only the fact that it was is left, and the rest goes.".into(),
        ),
        Erase | Anonymise => {
            both("Dette slettes når du bekrefter det.".into(), "This is erased when you confirm it.".into())
        }
        Archive | HandOver => both(
            format!("{x} gir dette videre til den som skal ta vare på det, og sletter sin egen kopi."),
            format!("{x} hands this over to whoever is to keep it, and erases its own copy."),
        ),
        Stay => both(
            format!("Dette blir hos {x} til tiden er ute."),
            format!("This stays with {x} until its time is over."),
        ),
    };
    if decision.action.erases() { said } else { both(said.nb + COMPLAINT.0, said.en + COMPLAINT.1) }
}

fn by_law(decision: &Decision<'_>, x: &str, rule: &Rule) -> Said {
    let cited = decision.provision.map_or(String::new(), |provision| format!(" ({})", provision.citation));
    let orders = rule.all_terms().find_map(|terms| terms.must_keep.as_ref());
    let is_chosen = orders.is_some_and(|end| end.source != EndSource::Law);
    match decision.until {
        Some(Until::Day(day)) if is_chosen => both(
            format!(
                "{x} må kunne vise denne opplæringen{cited}. Loven setter ingen sluttdato; den er satt til {}.",
                day.written(Lang::Nb)
            ),
            format!(
                "{x} must be able to show this training{cited}. The law sets no end; it has been set to {}.",
                day.written(Lang::En)
            ),
        ),
        Some(Until::Day(day)) => both(
            format!("{x} må kunne vise dette til og med {}{cited}.", day.written(Lang::Nb)),
            format!("{x} must be able to show this until and including {}{cited}.", day.written(Lang::En)),
        ),
        Some(Until::Event(anchor)) => {
            let event = event(anchor);
            both(
                format!("{x} må kunne vise denne opplæringen{cited} til {}.", event.nb),
                format!("{x} must be able to show this training{cited} until {}.", event.en),
            )
        }
        _ => both(
            format!("{x} må ta vare på dette{cited}. Loven setter ingen sluttdato."),
            format!("{x} must keep this{cited}. The law sets no end."),
        ),
    }
}

fn by_wish(until: Option<Until>, x: &str) -> Said {
    let (nb, en) = match until {
        Some(Until::Day(day)) => {
            (format!(" til {}", day.written(Lang::Nb)), format!(" until {}", day.written(Lang::En)))
        }
        _ => (String::new(), String::new()),
    };
    both(
        format!(
            "{x} vil beholde dette{nb} for å kunne svare på krav. Det er {x}s valg. Ber du om sletting, er det en \
             innsigelse: opplysningene blir sperret, og et menneske hos {x} vurderer det og svarer innen en måned."
        ),
        format!(
            "{x} wants to keep this{en} to be able to answer claims. That is the choice of {x}. If you ask for erasure that \
             is an objection: the information is restricted, and a human at {x} considers it and answers within a month."
        ),
    )
}

fn undecided(x: &str, periods: &Periods) -> Said {
    let missing: Vec<Said> = periods.missing.iter().map(|anchor| event(*anchor)).collect();
    let list = |pick: fn(&Said) -> &str, and: &str| missing.iter().map(pick).collect::<Vec<_>>().join(and);
    both(
        format!("Når dette kan slettes, kan ikke sies ennå: {x} må oppgi {}.", list(|said| &said.nb, " og ")),
        format!("When this can be erased cannot be said yet: {x} must say {}.", list(|said| &said.en, " and ")),
    )
}

/// As it stands after "until" and after "must say".
fn event(anchor: Anchor) -> Said {
    let (nb, en) = match anchor {
        Anchor::RelationEnd => {
            ("når arbeidsforholdet eller oppdraget slutter", "when the employment or the assignment ends")
        }
        Anchor::WorksEnd => ("når arbeidet på stedet er ferdig", "when the works on the site are finished"),
        Anchor::ValidUntil => ("når beviset utløper", "when the certificate expires"),
        Anchor::Deregistered => ("når du melder deg av", "when you deregister"),
        Anchor::RecordGone => ("når det den hører til, er borte", "when what it belongs to is gone"),
        _ => ("dagen det regnes fra", "the day it counts from"),
    };
    both(nb.into(), en.into())
}

/// Who is to say what is missing, and where: each in a sentence of its own.
pub fn to_be_said(missing: &[Anchor], holder: OrganisationId, recorded: (OrganisationId, RecordId)) -> Said {
    let sentences: Vec<Said> = missing.iter().map(|anchor| asked_for(*anchor, holder, recorded)).collect();
    let all = |pick: fn(&Said) -> &str| sentences.iter().map(pick).collect::<Vec<_>>().join(" ");
    both(
        all(|said| &said.nb) + " Så lenge det ikke er gjort, slettes dette ikke av seg selv.",
        all(|said| &said.en) + " As long as that is not done, this does not go by itself.",
    )
}

fn asked_for(anchor: Anchor, holder: OrganisationId, (recorder, record): (OrganisationId, RecordId)) -> Said {
    match anchor {
        Anchor::RelationEnd => both(
            format!(
                "Oppgi arbeidsforholdet eller oppdraget, og når det slutter, hvis det er kjent: POST \
                 /v1/organisations/{holder}/employments."
            ),
            format!(
                "Say what the employment or the assignment was, and when it ends if that is known: POST \
                 /v1/organisations/{holder}/employments."
            ),
        ),
        Anchor::WorksEnd => both(
            "Når arbeidet på stedet er ferdig, kan ennå ikke oppgis her.".into(),
            "When the works on the site are finished cannot be said here yet.".into(),
        ),
        _ => both(
            format!(
                "Den som registrerte dette, må oppgi dagen det regnes fra: POST \
                 /v1/organisations/{recorder}/completions/{record}/versions."
            ),
            format!(
                "Whoever recorded this must say the day it counts from: POST \
                 /v1/organisations/{recorder}/completions/{record}/versions."
            ),
        ),
    }
}

/// Why something cannot be let go of, if a provision or a hold keeps it.
pub fn refusal(decision: &Decision<'_>, controller: &str, rule: &Rule, periods: &Periods) -> Option<Fault> {
    use DecisionAction::*;
    match decision.action {
        Keep if decision.layer == DecisionLayer::Hold => Some(Fault::KeptByHold),
        Undecided => {
            let Said { nb, en } = undecided(controller, periods);
            Some(Fault::EndNotKnown { nb, en })
        }
        action if action.erases() => None,
        _ => {
            let Said { nb, en } = by_law(decision, controller, rule);
            Some(Fault::KeptByLaw { nb, en })
        }
    }
}

/// What a person asked a human about, and nobody has decided yet.
pub fn waiting(controller: &str, kind: CaseKind, due: Day) -> Said {
    let (x, on_nb, on_en) = (controller, due.written(Lang::Nb), due.written(Lang::En));
    let (restricted_nb, restricted_en) = match kind {
        CaseKind::Objection => (
            format!(" Så lenge er opplysningene sperret: {x} viser og bruker dem ikke."),
            format!(" Until then the information is restricted: {x} neither shows nor uses it."),
        ),
        CaseKind::Refer | CaseKind::Review => (String::new(), String::new()),
    };
    both(
        format!("{x} har fått en sak om dette fra deg. Et menneske der svarer senest {on_nb}.{restricted_nb}"),
        format!("{x} has a case about this from you. A human there answers by {on_en}.{restricted_en}"),
    )
}

/// What came of a case, or of what is still to come.
pub fn case(controller: &str, kind: CaseKind, outcome: Option<CaseOutcome>, state: CaseState, due: Day) -> Said {
    let x = controller;
    match (state, outcome) {
        (CaseState::Open, _) => waiting(x, kind, due),
        (CaseState::Withdrawn, _) => both("Du trakk dette tilbake.".into(), "You took this back.".into()),
        (CaseState::Decided, Some(CaseOutcome::Release)) => both(
            format!("{x} har sluppet dette, og det er slettet hos {x}."),
            format!("{x} has let this go, and it has been erased at {x}."),
        ),
        (CaseState::Decided, _) => both(
            format!("{x} beholder dette. Hvorfor, står i svaret.{}", COMPLAINT.0),
            format!("{x} keeps this. The answer says why.{}", COMPLAINT.1),
        ),
    }
}

/// A certificate that its issuer would no longer confirm.
pub fn unconfirmed(number: &str, issuer: &str) -> Said {
    both(
        format!("Beviset {number} blir ikke lenger bekreftet av {issuer}, heller ikke når noen leser koden på det."),
        format!("The certificate {number} is no longer confirmed by {issuer}, nor when somebody reads its code."),
    )
}

/// A requirement that would no longer be met.
pub fn unmet(by: &str) -> Said {
    both(
        format!("{by} krever dette av deg, og kan ikke lenger se at du har det."),
        format!("{by} requires this of you, and can no longer see that you have it."),
    )
}

/// What became of an erasure, in short.
pub fn receipt((gone, reduced, stays): (usize, usize, usize), backups: Day, told: &[&str]) -> Said {
    let (nb, en) = match (gone, stays) {
        (0, _) if reduced == 0 => ("Ingenting ble slettet.".to_owned(), "Nothing was erased.".to_owned()),
        (_, 0) => ("Alt dette er slettet.".to_owned(), "All of this has been erased.".to_owned()),
        _ => (
            format!(
                "{gone} er slettet, og {stays} blir av grunnene nedenfor, {reduced} av dem bare med at det har vært."
            ),
            format!(
                "{gone} erased, and {stays} kept for the reasons below, {reduced} of them only as the fact that it was."
            ),
        ),
    };
    let told = if told.is_empty() { both(String::new(), String::new()) } else { have_been_told(told) };
    both(
        format!("{nb} Sikkerhetskopier er borte senest {}.{}", backups.written(Lang::Nb), told.nb),
        format!("{en} Backups are gone by {}.{}", backups.written(Lang::En), told.en),
    )
}

/// What is said of an erasure of which some waits: after what else became of it, if that is anything.
pub fn with_waiting(said: Option<Said>, waits: usize) -> Said {
    let before =
        said.unwrap_or_else(|| both("Ingenting er slettet ennå.".into(), "Nothing has been erased yet.".into()));
    both(
        format!("{} {waits} venter til dagen som står ved hver. Til da kan du ta det tilbake.", before.nb),
        format!("{} {waits} waiting for the day that stands by each. Until then you can take that back.", before.en),
    )
}

/// What goes on a day, and can be taken back until then.
pub fn waits(controller: &str, goes_on: Day) -> Said {
    let x = controller;
    both(
        format!("Dette slettes hos {x} {}. Til da kan du ta det tilbake.", goes_on.written(Lang::Nb)),
        format!("This is erased at {x} on {}. Until then you can take it back.", goes_on.written(Lang::En)),
    )
}

/// What would go on a day if the person confirmed it, and could be taken back until then.
pub fn would_wait(decision: &Decision<'_>, controller: &str, goes_on: Day) -> Said {
    let x = controller;
    let (on_nb, on_en) = (goes_on.written(Lang::Nb), goes_on.written(Lang::En));
    let (after_nb, after_en) = match decision.action {
        DecisionAction::EraseAfterWarning => (
            format!(" Da kan {x} ikke lenger bekrefte det for deg eller andre."),
            format!(" Then {x} can no longer confirm it to you or to others."),
        ),
        DecisionAction::Reduce => {
            (" Bare at det har vært, blir igjen.".to_owned(), " Only the fact that it was is left.".to_owned())
        }
        _ => (String::new(), String::new()),
    };
    both(
        format!("Bekrefter du, slettes dette hos {x} {on_nb}, og til da kan du ta det tilbake.{after_nb}"),
        format!("If you confirm, this is erased at {x} on {on_en}, and until then you can take it back.{after_en}"),
    )
}

/// That nothing is left of the rest of what a person asked for on a day.
pub fn rest_gone(asked_on: Day, last: Day, backups: Day) -> Said {
    let nb = [asked_on, last, backups].map(|day| day.written(Lang::Nb));
    let en = [asked_on, last, backups].map(|day| day.written(Lang::En));
    both(
        format!(
            "Det som ble igjen da du ba om sletting {}, er slettet; det siste gikk {}. Sikkerhetskopier er borte senest {}.",
            nb[0], nb[1], nb[2]
        ),
        format!(
            "What stayed when you asked for erasure on {} has been erased; the last of it went on {}. Backups are gone by {}.",
            en[0], en[1], en[2]
        ),
    )
}

fn have_been_told(told: &[&str]) -> Said {
    both(
        format!(" Disse fikk se det, og har fått beskjed om å slette det de har skrevet av: {}.", told.join(", ")),
        format!(" These were shown it, and have been told to erase what they copied: {}.", told.join(", ")),
    )
}

/// Who would be told that something they were shown is erased (GDPR art. 19).
pub fn would_be_told(told: &[&str]) -> Said {
    if told.is_empty() {
        return both(
            "Ingen andre har fått se det som slettes.".into(),
            "Nobody else was shown what would be erased.".into(),
        );
    }
    both(
        format!("Disse har fått se det, og får beskjed om å slette det de har skrevet av: {}.", told.join(", ")),
        format!("These were shown it, and will be told to erase what they copied: {}.", told.join(", ")),
    )
}

/// What follows from handing something over, told before it is done.
pub fn would_be_handed_over(to: &str) -> Said {
    both(
        format!(
            "Gir du dette videre, ser {to} det og beholder det. Du kan ikke ta det tilbake selv: det blir der til tiden er ute, \
             eller til {to} gir slipp på det. Det andre du har, ser {to} ikke av den grunn."
        ),
        format!(
            "If you hand this over {to} sees it and keeps it. You cannot take it back yourself: it stays there until its time is \
             over, or until {to} lets it go. It does not make {to} see anything else you have."
        ),
    )
}

/// What organisations are called.
pub fn names(parties: &[Party]) -> Vec<&str> {
    parties.iter().map(|one| one.name.as_str()).collect()
}

/// What has neither course nor competence that is known.
pub fn untitled() -> Said {
    both("En registrering om deg".into(), "A record about you".into())
}

fn both(nb: String, en: String) -> Said {
    Said { nb, en }
}
