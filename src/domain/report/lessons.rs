//! The lessons of a run, and those of before that are still open.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::LessonRow;
use super::teller::Teller;
use crate::domain::organisation::Organisation;
use crate::domain::run::lesson::{Lesson, Owner, in_order};
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use crate::domain::words::Words;

/// An open lesson of another run, or of a drill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Carried {
    /// `run 3`, or the folder of a drill.
    pub of: String,
    /// Its number there.
    pub number: String,
    pub lesson: Lesson,
}

/// The lessons of the run itself, oldest first.
pub(super) fn rows(
    told: &Teller<'_>,
    lessons: &BTreeMap<String, Lesson>,
    made_at: Timestamp,
) -> Vec<LessonRow> {
    let lessons = in_order(lessons).into_iter();
    lessons
        .map(|(number, lesson)| row(told, ("", number), lesson, made_at))
        .collect()
}

/// Those of before, that were open, by day.
pub(super) fn carried(
    told: &Teller<'_>,
    carried: &[Carried],
    made_at: Timestamp,
) -> Vec<LessonRow> {
    let mut rows: Vec<LessonRow> = carried
        .iter()
        .map(|one| row(told, (&one.of, &one.number), &one.lesson, made_at))
        .collect();
    rows.sort_by_key(|row| row.due);
    rows
}

fn row(
    told: &Teller<'_>,
    (of, number): (&str, &str),
    lesson: &Lesson,
    made_at: Timestamp,
) -> LessonRow {
    let today = made_at.with_timezone(&told.organisation().timezone);
    let closed = lesson.closed.as_ref();
    LessonRow {
        of: of.to_owned(),
        lesson: number.to_owned(),
        text: lesson.text.clone(),
        owner: told.owner(&lesson.owner),
        due: lesson.due,
        is_overdue: lesson.is_overdue(today.date_naive()),
        noted_at: lesson.at,
        how: closed.map(|closed| closed.how.clone()),
        closed_by: closed.map(|closed| told.words.person(&closed.by)),
        closed_at: closed.map(|closed| closed.at),
    }
}

/// An open lesson of before in one line: for who begins a drill, and for `doctor`.
pub fn carried_line(one: &Carried, organisation: &Organisation, language: Language) -> String {
    let words = Words {
        language,
        zone: organisation.timezone,
    };
    let owner = owner_title(organisation, &one.lesson.owner, language);
    let due = words.date(one.lesson.due);
    let text = one.lesson.text.split_whitespace().collect::<Vec<_>>();
    let by = words.pick("uiterlijk", "by");
    format!(
        "{} ({owner}, {by} {due}; {}, {} {})",
        text.join(" "),
        one.of,
        words.pick("leerpunt", "lesson"),
        one.number
    )
}

/// Who sees to a lesson: the title of a role, or somebody's name.
pub fn owner_title(organisation: &Organisation, owner: &Owner, language: Language) -> String {
    match owner {
        Owner::Role(key) => organisation.role(key).map_or_else(
            || key.clone(),
            |role| {
                role.title
                    .get(language.tag(), organisation.language)
                    .to_owned()
            },
        ),
        Owner::Person(key) => {
            let person = organisation.person(key);
            person.map_or_else(|| key.clone(), |person| person.name.clone())
        }
    }
}
