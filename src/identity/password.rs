//! Passwords: what is accepted, and how they are kept (argon2id).
//!
//! Nothing here runs on the thread that writes to the database: hashing takes tens of milliseconds on purpose.

use std::{fmt, sync::LazyLock};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use serde_json::Value;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type};

use crate::{
    platform::{
        input::{Email, Field, Reading, fault},
        problem::{Findings, Problem},
        vault,
    },
    words::Fault,
};

const SHORTEST: usize = 10;
const LONGEST: usize = 200;
/// The first choices of guessers, one a line, lower case, sorted by bytes.
const COMMON: &str = include_str!("common_passwords.txt");
/// A shorter local part stands in too many good passwords by chance.
const LEAST_LOCAL_PART: usize = 4;

/// OWASP's least setting for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A password as somebody typed it, in one Unicode form, so that two keyboards agree. It is never printed.
#[derive(Clone)]
pub struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Password {
    /// The password of a text that is known to be one.
    pub fn of(text: &str) -> Self {
        Self(text.nfc().collect())
    }
}

impl Field for Password {
    fn read(value: &Value, _: &Reading) -> Result<Self, Findings> {
        let Some(text) = value.as_str() else { return fault(Fault::WrongType { expected: "string" }) };
        let password = Self::of(text);
        match password.0.chars().count() {
            0 => fault(Fault::Empty),
            length if length > LONGEST => fault(Fault::TooLong { max: LONGEST }),
            _ => Ok(password),
        }
    }
    fn describe() -> RefOr<Schema> {
        schema(1)
    }
}

fn schema(shortest: usize) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .min_length(Some(shortest))
        .max_length(Some(LONGEST))
        .into()
}

/// A password somebody chooses: long enough, and not among the first guesses.
#[derive(Clone, Debug)]
pub struct NewPassword(Password);

impl NewPassword {
    /// Does it hold the person's own address, or the part before the at sign?
    pub fn gives_away(&self, email: &Email) -> bool {
        let folded = self.0.0.to_lowercase();
        let local = email.key().split('@').next().unwrap_or_default();
        folded.contains(email.key()) || (local.chars().count() >= LEAST_LOCAL_PART && folded.contains(local))
    }

    /// The password, to be hashed.
    pub fn into_password(self) -> Password {
        self.0
    }
}

impl Field for NewPassword {
    fn read(value: &Value, reading: &Reading) -> Result<Self, Findings> {
        let password = Password::read(value, reading)?;
        if password.0.chars().count() < SHORTEST {
            return fault(Fault::TooShort { min: SHORTEST });
        }
        if is_common(&password.0) {
            return fault(Fault::CommonPassword);
        }
        Ok(Self(password))
    }
    fn describe() -> RefOr<Schema> {
        schema(SHORTEST)
    }
}

fn is_common(password: &str) -> bool {
    static LINES: LazyLock<Vec<&'static str>> = LazyLock::new(|| COMMON.lines().collect());
    LINES.binary_search(&password.to_lowercase().as_str()).is_ok()
}

/// Each hash takes 19 MiB: more at a time than there are processors would only take memory.
static TURNS: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)));

/// Hashes a password beside the threads that answer requests.
///
/// # Errors
/// Our own.
pub async fn hash(password: Password) -> Result<String, Problem> {
    let _turn = TURNS.acquire().await.map_err(Problem::internal)?;
    tokio::task::spawn_blocking(move || hash_here(&password)).await.map_err(Problem::internal)?
}

/// Hashes a password on this thread, for commands.
///
/// # Errors
/// Our own.
pub fn hash_here(password: &Password) -> Result<String, Problem> {
    let mut salt = [0; 16];
    vault::fill_random(&mut salt);
    let hash: PasswordHash =
        argon2()?.hash_password_with_salt(password.0.as_bytes(), &salt).map_err(Problem::internal)?;
    Ok(hash.to_string())
}

/// Is this the password of the hash? Without a hash the answer is no, and takes as long.
///
/// # Errors
/// Our own.
pub async fn matches(password: Password, hash: Option<String>) -> Result<bool, Problem> {
    let _turn = TURNS.acquire().await.map_err(Problem::internal)?;
    tokio::task::spawn_blocking(move || match hash {
        Some(hash) => Ok(argon2()?.verify_password(password.0.as_bytes(), hash.as_str()).is_ok()),
        None => hash_here(&password).map(|_| false),
    })
    .await
    .map_err(Problem::internal)?
}

fn argon2() -> Result<Argon2<'static>, Problem> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Problem::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Day;

    fn reading() -> Reading {
        Reading { today: "2026-03-02".parse::<Day>().expect("a day") }
    }

    fn read(text: &str) -> Result<NewPassword, Vec<Fault>> {
        NewPassword::read(&Value::from(text), &reading())
            .map_err(|findings| findings.into_vec().into_iter().map(|finding| finding.fault).collect())
    }

    #[test]
    fn a_password_is_long_enough_and_not_among_the_first_guesses() {
        assert!(read("blå hest i regnvær").is_ok());
        assert_eq!(read("kort").err(), Some(vec![Fault::TooShort { min: 10 }]));
        assert_eq!(read(&"x".repeat(201)).err(), Some(vec![Fault::TooLong { max: 200 }]));
        assert_eq!(read("Password123").err(), Some(vec![Fault::CommonPassword]));
    }

    #[test]
    fn the_list_is_sorted_so_that_the_search_finds_every_line() {
        assert!(COMMON.lines().is_sorted());
        assert!(COMMON.lines().all(is_common));
    }

    #[test]
    fn the_own_address_gives_a_password_away_but_a_short_local_part_does_not() {
        let email = |text: &str| Email::read(&Value::from(text), &reading()).expect("an address");
        let chosen = read("xx-Astrid-2026").expect("long enough");
        assert!(chosen.gives_away(&email("astrid@example.no")));
        assert!(!chosen.gives_away(&email("as@example.no")));
        assert!(read("as@example.no").expect("long enough").gives_away(&email("as@example.no")));
    }

    #[test]
    fn a_hash_says_how_it_was_made_and_is_never_the_same_twice() {
        let password = Password::of("blå hest i regnvær");
        let (one, two) = (hash_here(&password).expect("hashed"), hash_here(&password).expect("hashed"));
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_ne!(one, two);
        assert!(!format!("{password:?}").contains("hest"));
    }
}
