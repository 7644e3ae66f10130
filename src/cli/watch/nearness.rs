//! How far the triggers that listen to a watch are from firing, in words.

use serde_json::{Value, json};

use crate::domain::condition::{Condition, Count, Test};
use crate::domain::desk::Desk;
use crate::domain::evidence::Measure;
use crate::domain::meter::Reading;
use crate::domain::organisation::Organisation;
use crate::domain::playbook::Playbook;
use crate::domain::sight::Sight;
use crate::domain::time::{Timestamp, format_duration};
use crate::domain::usual::Grade;

/// With under two weeks of history ratios must be so much larger.
const WIDER: f64 = 1.5;

/// Whether a condition hears a watch; `home` is the one of its playbook.
pub(super) fn listens(when: &Condition, home: &str, watch: &str) -> bool {
    let tests = when.all_tests();
    tests
        .iter()
        .filter(|test| test.is_about_mentions() || matches!(test, Test::WeAreSilent(_)))
        .any(|test| test.count().and_then(named).unwrap_or(home) == watch)
}

/// The watch that a count names.
pub(super) fn named(count: &Count) -> Option<&str> {
    count.watch.as_deref()
}

/// The playbooks with triggers that listen to a watch, and how those stand.
pub(super) fn playbooks(
    desk: &Desk,
    organisation: &Organisation,
    playbooks: &[Playbook],
    watch: &str,
    now: Timestamp,
) -> Vec<Value> {
    let language = organisation.language;
    let rows = playbooks.iter().filter_map(|playbook| {
        let triggers = playbook.triggers.iter();
        let heard = triggers.filter(|trigger| listens(&trigger.when, &playbook.watch, watch));
        let rows: Vec<Value> = heard
            .map(|trigger| {
                let stand = Stand {
                    desk,
                    home: &playbook.watch,
                    now,
                };
                json!({
                    "trigger": trigger.name,
                    "level": trigger.level,
                    "for": (!trigger.held_for.is_zero()).then(|| format_duration(trigger.held_for)),
                    "holds": stand.all(&trigger.when),
                    "supported": trigger.when.carried_out().is_ok(),
                    "tests": stand.rows(&trigger.when),
                })
            })
            .collect();
        (!rows.is_empty()).then(|| {
            json!({
                "playbook": playbook.name,
                "title": playbook.title.get(language.tag(), language),
                "watch": playbook.watch,
                "triggers": rows,
            })
        })
    });
    rows.collect()
}

/// Where conditions are looked at.
struct Stand<'a> {
    desk: &'a Desk,
    home: &'a str,
    now: Timestamp,
}

impl Stand<'_> {
    fn reading(&self, test: &Test) -> Option<Reading> {
        self.desk.reading(test, &[self.home], self.now)
    }

    /// Whether it holds; `None` where that is up to an open run.
    fn holds(&self, test: &Test) -> Option<bool> {
        match test {
            Test::Any(inner) => any(inner.iter().map(|one| self.all(one))),
            Test::None(inner) => any(inner.iter().map(|one| self.all(one))).map(|holds| !holds),
            Test::All(inner) => all(inner.iter().map(|one| self.all(one))),
            test => self.reading(test).map(|reading| reading.holds),
        }
    }

    fn all(&self, when: &Condition) -> Option<bool> {
        all(when.tests.iter().map(|test| self.holds(test)))
    }

    /// The tests of a condition, each with what it says now; inner ones under
    /// the word that joins them.
    fn rows(&self, when: &Condition) -> Vec<Value> {
        when.tests.iter().map(|test| self.row(test)).collect()
    }

    fn row(&self, test: &Test) -> Value {
        let holds = self.holds(test);
        if let Test::Any(inner) | Test::None(inner) | Test::All(inner) = test {
            let says = match test {
                Test::Any(_) => "one of these",
                Test::None(_) => "none of these",
                _ => "all of these",
            };
            let inner: Vec<Vec<Value>> = inner.iter().map(|one| self.rows(one)).collect();
            return json!({ "test": test.name(), "holds": holds, "says": says, "of": inner });
        }
        let reading = self.reading(test);
        let says = match &reading {
            Some(reading) => says(test, reading),
            None if test.carried_out().is_err() => "not supported yet".to_owned(),
            None => "asks about the open run".to_owned(),
        };
        let mut row = json!({ "test": test.name(), "holds": holds, "says": says });
        if let Some(reading) = reading {
            row["counted"] = json!(reading.measure.counted);
            row["measure"] = json!(reading.measure);
        }
        row
    }
}

