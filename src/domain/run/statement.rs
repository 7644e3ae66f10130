//! What was approved and published in a run, what was promised with it, and
//! what it did to the volume.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::draft::Corrects;
use super::impact::{EFFECT_MINUTES, PublicEffect};
use super::{Draft, Event, Run};
use crate::domain::facts::FactSheet;
use crate::domain::picture::Picture;
use crate::domain::time::Timestamp;

/// The statements of a run: see the module.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Statements {
    /// Who released which draft, by draft and role.
    pub approvals: BTreeMap<String, Vec<Approval>>,
    /// Drafts somebody wants to wait with: draft, who, why.
    pub held: BTreeMap<String, (String, String)>,
    /// In order.
    pub publications: Vec<Publication>,
    /// The next update that we promised and have not given.
    pub promise: Option<Promise>,
    pub n_kept: u32,
    pub n_broken: u32,
    /// Partners who agreed to a message.
    pub agreed: Vec<(String, String)>,
    /// Drafts whose approval does not count any more, because the text changed.
    #[serde(default)]
    pub lapsed: BTreeMap<String, Lapse>,
    /// What people wrote last, by draft: a changed fact is worked into this.
    #[serde(default)]
    pub own_words: BTreeMap<String, OwnWords>,
    /// Drafts that were released against review.
    #[serde(default)]
    pub overridden: Vec<Override>,
}

/// Why approvals do not count any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lapse {
    pub at: Timestamp,
    /// Facts that changed; none when somebody wrote in it.
    pub facts: Vec<String>,
    pub by: Option<String>,
}

/// A person's version of a text, and what the template gave when they wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnWords {
    pub text: String,
    pub rendering: String,
}

/// A person released texts that review did not let through.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Override {
    /// SHA-256 of the texts it is about.
    pub hashes: Vec<String>,
    pub rules: Vec<String>,
    pub by: String,
    pub reason: String,
    pub at: Timestamp,
}

/// The text of one draft as it went out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Posted {
    /// `Draft::id`.
    pub draft: String,
    pub version: u32,
    /// SHA-256 of what was posted, as `content_hash` takes it.
    pub hash: String,
    pub text: String,
    /// What was shown with it, with the words for who cannot see it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Picture>,
    /// Whether that is another text than the one that was approved.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub differs: bool,
}

/// A person released one version of a draft for a role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    pub role: String,
    pub by: String,
    pub at: Timestamp,
    pub version: u32,
    /// SHA-256 of the text; empty when an old program approved it.
    #[serde(default)]
    pub hash: String,
}

/// The record that a person published a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Publication {
    /// Key of the message, with its case.
    pub message: String,
    pub drafts: Vec<String>,
    pub at: Timestamp,
    pub by: String,
    pub url: Option<String>,
    pub is_internal: bool,
    /// What was posted, text by text.
    #[serde(default)]
    pub posted: Vec<Posted>,
    /// What the fact sheet said then.
    #[serde(default)]
    pub facts: FactSheet,
    #[serde(default)]
    pub corrects: Option<Corrects>,
    /// When it tells what it did; `None` once that is known.
    pub measure_at: Option<Timestamp>,
    pub effect: Option<PublicEffect>,
}

/// "At 14:30 you hear more."
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Promise {
    pub at: Timestamp,
    /// Key of the message that promised it.
    pub message: String,
    pub made_at: Timestamp,
    pub reminded: bool,
}

impl Statements {
    /// The latest publication.
    pub fn latest(&self) -> Option<&Publication> {
        self.publications.last()
    }

    /// What the latest publication with a known effect did.
    pub fn latest_effect(&self) -> Option<PublicEffect> {
        self.publications.iter().rev().find_map(|one| one.effect)
    }

