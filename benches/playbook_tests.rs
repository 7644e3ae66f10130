//! A thousand tests of playbooks, whole process.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use draaiboek::engine::clock::stopwatch;

use super::Failed;
use super::daemon::binary;
use super::report::{Goal, Report};

const N_TESTS: usize = 1_000;

/// Who changes a playbook waits for all of its tests.
const MOST_SECONDS: f64 = 10.0;

pub(crate) fn run(report: &mut Report) -> Result<(), Failed> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-tests");
    let _ = std::fs::remove_dir_all(&folder);
    let made = Command::new(binary())
        .arg("init")
        .arg(&folder)
        .stdout(Stdio::null())
        .status()?;
    if !made.success() {
        return Err("init failed".into());
    }
    let path = folder.join("playbooks/viral-complaint.yaml");
    let mut playbook = std::fs::read_to_string(&path)?;
    if let Some(tests) = playbook.find("\ntests:\n") {
        playbook.truncate(tests);
    }
    playbook.push_str("\ntests:\n");
    for number in 0..N_TESTS {
        // All different: so much is said in an hour and a half.
        let rate = 40 + number % 50;
        writeln!(
            playbook,
            "  storm {number} reaches webcare:\n    lasts: 90m\n    storm: [ {{ at: 0m, for: 1h, rate: {rate}/h }} ]\n    expect: [ {{ told: {{ who: samir }} }} ]"
        )?;
    }
    std::fs::write(&path, playbook)?;
    let watch = stopwatch();
    let status = Command::new(binary())
        .args(["test", "viral-complaint", "--dir"])
        .arg(&folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if !status.success() {
        return Err("a test failed".into());
    }
    let seconds = watch.elapsed().as_secs_f64();
    let goal = Goal::AtMost(MOST_SECONDS);
    report.add("1,000 tests of a playbook", seconds, "s", goal);
    Ok(())
}
