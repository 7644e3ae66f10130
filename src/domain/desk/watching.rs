//! Mentions and time go to the triggers that watch them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Desk, Happening, Observed, Pinned};
use crate::domain::condition::{Condition, Count, Test};
use crate::domain::heard::tide::Saved;
use crate::domain::heard::{Heard, Past, Taken, note};
use crate::domain::mention::Mention;
use crate::domain::meter::narrowing::Marks;
use crate::domain::meter::{Ground, Meter};
use crate::domain::playbook::Playbook;
use crate::domain::run::judge::Facing;
use crate::domain::time::Timestamp;
use crate::domain::trigger::{Change, Hold, Judge, Progress};
use crate::domain::unusual::BIN;
use crate::domain::usual::Counted;
use crate::domain::voices::{Crowd, Note, Reading, Weighed};
use crate::domain::volume::{Added, LATENESS};

/// One trigger of a playbook in force.
#[derive(Debug)]
pub(super) struct Armed {
    /// Number of its playbook on the shelf, and of the trigger in it.
    pub(super) shelf: usize,
    pub(super) trigger: usize,
    /// That of its playbook.
    pub(super) watch: usize,
    /// Every watch it listens to.
    pub(super) listens: Vec<usize>,
    /// Whether its condition is also about the open run.
    pub(super) asks_about_run: bool,
    pub(super) progress: Progress,
    /// The holds as they were last handed out to be stored; `None` before.
    pub(super) stored: Option<Vec<Hold>>,
}

/// Every trigger that can be carried out, on a watch that exists.
pub(super) fn arm_all(ground: &Ground, shelf: &[Arc<Pinned>]) -> Vec<Armed> {
    let mut armed = Vec::new();
    for (shelf_number, pinned) in shelf.iter().enumerate() {
        let playbook = &pinned.playbook;
        let mut watches = ground.organisation.watches.iter();
        let Some(watch) = watches.position(|watch| watch.key == playbook.watch) else {
            continue;
        };
        for (number, trigger) in playbook.triggers.iter().enumerate() {
            if trigger.when.carried_out().is_err() {
                continue;
            }
            let progress = Progress::new(trigger, watch, ground);
            let mut listens = vec![watch];
            listens.extend(progress.meters().iter().filter_map(Meter::watch));
            listens.sort_unstable();
            listens.dedup();
            armed.push(Armed {
                shelf: shelf_number,
                trigger: number,
                watch,
                listens,
                asks_about_run: trigger.when.asks_about_run(),
                progress,
                stored: None,
            });
        }
    }
    armed
}

/// Every count in the conditions of a playbook.
pub(super) fn counts(playbook: &Playbook) -> Vec<&Count> {
    let tests = playbook.conditions().flat_map(Condition::all_tests);
    tests.filter_map(Test::count).collect()
}

/// A mention as a watch took it in: to be stored with it.
#[derive(Debug, Clone)]
pub struct Noted {
    /// Place in `Organisation::watches`.
    pub watch: u16,
    /// `Mention::key`.
    pub key: i64,
    pub note: Note,
    pub weighed: Weighed,
    /// The names behind the bits of the note, and [`ASKS`].
    pub marks: String,
}

/// Among the marks of what was put to us, and of complaints.
pub const ASKS: &str = " asks";

/// A post of our own accounts, to be stored.
#[derive(Debug, Clone)]
pub struct Ours {
    /// `Mention::key`.
    pub key: i64,
    /// Places in `Organisation::watches` whose query means it.
    pub watches: Vec<u16>,
}

/// What one watch remembers, to be filled.
#[derive(Debug)]
pub struct Memory<'a> {
    /// Place in `Organisation::watches`.
    pub watch: usize,
    heard: &'a mut Heard,
}

impl Memory<'_> {
    /// Takes what the store has of the watch, without judging anything.
    pub fn remember(self, past: Past) {
        self.heard.remember(past);
    }
}