    /// Who released a draft as it is now.
    pub fn approved(&self, draft: &Draft) -> Vec<&Approval> {
        let all = self.approvals.get(&draft.id()).into_iter().flatten();
        let present: Vec<&Approval> = all
            .filter(|approval| approval.version == draft.version)
            .collect();
        if present.iter().all(|approval| approval.hash.is_empty()) {
            return present;
        }
        // What was approved is a text, not a number.
        let hash = draft.hash();
        present
            .into_iter()
            .filter(|approval| approval.hash.is_empty() || approval.hash == hash)
            .collect()
    }

    /// Approvals of this version that are for another text than it has now: the
    /// store was changed by hand.
    pub fn is_another_text(&self, draft: &Draft) -> bool {
        let all = self.approvals.get(&draft.id()).into_iter().flatten();
        let mut present = all.filter(|approval| approval.version == draft.version);
        present.any(|one| !one.hash.is_empty() && one.hash != draft.hash())
    }

    /// Whether somebody released exactly this text against these rules.
    pub fn is_overridden(&self, draft: &Draft, rule: &str) -> bool {
        let hash = draft.hash();
        let mut all = self.overridden.iter();
        all.any(|one| one.hashes.contains(&hash) && one.rules.iter().any(|known| known == rule))
    }

    /// Whether a draft went out as it is: then nobody waits for its approval.
    pub fn is_out(&self, draft: &Draft) -> bool {
        let posted = self.published(&draft.id());
        let posted = posted.and_then(|one| one.text_of(&draft.id()));
        posted.is_some_and(|posted| posted.version == draft.version)
    }

    /// The latest publication of a draft.
    pub fn published(&self, id: &str) -> Option<&Publication> {
        let mut latest = self.publications.iter().rev();
        latest.find(|one| one.drafts.iter().any(|draft| draft == id))
    }
}

impl Publication {
    /// What was posted of a draft; `None` when an old program recorded it.
    pub fn text_of(&self, id: &str) -> Option<&Posted> {
        self.posted.iter().find(|posted| posted.draft == id)
    }
}

