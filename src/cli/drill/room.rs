//! Finds a scenario, and puts together what it is played with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Play;
use crate::cli::print::note;
use crate::config;
use crate::domain::drill::record::Manner;
use crate::domain::finding::Severity;
use crate::domain::parse::{Parsed, ScenarioFile};
use crate::drill::replay::{self, Shift};
use crate::drill::stage::Stage;
use crate::engine;
use crate::notify::MailTemplates;

/// Rejected lines of a replay that are named; the rest is only counted.
const MOST_NAMED: usize = 3;

/// Everything that the scenario is played with. The error says what is wrong,
/// or which name was perhaps meant.
pub(super) fn stage(play: &Play, manner: Manner) -> Result<Stage, String> {
    let wanted = play.scenario.as_deref().unwrap_or_default();
    let (parsed, place, replay_path) = found(&play.dir, wanted)?;
    let Parsed {
        organisation,
        playbooks,
        templates,
        mut scenarios,
        ..
    } = parsed;
    let organisation = organisation.ok_or("the organisation cannot be used")?;
    let scenario = scenarios.swap_remove(place).scenario;
    let begins = scenario.story.begins_at(organisation.timezone);
    let replayed = match replay_path {
        None => Vec::new(),
        Some(path) => {
            let replay = replay::load(&path, Shift::To(begins))?;
            for reject in replay.rejects.iter().take(MOST_NAMED) {
                note(&format!("line {}: {}", reject.line, reject.reason));
            }
            if replay.rejects.len() > MOST_NAMED {
                let n_rejects = replay.rejects.len();
                note(&format!("{n_rejects} lines could not be read as mentions"));
            }
            replay.mentions
        }
    };
    let watches = engine::watches_of(&organisation)?;
    let (mails, _) = MailTemplates::load(&play.dir);
    Ok(Stage {
        scenario,
        shelf: engine::shelf(&playbooks, &templates),
        organisation: Arc::new(organisation),
        watches,
        templates: Arc::new(mails),
        replayed,
        seed: play.seed,
        manner,
    })
}

/// The folder as it was read, the place of the scenario in it, and the file
/// that it replays.
fn found(dir: &Path, wanted: &str) -> Result<(Parsed, usize, Option<PathBuf>), String> {
    let file = Path::new(wanted);
    if file.is_file() && file.extension().is_some() {
        let parsed = config::load_scenario(dir, file);
        let Some(read) = parsed.scenarios.first() else {
            return Err(mistakes(&parsed, &format!("{wanted} cannot be played")));
        };
        let replay = read.scenario.story.replay.as_ref();
        let folder = file.parent().unwrap_or(Path::new("."));
        let replay = replay.map(|replay| folder.join(replay));
        return Ok((parsed, 0, replay));
    }
    let parsed = config::load(dir);
    let is_it = |read: &ScenarioFile| read.scenario.name == wanted;
    let Some(place) = parsed.scenarios.iter().position(is_it) else {
        let names: Vec<&str> = names(&parsed).collect();
        let near = nearest(wanted, &names);
        let why = format!("there is no scenario `{wanted}`{near}");
        return Err(mistakes(&parsed, &why));
    };
    let replay = config::replay_path(dir, &parsed.scenarios[place]);
    Ok((parsed, place, replay))
}

fn names(parsed: &Parsed) -> impl Iterator<Item = &str> {
    parsed
        .scenarios
        .iter()
        .map(|read| read.scenario.name.as_str())
}

/// Why it cannot be, and the mistakes that may be the reason.
fn mistakes(parsed: &Parsed, why: &str) -> String {
    let errors = parsed.findings.iter();
    let errors = errors.filter(|finding| finding.severity == Severity::Error);
    let lines = errors.map(|finding| format!("\n  {}: {}", finding.place(), finding.message));
    let lines: String = lines.collect();
    if lines.is_empty() {
        format!("{why}; `draaiboek drill list` shows them all")
    } else {
        format!("{why}. Mistakes that `draaiboek check` explains:{lines}")
    }
}

/// `; did you mean …?`, or nothing when no name is near.
pub(super) fn nearest(written: &str, names: &[&str]) -> String {
    let near = names
        .iter()
        .map(|name| (strsim::jaro_winkler(written, name), name))
        .filter(|(nearness, _)| *nearness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0));
    near.map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}
