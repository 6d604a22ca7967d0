//! Gathers what a certificate of completions is to say: the completions as they stand, the names of today, who may issue what
//! and what the law demands. The certificate then knows nothing of where it came from.

pub mod batches;
mod held;
pub mod routes;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    Content,
    facts::certified_again,
    store::{Recorded, certifiable, people_of},
};
use crate::{
    access::Permit,
    catalogue::{self, CourseTitle, IssuingRules},
    certificates::{
        self, Asked, Draft, DraftLine, Holder, Lasts, Line, Subject,
        actions::IssueCertificates,
        issue::{Begun, begin, correct},
        photos, unprintable,
    },
    documents::{self, Kept},
    law::{
        issuing::{self, Detail, document},
        validity::ExpiryRule,
    },
    organisations::{self, Organisation},
    people,
    platform::{
        db::{Error, Tx},
        problem::{Findings, Problem},
    },
    words::*,
};

/// Begins a certificate of these completions, in their order, or finds the one there is.
///
/// # Errors
/// 422 with everything that keeps it from being issued.
pub fn issue(
    tx: &mut Tx<'_>,
    permit: &Permit<IssueCertificates>,
    completions: &[RecordId],
    language: Lang,
) -> Result<Begun, Problem> {
    let persons = people_of(tx, completions)?;
    tx.lock_persons(&persons)?;
    let draft = draft(tx, permit, completions, language, Asked::ALONE)?;
    let begun = begin(tx, permit, &draft)?;
    batches::settled(tx, completions)?;
    certified_again(tx, completions)?;
    Ok(begun)
}

/// Why a certificate is corrected, and how.
#[derive(Clone, Copy, Debug)]
pub struct Correction<'a> {
    /// The language it is to be written in; as before unless given.
    pub language: Option<Lang>,
    /// Why.
    pub reason: &'a str,
}

/// Gathers anew what a certificate says, and begins a version that says it.
///
/// # Errors
/// 404; 422 with everything that keeps it from being issued.
pub fn amend(
    tx: &mut Tx<'_>,
    permit: &Permit<IssueCertificates>,
    id: CertificateId,
    expected: impl FnOnce(i64) -> Result<(), Problem>,
    correction: &Correction<'_>,
    public_url: &str,
) -> Result<Begun, Problem> {
    let issuer = permit.action().organisation;
    let person = certificates::store::person(tx, id)?;
    tx.lock_persons(&[person])?;
    let before = certificates::store::issued_one(tx, issuer, id, public_url)?;
    expected(before.version)?;
    let completions = certificates::store::completions(tx, id)?;
    let asked = Asked { corrects: Some(id), ..Asked::ALONE };
    let draft = draft(tx, permit, &completions, correction.language.unwrap_or(before.facts.language), asked)?;
    let begun = correct(tx, permit, &before, &draft, correction.reason)?;
    certified_again(tx, &completions)?;
    Ok(begun)
}

/// What a certificate of these completions would say, in their order.
///
/// # Errors
/// 422 with everything that keeps it from being issued.
fn draft(
    tx: &mut Tx<'_>,
    permit: &Permit<IssueCertificates>,
    completions: &[RecordId],
    language: Lang,
    asked: Asked,
) -> Result<Draft, Problem> {
    let issuer = permit.action().organisation;
    let found = recorded(tx, issuer, completions)?;
    let person = one_person(&found)?;
    let rules = rules(tx, &found)?;
    let titles = titles(tx, &found)?;
    let organisation = organisations::store::read(tx, issuer)?;
    let kind = kind(&organisation, &found, &rules)?;
    let chosen = certificates::settings::store::chosen(tx, issuer)?;
    let demanded = demanded(kind, &rules);
    let photo = if demanded.contains_key(&Detail::Photo) { photo(tx, issuer, person, asked.corrects)? } else { None };
    let holder = holder(tx, issuer, person, &demanded, (chosen.signatory.is_some(), photo.is_some()))?;
    let logo = chosen.logo.map(|logo| documents::store::kept(tx, logo)).transpose()?;
    let recorders: BTreeSet<OrganisationId> = found.iter().map(|(_, one)| one.recorder).collect();
    let providers = organisations::store::parties(tx, &recorders.into_iter().collect::<Vec<_>>())?;
    let employers = employers(tx, kind, &found, &rules)?;
    let knowledge = Knowledge { kind, providers, rules, titles, employers };
    let lines: Vec<DraftLine> = found.into_iter().map(|one| line(one, &knowledge)).collect();
    must_be_printable(&lines, &organisation.name, chosen.signatory.as_deref(), language)?;
    Ok(Draft {
        person,
        kind,
        language,
        issuer: certificates::Issuer { id: issuer, name: organisation.name, number: organisation.number },
        signatory: chosen.signatory,
        prefix: chosen.prefix,
        holder,
        lines,
        asked,
        photo,
        logo,
        colour: chosen.colour,
    })
}

