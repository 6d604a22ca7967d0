//! `attest openapi`: the API document, as it is committed in `openapi/attest.yaml`.

use super::Failed;
use crate::{platform::http::document, routes::routes};

/// The document as YAML.
///
/// # Errors
/// If it cannot be written as YAML.
pub fn yaml() -> Result<String, Failed> {
    document(&routes()).to_yaml().map_err(|error| Failed::Work(error.to_string()))
}

/// Prints it.
///
/// # Errors
/// As [`yaml`].
pub fn print() -> Result<(), Failed> {
    print!("{}", yaml()?);
    Ok(())
}
