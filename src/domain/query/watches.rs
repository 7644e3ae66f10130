//! Which of the organisation's watches a mention belongs to.
//!
//! What our own accounts post is *ours*: kept apart, and counted in no watch,
//! however well it matches. Named queries and lists are asked for conditions that
//! count only some mentions, and so only of what is in a watch: their words are
//! common ones (fire, police), and would wake the matcher at most texts.

use std::sync::Arc;

pub use super::accounts::{Accounts, OurAccounts};
use super::matcher::Matcher;
use super::{Query, QueryError, Vocabulary, parse};
use crate::domain::mention::Mention;
use crate::domain::organisation::Organisation;

/// All watches of one organisation, ready to be asked.
#[derive(Debug, Clone)]
pub struct Watches {
    matcher: Matcher,
    queries: Matcher,
    ignored: Vec<Accounts>,
    lists: Vec<Arc<Accounts>>,
    ours: OurAccounts,
    keys: Vec<String>,
}

/// What a mention is to the organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matched {
    /// Places in `Organisation::watches` whose query means it, ascending.
    pub watches: Vec<u16>,
    /// Posted by one of our own accounts: kept apart, and counted in no watch.
    pub ours: bool,
    /// Places in `Organisation::queries` that mean it, for `matching`; only
    /// asked when it is in a watch.
    pub queries: Vec<u16>,
    /// Places in `Organisation::lists` of which an account posted it, for `by`.
    pub lists: Vec<u16>,
}

impl Matched {
    /// The watches in which it counts.
    pub fn counted(&self) -> &[u16] {
        if self.ours { &[] } else { &self.watches }
    }

    /// Whether there is a reason to keep it.
    pub fn is_wanted(&self) -> bool {
        self.ours || !self.watches.is_empty()
    }
}

impl From<Vec<u16>> for Matched {
    /// Somebody else's, in these watches.
    fn from(watches: Vec<u16>) -> Self {
        Self {
            watches,
            ..Self::default()
        }
    }
}

