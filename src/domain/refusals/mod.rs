//! Why something was not done, as programs and people are told it: the core says it
//! in one English sentence, and here that sentence is known again. It gets a code
//! that stays, and words for a page, in Dutch and English.
//!
//! Nothing is decided twice: who refuses says why, and only the words are looked up.
//! A sentence that is not known stays as it is; a test holds all of them against
//! the table.

mod table;

use table::{PARTS, ROWS};

use super::text::Language;

/// What kind of refusal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// What is named is not there.
    Missing,
    /// It is for somebody else.
    NotYours,
    /// It cannot be done as things stand; it may later.
    Now,
    /// What was sent cannot be taken, now or later.
    Input,
    /// It is not about what was asked: something of ours does not work.
    Trouble,
}

/// A sentence of the core with gaps, and the same for pages.
struct Row {
    code: &'static str,
    sort: Sort,
    /// `{}` is whatever stands there.
    is: &'static str,
    /// `{0}` is the first gap; `{0&}` a list, `{0!}` a sentence or part of its own.
    nl: &'static str,
    /// Where the sentence speaks of commands: the same for who has none.
    en: Option<&'static str>,
}

/// A refusal that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Stays as it is; programs may depend on it.
    pub code: &'static str,
    pub sort: Sort,
    /// For a page.
    pub text: String,
}

const NEAR: &str = "; did you mean `";
const NEAR_NL: &str = "; bedoel je `";

/// The refusal that this sentence is.
pub fn find(said: &str, language: Language) -> Option<Known> {
    let (plain, near) = without_hint(said);
    let (row, gaps) = ROWS
        .iter()
        .find_map(|row| Some((row, gaps(row.is, plain)?)))?;
    let words = match (language, row.en) {
        (Language::Nl, _) => Some(row.nl),
        (Language::En, en) => en,
    };
    let text = words.map_or_else(|| plain.to_owned(), |words| fill(words, &gaps, language));
    // A name stays as it is written.
    let begin = words.unwrap_or(row.is);
    let starts_with_name = begin.starts_with("{}") || begin.starts_with("{0}");
    let hint = near.map_or_else(String::new, |near| match language {
        Language::Nl => format!("{NEAR_NL}{near}`?"),
        Language::En => format!("{NEAR}{near}`?"),
    });
    Some(Known {
        code: row.code,
        sort: row.sort,
        text: sentence(&format!("{text}{hint}"), starts_with_name),
    })
}

/// Every code, some of them more than once.
pub fn codes() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.code)
}

/// The sentence for a page; as it is where it is not known.
pub fn said(said: &str, language: Language) -> String {
    find(said, language).map_or_else(|| said.to_owned(), |known| known.text)
}

/// The same for a page, with the titles of what the sentence calls by its key: who has
/// a phone in the hand knows no keys.
pub fn titled(said: &str, language: Language, title: &dyn Fn(&str) -> Option<String>) -> String {
    let (plain, _) = without_hint(said);
    let gaps = ROWS.iter().find_map(|row| gaps(row.is, plain));
    let gaps = gaps.unwrap_or_default().into_iter();
    let keys = gaps.flat_map(|gap| gap.split([',', ' ', '`']));
    let mut text = self::said(said, language);
    let mut named: Vec<&str> = Vec::new();
    for key in keys.filter(|key| !key.is_empty()) {
        let Some(title) = title(key).filter(|_| !named.contains(&key)) else {
            continue;
        };
        named.push(key);
        text = with_title(&text, key, &format!("“{title}”"));
    }
    text
}

/// Puts a title in the places of a key, where that stands as a word of its own.
fn with_title(text: &str, key: &str, title: &str) -> String {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '@');
    let (mut done, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(key) {
        let (before, from) = rest.split_at(at);
        let after = &from[key.len()..];
        // `holding` is no word of its own in `holding.website.nl`.
        let begins = before.chars().next_back();
        let begins = begins.is_none_or(|one| !is_part(one) && one != '.');
        let ends = after.strip_prefix('.').unwrap_or(after).chars().next();
        let ends = ends.is_none_or(|one| !is_part(one));
        done.push_str(before);
        done.push_str(if begins && ends { title } else { key });
        rest = after;
    }
    done.push_str(rest);
    done.replace(&format!("`{title}`"), title)
}

/// What was said, and the name that was probably meant.
fn without_hint(said: &str) -> (&str, Option<&str>) {
    let hint = said.rfind(NEAR).and_then(|at| {
        let near = said[at + NEAR.len()..].strip_suffix("`?")?;
        Some((&said[..at], Some(near)))
    });
    hint.unwrap_or((said, None))
}

/// What stands in the gaps of a pattern, if the whole text is of it.
fn gaps<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let Some((before, after)) = pattern.split_once("{}") else {
        return (pattern == text).then(Vec::new);
    };
    let rest = text.strip_prefix(before)?;
    let next = after.split("{}").next().unwrap_or(after);
    // What follows the gap may stand in the gap as well: the first that fits.
    let mut ends: Vec<usize> = rest.match_indices(next).map(|(at, _)| at).collect();
    if next.is_empty() {
        ends = vec![rest.len()];
    }
    ends.into_iter().filter(|end| *end > 0).find_map(|end| {
        let mut found = vec![&rest[..end]];
        found.extend(gaps(after, &rest[end..])?);
        Some(found)
    })
}

fn fill(words: &str, gaps: &[&str], language: Language) -> String {
    let mut text = words.to_owned();
    for (number, gap) in gaps.iter().enumerate() {
        if text.contains(&format!("{{{number}!}}")) {
            text = text.replace(&format!("{{{number}!}}"), &part(gap, language));
        }
        text = text.replace(&format!("{{{number}&}}"), &list(gap, language));
        text = text.replace(&format!("{{{number}}}"), gap);
    }
    text
}

/// A part of a sentence, or one of its own.
fn part(said: &str, language: Language) -> String {
    let whole = ROWS.iter().find_map(|row| Some((row, gaps(row.is, said)?)));
    if let Some((row, gaps)) = whole {
        return match (language, row.en) {
            (Language::Nl, _) => fill(row.nl, &gaps, language),
            (Language::En, Some(en)) => fill(en, &gaps, language),
            (Language::En, None) => said.to_owned(),
        };
    }
    let known = PARTS
        .iter()
        .find_map(|(is, nl)| Some((nl, gaps(is, said)?)));
    match (language, known) {
        (Language::Nl, Some((nl, gaps))) => fill(nl, &gaps, language),
        _ => said.to_owned(),
    }
}

fn list(said: &str, language: Language) -> String {
    match language {
        Language::Nl => said.replace(" and ", " en ").replace(" or ", " of "),
        Language::En => said.to_owned(),
    }
}

/// With a capital, and a full stop where nothing else ends it.
fn sentence(text: &str, starts_with_name: bool) -> String {
    let mut letters = text.chars();
    let first = letters.next().map_or_else(String::new, |first| {
        if starts_with_name {
            first.to_string()
        } else {
            first.to_uppercase().to_string()
        }
    });
    let end = match text.ends_with(['.', '?', '!', '…']) {
        true => "",
        false => ".",
    };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests;
