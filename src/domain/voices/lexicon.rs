//! The words by which a complaint and a question are told, Dutch and English.
//!
//! In one place, as people will want to add to them. Folded as texts are: lower
//! case, without accents; a phrase is words with one space between them. Chosen
//! to be sure rather than complete: what is missed is still a mention, what is
//! wrongly called a complaint keeps somebody at work (domain 5.1 and 5.2).

use crate::domain::query::fold::{each_token, fold};

/// Words of who is wronged, angry, or let down.
const COMPLAINT: [&str; 94] = [
    // Dutch.
    "klacht",
    "klachten",
    "schandalig",
    "schandalige",
    "schande",
    "schandelijk",
    "belachelijk",
    "belachelijke",
    "onacceptabel",
    "onacceptabele",
    "waardeloos",
    "waardeloze",
    "wanprestatie",
    "woedend",
    "boos",
    "teleurgesteld",
    "teleurstellend",
    "genegeerd",
    "afgescheept",
    "weggestuurd",
    "onbeschoft",
    "onbeschofte",
    "onfatsoenlijk",
    "nalatig",
    "nalatigheid",
    "puinhoop",
    "wanbeleid",
    "blunder",
    "beschamend",
    "bedroevend",
    "dieptriest",
    "ontevreden",
    "onveilig",
    "onveilige",
    "mishandeld",
    "misdiagnose",
    "uren wachten",
    "uur wachten",
    "uur gewacht",
    "uren gewacht",
    "uur in de wachtkamer",
    "nog steeds geen",
    "nog steeds niet",
    "niemand die",
    "nooit meer",
    "geen reactie",
    "geen antwoord",
    "niet geholpen",
    "slechte zorg",
    "slechte service",
    "slecht geregeld",
    "niet normaal",
    "gaat nergens over",
    "van het kastje naar de muur",
    "krijg geen gehoor",
    "niet bereikbaar",
    "weer afgezegd",
    "op het laatste moment afgezegd",
    "naar huis gestuurd",
    "laat ons in de steek",
    // English.
    "complaint",
    "complaints",
    "disgrace",
    "disgraceful",
    "disgusting",
    "unacceptable",
    "appalling",
    "shameful",
    "shame on",
    "outrageous",
    "ridiculous",
    "terrible",
    "awful",
    "horrible",
    "useless",
    "incompetent",
    "negligence",
    "neglected",
    "ignored",
    "furious",
    "angry",
    "disappointed",
    "rude",
    "fed up",
    "let down",
    "worst",
    "never again",
    "hours waiting",
    "hours wait",
    "waited hours",
    "still waiting",
    "still no answer",
    "no response",
    "poor service",
];

/// What turns a word of complaint around, up to three words before it. `geen
/// reactie` is itself a complaint: there the negation is part of the phrase.
const NEGATION: [&str; 15] = [
    "geen", "niet", "nooit", "niks", "zonder", "nergens", "no", "not", "never", "without",
    "nothing", "isn", "wasn", "aren", "don",
];

/// Words that open a question when a sentence begins with one.
const OPENING: [&str; 58] = [
    "wie", "wat", "waar", "waarom", "wanneer", "hoe", "hoelang", "hoeveel", "welke", "welk",
    "waarvoor", "waarheen", "kan", "kunnen", "kunt", "kun", "mag", "moet", "moeten", "is", "zijn",
    "zit", "heeft", "hebben", "heb", "klopt", "weet", "weten", "komt", "gaat", "krijg", "wordt",
    "zal", "who", "what", "where", "why", "when", "how", "which", "can", "could", "is", "are",
    "does", "do", "did", "will", "would", "should", "has", "have", "may", "anyone", "anybody",
    "any", "whats", "hows",
];

/// Openings that make a question without its mark: nobody states them.
const ASKING: [&str; 20] = [
    "weet iemand",
    "weet er iemand",
    "heeft iemand",
    "iemand enig idee",
    "klopt het dat",
    "is het waar dat",
    "wat is er aan de hand",
    "tot hoe laat",
    "hoe laat",
    "waar kan ik",
    "hoe kan ik",
    "kan iemand",
    "does anyone",
    "does anybody",
    "anyone know",
    "is it true",
    "any news",
    "can anyone",
    "how do i",
    "where can i",
];

/// The words of a text, folded, handles and hashtags without their sign.
#[derive(Debug, Clone)]
pub struct Said {
    words: Vec<String>,
    has_mark: bool,
    /// Such as "hoe dan?!": asked of the air.
    is_rhetorical: bool,
}

