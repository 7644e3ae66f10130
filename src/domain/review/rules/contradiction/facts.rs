//! Facts that were changed since they were published.

use chrono_tz::Tz;

use crate::domain::facts::{Fact, FactSheet, FactValue};
use crate::domain::review::{Both, Hit, Page, Severity};

use super::{contradiction, is_news, news};

/// Facts whose old value stands in the earlier text and whose new one stands
/// here, without a word about the change.
pub(super) fn changed(page: &Page<'_>, then: &FactSheet, earlier: &str) -> Vec<Hit> {
    let mut found = Vec::new();
    for (name, before) in then {
        let now = page
            .about
            .facts
            .get(name)
            .filter(|now| now.value != before.value);
        let Some(now) = now.filter(|_| name != "next_update") else {
            continue;
        };
        let old = forms(&before.value, page.about.zone);
        let new = forms(&now.value, page.about.zone);
        let stood = old.iter().any(|form| stands(earlier, form).is_some());
        let stays = old.iter().any(|form| stands(page.text, form).is_some());
        let place = new.iter().find_map(|form| stands(page.text, form));
        if let (true, false, Some(span)) = (stood, stays, place) {
            if is_said_to_change(page, span.start) {
                continue;
            }
            let message = Both::new(
                format!(
                    "Het feit `{name}` is veranderd sinds ons eerdere bericht, waarin {} stond.",
                    old[0]
                ),
                format!(
                    "The fact `{name}` has changed since our earlier message, which said {}.",
                    old[0]
                ),
            );
            let is_later = is_news(page) && is_newer(now, before);
            found.push(Hit {
                severity: is_later.then_some(Severity::Note),
                ..contradiction(span, message)
            });
        }
    }
    found
}

/// Whether a fact is of a later moment than it was before.
fn is_newer(now: &Fact, before: &Fact) -> bool {
    now.as_of.unwrap_or(now.at) > before.as_of.unwrap_or(before.at)
}

/// Whether a number that differs is that of a fact of a later moment.
pub(super) fn is_later_number(page: &Page<'_>, then: &FactSheet, now: &str, before: &str) -> bool {
    let says = |fact: &Fact, number: &str| {
        forms(&fact.value, page.about.zone)
            .iter()
            .any(|form| form.trim_start_matches('0') == number)
    };
    then.iter().any(|(name, old)| {
        let new = page.about.facts.get(name);
        new.is_some_and(|new| says(old, before) && says(new, now) && is_newer(new, old))
    })
}

fn is_said_to_change(page: &Page<'_>, at: usize) -> bool {
    let changed = news(page);
    let sentence = page.sentences.iter().position(|one| one.span.contains(&at));
    sentence.is_some_and(|place| changed[place])
}

/// How texts write a value; only of what can be told apart from other words.
fn forms(value: &FactValue, zone: Tz) -> Vec<String> {
    match value {
        FactValue::Number(number) => {
            let plain = number.to_string();
            let grouped = |sign: char| {
                let mut grouped = String::new();
                for (place, digit) in plain.chars().enumerate() {
                    if place > 0 && (plain.len() - place) % 3 == 0 {
                        grouped.push(sign);
                    }
                    grouped.push(digit);
                }
                grouped
            };
            let is_whole = plain.chars().all(|digit| digit.is_ascii_digit());
            match is_whole && plain.len() > 3 {
                true => vec![plain.clone(), grouped('.'), grouped(','), grouped(' ')],
                false => vec![plain],
            }
        }
        FactValue::Time(at) => {
            let local = at.with_timezone(&zone);
            vec![
                local.format("%H:%M").to_string(),
                local.format("%H.%M").to_string(),
                local.format("%-H.%M").to_string(),
            ]
        }
        FactValue::Text(_) | FactValue::List(_) | FactValue::Date(_) | FactValue::YesNo(_) => {
            Vec::new()
        }
    }
}

/// Where a form stands as a word of its own.
fn stands(text: &str, form: &str) -> Option<std::ops::Range<usize>> {
    let is_part = |letter: char| letter.is_alphanumeric();
    text.match_indices(form).find_map(|(at, found)| {
        let end = at + found.len();
        let before = text[..at].chars().next_back();
        let mut after = text[end..].chars();
        let next = after.next();
        // 12 is no part of 1.200, 14.30 or 3:12.
        let goes_on = matches!(next, Some('.' | ',' | ':'))
            && after.next().is_some_and(|next| next.is_ascii_digit());
        let came_from = matches!(before, Some('.' | ',' | ':'))
            && text[..at - 1].ends_with(|letter: char| letter.is_ascii_digit());
        let is_apart =
            !before.is_some_and(is_part) && !next.is_some_and(is_part) && !goes_on && !came_from;
        is_apart.then_some(at..end)
    })
}
