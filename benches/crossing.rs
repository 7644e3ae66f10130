//! From the push that crosses the threshold to the mail server's yes.

use std::time::Duration;

use draaiboek::domain::time::rfc3339;
use draaiboek::engine::clock::{now, stopwatch};

use super::Failed;
use super::daemon::{Client, Daemon, Size, fresh_dir, organise};
use super::floor::Disk;
use super::report::{Goal, Report, percentile};
use super::sink::Sink;
use super::stream::keyword;

const N_CROSSINGS: u64 = 200;

/// Between two crossings: real ones do not come back to back.
const PAUSE: Duration = Duration::from_millis(25);

pub(crate) fn run(report: &mut Report) -> Result<(), Failed> {
    let sink = Sink::start()?;
    let dir = fresh_dir("crossing")?;
    let size = Size {
        n_watches: N_CROSSINGS,
        n_told: 1,
        is_everything: false,
        mail: Some(sink.address),
    };
    organise(&dir, &size)?;
    let daemon = Daemon::start(&dir)?;
    let mut client = Client::new(daemon.address)?;
    let mut disk = Disk::new(&dir)?;
    let (mut floors, mut times, mut answers) = (Vec::new(), Vec::new(), Vec::new());
    for watch in 0..N_CROSSINGS {
        let nine: String = (1..10).map(|number| mention(watch, number)).collect();
        client.push(&nine)?;
        std::thread::sleep(PAUSE);
        floors.push(disk.sync()?);
        let tenth = mention(watch, 10);
        let started = stopwatch();
        client.push(&tenth)?;
        answers.push(started.elapsed().as_secs_f64() * 1e3);
        let taken = sink.taken.recv_timeout(Duration::from_secs(10))?;
        times.push(taken.duration_since(started).as_secs_f64() * 1e3);
        std::thread::sleep(PAUSE);
    }
    let floor = percentile(&mut floors, 0.5);
    let what = "fdatasync of a page, median of the same run";
    report.add(what, floor, "ms", Goal::None);
    let what = "fdatasync of a page, p99";
    report.add(what, percentile(&mut floors, 0.99), "ms", Goal::None);
    let goal = Goal::AtMost(2.0 * floor + 2.0);
    let what = "crossing to mail accepted, p50 of 200";
    report.add(what, percentile(&mut times, 0.5), "ms", goal);
    let what = "crossing to mail accepted, p99 of 200";
    report.add(what, percentile(&mut times, 0.99), "ms", Goal::AtMost(10.0));
    let what = "push to its answer (on disk), p50 of 200";
    report.add(what, percentile(&mut answers, 0.5), "ms", Goal::None);
    Ok(())
}

pub(crate) fn mention(watch: u64, number: u64) -> String {
    format!(
        r#"{{"id":"c{watch}-{number}","platform":"x","author":"user{number}","followers":800,"text":"Al drie uur wachten bij {}, schandalig","published_at":"{}"}}"#,
        keyword(watch),
        rfc3339(now())
    ) + "\n"
}
