//! Competences and their provisions.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Competence, CompetenceFacts, IssuingRules, Provision,
    actions::*,
    lasting::{Lasting, store as lasts},
    routes::*,
};
use crate::{
    access::Permit,
    catalogue::{CompetenceChanged, read_list, written},
    law::validity::ExpiryRule,
    platform::{
        audit,
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{competence_provisions, competences, schemes},
        },
        http::{Listed, Page},
        input::Change,
        jobs,
        problem::{Findings, Kind, Problem},
    },
    words::*,
};

#[derive(Insertable)]
#[diesel(table_name = competences, treat_none_as_default_value = false)]
struct NewRow<'a> {
    id: CompetenceId,
    code: &'a str,
    owner: Option<OrganisationId>,
    name_nb: &'a str,
    name_en: &'a str,
    subject: &'a str,
    class: Class,
    obliged_party: Option<ObligedParty>,
    issued_by: IssuedBy,
    profile: Profile,
    sensitive: bool,
    scheme: Option<SchemeId>,
    repeats: Option<CompetenceId>,
    adds_to: Option<CompetenceId>,
    expiry: String,
    min_hours: Option<f64>,
    note_nb: Option<&'a str>,
    note_en: Option<&'a str>,
    sources: String,
    created_at: Instant,
    version: i64,
}

#[derive(Queryable)]
struct Row {
    id: CompetenceId,
    code: String,
    owner: Option<OrganisationId>,
    name_nb: String,
    name_en: String,
    subject: String,
    class: Class,
    obliged_party: Option<ObligedParty>,
    issued_by: IssuedBy,
    profile: Profile,
    sensitive: bool,
    scheme: Option<SchemeId>,
    repeats: Option<CompetenceId>,
    adds_to: Option<CompetenceId>,
    expiry: String,
    min_hours: Option<f64>,
    note_nb: Option<String>,
    note_en: Option<String>,
    sources: String,
    version: i64,
}

/// What a change writes: the columns that can change, as they are after it.
#[derive(AsChangeset)]
#[diesel(table_name = competences, treat_none_as_null = true)]
struct Changed {
    name_nb: String,
    name_en: String,
    subject: String,
    class: Class,
    obliged_party: Option<ObligedParty>,
    issued_by: IssuedBy,
    profile: Profile,
    sensitive: bool,
    scheme: Option<SchemeId>,
    repeats: Option<CompetenceId>,
    adds_to: Option<CompetenceId>,
    expiry: String,
    min_hours: Option<f64>,
    note_nb: Option<String>,
    note_en: Option<String>,
    sources: String,
    version: i64,
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        competences::id,
        competences::code,
        competences::owner,
        competences::name_nb,
        competences::name_en,
        competences::subject,
        competences::class,
        competences::obliged_party,
        competences::issued_by,
        competences::profile,
        competences::sensitive,
        competences::scheme,
        competences::repeats,
        competences::adds_to,
        competences::expiry,
        competences::min_hours,
        competences::note_nb,
        competences::note_en,
        competences::sources,
        competences::version,
    )
}

/// Adds a competence, national or a provider's own.
///
/// # Errors
/// `ClassNotYours` where a provider decides what is the operator's, `ProvisionNeeded`, `Unknown` at `/scheme`, `Taken`
/// at `/code`.
pub fn add(tx: &mut Tx<'_>, permit: &Adding, new: &NewCompetence) -> Result<CompetenceId, Problem> {
    let owner = permit.owner()?;
    if owner.is_some() {
        leave_to_operator(&[
            ("/class", new.class.0 != Class::None),
            ("/obliged_party", new.obliged_party.is_some()),
            ("/issued_by", new.issued_by.is_some_and(|by| by.0 != IssuedBy::Provider)),
            ("/profile", new.profile.is_some_and(|profile| profile.0 != Profile::Plain)),
            ("/scheme", new.scheme.is_some()),
            ("/provisions", new.provisions.as_ref().is_some_and(|list| !list.0.is_empty())),
        ])?;
    }
    let refers = Refers {
        scheme: new.scheme.map(|id| id.0),
        repeats: new.repeats.map(|id| id.0),
        adds_to: new.adds_to.map(|id| id.0),
    };
    require_scheme(tx, refers.scheme)?;
    require_open(tx, owner, "/repeats", refers.repeats)?;
    require_open(tx, owner, "/adds_to", refers.adds_to)?;
    let id = insert(tx, owner, new, refers)?;
    match permit {
        Adding::National(permit) => audit::note(tx, permit, Some(id.uuid()), None)?,
        Adding::Own(permit) => audit::note(tx, permit, Some(id.uuid()), None)?,
    }
    Ok(id)
}

