//! The record registry: every table that refers to a person, what it holds about the person, and how it ends. A table that
//! is missing here fails the tests, so that nothing about a person can be kept without somebody having thought of its end.

/// How what a table holds about a person comes to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With the last custody of the record.
    WithTheRecord,
    /// With the holder's last custody of a record about the person.
    WithTheHoldersLastCustody,
    /// With the account.
    WithTheAccount,
    /// By its own clock, in the category named.
    ByItsOwnClock(&'static str),
    /// Ids and codes only; the payload goes, the commitment stays.
    PayloadOnly,
    /// When nothing refers to the person any more.
    WithTheLastReference,
}

/// A table that refers to a person.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The table.
    pub table: &'static str,
    /// What it holds.
    pub holds: &'static str,
    /// How that ends.
    pub end: End,
}

/// All of them.
pub const REGISTRY: &[Entry] = &[
    entry("persons", "a bare id, and the id it is known under", End::WithTheLastReference),
    entry("cards", "name, reference, birth date, mobile, position", End::WithTheHoldersLastCustody),
    entry("card_emails", "e-mail addresses", End::WithTheHoldersLastCustody),
    entry("claims", "which persons are one", End::WithTheAccount),
    entry("accounts", "password hash, language", End::WithTheAccount),
    entry("account_emails", "verified e-mail addresses", End::WithTheAccount),
    entry("sign_ups", "name, e-mail, birth date of who has not verified", End::ByItsOwnClock("RS48")),
    entry("password_resets", "hash of a token", End::ByItsOwnClock("RS48")),
    entry("sign_ins", "when somebody signed in", End::WithTheAccount),
    entry("refresh_tokens", "hash of a token", End::WithTheAccount),
    entry("attempts", "keyed hash of what was tried", End::ByItsOwnClock("RS48")),
    entry("memberships", "role in an organisation", End::ByItsOwnClock("RS45")),
    entry("employments", "employer, team, days", End::ByItsOwnClock("RS06")),
    entry("invitations", "e-mail of who was invited", End::ByItsOwnClock("RS48")),
    entry("records", "that there is a record", End::WithTheRecord),
    entry("completions", "competence, course, recorder", End::WithTheRecord),
    entry("completion_versions", "outcome, day, hours, result, orderer", End::WithTheRecord),
    entry("certificates", "issuer and number of a document about the person", End::WithTheRecord),
    entry("certificate_versions", "name, birth date, competences as they were at issue", End::WithTheRecord),
    entry("certificate_lines", "which completions a document is about", End::WithTheRecord),
    entry("credentials", "the signed, portable form of a document, its holder's name hashed", End::WithTheRecord),
    entry("photos", "which file is the photo of a person", End::ByItsOwnClock("RS19")),
    entry("certificate_batches", "who asked for certificates", End::PayloadOnly),
    entry("to_certify", "that a completion is to be certified, or what keeps it from it", End::WithTheRecord),
    entry("certificate_acts", "when and why a document was ended", End::ByItsOwnClock("RS16")),
    entry("verification_codes", "keyed hash of the code of a document", End::ByItsOwnClock("RS43")),
    entry("verification_counts", "how often a document was looked up on a day", End::WithTheRecord),
    entry("documents", "the key of an encrypted file and its hash", End::WithTheRecord),
    entry("custodies", "who holds the record", End::WithTheRecord),
    entry("narrowed_custodies", "who holds less of the record than once", End::WithTheRecord),
    entry("ended_custodies", "who held the record and let go", End::WithTheRecord),
    entry("erasure_ledger", "that something was erased, and never a name", End::ByItsOwnClock("RS42")),
    entry("erasure_hashes", "keyed hashes by which an entry of the ledger is found", End::ByItsOwnClock("RS42")),
    entry("erasures", "sealed receipt of what a person had erased", End::ByItsOwnClock("RS36")),
    entry("awaited_endings", "what of an erasure did not go at once", End::ByItsOwnClock("RS36")),
    entry("legal_holds", "why and until when records of a person must not go", End::ByItsOwnClock("RS36")),
    entry("held_persons", "whom a legal hold lies on", End::ByItsOwnClock("RS36")),
    entry("privacy_cases", "sealed: what a person asked of a controller, and its answer", End::ByItsOwnClock("RS36")),
    entry("privacy_case_custodies", "which records such a case is about", End::ByItsOwnClock("RS36")),
    entry("restricted_custodies", "that an objection to a record is open", End::WithTheRecord),
    entry("releases", "which records an organisation let go of", End::ByItsOwnClock("RS42")),
    entry("transfers", "who proposed a transfer and who answered", End::PayloadOnly),
    entry("transfer_told", "who was written to about a transfer that is not done", End::PayloadOnly),
    entry("ended_employments", "on which day an employment would have ended otherwise", End::ByItsOwnClock("RS06")),
    entry("annulments", "which records never should have been, and who said so", End::ByItsOwnClock("RS42")),
    entry("minor_reports", "that an account is said to be a child's, and who said so", End::WithTheAccount),
    entry("portfolio", "that the person keeps the record", End::WithTheRecord),
    entry("hand_overs", "to whom the person handed the record over", End::WithTheRecord),
    entry("disclosures", "who was shown what, by day", End::ByItsOwnClock("RS26")),
    entry("disclosure_records", "which records were shown", End::ByItsOwnClock("RS26")),
    entry("import_rows", "keyed hashes of a source's row", End::WithTheRecord),
    entry("feed", "that something happened to the id of a record", End::PayloadOnly),
    entry("outbox", "sealed payload of what is to be done", End::ByItsOwnClock("RS48")),
    entry("audit", "who did what to which id", End::PayloadOnly),
    entry("idempotency_keys", "that an actor made an id", End::ByItsOwnClock("RS48")),
    entry("import_batches", "who ran an import", End::PayloadOnly),
    entry("import_pieces", "sealed pieces of the file that was sent", End::ByItsOwnClock("RS48")),
    entry("import_results", "which line became which id", End::ByItsOwnClock("RS48")),
    entry("import_employments", "keyed hashes of a source's row", End::ByItsOwnClock("RS06")),
    entry("import_changes", "the team and days an employment had before an import", End::ByItsOwnClock("RS06")),
];

