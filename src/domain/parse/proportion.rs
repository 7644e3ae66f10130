//! Warns of numbers and times that can be written and are far from what anybody means:
//! a window of seconds, a bound that no storm reaches, a year of cool-down.
//!
//! Each limit is wide: who is within ten times of what is usual hears nothing.

use std::time::Duration;

use crate::domain::condition::{Count, Test};
use crate::domain::entail::conjuncts;
use crate::domain::playbook::Playbook;
use crate::domain::time::{format_duration, parse_duration};

use super::problems::Problems;
use super::tree::{Entry, Node};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);

/// Volume is counted by the minute, and a feed is asked every half minute at most.
const SHORTEST_WINDOW: Duration = MINUTE;

/// Who gets no answer here tries elsewhere, but not in the same minutes.
const SHORTEST_SEARCH: Duration = Duration::from_secs(30 * 60);

/// Who has had no crisis for so long has forgotten that a run is open.
const LONGEST_QUIET: Duration = Duration::from_secs(31 * 86_400);

/// No run is open for longer; what comes later belongs in the aftercare.
const LONGEST_RUN: Duration = Duration::from_secs(365 * 86_400);

/// What people must do again and again sooner than this they do not do at all.
const SHORTEST_ROUND: Duration = Duration::from_secs(5 * 60);

/// After this an alert of tonight is an alert of tomorrow.
const LONGEST_STEP: Duration = DAY;

/// What people need to hear after two days they have heard from others.
const LONGEST_PHASE_WAIT: Duration = Duration::from_secs(2 * 86_400);

/// Who did not answer in a week is not there.
const LONGEST_START_OVER: Duration = Duration::from_secs(7 * 86_400);

/// The next storm is another one by then.
const LONGEST_COOL_DOWN: Duration = Duration::from_secs(60 * 86_400);

/// More an hour than any crisis of a single organisation has had.
const MOST_AN_HOUR: f64 = 1_000_000.0;

/// Over a hundred times the usual is no storm, but a mistake in a number.
const MOST_TIMES_USUAL: f64 = 100.0;

/// People on earth.
const EVERYBODY: f64 = 1e10;

/// After a month of silence there is no crisis any more.
const LONGEST_SILENCE: Duration = Duration::from_secs(31 * 86_400);

/// Conditions that count heads or posts.
const COUNTS: [&str; 3] = ["mentions", "authors", "voices"];

/// What a playbook without errors says that cannot be meant, by its numbers.
pub(super) fn check(root: &Node, playbook: &Playbook, problems: &Problems) {
    let seen = Seen { problems };
    for entry in root.entries().iter().filter(|entry| entry.key != "tests") {
        seen.entry(entry);
    }
    seen.of_playbook(root);
    seen.held_long(root, playbook);
    seen.single(root, playbook);
    seen.quiet(root, playbook);
    seen.opens_late(root);
    seen.steps(root);
}

struct Seen<'a> {
    problems: &'a Problems,
}

