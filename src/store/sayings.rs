//! What was read in many mentions, looked up by number: read in one pass over the table
//! when that takes less than looking at each, and kept for whoever asks next.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, params};

use super::StoreError;
use super::said::{last_said, said};

/// For fewer it is not worth a pass: a stretch that is packed has fewer.
const LEAST: usize = 5_000;

/// A pass may go over so many times what is wanted: looking up one takes as long as
/// passing six, and the next who asks goes by the same.
const MOST_PASSED: i64 = 40;

/// Of one moment: who keeps it longer sees nothing that was read since. Several may ask
/// at once, each with a connection of their own.
#[derive(Debug, Default)]
pub struct Sayings(Mutex<Option<Arc<Pass>>>);

/// What one pass found.
#[derive(Debug)]
struct Pass {
    first: i64,
    /// By number from `first` on: the second of the mention, and the bits; `None` where
    /// nothing was read, or more than one mention had the number.
    said: Vec<Option<(i64, u8)>>,
    /// Numbers that were given again: those are looked up.
    again: Vec<i64>,
}

/// What is known of some mentions.
pub(super) struct About {
    last: i64,
    pass: Option<Arc<Pass>>,
}

impl Sayings {
    /// For looking up what was read in mentions with about these numbers.
    pub(super) fn about(
        &self,
        connection: &Connection,
        numbers: impl Iterator<Item = i64>,
    ) -> Result<About, StoreError> {
        let last = last_said(connection)?;
        let (mut n, mut first) = (0, last);
        for number in numbers.filter(|number| (1..=last).contains(number)) {
            (n, first) = (n + 1, first.min(number));
        }
        let mut pass = None;
        if n >= LEAST {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let is_worth = last - first <= i64::try_from(n).unwrap_or(i64::MAX) * MOST_PASSED;
            if known.is_none() && is_worth {
                *known = Some(Arc::new(Pass::from(connection, first, last)?));
            }
            pass.clone_from(&known);
        }
        Ok(About { last, pass })
    }
}

impl About {
    /// The bits of what a mention says that was published in this second; `None` while it
    /// was not read.
    pub(super) fn of(
        &self,
        connection: &Connection,
        number: i64,
        second: i64,
    ) -> Result<Option<u8>, StoreError> {
        if number > self.last {
            return Ok(None);
        }
        let found = self.pass.as_ref().and_then(|pass| pass.of(number));
        match found {
            Some(found) => Ok(found.filter(|(at, _)| *at == second).map(|(_, said)| said)),
            None => said(connection, number, second),
        }
    }
}

impl Pass {
    fn from(connection: &Connection, first: i64, last: i64) -> Result<Self, StoreError> {
        let n_numbers = usize::try_from(last - first + 1).unwrap_or(0);
        let (mut said, mut again) = (vec![None; n_numbers], Vec::new());
        let mut select = connection.prepare_cached(
            "SELECT mention, published_at, said FROM said WHERE mention BETWEEN $1 AND $2
             ORDER BY mention",
        )?;
        let mut rows = select.query(params![first, last])?;
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(0)?;
            let place = usize::try_from(number - first).unwrap_or(usize::MAX);
            if let Some(place) = said.get_mut(place)
                && place.replace((row.get(1)?, row.get(2)?)).is_some()
            {
                again.push(number);
            }
        }
        Ok(Self { first, said, again })
    }

    /// What it found under a number, if anything; `None` when it says nothing of it.
    fn of(&self, number: i64) -> Option<Option<(i64, u8)>> {
        let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
        let found = self.said.get(place)?;
        self.again.binary_search(&number).is_err().then_some(*found)
    }
}
