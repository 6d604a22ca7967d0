//! Files as people really send them, all invented: what is proposed for each, and what is read by the proposal. Each says
//! what the sender would want to read.

use proptest::prelude::*;
use serde_json::json;

use super::super::faults::{OpenFault, RowFault};
use super::super::mapping::Mapping;
use super::super::rows::{Row, Rows};
use super::*;
use crate::words::Lang;

fn completions(file: impl AsRef<[u8]>) -> Proposal {
    propose(Subject::Completions, file.as_ref(), true).unwrap()
}

fn staff(file: impl AsRef<[u8]>) -> Proposal {
    propose(Subject::Staff, file.as_ref(), true).unwrap()
}

fn fault(file: impl AsRef<[u8]>) -> OpenFault {
    propose(Subject::Completions, file.as_ref(), true).unwrap_err()
}

/// The rows of a file, read by what is proposed for it.
fn read(subject: Subject, file: impl AsRef<[u8]>) -> Vec<Result<Row, Vec<RowFault>>> {
    let proposal = propose(subject, file.as_ref(), true).unwrap();
    assert_eq!(proposal.open, [], "{:?}", proposal.mapping);
    let mapping = Mapping::from_json(subject, &proposal.mapping).unwrap_or_else(|fault| panic!("{fault}"));
    Rows::open(&mapping, file.as_ref()).unwrap().collect()
}

/// The rows a file of completions holds, none of them at fault: reference, name, course, outcome, day.
fn told(file: impl AsRef<[u8]>) -> Vec<String> {
    let rows = read(Subject::Completions, file);
    let said = rows.into_iter().map(|row| {
        let row = row.unwrap_or_else(|faults| panic!("{faults:?}"));
        let targets = [Target::PersonReference, Target::Name, Target::Course, Target::Outcome, Target::On];
        targets.map(|target| row.value(target).unwrap_or("-").to_owned()).join(" ")
    });
    said.collect()
}

fn faults(file: impl AsRef<[u8]>) -> Vec<(u64, &'static str)> {
    let rows = read(Subject::Completions, file);
    let faults = rows.into_iter().filter_map(Result::err).flatten();
    faults.map(|fault| (fault.line, fault.code.as_str())).collect()
}

fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|sign| u8::try_from(u32::from(sign)).unwrap()).collect()
}

const ASE: &str = "Deltaker-ID;Navn;Kurskode;Resultat;Dato\r\n17;Åse-Marie Ødegård;T4;Bestått;31.12.2025\r\n";
const ASE_READS: &str = "17 Åse-Marie Ødegård T4 passed 2025-12-31";

#[test]
fn one_list_reads_alike_however_it_is_saved() {
    let utf_16: Vec<u8> = format!("\u{feff}{ASE}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (how, file) in [
        ("UTF-8", ASE.as_bytes().to_vec()),
        ("UTF-8 with a mark", format!("\u{feff}{ASE}").into_bytes()),
        ("Latin-1", latin(ASE)),
        ("Latin-1 below a title and a blank line", latin(&format!("\"Kursbevis, år 2025\"\r\n\r\n{ASE}"))),
        ("UTF-16, as Excel's Unicode text", utf_16),
        ("CR only", ASE.replace("\r\n", "\r").into_bytes()),
        ("LF only", ASE.replace("\r\n", "\n").into_bytes()),
        ("no line break at the end", ASE.trim_end().as_bytes().to_vec()),
        ("tabs", ASE.replace(';', "\t").into_bytes()),
        ("pipes", ASE.replace(';', "|").into_bytes()),
        ("commas", ASE.replace(';', ",").into_bytes()),
        ("sep=;", format!("sep=;\r\n{ASE}").into_bytes()),
        ("blank lines about", format!("\r\n\r\n{}\r\n;;;;\r\n\r\n", ASE.replace("\r\n", "\r\n\r\n")).into_bytes()),
        ("columns without a name", ASE.replace("\r\n", ";;;\r\n").into_bytes()),
        (
            "everything quoted",
            ASE.lines().map(|line| format!("\"{}\"\n", line.replace(';', "\";\""))).collect::<String>().into_bytes(),
        ),
        ("the header again", format!("{ASE}{ASE}").replacen("17;Å", "18;Å", 0).into_bytes()),
    ] {
        let found = told_good(&file);
        assert_eq!(found.first().map(String::as_str), Some(ASE_READS), "{how}");
    }
}

