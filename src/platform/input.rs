//! From text and JSON to domain values. Parsing is validation: every field is read, everything that is wrong is collected,
//! and what comes out cannot be invalid. The description of a body in the API document comes from the same declaration.

use serde_json::{Map, Value};
use unicode_normalization::UnicodeNormalization;
use utoipa::openapi::{
    ArrayBuilder, KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat,
    schema::{SchemaType, Type},
};

use super::problem::Findings;
use crate::words::{
    Day, Fault, Identifier, NoCode, VerificationCode, holds_national_identity_number, is_organisation_number,
};

/// What reading a value may look at besides the value.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The day it is in Oslo.
    pub today: Day,
}

/// A value that can be read from JSON or text.
pub trait Field: Sized {
    /// Reads a JSON value.
    ///
    /// # Errors
    /// All that is wrong with it.
    fn read(value: &Value, reading: &Reading) -> Result<Self, Findings>;

    /// Reads a text: a query parameter, a cell of a file.
    ///
    /// # Errors
    /// All that is wrong with it.
    fn read_text(text: &str, reading: &Reading) -> Result<Self, Findings> {
        Self::read(&Value::String(text.to_owned()), reading)
    }

    /// What stands for the value when the field is left out.
    fn absent() -> Option<Self> {
        None
    }

    /// What it looks like in the API document.
    fn describe() -> RefOr<Schema>;

    /// Its name there, if it has one of its own.
    fn schema_name() -> Option<&'static str> {
        None
    }

    /// What it looks like as a text. There is no null in a query: what is not meant is left out.
    fn describe_text() -> RefOr<Schema> {
        Self::describe()
    }
}

/// A fault of the value itself.
pub fn fault<T>(fault: Fault) -> Result<T, Findings> {
    Err(Findings::one("", fault))
}

fn text_of(value: &Value) -> Result<&str, Findings> {
    value.as_str().ok_or_else(|| Findings::one("", Fault::WrongType { expected: "string" }))
}

/// Unicode in NFC, trimmed, without control characters, damage and national identity numbers.
fn clean(text: &str, max: usize) -> Result<String, Fault> {
    // Before trimming, which would take some of them for blanks.
    if text.chars().any(|c| c == '\u{fffd}' || (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))) {
        return Err(Fault::DamagedText);
    }
    let text: String = text.trim().nfc().collect();
    if text.is_empty() {
        return Err(Fault::Empty);
    }
    if text.chars().count() > max {
        return Err(Fault::TooLong { max });
    }
    if holds_national_identity_number(&text) {
        return Err(Fault::NationalIdentityNumber);
    }
    Ok(text)
}

fn string_schema(min: usize, max: usize) -> RefOr<Schema> {
    // Something must be there to see: blanks alone are no text.
    let visible = Some(r"\S");
    ObjectBuilder::new().schema_type(Type::String).min_length(Some(min)).max_length(Some(max)).pattern(visible).into()
}

/// A clean text of at most `MAX` characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text<const MAX: usize>(String);

/// The name of a person or a thing.
pub type Name = Text<200>;
/// A code, a number, a reference.
pub type Code = Text<80>;
/// A paragraph.
pub type Paragraph = Text<4000>;

impl<const MAX: usize> Text<MAX> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<const MAX: usize> Field for Text<MAX> {
    fn read(value: &Value, _: &Reading) -> Result<Self, Findings> {
        clean(text_of(value)?, MAX).map(Self).or_else(fault)
    }
    fn describe() -> RefOr<Schema> {
        string_schema(1, MAX)
    }
}

/// An e-mail address as it was given, and the key it is compared by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    given: String,
    key: String,
}

impl Email {
    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.given
    }

    /// Case-folded: two addresses with one key are one address.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl Field for Email {
    fn read(value: &Value, _: &Reading) -> Result<Self, Findings> {
        let given = clean(text_of(value)?, 254).or_else(fault)?;
        if !is_address(&given) {
            return fault(Fault::NotAnEmail);
        }
        let key = given.to_lowercase();
        Ok(Self { given, key })
    }
    fn describe() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
            .min_length(Some(5))
            .max_length(Some(254))
            .into()
    }
}

/// Something that mail software accepts: one at sign, a local part of at most 64 octets without spaces and quotes, a
/// domain with a dot.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let local_fits = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
    let labels: Vec<&str> = domain.split('.').collect();
    let label_fits = |label: &&str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    local_fits && labels.len() >= 2 && labels.iter().all(label_fits)
}

/// A telephone number with its country code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mobile(String);

