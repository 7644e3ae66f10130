//! Every finding of `check` has a section in `docs/findings.md`, and every section is
//! true: its wrong example gives the finding, its right one does not.
//!
//! The wrong examples are the corpus: what people read for each is in one snapshot.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use draaiboek::cli::check::{self, explain};
use draaiboek::config;
use draaiboek::domain::finding::{Finding, Severity};
use draaiboek::domain::parse::{self, Input, Parsed, SourceFile};
use draaiboek::domain::time::Timestamp;

/// Findings that no example of a few lines can show, and where they are tested.
const ELSEWHERE: [(&str, &str); 32] = [
    ("alt-length", "images"),
    ("alt-missing", "images"),
    ("alt-words", "images"),
    ("broken-mail-template", "letter"),
    ("broken-webhook-template", "ways"),
    ("deputies-away", "here: depends on the day"),
    ("file-name", "here: what only the disk can tell"),
    ("image-channel", "images"),
    ("image-kind", "images"),
    ("image-missing", "images"),
    ("image-place", "nowhere: a photo with a place"),
    ("image-size", "images"),
    ("internal-later", "message_set"),
    ("missing-replay", "scenario"),
    ("more", "check: 90,000 keys"),
    ("no-chatter", "scenario"),
    ("no-folder", "check"),
    ("no-internal-message", "message_set"),
    ("no-organisation", "check"),
    ("not-utf8", "check: Latin-1"),
    ("old-schema", "schema: an old schema is said and refreshed"),
    ("only-social", "message_set"),
    ("text-fails", "cannot happen: the proof itself is tested"),
    ("text-gap", "proof: no template that passes has one"),
    ("text-unsafe", "cannot happen: the proof itself is tested"),
    ("too-deep", "check: deep brackets"),
    ("too-large", "check: 10 MB"),
    ("too-many-files", "here: what only the disk can tell"),
    (
        "unfinished",
        "nowhere: other mistakes have names of their own",
    ),
    ("unknown-mail-template", "letter"),
    ("unreadable", "check"),
    ("yaml", "nowhere: other mistakes have names of their own"),
];

fn good() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    config::read_folder(&root.join("tests/it/fixtures/good")).files
}

/// A day on which nothing in the bakery is special.
fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

/// The key that a line begins at the left, if it does.
fn key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    is_key.then_some(key)
}

