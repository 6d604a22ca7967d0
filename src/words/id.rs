//! One id type per kind of thing, so that a person's id cannot stand where a record's is asked for.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};
use uuid::Uuid;

/// What every id offers: it is a UUIDv7, minted by us, printed as a hyphenated string.
pub trait Identifier: Copy + Ord + fmt::Display + Send + 'static {
    /// The id around a given UUID.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The UUID inside.
    fn uuid(self) -> Uuid;
    /// Its sixteen bytes.
    fn bytes(&self) -> &[u8; 16];
    /// The id that comes before every other and that nothing has: where a list begins.
    fn nil() -> Self {
        Self::from_uuid(Uuid::nil())
    }
    /// The same id, where things of several kinds have their ids side by side.
    fn any(self) -> AnyId {
        AnyId::from_uuid(self.uuid())
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl Identifier for $name {
            fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            fn uuid(self) -> Uuid { self.0 }
            fn bytes(&self) -> &[u8; 16] { self.0.as_bytes() }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> { Uuid::try_parse(text).map(Self) }
        }
        impl utoipa::PartialSchema for $name {
            fn schema() -> RefOr<Schema> { id_schema() }
        }
        impl utoipa::ToSchema for $name {}
    )+};
}

/// How an id looks in the API.
pub fn id_schema() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(utoipa::openapi::SchemaFormat::Custom("uuid".into())))
        .into()
}

ids! {
    /// A natural person: a bare id, what is known stands on cards.
    PersonId,
    /// What one holder knows about a person.
    CardId,
    /// A link a person made between two person ids.
    ClaimId,
    /// A person's means of signing in.
    AccountId,
    /// One sign-in on one device, kept alive by rotating refresh tokens.
    SignInId,
    /// A sign-up that waits for its e-mail to be verified.
    SignUpId,
    /// An integrator's credential.
    ClientId,
    /// A legal entity.
    OrganisationId,
    /// A provider's certification.
    CertificationId,
    /// A person works in Attest for an organisation.
    MembershipId,
    /// A group of staff.
    TeamId,
    /// A person works for an employer.
    EmploymentId,
    /// An invitation by mail.
    InvitationId,
    /// What one can be qualified in.
    CompetenceId,
    /// A certifying body's set of competences.
    SchemeId,
    /// What is taught.
    CourseId,
    /// A demand on a group of people.
    RequirementId,
    /// Any row about a person that the schedule governs; a completion's id is its record's.
    RecordId,
    /// Ties records that came from the same course event.
    EventId,
    /// A legal hold.
    HoldId,
    /// A document that was issued for completions.
    CertificateId,
    /// Certificates that somebody asked for together.
    CertificateBatchId,
    /// A file that is kept, encrypted.
    DocumentId,
    /// Something that was done to a certificate after its issue.
    CertificateActId,
    /// An entry of the ledger of what was erased.
    LedgerEntryId,
    /// One run of an import.
    BatchId,
    /// A message to a worker, written in the transaction that caused it.
    JobId,
    /// A row of the audit.
    AuditId,
    /// Any id, where a column may hold ids of several kinds (audit subjects, idempotent results).
    AnyId,
    /// Something a person had erased.
    ErasureId,
    /// What a person asks of a controller, and a human there decides.
    CaseId,
    /// What a controller let go of before its time.
    ReleaseId,
    /// Custodies that one organisation takes over from another.
    TransferId,
    /// A record that never should have been, and whoever said so.
    AnnulmentId,
    /// A credential: the portable form of what a certificate proves.
    CredentialId,
    /// A list in which an issuer publishes what has become of credentials.
    StatusListId,
    /// A row of the event feed.
    FeedId,
}

/// The operator as an organisation: controller for accounts, portfolios, matching and the disclosure log. Its row
/// exists from the first migration, so its id is fixed.
pub const OPERATOR: OrganisationId = OrganisationId(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001));
