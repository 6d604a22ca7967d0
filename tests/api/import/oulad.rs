//! Real results: 32,593 of them (examples/oulad).

use std::io::Read;

use flate2::read::GzDecoder;

use super::{Office, counts};

const MAPPING: &str = include_str!("../../../examples/oulad/mapping.toml");
const FILE: &[u8] = include_bytes!("../../../examples/oulad/completions.csv.gz");

fn unpacked() -> String {
    let mut text = String::new();
    GzDecoder::new(FILE).read_to_string(&mut text).expect("gzip");
    text
}

async fn university() -> Office {
    Office::with(MAPPING, &["AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG"]).await
}

#[actix_web::test]
async fn real_results_are_imported_and_reading_them_again_changes_nothing() {
    let office = university().await;
    let file: String = unpacked().split_inclusive('\n').take(1 + 5_000).collect();
    assert_eq!(counts(&office.import(&file)), (5_000, 0, 0, 0));
    let before = office.rows();
    assert_eq!((before[2], before[3], before[5]), (5_000, 5_000, 5_000));
    assert_eq!(counts(&office.import(&file)), (0, 0, 5_000, 0));
    let after = office.rows();
    assert_eq!(before[..6], after[..6]);
}

/// All of them take half a minute in a debug build: `cargo test --release -- --ignored`.
#[actix_web::test]
#[ignore = "takes long in a debug build"]
async fn all_real_results_are_imported() {
    let office = university().await;
    let (file, own_cards) = (unpacked(), office.app.count("cards"));
    assert_eq!(counts(&office.import(&file)), (32_593, 0, 0, 0));
    assert_eq!(counts(&office.import(&file)), (0, 0, 32_593, 0));
    assert_eq!((office.app.count("completions"), office.app.count("completion_versions")), (32_593, 32_593));
    assert_eq!(office.app.count("cards") - own_cards, 28_785);
}
