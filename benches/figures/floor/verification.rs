//! What a code is worth as a bare handler finds it: the statements of the product, and its answer.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use attest::{
    certificates::{
        Facts,
        verify::{NamedIssuer, Proven, ProvenLine, Verification, said},
    },
    law::{calendar::oslo_day, standing::Renewal, standing::Standing},
    platform::db::{Db, Error, Tx, among::Among, run::prelude::*, schema::*},
    words::*,
};

/// Answers from memory, by code.
pub type Known = HashMap<String, web::Bytes>;

/// `GET /{code}`, from the database
pub async fn answer(db: web::Data<Db>, code: web::Path<String>) -> HttpResponse {
    let Ok(code) = code.parse::<VerificationCode>() else { return HttpResponse::BadRequest().finish() };
    match db.read(move |tx| found(tx, code)).await {
        Ok(found) => HttpResponse::Ok().json(found),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// `GET /{code}`, from memory
pub async fn remembered(known: web::Data<Known>, code: web::Path<String>) -> HttpResponse {
    match known.get(code.as_str()) {
        Some(answer) => HttpResponse::Ok().content_type("application/json").body(answer.clone()),
        None => HttpResponse::NotFound().finish(),
    }
}

type Row = (CertificateId, (String, String), String, Option<Instant>, Option<Day>);

fn found(tx: &mut Tx<'_>, code: VerificationCode) -> Result<Option<Verification>, Error> {
    use certificate_versions as versions;
    let hash = tx.vault().ledger_hash(&["verification code", &code.to_string()]);
    let later = diesel::alias!(certificate_versions as later);
    let its_version = versions::table.on(versions::certificate
        .nullable()
        .eq(verification_codes::certificate)
        .and(versions::version.eq(verification_codes::version)));
    let the_next = later.on(later
        .field(versions::certificate)
        .nullable()
        .eq(verification_codes::certificate)
        .and(later.field(versions::version).eq(verification_codes::version + 1)));
    let itself = certificates::table.on(certificates::id.nullable().eq(verification_codes::certificate));
    let row = verification_codes::table
        .inner_join(organisations::table.on(organisations::id.eq(verification_codes::issuer)))
        .inner_join(its_version)
        .left_join(the_next)
        .left_join(itself)
        .filter(verification_codes::hash.eq(hash))
        .select((
            versions::certificate,
            (organisations::name, organisations::number),
            versions::facts,
            later.field(versions::issued_at).nullable(),
            certificates::unconfirmed_on.nullable(),
        ))
        .first::<Row>(tx.conn())
        .optional()?;
    let Some((id, (name, number), facts, replaced, unconfirmed)) = row else { return Ok(None) };
    let facts: Facts = serde_json::from_str(&facts).map_err(|_| Error::Other("facts that are none".into()))?;
    let standing = Standing { erased: unconfirmed.is_some(), ..standing(tx, id, &facts, replaced.map(oslo_day))? };
    Ok(Some(rendered(NamedIssuer { name, number }, facts, &standing, tx.today())))
}

fn standing(tx: &mut Tx<'_>, id: CertificateId, facts: &Facts, replaced: Option<Day>) -> Result<Standing, Error> {
    use certificate_versions as versions;
    let first = versions::table.on(versions::certificate.eq(certificates::id).and(versions::version.eq(1)));
    let renewed = certificates::table
        .inner_join(first)
        .filter(versions::issued_at.is_not_null())
        .filter(certificates::renews.eq(id))
        .select((certificates::id, versions::issued_on))
        .load::<(CertificateId, Day)>(tx.conn())?;
    let about: Vec<CertificateId> = [id].into_iter().chain(renewed.iter().map(|(id, _)| *id)).collect();
    let acts = certificate_acts::table
        .filter(certificate_acts::certificate.among(&about))
        .order((certificate_acts::certificate, certificate_acts::id))
        .select((certificate_acts::certificate, certificate_acts::on_day, certificate_acts::act))
        .load::<(CertificateId, Day, CertificateAct)>(tx.conn())?;
    let acts = |of| acts.iter().filter(|(id, ..)| *id == of).map(|(_, day, act)| (*day, *act)).collect::<Vec<_>>();
    let renewals = renewed.into_iter().map(|(newer, issued)| Renewal { issued, acts: acts(newer) }).collect();
    let (issued, until) = (facts.issued_on, facts.valid_until);
    Ok(Standing { issued, until, acts: acts(id), replaced, renewals, erased: false })
}

fn rendered(issuer: NamedIssuer, facts: Facts, standing: &Standing, on: Day) -> Verification {
    let status = standing.on(on);
    let lines = facts.lines.into_iter().map(|line| ProvenLine {
        competence: line.competence,
        course: line.course,
        provider: line.provider,
        outcome: line.outcome,
        on: line.on,
        valid_until: line.valid_until,
        extended_by: None,
        employer: None,
        expired: line.valid_until.is_some_and(|until| until < on),
    });
    let proven = Proven {
        number: facts.number,
        kind: facts.kind,
        holder: facts.holder.name,
        issuer: facts.issuer.name,
        issued_on: facts.issued_on,
        valid_until: facts.valid_until,
        lines: lines.collect(),
    };
    Verification {
        status,
        says: said(status),
        on,
        issuer: Some(issuer),
        certificate: Some(proven),
        vouched: Vec::new(),
    }
}
