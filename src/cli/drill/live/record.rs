//! What came of a live drill, put together from its store and its journal.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::domain::drill::record::{Entry, Manner, Record, What};
use crate::domain::playbook::Playbook;
use crate::domain::run::{Cause, Event};
use crate::domain::time::Timestamp;
use crate::notify::{MailTemplates, write};
use crate::store::{Store, StoreError};

/// What is known of it apart from the store.
pub(super) struct Kept<'a> {
    pub(super) scenario: &'a str,
    pub(super) began_at: Timestamp,
    pub(super) ended_at: Timestamp,
    /// As it stands now, for when no run started.
    pub(super) playbook: &'a Playbook,
    pub(super) journal: Vec<Entry>,
}

/// The whole drill, in order.
pub(super) fn build(
    store: &Store,
    templates: &MailTemplates,
    kept: Kept<'_>,
) -> Result<Record, StoreError> {
    let mut entries = kept.journal;
    let mut playbook = kept.playbook.clone();
    let mut rows = store.runs()?;
    rows.reverse();
    for row in &rows {
        if row.playbook == playbook.name
            && let Some((_, pinned)) = store.run(row.id)?
        {
            playbook = pinned.playbook.clone();
        }
        let parcels = store.parcels_of(row.id)?;
        for logged in store.log(row.id)? {
            let at = logged.at;
            let mut add = |what| entries.push(Entry { at, what });
            if let Some(trigger) = fired(&logged.event) {
                add(What::TriggerFired { trigger });
            }
            if let Event::Delivered {
                effect,
                person,
                channel,
            } = &logged.event
                && let Some(parcel) = parcels.iter().find(|parcel| parcel.effect == *effect)
            {
                let letter = write(&parcel.notice, templates, None);
                add(What::Told {
                    effect: effect.clone(),
                    person: person.clone(),
                    through: channel.clone(),
                    subject: letter.subject,
                    text: letter.text,
                });
            }
            add(What::Event {
                run: row.id,
                logged: Box::new(logged),
            });
        }
    }
    entries.sort_by_key(|entry| entry.at);
    Ok(Record {
        scenario: kept.scenario.to_owned(),
        manner: Manner::Live,
        began_at: kept.began_at,
        ended_at: kept.ended_at,
        playbook,
        entries,
    })
}

fn fired(event: &Event) -> Option<String> {
    match event {
        Event::RunStarted {
            cause: Cause::Trigger { trigger, .. },
            ..
        }
        | Event::TriggerFired { trigger, .. } => Some(trigger.clone()),
        _ => None,
    }
}

/// Keeps it as JSON in `DIR/drills/`; where that is.
pub(super) fn keep(record: &Record, dir: &Path, now: Timestamp) -> Result<PathBuf, String> {
    let folder = dir.join("drills");
    let about = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut builder = fs::DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(&folder);
    made.map_err(about)?;
    let name = format!("{}-{}.json", now.format("%Y-%m-%d-%H%M%S"), record.scenario);
    let path = folder.join(name);
    let json = serde_json::to_vec_pretty(record).map_err(|error| error.to_string())?;
    fs::write(&path, json).map_err(about)?;
    Ok(path)
}
