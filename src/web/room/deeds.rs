//! What people can do on the pages, and by the JSON interface: one table for both,
//! and for what describes the interface. A deed says which right it takes and
//! which fields, and makes a request of the command line's list.

use std::time::Duration;

use crate::domain::access::Right;
use crate::domain::answering::CaseKind;
use crate::domain::answering::tree::{Given as Said, Step, Verdict};
use crate::domain::environment::Status;
use crate::domain::mention::Platform;
use crate::domain::playbook::Aim;
use crate::domain::run::RunId;
use crate::domain::run::ending::Outcome;
use crate::domain::step::acts::Act;
use crate::domain::step::answers::Reply;
use crate::domain::time::parse_duration;
use crate::engine::request::Request;

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name in the playbook or the organisation.
    Name,
    /// A line or more of text.
    Text,
    /// A whole number.
    Number,
    /// Such as `30m`.
    Duration,
    /// As people write it, such as `14:30`, or RFC 3339.
    Moment,
    /// `yes` or `no`.
    YesNo,
    /// One of these.
    Choice(&'static [&'static str]),
    /// Several names or texts.
    Several,
}

#[derive(Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub is_needed: bool,
    pub about: &'static str,
}

/// Something that can be done.
#[derive(Debug)]
pub struct Deed {
    /// As it stands in an address.
    pub name: &'static str,
    pub right: Right,
    /// Whether it is done to a run.
    pub is_of_run: bool,
    pub about: &'static str,
    pub fields: &'static [Field],
    make: fn(&Given) -> Result<Request, Wrong>,
}

/// A field that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub field: &'static str,
    pub because: Because,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    Missing,
    Unreadable,
}

/// What somebody filled in.
#[derive(Debug)]
struct Given<'a> {
    run: Option<RunId>,
    fields: &'a [(String, String)],
}

impl Given<'_> {
    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let filled = self.fields.iter().filter(move |(one, _)| one == name);
        filled.map(|(_, value)| value.as_str())
    }

    /// What is left empty is not given.
    fn maybe(&self, name: &str) -> Option<String> {
        let value = self
            .all(name)
            .map(str::trim)
            .find(|value| !value.is_empty());
        value.map(str::to_owned)
    }

    fn text(&self, field: &'static str) -> Result<String, Wrong> {
        self.maybe(field).ok_or(Wrong {
            field,
            because: Because::Missing,
        })
    }

    fn read<T>(
        &self,
        field: &'static str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Wrong> {
        let unreadable = Wrong {
            field,
            because: Because::Unreadable,
        };
        let value = self.maybe(field);
        value
            .map(|value| read(&value).ok_or(unreadable))
            .transpose()
    }

    fn needed<T>(&self, field: &'static str, read: impl Fn(&str) -> Option<T>) -> Result<T, Wrong> {
        self.read(field, read)?.ok_or(Wrong {
            field,
            because: Because::Missing,
        })
    }

    /// Fields named `fact.NAME`.
    fn facts(&self) -> Vec<(String, String)> {
        let facts = self.fields.iter().filter_map(|(name, value)| {
            let name = name.strip_prefix("fact.")?;
            let value = value.trim();
            (!value.is_empty()).then(|| (name.to_owned(), value.to_owned()))
        });
        facts.collect()
    }

    fn yes(&self, field: &str) -> bool {
        matches!(
            self.maybe(field).as_deref(),
            Some("yes" | "on" | "true" | "1")
        )
    }

    fn act(&self, act: Act) -> Result<Request, Wrong> {
        let run = self.run;
        Ok(Request::Act { run, act })
    }

    fn reply(&self, reply: Reply) -> Result<Request, Wrong> {
        let run = self.run;
        Ok(Request::Reply {
            run,
            person: None,
            reply,
        })
    }
}

const fn must(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field {
        name,
        kind,
        is_needed: true,
        about,
    }
}

const fn may(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field {
        name,
        kind,
        is_needed: false,
        about,
    }
}

const REASON: Field = must("reason", Kind::Text, "why; it stands in the log");
const DRAFT: Field = must("draft", Kind::Name, "a message, or one draft of it");

const OUTCOMES: [&str; 2] = ["real", "false_alarm"];

