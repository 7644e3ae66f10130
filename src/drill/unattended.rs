//! A drill that nobody attends: scripted people play it in no time.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::player::Player;
use super::stage::Stage;
use crate::domain::drill::record::{Entry, NOTHING_COMES, Record};
use crate::domain::drill::responders::{Scene, Wish, wishes};
use crate::domain::time::Timestamp;

/// What could not be done, or has to be done once more, waits so long.
const AGAIN_AFTER: TimeDelta = TimeDelta::minutes(5);

/// Plays a scenario to its end. `tell` hears everything in order, as it happens.
/// The error says why it cannot be played.
pub fn run(stage: Stage, mut tell: impl FnMut(&Player, &[Entry])) -> Result<Record, String> {
    let mut player = Player::new(stage)?;
    let mut people = People::default();
    let mut n_told = 0;
    while !player.is_over() {
        people.look(&player);
        let comes = player.next_at();
        let deed = people.next.as_ref().filter(|_| !player.is_down());
        let deed = deed.map(|wish| wish.at.max(player.now()));
        match (comes, deed) {
            (Some(comes), Some(at)) if at < comes => {
                player.advance(at);
                people.act(&mut player);
            }
            (Some(comes), _) => player.step(comes),
            (None, _) => player.stop(NOTHING_COMES),
        }
        if player.entries().len() > n_told {
            tell(&player, &player.entries()[n_told..]);
            n_told = player.entries().len();
        }
    }
    Ok(player.into_record())
}

/// The scripted people, with what they would do next.
#[derive(Debug, Default)]
struct People {
    /// What was asked about: run, its place in the log, what was rendered,
    /// posted and told.
    seen: Option<(u64, u64, usize)>,
    next: Option<Wish>,
    /// What was done or tried: not before then.
    waits: BTreeMap<String, Timestamp>,
    /// When something waits no longer.
    again_at: Option<Timestamp>,
}

impl People {
    /// Asks again what people would do, when something changed.
    fn look(&mut self, player: &Player) {
        let Some(run) = player.run() else {
            self.next = None;
            return;
        };
        let seen = (run.id, run.seq, player.posts().len());
        let is_again = self.again_at.is_some_and(|at| at <= player.now());
        if self.seen == Some(seen) && !is_again {
            return;
        }
        self.seen = Some(seen);
        let now = player.now();
        self.waits.retain(|_, until| *until > now);
        self.again_at = self.waits.values().min().copied();
        let scene = Scene {
            scenario: player.scenario(),
            organisation: player.organisation(),
            playbook: player.playbook(),
            run,
            told: player.told(),
            rendered: player.rendered(),
            posts: player.posts(),
            now,
        };
        let wanted = wishes(&scene).into_iter();
        let wanted = wanted.filter(|wish| !wish.doings.is_empty());
        let ready = wanted.filter(|wish| !self.waits.contains_key(&wish.key));
        self.next = ready.min_by(|one, other| (one.at, &one.key).cmp(&(other.at, &other.key)));
    }

    /// Does what is next; a refusal is tried again later.
    fn act(&mut self, player: &mut Player) {
        let Some(wish) = self.next.take() else { return };
        for doing in &wish.doings {
            if player.act(&wish.who, doing).is_err() {
                break;
            }
        }
        self.waits.insert(wish.key, player.now() + AGAIN_AFTER);
        self.seen = None;
    }
}
