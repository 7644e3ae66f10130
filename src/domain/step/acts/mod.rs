//! What people do to a run by hand: whether they may, and the events it makes.

pub mod answering;

mod editing;

mod ending;

mod environment;

mod learning;

mod picturing;

mod publishing;

mod release;

mod work;

use std::time::Duration;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Plan;
use super::errands::title_of;
use crate::domain::answering::CaseKind;
use crate::domain::answering::tree::{Given, Step, Verdict};
use crate::domain::environment::Status;
use crate::domain::mention::Platform;
use crate::domain::organisation::Organisation;
use crate::domain::picture::Look;
use crate::domain::playbook::Aim;
use crate::domain::run::ending::Outcome;
use crate::domain::run::item::Item;
use crate::domain::run::{Event, Run};
use crate::domain::time::Timestamp;
pub use learning::{lesson_closed, lesson_noted};
pub use release::{
    NEXT_UPDATE, PassedPromise, as_typed, blocked, passed_promise, pause, tells_next, unreleasable,
};

/// Something that a person does. Names are those of the playbook; an item of a
/// case is `name@case`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Finish {
        task: String,
    },
    Skip {
        item: String,
        reason: String,
    },
    /// What was said to be done is not, or what was left out is to be done.
    ReopenTask {
        item: String,
        #[serde(default)]
        reason: Option<String>,
    },
    Assign {
        item: String,
        person: String,
    },
    Add {
        title: String,
        role: String,
        person: Option<String>,
        due: Option<Duration>,
    },
    Decide {
        task: String,
        option: String,
        reason: Option<String>,
    },
    OpenPhase {
        phase: Aim,
        reason: String,
    },
    SetLevel {
        level: String,
        reason: String,
    },
    AnswerQuestion {
        question: String,
        text: String,
        #[serde(default)]
        source: Option<String>,
    },
    /// A question that the playbook does not list. Without a role it goes to whom
    /// the nearest question on the list goes.
    AddQuestion {
        ask: String,
        #[serde(default)]
        role: Option<String>,
        #[serde(default)]
        goal: Option<Aim>,
        #[serde(default)]
        source: Option<String>,
    },
    /// From now on people may be told the answer as it is; without a length as
    /// long as the playbook's rhythm.
    ApproveAnswer {
        question: String,
        #[serde(default)]
        valid_for: Option<Duration>,
    },
    WithdrawAnswer {
        question: String,
        reason: String,
    },
    OpenCase {
        name: String,
        platform: Platform,
        url: Option<String>,
        /// What their words look like, when there is no kind.
        #[serde(default)]
        kind: Option<CaseKind>,
        #[serde(default)]
        signs: Option<Vec<Step>>,
    },
    /// Whether and how somebody is responded to, step by step. A verdict beside
    /// the steps is another one than they come out at.
    DecideCase {
        case: String,
        steps: Vec<(Step, Given)>,
        #[serde(default)]
        verdict: Option<Verdict>,
        #[serde(default)]
        reason: Option<String>,
        #[serde(default)]
        back_at: Option<Timestamp>,
    },
    /// Nothing is left to do for somebody: the message that told them what came of
    /// it, or what they were told otherwise, how and when.
    CloseCase {
        case: String,
        #[serde(default)]
        message: Option<String>,
        #[serde(default)]
        what: Option<String>,
        #[serde(default)]
        how: Option<String>,
        #[serde(default)]
        at: Option<Timestamp>,
    },
    /// Something is left to do for somebody after all.
    ReopenCase {
        case: String,
        #[serde(default)]
        reason: Option<String>,
    },
    /// A person wrote another text for one draft; `base` is the version they had
    /// before them.
    Edit {
        draft: String,
        base: u32,
        text: String,
    },
    /// An image for a draft, or for every draft of a message that can show it;
    /// the file itself is kept already. Words without a language are in that of
    /// the draft, or the organisation's.
    Attach {
        draft: String,
        file: String,
        look: Look,
        alt: Vec<(Option<String>, String)>,
    },
    /// Takes an image off; `image` is its name.
    Detach {
        draft: String,
        image: String,
    },
    /// Puts right what was published, or takes it back: what is right, by
    /// language.
    Correct {
        message: String,
        what: Vec<(String, String)>,
        is_retraction: bool,
    },
    /// `draft` is a message, or one draft of it.
    Approve {
        draft: String,
        reason: Option<String>,
        /// Why it is released although review holds it back.
        #[serde(default)]
        overrides: Option<String>,
        /// The beginning of the hash of the text that was read.
        #[serde(default)]
        hash: Option<String>,
    },
    /// Takes an approval back before it counts.
    Withdraw {
        draft: String,
    },
    Hold {
        draft: String,
        reason: String,
    },
    Agree {
        message: String,
        partner: String,
    },
    Publish {
        draft: String,
        url: Option<String>,
        reason: Option<String>,
        /// When it went out, where that was before now.
        #[serde(default)]
        at: Option<Timestamp>,
        /// What was really posted, where that is another text.
        #[serde(default)]
        text: Option<String>,
        /// Why it is released although review holds it back, where the role may
        /// release it alone.
        #[serde(default)]
        overrides: Option<String>,
    },
    /// Entries of the checklist that are true now.
    Tick {
        entries: Vec<String>,
    },
    StandDown {
        reason: String,
    },
    /// It is too early to stand down.
    PutOff {
        reason: String,
    },
    Close {
        outcome: Outcome,
        reason: String,
    },
    Reopen {
        reason: String,
    },
    /// What to do otherwise next time; `owner` is a role or somebody of the team.
    NoteLesson {
        text: String,
        owner: String,
        due: NaiveDate,
    },
    /// An environment analysis is made now.
    MakeSituation {},
    /// What is known of a rumour.
    JudgeRumour {
        rumour: u32,
        status: Status,
        reason: String,
    },
    /// A lesson was seen to.
    CloseLesson {
        lesson: String,
        how: String,
    },
}

