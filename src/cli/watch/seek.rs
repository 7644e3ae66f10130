//! Goes through mentions, of a file or of the store, with a query that is tried.

use std::path::Path;

use super::tally::{Sighting, Tally};
use crate::cli::print::note;
use crate::domain::mention::Mention;
use crate::domain::organisation::Organisation;
use crate::domain::plane::Plane;
use crate::domain::query::Query;
use crate::domain::query::matcher::Matcher;
use crate::domain::query::watches::{Matched, Watches};
use crate::source::open::each_mention;
use crate::source::table::Reading;
use crate::store::Store;

/// Rejected lines that are named; the rest is only counted.
const MOST_NAMED: u64 = 10;

/// A query on trial, beside the watches that there are.
pub(super) struct Trial<'a> {
    pub(super) organisation: &'a Organisation,
    pub(super) matcher: Matcher,
    pub(super) watches: &'a Watches,
    /// Place of the watch that it is compared with.
    pub(super) against: Option<u16>,
    /// The source that all mentions count as coming from; `None`: the one for
    /// their platform.
    pub(super) source: Option<String>,
}

impl<'a> Trial<'a> {
    pub(super) fn new(query: &Query, watches: &'a Watches, organisation: &'a Organisation) -> Self {
        Self {
            organisation,
            matcher: Matcher::new(std::slice::from_ref(query)),
            watches,
            against: None,
            source: None,
        }
    }

    fn look(&self, mention: Mention, source: &str) -> Sighting {
        let is_found = !self.matcher.matching(&mention, source).is_empty();
        // Asked of every mention only where it is needed.
        let matched = if is_found || self.against.is_some() {
            self.watches.matching(&mention, source)
        } else {
            Matched::default()
        };
        let day = mention
            .published_at
            .with_timezone(&self.organisation.timezone)
            .date_naive();
        let is_watched = self
            .against
            .is_some_and(|watch| matched.counted().contains(&watch));
        Sighting {
            key: mention.key(),
            day,
            platform: mention.platform,
            author: mention.author_hash(),
            is_found,
            is_ours: matched.ours,
            is_watched,
            mention: (is_found || is_watched).then(|| Box::new((mention, source.to_owned()))),
        }
    }

    /// Every mention of a file.
    pub(super) fn file(
        &self,
        path: &Path,
        columns: &[(String, String)],
        tally: &mut Tally,
    ) -> Result<(), String> {
        let look = |mention: Mention| {
            let of_platform = || self.organisation.source_of(mention.platform);
            let source = self.source.as_deref().or_else(of_platform);
            let source = source.unwrap_or_default().to_owned();
            self.look(mention, &source)
        };
        let mut n_rejected = 0;
        // As `import` reads it, so that what was tried is what comes in.
        let reading = Reading::guessed(columns, self.organisation.timezone);
        each_mention(path, &reading, look, |sighting, _| match sighting {
            Ok(sighting) => tally.add(sighting),
            Err(reject) => {
                n_rejected += 1;
                if n_rejected <= MOST_NAMED {
                    note(&format!("line {}: {}", reject.line, reject.reason));
                }
            }
        })?;
        if n_rejected > 0 {
            note(&format!(
                "{n_rejected} lines could not be read as mentions and were left out"
            ));
        }
        Ok(())
    }

    /// Every mention that is kept: those that matched a watch, as long as texts
    /// are kept.
    pub(super) fn store(&self, dir: &Path, tally: &mut Tally) -> Result<(), String> {
        let store = Store::open_to_read(dir, Plane::Real).map_err(|error| error.to_string())?;
        let store = store.ok_or("nothing is stored yet; give a file with --mentions FILE")?;
        let each = |mention: Mention, source: &str| {
            let source = self.source.as_deref().unwrap_or(source);
            tally.add(self.look(mention, source));
        };
        store.each_kept(each).map_err(|error| error.to_string())
    }
}
