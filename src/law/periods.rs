//! Until when a record is kept: `periods(rule, case)` is pure and total. It says what the rule says; whether the record may go
//! is decided elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;

use super::{
    calendar::{accounting::year_end, birthday, days_after, holidays::WorkingWeek, months_after},
    pack::Choice,
    schedule::{End, Length, Moment, Review, Rule, Terms},
};
use crate::words::{Anchor, Circumstance, Day};

/// What is known about one record that bears on how long it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    moments: BTreeMap<Anchor, When>,
    circumstances: BTreeSet<Circumstance>,
    scheme_months: Option<u16>,
    choice: Choice,
}

/// What is known of a moment. Of one that is not named nothing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    On(Day),
    NotYet,
}

impl Case {
    /// Something happened, or is to happen, on this day.
    #[must_use]
    pub fn on(mut self, anchor: Anchor, day: Day) -> Self {
        self.moments.insert(anchor, When::On(day));
        self
    }

    /// Something has not happened, and may never: the employment lasts, the certificate has no last day.
    #[must_use]
    pub fn not_yet(mut self, anchor: Anchor) -> Self {
        self.moments.insert(anchor, When::NotYet);
        self
    }

    /// A circumstance holds.
    #[must_use]
    pub fn under(mut self, circumstance: Circumstance) -> Self {
        self.circumstances.insert(circumstance);
        self
    }

    /// The scheme gives its own number of months after the last day of validity.
    #[must_use]
    pub fn in_scheme_with(mut self, months: u16) -> Self {
        self.scheme_months = Some(months);
        self
    }

    /// Its controller's pack chooses this.
    #[must_use]
    pub fn chosen(mut self, choice: Choice) -> Self {
        self.choice = choice;
        self
    }

    /// What its controller's pack chooses.
    pub fn choice(&self) -> Choice {
        self.choice
    }

    /// What makes the terms other than they usually are.
    pub fn circumstances(&self) -> &BTreeSet<Circumstance> {
        &self.circumstances
    }

    /// Is anything known of a moment: its day, or that it lies ahead?
    pub fn knows(&self, anchor: Anchor) -> bool {
        self.moments.contains_key(&anchor)
    }

    fn day(&self, anchor: Anchor) -> Option<Day> {
        match self.moments.get(&anchor) {
            Some(When::On(day)) => Some(*day),
            _ => None,
        }
    }
}

/// Until when, as far as it can be said. In this order: a day, however late, comes before what nobody knows the day of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Until {
    /// Until the end of this day.
    Day(Day),
    /// Until something happens, or a time after that.
    Event(Anchor),
    /// Until somebody asks for its end.
    Asked,
    /// For good.
    Ever,
    /// It cannot be said: [`Periods::missing`] names what is not known.
    Undecided,
}

/// The periods of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Periods {
    /// How long the law orders it to be kept; `None` if it does not.
    pub must_keep: Option<Until>,
    /// How long the controller or the scheme wants it; `None` if neither says.
    pub may_keep: Option<Until>,
    /// How long it may be there at all; `None` if there is no such limit.
    pub most: Option<Until>,
    /// When a human looks at it.
    pub review_on: Option<Day>,
    /// What is needed and not known. With anything here nothing is erased because of its age.
    pub missing: BTreeSet<Anchor>,
}

impl Periods {
    /// The last day the law orders it to be kept.
    pub fn must_keep_until(&self) -> Option<Day> {
        self.must_keep?.day()
    }

    /// The event the law's order waits for.
    pub fn waits_for(&self) -> Option<Anchor> {
        match self.must_keep? {
            Until::Event(anchor) => Some(anchor),
            _ => None,
        }
    }

    /// The last day somebody wants it.
    pub fn may_keep_until(&self) -> Option<Day> {
        self.may_keep?.day()
    }

    /// The last day it may be there. It does not wait for a working day.
    pub fn most_until(&self) -> Option<Day> {
        self.most?.day()
    }

