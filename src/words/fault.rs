//! What can be wrong with a value somebody gave us: a code for machines, a sentence with the remedy for people.

use super::{Day, Lang};

macro_rules! faults {
    ($($(#[$doc:meta])* $name:ident $({ $($field:ident: $type:ty = $says:literal),+ })? = $code:literal: $nb:literal, $en:literal;)+) => {
        /// What is wrong with one value. The sentences never repeat the value.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Fault { $($(#[$doc])* $name $({ $(#[doc = $says] $field: $type),+ })?),+ }

        impl Fault {
            /// Every code with its sentence, in which `{name}` stands where a number or a list of words will.
            pub const ALL: &'static [(&'static str, &'static str, &'static str)] = &[$(($code, $nb, $en)),+];

            /// The stable code, for clients.
            pub fn code(&self) -> &'static str {
                match self { $(Fault::$name $({ $($field: _),+ })? => $code),+ }
            }

            /// What is wrong and what to do, in plain words.
            pub fn remedy(&self, lang: Lang) -> String {
                match self {$(
                    Fault::$name $({ $($field),+ })? => {
                        $($(let $field = $field.shown();)+)?
                        match lang {
                            Lang::Nb => format!($nb),
                            Lang::En => format!($en),
                        }
                    }
                )+}
            }
        }
    };
}

