//! The letters identity writes: short, plain, in the reader's language. A token stands in the letter itself, never in a link,
//! so that it reaches no log of a server on the way.

use super::accounts::store::reached_at;
use crate::{
    platform::{
        db::{Error, Tx},
        jobs,
        mail::Mail,
    },
    words::{Day, Lang, PersonId},
};

/// Leaves a letter to a person in their language, subject and text, if there is an account they are reached at.
///
/// # Errors
/// The database's.
pub fn write_to(tx: &mut Tx<'_>, person: PersonId, letter: impl FnOnce(Lang) -> (String, String)) -> Result<(), Error> {
    let Some((to, lang)) = reached_at(tx, person)? else { return Ok(()) };
    let (subject, text) = letter(lang);
    jobs::enqueue(tx, &mail(&to, &subject, text, lang))
}

/// Verify the address, and the account is open.
pub fn verify_address(to: &str, token: &str, public_url: &str, lang: Lang) -> Mail {
    let (subject, text) = match lang {
        Lang::Nb => (
            "Bekreft e-postadressen din",
            format!(
                "Hei,\n\ndenne adressen ble brukt til å opprette en konto i Attest. Bekreft den innen 48 timer ved å sende \
                 denne koden til POST {public_url}/v1/accounts/verification som {{\"token\": \"…\"}}:\n\n{token}\n\n\
                 Var det ikke deg, trenger du ikke å gjøre noe. Da slettes opplysningene av seg selv.\n\n{public_url}/docs\n"
            ),
        ),
        Lang::En => (
            "Verify your e-mail address",
            format!(
                "Hello,\n\nthis address was used to open an account in Attest. Verify it within 48 hours by sending this \
                 code to POST {public_url}/v1/accounts/verification as {{\"token\": \"…\"}}:\n\n{token}\n\n\
                 If it was not you, there is nothing to do. What was entered deletes itself.\n\n{public_url}/docs\n"
            ),
        ),
    };
    mail(to, subject, text, lang)
}

/// Somebody signed up with an address that has an account.
pub fn account_exists(to: &str, public_url: &str, lang: Lang) -> Mail {
    let (subject, text) = match lang {
        Lang::Nb => (
            "Du har allerede en konto",
            format!(
                "Hei,\n\nnoen prøvde å opprette en konto i Attest med denne adressen, men den har allerede en. Var det deg, \
                 kan du logge inn som før. Har du glemt passordet, kan du velge et nytt med POST \
                 {public_url}/v1/accounts/password-resets.\n\nVar det ikke deg, trenger du ikke å gjøre noe.\n\n\
                 {public_url}/docs\n"
            ),
        ),
        Lang::En => (
            "You already have an account",
            format!(
                "Hello,\n\nsomebody tried to open an account in Attest with this address, but it already has one. If it was \
                 you, sign in as before. If you forgot the password, choose a new one with POST \
                 {public_url}/v1/accounts/password-resets.\n\nIf it was not you, there is nothing to do.\n\n\
                 {public_url}/docs\n"
            ),
        ),
    };
    mail(to, subject, text, lang)
}

/// Choose a new password.
pub fn new_password(to: &str, token: &str, public_url: &str, lang: Lang) -> Mail {
    let (subject, text) = match lang {
        Lang::Nb => (
            "Velg et nytt passord",
            format!(
                "Hei,\n\nvelg et nytt passord innen to timer ved å sende denne koden og passordet til POST \
                 {public_url}/v1/accounts/password-resets/confirmation som \
                 {{\"token\": \"…\", \"password\": \"…\"}}:\n\n{token}\n\nDa logges du ut overalt. Ba du ikke om dette, \
                 trenger du ikke å gjøre noe; passordet ditt gjelder fortsatt.\n\n{public_url}/docs\n"
            ),
        ),
        Lang::En => (
            "Choose a new password",
            format!(
                "Hello,\n\nchoose a new password within two hours by sending this code and the password to POST \
                 {public_url}/v1/accounts/password-resets/confirmation as \
                 {{\"token\": \"…\", \"password\": \"…\"}}:\n\n{token}\n\nYou will be signed out everywhere. If you did not \
                 ask for this, there is nothing to do; your password still works.\n\n{public_url}/docs\n"
            ),
        ),
    };
    mail(to, subject, text, lang)
}

