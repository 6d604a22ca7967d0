//! When a period ends, and when an answer is due.
//!
//! Periods of the GDPR are counted by Regulation 1182/71, which is Norwegian regulation (FOR-1992-12-04-910, EEA annex XVI
//! no. 6). domstolloven §§ 148 and 149 count alike.
//!
//! An upper limit for what we keep never rolls over a weekend: [`Period::end`]. What somebody must have done by a day may
//! wait for a working day: [`Period::rolled_end`].

use super::{
    days_after,
    holidays::WorkingWeek::{self, MondayToFriday},
    months_after,
};
use crate::words::Day;

/// A length of time. The day of the event is not counted, and the period ends with its last day at midnight (art. 3(1)-(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Days, holidays among them (art. 3(3)).
    Days(u16),
    /// Working days only.
    WorkingDays(u16, WorkingWeek),
    /// It ends on the day of the month the event was on, or else on the month's last (art. 3(2)(c)).
    Months(u16),
    /// Years, as so many times twelve months.
    Years(u16),
}

impl Period {
    /// The last day of the period after an event.
    pub fn end(self, event: Day) -> Day {
        match self {
            Self::Days(days) => days_after(event, days),
            Self::WorkingDays(days, week) => week.days_after(event, days),
            Self::Months(months) => months_after(event, months),
            Self::Years(years) => months_after(event, years.saturating_mul(12)),
        }
    }

    /// The last day on which something due within the period is still in time: a period that would end on a Saturday, a
    /// Sunday or a holiday ends on the next working day (art. 3(4); domstolloven § 149), and one of two days or more has at
    /// least two working days (art. 3(5)). Of working days the last is one already.
    pub fn rolled_end(self, event: Day) -> Day {
        let rolled = MondayToFriday.on_or_after(self.end(event));
        match self {
            Self::WorkingDays(..) => self.end(event),
            Self::Days(2..) => rolled.max(MondayToFriday.days_after(event, 2)),
            _ => rolled,
        }
    }
}

/// Until when a request of a person must be answered (GDPR art. 12(3)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The day we aim at: the earlier of what was promised and the law's month, not rolled. 30 days can be later than a month.
    pub target: Day,
    /// The law's last day: one month, rolled. An extension must have been told by then.
    pub last: Day,
    /// The last day if it was extended: three months from the receipt, rolled.
    pub extended: Day,
}

