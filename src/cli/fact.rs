//! `draaiboek fact`: the fact sheet of a run.

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;

use serde_json::Value;

use super::ask::ask;
use super::place::RunPlace;
use super::print::{cell, failed, json, list_of, local, say, table};
use crate::engine::request::Request;

/// Show and fill in the fact sheet of a run
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List what is asked and what is known: by whom, from whom, since when
    List(RunPlace),
    /// Ask the open questions, the one that most drafts wait for first
    ///
    /// At a terminal it asks them one by one and fills in the answers; Enter
    /// skips one, and `stop` ends it. Elsewhere, or with --json, it lists them in
    /// that order.
    Ask(RunPlace),
    /// Fill in a fact; the drafts that use it are made anew
    ///
    /// Examples: `draaiboek fact set topic "the waiting time"`,
    /// `draaiboek fact set known "We are open" "Urgent cases go first"`,
    /// `draaiboek fact set next_update 14:30`,
    /// `draaiboek fact set ill_patients 12 --source "infection prevention" --as-of 10:00`.
    Set {
        /// Name of the fact, as `fact list` shows it
        fact: String,
        /// The value, in quotes; for a list, one for each item
        #[arg(required = true)]
        value: Vec<String>,
        /// Who said it: a person, a department, a document
        #[arg(long, value_name = "WHO")]
        source: Option<String>,
        /// Since when it is so: 14:30, or "2026-03-02 14:30"; without it, now
        #[arg(long, value_name = "TIME")]
        as_of: Option<String>,
        #[command(flatten)]
        place: RunPlace,
    },
}

pub fn run(args: Args) -> ExitCode {
    let (place, request) = match args.command {
        Command::List(place) => {
            let run = place.run;
            (place, Request::Facts { run })
        }
        Command::Ask(place) => return ask_open(&place),
        Command::Set {
            fact,
            value,
            source,
            as_of,
            place,
        } => {
            let request = Request::SetFact {
                run: place.run,
                fact,
                value,
                source,
                as_of,
            };
            (place, request)
        }
    };
    match ask(&place.at, &request) {
        Err(why) => failed(&why),
        Ok(answer) if place.at.json => {
            json(&answer);
            ExitCode::SUCCESS
        }
        Ok(answer) => {
            let facts: Vec<&Value> = list_of(&answer["facts"]).iter().collect();
            say(sheet(&facts).trim_end());
            ExitCode::SUCCESS
        }
    }
}

fn sheet(facts: &[&Value]) -> String {
    let row = |fact: &&Value| {
        let mut question = cell(&fact["ask"]);
        if !fact["told_by"].is_null() {
            question.push_str(&format!(" ({}'s to tell)", cell(&fact["told_by"])));
        }
        vec![
            cell(&fact["fact"]),
            cell(&fact["kind"]),
            value(fact),
            cell(&fact["by"]),
            cell(&fact["source"]),
            match &fact["as_of"] {
                Value::Null => local(&fact["at"]),
                as_of => local(as_of),
            },
            question,
        ]
    };
    let rows: Vec<Vec<String>> = facts.iter().map(row).collect();
    let heads = ["FACT", "KIND", "VALUE", "BY", "SOURCE", "AS OF", "QUESTION"];
    table(&heads, &rows)
}

/// What is known; a promised time that has passed says so.
fn value(fact: &Value) -> String {
    let known = cell(&fact["value"]);
    match (&fact["passed"], &fact["passed"]["proposed"]) {
        (Value::Null, _) => known,
        (_, Value::Null) => format!("{known} (PASSED)"),
        (_, next) => format!("{known} (PASSED; the rhythm gives {})", cell(next)),
    }
}

/// The questions that are open, in the order that matters.
fn open_of(answer: &Value) -> Vec<&Value> {
    let named = |name: &Value| {
        let mut facts = list_of(&answer["facts"]).iter();
        facts.find(|fact| fact["fact"] == *name)
    };
    list_of(&answer["open"]).iter().filter_map(named).collect()
}

