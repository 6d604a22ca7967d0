//! What people send instead of rows of text: recognised by the first bytes, so that they read what to do and not that
//! column 1 is damaged.

use crate::words::Lang;

/// How many of a file's bytes are enough to know it by.
pub const ENOUGH: usize = 512;

/// What a file is, where it is no rows of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// Excel's or LibreOffice's own format, old or new.
    Spreadsheet,
    /// A zip archive of anything else.
    Zip,
    /// Packed by gzip.
    Gzip,
    /// A PDF document.
    Pdf,
    /// HTML or XML; some systems call it `.xls` on the way out.
    Page,
    /// One JSON list instead of one object on each line.
    JsonList,
    /// Bytes that are no text in any encoding we read.
    Binary,
}

const OLE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// What stands near the beginning of a zip archive that is an Office or OpenDocument file.
const OFFICE: [&[u8]; 5] =
    [b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"mimetypeapplication/vnd.oasis.opendocument"];
const PAGE: [&str; 6] = ["<!doctype", "<html", "<head", "<table", "<?xml", "<meta"];

impl Foreign {
    /// What the first bytes of a file are the beginning of; `None` where it may be text.
    #[must_use]
    pub fn recognise(first: &[u8]) -> Option<Foreign> {
        let first = &first[..first.len().min(ENOUGH)];
        if first.starts_with(b"PK\x03\x04") || first.starts_with(b"PK\x05\x06") {
            let office = OFFICE.iter().any(|mark| first.windows(mark.len()).any(|window| window == *mark));
            return Some(if office { Foreign::Spreadsheet } else { Foreign::Zip });
        }
        if first.starts_with(&OLE) {
            return Some(Foreign::Spreadsheet);
        }
        if first.starts_with(b"\x1F\x8B") {
            return Some(Foreign::Gzip);
        }
        if first.starts_with(b"%PDF-") {
            return Some(Foreign::Pdf);
        }
        if is_page(first) {
            return Some(Foreign::Page);
        }
        // A cell with a NUL in it happens; every fifth byte does not.
        let odd = first.iter().filter(|&&byte| byte < b' ' && !b"\t\r\n".contains(&byte)).count();
        (odd * 5 > first.len()).then_some(Foreign::Binary)
    }

    /// A stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Foreign::Spreadsheet => "spreadsheet",
            Foreign::Zip => "zip",
            Foreign::Gzip => "gzip",
            Foreign::Pdf => "pdf",
            Foreign::Page => "page",
            Foreign::JsonList => "json_list",
            Foreign::Binary => "binary",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(self, lang: Lang) -> &'static str {
        let (nb, en) = match self {
            Foreign::Spreadsheet => (
                "Filen er en arbeidsbok fra Excel eller LibreOffice. Åpne den der, velg «Lagre som» og «CSV UTF-8», og send den filen.",
                "The file is a workbook of Excel or LibreOffice. Open it there, choose \"Save as\" and \"CSV UTF-8\", and send that file.",
            ),
            Foreign::Zip => (
                "Filen er et zip-arkiv. Pakk det ut og send CSV-filen som ligger i det.",
                "The file is a zip archive. Unpack it and send the CSV file in it.",
            ),
            Foreign::Gzip => (
                "Filen er pakket med gzip. Pakk den ut og send filen som ligger i den.",
                "The file is packed by gzip. Unpack it and send the file in it.",
            ),
            Foreign::Pdf => (
                "Filen er et PDF-dokument. Eksporter listen som CSV fra systemet den kommer fra.",
                "The file is a PDF document. Export the list as CSV from the system it comes from.",
            ),
            Foreign::Page => (
                "Filen er en nettside eller XML, også om navnet slutter på .xls. Åpne den i et regneark, lagre den som «CSV UTF-8», og send den filen.",
                "The file is a web page or XML, even if its name ends in .xls. Open it in a spreadsheet, save it as \"CSV UTF-8\", and send that file.",
            ),
            Foreign::JsonList => (
                "Filen er én JSON-liste. Skriv ett objekt på hver linje, uten hakeparenteser rundt og komma mellom.",
                "The file is one JSON list. Write one object on each line, without brackets around and commas between.",
            ),
            Foreign::Binary => (
                "Filen er ikke tekst. Er den en tabell, lagre den som «CSV UTF-8» og send den filen.",
                "The file is not text. If it is a table, save it as \"CSV UTF-8\" and send that file.",
            ),
        };
        lang.pick(nb, en)
    }
}

/// Whether a page begins here, after a mark and white space.
fn is_page(first: &[u8]) -> bool {
    let text = String::from_utf8_lossy(first).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    PAGE.iter().any(|start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_rows_of_text_are_known_by_their_first_bytes() {
        let utf_16: Vec<u8> = "navn;kurs".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (first, found) in [
            (&b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml"[..], Foreign::Spreadsheet),
            (b"PK\x03\x04\n\0\0\0\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet", Foreign::Spreadsheet),
            (b"PK\x03\x04\n\0\0\0\0\0kurs.csv", Foreign::Zip),
            (&OLE, Foreign::Spreadsheet),
            (b"\x1F\x8B\x08\0", Foreign::Gzip),
            (b"%PDF-1.7\n", Foreign::Pdf),
            (b"\xEF\xBB\xBF \r\n<!DOCTYPE html><table>", Foreign::Page),
            (b"<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\">", Foreign::Page),
            (b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\0\0", Foreign::Binary),
            (&utf_16, Foreign::Binary),
        ] {
            assert_eq!(Foreign::recognise(first), Some(found), "{}", String::from_utf8_lossy(first));
        }
    }

    #[test]
    fn text_is_text_also_where_a_cell_is_damaged() {
        for first in [&b""[..], b"navn;kurs\r\nAda\0Berg;T4", b"PK;kurs", b"<navn>;kurs", b"a"] {
            assert_eq!(Foreign::recognise(first), None, "{}", String::from_utf8_lossy(first));
        }
    }

    #[test]
    fn each_is_told_in_both_languages() {
        let all = [
            Foreign::Spreadsheet,
            Foreign::Zip,
            Foreign::Gzip,
            Foreign::Pdf,
            Foreign::Page,
            Foreign::JsonList,
            Foreign::Binary,
        ];
        for one in all {
            assert_ne!(one.remedy(Lang::Nb), one.remedy(Lang::En), "{}", one.as_str());
        }
        assert!(Foreign::Spreadsheet.remedy(Lang::Nb).contains("CSV UTF-8"));
    }
}