const fn entry(table: &'static str, holds: &'static str, end: End) -> Entry {
    Entry { table, holds, end }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: [&str; 21] = [
        include_str!("../../migrations/sqlite/0001_the_record/up.sql"),
        include_str!("../../migrations/sqlite/0002_imports/up.sql"),
        include_str!("../../migrations/sqlite/0004_staff_changes/up.sql"),
        include_str!("../../migrations/sqlite/0005_certificates/up.sql"),
        include_str!("../../migrations/sqlite/0006_certificate_batches/up.sql"),
        include_str!("../../migrations/sqlite/0007_pictures/up.sql"),
        include_str!("../../migrations/sqlite/0008_registers_and_bodies/up.sql"),
        include_str!("../../migrations/sqlite/0011_validity/up.sql"),
        include_str!("../../migrations/sqlite/0012_erasure/up.sql"),
        include_str!("../../migrations/sqlite/0013_periods/up.sql"),
        include_str!("../../migrations/sqlite/0015_erasures/up.sql"),
        include_str!("../../migrations/sqlite/0018_employer_views/up.sql"),
        include_str!("../../migrations/sqlite/0019_held_persons/up.sql"),
        include_str!("../../migrations/sqlite/0014_legal_holds/up.sql"),
        include_str!("../../migrations/sqlite/0016_clocks/up.sql"),
        include_str!("../../migrations/sqlite/0017_controllers_acts/up.sql"),
        include_str!("../../migrations/sqlite/0024_transfers/up.sql"),
        include_str!("../../migrations/sqlite/0022_hand_overs/up.sql"),
        include_str!("../../migrations/sqlite/0023_packs/up.sql"),
        include_str!("../../migrations/sqlite/0025_untrue/up.sql"),
        include_str!("../../migrations/sqlite/0026_credentials/up.sql"),
    ];
    /// Columns by which a row is about a person, or about something of a person's.
    const PERSONAL: [&str; 23] = [
        "person",
        "claimed",
        "same_as",
        "account",
        "sign_in",
        "card",
        "record",
        "completion",
        "certificate",
        "sealed_key",
        "email",
        "email_key",
        "birth_date",
        "mobile",
        "token_hash",
        "doer",
        "actor",
        "payload",
        "key",
        "employment",
        "piece",
        "lines",
        "hash",
    ];

    fn tables() -> Vec<(&'static str, Vec<&'static str>)> {
        let mut tables = Vec::new();
        for step in SCHEMA {
            for block in step.split("CREATE TABLE ").skip(1) {
                let (name, rest) = block.split_once(" (").expect("a table has columns");
                let body = rest.split("\n)").next().expect("and ends");
                let columns = body.lines().filter_map(|line| line.split_whitespace().next()).collect();
                tables.push((name, columns));
            }
            let dropped: Vec<_> = step.lines().filter_map(|line| line.strip_prefix("DROP TABLE ")).collect();
            tables.retain(|(name, _)| !dropped.iter().any(|line| line.trim_end_matches(';') == *name));
        }
        tables
    }

    #[test]
    fn every_table_that_refers_to_a_person_has_an_entry() {
        for (table, columns) in tables() {
            let personal = columns.iter().any(|column| PERSONAL.contains(column));
            let entered = REGISTRY.iter().any(|entry| entry.table == table);
            assert!(!personal || entered, "{table} refers to a person and is not in the registry");
        }
    }

    #[test]
    fn every_category_an_entry_names_has_a_rule_that_says_it_is_stored() {
        for entry in REGISTRY {
            let End::ByItsOwnClock(category) = entry.end else { continue };
            let rule = crate::records::schedule().rule(category);
            assert!(rule.is_some_and(|rule| rule.stored), "{} names {category}", entry.table);
        }
    }

    #[test]
    fn every_entry_is_a_table() {
        for entry in REGISTRY {
            assert!(tables().iter().any(|(table, _)| *table == entry.table), "{} does not exist", entry.table);
        }
    }
}
