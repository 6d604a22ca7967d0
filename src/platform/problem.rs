//! Everything that can go wrong for a caller, in one table: kind, slug, status, title and what to do, in two languages.

use crate::{
    access::Denied,
    platform::db::{Error, NoPermit},
    words::{Fault, Lang},
};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $status:literal $slug:literal, $nb:literal, $en:literal, $detail_nb:literal, $detail_en:literal;)+) => {
        /// A kind of problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[$doc])* $name),+ }

        impl Kind {
            /// All kinds, for the documentation.
            pub const ALL: &'static [Kind] = &[$(Kind::$name),+];

            /// The last part of the problem's `type`.
            pub fn slug(self) -> &'static str { match self { $(Kind::$name => $slug),+ } }

            /// The HTTP status.
            pub fn status(self) -> u16 { match self { $(Kind::$name => $status),+ } }

            /// A few words.
            pub fn title(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Kind::$name, Lang::Nb) => $nb, (Kind::$name, Lang::En) => $en),+ }
            }

            /// What to do about it.
            pub fn detail(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Kind::$name, Lang::Nb) => $detail_nb, (Kind::$name, Lang::En) => $detail_en),+ }
            }
        }
    };
}

kinds! {
    /// Values are wrong; `errors` names each.
    Invalid = 422 "invalid", "Noe i forespørselen må rettes", "Something in the request must be corrected",
        "Hvert felt som må rettes, står i errors.", "Each field that must be corrected is listed in errors.";
    /// The body is not JSON.
    Malformed = 400 "malformed", "Innholdet kan ikke leses", "The body cannot be read",
        "Send gyldig JSON i UTF-8.", "Send valid JSON in UTF-8.";
    /// A token request lacks something (RFC 6749, 5.2).
    InvalidTokenRequest = 400 "invalid-token-request", "Forespørselen om token er ufullstendig", "The token request is incomplete",
        "Oppgi grant_type, og klienten i skjemaet eller med HTTP Basic.", "Give grant_type, and the client in the form or by HTTP Basic.";
    /// Another grant than `client_credentials` (RFC 6749, 5.2).
    UnsupportedGrantType = 400 "unsupported-grant-type", "Denne typen token gis ikke ut her", "This grant type is not served here",
        "Bruk grant_type=client_credentials.", "Use grant_type=client_credentials.";
    /// The client asks for more than it may (RFC 6749, 5.2).
    InvalidScope = 400 "invalid-scope", "Klienten har ikke disse rettighetene", "The client does not have these scopes",
        "Utelat scope, eller oppgi bare det klienten har fått.", "Leave scope out, or give only what the client was given.";
    /// No such client, or another secret (RFC 6749, 5.2).
    InvalidClient = 401 "invalid-client", "Klienten kan ikke logge inn", "The client cannot sign in",
        "Se over client_id og client_secret. Administratoren kan lage en ny hemmelighet.", "Check client_id and client_secret. The administrator can make a new secret.";
    /// Nobody is signed in.
    Unauthenticated = 401 "unauthenticated", "Du må logge inn", "You must sign in",
        "Oppgi et gyldig tilgangstoken. Er det utløpt, hent et nytt.", "Give a valid access token. If it has expired, fetch a new one.";
    /// The credentials are wrong.
    WrongCredentials = 401 "wrong-credentials", "Feil e-post eller passord", "Wrong e-mail or password",
        "Se over e-post og passord. Du kan be om å få velge nytt passord.", "Check e-mail and password. You can ask to choose a new password.";
    /// Known, but not allowed.
    Forbidden = 403 "forbidden", "Dette har du ikke rett til", "You may not do this",
        "Rollen din gir ikke denne retten. Spør administratoren i virksomheten.", "Your role does not allow this. Ask your organisation's administrator.";
    /// It does not exist, or not for this caller.
    NotFound = 404 "not-found", "Finnes ikke her", "Not found here",
        "Se over adressen. Det du ikke har tilgang til, finnes heller ikke her.", "Check the address. What you have no access to does not exist here either.";
    /// The method is not served at this path.
    MethodNotAllowed = 405 "method-not-allowed", "Metoden brukes ikke her", "The method is not used here",
        "Headeren Allow viser hvilke metoder som brukes her.", "The Allow header lists the methods used here.";
    /// Something that exists stands in the way.
    Conflict = 409 "conflict", "Det finnes allerede", "It exists already",
        "Bruk det som finnes, eller velg en annen verdi.", "Use what exists, or choose another value.";
    /// The key was used for something that held a secret.
    SecretShown = 409 "secret-already-shown", "Hemmeligheten er vist én gang", "The secret was shown once",
        "En hemmelighet vises bare når den lages. Lag en ny om den er tapt.", "A secret is shown only when it is made. Make a new one if it is lost.";
    /// The thing is past the point where this can be done, or not there yet.
    NotNow = 409 "not-now", "Dette kan ikke gjøres nå", "This cannot be done now",
        "Se på state: det må være kommet lenger, eller er alt gjort ferdig.", "Look at its state: it is not that far yet, or done already.";
    /// What an import wrote can be taken back for thirty days.
    UndoTooLate = 409 "undo-too-late", "Fristen for å angre er ute", "The time for undoing is over",
        "En import kan angres i 30 dager. Rett det som er galt, enkeltvis eller med en ny fil.", "An import can be undone for 30 days. Correct what is wrong one by one, or by another file.";
    /// Something built on it must go first.
    InUse = 409 "in-use", "Noe annet bygger på dette", "Something else builds on this",
        "Ta bort det som bygger på dette først.", "Remove what builds on this first.";
    /// A token was used, withdrawn or is too old.
    LinkSpent = 410 "link-spent", "Lenken gjelder ikke lenger", "The link is no longer valid",
        "Lenken er brukt, trukket tilbake eller for gammel. Be om en ny.", "The link was used, withdrawn or is too old. Ask for a new one.";
    /// The thing was changed since it was read.
    Stale = 412 "stale", "Noen har endret dette siden du leste det", "Somebody changed this since you read it",
        "Les det på nytt og prøv igjen med den nye ETag-en.", "Read it again and retry with the new ETag.";
    /// The body is too large.
    TooLarge = 413 "too-large", "Innholdet er for stort", "The body is too large",
        "Send høyst 1 MiB.", "Send at most 1 MiB.";
    /// A file is larger than this service takes, packed or unpacked.
    FileTooLarge = 413 "file-too-large", "Filen er for stor", "The file is too large",
        "Del filen i flere. Er den pakket, send den upakket.", "Split the file. If it is packed, send it unpacked.";
    /// The body has another type than asked for.
    UnsupportedMediaType = 415 "unsupported-media-type", "Innholdstypen brukes ikke her", "The media type is not used here",
        "Send innholdet som application/json.", "Send the body as application/json.";
    /// The file has another type than is read here.
    FileType = 415 "file-type", "Filtypen leses ikke her", "The file type is not read here",
        "Send filen som text/csv eller application/x-ndjson, upakket eller med Content-Encoding: gzip.", "Send the file as text/csv or application/x-ndjson, unpacked or with Content-Encoding: gzip.";
    /// The idempotency key was used for another body.
    KeyReused = 422 "idempotency-key-reused", "Nøkkelen er brukt til noe annet", "The key was used for something else",
        "Samme Idempotency-Key kan bare gjenta samme innhold. Velg en ny nøkkel.", "The same Idempotency-Key can only repeat the same body. Choose a new key.";
    /// The caller can act for several organisations.
    ActingForWhom = 422 "acting-organisation-needed", "Oppgi virksomheten du handler for", "Name the organisation you act for",
        "Sett headeren Attest-Organisation til id-en til en av virksomhetene dine.", "Set the header Attest-Organisation to the id of one of your organisations.";
    /// The organisation lacks the capacity.
    LacksCapacity = 422 "lacks-capacity", "Virksomheten har ikke denne rollen", "The organisation lacks this capacity",
        "Be operatøren om å gi virksomheten rollen dette krever.", "Ask the operator to grant the organisation the capacity this needs.";
    /// A changing request without `If-Match`.
    ConditionNeeded = 428 "condition-needed", "Oppgi hvilken versjon du endrer", "Name the version you change",
        "Sett headeren If-Match til ETag-en du leste.", "Set the If-Match header to the ETag you read.";
    /// Too many attempts.
    TooMany = 429 "too-many-requests", "For mange forsøk", "Too many attempts",
        "Vent så mange sekunder som Retry-After sier.", "Wait as many seconds as Retry-After says.";
    /// Our fault.
    Internal = 500 "internal", "Noe gikk galt hos oss", "Something went wrong on our side",
        "Prøv igjen. Hjelper det ikke, oppgi instance når du melder fra.", "Try again. If that does not help, give the instance when you report it.";
    /// For now.
    Unavailable = 503 "unavailable", "Tjenesten er opptatt akkurat nå", "The service is busy right now",
        "Prøv igjen om litt.", "Try again shortly.";
    /// The disk is full.
    StorageFull = 507 "storage-full", "Det er ikke plass til mer", "There is no room left",
        "Ingenting er skrevet. Driften må skaffe mer plass.", "Nothing was written. Operations must make room.";
}

