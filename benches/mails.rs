//! A thousand mails through one server, from the push that causes them all.

use std::time::Duration;

use draaiboek::engine::clock::stopwatch;

use super::Failed;
use super::crossing::mention;
use super::daemon::{Client, Daemon, Size, fresh_dir, organise};
use super::report::{Goal, Report};
use super::sink::Sink;

const N_MAILS: u64 = 1_000;

pub(crate) fn run(report: &mut Report) -> Result<(), Failed> {
    let seconds = storm(100)?;
    let what = "1,000 mails, 100 runs that tell 10 people each";
    report.add(what, seconds, "s", Goal::AtMost(1.0));
    let seconds = storm(1)?;
    let what = "1,000 mails, one run that tells 1,000 people";
    report.add(what, seconds, "s", Goal::AtMost(1.0));
    Ok(())
}

fn storm(n_runs: u64) -> Result<f64, Failed> {
    let sink = Sink::start()?;
    let dir = fresh_dir(&format!("mails-{n_runs}"))?;
    let size = Size {
        n_watches: n_runs,
        n_told: N_MAILS / n_runs,
        is_everything: false,
        mail: Some(sink.address),
    };
    organise(&dir, &size)?;
    let daemon = Daemon::start(&dir)?;
    let mut client = Client::new(daemon.address)?;
    let lines: String = (0..n_runs)
        .flat_map(|watch| (1..=10).map(move |number| mention(watch, number)))
        .collect();
    let started = stopwatch();
    client.push(&lines)?;
    let mut last = started;
    for _ in 0..N_MAILS {
        last = sink.taken.recv_timeout(Duration::from_secs(60))?;
    }
    Ok(last.duration_since(started).as_secs_f64())
}
