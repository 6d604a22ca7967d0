//! The form a schedule's file must have: what is not known to these types is refused.

use serde::Deserialize;
use toml::{Spanned, value::Datetime};

use super::{Category, Length, Moment, Review};
use crate::words::*;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleDraft {
    pub(super) id: Spanned<Category>,
    pub(super) stored: bool,
    pub(super) name: Spanned<Said>,
    pub(super) purpose: Spanned<Said>,
    pub(super) why: Spanned<Said>,
    pub(super) basis: Vec<LegalBasis>,
    #[serde(default)]
    pub(super) provisions: Vec<Spanned<ProvisionDraft>>,
    #[serde(default)]
    pub(super) obliged: Vec<RetentionParty>,
    pub(super) must_keep: Option<Spanned<EndDraft>>,
    pub(super) may_keep: Option<Spanned<EndDraft>>,
    pub(super) most: Option<Spanned<EndDraft>>,
    pub(super) review: Option<Spanned<ReviewDraft>>,
    pub(super) on_request: Option<OnRequest>,
    pub(super) at_end: Option<AtEnd>,
    pub(super) early_release: Option<Vec<RetentionParty>>,
    #[serde(default)]
    pub(super) variant: Vec<VariantDraft>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VariantDraft {
    pub(super) when: Spanned<Circumstance>,
    pub(super) must_keep: Option<Spanned<EndDraft>>,
    pub(super) may_keep: Option<Spanned<EndDraft>>,
    pub(super) most: Option<Spanned<EndDraft>>,
    pub(super) review: Option<Spanned<ReviewDraft>>,
    pub(super) on_request: Option<OnRequest>,
    pub(super) at_end: Option<AtEnd>,
    pub(super) early_release: Option<Vec<RetentionParty>>,
}

/// What a rule and a variant say alike.
pub(super) struct TermsDraft<'a> {
    pub(super) must_keep: Option<&'a Spanned<EndDraft>>,
    pub(super) may_keep: Option<&'a Spanned<EndDraft>>,
    pub(super) most: Option<&'a Spanned<EndDraft>>,
    pub(super) review: Option<&'a Spanned<ReviewDraft>>,
    pub(super) on_request: Option<OnRequest>,
    pub(super) at_end: Option<AtEnd>,
    pub(super) early_release: Option<&'a Vec<RetentionParty>>,
}

macro_rules! says_terms {
    ($($draft:ident),+) => {$(
        impl $draft {
            pub(super) fn terms(&self) -> TermsDraft<'_> {
                TermsDraft {
                    must_keep: self.must_keep.as_ref(),
                    may_keep: self.may_keep.as_ref(),
                    most: self.most.as_ref(),
                    review: self.review.as_ref(),
                    on_request: self.on_request,
                    at_end: self.at_end,
                    early_release: self.early_release.as_ref(),
                }
            }
        }
    )+};
}

