//! What an alert says. Everything the mail needs is frozen here: what goes out
//! is what was decided, also hours later.

use super::Course;
use super::alerts::Told;
use super::drafts::ALERTED;
use crate::domain::effect::{Alert, AlertDraft, AlertTask, Asked};
use crate::domain::organisation::Channel;
use crate::domain::playbook::Message;
use crate::domain::restraint::Waiting;
use crate::domain::run::alarm::{Answer, Why};
use crate::domain::run::{Cause, Draft};
use crate::domain::text::{Language, Text};

/// How many tasks an alert names; the rest is in the run.
const MOST_TASKS: usize = 6;

/// How many alerts that wait an alert names.
const MOST_WAITING: usize = 20;

/// How many people, or roles, an alert names of one kind. Every alert of a step
/// holds the list, so without a bound a thousand people are a million names.
const MOST_NAMED: usize = 40;

/// Those of a list that are named, and how many others there are: never one.
pub(super) fn named<T>(all: &[T]) -> (&[T], Option<usize>) {
    if all.len() <= MOST_NAMED {
        return (all, None);
    }
    let (named, others) = all.split_at(MOST_NAMED - 1);
    (named, Some(others.len()))
}

/// So many others, in the place of a name.
pub(super) fn and_others(n: usize) -> (String, Text) {
    let others = [
        ("nl".to_owned(), "anderen".to_owned()),
        ("en".to_owned(), "others".to_owned()),
    ];
    (format!("+{n}"), Text::by(others.into()))
}

