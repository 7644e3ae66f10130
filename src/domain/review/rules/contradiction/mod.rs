//! Whether the text says something else than what we published in this run.
//!
//! Blocks, so it looks only where both texts speak of the same thing: sentences
//! that share their words and differ in one number, one time, or one `not`; and
//! facts that were changed and stood in the earlier text. What is said to have
//! changed (`inmiddels`, `by now`) is news, what is said to be put right
//! (`dat klopt niet`, `correction`) is a correction.

mod facts;

use std::sync::LazyLock;

use crate::domain::review::lexicon::Words;
use crate::domain::review::page::{Sentence, Word};
use crate::domain::review::times::moments;
use crate::domain::review::{About, Both, Hit, Page, Rule, Severity, sense};

use super::promise;

pub(super) const RULES: &[Rule] = &[Rule {
    id: "contradiction",
    severity: Severity::Block,
    title: (
        "Anders dan wat wij eerder zeiden",
        "Not what we said before",
    ),
    why: (
        "Wie ons eerdere bericht las, weet niet meer wat klopt. Een fout van ons herstellen wij met zoveel woorden.",
        "Who read our earlier message no longer knows what is true. We put our mistakes right in so many words.",
    ),
    look,
}];

/// That something we said is put right.
static CORRECTS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "correctie|rectificatie|herstelbericht|gecorrigeerd|gerectificeerd|corrigeren|rectificeren",
            "eerder|eerdere|vorig|vorige ~12 klopt|klopte|klopten|fout|onjuist|verkeerd|anders|niet",
            "eerder schreven|meldden|zeiden|vertelden|berichtten",
            "schreven|meldden|zeiden|noemden|vertelden ~2 eerder|gisteren|vanochtend",
            "dat klopt|klopte|was ~1 niet|onjuist|fout",
            "in tegenstelling tot",
            "anders dan ~4 eerder|meldden|schreven",
        ],
        &[
            "correction|corrected|correct",
            "earlier|previous ~10 wrong|incorrect|mistaken|said|not|error",
            "we ~1 said|wrote|reported ~2 earlier|yesterday|before",
            "that was ~1 wrong|not|incorrect",
            "contrary to",
        ],
    )
});

/// That something is otherwise now than it was.
static CHANGED: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        &[
            "inmiddels|intussen|ondertussen|zojuist|sindsdien|meer|minder|weer|opnieuw|gestegen|gedaald|opgelopen|afgenomen|toegenomen|bijgekomen|erbij|extra|nu|vanaf|voortaan|eerst|nog|al|gisteren|daarna|straks|blijkt|totaal|intussen",
        ],
        &[
            "now|since|meanwhile|again|more|fewer|less|risen|fallen|dropped|increased|decreased|further|another|additional|later|so|longer|still|yesterday|turned|turns|total",
        ],
    )
});

/// Whether the text corrects something in this sentence or just before.
pub(super) fn corrects(page: &Page<'_>, sentence: usize) -> bool {
    let corrects = CORRECTS.by_sentence(page);
    let from = sentence.saturating_sub(1);
    // `Dat klopt niet` alone denies; that it was ours must be said too.
    let ours = [
        "eerder",
        "eerdere",
        "schreven",
        "meldden",
        "vorige",
        "correctie",
        "rectificatie",
        "earlier",
        "previous",
        "correction",
    ];
    let said = page
        .words
        .iter()
        .any(|word| ours.contains(&word.folded.as_str()));
    said && corrects[from..(sentence + 2).min(corrects.len())]
        .iter()
        .any(|is| *is)
}

fn is_correction(page: &Page<'_>) -> bool {
    CORRECTS.is_in(page)
}

