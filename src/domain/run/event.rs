//! What can happen to a run: the events its log is made of.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::alarm::{Move, Next, Through, Why};
use super::asked::Telling;
use super::draft::Corrects;
use super::ending::Outcome;
use super::impact::{Compared, PublicEffect};
use super::lesson::Owner;
use super::statement::Posted;
use super::{Draft, RunId};
use crate::domain::answering::CaseKind;
use crate::domain::answering::tree::{Given, Step, Verdict};
use crate::domain::environment::{Analysis, Status};
use crate::domain::evidence::Evidence;
use crate::domain::facts::FactValue;
use crate::domain::house::House;
use crate::domain::mention::Platform;
use crate::domain::picture::Picture;
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
        /// Only the draft that alerts show is rendered with it; the others are when
        /// they are due, so that no alert waits for them. Older programs rendered
        /// all of them at once.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        drafts_follow: bool,
    },
    /// A trigger fired while the run was open.
    TriggerFired {
        playbook: String,
        trigger: String,
        level: String,
        evidence: Box<Evidence>,
    },
    /// By a trigger, or by a person.
    LevelRaised {
        from: String,
        to: String,
        because: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Always by a person.
    LevelLowered {
        from: String,
        to: String,
        by: String,
        reason: String,
    },
    /// By its condition, or by a person with a reason.
    PhaseOpened {
        phase: Aim,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A task is handed out, or comes back.
    TaskOpened {
        task: String,
        role: String,
        due_at: Option<Timestamp>,
        /// From 1.
        #[serde(default = "first_turn")]
        turn: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case: Option<String>,
    },
    /// The same for a message: from now on it should be published.
    MessageCalled {
        message: String,
        role: String,
        due_at: Option<Timestamp>,
        #[serde(default = "first_turn")]
        turn: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case: Option<String>,
    },
    /// A person made a task that is not in the playbook.
    TaskAdded {
        task: String,
        title: String,
        role: String,
        person: Option<String>,
        due_at: Option<Timestamp>,
        by: String,
    },
    /// What the deadline hangs on became known, or changed.
    DueChanged {
        item: String,
        due_at: Option<Timestamp>,
    },
    TaskDone {
        task: String,
        by: String,
    },
    /// A task or message is left out.
    Skipped {
        item: String,
        by: String,
        reason: String,
    },
    /// A task was not done after all, or what was left out is to be done.
    TaskReopened {
        item: String,
        by: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A task or message is one person's now.
    Assigned {
        item: String,
        person: String,
        by: String,
    },
    /// A question was answered, or its default counts.
    Decided {
        task: String,
        option: String,
        /// Empty for a default.
        by: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(default)]
        is_default: bool,
    },
    /// The moment came to remind people of tasks and messages, or of their
    /// being overdue.
    ErrandDue {
        about: About,
        items: Vec<String>,
        due_at: Timestamp,
        #[serde(default)]
        late: bool,
    },
    /// The answer to a question that people will ask.
    QuestionAnswered {
        question: String,
        text: String,
        by: String,
        /// Who said it, where we have it from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
    },
    /// Somebody's complaint or question that is followed by itself.
    CaseOpened {
        /// Counted from 1, as text.
        case: String,
        name: String,
        platform: Platform,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        by: String,
        /// What they come with; a complaint in old logs.
        #[serde(default)]
        kind: CaseKind,
        /// What their words looked like; `None` when nobody had their words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signs: Option<Vec<Step>>,
    },
    /// One person of a role released drafts, each as it is now.
    Approved {
        message: String,
        drafts: Vec<String>,
        role: String,
        by: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// SHA-256 of each text, in the order of `drafts`; empty in old logs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        hashes: Vec<String>,
    },
    /// Who approved took it back before it counted.
    ApprovalWithdrawn {
        drafts: Vec<String>,
        by: String,
    },
    /// Texts that were approved are others now: by a change of these facts, or
    /// because somebody wrote in them.
    ApprovalLapsed {
        drafts: Vec<String>,
        /// Who had approved one of them.
        approvers: Vec<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        facts: Vec<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// A person releases texts that review does not let through.
    ReviewOverridden {
        message: String,
        drafts: Vec<String>,
        /// The rules that block, each once.
        rules: Vec<String>,
        by: String,
        reason: String,
    },
    /// In doubt: these wait. An approval they had does not count any more.
    DraftsHeld {
        drafts: Vec<String>,
        by: String,
        reason: String,
    },
    /// A partner agreed to a message; a person says so.
    Agreed {
        message: String,
        partner: String,
        by: String,
    },
    /// A person says that they published a message.
    Published {
        message: String,
        /// Whose message it is.
        role: String,
        drafts: Vec<String>,
        by: String,
        /// Whether only our own people read it: then it promises nothing to the
        /// public, and what the public says is no effect of it.
        #[serde(default)]
        is_internal: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
        /// The next update that it promises.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        promise: Option<Timestamp>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What was posted exactly; empty in old logs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        posted: Vec<Posted>,
        /// When it went out, where that was before it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        went_out_at: Option<Timestamp>,
        /// Released by the role alone, because the playbook approved it before.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_preapproved: bool,
        /// What it puts right or takes back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        corrects: Option<Corrects>,
    },
    /// A promised update is near.
    PromiseDue {
        promised_at: Timestamp,
        due_at: Timestamp,
        #[serde(default)]
        late: bool,
    },
    PromiseKept {
        promised_at: Timestamp,
    },
    PromiseBroken {
        promised_at: Timestamp,
    },
    /// What a publication did, from the mentions in the hour before and after.
    EffectMeasured {
        message: String,
        published_at: Timestamp,
        before: u64,
        after: u64,
        effect: PublicEffect,
        /// How many of them were negative, of those that could be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        negative: Option<Compared>,
        /// How many of them asked for information.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        questions: Option<Compared>,
        /// Mentions in the hour after that repeat our own words, and are in none of
        /// these numbers.
        #[serde(default, skip_serializing_if = "is_zero")]
        echo: u64,
    },
    /// A condition that must last holds; it counts at `until`. `what` is
    /// `stand_down` or the name of a phase.
    ConditionHolds {
        what: String,
        until: Timestamp,
    },
    ConditionEnded {
        what: String,
    },
    StandDownProposed {
        because: String,
    },
    /// A person decided that it is too early.
    StandDownPutOff {
        by: String,
        reason: String,
    },
    /// An entry of the stand-down's checklist.
    Ticked {
        entry: String,
        by: String,
    },
    /// The storm is over; aftercare begins.
    StoodDown {
        by: String,
        reason: String,
    },
    RunReopened {
        by: String,
        reason: String,
    },
    /// Another run goes on as part of this one, and so does its watch.
    MergedIn {
        run: RunId,
        playbook: String,
        watch: String,
        by: String,
        /// Titles of what was open there.
        open: Vec<String>,
    },
    SourceBlind {
        source: String,
        because: String,
    },
    SourceSees {
        source: String,
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
    /// The same for a message.
    MessageDue {
        message: String,
        role: String,
        due_at: Timestamp,
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
    /// Somebody was told something that asks for no answer.
    Informed {
        effect: String,
        person: String,
        about: About,
        /// The tasks and messages it is about.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        items: Vec<String>,
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
        /// Who said it, where we have it from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
        /// When it was so, if that is not now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        as_of: Option<Timestamp>,
    },
    /// The drafts that follow the alert are rendered.
    DraftsDue {
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
    },
    DraftRendered {
        draft: Draft,
    },
    /// A person wrote a version of a draft, or made one.
    DraftEdited {
        draft: Draft,
    },
    /// A person put an image to a draft, or gave one it has other words: a version
    /// of the draft.
    ImageAttached {
        draft: Draft,
        image: Picture,
    },
    /// A person took one off.
    ImageRemoved {
        draft: Draft,
        image: Picture,
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
    /// The operators hear that a source is blind or sees again; outside every run.
    BlindnessTold {
        source: String,
        is_blind: bool,
        /// Whether anybody was there to hear it.
        is_reached: bool,
    },
    /// News of the program and its files, outside every run.
    House {
        news: House,
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
        #[serde(default)]
        outcome: Outcome,
    },
    /// What people need, out of what they say; by the playbook, or by hand.
    SituationMade {
        analysis: Box<Analysis>,
        /// The task that it lies ready with.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// A person says what is known of a rumour.
    RumourJudged {
        rumour: u32,
        status: Status,
        reason: String,
        by: String,
    },
    /// What to do otherwise next time, also after the run is closed.
    LessonNoted {
        /// Counted from 1, as text.
        lesson: String,
        text: String,
        owner: Owner,
        due: NaiveDate,
        by: String,
    },
    /// A lesson was seen to.
    LessonClosed {
        lesson: String,
        how: String,
        by: String,
    },
    /// People ask something that the playbook does not list.
    QuestionAdded {
        question: String,
        ask: String,
        role: String,
        goal: Aim,
        /// Where it comes from, such as the telephone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
        by: String,
    },
    /// From now on people may be told this answer, as it is.
    AnswerApproved {
        question: String,
        role: String,
        by: String,
        /// Then it is to be looked at again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        valid_until: Option<Timestamp>,
    },
    /// Nobody may be told this answer any more.
    AnswerWithdrawn {
        question: String,
        by: String,
        reason: String,
    },
    /// Whether and how somebody is responded to.
    CaseDecided {
        case: String,
        verdict: Verdict,
        /// Where the program came out.
        proposed: Verdict,
        /// What was said to each step that was reached.
        steps: Vec<(Step, Given)>,
        by: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// "We find out, and are back at 14:30."
        #[serde(default, skip_serializing_if = "Option::is_none")]
        back_at: Option<Timestamp>,
    },
    /// Nothing is left to do for somebody.
    CaseClosed {
        case: String,
        /// What they were told came of it; `None` where nothing had to be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        told: Option<Telling>,
        by: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Something is left to do for somebody after all: closed by mistake, or they came
    /// back.
    CaseReopened {
        case: String,
        by: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks it")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

fn first_turn() -> u32 {
    1
}

/// What people are told beside alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// Somebody answered an alert.
    Answered,
    /// A quarter of the time is left.
    Reminder,
    /// A deadline passed: to the role.
    Overdue,
    /// It passed a while ago: to the owner of the playbook.
    OverdueForOwner,
    /// It was handed over to them.
    Assigned,
    /// A promised update is near, or was not given.
    Promise,
    /// Scaling down is proposed.
    StandDown,
    /// What they approved is another text now.
    Lapsed,
    /// Somebody released what review does not let through.
    Overridden,
    /// What we published made it busier.
    Amplified,
    /// An answer that people are told is older than it may be.
    Stale,
    /// The moment at which somebody would hear from us.
    Back,
}

impl Event {
    /// Whether a condition about the run may be judged otherwise after it. News
    /// of mail and notes of what was told are not such.
    pub fn changes_the_run(&self) -> bool {
        !matches!(
            self,
            Self::Delivered { .. }
                | Self::DeliveryFailed { .. }
                | Self::PlainMailSent { .. }
                | Self::Alerted { .. }
                | Self::Informed { .. }
                | Self::HeldBack { .. }
                | Self::HoldEnded { .. }
                | Self::NotTold { .. }
                | Self::AlertStep { .. }
                | Self::AlarmDue { .. }
                | Self::StepSkipped { .. }
                | Self::OperatorTold { .. }
                | Self::BlindnessTold { .. }
                | Self::House { .. }
                | Self::NothingDelivered { .. }
                | Self::DeliveringAgain { .. }
                | Self::DraftsDue { .. }
                | Self::DraftRendered { .. }
                | Self::DraftEdited { .. }
                | Self::ImageAttached { .. }
                | Self::ImageRemoved { .. }
                | Self::SituationMade { .. }
                | Self::RumourJudged { .. }
                | Self::LessonNoted { .. }
                | Self::LessonClosed { .. }
        )
    }

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
            Self::DraftsDue { .. } => "drafts_due",
            Self::DraftRendered { .. } => "draft_rendered",
            Self::DraftEdited { .. } => "draft_edited",
            Self::ImageAttached { .. } => "image_attached",
            Self::ImageRemoved { .. } => "image_removed",
            Self::ApprovalWithdrawn { .. } => "approval_withdrawn",
            Self::ApprovalLapsed { .. } => "approval_lapsed",
            Self::ReviewOverridden { .. } => "review_overridden",
            Self::DraftFailed { .. } => "draft_failed",
            Self::Delivered { .. } => "delivered",
            Self::DeliveryFailed { .. } => "delivery_failed",
            Self::OperatorTold { .. } => "operator_told",
            Self::BlindnessTold { .. } => "blindness_told",
            Self::House { news } => news.name(),
            Self::NothingDelivered { .. } => "nothing_delivered",
            Self::DeliveringAgain { .. } => "delivering_again",
            Self::PlainMailSent { .. } => "plain_mail_sent",
            Self::LevelLowered { .. } => "level_lowered",
            Self::MessageCalled { .. } => "message_called",
            Self::TaskAdded { .. } => "task_added",
            Self::DueChanged { .. } => "due_changed",
            Self::TaskDone { .. } => "task_done",
            Self::Skipped { .. } => "skipped",
            Self::TaskReopened { .. } => "task_reopened",
            Self::Assigned { .. } => "assigned",
            Self::Decided { .. } => "decided",
            Self::ErrandDue { .. } => "errand_due",
            Self::QuestionAnswered { .. } => "question_answered",
            Self::CaseOpened { .. } => "case_opened",
            Self::Approved { .. } => "approved",
            Self::DraftsHeld { .. } => "drafts_held",
            Self::Agreed { .. } => "agreed",
            Self::Published { .. } => "published",
            Self::PromiseDue { .. } => "promise_due",
            Self::PromiseKept { .. } => "promise_kept",
            Self::PromiseBroken { .. } => "promise_broken",
            Self::EffectMeasured { .. } => "effect_measured",
            Self::ConditionHolds { .. } => "condition_holds",
            Self::ConditionEnded { .. } => "condition_ended",
            Self::StandDownProposed { .. } => "stand_down_proposed",
            Self::StandDownPutOff { .. } => "stand_down_put_off",
            Self::Ticked { .. } => "ticked",
            Self::StoodDown { .. } => "stood_down",
            Self::RunReopened { .. } => "run_reopened",
            Self::MergedIn { .. } => "merged_in",
            Self::SourceBlind { .. } => "source_blind",
            Self::SourceSees { .. } => "source_sees",
            Self::MessageDue { .. } => "message_due",
            Self::Upgraded { .. } => "upgraded",
            Self::RunClosed { .. } => "run_closed",
            Self::SituationMade { .. } => "situation_made",
            Self::RumourJudged { .. } => "rumour_judged",
            Self::LessonNoted { .. } => "lesson_noted",
            Self::LessonClosed { .. } => "lesson_closed",
            Self::QuestionAdded { .. } => "question_added",
            Self::AnswerApproved { .. } => "answer_approved",
            Self::AnswerWithdrawn { .. } => "answer_withdrawn",
            Self::CaseDecided { .. } => "case_decided",
            Self::CaseClosed { .. } => "case_closed",
            Self::CaseReopened { .. } => "case_reopened",
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
