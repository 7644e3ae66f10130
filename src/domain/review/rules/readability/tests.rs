//! The formulas by hand and against real rewriting, and what each rule points at.

use super::measures::syllables_of;
use super::*;
use crate::domain::review::rules::tests::ids_of;

#[test]
fn counts_syllables_by_sound() {
    let check = |word: &str, expected: usize, language| {
        assert_eq!(syllables_of(word, language), expected, "{word}");
    };
    for (word, expected) in [
        ("ziekenhuis", 3),
        ("patiënten", 4),
        ("nieuw", 1),
        ("mooie", 2),
        ("kijken", 2),
        ("geïnformeerd", 4),
        ("b", 1),
    ] {
        check(word, expected, Language::Nl);
    }
    for (word, expected) in [
        ("care", 1),
        ("table", 2),
        ("hospital", 3),
        ("closed", 1),
        ("wanted", 2),
    ] {
        check(word, expected, Language::En);
    }
}

#[test]
fn the_formulas_are_those_in_the_books() {
    // 8 words, 2 sentences, 12 syllables, 1 word of over six letters.
    let found = measures(
        "De telefoon doet het niet. Wij zoeken het uit.",
        Language::Nl,
    );
    assert_eq!((found.n_words, found.n_sentences), (9, 2));
    assert!((found.sentence - 4.5).abs() < 1e-9);
    let syllables = 12.0 / 9.0;
    assert!((found.syllables - syllables).abs() < 1e-9, "{found:?}");
    assert!((found.lix - (4.5 + 100.0 / 9.0)).abs() < 1e-9);
    assert!((found.ease - (206.835 - 0.93 * 4.5 - 77.0 * syllables)).abs() < 1e-9);
    assert!((found.brouwer - (195.0 - 2.0 * 4.5 - 66.7 * syllables)).abs() < 1e-9);
    let nothing = measures("", Language::En);
    assert_eq!((nothing.n_words, nothing.ease, nothing.lix), (0, 0.0, 0.0));
}

fn names(language: Language, text: &str) -> Vec<&'static str> {
    ids_of(RULES, language, "web", text)
        .into_iter()
        .map(|(id, _)| id)
        .collect()
}

#[test]
fn points_at_sentences_that_are_too_long() {
    let sentence = |n_words: usize| format!("{}.", vec!["woord"; n_words].join(" "));
    assert_eq!(names(Language::Nl, &sentence(20)), [""; 0]);
    assert_eq!(names(Language::Nl, &sentence(21)), ["long-sentence"]);
    assert_eq!(names(Language::Nl, &sentence(30)), ["long-sentence"]);
    assert_eq!(names(Language::Nl, &sentence(31)), ["very-long-sentence"]);
    let long: String = [14, 14, 14].map(sentence).join(" ");
    assert_eq!(names(Language::Nl, &long), ["average-sentence"]);
    let fine: String = [13, 13, 13].map(sentence).join(" ");
    assert_eq!(names(Language::Nl, &fine), [""; 0]);
}

#[test]
fn points_at_what_is_above_b1() {
    let check = |language, text: &str, expected: &[&str]| {
        assert_eq!(names(language, text), expected, "{text}");
    };
    check(
        Language::Nl,
        "De zaak wordt nu door ons onderzocht.",
        &["passive"],
    );
    check(Language::Nl, "Wij onderzoeken de zaak.", &[]);
    check(Language::Nl, "Het wordt morgen mooi weer.", &[]);
    check(
        Language::En,
        "The case is being investigated.",
        &["passive"],
    );
    check(Language::En, "We investigate the case.", &[]);
    check(
        Language::Nl,
        "Dat is niet ondenkbaar.",
        &["double-negation"],
    );
    check(Language::En, "This is not unlikely.", &["double-negation"]);
    check(
        Language::Nl,
        "Bel ons i.v.m. de storing.",
        &["abbreviation"],
    );
    check(Language::Nl, "De IGJ komt langs.", &["abbreviation"]);
    check(
        Language::Nl,
        "De inspectie (IGJ) komt. De IGJ kijkt mee.",
        &[],
    );
    check(Language::Nl, "LET OP DE DEUR. Bel de GGD.", &[]);
    let hard = "De uitvoering van de herinrichting vergt verdere besluitvorming over financiering, planvorming en vergunningverlening. ".repeat(4);
    let found = names(Language::Nl, &hard);
    assert_eq!(found, ["readability", "nominalisation"]);
}

/// Municipal Dutch before and after rewriting: the rewritten side must come
/// out as easier in nearly every document.
#[test]
fn ranks_rewritten_texts_as_easier() {
    let path = "/work/shared/data/plain-language/complex-simple-v1-anonymized.csv";
    let Ok(mut rows) = csv::Reader::from_path(path) else {
        return;
    };
    let mut documents: std::collections::BTreeMap<String, Vec<(String, String)>> =
        std::collections::BTreeMap::new();
    for row in rows.records() {
        let row = row.unwrap();
        let pair = (row[1].to_owned(), row[2].to_owned());
        documents.entry(row[0].to_owned()).or_default().push(pair);
    }
    documents.retain(|_, pairs| pairs.len() >= 10);
    assert_eq!(documents.len(), 26);
    let mut easier = [0; 4];
    for pairs in documents.values() {
        let all = |side: fn(&(String, String)) -> &String| {
            let text: Vec<&str> = pairs.iter().map(|pair| side(pair).as_str()).collect();
            measures(&text.join("\n\n"), Language::Nl)
        };
        let (before, after) = (all(|pair| &pair.0), all(|pair| &pair.1));
        easier[0] += i32::from(after.sentence < before.sentence);
        easier[1] += i32::from(after.lix < before.lix);
        easier[2] += i32::from(after.ease > before.ease);
        easier[3] += i32::from(after.brouwer > before.brouwer);
    }
    let [sentence, lix, douma, brouwer] = easier;
    assert!(
        sentence >= 24 && lix >= 21 && douma >= 21 && brouwer >= 21,
        "sentence length {sentence}, LIX {lix}, Douma {douma}, Brouwer {brouwer} of 26"
    );
}
