//! What came back: it prints as a person would write it down.

use std::{fmt, future::poll_fn, pin::Pin};

use actix_web::{
    body::{BoxBody, MessageBody, to_bytes},
    http::StatusCode,
};
use serde_json::Value;

pub struct Reply {
    pub status: StatusCode,
    pub headers: Vec<(String, String)>,
    pub body: Value,
    /// The body as it came, for what is not JSON.
    pub text: String,
    /// And as the bytes it came in, for what is no text.
    pub bytes: Vec<u8>,
}

/// An answer of which the body has not been taken yet.
pub struct Arriving {
    pub status: StatusCode,
    pub headers: Vec<(String, String)>,
    pub body: BoxBody,
}

impl Arriving {
    /// The next piece of the body: nothing at its end, an error where it is cut off.
    pub async fn piece(&mut self) -> Option<Result<String, String>> {
        let piece = poll_fn(|context| Pin::new(&mut self.body).poll_next(context)).await?;
        Some(piece.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).map_err(|error| error.to_string()))
    }

    /// All of it.
    pub async fn whole(self) -> Reply {
        let Ok(bytes) = to_bytes(self.body).await else { panic!("the body broke off") };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Reply { status: self.status, headers: self.headers, body, text, bytes: bytes.to_vec() }
    }
}

impl Reply {
    /// The body of an answer that must be a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "expected success, got {self}");
        self.body
    }

    /// The body of an answer that must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self}");
        self.body
    }

    #[track_caller]
    pub fn etag(&self) -> String {
        self.header("etag").unwrap_or_else(|| panic!("no ETag on {self}")).to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// `/pointer code` of each finding, sorted.
    pub fn findings(&self) -> Vec<String> {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut lines: Vec<_> =
            errors.iter().map(|e| format!("{} {}", text(&e["pointer"]), text(&e["code"]))).collect();
        lines.sort();
        lines
    }

    /// The slug of a problem.
    pub fn problem(&self) -> &str {
        self.body["type"].as_str().and_then(|kind| kind.strip_prefix("/problems/")).unwrap_or_default()
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.status.canonical_reason().unwrap_or_default())?;
        match &self.body {
            Value::Null if self.text.is_empty() => Ok(()),
            Value::Null => write!(f, "\n{}", self.text),
            body => write!(f, "\n{body:#}"),
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
