//! The closed lists: every word here has one code, used in the API and in the database alike.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};

/// What every closed list offers.
pub trait Word: Copy + Eq + 'static {
    /// All words of the list, in their order.
    const ALL: &'static [Self];
    /// The code of the word.
    fn code(&self) -> &'static str;
    /// The word with this code.
    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|word| word.code() == code)
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl Word for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn code(&self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }
        impl $name {
            /// The code of the word.
            pub fn code(self) -> &'static str { Word::code(&self) }
            /// The word with this code.
            pub fn from_code(code: &str) -> Option<Self> { <Self as Word>::from_code(code) }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(Word::code(self)) }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.serialize_str(Word::code(self)) }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let code = String::deserialize(d)?;
                Self::from_code(&code).ok_or_else(|| D::Error::unknown_variant(&code, &[$($code),+]))
            }
        }
        impl utoipa::PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some([$($code),+])).into()
            }
        }
        impl utoipa::ToSchema for $name {}
    )+};
}

pub(super) use words;

words! {
    /// A language the product speaks. Its code is that of `Content-Language`.
    Lang {
        /// Norwegian bokmål, the default.
        Nb = "nb",
        /// English.
        En = "en",
    }

    /// What an organisation acts as. One organisation can have several.
    Capacity {
        /// Runs courses.
        Provider = "provider",
        /// Has staff.
        Employer = "employer",
        /// Lets people in.
        Client = "client",
        /// Owns a scheme.
        CertifyingBody = "certifying_body",
        /// Keeps a register independent of the provider.
        Register = "register",
        /// Runs this Attest.
        Operator = "operator",
    }

    /// What a member does in Attest for an organisation.
    Role {
        /// Members, teams, clients; what the organisation has custody of as a provider.
        Administrator = "administrator",
        /// Records completions and runs courses.
        CourseAdministrator = "course_administrator",
        /// Staff, requirements, and the records of all who are employed.
        Hr = "hr",
        /// The records of one team.
        Manager = "manager",
        /// The records of the body's schemes.
        SchemeOfficer = "scheme_officer",
        /// Everything the organisation has custody of, to answer the persons.
        PrivacyOfficer = "privacy_officer",
        /// Sees nothing yet.
        Instructor = "instructor",
        /// The statutory training of one team, or of all who are employed.
        SafetyRepresentative = "safety_representative",
        /// Sees nothing yet.
        Gatekeeper = "gatekeeper",
        /// Creates organisations and closes accounts; no personal data.
        Operator = "operator",
    }

    /// What an API client may do for its organisation.
    Scope {
        /// Read what the organisation has custody of as a provider.
        CompletionsRead = "completions:read",
        /// Record completions and correct them.
        CompletionsWrite = "completions:write",
        /// Issue certificates, correct them and end them.
        CertificatesWrite = "certificates:write",
        /// Read the records of the employed.
        EmployerRead = "employer:read",
        /// Read the records of the body's schemes.
        SchemeRead = "scheme:read",
        /// Read cards, employments, teams and requirements.
        StaffRead = "staff:read",
        /// Write cards, employments, teams and requirements.
        StaffWrite = "staff:write",
        /// Write courses and the organisation's own competences.
        CatalogueWrite = "catalogue:write",
        /// Hear of the erasure of what the organisation was shown.
        ErasuresRead = "erasures:read",
    }

    /// What somebody hears of a record they were shown.
    NoticeKind {
        /// Whoever kept it has erased it.
        Erased = "record_erased",
        /// Whoever kept it has reduced it to the fact that it was.
        Reduced = "record_reduced",
    }

    /// How an issuer's key signs.
    KeyAlgorithm {
        /// The proof within a credential: Ed25519.
        Ed25519 = "ed25519",
        /// A credential as a token: RSA with SHA-256, because every reader of Open Badges knows it.
        Rsa = "rsa",
    }

    /// What a file turned out to be, compared with what was issued.
    FileVerdict {
        /// Byte for byte what was issued.
        AsIssued = "as_issued",
        /// A credential that says the same, written otherwise.
        Rewritten = "rewritten",
        /// A document whose credential is what was issued, and whose page is not.
        PageDiffers = "page_differs",
        /// It says something else than was issued.
        FactsDiffer = "facts_differ",
        /// Its issuer signed it and confirms it no longer.
        NoLongerConfirmed = "no_longer_confirmed",
        /// It names an issuer that is known here, which did not sign it as it is.
        NotTheIssuers = "not_the_issuers",
        /// Its proof is of a kind that is not read here.
        UnknownProof = "unknown_proof",
        /// It cannot be read without fetching something, or without end.
        NotReadable = "not_readable",
        /// Its issuer is not known here.
        NotIssuedHere = "not_issued_here",
        /// There is no credential in it.
        NothingInIt = "nothing_in_it",
    }

    /// How a table is written.
    TableFormat {
        /// For people and their spreadsheets.
        Csv = "csv",
        /// For machines: a JSON object a line.
        Ndjson = "ndjson",
    }

    /// Who must document a competence, and under what.
    Class {
        /// Statutory: the provider itself must keep it.
        Certified = "certified",
        /// Statutory: the employer must be able to show it.
        Documented = "documented",
        /// A certifying body's rules.
        Scheme = "scheme",
        /// Vocational diploma.
        Education = "education",
        /// Nobody's rules.
        None = "none",
    }

    /// Whom a provision binds.
    ObligedParty {
        /// The provider of the training.
        Provider = "provider",
        /// The employer of the trained.
        Employer = "employer",
        /// The body that owns the scheme.
        SchemeBody = "scheme_body",
        /// The register.
        Register = "register",
        /// The undertaking that does the work.
        Undertaking = "undertaking",
    }

    /// Who may issue the certificate of a competence.
    IssuedBy {
        /// The provider itself.
        Provider = "provider",
        /// A register independent of the provider.
        Register = "register",
        /// The body that owns the scheme.
        SchemeBody = "scheme_body",
        /// A national system; we hold a copy only.
        NationalSystem = "national_system",
    }

    /// What the document of a completion is.
    DocumentKind {
        /// It proves a competence, or that a course was passed: its issuer may issue it.
        Certificate = "certificate",
        /// It confirms that somebody took part; the certificate, if there is one, is another's to issue.
        Confirmation = "confirmation",
    }

    /// What the law demands a certificate to say.
    Profile {
        /// Nothing beyond what every certificate says.
        Plain = "plain",
        /// Training an employer must be able to document (forskrift om administrative ordninger § 8-2).
        CertifiedTraining = "certified_training",
    }

    /// What a certificate is worth on a day. The first that holds, in this order.
    CertificateStatus {
        /// The document is gone; the issuer confirms it no longer.
        Erased = "erased",
        /// The issuer, or the body of the scheme, has taken it back.
        Revoked = "revoked",
        /// It is not to be relied on until something is cleared up.
        Suspended = "suspended",
        /// The holder has given it back.
        Surrendered = "surrendered",
        /// A corrected version has taken its place.
        Replaced = "replaced",
        /// A newer certificate renews it.
        Superseded = "superseded",
        /// Its last day has been.
        Expired = "expired",
        /// It holds.
        Valid = "valid",
        /// There is no such certificate, or there was none on that day.
        Unknown = "unknown",
    }

    /// What is done to a certificate after its issue.
    CertificateAct {
        /// It is taken back.
        Revoked = "revoked",
        /// It was wrong to take it back.
        Annulled = "annulled",
        /// It is not to be relied on for now.
        Suspended = "suspended",
        /// It is to be relied on again.
        Reinstated = "reinstated",
        /// The holder gives it back.
        Surrendered = "surrendered",
        /// The body of its scheme says that it is in order.
        Confirmed = "confirmed",
        /// The body of its scheme stands for it beside the issuer.
        Countersigned = "countersigned",
    }

    /// Why a certificate is revoked or suspended. Never public, and none accuses of a crime.
    EndReason {
        /// It should not have been issued as it is.
        IssuedInError = "issued_in_error",
        /// What it was issued for was corrected or withdrawn.
        BasisWithdrawn = "basis_withdrawn",
        /// The holder does not meet what the competence asks for.
        DemandsNotMet = "demands_not_met",
        /// The body of the scheme decided it.
        DecidedByBody = "decided_by_body",
        /// An authority decided it.
        DecidedByAuthority = "decided_by_authority",
        /// Something is being looked into.
        UnderReview = "under_review",
        /// Relying on it could put people in danger.
        Danger = "danger",
    }

    /// What a scheme's body may receive of a completion.
    SchemeField {
        /// The person's name.
        Name = "name",
        /// The day the person was born.
        BirthDate = "birth_date",
        /// An e-mail address of the person.
        Email = "email",
        /// What was completed.
        Competence = "competence",
        /// How it ended.
        Outcome = "outcome",
        /// The day.
        On = "on",
        /// The course it came from.
        Course = "course",
        /// The hours present.
        Hours = "hours",
    }

    /// How one takes part in a course.
    Participation {
        /// In the same room.
        Onsite = "onsite",
        /// Over the net.
        Online = "online",
        /// Some of each.
        Blended = "blended",
    }

    /// The level of what is learnt: in the European framework (EQF, 1 to 8) or in the Norwegian one (NKR, 2 to 8; its
    /// halves, such as 4A and 4B, count as the whole level).
    Level {
        /// EQF 1.
        Eqf1 = "eqf-1",
        /// EQF 2.
        Eqf2 = "eqf-2",
        /// EQF 3.
        Eqf3 = "eqf-3",
        /// EQF 4.
        Eqf4 = "eqf-4",
        /// EQF 5.
        Eqf5 = "eqf-5",
        /// EQF 6.
        Eqf6 = "eqf-6",
        /// EQF 7.
        Eqf7 = "eqf-7",
        /// EQF 8.
        Eqf8 = "eqf-8",
        /// NKR 2.
        Nkr2 = "nkr-2",
        /// NKR 3.
        Nkr3 = "nkr-3",
        /// NKR 4.
        Nkr4 = "nkr-4",
        /// NKR 5.
        Nkr5 = "nkr-5",
        /// NKR 6.
        Nkr6 = "nkr-6",
        /// NKR 7.
        Nkr7 = "nkr-7",
        /// NKR 8.
        Nkr8 = "nkr-8",
    }

    /// How taking part ended.
    Outcome {
        /// Passed.
        Passed = "passed",
        /// Passed with distinction.
        Distinction = "distinction",
        /// Failed.
        Failed = "failed",
        /// Left before the end.
        Withdrawn = "withdrawn",
        /// Was there; nothing was tested.
        Attended = "attended",
    }

    /// Why a controller holds a record.
    Ground {
        /// The provider delivered it.
        Delivered = "delivered",
        /// The employer ordered it under a requirement in force that day.
        OrderedRequired = "ordered_required",
        /// The employer ordered it without such a requirement.
        OrderedOffered = "ordered_offered",
        /// It belongs to the body's scheme.
        Scheme = "scheme",
        /// The client ordered it for its site.
        Client = "client",
        /// The person was hired in and works under the hirer's direction.
        HiredIn = "hired_in",
        /// The person handed it over.
        HandedOver = "handed_over",
        /// The competence belongs to a register.
        Register = "register",
        /// The person keeps it in the portfolio of the account.
        Portfolio = "portfolio",
        /// The person uploaded it for a requirement.
        Uploaded = "uploaded",
    }

    /// What a custody may hold of a record.
    Part {
        /// That it took place: competence or course, day, outcome.
        Fact = "fact",
        /// Grade or points.
        Result = "result",
        /// Hours present.
        Hours = "hours",
        /// The document issued for it.
        Document = "document",
        /// What it was judged by.
        Evidence = "evidence",
    }

    /// In which capacity an organisation reads whole records. A certifying body gets the fields on its scheme's list, by
    /// another way; gates answer yes or no.
    HeldAs {
        /// As the provider that delivered it.
        Provider = "provider",
        /// As the employer that ordered it.
        Employer = "employer",
        /// As the register that certifies it.
        Register = "register",
    }

    /// In which capacity an organisation certifies completions.
    CertifiesAs {
        /// As the provider that delivered them.
        Provider = "provider",
        /// As a register independent of the provider.
        Register = "register",
        /// As the body of their scheme.
        CertifyingBody = "certifying_body",
    }

    /// Why a legal hold lies on records.
    HoldReason {
        /// Somebody disputes what they say, or something about the work or the course.
        Dispute = "dispute",
        /// A complaint has not been answered.
        Complaint = "complaint",
        /// An appeal is open, or its time limit is.
        Appeal = "appeal",
        /// An accident, or what nearly was one.
        Accident = "accident",
        /// A case of an authority: an inspection, an order, an inquiry by the police.
        AuthorityCase = "authority_case",
        /// A claim for damages or insurance has been made or announced.
        Claim = "claim",
        /// The organisation itself looks into something, as after a report of wrongdoing.
        Investigation = "investigation",
    }

    /// Why one organisation takes over what another keeps.
    TransferReason {
        /// It bought the business.
        Sale = "sale",
        /// The two became one.
        Merger = "merger",
        /// The other one closes.
        Closing = "closing",
        /// The other one is bankrupt.
        Bankruptcy = "bankruptcy",
    }

    /// How far a transfer has come.
    TransferState {
        /// It waits for an answer of whoever is to take over.
        Proposed = "proposed",
        /// It was taken back before there was an answer.
        Withdrawn = "withdrawn",
        /// Whoever was to take over does not.
        Refused = "refused",
        /// It was accepted, and moves.
        Accepted = "accepted",
        /// Everything has moved.
        Done = "done",
    }

    /// Why a record never should have been.
    AnnulmentReason {
        /// It is about somebody else.
        WrongPerson = "wrong_person",
        /// The same stands in another record.
        Duplicate = "duplicate",
        /// It was recorded to try something out.
        Test = "test",
        /// What it says never happened, and somebody meant it to be believed.
        Forgery = "forgery",
    }

    /// How far an annulment has come.
    AnnulmentState {
        /// It waits for a second person.
        Proposed = "proposed",
        /// Whoever proposed it took it back.
        Withdrawn = "withdrawn",
        /// A second person does not confirm it.
        Refused = "refused",
        /// Nobody answered it in time.
        Lapsed = "lapsed",
        /// A second person confirmed it, and the record is gone.
        Confirmed = "confirmed",
    }

    /// What kind of record it is.
    RecordKind {
        /// A completion with its versions.
        Completion = "completion",
    }

    /// What a provider lets an employer see of what it ordered.
    EmployerView {
        /// The record.
        Record = "record",
        /// The order and its invoice only.
        Invoice = "invoice",
    }

    /// Why an account was closed.
    AccountEnd {
        /// Its person has deregistered, and may come back.
        OwnWish = "own_wish",
        /// The operator has closed it.
        Operator = "operator",
        /// Its person has died.
        Death = "death",
        /// The operator was told that it is a child's, and a second operator has not answered yet.
        MinorReported = "minor_reported",
    }

    /// How a claim came about.
    ClaimedBy {
        /// Verified e-mail and equal birth date.
        EmailAndBirthDate = "email_and_birth_date",
        /// The holder of the card invited the person.
        Invitation = "invitation",
    }

    /// What the rows of a file are about.
    ImportSubject {
        /// A provider's completions.
        Completions = "completions",
        /// An employer's staff: cards, employments, teams.
        Staff = "staff",
    }

    /// How far an import is.
    ImportState {
        /// The file is being sent.
        Receiving = "receiving",
        /// The file is here, and waits for somebody to confirm what its columns mean.
        Proposed = "proposed",
        /// It will begin as soon as a worker is free.
        Waiting = "waiting",
        /// Rows are being written.
        Running = "running",
        /// Every row has been looked at.
        Finished = "finished",
        /// It ended before the end of the file; `stopped_because` says why.
        Stopped = "stopped",
        /// Somebody called it off; what was written before stays.
        Cancelled = "cancelled",
        /// What it wrote is being taken back.
        Undoing = "undoing",
        /// What could be taken back has been.
        Undone = "undone",
    }

    /// How far the certificates are that somebody asked for together.
    CertificateBatchState {
        /// What is to be certified is being looked for.
        Gathering = "gathering",
        /// One after the other is being issued.
        Issuing = "issuing",
        /// Everything has been issued or refused.
        Finished = "finished",
        /// Somebody called it off; what was issued before stays.
        Cancelled = "cancelled",
        /// Who asked for it may not issue any more; what was issued before stays.
        Stopped = "stopped",
    }

    /// Why an import ended before the end of its file.
    ImportStop {
        /// More rows were refused than its order allows.
        TooManyRefused = "too_many_refused",
        /// More completions would have changed than its order allows.
        TooManyChanged = "too_many_changed",
        /// Who began it may not do so any more.
        NotAllowed = "not_allowed",
        /// The file does not fit the mapping.
        DoesNotFit = "does_not_fit",
        /// The command that ran it was ended.
        BrokenOff = "broken_off",
        /// Something went wrong on our side.
        Failed = "failed",
    }

    /// What became of a row.
    RowOutcome {
        /// Something new was made of it.
        Recorded = "recorded",
        /// It says something else than last time, and what it is about was changed.
        Changed = "changed",
        /// It says what it said last time.
        Unchanged = "unchanged",
        /// It must be corrected; nothing was made of it.
        Refused = "refused",
        /// What was made of it is gone again.
        Undone = "undone",
        /// What it changed says again what it said before.
        Restored = "restored",
        /// What was made of it stays, because something else builds on it.
        Kept = "kept",
    }

    /// Which step of an import a result belongs to.
    ImportStep {
        /// The import itself.
        Import = "import",
        /// Its undoing.
        Undo = "undo",
    }

    /// Who did something, in audit rows and versions. Ids and codes only.
    DoneBy {
        /// Nobody signed in.
        Anyone = "anyone",
        /// A person with an account.
        Account = "account",
        /// An API client.
        Client = "client",
        /// A command on the machine itself.
        Console = "console",
        /// A worker.
        Job = "job",
    }
}

