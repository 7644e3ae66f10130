//! The auditor: proves that nobody waits for something that will not come.
//!
//! Each open run has a moment at which time goes on with it, or a named person
//! has every role in hand; and what must go out is tried at its time. Anything
//! else is a finding. Findings name runs and roles, never people.

use chrono::TimeDelta;

use super::run::alarm::Next;
use super::run::{Run, RunId};
use super::stuck::Passage;
use super::time::Timestamp;

/// How late a timer or a try may be. A group of work or a slow disk takes
/// seconds; after a minute something is stuck.
pub const TOLERANCE: TimeDelta = TimeDelta::seconds(60);

/// The longest that one try takes, with all its time limits, twice over: when
/// none ended for so long although some should have begun, none will.
pub const LONGEST_TRY: TimeDelta = TimeDelta::seconds(120);

/// Findings that are spelled out; a thousand runs with one fault are one fault.
const MOST_TOLD: usize = 20;

/// Kinds of findings, for metrics.
pub const KINDS: [&str; 5] = [
    NO_NEXT_ACTION,
    NOBODY_ANSWERED,
    OVERDUE,
    OUTBOX_STUCK,
    NOTHING_DELIVERED,
];

const NO_NEXT_ACTION: &str = "no-next-action";
const NOBODY_ANSWERED: &str = "nobody-answered";
const OVERDUE: &str = "overdue";
const OUTBOX_STUCK: &str = "outbox-stuck";
const NOTHING_DELIVERED: &str = "nothing-delivered";

/// What waits to go out, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outbox {
    pub n_waiting: u64,
    pub n_sent: u64,
    pub n_failed: u64,
    /// When the oldest of those that wait was decided.
    pub oldest_at: Option<Timestamp>,
    /// The earliest moment at which one of those that wait is to be tried.
    pub next_at: Option<Timestamp>,
    /// When a try ended last; at first when we started.
    pub tried_at: Option<Timestamp>,
}

/// Something that should not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFinding {
    /// One of `KINDS`.
    pub id: &'static str,
    pub run: Option<RunId>,
    pub text: String,
}

/// What one look at everything found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    pub at: Timestamp,
    /// Whether something moves that only a restart could set moving again. A
    /// mail server that is down is no reason for one.
    pub is_stalled: bool,
    /// The first of them, spelled out.
    pub findings: Vec<AuditFinding>,
    /// How many there are of each of `KINDS`.
    pub counts: [u64; KINDS.len()],
    pub n_open: u64,
    /// Roles of open runs that wait for an answer.
    pub n_unanswered: u64,
    /// The first thing that time brings to any run.
    pub next_at: Option<Timestamp>,
    pub outbox: Outbox,
    pub n_alerts_waiting: u64,
    pub oldest_alert_at: Option<Timestamp>,
    /// When an alert got through last.
    pub got_through_at: Option<Timestamp>,
}

impl Audit {
    /// Whether all is well.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    fn find(&mut self, id: &'static str, run: Option<RunId>, text: impl FnOnce() -> String) {
        if let Some(place) = KINDS.iter().position(|kind| *kind == id) {
            self.counts[place] += 1;
        }
        if self.findings.len() < MOST_TOLD {
            let text = text();
            self.findings.push(AuditFinding { id, run, text });
        }
    }
}

/// What an open run waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prospect<'a> {
    /// When time goes on with it, and how.
    pub next: Option<(Timestamp, Coming<'a>)>,
    /// Keys of the people who have a role in hand, each with that role.
    pub in_hand: Vec<(&'a str, &'a str)>,
    /// Roles that wait for an answer.
    pub missing: Vec<&'a str>,
}

/// What time brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coming<'a> {
    /// The alarm goes on for this role.
    Alarm { role: &'a str, next: Next },
    /// A task or a message falls due.
    Task { task: &'a str },
}

/// What an open run waits for.
pub fn prospect(run: &Run) -> Prospect<'_> {
    let open = run.items.iter().filter(|(_, item)| item.is_open());
    let due = open.filter(|(_, item)| !item.due_told);
    let due = due.filter_map(|(task, item)| Some((item.due_at?, Coming::Task { task })));
    let mut prospect = Prospect {
        next: due.min_by_key(|(at, _)| *at),
        in_hand: Vec::new(),
        missing: Vec::new(),
    };
    let roles = run.alarm.iter().flat_map(|alarm| &alarm.roles);
    for (role, coverage) in roles {
        match &coverage.answer {
            Some(answer) => prospect.in_hand.push((&answer.person, role)),
            None => prospect.missing.push(role),
        }
        if let Some(next) = coverage.next
            && prospect.next.is_none_or(|(first, _)| next.at < first)
        {
            prospect.next = Some((next.at, Coming::Alarm { role, next }));
        }
    }
    prospect
}

