//! The drills that were held, for the pages: kept on disk by another room, which
//! whoever starts the program brings along.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono_tz::Tz;
use serde_json::{Value, json};

use super::clock;
use super::request::Counter;
use super::view::show;
use crate::domain::playbook::Playbook;
use crate::domain::text::Text;

/// Looks them up in an organisation's folder: `held`, the latest first, and `due`,
/// a row for each playbook.
pub type Lookup = fn(&Path, Tz, &[&Playbook]) -> Result<Value, String>;

/// Reading them all costs too much for every look at a page.
const FRESH: Duration = Duration::from_secs(20);

/// See the module. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Drills {
    lookup: Lookup,
    kept: Arc<Mutex<Option<(Instant, Value)>>>,
}

impl Drills {
    pub fn new(lookup: Lookup) -> Self {
        Self {
            lookup,
            kept: Arc::default(),
        }
    }
}

impl Counter {
    /// The drills and what must be practised; `trouble` where that cannot be told.
    pub(super) fn drills(&self) -> Value {
        let mut kept = (self.drills.kept.lock()).unwrap_or_else(PoisonError::into_inner);
        let fresh = kept.as_ref().filter(|(at, _)| at.elapsed() < FRESH);
        let mut shown = match fresh {
            Some((_, shown)) => shown.clone(),
            None => {
                let playbooks = self.playbooks.iter().map(|pinned| &pinned.playbook);
                let playbooks: Vec<&Playbook> = playbooks.collect();
                let looked =
                    (self.drills.lookup)(&self.dir, self.organisation.timezone, &playbooks);
                let shown =
                    looked.unwrap_or_else(|why| json!({ "held": [], "due": [], "trouble": why }));
                *kept = Some((clock::stopwatch(), shown.clone()));
                shown
            }
        };
        drop(kept);
        let playbooks = self.playbooks.iter().map(|pinned| &pinned.playbook);
        let titles: BTreeMap<&str, &Text> = playbooks
            .map(|playbook| (playbook.name.as_str(), &playbook.title))
            .collect();
        for list in ["held", "due"] {
            let rows = shown[list].as_array_mut().into_iter().flatten();
            for row in rows {
                let name = row["playbook"].as_str().unwrap_or_default();
                let title = titles.get(name).map(|title| show(self, title));
                row["title"] = title.unwrap_or_else(|| name.to_owned()).into();
            }
        }
        shown
    }
}
