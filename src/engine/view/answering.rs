//! What people ask and what we answer: the list of questions, the cases with the
//! steps of responding, and how fast we answer.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{NotDone, Seen, first, stored};
use crate::domain::answering::times::{Answering, Cases, answering};
use crate::domain::answering::tree::{Known, Step, proposal, proposed};
use crate::domain::answering::words;
use crate::domain::drill::score::spread::Spread;
use crate::domain::facts::always_asks;
use crate::domain::query::watches::own_handles;
use crate::domain::run::Case;
use crate::domain::run::asked::{Answer, Status};
use crate::domain::step::acts::NEXT_UPDATE;
use crate::domain::step::acts::answering::known;
use crate::domain::step::answering::question_title;
use crate::domain::step::title_of;
use crate::store::Store;

/// How far before its start a run's conversation begins, as its mentions do.
const BEFORE: TimeDelta = TimeDelta::hours(24);

/// The newest mentions of a watch that are looked at: a page must be cheap.
const MOST: usize = 20_000;

/// The list of questions: those of the playbook, then those that were added.
pub(super) fn questions(seen: &Seen) -> Vec<Value> {
    let playbook = seen.pinned.playbook.questions.iter();
    let playbook = playbook.map(|one| (one.name.as_str(), one.role.as_str(), one.goal, false));
    let added = seen.run.added.iter();
    let added = added.map(|(name, one)| (name.as_str(), one.role.as_str(), one.goal, true));
    let nobody = Answer::default();
    let shown = playbook.chain(added).map(|(name, role, goal, is_added)| {
        let answer = seen.run.answers.get(name).unwrap_or(&nobody);
        let status = answer.status(seen.now);
        let latest = answer.latest();
        let approved = answer.approved.as_ref();
        let withdrawn = answer.withdrawn.as_ref();
        let from = seen.run.added.get(name).and_then(|one| one.source.as_ref());
        json!({
            "question": name,
            "ask": seen.show(&question_title(&seen.pinned.playbook, seen.run, name)),
            "added": is_added,
            "asked_by": from,
            "goal": goal.name(),
            "goal_title": first::phase_title(seen, goal),
            "role": role,
            "role_title": seen.role_title(role),
            "status": status.name(),
            // What was written last, which may wait for approval.
            "answer": latest.map(|one| &one.text),
            "by": latest.map(|one| &one.by),
            "by_name": latest.map(|one| seen.name(&one.by)),
            "source": latest.and_then(|one| one.source.as_ref()),
            "answered_at": seen.time(latest.map(|one| one.at)),
            // What people may be told now.
            "approved_answer": approved
                .filter(|_| status == Status::Approved)
                .map(|one| &one.written.text),
            "waits_for_approval": answer.draft.is_some(),
            "facts_since": facts_since(seen, answer),
            "approved_by": approved.map(|one| &one.by),
            "approved_by_name": approved.map(|one| seen.name(&one.by)),
            "approved_at": seen.time(approved.map(|one| one.at)),
            "valid_until": seen.time(approved.and_then(|one| one.valid_until)),
            "withdrawn_by_name": withdrawn.map(|(by, ..)| seen.name(by)),
            "withdrawn_because": withdrawn.map(|(_, why, _)| why),
        })
    });
    shown.collect()
}

/// Facts that were filled in or changed since an answer was written, or last approved:
/// it may no longer be so. What the program promises by itself is none of them.
fn facts_since(seen: &Seen, answer: &Answer) -> Vec<Value> {
    let written = answer.draft.as_ref().map(|draft| draft.at);
    let Some(since) = written.or(answer.approved.as_ref().map(|approved| approved.at)) else {
        return Vec::new();
    };
    let facts = seen.run.facts.iter();
    let later = facts.filter(|(name, fact)| fact.at > since && *name != NEXT_UPDATE);
    let shown = later.map(|(name, fact)| {
        let questions = &seen.pinned.playbook.facts;
        let question = questions.iter().find(|one| one.name == *name);
        let ask = question.and_then(|one| one.ask.as_ref());
        let always = || always_asks(name, seen.counter.language).unwrap_or(name);
        json!({
            "fact": name,
            "title": ask.map_or_else(|| always().into(), |ask| seen.show(ask)),
            "at": seen.time(Some(fact.at)),
        })
    });
    shown.collect()
}

