//! A measure as a phrase of the log, in English, and read back from it: a log
//! keeps reasons as words, and the story tells them in the reader's language.

use super::Evidence;
use super::measure::Measure;
use crate::domain::mention::Platform;
use crate::domain::time::{format_duration, parse_duration};

/// What each kind counts, in English.
const KINDS: [(&str, &str); 8] = [
    ("unusual", "mentions"),
    ("reach", "followers of the authors"),
    ("engagement", "reactions"),
    ("unanswered", "complaints and questions without an answer"),
    ("unanswered_complaints", "complaints without an answer"),
    ("unanswered_questions", "questions without an answer"),
    ("same_author", "platforms with possibly the same author"),
    ("we_are_silent", "posts of ours"),
];

impl Evidence {
    /// The numbers against the rule in one phrase, in English: `42 mentions in
    /// 1h (at least 30), for 10m`.
    pub fn because(&self) -> String {
        let phrases = self.measures.iter().map(Measure::because);
        let mut phrase = phrases.collect::<Vec<_>>().join(", ");
        if !self.held_for.is_zero() {
            phrase.push_str(&format!(", for {}", format_duration(self.held_for)));
        }
        phrase
    }
}

impl Measure {
    /// The number against its bounds, in English: `42 mentions in 1h (at least
    /// 30; 6.1 times the usual 7, at least 4)`.
    pub fn because(&self) -> String {
        let within = format_duration(self.within);
        let mut bounds = Vec::new();
        if self.at_least > 0 {
            bounds.push(format!("at least {}", self.at_least));
        }
        bounds.extend(self.at_most.map(|most| format!("at most {most}")));
        let times = self.times_usual();
        match (times, self.above_usual, self.below_usual) {
            (Some((times, usual)), above, below) => {
                let wanted = above.map(|ratio| format!(", at least {}", short(ratio)));
                let unwanted = below.map(|ratio| format!(", below {}", short(ratio)));
                bounds.push(format!(
                    "{} times the usual {}{}{}",
                    short(times),
                    short(usual),
                    wanted.unwrap_or_default(),
                    unwanted.unwrap_or_default()
                ));
            }
            (None, None, None) => {}
            (None, ..) => bounds.push("the usual is not known yet".to_owned()),
        }
        if let (Some(before), Some(ratio)) = (self.before, self.growing) {
            bounds.push(format!(
                "{before} in the {within} before, growing {} times",
                short(ratio)
            ));
        }
        let what = self.what();
        let counted = self.counted;
        if bounds.is_empty() {
            return format!("{counted} {what} in {within}");
        }
        format!("{counted} {what} in {within} ({})", bounds.join("; "))
    }

    /// What was counted, in English, with what narrowed it.
    pub fn what(&self) -> String {
        let known = KINDS.iter().find(|(kind, _)| *kind == self.kind);
        let mut what = known
            .map_or(self.kind.as_str(), |(_, said)| said)
            .to_owned();
        if let Some(matching) = &self.matching {
            what.push_str(&format!(" matching {matching}"));
        }
        if !self.by.is_empty() {
            what.push_str(&format!(" by {}", self.by.join(" or ")));
        }
        if !self.platforms.is_empty() {
            let names = self.platforms.iter().map(|platform| platform.name());
            what.push_str(&format!(" on {}", names.collect::<Vec<_>>().join(" or ")));
        }
        if let Some(watch) = &self.watch {
            what.push_str(&format!(" of {watch}"));
        }
        what
    }

    /// The measure of such a phrase; `None` when it is anything else. Keys have
    /// no blanks, so that each word is what it is.
    pub fn read(english: &str) -> Option<Self> {
        let (counted, rest) = english.split_once(' ')?;
        let (rest, bounds) = match rest.split_once(" (") {
            Some((rest, bounds)) => (rest, bounds.strip_suffix(')')?),
            None => (rest, ""),
        };
        let (what, within) = rest.rsplit_once(" in ")?;
        let mut measure = Self {
            counted: counted.parse().ok()?,
            within: parse_duration(within).ok()?,
            ..Self::default()
        };
        measure.read_what(what)?;
        for bound in bounds.split("; ").filter(|bound| !bound.is_empty()) {
            measure.read_bound(bound)?;
        }
        Some(measure)
    }