/// Why something cannot be done, in words for who asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoAct(pub String);

fn no<T>(why: impl Into<String>) -> Result<T, NoAct> {
    Err(NoAct(why.into()))
}

/// The longest reason, title or answer that is taken, in characters.
const LONGEST: usize = 2_000;

/// The events that an act makes, in order; the error says why it makes none.
pub fn act(
    plan: &Plan,
    run: &Run,
    act: &Act,
    by: &str,
    now: Timestamp,
) -> Result<Vec<Event>, NoAct> {
    let hand = Hand { plan, run, by, now };
    match act {
        Act::Reopen { reason } => return hand.reopen(reason),
        Act::NoteLesson { text, owner, due } => return hand.note_lesson(text, owner, *due),
        Act::CloseLesson { lesson, how } => return hand.close_lesson(lesson, how),
        _ => {}
    }
    if !run.is_open {
        return no(format!("run {} is closed", run.id));
    }
    match act {
        Act::Finish { task } => hand.finish(task),
        Act::Skip { item, reason } => hand.skip(item, reason),
        Act::ReopenTask { item, reason } => hand.reopen_task(item, reason.as_deref()),
        Act::Assign { item, person } => hand.assign(item, person),
        Act::Add {
            title,
            role,
            person,
            due,
        } => hand.add(title, role, person.as_deref(), *due),
        Act::Decide {
            task,
            option,
            reason,
        } => hand.decide(task, option, reason.as_deref()),
        Act::OpenPhase { phase, reason } => hand.open_phase(*phase, reason),
        Act::SetLevel { level, reason } => hand.set_level(level, reason),
        Act::AnswerQuestion {
            question,
            text,
            source,
        } => hand.answer_question(question, text, source.as_deref()),
        Act::AddQuestion {
            ask,
            role,
            goal,
            source,
        } => hand.add_question(ask, role.as_deref(), *goal, source.as_deref()),
        Act::ApproveAnswer {
            question,
            valid_for,
        } => hand.approve_answer(question, *valid_for),
        Act::WithdrawAnswer { question, reason } => hand.withdraw_answer(question, reason),
        Act::OpenCase {
            name,
            platform,
            url,
            kind,
            signs,
        } => hand.open_case(name, *platform, url.as_deref(), *kind, signs.as_deref()),
        Act::DecideCase {
            case,
            steps,
            verdict,
            reason,
            back_at,
        } => hand.decide_case(case, steps, *verdict, reason.as_deref(), *back_at),
        Act::CloseCase {
            case,
            message,
            what,
            how,
            at,
        } => hand.close_case(&answering::Closing {
            case,
            message: message.as_deref(),
            what: what.as_deref(),
            how: how.as_deref(),
            at: *at,
        }),
        Act::ReopenCase { case, reason } => hand.reopen_case(case, reason.as_deref()),
        Act::Edit { draft, base, text } => hand.edit(draft, *base, text),
        Act::Attach {
            draft,
            file,
            look,
            alt,
        } => hand.attach(draft, file, look, alt),
        Act::Detach { draft, image } => hand.detach(draft, image),
        Act::Correct {
            message,
            what,
            is_retraction,
        } => hand.correct(message, what, *is_retraction),
        Act::Approve {
            draft,
            reason,
            overrides,
            hash,
        } => hand.approve(
            draft,
            reason.as_deref(),
            overrides.as_deref(),
            hash.as_deref(),
        ),
        Act::Withdraw { draft } => hand.withdraw(draft),
        Act::Hold { draft, reason } => hand.hold(draft, reason),
        Act::Agree { message, partner } => hand.agree(message, partner),
        Act::Publish {
            draft,
            url,
            reason,
            at,
            text,
            overrides,
        } => hand.publish(&publishing::Release {
            draft,
            url: url.as_deref(),
            reason: reason.as_deref(),
            at: *at,
            text: text.as_deref(),
            overrides: overrides.as_deref(),
        }),
        Act::MakeSituation {} => hand.make_situation(),
        Act::JudgeRumour {
            rumour,
            status,
            reason,
        } => hand.judge_rumour(*rumour, *status, reason),
        Act::Tick { entries } => hand.tick(entries),
        Act::StandDown { reason } => hand.stand_down(reason),
        Act::PutOff { reason } => hand.put_off(reason),
        Act::Close { outcome, reason } => {
            let reason = written("reason", reason)?;
            let (by, outcome) = (by.to_owned(), *outcome);
            Ok(vec![Event::RunClosed {
                by,
                reason,
                outcome,
            }])
        }
        Act::Reopen { .. } | Act::NoteLesson { .. } | Act::CloseLesson { .. } => Ok(Vec::new()),
    }
}

