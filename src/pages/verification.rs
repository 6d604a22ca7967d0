//! What a certificate is worth, for whoever has just scanned it: in a word, a colour and a sign, then the facts.

use std::{borrow::Cow, fmt::Write, sync::Arc};

use super::html::{Page, escaped};
use crate::{
    certificates::verify::{
        Proven, ProvenLine, Verification,
        cache::Answers,
        file::{
            FileVerification,
            routes::{place, verified},
        },
        look_today,
        lookups::Lookups,
    },
    platform::{
        http::{Answer, Anyone, CertificateForm, House, Html, Path, Query, for_anyone},
        input::{One, Text},
        problem::{Kind, Problem},
    },
    query,
    words::*,
};

/// What says nothing of a certificate. An answer is kept for what is left of its minute: later it might still say of a revoked
/// certificate that it holds.
const KEEP: &str = "public, max-age=60";

query! {
    /// In which language.
    pub struct InLanguage {
        /// The language; what the browser prefers unless given.
        pub lang: Option<One<Lang>>,
    }
}

query! {
    /// A code that somebody typed.
    pub struct Typed {
        /// The code.
        pub code: Option<Text<60>>,
    }
}

/// `GET /v/{code}`
pub async fn verification(
    house: House,
    anyone: Anyone,
    lookups: Arc<Lookups>,
    answers: Arc<Answers>,
    code: Path<Result<VerificationCode, NoCode>>,
    query: Query<InLanguage>,
) -> Result<Answer<Html>, Problem> {
    let lang = query.0.lang.map_or(anyone.lang, |lang| lang.0);
    shown(&house, (&lookups, &answers), code.0, lang).await
}

/// `GET /v`
pub async fn verify_form(
    house: House,
    anyone: Anyone,
    lookups: Arc<Lookups>,
    answers: Arc<Answers>,
    query: Query<(Typed, InLanguage)>,
) -> Result<Answer<Html>, Problem> {
    let (typed, language) = query.0;
    let lang = language.lang.map_or(anyone.lang, |lang| lang.0);
    match typed.code {
        Some(code) => shown(&house, (&lookups, &answers), code.as_str().parse(), lang).await,
        None => Ok(Page { lang, title: title(lang), body: form(lang) + &other_language("/v", lang) }.answer(KEEP)),
    }
}

/// `POST /v`
pub async fn verify_sent(
    house: House,
    anyone: Anyone,
    lookups: Arc<Lookups>,
    query: Query<InLanguage>,
    form: CertificateForm,
) -> Result<Answer<Html>, Problem> {
    let lang = query.0.lang.map_or(anyone.lang, |lang| lang.0);
    let body = match sent(&house, &lookups, form).await {
        Ok(found) => told(&found, lang),
        // What somebody can do something about is said on the page.
        Err(problem) => status("ask", "?", &remedy(problem, lang)?),
    };
    Ok(Page { lang, title: title(lang), body: body + &self::form(lang) }.answer("no-store"))
}

async fn sent(house: &House, lookups: &Lookups, form: CertificateForm) -> Result<FileVerification, Problem> {
    let _place = place()?;
    let (file, code) = form.read().await?;
    let code = code.map(|code| code.parse().map_err(|wrong: NoCode| Problem::at("/code", wrong.into()))).transpose()?;
    verified(house, lookups, file, code).await
}

fn remedy(problem: Problem, lang: Lang) -> Result<String, Problem> {
    match (&problem.kind, problem.findings.first()) {
        (_, Some(finding)) => Ok(finding.fault.remedy(lang)),
        (Kind::FileTooLarge, None) => Ok(problem.kind.title(lang).to_owned() + "."),
        _ => Err(problem),
    }
}

