//! Says a condition in words: what something that is not open yet waits for.

use super::condition::{Condition, Count, Moment, Share, Test};
use super::time::format_duration;

/// A condition in English, with the names of the playbook.
pub fn condition(condition: &Condition) -> String {
    let tests: Vec<String> = condition.tests.iter().map(test).collect();
    tests.join(" and ")
}

fn list(conditions: &[Condition], joint: &str) -> String {
    let parts: Vec<String> = conditions.iter().map(condition).collect();
    parts.join(joint)
}

fn test(test: &Test) -> String {
    match test {
        Test::Any(inner) => format!("({})", list(inner, " or ")),
        Test::None(inner) => format!("not ({})", list(inner, " or ")),
        Test::All(inner) => format!("({})", list(inner, " and ")),
        Test::Mentions(count) => counted("mentions", count),
        Test::Authors(count) => counted("authors", count),
        Test::Voices(count) => counted("voices", count),
        Test::Platforms(count) => counted("platforms", count),
        Test::Reach(count) => counted("followers", count),
        Test::Engagement(count) => counted("reactions", count),
        Test::Rumour(count) => counted("authors of one rumour", count),
        Test::Negative(share) => shared("negative", share),
        Test::Need(kind, share) => shared(kind, share),
        Test::Unusual(much) => format!("unusually many mentions ({much})"),
        Test::Unanswered {
            what,
            older_than,
            at_least,
        } => format!(
            "{at_least} {} without an answer for {}",
            of_so_many(
                what.as_deref().unwrap_or("complaints or questions"),
                *at_least
            ),
            format_duration(*older_than)
        ),
        Test::SameAuthor {
            within,
            on_platforms,
        } => format!(
            "one author on {on_platforms} platforms in {}",
            format_duration(*within)
        ),
        Test::WeAreSilent(length) => format!("nothing from us for {}", format_duration(*length)),
        Test::Level(level) => format!("level {level}"),
        Test::Time(moment) => self::moment(moment),
        Test::Done(names) => format!("{} done", names.join(" and ")),
        Test::Known(facts) => format!("{} known", facts.join(" and ")),
        Test::Fact(wanted) => {
            let pairs = wanted.iter().map(|(name, value)| match value.as_str() {
                Some(text) => format!("{name} = {text}"),
                None => format!("{name} = {value}"),
            });
            pairs.collect::<Vec<_>>().join(" and ")
        }
        Test::Decided(wanted) => {
            let pairs = wanted
                .iter()
                .map(|(task, options)| format!("{task} decided: {}", options.join(" or ")));
            pairs.collect::<Vec<_>>().join(" and ")
        }
        Test::Effect(effect) => format!("effect of what we published: {effect}"),
    }
}

/// A moment in words: `1h after verify`.
pub fn moment(moment: &Moment) -> String {
    match moment {
        Moment::Since(length) => format!("{} after the start", format_duration(*length)),
        Moment::After(length, name) => format!("{} after {name}", format_duration(*length)),
        Moment::Before(length, name) => format!("{} before {name}", format_duration(*length)),
    }
}

fn counted(what: &str, count: &Count) -> String {
    let mut bounds = Vec::new();
    bounds.extend(count.at_least.map(|n| format!("at least {n}")));
    bounds.extend(count.at_most.map(|n| format!("at most {n}")));
    bounds.extend(count.above_usual.map(|n| format!("{n} times the usual")));
    let below = count.below_usual;
    bounds.extend(below.map(|n| format!("below {n} times the usual")));
    bounds.extend(count.growing.map(|n| format!("growing {n} times")));
    let within = format_duration(count.within);
    let only = match (count.above_usual, count.below_usual, count.growing) {
        (None, None, None) => count.at_most.or(count.at_least),
        _ => None,
    };
    let what = of_so_many(what, only.unwrap_or(2));
    format!("{} {what} in {within}", bounds.join(" and "))
}

/// What is counted, said of one or of more.
fn of_so_many(what: &str, n: u64) -> String {
    let words = what.split(' ');
    let words = words.map(|word| match n {
        1 => word.strip_suffix('s').unwrap_or(word),
        _ => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

fn shared(what: &str, share: &Share) -> String {
    let percent = |share: f64| (share * 100.0).round();
    let mut bounds = Vec::new();
    let least = share.at_least;
    bounds.extend(least.map(|least| format!("at least {}%", percent(least))));
    let most = share.at_most;
    bounds.extend(most.map(|most| format!("at most {}%", percent(most))));
    let within = format_duration(share.count.within);
    format!("{} {what} in {within}", bounds.join(" and "))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn conditions_read_as_sentences() {
        let hour = Duration::from_secs(3_600);
        let few = Test::Mentions(Count {
            within: hour,
            at_most: Some(5),
            ..Count::default()
        });
        let said = |tests: Vec<Test>| condition(&Condition { tests });
        let one = Test::Unanswered {
            what: Some("questions".to_owned()),
            older_than: hour,
            at_least: 1,
        };
        assert_eq!(said(vec![one]), "1 question without an answer for 1h");
        let level = Test::Level("crisis".to_owned());
        assert_eq!(
            said(vec![few, level.clone()]),
            "at most 5 mentions in 1h and level crisis"
        );
        let later = Test::Time(Moment::After(hour, "verify".to_owned()));
        let either = [later, level].map(|test| Condition { tests: vec![test] });
        assert_eq!(
            said(vec![Test::Any(either.to_vec())]),
            "(1h after verify or level crisis)"
        );
        let fact = ("hurt".to_owned(), serde_json::Value::Bool(true));
        assert_eq!(said(vec![Test::Fact(vec![fact])]), "hurt = true");
    }
}
