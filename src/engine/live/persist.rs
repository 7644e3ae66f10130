//! Writes what was decided, and how far what decides has come.

use std::collections::BTreeSet;

use crate::domain::chain::Mark;
use crate::domain::delivery::Course;
use crate::domain::desk::{Desk, Happening};
use crate::domain::effect::Effect;
use crate::domain::hook;
use crate::domain::lookout::NO_RUN;
use crate::domain::organisation::Organisation;
use crate::domain::run::RunId;
use crate::domain::time::Timestamp;
use crate::store::{Batch, Parcel, StoreError, is_fold_due};

/// Stores how far triggers have come. Not those that only listen: what holds
/// when they are armed again must fire then.
pub(super) fn save_holds(
    batch: &Batch,
    desk: &mut Desk,
    listens_only: bool,
) -> Result<(), StoreError> {
    for (playbook, trigger, holds) in desk.changed_holds() {
        if !listens_only {
            batch.save_holds(&playbook, &trigger, &holds)?;
        }
    }
    Ok(())
}

/// Stores what is usual, where an hour began.
pub(super) fn save_usual(batch: &Batch, desk: &mut Desk) -> Result<(), StoreError> {
    for (watch, saved) in desk.changed_usual() {
        batch.save_usual(&watch, &saved)?;
    }
    Ok(())
}

/// Lets go of events that wait for webhooks that are told of none any more.
pub(super) fn drop_posts(batch: &Batch, organisation: &Organisation) -> Result<(), StoreError> {
    let told = organisation.webhooks.iter();
    let told = told.filter(|webhook| webhook.events.is_some());
    let told: Vec<&str> = told.map(|webhook| webhook.key.as_str()).collect();
    let n_gone = batch.drop_posts_but_for(&told)?;
    if n_gone > 0 {
        tracing::warn!(
            n_gone,
            "events that waited for webhooks that are told of none any more"
        );
    }
    Ok(())
}

/// Writes what happened, and notes what has to go out once it is committed.
pub(super) fn persist(
    batch: &Batch,
    desk: &Desk,
    happenings: &[Happening],
    now: Timestamp,
    parcels: &mut Vec<Parcel>,
) -> Result<(), StoreError> {
    let mut to_fold = BTreeSet::new();
    let mut told = BTreeSet::new();
    for happening in happenings {
        match happening {
            Happening::Signal(_) => {}
            Happening::Outside(outside) => {
                let mark = batch.append_outside(outside, now)?;
                let effects = outside.effects.iter();
                parcels.extend(effects.map(|effect| parcel(NO_RUN, effect, &mark, now)));
            }
            Happening::Change(change) => {
                let mark = batch.append(change, now)?;
                if is_fold_due(change) {
                    to_fold.insert(change.run.id);
                }
                let effects = change.effects.iter();
                parcels.extend(effects.map(|effect| parcel(change.run.id, effect, &mark, now)));
                for post in hook::posts(desk.organisation(), change) {
                    batch.record_post(&post, now)?;
                    told.insert(post.webhook);
                }
            }
        }
    }
    for webhook in told {
        batch.leave_out_old(&webhook, now)?;
    }
    // Only now is the desk where the log is, whatever happened in between.
    for run in to_fold.into_iter().filter_map(|id| desk.run(id)) {
        batch.fold(run)?;
    }
    Ok(())
}

/// An effect that was just decided.
fn parcel(run: RunId, effect: &Effect, mark: &Mark, now: Timestamp) -> Parcel {
    Parcel {
        effect: effect.id.clone(),
        run,
        notice: effect.notice.clone(),
        tries: 0,
        course: Course::new(&effect.notice.ways),
        next_at: now,
        created_at: now,
        sent_at: None,
        state: "waiting".to_owned(),
        last_error: None,
        mark: Some(mark.clone()),
    }
}