/// What a file is, and then what the certificate is worth.
fn told(found: &FileVerification, lang: Lang) -> String {
    let holds = found.verification.as_ref().is_some_and(|one| one.status == CertificateStatus::Valid);
    let (class, sign) = match found.verdict {
        FileVerdict::AsIssued | FileVerdict::Rewritten if holds => ("holds", "="),
        FileVerdict::AsIssued | FileVerdict::Rewritten => ("ask", "="),
        FileVerdict::PageDiffers | FileVerdict::FactsDiffer | FileVerdict::NotTheIssuers => ("ended", "≠"),
        FileVerdict::NoLongerConfirmed
        | FileVerdict::UnknownProof
        | FileVerdict::NotReadable
        | FileVerdict::NotIssuedHere
        | FileVerdict::NothingInIt => ("ask", "?"),
    };
    let certificate = found.verification.as_ref().map(|one| said(one, lang)).unwrap_or_default();
    status(class, sign, lang.pick(&found.says.nb, &found.says.en)) + &certificate
}

fn title(lang: Lang) -> &'static str {
    lang.pick("Kontroll av bevis", "Verification of a certificate")
}

async fn shown(
    house: &House,
    (lookups, answers): (&Lookups, &Answers),
    code: Result<VerificationCode, NoCode>,
    lang: Lang,
) -> Result<Answer<Html>, Problem> {
    let (body, keep) = match code {
        Err(wrong) => (status("ask", "?", &Fault::from(wrong).remedy(lang)) + &form(lang), Cow::from(KEEP)),
        Ok(code) => {
            let found = look_today(&house.db, lookups, answers, code).await?;
            let body = said(&found.verified.answer, lang) + &form(lang) + &other_language(&format!("/v/{code}"), lang);
            (body, for_anyone(found.seconds_left(house.db.clock().now())).into())
        }
    };
    Ok(Page { lang, title: title(lang), body }.answer(keep))
}

fn said(found: &Verification, lang: Lang) -> String {
    let (class, sign) = match found.status {
        CertificateStatus::Valid => ("holds", "✓"),
        CertificateStatus::Revoked | CertificateStatus::Surrendered | CertificateStatus::Expired => ("ended", "✕"),
        CertificateStatus::Suspended => ("ask", "‖"),
        CertificateStatus::Replaced | CertificateStatus::Superseded => ("ask", "↻"),
        CertificateStatus::Erased | CertificateStatus::Unknown => ("ask", "?"),
    };
    let mut body = status(class, sign, lang.pick(&found.says.nb, &found.says.en));
    let day = found.on.written(lang);
    body += &lang.pick(format!("<p>Slik det er {day}.</p>\n"), format!("<p>As it is on {day}.</p>\n"));
    let mut facts = Vec::new();
    if let Some(proven) = &found.certificate {
        facts.push((lang.pick("Innehaver", "Holder"), proven.holder.clone()));
    }
    if let Some(issuer) = &found.issuer {
        facts.push((lang.pick("Utsteder", "Issuer"), format!("{} ({})", issuer.name, issuer.number)));
    }
    if let Some(proven) = &found.certificate {
        facts.extend(of_the_document(proven, lang));
    }
    for one in &found.vouched {
        let term = match one.act {
            CertificateAct::Countersigned => lang.pick("Kontrasignert av", "Countersigned by"),
            _ => lang.pick("Bekreftet av", "Confirmed by"),
        };
        facts.push((term, format!("{}, {}", one.by, one.on.written(lang))));
    }
    body += &list(&facts);
    if let Some(proven) = &found.certificate {
        proven.lines.iter().for_each(|one| body += &line(one, lang));
        let compare = lang.pick(
            "Siden viser hva utstederen står for. Om personen foran deg er innehaveren, ser du av legitimasjonen.",
            "This page shows what the issuer stands for. Whether the person in front of you is the holder, you see from \
             an identity document.",
        );
        let _ = writeln!(body, "<p>{compare}</p>");
    }
    body
}

/// The status: it is the first thing that is read aloud, too.
fn status(class: &str, sign: &str, says: &str) -> String {
    format!(
        "<div class=\"status {class}\" role=\"status\"><span class=\"sign\" aria-hidden=\"true\">{sign}</span>\
         <p><strong>{}</strong></p></div>\n",
        escaped(says)
    )
}

