//! Does what a person asks of a run, and shows what came of it.

use serde_json::Value;

use super::request::{Counter, Owner, stored};
use super::work::Command;
use super::{NotDone, view};
use crate::domain::answering::CaseKind;
use crate::domain::answering::tree::signs;
use crate::domain::mention::{Mention, Platform};
use crate::domain::run::RunId;
use crate::domain::step::acts::Act;

impl Counter {
    pub(super) async fn act(&self, run: RunId, act: Act, by: &str) -> Result<Value, NotDone> {
        self.demand_pictures(run, &act)?;
        let since = self.seq(run)?;
        let command = Command::Act {
            run,
            act,
            by: by.to_owned(),
        };
        self.command(command).await?;
        self.did(run, since, by)
    }

    /// The number of the latest event of a run.
    pub(super) fn seq(&self, run: RunId) -> Result<u64, NotDone> {
        self.read(|store| {
            let log = store?.log(run).map_err(stored)?;
            Ok(log.last().map_or(0, |logged| logged.seq))
        })
    }

    /// A run after something was done to it: also what happened in it since, and
    /// whether a daemon does what follows.
    pub(super) fn did(&self, run: RunId, since: u64, by: &str) -> Result<Value, NotDone> {
        self.read(|store| {
            let store = store?;
            let mut shown = view::run(self, store, run, None, by)?;
            shown["news"] = view::news(self, store, run, since)?.into();
            shown["daemon"] = matches!(self.owner, Owner::Daemon(_)).into();
            Ok(shown)
        })
    }

    /// The one stored mention with an id, and its number.
    pub(super) fn stored_mention(
        &self,
        id: &str,
        platform: Option<Platform>,
    ) -> Result<(i64, Mention), NotDone> {
        let mut found = self.read(|store| store?.numbered(id).map_err(stored))?;
        found.retain(|(_, one)| platform.is_none_or(|platform| one.platform == platform));
        let platforms = found.iter().map(|(_, one)| one.platform.name());
        let platforms = platforms.collect::<Vec<_>>().join(" and ");
        match (found.pop(), found.is_empty()) {
            (Some(one), true) => Ok(one),
            (None, _) => Err(NotDone::Refused(format!(
                "no mention `{id}` is in the store (`draaiboek mentions search` shows their ids)"
            ))),
            (Some(_), false) => Err(NotDone::Refused(format!(
                "`{id}` is a mention on {platforms}: say which with --platform"
            ))),
        }
    }

    /// What opens a case of who wrote a mention.
    pub(super) fn case_of(
        &self,
        id: &str,
        platform: Option<Platform>,
        kind: Option<CaseKind>,
    ) -> Result<Act, NotDone> {
        let (_, mention) = self.stored_mention(id, platform)?;
        let author = mention.author.as_ref().or(mention.author_name.as_ref());
        let name = author.cloned().ok_or_else(|| {
            NotDone::Refused(format!(
                "the source does not say who wrote mention `{id}`; open the case by a name and --platform"
            ))
        })?;
        Ok(Act::OpenCase {
            name,
            platform: mention.platform,
            url: mention.url.clone(),
            kind,
            signs: Some(signs(&mention.text)),
        })
    }
}
