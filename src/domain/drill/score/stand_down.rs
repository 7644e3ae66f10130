//! The stand-down: proposed and decided when, by whom, and whether that was
//! before the storm was over.

use serde::{Deserialize, Serialize};

use super::measure::Light;
use super::scene::Scene;
use crate::domain::run::Event;
use crate::domain::scenario::story::Story;
use crate::domain::time::{Timestamp, after};

/// How the storm was left behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandDown {
    /// When the program first proposed it.
    pub proposed_at: Option<Timestamp>,
    /// When a person decided it.
    pub decided_at: Option<Timestamp>,
    pub by: Option<String>,
    /// The end of the last storm; unknown in a replay and when a storm waits for
    /// a condition.
    pub storm_over_at: Option<Timestamp>,
    /// Whether it was decided before the storm was over; `None` when there is
    /// nothing to compare.
    pub is_too_early: Option<bool>,
    /// Green when it was not too early, red when it was.
    pub light: Light,
}

/// The stand-down that stands: the last one of the drill.
pub(super) fn stand_down(story: &Story, scene: &Scene<'_>) -> StandDown {
    let proposed_at = scene.first(|event| matches!(event, Event::StandDownProposed { .. }));
    let mut events = scene.events.iter().rev();
    let decided = events.find_map(|seen| match seen.event {
        Event::StoodDown { by, .. } => Some((seen.at, by.clone())),
        _ => None,
    });
    let storm_over_at = storm_over_at(story, scene);
    let decided_at = decided.as_ref().map(|(at, _)| *at);
    let both = decided_at.zip(storm_over_at);
    let is_too_early = both.map(|(decided_at, over_at)| decided_at < over_at);
    StandDown {
        proposed_at,
        decided_at,
        by: decided.map(|(_, by)| by),
        storm_over_at,
        is_too_early,
        light: match is_too_early {
            None => Light::Grey,
            Some(true) => Light::Red,
            Some(false) => Light::Green,
        },
    }
}

fn storm_over_at(story: &Story, scene: &Scene<'_>) -> Option<Timestamp> {
    let storms = story.replay.is_none().then_some(&story.storms)?;
    let ends = storms
        .iter()
        .map(|storm| Some(storm.start.at()?.saturating_add(storm.lasts)));
    let ends: Option<Vec<_>> = ends.collect();
    let last = ends?.into_iter().max()?;
    Some(after(scene.record.began_at, last))
}
