//! What can happen to a run: the events its log is made of.

use serde::{Deserialize, Serialize};

use super::Draft;
use super::alarm::{Move, Next, Through, Why};
use crate::domain::evidence::Evidence;
use crate::domain::facts::FactValue;
use crate::domain::playbook::Aim;
use crate::domain::time::Timestamp;

/// What happened, in the past tense. The log of a run holds nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The first event of every run.
    RunStarted {
        playbook: String,
        watch: String,
        level: String,
        cause: Cause,
        offers: Vec<String>,
    },
    /// A trigger fired while the run was open.
    TriggerFired {
        playbook: String,
        trigger: String,
        level: String,
        evidence: Evidence,
    },
    LevelRaised {
        from: String,
        to: String,
        because: String,
    },
    PhaseOpened {
        phase: Aim,
    },
    TaskOpened {
        task: String,
        role: String,
        due_at: Option<Timestamp>,
    },
    /// A deadline passed; logged late when we were down at that moment.
    TaskDue {
        task: String,
        role: String,
        due_at: Timestamp,
        /// Whether that was well before it was noticed.
        #[serde(default)]
        late: bool,
    },
    /// A step of the alert is taken for roles that have no answer. An answer
    /// they had before is no longer one.
    AlertStep {
        level: String,
        round: u32,
        /// From 1.
        step: u32,
        /// From 1.
        times: u32,
        roles: Vec<String>,
        why: Why,
        since: Timestamp,
        next: Option<Next>,
    },
    /// A step reaches nobody, and the next one goes at once.
    StepSkipped {
        step: u32,
        roles: Vec<String>,
        because: String,
    },
    /// The moment of some roles has come; late when we were down.
    AlarmDue {
        what: Move,
        roles: Vec<String>,
        due_at: Timestamp,
        /// Whether that was well before it was noticed.
        #[serde(default)]
        late: bool,
    },
    /// The last step is used up.
    NobodyAnswers {
        roles: Vec<String>,
        start_over_at: Timestamp,
    },
    /// Roles were resolved to a person, and one alert for them was recorded.
    #[serde(rename = "alert")]
    Alerted {
        effect: String,
        level: String,
        roles: Vec<String>,
        person: String,
        must_answer: bool,
        /// Roles of the alarm that an answer to it takes care of.
        #[serde(default)]
        covers: Vec<String>,
    },
    /// Somebody takes care of roles from now on; of none when others already
    /// did. Without a deed it goes stale at `stale_at`.
    Answered {
        person: String,
        roles: Vec<String>,
        through: Through,
        /// Who said so: the person, or a user of the system on their behalf.
        by: String,
        stale_at: Timestamp,
    },
    /// Somebody cannot, now or any longer.
    PassedOn {
        person: String,
        roles: Vec<String>,
        through: Through,
        by: String,
    },
    /// An answer was not given by the person it was counted for. Links in what
    /// they were sent until now do not work any more.
    AnswerUndone {
        person: String,
        roles: Vec<String>,
        through: Through,
        by: String,
    },
    /// Who answered for these roles, or a colleague, did something: the answer
    /// does not go stale.
    AtWork {
        roles: Vec<String>,
        by: String,
    },
    /// What was sent to a person came back, or they are away.
    Unreachable {
        person: String,
        because: String,
    },
    /// People of the team were told something that asks for no answer.
    Informed {
        effect: String,
        person: String,
        about: String,
    },
    Noted {
        by: String,
        text: String,
    },
    /// An alert waits, because the person got so many lately.
    HeldBack {
        person: String,
        level: String,
        roles: Vec<String>,
        covers: Vec<String>,
        must_answer: bool,
        why: Why,
        until: Timestamp,
        because: String,
    },
    /// There is room for an alert that waited.
    HoldEnded {
        person: String,
        due_at: Timestamp,
        #[serde(default)]
        late: bool,
    },
    /// Somebody who should have been told was not, and why.
    NotTold {
        role: String,
        because: String,
    },
    FactSet {
        fact: String,
        value: FactValue,
        by: String,
    },
    DraftRendered {
        draft: Draft,
    },
    /// A template failed; the alert goes out without the draft.
    DraftFailed {
        message: String,
        channel: String,
        language: String,
        because: String,
    },
    /// A server accepted the mail (or the folder took it).
    Delivered {
        effect: String,
        person: String,
        channel: String,
    },
    /// One try failed; `for_good` when there will be no other.
    DeliveryFailed {
        effect: String,
        person: String,
        channel: String,
        because: String,
        for_good: bool,
    },
    /// Somebody who runs the program was told of a fault.
    OperatorTold {
        effect: String,
        person: String,
        what: String,
    },
    /// Alerts wait and none of any run got through since then. Channels that
    /// work say so: `by`, none when there is no other.
    NothingDelivered {
        since: Timestamp,
        failing: Vec<String>,
        by: Vec<String>,
    },
    /// Alerts get through again.
    DeliveringAgain {
        since: Timestamp,
        by: Vec<String>,
    },
    /// A mail template failed; plain words with the raw facts went out instead.
    PlainMailSent {
        effect: String,
        because: String,
    },
    /// From now on another playbook and other templates hold for the run.
    Upgraded {
        /// Of what is pinned from now on.
        hash: String,
        /// From what was pinned until now.
        differences: Vec<String>,
        by: String,
    },
    RunClosed {
        by: String,
        reason: String,
    },
}

impl Event {
    /// The name of the event in logs and backtests.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RunStarted { .. } => "run_started",
            Self::TriggerFired { .. } => "trigger_fired",
            Self::LevelRaised { .. } => "level_raised",
            Self::PhaseOpened { .. } => "phase_opened",
            Self::TaskOpened { .. } => "task_opened",
            Self::TaskDue { .. } => "task_due",
            Self::AlertStep { .. } => "alert_step",
            Self::StepSkipped { .. } => "step_skipped",
            Self::AlarmDue { .. } => "alarm_due",
            Self::NobodyAnswers { .. } => "nobody_answers",
            Self::Alerted { .. } => "alert",
            Self::Answered { .. } => "answered",
            Self::PassedOn { .. } => "passed_on",
            Self::AnswerUndone { .. } => "answer_undone",
            Self::AtWork { .. } => "at_work",
            Self::Unreachable { .. } => "unreachable",
            Self::Informed { .. } => "informed",
            Self::Noted { .. } => "noted",
            Self::HeldBack { .. } => "held_back",
            Self::HoldEnded { .. } => "hold_ended",
            Self::NotTold { .. } => "not_told",
            Self::FactSet { .. } => "fact_set",
            Self::DraftRendered { .. } => "draft_rendered",
            Self::DraftFailed { .. } => "draft_failed",
            Self::Delivered { .. } => "delivered",
            Self::DeliveryFailed { .. } => "delivery_failed",
            Self::OperatorTold { .. } => "operator_told",
            Self::NothingDelivered { .. } => "nothing_delivered",
            Self::DeliveringAgain { .. } => "delivering_again",
            Self::PlainMailSent { .. } => "plain_mail_sent",
            Self::Upgraded { .. } => "upgraded",
            Self::RunClosed { .. } => "run_closed",
        }
    }
}

/// Why a run started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    Trigger {
        trigger: String,
        evidence: Box<Evidence>,
    },
    ByHand {
        by: String,
        reason: String,
    },
}