/// The photo that was sent, or else the one on what is corrected.
fn photo(
    tx: &mut Tx<'_>,
    issuer: OrganisationId,
    person: PersonId,
    corrects: Option<CertificateId>,
) -> Result<Option<Kept>, Problem> {
    let sent = photos::store::photo(tx, issuer, person)?;
    match (sent, corrects) {
        (None, Some(corrected)) => Ok(certificates::issue::store::photo(tx, corrected)?),
        (sent, _) => Ok(sent),
    }
}

/// A completion that is to be a line, as it stands.
type Basis = (RecordId, Recorded);

/// The completions, each recorded by the issuer, or held by it as a register or as the body of their scheme.
fn recorded(tx: &mut Tx<'_>, issuer: OrganisationId, completions: &[RecordId]) -> Result<Vec<Basis>, Problem> {
    let mut known = certifiable(tx, issuer, completions)?;
    let (mut found, mut findings) = (Vec::with_capacity(completions.len()), Findings::default());
    for (n, id) in completions.iter().enumerate() {
        match known.remove(id) {
            Some(one) => found.push((*id, one)),
            // Somebody else's, one that does not exist, or one that was named before.
            None => findings.add(&format!("/completions/{n}"), Fault::Unknown),
        }
    }
    findings.check()?;
    Ok(found)
}

fn one_person(found: &[Basis]) -> Result<PersonId, Problem> {
    let persons: BTreeSet<PersonId> = found.iter().map(|(_, one)| one.person).collect();
    match persons.into_iter().collect::<Vec<_>>()[..] {
        [person] => Ok(person),
        _ => Err(Problem::at("/completions", Fault::SeveralPersons)),
    }
}

/// By competence: what certificates of it go by.
type Rules = BTreeMap<CompetenceId, IssuingRules>;

fn rules(tx: &mut Tx<'_>, found: &[Basis]) -> Result<Rules, Problem> {
    let competences: BTreeSet<CompetenceId> = found.iter().filter_map(|(_, one)| one.competence).collect();
    catalogue::issuing_rules(tx, &competences.into_iter().collect::<Vec<_>>())
}

/// By course: its code and title.
type Titles = BTreeMap<CourseId, CourseTitle>;

fn titles(tx: &mut Tx<'_>, found: &[Basis]) -> Result<Titles, Problem> {
    let courses: BTreeSet<CourseId> = found.iter().filter_map(|(_, one)| one.course).collect();
    Ok(catalogue::course_titles(tx, &courses.into_iter().collect::<Vec<_>>())?)
}

/// By who recorded something: its name.
type Providers = HashMap<OrganisationId, String>;

/// Certificate or confirmation: the same for all of them.
fn kind(issuer: &Organisation, found: &[Basis], rules: &Rules) -> Result<DocumentKind, Problem> {
    let capacities: BTreeSet<Capacity> = issuer.capacities.iter().copied().collect();
    let (mut kinds, mut findings) = (BTreeSet::new(), Findings::default());
    for (n, (_, one)) in found.iter().enumerate() {
        let rules = one.competence.and_then(|competence| rules.get(&competence));
        let owns_the_scheme = rules.is_some_and(|rules| rules.scheme_body == Some(issuer.id));
        let issued_by = rules.map(|rules| rules.competence.issued_by);
        let recorded_it = one.recorder == issuer.id;
        let right = issuing::Issuer { capacities: capacities.clone(), recorded_it, owns_the_scheme };
        match document(&right, one.content.outcome, issued_by) {
            Some(kind) => drop(kinds.insert(kind)),
            None => findings.add(&format!("/completions/{n}"), Fault::NotToBeCertified),
        }
    }
    findings.check()?;
    match kinds.into_iter().collect::<Vec<_>>()[..] {
        [kind] => Ok(kind),
        _ => Err(Problem::at("/completions", Fault::MixedDocuments)),
    }
}

