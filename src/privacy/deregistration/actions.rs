//! What is reported about the person of an account, and by whom.

use crate::{
    access::{Action, Demand},
    words::AccountId,
};

/// The operator was told that the account is a child's.
#[derive(Clone, Copy, Debug)]
pub struct ReportMinor {
    /// Which.
    pub account: AccountId,
}

impl Action for ReportMinor {
    const NAME: &'static str = "report_minor";
    fn demand(&self) -> Demand {
        Demand::Operator
    }
}

/// Another operator confirms that the account is a child's, or does not.
#[derive(Clone, Copy, Debug)]
pub struct AnswerMinor {
    /// Which.
    pub account: AccountId,
}

impl Action for AnswerMinor {
    const NAME: &'static str = "answer_minor";
    fn demand(&self) -> Demand {
        Demand::Operator
    }
}

/// The operator was told that the person of the account has died.
#[derive(Clone, Copy, Debug)]
pub struct ReportDeath {
    /// Which.
    pub account: AccountId,
}

impl Action for ReportDeath {
    const NAME: &'static str = "report_death";
    fn demand(&self) -> Demand {
        Demand::Operator
    }
}
