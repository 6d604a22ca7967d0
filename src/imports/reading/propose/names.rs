//! What columns are called in other systems' files, in bokmål, nynorsk and English. A name is only a hint: whether the
//! values bear it out is asked in [`super::values`].

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::super::targets::{Subject, Target};

/// What a column can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// The value of a target.
    Whole(Target),
    /// The first part of a name.
    FirstName,
    /// What stands between.
    MiddleName,
    /// The last part of a name.
    LastName,
}

/// By part, the names that mean it, the clearest first. Each is compared without case, spaces, signs and diacritics.
const PERSON: &[(Part, &str)] = &[
    (
        Part::Whole(Target::PersonReference),
        "person reference, person id, external person id, deltaker-id, deltakar-id, deltakernummer, deltakernr, deltakarnummer, deltakarnr, \
         participant id, participant number, learner id, student id, id student, student number, studentnummer, studentnr, \
         elevnummer, kandidatnummer, kandidatnr, ansattnummer, ansattnr, ansatt-id, ansatt nummer, tilsettnummer, tilsettnr, \
         tilsett-id, employee number, employee id, employee no, employee, medarbeidernummer, medarbeider-id, lønnsnummer, \
         lønnsnr, ressursnummer, resource id, sis user id, user id number, user's id number, userid, id number, bruker-id, \
         brukar-id, user identifier, external id, ekstern id, external reference, ekstern referanse, referanse, reference, \
         sso id, username, user name, user's username, brukernavn, brukarnamn, sis login id, login id, login, user, bruker, \
         brukar, actor, member, person.id, person, id",
    ),
    (
        Part::Whole(Target::Name),
        "name, full name, display name, navn, namn, fullt navn, fullt namn, person name, personnavn, personnamn, \
         participant name, deltakernavn, deltakarnamn, student name, learner name, user full name, user's fullname, \
         user's full name, member name, ansattnavn, navn ansatt, tilsettnamn, employee name, medarbeidernavn, kandidatnavn, \
         candidate name, participant, deltaker, deltakar, student, learner, ansatt, tilsett, medarbeider, kandidat, \
         candidate, employee",
    ),
    (Part::FirstName, "first name, given name, given names, forename, fornavn, fornamn, user's first name, first"),
    (Part::MiddleName, "middle name, mellomnavn, mellomnamn"),
    (Part::LastName, "last name, surname, family name, etternavn, etternamn, slektsnavn, user's last name, last"),
    (
        Part::Whole(Target::Email),
        "email, e-mail, email address, e-mailaddress, e-post, e-postadresse, mail, mail address, mailadresse, user email, \
         user's email, user's email address, person email, deltakers e-post, deltakarens e-post, participant email, \
         student email, learner email, employee email, work email, company email, e-post arbeid, e-post jobb, arbeidsepost, \
         jobb e-post, primary email, sis login id, login id, username, user, brukernavn, actor, member, user identifier, \
         user id, private email, personal email, e-post privat, privat e-post",
    ),
    (
        Part::Whole(Target::BirthDate),
        "birth date, date of birth, dob, birthday, fødselsdato, fødselsdag, født, født dato, fødd, fødedato, fdato, born",
    ),
];

