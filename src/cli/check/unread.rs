//! Finds files that somebody meant for draaiboek and that it does not read: in another
//! folder, with another ending, or hidden. Who saved one thinks that there is a
//! playbook, and there is none.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use crate::domain::finding::{Finding, Severity};
use crate::domain::parse::ORGANISATION;

/// Of so many entries of a folder; more is no folder that people look after.
const MOST: usize = 1_000;

/// The first key of a file stands in here, below its comments.
const BEGINNING: u64 = 4_096;

/// A folder that is read, how the files in it end, and how people save them instead.
type Place = (&'static str, &'static str, &'static [&'static str]);

const PLACES: [Place; 5] = [
    ("playbooks", ".yaml", &[".yaml.txt", ".yml.txt"]),
    ("playbooks/scenarios", ".yaml", &[".yaml.txt", ".yml.txt"]),
    (
        "templates/statements",
        ".hbs",
        &[".hbs.txt", ".handlebars", ".hbs.html"],
    ),
    (
        "templates/webhooks",
        ".hbs",
        &[".hbs.txt", ".handlebars", ".json"],
    ),
    ("lists", ".txt", &[".csv", ".txt.txt"]),
];

/// Folders with such a name hold what is not to be read.
const SET_ASIDE: [&str; 14] = [
    "archief",
    "archive",
    "archived",
    "oud",
    "old",
    "backup",
    "backups",
    "bak",
    "concept",
    "concepten",
    "draft",
    "drafts",
    "voorbeelden",
    "examples",
];

/// What people call the folders.
const ALMOST: [(&str, &str); 12] = [
    ("playbooks", "playbooks"),
    ("playbook", "playbooks"),
    ("draaiboeken", "playbooks"),
    ("draaiboek", "playbooks"),
    ("scenarios", "playbooks/scenarios"),
    ("scenario", "playbooks/scenarios"),
    ("templates", "templates/statements"),
    ("template", "templates/statements"),
    ("statements", "templates/statements"),
    ("lists", "lists"),
    ("list", "lists"),
    ("lijsten", "lists"),
];

/// A warning for each folder of such files, and for each that stands among others
/// that are read.
pub(super) fn findings(folder: &Path) -> Vec<Finding> {
    let mut found = Vec::new();
    in_the_open(folder, &mut found);
    for (place, ending, others) in PLACES {
        among(folder, place, ending, others, &mut found);
    }
    // Texts are a folder deeper than people think.
    let texts = names(&folder.join("templates"));
    let texts = texts.files.iter().filter(|name| name.ends_with(".hbs"));
    let texts: Vec<String> = texts.map(|name| format!("templates/{name}")).collect();
    found.extend(elsewhere(&texts, "templates/statements"));
    found
}

/// Files and folders beside `draaiboek.yaml`.
fn in_the_open(folder: &Path, found: &mut Vec<Finding>) {
    let here = names(folder);
    for name in &here.files {
        let kind = kind(&folder.join(name)).filter(|_| is_yaml(name) && name != ORGANISATION);
        match kind {
            Some("organisation") => {
                found.push(warning(name, &format!("rename it to {ORGANISATION}")))
            }
            Some("playbook") => found.push(warning(name, "move it to playbooks/")),
            Some("scenario") => found.push(warning(name, "move it to playbooks/scenarios/")),
            _ => {}
        }
    }
    for name in &here.folders {
        let almost = name.to_lowercase();
        let meant = ALMOST.iter().find(|(one, _)| *one == almost);
        let read = PLACES
            .iter()
            .filter_map(|(place, ..)| place.split('/').next());
        if let Some((_, meant)) = meant.filter(|_| !read.clone().any(|one| one == name)) {
            // On a disk that takes capitals for the same letters it is the folder itself.
            let real = meant.split('/').next().unwrap_or(meant);
            if almost == real
                && here.folders.iter().all(|one| one != real)
                && folder.join(real).is_dir()
            {
                continue;
            }
            let inside = meant_files(&folder.join(name), meant);
            let inside: Vec<String> = inside.iter().map(|file| format!("{name}/{file}")).collect();
            found.extend(elsewhere(&inside, meant));
        }
    }
}

