//! Whether work that needs somebody outside is tried at all. A door that is shut says nothing about the work before it: so
//! the work waits unharmed, and one attempt at a time finds out whether the door is open again.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use prometheus_client::metrics::gauge::Gauge;

use super::clock::Clock;
use crate::words::Instant;

/// How long nothing is tried after the first refusal; each further one doubles it.
const SHORTEST: TimeDelta = TimeDelta::minutes(1);
const LONGEST: TimeDelta = TimeDelta::minutes(15);
/// How long fewer are let through after there was no room for more.
const NARROWED: TimeDelta = TimeDelta::minutes(15);

/// The door to somebody outside. What it remembers lives in this process: another instance may stand before another door.
#[derive(Debug)]
pub struct Gate {
    to: &'static str,
    at_once: usize,
    clock: Clock,
    shown: Gauge,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    shut: Option<Shut>,
    times_shut: u64,
    narrowed: Option<Narrowed>,
}

#[derive(Debug)]
struct Shut {
    since: Instant,
    wait: TimeDelta,
    reason: String,
}

#[derive(Debug)]
struct Narrowed {
    since: Instant,
    to: usize,
}

impl Gate {
    /// An open gate that lets so many through at once. The gauge shows 1 while it is shut.
    #[must_use]
    pub fn new(to: &'static str, at_once: usize, clock: Clock, shown: Gauge) -> Self {
        Self { to, at_once, clock, shown, state: Mutex::default() }
    }

    /// How many may be under way now. Shut: none, or the one that finds out.
    pub fn room(&self) -> usize {
        let now = self.clock.now();
        let state = self.state();
        match (&state.shut, &state.narrowed) {
            (Some(shut), _) if shut.is_tight(now) => 0,
            (Some(_), _) => 1,
            (None, Some(narrowed)) if lasts(now, narrowed.since, NARROWED) => narrowed.to,
            (None, _) => self.at_once,
        }
    }

    /// How often it was shut: whoever came in before the last time proves nothing by being in.
    pub fn times_shut(&self) -> u64 {
        self.state().times_shut
    }

    /// Somebody was let in, who came when it had been shut so often.
    pub fn opened(&self, times_shut: u64) {
        let mut state = self.state();
        if state.times_shut == times_shut && state.shut.take().is_some() {
            self.shown.set(0);
            tracing::info!(kind = self.to, "it is taken again: what waited goes on");
        }
    }

    /// Nobody is let in. The reason must name neither persons nor secrets.
    pub fn shut(&self, reason: &str) {
        let now = self.clock.now();
        let mut state = self.state();
        let wait = match &state.shut {
            // Those that were under way when it shut say the same once more.
            Some(shut) if shut.is_tight(now) => return,
            Some(shut) => (shut.wait * 2).min(LONGEST),
            None => SHORTEST,
        };
        if state.shut.as_ref().is_none_or(|shut| shut.reason != reason) {
            tracing::error!(kind = self.to, reason, "stopped: nothing of this kind is tried, and all of it waits");
        }
        state.times_shut += 1;
        state.shut = Some(Shut { since: now, wait, reason: reason.to_owned() });
        self.shown.set(1);
    }

    /// There is room for those who are in, and for no more.
    pub fn narrow(&self, to: usize) {
        let since = self.clock.now();
        self.state().narrowed = Some(Narrowed { since, to: to.clamp(1, self.at_once) });
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shut {
    fn is_tight(&self, now: Instant) -> bool {
        lasts(now, self.since, self.wait)
    }
}

/// Is `now` within the span? Not before it either: a clock that was put back must not keep a gate shut.
fn lasts(now: Instant, since: Instant, span: TimeDelta) -> bool {
    (since..since.plus(span)).contains(&now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> (Gate, Clock, Gauge) {
        let clock = Clock::standing_at(Instant::parse("2026-03-02T09:00:00Z").expect("an instant"));
        let shown = Gauge::default();
        (Gate::new("mail", 8, clock.clone(), shown.clone()), clock, shown)
    }

    fn later(clock: &Clock, minutes: i64) {
        clock.move_to(clock.now().plus(TimeDelta::minutes(minutes)));
    }

    #[test]
    fn the_wait_doubles_with_each_probe_up_to_a_quarter_of_an_hour_and_begins_anew() {
        let (gate, clock, shown) = gate();
        for wait in [1, 2, 4, 8, 15, 15] {
            gate.shut("535");
            assert_eq!((gate.room(), shown.get()), (0, 1));
            later(&clock, wait - 1);
            clock.move_to(clock.now().plus(TimeDelta::seconds(59)));
            assert_eq!(gate.room(), 0, "after {wait} minutes less a second");
            clock.move_to(clock.now().plus(TimeDelta::seconds(1)));
            assert_eq!(gate.room(), 1, "after {wait} minutes");
        }
        gate.opened(gate.times_shut());
        assert_eq!((gate.room(), shown.get()), (8, 0));
        gate.shut("535");
        later(&clock, 1);
        assert_eq!(gate.room(), 1);
    }

    #[test]
    fn those_that_were_under_way_when_it_shut_do_not_make_the_wait_longer() {
        let (gate, clock, _) = gate();
        for _ in 0..8 {
            gate.shut("no connection");
        }
        later(&clock, 1);
        assert_eq!(gate.room(), 1);
    }

    #[test]
    fn a_clock_that_was_put_back_does_not_keep_it_shut() {
        let (gate, clock, _) = gate();
        gate.shut("535");
        later(&clock, -60);
        assert_eq!(gate.room(), 1);
    }

    #[test]
    fn where_there_is_no_room_for_more_fewer_go_for_a_while() {
        let (gate, clock, _) = gate();
        gate.narrow(3);
        assert_eq!(gate.room(), 3);
        gate.narrow(0);
        assert_eq!(gate.room(), 1);
        later(&clock, 15);
        assert_eq!(gate.room(), 8);
    }
}
