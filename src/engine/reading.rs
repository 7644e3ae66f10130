//! Lets somebody read what strangers wrote, or refuses it. Either way it is on
//! disk before they see anything.

use serde_json::{Value, json};

use super::request::{Counter, Owner, stored};
use super::work::Work;
use super::{NotDone, clock};
use crate::domain::reading::{Reading, may_read, refusal};
use crate::store::{ReadingRow, Store, StoreError};

impl Counter {
    /// Records a reading of `by`, who gets to see the texts after it; refused, and
    /// recorded as that, when they may not.
    pub(super) async fn reading(&self, reading: Reading, by: &str) -> Result<Value, NotDone> {
        let is_refused = !may_read(&self.organisation, by);
        let row = ReadingRow {
            at: clock::now(),
            by: by.to_owned(),
            reading,
            is_refused,
        };
        self.record_reading(row).await?;
        match is_refused {
            true => Err(NotDone::Refused(refusal(&self.organisation, by))),
            false => Ok(json!({ "by": by })),
        }
    }

    /// Records that `by` looked at something that holds no words of strangers.
    pub(super) async fn looked(&self, reading: Reading, by: &str) -> Result<(), NotDone> {
        let row = ReadingRow {
            at: clock::now(),
            by: by.to_owned(),
            reading,
            is_refused: false,
        };
        self.record_reading(row).await
    }

    async fn record_reading(&self, row: ReadingRow) -> Result<(), NotDone> {
        match self.owner {
            Owner::Nobody => self.record_alone(&row),
            Owner::Daemon(_) | Owner::Alone(_) => {
                self.work(Work::Reading(Box::new(row))).await?;
                Ok(())
            }
        }
    }

    /// Nobody has the store, so we have it for a moment.
    fn record_alone(&self, row: &ReadingRow) -> Result<(), NotDone> {
        let opened = Store::open(&self.dir, self.organisation.plane());
        let mut store = opened.map_err(|error| match error {
            // A daemon that starts or stops: it is asked again.
            StoreError::InUse(_) => NotDone::Stopping,
            other => stored(other),
        })?;
        let batch = store.begin().map_err(stored)?;
        batch.record_reading(row).map_err(stored)?;
        batch.commit().map_err(stored)
    }

    /// Takes the words of strangers out of what a run is shown as, unless whoever
    /// asks may read them; then that is recorded.
    pub(super) async fn only_to_readers(
        &self,
        mut shown: Value,
        wants_quotes: bool,
        by: &str,
    ) -> Result<Value, NotDone> {
        if !wants_quotes {
            take_quotes(&mut shown);
            return Ok(shown);
        }
        let mut without = shown.clone();
        let n_quotes = take_quotes(&mut without);
        if n_quotes == 0 {
            return Ok(shown);
        }
        let run = format!("run {}", shown["run"]);
        self.reading(Reading::new("run show", &run, n_quotes), by)
            .await?;
        Ok(shown)
    }
}

/// Empties every list of quotes; gives how many there were.
fn take_quotes(shown: &mut Value) -> u64 {
    match shown {
        Value::Object(fields) => {
            let mut n_taken = 0;
            for (key, value) in fields {
                n_taken += match (key.as_str(), &mut *value) {
                    ("quotes", Value::Array(quotes)) => std::mem::take(quotes).len() as u64,
                    _ => take_quotes(value),
                };
            }
            n_taken
        }
        Value::Array(items) => items.iter_mut().map(take_quotes).sum(),
        _ => 0,
    }
}
