//! What programs are told of each event: the only fields that leave. An event that
//! is not here is told to nobody, and neither is a field.
//!
//! Nothing that people typed is here, nothing that strangers said, and nobody
//! outside the team. Names of tasks, facts and drafts are those of the playbook; a
//! task that was added is `extra-1`, a case is a number.

use Field::{At, Plain, When, Who, WhoAt};

/// One field of what is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The field of the event with this name: a key of ours or a number.
    Plain(&'static str),
    /// The same, a moment.
    When(&'static str),
    /// The same, found deeper in the event (JSON pointer).
    At(&'static str, &'static str),
    /// The key of somebody in the team; anybody else is left out.
    Who(&'static str),
    /// The same, deeper.
    WhoAt(&'static str, &'static str),
}

impl Field {
    /// Its name in what is told.
    pub fn name(self) -> &'static str {
        match self {
            Plain(name) | When(name) | At(name, _) | Who(name) | WhoAt(name, _) => name,
        }
    }
}

/// Every event that programs can be told of, with what they are told, in the order
/// of docs/webhooks.md.
pub const EVENTS: [(&str, &[Field]); 55] = [
    (
        "run_started",
        &[
            Plain("level"),
            At("trigger", "/cause/trigger/trigger"),
            WhoAt("by", "/cause/by_hand/by"),
        ],
    ),
    (
        "trigger_fired",
        &[Plain("playbook"), Plain("trigger"), Plain("level")],
    ),
    ("level_raised", &[Plain("from"), Plain("to"), Who("by")]),
    ("level_lowered", &[Plain("from"), Plain("to"), Who("by")]),
    ("phase_opened", &[Plain("phase"), Who("by")]),
    (
        "alert",
        &[
            Plain("level"),
            Plain("roles"),
            Who("person"),
            Plain("must_answer"),
        ],
    ),
    ("answered", &[Who("person"), Plain("roles")]),
    ("passed_on", &[Who("person"), Plain("roles")]),
    ("answer_undone", &[Who("person"), Plain("roles")]),
    ("unreachable", &[Who("person")]),
    ("not_told", &[Plain("role")]),
    ("nobody_answers", &[Plain("roles"), When("start_over_at")]),
    ("nothing_delivered", &[When("since"), Plain("failing")]),
    ("delivering_again", &[When("since")]),
    (
        "task_opened",
        &[
            Plain("task"),
            Plain("role"),
            When("due_at"),
            Plain("turn"),
            Plain("case"),
        ],
    ),
    (
        "task_added",
        &[
            Plain("task"),
            Plain("role"),
            Who("person"),
            When("due_at"),
            Who("by"),
        ],
    ),
    ("task_done", &[Plain("task"), Who("by")]),
    (
        "task_due",
        &[Plain("task"), Plain("role"), When("due_at"), Plain("late")],
    ),
    (
        "decided",
        &[
            Plain("task"),
            Plain("option"),
            Who("by"),
            Plain("is_default"),
        ],
    ),
    (
        "message_called",
        &[
            Plain("message"),
            Plain("role"),
            When("due_at"),
            Plain("turn"),
            Plain("case"),
        ],
    ),
    (
        "message_due",
        &[
            Plain("message"),
            Plain("role"),
            When("due_at"),
            Plain("late"),
        ],
    ),
    ("due_changed", &[Plain("item"), When("due_at")]),
    ("skipped", &[Plain("item"), Who("by")]),
    ("task_reopened", &[Plain("item"), Who("by")]),
    ("assigned", &[Plain("item"), Who("person"), Who("by")]),
    ("fact_set", &[Plain("fact"), Who("by"), When("as_of")]),
    ("draft_rendered", DRAFT),
    ("draft_edited", DRAFT),
    (
        "draft_failed",
        &[Plain("message"), Plain("channel"), Plain("language")],
    ),
    (
        "approved",
        &[Plain("message"), Plain("drafts"), Plain("role"), Who("by")],
    ),
    ("approval_withdrawn", &[Plain("drafts"), Who("by")]),
    (
        "approval_lapsed",
        &[Plain("drafts"), Plain("facts"), Who("by")],
    ),
    (
        "review_overridden",
        &[Plain("message"), Plain("drafts"), Plain("rules"), Who("by")],
    ),
    ("drafts_held", &[Plain("drafts"), Who("by")]),
    ("agreed", &[Plain("message"), Plain("partner"), Who("by")]),
    (
        "published",
        &[
            Plain("message"),
            Plain("role"),
            Plain("drafts"),
            Plain("is_internal"),
            When("promise"),
            When("went_out_at"),
            Who("by"),
        ],
    ),
    ("promise_due", &[When("promised_at"), When("due_at")]),
    ("promise_kept", &[When("promised_at")]),
    ("promise_broken", &[When("promised_at")]),
    (
        "effect_measured",
        &[
            Plain("message"),
            When("published_at"),
            Plain("before"),
            Plain("after"),
            Plain("effect"),
        ],
    ),
    (
        "case_opened",
        &[Plain("case"), Plain("platform"), Who("by")],
    ),
    ("case_closed", &[Plain("case"), Who("by")]),
    ("case_reopened", &[Plain("case"), Who("by")]),
    ("question_answered", &[Plain("question"), Who("by")]),
    ("noted", &[Who("by")]),
    (
        "merged_in",
        &[Plain("run"), Plain("playbook"), Plain("watch"), Who("by")],
    ),
    ("source_blind", &[Plain("source")]),
    ("source_sees", &[Plain("source")]),
    ("stand_down_proposed", &[]),
    ("stand_down_put_off", &[Who("by")]),
    ("ticked", &[Plain("entry"), Who("by")]),
    ("stood_down", &[Who("by")]),
    ("run_reopened", &[Who("by")]),
    ("upgraded", &[Who("by")]),
    (
        "run_closed",
        &[
            Who("by"),
            Plain("outcome"),
            At("merged_into", "/outcome/merged"),
        ],
    ),
];

/// Which draft, and never a word of it.
const DRAFT: &[Field] = &[
    At("message", "/draft/message"),
    At("channel", "/draft/channel"),
    At("language", "/draft/language"),
    At("case", "/draft/case"),
    At("version", "/draft/version"),
    WhoAt("by", "/draft/by"),
];

/// What is told of an event; `None`: nobody is told of it.
pub fn of(event: &str) -> Option<&'static [Field]> {
    let found = EVENTS.iter().find(|(name, _)| *name == event);
    found.map(|(_, fields)| *fields)
}