const COMPLETIONS: &[(Part, &str)] = &[
    (
        Part::Whole(Target::Competence),
        "competence, competence code, competency, competency code, kompetanse, kompetansekode, skill, skill code, \
         certification id number, certification short name, certification, qualification, kvalifikasjon, kompetansebevis, \
         kompetansenavn, sertifikat, sertifikatkode",
    ),
    (
        Part::Whole(Target::Course),
        "course code, kurskode, course id number, course short name, course id, sis course id, course number, kurs-id, \
         code module, module code, emnekode, modulkode, training code, course, kurs, object, object id, \
         experience external id, experience id, content id, activity id, external course id, short name, modul, module, \
         emne, training, opplæring, course name, course title, course full name, kursnavn, kursnamn, kurstittel, \
         kursnummer, learning object, activity, aktivitet",
    ),
    (
        Part::Whole(Target::Outcome),
        "outcome, utfall, result, resultat, final result, sluttresultat, kursresultat, completion status, \
         course completion status, course status, kursstatus, gjennomføringsstatus, status, verb, passed, bestått, greidd, \
         godkjent, godkjend, approved, pass/fail, bestått/ikke bestått, bestått/ikkje bestått, completed, fullført, \
         fullførd, gjennomført, gjennomførd, attended, deltatt, delteke, møtt, oppmøte, vurdering, pass",
    ),
    (
        Part::Whole(Target::On),
        "completed on, completion date, completed date, date completed, course completion date, time completed, \
         completed at, fullført dato, fullførtdato, dato fullført, gjennomført dato, gjennomføringsdato, bestått dato, \
         dato bestått, passed on, passed date, date passed, eksamensdato, exam date, finished on, finish date, finished, \
         avsluttet, avslutta, kursdato, course date, kurs slutt, godkjent dato, issued on, issue date, utstedt, \
         utstedelsesdato, utferda, completed, fullført, gjennomført, bestått, godkjent, passed, timestamp, date, dato, on",
    ),
    (
        Part::Whole(Target::Hours),
        "hours, timer, timar, antall timer, tal timar, kurstimer, kurstimar, hours attended, attended hours, \
         duration hours, oppmøtetimer, timetall, credit hours",
    ),
    (
        Part::Whole(Target::Result),
        "grade, final grade, karakter, score, final score, poeng, poengsum, points, course total (real), course total, \
         prosent, percent, result, resultat, vurdering",
    ),
    (
        Part::Whole(Target::Run),
        "run, course run, presentation, code presentation, kursgjennomføring, session, session id, class id, semester, \
         term, cohort, kull, section, offering",
    ),
    (Part::Whole(Target::Event), "event, event id, arrangement, arrangement-id"),
    (
        Part::Whole(Target::OrderedBy),
        "ordered by, orderer, ordering organisation, orderer organisation number, bestilt av, bestiller, bestillar, \
         bestiller orgnr, bestillers organisasjonsnummer, bestillar orgnr",
    ),
    (
        Part::Whole(Target::OrdererReference),
        "orderer reference, bestillers referanse, bestillerreferanse, bestillarens referanse",
    ),
];

const STAFF: &[(Part, &str)] = &[
    (
        Part::Whole(Target::Mobile),
        "mobile, mobile phone, mobile number, mobil, mobilnummer, mobilnr, mobiltelefon, mobiltlf, telefon mobil, tlf mobil, \
         cell phone, cell number, cell, phone, phone number, telefon, telefonnummer, tlf",
    ),
    (
        Part::Whole(Target::Position),
        "position, position title, job title, stilling, stillingstittel, stillingsbenevnelse, stillingsnavn, \
         stillingsnamn, stillingsbetegnelse, designation, occupation, yrke, tittel, title, role, rolle",
    ),
    (
        Part::Whole(Target::Team),
        "team, team name, avdeling, avdelingsnavn, avdelingsnamn, department, department name, seksjon, gruppe, group, \
         org unit, organizational unit, organisational unit, organisasjonsenhet, enhet, enhetsnavn, eining, unit, division",
    ),
    (
        Part::Whole(Target::From),
        "from, from date, start date, employment start, employment start date, employed from, employed on, hire date, \
         date hired, date of hire, date of joining, ansattdato, ansatt dato, ansatt fra, ansettelsesdato, ansettelse fra, \
         tilsettdato, tilsett frå, tilsetjingsdato, tiltredelsesdato, startdato, stilling fra, fra dato, frå dato, fra, frå, \
         begynte, starta, start",
    ),
    (
        Part::Whole(Target::To),
        "to, to date, end date, employment end, employment end date, employed to, termination date, leaving date, \
         relieving date, contract end date, sluttdato, sluttet dato, sluttet, slutta, ansatt til, tilsett til, fratrådt, \
         fratredelsesdato, siste dag, siste arbeidsdag, stilling til, til dato, til, left on, end",
    ),
];