fn look(page: &Page<'_>) -> Vec<Hit> {
    if page.about.earlier.is_empty() || is_correction(page) {
        return Vec::new();
    }
    let here = statements(page);
    let mut found = Vec::new();
    for earlier in &page.about.earlier {
        let is_same_language = page
            .about
            .language
            .is_none_or(|language| language.tag() == earlier.language);
        if !is_same_language {
            continue;
        }
        // The latest word counts: what a later text put right is settled.
        let about = About::new(page.about.language, earlier.at, page.about.zone);
        let before = Page::new(&earlier.text, &about);
        let there = statements(&before);
        for statement in &here {
            let other = there.iter().find_map(|other| clash(statement, other));
            let Some(clash) = other else {
                continue;
            };
            let is_later = match &clash {
                Clash::Number { now, before } if is_news(page) => {
                    facts::is_later_number(page, &earlier.facts, now, before)
                }
                _ => false,
            };
            let mut remark = hit(page, statement, clash);
            if is_later {
                remark.severity = Some(Severity::Note);
            }
            found.push(remark);
        }
        found.extend(facts::changed(page, &earlier.facts, &earlier.text));
    }
    settled(page, &mut found);
    found.sort_by_key(|hit| hit.span.start);
    found.dedup_by(|one, other| one.span == other.span);
    found
}

/// Whether this message is there to tell what changed.
fn is_news(page: &Page<'_>) -> bool {
    matches!(
        page.about.message_kind.as_deref(),
        Some("update" | "closing")
    )
}

/// Sentences that say that something is otherwise now; also those in a list
/// under a line that says of what moment it is: `Zo staat het er nu voor (17.50
/// uur)`, `De cijfers van 22 november:`.
fn news(page: &Page<'_>) -> Vec<bool> {
    let changed = CHANGED.by_sentence(page);
    let mut timed = vec![false; page.sentences.len()];
    for moment in moments(page) {
        timed[moment.sentence] = true;
    }
    let mut is_under = false;
    let mut found = Vec::with_capacity(changed.len());
    for (place, sentence) in page.sentences.iter().enumerate() {
        let line = page.text[sentence.span.clone()].trim();
        let is_item = line.starts_with(['-', '•', '*', '–']);
        let begins_line = page.text[..sentence.span.start]
            .trim_end_matches([' ', '\t'])
            .ends_with('\n');
        let is_heading = !line.ends_with(['.', '!', '?', '…']);
        // What stands behind an item in its own line belongs to it.
        if is_heading && !is_item {
            is_under = changed[place] || timed[place];
        } else if !is_item && begins_line {
            is_under = false;
        }
        found.push(changed[place] || (is_item && is_under));
    }
    found
}

/// What the latest text on a matter already says is no contradiction any more,
/// whatever an older one said.
fn settled(page: &Page<'_>, found: &mut Vec<Hit>) {
    let Some(last) = page.about.earlier.last() else {
        return;
    };
    let about = About::new(page.about.language, last.at, page.about.zone);
    let before = Page::new(&last.text, &about);
    let there = statements(&before);
    let here = statements(page);
    found.retain(|hit| {
        let Some(statement) = here.iter().find(|one| one.span.contains(&hit.span.start)) else {
            return true;
        };
        !there
            .iter()
            .any(|other| is_alike(statement, other) && says_same(statement, other))
    });
}

fn says_same(one: &Statement, other: &Statement) -> bool {
    one.numbers == other.numbers && one.is_negated == other.is_negated
}

/// A sentence, cut down to what can be compared.
struct Statement {
    span: std::ops::Range<usize>,
    /// Its telling words, as stems.
    words: Vec<String>,
    /// Numbers and clock times, with the stem that follows: what is counted.
    numbers: Vec<(String, String)>,
    is_negated: bool,
    /// It says `closed`, which is `open` denied.
    is_opposite: bool,
}

/// Sentences that state something: no promises, questions, instructions to
/// call, nor what is said to be new or not known yet.
fn statements(page: &Page<'_>) -> Vec<Statement> {
    let changed = news(page);
    let unknown = sense::unknown_sentences(page);
    let mut promised = vec![false; page.sentences.len()];
    for promise in promise::promises(page) {
        promised[promise.sentence] = true;
    }
    let sentences = page.sentences.iter().enumerate();
    let telling = sentences.filter(|(place, sentence)| {
        let line = page.text[sentence.span.clone()].trim();
        !(changed[*place]
            || unknown[*place]
            || promised[*place]
            || line.ends_with('?')
            || sense::has_phone(line))
    });
    telling
        .map(|(_, sentence)| statement(page, sentence))
        .collect()
}

