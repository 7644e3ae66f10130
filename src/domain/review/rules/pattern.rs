//! A regular expression that is read once, when it is first needed.

use std::ops::Range;
use std::sync::OnceLock;

use regex::{Captures, Regex};

/// See the module. One that cannot be read finds nothing; the tests beside each
/// rule see every pattern find something.
pub(super) struct Pattern {
    source: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(super) const fn new(source: &'static str) -> Self {
        Self {
            source,
            compiled: OnceLock::new(),
        }
    }

    fn regex(&self) -> Option<&Regex> {
        let compiled = self.compiled.get_or_init(|| Regex::new(self.source).ok());
        compiled.as_ref()
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }

    /// The first place, in bytes.
    pub(super) fn first(&self, text: &str) -> Option<Range<usize>> {
        Some(self.regex()?.find(text)?.range())
    }

    /// Every place, in bytes.
    pub(super) fn all<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Range<usize>> + 't {
        let found = self.regex().map(|regex| regex.find_iter(text));
        found.into_iter().flatten().map(|found| found.range())
    }

    /// Every place with its groups.
    pub(super) fn groups<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Captures<'t>> + 't {
        let found = self.regex().map(|regex| regex.captures_iter(text));
        found.into_iter().flatten()
    }
}
