//! Mistakes that only drills suffer from: a daemon starts past them, and says so.

use std::path::Path;

use super::check;
use crate::config;
use crate::domain::finding::{Finding, Severity};
use crate::domain::parse::Parsed;
use crate::domain::time::Timestamp;

/// Where scenarios are.
const SCENARIOS: &str = "playbooks/scenarios/";

/// What is in the folder, and apart from it the errors that no real alert minds: those
/// in scenarios, and those that only scenarios bring about. A name that several of them
/// use and that is nowhere is said once, in `draaiboek.yaml`: so it is for everybody
/// who puts their own people in the place of the invented ones.
pub(super) fn read(dir: &Path, now: Timestamp) -> (Parsed, Vec<Finding>) {
    let mut loaded = check::load(dir, now);
    let is_error = |one: &Finding| one.severity == Severity::Error;
    let is_there = |one: &Finding| one.file.starts_with(SCENARIOS);
    let mut others = loaded.findings.iter().filter(|one| is_error(one));
    // Read twice only when something is wrong elsewhere.
    let without = others.any(|one| !is_there(one)).then(|| {
        let mut input = config::read_at(dir, now);
        input.files.retain(|file| !file.path.starts_with(SCENARIOS));
        config::judged(dir, input).0
    });
    let file = crate::domain::parse::ORGANISATION;
    let is_brought = |one: &Finding| {
        let stays = |without: &Parsed| without.findings.contains(one);
        one.file == file && without.as_ref().is_some_and(|without| !stays(without))
    };
    let (of_drills, findings) = loaded
        .findings
        .into_iter()
        .partition(|one| is_error(one) && (is_there(one) || is_brought(one)));
    loaded.findings = findings;
    (loaded, of_drills)
}
