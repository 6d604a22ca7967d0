//! What can go wrong at the database, with constraint violations turned into meaning in one place.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A database error. It never carries a value: PostgreSQL's DETAIL holds them, so only kind, SQLSTATE-like class and
/// constraint are kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A row with this key exists.
    #[error("unique: {0}")]
    Taken(String),
    /// A row refers to one that does not exist.
    #[error("foreign key: {0}")]
    Dangling(String),
    /// A check was not met.
    #[error("check: {0}")]
    Check(String),
    /// Two transactions got in each other's way; trying again helps.
    #[error("serialization failure")]
    Clash,
    /// No row where one was expected.
    #[error("no such row")]
    NoRow,
    /// There is no room left on the disk.
    #[error("the disk is full")]
    Full,
    /// The database cannot be reached, or not in time.
    #[error("the database is not available: {0}")]
    Unavailable(&'static str),
    /// Anything else, by kind only.
    #[error("database: {0}")]
    Other(String),
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Error::NoRow,
            DieselError::DatabaseError(kind, info) => {
                // SQLite names the columns in its message ("UNIQUE constraint failed: cards.holder, cards.person");
                // PostgreSQL names the constraint, and its message repeats no value.
                let at = info.constraint_name().map(str::to_owned).unwrap_or_else(|| sqlite_columns(info.message()));
                match kind {
                    DatabaseErrorKind::UniqueViolation => Error::Taken(at),
                    DatabaseErrorKind::ForeignKeyViolation => Error::Dangling(at),
                    DatabaseErrorKind::CheckViolation | DatabaseErrorKind::NotNullViolation => Error::Check(at),
                    DatabaseErrorKind::SerializationFailure => Error::Clash,
                    DatabaseErrorKind::ClosedConnection => Error::Unavailable("the connection was closed"),
                    _ => unclassified(info.message()),
                }
            }
            DieselError::DeserializationError(_) => Error::Other("a value could not be read".into()),
            DieselError::SerializationError(_) => Error::Other("a value could not be written".into()),
            _ => Error::Other("query".into()),
        }
    }
}

fn sqlite_columns(message: &str) -> String {
    message.rsplit_once("failed: ").map_or(String::new(), |(_, columns)| columns.to_owned())
}

fn unclassified(message: &str) -> Error {
    if message.contains("disk is full") || message.contains("No space left") {
        Error::Full
    } else if message.contains("deadlock detected") {
        Error::Clash
    } else if message.contains("database is locked") {
        Error::Unavailable("the database is locked")
    } else if message.contains("no connection to the server") {
        // libpq's own words, without a class, for a server that went away since the connection was last used.
        Error::Unavailable("the server went away")
    } else {
        // The first words name the kind of error; values stand in quotes or after a colon.
        let kind: String = message.chars().take_while(|c| !matches!(c, '"' | ':' | '\'' | '\n')).take(80).collect();
        Error::Other(kind.trim().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_databases_only_say_in_words_is_understood() {
        for (message, expected) in [
            ("database or disk is full", Error::Full),
            ("could not extend file \"base/5/1\": No space left on device", Error::Full),
            ("deadlock detected", Error::Clash),
            ("database is locked", Error::Unavailable("the database is locked")),
            ("no connection to the server\n", Error::Unavailable("the server went away")),
            ("invalid input: \"anna@example.no\"", Error::Other("invalid input".into())),
        ] {
            let said = DieselError::DatabaseError(DatabaseErrorKind::Unknown, Box::new(message.to_owned()));
            assert_eq!(Error::from(said), expected, "{message}");
        }
    }
}
