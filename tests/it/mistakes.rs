//! Mistakes as people make them, each in the folder that `init` writes: the first
//! finding is on the line where the mistake is, and it does not drown in what follows
//! from it.
//!
//! They were written before anybody looked at what `check` says of them. A new one is a
//! line in `fixtures/mistakes.jsonl`: what is replaced in which file, and the file and
//! line that the finding must be on.

use std::path::Path;

use draaiboek::cli::check;
use draaiboek::config;
use draaiboek::domain::parse::{self, Input, SourceFile};
use draaiboek::domain::time::Timestamp;
use serde::Deserialize;

use crate::world::DRAAIBOEK;

/// More findings than this of one mistake: nobody sees which one to mend.
const MOST: usize = 25;

#[derive(Deserialize)]
struct Mistake {
    name: String,
    edits: Vec<Edit>,
    file: String,
    line: usize,
    #[serde(default)]
    encode: String,
}

#[derive(Deserialize)]
struct Edit {
    file: String,
    /// `None`: the whole file.
    old: Option<String>,
    #[serde(default)]
    new: String,
}

/// The parts of the folder in which mistakes are made, and what these need.
fn is_needed(path: &str) -> bool {
    let (playbooks, texts) = (
        [
            "viral-complaint",
            "event-project-x",
            "data-breach",
            "strange-login",
        ],
        ["complaint-", "party-", "breach-"],
    );
    path == "draaiboek.yaml"
        || playbooks
            .iter()
            .any(|name| path.ends_with(&format!("/{name}.yaml")))
        || texts
            .iter()
            .any(|name| path.starts_with(&format!("templates/statements/{name}")))
}

fn organisation() -> Vec<SourceFile> {
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mistakes");
    let _ = std::fs::remove_dir_all(&to);
    let made = std::process::Command::new(DRAAIBOEK)
        .args(["init", "--language", "nl"])
        .arg(&to)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let mut files = config::read_folder(&to).files;
    files.retain(|file| is_needed(&file.path));
    files
}

fn encoded(text: &str, encoding: &str) -> Vec<u8> {
    match encoding {
        "" => text.as_bytes().to_vec(),
        "utf-16" => {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect()
        }
        "latin-1" => {
            let bytes = text.chars();
            bytes
                .map(|letter| u8::try_from(letter).unwrap_or(b'?'))
                .collect()
        }
        "zip" => [b"PK\x03\x04".as_slice(), text.as_bytes()].concat(),
        other => panic!("{other}?"),
    }
}

fn made(mistake: &Mistake, files: &[SourceFile]) -> Vec<SourceFile> {
    let mut files = files.to_vec();
    for edit in &mistake.edits {
        let file = files.iter_mut().find(|file| file.path == edit.file);
        let file = file.unwrap_or_else(|| panic!("{}: no {}", mistake.name, edit.file));
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        let text = match &edit.old {
            Some(old) => {
                assert!(text.contains(old), "{}: {old}", mistake.name);
                text.replacen(old, &edit.new, 1)
            }
            // In another encoding it is the same text.
            None if !mistake.encode.is_empty() => text,
            None => edit.new.clone(),
        };
        file.bytes = encoded(&text, &mistake.encode);
    }
    files
}

#[test]
fn every_mistake_is_found_where_it_was_made() {
    let files = organisation();
    let now: Timestamp = "2026-03-02T09:00:00Z".parse().unwrap();
    let of = |files| Input {
        files,
        now: Some(now),
        ..Input::default()
    };
    let fine = parse::parse(of(files.clone()));
    let before: Vec<String> = fine.findings.iter().map(|one| one.place()).collect();
    let mut said = String::new();
    let mut wrong = Vec::new();
    for line in include_str!("fixtures/mistakes.jsonl").lines() {
        let mistake: Mistake = serde_json::from_str(line).unwrap();
        let mut parsed = parse::parse(of(made(&mistake, &files)));
        let is_edited = |file: &str| {
            let mut edits = mistake.edits.iter();
            edits.any(|edit| edit.file.ends_with(&format!("/{file}")))
        };
        // Only the text in which it was made is filled in: all of them take long.
        parsed
            .templates
            .retain(|template| is_edited(&template.file));
        if !parsed.templates.is_empty() {
            parsed = check::complete(parsed, now);
        }
        // What is wrong because the rest of the folder is left out is no news.
        let findings = parsed.findings.iter();
        let findings = findings.filter(|one| !before.contains(&one.place()));
        let found: Vec<_> = findings.collect();
        let name = &mistake.name;
        let Some(first) = found.first() else {
            wrong.push(format!("{name}: accepted"));
            continue;
        };
        if (first.file.as_str(), first.line.max(1)) != (&mistake.file, mistake.line) {
            let place = first.place();
            wrong.push(format!("{name}: {place}, not line {}", mistake.line));
        }
        if found.len() > MOST {
            wrong.push(format!("{name}: {} findings", found.len()));
        }
        let shown = check::json(std::slice::from_ref(*first));
        let shown: Vec<serde_json::Value> = serde_json::from_str(&shown).unwrap();
        said += &format!(
            "{name}: {} {}:{} {}\n    {}\n",
            first.id,
            first.place(),
            first.length,
            first.message.replace(char::is_control, "\u{fffd}"),
            shown[0]["hint"].as_str().unwrap_or_default()
        );
        if found.len() > 1 {
            said += &format!("    and {} more\n", found.len() - 1);
        }
    }
    assert!(wrong.is_empty(), "{}\n{said}", wrong.join("\n"));
    insta::assert_snapshot!(said);
}
