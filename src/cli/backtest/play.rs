//! Lets the past go by on a desk, on a simulated clock.

use std::path::Path;
use std::sync::Arc;

use chrono::{DurationRound, TimeDelta};

use super::read::Heard;
use crate::config;
use crate::domain::desk::{Desk, Happening, Pinned};
use crate::domain::evidence::near::NearMiss;
use crate::domain::finding::Severity;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::Playbook;
use crate::domain::retrospect::record::Recorder;
use crate::domain::retrospect::{Past, Period};
use crate::domain::step::AFTER_ALERT;
use crate::domain::time::Timestamp;
use crate::engine;

/// A playbook that can be used, with the organisation it stands in.
pub(super) struct Loaded {
    pub(super) organisation: Arc<Organisation>,
    pub(super) playbook: Playbook,
    shelf: Vec<Arc<Pinned>>,
}

/// Reads a playbook from anywhere, as if it stood in the folder `dir`.
pub(super) fn load(dir: &Path, playbook: &Path) -> Result<Loaded, String> {
    let loaded = config::load_playbook(dir, playbook);
    let errors: Vec<String> = loaded
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| format!("{}: {}", finding.place(), finding.message))
        .collect();
    match (loaded.organisation, loaded.playbooks.first(), &errors[..]) {
        (Some(organisation), Some(playbook), []) => Ok(Loaded {
            organisation: Arc::new(organisation),
            playbook: playbook.clone(),
            shelf: engine::shelf(&loaded.playbooks, &loaded.templates),
        }),
        _ => Err(format!(
            "the playbook cannot be used:\n{}",
            errors.join("\n")
        )),
    }
}

/// What is told as the past goes by.
pub(super) enum Told<'a> {
    Happened(&'a [Happening]),
    /// Of a day that is over.
    Nearly(&'a [NearMiss]),
}

/// Plays mentions to a playbook and tells what happens; with `is_recorded` also
/// what is to be said of the whole. What lies before the period only teaches.
pub(super) fn play(
    loaded: &Loaded,
    heard: &[Heard],
    period: Period,
    is_recorded: bool,
    mut tell: impl FnMut(Told),
) -> Option<Past> {
    let organisation = Arc::clone(&loaded.organisation);
    let mut desk = Desk::new(organisation, loaded.shelf.clone())
        .without_team()
        .reading_at_once();
    if is_recorded {
        desk = desk.noting_down();
    }
    let mut recorder = is_recorded.then(|| Recorder::new(&desk, &loaded.playbook));
    let n_before = heard.partition_point(|one| one.at() < period.from);
    let n_all = heard.partition_point(|one| one.at() <= period.until);
    let (before, judged) = (&heard[..n_before], &heard[n_before..n_all.max(n_before)]);
    for one in before {
        desk.overhear(std::slice::from_ref(&one.observed), one.at());
        drop(desk.take_noted());
    }
    if !before.is_empty() {
        let happenings = desk.catch_up(period.from, |_, _| None);
        if let Some(recorder) = &mut recorder {
            recorder.happened(&happenings);
        }
        tell(Told::Happened(&happenings));
    }
    let mut told_to = period.from;
    for one in judged {
        let now = one.at();
        wake_until(&mut desk, now, recorder.as_mut(), &mut tell);
        // A day that is over: whether it fired after all is known now.
        let today = now.duration_trunc(TimeDelta::days(1)).unwrap_or(now);
        if told_to < today {
            tell(Told::Nearly(&desk.near_misses(told_to, today)));
            told_to = today;
        }
        if let Some(recorder) = &mut recorder {
            recorder.before(&mut desk, now);
            recorder.comes_in(now);
        }
        let happenings = desk.observe(std::slice::from_ref(&one.observed), now);
        if !happenings.is_empty() {
            if let Some(recorder) = &mut recorder {
                recorder.happened(&happenings);
            }
            tell(Told::Happened(&happenings));
        }
    }
    // The drafts that follow the last alert belong to it.
    let end = period.until + AFTER_ALERT;
    wake_until(&mut desk, end, recorder.as_mut(), &mut tell);
    tell(Told::Nearly(&desk.near_misses(told_to, Timestamp::MAX_UTC)));
    recorder.map(|recorder| recorder.finish(&mut desk, period))
}

/// Lets time pass until just before `now`: what falls due in between happens at
/// its own moment.
fn wake_until(
    desk: &mut Desk,
    now: Timestamp,
    mut recorder: Option<&mut Recorder>,
    tell: &mut impl FnMut(Told),
) {
    while let Some(wakeup) = desk.next_wakeup().filter(|wakeup| *wakeup <= now) {
        if let Some(recorder) = &mut recorder {
            recorder.before(desk, wakeup);
        }
        let happenings = desk.tick(wakeup);
        if let Some(recorder) = &mut recorder {
            recorder.happened(&happenings);
        }
        tell(Told::Happened(&happenings));
        // A trigger that was cleared by time alone leaves no happening, but
        // its deadline is gone; one that stays would turn in circles.
        if desk.next_wakeup() == Some(wakeup) {
            break;
        }
    }
}
