//! Tells people what is theirs to do: reminders, what is overdue, what was
//! handed over, and that scaling down is proposed.

use super::Course;
use super::alerts::{notice_to, somebody};
use crate::domain::duty;
use crate::domain::effect::{Content, Effect, Errand, ErrandItem};
use crate::domain::organisation::Person;
use crate::domain::playbook::Playbook;
use crate::domain::run::event::About;
use crate::domain::run::impact::PublicEffect;
use crate::domain::run::{Event, Run, draft};
use crate::domain::text::{Language, Text};
use crate::domain::time::Timestamp;

impl<'a> Course<'a> {
    /// A deadline passed: a question's default counts from now, and the role
    /// hears of everything that is due and that it was not told of yet.
    pub(super) fn fall_due(&mut self, key: &str) {
        self.take_default(key);
        if !self.plan.has_team {
            return;
        }
        let open = self.run.items.iter().filter(|(_, item)| item.is_open());
        let due = open.filter(|(_, item)| {
            let is_due = item.due_at.is_some_and(|due_at| due_at <= self.now);
            is_due && !item.told.overdue
        });
        let due: Vec<String> = due.map(|(key, _)| key.clone()).collect();
        if !due.is_empty() {
            self.log(Event::ErrandDue {
                about: About::Overdue,
                items: due.clone(),
                due_at: self.now,
                late: false,
            });
            self.tell_errand(About::Overdue, &due);
        }
    }

    fn take_default(&mut self, key: &str) {
        let Some(item) = self.run.items.get(key) else {
            return;
        };
        let task = self.plan.playbook.task(&item.name);
        if let Some(option) = task.and_then(|task| task.default.clone())
            && item.decision.is_none()
        {
            self.log(Event::Decided {
                task: key.to_owned(),
                option,
                by: String::new(),
                reason: None,
                is_default: true,
            });
        }
    }

