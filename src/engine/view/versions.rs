//! Shows the versions of a draft from the log: when each came, whose it is, why,
//! and what changed in it.

use serde_json::{Value, json};

use super::{Seen, found, release};
use crate::domain::picture::Picture;
use crate::domain::revision::differences;
use crate::domain::run::{Draft, Event, RunId};
use crate::domain::time::Timestamp;
use crate::engine::request::{Counter, stored};
use crate::engine::{NotDone, clock};
use crate::store::Store;

/// Every version in the log, oldest first.
fn versions(store: &Store, run: RunId, id: &str) -> Result<Vec<(Timestamp, Draft)>, NotDone> {
    let log = store.log(run).map_err(stored)?;
    let versions = log.into_iter().filter_map(|logged| match logged.event {
        Event::DraftRendered { draft }
        | Event::DraftEdited { draft }
        | Event::ImageAttached { draft, .. }
        | Event::ImageRemoved { draft, .. }
            if draft.id() == id =>
        {
            Some((logged.at, draft))
        }
        _ => None,
    });
    Ok(versions.collect())
}

/// What changed in the images from one version to the next, a line each.
fn changed_images(before: &[Picture], after: &[Picture]) -> Vec<String> {
    let of = |images: &[Picture], one: &Picture| {
        let mut all = images.iter();
        all.find(|other| other.file == one.file).cloned()
    };
    let came = after.iter().filter_map(|image| match of(before, image) {
        None => Some(format!("{} attached: “{}”", image.file, image.alt)),
        Some(old) if old.look.hash != image.look.hash => {
            Some(format!("{} is another picture", image.file))
        }
        Some(old) if old.alt != image.alt => {
            Some(format!("{} has other words: “{}”", image.file, image.alt))
        }
        Some(_) => None,
    });
    let gone = before.iter().filter(|image| of(after, image).is_none());
    came.chain(gone.map(|image| format!("{} taken off", image.file)))
        .collect()
}

/// One earlier version.
pub(super) fn version(store: &Store, run: RunId, id: &str, version: u32) -> Result<Draft, NotDone> {
    let all = versions(store, run, id)?;
    let known = all.last().map_or(0, |(_, last)| last.version);
    let mut all = all.into_iter();
    let found = all.find(|(_, draft)| draft.version == version);
    found.map(|(_, draft)| draft).ok_or_else(|| {
        NotDone::Refused(format!(
            "{id} has no version {version}: they count from 1 to {known}"
        ))
    })
}

pub(in crate::engine) fn draft_history(
    counter: &Counter,
    store: &Store,
    run_id: RunId,
    wanted: &str,
) -> Result<Value, NotDone> {
    let (run, pinned) = found(store, run_id)?;
    let seen = Seen {
        counter,
        run: &run,
        pinned: &pinned,
        now: clock::now(),
    };
    let id = release::meant(counter, &run, wanted)?.id();
    let publications = &run.statements.publications;
    let shown = versions(store, run_id, &id)?;
    let mut before = Vec::new();
    let shown = shown.iter().map(|(at, draft)| {
        let images = changed_images(&before, &draft.images);
        before.clone_from(&draft.images);
        let published = publications.iter().find(|one| {
            let posted = one.text_of(&id);
            posted.is_some_and(|posted| posted.version == draft.version)
        });
        json!({
            "version": draft.version,
            "at": seen.time(Some(*at)),
            "by": draft.by,
            "by_name": draft.by.as_deref().map(|by| seen.name(by)),
            "base": draft.base,
            "facts": draft.changed,
            "merged": draft.by.is_none() && draft.rendered.is_some(),
            "conflicts": draft.n_conflicts(),
            "gaps": draft.gaps,
            "characters": draft.text.chars().count(),
            "hash": draft.hash(),
            "images": images,
            "published_at": seen.time(published.map(|one| one.at)),
        })
    });
    Ok(json!({ "run": run_id, "draft": id, "versions": shown.collect::<Vec<_>>() }))
}

/// What changed between two versions, word by word: `to` is the latest when it
/// is not said, `from` the one before `to`.
pub(in crate::engine) fn draft_diff(
    counter: &Counter,
    store: &Store,
    run_id: RunId,
    wanted: &str,
    (from, to): (Option<u32>, Option<u32>),
) -> Result<Value, NotDone> {
    let (run, _) = found(store, run_id)?;
    let draft = release::meant(counter, &run, wanted)?;
    let id = draft.id();
    let to = to.unwrap_or(draft.version);
    let from = from.unwrap_or(to.saturating_sub(1));
    if from == 0 {
        return Err(NotDone::Refused(format!(
            "{id} has one version: there is nothing to compare it with"
        )));
    }
    let before = version(store, run_id, &id, from)?;
    let after = version(store, run_id, &id, to)?;
    Ok(json!({
        "run": run_id,
        "draft": id,
        "from": from,
        "to": to,
        "by": after.by,
        "facts": after.changed,
        "parts": differences(&before.text, &after.text),
        "images": changed_images(&before.images, &after.images),
    }))
}
