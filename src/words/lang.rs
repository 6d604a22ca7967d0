//! Bokmål and English.

use serde::{Deserialize, Serialize};

use super::Lang;

/// Bokmål, when nobody says.
impl Default for Lang {
    fn default() -> Self {
        Lang::Nb
    }
}

impl Lang {
    /// The text of this language.
    pub fn pick<T>(self, nb: T, en: T) -> T {
        match self {
            Lang::Nb => nb,
            Lang::En => en,
        }
    }

    /// The language an `Accept-Language` header prefers among those we speak (RFC 9110, 12.5.4).
    pub fn preferred(header: &str) -> Self {
        let mut best = (Lang::Nb, 0.0_f32);
        for part in header.split(',') {
            let mut pieces = part.split(';');
            let tag = pieces.next().unwrap_or_default().trim().to_ascii_lowercase();
            let quality = pieces.find_map(|p| p.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            let lang = match tag.split('-').next().unwrap_or_default() {
                "en" => Lang::En,
                "nb" | "no" | "nn" | "da" | "sv" => Lang::Nb,
                _ => continue,
            };
            if quality > best.1 {
                best = (lang, quality);
            }
        }
        best.0
    }
}

/// One text in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Said {
    /// Bokmål.
    pub nb: String,
    /// English.
    pub en: String,
}

impl Said {
    /// The text in one language.
    pub fn lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Nb => &self.nb,
            Lang::En => &self.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_decides_by_quality_and_unknown_languages_fall_back_to_bokmål() {
        for (header, lang) in [
            ("en", Lang::En),
            ("nb-NO,nb;q=0.9,en;q=0.8", Lang::Nb),
            ("nb;q=0.1, en-GB;q=0.7", Lang::En),
            ("fr, de;q=0.5", Lang::Nb),
            ("", Lang::Nb),
            ("nn", Lang::Nb),
        ] {
            assert_eq!(Lang::preferred(header), lang, "{header}");
        }
    }
}