/// Everything that some line's profile demands, with where that stands. A confirmation is no certificate of the law's.
fn demanded(kind: DocumentKind, rules: &Rules) -> BTreeMap<Detail, Option<&'static str>> {
    let profiles = rules.values().map(|rules| rules.competence.profile);
    let bearing = profiles.filter(|_| kind == DocumentKind::Certificate).chain([Profile::Plain]);
    let details = |profile| issuing::demanded(profile).iter().map(move |detail| (*detail, issuing::provision(profile)));
    let mut demanded = BTreeMap::new();
    for (detail, provision) in bearing.flat_map(details) {
        let known = demanded.entry(detail).or_insert(provision);
        *known = known.or(provision);
    }
    demanded
}

/// What is known of the holder, as far as the document needs it.
fn holder(
    tx: &mut Tx<'_>,
    issuer: OrganisationId,
    person: PersonId,
    demanded: &BTreeMap<Detail, Option<&'static str>>,
    (is_signed, has_photo): (bool, bool),
) -> Result<Holder, Problem> {
    let card = people::store::contents(tx, issuer, &[person])?.remove(&person);
    let name = card.as_ref().and_then(|card| card.name.clone());
    let born = card.and_then(|card| card.birth_date).filter(|_| demanded.contains_key(&Detail::BirthDate));
    let mut findings = Findings::default();
    for (detail, provision) in demanded {
        let is_there = match detail {
            Detail::Name => name.is_some(),
            Detail::BirthDate => born.is_some(),
            Detail::Signatory => is_signed,
            Detail::Photo => has_photo,
        };
        if !is_there {
            findings.add("/completions", lacking(*detail, *provision));
        }
    }
    let name = name.unwrap_or_default();
    if !unprintable(&name).is_empty() {
        findings.add("/completions", unprintable_in("navnet på personkortet", "the name on the person's card"));
    }
    findings.check()?;
    Ok(Holder { name, birth_date: born })
}

fn lacking(detail: Detail, provision: Option<&'static str>) -> Fault {
    let (nb, en) = match detail {
        Detail::Name => {
            ("navnet mangler. Skriv det på personkortet.", "the name is missing. Write it on the person's card.")
        }
        Detail::BirthDate => (
            "fødselsdatoen mangler. Skriv den på personkortet.",
            "the birth date is missing. Write it on the person's card.",
        ),
        Detail::Photo => (
            "bildet av innehaveren mangler. Send det til persons/{person}/photo.",
            "the holder's photo is missing. Send it to persons/{person}/photo.",
        ),
        Detail::Signatory => (
            "det er ikke valgt hvem som undertegner. Velg det under issuing.",
            "it is not chosen who signs. Choose it under issuing.",
        ),
    };
    let cited = provision.map_or(String::new(), |provision| format!(" ({provision})"));
    Fault::DetailMissing { nb: format!("{nb}{cited}"), en: format!("{en}{cited}") }
}

/// Found before a number is taken: what cannot be printed must not leave a certificate that is never finished.
fn must_be_printable(
    lines: &[DraftLine],
    issuer: &str,
    signatory: Option<&str>,
    language: Lang,
) -> Result<(), Problem> {
    let mut findings = Findings::default();
    let mut ask = |pointer: &str, text: &str, nb: &str, en: &str| {
        if !unprintable(text).is_empty() {
            findings.add(pointer, unprintable_in(nb, en));
        }
    };
    ask("/completions", issuer, "navnet på virksomheten", "the organisation's name");
    ask("/completions", signatory.unwrap_or_default(), "hvem som undertegner", "who signs");
    for (n, line) in lines.iter().enumerate() {
        let pointer = format!("/completions/{n}");
        for subject in line.says.competence.iter().chain(&line.says.course) {
            ask(&pointer, &subject.code, "koden", "the code");
            ask(&pointer, language.pick(&subject.name.nb, &subject.name.en), "navnet på kurset", "the course's name");
        }
        ask(&pointer, &line.says.provider, "navnet på kursarrangøren", "the course provider's name");
        ask(&pointer, line.says.employer.as_deref().unwrap_or_default(), "arbeidsgiverens navn", "the employer's name");
        ask(&pointer, line.says.result.as_deref().unwrap_or_default(), "resultatet", "the result");
        line.says.provisions.iter().for_each(|citation| ask(&pointer, citation, "bestemmelsen", "the provision"));
    }
    findings.check()
}

