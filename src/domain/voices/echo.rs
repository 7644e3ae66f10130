//! Our own words that come back: who repeats a statement of ours.
//!
//! An echo shows how far a statement carries, and never triggers: otherwise each
//! publication would set off the next alarm. Told by eight words in a row of
//! ours, or by the link to it (domain 5.3). Who quotes us and then says as much
//! or more of his own is no echo but a voice: that is what criticism looks like.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::bare::words_of;
use super::keyed::Keyed;
use super::lexicon::Said;
use crate::domain::mention::Mention;
use crate::domain::query::fold::fold;

/// How long a statement is listened for, in seconds: two weeks.
pub const REMEMBERED: i64 = 14 * 86_400;

/// Bound on statements and posts; beyond it the oldest are forgotten.
pub const MOST_STATEMENTS: usize = 1_000;

/// Of each statement, the words that are listened for.
const MOST_WORDS: usize = 2_000;

/// Words in a row that nobody happens on by chance.
const IN_A_ROW: usize = 8;

/// A publication is often recorded some minutes after it was posted, in
/// seconds. What was said longer before it was not said after us.
const RECORDED_LATE: i64 = 900;

/// The statements of ours that are listened for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Statement>", into = "Vec<Statement>")]
pub struct Echo {
    /// Oldest first, as they were added.
    statements: VecDeque<Statement>,
    /// Number of the one in front.
    first: u64,
    /// Eight words in a row, and the number of the last statement with them.
    rows: Keyed<u64>,
}

/// One text of ours, without the text.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Statement {
    key: String,
    at: i64,
    url: Option<String>,
    rows: Vec<u64>,
}

impl From<Vec<Statement>> for Echo {
    fn from(statements: Vec<Statement>) -> Self {
        let mut echo = Self::default();
        statements
            .into_iter()
            .for_each(|statement| echo.put(statement));
        echo
    }
}

impl From<Echo> for Vec<Statement> {
    fn from(echo: Echo) -> Self {
        echo.statements.into()
    }
}

impl Echo {
    /// Listens for a statement or a post of ours from second `at` on. The same
    /// key again is a new version; the old one keeps being heard too.
    pub fn add(&mut self, key: &str, text: &str, url: Option<&str>, at: i64) {
        let words = words_of(&fold(text));
        let rows = rows_of(&words[..words.len().min(MOST_WORDS)]).collect();
        self.put(Statement {
            key: key.to_owned(),
            at,
            url: url.map(bare_link).filter(|url| !url.is_empty()),
            rows,
        });
    }

    fn put(&mut self, statement: Statement) {
        let before = statement.at - REMEMBERED;
        while self.statements.len() >= MOST_STATEMENTS
            || self.statements.front().is_some_and(|one| one.at <= before)
        {
            self.forget_first();
        }
        let number = self.first + self.statements.len() as u64;
        self.rows
            .extend(statement.rows.iter().map(|row| (*row, number)));
        self.statements.push_back(statement);
    }

    fn forget_first(&mut self) {
        if let Some(statement) = self.statements.pop_front() {
            for row in &statement.rows {
                if self.rows.get(row) == Some(&self.first) {
                    self.rows.remove(row);
                }
            }
            self.first += 1;
        }
    }

    /// The key of the statement that a mention repeats; `None` when it says
    /// something itself, or nothing of ours.
    pub fn is_echo(&self, mention: &Mention) -> Option<&str> {
        if self.statements.is_empty() {
            return None;
        }
        let words = words_of(&fold(&mention.text));
        let second = mention.published_at.timestamp();
        let is_heard = |statement: &&Statement| {
            statement.at - RECORDED_LATE <= second && second - statement.at < REMEMBERED
        };
        // Each word that is in a row of ours is quoted; the others are theirs.
        let mut quoted_until = 0;
        let mut n_quoted = 0;
        let mut found = None;
        for (place, row) in rows_of(&words).enumerate() {
            let of_row = self.rows.get(&row).and_then(|number| {
                let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
                self.statements.get(place).filter(is_heard)
            });
            if let Some(statement) = of_row {
                found = Some(statement);
                n_quoted += place + IN_A_ROW - quoted_until.max(place);
                quoted_until = place + IN_A_ROW;
            }
        }
        let n_theirs = words.len() - n_quoted;
        if let Some(statement) = found {
            return (n_theirs < n_quoted).then_some(&statement.key);
        }
        let linked = self.linked(&mention.text, is_heard)?;
        // "Lees hier de reactie:" passes on, a remark of eight words or one
        // word of complaint is a remark.
        let is_bare = n_theirs < IN_A_ROW && Said::new(&mention.text).complaint().is_none();
        is_bare.then_some(&linked.key)
    }

