//! What can be done with certificates, and who may.

use crate::{
    access::{Action, Demand, Whom},
    people::actions::about_oneself,
    words::{OrganisationId, Role, Scope},
};

macro_rules! of_an_issuer {
    ($($(#[$doc:meta])* $name:ident $code:literal: $roles:expr, $scope:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            /// The issuer.
            pub organisation: OrganisationId,
        }
        impl Action for $name {
            const NAME: &'static str = $code;
            fn demand(&self) -> Demand {
                Demand::Member { of: Whom::Named(self.organisation), capacity: None, roles: $roles, scope: $scope }
            }
        }
    )+};
}

of_an_issuer! {
    /// Issues certificates for what the organisation recorded, and corrects them.
    IssueCertificates "issue_certificates":
        &[Role::Administrator, Role::CourseAdministrator], Some(Scope::CertificatesWrite);
    /// Reads the certificates the organisation issued.
    ReadCertificates "read_certificates":
        &[Role::Administrator, Role::CourseAdministrator, Role::PrivacyOfficer], Some(Scope::CompletionsRead);
    /// Revokes, suspends and reinstates. It can cost somebody their work, so a person answers for it, never a program.
    EndCertificates "end_certificates": &[Role::Administrator], None;
    /// Chooses how the organisation issues.
    ChooseIssuing "choose_issuing": &[Role::Administrator], None;
}

about_oneself! {
    /// One's own certificates.
    ReadOwnCertificates "read_own_certificates";
    /// Gives a certificate of one's own back.
    SurrenderCertificate "surrender_certificate";
}