/// The names that can be chosen.
pub fn names() -> Vec<&'static str> {
    EVENTS.iter().map(|(name, _)| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::chain;
    use serde_json::{Value, json};
    use std::collections::BTreeSet;

    /// What is told to nobody, and why.
    const NOT_TOLD: [(&str, &str); 27] = [
        ("alert_step", "`alert` says who was alerted"),
        ("step_skipped", "the next step follows at once"),
        ("alarm_due", "what follows is an event of its own"),
        ("at_work", "how we count, not what happened"),
        ("drafts_due", "`draft_rendered` says which"),
        ("informed", "told beside an alert"),
        ("held_back", "how alerts are spread"),
        ("hold_ended", "how alerts are spread"),
        ("errand_due", "a reminder to people"),
        ("delivered", "mail, and never about a webhook itself"),
        ("delivery_failed", "mail, and never about a webhook itself"),
        ("plain_mail_sent", "mail"),
        ("operator_told", "mail to operators"),
        ("blindness_told", "outside every run"),
        ("question_added", "worked on where people see it"),
        ("answer_approved", "worked on where people see it"),
        ("answer_withdrawn", "worked on where people see it"),
        ("case_decided", "about one person"),
        ("situation_made", "what strangers say, for readers"),
        ("rumour_judged", "what strangers say, for readers"),
        ("lesson_noted", "what was learnt is for ourselves"),
        ("lesson_closed", "what was learnt is for ourselves"),
        ("image_attached", "a version of a draft"),
        ("image_removed", "a version of a draft"),
        ("condition_holds", "what comes of it is an event"),
        ("condition_ended", "what comes of it is an event"),
        (
            "house",
            "outside every run; its names are those of the news",
        ),
    ];

    #[test]
    fn every_event_is_told_or_there_is_a_reason_why_not() {
        let code = include_str!("../run/event.rs");
        let known: BTreeSet<&str> = code
            .lines()
            .filter_map(|line| {
                let (left, name) = line.trim().split_once("} => \"")?;
                left.starts_with("Self::")
                    .then(|| name.trim_end_matches("\","))
            })
            .collect();
        assert!(known.len() > 60, "{known:?}");
        let told: BTreeSet<&str> = names().into_iter().collect();
        assert_eq!(told.len(), EVENTS.len(), "each once");
        let not: BTreeSet<&str> = NOT_TOLD.iter().map(|(name, _)| *name).collect();
        assert!(told.is_disjoint(&not));
        let decided: BTreeSet<&str> = told.union(&not).copied().collect();
        let open: Vec<_> = known.difference(&decided).collect();
        assert!(open.is_empty(), "told to programs, or not? {open:?}");
        let gone: Vec<_> = told.difference(&known).collect();
        assert!(gone.is_empty(), "no such event: {gone:?}");
    }

    #[test]
    fn nothing_that_is_personal_in_the_log_is_told() {
        for (event, fields) in EVENTS {
            for field in fields {
                let pointer = match field {
                    Plain(name) | When(name) | Who(name) => format!("/{name}"),
                    At(_, pointer) | WhoAt(_, pointer) => (*pointer).to_owned(),
                };
                let mut value = Value::String("words".to_owned());
                for step in pointer.rsplit('/').filter(|step| !step.is_empty()) {
                    value = json!({ step: value });
                }
                value["event"] = json!(event);
                let taken = chain::mask(&mut value, &[0; 32]);
                assert!(taken.is_empty(), "{event}: {pointer} is personal");
            }
        }
    }
}