/// The base with the keys of the example instead of its own.
fn laid_over(base: &str, example: &str) -> String {
    let own: BTreeSet<&str> = example.lines().filter_map(key).collect();
    let mut kept = String::new();
    let mut is_kept = true;
    for line in base.lines() {
        if let Some(key) = key(line) {
            is_kept = !own.contains(key);
        }
        if is_kept {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept + example
}

/// The files of an example: each begins with its path in a comment.
fn files_of(example: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in example.lines() {
        let path = line
            .strip_prefix("# ")
            .filter(|path| *path == "draaiboek.yaml" || path.contains('/') && !path.contains(' '));
        match (path, files.last_mut()) {
            (Some(path), _) => files.push((path.to_owned(), String::new())),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => panic!("an example begins with the name of its file: {line}"),
        }
    }
    files
}

const PLAYBOOK: &str = "playbook: bad\ntitle: Slecht\nwatch: bakery\nowner: owner\n";

/// What `check` makes of the bakery with an example in it.
fn checked(example: &str) -> Parsed {
    let mut files = good();
    for (path, text) in files_of(example) {
        let base = files.iter().find(|file| file.path == path);
        let base = base.map(|file| String::from_utf8(file.bytes.clone()).unwrap());
        let text = match (path.as_str(), base) {
            ("draaiboek.yaml", Some(base)) => laid_over(&base, &text),
            ("playbooks/bad.yaml", _) if text.lines().any(|line| key(line).is_some()) => {
                laid_over(PLAYBOOK, &text)
            }
            _ => text,
        };
        files.retain(|file| file.path != path);
        files.push(SourceFile {
            path,
            bytes: text.into_bytes(),
        });
    }
    let input = Input {
        files,
        now: Some(now()),
        ..Input::default()
    };
    let parsed = parse::parse(input);
    // Trying all texts takes longest, and only these are about it.
    let is_about_texts = example.contains("# templates/statements/");
    match is_about_texts {
        true => check::complete(parsed, now()),
        false => parsed,
    }
}

fn ids(findings: &[Finding]) -> BTreeSet<&str> {
    findings.iter().map(|finding| finding.id).collect()
}

#[test]
fn every_section_of_the_page_is_true() {
    let elsewhere: BTreeMap<&str, &str> = ELSEWHERE.into_iter().collect();
    let mut corpus = String::new();
    let mut wrong = Vec::new();
    let mut say = |id: &str, why: String| wrong.push(format!("{id}: {why}"));
    for section in explain::all() {
        let id = section.id;
        assert!(!section.why.is_empty(), "{id} does not say why");
        let Some(example) = section.wrong else {
            if !elsewhere.contains_key(id) {
                say(id, "has no example".to_owned());
            }
            continue;
        };
        let Some(bad) = on_disk(id, example).or_else(|| Some(checked(example))) else {
            continue;
        };
        let found: Vec<Finding> = bad
            .findings
            .iter()
            .filter(|one| one.id == id)
            .cloned()
            .collect();
        if found.is_empty() {
            say(
                id,
                format!("the wrong example gives {:?}", ids(&bad.findings)),
            );
        }
        for finding in &found {
            let name = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            if name != section.severity {
                say(id, format!("is {name}, not {}", section.severity));
            }
        }
        corpus += &format!(
            "##### {id}\n{}\n",
            draaiboek::cli::render::findings(&found, false)
        );
        if let Some(right) = section.right {
            let good = on_disk(id, right).unwrap_or_else(|| checked(right));
            if good.n_errors() > 0 || ids(&good.findings).contains(id) {
                let shown = check::text(&good, false);
                say(id, format!("the right example is not fine:\n{shown}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    insta::assert_snapshot!(corpus);
}

/// What only the disk can tell needs a folder.
fn on_disk(id: &str, example: &str) -> Option<Parsed> {
    if id != "no-inbox" {
        return None;
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("finding-{id}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let base = good();
    let base = base.iter().find(|file| file.path == "draaiboek.yaml")?;
    let base = String::from_utf8(base.bytes.clone()).unwrap();
    let (_, text) = files_of(example).into_iter().next()?;
    std::fs::write(folder.join("draaiboek.yaml"), laid_over(&base, &text)).unwrap();
    std::fs::create_dir_all(folder.join("lists")).unwrap();
    std::fs::write(folder.join("lists/press.txt"), "@krant\n").unwrap();
    Some(check::load(&folder, now()))
}

#[test]
fn the_table_of_the_format_says_what_the_page_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("docs/playbook-format.md")).unwrap();
    let rows: BTreeMap<&str, String> = text
        .lines()
        .filter_map(|line| {
            line.strip_prefix("| `")?
                .strip_suffix(" |")?
                .split_once("` | ")
        })
        .map(|(id, what)| (id, what.to_owned()))
        .collect();
    for section in explain::all() {
        let mut what = section.what.to_owned();
        what[..1].make_ascii_lowercase();
        let expected = match section.severity {
            "warning" => format!("warning: {what}"),
            _ => what,
        };
        let row = rows.get(section.id);
        let is_same = row.is_some_and(|row| row.eq_ignore_ascii_case(&expected));
        assert!(is_same, "{}: {row:?} beside {expected:?}", section.id);
    }
    let (_, table) = text.split_once("<!-- finding ids: begin -->").unwrap();
    let (table, _) = table.split_once("<!-- finding ids: end -->").unwrap();
    let ids = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    for (id, _) in ids {
        assert!(explain::named(id).is_some(), "docs/findings.md lacks {id}");
    }
}

#[test]
fn what_only_the_disk_can_tell_is_found() {
    let folder = folder("disk", "").join("zorg");
    std::fs::write(folder.join("playbooks/water.yml"), PLAYBOOK).unwrap();
    for number in 0..1_001 {
        std::fs::write(folder.join(format!("lists/{number}.txt")), "").unwrap();
    }
    let found = check::load(&folder, now()).findings;
    let found = ids(&found);
    for id in ["file-name", "too-many-files"] {
        assert!(found.contains(id), "{id} is not among {found:?}");
    }
}

#[test]
fn who_is_left_alone_in_the_next_days_is_named() {
    let example = "# draaiboek.yaml\naway:\n  - { who: bo, from: 2026-03-06, through: 2026-03-08 }\nroles:\n  owner: { people: [anna, bo] }\n  writer: { people: [anna, bo] }\nevery_playbook:\n  alert:\n    attention: [ { roles: [owner] }, { after: 10m, deputies: true } ]\n    crisis: [ { roles: [owner] }, { after: 10m, deputies: true } ]\n";
    let found = checked(example).findings;
    insta::assert_snapshot!(draaiboek::cli::render::findings(&found, false));
}

#[test]
fn a_gap_that_a_fact_or_a_person_fills_is_none() {
    let example = "# templates/statements/who.nl.hbs\nBeste {{facts.where.source}}, {{personal \"iets aardigs\"}}.\n# templates/statements/who.en.hbs\nDear all.\n# playbooks/bad.yaml\nfacts:\n  where: { ask: \"Waar?\" }\nphases:\n  information:\n    messages:\n      who: { to: [public] }\n";
    let found = checked(example).findings;
    assert!(!ids(&found).contains("text-gap"), "{found:?}");
}

/// A folder with one mistake and one doubt in it, beside `good`.
fn folder(name: &str, lines: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("check-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    for file in good() {
        let path = folder.join("zorg").join(&file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.bytes).unwrap();
    }
    // Nobody is alone here on any day: the tests run today.
    let base = std::fs::read_to_string(folder.join("zorg/draaiboek.yaml")).unwrap();
    let crew = "roles:\n  owner: { people: [anna, bo] }\n  writer: { people: [bo] }\naway: [ { who: bo, from: 2020-01-01, through: 2020-01-02 } ]\nevery_playbook:\n  alert:\n    attention: [ { roles: [owner] }, { after: 10m, deputies: true } ]\n    crisis: [ { roles: [owner] }, { after: 10m, deputies: true } ]\n";
    std::fs::write(folder.join("zorg/draaiboek.yaml"), laid_over(&base, crew)).unwrap();
    let bad = folder.join("zorg/playbooks/bad.yaml");
    std::fs::write(bad, format!("{PLAYBOOK}{lines}")).unwrap();
    folder
}

/// Exit code, stdout and stderr of `draaiboek check`.
fn check_in(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_draaiboek"))
        .arg("check")
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

const DOUBT: &str = "review_by: 2020-01-01\n";

const MISTAKE: &str = "review_by: 2020-01-01\ndeputy: ownr\n";

#[test]
fn warnings_fail_only_when_strict() {
    let folder = folder("strict", DOUBT);
    let (code, said, _) = check_in(&folder, &["--dir", "zorg"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("fine: "), "{said}");
    let (code, said, _) = check_in(&folder, &["--dir", "zorg", "--strict"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.ends_with("with --strict they count\n") && !said.contains("fine: "),
        "{said}"
    );
    let (code, said, _) = check_in(&folder, &["--dir", "zorg", "--strict", "--json"]);
    assert_eq!(code, Some(1), "{said}");
}

#[test]
fn ci_systems_get_the_form_they_read() {
    let folder = folder("ci", MISTAKE);
    let mut all = String::new();
    for form in ["github", "gitlab", "sarif"] {
        let (code, said, _) = check_in(&folder, &["--dir", "./zorg", "--format", form]);
        assert_eq!(code, Some(1), "{said}");
        if form != "github" {
            let _: serde_json::Value = serde_json::from_str(&said).unwrap();
        }
        all += &format!("##### {form}\n{said}");
    }
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    insta::assert_snapshot!(all.replace(&version, "\"version\": \"VERSION\""));
}

#[test]
fn a_finding_explains_itself() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (code, said, _) = check_in(here, &["--explain", "never-opens"]);
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(said);
    let (code, said, _) = check_in(here, &["--explain", "gap"]);
    assert_eq!(code, Some(0));
    assert!(
        said.starts_with("gap is a rule of review") && said.contains("rules gap"),
        "{said}"
    );
    let (code, _, said) = check_in(here, &["--explain", "unknwon-role"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("did you mean `unknown-role`?"), "{said}");
    let (code, _, said) = check_in(here, &["--explain", "gap", "--json"]);
    assert_eq!(code, Some(2), "{said}");
}