/// Columns that are never read, whatever they hold.
const PERSONAL_NUMBERS: &str = "fødselsnummer, fødselsnr, personnummer, personnr, fnr, f-nr, d-nummer, dnr, \
     fødselsnummer/d-nummer, fødselsnummer (11 siffer), national id, national identity number, national id number, ssn, \
     social security number, personal number, personal identity number, nin";

/// What can stand before a step of a path without changing what it means, folded.
const OWNERS: [&str; 24] = [
    "person",
    "participant",
    "deltaker",
    "deltakar",
    "learner",
    "student",
    "elev",
    "kandidat",
    "candidate",
    "user",
    "bruker",
    "brukar",
    "member",
    "employee",
    "ansatt",
    "tilsett",
    "medarbeider",
    "completion",
    "gjennomforing",
    "data",
    "row",
    "record",
    "fields",
    "attributes",
];
/// Whose names and addresses stand beside the person's, folded.
const OTHERS: [&str; 12] = [
    "leder",
    "leiar",
    "manager",
    "supervisor",
    "sjef",
    "instruktor",
    "instructor",
    "teacher",
    "laerer",
    "kontakt",
    "contact",
    "parorende",
];

/// A part and how clear the name is: the less, the clearer.
type Meanings = HashMap<String, Vec<(Part, usize)>>;

static OF_COMPLETIONS: LazyLock<Meanings> = LazyLock::new(|| meanings_of(&[PERSON, COMPLETIONS]));
static OF_STAFF: LazyLock<Meanings> = LazyLock::new(|| meanings_of(&[PERSON, STAFF]));

static NEVER: LazyLock<HashSet<String>> = LazyLock::new(|| PERSONAL_NUMBERS.split(',').map(folded).collect());

fn meanings_of(tables: &[&[(Part, &str)]]) -> Meanings {
    let mut meanings = Meanings::new();
    for (part, names) in tables.iter().copied().flatten() {
        for (rank, name) in names.split(',').enumerate() {
            meanings.entry(folded(name)).or_default().push((*part, rank));
        }
    }
    meanings
}

/// What a column of this name can be, the clearest first.
pub fn meanings(subject: Subject, name: &str) -> Vec<(Part, usize)> {
    /// A name of which only a part is known is less clear than any that is known as a whole.
    const PARTLY: usize = 1_000;
    let known = match subject {
        Subject::Completions => &OF_COMPLETIONS,
        Subject::Staff => &OF_STAFF,
    };
    let with_rank =
        |found: &[(Part, usize)], less_clear| found.iter().map(|&(part, rank)| (part, rank + less_clear)).collect();
    if let Some(found) = known.get(&folded(name)) {
        return with_rank(found, 0);
    }
    let found = partly(name).and_then(|spelling| known.get(&folded(spelling)));
    found.map_or_else(Vec::new, |found| with_rank(found, PARTLY))
}

/// The name without a remark in brackets, and without the owner it is a step from; none where another person owns it: the
/// address of somebody's manager is not somebody's address.
fn partly(name: &str) -> Option<&str> {
    let whole = folded(name);
    if OTHERS.iter().any(|other| whole.contains(other)) {
        return None;
    }
    let bare = name.split(['(', '[']).next().unwrap_or(name);
    let Some((owner, last)) = bare.rsplit_once(['.', ':']) else {
        return Some(bare);
    };
    let owner = folded(owner.rsplit(['.', ':']).next().unwrap_or(owner));
    OWNERS.contains(&owner.as_str()).then_some(last)
}

/// Whether the name itself says that it holds addresses: `user` may hold anything.
pub fn is_email(name: &str) -> bool {
    let name = folded(name);
    name.contains("mail") || name.contains("epost")
}

/// Whether the name of a column says anything to us.
pub fn is_known(name: &str) -> bool {
    Subject::ALL.into_iter().any(|subject| !meanings(subject, name).is_empty()) || is_personal_number(name)
}

