//! Takes out of a text who wrote it and whom it names, as far as a pattern can see:
//! accounts, addresses, numbers, and names behind a title. What is left may still
//! point at somebody, so quotes are for readers only.

use std::sync::LazyLock;

use regex::Regex;

/// The longest quote, in characters.
const LONGEST: usize = 200;

/// What stands in the place of what was taken out.
const GONE: &str = "…";

static LINK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\b(?:https?://|www\.)\S+").ok());

static WHO: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        // E-mail addresses, then accounts.
        r"(?i)[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
        r"|(?:^|\B)@[\w.-]+|\bu/[\w-]+",
        // Telephone, account and other numbers of five digits or more.
        r"|\b[a-z]{2}\d{2}(?: ?[a-z]{4})(?: ?\d){6,}",
        r"|\+?\d(?:[\s().-]?\d){4,}",
    ))
    .ok()
});

static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"\b((?:[Mm]evrouw|[Mm]eneer|[Mm]ijnheer|[Mm]w\.|[Dd]hr\.|[Dd]e heer|[Dd]r\.|[Dd]okter|[Zz]uster|[Bb]roeder|Mrs?\.?|Ms\.?|Nurse|Doctor|Dr)\s+)(?:(?:van|de|der|den|ten|ter|el|al)\s+)*\p{Lu}[\p{L}’'-]+(?:\s+\p{Lu}[\p{L}’'-]+)?",
    )
    .ok()
});

/// The text without names, short enough to quote.
pub fn anonymous(text: &str) -> String {
    let without = |text: String, pattern: &LazyLock<Option<Regex>>, instead: &str| match &**pattern
    {
        Some(pattern) => pattern.replace_all(&text, instead).into_owned(),
        // A pattern that cannot be read would leave names in: then nothing is quoted.
        None => String::new(),
    };
    let text = without(text.to_owned(), &LINK, "");
    let text = without(text, &WHO, GONE);
    let text = without(text, &NAMED, "${1}…");
    let words: Vec<&str> = text.split_whitespace().collect();
    cut(&words.join(" "))
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let short: String = text.chars().take(LONGEST).collect();
    let whole = short
        .rsplit_once(' ')
        .map_or(short.as_str(), |(words, _)| words);
    format!("{} …", whole.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_it_is_about_is_taken_out() {
        for (text, quoted) in [
            (
                "@anna_v wachten duurt lang https://x.example/1 bel 06-12345678",
                "… wachten duurt lang bel …",
            ),
            (
                "Mevrouw De Vries lag uren op de gang, mail jan@voorbeeld.nl",
                "Mevrouw … lag uren op de gang, mail …",
            ),
            (
                "Rekening NL91ABNA0417164300 staat erop",
                "Rekening … staat erop",
            ),
            (
                "Om 14:30 was afdeling 7 dicht",
                "Om 14:30 was afdeling 7 dicht",
            ),
            ("Dr. Smith and nurse on 3", "Dr. … and nurse on 3"),
        ] {
            assert_eq!(anonymous(text), quoted);
        }
        let long = "woord ".repeat(100);
        assert!(anonymous(&long).chars().count() <= LONGEST + 2);
        assert!(anonymous(&long).ends_with(" …"));
    }
}
