//! The credentials a PDF carries. Nothing of its structure is followed, so no structure can lead anywhere: every stream is looked
//! at where it lies, and unpacked no further than it could be a credential.

use std::io::Read;

use flate2::read::ZlibDecoder;
use serde_json::Value;

use super::LONGEST;
use crate::{platform::problem::Problem, words::Fault};

const BEGINS: &[u8] = b"stream";
const ENDS: &[u8] = b"endstream";
/// More streams than any certificate has, and what all of them may unpack to.
const MOST_STREAMS: usize = 5_000;
const MOST_UNPACKED: usize = 8 * 1024 * 1024;

/// The credentials in a PDF: objects that say what is understood by their words.
///
/// # Errors
/// `EncryptedFile` if nobody can look into it.
pub(super) fn carried(pdf: &[u8]) -> Result<Vec<Value>, Problem> {
    let (mut found, mut unpacked) = (Vec::new(), 0);
    for stream in streams(pdf).take(MOST_STREAMS) {
        let Some(text) = text(stream) else { continue };
        unpacked += text.len();
        if unpacked > MOST_UNPACKED {
            break;
        }
        found.extend(serde_json::from_slice(&text).ok().filter(|json: &Value| json.get("@context").is_some()));
    }
    if found.is_empty() && places(pdf, b"/Encrypt").next().is_some() {
        return Err(Problem::at("", Fault::EncryptedFile));
    }
    Ok(found)
}

/// The streams, from where they begin.
fn streams(pdf: &[u8]) -> impl Iterator<Item = &[u8]> {
    places(pdf, BEGINS).filter(|place| !pdf[..*place].ends_with(b"end")).filter_map(|place| {
        let stream = &pdf[place + BEGINS.len()..];
        stream.strip_prefix(b"\r\n").or_else(|| stream.strip_prefix(b"\n"))
    })
}

/// Where something stands.
fn places<'a>(bytes: &'a [u8], what: &'static [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(what.len()).enumerate().filter(move |(_, window)| *window == what).map(|(place, _)| place)
}

/// What a stream says if it may be JSON: as it lies there, or unpacked.
fn text(stream: &[u8]) -> Option<Vec<u8>> {
    if begins_an_object(stream) {
        let end = places(&stream[..stream.len().min(LONGEST)], ENDS).next()?;
        return Some(stream[..end].to_vec());
    }
    let mut first = [0; 64];
    let length = ZlibDecoder::new(stream).read(&mut first).ok()?;
    if !begins_an_object(&first[..length]) {
        return None;
    }
    let mut text = Vec::new();
    ZlibDecoder::new(stream).take(LONGEST as u64 + 1).read_to_end(&mut text).ok()?;
    (text.len() <= LONGEST).then_some(text)
}

fn begins_an_object(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"{")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::ZlibEncoder};
    use serde_json::json;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
        packed.write_all(bytes).expect("memory");
        packed.finish().expect("memory")
    }

    fn pdf(streams: &[&[u8]]) -> Vec<u8> {
        let mut pdf = b"%PDF-1.7\n".to_vec();
        for stream in streams {
            pdf.extend_from_slice(b"1 0 obj << >> stream\n");
            pdf.extend_from_slice(stream);
            pdf.extend_from_slice(b"\nendstream endobj\n");
        }
        pdf
    }

    #[test]
    fn a_credential_is_found_packed_and_unpacked_and_nothing_else_is() {
        let credential = json!({ "@context": [], "id": "urn:uuid:1" });
        let (plain, other) = (credential.to_string(), json!({ "id": 1 }).to_string());
        let file = pdf(&[
            b"q 1 0 0 1 0 0 cm Q",
            &packed(plain.as_bytes()),
            plain.as_bytes(),
            other.as_bytes(),
            b"\x78\x9c\xff",
        ]);
        assert_eq!(carried(&file).expect("read"), [credential.clone(), credential]);
        assert_eq!(carried(b"%PDF-1.7 stream").expect("read"), [] as [Value; 0]);
    }

    #[test]
    fn a_bomb_is_unpacked_no_further_than_a_credential_goes() {
        let mut bomb = b"{\"@context\":\"".to_vec();
        bomb.resize(100 * 1024 * 1024, b'a');
        let bomb = packed(&bomb);
        let many = vec![bomb.as_slice(); 50];
        assert_eq!(carried(&pdf(&many)).expect("read"), [] as [Value; 0]);
    }

    #[test]
    fn what_is_encrypted_says_so() {
        let mut file = pdf(&[b"\x01\x02\x03"]);
        file.extend_from_slice(b"trailer << /Encrypt 5 0 R >>");
        let problem = carried(&file).expect_err("nobody can read it");
        assert_eq!(problem.findings.len(), 1);
    }
}
