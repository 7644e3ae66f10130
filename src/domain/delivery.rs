//! By which way a notice goes next, and when: the rule, apart from the sending.
//!
//! A person has ways in an order of choice. The next is used when one refuses
//! for good, or has failed for a minute; a way that failed for a minute has
//! had its turn, and once every way had one they are used in turn, ever more
//! slowly. Nothing is forgotten: a notice is given up only when every way
//! refused it for good, or after days of trying.

use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::effect::MAIL;
use super::time::Timestamp;

/// How long a way may fail before the next is used.
pub const PATIENCE: TimeDelta = TimeDelta::seconds(60);

/// Pause after the first failure; it doubles up to `LONGEST_PAUSE`. Seconds.
const FIRST_PAUSE: i64 = 5;
const LONGEST_PAUSE: i64 = 300;

/// Whether it is time. Nothing is planned farther ahead than the longest pause
/// (and the second it is rounded up by): a moment beyond that was planned
/// before the clock was set back, and waiting for it could take days.
pub fn is_time(planned: Timestamp, now: Timestamp) -> bool {
    planned <= now || planned - now > TimeDelta::seconds(LONGEST_PAUSE + 1)
}

/// After this long and so many tries a notice is old news: it is given up,
/// loudly, instead of surprising somebody next week.
const GIVE_UP_AFTER: TimeDelta = TimeDelta::days(3);
const GIVE_UP_TRIES: u32 = 100;

/// What one try by one way led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Taken,
    /// It may be taken later; not before the pause that was asked for, if any.
    NotNow(Option<Duration>),
    /// It will not be taken by this way, however often it is tried.
    Refused,
}

/// What follows from a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    Done,
    /// Not before this moment.
    Again(Timestamp),
    GivenUp,
}

/// How the delivery of one notice stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    ways: Vec<Way>,
    /// Place of the way in use.
    at: usize,
    /// Failures by this way, or in turns; makes the pauses longer.
    n_failed: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Way {
    name: String,
    /// When its failures began.
    failing_since: Option<Timestamp>,
    /// Whether it has failed for so long that the next was used.
    had_its_turn: bool,
    /// Whether it refused for good.
    is_dead: bool,
}

impl Course {
    /// Nothing was tried yet. Without any way it is mail.
    pub fn new(ways: &[String]) -> Self {
        let way = |name: &str| Way {
            name: name.to_owned(),
            failing_since: None,
            had_its_turn: false,
            is_dead: false,
        };
        let mut ways: Vec<Way> = ways.iter().map(|name| way(name)).collect();
        if ways.is_empty() {
            ways.push(way(MAIL));
        }
        Self {
            ways,
            at: 0,
            n_failed: 0,
        }
    }

    /// The way that a try at `now` goes by; the course takes it from here on.
    pub fn turn(&mut self, now: Timestamp) -> &str {
        if let Some(since) = self.in_its_minute()
            && now - since >= PATIENCE
        {
            self.leave();
        }
        self.way()
    }

    /// The way in use.
    pub fn way(&self) -> &str {
        self.ways.get(self.at).map_or(MAIL, |way| &way.name)
    }

    /// Takes in what a try by the way in use led to. It began failing at
    /// `since` when it did not before; it was created `age` ago and failed
    /// `n_tries` times with this one.
    pub fn after(
        &mut self,
        outcome: &Outcome,
        since: Timestamp,
        now: Timestamp,
        age: TimeDelta,
        n_tries: u32,
    ) -> Next {
        match outcome {
            Outcome::Taken => Next::Done,
            // Old alone is not enough: after a weekend switched off, or a jump
            // of the clock, the first failure must not be the last.
            _ if age > GIVE_UP_AFTER && n_tries >= GIVE_UP_TRIES => Next::GivenUp,
            Outcome::Refused => {
                if let Some(way) = self.ways.get_mut(self.at) {
                    way.is_dead = true;
                }
                match self.other() {
                    None => Next::GivenUp,
                    Some(_) => {
                        self.leave();
                        Next::Again(now)
                    }
                }
            }
            Outcome::NotNow(asked) => Next::Again(self.failed(*asked, since, now)),
        }
    }

    /// When to try again after a failure that may pass.
    fn failed(&mut self, asked: Option<Duration>, since: Timestamp, now: Timestamp) -> Timestamp {
        if let Some(way) = self.ways.get_mut(self.at) {
            way.failing_since.get_or_insert(since);
        }
        let usual = pause_after(self.n_failed);
        let asked = asked.and_then(|asked| TimeDelta::from_std(asked).ok());
        let pause = asked.map_or(usual, |asked| {
            asked.clamp(usual, TimeDelta::seconds(LONGEST_PAUSE))
        });
        self.n_failed = self.n_failed.saturating_add(1);
        match self.in_its_minute() {
            // The minute must not end in the middle of a pause.
            Some(since) => (now + pause).min(since + PATIENCE).max(now),
            None => {
                if self.other().is_some() {
                    self.leave();
                }
                now + pause
            }
        }
    }

