//! Competences over HTTP.

use super::{
    Competence,
    actions::{Adding, Changing},
    store,
};
use crate::{
    catalogue::{Named, Noted},
    law::validity::ExpiryRule,
    platform::{
        http::{Acting, Anyone, Body, Call, Condition, Created, House, Listed, PageQuery, Path, Query, Shown, once},
        input::{Change, Code, Hours, Id, Name, One, Several, Text, body},
        problem::Problem,
    },
    words::*,
};

/// The pages a competence was taken from.
pub type Sources = Several<Text<500>, 50>;

body! {
    /// A provision that asks for a competence.
    pub struct NewProvision {
        /// Where it stands, as a lawyer would cite it.
        pub citation: Name,
        /// The day it took effect.
        pub from: Day,
        /// The last day it was in force, if it no longer is.
        pub to: Option<Day>,
    }
    check |new, _, findings| {
        if new.to.is_some_and(|to| to < new.from) {
            findings.add("/to", Fault::EndsBeforeItBegins);
        }
    }
}

body! {
    /// From a day on a competence lasts otherwise.
    pub struct NewChange {
        /// Completions from this day on go by it.
        pub from: Day,
        /// How long they last.
        pub expiry: ExpiryRule,
    }
}

body! {
    /// An authority moved the last day of whatever ends in a period.
    pub struct NewExtension {
        /// The first last day it moved.
        pub from: Day,
        /// The last one it moved.
        pub to: Day,
        /// The day it moved them to.
        pub until: Day,
        /// Where the authority said so.
        pub citation: Name,
    }
    check |new, _, findings| {
        if new.to < new.from {
            findings.add("/to", Fault::EndsBeforeItBegins);
        }
        if new.until < new.to {
            findings.add("/until", Fault::EndsBeforeItBegins);
        }
    }
}

/// At most so many rules one after the other.
pub type Changes = Several<NewChange, 20>;

/// At most so many extensions.
pub type Extensions = Several<NewExtension, 50>;

body! {
    /// A competence to add.
    pub struct NewCompetence {
        /// Its code, unique among the owner's.
        pub code: Code,
        /// Its name.
        pub name: Named,
        /// The subject it belongs to, for sorting.
        pub subject: Option<Name>,
        /// Under what it must be documented; a provider's own have `none`.
        pub class: One<Class>,
        /// Whom its provisions bind.
        pub obliged_party: Option<One<ObligedParty>>,
        /// Who may issue its certificate; the provider unless given.
        pub issued_by: Option<One<IssuedBy>>,
        /// What the law demands its certificate to say; `plain` unless given.
        pub profile: Option<One<Profile>>,
        /// Does having it say something about health, belief or the like? No unless given.
        pub sensitive: Option<bool>,
        /// The scheme it belongs to.
        pub scheme: Option<Id<SchemeId>>,
        /// How long it lasts.
        pub expiry: ExpiryRule,
        /// From these days on it lasts otherwise.
        pub expiry_changes: Option<Changes>,
        /// Last days that an authority moved.
        pub extensions: Option<Extensions>,
        /// What it is a repetition of.
        pub repeats: Option<Id<CompetenceId>>,
        /// What it is added to, as a specialisation that shares its last day.
        pub adds_to: Option<Id<CompetenceId>>,
        /// The least number of hours of training.
        pub min_hours: Option<Hours>,
        /// A remark.
        pub note: Option<Noted>,
        /// The pages it was taken from.
        pub sources: Option<Sources>,
        /// The law that asks for it; a statutory class needs one.
        pub provisions: Option<Several<NewProvision, 50>>,
    };
    example { "code": "HYD-1", "name": { "nb": "Hydraulikk", "en": "Hydraulics" }, "class": "none", "expiry": { "kind": "after", "months": 36 } }
}