/// As [`told`], leaving out what is at fault.
fn told_good(file: &[u8]) -> Vec<String> {
    let rows = read(Subject::Completions, file);
    let targets = [Target::PersonReference, Target::Name, Target::Course, Target::Outcome, Target::On];
    let good = rows.into_iter().filter_map(Result::ok);
    good.map(|row| targets.map(|target| row.value(target).unwrap_or("-").to_owned()).join(" ")).collect()
}

#[test]
fn windows_1252_is_known_by_the_dash_that_latin_1_lacks() {
    let mut file = latin("Deltakernr;Navn;Kurs;Status;Fullført dato\r\n17;Åse ? Ødegård;T4;Fullført;01.02.2026\r\n");
    let dash = file.iter().position(|byte| *byte == b'?').unwrap();
    file[dash] = 0x97;
    assert_eq!(completions(&file).mapping["file"]["encoding"], "windows-1252");
    assert_eq!(told(&file), ["17 Åse — Ødegård T4 passed 2026-02-01"]);
}

#[test]
fn names_come_through_as_they_are_written() {
    for name in [
        "“Åse” Berg",
        "D’Angelo",
        "עדה לוי",
        "Ada\u{200b}Berg",
        "\u{202e}greB\u{202c} Ada",
        "Anne–Lise — Berg",
        "王小明",
    ] {
        let file = format!("id,name,course,result,date\n1,{name},T4,passed,2026-01-31\n2,Ola,T4,passed,2026-01-31\n");
        assert_eq!(told(file)[0], format!("1 {name} T4 passed 2026-01-31"));
    }
}

#[test]
fn a_quotation_that_is_not_closed_costs_its_row_and_says_so() {
    let good = "id,name,course,result,date\n1,Ada,T4,passed,2026-01-31\n";
    assert_eq!(
        faults(format!("{good}2,\"Ola,T4,passed,2026-01-31\n3,Per,T4,passed,2026-01-31\n")),
        [(3, "unclosed_quote")]
    );
    // A mark in the middle of a cell is a sign like others.
    assert_eq!(
        told(format!("{good}2,Ola \"Ole\" Dahl,T4,passed,2026-01-31\n"))[1],
        "2 Ola \"Ole\" Dahl T4 passed 2026-01-31"
    );
    assert_eq!(told(format!("{good}2,\"Ola\nDahl\",T4,passed,2026-01-31\n"))[1], "2 Ola\nDahl T4 passed 2026-01-31");
}

#[test]
fn damage_is_refused_where_it_stands() {
    let file = "id,name,course,result,date\n1,\u{fffd}se,T4,passed,2026-01-31\n2,Ola\0,T4,passed,2026-01-31\n3,Per,T4,passed,2026-01-31\n";
    assert_eq!(faults(file), [(2, "damaged_text"), (3, "damaged_text")]);
    let mut file = "id,name,course,result,date\n1,Åse Ødegård,T4,passed,2026-01-31\n2,Bj?rn,T4,passed,2026-01-31\n"
        .to_owned()
        .into_bytes();
    let odd = file.iter().position(|byte| *byte == b'?').unwrap();
    file[odd] = 0xF8;
    assert_eq!(completions(&file).mapping["file"]["encoding"], "utf-8", "one stray byte makes no Latin-1 of a file");
    assert_eq!(faults(&file), [(3, "damaged_text")]);
}

#[test]
fn a_column_that_is_there_twice_is_left_unused_and_the_next_one_taken() {
    let file =
        "id,epost,epost,mail,kurs,resultat,dato\n1,a@example.no,b@example.no,c@example.no,T4,Bestått,2026-01-31\n";
    let proposal = completions(file);
    assert_eq!(proposal.mapping["fields"]["email"], "mail");
    assert_eq!(proposal.unused, ["epost"]);
}

