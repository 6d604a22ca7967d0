//! Today's answers, kept in memory for whoever asks next: a code on a notice board is asked for by everybody who walks past.
//!
//! Nobody is shown an answer that is older than a minute, whoever kept it on its way: an answer leaves with what is left of
//! its minute, and a cache between here and whoever asks may keep it no longer. What is done to a certificate on this
//! instance is seen at once, on the others within the minute.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::TimeDelta;

use super::Verified;
use crate::{law::calendar, platform::problem::Problem, words::*};

/// How old an answer may get.
pub const OLDEST_SECONDS: i64 = 60;
/// Room for answers about certificates, in bytes: some ten thousand.
const ROOM: usize = 32 * 1024 * 1024;
/// Anybody can make up codes, so those that lead nowhere have a room of their own, from which they push out only each other.
const ROOM_FOR_NOTHING: usize = 2 * 1024 * 1024;
/// What an answer takes besides its text, roughly.
const OVERHEAD: usize = 512;

/// An answer as it was read from the database.
#[derive(Debug)]
pub struct Kept {
    /// The answer.
    pub verified: Verified,
    /// The same as JSON.
    pub json: String,
    read_at: Instant,
    until: Instant,
    outdated: u64,
}

impl Kept {
    /// Keeps an answer that was read at an instant, when so much had become outdated.
    ///
    /// # Errors
    /// An answer that cannot be written.
    pub fn new(verified: Verified, read_at: Instant, outdated: u64) -> Result<Self, Problem> {
        let json = serde_json::to_string(&verified.answer).map_err(Problem::internal)?;
        Ok(Self { verified, json, read_at, until: until(read_at), outdated })
    }

    /// For how many more seconds whoever is given it may keep it.
    pub fn seconds_left(&self, now: Instant) -> i64 {
        (self.until.utc() - now.utc()).num_seconds().clamp(0, OLDEST_SECONDS)
    }

    /// A clock that was set back makes nothing fresh again.
    fn holds(&self, now: Instant, outdated: u64) -> bool {
        self.read_at <= now && now < self.until && self.outdated == outdated
    }

    fn size(&self) -> usize {
        OVERHEAD + 2 * self.json.len()
    }
}

/// Until when an answer is today's, and a minute at most. Midnight in Oslo is the beginning of a minute everywhere.
fn until(read_at: Instant) -> Instant {
    const MINUTE: i64 = 60 * 1_000_000;
    let minute_ends = TimeDelta::microseconds(MINUTE - read_at.utc().timestamp_micros().rem_euclid(MINUTE));
    let next_minute = read_at.plus(minute_ends);
    if calendar::oslo_day(next_minute) == calendar::oslo_day(read_at) {
        return read_at.plus(TimeDelta::seconds(OLDEST_SECONDS));
    }
    next_minute
}

/// The answers of this process.
#[derive(Debug)]
pub struct Answers(Mutex<Shelves>);

#[derive(Debug)]
struct Shelves {
    certificates: Shelf,
    nothing: Shelf,
}

impl Default for Answers {
    fn default() -> Self {
        Self::with_room_for(ROOM, ROOM_FOR_NOTHING)
    }
}

impl Answers {
    /// Room for so many bytes of answers about certificates, and about codes that lead nowhere.
    pub fn with_room_for(certificates: usize, nothing: usize) -> Self {
        Self(Mutex::new(Shelves { certificates: Shelf::of(certificates), nothing: Shelf::of(nothing) }))
    }

    /// What was answered about a code, if that holds at this instant, when so much has become outdated.
    pub fn kept(&self, code: VerificationCode, now: Instant, outdated: u64) -> Option<Arc<Kept>> {
        let shelves = self.shelves();
        let on = |shelf: &Shelf| shelf.answers.get(&code).filter(|kept| kept.holds(now, outdated)).cloned();
        on(&shelves.certificates).or_else(|| on(&shelves.nothing))
    }

    /// Keeps what is answered about a code.
    pub fn keep(&self, code: VerificationCode, answer: Arc<Kept>) {
        let mut shelves = self.shelves();
        match answer.verified.answer.issuer {
            Some(_) => shelves.certificates.put(code, answer),
            None => shelves.nothing.put(code, answer),
        }
    }

    fn shelves(&self) -> std::sync::MutexGuard<'_, Shelves> {
        // A thread that panicked has left whole answers behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers, and the order they came in.
#[derive(Debug)]
struct Shelf {
    room: usize,
    taken: usize,
    answers: HashMap<VerificationCode, Arc<Kept>>,
    order: VecDeque<Place>,
}

/// What an answer takes, until it has run out; also where another has taken its place.
#[derive(Debug)]
struct Place {
    code: VerificationCode,
    until: Instant,
    size: usize,
}

impl Shelf {
    fn of(room: usize) -> Self {
        Self { room, taken: 0, answers: HashMap::new(), order: VecDeque::new() }
    }