/// Which triggers look again, by their numbers.
enum Asked<'a> {
    WhoListenTo(usize),
    These(&'a [usize]),
}

/// What is the same of a mention for every watch that means it.
struct Glance {
    reading: Reading,
    marks: u64,
    is_echo: bool,
}

impl Desk {
    /// Mentions arrived at `now`. Windows go by publication time; what is older
    /// than a day wakes nobody.
    pub fn observe(&mut self, batch: &[Observed], now: Timestamp) -> Vec<Happening> {
        let oldest = now.timestamp() - LATENESS;
        let mut in_order: Vec<&Observed> = batch.iter().collect();
        in_order.sort_by_key(|seen| seen.mention.published_at.timestamp());
        let n_old =
            in_order.partition_point(|seen| seen.mention.published_at.timestamp() <= oldest);
        let old: Vec<&Observed> = in_order.drain(..n_old).collect();
        let mut happenings = Vec::new();
        for seen in old {
            if seen.matched.ours {
                happenings.extend(self.take_ours(seen, now));
            }
            self.note_only(seen);
        }
        happenings.extend(self.observe_late(&mut in_order, now));
        for seen in in_order {
            let second = seen.mention.published_at.timestamp();
            // Mention by mention, as if each had come on time: then it does not
            // matter how many came together.
            let then = seen.mention.published_at.min(now);
            self.advance_tides(then);
            if seen.matched.ours {
                happenings.extend(self.take_ours(seen, now));
            }
            let glance = self.glance(seen);
            for watch in seen.matched.counted() {
                let watch = usize::from(*watch);
                if self.take_in(watch, seen, &glance).is_none() {
                    continue;
                }
                self.settle(watch, then);
                happenings.extend(self.with_triggers(Some(watch), now, |progress, judge| {
                    progress.observe(judge, second)
                }));
                self.forget(watch, now);
            }
        }
        self.advance_tides(now);
        happenings.extend(self.read_at_once(batch, now));
        happenings
    }

    fn glance(&self, seen: &Observed) -> Glance {
        let marks = self.marks.of(&seen.matched, &self.organisation);
        let mut reading = seen.reading;
        // Words that a condition asks for one by one are believed also among
        // trade and tricks: better one too many than a report thrown away.
        reading.is_spam &= !self.marks.is_asked(marks);
        Glance {
            reading,
            marks,
            is_echo: self.echo.is_echo(&seen.mention).is_some(),
        }
    }

    /// Counts a mention in a watch; `None` when it is no mention to count.
    fn take_in(&mut self, watch: usize, seen: &Observed, glance: &Glance) -> Option<Added> {
        let Glance {
            reading,
            marks,
            is_echo,
        } = glance;
        let heard = self.heard.get_mut(watch)?;
        let taken = heard.add(&seen.mention, &seen.source, reading, *marks, *is_echo);
        self.note_down(watch, seen, taken, *marks);
        taken.added
    }

    /// Our own accounts posted: what waits may be answered, and what repeats it
    /// is an echo.
    fn take_ours(&mut self, seen: &Observed, now: Timestamp) -> Vec<Happening> {
        let mention = &seen.mention;
        let second = mention.published_at.timestamp();
        self.listen_for_echo_of(mention);
        for (number, heard) in self.heard.iter_mut().enumerate() {
            let is_here = seen.matched.watches.iter();
            let is_here = is_here.map(|watch| usize::from(*watch));
            heard.post_of_ours(mention, is_here.into_iter().any(|watch| watch == number));
        }
        if self.notes_down {
            self.ours.push(Ours {
                key: mention.key(),
                watches: seen.matched.watches.clone(),
            });
        }
        self.with_triggers(None, now, |progress, judge| {
            progress.hear_of_ours(judge, second)
        })
    }

    /// Only what a channel of ours says: anybody can post under a like name
    /// somewhere, and would make everything that repeats it count for nothing.
    fn listen_for_echo_of(&mut self, mention: &Mention) {
        if self.our_accounts.posted_officially(mention) {
            let (url, second) = (mention.url.as_deref(), mention.published_at.timestamp());
            self.echo.add(&mention.id, &mention.text, url, second);
        }
    }

