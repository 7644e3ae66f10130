//! Warns of what a test waits for, or forbids, while nobody in it does what brings it
//! about: it always fails, or cannot fail.

use crate::domain::organisation::Organisation;
use crate::domain::playbook::{Item, ItemKind, Playbook};
use crate::domain::scenario::Test;
use crate::domain::scenario::expect::{Expected, RunState, StandDownState};
use crate::domain::scenario::story::{Deed, Happening, Inject, Story};

use super::problems::Problems;
use super::tree::Node;

/// `tests` as it is written, and what was read of it.
pub(super) fn tests(
    node: &Node,
    tests: &[Test],
    playbook: &Playbook,
    organisation: &Organisation,
    problems: &Problems,
) {
    for test in tests {
        let Some(written) = node.get(&test.name).map(|entry| &entry.value) else {
            continue;
        };
        let items = |key: &str| {
            let list = written.get(key);
            list.map_or(&[][..], |list| list.value.items())
        };
        // With one lost they cannot be told apart by their place.
        if items("expect").len() == test.expect.len() {
            for (item, expected) in items("expect").iter().zip(&test.expect) {
                let what = &expected.what;
                let acted = acts(what, &test.story).map(str::to_owned);
                if let Some(why) =
                    acted.or_else(|| works(what, &test.story, playbook, organisation))
                {
                    problems.warning(
                        item.span,
                        "nobody-does",
                        format!("this never comes: {why}"),
                        "add that under `injects`, or do not expect this",
                    );
                }
            }
        }
        if items("never").len() == test.never.len() {
            for (item, denied) in items("never").iter().zip(&test.never) {
                if let Some(why) = acts(denied, &test.story) {
                    problems.warning(
                        item.span,
                        "nobody-does",
                        format!("this can never come, so the test proves nothing with it: {why}"),
                        "add under `injects` what might bring it about, or take this line out",
                    );
                }
            }
        }
        if let Some(injects) = written.get("injects") {
            agreements(&injects.value, playbook, problems);
            if injects.value.items().len() == test.story.injects.len() {
                unreleased(&injects.value, &test.story, playbook, problems);
            }
        }
    }
}

/// An agreement to a message on which nobody has to agree.
pub(super) fn agreements(injects: &Node, playbook: &Playbook, problems: &Problems) {
    for inject in injects.items() {
        let agree = inject.get("does").and_then(|does| does.value.get("agree"));
        let message = agree.and_then(|agree| playbook.message(agree.value.scalar()?));
        if let Some((agree, message)) = agree.zip(message)
            && message.agree_with.is_empty()
        {
            problems.warning(
                agree.value.span,
                "nobody-does",
                format!(
                    "`{}` waits for no partner, so nobody can agree to it",
                    message.name
                ),
                "add agree_with: [police] to the message, or take this inject out",
            );
        }
    }
}

/// A text that is published before anybody releases it: that is refused.
fn unreleased(injects: &Node, story: &Story, playbook: &Playbook, problems: &Problems) {
    let does = |inject: &Inject, is: &dyn Fn(&Deed) -> bool| matches!(&inject.what, Happening::Does { deed, .. } if is(deed));
    for (item, inject) in injects.items().iter().zip(&story.injects) {
        let Happening::Does {
            deed: Deed::Publish(name),
            ..
        } = &inject.what
        else {
            continue;
        };
        let is_free = playbook
            .message(name)
            .is_none_or(|message| message.preapproved);
        let released =
            |one: &Inject| does(one, &|deed| matches!(deed, Deed::Approve(of) if of == name));
        // What waits for a condition may come at any time.
        let in_time = |one: &&Inject| match one.start.at().zip(inject.start.at()) {
            Some((release, publication)) => release <= publication,
            None => true,
        };
        let mut before = story.injects.iter().filter(in_time);
        if !is_free && !before.any(released) {
            let at = item.get("does").map_or(item.span, |does| does.value.span);
            problems.warning(
                at,
                "nobody-does",
                format!("`{name}` cannot be published: nobody has released it by then"),
                format!("let somebody do {{ approve: {name} }} before this"),
            );
        }
    }
}

fn deeds(story: &Story) -> impl Iterator<Item = &Deed> {
    story
        .injects
        .iter()
        .filter_map(|inject| match &inject.what {
            Happening::Does { deed, .. } => Some(deed),
            _ => None,
        })
}