/// Looks at everything once. `tolerance` is `TOLERANCE`, longer on a clock that
/// runs fast: it is about how slow this machine may be.
pub fn audit<'a>(
    runs: impl Iterator<Item = &'a Run> + Clone,
    outbox: Outbox,
    now: Timestamp,
    tolerance: TimeDelta,
) -> Audit {
    let passage = Passage::of(runs.clone());
    let mut audit = Audit {
        at: now,
        outbox,
        n_alerts_waiting: passage.n_waiting as u64,
        oldest_alert_at: passage.oldest.map(|(at, _)| at),
        got_through_at: passage.got_through_at,
        ..Audit::default()
    };
    for run in runs.filter(|run| run.is_open) {
        look_at_run(&mut audit, run, tolerance);
    }
    look_at_outbox(&mut audit, tolerance);
    audit.is_stalled = !audit.is_clean();
    if let Some(since) = passage.stuck_since(now) {
        let failing: Vec<String> = passage.failing().into_iter().collect();
        audit.find(NOTHING_DELIVERED, None, || {
            let minutes = (now - since).num_minutes();
            format!(
                "no alert got through for {minutes} minutes; what fails: {}",
                failing.join(", ")
            )
        });
    }
    audit
}

fn look_at_run(audit: &mut Audit, run: &Run, tolerance: TimeDelta) {
    let id = run.id;
    let prospect = prospect(run);
    audit.n_open += 1;
    audit.n_unanswered += prospect.missing.len() as u64;
    let next_at = prospect.next.map(|(at, _)| at);
    audit.next_at = [audit.next_at, next_at].into_iter().flatten().min();
    match next_at {
        Some(at) if at + tolerance < audit.at => {
            let late = (audit.at - at).num_seconds();
            audit.find(OVERDUE, Some(id), || {
                format!("run {id} should have gone on {late} seconds ago")
            });
        }
        None if prospect.in_hand.is_empty() && prospect.missing.is_empty() => {
            audit.find(NO_NEXT_ACTION, Some(id), || {
                format!("run {id} has no next action and waits for nobody")
            });
        }
        _ => {}
    }
    // Tasks that fall due do not help a role that nobody is asked for again.
    let roles = run.alarm.iter().flat_map(|alarm| &alarm.roles);
    for (role, coverage) in roles {
        let is_named = |person: &str| !person.is_empty();
        let answer = coverage.answer.as_ref();
        let is_in_hand = answer.is_some_and(|answer| is_named(&answer.person));
        if coverage.next.is_none() && !is_in_hand {
            audit.find(NOBODY_ANSWERED, Some(id), || {
                format!("run {id}: nobody answered for {role}, and nobody will be asked again")
            });
        }
    }
}

