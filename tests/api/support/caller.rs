//! Callers are values with verbs.

use actix_web::{http::Method, test::TestRequest};
use attest::words::{AccountId, PersonId};
use serde_json::Value;

use super::{
    app::Serving,
    contract::assert_documented,
    reply::{Arriving, Reply},
};

/// Somebody who calls: with a token or without, in whatever capacity.
#[derive(Clone)]
pub struct Caller {
    pub(super) serving: Serving,
    pub token: Option<String>,
    /// The person behind it, if the caller is one.
    pub person: Option<PersonId>,
    /// The account behind it, if the caller is a person.
    pub account: Option<AccountId>,
    pub(super) headers: Vec<(String, String)>,
}

impl Caller {
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }

    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.call(Method::POST, path, Some(("application/json", body.to_string()))).await
    }

    /// A POST without a body.
    pub async fn post_nothing(&self, path: &str) -> Reply {
        self.call(Method::POST, path, None).await
    }

    pub async fn post_form(&self, path: &str, form: &str) -> Reply {
        self.call(Method::POST, path, Some(("application/x-www-form-urlencoded", form.to_owned()))).await
    }

    /// A POST of a file.
    pub async fn post_file(&self, path: &str, media_type: &str, file: impl Into<Vec<u8>>) -> Reply {
        self.call_with(Method::POST, path, Some((media_type, file.into()))).await
    }

    pub async fn put_file(&self, path: &str, media_type: &str, file: impl Into<Vec<u8>>) -> Reply {
        self.call_with(Method::PUT, path, Some((media_type, file.into()))).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.call(Method::PUT, path, Some(("application/json", body.to_string()))).await
    }

    pub async fn patch(&self, path: &str, etag: &str, body: Value) -> Reply {
        let caller = self.with_header("if-match", etag);
        caller.call(Method::PATCH, path, Some(("application/json", body.to_string()))).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.call(Method::DELETE, path, None).await
    }

    /// A GET whose body is taken piece by piece.
    pub async fn open(&self, path: &str) -> Arriving {
        self.send(Method::GET, path, None).await
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<(&str, String)>) -> Reply {
        self.call_with(method, path, body.map(|(media_type, text)| (media_type, text.into_bytes()))).await
    }

    async fn call_with(&self, method: Method, path: &str, body: Option<(&str, Vec<u8>)>) -> Reply {
        let reply = self.send(method.clone(), path, body).await.whole().await;
        assert_documented(&method, path, &reply);
        reply
    }

    async fn send(&self, method: Method, path: &str, body: Option<(&str, Vec<u8>)>) -> Arriving {
        let mut request = TestRequest::with_uri(path).method(method);
        if let Some(token) = &self.token {
            request = request.insert_header(("authorization", format!("Bearer {token}")));
        }
        for (name, value) in &self.headers {
            request = request.insert_header((name.as_str(), value.as_str()));
        }
        if let Some((media_type, bytes)) = body {
            request = request.insert_header(("content-type", media_type)).set_payload(bytes);
        }
        (self.serving)(request).await
    }
}
