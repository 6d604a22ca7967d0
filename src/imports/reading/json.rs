//! One JSON object as columns: a column is a key, or a path of keys with dots between. Values stay as they are written, so
//! that 7.50 and a number of thirty digits come through unchanged.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::faults::Code;

/// The members of an object, each key once.
pub struct Members<'j> {
    by_key: HashMap<String, &'j RawValue>,
    repeated: bool,
}

/// What stands under a key.
pub enum Member<'j> {
    /// `null`.
    Nothing,
    /// A text, a number, true or false.
    Text(String),
    /// An object.
    Object(&'j str),
    /// A list.
    List,
}

impl<'j> Members<'j> {
    /// Reads an object.
    ///
    /// # Errors
    /// It is no JSON, no object, or has a key twice: nobody can say which of the two is meant.
    pub fn read(text: &'j str) -> Result<Self, Code> {
        let members: Members = serde_json::from_str(text).map_err(|error| match error.classify() {
            Category::Data => Code::NotAnObject,
            _ => Code::NotJson,
        })?;
        if members.repeated { Err(Code::KeyTwice) } else { Ok(members) }
    }

    /// The text in a column, blank where there is nothing.
    ///
    /// # Errors
    /// A list or an object stands there, or something else than an object on the way.
    pub fn text(&self, column: &str) -> Result<String, Code> {
        if let Some(value) = self.by_key.get(column) {
            return match member(value)? {
                Member::Nothing => Ok(String::new()),
                Member::Text(text) => Ok(text),
                Member::Object(_) | Member::List => Err(Code::NotAText),
            };
        }
        for (dot, _) in column.match_indices('.') {
            if let Some(value) = self.by_key.get(&column[..dot]) {
                return match member(value)? {
                    Member::Nothing => Ok(String::new()),
                    Member::Object(inner) => Members::read(inner)?.text(&column[dot + 1..]),
                    Member::Text(_) | Member::List => Err(Code::NotAText),
                };
            }
        }
        Ok(String::new())
    }

    /// Every key and what stands under it, in the order of the file.
    ///
    /// # Errors
    /// A text has half a character in it.
    pub fn each(&self) -> Result<Vec<(&str, Member<'j>)>, Code> {
        // All values lie in one text, one after the other.
        let mut members: Vec<_> = self.by_key.iter().collect();
        members.sort_by_key(|(_, value)| value.get().as_ptr());
        members.into_iter().map(|(key, value)| Ok((key.as_str(), member(value)?))).collect()
    }
}

fn member(value: &RawValue) -> Result<Member<'_>, Code> {
    let raw = value.get();
    Ok(match raw.as_bytes().first() {
        Some(b'{') => Member::Object(raw),
        Some(b'[') => Member::List,
        Some(b'n') => Member::Nothing,
        // `\ud800` alone: JSON allows it, Unicode does not.
        Some(b'"') => Member::Text(serde_json::from_str(raw).map_err(|_| Code::DamagedText)?),
        _ => Member::Text(raw.to_owned()),
    })
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;
            fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
                out.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Members { by_key: HashMap::new(), repeated: false };
                while let Some((key, value)) = map.next_entry()? {
                    members.repeated |= members.by_key.insert(key, value).is_some();
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(object: &str, column: &str) -> Result<String, &'static str> {
        Members::read(object).and_then(|members| members.text(column)).map_err(|code| code.as_str())
    }

    #[test]
    fn values_are_the_text_they_are_written_as() {
        let object =
            r#"{"t":"Åse \"A\"\n","n":7.50,"big":123456789012345678901234567890,"e":1E2,"yes":true,"no":null}"#;
        for (column, expected) in [
            ("t", "Åse \"A\"\n"),
            ("n", "7.50"),
            ("big", "123456789012345678901234567890"),
            ("e", "1E2"),
            ("yes", "true"),
            ("no", ""),
            ("absent", ""),
            ("absent.too", ""),
            ("no.more", ""),
        ] {
            assert_eq!(text(object, column).as_deref(), Ok(expected), "{column}");
        }
    }

    #[test]
    fn a_path_leads_into_objects_and_a_key_with_a_dot_is_a_key_first() {
        let object = r#"{"person":{"e.mail":"a","name":{"last":"Berg"}},"person.id":"7","list":[1]}"#;
        assert_eq!(text(object, "person.e.mail").as_deref(), Ok("a"));
        assert_eq!(text(object, "person.name.last").as_deref(), Ok("Berg"));
        assert_eq!(text(object, "person.id").as_deref(), Ok("7"));
        assert_eq!(text(object, "person.id.x"), Ok(String::new()));
        assert_eq!(text(object, "person"), Err("not_a_text"));
        assert_eq!(text(object, "person.name"), Err("not_a_text"));
        assert_eq!(text(object, "list"), Err("not_a_text"));
        assert_eq!(text(object, "list.0"), Err("not_a_text"));
    }

    #[test]
    fn what_is_no_object_or_has_a_key_twice_says_so() {
        for (object, code) in [
            ("[1]", "not_an_object"),
            ("\"text\"", "not_an_object"),
            ("7", "not_an_object"),
            ("{\"a\":1", "not_json"),
            ("{\"a\":1} x", "not_json"),
            ("{a:1}", "not_json"),
            ("navn;kurs", "not_json"),
            ("{\"a\":1,\"b\":2,\"a\":1}", "key_twice"),
            ("{\"a\":\"\\ud800\"}", "damaged_text"),
            ("{\"a\":{\"b\":1,\"b\":2}}", "not_a_text"),
        ] {
            assert_eq!(text(object, "a"), Err(code), "{object}");
        }
        assert_eq!(text("{\"a\":{\"b\":1,\"b\":2}}", "a.b"), Err("key_twice"));
    }

    #[test]
    fn an_object_nested_a_hundred_thousand_deep_harms_nobody() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(text(&deep, "b").as_deref(), Ok(""));
    }
}
