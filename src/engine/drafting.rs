//! Drafting by several people at once: answers to questions that somebody else
//! answered meanwhile, words for a draft that has changed since they were begun,
//! and the pictures that go with it. Nothing that anybody wrote is written over
//! unseen.

use std::fs;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::request::{Counter, Request};
use super::{NotDone, pictures, view};
use crate::domain::picture::{Picture, hash_of};
use crate::domain::revision::{Labels, differences, merge, n_conflicts};
use crate::domain::run::RunId;
use crate::domain::step::acts::Act;
use crate::domain::text::Language;

/// What somebody answers to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactAnswer {
    pub fact: String,
    /// As it was typed; a list has several.
    pub value: Vec<String>,
    /// Who said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// When it was so, as it was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// What was known when they began, as the fact sheet shows it; null: nothing.
    #[serde(default)]
    pub before: Value,
}

impl Counter {
    /// Fills in several facts, one after the other. One that cannot be read, or that
    /// somebody else filled in since, keeps none of the others.
    pub(super) async fn answer_facts(
        &self,
        run: RunId,
        answers: Vec<FactAnswer>,
        by: &str,
    ) -> Result<Value, NotDone> {
        let mut saved = Vec::new();
        let mut refused = Vec::new();
        for answer in answers {
            let sheet = self.read(|store| view::facts(self, store?, run, by))?;
            let rows = sheet["facts"].as_array();
            let now = rows.and_then(|rows| rows.iter().find(|row| row["fact"] == answer.fact));
            let now = now.cloned().unwrap_or_default();
            if now["value"] != answer.before {
                refused.push(json!({
                    "fact": answer.fact,
                    "kind": now["kind"],
                    "changed": true,
                    "value": now["value"],
                    "by_name": now["by_name"],
                    "why": "somebody else filled it in meanwhile",
                }));
                continue;
            }
            let request = Request::SetFact {
                run: Some(run),
                fact: answer.fact.clone(),
                value: answer.value,
                source: answer.source,
                as_of: answer.as_of,
            };
            match Box::pin(self.answer(request, by)).await {
                Ok(_) => saved.push(answer.fact),
                Err(NotDone::Refused(why)) => refused.push(json!({
                    "fact": answer.fact,
                    "kind": now["kind"],
                    "changed": false,
                    "value": now["value"],
                    "by_name": now["by_name"],
                    "why": why,
                })),
                Err(why) => return Err(why),
            }
        }
        Ok(json!({ "run": run, "saved": saved, "refused": refused }))
    }

    /// Saves a text for a draft. When somebody else changed it since `base`, nothing
    /// is saved: the answer has what they changed, and one text out of both where
    /// no sentence was changed by both.
    pub(super) async fn write_draft(
        &self,
        run: RunId,
        draft: String,
        (base, text): (u32, String),
        by: &str,
    ) -> Result<Value, NotDone> {
        let act = Act::Edit {
            draft: draft.clone(),
            base,
            text: text.clone(),
        };
        let refused = match self.act(run, act, by).await {
            Ok(_) => return Ok(json!({ "run": run, "saved": true, "conflict": null })),
            Err(NotDone::Refused(why)) => why,
            Err(why) => return Err(why),
        };
        let shown = |version| self.read(|store| view::draft(self, store?, run, &draft, version));
        let now = shown(None)?;
        if now["version"] == json!(base) {
            return Err(NotDone::Refused(refused));
        }
        let before = shown(Some(base))?;
        let text_of = |shown: &Value| shown["text"].as_str().unwrap_or_default().to_owned();
        let (before, theirs) = (text_of(&before), text_of(&now));
        let language = now["language"].as_str().and_then(Language::from_tag);
        let labels = Labels {
            language: language.unwrap_or(self.organisation.language),
            writer: by.to_owned(),
        };
        let mine = text.replace("\r\n", "\n");
        let merged = merge(&before, &theirs, mine.trim(), &labels);
        let is_clean = merged.n_conflicts <= n_conflicts(&theirs).max(n_conflicts(&mine));
        let name = now["by"].as_str();
        let name = name.map(|key| {
            let person = self.organisation.person(key);
            person.map_or(key, |person| &person.name)
        });
        Ok(json!({
            "run": run,
            "saved": false,
            "conflict": {
                "base": base,
                "version": now["version"],
                "by_name": name,
                "text": theirs,
                "parts": differences(&before, &theirs),
                "merged": is_clean.then_some(merged.text),
            },
        }))
    }

    /// The copy that is kept of a picture of this run, by the hash of its bytes:
    /// what it is (`png`, `jpg`, `gif`, `webp`) and the bytes. `None` when the run
    /// has no such picture, or the copy is not what it was.
    pub fn picture(
        &self,
        run: RunId,
        hash: &str,
    ) -> Result<Option<(&'static str, Vec<u8>)>, NotDone> {
        let run = self.read(|store| view::run_of(store?, run))?;
        let drafts = run.drafts.values().flat_map(|draft| &draft.images);
        let posted = run.statements.publications.iter();
        let posted = posted.flat_map(|one| &one.posted);
        let mut all = drafts.chain(posted.flat_map(|posted| &posted.images));
        let found: Option<&Picture> = all.find(|picture| picture.look.hash == hash);
        let Some(picture) = found else {
            return Ok(None);
        };
        let bytes = fs::read(pictures::kept_at(&self.dir, picture)).unwrap_or_default();
        let is_it = hash_of(&bytes) == picture.look.hash;
        Ok(is_it.then(|| (picture.look.kind.ending(), bytes)))
    }
}
