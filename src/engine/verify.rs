//! `run verify`: reads whole logs as they are on disk and says whether they are
//! what was once written. Goes past the engine, which is not to be believed
//! here, and keeps off its threads, because reading may take a while.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Value, json};

use super::NotDone;
use super::request::stored;
use crate::domain::plane::Plane;
use crate::domain::run::RunId;
use crate::domain::verify::{Verdict, gone, read_head, verify};
use crate::store::Store;

/// Where a head stood.
#[derive(Debug, Serialize)]
struct Place {
    run: RunId,
    seq: u64,
    /// RFC 3339, UTC.
    at: String,
}

/// Looks at one run, or at all.
pub(super) async fn answer(
    dir: PathBuf,
    plane: Plane,
    run: Option<RunId>,
    head: Option<String>,
) -> Result<Value, NotDone> {
    let looked = tokio::task::spawn_blocking(move || look(&dir, plane, run, head.as_deref()));
    looked
        .await
        .unwrap_or_else(|error| Err(NotDone::Refused(format!("verifying broke off: {error}"))))
}

fn look(
    dir: &Path,
    plane: Plane,
    run: Option<RunId>,
    head: Option<&str>,
) -> Result<Value, NotDone> {
    let beginning = head.map(|written| {
        read_head(written).ok_or_else(|| {
            NotDone::Refused(format!(
                "`{written}` is no head of a log: 12 to 64 of the digits behind `Logboek` or `Log` in a mail"
            ))
        })
    });
    let beginning = beginning.transpose()?;
    let Some(store) = Store::open_to_read(dir, plane).map_err(stored)? else {
        return Err(NotDone::Refused(
            "nothing has happened here yet: there is no store".to_owned(),
        ));
    };
    let every = store.every_run().map_err(stored)?;
    if let Some(run) = run.filter(|run| !every.contains(run)) {
        return Err(NotDone::Refused(format!("there is no run {run}")));
    }
    let gone = match run {
        Some(_) => Vec::new(),
        None => gone(every.clone()),
    };
    let mut verdicts = Vec::new();
    let mut place = None;
    for id in every
        .into_iter()
        .filter(|id| run.is_none_or(|run| run == *id))
    {
        let all = store.stored(id).map_err(stored)?;
        let verdict = verify(&all);
        if let Some(seq) = beginning.as_ref().and_then(|head| verdict.place(head)) {
            let event = all.events.get(seq as usize - 1);
            place = event.map(|event| Place {
                run: id,
                seq: event.seq,
                at: event.at.clone(),
            });
        }
        verdicts.push(verdict);
    }
    let is_whole = verdicts.iter().all(Verdict::is_whole)
        && gone.is_empty()
        && (head.is_none() || place.is_some());
    Ok(json!({
        "whole": is_whole,
        "runs": verdicts,
        "gone": gone,
        "head": beginning.map(|beginning| json!({ "asked": beginning, "found": place })),
    }))
}