/// Until when a request received on a day must be answered, by who promised an answer within so many days, or promised
/// nothing.
pub fn due(received: Day, promised_days: Option<u16>) -> Due {
    let month = Period::Months(1);
    let promised = promised_days.map(|days| Period::Days(days).end(received));
    let target = promised.map_or(month.end(received), |promised| promised.min(month.end(received)));
    Due { target, last: month.rolled_end(received), extended: Period::Months(3).rolled_end(received) }
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate, TimeDelta};
    use proptest::prelude::*;

    use super::*;
    use crate::law::calendar::holidays::WorkingWeek::MondayToSaturday;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn an_answer_is_due_within_thirty_days_and_within_a_month() {
        for (received, month, last, thirty_days, target, extended) in [
            ("2026-03-05", "2026-04-05", "2026-04-07", "2026-04-04", "2026-04-04", "2026-06-05"),
            ("2026-01-30", "2026-02-28", "2026-03-02", "2026-03-01", "2026-02-28", "2026-04-30"),
            ("2027-02-01", "2027-03-01", "2027-03-01", "2027-03-03", "2027-03-01", "2027-05-03"),
            ("2026-04-17", "2026-05-17", "2026-05-18", "2026-05-17", "2026-05-17", "2026-07-17"),
            ("2026-07-15", "2026-08-15", "2026-08-17", "2026-08-14", "2026-08-14", "2026-10-15"),
            ("2026-08-31", "2026-09-30", "2026-09-30", "2026-09-30", "2026-09-30", "2026-11-30"),
        ] {
            let from = day(received);
            assert_eq!(Period::Months(1).end(from), day(month), "{received}");
            assert_eq!(Period::Days(30).end(from), day(thirty_days), "{received}");
            let expected = Due { target: day(target), last: day(last), extended: day(extended) };
            assert_eq!(due(from, Some(30)), expected, "{received}");
            assert_eq!(due(from, None), Due { target: day(month), ..expected }, "{received}");
        }
    }

    #[test]
    fn who_promises_less_than_a_month_aims_at_that() {
        assert_eq!(due(day("2026-03-05"), Some(10)).target, day("2026-03-15"));
        assert_eq!(due(day("2026-03-05"), Some(10)).last, day("2026-04-07"));
    }

    #[test]
    fn a_period_of_days_has_at_least_two_working_days() {
        for (event, days, last) in [
            // Friday: Saturday and Sunday would be over before anybody works.
            ("2026-03-06", 1, "2026-03-09"),
            ("2026-03-06", 2, "2026-03-10"),
            ("2026-03-06", 3, "2026-03-10"),
            ("2026-03-05", 2, "2026-03-09"),
            ("2026-03-04", 2, "2026-03-06"),
            // Before Easter.
            ("2026-04-01", 2, "2026-04-08"),
            ("2026-04-01", 7, "2026-04-08"),
        ] {
            assert_eq!(Period::Days(days).rolled_end(day(event)), day(last), "{event} + {days}");
        }
    }

    #[test]
    fn a_maximum_ends_where_it_ends_and_an_answer_may_wait_for_a_working_day() {
        for (period, event, end, rolled) in [
            (Period::Years(3), "2024-02-29", "2027-02-28", "2027-03-01"),
            (Period::Years(3), "2025-11-21", "2028-11-21", "2028-11-21"),
            (Period::Months(1), "2027-04-17", "2027-05-17", "2027-05-18"),
            (Period::Days(30), "2026-03-03", "2026-04-02", "2026-04-07"),
            (Period::WorkingDays(10, MondayToSaturday), "2027-03-19", "2027-04-03", "2027-04-03"),
        ] {
            assert_eq!(period.end(day(event)), day(end), "{period:?} {event}");
            assert_eq!(period.rolled_end(day(event)), day(rolled), "{period:?} {event}");
        }
    }

    #[test]
    fn the_longest_wait_for_a_working_day_is_from_maundy_thursday_to_the_tuesday_after_easter() {
        let days = day("1990-01-01").date().iter_days().take_while(|date| date.year() <= 2200).map(Day::new);
        let waits = days.map(|day| days_between(day, MondayToFriday.on_or_after(day)));
        assert_eq!(waits.max(), Some(5));
    }

    fn days_between(from: Day, to: Day) -> i64 {
        to.date().signed_duration_since(*from.date()).num_days()
    }

    fn any_day() -> impl Strategy<Value = Day> {
        (0..77_000_i64).prop_map(|days| Day::new(*day("1990-01-01").date() + TimeDelta::days(days)))
    }

    fn any_period() -> impl Strategy<Value = Period> {
        let week = prop_oneof![Just(MondayToFriday), Just(MondayToSaturday)];
        prop_oneof![
            (0..2_000_u16).prop_map(Period::Days),
            (0..200_u16, week).prop_map(|(days, week)| Period::WorkingDays(days, week)),
            (0..900_u16).prop_map(Period::Months),
            (0..80_u16).prop_map(Period::Years),
        ]
    }

    proptest! {
        #[test]
        fn a_rolled_end_is_never_earlier_and_at_most_a_week_later(period in any_period(), event in any_day()) {
            let (end, rolled) = (period.end(event), period.rolled_end(event));
            prop_assert!(event <= end && end <= rolled);
            prop_assert!(days_between(end, rolled) <= 7, "{end} {rolled}");
        }

        #[test]
        fn a_rolled_end_is_a_working_day(period in any_period(), event in any_day()) {
            let is_of_working_days = matches!(period, Period::WorkingDays(..));
            prop_assert!(is_of_working_days || MondayToFriday.works_on(period.rolled_end(event)));
        }

        #[test]
        fn a_later_event_never_ends_earlier(period in any_period(), one in any_day(), other in any_day()) {
            let (early, late) = (one.min(other), one.max(other));
            prop_assert!(period.end(early) <= period.end(late));
            prop_assert!(period.rolled_end(early) <= period.rolled_end(late));
        }

        #[test]
        fn between_event_and_end_lie_as_many_working_days_as_asked_for(event in any_day(), days in 1..60_u16) {
            for week in [MondayToFriday, MondayToSaturday] {
                let end = week.days_after(event, days);
                let counted = event.date().iter_days().skip(1).map(Day::new).take_while(|day| *day <= end);
                prop_assert_eq!(counted.filter(|day| week.works_on(*day)).count(), usize::from(days));
                prop_assert!(week.works_on(end));
            }
            prop_assert!(MondayToSaturday.days_after(event, days) <= MondayToFriday.days_after(event, days));
        }

        #[test]
        fn the_target_is_never_after_the_law(received in any_day(), promised in proptest::option::of(0..400_u16)) {
            let due = due(received, promised);
            prop_assert!(received <= due.target && due.target <= due.last && due.last < due.extended);
            prop_assert!(due.target <= months_after(received, 1));
        }

        #[test]
        fn any_day_and_any_period_have_an_end(days in any::<i32>(), period in any_period()) {
            let date = NaiveDate::from_num_days_from_ce_opt(days).unwrap_or(NaiveDate::MAX);
            prop_assert!(period.end(Day::new(date)) <= period.rolled_end(Day::new(date)));
        }
    }
}
