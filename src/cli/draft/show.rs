//! Prints drafts: the list, a text with what review remarks on it, versions, and
//! what changed.

use std::io::IsTerminal;

use serde_json::Value;

use crate::cli::print::{cell, list_of, local, note, safe, say, table};
use crate::config;
use crate::domain::run::draft::short_hash;

pub(super) fn list(answer: &Value) {
    let drafts: Vec<Vec<String>> = list_of(&answer["drafts"]).iter().map(row).collect();
    if drafts.is_empty() {
        say(&format!("Run {} has no drafts.", cell(&answer["run"])));
    } else {
        let headers = [
            "DRAFT",
            "VERSION",
            "HASH",
            "CHARACTERS",
            "TO FILL IN",
            "REVIEW",
            "STATE",
        ];
        say(table(&headers, &drafts).trim_end());
    }
    if let Some(failed) = answer["failed"].as_object() {
        for (draft, why) in failed {
            note(&format!("FAILED {draft}: {}", cell(why)));
        }
    }
}

fn row(draft: &Value) -> Vec<String> {
    vec![
        cell(&draft["draft"]),
        cell(&draft["version"]),
        short_hash(&cell(&draft["hash"])).to_owned(),
        cell(&draft["characters"]),
        cell(&draft["gaps"]),
        remarked(&draft["review"]),
        standing(draft),
    ]
}

/// `1 block, 2 warn`: what review has to say, the heaviest first.
fn remarked(review: &Value) -> String {
    let parts = ["block", "warn", "note"]
        .into_iter()
        .filter_map(|severity| {
            let n = review[severity].as_u64().filter(|n| *n > 0)?;
            Some(format!("{n} {severity}"))
        });
    parts.collect::<Vec<_>>().join(", ")
}

fn counted_places(number: u64) -> String {
    match number {
        1 => "1 place".to_owned(),
        number => format!("{number} places"),
    }
}

/// Who released it, who holds it, when it went out, and what is in the way.
pub(in crate::cli) fn standing(draft: &Value) -> String {
    let mut parts = Vec::new();
    if !draft["adapted"].is_null() {
        parts.push(format!("ADAPTED: {}", cell(&draft["adapted"])));
    }
    parts.extend(list_of(&draft["warnings"]).iter().map(cell));
    parts.extend(pictured(draft));
    let n_conflicts = draft["conflicts"].as_u64().unwrap_or_default();
    if n_conflicts > 0 {
        parts.push(format!(
            "CHOOSE between two wordings in {}",
            counted_places(n_conflicts)
        ));
    }
    if let Some(corrects) = draft["corrects"].as_object() {
        let what = match corrects["retraction"].as_bool() {
            Some(true) => "takes back",
            _ => "corrects",
        };
        let published = local(&corrects["published_at"]);
        parts.push(format!(
            "{what} {} of {published}",
            cell(&corrects["message"])
        ));
    }
    if !draft["published_at"].is_null() {
        parts.push(format!("published {}", local(&draft["published_at"])));
    }
    if let Some(facts) = draft["changed_since_published"].as_array() {
        parts.push(match &facts[..] {
            [] => "CHANGED since it was published".to_owned(),
            _ => format!(
                "CHANGED since it was published: fact {}",
                cell(&draft["changed_since_published"])
            ),
        });
    }
    let lapsed = &draft["lapsed"];
    if !lapsed.is_null() {
        parts.push(match list_of(&lapsed["facts"]) {
            [] => format!(
                "changed since it was approved: {} changed it",
                cell(&lapsed["by"])
            ),
            _ => format!(
                "changed since it was approved: fact {}",
                cell(&lapsed["facts"])
            ),
        });
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
    } else if draft["published_at"].is_null()
        && n_conflicts == 0
        && list_of(&draft["gaps"]).is_empty()
    {
        parts.push(match draft["blocked"].as_str() {
            Some(_) => cell(&draft["blocked"]),
            None => "may be published".to_owned(),
        });
    }
    parts.join("; ")
}

/// `2 images, 1 WITHOUT alt text`; nothing without images.
fn pictured(draft: &Value) -> Option<String> {
    let images = list_of(&draft["images"]);
    let lacks = |image: &&Value| image["alt"].as_str().is_none_or(str::is_empty);
    let n_lacking = images.iter().filter(lacks).count();
    let shown = match images.len() {
        0 => return None,
        1 => "1 image".to_owned(),
        n_images => format!("{n_images} images"),
    };
    Some(match n_lacking {
        0 => shown,
        n_lacking => format!("{shown}, {n_lacking} WITHOUT alt text"),
    })
}

/// Each image below the text: what it is, what it says, and the copy to post.
fn show_images(answer: &Value) {
    for (place, image) in list_of(&answer["images"]).iter().enumerate() {
        let bytes = image["bytes"].as_u64().unwrap_or_default();
        note(&format!(
            "\nImage {}: {} ({}, {} × {}, {} kB, hash {})",
            place + 1,
            cell(&image["file"]),
            cell(&image["kind"]),
            cell(&image["width"]),
            cell(&image["height"]),
            bytes.div_ceil(1_000),
            short_hash(&cell(&image["hash"]))
        ));
        note(&match image["alt"].as_str() {
            None | Some("") => "  NO ALT TEXT: who cannot see it is told nothing".to_owned(),
            Some(alt) => format!("  alt: {}", safe(alt)),
        });
        note(&format!("  copy to post: {}", cell(&image["kept"])));
    }
}