/// A text that says something and is not too long.
fn written(what: &str, text: &str) -> Result<String, NoAct> {
    match text.trim() {
        "" => no(format!("the {what} is empty")),
        text if text.chars().count() > LONGEST => {
            no(format!("the {what} is longer than 2,000 characters"))
        }
        text => Ok(text.to_owned()),
    }
}

/// Whether a person holds a role or is a deputy in it.
fn is_in(organisation: &Organisation, role: &str, person: &str) -> bool {
    let role = organisation.role(role);
    role.is_some_and(|role| role.people.iter().any(|one| one == person))
}

/// Whether a person is in any of these roles; the error names who is.
pub(crate) fn demand_role(
    organisation: &Organisation,
    roles: &[String],
    by: &str,
    what: &str,
) -> Result<(), NoAct> {
    if roles.iter().any(|role| is_in(organisation, role, by)) {
        return Ok(());
    }
    let who = roles.iter().filter_map(|key| {
        let role = organisation.role(key)?;
        Some(format!("{key} ({})", role.people.join(", ")))
    });
    let who: Vec<String> = who.collect();
    no(format!(
        "you are `{by}`, and {what} is for {}",
        who.join(" or ")
    ))
}

/// One person at one run.
struct Hand<'a> {
    plan: &'a Plan<'a>,
    run: &'a Run,
    by: &'a str,
    now: Timestamp,
}

impl Hand<'_> {
    fn by(&self) -> String {
        self.by.to_owned()
    }

    /// An item that can be worked on, with its key. A name that has one case
    /// means the item of that case.
    fn item(&self, name: &str) -> Result<(String, &Item), NoAct> {
        let run = self.run;
        if let Some((key, item)) = run.items.get_key_value(name) {
            return Ok((key.clone(), item));
        }
        let of_cases = run.items.iter().filter(|(_, item)| item.name == name);
        let of_cases: Vec<_> = of_cases.collect();
        match of_cases[..] {
            [(key, item)] => return Ok((key.clone(), item)),
            [] => {}
            _ => {
                let keys: Vec<&str> = of_cases.iter().map(|(key, _)| key.as_str()).collect();
                return no(format!(
                    "`{name}` is for each case: say which of {}",
                    keys.join(", ")
                ));
            }
        }
        match self.plan.playbook.item(name) {
            Some(item) if item.per_case => no(format!(
                "`{name}` is for a case, and none is open: `draaiboek case open` makes one"
            )),
            Some(_) => no(format!("`{name}` is not called for yet")),
            None => {
                let known = self.plan.playbook.items().map(|item| item.name);
                let near = nearest(name, known.chain(run.items.keys().map(String::as_str)));
                no(format!("there is no task or message `{name}`{near}"))
            }
        }
    }

    fn open_item(&self, name: &str) -> Result<(String, &Item), NoAct> {
        let (key, item) = self.item(name)?;
        if item.is_open() {
            return Ok((key, item));
        }
        no(format!("`{key}` is finished already"))
    }

    /// What must come first and did not.
    fn waits_for(&self, item: &Item) -> Vec<String> {
        let written = self.plan.playbook.item(&item.name);
        let needs = written.map_or(&[][..], |written| written.needs);
        let open = needs.iter().filter(|need| !self.run.is_settled(need));
        open.cloned().collect()
    }

    fn demand_needs(&self, key: &str, item: &Item) -> Result<(), NoAct> {
        let waits_for = self.waits_for(item);
        if waits_for.is_empty() {
            return Ok(());
        }
        no(format!(
            "`{key}` needs {} first: finish it, or skip it with a reason",
            waits_for.join(" and ")
        ))
    }

    fn demand_person(&self, person: &str) -> Result<(), NoAct> {
        let team = &self.plan.organisation.team;
        if team.iter().any(|one| one.key == person) {
            return Ok(());
        }
        let near = nearest(person, team.iter().map(|one| one.key.as_str()));
        no(format!("there is nobody `{person}` in the team{near}"))
    }
}

/// Titles of what is open in a run, for who takes it over.
pub(crate) fn open_titles(plan: &Plan, run: &Run) -> Vec<String> {
    let language = plan.organisation.language;
    let open = run.items.iter().filter(|(_, item)| item.is_open());
    let titles = open.map(|(key, _)| {
        let title = title_of(plan.playbook, run, key);
        title.get(language.tag(), language).to_owned()
    });
    titles.collect()
}

/// `; did you mean …?`, or nothing when no name is near.
fn nearest<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> String {
    let near = names
        .map(|name| (strsim::jaro_winkler(written, name), name))
        .filter(|(nearness, _)| *nearness > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0));
    near.map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}
