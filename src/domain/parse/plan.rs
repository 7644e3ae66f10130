//! Reads what surrounds the work of a playbook: rhythm, start by hand,
//! stand-down, aftercare, questions, wordings.

use std::time::Duration;

use chrono::NaiveDate;

use crate::domain::condition::{Condition, Moment, Test};
use crate::domain::finding::Severity as Weight;
use crate::domain::playbook::{
    Aftercare, Aim, ByHand, CadenceLine, Playbook, Question, StandDown, Wording, usual_cadence,
};

use crate::domain::review::Severity;

use super::condition::{condition, moment};
use super::fields::{Fields, named};
use super::names::{FACT, Scope, references_to, well_formed};
use super::problems::Problems;
use super::tree::Node;
use super::{Avoided, measure, value, work};

/// Seconds.
const DAY: u64 = 86_400;

/// What surrounds the work of a playbook.
pub(super) struct Surroundings {
    pub four_eyes: bool,
    pub cadence: Vec<CadenceLine>,
    pub by_hand: ByHand,
    pub stand_down: Option<StandDown>,
    pub aftercare: Aftercare,
    pub questions: Vec<Question>,
    pub avoid: Vec<Wording>,
    pub responsibility: Option<String>,
    pub review_by: Option<NaiveDate>,
    pub drill_every: Option<Duration>,
}

pub(super) fn surroundings(
    fields: &mut Fields<'_>,
    owner: &str,
    default: work::Defaults<'_>,
    scope: Scope<'_>,
) -> Surroundings {
    let review_by = fields.read("review_by", measure::date);
    let drill_every = fields.read("drill_every", measure::length);
    let blame = ["victim", "accidental", "preventable", "rumour"];
    let responsibility = fields.read("responsibility", |node, p| {
        value::choice(node, "a responsibility", &blame, p).map(str::to_owned)
    });
    let four_eyes = fields.read("four_eyes", value::boolean).unwrap_or(true);
    let cadence = fields.read("cadence", |node, _| cadence(node, scope));
    // Its names are checked when the playbook is merged.
    fields.read("leave_out", |node, p| {
        value::list(node, "[freeze-posts]", p, value::line)
    });
    let by_hand = fields.read("by_hand", |node, _| by_hand(node, scope));
    let stand_down = fields.read("stand_down", |node, _| stand_down(node, owner, scope));
    let aftercare = fields.read("aftercare", |node, _| aftercare(node, default, scope));
    let questions = fields
        .get("questions")
        .map_or_else(Vec::new, |node| questions(node, owner, scope));
    let avoid = fields
        .get("avoid")
        .map_or_else(Vec::new, |node| avoid(node, scope));
    Surroundings {
        four_eyes,
        cadence: cadence.unwrap_or_else(usual_cadence),
        by_hand: by_hand.unwrap_or_default(),
        stand_down,
        aftercare: aftercare.unwrap_or_default(),
        questions,
        avoid,
        responsibility,
        review_by,
        drill_every,
    }
}

/// Warns of a playbook whose review is overdue on this day.
pub(super) fn review(root: &Node, playbook: &Playbook, today: NaiveDate, problems: &Problems) {
    let written = root.get("review_by").map(|entry| entry.value.span);
    if let Some((review_by, span)) = playbook.review_by.zip(written)
        && review_by < today
    {
        let name = &playbook.name;
        problems.warning(
            span,
            "review-overdue",
            format!("`{name}` was to be reviewed by {review_by}, which has passed"),
            "read it through with its owner, then write the next date",
        );
    }
}

fn cadence(node: &Node, scope: Scope<'_>) -> Option<Vec<CadenceLine>> {
    let lines = value::list(
        node,
        "[ { every: 2h } ]",
        scope.problems,
        |item, problems| {
            let mut fields = Fields::open(item, item.span, "a line of `cadence`", problems)?;
            let every = fields.demand("every", "2h", measure::length);
            let at = fields.read("at", measure::clock);
            let from = fields.read("from", |node, _| moment(node, scope));
            fields.close();
            if at.is_some() && every.is_some_and(|every| every.as_secs() % DAY != 0) {
                problems.error(
                    item.span,
                    "cadence",
                    "`at` is a clock time, and `every` is not a number of days",
                    "write every: 1d with `at`, or take `at` away",
                );
            }
            Some(CadenceLine {
                every: every?,
                at,
                from,
            })
        },
    )?;
    let counts_at_once = |line: &CadenceLine| match &line.from {
        None => true,
        Some(Moment::Since(length)) => length.is_zero(),
        Some(Moment::After(..) | Moment::Before(..)) => false,
    };
    if !lines.is_empty() && lines.len() == node.items().len() && !lines.iter().any(counts_at_once) {
        let first = node.items().first().map_or(node.span, |item| item.span);
        scope.problems.warning(
            first,
            "cadence-gap",
            "no line of the rhythm counts from the start: until one does, no next update is promised",
            "let one line have no `from`, such as { every: 2h }",
        );
    }
    Some(lines)
}

fn by_hand(node: &Node, scope: Scope<'_>) -> Option<ByHand> {
    let mut fields = Fields::open(node, node.span, "`by_hand`", scope.problems)?;
    let allowed = fields.read("allowed", |node, _| scope.roles(node));
    let level = fields.read("level", |node, _| scope.level(node));
    let facts = fields.read("facts", |node, p| {
        references_to(node, &FACT, "[topic]", p, || scope.local.fact_names())
    });
    fields.close();
    Some(ByHand {
        allowed: allowed.unwrap_or_default(),
        level,
        facts: facts.unwrap_or_default(),
    })
}

