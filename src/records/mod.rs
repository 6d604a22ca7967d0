//! Records: the shared base of everything about a person that the schedule governs. A record lives as long as someone has
//! custody of it; an organisation sees what it has custody of; whoever shows it to another leaves a disclosure.
//!
//! What a record says is its own room's business.

pub mod actions;
pub mod disclosures;
pub mod ending;
pub mod ledger;
pub mod packs;
pub mod registry;
pub mod restricting;
pub mod said;
pub mod store;
pub mod succession;

pub use ending::{Ended, Ending};

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    law::{
        calendar,
        custody::Custody,
        periods::{self, Case, Periods},
        schedule::{SHIPPED, Schedule},
    },
    platform::jobs::Job,
    words::*,
};

static SCHEDULE: LazyLock<Schedule> =
    LazyLock::new(|| Schedule::read(SHIPPED).expect("a test reads the shipped schedule"));

/// The retention schedule this program ships with.
pub fn schedule() -> &'static Schedule {
    &SCHEDULE
}

/// The last day on which something may have happened whose time is over today by a rule of the schedule; nothing if of none it
/// is.
pub fn over_up_to(rule: &str, case: &Case, anchor: Anchor, today: Day) -> Option<Day> {
    periods::over_up_to(schedule().rule(rule)?, case, anchor, today)
}

/// The instant before which something must have happened whose time is over today.
pub fn over_before(rule: &str, anchor: Anchor, today: Day) -> Option<Instant> {
    let last = over_up_to(rule, &Case::default(), anchor, today)?;
    Some(calendar::begins(calendar::days_after(last, 1)))
}

/// Another retention schedule is in force: until when everything is kept must be worked out again.
#[derive(Debug, Serialize, Deserialize)]
pub struct ScheduleChanged {}

impl Job for ScheduleChanged {
    const KIND: &'static str = "schedule_changed";
}

/// A legal hold was lifted: what only the hold kept, whatever the facts said since, is held by nobody any more.
#[derive(Debug, Serialize, Deserialize)]
pub struct HoldLifted {
    /// Whom it was about.
    pub person: PersonId,
}

impl Job for HoldLifted {
    const KIND: &'static str = "hold_lifted";
}

/// A custody, and until when it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Who holds what, and why.
    pub custody: Custody,
    /// Until when.
    pub periods: Periods,
    /// From whom it was taken over, if it was.
    pub came_from: Option<OrganisationId>,
}

/// Who holds a record, and why: as the person reads it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnCustody {
    /// The controller.
    pub controller: Party,
    /// In which capacity it holds the record.
    pub capacity: Capacity,
    /// On which ground.
    pub ground: Ground,
    /// Why, in words.
    pub why: Said,
    /// Which parts it holds.
    pub content: Content,
    /// The category of the retention schedule.
    pub category: String,
    /// What the category is for.
    pub purpose: Option<Said>,
    /// The version of the schedule the category comes from.
    pub schedule_version: String,
    /// Since when.
    pub since: Instant,
    /// From whom the controller took it over; null if it has held it from the beginning.
    pub came_from: Option<Party>,
    /// Is it restricted, because an objection to it is open? Then the controller neither lists nor uses it (GDPR art.
    /// 18(1)(d)).
    pub restricted: bool,
}

impl OwnCustody {
    /// What somebody would hold from now on, by the schedule in force.
    pub fn from_now(custody: &Custody, controller: Party, now: Instant) -> Self {
        let category = custody.category.code().to_owned();
        Self {
            controller,
            capacity: custody.ground.capacity(),
            ground: custody.ground,
            why: said::ground(custody.ground),
            content: custody.content,
            purpose: schedule().purpose(&category).cloned(),
            category,
            schedule_version: schedule().version().to_owned(),
            since: now,
            came_from: None,
            restricted: false,
        }
    }
}

/// An organisation, as others see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Party {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
}

/// Who was shown what, on one day: as the person reads it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Disclosure {
    /// Who was shown it: the organisation, never the employee.
    pub organisation: Party,
    /// On which ground.
    pub ground: Ground,
    /// On which day.
    pub day: Day,
    /// How many times that day.
    pub count: i64,
    /// The first time.
    pub first_at: Instant,
    /// The last time.
    pub last_at: Instant,
    /// The records.
    pub records: Vec<RecordId>,
    /// The same as a sentence.
    pub sentence: Said,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_schedule_is_valid_and_fills_every_cell() {
        for class in Class::ALL {
            for ground in Ground::ALL {
                for certified in [true, false] {
                    let category = schedule().category(*class, *ground, certified);
                    assert!(schedule().purpose(category.code()).is_some());
                }
            }
        }
    }

    #[test]
    fn what_a_safety_representative_is_shown_is_what_the_schedule_has_an_employer_keep_to_show() {
        let to_be_shown = |class: &&Class| {
            let category = schedule().category(**class, Ground::OrderedRequired, false);
            schedule().rule(category.code()).is_some_and(|rule| rule.obliged == [RetentionParty::Employer])
        };
        let kept: Vec<Class> = Class::ALL.iter().filter(to_be_shown).copied().collect();
        assert_eq!(kept, Class::SHOWN_BY_EMPLOYERS);
    }
}
