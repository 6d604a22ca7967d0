//! What every page has: language, title, a width that fits a telephone, one style.

use crate::{
    platform::http::{Answer, Html},
    words::Lang,
};

/// The style of every page. The policy names it by its hash, so that no other can be smuggled in.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{max-width:40rem;margin:0 auto;padding:1rem;font:1rem/1.6 system-ui,sans-serif;overflow-wrap:anywhere}\
dt{margin-top:1rem;font-weight:600}dd{margin-left:0}li{margin:.5rem 0}";

/// Nothing is loaded and nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'sha256-2wCEFTec7KYkAcTnRc/aHzXEkbQXZQjvMQQr/UQeWSA='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A page.
pub(super) struct Page {
    pub(super) lang: Lang,
    pub(super) title: &'static str,
    /// HTML.
    pub(super) body: String,
}

impl Page {
    pub(super) fn answer(self) -> Answer<Html> {
        let (code, title) = (self.lang.code(), escaped(self.title));
        let documentation = self.lang.pick("Dokumentasjonen av API-et", "The documentation of the API");
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title} – Attest</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{}\
             </main>\n<footer><p><a href=\"/docs/\">{documentation}</a></p></footer>\n</body>\n</html>\n",
            self.body
        );
        Answer::new(page, "public, max-age=300").in_language(self.lang).under(POLICY)
    }
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
