//! Chance with a seed: the same world on every machine and every day. SplitMix64, because a page of arithmetic is all it
//! takes and nobody's secrets hang on it.

use attest::words::{Identifier, Instant};
use uuid::Builder;

/// A stream of numbers.
pub struct Chance(u64);

/// What a stream is about: the same number gives another stream for another kind of thing.
#[derive(Clone, Copy)]
pub enum Of {
    Organisation = 1,
    Course,
    Person,
    OwnPerson,
    Card,
    Account,
    Completion,
    Newcomer,
    Disclosure,
    Caller,
    Hash,
    Certificate,
}

impl Chance {
    /// The stream of the n-th thing of a kind.
    pub fn of(kind: Of, n: u64) -> Self {
        let mut chance = Self(0x41_74_74_65_73_74 ^ ((kind as u64) << 56) ^ n.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        chance.next();
        chance
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Any number below `n`, each as likely as the next.
    pub fn below(&mut self, n: u64) -> u64 {
        u64::try_from((u128::from(self.next()) * u128::from(n)) >> 64).unwrap_or(0)
    }

    /// A number below `n`, the small ones far more often: with `power` 3 the first of 200 comes up every sixth time.
    pub fn skewed(&mut self, n: u64, power: i32) -> u64 {
        let unit = self.below(1 << 32) as f64 / (1_u64 << 32) as f64;
        ((n as f64 * unit.powi(power)) as u64).min(n - 1)
    }

    /// True `percent` times of a hundred.
    pub fn is_within(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn one_of<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[usize::try_from(self.below(list.len() as u64)).unwrap_or(0)]
    }

    /// A UUIDv7 for an instant.
    pub fn id<I: Identifier>(&mut self, at: Instant) -> I {
        let mut tail = [0_u8; 10];
        tail[..8].copy_from_slice(&self.next().to_be_bytes());
        tail[8..].copy_from_slice(&self.next().to_be_bytes()[..2]);
        let millis = u64::try_from(at.utc().timestamp_millis()).unwrap_or(0);
        I::from_uuid(Builder::from_unix_timestamp_millis(millis, &tail).into_uuid())
    }

    /// Text as long as a hash, and as scattered.
    pub fn hash(&mut self) -> String {
        format!("{:016x}{:016x}{:011x}", self.next(), self.next(), self.next() >> 20)
    }
}
