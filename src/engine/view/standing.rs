//! Shows where a draft stands between its writers and the public: its state in one
//! word, what it waits for, and how long it is as its channel counts.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Seen, release};
use crate::domain::organisation::Channel;
use crate::domain::playbook::Message;
use crate::domain::restraint::Ledger;
use crate::domain::review::rules::length;
use crate::domain::review::{Remark, blocks};
use crate::domain::run::Draft;
use crate::domain::run::item::Item;
use crate::domain::step::acts::{as_typed, passed_promise, pause, tells_next, unreleasable};
use crate::domain::step::title_of;
use crate::domain::text::Text;

/// What the message is called.
pub(super) fn title(seen: &Seen, draft: &Draft) -> Value {
    seen.show(&title_of(&seen.pinned.playbook, seen.run, &draft.item()))
}

/// What the channel is called.
pub(super) fn channel_title(seen: &Seen, draft: &Draft) -> Value {
    let channel = seen.counter.organisation.channel(&draft.channel);
    let title = channel.map_or_else(|| Text::same(draft.channel.as_str()), Channel::called);
    seen.show(&title)
}

/// How long a text is on the channel of a draft, exactly as that counts.
pub(super) fn length(seen: &Seen, draft: &Draft, text: &str) -> Value {
    let channel = seen.counter.organisation.channel(&draft.channel);
    let kind = channel.map_or(draft.channel.as_str(), |channel| &channel.kind);
    let counted = length::length(text.trim(), kind);
    let own = channel.and_then(|channel| channel.limit);
    let own = own.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let is_over = counted.is_over() || own.is_some_and(|own| counted.used > own);
    json!({
        "used": counted.used,
        "limit": own.or(counted.limit),
        "parts": counted.parts,
        "over": is_over,
    })
}

/// The state in one word, and what must happen before it may be published, each
/// with `what` it is. `is_blocked`: the core says that something stands in the way.
pub(super) fn standing(
    seen: &Seen,
    draft: &Draft,
    remarks: &[Remark],
    is_blocked: bool,
) -> (&'static str, Vec<Value>) {
    let statements = &seen.run.statements;
    let id = draft.id();
    let is_called = seen.run.items.get(&draft.item());
    let is_called = is_called.is_some_and(Item::is_open);
    let published = statements.published(&id);
    let waits_for = match is_blocked {
        true => waits_for(seen, draft, remarks),
        false => Vec::new(),
    };
    let first = waits_for.first().and_then(|first| first["what"].as_str());
    let state = match (published, first) {
        (Some(_), _) if statements.is_out(draft) => "published",
        (Some(_), _) if !is_called => "changed",
        _ if !seen.run.is_open => "closed",
        (_, Some("choice")) => "choice",
        (_, Some("facts" | "own_words")) => "gaps",
        (_, Some("hold")) => "held",
        (_, Some("review")) => "stopped",
        (_, Some("approval")) => "waiting",
        (_, Some("pause")) => "approved",
        (_, Some("not_called")) => "not_called",
        (_, Some(_)) => "blocked",
        (_, None) => "ready",
    };
    (state, waits_for)
}

