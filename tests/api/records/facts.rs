//! Facts arrive in any order, as in every import of history, and lead to the same custodies.

use actix_web::rt::System;
use attest::{
    access::Actor,
    catalogue::{
        self,
        competences::{
            actions::{ChangeAnyCompetence, Changing},
            store::change,
        },
    },
    organisations::{self, actions::GrantCapacity},
    people::claims::claim_by_invitation,
    platform::{
        db::{
            Tx,
            run::prelude::*,
            schema::{cards, completions, custodies, organisations as parties},
        },
        problem::{Kind, Problem},
    },
    words::*,
};
use proptest::{collection::vec, prelude::*};
use serde_json::json;

use super::world::*;
use crate::support::App;

/// Something that becomes known about the same past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fact {
    CraneOrderedT4,
    HarbourOrderedT4,
    CraneOrderedFse,
    CraneOrderedHotWorkOfDalkurs,
    CraneRequiresT4OfTheTeam,
    EmploymentInTheTeam,
    FjordkursIsCertified,
    TheSchemeGetsItsBody,
    HarbourIsAnEmployer,
    FseBecomesCertified,
    DalkursShowsTheInvoiceOnly,
    ThePersonIsOne,
}

const ALL: [Fact; 12] = [
    Fact::CraneOrderedT4,
    Fact::HarbourOrderedT4,
    Fact::CraneOrderedFse,
    Fact::CraneOrderedHotWorkOfDalkurs,
    Fact::CraneRequiresT4OfTheTeam,
    Fact::EmploymentInTheTeam,
    Fact::FjordkursIsCertified,
    Fact::TheSchemeGetsItsBody,
    Fact::HarbourIsAnEmployer,
    Fact::FseBecomesCertified,
    Fact::DalkursShowsTheInvoiceOnly,
    Fact::ThePersonIsOne,
];

const CRANE: &str = "310000027";
const HARBOUR: &str = "310000078";

/// What is there before any of the facts.
#[derive(Clone, Copy)]
struct Ground {
    school: OrganisationId,
    other_school: OrganisationId,
    crane: OrganisationId,
    harbour: OrganisationId,
    body: OrganisationId,
    team: TeamId,
    /// The person as the crane company knows them, and as the first school does.
    worker: PersonId,
    t4: CompetenceId,
    fse: CompetenceId,
    hot_work: CompetenceId,
}

fn ground(tx: &mut Tx<'_>) -> Result<Ground, Problem> {
    catalogue::load(tx)?;
    let school = organisation(tx, "310000000", "Fjordkurs", &["provider"])?;
    let other_school = organisation(tx, "310000019", "Dalkurs", &["provider"])?;
    let crane = organisation(tx, CRANE, "Bergen Kran", &["employer"])?;
    let harbour = organisation(tx, HARBOUR, "Havna", &["client"])?;
    let body = organisation(tx, "974760673", "Varmesikker", &["certifying_body"])?;
    let team = team(tx, crane, "Tårnkran")?;
    let worker = card(tx, crane, "BK-1", "jobb@example.no")?;
    card(tx, school, "F-1", "privat@example.no")?;
    card(tx, other_school, "F-1", "privat@example.no")?;
    let (t4, fse, hot_work) = (national(tx, "T4")?, national(tx, "FSE")?, national(tx, "VARME-ARBEIDER")?);
    Ok(Ground { school, other_school, crane, harbour, body, team, worker, t4, fse, hot_work })
}

fn completed(
    tx: &mut Tx<'_>,
    school: OrganisationId,
    what: CompetenceId,
    on: &str,
    orderer: &str,
) -> Result<(), Problem> {
    let new = json!({
        "person_reference": "F-1", "competence": what, "outcome": "passed", "on": on, "ordered_by": orderer,
    });
    record(tx, school, &new).map(drop)
}

impl Fact {
    fn becomes_known(self, tx: &mut Tx<'_>, g: &Ground, person: PersonId) -> Result<(), Problem> {
        match self {
            Fact::CraneOrderedT4 => completed(tx, g.school, g.t4, "2024-03-12", CRANE),
            Fact::HarbourOrderedT4 => completed(tx, g.school, g.t4, "2024-04-12", HARBOUR),
            Fact::CraneOrderedFse => completed(tx, g.school, g.fse, "2024-05-12", CRANE),
            Fact::CraneOrderedHotWorkOfDalkurs => completed(tx, g.other_school, g.hot_work, "2024-06-12", CRANE),
            Fact::CraneRequiresT4OfTheTeam => require(tx, g.crane, g.t4, Some(g.team)),
            Fact::EmploymentInTheTeam => employ(tx, g.crane, g.worker, Some(g.team), "2023-01-01", None),
            Fact::FjordkursIsCertified => certify(tx, g.school, &[g.t4, g.fse]),
            Fact::TheSchemeGetsItsBody => give_scheme(tx, g.body),
            Fact::HarbourIsAnEmployer => {
                let permit = tx.permit(&Actor::Console, GrantCapacity { organisation: g.harbour })?;
                organisations::store::grant(tx, &permit, Capacity::Employer)
            }
            Fact::FseBecomesCertified => {
                let permit = tx.permit(&Actor::Console, ChangeAnyCompetence { competence: g.fse })?;
                let new = read(tx, &json!({ "class": "certified" }))?;
                change(tx, &Changing::Any(permit), new).map(drop)
            }
            Fact::DalkursShowsTheInvoiceOnly => show_invoice_only(tx, g.other_school),
            Fact::ThePersonIsOne => {
                let held = [g.school, g.other_school, g.crane];
                let known: Vec<CardId> = cards::table
                    .filter(cards::holder.eq_any(held))
                    .filter(cards::external_reference.is_not_null())
                    .select(cards::id)
                    .load(tx.conn())
                    .expect("read");
                known.into_iter().try_for_each(|card| claim_by_invitation(tx, person, card))
            }
        }
    }
}