    /// The day on which it goes without anybody asking: the first after both the law's order and the wish, and where there is
    /// neither, the first after the limit; never later than that.
    pub fn erase_on(&self) -> Option<Day> {
        if !self.missing.is_empty() {
            return None;
        }
        let kept = self.must_keep.max(self.may_keep).or(self.most)?;
        let last = self.most.map_or(kept, |most| most.min(kept)).day()?;
        Some(days_after(last, 1))
    }
}

impl Until {
    /// Does it still last on a day? What is kept until somebody asks does not, once somebody does.
    pub fn is_running(self, today: Day) -> bool {
        match self {
            Self::Day(last) => today <= last,
            Self::Event(_) | Self::Ever | Self::Undecided => true,
            Self::Asked => false,
        }
    }

    /// As it is written down.
    pub fn written(self) -> String {
        match self {
            Self::Day(day) => day.to_string(),
            Self::Event(anchor) => anchor.code().to_owned(),
            Self::Asked => "asked".to_owned(),
            Self::Ever => "ever".to_owned(),
            Self::Undecided => "undecided".to_owned(),
        }
    }

    fn day(self) -> Option<Day> {
        match self {
            Self::Day(day) => Some(day),
            _ => None,
        }
    }
}

/// The periods of a record of this rule.
pub fn periods(rule: &Rule, case: &Case) -> Periods {
    let terms = rule.terms(&case.circumstances);
    let mut missing = BTreeSet::new();
    let mut until = |end: &Option<End>| end.as_ref().map(|end| end.length.until(case, &mut missing));
    let (must_keep, may_keep, most) = (until(&terms.must_keep), until(&wish(terms, case.choice)), until(&terms.most));
    // The limit is the schedule's, whatever somebody wants.
    let may_keep = may_keep.map(|may| most.map_or(may, |most| most.min(may)));
    let ends = must_keep.max(may_keep).or(most);
    let review_on = review(terms, case, ends, &mut missing);
    Periods { must_keep, may_keep, most, review_on, missing }
}

/// How long the controller wants it: what it chose itself counts before what the schedule proposes.
fn wish(terms: &Terms, choice: Choice) -> Option<End> {
    let wish = terms.may_keep.clone()?;
    Some(match choice.may_keep {
        Some(months) => End { length: wish.length.of_months(months), ..wish },
        None => wish,
    })
}

/// Longer than anything is kept, in days.
const LONGEST: u64 = 200 * 366;

/// The last day on which something may have happened whose time is over today, all else being as in this case; nothing if of
/// none it is. What happens later never ends earlier, so all that happened before is over too.
pub fn over_up_to(rule: &Rule, case: &Case, anchor: Anchor, today: Day) -> Option<Day> {
    let before = |days: u64| today.date().checked_sub_days(Days::new(days)).map(Day::new);
    let is_over = |days: &u64| {
        let happened = before(*days).map(|day| periods(rule, &case.clone().on(anchor, day)));
        happened.and_then(|periods| periods.erase_on()).is_some_and(|goes| goes <= today)
    };
    let (mut running, mut over) = (0, Some(LONGEST).filter(is_over)?);
    while over - running > 1 {
        let between = running.midpoint(over);
        if is_over(&between) { over = between } else { running = between }
    }
    before(over)
}

fn review(terms: &Terms, case: &Case, ends: Option<Until>, missing: &mut BTreeSet<Anchor>) -> Option<Day> {
    match terms.review? {
        Review::AtEnd => ends?.day(),
        Review::Every { months, after } => {
            let last = case.day(Anchor::Reviewed).or(case.day(after));
            if last.is_none() && !case.moments.contains_key(&after) {
                missing.insert(after);
            }
            last.map(|last| months_after(last, months))
        }
    }
}