/// Everything that can be done.
pub static DEEDS: &[Deed] = &[
    Deed {
        name: "take",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Answer the alert: I have this",
        fields: &[],
        make: |given| given.reply(Reply::Take),
    },
    Deed {
        name: "pass-on",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Answer the alert: I cannot, ask the next one",
        fields: &[],
        make: |given| given.reply(Reply::PassOn),
    },
    Deed {
        name: "not-me",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "An answer that was counted for me was not mine",
        fields: &[],
        make: |given| given.reply(Reply::NotMe),
    },
    Deed {
        name: "note",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Write something in the log",
        fields: &[must("text", Kind::Text, "at most 2,000 characters")],
        make: |given| given.reply(Reply::Note(given.text("text")?)),
    },
    Deed {
        name: "task-done",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "A task is done",
        fields: &[must("task", Kind::Name, "the task")],
        make: |given| {
            given.act(Act::Finish {
                task: given.text("task")?,
            })
        },
    },
    Deed {
        name: "skip",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "A task or message is not needed",
        fields: &[must("item", Kind::Name, "the task or message"), REASON],
        make: |given| {
            given.act(Act::Skip {
                item: given.text("item")?,
                reason: given.text("reason")?,
            })
        },
    },
    Deed {
        name: "task-reopen",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "A task is not done after all, or what was left out is to be done",
        fields: &[
            must("item", Kind::Name, "the task or message"),
            may("reason", Kind::Text, "why; it stands in the log"),
        ],
        make: |given| {
            given.act(Act::ReopenTask {
                item: given.text("item")?,
                reason: given.maybe("reason"),
            })
        },
    },
    Deed {
        name: "assign",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Somebody takes a task or message on",
        fields: &[
            must("item", Kind::Name, "the task or message"),
            must("person", Kind::Name, "somebody of the team"),
        ],
        make: |given| {
            given.act(Act::Assign {
                item: given.text("item")?,
                person: given.text("person")?,
            })
        },
    },
    Deed {
        name: "add-task",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Add a task that the playbook does not have",
        fields: &[
            must("title", Kind::Text, "what is to be done"),
            must("role", Kind::Name, "who does it"),
            may("person", Kind::Name, "who of them"),
            may("due", Kind::Duration, "from now"),
        ],
        make: |given| {
            given.act(Act::Add {
                title: given.text("title")?,
                role: given.text("role")?,
                person: given.maybe("person"),
                due: given.read("due", duration)?,
            })
        },
    },
    Deed {
        name: "fact",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Fill in or change a fact",
        fields: &[
            must("fact", Kind::Name, "which fact"),
            must("value", Kind::Several, "what is known; a list has several"),
            may("source", Kind::Text, "who said it"),
            may("as_of", Kind::Moment, "when it was so, if that is not now"),
        ],
        make: |given| {
            let value: Vec<String> = given
                .all("value")
                .map(str::trim)
                .filter(|value| !value.is_empty())
                .map(str::to_owned)
                .collect();
            if value.is_empty() {
                given.text("value")?;
            }
            Ok(Request::SetFact {
                run: given.run,
                fact: given.text("fact")?,
                value,
                source: given.maybe("source"),
                as_of: given.maybe("as_of"),
            })
        },
    },
    Deed {
        name: "question",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Answer a question that people will ask",
        fields: &[
            must("question", Kind::Name, "which question"),
            must("text", Kind::Text, "the answer"),
            may("source", Kind::Text, "who said it"),
        ],
        make: |given| {
            given.act(Act::AnswerQuestion {
                question: given.text("question")?,
                text: given.text("text")?,
                source: given.maybe("source"),
            })
        },
    },
    Deed {
        name: "question-add",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Put a question that people ask on the list",
        fields: &[
            must("ask", Kind::Text, "the question, as people ask it"),
            may(
                "role",
                Kind::Name,
                "who finds the answer; who answers the nearest question when not given",
            ),
            may("goal", Kind::Choice(&PHASES), "information when not given"),
            may("source", Kind::Text, "where it comes from"),
        ],
        make: |given| {
            given.act(Act::AddQuestion {
                ask: given.text("ask")?,
                role: given.maybe("role"),
                goal: given.read("goal", aim)?,
                source: given.maybe("source"),
            })
        },
    },
    Deed {
        name: "question-approve",
        right: Right::Approve,
        is_of_run: true,
        about: "From now on people may be told this answer",
        fields: &[
            must("question", Kind::Name, "which question"),
            may(
                "valid_for",
                Kind::Duration,
                "from now; the rhythm of updates when not given",
            ),
        ],
        make: |given| {
            given.act(Act::ApproveAnswer {
                question: given.text("question")?,
                valid_for: given.read("valid_for", duration)?,
            })
        },
    },
    Deed {
        name: "question-withdraw",
        right: Right::Approve,
        is_of_run: true,
        about: "Nobody may be told this answer any more",
        fields: &[must("question", Kind::Name, "which question"), REASON],
        make: |given| {
            given.act(Act::WithdrawAnswer {
                question: given.text("question")?,
                reason: given.text("reason")?,
            })
        },
    },
    Deed {
        name: "case",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Follow one complaint or question by itself",
        fields: &[
            must("name", Kind::Text, "whose it is"),
            must("platform", Kind::Choice(&PLATFORMS), "where it was said"),
            may("url", Kind::Text, "its address"),
            KIND,
        ],
        make: |given| {
            given.act(Act::OpenCase {
                name: given.text("name")?,
                platform: given.needed("platform", Platform::from_name)?,
                url: given.maybe("url"),
                kind: given.read("kind", CaseKind::from_name)?,
                signs: None,
            })
        },
    },
    Deed {
        name: "case-of",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Follow who wrote a mention by itself",
        fields: &[
            must("mention", Kind::Name, "its id"),
            may(
                "platform",
                Kind::Choice(&PLATFORMS),
                "where, if the id is on several",
            ),
            KIND,
        ],
        make: |given| {
            Ok(Request::CaseOf {
                run: given.run,
                mention: given.text("mention")?,
                platform: given.read("platform", Platform::from_name)?,
                kind: given.read("kind", CaseKind::from_name)?,
            })
        },
    },
    Deed {
        name: "case-decide",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Decide whether and how somebody is responded to, step by step",
        fields: &[
            must("case", Kind::Name, "its number"),
            may(
                "step",
                Kind::Several,
                "a step and what is said to it: spam=no; the first yes decides",
            ),
            may(
                "verdict",
                Kind::Choice(&VERDICTS),
                "where it comes out, if that is elsewhere",
            ),
            may("reason", Kind::Text, "why; needed to come out elsewhere"),
            may("promised", Kind::Moment, "when they hear from us again"),
        ],
        make: |given| {
            let steps = given
                .all("step")
                .map(str::trim)
                .filter(|said| !said.is_empty());
            let steps = steps.map(|said| {
                step_of(said).ok_or(Wrong {
                    field: "step",
                    because: Because::Unreadable,
                })
            });
            let act = Act::DecideCase {
                case: given.text("case")?,
                steps: steps.collect::<Result<_, _>>()?,
                verdict: given.read("verdict", Verdict::from_name)?,
                reason: given.maybe("reason"),
                back_at: None,
            };
            let run = given.run;
            Ok(match given.maybe("promised") {
                Some(at) => Request::PromisedBack { run, act, at },
                None => Request::Act { run, act },
            })
        },
    },
    Deed {
        name: "case-close",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Nothing is left to do for somebody: they were told what came of it",
        fields: &[
            must("case", Kind::Name, "its number"),
            may("message", Kind::Name, "the published message that told it"),
            may("told", Kind::Text, "what they were told otherwise"),
            may("how", Kind::Text, "how, such as by phone"),
            may("at", Kind::Moment, "when, if that is not now"),
        ],
        make: |given| {
            let act = Act::CloseCase {
                case: given.text("case")?,
                message: given.maybe("message"),
                what: given.maybe("told"),
                how: given.maybe("how"),
                at: None,
            };
            let run = given.run;
            Ok(match given.maybe("at") {
                Some(at) => Request::PublishedAt { run, act, at },
                None => Request::Act { run, act },
            })
        },
    },
    Deed {
        name: "edit",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Write another text for a draft",
        fields: &[
            must("draft", Kind::Name, "the draft"),
            must(
                "base",
                Kind::Number,
                "the version that was before the writer",
            ),
            must("text", Kind::Text, "the whole text"),
        ],
        make: |given| {
            let text = given.all("text").next().unwrap_or_default();
            given.act(Act::Edit {
                draft: given.text("draft")?,
                base: given.needed("base", |value| value.parse().ok())?,
                // Browsers send line ends as the network has them.
                text: text.replace("\r\n", "\n"),
            })
        },
    },
    Deed {
        name: "detach",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Take an image off a draft",
        fields: &[DRAFT, must("image", Kind::Name, "the name of the file")],
        make: |given| {
            given.act(Act::Detach {
                draft: given.text("draft")?,
                image: given.text("image")?,
            })
        },
    },
    Deed {
        name: "approve",
        right: Right::Approve,
        is_of_run: true,
        about: "Approve a draft as it is",
        fields: &[
            DRAFT,
            may("reason", Kind::Text, "where one is asked for"),
            may("overrides", Kind::Text, "why although review holds it back"),
            may(
                "hash",
                Kind::Text,
                "of the text that was read: it must still be that",
            ),
        ],
        make: |given| {
            given.act(Act::Approve {
                draft: given.text("draft")?,
                reason: given.maybe("reason"),
                overrides: given.maybe("overrides"),
                hash: given.maybe("hash"),
            })
        },
    },
    Deed {
        name: "withdraw",
        right: Right::Approve,
        is_of_run: true,
        about: "Take an approval back before it counts",
        fields: &[DRAFT],
        make: |given| {
            given.act(Act::Withdraw {
                draft: given.text("draft")?,
            })
        },
    },
    Deed {
        name: "hold",
        right: Right::Approve,
        is_of_run: true,
        about: "Do not post this: when in doubt",
        fields: &[DRAFT, REASON],
        make: |given| {
            given.act(Act::Hold {
                draft: given.text("draft")?,
                reason: given.text("reason")?,
            })
        },
    },
    Deed {
        name: "agree",
        right: Right::Approve,
        is_of_run: true,
        about: "A partner agrees with a message",
        fields: &[
            must("message", Kind::Name, "the message"),
            must("partner", Kind::Name, "who agrees"),
        ],
        make: |given| {
            given.act(Act::Agree {
                message: given.text("message")?,
                partner: given.text("partner")?,
            })
        },
    },
    Deed {
        name: "publish",
        right: Right::Approve,
        is_of_run: true,
        about: "Record that somebody published it; the program never does",
        fields: &[
            DRAFT,
            may("url", Kind::Text, "where it can be read"),
            may("at", Kind::Moment, "when, if that is not now"),
            may(
                "text",
                Kind::Text,
                "what was really posted, if that is another text",
            ),
            may("reason", Kind::Text, "where one is asked for"),
            may("overrides", Kind::Text, "why although review holds it back"),
        ],
        make: |given| {
            let run = given.run;
            let act = Act::Publish {
                draft: given.text("draft")?,
                url: given.maybe("url"),
                reason: given.maybe("reason"),
                at: None,
                text: given.maybe("text").map(|text| text.replace("\r\n", "\n")),
                overrides: given.maybe("overrides"),
            };
            Ok(match given.maybe("at") {
                Some(at) => Request::PublishedAt { run, act, at },
                None => Request::Act { run, act },
            })
        },
    },
    Deed {
        name: "correct",
        right: Right::Approve,
        is_of_run: true,
        about: "Put right what was published, or take it back",
        fields: &[
            must("message", Kind::Name, "what was published"),
            must("language", Kind::Name, "of what is right"),
            must("text", Kind::Text, "what is right"),
            may("retraction", Kind::YesNo, "whether it is taken back"),
        ],
        make: |given| {
            given.act(Act::Correct {
                message: given.text("message")?,
                what: vec![(given.text("language")?, given.text("text")?)],
                is_retraction: given.yes("retraction"),
            })
        },
    },
    Deed {
        name: "decide",
        right: Right::Decide,
        is_of_run: true,
        about: "Take a decision that the playbook asks for",
        fields: &[
            must("task", Kind::Name, "the question"),
            must("option", Kind::Name, "what is decided"),
            may("reason", Kind::Text, "why; it stands in the log"),
        ],
        make: |given| {
            given.act(Act::Decide {
                task: given.text("task")?,
                option: given.text("option")?,
                reason: given.maybe("reason"),
            })
        },
    },
    Deed {
        name: "open-phase",
        right: Right::Decide,
        is_of_run: true,
        about: "Open a phase before its condition holds",
        fields: &[must("phase", Kind::Choice(&PHASES), "which phase"), REASON],
        make: |given| {
            given.act(Act::OpenPhase {
                phase: given.needed("phase", aim)?,
                reason: given.text("reason")?,
            })
        },
    },
    Deed {
        name: "level",
        right: Right::Decide,
        is_of_run: true,
        about: "Set the level",
        fields: &[must("level", Kind::Name, "the level"), REASON],
        make: |given| {
            given.act(Act::SetLevel {
                level: given.text("level")?,
                reason: given.text("reason")?,
            })
        },
    },
    Deed {
        name: "tick",
        right: Right::Decide,
        is_of_run: true,
        about: "Entries of the checklist are true now",
        fields: &[must("entry", Kind::Several, "which entries")],
        make: |given| {
            let entries: Vec<String> = given.all("entry").map(str::to_owned).collect();
            if entries.is_empty() {
                given.text("entry")?;
            }
            given.act(Act::Tick { entries })
        },
    },
    Deed {
        name: "stand-down",
        right: Right::Decide,
        is_of_run: true,
        about: "The crisis is over; aftercare begins",
        fields: &[REASON],
        make: |given| {
            given.act(Act::StandDown {
                reason: given.text("reason")?,
            })
        },
    },
    Deed {
        name: "put-off",
        right: Right::Decide,
        is_of_run: true,
        about: "It is too early to stand down",
        fields: &[REASON],
        make: |given| {
            given.act(Act::PutOff {
                reason: given.text("reason")?,
            })
        },
    },
    Deed {
        name: "close",
        right: Right::Decide,
        is_of_run: true,
        about: "Close the run",
        fields: &[
            must("outcome", Kind::Choice(&OUTCOMES), "what it was"),
            REASON,
        ],
        make: |given| {
            let outcome = |name: &str| match name {
                "real" => Some(Outcome::Real),
                "false_alarm" => Some(Outcome::FalseAlarm),
                _ => None,
            };
            given.act(Act::Close {
                outcome: given.needed("outcome", outcome)?,
                reason: given.text("reason")?,
            })
        },
    },
    Deed {
        name: "reopen",
        right: Right::Decide,
        is_of_run: true,
        about: "Open a closed run again",
        fields: &[REASON],
        make: |given| {
            given.act(Act::Reopen {
                reason: given.text("reason")?,
            })
        },
    },
    Deed {
        name: "situation",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Make an environment analysis now",
        fields: &[],
        make: |given| given.act(Act::MakeSituation {}),
    },
    Deed {
        name: "rumour",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Say what is known of a rumour",
        fields: &[
            must(
                "rumour",
                Kind::Number,
                "its number in the environment analysis",
            ),
            must(
                "status",
                Kind::Choice(&["unverified", "true", "false", "misleading"]),
                "what is known of it",
            ),
            REASON,
        ],
        make: |given| {
            given.act(Act::JudgeRumour {
                rumour: given.needed("rumour", |text| text.parse().ok())?,
                status: given.needed("status", Status::from_name)?,
                reason: given.text("reason")?,
            })
        },
    },
    Deed {
        name: "lesson",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Note what to do otherwise next time, also after the run is closed",
        fields: &[
            must("text", Kind::Text, "the lesson"),
            must(
                "owner",
                Kind::Name,
                "who sees to it: a role or somebody of the team",
            ),
            must("due", Kind::Text, "by which day, such as 2026-05-01"),
        ],
        make: |given| {
            given.act(Act::NoteLesson {
                text: given.text("text")?,
                owner: given.text("owner")?,
                due: given.needed("due", |value| value.parse().ok())?,
            })
        },
    },
    Deed {
        name: "lesson-close",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "A lesson was seen to",
        fields: &[
            must("lesson", Kind::Name, "its number"),
            must("how", Kind::Text, "how it was seen to"),
        ],
        make: |given| {
            given.act(Act::CloseLesson {
                lesson: given.text("lesson")?,
                how: given.text("how")?,
            })
        },
    },
    Deed {
        name: "merge",
        right: Right::Decide,
        is_of_run: true,
        about: "The run goes on as part of another",
        fields: &[must("into", Kind::Number, "the other run"), REASON],
        make: |given| {
            Ok(Request::Merge {
                run: given.run.unwrap_or_default(),
                into: given.needed("into", |value| value.parse().ok())?,
                reason: given.text("reason")?,
            })
        },
    },
    Deed {
        name: "upgrade",
        right: Right::Decide,
        is_of_run: true,
        about: "The run goes on with the playbook as it is now",
        fields: &[],
        make: |given| {
            Ok(Request::UpgradeRun {
                run: given.run.unwrap_or_default(),
                apply: true,
            })
        },
    },
    Deed {
        name: "start",
        right: Right::Decide,
        is_of_run: false,
        about: "Start a run by hand, for what comes by phone",
        fields: &[
            must("playbook", Kind::Name, "which playbook"),
            may("level", Kind::Name, "its lowest one when not given"),
            REASON,
        ],
        make: |given| {
            Ok(Request::StartRun {
                playbook: given.text("playbook")?,
                level: given.maybe("level"),
                facts: given.facts(),
                reason: given.text("reason")?,
            })
        },
    },
    Deed {
        name: "reload",
        right: Right::Configure,
        is_of_run: false,
        about: "Bring changed files into force",
        fields: &[],
        make: |_| Ok(Request::Reload),
    },
    Deed {
        name: "roll-call",
        right: Right::Configure,
        is_of_run: false,
        about: "Mail everybody a link to confirm that alerts reach them",
        fields: &[
            must(
                "deadline",
                Kind::Duration,
                "until when they may answer, from now",
            ),
            may("to", Kind::Several, "people; all when nobody is named"),
        ],
        make: |given| {
            let deadline: Duration = given.needed("deadline", duration)?;
            Ok(Request::RollCall {
                to: given.all("to").map(str::to_owned).collect(),
                deadline_seconds: deadline.as_secs(),
                each_way: false,
            })
        },
    },
];

