//! The fictional world: a provider, two employers, a client, a certifying body, some forty people. Every name is invented;
//! the organisation numbers begin with 3, which no real one does.

use std::{fmt::Write, path::Path};

use serde_json::{Value, json};

use crate::{
    access::Actor,
    catalogue::{self, courses, schemes},
    certificates::{
        self,
        actions::{EndCertificates, IssueCertificates},
        acts::{self, Ending},
        issue::finish,
        verify,
    },
    completions::{
        self,
        certify::batches::{self, Fitting, NewBatch},
    },
    identity::accounts::{Opening, store::open},
    organisations::{self, actions::*, staff},
    people,
    platform::{
        db::Tx,
        http::House,
        input::{Field, Reading},
        problem::Problem,
    },
    requirements,
    words::*,
};

/// Everybody's password.
pub const PASSWORD: &str = "try-attest-yourself";

const ACTOR: Actor = Actor::Console;

/// Who can sign in, as what: address, name, birth date, and what they are.
const SIGN_INS: [(&str, &str, &str, &str); 10] = [
    ("anna.odegard@example.no", "Anna Ødegård", "1991-05-17", "participant, works for Bergen Kran AS"),
    (
        "kurs@fjordkurs.example.no",
        "Åse-Marie Kråkenes",
        "1979-02-28",
        "course administrator at Fjordkurs AS, the provider",
    ),
    (
        "admin@fjordkurs.example.no",
        "Eskil Nygård",
        "1971-10-08",
        "administrator at Fjordkurs AS: members and API clients",
    ),
    ("hr@bergenkran.example.no", "Bjørn Sæther", "1974-11-03", "HR at Bergen Kran AS, an employer"),
    ("leder@bergenkran.example.no", "Torunn Løvås", "1982-08-21", "manager of the team Tårnkran at Bergen Kran AS"),
    ("hr@nordlysbygg.example.no", "Niillas Ánde Sárá", "1985-06-12", "HR at Nordlys Bygg AS, another employer"),
    (
        "register@varmesikker.example.no",
        "Øystein Vågå",
        "1969-01-30",
        "scheme officer at Varmesikker, the certifying body",
    ),
    ("personvern@bergenkran.example.no", "Ragnhild Bøe", "1977-09-09", "privacy officer at Bergen Kran AS"),
    ("drift@example.no", "Gro Ås", "1980-04-14", "operator"),
    (
        "studie@oulad.example.no",
        "Sigrid Haukås",
        "1983-12-05",
        "course administrator at The Open University, whose results are real",
    ),
];

const GIVEN: [&str; 20] = [
    "Åse",
    "Bjørn",
    "Sølvi",
    "Håkon",
    "Kjærsti",
    "Øyvind",
    "Ragnhild",
    "Pål",
    "Gøril",
    "Torbjørn",
    "Márjá",
    "Sindre",
    "Ingvild",
    "Jørn",
    "Åshild",
    "Bård",
    "Solfrid",
    "Trygve",
    "Hege",
    "Kåre",
];
const FAMILY: [&str; 10] =
    ["Ødegård", "Kråkenes", "Sæbø", "Bråthen", "Løkken", "Åsheim", "Grønvold", "Høyland", "Nesvåg", "Tømmerås"];

/// What was built, for those who go on from it.
pub struct Built {
    /// The university whose results are to be imported.
    pub university: OrganisationId,
    /// The module of the university that is certified as a whole.
    module: CourseId,
    /// The provider that issues certificates.
    provider: OrganisationId,
    /// Completions of the course that leads to no competence; the first is Anna's.
    hydraulics: Vec<RecordId>,
    /// Completions of the training that must be repeated each year; the first two are one person's.
    yearly: Vec<RecordId>,
    /// Completions of a course whose certificate a register issues.
    truck: Vec<RecordId>,
}