    fn linked(&self, text: &str, is_heard: impl Fn(&&Statement) -> bool) -> Option<&Statement> {
        let links = text
            .split_whitespace()
            .filter(|part| part.contains("://") || part.starts_with("www."))
            .map(bare_link);
        let linked = |link: String| {
            self.statements
                .iter()
                .rev()
                .filter(&is_heard)
                .find(|statement| statement.url.as_ref() == Some(&link))
        };
        links.into_iter().find_map(linked)
    }

    /// Statements that are listened for.
    pub fn len(&self) -> usize {
        self.statements.len()
    }

    /// Whether there is nothing to listen for.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }
}

/// Every eight words in a row.
fn rows_of(words: &[u64]) -> impl Iterator<Item = u64> {
    words.windows(IN_A_ROW).map(|row| {
        let mut bytes = [0; 8 * IN_A_ROW];
        for (into, word) in bytes.chunks_exact_mut(8).zip(row) {
            into.copy_from_slice(&word.to_le_bytes());
        }
        xxh3_64(&bytes)
    })
}

/// A link as it is compared: without scheme, `www.`, query and closing signs.
fn bare_link(written: &str) -> String {
    let rest = written
        .split_once("://")
        .map_or(written, |(_, rest)| rest)
        .trim_start_matches("www.");
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    rest.trim_end_matches(['/', '.', ',', ')', '!', '"', '…'])
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "Wij vinden het heel erg dat dit is gebeurd. Op 2 maart zagen wij dat \
                        anderen bij gegevens van onze patiënten konden. Wij hebben dit gestopt.";

    fn mention(second: i64, text: &str) -> Mention {
        let at = chrono::DateTime::from_timestamp(second, 0).unwrap();
        let mention = serde_json::json!({
            "id": "1", "platform": "x", "text": text, "published_at": at,
        });
        serde_json::from_value(mention).unwrap()
    }

    fn echo() -> Echo {
        let mut echo = Echo::default();
        echo.add(
            "holding",
            OURS,
            Some("https://www.delinde.example/nieuws/datalek/"),
            1_000_000,
        );
        echo
    }

    fn check(text: &str, expected: Option<&str>) {
        let mention = mention(1_000_060, text);
        assert_eq!(echo().is_echo(&mention), expected, "{text}");
    }

    #[test]
    fn repeating_us_is_an_echo() {
        for text in [
            "RT @delinde: Wij vinden het heel erg dat dit is gebeurd. Op 2 maart zagen wij…",
            "De Linde: \"Wij vinden het heel erg dat dit is gebeurd\"",
            "anderen bij gegevens van onze patienten konden, wij hebben dit gestopt #delinde",
            "Reactie van De Linde https://delinde.example/nieuws/datalek?utm_source=x",
            "www.delinde.example/nieuws/datalek",
        ] {
            check(text, Some("holding"));
        }
    }

    #[test]
    fn answering_us_is_a_voice() {
        for text in [
            "\"Wij vinden het heel erg dat dit is gebeurd\", maar mij bellen ze na drie weken \
             nog steeds niet terug en mijn dossier ligt op straat",
            "Schandalig https://delinde.example/nieuws/datalek",
            "Dit is pas een reactie nadat de krant erover schreef, knap hoor \
             https://delinde.example/nieuws/datalek",
            "Wij vinden het heel erg",
            "Lees ook https://delinde.example/nieuws/parkeren",
            "Heel erg dat dit is gebeurd",
            "",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn only_what_follows_us_within_two_weeks() {
        let at = |second| echo().is_echo(&mention(second, OURS)).is_some();
        assert!(!at(1_000_000 - RECORDED_LATE - 1));
        assert!(at(1_000_000 - RECORDED_LATE));
        assert!(at(1_000_000 + REMEMBERED - 1));
        assert!(!at(1_000_000 + REMEMBERED));
    }

    #[test]
    fn old_statements_are_forgotten() {
        let mut echo = echo();
        for n in 0..MOST_STATEMENTS as i64 {
            echo.add("post", &format!("{OURS} deel{n}"), None, 1_000_001 + n);
        }
        assert_eq!(echo.len(), MOST_STATEMENTS);
        assert_eq!(echo.is_echo(&mention(1_002_000, OURS)), Some("post"));
        echo.add("last", "kort", None, 1_000_000 + 2 * REMEMBERED);
        assert_eq!((echo.len(), echo.rows.len()), (1, 0));
    }

    #[test]
    fn survives_a_restart() {
        let json = serde_json::to_string(&echo()).unwrap();
        let back: Echo = serde_json::from_str(&json).unwrap();
        assert_eq!(back.is_echo(&mention(1_000_060, OURS)), Some("holding"));
    }
}