    /// Tells whoever has each of these, each person once.
    pub(super) fn tell_errand(&mut self, about: About, items: &[String]) {
        let mut told: Vec<(&'a Person, String, Vec<String>)> = Vec::new();
        for key in items {
            let Some((person, role)) = self.reader_of(about, key) else {
                continue;
            };
            match told.iter_mut().find(|(one, ..)| one.key == person.key) {
                Some((_, _, keys)) => keys.push(key.clone()),
                None => told.push((person, role, vec![key.clone()])),
            }
        }
        for (person, role, keys) in told {
            let errand = self.errand(about, &role, &keys);
            self.send_errand(person, errand, keys);
        }
    }

    /// Who is told of an item: who has it, or the owner; when nobody has the
    /// role, the owner hears at once.
    fn reader_of(&mut self, about: About, key: &str) -> Option<(&'a Person, String)> {
        let organisation = self.plan.organisation;
        let item = self.run.items.get(key)?;
        let (role, assigned) = (item.role.clone(), item.person.clone());
        if about != About::OverdueForOwner {
            if let Some(person) = assigned.and_then(|person| organisation.person(&person)) {
                return Some((person, role));
            }
            match duty::on_duty(organisation, &role, self.now) {
                Ok(person) => return Some((person, role)),
                Err(because) => self.log(Event::NotTold { role, because }),
            }
        }
        let owner = self.plan.playbook.owner.clone();
        Some((somebody(&self.plan, self.now)?, owner))
    }

    /// One person hears of these, by name.
    pub(super) fn tell_person(
        &mut self,
        person: &str,
        about: About,
        items: &[String],
        by: Option<&str>,
    ) {
        self.tell_person_of(person, about, items, by, |_| {});
    }

    /// The same, with more to say.
    pub(super) fn tell_person_of(
        &mut self,
        person: &str,
        about: About,
        items: &[String],
        by: Option<&str>,
        more: impl FnOnce(&mut Errand),
    ) {
        let Some(reader) = self.plan.organisation.person(person) else {
            return;
        };
        let role = items.first().and_then(|key| self.run.items.get(key));
        let role = role.map_or_else(String::new, |item| item.role.clone());
        let mut errand = self.errand(about, &role, items);
        errand.by = by.map(|by| self.name_of(by));
        more(&mut errand);
        self.send_errand(reader, errand, items.to_vec());
    }

    /// The owner hears that review was overruled; the deputy when it was the
    /// owner who did.
    pub(super) fn tell_of_override(
        &mut self,
        message: &str,
        by: &str,
        reason: &str,
        rules: &[String],
    ) {
        if !self.plan.has_team {
            return;
        }
        let playbook = self.plan.playbook;
        let roles = [Some(&playbook.owner), playbook.deputy.as_ref()];
        let on_duty = roles.into_iter().flatten().filter_map(|role| {
            let person = duty::on_duty(self.plan.organisation, role, self.now);
            person.ok().map(|person| person.key.clone())
        });
        let people: Vec<String> = on_duty.collect();
        let another = people.iter().find(|person| *person != by);
        let Some(person) = another.or(people.first()).cloned() else {
            return;
        };
        let items = [message.to_owned()];
        self.tell_person_of(&person, About::Overridden, &items, Some(by), |errand| {
            errand.because = Some(reason.to_owned());
            errand.rules = rules.to_vec();
        });
    }

    /// What we published made it busier: the owner hears it, and may think again.
    pub(super) fn tell_of_effect(&mut self, measured: &Event) {
        let Event::EffectMeasured {
            message,
            before,
            after,
            effect: PublicEffect::Amplified,
            ..
        } = measured
        else {
            return;
        };
        if !self.plan.has_team {
            return;
        }
        let role = self.plan.playbook.owner.clone();
        let reader = duty::on_duty(self.plan.organisation, &role, self.now).ok();
        let Some(reader) = reader.or_else(|| somebody(&self.plan, self.now)) else {
            return;
        };
        let items = [message.clone()];
        let mut errand = self.errand(About::Amplified, &role, &items);
        errand.counted = Some((*before, *after));
        self.send_errand(reader, errand, items.to_vec());
    }

    /// A promised update is near, or its time passed without it.
    pub(super) fn tell_of_promise(&mut self, promised_at: Timestamp) {
        let publications = self.run.statements.publications.iter().rev();
        let mut public = publications.filter(|one| !one.is_internal);
        let Some(message) = public.next().map(|one| one.message.clone()) else {
            return;
        };
        if !self.plan.has_team {
            return;
        }
        let item = self.run.items.get(&message);
        let writer = self.plan.playbook.writer.clone();
        let role = item.map_or(writer, |item| item.role.clone());
        let reader = duty::on_duty(self.plan.organisation, &role, self.now).ok();
        let Some(reader) = reader.or_else(|| somebody(&self.plan, self.now)) else {
            return;
        };
        let mut errand = self.errand(About::Promise, &role, &[]);
        errand.promised_at = Some(promised_at);
        self.send_errand(reader, errand, vec![message]);
    }

    /// Who decides hears that scaling down is proposed.
    pub(super) fn tell_of_stand_down(&mut self, because: &str) {
        let Some(stand_down) = &self.plan.playbook.stand_down else {
            return;
        };
        if !self.plan.has_team {
            return;
        }
        let role = stand_down.role.clone();
        let reader = match duty::on_duty(self.plan.organisation, &role, self.now) {
            Ok(person) => Some(person),
            Err(because) => {
                let role = role.clone();
                self.log(Event::NotTold { role, because });
                somebody(&self.plan, self.now)
            }
        };
        let Some(reader) = reader else { return };
        let ticked = &self.run.ending.ticked;
        let open = stand_down
            .checklist
            .iter()
            .filter(|(entry, _)| !ticked.contains_key(entry));
        let checklist: Vec<(String, Text)> = open.cloned().collect();
        let mut errand = self.errand(About::StandDown, &role, &[]);
        errand.because = Some(because.to_owned());
        errand.checklist = checklist;
        self.send_errand(reader, errand, Vec::new());
    }

    pub(super) fn errand(&self, about: About, role: &str, keys: &[String]) -> Errand {
        let organisation = self.plan.organisation;
        let items = keys.iter().filter_map(|key| self.errand_item(key));
        Errand {
            run: self.run.id,
            organisation: organisation.name.clone(),
            organisation_language: organisation.language,
            timezone: organisation.timezone.name().to_owned(),
            title: self.plan.playbook.title.clone(),
            level_title: self.level_title(&self.run.level),
            at: self.now,
            about,
            role_title: self.titles(&[role.to_owned()]),
            items: items.collect(),
            by: None,
            promised_at: None,
            because: None,
            checklist: Vec::new(),
            facts: Vec::new(),
            rules: Vec::new(),
            counted: None,
            late_since: self.late_since,
        }
    }

    fn errand_item(&self, key: &str) -> Option<ErrandItem> {
        let item = self.run.items.get(key)?;
        let written = self.plan.playbook.item(&item.name);
        let task = self.plan.playbook.task(&item.name);
        let decision = item.decision.as_ref().filter(|one| one.is_default);
        let default = decision.and_then(|decision| {
            let options = &task?.options;
            let found = options.iter().find(|(name, _)| *name == decision.option);
            found.map(|(_, text)| text.clone())
        });
        let needs = written.map_or(&[][..], |written| written.needs);
        let open = needs.iter().filter(|need| !self.is_settled(need));
        Some(ErrandItem {
            key: key.to_owned(),
            title: self.title_of(key),
            is_message: item.is_message,
            role_title: self.titles(std::slice::from_ref(&item.role)),
            person: item.person.as_ref().map(|person| self.name_of(person)),
            due_at: item.due_at,
            legal: written.and_then(|written| written.legal.cloned()),
            default,
            options: task.map_or_else(Vec::new, |task| task.options.clone()),
            waits_for: open.map(|need| self.title_of(need)).collect(),
        })
    }

    pub(super) fn send_errand(&mut self, reader: &Person, errand: Errand, items: Vec<String>) {
        let effect = self.next_effect();
        self.log(Event::Informed {
            effect: effect.clone(),
            person: reader.key.clone(),
            about: errand.about,
            items,
        });
        let notice = notice_to(
            self.plan.organisation,
            reader,
            Content::Errand(Box::new(errand)),
        );
        self.effects.push(Effect { id: effect, notice });
    }

    fn title_of(&self, key: &str) -> Text {
        title_of(self.plan.playbook, &self.run, key)
    }

    fn is_settled(&self, name: &str) -> bool {
        self.run.is_settled(name)
    }
}

/// The title of a task or message, with its case where it has one.
pub fn title_of(playbook: &Playbook, run: &Run, key: &str) -> Text {
    let name = key.split('@').next().unwrap_or(key);
    if let Some((message, is_retraction, number)) = draft::corrected(name)
        && playbook.item(name).is_none()
        && let Some(written) = playbook.message(message)
    {
        let titled = |language: Language, what: &str| {
            let title = written.title.get(language.tag(), language);
            (
                language.tag().to_owned(),
                format!("{what} {number}: {title}"),
            )
        };
        let (nl, en) = match is_retraction {
            true => ("Intrekking", "Retraction"),
            false => ("Rectificatie", "Correction"),
        };
        return Text::by([titled(Language::Nl, nl), titled(Language::En, en)].into());
    }
    let item = run.items.get(key);
    let added = item.and_then(|item| item.title.clone());
    let written = || playbook.item(name).map(|written| written.title.clone());
    let title = added.or_else(written).unwrap_or_else(|| Text::from(name));
    let case = key
        .split_once('@')
        .and_then(|(_, case)| run.cases.get(case));
    match case {
        None => title,
        Some(case) => title.each(|text| format!("{text} ({})", case.name)),
    }
}
