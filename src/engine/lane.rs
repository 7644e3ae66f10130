//! A lane: what waits for one person, in order.
//!
//! The first is tried first, and while it fails the others wait: an alert of
//! 10:15 must not come after that of 10:40. One that failed often on its own is
//! passed, so that one poisoned mail cannot block a person for ever; it is still
//! the first to be tried each time the lane runs, and again when another got
//! through: that may be the end of an outage. While the other side is away
//! altogether nothing is passed: nothing would get through.

use std::collections::BTreeMap;
use std::ops::Bound;

use chrono::TimeDelta;

use crate::domain::delivery::{Next, Outcome};
use crate::domain::time::Timestamp;
use crate::store::{Parcel, Turn};

/// Others may pass one that failed so often.
const PASSED_AFTER: u32 = 6;

/// Something new makes the lane run again, but not sooner than this.
const NEWS_PAUSE: TimeDelta = TimeDelta::seconds(5);

/// What waits for one person.
#[derive(Default)]
pub(super) struct Lane {
    waiting: BTreeMap<Turn, Parcel>,
    /// Whether one of them is on its way.
    is_running: bool,
    /// When to run next; `None` when nothing waits.
    due: Option<Timestamp>,
    /// Whether one was passed in this run, and not tried again since.
    has_passed: bool,
    /// Whether this run went back to the first already: once is enough.
    went_back: bool,
    /// Whether something came since the lane last began to run.
    has_news: bool,
    tried_at: Option<Timestamp>,
    /// Whether the last try found nobody on the other side.
    is_away: bool,
    /// Since when ways fail without refusing: what waited in the lane has
    /// waited for them too.
    failing: BTreeMap<String, Timestamp>,
}

/// What came of one try.
pub(super) struct Tried {
    pub way: String,
    /// Since when the way fails, when it does but may not later.
    pub is_failing: Option<Timestamp>,
    /// Whether it fails for everything.
    pub is_away: bool,
    /// What must be tried again.
    pub again: Option<Parcel>,
}

impl Lane {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(super) fn failing(&self) -> &BTreeMap<String, Timestamp> {
        &self.failing
    }

    pub(super) fn add(&mut self, parcel: Parcel) {
        self.has_news = true;
        self.waiting.insert(parcel.turn(), parcel);
        self.plan();
    }

    /// When to begin; `None` when it runs, or nothing waits.
    pub(super) fn due(&self) -> Option<Timestamp> {
        self.due.filter(|_| !self.is_running)
    }

    /// Begins a run: gives the first.
    pub(super) fn begin(&mut self) -> Option<Parcel> {
        let (_, first) = self.waiting.first_key_value()?;
        self.is_running = true;
        (self.has_news, self.has_passed, self.went_back) = (false, false, false);
        Some(first.clone())
    }

    /// Takes in what came of a try, and gives what is to be tried next in this
    /// run.
    pub(super) fn tried(&mut self, place: &Turn, tried: Tried, now: Timestamp) -> Option<Parcel> {
        self.tried_at = Some(now);
        self.is_away = tried.is_away;
        match tried.is_failing {
            Some(since) => self.failing.insert(tried.way, since),
            None => self.failing.remove(&tried.way),
        };
        match tried.again {
            None => {
                self.waiting.remove(place);
                if self.has_passed && !self.went_back {
                    self.went_back = true;
                    let first = self.waiting.values().next().cloned();
                    return first.or_else(|| self.rest());
                }
                self.after(place)
            }
            Some(parcel) => self.wait(place, parcel, now),
        }
    }

    /// The same after a bug of ours: it counts as a failure that may pass.
    pub(super) fn crashed(&mut self, place: &Turn, now: Timestamp) -> Option<Parcel> {
        self.tried_at = Some(now);
        self.is_away = false;
        let mut parcel = self.waiting.get(place)?.clone();
        parcel.tries += 1;
        parcel.course.turn(now);
        let age = now - parcel.created_at;
        let not_now = Outcome::NotNow(None);
        let next = parcel.course.after(&not_now, now, now, age, parcel.tries);
        // Also when that says to give up: nobody recorded it.
        parcel.next_at = match next {
            Next::Again(next_at) => next_at,
            Next::Done | Next::GivenUp => now + TimeDelta::minutes(5),
        };
        self.wait(place, parcel, now)
    }