fn ask_open(place: &RunPlace) -> ExitCode {
    let answer = match ask(&place.at, &Request::Facts { run: place.run }) {
        Ok(answer) => answer,
        Err(why) => return failed(&why),
    };
    let open = open_of(&answer);
    if place.at.json {
        json(&serde_json::json!({ "run": answer["run"], "open": open }));
        return ExitCode::SUCCESS;
    }
    if open.is_empty() {
        say("Every fact is known.");
        return ExitCode::SUCCESS;
    }
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        let row = |fact: &&Value| {
            let cells = ["fact", "kind", "drafts_waiting", "role", "ask"];
            cells.iter().map(|name| cell(&fact[*name])).collect()
        };
        let rows: Vec<Vec<String>> = open.iter().map(row).collect();
        let heads = ["FACT", "KIND", "DRAFTS WAITING", "ROLE", "QUESTION"];
        say(table(&heads, &rows).trim_end());
        return ExitCode::SUCCESS;
    }
    let mut set = |fact: &str, value: Vec<String>, source: Option<String>| {
        let request = Request::SetFact {
            run: place.run,
            fact: fact.to_owned(),
            value,
            source,
            as_of: None,
        };
        ask(&place.at, &request).map(|_| ())
    };
    match converse(&open, &mut io::stdin().lock(), &mut io::stdout(), &mut set) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error.to_string()),
    }
}

/// Fills in one fact: name, what was typed, and who said it; the error says what
/// is wrong with it.
type SetFact<'a> = dyn FnMut(&str, Vec<String>, Option<String>) -> Result<(), String> + 'a;

/// Asks one question after another. A wrong answer is asked again; the end of
/// the input ends it.
fn converse(
    open: &[&Value],
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    set: &mut SetFact<'_>,
) -> io::Result<()> {
    writeln!(output, "Enter skips a question; `stop` ends.\n")?;
    for fact in open {
        let waiting = fact["drafts_waiting"].as_u64().unwrap_or_default();
        let waiting = match waiting {
            0 => String::new(),
            1 => " (1 draft waits)".to_owned(),
            many => format!(" ({many} drafts wait)"),
        };
        writeln!(output, "{}{waiting}", cell(&fact["ask"]))?;
        loop {
            let hint = hint(fact["kind"].as_str().unwrap_or_default());
            let Some(typed) = prompt(&format!("  {hint}> "), input, output)? else {
                return Ok(());
            };
            match typed.as_str() {
                "" => break,
                "stop" => return Ok(()),
                _ => {}
            }
            let Some(source) = prompt("  who said it? > ", input, output)? else {
                return Ok(());
            };
            let source = Some(source).filter(|source| !source.is_empty());
            let name = fact["fact"].as_str().unwrap_or_default();
            let value = match fact["kind"].as_str() {
                Some("list") => typed
                    .split(';')
                    .map(|item| item.trim().to_owned())
                    .collect(),
                _ => vec![typed],
            };
            match set(name, value, source) {
                Ok(()) => break,
                Err(why) => writeln!(output, "  {why}")?,
            }
        }
    }
    writeln!(output, "That was the last question.")
}

fn hint(kind: &str) -> &'static str {
    match kind {
        "list" => "a list; put ; between the items ",
        "number" => "a number ",
        "time" => "a time, such as 14:30 ",
        "date" => "a date, such as 2026-03-02 ",
        "yes_no" => "yes or no ",
        _ => "",
    }
}

/// One line that somebody typed; `None` at the end of the input.
fn prompt(
    asks: &str,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> io::Result<Option<String>> {
    write!(output, "{asks}")?;
    output.flush()?;
    let mut line = String::new();
    let n_read = input.read_line(&mut line)?;
    Ok((n_read > 0).then(|| line.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn it_asks_again_after_a_wrong_answer_and_stops_when_told() {
        let open = [
            json!({ "fact": "known", "kind": "list", "ask": "What do we know?", "drafts_waiting": 3 }),
            json!({ "fact": "topic", "kind": "text", "ask": "What is it about?", "drafts_waiting": 1 }),
            json!({ "fact": "callers", "kind": "number", "ask": "How many call?", "drafts_waiting": 0 }),
            json!({ "fact": "cause", "kind": "text", "ask": "Why?", "drafts_waiting": 0 }),
        ];
        let typed = "a; b\nthe ward\n\nmany\n\n12\nswitchboard\nstop\n";
        let mut told = Vec::new();
        let mut set = |fact: &str, value: Vec<String>, source: Option<String>| {
            if value == ["many"] {
                return Err("`many` is not a number".to_owned());
            }
            told.push((fact.to_owned(), value, source));
            Ok(())
        };
        let mut output = Vec::new();
        let open: Vec<&Value> = open.iter().collect();
        converse(&open, &mut typed.as_bytes(), &mut output, &mut set).unwrap();
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let expected: Vec<(String, Vec<String>, Option<String>)> = vec![
            (
                "known".to_owned(),
                texts(&["a", "b"]),
                Some("the ward".to_owned()),
            ),
            (
                "callers".to_owned(),
                texts(&["12"]),
                Some("switchboard".to_owned()),
            ),
        ];
        assert_eq!(told, expected);
        insta::assert_snapshot!(String::from_utf8(output).unwrap());
    }
}