impl Seen<'_> {
    fn say(&self, entry: &Entry, message: String, hint: &str) {
        self.problems
            .warning(entry.value.span, "unlikely", message, hint);
    }

    fn entry(&self, entry: &Entry) {
        let node = &entry.value;
        if COUNTS.contains(&entry.key.as_str()) && !node.entries().is_empty() {
            self.counting(node);
        }
        if entry.key == "platforms" && is_one(node, "at_least") {
            self.one(
                node,
                "at_least",
                "one platform is any mention",
                "write at_least: 2",
            );
        }
        if entry.key == "rumour" && is_one(node, "at_least") {
            let hint = "write how many people must tell the same, such as at_least: 5";
            self.one(
                node,
                "at_least",
                "one person who says something is no rumour",
                hint,
            );
        }
        if entry.key == "we_are_silent"
            && let Some(length) = length(entry)
            && length > LONGEST_SILENCE
        {
            let message = format!(
                "nobody waits {} to see whether we speak",
                format_duration(length)
            );
            self.say(entry, message, "write hours or days, such as 90m");
        }
        if let Some(bound) = node.get("at_least")
            && bound
                .value
                .scalar()
                .and_then(|one| one.parse::<f64>().ok())
                .is_some_and(|one| one > EVERYBODY)
        {
            self.say(
                bound,
                "there are not so many people on earth".to_owned(),
                "write what a storm brings",
            );
        }
        if entry.key == "same_author"
            && let Some(one) = node.get("on_platforms")
            && one.value.scalar() == Some("1")
        {
            let message = "one author on one platform is every complaint there is".to_owned();
            self.say(
                one,
                message,
                "write on_platforms: 2, or ask for `unanswered` or `negative`",
            );
        }
        if entry.key == "same_author"
            && let Some(within) = node.get("within")
            && let Some(length) = length(within)
            && length < SHORTEST_SEARCH
        {
            let message = format!(
                "nobody complains on a second platform within {}",
                format_duration(length)
            );
            self.say(within, message, "write days, such as 14d");
        }
        if entry.key == "time"
            && let Some(length) = length(entry)
            && length > LONGEST_RUN
        {
            let message = format!(
                "the run is over long before {} have passed",
                format_duration(length)
            );
            self.say(entry, message, "write hours or days, such as 4h");
        }
        if entry.key == "within"
            && let Some(length) = length(entry)
            && length < SHORTEST_WINDOW
        {
            let message = format!(
                "within {}: volume is counted by the minute, and posts come in later than that",
                format_duration(length)
            );
            self.say(
                entry,
                message,
                "write a window of minutes or hours, such as 1h",
            );
        }
        if entry.key == "every"
            && let Some(length) = length(entry)
            && length < SHORTEST_ROUND
        {
            let message = format!(
                "again every {}: nobody keeps that up",
                format_duration(length)
            );
            self.say(entry, message, "write what people can keep up, such as 1h");
        }
        for inner in node.entries() {
            self.entry(inner);
        }
        for inner in node.items().iter().flat_map(Node::entries) {
            self.entry(inner);
        }
    }

    fn one(&self, node: &Node, key: &str, message: &str, hint: &str) {
        if let Some(entry) = node.get(key) {
            self.say(entry, message.to_owned(), hint);
        }
    }

    fn counting(&self, node: &Node) {
        let hours = node.get("within").and_then(length);
        let hours = hours.map(|length| length.as_secs_f64() / 3_600.0);
        for key in ["at_least", "at_most"] {
            let Some(entry) = node.get(key) else { continue };
            let number = entry.value.scalar().and_then(|one| one.parse::<f64>().ok());
            if let Some((number, hours)) = number.zip(hours)
                && hours > 0.0
                && number / hours > MOST_AN_HOUR
            {
                let message = format!("{number} in this window is more than any storm brings");
                self.say(
                    entry,
                    message,
                    "`draaiboek backtest` shows what your worst days were",
                );
            }
        }
        for key in ["above_usual", "growing"] {
            let Some(entry) = node.get(key) else { continue };
            let written = entry.value.scalar().unwrap_or_default();
            let ratio = written.trim_end_matches('x').parse::<f64>().ok();
            if ratio.is_some_and(|ratio| ratio > MOST_TIMES_USUAL) {
                let message = format!("`{key}: {written}` is more than any storm brings");
                self.say(
                    entry,
                    message,
                    "3x to 10x is what storms have; write such a ratio",
                );
            }
        }
    }

    fn of_playbook(&self, root: &Node) {
        if let Some(entry) = root.get("cool_down")
            && let Some(length) = length(entry)
            && length > LONGEST_COOL_DOWN
        {
            let message = format!(
                "for {} after a run only a bigger storm starts another",
                format_duration(length)
            );
            self.say(entry, message, "write hours or days, such as 24h");
        }
        let quiet = root.get("stand_down").and_then(|one| one.value.get("for"));
        if let Some(entry) = quiet
            && let Some(length) = length(entry)
            && length > LONGEST_QUIET
        {
            let message = format!(
                "the stand-down is proposed only when it has been calm for {}",
                format_duration(length)
            );
            self.say(entry, message, "write hours, such as 2h");
        }
        for key in ["stale_after", "start_over"] {
            let Some(entry) = root.get(key) else { continue };
            if let Some(length) = length(entry)
                && length < MINUTE
            {
                let message = format!(
                    "`{key}` leaves people {} to read an alert and act",
                    format_duration(length)
                );
                self.say(entry, message, "leave them some minutes, such as 15m");
            }
            if let Some(length) = length(entry)
                && length > LONGEST_START_OVER
                && key == "start_over"
            {
                let message = format!(
                    "when nobody answered, everybody is left alone for {}",
                    format_duration(length)
                );
                self.say(entry, message, "write minutes or hours, such as 30m");
            }
            if let Some(length) = length(entry)
                && length > LONGEST_STEP
                && key == "stale_after"
            {
                let message = format!(
                    "who answered and then did nothing is left alone for {}",
                    format_duration(length)
                );
                self.say(entry, message, "write minutes, such as 15m");
            }
        }
    }

    /// A trigger that must hold for longer than it looks back asks for several storms
    /// in a row, and fires when the first is long over.
    fn held_long(&self, root: &Node, playbook: &Playbook) {
        let written = root.get("triggers");
        let written = written.map_or(&[][..], |entry| entry.value.entries());
        for trigger in &playbook.triggers {
            let tests = trigger.when.all_tests();
            let windows = tests.iter().filter_map(|test| test.count());
            let Some(longest) = windows.map(|count| count.within).max() else {
                continue;
            };
            let entry = written.iter().find(|entry| entry.key == trigger.name);
            let entry = entry.and_then(|entry| entry.value.get("for"));
            if let Some(entry) = entry.filter(|_| trigger.held_for > longest) {
                let message = format!(
                    "`{}` fires only when this has held for {}, and it looks back {}: the storm is old by then",
                    trigger.name,
                    format_duration(trigger.held_for),
                    format_duration(longest)
                );
                self.say(
                    entry,
                    message,
                    "write a `for` shorter than `within`, such as 10m",
                );
            }
        }
    }

    /// One post of anybody leads to the highest level.
    fn single(&self, root: &Node, playbook: &Playbook) {
        for trigger in &playbook.triggers {
            let is_highest = playbook
                .levels
                .last()
                .is_some_and(|one| one.name == trigger.level);
            let [test] = trigger.when.tests.as_slice() else {
                continue;
            };
            let few = |count: &Count| {
                let is_few = count.at_least == Some(1) && count.at_most.is_none();
                let is_alone = count.above_usual.is_none() && count.growing.is_none();
                is_few && is_alone && !count.is_narrowed() && count.watch.is_none()
            };
            let is_heads = COUNTS.contains(&test.name());
            if !(is_highest
                && is_heads
                && playbook.levels.len() > 1
                && test.count().is_some_and(few))
            {
                continue;
            }
            let path = ["triggers", &*trigger.name, "when", test.name()];
            let at = root.place(&path);
            self.problems.warning(
                at,
                "unlikely",
                format!("one mention of anybody leads to `{}`", trigger.level),
                "write how many it takes, or count only some: `matching` severe words, or `by` the press",
            );
        }
    }

    /// A phase that opens when what it is for has been going on for days.
    fn opens_late(&self, root: &Node) {
        let phases = root.get("phases");
        let phases = phases.map_or(&[][..], |entry| entry.value.entries());
        for entry in phases.iter().filter_map(|phase| phase.value.get("for")) {
            if let Some(length) = length(entry)
                && length > LONGEST_PHASE_WAIT
            {
                let message = format!(
                    "this phase opens only when its condition has held for {}",
                    format_duration(length)
                );
                self.say(entry, message, "write minutes or hours, such as 10m");
            }
        }
    }

    /// A trigger that holds when all is quiet.
    fn quiet(&self, root: &Node, playbook: &Playbook) {
        for trigger in &playbook.triggers {
            let place = |key: &str, bound: &str| {
                root.place(&["triggers", &trigger.name, "when", key, bound])
            };
            let tests = conjuncts(&trigger.when);
            if let [Test::WeAreSilent(_)] = tests.as_slice() {
                let at = place("we_are_silent", "");
                self.problems.warning(
                    at,
                    "unlikely",
                    format!(
                        "`{}` holds on every day on which we post nothing",
                        trigger.name
                    ),
                    "add how much is said meanwhile, such as authors: { within: 1d, at_least: 15 }",
                );
            }
            let below = tests.iter().find_map(|test| {
                let ratio = test.count()?.below_usual?;
                (ratio >= 1.0).then_some((test.name(), ratio))
            });
            if let Some((name, ratio)) = below {
                let at = place(name, "below_usual");
                self.problems.warning(
                    at,
                    "unlikely",
                    format!(
                        "`{}` holds on an ordinary day, and no more once there is {ratio} times the usual",
                        trigger.name
                    ),
                    "a trigger asks for much: write `above_usual`",
                );
            }
        }
    }

    fn steps(&self, root: &Node) {
        let levels = root.get("alert");
        let levels = levels.map_or(&[][..], |entry| entry.value.entries());
        let steps = levels.iter().flat_map(|level| level.value.items());
        let times = steps.flat_map(|step| [step.get("after"), step.get("repeat")]);
        for entry in times.flatten() {
            if let Some(length) = length(entry)
                && length > LONGEST_STEP
            {
                let message = format!(
                    "this step waits {} for an answer: nobody hears it until then",
                    format_duration(length)
                );
                self.say(entry, message, "write minutes or hours, such as 10m");
            }
        }
    }
}

fn is_one(node: &Node, key: &str) -> bool {
    node.get(key).and_then(|entry| entry.value.scalar()) == Some("1")
}

fn length(entry: &Entry) -> Option<Duration> {
    parse_duration(entry.value.scalar()?).ok()
}
