//! Everything that may be asked, as it goes over the socket.

use serde::{Deserialize, Serialize};

use crate::domain::answering::CaseKind;
use crate::domain::forgetting::Selection;
use crate::domain::mention::Platform;
use crate::domain::password::Password;
use crate::domain::quality::Correction;
use crate::domain::reading::Reading;
use crate::domain::run::RunId;
use crate::domain::step::acts::Act;
use crate::domain::step::answers::Reply;
use crate::domain::text::Language;
use crate::engine::drafting::FactAnswer;
use crate::engine::history::Piece;
use crate::engine::mentions::Wanted;
use crate::engine::reporting::Form;
use crate::notify::inbox::Verdict;

/// A question or a command. Runs not named mean the only open one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    Status,
    /// The files of the organisation are to be read again.
    Reload,
    /// People are to be asked whether they get alerts; all when nobody is named.
    RollCall {
        to: Vec<String>,
        deadline_seconds: u64,
        each_way: bool,
    },
    /// How the last roll call went.
    RollCallStatus,
    /// Somebody gets alerts; who asks, when nobody is named.
    RollCallAnswer {
        person: Option<String>,
    },
    Runs,
    /// `language`: of the sentences; `None` is the organisation's.
    /// `quotes`: with what strangers wrote, for who may read it.
    Run {
        run: Option<RunId>,
        #[serde(default)]
        language: Option<Language>,
        #[serde(default)]
        quotes: bool,
    },
    /// A run for who works in it: without the texts of its drafts and the events
    /// of its log.
    Work {
        run: Option<RunId>,
        #[serde(default)]
        language: Option<Language>,
    },
    Drafts {
        run: Option<RunId>,
    },
    /// `version`: an earlier one.
    Draft {
        run: Option<RunId>,
        draft: String,
        #[serde(default)]
        version: Option<u32>,
    },
    /// Its versions: when, who, why.
    DraftHistory {
        run: Option<RunId>,
        draft: String,
    },
    /// What changed from one version to another; without them: the last change.
    DraftDiff {
        run: Option<RunId>,
        draft: String,
        from: Option<u32>,
        to: Option<u32>,
    },
    /// A publication of a while ago: `at` as a person typed it.
    PublishedAt {
        run: Option<RunId>,
        act: Act,
        at: String,
    },
    /// A decision that promises somebody to be back: `at` as a person typed it.
    PromisedBack {
        run: Option<RunId>,
        act: Act,
        at: String,
    },
    /// An image for a draft: the name of the file, its bytes in base64, and what
    /// it shows, by language.
    Attach {
        run: Option<RunId>,
        draft: String,
        file: String,
        bytes: String,
        alt: Vec<(Option<String>, String)>,
    },
    Facts {
        run: Option<RunId>,
    },
    SetFact {
        run: Option<RunId>,
        fact: String,
        value: Vec<String>,
        /// Who said it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
        /// When it was so, as it was typed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        as_of: Option<String>,
    },
    /// Several answers at once; one that somebody else gave meanwhile is not
    /// written over.
    AnswerFacts {
        run: Option<RunId>,
        answers: Vec<FactAnswer>,
    },
    /// A draft as it would be with these facts, as they were typed, and with this
    /// text when somebody writes one. Nothing is stored.
    PreviewDraft {
        run: Option<RunId>,
        draft: String,
        facts: Vec<(String, Vec<String>)>,
        text: Option<String>,
    },
    /// A text for a draft, made from the version `base`. When that changed
    /// meanwhile nothing is saved, and the answer has both.
    WriteDraft {
        run: Option<RunId>,
        draft: String,
        base: u32,
        text: String,
    },
    StartRun {
        playbook: String,
        level: Option<String>,
        /// Name and what was typed for it.
        #[serde(default)]
        facts: Vec<(String, String)>,
        reason: String,
    },
    /// What a person does to a run.
    Act {
        run: Option<RunId>,
        act: Act,
    },
    /// The after-action report of a run.
    Report {
        run: Option<RunId>,
        #[serde(default)]
        language: Option<Language>,
        form: Form,
    },
    /// The latest environment analysis of a run, or a new one.
    Situation {
        run: Option<RunId>,
        #[serde(default)]
        make: bool,
        #[serde(default)]
        language: Option<Language>,
    },
    /// What was learnt in all runs: what is open, or all of it.
    Lessons {
        all: bool,
    },
    Merge {
        run: RunId,
        into: RunId,
        reason: String,
    },
    /// Whether the logs are what was once written; all when no run is named.
    VerifyRuns {
        run: Option<RunId>,
        /// From a mail: where did it stand?
        head: Option<String>,
    },
    /// How a run's playbook differs from the one in force; `apply` moves it over.
    UpgradeRun {
        run: RunId,
        apply: bool,
    },
    /// A case of who wrote a mention that is in the store.
    CaseOf {
        run: Option<RunId>,
        mention: String,
        platform: Option<Platform>,
        /// What they come with; what their words look like when it is not said.
        #[serde(default)]
        kind: Option<CaseKind>,
    },
    /// Questions that many people ask, in mentions of a run, for who may read them;
    /// that is recorded.
    Recurring {
        run: Option<RunId>,
        /// From so many different people on.
        least: usize,
    },
    /// People who praise us and were not thanked, for who may read it; that is
    /// recorded.
    Compliments {
        run: Option<RunId>,
    },
    /// What somebody says to an alert, or notes; for themselves when no person
    /// is named.
    Reply {
        run: Option<RunId>,
        person: Option<String>,
        reply: Reply,
    },
    /// The same as somebody of the team: one machine plays several people. Only
    /// in a drill; nobody really acts as another.
    As {
        person: String,
        request: Box<Request>,
    },
    /// How far the import of a file is.
    ImportState {
        digest: String,
    },
    /// More of a file of history.
    Import {
        piece: Piece,
    },
    /// Mentions and their quotes are to be forgotten; without `apply`: how many.
    Forget {
        selection: Selection,
        apply: bool,
    },
    /// Everything at a glance.
    Overview,
    /// The last hours of a watch against its usual.
    Curve {
        watch: String,
        hours: u32,
    },
    /// Who is on duty in the next days.
    Duty {
        days: u32,
    },
    /// What each playbook takes to be started by hand.
    Startable,
    /// The drills that were held.
    Drills,
    /// The latest mentions of a watch, for who may read them.
    Latest {
        watch: String,
        limit: usize,
    },
    /// A link that lets somebody of the team in to the pages, once.
    EntryLink {
        person: String,
    },
    /// Who is on duty now.
    DutyNow,
    /// A token for a program of somebody's.
    TokenMake {
        person: String,
        name: String,
        look_only: bool,
    },
    Tokens,
    TokenRevoke {
        person: String,
        name: String,
    },
    /// Who may get in to the pages, who has a password, who is in.
    Accounts,
    /// Somebody gets a password. `is_new`: refused when they have one.
    SetPassword {
        person: String,
        password: Password,
        is_new: bool,
    },
    /// Somebody has no password any more, and is out.
    RemoveAccount {
        person: String,
    },
    /// All browsers of somebody are out.
    PutOut {
        person: String,
    },
    /// Who got in and out, the latest first.
    EntryLog {
        limit: usize,
    },
    /// Somebody is about to be shown what strangers wrote.
    Reading {
        reading: Reading,
    },
    /// What people say that a run is about, for who may read it; that is recorded.
    Mentions {
        run: Option<RunId>,
        #[serde(default)]
        wanted: Wanted,
    },
    /// What a mention was read as; or what a person says it is.
    Label {
        id: String,
        platform: Option<Platform>,
        #[serde(default)]
        correction: Correction,
    },
    /// A mail reached us; this is what it was taken for.
    Received {
        verdict: Verdict,
    },
}

impl Request {
    /// Whether it is recorded who saw the answer: what strangers wrote, and reports.
    pub fn reads_mentions(&self) -> bool {
        matches!(
            self,
            Self::Reading { .. }
                | Self::Mentions { .. }
                | Self::Latest { .. }
                | Self::Label { .. }
                | Self::Report { .. }
                | Self::Situation { .. }
                | Self::Recurring { .. }
                | Self::Compliments { .. }
                | Self::Run { quotes: true, .. }
        )
    }
}
