//! Tells Dutch from English by the little words, to find a text that was copied and
//! not translated.

/// Words that are in nearly every Dutch sentence, and are no English.
const NL: [&str; 30] = [
    "de", "het", "een", "en", "van", "dat", "niet", "wij", "u", "uw", "zijn", "voor", "met", "ons",
    "onze", "er", "hebt", "hebben", "wat", "wie", "ook", "maar", "bij", "naar", "deze", "dit",
    "jullie", "je", "bel", "om",
];

/// The same the other way round.
const EN: [&str; 30] = [
    "the", "and", "of", "to", "you", "your", "is", "are", "we", "our", "not", "for", "with",
    "this", "that", "what", "who", "have", "has", "will", "there", "from", "about", "it", "on",
    "at", "be", "please", "call", "they",
];

/// So many of the other language's words are no quotation.
const ENOUGH: usize = 6;

/// The language that a text for readers of `language` is in instead; only Dutch and
/// English are told apart.
pub(super) fn instead(text: &str, language: &str) -> Option<&'static str> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<String> = words.map(str::to_lowercase).collect();
    let count = |of: &[&str]| {
        words
            .iter()
            .filter(|word| of.contains(&word.as_str()))
            .count()
    };
    let (nl, en) = (count(&NL), count(&EN));
    match language {
        "nl" if en >= ENOUGH && nl * 3 < en => Some("English"),
        "en" if nl >= ENOUGH && en * 3 < nl => Some("Dutch"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::instead;

    #[test]
    fn a_text_in_two_languages_is_in_both() {
        let nl = "Wij begrijpen dat u schrikt van het nieuws. Bel ons als u vragen hebt over uw afspraak.";
        let en = "We understand that you are shocked by the news. Call us about your appointment if you have any questions.";
        assert_eq!(instead(nl, "nl"), None);
        assert_eq!(instead(en, "en"), None);
        assert_eq!(instead(nl, "en"), Some("Dutch"));
        assert_eq!(instead(en, "nl"), Some("English"));
        assert_eq!(instead(nl, "pl"), None);
        assert_eq!(instead(&format!("{nl} {en}"), "nl"), None);
        assert_eq!(instead("Update: call 112", "nl"), None);
    }
}
