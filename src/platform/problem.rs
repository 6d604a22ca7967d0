//! Everything that can go wrong for a caller, in one table: kind, status, slug, and in two languages a title, what has
//! happened and what to do. Answers, the API document and the pages at `/problems` all come from it.

use crate::{
    access::Denied,
    platform::db::{Error, NoPermit},
    words::{Fault, Lang},
};

macro_rules! kinds {
    ($($name:ident = $status:literal $slug:literal {
        title: $title_nb:literal, $title_en:literal;
        means: $means_nb:literal, $means_en:literal;
        remedy: $remedy_nb:literal, $remedy_en:literal;
    })+) => {
        /// A kind of problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind { $(#[doc = $means_en] $name),+ }

        impl Kind {
            /// All kinds, for the documentation.
            pub const ALL: &'static [Kind] = &[$(Kind::$name),+];

            /// The last part of the problem's `type`.
            pub fn slug(self) -> &'static str { match self { $(Kind::$name => $slug),+ } }

            /// The HTTP status.
            pub fn status(self) -> u16 { match self { $(Kind::$name => $status),+ } }

            /// A few words.
            pub fn title(self, lang: Lang) -> &'static str {
                match self { $(Kind::$name => lang.pick($title_nb, $title_en)),+ }
            }

            /// What has happened.
            pub fn meaning(self, lang: Lang) -> &'static str {
                match self { $(Kind::$name => lang.pick($means_nb, $means_en)),+ }
            }

            /// What to do about it.
            pub fn detail(self, lang: Lang) -> &'static str {
                match self { $(Kind::$name => lang.pick($remedy_nb, $remedy_en)),+ }
            }
        }
    };
}

