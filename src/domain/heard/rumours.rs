//! Which rumours go round in one watch: each mention that passes one on gets the
//! number of the rumour it tells.

use std::collections::VecDeque;
use std::num::NonZeroU32;

use crate::domain::enrich::Rumour;

/// Rumours that are told apart at once; the one that was heard longest ago makes
/// room.
const MOST: usize = 200;

/// The rumours of one watch, by how they were first told.
#[derive(Debug, Clone, Default)]
pub struct Rumours {
    /// The one heard longest ago first.
    known: VecDeque<(NonZeroU32, Rumour)>,
    highest: u32,
}

impl Rumours {
    /// The number of the rumour that a text tells: of one that was heard, or a new
    /// one. `None` for a text without words.
    pub fn number_of(&mut self, told: &Rumour) -> Option<NonZeroU32> {
        let likest = self
            .known
            .iter()
            .enumerate()
            .map(|(place, (_, first))| (place, first.likeness(told)))
            .max_by(|(_, one), (_, other)| one.total_cmp(other));
        if let Some((place, likeness)) = likest
            && likeness >= crate::domain::enrich::rumour::ENOUGH
        {
            let heard = self.known.remove(place)?;
            let number = heard.0;
            self.known.push_back(heard);
            return Some(number);
        }
        if !told.is_same(told) {
            return None;
        }
        self.highest = self.highest.wrapping_add(1).max(1);
        let number = NonZeroU32::new(self.highest)?;
        self.remember(number, told.clone());
        Some(number)
    }

    /// A rumour that was heard before a restart.
    pub fn remember(&mut self, number: NonZeroU32, first: Rumour) {
        self.highest = self.highest.max(number.get());
        if self.known.len() == MOST {
            self.known.pop_front();
        }
        self.known.push_back((number, first));
    }

    /// A number that was given out before a restart, though its words are gone.
    pub fn is_taken(&mut self, number: NonZeroU32) {
        self.highest = self.highest.max(number.get());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_tells_the_same_shares_a_number() {
        let mut rumours = Rumours::default();
        let mut number = |text: &str| rumours.number_of(&Rumour::of(text)).map(NonZeroU32::get);
        let closing = "Ik hoorde dat de spoedpost vanavond om acht uur dichtgaat";
        assert_eq!(number(closing), Some(1));
        assert_eq!(
            number("Er schijnt een datalek te zijn bij het ziekenhuis"),
            Some(2)
        );
        assert_eq!(number(&format!("RT @a: {closing}!!")), Some(1));
        assert_eq!(number(""), None);
        rumours.is_taken(NonZeroU32::new(7).unwrap());
        let new = rumours.number_of(&Rumour::of("Ze zeggen dat het water giftig is"));
        assert_eq!(new.map(NonZeroU32::get), Some(8));
    }
}
