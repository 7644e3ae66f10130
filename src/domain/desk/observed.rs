//! A mention as the desk takes it in.

use std::sync::Arc;

use crate::domain::mention::Mention;
use crate::domain::query::watches::{Matched, Watches};
use crate::domain::voices;

/// A mention with what it is to the organisation. All that is asked of its text
/// is in here, so that it is read where it came in, beside the others, and not in
/// the one place where all mentions pass in order.
#[derive(Debug, Clone)]
pub struct Observed {
    pub mention: Arc<Mention>,
    pub matched: Matched,
    pub source: Arc<str>,
    pub(super) reading: voices::Reading,
}

impl Observed {
    /// `None` when it is nothing to us.
    pub fn new(mention: Mention, watches: &Watches, source: &Arc<str>) -> Option<Self> {
        let matched = watches.matching(&mention, source);
        matched
            .is_wanted()
            .then(|| Self::known(mention, matched, source))
    }

    /// The same mention for other watches; `None` when it is nothing to those.
    pub fn matched_anew(&self, watches: &Watches) -> Option<Self> {
        let matched = watches.matching(&self.mention, &self.source);
        let is_wanted = matched.is_wanted();
        is_wanted.then(|| Self {
            matched,
            ..self.clone()
        })
    }

    /// The same mention, for some of its watches.
    pub fn only_in(&self, watches: Vec<u16>) -> Self {
        let matched = Matched {
            watches,
            ..self.matched.clone()
        };
        Self {
            matched,
            ..self.clone()
        }
    }

    /// One of which is known what it is to us.
    pub fn known(mention: Mention, matched: Matched, source: &Arc<str>) -> Self {
        Self {
            reading: voices::Reading::of(&mention),
            mention: Arc::new(mention),
            matched,
            source: Arc::clone(source),
        }
    }
}