    /// Too old to count now; what is known of it is stored all the same.
    fn note_only(&mut self, seen: &Observed) {
        let Glance { reading, marks, .. } = self.glance(seen);
        for watch in seen.matched.counted() {
            let taken = Taken {
                added: None,
                weighed: Crowd::default().weigh(&reading, false),
                asks: false,
            };
            self.note_down(usize::from(*watch), seen, taken, marks);
        }
    }

    fn note_down(&mut self, watch: usize, seen: &Observed, taken: Taken, marks: u64) {
        if !self.notes_down {
            return;
        }
        let weighed = taken.weighed;
        let mut words = self.marks.words(marks);
        if taken.asks {
            words.push_str(ASKS);
        }
        self.noted.push(Noted {
            watch: u16::try_from(watch).unwrap_or(u16::MAX),
            key: seen.mention.key(),
            note: note(&seen.mention, weighed, marks, 0),
            weighed,
            marks: words,
        });
    }

    /// What our accounts posted since this was last asked.
    pub fn take_ours_noted(&mut self) -> Vec<Ours> {
        std::mem::take(&mut self.ours)
    }

    /// What was taken in since this was last asked.
    pub fn take_noted(&mut self) -> Vec<Noted> {
        std::mem::take(&mut self.noted)
    }

    /// Puts what is unusual in step with what came in.
    fn settle(&mut self, watch: usize, now: Timestamp) {
        if let Some(heard) = self.heard.get_mut(watch) {
            heard.advance(now.timestamp());
        }
    }

    /// All watches; nothing changes within a bin but by mentions.
    pub(super) fn advance_tides(&mut self, now: Timestamp) {
        let bin = now.timestamp().div_euclid(BIN);
        if bin <= self.tides_to {
            return;
        }
        self.tides_to = bin;
        for heard in &mut self.heard {
            heard.advance(now.timestamp());
        }
    }

    /// Forgets what is out of reach. Only after the triggers looked: a window
    /// must see everything leave that it saw come in.
    fn forget(&mut self, watch: usize, now: Timestamp) {
        self.heard[watch].forget(now.timestamp());
    }

    /// Takes the mentions out of the batch that come before what a watch has
    /// seen, or a trigger has looked at, and sweeps the past of each watch once
    /// for all of them: in between, only half of what was said would be known.
    fn observe_late(&mut self, batch: &mut Vec<&Observed>, now: Timestamp) -> Vec<Happening> {
        // What comes before the last of them is not judged without them either.
        let Some(last) = batch.iter().rposition(|seen| self.is_late(seen)) else {
            return Vec::new();
        };
        // By watch: from which second through which other.
        let mut spans: BTreeMap<usize, (i64, i64)> = BTreeMap::new();
        let mut happenings = Vec::new();
        for seen in batch.drain(..=last) {
            let second = seen.mention.published_at.timestamp();
            if seen.matched.ours {
                happenings.extend(self.take_ours(seen, now));
            }
            let glance = self.glance(seen);
            for watch in seen.matched.counted() {
                let watch = usize::from(*watch);
                if self.take_in(watch, seen, &glance).is_some() {
                    let span = spans.entry(watch).or_insert((second, second));
                    span.1 = span.1.max(second);
                }
            }
        }
        for watch in spans.keys() {
            self.settle(*watch, now);
        }
        for (watch, (from, through)) in spans {
            happenings.extend(self.with_triggers(Some(watch), now, |progress, judge| {
                progress.observe_late(judge, from, through)
            }));
        }
        happenings
    }

    fn is_late(&self, seen: &Observed) -> bool {
        let second = seen.mention.published_at.timestamp();
        let mut watches = seen.matched.counted().iter();
        watches.any(|watch| {
            let watch = usize::from(*watch);
            let heard = self.heard.get(watch);
            let mut listening = self.listening.get(watch).into_iter().flatten();
            heard.is_some_and(|heard| heard.history.newest() > Some(second))
                || listening.any(|number| self.armed[*number].progress.is_ahead_of(second))
        })
    }

