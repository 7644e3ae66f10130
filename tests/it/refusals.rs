//! Every sentence with which something is refused on a page has words for that page:
//! they are collected from the code itself, so that none is forgotten.

use std::fs;
use std::path::{Path, PathBuf};

use draaiboek::domain::refusals::find;
use draaiboek::domain::step::answers::NoReply;
use draaiboek::domain::text::Language;
use regex::Regex;

/// What pages ask of; the rest of the engine is for commands only: imports,
/// forgetting, verifying logs.
const ROOMS: [&str; 14] = [
    "src/domain/step",
    "src/domain/desk",
    "src/domain/facts.rs",
    "src/domain/roll_call.rs",
    "src/domain/picture/mod.rs",
    "src/engine/view",
    "src/engine/access.rs",
    "src/dossier/mod.rs",
    "src/engine/acting.rs",
    "src/engine/calling.rs",
    "src/engine/dossier.rs",
    "src/engine/pictures.rs",
    "src/engine/request",
    "src/engine/tokens.rs",
];

/// Parts of other sentences, and what is only ever wrapped in another.
const PARTS: [&str; 2] = ["it changed just now", "{0}"];

fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).unwrap();
    let mut found: Vec<PathBuf> = entries
        .flat_map(|entry| files(&entry.unwrap().path()))
        .collect();
    found.sort();
    found
}

/// The first text after each place where something is refused.
fn sentences() -> Vec<(String, String)> {
    let places = Regex::new(
        r#"(?:\bno\(|NoAct\(|Refused\(|refused\(|\bErr\(|let why = |\.map_err\(|bad = |#\[error\()"#,
    );
    let text = Regex::new(
        r#"^(?:\s|\||_|why|error|\w+: String|Err\(|NoAct\(|NotDone::Refused\(|refused\(|format!\(|\{|&)*"((?:[^"\\]|\\.)*)""#,
    );
    let (places, text) = (places.unwrap(), text.unwrap());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for room in ROOMS {
        for file in files(&root.join(room)) {
            let code = fs::read_to_string(&file).unwrap();
            let code = code.split("#[cfg(test)]").next().unwrap();
            for place in places.find_iter(code) {
                if let Some(said) = text.captures(&code[place.end()..]) {
                    let name = file.strip_prefix(root).unwrap();
                    found.push((name.display().to_string(), said[1].to_owned()));
                }
            }
        }
    }
    found
}

/// The sentence as somebody is told it.
fn filled(sentence: &str) -> String {
    let gap = Regex::new(r"\{[^{}]*\}").unwrap();
    let hint = Regex::new(r"(?:\{near\}|\{hint\}|`\{\}|run\{\}|[a-z]\{how\})$").unwrap();
    let said = hint.replace(sentence, |found: &regex::Captures| {
        let kept = found[0].split('{').next().unwrap().to_owned();
        kept + "; did you mean `this`?"
    });
    let said = said
        .replace("{first}", "review holds a.b.nl back (rule): it is long")
        .replace("{held}", "a.b.nl is held by bo: wait")
        .replace(
            "{how}",
            "write a clock time such as 14:30, or 2026-03-02 14:30",
        )
        .replace("\\\"", "\"");
    gap.replace_all(&said, "7").into_owned()
}

#[test]
fn every_refusal_has_words_for_a_page() {
    let sentences = sentences();
    let mut without = Vec::new();
    for (file, sentence) in &sentences {
        let said = filled(sentence);
        if PARTS.contains(&sentence.as_str()) || said.len() < 4 {
            continue;
        }
        if find(&said, Language::Nl).is_none() {
            without.push(format!("{file}: {said}"));
        }
    }
    let without = without.join("\n");
    assert!(
        without.is_empty(),
        "add to src/domain/refusals/table.rs:\n{without}"
    );
    assert!(sentences.len() > 100, "{} are found", sentences.len());
}

#[test]
fn every_answer_that_cannot_be_taken_has_words_for_a_page() {
    for why in [
        NoReply::Closed,
        NoReply::NoSuchAlert,
        NoReply::Foreign,
        NoReply::Void,
        NoReply::NotInTeam,
        NoReply::NothingToUndo,
        NoReply::EmptyNote,
        NoReply::LongNote,
    ] {
        let said = find(&why.to_string(), Language::Nl).map(|known| known.text);
        assert!(said.is_some_and(|said| said != why.to_string()), "{why}");
    }
}

#[test]
fn a_sentence_without_words_is_seen() {
    let said = filled("nobody thought of {this}{near}");
    assert_eq!(said, "nobody thought of 7; did you mean `this`?");
    assert_eq!(find(&said, Language::Nl), None);
}
