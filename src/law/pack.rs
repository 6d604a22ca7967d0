//! What an organisation chooses for itself, inside the schedule's limits: who answers a request, how long its own wish lasts, and
//! how long what a person confirmed can be taken back. It shortens nothing the law sets, and lengthens nothing beyond the limit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schedule::{Length, Moment, Rule, Schedule};
use crate::words::*;

/// What an organisation chooses under one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PackChoice)]
pub struct Choice {
    /// Who answers a request.
    pub answers: Answering,
    /// How many months its own wish lasts, counted as the rule counts; null for as long as the schedule says.
    pub may_keep: Option<u16>,
}

impl Default for Choice {
    fn default() -> Self {
        Self { answers: Answering::Delegated, may_keep: None }
    }
}

/// What an organisation chooses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pack {
    /// How many days what a person confirmed waits, and can be taken back.
    pub cooling_off_days: u16,
    /// By rule; under the others nothing is chosen.
    pub choices: BTreeMap<String, Choice>,
}

impl Pack {
    /// What is chosen under a rule.
    pub fn choice(&self, rule: &str) -> Choice {
        self.choices.get(rule).copied().unwrap_or_default()
    }

    /// The rules under which another pack chooses otherwise.
    pub fn differs_from<'a>(&'a self, other: &'a Pack) -> Vec<&'a str> {
        let mut rules: Vec<&str> = self.choices.keys().chain(other.choices.keys()).map(String::as_str).collect();
        rules.sort_unstable();
        rules.dedup();
        rules.retain(|rule| self.choice(rule) != other.choice(rule));
        rules
    }
}

/// Why an organisation cannot choose how long something is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixed {
    /// No wish keeps it: the law does, or nothing.
    NoWish,
    /// It is the person's proof, and nobody else's to let go of.
    Persons,
    /// The rules of a scheme say how long.
    Scheme,
}

/// The most months an organisation can choose its wish to last.
///
/// # Errors
/// Why it cannot choose.
pub fn most_months(rule: &Rule) -> Result<u16, Fixed> {
    let terms = &rule.terms;
    let wish = terms.may_keep.as_ref().ok_or(Fixed::NoWish)?;
    if wish.length.has_scheme_window() {
        return Err(Fixed::Scheme);
    }
    if terms.early_release.iter().all(|party| *party == RetentionParty::Person) {
        return Err(Fixed::Persons);
    }
    let months = |length: &Length| match length {
        Length::Until { moment, .. } => Some(moment.months),
        _ => None,
    };
    let own = months(&wish.length).ok_or(Fixed::NoWish)?;
    Ok(terms.most.as_ref().map_or(Some(own), |most| months(&most.length)).unwrap_or(own))
}

/// The rules under which organisations hold something. What lies in a portfolio is the person's.
pub fn rules(schedule: &Schedule) -> impl Iterator<Item = &Rule> {
    let of_organisations =
        |rule: &&Rule| rule.stored && schedule.grounds(&rule.id).any(|ground| ground != Ground::Portfolio);
    schedule.rules().filter(of_organisations)
}

impl Length {
    /// With so many months instead of its own, counted from the same moment in the same way. What a scheme says, what waits for
    /// somebody to ask, and what never ends is nobody else's to count.
    pub(super) fn of_months(&self, months: u16) -> Self {
        let counted = |moment: &Moment| if moment.scheme_window { *moment } else { Moment { months, ..*moment } };
        match self {
            Self::Until { moment, otherwise } => {
                Self::Until { moment: counted(moment), otherwise: otherwise.as_ref().map(counted) }
            }
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::schedule::SHIPPED;

    #[test]
    fn an_organisation_chooses_how_long_only_where_it_is_its_own_wish() {
        let schedule = Schedule::read(SHIPPED).expect("the schedule reads");
        let found: Vec<String> =
            rules(&schedule).map(|rule| format!("{} {:?}", rule.id.code(), most_months(rule))).collect();
        assert_eq!(
            found,
            [
                "RS09 Err(NoWish)",
                "RS10 Ok(156)",
                "RS11 Err(Persons)",
                "RS12 Ok(12)",
                "RS13 Ok(6)",
                "RS15 Err(Scheme)",
                "RS21 Err(NoWish)",
            ]
        );
    }

    #[test]
    fn packs_differ_where_they_choose_otherwise_and_not_where_one_says_what_holds_anyway() {
        let choosing = |rule: &str, months| Pack {
            choices: [(rule.to_owned(), Choice { may_keep: months, ..Choice::default() })].into(),
            ..Pack::default()
        };
        let (none, said, shorter) = (Pack::default(), choosing("RS12", None), choosing("RS12", Some(6)));
        assert_eq!(none.differs_from(&said), Vec::<&str>::new());
        assert_eq!(shorter.differs_from(&said), ["RS12"]);
        assert_eq!(none.differs_from(&shorter), ["RS12"]);
    }
}
