//! What a merge must keep, over texts that people and facts change at random.

use proptest::prelude::*;

use super::*;

fn labels() -> Labels {
    Labels {
        language: Language::Nl,
        writer: "Bo Li".to_owned(),
    }
}

fn check(base: &str, facts: &str, person: &str, expected: &str) {
    let merged = merge(base, facts, person, &labels());
    assert_eq!(merged.text, expected);
    assert_eq!(merged.n_conflicts, n_conflicts(&merged.text));
}

const BASE: &str = "Er is een muis gezien in de Markt. Wij zoeken uit wat er is gebeurd.\n\nOm 14.30 uur hoort u meer.";

#[test]
fn what_only_one_of_them_changed_is_taken() {
    check(
        BASE,
        "Er is een muis gezien in de Kade. Wij zoeken uit wat er is gebeurd.\n\nOm 14.30 uur hoort u meer.",
        "Er is een muis gezien in de Markt. Wij zoeken uit wat er is gebeurd. Dat doet ons zeer.\n\nOm 14.30 uur hoort u meer.",
        "Er is een muis gezien in de Kade. Wij zoeken uit wat er is gebeurd. Dat doet ons zeer.\n\nOm 14.30 uur hoort u meer.",
    );
}

#[test]
fn what_stands_beside_a_change_does_not_touch_it() {
    check(
        BASE,
        "Er is een muis gezien in de Markt. Wij zoeken uit wat er is gebeurd.\n\nOm 16.00 uur hoort u meer.",
        "Er is een muis gezien in de Markt. Wij zoeken uit wat er is gebeurd.\n\nOm 14.30 uur hoort u meer.\n\nBel ons gerust.",
        "Er is een muis gezien in de Markt. Wij zoeken uit wat er is gebeurd.\n\nOm 16.00 uur hoort u meer.\n\nBel ons gerust.",
    );
}

#[test]
fn where_both_changed_both_are_shown() {
    check(
        BASE,
        "Er is een muis gezien in de Kade. Wij zoeken uit wat er is gebeurd.\n\nOm 14.30 uur hoort u meer.",
        "Een muis liep door de winkel. Wij zoeken uit wat er is gebeurd.\n\nOm 14.30 uur hoort u meer.",
        "[kies een van de twee; zo is het met de nieuwe feiten:]\nEr is een muis gezien in de Kade.\n[en zo schreef Bo Li:]\nEen muis liep door de winkel.\n[tot hier]\nWij zoeken uit wat er is gebeurd.\n\nOm 14.30 uur hoort u meer.",
    );
}

#[test]
fn what_a_person_took_away_stays_away_unless_the_fact_in_it_changed() {
    let person = "Wij zoeken uit wat er is gebeurd.\n\nOm 14.30 uur hoort u meer.";
    check(
        BASE,
        "Er is een muis gezien in de Markt. Wij zoeken uit wat er is gebeurd.\n\nOm 16.00 uur hoort u meer.",
        person,
        "Wij zoeken uit wat er is gebeurd.\n\nOm 16.00 uur hoort u meer.",
    );
    let facts = BASE.replace("de Markt", "de Kade");
    let merged = merge(BASE, &facts, person, &labels());
    assert_eq!(merged.n_conflicts, 1, "{}", merged.text);
    assert!(merged.text.contains("de Kade") && merged.text.contains("(niets)"));
}

#[test]
fn a_gap_that_was_left_standing_is_filled_in_where_it_stands() {
    let gap = "[nog invullen: in welke winkel]";
    check(
        &format!("Er is een muis gezien in {gap}. Meer weten wij niet."),
        "Er is een muis gezien in de Markt. Meer weten wij niet.",
        &format!("Vanmorgen liep er een muis in {gap}, schrik niet. Meer weten wij niet."),
        "Vanmorgen liep er een muis in de Markt, schrik niet. Meer weten wij niet.",
    );
    // A gap that was typed over is a choice.
    let merged = merge(
        &format!("Er is een muis gezien in {gap}."),
        "Er is een muis gezien in de Markt.",
        "Er is een muis gezien bij ons.",
        &labels(),
    );
    assert_eq!(merged.n_conflicts, 1, "{}", merged.text);
    assert_eq!(gaps(&format!("{gap} en {gap}")), [gap]);
    assert_eq!(gap_words(gap), "in welke winkel");
}

