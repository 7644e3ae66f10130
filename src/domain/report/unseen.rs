//! What we could not see: sources that were blind, what is not listened to at all,
//! and the bounds of listening. A report that leaves this out seems to know all.

use std::collections::{BTreeMap, BTreeSet};

use super::Subject;
use super::model::Finding;
use super::teller::Teller;
use crate::domain::mention::Platform;
use crate::domain::organisation::{Organisation, SourceKind};
use crate::domain::run::{Cause, Event, Logged};
use crate::domain::time::Timestamp;

pub(super) fn unseen(told: &Teller<'_>, log: &[Logged], subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = blind(told, log);
    found.extend(gaps(told, subject));
    found.extend(one_source(told, log));
    found.extend(unheard(told));
    found.extend(slow(told));
    found.push(limit(
        "private_groups",
        told.pick(
            "Wat mensen in besloten groepen schrijven (WhatsApp, besloten Facebookgroepen, privéberichten), zien wij nooit.",
            "What people write in private groups (WhatsApp, closed Facebook groups, direct messages) we never see.",
        ),
    ));
    found.push(limit(
        "only_what_matches",
        told.pick(
            "Wij zien alleen berichten waar de zoekopdracht op past. Wie iets meemaakt zonder ons te noemen, telt niet mee.",
            "We only see posts that the watch finds. Who goes through something without naming us does not count.",
        ),
    ));
    found
}

/// True of every run: nothing in the log.
fn limit(rule: &'static str, says: &str) -> Finding {
    Finding {
        rule,
        says: says.to_owned(),
        at: None,
        seqs: Vec::new(),
    }
}

/// Each time a source was blind, from when until when.
fn blind(told: &Teller<'_>, log: &[Logged]) -> Vec<Finding> {
    let mut since: BTreeMap<&str, (Timestamp, u64)> = BTreeMap::new();
    let mut found = Vec::new();
    for logged in log {
        match &logged.event {
            Event::SourceBlind { source, .. } => {
                since.entry(source).or_insert((logged.at, logged.seq));
            }
            Event::SourceSees { source } => {
                if let Some((from, seq)) = since.remove(source.as_str()) {
                    let says = told.say(
                        "Bron {} was blind van {} tot {}.",
                        "Source {} was blind from {} to {}.",
                        &[source, &told.clock(from), &told.clock(logged.at)],
                    );
                    found.push(Finding {
                        rule: "source_blind",
                        says,
                        at: Some(from),
                        seqs: vec![seq, logged.seq],
                    });
                }
            }
            _ => {}
        }
    }
    found.extend(since.into_iter().map(|(source, (from, seq))| Finding {
        rule: "source_blind",
        says: told.say(
            "Bron {} was blind vanaf {} en is dat, voor zover dit logboek gaat, gebleven.",
            "Source {} was blind from {} and, as far as this log goes, stayed so.",
            &[source, &told.clock(from)],
        ),
        at: Some(from),
        seqs: vec![seq],
    }));
    found.sort_by_key(|one| one.at);
    found
}

/// Stretches of the curve in which we did not hear all.
fn gaps(told: &Teller<'_>, subject: &Subject<'_>) -> Vec<Finding> {
    let gaps = subject.volume.gaps.iter();
    let found = gaps.map(|gap| Finding {
        rule: "not_all_heard",
        says: told.say(
            "Tussen {} en {} kwam niet alles binnen; de lijn is daar te laag.",
            "Between {} and {} not all came in; the curve is too low there.",
            &[&told.clock(gap.from), &told.clock(gap.until)],
        ),
        at: Some(gap.from),
        seqs: Vec::new(),
    });
    found.collect()
}

/// The alarm rested on one source only: what that one says is all we know.
fn one_source(told: &Teller<'_>, log: &[Logged]) -> Option<Finding> {
    let fired: Vec<&Logged> = log
        .iter()
        .filter(|logged| evidence(&logged.event).is_some())
        .collect();
    let sources: BTreeSet<&str> = fired
        .iter()
        .filter_map(|logged| evidence(&logged.event))
        .flatten()
        .map(|(source, _)| source.as_str())
        .collect();
    let source = sources.first().filter(|_| sources.len() == 1)?;
    Some(Finding {
        rule: "one_source",
        says: told.say(
            "Het alarm rustte op één bron: {}.",
            "The alarm rested on a single source: {}.",
            &[source],
        ),
        at: fired.first().map(|logged| logged.at),
        seqs: fired.iter().map(|logged| logged.seq).collect(),
    })
}

fn evidence(event: &Event) -> Option<&[(String, u64)]> {
    match event {
        Event::RunStarted {
            cause: Cause::Trigger { evidence, .. },
            ..
        } => Some(&evidence.sources),
        Event::TriggerFired { evidence, .. } => Some(&evidence.sources),
        _ => None,
    }
}

/// Platforms that no source brings; the sources are those of now.
fn unheard(told: &Teller<'_>) -> Option<Finding> {
    let heard = heard(told.organisation())?;
    let unheard = Platform::ALL
        .into_iter()
        .filter(|one| *one != Platform::Other && !heard.contains(one));
    let unheard: Vec<String> = unheard
        .map(|one| told.plain.platform(one).to_owned())
        .collect();
    if unheard.is_empty() {
        return None;
    }
    let says = told.say(
        "Geen bron levert: {}. Wat daar gezegd is, staat hier niet.",
        "No source brings: {}. What was said there is not in here.",
        &[&told.words.list(&unheard)],
    );
    Some(limit("not_listened_to", &says))
}

/// What the sources bring; `None` when one of them may bring anything.
fn heard(organisation: &Organisation) -> Option<BTreeSet<Platform>> {
    let mut heard = BTreeSet::new();
    for source in &organisation.sources {
        match &source.kind {
            SourceKind::Feed { platform, .. } => {
                heard.insert(*platform);
            }
            SourceKind::Push { platforms, .. } if !platforms.is_empty() => {
                heard.extend(platforms);
            }
            // What it brings stands in each mention.
            SourceKind::Push { .. } | SourceKind::File { .. } => return None,
            SourceKind::Mastodon { .. } => {
                heard.insert(Platform::Mastodon);
            }
            SourceKind::Bluesky { .. } => {
                heard.insert(Platform::Bluesky);
            }
        }
    }
    Some(heard)
}

/// Feeds that are read now and then bring what happened a while ago.
fn slow(told: &Teller<'_>) -> Option<Finding> {
    let sources = told.organisation().sources.iter();
    let slowest = sources.filter_map(|source| match &source.kind {
        SourceKind::Feed { every, .. } => Some(*every),
        _ => None,
    });
    let slowest = slowest.max()?;
    let says = told.say(
        "Feeds worden om de zoveel tijd gelezen: wat daar verscheen, kan {} later binnengekomen zijn.",
        "Feeds are read now and then: what appeared there may have come in {} later.",
        &[&told.plain.length(slowest)],
    );
    Some(limit("feeds_are_late", &says))
}
