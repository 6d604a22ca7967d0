//! The expiry rule as a body gives it: `{"kind": "after", "months": 60}`. What a rule means is the law's business.

use serde_json::Value;
use utoipa::openapi::{
    ObjectBuilder, OneOfBuilder, RefOr, Schema,
    schema::{AdditionalProperties, SchemaType, Type},
};

use crate::{
    law::validity::ExpiryRule,
    platform::{
        input::{Field, Fields, Reading, Whole, fault},
        problem::Findings,
    },
    words::Fault,
};

const KINDS: [&str; 5] = ["never", "after", "end_of_month_after", "while_employed", "renewal_window"];

/// Calendar months, up to fifty years.
type Months = Whole<1, 600>;

struct Kind(&'static str);

impl Field for Kind {
    fn read(value: &Value, _: &Reading) -> Result<Self, Findings> {
        let Some(text) = value.as_str() else { return fault(Fault::WrongType { expected: "string" }) };
        let known = KINDS.into_iter().find(|kind| *kind == text);
        known.map_or_else(|| fault(Fault::NotInList { allowed: KINDS.to_vec() }), |kind| Ok(Self(kind)))
    }
    fn describe() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(KINDS)).into()
    }
}

fn months(number: Whole<1, 600>) -> u16 {
    u16::try_from(number.0).unwrap_or(u16::MAX)
}

impl Field for ExpiryRule {
    fn read(value: &Value, reading: &Reading) -> Result<Self, Findings> {
        let mut fields = Fields::of(value, reading)?;
        let kind = fields.take::<Kind>("kind");
        let rule = match kind {
            Some(Kind("never")) => Some(Self::Never),
            Some(Kind("after")) => fields.take("months").map(|m| Self::After { months: months(m) }),
            Some(Kind("while_employed")) => fields.take("months").map(|m| Self::WhileEmployed { months: months(m) }),
            Some(Kind("end_of_month_after")) => end_of_month(&mut fields),
            Some(Kind(_)) => renewal_window(&mut fields),
            None => {
                // Of which kind it was meant to be is not known: no other field is called unknown.
                for name in ["months", "reinstatement_months", "window_months"] {
                    fields.take::<Option<Months>>(name);
                }
                None
            }
        };
        let mut findings = fields.finish();
        if let Some(Self::RenewalWindow { months, window_months }) = rule
            && window_months >= months
        {
            let max = i64::from(months) - 1;
            findings.add("/window_months", Fault::OutOfRange { min: 1, max });
        }
        rule.filter(|_| findings.is_empty()).ok_or(findings)
    }

    fn describe() -> RefOr<Schema> {
        OneOfBuilder::new()
            .item(form("never", 1, &[]))
            .item(form("after", 1, &[("months", true)]))
            .item(form("end_of_month_after", 1, &[("months", true), ("reinstatement_months", false)]))
            .item(form("while_employed", 1, &[("months", true)]))
            .item(form("renewal_window", 2, &[("months", true), ("window_months", true)]))
            .into()
    }
}

fn end_of_month(fields: &mut Fields<'_>) -> Option<ExpiryRule> {
    let (m, again) = (fields.take("months"), fields.take::<Option<Months>>("reinstatement_months"));
    Some(ExpiryRule::EndOfMonthAfter { months: months(m?), reinstatement_months: again?.map(months) })
}

/// A month has no room for a window shorter than itself, so that this rule begins at two.
fn renewal_window(fields: &mut Fields<'_>) -> Option<ExpiryRule> {
    let (m, window) = (fields.take::<Whole<2, 600>>("months"), fields.take("window_months"));
    Some(ExpiryRule::RenewalWindow { months: months(Whole(m?.0)), window_months: months(window?) })
}

fn form(kind: &'static str, least: i64, numbers: &[(&str, bool)]) -> Schema {
    let name = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([kind]));
    let object = ObjectBuilder::new()
        .schema_type(Type::Object)
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        .property("kind", name)
        .required("kind");
    let object = numbers.iter().fold(object, |object, (number, required)| {
        let least = if *number == "months" { least } else { 1 };
        // What can be left out can be null.
        let kinds = if *required { Type::Integer.into() } else { SchemaType::from_iter([Type::Integer, Type::Null]) };
        let whole = ObjectBuilder::new().schema_type(kinds).minimum(Some(least)).maximum(Some(600_i64));
        let object = object.property(*number, whole);
        if *required { object.required(*number) } else { object }
    });
    Schema::Object(object.build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<ExpiryRule, Vec<(String, &'static str)>> {
        let reading = Reading { today: "2026-11-22".parse().expect("a day") };
        ExpiryRule::read(&value, &reading)
            .map_err(|f| f.into_vec().into_iter().map(|f| (f.pointer, f.fault.code())).collect())
    }

    #[test]
    fn the_document_allows_null_where_the_reading_does() {
        let rule = json!({ "kind": "end_of_month_after", "months": 48, "reinstatement_months": null });
        assert!(read(rule).is_ok());
        let described = serde_json::to_value(ExpiryRule::describe()).expect("JSON");
        let form = &described["oneOf"][2]["properties"];
        assert_eq!(form["reinstatement_months"]["type"], json!(["integer", "null"]));
        assert_eq!(form["months"]["type"], "integer");
        let optional = serde_json::to_value(Option::<ExpiryRule>::describe()).expect("JSON");
        assert_eq!(optional["oneOf"][5]["type"], "null");
    }

    #[test]
    fn every_kind_reads_back_what_it_is_written_as() {
        for rule in [
            ExpiryRule::Never,
            ExpiryRule::After { months: 60 },
            ExpiryRule::EndOfMonthAfter { months: 48, reinstatement_months: None },
            ExpiryRule::EndOfMonthAfter { months: 48, reinstatement_months: Some(96) },
            ExpiryRule::WhileEmployed { months: 600 },
            ExpiryRule::RenewalWindow { months: 60, window_months: 59 },
        ] {
            assert_eq!(read(serde_json::to_value(rule).expect("json")), Ok(rule));
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_a_pointer() {
        for (value, wrong) in [
            (json!("never"), vec![("", "wrong_type")]),
            (json!({}), vec![("/kind", "required")]),
            (json!({ "kind": "soon", "months": 12 }), vec![("/kind", "not_in_list")]),
            (json!({ "kind": "never", "months": 12 }), vec![("/months", "unknown_field")]),
            (json!({ "kind": "after" }), vec![("/months", "required")]),
            (json!({ "kind": "after", "months": 0 }), vec![("/months", "out_of_range")]),
            (json!({ "kind": "after", "months": 601 }), vec![("/months", "out_of_range")]),
            (json!({ "kind": "while_employed", "months": 1.5 }), vec![("/months", "not_a_whole_number")]),
            (
                json!({ "kind": "renewal_window", "months": 12, "window_months": 12 }),
                vec![("/window_months", "out_of_range")],
            ),
            (
                json!({ "kind": "renewal_window", "months": 1, "window_months": 0 }),
                vec![("/months", "out_of_range"), ("/window_months", "out_of_range")],
            ),
        ] {
            let wrong: Vec<_> = wrong.into_iter().map(|(at, code)| (at.to_owned(), code)).collect();
            assert_eq!(read(value.clone()), Err(wrong), "{value}");
        }
    }
}
