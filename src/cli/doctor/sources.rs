//! Sources: can they be read, and is what they bring fresh? And, by the way, what
//! time it is elsewhere.

use std::fs::File;

use chrono::TimeDelta;
use serde_json::Value;
use tokio::task::JoinHandle;

use super::Patient;
use crate::cli::print::{cell, local};
use crate::domain::organisation::{Source, SourceKind};
use crate::domain::readiness::{self, Check, Outcome};
use crate::engine::clock;
use crate::guard::Guard;
use crate::source::feed::{self, Sample};
use crate::source::mastodon;

/// A feed that brought nothing for so long may be one that nobody fills any more.
const OLD_NEWS: TimeDelta = TimeDelta::days(30);

/// What a feed gave, and what our clock said then.
type Tried = JoinHandle<(Result<Sample, String>, crate::domain::time::Timestamp)>;

pub(super) async fn look(patient: &Patient) -> Vec<Check> {
    let guard = Guard::new(&patient.organisation.web.private_hosts);
    // All at once: one that does not answer takes a minute.
    let sources = patient.organisation.sources.iter();
    let tried: Vec<(&Source, Option<Tried>)> = sources
        .map(|source| (source, try_site(source, guard.clone())))
        .collect();
    let mut checks = Vec::new();
    let mut time = None;
    for (source, tried) in tried {
        let row = row(&patient.status, &source.key);
        let check = match (tried, &source.kind) {
            (Some(tried), _) => {
                let (sample, at) = match tried.await {
                    Ok(tried) => tried,
                    Err(error) => (Err(format!("reading it broke off: {error}")), clock::wall()),
                };
                let theirs = sample.as_ref().ok().and_then(|sample| sample.date);
                time = time.or(theirs.map(|theirs| (source.key.clone(), at, theirs)));
                feed(sample, row, patient)
            }
            (None, SourceKind::Push { token_env, .. }) => push(patient, source, token_env, row),
            (None, SourceKind::File { path }) => file(patient, path, row),
            // A stream tells nothing to who only knocks: what the daemon hears counts.
            (None, _) => proven(both("a stream, which the daemon follows", row), row),
        };
        checks.push(check.about(&source.key));
    }
    checks.push(match time {
        Some((source, ours, theirs)) => {
            let mut check = readiness::clock(ours, theirs);
            check.why = format!("{} ({source})", check.why);
            check
        }
        None => Check::skipped(
            "clock",
            "no feed told the time to compare with; `timedatectl` says whether it is kept right",
        ),
    });
    checks
}

fn try_site(source: &Source, guard: Guard) -> Option<Tried> {
    match &source.kind {
        SourceKind::Feed {
            url,
            every,
            platform,
        } => {
            let config = feed::Config {
                url: url.clone(),
                every: *every,
                platform: *platform,
            };
            Some(tokio::spawn(async move {
                let sample = feed::sample(&config, &guard, clock::wall()).await;
                (sample, clock::wall())
            }))
        }
        SourceKind::Mastodon { server, hashtag } => {
            let config = mastodon::Config::new(server, hashtag);
            Some(tokio::spawn(async move {
                let sample = mastodon::sample(&config, &guard, clock::wall()).await;
                (sample, clock::wall())
            }))
        }
        SourceKind::Push { .. } | SourceKind::File { .. } | SourceKind::Bluesky { .. } => None,
    }
}

fn row<'a>(status: &'a Value, source: &str) -> &'a Value {
    let rows = status["sources"].as_array().into_iter().flatten();
    let mut rows = rows.filter(|row| row["source"] == source);
    rows.next().unwrap_or(&Value::Null)
}

/// What the daemon thinks of it; else when it last brought something.
fn freshness(row: &Value) -> Result<String, Check> {
    let hint = "`draaiboek status` says since when; look at what should bring it";
    if let Some(why) = row["blind"].as_str() {
        let why = format!("BLIND: {}", cell(&why.into()));
        return Err(Check::fail("source", why, hint));
    }
    if let Some(why) = row["trouble"].as_str() {
        return Err(Check::warn("source", cell(&why.into()), hint));
    }
    if let Some(n) = row["refused"].as_u64().filter(|n| *n > 0) {
        let why = format!("{n} pushes were refused since the daemon started");
        return Err(Check::warn("source", why, "its log says why"));
    }
    Ok(match row["last_at"].is_null() {
        true => "it never brought anything yet".to_owned(),
        false => format!("it last brought something at {}", local(&row["last_at"])),
    })
}

/// What was found now, beside what was found before.
fn both(now: &str, row: &Value) -> Check {
    match freshness(row) {
        Ok(before) => Check::ok("source", format!("{now}; {before}")),
        Err(check) => check,
    }
}

/// Where we cannot go and look ourselves, only what came proves that it works.
fn proven(check: Check, row: &Value) -> Check {
    if check.outcome != Outcome::Ok || row.is_null() || !row["last_at"].is_null() {
        return check;
    }
    let hint = "let what should bring it send one mention: until then its silence proves nothing";
    Check::warn("source", check.why, hint)
}

fn feed(sample: Result<Sample, String>, row: &Value, patient: &Patient) -> Check {
    match sample {
        Err(why) => Check::fail(
            "source",
            why,
            "open its address in a browser; a site in our own network must stand under `web.private_hosts`",
        ),
        Ok(sample) if sample.n_entries == 0 => Check::warn(
            "source",
            "it can be read, and there is nothing in it",
            "is this the right address?",
        ),
        Ok(sample) => {
            let n_entries = match sample.n_entries {
                1 => "1 entry".to_owned(),
                n => format!("{n} entries"),
            };
            let read = format!("{n_entries} can be read");
            let check = both(&read, row);
            let old = sample.newest_at.filter(|at| patient.now - *at > OLD_NEWS);
            match old {
                Some(at) if check.outcome == Outcome::Ok => {
                    let day = at.with_timezone(&patient.organisation.timezone);
                    Check::warn(
                        "source",
                        format!("{read}, the newest of {}", day.format("%Y-%m-%d")),
                        "does this site still write here? Many feeds are moved and never taken away",
                    )
                }
                _ => check,
            }
        }
    }
}

fn push(patient: &Patient, source: &Source, token_env: &str, row: &Value) -> Check {
    match patient.secrets.token(&source.key) {
        Some(_) => proven(both("its token is set", row), row),
        None if patient.has_daemon() => proven(both("the daemon has its token", row), row),
        None => {
            let hint = format!("set {token_env}, or {token_env}_FILE");
            Check::fail("source", "it has no token", &hint)
        }
    }
}

fn file(patient: &Patient, path: &str, row: &Value) -> Check {
    let full = patient.dir.join(path);
    match File::open(&full).and_then(|file| file.metadata()) {
        Ok(about) if about.is_file() => both("its file can be read", row),
        Ok(_) => Check::fail("source", format!("{} is no file", full.display()), ""),
        Err(error) => Check::fail(
            "source",
            format!("{}: {error}", full.display()),
            "make the file, or let the user of the daemon read it",
        ),
    }
}