    /// Time went by. Most triggers wait for mentions, and are not asked.
    pub(super) fn advance_triggers(&mut self, now: Timestamp) -> Vec<Happening> {
        self.advance_tides(now);
        let second = now.timestamp();
        let numbered = self.armed.iter().enumerate();
        let due = numbered.filter(|(_, armed)| {
            let when = &self.shelf[armed.shelf].playbook.triggers[armed.trigger].when;
            armed.progress.is_due(&self.heard, when, &self.deaf, second)
        });
        let due: Vec<usize> = due.map(|(number, _)| number).collect();
        self.ask_triggers(Asked::These(&due), now, |progress, judge| {
            progress.advance(judge, second)
        })
    }

    /// Learns what is usual of a watch from all whole hours that had any mention,
    /// oldest first; the hours between them had none, save when we could not hear
    /// (`deaf`: from, and up to, in seconds).
    pub fn learn_anew(
        &mut self,
        watch: usize,
        hours: &[(i64, Counted)],
        deaf: &[(i64, i64)],
        now: Timestamp,
    ) {
        if let Some(heard) = self.heard.get_mut(watch) {
            heard.advance(now.timestamp());
            heard.learn_anew(hours, deaf);
        }
    }

    /// What is usual, where an hour began since this was last asked: by watch.
    pub fn changed_usual(&mut self) -> Vec<(String, Saved)> {
        let watches = self.organisation.watches.iter();
        let changed = watches.zip(&mut self.heard).filter_map(|(watch, heard)| {
            // Asked of every watch at every commit, and hardly ever something.
            let saved = heard.tide.save()?;
            Some((watch.key.clone(), saved))
        });
        changed.collect()
    }

    /// What the bits of marks stand for, to read them as they were stored.
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Takes in without judging: what was said before anybody had to act.
    pub fn overhear(&mut self, batch: &[Observed], now: Timestamp) {
        self.advance_tides(now);
        for seen in batch {
            if seen.matched.ours {
                self.take_ours(seen, now);
            }
            let glance = self.glance(seen);
            for watch in seen.matched.counted() {
                let watch = usize::from(*watch);
                self.take_in(watch, seen, &glance);
                self.settle(watch, now);
                self.forget(watch, now);
            }
        }
        // Nothing is judged yet, so nothing comes of it.
        self.read_at_once(batch, now);
    }

    /// Knows what another desk heard, with the same organisation and playbooks: as
    /// if it had been stored and read.
    pub fn hear_again(&mut self, other: &Self) {
        self.heard.clone_from(&other.heard);
        self.tides_to = other.tides_to;
        self.deaf.clone_from(&other.deaf);
    }

    /// For so many seconds the past of a watch is needed after a restart.
    pub fn needs(&self, watch: usize) -> i64 {
        self.heard.get(watch).map_or(0, Heard::needs)
    }

    /// Remembers what the store has of a watch, without judging anything.
    pub fn remember(&mut self, watch: usize, past: Past) {
        if watch == 0 {
            self.know_ours(&past.ours());
        }
        if let Some(heard) = self.heard.get_mut(watch) {
            heard.remember(past);
        }
    }

