//! `draaiboek watch show`: how one watch stands, at a glance: what came in
//! against what is usual, what was left out, and how far its triggers are.

use std::io::IsTerminal;
use std::path::Path;

use serde_json::Value;

use super::figure::{self, Hour, Ink};
use super::nearness::rounded;
use super::portrait::{View, clock_of};
use super::{Folder, known_watch};
use crate::cli::ask::ask_running;
use crate::cli::print::{self, cell, list_of, local, say, table, wrap};
use crate::config;
use crate::domain::plane::Plane;
use crate::engine::clock;
use crate::engine::request::Request;
use crate::store::Store;

/// How wide a terminal surely is, and how wide a picture is at most.
const WIDTH: usize = 76;
const WIDEST: usize = 110;

/// Special days that are listed.
const MOST_DAYS: usize = 6;

/// Show how one watch stands: volume against the usual, exclusions, triggers
///
/// Works from what is stored, with the daemon running or not.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: draaiboek watch show delinde")]
pub(super) struct Args {
    /// The watch
    #[arg(value_name = "NAME")]
    watch: String,
    #[command(flatten)]
    at: Folder,
}

pub(super) fn run(args: &Args) -> Result<(), String> {
    let dir = &args.at.dir;
    let parsed = config::load(dir);
    let organisation = super::of(parsed.organisation.as_ref(), dir)?;
    let key = known_watch(&args.watch, organisation)?;
    let mut watches = organisation.watches.iter();
    let number = watches.position(|watch| watch.key == key).unwrap_or(0);
    let store = Store::open_to_read(dir, Plane::Real).map_err(|error| error.to_string())?;
    let view = View::new(&parsed, organisation, number, store.as_ref(), clock::now())?;
    let view = view.ok_or("there is no such watch")?;
    let mut shown = view.json(&parsed)?;
    shown["near_misses"] = near_misses(dir, key);
    if args.at.json {
        print::json(&shown);
        return Ok(());
    }
    let is_terminal = std::io::stdout().is_terminal();
    let ink = Ink(config::wants_colour(is_terminal));
    let size = terminal_size::terminal_size().filter(|_| is_terminal);
    let width = size.map_or(WIDTH, |(width, _)| usize::from(width.0).saturating_sub(1));
    say(readable(&shown, width.clamp(40, WIDEST), ink).trim_end());
    Ok(())
}

/// What nearly fired, the latest first; null when no daemon runs, which alone
/// remembers it.
fn near_misses(dir: &Path, watch: &str) -> Value {
    let asked = Request::Curve {
        watch: watch.to_owned(),
        hours: 1,
    };
    let answer = ask_running(dir, &asked);
    answer.map_or(Value::Null, |mut curve| curve["near_misses"].take())
}

/// As a person reads it.
fn readable(shown: &Value, width: usize, ink: Ink) -> String {
    let mut text = head(shown, width, ink);
    text.push_str(&day(shown, width, ink));
    text.push_str(&alarms(shown, ink));
    text.push_str(&triggers(shown, width, ink));
    text.push_str(&nearly(shown, width, ink));
    text.push_str(&left_out(shown, ink));
    text.push_str(&week(shown, width, ink));
    text.push_str(&special_days(shown, ink));
    text
}

