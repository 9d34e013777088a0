//! `docs/hostile.md` names every row, and for each the tests that show it: they exist, or it says why not.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use crate::tried::TABLES;

/// The rows of the catalogue that are about input; 46, 49 and 68 were never given.
fn rows() -> BTreeSet<u32> {
    (1..=95).filter(|row| ![46, 49, 68].contains(row)).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The cells of the table's lines: row, input, answer, tests.
fn listed() -> BTreeMap<u32, Vec<String>> {
    let text = fs::read_to_string(root().join("docs/hostile.md")).expect("docs/hostile.md is there");
    let cells = |line: &str| -> Option<(u32, Vec<String>)> {
        let cells: Vec<String> =
            line.trim().trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
        let row = cells.first()?.parse().ok()?;
        Some((row, cells))
    };
    let rows: Vec<(u32, Vec<String>)> = text.lines().filter(|line| line.starts_with('|')).filter_map(cells).collect();
    let listed: BTreeMap<_, _> = rows.iter().cloned().collect();
    assert_eq!(listed.len(), rows.len(), "a row is there twice");
    listed
}

#[test]
fn every_row_is_listed_with_its_tests_or_a_reason() {
    let listed = listed();
    assert_eq!(listed.keys().copied().collect::<BTreeSet<_>>(), rows());
    for (row, cells) in &listed {
        assert_eq!(cells.len(), 4, "row {row} has four cells: {cells:?}");
        let tests = named(&cells[3]);
        let has_reason = cells[3].starts_with("does not fit yet, because ");
        assert!(!tests.is_empty() || has_reason, "row {row} names neither a test nor a reason: {}", cells[3]);
        for test in tests {
            assert!(exists(&test), "row {row}: there is no {test}");
        }
    }
}

/// The tests that a cell names, each in backticks: `FILE::NAME`.
fn named(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).filter(|code| code.contains("::")).map(str::to_owned).collect()
}

/// A test in Rust is a function of that name, one in Playwright a title.
fn exists(test: &str) -> bool {
    let Some((file, name)) = test.split_once("::") else { return false };
    let Ok(text) = fs::read_to_string(root().join(file)) else { return false };
    if file.ends_with(".spec.ts") {
        return text.contains(&format!("test('{name}'")) || text.contains(&format!("test(`{name}`"));
    }
    let start = format!("fn {name}(");
    text.match_indices(&start).any(|(at, _)| text[..at].lines().rev().take(4).any(|line| line.contains("test]")))
}

/// Or the counts would be printed too early, or never.
#[test]
fn every_table_is_counted() {
    let files = fs::read_dir(root().join("tests/hostile")).expect("this folder is there");
    let texts = files.map(|file| fs::read_to_string(file.expect("a file").path()).expect("it is text"));
    let begun = concat!("Tried", "::default()");
    assert_eq!(texts.map(|text| text.matches(begun).count()).sum::<usize>(), TABLES);
}

#[test]
fn what_does_not_exist_is_not_taken_for_a_test() {
    assert!(exists("tests/hostile/inventory.rs::what_does_not_exist_is_not_taken_for_a_test"));
    for none in ["tests/hostile/inventory.rs::no_such_test", "tests/hostile/inventory.rs::exists", "tests/none.rs::x"] {
        assert!(!exists(none), "{none}");
    }
}
