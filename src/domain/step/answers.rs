//! What people say to an alert: that they take it, that they cannot, that an
//! answer was not theirs; and what that leads to.

use std::fmt;

use super::alerts::notice_to;
use super::{Course, Plan};
use crate::domain::effect::{Answered, Content, Effect};
use crate::domain::run::alarm::{Alarm, Through, Why};
use crate::domain::run::event::About;
use crate::domain::run::{Event, Run};
use crate::domain::time::{Timestamp, after};

/// What somebody says.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    Take,
    PassOn,
    /// An answer that was counted for this person was not theirs.
    NotMe,
    Note(String),
}

/// Who says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// Key of the person; a user of the system for one who is not in the team.
    pub person: String,
    /// The alert whose link was used.
    pub effect: Option<String>,
    pub through: Through,
    /// The person, or a user of the system on their behalf.
    pub by: String,
}

/// How an alert stands for the person it was sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// An answer is asked for, and would take care of these roles.
    Asked(Vec<String>),
    /// The person answered then, for these roles.
    Yours(Timestamp, Vec<String>),
    /// The person said they cannot.
    PassedOn,
    /// Others have it: person, since when.
    Others(Vec<(String, Timestamp)>),
    /// The person was only told.
    ToldOnly,
}

/// Why what somebody says cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoReply {
    Closed,
    /// The run sent nothing of this kind.
    NoSuchAlert,
    /// It was sent to somebody else.
    Foreign,
    /// Its answer was undone, so that its link is known to others.
    Void,
    NotInTeam,
    NothingToUndo,
    EmptyNote,
    LongNote,
}

impl fmt::Display for NoReply {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Closed => "the run is closed",
            Self::NoSuchAlert => "this run sent no such alert",
            Self::Foreign => "the alert was sent to somebody else",
            Self::Void => "an answer to this alert was undone, and its link does not work any more",
            Self::NotInTeam => "this person is not in the team (any more)",
            Self::NothingToUndo => "no answer of this person counts",
            Self::EmptyNote => "the note is empty",
            Self::LongNote => "the note is longer than 2,000 characters",
        })
    }
}

const LONGEST_NOTE: usize = 2_000;

/// How things stand for `who`; the error says why they have no say.
pub fn standing(plan: &Plan, run: &Run, who: &Who) -> Result<Standing, NoReply> {
    let is_known = plan.organisation.person(&who.person).is_some();
    if let Some(effect) = &who.effect {
        let alert = run.alerts.get(effect).ok_or(NoReply::NoSuchAlert)?;
        if alert.person != who.person {
            return Err(NoReply::Foreign);
        }
        if !is_known {
            return Err(NoReply::NotInTeam);
        }
        if alert.is_void && run.is_open {
            return Err(NoReply::Void);
        }
    }
    if !run.is_open {
        return Err(NoReply::Closed);
    }
    let Some(alarm) = &run.alarm else {
        return Ok(Standing::ToldOnly);
    };
    let covered = covered(plan, run, alarm, who);
    let own = answered_by(alarm, &who.person);
    if !covered.is_empty() && !alarm.out.contains_key(&who.person) {
        return Ok(Standing::Asked(covered));
    }
    if let Some(at) = alarm.heard.get(&who.person)
        && (!own.is_empty() || who.effect.is_none())
    {
        return Ok(Standing::Yours(*at, own));
    }
    if alarm.out.contains_key(&who.person) {
        return Ok(Standing::PassedOn);
    }
    let others = alarm
        .roles
        .values()
        .filter_map(|coverage| coverage.answer.as_ref())
        .map(|answer| (answer.person.clone(), answer.at));
    let others: Vec<_> = others.collect();
    let was_only_told = who.effect.as_ref().is_some_and(|effect| {
        let alert = &run.alerts[effect];
        !alert.must_answer && !alert.roles.is_empty()
    });
    Ok(if was_only_told {
        Standing::ToldOnly
    } else {
        Standing::Others(others)
    })
}

/// The event that a reply makes.
pub fn reply(
    plan: &Plan,
    run: &Run,
    who: &Who,
    reply: &Reply,
    now: Timestamp,
) -> Result<Event, NoReply> {
    standing(plan, run, who)?;
    let (person, through, by) = (who.person.clone(), who.through, who.by.clone());
    let alarm = run.alarm.as_ref().ok_or(NoReply::NoSuchAlert)?;
    Ok(match reply {
        Reply::Take => Event::Answered {
            person,
            roles: covered(plan, run, alarm, who),
            through,
            by,
            stale_at: after(now, plan.playbook.stale_after),
        },
        Reply::PassOn => {
            let mut roles = answered_by(alarm, &who.person);
            if !alarm.out.contains_key(&who.person) {
                roles.extend(covered(plan, run, alarm, who));
            }
            Event::PassedOn {
                person,
                roles,
                through,
                by,
            }
        }
        Reply::NotMe => {
            let roles = answered_by(alarm, &who.person);
            if roles.is_empty() && !alarm.heard.contains_key(&who.person) {
                return Err(NoReply::NothingToUndo);
            }
            Event::AnswerUndone {
                person,
                roles,
                through,
                by,
            }
        }
        Reply::Note(text) => match text.trim() {
            "" => return Err(NoReply::EmptyNote),
            text if text.chars().count() > LONGEST_NOTE => return Err(NoReply::LongNote),
            text => Event::Noted {
                by: person,
                text: text.to_owned(),
            },
        },
    })
}

