//! A list of accounts and sites, and whether a mention is by one of them.

use super::bare_handle;
use super::links::{host_of, is_within};
use crate::domain::mention::{Mention, Platform};
use crate::domain::organisation::Organisation;

/// Handles and sites, as lists hold them mixed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accounts {
    /// Lower case, without `@`; sorted.
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

    pub(super) fn handles(&self) -> &[String] {
        &self.handles
    }

    pub(super) fn sites(&self) -> &[String] {
        &self.sites
    }

    /// Whether the mention was posted by one of the accounts, or on one of the
    /// sites.
    pub fn has(&self, mention: &Mention) -> bool {
        self.has_account(mention.author.as_deref(), mention.url.as_deref())
    }

    /// Whether this is one of the accounts, or this address on one of the sites.
    pub fn has_account(&self, author: Option<&str>, url: Option<&str>) -> bool {
        author.is_some_and(|author| self.has_handle(author)) || self.has_site(url)
    }

    /// Whether one of the accounts posted it.
    pub fn has_author(&self, mention: &Mention) -> bool {
        let author = mention.author.as_deref();
        author.is_some_and(|author| self.has_handle(author))
    }

    fn has_handle(&self, author: &str) -> bool {
        if self.handles.is_empty() {
            return false;
        }
        let bare = author.trim().trim_start_matches('@');
        if !bare.is_ascii() {
            return self.handles.binary_search(&bare_handle(author)).is_ok();
        }
        // Asked of every mention that comes in: without making a text of it.
        let lower = || bare.bytes().map(|byte| byte.to_ascii_lowercase());
        let handles = &self.handles;
        handles
            .binary_search_by(|handle| handle.bytes().cmp(lower()))
            .is_ok()
    }

    fn has_site(&self, url: Option<&str>) -> bool {
        if self.sites.is_empty() {
            return false;
        }
        url.and_then(host_of)
            .is_some_and(|host| self.sites.iter().any(|site| is_within(&host, site)))
    }
}

/// Our own accounts. A handle is ours only on the platform of its channel:
/// anybody can take it on another one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OurAccounts {
    /// Of `own_accounts`, and of channels that are no platform: anywhere.
    anywhere: Accounts,
    channels: Vec<(Platform, Accounts)>,
}

impl OurAccounts {
    pub fn new(organisation: &Organisation) -> Self {
        let mut anywhere: Vec<&String> = organisation.own_accounts.iter().collect();
        let mut channels = Vec::new();
        for channel in &organisation.channels {
            let Some(account) = &channel.account else {
                continue;
            };
            match Platform::from_name(&channel.kind) {
                Some(platform) => channels.push((platform, Accounts::new([account]))),
                None => anywhere.push(account),
            }
        }
        Self {
            anywhere: Accounts::new(anywhere),
            channels,
        }
    }

    /// Whether one of us posted it.
    pub fn posted(&self, mention: &Mention) -> bool {
        self.anywhere.has_author(mention) || self.posted_officially(mention)
    }

    /// Whether it was posted on a channel of ours: what repeats it is an echo.
    pub fn posted_officially(&self, mention: &Mention) -> bool {
        let mut channels = self.channels.iter();
        channels.any(|(platform, accounts)| {
            *platform == mention.platform && accounts.has_author(mention)
        })
    }
}
