//! `draaiboek case`: people who are followed one by one, until they were told what
//! came of it.

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;

use serde_json::{Value, json};

use super::act::{act, request};
use super::ask::ask;
use super::mentions::platform;
use super::place::RunPlace;
use super::print::{self, cell, failed, list_of, local, say, table};
use crate::domain::answering::CaseKind;
use crate::domain::answering::tree::{Given, Step, Verdict, walk};
use crate::domain::mention::Platform;
use crate::domain::step::acts::Act;
use crate::engine::request::Request;

/// Follow people one by one: complaints, questions and compliments
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Open a case: the playbook's tasks and replies for one case come with it
    ///
    /// Examples: `draaiboek case open "@anna_v" --platform x`,
    /// `draaiboek case open --mention 1748392 --platform facebook`.
    Open {
        /// Who it is about, as they are called there
        #[arg(required_unless_present = "mention", requires = "platform")]
        name: Option<String>,
        /// Where: x, facebook, forum, news …
        #[arg(long, value_parser = platform)]
        platform: Option<Platform>,
        /// Where it stands
        #[arg(long, conflicts_with = "mention")]
        url: Option<String>,
        /// The id of a mention that came in: who wrote it, where and its address
        #[arg(long, value_name = "ID", conflicts_with = "name")]
        mention: Option<String>,
        /// What they come with: complaint, question or compliment; without it, what
        /// the words of the mention look like, else a complaint
        #[arg(long, value_parser = kind)]
        kind: Option<CaseKind>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// List the cases of a run: what is open for each, what was decided and told
    List(RunPlace),
    /// Show one case, with the steps of responding and what the program would say
    Show {
        /// Number of the case
        case: String,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Decide whether and how to respond, step by step
    ///
    /// The first step that is answered with yes decides; doubt means: hold. At a
    /// terminal the steps are asked one by one. Example for scripts:
    /// `draaiboek case decide 1 --answer spam=no --answer policy=no --answer danger=no
    /// --answer repeats=no --answer error=no --answer question=yes --back 14:30`.
    Decide {
        /// Number of the case
        case: String,
        /// A step and what is said to it: yes, no or doubt; once for each step
        #[arg(long = "answer", value_name = "STEP=ANSWER", value_parser = answer)]
        answers: Vec<(Step, Given)>,
        /// Come out elsewhere than the steps do; with --reason
        #[arg(long, value_parser = verdict)]
        verdict: Option<Verdict>,
        /// Why: goes into the log
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// When they hear from us again: 14:30, or "2026-03-02 14:30"
        #[arg(long, value_name = "TIME")]
        back: Option<String>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Close a case, once its outcome was told
    ///
    /// A published `closing` message for the case tells it; for a question or a
    /// compliment any published reply does. Else say what was told and how:
    /// `draaiboek case close 1 --told "We now call back within an hour" --how phone`.
    Close {
        /// Number of the case
        case: String,
        /// The published message that told it
        #[arg(long, value_name = "NAME", conflicts_with_all = ["told", "how", "at"])]
        message: Option<String>,
        /// What they were told otherwise
        #[arg(long, value_name = "TEXT", requires = "how")]
        told: Option<String>,
        /// How it was told, such as phone
        #[arg(long, value_name = "TEXT", requires = "told")]
        how: Option<String>,
        /// When it was told: 14:30, or "2026-03-02 14:30"; without it, now
        #[arg(long, value_name = "TIME", requires = "told")]
        at: Option<String>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Open a closed case again
    ///
    /// It was closed by mistake, or they came back. What was told before does not close
    /// it a second time. Example: `draaiboek case reopen 1 --reason "they phoned again"`.
    Reopen {
        /// Number of the case
        case: String,
        /// Why: goes into the log
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Show who praises us and was not thanked, with a first text to thank with
    ///
    /// For who may read mentions; it is recorded. `case open --mention ID --kind
    /// compliment` takes one on.
    Compliments(RunPlace),
}

fn kind(written: &str) -> Result<CaseKind, String> {
    CaseKind::from_name(written).ok_or_else(|| {
        let names = CaseKind::ALL.map(CaseKind::name).join(", ");
        format!("the kinds are {names}")
    })
}

fn verdict(written: &str) -> Result<Verdict, String> {
    Verdict::from_name(written).ok_or_else(|| {
        let names = Verdict::ALL.map(Verdict::name).join(", ");
        format!("the verdicts are {names}")
    })
}

fn answer(written: &str) -> Result<(Step, Given), String> {
    let said = written.split_once('=');
    let read = said.and_then(|(step, given)| {
        let step = Step::from_name(step)?;
        Some((step, Given::from_name(given)?))
    });
    read.ok_or_else(|| {
        let names = Step::ALL.map(Step::name).join(", ");
        format!("write STEP=yes, no or doubt; the steps are {names}")
    })
}

pub fn run(args: Args) -> ExitCode {
    match args.command {
        Command::List(place) => list(&place),
        Command::Show { case, place } => show(&place, &case),
        Command::Compliments(place) => compliments(&place),
        Command::Open {
            mention: Some(mention),
            platform,
            kind,
            place,
            ..
        } => request(
            &place.at,
            &Request::CaseOf {
                run: place.run,
                mention,
                platform,
                kind,
            },
        ),
        Command::Open {
            name,
            platform,
            url,
            kind,
            place,
            ..
        } => act(
            &place,
            Act::OpenCase {
                name: name.unwrap_or_default(),
                platform: platform.unwrap_or_default(),
                url,
                kind,
                signs: None,
            },
        ),
        Command::Decide {
            case,
            answers,
            verdict,
            reason,
            back,
            place,
        } => {
            let is_asked = answers.is_empty() && verdict.is_none() && !place.at.json;
            let answers = match is_asked && io::stdin().is_terminal() {
                false => answers,
                true => match asked(&place, &case) {
                    Ok(answers) => answers,
                    Err(why) => return failed(&why),
                },
            };
            let act = Act::DecideCase {
                case,
                steps: answers,
                verdict,
                reason,
                back_at: None,
            };
            let run = place.run;
            let decide = match back {
                Some(at) => Request::PromisedBack { run, act, at },
                None => Request::Act { run, act },
            };
            request(&place.at, &decide)
        }
        Command::Reopen {
            case,
            reason,
            place,
        } => act(&place, Act::ReopenCase { case, reason }),
        Command::Close {
            case,
            message,
            told,
            how,
            at,
            place,
        } => {
            let act = Act::CloseCase {
                case,
                message,
                what: told,
                how,
                at: None,
            };
            let run = place.run;
            let close = match at {
                Some(at) => Request::PublishedAt { run, act, at },
                None => Request::Act { run, act },
            };
            request(&place.at, &close)
        }
    }
}

fn run_of(place: &RunPlace) -> Result<Value, String> {
    ask(
        &place.at,
        &Request::Run {
            run: place.run,
            language: None,
            quotes: false,
        },
    )
}

fn case_of(run: &Value, number: &str) -> Result<Value, String> {
    let cases = list_of(&run["cases"]);
    let found = cases.iter().find(|case| case["case"] == number);
    found
        .cloned()
        .ok_or_else(|| format!("there is no case {number}: `draaiboek case list` shows them"))
}

fn list(place: &RunPlace) -> ExitCode {
    let run = match run_of(place) {
        Ok(run) => run,
        Err(why) => return failed(&why),
    };
    if place.at.json {
        let complaints = &run["answering"]["complaints"];
        print::json(&json!({ "run": run["run"], "cases": run["cases"], "complaints": complaints }));
        return ExitCode::SUCCESS;
    }
    let rows: Vec<Vec<String>> = list_of(&run["cases"]).iter().map(row).collect();
    if rows.is_empty() {
        say(&format!("Run {} has no cases.", cell(&run["run"])));
        return ExitCode::SUCCESS;
    }
    let headers = [
        "CASE", "KIND", "NAME", "PLATFORM", "OPEN", "DECIDED", "TOLD", "URL", "SINCE",
    ];
    say(table(&headers, &rows).trim_end());
    say(&told_of(&run["answering"]["complaints"]));
    ExitCode::SUCCESS
}

fn row(case: &Value) -> Vec<String> {
    let told = match (&case["told_at"], &case["closed_at"]) {
        (Value::Null, Value::Null) => "not yet".to_owned(),
        (Value::Null, _) => "-".to_owned(),
        (at, _) => local(at),
    };
    let mut cells: Vec<String> = ["case", "kind", "name", "platform", "open", "decided"]
        .iter()
        .map(|name| cell(&case[*name]))
        .collect();
    cells.extend([told, cell(&case["url"]), local(&case["opened_at"])]);
    cells
}

/// How many complaints ended with an outcome, and who waits.
fn told_of(complaints: &Value) -> String {
    let count = |name: &str| complaints[name].as_u64().unwrap_or_default();
    let due = count("complaints") - count("ignored");
    let percent = complaints["percent_told"].as_f64();
    let share = percent.map_or_else(String::new, |percent| {
        format!(
            "{} of {due} complaints closed with an outcome that was told ({percent:.0} %). ",
            count("told")
        )
    });
    let waiting: Vec<String> = list_of(&complaints["waiting"]).iter().map(cell).collect();
    match waiting.is_empty() {
        true => format!("{share}Nobody waits."),
        false => format!("{share}Still open: {}.", waiting.join(", ")),
    }
}

fn show(place: &RunPlace, number: &str) -> ExitCode {
    let case = match run_of(place).and_then(|run| case_of(&run, number)) {
        Ok(case) => case,
        Err(why) => return failed(&why),
    };
    if place.at.json {
        print::json(&case);
        return ExitCode::SUCCESS;
    }
    say(&format!(
        "Case {number}: {} ({}), {}, since {}",
        cell(&case["name"]),
        cell(&case["platform"]),
        cell(&case["kind"]),
        local(&case["opened_at"])
    ));
    if !case["list"].is_null() {
        let list = cell(&case["list"]);
        say(&format!(
            "On the list `{list}`: we do not reply to these accounts."
        ));
    }
    let rows = list_of(&case["steps"]).iter();
    let rows = rows.map(|step| {
        let names = ["step", "ask", "proposed", "then"];
        names.iter().map(|name| cell(&step[*name])).collect()
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let headers = ["STEP", "QUESTION", "SEEMS", "YES MEANS"];
    say(table(&headers, &rows).trim_end());
    say(&format!("Proposed: {}", cell(&case["proposed"])));
    if !case["decided"].is_null() {
        say(&format!(
            "Decided: {} by {} {}: {}",
            cell(&case["decided"]),
            cell(&case["decided_by_name"]),
            local(&case["decided_at"]),
            cell(&case["decided_how"])
        ));
    }
    if !case["back_at"].is_null() {
        say(&format!("They hear from us at {}", local(&case["back_at"])));
    }
    if !case["closed_at"].is_null() {
        let how = match case["told_by_message"].is_null() {
            true => cell(&case["told_how"]),
            false => cell(&case["told_by_message"]),
        };
        say(&format!(
            "Closed {} by {}: {how} {}",
            local(&case["closed_at"]),
            cell(&case["closed_by_name"]),
            cell(&case["told_what"])
        ));
    }
    ExitCode::SUCCESS
}

/// The steps, asked one by one until one decides.
fn asked(place: &RunPlace, number: &str) -> Result<Vec<(Step, Given)>, String> {
    let case = case_of(&run_of(place)?, number)?;
    let steps = list_of(&case["steps"]);
    converse(steps, &mut io::stdin().lock(), &mut io::stdout())
        .map_err(|error| format!("the terminal cannot be read: {error}"))?
        .ok_or_else(|| "nothing was decided".to_owned())
}

/// What somebody says to the steps; `None` when they stop half way. Enter takes
/// what the program would say, where it would say anything.
fn converse(
    steps: &[Value],
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<Option<Vec<(Step, Given)>>> {
    let mut answers = Vec::new();
    for shown in steps {
        let step = shown["step"].as_str().and_then(Step::from_name);
        let Some(step) = step else { continue };
        let proposed = shown["proposed"].as_str().and_then(Given::from_name);
        let given = loop {
            let enter =
                proposed.map_or_else(String::new, |given| format!(", Enter for {}", given.name()));
            let ask = cell(&shown["ask"]);
            write!(output, "{ask} (yes, no, doubt{enter}) ")?;
            output.flush()?;
            let mut line = String::new();
            if input.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            let said = line.trim().to_lowercase();
            let given = match said.as_str() {
                "" => proposed,
                "y" | "j" | "ja" => Some(Given::Yes),
                "n" | "nee" => Some(Given::No),
                said => Given::from_name(said),
            };
            match given {
                Some(given) => break given,
                None => writeln!(output, "Answer yes, no or doubt.")?,
            }
        };
        answers.push((step, given));
        if walk(&answers).is_ok() {
            break;
        }
    }
    Ok(Some(answers))
}

fn compliments(place: &RunPlace) -> ExitCode {
    let run = place.run;
    let found = match ask(&place.at, &Request::Compliments { run }) {
        Ok(found) => found,
        Err(why) => return failed(&why),
    };
    if place.at.json {
        print::json(&found);
        return ExitCode::SUCCESS;
    }
    let all = list_of(&found["compliments"]);
    if all.is_empty() {
        say("Nobody who praises us waits for a thank-you, as far as mentions were read.");
    }
    for one in all {
        let case = match one["case"].is_null() {
            true => String::new(),
            false => format!(", case {}", cell(&one["case"])),
        };
        say(&format!(
            "{} ({}, id {}{case}): {}",
            cell(&one["author"]),
            cell(&one["platform"]),
            cell(&one["id"]),
            cell(&one["text"])
        ));
        say(&format!("  {}", cell(&one["thanks"])));
    }
    ExitCode::SUCCESS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(proposed: Option<&str>) -> Vec<Value> {
        let steps = Step::ALL.into_iter();
        let shown = |step: Step| json!({ "step": step.name(), "ask": "?", "proposed": proposed });
        steps.map(shown).collect()
    }

    fn said(typed: &str, proposed: Option<&str>) -> Option<Vec<(Step, Given)>> {
        let mut output = Vec::new();
        converse(&steps(proposed), &mut typed.as_bytes(), &mut output).unwrap()
    }

    #[test]
    fn steps_are_asked_until_one_decides() {
        let answers = said("no\nn\nmaybe\nja\nyes\n", None).unwrap();
        assert_eq!(
            answers,
            [
                (Step::Spam, Given::No),
                (Step::Policy, Given::No),
                (Step::Danger, Given::Yes)
            ]
        );
        assert_eq!(said("doubt\n", None).unwrap().len(), 1);
        assert_eq!(said("no\n", None), None);
    }

    #[test]
    fn enter_takes_what_is_proposed_and_else_asks_again() {
        let all_no = said(&"\n".repeat(Step::ALL.len()), Some("no")).unwrap();
        assert_eq!(walk(&all_no), Ok(Verdict::Hold));
        assert_eq!(said("\n\nyes\n", None).unwrap(), [(Step::Spam, Given::Yes)]);
    }

    #[test]
    fn an_answer_is_a_step_and_what_is_said_to_it() {
        assert_eq!(answer("spam=no"), Ok((Step::Spam, Given::No)));
        assert!(answer("spam").is_err() && answer("spam=perhaps").is_err());
    }
}
