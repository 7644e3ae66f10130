//! Saying that something was published: what exactly, where, when, and what it
//! promises. Nothing is sent anywhere.

use chrono::TimeDelta;

use super::{Hand, NoAct, is_in, no, written};
use crate::domain::facts::FactValue;
use crate::domain::playbook::Message;
use crate::domain::run::draft::content_hash;
use crate::domain::run::statement::{Posted, Promise};
use crate::domain::run::{Draft, Event};
use crate::domain::step::promises::promised;
use crate::domain::text::Language;
use crate::domain::time::Timestamp;

/// How long ago something may have gone out that is recorded now.
const LONGEST_AGO: TimeDelta = TimeDelta::hours(24);

/// A clock that is a little ahead of ours is no reason to refuse.
const AHEAD: TimeDelta = TimeDelta::minutes(1);

/// In bytes; no address is longer.
const LONGEST_URL: usize = 2_000;

/// What a person says of a publication.
pub(super) struct Release<'a> {
    pub draft: &'a str,
    pub url: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub at: Option<Timestamp>,
    pub text: Option<&'a str>,
    pub overrides: Option<&'a str>,
}

impl Hand<'_> {
    pub(super) fn publish(&self, said: &Release<'_>) -> Result<Vec<Event>, NoAct> {
        let (key, message, drafts) = self.drafts(said.draft)?;
        let reason = said.reason.map(|reason| written("reason", reason));
        let reason = reason.transpose()?;
        let url = said.url.map(web_address).transpose()?;
        let went_out_at = self.went_out_at(said.at)?;
        let posted = posted(&drafts, said.text)?;
        self.demand_not_held(&drafts)?;
        self.demand_releasable(&key, message, &drafts, reason.as_deref())?;
        let mut events = Vec::new();
        let is_own = is_in(self.plan.organisation, &message.role, self.by);
        let may_alone = is_own && self.is_preapproved(message, &drafts);
        let is_alone = match self.demand_approved(&key, message, &drafts) {
            Ok(()) => false,
            // Released by one person: then review is asked here.
            Err(_) if may_alone => {
                events.extend(self.passed_review(&key, &drafts, said.overrides)?);
                true
            }
            Err(why) => return Err(why),
        };
        let is_internal = message.kind == "internal";
        let mut promise = self.promise_of(message, &drafts, &posted);
        if let Some(open) = &self.run.statements.promise {
            if self.keeps(open, &key, message, &drafts, promise) {
                events.push(Event::PromiseKept {
                    promised_at: open.at,
                });
            } else {
                // What was promised stays promised.
                promise = None;
            }
        }
        events.push(Event::Published {
            message: key,
            role: message.role.clone(),
            drafts: drafts.iter().map(|draft| draft.id()).collect(),
            by: self.by(),
            url,
            is_internal,
            promise,
            reason,
            posted,
            went_out_at,
            is_preapproved: is_alone,
            corrects: drafts.first().and_then(|draft| draft.corrects.clone()),
        });
        Ok(events)
    }

    /// Whether a publication is the update that was promised: the public hears more,
    /// or is promised it for later. The message that promised is not, in another
    /// language or on another channel: only where it stood it may be brought up to
    /// date. Nor is an answer to one person, or a correction.
    fn keeps(
        &self,
        open: &Promise,
        key: &str,
        message: &Message,
        drafts: &[&Draft],
        promised: Option<Timestamp>,
    ) -> bool {
        let is_later = promised.is_some_and(|at| at > open.at);
        let is_more = match message.kind.as_str() {
            "internal" | "reply" => false,
            "update" | "statement" | "closing" => is_later || key != open.message,
            _ => is_later,
        };
        let stood_there = |draft: &&Draft| self.run.statements.published(&draft.id()).is_some();
        let is_new = key != open.message || drafts.iter().any(stood_there);
        is_more && is_new && drafts.iter().all(|draft| draft.corrects.is_none())
    }

    /// When it went out; `None`: now.
    fn went_out_at(&self, at: Option<Timestamp>) -> Result<Option<Timestamp>, NoAct> {
        let Some(at) = at else { return Ok(None) };
        let since = self.run.started_at.unwrap_or(self.now);
        if at > self.now + AHEAD {
            return no("--at is in the future: say it once it is published");
        }
        if at < since.max(self.now - LONGEST_AGO) {
            return no(
                "--at is before the run started, or more than a day ago: `draaiboek note` writes down what happened then",
            );
        }
        Ok(Some(at.min(self.now)))
    }

    /// What the text promises, else the next update that it was made with. Our
    /// own people are promised nothing in public.
    fn promise_of(
        &self,
        message: &Message,
        drafts: &[&Draft],
        posted: &[Posted],
    ) -> Option<Timestamp> {
        if message.kind == "internal" {
            return None;
        }
        let zone = self.plan.organisation.timezone;
        let read = drafts.iter().zip(posted).find_map(|(draft, posted)| {
            let language = Language::from_tag(&draft.language);
            promised(&posted.text, language, self.now, zone)
        });
        let uses_next = drafts
            .iter()
            .any(|draft| draft.used.iter().any(|name| name == "next_update"));
        let next = self.run.facts.get("next_update").map(|fact| &fact.value);
        match (read, next) {
            (Some(read), _) => Some(read),
            (None, Some(FactValue::Time(next))) if uses_next => Some(*next),
            _ => None,
        }
    }
}

/// Where it can be read: nothing but an address of the web.
fn web_address(url: &str) -> Result<String, NoAct> {
    let url = url.trim();
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let is_odd = |letter: char| letter.is_control() || letter.is_whitespace();
    match rest {
        Some(rest) if !rest.is_empty() && !url.contains(is_odd) && url.len() <= LONGEST_URL => {
            Ok(url.to_owned())
        }
        _ => no("--url is where it can be read, such as https://delinde.example/nieuws/1"),
    }
}

/// The exact text of each draft; what was posted instead is of one draft only.
fn posted(drafts: &[&Draft], instead: Option<&str>) -> Result<Vec<Posted>, NoAct> {
    let instead = instead.map(super::editing::clean).transpose()?;
    if let (Some(_), [_, other, ..]) = (&instead, drafts) {
        return no(format!(
            "--text is what was posted of one draft: name it, such as {}",
            other.id()
        ));
    }
    let texts = drafts.iter().map(|draft| {
        let text = instead.as_ref().unwrap_or(&draft.text);
        Posted {
            draft: draft.id(),
            version: draft.version,
            hash: content_hash(text, &draft.images),
            text: text.clone(),
            images: draft.images.clone(),
            differs: *text != draft.text,
        }
    });
    Ok(texts.collect())
}
