//! The drills that were held and what must be practised, for the pages.

use std::path::Path;

use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::cli::learnt;
use crate::domain::drill::due::{Practice, due};
use crate::domain::playbook::Playbook;
use crate::domain::time::rfc3339;
use crate::drill::archive;
use crate::engine::clock;

/// Drills that are listed.
const MOST: usize = 100;

/// `held`: the drills, the latest first; `due`: how each playbook stands; `lessons`:
/// what was learnt and is open.
pub(crate) fn held(dir: &Path, zone: Tz, playbooks: &[&Playbook]) -> Result<Value, String> {
    let (kept, _) =
        archive::list(dir, zone).map_err(|error| format!("the drills cannot be read: {error}"))?;
    let played: Vec<Practice> = kept.iter().map(archive::Kept::practice).collect();
    let held = kept.iter().rev().take(MOST).map(|kept| {
        json!({
            "drill": kept.name,
            "scenario": kept.score.scenario,
            "playbook": kept.score.playbook,
            "manner": kept.score.manner,
            "played_at": rfc3339(kept.played_at),
            "share": kept.score.share,
            "passed": kept.score.passed,
        })
    });
    let due = due(playbooks.iter().copied(), &played, clock::wall());
    let due = due.iter().map(|one| {
        json!({
            "playbook": one.playbook,
            "last_at": one.last_at.map(rfc3339),
            "due_at": one.due_at.map(rfc3339),
            "state": one.state,
        })
    });
    Ok(json!({
        "held": held.collect::<Vec<_>>(),
        "due": due.collect::<Vec<_>>(),
        "lessons": learnt::of_drills(&kept, None),
    }))
}
