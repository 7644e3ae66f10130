//! What one mention costs from its text to the triggers, in whole and by stage,
//! and what a watch in which nothing happens costs in memory.
//!
//! The floor beside it is one look-up of an id in a set: what any program that
//! counts distinct mentions must do.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use draaiboek::domain::desk::{Desk, Observed};
use draaiboek::domain::heard::Heard;
use draaiboek::domain::mention::Mention;
use draaiboek::domain::organisation::Organisation;
use draaiboek::domain::parse::{Input, SourceFile, parse};
use draaiboek::domain::query::watches::Watches;
use draaiboek::domain::voices::Reading;
use draaiboek::engine::clock::stopwatch;
use draaiboek::engine::shelf;

use crate::Failed;
use crate::report::{Goal, Report};

const N_WATCHES: [usize; 3] = [100, 1_000, 10_000];
const N_MENTIONS: usize = 20_000;
const N_ROUNDS: usize = 3;

/// Mentions a second, in the time of the stream: a storm.
const PER_SECOND: usize = 50;

fn organisation(n_watches: usize) -> Result<(Arc<Organisation>, Desk), Failed> {
    let mut text = String::from(
        "organisation: { name: De Korst, timezone: Europe/Amsterdam, language: nl, operators: [owner] }\n\
         levels: { attention: Aandacht, incident: Incident }\n\
         team: { anna: { name: Anna, email: anna@korst.example } }\n\
         roles: { owner: { title: Eigenaar, people: [anna] } }\n\
         channels: { website: { kind: web, url: \"https://korst.example/nieuws\" } }\n\
         audiences: { public: { title: Publiek, channels: [website], languages: [nl] } }\nwatches:\n",
    );
    let mut files = Vec::new();
    for number in 0..n_watches {
        text.push_str(&format!(
            "  w{number}: {{ title: W, query: zaak{number} }}\n"
        ));
        let playbook = format!(
            "playbook: p{number}\ntitle: P\nwatch: w{number}\nowner: owner\nwriter: owner\ntriggers:\n\
             \x20 many: {{ when: {{ mentions: {{ within: 1h, at_least: 9000000 }} }}, level: attention }}\n\
             \x20 loud: {{ when: {{ unusual: normal }}, level: attention }}\n\
             \x20 wide: {{ when: {{ voices: {{ within: 1h, at_least: 9000000, above_usual: 4x }} }}, level: incident }}\n\
             facts:\n  what: {{ ask: Wat?, role: owner }}\n",
        );
        files.push(SourceFile {
            path: format!("playbooks/p{number}.yaml"),
            bytes: playbook.into_bytes(),
        });
    }
    files.push(SourceFile {
        path: "draaiboek.yaml".to_owned(),
        bytes: text.into_bytes(),
    });
    let parsed = parse(Input {
        files,
        ..Input::default()
    });
    let organisation = parsed.organisation.ok_or("the organisation is wrong")?;
    let organisation = Arc::new(organisation);
    let shelf = shelf(&parsed.playbooks, &parsed.templates);
    if shelf.len() != n_watches {
        return Err(format!("{} playbooks: {:?}", shelf.len(), parsed.findings.first()).into());
    }
    Ok((Arc::clone(&organisation), Desk::new(organisation, shelf)))
}

/// Posts of which each is for one of the watches, by many authors.
fn mentions(n_watches: usize) -> Result<Vec<Mention>, Failed> {
    const WORDS: [&str; 16] = [
        "vandaag", "weer", "de", "trein", "gemist", "en", "toen", "naar", "huis", "gefietst",
        "wat", "een", "mooie", "avond", "#zomer", "@vriend",
    ];
    let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
    let mention = |n: usize| {
        let mut text = format!("zaak{} ", n * 7 % n_watches);
        for word in 0..28 {
            text.push_str(WORDS[(n * 7 + word * 5 + n / 11) % WORDS.len()]);
            text.push(' ');
        }
        text.push_str(&format!("nummer {n}"));
        let at = start + TimeDelta::seconds(i64::try_from(n / PER_SECOND)?);
        let line = serde_json::json!({
            "id": n.to_string(), "platform": "x", "author": format!("lezer{}", n % 5_000),
            "text": text, "published_at": at,
        });
        serde_json::from_value(line).map_err(Failed::from)
    };
    (0..N_MENTIONS).map(mention).collect()
}

/// Resident bytes of this process.
fn resident() -> Result<f64, Failed> {
    let statm = std::fs::read_to_string("/proc/self/statm")?;
    let pages: f64 = statm.split(' ').nth(1).ok_or("no statm")?.parse()?;
    Ok(pages * 4_096.0)
}

