//! Delivers what a drill sends, in memory: every way works at once, unless the
//! story makes it fail. Which way and when to try again is the real rule.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use crate::domain::delivery::{Course, Next, Outcome};
use crate::domain::effect::{Effect, MAIL, Notice};
use crate::domain::run::{Event, RunId};
use crate::domain::scenario::story::Failing;
use crate::domain::time::Timestamp;
use crate::store::{self, Delivery};

/// From the try to the news of it.
const ON_THE_WAY: TimeDelta = TimeDelta::seconds(1);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Postman {
    /// By moment, then in the order they came up.
    bag: BTreeMap<(Timestamp, u64), Job>,
    n_jobs: u64,
    failing: Vec<Failing>,
}

#[derive(Debug)]
enum Job {
    Try(Box<Parcel>),
    Tell(Box<Report>),
}

#[derive(Debug)]
struct Parcel {
    run: RunId,
    effect: String,
    notice: Notice,
    course: Course,
    created_at: Timestamp,
    n_tries: u32,
}

/// What came of a try, for the run.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) run: RunId,
    pub(super) effect: String,
    /// For the outbox.
    pub(super) delivery: Delivery,
    pub(super) event: Event,
    /// What was delivered, and by which way.
    pub(super) told: Option<(Notice, String)>,
}

impl Postman {
    pub(super) fn take_in(&mut self, run: RunId, effect: Effect, now: Timestamp) {
        let parcel = Parcel {
            run,
            course: Course::new(&effect.notice.ways),
            effect: effect.id,
            notice: effect.notice,
            created_at: now,
            n_tries: 0,
        };
        self.put(now, Job::Try(Box::new(parcel)));
    }

    /// The daemon was started again and reads its outbox. Of what is under way
    /// the news comes yet, and another try may stand with it.
    pub(super) fn start_again(&mut self, waiting: Vec<store::Parcel>) {
        let under_way: BTreeSet<String> = self
            .bag
            .values()
            .filter_map(|job| match job {
                Job::Tell(report) => Some(report.effect.clone()),
                Job::Try(_) => None,
            })
            .collect();
        self.bag.retain(|_, job| match job {
            Job::Tell(_) => true,
            Job::Try(parcel) => under_way.contains(&parcel.effect),
        });
        for stored in waiting {
            if under_way.contains(&stored.effect) {
                continue;
            }
            let at = stored.next_at;
            let parcel = Parcel {
                run: stored.run,
                effect: stored.effect,
                notice: stored.notice,
                course: stored.course,
                created_at: stored.created_at,
                n_tries: stored.tries,
            };
            self.put(at, Job::Try(Box::new(parcel)));
        }
    }

    pub(super) fn fails(&mut self, what: &Failing) {
        self.failing.push(what.clone());
    }

    pub(super) fn works(&mut self, what: &Failing) {
        self.failing.retain(|failing| failing != what);
    }

    pub(super) fn next_at(&self) -> Option<Timestamp> {
        self.bag.keys().next().map(|(at, _)| *at)
    }

    /// Tries what is due by `now`, and gives the news that arrived by then.
    pub(super) fn work(&mut self, now: Timestamp) -> Vec<Report> {
        let mut reports = Vec::new();
        while let Some(entry) = self.bag.first_entry() {
            if entry.key().0 > now {
                break;
            }
            match entry.remove() {
                Job::Tell(report) => reports.push(*report),
                Job::Try(parcel) => self.try_once(parcel, now),
            }
        }
        reports
    }

    fn put(&mut self, at: Timestamp, job: Job) {
        self.bag.insert((at, self.n_jobs), job);
        self.n_jobs += 1;
    }

    fn try_once(&mut self, mut parcel: Box<Parcel>, now: Timestamp) {
        let way = parcel.course.turn(now).to_owned();
        let (outcome, because) = self.outcome(&parcel.notice.person, &way);
        parcel.n_tries += 1;
        let age = now - parcel.created_at;
        let next = parcel.course.after(&outcome, now, now, age, parcel.n_tries);
        let (effect, person) = (parcel.effect.clone(), parcel.notice.person.clone());
        let (event, told) = match next {
            Next::Done => {
                let told = (parcel.notice.clone(), way.clone());
                let channel = way;
                let delivered = Event::Delivered {
                    effect,
                    person,
                    channel,
                };
                (delivered, Some(told))
            }
            Next::Again(_) | Next::GivenUp => {
                let failed = Event::DeliveryFailed {
                    effect,
                    person,
                    channel: way,
                    because: because.to_owned(),
                    for_good: next == Next::GivenUp,
                };
                (failed, None)
            }
        };
        let because = because.to_owned();
        let delivery = match next {
            Next::Done => Delivery::Sent,
            Next::Again(next_at) => Delivery::Later {
                because,
                next_at,
                course: parcel.course.clone(),
            },
            Next::GivenUp => Delivery::Never { because },
        };
        let report = Report {
            run: parcel.run,
            effect: parcel.effect.clone(),
            delivery,
            event,
            told,
        };
        self.put(now + ON_THE_WAY, Job::Tell(Box::new(report)));
        if let Next::Again(at) = next {
            self.put(at, Job::Try(parcel));
        }
    }

    fn outcome(&self, person: &str, way: &str) -> (Outcome, &'static str) {
        let fails = |what: &Failing| match what {
            Failing::Mail => way == MAIL,
            Failing::Webhook(webhook) => way == webhook,
            _ => false,
        };
        let is_away = |what: &Failing| matches!(what, Failing::Person(one) if one == person);
        if self.failing.iter().any(is_away) {
            (Outcome::Refused, "cannot be reached, says the scenario")
        } else if self.failing.iter().any(fails) {
            (Outcome::NotNow(None), "does not work, says the scenario")
        } else {
            (Outcome::Taken, "")
        }
    }
}