    fn put(&mut self, code: VerificationCode, answer: Arc<Kept>) {
        let (now, place) = (answer.read_at, Place { code, until: answer.until, size: answer.size() });
        self.taken += place.size;
        self.order.push_back(place);
        self.answers.insert(code, answer);
        while self.order.front().is_some_and(|oldest| self.taken > self.room || oldest.until <= now) {
            self.clear_the_oldest();
        }
    }

    fn clear_the_oldest(&mut self) {
        let Some(Place { code, until, size }) = self.order.pop_front() else { return };
        self.taken -= size;
        if self.answers.get(&code).is_some_and(|kept| kept.until == until) {
            self.answers.remove(&code);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificates::verify::{NamedIssuer, Verification, answer};

    const NOON: &str = "2026-03-02T11:00:00Z";

    fn at(text: &str) -> Instant {
        Instant::parse(text).expect("an instant")
    }

    fn code(n: u128) -> VerificationCode {
        VerificationCode::from_random(n)
    }

    fn kept_at(read_at: Instant, issuer: Option<NamedIssuer>) -> Arc<Kept> {
        let answer = Verification { issuer, ..answer(None, calendar::oslo_day(read_at)) };
        Arc::new(Kept::new(Verified { certificate: None, answer }, read_at, 0).expect("written"))
    }

    fn some() -> Option<NamedIssuer> {
        Some(NamedIssuer { name: String::new(), number: String::new() })
    }

    #[test]
    fn an_answer_holds_for_a_minute_wherever_it_is_kept() {
        let (answers, noon) = (Answers::default(), at(NOON));
        answers.keep(code(1), kept_at(noon, some()));
        for (after, left) in [(0, 60), (1, 59), (59, 1)] {
            let now = noon.plus(TimeDelta::seconds(after));
            let kept = answers.kept(code(1), now, 0).expect("still there");
            assert_eq!(kept.seconds_left(now), left, "after {after} s");
        }
        assert_eq!(kept_at(noon, None).seconds_left(noon.plus(TimeDelta::milliseconds(59_001))), 0);
        for after in [60, 3600, -1] {
            assert!(answers.kept(code(1), noon.plus(TimeDelta::seconds(after)), 0).is_none(), "after {after} s");
        }
    }

    #[test]
    fn an_answer_of_yesterday_is_not_today_s() {
        for (read_at, midnight) in [
            ("2026-01-31T22:59:30.5Z", "2026-01-31T23:00:00Z"),
            ("2026-06-30T21:59:59.999999Z", "2026-06-30T22:00:00Z"),
        ] {
            let (answers, read_at, midnight) = (Answers::default(), at(read_at), at(midnight));
            answers.keep(code(1), kept_at(read_at, some()));
            let last = midnight.plus(-TimeDelta::microseconds(1));
            assert_eq!(answers.kept(code(1), last, 0).map(|kept| kept.seconds_left(last)), Some(0));
            assert!(answers.kept(code(1), midnight, 0).is_none(), "{midnight}");
        }
    }

    #[test]
    fn what_was_done_to_a_certificate_here_outdates_every_answer() {
        let (answers, noon) = (Answers::default(), at(NOON));
        answers.keep(code(1), kept_at(noon, some()));
        assert!(answers.kept(code(1), noon, 1).is_none());
    }

    #[test]
    fn the_room_is_never_exceeded_and_invented_codes_push_out_only_each_other() {
        let (noon, size) = (at(NOON), kept_at(at(NOON), None).size());
        let answers = Answers::with_room_for(3 * kept_at(noon, some()).size(), 2 * size);
        (0..4).for_each(|n| answers.keep(code(n), kept_at(noon, some())));
        (10..1000).for_each(|n| answers.keep(code(n), kept_at(noon, None)));
        let there: Vec<u128> = (0..1000).filter(|n| answers.kept(code(*n), noon, 0).is_some()).collect();
        assert_eq!(there, [1, 2, 3, 998, 999]);
        let nothing = Answers::with_room_for(0, 0);
        nothing.keep(code(1), kept_at(noon, some()));
        assert!(nothing.kept(code(1), noon, 0).is_none());
    }

    #[test]
    fn what_has_run_out_leaves_nothing_behind() {
        let (answers, noon) = (Answers::default(), at(NOON));
        for minute in 0..100 {
            answers.keep(code(1), kept_at(noon.plus(TimeDelta::minutes(minute)), some()));
        }
        assert_eq!(answers.shelves().certificates.order.len(), 1);
    }
}