/// What only a person brings about, and nobody in this story does.
fn acts(what: &Expected, story: &Story) -> Option<&'static str> {
    let any = |is: fn(&Deed) -> bool| deeds(story).any(is);
    let publishes = || any(|deed| matches!(deed, Deed::Publish(_)));
    match what {
        Expected::Run(RunState::Closed) | Expected::StandDown(StandDownState::Decided)
            if !any(|deed| matches!(deed, Deed::StandDown)) =>
        {
            Some("nobody in this test does `stand_down`")
        }
        Expected::Overridden(_) if !any(|deed| matches!(deed, Deed::Approve(_))) => {
            Some("nobody in this test does `approve`, and warnings are passed over with that")
        }
        Expected::Promise(_) if !publishes() => {
            Some("nobody in this test does `publish`, and a promise is made with that")
        }
        Expected::RepliedTo(_) if !publishes() && !has_posts_of_ours(story) => {
            Some("nobody in this test does `publish`, so we reply to nobody")
        }
        _ => None,
    }
}

/// A reply can also be a post of one of our accounts.
fn has_posts_of_ours(story: &Story) -> bool {
    let replays = story.replay.is_some();
    let mut injects = story.injects.iter();
    replays
        || injects.any(|one| matches!(&one.what, Happening::Post { by, .. } if by.starts_with('@')))
}

/// The same for the work of the playbook.
fn works(
    what: &Expected,
    story: &Story,
    playbook: &Playbook,
    organisation: &Organisation,
) -> Option<String> {
    let is_done = |name: &str| {
        let by_default = playbook.item(name).is_some_and(|item| has_default(&item));
        by_default
            || deeds(story).any(|deed| match deed {
                Deed::Finish(one) | Deed::Publish(one) | Deed::Skip(one) => one == name,
                Deed::Decide(all) => all.iter().any(|(task, _)| task == name),
                _ => false,
            })
    };
    match what {
        Expected::Answered(role) => {
            let has_role = |who: &String| {
                let role = organisation.role(role);
                let role = role.map(|role| {
                    let swaps = role.swaps.iter().map(|swap| &swap.who);
                    role.people.iter().chain(swaps).any(|one| one == who)
                });
                role.unwrap_or(true)
            };
            let mut injects = story.injects.iter();
            let acts = injects
                .any(|one| matches!(&one.what, Happening::Does { who, .. } if has_role(who)));
            (!acts).then(|| format!("nobody who has the role `{role}` does anything in this test"))
        }
        Expected::Approved(names) => {
            let is_approved = |name: &String| {
                let mut all = deeds(story);
                all.any(
                    |deed| matches!(deed, Deed::Approve(one) | Deed::Publish(one) if one == name),
                )
            };
            let name = names.iter().find(|name| !is_approved(name))?;
            Some(format!("nobody in this test does {{ approve: {name} }}"))
        }
        Expected::Done(names) => {
            let name = names.iter().find(|name| !is_done(name))?;
            let verb = match playbook.item(name)?.kind {
                ItemKind::Task(task) if !task.options.is_empty() => "decide",
                ItemKind::Task(_) => "finish",
                ItemKind::Message(_) => "publish",
            };
            Some(format!("nobody in this test does {{ {verb}: {name} }}"))
        }
        Expected::Decided(wanted) => {
            let (name, _) = wanted.iter().find(|(name, _)| !is_done(name))?;
            Some(format!(
                "nobody in this test decides `{name}`, and it has no default"
            ))
        }
        Expected::Known(names) => {
            let tells = |name: &String| {
                deeds(story).any(|deed| match deed {
                    Deed::Start(facts) | Deed::Know(facts) => {
                        facts.iter().any(|(fact, _)| fact == name)
                    }
                    _ => false,
                })
            };
            // The program fills that one in itself.
            let mut facts = names.iter().filter(|name| *name != "next_update");
            let name = facts.find(|name| !tells(name))?;
            Some(format!("nobody in this test tells the fact `{name}`"))
        }
        _ => None,
    }
}

fn has_default(item: &Item<'_>) -> bool {
    matches!(item.kind, ItemKind::Task(task) if task.default.is_some())
}