/// Any of what may be unknown.
fn any(all: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut sum = Some(false);
    for one in all {
        match one {
            Some(true) => return Some(true),
            Some(false) => {}
            None => sum = None,
        }
    }
    sum
}

fn all(of: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    any(of.map(|one| one.map(|holds| !holds))).map(|broken| !broken)
}

/// How a test about mentions stands: `12 of 60 mentions in 1h`.
fn says(test: &Test, reading: &Reading) -> String {
    let measure = &reading.measure;
    let within = format_duration(measure.within);
    let counted = measure.counted;
    match test {
        Test::Unusual(sensitivity) => {
            let is = if reading.holds { "" } else { "not " };
            let usual = against_usual(measure);
            format!("{is}unusual ({sensitivity}); {counted} mentions in {within}{usual}")
        }
        Test::Unanswered { what, at_least, .. } => {
            let what = what.as_deref().unwrap_or("questions and complaints");
            format!("{counted} of {at_least} {what} put to us without an answer for {within}")
        }
        Test::SameAuthor { on_platforms, .. } => {
            format!("one person complains on {counted} of {on_platforms} platforms in {within}")
        }
        Test::WeAreSilent(_) if reading.holds => format!("we posted nothing for {within}"),
        Test::WeAreSilent(_) => format!("we posted in the last {within}"),
        _ => of_count(measure),
    }
}

fn against_usual(measure: &Measure) -> String {
    match measure.times_usual() {
        Some((times, usual)) => {
            format!(
                ", {} times the usual {}",
                rounded(times, 1),
                rounded(usual, 1)
            )
        }
        None if measure.grade == Some(Grade::Unknown) => {
            ", the usual of these hours is not known yet".to_owned()
        }
        None => String::new(),
    }
}

fn of_count(measure: &Measure) -> String {
    let wanted = match measure.at_least {
        0 => String::new(),
        least => format!(" of {least}"),
    };
    let within = format_duration(measure.within);
    let mut parts = vec![format!(
        "{}{wanted} {} in {within}",
        measure.counted,
        measure.what()
    )];
    parts.extend(measure.at_most.map(|most| format!("at most {most}")));
    let is_guess = measure.grade == Some(Grade::Guess);
    let wide = |ratio: f64| if is_guess { ratio * WIDER } else { ratio };
    let narrow = |ratio: f64| if is_guess { ratio / WIDER } else { ratio };
    let asks = measure.above_usual.or(measure.below_usual).is_some();
    let usual = measure.times_usual().filter(|_| asks);
    match usual {
        Some((times, usual)) => {
            let above = measure.above_usual.map(wide);
            let above = above.map(|ratio| format!(" of {}", rounded(ratio, 2)));
            let below = measure.below_usual.map(narrow);
            let below = below.map(|ratio| format!(" (below {} wanted)", rounded(ratio, 2)));
            parts.push(format!(
                "{}{} times the usual {}{}",
                rounded(times, 1),
                above.unwrap_or_default(),
                rounded(usual, 1),
                below.unwrap_or_default()
            ));
            if is_guess {
                parts.push("bounds wider while the usual is a first guess".to_owned());
            }
        }
        None if asks => parts.push("the usual of these hours is not known yet".to_owned()),
        None => {}
    }
    if let (Some(before), Some(ratio)) = (measure.before, measure.growing) {
        #[expect(clippy::cast_precision_loss, reason = "counts of mentions are small")]
        let times = measure.counted as f64 / before.max(1) as f64;
        parts.push(format!(
            "{} of {} times the {before} of the {within} before",
            rounded(times, 1),
            rounded(ratio, 2)
        ));
    }
    let is_bare =
        measure.at_least == 0 && (measure.above_usual.is_some() || measure.growing.is_some());
    if is_bare {
        parts.push("and at least 8 mentions by 5 authors".to_owned());
    }
    parts.join("; ")
}

/// So many decimals, none that say nothing.
pub(super) fn rounded(number: f64, decimals: usize) -> String {
    let written = format!("{number:.decimals$}");
    if !written.contains('.') {
        return written;
    }
    written
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_decides_only_when_nothing_else_does() {
        assert_eq!(any([Some(false), None].into_iter()), None);
        assert_eq!(any([Some(true), None].into_iter()), Some(true));
        assert_eq!(all([Some(false), None].into_iter()), Some(false));
        assert_eq!(all([Some(true), None].into_iter()), None);
        assert_eq!(all([Some(true)].into_iter()), Some(true));
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(rounded(4.0, 1), "4");
        assert_eq!(rounded(10.0, 0), "10");
        assert_eq!(rounded(4.25, 2), "4.25");
    }
}
