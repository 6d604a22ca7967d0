//! The two schemas are one: the same tables, columns and nullability under the same names.

use std::collections::BTreeMap;

type Tables = BTreeMap<String, Vec<(String, bool)>>;

/// The columns of each table, with whether they may be null. The migrations write one column a line.
fn tables(sql: &str) -> Tables {
    let mut tables = Tables::new();
    let mut current: Option<String> = None;
    for line in sql.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            current = rest.split_whitespace().next().map(str::to_owned);
            continue;
        }
        let Some(table) = &current else { continue };
        if line.starts_with(')') {
            current = None;
            continue;
        }
        let name = line.split_whitespace().next().unwrap_or_default();
        if name.is_empty() || name.starts_with("--") || name.chars().any(|c| c.is_ascii_uppercase()) {
            continue;
        }
        tables.entry(table.clone()).or_default().push((name.to_owned(), !line.contains("NOT NULL")));
    }
    tables
}

fn migrations(database: &str) -> BTreeMap<String, String> {
    let folder = format!("{}/migrations/{database}", env!("CARGO_MANIFEST_DIR"));
    let steps = std::fs::read_dir(folder).expect("the migrations are there");
    steps
        .map(|step| step.expect("readable").path())
        .map(|path| {
            let name = path.file_name().expect("named").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path.join("up.sql")).expect("every step has an up.sql"))
        })
        .collect()
}

#[test]
fn both_databases_have_the_same_steps_tables_and_columns() {
    let (sqlite, postgresql) = (migrations("sqlite"), migrations("postgresql"));
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgresql.keys().collect::<Vec<_>>());
    for (step, sql) in &sqlite {
        let (one, other) = (tables(sql), tables(&postgresql[step]));
        assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>(), "{step}");
        for (table, columns) in &one {
            assert_eq!(columns, &other[table], "{step}: {table}");
        }
    }
    assert!(tables(&sqlite["0001_the_record"]).len() >= 40, "the test reads the migrations");
}

#[test]
fn the_program_knows_the_columns_the_migrations_make() {
    let folder = env!("CARGO_MANIFEST_DIR");
    let schema = std::fs::read_to_string(format!("{folder}/src/platform/db/schema.rs")).expect("the schema is there");
    let mut known = Tables::new();
    let mut current = String::new();
    for line in schema.lines().map(str::trim) {
        if let Some((name, kind)) = line.trim_end_matches(',').split_once(" -> ") {
            known.entry(current.clone()).or_default().push((name.to_owned(), kind.starts_with("Nullable")));
        } else if let Some((name, _)) = line.split_once(" (").filter(|(_, rest)| rest.ends_with('{')) {
            current = name.to_owned();
        }
    }
    let mut made = Tables::new();
    for sql in migrations("sqlite").values() {
        made.append(&mut tables(sql));
        for dropped in sql.lines().filter_map(|line| line.strip_prefix("DROP TABLE ")) {
            made.remove(dropped.trim_end_matches(';')).expect("only what exists is dropped");
        }
        for altered in sql.lines().filter_map(|line| line.strip_prefix("ALTER TABLE ")) {
            let (table, change) = altered.split_once(' ').expect("something is altered");
            let columns = made.get_mut(table).expect("only what exists is altered");
            if let Some(column) = change.strip_prefix("DROP COLUMN ") {
                columns.retain(|(name, _)| name != column.trim_end_matches(';'));
            } else {
                let column = change.strip_prefix("ADD COLUMN ").expect("a column is dropped or added");
                let name = column.split(' ').next().expect("a column has a name");
                columns.push((name.to_owned(), !column.contains("NOT NULL")));
            }
        }
    }
    assert_eq!(known, made);
}
