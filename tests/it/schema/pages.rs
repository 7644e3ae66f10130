//! The pages about the keys: made from the table, with an example of every key,
//! and nothing wrong in the examples.

use std::collections::BTreeSet;
use std::fs;

use draaiboek::domain::finding::Severity;
use draaiboek::domain::parse::parse;
use draaiboek::domain::schema::{FILES, File, all_maps, page};

use super::corpus;

#[test]
fn pages_are_those_of_the_table() {
    let is_writing = std::env::var_os("DRAAIBOEK_WRITE_PAGES").is_some();
    for file in &FILES {
        let path = corpus::root().join("docs").join(page::name(file));
        let text = page::page(file);
        if is_writing {
            fs::write(&path, text).unwrap();
            continue;
        }
        assert!(
            fs::read_to_string(&path).unwrap_or_default() == text,
            "docs/{} is not what the table says; run DRAAIBOEK_WRITE_PAGES=1 cargo test --test it -- schema::pages",
            page::name(file)
        );
    }
}

#[test]
fn examples_have_nothing_wrong() {
    for (name, input) in corpus::examples() {
        let files = input.files.clone();
        let findings = parse(input).findings;
        let wrong: Vec<_> = findings
            .iter()
            .filter(|one| one.severity == Severity::Error)
            .map(|one| {
                format!(
                    "{}:{} {}: {} | {}",
                    one.file, one.line, one.id, one.message, one.text
                )
            })
            .collect();
        let texts = files
            .iter()
            .map(|file| String::from_utf8_lossy(&file.bytes));
        assert!(
            wrong.is_empty(),
            "{name}: {wrong:#?}\n{}",
            texts.take(3).collect::<Vec<_>>().join("\n-----\n")
        );
    }
}

#[test]
fn every_key_has_an_example() {
    let mut shown: BTreeSet<(&str, String)> = BTreeSet::new();
    let examples = corpus::ASKED
        .iter()
        .filter(|(name, _)| name.starts_with("example"));
    for (name, all) in examples {
        for asked in all.iter().filter(|asked| asked.choices.is_empty()) {
            let file = File::at(&asked.file).unwrap();
            let place = asked.place.iter().map(String::as_str);
            let map = file.map_at(place).unwrap_or_else(|| panic!("{name}"));
            shown.extend(asked.written.iter().map(|key| (map.id, key.clone())));
        }
    }
    let mut missing = Vec::new();
    for map in all_maps() {
        for key in map.keys {
            if !shown.contains(&(map.id, key.name.to_owned())) {
                missing.push(format!("{}.{}", map.id, key.name));
            }
        }
    }
    assert!(missing.is_empty(), "without an example: {missing:?}");
}

/// The blocks of a page that are examples of keys.
fn blocks(text: &str) -> Vec<&str> {
    let starts = text.split("```yaml example\n").skip(1);
    starts.filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn the_pages_hold_the_examples_that_are_checked() {
    for file in &FILES {
        let path = corpus::root().join("docs").join(page::name(file));
        let text = fs::read_to_string(path).unwrap();
        let maps = file.own.iter();
        let examples: Vec<&str> = maps.flat_map(|map| map.examples()).collect();
        assert_eq!(blocks(&text), examples, "{}", file.name);
    }
}