impl Length {
    /// Until when it lasts in a case. What is needed and not known is added to what is missing.
    pub fn until(&self, case: &Case, missing: &mut BTreeSet<Anchor>) -> Until {
        match self {
            Self::Asked => Until::Asked,
            Self::Ever => Until::Ever,
            Self::Until { moment, otherwise } => {
                let known = case.day(moment.anchor).is_some();
                otherwise.as_ref().filter(|_| !known).unwrap_or(moment).until(case, missing)
            }
            Self::Earliest { moments } => first(moments.iter().map(|one| one.until(case, missing))),
            Self::Latest { moments } => {
                moments.iter().map(|one| one.until(case, missing)).max().unwrap_or(Until::Undecided)
            }
            Self::Age { years, at_least_years, unknown_years } => {
                let after_issue = |years: u16| Moment::after(Anchor::Issued, years.saturating_mul(12));
                match case.day(Anchor::Birth) {
                    Some(born) => {
                        let at_least = after_issue(*at_least_years).until(case, missing);
                        at_least.max(Until::Day(birthday(born, *years)))
                    }
                    None => after_issue(*unknown_years).until(case, missing),
                }
            }
        }
    }
}

/// The first of several; if one cannot be said, it might have been that.
fn first(untils: impl Iterator<Item = Until>) -> Until {
    let untils: BTreeSet<Until> = untils.collect();
    if untils.contains(&Until::Undecided) {
        return Until::Undecided;
    }
    untils.first().copied().unwrap_or(Until::Undecided)
}

impl Moment {
    /// So many months after something.
    pub fn after(anchor: Anchor, months: u16) -> Self {
        Self { anchor, months, year_end: false, days: 0, working_days: 0, scheme_window: false }
    }

    fn until(&self, case: &Case, missing: &mut BTreeSet<Anchor>) -> Until {
        match case.moments.get(&self.anchor) {
            Some(When::On(day)) => Until::Day(self.last_day(*day, case.scheme_months)),
            Some(When::NotYet) => Until::Event(self.anchor),
            None => {
                missing.insert(self.anchor);
                Until::Undecided
            }
        }
    }

    /// A limit is not rolled: it ends on a Sunday too. Of the two ways to count working days this is the stricter.
    fn last_day(&self, from: Day, scheme_months: Option<u16>) -> Day {
        let months = scheme_months.filter(|_| self.scheme_window).unwrap_or(self.months);
        let day = months_after(from, months);
        let day = if self.year_end { year_end(day) } else { day };
        WorkingWeek::MondayToSaturday.days_after(days_after(day, self.days), self.working_days)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use chrono::TimeDelta;
    use proptest::{
        collection::{btree_map, btree_set},
        option,
        prelude::*,
        sample::select,
    };

    use super::*;
    use crate::{
        law::{
            calendar::accounting::AccountingYear,
            schedule::{SHIPPED, Schedule},
        },
        words::{Anchor::*, Answering, Word},
    };

    static SCHEDULE: LazyLock<Schedule> = LazyLock::new(|| Schedule::read(SHIPPED).expect("the schedule reads"));

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn rule(id: &str) -> &'static Rule {
        SCHEDULE.rule(id).expect("a rule")
    }

    fn case(moments: &[(Anchor, &str)]) -> Case {
        moments.iter().fold(Case::default(), |case, (anchor, on)| case.on(*anchor, day(on)))
    }

    /// `must / may / most / erased on / reviewed on`, and what is missing.
    fn said(id: &str, case: &Case) -> String {
        let until = |until: Option<Until>| match until {
            None => "-".to_owned(),
            Some(Until::Day(day)) => day.to_string(),
            Some(Until::Event(anchor)) => anchor.code().to_owned(),
            Some(Until::Asked) => "asked".to_owned(),
            Some(Until::Ever) => "ever".to_owned(),
            Some(Until::Undecided) => "?".to_owned(),
        };
        let on = |day: Option<Day>| until(day.map(Until::Day));
        let periods = periods(rule(id), case);
        let five = [
            until(periods.must_keep),
            until(periods.may_keep),
            until(periods.most),
            on(periods.erase_on()),
            on(periods.review_on),
        ];
        let missing: Vec<_> = periods.missing.iter().map(|anchor| format!(", {anchor} unknown")).collect();
        format!("{}{}", five.join(" / "), missing.concat())
    }

