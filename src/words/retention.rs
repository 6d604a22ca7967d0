//! The closed lists of the retention schedule: what a period counts from, who has a say, what happens when.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};

use super::closed::{Word, words};

words! {
    /// What a period counts from, or waits for.
    Anchor {
        /// The person was born.
        Birth = "birth",
        /// It was recorded.
        Recorded = "recorded",
        /// The course or the test was completed.
        Completed = "completed",
        /// The certificate was issued; where none is, it was recorded.
        Issued = "issued",
        /// It was uploaded.
        Uploaded = "uploaded",
        /// It was sent.
        Sent = "sent",
        /// What is written down happened.
        Happened = "happened",
        /// It was shown to somebody.
        Disclosed = "disclosed",
        /// Somebody found out.
        Discovered = "discovered",
        /// The record it comes from was erased.
        Erased = "erased",
        /// The accounting year it belongs to ends.
        AccountingYearEnd = "accounting_year_end",
        /// Its last day of validity; of what is valid for life there is none.
        ValidUntil = "valid_until",
        /// The certificate was taken back or became void.
        Revoked = "revoked",
        /// The last sign of a relation: a sign-in, a purchase, a question.
        LastActivity = "last_activity",
        /// The consent was given, or given anew.
        ConsentGiven = "consent_given",
        /// The last time a human looked whether it is still needed.
        Reviewed = "reviewed",
        /// The person deregistered.
        Deregistered = "deregistered",
        /// The consent was withdrawn, or what it allowed is over.
        ConsentWithdrawn = "consent_withdrawn",
        /// The address does not exist any more.
        Bounced = "bounced",
        /// The employment, the assignment or the customer relation ended.
        RelationEnd = "relation_end",
        /// The membership ended.
        MembershipEnd = "membership_end",
        /// The power of attorney or the guardianship ended.
        RepresentationEnd = "representation_end",
        /// The controller was dissolved.
        Dissolved = "dissolved",
        /// The works on the site were finished.
        WorksEnd = "works_end",
        /// The person was exposed for the last time.
        ExposureEnd = "exposure_end",
        /// The course or the study ended, or the place was cancelled.
        CourseEnd = "course_end",
        /// The attempt at a course ended.
        AttemptEnd = "attempt_end",
        /// The recruitment ended.
        ProcessEnd = "process_end",
        /// The decision was final.
        Decided = "decided",
        /// What was ordered was delivered.
        OrderDone = "order_done",
        /// The survey was closed.
        SurveyClosed = "survey_closed",
        /// It was answered.
        Answered = "answered",
        /// The case was closed.
        CaseClosed = "case_closed",
        /// What was to be checked was checked.
        Verified = "verified",
        /// The record it belongs to is gone.
        RecordGone = "record_gone",
    }

    /// What makes a rule's terms other than they usually are.
    Circumstance {
        /// A law asks for the documentation.
        Statutory = "statutory",
        /// The employment or the assignment lasts.
        Related = "related",
        /// The certificate is valid.
        Valid = "valid",
        /// The fee has not been paid.
        Unpaid = "unpaid",
        /// It belongs to a record that is kept.
        Attached = "attached",
        /// The applicant was admitted.
        Admitted = "admitted",
        /// It was rejected, or nobody has checked it.
        Unverified = "unverified",
        /// It meets a requirement of somebody who holds it.
        Required = "required",
        /// The person agreed that it be stored.
        StoredByConsent = "stored_by_consent",
        /// It is a whole IP address.
        Address = "address",
        /// It is a decision about somebody's data.
        Decision = "decision",
        /// It is about what somebody may eat.
        Diet = "diet",
        /// It proves who somebody is, or for whom somebody acts.
        Evidence = "evidence",
        /// The person has died.
        Deceased = "deceased",
        /// The controller has been dissolved.
        Dissolved = "dissolved",
        /// The person signed documents that are kept.
        Signatory = "signatory",
        /// It never happened: the wrong person, a duplicate, a test, a forgery.
        Untrue = "untrue",
        /// It is an invitation.
        Invitation = "invitation",
        /// It is a failed sign-in.
        Attempt = "attempt",
        /// It stands for a certificate.
        CertificateMark = "certificate_mark",
        /// It is secondary documentation, such as an agreement or a price list.
        SecondaryDocumentation = "secondary_documentation",
        /// It belongs to the accounts of a building project.
        BuildingProject = "building_project",
        /// The exposure was to something toxic for reproduction.
        Reprotoxic = "reprotoxic",
        /// The exposure was to a biological agent.
        Biological = "biological",
        /// The exposure was to a biological agent whose disease can show late.
        BiologicalLate = "biological_late",
    }

    /// The article of the GDPR that allows it.
    LegalBasis {
        /// Consent.
        Consent = "6(1)(a)",
        /// A contract with the person.
        Contract = "6(1)(b)",
        /// A duty by law; another law must say which.
        LegalObligation = "6(1)(c)",
        /// A public task; another law must say which.
        PublicTask = "6(1)(e)",
        /// An interest that outweighs the person's.
        LegitimateInterest = "6(1)(f)",
        /// Explicit consent to something sensitive.
        ExplicitConsent = "9(2)(a)",
    }

    /// How a provision bears on keeping.
    Bearing {
        /// It orders that it be kept, or that it can be shown.
        Orders = "orders",
        /// It gives a reason to keep it, and orders nothing.
        Grounds = "grounds",
        /// It limits what may be kept, or for how long.
        Limits = "limits",
    }

    /// Who says where an end lies.
    EndSource {
        /// The law itself.
        Law = "law",
        /// The controllers' own declarations.
        Declaration = "declaration",
        /// This product; it can be chosen otherwise.
        Policy = "policy",
    }

    /// Who has a say in how long something is kept.
    RetentionParty {
        /// The person it is about.
        Person = "person",
        /// The employer.
        Employer = "employer",
        /// The client of a site.
        Client = "client",
        /// The provider of the training.
        Provider = "provider",
        /// The register.
        Register = "register",
        /// The body that owns the scheme.
        SchemeBody = "scheme_body",
        /// Who issued the certificate.
        Issuer = "issuer",
        /// Who ordered it.
        Customer = "customer",
        /// Whoever is the controller.
        Controller = "controller",
        /// The vocational school.
        School = "school",
        /// The undertaking that keeps the books.
        Undertaking = "undertaking",
        /// Who answers the case.
        Staff = "staff",
        /// The authority; without its permission nothing goes.
        Authority = "authority",
        /// Anyone who tells.
        Anyone = "anyone",
    }

    /// What follows when the person asks for erasure.
    OnRequest {
        /// It goes.
        Erase = "erase",
        /// It goes once the person has seen what loses its proof.
        EraseAfterWarning = "erase_after_warning",
        /// It stays; the answer says why, until when, and where to complain.
        Keep = "keep",
        /// The controller decides, in time.
        Refer = "refer",
        /// All goes but what is needed to stand for it.
        Reduce = "reduce",
    }

    /// What makes somebody ask whether something may go.
    Trigger {
        /// Nobody asked, but its time may be over.
        Sweep = "sweep",
        /// The person asks for erasure, or objects (GDPR art. 17, 21).
        Request = "request",
        /// The controller lets it go.
        Release = "release",
        /// It never happened: the wrong person, a duplicate, a test, a forgery (GDPR art. 5(1)(d), 16).
        Untrue = "untrue",
        /// The person turns out to be a child below the age limit (RS40).
        Minor = "minor",
    }

    /// What is decided about something that is kept.
    DecisionAction {
        /// It goes.
        Erase = "erase",
        /// It goes once the person has seen what loses its proof.
        EraseAfterWarning = "erase_after_warning",
        /// All goes but what is needed to stand for it.
        Reduce = "reduce",
        /// What names the person goes.
        Anonymise = "anonymise",
        /// It goes to an archive.
        Archive = "archive",
        /// It goes to whoever keeps it next.
        HandOver = "hand_over",
        /// It must stay.
        Keep = "keep",
        /// It stays; nobody asked, and its time is not over.
        Stay = "stay",
        /// It is neither shown nor used until a human there has decided (GDPR art. 18(1)(d), 21(1)).
        Restrict = "restrict",
        /// The controller decides, in time.
        Refer = "refer",
        /// Something was built on it, which must be looked at first.
        Report = "report",
        /// It cannot be said yet: something must be found out first, and until then nothing goes.
        Undecided = "undecided",
    }

    /// What a human at a controller is to decide.
    CaseKind {
        /// The controller answers requests for this itself.
        Refer = "refer",
        /// The person objects to its being kept (GDPR art. 21(1)).
        Objection = "objection",
        /// The person wants a human to look at a refusal.
        Review = "review",
    }

    /// What a person can ask of a human at a controller.
    CaseAsked {
        /// An objection to its being kept (GDPR art. 21(1)).
        Objection = "objection",
        /// Another look at a refusal.
        Review = "review",
    }

    /// How far a case is.
    CaseState {
        /// Nobody has decided yet.
        Open = "open",
        /// It has been decided.
        Decided = "decided",
        /// The person took it back.
        Withdrawn = "withdrawn",
    }

    /// What a case came to.
    CaseOutcome {
        /// The controller let it go.
        Release = "release",
        /// The controller keeps it, for a reason that outweighs the person's.
        Keep = "keep",
    }

    /// Who answers a request for erasure on an organisation's side.
    Answering {
        /// It is answered at once, in the organisation's name.
        Delegated = "delegated",
        /// A human at the organisation answers.
        Refer = "refer",
    }

    /// What was strong enough to decide, the strongest first.
    DecisionLayer {
        /// A provision.
        Law = "law",
        /// A legal hold.
        Hold = "hold",
        /// The rules of a scheme.
        Scheme = "scheme",
        /// What the organisation chose.
        Pack = "pack",
        /// What holds unless somebody chose otherwise.
        Default = "default",
    }

    /// What follows when its time is over.
    AtEnd {
        /// It goes.
        Erase = "erase",
        /// All goes but what is needed to stand for it.
        Reduce = "reduce",
        /// What names the person goes.
        Anonymise = "anonymise",
        /// It goes to an archive.
        Archive = "archive",
        /// It goes to whoever keeps it next.
        HandOver = "hand_over",
    }
}

