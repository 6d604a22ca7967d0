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

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    law::{
        calendar,
        custody::Custody,
        periods::{self, Case, Periods},
        schedule::{SHIPPED, Schedule, Wrong},
    },
    platform::jobs::Job,
    words::*,
};

static SCHEDULE: OnceLock<Schedule> = OnceLock::new();

/// The retention schedule in force: the one this program ships with, unless another was adopted when it started.
pub fn schedule() -> &'static Schedule {
    SCHEDULE.get_or_init(shipped)
}

fn shipped() -> Schedule {
    Schedule::read(SHIPPED).expect("a test reads the shipped schedule")
}

/// Adopts another schedule, before anything has asked for the one in force.
pub fn adopt(schedule: Schedule) {
    // It is adopted once, by the first that reads the configuration; whoever reads it again reads the same.
    let _ = SCHEDULE.set(schedule);
}

/// A schedule that can take the place of the one this program ships with: it has a rule for everything that is stored, and a
/// version of its own.
///
/// # Errors
/// What is wrong, by line. It is never empty.
pub fn adoptable(text: &str) -> Result<Schedule, Vec<Wrong>> {
    let (read, shipped) = (Schedule::read(text)?, shipped());
    let whole = |rule: Option<String>, reason: &str| Wrong { line: 1, rule, reason: reason.to_owned() };
    let missing = shipped.rules().filter(|rule| read.rule(rule.id.code()).is_none());
    let mut wrong: Vec<Wrong> = missing
        .map(|rule| whole(Some(rule.id.code().to_owned()), "it is missing, and something is kept by it"))
        .collect();
    if text != SHIPPED && read.version() == shipped.version() {
        wrong.push(whole(None, "another schedule needs another version: what is kept names the one that decided"));
    }
    if wrong.is_empty() { Ok(read) } else { Err(wrong) }
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
    fn another_schedule_has_a_rule_for_all_that_is_kept_and_a_version_of_its_own() {
        let wrong = |text: &str| -> Vec<String> {
            adoptable(text).err().unwrap_or_default().iter().map(ToString::to_string).collect()
        };
        assert_eq!(wrong(SHIPPED), [""; 0]);
        let version = format!("version = \"{}\"", schedule().version());
        assert_eq!(wrong(&SHIPPED.replace(&version, "version = \"2099-01-01\"")), [""; 0]);
        let longer = SHIPPED.replace("after = \"relation_end\", months = 12", "after = \"relation_end\", months = 6");
        assert_eq!(
            wrong(&longer),
            ["line 1: another schedule needs another version: what is kept names the one that decided"]
        );
        let at = |id: &str| SHIPPED.find(&format!("[[rule]]\nid = \"{id}\"")).expect("a rule");
        let without = format!("{}{}", &SHIPPED[..at("RS47")], &SHIPPED[at("RS48")..]);
        assert_eq!(
            wrong(&without.replace(&version, "version = \"2099-01-01\"")),
            ["line 1, RS47: it is missing, and something is kept by it"]
        );
    }

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
