//! Where files are to lie: a folder, or a bucket as one URL without secrets.

use std::{fmt, path::PathBuf};

/// Where files are to lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a folder.
    Folder(PathBuf),
    /// In storage that speaks S3.
    S3(S3),
}

/// A bucket, and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3 {
    /// As it was written, without secrets.
    pub url: String,
    /// The bucket.
    pub bucket: String,
    /// What names in the bucket begin with; empty for nothing.
    pub prefix: String,
    /// The region, which is part of every signature.
    pub region: String,
    /// Where the storage is reached, without the bucket; none for AWS.
    pub endpoint: Option<String>,
    /// Is the bucket the first part of the path, or of the host's name?
    pub bucket_in_path: bool,
    /// The public half of the key.
    pub access_key_id: String,
    /// The secret half.
    pub secret_access_key: Secret,
}

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(set)")
    }
}

/// Why a place is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPlace {
    /// It is not a URL of this kind.
    #[error("write s3://BUCKET/PREFIX?region=REGION, or leave it out for a folder")]
    Scheme,
    /// The bucket has no possible name.
    #[error("a bucket has 3 to 63 letters a to z, digits, dots and hyphens; keys and passwords do not belong here")]
    Bucket,
    /// The prefix has no possible name.
    #[error("the prefix has letters A to Z, digits and . _ - between slashes")]
    Prefix,
    /// A parameter is unknown, or without a value.
    #[error("behind ? stand endpoint=…, region=…, style=path or host, allow_http=true, with & between them")]
    Parameter,
    /// Neither region nor endpoint is named.
    #[error("name the region (AWS), the endpoint (anything else) or both")]
    Where,
    /// The endpoint is no address.
    #[error("the endpoint is written as https://storage.example.no, without user, ? and #")]
    Endpoint,
    /// The endpoint would be spoken to in plain text.
    #[error("the endpoint has no TLS; if the network is trusted, add allow_http=true")]
    PlainText,
    /// A key is missing.
    #[error("it must be set, because documents_url is s3://")]
    NoKey,
    /// The program was built without it.
    #[error("this program was built without S3: build it with the feature s3, which is in the default ones")]
    NotBuilt,
    /// The client cannot be made.
    #[error("the client for S3 cannot be made: {0}")]
    Client(String),
}

/// Storage that asks for no region takes this one for a signature.
const ANY_REGION: &str = "us-east-1";

impl S3 {
    /// Reads `s3://BUCKET/PREFIX?endpoint=…&region=…&style=path&allow_http=true`, yet without keys.
    ///
    /// # Errors
    /// What is wrong first.
    pub fn parse(url: &str) -> Result<Self, BadPlace> {
        let rest = url.strip_prefix("s3://").ok_or(BadPlace::Scheme)?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
        let asked = Asked::parse(query)?;
        let endpoint = asked.endpoint.map(|endpoint| endpoint_of(endpoint, asked.allow_http)).transpose()?;
        let region = asked.region.or(endpoint.is_some().then_some(ANY_REGION)).ok_or(BadPlace::Where)?;
        Ok(Self {
            url: url.to_owned(),
            bucket: bucket_of(bucket)?,
            prefix: prefix_of(prefix.trim_end_matches('/'))?,
            region: region.to_owned(),
            endpoint,
            bucket_in_path: asked.bucket_in_path,
            access_key_id: String::new(),
            secret_access_key: Secret(String::new()),
        })
    }

    /// With both halves of the key.
    #[must_use]
    pub fn with_key(self, access_key_id: String, secret_access_key: String) -> Self {
        Self { access_key_id, secret_access_key: Secret(secret_access_key), ..self }
    }
}

/// What stands behind the question mark.
struct Asked<'a> {
    endpoint: Option<&'a str>,
    region: Option<&'a str>,
    bucket_in_path: bool,
    allow_http: bool,
}

