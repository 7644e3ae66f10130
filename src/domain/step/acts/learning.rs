//! Lessons, by hand: noting what to do otherwise, and saying that it was seen to.
//! Also for drills that are over, which have no run any more.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Hand, NoAct, nearest, no, written};
use crate::domain::organisation::Organisation;
use crate::domain::run::Event;
use crate::domain::run::lesson::{Lesson, Owner, in_order};

impl Hand<'_> {
    pub(super) fn note_lesson(
        &self,
        text: &str,
        owner: &str,
        due: NaiveDate,
    ) -> Result<Vec<Event>, NoAct> {
        let organisation = self.plan.organisation;
        let known = &self.run.lessons;
        let noted = lesson_noted(organisation, known, (text, owner, due), self.by)?;
        Ok(vec![noted])
    }

    pub(super) fn close_lesson(&self, lesson: &str, how: &str) -> Result<Vec<Event>, NoAct> {
        Ok(vec![lesson_closed(
            &self.run.lessons,
            (lesson, how),
            self.by,
        )?])
    }
}

/// The event of a new lesson beside those that are `known`: its text, who sees to
/// it (a role, else somebody of the team), and by when.
pub fn lesson_noted(
    organisation: &Organisation,
    known: &BTreeMap<String, Lesson>,
    (text, owner, due): (&str, &str, NaiveDate),
    by: &str,
) -> Result<Event, NoAct> {
    let text = written("lesson", text)?;
    let is_same = |lesson: &Lesson| lesson.closed.is_none() && lesson.text == text;
    if let Some((number, _)) = known.iter().find(|(_, lesson)| is_same(lesson)) {
        return no(format!("lesson {number} says that already"));
    }
    let highest = in_order(known).last().and_then(|(number, _)| {
        let number: Option<u64> = number.parse().ok();
        number
    });
    Ok(Event::LessonNoted {
        lesson: (highest.unwrap_or(0) + 1).to_string(),
        text,
        owner: owner_of(organisation, owner)?,
        due,
        by: by.to_owned(),
    })
}

/// The event of a lesson that was seen to, and how.
pub fn lesson_closed(
    known: &BTreeMap<String, Lesson>,
    (lesson, how): (&str, &str),
    by: &str,
) -> Result<Event, NoAct> {
    let how = written("way it was seen to", how)?;
    match known.get(lesson) {
        None => no(format!("there is no lesson {lesson}")),
        Some(known) if known.closed.is_some() => no(format!("lesson {lesson} is closed already")),
        Some(_) => Ok(Event::LessonClosed {
            lesson: lesson.to_owned(),
            how,
            by: by.to_owned(),
        }),
    }
}

/// A role of this name, else somebody of the team.
fn owner_of(organisation: &Organisation, name: &str) -> Result<Owner, NoAct> {
    if organisation.role(name).is_some() {
        return Ok(Owner::Role(name.to_owned()));
    }
    if organisation.person(name).is_some() {
        return Ok(Owner::Person(name.to_owned()));
    }
    let roles = organisation.roles.iter().map(|role| role.key.as_str());
    let team = organisation.team.iter().map(|person| person.key.as_str());
    let near = nearest(name, roles.chain(team));
    no(format!("there is no role or person `{name}`{near}"))
}
