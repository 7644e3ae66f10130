//! Decides whether a source is blind: whether we would not see a storm in it.
//!
//! A quiet source and a blind one look the same in the counts. Blind is what
//! fails for five minutes on end, and what is silent for longer than the
//! organisation says it can be, or else than `freshness` learnt of it. Asked again
//! and again by `engine/sources.rs`. A watch is blind when its sources are.

use std::collections::BTreeSet;
use std::time::Duration;

use super::freshness::Silence;
use super::time::{Timestamp, after, format_duration};

/// A shorter failure is a hiccup: servers restart, networks blink.
pub const FAILS_FOR: Duration = Duration::from_secs(300);

/// What is known of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signs<'a> {
    /// Since when we look at it: since the daemon started.
    pub watched_since: Timestamp,
    /// When it first failed, with no success since; and why it fails.
    pub failing: Option<(Timestamp, &'a str)>,
    /// Whether it was read without an error since we look.
    pub was_read: bool,
    /// Whether it tells by itself when it fails. What others push does not.
    pub tells_failures: bool,
    /// When it last brought something, also before we started.
    pub last_at: Option<Timestamp>,
    /// What is written; without it what was learnt counts.
    pub silent_after: Option<Duration>,
    pub learnt: Silence,
}

/// What is to be thought of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    Sees,
    Blind(String),
    /// Too early to tell: what was thought before holds.
    Unknown,
}

/// Judges a source. The reason of a blind one is the first that is found.
pub fn judge(signs: &Signs<'_>, now: Timestamp) -> Word {
    if let Some((since, why)) = signs.failing {
        return if after(since, FAILS_FOR) <= now {
            Word::Blind(format!("it fails: {why}"))
        } else {
            Word::Unknown
        };
    }
    if signs.tells_failures && !signs.was_read {
        return Word::Unknown;
    }
    let Some(silent_after) = signs.silent_after else {
        return of_habit(signs, now);
    };
    let is_silent = signs
        .last_at
        .is_none_or(|last_at| after(last_at, silent_after) <= now);
    // While we were down nothing could come in: first give it time to.
    let time_to_speak = match signs.last_at {
        Some(_) => silent_after.min(FAILS_FOR),
        None => silent_after,
    };
    match (is_silent, after(signs.watched_since, time_to_speak) <= now) {
        (false, _) => Word::Sees,
        (true, false) => Word::Unknown,
        (true, true) => Word::Blind(format!(
            "nothing came in for longer than {}",
            format_duration(silent_after)
        )),
    }
}

fn of_habit(signs: &Signs<'_>, now: Timestamp) -> Word {
    match signs.learnt {
        Silence::Unknown | Silence::Usual => Word::Sees,
        // After a start it may be catching up.
        Silence::TooLong(_) if now < after(signs.watched_since, FAILS_FOR) => Word::Unknown,
        Silence::TooLong(length) => {
            let minutes = Duration::from_secs(length.as_secs() / 60 * 60);
            Word::Blind(format!(
                "nothing came in for {}, unusually long for this source at this hour",
                format_duration(minutes)
            ))
        }
    }
}

/// Whether a watch sees what is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blindness {
    Sees,
    /// Through some of its sources it does not: these.
    Partly(Vec<String>),
    /// Through none of its sources.
    Blind(Vec<String>),
}

impl Blindness {
    /// `partly` or `blind`; `None` when it sees.
    pub fn name(&self) -> Option<&'static str> {
        match self {
            Self::Sees => None,
            Self::Partly(_) => Some("partly"),
            Self::Blind(_) => Some("blind"),
        }
    }

    /// The sources that it does not see through.
    pub fn sources(&self) -> &[String] {
        match self {
            Self::Sees => &[],
            Self::Partly(sources) | Self::Blind(sources) => sources,
        }
    }
}