/// Builds the world.
///
/// # Errors
/// Anything here that the product refuses is a fault of the world.
pub fn build(tx: &mut Tx<'_>, password_hash: &str) -> Result<Built, Problem> {
    catalogue::load(tx)?;
    let provider = organisation(tx, "310000000", "Fjordkurs AS", &["provider"])?;
    let crane = organisation(tx, "310000019", "Bergen Kran AS", &["employer"])?;
    let builder = organisation(tx, "310000027", "Nordlys Bygg AS", &["employer"])?;
    organisation(tx, "310000035", "Vestlandet Havn KF", &["client"])?;
    let body = organisation(tx, "310000043", "Varmesikker Sertifisering", &["certifying_body"])?;
    let university = organisation(tx, "310000078", "The Open University (OULAD)", &["provider"])?;
    certify(tx, provider)?;
    give_scheme(tx, body)?;
    let [t4, hot_work, fse, hydraulics] = courses_of(tx, provider)?;
    let module = module(tx, university, "AAA")?;
    for code in ["BBB", "CCC", "DDD", "EEE", "FFF", "GGG"] {
        self::module(tx, university, code)?;
    }
    let teams = [team(tx, crane, "Tårnkran")?, team(tx, crane, "Verksted")?];
    members(tx, password_hash, [provider, crane, builder, body, university], teams[0])?;
    requirement(tx, crane, "T4")?;

    let anna = json!({ "name": "Anna Ødegård", "emails": ["anna.odegard@example.no"], "birth_date": "1991-05-17" });
    employ(tx, crane, "BK-001", anna, Some(teams[0]))?;
    let known = json!({
        "name": "Anna Ødegård", "email": "anna.odegard@example.no", "birth_date": "1991-05-17", "person_reference": "F-001",
    });
    let by_crane = json!({ "ordered_by": "310000019", "orderer_reference": "BK-001" });
    let mut built = Built {
        university,
        module,
        provider,
        hydraulics: Vec::new(),
        yearly: Vec::new(),
        truck: vec![record(tx, provider, t4, "2024-03-12", &[&known, &by_crane])?],
    };
    record(tx, provider, hot_work, "2025-09-30", &[&known, &by_crane])?;
    built.hydraulics.push(record(
        tx,
        provider,
        hydraulics,
        "2026-02-14",
        &[&known, &json!({ "ordered_by": "person" })],
    )?);

    for n in 0..40_usize {
        let name = format!("{} {}", GIVEN[n % GIVEN.len()], FAMILY[(n * 7 + n / GIVEN.len()) % FAMILY.len()]);
        let born = format!("19{}-{:02}-{:02}", 60 + n, 1 + n % 12, 1 + (n * 5) % 28);
        let email = format!("deltaker{:02}@example.no", n + 2);
        let (employer, number, prefix) =
            if n % 2 == 0 { (crane, "310000019", "BK") } else { (builder, "310000027", "NB") };
        let reference = format!("{prefix}-{:03}", n + 2);
        let team = (employer == crane).then(|| teams[(n / 2) % 2]);
        employ(tx, employer, &reference, json!({ "name": name, "emails": [email], "birth_date": born }), team)?;
        let known = json!({
            "name": name, "email": email, "birth_date": born, "person_reference": format!("F-{:03}", n + 2),
        });
        let ordered = json!({ "ordered_by": number, "orderer_reference": reference });
        let subject = [t4, hot_work, fse, hydraulics][n % 4];
        let on = format!("202{}-0{}-15", 1 + n % 5, 1 + n % 9);
        let recorded = record(tx, provider, subject, &on, &[&known, &ordered])?;
        match n % 4 {
            0 => built.truck.push(recorded),
            2 => built.yearly.push(recorded),
            _ => {}
        }
        if n == 2 {
            built.yearly.push(record(tx, provider, fse, "2026-04-15", &[&known, &ordered])?);
        }
        if n % 3 == 0 {
            let own = json!({ "ordered_by": "person" });
            let on = format!("2026-0{}-20", 1 + n % 9);
            built.hydraulics.push(record(tx, provider, hydraulics, &on, &[&known, &own])?);
        }
    }
    Ok(built)
}