/// Nanoseconds a mention, the best of some rounds.
fn best(mut round: impl FnMut() -> f64) -> f64 {
    (0..N_ROUNDS).map(|_| round()).fold(f64::INFINITY, f64::min)
}

fn a_mention(seconds: f64) -> f64 {
    seconds * 1e9 / N_MENTIONS as f64
}

pub(crate) fn run(report: &mut Report) -> Result<(), Failed> {
    let mut smallest = None;
    for n_watches in N_WATCHES {
        let mentions = mentions(n_watches)?;
        let floor = best(|| {
            let watch = stopwatch();
            let mut ids = HashSet::new();
            mentions.iter().for_each(|one| {
                ids.insert(one.key());
            });
            a_mention(watch.elapsed().as_secs_f64())
        });
        report.add(
            "detection, floor: an id into a set",
            floor,
            "ns",
            Goal::None,
        );
        let before = resident()?;
        let (organisation, _) = organisation(n_watches)?;
        let named = |what: &str| format!("detection, {n_watches} watches: {what}");
        let watches = Watches::new(&organisation).map_err(|_| "a query is wrong")?;
        let source: Arc<str> = "suite".into();
        let matching = best(|| {
            let watch = stopwatch();
            let found = mentions.iter().map(|one| watches.matching(one, &source));
            let n_found: usize = found.map(|matched| matched.watches.len()).sum();
            assert!(n_found >= N_MENTIONS, "every mention is for a watch");
            a_mention(watch.elapsed().as_secs_f64())
        });
        report.add(&named("match"), matching, "ns", Goal::None);
        let reading = best(|| {
            let watch = stopwatch();
            let n_spam = mentions
                .iter()
                .filter(|one| Reading::of(one).is_spam)
                .count();
            assert!(n_spam < N_MENTIONS);
            a_mention(watch.elapsed().as_secs_f64())
        });
        report.add(&named("read"), reading, "ns", Goal::None);
        let observed: Vec<Observed> = mentions
            .into_iter()
            .filter_map(|one| Observed::new(one, &watches, &source))
            .collect();
        let mut stages = [f64::INFINITY; 2];
        for _ in 0..N_ROUNDS {
            let watches = organisation.watches.iter();
            let mut heard: Vec<Heard> = watches
                .map(|watch| Heard::new(&organisation, &watch.key))
                .collect();
            let watch = stopwatch();
            for one in &observed {
                let place = usize::from(one.matched.watches[0]);
                let reading = Reading::of(&one.mention);
                heard[place].add(&one.mention, &one.source, &reading, 0, false);
            }
            stages[0] = stages[0].min(a_mention(watch.elapsed().as_secs_f64()));
            let watch = stopwatch();
            for one in &observed {
                let place = usize::from(one.matched.watches[0]);
                heard[place].advance(one.mention.published_at.timestamp());
            }
            stages[1] = stages[1].min(a_mention(watch.elapsed().as_secs_f64()));
        }
        report.add(&named("read, weigh, count"), stages[0], "ns", Goal::None);
        report.add(&named("tide"), stages[1], "ns", Goal::None);
        let mut whole = f64::INFINITY;
        for _ in 0..N_ROUNDS {
            let (_, mut desk) = self::organisation(n_watches)?;
            let watch = stopwatch();
            for piece in observed.chunks(PER_SECOND) {
                let now = piece[0].mention.published_at;
                desk.observe(piece, now);
            }
            whole = whole.min(a_mention(watch.elapsed().as_secs_f64()));
        }
        report.add(&named("observe, all of it"), whole, "ns", Goal::None);
        if let Some(first) = smallest {
            let what = named("observe and match, against 100");
            report.add(&what, (whole + matching) / first, "x", Goal::AtMost(1.2));
        }
        smallest.get_or_insert(whole + matching);
        drop((observed, watches, organisation));
        if n_watches == N_WATCHES[2] {
            let (_, mut desk) = self::organisation(n_watches)?;
            let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap_or_default();
            for hour in 0..60 {
                desk.tick(start + TimeDelta::hours(hour));
            }
            let kilobytes = (resident()? - before).max(0.0) / n_watches as f64 / 1_024.0;
            // What was freed before may be in it; what it shows is at most that.
            let what = "detection, memory of an idle watch with three triggers, after 60 hours";
            report.add(what, kilobytes, "KB", Goal::AtMost(10.0));
            let watch = stopwatch();
            desk.tick(start + TimeDelta::hours(61));
            let what = "detection, an hour begins for 10,000 idle watches";
            report.add(what, watch.elapsed().as_secs_f64() * 1e3, "ms", Goal::None);
        }
    }
    Ok(())
}
