//! What other systems call the ways in which taking part ends. A word that is not here is left out of the proposed `map`, so
//! that its rows are refused rather than guessed.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use super::names::folded;
use super::sample::Sampled;
use crate::words::Outcome;

/// As they are written, those of one language together.
const WORDS: [(&[&str], &[&str], Outcome); 5] = [
    (
        &["pass", "passed", "complete", "completed", "approved", "success", "successful", "certified"],
        &["bestått", "greidd", "godkjent", "godkjend", "fullført", "gjennomført", "fullførd", "gjennomførd"],
        Outcome::Passed,
    ),
    (
        &["distinction", "passed with distinction", "pass with distinction"],
        &["utmerkelse", "bestått med utmerkelse", "utmerking"],
        Outcome::Distinction,
    ),
    (
        &["fail", "failed", "not passed", "not approved", "unsuccessful"],
        &[
            "ikke bestått",
            "ikkje bestått",
            "ikkje greidd",
            "ikke godkjent",
            "ikkje godkjend",
            "stryk",
            "strøket",
            "underkjent",
        ],
        Outcome::Failed,
    ),
    (
        &["withdrawn", "withdrew", "dropped out"],
        &["trukket", "trukket seg", "trekt seg", "avbrutt", "avbrote"],
        Outcome::Withdrawn,
    ),
    (
        &["attended", "participated", "present"],
        &["deltatt", "delteke", "møtt", "oppmøtt", "til stede"],
        Outcome::Attended,
    ),
];
const YES: [&str; 9] = ["true", "yes", "1", "y", "ja", "j", "x", "sann", "sant"];
const NO: [&str; 7] = ["false", "no", "0", "n", "nei", "usann", "usant"];
/// The names of columns under which no is an outcome too; not completed may be not over yet.
const TESTED: [&str; 6] = ["passed", "pass", "approved", "bestatt", "godkjent", "greidd"];

#[derive(Clone, Copy, PartialEq)]
enum Language {
    English,
    Norwegian,
}

static MEANINGS: LazyLock<HashMap<String, (Outcome, Language)>> = LazyLock::new(|| {
    let each =
        |words: &'static [&str], outcome, language| words.iter().map(move |word| (folded(word), (outcome, language)));
    let of_outcome = |(english, norwegian, outcome)| {
        each(english, outcome, Language::English).chain(each(norwegian, outcome, Language::Norwegian))
    };
    WORDS.into_iter().flat_map(of_outcome).collect()
});

/// Whether it is one of the words.
pub fn is_word(text: &str) -> bool {
    meaning(text).is_some()
}

fn meaning(text: &str) -> Option<(Outcome, Language)> {
    // xAPI names a verb by an address: http://adlnet.gov/expapi/verbs/passed.
    let text = if text.contains("://") { text.rsplit('/').next().unwrap_or_default() } else { text };
    MEANINGS.get(&folded(text)).copied()
}

/// What yes and no mean under a name that asks; under `result` they mean nothing. The inner `None` is a no that says nothing.
fn answer(name: &str, text: &str) -> Option<Option<Outcome>> {
    let name = name.rsplit('.').next().unwrap_or(name);
    let (asked, _) = meaning(name)?;
    let text = folded(text);
    if YES.contains(&text.as_str()) {
        return Some(Some(asked));
    }
    NO.contains(&text.as_str()).then(|| TESTED.contains(&folded(name).as_str()).then_some(Outcome::Failed))
}

/// What a column's values mean; none where fewer than half of them say how taking part ended. Where the rest of the file is
/// unseen, the outcomes not met yet are there too, in the language seen and spelled alike.
pub fn map(column: &Sampled, whole: bool) -> Option<BTreeMap<String, Outcome>> {
    let mut map = BTreeMap::new();
    let (mut all, mut known) = (0, 0);
    for value in column.filled() {
        all += 1;
        let means = meaning(value).map(|(outcome, _)| Some(outcome)).or_else(|| answer(&column.name, value));
        known += usize::from(means.is_some());
        if let Some(Some(outcome)) = means {
            map.insert(value.to_owned(), outcome);
        }
    }
    if map.is_empty() || known * 2 < all {
        return None;
    }
    if !whole {
        add_the_others(&mut map);
    }
    Some(map)
}