fn require_scheme(tx: &mut Tx<'_>, scheme: Option<SchemeId>) -> Result<(), Problem> {
    let Some(id) = scheme else { return Ok(()) };
    let known: i64 = schemes::table.filter(schemes::id.eq(id)).count().get_result(tx.conn()).map_err(Error::from)?;
    if known == 1 { Ok(()) } else { Err(Problem::at("/scheme", Fault::Unknown)) }
}

/// What it repeats, or is added to, is the nation's or the owner's own.
fn require_open(
    tx: &mut Tx<'_>,
    owner: Option<OrganisationId>,
    pointer: &'static str,
    named: Option<CompetenceId>,
) -> Result<(), Problem> {
    let Some(id) = named else { return Ok(()) };
    let its_owner = competences::table.filter(competences::id.eq(id)).select(competences::owner);
    let its_owner = its_owner.first::<Option<OrganisationId>>(tx.conn()).optional().map_err(Error::from)?;
    let is_open = its_owner.is_some_and(|its_owner| its_owner.is_none() || its_owner == owner);
    if is_open { Ok(()) } else { Err(Problem::at(pointer, Fault::Unknown)) }
}

/// A statutory class without the law and without whom it binds would keep records on no ground. Asked after who may
/// choose the class: a provider learns that the class is not its own, not how to make it complete.
fn require_law(class: Class, provisions: usize, obliged: bool) -> Result<(), Problem> {
    let mut findings = Findings::default();
    if class.is_statutory() && provisions == 0 {
        findings.add("/provisions", Fault::ProvisionNeeded);
    }
    if class.is_statutory() && !obliged {
        findings.add("/obliged_party", Fault::ProvisionNeeded);
    }
    findings.check()
}

/// What else of the catalogue a new competence refers to.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::catalogue) struct Refers {
    pub(in crate::catalogue) scheme: Option<SchemeId>,
    pub(in crate::catalogue) repeats: Option<CompetenceId>,
    pub(in crate::catalogue) adds_to: Option<CompetenceId>,
}

fn insert(
    tx: &mut Tx<'_>,
    owner: Option<OrganisationId>,
    new: &NewCompetence,
    refers: Refers,
) -> Result<CompetenceId, Problem> {
    let provisions = new.provisions.as_ref().map_or(&[][..], |list| &list.0[..]);
    require_law(new.class.0, provisions.len(), new.obliged_party.is_some())?;
    let id = tx.new_id();
    let row = NewRow {
        id,
        code: new.code.as_str(),
        owner,
        name_nb: new.name.nb.as_str(),
        name_en: new.name.en.as_str(),
        subject: new.subject.as_ref().map_or("", |subject| subject.as_str()),
        class: new.class.0,
        obliged_party: new.obliged_party.map(|party| party.0),
        issued_by: new.issued_by.map_or(IssuedBy::Provider, |by| by.0),
        profile: new.profile.map_or(Profile::Plain, |profile| profile.0),
        sensitive: new.sensitive.unwrap_or(false),
        scheme: refers.scheme,
        repeats: refers.repeats,
        adds_to: refers.adds_to,
        expiry: rule_text(&new.expiry)?,
        min_hours: new.min_hours.map(|hours| hours.0),
        note_nb: new.note.as_ref().map(|note| note.nb.as_str()),
        note_en: new.note.as_ref().map(|note| note.en.as_str()),
        sources: new.sources.as_ref().map_or_else(|| "[]".into(), sources_text),
        created_at: tx.now(),
        version: 1,
    };
    diesel::insert_into(competences::table)
        .values(row)
        .execute(tx.conn())
        .map_err(|error| Problem::from(Error::from(error)).if_taken(Problem::at("/code", Fault::Taken)))?;
    insert_provisions(tx, id, provisions)?;
    set_lasting(tx, id, new.expiry_changes.as_ref(), new.extensions.as_ref())?;
    Ok(id)
}

