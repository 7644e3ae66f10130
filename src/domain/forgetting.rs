//! Which mentions somebody wants forgotten, also where they are only quoted.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::chain::Stranger;
use super::environment::anonymous::anonymous;
use super::mention::{Engagement, Mention, Platform};
use super::query::matcher::Matcher;
use super::query::{QueryError, Vocabulary, parse};
use super::time::Timestamp;

/// What is to be forgotten: all that is given must be so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Selection {
    /// A handle or a name.
    pub author: Option<String>,
    /// On any platform.
    pub id: Option<String>,
    /// In the watch language.
    pub query: Option<String>,
    /// Published before.
    pub before: Option<Timestamp>,
}

impl Selection {
    /// By which kinds of things; not by which ones.
    pub fn how(&self) -> String {
        let kinds = [
            ("author", self.author.is_some()),
            ("id", self.id.is_some()),
            ("query", self.query.is_some()),
            ("before", self.before.is_some()),
        ];
        let given = kinds.iter().filter(|(_, is_given)| *is_given);
        given.map(|(kind, _)| *kind).collect::<Vec<_>>().join(", ")
    }
}

/// A selection, ready to be asked.
#[derive(Debug, Clone)]
pub struct Chosen {
    selection: Selection,
    matcher: Option<Matcher>,
    /// Stored mentions that are meant: their quotes are known by their words.
    found: HashSet<(String, Timestamp)>,
}

impl Chosen {
    /// Reads the query, in the words of the organisation.
    pub fn new(selection: Selection, named: &Vocabulary) -> Result<Self, QueryError> {
        let query = selection
            .query
            .as_ref()
            .map(|query| parse(query, named))
            .transpose()?;
        Ok(Self {
            selection,
            matcher: query.map(|query| Matcher::new(&[query])),
            found: HashSet::new(),
        })
    }

    /// What was chosen.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Whether a mention is meant that a source brought.
    pub fn means(&self, mention: &Mention, source: &str) -> bool {
        let Selection {
            author, id, before, ..
        } = &self.selection;
        let is_by = |author: &String| {
            let written = [&mention.author, &mention.author_name];
            written
                .into_iter()
                .flatten()
                .any(|one| bare(one) == bare(author))
        };
        author.as_ref().is_none_or(is_by)
            && id.as_ref().is_none_or(|id| mention.id == *id)
            && before.is_none_or(|before| mention.published_at < before)
            && self
                .matcher
                .as_ref()
                .is_none_or(|matcher| !matcher.matching(mention, source).is_empty())
    }

    /// Remembers a stored mention that is meant.
    pub fn find(&mut self, mention: &Mention) {
        // An environment analysis quotes it without names.
        let quoted = anonymous(&mention.text);
        self.found.insert((quoted, mention.published_at));
        self.found
            .insert((mention.text.clone(), mention.published_at));
    }

    /// Whether the one who is quoted somewhere is meant.
    pub fn means_quote(&self, quoted: &BTreeMap<String, Value>) -> bool {
        let text = |key: &str| quoted.get(key).and_then(Value::as_str).map(str::to_owned);
        let at = quoted.get("published_at").cloned();
        let at = at.and_then(|at| serde_json::from_value::<Timestamp>(at).ok());
        let mention = Mention {
            id: String::new(),
            platform: text("platform")
                .and_then(|name| Platform::from_name(&name))
                .unwrap_or_default(),
            author: text("author").or_else(|| text("name")),
            author_name: text("author_name"),
            followers: None,
            text: text("text").unwrap_or_default(),
            url: text("url"),
            lang: None,
            // What has no time is not before any.
            published_at: at.unwrap_or(Timestamp::MAX_UTC),
            kind: None,
            in_reply_to: None,
            engagement: Engagement::default(),
            extra: serde_json::Map::new(),
        };
        let is_found = at.is_some_and(|at| self.found.contains(&(mention.text.clone(), at)));
        // Where it is quoted nobody knows by which source it came.
        is_found || self.means(&mention, "")
    }

    /// Whether a stranger in a log is meant.
    pub fn means_stranger(&self, stranger: &Stranger) -> bool {
        self.means_quote(&stranger.fields)
    }
}

fn bare(author: &str) -> String {
    author.trim().trim_start_matches('@').to_lowercase()
}

/// How much was forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgotten {
    /// Mentions whose text is gone.
    pub mentions: u64,
    /// Counts that no longer say who wrote it.
    pub authors: u64,
    /// Quotes in logs.
    pub quotes: u64,
    /// Notices out of which quotes were taken.
    pub notices: u64,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn mention() -> Mention {
        let mention = json!({
            "id": "7", "platform": "x", "author": "@Anna", "text": "Muis bij korst",
            "published_at": "2026-03-02T08:00:00Z",
        });
        serde_json::from_value(mention).unwrap()
    }

    #[test]
    fn all_that_is_given_must_be_so() {
        let before = |written: &str| Some(written.parse().unwrap());
        let given = |author: &str, id: &str, query: &str, before| Selection {
            author: (!author.is_empty()).then(|| author.to_owned()),
            id: (!id.is_empty()).then(|| id.to_owned()),
            query: (!query.is_empty()).then(|| query.to_owned()),
            before,
        };
        for (selection, is_meant) in [
            (given("anna", "", "", None), true),
            (given("bo", "", "", None), false),
            (given("anna", "8", "", None), false),
            (given("", "7", "muis", None), true),
            (given("", "", "rat", None), false),
            (given("", "", "", before("2026-03-02T08:00:00Z")), false),
            (given("", "", "", before("2026-03-02T08:00:01Z")), true),
        ] {
            let how = selection.how();
            let chosen = Chosen::new(selection, &Vocabulary::default()).unwrap();
            assert_eq!(chosen.means(&mention(), "suite"), is_meant, "{how}");
        }
    }

    #[test]
    fn a_quote_of_what_was_found_is_meant() {
        let selection = Selection {
            id: Some("7".to_owned()),
            ..Selection::default()
        };
        let mut chosen = Chosen::new(selection, &Vocabulary::default()).unwrap();
        let quote = json!({ "author": "@anna", "text": "Muis bij korst", "published_at": "2026-03-02T08:00:00Z" });
        let quote: BTreeMap<String, Value> = serde_json::from_value(quote).unwrap();
        assert!(!chosen.means_quote(&quote));
        chosen.find(&mention());
        assert!(chosen.means_quote(&quote));
    }
}