/// How blind a watch is. It sees through the sources that ever brought it
/// something, as far as they are listened to; through all when none did.
pub fn blindness_of(
    brought: &BTreeSet<String>,
    listened_to: &BTreeSet<String>,
    blind: &BTreeSet<String>,
) -> Blindness {
    let own: BTreeSet<&String> = brought.intersection(listened_to).collect();
    let own = if own.is_empty() {
        listened_to.iter().collect()
    } else {
        own
    };
    let shut: Vec<String> = own
        .iter()
        .filter(|source| blind.contains(**source))
        .map(|source| (*source).clone())
        .collect();
    match shut.len() {
        0 => Blindness::Sees,
        n_shut if n_shut == own.len() => Blindness::Blind(shut),
        _ => Blindness::Partly(shut),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_timestamp(1_772_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
    }

    fn word(change: impl FnOnce(&mut Signs<'static>), now: i64) -> Word {
        let mut signs = Signs {
            watched_since: at(0),
            failing: None,
            was_read: true,
            tells_failures: true,
            last_at: None,
            silent_after: None,
            learnt: Silence::Unknown,
        };
        change(&mut signs);
        judge(&signs, at(now))
    }

    #[test]
    fn five_minutes_of_failures_are_blindness() {
        let fails = |signs: &mut Signs<'static>| signs.failing = Some((at(10), "refused"));
        assert_eq!(word(fails, 14), Word::Unknown);
        assert_eq!(word(fails, 15), Word::Blind("it fails: refused".to_owned()));
        assert_eq!(word(|_| {}, 15), Word::Sees);
    }

    #[test]
    fn what_is_written_counts_before_what_was_learnt() {
        let silent = Silence::TooLong(Duration::from_secs(4_000));
        let learnt = |signs: &mut Signs<'static>| signs.learnt = silent;
        assert_eq!(word(learnt, 4), Word::Unknown);
        assert_eq!(
            word(learnt, 5),
            Word::Blind(
                "nothing came in for 1h6m, unusually long for this source at this hour".to_owned()
            )
        );
        let written = |signs: &mut Signs<'static>| {
            signs.learnt = silent;
            signs.last_at = Some(at(0));
            signs.silent_after = Some(Duration::from_secs(7_200));
        };
        assert_eq!(word(written, 70), Word::Sees);
    }

    #[test]
    fn a_watch_sees_through_what_brought_it_something() {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let all = set(&["a", "b", "c"]);
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        for (brought, blind, expected) in [
            (set(&["a"]), set(&["b"]), Blindness::Sees),
            (
                set(&["a", "b"]),
                set(&["b"]),
                Blindness::Partly(names(&["b"])),
            ),
            (set(&["b"]), set(&["b"]), Blindness::Blind(names(&["b"]))),
            (set(&[]), set(&["b"]), Blindness::Partly(names(&["b"]))),
            // A source that is not listened to any more is no eye.
            (
                set(&["b", "old"]),
                set(&["b"]),
                Blindness::Blind(names(&["b"])),
            ),
            (
                set(&["old"]),
                set(&["a", "b", "c"]),
                Blindness::Blind(names(&["a", "b", "c"])),
            ),
        ] {
            assert_eq!(blindness_of(&brought, &all, &blind), expected);
        }
    }

    #[test]
    fn what_was_not_read_yet_has_no_word() {
        assert_eq!(word(|signs| signs.was_read = false, 3), Word::Unknown);
        let pushed = |signs: &mut Signs<'static>| {
            signs.was_read = false;
            signs.tells_failures = false;
        };
        assert_eq!(word(pushed, 3), Word::Sees);
    }

    #[test]
    fn a_silence_longer_than_written_is_blindness() {
        let hour = Some(Duration::from_secs(3_600));
        let silent = Word::Blind("nothing came in for longer than 1h".to_owned());
        let spoke = |last: Option<i64>| {
            move |signs: &mut Signs<'static>| {
                signs.silent_after = hour;
                signs.last_at = last.map(at);
            }
        };
        assert_eq!(word(spoke(Some(30)), 89), Word::Sees);
        assert_eq!(word(spoke(Some(30)), 90), silent);
        // Never heard of: the hour counts from the start.
        assert_eq!(word(spoke(None), 59), Word::Unknown);
        assert_eq!(word(spoke(None), 60), silent);
        // Silent since before the start: five minutes to catch up.
        assert_eq!(word(spoke(Some(-120)), 4), Word::Unknown);
        assert_eq!(word(spoke(Some(-120)), 5), silent);
        assert_eq!(word(spoke(Some(-20)), 4), Word::Sees);
    }
}
