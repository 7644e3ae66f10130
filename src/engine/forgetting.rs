//! Forgets what somebody chose: the mentions, who wrote them, and every quote of
//! them in logs and notices. What they counted for stays, and the chains hold.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::request::{Counter, stored};
use super::work::{Answer, Work};
use super::{NotDone, unexpected};
use crate::domain::chain::strangers;
use crate::domain::forgetting::{Chosen, Forgotten, Selection};
use crate::domain::mention::{Mention, Platform};
use crate::domain::organisation::Organisation;
use crate::domain::query::Vocabulary;
use crate::domain::run::RunId;
use crate::domain::time::Timestamp;
use crate::store::{Batch, Range, Store, StoreError, copy};

/// Mentions forgotten in one go: a bound on how long it holds up the rest.
const MOST_AT_ONCE: usize = 2_000;

/// Some of what is to be forgotten.
#[derive(Debug, Clone)]
pub struct Forgetting {
    /// Numbers of mentions.
    numbers: Vec<i64>,
    /// With the last of them: all that is not under a number.
    rest: Option<Rest>,
}

#[derive(Debug, Clone)]
struct Rest {
    chosen: Chosen,
    by: String,
    /// Of the pieces before.
    so_far: Forgotten,
}

/// Carries it out, in a transaction of its own. Gives the runs that lost quotes.
pub(super) fn forget(
    batch: &Batch,
    organisation: &Organisation,
    forgetting: &Forgetting,
    now: Timestamp,
) -> Result<(Forgotten, BTreeSet<RunId>), StoreError> {
    let keys: Vec<&str> = organisation
        .watches
        .iter()
        .map(|watch| watch.key.as_str())
        .collect();
    let (mentions, authors) = batch.forget_mentions(&forgetting.numbers, &keys)?;
    let mut done = Forgotten {
        mentions,
        authors,
        ..Forgotten::default()
    };
    let Some(rest) = &forgetting.rest else {
        return Ok((done, BTreeSet::new()));
    };
    done.authors += forget_counted_authors(batch, rest.chosen.selection(), &keys)?;
    let selection = rest.chosen.selection();
    let words = [&selection.author, &selection.id, &selection.query];
    let words: Vec<&str> = words.into_iter().flatten().map(String::as_str).collect();
    batch.forget_queries(&words)?;
    let (quotes, runs) = forget_in_logs(batch, &rest.chosen)?;
    done.quotes = quotes;
    done.notices = forget_in_notices(batch, &rest.chosen)?;
    done.mentions += rest.so_far.mentions;
    done.authors += rest.so_far.authors;
    batch.record_forgotten(&done, &rest.by, &rest.chosen.selection().how(), now)?;
    Ok((done, runs))
}

/// Who wrote what only counts any more: by name, or by age.
fn forget_counted_authors(
    batch: &Batch,
    selection: &Selection,
    watches: &[&str],
) -> Result<u64, StoreError> {
    if selection.query.is_some() || selection.id.is_some() {
        return Ok(0);
    }
    let mut hashes = Vec::new();
    if let Some(author) = &selection.author {
        for platform in Platform::ALL {
            hashes.extend(Mention::author_hash_of(platform, author).map(u64::cast_signed));
        }
        return batch.forget_author(&hashes, selection.before);
    }
    let mut n_authors = 0;
    if let Some(before) = selection.before {
        for watch in watches {
            n_authors += batch.forget_authors(watch, Timestamp::UNIX_EPOCH, before)?;
        }
    }
    Ok(n_authors)
}

