//! Taking in, starting with what was taken in, and lying idle.

use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use draaiboek::engine::clock::{now, stopwatch};

use super::Failed;
use super::crossing::mention;
use super::daemon::{Client, Daemon, Size, fresh_dir, organise};
use super::report::{Goal, Report, percentile};
use super::sink::Sink;
use super::stream::Stream;

const N_STORED: u64 = 1_000_000;
const N_PASSING: u64 = 1_000_000;
const A_PUSH: u64 = 5_000;
const N_STARTS: usize = 5;

/// Times five seconds.
const LONGEST_REST: usize = 60;

/// Memory and processor time of a daemon with ten watches and nothing to do.
pub(crate) fn idle(report: &mut Report) -> Result<(), Failed> {
    let dir = fresh_dir("idle")?;
    organise(&dir, &size(10))?;
    let daemon = Daemon::start(&dir)?;
    std::thread::sleep(Duration::from_secs(2));
    let before = daemon.cpu()?;
    let memory = daemon.memory()?;
    std::thread::sleep(Duration::from_secs(5));
    let share = (daemon.cpu()? - before) / 5.0 * 100.0;
    let what = "idle with 10 watches, resident memory";
    report.add(what, memory, "MB", Goal::AtMost(20.0));
    let what = "idle with 10 watches, processor";
    report.add(what, share, "%", Goal::AtMost(0.5));
    Ok(())
}

fn size(n_watches: u64) -> Size {
    Size {
        n_watches,
        n_told: 1,
        is_everything: false,
        mail: None,
    }
}

/// Pushes a million mentions of the last day that all match, then starts again
/// on top of them; and pushes a million of which one in fifty matches.
pub(crate) fn run(report: &mut Report) -> Result<(), Failed> {
    let dir = fresh_dir("store")?;
    organise(&dir, &size(10))?;
    push_all(report, &dir, "everything kept", 1, N_STORED)?;
    starts(
        report,
        &dir,
        "killed right after 1 M mentions of the last day",
    )?;
    rest(&Daemon::start(&dir)?)?;
    starts(report, &dir, "the same, killed when all was packed")?;

    let dir = fresh_dir("passing")?;
    organise(&dir, &size(100))?;
    push_all(report, &dir, "2 % kept", 50, N_PASSING)
}

/// Starts, each killed as soon as it is ready.
fn starts(report: &mut Report, dir: &Path, what: &str) -> Result<(), Failed> {
    let mut times = Vec::new();
    let mut memory = 0.0;
    for _ in 0..N_STARTS {
        let daemon = Daemon::start(dir)?;
        times.push(daemon.ready_after.as_secs_f64());
        memory = daemon.memory()?;
    }
    let middle = percentile(&mut times, 0.5);
    let what = format!("start to ready, {what}");
    report.add(&what, middle, "s", Goal::AtMost(0.3));
    report.add("resident memory after that start", memory, "MB", Goal::None);
    Ok(())
}

/// Waits until a daemon has nothing left to do.
fn rest(daemon: &Daemon) -> Result<(), Failed> {
    for _ in 0..LONGEST_REST {
        let before = daemon.cpu()?;
        std::thread::sleep(Duration::from_secs(5));
        if daemon.cpu()? - before < 0.05 {
            return Ok(());
        }
    }
    Err("the daemon came to no rest".into())
}

fn push_all(
    report: &mut Report,
    dir: &Path,
    what: &str,
    one_in: u64,
    n_mentions: u64,
) -> Result<(), Failed> {
    let daemon = Daemon::start(dir)?;
    let mut client = Client::new(daemon.address)?;
    let mut stream = Stream::new(7, one_in, if one_in == 1 { 10 } else { 100 });
    let begin = now() - TimeDelta::hours(24);
    let mut wall = 0.0;
    let before = daemon.cpu()?;
    let mut lines = String::new();
    for batch in 0..n_mentions / A_PUSH {
        lines.clear();
        for number in batch * A_PUSH..(batch + 1) * A_PUSH {
            let after = 86_000 * number / n_mentions;
            stream.line(
                begin + TimeDelta::seconds(i64::try_from(after)?),
                &mut lines,
            );
        }
        let watch = stopwatch();
        client.push(&lines)?;
        wall += watch.elapsed().as_secs_f64();
    }
    let (n, cpu) = (n_mentions as f64, daemon.cpu()? - before);
    report.add(&format!("push, {what}"), n / wall, "/s", Goal::None);
    let what = format!("push, {what}, per CPU-second");
    report.add(&what, n / cpu, "/s", Goal::None);
    Ok(())
}

/// Runs that lie open while nobody does anything.
const N_OPEN: u64 = 1_000;

/// Processor time of a daemon with a thousand open runs, each waiting for an
/// answer: its timers and the auditor, and nothing else.
pub(crate) fn open_runs(report: &mut Report) -> Result<(), Failed> {
    let sink = Sink::start()?;
    let dir = fresh_dir("open-runs")?;
    let size = Size {
        mail: Some(sink.address),
        ..size(N_OPEN)
    };
    organise(&dir, &size)?;
    let daemon = Daemon::start(&dir)?;
    let mut client = Client::new(daemon.address)?;
    let lines: String = (0..N_OPEN)
        .flat_map(|watch| (1..=10).map(move |number| mention(watch, number)))
        .collect();
    client.push(&lines)?;
    for _ in 0..N_OPEN {
        sink.taken.recv_timeout(Duration::from_secs(60))?;
    }
    // The last receipts are written, and the log is moved into the database.
    std::thread::sleep(Duration::from_secs(10));
    let before = daemon.cpu()?;
    std::thread::sleep(Duration::from_secs(20));
    let share = (daemon.cpu()? - before) / 20.0 * 100.0;
    let what = "idle with 1,000 open runs, processor";
    report.add(what, share, "%", Goal::AtMost(1.0));
    let what = "idle with 1,000 open runs, resident memory";
    report.add(what, daemon.memory()?, "MB", Goal::None);
    Ok(())
}
