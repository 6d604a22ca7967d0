//! Reading the schedule's file. Each rule is read by itself, so that what is wrong in one does not hide what is wrong in
//! the next.

use std::{collections::BTreeMap, fmt, ops::Range};

use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
    value::Datetime,
};

use super::{
    Category, End, Provision, Review, Rule, Schedule, Terms, Variant, checks,
    form::{EndDraft, ProvisionDraft, ReviewDraft, Row, RuleDraft, TermsDraft, all_cells},
};
use crate::words::*;

/// Something wrong in a schedule's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The line, from 1.
    pub line: usize,
    /// The rule it is about, if it is about one.
    pub rule: Option<String>,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.rule {
            Some(rule) => write!(f, "line {}, {rule}: {}", self.line, self.reason),
            None => write!(f, "line {}: {}", self.line, self.reason),
        }
    }
}

impl Schedule {
    /// Reads the text of a file. What is read has been checked, and all that is wrong is listed, by line.
    ///
    /// # Errors
    /// What is wrong. It is never empty.
    pub fn read(text: &str) -> Result<Self, Vec<Wrong>> {
        let mut reading = Reading { text, wrong: Vec::new() };
        let file = reading.file();
        let rules = reading.rules(&file);
        let cells = reading.cells(&file, &rules);
        if !reading.wrong.is_empty() {
            reading.wrong.sort_by_key(|wrong| wrong.line);
            return Err(reading.wrong);
        }
        let rules = rules.into_iter().map(|(_, rule)| (rule.id.clone(), rule)).collect();
        Ok(Self { version: file.version, cells, rules })
    }
}

/// A text that is being read, and what has been found wrong in it.
pub(super) struct Reading<'a> {
    text: &'a str,
    wrong: Vec<Wrong>,
}

/// The file taken apart.
#[derive(Default)]
struct File<'a> {
    version: String,
    rules: Vec<Spanned<DeValue<'a>>>,
    rows: Vec<Spanned<DeValue<'a>>>,
}

/// Where in the text something stands.
pub(super) type Place = Range<usize>;

impl<'a> Reading<'a> {
    /// Notes what is wrong at a place.
    pub(super) fn wrong(&mut self, at: &Place, rule: Option<&str>, reason: impl Into<String>) {
        let line = self.text.get(..at.start).unwrap_or(self.text).matches('\n').count() + 1;
        self.wrong.push(Wrong { line, rule: rule.map(str::to_owned), reason: reason.into() });
    }

