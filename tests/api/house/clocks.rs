//! Whatever ends by its own clock has a function that ends it, or a reason why it needs none.

use std::collections::BTreeSet;

use attest::records::registry::{End, REGISTRY};

/// Who sees to the end of a table's rows.
enum Ends {
    /// This function of this file names the table and deletes from it.
    By(&'static str, &'static str),
    /// None is needed.
    Because(&'static str),
}

use Ends::{Because, By};

const CLOCKS: &[(&str, Ends)] = &[
    ("sign_ups", By("identity/store.rs", "housekeeping")),
    ("password_resets", By("identity/store.rs", "housekeeping")),
    ("attempts", By("identity/store.rs", "housekeeping")),
    ("invitations", By("identity/store.rs", "housekeeping")),
    ("memberships", By("organisations/store.rs", "forget_memberships")),
    ("employments", By("organisations/staff/store.rs", "forget")),
    ("ended_employments", By("organisations/staff/store.rs", "forget")),
    ("photos", By("certificates/photos/store.rs", "forget")),
    ("certificate_acts", Because("they go with their certificate; what outlives that is the mark of its code")),
    ("verification_codes", By("certificates/verify/store.rs", "housekeeping")),
    ("erasure_ledger", By("records/ledger/store.rs", "forget_old")),
    ("erasure_hashes", By("records/ledger/store.rs", "forget_old")),
    ("awaited_endings", By("privacy/erasures/store.rs", "forget_receipts")),
    ("erasures", By("privacy/erasures/store.rs", "forget_receipts")),
    ("legal_holds", By("privacy/holds/store.rs", "forget_lifted")),
    ("held_persons", Because("they go when the hold is lifted")),
    ("privacy_cases", By("privacy/cases/store.rs", "forget_closed")),
    ("privacy_case_custodies", By("privacy/cases/store.rs", "forget_closed")),
    ("releases", By("privacy/releases/store.rs", "forget_old")),
    ("annulments", By("privacy/annulments/store.rs", "forget_old")),
    ("disclosures", By("records/disclosures/store.rs", "forget")),
    ("disclosure_records", By("records/disclosures/store.rs", "forget")),
    ("outbox", Because("work that is done is deleted with it; what cannot be done waits for a human")),
    ("idempotency_keys", By("platform/http/idempotency.rs", "forget_old")),
    ("import_pieces", By("imports/store.rs", "forget_some")),
    ("import_results", By("imports/store.rs", "housekeeping")),
    ("import_employments", By("imports/staff/store.rs", "forget_rows")),
    ("import_changes", By("imports/staff/store.rs", "forget_changes")),
];

/// The text of a function, to the brace that closes it.
fn function(file: &str, name: &str) -> Option<String> {
    let path = format!("{}/src/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).ok()?;
    let begins = text.find(&format!("fn {name}(")).or_else(|| text.find(&format!("fn {name}<")))?;
    let ends = text[begins..].find("\n}\n")?;
    Some(text[begins..begins + ends].to_owned())
}

#[test]
fn whatever_ends_by_its_own_clock_names_the_function_that_ends_it_or_says_why_none_is_needed() {
    let ends_by_itself = REGISTRY.iter().filter(|entry| matches!(entry.end, End::ByItsOwnClock(_)));
    let registered: BTreeSet<&str> = ends_by_itself.map(|entry| entry.table).collect();
    let listed: BTreeSet<&str> = CLOCKS.iter().map(|(table, _)| *table).collect();
    assert_eq!(registered, listed);
    for (table, ends) in CLOCKS {
        match ends {
            By(file, name) => {
                let code = function(file, name).unwrap_or_else(|| panic!("{file} has no {name}"));
                let deletes = code.contains("delete(") && code.contains(&format!("{table}::table"));
                let by_short_name = code.contains(&format!("use {table} as")) && code.contains("::table");
                assert!(deletes || by_short_name, "{name} of {file} does not delete from {table}");
            }
            Because(reason) => assert!(!reason.is_empty(), "{table}"),
        }
    }
}
