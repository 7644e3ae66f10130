//! `voices`: different people with something different to say.
//!
//! An account counts once: in full when it has words of its own in the window,
//! for three tenths when it only passed something on (domain 5.3). Who only
//! copied or said the same again is no voice: the first who said it is. Without
//! an author, each text of its own is somebody. Rounded down.

use super::{Count, Note};
use crate::domain::voices::Words;
use crate::domain::voices::keyed::{Keyed, one_less, one_more};

/// In tenths of a voice, so that nothing is lost in adding.
const FULL: u64 = 10;
const PASSED_ON: u64 = 3;

#[derive(Debug, Clone, Default)]
pub(super) struct Voices {
    authors: Keyed<Said>,
    /// Clusters with own words of nobody we know, and mentions in each.
    unsigned: Keyed<u32>,
    /// Of the authors together, in tenths.
    tenths: u64,
}

/// An author's mentions in the window.
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    n_own: u32,
    n_reposts: u32,
}

impl Said {
    fn tenths(self) -> u64 {
        match (self.n_own, self.n_reposts) {
            (0, 0) => 0,
            (0, _) => PASSED_ON,
            _ => FULL,
        }
    }
}

impl Count for Voices {
    fn enter(&mut self, note: &Note) {
        let (n_own, n_reposts) = match note.words {
            Words::Own => (1, 0),
            Words::Repost => (0, 1),
            Words::Copy | Words::Again | Words::Spam | Words::Echo | Words::NewsEcho => return,
        };
        let Some(author) = note.author else {
            if n_own == 1 {
                one_more(&mut self.unsigned, note.cluster);
            }
            return;
        };
        let said = self.authors.entry(author).or_default();
        self.tenths -= said.tenths();
        said.n_own += n_own;
        said.n_reposts += n_reposts;
        self.tenths += said.tenths();
    }

    fn leave(&mut self, note: &Note) {
        let (n_own, n_reposts) = match note.words {
            Words::Own => (1, 0),
            Words::Repost => (0, 1),
            Words::Copy | Words::Again | Words::Spam | Words::Echo | Words::NewsEcho => return,
        };
        let Some(author) = note.author else {
            if n_own == 1 {
                one_less(&mut self.unsigned, note.cluster);
            }
            return;
        };
        let Some(said) = self.authors.get_mut(&author) else {
            return;
        };
        self.tenths -= said.tenths();
        said.n_own = said.n_own.saturating_sub(n_own);
        said.n_reposts = said.n_reposts.saturating_sub(n_reposts);
        self.tenths += said.tenths();
        if said.tenths() == 0 {
            self.authors.remove(&author);
        }
    }

    fn value(&self) -> u64 {
        (self.tenths + FULL * self.unsigned.len() as u64) / FULL
    }
}
