//! History comes in: pieces of a file that an operator imports go to the store,
//! each with how far the file is, and past every trigger.

use std::sync::{Arc, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::request::{Counter, Owner, stored};
use super::work::{Answer, Performed, Work};
use super::{NotDone, before, clock, unexpected};
use crate::domain::desk::{Desk, Observed};
use crate::domain::hex::hex;
use crate::domain::history::{Totals, lay_out};
use crate::domain::mention::Mention;
use crate::domain::organisation::Organisation;
use crate::domain::query::watches::Watches;
use crate::domain::time::Timestamp;
use crate::store::{Batch, IMPORTED, ImportRow, StoreError};

/// Some records of a file, in order. What was no mention is only counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    /// Of the content, and of how it is read; `None` for what cannot be read
    /// twice, such as stdin: then nobody remembers how far it is.
    pub digest: Option<String>,
    /// The name of the file, for people.
    pub file: String,
    /// Records before this piece.
    pub first: u64,
    pub mentions: Vec<Mention>,
    pub n_rejected: u64,
    /// Mentions in it of which only the day is known.
    pub n_day_only: u64,
    pub is_last: bool,
    /// With the last: the file breaks off after it, so it is not finished.
    #[serde(default)]
    pub breaks_off: bool,
}

/// A piece whose mentions were matched against the watches.
#[derive(Debug, Clone)]
pub struct Sifted {
    piece: Piece,
    observed: Vec<Observed>,
    totals: Totals,
    watches: String,
    texts_from: Timestamp,
    by: String,
}

/// Matches the mentions of a piece, off the engine's thread.
pub(super) fn sift(
    mut piece: Piece,
    watches: &Watches,
    organisation: &Organisation,
    by: &str,
    now: Timestamp,
) -> Sifted {
    let source: Arc<str> = IMPORTED.into();
    let mentions = std::mem::take(&mut piece.mentions);
    let mut totals = Totals {
        read: mentions.len() as u64 + piece.n_rejected,
        rejected: piece.n_rejected,
        day_only: piece.n_day_only,
        ..Totals::default()
    };
    let mut observed = Vec::new();
    for mention in mentions {
        totals.see(mention.published_at);
        match Observed::new(mention, watches, &source) {
            Some(one) => observed.push(one),
            None => totals.unmatched += 1,
        }
    }
    Sifted {
        piece,
        observed,
        totals,
        watches: fingerprint(organisation),
        texts_from: before(now, organisation.keep_texts),
        by: by.to_owned(),
    }
}

/// Of what decides in which watches a mention counts: after a change of it the
/// same file has other things to tell.
fn fingerprint(organisation: &Organisation) -> String {
    let told = (
        &organisation.watches,
        &organisation.queries,
        &organisation.lists,
        &organisation.own_accounts,
    );
    // Plain data: writing it as JSON does not fail.
    let json = serde_json::to_vec(&told).unwrap_or_default();
    let digest = Sha256::digest(&json);
    hex(&digest[..8])
}

/// Stores a piece and how far the file is now, in the transaction it is given.
pub(super) fn perform(
    batch: &Batch,
    desk: &mut Desk,
    sifted: Sifted,
    now: Timestamp,
) -> Result<Performed, StoreError> {
    let Sifted { piece, .. } = &sifted;
    if sifted.watches != fingerprint(desk.organisation()) {
        let why = "other files are in force now; run it again to go on";
        return Ok((Err(NotDone::Refused(why.to_owned())), Vec::new()));
    }
    let row = match &piece.digest {
        Some(digest) => batch.import(digest)?,
        None => None,
    };
    let position = row.as_ref().map_or(0, |row| row.position);
    if piece.digest.is_some() && piece.first != 0 && piece.first != position {
        let why = "this file is being imported by somebody else as well; run it again to go on";
        return Ok((Err(NotDone::Refused(why.to_owned())), Vec::new()));
    }
    let organisation = Arc::clone(desk.organisation());
    let mut totals = sifted.totals.clone();
    for seen in &sifted.observed {
        keep(
            batch,
            &organisation,
            seen,
            &mut totals,
            sifted.texts_from,
            now,
        )?;
    }
    if let Some(digest) = &piece.digest {
        let is_going_on = row.filter(|_| piece.first > 0);
        let mut sum = is_going_on
            .as_ref()
            .map(|row| row.totals.clone())
            .unwrap_or_default();
        sum.add(&totals);
        batch.save_import(&ImportRow {
            digest: digest.clone(),
            file: piece.file.clone(),
            by: sifted.by.clone(),
            started_at: is_going_on.map_or(now, |row| row.started_at),
            finished_at: (piece.is_last && !piece.breaks_off).then_some(now),
            position: piece.first + totals.read,
            watches: sifted.watches.clone(),
            totals: sum,
        })?;
    }
    let happenings = match piece.is_last {
        true => history_changed(batch, desk, now)?,
        false => Vec::new(),
    };
    Ok((Ok(Answer::Imported(Box::new(totals))), happenings))
}