impl DecisionAction {
    /// Does anything of it go?
    pub fn erases(self) -> bool {
        use DecisionAction::*;
        matches!(self, Erase | EraseAfterWarning | Reduce | Anonymise | Archive | HandOver)
    }
}

impl DecisionAction {
    /// The case that a request for erasure opens with the controller, if it opens one: what it wants to keep by its own wish is
    /// restricted, and to ask is to object.
    pub fn opens(self) -> Option<CaseKind> {
        match self {
            DecisionAction::Refer => Some(CaseKind::Refer),
            DecisionAction::Restrict => Some(CaseKind::Objection),
            _ => None,
        }
    }
}

impl From<CaseAsked> for CaseKind {
    fn from(asked: CaseAsked) -> Self {
        match asked {
            CaseAsked::Objection => Self::Objection,
            CaseAsked::Review => Self::Review,
        }
    }
}

impl Anchor {
    /// Is it something that may lie ahead when the record is made, so that one can wait for it?
    pub fn lies_ahead(self) -> bool {
        use Anchor::*;
        match self {
            Birth | Recorded | Completed | Issued | Uploaded | Sent | Happened | Disclosed | Discovered | Erased
            | AccountingYearEnd | ValidUntil | Revoked | LastActivity | ConsentGiven | Reviewed => false,
            Deregistered | ConsentWithdrawn | Bounced | RelationEnd | MembershipEnd | RepresentationEnd | WorksEnd
            | ExposureEnd | CourseEnd | AttemptEnd | ProcessEnd | Decided | OrderDone | SurveyClosed | Answered
            | CaseClosed | Verified | RecordGone | Dissolved => true,
        }
    }
}

impl LegalBasis {
    /// Must another law say what orders it (GDPR art. 6(3))?
    pub fn needs_a_national_provision(self) -> bool {
        matches!(self, Self::LegalObligation | Self::PublicTask)
    }
}
