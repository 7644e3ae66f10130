//! The course of a run: its level and phases, what is decided and learnt, and how it
//! ends.

use super::Deed;
use super::field::{Kind, PHASES, REASON, may, must};
use super::given::aim;
use crate::domain::access::Right;
use crate::domain::environment::Status;
use crate::domain::run::ending::Outcome;
use crate::domain::step::acts::Act;
use crate::engine::request::Request;

const OUTCOMES: [&str; 2] = ["real", "false_alarm"];

pub(super) static DEEDS: &[Deed] = &[
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
];
