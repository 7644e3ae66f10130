//! What the mail says that lets somebody in to the pages.
//!
//! The field names are what organisations write in their own templates, so renaming
//! one is a change to the format.

use serde::Serialize;

use super::defang;
use super::letter::AnswerLink;
use super::words::Words;
use crate::domain::effect::{EntryNotice, Notice};

const LONGEST_NAME: usize = 80;

/// The mail, ready to be read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct EntryMailView {
    pub language: &'static str,
    pub name: String,
    /// The reader's key under `team`.
    pub person: String,
    pub organisation: String,
    pub link: Option<String>,
    /// `23:15`; with the date on another day.
    pub until: String,
    /// The subject.
    pub headline: String,
    pub at_full: String,
    pub zone: String,
}

pub(super) fn view(
    notice: &Notice,
    entry: &EntryNotice,
    link: Option<&AnswerLink>,
) -> EntryMailView {
    let words = Words::new(notice.language, &entry.timezone);
    let organisation = &entry.organisation;
    let organisation = organisation.get(notice.language.tag(), entry.organisation_language);
    let organisation = defang::line(organisation, LONGEST_NAME);
    let what = words.pick("Je inloglink", "Your link to log in");
    EntryMailView {
        language: notice.language.tag(),
        name: defang::line(&notice.name, LONGEST_NAME),
        person: defang::line(&notice.person, LONGEST_NAME),
        link: link.map(|link| link.url.clone()),
        until: words.clock(entry.until, entry.at),
        headline: format!("{what} ({organisation})"),
        organisation,
        at_full: words.full(entry.at),
        zone: words.zone.name().to_owned(),
    }
}
