//! Puts a draft before review, with everything a run knows beside it: for whom,
//! where, what is known, what was said before and what nobody confirmed yet.

use super::Plan;
use super::holds::holds_now;
use super::items::next_update_due;
use super::promises::rounded_up;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::{Message, avoided};
use crate::domain::review::about::{Earlier, Reply};
use crate::domain::review::{About, Remark, review};
use crate::domain::run::{Draft, Run};
use crate::domain::strategy;
use crate::domain::time::Timestamp;

/// How many earlier replies a new one is compared with.
const MOST_REPLIES: usize = 20;

/// What review remarks on a draft as it is now, the heaviest first.
pub fn remarks_on(plan: &Plan, run: &Run, draft: &Draft, now: Timestamp) -> Vec<Remark> {
    review(&draft.text, &about(plan, run, draft, now))
}

/// What is known beside the text of a draft.
pub fn about(plan: &Plan, run: &Run, draft: &Draft, now: Timestamp) -> About {
    let organisation = plan.organisation;
    let message = plan.playbook.message(&draft.message);
    let mut about = About::of(organisation, &draft.language, &draft.channel, now);
    // A correction has ingredients of its own: those of its kind do not fit.
    about.message_kind = message
        .filter(|_| draft.corrects.is_none())
        .map(|message| message.kind.clone());
    about.is_internal = message.is_some_and(|message| is_internal(organisation, message));
    // What the program fills in itself is rounded up, and not late for that.
    about.update_due = next_update_due(plan, run, now).map(rounded_up);
    about.unconfirmed = unconfirmed(plan, run);
    about.facts = run.facts.clone();
    about.images.clone_from(&draft.images);
    about.earlier = earlier(run);
    about.replies = replies(plan, run);
    let case = draft.case.as_deref().and_then(|case| run.cases.get(case));
    about.reply_to = case.map(|case| case.name.clone());
    about.engage = case.and_then(|case| organisation.engage_with(&case.name, case.url.as_deref()));
    about.strategy = strategy::advice_of(plan.playbook, &run.facts);
    about.avoid = avoided(&plan.playbook.avoid, |when| holds_now(plan, run, when, now));
    about
}

/// Only our own people read it, whatever channel it takes.
fn is_internal(organisation: &Organisation, message: &Message) -> bool {
    let audiences = message
        .to
        .iter()
        .filter_map(|key| organisation.audience(key));
    let mut audiences = audiences.peekable();
    message.kind == "internal"
        || (audiences.peek().is_some() && audiences.all(|audience| audience.internal))
}

/// Contacts that a task must confirm, and none did in this run: name, and how
/// texts write them.
fn unconfirmed(plan: &Plan, run: &Run) -> Vec<(String, Vec<String>)> {
    let contacts = plan.organisation.contacts.iter();
    let open = contacts.filter(|contact| {
        let mut confirming = plan
            .playbook
            .every_task()
            .filter(|task| task.confirms.contains(&contact.key));
        contact.confirm_live && !confirming.any(|task| run.is_done(&task.name))
    });
    let written = open.map(|contact| {
        let ways = [&contact.phone, &contact.email, &contact.url];
        let ways = ways.into_iter().flatten().cloned().collect();
        (contact.key.clone(), ways)
    });
    written.collect()
}

/// What we said in this run, as it stood there, with what was known then.
fn earlier(run: &Run) -> Vec<Earlier> {
    let publications = run.statements.publications.iter();
    let texts = publications.flat_map(|publication| {
        publication.posted.iter().map(move |posted| Earlier {
            message: publication.message.clone(),
            language: posted
                .draft
                .rsplit('.')
                .next()
                .unwrap_or_default()
                .to_owned(),
            text: posted.text.clone(),
            at: publication.at,
            facts: publication.facts.clone(),
        })
    });
    texts.collect()
}

/// The latest texts that went to one person each, with whom they went to.
fn replies(plan: &Plan, run: &Run) -> Vec<Reply> {
    let publications = run.statements.publications.iter();
    let replies = publications.filter_map(|publication| {
        let (name, case) = publication.message.split_once('@')?;
        let is_per_case = plan.playbook.message(name).is_some_and(|one| one.per_case);
        // Also on three channels it is one reply.
        let text = publication.posted.first()?.text.clone();
        let to = run.cases.get(case).map(|case| case.name.clone());
        is_per_case.then_some(Reply { to, text })
    });
    let replies: Vec<Reply> = replies.collect();
    let first = replies.len().saturating_sub(MOST_REPLIES);
    replies.into_iter().skip(first).collect()
}