impl Course<'_> {
    pub(super) fn content(&self, told: &Told, everybody: &[(String, Text)], why: &Why) -> Alert {
        let organisation = self.plan.organisation;
        let playbook = self.plan.playbook;
        let started_by_hand = match &self.run.cause {
            Some(Cause::ByHand { by, reason }) => {
                let name = organisation.person(by).map_or(by, |person| &person.name);
                Some((name.clone(), reason.clone()))
            }
            Some(Cause::Trigger { .. }) | None => None,
        };
        let watch_title = organisation
            .watch(&self.run.watch)
            .map(|watch| watch.title.clone());
        Alert {
            run: self.run.id,
            organisation: organisation.name.clone(),
            organisation_language: organisation.language,
            timezone: organisation.timezone.name().to_owned(),
            playbook: playbook.name.clone(),
            title: playbook.title.clone(),
            watch_title: watch_title.unwrap_or_else(|| Text::same(self.run.watch.as_str())),
            level: self.run.level.clone(),
            level_title: self.level_title(&self.run.level),
            raised_from: match why {
                Why::LevelReached { from: Some(level) } => Some(self.level_title(level)),
                _ => None,
            },
            asked: Some(self.asked(why, told)),
            started_at: self.run.started_at.unwrap_or(self.now),
            at: self.now,
            role_title: self.titles(&told.roles),
            must_answer: told.must_answer,
            trigger: self.run.trigger.clone(),
            started_by_hand,
            evidence: self.run.evidence.clone(),
            told: everybody.to_vec(),
            not_told: self.not_told(),
            tasks: self.first_tasks(&told.roles),
            draft: self.holding_draft(told.person.language),
            draft_failed: self
                .run
                .failed_drafts
                .iter()
                .next()
                .map(|(id, because)| format!("{id}: {because}")),
            offers: self.run.offers.clone(),
            waiting: self.waiting_for(told),
        }
    }

    /// What was held back from this person in other runs.
    fn waiting_for(&self, told: &Told) -> Vec<Waiting> {
        let person = &told.person.key;
        let mut waiting = self.plan.ledger.waiting_for(person, self.run.id);
        waiting.truncate(MOST_WAITING);
        waiting
    }

    /// Why this person is asked now, and how the alarm stands.
    fn asked(&self, why: &Why, told: &Told) -> Asked {
        let person = match why {
            Why::PassedOn { person }
            | Why::Unreachable { person }
            | Why::WentStale { person }
            | Why::AnswerUndone { person }
            | Why::Reopened { person } => Some(self.name_of(person)),
            _ => None,
        };
        let alarm = self.run.alarm.as_ref();
        let first = told.covers.first();
        let coverage = first.and_then(|role| alarm?.roles.get(role));
        Asked {
            why: why.clone(),
            person,
            missing: self.missing(),
            answered: self.answered(),
            times: coverage.map_or(1, |coverage| coverage.times),
            since: coverage.map(|coverage| coverage.began_at),
            next_at: coverage.and_then(|coverage| Some(coverage.next?.at)),
            late_since: self.late_since,
        }
    }

    /// The titles of the roles that nobody answered for yet.
    pub(super) fn missing(&self) -> Vec<Text> {
        let alarm = self.run.alarm.as_ref();
        let missing = alarm.into_iter().flat_map(|alarm| alarm.missing());
        let missing: Vec<&String> = missing.collect();
        let (named, others) = named(&missing);
        let titles = named
            .iter()
            .map(|role| self.titles(std::slice::from_ref(*role)));
        let others = others.map(|n| {
            let (nl, en) = (format!("{n} andere rollen"), format!("{n} other roles"));
            Text::by([("nl".to_owned(), nl), ("en".to_owned(), en)].into())
        });
        titles.chain(others).collect()
    }

    /// Who answered, and for which role.
    fn answered(&self) -> Vec<(String, Text)> {
        let roles = self.run.alarm.iter().flat_map(|alarm| &alarm.roles);
        let answered = roles.filter_map(|(role, coverage)| Some((role, coverage.answer.as_ref()?)));
        let answered: Vec<(&String, &Answer)> = answered.collect();
        let (named, others) = named(&answered);
        let named = named.iter().map(|(role, answer)| {
            let title = self.titles(std::slice::from_ref(*role));
            (self.name_of(&answer.person), title)
        });
        named.chain(others.map(and_others)).collect()
    }

    /// A person's name; the key of one who is not in the team.
    pub(super) fn name_of(&self, person: &str) -> String {
        let found = self.plan.organisation.person(person);
        found.map_or_else(|| person.to_owned(), |person| person.name.clone())
    }

    fn not_told(&self) -> Vec<(Text, String)> {
        let title = |role: &str| self.titles(&[role.to_owned()]);
        self.run
            .not_told
            .iter()
            .map(|(role, because)| (title(role), because.clone()))
            .collect()
    }

    pub(super) fn level_title(&self, name: &str) -> Text {
        self.plan.playbook.level_of(name).1
    }

    /// The titles of roles, joined per language.
    pub(super) fn titles(&self, roles: &[String]) -> Text {
        let organisation = self.plan.organisation;
        let title = |key: &String, tag: &str| {
            organisation.role(key).map_or_else(
                || key.clone(),
                |role| role.title.get(tag, organisation.language).to_owned(),
            )
        };
        let joined = |language: Language| {
            let titles: Vec<String> = roles.iter().map(|key| title(key, language.tag())).collect();
            (language.tag().to_owned(), titles.join(" + "))
        };
        Text::by([Language::Nl, Language::En].map(joined).into())
    }

    /// The tasks that are open: this person's first, then by deadline.
    fn first_tasks(&self, roles: &[String]) -> Vec<AlertTask> {
        let playbook = self.plan.playbook;
        let everything = playbook.every_task();
        let mut tasks: Vec<AlertTask> = everything
            .filter_map(|task| {
                let state = self.run.items.get(&task.name)?;
                if !state.is_open() {
                    return None;
                }
                Some(AlertTask {
                    title: task.title.clone(),
                    role_title: self.titles(std::slice::from_ref(&task.role)),
                    due_at: state.due_at,
                    is_yours: roles.contains(&task.role),
                })
            })
            .collect();
        tasks.sort_by_key(|task| (!task.is_yours, task.due_at.is_none(), task.due_at));
        tasks.truncate(MOST_TASKS);
        tasks
    }

    /// The statement to begin with: the holding statement where there is one,
    /// else the first message for people outside; in the reader's language
    /// where it exists.
    fn holding_draft(&self, language: Language) -> Option<AlertDraft> {
        let organisation = self.plan.organisation;
        let messages: Vec<&Message> = self
            .plan
            .playbook
            .messages()
            .map(|(_, message)| message)
            .collect();
        let first = |kind: fn(&str) -> bool| {
            messages
                .iter()
                .find(|message| kind(&message.kind) && self.drafts_of(message).next().is_some())
        };
        let message = ALERTED.into_iter().find_map(first)?;
        let in_language = |tag: &str| self.drafts_of(message).find(|draft| draft.language == tag);
        let draft = in_language(language.tag())
            .or_else(|| in_language(organisation.language.tag()))
            .or_else(|| self.drafts_of(message).next())?;
        let channel = organisation.channel(&draft.channel);
        Some(AlertDraft {
            id: draft.id(),
            title: message.title.clone(),
            channel_title: channel
                .map_or_else(|| Text::same(draft.channel.as_str()), Channel::called),
            language: draft.language.clone(),
            text: draft.text.clone(),
            gaps: draft.gaps.clone(),
        })
    }

    /// Drafts of a message, in the order of its channels.
    fn drafts_of<'b>(&'b self, message: &'b Message) -> impl Iterator<Item = &'b Draft> {
        let audiences = message
            .to
            .iter()
            .filter_map(|key| self.plan.organisation.audience(key));
        let places = audiences.flat_map(move |audience| {
            let channels = message.channels.as_ref().unwrap_or(&audience.channels);
            audience
                .languages
                .iter()
                .flat_map(move |language| channels.iter().map(move |channel| (channel, language)))
        });
        places.filter_map(|(channel, language)| {
            self.run
                .drafts
                .get(&format!("{}.{channel}.{language}", message.name))
        })
    }
}
