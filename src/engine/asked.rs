//! What comes back in mentions of a run: questions that many people ask, and
//! people who praise us. For readers only; it is on disk that they read before
//! they see anything.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::request::{Counter, stored};
use super::{NotDone, view};
use crate::domain::answering::recurring::{Asking, Recurring, is_same, recurring};
use crate::domain::answering::{CaseKind, thanks};
use crate::domain::heard::Asked;
use crate::domain::mention::Mention;
use crate::domain::query::watches::own_handles;
use crate::domain::reading::{Reading, may_read, refusal};
use crate::domain::run::{Run, RunId};
use crate::domain::said::Flag;
use crate::domain::text::Language;
use crate::domain::time::Timestamp;
use crate::domain::voices::asks::AskKind;
use crate::domain::words::Words;
use crate::store::Store;

/// How far before its start a run's mentions begin: what led to it.
const BEFORE: TimeDelta = TimeDelta::hours(24);

/// The newest mentions that are looked at, of each watch.
const MOST: usize = 5_000;

/// What is shown at once.
const MOST_SHOWN: usize = 50;

impl Counter {
    /// The questions that at least so many people ask in the mentions of a run.
    pub(super) async fn recurring(
        &self,
        id: RunId,
        least: usize,
        by: &str,
    ) -> Result<Value, NotDone> {
        let mut shown = Vec::new();
        if may_read(&self.organisation, by) {
            shown = self.read(|store| self.asked_often(store?, id, least.max(1)))?;
        }
        self.shown_to("recurring questions", id, by, "recurring", shown)
            .await
    }

    /// People who praise us in the mentions of a run and were not thanked.
    pub(super) async fn compliments(&self, id: RunId, by: &str) -> Result<Value, NotDone> {
        let mut shown = Vec::new();
        if may_read(&self.organisation, by) {
            shown = self.read(|store| self.praised(store?, id))?;
        }
        self.shown_to("compliments", id, by, "compliments", shown)
            .await
    }

    async fn shown_to(
        &self,
        what: &str,
        id: RunId,
        by: &str,
        key: &str,
        shown: Vec<Value>,
    ) -> Result<Value, NotDone> {
        let reading = Reading::new(what, &format!("run {id}"), shown.len() as u64);
        self.reading(reading, by).await?;
        match may_read(&self.organisation, by) {
            true => Ok(json!({ "run": id, key: shown })),
            false => Err(NotDone::Refused(refusal(&self.organisation, by))),
        }
    }

    fn asked_often(&self, store: &Store, id: RunId, least: usize) -> Result<Vec<Value>, NotDone> {
        let (run, pinned) = view::found(store, id)?;
        let asking = self.that_say(store, &run, Flag::Information)?;
        let asking = asking.values().map(|mention| Asking {
            text: &mention.text,
            author: mention.author_hash(),
            at: mention.published_at,
        });
        let found = recurring(asking, &self.our_names(), least);
        let listed = |one: &Recurring| {
            let mut playbook = pinned.playbook.questions.iter();
            let playbook = playbook.find(|question| {
                let texts = question.ask.all();
                texts.iter().any(|text| is_same(text, &one.example))
            });
            let mut added = run.added.iter();
            let added = added.find(|(_, question)| is_same(&question.ask, &one.example));
            let written = playbook.map(|question| question.name.clone());
            written.or(added.map(|(name, _)| name.clone()))
        };
        let shown = found.iter().take(MOST_SHOWN).map(|one| {
            json!({
                "people": one.n_people,
                "mentions": one.n_mentions,
                "example": one.example,
                "first_at": view::time(self, Some(one.first_at)),
                "last_at": view::time(self, Some(one.last_at)),
                // Where a question that is made of it comes from.
                "source": match self.language {
                    Language::Nl => format!("{} mensen in vermeldingen", one.n_people),
                    Language::En => format!("{} people in mentions", one.n_people),
                },
                // The question of the list that asks the same.
                "question": listed(one),
            })
        });
        Ok(shown.collect())
    }

    fn praised(&self, store: &Store, id: RunId) -> Result<Vec<Value>, NotDone> {
        let (run, _) = view::found(store, id)?;
        let say = Words::new(self.language, self.organisation.timezone.name());
        let answered = self.answered_keys(store, &run)?;
        let mut praise: Vec<Mention> = self
            .that_say(store, &run, Flag::Positive)?
            .into_values()
            .filter(|one| AskKind::of_text(&one.text).is_none())
            .filter(|one| !answered.contains(&one.key()))
            .collect();
        praise.sort_by_key(|one| std::cmp::Reverse((one.published_at, one.key())));
        let mut seen = BTreeSet::new();
        let mut shown = Vec::new();
        for mention in praise {
            let name = mention.author.as_ref().or(mention.author_name.as_ref());
            let Some(name) = name else { continue };
            if !seen.insert((name.clone(), mention.platform)) {
                continue;
            }
            let mut cases = run.cases.iter().filter(|(_, case)| {
                case.kind == CaseKind::Compliment
                    && case.name == *name
                    && case.platform == mention.platform
            });
            let case = cases.next();
            // Who was thanked is not thanked for each post.
            if case.is_some_and(|(_, case)| !case.is_open()) || shown.len() == MOST_SHOWN {
                continue;
            }
            let language = match mention.lang.as_deref().and_then(Language::from_tag) {
                Some(language) => language,
                None => self.organisation.language,
            };
            shown.push(json!({
                "id": mention.id,
                "platform": mention.platform,
                "platform_title": say.platform(mention.platform),
                "author": name,
                "text": mention.text,
                "url": mention.url,
                "at": view::time(self, Some(mention.published_at)),
                "case": case.map(|(number, _)| number),
                "thanks": thanks::suggestion(name, language),
            }));
        }
        Ok(shown)
    }

    /// Keys of what we replied to.
    fn answered_keys(&self, store: &Store, run: &Run) -> Result<BTreeSet<i64>, NotDone> {
        let handles = own_handles(&self.organisation);
        let mut keys = BTreeSet::new();
        for watch in watches(run) {
            let said = store.conversation(watch, since(run), &handles, 0);
            for one in said.map_err(stored)? {
                if let Asked::Ours(mention, _) = one
                    && let Some(to) = &mention.in_reply_to
                {
                    keys.insert(Mention::key_of(mention.platform, to));
                }
            }
        }
        Ok(keys)
    }

    /// The newest mentions of a run that say this, each once.
    fn that_say(
        &self,
        store: &Store,
        run: &Run,
        flag: Flag,
    ) -> Result<BTreeMap<i64, Mention>, NotDone> {
        let mut all = BTreeMap::new();
        for watch in watches(run) {
            let found = store.that_say(watch, since(run), flag, MOST);
            let found = found.map_err(stored)?.into_iter();
            all.extend(found.map(|mention| (mention.key(), mention)));
        }
        Ok(all)
    }

    fn our_names(&self) -> Vec<String> {
        let names = self.organisation.name.all().into_iter().map(str::to_owned);
        names.chain(own_handles(&self.organisation)).collect()
    }
}

fn since(run: &Run) -> Timestamp {
    run.started_at.unwrap_or_default() - BEFORE
}

/// The watch of a run, and those of runs that were merged into it.
fn watches(run: &Run) -> impl Iterator<Item = &str> {
    let also = run.ending.also_watches.iter();
    let also = also.filter(|watch| **watch != run.watch);
    std::iter::once(&run.watch).chain(also).map(String::as_str)
}
