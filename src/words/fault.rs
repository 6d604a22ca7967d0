//! What can be wrong with a value somebody gave us: a code for machines, a sentence with the remedy for people.

use super::Lang;

/// What is wrong with one value. The sentences never repeat the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is needed and absent.
    Required,
    /// There is no such field.
    UnknownField,
    /// It has another JSON type than asked for.
    WrongType {
        /// The type asked for, as JSON Schema names it.
        expected: &'static str,
    },
    /// It is an empty text.
    Empty,
    /// It is longer than allowed.
    TooLong {
        /// The greatest number of characters or entries.
        max: usize,
    },
    /// It is shorter than allowed.
    TooShort {
        /// The least number of characters.
        min: usize,
    },
    /// It holds control characters, or characters already damaged by an earlier conversion.
    DamagedText,
    /// It holds a national identity number.
    NationalIdentityNumber,
    /// It is not an e-mail address.
    NotAnEmail,
    /// It is not a telephone number.
    NotATelephoneNumber,
    /// It is not an organisation number.
    NotAnOrganisationNumber,
    /// It is not a link into ESCO, the EU's classification of skills and occupations.
    NotAnEscoLink,
    /// It is not an id.
    NotAnId,
    /// It is not a day of the calendar.
    NotADay,
    /// It is not one of the known words.
    NotInList {
        /// The known words.
        allowed: Vec<&'static str>,
    },
    /// The number is outside its limits.
    OutOfRange {
        /// The least value.
        min: i64,
        /// The greatest value.
        max: i64,
    },
    /// It is not a whole number.
    NotAWholeNumber,
    /// The day lies in the future.
    InTheFuture,
    /// The day lies so long ago that it cannot be meant.
    TooLongAgo,
    /// The day lies before the person was born.
    BeforeBirth,
    /// The end lies before the beginning.
    EndsBeforeItBegins,
    /// Passed and distinction need the day.
    DayNeeded,
    /// Exactly one of the two is needed.
    OneOf {
        /// The two fields.
        fields: &'static str,
    },
    /// The thing it names does not exist, or not for this caller.
    Unknown,
    /// Something else already has it.
    Taken,
    /// The password is among those tried first.
    CommonPassword,
    /// The person is younger than an account allows.
    TooYoung {
        /// The least age in years.
        age: u32,
    },
    /// The cursor was not made by this list.
    BadCursor,
    /// The organisation lacks the capacity this needs.
    LacksCapacity,
    /// Statutory and scheme classes are set by the operator; a provider's own competences have class `none`.
    ClassNotYours,
    /// A statutory class needs a provision, an obliged party and a day it took effect.
    ProvisionNeeded,
    /// The course is closed.
    Closed,
    /// Several people fit; none was chosen.
    Ambiguous,
    /// The row of a source was about another course or competence before.
    OtherSubject,
    /// Something about a file or its mapping, in words of its own.
    Explained {
        /// The code.
        code: &'static str,
        /// The sentence in bokmål.
        nb: String,
        /// And in English.
        en: String,
    },
}

