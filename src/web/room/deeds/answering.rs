//! What is known, asked and complained about: facts, questions and cases.

use super::Deed;
use super::field::{Field, Kind, PHASES, REASON, may, must};
use super::given::{Because, Wrong, aim, duration, step_of};
use crate::domain::access::Right;
use crate::domain::answering::CaseKind;
use crate::domain::answering::tree::Verdict;
use crate::domain::mention::Platform;
use crate::domain::step::acts::Act;
use crate::engine::request::Request;

pub(super) static DEEDS: &[Deed] = &[
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
        name: "case-reopen",
        right: Right::Acknowledge,
        is_of_run: true,
        about: "Something is left to do for somebody after all",
        fields: &[
            must("case", Kind::Name, "its number"),
            may("reason", Kind::Text, "why; it stands in the log"),
        ],
        make: |given| {
            given.act(Act::ReopenCase {
                case: given.text("case")?,
                reason: given.maybe("reason"),
            })
        },
    },
];

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
}
