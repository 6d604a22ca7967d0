//! The credentials a PDF carries. Nothing of its structure is followed, so no structure can lead anywhere: every stream is looked
//! at where it lies, and unpacked no further than it could be a credential.

use std::io::Read;

use flate2::read::ZlibDecoder;
use memchr::memmem;
use serde::{Deserialize, de::IgnoredAny};

use super::LONGEST;
use crate::certificates::MOST_LINES;

const BEGINS: &[u8] = b"stream";
const ENDS: &[u8] = b"endstream";
/// More streams than any certificate has, and what is looked at of all of them, in bytes, unpacked.
const MOST_STREAMS: usize = 5_000;
const MOST_LOOKED_AT: usize = 4 * 1024 * 1024;

/// The credentials in a PDF, as texts: objects that say what is understood by their words. Nothing if there is more in it than in
/// any certificate, so that nobody knows what else there is.
pub(super) fn carried(pdf: &[u8]) -> Option<Vec<Vec<u8>>> {
    let (mut found, mut budget) = (Vec::new(), MOST_LOOKED_AT);
    for (n, stream) in streams(pdf).enumerate() {
        found.extend(text(stream, &mut budget).filter(|text| names_its_words(text)));
        if n == MOST_STREAMS || budget == 0 || found.len() > MOST_LINES {
            return None;
        }
    }
    Some(found)
}

/// Can nobody look into it without a password?
pub(super) fn is_encrypted(pdf: &[u8]) -> bool {
    memmem::find(pdf, b"/Encrypt").is_some()
}

/// The streams, from where they begin.
fn streams(pdf: &[u8]) -> impl Iterator<Item = &[u8]> {
    memmem::find_iter(pdf, BEGINS).filter(|place| !pdf[..*place].ends_with(b"end")).filter_map(|place| {
        let stream = &pdf[place + BEGINS.len()..];
        stream.strip_prefix(b"\r\n").or_else(|| stream.strip_prefix(b"\n"))
    })
}

/// What a stream says if it may be JSON: as it lies there, or unpacked. What was looked at for that is taken from the budget.
fn text(stream: &[u8], budget: &mut usize) -> Option<Vec<u8>> {
    let most = LONGEST.min(*budget);
    if begins_an_object(stream) {
        let end = memmem::find(&stream[..stream.len().min(most)], ENDS);
        *budget -= end.unwrap_or(most);
        return Some(stream[..end?].to_vec());
    }
    let mut first = [0; 64];
    let length = ZlibDecoder::new(stream).read(&mut first).ok()?;
    if !begins_an_object(&first[..length]) {
        return None;
    }
    let mut text = Vec::new();
    let read = ZlibDecoder::new(stream).take(most as u64).read_to_end(&mut text);
    *budget -= text.len();
    read.ok()?;
    (text.len() < most).then_some(text)
}

/// Is it an object with contexts? Nothing else of it is kept.
fn names_its_words(text: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Words {
        #[serde(rename = "@context")]
        _context: IgnoredAny,
    }
    serde_json::from_slice::<Words>(text).is_ok()
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
        assert_eq!(carried(&file).expect("all of it"), [plain.as_bytes(), format!("{plain}\n").as_bytes()]);
        assert_eq!(carried(b"%PDF-1.7 stream"), Some(vec![]));
    }

    #[test]
    fn a_bomb_is_unpacked_no_further_than_a_credential_goes() {
        let mut bomb = b"{\"@context\":\"".to_vec();
        bomb.resize(100 * 1024 * 1024, b'a');
        let bomb = packed(&bomb);
        let many = vec![bomb.as_slice(); 50];
        assert_eq!(carried(&pdf(&many)), None);
        assert_eq!(carried(&pdf(&many[..1])), Some(vec![]));
    }

    #[test]
    fn many_streams_take_no_more_than_one_whatever_is_in_them() {
        let nearly = format!("{{\"@context\":0,\"a\":[{}0]}}", "{\"\":0},".repeat(LONGEST / 8));
        let (nearly, endless) = (packed(nearly.as_bytes()), vec![b"stream\n{".as_slice(); 5_000].concat());
        assert_eq!((carried(&pdf(&vec![nearly.as_slice(); 5_000])), carried(&endless)), (None, None));
        let small = packed(b"{\"@context\":0}");
        let of = |count: usize| carried(&pdf(&vec![small.as_slice(); count])).map(|found| found.len());
        assert_eq!((of(MOST_LINES), of(MOST_LINES + 1)), (Some(MOST_LINES), None));
        let nothing = packed(b"q Q");
        assert_eq!(carried(&pdf(&vec![nothing.as_slice(); MOST_STREAMS + 1])), None);
    }

    #[test]
    fn objects_that_lead_to_each_other_lead_nowhere() {
        let ring = b"%PDF-1.7\n1 0 obj << /Kids [2 0 R] /Parent 2 0 R >> endobj 2 0 obj << /Kids [1 0 R] >> endobj";
        assert_eq!(carried(ring), Some(vec![]));
    }

    #[test]
    fn what_is_encrypted_says_so() {
        let mut file = pdf(&[b"\x01\x02\x03"]);
        file.extend_from_slice(b"trailer << /Encrypt 5 0 R >>");
        assert!(is_encrypted(&file) && !is_encrypted(&pdf(&[b"1"])));
    }
}
