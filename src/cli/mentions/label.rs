//! `draaiboek mentions label`: what a mention was read as, and what it really is.

use serde_json::Value;

use crate::cli::ask::ask;
use crate::cli::place::Place;
use crate::cli::print::{self, safe, say, wrap};
use crate::domain::mention::Platform;
use crate::domain::quality::Correction;
use crate::engine::request::Request;

/// Columns of text on a terminal.
const WIDTH: usize = 96;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The id of the mention, as `mentions search` shows it
    #[arg(value_name = "ID")]
    id: String,
    /// On which platform, where several have that id
    #[arg(long, value_parser = super::platform)]
    platform: Option<Platform>,
    /// The tone it really has
    #[arg(long, value_parser = ["negative", "neutral", "positive", "unclear"])]
    tone: Option<String>,
    /// All that people need who say it, and nothing else; `none` for nothing
    #[arg(long, value_name = "NEEDS", value_delimiter = ',', num_args = 1..,
          value_parser = ["information", "harm", "meaning", "none"])]
    needs: Option<Vec<String>>,
    /// Whether it passes on a rumour
    #[arg(long, value_parser = ["yes", "no"])]
    rumour: Option<String>,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &Args) -> Result<(), String> {
    let needs = args.needs.as_ref();
    if needs.is_some_and(|needs| needs.len() > 1 && needs.iter().any(|need| need == "none")) {
        return Err("`none` stands alone: no need, or these needs".to_owned());
    }
    let correction = Correction {
        tone: args.tone.clone(),
        needs: needs.map(|needs| {
            let named = needs.iter().filter(|need| *need != "none");
            named.cloned().collect()
        }),
        rumour: args.rumour.as_ref().map(|rumour| rumour == "yes"),
    };
    let shown = ask(
        &args.place,
        &Request::Label {
            id: args.id.clone(),
            platform: args.platform,
            correction,
        },
    )?;
    if args.place.json {
        print::json(&shown);
        return Ok(());
    }
    say(&readable(&shown));
    Ok(())
}

fn readable(shown: &Value) -> String {
    let text = shown["text"].as_str().unwrap_or_default();
    let mut lines: Vec<String> = wrap(&safe(text), WIDTH);
    lines.push(String::new());
    let counts = &shown["counts_as"];
    if counts.is_null() {
        lines.push("Nobody read it yet, or it counts for no watch.".to_owned());
        return lines.join("\n");
    }
    let needs: Vec<&str> = counts["needs"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let needs = match needs.is_empty() {
        true => "none".to_owned(),
        false => needs.join(", "),
    };
    let rumour = if counts["rumour"] == true {
        "yes"
    } else {
        "no"
    };
    let tone = counts["tone"].as_str().unwrap_or("neutral");
    lines.push(format!(
        "counts as  tone {tone}; needs {needs}; rumour {rumour}"
    ));
    let because = shown["read"]["because"].as_array().into_iter().flatten();
    let because: Vec<String> = because
        .filter_map(|reason| {
            let kind = reason["kind"].as_str()?;
            Some(format!("{kind} “{}”", safe(reason["words"].as_str()?)))
        })
        .collect();
    if !because.is_empty() {
        lines.push(format!("read by    {}", because.join(", ")));
    }
    lines.join("\n")
}