/// The roles that miss an answer and that this person gives it for: those they
/// were asked for at this level. Being somebody's deputy as well is no answer
/// for them while they are asked themselves. Who is on the command line and was
/// asked nothing answers for what they hold or are deputy of, else for all.
fn covered(plan: &Plan, run: &Run, alarm: &Alarm, who: &Who) -> Vec<String> {
    let person = &who.person;
    let asked = run
        .alerts
        .values()
        .filter(|alert| alert.person == *person && alert.level == alarm.level)
        .flat_map(|alert| &alert.covers);
    let asked: Vec<&String> = asked.collect();
    let missing = |is_theirs: &dyn Fn(&String) -> bool| -> Vec<String> {
        let missing = alarm.missing().filter(|role| is_theirs(role));
        missing.cloned().collect()
    };
    if !asked.is_empty() || who.effect.is_some() || alarm.heard.contains_key(person) {
        return missing(&|role| asked.contains(&role));
    }
    let held = missing(&|role| {
        let role = plan.organisation.role(role);
        role.is_some_and(|role| role.people.contains(person))
    });
    if held.is_empty() {
        missing(&|_| true)
    } else {
        held
    }
}

fn answered_by(alarm: &Alarm, person: &str) -> Vec<String> {
    let answered = alarm.roles.iter().filter(|(_, coverage)| {
        let answer = coverage.answer.as_ref();
        answer.is_some_and(|answer| answer.person == person)
    });
    answered.map(|(role, _)| role.clone()).collect()
}

impl Course<'_> {
    /// Somebody cannot: what they had in hand begins again, and what they were
    /// only asked for goes to the next in line.
    pub(super) fn hand_on(&mut self, person: &str, roles: &[String], why: &Why) {
        let alarm = self.run.alarm.as_ref();
        let own = alarm.map_or_else(Vec::new, |alarm| answered_by(alarm, person));
        let own: Vec<String> = own
            .into_iter()
            .filter(|role| roles.contains(role))
            .collect();
        // First those that were only asked: they must not wait in the order.
        self.pass_on(person, why);
        self.begin_again(own, why);
    }

    /// Something was done: the answers it stands for do not go stale. What a
    /// user of the system does who is not in the team is done for the team.
    pub(super) fn at_work(&mut self, by: &str) {
        let organisation = self.plan.organisation;
        let is_outsider = organisation.person(by).is_none();
        let Some(alarm) = &self.run.alarm else { return };
        let is_theirs = |role: &str, person: &str| {
            let people = organisation.role(role).map(|role| &role.people);
            is_outsider
                || person == by
                || people.is_some_and(|people| people.iter().any(|one| one == by))
        };
        let waiting = alarm.roles.iter().filter(|(role, coverage)| {
            let answer = coverage.answer.as_ref();
            answer.is_some_and(|answer| !answer.at_work && is_theirs(role, &answer.person))
        });
        let roles: Vec<String> = waiting.map(|(role, _)| role.clone()).collect();
        if !roles.is_empty() {
            let by = by.to_owned();
            self.log(Event::AtWork { roles, by });
        }
    }

    /// Tells those who were asked as well that they need not answer any more,
    /// and the one whose link was used that it was.
    pub(super) fn tell_of_answer(&mut self, event: &Event, person: &str, roles: &[String]) {
        let Some(alarm) = self.run.alarm.clone().filter(|_| !roles.is_empty()) else {
            return;
        };
        let by_link = matches!(
            event,
            Event::Answered {
                through: Through::Link,
                ..
            }
        );
        let is_covered = |role: &String| {
            let coverage = alarm.roles.get(role);
            coverage.is_none_or(|coverage| coverage.answer.is_some())
        };
        let alerts = self.run.alerts.values().filter(|alert| {
            let is_asked = alert.level == alarm.level && alert.must_answer;
            is_asked
                && alert.covers.iter().any(|role| roles.contains(role))
                && alert.covers.iter().all(is_covered)
        });
        let mut readers: Vec<String> = alerts.map(|alert| alert.person.clone()).collect();
        readers.retain(|reader| reader != person && !alarm.out.contains_key(reader));
        if by_link {
            readers.push(person.to_owned());
        }
        readers.sort();
        readers.dedup();
        for reader in readers {
            self.inform(&reader, person, roles);
        }
    }

    fn inform(&mut self, reader: &str, by: &str, roles: &[String]) {
        let organisation = self.plan.organisation;
        let Some(to) = organisation.person(reader) else {
            return;
        };
        let answered = Answered {
            run: self.run.id,
            organisation: organisation.name.clone(),
            organisation_language: organisation.language,
            timezone: organisation.timezone.name().to_owned(),
            title: self.plan.playbook.title.clone(),
            level_title: self.level_title(&self.run.level),
            at: self.now,
            by: self.name_of(by),
            is_you: reader == by,
            role_title: self.titles(roles),
            missing: self.missing(),
        };
        let effect = self.next_effect();
        self.log(Event::Informed {
            effect: effect.clone(),
            person: reader.to_owned(),
            about: About::Answered,
            items: Vec::new(),
        });
        let notice = notice_to(organisation, to, Content::Answered(Box::new(answered)));
        self.effects.push(Effect { id: effect, notice });
    }
}