/// People who are followed one by one.
pub(super) fn cases(seen: &Seen) -> Vec<Value> {
    let mut cases: Vec<(&String, &Case)> = seen.run.cases.iter().collect();
    cases.sort_by_key(|(number, _)| number.parse::<u64>().ok());
    let cases = cases.into_iter().map(|(number, case)| {
        let items = seen.run.items.iter();
        let open = items.filter(|(_, item)| item.is_open() && item.case.as_ref() == Some(number));
        let open: Vec<&String> = open.map(|(key, _)| key).collect();
        let titles = open
            .iter()
            .map(|key| title_of(&seen.pinned.playbook, seen.run, key));
        let titles: Vec<Value> = titles.map(|title| seen.show(&title)).collect();
        let language = seen.counter.language;
        let organisation = &seen.counter.organisation;
        let list = organisation.engage_with(&case.name, case.url.as_deref());
        let known = known(organisation, seen.run, number, case);
        let decision = case.decision.as_ref();
        let closed = case.closed.as_ref();
        let told = closed.and_then(|closed| closed.told.as_ref());
        json!({
            "case": number,
            "name": case.name,
            "platform": case.platform,
            "platform_title": first::words(seen).platform(case.platform),
            "url": case.url,
            "kind": case.kind.name(),
            "kind_title": words::kind(case.kind, language),
            "opened_at": seen.time(Some(case.opened_at)),
            "open": open,
            "open_titles": titles,
            "is_open": case.is_open(),
            "list": list.as_ref().map(|(list, _)| list),
            "replies": known.n_replies,
            "steps": steps(seen, &known),
            "proposed": proposal(&known).name(),
            "proposed_title": words::verdict(proposal(&known), language),
            "decided": decision.map(|one| one.verdict.name()),
            "decided_title": decision.map(|one| words::verdict(one.verdict, language)),
            "decided_how": decision.map(|one| words::how(one.verdict, language)),
            "decided_by": decision.map(|one| &one.by),
            "decided_by_name": decision.map(|one| seen.name(&one.by)),
            "decided_because": decision.and_then(|one| one.reason.as_ref()),
            "decided_at": seen.time(decision.map(|one| one.at)),
            "back_at": seen.time(decision.and_then(|one| one.back_at)),
            "closed_at": seen.time(closed.map(|one| one.at)),
            "closed_by": closed.map(|one| &one.by),
            "closed_by_name": closed.map(|one| seen.name(&one.by)),
            "reopened_at": seen.time(case.reopened_at),
            "told_at": seen.time(told.map(|told| told.at)),
            "told_by_message": told.and_then(|told| told.message.as_ref()),
            "told_how": told.and_then(|told| told.how.as_ref()),
            "told_what": told.and_then(|told| told.what.as_ref()),
        })
    });
    cases.collect()
}

/// The steps of the tree, each with what the program would say.
fn steps(seen: &Seen, known: &Known) -> Vec<Value> {
    let language = seen.counter.language;
    let steps = Step::ALL.into_iter().map(|step| {
        let proposed = proposed(step, known);
        json!({
            "step": step.name(),
            "ask": words::step(step, language),
            "proposed": proposed.map(|given| given.name()),
            "proposed_title": proposed.map(|given| words::given(given, language)),
            "then": words::verdict(step.verdict(), language),
        })
    });
    steps.collect()
}

/// How fast and how often we answer in this run.
pub(super) fn answered(seen: &Seen, store: &Store) -> Result<Value, NotDone> {
    let run = (seen.run.id, seen.run.seq);
    let found = seen.counter.answering_of(run, || conversed(seen, store))?;
    Ok(shown(seen, &found))
}

fn conversed(seen: &Seen, store: &Store) -> Result<Answering, NotDone> {
    let handles = own_handles(&seen.counter.organisation);
    let since = seen.run.started_at.unwrap_or(seen.now) - BEFORE;
    let until = seen.run.closed_at.unwrap_or(seen.now);
    let mut said = Vec::new();
    let also = seen.run.ending.also_watches.iter();
    for watch in std::iter::once(&seen.run.watch).chain(also) {
        let found = store.conversation(watch, since, &handles, MOST);
        said.extend(found.map_err(stored)?);
    }
    let range = (since.timestamp(), until.timestamp());
    Ok(answering(seen.run, &said, &handles, range))
}

fn shown(seen: &Seen, found: &Answering) -> Value {
    let say = first::words(seen);
    let platforms = found.platforms.iter().map(|pace| {
        json!({
            "platform": pace.platform,
            "platform_title": say.platform(pace.platform),
            "asked": pace.n_questions + pace.n_complaints,
            "questions": pace.n_questions,
            "complaints": pace.n_complaints,
            "answered": pace.n_answered,
            "median_seconds": pace.took.median_seconds,
            "median_says": said(seen, pace.took.median_seconds),
            "p90_seconds": pace.took.p90_seconds,
            "p90_says": said(seen, pace.took.p90_seconds),
        })
    });
    let platforms: Vec<Value> = platforms.collect();
    let percent = |share: f64| (share * 100.0).round();
    json!({
        "asked": found.n_asked,
        "answered": found.n_answered,
        "median_seconds": found.took.median_seconds,
        "p90_seconds": found.took.p90_seconds,
        "platforms": platforms,
        "has_posts": found.n_answers + found.n_broadcasts > 0,
        "answers": found.n_answers,
        "broadcasts": found.n_broadcasts,
        // Answers for each broadcast; null without any.
        "ratio": (found.n_broadcasts > 0)
            .then(|| found.n_answers as f64 / found.n_broadcasts as f64),
        "has_replies": found.repetition.is_some(),
        "repetition": found.repetition,
        "repetition_percent": found.repetition.map(percent),
        "complaints": complaints(seen, &found.cases),
    })
}

fn complaints(seen: &Seen, cases: &Cases) -> Value {
    let Spread {
        median_seconds,
        p90_seconds,
        ..
    } = cases.took;
    json!({
        "complaints": cases.n_complaints,
        "told": cases.n_told,
        "ignored": cases.n_ignored,
        // Those that had to be told.
        "due": cases.n_complaints - cases.n_ignored,
        "share_told": cases.share_told(),
        "percent_told": cases.share_told().map(|share| (share * 100.0).round()),
        "waiting": cases.waiting,
        "median_seconds": median_seconds,
        "median_says": said(seen, median_seconds),
        "p90_seconds": p90_seconds,
    })
}

fn said(seen: &Seen, seconds: Option<u64>) -> Option<String> {
    let length = TimeDelta::try_seconds(seconds?.try_into().ok()?)?;
    Some(first::words(seen).about(length))
}