impl Kind {
    /// The code OAuth clients look for in the member `error` (RFC 6749, 5.2).
    pub fn oauth_error(self) -> Option<&'static str> {
        match self {
            Kind::InvalidTokenRequest => Some("invalid_request"),
            Kind::UnsupportedGrantType => Some("unsupported_grant_type"),
            Kind::InvalidScope => Some("invalid_scope"),
            Kind::InvalidClient => Some("invalid_client"),
            _ => None,
        }
    }
}

/// A problem, ready to be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which kind.
    pub kind: Kind,
    /// What is wrong with which value.
    pub findings: Vec<Finding>,
    /// After how many seconds another attempt makes sense.
    pub retry_after: Option<i64>,
    /// For the log, never sent.
    pub cause: Option<String>,
}

/// What is wrong with one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where: a JSON pointer into the body, or `?name` for a query parameter.
    pub pointer: String,
    /// What.
    pub fault: Fault,
}

impl Problem {
    /// One wrong value.
    pub fn at(pointer: &str, fault: Fault) -> Self {
        Findings::one(pointer, fault).into()
    }

    /// Too many attempts; another makes sense after so many seconds.
    pub fn too_many(seconds: i64) -> Self {
        Self { retry_after: Some(seconds.max(1)), ..Kind::TooMany.into() }
    }