    #[test]
    fn what_the_law_orders_ends_on_its_day_or_waits_for_it() {
        let invoiced = |on: &str, last_month| {
            let year = AccountingYear::ending_in(last_month).expect("a month");
            Case::default().on(AccountingYearEnd, year.end(day(on)))
        };
        for (what, id, case, expected) in [
            (
                "employed",
                "RS10",
                Case::default().not_yet(RelationEnd),
                "relation_end / relation_end / relation_end / - / -",
            ),
            (
                "the employment ended",
                "RS10",
                case(&[(RelationEnd, "2026-06-10")]),
                "2026-06-10 / 2029-12-31 / 2039-12-31 / 2030-01-01 / -",
            ),
            ("an invoice", "RS24", invoiced("2026-03-03", 12), "2031-12-31 / - / 2032-01-30 / 2032-01-01 / -"),
            (
                "an invoice of who closes in June",
                "RS24",
                invoiced("2026-07-01", 6),
                "2032-06-30 / - / 2032-07-30 / 2032-07-01 / -",
            ),
            (
                "a price list",
                "RS24",
                invoiced("2026-03-03", 12).under(Circumstance::SecondaryDocumentation),
                "2030-06-30 / - / 2030-07-30 / 2030-07-01 / -",
            ),
            (
                "an invoice of a building project",
                "RS24",
                invoiced("2026-03-03", 12).under(Circumstance::BuildingProject),
                "2036-12-31 / - / 2037-01-30 / 2037-01-01 / -",
            ),
            (
                "a list of who was on the site",
                "RS31",
                case(&[(WorksEnd, "2026-08-31")]),
                "2027-02-28 / - / 2027-02-28 / 2027-03-01 / -",
            ),
            ("a diploma", "RS21", case(&[(Issued, "2026-06-19")]), "ever / - / - / - / 2036-06-19"),
            ("exposed", "RS33", case(&[(ExposureEnd, "2026-06-19")]), "2086-06-19 / - / - / 2086-06-20 / -"),
        ] {
            assert_eq!(said(id, &case), expected, "{what}");
        }
    }

    #[test]
    fn a_certified_training_is_kept_until_seventy_five_and_at_least_ten_years() {
        for (born, issued, until, erased) in [
            (Some("1985-04-12"), "2026-03-01", "2060-04-12", "2060-04-13"),
            (Some("1960-02-29"), "2020-03-01", "2035-03-01", "2035-03-02"),
            (Some("1960-02-29"), "2026-03-01", "2036-03-01", "2036-03-02"),
            (Some("1940-01-01"), "2026-03-01", "2036-03-01", "2036-03-02"),
            (None, "2026-03-01", "2076-03-01", "2076-03-02"),
        ] {
            let known = case(&[(Issued, issued)]);
            let known = born.map_or(known.clone(), |born| known.on(Birth, day(born)));
            assert_eq!(
                said("RS09", &known),
                format!("{until} / - / {until} / {erased} / {until}"),
                "{born:?} {issued}"
            );
        }
    }

    #[test]
    fn what_is_only_wanted_ends_by_itself_and_a_scheme_has_its_own_window() {
        let valid_until = |on| case(&[(ValidUntil, on)]);
        for (what, id, case, expected) in [
            (
                "GSK",
                "RS15",
                valid_until("2030-03-31").in_scheme_with(48),
                "- / 2034-03-31 / 2034-03-31 / 2034-04-01 / -",
            ),
            ("another scheme", "RS15", valid_until("2030-03-31"), "- / 2033-03-31 / 2033-03-31 / 2033-04-01 / -"),
            ("valid for life", "RS15", Case::default().not_yet(ValidUntil), "- / valid_until / valid_until / - / -"),
            ("a provider's own copy", "RS11", case(&[(Completed, "2026-03-01")]), "- / asked / - / - / 2031-03-01"),
            (
                "reviewed since",
                "RS11",
                case(&[(Completed, "2026-03-01"), (Reviewed, "2031-02-10")]),
                "- / asked / - / - / 2036-02-10",
            ),
            (
                "revoked",
                "RS16",
                case(&[(Revoked, "2026-03-01"), (ValidUntil, "2029-02-28")]),
                "- / 2032-02-28 / 2032-02-28 / 2032-02-29 / -",
            ),
            (
                "revoked, and had been valid for life",
                "RS16",
                case(&[(Revoked, "2026-03-01")]).not_yet(ValidUntil),
                "- / 2036-03-01 / 2036-03-01 / 2036-03-02 / -",
            ),
            (
                "shown, and the record is there",
                "RS26",
                case(&[(Disclosed, "2024-02-29")]).not_yet(RecordGone),
                "- / record_gone / record_gone / - / -",
            ),
            (
                "shown, and the record has gone soon after",
                "RS26",
                case(&[(Disclosed, "2024-02-29"), (RecordGone, "2024-06-01")]),
                "- / 2027-02-28 / 2027-02-28 / 2027-03-01 / -",
            ),
        ] {
            assert_eq!(said(id, &case), expected, "{what}");
        }
    }

