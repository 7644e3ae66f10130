//! `draaiboek question`: what people ask, what we answer, and what may be told.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};

use super::act::act;
use super::ask::ask;
use super::place::RunPlace;
use super::print::{self, cell, failed, list_of, local, say, table};
use crate::domain::playbook::Aim;
use crate::domain::step::acts::Act;
use crate::domain::time::parse_duration;
use crate::engine::request::Request;

/// The list of questions: what people ask, what we answer, and what may be told
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the questions, how each stands and the answers so far
    ///
    /// An answer is open, draft, approved, or stale: older than it may be. With
    /// --approved only what people may be told now, for who answers the phone.
    List {
        /// Only approved answers that are still valid
        #[arg(long)]
        approved: bool,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Put a question that people ask on the list
    ///
    /// Without --role it goes to who answers the question on the list that is
    /// nearest, else to who writes the texts. Examples:
    /// `draaiboek question add "Can I visit?" --role front_desk`,
    /// `draaiboek question add --heard 1`.
    Add {
        /// The question, in quotes
        #[arg(required_unless_present = "heard")]
        ask: Option<String>,
        /// The question that `question heard` shows under this number
        #[arg(long, value_name = "NUMBER", conflicts_with = "ask")]
        heard: Option<usize>,
        /// Who finds the answer
        #[arg(long, value_name = "ROLE")]
        role: Option<String>,
        /// What the answer is for: information, damage_limitation, meaning_making
        #[arg(long, value_parser = goal)]
        goal: Option<Aim>,
        /// Where it comes from, such as "the telephone"
        #[arg(long, value_name = "TEXT")]
        source: Option<String>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Write or change an answer; it is told to nobody until it is approved
    ///
    /// Example: `draaiboek question answer is-it-safe "Yes; the shop in the Markt is closed"`
    Answer {
        /// Name of the question, as `question list` shows it
        question: String,
        /// The answer, in quotes
        text: String,
        /// Who said it: a person, a department, a document
        #[arg(long, value_name = "WHO")]
        source: Option<String>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Approve an answer: from now on people may be told it
    ///
    /// Also to say that an old answer is still right. It is for who approves the
    /// texts of the playbook, and not for who wrote it.
    Approve {
        /// Name of the question, as `question list` shows it
        question: String,
        /// How long it may be told (2h); as long as the rhythm of updates when not given
        #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
        valid_for: Option<Duration>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Take an approved answer back: nobody may be told it any more
    Withdraw {
        /// Name of the question, as `question list` shows it
        question: String,
        /// Why: goes into the log
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Show questions that many people ask in mentions of the run
    ///
    /// For who may read mentions; it is recorded. Nothing is put on the list by
    /// itself: `question add --heard NUMBER` does.
    Heard {
        /// Only what so many different people ask
        #[arg(long, value_name = "NUMBER", default_value_t = LEAST)]
        least: usize,
        #[command(flatten)]
        place: RunPlace,
    },
}

/// Two people may ask the same by chance.
const LEAST: usize = 3;

fn goal(written: &str) -> Result<Aim, String> {
    let mut aims = Aim::ALL.into_iter();
    aims.find(|aim| aim.name() == written).ok_or_else(|| {
        let names = Aim::ALL.map(Aim::name).join(", ");
        format!("the goals are {names}")
    })
}

pub fn run(args: Args) -> ExitCode {
    match args.command {
        Command::List { approved, place } => list(&place, approved),
        Command::Heard { least, place } => heard(&place, least),
        Command::Add {
            ask,
            heard,
            role,
            goal,
            source,
            place,
        } => {
            let found = match heard {
                Some(number) => heard_as(&place, number),
                None => Ok((ask.unwrap_or_default(), None)),
            };
            let (ask, heard_from) = match found {
                Ok(found) => found,
                Err(why) => return failed(&why),
            };
            act(
                &place,
                Act::AddQuestion {
                    ask,
                    role,
                    goal,
                    source: source.or(heard_from),
                },
            )
        }
        Command::Answer {
            question,
            text,
            source,
            place,
        } => act(
            &place,
            Act::AnswerQuestion {
                question,
                text,
                source,
            },
        ),
        Command::Approve {
            question,
            valid_for,
            place,
        } => {
            warn_of(&place, &question);
            let act_on = Act::ApproveAnswer {
                question,
                valid_for,
            };
            act(&place, act_on)
        }
        Command::Withdraw {
            question,
            reason,
            place,
        } => act(&place, Act::WithdrawAnswer { question, reason }),
    }
}

fn list(place: &RunPlace, approved: bool) -> ExitCode {
    let run = match ask(
        &place.at,
        &Request::Run {
            run: place.run,
            language: None,
            quotes: false,
        },
    ) {
        Ok(run) => run,
        Err(why) => return failed(&why),
    };
    let is_wanted = |one: &&Value| !approved || !one["approved_answer"].is_null();
    let questions: Vec<&Value> = list_of(&run["questions"])
        .iter()
        .filter(is_wanted)
        .collect();
    if place.at.json {
        print::json(&json!({ "run": run["run"], "questions": questions }));
        return ExitCode::SUCCESS;
    }
    if questions.is_empty() {
        say(match approved {
            true => "No answer is approved now.",
            false => "There are no questions on the list.",
        });
    } else if approved {
        for one in questions {
            let until = match one["valid_until"].is_null() {
                true => String::new(),
                false => format!(" (until {})", local(&one["valid_until"])),
            };
            say(&format!("{}{until}", cell(&one["ask"])));
            for line in print::wrap(&cell(&one["approved_answer"]), 76) {
                say(&format!("  {line}"));
            }
            if let Some(changed) = changed_since(one) {
                say(&format!("  ! {changed}"));
            }
        }
    } else {
        let rows = questions.iter().map(|one| {
            let names = ["question", "status", "ask", "role_title", "answer", "by"];
            let cells = names.iter().map(|name| cell(&one[*name]));
            let mut cells: Vec<String> = cells.collect();
            cells.push(local(&one["valid_until"]));
            // Beside how it stands, where who reads down the list sees it.
            if changed_since(one).is_some() {
                cells[1].push_str(", FACTS CHANGED");
            }
            cells
        });
        let rows: Vec<Vec<String>> = rows.collect();
        let headers = [
            "QUESTION", "STATUS", "ASKED", "WHO", "ANSWER", "BY", "UNTIL",
        ];
        say(table(&headers, &rows).trim_end());
    }
    ExitCode::SUCCESS
}

/// Which facts changed since an answer was written, or last approved.
fn changed_since(question: &Value) -> Option<String> {
    let facts = list_of(&question["facts_since"]).iter();
    let names: Vec<String> = facts.map(|fact| cell(&fact["fact"])).collect();
    let names = names.join(", ");
    (!names.is_empty()).then(|| format!("filled in or changed since: {names}"))
}

/// What is to be known before an answer is approved.
fn warn_of(place: &RunPlace, question: &str) {
    let request = Request::Run {
        run: place.run,
        language: None,
        quotes: false,
    };
    let Ok(run) = ask(&place.at, &request) else {
        return;
    };
    let mut questions = list_of(&run["questions"]).iter();
    let found = questions.find(|one| one["question"] == question);
    if let Some(changed) = found.and_then(changed_since) {
        print::note(&format!("is the answer still right? {changed}"));
    }
}

fn groups(place: &RunPlace, least: usize) -> Result<Value, String> {
    let run = place.run;
    ask(&place.at, &Request::Recurring { run, least })
}

/// The example of a group by its number, and where it comes from.
fn heard_as(place: &RunPlace, number: usize) -> Result<(String, Option<String>), String> {
    // As they are numbered when nothing else is asked.
    let found = groups(place, LEAST)?;
    let groups = list_of(&found["recurring"]);
    let one = number.checked_sub(1).and_then(|place| groups.get(place));
    let one = one.ok_or_else(|| {
        format!(
            "there is no question {number}: `draaiboek question heard` shows {}",
            groups.len()
        )
    })?;
    let example = one["example"].as_str().unwrap_or_default().to_owned();
    Ok((example, one["source"].as_str().map(str::to_owned)))
}

fn heard(place: &RunPlace, least: usize) -> ExitCode {
    let found = match groups(place, least) {
        Ok(found) => found,
        Err(why) => return failed(&why),
    };
    if place.at.json {
        print::json(&found);
        return ExitCode::SUCCESS;
    }
    let groups = list_of(&found["recurring"]);
    let rows = groups.iter().enumerate().map(|(place, one)| {
        vec![
            (place + 1).to_string(),
            cell(&one["people"]),
            cell(&one["example"]),
            cell(&one["question"]),
            local(&one["last_at"]),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        say(&format!(
            "No question is asked by {least} people or more, as far as mentions were read."
        ));
    } else {
        let headers = ["", "PEOPLE", "FOR EXAMPLE", "ON THE LIST AS", "LAST"];
        say(table(&headers, &rows).trim_end());
    }
    ExitCode::SUCCESS
}
