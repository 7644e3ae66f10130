//! A desk that is only looked at: what it heard, at a moment, without judging
//! anything. For `watch show`, beside a daemon that does judge.

use super::Desk;
use crate::domain::heard::Heard;
use crate::domain::time::Timestamp;

impl Desk {
    /// Time is `now` for what is usual and unusual; no trigger is asked.
    pub fn look_at(&mut self, now: Timestamp) {
        self.advance_tides(now);
    }

    /// What was heard of a watch, by its place in `Organisation::watches`.
    pub fn heard_at(&self, watch: usize) -> Option<&Heard> {
        self.heard.get(watch)
    }
}