impl Mobile {
    /// `+` and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for Mobile {
    fn read(value: &Value, _: &Reading) -> Result<Self, Findings> {
        let compact: String = text_of(value)?.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}')).collect();
        let digits = compact.strip_prefix('+').unwrap_or_default();
        if !(8..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return fault(Fault::NotATelephoneNumber);
        }
        Ok(Self(compact))
    }
    fn describe() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some(r"^[ -]*\+([ -]*[0-9]){8,15}[ -]*$")).into()
    }
}

/// A day somebody was born on: not in the future, not before 1900.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BirthDate(Day);

impl BirthDate {
    /// The day.
    pub fn day(self) -> Day {
        self.0
    }
}

impl Field for BirthDate {
    fn read(value: &Value, reading: &Reading) -> Result<Self, Findings> {
        let day = Day::read(value, reading)?;
        if day > reading.today {
            return fault(Fault::InTheFuture);
        }
        if day.year() < 1900 {
            return fault(Fault::TooLongAgo);
        }
        Ok(Self(day))
    }
    fn describe() -> RefOr<Schema> {
        Day::describe()
    }
}

/// A day that has been: not in the future, not before 1900.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PastDay(Day);

impl PastDay {
    /// The day.
    pub fn day(self) -> Day {
        self.0
    }
}

impl Field for PastDay {
    fn read(value: &Value, reading: &Reading) -> Result<Self, Findings> {
        BirthDate::read(value, reading).map(|day| Self(day.0))
    }
    fn describe() -> RefOr<Schema> {
        Day::describe()
    }
}

/// An organisation number that passes MOD11.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgNumber(String);

impl OrgNumber {
    /// Nine digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Field for OrgNumber {
    fn read(value: &Value, _: &Reading) -> Result<Self, Findings> {
        let compact: String = text_of(value)?.chars().filter(|c| !matches!(c, ' ' | '\u{a0}')).collect();
        if is_organisation_number(&compact) { Ok(Self(compact)) } else { fault(Fault::NotAnOrganisationNumber) }
    }
    fn describe() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[0-9]{3} ?[0-9]{3} ?[0-9]{3}$")).into()
    }
}

impl Field for Day {
    fn read(value: &Value, _: &Reading) -> Result<Self, Findings> {
        let text = text_of(value)?.trim();
        let day = if text.len() == 10 { text.parse::<Day>().ok() } else { None };
        day.map_or_else(|| fault(Fault::NotADay), Ok)
    }
    fn describe() -> RefOr<Schema> {
        <Day as utoipa::PartialSchema>::schema()
    }
}

impl Field for VerificationCode {
    fn read(value: &Value, _: &Reading) -> Result<Self, Findings> {
        text_of(value)?.parse().or_else(|wrong: NoCode| fault(wrong.into()))
    }
    fn describe() -> RefOr<Schema> {
        <VerificationCode as utoipa::PartialSchema>::schema()
    }
}

impl<I: Identifier + std::str::FromStr + utoipa::PartialSchema> Field for Id<I> {
    fn read(value: &Value, _: &Reading) -> Result<Self, Findings> {
        let text = text_of(value)?;
        // Only the hyphenated form, as the API prints it: one spelling for one thing.
        let id = if text.len() == 36 { text.parse::<I>().ok() } else { None };
        id.map_or_else(|| fault(Fault::NotAnId), |id| Ok(Self(id)))
    }
    fn describe() -> RefOr<Schema> {
        I::schema()
    }
}

/// An id, as it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id<I>(pub I);

/// One of a closed list of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct One<W>(pub W);

impl<W: crate::words::Word + utoipa::PartialSchema> Field for One<W> {
    fn read(value: &Value, _: &Reading) -> Result<Self, Findings> {
        let allowed = || W::ALL.iter().map(|word| word.code()).collect();
        W::from_code(text_of(value)?.trim())
            .map_or_else(|| fault(Fault::NotInList { allowed: allowed() }), |word| Ok(Self(word)))
    }
    fn describe() -> RefOr<Schema> {
        W::schema()
    }
}

impl Field for bool {
    fn read(value: &Value, _: &Reading) -> Result<Self, Findings> {
        value.as_bool().map_or_else(|| fault(Fault::WrongType { expected: "boolean" }), Ok)
    }
    fn read_text(text: &str, _: &Reading) -> Result<Self, Findings> {
        match text {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => fault(Fault::NotInList { allowed: vec!["true", "false"] }),
        }
    }
    fn describe() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Boolean).into()
    }
}

/// A whole number between two limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole<const MIN: i64, const MAX: i64>(pub i64);