fn head(shown: &Value, width: usize, ink: Ink) -> String {
    let title = format!("{} ({})", cell(&shown["title"]), cell(&shown["watch"]));
    let mut text = format!("{}\n", ink.strong(&title));
    for line in wrap(&cell(&shown["query"]), width.saturating_sub(4)) {
        text.push_str(&format!("    {line}\n"));
    }
    if !list_of(&shown["ignore"]).is_empty() {
        text.push_str(&format!("    not by {}\n", cell(&shown["ignore"])));
    }
    let sources: Vec<String> = list_of(&shown["blind_sources"])
        .iter()
        .map(|one| match one["because"].as_str() {
            Some(_) => format!("{}: {}", cell(&one["source"]), cell(&one["because"])),
            None => cell(&one["source"]),
        })
        .collect();
    let word = match shown["blind"].as_str() {
        Some("partly") => "PARTLY BLIND: what is low below may be too low",
        Some(_) => "BLIND: nothing below can be trusted to be all",
        None => "",
    };
    if !word.is_empty() {
        text.push_str(&format!("{}; {}\n", ink.loud(word), sources.join("; ")));
    }
    text.push('\n');
    let last = &shown["last_mention_at"];
    if last.is_null() {
        text.push_str("Nothing came in yet.\n");
        return text;
    }
    text.push_str(&verdict(shown, ink));
    text.push_str(&pace("Last hour", &shown["last_hour"], ink));
    text.push_str(&pace("Last 24 hours", &shown["last_day"], ink));
    text.push_str(&format!(
        "Last mention   {} (it is now {})\n",
        short(last, &shown["at"]),
        short(&shown["at"], &shown["at"])
    ));
    text.push_str(&format!("The usual      {}\n", known(shown)));
    text
}

/// The one line for who reads no further.
fn verdict(shown: &Value, ink: Ink) -> String {
    let alarms = list_of(&shown["alarms"]);
    let now = match alarms.last().filter(|alarm| alarm["to"].is_null()) {
        Some(alarm) => {
            let since = short(&alarm["from"], &shown["at"]);
            ink.loud(&format!("UNUSUALLY LOUD since {since}"))
        }
        None if shown["usual"]["grade"] == "unknown" => "cannot be told yet".to_owned(),
        None if shown["usual"]["in_force"] == false => {
            "cannot be told yet: the usual was only just learnt".to_owned()
        }
        None => "not unusual".to_owned(),
    };
    format!("{:<14} {now}\n", "Now")
}

/// The usual in words.
fn known(shown: &Value) -> String {
    let usual = &shown["usual"];
    let says = cell(&usual["says"]);
    match usual["mentions_a_day"].as_f64() {
        Some(a_day) => format!("{says}; about {} mentions a day", rounded(a_day, 0)),
        None => says,
    }
}

/// `Last hour      42 mentions, 6 times the usual 7`.
fn pace(title: &str, pace: &Value, ink: Ink) -> String {
    let n = pace["mentions"].as_u64().unwrap_or(0);
    let mentions = ink.strong(&format!("{n} mention{}", if n == 1 { "" } else { "s" }));
    let against = match (pace["usual"].as_f64(), pace["times"].as_f64()) {
        (Some(usual), Some(times)) if times >= 1.5 && n > 2 => format!(
            ", {} times the usual {}",
            rounded(times, 1),
            rounded(usual, 1)
        ),
        (Some(usual), _) => format!(", usually {}", rounded(usual, 1)),
        _ => String::new(),
    };
    format!("{title:<14} {mentions}{against}\n")
}

fn day(shown: &Value, width: usize, ink: Ink) -> String {
    let hours: Vec<Hour> = list_of(&shown["day"])
        .iter()
        .map(|hour| Hour {
            clock: clock_of(&hour["from"]),
            mentions: hour["mentions"].as_u64().unwrap_or(0),
            usual: hour["usual"].as_f64(),
            is_alarm: hour["unusual"] == true,
        })
        .collect();
    if hours
        .iter()
        .all(|hour| hour.mentions == 0 && hour.usual.is_none())
    {
        return String::new();
    }
    let has_usual = hours.iter().any(|hour| hour.usual.is_some());
    let mut legend = "mentions an hour".to_owned();
    if has_usual {
        legend.push_str("; ─ is the usual");
    }
    legend.push_str("; the last one still runs");
    format!(
        "\n{} ({legend})\n{}",
        ink.strong("The last 24 hours"),
        figure::day(&hours, width, ink)
    )
}