fn statement(page: &Page<'_>, sentence: &Sentence) -> Statement {
    let words = page.words_of(sentence);
    let mut numbers = Vec::new();
    let mut telling = Vec::new();
    let mut is_negated = false;
    let mut is_opposite = false;
    let mut at = 0;
    while at < words.len() {
        let word = &words[at];
        if word
            .folded
            .starts_with(|letter: char| letter.is_ascii_digit())
        {
            let (number, end) = number_at(page, words, at);
            let noun = words
                .get(end)
                .map_or(String::new(), |word| stem(&word.folded));
            numbers.push((number, noun));
            at = end;
            continue;
        }
        if let Some(number) = number_word(&word.folded) {
            let noun = words
                .get(at + 1)
                .map_or(String::new(), |word| stem(&word.folded));
            numbers.push((number.to_owned(), noun));
        } else if sense::negates(&word.folded) {
            is_negated = !is_negated;
        } else if let Some(positive) = opposite(&word.folded) {
            is_negated = !is_negated;
            is_opposite = true;
            telling.push(stem(positive));
        } else if is_telling(&word.folded) {
            telling.push(stem(&word.folded));
        }
        at += 1;
    }
    Statement {
        span: sentence.span.clone(),
        words: telling,
        numbers,
        is_negated,
        is_opposite,
    }
}

/// The word that this one is the opposite of.
fn opposite(word: &str) -> Option<&'static str> {
    Some(match word {
        "dicht" | "gesloten" | "closed" | "shut" => "open",
        "onveilig" => "veilig",
        "onveilige" => "veilige",
        "unsafe" => "safe",
        "onbereikbaar" => "bereikbaar",
        "unavailable" => "available",
        _ => return None,
    })
}

/// A number as digits: `1.200`, `1,200` and `1200` are one; `07:15` is `7.15`.
fn number_at(page: &Page<'_>, words: &[Word], at: usize) -> (String, usize) {
    let word = &words[at].folded;
    if let Some(next) = words.get(at + 1)
        && page.text[words[at].span.end..next.span.start] == *":"
    {
        return (
            format!("{}.{}", word.trim_start_matches('0'), next.folded),
            at + 2,
        );
    }
    let is_grouped = word.split(['.', ',']).skip(1).all(|group| group.len() == 3);
    let plain = if is_grouped {
        word.replace(['.', ','], "")
    } else {
        word.trim_start_matches('0').replace(',', ".")
    };
    (plain, at + 1)
}

fn number_word(word: &str) -> Option<&'static str> {
    const WORDS: [(&str, &str); 22] = [
        ("twee", "2"),
        ("drie", "3"),
        ("vier", "4"),
        ("vijf", "5"),
        ("zes", "6"),
        ("zeven", "7"),
        ("acht", "8"),
        ("negen", "9"),
        ("tien", "10"),
        ("elf", "11"),
        ("twaalf", "12"),
        ("two", "2"),
        ("three", "3"),
        ("four", "4"),
        ("five", "5"),
        ("six", "6"),
        ("seven", "7"),
        ("eight", "8"),
        ("nine", "9"),
        ("ten", "10"),
        ("eleven", "11"),
        ("twelve", "12"),
    ];
    let found = WORDS.iter().find(|(written, _)| *written == word);
    found.map(|(_, number)| *number)
}

/// Words that stand in any sentence tell nothing about what it is about.
fn is_telling(word: &str) -> bool {
    const COMMON: [&str; 62] = [
        "wij", "ons", "onze", "het", "een", "dat", "dit", "die", "deze", "met", "van", "voor",
        "door", "naar", "over", "zijn", "wordt", "worden", "werd", "werden", "heeft", "hebben",
        "had", "was", "waren", "zich", "ook", "maar", "dan", "uur", "vandaag", "the", "and", "are",
        "was", "were", "has", "have", "had", "been", "our", "this", "that", "these", "for", "with",
        "from", "its", "will", "you", "your", "uw", "hun", "haar", "they", "there", "hier", "daar",
        "aan", "bij", "today", "been",
    ];
    word.len() > 2 && !COMMON.contains(&word)
}