impl<const MIN: i64, const MAX: i64> Whole<MIN, MAX> {
    fn limited(number: i64) -> Result<Self, Findings> {
        if (MIN..=MAX).contains(&number) { Ok(Self(number)) } else { fault(Fault::OutOfRange { min: MIN, max: MAX }) }
    }
}

impl<const MIN: i64, const MAX: i64> Field for Whole<MIN, MAX> {
    fn read(value: &Value, _: &Reading) -> Result<Self, Findings> {
        if !value.is_number() {
            return fault(Fault::WrongType { expected: "integer" });
        }
        // JSON Schema counts 1.0 as an integer too.
        let whole =
            value.as_i64().or_else(|| value.as_f64().filter(|f| f.fract() == 0.0 && f.abs() < 9e15).map(|f| f as i64));
        whole.map_or_else(|| fault(Fault::NotAWholeNumber), Self::limited)
    }
    fn read_text(text: &str, _: &Reading) -> Result<Self, Findings> {
        text.parse().map_or_else(|_| fault(Fault::NotAWholeNumber), Self::limited)
    }
    fn describe() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(MIN)).maximum(Some(MAX)).into()
    }
}

/// Hours of 60 minutes, up to ten thousand, to the hundredth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hours(pub f64);

impl Hours {
    const MAX: i64 = 10_000;

    fn limited(hours: f64) -> Result<Self, Findings> {
        if (0.0..=Self::MAX as f64).contains(&hours) {
            Ok(Self((hours * 100.0).round() / 100.0))
        } else {
            fault(Fault::OutOfRange { min: 0, max: Self::MAX })
        }
    }
}

impl Field for Hours {
    fn read(value: &Value, _: &Reading) -> Result<Self, Findings> {
        value.as_f64().map_or_else(|| fault(Fault::WrongType { expected: "number" }), Self::limited)
    }
    /// A Norwegian file writes 7,5.
    fn read_text(text: &str, _: &Reading) -> Result<Self, Findings> {
        text.trim()
            .replace(',', ".")
            .parse()
            .map_or_else(|_| fault(Fault::WrongType { expected: "number" }), Self::limited)
    }
    fn describe() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Number).minimum(Some(0)).maximum(Some(Self::MAX)).into()
    }
}

/// At least `MIN` and at most `MAX` values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Several<T, const MAX: usize, const MIN: usize = 0>(pub Vec<T>);

impl<T: Field, const MAX: usize, const MIN: usize> Field for Several<T, MAX, MIN> {
    fn read(value: &Value, reading: &Reading) -> Result<Self, Findings> {
        let Some(items) = value.as_array() else { return fault(Fault::WrongType { expected: "array" }) };
        if items.len() > MAX {
            return fault(Fault::TooLong { max: MAX });
        }
        if items.len() < MIN {
            return fault(Fault::Required);
        }
        let mut findings = Findings::default();
        let mut read = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            match T::read(item, reading) {
                Ok(value) => read.push(value),
                Err(inner) => findings.add_under(&format!("/{i}"), inner),
            }
        }
        if findings.is_empty() { Ok(Self(read)) } else { Err(findings) }
    }
    fn describe() -> RefOr<Schema> {
        let least = Some(MIN).filter(|least| *least > 0);
        ArrayBuilder::new().items(T::describe()).min_items(least).max_items(Some(MAX)).into()
    }
}

impl<T: Field> Field for Option<T> {
    fn read(value: &Value, reading: &Reading) -> Result<Self, Findings> {
        if value.is_null() { Ok(None) } else { T::read(value, reading).map(Some) }
    }
    fn read_text(text: &str, reading: &Reading) -> Result<Self, Findings> {
        T::read_text(text, reading).map(Some)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
    fn describe() -> RefOr<Schema> {
        nullable(T::describe())
    }
    fn describe_text() -> RefOr<Schema> {
        T::describe_text()
    }
}

/// A field of a change: left out, it stays; null, it is cleared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<T> {
    /// It stays as it is.
    Keep,
    /// It is cleared.
    Clear,
    /// It gets this value.
    Set(T),
}

impl<T> Change<T> {
    /// What the field holds after the change, given what it held.
    pub fn after(self, before: Option<T>) -> Option<T> {
        match self {
            Change::Keep => before,
            Change::Clear => None,
            Change::Set(value) => Some(value),
        }
    }

    /// The change of a value made from this one.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Change::Keep => Change::Keep,
            Change::Clear => Change::Clear,
            Change::Set(value) => Change::Set(make(value)),
        }
    }
}

impl<T: Field> Field for Change<T> {
    fn read(value: &Value, reading: &Reading) -> Result<Self, Findings> {
        if value.is_null() { Ok(Self::Clear) } else { T::read(value, reading).map(Self::Set) }
    }
    fn absent() -> Option<Self> {
        Some(Self::Keep)
    }
    fn describe() -> RefOr<Schema> {
        nullable(T::describe())
    }
}