/// `competence, recorder: controller ground category content`, sorted.
fn stored(tx: &mut Tx<'_>) -> Vec<String> {
    let names: Vec<(OrganisationId, String)> =
        parties::table.select((parties::id, parties::name)).load(tx.conn()).expect("read");
    let name = |id: OrganisationId| {
        let found = names.iter().find(|(known, _)| *known == id);
        found.map(|(_, name)| name.clone()).unwrap_or_default()
    };
    let rows =
        custodies::table
            .inner_join(completions::table.on(completions::record.eq(custodies::record)))
            .select((
                completions::competence,
                completions::recorder,
                custodies::controller,
                custodies::ground,
                custodies::category,
                custodies::content,
            ))
            .load::<(
                Option<CompetenceId>,
                OrganisationId,
                OrganisationId,
                attest::words::Ground,
                String,
                attest::words::Content,
            )>(tx.conn())
            .expect("read");
    let mut lines: Vec<String> = rows
        .into_iter()
        .map(|(competence, recorder, controller, ground, category, content)| {
            let facts = catalogue::competence_facts(tx, competence.expect("one")).expect("there");
            let parts: Vec<_> = content.parts().map(Part::code).collect();
            let (recorder, controller) = (name(recorder), name(controller));
            format!("{} of {recorder}: {controller} {ground} {category} {}", facts.code, parts.join(","))
        })
        .collect();
    lines.sort();
    lines
}

/// Lets the facts become known in this order, working off what follows where `pauses` says so and at the end.
async fn known_in_order(order: &[Fact], pauses: &[bool]) -> Vec<String> {
    let app = App::start().await;
    let person = app.person("Åse", "annen@example.no", BORN).await.person.expect("a person");
    let made = app.write(ground).await;
    app.run_jobs().await;
    for (fact, pause) in order.iter().copied().zip(pauses) {
        app.write(move |tx| fact.becomes_known(tx, &made, person)).await;
        if *pause {
            app.run_jobs().await;
        }
    }
    app.run_jobs().await;
    app.write(|tx| Ok(stored(tx))).await
}

/// Worked out by hand from the law's table; whatever the order, this comes out.
const EXPECTED: [&str; 8] = [
    "FSE of Fjordkurs: Bergen Kran ordered_offered RS10 fact,result,hours,document",
    "FSE of Fjordkurs: Fjordkurs delivered RS09 fact,result,hours,document,evidence",
    "T4 of Fjordkurs: Bergen Kran ordered_required RS10 fact,result,hours,document",
    "T4 of Fjordkurs: Fjordkurs delivered RS09 fact,result,hours,document,evidence",
    "T4 of Fjordkurs: Fjordkurs delivered RS09 fact,result,hours,document,evidence",
    "T4 of Fjordkurs: Havna ordered_offered RS10 fact,result,hours,document",
    "VARME-ARBEIDER of Dalkurs: Dalkurs delivered RS11 fact,result,hours,document,evidence",
    "VARME-ARBEIDER of Dalkurs: Varmesikker scheme RS15 fact,result,document",
];

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 16, max_shrink_iters: 100, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn facts_in_any_order_give_the_same_custodies(
        order in Just(ALL.to_vec()).prop_shuffle(),
        pauses in vec(any::<bool>(), ALL.len()),
    ) {
        let stored = System::new().block_on(known_in_order(&order, &pauses));
        prop_assert_eq!(stored, EXPECTED);
    }
}

#[actix_web::test]
async fn an_undone_claim_undoes_what_followed_from_it() {
    let app = App::start().await;
    let person = app.person("Åse", "annen@example.no", BORN).await;
    let (id, made) = (person.person.expect("a person"), app.write(ground).await);
    for fact in ALL {
        app.write(move |tx| fact.becomes_known(tx, &made, id)).await;
    }
    app.run_jobs().await;
    assert_eq!(app.write(|tx| Ok(stored(tx))).await, EXPECTED);
    let claims = person.get("/v1/me/claims").await.ok();
    for claim in claims["items"].as_array().expect("claims") {
        person.delete(&format!("/v1/me/claims/{}", claim["id"].as_str().expect("an id"))).await.expect(204);
    }
    app.run_jobs().await;
    let two_again = EXPECTED.map(|line| line.replace("ordered_required", "ordered_offered"));
    assert_eq!(app.write(|tx| Ok(stored(tx))).await, two_again);
}

/// The company that trains its own people has a card of the worker; an orderer knows the same person by e-mail.
#[actix_web::test]
async fn a_recorder_that_knows_the_person_under_another_reference_is_told_and_gets_no_second_card() {
    let app = App::start().await;
    let before = app.write(ground).await;
    app.write(move |tx| {
        let new = json!({
            "person_reference": "X-1", "name": "Åse", "email": "jobb@example.no", "birth_date": BORN,
            "competence": before.t4, "outcome": "passed", "on": "2024-03-12", "ordered_by": CRANE,
        });
        record(tx, before.other_school, &new)?;
        let mut again = new.clone();
        again["person_reference"] = json!("X-2");
        let refused = record(tx, before.other_school, &again).expect_err("two references for one human");
        assert_eq!((refused.kind, refused.findings.len()), (Kind::Invalid, 1));
        assert_eq!(refused.findings[0].fault, Fault::Ambiguous);
        Ok(())
    })
    .await;
    app.run_jobs().await;
}
