//! Whether what a scenario brings would be seen: a post that the watch of the
//! playbook does not find reaches nobody.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::domain::chatter;
use crate::domain::chatter::hooks::Hooks;
use crate::domain::mention::{Mention, Platform};
use crate::domain::organisation::Organisation;
use crate::domain::query::watches::Watches;
use crate::domain::scenario::Persona;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

use super::problems::{Problems, Span};

/// The watch of a playbook, ready to be asked.
pub(super) struct Sight<'a> {
    organisation: &'a Organisation,
    hooks: Hooks,
}

/// The watches of the organisation, made ready when the first scenario asks.
#[derive(Default)]
pub(super) struct Watching(OnceCell<Option<Arc<Watches>>>);

impl<'a> Sight<'a> {
    /// `None` when there is no such watch, or a query has mistakes.
    pub(super) fn new(
        organisation: &'a Organisation,
        watching: &Watching,
        watch: &str,
    ) -> Option<Self> {
        let watches = watching
            .0
            .get_or_init(|| Watches::new(organisation).ok().map(Arc::new));
        let watches = Arc::clone(watches.as_ref()?);
        Some(Self {
            organisation,
            hooks: Hooks::among(organisation, watches, watch)?,
        })
    }

    /// Whether the program can write anything that the watch finds.
    pub(super) fn can_be_fed(&self) -> bool {
        !self.hooks.phrases().is_empty()
    }

    pub(super) fn check_post(
        &self,
        persona: &Persona,
        platform: Platform,
        text: &Text,
        span: Span,
        problems: &Problems,
    ) {
        let language = self.organisation.language;
        let text = text.get(language.tag(), language);
        let mention = chatter::post(persona, platform, text, language, Timestamp::UNIX_EPOCH);
        if !self.is_seen(&mention) {
            unseen(span, "this post is not found by the watch", problems);
        }
    }

    /// The same for something that anybody says.
    pub(super) fn check_words(&self, text: &Text, span: Span, problems: &Problems) {
        let language = self.organisation.language;
        let text = text.get(language.tag(), language);
        let anybody = Persona::unknown("anybody");
        let seen = Platform::ALL.iter().any(|platform| {
            let mention = chatter::post(&anybody, *platform, text, language, Timestamp::UNIX_EPOCH);
            self.is_seen(&mention)
        });
        if !seen {
            unseen(span, "this text is not found by the watch", problems);
        }
    }

    /// Our own posts and those of ignored accounts are kept out on purpose.
    fn is_seen(&self, mention: &Mention) -> bool {
        let anonymous = Mention {
            author: None,
            ..mention.clone()
        };
        self.hooks.finds(mention) || self.hooks.finds(&anonymous)
    }
}

fn unseen(span: Span, message: &str, problems: &Problems) {
    problems.warning(
        span,
        "unseen",
        format!("{message}, so nobody will see it"),
        "put words in it that the query of the watch asks for, such as the name of the organisation",
    );
}
