//! The log of a dossier as sentences, in Dutch and in English, for who reads no JSON.

use serde_json::Value;

use super::File;
use crate::domain::desk::Pinned;
use crate::domain::organisation::Organisation;
use crate::domain::run::{Logged, Run, RunId};
use crate::domain::text::Language;
use crate::domain::timeline::{Names, sentence};

/// What the sentences are made of.
pub(super) struct Known<'a> {
    pub(super) run: RunId,
    pub(super) events: &'a [Value],
    /// The playbook with its templates, as JSON.
    pub(super) pinned: Option<&'a str>,
    pub(super) organisation: &'a Organisation,
}

/// `timeline.nl.txt` and `timeline.en.txt`: each event with its number and the time
/// on the organisation's clock. None where the playbook of the run is not known.
pub(super) fn files(known: &Known) -> Vec<File> {
    let read = |json| serde_json::from_str::<Pinned>(json).ok();
    let Some(pinned) = known.pinned.and_then(read) else {
        return Vec::new();
    };
    let read = |event: &Value| serde_json::from_value::<Logged>(event.clone()).ok();
    let log: Vec<Logged> = known.events.iter().filter_map(read).collect();
    let run = Run::replay(known.run, &log);
    let names = Names {
        playbook: &pinned.playbook,
        organisation: known.organisation,
        run: Some(&run),
    };
    let zone = known.organisation.timezone;
    let told = |language: Language| {
        let lines = log.iter().map(|logged| {
            let at = logged.at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S");
            let said = sentence(logged, names, language).replace('\n', "\n    ");
            format!("{at}  [{}]  {said}\n", logged.seq)
        });
        let path = format!("timeline.{}.txt", language.tag());
        File::new(path, lines.collect::<String>())
    };
    vec![told(Language::Nl), told(Language::En)]
}
