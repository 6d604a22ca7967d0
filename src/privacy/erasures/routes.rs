//! Erasure over HTTP.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ErasurePlan, Receipt, confirm, cooling::take_back, paper, planned, store};
use crate::{
    completions::store::all_own_ids,
    documents, people,
    platform::{
        audit,
        blocking::off_the_loop,
        db::Tx,
        http::{Body, Call, Created, File, House, Listed, PageQuery, Path, Pdf, Query, Shown, once},
        input::{Id, Several, Text, body},
        problem::{Findings, Problem},
    },
    privacy::{
        actions::EraseOwn,
        decisions::{Open, open},
    },
    words::*,
};

/// At most so many records are chosen one by one.
type Chosen = Several<Id<RecordId>, 500>;

body! {
    /// What is to be looked at.
    pub struct ErasureWish {
        /// Only these records; everything unless given.
        pub records: Option<Chosen>,
    }
}

body! {
    /// What was looked at and is to be carried out.
    pub struct ErasureConfirmation {
        /// The plan, as it was shown.
        pub plan: Text<200_000>,
        /// Only these records, as they were when the plan was made; everything unless given.
        pub records: Option<Chosen>,
    };
    example { "plan": "1.Wm1GcldYTTM" }
}

/// An erasure that was carried out.
#[derive(Debug, Serialize, ToSchema)]
pub struct Erased {
    /// Its id.
    pub id: ErasureId,
    /// When it was carried out.
    pub erased_at: Instant,
    /// What became of it.
    pub receipt: Receipt,
}

/// `POST /v1/me/erasure-plan`
pub async fn look(house: House, call: Call, body: Body<ErasureWish>) -> Result<Shown<ErasurePlan>, Problem> {
    let plan = house
        .db
        .read(move |tx| {
            let person = tx.permit(&call.actor, EraseOwn)?.person()?;
            let open = chosen(tx, person, body.value.records.as_ref())?;
            Ok::<_, Problem>(planned(tx, &open)?)
        })
        .await?;
    Ok(Shown::plain(plan))
}

/// `POST /v1/me/erasures`
pub async fn erase(house: House, call: Call, body: Body<ErasureConfirmation>) -> Result<Created<Erased>, Problem> {
    let url = house.config.public_url.clone();
    let (made, files) = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, EraseOwn)?;
            let person = permit.person()?;
            let mut files = Vec::new();
            let made = once(tx, &call, permit.name(), &body.hash, |tx| {
                people::store::lock_human(tx, person)?;
                // From here on nobody else changes what is decided about.
                let open = chosen(tx, person, body.value.records.as_ref())?;
                let plan = body.value.plan.as_str();
                let (receipt, mut erasure) = confirm(tx, person, open, plan, &url)?;
                files.append(&mut erasure.files);
                let id = store::keep(tx, person, &receipt)?;
                let ended = erasure.custodies.len();
                audit::note(tx, &permit, Some(id.uuid()), Some(serde_json::json!({ "custodies": ended })))?;
                Ok(id)
            })?;
            Ok::<_, Problem>((store::own_one(tx, person, made.id())?, files))
        })
        .await?;
    documents::discard(&house, files).await;
    Ok(Created { location: format!("/v1/me/erasures/{}", made.id), version: None, value: made })
}

/// `GET /v1/me/erasures`
pub async fn list(house: House, call: Call, query: Query<PageQuery>) -> Result<Listed<Erased>, Problem> {
    let page = query.0.of("own erasures")?;
    house
        .db
        .read(move |tx| {
            let person = tx.permit(&call.actor, EraseOwn)?.person()?;
            store::own(tx, person, &page)
        })
        .await
}

/// `GET /v1/me/erasures/{erasure}`
pub async fn show(house: House, call: Call, path: Path<ErasureId>) -> Result<Shown<Erased>, Problem> {
    let shown = house
        .db
        .read(move |tx| {
            let person = tx.permit(&call.actor, EraseOwn)?.person()?;
            store::own_one(tx, person, path.0)
        })
        .await?;
    Ok(Shown::plain(shown))
}

/// `GET /v1/me/erasures/{erasure}/pdf`
pub async fn pdf(house: House, call: Call, path: Path<ErasureId>) -> Result<File<Pdf>, Problem> {
    let lang = call.lang;
    let erased = house.db.read(move |tx| {
        let person = tx.permit(&call.actor, EraseOwn)?.person()?;
        store::own_one(tx, person, path.0)
    });
    let erased = erased.await?;
    let name = format!("{}.pdf", erased.id);
    let drawn = off_the_loop(move || paper::pdf(&erased, lang)).await.map_err(Problem::internal)??;
    Ok(File::new(drawn, name))
}

/// `POST /v1/me/erasures/{erasure}/withdraw`
pub async fn withdraw(house: House, call: Call, path: Path<ErasureId>) -> Result<Shown<Erased>, Problem> {
    let shown = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, EraseOwn)?;
        take_back(tx, &permit, path.0)?;
        store::own_one(tx, permit.person()?, path.0)
    });
    Ok(Shown::plain(shown.await?))
}

/// Everything that is kept of a person, or of the records that were named.
fn chosen(tx: &mut Tx<'_>, person: PersonId, records: Option<&Chosen>) -> Result<Vec<Open>, Problem> {
    let own = all_own_ids(tx, person)?;
    let Some(named) = records else { return open(tx, &own) };
    let (mut ids, mut findings) = (Vec::new(), Findings::default());
    for (n, record) in named.0.iter().enumerate() {
        match own.binary_search(&record.0) {
            Ok(_) => ids.push(record.0),
            Err(_) => findings.add(&format!("/records/{n}"), Fault::Unknown),
        }
    }
    findings.check()?;
    open(tx, &ids)
}
