//! What is wrong with a template in itself and in its playbook: its language, its
//! links, a contact that nobody confirms, a fact that is asked for too late.

use std::collections::BTreeSet;

use crate::domain::condition::{Condition, Test};
use crate::domain::draft::Rendered;
use crate::domain::enrich::{self, Lang};
use crate::domain::plain_link::is_unprotected;

use super::{Job, Trouble, place_in, verdict};

pub(super) fn troubles(job: &Job<'_>, minimal: &Rendered, full: &Rendered) -> Vec<Trouble> {
    let troubles = [
        language(job, full),
        link(job),
        unconfirmed(job),
        too_late(job, minimal),
    ];
    troubles.into_iter().flatten().collect()
}

/// Copied and never translated.
fn language(job: &Job<'_>, full: &Rendered) -> Option<Trouble> {
    let bare = verdict::without_gaps(&full.text);
    let other = match (enrich::language_of(&bare, &job.language)?, &*job.language) {
        (Lang::En, "nl") => "English",
        (Lang::Nl, "en") => "Dutch",
        _ => return None,
    };
    let mut trouble = job.warning(
        "text-language",
        format!(
            "the text of `{}` in `{}` is in {other}",
            job.message.name, job.language
        ),
        "translate it; the readers of this file chose another language",
    );
    trouble.at = Some((1, 1, 1));
    Some(trouble)
}

fn link(job: &Job<'_>) -> Option<Trouble> {
    let source = &job.template.source;
    let mut links = source.match_indices("http://").map(|(at, _)| {
        let end = |letter: char| letter.is_whitespace() || "\"'<>()[]{}".contains(letter);
        source[at..].split(end).next().unwrap_or_default()
    });
    let Some(link) = links.find(|link| is_unprotected(link)) else {
        return bare_link(job);
    };
    let mut trouble = job.warning(
        "unprotected-link",
        format!("`{link}` is not encrypted: a browser warns for it, and anybody on the way can change it"),
        "write https://, and open it once yourself",
    );
    trouble.at = place_in(source, link);
    Some(trouble)
}

/// `www.delinde.example` is opened without encryption first, where it is a link at all.
fn bare_link(job: &Job<'_>) -> Option<Trouble> {
    let source = &job.template.source;
    let mut bare = source.match_indices("www.").filter(|(at, _)| {
        let before = source[..*at].chars().next_back();
        before.is_none_or(|letter| letter.is_whitespace() || letter == '(')
    });
    let (at, _) = bare.next()?;
    let end = |letter: char| letter.is_whitespace() || "\"'<>()[]{}".contains(letter);
    let link = source[at..]
        .split(end)
        .next()?
        .trim_end_matches(['.', ',', ';']);
    let mut trouble = job.warning(
        "unprotected-link",
        format!("`{link}` does not begin with https://: it is no link everywhere, and not an encrypted one"),
        "write https:// before it, or make it a contact with a url",
    );
    trouble.at = place_in(source, link);
    Some(trouble)
}

/// A contact that a task must confirm, in a playbook that has no such task: the text
/// could never be released.
fn unconfirmed(job: &Job<'_>) -> Option<Trouble> {
    let source = &job.template.source;
    let contacts = job.organisation.contacts.iter();
    let mut open = contacts.filter(|contact| {
        let mut tasks = job.playbook.every_task();
        contact.confirm_live && !tasks.any(|task| task.confirms.contains(&contact.key))
    });
    let path = |key: &str| format!("contacts.{key}.");
    let contact = open.find(|contact| source.contains(&path(&contact.key)))?;
    let mut trouble = job.warning(
        "nobody-confirms",
        format!(
            "`{}` can never be released: it names the contact `{}`, and no task of `{}` confirms that",
            job.message.name, contact.key, job.playbook.name
        ),
        "",
    );
    trouble.hint = format!(
        "add a task with confirms: [{}], or name a contact that is always open",
        contact.key
    );
    trouble.at = place_in(source, &path(&contact.key));
    Some(trouble)
}

/// A fact that leaves a gap in this text, and that only a task of the aftercare asks for.
fn too_late(job: &Job<'_>, minimal: &Rendered) -> Option<Trouble> {
    let of_aftercare = &job.playbook.aftercare;
    let mut after = of_aftercare.messages.iter();
    if after.any(|message| message.name == job.message.name) {
        return None;
    }
    let is_after = |name: &str| of_aftercare.tasks.iter().any(|task| task.name == name);
    let before = job
        .playbook
        .every_task()
        .filter(|task| !is_after(&task.name));
    let asked: BTreeSet<&String> = before.flat_map(|task| &task.facts).collect();
    let waits = job.message.when.iter().flat_map(Condition::all_tests);
    let waits: Vec<&String> = waits
        .flat_map(|test| match test {
            Test::Known(facts) => facts.iter().collect(),
            Test::Fact(facts) => facts.iter().map(|(fact, _)| fact).collect(),
            _ => Vec::new(),
        })
        .collect();
    let fact = of_aftercare
        .tasks
        .iter()
        .flat_map(|task| &task.facts)
        .find(|fact| {
            let name = format!("facts.{fact}");
            !asked.contains(fact)
            && !job.playbook.by_hand.facts.contains(fact)
            && minimal.gaps.iter().any(|gap| gap == *fact || *gap == name)
            // Then it is asked for before this text is.
            && !waits.contains(fact)
        })?;
    let mut trouble = job.warning(
        "fact-asked-later",
        format!(
            "`{}` needs the fact `{fact}`, which only a task of the aftercare asks for",
            job.message.name
        ),
        "",
    );
    trouble.hint = format!(
        "let a task before this text ask for it (`facts: [{fact}]`), or put it between {{{{#if facts.{fact}}}}} and {{{{/if}}}}"
    );
    trouble.at = place_in(&job.template.source, &format!("facts.{fact}"));
    Some(trouble)
}