const PHASES: [&str; 3] = ["information", "damage_limitation", "meaning_making"];

const PLATFORMS: [&str; 14] = [
    "x",
    "facebook",
    "instagram",
    "linkedin",
    "youtube",
    "tiktok",
    "mastodon",
    "bluesky",
    "reddit",
    "forum",
    "news",
    "blog",
    "review",
    "other",
];

const VERDICTS: [&str; 9] = [
    "ignore",
    "own_site",
    "phone",
    "stop",
    "correct",
    "answer",
    "acknowledge",
    "thank",
    "hold",
];

/// What somebody comes with.
const KIND: Field = may(
    "kind",
    Kind::Choice(&["complaint", "question", "compliment"]),
    "what they come with; what their words look like when not given",
);

fn aim(name: &str) -> Option<Aim> {
    Aim::ALL.into_iter().find(|aim| aim.name() == name)
}

/// `spam=no`.
fn step_of(said: &str) -> Option<(Step, Said)> {
    let (step, given) = said.split_once('=')?;
    Some((Step::from_name(step)?, Said::from_name(given)?))
}

fn duration(written: &str) -> Option<Duration> {
    parse_duration(written).ok()
}

/// The deed of this name.
pub fn find(name: &str, is_of_run: bool) -> Option<&'static Deed> {
    let mut deeds = DEEDS.iter();
    deeds.find(|deed| deed.name == name && deed.is_of_run == is_of_run)
}

