//! Who may issue the document of a completion, as what, and what the law demands it to say. Who may act for an issuer is
//! asked elsewhere.

use std::collections::BTreeSet;

use crate::words::{Capacity, DocumentKind, IssuedBy, Outcome, Profile};

/// What bears on an issuer's right to issue for one completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// What it acts as on the day of the issue.
    pub capacities: BTreeSet<Capacity>,
    /// Does it own the scheme the competence belongs to?
    pub owns_the_scheme: bool,
}

/// What an issuer may issue for a completion; `None` if nothing. Whoever may not issue the certificate confirms that the
/// course was taken (forskrift om administrative ordninger § 8-2: a kompetansebevis is issued by a register that is
/// independent of the provider). Without a competence it is the provider's own course.
pub fn document(issuer: &Issuer, outcome: Outcome, issued_by: Option<IssuedBy>) -> Option<DocumentKind> {
    if !is_documented(outcome) {
        return None;
    }
    if !outcome.carries_competence() {
        return Some(DocumentKind::Confirmation);
    }
    let may_issue = match issued_by {
        None | Some(IssuedBy::Provider) => true,
        Some(IssuedBy::Register) => issuer.capacities.contains(&Capacity::Register),
        Some(IssuedBy::SchemeBody) => issuer.owns_the_scheme,
        Some(IssuedBy::NationalSystem) => false,
    };
    Some(if may_issue { DocumentKind::Certificate } else { DocumentKind::Confirmation })
}

/// Is there a document at all of how somebody ended? Of having been there there is; of having failed or left there is not.
pub fn is_documented(outcome: Outcome) -> bool {
    match outcome {
        Outcome::Passed | Outcome::Distinction | Outcome::Attended => true,
        Outcome::Failed | Outcome::Withdrawn => false,
    }
}

/// Something a certificate says, or lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Detail {
    /// The holder's name.
    Name,
    /// The day the holder was born.
    BirthDate,
    /// A photo of the holder.
    Photo,
    /// Who signs for the issuer.
    Signatory,
}

/// What a profile demands beyond what every document says (issuer, provider, competence, day).
pub fn demanded(profile: Profile) -> &'static [Detail] {
    match profile {
        Profile::Plain => &[Detail::Name],
        Profile::CertifiedTraining => &[Detail::Name, Detail::BirthDate, Detail::Photo, Detail::Signatory],
    }
}

/// Where a profile's demands stand; `None` for what every certificate needs.
pub fn provision(profile: Profile) -> Option<&'static str> {
    match profile {
        Profile::Plain => None,
        Profile::CertifiedTraining => Some("forskrift om administrative ordninger § 8-2"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer(capacities: &[Capacity], owns_the_scheme: bool) -> Issuer {
        Issuer { capacities: capacities.iter().copied().collect(), owns_the_scheme }
    }

    #[test]
    fn who_may_not_issue_the_certificate_confirms_the_course() {
        let provider = issuer(&[Capacity::Provider], false);
        let register = issuer(&[Capacity::Provider, Capacity::Register], false);
        let body = issuer(&[Capacity::CertifyingBody], true);
        for (who, issuer, issued_by, expected) in [
            ("a provider, of its own course", &provider, None, "certificate"),
            ("a provider, where providers issue", &provider, Some(IssuedBy::Provider), "certificate"),
            ("a provider, where registers issue", &provider, Some(IssuedBy::Register), "confirmation"),
            ("a register", &register, Some(IssuedBy::Register), "certificate"),
            ("a provider, where the body issues", &provider, Some(IssuedBy::SchemeBody), "confirmation"),
            ("the body", &body, Some(IssuedBy::SchemeBody), "certificate"),
            ("anybody, where the state issues", &register, Some(IssuedBy::NationalSystem), "confirmation"),
        ] {
            let document = document(issuer, Outcome::Passed, issued_by);
            assert_eq!(document.map(DocumentKind::code), Some(expected), "{who}");
        }
    }

    #[test]
    fn only_what_was_taken_is_documented_and_only_what_was_passed_is_certified() {
        let provider = issuer(&[Capacity::Provider], false);
        for (outcome, expected) in [
            (Outcome::Passed, Some(DocumentKind::Certificate)),
            (Outcome::Distinction, Some(DocumentKind::Certificate)),
            (Outcome::Attended, Some(DocumentKind::Confirmation)),
            (Outcome::Failed, None),
            (Outcome::Withdrawn, None),
        ] {
            assert_eq!(document(&provider, outcome, None), expected, "{outcome}");
        }
    }
}
