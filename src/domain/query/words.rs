//! Reads a word or a phrase of a query: which words must stand side by side, and
//! what may be wrong with them.

use super::field::{Field, emoji};
use super::links::links;
use super::reading::{Reading, spelling};
use super::{Node, QueryError, Word};

/// Words in one phrase; more is a text that was pasted.
const MOST_IN_PHRASE: usize = 50;

/// Words in nearly every text, Dutch and English.
const EVERYWHERE: [&str; 66] = [
    "aan", "als", "and", "are", "bij", "but", "dat", "de", "der", "die", "dit", "door", "dus",
    "een", "en", "er", "for", "had", "has", "heb", "heeft", "het", "hij", "hoe", "ik", "in", "is",
    "je", "kan", "maar", "me", "mee", "met", "mijn", "naar", "niet", "nog", "not", "nu", "of",
    "om", "on", "ook", "op", "over", "that", "the", "this", "te", "to", "tot", "uit", "van",
    "voor", "waar", "was", "wat", "we", "wel", "were", "wie", "with", "you", "ze", "zijn", "zo",
];

/// What was written, as a piece of the query.
pub(super) struct Written<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) length: usize,
    pub(super) is_quoted: bool,
    pub(super) is_exact: bool,
}

/// The words that must stand side by side; a doubt about them goes to `remarks`.
pub(super) fn terms(
    written: &Written<'_>,
    remarks: &mut Vec<QueryError>,
) -> Result<Node, QueryError> {
    let &Written { start, length, .. } = written;
    let wrong = |message: String| QueryError::new(start, length, message);
    let trimmed = written.text.trim();
    if let Some(sign) = emoji(trimmed).filter(|_| !written.is_exact) {
        return Ok(Node::Field(Field::Sign(sign)));
    }
    let (kept, is_open) = trimmed
        .strip_suffix('*')
        .map_or((trimmed, false), |kept| (kept, true));
    if kept.contains('*') || is_open && kept.ends_with(|c: char| !c.is_alphanumeric()) {
        let at = written.text.chars().position(|letter| letter == '*');
        let before = usize::from(written.is_quoted) + usize::from(written.is_exact);
        let place = at.map_or(start, |at| start + before + at);
        return Err(
            QueryError::new(place, 1, "`*` can only stand at the end of a word")
                .hint("poli* finds poli, polikliniek and polis"),
        );
    }
    if is_open && written.is_exact {
        return Err(wrong("`=` and `*` exclude each other".to_owned())
            .hint("=Linde is exactly this spelling, linde* any ending"));
    }
    let mut words = words_of(kept, written.is_exact);
    let n_words = words.len();
    let Some(last) = words.last_mut() else {
        if written.text.trim().is_empty() {
            return Err(wrong("nothing stands between the quotes".to_owned())
                .hint("write the words that stand side by side"));
        }
        let link = links(kept).next().map(super::links::bare_site);
        let message = format!("`{}` holds no letter or digit to look for", written.text);
        return Err(wrong(message).hint(link.map_or_else(
            || "links and loose signs are not searched".to_owned(),
            |site| format!("links are not searched unless asked for: write url:{site}"),
        )));
    };
    if n_words > MOST_IN_PHRASE {
        return Err(wrong(format!(
            "a phrase of more than {MOST_IN_PHRASE} words will never be found"
        ))
        .hint("take the few words that matter, or join them with NEAR/10"));
    }
    last.open = is_open;
    let bare = last.text.trim_start_matches(['#', '@']);
    if is_open && !(2..=30).contains(&bare.chars().count()) {
        return Err(wrong("a `*` needs 2 to 30 letters before it".to_owned())
            .hint("the beginning of the word must say something about it"));
    }
    if n_words == 1 {
        remarks.extend(doubt(last, written));
    }
    let operator = kept
        .split_whitespace()
        .find(|word| matches!(*word, "AND" | "OR" | "NOT"));
    if let Some(operator) = operator.filter(|_| written.is_quoted && n_words > 2) {
        let message =
            format!("`{operator}` stands between quotes here, so it is a word that must be there");
        remarks.push(
            QueryError::new(start, length, message)
                .hint(format!("close the quote before it: \"…\" {operator} \"…\"")),
        );
    }
    Ok(Node::Phrase(words))
}

fn words_of(kept: &str, is_exact: bool) -> Vec<Word> {
    let reading = Reading::new(kept);
    let mut words = Vec::new();
    // In a query a hashtag is one word.
    reading.each_form(|form| {
        if !form.is_in_hashtag {
            words.push(Word {
                text: form.word.to_owned(),
                open: false,
                spelling: is_exact.then(|| spelling(reading.written(form))),
            });
        }
    });
    words
}

/// A word that is in nearly every text says little.
fn doubt(word: &Word, written: &Written<'_>) -> Option<QueryError> {
    let text = word.text.as_str();
    if word.open {
        let common = EVERYWHERE.iter().find(|one| one.starts_with(text))?;
        let message = format!("`{text}*` finds `{common}`, which is in nearly every text");
        return Some(
            QueryError::new(written.start, written.length, message)
                .hint("write more letters before the `*`"),
        );
    }
    // `'t` is a word of its own.
    let is_letter = written.text.chars().count() == 1 && text.chars().all(char::is_alphabetic);
    if is_letter && !written.is_quoted && !written.is_exact {
        return Some(
            QueryError::new(
                written.start,
                written.length,
                format!(
                    "`{text}` is a single letter, which stands in many texts for something else"
                ),
            )
            .hint("write the whole word; a platform is asked for with platform:x"),
        );
    }
    let is_common = EVERYWHERE.contains(&text) && !written.is_quoted && !written.is_exact;
    is_common.then(|| {
        QueryError::new(
            written.start,
            written.length,
            format!("`{text}` is in nearly every text"),
        )
        .hint(format!(
            "put words that stand side by side in quotes: \"{text} …\""
        ))
    })
}
