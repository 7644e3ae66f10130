//! Whether all is ready for tonight: what was looked at, what was found, and what
//! to do about it. The bounds are here; who looks is told what it means.

use std::time::Duration;

use chrono::TimeDelta;
use serde::Serialize;

use super::time::{Timestamp, format_duration};

/// After this long without a backup a lost disk costs more than a day's work. A
/// nightly backup that failed once is younger.
const OLD_BACKUP: Duration = Duration::from_secs(2 * 86_400);

/// On less than this a daemon may not get through the night; on the other it is
/// time to look.
const LEAST_ROOM: u64 = 200 << 20;
const LITTLE_ROOM: u64 = 2 << 30;

/// HTTP dates are whole seconds, and an answer takes a while.
const GOOD_CLOCK: u64 = 5;
/// From here on "in the last hour" is about another hour, and links seem to be from
/// the future.
const BAD_CLOCK: u64 = 120;

/// What is to be thought of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It could not be looked at; that is no reason for alarm by itself.
    Skipped,
    Ok,
    /// It works tonight, and somebody should look at it.
    Warn,
    /// Somebody may not be told tonight.
    Fail,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Stable: scripts depend on it.
    pub id: &'static str,
    /// Which of several: a source, a role; empty when there is one.
    pub about: String,
    pub outcome: Outcome,
    /// What was found.
    pub why: String,
    /// What to do; empty when there is nothing to do.
    pub hint: String,
}

impl Check {
    pub fn ok(id: &'static str, why: impl Into<String>) -> Self {
        Self::new(id, Outcome::Ok, why, "")
    }

    pub fn skipped(id: &'static str, why: impl Into<String>) -> Self {
        Self::new(id, Outcome::Skipped, why, "")
    }

    pub fn warn(id: &'static str, why: impl Into<String>, hint: &str) -> Self {
        Self::new(id, Outcome::Warn, why, hint)
    }

    pub fn fail(id: &'static str, why: impl Into<String>, hint: &str) -> Self {
        Self::new(id, Outcome::Fail, why, hint)
    }

    pub fn new(id: &'static str, outcome: Outcome, why: impl Into<String>, hint: &str) -> Self {
        Self {
            id,
            about: String::new(),
            outcome,
            why: why.into(),
            hint: hint.to_owned(),
        }
    }

    /// Says which of several it is about.
    pub fn about(mut self, what: &str) -> Self {
        what.clone_into(&mut self.about);
        self
    }
}

/// Whether nothing of it may keep somebody from being told.
pub fn is_ready(checks: &[Check]) -> bool {
    checks.iter().all(|check| check.outcome != Outcome::Fail)
}

/// A certificate is renewed a month ahead by whoever does it by machine: two weeks before
/// its end nobody did.
const CERTIFICATE_AHEAD: TimeDelta = TimeDelta::days(14);

/// How long our own certificate is valid; `shown` is `until` as people read it.
pub fn certificate(id: &'static str, until: Timestamp, now: Timestamp, shown: &str) -> Check {
    let hint = "renew it, and `draaiboek reload`";
    if until <= now {
        let why = format!("it is not valid any more, since {shown}: phones refuse our pages");
        return Check::fail(id, why, hint);
    }
    match until - now < CERTIFICATE_AHEAD {
        true => Check::warn(id, format!("it ends soon: it is valid until {shown}"), hint),
        false => Check::ok(id, format!("it fits its key, and is valid until {shown}")),
    }
}

/// How long ago the last backup was made.
pub fn backup(last: Option<Timestamp>, now: Timestamp) -> Check {
    let id = "backup";
    let hint = "`draaiboek backup`, by a timer every night; then copy it to another machine";
    let Some(last) = last else {
        return Check::warn(id, "there was never a backup", hint);
    };
    let age = (now - last).to_std().unwrap_or_default();
    let hours = Duration::from_secs(age.as_secs() / 3_600 * 3_600);
    let why = match hours.is_zero() {
        true => "the last one is less than an hour old".to_owned(),
        false => format!("the last one is {} old", format_duration(hours)),
    };
    match age > OLD_BACKUP {
        true => Check::warn(id, why, hint),
        false => Check::ok(id, why),
    }
}