pub(super) fn draft(answer: &Value) {
    say(&safe(answer["text"].as_str().unwrap_or_default()));
    show_images(answer);
    if !answer["latest"].is_null() {
        note(&format!(
            "\nThis is version {}; the latest is {}.",
            cell(&answer["version"]),
            cell(&answer["latest"])
        ));
        return;
    }
    // What holds for one reader is in no fact.
    let is_own = |gap: &&Value| **gap == "personal" || **gap == "signature";
    let (own, facts): (Vec<&Value>, Vec<&Value>) =
        list_of(&answer["gaps"]).iter().partition(is_own);
    let names = |gaps: &[&Value]| {
        let names: Vec<String> = gaps.iter().map(|gap| cell(gap)).collect();
        names.join(", ")
    };
    if !facts.is_empty() {
        note(&format!(
            "\nTo fill in before it can be used: {} (`draaiboek fact set NAME VALUE`)",
            names(&facts)
        ));
    }
    if !own.is_empty() {
        note(&format!(
            "\nTo write in it before it can be used: {} (`draaiboek draft edit {}`)",
            names(&own),
            cell(&answer["draft"])
        ));
    }
    match answer["alone"].as_str() {
        Some("may") => {
            note("\nPreapproved: may go out without approval as long as nobody writes in it.")
        }
        Some("personal") => note(
            "\nPreapproved, but it needs a sentence of your own: with that in it, it must be approved like any other.",
        ),
        Some("written") => {
            note("\nPreapproved, but somebody wrote in it: it must be approved like any other.")
        }
        _ => {}
    }
    let n_conflicts = answer["conflicts"].as_u64().unwrap_or_default();
    if n_conflicts > 0 {
        note(&format!(
            "\nIn {} a fact and a person changed the same: choose with `draaiboek draft edit {}`",
            counted_places(n_conflicts),
            cell(&answer["draft"])
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
    let remarks = list_of(&answer["remarks"]);
    if !remarks.is_empty() {
        note("\nReview:");
    }
    for remark in remarks {
        let passed = match remark["overridden"].as_bool() {
            Some(true) => " (overruled)",
            _ => "",
        };
        note(&format!(
            "  {} {}{passed}, {}-{}: {} {}",
            cell(&remark["severity"]).to_uppercase(),
            cell(&remark["rule"]),
            cell(&remark["start"]),
            cell(&remark["end"]),
            cell(&remark["message"]),
            cell(&remark["advice"])
        ));
    }
    let writers = list_of(&answer["writers"]);
    let mut by = match writers {
        [] => "made from the template".to_owned(),
        _ => format!("written in by {}", cell(&answer["writers"])),
    };
    if !list_of(&answer["pictured_by"]).is_empty() {
        by.push_str(&format!(", images by {}", cell(&answer["pictured_by"])));
    }
    note(&format!(
        "\nVersion {}, {by}; hash {}.",
        cell(&answer["version"]),
        short_hash(&cell(&answer["hash"]))
    ));
}

pub(super) fn history(answer: &Value) {
    let rows: Vec<Vec<String>> = list_of(&answer["versions"])
        .iter()
        .map(|one| {
            let gaps = cell(&one["gaps"]);
            vec![
                cell(&one["version"]),
                local(&one["at"]),
                cell(&one["by"]),
                why(one),
                cell(&one["characters"]),
                gaps,
                short_hash(&cell(&one["hash"])).to_owned(),
            ]
        })
        .collect();
    let headers = [
        "VERSION",
        "AT",
        "BY",
        "WHY",
        "CHARACTERS",
        "TO FILL IN",
        "HASH",
    ];
    say(table(&headers, &rows).trim_end());
}

/// Why a version came about, and whether it went out.
fn why(version: &Value) -> String {
    let facts = cell(&version["facts"]);
    let images = list_of(&version["images"]);
    let mut why = match (version["by"].as_str(), facts.as_str()) {
        (Some(_), _) if !images.is_empty() => {
            images.iter().map(cell).collect::<Vec<_>>().join("; ")
        }
        (Some(_), _) => match version["base"].as_u64() {
            Some(base) => format!("wrote in version {base}"),
            None => "wrote it".to_owned(),
        },
        (None, "") => "made from the template".to_owned(),
        (None, facts) => format!("fact {facts} changed"),
    };
    if version["merged"].as_bool() == Some(true) {
        why.push_str(", worked into what people wrote");
    }
    if version["conflicts"].as_u64().is_some_and(|n| n > 0) {
        why.push_str("; CHOOSE between two wordings");
    }
    if !version["published_at"].is_null() {
        why.push_str(&format!("; published {}", local(&version["published_at"])));
    }
    why
}

/// In colour on a terminal; else with marks that can be read without it.
pub(super) fn diff(answer: &Value) {
    let is_coloured = config::wants_colour(std::io::stdout().is_terminal());
    let mut shown = String::new();
    for part in list_of(&answer["parts"]) {
        let text = safe(part["text"].as_str().unwrap_or_default());
        let (begin, end) = match (part["kind"].as_str(), is_coloured) {
            (Some("gone"), true) => ("\u{1b}[31;9m", "\u{1b}[0m"),
            (Some("new"), true) => ("\u{1b}[32m", "\u{1b}[0m"),
            (Some("gone"), false) => ("[-", "-]"),
            (Some("new"), false) => ("{+", "+}"),
            _ => ("", ""),
        };
        shown.push_str(begin);
        shown.push_str(&text);
        shown.push_str(end);
    }
    note(&format!(
        "{}: version {} to {}\n",
        cell(&answer["draft"]),
        cell(&answer["from"]),
        cell(&answer["to"])
    ));
    say(&shown);
    for line in list_of(&answer["images"]) {
        note(&format!("image {}", cell(line)));
    }
}
