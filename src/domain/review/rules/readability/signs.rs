//! Signs that a text is above B1: who does something is hidden, verbs that have
//! become nouns, abbreviations, two negations.

use super::FEW_WORDS;
use super::measures::is_word;
use crate::domain::review::page::Word;
use crate::domain::review::rules::pattern::Pattern;
use crate::domain::review::{Both, Hit, Page};
use crate::domain::text::Language;

/// A pattern over folded words, in each sentence.
fn in_lines(page: &Page<'_>, pattern: &Pattern, message: &Both, advice: &Both) -> Vec<Hit> {
    let mut hits = Vec::new();
    for sentence in &page.sentences {
        let line = page.line(sentence);
        hits.extend(pattern.all(&line.text).map(|found| Hit {
            span: line.span(found),
            message: message.clone(),
            advice: advice.clone(),
            severity: None,
        }));
    }
    hits
}

pub(super) fn passives(page: &Page<'_>) -> Vec<Hit> {
    static NL: Pattern = Pattern::new(
        r"\b(?:word|wordt|worden|werd|werden) (?:[!-~]+ ){0,7}?(?:ge|be|ver|ont|her|onder|over|(?:aan|af|op|uit|in|over|door|mee|na|voor|bij|toe|om)ge)[a-z]+(?:d|t|en)\b",
    );
    static EN: Pattern = Pattern::new(
        r"\b(?:am|is|are|was|were|be|been|being) (?:not |being |now |also |still ){0,2}(?:[a-z]{2,}(?:ated|ised|ized|ected|ormed|ected|ered|oved|osed|uced|ided|ined|uded|ested|ked|led|ned|red|ssed|ted)|taken|given|made|done|sent|told|seen|known|found|held|kept)\b",
    );
    let pattern = match page.about.language {
        Some(Language::Nl) => &NL,
        Some(Language::En) => &EN,
        None => return Vec::new(),
    };
    let message = Both::new(
        "Deze zin zegt niet wie het doet.",
        "This sentence hides who does it.",
    );
    let advice = Both::new(
        "Schrijf wie het doet: “Wij onderzoeken”, niet “Er wordt onderzocht”.",
        "Say who does it: “We investigate”, not “It is being investigated”.",
    );
    in_lines(page, pattern, &message, &advice)
}

/// Nouns of verbs in 100 words that are too many.
const NOUNS_OF_VERBS: f64 = 6.0;

pub(super) fn nominalisations(page: &Page<'_>) -> Vec<Hit> {
    let Some(language) = page.about.language else {
        return Vec::new();
    };
    let endings: &[&str] = match language {
        Language::Nl => &["ing", "ingen", "atie", "aties", "heid", "iteit", "isering"],
        Language::En => &[
            "tion", "tions", "ment", "ments", "ance", "ence", "ity", "ness",
        ],
    };
    let is_one = |word: &&Word| {
        word.folded.len() > 6 && endings.iter().any(|end| word.folded.ends_with(end))
    };
    let found: Vec<&Word> = page.words.iter().filter(is_one).collect();
    let n_words = page.words.iter().filter(|word| is_word(word)).count();
    let rate = 100.0 * found.len() as f64 / n_words.max(1) as f64;
    if n_words < FEW_WORDS || found.len() < 4 || rate <= NOUNS_OF_VERBS {
        return Vec::new();
    }
    let mut shown: Vec<&str> = Vec::new();
    for word in &found {
        let written = &page.text[word.span.clone()];
        if !shown.contains(&written) && shown.len() < 4 {
            shown.push(written);
        }
    }
    let list = shown.join(", ");
    vec![Hit {
        span: found[0].span.clone(),
        message: Both::new(
            format!("Veel werkwoorden zijn hier naamwoorden geworden: {list}."),
            format!("Many verbs have become nouns here: {list}."),
        ),
        advice: Both::new(
            "Maak er weer werkwoorden van: wie doet wat?",
            "Turn them into verbs again: who does what?",
        ),
        severity: None,
    }]
}

/// Abbreviations that are written small, and what they stand for.
const WRITTEN_OUT: [(&str, &str); 24] = [
    ("o.a", "onder andere"),
    ("i.v.m", "vanwege"),
    ("m.b.t", "over"),
    ("d.m.v", "met"),
    ("t.a.v", "voor"),
    ("d.w.z", "dat wil zeggen"),
    ("a.u.b", "alstublieft"),
    ("z.s.m", "zo snel mogelijk"),
    ("i.p.v", "in plaats van"),
    ("t.o.v", "vergeleken met"),
    ("m.u.v", "behalve"),
    ("n.a.v", "door"),
    ("i.o.m", "samen met"),
    ("t.g.v", "door"),
    ("e.d", "en zo"),
    ("a.s", "aanstaande"),
    ("jl", "afgelopen"),
    ("bijv", "bijvoorbeeld"),
    ("bv", "bijvoorbeeld"),
    ("evt", "misschien"),
    ("enz", "en zo verder"),
    ("incl", "met"),
    ("e.g", "for example"),
    ("i.e", "that is"),
];

