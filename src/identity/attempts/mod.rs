//! Attempts: what is tried again and again gets slower, and is never blocked for ever.
//!
//! Nothing here knows an address: what was tried is counted under a hash that only this installation can make.

pub mod store;

use chrono::TimeDelta;

use crate::words::Instant;

/// So many failures cost nothing.
const FREE: i64 = 5;
/// The longest wait between two attempts.
const LONGEST_WAIT_SECONDS: i64 = 15 * 60;
/// So many letters a day go to one address, whoever asks for them.
const LETTERS_A_DAY: i64 = 5;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// Signing in with a password.
    SignIn,
    /// Asking for a letter to an address: a sign-up or a new password.
    Letter,
}

impl Tried {
    fn code(self) -> &'static str {
        match self {
            Tried::SignIn => "sign_in",
            Tried::Letter => "letter",
        }
    }
}

/// How many seconds must still pass before another attempt.
fn wait_after(failures: i64, last_at: Instant, now: Instant) -> i64 {
    if failures < FREE {
        return 0;
    }
    let doublings = u32::try_from((failures - FREE + 1).min(10)).unwrap_or(10);
    let wait = 2_i64.pow(doublings).min(LONGEST_WAIT_SECONDS);
    (last_at.seconds() + wait - now.seconds()).clamp(0, LONGEST_WAIT_SECONDS)
}

fn is_yesterday(last_at: Instant, now: Instant) -> bool {
    last_at.plus(TimeDelta::days(1)) <= now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_failures_are_free_then_the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let at = Instant::parse("2026-03-02T09:00:00Z").expect("an instant");
        let waits: Vec<i64> = [0, 4, 5, 6, 7, 13, 14, 1000].map(|failures| wait_after(failures, at, at)).to_vec();
        assert_eq!(waits, [0, 0, 2, 4, 8, 512, 900, 900]);
        assert_eq!(wait_after(1000, at, at.plus(TimeDelta::minutes(15))), 0);
    }
}
