//! The log of a run as a story: what belongs together is one line, and each
//! line knows whether it matters to who reads only the main thing.

use chrono::TimeDelta;

use super::names::{Names, Teller};
use super::tale::Tale;
use super::{ended, sentence};
use crate::domain::run::event::About;
use crate::domain::run::{Event, Logged};
use crate::domain::step::promises::PROGRAM;
use crate::domain::text::Language;
use crate::domain::time::Timestamp;

/// One line of the story.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Line {
    pub at: Timestamp,
    pub says: String,
    /// Whether it belongs in a short version; the rest may be folded.
    pub is_key: bool,
    /// Numbers of the events it tells.
    pub seqs: Vec<u64>,
}

/// Deliveries of one alert come in one after the other; later ones are told in
/// a line of their own.
const DELIVERY: TimeDelta = TimeDelta::seconds(60);

/// The drafts that follow an alert are told with the one that is in it.
const FOLLOW: TimeDelta = TimeDelta::seconds(60);

/// What may be told in one line with others of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A sentence of its own.
    Single,
    /// A trigger, and the rise it leads to.
    Rise,
    /// Who is alerted, and why now.
    Alarm,
    /// Who is reminded of what, or hears that it is overdue.
    Errand(About),
    Drafts,
    Opened,
    Ticks,
    Faults,
    Deliveries,
}

impl Kind {
    fn of(event: &Event) -> Self {
        match event {
            Event::TriggerFired { .. } | Event::LevelRaised { by: None, .. } => Self::Rise,
            Event::AlarmDue { .. }
            | Event::AlertStep { .. }
            | Event::StepSkipped { .. }
            | Event::Alerted { .. }
            | Event::HeldBack { .. }
            | Event::NobodyAnswers { .. }
            | Event::NotTold { .. } => Self::Alarm,
            Event::ErrandDue { about, .. } | Event::Informed { about, .. } => Self::Errand(*about),
            Event::TaskDue { .. } | Event::MessageDue { .. } => Self::Errand(About::Overdue),
            Event::PromiseDue { .. } => Self::Errand(About::Promise),
            Event::StandDownProposed { .. } => Self::Errand(About::StandDown),
            Event::Answered { .. } => Self::Errand(About::Answered),
            Event::Assigned { .. } => Self::Errand(About::Assigned),
            Event::ApprovalLapsed { .. } => Self::Errand(About::Lapsed),
            Event::ReviewOverridden { .. } => Self::Errand(About::Overridden),
            // What people wrote in is told by itself.
            Event::DraftRendered { draft } if draft.rendered.is_none() => Self::Drafts,
            Event::DraftsDue { .. } => Self::Drafts,
            Event::TaskOpened { .. } | Event::MessageCalled { .. } => Self::Opened,
            Event::Ticked { .. } => Self::Ticks,
            Event::OperatorTold { .. } => Self::Faults,
            Event::Delivered { .. } => Self::Deliveries,
            _ => Self::Single,
        }
    }
}

/// Events that are told together, in order.
struct Group<'l> {
    kind: Kind,
    members: Vec<&'l Logged>,
}

/// The whole log as a story, oldest first.
pub fn story(log: &[Logged], names: Names, language: Language) -> Vec<Line> {
    let groups = gathered(log);
    let lines = groups.iter().map(|group| group.line(names, language));
    lines.collect()
}

fn gathered(log: &[Logged]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group> = Vec::new();
    for logged in log {
        let kind = Kind::of(&logged.event);
        match home(&mut groups, kind, logged) {
            Some(group) => group.members.push(logged),
            None => groups.push(Group {
                kind,
                members: vec![logged],
            }),
        }
    }
    groups
}

/// The line that an event belongs to, if there is one already: of its kind and
/// of the same moment; for deliveries the one just before, for drafts that follow the
/// one in the alert.
fn home<'g, 'l>(
    groups: &'g mut [Group<'l>],
    kind: Kind,
    logged: &Logged,
) -> Option<&'g mut Group<'l>> {
    match kind {
        Kind::Single => None,
        Kind::Deliveries => groups.last_mut().filter(|group| {
            let first = group.members.first();
            group.kind == kind && first.is_some_and(|first| logged.at - first.at <= DELIVERY)
        }),
        Kind::Drafts => {
            let follows = matches!(logged.event, Event::DraftsDue { late: false });
            let before = groups.iter_mut().rev().find(|group| group.kind == kind);
            before.filter(|group| {
                let last = group.members.last().map(|last| last.at);
                last == Some(logged.at)
                    || follows && last.is_some_and(|at| logged.at - at <= FOLLOW)
            })
        }
        _ => {
            let same = |group: &&mut Group| group.at() == Some(logged.at);
            let mut now = groups.iter_mut().rev().take_while(same);
            match kind {
                // Each rise is told, and whom it alerted beside it.
                Kind::Rise => now
                    .find(|group| group.kind == kind)
                    .filter(|group| !group.has_risen()),
                Kind::Alarm => now
                    .take_while(|group| group.kind != Kind::Rise)
                    .find(|group| group.kind == kind),
                _ => now.find(|group| group.kind == kind),
            }
        }
    }
}

