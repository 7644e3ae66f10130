//! What a mail said, in short: for the page its link opens, which shows no
//! more than the mail did.

use super::defang;
use super::errand;
use super::view::{self, TaskView};
use super::words::Words;
use crate::domain::effect::{Content, Notice};
use crate::domain::text::Language;
use crate::domain::time::Timestamp;

/// How much of a note is shown again.
const LONGEST_NOTE: usize = 2_000;

/// See the module. Every text is one harmless line.
#[derive(Debug, Clone)]
pub struct Glance {
    pub language: Language,
    pub organisation: String,
    /// In capitals.
    pub level: String,
    pub title: String,
    /// What happened in a few words; nothing in a mail about an answer.
    pub headline: Option<String>,
    pub role: String,
    /// What to do first: task and, where there is one, the time.
    pub tasks: Vec<(String, Option<String>)>,
    /// Id of the draft to begin with.
    pub draft: Option<String>,
    pub at: String,
    words: Words,
}

impl Glance {
    /// What the mail with this notice said; `None` for one about a fault.
    pub fn of(notice: &Notice) -> Option<Self> {
        match &notice.content {
            Content::Alert(alert) => {
                let view = view::alert(notice, alert, None);
                let task = |task: TaskView| (task.title, task.due);
                Some(Self {
                    language: notice.language,
                    organisation: view.organisation,
                    level: view.level,
                    title: view.title,
                    headline: Some(view.headline),
                    role: view.role,
                    tasks: view.my_tasks.into_iter().map(task).collect(),
                    draft: view.draft.map(|draft| draft.id),
                    at: view.at_full,
                    words: Words::new(notice.language, &alert.timezone),
                })
            }
            Content::Answered(answered) => {
                let view = view::answered(notice, answered, None);
                Some(Self {
                    language: notice.language,
                    organisation: view.organisation,
                    level: view.level,
                    title: view.title,
                    headline: None,
                    role: view.role,
                    tasks: Vec::new(),
                    draft: None,
                    at: view.at_full,
                    words: Words::new(notice.language, &answered.timezone),
                })
            }
            Content::Errand(errand) => {
                let view = errand::view(notice, errand);
                let items = view.items.into_iter();
                Some(Self {
                    language: notice.language,
                    organisation: view.organisation,
                    level: view.level,
                    title: view.title,
                    headline: Some(view.headline),
                    role: view.role,
                    tasks: items.map(|item| (item.title, item.due)).collect(),
                    draft: None,
                    at: view.at_full,
                    words: Words::new(notice.language, &errand.timezone),
                })
            }
            Content::Trouble(_)
            | Content::DrillStopped(_)
            | Content::RollCall(_)
            | Content::Entry(_) => None,
        }
    }

    /// `03:12`, with the date when that is not the day of `seen_at`.
    pub fn clock(&self, at: Timestamp, seen_at: Timestamp) -> String {
        self.words.clock(at, seen_at)
    }

    /// `Communicatielead en Crisisleider`.
    pub fn list(&self, parts: &[String]) -> String {
        let parts: Vec<String> = parts.iter().map(|part| defang::line(part, 80)).collect();
        self.words.list(&parts)
    }
}

/// What somebody typed, without controls and what else misleads a reader.
pub fn harmless(typed: &str) -> String {
    let calm = defang::block(typed);
    calm.trim().chars().take(LONGEST_NOTE + 1).collect()
}
