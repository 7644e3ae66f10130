//! `draaiboek status`: what is going on, at a glance.

use std::process::ExitCode;

use serde_json::Value;

use super::ask::ask;
use super::place::Place;
use super::print::{cell, failed, json, local, say, table};
use crate::engine::request::Request;

/// Show open runs, watches, sources and mail at a glance
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    place: Place,
}

pub fn run(args: &Args) -> ExitCode {
    match ask(&args.place, &Request::Status) {
        Err(why) => failed(&why),
        Ok(status) if args.place.json => {
            json(&status);
            ExitCode::SUCCESS
        }
        Ok(status) => {
            say(&readable(&status));
            if let Some(warning) = super::drill::due::warning(args.place.folder()) {
                say(&warning);
            }
            ExitCode::SUCCESS
        }
    }
}

/// More mentions than this that wait to be read are said: fewer are read as we speak.
const BEHIND: u64 = 1_000;

pub(super) fn readable(status: &Value) -> String {
    let mut text = String::new();
    if !status["drill"].is_null() {
        text.push_str(&format!("DRILL: {}\n", cell(&status["drill"])));
    }
    let daemon = if status["daemon"] == true {
        "the daemon is running"
    } else {
        "NO DAEMON IS RUNNING: nobody listens"
    };
    text.push_str(&format!("{} - {daemon}\n\n", cell(&status["organisation"])));
    let listening = &status["listening_only"];
    if !listening.is_null() {
        text.push_str(&format!(
            "LISTENING ONLY: no mention alarms anybody; would have alarmed {} times since {}\n",
            cell(&listening["would_have_alarmed"]),
            local(&listening["since"])
        ));
        let latest = &listening["latest"];
        if !latest.is_null() {
            text.push_str(&format!(
                "  the last time at {}: trigger {} of {}\n",
                local(&latest["at"]),
                cell(&latest["trigger"]),
                cell(&latest["playbook"])
            ));
        }
        text.push('\n');
    }
    for reason in status["health"]["reasons"].as_array().into_iter().flatten() {
        text.push_str(&format!("NOT WELL: {}\n", cell(reason)));
    }
    if status["health"]["ok"] != true {
        text.push('\n');
    }
    let unread = status["unread"]["mentions"].as_u64().unwrap_or(0);
    if unread > BEHIND {
        text.push_str(&format!(
            "BEHIND: {unread} mentions wait to be read, the first since {}; counts are not behind, tone and needs are\n\n",
            local(&status["unread"]["since"])
        ));
    }
    text.push_str(&reload(&status["reload"]));
    let runs = rows(&status["runs"], |run| {
        vec![
            cell(&run["run"]),
            cell(&run["level"]),
            cell(&run["playbook"]),
            cell(&run["watch"]),
            local(&run["started_at"]),
        ]
    });
    if runs.is_empty() {
        text.push_str("No run is open.\n\n");
    } else {
        text.push_str(&table(
            &["RUN", "LEVEL", "PLAYBOOK", "WATCH", "STARTED"],
            &runs,
        ));
        for run in status["runs"].as_array().into_iter().flatten() {
            text.push_str(&prospect(run));
        }
        text.push('\n');
    }
    let watches = rows(&status["watches"], |watch| {
        vec![
            cell(&watch["watch"]),
            cell(&watch["title"]),
            cell(&watch["last_hour"]),
            cell(&watch["last_day"]),
        ]
    });
    text.push_str(&table(
        &["WATCH", "TITLE", "LAST HOUR", "LAST DAY"],
        &watches,
    ));
    text.push('\n');
    for watch in status["watches"].as_array().into_iter().flatten() {
        let (key, sources) = (cell(&watch["watch"]), cell(&watch["blind_sources"]));
        match watch["blind"].as_str() {
            Some("partly") => text.push_str(&format!("PARTLY BLIND: {key}, through {sources}\n")),
            Some(_) => text.push_str(&format!("BLIND: {key} sees through no source: {sources}\n")),
            None => {}
        }
    }
    let sources = rows(&status["sources"], |source| {
        let state = match (source["blind"].as_str(), source["trouble"].as_str()) {
            (Some(_), _) => format!("BLIND: {}", cell(&source["blind"])),
            (_, Some(_)) => format!("TROUBLE: {}", cell(&source["trouble"])),
            _ => "ok".to_owned(),
        };
        let state = match source["refused"].as_u64() {
            None | Some(0) => state,
            Some(n) => format!("{state}; {n} PUSHES REFUSED"),
        };
        let numbers = ["received", "matched", "rejected"].map(|name| cell(&source[name]));
        let [received, matched, rejected] = numbers;
        vec![
            cell(&source["source"]),
            cell(&source["kind"]),
            received,
            matched,
            rejected,
            local(&source["last_at"]),
            state,
        ]
    });
    text.push_str(&table(
        &[
            "SOURCE", "KIND", "RECEIVED", "MATCHED", "REJECTED", "LAST", "STATE",
        ],
        &sources,
    ));
    text.push_str(&format!("\nPlaybooks: {}\n", cell(&status["playbooks"])));
    let call = &status["roll_call"];
    if !call.is_null() {
        text.push_str(&format!(
            "\nRoll call: {} of {} answered since {}\n",
            cell(&call["answered"]),
            cell(&call["asked"]),
            local(&call["began_at"])
        ));
    }
    let mail = &status["mail"];
    text.push_str(&format!(
        "\nMail: {}; {} sent, {} waiting, {} failed\n",
        cell(&mail["by"]),
        cell(&mail["sent"]),
        cell(&mail["waiting"]),
        cell(&mail["failed"])
    ));
    if let Some(trouble) = mail["trouble"].as_str() {
        text.push_str(&format!("MAIL TROUBLE: {trouble}\n"));
    }
    text.push_str(&webhooks(&status["webhooks"]));
    text.trim_end().to_owned()
}

