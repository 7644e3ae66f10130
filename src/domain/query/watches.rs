//! Which of the organisation's watches a mention belongs to.
//!
//! What our own accounts post is *ours*: kept apart, and in no watch, however
//! well it matches.

use std::collections::BTreeMap;

use super::matcher::Matcher;
use super::{QueryError, bare_handle, host_of, is_within, parse};
use crate::domain::mention::Mention;
use crate::domain::organisation::Organisation;

/// All watches of one organisation, ready to be asked.
#[derive(Debug, Clone)]
pub struct Watches {
    matcher: Matcher,
    ignored: Vec<Accounts>,
    ours: Accounts,
}

/// What a mention is to the organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matched {
    /// Places in `Organisation::watches`, ascending.
    pub watches: Vec<u16>,
    /// Posted by one of our own accounts; then `watches` is empty.
    pub ours: bool,
}

impl Watches {
    /// Reads all queries; every watch that cannot be read is in the error.
    pub fn new(organisation: &Organisation) -> Result<Self, Vec<(String, QueryError)>> {
        let named: BTreeMap<String, String> = organisation.queries.iter().cloned().collect();
        let mut queries = Vec::new();
        let mut errors = Vec::new();
        for watch in &organisation.watches {
            match parse(&watch.query, &named) {
                Ok(query) => queries.push(query),
                Err(error) => errors.push((watch.key.clone(), error)),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
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
        let channels = organisation.channels.iter();
        let of_channels = channels.filter_map(|channel| channel.account.as_ref());
        Ok(Self {
            matcher: Matcher::new(&queries),
            ignored,
            ours: Accounts::new(organisation.own_accounts.iter().chain(of_channels)),
        })
    }

    /// The watches this mention counts in.
    pub fn matching(&self, mention: &Mention) -> Matched {
        if self.ours.has_author(mention) {
            return Matched {
                watches: Vec::new(),
                ours: true,
            };
        }
        let mut watches = self.matcher.matching(mention);
        watches.retain(|&watch| !self.ignored[usize::from(watch)].has(mention));
        Matched {
            watches,
            ours: false,
        }
    }
}

/// Handles and sites, as lists hold them mixed.
#[derive(Debug, Clone, Default)]
pub struct Accounts {
    /// Lower case, without `@`.
    handles: Vec<String>,
    /// Host names; they stand for all names under them too.
    sites: Vec<String>,
}

impl Accounts {
    /// From entries such as `@lindecourant` and `lindecourant.example`.
    pub fn new<'a>(entries: impl IntoIterator<Item = &'a String>) -> Self {
        let mut accounts = Self::default();
        for entry in entries {
            let handle = bare_handle(entry);
            if !entry.trim().starts_with('@') && entry.contains('.') {
                accounts
                    .sites
                    .extend(host_of(handle.trim_start_matches("www.")));
            }
            if !handle.is_empty() {
                accounts.handles.push(handle);
            }
        }
        accounts.handles.sort_unstable();
        accounts.handles.dedup();
        accounts
    }

    /// Whether the mention was posted by one of the accounts, or on one of the
    /// sites.
    pub fn has(&self, mention: &Mention) -> bool {
        self.has_author(mention) || self.has_site(mention)
    }

    fn has_author(&self, mention: &Mention) -> bool {
        if self.handles.is_empty() {
            return false;
        }
        mention
            .author
            .as_deref()
            .is_some_and(|author| self.handles.binary_search(&bare_handle(author)).is_ok())
    }

    fn has_site(&self, mention: &Mention) -> bool {
        if self.sites.is_empty() {
            return false;
        }
        mention
            .url
            .as_deref()
            .and_then(host_of)
            .is_some_and(|host| self.sites.iter().any(|site| is_within(&host, site)))
    }
}
