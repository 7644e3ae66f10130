//! `draaiboek draft`: the statements that lie ready.

use std::process::ExitCode;

use serde_json::Value;

use super::act::act;
use super::ask::ask;
use super::place::RunPlace;
use super::print::{cell, failed, json, list_of, local, note, safe, say, table};
use crate::domain::step::acts::Act;
use crate::engine::request::Request;

/// List, print, approve and hold drafts, and record what was published
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the drafts of a run, and what stands between them and the public
    List(RunPlace),
    /// Print the text of a draft
    Show {
        /// Its name as `draft list` shows it; `holding` alone means the first that fits
        draft: String,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Release a draft for one of your roles; nothing is sent anywhere
    ///
    /// A message alone means all its drafts. With --reason also one that is not
    /// called for now.
    ///
    /// Example: `draaiboek draft approve holding.website.nl`
    Approve {
        /// Its name as `draft list` shows it, or a message
        draft: String,
        /// Why it goes out although it is not called for
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Wait with a draft: in doubt, do not post
    ///
    /// Approving it lets it go again.
    Hold {
        /// Its name as `draft list` shows it, or a message
        draft: String,
        /// Why: goes into the log
        #[arg(long, value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Note that a partner agreed to a message
    ///
    /// Example: `draaiboek draft agree holding police`
    Agree {
        /// Name of the message
        message: String,
        /// A name under `partners`
        partner: String,
        #[command(flatten)]
        place: RunPlace,
    },
    /// Record that a person published a draft; nothing is sent anywhere
    ///
    /// draaiboek posts nothing. This writes down that you did, so that the task
    /// is finished, the promise of a next update runs, and an hour later the log
    /// says what it did to the storm. A message alone means all its drafts.
    ///
    /// Example: `draaiboek draft publish holding.website.nl --url https://delinde.example/nieuws/1`
    Publish {
        /// Its name as `draft list` shows it, or a message
        draft: String,
        /// Where it stands
        #[arg(long)]
        url: Option<String>,
        /// Why it went out although it is not called for
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        #[command(flatten)]
        place: RunPlace,
    },
}

pub fn run(args: Args) -> ExitCode {
    let (place, request) = match args.command {
        Command::List(place) => {
            let run = place.run;
            (place, Request::Drafts { run })
        }
        Command::Show { draft, place } => {
            let run = place.run;
            (place, Request::Draft { run, draft })
        }
        Command::Approve {
            draft,
            reason,
            place,
        } => return act(&place, Act::Approve { draft, reason }),
        Command::Hold {
            draft,
            reason,
            place,
        } => return act(&place, Act::Hold { draft, reason }),
        Command::Agree {
            message,
            partner,
            place,
        } => return act(&place, Act::Agree { message, partner }),
        Command::Publish {
            draft,
            url,
            reason,
            place,
        } => return act(&place, Act::Publish { draft, url, reason }),
    };
    let answer = match ask(&place.at, &request) {
        Ok(answer) => answer,
        Err(why) => return failed(&why),
    };
    if place.at.json {
        json(&answer);
        return ExitCode::SUCCESS;
    }
    if let Some(text) = answer["text"].as_str() {
        say(&safe(text));
        let gaps = cell(&answer["gaps"]);
        if !gaps.is_empty() {
            note(&format!(
                "\nTo fill in before it can be used: {gaps} (`draaiboek fact set NAME VALUE`)"
            ));
        }
        if let Some(adapted) = answer["adapted"].as_str() {
            note(&format!(
                "\nNot written for this channel: {}.",
                safe(adapted)
            ));
        }
        for warning in list_of(&answer["warnings"]) {
            note(&format!("\nWarning: {}.", cell(warning)));
        }
        return ExitCode::SUCCESS;
    }
    let drafts: Vec<Vec<String>> = list_of(&answer["drafts"]).iter().map(row).collect();
    if drafts.is_empty() {
        say(&format!("Run {} has no drafts.", cell(&answer["run"])));
    } else {
        say(table(
            &["DRAFT", "VERSION", "CHARACTERS", "TO FILL IN", "STATE"],
            &drafts,
        )
        .trim_end());
    }
    if let Some(failed) = answer["failed"].as_object() {
        for (draft, why) in failed {
            note(&format!("FAILED {draft}: {}", cell(why)));
        }
    }
    ExitCode::SUCCESS
}

fn row(draft: &Value) -> Vec<String> {
    let names = ["draft", "version", "characters", "gaps"];
    let cells = names.iter().map(|name| cell(&draft[*name]));
    cells.chain([standing(draft)]).collect()
}

/// Who released it, who holds it, when it went out, and what is in the way.
pub(super) fn standing(draft: &Value) -> String {
    let mut parts = Vec::new();
    if !draft["adapted"].is_null() {
        parts.push(format!("ADAPTED: {}", cell(&draft["adapted"])));
    }
    let warnings = list_of(&draft["warnings"]).iter().map(cell);
    parts.extend(warnings);
    if !draft["published_at"].is_null() {
        parts.push(format!("published {}", local(&draft["published_at"])));
    }
    let approved = list_of(&draft["approved"]).iter();
    let approved = approved.map(|one| format!("{} for {}", cell(&one["by"]), cell(&one["role"])));
    let approved: Vec<String> = approved.collect();
    if !approved.is_empty() {
        parts.push(format!("approved by {}", approved.join(", ")));
    }
    let held = &draft["held"];
    if !held.is_null() {
        parts.push(format!(
            "HELD by {}: {}",
            cell(&held["by"]),
            cell(&held["reason"])
        ));
    } else if draft["published_at"].is_null() && list_of(&draft["gaps"]).is_empty() {
        parts.push(match draft["blocked"].as_str() {
            Some(_) => cell(&draft["blocked"]),
            None => "may be published".to_owned(),
        });
    }
    parts.join("; ")
}
