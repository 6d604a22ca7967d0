//! Numbers the state gives out: organisation numbers, which we ask for, and national identity numbers, which we refuse.

/// Is this a Norwegian organisation number? Nine digits, the last a MOD11 check digit with the weights 3 2 7 6 5 4 3 2
/// (Brønnøysundregistrene).
pub fn is_organisation_number(text: &str) -> bool {
    let Some(digits) = digits::<9>(text) else { return false };
    let rest = weighted(&digits[..8], &[3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    let check = if rest == 0 { 0 } else { 11 - rest };
    check == u32::from(digits[8])
}

/// Does the text hold a national identity number: fødselsnummer, D-number (day + 40), H-number (month + 40) or a
/// synthetic one (month + 65 or + 80), under today's check digits or those valid from 2032? They are refused in every
/// text field: popplyl. § 12 allows them only where certain identification needs them, and nothing here does.
///
/// The groups of a UUID are no such number: a system that refers to people by UUIDs would otherwise have one in some eight
/// hundred refused.
pub fn holds_national_identity_number(text: &str) -> bool {
    let text = without_uuids(text);
    let mut run: Vec<u8> = Vec::new();
    let mut separated = false;
    for c in text.chars().chain(std::iter::once('x')) {
        if let Some(digit) = c.to_digit(10) {
            run.push(u8::try_from(digit).unwrap_or(0));
            separated = false;
        } else if matches!(c, ' ' | '-' | '.' | '\u{a0}') && !run.is_empty() && !separated {
            separated = true;
            // Two numbers side by side are not one: only dd mm yy nnnnn and yet finer groups inside it are joined.
            if run.len() >= 11 {
                if is_national_identity_number(&run) {
                    return true;
                }
                run.clear();
            }
        } else {
            if is_national_identity_number(&run) {
                return true;
            }
            run.clear();
            separated = false;
        }
    }
    false
}

fn without_uuids(text: &str) -> String {
    const LENGTH: usize = 36;
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(c) = rest.chars().next() {
        let is_uuid = rest.get(..LENGTH).is_some_and(|word| uuid::Uuid::try_parse(word).is_ok());
        kept.push(if is_uuid { 'x' } else { c });
        rest = &rest[if is_uuid { LENGTH } else { c.len_utf8() }..];
    }
    kept
}

fn is_national_identity_number(run: &[u8]) -> bool {
    let Ok(d) = <[u8; 11]>::try_from(run) else { return false };
    has_birth_day(&d) && has_check_digits(&d)
}

fn has_birth_day(d: &[u8; 11]) -> bool {
    let pair = |i: usize| u32::from(d[i]) * 10 + u32::from(d[i + 1]);
    let day = pair(0) % 40;
    let month = match pair(2) {
        m @ 1..=12 => m,
        m @ 41..=52 => m - 40,
        m @ 66..=77 => m - 65,
        m @ 81..=92 => m - 80,
        _ => return false,
    };
    let longest = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=longest).contains(&day)
}

/// The second check digit stays as it is; from 2032 the first may leave a remainder of 0, 1, 2 or 3 (Skatteetaten).
fn has_check_digits(d: &[u8; 11]) -> bool {
    let first = weighted(&d[..10], &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11;
    let second = weighted(d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11;
    first <= 3 && second == 0
}

fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| u32::from(*d) * w).sum()
}

fn digits<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes: [u8; N] = text.as_bytes().try_into().ok()?;
    bytes.iter().all(u8::is_ascii_digit).then(|| bytes.map(|b| b - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organisation_numbers_are_checked_by_mod11() {
        for good in ["123456785", "974760673", "817263992", "820710592"] {
            assert!(is_organisation_number(good), "{good}");
        }
        for bad in ["123456786", "12345678", "1234567850", "12345678a", "", "96000000x", "１２３４５６７８５"]
        {
            assert!(!is_organisation_number(bad), "{bad}");
        }
    }

    /// Numbers with right check digits, made here from a day and a counter rather than written down, because a written
    /// one might belong to somebody.
    fn made(day: u32, month: u32, tolerance: u32) -> Option<String> {
        (0..100_000).find_map(|tail: u32| {
            let text = format!("{day:02}{month:02}70{tail:05}");
            let d = digits::<11>(&text)?;
            let first = weighted(&d[..10], &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11;
            (first == tolerance && has_check_digits(&d)).then_some(text)
        })
    }

    #[test]
    fn every_kind_of_national_identity_number_is_found_whatever_surrounds_it() {
        for (day, month) in [(1, 1), (41, 12), (31, 41), (15, 66), (29, 82)] {
            for tolerance in [0, 1, 2, 3] {
                let number = made(day, month, tolerance).expect("one in a hundred thousand fits");
                let (birth, tail) = number.split_at(6);
                for text in [
                    number.clone(),
                    format!("Kari {number}, ringes"),
                    format!("{birth} {tail}"),
                    format!("{birth}-{tail}"),
                    format!("ref{number}x"),
                ] {
                    assert!(holds_national_identity_number(&text), "{day} {month} {tolerance}");
                }
                assert!(!holds_national_identity_number(&format!("1{number}")), "twelve digits are another number");
            }
        }
    }

    #[test]
    fn the_groups_of_a_uuid_are_no_number_and_what_stands_beside_one_is() {
        let number = made(17, 5, 0).expect("one in a hundred thousand fits");
        let (four, three, tail) = (&number[..4], &number[4..8], &number[8..]);
        let uuid = format!("abcdefab-abcd-{four}-{three}-{tail}abcdefabc");
        assert!(holds_national_identity_number(&format!("a{four}-{three}-{tail}a")), "the digits alone would be one");
        for text in [uuid.clone(), format!("person:{uuid}"), format!("Åse {uuid}, {uuid}")] {
            assert!(!holds_national_identity_number(&text), "{text}");
        }
        for text in [format!("{uuid} {number}"), format!("{number}{uuid}"), format!("{uuid}{number}")] {
            assert!(holds_national_identity_number(&text), "{text}");
        }
    }

    #[test]
    fn ordinary_numbers_pass() {
        for text in ["974760673", "+47 900 00 000", "2026-03-01", "AB-2026-000123", "00000000000", "Åse-Marie", ""] {
            assert!(!holds_national_identity_number(text), "{text}");
        }
    }
}
