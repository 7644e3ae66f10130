//! `backtest` over a million mentions, whole process: reading, matching,
//! judging, printing.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use chrono::{DateTime, TimeDelta};
use draaiboek::engine::clock::stopwatch;

use super::Failed;
use super::daemon::{Size, binary, cpu_of_children, fresh_dir, organise};
use super::report::{Goal, Report};
use super::stream::Stream;

const N_MENTIONS: u64 = 1_000_000;

/// Stream time: Twitter's daily average.
const PER_SECOND: i32 = 5_700;

pub(crate) fn run(report: &mut Report) -> Result<(), Failed> {
    let file = memory_file();
    for (what, one_in, is_everything) in [
        ("every mention matching", 1, true),
        ("2 % matching one of 100 watches", 50, false),
    ] {
        let dir = fresh_dir("backtest")?;
        let size = Size {
            n_watches: if is_everything { 1 } else { 100 },
            n_told: 1,
            is_everything,
            mail: None,
        };
        organise(&dir, &size)?;
        write(&file, one_in)?;
        let mut best = (f64::MAX, 0.0);
        for _ in 0..3 {
            let cpu = cpu_of_children()?;
            let watch = stopwatch();
            let status = Command::new(binary())
                .args(["backtest", "--json", "--dir"])
                .arg(&dir)
                .arg("--playbook")
                .arg(dir.join("playbooks/storm-0.yaml"))
                .arg("--mentions")
                .arg(&file)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()?;
            let seconds = watch.elapsed().as_secs_f64();
            if !status.success() {
                return Err("backtest failed".into());
            }
            if seconds < best.0 {
                best = (seconds, cpu_of_children()? - cpu);
            }
        }
        let n = N_MENTIONS as f64;
        let goal = Goal::AtLeast(500_000.0);
        report.add(&format!("backtest, {what}"), n / best.0, "/s", goal);
        let what = format!("backtest, {what}, per CPU-second");
        report.add(&what, n / best.1, "/s", Goal::None);
    }
    std::fs::remove_file(file)?;
    Ok(())
}

/// In memory where there is such a place: 400 MB on the disk would spoil the
/// disk's good minutes for whatever is measured next.
fn memory_file() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let dir = if memory.is_dir() {
        memory
    } else {
        Path::new(env!("CARGO_TARGET_TMPDIR"))
    };
    dir.join("draaiboek-bench.ndjson")
}

fn write(path: &Path, one_in: u64) -> Result<(), Failed> {
    let mut stream = Stream::new(1, one_in, 100);
    let mut out = BufWriter::new(File::create(path)?);
    let start = DateTime::from_timestamp(1_767_225_600, 0).unwrap_or_default();
    let mut line = String::new();
    for number in 0..N_MENTIONS {
        line.clear();
        let after = TimeDelta::seconds(i64::try_from(number)? / i64::from(PER_SECOND));
        stream.line(start + after, &mut line);
        out.write_all(line.as_bytes())?;
    }
    Ok(out.flush()?)
}