says_terms!(RuleDraft, VariantDraft);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProvisionDraft {
    pub(super) citation: String,
    pub(super) bearing: Bearing,
    #[serde(default = "yes")]
    pub(super) national: bool,
    pub(super) valid_from: Datetime,
    pub(super) valid_to: Option<Datetime>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReviewDraft {
    #[serde(default)]
    at_end: bool,
    every_years: Option<u16>,
    after: Option<Anchor>,
}

impl ReviewDraft {
    pub(super) fn review(&self) -> Option<Review> {
        match (self.at_end, self.every_years, self.after) {
            (true, None, None) => Some(Review::AtEnd),
            (false, Some(1..), Some(after)) => {
                Some(Review::Every { months: self.every_years?.checked_mul(12)?, after })
            }
            _ => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndDraft {
    pub(super) source: EndSource,
    until: Option<UntilAsked>,
    #[serde(default)]
    ever: bool,
    earliest: Option<Vec<MomentDraft>>,
    latest: Option<Vec<MomentDraft>>,
    age: Option<u16>,
    at_least_years: Option<u16>,
    unknown_years: Option<u16>,
    otherwise: Option<MomentDraft>,
    // A moment's own fields; what is not known to anybody must not be passed over, so they are not flattened.
    event: Option<Anchor>,
    after: Option<Anchor>,
    years: Option<u16>,
    months: Option<u16>,
    days: Option<u16>,
    working_days: Option<u16>,
    #[serde(default)]
    year_end: bool,
    window: Option<Window>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum UntilAsked {
    Asked,
}

/// Who may give another number of months.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Window {
    Scheme,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MomentDraft {
    pub(super) event: Option<Anchor>,
    pub(super) after: Option<Anchor>,
    pub(super) years: Option<u16>,
    pub(super) months: Option<u16>,
    pub(super) days: Option<u16>,
    pub(super) working_days: Option<u16>,
    #[serde(default)]
    pub(super) year_end: bool,
    pub(super) window: Option<Window>,
}

impl EndDraft {
    pub(super) fn length(&self) -> Result<Length, &'static str> {
        let kinds = [
            self.until.is_some(),
            self.ever,
            self.earliest.is_some(),
            self.latest.is_some(),
            self.age.is_some(),
            self.event.is_some() || self.after.is_some(),
        ];
        if kinds.iter().filter(|is| **is).count() != 1 {
            return Err("an end is one of until, ever, event, after, age, earliest, latest");
        }
        let own = self.moment();
        if !kinds[5] && own.says_how_long() {
            return Err("how long, the year's end and a window belong to an event or to what is after one");
        }
        if self.age.is_none() && (self.at_least_years.is_some() || self.unknown_years.is_some()) {
            return Err("at_least_years and unknown_years belong to an age");
        }
        if !kinds[5] && self.otherwise.is_some() {
            return Err("otherwise belongs to an event or to what is after one");
        }
        if let Some(years) = self.age {
            let (Some(at_least_years), Some(unknown_years)) = (self.at_least_years, self.unknown_years) else {
                return Err("an age says at_least_years and unknown_years too");
            };
            return Ok(Length::Age { years, at_least_years, unknown_years });
        }
        if let Some(drafts) = &self.earliest {
            return Ok(Length::Earliest { moments: moments(drafts)? });
        }
        if let Some(drafts) = &self.latest {
            return Ok(Length::Latest { moments: moments(drafts)? });
        }
        if kinds[5] {
            let otherwise = self.otherwise.as_ref().map(MomentDraft::moment).transpose()?;
            return Ok(Length::Until { moment: own.moment()?, otherwise });
        }
        Ok(if self.ever { Length::Ever } else { Length::Asked })
    }

    fn moment(&self) -> MomentDraft {
        MomentDraft {
            event: self.event,
            after: self.after,
            years: self.years,
            months: self.months,
            days: self.days,
            working_days: self.working_days,
            year_end: self.year_end,
            window: self.window,
        }
    }
}

fn moments(drafts: &[MomentDraft]) -> Result<Vec<Moment>, &'static str> {
    if drafts.len() < 2 {
        return Err("the earliest and the latest are of two or more");
    }
    drafts.iter().map(MomentDraft::moment).collect()
}

impl MomentDraft {
    fn says_how_long(&self) -> bool {
        let lengths = [self.years, self.months, self.days, self.working_days];
        lengths.iter().any(Option::is_some) || self.year_end || self.window.is_some()
    }

    fn moment(&self) -> Result<Moment, &'static str> {
        match (self.event, self.after) {
            (Some(_), None) if self.says_how_long() => Err("an event lasts no time; what is after it does"),
            (Some(anchor), None) if !anchor.lies_ahead() => {
                Err("nobody waits for this event: it has happened, or is known")
            }
            (Some(anchor), None) => Ok(Moment::after(anchor, 0)),
            (None, Some(_)) if !self.says_how_long() => Err("what is after something says how long after"),
            (None, Some(anchor)) => self.after(anchor),
            _ => Err("a moment is an event, or after one"),
        }
    }

    fn after(&self, anchor: Anchor) -> Result<Moment, &'static str> {
        let years = self.years.unwrap_or(0).checked_mul(12);
        let Some(months) = years.and_then(|months| months.checked_add(self.months.unwrap_or(0))) else {
            return Err("that is longer than anything is kept");
        };
        match anchor {
            Anchor::Birth => return Err("what follows from the birth date is an age"),
            Anchor::Reviewed => return Err("what follows from a review is another review"),
            Anchor::AccountingYearEnd if self.year_end => return Err("an accounting year has an end of its own"),
            anchor if self.window.is_some() && anchor != Anchor::ValidUntil => {
                return Err("a scheme's window begins when the certificate has run out");
            }
            _ => {}
        }
        Ok(Moment {
            anchor,
            months,
            year_end: self.year_end,
            days: self.days.unwrap_or(0),
            working_days: self.working_days.unwrap_or(0),
            scheme_window: self.window.is_some(),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) ground: Ground,
    #[serde(default)]
    pub(super) class: Option<Class>,
    #[serde(default)]
    pub(super) certified: Option<bool>,
    pub(super) category: Spanned<Category>,
}

impl Row {
    pub(super) fn cells(&self) -> impl Iterator<Item = (Class, Ground, bool)> + '_ {
        all_cells().filter(|(class, ground, certified)| {
            *ground == self.ground
                && self.class.is_none_or(|c| c == *class)
                && self.certified.is_none_or(|c| c == *certified)
        })
    }
}

pub(super) fn all_cells() -> impl Iterator<Item = (Class, Ground, bool)> {
    Class::ALL.iter().flat_map(|class| {
        Ground::ALL.iter().flat_map(move |ground| [true, false].map(|certified| (*class, *ground, certified)))
    })
}
