//! The parts of `run show` about what people do by hand; a part without
//! anything in it is left out.

use serde_json::Value;

use super::print::{cell, list_of, local};

/// What stands above everything else: where the run is in its end.
pub(super) fn heads(run: &Value) -> String {
    let ending = &run["ending"];
    let mut text = String::new();
    if ending["in_aftercare"] == true {
        let at = local(&ending["stood_down_at"]);
        text.push_str(&format!("Stood down at {at}: only aftercare is left\n"));
    }
    match ending["outcome"].as_str() {
        Some("real") => text.push_str("It was real\n"),
        Some("false_alarm") => text.push_str("It was a false alarm\n"),
        Some(_) => {
            let into = cell(&ending["merged_into"]);
            text.push_str(&format!("It goes on as run {into}\n"));
        }
        None => {}
    }
    if !ending["proposed_at"].is_null() {
        text.push_str(&format!(
            "STAND-DOWN PROPOSED since {}: {}; {} decides (`draaiboek stand-down`)\n",
            local(&ending["proposed_at"]),
            cell(&ending["because"]),
            cell(&ending["role_title"])
        ));
    }
    if run["one_source"].is_string() {
        let source = cell(&run["one_source"]);
        text.push_str(&format!(
            "SINGLE SOURCE: everything that started or raised it came from {source}; check that it is right\n"
        ));
    }
    for blind in list_of(&ending["blind"]) {
        let (source, because) = (cell(&blind["source"]), cell(&blind["because"]));
        text.push_str(&format!("BLIND: {source}: {because}\n"));
    }
    let strategy = &run["strategy"];
    if !strategy.is_null() {
        text.push_str(&format!(
            "Advised strategy ({}): {}: {}\n",
            cell(&strategy["responsibility"]),
            cell(&strategy["advice"]),
            cell(&strategy["says"])
        ));
    }
    text
}

/// Phases, cases, answered questions and publications, a line each.
pub(super) fn lists(run: &Value) -> String {
    let mut text = String::new();
    add(&mut text, "Phases", &run["phases"], |phase| {
        let name = cell(&phase["phase"]);
        match phase["open"] == true {
            true => format!("{name}: open since {}", local(&phase["opened_at"])),
            false if phase["waits_for"].is_null() => format!("{name}: not open"),
            false => format!("{name}: waits for {}", cell(&phase["waits_for"])),
        }
    });
    add(&mut text, "Cases", &run["cases"], |case| {
        format!(
            "{}: {} on {}, since {}",
            cell(&case["case"]),
            cell(&case["name"]),
            cell(&case["platform"]),
            local(&case["opened_at"])
        )
    });
    add(&mut text, "Questions", &run["questions"], |question| {
        let answer = match question["answer"].as_str() {
            Some(_) => format!("{} ({})", cell(&question["answer"]), cell(&question["by"])),
            None => format!("no answer yet, {}", cell(&question["role_title"])),
        };
        format!("{} {answer}", cell(&question["ask"]))
    });
    add(&mut text, "Published", &run["publications"], |one| {
        let mut line = format!(
            "{}  {}, by {}",
            local(&one["at"]),
            cell(&one["drafts"]),
            cell(&one["by"])
        );
        if !one["url"].is_null() {
            line.push_str(&format!(": {}", cell(&one["url"])));
        }
        if !one["effect"].is_null() {
            line.push_str(&format!("; the storm after it: {}", cell(&one["effect"])));
        }
        line
    });
    let promise = &run["promise"];
    if !promise["at"].is_null() {
        text.push_str(&format!(
            "\nThe next update is promised for {} (in `{}`)\n",
            local(&promise["at"]),
            cell(&promise["message"])
        ));
    }
    text
}

fn add(text: &mut String, title: &str, list: &Value, line: impl Fn(&Value) -> String) {
    let lines: Vec<String> = list_of(list).iter().map(line).collect();
    if !lines.is_empty() {
        text.push_str(&format!("\n{title}\n{}\n", lines.join("\n")));
    }
}