fn alarms(shown: &Value, ink: Ink) -> String {
    let rows = list_of(&shown["alarms"]);
    let title = ink.strong("Unusually loud in the last two days");
    if rows.is_empty() {
        return format!("\n{title}: never\n");
    }
    let mut text = format!("\n{title}\n");
    for row in rows {
        let until = match row["to"].as_str() {
            Some(_) => format!("until {}", short(&row["to"], &shown["at"])),
            None => ink.loud("and still is"),
        };
        let usual = match row["usual"].as_f64() {
            Some(usual) => format!(", usually {}", rounded(usual, 1)),
            None => String::new(),
        };
        text.push_str(&format!(
            "  from {} {until}: {} mentions{usual}\n",
            short(&row["from"], &shown["at"]),
            cell(&row["mentions"])
        ));
    }
    text
}

fn triggers(shown: &Value, width: usize, ink: Ink) -> String {
    let playbooks = list_of(&shown["playbooks"]);
    let title = ink.strong("Triggers that listen to it, and how far they are");
    if playbooks.is_empty() {
        return format!("\n{title}: none, so it alarms nobody\n");
    }
    let mut text = format!("\n{title}\n");
    for playbook in playbooks {
        text.push_str(&format!(
            "  {} ({})\n",
            cell(&playbook["playbook"]),
            cell(&playbook["title"])
        ));
        for trigger in list_of(&playbook["triggers"]) {
            let held = match trigger["for"].as_str() {
                Some(_) => format!(" for {}", cell(&trigger["for"])),
                None => String::new(),
            };
            let state = match trigger["holds"].as_bool() {
                Some(true) => ink.loud(&format!(
                    "HOLDS NOW{}",
                    match held.is_empty() {
                        true => String::new(),
                        false => format!(" (must hold{held})"),
                    }
                )),
                _ if trigger["supported"] == false => "not supported yet".to_owned(),
                Some(false) => "no".to_owned(),
                None => "up to the open run".to_owned(),
            };
            let (name, level) = (cell(&trigger["trigger"]), cell(&trigger["level"]));
            text.push_str(&format!("    {name} -> {level}: {state}\n"));
            tests(&mut text, &trigger["tests"], 6, width);
        }
    }
    text
}

/// At most one moment a day of each trigger.
fn nearly(shown: &Value, width: usize, ink: Ink) -> String {
    let title = ink.strong("Nearly fired in the last four weeks");
    let none = match &shown["near_misses"] {
        Value::Null => "only a running daemon remembers it",
        Value::Array(rows) if rows.is_empty() => "nothing, since a day before the daemon started",
        _ => "",
    };
    if !none.is_empty() {
        return format!("\n{title}: {none}\n");
    }
    let mut text = format!("\n{title}\n");
    for row in list_of(&shown["near_misses"]) {
        let says = format!(
            "{} {}, {}: {} % of what it takes ({})",
            short(&row["at"], &shown["at"]),
            cell(&row["playbook"]),
            cell(&row["trigger"]),
            cell(&row["percent"]),
            cell(&row["because"])
        );
        for (number, line) in wrap(&says, width.saturating_sub(4)).iter().enumerate() {
            let indent = if number == 0 { 2 } else { 4 };
            text.push_str(&format!("{:indent$}{line}\n", ""));
        }
    }
    text
}

/// The tests of a condition under each other, inner ones further in.
fn tests(text: &mut String, list: &Value, indent: usize, width: usize) {
    for test in list_of(list) {
        let mark = match test["holds"].as_bool() {
            Some(true) => "[x]",
            Some(false) => "[ ]",
            None => "[?]",
        };
        let lines = wrap(&cell(&test["says"]), width.saturating_sub(indent + 4));
        for (number, line) in lines.iter().enumerate() {
            let mark = if number == 0 { mark } else { "   " };
            text.push_str(&format!("{:indent$}{mark} {line}\n", ""));
        }
        for inner in list_of(&test["of"]) {
            tests(text, inner, indent + 4, width);
        }
    }
}

