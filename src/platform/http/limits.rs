//! Rate limits: so many requests a minute for each account, each API client, and each address that is not signed in. They
//! are counted per instance and protect the service; guessing of passwords is slowed in the database.

use std::{net::IpAddr, num::NonZeroU32};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use uuid::Uuid;

use crate::{access::Actor, platform::problem::Problem};

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Counted {
    Actor(Uuid),
    Address(IpAddr),
}

impl Counted {
    /// Whom a request counts for. From the same machine it comes through a proxy, which stands for everybody and must do
    /// the counting of addresses itself.
    pub(super) fn of(actor: &Actor, address: Option<IpAddr>) -> Option<Self> {
        let known = actor.done_by().1.map(Self::Actor);
        known.or_else(|| address.filter(|address| !address.is_loopback()).map(Self::Address))
    }
}

/// The counters of this process.
pub struct Limits {
    limiter: Option<DefaultKeyedRateLimiter<Counted>>,
    /// How many a minute; a request counts for no more.
    most: NonZeroU32,
    clock: DefaultClock,
}

/// Who has been quiet is forgotten once so many are remembered.
const REMEMBERED: usize = 100_000;

impl Limits {
    /// So many requests a minute, all of which may come at once; 0 for no limit.
    pub fn per_minute(requests: u32) -> Self {
        let limiter = NonZeroU32::new(requests).map(|requests| RateLimiter::keyed(Quota::per_minute(requests)));
        let most = NonZeroU32::new(requests).unwrap_or(NonZeroU32::MIN);
        Self { limiter, most, clock: DefaultClock::default() }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// 429, with the seconds to wait.
    pub(super) fn count(&self, counted: Option<Counted>) -> Result<(), Problem> {
        self.count_as(counted, NonZeroU32::MIN)
    }

    /// Counts a request as so many.
    ///
    /// # Errors
    /// 429, with the seconds to wait.
    pub(super) fn count_as(&self, counted: Option<Counted>, requests: NonZeroU32) -> Result<(), Problem> {
        let (Some(limiter), Some(counted)) = (&self.limiter, counted) else { return Ok(()) };
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        let Ok(counted) = limiter.check_key_n(&counted, requests.min(self.most)) else { return Ok(()) };
        counted.map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            Problem::too_many(i64::try_from(wait.as_secs()).unwrap_or(60) + 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::problem::Kind;

    #[test]
    fn who_asks_too_often_waits_and_nobody_else_does() {
        let limits = Limits::per_minute(3);
        let from = |address: [u8; 4]| Counted::of(&Actor::Anyone, Some(address.into()));
        let (here, there) = (from([10, 0, 0, 1]), from([10, 0, 0, 2]));
        for _ in 0..3 {
            assert_eq!(limits.count(here), Ok(()));
        }
        let refused = limits.count(here).expect_err("the fourth within a minute");
        assert_eq!(refused.kind, Kind::TooMany);
        assert!(refused.retry_after.is_some_and(|seconds| (1..=21).contains(&seconds)));
        assert_eq!(limits.count(there), Ok(()));
        assert_eq!(Limits::per_minute(0).count(here), Ok(()));
        assert_eq!(from([127, 0, 0, 1]), None, "a proxy stands for everybody");
    }
}