    #[test]
    fn what_nothing_keeps_goes_with_its_limit() {
        let account = |case: Case| case.on(LastActivity, day("2025-10-01"));
        for (what, id, case, expected) in [
            (
                "deregistered",
                "RS01",
                account(case(&[(Deregistered, "2025-11-21")])),
                "- / - / 2028-11-21 / 2028-11-22 / -",
            ),
            (
                "an account",
                "RS01",
                account(Case::default().not_yet(Deregistered)),
                "- / - / 2030-10-01 / 2030-10-02 / -",
            ),
            (
                "a passport, in Holy Week",
                "RS18",
                case(&[(Uploaded, "2026-03-30")]).not_yet(OrderDone),
                "- / - / 2026-04-14 / 2026-04-15 / -",
            ),
            (
                "a passport, and the order was done",
                "RS18",
                case(&[(Uploaded, "2026-03-30"), (OrderDone, "2026-04-08")]),
                "- / - / 2026-04-08 / 2026-04-09 / -",
            ),
            (
                "an allergy",
                "RS35",
                case(&[(CourseEnd, "2026-12-29")]).under(Circumstance::Diet),
                "- / - / 2027-01-05 / 2027-01-06 / -",
            ),
            (
                "a provider's copy, after the provider",
                "RS11",
                case(&[(Completed, "2020-03-01"), (Dissolved, "2026-03-01")]).under(Circumstance::Dissolved),
                "- / 2027-03-01 / 2027-03-01 / 2027-03-02 / 2025-03-01",
            ),
            (
                "a scheme's record, after the body",
                "RS15",
                case(&[(ValidUntil, "2035-03-01"), (Dissolved, "2026-03-01")]).under(Circumstance::Dissolved),
                "- / 2027-03-01 / 2027-03-01 / 2027-03-02 / -",
            ),
            ("a child", "RS40", case(&[(Discovered, "2026-11-22")]), "- / - / 2026-11-22 / 2026-11-23 / -"),
        ] {
            assert_eq!(said(id, &case), expected, "{what}");
        }
    }

    #[test]
    fn what_is_not_known_is_named_and_nothing_goes_because_of_its_age() {
        for (id, case, expected) in [
            ("RS10", Case::default(), "? / ? / ? / - / -, relation_end unknown"),
            ("RS09", case(&[(Birth, "1985-04-12")]), "? / - / ? / - / -, issued unknown"),
            ("RS01", case(&[(Deregistered, "2025-11-21")]), "- / - / ? / - / -, last_activity unknown"),
            ("RS16", Case::default(), "- / ? / ? / - / -, revoked unknown"),
            ("RS11", Case::default(), "- / asked / - / - / -, completed unknown"),
            ("RS24", case(&[(Issued, "2026-03-03")]), "? / - / ? / - / -, accounting_year_end unknown"),
        ] {
            assert_eq!(said(id, &case), expected, "{id}");
        }
    }

    #[test]
    fn the_law_s_order_says_what_it_waits_for() {
        let employed = periods(rule("RS10"), &Case::default().not_yet(RelationEnd));
        assert_eq!((employed.waits_for(), employed.must_keep_until()), (Some(RelationEnd), None));
        let left = periods(rule("RS10"), &case(&[(RelationEnd, "2026-06-10")]));
        assert_eq!((left.waits_for(), left.must_keep_until()), (None, Some(day("2026-06-10"))));
        assert_eq!((left.may_keep_until(), left.most_until()), (Some(day("2029-12-31")), Some(day("2039-12-31"))));
    }