/// Crude: without the endings that come and go with number and tense.
fn stem(word: &str) -> String {
    let mut stem = word;
    for ending in ["en", "es", "s", "e", "t", "d"] {
        if stem.len() > 4
            && let Some(shorter) = stem.strip_suffix(ending)
        {
            stem = shorter;
            break;
        }
    }
    stem.to_owned()
}

/// Shared telling words that make two sentences be about one thing.
const FEWEST_SHARED: usize = 2;

/// Whether two sentences are about the same: most telling words are shared.
fn is_alike(one: &Statement, other: &Statement) -> bool {
    let shared = one
        .words
        .iter()
        .filter(|word| other.words.contains(word))
        .count();
    let most = one.words.len().max(other.words.len());
    shared >= FEWEST_SHARED && shared * 10 >= most * 7
}

enum Clash {
    Number {
        now: String,
        before: String,
    },
    Denied,
    /// Open, and now closed.
    Turned,
}

fn clash(one: &Statement, other: &Statement) -> Option<Clash> {
    if !is_alike(one, other) {
        return match one.words.is_empty() || other.words.is_empty() {
            true => None,
            false => same_noun(one, other),
        };
    }
    if one.is_negated != other.is_negated {
        // A door that was open and is shut now may as well be news.
        return Some(match one.is_opposite != other.is_opposite {
            true => Clash::Turned,
            false => Clash::Denied,
        });
    }
    match (&one.numbers[..], &other.numbers[..]) {
        ([now], [before]) if now.0 != before.0 && (now.1 == before.1) => Some(Clash::Number {
            now: now.0.clone(),
            before: before.0.clone(),
        }),
        _ => None,
    }
}

/// Short sentences: the same thing counted, and one more word shared.
fn same_noun(one: &Statement, other: &Statement) -> Option<Clash> {
    let ([now], [before]) = (&one.numbers[..], &other.numbers[..]) else {
        return None;
    };
    let is_counted = is_telling(&now.1) && now.1 == before.1 && now.0 != before.0;
    let shares = one
        .words
        .iter()
        .filter(|word| **word != now.1 && other.words.contains(word))
        .count();
    let is_short = one.words.len() <= 5 && other.words.len() <= 5;
    (is_counted && is_short && shares >= 1 && one.is_negated == other.is_negated).then(|| {
        Clash::Number {
            now: now.0.clone(),
            before: before.0.clone(),
        }
    })
}

fn hit(page: &Page<'_>, statement: &Statement, clash: Clash) -> Hit {
    let severity = matches!(clash, Clash::Turned).then_some(Severity::Warn);
    let message = match clash {
        Clash::Number { now, before } => Both::new(
            format!("Hier staat {now}; eerder publiceerden wij {before}."),
            format!("This says {now}; we published {before} before."),
        ),
        Clash::Denied | Clash::Turned => Both::new(
            "Eerder publiceerden wij het tegendeel hiervan.",
            "We published the opposite of this before.",
        ),
    };
    let written = &page.text[statement.span.clone()];
    let start = statement.span.start + written.len() - written.trim_start().len();
    Hit {
        severity,
        ..contradiction(start..start + written.trim().len(), message)
    }
}

fn contradiction(span: std::ops::Range<usize>, message: Both) -> Hit {
    Hit {
        span,
        message,
        advice: Both::new(
            "Was het eerdere bericht fout, zeg dat dan: “Eerder schreven wij 1.200. Dat klopt niet.” Is het veranderd, schrijf dan “inmiddels”.",
            "If the earlier message was wrong, say so: “Earlier we wrote 1,200. That was not right.” If it has changed, write “by now”.",
        ),
        severity: None,
    }
}

#[cfg(test)]
mod tests;