/// Letters that everybody knows.
const KNOWN: [&str; 40] = [
    "SMS", "PDF", "EU", "VN", "NL", "UK", "USA", "TV", "DNA", "HIV", "COVID", "BSN", "IBAN", "GGD",
    "RIVM", "NOS", "AVG", "GDPR", "NHS", "DM", "PB", "FAQ", "OK", "SOS", "CV", "BTW", "KVK", "ANP",
    "NS", "BHV", "IC", "SEH", "MRI", "CT", "PS", "ID", "ICT", "IT", "WIFI", "URL",
];

pub(super) fn abbreviations(page: &Page<'_>) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for word in &page.words {
        let written = &page.text[word.span.clone()];
        let is_dotted = page.text[word.span.end..].starts_with('.') || written.contains('.');
        let plain = WRITTEN_OUT
            .iter()
            .find(|(short, _)| *short == word.folded && is_dotted)
            .map(|(_, plain)| *plain);
        let is_capital = (2..=6).contains(&written.len())
            && written.bytes().all(|byte| byte.is_ascii_uppercase())
            && !KNOWN.contains(&written);
        // "(IGJ)" behind its name is explained, and so is "IGJ (Inspectie …)".
        let is_explained = page.text[..word.span.start].ends_with('(')
            || page.text[word.span.end..].trim_start().starts_with('(')
            || page.text.contains(&format!("({written})"));
        let is_name = page
            .about
            .ours
            .names
            .iter()
            .any(|name| name.contains(written));
        let is_shouted = is_capital && shouts(page, word);
        let is_unknown = is_capital && !is_explained && !is_name && !is_shouted;
        if seen.contains(&written) || (plain.is_none() && !is_unknown) {
            continue;
        }
        seen.push(written);
        let advice = match plain {
            Some(plain) => Both::new(format!("Schrijf “{plain}”."), format!("Write “{plain}”.")),
            None => Both::new(
                "Schrijf de naam een keer voluit, met de afkorting erachter tussen haakjes.",
                "Write the name out once, with the abbreviation behind it in brackets.",
            ),
        };
        hits.push(Hit {
            span: word.span.clone(),
            message: Both::new(
                format!("Niet iedereen kent “{written}”."),
                format!("Not everybody knows “{written}”."),
            ),
            advice,
            severity: None,
        });
    }
    hits
}

/// Whether a neighbour is in capitals too: that is a heading, or shouting.
fn shouts(page: &Page<'_>, word: &Word) -> bool {
    let Some(sentence) = page.sentences.get(word.sentence) else {
        return false;
    };
    let is_capital = |other: &&Word| {
        let written = &page.text[other.span.clone()];
        other.span != word.span
            && written.chars().count() > 1
            && written
                .chars()
                .all(|letter| letter.is_uppercase() || letter == '-')
    };
    page.words_of(sentence).iter().filter(is_capital).count() > 1
}

pub(super) fn double_negations(page: &Page<'_>) -> Vec<Hit> {
    static NL: Pattern = Pattern::new(
        r"\b(?:niet (?:on(?:mogelijk|denkbaar|waarschijnlijk|gebruikelijk|terecht|belangrijk|gewoon|bekend|schuldig|verstandig|redelijk|gevaarlijk|begrijpelijk|opgemerkt)|zonder|niet)[a-z]*|(?:geen|niet|nooit|niemand)(?: [!-~]+){1,3} (?:geen|nooit|niemand|niets))\b",
    );
    static EN: Pattern = Pattern::new(
        r"\b(?:not (?:un(?:likely|usual|common|reasonable|important|known|safe|able|aware|expected|necessary)|impossible|without|insignificant)|(?:not|never|no one|nobody)(?: [!-~]+){1,3} (?:nothing|nobody|never|none))\b",
    );
    let pattern = match page.about.language {
        Some(Language::Nl) => &NL,
        Some(Language::En) => &EN,
        None => return Vec::new(),
    };
    let message = Both::new(
        "Twee ontkenningen in één zin.",
        "Two negations in one sentence.",
    );
    let advice = Both::new("Zeg wat wél zo is.", "Say what is so.");
    in_lines(page, pattern, &message, &advice)
}
