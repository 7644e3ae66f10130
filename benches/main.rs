//! How fast the real program is, against what this machine can do at all.
//!
//! Every figure comes from the release binary, started as people start it, and
//! stands beside the floor that was measured in the same run: the disk here has
//! good and bad minutes, so only ratios can be compared. `docs/performance.md`
//! says what each figure means.
//!
//! `cargo bench` runs all; `cargo bench -- crossing mails` only those named;
//! `--json FILE` (or `DRAAIBOEK_BENCH_JSON`) also writes what was measured.

#![expect(clippy::print_stdout, reason = "a benchmark reports to a person")]
#![expect(
    clippy::print_stderr,
    reason = "progress must not end up in a redirected report"
)]

mod backtest;

mod check;

mod crossing;

mod daemon;

mod detection;

mod drafts;

mod drill;

mod floor;

mod ingest;

mod mails;

mod matching;

mod pages;

mod playbook_tests;

mod posts;

mod report;

mod review;

mod sink;

mod start;

mod stream;

use report::Report;

type Failed = Box<dyn std::error::Error>;

/// A benchmark: its name on the command line, and what it measures.
type Bench = (&'static str, fn(&mut Report) -> Result<(), Failed>);

// What leans on the disk most comes last: it spoils the disk for the others.
const BENCHES: [Bench; 15] = [
    ("matching", matching::run),
    ("detection", detection::run),
    ("review", review::run),
    ("drafts", drafts::run),
    ("check", check::run),
    ("idle", start::idle),
    ("pages", pages::run),
    ("crossing", crossing::run),
    ("mails", mails::run),
    ("ingest", ingest::run),
    ("backtest", backtest::run),
    ("drill", drill::run),
    ("tests", playbook_tests::run),
    ("open-runs", start::open_runs),
    ("store", start::run),
];

fn main() -> Result<(), Failed> {
    let mut json = std::env::var("DRAAIBOEK_BENCH_JSON").ok();
    let mut named = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => json = arguments.next(),
            // Cargo passes this to every benchmark.
            "--bench" => {}
            name => named.push(name.to_owned()),
        }
    }
    let mut report = Report::default();
    for (name, bench) in BENCHES {
        if named.is_empty() || named.iter().any(|one| one == name) {
            eprintln!("{name} …");
            bench(&mut report)?;
        }
    }
    println!("{}", report.table());
    if let Some(path) = json {
        std::fs::write(path, report.json())?;
    }
    Ok(())
}