/// Writes down how long it lasts besides its first rule, as far as that was said.
fn set_lasting(
    tx: &mut Tx<'_>,
    id: CompetenceId,
    changes: Option<&Changes>,
    extensions: Option<&Extensions>,
) -> Result<(), Problem> {
    if let Some(changes) = changes {
        let mut days = BTreeSet::new();
        let mut findings = Findings::default();
        for (n, change) in changes.0.iter().enumerate() {
            if !days.insert(change.from) {
                findings.add(&format!("/expiry_changes/{n}/from"), Fault::Taken);
            }
        }
        findings.check()?;
        lasts::set_changes(tx, id, &changes.0)?;
    }
    if let Some(extensions) = extensions {
        lasts::set_extensions(tx, id, &extensions.0)?;
    }
    Ok(())
}

fn insert_provisions(tx: &mut Tx<'_>, competence: CompetenceId, provisions: &[NewProvision]) -> Result<(), Error> {
    for (position, new) in (0_i16..).zip(provisions) {
        diesel::insert_into(competence_provisions::table)
            .values((
                competence_provisions::competence.eq(competence),
                competence_provisions::position.eq(position),
                competence_provisions::citation.eq(new.citation.as_str()),
                competence_provisions::valid_from.eq(new.from),
                competence_provisions::valid_to.eq(new.to),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

fn rule_text(rule: &ExpiryRule) -> Result<String, Problem> {
    serde_json::to_string(rule).map_err(Problem::internal)
}

fn sources_text(sources: &Sources) -> String {
    let texts: Vec<&str> = sources.0.iter().map(|source| source.as_str()).collect();
    written(&texts)
}

/// A competence as it is.
///
/// # Errors
/// 404.
pub fn read(tx: &mut Tx<'_>, id: CompetenceId) -> Result<Competence, Problem> {
    let row = row(tx, id)?;
    let mut beside = Beside::of(tx, &[id])?;
    render(row, &mut beside)
}

fn row(tx: &mut Tx<'_>, id: CompetenceId) -> Result<Row, Error> {
    Ok(competences::table.filter(competences::id.eq(id)).select(columns()).first(tx.conn())?)
}

fn provisions_of(tx: &mut Tx<'_>, ids: &[CompetenceId]) -> Result<BTreeMap<CompetenceId, Vec<Provision>>, Error> {
    let rows = competence_provisions::table
        .filter(competence_provisions::competence.among(ids))
        .order((competence_provisions::competence, competence_provisions::position))
        .select((
            competence_provisions::competence,
            competence_provisions::citation,
            competence_provisions::valid_from,
            competence_provisions::valid_to,
        ))
        .load::<(CompetenceId, String, Day, Option<Day>)>(tx.conn())?;
    let mut of = BTreeMap::<_, Vec<_>>::new();
    for (competence, citation, from, to) in rows {
        of.entry(competence).or_default().push(Provision { citation, from, to });
    }
    Ok(of)
}

/// What is kept beside the rows of competences.
struct Beside {
    provisions: BTreeMap<CompetenceId, Vec<Provision>>,
    lasting: BTreeMap<CompetenceId, Lasting>,
}

impl Beside {
    fn of(tx: &mut Tx<'_>, ids: &[CompetenceId]) -> Result<Self, Problem> {
        Ok(Self { provisions: provisions_of(tx, ids)?, lasting: lasts::lasting(tx, ids)? })
    }
}

fn render(row: Row, beside: &mut Beside) -> Result<Competence, Problem> {
    let Lasting { changes, extensions } = beside.lasting.remove(&row.id).unwrap_or_default();
    let note = row.note_nb.zip(row.note_en).map(|(nb, en)| Said { nb, en });
    Ok(Competence {
        id: row.id,
        code: row.code,
        owner: row.owner,
        name: Said { nb: row.name_nb, en: row.name_en },
        subject: row.subject,
        class: row.class,
        obliged_party: row.obliged_party,
        issued_by: row.issued_by,
        profile: row.profile,
        sensitive: row.sensitive,
        scheme: row.scheme,
        repeats: row.repeats,
        adds_to: row.adds_to,
        expiry: serde_json::from_str(&row.expiry).map_err(Problem::internal)?,
        expiry_changes: changes,
        extensions,
        min_hours: row.min_hours,
        note,
        sources: read_list(&row.sources),
        provisions: beside.provisions.remove(&row.id).unwrap_or_default(),
        version: row.version,
    })
}

/// What certificates of these competences go by.
///
/// # Errors
/// The database's.
pub fn issuing_rules(tx: &mut Tx<'_>, ids: &[CompetenceId]) -> Result<BTreeMap<CompetenceId, IssuingRules>, Problem> {
    let rows = competences::table
        .left_join(schemes::table.on(competences::scheme.eq(schemes::id.nullable())))
        .filter(competences::id.among(ids))
        .select((columns(), schemes::body.nullable()))
        .load::<(Row, Option<OrganisationId>)>(tx.conn())
        .map_err(Error::from)?;
    let mut beside = Beside::of(tx, ids)?;
    let wholes: BTreeSet<CompetenceId> = rows.iter().map(|(row, _)| row.repeats.unwrap_or(row.id)).collect();
    let repetitions = repetitions(tx, &wholes)?;
    let rules = rows.into_iter().map(|(row, scheme_body)| {
        let whole = row.repeats.unwrap_or(row.id);
        let repeat_it = repetitions.iter().filter(|(_, repeated)| *repeated == whole).map(|(id, _)| *id);
        let family = repeat_it.chain([row.id, whole]).collect();
        let competence = render(row, &mut beside)?;
        Ok((competence.id, IssuingRules { competence, family, scheme_body }))
    });
    rules.collect()
}

/// What repeats one of these, and which.
fn repetitions(tx: &mut Tx<'_>, wholes: &BTreeSet<CompetenceId>) -> Result<Vec<(CompetenceId, CompetenceId)>, Problem> {
    let found = competences::table
        .filter(competences::repeats.assume_not_null().among(wholes))
        .select((competences::id, competences::repeats.assume_not_null()))
        .load(tx.conn());
    Ok(found.map_err(Error::from)?)
}

/// A page of the competences that fit.
///
/// # Errors
/// The database's.
pub fn list(
    tx: &mut Tx<'_>,
    filter: &CompetenceFilter,
    page: &Page<CompetenceId>,
) -> Result<Listed<Competence>, Problem> {
    let rows: Vec<Row> = crate::on_either!(tx, |conn| {
        let mut query = competences::table.order(competences::id).limit(page.fetch()).select(columns()).into_boxed();
        if let Some(after) = page.after {
            query = query.filter(competences::id.gt(after));
        }
        if let Some(class) = filter.class {
            query = query.filter(competences::class.eq(class.0));
        }
        if let Some(scheme) = filter.scheme {
            query = query.filter(competences::scheme.eq(scheme.0));
        }
        if let Some(owner) = filter.owner {
            query = query.filter(competences::owner.eq(owner.0));
        }
        if let Some(code) = &filter.code {
            query = query.filter(competences::code.eq(code.as_str().to_owned()));
        }
        diesel::RunQueryDsl::load(query, conn).map_err(Error::from)?
    });
    let listed = page.listed(rows, |row| row.id);
    let ids: Vec<_> = listed.items.iter().map(|row| row.id).collect();
    let mut beside = Beside::of(tx, &ids)?;
    let items = listed.items.into_iter().map(|row| render(row, &mut beside)).collect::<Result<_, _>>()?;
    Ok(Listed { items, next: listed.next })
}

/// Whose a competence is, to know whom to ask for a permit.
///
/// # Errors
/// 404.
pub fn owner(tx: &mut Tx<'_>, id: CompetenceId) -> Result<Option<OrganisationId>, Error> {
    Ok(row(tx, id)?.owner)
}

/// The version of a competence, for conditions.
///
/// # Errors
/// 404.
pub fn version(tx: &mut Tx<'_>, permit: &Changing) -> Result<i64, Error> {
    Ok(row(tx, permit.competence())?.version)
}

/// Changes a competence. Another class or scheme leaves work: who holds its records follows from them.
///
/// # Errors
/// `ClassNotYours` where an owner decides what is the operator's, `ProvisionNeeded`, `Unknown` at `/scheme`; 412 when
/// somebody else was first.
pub fn change(tx: &mut Tx<'_>, permit: &Changing, change: CompetenceChange) -> Result<Competence, Problem> {
    let id = permit.competence();
    if !permit.is_any() {
        leave_to_operator(&[
            ("/class", change.class.is_some()),
            ("/scheme", !matches!(change.scheme, Change::Keep)),
            ("/obliged_party", !matches!(change.obliged_party, Change::Keep)),
            ("/issued_by", change.issued_by.is_some()),
            ("/profile", change.profile.is_some()),
            ("/provisions", change.provisions.is_some()),
        ])?;
    }
    let before = row(tx, id)?;
    let (class, scheme, version) = (before.class, before.scheme, before.version);
    let (owner, refers) = (before.owner, (before.repeats, before.adds_to));
    let (after, Lists { provisions, changes, extensions }) = changed(before, change)?;
    for (pointer, old, new) in [("/repeats", refers.0, after.repeats), ("/adds_to", refers.1, after.adds_to)] {
        if new == Some(id) {
            return Err(Problem::at(pointer, Fault::Unknown));
        }
        if new != old {
            require_open(tx, owner, pointer, new)?;
        }
    }
    let count = match &provisions {
        Some(list) => list.len(),
        None => provisions_of(tx, &[id])?.remove(&id).map_or(0, |held| held.len()),
    };
    require_law(after.class, count, after.obliged_party.is_some())?;
    if after.scheme != scheme {
        require_scheme(tx, after.scheme)?;
    }
    let moved = after.class != class || after.scheme != scheme;
    let unchanged = competences::table.filter(competences::id.eq(id)).filter(competences::version.eq(version));
    if diesel::update(unchanged).set(after).execute(tx.conn()).map_err(Error::from)? == 0 {
        return Err(Kind::Stale.into());
    }
    if let Some(list) = provisions {
        let held = competence_provisions::table.filter(competence_provisions::competence.eq(id));
        diesel::delete(held).execute(tx.conn()).map_err(Error::from)?;
        insert_provisions(tx, id, &list)?;
    }
    set_lasting(tx, id, changes.as_ref(), extensions.as_ref())?;
    if moved {
        jobs::enqueue(tx, &CompetenceChanged { competence: id })?;
    }
    match permit {
        Changing::Any(permit) => audit::note(tx, permit, Some(id.uuid()), None)?,
        Changing::Own(permit) => audit::note(tx, permit, Some(id.uuid()), None)?,
    }
    read(tx, id)
}

/// The lists that a change replaces.
struct Lists {
    provisions: Option<Vec<NewProvision>>,
    changes: Option<Changes>,
    extensions: Option<Extensions>,
}

/// The row as it is after the change, and the lists that are replaced.
fn changed(before: Row, change: CompetenceChange) -> Result<(Changed, Lists), Problem> {
    let noted = before.note_nb.zip(before.note_en).map(|(nb, en)| Said { nb, en });
    let (note_nb, note_en) = change.note.map(Said::from).after(noted).map(|note| (note.nb, note.en)).unzip();
    let (name_nb, name_en) = match change.name {
        Some(name) => (name.nb.into_string(), name.en.into_string()),
        None => (before.name_nb, before.name_en),
    };
    let row = Changed {
        name_nb,
        name_en,
        subject: change.subject.map_or(before.subject, |subject| subject.into_string()),
        class: change.class.map_or(before.class, |class| class.0),
        obliged_party: change.obliged_party.map(|party| party.0).after(before.obliged_party),
        issued_by: change.issued_by.map_or(before.issued_by, |by| by.0),
        profile: change.profile.map_or(before.profile, |profile| profile.0),
        sensitive: change.sensitive.unwrap_or(before.sensitive),
        scheme: change.scheme.map(|id| id.0).after(before.scheme),
        repeats: change.repeats.map(|id| id.0).after(before.repeats),
        adds_to: change.adds_to.map(|id| id.0).after(before.adds_to),
        expiry: change.expiry.map_or(Ok(before.expiry), |rule| rule_text(&rule))?,
        min_hours: change.min_hours.map(|hours| hours.0).after(before.min_hours),
        note_nb,
        note_en,
        sources: change.sources.map_or(before.sources, |sources| sources_text(&sources)),
        version: before.version + 1,
    };
    let provisions = change.provisions.map(|list| list.0);
    Ok((row, Lists { provisions, changes: change.expiry_changes, extensions: change.extensions }))
}

/// Adds a national competence with what it refers to, for the starter catalogue, which knows that by code.
///
/// # Errors
/// The database's.
pub(in crate::catalogue) fn add_national(
    tx: &mut Tx<'_>,
    permit: &Permit<AddNationalCompetence>,
    new: &NewCompetence,
    refers: Refers,
) -> Result<CompetenceId, Problem> {
    let id = insert(tx, None, new, refers)?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(id)
}

/// The codes of all national competences.
///
/// # Errors
/// The database's.
pub(in crate::catalogue) fn national_codes(tx: &mut Tx<'_>) -> Result<BTreeSet<String>, Error> {
    let codes = competences::table.filter(competences::owner.is_null()).select(competences::code);
    Ok(codes.load::<String>(tx.conn())?.into_iter().collect())
}

/// The competence with this code: the organisation's own, and else the national one.
///
/// # Errors
/// The database's.
pub fn competence_by_code(
    tx: &mut Tx<'_>,
    owner: Option<OrganisationId>,
    code: &str,
) -> Result<Option<CompetenceId>, Error> {
    if let Some(owner) = owner {
        let own = competences::table
            .filter(competences::owner.eq(owner))
            .filter(competences::code.eq(code))
            .select(competences::id)
            .first(tx.conn())
            .optional()?;
        if own.is_some() {
            return Ok(own);
        }
    }
    Ok(competences::table
        .filter(competences::owner.is_null())
        .filter(competences::code.eq(code))
        .select(competences::id)
        .first(tx.conn())
        .optional()?)
}

/// What other rooms ask about a competence.
///
/// # Errors
/// `NoRow` if there is no such competence.
pub fn competence_facts(tx: &mut Tx<'_>, id: CompetenceId) -> Result<CompetenceFacts, Error> {
    competence_facts_of(tx, &[id])?.remove(&id).ok_or(Error::NoRow)
}

/// What other rooms ask about many competences, in one question; those that do not exist are absent.
///
/// # Errors
/// The database's.
pub fn competence_facts_of(
    tx: &mut Tx<'_>,
    ids: &[CompetenceId],
) -> Result<BTreeMap<CompetenceId, CompetenceFacts>, Error> {
    type Facts =
        (CompetenceId, Class, Option<SchemeId>, Option<OrganisationId>, IssuedBy, bool, (String, String, String));
    let rows = competences::table
        .left_join(schemes::table.on(competences::scheme.eq(schemes::id.nullable())))
        .filter(competences::id.among(ids))
        .select((
            competences::id,
            competences::class,
            competences::scheme,
            schemes::body.nullable(),
            competences::issued_by,
            competences::sensitive,
            (competences::name_nb, competences::name_en, competences::code),
        ))
        .load::<Facts>(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(id, class, scheme, scheme_body, issued_by, sensitive, (nb, en, code))| {
            (id, CompetenceFacts { class, scheme, scheme_body, issued_by, sensitive, name: Said { nb, en }, code })
        })
        .collect())
}

/// May a provider's course lead to this competence? To a national one or one of its own.
///
/// # Errors
/// The database's.
pub fn is_open_to(tx: &mut Tx<'_>, provider: OrganisationId, id: CompetenceId) -> Result<bool, Error> {
    let owner = competences::table
        .filter(competences::id.eq(id))
        .select(competences::owner)
        .first::<Option<OrganisationId>>(tx.conn())
        .optional()?;
    Ok(owner.is_some_and(|owner| owner.is_none_or(|owner| owner == provider)))
}