impl Watches {
    /// Reads all queries; every watch that cannot be read is in the error.
    pub fn new(organisation: &Organisation) -> Result<Self, Vec<(String, QueryError)>> {
        let known = Vocabulary::of(organisation);
        let mut queries = Vec::new();
        let mut errors = Vec::new();
        for watch in &organisation.watches {
            match parse(&watch.query, &known) {
                Ok(query) => queries.push(query),
                Err(error) => errors.push((watch.key.clone(), error)),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        // A building block that cannot be read is told where it is used.
        let block = |text: &String| parse(text, &known).unwrap_or_else(|_| Query::nothing());
        let blocks = organisation.queries.iter();
        let blocks: Vec<Query> = blocks.map(|(_, text)| block(text)).collect();
        let ignored = organisation
            .watches
            .iter()
            .map(|watch| {
                let lists = organisation.lists.iter();
                Accounts::new(
                    lists
                        .filter(|list| watch.ignore.contains(&list.key))
                        .flat_map(|list| &list.accounts),
                )
            })
            .collect();
        Ok(Self {
            matcher: Matcher::new(&queries),
            queries: Matcher::new(&blocks),
            ignored,
            lists: organisation
                .lists
                .iter()
                .filter_map(|list| known.lists.get(&list.key).cloned())
                .collect(),
            ours: OurAccounts::new(organisation),
            keys: (organisation.watches.iter())
                .map(|watch| watch.key.clone())
                .collect(),
        })
    }

    /// The key of the watch at a place; empty when there is none.
    pub fn key(&self, place: u16) -> &str {
        let key = self.keys.get(usize::from(place));
        key.map_or("", String::as_str)
    }

    /// What this mention is to us, when it came from this source (its key).
    pub fn matching(&self, mention: &Mention, source: &str) -> Matched {
        let mut watches = self.matcher.matching(mention, source);
        watches.retain(|&watch| !self.ignored[usize::from(watch)].has(mention));
        let ours = self.ours.posted(mention);
        if watches.is_empty() && !ours {
            return Matched::default();
        }
        let lists = (0..).zip(&self.lists);
        Matched {
            watches,
            ours,
            queries: self.queries.matching(mention, source),
            lists: lists
                .filter(|(_, accounts)| accounts.has(mention))
                .map(|(number, _)| number)
                .collect(),
        }
    }
}

/// Our accounts: those that are listed, and those of our channels.
fn own_accounts(organisation: &Organisation) -> impl Iterator<Item = &String> {
    let channels = organisation.channels.iter();
    let of_channels = channels.filter_map(|channel| channel.account.as_ref());
    organisation.own_accounts.iter().chain(of_channels)
}

/// The handles of our accounts, as they are found in a text: folded, without `@`.
pub fn own_handles(organisation: &Organisation) -> Vec<String> {
    let accounts = own_accounts(organisation);
    accounts
        .map(|account| super::fold::fold(&super::bare_handle(account)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::organisation::{AccountList, Watch};

    fn organisation() -> Organisation {
        let empty = serde_json::json!({
            "name": "De Linde", "timezone": "Europe/Amsterdam", "language": "nl",
            "keep_texts": { "secs": 0, "nanos": 0 }, "operators": [], "levels": [], "team": [],
            "roles": [], "away": [], "mail": null, "webhooks": [], "lists": [], "watches": [], "sources": [],
            "web": { "url": null, "listen": "", "proxy": false, "tls": null, "private_hosts": [] },
            "queries": [["us", "linde OR @zkh"]], "own_accounts": ["@Bestuurder_Henk"],
            "channels": [{ "key": "x", "kind": "x", "title": null, "url": null,
                           "account": "delinde", "limit": null }],
            "contacts": [], "audiences": [],
        });
        let watch = |key: &str, query: &str, ignore: &[&str]| Watch {
            key: key.to_owned(),
            title: key.into(),
            query: query.to_owned(),
            ignore: ignore.iter().map(|list| (*list).to_owned()).collect(),
        };
        let mut organisation: Organisation = serde_json::from_value(empty).unwrap();
        organisation.lists.push(AccountList {
            key: "satire".to_owned(),
            accounts: vec!["@despelden".to_owned(), "boosblog.example".to_owned()],
            engage: crate::domain::organisation::Engage::Reply,
        });
        organisation.watches = vec![
            watch("all", "*", &[]),
            watch("hospital", "{us}", &["satire"]),
            watch("breach", "{us} datalek", &[]),
        ];
        organisation
    }

    fn check(author: &str, url: &str, text: &str, watches: &[u16], ours: bool) {
        let mention = serde_json::json!({
            "id": "1", "platform": "x", "author": author, "url": url, "text": text,
            "published_at": "2026-03-02T08:00:00Z",
        });
        let mention: Mention = serde_json::from_value(mention).unwrap();
        let matched = Watches::new(&organisation())
            .unwrap()
            .matching(&mention, "suite");
        assert_eq!(matched.watches, watches, "{author} {url} {text}");
        assert_eq!(matched.ours, ours, "{author} {url} {text}");
    }

    #[test]
    fn finds_the_watches_of_a_mention() {
        check("anna", "", "De Linde!", &[0, 1], false);
        check("anna", "", "datalek bij @zkh", &[0, 1, 2], false);
        check("anna", "", "iets anders", &[0], false);
    }

    #[test]
    fn keeps_our_own_words_apart() {
        check("@DeLinde", "", "De Linde", &[0, 1], true);
        // The same handle, taken by somebody on another platform.
        let mention = serde_json::json!({
            "id": "1", "platform": "reddit", "author": "delinde", "text": "Brand in De Linde",
            "published_at": "2026-03-02T08:00:00Z",
        });
        let mention: Mention = serde_json::from_value(mention).unwrap();
        let watches = Watches::new(&organisation()).unwrap();
        assert!(!watches.matching(&mention, "suite").ours);
        let ours = OurAccounts::new(&organisation());
        assert!(!ours.posted_officially(&mention));
        check("bestuurder_henk", "", "De Linde", &[0, 1], true);
    }

    #[test]
    fn ignores_accounts_and_sites() {
        check("DeSpelden", "", "De Linde", &[0], false);
        check(
            "anna",
            "https://www.boosblog.example/1",
            "De Linde",
            &[0],
            false,
        );
        check("boosblog.example", "", "De Linde", &[0], false);
        check(
            "anna",
            "https://notboosblog.example/1",
            "De Linde",
            &[0, 1],
            false,
        );
    }

    #[test]
    fn tells_what_a_condition_may_narrow_to() {
        let mention = serde_json::json!({
            "id": "1", "platform": "x", "author": "@DeSpelden", "text": "de linde",
            "published_at": "2026-03-02T08:00:00Z",
        });
        let mention: Mention = serde_json::from_value(mention).unwrap();
        let matched = Watches::new(&organisation())
            .unwrap()
            .matching(&mention, "suite");
        assert_eq!((matched.queries, matched.lists), (vec![0], vec![0]));
    }

    #[test]
    fn reports_every_watch_that_cannot_be_read() {
        let mut organisation = organisation();
        organisation.watches[0].query = "(".to_owned();
        organisation.watches[2].query = "{su}".to_owned();
        let errors = Watches::new(&organisation).unwrap_err();
        let keys: Vec<&str> = errors.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["all", "breach"]);
    }
}