fn look_at_outbox(audit: &mut Audit, tolerance: TimeDelta) {
    let Outbox {
        next_at, tried_at, ..
    } = audit.outbox;
    let Some(next_at) = next_at else { return };
    // With a server that hangs, many wait longer than that for their turn.
    let longest = LONGEST_TRY.max(tolerance);
    let none_ended = tried_at.is_none_or(|tried_at| tried_at + longest < audit.at);
    if next_at + longest < audit.at && none_ended {
        let late = (audit.at - next_at).num_seconds();
        audit.find(OUTBOX_STUCK, None, || {
            format!("a mail should have gone out {late} seconds ago and was not tried")
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::alarm::{Alarm, Answer, Coverage, Move};
    use crate::domain::run::{Event, Run};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_timestamp(second, 0).unwrap()
    }

    /// A role: who answered, and when something comes next.
    type Covered = (&'static str, Option<&'static str>, Option<i64>);

    fn run(roles: &[Covered], due_at: Option<i64>) -> Run {
        let mut run = Run::new(7);
        run.is_open = true;
        let coverage = |(role, person, next): &Covered| {
            let coverage = Coverage {
                round: 1,
                step: 1,
                times: 1,
                since: at(0),
                began_at: at(0),
                answer: person.map(|person| Answer {
                    person: person.to_owned(),
                    at: at(0),
                    at_work: true,
                }),
                next: next.map(|second| Next {
                    at: at(second),
                    what: Move::NextStep,
                }),
            };
            ((*role).to_owned(), coverage)
        };
        run.alarm = (!roles.is_empty()).then(|| Alarm {
            level: "crisis".to_owned(),
            roles: roles.iter().map(coverage).collect(),
            out: [].into(),
            heard: [].into(),
        });
        let opened = due_at.map(|second| Event::TaskOpened {
            task: "look".to_owned(),
            role: "owner".to_owned(),
            due_at: Some(at(second)),
            turn: 1,
            case: None,
        });
        opened
            .into_iter()
            .fold(run, |run, event| run.apply(&event, at(0)))
    }

    fn ids(audit: &Audit) -> Vec<&'static str> {
        audit.findings.iter().map(|finding| finding.id).collect()
    }

    #[test]
    fn every_open_run_has_a_next_action_or_waits_for_a_named_person() {
        let table: [(&[Covered], Option<i64>, &[&str]); 11] = [
            (&[], None, &[NO_NEXT_ACTION]),
            (&[], Some(1_100), &[]),
            (&[("owner", None, Some(1_100))], None, &[]),
            (&[("owner", Some("anna"), None)], None, &[]),
            (&[("owner", Some("anna"), Some(1_100))], None, &[]),
            (&[("owner", Some(""), None)], None, &[NOBODY_ANSWERED]),
            (&[("owner", None, None)], Some(1_100), &[NOBODY_ANSWERED]),
            (
                &[("owner", Some("anna"), None), ("writer", None, None)],
                None,
                &[NOBODY_ANSWERED],
            ),
            // Late, but a slow disk may be the reason; and too late.
            (&[("owner", None, Some(940))], None, &[]),
            (&[("owner", None, Some(939))], None, &[OVERDUE]),
            (&[("owner", Some("anna"), None)], Some(900), &[OVERDUE]),
        ];
        for (roles, due_at, expected) in table {
            let run = run(roles, due_at);
            let audit = audit([&run].into_iter(), Outbox::default(), at(1_000), TOLERANCE);
            assert_eq!(ids(&audit), expected, "{roles:?} {due_at:?}");
            assert_eq!(audit.is_stalled, !expected.is_empty());
            assert!(audit.findings.iter().all(|finding| finding.run == Some(7)));
        }
    }

    #[test]
    fn a_closed_run_waits_for_nothing() {
        let mut run = run(&[], None);
        run.is_open = false;
        let audit = audit([&run].into_iter(), Outbox::default(), at(0), TOLERANCE);
        assert!(audit.is_clean() && audit.n_open == 0);
    }

    #[test]
    fn an_outbox_that_does_not_move_is_found_and_a_slow_server_is_not() {
        // (to be tried at, tried at, whether it is stuck)
        let table = [
            (None, None, false),
            (Some(1_001), None, false),
            (Some(880), Some(100), false),
            (Some(879), Some(100), true),
            (Some(879), Some(879), true),
            // Others are tried meanwhile: it waits for its turn.
            (Some(100), Some(880), false),
        ];
        for (next_at, tried_at, is_stuck) in table {
            let outbox = Outbox {
                next_at: next_at.map(at),
                tried_at: tried_at.map(at),
                ..Outbox::default()
            };
            let audit = audit([].into_iter(), outbox, at(1_000), TOLERANCE);
            assert_eq!(audit.is_stalled, is_stuck, "{next_at:?} {tried_at:?}");
        }
    }

    #[test]
    fn alerts_that_do_not_get_through_are_found_but_are_no_reason_to_restart() {
        let mut run = run(&[("owner", None, Some(1_100))], None);
        run.underway.waiting.insert("7.1".to_owned(), at(600));
        let look = |run: &Run, now| {
            let run = run.clone();
            audit([&run].into_iter(), Outbox::default(), at(now), TOLERANCE)
        };
        assert!(look(&run, 899).is_clean());
        let found = look(&run, 960);
        assert_eq!(ids(&found), [NOTHING_DELIVERED]);
        assert!(!found.is_stalled);
        assert_eq!(
            found.findings[0].text,
            "no alert got through for 6 minutes; what fails: mail"
        );
        run.underway.got_through_at = Some(at(700));
        assert!(look(&run, 960).is_clean());
    }

    #[test]
    fn a_thousand_runs_with_one_fault_are_counted_and_not_all_told() {
        let run = run(&[], None);
        let runs = std::iter::repeat_n(&run, 1_000);
        let audit = audit(runs, Outbox::default(), at(0), TOLERANCE);
        assert_eq!(audit.findings.len(), MOST_TOLD);
        assert_eq!(audit.counts[0], 1_000);
    }

    #[test]
    fn says_what_comes_first_and_who_has_what_in_hand() {
        let run = run(
            &[("owner", Some("anna"), None), ("writer", None, Some(50))],
            Some(40),
        );
        let prospect = prospect(&run);
        assert_eq!(prospect.next, Some((at(40), Coming::Task { task: "look" })));
        assert_eq!(prospect.in_hand, [("anna", "owner")]);
        assert_eq!(prospect.missing, ["writer"]);
    }
}