/// Files in a folder that is read, and in folders below it.
fn among(folder: &Path, place: &str, ending: &str, others: &[&str], found: &mut Vec<Finding>) {
    let here = names(&folder.join(place));
    for name in &here.files {
        let lower = name.to_lowercase();
        let is_other = others.iter().any(|other| lower.ends_with(other))
            || (lower.ends_with(ending) && !name.ends_with(ending) && ending != ".yaml");
        let is_hidden = name.starts_with('.')
            && name.ends_with(ending)
            && !name.starts_with("._")
            && !name.starts_with(".#");
        let file = format!("{place}/{name}");
        if is_hidden {
            found.push(warning(
                &file,
                "take the point at the beginning of its name away",
            ));
        } else if is_other && !name.ends_with(ending) && !name.starts_with('.') {
            found.push(warning(
                &file,
                &format!("rename it so that it ends in {ending}"),
            ));
        }
    }
    for below in &here.folders {
        let path = format!("{place}/{below}");
        let is_read = PLACES.iter().any(|(one, ..)| *one == path);
        let is_aside =
            below.starts_with(['.', '_']) || SET_ASIDE.contains(&below.to_lowercase().as_str());
        if !is_read && !is_aside {
            let inside = meant_files(&folder.join(&path), place);
            let inside: Vec<String> = inside.iter().map(|file| format!("{path}/{file}")).collect();
            found.extend(elsewhere(&inside, place));
        }
    }
}

/// One warning for all of these: they were put here together.
fn elsewhere(files: &[String], meant: &str) -> Option<Finding> {
    let (first, others) = files.split_first()?;
    let mut finding = warning(
        first,
        &format!("move it to {meant}/: no other folder is looked into"),
    );
    if !others.is_empty() {
        finding.message = format!(
            "this file is not read, and {} others beside it are not either",
            others.len()
        );
    }
    Some(finding)
}

/// The files in a folder that could stand in the place that was meant.
fn meant_files(folder: &Path, meant: &str) -> Vec<String> {
    let all = names(folder).files.into_iter();
    let fit = all.filter(|name| match meant {
        "playbooks" | "playbooks/scenarios" => {
            is_yaml(name) && matches!(kind(&folder.join(name)), Some("playbook" | "scenario"))
        }
        "lists" => name.ends_with(".txt"),
        _ => name.ends_with(".hbs"),
    });
    fit.collect()
}

fn is_yaml(name: &str) -> bool {
    let name = name.to_lowercase();
    let name = name.strip_suffix(".txt").unwrap_or(&name);
    name.ends_with(".yaml") || name.ends_with(".yml")
}

/// What a file says that it is.
fn kind(path: &Path) -> Option<&'static str> {
    if !fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut beginning = Vec::new();
    let file = File::open(path).ok()?;
    file.take(BEGINNING).read_to_end(&mut beginning).ok()?;
    let text = String::from_utf8_lossy(&beginning);
    let mut kinds = text.lines().filter_map(|line| {
        let kinds = ["organisation", "playbook", "scenario"].into_iter();
        let mut kinds = kinds.filter(|kind| {
            line.trim_start_matches('\u{feff}')
                .starts_with(&format!("{kind}:"))
        });
        kinds.next()
    });
    // A scenario names its playbook too.
    let first = kinds.next()?;
    match kinds.any(|kind| kind == "scenario") {
        true => Some("scenario"),
        false => Some(first),
    }
}

/// What stands in a folder, by name.
#[derive(Default)]
struct Names {
    files: Vec<String>,
    folders: Vec<String>,
}

fn names(folder: &Path) -> Names {
    let mut names = Names::default();
    let Ok(entries) = fs::read_dir(folder) else {
        return names;
    };
    for entry in entries.filter_map(Result::ok).take(MOST) {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        // A link to a folder could lead round.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => names.folders.push(name),
            Ok(kind) if kind.is_file() => names.files.push(name),
            _ => {}
        }
    }
    names.files.sort();
    names.folders.sort();
    names
}

fn warning(file: &str, hint: &str) -> Finding {
    Finding {
        id: "file-name",
        severity: Severity::Warning,
        file: file.to_owned(),
        line: 0,
        column: 0,
        length: 0,
        text: String::new(),
        message: "this file is not read".to_owned(),
        hint: hint.to_owned(),
    }
}
