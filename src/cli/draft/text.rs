//! Texts that come from a file or from standard input, and those of corrections.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

use crate::cli::act::act;
use crate::cli::ask::ask;
use crate::cli::place::RunPlace;
use crate::cli::print::{cell, failed, list_of, note, safe, say};
use crate::domain::step::acts::Act;
use crate::domain::text::Language;
use crate::engine::request::Request;

/// More is no statement; a device that never ends must not fill the memory.
const MOST_BYTES: u64 = 1_000_000;

/// The text in a file; `-` is standard input.
pub(super) fn read(file: &Path) -> Result<String, String> {
    let shown = file.display();
    let mut bytes = Vec::new();
    let read = match file.as_os_str() == "-" {
        true => std::io::stdin()
            .lock()
            .take(MOST_BYTES + 1)
            .read_to_end(&mut bytes),
        false => std::fs::File::open(file)
            .and_then(|open| open.take(MOST_BYTES + 1).read_to_end(&mut bytes)),
    };
    read.map_err(|error| format!("{shown}: {error}"))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("{shown} is too long to be a statement"));
    }
    String::from_utf8(bytes).map_err(|_| format!("{shown} is not UTF-8 text"))
}

/// Makes the drafts of a correction or a retraction, and shows them.
pub(super) fn correct(
    place: &RunPlace,
    message: &str,
    what: &[String],
    is_retraction: bool,
) -> ExitCode {
    let own = match own_language(place) {
        Ok(own) => own,
        Err(why) => return failed(&why),
    };
    let what = what.iter().map(|text| by_language(text, &own)).collect();
    let done = act(
        place,
        Act::Correct {
            message: message.to_owned(),
            what,
            is_retraction,
        },
    );
    if done == ExitCode::SUCCESS && !place.at.json {
        show_ready(place, message, is_retraction);
    }
    done
}

/// `en=…` is English; without a language it is in the organisation's own.
fn by_language(text: &str, own: &str) -> (String, String) {
    match text.split_once('=') {
        Some((tag, text)) if Language::from_tag(tag.trim()).is_some() => {
            (tag.trim().to_owned(), text.to_owned())
        }
        _ => (own.to_owned(), text.to_owned()),
    }
}

fn own_language(place: &RunPlace) -> Result<String, String> {
    let run = place.run;
    let answer = ask(&place.at, &Request::Drafts { run })?;
    Ok(cell(&answer["language"]))
}

/// The texts that were just made: they are read before anything else is done.
fn show_ready(place: &RunPlace, message: &str, is_retraction: bool) {
    let run = place.run;
    let Ok(answer) = ask(&place.at, &Request::Drafts { run }) else {
        return;
    };
    let drafts = list_of(&answer["drafts"]).iter();
    let of_message: Vec<&Value> = drafts
        .filter(|draft| {
            let corrects = &draft["corrects"];
            let corrected = corrects["message"].as_str().unwrap_or_default();
            let is_meant = corrected == message || message.starts_with(&format!("{corrected}."));
            is_meant && corrects["retraction"] == is_retraction
        })
        .collect();
    let number = |draft: &Value| draft["corrects"]["number"].as_u64();
    let latest = of_message.iter().filter_map(|draft| number(draft)).max();
    for draft in of_message {
        if number(draft) != latest {
            continue;
        }
        let id = cell(&draft["draft"]);
        let request = Request::Draft {
            run,
            draft: id.clone(),
            version: None,
        };
        if let Ok(draft) = ask(&place.at, &request) {
            note(&format!("\n{id}:"));
            say(&safe(draft["text"].as_str().unwrap_or_default()));
        }
    }
}
