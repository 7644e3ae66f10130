//! `reach`: followers of the different authors together.
//!
//! An account counts once however often it speaks, with the largest number of
//! followers among its mentions in the window: sources differ and numbers grow.
//! A mention without an author reaches nobody we could count once.

use super::{Count, Note};
use crate::domain::voices::keyed::Keyed;

#[derive(Debug, Clone, Default)]
pub(super) struct Reach {
    authors: Keyed<Figures>,
    together: u64,
}

/// The numbers of followers of one author, and how many mentions have each.
/// Nearly always one, so the others live elsewhere.
#[derive(Debug, Clone, Default)]
struct Figures {
    largest: u32,
    n_largest: u32,
    /// Smaller ones, in any order.
    others: Vec<(u32, u32)>,
}

impl Figures {
    fn add(&mut self, followers: u32) {
        if self.n_largest == 0 || followers == self.largest {
            self.largest = followers;
            self.n_largest += 1;
        } else if followers > self.largest {
            self.others.push((self.largest, self.n_largest));
            (self.largest, self.n_largest) = (followers, 1);
        } else if let Some((_, n)) = self.others.iter_mut().find(|(one, _)| *one == followers) {
            *n += 1;
        } else {
            self.others.push((followers, 1));
        }
    }

    fn take(&mut self, followers: u32) {
        if followers != self.largest {
            if let Some(place) = self.others.iter().position(|(one, _)| *one == followers) {
                self.others[place].1 -= 1;
                if self.others[place].1 == 0 {
                    self.others.swap_remove(place);
                }
            }
            return;
        }
        self.n_largest = self.n_largest.saturating_sub(1);
        if self.n_largest == 0 {
            let next = self.others.iter().enumerate().max_by_key(|(_, one)| one.0);
            if let Some((place, _)) = next {
                (self.largest, self.n_largest) = self.others.swap_remove(place);
            }
        }
    }
}

impl Count for Reach {
    fn enter(&mut self, note: &Note) {
        let Some(author) = note.author else {
            return;
        };
        let figures = self.authors.entry(author).or_default();
        self.together -= u64::from(figures.largest);
        figures.add(note.followers);
        self.together += u64::from(figures.largest);
    }

    fn leave(&mut self, note: &Note) {
        let Some(author) = note.author else {
            return;
        };
        let Some(figures) = self.authors.get_mut(&author) else {
            return;
        };
        self.together -= u64::from(figures.largest);
        figures.take(note.followers);
        if figures.n_largest == 0 {
            self.authors.remove(&author);
        } else {
            self.together += u64::from(figures.largest);
        }
    }

    fn value(&self) -> u64 {
        self.together
    }
}