impl Fault {
    /// The stable code, for clients.
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Required => "required",
            Fault::UnknownField => "unknown_field",
            Fault::WrongType { .. } => "wrong_type",
            Fault::Empty => "empty",
            Fault::TooLong { .. } => "too_long",
            Fault::TooShort { .. } => "too_short",
            Fault::DamagedText => "damaged_text",
            Fault::NationalIdentityNumber => "national_identity_number",
            Fault::NotAnEmail => "not_an_email",
            Fault::NotATelephoneNumber => "not_a_telephone_number",
            Fault::NotAnOrganisationNumber => "not_an_organisation_number",
            Fault::NotAnEscoLink => "not_an_esco_link",
            Fault::NotAnId => "not_an_id",
            Fault::NotADay => "not_a_day",
            Fault::NotInList { .. } => "not_in_list",
            Fault::OutOfRange { .. } => "out_of_range",
            Fault::NotAWholeNumber => "not_a_whole_number",
            Fault::InTheFuture => "in_the_future",
            Fault::TooLongAgo => "too_long_ago",
            Fault::BeforeBirth => "before_birth",
            Fault::EndsBeforeItBegins => "ends_before_it_begins",
            Fault::DayNeeded => "day_needed",
            Fault::OneOf { .. } => "one_of",
            Fault::Unknown => "unknown",
            Fault::Taken => "taken",
            Fault::CommonPassword => "common_password",
            Fault::TooYoung { .. } => "too_young",
            Fault::BadCursor => "bad_cursor",
            Fault::LacksCapacity => "lacks_capacity",
            Fault::ClassNotYours => "class_not_yours",
            Fault::ProvisionNeeded => "provision_needed",
            Fault::Closed => "closed",
            Fault::Ambiguous => "ambiguous",
            Fault::OtherSubject => "other_subject",
            Fault::Explained { code, .. } => code,
        }
    }

    /// What is wrong and what to do, in plain words.
    pub fn remedy(&self, lang: Lang) -> String {
        match lang {
            Lang::Nb => self.remedy_nb(),
            Lang::En => self.remedy_en(),
        }
    }

    fn remedy_nb(&self) -> String {
        match self {
            Fault::Required => "Feltet må fylles ut.".into(),
            Fault::UnknownField => "Feltet finnes ikke. Fjern det, eller se etter skrivefeil i navnet.".into(),
            Fault::WrongType { expected } => format!("Verdien har feil type. Oppgi en verdi av typen {expected}."),
            Fault::Empty => "Teksten er tom. Skriv noe, eller utelat feltet.".into(),
            Fault::TooLong { max } => format!("Verdien er for lang. Høyst {max} er tillatt."),
            Fault::TooShort { min } => format!("Verdien er for kort. Minst {min} tegn trengs."),
            Fault::DamagedText => "Teksten har ugyldige eller ødelagte tegn. Hent den på nytt fra kilden.".into(),
            Fault::NationalIdentityNumber => {
                "Teksten ser ut til å inneholde et fødselsnummer. Slike tas ikke imot; fjern det.".into()
            }
            Fault::NotAnEmail => "Dette er ikke en e-postadresse. Skriv den som navn@eksempel.no.".into(),
            Fault::NotATelephoneNumber => {
                "Dette er ikke et telefonnummer. Skriv det med landkode, som +4790000000.".into()
            }
            Fault::NotAnOrganisationNumber => {
                "Dette er ikke et organisasjonsnummer: ni sifre der det siste er et kontrollsiffer.".into()
            }
            Fault::NotAnEscoLink => "Dette er ikke en ESCO-lenke. Den begynner med http://data.europa.eu/esco/.".into(),
            Fault::NotAnId => "Dette er ikke en id. Bruk id-en slik tjenesten oppga den.".into(),
            Fault::NotADay => "Dette er ikke en dag i kalenderen. Skriv den som 2026-03-01.".into(),
            Fault::NotInList { allowed } => format!("Verdien er ikke kjent. Velg en av: {}.", allowed.join(", ")),
            Fault::OutOfRange { min, max } => format!("Tallet må være mellom {min} og {max}."),
            Fault::NotAWholeNumber => "Oppgi et helt tall.".into(),
            Fault::InTheFuture => "Dagen er i fremtiden. Oppgi en dag som har vært.".into(),
            Fault::TooLongAgo => "Dagen er for langt tilbake til å kunne stemme. Se over årstallet.".into(),
            Fault::BeforeBirth => "Dagen er før personen ble født. Se over begge datoene.".into(),
            Fault::EndsBeforeItBegins => "Slutten er før begynnelsen. Se over begge datoene.".into(),
            Fault::DayNeeded => "Bestått krever dagen det skjedde. Oppgi feltet on.".into(),
            Fault::OneOf { fields } => format!("Oppgi nøyaktig én av: {fields}."),
            Fault::Unknown => "Det dette viser til, finnes ikke her. Se over verdien.".into(),
            Fault::Taken => "Verdien er allerede i bruk. Velg en annen.".into(),
            Fault::CommonPassword => "Passordet er blant de første som blir gjettet. Velg et annet.".into(),
            Fault::TooYoung { age } => format!("Konto kan først opprettes fra fylte {age} år. Ingenting er lagret."),
            Fault::BadCursor => "Pekeren hører ikke til denne listen. Begynn på nytt uten cursor.".into(),
            Fault::LacksCapacity => {
                "Virksomheten har ikke den rollen dette krever. Be operatøren om å legge den til.".into()
            }
            Fault::ClassNotYours => {
                "Egne kompetanser har klassen none. Lovpålagte klasser settes av operatøren.".into()
            }
            Fault::ProvisionNeeded => {
                "En lovpålagt klasse krever hjemmel med ikrafttredelse og hvem plikten påhviler.".into()
            }
            Fault::Closed => "Kurset er avsluttet. Åpne det igjen, eller velg et annet.".into(),
            Fault::Ambiguous => "Flere personer passer. Oppgi ekstern referanse, så ingen forveksles.".into(),
            Fault::OtherSubject => {
                "Raden gjaldt et annet kurs eller en annen kompetanse før. Gi den en ny nøkkel i tilordningen.".into()
            }
            Fault::Explained { nb, .. } => nb.clone(),
        }
    }

    fn remedy_en(&self) -> String {
        match self {
            Fault::Required => "This field is needed.".into(),
            Fault::UnknownField => "There is no such field. Remove it, or look for a misspelling.".into(),
            Fault::WrongType { expected } => format!("The value has the wrong type. Give a value of type {expected}."),
            Fault::Empty => "The text is empty. Write something, or leave the field out.".into(),
            Fault::TooLong { max } => format!("The value is too long. At most {max} are allowed."),
            Fault::TooShort { min } => format!("The value is too short. At least {min} characters are needed."),
            Fault::DamagedText => "The text has invalid or damaged characters. Fetch it from the source again.".into(),
            Fault::NationalIdentityNumber => {
                "The text seems to hold a national identity number. They are not taken; remove it.".into()
            }
            Fault::NotAnEmail => "This is not an e-mail address. Write it as name@example.com.".into(),
            Fault::NotATelephoneNumber => {
                "This is not a telephone number. Write it with the country code, as +4790000000.".into()
            }
            Fault::NotAnOrganisationNumber => {
                "This is not an organisation number: nine digits, the last of them a check digit.".into()
            }
            Fault::NotAnEscoLink => "This is not an ESCO link. One begins with http://data.europa.eu/esco/.".into(),
            Fault::NotAnId => "This is not an id. Use the id as the service gave it.".into(),
            Fault::NotADay => "This is not a day of the calendar. Write it as 2026-03-01.".into(),
            Fault::NotInList { allowed } => format!("The value is not known. Choose one of: {}.", allowed.join(", ")),
            Fault::OutOfRange { min, max } => format!("The number must lie between {min} and {max}."),
            Fault::NotAWholeNumber => "Give a whole number.".into(),
            Fault::InTheFuture => "The day lies in the future. Give a day that has been.".into(),
            Fault::TooLongAgo => "The day lies too long ago to be right. Check the year.".into(),
            Fault::BeforeBirth => "The day lies before the person was born. Check both days.".into(),
            Fault::EndsBeforeItBegins => "The end lies before the beginning. Check both days.".into(),
            Fault::DayNeeded => "Passed needs the day it happened. Give the field on.".into(),
            Fault::OneOf { fields } => format!("Give exactly one of: {fields}."),
            Fault::Unknown => "What this refers to does not exist here. Check the value.".into(),
            Fault::Taken => "The value is already in use. Choose another.".into(),
            Fault::CommonPassword => "The password is among the first to be guessed. Choose another.".into(),
            Fault::TooYoung { age } => format!("An account needs an age of {age} years. Nothing was stored."),
            Fault::BadCursor => "The cursor does not belong to this list. Start again without it.".into(),
            Fault::LacksCapacity => "The organisation lacks the capacity this needs. Ask the operator for it.".into(),
            Fault::ClassNotYours => "Your own competences have class none. The operator sets statutory classes.".into(),
            Fault::ProvisionNeeded => {
                "A statutory class needs a provision with the day it took effect, and whom it obliges.".into()
            }
            Fault::Closed => "The course is closed. Open it again, or choose another.".into(),
            Fault::Ambiguous => "Several people fit. Give the external reference, so that none is mistaken.".into(),
            Fault::OtherSubject => {
                "The row was about another course or competence before. Give it a new key in the mapping.".into()
            }
            Fault::Explained { en, .. } => en.clone(),
        }
    }
}