/// How many bytes may still be written beside a store of `store` bytes.
pub fn room(free: u64, store: u64) -> Check {
    let id = "disk";
    let why = format!(
        "{} MB free, the store has {} MB",
        free / 1_000_000,
        store / 1_000_000
    );
    let hint =
        "make room: old backups, logs, `replaced-` folders; nothing is taken in on a full disk";
    if free < LEAST_ROOM {
        Check::fail(id, why, hint)
    } else if free < LITTLE_ROOM.min(LEAST_ROOM + 2 * store) {
        Check::warn(id, why, hint)
    } else {
        Check::ok(id, why)
    }
}

/// How far our clock is from somebody else's, in whole seconds.
pub fn clock(ours: Timestamp, theirs: Timestamp) -> Check {
    let id = "clock";
    let off = (ours - theirs).num_seconds();
    let hint = "let the system keep time: `timedatectl set-ntp true`; if only this site is off, it is theirs";
    let why = match off {
        0 => "as theirs".to_owned(),
        1.. => format!("{off} s ahead of theirs"),
        _ => format!("{} s behind theirs", off.unsigned_abs()),
    };
    match off.unsigned_abs() {
        0..=GOOD_CLOCK => Check::ok(id, why),
        BAD_CLOCK.. => Check::fail(id, why, hint),
        _ => Check::warn(id, why, hint),
    }
}

/// Who but its owner may use something that holds a secret, or what people said;
/// `mode` as Unix writes permissions.
pub fn secrecy(mode: u32, shown: &str) -> Check {
    let id = "permissions";
    let why = format!("{shown} has permissions {:03o}", mode & 0o777);
    let hint = format!("chmod go= {shown}");
    if mode & 0o007 != 0 {
        let why = format!("{why}: everybody on this machine may use it");
        Check::fail(id, why, &hint)
    } else if mode & 0o070 != 0 {
        Check::warn(id, format!("{why}: its group may use it"), &hint)
    } else {
        Check::ok(id, format!("{why}: its owner only"))
    }
}

/// Who but its owner may change what decides who is alerted.
pub fn authority(mode: u32, shown: &str) -> Option<Check> {
    (mode & 0o002 != 0).then(|| {
        Check::fail(
            "permissions",
            format!("everybody on this machine may change {shown}, and so who is alerted"),
            &format!("chmod o-w {shown}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn bounds_are_where_they_are_said_to_be() {
        let now = Timestamp::UNIX_EPOCH + TimeDelta::days(100);
        let outcome = |hours| backup(Some(now - TimeDelta::hours(hours)), now).outcome;
        assert_eq!(backup(None, now).outcome, Outcome::Warn);
        assert_eq!(
            [0, 47, 49].map(outcome)[..],
            [Outcome::Ok, Outcome::Ok, Outcome::Warn]
        );
        // A clock that was set back makes no backup old.
        assert_eq!(outcome(-30), Outcome::Ok);
        let outcome = |seconds| clock(now + TimeDelta::seconds(seconds), now).outcome;
        for (seconds, expected) in [
            (0, Outcome::Ok),
            (-5, Outcome::Ok),
            (6, Outcome::Warn),
            (-119, Outcome::Warn),
            (120, Outcome::Fail),
            (-86_400, Outcome::Fail),
        ] {
            assert_eq!(outcome(seconds), expected, "{seconds}");
        }
        let gigabyte = 1 << 30;
        for (free, store, expected) in [
            (100 << 20, 0, Outcome::Fail),
            (300 << 20, 10 << 20, Outcome::Ok),
            (gigabyte, gigabyte, Outcome::Warn),
            (3 * gigabyte, 100 * gigabyte, Outcome::Ok),
        ] {
            assert_eq!(room(free, store).outcome, expected, "{free} {store}");
        }
        for (mode, expected) in [
            (0o600, Outcome::Ok),
            (0o40_700, Outcome::Ok),
            (0o640, Outcome::Warn),
            (0o604, Outcome::Fail),
            (0o755, Outcome::Fail),
        ] {
            assert_eq!(secrecy(mode, "data").outcome, expected, "{mode:o}");
        }
        assert!(authority(0o664, "draaiboek.yaml").is_none());
        assert!(authority(0o666, "draaiboek.yaml").is_some());
    }
}