fn forget_in_logs(batch: &Batch, chosen: &Chosen) -> Result<(u64, BTreeSet<RunId>), StoreError> {
    let mut by_event: BTreeMap<(RunId, u64), BTreeMap<String, String>> = BTreeMap::new();
    for (run, seq, hash, value) in batch.quotes()? {
        by_event.entry((run, seq)).or_default().insert(hash, value);
    }
    let mut runs = BTreeSet::new();
    let mut n_quotes = 0;
    for ((run, seq), known) in by_event {
        let Some(skeleton) = batch.skeleton(run, seq)? else {
            continue;
        };
        for stranger in strangers(&skeleton, &known) {
            if chosen.means_stranger(&stranger) {
                batch.forget_strings(run, seq, &stranger.hashes)?;
                runs.insert(run);
                n_quotes += 1;
            }
        }
    }
    for run in &runs {
        batch.unfold(*run)?;
    }
    Ok((n_quotes, runs))
}

fn forget_in_notices(batch: &Batch, chosen: &Chosen) -> Result<u64, StoreError> {
    let is_meant = |quote: &Value| {
        let fields = quote.as_object().into_iter().flatten();
        let fields = fields
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        chosen.means_quote(&fields)
    };
    let mut n_notices = 0;
    for (effect, mut notice) in batch.notices_that_quote()? {
        let quotes = notice.pointer_mut("/content/alert/evidence/quotes");
        let Some(quotes) = quotes.and_then(Value::as_array_mut) else {
            continue;
        };
        let n_before = quotes.len();
        quotes.retain(|quote| !is_meant(quote));
        if quotes.len() < n_before {
            batch.write_notice(&effect, &notice)?;
            n_notices += 1;
        }
    }
    Ok(n_notices)
}

impl Counter {
    /// Counts what is chosen, or has it forgotten.
    pub(super) async fn forget(
        &self,
        selection: Selection,
        apply: bool,
        by: &str,
    ) -> Result<Value, NotDone> {
        if selection == Selection::default() {
            return Err(NotDone::Refused("say what is to be forgotten".to_owned()));
        }
        let chosen = Chosen::new(selection, &Vocabulary::of(&self.organisation));
        let mut chosen = chosen.map_err(|error| NotDone::Refused(error.message))?;
        let numbers = self.read(|store| match store {
            Ok(store) => find(store, &mut chosen).map_err(stored),
            Err(_) => Ok(Vec::new()),
        })?;
        if !apply {
            return Ok(json!({ "would_forget": numbers.len() }));
        }
        let mut so_far = Forgotten::default();
        let mut pieces: Vec<&[i64]> = numbers.chunks(MOST_AT_ONCE).collect();
        let last = pieces.pop().unwrap_or_default();
        for piece in pieces {
            let done = self.forget_piece(piece, None).await?;
            so_far.mentions += done.mentions;
            so_far.authors += done.authors;
        }
        let by = by.to_owned();
        let rest = Rest { chosen, by, so_far };
        let done = self.forget_piece(last, Some(rest)).await?;
        // They hold what was just forgotten.
        copy::remove_older(&self.dir).map_err(|error| stored(error.into()))?;
        Ok(json!(done))
    }

    async fn forget_piece(
        &self,
        numbers: &[i64],
        rest: Option<Rest>,
    ) -> Result<Forgotten, NotDone> {
        let numbers = numbers.to_vec();
        let work = Work::Forget(Box::new(Forgetting { numbers, rest }));
        match self.work(work).await? {
            Answer::Forgotten(done) => Ok(done),
            other => Err(unexpected(&other)),
        }
    }
}

/// The numbers of all stored mentions that are meant.
fn find(store: &Store, chosen: &mut Chosen) -> Result<Vec<i64>, StoreError> {
    let all = Range {
        watch: None,
        since: Timestamp::UNIX_EPOCH,
        until: chosen.selection().before.unwrap_or(Timestamp::MAX_UTC),
        newest_first: false,
    };
    let mut numbers = Vec::new();
    for number in store.numbers(all)? {
        let Some(found) = store.mention(number, &[])? else {
            continue;
        };
        if chosen.means(&found.mention, &found.source) {
            chosen.find(&found.mention);
            numbers.push(number);
        }
    }
    Ok(numbers)
}