    fn file(&mut self) -> File<'a> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            self.wrong(&error.span().unwrap_or_default(), None, error.message());
        }
        let mut file = File::default();
        for (name, value) in table.into_inner() {
            let at = name.span();
            match (name.get_ref().as_ref(), value.into_inner()) {
                ("version", DeValue::String(version)) => file.version = version.trim().to_owned(),
                ("rule", DeValue::Array(rules)) => file.rules = rules.into_iter().collect(),
                ("matrix", DeValue::Array(rows)) => file.rows = rows.into_iter().collect(),
                ("version" | "rule" | "matrix", _) => self.wrong(&at, None, "it has another form than it must have"),
                (other, _) => self.wrong(&at, None, format!("a schedule has no {other}")),
            }
        }
        if file.version.is_empty() && errors.is_empty() {
            self.wrong(&(0..0), None, "the schedule has no version");
        }
        file
    }

    /// One part of the file, as its type; `None` if it is wrong.
    fn part<T: DeserializeOwned>(&mut self, value: &Spanned<DeValue<'a>>, rule: Option<&str>) -> Option<T> {
        match T::deserialize(ValueDeserializer::from(value.clone())) {
            Ok(part) => Some(part),
            Err(error) => {
                let at = error.span().unwrap_or_else(|| value.span());
                self.wrong(&at, rule, error.message());
                None
            }
        }
    }

    /// The rules that can be read, each with its place.
    fn rules(&mut self, file: &File<'a>) -> Vec<(Place, Rule)> {
        let mut rules: Vec<(Place, Rule)> = Vec::new();
        for value in &file.rules {
            let id = value.get_ref().get("id").and_then(|id| id.get_ref().as_str()).map(str::to_owned);
            let Some(draft) = self.part::<RuleDraft>(value, id.as_deref()) else { continue };
            let (at, id) = (draft.id.span(), draft.id.get_ref().code().to_owned());
            if rules.iter().any(|(_, other)| other.id.code() == id) {
                self.wrong(&at, Some(&id), "there are two rules with this id");
            }
            let places = Places::of(&draft);
            let before = self.wrong.len();
            let rule = self.rule(draft, &id);
            if self.wrong.len() == before {
                checks::rule(self, &rule, &places);
            }
            rules.push((at, rule));
        }
        rules
    }

    fn rule(&mut self, draft: RuleDraft, id: &str) -> Rule {
        let at = draft.id.span();
        let usual = self.terms(&draft.terms(), None, id, &at);
        let variants = draft
            .variant
            .iter()
            .map(|one| Variant {
                when: *one.when.get_ref(),
                terms: self.terms(&one.terms(), Some(&usual), id, &one.when.span()),
            })
            .collect();
        Rule {
            id: draft.id.into_inner(),
            stored: draft.stored,
            name: draft.name.into_inner(),
            purpose: draft.purpose.into_inner(),
            why: draft.why.into_inner(),
            basis: draft.basis,
            provisions: draft.provisions.into_iter().filter_map(|one| self.provision(one, id)).collect(),
            obliged: draft.obliged,
            terms: usual,
            variants,
        }
    }

    /// Terms of a variant are those of the rule where it says nothing.
    fn terms(&mut self, draft: &TermsDraft<'_>, usual: Option<&Terms>, id: &str, at: &Place) -> Terms {
        let mut end = |draft: Option<&Spanned<EndDraft>>, usual: Option<&Option<End>>| match draft {
            Some(draft) => self.end(draft, id),
            None => usual.cloned().flatten(),
        };
        let must_keep = end(draft.must_keep, usual.map(|usual| &usual.must_keep));
        let may_keep = end(draft.may_keep, usual.map(|usual| &usual.may_keep));
        let most = end(draft.most, usual.map(|usual| &usual.most));
        let review = match draft.review {
            Some(review) => self.review(review, id),
            None => usual.and_then(|usual| usual.review),
        };
        Terms {
            must_keep,
            may_keep,
            most,
            review,
            on_request: self.needed(draft.on_request, usual.map(|usual| usual.on_request), "on_request", id, at),
            at_end: self.needed(draft.at_end, usual.map(|usual| usual.at_end), "at_end", id, at),
            early_release: draft
                .early_release
                .cloned()
                .or(usual.map(|usual| usual.early_release.clone()))
                .unwrap_or_else(|| {
                    self.wrong(at, Some(id), "missing field `early_release`");
                    Vec::new()
                }),
        }
    }

    fn needed<T: Word>(&mut self, own: Option<T>, usual: Option<T>, name: &str, id: &str, at: &Place) -> T {
        own.or(usual).unwrap_or_else(|| {
            self.wrong(at, Some(id), format!("missing field `{name}`"));
            T::ALL[0]
        })
    }

    fn provision(&mut self, draft: Spanned<ProvisionDraft>, id: &str) -> Option<Provision> {
        let at = draft.span();
        let ProvisionDraft { citation, bearing, national, valid_from, valid_to } = draft.into_inner();
        let mut day = |written: Datetime| {
            let day = written.to_string().parse::<Day>().ok();
            if day.is_none() {
                self.wrong(&at, Some(id), "a provision is valid from a day and to a day");
            }
            day
        };
        let (from, to) = (day(valid_from), valid_to.map(&mut day));
        if citation.trim().is_empty() {
            self.wrong(&at, Some(id), "a provision has a citation");
        }
        Some(Provision { citation, bearing, national, valid_from: from?, valid_to: to.flatten() })
    }

    fn end(&mut self, draft: &Spanned<EndDraft>, id: &str) -> Option<End> {
        let length = draft.get_ref().length().map_err(|reason| self.wrong(&draft.span(), Some(id), reason));
        Some(End { source: draft.get_ref().source, length: length.ok()? })
    }

    fn review(&mut self, draft: &Spanned<ReviewDraft>, id: &str) -> Option<Review> {
        let review = draft.get_ref().review();
        if review.is_none() {
            self.wrong(&draft.span(), Some(id), "a review is at the end, or every so many years after something");
        }
        review
    }

    /// Every cell of class x ground x certified is filled exactly once, with a category that has a rule.
    fn cells(&mut self, file: &File<'a>, rules: &[(Place, Rule)]) -> BTreeMap<(Class, Ground, bool), Category> {
        let mut cells = BTreeMap::new();
        let mut all_read = true;
        for value in &file.rows {
            let Some(row) = self.part::<Row>(value, None) else {
                all_read = false;
                continue;
            };
            let category = row.category.get_ref();
            // A rule that is there and wrong has been reported as such.
            if !rules.iter().any(|(_, rule)| rule.id == *category) && !file.names(category.code()) {
                self.wrong(
                    &row.category.span(),
                    Some(category.code()),
                    "the matrix names it and there is no such rule",
                );
            }
            for cell in row.cells() {
                if cells.insert(cell, category.clone()).is_some() {
                    let (class, ground, certified) = cell;
                    let reason = format!("the matrix has {class} x {ground} x certified = {certified} twice");
                    self.wrong(&row.category.span(), None, reason);
                }
            }
        }
        for (class, ground, certified) in all_cells().filter(|cell| all_read && !cells.contains_key(cell)) {
            let at = file.rows.first().map_or(self.text.len()..self.text.len(), Spanned::span);
            self.wrong(&at, None, format!("the matrix lacks {class} x {ground} x certified = {certified}"));
        }
        cells
    }
}