fn waits_for(seen: &Seen, draft: &Draft, remarks: &[Remark]) -> Vec<Value> {
    let (run, playbook) = (seen.run, &seen.pinned.playbook);
    let organisation = &seen.counter.organisation;
    let statements = &run.statements;
    let mut waits = Vec::new();
    if draft.n_conflicts() > 0 {
        waits.push(json!({ "what": "choice", "n": draft.n_conflicts() }));
    }
    // What holds for one reader is in no fact: somebody writes it in the text.
    let is_own = |gap: &&String| matches!(gap.as_str(), "personal" | "signature");
    let (own, facts): (Vec<&String>, Vec<&String>) = draft.gaps.iter().partition(is_own);
    if !facts.is_empty() {
        waits.push(json!({ "what": "facts", "facts": facts }));
    }
    if !own.is_empty() {
        waits.push(json!({ "what": "own_words", "gaps": own }));
    }
    if let Some(mut passed) = passed(seen).filter(|_| tells_next(draft)) {
        passed["what"] = "promise".into();
        waits.push(passed);
    }
    if let Some((by, reason)) = statements.held.get(&draft.id()) {
        waits.push(json!({ "what": "hold", "by": seen.name(by), "reason": reason }));
    }
    let mut stopping: Vec<&str> = blocks(remarks).map(|remark| remark.rule).collect();
    // A gap is told as a question already.
    stopping.retain(|rule| *rule != "gap" && !statements.is_overridden(draft, rule));
    if !stopping.is_empty() {
        waits.push(json!({ "what": "review", "n": stopping.len() }));
    }
    let Some(message) = playbook.message(&draft.message) else {
        return waits;
    };
    for key in &message.agree_with {
        let has_agreed = statements
            .agreed
            .iter()
            .any(|(name, partner)| *name == message.name && partner == key);
        if !has_agreed {
            let partner = organisation.partners.iter().find(|one| one.key == *key);
            let title = partner.map_or_else(|| json!(key), |partner| seen.show(&partner.title));
            waits.push(json!({ "what": "partner", "partner": key, "title": title }));
        }
    }
    let given = statements.approved(draft);
    let lacking = message.approve.iter();
    let lacking = lacking.filter(|role| !given.iter().any(|one| one.role == **role));
    let lacking: Vec<&String> = lacking.collect();
    for role in &lacking {
        let people = organisation.role(role).map_or(&[][..], |role| &role.people);
        // Nobody releases their own words.
        let others = people
            .iter()
            .filter(|person| !playbook.four_eyes || !draft.is_of(person));
        let names: Vec<&str> = others.map(|person| seen.name(person)).collect();
        waits.push(json!({
            "what": "approval",
            "role": role,
            "title": seen.role_title(role),
            "people": names,
        }));
    }
    let pause = TimeDelta::from_std(pause(organisation)).unwrap_or_default();
    let counts_at = given.iter().map(|one| one.at + pause).max();
    if lacking.is_empty()
        && let Some(counts_at) = counts_at.filter(|at| *at > seen.now)
    {
        let left = (counts_at - seen.now).num_milliseconds();
        waits.push(json!({ "what": "pause", "seconds": (left + 999) / 1_000 }));
    }
    if let Some(wait) = before_approval(seen, draft, message, &waits) {
        waits.insert(0, wait);
    }
    waits
}

/// Why nobody can approve it yet, beside a gap, a choice or a partner.
fn before_approval(
    seen: &Seen,
    draft: &Draft,
    message: &Message,
    waits: &[Value],
) -> Option<Value> {
    let says_it = |wait: &Value| {
        let what = wait["what"].as_str();
        matches!(
            what,
            Some("choice" | "facts" | "own_words" | "promise" | "partner")
        )
    };
    if waits.iter().any(says_it) {
        return None;
    }
    let ledger = Ledger::default();
    let plan = release::plan(seen, &ledger);
    let why = unreleasable(&plan, seen.run, &draft.id(), seen.now)?;
    if !seen.run.items.contains_key(&draft.item()) {
        return Some(json!({ "what": "not_called" }));
    }
    let needs = message.needs.iter();
    let needs = needs.filter(|need| !seen.run.is_settled(need));
    let needs: Vec<Value> = needs
        .map(|need| seen.show(&title_of(&seen.pinned.playbook, seen.run, need)))
        .collect();
    Some(match needs.is_empty() {
        true => json!({ "what": "other", "why": why }),
        false => json!({ "what": "needs", "items": needs }),
    })
}

/// A promised update whose time has passed, and the next that the rhythm gives; both as
/// people type them.
pub(super) fn passed(seen: &Seen) -> Option<Value> {
    let ledger = Ledger::default();
    let passed = passed_promise(&release::plan(seen, &ledger), seen.run, seen.now)?;
    let zone = seen.counter.organisation.timezone;
    let typed = |at| as_typed(at, zone, seen.now);
    Some(json!({
        "was": typed(passed.was),
        "proposed": passed.proposed.map(typed),
    }))
}

/// The other drafts of the same message, in order, and this one.
pub(super) fn places<'a>(
    seen: &Seen,
    draft: &Draft,
    all: impl Iterator<Item = &'a Draft>,
) -> Vec<Value> {
    let item = draft.item();
    let of_message = all.filter(|one| one.item() == item);
    let shown = of_message.map(|one| {
        let remarks = release::remarks(seen, one);
        let is_blocked = release::blocked(seen, one).is_some();
        json!({
            "draft": one.id(),
            "channel": one.channel,
            "channel_title": channel_title(seen, one),
            "language": one.language,
            "length": length(seen, one, &one.text),
            "state": standing(seen, one, &remarks, is_blocked).0,
        })
    });
    shown.collect()
}

/// The latest publication of a draft; null when it never went out.
pub(super) fn published(seen: &Seen, draft: &Draft) -> Value {
    let id = draft.id();
    let Some(one) = seen.run.statements.published(&id) else {
        return Value::Null;
    };
    let posted = one.text_of(&id);
    json!({
        "message": one.message,
        "at": seen.time(Some(one.at)),
        "by": one.by,
        "by_name": seen.name(&one.by),
        "url": one.url,
        "version": posted.map(|posted| posted.version),
        "text": posted.map(|posted| &posted.text),
        "differs": posted.is_some_and(|posted| posted.differs),
    })
}
