//! `draaiboek test`: plays the tests that stand in playbooks, on a clock of their
//! own, and says what did not come true.

mod play;

mod said;

mod junit;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::print::{self, failed};
use crate::config;
use crate::domain::finding::Severity;
use crate::domain::organisation::Organisation;
use crate::domain::parse::Parsed;
use crate::domain::playbook::Playbook;
use crate::domain::scenario::Test;
use crate::domain::trial::coverage::{Part, Reached};
use crate::drill::trial::{Company, Pasts};
use crate::engine;
use crate::engine::clock::stopwatch;
use crate::notify::MailTemplates;

/// Mistakes in the files that are named before the rest is only counted.
const MOST_NAMED: usize = 5;

/// Play the tests that stand in playbooks, and say what did not come true
///
/// Nothing is sent and nothing of the organisation is changed: each test has a
/// clock, a store and an outbox of its own.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Names of playbooks, or files; all of the folder when none is given
    #[arg(value_name = "PLAYBOOK")]
    playbooks: Vec<String>,
    /// Only tests with this in their name; upper and lower case are the same
    #[arg(long, value_name = "NAME")]
    run: Option<String>,
    /// Also say what of each playbook no test reached
    #[arg(long)]
    coverage: bool,
    /// Write a report to this file that build servers read (JUnit XML)
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Print everything as JSON, and nothing else
    #[arg(long)]
    json: bool,
    /// The organisation's folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
}

/// Playbooks that are in force together, with their tests.
struct Set {
    company: Company,
    playbooks: Vec<Playbook>,
    tests: BTreeMap<String, Vec<Test>>,
    /// What the paths of its files are relative to.
    base: PathBuf,
}

/// A test that is to be played.
struct Case<'a> {
    set: &'a Set,
    playbook: &'a str,
    test: &'a Test,
}

/// What came of it.
struct Outcome {
    took: Duration,
    failures: Vec<Failed>,
    /// What is worth knowing and no failure.
    remarks: Vec<String>,
    reached: Reached,
}

/// What did not come true, as it is shown.
struct Failed {
    /// `playbooks/storm.yaml:120`.
    place: String,
    /// The line as it is written.
    written: String,
    says: String,
    around: Vec<String>,
}

/// How much of a playbook its tests reached.
struct Covered<'a> {
    playbook: &'a str,
    parts: Vec<Part>,
}

pub fn run(args: &Args) -> ExitCode {
    played(args).unwrap_or_else(|why| failed(&why))
}

