//! Finds the queries that a mention may match by what it is, without its words:
//! by platform, account, source, language, site or list.
//!
//! Each fact that is asked for has a number, as words do, so that a query which
//! asks for no word wakes only for the mentions that have it.

use std::collections::HashMap;

use super::bare_handle;
use super::field::{Field, urls};
use super::links::host_of;
use crate::domain::mention::{Mention, Platform};

#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    platforms: [Option<u32>; Platform::ALL.len()],
    /// Without `@`; an account may stand in several lists.
    authors: HashMap<String, Vec<u32>>,
    /// The first part of a tag.
    languages: HashMap<String, u32>,
    sources: HashMap<String, u32>,
    /// Host names, for all names under them.
    sites: HashMap<String, Vec<u32>>,
    lists: HashMap<String, u32>,
}

impl Facts {
    /// The number of the fact without which the field is not so, `fresh` when it
    /// had none; `None` when no fact would be quicker to find.
    pub(super) fn add(&mut self, field: &Field, fresh: u32) -> Option<u32> {
        match field {
            Field::Platform(platform) => {
                Some(*self.platforms[*platform as usize].get_or_insert(fresh))
            }
            Field::Author(handle) => Some(first_of(self.authors.entry(handle.clone()), fresh)),
            Field::Language(tag) => {
                let first = tag.split('-').next().unwrap_or_default();
                Some(*self.languages.entry(first.to_owned()).or_insert(fresh))
            }
            Field::Source(key) => Some(*self.sources.entry(key.clone()).or_insert(fresh)),
            Field::Site(site) => {
                let host = site.split('/').next().unwrap_or_default();
                Some(first_of(self.sites.entry(host.to_owned()), fresh))
            }
            Field::By(list, accounts) => {
                let known = *self.lists.entry(list.clone()).or_insert(fresh);
                if known == fresh {
                    for handle in accounts.handles() {
                        push_last(self.authors.entry(handle.clone()), fresh);
                    }
                    for site in accounts.sites() {
                        push_last(self.sites.entry(site.clone()), fresh);
                    }
                }
                Some(known)
            }
            Field::AuthorName(_)
            | Field::Is(_)
            | Field::Followers(..)
            | Field::LinkWord(_)
            | Field::HasLink
            | Field::Sign(_) => None,
        }
    }

    /// Calls `found` for each fact of the mention; perhaps twice for the same.
    pub(super) fn each(&self, mention: &Mention, source: &str, mut found: impl FnMut(u32)) {
        if let Some(fact) = self.platforms[mention.platform as usize] {
            found(fact);
        }
        if !self.authors.is_empty()
            && let Some(author) = &mention.author
            && let Some(facts) = self.authors.get(&bare_handle(author))
        {
            facts.iter().copied().for_each(&mut found);
        }
        if !self.languages.is_empty()
            && let Some(tag) = &mention.lang
        {
            let first = tag.split(['-', '_']).next().unwrap_or_default();
            let fact = self.languages.get(&first.to_ascii_lowercase());
            fact.copied().into_iter().for_each(&mut found);
        }
        if let Some(&fact) = self.sources.get(source) {
            found(fact);
        }
        if self.sites.is_empty() {
            return;
        }
        for host in urls(mention).filter_map(host_of) {
            let mut rest = Some(host.as_str());
            while let Some(site) = rest {
                let facts = self.sites.get(site);
                facts.into_iter().flatten().copied().for_each(&mut found);
                rest = site.split_once('.').map(|(_, rest)| rest);
            }
        }
    }
}

type Place<'a> = std::collections::hash_map::Entry<'a, String, Vec<u32>>;

/// The number that stands for this one alone is the first; those of lists come
/// behind a place that is kept free for it.
fn first_of(place: Place<'_>, fresh: u32) -> u32 {
    let facts = place.or_insert_with(|| vec![UNUSED]);
    if facts[0] == UNUSED {
        facts[0] = fresh;
    }
    facts[0]
}

fn push_last(place: Place<'_>, fact: u32) {
    place.or_insert_with(|| vec![UNUSED]).push(fact);
}

/// The number of no fact.
pub(super) const UNUSED: u32 = u32::MAX;