impl Run {
    /// The part of `apply` that concerns statements.
    pub(super) fn apply_to_statements(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::DraftRendered { draft }
            | Event::ImageAttached { draft, .. }
            | Event::ImageRemoved { draft, .. } => self.new_version(draft),
            Event::DraftEdited { draft } => {
                self.new_version(draft);
                let own = OwnWords {
                    text: draft.text.clone(),
                    rendering: draft.rendering().to_owned(),
                };
                self.statements.own_words.insert(draft.id(), own);
            }
            Event::Approved {
                drafts,
                role,
                by,
                hashes,
                ..
            } => {
                for (place, id) in drafts.iter().enumerate() {
                    let version = self.drafts.get(id).map_or(0, |draft| draft.version);
                    self.statements.held.remove(id);
                    self.statements.lapsed.remove(id);
                    let approvals = self.statements.approvals.entry(id.clone()).or_default();
                    approvals.retain(|one| one.version == version && one.role != *role);
                    approvals.push(Approval {
                        role: role.clone(),
                        by: by.clone(),
                        at,
                        version,
                        hash: hashes.get(place).cloned().unwrap_or_default(),
                    });
                }
            }
            Event::ApprovalWithdrawn { drafts, by } => {
                for id in drafts {
                    if let Some(approvals) = self.statements.approvals.get_mut(id) {
                        approvals.retain(|one| one.by != *by);
                    }
                }
            }
            Event::ApprovalLapsed {
                drafts, facts, by, ..
            } => {
                for id in drafts {
                    let lapse = Lapse {
                        at,
                        facts: facts.clone(),
                        by: by.clone(),
                    };
                    self.statements.lapsed.insert(id.clone(), lapse);
                }
            }
            Event::ReviewOverridden {
                drafts,
                rules,
                by,
                reason,
                ..
            } => {
                let texts = drafts.iter().filter_map(|id| self.drafts.get(id));
                let given = Override {
                    hashes: texts.map(Draft::hash).collect(),
                    rules: rules.clone(),
                    by: by.clone(),
                    reason: reason.clone(),
                    at,
                };
                self.statements.overridden.push(given);
            }
            // An update that comes back is to be approved anew, also with the
            // same words.
            Event::MessageCalled {
                message,
                case,
                turn: 2..,
                ..
            } => {
                let agreed = &mut self.statements.agreed;
                agreed.retain(|(of, _)| of != message);
                let begins = format!("{}.", super::item::key(message, case.as_deref()));
                self.statements
                    .approvals
                    .retain(|draft, _| !draft.starts_with(&begins));
            }
            Event::DraftsHeld { drafts, by, reason } => {
                for id in drafts {
                    self.statements.approvals.remove(id);
                    let why = (by.clone(), reason.clone());
                    self.statements.held.insert(id.clone(), why);
                }
            }
            Event::Agreed {
                message, partner, ..
            } => {
                let pair = (message.clone(), partner.clone());
                if !self.statements.agreed.contains(&pair) {
                    self.statements.agreed.push(pair);
                }
            }
            Event::Published {
                message,
                role,
                drafts,
                by,
                url,
                promise,
                is_internal,
                posted,
                went_out_at,
                corrects,
                ..
            } => {
                let said_at = at;
                let at = went_out_at.unwrap_or(said_at);
                // A correction is no message that was called for.
                if corrects.is_none() {
                    self.finish_message(message, role, at, by);
                }
                let posted = match &posted[..] {
                    [] => self.as_drafted(drafts),
                    posted => posted.to_vec(),
                };
                for id in drafts {
                    self.statements.lapsed.remove(id);
                }
                self.statements.publications.push(Publication {
                    posted,
                    facts: self.facts.clone(),
                    corrects: corrects.clone(),
                    message: message.clone(),
                    drafts: drafts.clone(),
                    at,
                    by: by.clone(),
                    url: url.clone(),
                    is_internal: *is_internal,
                    measure_at: (!is_internal)
                        .then(|| at + chrono::TimeDelta::minutes(EFFECT_MINUTES)),
                    effect: None,
                });
                if let Some(promised) = promise {
                    self.statements.promise = Some(Promise {
                        at: *promised,
                        message: message.clone(),
                        made_at: at,
                        reminded: false,
                    });
                }
            }
            Event::PromiseDue { .. } => {
                if let Some(promise) = &mut self.statements.promise {
                    promise.reminded = true;
                }
            }
            Event::PromiseKept { .. } => {
                self.statements.promise = None;
                self.statements.n_kept += 1;
            }
            Event::PromiseBroken { .. } => {
                self.statements.promise = None;
                self.statements.n_broken += 1;
            }
            Event::EffectMeasured {
                message,
                published_at,
                effect,
                ..
            } => {
                let publications = self.statements.publications.iter_mut();
                let measured =
                    publications.filter(|one| one.message == *message && one.at == *published_at);
                for one in measured {
                    one.effect = Some(*effect);
                    one.measure_at = None;
                }
            }
            _ => {}
        }
    }

    /// Called before the version takes the place of the one before it: an
    /// approval of the same words and images goes on to count.
    fn new_version(&mut self, draft: &Draft) {
        let id = draft.id();
        let is_same = self
            .drafts
            .get(&id)
            .is_some_and(|before| before.text == draft.text && before.images == draft.images);
        if draft.rendered.is_none() {
            self.statements.own_words.remove(&id);
        }
        if let Some(approvals) = self.statements.approvals.get_mut(&id) {
            match is_same {
                true => approvals
                    .iter_mut()
                    .for_each(|one| one.version = draft.version),
                false => approvals.clear(),
            }
        }
    }

    /// What old logs do not say was posted as it was drafted.
    fn as_drafted(&self, drafts: &[String]) -> Vec<Posted> {
        let drafts = drafts.iter().filter_map(|id| self.drafts.get(id));
        let posted = drafts.map(|draft| Posted {
            draft: draft.id(),
            version: draft.version,
            hash: draft.hash(),
            text: draft.text.clone(),
            images: draft.images.clone(),
            differs: false,
        });
        posted.collect()
    }
}
