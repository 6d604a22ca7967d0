//! What can be done with certificates, and who may.

use crate::{
    access::{about_oneself, within},
    words::{Capacity, Role, Scope},
};

within! {
    /// Issues certificates for what the organisation recorded, and corrects them.
    IssueCertificates "issue_certificates":
        None, &[Role::Administrator, Role::CourseAdministrator], Some(Scope::CertificatesWrite);
    /// Reads the certificates the organisation issued.
    ReadCertificates "read_certificates":
        None, &[Role::Administrator, Role::CourseAdministrator, Role::PrivacyOfficer], Some(Scope::CompletionsRead);
    /// Revokes, suspends and reinstates. It can cost somebody their work, so a person answers for it, never a program.
    EndCertificates "end_certificates": None, &[Role::Administrator], None;
    /// As the body of a scheme: sees what was issued in it.
    ReadSchemeCertificates "read_scheme_certificates":
        Some(Capacity::CertifyingBody), &[Role::SchemeOfficer, Role::PrivacyOfficer], Some(Scope::SchemeRead);
    /// As the body of a scheme: confirms, countersigns and revokes what was issued in it.
    WatchOverScheme "watch_over_scheme": Some(Capacity::CertifyingBody), &[Role::SchemeOfficer], None;
    /// Replaces the key the organisation signs with.
    RotateIssuerKey "rotate_issuer_key": None, &[Role::Administrator], None;
    /// Chooses how the organisation issues.
    ChooseIssuing "choose_issuing": None, &[Role::Administrator], None;
}

about_oneself! {
    /// One's own certificates.
    ReadOwnCertificates "read_own_certificates";
    /// Gives a certificate of one's own back.
    SurrenderCertificate "surrender_certificate";
}