    /// Our own fault, with a cause for the log.
    pub fn internal(cause: impl ToString) -> Self {
        Self { cause: Some(cause.to_string()), ..Kind::Internal.into() }
    }

    /// Turns "a row with this key exists" into what it means here; everything else stays.
    #[must_use]
    pub fn if_taken(self, meaning: Problem) -> Problem {
        if self.kind == Kind::Conflict { meaning } else { self }
    }
}

impl From<Kind> for Problem {
    fn from(kind: Kind) -> Self {
        Self { kind, findings: Vec::new(), retry_after: None, cause: None }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Unauthenticated => Kind::Unauthenticated,
            Denied::Hidden => Kind::NotFound,
            Denied::Forbidden => Kind::Forbidden,
            Denied::LacksCapacity => Kind::LacksCapacity,
            Denied::ActingForWhom => Kind::ActingForWhom,
        }
        .into()
    }
}

impl From<NoPermit> for Problem {
    fn from(no: NoPermit) -> Self {
        match no {
            NoPermit::Denied(denied) => denied.into(),
            NoPermit::Db(error) => error.into(),
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::NoRow => Kind::NotFound,
            Error::Taken(_) => Kind::Conflict,
            Error::Full => Kind::StorageFull,
            Error::Clash | Error::Unavailable(_) => Kind::Unavailable,
            Error::Dangling(_) | Error::Check(_) | Error::Other(_) => Kind::Internal,
        };
        let retry_after = (kind == Kind::Unavailable).then_some(1);
        Self { retry_after, cause: Some(error.to_string()), ..kind.into() }
    }
}

/// All that is wrong with an input, collected before anything is answered.
#[derive(Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// One finding.
    pub fn one(pointer: &str, fault: Fault) -> Self {
        Self(vec![Finding { pointer: pointer.to_owned(), fault }])
    }

    /// Adds a finding.
    pub fn add(&mut self, pointer: &str, fault: Fault) {
        self.0.push(Finding { pointer: pointer.to_owned(), fault });
    }

    /// Adds what was found inside a value, under the value's own pointer.
    pub fn add_under(&mut self, pointer: &str, inner: Findings) {
        self.0.extend(inner.0.into_iter().map(|f| Finding { pointer: format!("{pointer}{}", f.pointer), ..f }));
    }

    /// Is nothing wrong?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was found.
    pub fn into_vec(self) -> Vec<Finding> {
        self.0
    }

    /// Ends the collecting.
    ///
    /// # Errors
    /// The 422 that lists everything, unless nothing is wrong.
    pub fn check(self) -> Result<(), Problem> {
        if self.is_empty() { Ok(()) } else { Err(self.into()) }
    }
}

impl From<Findings> for Problem {
    fn from(findings: Findings) -> Self {
        Self { findings: findings.0, ..Kind::Invalid.into() }
    }
}