    /// One that failed: at once by another way, or later.
    fn wait(&mut self, place: &Turn, parcel: Parcel, now: Timestamp) -> Option<Parcel> {
        let (next_at, n_tries) = (parcel.next_at, parcel.tries);
        self.waiting.insert(place.clone(), parcel.clone());
        if next_at <= now {
            Some(parcel)
        } else if n_tries >= PASSED_AFTER && !self.is_away {
            self.has_passed = true;
            self.after(place)
        } else {
            self.rest()
        }
    }

    fn after(&mut self, place: &Turn) -> Option<Parcel> {
        let behind = (Bound::Excluded(place), Bound::Unbounded);
        match self.waiting.range(behind).next() {
            Some((_, parcel)) => Some(parcel.clone()),
            None => self.rest(),
        }
    }

    /// The run is over.
    fn rest(&mut self) -> Option<Parcel> {
        self.is_running = false;
        self.plan();
        None
    }

    /// Says when to run next: when the first of those that a run would come to
    /// is due.
    fn plan(&mut self) {
        let mut soonest: Option<Timestamp> = None;
        for parcel in self.waiting.values() {
            soonest = Some(soonest.map_or(parcel.next_at, |soonest| soonest.min(parcel.next_at)));
            if parcel.tries < PASSED_AFTER || self.is_away {
                break;
            }
        }
        let for_news = self.tried_at.map(|at| at + NEWS_PAUSE);
        self.due = match (soonest, for_news) {
            (Some(soonest), Some(for_news)) if self.has_news => Some(soonest.min(for_news)),
            (soonest, _) => soonest,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::delivery::Course;
    use crate::domain::effect::Content;
    use crate::domain::text::Language;
    use crate::notify::specimen;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_772_000_000 + seconds, 0).unwrap()
    }

    fn parcel(effect: &str, created: i64) -> Parcel {
        let content = Content::Trouble(specimen::trouble());
        Parcel {
            effect: effect.to_owned(),
            run: 1,
            notice: specimen::notice(Language::Nl, content),
            tries: 0,
            course: Course::new(&["mail".to_owned()]),
            next_at: at(created),
            created_at: at(created),
            sent_at: None,
            state: "waiting".to_owned(),
            last_error: None,
            mark: None,
        }
    }

    fn sent() -> Tried {
        Tried {
            way: "mail".to_owned(),
            is_failing: None,
            is_away: false,
            again: None,
        }
    }

    fn failed(parcel: &Parcel, pause: i64, now: i64) -> Tried {
        Tried {
            way: "mail".to_owned(),
            is_failing: Some(at(now)),
            is_away: false,
            again: Some(Parcel {
                tries: parcel.tries + 1,
                next_at: at(now + pause),
                ..parcel.clone()
            }),
        }
    }

    /// Runs the lane once at `now`: what was tried, in order. Those of which
    /// `fails` says so fail.
    fn run(lane: &mut Lane, now: i64, fails: impl Fn(&str) -> bool) -> Vec<String> {
        let mut tried = Vec::new();
        let mut next = lane.begin();
        while let Some(parcel) = next {
            tried.push(parcel.effect.clone());
            let outcome = match fails(&parcel.effect) {
                true => failed(&parcel, 60, now),
                false => sent(),
            };
            next = lane.tried(&parcel.turn(), outcome, at(now));
        }
        tried
    }

    #[test]
    fn they_go_in_order_and_by_number() {
        let mut lane = Lane::default();
        for effect in ["1.10", "1.9", "1.11"] {
            lane.add(parcel(effect, 0));
        }
        lane.add(parcel("2.1", 9));
        assert_eq!(lane.due(), Some(at(0)));
        assert_eq!(run(&mut lane, 9, |_| false), ["1.9", "1.10", "1.11", "2.1"]);
        assert!(lane.is_empty() && lane.due().is_none());
    }