fn read<T: Field>(tx: &Tx<'_>, json: &Value) -> Result<T, Problem> {
    Ok(T::read(json, &Reading { today: tx.today() })?)
}

fn organisation(tx: &mut Tx<'_>, number: &str, name: &str, capacities: &[&str]) -> Result<OrganisationId, Problem> {
    let permit = tx.permit(&ACTOR, CreateOrganisation)?;
    let new = read(tx, &json!({ "number": number, "name": name, "capacities": capacities }))?;
    organisations::store::create(tx, &permit, &new)
}

fn national(tx: &mut Tx<'_>, code: &str) -> Result<CompetenceId, Problem> {
    catalogue::competence_by_code(tx, None, code)?.ok_or_else(|| Problem::internal("not in the starter catalogue"))
}

fn certify(tx: &mut Tx<'_>, provider: OrganisationId) -> Result<(), Problem> {
    let covered = ["T4", "G4", "G11", "M2"].into_iter().map(|code| national(tx, code).map(|id| id.to_string()));
    let covered = covered.collect::<Result<Vec<_>, _>>()?;
    let permit = tx.permit(&ACTOR, GrantCapacity { organisation: provider })?;
    let new = read(tx, &json!({ "number": "S-0001", "competences": covered, "from": "2015-01-01" }))?;
    organisations::store::certify(tx, &permit, &new).map(drop)
}

fn give_scheme(tx: &mut Tx<'_>, body: OrganisationId) -> Result<(), Problem> {
    let known = schemes::store::by_code(tx)?;
    let scheme = *known.get("VARME-ARBEIDER").ok_or_else(|| Problem::internal("not in the starter catalogue"))?;
    let permit = tx.permit(&ACTOR, schemes::actions::ChangeScheme { scheme })?;
    let change = read(tx, &json!({ "body": body.to_string() }))?;
    schemes::store::change(tx, &permit, change).map(drop)
}

fn courses_of(tx: &mut Tx<'_>, provider: OrganisationId) -> Result<[CourseId; 4], Problem> {
    let (t4, hot_work, fse) = (national(tx, "T4")?, national(tx, "VARME-ARBEIDER")?, national(tx, "FSE")?);
    Ok([
        course(
            tx,
            provider,
            json!({
                "code": "T4", "competence": t4, "title": { "nb": "Truckførerkurs T4", "en": "Fork-lift course T4" },
                "workload_hours": 34, "participation": "onsite",
                "learning_outcomes": ["Kjøre motvektstruck sikkert", "Kontrollere trucken før bruk"],
            }),
        )?,
        course(
            tx,
            provider,
            json!({
                "code": "VARME", "competence": hot_work, "title": { "nb": "Varme arbeider", "en": "Hot work" },
                "workload_hours": 8, "participation": "blended",
            }),
        )?,
        course(
            tx,
            provider,
            json!({
                "code": "FSE", "competence": fse, "title": { "nb": "FSE med førstehjelp", "en": "Electrical safety with first aid" },
                "workload_hours": 4, "participation": "online",
            }),
        )?,
        course(
            tx,
            provider,
            json!({
                "code": "HYD-1", "title": { "nb": "Hydraulikk grunnkurs", "en": "Hydraulics, basic course" }, "workload_hours": 24,
            }),
        )?,
    ])
}

fn course(tx: &mut Tx<'_>, provider: OrganisationId, new: Value) -> Result<CourseId, Problem> {
    let permit = tx.permit(&ACTOR, courses::actions::AddCourse { acting: Some(provider) })?;
    let new = read(tx, &new)?;
    courses::store::add(tx, &permit, &new)
}

fn module(tx: &mut Tx<'_>, university: OrganisationId, code: &str) -> Result<CourseId, Problem> {
    let title = json!({ "nb": format!("Modul {code}"), "en": format!("Module {code}") });
    course(tx, university, json!({ "code": code, "title": title }))
}

