//! The crash matrix: one life that uses everything there is, cut off after each
//! of its actions, and the same in the end.
//!
//! An action is a commit or a try to send. Cut off after a commit, nobody heard
//! of it; after a try, the other side may have the notice and we did not write
//! that down. A deed that was committed is not done again; one that was not is.
//!
//! Nothing may differ: every line of every log with its moment, what each
//! effect says, to whom, after how many tries, and by which way. Only what was
//! taken and not recorded comes once more, under the same id.

mod deeds;

mod life;

mod story;

use std::collections::{BTreeMap, BTreeSet};

use life::{Did, Ending, Life, Setting};

/// Cuts the life off after every so many actions; with DRAAIBOEK_LONG after
/// each. No number that comes round in the story, so that all kinds are hit.
const EVERY: usize = 11;

/// A life to its end, without a break.
fn reference(setting: &Setting) -> Ending {
    let mut life = Life::new(setting);
    while life.act().is_some() {}
    life.ending()
}

/// Whether a life ended as the other, but for second copies of some effects.
fn assert_same(ending: &Ending, reference: &Ending, twice: &BTreeSet<String>, when: &str) {
    for (run, log) in &reference.logs {
        let other = ending.logs.get(run).map_or(&[][..], Vec::as_slice);
        let differs = log.iter().zip(other).find(|(one, other)| one != other);
        assert_eq!(differs, None, "{when}: run {run}");
        assert_eq!(log.len(), other.len(), "{when}: run {run}");
    }
    assert_eq!(ending.runs, reference.runs, "{when}");
    for (effect, stored) in &reference.effects {
        assert_eq!(ending.effects.get(effect), Some(stored), "{when}: {effect}");
    }
    assert_eq!(ending.effects.len(), reference.effects.len(), "{when}");
    let copies = reference.copies.iter().map(|(taken, n_copies)| {
        let n_more = usize::from(twice.contains(&taken.effect));
        (taken.clone(), n_copies + n_more)
    });
    let copies: BTreeMap<_, _> = copies.collect();
    assert_eq!(ending.copies, copies, "{when}: copies");
}

#[test]
fn the_story_holds_everything_that_can_happen() {
    let ending = reference(&Setting::new());
    let logs = ending.logs.values().flatten();
    let names: BTreeSet<&str> = logs.map(|logged| logged.event.name()).collect();
    let all = "alarm_due alert alert_step answer_undone answer_approved answer_withdrawn answered \
               approval_lapsed approval_withdrawn approved assigned at_work case_closed \
               case_decided case_opened case_reopened condition_ended condition_holds decided delivered delivery_failed \
               draft_edited draft_rendered drafts_due drafts_held due_changed errand_due fact_set held_back \
               hold_ended informed lesson_closed lesson_noted level_lowered level_raised merged_in message_called \
               message_due nobody_answers not_told noted operator_told passed_on \
               phase_opened plain_mail_sent promise_broken promise_due published \
               question_added question_answered review_overridden run_closed run_reopened run_started skipped source_blind \
               source_sees stand_down_proposed stand_down_put_off step_skipped stood_down \
               task_added task_done task_due task_opened task_reopened ticked trigger_fired unreachable";
    assert_eq!(names, all.split_whitespace().collect());
    let closed = ending.runs.values().filter(|run| !run.is_open);
    assert_eq!(closed.count(), 5);

    // Each effect arrived once, or was refused for good.
    assert!(ending.copies.values().all(|n_copies| *n_copies == 1));
    let taken: BTreeSet<&String> = ending.copies.keys().map(|taken| &taken.effect).collect();
    for (effect, (notice, state, _)) in &ending.effects {
        let is_refused = state.starts_with("failed") && notice.person == "bo";
        assert!(taken.contains(effect) ^ is_refused, "{effect}: {state}");
    }
    let by_sms = ending.copies.keys().filter(|taken| taken.way == "sms");
    assert!(by_sms.count() > 1);
}

#[test]
fn wherever_the_program_is_cut_off_it_ends_the_same() {
    let setting = Setting::new();
    let reference = reference(&setting);
    let every = match std::env::var_os("DRAAIBOEK_LONG") {
        Some(_) => 1,
        None => EVERY,
    };
    let mut life = Life::new(&setting);
    let (mut n_actions, mut n_unrecorded, mut n_owing) = (0, 0, 0);
    while let Some(did) = life.act() {
        n_actions += 1;
        // Always between an alert and the drafts that follow it.
        n_owing += usize::from(life.owes_drafts());
        if n_actions % every != 0 && !life.owes_drafts() {
            continue;
        }
        let twice: BTreeSet<String> = life.unrecorded().into_iter().collect();
        let mut other = life.cut_off();
        while other.act().is_some() {}
        let when = format!("cut off after action {n_actions}, a {did:?}");
        assert_same(&other.ending(), &reference, &twice, &when);
        n_unrecorded += twice.len();
    }
    assert!(n_actions > 200, "{n_actions} actions");
    assert!(n_owing > 3, "cut off {n_owing} times with drafts to follow");
    assert!(n_unrecorded * every > 20, "{n_unrecorded} second copies");
}

#[test]
fn a_program_that_is_cut_off_after_every_commit_ends_the_same() {
    let setting = Setting::new();
    let reference = reference(&setting);
    let mut life = Life::new(&setting);
    while let Some(did) = life.act() {
        if did == Did::Commit {
            life = life.cut_off();
        }
    }
    assert_same(&life.ending(), &reference, &BTreeSet::new(), "every commit");
}

#[test]
fn a_disk_that_is_full_at_every_first_try_changes_nothing() {
    let setting = Setting::new();
    let reference = reference(&setting);
    let mut life = Life::new(&setting).with_full_disk();
    while life.act().is_some() {}
    assert!(life.n_failed > 80, "only {} works failed", life.n_failed);
    assert_same(&life.ending(), &reference, &BTreeSet::new(), "a full disk");
}
