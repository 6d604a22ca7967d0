//! Who may issue the document of a completion, as what, and what the law demands it to say. Who may act for an issuer is
//! asked elsewhere.

use std::collections::BTreeSet;

use crate::words::{Capacity, DocumentKind, IssuedBy, Outcome, Profile};

/// What bears on an issuer's right to issue for one completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    /// What it acts as on the day of the issue.
    pub capacities: BTreeSet<Capacity>,
    /// Did it hold the course and record the completion?
    pub recorded_it: bool,
    /// Does it own the scheme the competence belongs to?
    pub owns_the_scheme: bool,
}

/// What an issuer may issue for a completion; `None` if nothing. A provider that may not issue the certificate confirms that
/// the course was taken (forskrift om administrative ordninger § 8-2: a kompetansebevis is issued by a register that is
/// independent of the provider). Without a competence it is the provider's own course.
pub fn document(issuer: &Issuer, outcome: Outcome, issued_by: Option<IssuedBy>) -> Option<DocumentKind> {
    if !is_documented(outcome) {
        return None;
    }
    let may_issue = match issued_by {
        None | Some(IssuedBy::Provider) => issuer.recorded_it,
        Some(IssuedBy::Register) => issuer.capacities.contains(&Capacity::Register) && !issuer.recorded_it,
        Some(IssuedBy::SchemeBody) => issuer.owns_the_scheme,
        Some(IssuedBy::NationalSystem) => false,
    };
    if may_issue && outcome.carries_competence() {
        Some(DocumentKind::Certificate)
    } else {
        issuer.recorded_it.then_some(DocumentKind::Confirmation)
    }
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

    fn issuer(capacities: &[Capacity], recorded_it: bool, owns_the_scheme: bool) -> Issuer {
        Issuer { capacities: capacities.iter().copied().collect(), recorded_it, owns_the_scheme }
    }

    #[test]
    fn who_may_not_issue_the_certificate_confirms_its_own_course_and_nobody_elses() {
        let provider = issuer(&[Capacity::Provider], true, false);
        let other = issuer(&[Capacity::Provider], false, false);
        let register = issuer(&[Capacity::Register], false, false);
        let own_register = issuer(&[Capacity::Provider, Capacity::Register], true, false);
        let body = issuer(&[Capacity::CertifyingBody], false, true);
        for (who, issuer, issued_by, expected) in [
            ("a provider, of its own course", &provider, None, Some("certificate")),
            ("a provider, of another's course", &other, None, None),
            ("a provider, where providers issue", &provider, Some(IssuedBy::Provider), Some("certificate")),
            ("a register, where providers issue", &register, Some(IssuedBy::Provider), None),
            ("a provider, where registers issue", &provider, Some(IssuedBy::Register), Some("confirmation")),
            ("a register", &register, Some(IssuedBy::Register), Some("certificate")),
            ("a register, of its own course", &own_register, Some(IssuedBy::Register), Some("confirmation")),
            ("a provider, where the body issues", &provider, Some(IssuedBy::SchemeBody), Some("confirmation")),
            ("the body", &body, Some(IssuedBy::SchemeBody), Some("certificate")),
            ("the body, where a provider issues", &body, Some(IssuedBy::Provider), None),
            ("a provider, where the state issues", &provider, Some(IssuedBy::NationalSystem), Some("confirmation")),
            ("a register, where the state issues", &register, Some(IssuedBy::NationalSystem), None),
        ] {
            let document = document(issuer, Outcome::Passed, issued_by);
            assert_eq!(document.map(DocumentKind::code), expected, "{who}");
        }
    }

    #[test]
    fn only_what_was_taken_is_documented_and_only_what_was_passed_is_certified() {
        let provider = issuer(&[Capacity::Provider], true, false);
        for (outcome, expected) in [
            (Outcome::Passed, Some(DocumentKind::Certificate)),
            (Outcome::Distinction, Some(DocumentKind::Certificate)),
            (Outcome::Attended, Some(DocumentKind::Confirmation)),
            (Outcome::Failed, None),
            (Outcome::Withdrawn, None),
        ] {
            assert_eq!(document(&provider, outcome, None), expected, "{outcome}");
        }
        let register = issuer(&[Capacity::Register], false, false);
        assert_eq!(document(&register, Outcome::Attended, Some(IssuedBy::Register)), None);
    }
}