    fn read_what(&mut self, what: &str) -> Option<()> {
        let known = KINDS.iter().skip(1);
        let known = known.filter_map(|(kind, said)| Some((*kind, what.strip_prefix(said)?)));
        let (kind, rest) = match known.into_iter().next() {
            Some(known) => known,
            None => what.split_once(' ').unwrap_or((what, "")),
        };
        let is_name = kind
            .chars()
            .all(|one| one.is_ascii_lowercase() || one == '_');
        if kind.is_empty() || !is_name {
            return None;
        }
        kind.clone_into(&mut self.kind);
        let mut about = "";
        for word in rest.split_whitespace() {
            match (word, about) {
                ("matching" | "by" | "on" | "of", _) => about = word,
                ("or", "by" | "on") => {}
                (name, "matching") => self.matching = Some(name.to_owned()),
                (name, "by") => self.by.push(name.to_owned()),
                (name, "on") => self.platforms.push(Platform::from_name(name)?),
                (name, "of") => self.watch = Some(name.to_owned()),
                _ => return None,
            }
        }
        Some(())
    }

    fn read_bound(&mut self, bound: &str) -> Option<()> {
        if let Some(least) = bound.strip_prefix("at least ") {
            self.at_least = least.parse().ok()?;
        } else if let Some(most) = bound.strip_prefix("at most ") {
            self.at_most = Some(most.parse().ok()?);
        } else if bound == "the usual is not known yet" {
            self.grade = Some(crate::domain::usual::Grade::Unknown);
        } else if let Some((_, usual)) = bound.split_once(" times the usual ") {
            let mut parts = usual.split(", ");
            self.usual = Some(parts.next()?.parse().ok()?);
            for part in parts {
                if let Some(ratio) = part.strip_prefix("at least ") {
                    self.above_usual = Some(ratio.parse().ok()?);
                } else if let Some(ratio) = part.strip_prefix("below ") {
                    self.below_usual = Some(ratio.parse().ok()?);
                }
            }
            if self.above_usual.is_none() && self.below_usual.is_none() {
                "unusual".clone_into(&mut self.kind);
            }
        } else {
            let (before, ratio) = bound.split_once(" before, growing ")?;
            self.before = Some(before.split_once(' ')?.0.parse().ok()?);
            self.growing = Some(ratio.strip_suffix(" times")?.parse().ok()?);
        }
        Some(())
    }
}

/// One decimal, none where it says nothing.
fn short(number: f64) -> String {
    let rounded = (number * 10.0).round() / 10.0;
    format!("{rounded}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn measure(kind: &str) -> Measure {
        Measure {
            kind: kind.to_owned(),
            within: Duration::from_secs(3_600),
            counted: 42,
            ..Measure::default()
        }
    }

    #[test]
    fn what_was_said_can_be_read_back() {
        let all = [
            measure("mentions"),
            Measure {
                at_least: 30,
                at_most: Some(400),
                ..measure("authors")
            },
            Measure {
                above_usual: Some(4.0),
                usual: Some(7.0),
                ..measure("voices")
            },
            Measure {
                below_usual: Some(0.5),
                usual: Some(140.0),
                ..measure("mentions")
            },
            Measure {
                growing: Some(3.0),
                before: Some(12),
                ..measure("mentions")
            },
            Measure {
                usual: Some(7.0),
                ..measure("unusual")
            },
            Measure {
                at_least: 1,
                matching: Some("severe".to_owned()),
                by: vec!["press".to_owned(), "politics".to_owned()],
                platforms: vec![Platform::X, Platform::News],
                watch: Some("hospital".to_owned()),
                ..measure("reach")
            },
        ];
        for measure in all {
            let said = measure.because();
            assert_eq!(Measure::read(&said).as_ref(), Some(&measure), "{said}");
        }
        for other in [
            "nobody holds this role",
            "10 alerts within ten minutes already",
        ] {
            assert_eq!(Measure::read(other), None);
        }
    }
}