/// An account nobody came back to is to go.
pub fn account_goes(to: &str, on: Day, public_url: &str, lang: Lang) -> Mail {
    let day = on.written(lang);
    let (subject, text) = match lang {
        Lang::Nb => (
            "Kontoen din slettes snart",
            format!(
                "Hei,\n\nkontoen din i Attest har ikke vært brukt på lenge. Den slettes {day}, og mappen din med den. Vil du \
                 beholde den, så logg inn før det: POST {public_url}/v1/sessions.\n\nDet andre oppbevarer om deg, slettes ikke \
                 av den grunn.\n\n{public_url}/docs\n"
            ),
        ),
        Lang::En => (
            "Your account will be erased soon",
            format!(
                "Hello,\n\nyour account in Attest has not been used for long. It will be erased on {day}, and your portfolio \
                 with it. To keep it, sign in before: POST {public_url}/v1/sessions.\n\nWhat others keep about you is not \
                 erased because of that.\n\n{public_url}/docs\n"
            ),
        ),
    };
    mail(to, subject, text, lang)
}

/// An organisation invites somebody to a role.
pub fn invitation(to: &str, organisation: &str, token: &str, public_url: &str, lang: Lang) -> Mail {
    let (subject, text) = match lang {
        Lang::Nb => (
            format!("{organisation} inviterer deg til Attest"),
            format!(
                "Hei,\n\n{organisation} inviterer deg til å arbeide i Attest for dem. Logg inn med denne adressen, eller \
                 opprett en konto med den, og send denne koden innen sju dager til POST \
                 {public_url}/v1/invitations/acceptance som {{\"token\": \"…\"}}:\n\n{token}\n\nVil du ikke, trenger du ikke \
                 å gjøre noe.\n\n{public_url}/docs\n"
            ),
        ),
        Lang::En => (
            format!("{organisation} invites you to Attest"),
            format!(
                "Hello,\n\n{organisation} invites you to work in Attest for them. Sign in with this address, or open an \
                 account with it, and send this code within seven days to POST {public_url}/v1/invitations/acceptance as \
                 {{\"token\": \"…\"}}:\n\n{token}\n\nIf you do not want to, there is nothing to do.\n\n{public_url}/docs\n"
            ),
        ),
    };
    mail(to, &subject, text, lang)
}

/// An invitation to claim what an organisation keeps about the person.
pub fn claim(to: &str, organisation: &str, token: &str, public_url: &str, lang: Lang) -> Mail {
    let (subject, text) = match lang {
        Lang::Nb => (
            format!("{organisation} har registrert kompetanse på deg"),
            format!(
                "Hei,\n\n{organisation} har registrert kompetanse på deg i Attest. Vil du se den, og hvem som ser den, så logg \
                 inn med denne adressen, eller opprett en konto med den, og send denne koden innen sju dager til POST \
                 {public_url}/v1/invitations/acceptance som {{\"token\": \"…\"}}:\n\n{token}\n\nVil du ikke, trenger du ikke \
                 å gjøre noe.\n\n{public_url}/docs\n"
            ),
        ),
        Lang::En => (
            format!("{organisation} has recorded a competence of yours"),
            format!(
                "Hello,\n\n{organisation} has recorded a competence of yours in Attest. To see it, and who sees it, sign in \
                 with this address, or open an account with it, and send this code within seven days to POST \
                 {public_url}/v1/invitations/acceptance as {{\"token\": \"…\"}}:\n\n{token}\n\nIf you do not want to, there \
                 is nothing to do.\n\n{public_url}/docs\n"
            ),
        ),
    };
    mail(to, &subject, text, lang)
}

fn mail(to: &str, subject: &str, text: String, lang: Lang) -> Mail {
    Mail { to: to.to_owned(), subject: subject.to_owned(), text, lang: lang.code().to_owned() }
}
