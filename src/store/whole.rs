//! All that is stored of one run, of one moment: for its dossier.

use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use super::{Parcel, Store, StoreError, events};
use crate::domain::run::RunId;
use crate::domain::verify::Stored;

/// A run as it is on disk.
#[derive(Debug, Clone)]
pub struct Whole {
    /// Without its line in the list of runs and the folded state.
    pub stored: Stored,
    /// What was or is to be sent.
    pub parcels: Vec<Parcel>,
    /// Hash and JSON of what it pins, and of what its log says it was moved over to.
    pub pinned: Vec<(String, String)>,
}

impl Store {
    /// `None` when there is no such run.
    pub fn whole(&self, run: RunId) -> Result<Option<Whole>, StoreError> {
        let _moment = self.connection.unchecked_transaction()?;
        let stored = Stored {
            run,
            listed: None,
            events: events::rows(&self.connection, run, 0)?,
            values: events::values(&self.connection, run, 0)?,
            folded: None,
        };
        if stored.events.is_empty() {
            return Ok(None);
        }
        let mut find = self
            .connection
            .prepare_cached("SELECT pinned FROM run WHERE id = $1")?;
        let now: Option<String> = find
            .query_row(params![run.cast_signed()], |row| row.get(0))
            .optional()?;
        let moved = stored.events.iter().filter_map(|event| {
            let event: Value = serde_json::from_str(&event.json).ok()?;
            let is_moved = event["event"] == "upgraded";
            is_moved.then(|| event["hash"].as_str().map(str::to_owned))?
        });
        let mut pinned: Vec<(String, String)> = Vec::new();
        let mut find = self
            .connection
            .prepare_cached("SELECT json FROM pinned WHERE hash = $1")?;
        for hash in now.into_iter().chain(moved) {
            let json: Option<String> = find.query_row([&hash], |row| row.get(0)).optional()?;
            let is_new = !pinned.iter().any(|(known, _)| *known == hash);
            pinned.extend(json.filter(|_| is_new).map(|json| (hash, json)));
        }
        Ok(Some(Whole {
            stored,
            parcels: self.parcels_of(run)?,
            pinned,
        }))
    }
}
