//! The one-way streets of the house, read from the `use` lines.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// From the inside out. A module knows those before it and none after it.
const ORDER: [&str; 22] = [
    "words",
    "law",
    "access",
    "platform",
    "people",
    "organisations",
    "identity",
    "catalogue",
    "requirements",
    "records",
    "documents",
    "certificates",
    "completions",
    "imports",
    "exports",
    "privacy",
    "pages",
    "operations",
    "routes",
    "app",
    "cli",
    "main",
];

struct File {
    /// Under `src/`, with slashes.
    name: String,
    /// Without comments, and without the tests at its end.
    code: String,
}

fn files() -> Vec<File> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    gather(&root, &root, &mut files);
    assert!(files.len() > 40, "the test reads the sources");
    files
}

fn gather(root: &Path, folder: &Path, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            gather(root, &path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("readable");
            let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let lines = product.lines().filter(|line| !line.trim_start().starts_with("//"));
            let name = path.strip_prefix(root).expect("under src").to_string_lossy().replace('\\', "/");
            files.push(File { name, code: lines.collect::<Vec<_>>().join("\n") });
        }
    }
}

impl File {
    fn module(&self) -> &str {
        self.name.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    fn file(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }

    /// The top modules its code names: `crate::x`, and the first names of `use crate::{x, y::z}`.
    fn knows(&self) -> Vec<&'static str> {
        let mut heads = Vec::new();
        for (at, _) in self.code.match_indices("crate::") {
            let rest = &self.code[at + "crate::".len()..];
            match rest.strip_prefix('{') {
                Some(group) => heads.extend(heads_of_group(group)),
                None => heads.push(word(rest)),
            }
        }
        ORDER.iter().copied().filter(|module| heads.contains(module)).collect()
    }
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    &text[..end]
}

/// The names that begin the members of a use group: `a::{b, c}, d` gives a and d.
fn heads_of_group(group: &str) -> Vec<&str> {
    let (mut depth, mut begins, mut heads) = (0, true, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => begins = true,
            c if begins && (c.is_alphanumeric() || c == '_') => {
                heads.push(word(&group[at..]));
                begins = false;
            }
            _ => {}
        }
    }
    heads
}

fn place(module: &str) -> usize {
    ORDER.iter().position(|known| *known == module).unwrap_or_else(|| panic!("{module} has no place in the house"))
}

#[test]
fn no_room_knows_a_room_that_comes_after_it() {
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| file.name != "lib.rs" && file.name != "main.rs") {
        for known in file.knows() {
            if place(known) > place(file.module()) {
                wrong.push(format!("{} knows {known}", file.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_stores_and_the_platform_name_diesel() {
    let allowed = |file: &File| file.file() == "store.rs" || file.module() == "platform";
    assert_nobody_else("diesel", allowed);
}

#[test]
fn only_routes_pages_app_and_the_platform_s_http_name_actix() {
    assert_nobody_else("actix_web", |file| {
        file.file() == "routes.rs"
            || file.name.starts_with("platform/http/")
            || ["pages", "app"].contains(&file.module())
    });
}

#[test]
fn only_the_clock_reads_the_time() {
    for call in ["Utc::now", "Local::now", "SystemTime::now"] {
        assert_nobody_else(call, |file| file.name == "platform/clock.rs");
    }
}

#[test]
fn law_and_access_and_words_touch_nothing() {
    for what in ["std::fs", "std::net", "std::env", "std::time", "tokio", "diesel", "actix_web"] {
        assert_nobody_else(what, |file| !["law", "access", "words"].contains(&file.module()));
    }
}

/// Without it diesel takes every such insert for one that changes with its values, and prepares it again each time.
#[test]
fn what_is_inserted_says_nothing_of_defaults_so_that_the_statement_stays_prepared() {
    for file in files() {
        let mut lines = file.code.lines();
        while let Some(line) = lines.next() {
            if line.contains("derive(") && line.contains("Insertable") {
                let table = lines.next().unwrap_or_default();
                assert!(table.contains("treat_none_as_default_value = false"), "{}: {table}", file.name);
            }
        }
    }
}

#[track_caller]
fn assert_nobody_else(name: &str, allowed: impl Fn(&File) -> bool) {
    let files = files();
    let naming = |file: &&File| file.code.match_indices(name).any(|(at, _)| is_whole(&file.code, at, name.len()));
    let wrong: Vec<_> = files.iter().filter(|file| !allowed(file)).filter(naming).map(|file| &file.name).collect();
    assert!(wrong.is_empty(), "{name} is named in {wrong:?}");
}

fn is_whole(code: &str, at: usize, length: usize) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    !code[..at].ends_with(is_part) && !code[at + length..].starts_with(is_part)
}
