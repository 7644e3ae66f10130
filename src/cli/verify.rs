//! How `draaiboek run verify` says what it found.

use serde_json::Value;

use super::print::{cell, local};

/// A line for each run, what is wrong below it, and where the head stood.
pub(super) fn show(found: &Value) -> String {
    let mut lines = Vec::new();
    let none = Vec::new();
    for run in found["runs"].as_array().unwrap_or(&none) {
        lines.push(line(run));
        lines.extend(
            troubles(run)
                .into_iter()
                .map(|what| format!("  WRONG: {what}")),
        );
    }
    for run in found["gone"].as_array().unwrap_or(&none) {
        lines.push(format!("Run {}\n  WRONG: all of it is gone", cell(run)));
    }
    if lines.is_empty() {
        lines.push("No run yet.".to_owned());
    }
    let head = &found["head"];
    if let Some(asked) = head["asked"].as_str() {
        let place = &head["found"];
        lines.push(match place["seq"].as_u64() {
            Some(seq) => format!(
                "Head {asked} stood at event {seq} of run {}, {}: until there nothing was rewritten.",
                cell(&place["run"]),
                local(&place["at"])
            ),
            None => format!(
                "WRONG: head {asked} stands nowhere. A log was rewritten or cut off after that mail was made, or the mail is not of this store."
            ),
        });
    }
    lines.join("\n")
}

fn line(run: &Value) -> String {
    let chain = match run["broken"].is_null() {
        true => "chain whole",
        false => "chain BROKEN",
    };
    let forgotten = match run["forgotten"].as_u64() {
        Some(0) | None => String::new(),
        Some(n) => format!(", {n} forgotten"),
    };
    let folded = match run["folded"].as_str() {
        Some("same") => "; folded state as the log says",
        _ => "",
    };
    format!(
        "Run {}: {} events, {chain}, {} personal texts{forgotten}{folded}\n  head {}",
        cell(&run["run"]),
        cell(&run["events"]),
        cell(&run["values"]),
        cell(&run["head"])
    )
}

fn troubles(run: &Value) -> Vec<String> {
    let mut troubles = Vec::new();
    let broken = &run["broken"];
    if !broken.is_null() {
        troubles.push(format!(
            "event {} of {}: {}",
            cell(&broken["seq"]),
            local(&broken["at"]),
            cell(&broken["because"])
        ));
    }
    for (key, what) in [
        ("changed", "a text is not what it was, in event"),
        (
            "missing",
            "a text that is never forgotten is gone, in event",
        ),
    ] {
        if run[key].as_array().is_some_and(|events| !events.is_empty()) {
            troubles.push(format!("{what} {}", cell(&run[key])));
        }
    }
    if run["folded"] == "differs" {
        troubles.push("the folded state is not what the log says".to_owned());
    }
    if let Some(what) = run["listed"].as_str() {
        troubles.push(what.to_owned());
    }
    troubles
}
