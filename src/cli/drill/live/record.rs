//! What came of a live drill, put together from its store and its journal.

use std::sync::Arc;

use crate::domain::drill::record::{Entry, Manner, Record, What};
use crate::domain::lookout::NO_RUN;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::Playbook;
use crate::domain::report::volume::Volume;
use crate::domain::run::{Cause, Event};
use crate::domain::time::Timestamp;
use crate::engine::reporting::{self, outline_of};
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
    pub(super) volume: Volume,
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
    let outside = store.log(NO_RUN)?.into_iter();
    entries.extend(outside.filter_map(|logged| {
        let (at, what) = (logged.at, What::sight(&logged.event)?);
        Some(Entry { at, what })
    }));
    entries.sort_by_key(|entry| entry.at);
    Ok(Record {
        scenario: kept.scenario.to_owned(),
        manner: Manner::Live,
        began_at: kept.began_at,
        ended_at: kept.ended_at,
        playbook,
        entries,
        volume: kept.volume,
    })
}

/// What came in on the watch of the playbook, from a while before the first run of
/// it until now.
pub(super) fn volume(
    store: &Store,
    organisation: &Arc<Organisation>,
    playbook: &Playbook,
    now: Timestamp,
) -> Result<Volume, StoreError> {
    let rows = store.runs()?;
    let Some(row) = rows.iter().rev().find(|row| row.playbook == playbook.name) else {
        return Ok(Volume::default());
    };
    let Some((run, _)) = store.run(row.id)? else {
        return Ok(Volume::default());
    };
    let outline = outline_of(store, organisation, &run.watch, now)?;
    reporting::volume(store, (organisation, &outline), &run, now)
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