fn team(tx: &mut Tx<'_>, organisation: OrganisationId, name: &str) -> Result<TeamId, Problem> {
    let permit = tx.permit(&ACTOR, ChangeTeams { organisation })?;
    let new = read(tx, &json!({ "name": name }))?;
    staff::store::create_team(tx, &permit, &new)
}

fn members(
    tx: &mut Tx<'_>,
    password_hash: &str,
    [provider, crane, builder, body, university]: [OrganisationId; 5],
    team: TeamId,
) -> Result<(), Problem> {
    let roles = [
        None,
        Some((provider, Role::CourseAdministrator, None)),
        Some((provider, Role::Administrator, None)),
        Some((crane, Role::Hr, None)),
        Some((crane, Role::Manager, Some(team))),
        Some((builder, Role::Hr, None)),
        Some((body, Role::SchemeOfficer, None)),
        Some((crane, Role::PrivacyOfficer, None)),
        Some((OPERATOR, Role::Operator, None)),
        Some((university, Role::CourseAdministrator, None)),
    ];
    for ((email, name, born, _), role) in SIGN_INS.iter().zip(roles) {
        let opened = open(
            tx,
            &Opening {
                name,
                birth_date: Some(read(tx, &json!(born))?),
                email: read(tx, &json!(email))?,
                password_hash,
                lang: Lang::Nb,
            },
        )?;
        if let Some((organisation, role, team)) = role {
            organisations::store::join(tx, organisation, opened.person, role, team)?;
        }
    }
    Ok(())
}

fn requirement(tx: &mut Tx<'_>, organisation: OrganisationId, code: &str) -> Result<(), Problem> {
    let competence = national(tx, code)?;
    let permit = tx.permit(&ACTOR, requirements::actions::SetRequirements { organisation })?;
    let new = read(tx, &json!({ "competence": competence, "from": "2020-01-01" }))?;
    requirements::store::set(tx, &permit, &new).map(drop)
}

fn employ(
    tx: &mut Tx<'_>,
    employer: OrganisationId,
    reference: &str,
    mut card: Value,
    team: Option<TeamId>,
) -> Result<(), Problem> {
    card["external_reference"] = json!(reference);
    let permit = tx.permit(&ACTOR, people::actions::WriteCards { organisation: employer })?;
    let card = read(tx, &card)?;
    let person = people::store::create(tx, &permit, card)?;
    let permit = tx.permit(&ACTOR, ChangeEmployments { organisation: employer })?;
    let new = read(tx, &json!({ "person": person, "team": team, "from": "2020-01-01" }))?;
    staff::store::employ(tx, &permit, &new).map(drop)
}

fn record(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    course: CourseId,
    on: &str,
    parts: &[&Value],
) -> Result<RecordId, Problem> {
    let mut all = json!({ "course": course, "outcome": "passed", "on": on });
    for (key, value) in parts.iter().filter_map(|part| part.as_object()).flatten() {
        all[key] = value.clone();
    }
    let permit = tx.permit(&ACTOR, completions::actions::RecordCompletions { organisation })?;
    let new = read(tx, &all)?;
    completions::routes::record_one(tx, &permit, &new)
}

