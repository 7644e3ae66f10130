//! The parser and the table agree: on the keys of every map and on the words that
//! can stand somewhere, in both directions.

use std::collections::{BTreeMap, BTreeSet};

use draaiboek::config;
use draaiboek::domain::parse::{Asked, Input, SourceFile, asked};
use draaiboek::domain::schema::{File, Map, all_maps};

use super::corpus;

type Words = BTreeSet<&'static str>;

fn place(asked: &Asked) -> impl Iterator<Item = &str> {
    asked.place.iter().map(String::as_str)
}

/// The map of the table at which the readers asked.
fn map_of(name: &str, asked: &Asked) -> &'static Map {
    let file = File::at(&asked.file).unwrap_or_else(|| panic!("{name}: {}", asked.file));
    file.map_at(place(asked)).unwrap_or_else(|| {
        panic!(
            "{name}: the table has no map at {}: {:?}",
            asked.file, asked.place
        )
    })
}

/// The bad files, each in the good folder: readers ask there for keys of maps that
/// nobody should write.
fn bad() -> Vec<(String, Input)> {
    let files = std::fs::read_dir(corpus::fixtures().join("bad")).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let inputs = files.map(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let at = if name.starts_with("organisation") {
            "draaiboek.yaml".to_owned()
        } else if name.starts_with("scenario") {
            format!("playbooks/scenarios/{name}.yaml")
        } else {
            format!("playbooks/{name}.yaml")
        };
        let mut input = config::read_folder(&corpus::fixtures().join("good"));
        input.files.retain(|file| file.path != at);
        let bytes = std::fs::read(path).unwrap();
        input.files.push(SourceFile { path: at, bytes });
        (name, input)
    });
    inputs.collect()
}

#[test]
fn the_parser_knows_the_keys_of_the_table_and_no_others() {
    let mut known: BTreeMap<&str, Words> = BTreeMap::new();
    for (name, all) in corpus::ASKED.iter() {
        for asked in all.iter().filter(|asked| asked.choices.is_empty()) {
            let keys = known.entry(map_of(name, asked).id).or_default();
            keys.extend(&asked.keys);
        }
    }
    for (_, input) in bad() {
        for asked in asked(input).iter().filter(|asked| asked.choices.is_empty()) {
            let map = File::at(&asked.file).and_then(|file| file.map_at(place(asked)));
            if let Some(map) = map {
                known.entry(map.id).or_default().extend(&asked.keys);
            }
        }
    }
    for map in all_maps() {
        let written: Words = map.keys.iter().map(|key| key.name).collect();
        let read = known.get(map.id).cloned().unwrap_or_default();
        let lacking: Vec<_> = read.difference(&written).collect();
        let invented: Vec<_> = written.difference(&read).collect();
        assert!(
            lacking.is_empty() && invented.is_empty(),
            "src/domain/schema, map `{}`: the parser also knows {lacking:?}, and does not know {invented:?}",
            map.id
        );
    }
}

#[test]
fn the_parser_takes_the_words_of_the_table_and_no_others() {
    let mut seen = BTreeSet::new();
    for (name, all) in corpus::ASKED.iter() {
        for asked in all.iter().filter(|asked| !asked.choices.is_empty()) {
            let file = File::at(&asked.file).unwrap();
            let takes = file.takes_at(place(asked));
            let words = takes.and_then(|takes| takes.choices());
            let words: Option<Words> = words.map(|words| words.into_iter().collect());
            let read: Words = asked.choices.iter().copied().collect();
            assert_eq!(
                words,
                Some(read.clone()),
                "{name}: {} {:?}",
                asked.file,
                asked.place
            );
            seen.insert(read);
        }
    }
    // Each list of words in the table was held against the parser's.
    let made = ["platform", "platforms", "timezone", "language", "every"];
    let keys = all_maps().flat_map(|map| map.keys);
    for key in keys.filter(|key| !made.contains(&key.name)) {
        if let Some(words) = key.takes.choices() {
            let words: Words = words.into_iter().collect();
            assert!(
                seen.contains(&words),
                "`{}`: nothing asked for {words:?}",
                key.name
            );
        }
    }
}

/// The examples of the format use each part of it, and something acts on each.
#[test]
fn nothing_in_the_format_is_read_and_left_alone() {
    for (name, input) in corpus::examples() {
        let findings = draaiboek::domain::parse::parse(input).findings;
        let left = findings
            .iter()
            .find(|finding| finding.id == "not-supported");
        assert!(left.is_none(), "{name:?}: {left:?}");
    }
}
