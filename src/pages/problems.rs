//! What each kind of problem means and what to do about it, written from the same tables as the answers.

use std::fmt::Write;

use super::html::{Page, documentation, escaped};
use crate::{
    platform::{
        http::{Answer, Anyone, Html, Path, TYPE_BASE},
        problem::{Kind, Problem},
    },
    words::{Fault, Lang},
};

/// How long a page may be kept: it changes with the program only.
const KEEP: &str = "public, max-age=300";

/// `GET /problems`
pub async fn problems(anyone: Anyone) -> Result<Answer<Html>, Problem> {
    let lang = anyone.lang;
    let intro = lang.pick(
        "Når noe ikke går, svarer Attest med et problem (RFC 9457). Feltet <code>type</code> sier hvilket, og er det \
         programmer skal se på; tekstene er for mennesker og kan endres.",
        "When something does not work, Attest answers with a problem (RFC 9457). The member <code>type</code> says which, \
         and is what programs should look at; the texts are for people and may change.",
    );
    let items: String = Kind::ALL.iter().map(|kind| item(*kind, lang)).collect();
    let body = format!("<p>{intro}</p>\n<ul>\n{items}</ul>\n{}", documentation(lang));
    Ok(Page { lang, title: lang.pick("Problemer", "Problems"), body }.answer(KEEP))
}

/// `GET /problems/{problem}`
pub async fn problem(anyone: Anyone, kind: Path<Kind>) -> Result<Answer<Html>, Problem> {
    let (kind, lang) = (kind.0, anyone.lang);
    let mut body = facts(kind, lang);
    if kind == Kind::Invalid {
        body += &codes(lang);
    }
    let all = lang.pick("Alle problemer", "All problems");
    // Writing into a String cannot fail.
    let _ = writeln!(body, "<p><a href=\"/problems\">{all}</a></p>");
    body += &documentation(lang);
    Ok(Page { lang, title: kind.title(lang), body }.answer(KEEP))
}

fn item(kind: Kind, lang: Lang) -> String {
    let (slug, status, title) = (kind.slug(), kind.status(), escaped(kind.title(lang)));
    format!("<li><a href=\"{TYPE_BASE}{slug}\">{title}</a> <code>{slug}</code> {status}</li>\n")
}

/// What the table of problems says about one.
fn facts(kind: Kind, lang: Lang) -> String {
    let mut facts = vec![
        (lang.pick("Hva det betyr", "What it means"), escaped(kind.meaning(lang))),
        (lang.pick("Hva du kan gjøre", "What to do"), escaped(kind.detail(lang))),
        ("HTTP", kind.status().to_string()),
        ("<code>type</code>", format!("<code>{TYPE_BASE}{}</code>", kind.slug())),
    ];
    if let Some(error) = kind.oauth_error() {
        facts.push(("<code>error</code> (RFC 6749)", format!("<code>{error}</code>")));
    }
    let lines = facts.into_iter().map(|(term, says)| format!("<dt>{term}</dt>\n<dd>{says}</dd>\n"));
    format!("<dl>\n{}</dl>\n", lines.collect::<String>())
}

/// The codes that `errors` may hold, with their sentences.
fn codes(lang: Lang) -> String {
    let heading = lang.pick("Kodene i errors", "The codes in errors");
    let intro = lang.pick(
        "Hver verdi som må rettes, står i <code>errors</code> med <code>pointer</code> (hvor), <code>code</code> (hva) og \
         <code>detail</code>. <code>…</code> står for et tall eller en liste.",
        "Each value that must be corrected stands in <code>errors</code> with <code>pointer</code> (where), \
         <code>code</code> (what) and <code>detail</code>. <code>…</code> stands for a number or a list.",
    );
    let lines: String = Fault::ALL
        .iter()
        .map(|(code, nb, en)| {
            format!("<dt id=\"{code}\"><code>{code}</code></dt>\n<dd>{}</dd>\n", filled(lang.pick(nb, en)))
        })
        .collect();
    format!("<h2>{heading}</h2>\n<p>{intro}</p>\n<dl>\n{lines}</dl>\n")
}

/// A sentence of the table, with an ellipsis where something stands that differs from case to case.
fn filled(template: &str) -> String {
    let mut text = String::new();
    for (n, part) in template.split(['{', '}']).enumerate() {
        text += if n % 2 == 0 { part } else { "…" };
    }
    escaped(&text)
}