fn stand_down(node: &Node, owner: &str, scope: Scope<'_>) -> Option<StandDown> {
    let problems = scope.problems;
    let mut fields = Fields::open(node, node.span, "`stand_down`", problems)?;
    let when = fields.need("when", "{ mentions: { within: 6h, at_most: 10 } }");
    let is_judged = when.map(|node| (node, condition(node, scope)));
    let held_for = fields.read("for", measure::duration).unwrap_or_default();
    let mut checklist = Vec::new();
    if let Some(node) = fields.get("checklist") {
        for entry in named(node, "thing to tick", problems) {
            well_formed(&entry.key, entry.key_span, true, problems);
            if let Some(text) = value::text(&entry.value, problems) {
                checklist.push((entry.key.clone(), text));
            }
        }
    }
    let role = fields.read("role", |node, _| scope.role(node));
    fields.close();
    let (node, when) = is_judged?;
    let mut when = when?;
    if let Err(part) = when.carried_out() {
        problems.not_supported_because(
            measure::too_long_a_window(node),
            &format!("`{part}`, which the stand-down waits for,"),
            "it is never proposed; a person can stand down at any time",
        );
        when = Condition {
            tests: vec![Test::Any(Vec::new())],
        };
    }
    Some(StandDown {
        when,
        held_for,
        checklist,
        role: role.unwrap_or_else(|| owner.to_owned()),
    })
}

fn aftercare(node: &Node, default: work::Defaults<'_>, scope: Scope<'_>) -> Option<Aftercare> {
    let mut fields = Fields::open(node, node.span, "`aftercare`", scope.problems)?;
    let tasks = fields.read("tasks", |node, _| Some(work::tasks(node, scope)));
    let messages = fields.read("messages", |node, _| {
        Some(work::messages(node, default, scope))
    });
    fields.close();
    Some(Aftercare {
        tasks: tasks.unwrap_or_default(),
        messages: messages.unwrap_or_default(),
    })
}

fn questions(node: &Node, owner: &str, scope: Scope<'_>) -> Vec<Question> {
    let entries = named(node, "question", scope.problems).into_iter();
    let questions = entries.filter_map(|entry| {
        well_formed(&entry.key, entry.key_span, true, scope.problems);
        let what = format!("question `{}`", entry.key);
        let mut fields = Fields::of(entry, what, scope.problems)?;
        let ask = fields.demand("ask", "\"What happened?\"", value::text);
        let role = fields.read("role", |node, _| scope.role(node));
        let goals = Aim::ALL.map(Aim::name);
        let goal = fields.read("goal", |node, p| value::choice(node, "an aim", &goals, p));
        let valid_for = fields.read("valid_for", measure::length);
        fields.close();
        Some(Question {
            goal: Aim::ALL
                .into_iter()
                .find(|aim| goal == Some(aim.name()))
                .unwrap_or(Aim::Information),
            valid_for,
            name: entry.key.clone(),
            ask: ask?,
            role: role.unwrap_or_else(|| owner.to_owned()),
        })
    });
    questions.collect()
}

/// Where the words to avoid stand.
pub(super) fn avoided(root: &Node, problems: &Problems) -> Vec<Avoided> {
    let wordings = root
        .get("avoid")
        .map_or(&[][..], |avoid| avoid.value.entries());
    let places = wordings.iter().flat_map(|entry| {
        let words = entry.value.get("words");
        let items = words.map_or(&[][..], |words| words.value.items());
        items.iter().map(|item| (&entry.key, item))
    });
    let avoided = places.filter_map(|(wording, item)| {
        let words = item.scalar()?.to_owned();
        let hint = "choose words that your texts can do without, or write the texts anew; with severity: note they may stand";
        let finding = problems.finding(
            Weight::Warning,
            item.span,
            "avoided-everywhere",
            String::new(),
            hint.to_owned(),
        );
        Some(Avoided {
            wording: wording.clone(),
            words,
            finding,
        })
    });
    avoided.collect()
}

fn avoid(node: &Node, scope: Scope<'_>) -> Vec<Wording> {
    let entries = named(node, "wording", scope.problems).into_iter();
    let wordings = entries.filter_map(|entry| {
        well_formed(&entry.key, entry.key_span, true, scope.problems);
        let what = format!("wording `{}`", entry.key);
        let mut fields = Fields::of(entry, what, scope.problems)?;
        let words = fields.demand("words", "[\"sorry if\"]", |node, p| {
            value::list(node, "[\"sorry if\"]", p, value::line)
        });
        let because = fields.demand("because", "\"why\"", value::text);
        let severities = ["block", "warn", "note", "ignore"];
        let severity = fields.read("severity", |node, p| {
            value::choice(node, "a severity", &severities, p)
        });
        let when = fields.read("when", |node, _| {
            let when = condition(node, scope)?;
            match when.carried_out() {
                Ok(()) => Some(when),
                Err(part) => {
                    scope.problems.not_supported_because(
                        node.span,
                        &format!("`{part}`, which wording `{}` waits for,", entry.key),
                        "this wording is pointed out at any time",
                    );
                    None
                }
            }
        });
        fields.close();
        Some(Wording {
            name: entry.key.clone(),
            words: words?,
            because: because?,
            severity: match severity {
                Some("block") => Some(Severity::Block),
                Some("note") => Some(Severity::Note),
                Some("ignore") => None,
                _ => Some(Severity::Warn),
            },
            when,
        })
    });
    wordings.collect()
}