fn nullable(schema: RefOr<Schema>) -> RefOr<Schema> {
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            if let SchemaType::Type(one) = object.schema_type.clone() {
                object.schema_type = SchemaType::from_iter([one, Type::Null]);
            }
            if let Some(values) = &mut object.enum_values {
                values.push(Value::Null);
            }
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::Array(mut array)) => {
            if let SchemaType::Type(one) = array.schema_type.clone() {
                array.schema_type = SchemaType::from_iter([one, Type::Null]);
            }
            RefOr::T(Schema::Array(array))
        }
        RefOr::T(Schema::OneOf(mut one)) => {
            one.items.push(ObjectBuilder::new().schema_type(Type::Null).into());
            RefOr::T(Schema::OneOf(one))
        }
        other => other,
    }
}

/// The fields of a JSON object while they are read one by one.
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    reading: &'a Reading,
    known: Vec<&'static str>,
    findings: Findings,
}

impl<'a> Fields<'a> {
    /// Begins to read an object.
    ///
    /// # Errors
    /// `WrongType` for anything else.
    pub fn of(value: &'a Value, reading: &'a Reading) -> Result<Self, Findings> {
        match value.as_object() {
            Some(object) => Ok(Self { object, reading, known: Vec::new(), findings: Findings::default() }),
            None => fault(Fault::WrongType { expected: "object" }),
        }
    }

    /// Reads one field; `None` if something is wrong with it, which is noted.
    pub fn take<T: Field>(&mut self, name: &'static str) -> Option<T> {
        self.known.push(name);
        match self.object.get(name) {
            Some(value) => match T::read(value, self.reading) {
                Ok(value) => Some(value),
                Err(inner) => {
                    self.findings.add_under(&format!("/{name}"), inner);
                    None
                }
            },
            None => {
                let absent = T::absent();
                if absent.is_none() {
                    self.findings.add(&format!("/{name}"), Fault::Required);
                }
                absent
            }
        }
    }

    /// Ends the reading: what nobody asked for is an error too.
    pub fn finish(mut self) -> Findings {
        for name in self.object.keys().filter(|name| !self.known.contains(&name.as_str())) {
            self.findings.add(&format!("/{}", shown_name(name)), Fault::UnknownField);
        }
        self.findings
    }
}

/// Declares a request body: its fields, what each is, how they are read, and what must hold between them; the API document
/// says the same. An example is for bodies whose required fields alone do not make a valid one.
#[macro_export]
#[doc(hidden)]
macro_rules! body {
    ($(#[doc = $doc:literal])* pub struct $name:ident { $($(#[doc = $fdoc:literal])* pub $field:ident: $type:ty),* $(,)? } $(check $rules:expr)? $(; example $example:tt)?) => {
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub struct $name { $($(#[doc = $fdoc])* pub $field: $type),* }

        impl $crate::platform::input::Field for $name {
            fn read(
                value: &serde_json::Value,
                reading: &$crate::platform::input::Reading,
            ) -> Result<Self, $crate::platform::problem::Findings> {
                #[allow(unused_mut, reason = "a body may have no fields")]
                let mut fields = $crate::platform::input::Fields::of(value, reading)?;
                $(let $field = fields.take::<$type>(stringify!($field));)*
                #[allow(unused_mut, reason = "not every body has rules")]
                let mut findings = fields.finish();
                #[allow(irrefutable_let_patterns, reason = "a body may have no fields")]
                if let ($(Some($field),)*) = ($($field,)*) {
                    let body = Self { $($field),* };
                    $({
                        let rules: fn(&$name, &$crate::platform::input::Reading, &mut $crate::platform::problem::Findings) = $rules;
                        rules(&body, reading, &mut findings);
                    })?
                    if findings.is_empty() {
                        return Ok(body);
                    }
                }
                Err(findings)
            }

            fn schema_name() -> Option<&'static str> {
                Some(stringify!($name))
            }

            fn describe() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                let description: &[&str] = &[$($doc),*];
                let object = utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::Object)
                    .description(Some(description.join("\n").trim().to_owned()))
                    .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::FreeForm(false)));
                $(
                    let said: &[&str] = &[$($fdoc),*];
                    let object = object.property(
                        stringify!($field),
                        $crate::platform::input::described(<$type as $crate::platform::input::Field>::describe(), said),
                    );
                    let object = if <$type as $crate::platform::input::Field>::absent().is_none() {
                        object.required(stringify!($field))
                    } else {
                        object
                    };
                )*
                $(let object = object.examples([serde_json::json!($example)]);)?
                object.into()
            }
        }
    };
}

