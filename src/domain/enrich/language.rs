//! Which language a text is in: Dutch, English, or neither.
//!
//! By its little words, which every sentence has and few languages share, and
//! by letters that stand side by side in one language and hardly in the other.
//! A short text may have neither; then the source is believed, and without it
//! the answer is that nobody knows.

use std::sync::LazyLock;

use super::cut::Cut;
use super::hasher::{ByWord, Key};
use super::{Lang, shipped};

/// Languages with lists of little words; the first two are read.
const N_LANGUAGES: usize = 12;
const NL: usize = 0;
const EN: usize = 1;

/// Less evidence than this is none.
const LEAST: f32 = 0.6;

/// Words of a text that are looked at: more tell nothing new.
const MOST_WORDS: usize = 60;

type Words = ByWord<&'static str, u16>;

/// By word: a bit for each language that has it.
static LITTLE: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words::default();
    let lines = include_str!("lexicon/little-words.txt").lines();
    let lines = lines
        .filter(|line| !line.starts_with('#'))
        .take(N_LANGUAGES);
    for (language, line) in lines.enumerate() {
        for word in line.split_whitespace().skip(1) {
            *words.at(word) |= 1 << language;
        }
    }
    words
});

/// The language of the text; `told` is the tag that its source told.
pub(super) fn of(cut: &Cut<'_>, told: Option<&str>) -> Option<Lang> {
    let told = told.and_then(tag);
    if cut.words.is_empty() {
        return told;
    }
    if is_foreign_script(cut) {
        return Some(Lang::Other);
    }
    let mut scores = [0.0_f32; N_LANGUAGES];
    for place in 0..cut.words.len().min(MOST_WORDS) {
        score(cut.key(place), cut.words[place].is_hashtag, &mut scores);
    }
    let (nl, en) = (scores[NL], scores[EN]);
    let other = scores[EN + 1..].iter().copied().fold(0.0, f32::max);
    let best = nl.max(en).max(other);
    if best < LEAST {
        return told;
    }
    let of_told = match told {
        Some(Lang::Nl) => nl,
        Some(Lang::En) => en,
        Some(Lang::Other) => other,
        None => -1.0,
    };
    // A source that tells is right more often than a few words, unless they
    // clearly say something else.
    if of_told * 1.5 + 1.0 >= best {
        return told;
    }
    Some(if best == nl {
        Lang::Nl
    } else if best == en {
        Lang::En
    } else {
        Lang::Other
    })
}

/// What a tag such as `nl-BE` says; nothing for those that mean "unknown".
fn tag(told: &str) -> Option<Lang> {
    let told = told.trim();
    let primary = told.split(['-', '_']).next().unwrap_or_default();
    if primary.eq_ignore_ascii_case("nl") || told.eq_ignore_ascii_case("dutch") {
        return Some(Lang::Nl);
    }
    if primary.eq_ignore_ascii_case("en") || told.eq_ignore_ascii_case("english") {
        return Some(Lang::En);
    }
    // `und` and what X tells of posts without words.
    let unknown = [
        "und", "unknown", "mul", "zxx", "art", "qme", "qht", "qam", "qct", "qst", "xx",
    ];
    let is_unknown =
        primary.is_empty() || unknown.iter().any(|one| primary.eq_ignore_ascii_case(one));
    (!is_unknown).then_some(Lang::Other)
}

fn score(key: Key<'_>, is_hashtag: bool, scores: &mut [f32; N_LANGUAGES]) {
    let word = key.word;
    // Numbers are of no language, also those that a list knows, such as 112.
    if is_hashtag || word.bytes().all(|letter| letter.is_ascii_digit()) {
        return;
    }
    if let Some(&languages) = LITTLE.get(key) {
        let each = 1.0 / languages.count_ones() as f32;
        for (language, score) in scores.iter_mut().enumerate() {
            if languages & 1 << language != 0 {
                *score += each;
            }
        }
        return;
    }
    if word.len() < 3 || !word.is_ascii() {
        return;
    }
    let is_dutch = shipped::dutch().has_word(key) || shipped::is_rated(Lang::Nl, key);
    let is_english = shipped::english().has_word(key) || shipped::is_rated(Lang::En, key);
    match (is_dutch, is_english) {
        (true, false) => scores[NL] += 0.6,
        (false, true) => scores[EN] += 0.6,
        _ => letters(word, scores),
    }
}

/// Letters side by side that one of the two has and the other hardly.
fn letters(word: &str, scores: &mut [f32; N_LANGUAGES]) {
    let mut pairs = word.as_bytes().windows(2);
    let language = pairs.find_map(|pair| match pair {
        b"ij" | b"aa" | b"uu" | b"ui" => Some(NL),
        b"th" | b"wh" | b"sh" | b"ea" | b"gh" | b"ow" => Some(EN),
        _ => None,
    });
    if let Some(language) = language {
        scores[language] += 0.25;
    }
}

/// Whether most of its letters are of another script than ours.
fn is_foreign_script(cut: &Cut<'_>) -> bool {
    let (mut n_latin, mut n_foreign) = (0, 0);
    for place in 0..cut.words.len().min(MOST_WORDS) {
        if cut.words[place].is_number {
            continue;
        }
        match cut.word(place).chars().next() {
            Some(letter) if letter.is_ascii() || letter < '\u{370}' => n_latin += 1,
            Some(_) => n_foreign += 1,
            None => {}
        }
    }
    n_foreign > n_latin
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, told: Option<&str>, expected: Option<Lang>) {
        assert_eq!(of(&Cut::new(text), told), expected, "{text} {told:?}");
    }

    #[test]
    fn tells_the_languages_apart() {
        check(
            "Al drie uur wachten op de SEH van #delinde",
            None,
            Some(Lang::Nl),
        );
        check(
            "Three hours in the waiting room and nobody tells us anything",
            None,
            Some(Lang::En),
        );
        check(
            "Wir warten seit drei Stunden in der Notaufnahme und niemand hilft",
            None,
            Some(Lang::Other),
        );
        check(
            "On attend depuis trois heures aux urgences et personne ne nous dit rien",
            None,
            Some(Lang::Other),
        );
        check("Ждём уже три часа", None, Some(Lang::Other));
        check("Schandalig!", None, Some(Lang::Nl));
        check("This is disgraceful", None, Some(Lang::En));
    }

    #[test]
    fn is_honest_about_short_texts() {
        check("112", None, None);
        check("🙏🙏", None, None);
        check("@anna #delinde", None, None);
        check("🙏🙏", Some("nl"), Some(Lang::Nl));
        check("Pffff", Some("nl-BE"), Some(Lang::Nl));
        check("Blub", Some("und"), None);
    }

    #[test]
    fn a_source_that_is_plainly_wrong_is_not_believed() {
        check(
            "Al drie uur wachten op de SEH, wat een puinhoop is dit",
            Some("en"),
            Some(Lang::Nl),
        );
        check(
            "Al drie uur wachten op de SEH, wat een puinhoop is dit",
            Some("de"),
            Some(Lang::Nl),
        );
        check(
            "Three hours in the waiting room and nobody tells us",
            Some("nl"),
            Some(Lang::En),
        );
        check("Drei Stunden", Some("de"), Some(Lang::Other));
    }
}