    /// Since when the way in use fails, as long as that matters: there is
    /// another, and its turn is not over.
    fn in_its_minute(&self) -> Option<Timestamp> {
        let way = self.ways.get(self.at).filter(|way| !way.had_its_turn)?;
        self.other().and(way.failing_since)
    }

    /// The way that comes after the one in use: one that had no turn yet, else
    /// the next in the round.
    fn other(&self) -> Option<usize> {
        let n_ways = self.ways.len();
        let round = (1..n_ways).map(|steps| (self.at + steps) % n_ways);
        let alive: Vec<usize> = round.filter(|place| !self.ways[*place].is_dead).collect();
        let fresh = |place: &&usize| !self.ways[**place].had_its_turn;
        alive.iter().find(fresh).or(alive.first()).copied()
    }

    fn leave(&mut self) {
        let Some(other) = self.other() else { return };
        if let Some(way) = self.ways.get_mut(self.at) {
            way.had_its_turn = true;
        }
        if !self.ways[other].had_its_turn {
            self.n_failed = 0;
        }
        self.at = other;
    }
}

/// How long to wait after one more failure, when so many came before it.
pub fn pause_after(n_failed: u32) -> TimeDelta {
    let pause = FIRST_PAUSE.saturating_mul(1 << n_failed.min(16));
    TimeDelta::seconds(pause.min(LONGEST_PAUSE))
}