impl Said {
    /// Of a text.
    pub fn new(text: &str) -> Self {
        let folded = fold(text);
        let mut words = Vec::new();
        each_token(&folded, |token| {
            // A handle in front addresses; it opens no sentence.
            if !token.text.starts_with('@') {
                words.push(token.text.trim_start_matches('#').to_owned());
            }
        });
        // A mark in a link is no question.
        let marks: String = text
            .split_whitespace()
            .filter(|part| !part.contains("://") && !part.starts_with("www."))
            .flat_map(str::chars)
            .filter(|letter| matches!(letter, '?' | '!' | '？'))
            .collect();
        Self {
            words,
            has_mark: marks.contains(['?', '？']),
            is_rhetorical: ["?!", "!?", "??"].iter().any(|twice| marks.contains(twice)),
        }
    }

    /// The first word of complaint that is not turned around.
    pub fn complaint(&self) -> Option<&'static str> {
        COMPLAINT.into_iter().find(|phrase| {
            self.places(phrase)
                .any(|place| !self.is_turned(place, phrase))
        })
    }

    /// Whether it asks something: a question mark with a question word, or an
    /// opening that only questions have.
    pub fn is_question(&self) -> bool {
        if ASKING
            .iter()
            .any(|asking| self.places(asking).next().is_some())
        {
            return true;
        }
        if !self.has_mark {
            return false;
        }
        if self.is_rhetorical && self.words.len() < 6 {
            return false;
        }
        self.words
            .iter()
            .any(|word| OPENING.contains(&word.as_str()))
    }

    fn places<'a>(&'a self, phrase: &'a str) -> impl Iterator<Item = usize> + 'a {
        let length = phrase.split(' ').count();
        self.words
            .windows(length)
            .enumerate()
            .filter(move |(_, window)| window.iter().zip(phrase.split(' ')).all(|(a, b)| a == b))
            .map(|(place, _)| place)
    }

    fn is_turned(&self, place: usize, phrase: &str) -> bool {
        let holds_its_own = phrase
            .split(' ')
            .any(|word| NEGATION.contains(&word) || word == "niemand");
        let before = &self.words[place.saturating_sub(3)..place];
        !holds_its_own && before.iter().any(|word| NEGATION.contains(&word.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_are_told() {
        for text in [
            "Al drie uur wachten op de SEH van #delinde",
            "Schandalig hoe mijn moeder behandeld is",
            "Ik ben zó boos op dit ziekenhuis",
            "Wat een PUINHOOP bij de poli",
            "Gemaild, gebeld, geen reactie. Lekker dan.",
            "Ik wacht nog steeds niet op een uitslag maar op een teruggebeld worden",
            "Moeder van 88 om drie uur 's nachts naar huis gestuurd",
            "I am still waiting for my results @delinde",
            "Disgraceful treatment of my dad",
            "Worst hospital in the country",
            "My complaint has been ignored for weeks",
        ] {
            assert!(Said::new(text).complaint().is_some(), "{text}");
        }
    }

    #[test]
    fn a_negated_complaint_is_none() {
        for text in [
            "Geen klachten over De Linde, top geholpen",
            "Ik heb echt geen enkele klacht",
            "Ik ben niet boos, alleen moe",
            "No complaints here, lovely nurses",
            "It was not terrible at all",
            "Bedankt lieve zusters van De Linde",
            "Open dag bij De Linde op zaterdag",
        ] {
            assert_eq!(Said::new(text).complaint(), None, "{text}");
        }
    }

    #[test]
    fn questions_are_told() {
        for text in [
            "@delinde hoe laat is het bezoekuur?",
            "Weet iemand of de prikpost open is",
            "Kan ik morgen gewoon komen voor mijn afspraak?",
            "Mijn moeder ligt daar. Is ze veilig?",
            "Klopt het dat de SEH dicht gaat",
            "Is it true that the A&E is closed?",
            "Does anyone know what is going on at De Linde",
            "Waarom hoor ik niets van jullie?",
        ] {
            assert!(Said::new(text).is_question(), "{text}");
        }
    }

    #[test]
    fn what_asks_nothing_is_no_question() {
        for text in [
            "Hoe dan?!",
            "Serieus?",
            "Wat een dag",
            "Zie https://delinde.example/zoek?q=wat",
            "Is een mooi ziekenhuis",
            "",
        ] {
            assert!(!Said::new(text).is_question(), "{text}");
        }
    }
}
