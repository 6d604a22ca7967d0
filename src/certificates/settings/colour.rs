//! The colour of what stands out on an organisation's documents: dark enough to be read on white paper by everyone.

use std::fmt;

/// A colour, as screens mix it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

/// The least contrast of text (WCAG 2.2, 1.4.3).
const LEAST_CONTRAST: f64 = 4.5;

impl Colour {
    /// `#0d475c`; nothing if it is written otherwise.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let part = |n: usize| digits.get(n..n + 2).filter(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let value = |n: usize| part(n).and_then(|part| u8::from_str_radix(part, 16).ok());
        Some(Self { red: value(0)?, green: value(2)?, blue: value(4)? })
    }

    /// Can text of it be read on white?
    pub fn is_legible(self) -> bool {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let luminance = 0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue);
        1.05 / (luminance + 0.05) >= LEAST_CONTRAST
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_six_digits_and_dark_enough() {
        for (text, legible) in [
            ("#000000", Some(true)),
            ("#0D475C", Some(true)),
            ("#767676", Some(true)),
            ("#777777", Some(false)),
            ("#ffff00", Some(false)),
            ("#ffffff", Some(false)),
            ("0d475c", None),
            ("#0d475", None),
            ("#0d475c0", None),
            ("#+d475c", None),
            ("#ææa", None),
        ] {
            assert_eq!(Colour::parse(text).map(Colour::is_legible), legible, "{text}");
        }
        assert_eq!(Colour::parse("#0D475C").map(|colour| colour.to_string()).as_deref(), Some("#0d475c"));
    }
}