    #[test]
    fn while_the_first_fails_the_others_wait_until_it_failed_often() {
        let mut lane = Lane::default();
        for effect in ["1.1", "1.2", "1.3"] {
            lane.add(parcel(effect, 0));
        }
        let is_poison = |effect: &str| effect == "1.1";
        for number in 0..5 {
            assert_eq!(run(&mut lane, number * 60, is_poison), ["1.1"]);
            assert_eq!(lane.due(), Some(at(number * 60 + 60)));
        }
        assert_eq!(run(&mut lane, 300, is_poison), ["1.1", "1.2", "1.1", "1.3"]);
        lane.add(parcel("1.4", 400));
        assert_eq!(run(&mut lane, 400, is_poison), ["1.1", "1.4", "1.1"]);
        assert_eq!(run(&mut lane, 460, |_| false), ["1.1"]);
        assert!(lane.is_empty());
    }

    #[test]
    fn after_an_outage_of_hours_the_order_still_holds() {
        let mut lane = Lane::default();
        for effect in ["1.1", "1.2", "1.3"] {
            lane.add(parcel(effect, 0));
        }
        for number in 0..40 {
            run(&mut lane, number * 60, |_| true);
        }
        assert_eq!(run(&mut lane, 9_000, |_| false), ["1.1", "1.2", "1.3"]);
    }

    #[test]
    fn an_outage_that_ends_in_the_middle_of_a_run_sends_it_back_to_the_first() {
        let mut lane = Lane::default();
        for effect in ["1.1", "1.2", "1.3", "1.4"] {
            lane.add(parcel(effect, 0));
        }
        for number in 0..40 {
            run(&mut lane, number * 60, |_| true);
        }
        let n_tried = std::cell::Cell::new(0);
        let tried = run(&mut lane, 9_000, |_| {
            n_tried.set(n_tried.get() + 1);
            n_tried.get() <= 2
        });
        assert_eq!(tried, ["1.1", "1.2", "1.3", "1.1", "1.2", "1.4"]);
        assert!(lane.is_empty());
    }

    #[test]
    fn nothing_is_passed_while_nobody_is_there() {
        let mut lane = Lane::default();
        for effect in ["1.1", "1.2"] {
            lane.add(parcel(effect, 0));
        }
        for minute in 0..20 {
            let first = lane.begin().unwrap();
            assert_eq!(first.effect, "1.1");
            let away = Tried {
                is_away: true,
                ..failed(&first, 60, minute * 60)
            };
            assert!(lane.tried(&first.turn(), away, at(minute * 60)).is_none());
            assert_eq!(
                lane.due(),
                Some(at(minute * 60 + 60)),
                "no sooner, no later"
            );
        }
        assert_eq!(run(&mut lane, 1_200, |_| false), ["1.1", "1.2"]);
    }

    #[test]
    fn news_makes_a_lane_run_again_but_not_in_the_same_breath() {
        let mut lane = Lane::default();
        lane.add(parcel("1.1", 0));
        run(&mut lane, 0, |_| true);
        lane.add(parcel("1.2", 2));
        assert_eq!(lane.due(), Some(at(5)));
        run(&mut lane, 5, |_| true);
        assert_eq!(lane.due(), Some(at(65)));
        lane.add(parcel("1.3", 30));
        assert!(lane.due().is_some_and(|due| due <= at(30)));
    }

    #[test]
    fn another_way_is_tried_in_the_same_run() {
        let mut lane = Lane::default();
        lane.add(parcel("1.1", 0));
        let first = lane.begin().unwrap();
        let again = lane.tried(&first.turn(), failed(&first, 0, 0), at(0));
        assert_eq!(again.map(|parcel| parcel.tries), Some(1));
        assert_eq!(lane.due(), None);
        assert_eq!(lane.failing().get("mail"), Some(&at(0)));
    }

    #[test]
    fn a_bug_in_one_does_not_lose_it() {
        let mut lane = Lane::default();
        lane.add(parcel("1.1", 0));
        let first = lane.begin().unwrap();
        assert!(lane.crashed(&first.turn(), at(0)).is_none());
        assert_eq!(lane.due(), Some(at(5)));
    }
}