#[test]
fn the_same_change_by_both_is_one() {
    let new = BASE.replace("de Markt", "de Kade");
    check(BASE, &new, &new, &new);
}

#[test]
fn words_that_changed_are_told_together() {
    let parts = differences("in de Markt gezien", "in het plein gezien");
    let told: Vec<(Kind, &str)> = parts
        .iter()
        .map(|part| (part.kind, part.text.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (Kind::Same, "in "),
            (Kind::Gone, "de Markt"),
            (Kind::New, "het plein"),
            (Kind::Same, " gezien"),
        ]
    );
}

/// Sentences that are all different, some lines apart.
fn text() -> impl Strategy<Value = Vec<(u8, bool)>> {
    prop::collection::vec((0..12_u8, any::<bool>()), 0..9)
}

fn written(sentences: &[(u8, bool)], who: &str) -> String {
    let mut text = String::new();
    for (number, is_apart) in sentences {
        let said = match number {
            0..8 => format!("Zin nummer {number} staat hier."),
            _ => format!("Dit schreef {who} als nummer {number}."),
        };
        text.push_str(&said);
        text.push_str(if *is_apart { "\n\n" } else { " " });
    }
    text.trim().to_owned()
}

/// Every sentence of a text, apart.
fn sentences(text: &str) -> Vec<String> {
    let sentences = text.split_inclusive(". ").flat_map(str::lines);
    let sentences = sentences.map(|one| one.trim().to_owned());
    sentences.filter(|one| !one.is_empty()).collect()
}

proptest! {
    #[test]
    fn no_word_of_a_person_is_lost(base in text(), facts in text(), person in text()) {
        let (base, facts) = (written(&base, "niemand"), written(&facts, "het feit"));
        let person = written(&person, "Bo");
        let merged = merge(&base, &facts, &person, &labels());
        let before = sentences(&base);
        for sentence in sentences(&person) {
            let is_own = !before.contains(&sentence);
            prop_assert!(!is_own || merged.text.contains(&sentence), "{sentence}\n{}", merged.text);
        }
        // And so does what the facts say now, and nobody else touched.
        for sentence in sentences(&facts) {
            let is_new = !before.contains(&sentence);
            prop_assert!(!is_new || merged.text.contains(&sentence), "{sentence}\n{}", merged.text);
        }
        prop_assert_eq!(merged.n_conflicts, n_conflicts(&merged.text));
    }

    #[test]
    fn a_side_that_changed_nothing_changes_nothing(base in text(), other in text()) {
        let (base, other) = (written(&base, "niemand"), written(&other, "Bo"));
        prop_assert_eq!(merge(&base, &base, &other, &labels()).text, other.clone());
        prop_assert_eq!(merge(&base, &other, &base, &labels()).text, other);
    }

    #[test]
    fn differences_hold_both_versions(before in ".{0,80}", after in ".{0,80}") {
        let parts = differences(&before, &after);
        let of = |kind| parts.iter().filter(|part| part.kind != kind).map(|part| part.text.as_str()).collect::<String>();
        prop_assert_eq!(of(Kind::New), before);
        prop_assert_eq!(of(Kind::Gone), after);
    }

    #[test]
    fn any_text_can_be_merged(base in "[ -~\n]{0,60}", facts in "[ -~\n]{0,60}", person in "[ -~\n]{0,60}") {
        let merged = merge(&base, &facts, &person, &labels());
        prop_assert_eq!(merged.n_conflicts, n_conflicts(&merged.text));
    }
}
