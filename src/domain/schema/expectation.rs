//! The keys of what must come of a story, and of what may never.

use super::organisation::ROLE;
use super::takes::{Names, Takes};
use super::work::{FACTS, ITEMS};
use super::{Key, Map, key, map};
use crate::domain::playbook::Aim;

use Takes::{Choice, Duration, In, Line, List, Made, Name, Named, Number, Text};

const MESSAGES: Takes = List(&Name("message"));

fn aims() -> Vec<&'static str> {
    Aim::ALL.map(Aim::name).to_vec()
}

const TRIGGER: Key = key("trigger", Name("trigger"), "this trigger fires");
const RUN: Key = key(
    "run",
    Choice(&["started", "closed"]),
    "the run starts, or is closed",
);
const LEVEL: Key = key("level", Name("level"), "this level is reached");
const PHASE: Key = key("phase", Made(aims), "this phase opens");
const TOLD: Key = key("told", In("told"), "somebody is told");
const ANSWERED: Key = key("answered", ROLE, "somebody answers for this role");
const DRAFTED: Key = key("drafted", MESSAGES, "drafts of these are ready");
const APPROVED: Key = key("approved", MESSAGES, "these are approved");
const DONE: Key = key("done", ITEMS, "these tasks are done, or messages published");
const OVERDUE: Key = key("overdue", ITEMS, "these are overdue");
const KNOWN: Key = key("known", FACTS, "these facts have a value");
const DECIDED: Key = key(
    "decided",
    Named(Names::Of("task"), &List(&Name("option"))),
    "the answer is one of these",
);
const STAND_DOWN: Key = key(
    "stand_down",
    Choice(&["proposed", "decided"]),
    "the stand-down is proposed, or decided",
);
const PROMISE: Key = key(
    "promise",
    Choice(&["kept", "broken"]),
    "a promised update comes, or does not",
);
const BLIND: Key = key("blind", Name("source"), "this source goes blind");
const OVERRIDDEN: Key = key(
    "overridden",
    Line,
    "what this rule of review blocks is released with a reason",
);
const REPLIED_TO: Key = key("replied_to", Line, "we reply to this persona");

/// What can be expected, exactly one.
const EXPECTATIONS: &[&str] = &crate::domain::parse::EXPECTATIONS;

pub(super) static EXPECTATION: Map = map(
    "expectation",
    "an expectation",
    &[
        key("before", Duration, "the latest moment").without_it("before the end"),
        key("after", Duration, "the earliest moment").or("0m"),
        key("points", Number(0), "what it is worth in the score of a drill").or("1"),
        key("because", Text, "why it is expected"),
        TRIGGER,
        RUN,
        LEVEL,
        PHASE,
        TOLD,
        ANSWERED,
        DRAFTED,
        APPROVED,
        DONE,
        OVERDUE,
        KNOWN,
        DECIDED,
        STAND_DOWN,
        PROMISE,
        BLIND,
        OVERRIDDEN,
        REPLIED_TO,
    ],
)
.at("expect.[]")
.one_of(EXPECTATIONS)
.example(
    r#"expect:
  - { before: 20m, trigger: talk }
  - { before: 20m, run: started, points: 5, because: "dan is er nog tijd" }
  - { before: 1h, level: attention }
  - { before: 1h, phase: information }
  - { before: 1h, after: 10m, told: { who: marieke, through: mail, says: ["fontein"], lacks: ["brand"] } }
  - { before: 1h, answered: communications_lead }
  - { before: 1h, drafted: [fountain-holding] }
  - { before: 2h, approved: [fountain-holding] }
  - { before: 2h, done: [find-leak] }
  - { overdue: [open-line] }
  - { known: [where] }
  - { decided: { close-entrance: [close] } }
  - { stand_down: proposed }
  - { promise: kept }
  - { blind: suite }
  - { overridden: readability }
  - { replied_to: anna }
"#,
);

pub(super) static NEVER_MAP: Map = map(
    "never",
    "what may never come about",
    &[
        TRIGGER, RUN, LEVEL, PHASE, TOLD, ANSWERED, DRAFTED, APPROVED, DONE, OVERDUE, KNOWN,
        DECIDED, STAND_DOWN, PROMISE, BLIND, OVERRIDDEN, REPLIED_TO,
    ],
)
.at("never.[]")
.one_of(EXPECTATIONS)
.example(
    r#"never:
  - { trigger: talk }
  - { run: closed }
  - { level: crisis }
  - { phase: meaning_making }
  - { told: { who: bram, says: ["brand"] } }
  - { answered: ict_lead }
  - { drafted: [fountain-thanks] }
  - { approved: [fountain-thanks] }
  - { done: [call-back] }
  - { overdue: [find-leak] }
  - { known: [injured] }
  - { decided: { close-entrance: [wait] } }
  - { stand_down: decided }
  - { promise: broken }
  - { blind: courant }
  - { overridden: gap }
  - { replied_to: anna }
"#,
);

pub(super) static TOLD_MAP: Map = map(
    "told",
    "who is told",
    &[
        key("who", Name("person"), "the person").needed(),
        key("through", Name("way"), "`mail`, or the name of a webhook").without_it("any way"),
        key("says", List(&Line), "words that are in it"),
        key("lacks", List(&Line), "words that are not"),
    ],
)
.at("expect.[].told, never.[].told");
