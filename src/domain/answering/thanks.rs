//! Compliments: which mention is one, and a first text to thank with.
//!
//! Organisations react to criticism and seldom thank. A suggestion leaves open
//! what makes a thank-you worth reading: what this person wrote.

use std::sync::LazyLock;

use crate::domain::enrich::{Enricher, Need, Tone};
use crate::domain::text::Language;
use crate::domain::voices::asks::AskKind;

/// Whether a text is a compliment: its tone is plainly positive, and it neither
/// asks nor complains. Words that the organisation added are not looked at here;
/// what was stored of a mention knows them.
pub fn is_compliment(text: &str) -> bool {
    static READER: LazyLock<Enricher> = LazyLock::new(Enricher::default);
    if AskKind::of_text(text).is_some() {
        return false;
    }
    let reading = READER.read(text, None);
    // Sympathy for us in bad times is no praise, and is not thanked for alike.
    reading.tone == Tone::Positive && !reading.needs.has(Need::Harm)
}

/// A first text to thank somebody with. What stands in brackets is to be filled
/// in: a thank-you that could be to anybody is for nobody.
pub fn suggestion(name: &str, language: Language) -> String {
    match language {
        Language::Nl => format!(
            "Dank u wel, {name}! Wat fijn om te lezen. [nog invullen: wat diegene schreef] Wij geven het door aan [nog invullen: welk team]. ^[nog invullen: uw naam]"
        ),
        Language::En => format!(
            "Thank you, {name}! How good to read this. [to fill in: what they wrote] We will pass it on to [to fill in: which team]. ^[to fill in: your name]"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn praise_is_one_and_a_complaint_or_a_question_is_none() {
        for (text, is_one) in [
            ("Wat een geweldige zorg, dank aan het hele team!", true),
            ("Thank you to the wonderful nurses of ward 3", true),
            ("Schandalig, al drie uur wachten", false),
            ("Is de spoedpost open?", false),
            ("De Linde ligt aan het water", false),
        ] {
            assert_eq!(is_compliment(text), is_one, "{text}");
        }
    }

    #[test]
    fn a_suggestion_leaves_what_is_personal_open() {
        for language in [Language::Nl, Language::En] {
            let text = suggestion("@anna", language);
            assert!(text.contains("@anna") && text.matches('[').count() == 3);
        }
    }
}