#[test]
fn of_two_columns_for_one_thing_the_clearer_is_taken_and_the_other_left() {
    let file = "Navn,Fornavn,Etternavn,Kursnavn,Kurskode,Deltakernr,Resultat,Dato\nBerg Ada,Ada,Berg,Truck,T4,17,Bestått,2026-01-31\n";
    let proposal = completions(file);
    assert_eq!(proposal.mapping["fields"]["course"], "Kurskode");
    assert_eq!(proposal.mapping["fields"]["name"], json!({ "template": "{Fornavn} {Etternavn}" }));
    assert_eq!(proposal.unused, ["Navn", "Kursnavn"]);
}

#[test]
fn hours_with_a_decimal_comma_are_hours() {
    let file = "Deltakernr;Kurs;Resultat;Dato;Timer\n17;T4;Bestått;31.12.2025;7,5\n18;T4;Bestått;31.12.2025;8\n";
    let rows = read(Subject::Completions, file);
    assert_eq!(rows[0].as_ref().unwrap().value(Target::Hours), Some("7,5"));
}

#[test]
fn ten_thousand_columns_are_no_trouble() {
    let names: Vec<String> = (0..10_000).map(|number| format!("felt{number}")).collect();
    let cells = vec!["x"; 10_000];
    let file = format!("id;{};kurs;resultat;dato\n1;{};T4;Bestått;31.12.2025\n", names.join(";"), cells.join(";"));
    let proposal = completions(&file);
    assert_eq!(proposal.unused.len(), 10_000);
    assert_eq!(told(&file), ["1 - T4 passed 2025-12-31"]);
}

#[test]
fn a_line_of_three_mebibytes_costs_only_itself() {
    let long = "x".repeat(3 * 1024 * 1024);
    let file = format!(
        "id,name,course,result,date\n1,Ada,T4,passed,2026-01-31\n2,{long},T4,passed,2026-01-31\n3,Per,T4,passed,2026-01-31\n"
    );
    assert_eq!(faults(&file), [(3, "row_too_long")]);
    // Of a first line longer than what is looked at nothing can be said.
    let fault = propose(Subject::Completions, &long.as_bytes()[..65_536], false).unwrap_err();
    assert_eq!(fault.as_str(), "broken_header");
}

#[test]
fn a_file_without_a_header_says_so() {
    for file in
        ["", "\u{feff}", "\n\r\n \n", ";;;;\n;;;;\n", "harrychinn,health_and_safety,hs1,23/03/2012,31/06/2012\n"]
    {
        let fault = fault(file);
        assert_eq!(fault.as_str(), "no_header", "{file:?}");
        assert!(fault.remedy(Lang::Nb).contains("overskrift"));
    }
}

#[test]
fn a_header_alone_is_proposed_by_its_names_and_its_outcome_left_open() {
    let proposal = completions("Deltakernr;Navn;Kurskode;Resultat;Dato\r\n");
    assert_eq!(proposal.open, [Target::Outcome]);
    assert_eq!(proposal.mapping["key"], "{Deltakernr}/{Kurskode}/{Dato}");
    assert_eq!(proposal.mapping["fields"]["course"], "Kurskode");
}

