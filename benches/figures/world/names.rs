//! Names for people who do not exist: given names and family names as they are common, put together by chance.

use super::chance::Chance;

const GIVEN: [&str; 48] = [
    "Anne", "Arne", "Astrid", "Aslak", "Berit", "Birk", "Bente", "Dag", "Eira", "Eirik", "Elin", "Emil", "Frida",
    "Geir", "Grete", "Guro", "Halvor", "Heidi", "Henrik", "Inger", "Ivar", "Jenny", "Johan", "Kari", "Knut", "Lars",
    "Line", "Liv", "Magnus", "Marit", "Mats", "Nils", "Nora", "Odd", "Ole", "Per", "Randi", "Rolf", "Sanna", "Siri",
    "Stein", "Svein", "Tiril", "Tone", "Tor", "Unni", "Vegard", "Åge",
];
const FAMILY: [&str; 48] = [
    "Aas",
    "Amundsen",
    "Andersen",
    "Bakke",
    "Berg",
    "Birkeland",
    "Bø",
    "Dahl",
    "Eide",
    "Eriksen",
    "Fossum",
    "Gundersen",
    "Haaland",
    "Hagen",
    "Halvorsen",
    "Hansen",
    "Haugen",
    "Hauge",
    "Helland",
    "Holm",
    "Iversen",
    "Jacobsen",
    "Jensen",
    "Johansen",
    "Karlsen",
    "Knutsen",
    "Kristiansen",
    "Larsen",
    "Lie",
    "Lund",
    "Lunde",
    "Martinsen",
    "Moen",
    "Myhre",
    "Ness",
    "Nilsen",
    "Nygård",
    "Olsen",
    "Pedersen",
    "Rasmussen",
    "Rønning",
    "Sandvik",
    "Solberg",
    "Strand",
    "Sørensen",
    "Tangen",
    "Vik",
    "Ødegaard",
];
const TRADES: [&str; 12] =
    ["Anlegg", "Bygg", "Drift", "Elektro", "Heis", "Kran", "Lager", "Maskin", "Mek", "Stillas", "Transport", "Verft"];

pub fn person(chance: &mut Chance) -> String {
    format!("{} {}", chance.one_of(&GIVEN), chance.one_of(&FAMILY))
}

pub fn company(chance: &mut Chance) -> String {
    format!("{} {} AS", chance.one_of(&FAMILY), chance.one_of(&TRADES))
}

/// A number with a right check digit from the series no real organisation is given: they begin with 3.
pub fn organisation_number(n: u64) -> Option<String> {
    let digits = format!("{:08}", 30_000_000 + n);
    let weighed = digits.bytes().zip([3, 2, 7, 6, 5, 4, 3, 2]).map(|(digit, weight)| u32::from(digit - b'0') * weight);
    match 11 - weighed.sum::<u32>() % 11 {
        10 => None,
        11 => Some(format!("{digits}0")),
        check => Some(format!("{digits}{check}")),
    }
}