/// Whether the name says that the column holds national identity numbers.
pub fn is_personal_number(name: &str) -> bool {
    let bare = name.split(['(', '[']).next().unwrap_or(name);
    let last = bare.rsplit(['.', ':']).next().unwrap_or(bare);
    [name, bare, last].into_iter().any(|spelling| NEVER.contains(&folded(spelling)))
}

/// Without case, spaces, signs and diacritics: `E-post`, `e_post` and `ePost` are one.
pub fn folded(text: &str) -> String {
    let plain: String = text
        .to_lowercase()
        .nfd()
        .filter(|sign| !is_combining_mark(*sign))
        .flat_map(|sign| match sign {
            'æ' => ['a', 'e'],
            'ø' => ['o', ' '],
            other => [other, ' '],
        })
        .filter(|sign| sign.is_alphanumeric())
        .collect();
    // Where there is no ø and å on the keyboard.
    plain.replace("oe", "o").replace("aa", "a")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(subject: Subject, name: &str) -> Vec<Part> {
        meanings(subject, name).into_iter().map(|(part, _)| part).collect()
    }

    #[test]
    fn one_name_spelled_in_many_ways_is_one_name() {
        for spelling in
            ["E-post", "e_post", "ePost", " EPOST ", "E-post (obligatorisk)", "person.epost", "Deltaker: e-post"]
        {
            assert!(parts(Subject::Staff, spelling).contains(&Part::Whole(Target::Email)), "{spelling}");
        }
        for spelling in ["Fødselsdato", "FODSELSDATO", "foedselsdato", "fødselsDato", "fo\u{308}dselsdato"] {
            assert!(parts(Subject::Staff, spelling).contains(&Part::Whole(Target::BirthDate)), "{spelling}");
        }
    }

    #[test]
    fn other_systems_names_are_known() {
        for (name, target) in [
            ("id_student", Target::PersonReference),
            ("SIS User ID", Target::PersonReference),
            ("ID number", Target::PersonReference),
            ("userid", Target::PersonReference),
            ("User's Fullname", Target::Name),
            ("member_name", Target::Name),
            ("courseidnumber", Target::Course),
            ("code_module", Target::Course),
            ("experience external id", Target::Course),
            ("timecompleted", Target::On),
            ("completiondate", Target::On),
            ("final_grade", Target::Result),
            ("Course total (Real)", Target::Result),
            ("code_presentation", Target::Run),
            ("verb", Target::Outcome),
            ("kompetansekode", Target::Competence),
        ] {
            assert!(parts(Subject::Completions, name).contains(&Part::Whole(target)), "{name}");
        }
        for (name, target) in [
            ("Ansattnr.", Target::PersonReference),
            ("Stillingstittel", Target::Position),
            ("Avdeling", Target::Team),
            ("Ansatt dato", Target::From),
            ("date_of_joining", Target::From),
            ("Sluttdato", Target::To),
            ("Mobiltlf", Target::Mobile),
        ] {
            assert!(parts(Subject::Staff, name).contains(&Part::Whole(target)), "{name}");
        }
    }

    #[test]
    fn what_belongs_to_another_is_not_the_persons() {
        for name in [
            "manager.email",
            "Leder: e-post",
            "E-post (leder)",
            "Navn (pårørende)",
            "course.author.name",
            "kontakt.epost",
        ] {
            assert_eq!(parts(Subject::Completions, name), [], "{name}");
        }
        assert_eq!(parts(Subject::Staff, "data.employee.name"), [Part::Whole(Target::Name)]);
        assert_eq!(
            parts(Subject::Staff, "[Navn]"),
            [Part::Whole(Target::Name)],
            "brackets around it all are no remark"
        );
    }

    #[test]
    fn a_national_identity_number_is_no_reference_under_any_of_its_names() {
        for name in
            ["Fødselsnummer", "fodselsnr", "Fødselsnummer (11 siffer)", "person.fnr", "D-nummer", "SSN", "National ID"]
        {
            assert!(is_personal_number(name), "{name}");
            assert_eq!(parts(Subject::Staff, name), [], "{name}");
        }
        assert!(!is_personal_number("Ansattnummer") && !is_personal_number("Fødselsdato"));
    }
}