    /// The memory of each watch, in order: several may be filled at once, as by
    /// [`Desk::remember`].
    pub fn memories(&mut self) -> Vec<Memory<'_>> {
        let heard = self.heard.iter_mut().enumerate();
        heard
            .map(|(watch, heard)| Memory { watch, heard })
            .collect()
    }

    /// Our own words, as [`Past::ours`] of any watch has them, are known when they come
    /// back.
    pub fn know_ours(&mut self, ours: &[Arc<Mention>]) {
        for mention in ours {
            self.listen_for_echo_of(mention);
        }
    }

    /// Judges what was remembered: a crossing that was stored but never acted on
    /// fires now. `stored` gives the holds of a trigger by playbook and name.
    pub fn catch_up(
        &mut self,
        now: Timestamp,
        mut stored: impl FnMut(&str, &str) -> Option<Vec<Hold>>,
    ) -> Vec<Happening> {
        self.advance_tides(now);
        let mut happenings = self.wake_up(now);
        let shelf = &self.shelf;
        let holds: Vec<Option<Vec<Hold>>> = self
            .armed
            .iter()
            .map(|armed| {
                let playbook = &shelf[armed.shelf].playbook;
                stored(&playbook.name, &playbook.triggers[armed.trigger].name)
            })
            .collect();
        let mut holds = holds.into_iter();
        happenings.extend(self.with_triggers(None, now, |progress, judge| {
            progress.restore(judge, holds.next().flatten(), now.timestamp())
        }));
        happenings
    }

    /// A run on a watch changed: triggers that ask about it are judged again.
    pub(super) fn run_changed(&mut self, watch: &str, now: Timestamp) -> Vec<Happening> {
        let mut watches = self.organisation.watches.iter();
        let Some(number) = watches.position(|one| one.key == watch) else {
            return Vec::new();
        };
        let mut armed = self.armed.iter();
        if !armed.any(|armed| armed.watch == number && armed.asks_about_run) {
            return Vec::new();
        }
        self.advance_tides(now);
        self.with_triggers(Some(number), now, |progress, judge| {
            if judge.when.asks_about_run() {
                progress.reconsider(judge, now.timestamp())
            } else {
                Vec::new()
            }
        })
    }

    /// Asks the triggers that listen to a watch, or all of them, in order.
    pub(super) fn with_triggers(
        &mut self,
        watch: Option<usize>,
        now: Timestamp,
        ask: impl FnMut(&mut Progress, &Judge) -> Vec<Change>,
    ) -> Vec<Happening> {
        match watch {
            Some(watch) => self.ask_triggers(Asked::WhoListenTo(watch), now, ask),
            None => {
                let all: Vec<usize> = (0..self.armed.len()).collect();
                self.ask_triggers(Asked::These(&all), now, ask)
            }
        }
    }

    fn ask_triggers(
        &mut self,
        asked: Asked<'_>,
        now: Timestamp,
        mut ask: impl FnMut(&mut Progress, &Judge) -> Vec<Change>,
    ) -> Vec<Happening> {
        let mut changes: Vec<(usize, usize, Change)> = Vec::new();
        let numbers = match asked {
            Asked::WhoListenTo(watch) => self.listening.get(watch).map_or(&[][..], Vec::as_slice),
            Asked::These(numbers) => numbers,
        };
        for number in numbers {
            let armed = &mut self.armed[*number];
            let open = self.open.get(&self.organisation.watches[armed.watch].key);
            let facing = open.and_then(|id| self.runs.get(id)).map(|on_desk| Facing {
                run: &on_desk.run,
                playbook: &on_desk.pinned.playbook,
                zone: self.organisation.timezone,
            });
            let judge = Judge {
                when: &self.shelf[armed.shelf].playbook.triggers[armed.trigger].when,
                heard: &self.heard,
                run: facing,
                deaf: &self.deaf,
            };
            let ones = ask(&mut armed.progress, &judge);
            let of_watch = ones.into_iter().map(|one| (armed.watch, *number, one));
            changes.extend(of_watch);
        }
        // What fired on one watch at once is answered together.
        changes.sort_by_key(|(watch, ..)| *watch);
        let mut happenings = Vec::new();
        for of_watch in changes.chunk_by(|one, other| one.0 == other.0) {
            let ones: Vec<(usize, Change)> = of_watch
                .iter()
                .map(|(_, armed, one)| (*armed, *one))
                .collect();
            happenings.extend(self.route(of_watch[0].0, &ones, now));
        }
        happenings
    }
}