fn keep(
    batch: &Batch,
    organisation: &Organisation,
    seen: &Observed,
    totals: &mut Totals,
    texts_from: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let key = |number: &u16| organisation.watches[usize::from(*number)].key.as_str();
    let watches: Vec<&str> = seen.matched.counted().iter().map(key).collect();
    let (is_new, new_in) = batch.keep_history(&seen.mention, &watches, texts_from, now)?;
    for (place, watch) in watches.iter().enumerate() {
        let found = totals.watches.entry((*watch).to_owned()).or_default();
        found.matched += 1;
        found.new += u64::from(new_in.contains(&place));
    }
    if seen.matched.ours {
        totals.ours += 1;
    } else if is_new {
        totals.new += 1;
        totals.only_counted += u64::from(seen.mention.published_at < texts_from);
    } else {
        totals.known += 1;
    }
    Ok(())
}

/// The past of watches changed: what is usual is learnt anew, of everything that
/// is stored. When a source was blind or nobody listened, silence teaches nothing.
fn history_changed(
    batch: &Batch,
    desk: &mut Desk,
    now: Timestamp,
) -> Result<Vec<crate::domain::desk::Happening>, StoreError> {
    let organisation = Arc::clone(desk.organisation());
    let gaps = batch.gaps(Timestamp::UNIX_EPOCH)?.into_iter();
    let deaf = gaps.map(|gap| (gap.from.timestamp(), gap.until.unwrap_or(now).timestamp()));
    let deaf: Vec<(i64, i64)> = deaf.collect();
    for (number, watch) in organisation.watches.iter().enumerate() {
        let (hours, days) = (batch.hours(&watch.key)?, batch.days(&watch.key)?);
        let hours = lay_out(hours, &days, organisation.timezone);
        desk.learn_anew(number, &hours, &deaf, now);
    }
    Ok(Vec::new())
}

impl Counter {
    /// How far a file is, and whether it would tell more when read again.
    pub(super) fn import_state(&self, digest: &str) -> Result<Value, NotDone> {
        self.read(|store| {
            let row = store.ok().map_or(Ok(None), |store| store.import(digest));
            let Some(row) = row.map_err(stored)? else {
                return Ok(
                    json!({ "position": 0, "finished": false, "totals": Totals::default() }),
                );
            };
            // Matched against other watches it has to be read from the start.
            let is_same = row.watches == fingerprint(&self.organisation);
            Ok(json!({
                "position": if is_same { row.position } else { 0 },
                "finished": is_same && row.finished_at.is_some(),
                "finished_at": row.finished_at,
                "totals": if is_same { row.totals } else { Totals::default() },
            }))
        })
    }

    /// Stores a piece of a file; what came of it.
    pub(super) async fn import(&self, piece: Piece, by: &str) -> Result<Value, NotDone> {
        let watches = match &self.owner {
            Owner::Daemon(engine) => engine.watches(),
            Owner::Alone(live) => live
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .watches(),
            Owner::Nobody => return Err(NotDone::Stopping),
        };
        let sifted = sift(piece, &watches, &self.organisation, by, clock::now());
        match self.work(Work::History(Box::new(sifted))).await? {
            Answer::Imported(totals) => Ok(json!(totals)),
            other => Err(unexpected(&other)),
        }
    }
}
