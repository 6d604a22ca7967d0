//! Certificates as those see them who hold the completions they are about: an employer that must be able to show them. Who
//! holds a document holds all of it or none: a certificate about something else too is not shown.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::Permit,
    certificates::{Facts, store},
    completions::actions::ViewCompletion,
    platform::{
        db::Tx,
        problem::{Kind, Problem},
    },
    records::store::{Shown, documents_held},
    words::*,
};

/// A certificate about a completion that is held.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldCertificate {
    /// Its id.
    pub id: CertificateId,
    /// What it is worth today.
    pub status: CertificateStatus,
    /// What it says.
    pub facts: Facts,
    /// The code that verifies it.
    pub code: String,
    /// Where anyone verifies it.
    pub verify_url: String,
}

/// The certificates about a completion, as far as the viewer holds all they are about.
///
/// # Errors
/// The database's.
pub fn certificates(
    tx: &mut Tx<'_>,
    permit: &Permit<ViewCompletion>,
    public_url: &str,
) -> Result<Shown<Vec<HeldCertificate>>, Problem> {
    let Shown { organisation, rows, answer } = held(tx, permit)?;
    let items = store::these(tx, &answer, public_url)?.into_iter().map(|one| HeldCertificate {
        id: one.id,
        status: one.status,
        facts: one.facts,
        code: one.code,
        verify_url: one.verify_url,
    });
    Ok(Shown { organisation, rows, answer: items.collect() })
}

/// The document of one of them.
///
/// # Errors
/// 404.
pub fn document(
    tx: &mut Tx<'_>,
    permit: &Permit<ViewCompletion>,
    id: CertificateId,
) -> Result<Shown<store::Numbered>, Problem> {
    let Shown { organisation, rows, answer } = held(tx, permit)?;
    if !answer.contains(&id) {
        return Err(Kind::NotFound.into());
    }
    Ok(Shown { organisation, rows, answer: store::document(tx, id)? })
}

fn held(tx: &mut Tx<'_>, permit: &Permit<ViewCompletion>) -> Result<Shown<Vec<CertificateId>>, Problem> {
    let viewer = permit.viewer()?;
    let about = store::about_completion(tx, permit.action().completion)?;
    let all: Vec<RecordId> = about.values().flatten().copied().collect();
    let held = documents_held(tx, viewer, &all)?;
    let (mut rows, mut shown) = (Vec::new(), Vec::new());
    for (id, completions) in about {
        let parts: Option<Vec<_>> = completions
            .iter()
            .map(|record| held.get(record).map(|(person, ground, own)| (*person, *record, *ground, *own)))
            .collect();
        if let Some(parts) = parts {
            let shown_to_another = parts.into_iter().filter(|(.., own)| !own);
            rows.extend(shown_to_another.map(|(person, record, ground, _)| (person, record, ground)));
            shown.push(id);
        }
    }
    Ok(Shown { organisation: viewer.organisation, rows, answer: shown })
}
