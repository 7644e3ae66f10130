//! `draaiboek account`: who can get in to the pages.

use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use serde_json::Value;

use super::ask::ask;
use super::place::Place;
use super::print::{cell, failed, json, list_of, local, safe, say, table};
use super::tokens;
use crate::domain::password::Password;
use crate::engine::request::Request;

/// Lines of the log that are shown when nobody says how many.
const LINES: usize = 50;

/// Let people in to the pages of the daemon
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Show who may do what on the pages, who has a password, and who is in
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Give somebody of the team a password to log in with
    ///
    /// It is asked for twice, and not shown. Whoever may do something on the pages can
    /// also get in without one, by a link in their mail.
    Add(Setting),
    /// Give somebody another password, and put them out everywhere
    Password(Setting),
    /// Print a link that lets somebody in, once, within 15 minutes
    Link(Whom),
    /// Put somebody out: on all devices, and links to them work no more
    Out(Whom),
    /// Take somebody's password away, and put them out
    ///
    /// A link in their mail still lets them in for as long as they have a role; what
    /// people may is written in draaiboek.yaml.
    Remove(Whom),
    /// Show who got in and out, who was refused, and from which kind of address
    Log {
        /// So many lines, the latest first
        #[arg(long, value_name = "NUMBER", default_value_t = LINES)]
        limit: usize,
        #[command(flatten)]
        place: Place,
    },
    /// Make a token: what a program gets in to the JSON interface with
    Token(tokens::Make),
    /// List the tokens of programs
    Tokens(tokens::List),
    /// End a token of a program
    RevokeToken(tokens::Revoke),
}

#[derive(Debug, clap::Args)]
struct Whom {
    /// A name under `team`
    #[arg(value_name = "PERSON")]
    person: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
struct Setting {
    #[command(flatten)]
    whom: Whom,
    /// Take the first line of stdin, for scripts
    #[arg(long)]
    password_from_stdin: bool,
}

pub fn run(args: &Args) -> ExitCode {
    let done = match &args.what {
        What::List { place } => shown(place, &Request::Accounts, people),
        What::Add(setting) => set(setting, true),
        What::Password(setting) => set(setting, false),
        What::Link(Whom { person, place }) => {
            let person = person.clone();
            shown(place, &Request::EntryLink { person }, link)
        }
        What::Out(Whom { person, place }) => {
            let person = person.clone();
            shown(place, &Request::PutOut { person }, out)
        }
        What::Remove(Whom { person, place }) => {
            let person = person.clone();
            shown(place, &Request::RemoveAccount { person }, removed)
        }
        What::Token(args) => return tokens::make(args),
        What::Tokens(args) => return tokens::list(args),
        What::RevokeToken(args) => return tokens::revoke(args),
        What::Log { limit, place } => shown(place, &Request::EntryLog { limit: *limit }, log),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why),
    }
}

fn shown(place: &Place, request: &Request, in_words: fn(&Value) -> String) -> Result<(), String> {
    let answer = ask(place, request)?;
    match place.json {
        true => json(&answer),
        false => say(&in_words(&answer)),
    }
    Ok(())
}

fn set(setting: &Setting, is_new: bool) -> Result<(), String> {
    let Whom { person, place } = &setting.whom;
    let password = match setting.password_from_stdin {
        true => first_line()?,
        false => typed_twice(person)?,
    };
    let request = Request::SetPassword {
        person: person.clone(),
        password: Password(password),
        is_new,
    };
    let in_words = match is_new {
        true => |set: &Value| format!("{} can log in now", cell(&set["name"])),
        false => |set: &Value| {
            let name = cell(&set["name"]);
            format!("{name} has another password, and is out everywhere")
        },
    };
    shown(place, &request, in_words)
}

fn first_line() -> Result<String, String> {
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    read.map_err(|error| error.to_string())?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn typed_twice(person: &str) -> Result<String, String> {
    if !std::io::stdin().is_terminal() {
        return Err(
            "there is no terminal to ask for a password: use --password-from-stdin".to_owned(),
        );
    }
    let first = typed(&format!("Password for {}: ", safe(person)))?;
    let again = typed("Once more: ")?;
    match first == again {
        true => Ok(first),
        false => Err("the two are not the same; nothing was changed".to_owned()),
    }
}

/// One line from the terminal, which does not show it.
fn typed(question: &str) -> Result<String, String> {
    let stdin = std::io::stdin();
    let before = tcgetattr(&stdin).map_err(|error| error.to_string())?;
    let mut hidden = before.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    let mut screen = std::io::stderr();
    let _ = write!(screen, "{question}").and_then(|()| screen.flush());
    tcsetattr(&stdin, OptionalActions::Flush, &hidden).map_err(|error| error.to_string())?;
    let line = first_line();
    // Whatever was typed, the terminal shows what is typed after it.
    let shows = tcsetattr(&stdin, OptionalActions::Flush, &before);
    let _ = writeln!(screen);
    shows.map_err(|error| error.to_string())?;
    line
}

fn link(link: &Value) -> String {
    let (name, until) = (cell(&link["name"]), cell(&link["until"]));
    let url = cell(&link["url"]);
    format!("{name} gets in with this link, once, until {until}:\n{url}")
}

fn out(out: &Value) -> String {
    let name = cell(&out["name"]);
    match out["sessions"].as_u64() {
        None | Some(0) => format!("{name} was not in; links to them work no more"),
        Some(1) => format!("{name} is out on 1 device"),
        Some(n) => format!("{name} is out on {n} devices"),
    }
}

fn removed(removed: &Value) -> String {
    format!(
        "{} has no password any more, and is out",
        cell(&removed["name"])
    )
}

fn people(people: &Value) -> String {
    let rows = list_of(people).iter().map(|one| {
        let rights = list_of(&one["rights"]).iter().map(cell);
        let rights = rights.collect::<Vec<_>>().join(", ");
        vec![
            cell(&one["person"]),
            cell(&one["name"]),
            match rights.as_str() {
                "" => "nothing".to_owned(),
                _ => rights,
            },
            match one["password"].as_bool() {
                Some(true) => "yes".to_owned(),
                _ => "no".to_owned(),
            },
            match one["sessions"].as_u64() {
                None | Some(0) => "-".to_owned(),
                Some(n) => format!("{n}, seen {}", local(&one["seen_at"])),
            },
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    table(&["PERSON", "NAME", "MAY", "PASSWORD", "DEVICES"], &rows)
}

fn log(lines: &Value) -> String {
    let rows = list_of(lines).iter().map(|one| {
        let person = match one["person"].as_str() {
            None | Some("") => "-".to_owned(),
            Some(_) => cell(&one["person"]),
        };
        vec![
            local(&one["at"]),
            person,
            cell(&one["what"]),
            cell(&one["by"]),
            cell(&one["from"]),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    match rows.is_empty() {
        true => "nobody got in yet".to_owned(),
        false => table(&["WHEN", "PERSON", "WHAT", "BY", "FROM"], &rows),
    }
}
