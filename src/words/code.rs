//! The code that verifies a certificate: unguessable, readable aloud, and able to say that it was mistyped.
//!
//! Twenty symbols of Crockford's base 32 carry a hundred random bits; the twenty-first is a check symbol. The symbols are
//! read as elements of GF(32) and weighted with the powers of a generator: every single wrong symbol and every swap of two
//! symbols makes a sum that is not zero.

use std::{fmt, str::FromStr};

use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};

use super::Fault;

/// Crockford's alphabet: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RANDOM: usize = 20;
const LENGTH: usize = RANDOM + 1;
const GROUP: usize = 7;

/// A verification code: `7K3MQ4T-0WZ9A1B-X5C2D8F`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VerificationCode([u8; LENGTH]);

/// Why a text is no verification code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCode {
    /// It is too short or too long, or has a sign no code has.
    #[error("not of the form of a verification code")]
    Form,
    /// It has the form, and something is mistyped.
    #[error("mistyped: the check symbol does not fit")]
    Mistyped,
}

impl VerificationCode {
    /// A code from a hundred random bits; the others are not used.
    pub fn from_random(bits: u128) -> Self {
        let mut symbols = [0; LENGTH];
        for (place, symbol) in symbols.iter_mut().take(RANDOM).enumerate() {
            *symbol = ((bits >> (5 * place)) & 31) as u8;
        }
        // The last place has weight one, so the check symbol is the sum of the others.
        symbols[RANDOM] = weighted_sum(&symbols);
        Self(symbols)
    }
}

impl From<NoCode> for Fault {
    fn from(wrong: NoCode) -> Self {
        match wrong {
            NoCode::Form => Fault::NotACode,
            NoCode::Mistyped => Fault::Mistyped,
        }
    }
}

impl utoipa::PartialSchema for VerificationCode {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^([0-9A-TV-Za-tv-z]-?){21}$"))
            .examples(["7K3MQ4T-0WZ9A1B-X5C2D8F"])
            .into()
    }
}
impl utoipa::ToSchema for VerificationCode {}

/// Takes what a person types: small letters, spaces and hyphens anywhere, O for 0, I and L for 1.
impl FromStr for VerificationCode {
    type Err = NoCode;

    fn from_str(text: &str) -> Result<Self, NoCode> {
        let mut symbols = [0; LENGTH];
        let mut typed = text.chars().filter(|sign| !sign.is_whitespace() && !matches!(sign, '-' | '–' | '‑'));
        for symbol in &mut symbols {
            *symbol = typed.next().and_then(value).ok_or(NoCode::Form)?;
        }
        if typed.next().is_some() {
            return Err(NoCode::Form);
        }
        if weighted_sum(&symbols) == 0 { Ok(Self(symbols)) } else { Err(NoCode::Mistyped) }
    }
}

impl fmt::Display for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, symbol) in self.0.iter().enumerate() {
            if place > 0 && place.is_multiple_of(GROUP) {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(ALPHABET[usize::from(*symbol)]))?;
        }
        Ok(())
    }
}

/// Who knows the code may see the certificate, so it is not written to logs by accident.
impl fmt::Debug for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerificationCode(…)")
    }
}

fn value(sign: char) -> Option<u8> {
    let sign = match sign.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET.iter().position(|symbol| char::from(*symbol) == sign)?;
    u8::try_from(place).ok()
}

/// Horner's rule with the generator 2 as the variable: the last symbol has weight one, the one before it two, and so on.
fn weighted_sum(symbols: &[u8; LENGTH]) -> u8 {
    symbols.iter().fold(0, |sum, symbol| doubled(sum) ^ symbol)
}

/// Times two in GF(32) modulo x⁵ + x² + 1, whose root generates all thirty-one elements.
fn doubled(element: u8) -> u8 {
    let shifted = element << 1;
    if shifted & 32 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_is_three_groups_of_seven() {
        let code = VerificationCode::from_random(0x0123_4567_89ab_cdef_0123_4567).to_string();
        assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [7, 7, 7], "{code}");
    }

    #[test]
    fn two_generates_every_element() {
        let powers = std::iter::successors(Some(1), |element| Some(doubled(*element))).take(31);
        assert_eq!(powers.collect::<std::collections::BTreeSet<u8>>().len(), 31);
    }

    #[test]
    fn what_has_another_form_is_told_from_what_is_mistyped() {
        for text in ["", "7K3M", "https://attest.example.no", "7K3MQ4T-0WZ9A1B-X5C2D8Ø", "7K3MQ4T-0WZ9A1B-X5C2D8UU"] {
            assert_eq!(text.parse::<VerificationCode>(), Err(NoCode::Form), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_code_reads_back_however_it_is_typed(bits in any::<u128>()) {
            let code = VerificationCode::from_random(bits);
            let shown = code.to_string();
            prop_assert_eq!(shown.parse(), Ok(code));
            prop_assert_eq!(shown.to_lowercase().replace('-', " ").parse(), Ok(code));
            prop_assert_eq!(shown.replace('-', "").replace('0', "o").replace('1', "l").parse(), Ok(code));
        }

        #[test]
        fn one_wrong_symbol_is_noticed(bits in any::<u128>(), place in 0..LENGTH, by in 1..32_u8) {
            let mut code = VerificationCode::from_random(bits);
            code.0[place] ^= by;
            prop_assert_eq!(code.to_string().parse::<VerificationCode>(), Err(NoCode::Mistyped));
        }

        #[test]
        fn two_swapped_symbols_are_noticed(bits in any::<u128>(), one in 0..LENGTH, other in 0..LENGTH) {
            let mut code = VerificationCode::from_random(bits);
            prop_assume!(code.0[one] != code.0[other]);
            code.0.swap(one, other);
            prop_assert_eq!(code.to_string().parse::<VerificationCode>(), Err(NoCode::Mistyped));
        }
    }
}