/// A name somebody else chose is echoed only as far as it looks like a field's name.
pub fn shown_name(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphabetic() || *c == '_').take(40).collect()
}

/// Puts a description on a field's schema.
pub fn described(schema: RefOr<Schema>, said: &[&str]) -> RefOr<Schema> {
    let text = Some(said.join("\n").trim().to_owned()).filter(|text| !text.is_empty());
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.description = text;
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.description = text;
            RefOr::T(Schema::Array(array))
        }
        other => other,
    }
}

pub use crate::body;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn reading() -> Reading {
        Reading { today: "2026-11-22".parse().expect("a day") }
    }

    fn faults<T: Field>(value: Value) -> Vec<(String, &'static str)> {
        let findings = T::read(&value, &reading()).map(drop).expect_err("something is wrong").into_vec();
        findings.into_iter().map(|f| (f.pointer, f.fault.code())).collect()
    }

    body! {
        /// A test's body.
        pub struct Guest {
            /// Who.
            pub name: Name,
            /// Born.
            pub born: Option<BirthDate>,
            /// Left.
            pub left: Option<Day>,
            /// Tags.
            pub tags: Option<Several<Code, 2>>,
        }
        check |guest, _, findings| {
            if let (Some(born), Some(left)) = (guest.born, guest.left) && left < born.day() {
                findings.add("/left", Fault::BeforeBirth);
            }
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let wrong = faults::<Guest>(json!({
            "name": "  ", "born": "2027-01-01", "left": "2026-02-30", "tags": ["ok", 7], "nmae": "x"
        }));
        assert_eq!(
            wrong,
            [
                ("/name".into(), "empty"),
                ("/born".into(), "in_the_future"),
                ("/left".into(), "not_a_day"),
                ("/tags/1".into(), "wrong_type"),
                ("/nmae".into(), "unknown_field"),
            ]
        );
        assert_eq!(faults::<Guest>(json!({})), [("/name".into(), "required")]);
        assert_eq!(faults::<Guest>(json!([])), [(String::new(), "wrong_type")]);
    }

    #[test]
    fn rules_across_fields_run_once_the_fields_are_right() {
        let wrong = faults::<Guest>(json!({ "name": "Åse", "born": "1990-01-01", "left": "1989-12-31" }));
        assert_eq!(wrong, [("/left".into(), "before_birth")]);
        let guest = Guest::read(&json!({ "name": " A\u{30a}se ", "born": null }), &reading()).expect("all right");
        assert_eq!(guest.name.as_str(), "Åse", "trimmed and in NFC");
        assert_eq!(guest.tags, None);
    }

    #[test]
    fn addresses_are_compared_without_case_and_checked_for_shape() {
        let email = Email::read(&json!("Åse.Ødegård@Eksempel.NO"), &reading()).expect("an address");
        assert_eq!((email.as_str(), email.key()), ("Åse.Ødegård@Eksempel.NO", "åse.ødegård@eksempel.no"));
        for bad in ["a", "a@b", "@b.no", "a b@c.no", "a@-b.no", "a..b@c.no", "a@b..no", "a@b.no, c@d.no"] {
            assert_eq!(faults::<Email>(json!(bad)), [(String::new(), "not_an_email")], "{bad}");
        }
    }

    #[test]
    fn days_have_one_spelling_and_exist() {
        for bad in ["2026-2-3", "2026-02-29", "31/06/2012", "2012-06-31", "20260301", "2026-03-01T00:00:00Z", ""] {
            assert_eq!(faults::<Day>(json!(bad)), [(String::new(), "not_a_day")], "{bad}");
        }
        assert!(Day::read(&json!("2024-02-29"), &reading()).is_ok());
        assert_eq!(faults::<BirthDate>(json!("1899-12-31")), [(String::new(), "too_long_ago")]);
    }

    #[test]
    fn damaged_text_is_refused() {
        for bad in ["Bj\u{fffd}rn", "a\u{0}b", "a\u{1b}[31m"] {
            assert_eq!(faults::<Name>(json!(bad)), [(String::new(), "damaged_text")], "{bad:?}");
        }
    }

    #[test]
    fn mobiles_keep_only_plus_and_digits() {
        let mobile = Mobile::read(&json!("+47 900 00 000"), &reading()).expect("a number");
        assert_eq!(mobile.as_str(), "+4790000000");
        assert_eq!(faults::<Mobile>(json!("90000000")), [(String::new(), "not_a_telephone_number")]);
    }
}
