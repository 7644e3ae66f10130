//! Carries records of a file to whoever has the store, some at a time; or only
//! sees what would come of them.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use crate::cli::ask::Session;
use crate::domain::desk::Observed;
use crate::domain::history::{Found, Totals};
use crate::domain::mention::Mention;
use crate::domain::organisation::Organisation;
use crate::domain::query::watches::Watches;
use crate::domain::time::{Timestamp, before};
use crate::engine::clock;
use crate::engine::history::Piece;
use crate::engine::request::Request;
use crate::store::{IMPORTED, Store};

/// Records in a piece, and letters of text in it: what is committed at once. A
/// mention that arrives meanwhile waits for one piece at most.
const MOST_RECORDS: usize = 1_000;
const MOST_LETTERS: usize = 2 << 20;

/// Takes the records of a file one by one.
pub(super) trait Sender {
    /// One more record, `None` for what is no mention. Gives what came of a
    /// piece when one was full.
    fn take(&mut self, mention: Option<Mention>) -> Result<Option<Totals>, String>;

    /// What came of the rest; whether the file breaks off after it.
    fn finish(&mut self, breaks_off: bool) -> Result<Totals, String>;
}

/// How far a file was when we came.
#[derive(Debug)]
pub(super) struct State {
    pub(super) position: u64,
    pub(super) is_finished: bool,
    pub(super) finished_at: Option<Timestamp>,
    pub(super) totals: Totals,
}

/// Brings records to the daemon, or to the store when none runs.
pub(super) struct Courier {
    session: Session,
    piece: Piece,
    n_letters: usize,
}

impl Courier {
    pub(super) fn open(
        dir: &Path,
        file: &str,
        digest: Option<String>,
    ) -> Result<(Self, State), String> {
        let first = Request::ImportState {
            digest: digest.clone().unwrap_or_default(),
        };
        let (session, state) = Session::open(dir, &first)?;
        let piece = Piece {
            digest,
            file: file.to_owned(),
            first: 0,
            mentions: Vec::new(),
            n_rejected: 0,
            n_day_only: 0,
            is_last: false,
            breaks_off: false,
        };
        let courier = Self {
            session,
            piece,
            n_letters: 0,
        };
        let finished_at = serde_json::from_value(state["finished_at"].clone());
        let state = State {
            position: state["position"].as_u64().unwrap_or_default(),
            is_finished: state["finished"] == true,
            finished_at: finished_at.unwrap_or_default(),
            totals: totals_of(state["totals"].clone())?,
        };
        Ok((courier, state))
    }

    /// The next record is not the first of the file.
    pub(super) fn go_on(&mut self, first: u64) {
        self.piece.first = first;
    }

    fn send(&mut self) -> Result<Totals, String> {
        let mut piece = self.piece.clone();
        piece.mentions = std::mem::take(&mut self.piece.mentions);
        self.piece.first += piece.mentions.len() as u64 + piece.n_rejected;
        (self.piece.n_rejected, self.piece.n_day_only) = (0, 0);
        self.n_letters = 0;
        totals_of(self.session.ask(&Request::Import { piece })?)
    }
}

fn totals_of(answer: Value) -> Result<Totals, String> {
    serde_json::from_value(answer).map_err(|error| format!("the answer is not understood: {error}"))
}

impl Sender for Courier {
    fn take(&mut self, mention: Option<Mention>) -> Result<Option<Totals>, String> {
        let piece = &mut self.piece;
        match mention {
            Some(mention) => {
                piece.n_day_only += u64::from(mention.is_day_only());
                self.n_letters += mention.text.len();
                piece.mentions.push(mention);
            }
            None => piece.n_rejected += 1,
        }
        let n_records = piece.mentions.len() as u64 + piece.n_rejected;
        let is_full = n_records >= MOST_RECORDS as u64 || self.n_letters >= MOST_LETTERS;
        is_full.then(|| self.send()).transpose()
    }

    fn finish(&mut self, breaks_off: bool) -> Result<Totals, String> {
        (self.piece.is_last, self.piece.breaks_off) = (true, breaks_off);
        self.send()
    }
}

/// Says what would come of an import; nothing is stored.
pub(super) struct Rehearsal {
    organisation: Organisation,
    watches: Arc<Watches>,
    store: Option<Store>,
    seen: HashSet<i64>,
    totals: Totals,
    texts_from: Timestamp,
}

impl Rehearsal {
    pub(super) fn new(dir: &Path, organisation: &Organisation) -> Result<Self, String> {
        let store = Store::open_to_read(dir, organisation.plane());
        Ok(Self {
            watches: crate::engine::watches_of(organisation)?,
            store: store.map_err(|error| error.to_string())?,
            seen: HashSet::new(),
            totals: Totals::default(),
            texts_from: before(clock::now(), organisation.keep_texts),
            organisation: organisation.clone(),
        })
    }

    fn is_known(&mut self, key: i64) -> Result<bool, String> {
        let is_stored = self
            .store
            .as_ref()
            .map_or(Ok(false), |store| store.is_known(key));
        Ok(is_stored.map_err(|error| error.to_string())? || !self.seen.insert(key))
    }
}

impl Sender for Rehearsal {
    fn take(&mut self, mention: Option<Mention>) -> Result<Option<Totals>, String> {
        self.totals.read += 1;
        let Some(mention) = mention else {
            self.totals.rejected += 1;
            return Ok(None);
        };
        self.totals.see(mention.published_at);
        self.totals.day_only += u64::from(mention.is_day_only());
        let (key, is_old) = (mention.key(), mention.published_at < self.texts_from);
        let Some(observed) = Observed::new(mention, &self.watches, &IMPORTED.into()) else {
            self.totals.unmatched += 1;
            return Ok(None);
        };
        let is_known = self.is_known(key)?;
        for number in observed.matched.counted() {
            let watch = &self.organisation.watches[usize::from(*number)].key;
            let found: &mut Found = self.totals.watches.entry(watch.clone()).or_default();
            found.matched += 1;
            found.new += u64::from(!is_known);
        }
        match (observed.matched.ours, is_known) {
            (true, _) => self.totals.ours += 1,
            (_, true) => self.totals.known += 1,
            (_, false) => {
                self.totals.new += 1;
                self.totals.only_counted += u64::from(is_old);
            }
        }
        Ok(None)
    }

    fn finish(&mut self, _: bool) -> Result<Totals, String> {
        Ok(std::mem::take(&mut self.totals))
    }
}
