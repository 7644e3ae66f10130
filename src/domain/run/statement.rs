//! What was approved and published in a run, what was promised with it, and
//! what it did to the volume.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Draft, Event, Run};
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
}

/// A person released one version of a draft for a role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    pub role: String,
    pub by: String,
    pub at: Timestamp,
    pub version: u32,
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
    /// When it tells what it did; `None` once that is known.
    pub measure_at: Option<Timestamp>,
    pub effect: Option<PublicEffect>,
}

/// What a publication did to the volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PublicEffect {
    Amplified,
    Calmed,
    Unchanged,
}

impl PublicEffect {
    /// The name in YAML.
    pub fn name(self) -> &'static str {
        match self {
            Self::Amplified => "amplified",
            Self::Calmed => "calmed",
            Self::Unchanged => "unchanged",
        }
    }
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

/// How long before and after a publication mentions are compared, in minutes:
/// `domain.md` 5.3.
pub const EFFECT_MINUTES: i64 = 60;

/// What a publication did, from the mentions in the hour before it and in the
/// hour after: at least half as many again (or a third less), and more than
/// chance would do (z of 3). `domain.md` 5.3.
pub fn effect(before: u64, after: u64) -> PublicEffect {
    let (before, after) = (before as f64, after as f64);
    let z = (after - before) / (before + after).max(1.0).sqrt();
    if after >= 1.5 * before && z >= 3.0 {
        PublicEffect::Amplified
    } else if after <= 0.67 * before && z <= -3.0 {
        PublicEffect::Calmed
    } else {
        PublicEffect::Unchanged
    }
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
        all.filter(|approval| approval.version == draft.version)
            .collect()
    }
}

impl Run {
    /// The part of `apply` that concerns statements.
    pub(super) fn apply_to_statements(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::Approved {
                drafts, role, by, ..
            } => {
                for id in drafts {
                    let version = self.drafts.get(id).map_or(0, |draft| draft.version);
                    self.statements.held.remove(id);
                    let approvals = self.statements.approvals.entry(id.clone()).or_default();
                    approvals.retain(|one| one.version == version && one.role != *role);
                    approvals.push(Approval {
                        role: role.clone(),
                        by: by.clone(),
                        at,
                        version,
                    });
                }
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
                ..
            } => {
                self.finish_message(message, role, at, by);
                self.statements.publications.push(Publication {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effect_is_more_than_chance() {
        assert_eq!(effect(20, 60), PublicEffect::Amplified);
        assert_eq!(effect(60, 20), PublicEffect::Calmed);
        assert_eq!(effect(2, 6), PublicEffect::Unchanged);
        assert_eq!(effect(100, 130), PublicEffect::Unchanged);
        assert_eq!(effect(0, 0), PublicEffect::Unchanged);
        assert_eq!(effect(0, 9), PublicEffect::Amplified);
    }
}
