//! How long a competence lasts. The rule is data of the competence; a certificate will compute its day from it.

use serde::{Deserialize, Serialize};

/// The expiry rule of a competence. Months are calendar months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ExpiryRule {
    /// It lasts for life.
    Never,
    /// It ends so many months after the completion.
    After {
        /// Months.
        months: u16,
    },
    /// It ends on the last day of the month, so many months after the completion (GSK).
    EndOfMonthAfter {
        /// Months.
        months: u16,
        /// Within so many months after the last completion a repetition is enough.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reinstatement_months: Option<u16>,
    },
    /// It ends with the employment, and at most so many months after the issue (HMS card).
    WhileEmployed {
        /// Months.
        months: u16,
    },
    /// Renewed inside the window it counts from the old expiry, earlier from the new completion (YSK, ADR).
    RenewalWindow {
        /// Months.
        months: u16,
        /// Length of the window before the expiry, in months.
        window_months: u16,
    },
}