body! {
    /// What to change about a competence. Class, scheme, obliged party, issuer, profile and provisions are the operator's.
    pub struct CompetenceChange {
        /// Its name.
        pub name: Option<Named>,
        /// The subject it belongs to, for sorting.
        pub subject: Option<Name>,
        /// A remark.
        pub note: Change<Noted>,
        /// Does having it say something about health, belief or the like?
        pub sensitive: Option<bool>,
        /// How long it lasts; for what is completed from a day on, use `expiry_changes`.
        pub expiry: Option<ExpiryRule>,
        /// From these days on it lasts otherwise, as a whole list.
        pub expiry_changes: Option<Changes>,
        /// Last days that an authority moved, as a whole list.
        pub extensions: Option<Extensions>,
        /// What it is a repetition of.
        pub repeats: Change<Id<CompetenceId>>,
        /// What it is added to, as a specialisation that shares its last day.
        pub adds_to: Change<Id<CompetenceId>>,
        /// The least number of hours of training.
        pub min_hours: Change<Hours>,
        /// The pages it was taken from, as a whole list.
        pub sources: Option<Sources>,
        /// Under what it must be documented.
        pub class: Option<One<Class>>,
        /// The scheme it belongs to.
        pub scheme: Change<Id<SchemeId>>,
        /// Whom its provisions bind.
        pub obliged_party: Change<One<ObligedParty>>,
        /// Who may issue its certificate.
        pub issued_by: Option<One<IssuedBy>>,
        /// What the law demands its certificate to say.
        pub profile: Option<One<Profile>>,
        /// The law that asks for it, as a whole list.
        pub provisions: Option<Several<NewProvision, 50>>,
    }
}

crate::query! {
    /// Which competences.
    pub struct CompetenceFilter {
        /// Those of this class.
        pub class: Option<One<Class>>,
        /// Those of this scheme.
        pub scheme: Option<Id<SchemeId>>,
        /// Those of this provider.
        pub owner: Option<Id<OrganisationId>>,
        /// Those with this code.
        pub code: Option<Code>,
    }
}

/// `GET /v1/competences`
pub async fn list(
    house: House,
    _anyone: Anyone,
    query: Query<(CompetenceFilter, PageQuery)>,
) -> Result<Listed<Competence>, Problem> {
    let (filter, page) = query.0;
    let page = page.of("competences")?;
    house.db.read(move |tx| store::list(tx, &filter, &page)).await
}

/// `GET /v1/competences/{competence}`
pub async fn show(house: House, _anyone: Anyone, path: Path<CompetenceId>) -> Result<Shown<Competence>, Problem> {
    let shown = house.db.read(move |tx| store::read(tx, path.0)).await?;
    let version = shown.version;
    Ok(Shown::version(shown, version))
}

/// `POST /v1/competences`
pub async fn add(
    house: House,
    call: Call,
    acting: Acting,
    body: Body<NewCompetence>,
) -> Result<Created<Competence>, Problem> {
    let made = house
        .db
        .write(move |tx| {
            let permit = Adding::ask(tx, &call, acting)?;
            let made = once(tx, &call, permit.name(), &body.hash, |tx| store::add(tx, &permit, &body.value))?;
            store::read(tx, made.id())
        })
        .await?;
    Ok(Created { location: format!("/v1/competences/{}", made.id), version: Some(made.version), value: made })
}

/// `PATCH /v1/competences/{competence}`
pub async fn change(
    house: House,
    call: Call,
    path: Path<CompetenceId>,
    condition: Condition,
    body: Body<CompetenceChange>,
) -> Result<Shown<Competence>, Problem> {
    let changed = house
        .db
        .write(move |tx| {
            let owner = store::owner(tx, path.0)?;
            let permit = Changing::ask(tx, &call, path.0, owner)?;
            condition.expects(store::version(tx, &permit)?)?;
            store::change(tx, &permit, body.value)
        })
        .await?;
    let version = changed.version;
    Ok(Shown::version(changed, version))
}
