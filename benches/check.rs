//! `check` of a folder with a hundred playbooks and their texts, whole process.

use std::path::Path;
use std::process::{Command, Stdio};

use draaiboek::engine::clock::stopwatch;

use super::Failed;
use super::daemon::binary;
use super::report::{Goal, Report};

/// How often each of the playbooks that `init` writes is copied; eleven of them.
const N_COPIES: usize = 9;

const N_ROUNDS: usize = 5;

/// Who saves a file waits for the answer.
const MOST_MS: f64 = 200.0;

pub(crate) fn run(report: &mut Report) -> Result<(), Failed> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-check");
    let _ = std::fs::remove_dir_all(&folder);
    let made = Command::new(binary())
        .arg("init")
        .arg(&folder)
        .stdout(Stdio::null())
        .status()?;
    if !made.success() {
        return Err("init failed".into());
    }
    let mut n_playbooks = 0;
    for entry in std::fs::read_dir(folder.join("playbooks"))? {
        let path = entry?.path();
        if !path.is_file() {
            continue;
        }
        let text = std::fs::read_to_string(&path)?;
        n_playbooks += 1;
        for number in 1..N_COPIES {
            let copy = text.replacen("playbook: ", &format!("playbook: copy-{number}-"), 1);
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            std::fs::write(folder.join(format!("playbooks/{name}-{number}.yaml")), copy)?;
            n_playbooks += 1;
        }
    }
    let mut best = f64::MAX;
    for _ in 0..N_ROUNDS {
        let watch = stopwatch();
        let status = Command::new(binary())
            .args(["check", "--json", "--dir"])
            .arg(&folder)
            .stdout(Stdio::null())
            .status()?;
        if !status.success() {
            return Err("the copies have mistakes".into());
        }
        best = best.min(watch.elapsed().as_secs_f64() * 1e3);
    }
    report.add(
        &format!("check of {n_playbooks} playbooks with their texts"),
        best,
        "ms",
        Goal::AtMost(MOST_MS),
    );
    Ok(())
}