kinds! {
    Invalid = 422 "invalid" {
        title: "Noe i forespørselen må rettes", "Something in the request must be corrected";
        means: "Forespørselen ble lest, men minst én verdi i den kan ikke godtas.",
            "The request was read, but at least one value in it cannot be accepted.";
        remedy: "Hvert felt som må rettes, står i errors.", "Each field that must be corrected is listed in errors.";
    }
    Malformed = 400 "malformed" {
        title: "Innholdet kan ikke leses", "The body cannot be read";
        means: "Innholdet er ikke gyldig JSON, så ingenting i det ble lest.",
            "The body is not valid JSON, so nothing in it was read.";
        remedy: "Send gyldig JSON i UTF-8.", "Send valid JSON in UTF-8.";
    }
    InvalidTokenRequest = 400 "invalid-token-request" {
        title: "Forespørselen om token er ufullstendig", "The token request is incomplete";
        means: "Noe som RFC 6749 krever i en forespørsel om token, mangler.",
            "Something that RFC 6749 asks of a token request is missing.";
        remedy: "Oppgi grant_type, og klienten i skjemaet eller med HTTP Basic.",
            "Give grant_type, and the client in the form or by HTTP Basic.";
    }
    UnsupportedGrantType = 400 "unsupported-grant-type" {
        title: "Denne typen token gis ikke ut her", "This grant type is not served here";
        means: "Klienten ba om token på en annen måte enn med client_credentials.",
            "The client asked for a token by another grant than client_credentials.";
        remedy: "Bruk grant_type=client_credentials.", "Use grant_type=client_credentials.";
    }
    InvalidScope = 400 "invalid-scope" {
        title: "Klienten har ikke disse rettighetene", "The client does not have these scopes";
        means: "Klienten ba om mer enn den har fått, eller om noe som ikke finnes.",
            "The client asked for more than it was given, or for something that does not exist.";
        remedy: "Utelat scope, eller oppgi bare det klienten har fått.",
            "Leave scope out, or give only what the client was given.";
    }
    InvalidClient = 401 "invalid-client" {
        title: "Klienten kan ikke logge inn", "The client cannot sign in";
        means: "Det finnes ingen slik klient, hemmeligheten er en annen, eller klienten er trukket tilbake.",
            "There is no such client, its secret is another, or it was revoked.";
        remedy: "Se over client_id og client_secret. Administratoren kan lage en ny hemmelighet.",
            "Check client_id and client_secret. The administrator can make a new secret.";
    }
    Unauthenticated = 401 "unauthenticated" {
        title: "Du må logge inn", "You must sign in";
        means: "Forespørselen har ikke noe gyldig tilgangstoken, eller innloggingen er avsluttet.",
            "The request carries no valid access token, or the sign-in has ended.";
        remedy: "Oppgi et gyldig tilgangstoken. Er det utløpt, hent et nytt.",
            "Give a valid access token. If it has expired, fetch a new one.";
    }
    WrongCredentials = 401 "wrong-credentials" {
        title: "Feil e-post eller passord", "Wrong e-mail or password";
        means: "Ingen konto med denne e-posten har dette passordet. Svaret er det samme om kontoen ikke finnes.",
            "No account with this e-mail has this password. The answer is the same if there is no account.";
        remedy: "Se over e-post og passord. Du kan be om å få velge nytt passord.",
            "Check e-mail and password. You can ask to choose a new password.";
    }
    Forbidden = 403 "forbidden" {
        title: "Dette har du ikke rett til", "You may not do this";
        means: "Virksomheten kjenner deg, men rollen din rekker ikke til dette.",
            "You are known to the organisation, but your role does not reach this.";
        remedy: "Rollen din gir ikke denne retten. Spør administratoren i virksomheten.",
            "Your role does not allow this. Ask your organisation's administrator.";
    }
    NotFound = 404 "not-found" {
        title: "Finnes ikke her", "Not found here";
        means: "Det finnes ikke, eller du har ikke tilgang til det. Svaret er det samme.",
            "It does not exist, or you have no access to it. The answer is the same.";
        remedy: "Se over adressen. Det du ikke har tilgang til, finnes heller ikke her.",
            "Check the address. What you have no access to does not exist here either.";
    }
    MethodNotAllowed = 405 "method-not-allowed" {
        title: "Metoden brukes ikke her", "The method is not used here";
        means: "Adressen finnes, men ikke med denne metoden.", "The address exists, but not with this method.";
        remedy: "Headeren Allow viser hvilke metoder som brukes her.", "The Allow header lists the methods used here.";
    }
    Conflict = 409 "conflict" {
        title: "Det finnes allerede", "It exists already";
        means: "Noe som finnes fra før, står i veien.", "Something that exists already stands in the way.";
        remedy: "Bruk det som finnes, eller velg en annen verdi.", "Use what exists, or choose another value.";
    }
    SecretShown = 409 "secret-already-shown" {
        title: "Hemmeligheten er vist én gang", "The secret was shown once";
        means: "Forespørselen gjentar en som laget en hemmelighet, og en hemmelighet vises aldri to ganger.",
            "The request repeats one that made a secret, and a secret is never shown twice.";
        remedy: "En hemmelighet vises bare når den lages. Lag en ny om den er tapt.",
            "A secret is shown only when it is made. Make a new one if it is lost.";
    }
    NotNow = 409 "not-now" {
        title: "Dette kan ikke gjøres nå", "This cannot be done now";
        means: "Det er ikke kommet så langt ennå, eller det er gjort ferdig.", "It is not that far yet, or it is done already.";
        remedy: "Les det på nytt og se på state.", "Read it again and look at its state.";
    }
    DocumentErased = 410 "document-erased" {
        title: "Dokumentet er slettet", "The document has been erased";
        means: "Det viste noe som er slettet, og ble slettet med det. Resten gjelder fortsatt.",
            "It showed something that has been erased, and was erased with it. The rest still holds.";
        remedy: "Utstederen kan rette beviset. Da lages det et nytt dokument.",
            "The issuer can correct the certificate. Then a new document is drawn.";
    }
    UndoTooLate = 409 "undo-too-late" {
        title: "Fristen for å angre er ute", "The time for undoing is over";
        means: "En import kan angres i 30 dager.", "An import can be undone for 30 days.";
        remedy: "Rett det som er galt, enkeltvis eller med en ny fil.", "Correct what is wrong one by one, or by another file.";
    }
    PlanChanged = 409 "plan-changed" {
        title: "Noe er endret siden du så på planen", "Something has changed since you looked at the plan";
        means: "Det som ville skje nå, er ikke det planen viste. Ingenting er gjort.",
            "What would happen now is not what the plan showed. Nothing has been done.";
        remedy: "Hent en ny plan, se på det som er endret, og bekreft den.",
            "Fetch a new plan, look at what has changed, and confirm that.";
    }
    PreviewChanged = 409 "preview-changed" {
        title: "Noe er endret siden du så på dette", "Something has changed since you looked at this";
        means: "Det valget ville føre til nå, er ikke det du så. Ingenting er endret.",
            "What the choice would lead to now is not what you saw. Nothing has been changed.";
        remedy: "Se på det på nytt, og bekreft det du da ser.", "Look at it again, and confirm what you see then.";
    }
    MustStay = 409 "must-stay" {
        title: "Noe av dette må bli", "Some of this must stay";
        means: "En bestemmelse eller en sperre holder på minst én av registreringene. Ingenting er slettet.",
            "A provision or a hold keeps at least one of the records. Nothing has been erased.";
        remedy: "Hvilke, hvorfor og til når står i errors. Ta dem ut og prøv igjen, eller vent til da.",
            "Which, why and until when stands in errors. Leave them out and try again, or wait until then.";
    }
    BuiltOn = 409 "built-on" {
        title: "Noe bygger på dette", "Something is built on this";
        means: "Det finnes et bevis som gjelder, eller en sperre. Da må et menneske se på det først. Ingenting er endret.",
            "There is a certificate that stands, or a hold. So a human has to look at that first. Nothing has been changed.";
        remedy: "Hva det er, og hva som må gjøres, står i errors. Prøv igjen etterpå.",
            "What it is and what must be done stands in errors. Try again afterwards.";
    }
    ExtensionTooLate = 409 "extension-too-late" {
        title: "Fristen kan ikke forlenges nå", "The time limit cannot be extended now";
        means: "En frist kan forlenges én gang, og bare når det sies fra innen den første måneden (GDPR art. 12(3)).",
            "A time limit can be extended once, and only if that is told within the first month (GDPR art. 12(3)).";
        remedy: "Avgjør saken. Er fristen ute, haster det.", "Decide the case. If the time limit has passed, it is urgent.";
    }
    AnotherHuman = 409 "another-human-needed" {
        title: "Noen andre må avgjøre dette", "Somebody else must decide this";
        means: "Dette krever et annet menneske enn det som avgjorde eller foreslo det sist, også om det har en annen konto.",
            "This takes another human than whoever decided or proposed it last, under whichever account.";
        remedy: "La en annen som har samme rett, avgjøre det.", "Let another member who has the same right decide it.";
    }
    InUse = 409 "in-use" {
        title: "Noe annet bygger på dette", "Something else builds on this";
        means: "Det kan ikke fjernes så lenge noe annet viser til det.",
            "It cannot be removed as long as something else refers to it.";
        remedy: "Ta bort det som bygger på dette først.", "Remove what builds on this first.";
    }
    TheLast = 409 "the-last-one" {
        title: "Ingen andre kan ta over", "Nobody else could take over";
        means: "Dette er den siste som kan gi andre roller her. Uten noen slik kunne ingen gjøre noe mer.",
            "This is the last one here who can give others their roles. Without one nobody could do anything any more.";
        remedy: "Inviter en annen til den samme rollen først, og prøv igjen når invitasjonen er tatt imot.",
            "Invite somebody else to the same role first, and try again when the invitation has been accepted.";
    }
    LinkSpent = 410 "link-spent" {
        title: "Lenken gjelder ikke lenger", "The link is no longer valid";
        means: "Tokenet fra brevet virker én gang og i begrenset tid, og dette virker ikke lenger.",
            "The token from the letter works once and for a limited time, and this one works no longer.";
        remedy: "Lenken er brukt, trukket tilbake eller for gammel. Be om en ny.",
            "The link was used, withdrawn or is too old. Ask for a new one.";
    }
    Stale = 412 "stale" {
        title: "Noen har endret dette siden du leste det", "Somebody changed this since you read it";
        means: "ETag-en i If-Match er ikke den siste: noen har endret tingen etter at du leste den.",
            "The ETag in If-Match is not the latest: somebody changed the thing after you read it.";
        remedy: "Les det på nytt og prøv igjen med den nye ETag-en.", "Read it again and retry with the new ETag.";
    }
    TooLarge = 413 "too-large" {
        title: "Innholdet er for stort", "The body is too large";
        means: "Innholdet er større enn det som tas imot her.", "The body is larger than what is taken here.";
        remedy: "Send høyst 1 MiB.", "Send at most 1 MiB.";
    }
    FileTooLarge = 413 "file-too-large" {
        title: "Filen er for stor", "The file is too large";
        means: "Filen er større enn tjenesten tar imot, eller pakker ut til mye mer enn en tabell gjør.",
            "The file is larger than this service takes, or unpacks to much more than a table does.";
        remedy: "Del filen i flere. Er den pakket, send den upakket.", "Split the file. If it is packed, send it unpacked.";
    }
    FileType = 415 "file-type" {
        title: "Filtypen leses ikke her", "The file type is not read here";
        means: "Innholdstypen eller pakkingen er en annen enn de som leses.",
            "The media type or the packing is another than those that are read.";
        remedy: "Send filen som text/csv eller application/x-ndjson, upakket eller med Content-Encoding: gzip.",
            "Send the file as text/csv or application/x-ndjson, unpacked or with Content-Encoding: gzip.";
    }
    UnsupportedMediaType = 415 "unsupported-media-type" {
        title: "Innholdstypen brukes ikke her", "The media type is not used here";
        means: "Content-Type mangler, eller er en annen enn den som brukes her.",
            "Content-Type is missing, or another than the one used here.";
        remedy: "Bruk den innholdstypen dokumentasjonen oppgir her; som oftest er det application/json.", "Use the media type the documentation gives here; mostly it is application/json.";
    }
    KeyReused = 422 "idempotency-key-reused" {
        title: "Nøkkelen er brukt til noe annet", "The key was used for something else";
        means: "Idempotency-Key er de siste 24 timene brukt med et annet innhold.",
            "The Idempotency-Key was used with another body within the last 24 hours.";
        remedy: "Samme Idempotency-Key kan bare gjenta samme innhold. Velg en ny nøkkel.",
            "The same Idempotency-Key can only repeat the same body. Choose a new key.";
    }
    ActingForWhom = 422 "acting-organisation-needed" {
        title: "Oppgi virksomheten du handler for", "Name the organisation you act for";
        means: "Du kan handle for flere virksomheter, og forespørselen sier ikke hvilken.",
            "You can act for several organisations, and the request does not say which.";
        remedy: "Sett headeren Attest-Organisation til id-en til en av virksomhetene dine.",
            "Set the header Attest-Organisation to the id of one of your organisations.";
    }
    LacksCapacity = 422 "lacks-capacity" {
        title: "Virksomheten har ikke denne rollen", "The organisation lacks this capacity";
        means: "Det du ba om, hører til en rolle som virksomheten ikke har.",
            "What you asked for belongs to a capacity the organisation does not have.";
        remedy: "Be operatøren om å gi virksomheten rollen dette krever.",
            "Ask the operator to grant the organisation the capacity this needs.";
    }
    ConditionNeeded = 428 "condition-needed" {
        title: "Oppgi hvilken versjon du endrer", "Name the version you change";
        means: "Det som kan endres, har versjoner, og forespørselen sier ikke hvilken den gjelder.",
            "What can change has versions, and the request does not say which one it means.";
        remedy: "Sett headeren If-Match til ETag-en du leste.", "Set the If-Match header to the ETag you read.";
    }
    TooMany = 429 "too-many-requests" {
        title: "For mange forsøk", "Too many attempts";
        means: "Det kom flere forespørsler enn det er lov til på så kort tid.",
            "There were more requests than allowed in so short a time.";
        remedy: "Vent så mange sekunder som Retry-After sier.", "Wait as many seconds as Retry-After says.";
    }
    Internal = 500 "internal" {
        title: "Noe gikk galt hos oss", "Something went wrong on our side";
        means: "Feilen er vår. Ingenting av det forespørselen skulle endre, er endret.",
            "The fault is ours. Nothing that the request was to change was changed.";
        remedy: "Prøv igjen. Hjelper det ikke, oppgi instance når du melder fra.",
            "Try again. If that does not help, give the instance when you report it.";
    }
    Unavailable = 503 "unavailable" {
        title: "Tjenesten er opptatt akkurat nå", "The service is busy right now";
        means: "Databasen eller lageret for dokumenter svarer ikke, eller for mange skriver på én gang.",
            "The database or the storage of documents does not answer, or too many write at once.";
        remedy: "Prøv igjen om litt.", "Try again shortly.";
    }
    StorageFull = 507 "storage-full" {
        title: "Det er ikke plass til mer", "There is no room left";
        means: "Disken databasen ligger på, er full, eller lageret for dokumenter er det.",
            "The disk the database lies on is full, or the storage of documents is.";
        remedy: "Ingenting er skrevet. Driften må skaffe mer plass.", "Nothing was written. Operations must make room.";
    }
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

    /// As an error, where nothing but the database's is answered: its cause goes to the log.
    #[must_use]
    pub fn into_error(self) -> Error {
        Error::Other(self.cause.unwrap_or_default())
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
