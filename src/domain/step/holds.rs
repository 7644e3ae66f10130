//! Whether a condition of a phase, a task, a message or the stand-down holds in
//! a run, now.

use super::{Course, Plan};
use crate::domain::condition::{Condition, Count, Test};
use crate::domain::run::Run;
use crate::domain::run::judge::Facing;
use crate::domain::time::Timestamp;

/// A run with what is needed to judge it.
pub(super) fn facing<'a>(plan: &Plan<'a>, run: &'a Run) -> Facing<'a> {
    Facing {
        run,
        playbook: plan.playbook,
        zone: plan.organisation.timezone,
    }
}

/// Whether a condition holds at this very moment, what counts mentions included:
/// for what a person wants to do now.
pub(super) fn holds_now(plan: &Plan, run: &Run, when: &Condition, now: Timestamp) -> bool {
    let mut course = Course::new(plan, run.clone(), now);
    course.is_look = true;
    course.condition(when)
}

impl Course<'_> {
    /// Whether a condition holds. `None`: what counts mentions is not judged at
    /// this moment. Without a condition it holds.
    pub(super) fn holds(&self, when: Option<&Condition>) -> Option<bool> {
        let Some(when) = when else { return Some(true) };
        if when.counts() && !self.is_look {
            return None;
        }
        Some(self.condition(when))
    }

    fn condition(&self, condition: &Condition) -> bool {
        condition.tests.iter().all(|test| self.test(test))
    }

    fn test(&self, test: &Test) -> bool {
        match test {
            Test::All(inner) => inner.iter().all(|one| self.condition(one)),
            Test::Any(inner) => inner.iter().any(|one| self.condition(one)),
            Test::None(inner) => !inner.iter().any(|one| self.condition(one)),
            test if test.is_about_mentions() => self.reads(test),
            Test::WeAreSilent(_) => {
                facing(&self.plan, &self.run).holds(test, self.now) && self.no_account_posted(test)
            }
            _ => facing(&self.plan, &self.run).holds(test, self.now),
        }
    }

    /// Whether a test about mentions holds. Plain mentions of several watches are
    /// added up; anything else must hold on one of them.
    fn reads(&self, test: &Test) -> bool {
        match test {
            Test::Mentions(count) if count.is_plain() => count.allows(self.counted(count)),
            _ => {
                let reading = self.plan.sight.reading(test, &self.watches(), self.now);
                reading.is_some_and(|reading| reading.holds)
            }
        }
    }

    /// Not in any watch of the run. Where nothing is heard, nobody knows of a post.
    fn no_account_posted(&self, test: &Test) -> bool {
        self.watches().into_iter().all(|watch| {
            let reading = self.plan.sight.reading(test, &[watch], self.now);
            reading.is_none_or(|reading| reading.holds)
        })
    }

    fn watches(&self) -> Vec<&str> {
        let others = self.run.ending.also_watches.iter().map(String::as_str);
        std::iter::once(self.run.watch.as_str())
            .chain(others)
            .collect()
    }

    /// Mentions of the watch of the condition, or of all watches of the run.
    fn counted(&self, count: &Count) -> u64 {
        let one = |watch: &str| self.plan.sight.mentions(watch, count.within, self.now);
        match &count.watch {
            Some(watch) => one(watch),
            None => self.watches().into_iter().map(one).sum(),
        }
    }

    /// Why a condition about numbers holds, in English.
    pub(super) fn because(&self, condition: &Condition) -> String {
        let tests = condition.all_tests().into_iter();
        let phrases = tests.filter_map(|test| match test {
            Test::Mentions(count) if count.is_plain() => {
                let within = crate::domain::time::format_duration(count.within);
                Some(format!("{} mentions in {within}", self.counted(count)))
            }
            test => {
                let reading = self.plan.sight.reading(test, &self.watches(), self.now)?;
                Some(reading.measure.because())
            }
        });
        let phrases: Vec<String> = phrases.collect();
        if phrases.is_empty() {
            "its condition holds".to_owned()
        } else {
            phrases.join(", ")
        }
    }
}
