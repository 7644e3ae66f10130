//! Plays one test of a playbook: no people, no waiting, the real desk with its
//! store and outbox.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::player::Player;
use super::stage::{Past, Stage};
use crate::domain::desk::Pinned;
use crate::domain::drill::record::{Manner, NOTHING_COMES, Record};
use crate::domain::mention::Mention;
use crate::domain::organisation::Organisation;
use crate::domain::query::watches::Watches;
use crate::domain::scenario::Test;
use crate::domain::time::Timestamp;
use crate::notify::MailTemplates;

/// The same invented people every time.
const SEED: u64 = 1;

/// What all tests of an organisation are played with.
pub struct Company {
    pub organisation: Arc<Organisation>,
    pub shelf: Vec<Arc<Pinned>>,
    pub watches: Arc<Watches>,
    pub templates: Arc<MailTemplates>,
    /// What was said before tests begin.
    pub pasts: Pasts,
}

/// Eight weeks take longer to hear than most tests take to play: each past is heard
/// once for all tests that have it in common.
#[derive(Debug, Default)]
pub struct Pasts(Mutex<BTreeMap<PastKey, Heard>>);

/// Made by who needs it first; the others wait.
type Heard = Arc<OnceLock<Result<Past, String>>>;

/// The playbook, the mentions an hour (as bits), and when it begins.
type PastKey = (String, u64, Timestamp);

impl Pasts {
    fn of(&self, stage: &Stage) -> Heard {
        let story = &stage.scenario.story;
        let usual = match story.replay {
            Some(_) => 0.0,
            None => story.usual,
        };
        let key = (
            stage.scenario.playbook.clone(),
            f64::to_bits(usual),
            story.begins_at(stage.organisation.timezone),
        );
        let heard = {
            let mut pasts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(pasts.entry(key).or_default())
        };
        heard.get_or_init(|| Past::of(stage));
        heard
    }
}

/// Plays a test of `playbook` to its end; `restarts_everywhere` also kills and
/// starts the daemon whenever it stored something. `replayed` are the mentions of
/// the file that the test names. The error says why it cannot be played.
pub fn play(
    test: &Test,
    playbook: &str,
    company: &Company,
    replayed: Vec<Mention>,
    restarts_everywhere: bool,
) -> Result<Record, String> {
    let stage = Stage {
        scenario: test.as_scenario(playbook),
        organisation: Arc::clone(&company.organisation),
        shelf: company.shelf.clone(),
        watches: Arc::clone(&company.watches),
        templates: Arc::clone(&company.templates),
        replayed,
        seed: SEED,
        manner: Manner::Unattended,
    };
    let heard = company.pasts.of(&stage);
    let mut player = match heard.get() {
        Some(Ok(past)) => Player::going_on(stage, past)?,
        Some(Err(why)) => return Err(why.clone()),
        None => Player::new(stage)?,
    };
    if restarts_everywhere {
        player = player.restarting_everywhere();
    }
    while !player.is_over() {
        match player.next_at() {
            Some(at) => player.step(at),
            None => player.stop(NOTHING_COMES),
        }
    }
    Ok(player.into_record())
}