impl Ground {
    /// The capacity in which a controller holds a record on this ground.
    pub fn capacity(self) -> Capacity {
        match self {
            Ground::Delivered => Capacity::Provider,
            Ground::OrderedRequired
            | Ground::OrderedOffered
            | Ground::HiredIn
            | Ground::HandedOver
            | Ground::Uploaded => Capacity::Employer,
            Ground::Scheme => Capacity::CertifyingBody,
            Ground::Client => Capacity::Client,
            Ground::Register => Capacity::Register,
            Ground::Portfolio => Capacity::Operator,
        }
    }
}

impl CertifiesAs {
    /// The capacity itself.
    pub fn capacity(self) -> Capacity {
        match self {
            CertifiesAs::Provider => Capacity::Provider,
            CertifiesAs::Register => Capacity::Register,
            CertifiesAs::CertifyingBody => Capacity::CertifyingBody,
        }
    }
}

impl HeldAs {
    /// The capacity itself.
    pub fn capacity(self) -> Capacity {
        match self {
            HeldAs::Provider => Capacity::Provider,
            HeldAs::Employer => Capacity::Employer,
            HeldAs::Register => Capacity::Register,
        }
    }
}

impl Class {
    /// Does a law ask for documentation?
    pub fn is_statutory(self) -> bool {
        matches!(self, Class::Certified | Class::Documented | Class::Education)
    }

    /// The classes of training that an employer must be able to show, to a safety representative among others (forskrift om
    /// utførelse av arbeid § 10-2).
    pub const SHOWN_BY_EMPLOYERS: [Class; 2] = [Class::Certified, Class::Documented];
}

impl CertificateAct {
    /// Does somebody stand for the certificate by it?
    pub fn vouches(self) -> bool {
        matches!(self, CertificateAct::Confirmed | CertificateAct::Countersigned)
    }
}

impl Outcome {
    /// Does this outcome carry the competence?
    pub fn carries_competence(self) -> bool {
        matches!(self, Outcome::Passed | Outcome::Distinction)
    }
}