    #[test]
    fn what_is_over_today_happened_on_this_day_or_before() {
        for (id, anchor, today, over) in [
            ("RS42", Erased, "2029-03-02", Some("2026-03-01")),
            ("RS42", Erased, "2027-02-28", Some("2024-02-27")),
            ("RS36", CaseClosed, "2028-03-01", Some("2025-02-28")),
            ("RS45", MembershipEnd, "2027-03-02", Some("2026-03-01")),
            ("RS06", RelationEnd, "2029-12-31", Some("2025-12-31")),
            ("RS06", RelationEnd, "2030-01-01", Some("2026-12-31")),
            ("RS11", Completed, "2030-01-01", None),
        ] {
            let found = over_up_to(rule(id), &Case::default(), anchor, day(today));
            assert_eq!(found, over.map(day), "{id} on {today}");
        }
        // The log of what was shown outlives it: both moments count.
        let shown = |case: &Case| over_up_to(rule("RS26"), case, Disclosed, day("2029-03-02"));
        assert_eq!(shown(&case(&[(RecordGone, "2029-03-01")])), Some(day("2026-03-01")));
        assert_eq!(shown(&case(&[(RecordGone, "2029-03-02")])), None);
        assert_eq!(shown(&Case::default().not_yet(RecordGone)), None);
    }

    fn any_day() -> impl Strategy<Value = Day> {
        (0..80_000_i64).prop_map(|days| Day::new(*day("1920-01-01").date() + TimeDelta::days(days)))
    }

