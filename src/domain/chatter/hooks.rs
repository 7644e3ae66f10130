//! Words by which a watch finds a post, found by trying.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::dice::Dice;
use super::wording::names_of;
use crate::domain::mention::{Engagement, Mention, Platform};
use crate::domain::organisation::Organisation;
use crate::domain::query::watches::Watches;
use crate::domain::query::{Vocabulary, parse};
use crate::domain::time::Timestamp;

/// A watch, and what one can write so that it finds it.
#[derive(Debug, Clone)]
pub struct Hooks {
    watches: Arc<Watches>,
    /// Its place among the organisation's.
    watch: u16,
    /// The source that brings what is said on a platform.
    sources: BTreeMap<Platform, String>,
    /// Names of the organisation first.
    phrases: Vec<String>,
    n_names: usize,
}

impl Hooks {
    /// Of the watch with this key. `None` when there is none, or a query has
    /// mistakes.
    pub fn new(organisation: &Organisation, watch: &str) -> Option<Self> {
        let watches = Watches::new(organisation).ok()?;
        Self::among(organisation, Arc::new(watches), watch)
    }

    /// The same; `watches` are those of this organisation.
    pub fn among(organisation: &Organisation, watches: Arc<Watches>, watch: &str) -> Option<Self> {
        let place = organisation
            .watches
            .iter()
            .position(|known| known.key == watch)?;
        let known = Vocabulary::of(organisation);
        let query = parse(&organisation.watches.get(place)?.query, &known).ok()?;
        let mut hooks = Self {
            watches,
            watch: u16::try_from(place).ok()?,
            sources: Platform::ALL
                .into_iter()
                .filter_map(|platform| {
                    let source = organisation.source_of(platform)?;
                    Some((platform, source.to_owned()))
                })
                .collect(),
            phrases: Vec::new(),
            n_names: 0,
        };
        let name = names_of(organisation);
        let mut guesses = query.wordings();
        // A watch for everything asks for no words; people still name us.
        if guesses.is_empty() {
            guesses.extend(name.split(" | ").map(str::to_lowercase));
        }
        let mut others = Vec::new();
        for guess in guesses {
            if !hooks.is_found(&guess) {
                continue;
            }
            let as_written = as_in(&name, &guess).filter(|written| *written != guess);
            let is_name = letters_of(&name).contains(&letters_of(&guess));
            let list = if is_name {
                &mut hooks.phrases
            } else {
                &mut others
            };
            list.extend(as_written);
            list.push(guess);
        }
        hooks.n_names = hooks.phrases.len();
        hooks.phrases.append(&mut others);
        Some(hooks)
    }

    /// Phrases that make the watch find a text; empty when none could be found.
    pub fn phrases(&self) -> &[String] {
        &self.phrases
    }

    /// Whether one of the phrases is the organisation's own name, or a part.
    pub(super) fn are_names(&self) -> bool {
        self.n_names > 0
    }

    /// Whether the watch finds this mention.
    pub fn finds(&self, mention: &Mention) -> bool {
        let source = self.sources.get(&mention.platform);
        let source = source.map_or("drill", String::as_str);
        let matched = self.watches.matching(mention, source);
        matched.counted().contains(&self.watch)
    }

    /// One of the phrases; a name when there is one, for the other guesses are
    /// clumsier.
    pub(super) fn pick(&self, dice: &mut Dice) -> &str {
        let is_name = self.n_names > 0 && dice.chance(88);
        let among = if is_name {
            self.n_names
        } else {
            self.phrases.len()
        };
        #[expect(clippy::cast_possible_truncation, reason = "a place in a list")]
        let place = dice.below(among as u64) as usize;
        self.phrases.get(place).map_or("", String::as_str)
    }

    /// Whether the watch finds it somewhere, alone and among other words.
    fn is_found(&self, phrase: &str) -> bool {
        let platforms = [Platform::X, Platform::Facebook, Platform::News];
        let languages = [None, Some("nl"), Some("en")];
        platforms.iter().any(|platform| {
            languages.iter().any(|language| {
                let found = |text: String| self.finds(&trial(text, *platform, *language));
                found(phrase.to_owned()) && found(format!("Tja. Over {phrase}, dus!"))
            })
        })
    }
}

fn trial(text: String, platform: Platform, language: Option<&str>) -> Mention {
    Mention {
        id: "trial".to_owned(),
        platform,
        author: None,
        author_name: None,
        followers: None,
        text,
        url: None,
        lang: language.map(str::to_owned),
        published_at: Timestamp::UNIX_EPOCH,
        kind: None,
        in_reply_to: None,
        engagement: Engagement::default(),
        extra: serde_json::Map::new(),
    }
}

/// Letters and digits only, in lower case.
fn letters_of(text: &str) -> String {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// The phrase with the capitals of the name, when it stands in it.
fn as_in(name: &str, phrase: &str) -> Option<String> {
    let letters: Vec<char> = name.chars().collect();
    let wanted: Vec<char> = phrase.chars().collect();
    let same = |found: &[char]| {
        found
            .iter()
            .zip(&wanted)
            .all(|(one, other)| one.to_lowercase().eq(other.to_lowercase()))
    };
    letters
        .windows(wanted.len().max(1))
        .find(|found| same(found))
        .map(|found| found.iter().collect())
}