/// Issues certificates, one of each status that needs nobody's erasure: the codes, with what they are.
///
/// # Errors
/// Anything here that the product refuses is a fault of the world.
pub async fn certify_people(house: &House, built: &Built) -> Result<Vec<(CertificateStatus, String)>, Problem> {
    let mut issued = Vec::new();
    for completion in built.hydraulics.iter().chain(&built.yearly).chain(&built.truck) {
        issued.push(certificate(house, built.provider, *completion).await?);
    }
    let (hydraulics, yearly) = issued.split_at(built.hydraulics.len());
    end(house, built.provider, hydraulics[1], CertificateAct::Revoked, Some(EndReason::IssuedInError)).await?;
    end(house, built.provider, hydraulics[2], CertificateAct::Suspended, Some(EndReason::UnderReview)).await?;
    end(house, built.provider, hydraulics[3], CertificateAct::Surrendered, None).await?;
    let replaced = code(house, built.provider, hydraulics[4]).await?;
    let (provider, corrected) = (built.provider, hydraulics[4]);
    let begun = house.db.write(move |tx| {
        let permit = tx.permit(&ACTOR, IssueCertificates { organisation: provider })?;
        let correction = completions::certify::Correction { language: Some(Lang::En), reason: "wanted in English" };
        completions::certify::amend(tx, &permit, corrected, |_| Ok(()), &correction, "")
    });
    finish(house, begun.await?).await?;
    let mut codes = vec![(CertificateStatus::Replaced, replaced)];
    for (status, id) in [
        (CertificateStatus::Valid, hydraulics[0]),
        (CertificateStatus::Revoked, hydraulics[1]),
        (CertificateStatus::Suspended, hydraulics[2]),
        (CertificateStatus::Surrendered, hydraulics[3]),
        (CertificateStatus::Superseded, yearly[0]),
        (CertificateStatus::Expired, yearly[2]),
    ] {
        codes.push((status, code(house, built.provider, id).await?));
    }
    codes.sort_by_key(|(status, _)| std::cmp::Reverse(*status));
    Ok(codes)
}

/// Asks for certificates of all who passed the module. The server issues them, when it serves.
///
/// # Errors
/// Anything here that the product refuses is a fault of the world.
pub fn ask_for_certificates(tx: &mut Tx<'_>, built: &Built) -> Result<(), Problem> {
    let permit = tx.permit(&ACTOR, IssueCertificates { organisation: built.university })?;
    let fitting = Fitting { course: Some(built.module), competence: None, from: None, to: None };
    batches::ask(
        tx,
        &permit,
        &NewBatch { fitting, language: Lang::En, letters: false, capacity: CertifiesAs::Provider },
    )
    .map(drop)
}

async fn certificate(house: &House, provider: OrganisationId, completion: RecordId) -> Result<CertificateId, Problem> {
    let begun = house.db.write(move |tx| {
        let permit = tx.permit(&ACTOR, IssueCertificates { organisation: provider })?;
        completions::certify::issue(tx, &permit, &[completion], Lang::Nb)
    });
    let begun = begun.await?;
    finish(house, begun).await?;
    Ok(begun.id)
}

async fn code(house: &House, provider: OrganisationId, id: CertificateId) -> Result<String, Problem> {
    Ok(house.db.read(move |tx| certificates::store::issued_one(tx, provider, id, "")).await?.code)
}

async fn end(
    house: &House,
    provider: OrganisationId,
    id: CertificateId,
    act: CertificateAct,
    reason: Option<EndReason>,
) -> Result<(), Problem> {
    let url = house.config.public_url.clone();
    let write = house.db.write(move |tx| {
        let permit = tx.permit(&ACTOR, EndCertificates { organisation: provider })?;
        let ending = Ending { act, reason, heard_on: reason.map(|_| tx.today()) };
        acts::end(tx, &permit, id, ending, &url)
    });
    write.await
}

/// What to print when the world stands.
pub fn guide(url: &str, folder: &Path, codes: &[(CertificateStatus, String)]) -> String {
    let mut text =
        format!("\nAttest is at {url}\n  documentation  {url}/docs/\n  mail           {}/mail\n\n", folder.display());
    // Writing into a String cannot fail.
    let _ = writeln!(text, "Sign in with the password {PASSWORD} as");
    for (email, name, _, what) in SIGN_INS {
        let _ = writeln!(text, "  {email:<34} {name}, {what}");
    }
    let _ = writeln!(text, "\nCertificates, for anyone who holds their code");
    for (status, code) in codes {
        let _ = writeln!(text, "  {:<12} {}", status.code(), verify::url(url, code));
    }
    text
}
