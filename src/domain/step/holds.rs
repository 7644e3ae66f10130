//! Whether a condition of a phase, a task, a message or the stand-down holds in
//! a run, now. While a source is blind, silence proves nothing: then only what
//! holds however much was missed does.

use super::{Course, Plan};
use crate::domain::condition::{Condition, Count, Test};
use crate::domain::deaf::Hearing;
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
        self.all_hold(condition, true)
    }

    /// `is_sure`: for sure, or else possibly.
    fn all_hold(&self, condition: &Condition, is_sure: bool) -> bool {
        condition.tests.iter().all(|test| self.test(test, is_sure))
    }

    fn test(&self, test: &Test, is_sure: bool) -> bool {
        match test {
            Test::All(inner) => inner.iter().all(|one| self.all_hold(one, is_sure)),
            Test::Any(inner) => inner.iter().any(|one| self.all_hold(one, is_sure)),
            Test::None(inner) => !inner.iter().any(|one| self.all_hold(one, !is_sure)),
            test if test.is_about_mentions() => self.reads(test, is_sure),
            Test::WeAreSilent(_) => {
                facing(&self.plan, &self.run).holds(test, self.now)
                    && self.no_account_posted(test, is_sure)
            }
            _ => facing(&self.plan, &self.run).holds(test, self.now),
        }
    }

    /// Whether silence is what it seems. A run that just starts was not told yet.
    fn hears_all(&self) -> bool {
        self.run.ending.blind.is_empty()
            && !self.plan.sight.is_blind()
            && self.listens_to_its_watches()
    }

    /// Whether all that the run follows is listened to. A watch that was taken away
    /// since it started is not quiet: nobody hears it.
    pub(super) fn listens_to_its_watches(&self) -> bool {
        let mut watches = self.watches().into_iter();
        watches.all(|watch| self.plan.sight.listens_to(watch))
    }

    /// The same of what a test is about.
    fn listens_for(&self, test: &Test) -> bool {
        let named = test.count().and_then(|count| count.watch.as_deref());
        match named {
            Some(watch) => self.plan.sight.listens_to(watch),
            None => self.listens_to_its_watches(),
        }
    }

    /// What could be heard of what a test is about. A run that just starts was not
    /// told yet.
    fn hearing(&self, test: &Test, is_sure: bool) -> Hearing {
        match self.run.ending.blind.is_empty() && self.listens_for(test) {
            true => self.plan.sight.hearing(test, self.now, is_sure),
            false => Hearing::Part,
        }
    }

    /// Whether a test about mentions holds. Plain mentions of several watches are
    /// added up; anything else must hold on one of them.
    fn reads(&self, test: &Test, is_sure: bool) -> bool {
        if let Test::Mentions(count) = test
            && count.is_plain()
        {
            let counted = self.counted(count);
            return match self.hearing(test, is_sure) {
                Hearing::All => count.allows(counted),
                Hearing::Part => count.allows_at_least(counted, is_sure),
                Hearing::LessBefore => count.allows(counted) && !is_sure,
            };
        }
        let reading = self.plan.sight.reading(test, &self.watches(), self.now);
        if reading.is_none() && !self.listens_for(test) {
            return !is_sure;
        }
        let hearing = self.hearing(test, is_sure);
        reading.is_some_and(|reading| match hearing {
            Hearing::All => reading.holds,
            Hearing::Part => reading.holds_while_deaf(test, is_sure),
            Hearing::LessBefore => reading.holds && !is_sure,
        })
    }

    /// Not in any watch of the run. Where nothing is heard, nobody knows of a
    /// post: then it is silence only possibly.
    fn no_account_posted(&self, test: &Test, is_sure: bool) -> bool {
        if !self.hears_all() && is_sure {
            return false;
        }
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
