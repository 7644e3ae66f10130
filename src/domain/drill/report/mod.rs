//! The score of a drill as text that people read, in Dutch or in English.
//!
//! Plain letters, 80 columns, and no colour: it must read the same on paper, in a
//! mail and on a terminal.

pub mod words;

mod head;

pub mod measures;

mod expectations;

pub mod golden_hour;

mod afterwards;

mod page;

#[cfg(test)]
mod tests;

use crate::domain::drill::record::Record;
use crate::domain::drill::score::Score;
use crate::domain::organisation::Organisation;
use crate::domain::report::CarriedLesson;
use crate::domain::scenario::Scenario;
use crate::domain::text::Language;
use page::Page;
use words::Words;

/// Everything a report is made of.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub scenario: &'a Scenario,
    pub record: &'a Record,
    pub score: &'a Score,
    /// For names, titles and the clock.
    pub organisation: &'a Organisation,
    /// Lessons of before that are open.
    pub carried: &'a [CarriedLesson],
}

/// The report in one language. No line is longer than 80 letters, unless a
/// single word is.
pub fn report(subject: Subject<'_>, language: Language) -> String {
    let words = Words {
        organisation: subject.organisation,
        playbook: &subject.record.playbook,
        language,
    };
    let mut page = Page::default();
    head::write(&mut page, &words, subject);
    measures::write(&mut page, &words, subject);
    expectations::write(&mut page, &words, subject);
    golden_hour::write(&mut page, &words, subject);
    afterwards::write(&mut page, &words, subject);
    page.finish()
}
