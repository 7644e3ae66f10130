//! The word lists that come with the program. Where they are from and under
//! which licence: `lexicon/NOTICE.md`.

use std::sync::LazyLock;

use super::Lang;
use super::book::Book;
use super::hasher::{ByWord, Key};

static DUTCH: LazyLock<Book> = LazyLock::new(|| book(include_str!("lexicon/nl.txt")));
static ENGLISH: LazyLock<Book> = LazyLock::new(|| book(include_str!("lexicon/en.txt")));

type Polarities = ByWord<&'static str, f32>;

static DUTCH_TONE: LazyLock<Polarities> =
    LazyLock::new(|| polarities(include_str!("lexicon/tone-nl.txt")));
static ENGLISH_TONE: LazyLock<Polarities> =
    LazyLock::new(|| polarities(include_str!("lexicon/tone-en.txt")));

/// Our own lists, Dutch.
pub(super) fn dutch() -> &'static Book {
    &DUTCH
}

/// Our own lists, English.
pub(super) fn english() -> &'static Book {
    &ENGLISH
}

/// A list that cannot be read is empty: mentions come in whatever is in it. A
/// test reads them.
fn book(written: &str) -> Book {
    Book::read(written).unwrap_or_default()
}

/// Lines of `hundredths word,word`.
fn polarities(written: &'static str) -> Polarities {
    let lines = written.lines().filter(|line| !line.starts_with('#'));
    let lines = lines.filter_map(|line| line.split_once(' '));
    let each = lines.flat_map(|(hundredths, words)| {
        let polarity: f32 = hundredths.parse().unwrap_or_default();
        words.split(',').map(move |word| (word, polarity / 100.0))
    });
    each.collect()
}

/// The polarity of a word, −1 to 1, as others rated it.
pub(super) fn polarity(language: Option<Lang>, word: Key<'_>) -> Option<f32> {
    match language {
        Some(Lang::En) => ENGLISH_TONE.get(word).copied(),
        Some(Lang::Nl) => DUTCH_TONE
            .get(word)
            .copied()
            .or_else(|| DUTCH_TONE.get(Key::of(&inflected(word.word)?)).copied()),
        Some(Lang::Other) | None => None,
    }
}

/// Whether others rated this word, as it stands.
pub(super) fn is_rated(language: Lang, word: Key<'_>) -> bool {
    match language {
        Lang::Nl => DUTCH_TONE.has(word),
        Lang::En => ENGLISH_TONE.has(word),
        Lang::Other => false,
    }
}

/// The words that others rated with this sign; none for zero.
pub(super) fn rated(sign: f32) -> impl Iterator<Item = &'static str> {
    let all = DUTCH_TONE.iter().chain(ENGLISH_TONE.iter());
    all.filter(move |(_, polarity)| **polarity * sign > 0.0)
        .map(|(word, _)| *word)
}

/// `trage` is `traag`, `gekke` is `gek`, `boze` is `boos`: the list has Dutch
/// adjectives as they stand behind a noun.
fn inflected(word: &str) -> Option<String> {
    let stem = word.strip_suffix('e').filter(|stem| stem.len() >= 2)?;
    if DUTCH_TONE.has(Key::of(stem)) {
        return Some(stem.to_owned());
    }
    let bytes = stem.as_bytes();
    if !stem.is_ascii() {
        return None;
    }
    let last = bytes[bytes.len() - 1];
    let before = bytes[bytes.len() - 2];
    if last == before {
        return Some(stem[..stem.len() - 1].to_owned());
    }
    let hard = match last {
        b'z' => 's',
        b'v' => 'f',
        other => char::from(other),
    };
    let is_single = |place: usize| !place.checked_sub(1).is_some_and(|p| is_vowel(bytes[p]));
    let body = &stem[..stem.len() - 1];
    if is_vowel(before) && is_single(bytes.len() - 2) && before != b'i' {
        return Some(format!("{body}{}{hard}", char::from(before)));
    }
    Some(format!("{body}{hard}"))
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_can_be_read() {
        for written in [
            include_str!("lexicon/nl.txt"),
            include_str!("lexicon/en.txt"),
        ] {
            assert_eq!(Book::read(written).map(|_| ()), Ok(()));
        }
    }

    #[test]
    fn dutch_adjectives_are_found_however_they_stand() {
        for (inflected, base) in [
            ("trage", "traag"),
            ("slechte", "slecht"),
            ("boze", "boos"),
            ("lieve", "lief"),
            ("gekke", "gek"),
        ] {
            assert_eq!(
                polarity(Some(Lang::Nl), Key::of(inflected)),
                polarity(Some(Lang::Nl), Key::of(base)),
                "{inflected}"
            );
            assert!(polarity(Some(Lang::Nl), Key::of(base)).is_some(), "{base}");
        }
    }
}
