//! Who keeps what another kept before: a business is sold, two become one, a provider closes and a register takes its
//! documentation over (forskrift om administrative ordninger § 8-2).

use std::collections::BTreeSet;

use super::{
    calendar::{begins, days_after},
    custody::Custody,
};
use crate::words::{Day, Instant, OrganisationId};

/// One organisation has taken over what another kept in some categories and had been recorded up to a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    /// Who kept it.
    pub giver: OrganisationId,
    /// Who keeps it since.
    pub receiver: OrganisationId,
    /// The categories of the schedule.
    pub categories: BTreeSet<String>,
    /// The last day on which it was recorded. What the giver records later is its own.
    pub up_to: Day,
}

impl Succession {
    /// What was recorded before this instant is taken over.
    pub fn recorded_before(&self) -> Instant {
        begins(days_after(self.up_to, 1))
    }

    fn takes(&self, holder: OrganisationId, category: &str, recorded_on: Day) -> bool {
        self.giver == holder && recorded_on <= self.up_to && self.categories.contains(category)
    }
}

/// Everyone who has kept what follows from the facts, in turn: first whom the facts name, last who keeps it now. The
/// successions are sorted by the time they were agreed.
pub fn holders(custody: &Custody, recorded_on: Day, successions: &[Succession]) -> Vec<OrganisationId> {
    let mut holders = vec![custody.controller];
    for one in successions {
        let holder = holders[holders.len() - 1];
        if one.takes(holder, custody.category.code(), recorded_on) {
            holders.push(one.receiver);
        }
    }
    holders
}

/// Everyone who may have kept a custody before its controller took it over: whom the facts name, and those between. With a
/// custody that was not taken over, nobody.
pub fn predecessors(custody: &Custody, successions: &[Succession]) -> BTreeSet<OrganisationId> {
    custody.came_from.map(|first| predecessors_of(first, custody.controller, successions)).unwrap_or_default()
}

/// Everyone who may have kept what the facts name one as the holder of, and another keeps now.
pub fn predecessors_of(
    first: OrganisationId,
    now: OrganisationId,
    successions: &[Succession],
) -> BTreeSet<OrganisationId> {
    let (mut from_first, mut to_last) = (BTreeSet::from([first]), BTreeSet::from([now]));
    for one in successions.iter().filter(|one| one.giver != now) {
        if from_first.contains(&one.giver) {
            from_first.insert(one.receiver);
        }
    }
    for one in successions.iter().rev().filter(|one| one.giver != now) {
        if to_last.contains(&one.receiver) {
            to_last.insert(one.giver);
        }
    }
    to_last.remove(&now);
    to_last.intersection(&from_first).copied().chain([first]).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::words::{Content, Ground, Identifier};

    fn organisation(n: u128) -> OrganisationId {
        OrganisationId::from_uuid(Uuid::from_u128(0x7000_8000_0000_0000_1000 + n))
    }

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn held(by: u128, category: &str) -> Custody {
        let category = serde_json::from_value(category.into()).expect("a category");
        Custody {
            controller: organisation(by),
            ground: Ground::Delivered,
            content: Content::NOTHING,
            category,
            came_from: None,
        }
    }

    fn taken(giver: u128, receiver: u128, categories: &[&str], up_to: &str) -> Succession {
        let categories = categories.iter().map(|one| (*one).to_owned()).collect();
        Succession { giver: organisation(giver), receiver: organisation(receiver), categories, up_to: day(up_to) }
    }

    #[test]
    fn what_was_recorded_up_to_the_day_in_the_categories_goes_from_hand_to_hand_in_the_order_agreed() {
        let chain = [
            taken(1, 2, &["RS09"], "2026-03-01"),
            taken(2, 3, &["RS09", "RS11"], "2026-02-01"),
            taken(3, 1, &["RS09"], "2026-02-01"),
        ];
        for (what, by, category, recorded, expected) in [
            ("all the way, and back again", 1, "RS09", "2026-02-01", &[1_u128, 2, 3, 1][..]),
            ("recorded after the second day", 1, "RS09", "2026-02-02", &[1, 2]),
            ("recorded after every day", 1, "RS09", "2026-03-02", &[1]),
            ("another category", 1, "RS11", "2026-02-01", &[1]),
            ("from the middle", 2, "RS11", "2026-02-01", &[2, 3]),
            ("a stranger's", 4, "RS09", "2026-02-01", &[4]),
        ] {
            let expected: Vec<_> = expected.iter().map(|n| organisation(*n)).collect();
            assert_eq!(holders(&held(by, category), day(recorded), &chain), expected, "{what}");
        }
    }

    #[test]
    fn predecessors_are_those_between_whom_the_facts_name_and_who_keeps_it_now() {
        let chain = [
            taken(1, 2, &["RS09"], "2026-03-01"),
            taken(4, 2, &["RS10"], "2026-03-01"),
            taken(2, 3, &["RS09"], "2026-04-01"),
        ];
        let of = |first: Option<u128>, now| {
            let custody = Custody { came_from: first.map(organisation), ..held(now, "RS09") };
            predecessors(&custody, &chain)
        };
        let are = |some: &[u128]| some.iter().map(|n| organisation(*n)).collect::<BTreeSet<_>>();
        assert_eq!(of(None, 2), are(&[]), "its own, whatever else it took over");
        assert_eq!(of(Some(1), 2), are(&[1]));
        assert_eq!(of(Some(1), 3), are(&[1, 2]));
        assert_eq!(of(Some(4), 3), are(&[2, 4]));
    }
}
