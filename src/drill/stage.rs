//! What a drill is played with, and what was said before it begins.

use std::collections::HashSet;
use std::sync::Arc;

use super::air::Air;
use crate::domain::chatter::{Chatter, hooks::Hooks};
use crate::domain::desk::{Desk, Pinned};
use crate::domain::drill::record::Manner;
use crate::domain::mention::Mention;
use crate::domain::organisation::Organisation;
use crate::domain::query::watches::Watches;
use crate::domain::scenario::Scenario;
use crate::notify::MailTemplates;

/// What a drill is played with.
pub struct Stage {
    pub scenario: Scenario,
    pub organisation: Arc<Organisation>,
    /// All playbooks in force, with the one that is drilled.
    pub shelf: Vec<Arc<Pinned>>,
    pub watches: Arc<Watches>,
    pub templates: Arc<MailTemplates>,
    /// Real mentions that the scenario replays, moved to its time.
    pub replayed: Vec<Mention>,
    pub seed: u64,
    pub manner: Manner,
}

impl Stage {
    pub(super) fn pinned(&self) -> Result<Arc<Pinned>, String> {
        let wanted = &self.scenario.playbook;
        let mut shelf = self.shelf.iter();
        let pinned = shelf.find(|pinned| pinned.playbook.name == *wanted);
        pinned
            .cloned()
            .ok_or_else(|| format!("there is no playbook `{wanted}`"))
    }

    /// Words by which the watch of the playbook finds a post. Finding them takes as
    /// long as a fifth of a short test.
    fn hooks(&self) -> Result<Hooks, String> {
        let watch = &self.pinned()?.playbook.watch;
        Hooks::among(&self.organisation, Arc::clone(&self.watches), watch)
            .ok_or_else(|| format!("the query of watch `{watch}` cannot be read"))
    }

    pub(super) fn chatter(&self, hooks: &Arc<Hooks>) -> Chatter {
        let organisation = &self.organisation;
        let story = &self.scenario.story;
        let language = organisation.language;
        Chatter::new(self.seed, story, organisation, Arc::clone(hooks), language)
    }
}

/// What was said before a story begins, as a desk heard it.
#[derive(Debug)]
pub struct Past {
    pub(super) desk: Desk,
    /// Mentions that came already.
    pub(super) known: HashSet<i64>,
    /// What the watch of the playbook finds.
    pub(super) hooks: Arc<Hooks>,
}

impl Past {
    /// The error says why the scenario cannot be played with these.
    pub fn of(stage: &Stage) -> Result<Self, String> {
        let organisation = &stage.organisation;
        let hooks = Arc::new(stage.hooks()?);
        let mut air = Air::new(organisation, Arc::clone(&stage.watches));
        let mut desk = Desk::new(Arc::clone(organisation), stage.shelf.clone()).reading_at_once();
        for mention in stage.chatter(&hooks).history() {
            let at = mention.published_at;
            desk.overhear(air.before(mention).as_slice(), at);
        }
        let known = air.into_known();
        Ok(Self { desk, known, hooks })
    }
}