impl Group<'_> {
    fn at(&self) -> Option<Timestamp> {
        self.members.first().map(|first| first.at)
    }

    fn has_risen(&self) -> bool {
        let mut events = self.members.iter().map(|logged| &logged.event);
        events.any(|event| matches!(event, Event::LevelRaised { .. }))
    }

    fn line(&self, names: Names, language: Language) -> Line {
        let at = self.at().unwrap_or_default();
        let teller = Teller::new(names, language, at);
        let tale = Tale {
            teller: &teller,
            members: &self.members,
        };
        let told = match (self.kind, &self.members[..]) {
            (Kind::Single, _) => None,
            (Kind::Rise, _) => tale.rise(),
            (Kind::Alarm, _) => Some(tale.alarm()),
            (Kind::Errand(about), _) => Some(tale.errand(about)),
            (Kind::Drafts | Kind::Opened | Kind::Ticks | Kind::Faults, [_]) => None,
            (Kind::Drafts, _) => tale.drafts(),
            (Kind::Opened, _) => Some(tale.opened()),
            (Kind::Ticks, _) => Some(tale.ticks()),
            (Kind::Faults, _) => Some(tale.faults()),
            (Kind::Deliveries, _) => Some(tale.deliveries()),
        };
        let says = told.map_or_else(
            || {
                let follows = |event: &Event| matches!(event, Event::DraftsDue { .. });
                let is_alone = self.members.len() == 1;
                let one_by_one = self.members.iter();
                let one_by_one = one_by_one.filter(|one| is_alone || !follows(&one.event));
                let all: Vec<String> = one_by_one
                    .map(|logged| sentence(logged, names, language))
                    .collect();
                all.join(" ")
            },
            ended,
        );
        Line {
            at,
            says,
            is_key: self.members.iter().any(|logged| is_key(&logged.event)),
            seqs: self.members.iter().map(|logged| logged.seq).collect(),
        }
    }
}

/// Whether an event matters to who reads only the main thing. A new kind of
/// event does until it is named here.
fn is_key(event: &Event) -> bool {
    match event {
        Event::TaskOpened { .. }
        | Event::MessageCalled { .. }
        | Event::DueChanged { .. }
        | Event::ErrandDue { .. }
        | Event::Informed { .. }
        | Event::ConditionHolds { .. }
        | Event::ConditionEnded { .. }
        | Event::Ticked { .. }
        | Event::AlarmDue { .. }
        | Event::StepSkipped { .. }
        | Event::AtWork { .. }
        | Event::HoldEnded { .. }
        | Event::Delivered { .. }
        | Event::DraftsDue { .. }
        | Event::OperatorTold { .. }
        | Event::BlindnessTold { .. }
        | Event::House { .. }
        | Event::PlainMailSent { .. }
        | Event::Assigned { .. }
        | Event::PromiseDue { .. } => false,
        Event::DraftRendered { draft } => draft.n_conflicts() > 0,
        Event::DeliveryFailed { for_good, .. } => *for_good,
        Event::FactSet { by, .. } => by != PROGRAM,
        Event::Alerted { must_answer, .. } => *must_answer,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rise_of_one_moment_is_told_with_whom_it_alerted() {
        let rise = |to: &str| Event::LevelRaised {
            from: "attention".to_owned(),
            to: to.to_owned(),
            because: "42 mentions in 1h".to_owned(),
            by: None,
        };
        let none = |role: &str| Event::NotTold {
            role: role.to_owned(),
            because: "nobody holds this role".to_owned(),
        };
        let events = [
            rise("incident"),
            none("lead"),
            rise("crisis"),
            none("board"),
        ];
        let log: Vec<Logged> = (1..)
            .zip(events)
            .map(|(seq, event)| Logged {
                seq,
                at: Timestamp::default(),
                event,
            })
            .collect();
        let kinds: Vec<(Kind, u64)> = gathered(&log)
            .iter()
            .map(|group| (group.kind, group.members[0].seq))
            .collect();
        let expected = [
            (Kind::Rise, 1),
            (Kind::Alarm, 2),
            (Kind::Rise, 3),
            (Kind::Alarm, 4),
        ];
        assert_eq!(kinds, expected);
    }
}