/// Whether every value is one of the words, and there are several rows to tell from.
pub fn are_all_words(column: &Sampled) -> bool {
    column.filled().count() >= 2 && column.filled().all(is_word)
}

fn add_the_others(map: &mut BTreeMap<String, Outcome>) {
    let seen: Vec<(String, Language)> =
        map.keys().filter_map(|word| meaning(word).map(|(_, language)| (word.clone(), language))).collect();
    let met: Vec<Outcome> = map.values().copied().collect();
    for (english, norwegian, outcome) in WORDS.into_iter().filter(|(.., outcome)| !met.contains(outcome)) {
        for (words, language) in [(english, Language::English), (norwegian, Language::Norwegian)] {
            let Some((like, _)) = seen.iter().find(|(_, seen)| *seen == language) else {
                continue;
            };
            for word in words.iter().filter_map(|word| spelled_like(like, word)) {
                map.entry(word).or_insert(outcome);
            }
        }
    }
}

/// The word in capitals, with a capital, or without, as the other one is.
fn spelled_like(seen: &str, word: &str) -> Option<String> {
    let mut signs = word.chars();
    let first = signs.next()?;
    Some(match (seen.chars().next()?.is_uppercase(), seen.chars().any(char::is_lowercase)) {
        (true, true) => first.to_uppercase().chain(signs).collect(),
        (true, false) => word.to_uppercase(),
        _ => word.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(name: &str, values: &[&str]) -> Option<Vec<(String, &'static str)>> {
        let values = values.iter().map(|&value| value.into()).collect();
        let map = map(&Sampled { name: name.into(), usable: true, values }, true)?;
        Some(map.into_iter().map(|(word, outcome)| (word, outcome.code())).collect())
    }

    #[test]
    fn words_are_known_in_three_written_languages_and_what_is_not_known_is_left_out() {
        for (name, values, map) in [
            (
                "result",
                &["Pass", "Fail", "Distinction"][..],
                &[("Distinction", "distinction"), ("Fail", "failed"), ("Pass", "passed")][..],
            ),
            ("Resultat", &["BESTÅTT", "Ikke bestått", "kanskje"], &[("BESTÅTT", "passed"), ("Ikke bestått", "failed")]),
            ("Status", &["Greidd", "Ikkje greidd"], &[("Greidd", "passed"), ("Ikkje greidd", "failed")]),
            (
                "verb",
                &["http://adlnet.gov/expapi/verbs/passed"],
                &[("http://adlnet.gov/expapi/verbs/passed", "passed")],
            ),
            ("passed", &["true", "false"], &[("false", "failed"), ("true", "passed")]),
            ("Bestått", &["Ja", "Nei"], &[("Ja", "passed"), ("Nei", "failed")]),
            ("Fullført", &["1", "0"], &[("1", "passed")]),
            ("Deltatt", &["x", ""], &[("x", "attended")]),
        ] {
            let expected = map.iter().map(|&(word, outcome)| (word.to_owned(), outcome)).collect();
            assert_eq!(mapped(name, values), Some(expected), "{name}");
        }
    }

    #[test]
    fn what_says_nothing_about_how_it_ended_is_not_mapped() {
        for (name, values) in [
            ("result", &["1", "0"][..]),
            ("result", &["87", "Pass", "45"]),
            ("status", &["In progress", "Not yet started"]),
            ("result", &[]),
        ] {
            assert_eq!(mapped(name, values), None, "{name} {values:?}");
        }
    }

    #[test]
    fn of_a_file_seen_in_part_the_other_outcomes_are_expected_spelled_alike() {
        let column = Sampled { name: "r".into(), usable: true, values: vec!["Pass".into()] };
        let map = map(&column, false).unwrap();
        assert_eq!(map.get("Distinction"), Some(&Outcome::Distinction));
        assert_eq!(map.get("Withdrawn"), Some(&Outcome::Withdrawn));
        for word in ["withdrawn", "Bestått", "Passed"] {
            assert!(!map.contains_key(word), "{word}");
        }
    }
}
