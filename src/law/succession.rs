//! Who keeps what another kept before: a business is sold, two become one, a provider closes and a register takes its
//! documentation over (forskrift om administrative ordninger § 8-2).

use std::collections::BTreeSet;

use super::custody::Custody;
use crate::words::{Day, OrganisationId};

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

/// Everyone from whom somebody has taken anything over, directly or through others.
pub fn predecessors(of: OrganisationId, successions: &[Succession]) -> BTreeSet<OrganisationId> {
    let mut found = BTreeSet::from([of]);
    // From the last to the first: who gave before may have been given to before that.
    for one in successions.iter().rev().filter(|one| one.giver != of) {
        if found.contains(&one.receiver) {
            found.insert(one.giver);
        }
    }
    found.remove(&of);
    found
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
        Custody { controller: organisation(by), ground: Ground::Delivered, content: Content::NOTHING, category }
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
    fn predecessors_are_those_whose_things_came_here_by_whichever_way() {
        let chain = [
            taken(1, 2, &["RS09"], "2026-03-01"),
            taken(4, 2, &["RS10"], "2026-03-01"),
            taken(2, 3, &["RS09"], "2026-04-01"),
            taken(5, 2, &["RS10"], "2026-05-01"),
        ];
        let of = |n| predecessors(organisation(n), &chain);
        assert_eq!(of(1), BTreeSet::new());
        assert_eq!(of(2), BTreeSet::from([1, 4, 5].map(organisation)));
        assert_eq!(of(3), BTreeSet::from([1, 2, 4].map(organisation)), "not what came to the middle later");
    }
}
