//! How often each account spoke within the hour, to hear a loud one.

use crate::domain::voices::keyed::Keyed;

/// An account's mentions are held against those within so many seconds.
const HOUR: i64 = 3_600;

/// How long they are remembered: longer than the hour, for late mentions.
const REMEMBERED: i64 = 2 * HOUR;

/// Bound on accounts, per watch; beyond it the longest silent are forgotten.
pub(super) const MOST_SPEAKERS: usize = 200_000;

/// Mentions remembered of one account: so many in an hour is loud.
const KEPT: usize = 5;

/// What an account did within the hour of a mention, apart from that mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rank {
    /// In its own words.
    pub(super) n_own: usize,
    /// In whatever way; both at most 5.
    pub(super) n_any: usize,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Speakers {
    accounts: Keyed<Posted>,
    /// Accounts at which the silent ones are swept out.
    sweep_at: usize,
}

/// The latest mentions of one account, ascending.
#[derive(Debug, Clone, Copy, Default)]
struct Posted {
    /// Seconds since 1970; 0 is none. Suffices until 2106.
    seconds: [u32; KEPT],
    /// Bit for each: in its own words.
    own: u8,
}

impl Posted {
    fn each(&self) -> impl Iterator<Item = (i64, bool)> {
        let moments = self.seconds.iter().enumerate();
        moments
            .filter(|(_, second)| **second != 0)
            .map(|(place, second)| (i64::from(*second), self.own >> place & 1 == 1))
    }

    /// Pushes out the earliest, unless the new one is earlier still.
    fn add(&mut self, second: u32, is_own: bool) {
        let after = self.seconds.partition_point(|kept| *kept <= second);
        let Some(place) = after.checked_sub(1) else {
            return;
        };
        self.seconds.copy_within(1..=place, 0);
        self.seconds[place] = second;
        // The bits up to `place` move down by one, as the seconds do.
        let moved = (1_u8 << (place + 1)) - 1;
        let own = (self.own & moved) >> 1 | u8::from(is_own) << place;
        self.own = self.own & !moved | own;
    }
}

/// Whether what was said at a second can still make anybody loud.
pub(super) fn is_heard(second: i64, newest: i64) -> bool {
    second > newest - REMEMBERED
}

impl Speakers {
    pub(super) fn len(&self) -> usize {
        self.accounts.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.accounts.capacity() * (size_of::<(u64, Posted)>() + 1)
    }

    /// What `author` did within an hour of `second`, before or after.
    pub(super) fn rank(&self, author: u64, second: i64, newest: i64) -> Rank {
        let mut rank = Rank { n_own: 0, n_any: 0 };
        let Some(posted) = self.accounts.get(&author) else {
            return rank;
        };
        for (posted, is_own) in posted.each() {
            // What a sweep may have taken is left out, whether it has or not:
            // a restart must not change a weight.
            if (second - posted).abs() < HOUR && is_heard(posted, newest) {
                rank.n_own += usize::from(is_own);
                rank.n_any += 1;
            }
        }
        rank
    }

    /// One more mention of an account.
    pub(super) fn add(&mut self, author: u64, second: i64, is_own: bool, newest: i64) {
        if self.accounts.len() >= self.sweep_at.max(64) && !self.accounts.contains_key(&author) {
            self.sweep(newest);
        }
        let second = u32::try_from(second.max(1)).unwrap_or(u32::MAX);
        self.accounts.entry(author).or_default().add(second, is_own);
    }

    fn sweep(&mut self, newest: i64) {
        let mut kept = REMEMBERED;
        loop {
            let before = newest - kept;
            self.accounts
                .retain(|_, posted| i64::from(posted.seconds[KEPT - 1]) > before);
            if self.accounts.len() < MOST_SPEAKERS || kept == 0 {
                break;
            }
            kept /= 2;
        }
        self.accounts.shrink_to(self.accounts.len() * 2);
        self.sweep_at = (self.accounts.len() * 2).min(MOST_SPEAKERS);
    }
}
