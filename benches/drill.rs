//! A drill of a day with fifty thousand mentions, whole process.

use std::path::Path;
use std::process::{Command, Stdio};

use draaiboek::engine::clock::stopwatch;

use super::Failed;
use super::daemon::binary;
use super::report::{Goal, Report};

/// A facilitator who changes a playbook wants to see at once what it does.
const MOST_SECONDS: f64 = 10.0;

pub(crate) fn run(report: &mut Report) -> Result<(), Failed> {
    // A copy, because what came of a drill is kept in its folder.
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/drill");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-drill");
    let copied = Command::new("cp")
        .args(["-rT".as_ref(), fixture.as_os_str(), folder.as_os_str()])
        .status()?;
    if !copied.success() {
        return Err("the example could not be copied".into());
    }
    let watch = stopwatch();
    let status = Command::new(binary())
        .args(["drill", "long-storm", "--unattended", "--dir"])
        .arg(&folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if !status.success() {
        return Err("the drill failed".into());
    }
    let seconds = watch.elapsed().as_secs_f64();
    let goal = Goal::AtMost(MOST_SECONDS);
    report.add("drill, 24 h with 50,000 mentions", seconds, "s", goal);
    Ok(())
}