impl Deed {
    /// The request that these fields make.
    pub fn request(
        &self,
        run: Option<RunId>,
        fields: &[(String, String)],
    ) -> Result<Request, Wrong> {
        (self.make)(&Given { run, fields })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_is_one_that_the_core_knows() {
        assert_eq!(PLATFORMS, Platform::ALL.map(Platform::name));
        assert!(
            VERDICTS
                .iter()
                .all(|name| Verdict::from_name(name).is_some())
        );
    }

    #[test]
    fn what_is_needed_is_asked_for_and_what_is_given_is_taken() {
        for deed in DEEDS {
            let value = |field: &Field| match field.kind {
                Kind::Number => "3",
                Kind::Duration => "10m",
                Kind::Choice(choices) => choices[0],
                Kind::Text if field.name == "due" => "2026-05-01",
                _ if field.name == "step" => "spam=no",
                _ => "something",
            };
            let all: Vec<(String, String)> = deed
                .fields
                .iter()
                .map(|field| (field.name.to_owned(), value(field).to_owned()))
                .collect();
            let run = deed.is_of_run.then_some(1);
            let made = deed.request(run, &all);
            assert!(made.is_ok(), "{}: {made:?}", deed.name);
            for field in deed.fields.iter().filter(|field| field.is_needed) {
                let mut fewer = all.clone();
                fewer.retain(|(name, _)| name != field.name);
                let refused = deed.request(run, &fewer);
                assert!(
                    refused.is_err() || field.name == "text" && deed.name == "edit",
                    "{} without {}",
                    deed.name,
                    field.name
                );
            }
        }
    }
}
