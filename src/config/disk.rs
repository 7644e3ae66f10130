//! What only the disk can tell of an organisation: whether what it names is there.

use std::path::{Path, PathBuf};

use super::folder::about_file;
use crate::domain::finding::{Finding, Severity};
use crate::domain::parse::{ORGANISATION, Parsed, ScenarioFile};
use crate::domain::schema;

/// Adds what only the disk can tell.
pub(super) fn told(folder: &Path, parsed: Parsed) -> Parsed {
    with_replays(folder, with_inbox(folder, parsed))
}

/// Where the mentions are that a scenario of `folder` replays.
pub fn replay_path(folder: &Path, read: &ScenarioFile) -> Option<PathBuf> {
    let replay = read.scenario.story.replay.as_ref()?;
    let scenario = folder.join(&read.file);
    Some(scenario.parent()?.join(replay))
}

/// Warns of drills and tests whose mentions are not there.
fn with_replays(folder: &Path, mut parsed: Parsed) -> Parsed {
    let missing = parsed.scenarios.iter().filter_map(|read| {
        let path = replay_path(folder, read)?;
        read.no_replay.clone().filter(|_| !path.is_file())
    });
    let tests = parsed.test_replays.iter();
    let tests = tests.filter(|(path, _)| !folder.join(path).is_file());
    let missing: Vec<Finding> = missing
        .chain(tests.map(|(_, finding)| finding.clone()))
        .collect();
    for finding in missing {
        let at = parsed
            .findings
            .partition_point(|other| other.order() <= finding.order());
        parsed.findings.insert(at, finding);
    }
    parsed
}

/// Warns when mail that comes back would be looked for where nothing is, and when the
/// pages would be served with a certificate that is not there.
fn with_inbox(folder: &Path, mut parsed: Parsed) -> Parsed {
    let organisation = parsed.organisation.as_ref();
    let mail = organisation.and_then(|organisation| organisation.mail.as_ref());
    let mut missing = Vec::new();
    if let Some(inbox) = mail.and_then(|mail| mail.inbox.as_ref())
        && !folder.join(inbox).join("new").is_dir()
    {
        let finding = about_file(
            ORGANISATION,
            "no-inbox",
            format!("`mail.inbox` names {inbox}, which is no Maildir (yet)"),
            "name a Maildir, a folder with new/, cur/ and tmp/ in it, and let draaiboek read it",
        );
        missing.push(at_value(finding, folder, inbox));
    }
    let tls = organisation.and_then(|organisation| organisation.web.tls.as_ref());
    for path in tls.into_iter().flat_map(|tls| [&tls.0, &tls.1]) {
        // Elsewhere on the disk only the machine that serves has it.
        if Path::new(path).is_relative() && !folder.join(path).exists() {
            let finding = about_file(
                ORGANISATION,
                "missing-file",
                format!("there is no file `{path}`, so the pages cannot be served"),
                "put the certificate and its key there, or write where they are",
            );
            missing.push(at_value(finding, folder, path));
        }
    }
    parsed.findings.extend(missing);
    parsed
}

/// A warning at the line of `draaiboek.yaml` that holds this value.
fn at_value(mut finding: Finding, folder: &Path, value: &str) -> Finding {
    finding.severity = Severity::Warning;
    let text = std::fs::read_to_string(folder.join(ORGANISATION)).unwrap_or_default();
    let mut lines = (1..).zip(text.lines());
    let is_it = |line: &str| !line.trim_start().starts_with('#') && line.contains(value);
    if let Some((number, line)) = lines.find(|(_, line)| is_it(line)) {
        let before = line.find(value).map_or("", |at| &line[..at]);
        finding.line = number;
        finding.column = before.chars().count() + 1;
        finding.length = value.chars().count().max(1);
        line.clone_into(&mut finding.text);
    }
    finding
}

/// Warns of schemas for editors that another version made.
pub fn old_schemas(folder: &Path) -> Vec<Finding> {
    let old = schema::FILES.iter().filter_map(|file| {
        let path = file.schema_path();
        let found = std::fs::read_to_string(folder.join(&path)).ok()?;
        let is_old = !schema::json::is_current(file, &found);
        is_old.then(|| {
            let mut finding = about_file(
                &path,
                "old-schema",
                "this schema is of another version, so an editor may show mistakes that are none"
                    .to_owned(),
                "run `draaiboek schema --all DIR` with the folder for DIR",
            );
            finding.severity = Severity::Warning;
            finding
        })
    });
    old.collect()
}
