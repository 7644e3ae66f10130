//! What can be looked at by the JSON interface: a table of addresses, of which the
//! routes and the document about them are made.

use crate::domain::run::RunId;
use crate::engine::reporting::Form;
use crate::engine::request::Request;

/// Something to look at.
#[derive(Debug)]
pub struct Read {
    /// Below `/api/v1`; what stands in braces is a part.
    pub path: &'static str,
    pub name: &'static str,
    pub about: &'static str,
    /// What may stand behind the question mark: whole numbers, all of them optional.
    pub query: &'static [(&'static str, &'static str)],
    /// The name of the schema of the answer.
    pub answer: &'static str,
    make: fn(&Asked) -> Request,
}

/// What the address said.
#[derive(Debug)]
struct Asked<'a> {
    run: Option<RunId>,
    parts: &'a [(String, String)],
    numbers: Vec<(&'static str, u32)>,
}

/// Why an address cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// What stands for the run is no number.
    NoSuchRun,
    /// What is behind the question mark under this name is no number.
    Unreadable(String),
    Unknown(String),
}

impl Asked<'_> {
    fn draft(&self) -> String {
        let draft = self.parts.iter().find(|(name, _)| name == "draft");
        draft.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    fn number(&self, name: &str) -> Option<u32> {
        let mut numbers = self.numbers.iter();
        let found = numbers.find(|(known, _)| *known == name);
        found.map(|(_, number)| *number)
    }
}

pub static READS: &[Read] = &[
    Read {
        path: "/status",
        name: "status",
        about: "How draaiboek itself is doing: sources, watches, mail, open runs",
        query: &[],
        answer: "Status",
        make: |_| Request::Status,
    },
    Read {
        path: "/runs",
        name: "runs",
        about: "All runs, the newest first",
        query: &[],
        answer: "Runs",
        make: |_| Request::Runs,
    },
    Read {
        path: "/runs/{run}",
        name: "run",
        about: "One run: level, phases, people, tasks, messages, decisions, log; without what strangers wrote",
        query: &[],
        answer: "Run",
        make: |asked| Request::Run {
            run: asked.run,
            language: None,
            quotes: false,
        },
    },
    Read {
        path: "/runs/{run}/report",
        name: "report",
        about: "The after-action report with every figure; without what strangers wrote. Who asks is recorded",
        query: &[],
        answer: "Report",
        make: |asked| Request::Report {
            run: asked.run,
            language: None,
            form: Form::Json,
        },
    },
    Read {
        path: "/runs/{run}/facts",
        name: "facts",
        about: "The fact sheet: questions and what is known",
        query: &[],
        answer: "Facts",
        make: |asked| Request::Facts { run: asked.run },
    },
    Read {
        path: "/runs/{run}/drafts",
        name: "drafts",
        about: "All drafts, without their texts",
        query: &[],
        answer: "Drafts",
        make: |asked| Request::Drafts { run: asked.run },
    },
    Read {
        path: "/runs/{run}/drafts/{draft}",
        name: "draft",
        about: "One draft: its text, what review says of it, who approved it",
        query: &[("version", "an earlier version")],
        answer: "Draft",
        make: |asked| Request::Draft {
            run: asked.run,
            draft: asked.draft(),
            version: asked.number("version"),
        },
    },
    Read {
        path: "/runs/{run}/drafts/{draft}/history",
        name: "draft-history",
        about: "The versions of a draft: when, who, why",
        query: &[],
        answer: "History",
        make: |asked| Request::DraftHistory {
            run: asked.run,
            draft: asked.draft(),
        },
    },
    Read {
        path: "/runs/{run}/drafts/{draft}/diff",
        name: "draft-diff",
        about: "What changed from one version to another; the last change when neither is named",
        query: &[("from", "the version before"), ("to", "the version after")],
        answer: "Difference",
        make: |asked| Request::DraftDiff {
            run: asked.run,
            draft: asked.draft(),
            from: asked.number("from"),
            to: asked.number("to"),
        },
    },
    Read {
        path: "/duty",
        name: "duty",
        about: "Who is on duty in each role, until when, and who comes after them",
        query: &[],
        answer: "Duty",
        make: |_| Request::DutyNow,
    },
    Read {
        path: "/rollcall",
        name: "roll-call",
        about: "How the last roll call went: who confirmed that alerts reach them",
        query: &[],
        answer: "RollCall",
        make: |_| Request::RollCallStatus,
    },
];

impl Read {
    /// The request that an address makes. `parts` are those of the path, decoded.
    pub fn request(
        &self,
        parts: &[(String, String)],
        query: &[(String, String)],
    ) -> Result<Request, Unread> {
        let run = match parts.iter().find(|(name, _)| name == "run") {
            Some((_, number)) => Some(run_id(number).ok_or(Unread::NoSuchRun)?),
            None => None,
        };
        let numbers = query.iter().map(|(name, value)| {
            let known = self.query.iter().find(|(known, _)| known == name);
            let (known, _) = known.ok_or_else(|| Unread::Unknown(name.clone()))?;
            let number = value.parse().ok();
            let number = number.ok_or_else(|| Unread::Unreadable(name.clone()))?;
            Ok((*known, number))
        });
        let numbers = numbers.collect::<Result<_, _>>()?;
        Ok((self.make)(&Asked {
            run,
            parts,
            numbers,
        }))
    }
}

/// The number of a run in an address.
pub(super) fn run_id(written: &str) -> Option<RunId> {
    let is_number = written.bytes().all(|byte| byte.is_ascii_digit());
    written.parse().ok().filter(|_| is_number)
}