/// The place of an effect among others: run and number, as numbers, so that
/// `1.10` comes after `1.9`. What has another form comes last.
pub fn place(effect: &str) -> (u64, u64) {
    let mut parts = effect.splitn(2, '.');
    let mut number = || parts.next().and_then(|part| part.parse().ok());
    (number().unwrap_or(u64::MAX), number().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOT_NOW: Outcome = Outcome::NotNow(None);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_timestamp(1_772_000_000 + seconds, 0).unwrap()
    }

    fn course(ways: &[&str]) -> Course {
        let ways: Vec<String> = ways.iter().map(|way| (*way).to_owned()).collect();
        Course::new(&ways)
    }

    /// Tries whenever it is time, for so many seconds; when and by which way.
    fn tries(
        course: &mut Course,
        until: i64,
        outcome: impl Fn(&str) -> Outcome,
    ) -> Vec<(i64, String)> {
        let (mut now, mut tried) = (at(0), Vec::new());
        while now < at(until) {
            let way = course.turn(now).to_owned();
            tried.push(((now - at(0)).num_seconds(), way.clone()));
            let n_tries = tried.len() as u32;
            match course.after(&outcome(&way), now, now, now - at(0), n_tries) {
                Next::Again(next) => now = next,
                Next::Done | Next::GivenUp => break,
            }
        }
        tried
    }

    fn shown(tried: &[(i64, String)]) -> String {
        let words = tried.iter().map(|(at, way)| format!("{at} {way}"));
        words.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn one_way_alone_is_tried_ever_more_slowly() {
        let tried = tries(&mut course(&["mail"]), 1_300, |_| NOT_NOW);
        assert_eq!(
            shown(&tried),
            "0 mail, 5 mail, 15 mail, 35 mail, 75 mail, 155 mail, 315 mail, 615 mail, 915 mail, 1215 mail"
        );
    }

    #[test]
    fn each_way_gets_its_minute_and_then_they_take_turns() {
        let tried = tries(&mut course(&["mail", "sms"]), 900, |_| NOT_NOW);
        assert_eq!(
            shown(&tried),
            "0 mail, 5 mail, 15 mail, 35 mail, 60 sms, 65 sms, 75 sms, 95 sms, 120 mail, 200 sms, 360 mail, 660 sms"
        );
    }

    #[test]
    fn a_refusal_passes_to_the_next_way_at_once() {
        let refused_by = |name: &'static str| {
            move |way: &str| match way == name {
                true => Outcome::Refused,
                false => Outcome::Taken,
            }
        };
        let tried = tries(&mut course(&["mail", "sms"]), 900, refused_by("mail"));
        assert_eq!(shown(&tried), "0 mail, 0 sms");
    }

    #[test]
    fn it_is_given_up_when_every_way_refused() {
        let mut course = course(&["mail", "sms", "call"]);
        let tried = tries(&mut course, 900, |_| Outcome::Refused);
        assert_eq!(shown(&tried), "0 mail, 0 sms, 0 call");
    }

    #[test]
    fn days_of_trying_end_but_never_with_the_first_failure_after_a_pause() {
        let mut course = course(&["mail", "sms"]);
        let old = TimeDelta::days(4);
        assert!(matches!(
            course.after(&NOT_NOW, at(0), at(0), old, 1),
            Next::Again(_)
        ));
        assert_eq!(
            course.after(&NOT_NOW, at(9), at(9), old, 100),
            Next::GivenUp
        );
    }

    #[test]
    fn a_server_that_asks_for_time_gets_up_to_five_minutes() {
        let asked = |seconds| Outcome::NotNow(Some(Duration::from_secs(seconds)));
        for (seconds, pause) in [(1, 5), (90, 90), (86_400, 300)] {
            let next = course(&["mail"]).after(&asked(seconds), at(0), at(0), TimeDelta::zero(), 1);
            assert_eq!(next, Next::Again(at(pause)), "{seconds}");
        }
        // Another way need not wait for it.
        let next = course(&["sms", "mail"]).after(&asked(200), at(0), at(0), TimeDelta::zero(), 1);
        assert_eq!(next, Next::Again(at(60)));
    }

    #[test]
    fn what_was_planned_before_the_clock_was_set_back_is_due() {
        for (planned, due) in [(-1, true), (0, true), (1, false), (301, false), (302, true)] {
            assert_eq!(is_time(at(planned), at(0)), due, "{planned}");
        }
    }

    #[test]
    fn effects_go_by_number() {
        let mut effects = ["2.1", "1.10", "x", "1.9"];
        effects.sort_by_key(|effect| place(effect));
        assert_eq!(effects, ["1.9", "1.10", "2.1", "x"]);
    }

    fn outcomes() -> impl Strategy<Value = Vec<(u8, i64)>> {
        // What happens at each try, and how much earlier or later it comes.
        proptest::collection::vec((0_u8..8, -30_i64..400), 1..120)
    }

    proptest! {
        #[test]
        fn whatever_fails_the_rule_holds(n_ways in 1_usize..4, outcomes in outcomes()) {
            let names: Vec<String> = (0..n_ways).map(|number| format!("way{number}")).collect();
            let mut course = Course::new(&names);
            let mut now = at(0);
            let mut first_failed: Vec<Option<Timestamp>> = vec![None; n_ways];
            let mut refused = vec![false; n_ways];
            let mut last: Option<usize> = None;
            for (number, (kind, drift)) in outcomes.into_iter().enumerate() {
                // What is stored and read again is the same course.
                let stored = serde_json::to_string(&course).unwrap();
                prop_assert_eq!(serde_json::from_str::<Course>(&stored).unwrap(), course.clone());
                let way = course.turn(now).to_owned();
                let place = names.iter().position(|name| *name == way).unwrap();
                prop_assert!(!refused[place], "{way} refused for good and is used again");
                if let Some(last) = last.filter(|last| *last != place && !refused[*last]) {
                    let since = first_failed[last].unwrap();
                    prop_assert!(now - since >= PATIENCE, "{way} came too soon");
                }
                last = Some(place);
                let outcome = match kind {
                    0 => Outcome::Refused,
                    1 => Outcome::NotNow(Some(Duration::from_secs(drift.unsigned_abs()))),
                    _ => NOT_NOW,
                };
                let next = course.after(&outcome, now, now, now - at(0), number as u32 + 1);
                if outcome == Outcome::Refused {
                    refused[place] = true;
                } else {
                    first_failed[place].get_or_insert(now);
                }
                match next {
                    Next::Again(next) => {
                        prop_assert!(refused.contains(&false));
                        prop_assert!(next >= now && next - now <= TimeDelta::seconds(300));
                        if outcome != Outcome::Refused && next == now {
                            let way = course.clone().turn(next).to_owned();
                            prop_assert_ne!(&way, &names[place], "no pause");
                        }
                        // A new notice may bring the try forward; a busy machine delays it.
                        now = (next + TimeDelta::seconds(drift)).max(now);
                    }
                    Next::GivenUp => {
                        let is_old = now - at(0) > TimeDelta::days(3) && number >= 99;
                        prop_assert!(is_old || !refused.contains(&false), "given up too soon");
                        break;
                    }
                    Next::Done => prop_assert!(false, "nothing was taken"),
                }
            }
        }

        #[test]
        fn every_way_that_did_not_refuse_is_tried_within_a_few_minutes(n_ways in 1_usize..5) {
            let names: Vec<String> = (0..n_ways).map(|number| format!("way{number}")).collect();
            let tried = tries(&mut Course::new(&names), 60 * n_ways as i64, |_| NOT_NOW);
            for name in names {
                prop_assert!(tried.iter().any(|(_, way)| *way == name), "{name}: {tried:?}");
            }
        }
    }
}
