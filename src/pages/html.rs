//! What every page has: language, title, a width that fits a telephone, one style.

use std::borrow::Cow;

use crate::{
    platform::http::{Answer, Html},
    words::Lang,
};

/// The style of every page. The policy names it by its hash, so that no other can be smuggled in. A status has its word, its
/// colour and its sign: who cannot see one of them has the others.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{max-width:40rem;margin:0 auto;padding:1rem;font:1rem/1.6 system-ui,sans-serif;overflow-wrap:anywhere}\
dt{margin-top:1rem;font-weight:600}dd{margin-left:0}li{margin:.5rem 0}\
.status{display:flex;gap:1rem;align-items:center;padding:1rem;border:.2rem solid;border-radius:.5rem;font-size:1.2rem}\
.status p{margin:0}.sign{font-size:2.5rem;line-height:1}\
.holds{color:#0b5d2a;background:#e5f5ea;border-color:#0b5d2a}\
.ended{color:#8c1a11;background:#fdeceb;border-color:#8c1a11}\
.ask{color:#6b4700;background:#fff4dc;border-color:#6b4700}\
form{display:flex;flex-wrap:wrap;gap:.5rem;margin:1.5rem 0}label{flex-basis:100%}\
input,button{font:inherit;padding:.5rem .75rem;min-height:2.75rem}input{flex:1 1 16rem}\
input[type=file]{padding:2rem 1rem;border:.15rem dashed;border-radius:.5rem}";

/// Nothing is loaded and nothing runs; a form leads to the same place only.
const POLICY: &str = "default-src 'none'; style-src 'sha256-/jpeUekB62yzdy53cNxF2YkbG44zY28lys9jJBNl2XQ='; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// A page.
pub(super) struct Page {
    pub(super) lang: Lang,
    pub(super) title: &'static str,
    /// HTML.
    pub(super) body: String,
}

impl Page {
    /// The page, and how long it may be kept.
    pub(super) fn answer(self, keep: impl Into<Cow<'static, str>>) -> Answer<Html> {
        let (code, title) = (self.lang.code(), escaped(self.title));
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title} – Attest</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{}\
             </main>\n</body>\n</html>\n",
            self.body
        );
        Answer::new(page, keep).in_language(self.lang).under(POLICY)
    }
}

/// What somebody who reads about the interface may go on to.
pub(super) fn documentation(lang: Lang) -> String {
    let says = lang.pick("Dokumentasjonen av API-et", "The documentation of the API");
    format!("<p><a href=\"/docs/\">{says}</a></p>\n")
}

/// A text as HTML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest::{SHA256, digest};
    use base64::{Engine, engine::general_purpose::STANDARD as BASE64};

    use super::*;

    #[test]
    fn the_policy_allows_the_style_and_no_other() {
        let hash = BASE64.encode(digest(&SHA256, STYLE.as_bytes()));
        assert!(POLICY.contains(&format!("'sha256-{hash}'")), "the hash is {hash}");
    }

    #[test]
    fn text_does_not_become_markup() {
        assert_eq!(escaped("<a href=\"x\">&</a>"), "&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;");
    }
}
