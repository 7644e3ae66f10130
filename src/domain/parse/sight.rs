//! Whether what a scenario or test brings would be seen: a post that the watch of the
//! playbook does not find reaches nobody.

use std::sync::{Arc, OnceLock};

use crate::domain::chatter;
use crate::domain::chatter::hooks::Hooks;
use crate::domain::mention::{Mention, Platform};
use crate::domain::organisation::Organisation;
use crate::domain::query::watches::Watches;
use crate::domain::scenario::expect::{Expected, RunState};
use crate::domain::scenario::story::{Deed, Happening, Inject};
use crate::domain::scenario::{Persona, Test};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

use super::problems::{Problems, Span};
use super::tree::Node;

/// The watch of a playbook, ready to be asked.
pub(super) struct Sight<'a> {
    organisation: &'a Organisation,
    hooks: Hooks,
}

/// The watches of the organisation, made ready when the first scenario asks.
#[derive(Default)]
pub(super) struct Watching(OnceLock<Option<Arc<Watches>>>);

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
        if !self.sees_words(text) {
            unseen(span, "this text is not found by the watch", problems);
        }
    }

    fn sees_words(&self, text: &Text) -> bool {
        let language = self.organisation.language;
        let text = text.get(language.tag(), language);
        let anybody = Persona::unknown("anybody");
        Platform::ALL.iter().any(|platform| {
            let mention = chatter::post(&anybody, *platform, text, language, Timestamp::UNIX_EPOCH);
            self.is_seen(&mention)
        })
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

/// Tests of a playbook that wait for its trigger, while nothing that they say is found
/// by its watch. One in which nothing must happen may well say something else.
pub(super) fn tests<'a>(
    node: &Node,
    tests: &[Test],
    sight: impl Fn() -> Option<Sight<'a>>,
    problems: &Problems,
) {
    let waiting: Vec<&Test> = tests.iter().filter(|test| is_fed_by_words(test)).collect();
    if waiting.is_empty() {
        return;
    }
    let Some(sight) = sight() else { return };
    for test in waiting {
        if test.story.storms.is_empty() {
            posts(node, test, &sight, problems);
            continue;
        }
        let mut said = test.story.storms.iter().flat_map(|storm| &storm.says);
        if said.any(|text| sight.sees_words(text)) {
            continue;
        }
        let storms = node
            .get(&test.name)
            .and_then(|test| test.value.get("storm"));
        let says = storms.and_then(|storms| storms.value.items().first()?.get("says"));
        if let Some(says) = says {
            let message = "nothing that this test says is found by the watch";
            unseen(says.key_span, message, problems);
        }
    }
}

/// The posts of a test that has nothing else, when none of them is found.
fn posts(node: &Node, test: &Test, sight: &Sight<'_>, problems: &Problems) {
    let texts = || {
        test.story.injects.iter().map(|one| match &one.what {
            Happening::Post { text, .. } => Some(text),
            _ => None,
        })
    };
    if texts().flatten().any(|text| sight.sees_words(text)) {
        return;
    }
    let injects = node
        .get(&test.name)
        .and_then(|test| test.value.get("injects"));
    let items = injects.map_or(&[][..], |injects| injects.value.items());
    let Some(at) = texts().position(|text| text.is_some()) else {
        return;
    };
    let post = items
        .get(at)
        .filter(|_| items.len() == test.story.injects.len());
    let text = post
        .and_then(|item| item.get("post"))
        .and_then(|post| post.value.get("text"));
    if let Some(text) = text {
        let message = "nothing that this test says is found by the watch";
        unseen(text.value.span, message, problems);
    }
}

/// Whether it expects a trigger or a run, and has only texts of its own that could
/// bring it about.
fn is_fed_by_words(test: &Test) -> bool {
    let story = &test.story;
    let has_storms = !story.storms.is_empty();
    let waits = test.expect.iter().any(|expected| {
        matches!(
            expected.what,
            Expected::Trigger(_) | Expected::Run(RunState::Started)
        )
    });
    let brings = |what: &Happening| {
        let starts = matches!(
            what,
            Happening::Does {
                deed: Deed::Start(_),
                ..
            }
        );
        starts || (has_storms && matches!(what, Happening::Post { .. }))
    };
    let posts = |one: &Inject| matches!(one.what, Happening::Post { .. });
    let has_own = story.storms.iter().all(|storm| !storm.says.is_empty());
    let has_more = story.replay.is_some() || story.injects.iter().any(|one| brings(&one.what));
    waits && has_own && !has_more && (has_storms || story.injects.iter().any(posts))
}

fn unseen(span: Span, message: &str, problems: &Problems) {
    problems.warning(
        span,
        "unseen",
        format!("{message}, so nobody will see it"),
        "put words in it that the query of the watch asks for, such as the name of the organisation",
    );
}