impl<'a> Asked<'a> {
    fn parse(query: &'a str) -> Result<Self, BadPlace> {
        let mut asked = Self { endpoint: None, region: None, bucket_in_path: true, allow_http: false };
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=').ok_or(BadPlace::Parameter)? {
                ("endpoint", endpoint) => asked.endpoint = Some(endpoint),
                ("region", region) if !region.is_empty() && region.bytes().all(is_plain) => asked.region = Some(region),
                ("style", "path") => asked.bucket_in_path = true,
                ("style", "host") => asked.bucket_in_path = false,
                ("allow_http", "true") => asked.allow_http = true,
                ("allow_http", "false") => asked.allow_http = false,
                _ => return Err(BadPlace::Parameter),
            }
        }
        Ok(asked)
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._".contains(&byte)
}

fn bucket_of(name: &str) -> Result<String, BadPlace> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    let is_one = (3..=63).contains(&name.len()) && name.bytes().all(fits);
    if is_one { Ok(name.to_owned()) } else { Err(BadPlace::Bucket) }
}

fn prefix_of(prefix: &str) -> Result<String, BadPlace> {
    let is_step = |step: &str| !step.is_empty() && step != "." && step != ".." && step.bytes().all(is_plain);
    let is_one = prefix.is_empty() || prefix.split('/').all(is_step);
    if is_one { Ok(prefix.to_owned()) } else { Err(BadPlace::Prefix) }
}

fn endpoint_of(endpoint: &str, allow_http: bool) -> Result<String, BadPlace> {
    let (scheme, rest) = endpoint.split_once("://").ok_or(BadPlace::Endpoint)?;
    let host = rest.split('/').next().unwrap_or_default();
    let fits = |byte: u8| is_plain(byte) || b":[]/~".contains(&byte);
    if host.is_empty() || !rest.bytes().all(fits) {
        return Err(BadPlace::Endpoint);
    }
    match scheme {
        "https" => Ok(endpoint.trim_end_matches('/').to_owned()),
        "http" if allow_http => Ok(endpoint.trim_end_matches('/').to_owned()),
        "http" => Err(BadPlace::PlainText),
        _ => Err(BadPlace::Endpoint),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_read_with_how_to_reach_it() {
        let aws = S3::parse("s3://attest-documents?region=eu-north-1").expect("valid");
        assert_eq!((aws.bucket.as_str(), aws.prefix.as_str()), ("attest-documents", ""));
        assert_eq!((aws.region.as_str(), aws.endpoint, aws.bucket_in_path), ("eu-north-1", None, true));
        let own = "s3://attest/prod/documents/?endpoint=http://10.0.0.7:9000/&style=host&allow_http=true";
        let own = S3::parse(own).expect("valid");
        assert_eq!((own.bucket.as_str(), own.prefix.as_str()), ("attest", "prod/documents"));
        assert_eq!((own.region.as_str(), own.bucket_in_path), ("us-east-1", false));
        assert_eq!(own.endpoint.as_deref(), Some("http://10.0.0.7:9000"));
    }

    #[test]
    fn what_is_no_bucket_is_refused_and_says_what_to_write() {
        for (url, wrong) in [
            ("/srv/documents", BadPlace::Scheme),
            ("s3://AKIA:geheim@attest?region=x", BadPlace::Bucket),
            ("s3://at?region=x", BadPlace::Bucket),
            ("s3://attest/a//b?region=x", BadPlace::Prefix),
            ("s3://attest/../b?region=x", BadPlace::Prefix),
            ("s3://attest/%20?region=x", BadPlace::Prefix),
            ("s3://attest", BadPlace::Where),
            ("s3://attest?region=", BadPlace::Parameter),
            ("s3://attest?region=x&secret=y", BadPlace::Parameter),
            ("s3://attest?region=x&style=virtual", BadPlace::Parameter),
            ("s3://attest?endpoint=storage.example.no", BadPlace::Endpoint),
            ("s3://attest?endpoint=https://a:b@storage.example.no", BadPlace::Endpoint),
            ("s3://attest?endpoint=ftp://storage.example.no", BadPlace::Endpoint),
            ("s3://attest?endpoint=http://storage.example.no", BadPlace::PlainText),
        ] {
            assert_eq!(S3::parse(url).err(), Some(wrong), "{url}");
        }
    }

    #[test]
    fn the_secret_is_not_printed() {
        let s3 = S3::parse("s3://attest?region=x").expect("valid").with_key("AKIA".into(), "geheim".into());
        assert!(!format!("{:?}", Place::S3(s3)).contains("geheim"));
    }
}
