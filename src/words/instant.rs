//! Instants (UTC, to the microsecond) and days (Europe/Oslo dates).

use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize, Serializer};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type};

use super::Lang;

/// A legal day: a date in Europe/Oslo, never an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(NaiveDate);

const MONTHS: [(&str, &str); 12] = [
    ("januar", "January"),
    ("februar", "February"),
    ("mars", "March"),
    ("april", "April"),
    ("mai", "May"),
    ("juni", "June"),
    ("juli", "July"),
    ("august", "August"),
    ("september", "September"),
    ("oktober", "October"),
    ("november", "November"),
    ("desember", "December"),
];

impl Day {
    /// The day of a date.
    pub fn new(date: NaiveDate) -> Self {
        Self(date)
    }

    /// The day before which nothing has happened: where a list by days begins.
    pub fn earliest() -> Self {
        Self(NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or_default())
    }

    /// The date, for the calendar and the database.
    pub fn date(&self) -> &NaiveDate {
        &self.0
    }

    /// As it is written in a language: `1. mars 2026`, `1 March 2026`.
    pub fn written(self, lang: Lang) -> String {
        let (day, (nb, en), year) = (self.0.day(), MONTHS[self.0.month0() as usize], self.0.year());
        lang.pick(format!("{day}. {nb} {year}"), format!("{day} {en} {year}"))
    }

    /// The year it lies in.
    pub fn year(self) -> i32 {
        self.0.year()
    }
}

impl FromStr for Day {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, chrono::ParseError> {
        NaiveDate::from_str(text).map(Self)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl utoipa::PartialSchema for Day {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))).into()
    }
}
impl utoipa::ToSchema for Day {}

/// A point in time, UTC, to the microsecond. Its text has a fixed width, so texts sort as instants do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant(DateTime<Utc>);

impl Instant {
    /// The instant at a time, cut to the microsecond both databases can hold.
    pub fn new(at: DateTime<Utc>) -> Self {
        let micros = at.timestamp_micros();
        Self(DateTime::from_timestamp_micros(micros).unwrap_or(at))
    }

    /// The instant as chrono knows it.
    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// Seconds since 1970.
    pub fn seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// The instant `span` later (earlier, if it is negative).
    pub fn plus(self, span: TimeDelta) -> Self {
        Self(self.0 + span)
    }

    /// Reads what `Display` wrote.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|at| Self::new(at.with_timezone(&Utc)))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl utoipa::PartialSchema for Instant {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}
impl utoipa::ToSchema for Instant {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_as_in_the_language() {
        let leap: Day = "2028-02-29".parse().expect("a day");
        assert_eq!(leap.written(Lang::Nb), "29. februar 2028");
        assert_eq!(leap.written(Lang::En), "29 February 2028");
    }
}