    fn any_rule() -> impl Strategy<Value = &'static Rule> {
        select(SCHEDULE.rules().collect::<Vec<_>>())
    }

    fn any_case() -> impl Strategy<Value = Case> {
        let when = option::weighted(0.8, any_day()).prop_map(|day| day.map_or(When::NotYet, When::On));
        let anchors = select(Anchor::ALL);
        let circumstances = btree_set(select(Circumstance::ALL), 0..6);
        (btree_map(anchors, when, 0..80), circumstances, option::of(0..120_u16)).prop_map(
            |(moments, circumstances, scheme_months)| Case {
                moments,
                circumstances,
                scheme_months,
                choice: Choice::default(),
            },
        )
    }

    fn any_choice() -> impl Strategy<Value = Choice> {
        (select(Answering::ALL), option::of(0..2_400_u16)).prop_map(|(answers, may_keep)| Choice { answers, may_keep })
    }

    /// The case in which every day that is known lies so many days later.
    fn later(case: &Case, days: u16) -> Case {
        let moved = |when: &When| match when {
            When::On(day) => When::On(days_after(*day, days)),
            When::NotYet => When::NotYet,
        };
        let moments = case.moments.iter().map(|(anchor, when)| (*anchor, moved(when))).collect();
        Case { moments, ..case.clone() }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_law_s_order_and_the_wish_end_within_the_limit(rule in any_rule(), case in any_case()) {
            let periods = periods(rule, &case);
            if let Some(most) = periods.most.filter(|_| periods.missing.is_empty()) {
                prop_assert!(periods.must_keep.is_none_or(|must| must <= most), "{} {periods:?}", rule.id.code());
                prop_assert!(periods.may_keep.is_none_or(|may| may <= most), "{} {periods:?}", rule.id.code());
            }
        }

        #[test]
        fn nothing_goes_while_the_law_orders_it_kept(rule in any_rule(), case in any_case()) {
            let periods = periods(rule, &case);
            if let Some(goes) = periods.erase_on() {
                prop_assert!(periods.must_keep.is_none_or(|must| must < Until::Day(goes)), "{} {periods:?}", rule.id.code());
                prop_assert!(periods.most_until().is_none_or(|most| goes <= days_after(most, 1)));
            }
        }

        #[test]
        fn a_pack_moves_no_order_of_the_law_and_no_limit_and_stays_within_it(
            rule in any_rule(), case in any_case(), choice in any_choice(),
        ) {
            let (own, chosen) = (periods(rule, &case), periods(rule, &case.chosen(choice)));
            prop_assert_eq!((own.must_keep, own.most), (chosen.must_keep, chosen.most), "{}", rule.id.code());
            prop_assert_eq!(own.may_keep.is_some(), chosen.may_keep.is_some());
            if let Some(most) = chosen.most.filter(|_| chosen.missing.is_empty()) {
                prop_assert!(chosen.may_keep.is_none_or(|may| may <= most), "{} {chosen:?}", rule.id.code());
            }
            if let Some(goes) = chosen.erase_on() {
                prop_assert!(chosen.must_keep.is_none_or(|must| must < Until::Day(goes)), "{} {chosen:?}", rule.id.code());
                prop_assert!(chosen.most_until().is_none_or(|most| goes <= days_after(most, 1)));
            }
        }

        #[test]
        fn a_shorter_choice_never_ends_later(
            rule in any_rule(), case in any_case(), one in 0..2_400_u16, other in 0..2_400_u16,
        ) {
            let ends = |months| {
                let choice = Choice { may_keep: Some(months), ..Choice::default() };
                periods(rule, &case.clone().chosen(choice)).erase_on()
            };
            prop_assert!(ends(one.min(other)) <= ends(one.max(other)), "{}", rule.id.code());
        }

        #[test]
        fn what_happens_later_never_ends_earlier(rule in any_rule(), case in any_case(), days in 0..2_000_u16) {
            let (one, other) = (periods(rule, &case), periods(rule, &later(&case, days)));
            prop_assert!(one.must_keep <= other.must_keep, "{}: {one:?} {other:?}", rule.id.code());
            prop_assert!(one.may_keep <= other.may_keep);
            prop_assert!(one.most <= other.most);
            prop_assert!(one.erase_on() <= other.erase_on());
        }

        #[test]
        fn one_thing_that_happens_later_never_makes_an_end_earlier(
            rule in any_rule(), case in any_case(), anchor in select(Anchor::ALL), days in 0..2_000_u16,
        ) {
            let Some(on) = case.day(anchor) else { return Ok(()) };
            let (one, other) = (periods(rule, &case), periods(rule, &case.on(anchor, days_after(on, days))));
            prop_assert!(one.must_keep <= other.must_keep, "{}: {one:?} {other:?}", rule.id.code());
            prop_assert!(one.may_keep <= other.may_keep);
            prop_assert!(one.most <= other.most);
        }

        #[test]
        fn what_happened_up_to_a_day_is_over_and_what_happened_later_is_not(
            rule in any_rule(), case in any_case(), anchor in select(Anchor::ALL), on in any_day(), today in any_day(),
        ) {
            let goes = periods(rule, &case.clone().on(anchor, on)).erase_on();
            let last = over_up_to(rule, &case, anchor, today);
            if on <= today {
                let over = goes.is_some_and(|day| day <= today);
                prop_assert_eq!(over, last.is_some_and(|last| on <= last), "{} {:?}", rule.id.code(), last);
            }
        }

        #[test]
        fn what_cannot_be_said_names_what_is_missing(rule in any_rule(), case in any_case()) {
            let periods = periods(rule, &case);
            let undecided = [periods.must_keep, periods.may_keep, periods.most].contains(&Some(Until::Undecided));
            prop_assert!(!undecided || !periods.missing.is_empty());
            prop_assert!(periods.missing.iter().all(|anchor| !case.moments.contains_key(anchor)));
            prop_assert!(periods.missing.is_empty() || periods.erase_on().is_none());
        }
    }

    #[test]
    fn at_the_end_of_the_calendar_there_still_is_an_answer() {
        let last = Day::new(chrono::NaiveDate::MAX);
        let all = Anchor::ALL.iter().fold(Case::default(), |case, anchor| case.on(*anchor, last));
        for rule in SCHEDULE.rules() {
            let periods = periods(rule, &all.clone().in_scheme_with(u16::MAX));
            assert!(periods.missing.is_empty(), "{}", rule.id.code());
        }
    }
}