/// Every mention has a row, counted or not.
fn left_out(shown: &Value, ink: Ink) -> String {
    let row = |title: &str, key: &str, worth: &str| {
        let n = |span: &str| cell(&shown["counted"][span][key]);
        vec![
            format!("  {title}"),
            n("last_day"),
            n("last_week"),
            worth.to_owned(),
        ]
    };
    let rows = [
        row("mentions", "mentions", "each one mention, always"),
        row("  own words", "own", "one voice an author"),
        row("  reposts", "repost", "0.3 of a voice"),
        row("  copies", "copy", "no voice; weighs a little"),
        row("  said again", "again", "no voice, weighs nothing"),
        row("  news copies", "news_echo", "no voice; weighs a little"),
        row("  spam", "spam", "no voice, no author"),
        row("not counted: echoes of us", "echo", "not a mention"),
        row("not counted: our own posts", OURS, "not a mention"),
    ];
    format!(
        "\n{}\n{}",
        ink.strong("What was counted, and what was left out"),
        table(&["", "24 HOURS", "7 DAYS", "WORTH"], &rows)
    )
}

/// Posts of ours, in the JSON.
const OURS: &str = "ours";

fn week(shown: &Value, width: usize, ink: Ink) -> String {
    let days = list_of(&shown["week"]).iter();
    let usual: Vec<f64> = days
        .flat_map(|day| list_of(day).iter().filter_map(Value::as_f64))
        .collect();
    let title = ink.strong("The usual week");
    if usual.is_empty() {
        return format!("\n{title}: {}\n", cell(&shown["usual"]["says"]));
    }
    let busiest: Vec<String> = list_of(&shown["busiest"])
        .iter()
        .map(|hour| {
            let from = hour["hour"].as_u64().unwrap_or(0);
            let mentions = rounded(hour["usual"].as_f64().unwrap_or(0.0), 1);
            format!("{} {from}-{} ({mentions})", cell(&hour["day"]), from + 1)
        })
        .collect();
    format!(
        "\n{title} ({})\n{}Busiest: {}\n{}\n",
        cell(&shown["usual"]["says"]),
        figure::week(&usual, width),
        busiest.join(", "),
        figure::legend(&usual)
    )
}

fn special_days(shown: &Value, ink: Ink) -> String {
    let days = list_of(&shown["special_days"]);
    let title = ink.strong("Special days in the next 60");
    if days.is_empty() {
        return format!("\n{title}: none in the calendar\n");
    }
    let mut text = format!("\n{title}\n");
    for day in days.iter().take(MOST_DAYS) {
        let dates = match day["from"] == day["through"] {
            true => format!("{} {}", cell(&day["day"]), cell(&day["from"])),
            false => format!("{} to {}", cell(&day["from"]), cell(&day["through"])),
        };
        let unlike = match day["times"].as_f64() {
            Some(times) => format!("{} times the usual is expected", rounded(times, 2)),
            None => format!("expected like a {}", cell(&day["like"])),
        };
        let today = if day["today"] == true { "NOW: " } else { "" };
        text.push_str(&format!(
            "  {today}{dates}: {}, {unlike}\n",
            cell(&day["title"])
        ));
    }
    let n_more = days.len().saturating_sub(MOST_DAYS);
    if n_more > 0 {
        text.push_str(&format!("  and {n_more} more\n"));
    }
    text
}

/// The clock time of an instant, with the date when that is another day.
fn short(instant: &Value, now: &Value) -> String {
    let (instant, now) = (local(instant), local(now));
    match (instant.split_once(' '), now.split_once(' ')) {
        (Some((day, time)), Some((today, _))) if day == today => {
            time.get(..5).unwrap_or(time).to_owned()
        }
        (Some((day, time)), _) => format!("{day} {}", time.get(..5).unwrap_or(time)),
        _ => instant,
    }
}