fn unprintable_in(nb: &str, en: &str) -> Fault {
    Fault::DetailMissing {
        nb: format!(
            "{nb} har tegn som ikke kan trykkes. Skriv det med latinske bokstaver, et navn slik det står i passet."
        ),
        en: format!("{en} has signs that cannot be printed. Write it in Latin letters, a name as in the passport."),
    }
}

/// By completion: the employer with whose employment what it proves ends.
type Employers = BTreeMap<RecordId, (OrganisationId, String)>;

/// Who ordered it employs the person, or who recorded it did so for its own people.
fn employers(tx: &mut Tx<'_>, kind: DocumentKind, found: &[Basis], rules: &Rules) -> Result<Employers, Problem> {
    let (mut known, mut findings) = (BTreeMap::new(), Findings::default());
    for (n, (id, one)) in found.iter().enumerate() {
        if !lasts(kind, one, rules).is_some_and(|(_, rule)| matches!(rule, ExpiryRule::WhileEmployed { .. })) {
            continue;
        }
        match employer(tx, one)? {
            Some(employer) => drop(known.insert(*id, employer)),
            None => findings.add(&format!("/completions/{n}"), employer_missing()),
        }
    }
    findings.check()?;
    let ids: Vec<OrganisationId> = known.values().copied().collect();
    let names = organisations::store::parties(tx, &ids)?;
    let named = |(id, employer)| Some((id, (employer, names.get(&employer)?.clone())));
    Ok(known.into_iter().filter_map(named).collect())
}

fn employer(tx: &mut Tx<'_>, one: &Recorded) -> Result<Option<OrganisationId>, Error> {
    for candidate in one.content.ordered_by.organisation().into_iter().chain([one.recorder]) {
        if organisations::store::acted_as(tx, candidate)?.contains(&Capacity::Employer) {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

fn employer_missing() -> Fault {
    Fault::DetailMissing {
        nb:
            "det gjelder så lenge ansettelsen varer, og arbeidsgiveren er ikke kjent. Oppgi i gjennomføringen hvem som \
             bestilte den (ordered_by)."
                .into(),
        en: "it is valid as long as the employment lasts, and the employer is not known. Say in the completion who \
             ordered it (ordered_by)."
            .into(),
    }
}

/// What a completion proves, and how long that lasts; nothing on a document that proves none.
fn lasts<'a>(kind: DocumentKind, one: &Recorded, rules: &'a Rules) -> Option<(&'a IssuingRules, ExpiryRule)> {
    let rules = rules.get(&one.competence.filter(|_| kind == DocumentKind::Certificate)?)?;
    Some((rules, rules.expiry_on(one.content.on?)))
}

/// What else is known when a line is made.
struct Knowledge {
    kind: DocumentKind,
    providers: Providers,
    rules: Rules,
    titles: Titles,
    employers: Employers,
}

fn line((id, one): Basis, known: &Knowledge) -> DraftLine {
    let Knowledge { kind, providers, rules, titles, employers } = known;
    let employer = employers.get(&id);
    let lasts = lasts(*kind, &one, rules).map(|(rules, rule)| Lasts {
        rule,
        family: rules.family.clone(),
        is_repetition: rules.competence.repeats.is_some(),
        adds_to: rules.competence.adds_to,
        employer: employer.map(|(id, _)| *id),
    });
    let Recorded { recorder, version, person: _, competence, course, event: _, content } = one;
    let Content { outcome, on, hours, result, .. } = content;
    let rules = competence.and_then(|competence| rules.get(&competence));
    let course = course.and_then(|course| titles.get(&course));
    let in_force = |from: Day, to: Option<Day>| on.is_some_and(|on| from <= on && to.is_none_or(|to| on <= to));
    let says = Line {
        competence: rules.map(|rules| Subject {
            code: rules.competence.code.clone(),
            name: rules.competence.name.clone(),
            esco: None,
        }),
        course: course.map(|one| Subject { code: one.code.clone(), name: one.title.clone(), esco: one.esco.clone() }),
        provider: providers.get(&recorder).cloned().unwrap_or_default(),
        provisions: rules
            .into_iter()
            .flat_map(|rules| &rules.competence.provisions)
            .filter(|provision| in_force(provision.from, provision.to))
            .map(|provision| provision.citation.clone())
            .collect(),
        outcome,
        on,
        hours,
        result,
        valid_until: None,
        employer: employer.map(|(_, name)| name.clone()),
    };
    DraftLine {
        completion: id,
        completion_version: version,
        competence,
        scheme: rules.and_then(|rules| rules.competence.scheme),
        lasts,
        says,
    }
}
