//! Taking in a stream over HTTP of which little is wanted: a thousand watches, 2 %
//! matching, what matches on disk before the answer.
//!
//! The floor is measured in the same run, over the same bytes: reading each line
//! as JSON without copying, one pass of a DFA of the brands, counting.

use std::borrow::Cow;
use std::fs;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use chrono::TimeDelta;
use draaiboek::engine::clock::{now, stopwatch};
use serde::Deserialize;

use super::Failed;
use super::daemon::{Client, Daemon, Size, cpu_of_this, fresh_dir, organise};
use super::posts::{Posts, brand};
use super::report::{Goal, Report};
use super::stream::keyword;

const N_WATCHES: usize = 1_000;
const N_MENTIONS: u64 = 2_000_000;
const A_PUSH: u64 = 5_000;
const SHARE: f64 = 0.02;

/// Bodies over which the floor is measured.
const N_FLOOR: usize = 40;

pub(crate) fn run(report: &mut Report) -> Result<(), Failed> {
    let dir = fresh_dir("ingest")?;
    let size = Size {
        n_watches: N_WATCHES as u64,
        n_told: 1,
        is_everything: false,
        mail: None,
    };
    organise(&dir, &size)?;
    let path = dir.join("draaiboek.yaml");
    let mut core = fs::read_to_string(&path)?;
    for number in 0..N_WATCHES {
        let query = format!("query: {} }}", keyword(number as u64));
        core = core.replacen(&query, &format!("query: '\"{}\"' }}", brand(number)), 1);
    }
    fs::write(&path, core)?;

    let daemon = Daemon::start(&dir)?;
    let mut client = Client::new(daemon.address)?;
    let mut posts = Posts::new(1, N_WATCHES, SHARE);
    let begin = now() - TimeDelta::hours(24);
    let (mut wall, mut n_new, mut n_unmatched) = (0.0, 0, 0);
    let mut kept: Vec<String> = Vec::new();
    let before = daemon.cpu()?;
    for batch in 0..N_MENTIONS / A_PUSH {
        let mut lines = String::new();
        for number in batch * A_PUSH..(batch + 1) * A_PUSH {
            let after = 86_000 * number / N_MENTIONS;
            posts.line(
                begin + TimeDelta::seconds(i64::try_from(after)?),
                &mut lines,
            );
        }
        let watch = stopwatch();
        let answer = client.push(&lines)?;
        wall += watch.elapsed().as_secs_f64();
        let answer: serde_json::Value = serde_json::from_str(&answer)?;
        n_new += answer["new"].as_u64().unwrap_or(0);
        n_unmatched += answer["unmatched"].as_u64().unwrap_or(0);
        if kept.len() < N_FLOOR {
            kept.push(lines);
        }
    }
    let cpu = daemon.cpu()? - before;
    let truth: u64 = posts.named.iter().sum();
    if (n_new, n_unmatched) != (truth, N_MENTIONS - truth) {
        let counted = format!("{n_new} new and {n_unmatched} unmatched");
        return Err(format!("{counted}, but {truth} of {N_MENTIONS} name a brand").into());
    }
    let n = N_MENTIONS as f64;
    let goal = Goal::AtLeast(430_000.0);
    report.add("ingest, 1,000 watches, 2 % matching", n / wall, "/s", goal);
    let what = "ingest, 1,000 watches, 2 % matching, per CPU-second";
    report.add(what, n / cpu, "/s", Goal::AtLeast(700_000.0));
    let what = "ingest, the floor: read, match, count, per CPU-second";
    report.add(what, floor(&kept)?, "/s", Goal::None);
    let what = "ingest, resident memory afterwards";
    report.add(what, daemon.memory()?, "MB", Goal::None);
    Ok(())
}

/// What no reader can do without.
#[derive(Deserialize)]
struct Bare<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    author: Cow<'a, str>,
    #[serde(borrow)]
    text: Cow<'a, str>,
    #[serde(borrow)]
    url: Cow<'a, str>,
    published_at: &'a str,
}

/// Mentions a second of processor: the best of five.
fn floor(bodies: &[String]) -> Result<f64, Failed> {
    let brands: Vec<String> = (0..N_WATCHES).map(brand).collect();
    let finder = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(&brands)?;
    let mut best = f64::MAX;
    for _ in 0..5 {
        let (mut counts, mut n_bytes) = (vec![0_u64; N_WATCHES], 0);
        let before = cpu_of_this()?;
        for line in bodies.iter().flat_map(|body| body.lines()) {
            let bare: Bare = serde_json::from_str(line)?;
            n_bytes += bare.id.len() + bare.author.len() + bare.url.len();
            n_bytes += bare.published_at.len();
            if let Some(found) = finder.find(&*bare.text) {
                counts[found.pattern().as_usize()] += 1;
            }
        }
        let n_found: u64 = counts.iter().sum();
        if n_found == 0 || n_bytes == 0 {
            return Err("the floor found nothing".into());
        }
        best = best.min(cpu_of_this()? - before);
    }
    Ok(bodies.len() as f64 * A_PUSH as f64 / best)
}