#[test]
fn a_workbook_a_page_and_a_list_of_json_are_told_how_to_be_saved() {
    for (file, remedy) in [
        (&b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml"[..], "CSV UTF-8"),
        (b"<html><table><tr><td>Navn</td></tr></table></html>", "CSV UTF-8"),
        (b"[{\"navn\":\"Ada\"}]", "one object on each line"),
        (b"\x1F\x8B\x08\0\0\0\0\0", "Unpack"),
    ] {
        let told = fault(file).remedy(Lang::En);
        assert!(told.contains(remedy), "{told}");
    }
}

#[test]
fn a_column_of_national_identity_numbers_is_never_read() {
    // Made here, because a written one might belong to somebody.
    let number = (0..100_000_u32)
        .map(|tail| format!("010170{tail:05}"))
        .find(|number| crate::words::holds_national_identity_number(number))
        .unwrap();
    for name in ["Deltakernr", "Fødselsnummer", "id"] {
        let file = format!("{name};Navn;Kurs;Resultat;Dato\n{number};Ada Berg;T4;Bestått;31.12.2025\n");
        let proposal = completions(&file);
        assert_eq!(proposal.unused, [name]);
        assert!(!proposal.mapping["fields"].to_string().contains(name));
        assert_eq!(proposal.open, [Target::PersonReference, Target::Email]);
        assert!(!format!("{proposal:?}").contains(&number));
    }
}

#[test]
fn a_day_without_an_outcome_leaves_the_outcome_open() {
    let proposal = completions("username,courseidnumber,completiondate\nada,hs1,2012-03-23\n");
    assert_eq!(proposal.open, [Target::Outcome]);
    assert_eq!(proposal.mapping["key"], "{username}/{courseidnumber}/{completiondate}");
}

#[test]
fn other_systems_exports_are_proposed_whole() {
    for (system, file, key, first) in [
        (
            "an impossible day and a day-first date",
            "username,courseidnumber,completionstatus,completiondate,grade\nada,hs1,Completed,23/03/2012,87\nola,hs1,Completed,31/06/2012,90\n",
            "{username}/{courseidnumber}/{completiondate}",
            "ada - hs1 passed 2012-03-23",
        ),
        (
            "xAPI's verbs, the address as the reference, the day by Excel",
            "actor,verb,object,timestamp,final_grade,voided\nada@example.no,passed,hs1,03/31/2026,0.9,\nola@example.no,failed,hs1,2026-03-01T10:00:00+01:00,0.2,\n",
            "{actor}/{object}/{timestamp}",
            "ada@example.no - hs1 passed 2026-03-31",
        ),
        (
            "first name and surname",
            "First name,Surname,ID number,Email address,Course short name,Status,Completed on\nAda,Berg,17,ada@example.no,T4,Complete,\"2026-01-31 14:05\"\n",
            "{ID number}/{Course short name}/{Completed on}",
            "17 Ada Berg T4 passed 2026-01-31",
        ),
        (
            "completed holds days",
            "userid;courseid;completed;passed\n17;4;2026-01-31;1\n18;4;2026-01-31;0\n",
            "{userid}/{courseid}/{completed}",
            "17 - 4 passed 2026-01-31",
        ),
        (
            "nynorsk",
            "Deltakarnummer;Namn;Kurskode;Greidd;Fullført dato\n17;Ada Berg;T4;Ja;31.01.2026\n",
            "{Deltakarnummer}/{Kurskode}/{Fullført dato}",
            "17 Ada Berg T4 passed 2026-01-31",
        ),
        (
            "NDJSON",
            "{\"member\":{\"id\":17,\"name\":\"Ada Berg\"},\"course_code\":\"T4\",\"passed\":true,\"completed_at\":\"2026-01-31T10:00:00Z\",\"tags\":[]}\n{\"member\":{\"id\":18,\"name\":\"Ola\"},\"course_code\":\"T4\",\"passed\":false,\"completed_at\":null}\n",
            "{member.id}/{course_code}",
            "17 Ada Berg T4 passed 2026-01-31",
        ),
    ] {
        assert_eq!(completions(file).mapping.get("key"), Some(&json!(key)), "{system}");
        assert_eq!(told_good(file.as_bytes())[0], first, "{system}");
    }
}

#[test]
fn a_list_of_staff_is_proposed_whole() {
    let file = "\u{feff}Ansattnr;Fornavn;Etternavn;E-post jobb;Mobil;Stillingstittel;Avdeling;Ansatt dato;Sluttdato;Leder e-post\r\n\
                1001;Ada;Berg;ada@example.no;900 00 000;Fagarbeider;Drift;01.02.2020;;sjef@example.no\r\n\
                1002;Ola;Dahl;-;;Lærling;Drift;15.08.2025;-;sjef@example.no\r\n";
    let proposal = staff(file);
    assert_eq!(
        json!(proposal.mapping),
        json!({
            "source": "import",
            "key": "{Ansattnr}",
            "file": { "format": "csv", "encoding": "utf-8", "delimiter": ";", "header_line": 1, "empty": ["-"] },
            "fields": {
                "person_reference": "Ansattnr",
                "name": { "template": "{Fornavn} {Etternavn}" },
                "email": "E-post jobb",
                "mobile": "Mobil",
                "position": "Stillingstittel",
                "team": "Avdeling",
                "from": { "column": "Ansatt dato", "formats": ["%d.%m.%Y"] },
                "to": { "column": "Sluttdato", "formats": ["%d.%m.%Y"] },
            },
        })
    );
    assert_eq!(proposal.unused, ["Leder e-post"]);
    let rows = read(Subject::Staff, file);
    assert_eq!(rows[1].as_ref().unwrap().value(Target::From), Some("2025-08-15"));
}

#[test]
fn a_real_file_of_results_is_read_without_a_fault() {
    let file = "external_person_id,course_code,presentation,enrolled_on,left_on,result,completed_on,credits\n\
                11391,AAA,2013J,2013-04-25,,Pass,2014-06-26,240\n\
                30268,AAA,2013J,2013-07-01,2013-10-13,Withdrawn,,60\n\
                62155,AAA,2013J,2013-05-24,,Distinction,2014-06-26,60\n\
                74372,AAA,2013J,2013-05-22,,Fail,,150\n";
    let proposal = completions(file);
    assert_eq!(proposal.mapping["key"], "{external_person_id}/{course_code}/{presentation}");
    assert_eq!(proposal.unused, ["enrolled_on", "left_on", "credits"]);
    assert_eq!(told(file).len(), 4);
}

fn any_of(texts: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(texts)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_proposal_with_nothing_open_is_a_usable_mapping(
        needed in (any_of(&["id", "Deltakernr", "username", "e-post"]), any_of(&["kurs", "Kompetanse", "course id"]),
            any_of(&["resultat", "Bestått", "status", "Vår 2026"]), any_of(&["dato", "completed", "Fullført"])),
        odd in prop::collection::vec(any_of(&[
            "id", "Navn", "Fornavn", "Etternavn", "e-post", "kurs", "kompetanse", "resultat", "timer", "session", "event",
            "bestilt av", "Bestiller referanse", "fra", "ansattdato", "avdeling", "mobil", "a{b", "{}", "", " ", "x.y",
            "\"q\"", "fødselsdato", "user", "\u{feff}id", "Åå", "name (first)", "a;b", "linje\nskift",
        ]), 0..6),
        rows in prop::collection::vec(
            ((any_of(&["17", "ada@example.no"]), any_of(&["T4", "-"]), any_of(&["Bestått", "Ja", "Fail"]),
                any_of(&["31.12.2025", "2026-01-31", "", "n/a"])),
                prop::collection::vec(any_of(&["", "17", "ada@example.no", "7,5", "-", "974760673", "x;y", "\"", "01.02.20"]), 6)),
            0..6,
        ),
        staff in any::<bool>(),
        separator in prop::sample::select(vec![b';', b',', b'\t']),
        whole in any::<bool>(),
    ) {
        let subject = if staff { Subject::Staff } else { Subject::Completions };
        let mut file = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
        let (who, what, how, when) = needed;
        file.write_record([who, what, how, when].iter().chain(&odd)).unwrap();
        for ((who, what, how, when), more) in &rows {
            file.write_record([who, what, how, when].into_iter().chain(more.iter().take(odd.len()))).unwrap();
        }
        let file = file.into_inner().unwrap();
        if let Ok(proposal) = propose(subject, &file, whole)
            && proposal.open.is_empty()
        {
            let mapping = Mapping::from_json(subject, &proposal.mapping);
            prop_assert!(mapping.is_ok(), "{:?} {:?}", mapping, proposal.mapping);
            prop_assert!(Rows::open(&mapping.unwrap(), &file[..]).is_ok(), "{:?}", proposal.mapping);
        }
    }

    #[test]
    fn no_bytes_whatever_make_it_stumble(bytes in prop::collection::vec(any::<u8>(), 0..400), whole in any::<bool>()) {
        for subject in Subject::ALL {
            let _ = propose(subject, &bytes, whole);
        }
    }
}
