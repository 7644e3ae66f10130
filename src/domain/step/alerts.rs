//! Who is alerted at a level, and what the alert says.
//!
//! One person gets one alert, also with two roles in it. Everything the mail
//! needs is frozen here: what goes out is what was decided, also hours later.

use super::{Course, Plan};
use crate::domain::effect::{Alert, AlertDraft, AlertTask, Content, Effect, Notice};
use crate::domain::organisation::{Organisation, Person};
use crate::domain::playbook::{AlertStep, Message};
use crate::domain::run::{Cause, Draft, Event};
use crate::domain::text::{Language, Text};

/// How many tasks an alert names; the rest is in the run.
const MOST_TASKS: usize = 6;

/// How many people an alert names of those it goes to. Every alert of a step
/// holds the list, so without a bound a thousand people are a million names.
const MOST_NAMED: usize = 40;

/// Somebody to tell, with the roles they are told for.
pub(super) struct Told<'a> {
    person: &'a Person,
    roles: Vec<String>,
    must_answer: bool,
}

impl Course<'_> {
    /// Alerts the people of the level the run is at. `raised_from` names the
    /// level before, when this is a rise.
    pub(super) fn alert_level(&mut self, raised_from: Option<&str>) {
        let organisation = self.plan.organisation;
        let step = self.first_step();
        let mut told: Vec<Told> = Vec::new();
        let must_answer = step.roles.iter().map(|role| (role, true));
        for (role, must_answer) in must_answer.chain(step.tell.iter().map(|role| (role, false))) {
            match holder(organisation, role) {
                Ok(person) => add(&mut told, person, role, must_answer),
                Err(because) => self.log(Event::NotTold {
                    role: role.clone(),
                    because,
                }),
            }
        }
        if told.is_empty()
            && let Some(person) = somebody(self.plan)
        {
            add(&mut told, person, &self.plan.playbook.owner, true);
        }
        self.send(&told, raised_from);
    }

    /// One alert each, that says who else is alerted.
    pub(super) fn send(&mut self, told: &[Told], raised_from: Option<&str>) {
        let mut names: Vec<(String, Text)> = told
            .iter()
            .take(MOST_NAMED)
            .map(|one| (one.person.name.clone(), self.titles(&one.roles)))
            .collect();
        if told.len() > MOST_NAMED {
            let others = [
                ("nl".to_owned(), "anderen".to_owned()),
                ("en".to_owned(), "others".to_owned()),
            ];
            names.push((
                format!("+{}", told.len() - MOST_NAMED),
                Text::By(others.into()),
            ));
        }
        for one in told {
            self.alert(one, &names, raised_from);
        }
    }

    /// The first step of the level: of the nearest lower level when it has none
    /// of its own, else the owner.
    fn first_step(&self) -> AlertStep {
        let playbook = self.plan.playbook;
        let rank = playbook.rank(&self.run.level);
        let steps = playbook.levels[..=rank.min(playbook.levels.len().saturating_sub(1))]
            .iter()
            .rev()
            .find_map(|level| {
                playbook
                    .alert
                    .iter()
                    .find(|(name, steps)| *name == level.name && !steps.is_empty())
            });
        steps
            .and_then(|(_, steps)| steps.first())
            .cloned()
            .unwrap_or_else(|| AlertStep {
                roles: vec![playbook.owner.clone()],
                tell: Vec::new(),
                deputies: false,
                after: std::time::Duration::ZERO,
                repeat: None,
                times: None,
            })
    }

    fn alert(&mut self, told: &Told, everybody: &[(String, Text)], raised_from: Option<&str>) {
        let effect = format!("{}.{}", self.run.id, self.run.seq + 1);
        self.log(Event::Alerted {
            effect: effect.clone(),
            level: self.run.level.clone(),
            roles: told.roles.clone(),
            person: told.person.key.clone(),
            must_answer: told.must_answer,
        });
        let alert = self.content(told, everybody, raised_from);
        let notice = notice_to(told.person, Content::Alert(Box::new(alert)));
        self.effects.push(Effect { id: effect, notice });
    }

    fn content(
        &self,
        told: &Told,
        everybody: &[(String, Text)],
        raised_from: Option<&str>,
    ) -> Alert {
        let organisation = self.plan.organisation;
        let playbook = self.plan.playbook;
        let started_by_hand = match &self.run.cause {
            Some(Cause::ByHand { by, reason }) => Some((by.clone(), reason.clone())),
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
            watch_title: watch_title.unwrap_or_else(|| Text::Same(self.run.watch.clone())),
            level: self.run.level.clone(),
            level_title: self.level_title(&self.run.level),
            raised_from: raised_from.map(|level| self.level_title(level)),
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
        }
    }

    fn not_told(&self) -> Vec<(Text, String)> {
        let title = |role: &str| self.titles(&[role.to_owned()]);
        self.run
            .not_told
            .iter()
            .map(|(role, because)| (title(role), because.clone()))
            .collect()
    }

    fn level_title(&self, name: &str) -> Text {
        let levels = &self.plan.playbook.levels;
        levels
            .iter()
            .find(|level| level.name == name)
            .map_or_else(|| name.into(), |level| level.title.clone())
    }

    /// The titles of roles, joined per language.
    fn titles(&self, roles: &[String]) -> Text {
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
        Text::By([Language::Nl, Language::En].map(joined).into())
    }

    /// The tasks that are open: this person's first, then by deadline.
    fn first_tasks(&self, roles: &[String]) -> Vec<AlertTask> {
        let playbook = self.plan.playbook;
        let everything = playbook.every_task();
        let mut tasks: Vec<AlertTask> = everything
            .filter_map(|task| {
                let state = self.run.tasks.get(&task.name)?;
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
        let message = first(|kind| kind == "holding")
            .or_else(|| first(|kind| kind == "statement"))
            .or_else(|| first(|kind| kind != "internal"))?;
        let in_language = |tag: &str| self.drafts_of(message).find(|draft| draft.language == tag);
        let draft = in_language(language.tag())
            .or_else(|| in_language(organisation.language.tag()))
            .or_else(|| self.drafts_of(message).next())?;
        let channel = organisation.channel(&draft.channel);
        Some(AlertDraft {
            id: draft.id(),
            title: message.title.clone(),
            channel_title: channel
                .and_then(|channel| channel.title.clone())
                .unwrap_or_else(|| Text::Same(draft.channel.clone())),
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

pub(super) fn notice_to(person: &Person, content: Content) -> Notice {
    Notice {
        person: person.key.clone(),
        name: person.name.clone(),
        email: person.email.clone(),
        phone: person.phone.clone(),
        ways: person.reach.clone(),
        language: person.language,
        content,
    }
}

/// When nobody holds any of the roles: the owner of the playbook, else its
/// deputy, else anybody. Better the wrong person than nobody.
fn somebody<'a>(plan: &Plan<'a>) -> Option<&'a Person> {
    let roles = std::iter::once(&plan.playbook.owner).chain(&plan.playbook.deputy);
    let mut people = roles.filter_map(|role| holder(plan.organisation, role).ok());
    people.next().or(plan.organisation.team.first())
}

/// The person who holds a role now; the error says why there is none.
pub(super) fn holder<'a>(organisation: &'a Organisation, role: &str) -> Result<&'a Person, String> {
    let found = organisation
        .role(role)
        .ok_or_else(|| format!("there is no role {role} any more"))?;
    let people = found
        .people
        .iter()
        .filter_map(|key| organisation.person(key));
    people
        .into_iter()
        .next()
        .ok_or_else(|| "nobody holds this role".to_owned())
}

pub(super) fn add<'a>(told: &mut Vec<Told<'a>>, person: &'a Person, role: &str, must_answer: bool) {
    match told.iter_mut().find(|one| one.person.key == person.key) {
        Some(one) => {
            one.must_answer |= must_answer;
            if !one.roles.iter().any(|known| known == role) {
                one.roles.push(role.to_owned());
            }
        }
        None => told.push(Told {
            person,
            roles: vec![role.to_owned()],
            must_answer,
        }),
    }
}
