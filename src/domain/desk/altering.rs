//! Other words under an id that counts already: a headline that was changed. It stays
//! one mention; what it says now may be what a condition waits for.

use super::{Desk, Happening, Observed};
use crate::domain::time::Timestamp;
use crate::domain::volume::LATENESS;

impl Desk {
    /// These words came under the id of what counts in these watches, by place, each
    /// from a second on. Named queries that mean them now, and lists, hold for it too,
    /// and never less than before: nobody can hide what was said by saying it
    /// differently. Gives the marks of the words, to be stored, and what follows.
    pub fn alter(
        &mut self,
        seen: &Observed,
        counted: &[(u16, i64)],
        now: Timestamp,
    ) -> (String, Vec<Happening>) {
        let marks = self.marks.of(&seen.matched, &self.organisation);
        let mut happenings = Vec::new();
        if marks == 0 || self.echo.is_echo(&seen.mention).is_some() {
            return (String::new(), happenings);
        }
        let oldest = now.timestamp() - LATENESS;
        for (watch, second) in counted {
            let watch = usize::from(*watch);
            let heard = self.heard.get_mut(watch);
            let is_another = heard.is_some_and(|heard| heard.alter(&seen.mention, *second, marks));
            if is_another && *second > oldest {
                happenings.extend(self.with_triggers(Some(watch), now, |progress, judge| {
                    progress.observe_late(judge, *second, *second)
                }));
            }
        }
        (self.marks.words(marks), happenings)
    }
}