fn played(args: &Args) -> Result<ExitCode, String> {
    let (sets, chosen) = sets(args)?;
    let cases = cases(&sets, &chosen, args.run.as_deref());
    if cases.is_empty() {
        return Err(match &args.run {
            Some(name) => format!("no test has `{name}` in its name"),
            None => "there are no tests: write them under `tests` in a playbook".to_owned(),
        });
    }
    let watch = stopwatch();
    let outcomes = play::all(&cases);
    let took = watch.elapsed();
    let covered = match args.coverage {
        true => covered(&sets, &chosen, &cases, &outcomes),
        false => Vec::new(),
    };
    if let Some(path) = &args.junit {
        let report = junit::report(&cases, &outcomes, took);
        std::fs::write(path, report).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    if args.json {
        print::json(&as_json(&cases, &outcomes, &covered, took));
    } else {
        said::outcomes(&cases, &outcomes);
        said::covered(&covered);
        said::summary(&outcomes, took);
    }
    let is_fine = outcomes.iter().all(|one| one.failures.is_empty());
    Ok(if is_fine {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What is read, and the names of the playbooks that are meant; none: all.
fn sets(args: &Args) -> Result<(Vec<Set>, Vec<String>), String> {
    let is_file = |one: &&String| {
        let path = Path::new(one.as_str());
        path.extension().is_some() && path.is_file()
    };
    let (files, chosen): (Vec<&String>, Vec<&String>) = args.playbooks.iter().partition(is_file);
    let mut sets = Vec::new();
    if files.is_empty() || !chosen.is_empty() {
        let set = set(config::load(&args.dir), &args.dir, &args.dir)?;
        for name in &chosen {
            known(name, &set.playbooks)?;
        }
        sets.push(set);
    }
    for file in files {
        let parsed = config::load_playbook(&args.dir, Path::new(file));
        sets.push(set(parsed, &args.dir, Path::new(""))?);
    }
    let mut names: Vec<String> = chosen.into_iter().cloned().collect();
    if !names.is_empty() {
        // Whoever names a file means everything in it.
        let of_files = sets.iter().skip(1).flat_map(|set| &set.playbooks);
        names.extend(of_files.map(|playbook| playbook.name.clone()));
    }
    Ok((sets, names))
}

fn known(name: &str, playbooks: &[Playbook]) -> Result<(), String> {
    let names: Vec<&str> = playbooks.iter().map(|one| one.name.as_str()).collect();
    if names.contains(&name) {
        return Ok(());
    }
    Err(format!(
        "there is no playbook `{name}`; there are: {}",
        names.join(", ")
    ))
}

/// The error names the mistakes because of which nothing can be played.
fn set(parsed: Parsed, dir: &Path, base: &Path) -> Result<Set, String> {
    let errors = parsed.findings.iter();
    let errors = errors.filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<String> = errors
        .map(|finding| format!("\n  {}: {}", finding.place(), finding.message))
        .collect();
    let organisation = parsed.organisation.filter(|_| errors.is_empty());
    let Some(organisation) = organisation else {
        let named: String = errors.iter().take(MOST_NAMED).map(String::as_str).collect();
        let rest = match errors.len().saturating_sub(MOST_NAMED) {
            0 => String::new(),
            n_rest => format!("\n  and {n_rest} more"),
        };
        return Err(format!(
            "there are mistakes in the files, which `draaiboek check` explains:{named}{rest}"
        ));
    };
    let (templates, _) = MailTemplates::load(dir);
    Ok(Set {
        company: Company {
            shelf: engine::shelf(&parsed.playbooks, &parsed.templates),
            watches: engine::watches_of(&organisation)?,
            organisation: Arc::new(organisation),
            templates: Arc::new(templates),
            pasts: Pasts::default(),
        },
        playbooks: parsed.playbooks,
        tests: parsed.tests,
        base: base.to_owned(),
    })
}

/// The tests that are meant, in the order of the playbooks and of their files.
fn cases<'a>(sets: &'a [Set], chosen: &[String], run: Option<&str>) -> Vec<Case<'a>> {
    let wanted = run.map(str::to_lowercase);
    let is_wanted = |test: &Test| {
        let name = test.name.to_lowercase();
        wanted.as_ref().is_none_or(|part| name.contains(part))
    };
    let mut cases = Vec::new();
    for set in sets {
        for playbook in &set.playbooks {
            if !is_chosen(chosen, &playbook.name) {
                continue;
            }
            let tests = set.tests.get(&playbook.name).into_iter().flatten();
            cases.extend(tests.filter(|test| is_wanted(test)).map(|test| Case {
                set,
                playbook: &playbook.name,
                test,
            }));
        }
    }
    cases
}

fn is_chosen(chosen: &[String], name: &str) -> bool {
    chosen.is_empty() || chosen.iter().any(|one| one == name)
}

/// What the tests that were played reached of each playbook that is meant.
fn covered<'a>(
    sets: &'a [Set],
    chosen: &[String],
    cases: &[Case<'_>],
    outcomes: &[Outcome],
) -> Vec<Covered<'a>> {
    let mut covered = Vec::new();
    for set in sets {
        let playbooks = set.playbooks.iter();
        for playbook in playbooks.filter(|one| is_chosen(chosen, &one.name)) {
            let mut reached = Reached::default();
            for (case, outcome) in cases.iter().zip(outcomes) {
                if std::ptr::eq(case.set, set) && case.playbook == playbook.name {
                    reached.join(&outcome.reached);
                }
            }
            let organisation: &Organisation = &set.company.organisation;
            covered.push(Covered {
                playbook: &playbook.name,
                parts: reached.of(playbook, organisation),
            });
        }
    }
    covered
}

fn as_json(
    cases: &[Case<'_>],
    outcomes: &[Outcome],
    covered: &[Covered<'_>],
    took: Duration,
) -> Value {
    let tests = cases.iter().zip(outcomes).map(|(case, outcome)| {
        let failures = outcome.failures.iter().map(|failed| {
            json!({
                "place": failed.place,
                "written": failed.written,
                "says": failed.says,
                "around": failed.around,
            })
        });
        json!({
            "playbook": case.playbook,
            "test": case.test.name,
            "place": place(case, case.test.line),
            "ok": outcome.failures.is_empty(),
            "seconds": outcome.took.as_secs_f64(),
            "failures": failures.collect::<Vec<_>>(),
            "remarks": outcome.remarks,
        })
    });
    let tests: Vec<Value> = tests.collect();
    let n_failed = outcomes.iter().filter(|one| !one.failures.is_empty());
    let covered = covered
        .iter()
        .map(|one| json!({ "playbook": one.playbook, "parts": one.parts }));
    json!({
        "n_tests": outcomes.len(),
        "n_failed": n_failed.count(),
        "seconds": took.as_secs_f64(),
        "tests": tests,
        "coverage": covered.collect::<Vec<_>>(),
    })
}

/// `playbooks/storm.yaml:120`, as it can be opened from here.
fn place(case: &Case<'_>, line: usize) -> String {
    let path = case.set.base.join(&case.test.file);
    let path = path.strip_prefix(".").unwrap_or(&path);
    format!("{}:{line}", path.display())
}