faults! {
    /// It is needed and absent.
    Required = "required":
        "Feltet må fylles ut.",
        "This field is needed.";
    /// There is no such field.
    UnknownField = "unknown_field":
        "Feltet finnes ikke. Fjern det, eller se etter skrivefeil i navnet.",
        "There is no such field. Remove it, or look for a misspelling.";
    /// It has another JSON type than asked for.
    WrongType { expected: &'static str = "The type asked for, as JSON Schema names it." } = "wrong_type":
        "Verdien har feil type. Oppgi en verdi av typen {expected}.",
        "The value has the wrong type. Give a value of type {expected}.";
    /// It is an empty text.
    Empty = "empty":
        "Teksten er tom. Skriv noe, eller utelat feltet.",
        "The text is empty. Write something, or leave the field out.";
    /// It is longer than allowed.
    TooLong { max: usize = "The greatest number of characters or entries." } = "too_long":
        "Verdien er for lang. Høyst {max} er tillatt.",
        "The value is too long. At most {max} are allowed.";
    /// It is shorter than allowed.
    TooShort { min: usize = "The least number of characters." } = "too_short":
        "Verdien er for kort. Minst {min} tegn trengs.",
        "The value is too short. At least {min} characters are needed.";
    /// It holds control characters, or characters already damaged by an earlier conversion.
    DamagedText = "damaged_text":
        "Teksten har ugyldige eller ødelagte tegn. Hent den på nytt fra kilden.",
        "The text has invalid or damaged characters. Fetch it from the source again.";
    /// It holds a national identity number.
    NationalIdentityNumber = "national_identity_number":
        "Teksten ser ut til å inneholde et fødselsnummer. Slike tas ikke imot; fjern det.",
        "The text seems to hold a national identity number. They are not taken; remove it.";
    /// It is not an e-mail address.
    NotAnEmail = "not_an_email":
        "Dette er ikke en e-postadresse. Skriv den som navn@eksempel.no.",
        "This is not an e-mail address. Write it as name@example.com.";
    /// It is not a telephone number.
    NotATelephoneNumber = "not_a_telephone_number":
        "Dette er ikke et telefonnummer. Skriv det med landkode, som +4790000000.",
        "This is not a telephone number. Write it with the country code, as +4790000000.";
    /// It is not an organisation number.
    NotAnOrganisationNumber = "not_an_organisation_number":
        "Dette er ikke et organisasjonsnummer: ni sifre der det siste er et kontrollsiffer.",
        "This is not an organisation number: nine digits, the last of them a check digit.";
    /// It is not a link into ESCO, the EU's classification of skills and occupations.
    NotAnEscoLink = "not_an_esco_link":
        "Dette er ikke en ESCO-lenke. Den begynner med http://data.europa.eu/esco/.",
        "This is not an ESCO link. One begins with http://data.europa.eu/esco/.";
    /// It is not an id.
    NotAnId = "not_an_id":
        "Dette er ikke en id. Bruk id-en slik tjenesten oppga den.",
        "This is not an id. Use the id as the service gave it.";
    /// It is not a day of the calendar.
    NotADay = "not_a_day":
        "Dette er ikke en dag i kalenderen. Skriv den som 2026-03-01.",
        "This is not a day of the calendar. Write it as 2026-03-01.";
    /// It is not one of the known words.
    NotInList { allowed: Vec<&'static str> = "The known words." } = "not_in_list":
        "Verdien er ikke kjent. Velg en av: {allowed}.",
        "The value is not known. Choose one of: {allowed}.";
    /// The number is outside its limits.
    OutOfRange { min: i64 = "The least value.", max: i64 = "The greatest value." } = "out_of_range":
        "Tallet må være mellom {min} og {max}.",
        "The number must lie between {min} and {max}.";
    /// It is not a whole number.
    NotAWholeNumber = "not_a_whole_number":
        "Oppgi et helt tall.",
        "Give a whole number.";
    /// The day lies in the future.
    InTheFuture = "in_the_future":
        "Dagen er i fremtiden. Oppgi en dag som har vært.",
        "The day lies in the future. Give a day that has been.";
    /// The day has been.
    InThePast = "in_the_past":
        "Dagen har vært. Oppgi dagen i dag eller en senere dag.",
        "The day has been. Give today or a later day.";
    /// The day lies further ahead than allowed.
    TooFarAhead { last: Day = "The last day allowed." } = "too_far_ahead":
        "Dagen er for langt fram. Siste mulige dag er {last}.",
        "The day lies too far ahead. The last possible day is {last}.";
    /// The day lies so long ago that it cannot be meant.
    TooLongAgo = "too_long_ago":
        "Dagen er for langt tilbake til å kunne stemme. Se over årstallet.",
        "The day lies too long ago to be right. Check the year.";
    /// The day lies before the person was born.
    BeforeBirth = "before_birth":
        "Dagen er før personen ble født. Se over begge datoene.",
        "The day lies before the person was born. Check both days.";
    /// The end lies before the beginning.
    EndsBeforeItBegins = "ends_before_it_begins":
        "Slutten er før begynnelsen. Se over begge datoene.",
        "The end lies before the beginning. Check both days.";
    /// Passed and distinction need the day.
    DayNeeded = "day_needed":
        "Bestått krever dagen det skjedde. Oppgi feltet on.",
        "Passed needs the day it happened. Give the field on.";
    /// Exactly one of the two is needed.
    OneOf { fields: &'static str = "The two fields." } = "one_of":
        "Oppgi nøyaktig én av: {fields}.",
        "Give exactly one of: {fields}.";
    /// The thing it names does not exist, or not for this caller.
    Unknown = "unknown":
        "Det dette viser til, finnes ikke her. Se over verdien.",
        "What this refers to does not exist here. Check the value.";
    /// Something else already has it.
    Taken = "taken":
        "Verdien er allerede i bruk. Velg en annen.",
        "The value is already in use. Choose another.";
    /// The password is among those tried first.
    CommonPassword = "common_password":
        "Passordet er blant de første som blir gjettet. Velg et annet.",
        "The password is among the first to be guessed. Choose another.";
    /// The person is younger than an account allows.
    TooYoung { age: u32 = "The least age in years." } = "too_young":
        "Konto kan først opprettes fra fylte {age} år. Ingenting er lagret.",
        "An account needs an age of {age} years. Nothing was stored.";
    /// The cursor was not made by this list.
    BadCursor = "bad_cursor":
        "Pekeren hører ikke til denne listen. Begynn på nytt uten cursor.",
        "The cursor does not belong to this list. Start again without it.";
    /// The organisation lacks the capacity this needs.
    LacksCapacity = "lacks_capacity":
        "Virksomheten har ikke den rollen dette krever. Be operatøren om å legge den til.",
        "The organisation lacks the capacity this needs. Ask the operator for it.";
    /// Statutory and scheme classes are set by the operator; a provider's own competences have class `none`.
    ClassNotYours = "class_not_yours":
        "Egne kompetanser har klassen none. Lovpålagte klasser settes av operatøren.",
        "Your own competences have class none. The operator sets statutory classes.";
    /// A statutory class needs a provision, an obliged party and a day it took effect.
    ProvisionNeeded = "provision_needed":
        "En lovpålagt klasse krever hjemmel med ikrafttredelse og hvem plikten påhviler.",
        "A statutory class needs a provision with the day it took effect, and whom it obliges.";
    /// The course is closed.
    Closed = "closed":
        "Kurset er avsluttet. Åpne det igjen, eller velg et annet.",
        "The course is closed. Open it again, or choose another.";
    /// Several people fit; none was chosen.
    Ambiguous = "ambiguous":
        "Flere personer passer. Oppgi ekstern referanse, så ingen forveksles.",
        "Several people fit. Give the external reference, so that none is mistaken.";
    /// The row of a source was about another course or competence before.
    OtherSubject = "other_subject":
        "Raden gjaldt et annet kurs eller en annen kompetanse før. Gi den en ny nøkkel i tilordningen.",
        "The row was about another course or competence before. Give it a new key in the mapping.";
    /// The completions of one certificate are about one person.
    SeveralPersons = "several_persons":
        "Ett bevis gjelder én person. Utsted ett for hver.",
        "A certificate is about one person. Issue one for each.";
    /// Nobody gets a certificate for what was not passed or taken.
    NotToBeCertified = "not_to_be_certified":
        "Det utstedes ikke bevis for noe som ikke er bestått eller gjennomført.",
        "No certificate is issued for what was not passed or taken to its end.";
    /// Of some the issuer issues the certificate, of others it only confirms the course.
    MixedDocuments = "mixed_documents":
        "Noen av disse kan du utstede bevis for, andre bare bekrefte. Utsted dem hver for seg.",
        "You may issue a certificate for some of these and only confirm the others. Issue them apart.";
    /// There is a certificate for these completions; they were corrected since.
    CertifiedBefore = "certified_before":
        "Det er utstedt bevis for dette, og gjennomføringen er rettet siden. Rett beviset i stedet for å utstede et nytt.",
        "A certificate was issued for this, and the completion was corrected since. Correct the certificate instead of issuing another.";
    /// The document needs to say something that is not known.
    DetailMissing { nb: String = "What, and where it is written, in bokmål.", en: String = "And in English." } = "detail_missing":
        "Beviset kan ikke utstedes ennå: {nb}",
        "The certificate cannot be issued yet: {en}";
    /// A repetition that came too late.
    RepetitionTooLate { last: Day = "The last day on which a repetition was enough." } = "repetition_too_late":
        "En repetisjon var nok til og med {last}. Nå må hele kurset tas på nytt.",
        "A repetition was enough until {last}. Now the whole course must be taken again.";
    /// What is to be done to a certificate does not fit what it is.
    NotInThisState { status: &'static str = "What the certificate is worth today." } = "not_in_this_state":
        "Det går ikke nå: beviset er {status}.",
        "It cannot be done now: the certificate is {status}.";
    /// The code has the form of a verification code, and something in it is mistyped.
    Mistyped = "mistyped":
        "Koden er skrevet feil et sted: kontrolltegnet stemmer ikke. Se etter tegn som er byttet om eller forvekslet.",
        "The code is mistyped somewhere: its check character does not fit. Look for signs swapped or mistaken.";
    /// It cannot stand before a certificate's number.
    NotAPrefix = "not_a_prefix":
        "Oppgi to til seks store bokstaver fra A til Z.",
        "Give two to six capital letters from A to Z.";
    /// It is no verification code.
    NotACode = "not_a_code":
        "En kode er 21 bokstaver og tall, slik den står på beviset.",
        "A code is 21 letters and digits, as it stands on the certificate.";
    /// A register that is not independent of the provider.
    NotIndependent = "not_independent":
        "Registeret må være uavhengig av kursarrangøren (forskrift om administrative ordninger § 8-2). Velg et annet.",
        "The register must be independent of the provider (forskrift om administrative ordninger § 8-2). Choose another.";
    /// A certificate that is about more than the body's own scheme.
    OtherSchemesToo = "other_schemes_too":
        "Beviset gjelder også kompetanser utenfor ordningen. Be utstederen om å trekke det tilbake.",
        "The certificate is about competences outside the scheme too. Ask its issuer to revoke it.";
    /// A revocation by somebody else.
    RevokedByAnother = "revoked_by_another":
        "Bare den som har trukket beviset tilbake, kan gjøre det om.",
        "Only whoever revoked the certificate can undo it.";
    /// It is no colour.
    NotAColour = "not_a_colour":
        "En farge skrives som # og seks sifre, for eksempel #0d475c.",
        "A colour is written as # and six digits, for example #0d475c.";
    /// On white it cannot be read.
    TooPale = "too_pale":
        "Fargen er for lys til å leses på hvitt papir. Velg en mørkere.",
        "The colour is too pale to be read on white paper. Choose a darker one.";
    /// What is confirmed is no plan.
    NotAPlan = "not_a_plan":
        "Dette er ikke en plan. Oppgi den slik tjenesten viste den.",
        "This is no plan. Give it as the service showed it.";
    /// Nobody can look into a file.
    EncryptedFile = "encrypted_file":
        "Filen er kryptert, så ingen ser hva som er i den. Send den ukryptert, eller oppgi koden som står på den.",
        "The file is encrypted, so nobody sees what is in it. Send it without, or give the code that stands on it.";
    /// A file has credentials of several certificates in it.
    SeveralCertificates = "several_certificates":
        "Filen har legitimasjon fra flere bevis. Send ett bevis om gangen.",
        "There are credentials of several certificates in the file. Send one certificate at a time.";
    /// A file is neither a document nor a credential.
    NotACertificate = "not_a_certificate":
        "Dette er verken en PDF eller et signert bevis. Send filen slik du fikk den.",
        "This is neither a PDF nor a credential. Send the file as you got it.";
    /// What would follow for this is not what was seen.
    ChangedSince = "changed_since":
        "Dette er endret siden planen ble vist.",
        "This has changed since the plan was shown.";
    /// A provision keeps it.
    KeptByLaw { nb: String = "Which, and until when, in bokmål.", en: String = "And in English." } = "kept_by_law":
        "{nb}",
        "{en}";
    /// It is the person's proof, and nobody else's to let go of.
    KeptForThePerson = "kept_for_the_person":
        "Dette er personens bevis. Bare personen kan be om at det slettes.",
        "This is the person's proof. Only the person can ask for its erasure.";
    /// A legal hold keeps it.
    KeptByHold = "kept_by_hold":
        "Det ligger en sperre på dette. Så lenge den er der, slettes ingenting.",
        "A legal hold lies on this. As long as it is there nothing is erased.";
    /// When a provision stops keeping it is not known yet.
    EndNotKnown { nb: String = "What must be found out first, in bokmål.", en: String = "And in English." } = "end_not_known":
        "{nb}",
        "{en}";
    /// What nobody refuses needs no human.
    CanBeErased = "can_be_erased":
        "Dette slettes når du ber om det. Be om en plan for sletting i stedet.",
        "This is erased when you ask for it. Ask for an erasure plan instead.";
    /// What a provision or a hold keeps is not the controller's wish, and only a wish can be objected to.
    NotToBeObjected = "not_to_be_objected":
        "Dette er ikke noe virksomheten har valgt. Be om en ny vurdering (review) i stedet.",
        "This is nothing the organisation has chosen. Ask for another look (review) instead.";
    /// A certificate that stands says it.
    CertificateStands { number: String = "The certificate's number." } = "certificate_stands":
        "Beviset {number} bygger på dette og gjelder. Trekk det tilbake først.",
        "Certificate {number} is built on this and stands. Revoke it first.";
    /// A certificate that stands says it, and another organisation issued it.
    CertificateOfAnother = "certificate_of_another":
        "Et register eller en sertifiseringsordning har utstedt bevis for dette, og det gjelder. Be dem trekke det tilbake først.",
        "A register or the body of a scheme has issued a certificate for this, and it stands. Ask them to revoke it first.";
    /// A hold of one's own organisation keeps it.
    HeldBy { owner: String = "Who answers for the hold." } = "held_by":
        "Det ligger en sperre på dette. Be den som svarer for den, om å oppheve den først: person {owner}.",
        "A legal hold lies on this. Ask whoever answers for it to lift it first: person {owner}.";
    /// It says something else than when this was proposed.
    CorrectedSince { version: i64 = "The version it has now." } = "corrected_since":
        "Gjennomføringen er rettet siden, og har nå versjon {version}. Trekk forslaget tilbake, og lag et nytt om det trengs.",
        "The completion was corrected since, and has version {version} now. Withdraw the proposal, and make another if it is needed.";
    /// It is nothing the organisation has recorded and keeps any more.
    GoneSince = "gone_since":
        "Gjennomføringen finnes ikke hos dere lenger. Trekk forslaget tilbake.",
        "You have the completion no longer. Withdraw the proposal.";
    /// Only what is about the wrong person is somebody else's.
    OnlyForWrongPerson = "only_for_wrong_person":
        "Hvem det gjelder, oppgis bare når årsaken er wrong_person. Utelat feltet.",
        "Whose it is, is given only if the reason is wrong_person. Leave the field out.";
    /// It is about this person already.
    SameHuman = "same_human":
        "Gjennomføringen gjelder denne personen allerede. Velg en annen.",
        "The completion is about this person already. Choose another.";
    /// Nobody gets by a hand-over what it has.
    HeldAlready = "held_already":
        "Arbeidsgiveren har dette allerede. Det er ingenting å gi videre.",
        "The employer has this already. There is nothing to hand over.";
    /// Who has let go of something gets it back by no hand-over.
    LetGoBefore = "let_go_before":
        "Arbeidsgiveren har hatt dette og gitt slipp på det. Det kan ikke gis videre dit igjen.",
        "The employer had this and let go of it. It cannot be handed over there again.";
    /// Only what an employer requires of somebody is handed over to it.
    NotRequired = "not_required":
        "Arbeidsgiveren krever ikke dette av deg i dag. Da kan det heller ikke gis videre dit.",
        "The employer does not require this of you today. So it cannot be handed over there.";
    /// It proves no competence.
    CarriesNoCompetence = "carries_no_competence":
        "Bare det som er bestått og gir en kompetanse, kan gis videre. Velg en annen registrering.",
        "Only what was passed and gives a competence can be handed over. Choose another record.";
    /// How long something is there is not the organisation's to choose.
    LengthFixed { rule: String = "The rule.", nb: String = "Why, in bokmål.", en: String = "And in English." } = "length_fixed":
        "Hvor lenge det som ligger under {rule}, er der, kan ikke velges: {nb}. Utelat may_keep.",
        "How long what lies under {rule} is there cannot be chosen: {en}. Leave may_keep out.";
    /// It would last longer than it may.
    BeyondTheLimit { rule: String = "The rule.", most: i64 = "The most months." } = "beyond_the_limit":
        "Under {rule} er det høyst {most} måneder. Velg så mange eller færre.",
        "Under {rule} it is at most {most} months. Choose as many or fewer.";
    /// A file cannot be read.
    File { nb: String = "Why, in bokmål.", en: String = "And in English." } = "file":
        "Filen kan ikke leses slik. {nb}",
        "The file cannot be read like this. {en}";
    /// A mapping cannot be used.
    Mapping { nb: String = "Why, in bokmål.", en: String = "And in English." } = "mapping":
        "Tilordningen kan ikke brukes slik. {nb}",
        "The mapping cannot be used like this. {en}";
}

/// A limit, as a sentence shows it.
trait Shown {
    fn shown(&self) -> String;
}

macro_rules! shown {
    ($($type:ty),+) => {$(
        impl Shown for $type {
            fn shown(&self) -> String { self.to_string() }
        }
    )+};
}

shown!(usize, i64, u32, &str, String, Day);

impl Shown for Vec<&str> {
    fn shown(&self) -> String {
        self.join(", ")
    }
}