/// A line about each webhook that is told of events.
fn webhooks(webhooks: &Value) -> String {
    let lines = webhooks.as_array().into_iter().flatten().map(|one| {
        let name = cell(&one["webhook"]);
        let numbers = ["sent", "waiting", "left_out"].map(|key| cell(&one[key]));
        let [sent, waiting, left_out] = numbers;
        let line = format!(
            "Events to webhook `{name}`: {sent} sent, {waiting} waiting, {left_out} left out\n"
        );
        match one["trouble"].as_str() {
            None => line,
            Some(trouble) => format!(
                "{line}EVENTS WAIT for webhook `{name}` since {}: {}\n",
                local(&one["oldest_at"]),
                cell(&trouble.into())
            ),
        }
    });
    lines.collect()
}

/// What there is to know of the files in force; nothing when they are those in the
/// folder.
fn reload(reload: &Value) -> String {
    let mut text = String::new();
    if reload["last_good"] == true {
        text.push_str(
            "THE FILES ARE BROKEN: running on the last good ones; `draaiboek check` says what is wrong\n",
        );
    } else if reload["ok"] == false {
        text.push_str(&format!(
            "THE LAST RELOAD WAS REFUSED at {}, mistakes: {}; what was good before is in force\n",
            local(&reload["tried_at"]),
            cell(&reload["n_findings"])
        ));
    }
    if reload["ok"] == false
        && let Some(first) = reload["findings"].get(0)
    {
        text.push_str(&format!("  the first: {}\n", cell(first)));
    }
    for key in reload["needs_restart"].as_array().into_iter().flatten() {
        text.push_str(&format!("NEEDS A RESTART: {}\n", cell(key)));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// Who a run waits for, and what comes next.
fn prospect(run: &Value) -> String {
    let list = |key: &str, show: &dyn Fn(&Value) -> String| {
        let items = run[key].as_array().into_iter().flatten();
        items.map(show).collect::<Vec<_>>().join(", ")
    };
    let in_hand = list("in_hand", &|one| {
        format!("{} ({})", cell(&one["name"]), cell(&one["role_title"]))
    });
    let unanswered = list("unanswered", &|one| cell(&one["role_title"]));
    let mut parts = Vec::new();
    if run["in_aftercare"] == true {
        parts.push("stood down, only aftercare is left".to_owned());
    }
    if !run["stand_down_proposed_at"].is_null() {
        let since = local(&run["stand_down_proposed_at"]);
        parts.push(format!("STAND-DOWN PROPOSED since {since}"));
    }
    let blind = list("blind", &|one| cell(&one["source"]));
    if !blind.is_empty() {
        parts.push(format!("BLIND: {blind}"));
    }
    let overdue = list("overdue", &|one| cell(&one["title"]));
    if !overdue.is_empty() {
        parts.push(format!("OVERDUE: {overdue}"));
    }
    if !in_hand.is_empty() {
        parts.push(format!("in hand: {in_hand}"));
    }
    if !unanswered.is_empty() {
        parts.push(format!("NO ANSWER YET: {unanswered}"));
    }
    let next = &run["next"];
    if !next.is_null() {
        let at = local(&next["at"]);
        parts.push(format!("next at {at}: {}", cell(&next["what"])));
    }
    format!("Run {}: {}\n", cell(&run["run"]), parts.join("; "))
}

fn rows(list: &Value, row: impl Fn(&Value) -> Vec<String>) -> Vec<Vec<String>> {
    list.as_array()
        .map(|items| items.iter().map(row).collect())
        .unwrap_or_default()
}