fn of_the_document(proven: &Proven, lang: Lang) -> Vec<(&'static str, String)> {
    let kind = match proven.kind {
        DocumentKind::Certificate => lang.pick("Bevis", "Certificate"),
        DocumentKind::Confirmation => lang.pick("Kursbekreftelse", "Course confirmation"),
    };
    vec![(kind, proven.number.clone()), (lang.pick("Utstedt", "Issued"), proven.issued_on.written(lang))]
}

fn line(line: &ProvenLine, lang: Lang) -> String {
    let subject = line.competence.as_ref().or(line.course.as_ref());
    let name = subject.map_or(String::new(), |subject| {
        format!("{} ({})", lang.pick(&subject.name.nb, &subject.name.en), subject.code)
    });
    let mut facts = vec![(lang.pick("Kursarrangør", "Course provider"), line.provider.clone())];
    if line.outcome == Outcome::Attended {
        let attended = lang.pick("deltatt, ikke prøvd", "attended, not tested");
        facts.push((lang.pick("Resultat", "Result"), attended.to_owned()));
    }
    if let Some(on) = line.on {
        facts.push((lang.pick("Gjennomført", "Completed"), on.written(lang)));
    }
    if let Some(until) = line.valid_until {
        let expired = if line.expired { lang.pick(" – utløpt", " – expired") } else { "" };
        let until = format!("{}{expired}", until.written(lang));
        facts.push((lang.pick("Gyldig til og med", "Valid until and including"), until));
    }
    if let Some(citation) = &line.extended_by {
        facts.push((lang.pick("Forlenget ved", "Extended by"), citation.clone()));
    }
    if let Some(employer) = &line.employer {
        facts.push((lang.pick("Så lenge ansettelsen varer hos", "As long as employed by"), employer.clone()));
    }
    format!("<h2>{}</h2>\n{}", escaped(&name), list(&facts))
}

fn list(facts: &[(&str, String)]) -> String {
    let items = facts.iter().map(|(term, says)| format!("<dt>{term}</dt>\n<dd>{}</dd>\n", escaped(says)));
    format!("<dl>\n{}</dl>\n", items.collect::<String>())
}

fn form(lang: Lang) -> String {
    let (label, button) =
        (lang.pick("Koden på beviset", "The code on the certificate"), lang.pick("Kontroller", "Verify"));
    let code = lang.code();
    format!(
        "<form action=\"/v\" method=\"get\"><label for=\"code\">{label}</label>\
         <input id=\"code\" name=\"code\" required autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" \
         maxlength=\"60\"><input type=\"hidden\" name=\"lang\" value=\"{code}\"><button>{button}</button></form>\n{}",
        file_form(lang)
    )
}

/// A browser lets a file be dropped where it lets one be chosen, so no script is needed.
fn file_form(lang: Lang) -> String {
    let label = lang.pick(
        "Eller filen: slipp et bevis her (PDF, legitimasjonsfil eller token, inntil 10 MB)",
        "Or the file: drop a certificate here (PDF, credential or token, up to 10 MB)",
    );
    let (button, code) = (lang.pick("Kontroller filen", "Verify the file"), lang.code());
    format!(
        "<form action=\"/v?lang={code}\" method=\"post\" enctype=\"multipart/form-data\"><label for=\"file\">{label}</label>\
         <input id=\"file\" name=\"file\" type=\"file\" required \
         accept=\".pdf,.json,.jwt,application/pdf,application/json,application/vc\"><button>{button}</button></form>\n"
    )
}

fn other_language(path: &str, lang: Lang) -> String {
    let (code, name) = lang.pick(("en", "English"), ("nb", "Norsk bokmål"));
    format!("<p><a href=\"{path}?lang={code}\" lang=\"{code}\" hreflang=\"{code}\">{name}</a></p>\n")
}