impl File<'_> {
    fn names(&self, id: &str) -> bool {
        self.rules.iter().any(|rule| rule.get_ref().get("id").and_then(|own| own.get_ref().as_str()) == Some(id))
    }
}

/// Where the parts of a rule stand.
pub(super) struct Places {
    pub(super) id: Place,
    pub(super) name: Place,
    pub(super) purpose: Place,
    pub(super) why: Place,
    /// Of the usual terms, then of each variant.
    pub(super) terms: Vec<TermsPlaces>,
}

/// Where the ends of some terms stand; where the terms do, if they do not say such an end themselves.
pub(super) struct TermsPlaces {
    pub(super) all: Place,
    pub(super) must_keep: Place,
    pub(super) may_keep: Place,
}

impl Places {
    fn of(draft: &RuleDraft) -> Self {
        let of_terms = |terms: TermsDraft<'_>, all: Place| {
            let place = |end: Option<&Spanned<EndDraft>>| end.map_or(all.clone(), Spanned::span);
            TermsPlaces { must_keep: place(terms.must_keep), may_keep: place(terms.may_keep), all: all.clone() }
        };
        let variants = draft.variant.iter().map(|one| of_terms(one.terms(), one.when.span()));
        Self {
            id: draft.id.span(),
            name: draft.name.span(),
            purpose: draft.purpose.span(),
            why: draft.why.span(),
            terms: std::iter::once(of_terms(draft.terms(), draft.id.span())).chain(variants).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A whole file with one rule. The matrix begins behind it.
    const RULE: &str = r#"version = "1"
[[rule]]
id = "RS10"
stored = true
name = { nb = "Arbeidsgivers kopi", en = "The employer's copy" }
purpose = { nb = "Vise opplæringen", en = "Show the training" }
why = { nb = "Arbeidsgiveren må kunne vise den.", en = "The employer must be able to show it." }
basis = ["6(1)(c)"]
provisions = [{ citation = "forskriften § 10-2", bearing = "orders", valid_from = 2013-01-01 }]
obliged = ["employer"]
must_keep = { event = "relation_end", source = "law" }
may_keep = { after = "relation_end", years = 3, year_end = true, source = "policy" }
most = { after = "relation_end", years = 4, source = "policy" }
on_request = "keep"
at_end = "erase"
early_release = []
"#;

    fn matrix() -> String {
        Ground::ALL.iter().map(|ground| format!("[[matrix]]\nground = \"{ground}\"\ncategory = \"RS10\"\n")).collect()
    }

    fn wrong(text: &str) -> Vec<String> {
        Schedule::read(text).map_or_else(|wrong| wrong.iter().map(Wrong::to_string).collect(), |_| Vec::new())
    }

    /// The file in which one text, that is there once, is another.
    fn changed(from: &str, to: &str) -> String {
        let whole = format!("{RULE}{}", matrix());
        assert_eq!(whole.matches(from).count(), 1, "{from}");
        whole.replace(from, to)
    }

    #[test]
    fn a_whole_file_reads() {
        let schedule = Schedule::read(&format!("{RULE}{}", matrix())).expect("it is whole");
        assert_eq!(schedule.version(), "1");
        let rule = schedule.rule("RS10").expect("the rule");
        assert_eq!(rule.terms.may_keep.as_ref().map(|end| end.source), Some(EndSource::Policy));
        assert_eq!(rule.provisions[0].valid_from.to_string(), "2013-01-01");
    }

    #[test]
    fn what_is_wrong_in_a_file_is_said_with_its_line_and_its_rule() {
        let cases = [
            // The form.
            ("version = \"1\"", "version = \" \"", "line 1: the schedule has no version"),
            ("version = \"1\"", "", "line 1: the schedule has no version"),
            ("version = \"1\"", "version = \"1\"\nauthor = \"me\"", "line 2: a schedule has no author"),
            ("stored = true", "stored = true\nspare = 1", "line 5, RS10: unknown field `spare`"),
            ("stored = true\n", "", "line 2, RS10: missing field `stored`"),
            ("at_end = \"erase\"\n", "", "line 3, RS10: missing field `at_end`"),
            ("early_release = []\n", "", "line 3, RS10: missing field `early_release`"),
            ("at_end = \"erase\"", "at_end = \"burn\"", "line 15, RS10: unknown variant `burn`"),
            ("[\"6(1)(c)\"]", "[\"6(1)(x)\"]", "line 8, RS10: unknown variant `6(1)(x)`"),
            ("event = \"relation_end\"", "event = \"full_moon\"", "line 11, RS10: unknown variant `full_moon`"),
            ("valid_from = 2013-01-01", "valid_from = 13:00:00", "line 9, RS10: a provision is valid from a day"),
            ("citation = \"forskriften § 10-2\"", "citation = \"\"", "line 9, RS10: a provision has a citation"),
            // What must hold within a rule.
            ("en = \"Show the training\"", "en = \"\"", "line 6, RS10: purpose is needed in both languages"),
            ("nb = \"Arbeidsgivers kopi\", ", "", "line 5, RS10: missing field `nb`"),
            (
                "bearing = \"orders\"",
                "bearing = \"grounds\"",
                "line 11, RS10: it must be kept and no provision orders it",
            ),
            (
                "bearing = \"orders\"",
                "bearing = \"orders\", national = false",
                "line 3, RS10: it rests on 6(1)(c) and cites no national provision",
            ),
            ("obliged = [\"employer\"]\n", "", "line 10, RS10: it must be kept and nobody is obliged"),
            (
                "{ after = \"relation_end\", years = 4, source = \"policy\" }",
                "{ ever = true, source = \"policy\" }",
                "line 3, RS10: what is kept for good is reviewed",
            ),
            ("years = 4", "months = 42", "line 12, RS10: may_keep can end after most"),
            (
                "{ event = \"relation_end\",",
                "{ after = \"relation_end\", years = 5,",
                "line 11, RS10: must_keep can end after most",
            ),
            // The ends.
            ("event = \"relation_end\"", "event = \"issued\"", "line 11, RS10: nobody waits for this event"),
            (
                "event = \"relation_end\"",
                "event = \"relation_end\", years = 1",
                "line 11, RS10: an event lasts no time",
            ),
            (
                "event = \"relation_end\"",
                "event = \"relation_end\", until = \"asked\"",
                "line 11, RS10: an end is one of",
            ),
            ("event = \"relation_end\", ", "", "line 11, RS10: an end is one of"),
            (
                "event = \"relation_end\"",
                "until = \"asked\", days = 1",
                "line 11, RS10: how long, the year's end and a window",
            ),
            (
                "event = \"relation_end\"",
                "after = \"relation_end\"",
                "line 11, RS10: what is after something says how long after",
            ),
            (
                "event = \"relation_end\"",
                "after = \"birth\", years = 1",
                "line 11, RS10: what follows from the birth date is an age",
            ),
            (
                "event = \"relation_end\"",
                "after = \"reviewed\", years = 1",
                "line 11, RS10: what follows from a review",
            ),
            (
                "event = \"relation_end\"",
                "after = \"relation_end\", years = 1, window = \"scheme\"",
                "line 11, RS10: a scheme's window begins when the certificate has run out",
            ),
            (
                "event = \"relation_end\"",
                "after = \"accounting_year_end\", year_end = true",
                "line 11, RS10: an accounting year has an end of its own",
            ),
            (
                "event = \"relation_end\"",
                "after = \"relation_end\", years = 6000",
                "line 11, RS10: that is longer than",
            ),
            ("event = \"relation_end\"", "age = 75", "line 11, RS10: an age says at_least_years and unknown_years too"),
            (
                "event = \"relation_end\"",
                "event = \"relation_end\", unknown_years = 1",
                "line 11, RS10: at_least_years and",
            ),
            (
                "event = \"relation_end\"",
                "earliest = [{ event = \"relation_end\" }]",
                "line 11, RS10: the earliest and the latest",
            ),
            ("event = \"relation_end\"", "latest = [{}, {}]", "line 11, RS10: a moment is an event, or after one"),
            (
                "event = \"relation_end\"",
                "ever = true, otherwise = { event = \"relation_end\" }",
                "line 11, RS10: otherwise belongs to",
            ),
            (
                "at_end = \"erase\"",
                "at_end = \"erase\"\nreview = { every_years = 5 }",
                "line 16, RS10: a review is at the end",
            ),
        ];
        let other_than_said = cases.iter().filter_map(|(from, to, expected)| {
            let found = wrong(&changed(from, to));
            let is_as_said = matches!(&found[..], [one] if one.starts_with(expected));
            (!is_as_said).then(|| format!("{to}\n  expected {expected}\n  found {found:#?}"))
        });
        let all = other_than_said.collect::<Vec<_>>();
        assert!(all.is_empty(), "{}", all.join("\n"));
    }

    #[test]
    fn what_holds_between_rules_and_matrix_is_checked() {
        let whole = format!("{RULE}{}", matrix());
        let twice = format!("{RULE}{}{}", RULE.replace("version = \"1\"\n", ""), matrix());
        assert_eq!(wrong(&twice), ["line 18, RS10: there are two rules with this id"]);

        let misnamed =
            whole.replace("id = \"RS10\"", "id = \"RS1\"").replace("category = \"RS10\"", "category = \"RS1\"");
        assert_eq!(wrong(&misnamed), ["line 3, RS1: an id is RS and two digits"]);

        let other = whole.replacen("category = \"RS10\"", "category = \"RS11\"", 1);
        assert_eq!(wrong(&other), ["line 19, RS11: the matrix names it and there is no such rule"]);

        let clash = format!(
            "{whole}[[matrix]]\nground = \"client\"\nclass = \"none\"\ncertified = true\ncategory = \"RS10\"\n"
        );
        assert_eq!(wrong(&clash), ["line 51: the matrix has none x client x certified = true twice"]);

        let hole = whole.replacen("ground = \"client\"", "ground = \"client\"\nclass = \"none\"\ncertified = true", 1);
        let found = wrong(&hole);
        assert_eq!(found.len(), 9, "{found:#?}");
        assert!(
            found.contains(&"line 17: the matrix lacks none x client x certified = false".to_owned()),
            "{found:#?}"
        );
    }

    #[test]
    fn a_variant_is_checked_as_the_rule_is() {
        let variant = |text: &str| format!("{RULE}[[rule.variant]]\nwhen = \"valid\"\n{text}\n{}", matrix());
        assert_eq!(wrong(&variant("on_request = \"refer\"")), [""; 0]);
        let longer = variant("must_keep = { after = \"relation_end\", years = 9, source = \"law\" }");
        assert_eq!(wrong(&longer), ["line 19, RS10: must_keep can end after most"]);
        let shorter = variant("most = { after = \"relation_end\", years = 3, source = \"policy\" }");
        assert_eq!(wrong(&shorter), ["line 18, RS10: may_keep can end after most"]);
    }

    #[test]
    fn all_that_is_wrong_is_listed_by_line() {
        let text = changed("obliged = [\"employer\"]\n", "")
            .replace("years = 4", "years = 2")
            .replace("en = \"Show", "en = \"\" #");
        let text =
            text.replace("\"\" # the training\" }", "\"\" }").replacen("category = \"RS10\"", "category = \"RS12\"", 1);
        assert_eq!(
            wrong(&text),
            [
                "line 6, RS10: purpose is needed in both languages",
                "line 10, RS10: it must be kept and nobody is obliged",
                "line 11, RS10: may_keep can end after most",
                "line 18, RS12: the matrix names it and there is no such rule",
            ]
        );
    }

    #[test]
    fn a_file_that_is_no_toml_says_where_it_ends_being_one() {
        let found = wrong(&changed("stored = true", "stored = = true"));
        assert!(found.iter().any(|one| one.starts_with("line 4")), "{found:#?}");
    }

    #[test]
    fn nothing_at_all_is_no_schedule() {
        let found = wrong("");
        assert_eq!(found[0], "line 1: the schedule has no version");
        assert_eq!(found.len(), 1 + 100);
    }
}
